#pragma once

/* A store in front of the real one that can die at any call, as the store of a process does that
 * was killed there; and that tells what was saved, once it is committed. */

#include "bot/store/store.h"

typedef enum FrailMode {
    FRAIL_DIES,      /* that call and every later one fails */
    FRAIL_FAILS,     /* only that call fails, as on a disk that was full for a moment */
    FRAIL_DIES_LATE, /* at the first commit from there on: it is done, and nobody ever hears of it
                      */
} FrailMode;

typedef struct FrailTap {
    void *arg;
    void (*saved)(void *arg, const Change *change);        /* saved, not yet committed */
    void (*put)(void *arg, int64_t row, const Card *card); /* a card was put in the outbox */
    void (*committed)(void *arg);
    void (*undone)(void *arg);
} FrailTap;

typedef struct Frail {
    Store base;
    Store *real; /* owned */
    FrailTap tap;
    FrailMode mode;
    int64_t countdown; /* calls until it happens; 0: it is sound */
    bool dead;
    bool failed; /* a call failed, once or for good */
    int64_t calls;
} Frail;

Frail *frail_new(Store *take_real, const FrailTap *tap);
/* Closes the real one too: what was not committed is gone. */
void frail_free(Frail *frail);
void frail_arm(Frail *frail, FrailMode mode, int64_t calls);

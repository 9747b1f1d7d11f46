#pragma once

/* A store in front of another, for tests: it counts the calls, and can fail or die at one of them.
 */

#include "bot/store/store.h"

typedef enum Fault {
    FAULT_NONE,
    FAULT_ONCE,         /* that call fails, the next one works again */
    FAULT_FROM,         /* that call and all after it fail */
    FAULT_COMMITS,      /* so many commits fail, and the next one works again */
    FAULT_KILLED,       /* the process is gone just before that call */
    FAULT_KILLED_AFTER, /* the process is gone as soon as that call has succeeded */
} Fault;

typedef struct Faulty {
    Store base;
    Store *inner; /* owned */
    Fault fault;
    StoreError error; /* what it fails with */
    int at;           /* the call that it hits; 1 is the first after faulty_set */
    int calls;        /* since faulty_set */
    int commits;      /* that succeeded, in all */
    bool transaction; /* one is open */
    bool dead;        /* nothing works, and nobody is there to hear of it */
} Faulty;

Faulty *faulty_new(Store *take_inner); /* store_close frees it, and closes the inner one */
void faulty_set(Faulty *faulty, Fault fault, int at);

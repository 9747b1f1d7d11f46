#pragma once

/* The lines that steer the console itself: ":as maria", ":time +1d". One table row each; reading,
 * help and completion use the same row. */

#include "bot/console/session.h"
#include "core/words.h"

/* What follows the word. */
typedef struct SteerRest {
    const char *text;  /* readable, without blanks around it */
    const char *bytes; /* the same as it came */
    size_t len;
} SteerRest;

typedef struct Steer {
    const char *name;
    const char *aliases; /* comma-separated; NULL */
    const char *usage;   /* what follows the name; NULL: nothing may */
    WordId help;
    void (*run)(Session *session, const SteerRest *rest);
} Steer;

/* Ends with a NULL name; in the order in which help shows them. */
extern const Steer steers[];

/* Carries out a line, without its colon. */
void steer(Session *session, const char *bytes, size_t len);
/* What can be completed, also the bot's commands: ended by NULL, borrowed for ever. */
const char *const *steer_words(void);

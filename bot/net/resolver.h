#pragma once

/* Names to addresses without holding up the loop: the C library's getaddrinfo in a thread for each
 * look-up, since libwebsockets would call it, and wait, in ours.
 * Thread: the loop's. */

#include "bot/loop.h"

typedef struct Lookup Lookup;

/* `addresses` are numeric, in the order to try them, and end with NULL; none at all: `why` says so.
 * Both borrowed for the call, after which the look-up is gone. */
typedef void (*LookupDone)(void *arg, const char *const *addresses, const char *why);

/* `done` is called once, never from inside, unless the look-up is cancelled first. */
Lookup *lookup_start(Loop *loop, const char *host, LookupDone done, void *arg);
/* NULL is fine. The thread may go on for a while; it touches neither the loop nor `arg` any more.
 */
void lookup_cancel(Lookup *lookup);

#pragma once

/* Systemd's side of $NOTIFY_SOCKET: a datagram socket that the program under test tells. */

#include <stdbool.h>

#include "bot/loop.h"

typedef struct Notify Notify;

Notify *notify_new(void); /* sets $NOTIFY_SOCKET */
void notify_free(Notify *notify);
/* Takes what has been told; later calls see it. True when one of all was exactly that. */
bool notify_heard(Notify *notify, const char *message);
/* How many were. */
int notify_count(Notify *notify, const char *message);
/* One that begins so, the last one; NULL. Borrowed. */
const char *notify_last(Notify *notify, const char *prefix);

/* Turns the loop until it holds, and fails when it does not for a long time. */
void loop_until(Loop *loop, bool (*holds)(void *arg), void *arg, const char *what);
/* Until that was told. */
void notify_await(Notify *notify, Loop *loop, const char *message);

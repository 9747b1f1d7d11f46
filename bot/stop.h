#pragma once

/* The end, in order and in time: what the engine has is answered, connections are closed, the
 * engine ends its batch. Whatever hangs meanwhile is left: what was not acknowledged comes again,
 * and what was is stored. Thread: the loop's. */

#include "bot/daemon.h"

/* Begins; the loop is left when all is over. A second time does nothing. */
void stop_begin(Daemon *daemon);
/* The engine's thread says that it is at its end: any thread. */
void stop_engine_ended(Daemon *daemon);

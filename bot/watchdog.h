#pragma once

/* Feeds systemd's watchdog (WatchdogSec): only while the loop goes round, which this is called by,
 * and the engine is not at one thing for longer than half the interval. A daemon that hangs in
 * either is ended and started again; the store makes that safe.
 *
 * Thread: the loop's. */

#include "bot/engine.h"
#include "bot/loop.h"

typedef struct Watchdog Watchdog;

/* NULL where nobody watches ($WATCHDOG_USEC, as systemd sets it). The engine is borrowed. */
Watchdog *watchdog_new(Loop *loop, Engine *engine);
void watchdog_free(Watchdog *watchdog);

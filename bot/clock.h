#pragma once

/* Where "now" comes from: the machine, or a hand that moves it (console, tests, simulation).
 * Thread: any. */

#include "core/day.h"

typedef struct Clock Clock;

Clock *clock_real(void);            /* the system's wall clock */
Clock *clock_manual(Instant start); /* stands still until it is set */
void clock_free(Clock *clock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Clock, clock_free)

Instant clock_now(Clock *clock);
/* Sets it, and makes a real clock a manual one from there on. */
void clock_set(Clock *clock, Instant to);
/* A real clock is stepped: it shows `to` now, and runs on from there. */
void clock_shift(Clock *clock, Instant to);
bool clock_is_manual(Clock *clock);

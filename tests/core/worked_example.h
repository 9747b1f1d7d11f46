#pragma once

/* The sprint of the worked example, as tests need it: its key results, without texts, window or
 * owners. */

#include "core/sprint.h"

/* Sprint 1: 22% to 35%, 0 to 6 stalled accounts, 12 days to 7 days. Caller frees. */
Sprint *worked_example(void);
/* One more key result, a count from `baseline` where the unit is one; borrowed from the sprint. */
Kr *example_add_kr(Sprint *sprint, const char *metric, UnitKind kind, const char *unit,
                   const char *baseline, const char *target);
void example_add_blocker(Sprint *sprint, const char *text, bool cleared);

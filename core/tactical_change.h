#pragma once

/* The third answer of a retrospective, applied to the anchor with one press (framework: Mid-period
 * recalibration). */

#include "core/turn.h"

/* Is there anything that a press could apply? */
bool tactical_change_waits(const Sprint *sprint);
/* The button on the close message; `value` is the sprint's number. */
void tactical_change_apply(Turn *turn, const char *value);

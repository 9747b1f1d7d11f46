#pragma once

/* When a period is over, its roll-up is posted in the team's home, once: at the check-in time of
 * the first working day behind it. */

#include "core/turn.h"

void rollup_timer_set(Turn *turn, const Team *team, const Period *period);
/* A timer that comes too early, as those that older stores and imports leave behind, is set right.
 */
void rollup_timer_due(Turn *turn, const Timer *timer, Sprint *sprint);

#pragma once

/* How a tactical KR stands in its period today (framework: The tactical layer): its pace beside its
 * own line, and how fresh its value is. */

#include "core/pace.h"
#include "core/team.h"

typedef struct TacticalPace {
    Pace pace; /* its status also tells what the figures alone do not: NONE before the first
                  reading, STALE where it is; once the period is over DONE, or NONE */
    const Reading *last; /* the reading that counts now; NULL */
    int32_t days;        /* since the day it speaks for */
    bool over;           /* the period is */
} TacticalPace;

TacticalPace tactical_pace(const Team *team, const Tactical *tactical, Day today,
                           const Policy *policy);

/* Nothing was read since before the team's last two weekly check-in days of the period, today not
 * counted; where it has no weekly check-in, for two weeks. */
bool tactical_stale(const Team *team, const Tactical *tactical, Day today);

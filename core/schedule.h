#pragma once

/* When things are due (framework: Life of a sprint, The daily check-in). Everything is computed
 * from the sprint, its teams' calendars and now, so timers can be set anew whenever a team changes
 * its zone, times or holidays. */

#include "core/turn.h"

/* How a team's home asks on a day. */
typedef struct NextDay {
    bool any;
    Day day;
    Instant due;
} NextDay;

/* The next check-in of the sprint in that team's home after now: a working day of the window
 * without a check-in yet. `today_too`: today counts even though its time has passed. */
NextDay schedule_next_prompt(const Sprint *sprint, const Team *team, Instant now, bool today_too);
/* The last instant of the window: the end of its last day for every owner that is loaded. */
Instant schedule_end(const World *world, const Sprint *sprint);
/* The days on which the end is announced: 3 days and 1 day before, and the last day; on the working
 * day before where that is none. At most three, ascending; returns how many. */
int schedule_reminder_days(const Sprint *sprint, const Team *team, Day days[3]);
/* Day 0 of the ladder: the first working day on or after the day the sprint went into closing. */
Day schedule_ladder_start(const Sprint *sprint, const Team *team);

/* Sets the timers that the sprint's state wants, in every owner's home. */
void schedule_sprint(Turn *turn, Sprint *sprint, bool today_too);
void schedule_prompt(Turn *turn, Sprint *sprint, Team *team, bool today_too);
void schedule_reminder(Turn *turn, Sprint *sprint, Team *team);
void schedule_ladder(Turn *turn, Sprint *sprint, Team *team);

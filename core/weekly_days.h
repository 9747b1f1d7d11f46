#pragma once

/* On which days a team's weekly check-in is (framework: Weekly check-in): its weekday, or where
 * that is no working day the next one of the week that begins there. */

#include "core/team.h"

/* Of all weeks; those that fall on `days`, oldest first. Appends Day. Nothing where the team has no
 * weekly check-in. */
void weekly_days(const Team *team, Window days, GArray *out);
/* The first on or after `day`, within a year; DAY_NONE: there is none. */
Day weekly_next(const Team *team, Day day);

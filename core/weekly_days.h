#pragma once

/* On which days a team's weekly check-in is (framework: Weekly check-in): its weekday, or where
 * that is no working day the next one of the week that begins there. */

#include "core/team.h"

/* Of all weeks; those that fall on `days`, oldest first. Appends Day. Nothing where the team has no
 * weekly check-in. */
void weekly_days(const Team *team, Window days, GArray *out);
/* When it is, as a team writes it. */
typedef struct WeeklyTime {
    Weekday day;
    int32_t at; /* minute of the day; -1: never */
} WeeklyTime;

#define WEEKLY_AT_CHECK_IN (-2) /* as `at`: a weekday alone, at the time of the daily check-in */

/* "Monday 09:30", "Fri at 2 pm", "Fridays", "never". */
bool weekly_time_parse(const char *text, WeeklyTime *out) __attribute__((warn_unused_result));
/* "Monday 09:30", "never": weekly_time_parse reads it back. Caller frees. */
char *weekly_time_text(const Team *team);
/* The first working day of such a week: the one behind a day off. */
Weekday weekly_first_day(Weekdays working);
/* The first on or after `day`, within a year; DAY_NONE: there is none. */
Day weekly_next(const Team *team, Day day);

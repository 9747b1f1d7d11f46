#include "core/weekly_days.h"

#define YEAR 366

/* That of the week that begins on `week`; DAY_NONE where no day of it is worked. */
static Day of_week(const Calendar *calendar, Day week)
{
    Day day = calendar_next(calendar, week);

    return day_diff(day, week) < WEEKDAY_COUNT ? day : DAY_NONE;
}

/* The day on which the week that holds `day` began. */
static Day week_of(const Team *team, Day day)
{
    int back = ((int)day_weekday(day) - (int)team->weekly_day + WEEKDAY_COUNT) % WEEKDAY_COUNT;

    return day_plus(day, -back);
}

void weekly_days(const Team *team, Window days, GArray *out)
{
    Calendar calendar = team_calendar(team);

    if (team->weekly_at < 0) {
        return;
    }
    for (Day week = week_of(team, days.first); day_cmp(week, days.last) <= 0;
         week = day_plus(week, WEEKDAY_COUNT)) {
        Day day = of_week(&calendar, week);

        if (day_is_set(day) && day_cmp(days.first, day) <= 0 && day_cmp(day, days.last) <= 0) {
            g_array_append_val(out, day);
        }
    }
}

Day weekly_next(const Team *team, Day day)
{
    Calendar calendar = team_calendar(team);

    for (Day week = week_of(team, day); team->weekly_at >= 0 && day_diff(week, day) < YEAR;
         week = day_plus(week, WEEKDAY_COUNT)) {
        Day next = of_week(&calendar, week);

        if (day_is_set(next) && day_cmp(day, next) <= 0) {
            return next;
        }
    }
    return DAY_NONE;
}

#include "core/weekly_days.h"

#include <string.h>

#include "core/text.h"

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

/* --- as it is written --- */

static bool one_day(const char *text, Weekday *day)
{
    Weekdays days = 0;

    if (!weekdays_parse(text, &days) || (days & (days - 1)) != 0) {
        return false;
    }
    *day = (Weekday)g_bit_nth_lsf(days, -1);
    return true;
}

static bool is_never(const char *text)
{
    static const char *const words[] = {"never", "none", "no", "off", "not at all"};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_ascii_strcasecmp(text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* "at 9:30", ", 9:30" */
static const char *skip_joint(const char *text)
{
    text += strspn(text, ", ");
    return g_ascii_strncasecmp(text, "at ", 3) == 0 ? text + 3 : text;
}

bool weekly_time_parse(const char *text, WeeklyTime *out)
{
    g_autofree char *line = text_squeeze(text);
    Weekday day = MONDAY;
    int minute = 0;

    if (is_never(line)) {
        *out = (WeeklyTime){.at = -1};
        return true;
    }
    if (one_day(line, &day)) {
        *out = (WeeklyTime){day, WEEKLY_AT_CHECK_IN};
        return true;
    }
    for (char *blank = strpbrk(line, ", "); blank != NULL; blank = strpbrk(blank + 1, ", ")) {
        g_autofree char *front = g_strndup(line, (gsize)(blank - line));

        if (one_day(front, &day) && minute_parse(skip_joint(blank), &minute)) {
            *out = (WeeklyTime){day, minute};
            return true;
        }
    }
    return false;
}

char *weekly_time_text(const Team *team)
{
    if (team->weekly_at < 0) {
        return g_strdup("never");
    }
    g_autofree char *time = minute_text(team->weekly_at);

    return g_strdup_printf("%s %s", weekday_name(team->weekly_day), time);
}

Weekday weekly_first_day(Weekdays working)
{
    for (int day = MONDAY; day < WEEKDAY_COUNT; day++) {
        int before = (day + WEEKDAY_COUNT - 1) % WEEKDAY_COUNT;

        if ((working & (1 << day)) != 0 && (working & (1 << before)) == 0) {
            return (Weekday)day;
        }
    }
    return MONDAY;
}

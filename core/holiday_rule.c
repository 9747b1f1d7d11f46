#include "core/holiday_rule.h"

#include <stdlib.h>

/* Easter. */

/* By the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms, 8). */
static Day easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int g = (b - (b + 8) / 25 + 1) / 3;
    int h = (19 * a + b - b / 4 - g + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;

    return (Day){(int16_t)year, (uint8_t)(n / 31), (uint8_t)(n % 31 + 1)};
}

/* Meeus again, for the Julian calendar; then brought into ours. */
static Day orthodox_easter(int year)
{
    int d = (19 * (year % 19) + 15) % 30;
    int n = d + (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7 + 114;
    Day julian = {(int16_t)year, (uint8_t)(n / 31), (uint8_t)(n % 31 + 1)};

    return day_plus(julian, year / 100 - year / 400 - 2);
}

/* Odd ones. */

/* Good from 1980 to 2099. `millionths` is the equinox of 1980, in days from the start of its month.
 */
static Day equinox(int year, int month, int64_t millionths)
{
    int64_t since = year - 1980;

    if (year < 1980 || year > 2099) {
        return DAY_NONE;
    }
    int64_t day = (millionths + 242194 * since) / 1000000 - since / 4;
    return (Day){(int16_t)year, (uint8_t)month, (uint8_t)day};
}

Day rule_vernal_equinox(int year)
{
    return equinox(year, 3, 20843100);
}

Day rule_autumnal_equinox(int year)
{
    return equinox(year, 9, 23248800);
}

/* Set by law, from the Māori calendar of the moon, until 2052. */
Day rule_matariki(int year)
{
    static const struct {
        uint8_t month, day;
    } days[] = {
        {6, 24}, {7, 14}, {6, 28}, {6, 20}, {7, 10}, {6, 25}, {7, 14}, {7, 6},
        {6, 21}, {7, 11}, {7, 2},  {6, 24}, {7, 7},  {6, 29}, {7, 18}, {7, 10},
        {6, 25}, {7, 15}, {7, 6},  {7, 19}, {7, 11}, {7, 3},  {6, 24}, {7, 7},
        {6, 29}, {7, 19}, {7, 3},  {6, 25}, {7, 15}, {6, 30}, {6, 21},
    };
    int at = year - 2022;

    if (at < 0 || at >= (int)G_N_ELEMENTS(days)) {
        return DAY_NONE;
    }
    return (Day){(int16_t)year, days[at].month, days[at].day};
}

/* 1 February when that is a Friday, else the first Monday. */
Day rule_brigid(int year)
{
    Day first = {(int16_t)year, 2, 1};
    int to_monday = (MONDAY - (int)day_weekday(first) + WEEKDAY_COUNT) % WEEKDAY_COUNT;

    return day_weekday(first) == FRIDAY ? first : day_plus(first, to_monday);
}

/* Rules. */

static Day weekday_from(Day day, Weekday weekday)
{
    return day_plus(day, ((int)weekday - (int)day_weekday(day) + WEEKDAY_COUNT) % WEEKDAY_COUNT);
}

static Day rule_day(const Rule *rule, int year)
{
    Day date = {(int16_t)year, (uint8_t)rule->month, (uint8_t)rule->day};

    switch (rule->kind) {
    case RULE_DATE:
        return date;
    case RULE_WEEKDAY_FROM:
        return weekday_from(date, rule->weekday);
    case RULE_EASTER:
        return day_plus(easter(year), rule->day);
    case RULE_ORTHODOX_EASTER:
        return day_plus(orthodox_easter(year), rule->day);
    case RULE_COMPUTED:
        return rule->compute(year);
    }
    return DAY_NONE;
}

/* The day on which it is kept as well, or the day itself. */
static Day made_up(const Rule *rule, Day day)
{
    static const int8_t shifts[][2] = {
        /* Saturday, Sunday */
        [SHIFT_NONE] = {0, 0},     [SHIFT_TO_MONDAY] = {2, 1}, [SHIFT_TWO_DAYS_ON] = {2, 2},
        [SHIFT_NEAREST] = {-1, 1}, [SHIFT_SUNDAY_ON] = {0, 1}, [SHIFT_SUNDAY_BEFORE] = {0, -1},
    };
    Weekday w = day_weekday(day);

    return w < SATURDAY ? day : day_plus(day, shifts[rule->shift][w - SATURDAY]);
}

/* Whether a rule may fall in that month at all, with what it is shifted by: most need not be worked
 * out then. Easter is over by 25 April, and what hangs on it within ten weeks; the Orthodox one
 * wanders through the year as the centuries pass. */
static bool is_in_season(const Rule *rule, int month)
{
    int apart = abs(month - (int)rule->month);

    switch (rule->kind) {
    case RULE_DATE:
    case RULE_WEEKDAY_FROM:
        return apart <= 1 || apart == 11;
    case RULE_EASTER:
        return month <= 7;
    case RULE_ORTHODOX_EASTER:
    case RULE_COMPUTED:
        return true;
    }
    return true;
}

static bool falls_on(const Rule *rule, int year, Day day)
{
    if (!is_in_season(rule, day.month)) {
        return false;
    }
    if ((rule->from != 0 && year < rule->from) || (rule->to != 0 && year > rule->to)) {
        return false;
    }
    Day on = rule_day(rule, year);
    return day_is_set(on) && (day_cmp(on, day) == 0 || day_cmp(made_up(rule, on), day) == 0);
}

bool rules_on(const Rules *rules, Day day, WordId *name)
{
    for (size_t i = 0; i < rules->count; i++) {
        const Rule *rule = &rules->rows[i];
        bool here = rule->parts == 0 || (rule->parts & rules->part) != 0;
        bool new_year = day.month == 12 && day.year < DAY_LAST.year; /* kept on 31 December */

        if (here &&
            (falls_on(rule, day.year, day) || (new_year && falls_on(rule, day.year + 1, day)))) {
            *name = rule->name;
            return true;
        }
    }
    return false;
}

static bool is_on(const Rules *rules, Day day)
{
    WordId name;
    return rules_on(rules, day, &name);
}

bool rules_japan_rest(const Rules *rules, Day day)
{
    Day before = day_plus(day, -1);

    if (is_on(rules, day)) {
        return false;
    }
    if (day_weekday(day) != SUNDAY && is_on(rules, before) && is_on(rules, day_plus(day, 1))) {
        return true;
    }
    for (; is_on(rules, before); before = day_plus(before, -1)) {
        if (day_weekday(before) == SUNDAY) {
            return true;
        }
    }
    return false;
}

#pragma once

/* Rules that say on which day of a year a holiday falls, and where else it is kept when that is a
 * weekend; for the tables of country.c. */

#include <stdbool.h>
#include <stddef.h>

#include "core/day.h"
#include "core/words.h"

typedef enum RuleKind {
    RULE_DATE,         /* month, day */
    RULE_WEEKDAY_FROM, /* the first such weekday on or after month, day: first, second, last Mondays
                        */
    RULE_EASTER,       /* days from Easter Sunday */
    RULE_ORTHODOX_EASTER,
    RULE_COMPUTED, /* by a function of the year */
} RuleKind;

/* Where a holiday at the weekend is kept as well. */
typedef enum Shift {
    SHIFT_NONE,
    SHIFT_TO_MONDAY,     /* Saturday and Sunday: the Monday after */
    SHIFT_TWO_DAYS_ON,   /* for two holidays in a row, so that they do not meet (25 and 26 December)
                          */
    SHIFT_NEAREST,       /* Saturday: the Friday before; Sunday: the Monday after */
    SHIFT_SUNDAY_ON,     /* only Sunday: the Monday after */
    SHIFT_SUNDAY_BEFORE, /* only Sunday: the Saturday before */
} Shift;

typedef struct Rule {
    WordId name;
    RuleKind kind;
    Weekday weekday;
    int month, day;           /* from Easter, `day` is the distance */
    Day (*compute)(int year); /* DAY_NONE when there is none that year */
    Shift shift;
    int from, to;   /* years, both inside; 0 for no limit */
    uint32_t parts; /* of the country, as bits; 0 for all of it */
} Rule;

/* The rules of a country, or with `part` those of a part of it. */
typedef struct Rules {
    const Rule *rows;
    size_t count;
    uint32_t part;
} Rules;

/* Whether one of them falls on the day, or is made up for on it; and its name. */
bool rules_on(const Rules *rules, Day day, WordId *name);
/* Japan's two further days of rest: the day after a Sunday's holiday that is none itself, and a day
 * between two. */
bool rules_japan_rest(const Rules *rules, Day day);

/* The ones that need a function. */
Day rule_vernal_equinox(int year); /* in Japan, 1980 to 2099 */
Day rule_autumnal_equinox(int year);
Day rule_matariki(int year); /* 2022 to 2052 */
Day rule_brigid(int year);

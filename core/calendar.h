#pragma once

/* Working days: a team's weekdays less its holidays (framework: Words, The daily check-in). */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "core/day.h"

/* Weekdays as bits: 1 << MONDAY and so on. */
typedef uint8_t Weekdays;
#define WEEKDAYS_MON_FRI ((Weekdays)0x1f)
#define WEEKDAYS_ALL     ((Weekdays)0x7f)

/* "Mon-Fri", "Mon, Tue, Thu", "Sun-Thu", "Monday to Thursday", "Mondays and Fridays", "weekdays",
 * "every day", "Mon-Thu, Sat". A range may turn the week ("Sat-Tue"). False when not understood or
 * none. */
bool weekdays_parse(const char *text, Weekdays *out) __attribute__((warn_unused_result));
/* "Mon-Fri", "Mon, Tue, Thu", "every day"; weekdays_parse reads it back; "none" for 0. Caller
 * frees. */
char *weekdays_text(Weekdays days);

/* A team's holidays: country calendars and single dates. */
typedef struct Holidays {
    GPtrArray *countries; /* of char *: "DE", "US", "GB-SCT", each once; NULL while empty */
    GArray *dates;        /* of Day, sorted, each once; NULL while empty */
} Holidays;

void holidays_clear(Holidays *h);
/* `to` is storage without content; the copy is its own. */
void holidays_copy(Holidays *to, const Holidays *from);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Holidays, holidays_clear)

/* "DE, 2025-12-24, 31 December 2025": countries (code or English name) and dates with their year,
 * divided by commas, semicolons or lines. On a mistake false, `*wrong` is the part that was not
 * understood (caller frees) and `*out` is left empty. "none" and "" mean no holidays. `*out` is
 * storage without content. */
bool holidays_parse(const char *text, Holidays *out, char **wrong)
    __attribute__((warn_unused_result));
/* holidays_parse reads it back; "none" when empty. Caller frees. */
char *holidays_text(const Holidays *h);
bool holidays_any(const Holidays *h); /* NULL: none */
/* Whether the day is one, and its name ("New Year's Day"; "a team holiday" for a single date); name
 * may be NULL. Which holidays countries have, and which are left out, is in country.h. Allocates
 * nothing. */
bool holidays_on(const Holidays *h, Day day, const char **name);
/* The countries known, as "DE Germany" lines for help; NULL-terminated, static. */
const char *const *holidays_countries(void);

/* What decides on working days, borrowed from a team. */
typedef struct Calendar {
    Weekdays working;
    const Holidays *holidays; /* NULL for none */
} Calendar;

bool calendar_works(const Calendar *c, Day day);
/* How many working days there are from `from` to the day before `until`; 0 when that is no day. Ten
 * years are counted at most. */
int32_t calendar_count(const Calendar *c, Day from, Day until);
/* The first working day on or after / on or before `day`. Within 400 days, else `day` itself. */
Day calendar_next(const Calendar *c, Day day);
Day calendar_previous(const Calendar *c, Day day);
/* The working day that is n (0 or more) working days after calendar_next(day). Where no further one
 * comes within 400 days it stops; and n above 3,660 is taken for that. */
Day calendar_plus(const Calendar *c, Day day, int32_t n);

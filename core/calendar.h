#pragma once

/* Working days: a team's weekdays less its holidays (framework: Words, The daily check-in). */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "core/day.h"

/* Weekdays as bits: 1 << MONDAY and so on. */
typedef uint8_t Weekdays;
#define WEEKDAYS_MON_FRI ((Weekdays)0x1f)

/* "Mon-Fri", "Mon, Tue, Thu", "Sun-Thu", "weekdays", "every day", "Mon-Thu, Sat". False when not understood or none. */
bool weekdays_parse(const char *text, Weekdays *out) __attribute__((warn_unused_result));
char *weekdays_text(Weekdays days); /* "Mon-Fri"; weekdays_parse reads it back. Caller frees */

/* A team's holidays: country calendars and single dates. */
typedef struct Holidays {
    GPtrArray *countries; /* of char *: "DE", "US", "GB-SCT"; NULL while empty */
    GArray *dates;        /* of Day, sorted, without duplicates; NULL while empty */
} Holidays;

void holidays_clear(Holidays *h);
void holidays_copy(Holidays *to, const Holidays *from);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Holidays, holidays_clear)

/* "DE, 2025-12-24, 31 December 2025": countries (code or English name) and dates. On a mistake false, `*wrong` is the
 * part that was not understood (caller frees) and `*out` is left empty. "none" and "" mean no holidays. */
bool holidays_parse(const char *text, Holidays *out, char **wrong) __attribute__((warn_unused_result));
char *holidays_text(const Holidays *h); /* holidays_parse reads it back; "none" when empty. Caller frees */
/* Whether the day is one, and its name ("New Year's Day"; "a team holiday" for a single date); name may be NULL. */
bool holidays_on(const Holidays *h, Day day, const char **name);
/* The countries known, as "DE Germany" lines for help; NULL-terminated, static. */
const char *const *holidays_countries(void);

/* What decides on working days, borrowed from a team. */
typedef struct Calendar {
    Weekdays working;
    const Holidays *holidays;
} Calendar;

bool calendar_works(const Calendar *c, Day day);
/* How many working days there are from `from` to the day before `until`. */
int32_t calendar_count(const Calendar *c, Day from, Day until);
/* The first working day on or after / on or before `day`. Within 400 days, else `day` itself. */
Day calendar_next(const Calendar *c, Day day);
Day calendar_previous(const Calendar *c, Day day);
/* The working day that is n (0 or more) working days after calendar_next(day). */
Day calendar_plus(const Calendar *c, Day day, int32_t n);

#pragma once

/* Public holidays by country, and by part of a country where that matters: rows of data, right from
 * 2024 on; before, most are as they are now. Days of rest that nearly everybody has off by custom
 * (Midsummer Eve in Sweden) are in.
 *
 * Left out, for a team adds them as single dates: holidays of the moon (Eid, Diwali, Holi; India
 * has its three national days only), optional ones (Carnival in Brazil), those of towns, and of
 * parts that are not listed. */

#include <stdbool.h>
#include <stddef.h>

#include "core/day.h"

typedef struct Country Country;

/* By code ("DE", "de-by") or by a name it is known under ("Germany", "Deutschland", "UK"); NULL
 * when unknown. */
const Country *country_find(const char *text);
/* By the code alone, exactly as country_code gives it; allocates nothing. */
const Country *country_of_code(const char *code);
/* Its code; caller frees. */
char *country_code(const Country *country);
/* Whether the day is a holiday there, and its name; `name` may be NULL. Allocates nothing. */
bool country_holiday_on(const Country *country, Day day, const char **name);

/* "DE Germany" for each, NULL-terminated, static. */
const char *const *country_lines(void);

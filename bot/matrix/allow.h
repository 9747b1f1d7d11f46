#pragma once

/* Whom a configuration names: user ids, each "*" in them for any characters ("@*:example.org").
 * Case counts, as it does in user ids. Pure. */

#include <stdbool.h>

bool matrix_pattern_fits(const char *pattern, const char *user);
/* Any of them; they end with NULL. NULL: nobody. */
bool matrix_allows(const char *const *patterns, const char *user);

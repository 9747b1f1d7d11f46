#include "bot/matrix/allow.h"

#include <stddef.h>

/* The last star takes one character more whenever what follows it does not fit: no recursion, and
 * never more than the product of both lengths. */
bool matrix_pattern_fits(const char *pattern, const char *user)
{
    const char *after_star = NULL, *retry = NULL;

    while (*user != '\0') {
        if (*pattern == '*') {
            after_star = ++pattern;
            retry = user;
        } else if (*pattern == *user) {
            pattern++;
            user++;
        } else if (after_star != NULL) {
            pattern = after_star;
            user = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

bool matrix_allows(const char *const *patterns, const char *user)
{
    for (size_t i = 0; patterns != NULL && patterns[i] != NULL; i++) {
        if (matrix_pattern_fits(patterns[i], user)) {
            return true;
        }
    }
    return false;
}

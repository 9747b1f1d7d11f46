#pragma once

/* Whole numbers as their digits, in storage of the caller's: numbers stand in almost every line
 * that is shown, and a format string is read each time anew. */

#include <stdint.h>

#define DIGITS_MAX 21 /* "-9223372036854775808", with its NUL */

/* Writes the digits of `n` so that the last one stands before `end`; returns the first. */
static inline char *digits_before(char *end, uint64_t n)
{
    do {
        *--end = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    return end;
}

/* `n` as text, somewhere in `out`. */
static inline const char *digits_text(char out[DIGITS_MAX], int64_t n)
{
    char *end = out + (DIGITS_MAX - 1);
    char *start = digits_before(end, n < 0 ? -(uint64_t)n : (uint64_t)n);

    *end = '\0';
    if (n < 0) {
        *--start = '-';
    }
    return start;
}

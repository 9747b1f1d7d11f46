#pragma once

/* A client's own view of our HTML: only tags of the suggested list, opened and closed in pairs,
 * with no attribute but a link to a member; and dice, for texts and changes at random. */

#include <stdint.h>

/* What is wrong with it; NULL: nothing. Caller frees. */
char *html_fault(const char *html);
/* Fails the test, with the promise, unless there is no fault. */
void expect_html(const char *promise, const char *html);

typedef struct Dice {
    uint64_t state;
} Dice;

uint32_t roll(Dice *dice, uint32_t sides);

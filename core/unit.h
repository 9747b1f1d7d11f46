#pragma once

/* Units of values, and the words that they go by. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum UnitKind {
    UNIT_PLAIN,    /* a bare number or ratio: NPS 45, coverage 3.2 */
    UNIT_PERCENT,  /* percent, and percentage points of movement */
    UNIT_MONEY,    /* name: the symbol where there is one, else the code: "$", "€", "CHF" */
    UNIT_DURATION, /* name: "millisecond", "second", "minute", "hour", "day", "week", "month",
                      "year" */
    UNIT_COUNT,    /* name: the noun as written, plural: "stalled accounts" */
} UnitKind;

#define UNIT_NAME_MAX 63 /* bytes, without the final NUL */

typedef struct Unit {
    UnitKind kind;
    char name[UNIT_NAME_MAX + 1];
} Unit;

/* The unit for figures beside others of the same KR: a count's noun stands once in a row, elsewhere
 * the bare number says enough. */
Unit unit_bare(const Unit *unit);
/* As it stands in a table that is carried out: "%", "$", "days", "stalled accounts", "plain".
 * Borrowed from the unit where it is not static. */
const char *unit_cell(const Unit *unit);
#define UNIT_CELL_PLAIN "plain"
bool unit_same(const Unit *a, const Unit *b); /* nouns compare without case; "$" and "USD" are the
                                                 same, so are "€" and "EUR" */

/* A unit whose name is the first `len` bytes of `name`, cut at a character where it is too long. */
Unit unit_named(UnitKind kind, const char *name, size_t len);

/* These read the beginning of `text` and return how many bytes they took; 0 when it is none of
 * theirs. Words are taken whole: "daylight" is no day, and neither is "day-one". */
size_t unit_take_currency(const char *text,
                          Unit *out); /* in front of a number: "$", "US$", "CHF" */
size_t unit_take(const char *text,
                 Unit *out); /* behind a number: "%", "pp", "euros", "€", "days" */
/* A factor behind a number: "k", "M", "bn", "million". `*letter`: it is a single letter, which
 * behind a blank may as well be a name. */
size_t unit_take_scale(const char *text, int64_t *factor, bool *letter);
/* A number in words: zero to twenty, the tens, and both together ("twenty-five"). */
size_t unit_take_number_word(const char *text, int64_t *out);

/* "day", "days", "ms": how a duration of that name is printed; NULL when there is no such duration.
 */
const char *unit_duration_text(const char *name, bool one);

/* Bytes of the word that `text` begins with: letters, digits, and what joins them ("won't",
 * "time-to-hire"). */
size_t unit_word_len(const char *text);

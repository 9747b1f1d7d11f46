#pragma once

/* Values with their units, as people write and read them (framework: Numbers): percent, currency with its symbol or
 * code, duration, count with a noun, plain number. The amount is exact; the unit stands beside it.
 *
 * A value is stored in the unit that its key result is stated in: 9 days are {9, DURATION "day"}, $21.2M are
 * {21200000, MONEY "$"}. Nothing is converted silently: 36 hours for a key result in days is asked back. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "core/decimal.h"

typedef enum UnitKind {
    UNIT_PLAIN,    /* a bare number or ratio: NPS 45, coverage 3.2 */
    UNIT_PERCENT,  /* percent, and percentage points of movement */
    UNIT_MONEY,    /* name: the symbol or code as written: "$", "€", "EUR", "CHF" */
    UNIT_DURATION, /* name: "second", "minute", "hour", "day", "week", "month" */
    UNIT_COUNT,    /* name: the noun as written, plural: "stalled accounts" */
} UnitKind;

#define UNIT_NAME_MAX 63 /* bytes, without the final NUL */

typedef struct Unit {
    UnitKind kind;
    char name[UNIT_NAME_MAX + 1];
} Unit;

typedef struct Value {
    Decimal amount;
    Unit unit;
} Value;

bool unit_same(const Unit *a, const Unit *b); /* nouns compare without case; "$" and "USD" are the same, so are "€" and "EUR" */

typedef enum ValueFault {
    VALUE_OK,
    VALUE_EMPTY,
    VALUE_NOT_A_NUMBER,   /* "soon", "=1+1", "twelve thousandish" */
    VALUE_TOO_PRECISE,
    VALUE_OUT_OF_RANGE,
    VALUE_DECIMAL_COMMA,  /* "27,5": asked back as 27.5 or 275? */
    VALUE_FOREIGN_UNIT,   /* hours for days, € for $, % for a count */
    VALUE_SCALE_UNCLEAR,  /* a bare 21.2 where the key result speaks in millions: $21.2M or $21.20? */
    VALUE_UNKNOWN_UNIT,   /* "9 parsecs" */
} ValueFault;

/* Reads a free-standing value, as it appears in a statement: "$21.2M", "21,200,000", "22 %", "22 percent", "1.5k",
 * "9 days", "400k EUR", "€400k", "six" (number words to twenty, and the tens), "3 pp". Suffixes k, K, m, M, mn, B, bn and "million" etc. scale; a
 * lower-case m directly behind digits without a currency is a scale too ("1.5m users"), minutes are written min.
 * A noun after the number ("6 stalled accounts") is left to the caller: `*rest` is set to where reading stopped, and
 * the unit is UNIT_PLAIN then.
 * `text` need not end at the value. Returns VALUE_OK and writes `*out` and `*rest`, or the fault. */
ValueFault value_scan(const char *text, const char **rest, Value *out) __attribute__((warn_unused_result));

/* Reads what a member answered for a value that is known to be in `unit`, now at `current`: the whole of `text`.
 * "27%", "27" (the unit is understood), "$21.2M", "21.2M", "9.5 days", "5 accounts" (any word of the noun, singular
 * or plural, will do), "=27". A leading + or - in front of a number means a movement from `current` ("+2", "-0.5",
 * "+2 accounts", "+$1.5M"): `*delta` tells. A negative value itself is written "= -5".
 * `scale_hint` is the key result's target: where it is 1,000 or more and the answer is bare and below a thousandth of
 * it … the scale is unclear and asked back. */
ValueFault value_read(const char *text, const Unit *unit, Decimal current, Decimal scale_hint, Decimal *out,
                      bool *delta) __attribute__((warn_unused_result));

/* Says a fault to a person: what is wrong and how to write it instead, with the text quoted (cut to a line), as one
 * sentence. `unit` may be NULL. Caller frees. */
char *value_fault_say(ValueFault fault, const char *text, const Unit *unit, Decimal current);

/* Exact and short, and value_read / value_scan read it back: "22%", "$21.2M", "$21,234,567", "9 days", "1 day",
 * "6 stalled accounts", "45", "EUR 400k" reads and prints as "€400k"; "1 account" is not attempted: nouns stay as
 * written, but "1 day" is singular. Caller frees. */
char *value_text(Decimal amount, const Unit *unit);

/* For figures that were computed (expected, needed): at most three significant places behind the leading digits that
 * a reader needs: "$24.6M", "27.9%", "9.4 days". Not meant to be read back. Caller frees. */
char *value_text_rounded(Decimal amount, const Unit *unit);

/* A movement, with its sign: "+2", "+5 pp" (percent moves by percentage points), "-3 days", "+$1.2M", "±0". */
char *value_text_change(Decimal change, const Unit *unit);

/* A plain ratio (progress, share) as a percentage without places: 0.12 -> "12%"; -0.05 -> "-5%". Caller frees. */
char *ratio_text(Decimal ratio);

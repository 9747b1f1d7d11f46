#pragma once

/* Values with their units, as people write and read them (framework: Numbers): percent, currency
 * with its symbol or code, duration, count with a noun, plain number. The amount is exact; the unit
 * stands beside it.
 *
 * A value is stored in the unit that its key result is stated in: 9 days are {9, DURATION "day"},
 * $21.2M are {21200000, MONEY "$"}. Nothing is converted silently: 36 hours for a key result in
 * days is asked back. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "core/decimal.h"
#include "core/unit.h"

typedef struct Value {
    Decimal amount;
    Unit unit;
} Value;

typedef enum ValueFault {
    VALUE_OK,
    VALUE_EMPTY,
    VALUE_NOT_A_NUMBER, /* "soon", "=1+1", "twelve thousandish" */
    VALUE_TOO_PRECISE,
    VALUE_OUT_OF_RANGE,
    VALUE_DECIMAL_COMMA, /* "27,5": asked back as 27.5 or 275? And "120.000", as 120 or 120000? */
    VALUE_FOREIGN_UNIT,  /* hours for days, € for $, % for a count */
    VALUE_SCALE_UNCLEAR, /* a bare 21.2 where the key result speaks in millions: $21.2M or $21.20?
                          */
    VALUE_UNKNOWN_UNIT,  /* "9 parsecs" */
    VALUE_RANGE,         /* "20-30M": one number is asked for */
} ValueFault;

/* Reads a free-standing value, as it appears in a statement: "$21.2M", "21,200,000", "22 %", "22
 * percent", "1.5k", "9 days", "400k EUR", "€400k", "six" (number words to twenty, and the tens), "3
 * pp", "2.5x", "4.2/5" (also of 10 and 100). Suffixes k, K, m, M, mn, B, bn and "million" etc.
 * scale; a lower-case m directly behind digits without a currency is a scale too ("1.5m users"),
 * minutes are written min. A single letter behind a blank scales only money. A noun after the
 * number ("6 stalled accounts") is left to the caller: `*rest` is set to where reading stopped, and
 * the unit is UNIT_PLAIN then.
 * `text` need not end at the value. Returns VALUE_OK and writes `*out` and `*rest`, or the fault.
 * Numbers that are part of a name ("3+", "24/7", "1st", "30-day", "9:30") are VALUE_NOT_A_NUMBER,
 * or VALUE_UNKNOWN_UNIT ("3D"). */
ValueFault value_scan(const char *text, const char **rest, Value *out)
    __attribute__((warn_unused_result));

/* Reads what a member answered for a value that is known to be in `unit`, now at `current`: the
 * whole of `text`. "27%", "27" (the unit is understood), "$21.2M", "21.2M", "9.5 days", "5
 * accounts" (any word of the noun, singular or plural, will do), "5 of 6" and "5/6" (where 6 is the
 * target), "=27". A leading + or - in front of a number means a movement from `current` ("+2",
 * "-0.5", "+2 accounts", "+$1.5M", "+2 pp"): `*delta` tells; `*out` is the value after it. A
 * negative value itself is written "= -5". `scale_hint` is the key result's target: where it is
 * 1,000 or more and the answer for an amount of money, a count or a plain number is bare (no
 * suffix, currency, noun or grouping comma), not 0, and below a thousandth of it, the scale is
 * unclear and asked back. A value behind "=" and a whole movement of a count are taken at their
 * word.
 * `*out` and `*delta` are written only when VALUE_OK. */
ValueFault value_read(const char *text, const Unit *unit, Decimal current, Decimal scale_hint,
                      Decimal *out, bool *delta) __attribute__((warn_unused_result));

/* Says a fault to a person: what is wrong and how to write it instead, with the text quoted (cut to
 * a line), as one sentence. `unit` may be NULL; else `current` serves as the example. NULL when
 * VALUE_OK. Caller frees. */
char *value_fault_say(ValueFault fault, const char *text, const Unit *unit, Decimal current);

/* Exact and short, and value_read / value_scan read it back: "22%", "$21.2M", "$21,234,567",
 * "$400k", "9 days", "1 day", "6 stalled accounts", "45", "1,200"; "EUR 400k" reads and prints as
 * "€400k". Nouns stay as written ("1 stalled accounts" is not mended). Only money of 10,000 and
 * more takes a suffix, where that stays exact. Caller frees. */
char *value_text(Decimal amount, const Unit *unit);

/* For figures that were computed (expected, needed), as many places as a reader needs: "$24.6M",
 * "$246M", "27.9%", "9.4 days", "0.025". Not meant to be read back. Caller frees. */
char *value_text_rounded(Decimal amount, const Unit *unit);

/* A movement, with its sign: "+2" (of a count, too), "+5 pp" (percent moves by percentage points),
 * "-3 days", "+$1.2M", "±0". Exact to two places, rounded like value_text_rounded where it has
 * more. Caller frees. */
char *value_text_change(Decimal change, const Unit *unit);

/* The same three in the caller's storage, in which the text begins; gives `out`. */
#define VALUE_TEXT_MAX (DECIMAL_TEXT_MAX + UNIT_NAME_MAX + 8) /* number, name, what joins them */
const char *value_write(char out[VALUE_TEXT_MAX], Decimal amount, const Unit *unit);
const char *value_write_rounded(char out[VALUE_TEXT_MAX], Decimal amount, const Unit *unit);
const char *value_write_change(char out[VALUE_TEXT_MAX], Decimal change, const Unit *unit);

/* A plain ratio (progress, share) as a percentage without places: 0.12 -> "12%"; -0.05 -> "-5%".
 * Caller frees. */
char *ratio_text(Decimal ratio);
const char *ratio_write(char out[VALUE_TEXT_MAX], Decimal ratio); /* in the caller's storage */

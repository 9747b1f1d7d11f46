#pragma once

/* Exact decimals: 64-bit integers in millionths, never floating point (framework: Numbers).
 * Range: about ±9.2 million million. Whatever leaves it is reported, never wrapped. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int64_t millionths;
} Decimal;

#define DECIMAL_ONE 1000000
/* A literal in whole units: DECIMAL(21), and in millionths: {.millionths = 500000}. */
#define DECIMAL(whole) ((Decimal){(int64_t)(whole)*DECIMAL_ONE})

typedef enum DecimalResult {
    DECIMAL_OK,
    DECIMAL_NOT_A_NUMBER, /* not digits in a form we read */
    DECIMAL_TOO_PRECISE,  /* more than six places behind the point */
    DECIMAL_OUT_OF_RANGE,
    DECIMAL_AMBIGUOUS, /* "27,5": a decimal comma or two numbers? Asked back, never guessed */
} DecimalResult;

/* Reads one number that fills `text` whole: an optional sign, digits (thousands may be grouped by
 * commas in threes: 21,200,000), an optional point and at most six places. No exponent, no unit, no
 * blank. Digits before the point may be missing (".5"), those behind it may not ("5.").
 * `*out` is written only when DECIMAL_OK. Unicode minus (U+2212) counts as a minus. */
DecimalResult decimal_parse(const char *text, size_t len, Decimal *out)
    __attribute__((warn_unused_result));

/* The shortest exact form that decimal_parse reads back, without grouping: "21.2", "-0.5", "35".
 * Caller frees with g_free. */
char *decimal_text(Decimal d);

/* The same in the caller's storage, somewhere in which it begins; and with its thousands grouped:
 * "21,234,567.5". */
#define DECIMAL_TEXT_MAX 28
const char *decimal_write(char out[DECIMAL_TEXT_MAX], Decimal d);
const char *decimal_write_grouped(char out[DECIMAL_TEXT_MAX], Decimal d);

int decimal_cmp(Decimal a, Decimal b);

/* Arithmetic; false when the result leaves the range (`*out` untouched then). */
bool decimal_add(Decimal a, Decimal b, Decimal *out) __attribute__((warn_unused_result));
bool decimal_sub(Decimal a, Decimal b, Decimal *out) __attribute__((warn_unused_result));
/* a × num / den, rounded half away from zero; den must not be 0. The product is taken in 128 bits.
 */
bool decimal_scale(Decimal a, int64_t num, int64_t den, Decimal *out)
    __attribute__((warn_unused_result));
/* a / b as a plain ratio, rounded half away from zero; false also when b is 0. */
bool decimal_ratio(Decimal a, Decimal b, Decimal *out) __attribute__((warn_unused_result));
/* a × b, rounded half away from zero. */
bool decimal_mul(Decimal a, Decimal b, Decimal *out) __attribute__((warn_unused_result));

/* Rounded half away from zero to `places` (0 to 6) behind the point; toward zero where that would
 * leave the range. */
Decimal decimal_round(Decimal d, int places);

/* Products and quotients are taken in 128 bits and brought back through one door, scaled(). */

#include "core/decimal.h"

#include <string.h>

#include <glib.h>

#include "core/digits.h"
#include "core/wide.h"

#define PLACES 6

static const int64_t powers[PLACES + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* How the digits of a number stand in the text. */
typedef struct Digits {
    size_t whole;    /* bytes before the point, commas included */
    size_t fraction; /* bytes behind it */
    bool negative;
    const char *text; /* behind the sign */
} Digits;

static size_t sign_len(const char *text, size_t len, bool *negative)
{
    static const char minus[] = "\u2212";

    *negative = false;
    if (len > 0 && (text[0] == '+' || text[0] == '-')) {
        *negative = text[0] == '-';
        return 1;
    }
    if (len >= sizeof minus - 1 && memcmp(text, minus, sizeof minus - 1) == 0) {
        *negative = true;
        return sizeof minus - 1;
    }
    return 0;
}

static size_t digits_len(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && g_ascii_isdigit(text[n])) {
        n++;
    }
    return n;
}

/* Whether the commas of a whole part, if it has any, group it in threes. */
static bool grouped_well(const char *text, size_t len)
{
    size_t first = digits_len(text, len);

    if (first == len) {
        return true;
    }
    if (first == 0 || first > 3 || text[0] == '0') {
        return false;
    }
    for (size_t at = first; at < len; at += 4) {
        if (text[at] != ',' || digits_len(text + at + 1, len - at - 1) < 3) {
            return false;
        }
        if (at + 4 < len && text[at + 4] != ',') {
            return false;
        }
    }
    return true;
}

/* What is wrong with text that has a comma in an unexpected place, or a second point. */
static DecimalResult misplaced(const char *text, size_t len)
{
    bool comma = false;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == ',' && i + 1 < len && g_ascii_isdigit(text[i + 1])) {
            comma = true;
        } else if (!g_ascii_isdigit(text[i]) && text[i] != '.') {
            return DECIMAL_NOT_A_NUMBER;
        }
    }
    return comma ? DECIMAL_AMBIGUOUS : DECIMAL_NOT_A_NUMBER;
}

static DecimalResult digits_find(const char *text, size_t len, Digits *out)
{
    size_t sign = sign_len(text, len, &out->negative);
    const char *point;

    text += sign;
    len -= sign;
    out->text = text;
    point = len > 0 ? memchr(text, '.', len) : NULL;
    out->whole = point != NULL ? (size_t)(point - text) : len;
    out->fraction = point != NULL ? len - out->whole - 1 : 0;
    if (len == 0 || (point != NULL && out->fraction == 0)) {
        return DECIMAL_NOT_A_NUMBER;
    }
    if (point != NULL && digits_len(point + 1, out->fraction) < out->fraction) {
        return misplaced(text, len);
    }
    if (out->whole > 0 && !grouped_well(text, out->whole)) {
        return misplaced(text, len);
    }
    return out->fraction > PLACES ? DECIMAL_TOO_PRECISE : DECIMAL_OK;
}

/* Counts downwards, since there is one more negative number than there are positive ones. */
static bool take_digit(int64_t *v, int digit)
{
    return !__builtin_mul_overflow(*v, 10, v) && !__builtin_sub_overflow(*v, digit, v);
}

DecimalResult decimal_parse(const char *text, size_t len, Decimal *out)
{
    Digits digits;
    DecimalResult result = digits_find(text, len, &digits);
    size_t end = digits.fraction > 0 ? digits.whole + 1 + digits.fraction : digits.whole;
    int64_t v = 0;

    if (result != DECIMAL_OK) {
        return result;
    }
    for (size_t i = 0; i < end; i++) {
        char c = digits.text[i];

        if (g_ascii_isdigit(c) && !take_digit(&v, c - '0')) {
            return DECIMAL_OUT_OF_RANGE;
        }
    }
    if (__builtin_mul_overflow(v, powers[PLACES - digits.fraction], &v) ||
        (!digits.negative && __builtin_sub_overflow(0, v, &v))) {
        return DECIMAL_OUT_OF_RANGE;
    }
    *out = (Decimal){v};
    return DECIMAL_OK;
}

/* The places that say something, before `end`. */
static char *places_before(char *end, uint64_t fraction)
{
    uint64_t marked =
        fraction + DECIMAL_ONE; /* the one in front keeps the zeros behind the point */

    while (marked % 10 == 0) {
        marked /= 10;
    }
    char *start = digits_before(end, marked);
    *start = '.';
    return start;
}

static char *grouped_before(char *end, uint64_t whole)
{
    for (; whole >= 1000; whole /= 1000) {
        digits_before(end, whole % 1000 + 1000);
        end -= 4;
        *end = ',';
    }
    return digits_before(end, whole);
}

static const char *write_text(char *out, Decimal d, char *(*whole_before)(char *, uint64_t))
{
    uint64_t magnitude = d.millionths < 0 ? -(uint64_t)d.millionths : (uint64_t)d.millionths;
    uint64_t fraction = magnitude % DECIMAL_ONE;
    char *start = out + (DECIMAL_TEXT_MAX - 1);

    *start = '\0';
    if (fraction > 0) {
        start = places_before(start, fraction);
    }
    start = whole_before(start, magnitude / DECIMAL_ONE);
    if (d.millionths < 0) {
        *--start = '-';
    }
    return start;
}

const char *decimal_write(char out[DECIMAL_TEXT_MAX], Decimal d)
{
    return write_text(out, d, digits_before);
}

const char *decimal_write_grouped(char out[DECIMAL_TEXT_MAX], Decimal d)
{
    return write_text(out, d, grouped_before);
}

char *decimal_text(Decimal d)
{
    char text[DECIMAL_TEXT_MAX];

    return g_strdup(decimal_write(text, d));
}

int decimal_cmp(Decimal a, Decimal b)
{
    return (a.millionths > b.millionths) - (a.millionths < b.millionths);
}

bool decimal_add(Decimal a, Decimal b, Decimal *out)
{
    int64_t sum;

    if (__builtin_add_overflow(a.millionths, b.millionths, &sum)) {
        return false;
    }
    *out = (Decimal){sum};
    return true;
}

bool decimal_sub(Decimal a, Decimal b, Decimal *out)
{
    int64_t difference;

    if (__builtin_sub_overflow(a.millionths, b.millionths, &difference)) {
        return false;
    }
    *out = (Decimal){difference};
    return true;
}

/* product / den in millionths, rounded half away from zero. No product of two int64_t overflows
 * this. */
static bool scaled(Wide product, Wide den, Decimal *out)
{
    Wide rest;
    Wide quotient = wide_divide(product, den, &rest);

    if ((rest < 0 ? -rest : rest) * 2 >= (den < 0 ? -den : den)) {
        quotient += (product < 0) == (den < 0) ? 1 : -1;
    }
    if (quotient < INT64_MIN || quotient > INT64_MAX) {
        return false;
    }
    *out = (Decimal){(int64_t)quotient};
    return true;
}

bool decimal_scale(Decimal a, int64_t num, int64_t den, Decimal *out)
{
    g_assert(den != 0);
    return scaled((Wide)a.millionths * num, den, out);
}

bool decimal_ratio(Decimal a, Decimal b, Decimal *out)
{
    return b.millionths != 0 && scaled((Wide)a.millionths * DECIMAL_ONE, b.millionths, out);
}

bool decimal_mul(Decimal a, Decimal b, Decimal *out)
{
    return scaled((Wide)a.millionths * b.millionths, DECIMAL_ONE, out);
}

Decimal decimal_round(Decimal d, int places)
{
    int64_t step, rest, toward, away;

    g_assert(places >= 0 && places <= PLACES);
    step = powers[PLACES - places];
    rest = d.millionths % step;
    toward = d.millionths - rest;
    if (rest == 0 || (rest < 0 ? -rest : rest) * 2 < step ||
        __builtin_add_overflow(toward, rest > 0 ? step : -step, &away)) {
        return (Decimal){toward};
    }
    return (Decimal){away};
}

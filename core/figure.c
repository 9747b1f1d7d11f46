/* A figure is taken from left to right: sign, currency, number, scale, unit. Then what stands next
 * decides whether it was a figure at all, or part of a name, a range, a date. */

#include "core/figure.h"

#include <string.h>

static const ValueFault faults[] = {
    [DECIMAL_OK] = VALUE_OK,
    [DECIMAL_NOT_A_NUMBER] = VALUE_NOT_A_NUMBER,
    [DECIMAL_TOO_PRECISE] = VALUE_TOO_PRECISE,
    [DECIMAL_OUT_OF_RANGE] = VALUE_OUT_OF_RANGE,
    [DECIMAL_AMBIGUOUS] = VALUE_DECIMAL_COMMA,
};

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \n");
}

/* The end of the run of characters without a blank, but for the punctuation that closes it. */
static const char *run_end(const char *text)
{
    const char *end = text + strcspn(text, " \n");

    while (end > text + 1 && strchr(".,;:)!?", end[-1]) != NULL) {
        end--;
    }
    return end;
}

static bool starts_number(const char *p)
{
    return g_ascii_isdigit(p[0]) || (p[0] == '.' && g_ascii_isdigit(p[1]));
}

/* A minus, as typed or as a hyphen, or an en dash; how many bytes. */
static size_t dash_len(const char *p)
{
    if (*p == '-') {
        return 1;
    }
    return g_str_has_prefix(p, "−") ? strlen("−") : g_str_has_prefix(p, "–") ? strlen("–") : 0;
}

static bool starts_amount(const char *p)
{
    Unit unit;

    return starts_number(p) || starts_number(skip_blanks(p + unit_take_currency(p, &unit)));
}

static const char *take_sign(const char *p, Figure *out)
{
    size_t dash = dash_len(p);

    if (*p == '+' || dash > 0) {
        out->sign = dash > 0 ? '-' : '+';
        return skip_blanks(p + MAX(dash, 1));
    }
    return p;
}

/* Digits with points and commas between them. */
static size_t number_len(const char *p)
{
    size_t n = 0;

    while (g_ascii_isdigit(p[n]) || ((p[n] == '.' || p[n] == ',') && g_ascii_isdigit(p[n + 1]))) {
        n++;
    }
    return n;
}

/* "120.000", "1.500": thousands in half of the world. Nobody else writes a zero there. */
static bool point_groups(const char *number, size_t len)
{
    const char *point = memchr(number, '.', len);

    return point != NULL && number + len - point == 4 && number[len - 1] == '0' &&
           number[0] != '0' && point > number && point - number <= 3;
}

static ValueFault take_digits(const char **p, Figure *out)
{
    size_t len = number_len(*p);
    DecimalResult result = decimal_parse(*p, len, &out->amount);

    out->grouped = memchr(*p, ',', len) != NULL;
    if (result == DECIMAL_OK && point_groups(*p, len)) {
        result = DECIMAL_AMBIGUOUS;
    }
    *p += len;
    return faults[result];
}

static ValueFault take_number(const char **p, Figure *out)
{
    int64_t whole;
    size_t word;

    if (starts_number(*p)) {
        return take_digits(p, out);
    }
    word = unit_take_number_word(*p, &whole);
    if (word == 0) {
        return VALUE_NOT_A_NUMBER;
    }
    out->worded = true;
    out->amount = DECIMAL(whole);
    *p += word;
    return VALUE_OK;
}

/* A single letter behind a blank may be a name ("6 M accounts"), unless it is about money. */
static bool scale_meant(const char *behind, bool attached, bool letter, bool money)
{
    Unit unit;

    return attached || !letter || money || unit_take_currency(behind, &unit) > 0;
}

static ValueFault take_scale(const char **p, bool money, Figure *out)
{
    for (;;) {
        const char *at = skip_blanks(*p);
        int64_t factor;
        bool letter;
        size_t len = unit_take_scale(at, &factor, &letter);

        if (len == 0 || !scale_meant(at + len, at == *p, letter, money)) {
            return VALUE_OK;
        }
        if (!decimal_scale(out->amount, factor, 1, &out->amount)) {
            return VALUE_OUT_OF_RANGE;
        }
        out->scaled = true;
        *p = at + len;
    }
}

/* "4.2/5" and "3.2x": ways to write plain numbers. */
static ValueFault take_plain_mark(const char **p, Figure *out)
{
    size_t times = **p == 'x' || **p == 'X' ? 1 : g_str_has_prefix(*p, "×") ? strlen("×") : 0;
    size_t len;

    if ((*p)[0] == '/' && starts_number(*p + 1)) {
        len = number_len(*p + 1);
        out->rated = true;
        *p += 1 + len;
        return faults[decimal_parse(*p - len, len, &out->of)];
    }
    if (times > 0 && unit_word_len(*p) <= times) {
        *p += times;
    }
    return VALUE_OK;
}

static const char *take_unit(const char *p, Figure *out)
{
    const char *at = skip_blanks(p);
    Unit unit;
    size_t len = unit_take(at, &unit);

    if (len == 0 || (out->unit.kind == UNIT_MONEY && unit.kind != UNIT_MONEY)) {
        return p;
    }
    out->unit = unit;
    return at + len;
}

/* "20-30M", "20 – 30%": returns where it ends, or NULL when it is no range. */
static const char *range_end(const char *p)
{
    const char *at = skip_blanks(p);
    size_t dash = dash_len(at);

    at = skip_blanks(at + dash);
    return dash > 0 && starts_amount(at) ? run_end(at) : NULL;
}

/* What may not stand directly behind a figure. */
static ValueFault judge_end(const char *p, const Figure *figure)
{
    gunichar c = g_utf8_get_char(p);

    if (g_unichar_isalpha(c)) {
        return VALUE_UNKNOWN_UNIT;
    }
    if (g_unichar_isalnum(c) || g_unichar_ismark(c) || (*p != '\0' && strchr("%^*~_@#\\|", *p))) {
        return VALUE_NOT_A_NUMBER;
    }
    if (*p == '+') {
        return figure->unit.kind == UNIT_PLAIN || starts_amount(p + 1) ? VALUE_NOT_A_NUMBER
                                                                       : VALUE_OK;
    }
    if (*p != '\0' && strchr("-/:.,'&=<>", *p) && p[1] != '>' && unit_word_len(p + 1) > 0) {
        return VALUE_NOT_A_NUMBER;
    }
    return VALUE_OK;
}

/* An ISO date begins like a range. */
static bool is_date(const char *p)
{
    static const char shape[] = "dddd-dd-dd";

    for (size_t i = 0; shape[i] != '\0'; i++) {
        if (shape[i] == 'd' ? !g_ascii_isdigit(p[i]) : p[i] != shape[i]) {
            return false;
        }
    }
    return true;
}

static ValueFault finish(const char *start, const char *p, Figure *out)
{
    const char *range = is_date(start) ? NULL : range_end(p);
    ValueFault fault;

    if (range != NULL) {
        out->end = range;
        return VALUE_RANGE;
    }
    fault = judge_end(p, out);
    if (fault != VALUE_OK) {
        return fault;
    }
    if (out->sign == '-' && !decimal_sub(DECIMAL(0), out->amount, &out->amount)) {
        return VALUE_OUT_OF_RANGE;
    }
    out->end = p;
    return VALUE_OK;
}

ValueFault figure_scan(const char *text, bool money, Figure *out)
{
    const char *start = skip_blanks(text), *p;
    size_t currency;
    ValueFault fault;

    *out = (Figure){.end = run_end(start)};
    p = take_sign(start, out);
    currency = unit_take_currency(p, &out->unit);
    p = currency > 0 ? skip_blanks(p + currency) : p;
    fault = take_number(&p, out);
    if (fault == VALUE_OK) {
        fault = take_scale(&p, money || currency > 0, out);
    }
    if (fault == VALUE_OK && currency == 0) {
        fault = take_plain_mark(&p, out);
    }
    if (fault != VALUE_OK) {
        return fault;
    }
    out->bare = p;
    return finish(start, out->rated ? p : take_unit(p, out), out);
}

bool figure_starts(const char *text)
{
    size_t sign = *text == '+' ? 1 : dash_len(text);
    int64_t word;

    return starts_amount(text + sign) || unit_take_number_word(text, &word) > 0;
}

bool figure_is_rating(const Figure *figure)
{
    static const int scales[] = {5, 10, 100};

    for (size_t i = 0; i < G_N_ELEMENTS(scales); i++) {
        if (decimal_cmp(figure->of, DECIMAL(scales[i])) == 0) {
            return true;
        }
    }
    return false;
}

bool figure_scale_unclear(const Figure *figure, Decimal target)
{
    Decimal amount = figure->amount, thousandfold;

    if (figure->scaled || figure->grouped || figure->unit.kind != UNIT_PLAIN ||
        amount.millionths == 0 || target.millionths == INT64_MIN) {
        return false;
    }
    if (target.millionths < 0) {
        target.millionths = -target.millionths;
    }
    if (decimal_cmp(target, DECIMAL(1000)) < 0 || !decimal_scale(amount, 1000, 1, &thousandfold)) {
        return false;
    }
    if (thousandfold.millionths < 0) {
        thousandfold.millionths = -thousandfold.millionths;
    }
    return decimal_cmp(thousandfold, target) < 0;
}

/* Values as they are printed. */

#include "core/value.h"

#include <string.h>

#include "core/digits.h"

typedef struct Suffix {
    int64_t factor;
    const char *letter;
    int places;    /* how many may stand behind the point and still be read at a glance */
    int64_t least; /* from here on, in whole units */
} Suffix;

/* Largest first. */
static const Suffix suffixes[] = {
    {INT64_C(1000000000), "B", 3, INT64_C(1000000000)},
    {INT64_C(1000000), "M", 3, INT64_C(1000000)},
    {INT64_C(1000), "k", 0, INT64_C(10000)},
};

/* Without its sign. The one number that has no opposite is short of it by a millionth. */
static Decimal magnitude(Decimal d)
{
    return (Decimal){d.millionths >= 0           ? d.millionths
                     : d.millionths == INT64_MIN ? INT64_MAX
                                                 : -d.millionths};
}

/* Text in the making; VALUE_TEXT_MAX is room for the longest. */
typedef struct Writer {
    char *at, *end;
} Writer;

static inline void add(Writer *w, const char *text)
{
    size_t len = strlen(text);

    g_assert(len < (size_t)(w->end - w->at));
    memcpy(w->at, text, len + 1);
    w->at += len;
}

static bool is_multiple(Decimal d, int64_t factor, int places)
{
    for (; places > 0; places--) {
        factor /= 10;
    }
    return d.millionths % (factor * DECIMAL_ONE) == 0;
}

/* The suffix that says `d` exactly, or NULL. */
static const Suffix *suffix_exact(Decimal d)
{
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        const Suffix *suffix = &suffixes[i];

        if (decimal_cmp(magnitude(d), DECIMAL(suffix->least)) >= 0) {
            return is_multiple(d, suffix->factor, suffix->places) ? suffix : NULL;
        }
    }
    return NULL;
}

/* Dollars and cents: one place becomes two. */
static void add_cents(Writer *w, const char *digits)
{
    const char *point = strchr(digits, '.');

    if (point != NULL && strlen(point) == 2) {
        add(w, "0");
    }
}

/* "-$21.2M", "CHF 400k". */
static void add_money(Writer *w, Decimal d, const Suffix *suffix, const char *name)
{
    char number[DECIMAL_TEXT_MAX];

    if (suffix != NULL && !decimal_scale(d, 1, suffix->factor, &d)) {
        suffix = NULL;
    }
    const char *digits = decimal_write_grouped(number, d);
    if (*digits == '-') {
        add(w, "-");
        digits++;
    }
    add(w, name);
    if (g_ascii_isalpha(name[0]) && g_ascii_isalpha(name[strlen(name) - 1])) {
        add(w, " ");
    }
    add(w, digits);
    if (suffix != NULL) {
        add(w, suffix->letter);
    } else {
        add_cents(w, digits);
    }
}

static void add_number(Writer *w, Decimal d)
{
    char number[DECIMAL_TEXT_MAX];

    add(w, decimal_write_grouped(number, d));
}

static void add_duration(Writer *w, Decimal d, const char *name)
{
    const char *noun = unit_duration_text(name, decimal_cmp(magnitude(d), DECIMAL(1)) == 0);

    add_number(w, d);
    add(w, " ");
    add(w, noun != NULL ? noun : name);
}

static void add_count(Writer *w, Decimal d, const char *noun)
{
    add_number(w, d);
    if (*noun != '\0') {
        add(w, " ");
        add(w, noun);
    }
}

static void add_with_unit(Writer *w, Decimal d, const Unit *unit, const Suffix *suffix)
{
    switch (unit->kind) {
    case UNIT_MONEY:
        add_money(w, d, suffix, unit->name);
        break;
    case UNIT_DURATION:
        add_duration(w, d, unit->name);
        break;
    case UNIT_PERCENT:
        add_number(w, d);
        add(w, "%");
        break;
    case UNIT_COUNT:
        add_count(w, d, unit->name);
        break;
    case UNIT_PLAIN:
        add_number(w, d);
        break;
    }
}

static void add_exact(Writer *w, Decimal d, const Unit *unit)
{
    add_with_unit(w, d, unit, unit->kind == UNIT_MONEY ? suffix_exact(d) : NULL);
}

/* Three digits or so: none behind the point from 100 on, one from 1 on, below that the first two
 * that say something. */
static Decimal readable(Decimal d)
{
    int64_t size = magnitude(d).millionths;
    int places = size >= 100 * (int64_t)DECIMAL_ONE ? 0 : 1;

    for (int64_t at = DECIMAL_ONE; size < at && places < 6; at /= 10) {
        places++;
    }
    return decimal_round(d, places);
}

/* Rounded to what is readable in units of `factor`. */
static Decimal readable_in(Decimal d, int64_t factor)
{
    Decimal scaled, back;

    if (!decimal_scale(d, 1, factor, &scaled) ||
        !decimal_scale(readable(scaled), factor, 1, &back)) {
        return d;
    }
    return back;
}

static void add_money_rounded(Writer *w, Decimal d, const Unit *unit)
{
    /* from the smallest on, since rounding may carry $999,960 over to $1M */
    for (size_t i = G_N_ELEMENTS(suffixes); i-- > 0;) {
        const Suffix *suffix = &suffixes[i];
        Decimal rounded = readable_in(d, suffix->factor);
        bool last = i == 0 || decimal_cmp(magnitude(rounded), DECIMAL(suffixes[i - 1].least)) < 0;

        if (last && decimal_cmp(magnitude(rounded), DECIMAL(suffix->least)) >= 0) {
            add_with_unit(w, rounded, unit, suffix);
            return;
        }
    }
    add_with_unit(w, readable(d), unit, NULL);
}

static void add_rounded(Writer *w, Decimal d, const Unit *unit)
{
    if (unit->kind == UNIT_MONEY) {
        add_money_rounded(w, d, unit);
    } else {
        add_with_unit(w, readable(d), unit, NULL);
    }
}

/* "5 pp", "3 days", "$1.2M", "2". */
static void add_size(Writer *w, Decimal size, const Unit *unit)
{
    bool exact = decimal_cmp(decimal_round(size, 2), size) == 0;

    if (unit->kind == UNIT_PERCENT || unit->kind == UNIT_COUNT) {
        add_number(w, exact ? size : readable(size));
        add(w, unit->kind == UNIT_PERCENT ? " pp" : "");
    } else if (exact) {
        add_exact(w, size, unit);
    } else {
        add_rounded(w, size, unit);
    }
}

static void add_change(Writer *w, Decimal change, const Unit *unit)
{
    if (change.millionths == 0) {
        add(w, "±0");
        return;
    }
    add(w, change.millionths < 0 ? "-" : "+");
    add_size(w, magnitude(change), unit);
}

static const char *written(char *out, void (*add_it)(Writer *, Decimal, const Unit *), Decimal d,
                           const Unit *unit)
{
    Writer w = {out, out + VALUE_TEXT_MAX};

    add_it(&w, d, unit);
    return out;
}

const char *value_write(char out[VALUE_TEXT_MAX], Decimal amount, const Unit *unit)
{
    return written(out, add_exact, amount, unit);
}

const char *value_write_rounded(char out[VALUE_TEXT_MAX], Decimal amount, const Unit *unit)
{
    return written(out, add_rounded, amount, unit);
}

const char *value_write_change(char out[VALUE_TEXT_MAX], Decimal change, const Unit *unit)
{
    return written(out, add_change, change, unit);
}

char *value_text(Decimal amount, const Unit *unit)
{
    char text[VALUE_TEXT_MAX];

    return g_strdup(value_write(text, amount, unit));
}

char *value_text_rounded(Decimal amount, const Unit *unit)
{
    char text[VALUE_TEXT_MAX];

    return g_strdup(value_write_rounded(text, amount, unit));
}

char *value_text_change(Decimal change, const Unit *unit)
{
    char text[VALUE_TEXT_MAX];

    return g_strdup(value_write_change(text, change, unit));
}

const char *ratio_write(char out[VALUE_TEXT_MAX], Decimal ratio)
{
    Writer w = {out, out + VALUE_TEXT_MAX};
    char digits[DIGITS_MAX];

    add(&w, digits_text(digits, decimal_round(ratio, 2).millionths / (DECIMAL_ONE / 100)));
    add(&w, "%");
    return out;
}

char *ratio_text(Decimal ratio)
{
    char text[VALUE_TEXT_MAX];

    return g_strdup(ratio_write(text, ratio));
}

/* Values as they are printed. */

#include "core/value.h"

#include <string.h>

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

/* 21234567.5 -> "21,234,567.5" */
static char *grouped(Decimal d)
{
    g_autofree char *digits = decimal_text(d);
    size_t start = *digits == '-' ? 1 : 0;
    size_t whole = strcspn(digits + start, ".");
    GString *out = g_string_new(NULL);

    g_string_append_len(out, digits, (gssize)start);
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) {
            g_string_append_c(out, ',');
        }
        g_string_append_c(out, digits[start + i]);
    }
    g_string_append(out, digits + start + whole);
    return g_string_free(out, FALSE);
}

/* Dollars and cents: one place becomes two. */
static void add_cents(GString *number)
{
    const char *point = strchr(number->str, '.');

    if (point != NULL && strlen(point) == 2) {
        g_string_append_c(number, '0');
    }
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

/* "-$21.2M", "CHF 400k". */
static char *money_text(Decimal d, const Suffix *suffix, const char *name)
{
    GString *out = g_string_new(NULL);

    if (suffix != NULL && !decimal_scale(d, 1, suffix->factor, &d)) {
        suffix = NULL;
    }
    g_autofree char *number = grouped(d);
    const char *digits = number + (*number == '-' ? 1 : 0);

    g_string_append(out, *number == '-' ? "-" : "");
    g_string_append(out, name);
    if (g_ascii_isalpha(name[0]) && g_ascii_isalpha(name[strlen(name) - 1])) {
        g_string_append_c(out, ' ');
    }
    g_string_append(out, digits);
    if (suffix != NULL) {
        g_string_append(out, suffix->letter);
    } else {
        add_cents(out);
    }
    return g_string_free(out, FALSE);
}

static char *duration_text(Decimal d, const char *name)
{
    g_autofree char *number = grouped(d);
    const char *noun = unit_duration_text(name, decimal_cmp(magnitude(d), DECIMAL(1)) == 0);

    return g_strconcat(number, " ", noun != NULL ? noun : name, NULL);
}

static char *with_unit(Decimal d, const Unit *unit, const Suffix *suffix)
{
    g_autofree char *number = NULL;

    switch (unit->kind) {
    case UNIT_MONEY:
        return money_text(d, suffix, unit->name);
    case UNIT_DURATION:
        return duration_text(d, unit->name);
    case UNIT_PERCENT:
        number = grouped(d);
        return g_strconcat(number, "%", NULL);
    case UNIT_COUNT:
        number = grouped(d);
        return g_strconcat(number, unit->name[0] != '\0' ? " " : "", unit->name, NULL);
    case UNIT_PLAIN:
        return grouped(d);
    }
    return NULL;
}

char *value_text(Decimal amount, const Unit *unit)
{
    return with_unit(amount, unit, suffix_exact(amount));
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

static char *money_rounded(Decimal d, const Unit *unit)
{
    /* from the smallest on, since rounding may carry $999,960 over to $1M */
    for (size_t i = G_N_ELEMENTS(suffixes); i-- > 0;) {
        const Suffix *suffix = &suffixes[i];
        Decimal rounded = readable_in(d, suffix->factor);
        bool last = i == 0 || decimal_cmp(magnitude(rounded), DECIMAL(suffixes[i - 1].least)) < 0;

        if (last && decimal_cmp(magnitude(rounded), DECIMAL(suffix->least)) >= 0) {
            return with_unit(rounded, unit, suffix);
        }
    }
    return with_unit(readable(d), unit, NULL);
}

char *value_text_rounded(Decimal amount, const Unit *unit)
{
    return unit->kind == UNIT_MONEY ? money_rounded(amount, unit)
                                    : with_unit(readable(amount), unit, NULL);
}

/* "5 pp", "3 days", "$1.2M", "2". */
static char *change_text(Decimal size, const Unit *unit)
{
    bool exact = decimal_cmp(decimal_round(size, 2), size) == 0;

    if (unit->kind == UNIT_PERCENT || unit->kind == UNIT_COUNT) {
        g_autofree char *number = grouped(exact ? size : readable(size));

        return g_strconcat(number, unit->kind == UNIT_PERCENT ? " pp" : "", NULL);
    }
    return exact ? value_text(size, unit) : value_text_rounded(size, unit);
}

char *value_text_change(Decimal change, const Unit *unit)
{
    g_autofree char *size = change_text(magnitude(change), unit);

    if (change.millionths == 0) {
        return g_strdup("±0");
    }
    return g_strconcat(change.millionths < 0 ? "-" : "+", size, NULL);
}

char *ratio_text(Decimal ratio)
{
    return g_strdup_printf("%" G_GINT64_FORMAT "%%",
                           decimal_round(ratio, 2).millionths / (DECIMAL_ONE / 100));
}

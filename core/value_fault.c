/* Faults of values, said to a person. */

#include "core/value.h"

#include <string.h>

#include "core/figure.h"
#include "core/text.h"
#include "core/words.h"

#define QUOTE_MAX 60

/* "percent", "days", "stalled accounts": what values of that unit are in. */
static char *unit_phrase(const Unit *unit)
{
    const char *many = unit_duration_text(unit->name, false);

    switch (unit->kind) {
    case UNIT_PLAIN:
        return say(W_VALUE_UNIT_PLAIN);
    case UNIT_PERCENT:
        return say(W_VALUE_UNIT_PERCENT);
    case UNIT_DURATION:
        return g_strdup(many != NULL ? many : unit->name);
    case UNIT_MONEY:
    case UNIT_COUNT:
        return g_strdup(unit->name);
    }
    return NULL;
}

/* "120.000" -> "120", "$1.500" -> "$1.5"; or without the point. */
static char *point_as(const char *text, bool point)
{
    const char *at = strchr(text, '.');
    size_t places = at != NULL ? strspn(at + 1, "0123456789") : 0;
    size_t kept = places;
    g_autofree char *head = g_strndup(text, at != NULL ? (size_t)(at - text) : strlen(text));

    while (point && kept > 0 && at[kept] == '0') {
        kept--;
    }
    g_autofree char *digits = g_strndup(at != NULL ? at + 1 : "", kept);
    return g_strconcat(head, point && kept > 0 ? "." : "", digits,
                       at != NULL ? at + 1 + places : "", NULL);
}

/* The two readings of a decimal comma: as a point, and as nothing. */
static char *comma_as(const char *text, bool point)
{
    const char *last = strrchr(text, ',');
    GString *out = g_string_new(NULL);

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == ',' && point && p == last) {
            g_string_append_c(out, '.');
        } else if (*p != ',' && !(*p == '.' && point)) {
            g_string_append_c(out, *p);
        }
    }
    return g_string_free(out, FALSE);
}

static char *say_comma(const char *text)
{
    bool comma = strchr(text, ',') != NULL;
    g_autofree char *point = comma ? comma_as(text, true) : point_as(text, true);
    g_autofree char *none = comma ? comma_as(text, false) : point_as(text, false);

    return say(W_VALUE_DECIMAL_COMMA, S("text", text), S("point", point), S("none", none));
}

/* The factor that brings `amount` near to `current`; 0 when there is nothing to be near to. */
static int64_t likely_factor(Decimal amount, Decimal current)
{
    for (int64_t factor = 1000; factor <= INT64_C(1000000000); factor *= 1000) {
        Decimal scaled;

        if (current.millionths == 0 || !decimal_scale(amount, factor * 30, 1, &scaled)) {
            return 0;
        }
        if (ABS(scaled.millionths / 2) >= ABS(current.millionths / 2)) {
            return factor;
        }
    }
    return 0;
}

/* As it is understood without a question: "$21.20", "=21.2"; a movement of money keeps its sign:
 * "+$1.50". */
static char *literal(Decimal amount, const Figure *written, const Unit *unit)
{
    g_autofree char *value = value_text(amount, unit);
    const char *sign = written->sign == '+' ? "+" : "";

    return g_strconcat(unit->kind == UNIT_MONEY ? sign : "=", value, NULL);
}

static char *say_scale(const char *text, const Unit *unit, Decimal current)
{
    Figure figure;
    Decimal scaled;
    int64_t factor = 0;

    if (unit != NULL && figure_scan(text, true, &figure) == VALUE_OK &&
        (figure.sign == 0 || unit->kind == UNIT_MONEY)) {
        factor = likely_factor(figure.amount, current);
    }
    if (factor == 0 || !decimal_scale(figure.amount, factor, 1, &scaled)) {
        return say(W_VALUE_SCALE_OPEN, S("text", text));
    }
    g_autofree char *large = literal(scaled, &figure, unit);
    g_autofree char *small = literal(figure.amount, &figure, unit);
    return say(W_VALUE_SCALE_UNCLEAR, S("text", text), S("large", large), S("small", small));
}

static char *say_unit(WordId id, const char *text, const Unit *unit, const char *example)
{
    g_autofree char *phrase = unit != NULL ? unit_phrase(unit) : say(W_VALUE_UNIT_ANY);

    return say(id, S("text", text), S("unit", phrase), S("example", example));
}

static char *example_text(const Unit *unit, Decimal current)
{
    return unit != NULL ? value_text(current, unit) : say(W_VALUE_EXAMPLE);
}

char *value_fault_say(ValueFault fault, const char *text, const Unit *unit, Decimal current)
{
    g_autofree char *line = text_squeeze(text);
    g_autofree char *quote = text_cut(line, QUOTE_MAX);
    g_autofree char *example = example_text(unit, current);

    switch (fault) {
    case VALUE_OK:
        return NULL;
    case VALUE_EMPTY:
        return say(W_VALUE_EMPTY, S("example", example));
    case VALUE_NOT_A_NUMBER:
        return say(W_VALUE_NOT_A_NUMBER, S("text", quote), S("example", example));
    case VALUE_TOO_PRECISE:
        return say(W_VALUE_TOO_PRECISE, S("text", quote));
    case VALUE_OUT_OF_RANGE:
        return say(W_VALUE_OUT_OF_RANGE, S("text", quote));
    case VALUE_DECIMAL_COMMA:
        return say_comma(quote);
    case VALUE_FOREIGN_UNIT:
        return say_unit(W_VALUE_FOREIGN_UNIT, quote, unit, example);
    case VALUE_SCALE_UNCLEAR:
        return say_scale(quote, unit, current);
    case VALUE_UNKNOWN_UNIT:
        return say_unit(W_VALUE_UNKNOWN_UNIT, quote, unit, example);
    case VALUE_RANGE:
        return say(W_VALUE_RANGE, S("text", quote), S("example", example));
    }
    return NULL;
}

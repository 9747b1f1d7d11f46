/* Reading what members answer. How values are printed is in value_text.c, faults are said in
 * value_fault.c. */

#include "core/value.h"

#include <string.h>

#include "core/figure.h"
#include "core/text.h"

ValueFault value_scan(const char *text, const char **rest, Value *out)
{
    Figure figure;
    ValueFault fault = figure_scan(text, false, &figure);

    if (text[strspn(text, " \n")] == '\0') {
        return VALUE_EMPTY;
    }
    if (fault == VALUE_OK && figure.rated && !figure_is_rating(&figure)) {
        fault = VALUE_NOT_A_NUMBER;
    }
    if (fault != VALUE_OK) {
        return fault;
    }
    *out = (Value){figure.amount, figure.unit};
    *rest = figure.end;
    return VALUE_OK;
}

/* Singular and plural of a regular noun, case-folded, in either order. */
static bool same_noun(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t shared = 0;

    while (shared < MIN(a_len, b_len) && a[shared] == b[shared]) {
        shared++;
    }
    const char *one = a_len < b_len ? a + shared : b + shared;
    const char *many = a_len < b_len ? b + shared : a + shared;
    size_t one_len = MIN(a_len, b_len) - shared, many_len = MAX(a_len, b_len) - shared;

    if (one_len == 0) {
        return shared > 0 && (many_len == 0 || (many_len == 1 && *many == 's') ||
                              (many_len == 2 && memcmp(many, "es", 2) == 0));
    }
    return shared > 0 && one_len == 1 && *one == 'y' && many_len == 3 &&
           memcmp(many, "ies", 3) == 0;
}

static bool noun_has(const char *noun, const char *word, size_t len)
{
    for (const char *p = noun; *p != '\0';) {
        size_t word_len = strcspn(p, " ");

        if (same_noun(p, word_len, word, len)) {
            return true;
        }
        p += word_len + strspn(p + word_len, " ");
    }
    return false;
}

/* Every word of `rest` is one of the noun's, in the singular or the plural. */
static bool words_of_noun(const char *rest, const char *noun)
{
    g_autofree char *words = text_fold(rest);
    g_autofree char *folded = text_fold(noun);

    for (const char *p = words; *p != '\0';) {
        size_t len = strcspn(p, " ");

        if (!noun_has(folded, p, len)) {
            return false;
        }
        p += len + strspn(p + len, " ");
    }
    return true;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

/* What a rest that is no unit of ours makes of a figure. */
static ValueFault strange(const char *rest, const Figure *figure)
{
    rest += strspn(rest, " ");
    return figure->worded || unit_word_len(rest) == 0 || g_ascii_isdigit(*rest)
               ? VALUE_NOT_A_NUMBER
               : VALUE_UNKNOWN_UNIT;
}

static bool says_points(const char *rest)
{
    g_autofree char *word = text_fold(rest);

    return strcmp(word, "points") == 0 || strcmp(word, "point") == 0 || strcmp(word, "pts") == 0 ||
           strcmp(word, "pt") == 0;
}

/* Whether a figure can be a value of that unit. */
static ValueFault fits(const Figure *figure, const char *rest, const Unit *unit)
{
    if (unit->kind == UNIT_COUNT && !is_blank(figure->bare) &&
        words_of_noun(figure->bare, unit->name)) {
        return VALUE_OK; /* first of all, since "days" or "$" may belong to the noun */
    }
    if (figure->unit.kind != UNIT_PLAIN && !unit_same(&figure->unit, unit)) {
        return VALUE_FOREIGN_UNIT;
    }
    if (is_blank(rest)) {
        return VALUE_OK;
    }
    if ((unit->kind == UNIT_PERCENT || unit->kind == UNIT_PLAIN) && says_points(rest)) {
        return VALUE_OK;
    }
    if (unit->kind == UNIT_COUNT && words_of_noun(rest, unit->name)) {
        return VALUE_OK;
    }
    return strange(rest, figure);
}

/* Takes the "of 6" behind a 5, or the "/6" that is in the figure already. False when 6 is not what
 * counts. */
static bool take_whole(Figure *figure, const char **rest, const Unit *unit, Decimal target)
{
    bool counted = unit->kind == UNIT_COUNT || unit->kind == UNIT_PLAIN;
    const char *p = *rest + strspn(*rest, " ");
    Figure whole;

    if (!figure->rated) {
        p += text_starts_word(p, "out") ? strlen("out") : 0;
        p += strspn(p, " ");
        if (!text_starts_word(p, "of")) {
            return true;
        }
        if (figure_scan(p + strlen("of"), false, &whole) != VALUE_OK) {
            return false;
        }
        figure->of = whole.amount;
        figure->bare = whole.bare;
        *rest = whole.end;
    }
    return counted && (decimal_cmp(figure->of, target) == 0 ||
                       (unit->kind == UNIT_PLAIN && figure_is_rating(figure)));
}

static bool is_whole(Decimal d)
{
    return d.millionths % DECIMAL_ONE == 0;
}

static bool scale_unclear(const Figure *figure, const Unit *unit, bool delta, Decimal target)
{
    bool counted = unit->kind == UNIT_COUNT || unit->kind == UNIT_PLAIN;

    if (!counted && unit->kind != UNIT_MONEY) {
        return false;
    }
    if (counted && is_whole(figure->amount) && (delta || !is_blank(figure->bare))) {
        return false; /* "+2", "5 accounts" */
    }
    return figure_scale_unclear(figure, target);
}

/* A copy without blanks around it and without a full stop behind it. */
static char *answer_line(const char *text)
{
    char *line = text_squeeze(text);
    size_t len = strlen(line);

    if (len > 1 && line[len - 1] == '.') {
        line[len - 1] = '\0';
        g_strchomp(line);
    }
    return line;
}

static ValueFault read_figure(const char *text, const Unit *unit, Decimal target, Figure *figure)
{
    ValueFault fault = figure_scan(text, unit->kind == UNIT_MONEY, figure);
    const char *rest = figure->end;

    if (fault != VALUE_OK) {
        return fault;
    }
    if (!take_whole(figure, &rest, unit, target)) {
        return VALUE_NOT_A_NUMBER;
    }
    return fits(figure, rest, unit);
}

ValueFault value_read(const char *text, const Unit *unit, Decimal current, Decimal scale_hint,
                      Decimal *out, bool *delta)
{
    g_autofree char *line = answer_line(text);
    bool absolute = line[0] == '=';
    Figure figure;
    ValueFault fault;
    bool moved;

    if (line[0] == '\0') {
        return VALUE_EMPTY;
    }
    fault = read_figure(line + (absolute ? 1 : 0), unit, scale_hint, &figure);
    if (fault != VALUE_OK) {
        return fault;
    }
    moved = figure.sign != 0 && !absolute;
    if (!absolute && scale_unclear(&figure, unit, moved, scale_hint)) {
        return VALUE_SCALE_UNCLEAR;
    }
    if (moved && !decimal_add(current, figure.amount, &figure.amount)) {
        return VALUE_OUT_OF_RANGE;
    }
    *out = figure.amount;
    *delta = moved;
    return VALUE_OK;
}

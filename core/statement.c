/* A sentence is read in steps: take it apart (sentence.h), drop what says by when (deadline.h), see
 * what the words make of each figure (role.h), pick baseline and target (pick.h), agree their units
 * and the direction (here), and what is left is the metric (metric.h). */

#include "core/statement.h"

#include <string.h>

#include "core/deadline.h"
#include "core/metric.h"
#include "core/pick.h"
#include "core/role.h"
#include "core/text.h"

static StatementReading faulty(StatementFault fault, char *take_at)
{
    return (StatementReading){.fault = fault, .at = take_at};
}

static StatementReading bad_value(ValueFault fault, char *take_at)
{
    return (StatementReading){STATEMENT_BAD_VALUE, fault, take_at, NULL};
}

/* From the earlier of two figures to the end of the later one. */
static char *quote_both(const Sentence *sentence, const Token *a, const Token *b)
{
    size_t one = (size_t)(a - sentence->tokens), other = (size_t)(b - sentence->tokens);

    return sentence_quote(sentence, MIN(one, other), MAX(one, other) + 1);
}

/* A value that is known from elsewhere, as if it stood in the sentence. */
static Figure figure_of(const Value *value)
{
    Figure figure = {.amount = value->amount, .unit = value->unit};

    if (figure.unit.kind == UNIT_COUNT) {
        figure.unit = (Unit){.kind = UNIT_PLAIN};
    }
    return figure;
}

/* "from 20 to $30M": one with its scale, and one that seems to lack it. */
static bool scale_open(const Figure *a, const Figure *b)
{
    const Figure *bare = a->scaled ? b : a, *with_scale = a->scaled ? a : b;
    Decimal hundredfold;

    return a->scaled != b->scaled && !bare->grouped && bare->amount.millionths != 0 &&
           decimal_cmp(bare->amount, DECIMAL(1000)) < 0 &&
           decimal_cmp(bare->amount, DECIMAL(-1000)) > 0 &&
           decimal_scale(bare->amount, 100, 1, &hundredfold) &&
           decimal_cmp(hundredfold, with_scale->amount) <= 0;
}

/* Gives both the same unit; false when they differ. A bare number has the unit of the other. */
static bool agree_units(Figure *a, Figure *b)
{
    if (a->unit.kind == UNIT_PLAIN) {
        a->unit = b->unit;
    } else if (b->unit.kind == UNIT_PLAIN) {
        b->unit = a->unit;
    }
    return unit_same(&a->unit, &b->unit);
}

/* Two figures that stand side by side, such as "2h 30m" or "21 200", are one that we cannot read.
 */
static const Token *crowded(const Sentence *sentence, const Token *token)
{
    const Token *next = token + 1;

    return next < sentence->tokens + sentence->count && next->kind == TOKEN_FIGURE &&
                   !next->dropped && next->role == ROLE_NONE
               ? next
               : NULL;
}

static bool check_figure(const Sentence *sentence, const Token *token, StatementReading *out)
{
    const Token *next;

    if (token == NULL) {
        return true;
    }
    next = crowded(sentence, token);
    if (token->fault == VALUE_OK && next == NULL) {
        return true;
    }
    if (next != NULL) {
        *out = bad_value(VALUE_NOT_A_NUMBER, quote_both(sentence, token, next));
    } else if (token->fault ==
               VALUE_NOT_A_NUMBER) { /* "from about 22%": the words in front are what is wrong */
        *out = bad_value(token->fault, sentence_quote(sentence, token->first,
                                                      (size_t)(token - sentence->tokens) + 1));
    } else {
        *out = bad_value(token->fault, quote_both(sentence, token, token));
    }
    return false;
}

static bool agree(const Sentence *sentence, const Token *a, Figure *one, const Token *b,
                  Figure *other, StatementReading *out)
{
    g_autofree char *at = quote_both(sentence, a, b);

    if (!agree_units(one, other)) {
        *out = faulty(STATEMENT_UNITS_DIFFER, g_steal_pointer(&at));
        return false;
    }
    if (scale_open(one, other)) {
        *out = bad_value(VALUE_SCALE_UNCLEAR, g_steal_pointer(&at));
        return false;
    }
    return true;
}

/* The picked figures in one unit. `now` stands in for a baseline that the sentence does not name.
 */
static bool settle_figures(const Sentence *sentence, Pick *pick, Figure *now, StatementReading *out)
{
    Token *target = pick->target, *base = pick->base, *high = pick->high;

    if (!check_figure(sentence, base, out) || !check_figure(sentence, target, out) ||
        !check_figure(sentence, high, out)) {
        return false;
    }
    if (high != NULL && !agree(sentence, target, &target->figure, high, &high->figure, out)) {
        return false;
    }
    if (base != NULL) {
        now = &base->figure;
    }
    if (now == NULL) {
        return true;
    }
    if (pick->counted && now->unit.kind != UNIT_PLAIN && target->figure.unit.kind == UNIT_PLAIN) {
        *out = faulty(STATEMENT_UNITS_DIFFER,
                      quote_both(sentence, base != NULL ? base : target, target));
        return false; /* "5 contracts (now 20%)" */
    }
    return agree(sentence, base != NULL ? base : target, now, target, &target->figure, out) &&
           (high == NULL || agree(sentence, high, &high->figure, target, &target->figure, out));
}

static char *both_texts(const Kr *kr)
{
    g_autofree char *from = value_text(kr->baseline, &kr->unit);
    g_autofree char *to = value_text(kr->target, &kr->unit);

    return g_strdup_printf("%s → %s", from, to);
}

static bool against(LeadKind lead, int movement)
{
    return (lead == LEAD_UP && movement < 0) || (lead == LEAD_DOWN && movement > 0);
}

/* What a comparison and a verb say about each other: "Reduce … above 5". */
static bool verb_against(LeadKind lead, Direction direction)
{
    return (lead == LEAD_UP && direction == DIRECTION_AT_MOST) ||
           (lead == LEAD_DOWN && direction == DIRECTION_AT_LEAST) ||
           (lead == LEAD_CAP && direction == DIRECTION_AT_LEAST);
}

/* The direction where the baseline is known. */
static StatementFault settle_direction(const Pick *pick, Kr *kr)
{
    int movement = decimal_cmp(kr->target, kr->baseline);

    if (pick->compared) {
        bool moves = kr->direction != DIRECTION_WITHIN;

        return moves && against(pick->lead.kind, movement) ? STATEMENT_CONTRADICTS : STATEMENT_OK;
    }
    if (movement == 0) {
        return STATEMENT_SAME_VALUES;
    }
    if (against(pick->lead.kind, movement) || (pick->counted && movement < 0)) {
        return STATEMENT_CONTRADICTS;
    }
    kr->direction = movement > 0 ? DIRECTION_INCREASE : DIRECTION_DECREASE;
    return STATEMENT_OK;
}

/* Signs alone measure nothing. */
static bool has_letters(const char *text)
{
    while (*text != '\0' && !g_unichar_isalpha(g_utf8_get_char(text))) {
        text = g_utf8_next_char(text);
    }
    return *text != '\0';
}

/* What is wrong whatever the baseline. */
static StatementFault settle_form(const Pick *pick, const Kr *kr)
{
    if (!has_letters(kr->metric)) {
        return STATEMENT_NO_METRIC;
    }
    if (pick->kept) {
        return STATEMENT_NO_DIRECTION;
    }
    if (pick->compared && verb_against(pick->lead.kind, kr->direction)) {
        return STATEMENT_CONTRADICTS;
    }
    if (kr->direction == DIRECTION_WITHIN && decimal_cmp(kr->target, kr->target_high) >= 0) {
        return STATEMENT_BAD_BAND;
    }
    return STATEMENT_OK;
}

static Kr *kr_of(const Pick *pick, const char *line, char *take_metric, const Unit *noun)
{
    Kr *kr = kr_new();
    const Token *high = pick->high != NULL ? pick->high : pick->target;

    kr->statement = g_strdup(line);
    kr->metric = take_metric;
    kr->unit = pick->target->figure.unit;
    if (kr->unit.kind == UNIT_PLAIN) {
        kr->unit = *noun;
    }
    kr->kind = pick->counted ? KR_COUNT : KR_LEVEL;
    kr->direction = pick->direction;
    if (pick->lead.kind == LEAD_DOWN && !pick->compared && !pick->counted) {
        kr->direction = DIRECTION_DECREASE;
    }
    kr->target = pick->target->figure.amount;
    kr->target_high = high->figure.amount;
    return kr;
}

static StatementReading finish(const Pick *pick, Kr *take_kr, const Figure *baseline,
                               const char *line)
{
    g_autoptr(Kr) kr = take_kr;
    StatementFault fault = settle_form(pick, kr);

    if (fault != STATEMENT_OK) {
        return faulty(fault, g_strdup(line));
    }
    if (baseline == NULL && !pick->counted) {
        return (StatementReading){.fault = STATEMENT_NO_BASELINE, .kr = g_steal_pointer(&kr)};
    }
    kr->baseline = baseline != NULL ? baseline->amount : DECIMAL(0);
    fault = settle_direction(pick, kr);
    if (fault != STATEMENT_OK) {
        return faulty(fault, both_texts(kr));
    }
    return (StatementReading){.fault = STATEMENT_OK, .kr = g_steal_pointer(&kr)};
}

static StatementReading read_line(const char *line, const Value *now)
{
    g_auto(Sentence) sentence = {0};
    Figure known = now != NULL ? figure_of(now) : (Figure){0};
    Figure *baseline = now != NULL ? &known : NULL;
    StatementReading out = {0};
    char *at = NULL;
    Pick pick;
    Unit noun;

    sentence_init(&sentence, line);
    deadline_drop_named(&sentence);
    role_find(&sentence);
    out.fault = pick_figures(&sentence, &pick, &at);
    if (out.fault == STATEMENT_NO_TARGET && !check_figure(&sentence, pick.base, &out)) {
        g_free(at); /* "from $20-30M": the range is the trouble */
        return out;
    }
    if (out.fault != STATEMENT_OK) {
        return out.fault == STATEMENT_BAD_VALUE ? bad_value(VALUE_RANGE, at)
                                                : faulty(out.fault, at);
    }
    if (!settle_figures(&sentence, &pick, baseline, &out)) {
        return out;
    }
    char *metric = metric_take(&sentence, &pick, &noun);
    if (pick.base != NULL) {
        baseline = &pick.base->figure;
    }
    return finish(&pick, kr_of(&pick, line, metric, &noun), baseline, line);
}

static bool same_kr(const Kr *a, const Kr *b)
{
    return strcmp(a->metric, b->metric) == 0 && unit_same(&a->unit, &b->unit) &&
           a->kind == b->kind && a->direction == b->direction &&
           decimal_cmp(a->baseline, b->baseline) == 0 && decimal_cmp(a->target, b->target) == 0 &&
           decimal_cmp(a->target_high, b->target_high) == 0;
}

/* A KR is only taken if its canonical sentence says the same: whatever else was understood was a
 * guess. */
static StatementFault confirm(const Kr *kr)
{
    g_autofree char *text = statement_text(kr);
    g_auto(StatementReading) again = {0};

    if (g_utf8_strlen(text, -1) > STATEMENT_MAX) {
        return STATEMENT_TOO_LONG;
    }
    again = read_line(text, NULL);
    return again.fault == STATEMENT_OK && same_kr(kr, again.kr) ? STATEMENT_OK : STATEMENT_UNCLEAR;
}

StatementReading statement_read(const char *sentence, const Value *now)
{
    g_autofree char *line = text_squeeze(sentence);
    StatementReading out;

    if (g_utf8_strlen(line, -1) > STATEMENT_MAX) {
        return faulty(STATEMENT_TOO_LONG, g_steal_pointer(&line));
    }
    if (*line == '\0') {
        return faulty(STATEMENT_EMPTY, NULL);
    }
    out = read_line(line, now);
    if (out.fault == STATEMENT_OK) {
        out.fault = confirm(out.kr);
    }
    if (out.fault == STATEMENT_UNCLEAR || out.fault == STATEMENT_TOO_LONG) {
        g_clear_pointer(&out.kr, kr_free);
        out.at = g_steal_pointer(&line);
    }
    return out;
}

void statement_reading_clear(StatementReading *reading)
{
    g_free(reading->at);
    kr_free(reading->kr);
    *reading = (StatementReading){0};
}

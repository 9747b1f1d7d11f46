/* The strongest words win: "from … to" before "between" before "at least" before a number on its
 * own. Comparisons that lose are part of the metric ("deals over $50k"). */

#include "core/pick.h"

#include <string.h>

#include "core/noun.h"

/* In front of these a number is a name: "top 10", "year 2". */
static const char named[] =
    "top year stage phase tier level step week day month quarter iso version section round series "
    "grade gate page type "
    "class no # route area zone wave team group cohort sprint release ios android windows";

static Token *last_of(const Sentence *sentence, Role role)
{
    for (size_t i = sentence->count; i-- > 0;) {
        Token *token = &sentence->tokens[i];

        if (token->kind == TOKEN_FIGURE && !token->dropped && token->role == role) {
            return token;
        }
    }
    return NULL;
}

static size_t count_of(const Sentence *sentence, Role role)
{
    size_t n = 0;

    for (size_t i = 0; i < sentence->count; i++) {
        const Token *token = &sentence->tokens[i];

        n += token->kind == TOKEN_FIGURE && !token->dropped && token->role == role ? 1 : 0;
    }
    return n;
}

static size_t index_of(const Sentence *sentence, const Token *token)
{
    return (size_t)(token - sentence->tokens);
}

static Token *next_figure(const Sentence *sentence, size_t at)
{
    for (; at < sentence->count; at++) {
        Token *token = &sentence->tokens[at];

        if (token->kind == TOKEN_FIGURE && !token->dropped) {
            return token;
        }
    }
    return NULL;
}

/* The figure directly behind the verb: "Sign at least 5", or the one that the sentence begins with.
 */
static Token *leading(const Sentence *sentence, const Lead *lead)
{
    Token *token = next_figure(sentence, lead->behind);

    if (token == NULL || token->first > lead->behind) {
        return NULL;
    }
    switch (token->role) {
    case ROLE_NONE:
    case ROLE_LEAST:
    case ROLE_MOST:
    case ROLE_OF:
        return token;
    case ROLE_FROM:
    case ROLE_NOW:
    case ROLE_TO:
    case ROLE_BETWEEN:
    case ROLE_AND:
    case ROLE_WITHIN:
    case ROLE_BY:
    case ROLE_AT:
        return NULL;
    }
    return NULL;
}

/* "5 contracts signed": what became of them stands behind. */
static bool done_behind(const Sentence *sentence, size_t at)
{
    g_autofree char *rest = sentence_rest(sentence, at, sentence->count);
    size_t noun = noun_phrase_len(rest);
    const char *p = rest + noun + strspn(rest + noun, " ");
    g_autofree char *word = g_utf8_casefold(p, (gssize)strcspn(p, " ,;:"));

    return noun > 0 && lead_is_done(word);
}

/* Whether something is said behind the figure that can be counted. */
static bool thing_behind(const Sentence *sentence, const Token *token)
{
    return token->behind < sentence->count && sentence->tokens[token->behind].kind == TOKEN_WORD &&
           !sentence->tokens[token->behind].dropped &&
           !sentence_listed(sentence, token->behind, "from to");
}

static bool is_pair(const Sentence *sentence)
{
    return last_of(sentence, ROLE_TO) != NULL || last_of(sentence, ROLE_FROM) != NULL;
}

static bool is_counted(const Sentence *sentence, const Lead *lead, const Token *first)
{
    if (first == NULL || first->role == ROLE_MOST || first->role == ROLE_OF ||
        first->figure.unit.kind == UNIT_PERCENT || !thing_behind(sentence, first)) {
        return false;
    }
    switch (lead->kind) {
    case LEAD_COUNT:
        return true;
    case LEAD_NONE:
        return !is_pair(sentence) && done_behind(sentence, first->behind);
    case LEAD_EITHER:
        return lead->done != NULL;
    case LEAD_UP:
    case LEAD_DOWN:
    case LEAD_KEEP:
        return lead->done != NULL && !is_pair(sentence) && first->role == ROLE_NONE;
    case LEAD_CAP:
    case LEAD_REACH:
        return false;
    }
    return false;
}

/* "Increase win rate 22% to 35%", "Reduce 14 open bugs to 3": the figure in front of the target. */
static Token *implied_base(const Sentence *sentence, const Lead *lead, const Token *target)
{
    bool moves = lead->kind == LEAD_UP || lead->kind == LEAD_DOWN;
    size_t to = index_of(sentence, target);

    for (size_t i = 0; i < to; i++) {
        Token *token = &sentence->tokens[i];

        if (token->kind == TOKEN_FIGURE && !token->dropped && token->role == ROLE_NONE &&
            (token->behind == target->first || (moves && token->first == lead->behind))) {
            return token;
        }
    }
    return NULL;
}

/* A figure on its own; NULL when there are several, or it is a name. `*candidates` are how many
 * there are. */
static Token *lone(const Sentence *sentence, size_t *candidates)
{
    Token *plain = NULL, *with_unit = NULL;
    size_t plains = 0, with_units = 0;

    for (size_t i = 0; i < sentence->count; i++) {
        Token *token = &sentence->tokens[i];

        if (token->kind != TOKEN_FIGURE || token->dropped || token->role != ROLE_NONE ||
            (i > 0 && sentence_listed(sentence, i - 1, named))) {
            continue;
        }
        if (token->figure.unit.kind != UNIT_PLAIN) {
            with_unit = token;
            with_units++;
        } else if (!token->figure.worded) {
            plain = token;
            plains++;
        }
    }
    *candidates = plains + with_units;
    if (with_units > 0) {
        return with_units == 1 ? with_unit : NULL;
    }
    return plains == 1 ? plain : NULL;
}

static Token *last_comparison(const Sentence *sentence)
{
    Token *least = last_of(sentence, ROLE_LEAST), *most = last_of(sentence, ROLE_MOST);

    return least == NULL || (most != NULL && most > least) ? most : least;
}

static void compare(Pick *pick, Token *target, Direction direction)
{
    pick->target = target;
    pick->compared = true;
    pick->direction = direction;
}

static bool pick_band(const Sentence *sentence, Pick *pick)
{
    Token *low = last_of(sentence, ROLE_BETWEEN), *high = last_of(sentence, ROLE_AND);

    if (low == NULL || (high == NULL && low->fault == VALUE_OK)) {
        return false;
    }
    compare(pick, low, DIRECTION_WITHIN);
    pick->high = high;
    return true;
}

/* The weaker forms, one after another. */
static void pick_weak(const Sentence *sentence, Pick *pick)
{
    static const Role weak[] = {ROLE_AT, ROLE_WITHIN, ROLE_OF};
    size_t candidates;
    Token *only = lone(sentence, &candidates);

    if (pick->lead.kind != LEAD_NONE || only != NULL || candidates == 0) {
        pick->target = leading(sentence, &pick->lead);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(weak) && pick->target == NULL; i++) {
        Token *token = last_of(sentence, weak[i]);

        if (token != NULL && !sentence_listed(sentence, token->first - 1, named)) {
            pick->target = token;
        }
    }
    if (pick->target == NULL) {
        pick->target = only;
    }
    if (pick->target != NULL && pick->target->role == ROLE_WITHIN) {
        compare(pick, pick->target, DIRECTION_AT_MOST);
    }
}

static void pick_target(const Sentence *sentence, Pick *pick)
{
    Token *comparison = last_comparison(sentence);

    pick->target = last_of(sentence, ROLE_TO);
    if (pick->target != NULL || pick_band(sentence, pick)) {
        return;
    }
    if (comparison != NULL) {
        compare(pick, comparison,
                comparison->role == ROLE_LEAST ? DIRECTION_AT_LEAST : DIRECTION_AT_MOST);
        return;
    }
    pick_weak(sentence, pick);
}

static StatementFault missing(const Sentence *sentence, const Pick *pick, char **at)
{
    size_t candidates;

    if (pick->base == NULL) {
        (void)lone(sentence, &candidates);
        return candidates == 0 ? STATEMENT_NO_NUMBER : STATEMENT_NO_TARGET;
    }
    *at = sentence_quote(sentence, pick->base->first, index_of(sentence, pick->base) + 1);
    return STATEMENT_NO_TARGET;
}

static StatementFault pick_level(Sentence *sentence, Pick *pick, char **at)
{
    Token *by = last_of(sentence, ROLE_BY);

    if (count_of(sentence, ROLE_TO) > 1 || count_of(sentence, ROLE_FROM) > 1) {
        return STATEMENT_TWO_METRICS;
    }
    pick->base = last_of(sentence, ROLE_FROM);
    if (by != NULL && last_of(sentence, ROLE_TO) == NULL) {
        *at = sentence_quote(sentence, by->first, index_of(sentence, by) + 1);
        return STATEMENT_RELATIVE;
    }
    pick_target(sentence, pick);
    if (pick->base == NULL && pick->target != NULL && pick->target->role == ROLE_TO) {
        pick->base = implied_base(sentence, &pick->lead, pick->target);
    }
    if (pick->base == NULL) {
        pick->base = last_of(sentence, ROLE_NOW);
    }
    if (pick->target == NULL) {
        return missing(sentence, pick, at);
    }
    if (pick->lead.kind == LEAD_CAP && !pick->compared) {
        compare(pick, pick->target, DIRECTION_AT_MOST);
    }
    pick->kept = pick->lead.kind == LEAD_KEEP && !pick->compared && pick->target->role != ROLE_TO;
    return STATEMENT_OK;
}

/* "Sign 5 to 10 contracts": no movement, since nothing is measured before. */
static bool is_loose_range(const Sentence *sentence, const Lead *lead, const Token *first,
                           char **at)
{
    const Token *second = first != NULL ? next_figure(sentence, first->behind) : NULL;

    if (second == NULL || lead->kind != LEAD_COUNT || second->role != ROLE_TO ||
        second->first != first->behind) {
        return false;
    }
    *at = sentence_quote(sentence, index_of(sentence, first), index_of(sentence, second) + 1);
    return true;
}

StatementFault pick_figures(Sentence *sentence, Pick *out, char **at)
{
    Token *first;

    *out = (Pick){.lead = lead_find(sentence), .direction = DIRECTION_INCREASE};
    first = leading(sentence, &out->lead);
    if (next_figure(sentence, 0) == NULL) {
        return lead_is_relative(sentence) ? STATEMENT_RELATIVE : STATEMENT_NO_NUMBER;
    }
    if (is_loose_range(sentence, &out->lead, first, at)) {
        return STATEMENT_BAD_VALUE;
    }
    if (!is_counted(sentence, &out->lead, first)) {
        return pick_level(sentence, out, at);
    }
    out->counted = true;
    out->target = first;
    out->base = last_of(sentence, ROLE_NOW);
    return STATEMENT_OK;
}

#include "core/metric.h"

#include <string.h>

#include "core/deadline.h"
#include "core/noun.h"

static bool has_words(const Sentence *sentence, size_t from, size_t behind)
{
    for (size_t i = from; i < behind && i < sentence->count; i++) {
        if (!sentence->tokens[i].dropped && sentence->tokens[i].kind != TOKEN_MARK) {
            return true;
        }
    }
    return false;
}

static void drop_token(Sentence *sentence, const Token *token)
{
    if (token != NULL) {
        sentence_drop(sentence, token->first, token->behind);
    }
}

/* "(now 900 teams, …": the noun and the comma go with the figure. */
static void drop_now(Sentence *sentence, const Token *token)
{
    size_t at = token->behind;

    drop_token(sentence, token);
    if (token->first > 0 && sentence_listed(sentence, token->first - 1, ", ; - – —")) {
        sentence_drop(sentence, token->first - 1, token->first);
    }
    while (at < sentence->count && sentence->tokens[at].kind == TOKEN_WORD &&
           !sentence_listed(sentence, at, "in for across among from to per and")) {
        sentence_drop(sentence, at, at + 1);
        at++;
    }
    if (sentence_listed(sentence, at, ", ;")) {
        sentence_drop(sentence, at, at + 1);
    }
}

static void drop_role(Sentence *sentence, Role role)
{
    for (size_t i = 0; i < sentence->count; i++) {
        const Token *token = &sentence->tokens[i];

        if (token->kind != TOKEN_FIGURE || token->dropped || token->role != role) {
            continue;
        }
        if (role == ROLE_NOW) {
            drop_now(sentence, token);
        } else {
            drop_token(sentence, token);
        }
    }
}

/* Tokens of the noun phrase that begins at `at`. */
static size_t noun_tokens(const Sentence *sentence, size_t at, size_t behind)
{
    g_autofree char *rest = sentence_rest(sentence, at, behind);
    size_t len = noun_phrase_len(rest);
    size_t n = 0;

    while (len > 0 && at + n < behind) {
        g_autofree char *so_far = sentence_rest(sentence, at, at + n);

        if (strlen(so_far) >= len) {
            break;
        }
        n++;
    }
    return n;
}

/* A plural noun behind a figure, as text; NULL when there is none. `*behind` is where it ends. */
static char *noun_behind(const Sentence *sentence, const Token *figure, size_t limit,
                         size_t *behind)
{
    size_t n = noun_tokens(sentence, figure->behind, limit);
    g_autofree char *text = sentence_rest(sentence, figure->behind, figure->behind + n);

    *behind = figure->behind + n;
    return noun_is_plural(text, strlen(text)) ? g_steal_pointer(&text) : NULL;
}

static void drop_points(Sentence *sentence, const Token *figure)
{
    if (sentence_listed(sentence, figure->behind, "points point pts")) {
        sentence_drop(sentence, figure->behind, figure->behind + 1);
    }
}

static bool same_text(const char *a, const char *b)
{
    g_autofree char *one = g_utf8_casefold(a, -1);
    g_autofree char *other = g_utf8_casefold(b, -1);

    return strcmp(one, other) == 0;
}

/* "from 5 per week to 8 per week": said twice. */
static void drop_repeated(Sentence *sentence, const Token *first, const Token *second)
{
    size_t words = second->first > first->behind ? second->first - first->behind : 0;
    g_autofree char *inner = sentence_rest(sentence, first->behind, second->first);
    g_autofree char *outer = sentence_rest(sentence, second->behind, second->behind + words);

    if (*inner != '\0' && same_text(inner, outer)) {
        sentence_drop(sentence, first->behind, second->first);
    }
}

/* Takes the nouns behind the figures out, where the metric is named elsewhere. */
static void take_nouns(Sentence *sentence, const Token *first, const Token *second, Unit *noun)
{
    const Token *last = second != NULL ? second : first;
    bool named = has_words(sentence, 0, first->first);
    size_t behind;
    g_autofree char *text = noun_behind(sentence, last, sentence->count, &behind);

    if (text != NULL && named) {
        *noun = noun_count(text, strlen(text));
        if (!sentence_listed(sentence, last->first - 1, "for in across with on among")) {
            sentence_drop(sentence, last->behind, behind);
        }
    }
    if (second == NULL) {
        return;
    }
    g_autofree char *inner = noun_behind(sentence, first, second->first, &behind);
    if (inner != NULL && (text != NULL ? same_text(inner, text) : named)) {
        *noun = text == NULL || named ? noun_count(inner, strlen(inner)) : *noun;
        sentence_drop(sentence, first->behind, behind);
    }
}

/* The first of the words of `list` that `text` begins with, and the blank behind it; in bytes. */
static size_t leading_word(const char *text, const char *list)
{
    size_t len = strcspn(text, " ");
    g_autofree char *word = g_utf8_casefold(text, (gssize)len);

    return text[len] == ' ' && word_listed(word, list) ? len + 1 : 0;
}

static char *without_leading(char *take_text, const char *list)
{
    g_autofree char *text = take_text;
    const char *p = text;

    for (size_t n = 1; n > 0; p += n) {
        n = leading_word(p, list);
    }
    return g_strdup(p);
}

static const char *last_word(const char *text)
{
    const char *blank = strrchr(text, ' ');

    return blank != NULL ? blank + 1 : text;
}

/* Words and punctuation that only led up to a figure. */
static void cut_trailing(char *text, const char *list)
{
    for (;;) {
        char *last = text + (last_word(text) - text);
        size_t len = strlen(text);
        g_autofree char *word = g_utf8_casefold(last, -1);

        if (len > 0 && strchr(" ,;:-=.!?", text[len - 1]) != NULL) {
            text[len - 1] = '\0';
        } else if (len > 0 && (word_listed(word, list) || word_listed(word, "– — → (")) &&
                   last > text) {
            *last = '\0';
        } else {
            return;
        }
    }
}

static char *clean(char *take_text, bool verb)
{
    static const char links[] =
        "to at in within is are be of was stays remains from = i.e a the and";
    static const char moves[] = "to at in within is are be of was stays remains from = i.e a the "
                                "and rises grows falls increases "
                                "improves decreases goes moves up down";
    char *text = without_leading(take_text, "the our a an its their , : ; - – —");

    cut_trailing(text, verb ? links : moves);
    return text;
}

static bool drops_verb(const Pick *pick)
{
    return pick->lead.kind != LEAD_NONE && pick->lead.kind != LEAD_COUNT;
}

static size_t digits_ahead(const char *phrase)
{
    size_t n = 0;

    while (g_ascii_isdigit(phrase[n])) {
        n += strcspn(phrase + n, " ");
        n += strspn(phrase + n, " ");
    }
    return n;
}

Unit metric_counted_noun(const char *metric)
{
    size_t len = noun_phrase_len(metric), digits = digits_ahead(metric);

    return len > digits ? noun_count(metric + digits, len - digits) : (Unit){.kind = UNIT_PLAIN};
}

/* "stalled accounts from A to B" -> "stalled accounts progressed from A to B" */
static char *with_done(const char *things, const char *done)
{
    size_t noun = noun_phrase_len(things);
    const char *rest = things + noun + strspn(things + noun, " ");
    size_t word_len = strcspn(rest, " ,;:");
    g_autofree char *word = g_utf8_casefold(rest, (gssize)word_len);
    g_autofree char *head = g_strndup(things, noun);

    if (done == NULL || *done == '\0' || lead_is_done(word)) {
        return g_strdup(things);
    }
    return g_strconcat(head, noun > 0 ? " " : "", done, *rest != '\0' && *rest != ',' ? " " : "",
                       rest, NULL);
}

/* "80% of tickets": the metric is their share. */
static bool is_share(const Sentence *sentence, const Pick *pick)
{
    return pick->target->figure.unit.kind == UNIT_PERCENT && pick->high == NULL &&
           pick->target->role != ROLE_TO && pick->target->first <= pick->lead.behind &&
           sentence_is(sentence, pick->target->behind, "of");
}

static char *share_metric(Sentence *sentence, const Pick *pick)
{
    size_t at = pick->target->behind + 1;
    g_autofree char *rest = clean(sentence_rest(sentence, at, sentence->count), true);
    size_t noun = noun_phrase_len(rest);
    size_t verb = leading_word(rest + noun + strspn(rest + noun, " "), "are is were was get");
    const char *tail = rest + noun + (verb > 0 ? verb + strspn(rest + noun, " ") - 1 : 0);
    g_autofree char *head = g_strndup(rest, noun);
    g_autofree char *things = g_strconcat(head, tail, NULL);
    g_autofree char *done = with_done(things, pick->lead.done);

    return *done == '\0' ? g_strdup("") : g_strconcat("share of ", done, NULL);
}

/* A duration that turns out to be a noun: "12 second meetings". */
static char *things_text(const Sentence *sentence, Token *target)
{
    g_autofree char *rest = sentence_rest(sentence, target->behind, sentence->count);
    g_autofree char *unit =
        g_strndup(target->figure.bare, (size_t)(target->figure.end - target->figure.bare));

    if (target->figure.unit.kind != UNIT_DURATION || noun_phrase_len(rest) == 0) {
        return g_steal_pointer(&rest);
    }
    target->figure.unit = (Unit){.kind = UNIT_PLAIN};
    return g_strconcat(g_strstrip(unit), " ", rest, NULL);
}

static char *counted_metric(Sentence *sentence, Pick *pick, Unit *noun)
{
    Token *target = pick->target;

    drop_role(sentence, ROLE_NOW);
    deadline_drop_lengths(sentence, target->behind);
    g_autofree char *things = things_text(sentence, target);
    things = without_leading(g_steal_pointer(&things), target->figure.unit.kind == UNIT_PLAIN
                                                           ? "of the our"
                                                           : "worth of in the our");
    things = clean(g_steal_pointer(&things), true);
    if (*things == '\0') {
        return g_strdup("");
    }
    char *metric = with_done(things, pick->lead.done);
    *noun = metric_counted_noun(metric);
    return metric;
}

static char *level_metric(Sentence *sentence, const Pick *pick, Unit *noun)
{
    const Token *high = pick->high != NULL ? pick->high : pick->target;
    bool pair = pick->base != NULL && pick->base->role != ROLE_NOW;
    const Token *first = pick->high != NULL ? pick->target : high, *second = pick->high;
    bool named;

    if (pair) {
        first = pick->base < high ? pick->base : high;
        second = pick->base < high ? high : pick->base;
    }
    if (drops_verb(pick)) {
        sentence_drop(sentence, 0, pick->lead.behind);
    }
    drop_token(sentence, pick->target);
    drop_token(sentence, pick->high);
    drop_token(sentence, pair ? pick->base : NULL);
    drop_role(sentence, ROLE_NOW);
    drop_role(sentence, ROLE_BY);
    deadline_drop_lengths(sentence, (second != NULL ? second : first)->behind);
    drop_points(sentence, first);
    if (second != NULL) {
        drop_points(sentence, second);
        drop_repeated(sentence, first, second);
    }
    take_nouns(sentence, first, second, noun);
    named = has_words(sentence, 0, first->first);
    if (pick->lead.done != NULL && !has_words(sentence, pick->lead.behind, sentence->count)) {
        return g_strdup(""); /* "Close $400k": of what? */
    }
    char *text = sentence_rest(sentence, 0, sentence->count);
    text = clean(text, pick->lead.kind != LEAD_NONE);
    if (!named) {
        text = without_leading(text, "in of for the our");
    }
    if (noun->kind == UNIT_PLAIN) {
        *noun = noun_unit(text);
    }
    return text;
}

char *metric_take(Sentence *sentence, Pick *pick, Unit *noun)
{
    *noun = (Unit){.kind = UNIT_PLAIN};
    if (pick->counted) {
        return counted_metric(sentence, pick, noun);
    }
    if (is_share(sentence, pick)) {
        drop_role(sentence, ROLE_NOW);
        drop_token(sentence, pick->base);
        return share_metric(sentence, pick);
    }
    return level_metric(sentence, pick, noun);
}

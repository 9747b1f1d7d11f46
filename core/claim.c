/* A key result in English is nearly always one of three things, and each is read from the left:
 *
 *     verb, what is counted, figures     "Reduce open P1 bugs from 14 to 3"
 *     what is counted, figures           "Win rate above 25%"
 *     who, what they do                  "30% of trial users invite a colleague"
 *
 * What is counted is the last noun before a preposition; behind "number of" and its like the search
 * goes on. */

#include "core/claim.h"

#include <string.h>

#include "core/counted.h"
#include "core/decimal.h"
#include "core/text.h"

/* "Sales: close 30 deals" and "By Q3, launch the app" begin behind the mark. */
static size_t skip_label(const Phrase *phrase, size_t i)
{
    bool leading = phrase->words[i].small == SMALL_PREPOSITION;

    for (size_t k = i; k < MIN(i + 8, phrase->count); k++) {
        const Word *word = &phrase->words[k];

        if (word->kind != WORD_BREAK) {
            continue;
        }
        if (*word->text == ',' && leading) {
            return k + 1;
        }
        return *word->text == ':' && phrase_has_verb(phrase, k + 1) ? k + 1 : i;
    }
    return i;
}

/* "personally", "jointly" */
static bool is_manner(const Word *word)
{
    return word->kind == WORD_TEXT && word->small == SMALL_NONE && word->len > 5 &&
           g_str_has_suffix(word->text, "ly") && lexicon_noun(word->text).class == NOUN_NONE &&
           lexicon_verb(word->text).class == VERB_NONE;
}

size_t claim_start(const Phrase *phrase)
{
    size_t i = skip_label(phrase, 0);

    for (; i < phrase->count; i++) {
        const Word *word = &phrase->words[i];

        if ((word_is(word, "make") && word_is(word + 1, "sure")) ||
            (word_is(word, "our") && word_is(word + 1, "team"))) {
            i++;
        } else if (!is_manner(word) && word->small != SMALL_FILLER && word->small != SMALL_CLAUSE &&
                   word->kind != WORD_BREAK && !word_is(word, "to") &&
                   !(word->small == SMALL_AUXILIARY && i > 0) && !(i == 0 && word_is(word, "i"))) {
            break;
        }
    }
    return i;
}

/* What a completion is of: behind "of", or the nouns before it. */
static void read_of(Claim *claim, size_t end)
{
    size_t from;

    if (claim->head.class == NOUN_COMPLETION && claim->head_at.from > claim->counted.from) {
        claim->of = phrase_noun(claim->phrase, claim->counted.from, claim->head_at.from - 1, &from);
    }
    if (word_is(claim_word(claim, end), "of") || word_is(claim_word(claim, end), "in") ||
        word_is(claim_word(claim, end), "on") || word_is(claim_word(claim, end), "at")) {
        size_t first = counted_skip(claim, end + 1, false);
        size_t last = counted_end(claim, first);

        if (last > first && claim->of.class == NOUN_NONE) {
            claim->of = phrase_noun(claim->phrase, first, last - 1, &from);
        }
    }
}

static size_t skip_auxiliaries(const Claim *claim, size_t i)
{
    while (claim_word(claim, i)->kind == WORD_TEXT &&
           (claim_word(claim, i)->small == SMALL_AUXILIARY ||
            claim_word(claim, i)->small == SMALL_ADVERB ||
            claim_word(claim, i)->small == SMALL_FILLER || word_is(claim_word(claim, i), "who") ||
            word_is(claim_word(claim, i), "have") || word_is(claim_word(claim, i), "has") ||
            word_is(claim_word(claim, i), "to"))) {
        i++;
    }
    return i;
}

/* What is done with it, or what they do, and to what. */
static void read_done(Claim *claim, size_t end)
{
    size_t i = skip_auxiliaries(claim, end), after, from;
    VerbEntry done = phrase_verb(claim->phrase, i, &after);

    if (claim_word(claim, i)->small == SMALL_PREPOSITION || done.class == VERB_NONE) {
        return;
    }
    if (i > end && word_is(claim_word(claim, i - 1), "to") && !noun_is_people(claim->head)) {
        return; /* "time to resolve", "10 tools to improve" */
    }
    if (i > end && (word_is(claim_word(claim, i - 1), "we"))) {
        done.form = FORM_ED; /* "quotes we send" are quotes sent */
    }
    claim->done = done;
    claim->done_at = (Span){i, after - 1};
    size_t first = counted_skip(claim, after, true);
    size_t last = counted_end(claim, first);

    if (last > first) {
        claim->object = phrase_noun(claim->phrase, first, last - 1, &from);
    }
}

/* "above 80%", "from 14", ": 5", "down 3%" */
static bool starts_figure(const Claim *claim, size_t i)
{
    static const char *const leads[] = {"above", "below", "over", "under", "from", "to",
                                        "at",    "of",    "up",   "down",  NULL};
    const Word *word = claim_word(claim, i), *next = claim_word(claim, i + 1);

    if (word_is_figure(word)) {
        return true;
    }
    if (word->kind == WORD_BREAK ||
        (word->kind == WORD_TEXT && g_strv_contains(leads, word->text))) {
        return word_is_figure(next) || next->small == SMALL_QUALIFIER || word_is(next, "from") ||
               word_is(next, "by");
    }
    return word_is(word, "within") && next->number == NUMBER_PERCENT;
}

/* Whether a figure for it follows what is named, behind at most one more phrase: "click rate on
 * tests below 3%". */
static bool has_figure(const Claim *claim, size_t end)
{
    size_t i = end;

    if (claim_word(claim, i)->small == SMALL_AUXILIARY || starts_figure(claim, i)) {
        return true;
    }
    if (claim_word(claim, i)->small != SMALL_PREPOSITION ||
        word_is_figure(claim_word(claim, i + 1))) {
        return false;
    }
    i = counted_end(claim, i + 1);
    return starts_figure(claim, i);
}

/* "Test coverage above 80%", "Open bugs from 14 to 3": a first word that could be a verb leads a
 * noun instead. */
static bool leads_condition(Claim *claim, size_t i, VerbEntry verb)
{
    const char *word = claim_word(claim, i)->text;
    NounEntry self = lexicon_noun(word);
    size_t from;

    if (phrase_noun(claim->phrase, i, i + 1, &from).class != NOUN_NONE && from == i) {
        return true; /* a pair: "win rate" */
    }
    if (self.class == NOUN_SHARE && word_is(claim_word(claim, i + 1), "of")) {
        return true;
    }
    bool may_lead =
        lexicon_leads_noun(word) ||
        (self.class != NOUN_NONE && verb.class <= VERB_SERVE && verb.topic != TOPIC_REVIEWS);
    size_t end = counted_end(claim, i);

    if (self.plural && verb.form == FORM_S && !word_is_figure(claim_word(claim, i + 1))) {
        return true; /* "Prospects who …", "Returns below 4%" */
    }
    if (!may_lead || end < i + 2) {
        return false;
    }
    NounEntry led = phrase_noun(claim->phrase, i, end - 1, &from);
    NounClass class = led.class;

    if (noun_is_people(led) && led.plural && word_is(claim_word(claim, end), "who")) {
        return true; /* "Blog readers who subscribe" */
    }
    return (class == NOUN_MEASURE || class == NOUN_COMPLETION || class == NOUN_TROUBLE ||
            class == NOUN_COUNT || class == NOUN_RESULT) &&
           has_figure(claim, end);
}

/* "Ask 60 customers", "Split the monolith": what nobody has listed, in front of so many or of a
 * thing, is work. */
static bool is_unlisted_work(const Claim *claim, size_t i)
{
    const Word *word = claim_word(claim, i), *next = claim_word(claim, i + 1),
               *then = claim_word(claim, i + 2);

    if (word->kind != WORD_TEXT || word->small != SMALL_NONE ||
        lexicon_noun(word->text).class != NOUN_NONE || lexicon_is_function(word->text) ||
        !g_ascii_isalpha(word->text[0]) || g_str_has_suffix(word->text, "s") ||
        strchr(word->text, '-') != NULL) {
        return false;
    }
    return next->small == SMALL_DETERMINER ||
           (next->number == NUMBER_PLAIN && then->kind == WORD_TEXT &&
            (then->small == SMALL_NONE || then->small == SMALL_QUALIFIER ||
             then->small == SMALL_THEIRS));
}

/* "Reopened tickets": a participle right before a noun describes it. */
static bool is_describing(const Claim *claim, size_t i, VerbEntry verb)
{
    const Word *next = claim_word(claim, i + 1);

    return verb.form == FORM_ED && next->kind == WORD_TEXT && next->small == SMALL_NONE &&
           lexicon_verb(next->text).class == VERB_NONE;
}

static size_t read_verb(Claim *claim, size_t i)
{
    size_t after;
    VerbEntry verb = phrase_verb(claim->phrase, i, &after);

    if (department_acts(claim, i) || is_describing(claim, i, verb)) {
        return i;
    }
    if (verb.class == VERB_NONE && is_unlisted_work(claim, i)) {
        verb = (VerbEntry){VERB_DO, TOPIC_ANY, FORM_BASE};
    }
    bool phrasal = after > i + 1;

    if (verb.class == VERB_NONE || (!phrasal && leads_condition(claim, i, verb))) {
        return i;
    }
    claim->verb = verb;
    claim->verb_at = (Span){i, after - 1};
    return after;
}

static bool is_outsider_near(const Claim *claim, size_t i)
{
    for (size_t k = i; k < i + 4; k++) {
        NounClass class = lexicon_noun(claim_word(claim, k)->text).class;

        if (claim_word(claim, k)->kind == WORD_TEXT && class == NOUN_OUTSIDER) {
            return true;
        }
    }
    return false;
}

static bool sets_limit(const Claim *claim, size_t i)
{
    static const char *const limits[] = {"under", "below", "less", "fewer", "maximum", "max",
                                         "zero",  "no",    "nil",  "none",  "0",       NULL};
    const Word *word = claim_word(claim, i);

    if (word->kind == WORD_LIMIT) {
        return *word->text == '<' || g_str_has_prefix(word->text, "≤");
    }
    return (word->kind == WORD_TEXT || word->kind == WORD_NUMBER) &&
           (g_strv_contains(limits, word->text) ||
            (word_is(word, "at") && word_is(word + 1, "most")));
}

/* A level: the figure's unit tells that a condition is meant, unless it is a movement ("by 20%") or
 * a deadline. */
static bool is_level(const Claim *claim, size_t i)
{
    const Word *word = claim_word(claim, i);
    const Word *before = i > 0 ? word - 1 : NULL;

    if (before != NULL && (word_is(before, "by") || word_is(before, "within") ||
                           word_is(before, "every") || word_is(before, "in"))) {
        return false;
    }
    switch (word->number) {
    case NUMBER_PERCENT:
    case NUMBER_MONEY:
        return true;
    case NUMBER_TIME:
        return before != NULL && (before->small == SMALL_PREPOSITION || before->kind == WORD_LIMIT);
    case NUMBER_NONE:
    case NUMBER_PLAIN:
    case NUMBER_NAME:
        break;
    }
    return false;
}

/* "from 22%", "below $300", "of 99.7%" */
static bool follows_level(const Claim *claim, size_t i)
{
    static const char *const leads[] = {"from", "above", "below", "under", "over",
                                        "at",   "of",    "than",  NULL};

    return i > 0 && (claim_word(claim, i - 1)->kind == WORD_LIMIT ||
                     (claim_word(claim, i - 1)->kind == WORD_TEXT &&
                      g_strv_contains(leads, claim_word(claim, i - 1)->text)));
}

static bool is_in_time(const Claim *claim, size_t i)
{
    static const char *const starts[] = {"within", "in", "under", "than", "inside", "<", NULL};
    const Word *word = claim_word(claim, i);

    if ((word->kind == WORD_TEXT || word->kind == WORD_LIMIT) &&
        g_strv_contains(starts, word->text)) {
        return word[1].number == NUMBER_TIME ||
               (word[1].number != NUMBER_NONE && word[2].small == SMALL_TIME) ||
               (word[1].small == SMALL_DETERMINER && word[2].small == SMALL_TIME) ||
               word_is(word + 1, "sla");
    }
    return word_is(word, "on-time") || word_is(word, "same-day") || word_is(word, "sla") ||
           (word_is(word, "on") && (word_is(word + 1, "time") || word_is(word + 1, "schedule"))) ||
           (word_is(word, "same") && word_is(word + 1, "day")) ||
           (word_is(word, "first") && (word_is(word + 1, "contact") || word_is(word + 1, "call") ||
                                       word_is(word + 1, "time") || word_is(word + 1, "reply"))) ||
           (word_is(word, "without") && !word_is(word + 1, "a"));
}

static void read_signs(Claim *claim)
{
    for (size_t i = 0; i < claim->phrase->count; i++) {
        const Word *word = claim_word(claim, i);

        bool within = i >= claim->counted.from && i <= claim->counted.last + 2;

        claim->they_act = claim->they_act || (within && word->small == SMALL_THEIRS) ||
                          (word_is(word, "by") && is_outsider_near(claim, i + 1));
        claim->limited = claim->limited || sets_limit(claim, i);
        claim->condition = claim->condition || is_level(claim, i);
        claim->level = claim->level || (is_level(claim, i) && follows_level(claim, i));
        claim->in_time = claim->in_time || is_in_time(claim, i);
        claim->per_outsider =
            claim->per_outsider || (word_is(word, "per") && is_outsider_near(claim, i + 1));
    }
}

static bool figure(const Word *word, Decimal *out, const char **suffix)
{
    const char *p = word->text;

    while (*p != '\0' && !g_ascii_isdigit(*p)) {
        p = g_utf8_next_char(p);
    }
    size_t len = strspn(p, "0123456789.,");

    *suffix = p + len;
    return len > 0 && decimal_parse(p, len, out) == DECIMAL_OK;
}

/* "from 14 to 3" */
static void read_fall(Claim *claim)
{
    for (size_t i = 0; i + 3 < claim->phrase->count; i++) {
        Decimal from, to;
        const char *unit_from, *unit_to;
        size_t k = i + 2;

        if (!word_is(claim_word(claim, i), "from") || !word_is_quantity(claim_word(claim, i + 1))) {
            continue;
        }
        while (k < i + 8 && !word_is(claim_word(claim, k), "to")) {
            k++;
        }
        claim->falls =
            claim->falls || (word_is(claim_word(claim, k), "to") &&
                             figure(claim_word(claim, i + 1), &from, &unit_from) &&
                             figure(claim_word(claim, k + 1), &to, &unit_to) &&
                             strcmp(unit_from, unit_to) == 0 && decimal_cmp(from, to) > 0);
        return;
    }
}

static bool brings_result(VerbClass class)
{
    return class == VERB_RAISE || class == VERB_LOWER || class == VERB_REACH || class == VERB_WIN ||
           class == VERB_SHIFT || class == VERB_EXCEL;
}

static bool quantity_from(const Claim *claim, size_t i)
{
    for (; i < claim->phrase->count; i++) {
        if (word_is_quantity(claim_word(claim, i))) {
            return true;
        }
    }
    return false;
}

static bool level_from(const Claim *claim, size_t i)
{
    for (; i < claim->phrase->count; i++) {
        NumberKind kind = claim_word(claim, i)->number;

        if (kind == NUMBER_PERCENT || kind == NUMBER_MONEY || kind == NUMBER_TIME) {
            return true;
        }
    }
    return false;
}

/* "with 90% adoption", "with 4.5+ star rating", "with 500 sign-ups" */
static bool with_figure(const Claim *claim, size_t i)
{
    Claim inner = {.phrase = claim->phrase};
    size_t first = counted_skip(&inner, i, false);
    size_t end = counted_end(&inner, first), from;

    if (first == i || end == first || !quantity_from(claim, i)) {
        return false;
    }
    NounClass class = phrase_noun(claim->phrase, first, end - 1, &from).class;

    return class == NOUN_MEASURE || class == NOUN_RESULT;
}

/* What the result is a result of: not more work ("review and simplify 18 steps"). */
static bool brings_what(const Claim *claim, size_t i)
{
    Claim inner = {.phrase = claim->phrase, .counted = {1, 0}};

    (void)counted_read(&inner, i, true);
    return (inner.head.class != NOUN_DOING && inner.head.class != NOUN_NONE) ||
           level_from(claim, i);
}

/* "so that bounce rate falls to 35%", "to generate 500 leads", "and reduce churn to 3%" */
static bool starts_result(const Claim *claim, size_t i)
{
    const Word *word = claim_word(claim, i);
    size_t after;

    if (word_is(word, "with")) {
        return with_figure(claim, i + 1);
    }
    if (word_is(word, "so") || word_is(word, "resulting") || word_is(word, "leading") ||
        word_is(word, "thereby") || word_is(word, "which")) {
        return true;
    }
    VerbEntry next = phrase_verb(claim->phrase, i + 1, &after);

    if (word_is(word, "to") || word->small == SMALL_JOIN || word->kind == WORD_BREAK ||
        word_is(word, "that")) {
        return next.form != FORM_ED &&
               ((brings_result(next.class) && brings_what(claim, after)) ||
                (next.class == VERB_MAKE && claim_word(claim, after)->number > NUMBER_PLAIN &&
                 claim_word(claim, after)->number < NUMBER_NAME));
    }
    VerbEntry self = lexicon_verb(word->text);

    bool brings = self.class == VERB_RAISE || self.class == VERB_LOWER || self.class == VERB_WIN ||
                  word_is(word, "achieving") || word_is(word, "reaching");

    return word->kind == WORD_TEXT && self.form == FORM_ING && brings &&
           lexicon_noun(word->text).class == NOUN_NONE;
}

static void read_result(Claim *claim, size_t end)
{
    for (size_t i = end; i < claim->phrase->count; i++) {
        if (starts_result(claim, i) && quantity_from(claim, i + 1)) {
            claim->with_result = true;
            return;
        }
    }
}

/* Whether the phrase that is counted ends with one of the team's words, whatever its number and
 * hyphens. */
static bool team_word(const Claim *claim, const char *const *words)
{
    if (words == NULL || claim->counted.last < claim->counted.from) {
        return false;
    }
    g_autoptr(GString) key = g_string_new(NULL);

    for (size_t i = claim->counted.from; i < claim->counted.last; i++) {
        g_string_append_printf(key, " %s", claim_word(claim, i)->text);
    }
    g_autofree char *last = lexicon_singular(claim_word(claim, claim->counted.last)->text);

    g_string_append_printf(key, " %s", last);
    (void)g_strdelimit(key->str, "-_", ' ');
    for (; *words != NULL; words++) {
        g_autofree char *spaced = g_strdelimit(text_fold(*words), "-_", ' ');
        g_autofree char *tail = g_strconcat(" ", spaced, NULL);

        if (spaced[0] != '\0' && g_str_has_suffix(key->str, tail)) {
            return true;
        }
    }
    return false;
}

Claim *claim_read(const char *statement, const ChallengeWords *words)
{
    Claim *claim = g_new0(Claim, 1);

    claim->phrase = phrase_new(statement);
    claim->counted = claim->head_at = claim->done_at = (Span){1, 0};
    size_t start = claim_start(claim->phrase);
    size_t behind = read_verb(claim, start);
    size_t end = counted_read(claim, behind, behind > start);

    if (claim->head_at.last >= claim->head_at.from) {
        read_of(claim, end);
        read_done(claim, end);
    }
    read_signs(claim);
    read_fall(claim);
    read_result(claim, behind);
    if (words != NULL) {
        claim->team_activity = team_word(claim, words->activities);
        claim->team_outcome = team_word(claim, words->outcomes);
    }
    return claim;
}

void claim_free(Claim *claim)
{
    if (claim != NULL) {
        phrase_free(claim->phrase);
        g_free(claim);
    }
}

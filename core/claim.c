/* A key result in English is nearly always one of three things, and each is read from the left:
 *
 *     verb, what is counted, figures     "Reduce open P1 bugs from 14 to 3"
 *     what is counted, figures           "Win rate above 25%"
 *     who, what they do                  "30% of trial users invite a colleague"
 *
 * What is counted is the last noun before a preposition; behind "number of" and its like the search goes on. */

#include "core/claim.h"

#include <string.h>

#include "core/decimal.h"
#include "core/text.h"

/* How many times "number of share of …" is followed. */
#define OF_MAX 4

static const Word *at(const Claim *claim, size_t i)
{
    return &claim->phrase->words[MIN(i, claim->phrase->count)];
}

static bool starts_verb(const Phrase *phrase, size_t i)
{
    size_t after;

    return phrase_verb(phrase, i, &after).class != VERB_NONE;
}

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
        return *word->text == ':' && starts_verb(phrase, k + 1) ? k + 1 : i;
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

        if (word_is(word, "make") && word_is(word + 1, "sure")) {
            i++;
        } else if (word_is(word, "our") && word_is(word + 1, "team")) {
            i++;
        } else if (!is_manner(word) && word->small != SMALL_FILLER && word->small != SMALL_CLAUSE &&
                   word->kind != WORD_BREAK && !word_is(word, "to") &&
                   !(word->small == SMALL_AUXILIARY && i > 0)) {
            break;
        }
    }
    return i;
}

static bool is_number(const Word *word)
{
    return word_is_quantity(word) || word->kind == WORD_LIMIT;
}

static bool is_unit(const Word *word)
{
    return word->small == SMALL_PERCENT || word->small == SMALL_MONEY ||
           word->small == SMALL_SCALE || word->small == SMALL_TIME;
}

/* Words around a figure that are no part of what is counted. */
static bool is_around(const Word *word, bool behind_number)
{
    return is_number(word) || word->small == SMALL_DETERMINER || word->small == SMALL_QUALIFIER ||
           word->small == SMALL_ADVERB || word->small == SMALL_SCALE ||
           (behind_number && (is_unit(word) || word_is(word, "of") || word_is(word, "in") ||
                              word_is(word, "or") || word_is(word, "and") || word_is(word, "to") ||
                              word_is(word, "out")));
}

static void note_number(Claim *claim, size_t i)
{
    const Word *word = at(claim, i);

    if (word->number == NUMBER_PERCENT) {
        size_t k = i + 1;

        while (is_unit(at(claim, k))) {
            k++;
        }
        claim->share = claim->share || word_is(at(claim, k), "of");
        claim->all_of_it = claim->all_of_it || g_str_has_prefix(word->text, "100");
    } else if (word->number == NUMBER_PLAIN) {
        claim->plain_count = true;
    }
}

/* From a verb or a sentence's beginning to the first word of what is counted. */
static size_t skip_to_counted(Claim *claim, size_t i, bool behind_verb)
{
    bool number = false;

    if (behind_verb && at(claim, i)->small == SMALL_PREPOSITION && !word_is(at(claim, i), "from")) {
        i++;
    }
    for (; i < claim->phrase->count; i++) {
        const Word *word = at(claim, i);
        bool leads = word->small == SMALL_PREPOSITION &&
                     (is_number(word + 1) || word[1].small == SMALL_QUALIFIER);

        if (!is_around(word, number) && !leads) {
            break;
        }
        if (word_is_quantity(word)) {
            note_number(claim, i);
            number = true;
        }
        claim->share = claim->share || word_is(word, "all") || word_is(word, "every");
    }
    return i;
}

static bool is_people(NounEntry noun)
{
    return noun.class == NOUN_OUTSIDER || noun.class == NOUN_INSIDER;
}

/* "users invite", "the team publishes", "customers using": the phrase ends before what people do. */
static bool people_act(const Claim *claim, size_t first, size_t i)
{
    size_t from, after;

    if (i == first) {
        return false;
    }
    NounEntry who = phrase_noun(claim->phrase, first, i - 1, &from);
    VerbEntry verb = phrase_verb(claim->phrase, i, &after);

    bool moves = verb.class == VERB_THEIRS || verb.class == VERB_RAISE || verb.class == VERB_REACH ||
                 verb.class == VERB_LOWER;

    if (moves && lexicon_noun(at(claim, i)->text).class == NOUN_NONE && who.class != NOUN_NONE &&
        (verb.form == FORM_S || (verb.form == FORM_BASE && who.plural))) {
        return true; /* "trials come from referrals", "the list grows" */
    }
    if (!is_people(who) || verb.class == VERB_NONE) {
        return false;
    }
    bool plural = who.plural || word_is(at(claim, i - 1), "people") ||
                  word_is(at(claim, i - 1), "staff");

    switch (verb.form) {
    case FORM_BASE:
        return plural;
    case FORM_S:
        return !plural && lexicon_noun(at(claim, i)->text).class == NOUN_NONE;
    case FORM_ING:
        return at(claim, i + 1)->small != SMALL_NONE || is_number(at(claim, i + 1)) ||
               lexicon_noun(at(claim, i)->text).class == NOUN_NONE;
    case FORM_ED:
        return false; /* decided by what follows */
    }
    return false;
}

static bool ends_phrase(const Word *word)
{
    return word->kind != WORD_TEXT || word->small == SMALL_PREPOSITION ||
           word->small == SMALL_CLAUSE || word->small == SMALL_AUXILIARY ||
           word->small == SMALL_DETERMINER || word->small == SMALL_ADVERB || is_number(word);
}

/* "interviews conducted per week", but not "closed deals". */
static bool is_trailing_participle(const Claim *claim, size_t i)
{
    size_t after;
    VerbEntry verb = phrase_verb(claim->phrase, i, &after);
    const Word *next = at(claim, after);

    if (verb.class == VERB_NONE || (verb.form != FORM_ED && !word_is(at(claim, i), "run"))) {
        return false;
    }
    return ends_phrase(next) || next->small == SMALL_JOIN || lexicon_noun(at(claim, i - 1)->text).plural;
}

/* The end of the noun phrase that starts at `first`: the word behind its last. */
static size_t phrase_end(const Claim *claim, size_t first)
{
    size_t i = first;

    for (; i < claim->phrase->count; i++) {
        const Word *word = at(claim, i);

        if (ends_phrase(word) || people_act(claim, first, i) ||
            (i > first && is_trailing_participle(claim, i)) ||
            (i > first && word->small == SMALL_JOIN && !word_is(word, "&") &&
             (ends_phrase(word + 1) || starts_verb(claim->phrase, i + 1)))) {
            break;
        }
    }
    return i;
}

/* Joined phrases count by their first head, unless both share a measure: "onboarding and ramp time". */
static size_t first_conjunct(const Claim *claim, size_t first, size_t end)
{
    size_t from;

    if (end > first && phrase_noun(claim->phrase, first, end - 1, &from).class == NOUN_MEASURE) {
        return end;
    }
    for (size_t i = first + 1; i < end; i++) {
        if (at(claim, i)->small == SMALL_JOIN) {
            return i;
        }
    }
    return end;
}

static void set_head(Claim *claim, NounEntry head, size_t from, size_t last)
{
    claim->head = head;
    claim->head_at = (Span){from, last};
}

/* "customers live", "bugs outstanding": an unknown word behind a plural we know is no head. */
static void find_head(Claim *claim, size_t first, size_t end)
{
    size_t last = end - 1, from;
    NounEntry head = phrase_noun(claim->phrase, first, last, &from);

    if (word_is(at(claim, last), "return") && word_is(at(claim, end), "on")) {
        head = (NounEntry){NOUN_MEASURE, TOPIC_ANY, false}; /* on investment, on spend */
    }
    if (head.class == NOUN_NONE && last > first) {
        size_t before_from;
        NounEntry before = phrase_noun(claim->phrase, first, last - 1, &before_from);

        if (before.class != NOUN_NONE && before.plural) {
            set_head(claim, before, before_from, last - 1);
            return;
        }
    }
    set_head(claim, head, from, last);
}

static bool is_transparent(NounClass class)
{
    return class == NOUN_COUNT || class == NOUN_SHARE || class == NOUN_RISE || class == NOUN_FALL;
}

/* "call volume", "revenue growth": what stands before the count is what is counted. */
static void look_before(Claim *claim, size_t first)
{
    NounClass class = claim->head.class;
    size_t from;

    if (claim->head_at.from == first) {
        if (class != NOUN_COUNT) {
            claim->head.class = NOUN_MEASURE;
        }
        return;
    }
    NounEntry before = phrase_noun(claim->phrase, first, claim->head_at.from - 1, &from);

    if (class == NOUN_SHARE || before.class == NOUN_NONE) {
        claim->head.class = class == NOUN_COUNT ? NOUN_NONE : NOUN_MEASURE;
    } else {
        set_head(claim, before, from, claim->head_at.from - 1);
    }
}

/* What is counted, from the word `i` on; the word behind it. */
static size_t read_counted(Claim *claim, size_t i, bool behind_verb)
{
    for (int depth = 0; depth < OF_MAX; depth++) {
        size_t first = skip_to_counted(claim, i, behind_verb && depth == 0);
        size_t end = phrase_end(claim, first);

        if (end == first) {
            return first;
        }
        claim->counted = (Span){first, end - 1};
        find_head(claim, first, first_conjunct(claim, first, end));
        claim->falls = claim->falls || claim->head.class == NOUN_FALL;
        if (!is_transparent(claim->head.class)) {
            return end;
        }
        if (!word_is(at(claim, end), "of") && !word_is(at(claim, end), "in")) {
            look_before(claim, first);
            return end;
        }
        claim->share = claim->share || claim->head.class == NOUN_SHARE;
        i = end + 1;
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
    if (word_is(at(claim, end), "of") || word_is(at(claim, end), "in") ||
        word_is(at(claim, end), "on") || word_is(at(claim, end), "at")) {
        size_t first = skip_to_counted(claim, end + 1, false);
        size_t last = phrase_end(claim, first);

        if (last > first && claim->of.class == NOUN_NONE) {
            claim->of = phrase_noun(claim->phrase, first, last - 1, &from);
        }
    }
}

static size_t skip_auxiliaries(const Claim *claim, size_t i)
{
    while (at(claim, i)->kind == WORD_TEXT &&
           (at(claim, i)->small == SMALL_AUXILIARY || at(claim, i)->small == SMALL_ADVERB ||
            at(claim, i)->small == SMALL_FILLER || word_is(at(claim, i), "who") ||
            word_is(at(claim, i), "have") || word_is(at(claim, i), "has") ||
            word_is(at(claim, i), "to"))) {
        i++;
    }
    return i;
}

/* What is done with it, or what they do, and to what. */
static void read_done(Claim *claim, size_t end)
{
    size_t i = skip_auxiliaries(claim, end), after, from;
    VerbEntry done = phrase_verb(claim->phrase, i, &after);

    if (at(claim, i)->small == SMALL_PREPOSITION || done.class == VERB_NONE) {
        return;
    }
    if (i > end && word_is(at(claim, i - 1), "to") && !is_people(claim->head)) {
        return; /* "time to resolve", "10 tools to improve" */
    }
    claim->done = done;
    claim->done_at = (Span){i, after - 1};
    size_t first = skip_to_counted(claim, after, true);
    size_t last = phrase_end(claim, first);

    if (last > first) {
        claim->object = phrase_noun(claim->phrase, first, last - 1, &from);
    }
}

/* "above 80%", "from 14", ": 5", "down 3%" */
static bool starts_figure(const Claim *claim, size_t i)
{
    static const char *const leads[] = {"above", "below", "over", "under", "from", "to", "at", "of", "up", "down",
                                        NULL};
    const Word *word = at(claim, i), *next = at(claim, i + 1);

    if (is_number(word)) {
        return true;
    }
    if (word->kind == WORD_BREAK || (word->kind == WORD_TEXT && g_strv_contains(leads, word->text))) {
        return is_number(next) || next->small == SMALL_QUALIFIER || word_is(next, "from") || word_is(next, "by");
    }
    return word_is(word, "within") && next->number == NUMBER_PERCENT;
}

/* Whether a figure for it follows what is named, behind at most one more phrase: "click rate on tests below 3%". */
static bool has_figure(const Claim *claim, size_t end)
{
    size_t i = end;

    if (at(claim, i)->small == SMALL_AUXILIARY || starts_figure(claim, i)) {
        return true;
    }
    if (at(claim, i)->small != SMALL_PREPOSITION || is_number(at(claim, i + 1))) {
        return false;
    }
    i = phrase_end(claim, i + 1);
    return starts_figure(claim, i);
}

/* "Test coverage above 80%", "Open bugs from 14 to 3": a first word that could be a verb leads a noun instead. */
static bool leads_condition(Claim *claim, size_t i, VerbEntry verb)
{
    const char *word = at(claim, i)->text;
    NounEntry self = lexicon_noun(word);
    size_t from;

    if (phrase_noun(claim->phrase, i, i + 1, &from).class != NOUN_NONE && from == i) {
        return true; /* a pair: "win rate" */
    }
    if (self.class == NOUN_SHARE && word_is(at(claim, i + 1), "of")) {
        return true;
    }
    bool may_lead = lexicon_leads_noun(word) ||
                    (self.class != NOUN_NONE && verb.class <= VERB_SERVE && verb.topic != TOPIC_REVIEWS);
    size_t end = phrase_end(claim, i);

    if (self.plural && verb.form == FORM_S && !is_number(at(claim, i + 1))) {
        return true; /* "Prospects who …", "Returns below 4%" */
    }
    if (!may_lead || end < i + 2) {
        return false;
    }
    NounClass class = phrase_noun(claim->phrase, i, end - 1, &from).class;

    return (class == NOUN_MEASURE || class == NOUN_COMPLETION || class == NOUN_TROUBLE || class == NOUN_COUNT ||
            class == NOUN_RESULT) &&
           has_figure(claim, end);
}

/* "Ask 60 customers", "Split the monolith": what nobody has listed, in front of so many or of a thing, is work. */
static bool is_unlisted_work(const Claim *claim, size_t i)
{
    const Word *word = at(claim, i), *next = at(claim, i + 1), *then = at(claim, i + 2);

    if (word->kind != WORD_TEXT || word->small != SMALL_NONE || lexicon_noun(word->text).class != NOUN_NONE ||
        lexicon_is_function(word->text) || !g_unichar_isalpha(g_utf8_get_char(word->text)) ||
        g_str_has_suffix(word->text, "s") || strchr(word->text, '-') != NULL) {
        return false;
    }
    return next->small == SMALL_DETERMINER ||
           (next->number == NUMBER_PLAIN && then->kind == WORD_TEXT &&
            (then->small == SMALL_NONE || then->small == SMALL_QUALIFIER || then->small == SMALL_THEIRS));
}

static size_t read_verb(Claim *claim, size_t i)
{
    size_t after;
    VerbEntry verb = phrase_verb(claim->phrase, i, &after);

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
        NounClass class = lexicon_noun(at(claim, k)->text).class;

        if (at(claim, k)->kind == WORD_TEXT && class == NOUN_OUTSIDER) {
            return true;
        }
    }
    return false;
}

static bool sets_limit(const Claim *claim, size_t i)
{
    static const char *const limits[] = {"under", "below", "less", "fewer", "maximum", "max",
                                         "zero",  "no",    "nil",  "none",  "0",       NULL};
    const Word *word = at(claim, i);

    if (word->kind == WORD_LIMIT) {
        return *word->text == '<' || g_str_has_prefix(word->text, "≤");
    }
    return (word->kind == WORD_TEXT || word->kind == WORD_NUMBER) &&
           (g_strv_contains(limits, word->text) ||
            (word_is(word, "at") && word_is(word + 1, "most")));
}

/* A level: the figure's unit tells that a condition is meant, unless it is a movement ("by 20%") or a deadline. */
static bool is_level(const Claim *claim, size_t i)
{
    const Word *word = at(claim, i);
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
    static const char *const leads[] = {"from", "above", "below", "under", "over", "at", "of", "than", NULL};

    return i > 0 && (at(claim, i - 1)->kind == WORD_LIMIT ||
                     (at(claim, i - 1)->kind == WORD_TEXT && g_strv_contains(leads, at(claim, i - 1)->text)));
}

static bool is_in_time(const Claim *claim, size_t i)
{
    static const char *const starts[] = {"within", "in", "under", "than", "inside", "<", NULL};
    const Word *word = at(claim, i);

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
        const Word *word = at(claim, i);

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

        if (!word_is(at(claim, i), "from") || !word_is_quantity(at(claim, i + 1))) {
            continue;
        }
        while (k < i + 8 && !word_is(at(claim, k), "to")) {
            k++;
        }
        claim->falls = claim->falls ||
                       (word_is(at(claim, k), "to") &&
                        figure(at(claim, i + 1), &from, &unit_from) &&
                        figure(at(claim, k + 1), &to, &unit_to) &&
                        strcmp(unit_from, unit_to) == 0 && decimal_cmp(from, to) > 0);
        return;
    }
}

static bool brings_result(VerbClass class)
{
    return class == VERB_RAISE || class == VERB_LOWER || class == VERB_REACH ||
           class == VERB_WIN || class == VERB_SHIFT || class == VERB_EXCEL;
}

static bool quantity_from(const Claim *claim, size_t i)
{
    for (; i < claim->phrase->count; i++) {
        if (word_is_quantity(at(claim, i))) {
            return true;
        }
    }
    return false;
}

/* "with 90% adoption", "with 4.5+ star rating", "with 500 sign-ups" */
static bool with_figure(const Claim *claim, size_t i)
{
    Claim inner = {.phrase = claim->phrase};
    size_t first = skip_to_counted(&inner, i, false);
    size_t end = phrase_end(&inner, first), from;

    if (first == i || end == first || !quantity_from(claim, i)) {
        return false;
    }
    NounClass class = phrase_noun(claim->phrase, first, end - 1, &from).class;

    return class == NOUN_MEASURE || class == NOUN_RESULT;
}

/* "so that bounce rate falls to 35%", "to generate 500 leads", "and reduce churn to 3%" */
static bool starts_result(const Claim *claim, size_t i)
{
    const Word *word = at(claim, i);
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
               (brings_result(next.class) ||
                (next.class == VERB_MAKE && at(claim, after)->number > NUMBER_PLAIN &&
                 at(claim, after)->number < NUMBER_NAME));
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

/* Whether the phrase that is counted ends with one of the team's words, whatever its number and hyphens. */
static bool team_word(const Claim *claim, const char *const *words)
{
    if (words == NULL || claim->counted.last < claim->counted.from) {
        return false;
    }
    g_autoptr(GString) key = g_string_new(NULL);

    for (size_t i = claim->counted.from; i < claim->counted.last; i++) {
        g_string_append_printf(key, " %s", at(claim, i)->text);
    }
    g_autofree char *last = lexicon_singular(at(claim, claim->counted.last)->text);

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
    size_t end = read_counted(claim, behind, behind > start);

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

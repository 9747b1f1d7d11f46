#include "core/counted.h"

/* How many times "number of share of …" is followed. */
#define OF_MAX 4

const Word *claim_word(const Claim *claim, size_t i)
{
    return &claim->phrase->words[MIN(i, claim->phrase->count)];
}

bool word_is_figure(const Word *word)
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
    return word_is_figure(word) || word->small == SMALL_DETERMINER ||
           word->small == SMALL_QUALIFIER || word->small == SMALL_ADVERB ||
           word->small == SMALL_SCALE ||
           (behind_number &&
            (is_unit(word) || word_is(word, "of") || word_is(word, "in") || word_is(word, "or") ||
             word_is(word, "and") || word_is(word, "to") || word_is(word, "out")));
}

static void note_number(Claim *claim, size_t i)
{
    const Word *word = claim_word(claim, i);

    if (word->number == NUMBER_PERCENT) {
        size_t k = i + 1;

        while (is_unit(claim_word(claim, k))) {
            k++;
        }
        claim->share = claim->share || word_is(claim_word(claim, k), "of");
        claim->all_of_it = claim->all_of_it || g_str_has_prefix(word->text, "100");
    } else if (word->number == NUMBER_PLAIN) {
        claim->plain_count = true;
    }
}

/* From a verb or a sentence's beginning to the first word of what is counted. */
size_t counted_skip(Claim *claim, size_t i, bool behind_verb)
{
    bool number = false;

    if (behind_verb && claim_word(claim, i)->small == SMALL_PREPOSITION &&
        !word_is(claim_word(claim, i), "from")) {
        i++;
    }
    for (; i < claim->phrase->count; i++) {
        const Word *word = claim_word(claim, i);
        bool leads = word->small == SMALL_PREPOSITION &&
                     (word_is_figure(word + 1) || word[1].small == SMALL_QUALIFIER);

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

bool noun_is_people(NounEntry noun)
{
    return noun.class == NOUN_OUTSIDER || noun.class == NOUN_INSIDER;
}

/* "Marketing delivers", "Sales closes" */
bool department_acts(const Claim *claim, size_t i)
{
    const Word *next = claim_word(claim, i + 1);
    VerbEntry verb = lexicon_verb(next->text);

    return claim_word(claim, i)->kind == WORD_TEXT &&
           lexicon_is_department(claim_word(claim, i)->text) && next->kind == WORD_TEXT &&
           verb.class != VERB_NONE && verb.form == FORM_S &&
           lexicon_noun(next->text).class == NOUN_NONE;
}

/* "users invite", "the team publishes", "customers using": the phrase ends before what people do.
 */
static bool people_act(const Claim *claim, size_t first, size_t i)
{
    size_t from, after;

    if (i == first) {
        return false;
    }
    NounEntry who = phrase_noun(claim->phrase, first, i - 1, &from);
    VerbEntry verb = phrase_verb(claim->phrase, i, &after);

    bool moves = verb.class == VERB_THEIRS || verb.class == VERB_RAISE ||
                 verb.class == VERB_REACH || verb.class == VERB_LOWER;

    if (moves && lexicon_noun(claim_word(claim, i)->text).class == NOUN_NONE &&
        who.class != NOUN_NONE && (verb.form == FORM_S || (verb.form == FORM_BASE && who.plural))) {
        return true; /* "trials come from referrals", "the list grows" */
    }
    if (department_acts(claim, i - 1)) {
        return true;
    }
    if (!noun_is_people(who) || verb.class == VERB_NONE) {
        return false;
    }
    bool plural = who.plural || word_is(claim_word(claim, i - 1), "people") ||
                  word_is(claim_word(claim, i - 1), "staff");

    switch (verb.form) {
    case FORM_BASE:
        return plural;
    case FORM_S:
        return !plural && lexicon_noun(claim_word(claim, i)->text).class == NOUN_NONE;
    case FORM_ING:
        return claim_word(claim, i + 1)->small != SMALL_NONE ||
               word_is_figure(claim_word(claim, i + 1)) ||
               lexicon_noun(claim_word(claim, i)->text).class == NOUN_NONE;
    case FORM_ED:
        return false; /* decided by what follows */
    }
    return false;
}

static bool ends_phrase(const Word *word)
{
    return word->kind != WORD_TEXT || word->small == SMALL_PREPOSITION ||
           word->small == SMALL_CLAUSE || word->small == SMALL_AUXILIARY ||
           word->small == SMALL_DETERMINER || word->small == SMALL_ADVERB ||
           word->small == SMALL_FILLER || word_is_figure(word);
}

/* "interviews conducted per week", but not "closed deals". */
static bool is_trailing_participle(const Claim *claim, size_t i)
{
    size_t after;
    VerbEntry verb = phrase_verb(claim->phrase, i, &after);
    const Word *next = claim_word(claim, after);

    if (verb.class == VERB_NONE ||
        (verb.form != FORM_ED && !word_is(claim_word(claim, i), "run"))) {
        return false;
    }
    return ends_phrase(next) || next->small == SMALL_JOIN;
}

/* The end of the noun phrase that starts at `first`: the word behind its last. */
size_t counted_end(const Claim *claim, size_t first)
{
    size_t i = first;

    for (; i < claim->phrase->count; i++) {
        const Word *word = claim_word(claim, i);

        if (ends_phrase(word) || people_act(claim, first, i) ||
            (i > first && is_trailing_participle(claim, i)) ||
            (i > first && word->small == SMALL_JOIN && !word_is(word, "&") &&
             (ends_phrase(word + 1) || phrase_has_verb(claim->phrase, i + 1)))) {
            break;
        }
    }
    return i;
}

/* Joined phrases count by their first head, unless both share a measure: "onboarding and ramp
 * time". */
static size_t first_conjunct(const Claim *claim, size_t first, size_t end)
{
    size_t from;

    if (end > first && phrase_noun(claim->phrase, first, end - 1, &from).class == NOUN_MEASURE) {
        return end;
    }
    for (size_t i = first + 1; i < end; i++) {
        if (claim_word(claim, i)->small == SMALL_JOIN) {
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

    if (word_is(claim_word(claim, last), "return") && word_is(claim_word(claim, end), "on")) {
        head = (NounEntry){NOUN_MEASURE, TOPIC_ANY, false}; /* on investment, on spend */
    }
    if (department_acts(claim, last)) {
        head = (NounEntry){NOUN_INSIDER, TOPIC_ANY, false};
    }
    claim->unlisted_deed = head.class == NOUN_NONE && last > first &&
                           lexicon_form(claim_word(claim, last)->text) == FORM_ED;
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
size_t counted_read(Claim *claim, size_t i, bool behind_verb)
{
    for (int depth = 0; depth < OF_MAX; depth++) {
        size_t first = counted_skip(claim, i, behind_verb && depth == 0);
        size_t end = counted_end(claim, first);

        if (end == first) {
            return first;
        }
        claim->counted = (Span){first, end - 1};
        find_head(claim, first, first_conjunct(claim, first, end));
        claim->falls = claim->falls || claim->head.class == NOUN_FALL;
        if (!is_transparent(claim->head.class)) {
            return end;
        }
        if (!word_is(claim_word(claim, end), "of") && !word_is(claim_word(claim, end), "in")) {
            look_before(claim, first);
            return end;
        }
        claim->share = claim->share || claim->head.class == NOUN_SHARE;
        i = end + 1;
    }
    return i;
}

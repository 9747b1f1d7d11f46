#include "core/objective.h"

#include <string.h>

#include "core/claim.h"
#include "core/rule.h"
#include "core/words.h"

#define OBJECTIVE_WORDS_MIN 4
#define OBJECTIVE_WORDS_MAX 18

/* A full stop ends a sentence unless it belongs to something as short as "U.S." or "vs.". */
static bool ends_sentence(const char *text, const char *p)
{
    size_t before = 0;

    if (strchr(".!?", *p) == NULL || p[1] != ' ' || p[2] == '\0') {
        return false;
    }
    while (p - before > text && p[-(ptrdiff_t)before - 1] != ' ') {
        before++;
    }
    return *p != '.' || (before > 3 && memchr(p - before, '.', before) == NULL);
}

static bool has_sentences(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (ends_sentence(text, p)) {
            return true;
        }
    }
    return false;
}

/* Lines, semicolons, or work behind a comma. */
static bool is_list(const char *text, const Phrase *phrase)
{
    size_t after;

    if (strchr(text, '\n') != NULL || strchr(text, ';') != NULL) {
        return true;
    }
    for (size_t i = 0; i < phrase->count; i++) {
        VerbEntry verb = phrase_verb(phrase, i + 1, &after);

        if (phrase->words[i].kind == WORD_BREAK && *phrase->words[i].text == ',' &&
            verb.form == FORM_BASE && (verb.class == VERB_DO || verb.class == VERB_MAKE)) {
            return true;
        }
    }
    return false;
}

typedef struct Objective {
    const Phrase *phrase;
    size_t words, ands;
    size_t number; /* where a figure stands; behind the last word when there is none */
} Objective;

static Objective objective_count(const Phrase *phrase)
{
    Objective o = {.phrase = phrase, .number = phrase->count};

    for (size_t i = phrase->count; i-- > 0;) {
        const Word *word = &phrase->words[i];

        o.words += word->kind == WORD_TEXT || word->kind == WORD_NUMBER;
        o.ands += word_is(word, "and") || word_is(word, "&");
        if (word->kind == WORD_NUMBER ||
            (word->kind == WORD_TEXT && g_ascii_isdigit(*word->text))) {
            o.number = i;
        }
    }
    return o;
}

/* "Build the pipeline that carries the year": what is made is itself a result. */
static bool makes_result(const Phrase *phrase)
{
    g_autoptr(Claim) claim = claim_read(phrase->sentence, NULL);
    NounClass head = claim->head.class;

    return head == NOUN_MEASURE || head == NOUN_SHARE || head == NOUN_RISE || head == NOUN_RESULT ||
           head == NOUN_OUTSIDER;
}

static bool starts_making(const Phrase *phrase)
{
    size_t after, start = claim_start(phrase);
    VerbEntry verb = phrase_verb(phrase, start, &after);

    if (word_is(&phrase->words[start], "make")) {
        return false; /* "make onboarding effortless" changes a condition */
    }
    return verb.class == VERB_DO || (verb.class == VERB_MAKE && !makes_result(phrase));
}

static RuleId objective_rule(const char *text, const Phrase *phrase, const Objective *o)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text));

    if (is_list(trimmed, phrase)) {
        return OBJECTIVE_IS_A_LIST;
    }
    if (has_sentences(phrase->sentence)) {
        return OBJECTIVE_SENTENCES;
    }
    if (o->number < phrase->count) {
        return OBJECTIVE_HAS_NUMBER;
    }
    if (starts_making(phrase)) {
        return OBJECTIVE_IS_WORK;
    }
    if (o->words < OBJECTIVE_WORDS_MIN) {
        return OBJECTIVE_TOO_SHORT;
    }
    if (o->words > OBJECTIVE_WORDS_MAX) {
        return OBJECTIVE_TOO_LONG;
    }
    return o->ands > 1 ? OBJECTIVE_TWO_GOALS : OBJECTIVE_STANDS;
}

Judgement objective_judge(const char *text)
{
    g_autoptr(Phrase) phrase = phrase_new(text);
    Objective o = objective_count(phrase);
    RuleId id = objective_rule(text, phrase, &o);
    const Rule *rule = rule_of(id);
    size_t at = id == OBJECTIVE_HAS_NUMBER ? o.number : claim_start(phrase);
    g_autofree char *quote =
        at < phrase->count ? phrase_quote(phrase, at, at) : g_strdup(phrase->sentence);

    return (Judgement){
        .verdict = rule->verdict,
        .rule = rule->name,
        .why = say(rule->why, S("words", quote), N("n", (int64_t)o.words),
                   N("min", OBJECTIVE_WORDS_MIN), N("max", OBJECTIVE_WORDS_MAX)),
        .instead = id == OBJECTIVE_STANDS ? NULL : g_strdup(words_template(rule->instead)),
    };
}

#include "core/personal.h"

#include <string.h>

typedef struct Reading {
    const Claim *claim;
    size_t start;
} Reading;

static const Word *at(const Reading *r, size_t i)
{
    return &r->claim->phrase->words[MIN(i, r->claim->phrase->count)];
}

static bool one_of(const Word *word, const char *const *list)
{
    return word->kind == WORD_TEXT && g_strv_contains(list, word->text);
}

/* "my", "his quota", "@maria" */
static bool says_whose(const Reading *r, size_t i)
{
    static const char *const whose[] = {"my",   "mine", "myself", "his", "her",
                                        "hers", "i'm",  "i've",   NULL};
    const Word *word = at(r, i);

    if (one_of(word, whose)) {
        return true;
    }
    return word->kind == WORD_TEXT && word->text[0] == '@' && strchr(word->text, '.') == NULL;
}

static bool says_i(const Reading *r, size_t i)
{
    static const char *const i_will[] = {"i", "i'll", "i'd", NULL};

    return i == 0 && one_of(at(r, i), i_will);
}

/* "individual quota", "personal sales target" */
static bool says_individual(const Reading *r, size_t i)
{
    static const char *const alone[] = {"individual", "personal", NULL};
    static const char *const targets[] = {"quota", "quotas", "target",     "targets", "goal",
                                          "goals", "number", "commission", NULL};

    return one_of(at(r, i), alone) &&
           (one_of(at(r, i + 1), targets) || one_of(at(r, i + 2), targets));
}

/* A ratio that the whole team moves is no quota: "increase average revenue per rep". */
static bool is_team_ratio(const Reading *r)
{
    static const char *const means[] = {"average", "avg", "mean", "median", NULL};
    const Claim *claim = r->claim;

    for (size_t i = 0; i < claim->phrase->count; i++) {
        if (one_of(at(r, i), means)) {
            return true;
        }
    }
    return claim->head.class == NOUN_MEASURE &&
           (claim->verb.class == VERB_RAISE || claim->verb.class == VERB_LOWER);
}

/* "20 calls per rep", "each account executive" */
static bool says_each(const Reading *r, size_t i)
{
    static const char *const each[] = {"per", "each", "every", NULL};
    static const char *const roles[] = {"rep",       "salesperson", "seller", "ae",
                                        "sdr",       "bdr",         "csm",    "agent",
                                        "recruiter", "executive",   NULL};

    for (size_t k = i + 1; one_of(at(r, i), each) && k < i + 4; k++) {
        if (one_of(at(r, k), roles)) {
            return !is_team_ratio(r);
        }
        if (at(r, k)->kind != WORD_TEXT || at(r, k)->small != SMALL_NONE) {
            break;
        }
    }
    return false;
}

/* A capital letter and no word, place or trade we know: it may be somebody's name. */
static bool may_be_name(const Word *word)
{
    gunichar first = word->len > 0 ? g_utf8_get_char(word->from) : 0;

    if (word->kind != WORD_TEXT || !g_unichar_isupper(first) || g_utf8_strlen(word->text, -1) < 3) {
        return false;
    }
    for (const char *p = g_utf8_next_char(word->from); p < word->from + word->len;
         p = g_utf8_next_char(p)) {
        if (!g_unichar_islower(g_utf8_get_char(p)) && strncmp(p, "'s", 2) != 0 && *p != 's') {
            return false;
        }
    }
    return word->small == SMALL_NONE && lexicon_noun(word->text).class == NOUN_NONE &&
           lexicon_verb(word->text).class == VERB_NONE && !lexicon_is_function(word->text);
}

static bool is_possessive(const Word *word)
{
    return word->len > 2 && (strncmp(word->from + word->len - 2, "'s", 2) == 0 ||
                             (word->len > 4 && strncmp(word->from + word->len - 4, "’s", 4) == 0));
}

/* "Maria closes 5 deals", "Maria's quota", "Maria: 5 deals", "Maria to sign 3 contracts" */
static bool says_name(const Reading *r, size_t i, size_t *last)
{
    if (i != r->start || !may_be_name(at(r, i))) {
        return false;
    }
    size_t k = is_possessive(at(r, i)) || !may_be_name(at(r, i + 1)) ? i : i + 1;
    const Word *next = at(r, k + 1);
    VerbEntry verb = lexicon_verb(next->text);

    *last = k;
    if (is_possessive(at(r, k))) {
        return word_is(next, "quota") || word_is(next, "target") || word_is(next, "goal");
    }
    if (word_is(next, "to") || word_is(next, "will")) {
        return lexicon_verb(next[1].text).class != VERB_NONE;
    }
    return next->kind == WORD_TEXT && verb.class != VERB_NONE && verb.form == FORM_S &&
           lexicon_noun(next->text).class == NOUN_NONE &&
           (word_is_quantity(next + 1) || next[1].small == SMALL_DETERMINER);
}

bool personal_target(const Claim *claim, Span *said)
{
    Reading r = {claim, claim_start(claim->phrase)};

    for (size_t i = 0; i < claim->phrase->count; i++) {
        size_t last = i;

        if (says_whose(&r, i) || says_i(&r, i) || says_name(&r, i, &last)) {
            *said = (Span){i, last};
            return true;
        }
        if (says_individual(&r, i) || says_each(&r, i)) {
            *said = (Span){i, i + 1};
            return true;
        }
    }
    return false;
}

/* Lists are searched in order and whole: they are a few kilobytes, and a sentence has few words. */

#include "core/lexicon.h"

#include <string.h>

#include <glib.h>

#include "core/wordlist.h"

/* No word of the lists is longer; what is longer is not looked up. */
#define WORD_LONGEST 32

static bool list_has(const char *list, const char *word)
{
    size_t len = strlen(word);

    if (len == 0 || len > WORD_LONGEST) {
        return false;
    }
    for (const char *p = strstr(list, word); p != NULL; p = strstr(p + 1, word)) {
        if ((p == list || p[-1] == ' ') && (p[len] == '\0' || p[len] == ' ')) {
            return true;
        }
    }
    return false;
}

/* "organize" is on the lists as "organise", "analyze" as "analyse". */
static void spell_british(char *word)
{
    for (char *p = word; p[0] != '\0' && p[1] != '\0'; p++) {
        if ((p[0] == 'i' || p[0] == 'y') && p[1] == 'z' && p > word) {
            p[1] = 's';
        }
    }
}

static const VerbList *verb_list(const char *word)
{
    for (size_t i = 0; i < word_list.verb_count; i++) {
        /* The lists are constant, in wordlist.c, which the analyser does not see from here. */
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        if (list_has(word_list.verbs[i].words, word)) {
            return &word_list.verbs[i];
        }
    }
    return NULL;
}

typedef struct Ending {
    const char *ending;
    const char *instead;
    VerbForm form;
} Ending;

static const Ending verb_endings[] = {
    {"", "", FORM_BASE},   {"s", "", FORM_S},     {"es", "", FORM_S},
    {"ies", "y", FORM_S},  {"ed", "", FORM_ED},   {"ed", "e", FORM_ED},
    {"ied", "y", FORM_ED}, {"ing", "", FORM_ING}, {"ing", "e", FORM_ING},
};

/* "planned" is "plan": the doubled consonant goes with the ending. */
static bool undouble(char *stem)
{
    size_t len = strlen(stem);

    if (len < 4 || stem[len - 1] != stem[len - 2]) {
        return false;
    }
    stem[len - 1] = '\0';
    return true;
}

static bool verb_try(const char *word, const Ending *e, VerbEntry *out)
{
    if (!g_str_has_suffix(word, e->ending)) {
        return false;
    }
    char stem[WORD_LONGEST + 8] = "";
    size_t keep = strlen(word) - strlen(e->ending);

    if (keep < 2) {
        return false;
    }
    g_strlcpy(stem, word, keep + 1);
    g_strlcat(stem, e->instead, sizeof stem);
    const VerbList *list = verb_list(stem);

    if (list == NULL && e->form >= FORM_ED && e->instead[0] == '\0' && undouble(stem)) {
        list = verb_list(stem);
    }
    if (list == NULL) {
        return false;
    }
    *out = (VerbEntry){list->class, list->topic, e->form};
    return true;
}

static bool verb_inflected(const char *word, VerbEntry *out)
{
    for (size_t i = 0; i < G_N_ELEMENTS(verb_endings); i++) {
        if (verb_try(word, &verb_endings[i], out)) {
            return true;
        }
    }
    return false;
}

/* "resend", "re-create": work that is done again. */
static bool verb_again(const char *word, VerbEntry *out)
{
    VerbEntry once;

    if (!g_str_has_prefix(word, "re") || !verb_inflected(word + (word[2] == '-' ? 3 : 2), &once) ||
        (once.class != VERB_DO && once.class != VERB_MAKE)) {
        return false;
    }
    *out = (VerbEntry){VERB_DO, once.topic, once.form};
    return true;
}

static const char *regular(const char *word)
{
    for (size_t i = 0; i < word_list.irregular_count; i++) {
        if (strcmp(word_list.irregular[i][0], word) == 0) {
            return word_list.irregular[i][1];
        }
    }
    return NULL;
}

/* The particles of two-word verbs go with any inflection, so the plain stem will do even for a verb
 * not listed. */
char *lexicon_verb_base(const char *word)
{
    const char *base = regular(word);

    if (base != NULL) {
        return g_strdup(base);
    }
    if (g_str_has_suffix(word, "ied")) {
        g_autofree char *stem = g_strndup(word, strlen(word) - 3);
        return g_strconcat(stem, "y", NULL);
    }
    if (g_str_has_suffix(word, "ing") || g_str_has_suffix(word, "ed")) {
        size_t cut = g_str_has_suffix(word, "ing") ? 3 : 2;
        char *stem = g_strndup(word, strlen(word) - cut);

        if (!g_str_has_suffix(stem, "ll")) { /* "setting", but "rolling" */
            (void)undouble(stem);
        }
        return stem;
    }
    return g_str_has_suffix(word, "s") ? g_strndup(word, strlen(word) - 1) : g_strdup(word);
}

VerbForm lexicon_form(const char *word)
{
    if (regular(word) != NULL || g_str_has_suffix(word, "ed")) {
        return FORM_ED;
    }
    if (g_str_has_suffix(word, "ing")) {
        return FORM_ING;
    }
    return g_str_has_suffix(word, "s") && !g_str_has_suffix(word, "ss") ? FORM_S : FORM_BASE;
}

/* One step deep: what is irregular has a base that is not. */
/* NOLINTNEXTLINE(misc-no-recursion) */
VerbEntry lexicon_verb(const char *word)
{
    VerbEntry found = {VERB_NONE, TOPIC_ANY, FORM_BASE};

    if (strlen(word) > WORD_LONGEST) {
        return found;
    }
    const char *base = regular(word);

    if (base != NULL) {
        found = lexicon_verb(base);
        found.form = FORM_ED;
        return found;
    }
    g_autofree char *british = g_strdup(word);

    spell_british(british);
    if (!verb_inflected(british, &found)) {
        (void)verb_again(british, &found);
    }
    return found;
}

static NounEntry noun_list(const char *word)
{
    for (size_t i = 0; i < word_list.noun_count; i++) {
        if (list_has(word_list.nouns[i].words, word)) {
            return (NounEntry){word_list.nouns[i].class, word_list.nouns[i].topic, false};
        }
    }
    return (NounEntry){NOUN_NONE, TOPIC_ANY, false};
}

static bool ends_like_plural(const char *word)
{
    return g_str_has_suffix(word, "s") && !g_str_has_suffix(word, "ss") &&
           !g_str_has_suffix(word, "us") && !g_str_has_suffix(word, "is");
}

static char *swap_ending(const char *word, const char *ending, const char *instead)
{
    if (!g_str_has_suffix(word, ending)) {
        return NULL;
    }
    g_autofree char *stem = g_strndup(word, strlen(word) - strlen(ending));
    return g_strconcat(stem, instead, NULL);
}

static const char *const noun_endings[][2] = {
    {"ies", "y"}, {"s", ""}, {"es", ""}, {"yses", "ysis"}};

char *lexicon_singular(const char *word)
{
    if (!ends_like_plural(word) || strlen(word) > WORD_LONGEST) {
        return g_strdup(word);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(noun_endings); i++) {
        char *singular = swap_ending(word, noun_endings[i][0], noun_endings[i][1]);

        if (singular != NULL && noun_list(singular).class != NOUN_NONE) {
            return singular;
        }
        g_free(singular);
    }
    char *plain = swap_ending(word, "ies", "y");
    return plain != NULL ? plain : swap_ending(word, "s", "");
}

/* "time-to-value" is a time, "lead-to-customer" a rate, "win-back-offer" an offer. */
static NounEntry hyphenated(const char *word)
{
    static const char *const inside[] = {"-to-", "-per-", "-of-", "-in-"};

    for (size_t i = 0; i < G_N_ELEMENTS(inside); i++) {
        const char *at = strstr(word, inside[i]);

        if (at != NULL) {
            g_autofree char *front = g_strndup(word, (size_t)(at - word));
            NounEntry found = noun_list(front);

            return i > 0 || found.class == NOUN_MEASURE
                       ? found
                       : (NounEntry){NOUN_MEASURE, TOPIC_ANY, false};
        }
    }
    const char *last = strrchr(word, '-');
    return noun_list(last + 1);
}

NounEntry lexicon_noun_whole(const char *word)
{
    g_autofree char *singular = lexicon_singular(word);
    NounEntry found = noun_list(word);

    if (found.class == NOUN_NONE) {
        found = noun_list(singular);
    }
    found.plural = strcmp(singular, word) != 0;
    return found;
}

NounEntry lexicon_noun(const char *word)
{
    NounEntry found = lexicon_noun_whole(word);

    if (found.class == NOUN_NONE && strchr(word, '-') != NULL) {
        g_autofree char *singular = lexicon_singular(word);
        bool plural = found.plural;

        found = hyphenated(singular);
        found.plural = plural;
    }
    return found;
}

SmallWord lexicon_small(const char *word)
{
    for (size_t i = 0; i < word_list.small_count; i++) {
        if (list_has(word_list.smalls[i].words, word)) {
            return word_list.smalls[i].class;
        }
    }
    return SMALL_NONE;
}

bool lexicon_is_department(const char *word)
{
    return list_has(word_list.departments, word);
}

bool lexicon_is_function(const char *word)
{
    return g_str_has_suffix(word, "ing") || g_str_has_suffix(word, "tion") ||
           lexicon_is_department(word) || list_has(word_list.functions, word);
}

bool lexicon_leads_noun(const char *word)
{
    return g_str_has_suffix(word, "ing") || list_has(word_list.nouns_in_front, word);
}

/* A word weighs as much as it tells apart: one that every retrospective has weighs next to nothing.
 * Weights are thousandths, in whole numbers. */

#include "core/alike.h"

#include <string.h>

#include "core/text.h"
#include "core/words.h"

#define WEIGHT_MAX  1000
#define TELLING     (WEIGHT_MAX / 2) /* what about half of the digests have tells nothing */
#define LETTERS_MIN 3
#define WORDS_NAMED 2

/* What stands in most situations and retrospectives, whatever they are about. */
static const char stop_words[] =
    " about after again against all also and any are around been before behind being below between "
    "both but can could did does doing down each even every few for from full gap get had has have "
    "her here his how into its just less like made make many more most move moved much must need "
    "new nor not now number off once one only other our out over own put quarter result revise "
    "revised row same see seen set she should since some sprint stand still such surface surfaced "
    "take target team than that the their them then there these they this those three through too "
    "two twice under until was week well were what when where which while who why will with would "
    "you your key day check check-in checkin initiative initiatives objective "
    "trajectory learned learnt because ";

/* Terms, each with the word as it was first written. */
static GHashTable *terms_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void free_terms(gpointer terms)
{
    g_hash_table_unref(terms);
}

static bool tells_nothing(const char *word)
{
    g_autofree char *padded = g_strconcat(" ", word, " ", NULL);

    return strstr(stop_words, padded) != NULL;
}

/* One and many are the same: good enough to compare, and nobody reads it. */
static char *without_plural(const char *word)
{
    size_t len = strlen(word);

    if (g_str_has_suffix(word, "ies") && len > 4) {
        return g_strdup_printf("%.*sy", (int)(len - 3), word);
    }
    bool plural = len > 3 && word[len - 1] == 's' && word[len - 2] != 's';
    return g_strndup(word, plural ? len - 1 : len);
}

/* The word as it is compared; NULL where it is none that could tell something. */
static char *term_of(const char *word)
{
    glong letters = 0;

    for (const char *p = word; *p != '\0'; p = g_utf8_next_char(p)) {
        letters += g_unichar_isalpha(g_utf8_get_char(p));
    }
    if (letters < LETTERS_MIN || tells_nothing(word)) {
        return NULL;
    }
    g_autofree char *term = without_plural(word);
    return tells_nothing(term) ? NULL : g_steal_pointer(&term);
}

static const char *word_end(const char *p)
{
    while (*p == '-' || g_unichar_isalnum(g_utf8_get_char(p))) {
        p = g_utf8_next_char(p);
    }
    return p;
}

/* Adds a text's terms to `terms`, and those that are new to it to `order` (borrowed from there)
 * where that is wanted. */
static void add_terms(GHashTable *terms, GPtrArray *order, const char *text)
{
    g_autofree char *folded = text_fold(text != NULL ? text : "");

    for (const char *p = folded; *p != '\0';) {
        const char *end = word_end(p);
        g_autofree char *word = g_strndup(p, (gsize)(end - p));
        g_autofree char *term = term_of(word);

        if (term != NULL && !g_hash_table_contains(terms, term)) {
            if (order != NULL) {
                g_ptr_array_add(order, term);
            }
            g_hash_table_insert(terms, g_steal_pointer(&term), g_steal_pointer(&word));
        }
        p = end > p ? end : g_utf8_next_char(p);
    }
}

/* Of each digest, in their order. */
static GPtrArray *terms_of(const GPtrArray *digests)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(free_terms);

    for (guint i = 0; i < digests->len; i++) {
        const Digest *digest = g_ptr_array_index(digests, i);
        GHashTable *terms = terms_new();

        add_terms(terms, NULL, digest->learned);
        add_terms(terms, NULL, digest->situation);
        add_terms(terms, NULL, digest->objective);
        g_ptr_array_add(all, terms);
    }
    return all;
}

/* 0 where no digest has it, or too many. */
static int64_t weight_of(const char *term, const GPtrArray *terms)
{
    int64_t have = 0, all = terms->len;

    for (guint i = 0; i < terms->len; i++) {
        have += g_hash_table_contains(g_ptr_array_index(terms, i), term);
    }
    int64_t weight = have > 0 ? (all - have + 1) * WEIGHT_MAX / all : 0;
    return weight >= TELLING ? weight : 0;
}

typedef struct Likeness {
    guint place; /* among the digests */
    AlikeWhy why;
    int64_t score;
    const char *named[WORDS_NAMED]; /* of the shared words as they were written, the weightiest
                                       first */
    int64_t weights[WORDS_NAMED];
} Likeness;

static void note_word(Likeness *likeness, const char *word, int64_t weight)
{
    likeness->score += weight;
    for (size_t i = 0; i < WORDS_NAMED; i++) {
        if (weight > likeness->weights[i]) {
            for (size_t j = WORDS_NAMED - 1; j > i; j--) {
                likeness->named[j] = likeness->named[j - 1];
                likeness->weights[j] = likeness->weights[j - 1];
            }
            likeness->named[i] = word;
            likeness->weights[i] = weight;
            return;
        }
    }
}

static AlikeWhy why_of(const Digest *digest, const Occasion *occasion, int64_t score)
{
    if (ID_SET(occasion->anchor) && ID_EQ(digest->anchor, occasion->anchor)) {
        return ALIKE_ANCHOR;
    }
    if (score > 0) {
        return ALIKE_WORDS;
    }
    return occasion->trigger != NULL && g_strcmp0(digest->trigger, occasion->trigger) == 0
               ? ALIKE_TRIGGER
               : ALIKE_TEAM;
}

static int by_likeness(gconstpointer a, gconstpointer b)
{
    const Likeness *la = a, *lb = b;

    if (la->why != lb->why) {
        return la->why < lb->why ? -1 : 1;
    }
    if (la->score != lb->score) {
        return la->score > lb->score ? -1 : 1;
    }
    return la->place < lb->place ? -1 : la->place > lb->place;
}

/* How like each of the digests is, by their words. */
static GArray *likenesses(const GPtrArray *digests, GHashTable *wanted, const GPtrArray *order)
{
    g_autoptr(GPtrArray) terms = terms_of(digests);
    GArray *all = g_array_sized_new(FALSE, TRUE, sizeof(Likeness), digests->len);

    g_array_set_size(all, digests->len);
    for (guint w = 0; w < order->len; w++) {
        const char *term = g_ptr_array_index(order, w);
        int64_t weight = weight_of(term, terms);

        for (guint i = 0; weight > 0 && i < digests->len; i++) {
            if (g_hash_table_contains(g_ptr_array_index(terms, i), term)) {
                note_word(&g_array_index(all, Likeness, i), g_hash_table_lookup(wanted, term),
                          weight);
            }
        }
    }
    return all;
}

static void clear_alike(gpointer data)
{
    g_free(((Alike *)data)->words);
}

static char *words_named(const Likeness *likeness)
{
    return likeness->named[1] == NULL
               ? g_strdup(likeness->named[0])
               : say(W_ALIKE_TWO, S("first", likeness->named[0]), S("second", likeness->named[1]));
}

GArray *alike_find(const GPtrArray *digests, const Occasion *occasion, guint max)
{
    g_autoptr(GHashTable) wanted = terms_new();
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    GArray *found = g_array_new(FALSE, TRUE, sizeof(Alike));

    g_array_set_clear_func(found, clear_alike);
    add_terms(wanted, order, occasion->situation);
    add_terms(wanted, order, occasion->objective);
    g_autoptr(GArray) all = likenesses(digests, wanted, order);
    for (guint i = 0; i < all->len; i++) {
        Likeness *likeness = &g_array_index(all, Likeness, i);

        likeness->place = i;
        likeness->why = why_of(g_ptr_array_index(digests, i), occasion, likeness->score);
    }
    g_array_sort(all, by_likeness);
    for (guint i = 0; i < all->len && i < max; i++) {
        const Likeness *likeness = &g_array_index(all, Likeness, i);
        Alike alike = {.digest = g_ptr_array_index(digests, likeness->place),
                       .why = likeness->why,
                       .words = likeness->why == ALIKE_WORDS ? words_named(likeness) : NULL};

        g_array_append_val(found, alike);
    }
    return found;
}

char *alike_say(const Alike *alike)
{
    switch (alike->why) {
    case ALIKE_ANCHOR:
        return say(W_ALIKE_ANCHOR);
    case ALIKE_WORDS:
        return say(W_ALIKE_WORDS, S("words", alike->words));
    case ALIKE_TRIGGER:
        return say(W_ALIKE_TRIGGER);
    case ALIKE_TEAM:
        break;
    }
    return say(W_ALIKE_TEAM);
}

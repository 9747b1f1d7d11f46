#include "bot/unnamed.h"

#include <string.h>

#include "core/chart.h"
#include "core/mention.h"
#include "core/words.h"

/* As a card marks a member; the marks go too, since nobody is called "somebody". */
static char *without_marks(const char *text, const char *member, const char *somebody)
{
    g_autofree char *marked = g_strconcat(MARK_MEMBER, member, MARK_END, NULL);
    g_auto(GStrv) parts = g_strsplit(text, marked, -1);

    return g_strjoinv(somebody, parts);
}

/* As platforms write one. */
static char *without_mentions(const char *text, const char *member, const char *somebody)
{
    GString *out = g_string_new(NULL);
    Slice rest = {text, text + strlen(text)}, place;

    for (char *id; (id = mention_first(rest, &place)) != NULL; rest.at = place.end) {
        bool theirs = strcmp(id, member) == 0;

        g_string_append_len(out, rest.at, place.at - rest.at);
        if (theirs) {
            g_string_append(out, somebody);
        } else {
            g_string_append_len(out, place.at, place.end - place.at);
        }
        g_free(id);
    }
    g_string_append_len(out, rest.at, rest.end - rest.at);
    return g_string_free(out, FALSE);
}

char *unnamed_text(const char *text, const char *member, const char *somebody)
{
    if (strstr(text, member) == NULL) {
        return NULL;
    }
    g_autofree char *unmarked = without_marks(text, member, somebody);
    char *unnamed = without_mentions(unmarked, member, somebody);

    if (strcmp(unnamed, text) == 0) {
        g_clear_pointer(&unnamed, g_free);
    }
    return unnamed;
}

static bool unname(char **text, const char *member, const char *somebody)
{
    char *unnamed = *text != NULL ? unnamed_text(*text, member, somebody) : NULL;

    if (unnamed != NULL) {
        g_free(*text);
        *text = unnamed;
    }
    return unnamed != NULL;
}

static bool unname_each(char **const texts[], size_t n, const char *member, const char *somebody)
{
    bool changed = false;

    for (size_t i = 0; i < n; i++) {
        changed = unname(texts[i], member, somebody) || changed;
    }
    return changed;
}

/* The rest of what is written in it are figures. */
static bool unname_chart(Chart *chart, const char *member, const char *somebody)
{
    char **const texts[] = {&chart->title, &chart->alt};
    bool changed = unname_each(texts, G_N_ELEMENTS(texts), member, somebody);

    for (guint i = 0; i < chart->panels->len; i++) {
        ChartPanel *panel = g_ptr_array_index(chart->panels, i);

        changed = unname(&panel->metric, member, somebody) || changed;
    }
    return changed;
}

bool unnamed_card(Card *card, const char *member, const char *somebody)
{
    bool changed = card->chart != NULL && unname_chart(card->chart, member, somebody);

    for (guint i = 0; i < card->blocks->len; i++) {
        Block *block = g_ptr_array_index(card->blocks, i);
        char **const texts[] = {&block->label, &block->text, &block->values, &block->note};

        changed = unname_each(texts, G_N_ELEMENTS(texts), member, somebody) || changed;
    }
    return changed;
}

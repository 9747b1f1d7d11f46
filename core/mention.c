#include "core/mention.h"

#include <string.h>

#include <glib.h>

#define ID_BYTES_MAX 255 /* as long as a Matrix id can be */

static bool is_id_char(gunichar c)
{
    return g_unichar_isalnum(c) || (c < 0x80 && strchr("._-:+=/", (char)c) != NULL && c != 0);
}

/* "<@U123|jonas>" */
static char *bracketed_at(Slice text, Slice *place)
{
    size_t left = MIN((size_t)(text.end - text.at), ID_BYTES_MAX);
    const char *close = slice_starts(text, "<@") ? memchr(text.at, '>', left) : NULL;

    if (close == NULL || close == text.at + 2) {
        return NULL;
    }
    const char *bar = memchr(text.at, '|', (size_t)(close - text.at));
    Slice id = {text.at + 2, bar != NULL ? bar : close};
    *place = (Slice){text.at, close + 1};
    return slice_empty(id) ? NULL : slice_dup(id);
}

/* "@jonas", "@jonas:example.org" */
static char *plain_at(Slice text, Slice *place)
{
    const char *end = text.at + 1;

    while (end < text.end && end - text.at < ID_BYTES_MAX && is_id_char(g_utf8_get_char(end))) {
        end = g_utf8_next_char(end);
    }
    while (end > text.at + 1 && strchr(".-:+=/", end[-1]) != NULL) {
        end--; /* the sentence's, not the id's */
    }
    if (end == text.at + 1) {
        return NULL;
    }
    *place = (Slice){text.at, end};
    bool with_server = memchr(text.at, ':', (size_t)(end - text.at)) != NULL;
    return slice_dup(slice_from(*place, with_server ? 0 : 1));
}

char *mention_first(Slice text, Slice *place)
{
    gunichar before = ' ';

    for (Slice rest = text; !slice_empty(rest); rest.at = g_utf8_next_char(rest.at)) {
        bool may_begin = !g_unichar_isalnum(before);
        char *id = NULL;

        if (may_begin && *rest.at == '<') {
            id = bracketed_at(rest, place);
        } else if (may_begin && before != '<' && *rest.at == '@') {
            id = plain_at(rest, place);
        }
        if (id != NULL) {
            return id;
        }
        before = g_utf8_get_char(rest.at);
    }
    return NULL;
}

static bool is_sentence_going_on(Slice text)
{
    static const char *const words[] = {"for", "by", "on", "from", "with", "to",  "until", "of",
                                        "and", "or", "at", "is",   "via",  "ask", NULL};
    const char *last = text.end;

    while (last > text.at && last[-1] != ' ') {
        last--;
    }
    size_t len = slice_phrases((Slice){last, text.end}, words);
    return len > 0 && last + len == text.end;
}

static bool has_words(Slice text)
{
    for (; !slice_empty(text); text.at = g_utf8_next_char(text.at)) {
        if (g_unichar_isalnum(g_utf8_get_char(text.at))) {
            return true;
        }
    }
    return false;
}

Slice mention_behind(Slice text, Slice place)
{
    Slice tail = {place.end, text.end};
    Slice head = {text.at, place.at};

    while (!slice_empty(tail) && strchr(" ).", *tail.at) != NULL) {
        tail = slice_from(tail, 1);
    }
    while (!slice_empty(head) && strchr(" (,;:-", head.end[-1]) != NULL) {
        head.end--;
    }
    return slice_empty(tail) && has_words(head) && !is_sentence_going_on(head) ? head : text;
}

#define GROUP_BEGIN "<!subteam^"

char *mention_group(const char *text)
{
    const char *id = g_str_has_prefix(text, GROUP_BEGIN) ? text + strlen(GROUP_BEGIN) : NULL;
    size_t len = id != NULL ? strcspn(id, "|>") : 0;

    return len > 0 ? g_strndup(id, len) : NULL;
}

char *mention_of_group(const char *id)
{
    return g_strconcat(GROUP_BEGIN, id, ">", NULL);
}

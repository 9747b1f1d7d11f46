#include "bot/slack/typed.h"

#include <string.h>

#include <glib.h>

static size_t id_len(const char *p)
{
    size_t len = 0;

    while (len <= SLACK_TYPED_MAX && (g_ascii_isupper(p[len]) || g_ascii_isdigit(p[len]))) {
        len++;
    }
    return len;
}

bool slack_is_member(const char *id, size_t len)
{
    return len >= 2 && len <= SLACK_TYPED_MAX && (*id == 'U' || *id == 'W') && id_len(id) == len;
}

bool slack_typed(const char *less, SlackTyped *typed)
{
    static const struct {
        const char *before, *kinds;
    } forms[] = {{"<@", "UW"}, {"<!subteam^", "S"}};

    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        size_t before = strlen(forms[i].before);

        if (strncmp(less, forms[i].before, before) != 0) {
            continue;
        }
        const char *id = less + before;
        size_t len = id_len(id);
        const char *end = id + len;

        if (*end == '|') {
            end += strcspn(end, "<>\n");
        }
        if (len >= 2 && len <= SLACK_TYPED_MAX && strchr(forms[i].kinds, *id) != NULL &&
            *end == '>') {
            memcpy(typed->id, id, len);
            typed->id[len] = '\0';
            typed->end = end + 1;
            return true;
        }
    }
    return false;
}

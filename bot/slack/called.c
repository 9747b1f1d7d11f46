#include "bot/slack/called.h"

#include <string.h>

#include <glib.h>

#include "bot/spoken.h"

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && g_ascii_strcasecmp(text + len - end_len, end) == 0;
}

const char *called_family(const char *slash_command)
{
    return ends_with(slash_command, "okr") ? "okr" : "sprint";
}

const char *called_by_name(const char *text, const char *user)
{
    size_t len = user != NULL ? strlen(user) : 0;
    const char *start = spoken_past_blanks(text, text + strlen(text));

    if (len == 0 || !g_str_has_prefix(start, "<@") || strncmp(start + 2, user, len) != 0) {
        return NULL;
    }
    const char *close = start + 2 + len;
    if (*close == '|') { /* its label */
        close += strcspn(close, "<>");
    }
    return *close == '>' ? spoken_behind_name(close + 1) : NULL;
}

#include "bot/slack/id.h"

#include <string.h>

bool slack_is_id(const char *text)
{
    size_t len = 0;

    for (; text != NULL && text[len] != '\0'; len++) {
        if (len == SLACK_ID_MAX || !g_ascii_isgraph(text[len]) || text[len] == '/') {
            return false;
        }
    }
    return len > 0;
}

bool slack_is_ts(const char *text)
{
    return slack_is_id(text) && strspn(text, "0123456789.") == strlen(text) &&
           g_ascii_isdigit(*text) && strchr(text, '.') == strrchr(text, '.');
}

const char *slack_id(const Json *object, const char *key)
{
    const char *text = json_text_or_null(object, key);

    return slack_is_id(text) ? text : NULL;
}

const char *slack_ts(const Json *object, const char *key)
{
    const char *text = json_text_or_null(object, key);

    return slack_is_ts(text) ? text : NULL;
}

const char *slack_id_in(const Json *object, const char *key)
{
    const Json *member = json_object(object, key);

    return member != NULL ? slack_id(member, "id") : slack_id(object, key);
}

#include "bot/slack/spoken.h"

#include <string.h>

#include "core/command.h"
#include "core/text.h"

/* No command's name comes near this; a longer first word is prose. */
#define WORD_MAX 40

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && g_ascii_strcasecmp(text + len - end_len, end) == 0;
}

const char *spoken_family(const char *slash_command)
{
    return ends_with(slash_command, "okr") ? "okr" : "sprint";
}

/* Past white space; the no-break space too, which Slack's editor puts behind a mention. */
static const char *past_blanks(const char *text, const char *end)
{
    while (text < end) {
        gunichar c = g_utf8_get_char_validated(text, end - text);

        if (c >= (gunichar)-2 || !g_unichar_isspace(c)) {
            break;
        }
        text += g_unichar_to_utf8(c, NULL);
    }
    return text;
}

/* The first word as it stands; NULL where it is none a command could be. */
static char *first_word(const char *text, const char *end)
{
    size_t len = 0;

    while (text + len < end && strchr(" \t\n\r:", text[len]) == NULL) {
        if (++len > WORD_MAX) {
            return NULL;
        }
    }
    return len > 0 && g_utf8_validate(text, (gssize)len, NULL) ? g_strndup(text, len) : NULL;
}

static bool is_listed(const char *list, const char *key)
{
    size_t len = strlen(key);

    while (list != NULL && *list != '\0') {
        size_t item = strcspn(list, ",");

        if (item == len && memcmp(list, key, len) == 0) {
            return true;
        }
        list += item + (list[item] == ',');
    }
    return false;
}

/* "status", "check-in": a sprint command's name or alias, as the core compares them. */
static bool is_sprint_command(const char *word)
{
    g_autofree char *key = text_key(word);

    for (const Command *const *command = commands; *command != NULL; command++) {
        if (strcmp((*command)->family, "sprint") == 0 &&
            (strcmp((*command)->name, key) == 0 || is_listed((*command)->aliases, key))) {
            return true;
        }
    }
    return false;
}

static bool is_family(const char *word)
{
    return g_ascii_strcasecmp(word, "sprint") == 0 || g_ascii_strcasecmp(word, "okr") == 0;
}

bool spoken_command(const char *text, size_t len, GString *out)
{
    const char *end = text + len;
    const char *start = past_blanks(text, end);

    if (start < end && (*start == '/' || *start == '!')) {
        start++;
    }
    g_autofree char *word = first_word(start, end);
    if (word == NULL || !(is_family(word) || is_sprint_command(word))) {
        return false;
    }
    if (!is_family(word)) {
        g_string_append(out, "sprint ");
    }
    g_string_append_len(out, start, end - start);
    return true;
}

const char *spoken_to(const char *text, const char *user)
{
    size_t len = user != NULL ? strlen(user) : 0;
    const char *start = past_blanks(text, text + strlen(text));

    if (len == 0 || !g_str_has_prefix(start, "<@") || strncmp(start + 2, user, len) != 0) {
        return NULL;
    }
    const char *close = start + 2 + len;
    if (*close == '|') { /* its label */
        close += strcspn(close, "<>");
    }
    if (*close != '>') {
        return NULL;
    }
    const char *rest = close + 1;
    rest += strspn(rest, ":,");
    return past_blanks(rest, rest + strlen(rest));
}

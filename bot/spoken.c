#include "bot/spoken.h"

#include <string.h>

#include "core/command.h"

/* No command's name comes near this; a longer first word is prose. */
#define WORD_MAX 40

const char *spoken_past_blanks(const char *text, const char *end)
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

const char *spoken_behind_name(const char *text)
{
    text += strspn(text, ":,");
    return spoken_past_blanks(text, text + strlen(text));
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

/* "status", "check-in": a sprint command's name or alias, as the core compares them. */
static bool is_sprint_command(const char *word)
{
    g_autofree char *command = g_strconcat("sprint ", word, NULL);

    return command_of(command) != NULL;
}

static bool is_family(const char *word)
{
    return g_ascii_strcasecmp(word, "sprint") == 0 || g_ascii_strcasecmp(word, "okr") == 0;
}

bool spoken_command(const char *text, size_t len, GString *out)
{
    const char *end = text + len;
    const char *start = spoken_past_blanks(text, end);

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

void spoken_order(const char *text, size_t len, GString *out)
{
    if (!spoken_command(text, len, out)) {
        g_string_append(out, len > 0 ? "sprint " : "sprint");
        g_string_append_len(out, text, (gssize)len);
    }
}

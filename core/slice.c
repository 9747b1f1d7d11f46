#include "core/slice.h"

#include <string.h>

#include <glib.h>

#define APOSTROPHE "\xe2\x80\x99" /* ’ */

Slice slice_of(const char *text)
{
    return (Slice){text, text + strlen(text)};
}

Slice slice_from(Slice text, size_t bytes)
{
    return (Slice){text.at + bytes, text.end};
}

bool slice_empty(Slice text)
{
    return text.at >= text.end;
}

char *slice_dup(Slice text)
{
    return g_strndup(text.at, (gsize)(text.end - text.at));
}

bool slice_starts(Slice text, const char *bytes)
{
    size_t len = strlen(bytes);

    return (size_t)(text.end - text.at) >= len && memcmp(text.at, bytes, len) == 0;
}

bool slice_is(Slice text, const char *bytes)
{
    return slice_starts(text, bytes) && (size_t)(text.end - text.at) == strlen(bytes);
}

static bool is_blank(gunichar c)
{
    return c == ' ' || c == '\n';
}

static bool is_wrapping(gunichar c)
{
    return is_blank(c) || c == '"' || c == '`' || c == '*' || c == 0x201C || c == 0x201D;
}

static Slice without(Slice text, bool (*around)(gunichar))
{
    while (!slice_empty(text) && around(g_utf8_get_char(text.at))) {
        text.at = g_utf8_next_char(text.at);
    }
    while (!slice_empty(text) && around(g_utf8_get_char(g_utf8_prev_char(text.end)))) {
        text.end = g_utf8_prev_char(text.end);
    }
    return text;
}

Slice slice_trim(Slice text)
{
    return without(text, is_blank);
}

Slice slice_unwrap(Slice text)
{
    return without(text, is_wrapping);
}

size_t slice_blanks(Slice text)
{
    size_t n = 0;

    while (text.at + n < text.end && text.at[n] == ' ') {
        n++;
    }
    return n;
}

Slice slice_skip_blanks(Slice text)
{
    return slice_from(text, slice_blanks(text));
}

size_t slice_number(Slice text, int32_t *number)
{
    size_t n = 0;

    *number = 0;
    for (; text.at + n < text.end && g_ascii_isdigit(text.at[n]); n++) {
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, g_ascii_digit_value(text.at[n]), number)) {
            *number = INT32_MAX;
        }
    }
    return n;
}

size_t slice_signs(Slice text, const char *const *signs)
{
    for (; *signs != NULL; signs++) {
        if (slice_starts(text, *signs)) {
            return strlen(*signs);
        }
    }
    return 0;
}

/* Small or capital, of ASCII. GLib's way is a call, and this is asked for most letters of most
 * messages. */
static bool is_letter(char c, char small)
{
    return c == small || (c >= 'A' && c <= 'Z' && (c | 0x20) == small);
}

/* How many bytes at the start of `text` match one character of a phrase; 0: none. */
static size_t match_one(Slice text, char wanted)
{
    if (wanted == ' ') {
        return slice_blanks(text);
    }
    if (slice_empty(text)) {
        return 0;
    }
    if (is_letter(*text.at, wanted)) {
        return 1;
    }
    return wanted == '\'' && slice_starts(text, APOSTROPHE) ? strlen(APOSTROPHE) : 0;
}

static size_t beginning(Slice text, const char *phrase)
{
    const char *start = text.at;

    for (const char *p = phrase; *p != '\0'; p++) {
        size_t matched = match_one(text, *p);

        if (matched == 0) {
            return 0;
        }
        text.at += matched;
    }
    return (size_t)(text.at - start);
}

size_t slice_phrase(Slice text, const char *phrase)
{
    size_t len = beginning(text, phrase);
    Slice rest = slice_from(text, len);
    bool word_goes_on = len > 0 && g_ascii_isalnum(rest.at[-1]) && !slice_empty(rest) &&
                        g_unichar_isalnum(g_utf8_get_char(rest.at));

    return word_goes_on ? 0 : len;
}

static size_t longest(Slice text, const char *const *phrases, size_t (*match)(Slice, const char *))
{
    size_t best = 0;

    for (; *phrases != NULL; phrases++) {
        size_t len = match(text, *phrases);

        best = MAX(best, len);
    }
    return best;
}

size_t slice_phrases(Slice text, const char *const *phrases)
{
    return longest(text, phrases, slice_phrase);
}

size_t slice_beginnings(Slice text, const char *const *phrases)
{
    return longest(text, phrases, beginning);
}

/* No letter or digit stands in front of `from`. */
static bool is_word_start(Slice text, const char *from)
{
    return from == text.at || !g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(from)));
}

bool slice_has(Slice text, const char *const *phrases)
{
    for (Slice rest = text; !slice_empty(rest); rest.at = g_utf8_next_char(rest.at)) {
        if (is_word_start(text, rest.at) && slice_phrases(rest, phrases) > 0) {
            return true;
        }
    }
    return false;
}

#include "bot/json_writer.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* Strings ------------------------------------------------------------------------------------- */

#define EACH_BYTE(b) (0x0101010101010101U * (uint64_t)(b))

/* Marks the first of these eight bytes that is zero; what stands behind it may be marked too. */
static uint64_t has_zero(uint64_t word)
{
    return (word - EACH_BYTE(0x01)) & ~word & EACH_BYTE(0x80);
}

/* How many of the next eight bytes are ASCII that needs no escape. */
static size_t plain_of_eight(const char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    word = GUINT64_FROM_LE(word); /* the first byte is the lowest */
    uint64_t controls = (word - EACH_BYTE(' ')) & ~word;
    uint64_t found = ((word | controls) & EACH_BYTE(0x80)) | has_zero(word ^ EACH_BYTE('"')) |
                     has_zero(word ^ EACH_BYTE('\\'));
    return found != 0 ? (size_t)__builtin_ctzll(found) / 8 : 8;
}

static bool goes_on(const char *p, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (((uint8_t)p[i] & 0xC0) != 0x80) {
            return false;
        }
    }
    return true;
}

/* Bytes of the character beyond ASCII at `p` (RFC 3629); 0: it is none. */
static size_t char_len(const char *p, size_t left)
{
    uint8_t first = (uint8_t)p[0], second = left > 1 ? (uint8_t)p[1] : 0;
    size_t len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    bool overlong =
        first < 0xC2 || (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    bool beyond = first > 0xF4 || (first == 0xF4 && second > 0x8F) ||
                  (first == 0xED && second > 0x9F); /* no character, or half of one */

    return !overlong && !beyond && len <= left && goes_on(p, len) ? len : 0;
}

/* Bytes of the character at `p`; 0: it cannot stand in a string as it is. */
static size_t next_len(const char *p, size_t left)
{
    uint8_t c = (uint8_t)*p;

    if (c >= 0x80) {
        return char_len(p, left);
    }
    return c >= ' ' && c != '"' && c != '\\';
}

/* As much from `p` on as can stand in a string as it is. */
static size_t run_len(const char *p, size_t left)
{
    size_t len = 0;

    for (size_t step = 1; step > 0 && len < left; len += step) {
        bool ascii = (uint8_t)p[len] < 0x80;

        step = ascii && left - len >= 8 ? plain_of_eight(p + len) : 0;
        if (step == 0) {
            step = next_len(p + len, left - len);
        }
    }
    return len;
}

static void put_escaped(GString *out, uint8_t c)
{
    static const char letters[' '] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    static const char hex[] = "0123456789abcdef";
    char letter = (char)c;

    if (c < ' ') {
        letter = letters[c];
    }
    if (c >= 0x80) {
        g_string_append_len(out, REPLACEMENT, strlen(REPLACEMENT));
    } else if (letter != '\0') {
        g_string_append_len(out, (const char[]){'\\', letter}, 2);
    } else {
        g_string_append_len(out, (const char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
    }
}

static void put_string(GString *out, const char *text, size_t len)
{
    const char *end = text + len;

    g_string_append_c(out, '"');
    while (text < end) {
        size_t run = run_len(text, (size_t)(end - text));

        g_string_append_len(out, text, (gssize)run);
        text += run;
        if (text < end) {
            put_escaped(out, (uint8_t)*text++);
        }
    }
    g_string_append_c(out, '"');
}

/* Values -------------------------------------------------------------------------------------- */

/* Behind a value, which ends in none of these, the next one needs a comma. */
static void put_comma(GString *out)
{
    char last = '[';

    if (out->len > 0) {
        last = out->str[out->len - 1];
    }
    if (last != '[' && last != '{' && last != ':') {
        g_string_append_c(out, ',');
    }
}

void json_write_open(GString *out, char bracket)
{
    put_comma(out);
    g_string_append_c(out, bracket);
}

void json_write_close(GString *out, char bracket)
{
    g_string_append_c(out, bracket);
}

void json_write_key(GString *out, const char *key)
{
    put_comma(out);
    g_string_append_c(out, '"');
    g_string_append(out, key);
    g_string_append_len(out, "\":", 2);
}

void json_write_text(GString *out, const char *text)
{
    json_write_text_len(out, text, strlen(text));
}

void json_write_text_len(GString *out, const char *text, size_t len)
{
    put_comma(out);
    put_string(out, text, len);
}

void json_write_bool(GString *out, bool value)
{
    json_write_json(out, value ? "true" : "false");
}

void json_write_json(GString *out, const char *json)
{
    put_comma(out);
    g_string_append(out, json);
}

void json_write_member(GString *out, const char *key, const char *text)
{
    if (text != NULL) {
        json_write_key(out, key);
        json_write_text(out, text);
    }
}

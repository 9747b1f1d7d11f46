#include "bot/json_writer.h"

#include <string.h>

#include "core/text.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* Strings ------------------------------------------------------------------------------------- */

/* Sixteen bytes looked at in one go, with whatever the machine has for it. A comparison marks those
 * that it is true of; what is not ASCII is negative. */
typedef int8_t Bytes __attribute__((vector_size(16)));

/* How many stand before the first that is marked. */
static size_t before_marked(Bytes marked)
{
    uint64_t half[2];

    memcpy(half, &marked, sizeof half);
    half[0] = GUINT64_FROM_LE(half[0]); /* the first byte is the lowest */
    half[1] = GUINT64_FROM_LE(half[1]);
    if (half[0] != 0) {
        return (size_t)__builtin_ctzll(half[0]) / 8;
    }
    return half[1] != 0 ? 8 + (size_t)__builtin_ctzll(half[1]) / 8 : sizeof marked;
}

/* How many of the sixteen at `p` are ASCII that needs no escape, up to the first that is not. */
static size_t plain_of_sixteen(const char *p)
{
    Bytes bytes;

    memcpy(&bytes, p, sizeof bytes);
    return before_marked((bytes < ' ') | (bytes == '"') | (bytes == '\\'));
}

static bool is_plain(char c)
{
    return (int8_t)c >= ' ' && c != '"' && c != '\\';
}

/* How much from `p` on is ASCII that needs no escape. */
static size_t ascii_len(const char *p, const char *end)
{
    const char *start = p;

    while ((size_t)(end - p) >= sizeof(Bytes)) {
        size_t plain = plain_of_sixteen(p);

        p += plain;
        if (plain < sizeof(Bytes)) {
            return (size_t)(p - start);
        }
    }
    while (p < end && is_plain(*p)) {
        p++;
    }
    return (size_t)(p - start);
}

/* Whether `second` may follow `first`: together they tell a character from half of one, from one
 * written too long, and from what is beyond them all. */
static bool may_follow(uint8_t first, uint8_t second)
{
    switch (first) {
    case 0xE0:
        return second >= 0xA0;
    case 0xED:
        return second <= 0x9F;
    case 0xF0:
        return second >= 0x90;
    case 0xF4:
        return second <= 0x8F;
    default:
        return true;
    }
}

static bool goes_on(char c)
{
    return ((uint8_t)c & 0xC0) == 0x80;
}

/* Bytes of the character beyond ASCII at `p` (RFC 3629); 0: none is there. */
static size_t char_len(const char *p, const char *end)
{
    uint8_t first = (uint8_t)*p;
    size_t len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;

    if (first < 0xC2 || first > 0xF4 || (size_t)(end - p) < len || !goes_on(p[1]) ||
        (len > 2 && !goes_on(p[2])) || (len > 3 && !goes_on(p[3]))) {
        return 0;
    }
    return may_follow(first, (uint8_t)p[1]) ? len : 0;
}

/* As much from `p` on as can stand in a string as it is. */
static size_t run_len(const char *p, const char *end)
{
    const char *start = p;
    size_t len = 1;

    for (; len > 0 && p < end; p += len) {
        len = (uint8_t)*p < 0x80 ? ascii_len(p, end) : char_len(p, end);
    }
    return (size_t)(p - start);
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
        text_add(out, REPLACEMENT, strlen(REPLACEMENT));
    } else if (letter != '\0') {
        g_string_append_c(out, '\\');
        g_string_append_c(out, letter);
    } else {
        text_add(out, (const char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
    }
}

static void put_string(GString *out, const char *text, size_t len)
{
    const char *end = text + len;

    g_string_append_c(out, '"');
    while (text < end) {
        size_t run = run_len(text, end);

        text_add(out, text, run);
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
    text_add(out, key, strlen(key));
    text_add(out, "\":", 2);
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
    text_add(out, json, strlen(json));
}

void json_write_member(GString *out, const char *key, const char *text)
{
    if (text != NULL) {
        json_write_key(out, key);
        json_write_text(out, text);
    }
}

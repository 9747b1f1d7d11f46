/* Text for plain_text objects, which nothing formats but emoji's names. */

#include <stdint.h>
#include <string.h>

#include "bot/slack/mrkdwn.h"
#include "bot/slack/typed.h"
#include "core/text.h"
#include "core/words.h"

#define ELLIPSIS   "…"
#define ZERO_WIDTH "\xE2\x80\x8B" /* U+200B */

typedef struct Plain {
    GString *out;
    size_t units, max;
    size_t fits; /* the length of `out` that leaves room for the ellipsis */
    const SlackNames *names;
} Plain;

/* Of the character that begins at `p`; never reaches over the end, whatever its first byte claims.
 */
static size_t char_len(const char *p)
{
    size_t len = 1;

    while (len < 4 && ((uint8_t)p[len] & 0xC0) == 0x80) {
        len++;
    }
    return len;
}

static size_t char_units(size_t len)
{
    return len == 4 ? 2 : 1;
}

size_t slack_units(const char *text)
{
    size_t units = 0;

    for (size_t len = 0; *text != '\0'; text += len) {
        len = char_len(text);
        units += char_units(len);
    }
    return units;
}

static bool is_unseen(const char *p, size_t len)
{
    uint8_t c = (uint8_t)*p;

    if (len == 1) {
        return (c < ' ' && c != '\n' && c != '\t') || c == 0x7F;
    }
    return (len == 2 && c == 0xC2 && (uint8_t)p[1] <= 0x9F) ||
           (len == 3 && memcmp(p, "\xE2\x80", 2) == 0 && (uint8_t)p[2] >= 0xAA &&
            (uint8_t)p[2] <= 0xAE) ||
           (len == 3 && memcmp(p, "\xE2\x81", 2) == 0 && (uint8_t)p[2] >= 0xA6 &&
            (uint8_t)p[2] <= 0xA9);
}

static void put(Plain *plain, const char *bytes, size_t len)
{
    plain->units += char_units(len);
    text_add(plain->out, bytes, len);
    if (plain->units + 1 <= plain->max) {
        plain->fits = plain->out->len;
    }
}

static bool is_name_char(char c)
{
    return g_ascii_isalnum(c) || (uint8_t)c >= 0x80 || (c != '\0' && strchr("_+-'", c) != NULL);
}

static bool is_emoji(const char *colon)
{
    const char *p = colon + 1;

    while (p - colon <= 100 && is_name_char(*p)) {
        p++;
    }
    return p > colon + 1 && *p == ':';
}

static void put_char(Plain *plain, const char *p, size_t len)
{
    if (is_unseen(p, len)) {
        return;
    }
    if (*p == '\t') {
        put(plain, " ", 1);
        return;
    }
    put(plain, p, len);
    if (*p == ':' && is_emoji(p)) {
        put(plain, ZERO_WIDTH, strlen(ZERO_WIDTH));
    }
}

static void put_name(Plain *plain, const char *id)
{
    const SlackNames *names = plain->names;
    const char *name = names != NULL && names->name != NULL ? names->name(names->arg, id) : "";

    if (name == NULL || *name == '\0') {
        name = id;
    }
    put(plain, "@", 1);
    for (size_t len = 0; *name != '\0'; name += len) {
        len = char_len(name);
        put_char(plain, name, len);
    }
}

static bool is_ordinary(char c)
{
    return c >= ' ' && c < 0x7F && c != ':' && c != '<';
}

/* Ordinary bytes at once, while an ellipsis fits behind them. */
static size_t put_run(Plain *plain, const char *p)
{
    size_t room = plain->max > plain->units ? plain->max - plain->units - 1 : 0;
    size_t len = 0;

    while (len < room && is_ordinary(p[len])) {
        len++;
    }
    if (len > 0) {
        text_add(plain->out, p, len);
        plain->units += len;
        plain->fits = plain->out->len;
    }
    return len;
}

/* What stands at `p`; the result is behind it. */
static const char *put_next(Plain *plain, const char *p)
{
    const char *end = *p == MARK_MEMBER[0] ? strchr(p, MARK_END[0]) : NULL;
    SlackTyped typed;

    if (end != NULL) {
        g_autofree char *id = g_strndup(p + 1, (gsize)(end - p - 1));

        put_name(plain, id);
        return end + 1;
    }
    if (*p == '<' && slack_typed(p, &typed)) {
        put_name(plain, typed.id);
        return typed.end;
    }
    size_t len = char_len(p);
    put_char(plain, p, len);
    return p + len;
}

void slack_plain(GString *out, const char *text, size_t max, const SlackNames *names)
{
    Plain plain = {.out = out, .max = max, .fits = out->len, .names = names};

    while (*text != '\0' && plain.units <= max) {
        size_t run = put_run(&plain, text);

        text = run > 0 ? text + run : put_next(&plain, text);
    }
    if (plain.units > max) {
        g_string_truncate(out, plain.fits);
        g_string_append(out, max > 0 ? ELLIPSIS : "");
    }
}

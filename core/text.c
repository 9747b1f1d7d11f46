#include "core/text.h"

#include <string.h>

#include "core/words.h"

/* What no reader can see, apart from the newline. */
static bool is_invisible(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);

    if (type == G_UNICODE_CONTROL) {
        return c != '\n';
    }
    return type ==
               G_UNICODE_FORMAT /* zero-width, bidirectional, tags, byte-order mark, soft hyphen */
           || type == G_UNICODE_SURROGATE || type == G_UNICODE_PRIVATE_USE ||
           type == G_UNICODE_UNASSIGNED || c == 0x115F || c == 0x1160 || c == 0x3164 ||
           c == 0xFFA0; /* Hangul fillers */
}

/* A picture, or how to draw one, that stays. */
static bool is_emoji_part(gunichar c)
{
    return ((c >= 0x2190 && c <= 0x2BFF) || (c >= 0x1F000 && c <= 0x1FAFF) || c == 0xFE0F) &&
           !is_invisible(c);
}

static char *strip_invisible(const char *text)
{
    g_autoptr(GString) out = g_string_sized_new(strlen(text));
    gunichar before = 0;

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        gunichar next = g_utf8_get_char(g_utf8_next_char(p));

        if (c == '\t' || c == 0x2028 || c == 0x2029) {
            c = c == '\t' ? ' ' : '\n';
        } else if (c == '\r') {
            if (next == '\n') {
                continue;
            }
            c = '\n';
        } else if (c == 0x200D && is_emoji_part(before) && is_emoji_part(next)) {
            /* joins a family or a flag: seen as one picture */
        } else if (is_invisible(c)) {
            continue;
        }
        g_string_append_unichar(out, c);
        before = c;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Nothing to check and nothing to take out: printable ASCII and newlines. */
static bool is_plain(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((bytes[i] < ' ' || bytes[i] > '~') && bytes[i] != '\n') {
            return false;
        }
    }
    return true;
}

TextFault text_clean(const char *bytes, size_t len, size_t max, char **out, size_t *at)
{
    if (len <= max && is_plain(bytes, len)) {
        *out = g_strndup(bytes, len);
        return TEXT_OK;
    }
    const char *nul = memchr(bytes, '\0', len);
    const char *end = NULL;

    if (nul != NULL) {
        *at = (size_t)(nul - bytes);
        return TEXT_HAS_NUL;
    }
    if (!g_utf8_validate_len(bytes, len, &end)) {
        *at = (size_t)(end - bytes);
        return TEXT_NOT_UTF8;
    }
    size_t characters = (size_t)g_utf8_strlen(bytes, (gssize)len);
    if (characters > max) {
        *at = characters;
        return TEXT_TOO_LONG;
    }
    g_autofree char *copy = g_strndup(bytes, len);
    g_autofree char *visible = strip_invisible(copy);

    *out = g_utf8_normalize(visible, -1, G_NORMALIZE_NFC);
    return TEXT_OK;
}

char *text_fault_say(TextFault fault, size_t at, size_t max)
{
    switch (fault) {
    case TEXT_OK:
        return NULL;
    case TEXT_NOT_UTF8:
        return say(W_TEXT_NOT_UTF8, N("at", (int64_t)at + 1));
    case TEXT_HAS_NUL:
        return say(W_TEXT_HAS_NUL, N("at", (int64_t)at + 1));
    case TEXT_TOO_LONG:
        return say(W_TEXT_TOO_LONG, N("length", (int64_t)at), N("max", (int64_t)max));
    }
    return NULL;
}

char *text_squeeze(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));
    bool blank = false;

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (g_unichar_isspace(c)) {
            blank = out->len > 0;
            continue;
        }
        if (blank) {
            g_string_append_c(out, ' ');
            blank = false;
        }
        text_add(out, p, (size_t)(g_utf8_next_char(p) - p));
    }
    return g_string_free(out, FALSE);
}

char *text_cut(const char *text, size_t max)
{
    if ((size_t)g_utf8_strlen(text, -1) <= max) {
        return g_strdup(text);
    }
    g_autofree char *head = g_utf8_substring(text, 0, (glong)max - 1);
    return g_strconcat(g_strchomp(head), "…", NULL);
}

char *text_fold(const char *text)
{
    g_autofree char *squeezed = text_squeeze(text);
    return g_utf8_casefold(squeezed, -1);
}

static char *ascii_key(const char *text)
{
    char *key = g_malloc(strlen(text) + 1), *end = key;

    for (; *text != '\0'; text++) {
        if (g_ascii_isalnum(*text)) {
            *end++ = g_ascii_tolower(*text);
        }
    }
    *end = '\0';
    return key;
}

char *text_key(const char *text)
{
    if (g_str_is_ascii(text)) {
        return ascii_key(text);
    }
    g_autofree char *folded = g_utf8_casefold(text, -1);
    GString *out = g_string_sized_new(strlen(folded));

    for (const char *p = folded; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (g_unichar_isalnum(c)) {
            g_string_append_unichar(out, c);
        }
    }
    return g_string_free(out, FALSE);
}

bool text_is_key(const char *key, const char *name, size_t len)
{
    const char *end = name + len;

    for (; name < end; name = g_utf8_next_char(name)) {
        gunichar c = g_utf8_get_char(name);

        c = c < 0x80 ? (gunichar)g_ascii_tolower((char)c) : g_unichar_tolower(c);
        if (c < 0x80 ? !g_ascii_isalnum((char)c) : !g_unichar_isalnum(c)) {
            continue;
        }
        if (g_utf8_get_char(key) != c) {
            return false;
        }
        key = g_utf8_next_char(key);
    }
    return *key == '\0';
}

char *text_lower(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((text[i] & 0x80) != 0) {
            return g_utf8_strdown(text, (gssize)len);
        }
    }
    return g_ascii_strdown(text, (gssize)len);
}

int text_words(const char *text)
{
    int n = 0;

    for (const char *p = text; *p != '\0';) {
        p += strspn(p, " ");
        n += *p != '\0';
        p += strcspn(p, " ");
    }
    return n;
}

bool text_starts_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    if (g_ascii_strncasecmp(text, word, len) != 0) {
        return false;
    }
    return text[len] == '\0' || !(g_ascii_isalnum(text[len]) || (text[len] & 0x80));
}

// NOLINTBEGIN(clang-analyzer-core.UndefinedBinaryOperatorResult): both indexes stay inside
size_t text_distance(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b), width = lb + 1;
    g_autofree size_t *d = g_new0(size_t, (la + 1) * width);

    for (size_t i = 0; i <= la; i++) {
        d[i * width] = i;
    }
    for (size_t j = 0; j <= lb; j++) {
        d[j] = j;
    }
    for (size_t i = 1; i <= la; i++) {
        for (size_t j = 1; j <= lb; j++) {
            size_t change = d[(i - 1) * width + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            size_t best = MIN(change, MIN(d[(i - 1) * width + j], d[i * width + j - 1]) + 1);

            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                best = MIN(best, d[(i - 2) * width + j - 2] + 1);
            }
            d[i * width + j] = best;
        }
    }
    return d[la * width + lb];
}
// NOLINTEND(clang-analyzer-core.UndefinedBinaryOperatorResult)

const char *text_nearest(const char *word, const char *const *candidates)
{
    g_autofree char *key = text_key(word);
    size_t key_len = strlen(key);
    size_t limit = MAX(key_len / 3, 2);
    const char *best = NULL;

    if (key_len == 0 || key_len > 64) {
        return NULL;
    }
    for (; *candidates != NULL; candidates++) {
        g_autofree char *other = text_key(*candidates);
        size_t distance = text_distance(key, other);

        if (distance <= limit && distance < MAX(key_len, strlen(other))) {
            limit = distance > 0 ? distance - 1 : 0;
            best = *candidates;
            if (distance == 0) {
                break;
            }
        }
    }
    return best;
}

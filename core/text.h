#pragma once

/* Text from outside: checked and cleaned once, where it comes in; and the small tools that readers
 * of text share. */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <glib.h>

/* Appends `len` bytes of `text`: what g_string_append_len does, without its way through an
 * insertion in the middle. */
static inline void text_add(GString *out, const char *text, size_t len)
{
    if (len >= out->allocated_len - out->len) {
        g_string_append_len(out, text, (gssize)len);
        return;
    }
    memcpy(out->str + out->len, text, len);
    out->len += len;
    out->str[out->len] = '\0';
}

/* A string in the making that is a local of its maker: without the head that g_string_new puts on
 * the heap. `str` is its text, to be cleared (g_auto) or given away. */
static inline GString text_begin(size_t room)
{
    GString text = {.str = (char *)g_malloc(room), .allocated_len = room};

    text.str[0] = '\0';
    return text;
}

static inline void text_clear(GString *text)
{
    g_free(text->str);
    *text = (GString){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GString, text_clear)

/* Room for what most texts become. No more, since up to here glibc hands what one thread allocated
 * and another freed on to the next that asks, without looking for its neighbours. */
#define TEXT_ROOM 120

/* The most a whole message may hold, in characters; a single field has its own, smaller limit. */
#define TEXT_MESSAGE_MAX 8000

typedef enum TextFault { TEXT_OK, TEXT_NOT_UTF8, TEXT_HAS_NUL, TEXT_TOO_LONG } TextFault;

/* Checks that `bytes` are UTF-8 of at most `max` characters, and copies them without what no reader
 * can see and a cheat can use: C0 and C1 controls (newline stays; tab becomes a blank; CR LF
 * becomes newline), bidirectional controls, zero-width characters except between emoji, tag
 * characters, the byte-order mark. Normalised to NFC. TEXT_OK: `*out` is the clean text (caller
 * frees). Otherwise `*at` is the offending byte, or the length in characters when TEXT_TOO_LONG. */
TextFault text_clean(const char *bytes, size_t len, size_t max, char **out, size_t *at)
    __attribute__((warn_unused_result));
/* Says a fault to the person who sent the text. Caller frees. */
char *text_fault_say(TextFault fault, size_t at, size_t max);

/* A copy with leading and trailing blanks removed and inner runs of white space made one blank.
 * Caller frees. */
char *text_squeeze(const char *text);
/* At most `max` characters, with "…" for what was cut; for quoting people's words back. Caller
 * frees. */
char *text_cut(const char *text, size_t max);
/* Case-folded and squeezed, for comparing. Caller frees. */
char *text_fold(const char *text);
/* Only the letters and digits of the folded text: "Check-in" and "check in" are both "checkin".
 * Caller frees. */
char *text_key(const char *text);
/* Whether the letters and digits of the `len` bytes of `name` are those of `key`, which text_key
 * made. */
bool text_is_key(const char *key, const char *name, size_t len);
/* The first `len` bytes in lower case. Caller frees. */
char *text_lower(const char *text, size_t len);
int text_words(const char *text); /* how many there are, with blanks between */
bool text_starts_word(const char *text,
                      const char *word); /* ASCII case ignored; a word boundary must follow */

/* Damerau-Levenshtein distance, for "did you mean"; both NUL-terminated, bytes. */
size_t text_distance(const char *a, const char *b);
/* The candidate nearest to `word` by text_key, or NULL when none is near (a third of its length, at
 * least 2). `candidates` ends with NULL; the result is one of them. */
const char *text_nearest(const char *word, const char *const *candidates);

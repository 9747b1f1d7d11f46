/* One pass over the source: ordinary characters are copied in runs, everything else has its row. A
 * tag of ours is opened only where it still can be closed, so that what is cut is balanced too. */

#include "bot/matrix/text.h"

#include <stdint.h>
#include <string.h>

#include "core/text.h"
#include "core/words.h"

#define MARKS_DEEP     8  /* marks inside marks; deeper ones change nothing */
#define NAME_SHOWN_MAX 60 /* characters of a display name */
#define USER_BYTES_MAX 255
#define ELLIPSIS       "…"
#define LINK           "https://matrix.to/#/"

typedef struct Tag {
    const char *open, *close;
} Tag;

static const Tag bold = {"<strong>", "</strong>"}, code = {"<code>", "</code>"},
                 none = {"", ""}; /* a mark too deep, or in <pre> */

typedef struct Writer {
    MatrixText *text;
    const MatrixNames *names;
    bool pre;      /* in <pre><code> already */
    int depth;     /* of marks */
    int code_deep; /* of those, in code */
    const Tag *open[MARKS_DEEP];
} Writer;

MatrixText matrix_text_new(void)
{
    return (MatrixText){.plain = g_string_new(NULL),
                        .html = g_string_new(NULL),
                        .mentioned = g_ptr_array_new_with_free_func(g_free)};
}

void matrix_text_clear(MatrixText *text)
{
    if (text->plain != NULL) {
        g_string_free(text->plain, TRUE);
        g_string_free(text->html, TRUE);
        g_ptr_array_unref(text->mentioned);
    }
    *text = (MatrixText){0};
}

/* --- sizes --- */

static size_t char_bytes(char c)
{
    return c == '"' || c == '\\' || c == '\n' ? 2 : 1;
}

size_t matrix_text_bytes(const char *text, size_t len)
{
    size_t bytes = 0;

    for (size_t i = 0; i < len; i++) {
        bytes += char_bytes(text[i]);
    }
    return bytes;
}

static bool goes_on(char c)
{
    return ((uint8_t)c & 0xC0) == 0x80;
}

/* How much of the text has at most `max` bytes as JSON, to a character's end. */
static size_t fitting(const char *text, size_t len, size_t max)
{
    size_t fits = 0, bytes = 0;

    while (fits < len && bytes + char_bytes(text[fits]) <= max) {
        bytes += char_bytes(text[fits]);
        fits++;
    }
    while (fits > 0 && fits < len && goes_on(text[fits])) {
        fits--;
    }
    return fits;
}

void matrix_text_cut(GString *text, size_t max)
{
    if (matrix_text_bytes(text->str, text->len) > max) {
        size_t room = max > strlen(ELLIPSIS) ? max - strlen(ELLIPSIS) : 0;

        g_string_truncate(text, fitting(text->str, text->len, room));
        g_string_append(text, ELLIPSIS);
    }
}

/* --- writing --- */

static void add_html(MatrixText *text, const char *html, size_t len)
{
    text_add(text->html, html, len);
    text->used += matrix_text_bytes(html, len);
}

void matrix_text_raw(MatrixText *text, const char *plain, const char *html)
{
    g_string_append(text->plain, plain);
    add_html(text, html, strlen(html));
}

/* What may still come, when all that is open has been closed. */
static size_t room(const Writer *w)
{
    size_t kept = strlen(ELLIPSIS) + w->text->used;

    for (int i = 0; i < MIN(w->depth, MARKS_DEEP); i++) {
        kept += strlen(w->open[i]->close);
    }
    if (w->text->max == 0) {
        return SIZE_MAX;
    }
    return w->text->max > kept ? w->text->max - kept : 0;
}

static void end_here(Writer *w)
{
    matrix_text_raw(w->text, ELLIPSIS, ELLIPSIS);
    w->text->full = true;
}

/* Both or neither. */
static void put(Writer *w, const char *plain, size_t plain_len, const char *html, size_t len)
{
    if (matrix_text_bytes(html, len) > room(w)) {
        end_here(w);
        return;
    }
    text_add(w->text->plain, plain, plain_len);
    add_html(w->text, html, len);
}

static void put_run(Writer *w, const char *run, size_t len)
{
    size_t fits = w->text->max == 0 ? len : fitting(run, len, room(w));

    text_add(w->text->plain, run, fits);
    add_html(w->text, run, fits);
    if (fits < len) {
        end_here(w);
    }
}

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void matrix_html_escape(GString *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *entity = entity_of(*text);

        if (entity != NULL) {
            g_string_append(out, entity);
        } else {
            g_string_append_c(out, *text);
        }
    }
}

/* Controls, and what turns the direction of a line: bytes that nobody is shown. */
static size_t unseen_len(const char *p)
{
    uint8_t c = (uint8_t)p[0], second = c != 0 ? (uint8_t)p[1] : 0;

    if ((c > 0 && c < ' ' && c != '\n' && c != '\t') || c == 0x7F) {
        return 1;
    }
    if (c == 0xC2 && second >= 0x80 && second <= 0x9F) {
        return 2;
    }
    uint8_t third = c == 0xE2 && second != 0 ? (uint8_t)p[2] : 0;
    bool turns = (second == 0x80 && third >= 0xAA && third <= 0xAE) ||
                 (second == 0x81 && third >= 0xA6 && third <= 0xA9);
    return turns ? 3 : 0;
}

/* --- commands --- */

/* Whether "/sprint" or "/okr" stands there, as a word. */
static bool is_command(const char *p)
{
    static const char *const families[] = {"/sprint", "/okr"};

    for (size_t i = 0; i < G_N_ELEMENTS(families); i++) {
        size_t len = strlen(families[i]);

        if (strncmp(p, families[i], len) == 0 && ((uint8_t)p[len] <= ' ' || p[len] == ':')) {
            return true;
        }
    }
    return false;
}

/* At the beginning of a code mark or of a line to copy. */
static const char *put_command(Writer *w, const char *p)
{
    if (is_command(p)) {
        put(w, "!", 1, "!", 1);
        return p + 1;
    }
    return p;
}

/* --- marks --- */

static const char *open_mark(Writer *w, const char *p)
{
    bool codes = *p == MARK_CODE[0];
    const Tag *tag = w->pre ? &none : codes ? &code : &bold;

    if (w->depth < MARKS_DEEP && strlen(tag->open) + strlen(tag->close) > room(w)) {
        end_here(w);
        return p;
    }
    if (w->depth < MARKS_DEEP) {
        add_html(w->text, tag->open, strlen(tag->open));
        w->open[w->depth] = tag;
        w->code_deep += codes;
    }
    w->depth++;
    return codes ? put_command(w, p + 1) : p + 1;
}

static void close_mark(Writer *w)
{
    if (w->depth > 0 && w->depth <= MARKS_DEEP) {
        const Tag *tag = w->open[w->depth - 1];

        add_html(w->text, tag->close, strlen(tag->close));
        w->code_deep -= tag == &code;
    }
    w->depth -= w->depth > 0;
}

bool matrix_is_user(const char *id)
{
    size_t len = 0;

    while (id != NULL && len <= USER_BYTES_MAX && g_ascii_isgraph(id[len])) {
        len++;
    }
    const char *colon = len > 0 && *id == '@' ? memchr(id, ':', len) : NULL;
    return colon != NULL && colon > id + 1 && colon[1] != '\0' && id[len] == '\0' &&
           len <= USER_BYTES_MAX;
}

/* One line that can be shown, of what anybody may have chosen; "" when nothing is left. Caller
 * frees. */
static char *fit_to_show(const char *given)
{
    g_autofree char *valid = g_utf8_make_valid(given, -1);
    g_autofree char *clean = NULL;
    size_t at = 0;

    if (text_clean(valid, strlen(valid), strlen(valid), &clean, &at) != TEXT_OK) {
        return g_strdup("");
    }
    g_autofree char *line = text_squeeze(clean);
    return text_cut(line, NAME_SHOWN_MAX);
}

/* What a member is called. Caller frees. */
static char *shown_name(const MatrixNames *names, const char *id)
{
    const char *given = names != NULL && names->name != NULL ? names->name(names->arg, id) : NULL;
    g_autofree char *name = fit_to_show(given != NULL ? given : "");

    return *name != '\0' ? g_steal_pointer(&name) : fit_to_show(id);
}

static bool is_noted(const GPtrArray *ids, const char *id)
{
    for (guint i = 0; i < ids->len; i++) {
        if (strcmp(g_ptr_array_index(ids, i), id) == 0) {
            return true;
        }
    }
    return false;
}

static void put_link(Writer *w, const char *id, const char *name)
{
    g_autofree char *encoded = g_uri_escape_string(id, NULL, FALSE);
    g_autoptr(GString) html = g_string_new("<a href=\"" LINK);

    g_string_append(html, encoded);
    g_string_append(html, "\">");
    matrix_html_escape(html, name);
    g_string_append(html, "</a>");
    put(w, name, strlen(name), html->str, html->len);
    if (!w->text->full && !is_noted(w->text->mentioned, id)) {
        g_ptr_array_add(w->text->mentioned, g_strdup(id));
    }
}

static const char *put_member(Writer *w, const char *p)
{
    const char *end = strchr(p, MARK_END[0]);

    if (end == NULL) {
        return p + 1;
    }
    g_autofree char *given = g_strndup(p + 1, (gsize)(end - p - 1));
    g_autofree char *name = shown_name(w->names, given);
    if (!w->pre && w->code_deep == 0 && matrix_is_user(given)) {
        put_link(w, given, name);
    } else {
        g_autoptr(GString) html = g_string_new(NULL);

        matrix_html_escape(html, name);
        put(w, name, strlen(name), html->str, html->len);
    }
    return end + 1;
}

/* --- the pass --- */

static const char *put_newline(Writer *w, const char *p)
{
    if (w->pre) {
        put(w, "\n", 1, "\n", 1);
        return put_command(w, p + 1);
    }
    put(w, "\n", 1, "<br>", 4);
    return p + 1;
}

static bool is_ordinary(const char *p)
{
    return (uint8_t)*p >= ' ' && *p != 0x7F && entity_of(*p) == NULL && unseen_len(p) == 0;
}

static const char *put_ordinary(Writer *w, const char *p)
{
    size_t len = 0;

    while (is_ordinary(p + len)) {
        len++;
    }
    put_run(w, p, len);
    return p + len;
}

static const char *put_blank(Writer *w, const char *p)
{
    put(w, " ", 1, " ", 1);
    return p + 1;
}

static const char *put_entity(Writer *w, const char *p)
{
    const char *entity = entity_of(*p);

    put(w, p, 1, entity, strlen(entity));
    return p + 1;
}

static const char *end_mark(Writer *w, const char *p)
{
    close_mark(w);
    return p + 1;
}

typedef const char *(*Put)(Writer *w, const char *p); /* the result is behind what stood there */

static const Put handlers[256] = {
    [0x01] = open_mark, [0x02] = open_mark,   [0x03] = end_mark,   [0x04] = put_member,
    ['\t'] = put_blank, ['\n'] = put_newline, ['&'] = put_entity,  ['<'] = put_entity,
    ['>'] = put_entity, ['"'] = put_entity,   ['\''] = put_entity,
};

static const char *put_next(Writer *w, const char *p)
{
    Put handler = handlers[(uint8_t)*p];

    if (handler != NULL) {
        return handler(w, p);
    }
    return is_ordinary(p) ? put_ordinary(w, p) : p + unseen_len(p);
}

static void add(Writer *w, const char *marked)
{
    g_autofree char *valid =
        g_utf8_validate(marked, -1, NULL) ? NULL : g_utf8_make_valid(marked, -1);
    const char *p = valid != NULL ? valid : marked;

    for (p = w->pre ? put_command(w, p) : p; *p != '\0' && !w->text->full;) {
        p = put_next(w, p);
    }
    while (w->depth > 0) {
        close_mark(w);
    }
}

void matrix_text_add(MatrixText *text, const char *marked, const MatrixNames *names)
{
    Writer w = {.text = text, .names = names};

    if (!text->full) {
        add(&w, marked);
    }
}

void matrix_text_add_code(MatrixText *text, const char *marked)
{
    Writer w = {.text = text, .pre = true};

    if (!text->full) {
        add(&w, marked);
    }
}

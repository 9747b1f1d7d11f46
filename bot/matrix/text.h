#pragma once

/* Text to and from Matrix (specification v1.19: m.room.message msgtypes). Out: clean UTF-8, marks
 * (core/words.h) become HTML and a plain body; nothing of what people wrote can become a tag, a
 * link or a mention. In: what a member meant to say. Pure. */

#include <stdbool.h>
#include <stddef.h>

#include "bot/json.h"

/* What a member is called; "" when not known. Borrowed until the next call. */
typedef const char *(*MatrixName)(void *arg, const char *user);

typedef struct MatrixNames {
    MatrixName name; /* NULL: ids are shown */
    void *arg;
} MatrixNames;

/* A body and its HTML, side by side, and who was mentioned by a mark (char *, each once). */
typedef struct MatrixText {
    GString *plain, *html;
    GPtrArray *mentioned;
    size_t used, max; /* bytes of the HTML as JSON, and how many it may have; max 0: any number */
    bool full;        /* a text did not fit: it ends in "…", and no more is added */
} MatrixText;

MatrixText matrix_text_new(void);
void matrix_text_clear(MatrixText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MatrixText, matrix_text_clear)

/* Appends text with marks. MARK_MEMBER becomes a matrix.to link with the display name in HTML, and
 * the name in the body. "@room" that a person typed stays text. Clients keep what begins with "/"
 * for themselves, so that a command in a code mark is written with "!". */
void matrix_text_add(MatrixText *text, const char *marked, const MatrixNames *names);
/* The same for what stands in <pre>: lines stay lines, and each may begin with a command. */
void matrix_text_add_code(MatrixText *text, const char *marked);
/* Appends to both, as they stand, and whether it fits or not. */
void matrix_text_raw(MatrixText *text, const char *plain, const char *html);
void matrix_html_escape(GString *out, const char *text);
/* The text as JSON takes more than `max` bytes: cut to them, at a character's end and with "…". */
void matrix_text_cut(GString *text, size_t max);
size_t matrix_text_bytes(const char *text, size_t len); /* as JSON, without its quotes */

/* "@local:server", within what an id may be. */
bool matrix_is_user(const char *id);

/* What a member said (said.c), of an m.room.message's content (or its m.new_content): the body
 * without the quoted fallback of a reply, where a pill names a member in the HTML the member's id
 * in place of the display name, the fallback "* " of an edit left alone. Caller frees; NULL when
 * there is no text. */
char *matrix_said(const Json *content);

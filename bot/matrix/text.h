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
} MatrixText;

MatrixText matrix_text_new(void);
void matrix_text_clear(MatrixText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MatrixText, matrix_text_clear)

/* Appends text with marks. MARK_MEMBER becomes a matrix.to link with the display name in HTML, and
 * the name in the body. "@room" that a person typed stays text. */
void matrix_text_add(MatrixText *text, const char *marked, const MatrixNames *names);
/* Appends to both, as they stand. */
void matrix_text_raw(MatrixText *text, const char *plain, const char *html);
void matrix_html_escape(GString *out, const char *text);

/* What a member said, of an m.room.message's content (or its m.new_content): the body without the
 * quoted fallback of a reply, where a pill names a member in the HTML the member's id in place of
 * the display name, the fallback "* " of an edit left alone. Caller frees; NULL when there is no
 * text. */
char *matrix_said(const Json *content);

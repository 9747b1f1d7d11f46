#pragma once

/* Lines of text on a picture, in any script. Each is a line of its own that begins at the left and
 * never leaves its room: whatever direction it is written in, whatever it holds, it is cut with an
 * ellipsis there, and nothing in it is markup. Sizes are in pixels and hinting is off, so that a
 * text is as wide on every machine that has the font. Without any font a line is blank. */

#include <stdbool.h>

#include <glib.h>

#include "bot/chart/palette.h"

/* The libraries' own names, so that only those who draw need their headers. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
typedef struct _cairo cairo_t;
typedef struct _PangoContext PangoContext;
typedef struct _PangoFontMap PangoFontMap;
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

typedef enum TypeFace {
    TYPE_TITLE,
    TYPE_LABEL,  /* "KR1" */
    TYPE_METRIC, /* beside it */
    TYPE_NOW,    /* the value that counts */
    TYPE_STATUS,
    TYPE_VALUE, /* in and beside the plot */
    TYPE_SMALL, /* axis, heading, legend */
} TypeFace;

typedef struct Type {
    cairo_t *cr; /* where it is drawn; borrowed; NULL as long as texts are only measured */
    PangoFontMap *fonts;
    PangoContext *context;
} Type;

void type_init(Type *type);
void type_clear(Type *type);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Type, type_clear)
bool type_has_fonts(const Type *type); /* one that has letters */

/* A line set, not drawn yet. `text` may be NULL, or anything at all. */
typedef struct TypeLine TypeLine;
void type_line_free(TypeLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TypeLine, type_line_free)
TypeLine *type_line(const Type *type, TypeFace face, const char *text, double room);
/* The same in smaller letters where it would not fit: a value that is cut is no value. */
TypeLine *type_line_fit(const Type *type, TypeFace face, const char *text, double room);
double type_width(const TypeLine *line);

/* Draws in the current colour, the letters standing on `baseline`. */
void type_draw(const Type *type, const TypeLine *line, double x, double baseline);
/* The same on a halo of the colour, so that it reads across lines. */
void type_draw_over(const Type *type, const TypeLine *line, double x, double baseline,
                    Colour colour);

/* How far capitals and digits of that face rise above their baseline, about. */
double type_rise(TypeFace face);

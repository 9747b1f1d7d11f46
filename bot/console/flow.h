#pragma once

/* Text of a card on its way to the screen: marks (core/words.h) become ink or go, characters that
 * could drive the terminal become U+FFFD, and lines are wrapped by the columns they take up. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef enum Ink {
    INK_PLAIN,
    INK_BOLD,
    INK_DIM,
    INK_CODE,
    INK_GREEN,
    INK_YELLOW,
    INK_RED,
    INK_BLUE,
    INK_PURPLE,
    INK_COUNT,
} Ink;

/* How a paragraph stands on the screen. */
typedef struct Shape {
    const char *first; /* before its first line; plain text, like `rest` */
    const char *rest;  /* before every other line; NULL: blanks as wide as `first` */
    Ink rule;          /* ink of both */
    int32_t width;     /* columns in all; 0: lines are never wrapped */
    bool one_line;     /* line breaks become blanks */
    bool colour;       /* whether ink is shown at all */
} Shape;

/* A paragraph being put together. */
typedef struct Flow Flow;

Flow *flow_new(void);
void flow_free(Flow *flow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Flow, flow_free)

/* Appends text; marks inside change the ink until their end. Any bytes may come. */
void flow_add(Flow *flow, const char *text, Ink ink);
/* Columns that the paragraph takes up on one line. */
int32_t flow_columns(const Flow *flow);
/* Writes the paragraph, each line ended by a newline, and leaves the flow empty. An empty paragraph
 * is one line. */
void flow_write(Flow *flow, const Shape *shape, GString *out);

/* Columns of a text on the screen: wide characters take two, combining ones none. */
int32_t text_columns(const char *text);

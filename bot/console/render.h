#pragma once

/* Cards as text: boxed, coloured and wrapped on a terminal; in a pipe plain, one block on one line
 * (quotes and text to copy keep their lines), so that a transcript can be compared and searched. */

#include "core/card.h"

typedef struct RenderStyle {
    bool terminal; /* a rule at the left, bars, wrapped to `width`; false: plain */
    bool colour;
    int32_t width; /* columns; of a terminal only */
} RenderStyle;

#define RENDER_WIDTH_MIN 40
#define RENDER_WIDTH_MAX 100

/* What stands above a card: where it was said, and to whom. */
typedef struct RenderHead {
    int64_t number;      /* the message's running number; 0: it has none */
    int64_t thread;      /* number of the message whose thread it belongs in; 0: none */
    const char *when;    /* NULL: now */
    bool edited;         /* it replaces what that message said */
    bool reply;          /* for the eyes of who asked */
    const char *channel; /* NULL: the one that the reader is in */
    const char *member;  /* the only one who sees it; NULL: everyone */
} RenderHead;

/* Every line ends with a newline. A terminal's text ends with an empty line. Caller frees. */
char *render_card(const Card *card, const RenderHead *head, const RenderStyle *style);
/* What the console itself says, as against the bot: marked with a colon. Caller frees. */
char *render_note(const char *text, const RenderStyle *style);
/* A note about a person's own words, which must not be lost: the words as they came, below it.
 * Caller frees. */
char *render_kept(const char *note, const char *words, const RenderStyle *style);

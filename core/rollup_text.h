#pragma once

/* A roll-up as a text to copy: Markdown, and CSV whose columns rollup_columns.def documents. What
 * people wrote in it cannot act as markup, nor as a spreadsheet's formula. */

#include "core/rollup.h"

/* Lines end with "\n", as they do in a message. Caller frees. */
char *rollup_text_markdown(const Rollup *rollup);
char *rollup_text_csv(const Rollup *rollup);

/* Cuts a text at line ends into pieces of at most `max` bytes; of char *, which the array frees.
 * A line that is longer stays whole. */
GPtrArray *rollup_text_pieces(const char *text, size_t max);

#pragma once

/* Rows of CSV (RFC 4180): commas, lines that end with CR LF, quotes where they are needed. What
 * reads them is in bot/csv.h.
 *
 * A spreadsheet runs a cell that begins with = + - @, a tab or a line end as a formula, so such a
 * cell is written behind an apostrophe, unless it is a plain number; reading takes the apostrophe
 * off again. One in front of such an apostrophe gets one as well, so that every text comes back. */

#include <stddef.h>

#include <glib.h>

/* Appends one row with its end. A cell that is NULL is empty. */
void csv_write_row(GString *out, const char *const *cells, size_t count);
/* How many apostrophes stand in front of what a spreadsheet would run; 0 where it would not. */
size_t csv_write_guards(const char *text);

#pragma once

/* CSV (RFC 4180): text in, rows out, and back. What is read may be divided by commas, semicolons or
 * tabs, which the first row tells; what is written has commas and ends its lines with CR LF.
 *
 * A spreadsheet runs a cell that begins with = + - @, a tab or a line end as a formula, so such a
 * cell is written behind an apostrophe, unless it is a plain number; reading takes the apostrophe
 * off again. One in front of such an apostrophe gets one as well, so that every text comes back. */

#include <stddef.h>

#include <glib.h>

typedef enum CsvResult {
    CSV_ROW,
    CSV_END,
    CSV_QUOTE_OPEN,  /* a quote that is never closed: all behind it is passed over */
    CSV_QUOTE_STRAY, /* text right behind a closing quote: the rest of the line is passed over */
} CsvResult;

typedef struct Csv {
    const char *at, *end; /* borrowed */
    size_t line;          /* where `at` stands, from 1 */
    char separator;
} Csv;

void csv_init(Csv *csv, const char *text, size_t len);
/* The next row that is not blank: its cells (of char *, owned by the array, which is emptied first)
 * and the line it begins on. After a fault reading may go on. */
CsvResult csv_next(Csv *csv, GPtrArray *cells, size_t *line);

/* Appends one row with its end. A cell that is NULL is empty. */
void csv_write_row(GString *out, const char *const *cells, size_t count);

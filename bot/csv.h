#pragma once

/* CSV (RFC 4180): text in, rows out; the way back, and the apostrophes that are taken off here, are
 * in core/csv_write.h. What is read may be divided by commas, semicolons or tabs, which the first
 * row tells. */

#include <stddef.h>

#include <glib.h>

#include "core/csv_write.h"

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

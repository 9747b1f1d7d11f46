#pragma once

/* Where an export goes: a folder with a CSV file for each table and a page to read, or one JSON
 * document. Nothing takes its final name before all of it is written. What is written is readable
 * for its owner alone, as the store is. */

#include <glib.h>

#include "bot/transfer/table.h"

/* A row in the making: a cell for each column, empty where NULL. */
typedef struct SinkRow {
    char *cells[COL_COUNT]; /* owned */
} SinkRow;

void sink_row_clear(SinkRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SinkRow, sink_row_clear)

#define SINK_PAGE "rollup.md"

typedef struct Sink Sink;

/* The folder is made when it is not there. */
Sink *sink_csv(const char *folder, GError **error) __attribute__((warn_unused_result));
/* `path`: NULL for standard output. */
Sink *sink_json(const char *path, GError **error) __attribute__((warn_unused_result));
/* Writes those cells that the table has columns for. A failure is told by sink_finish. */
void sink_put(Sink *sink, TableId table, const SinkRow *row);
/* Adds to the page, which is Markdown in SINK_PAGE. A JSON document has none. */
void sink_page(Sink *sink, const char *text);
guint sink_rows(const Sink *sink, TableId table); /* so far */
bool sink_finish(Sink *sink, GError **error) __attribute__((warn_unused_result));
void sink_free(Sink *sink); /* what was not finished goes away; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sink, sink_free)

#pragma once

/* The rows of the files that are imported, whatever their format: each with its place, and its
 * cells by column. A file may be CSV or JSON; its first byte that is no blank tells which. */

#include <stdint.h>

#include "bot/transfer/faults.h"
#include "bot/transfer/table.h"

#define RECORDS_FILE_MAX (INT64_C(256) * 1024 * 1024)

/* A table in a file. */
typedef struct Sheet {
    guint file;
    char *name;             /* the file's */
    int columns[COL_COUNT]; /* where each stands in a row, -1: nowhere */
    guint width;            /* cells in a row */
} Sheet;

typedef struct Record {
    const Sheet *sheet;
    size_t line;
    char **cells; /* owned; empty ones are NULL */
    bool wrong;   /* a fault of it has been told */
    bool added;   /* something of it was new */
} Record;

typedef struct Records {
    GPtrArray *sheets; /* of Sheet */
    GArray *rows;      /* of Record, in the order of the files */
    GString *notes;    /* what was passed over, a line each */
    Faults faults;
    guint files;
} Records;

void records_init(Records *records);
void records_clear(Records *records);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Records, records_clear)

/* Adds the rows of a file; of a folder's *.csv files. What cannot be read is a fault. */
void records_read(Records *records, const char *path);
/* The same of bytes that are there already. */
void records_take(Records *records, const char *name, const char *bytes, size_t len);

/* Clean, without outer blanks; NULL where the cell is empty, or the table has no such column. */
const char *record_get(const Record *record, Column column);
/* Tells a fault, the first of each row. */
void records_fault(Records *records, Record *record, char *take_text);

#pragma once

/* The embedded store: one SQLite file (with its -wal and -shm while open). WAL, synchronous=FULL,
 * foreign keys on, STRICT tables, numbered migrations that run at start.
 *
 * A second daemon on the same file is refused: whoever has it open holds a lock on a file beside it
 * (-lock), which goes away with the process. Others may read meanwhile, as `sqlite3 anchord.db
 * .backup` does. */

#include "bot/store/store.h"

/* `path` may be ":memory:". The file is made when it is not there (mode 0600); its folder is not.
 */
Store *sqlite_open(const char *path, GError **error) __attribute__((warn_unused_result));
/* The newest version of the schema that this program knows. */
int sqlite_schema_version(void);
/* Lets the file grow to so many pages (of 4 KiB), and no further: a full disk for tests. 0: as far
 * as it will go. */
void sqlite_limit_pages(Store *store, int pages);

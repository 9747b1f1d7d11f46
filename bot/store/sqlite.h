#pragma once

/* The embedded store: one SQLite file (with its -wal while open), WAL, synchronous=FULL, foreign keys on, STRICT
 * tables, numbered migrations that run at start. A second daemon on the same file is refused by an exclusive lock. */

#include "bot/store/store.h"

/* `path` may be ":memory:". The file is made when it is not there (mode 0600). */
Store *sqlite_open(const char *path, GError **error) __attribute__((warn_unused_result));
/* The newest version of the schema that this program knows. */
int sqlite_schema_version(void);

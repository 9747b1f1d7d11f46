#pragma once

/* The store's file as a whole, from outside: copied while a daemon writes to it, and held while
 * another is put in its place.
 *
 * Thread: any, one at a time. Errors are STORE_ERROR. */

#include "bot/store/store.h"

typedef struct StoreTally {
    int64_t teams, sprints, readings;
    int64_t bytes; /* of the file */
} StoreTally;

/* Copies one moment of the store at `from` into the empty file `to`, a stretch at a time, so that a
 * daemon's commits never wait for it. The copy is one plain file without a log, has been written to
 * the disk, and is whole: every page, row and index was checked. Its schema is one that this
 * program knows, perhaps an older one. Failures call it `name`. */
bool sqlite_copy(const char *from, const char *to, const char *name, StoreTally *tally,
                 GError **error) __attribute__((warn_unused_result));

/* Nobody opens the store of that path, whole and without links, until it is let go; there may be
 * none. NULL with STORE_ERROR_IN_USE while a daemon has it open. */
typedef struct Sqlite StoreHold;
StoreHold *sqlite_hold(const char *path, GError **error) __attribute__((warn_unused_result));
void sqlite_let_go(StoreHold *hold);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreHold, sqlite_let_go)
/* Brings home what still stands in a log beside a file that nobody else has open. */
bool sqlite_bring_home(const char *path, GError **error);

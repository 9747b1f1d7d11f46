/* A file is only looked at: no lock is asked for, nothing is migrated, and what a daemon commits
 * meanwhile is not seen. In a write-ahead log whoever reads is in nobody's way. */

#include "bot/store/sqlite_parts.h"

#define BUSY_MS 2000

static bool open_to_read(Sqlite *store, GError **error)
{
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

    if (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK) {
        const char *why = g_strerror(sqlite3_system_errno(store->db));

        return sqlite_refuse(STORE_ERROR_FAILED,
                             say(W_STORE_NOT_OPENED, S("path", store->path), S("why", why)), error);
    }
    sqlite3_busy_timeout(store->db, BUSY_MS);
    return sqlite_exec(store, W_STORE_OPENING,
                       "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                       "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; BEGIN",
                       error);
}

static bool expect_schema(Sqlite *store, int version, GError **error)
{
    return version > 0 ||
           sqlite_refuse(STORE_ERROR_FOREIGN, say(W_STORE_EMPTY, S("path", store->path)), error);
}

Sqlite *sqlite_peek(const char *path, int *version, GError **error)
{
    g_autoptr(Sqlite) store = g_new0(Sqlite, 1);
    int found = 0;

    store->path = g_strdup(path);
    store->lock = -1;
    if (!open_to_read(store, error) || !sqlite_identify(store, &found, error) ||
        !expect_schema(store, found, error)) {
        return NULL;
    }
    *version = found;
    return g_steal_pointer(&store);
}

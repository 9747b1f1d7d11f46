/* The schema is the sum of its migrations: numbered files of SQL, each run once, each in one
 * transaction. How far a file has come is its user_version; that it is ours at all is its
 * application_id. */

#include "bot/store/sqlite_parts.h"

#include "bot/store/sqlite.h"

#define APPLICATION_ID 0x616e6368 /* "anch" */

int sqlite_schema_version(void)
{
    return sqlite_migration_count;
}

bool sqlite_exec(Sqlite *store, WordId doing, const char *sql, GError **error)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return sqlite_failed(store, doing, error);
    }
    return true;
}

bool sqlite_empty_log(Sqlite *store, WordId doing, GError **error)
{
    return sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
               SQLITE_OK ||
           sqlite_failed(store, doing, error);
}

bool sqlite_ask(Sqlite *store, const char *sql, char **answer, GError **error)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW;

    if (ok) {
        *answer = g_strdup((const char *)sqlite3_column_text(statement, 0));
    } else {
        sqlite_failed(store, W_STORE_OPENING, error);
    }
    sqlite3_finalize(statement);
    return ok;
}

static bool ask_int(Sqlite *store, const char *sql, int64_t *answer, GError **error)
{
    g_autofree char *text = NULL;

    if (!sqlite_ask(store, sql, &text, error)) {
        return false;
    }
    *answer = g_ascii_strtoll(text, NULL, 10);
    return true;
}

/* Whose file ---------------------------------------------------------------------------------- */

static bool refuse_foreign(Sqlite *store, GError **error)
{
    return sqlite_refuse(STORE_ERROR_FOREIGN, say(W_STORE_FOREIGN, S("path", store->path)), error);
}

static bool refuse_newer(Sqlite *store, int64_t version, GError **error)
{
    return sqlite_refuse(STORE_ERROR_NEWER,
                         say(W_STORE_NEWER, S("path", store->path), N("found", version),
                             N("known", sqlite_migration_count)),
                         error);
}

bool sqlite_identify(Sqlite *store, int *version, GError **error)
{
    g_autoptr(GError) why = NULL;
    int64_t application = 0;
    int64_t found = 0;
    int64_t tables = 0;

    if (!ask_int(store, "PRAGMA application_id", &application, &why) ||
        !ask_int(store, "PRAGMA user_version", &found, &why) ||
        !ask_int(store, "SELECT count(*) FROM sqlite_schema", &tables, &why)) {
        if ((sqlite3_errcode(store->db) & 0xff) == SQLITE_NOTADB) {
            return refuse_foreign(store, error);
        }
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    bool empty = application == 0 && found == 0 && tables == 0;

    if (!empty && application != APPLICATION_ID) {
        return refuse_foreign(store, error);
    }
    if (found < 0 || found > sqlite_migration_count) {
        return refuse_newer(store, found, error);
    }
    *version = (int)found;
    return true;
}

/* Bringing it up to date ---------------------------------------------------------------------- */

static bool migrate_one(Sqlite *store, int version, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "BEGIN IMMEDIATE; %s; PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
        sqlite_migrations[version - 1], APPLICATION_ID, version);

    if (!sqlite_exec(store, W_STORE_MIGRATING, sql, error)) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL,
                     NULL); /* nothing to do where it has been done */
        return false;
    }
    return true;
}

/* SQLite counts references only once it is told to, and cannot be told within a transaction: so a
 * migration may replace a table that others refer to, and has all of its rows in place when it
 * ends. */
bool sqlite_guard(Sqlite *store, GError **error)
{
    return sqlite_exec(store, W_STORE_OPENING, "PRAGMA foreign_keys = ON", error);
}

bool sqlite_migrate(Sqlite *store, int version, GError **error)
{
    while (version < sqlite_migration_count) {
        if (!migrate_one(store, ++version, error)) {
            return false;
        }
    }
    return true;
}

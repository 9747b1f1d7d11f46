#include "fill.h"

#include <sqlite3.h>

#include "bench.h"
#include "bot/store/sqlite.h"
#include "prose.h"

static void fail(sqlite3 *db, const char *what)
{
    g_autoptr(GError) error = g_error_new_literal(G_FILE_ERROR, 0, sqlite3_errmsg(db));

    bench_fail(what, error);
}

static sqlite3 *open_file(const char *path)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        fail(db, path);
    }
    return db;
}

static void run(sqlite3 *db, const char *sql, const FillNumber *numbers)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail(db, sql);
    }
    for (; numbers->name != NULL; numbers++) {
        int place = sqlite3_bind_parameter_index(statement, numbers->name);

        if (place > 0) {
            sqlite3_bind_int64(statement, place, numbers->value);
        }
    }
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fail(db, sql);
    }
    sqlite3_finalize(statement);
}

/* `first` begins the transaction, `last` ends it. */
static void run_all(const char *path, const char *first, const Filling *filling, const char *last)
{
    sqlite3 *db = open_file(path);

    prose_define(db);
    sqlite3_exec(db, first, NULL, NULL, NULL);
    for (size_t i = 0; i < filling->count; i++) {
        run(db, filling->statements[i], filling->numbers);
    }
    if (sqlite3_exec(db, last, NULL, NULL, NULL) != SQLITE_OK) {
        fail(db, "filling a store");
    }
    sqlite3_close(db);
}

void fill_new(const char *path, const Filling *filling)
{
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(path, &error);

    if (store == NULL) {
        bench_fail("making a store", error);
    }
    store_close(store);
    run_all(path,
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;"
            "PRAGMA cache_size = -1000000; BEGIN",
            filling, "COMMIT; PRAGMA journal_mode = WAL");
}

void fill_more(const char *path, const Filling *filling)
{
    run_all(path, "PRAGMA synchronous = OFF; BEGIN", filling, "COMMIT");
}

int64_t fill_ask(const char *path, const char *sql)
{
    sqlite3 *db = open_file(path);
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        fail(db, sql);
    }
    int64_t answer = sqlite3_column_int64(statement, 0);

    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

#include "store_place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "bot/store/sqlite.h"
#include "store_fixture.h"

int place_make(void **state)
{
    Place *place = g_new0(Place, 1);

    place->folder = g_dir_make_tmp("anchord-store-XXXXXX", NULL);
    assert_non_null(place->folder);
    place->path = g_build_filename(place->folder, "anchord.db", NULL);
    *state = place;
    return 0;
}

void place_empty(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_remove(path);
    }
}

int place_drop(void **state)
{
    Place *place = *state;

    place_empty(place->folder);
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->path);
    g_free(place);
    return 0;
}

Store *place_open(const char *path)
{
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(path, &error);

    if (store == NULL) {
        fixture_fail("open", error);
    }
    return store;
}

void place_write(const char *path, const char *bytes, size_t len)
{
    assert_true(g_file_set_contents(path, bytes, (gssize)len, NULL));
}

GBytes *place_read(const char *path)
{
    char *bytes = NULL;
    gsize len = 0;

    assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    return g_bytes_new_take(bytes, len);
}

/* Runs SQL on the file as another program would. */
void place_run(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    sqlite3_close(db);
}

int64_t place_ask(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t answer = sqlite3_column_int64(statement, 0);

    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

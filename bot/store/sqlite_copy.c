/* The source is read in one transaction: the copy is of the moment in which that began, however
 * long it takes and whatever is committed meanwhile. Between two stretches it rests, so that the
 * disk is not all its own. */

#include "bot/store/sqlite_copy.h"

#include <string.h>

#include "bot/store/sqlite_parts.h"

#define STRETCH_PAGES 256
#define REST_US       2000

/* A file that is ours alone: one that we have just made, or that is held. */
static Sqlite *open_ours(const char *path, const char *name, GError **error)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    g_autoptr(Sqlite) copy = g_new0(Sqlite, 1);

    copy->path = g_strdup(name);
    copy->lock = -1;
    if (sqlite3_open_v2(path, &copy->db, flags, NULL) != SQLITE_OK) {
        sqlite_failed(copy, W_STORE_COPYING, error);
        return NULL;
    }
    return g_steal_pointer(&copy);
}

static bool carry(Sqlite *from, Sqlite *to, GError **error)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db, "main");
    int result = SQLITE_OK;

    while (backup != NULL && result == SQLITE_OK) {
        result = sqlite3_backup_step(backup, STRETCH_PAGES);
        if (result == SQLITE_OK) {
            g_usleep(REST_US);
        }
    }
    /* Leaves the failure, whoever's it was, with the copy. */
    if (sqlite3_backup_finish(backup) != SQLITE_OK || backup == NULL) {
        return sqlite_failed(to, W_STORE_COPYING, error);
    }
    return true;
}

static bool carry_into(const char *from, const char *to, const char *name, GError **error)
{
    int version = 0;
    g_autoptr(Sqlite) source = sqlite_peek(from, &version, error);
    g_autoptr(Sqlite) copy = source != NULL ? open_ours(to, name, error) : NULL;

    return copy != NULL && carry(source, copy, error);
}

/* The source's header says that there is a log; the copy is to stand alone. */
static bool stand_alone(Sqlite *copy, GError **error)
{
    g_autofree char *mode = NULL;

    if (!sqlite_exec(copy, W_STORE_COPYING, "PRAGMA synchronous = EXTRA", error) ||
        !sqlite_ask(copy, "PRAGMA journal_mode = DELETE", &mode, error)) {
        return false;
    }
    return strcmp(mode, "delete") == 0 || sqlite_failed(copy, W_STORE_COPYING, error);
}

/* Damage travels with the pages, so it is the source that is told of. */
static bool expect_whole(Sqlite *copy, const char *from, GError **error)
{
    g_autofree char *found = NULL;

    if (!sqlite_ask(copy, "PRAGMA integrity_check(1)", &found, error)) {
        return false;
    }
    return strcmp(found, "ok") == 0 ||
           sqlite_refuse(STORE_ERROR_CORRUPT,
                         say(W_STORE_CORRUPT, S("path", from),
                             S("doing", words_template(W_STORE_CHECKING)), S("why", found)),
                         error);
}

bool sqlite_count(Sqlite *store, StoreTally *tally, GError **error)
{
    g_auto(Query) q = query_of(store, Q_TALLY);

    if (query_next(&q)) {
        tally->teams = query_get_int(&q);
        tally->sprints = query_get_int(&q);
        tally->readings = query_get_int(&q);
        tally->bytes = query_get_int(&q);
    }
    return query_done(&q, error);
}

bool sqlite_copy(const char *from, const char *to, const char *name, StoreTally *tally,
                 GError **error)
{
    int version = 0;

    if (!carry_into(from, to, name, error)) {
        return false;
    }
    g_autoptr(Sqlite) copy = open_ours(to, name, error);

    return copy != NULL && stand_alone(copy, error) && sqlite_identify(copy, &version, error) &&
           expect_whole(copy, from, error) && sqlite_count(copy, tally, error);
}

/* Held ---------------------------------------------------------------------------------------- */

StoreHold *sqlite_hold(const char *path, GError **error)
{
    g_autoptr(Sqlite) hold = g_new0(Sqlite, 1);

    hold->path = g_strdup(path);
    hold->lock = -1;
    return sqlite_lock_file(hold, path, error) ? g_steal_pointer(&hold) : NULL;
}

void sqlite_let_go(StoreHold *hold)
{
    if (hold != NULL) {
        sqlite_free(hold);
    }
}

/* A log that was not read from is none for whoever checkpoints. The last one who closes the file
 * removes it. */
bool sqlite_bring_home(const char *path, GError **error)
{
    g_autoptr(Sqlite) store = open_ours(path, path, error);

    return store != NULL &&
           sqlite_exec(store, W_STORE_COPYING, "SELECT count(*) FROM sqlite_schema", error) &&
           sqlite_empty_log(store, W_STORE_COPYING, error);
}

/* Opening is in an order that touches nothing before it is known to be ours: make the file if there
 * is none, open, lock, look whose it is; only then settle how it is written, and migrate. */

#include "bot/store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/store/sqlite_parts.h"

#define BUSY_MS    2000
#define PAGE_BYTES 16384

/* The log is brought home, into the file, in a pause once it holds so many pages; and where no
 * pause comes, in the way of a commit, so that it stays bounded. */
#define LOG_PAGES_REST 256
#define LOG_PAGES_MAX  1000

/* How it is written. The cache is in KiB, the log's file in bytes. */
static const char *const settings = "PRAGMA synchronous = FULL;"
                                    "PRAGMA trusted_schema = OFF;"
                                    "PRAGMA cell_size_check = ON;"
                                    "PRAGMA secure_delete = FAST;"
                                    "PRAGMA temp_store = MEMORY;"
                                    "PRAGMA mmap_size = 0;"
                                    "PRAGMA cache_size = -4096;"
                                    "PRAGMA journal_size_limit = 16777216;";

Sqlite *sqlite_of(Store *store)
{
    return (Sqlite *)store; /* the base is the first member */
}

/* Transactions -------------------------------------------------------------------------------- */

static bool run(Store *store, QueryId id, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), id);

    return query_run(&q, error);
}

static bool begin(Store *store, GError **error)
{
    return run(store, Q_BEGIN, error);
}

static bool commit(Store *store, GError **error)
{
    return run(store, Q_COMMIT, error);
}

/* SQLite may have rolled back by itself, as it does when the disk is full. */
static void rollback(Store *store)
{
    if (sqlite3_get_autocommit(sqlite_of(store)->db) == 0) {
        run(store, Q_ROLLBACK, NULL);
    }
}

/* A log that cannot be brought home now, as when somebody reads an old page, will be later: the
 * commit that led here stands. */
static void bring_home(Sqlite *store)
{
    if (sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
        SQLITE_OK) {
        store->log_pages = 0;
    }
}

static int on_logged(void *arg, sqlite3 *db, const char *name, int pages)
{
    Sqlite *store = arg;

    (void)db, (void)name;
    store->log_pages = pages;
    if (pages >= LOG_PAGES_MAX) {
        bring_home(store);
    }
    return SQLITE_OK;
}

static void rest(Store *base)
{
    Sqlite *store = sqlite_of(base);

    if (store->log_pages >= LOG_PAGES_REST) {
        bring_home(store);
    }
    sqlite3_db_release_memory(store->db);
}

/* Saving -------------------------------------------------------------------------------------- */

typedef bool (*Save)(Sqlite *store, const Change *change, GError **error);

static const Save saves[CHANGE_KIND_COUNT] = {
    [CHANGE_TEAM] = sqlite_save_team,
    [CHANGE_MEMBER] = sqlite_save_member,
    [CHANGE_PERIOD] = sqlite_save_period,
    [CHANGE_OBJECTIVE] = sqlite_save_objective,
    [CHANGE_TACTICAL] = sqlite_save_tactical,
    [CHANGE_SPRINT] = sqlite_save_sprint,
    [CHANGE_ACTION] = sqlite_save_action,
    [CHANGE_STATE] = sqlite_save_state,
    [CHANGE_READING] = sqlite_save_reading,
    [CHANGE_CHECKIN] = sqlite_save_checkin,
    [CHANGE_ANSWER] = sqlite_save_answer,
    [CHANGE_BLOCKER] = sqlite_save_blocker,
    [CHANGE_DRAFT] = sqlite_save_draft,
    [CHANGE_DRAFT_GONE] = sqlite_drop_draft,
    [CHANGE_TIMER] = sqlite_save_timer,
    [CHANGE_TIMER_GONE] = sqlite_drop_timer,
    [CHANGE_RECALIBRATION] = sqlite_save_recalibration,
    [CHANGE_LINK] = sqlite_save_link,
    [CHANGE_LINK_GONE] = sqlite_drop_link,
    [CHANGE_PROPOSAL] = sqlite_save_proposal,
    [CHANGE_TOKEN] = sqlite_save_token,
    [CHANGE_FOLLOW_UP] = sqlite_save_follow_up,
};

static bool save(Store *store, const Change *change, GError **error)
{
    return saves[change->kind](sqlite_of(store), change, error);
}

/* Open and close ------------------------------------------------------------------------------ */

void sqlite_free(Sqlite *store)
{
    for (int i = 0; i < QUERY_COUNT; i++) {
        sqlite3_finalize(store->statements[i]);
    }
    sqlite3_close(store->db);
    sqlite_unlock(store); /* last: nobody else may open it before it is closed */
    g_free(store->path);
    g_free(store->round);
    g_free(store);
}

static void close_store(Store *store)
{
    sqlite_free(sqlite_of(store));
}

static const StoreOps ops = {
    .close = close_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .rest = rest,
    .note_event = sqlite_note_event,
    .knows_event = sqlite_knows_event,
    .forget_events = sqlite_forget_events,
    .ids_load = sqlite_ids_load,
    .ids_save = sqlite_ids_save,
    .next_sprint_number = sqlite_next_sprint_number,
    .workspace = sqlite_workspace,
    .team_in = sqlite_team_in,
    .team_named = sqlite_team_named,
    .team_load = sqlite_team_load,
    .teams_of = sqlite_teams_of,
    .team_sprints = sqlite_team_sprints,
    .homes = sqlite_homes,
    .sprint_numbered = sqlite_sprint_numbered,
    .sprint_load = sqlite_sprint_load,
    .digests = sqlite_digests,
    .draft_load = sqlite_draft_load,
    .draft_by_id = sqlite_draft_by_id,
    .save = save,
    .timer_next = sqlite_timer_next,
    .timers_due = sqlite_timers_due,
    .timer_clear = sqlite_timer_clear,
    .outbox_put = sqlite_outbox_put,
    .outbox_pending = sqlite_outbox_pending,
    .outbox_next = sqlite_outbox_next,
    .outbox_replaced = sqlite_outbox_replaced,
    .outbox_attempt = sqlite_outbox_attempt,
    .outbox_end = sqlite_outbox_end,
    .message_put = sqlite_message_put,
    .message_find = sqlite_message_find,
    .message_card = sqlite_message_card,
    .messages_move = sqlite_messages_move,
    .setting_get = sqlite_setting_get,
    .setting_set = sqlite_setting_set,
    .settings = sqlite_settings,
    .workspaces = sqlite_workspaces,
    .teams = sqlite_teams,
    .readings = sqlite_readings,
    .history = sqlite_history,
    .weeklies = sqlite_weeklies,
    .proposals = sqlite_proposals,
    .learnings = sqlite_learnings,
    .opened = sqlite_opened,
    .token_team = sqlite_token_team,
    .reading_keyed = sqlite_reading_keyed,
    .outbox_depth = sqlite_outbox_depth,
};

/* Also refuses what would be there but never behave like a file. */
static bool expect_file(const char *path, GError **error)
{
    struct stat info;

    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        return sqlite_refuse(STORE_ERROR_FAILED, say(W_STORE_NOT_A_FILE, S("path", path)), error);
    }
    return true;
}

/* Ours to make, so that it is readable for nobody else; SQLite gives its other files the same mode.
 */
static bool make_file(Sqlite *store, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(store->path);
    int fd = open(store->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0) {
        close(fd);
        return true;
    }
    if (errno == EEXIST) {
        return expect_file(store->path, error);
    }
    int errsv = errno;

    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        return sqlite_refuse(STORE_ERROR_FAILED,
                             say(W_STORE_NO_FOLDER, S("path", store->path), S("folder", folder)),
                             error);
    }
    return sqlite_failed_errno(store, errsv, error);
}

static bool open_file(Sqlite *store, GError **error)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

    /* Counting memory takes a lock at each allocation, and nobody reads the count. Refused, without
     * harm, where SQLite runs already. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK) {
        const char *why = g_strerror(sqlite3_system_errno(store->db));

        return sqlite_refuse(STORE_ERROR_FAILED,
                             say(W_STORE_NOT_OPENED, S("path", store->path), S("why", why)), error);
    }
    sqlite3_busy_timeout(store->db, BUSY_MS);
    sqlite3_wal_hook(store->db, on_logged, store);
    if (sqlite3_db_readonly(store->db, "main") == 1) {
        return sqlite_failed_errno(store, EACCES, error);
    }
    return true;
}

/* Of a new file: one of larger pages has fewer of them to read for a team of many years. */
static bool size_pages(Sqlite *store, GError **error)
{
    const char *sql = "PRAGMA page_size = " G_STRINGIFY(PAGE_BYTES);

    return sqlite_exec(store, W_STORE_OPENING, sql, error);
}

/* Without a write-ahead log, SQLite says which journal it keeps instead. */
static bool use_wal(Sqlite *store, GError **error)
{
    g_autofree char *mode = NULL;

    if (!sqlite_ask(store, "PRAGMA journal_mode = WAL", &mode, error)) {
        return false;
    }
    if (strcmp(mode, "wal") != 0) {
        return sqlite_refuse(STORE_ERROR_FAILED, say(W_STORE_NO_WAL, S("path", store->path)),
                             error);
    }
    return true;
}

static bool expect_search(Sqlite *store, GError **error)
{
    g_autofree char *found = NULL;

    if (!sqlite_ask(store, "SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'", &found,
                    error)) {
        return false;
    }
    if (strcmp(found, "0") == 0) {
        return sqlite_refuse(STORE_ERROR_FAILED, say(W_STORE_NO_SEARCH, S("path", store->path)),
                             error);
    }
    return true;
}

static bool settle(Sqlite *store, bool in_memory, GError **error)
{
    return size_pages(store, error) && (in_memory || use_wal(store, error)) &&
           sqlite_exec(store, W_STORE_OPENING, settings, error);
}

Store *sqlite_open(const char *path, GError **error)
{
    g_autoptr(Sqlite) store = g_new0(Sqlite, 1);
    bool in_memory = g_strcmp0(path, ":memory:") == 0;
    int version = 0;

    store->base.ops = &ops;
    store->path = g_strdup(path);
    store->lock = -1;
    if ((!in_memory && !make_file(store, error)) || !open_file(store, error) ||
        !sqlite_lock(store, error) || !sqlite_identify(store, &version, error) ||
        !expect_search(store, error) || !settle(store, in_memory, error) ||
        !sqlite_migrate(store, version, error) || !sqlite_guard(store, error) ||
        !sqlite_prepare_search(store, error)) {
        return NULL;
    }
    return &g_steal_pointer(&store)->base;
}

void sqlite_limit_pages(Store *store, int pages)
{
    g_autofree char *sql =
        g_strdup_printf("PRAGMA max_page_count = %d", pages > 0 ? pages : G_MAXINT);

    sqlite3_exec(sqlite_of(store)->db, sql, NULL, NULL, NULL);
}

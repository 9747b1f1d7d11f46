/* The file itself: whose it is, who may open it, and what happens when the disk or somebody else
 * gets in the way. */

#include "bot/store/sqlite.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <fcntl.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "bot/store/sqlite_parts.h"
#include "store_fixture.h"
#include "store_place.h"
#include "store_told.h"

static void expect_refused(const char *promise, const char *path, StoreError code,
                           const char *words)
{
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(path, &error);

    if (store != NULL) {
        store_close(store);
        fail_msg("%s: was opened", promise);
    }
    if (!g_error_matches(error, STORE_ERROR, (gint)code) || strstr(error->message, words) == NULL ||
        !g_str_has_prefix(error->message, path)) {
        fail_msg("%s: error %d: %s", promise, error->code, error->message);
    }
}

/* A child does something; its exit status. Nothing of cmocka may be used in it. */
static int in_child(int (*act)(const char *path), const char *path)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        _exit(act(path));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Opening ------------------------------------------------------------------------------------- */

static void test_a_new_file_is_ours_alone(void **state)
{
    const Place *place = *state;
    struct stat info;

    store_close(place_open(place->path));
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(place_ask(place->path, "PRAGMA application_id"), 0x616e6368);
    assert_int_equal(place_ask(place->path, "PRAGMA user_version"), sqlite_schema_version());
}

static void test_files_beside_it_are_as_private(void **state)
{
    const Place *place = *state;
    Store *store = place_open(place->path);
    g_autoptr(GDir) dir = g_dir_open(place->folder, 0, NULL);
    int files = 0;

    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(place->folder, name, NULL);
        struct stat info;

        assert_int_equal(stat(path, &info), 0);
        if ((info.st_mode & 0077) != 0) {
            fail_msg("%s can be read by others", name);
        }
        files++;
    }
    assert_true(files >= 3); /* the file, its log, its lock */
    store_close(store);
}

static void test_everything_is_there_after_opening_again(void **state)
{
    const Place *place = *state;
    Store *store = place_open(place->path);
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);

    fixture_save_whole(store, sprint);
    for (int i = 0; i < 3; i++) {
        store_close(store);
        store = place_open(place->path);
        fixture_expect_team("the team", store, team);
        fixture_expect_sprint("the sprint", store, sprint);
        assert_int_equal(fixture_workspace(store, "acme").v, team->workspace.v);
    }
    store_close(store);
    assert_int_equal(place_ask(place->path, "PRAGMA user_version"), sqlite_schema_version());
}

static void test_nothing_is_left_beside_it_after_closing(void **state)
{
    const Place *place = *state;

    store_close(place_open(place->path));
    g_autoptr(GDir) dir = g_dir_open(place->folder, 0, NULL);

    assert_string_equal(g_dir_read_name(dir), "anchord.db");
    assert_null(g_dir_read_name(dir));
}

static void test_an_empty_file_is_a_new_one(void **state)
{
    const Place *place = *state;

    place_write(place->path, "", 0);
    store_close(place_open(place->path));
    assert_int_equal(place_ask(place->path, "PRAGMA user_version"), sqlite_schema_version());
}

static void test_a_half_made_file_is_made_anew(void **state)
{
    const Place *place = *state;

    place_run(place->path, "PRAGMA journal_mode = WAL"); /* killed before the first migration */
    store_close(place_open(place->path));
    assert_int_equal(place_ask(place->path, "PRAGMA user_version"), sqlite_schema_version());
}

/* Files of earlier versions ------------------------------------------------------------------ */

/* Copies every row, as far as the tables of `main` know its columns. */
static const char copy_rows[] =
    "SELECT group_concat('INSERT OR REPLACE INTO main.' || name || ' (' || columns || ') SELECT ' "
    "||"
    " columns || ' FROM now.' || name, ';') FROM (SELECT t.name AS name, (SELECT"
    " group_concat('\"' || name || '\"') FROM pragma_table_info(t.name, 'main')) AS columns"
    " FROM main.sqlite_schema AS t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%')";

/* A file as an earlier version made it: its schema, and the rows of `from`, which hold nothing that
 * it did not know. */
static void make_old(const char *path, int version, const char *from)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    sqlite3_stmt *copy = NULL;
    sqlite3 *db = NULL;

    for (int i = 0; i < version; i++) {
        g_string_append_printf(sql, "%s;", sqlite_migrations[i]);
    }
    g_string_append_printf(sql,
                           "PRAGMA application_id = 0x616e6368; PRAGMA user_version = %d;"
                           "ATTACH '%s' AS now",
                           version, from);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql->str, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, copy_rows, -1, &copy, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(copy), SQLITE_ROW);
    g_autofree char *rows = g_strdup((const char *)sqlite3_column_text(copy, 0));

    sqlite3_finalize(copy);
    if (sqlite3_exec(db, rows, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", rows, sqlite3_errmsg(db));
    }
    sqlite3_close(db);
}

/* As it comes up from a version that knew no weekly check-in. */
static Team *make_old_team(WorkspaceId workspace)
{
    Team *team = fixture_team(workspace, 100);
    Reading *sent =
        g_ptr_array_index(((Tactical *)g_ptr_array_index(team->tacticals, 0))->track->readings, 1);

    fixture_forget_signals(team);
    g_clear_pointer(&sent->system, g_free);
    team->weekly_day = MONDAY;
    team->weekly_at = team->check_in;
    return team;
}

static Sprint *make_old_sprint(const Team *team)
{
    Sprint *sprint = fixture_sprint(team, 1000, 1);

    g_array_set_size(sprint->follow_ups, 0);
    return sprint;
}

static void test_a_file_of_the_first_version_comes_up_with_its_teams(void **state)
{
    const Place *place = *state;
    g_autofree char *now = g_build_filename(place->folder, "now.db", NULL);
    Store *store = place_open(now);
    WorkspaceId acme = fixture_workspace(store, "acme");
    g_autoptr(Team) team = make_old_team(acme);

    g_clear_pointer(&team->roster, g_free);
    fixture_begin(store);
    fixture_save_team(store, team);
    fixture_commit(store);
    store_close(store);
    make_old(place->path, 1, now);
    for (int i = 0; i < 2; i++) { /* and once more, when nothing is left to do */
        store = place_open(place->path);
        fixture_expect_team("who is in its channel belongs to it", store, team);
        assert_int_equal(fixture_workspace(store, "acme").v, acme.v);
        store_close(store);
        assert_int_equal(place_ask(place->path, "PRAGMA user_version"), sqlite_schema_version());
        assert_int_equal(place_ask(place->path, "SELECT count(*) FROM team WHERE roster = ''"), 1);
    }
    store = place_open(place->path);
    team->roster = g_strdup("S0123");
    fixture_save(store, CHANGE_TEAM, team, team);
    fixture_expect_team("it can be kept by a group from here on", store, team);
    store_close(store);
}

/* A file of version 4 with all that it could hold. */
static void make_fourth(const Place *place)
{
    g_autofree char *now = g_build_filename(place->folder, "now.db", NULL);
    Store *store = place_open(now);
    g_autoptr(Team) team = make_old_team(fixture_workspace(store, "acme"));
    g_autoptr(Sprint) closed = make_old_sprint(team);
    g_autoptr(Sprint) active = fixture_sprint_active(team, 2000, 2);
    Timer timer = {TIMER_LADDER, team->id, active->id, 7, FIXTURE_NOW};

    fixture_begin(store);
    fixture_save_team(store, team);
    fixture_save_sprint(store, closed);
    fixture_save_sprint(store, active);
    fixture_save(store, CHANGE_TIMER, NULL, &timer);
    fixture_commit(store);
    store_close(store);
    make_old(place->path, 4, now);
}

static void test_a_file_of_the_fourth_version_comes_up_unharmed(void **state)
{
    const Place *place = *state;
    g_autoptr(Team) team = make_old_team((WorkspaceId){1});
    g_autoptr(Sprint) closed = make_old_sprint(team);
    g_autoptr(Sprint) active = fixture_sprint_active(team, 2000, 2);

    make_fourth(place);
    assert_int_equal(place_ask(place->path, "PRAGMA user_version"), 4);
    for (int i = 0; i < 2; i++) {
        Store *store = place_open(place->path);

        fixture_expect_team("asked weekly on Mondays, when it was asked daily", store, team);
        fixture_expect_sprint("a sprint with its check-ins", store, closed);
        fixture_expect_sprint("a sprint under way", store, active);
        store_close(store);
    }
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(
        place_ask(place->path, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
}

static void test_what_a_new_version_asks_is_due_at_once(void **state)
{
    static const struct {
        const char *promise;
        const char *sql;
        int64_t count;
    } cases[] = {
        {"every team has its weekly check-in",
         "SELECT count(*) FROM timer WHERE kind = 'weekly' AND team = 100 AND sprint = 0"
         " AND subject = 0 AND due = 0",
         1},
        {"every period has its end",
         "SELECT count(*) FROM timer WHERE kind = 'period' AND team = 100 AND sprint = 0"
         " AND subject IN (101, 102) AND due = 0",
         2},
        {"what was to come still comes",
         "SELECT count(*) FROM timer WHERE kind = 'ladder' AND team = 100 AND sprint = 2000"
         " AND subject = 7 AND due = 1752480000123456",
         1},
        {"and nothing else does", "SELECT count(*) FROM timer", 4},
    };
    const Place *place = *state;

    make_fourth(place);
    store_close(place_open(place->path));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (place_ask(place->path, cases[i].sql) != cases[i].count) {
            fail_msg("%s", cases[i].promise);
        }
    }
}

static void free_digest(gpointer digest)
{
    digest_free(digest);
}

static void test_what_was_learned_before_is_found(void **state)
{
    const Place *place = *state;
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(free_digest);

    make_fourth(place);
    Store *store = place_open(place->path);

    MUST(store, learnings, (TeamId){100}, "accounts slipped", 10, digests);
    store_close(store);
    assert_int_equal(digests->len, 1);
    assert_int_equal(((Digest *)g_ptr_array_index(digests, 0))->id.v, 1000);
}

/* The references are those of the table that took the old one's place. */
static void test_a_check_in_brought_up_to_date_is_referred_to(void **state)
{
    static const char *const refused[] = {
        "DELETE FROM checkin",
        "UPDATE checkin SET id = 5 WHERE id = 1010",
        "INSERT INTO reading (kr, id, value, at, day, source, checkin)"
        " VALUES (1001, 1, 1, 1, '2025-07-14', 'check-in', 5)",
        "INSERT INTO answer (checkin, message, place, member, at, late, withdrawn)"
        " VALUES (5, 'm', 1, 'maria', 1, 0, 0)",
    };
    const Place *place = *state;

    make_fourth(place);
    Store *store = place_open(place->path);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (sqlite3_exec(sqlite_of(store)->db, refused[i], NULL, NULL, NULL) !=
            SQLITE_CONSTRAINT_FOREIGNKEY) {
            fail_msg("%s: was allowed", refused[i]);
        }
    }
    store_close(store);
}

/* However a file comes up, it is the same in the end. */
static void test_a_file_brought_up_to_date_is_as_a_new_one(void **state)
{
    static const char schema[] =
        "SELECT count(*), group_concat(type || name || coalesce(sql, ''), ';')"
        " FROM (SELECT * FROM sqlite_schema ORDER BY type, name)";
    const Place *place = *state;
    g_autofree char *now = g_build_filename(place->folder, "now.db", NULL);
    g_autofree char *compare = g_strdup_printf(
        "ATTACH '%s' AS now; CREATE TEMP TABLE same (n INTEGER CHECK (n = 0));"
        "INSERT INTO same SELECT count(*) FROM (SELECT type, name, sql FROM main.sqlite_schema"
        " EXCEPT SELECT type, name, sql FROM now.sqlite_schema);"
        "INSERT INTO same SELECT count(*) FROM (SELECT type, name, sql FROM now.sqlite_schema"
        " EXCEPT SELECT type, name, sql FROM main.sqlite_schema)",
        now);

    store_close(place_open(now));
    make_old(place->path, 1, now);
    store_close(place_open(place->path));
    assert_true(place_ask(place->path, schema) > 10);
    place_run(place->path, compare);
}

static void test_a_file_that_cannot_be_brought_up_to_date_stays_as_it_was(void **state)
{
    const Place *place = *state;
    g_autofree char *now = g_build_filename(place->folder, "now.db", NULL);

    store_close(place_open(now));
    make_old(place->path, 1, now);
    place_run(place->path, "ALTER TABLE team ADD COLUMN roster TEXT"); /* somebody tried by hand */
    expect_refused("it has what is to be added", place->path, STORE_ERROR_FAILED, "");
    assert_int_equal(place_ask(place->path, "PRAGMA user_version"), 1);
    place_run(place->path, "ALTER TABLE team DROP COLUMN roster");
    store_close(place_open(place->path));
    assert_int_equal(place_ask(place->path, "PRAGMA user_version"), sqlite_schema_version());
}

/* Whose it is --------------------------------------------------------------------------------- */

static void test_a_newer_schema_is_refused(void **state)
{
    const Place *place = *state;
    g_autofree char *newer =
        g_strdup_printf("PRAGMA user_version = %d", sqlite_schema_version() + 6);
    g_autofree char *versions =
        g_strdup_printf("version %d, and this program knows up to %d", sqlite_schema_version() + 6,
                        sqlite_schema_version());

    store_close(place_open(place->path));
    place_run(place->path, newer);
    expect_refused("a newer schema", place->path, STORE_ERROR_NEWER, versions);
}

static void expect_foreign_untouched(const char *promise, const char *path)
{
    g_autoptr(GBytes) before = place_read(path);

    expect_refused(promise, path, STORE_ERROR_FOREIGN, "not an anchord database");
    g_autoptr(GBytes) after = place_read(path);

    if (!g_bytes_equal(before, after)) {
        fail_msg("%s: was changed", promise);
    }
}

static void test_other_files_are_refused_untouched(void **state)
{
    static const struct {
        const char *promise;
        const char *sql;
    } cases[] = {
        {"a database with a table", "CREATE TABLE t (x)"},
        {"another program's, still empty", "PRAGMA application_id = 1"},
        {"another program's, with a version", "PRAGMA user_version = 1"},
        {"another program's, with its log", "PRAGMA journal_mode = WAL; CREATE TABLE t (x)"},
    };
    const Place *place = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        place_empty(place->folder);
        place_run(place->path, cases[i].sql);
        expect_foreign_untouched(cases[i].promise, place->path);
    }
    g_autofree char *text = g_strnfill(10000, 'x');

    place_empty(place->folder);
    place_write(place->path, text, 10000);
    expect_foreign_untouched("a text", place->path);
    place_write(place->path, "hello\n", 6);
    expect_foreign_untouched("a short text", place->path);
}

/* One at a time ------------------------------------------------------------------------------- */

static int open_and_tell(const char *path)
{
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(path, &error);

    if (store != NULL) {
        store_close(store);
        return 99;
    }
    return error->code;
}

static void test_a_second_daemon_is_refused(void **state)
{
    const Place *place = *state;
    g_autofree char *link = g_build_filename(place->folder, "link.db", NULL);
    Store *store = place_open(place->path);

    assert_int_equal(symlink(place->path, link), 0);
    assert_int_equal(in_child(open_and_tell, place->path), STORE_ERROR_IN_USE);
    assert_int_equal(in_child(open_and_tell, link), STORE_ERROR_IN_USE);
    expect_refused("from within the same process", place->path, STORE_ERROR_IN_USE,
                   "another anchord has it open");
    g_autoptr(Team) team = fixture_saved_team(store);

    fixture_expect_team("the first goes on", store, team);
    store_close(store);
    assert_int_equal(in_child(open_and_tell, place->path), 99);
}

static void test_others_may_read_meanwhile(void **state)
{
    const Place *place = *state;
    Store *store = place_open(place->path);
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autofree char *copy = g_build_filename(place->folder, "copy.db", NULL);
    g_autofree char *backup = g_strdup_printf("VACUUM INTO '%s'", copy);

    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM team"), 1);
    place_run(place->path, backup);
    store_close(store);
    store = place_open(copy);
    fixture_expect_team("the copy has it all", store, team);
    store_close(store);
}

static void test_a_program_that_holds_it_is_said(void **state)
{
    const Place *place = *state;
    Store *store = place_open(place->path);
    g_autoptr(GError) error = NULL;
    sqlite3 *other = NULL;

    assert_int_equal(sqlite3_open(place->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(store->ops->begin(store, &error));
    assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE));
    assert_non_null(strstr(error->message, "another program"));
    sqlite3_close(other);
    fixture_begin(store);
    fixture_commit(store);
    store_close(store);
}

/* Commits one timer, begins another, and dies. */
static int save_and_die(const char *path)
{
    Timer kept = {.kind = TIMER_PROMPT, .team = {1}, .due = {100}};
    Timer lost = {.kind = TIMER_PROMPT, .team = {2}, .due = {50}};
    Store *store = sqlite_open(path, NULL);

    if (store == NULL || !store->ops->begin(store, NULL) ||
        !store->ops->save(store, &(Change){CHANGE_TIMER, NULL, &kept}, NULL) ||
        !store->ops->commit(store, NULL) || !store->ops->begin(store, NULL) ||
        !store->ops->save(store, &(Change){CHANGE_TIMER, NULL, &lost}, NULL)) {
        return 1;
    }
    return 0; /* without closing: the lock and the log stay behind */
}

static void test_what_was_committed_survives_a_kill(void **state)
{
    const Place *place = *state;
    Instant due = {0};
    bool any = false;

    assert_int_equal(in_child(save_and_die, place->path), 0);
    Store *store = place_open(place->path);

    MUST(store, timer_next, &any, &due);
    assert_true(any);
    assert_int_equal(due.us, 100);
    store_close(store);
}

/* Where it cannot be -------------------------------------------------------------------------- */

static void test_places_where_it_cannot_be(void **state)
{
    const Place *place = *state;
    g_autofree char *nowhere = g_build_filename(place->folder, "no", "such", "a.db", NULL);
    g_autofree char *nowhere_link = g_build_filename(place->folder, "link.db", NULL);
    g_autofree char *in_a_file = g_build_filename(place->path, "a.db", NULL);

    place_write(place->path, "", 0);
    assert_int_equal(symlink(nowhere, nowhere_link), 0);
    expect_refused("a folder that is not there", nowhere, STORE_ERROR_FAILED, "mkdir -p ");
    expect_refused("a file for a folder", in_a_file, STORE_ERROR_FAILED, "no folder");
    expect_refused("a folder for a file", place->folder, STORE_ERROR_FAILED, "one plain file");
    expect_refused("a device", "/dev/null", STORE_ERROR_FAILED, "one plain file");
    expect_refused("a link to nowhere", nowhere_link, STORE_ERROR_FAILED, "cannot be opened");
    expect_refused("no name at all", "", STORE_ERROR_DISK, "opening it failed");
}

/* Root may write anywhere, so it looks as nobody. */
static int open_as_nobody(const char *path)
{
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)) {
        return 98;
    }
    return open_and_tell(path);
}

static void expect_as_nobody(const char *promise, const char *path, StoreError code)
{
    int got = in_child(open_as_nobody, path);

    if (got == 98) {
        print_message("skipped: cannot become another user here\n");
    } else if (got != (int)code) {
        fail_msg("%s: %d, not %d", promise, got, (int)code);
    }
}

static void test_what_may_not_be_written_is_said(void **state)
{
    const Place *place = *state;
    g_autofree char *other = g_build_filename(place->folder, "other.db", NULL);

    store_close(place_open(place->path));
    assert_int_equal(chmod(place->path, 0444), 0);
    assert_int_equal(chmod(place->folder, 0555), 0);
    expect_as_nobody("a file that may only be read", place->path, STORE_ERROR_READ_ONLY);
    expect_as_nobody("a new file in a folder that may only be read", other, STORE_ERROR_READ_ONLY);
    assert_int_equal(chmod(place->path, 0666), 0);
    expect_as_nobody("a log that may not be made beside it", place->path, STORE_ERROR_READ_ONLY);
    assert_int_equal(chmod(place->path, 0), 0);
    expect_as_nobody("a file that may not even be read", place->path, STORE_ERROR_FAILED);
    assert_int_equal(chmod(place->folder, 0755), 0);
}

/* A full disk --------------------------------------------------------------------------------- */

/* Saves events until it fails; how many were saved. */
static int fill(Store *store, GError **error)
{
    for (int i = 0; i < 100000; i++) {
        g_autofree char *key = g_strdup_printf("event/%d/%0200d", i, i);
        bool fresh = false;

        if (!store->ops->note_event(store, key, FIXTURE_NOW, &fresh, error)) {
            return i;
        }
    }
    return -1;
}

static void test_a_full_disk_leaves_all_as_it_was(void **state)
{
    const Place *place = *state;
    Store *store = place_open(place->path);
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(GError) error = NULL;
    bool fresh = false;

    sqlite_limit_pages(store, 200);
    for (int round = 0; round < 2; round++) {
        g_clear_error(&error);
        fixture_begin(store);
        assert_true(fill(store, &error) > 0);
        assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL));
        assert_true(store_is_unwell(error));
        assert_non_null(strstr(error->message, "disk is full"));
        store->ops->rollback(store);
        fixture_expect_team("the team is there", store, team);
    }
    sqlite_limit_pages(store, 0);
    fixture_begin(store);
    MUST(store, note_event, "event/0", FIXTURE_NOW, &fresh);
    fixture_commit(store);
    assert_true(fresh);
    store_close(store);
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM event_key"), 1);
}

/* The system itself refuses to let a file grow. 0: said as it should be, and all was well
 * afterwards. */
static int write_past_the_limit(const char *path)
{
    const struct rlimit limit = {4 << 20, 4 << 20};
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(path, NULL);
    bool fresh = false;

    signal(SIGXFSZ, SIG_IGN);
    if (store == NULL || setrlimit(RLIMIT_FSIZE, &limit) != 0 || !store->ops->begin(store, NULL)) {
        return 1;
    }
    if (fill(store, &error) > 0) {
        store->ops->commit(store, NULL);
    } else {
        store->ops->commit(store, &error);
    }
    store->ops->rollback(store);
    if (!g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL)) {
        return 2;
    }
    if (!store->ops->begin(store, NULL) ||
        !store->ops->note_event(store, "event/0", FIXTURE_NOW, &fresh, NULL) ||
        !store->ops->commit(store, NULL) || !fresh) {
        return 3;
    }
    store_close(store);
    return 0;
}

static void test_a_file_that_may_not_grow_is_a_full_disk(void **state)
{
    const Place *place = *state;

    assert_int_equal(in_child(write_past_the_limit, place->path), 0);
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM event_key"), 1);
}

static void test_only_some_failures_are_of_the_store_itself(void **state)
{
    static const struct {
        const char *name;
        StoreError code;
        bool unwell;
    } cases[] = {
        {"a full disk passes", STORE_ERROR_FULL, true},
        {"a disk that fails may be mended", STORE_ERROR_DISK, true},
        {"one who holds it lets go", STORE_ERROR_IN_USE, true},
        {"a lock on writing is taken off", STORE_ERROR_READ_ONLY, true},
        {"what is against the rules stays so", STORE_ERROR_FAILED, false},
        {"what is damaged stays so", STORE_ERROR_CORRUPT, false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = g_error_new_literal(STORE_ERROR, (gint)cases[i].code, "");

        if (store_is_unwell(error) != cases[i].unwell) {
            fail_msg("%s", cases[i].name);
        }
    }
}

/* The log ------------------------------------------------------------------------------------- */

/* A commit each, of three pages or so. */
static void set_many(Store *store, int from, int count)
{
    g_autofree char *value = g_strnfill(4096, 'v');

    for (int i = from; i < from + count; i++) {
        g_autofree char *name = g_strdup_printf("setting %d", i);

        fixture_begin(store);
        MUST(store, setting_set, name, value);
        fixture_commit(store);
    }
}

static void test_rest_brings_the_log_home(void **state)
{
    const Place *place = *state;
    g_autofree char *copy = g_strconcat(place->path, ".copy", NULL);
    Store *store = place_open(place->path);

    set_many(store, 0, 300);
    store->ops->rest(store);
    g_autoptr(GBytes) file = place_read(place->path); /* without its log */
    place_write(copy, g_bytes_get_data(file, NULL), g_bytes_get_size(file));
    assert_int_equal(place_ask(copy, "SELECT count(*) FROM setting"), 300);
    set_many(store, 300, 1); /* and it goes on */
    store->ops->rest(store);
    store_close(store);
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM setting"), 301);
}

static void test_without_rest_the_log_stays_bounded(void **state)
{
    const Place *place = *state;
    g_autofree char *log = g_strconcat(place->path, "-wal", NULL);
    Store *store = place_open(place->path);

    set_many(store, 0, 2000); /* 4000 pages of log at least */
    g_autoptr(GBytes) bytes = place_read(log);
    assert_true(g_bytes_get_size(bytes) < (gsize)1500 * 16384);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(test_a_new_file_is_ours_alone),
        PLACE_TEST(test_files_beside_it_are_as_private),
        PLACE_TEST(test_everything_is_there_after_opening_again),
        PLACE_TEST(test_nothing_is_left_beside_it_after_closing),
        PLACE_TEST(test_an_empty_file_is_a_new_one),
        PLACE_TEST(test_a_half_made_file_is_made_anew),
        PLACE_TEST(test_a_file_of_the_first_version_comes_up_with_its_teams),
        PLACE_TEST(test_a_file_of_the_fourth_version_comes_up_unharmed),
        PLACE_TEST(test_what_a_new_version_asks_is_due_at_once),
        PLACE_TEST(test_what_was_learned_before_is_found),
        PLACE_TEST(test_a_check_in_brought_up_to_date_is_referred_to),
        PLACE_TEST(test_a_file_brought_up_to_date_is_as_a_new_one),
        PLACE_TEST(test_a_file_that_cannot_be_brought_up_to_date_stays_as_it_was),
        PLACE_TEST(test_a_newer_schema_is_refused),
        PLACE_TEST(test_other_files_are_refused_untouched),
        PLACE_TEST(test_a_second_daemon_is_refused),
        PLACE_TEST(test_others_may_read_meanwhile),
        PLACE_TEST(test_a_program_that_holds_it_is_said),
        PLACE_TEST(test_what_was_committed_survives_a_kill),
        PLACE_TEST(test_places_where_it_cannot_be),
        PLACE_TEST(test_what_may_not_be_written_is_said),
        PLACE_TEST(test_a_full_disk_leaves_all_as_it_was),
        PLACE_TEST(test_a_file_that_may_not_grow_is_a_full_disk),
        cmocka_unit_test(test_only_some_failures_are_of_the_store_itself),
        PLACE_TEST(test_rest_brings_the_log_home),
        PLACE_TEST(test_without_rest_the_log_stays_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Copies of the store's file, taken while somebody writes, from files of all sorts, and with a disk
 * that is full. */

#include "bot/store/sqlite_copy.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/copies/shelf.h"
#include "bot/store/sqlite.h"
#include "bot/store/sqlite_parts.h"
#include "store_fixture.h"
#include "store_place.h"
#include "store_told.h"

static char *beside(const Place *place, const char *name)
{
    return g_build_filename(place->folder, name, NULL);
}

static bool copy(const char *from, const char *to, StoreTally *tally, GError **error)
{
    place_write(to, "", 0);
    return sqlite_copy(from, to, to, tally, error);
}

static void must_copy(const char *from, const char *to, StoreTally *tally)
{
    g_autoptr(GError) error = NULL;

    if (!copy(from, to, tally, &error)) {
        fixture_fail("copy", error);
    }
}

static void expect_refused(const char *promise, const char *from, const char *to, StoreError code,
                           const char *words)
{
    g_autoptr(GError) error = NULL;
    StoreTally tally = {0};

    if (copy(from, to, &tally, &error)) {
        fail_msg("%s: was copied", promise);
    }
    if (!g_error_matches(error, STORE_ERROR, (gint)code) || strstr(error->message, words) == NULL) {
        fail_msg("%s: error %d: %s", promise, error->code, error->message);
    }
}

/* Good ones ------------------------------------------------------------------------------------ */

static void test_a_copy_of_an_open_store_has_it_all_in_one_file(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db");
    g_autofree char *log = beside(place, "copy.db-wal");
    Store *store = place_open(place->path);
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);
    StoreTally tally = {0};

    fixture_save_whole(store, sprint);
    must_copy(place->path, to, &tally);
    assert_int_equal(tally.teams, 1);
    assert_int_equal(tally.sprints, 1);
    assert_int_equal(tally.readings, 6);
    assert_false(g_file_test(log, G_FILE_TEST_EXISTS));
    store_close(store);
    g_autoptr(GBytes) bytes = place_read(to);

    assert_int_equal(g_bytes_get_size(bytes), tally.bytes);
    assert_int_equal(((const char *)g_bytes_get_data(bytes, NULL))[18], 1); /* it has no log */
    store = place_open(to);
    fixture_expect_team("the team", store, team);
    fixture_expect_sprint("the sprint", store, sprint);
    store_close(store);
}

static void test_an_uncommitted_change_is_not_in_it(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db");
    Store *store = place_open(place->path);
    Timer timer = {.kind = TIMER_PROMPT, .team = {1}, .due = {100}};
    StoreTally tally = {0};

    fixture_begin(store);
    fixture_save(store, CHANGE_TIMER, NULL, &timer);
    must_copy(place->path, to, &tally);
    fixture_commit(store);
    store_close(store);
    assert_int_equal(place_ask(to, "SELECT count(*) FROM timer"), 0);
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM timer"), 1);
}

/* Commits the same number in two places, for as long as it is let; then 0. A commit that does not
 * come through ends it at once. */
static int write_pairs(const char *path)
{
    Store *store = sqlite_open(path, NULL);
    g_autofree char *stop = g_strconcat(path, ".stop", NULL);

    for (int i = 0; store != NULL && !g_file_test(stop, G_FILE_TEST_EXISTS); i++) {
        g_autofree char *number = g_strdup_printf("%d", i);

        if (!store->ops->begin(store, NULL) ||
            !store->ops->setting_set(store, "one", number, NULL) ||
            !store->ops->setting_set(store, "two", number, NULL) ||
            !store->ops->commit(store, NULL)) {
            return 1;
        }
    }
    store_close(store);
    return store != NULL ? 0 : 1;
}

/* The number that was committed last. */
static int64_t newest(const char *path)
{
    return place_ask(path, "SELECT ifnull(max(value + 0), -1) FROM setting WHERE name = 'one'");
}

static void fill(const char *path)
{
    store_close(place_open(path));
    place_run(path, "WITH RECURSIVE n (v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 5000)"
                    " INSERT INTO event_key SELECT 'key/' || v || hex(randomblob(300)), 1 FROM n");
}

static void test_commits_go_on_and_the_copy_is_of_one_moment(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db");
    g_autofree char *stop = g_strconcat(place->path, ".stop", NULL);
    StoreTally tally = {0};
    int status = 0;

    fill(place->path);
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        _exit(write_pairs(place->path));
    }
    while (newest(place->path) < 0) {
        g_usleep(1000);
    }
    for (int i = 0; i < 3; i++) {
        int64_t before = newest(place->path);

        must_copy(place->path, to, &tally);
        assert_int_equal(place_ask(to, "SELECT count(DISTINCT value) FROM setting"
                                       " WHERE name IN ('one', 'two')"),
                         1);
        assert_true(newest(to) >= before);
        while (newest(place->path) <= before) { /* it goes on */
            g_usleep(1000);
        }
        assert_int_equal(place_ask(to, "SELECT count(*) FROM event_key"), 5000);
    }
    place_write(stop, "", 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Leaves its log behind, as a daemon that was killed does. */
static int commit_and_die(const char *path)
{
    Store *store = sqlite_open(path, NULL);

    return store != NULL && store->ops->begin(store, NULL) &&
                   store->ops->setting_set(store, "one", "1", NULL) &&
                   store->ops->commit(store, NULL)
               ? 0
               : 1;
}

static void leave_a_log(const char *path)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        _exit(commit_and_die(path));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_what_a_killed_daemon_committed_is_in_it(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db");
    StoreTally tally = {0};

    leave_a_log(place->path);
    must_copy(place->path, to, &tally);
    assert_int_equal(newest(to), 1);
}

static void test_a_copy_can_be_copied(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db"), *again = beside(place, "again.db");
    StoreTally tally = {0};

    fill(place->path);
    must_copy(place->path, to, &tally);
    must_copy(to, again, &tally);
    g_autoptr(GBytes) one = place_read(to), other = place_read(again);

    assert_int_equal(g_bytes_get_size(one), g_bytes_get_size(other));
}

static void test_an_older_store_is_copied_as_it_is(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db");
    StoreTally tally = {0};

    store_close(place_open(place->path));
    place_run(place->path, "PRAGMA user_version = 1");
    must_copy(place->path, to, &tally);
    assert_int_equal(place_ask(to, "PRAGMA user_version"), 1);
}

/* Bad ones ------------------------------------------------------------------------------------- */

/* Some bytes in the midst of the file are something else. */
static void damage(const char *path)
{
    g_autoptr(GBytes) bytes = place_read(path);
    gsize len = 0;
    g_autofree char *data = g_memdup2(g_bytes_get_data(bytes, &len), g_bytes_get_size(bytes));

    memset(data + len / 2, 'x', 8192);
    place_write(path, data, len);
}

static void test_what_is_no_sound_store_is_not_copied(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db");

    place_write(place->path, "", 0);
    expect_refused("an empty file", place->path, to, STORE_ERROR_FOREIGN, "nothing is in it yet");
    place_write(place->path, "hello, world\n", 13);
    expect_refused("a text", place->path, to, STORE_ERROR_FOREIGN, "not an anchord database");
    place_empty(place->folder);
    place_run(place->path, "CREATE TABLE t (x)");
    expect_refused("another program's", place->path, to, STORE_ERROR_FOREIGN, "not an anchord");
    place_empty(place->folder);
    fill(place->path);
    place_run(place->path, "PRAGMA user_version = 999");
    expect_refused("a newer one", place->path, to, STORE_ERROR_NEWER, "newer anchord");
    place_run(place->path, "PRAGMA user_version = 1");
    damage(place->path);
    expect_refused("a damaged one", place->path, to, STORE_ERROR_CORRUPT, place->path);
}

static void test_a_truncated_store_is_not_copied(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db");

    fill(place->path);
    g_autoptr(GBytes) bytes = place_read(place->path);

    place_empty(place->folder);
    place_write(place->path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes) / 2);
    expect_refused("half of one", place->path, to, STORE_ERROR_CORRUPT, "damaged");
}

/* The system refuses to let a file grow. 0: it was said as it should be. */
static int copy_past_the_limit(const char *from, const char *to)
{
    const struct rlimit limit = {409600, 409600};
    g_autoptr(GError) error = NULL;
    StoreTally tally = {0};

    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 1;
    }
    if (sqlite_copy(from, to, "copy.db", &tally, &error)) {
        return 2;
    }
    return g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL) &&
                   g_str_has_prefix(error->message, "copy.db: the disk is full")
               ? 0
               : 3;
}

static void test_a_full_disk_is_said(void **state)
{
    const Place *place = *state;
    g_autofree char *to = beside(place, "copy.db");
    int status = 0;

    fill(place->path);
    place_write(to, "", 0);
    pid_t child = fork();

    if (child == 0) {
        _exit(copy_past_the_limit(place->path, to));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Held ----------------------------------------------------------------------------------------- */

static void test_nobody_opens_what_is_held(void **state)
{
    const Place *place = *state;
    g_autofree char *whole = shelf_whole(place->path, NULL);
    g_autoptr(GError) error = NULL;
    StoreHold *hold = sqlite_hold(whole, &error);

    assert_non_null(hold);
    assert_null(sqlite_open(place->path, &error));
    assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE));
    sqlite_let_go(hold);
    Store *store = place_open(place->path);

    g_clear_error(&error);
    assert_null(sqlite_hold(whole, &error));
    assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE));
    store_close(store);
}

static void test_what_stands_in_a_log_is_brought_home(void **state)
{
    const Place *place = *state;
    g_autofree char *log = beside(place, "anchord.db-wal");
    g_autoptr(GError) error = NULL;

    leave_a_log(place->path);
    assert_true(g_file_test(log, G_FILE_TEST_EXISTS));
    assert_true(sqlite_bring_home(place->path, &error));
    assert_false(g_file_test(log, G_FILE_TEST_EXISTS));
    assert_int_equal(newest(place->path), 1);
}

static void test_it_is_said_where_a_log_cannot_be_brought_home(void **state)
{
    const Place *place = *state;
    g_autoptr(GError) error = NULL;
    int version = 0;

    leave_a_log(place->path);
    Sqlite *reader = sqlite_peek(place->path, &version, NULL);

    assert_non_null(reader);
    place_run(place->path, "UPDATE setting SET value = '2'");
    assert_false(sqlite_bring_home(place->path, &error));
    assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE));
    sqlite_free(reader);
    g_clear_error(&error);
    place_empty(place->folder);
    place_write(place->path, "hello, world\n", 13);
    assert_false(sqlite_bring_home(place->path, &error));
    assert_non_null(error);
}

/* Places --------------------------------------------------------------------------------------- */

static void test_a_part_takes_its_place_whole(void **state)
{
    const Place *place = *state;
    g_autoptr(GError) error = NULL;
    struct stat info;
    g_autofree char *part = shelf_part(place->path, &error);

    assert_non_null(part);
    assert_true(shelf_put(part, place->path, false, &error));
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_false(g_file_test(part, G_FILE_TEST_EXISTS));
    g_autofree char *second = shelf_part(place->path, &error);

    place_write(second, "second", 6);
    assert_false(shelf_put(second, place->path, false, &error));
    assert_true(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_EXIST));
    g_clear_error(&error);
    assert_true(shelf_put(second, place->path, true, &error));
    g_autoptr(GBytes) bytes = place_read(place->path);

    assert_int_equal(g_bytes_get_size(bytes), 6);
}

/* A part with these bytes; its place is taken. True: it could be. */
static bool swap(const Place *place, const char *bytes, const char *aside)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *part = shelf_part(place->path, &error);

    assert_non_null(part);
    place_write(part, bytes, strlen(bytes));
    bool done = shelf_swap(part, place->path, aside, &error);

    shelf_drop(part);
    assert_true(done == (error == NULL));
    return done;
}

static void expect_bytes(const char *path, const char *bytes)
{
    g_autoptr(GBytes) read = place_read(path);
    gsize len = 0;
    const char *found = g_bytes_get_data(read, &len);

    assert_int_equal(len, strlen(bytes));
    assert_memory_equal(found, bytes, len);
}

static void test_what_is_moved_aside_takes_its_log_along(void **state)
{
    const Place *place = *state;
    g_autofree char *log = beside(place, "anchord.db-wal"), *aside = beside(place, "old.db"),
                    *old_log = beside(place, "old.db-wal");

    assert_true(swap(place, "first", aside)); /* there was none */
    expect_bytes(place->path, "first");
    assert_false(g_file_test(aside, G_FILE_TEST_EXISTS));
    place_write(log, "log", 3);
    assert_true(swap(place, "second", aside));
    expect_bytes(place->path, "second");
    expect_bytes(aside, "first");
    expect_bytes(old_log, "log");
    assert_false(g_file_test(log, G_FILE_TEST_EXISTS));
    assert_false(swap(place, "third", aside)); /* an older one stands there */
    expect_bytes(place->path, "second");
    expect_bytes(aside, "first");
    expect_bytes(old_log, "log"); /* and that is its own */
}

/* Looks without end, until it finds none, or the file of that name; then that is the end. */
static int find_always(const char *path, const char *stop)
{
    while (access(path, F_OK) == 0) {
        if (access(stop, F_OK) == 0) {
            return 0;
        }
    }
    return 1;
}

static void test_at_every_moment_there_is_one(void **state)
{
    const Place *place = *state;
    g_autofree char *stop = beside(place, "stop");
    int status = 0;

    place_write(place->path, "first", 5);
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        _exit(find_always(place->path, stop));
    }
    for (int i = 0; i < 200; i++) {
        g_autofree char *aside = g_strdup_printf("%s.%d", place->path, i);

        assert_true(swap(place, "next", aside));
    }
    place_write(stop, "", 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_a_store_stays_where_it_is_if_nothing_takes_its_place(void **state)
{
    const Place *place = *state;
    g_autofree char *log = beside(place, "anchord.db-wal"), *aside = beside(place, "old.db"),
                    *missing = beside(place, "part");
    const char *const parts[] = {missing, place->folder}; /* a folder fits nowhere in itself */

    place_write(place->path, "store", 5);
    place_write(log, "log", 3);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(shelf_swap(parts[i], place->path, aside, &error));
        assert_non_null(strstr(error->message, "cannot be written"));
        assert_true(g_file_test(place->path, G_FILE_TEST_EXISTS));
        assert_true(g_file_test(log, G_FILE_TEST_EXISTS));
        assert_false(g_file_test(aside, G_FILE_TEST_EXISTS));
    }
}

static bool is_nobodys(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && info.st_uid == 65534;
}

/* The folder's account may put another file there while root is at work in it. */
static void test_root_gives_away_what_it_made_and_nothing_else(void **state)
{
    const Place *place = *state;
    g_autofree char *other = beside(place, "other"), *part = shelf_part(place->path, NULL),
                    *linked = beside(place, "linked"), *named_twice = beside(place, "named twice");
    g_autoptr(GError) error = NULL;

    if (geteuid() != 0) {
        skip();
    }
    place_write(other, "", 0);
    assert_int_equal(chown(place->folder, 65534, 65534), 0);
    assert_true(shelf_give(part, place->path, &error));
    assert_true(is_nobodys(part));
    assert_int_equal(symlink(other, linked), 0);
    assert_false(shelf_give(linked, place->path, &error));
    g_clear_error(&error);
    assert_int_equal(link(other, named_twice), 0);
    assert_false(shelf_give(named_twice, place->path, &error));
    assert_false(is_nobodys(other));
}

/* Killed while it holds the lock, root leaves the file behind, which its daemon has to open. */
static void test_a_lock_that_root_makes_is_the_folders(void **state)
{
    const Place *place = *state;
    g_autofree char *lock = g_strconcat(place->path, "-lock", NULL);
    g_autoptr(GError) error = NULL;

    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(chown(place->folder, 65534, 65534), 0);
    StoreHold *hold = sqlite_hold(place->path, &error);

    assert_non_null(hold);
    assert_true(is_nobodys(lock));
    sqlite_let_go(hold);
    place_write(lock, "", 0);
    hold = sqlite_hold(place->path, &error);
    assert_non_null(hold);
    assert_false(is_nobodys(lock)); /* what is there is nobody's to give away */
    sqlite_let_go(hold);
}

static void test_a_path_is_known_before_its_file_is_there(void **state)
{
    const Place *place = *state;
    g_autofree char *before = shelf_whole(place->path, NULL);
    g_autofree char *nowhere = beside(place, "no/such/file");
    g_autoptr(GError) error = NULL;

    place_write(place->path, "", 0);
    g_autofree char *after = shelf_whole(place->path, NULL);

    assert_string_equal(before, after);
    assert_null(shelf_whole(nowhere, &error));
    assert_non_null(strstr(error->message, "cannot be written"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(test_a_copy_of_an_open_store_has_it_all_in_one_file),
        PLACE_TEST(test_an_uncommitted_change_is_not_in_it),
        PLACE_TEST(test_commits_go_on_and_the_copy_is_of_one_moment),
        PLACE_TEST(test_what_a_killed_daemon_committed_is_in_it),
        PLACE_TEST(test_a_copy_can_be_copied),
        PLACE_TEST(test_an_older_store_is_copied_as_it_is),
        PLACE_TEST(test_what_is_no_sound_store_is_not_copied),
        PLACE_TEST(test_a_truncated_store_is_not_copied),
        PLACE_TEST(test_a_full_disk_is_said),
        PLACE_TEST(test_nobody_opens_what_is_held),
        PLACE_TEST(test_what_stands_in_a_log_is_brought_home),
        PLACE_TEST(test_it_is_said_where_a_log_cannot_be_brought_home),
        PLACE_TEST(test_a_part_takes_its_place_whole),
        PLACE_TEST(test_what_is_moved_aside_takes_its_log_along),
        PLACE_TEST(test_at_every_moment_there_is_one),
        PLACE_TEST(test_a_store_stays_where_it_is_if_nothing_takes_its_place),
        PLACE_TEST(test_root_gives_away_what_it_made_and_nothing_else),
        PLACE_TEST(test_a_lock_that_root_makes_is_the_folders),
        PLACE_TEST(test_a_path_is_known_before_its_file_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

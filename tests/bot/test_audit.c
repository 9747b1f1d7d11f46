/* anchord verify finds whatever is not as it should be: each promise is broken once, past all that
 * guards it, in a store that a team has lived in. */

#include "bot/store/sqlite_audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "played.h"
#include "store_fixture.h"
#include "store_place.h"

/* All that is wrong, a line each. Caller frees. */
static char *faults_of(const char *path)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    StoreTally tally = {0};

    if (!sqlite_audit(path, &policy_default, faults, &tally, &error)) {
        fixture_fail("verify", error);
    }
    g_ptr_array_add(faults, NULL);
    return g_strjoinv("\n", (char **)faults->pdata);
}

static void test_a_store_that_was_lived_in_is_as_it_should_be(void **state)
{
    const Place *place = *state;

    played_copy(place->path);
    g_autofree char *faults = faults_of(place->path);

    assert_string_equal(faults, "");
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM sprint"), 2);
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM recalibration"), 2);
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM draft"), 1);
    assert_int_equal(place_ask(place->path, "SELECT count(*) FROM token"), 1);
}

#define CLOSED "(SELECT id FROM sprint WHERE number = 1)"
#define ACTIVE "(SELECT id FROM sprint WHERE number = 2)"
#define WEST   "(SELECT id FROM team)"

static void test_whatever_is_broken_is_said(void **state)
{
    static const struct {
        const char *promise, *sql, *said;
    } cases[] = {
        {"a page of rubbish",
         "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'value', 'valu')"
         " WHERE name = 'follow_up'; CREATE INDEX later ON setting (value);"
         "UPDATE sqlite_schema SET sql = 'CREATE INDEX later ON setting (name)' WHERE name = "
         "'later'",
         "the file itself: "},
        {"a reading of nothing",
         "UPDATE reading SET kr = 999999 WHERE id = (SELECT max(id) FROM reading)",
         "reading: 1 row refers to a kr that is not there"},
        {"an id that would be handed out again",
         "UPDATE ids SET next = (SELECT max(id) FROM reading)", "reading: row "},
        {"a step that no event makes",
         "UPDATE state_log SET from_state = 'active' WHERE to_state = 'closed'",
         "console, sprint 1: its history leads to closing and no further, and it is closed"},
        {"a history that was lost", "DELETE FROM state_log WHERE sprint = " ACTIVE,
         "console, sprint 2: its history leads to draft and no further, and it is active"},
        {"a history that ends before the sprint does",
         "DELETE FROM state_log WHERE to_state = 'closed'",
         "sprint 1: its history leads to closing"},
        {"a sprint that went back",
         "UPDATE sprint SET state = 'active', closed = NULL WHERE number = 1",
         "sprint 1: its history leads to closed and no further, and it is active"},
        {"a close without its retrospective", "UPDATE sprint SET moved = NULL WHERE number = 1",
         "console, sprint 1: closed without its retrospective"},
        {"nothing learned", "UPDATE sprint SET learned = '' WHERE number = 1",
         "console, sprint 1: closed without its retrospective"},
        {"a third sprint",
         "INSERT INTO sprint_owner (sprint, team, place) SELECT 900000 + value, " WEST
         ", 0 FROM (SELECT 1 AS value UNION SELECT 2);"
         "CREATE TEMP TABLE more AS SELECT * FROM sprint WHERE number = 2;"
         "UPDATE more SET id = 900001, number = 901; INSERT INTO sprint SELECT * FROM more;"
         "UPDATE more SET id = 900002, number = 902; INSERT INTO sprint SELECT * FROM more",
         "console, West: 3 sprints under way, where 2 are the most"},
        {"a sprint of nobody", "DELETE FROM sprint_owner WHERE sprint = " ACTIVE,
         "console, sprint 2: no team owns it"},
        {"a close that a team does not know of",
         "UPDATE sprint_owner SET closed = NULL WHERE sprint = " CLOSED,
         "sprint 1: no team owns it, or one of them takes it for open"},
        {"two sprints of one number",
         "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
         " replace(sql, 'UNIQUE (workspace, number),', '') WHERE name = 'sprint';"
         "DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_sprint_1';"
         "PRAGMA writable_schema = RESET; UPDATE sprint SET number = 1",
         "console: two sprints have the number 1"},
        {"two key results of one number", "UPDATE kr SET number = 1 WHERE team = " WEST,
         "console, West: two tactical key results have the number 1"},
        {"a follow-up before the close",
         "INSERT INTO follow_up VALUES (" ACTIVE ", 14, '2025-08-20', 1)",
         "console, sprint 2: read again after a close"},
        {"a learning that is not found", "DELETE FROM learning",
         "console, sprint 1: closed, and what was learned is not found"},
        {"a learning that was changed behind the index",
         "UPDATE sprint SET learned = 'something else' WHERE number = 1",
         "console, sprint 1: closed, and what was learned is not found"},
        {"a learning too early",
         "INSERT INTO learning (team, sprint, objective, signal, anchor, situation, learned)"
         " VALUES (" WEST ", " ACTIVE ", '', '', '', '', 'too early')",
         "and it is not closed"},
        {"a timer of no team", "INSERT INTO timer VALUES ('weekly', 999999, 0, 0, 1)",
         "the clock has a weekly for team row 999999"},
        {"a timer of no sprint", "INSERT INTO timer VALUES ('prompt', " WEST ", 999999, 0, 1)",
         "the clock has a prompt for sprint row 999999"},
        {"a timer of no draft", "DELETE FROM draft", "the clock has an end for draft row"},
        {"a window that nothing ends", "DELETE FROM timer WHERE kind = 'expiry'",
         "console, sprint 2: active, and nothing will end its window"},
        {"a retrospective that nobody asks for",
         "INSERT INTO state_log (sprint, from_state, to_state, at, who) VALUES"
         " (" ACTIVE ", 'active', 'closing', 1, '');"
         "UPDATE sprint SET state = 'closing', closing = 1 WHERE number = 2",
         "console, sprint 2: in closing, and nothing will ask"},
        {"a check-in outside the window",
         "UPDATE checkin SET day = '2025-09-01' WHERE id = (SELECT max(id) FROM checkin WHERE"
         " sprint = " ACTIVE ")",
         "console, sprint 2: a check-in on 2025-09-01, outside its window"},
        {"a week asked for twice",
         "DROP INDEX checkin_weekly; INSERT INTO checkin (id, team, day, asked, closes, summarised)"
         " SELECT 5, team, day, asked, closes, 1 FROM checkin WHERE sprint IS NULL LIMIT 1",
         "console, West: asked twice on "},
        {"a check-in with a team that has no part in it",
         "INSERT INTO team (id, workspace, name, name_key, home, zone, check_in, check_in_minutes,"
         " working) VALUES (3, 1, 'East', 'east', 'east', 'UTC', 1, 15, 31);"
         "UPDATE checkin SET team = 3 WHERE sprint = " ACTIVE,
         "console, sprint 2: a check-in in East, which does not own it"},
        {"a reading that takes back another's",
         "UPDATE reading SET retracts = (SELECT min(id) FROM reading)"
         " WHERE id = (SELECT max(id) FROM reading)",
         "takes back one of another key result"},
        {"a reading that takes back itself",
         "UPDATE reading SET retracts = id WHERE id ="
         " (SELECT max(id) FROM reading)",
         "takes back one of another key result, or none before it"},
        {"a target that nobody set", "UPDATE kr SET target = 1 WHERE team = " WEST,
         "console, West: the changes of KR 2's target do not lead"},
        {"a change out of nothing",
         "UPDATE recalibration SET was = 1 WHERE id = (SELECT max(id) FROM recalibration)",
         "the changes of KR 2's target do not lead"},
        {"a gap without what feeds it",
         "INSERT INTO proposal (id, team, kr, kind, state, off, evidence, at) SELECT 5, team, id,"
         " 'gap', 'proposed', 1, '', 1 FROM kr WHERE team = " WEST " LIMIT 1",
         "console, West: proposal row 5 names a feeding key result"},
        {"a card for nowhere",
         "INSERT INTO outbox (workspace, target, kind, card, created)"
         " VALUES (77, 'west', 'notice', x'04', 1)",
         "waits for a workspace that is not there"},
        {"a card that is none",
         "INSERT INTO outbox (workspace, target, kind, card, created)"
         " VALUES (1, 'west', 'notice', x'00', 1)",
         "waits to be sent, and cannot be read back"},
        {"a token that can be read", "UPDATE token SET hash = 'anchord_secret'",
         "console, West: a token is kept as something other than its hash"},
        {"a team that is a person", "UPDATE team SET name = 'maria', name_key = 'maria'",
         "console: team.name is a member's name, and would be exported"},
        {"a system that is a person", "UPDATE token SET name = '@lena'",
         "console: token.name is a member's name, and would be exported"},
    };
    const Place *place = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        place_empty(place->folder);
        played_copy(place->path);
        played_break(place->path, cases[i].sql);
        g_autofree char *faults = faults_of(place->path);

        if (strstr(faults, cases[i].said) == NULL) {
            fail_msg("%s: is not said, but: %s", cases[i].promise, faults);
        }
    }
}

static void test_a_thousand_faults_are_a_few_lines(void **state)
{
    const Place *place = *state;

    played_copy(place->path);
    played_break(place->path,
                 "INSERT INTO timer SELECT 'prompt', value, 999999, 0, 1 FROM ("
                 "WITH RECURSIVE n (value) AS (SELECT 100000 UNION ALL SELECT value + 1 FROM n"
                 " LIMIT 1000) SELECT value FROM n)");
    g_autofree char *faults = faults_of(place->path);
    g_auto(GStrv) lines = g_strsplit(faults, "\n", -1);

    assert_int_equal(g_strv_length(lines), 12);
    assert_string_equal(lines[5], "and 995 more lines of this sort");
}

static void test_the_policy_tells_how_many_sprints_are_too_many(void **state)
{
    const Place *place = *state;
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    Policy strict = policy_default;
    StoreTally tally = {0};

    strict.max_active_sprints = 0;
    played_copy(place->path);
    assert_true(sqlite_audit(place->path, &strict, faults, &tally, NULL));
    assert_int_equal(faults->len, 1);
    assert_int_equal(tally.sprints, 2);
}

static void expect_refused(const char *promise, const char *path, StoreError code,
                           const char *words)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    StoreTally tally = {0};

    if (sqlite_audit(path, &policy_default, faults, &tally, &error)) {
        fail_msg("%s: was looked at", promise);
    }
    if (!g_error_matches(error, STORE_ERROR, (gint)code) || strstr(error->message, words) == NULL) {
        fail_msg("%s: error %d: %s", promise, error->code, error->message);
    }
}

static void test_what_is_no_store_of_ours_is_refused(void **state)
{
    const Place *place = *state;

    place_write(place->path, "", 0);
    expect_refused("an empty file", place->path, STORE_ERROR_FOREIGN, "nothing is in it yet");
    place_write(place->path, "hello, world\n", 13);
    expect_refused("a text", place->path, STORE_ERROR_FOREIGN, "not an anchord database");
    played_copy(place->path);
    played_break(place->path, "PRAGMA user_version = 3");
    expect_refused("an older one", place->path, STORE_ERROR_FAILED, "its schema is version 3");
    played_break(place->path, "PRAGMA user_version = 999; CREATE TRIGGER t BEFORE INSERT ON ids"
                              " BEGIN SELECT 1; END");
    expect_refused("a newer one", place->path, STORE_ERROR_NEWER, "newer anchord");
}

static void test_a_daemon_may_run_and_nothing_is_changed(void **state)
{
    const Place *place = *state;

    played_copy(place->path);
    Store *store = place_open(place->path);
    g_autoptr(GBytes) before = place_read(place->path);

    fixture_begin(store); /* in the midst of a commit */
    g_autofree char *faults = faults_of(place->path);

    assert_string_equal(faults, "");
    fixture_commit(store);
    g_autoptr(GBytes) after = place_read(place->path);

    assert_true(g_bytes_equal(before, after));
    store_close(store);
}

/* Speed ---------------------------------------------------------------------------------------- */

/* Goes through a whole table, or through all that a workspace has. */
static bool walks(const char *step)
{
    return (g_str_has_prefix(step, "SCAN ") && strcmp(step, "SCAN ids") != 0) ||
           g_str_has_suffix(step, "(workspace=?)");
}

/* Steps of one parent are taken for each row of the one before, and those of a correlated query for
 * each row outside of it. */
static void expect_no_walk_for_a_row(sqlite3 *db, const char *sql)
{
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
    g_autoptr(GHashTable) again = g_hash_table_new(NULL, NULL); /* whose steps are */
    sqlite3_stmt *plan = NULL;

    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        void *own = GINT_TO_POINTER(sqlite3_column_int(plan, 0));
        void *parent = GINT_TO_POINTER(sqlite3_column_int(plan, 1));
        const char *step = (const char *)sqlite3_column_text(plan, 3);

        if (walks(step) && g_hash_table_contains(again, parent)) {
            fail_msg("%s: %s", sql, step);
        }
        if (g_str_has_prefix(step, "SCAN ") || g_str_has_prefix(step, "SEARCH ")) {
            g_hash_table_add(again, parent);
        } else if (g_str_has_prefix(step, "CORRELATED ")) {
            g_hash_table_add(again, own);
        }
    }
    sqlite3_finalize(plan);
}

static void test_no_row_has_a_table_walked_for_it(void **state)
{
    static const char *const audits[] = {
#define A(word, sql) sql,
#include "bot/store/sqlite_audits.def"
#undef A
    };
    const Place *place = *state;
    sqlite3 *db = NULL;

    played_copy(place->path);
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    for (size_t i = 0; i < G_N_ELEMENTS(audits); i++) {
        expect_no_walk_for_a_row(db, audits[i]);
    }
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(test_a_store_that_was_lived_in_is_as_it_should_be),
        PLACE_TEST(test_whatever_is_broken_is_said),
        PLACE_TEST(test_a_thousand_faults_are_a_few_lines),
        PLACE_TEST(test_the_policy_tells_how_many_sprints_are_too_many),
        PLACE_TEST(test_what_is_no_store_of_ours_is_refused),
        PLACE_TEST(test_a_daemon_may_run_and_nothing_is_changed),
        PLACE_TEST(test_no_row_has_a_table_walked_for_it),
    };

    return cmocka_run_group_tests(tests, played_set_up, played_clean_up);
}

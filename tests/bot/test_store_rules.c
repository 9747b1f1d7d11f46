/* What holds even against our own mistakes: the rules, transactions, and that nothing is slow. */

#include "bot/store/sqlite_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"
#include "store_told.h"

static char clock_id[] = ""; /* who it was, where it was the clock */

#define DAY(y, m, d) ((Day){(y), (m), (d)})

/* Rules that hold even against our own mistakes -------------------------------------------------
 */

static Store *with_all_of_it(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) closed = fixture_sprint(team, 1000, 1);
    g_autoptr(Sprint) active = fixture_sprint_active(team, 2000, 2);
    StateLog line = {closed->id, SPRINT_CLOSING, SPRINT_CLOSED, FIXTURE_NOW, clock_id, NULL};

    fixture_save_whole(store, closed);
    fixture_save_whole(store, active);
    fixture_save(store, CHANGE_STATE, NULL, &line);
    return store;
}

static void test_what_the_framework_rules_out_is_refused(void **state)
{
    static const struct {
        const char *sql;
        const char *why; /* NULL: allowed, to show that it is the rule that refuses */
    } cases[] = {
        {"UPDATE reading SET value = 1", "only ever added"},
        {"DELETE FROM reading", "only ever added"},
        {"UPDATE state_log SET who = 'x'", "only ever added"},
        {"DELETE FROM state_log", "only ever added"},
        {"UPDATE recalibration SET target = 1", "old targets stay visible"},
        {"DELETE FROM recalibration", "old targets stay visible"},
        {"DELETE FROM sprint", "never deleted"},
        {"UPDATE sprint SET state = 'closed', closed = 1, closing = 1 WHERE id = 2000",
         "a closed sprint has its retrospective"},
        {"UPDATE sprint SET state = 'closed', closed = 1, closing = 1, moved = 'yes',"
         " learned = 'x', change = 'keep' WHERE id = 2000",
         "a closed sprint has its retrospective"},
        {"UPDATE sprint SET state = 'closed', closed = 1, closing = 1, learned = 'x',"
         " change = 'keep', confirmed_by = 'maria' WHERE id = 2000",
         "a closed sprint has its retrospective"},
        {"UPDATE sprint SET confirmed_by = NULL WHERE id = 1000",
         "a closed sprint has its retrospective"},
        {"UPDATE sprint SET state = 'closing' WHERE id = 2000", "has ended"},
        {"UPDATE sprint SET opened = NULL WHERE id = 2000", "has been opened"},
        {"UPDATE sprint SET closed = 1 WHERE id = 2000", "has been closed"},
        {"UPDATE sprint SET state = 'active', closed = NULL WHERE id = 1000", "never goes back"},
        {"UPDATE sprint SET state = 'draft' WHERE id = 2000", "never goes back"},
        {"UPDATE sprint SET last_day = '2025-08-04' WHERE id = 2000", "fixed"},
        {"UPDATE sprint SET first_day = '2025-07-07' WHERE id = 2000", "fixed"},
        {"UPDATE sprint SET anchor = 121 WHERE id = 2000", "fixed"},
        {"UPDATE sprint SET number = 3 WHERE id = 2000", "fixed"},
        {"UPDATE sprint SET state = 'closing', closing = 1 WHERE id = 2000", NULL},
        {"UPDATE sprint SET change_applied = 0 WHERE id = 1000", NULL},
        {"UPDATE sprint SET state = 'archived' WHERE id = 2000", "CHECK"},
        {"UPDATE answer SET confidence = 11", "CHECK"},
        {"UPDATE answer SET confidence = -1", "CHECK"},
        {"UPDATE kr SET confidence = 11 WHERE team IS NOT NULL", "CHECK"},
        {"UPDATE kr SET team = 100 WHERE sprint IS NOT NULL", "belongs to"},
        {"UPDATE kr SET objective = NULL WHERE team IS NOT NULL", "belongs to"},
        {"UPDATE team SET check_in = 1440", "CHECK"},
        {"UPDATE checkin SET day = '2025-02-30' WHERE id = 1010", "CHECK"},
        {"UPDATE team SET name = x'00'", "cannot store BLOB"},
        {"UPDATE team SET weekly_at = 1440", "CHECK"},
        {"UPDATE team SET weekly_at = -1", "CHECK"},
        {"UPDATE team SET weekly_at = NULL", NULL},
        {"UPDATE team SET weekly_day = 'someday'", "CHECK"},
        {"UPDATE answer_confidence SET confidence = 11", "CHECK"},
        {"UPDATE kr_link SET fed = feeder", "does not feed itself"},
        {"UPDATE proposal SET feeder = NULL", "between two key results"},
        {"UPDATE proposal SET feeder = 120 WHERE kind <> 'gap'", "between two key results"},
        {"UPDATE token SET hash = 'a secret'", "CHECK"},
        {"INSERT INTO reading (kr, id, value, at, day, source, system) VALUES (1001, 1, 1, 1,"
         " '2025-07-14', 'update', 'HubSpot')",
         "CHECK"},
        {"UPDATE follow_up SET days = 0", "CHECK"},
        {"UPDATE checkin SET sprint = NULL WHERE id = 1010", "checkin.team, checkin.day"},
        {"UPDATE checkin SET sprint = NULL WHERE id = 1011", NULL},
        {"UPDATE answer_confidence SET message = 'never sent'", "FOREIGN KEY"},
        {"UPDATE proposal SET sprint = 5", "FOREIGN KEY"},
        {"UPDATE follow_up SET sprint = 5", "FOREIGN KEY"},
        {"INSERT INTO sprint_owner (sprint, team, place) VALUES (1000, 55, 3)", "FOREIGN KEY"},
        {"INSERT INTO state_log (sprint, from_state, to_state, at, who) VALUES (5, 'draft',"
         " 'active', 1, '')",
         "FOREIGN KEY"},
        {"DELETE FROM team", "FOREIGN KEY"},
        {"DELETE FROM kr WHERE id = 1001", "FOREIGN KEY"},
    };
    Store *store = with_all_of_it(state);
    sqlite3 *db = sqlite_of(store)->db;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        fixture_begin(store);
        bool ok =
            sqlite3_exec(db, cases[i].sql, NULL, NULL, NULL) == SQLITE_OK &&
            (cases[i].why == NULL || sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);

        if (ok != (cases[i].why == NULL)) {
            fail_msg("%s: %s", cases[i].sql, ok ? "was allowed" : sqlite3_errmsg(db));
        }
        if (!ok && strstr(sqlite3_errmsg(db), cases[i].why) == NULL) {
            fail_msg("%s: refused for another reason: %s", cases[i].sql, sqlite3_errmsg(db));
        }
        store->ops->rollback(store);
    }
}

static void test_every_choice_is_known_to_the_schema(void **state)
{
    static const struct {
        const char *sql;
        const Names *names;
        int count;
    } cases[] = {
        {"UPDATE kr SET cause = %Q WHERE id = 1001", &names_cause, CAUSE_COUNT},
        {"UPDATE kr SET unit = %Q WHERE id = 1001", &names_unit, UNIT_COUNT + 1},
        {"UPDATE kr SET direction = %Q WHERE id = 1001", &names_direction, DIRECTION_WITHIN + 1},
        {"UPDATE kr SET kind = %Q WHERE id = 1001", &names_kr_kind, KR_COUNT + 1},
        {"UPDATE sprint SET moved = %Q WHERE id = 2000", &names_moved, MOVED_NO + 1},
        {"UPDATE sprint SET change = %Q WHERE id = 2000", &names_tactical_change,
         TACTICAL_DROP + 1},
        {"UPDATE timer SET kind = %Q", &names_timer, TIMER_KIND_COUNT},
        {"UPDATE team SET weekly_day = %Q", &names_weekday, WEEKDAY_COUNT},
        {"UPDATE answer SET revised = %Q", &names_revised, REVISED_NO + 1},
        {"UPDATE proposal SET (kind, feeder) = (SELECT word, iif(word = 'gap', 120, NULL)"
         " FROM (SELECT %Q AS word))",
         &names_signal, SIGNAL_GAP + 1},
        {"UPDATE proposal SET state = %Q", &names_episode, EPISODE_DISMISSED + 1},
        {"INSERT INTO state_log (sprint, from_state, to_state, at, who)"
         " VALUES (2000, 'draft', %Q, 1, '')",
         &names_sprint_state, SPRINT_STATE_COUNT},
        {"INSERT INTO reading (kr, id, value, at, day, source)"
         " VALUES (1001, (SELECT max(id) + 1 FROM reading), 1, 1, '2025-07-14', %Q)",
         &names_source, READING_SYSTEM + 1},
    };
    Store *store = with_all_of_it(state);
    sqlite3 *db = sqlite_of(store)->db;
    Timer timer = {.due = FIXTURE_NOW};

    fixture_save(store, CHANGE_TIMER, NULL, &timer);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_int_equal(cases[i].names->count, cases[i].count);
        for (int j = 0; j < cases[i].count; j++) {
            char *sql = sqlite3_mprintf(cases[i].sql, cases[i].names->words[j]);

            if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
                fail_msg("%s: %s", sql, sqlite3_errmsg(db));
            }
            sqlite3_free(sql);
        }
    }
}

static void expect_refused(const char *promise, Store *store, ChangeKind kind, Team *team,
                           void *what, const char *why)
{
    g_autoptr(GError) error = NULL;
    const Change change = {.kind = kind, .team = team, .what = what};

    if (store->ops->save(store, &change, &error)) {
        fail_msg("%s: was saved", promise);
    }
    if (!g_error_matches(error, STORE_ERROR, STORE_ERROR_FAILED) || store_is_unwell(error) ||
        strstr(error->message, why) == NULL) {
        fail_msg("%s: %s", promise, error->message);
    }
}

static void test_saves_against_the_rules_are_refused(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) other = fixture_team(team->workspace, 200);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);
    g_autoptr(Sprint) same_number = fixture_sprint_active(team, 2000, 1);
    Reading *reading = g_ptr_array_index(((SprintKr *)sprint->krs->pdata[0])->track->readings, 0);

    const Track *sent = ((Tactical *)team->tacticals->pdata[0])->track;
    g_autoptr(Team) unused = fixture_team(team->workspace, 100);
    Checkin *again_weekly = unused->weeklies->pdata[0];
    Token token = *(Token *)team->tokens->pdata[0];

    token.id = (TokenId){9002};
    fixture_save_whole(store, sprint);
    expect_refused("a reading saved again", store, CHANGE_READING, team, reading, "reading.id");
    Reading again = *(Reading *)sent->readings->pdata[1];
    again.id = (ReadingId){9000};
    expect_refused("a caller's key twice for a key result", store, CHANGE_READING, team, &again,
                   "reading.kr, reading.message");
    again_weekly->id = (CheckinId){9001};
    expect_refused("a second weekly check-in on a day", store, CHANGE_CHECKIN, team, again_weekly,
                   "checkin.team, checkin.day");
    again_weekly->sprint = sprint->id;
    fixture_save(store, CHANGE_CHECKIN, team, again_weekly); /* a sprint's is another matter */
    expect_refused("a target changed back in place", store, CHANGE_RECALIBRATION, team,
                   ((Tactical *)team->tacticals->pdata[0])->recalibrations->pdata[0],
                   "recalibration.id");
    expect_refused("a token of another's hash", store, CHANGE_TOKEN, team, &token, "token.hash");
    expect_refused("two sprints of one number", store, CHANGE_SPRINT, NULL, same_number,
                   "sprint.number");
    g_free(other->home);
    other->home = g_strdup(team->home);
    expect_refused("two teams in one home", store, CHANGE_TEAM, other, other, "team.home");
    g_free(other->home);
    other->home = g_strdup("elsewhere");
    g_free(other->name);
    other->name = g_ascii_strup(team->name, -1);
    expect_refused("two teams of one name", store, CHANGE_TEAM, other, other, "team.name_key");
    other->workspace = fixture_workspace(store, "elsewhere");
    fixture_save(store, CHANGE_TEAM, other, other);
    fixture_expect_team("the same name in another workspace", store, team);
    g_clear_pointer(&sprint->retro.confirmed_by, g_free);
    expect_refused("a closed sprint whose retrospective is not confirmed", store, CHANGE_SPRINT,
                   NULL, sprint, "a closed sprint has its retrospective");
}

static void test_errors_name_no_text_that_a_person_wrote(void **state)
{
    Store *store = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Team) team = fixture_saved_team(store);
    Change change = {.kind = CHANGE_OBJECTIVE, .team = team, .what = team->objectives->pdata[0]};
    Objective *objective = change.what;

    objective->number = 2; /* taken */
    g_free(objective->text);
    objective->text = g_strdup("a secret");
    assert_false(store->ops->save(store, &change, &error));
    assert_null(strstr(error->message, "secret"));
    assert_non_null(strstr(error->message, "saving a team"));
}

/* Transactions -------------------------------------------------------------------------------- */

static void test_the_order_of_changes_is_free(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint_active(team, 1000, 1);
    StateLog line = {sprint->id, SPRINT_DRAFT, SPRINT_ACTIVE, FIXTURE_NOW, clock_id, NULL};
    Checkin checkin = {
        .id = {1010}, .sprint = sprint->id, .team = team->id, .day = DAY(2025, 7, 14)};
    Reading reading = {.id = {1030},
                       .kr = {1001},
                       .day = DAY(2025, 7, 14),
                       .source = READING_CHECKIN,
                       .checkin = checkin.id};

    fixture_begin(store);
    fixture_save(store, CHANGE_STATE, NULL, &line);
    fixture_save(store, CHANGE_CHECKIN, NULL, &checkin);
    fixture_save(store, CHANGE_READING, NULL, &reading);
    fixture_save(store, CHANGE_SPRINT, NULL, sprint);
    fixture_commit(store);
    g_autoptr(Sprint) back = fixture_load_sprint(store, sprint->id);

    assert_int_equal(back->checkins->len, 1);
    assert_int_equal(((SprintKr *)back->krs->pdata[0])->track->readings->len, 1);
}

/* A team with nothing but what it must have, and what hangs from it saved first. */
static void test_what_hangs_from_a_team_may_come_before_it(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_team(fixture_workspace(store, "acme"), 100);
    const Tactical *tactical = team->tacticals->pdata[0];
    g_autoptr(Sprint) sprint = fixture_sprint_active(team, 1000, 1);
    FollowUp later = {sprint->id, 14, DAY(2025, 8, 11), {1}};
    KrConfidence apart = {tactical->track->kr->id, 3};
    Checkin *weekly = team->weeklies->pdata[0];
    Answer *answer = weekly->answers->pdata[0];

    answer->confidences = g_array_new(FALSE, FALSE, sizeof(KrConfidence));
    g_array_append_val(answer->confidences, apart);
    ((Recalibration *)tactical->recalibrations->pdata[0])->sprint = sprint->id;
    ((Proposal *)team->proposals->pdata[0])->sprint = sprint->id;
    fixture_begin(store);
    fixture_save(store, CHANGE_FOLLOW_UP, NULL, &later);
    fixture_save(store, CHANGE_TOKEN, team, team->tokens->pdata[0]);
    fixture_save(store, CHANGE_PROPOSAL, team, team->proposals->pdata[0]);
    fixture_save(store, CHANGE_LINK, team, team->links->pdata[0]);
    fixture_save(store, CHANGE_RECALIBRATION, team, tactical->recalibrations->pdata[0]);
    fixture_save(store, CHANGE_ANSWER, team, answer);
    fixture_forget_signals(team); /* saved; the answer is not used below */
    fixture_save_team(store, team);
    fixture_save(store, CHANGE_SPRINT, NULL, sprint);
    Checkin checkin = {.id = {180}, .team = team->id, .day = DAY(2025, 7, 7)};
    fixture_save(store, CHANGE_CHECKIN, team, &checkin);
    fixture_commit(store);
    g_autoptr(Team) back = fixture_load_team(store, team->id);
    const Answer *said = ((Checkin *)back->weeklies->pdata[0])->answers->pdata[0];

    assert_int_equal(back->tokens->len + back->proposals->len + back->links->len, 3);
    assert_int_equal(((Tactical *)back->tacticals->pdata[0])->recalibrations->len, 1);
    assert_int_equal(g_array_index(said->confidences, KrConfidence, 0).confidence, 3);
}

static void test_what_hangs_from_nothing_is_not_committed(void **state)
{
    Store *store = *state;
    g_autoptr(GError) error = NULL;
    StateLog line = {{1000}, SPRINT_DRAFT, SPRINT_ACTIVE, FIXTURE_NOW, clock_id, NULL};

    fixture_begin(store);
    fixture_save(store, CHANGE_STATE, NULL, &line);
    assert_false(store->ops->commit(store, &error));
    assert_non_null(strstr(error->message, "FOREIGN KEY"));
    store->ops->rollback(store);
    fixture_begin(store);
    fixture_commit(store);
}

static void test_a_rollback_leaves_everything_as_it_was(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) changed = fixture_team(team->workspace, 100);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    Timer timer = {.team = team->id, .due = FIXTURE_NOW};
    IdPool ids = {0};
    int64_t row = 0;
    bool fresh = false;
    bool any = true;

    card->channel = g_strdup("C100");
    g_free(changed->name);
    changed->name = g_strdup("Renamed");
    g_ptr_array_set_size(changed->holidays.countries, 0);
    fixture_begin(store);
    MUST(store, note_event, "event/1", FIXTURE_NOW, &fresh);
    fixture_save(store, CHANGE_TEAM, changed, changed);
    fixture_save_sprint(store, sprint);
    fixture_save(store, CHANGE_TIMER, NULL, &timer);
    MUST(store, outbox_put, team->workspace, card, FIXTURE_NOW, &row);
    MUST(store, ids_save, &(IdPool){5000});
    MUST(store, setting_set, "clock", "1");
    store->ops->rollback(store);

    fixture_expect_team("the team is as it was", store, team);
    assert_null(fixture_load_sprint(store, sprint->id));
    MUST(store, note_event, "event/1", FIXTURE_NOW, &fresh);
    assert_true(fresh);
    MUST(store, timer_next, &any, &timer.due);
    assert_false(any);
    MUST(store, ids_load, &ids);
    assert_int_equal(ids.next, 1);
}

static void test_a_transaction_within_another_is_an_error(void **state)
{
    Store *store = *state;
    g_autoptr(GError) error = NULL;

    fixture_begin(store);
    assert_false(store->ops->begin(store, &error));
    assert_non_null(error);
    store->ops->rollback(store);
    store->ops->rollback(store); /* twice does no harm */
    g_clear_error(&error);
    assert_false(store->ops->commit(store, &error));
    assert_non_null(error);
}

/* Speed --------------------------------------------------------------------------------------- */

/* The plan of one statement, a line a step. */
static char *plan_of(sqlite3 *db, const char *sql)
{
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
    GString *plan = g_string_new(NULL);
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, explain, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    while (sqlite3_step(statement) == SQLITE_ROW) {
        g_string_append_printf(plan, "%s\n", (const char *)sqlite3_column_text(statement, 3));
    }
    sqlite3_finalize(statement);
    return g_string_free(plan, FALSE);
}

/* For inserts, the plan also names what foreign keys might make it look at; the next test sees what
 * it does. */
static void test_no_statement_means_to_walk_a_table(void **state)
{
    Store *store = *state;

    /* But for the few workspaces, which are listed whole, and what is of the whole store. */
    for (int id = 0; id < Q_TALLY; id++) {
        const char *sql = query_sql((QueryId)id);
        g_autofree char *plan = plan_of(sqlite_of(store)->db, sql);

        if (id != Q_TIMER_NEXT && id != Q_WORKSPACES_ALL && id != Q_LEARNINGS &&
            !g_str_has_prefix(sql, "INSERT") && strstr(plan, "SCAN")) {
            fail_msg("%s: %s", sql, plan);
        }
    }
    g_autofree char *next = plan_of(sqlite_of(store)->db, query_sql(Q_TIMER_NEXT));

    assert_string_equal(next,
                        "SCAN timer USING COVERING INDEX timer_due\n"); /* and reads one row */
}

/* A search indexes one team's retrospectives, and nobody else's. */
static void test_a_search_reads_one_team(void **state)
{
    Store *store = *state;
    g_autofree char *plan = plan_of(sqlite_of(store)->db, query_sql(Q_SEARCH_FILL));

    assert_string_equal(plan, "SEARCH learning USING PRIMARY KEY (team=?)\n");
}

/* Somebody's teams are found by who they are, however many teams there are. */
static void test_teams_are_found_by_their_member(void **state)
{
    Store *store = *state;
    g_autofree char *plan = plan_of(sqlite_of(store)->db, query_sql(Q_TEAMS_OF));

    assert_true(g_str_has_prefix(plan, "SEARCH member USING INDEX member_of (id=?)\n"));
}

static void test_no_save_walks_a_table(void **state)
{
    Store *store = with_all_of_it(state);
    g_autoptr(Team) team = fixture_load_team(store, (TeamId){100});
    g_autoptr(Sprint) sprint = fixture_sprint_active(team, 3000, 3);
    StateLog line = {sprint->id, SPRINT_DRAFT, SPRINT_ACTIVE, FIXTURE_NOW, clock_id, NULL};

    fixture_begin(store);
    fixture_save(store, CHANGE_STATE, NULL, &line); /* its sprint is waited for */
    fixture_save_sprint(store, sprint);
    fixture_save(store, CHANGE_TEAM, team, team);
    fixture_save(store, CHANGE_TACTICAL, team, team->tacticals->pdata[0]);
    fixture_save_checkins(store, team->weeklies);
    fixture_save(store, CHANGE_PROPOSAL, team, team->proposals->pdata[0]);
    fixture_save(store, CHANGE_TOKEN, team, team->tokens->pdata[0]);
    fixture_save(store, CHANGE_LINK, team, team->links->pdata[0]);
    fixture_commit(store);
    for (int id = 0; id < QUERY_COUNT; id++) {
        sqlite3_stmt *statement = sqlite_of(store)->statements[id];

        if (statement != NULL &&
            sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0) > 0) {
            fail_msg("%s: walked a table", query_sql((QueryId)id));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_what_the_framework_rules_out_is_refused),
        STORE_TEST(test_every_choice_is_known_to_the_schema),
        STORE_TEST(test_saves_against_the_rules_are_refused),
        STORE_TEST(test_errors_name_no_text_that_a_person_wrote),
        STORE_TEST(test_the_order_of_changes_is_free),
        STORE_TEST(test_what_hangs_from_a_team_may_come_before_it),
        STORE_TEST(test_what_hangs_from_nothing_is_not_committed),
        STORE_TEST(test_a_rollback_leaves_everything_as_it_was),
        STORE_TEST(test_a_transaction_within_another_is_an_error),
        STORE_TEST(test_no_statement_means_to_walk_a_table),
        STORE_TEST(test_a_search_reads_one_team),
        STORE_TEST(test_teams_are_found_by_their_member),
        STORE_TEST(test_no_save_walks_a_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A member is forgotten: their name and words are nowhere in the file any more, the team's numbers
 * are what they were, and everything is guarded as before. */

#include "bot/store/sqlite_forget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "bot/store/sqlite_audit.h"
#include "bot/store/sqlite_parts.h"
#include "bot/unnamed.h"
#include "core/chart.h"
#include "played.h"
#include "store_fixture.h"
#include "store_place.h"
#include "store_told.h"

static Store *open_played(const char *path)
{
    played_copy(path);
    return place_open(path);
}

static int64_t forget(Store *store, const char *workspace, const char *member, bool pretend)
{
    int64_t counts[FORGOTTEN_COUNT] = {0};
    g_autoptr(GError) error = NULL;
    int64_t all = 0;

    if (!sqlite_forget(store, workspace, member, pretend, counts, &error)) {
        fixture_fail("forget", error);
    }
    for (int i = 0; i < FORGOTTEN_COUNT; i++) {
        all += counts[i];
    }
    return all;
}

/* One text, from the open store. Caller frees. */
static char *ask(Store *store, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *answer = NULL;

    if (!sqlite_ask(sqlite_of(store), sql, &answer, &error)) {
        fixture_fail(sql, error);
    }
    return answer;
}

static void expect_text(Store *store, const char *promise, const char *sql, const char *text)
{
    g_autofree char *found = ask(store, sql);

    if (g_strcmp0(found, text) != 0) {
        fail_msg("%s: %s", promise, found);
    }
}

/* In the file, and in what stands beside it. */
static bool file_has(const Place *place, const char *word)
{
    g_autoptr(GDir) dir = g_dir_open(place->folder, 0, NULL);
    bool found = false;

    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(place->folder, name, NULL);
        g_autoptr(GBytes) bytes = place_read(path);

        found = found || memmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), word,
                                strlen(word)) != NULL;
    }
    return found;
}

/* What goes ------------------------------------------------------------------------------------ */

static void test_name_and_words_are_nowhere_in_the_file(void **state)
{
    static const char *const words[] = {"maria", "weekly secret", "daily secret", "own obstacle",
                                        "unfinished words"};
    const Place *place = *state;
    Store *store = open_played(place->path);

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        assert_true(file_has(place, words[i]));
    }
    assert_true(forget(store, "console", "maria", false) > 0);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (file_has(place, words[i])) {
            fail_msg("“%s” is still there, while it is open", words[i]);
        }
    }
    store_close(store);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (file_has(place, words[i])) {
            fail_msg("“%s” is still there", words[i]);
        }
    }
}

static void test_what_the_team_said_stays_without_the_name(void **state)
{
    static const struct {
        const char *promise, *sql, *text;
    } cases[] = {
        {"the signal", "SELECT situation FROM sprint WHERE number = 1",
         "Qualified pipeline stands at $21.2M of $30M, says somebody"},
        {"what was learned", "SELECT learned FROM sprint WHERE number = 1",
         "acceptance rose once the invitation named the account, as somebody saw"},
        {"an answer of somebody else", "SELECT learned FROM answer WHERE member = 'jonas'",
         "somebody knows the accounts"},
        {"a reason", "SELECT why FROM recalibration ORDER BY id LIMIT 1",
         "somebody heard it from the board"},
        {"a blocker, without its words", "SELECT text FROM blocker", "(removed)"},
        {"its owner", "SELECT owner FROM blocker", "somebody"},
        {"an action's", "SELECT owner FROM action", "somebody"},
        {"who confirmed", "SELECT confirmed_by FROM sprint WHERE number = 1", "somebody"},
        {"no lead", "SELECT ifnull(lead, 'none') FROM team", "none"},
        {"the escalation contact", "SELECT escalation FROM team", "ines"},
        {"no membership", "SELECT group_concat(id) FROM (SELECT id FROM member ORDER BY id)",
         "jonas,lena"},
        {"no draft, and no timer for it",
         "SELECT (SELECT count(*) FROM draft) + (SELECT count(*) FROM timer WHERE kind = 'draft')",
         "0"},
        {"a search for the name",
         "SELECT count(*) FROM learning WHERE learned || ifnull(actions, '') || ifnull(moved_how, "
         "'') LIKE '%maria%'",
         "0"},
        {"a search for what was learned",
         "SELECT count(*) FROM learning WHERE learned LIKE '%invitation%'", "1"},
    };
    const Place *place = *state;
    Store *store = open_played(place->path);

    forget(store, "console", "maria", false);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_text(store, cases[i].promise, cases[i].sql, cases[i].text);
    }
    store_close(store);
}

static void test_another_systems_name_names_them_no_more(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);

    store_close(store);
    place_run(place->path, "UPDATE token SET name = 'sheet of @maria';"
                           "INSERT INTO reading (kr, id, value, at, day, source, system)"
                           " SELECT kr, 900001, value, at, day, 'system', 'sheet of @maria'"
                           " FROM reading LIMIT 1");
    store = place_open(place->path);
    forget(store, "console", "maria", false);
    expect_text(store, "a token", "SELECT name FROM token", "sheet of somebody");
    expect_text(store, "what it sent", "SELECT system FROM reading WHERE id = 900001",
                "sheet of somebody");
    store_close(store);
}

static void test_a_sprint_under_way_turns_to_the_lead(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);

    store_close(store);
    place_run(place->path, "UPDATE team SET lead = 'jonas'");
    store = place_open(place->path);
    forget(store, "console", "maria", false);
    expect_text(store, "under way", "SELECT facilitator FROM sprint WHERE number = 2", "jonas");
    expect_text(store, "closed", "SELECT facilitator FROM sprint WHERE number = 1", "somebody");
    store_close(store);
}

static void test_a_joint_sprint_turns_to_the_lead_that_is_left(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);

    store_close(store);
    place_run(place->path,
              "INSERT INTO team (id, workspace, name, name_key, home, zone, check_in,"
              " check_in_minutes, working, lead) VALUES (900001, 1, 'East', 'east', 'east', 'UTC',"
              " 540, 15, 31, 'ines'); INSERT INTO sprint_owner (sprint, team, place)"
              " SELECT id, 900001, 1 FROM sprint WHERE number = 2");
    store = place_open(place->path);
    forget(store, "console", "maria", false);
    expect_text(store, "its own has none", "SELECT count(*) FROM team WHERE lead IS NULL", "1");
    expect_text(store, "under way", "SELECT facilitator FROM sprint WHERE number = 2", "ines");
    store_close(store);
}

/* What stays ----------------------------------------------------------------------------------- */

/* Every number that a team has, and who gave which answer as far as it matters: how many they were.
 */
static const char numbers[] =
    "SELECT (SELECT group_concat(value || ' ' || at || ' ' || day || ' ' || source || ' ' ||"
    " ifnull(checkin, 0) || ' ' || ifnull(retracts, 0), ';') FROM reading) || ' | ' ||"
    " (SELECT group_concat(line, ';') FROM (SELECT checkin || ' ' || count(*) || ' ' ||"
    " count(DISTINCT member) || ' ' || ifnull(sum(confidence), 0) AS line FROM answer"
    " GROUP BY checkin)) || ' | ' ||"
    " (SELECT group_concat(target || ' ' || baseline, ';') FROM kr) || ' | ' ||"
    " (SELECT count(*) FROM answer_confidence) || ' ' || (SELECT count(*) FROM state_log) || ' ' ||"
    " (SELECT group_concat(state || number || ifnull(anchor_close, 0)) FROM sprint)";

static void test_numbers_stay_whoever_is_forgotten(void **state)
{
    static const char *const all[] = {"maria", "jonas", "lena", "ines"};
    const Place *place = *state;
    Store *store = open_played(place->path);
    g_autofree char *before = ask(store, numbers);

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        forget(store, "console", all[i], false);
        expect_text(store, all[i], numbers, before);
    }
    store_close(store);
}

static void test_all_is_guarded_as_before(void **state)
{
    static const char schema[] = "SELECT group_concat(type || name || ifnull(sql, ''), ';')"
                                 " FROM (SELECT * FROM sqlite_schema ORDER BY type, name)";
    static const char *const refused[] = {
        "UPDATE state_log SET who = 'maria'",
        "DELETE FROM state_log",
        "UPDATE reading SET value = 1",
        "UPDATE recalibration SET who = 'maria'",
        "DELETE FROM sprint",
    };
    const Place *place = *state;
    Store *store = open_played(place->path);
    g_autofree char *before = ask(store, schema);

    forget(store, "console", "maria", false);
    expect_text(store, "the schema", schema, before);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (sqlite3_exec(sqlite_of(store)->db, refused[i], NULL, NULL, NULL) !=
            SQLITE_CONSTRAINT_TRIGGER) {
            fail_msg("%s: was allowed", refused[i]);
        }
    }
    store_close(store);
}

static void test_the_store_is_as_it_should_be_afterwards(void **state)
{
    const Place *place = *state;
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    StoreTally tally = {0};
    Store *store = open_played(place->path);

    forget(store, "console", "maria", false);
    store_close(store);
    if (!sqlite_audit(place->path, &policy_default, faults, &tally, &error)) {
        fixture_fail("verify", error);
    }
    if (faults->len > 0) {
        fail_msg("%s", (const char *)g_ptr_array_index(faults, 0));
    }
}

static void test_a_dry_run_counts_and_changes_nothing(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);
    g_autoptr(GBytes) before = place_read(place->path);
    int64_t would = forget(store, "console", "maria", true);
    g_autoptr(GBytes) after = place_read(place->path);

    assert_true(g_bytes_equal(before, after));
    assert_int_equal(forget(store, "console", "maria", true), would);
    assert_int_equal(forget(store, "console", "maria", false), would);
    assert_int_equal(forget(store, "console", "maria", false), 0);
    store_close(store);
}

static void test_who_has_the_same_id_elsewhere_is_somebody_else(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);
    g_autoptr(Team) team = fixture_team(fixture_workspace(store, "acme"), 100000);

    fixture_begin(store);
    fixture_save_team(store, team);
    fixture_commit(store);
    forget(store, "console", "maria", false);
    fixture_expect_team("another workspace", store, team);
    assert_int_equal(forget(store, "nowhere", "maria", false), 0);
    fixture_expect_team("no workspace at all", store, team);
    store_close(store);
}

/* Cards ---------------------------------------------------------------------------------------- */

static void put(Store *store, const char *channel, const char *member, char *take_text)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    int64_t id = 0;

    card->channel = g_strdup(channel);
    card->member = g_strdup(member);
    card_text(card, take_text);
    MUST(store, outbox_put, fixture_workspace(store, "console"), card, FIXTURE_NOW, &id);
}

static void free_row(gpointer row)
{
    outbox_row_free(row);
}

static void test_cards_on_their_way_do_not_name_them(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);

    fixture_begin(store);
    put(store, NULL, "maria", g_strdup("to her alone"));
    put(store, "west", "maria", g_strdup("seen by her alone"));
    put(store, "west", NULL, g_strconcat("ask ", MARK_MEMBER "maria" MARK_END, NULL));
    put(store, NULL, "jonas", g_strdup("ask @mariana"));
    fixture_commit(store);
    forget(store, "console", "maria", false);
    MUST(store, outbox_pending, fixture_workspace(store, "console"), 0, 10, rows);
    assert_int_equal(rows->len, 2);
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = g_ptr_array_index(rows, i);
        g_autofree char *text = card_plain(row->card);

        assert_string_equal(g_strchomp(text), i == 0 ? "ask somebody" : "ask @mariana");
    }
    store_close(store);
}

static void test_a_chart_names_them_no_more(void **state)
{
    g_autoptr(Card) card = card_new(CARD_SPRINT);

    (void)state;
    card->chart = chart_new();
    chart_panel(card->chart)->metric = g_strdup("accounts of @maria");
    card->chart->alt = g_strdup("Accounts of @maria: 5.");
    assert_true(unnamed_card(card, "maria", "somebody"));
    const ChartPanel *panel = g_ptr_array_index(card->chart->panels, 0);

    assert_string_equal(panel->metric, "accounts of somebody");
    assert_string_equal(card->chart->alt, "Accounts of somebody: 5.");
    assert_false(unnamed_card(card, "maria", "somebody"));
}

static void test_texts_without_a_member(void **state)
{
    static const struct {
        const char *promise, *text, *member, *unnamed;
    } cases[] = {
        {"a mention", "ask @maria first", "maria", "ask somebody first"},
        {"several", "@maria, @jonas, @maria", "maria", "somebody, @jonas, somebody"},
        {"as Slack writes one", "ask <@U012> first", "U012", "ask somebody first"},
        {"with the name beside it", "ask <@U012|maria>", "U012", "ask somebody"},
        {"as Matrix writes one", "ask @maria:example.org.", "@maria:example.org", "ask somebody."},
        {"as a card marks one", MARK_MEMBER "maria" MARK_END "!", "maria", "somebody!"},
        {"somebody whose name begins so", "ask @mariana", "maria", NULL},
        {"somebody else's server", "ask @maria:example.com", "@maria:example.org", NULL},
        {"a word of the same letters", "maria is a word", "maria", NULL},
        {"an address", "write to tom@maria.example", "maria.example", NULL},
        {"nothing", "", "maria", NULL},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *unnamed = unnamed_text(cases[i].text, cases[i].member, "somebody");

        if (g_strcmp0(unnamed, cases[i].unnamed) != 0) {
            fail_msg("%s: %s", cases[i].promise, unnamed);
        }
    }
}

/* The last step -------------------------------------------------------------------------------- */

static void make_up(Store *store, bool expect_owed)
{
    g_autoptr(GError) error = NULL;
    bool owed = !expect_owed;

    if (!sqlite_forget_rest(store, &owed, &error)) {
        fixture_fail("the last step", error);
    }
    assert_int_equal(owed, expect_owed);
}

static void test_what_did_not_get_to_its_last_step_is_made_up_for(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);

    store_close(store);
    place_run(place->path, "PRAGMA secure_delete = OFF; DELETE FROM draft;"
                           "INSERT INTO setting VALUES ('forget.rest', '1')");
    assert_true(file_has(place, "unfinished words")); /* in a free corner */
    store = place_open(place->path);
    make_up(store, true);
    make_up(store, false);
    expect_text(store, "it is done", "SELECT count(*) FROM setting WHERE name = 'forget.rest'",
                "0");
    store_close(store);
    assert_false(file_has(place, "unfinished words"));
}

/* A copy that is being taken holds on to what was there before. */
static void test_who_reads_meanwhile_keeps_it_from_its_end(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);
    int64_t counts[FORGOTTEN_COUNT] = {0};
    g_autoptr(GError) error = NULL;
    int version = 0;
    Sqlite *reader = sqlite_peek(place->path, &version, NULL);

    assert_non_null(reader);
    sqlite3_busy_timeout(sqlite_of(store)->db, 1);
    assert_false(sqlite_forget(store, "console", "maria", false, counts, &error));
    assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE));
    assert_true(file_has(place, "weekly secret"));
    sqlite_free(reader);
    make_up(store, true);
    assert_false(file_has(place, "weekly secret"));
    store_close(store);
}

static void test_what_fails_on_the_way_has_forgotten_nothing(void **state)
{
    const Place *place = *state;
    Store *store = open_played(place->path);
    int64_t counts[FORGOTTEN_COUNT] = {0};
    g_autofree char *before = ask(store, numbers);
    g_autoptr(GError) error = NULL;

    sqlite_exec(sqlite_of(store), W_STORE_OPENING,
                "CREATE TRIGGER in_the_way BEFORE DELETE ON draft BEGIN"
                " SELECT RAISE(ABORT, 'no room'); END",
                NULL);
    assert_false(sqlite_forget(store, "console", "maria", false, counts, &error));
    assert_non_null(strstr(error->message, "forgetting a member"));
    expect_text(store, "numbers", numbers, before);
    expect_text(store, "history is still guarded",
                "SELECT count(*) FROM sqlite_schema WHERE name = 'state_log_is_fixed'", "1");
    assert_true(file_has(place, "maria"));
    sqlite_exec(sqlite_of(store), W_STORE_OPENING, "DROP TRIGGER in_the_way", NULL);
    assert_true(forget(store, "console", "maria", false) > 0);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(test_name_and_words_are_nowhere_in_the_file),
        PLACE_TEST(test_what_the_team_said_stays_without_the_name),
        PLACE_TEST(test_another_systems_name_names_them_no_more),
        PLACE_TEST(test_a_sprint_under_way_turns_to_the_lead),
        PLACE_TEST(test_a_joint_sprint_turns_to_the_lead_that_is_left),
        PLACE_TEST(test_numbers_stay_whoever_is_forgotten),
        PLACE_TEST(test_all_is_guarded_as_before),
        PLACE_TEST(test_the_store_is_as_it_should_be_afterwards),
        PLACE_TEST(test_a_dry_run_counts_and_changes_nothing),
        PLACE_TEST(test_who_has_the_same_id_elsewhere_is_somebody_else),
        PLACE_TEST(test_cards_on_their_way_do_not_name_them),
        cmocka_unit_test(test_a_chart_names_them_no_more),
        cmocka_unit_test(test_texts_without_a_member),
        PLACE_TEST(test_what_did_not_get_to_its_last_step_is_made_up_for),
        PLACE_TEST(test_who_reads_meanwhile_keeps_it_from_its_end),
        PLACE_TEST(test_what_fails_on_the_way_has_forgotten_nothing),
    };

    return cmocka_run_group_tests(tests, played_set_up, played_clean_up);
}

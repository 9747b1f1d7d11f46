/* Teams and sprints: what is saved comes back, and is found. */

#include "bot/store/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"
#include "store_told.h"

#define DAY(y, m, d) ((Day){(y), (m), (d)})

/* Teams --------------------------------------------------------------------------------------- */

static void test_a_team_comes_back_as_it_was_saved(void **state)
{
    g_autoptr(Team) team = fixture_saved_team(*state);

    fixture_expect_team("a team", *state, team);
}

static void test_a_team_of_its_defaults_comes_back(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = team_new();

    team->id = (TeamId){7};
    team->workspace = fixture_workspace(store, "acme");
    team->name = g_strdup("West");
    team->home = g_strdup("west");
    team->zone_name = g_strdup("UTC");
    team->zone = zone_open("UTC");
    team->check_in_minutes = 15;
    team->working = WEEKDAYS_MON_FRI;
    fixture_save(store, CHANGE_TEAM, team, team);
    fixture_expect_team("a team with nothing but what it must have", store, team);
    team->weekly_at = -1;
    fixture_save(store, CHANGE_TEAM, team, team);
    fixture_expect_team("a team that has no weekly check-in", store, team);
}

static void test_a_team_saved_again_is_replaced(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    Member *member = g_ptr_array_index(team->members, 0);
    Tactical *tactical = g_ptr_array_index(team->tacticals, 0);

    g_clear_pointer(&team->outcome_words, g_strfreev);
    g_ptr_array_remove_index(team->holidays.countries, 0);
    g_array_remove_index(team->holidays.dates, 1);
    g_clear_pointer(&team->lead, g_free);
    g_free(team->name);
    team->name = g_strdup("South-West");
    g_array_set_size(member->away, 1);
    member->nudged = DAY_NONE;
    tactical->dropped = false;
    tactical->confidence = -1;
    tactical->track->kr->target = DECIMAL(31);
    fixture_save(store, CHANGE_TEAM, team, team);
    fixture_save(store, CHANGE_MEMBER, team, member);
    fixture_save(store, CHANGE_TACTICAL, team, tactical);
    fixture_expect_team("a team that changed", store, team);
}

static void expect_found(const char *promise, Store *store, WorkspaceId workspace,
                         const char *channel, const char *name, int64_t wanted)
{
    TeamId found = {-1};

    if (channel != NULL) {
        MUST(store, team_in, workspace, channel, &found);
    } else {
        MUST(store, team_named, workspace, name, &found);
    }
    if (found.v != wanted) {
        fail_msg("%s: found %d, not %d", promise, (int)found.v, (int)wanted);
    }
}

static void test_teams_are_found(void **state)
{
    static const struct {
        const char *promise;
        bool elsewhere;
        const char *channel, *name;
        int64_t found;
    } cases[] = {
        {"by its home", false, "C100", NULL, 100},
        {"another home is another team", false, "C200", NULL, 200},
        {"no team lives there", false, "C300", NULL, 0},
        {"a home is told by its exact id", false, "c100", NULL, 0},
        {"a home of another workspace", true, "C100", NULL, 0},
        {"by its name", false, NULL, "W\u00c9st 100", 100},
        {"by its name in other case", false, NULL, "w\u00e9ST 100", 100},
        {"by its name with other blanks", false, NULL, "  w\u00e9st   100 ", 100},
        {"no such name", false, NULL, "W\u00c9st", 0},
        {"a name of another workspace", true, NULL, "W\u00c9st 100", 0},
        {"an empty name", false, NULL, "", 0},
    };
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) other = fixture_team(team->workspace, 200);
    WorkspaceId elsewhere = fixture_workspace(store, "elsewhere");

    fixture_begin(store);
    fixture_save_team(store, other);
    fixture_commit(store);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_found(cases[i].promise, store, cases[i].elsewhere ? elsewhere : team->workspace,
                     cases[i].channel, cases[i].name, cases[i].found);
    }
}

static void expect_teams_of(const char *promise, Store *store, WorkspaceId workspace,
                            const char *member, const char *wanted)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(TeamId));
    g_autoptr(GString) got = g_string_new(NULL);

    MUST(store, teams_of, workspace, member, ids);
    for (guint i = 0; i < ids->len; i++) {
        g_string_append_printf(got, "%d ", (int)g_array_index(ids, TeamId, i).v);
    }
    if (strcmp(got->str, wanted) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", promise, got->str, wanted);
    }
}

static void test_a_members_teams_are_found(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) other = fixture_team(team->workspace, 200);
    g_autoptr(Team) elsewhere = fixture_team(fixture_workspace(store, "elsewhere"), 300);

    g_ptr_array_set_size(other->members, 1);
    fixture_begin(store);
    fixture_save_team(store, other);
    fixture_save_team(store, elsewhere);
    fixture_commit(store);
    expect_teams_of("in two", store, team->workspace, "maria", "100 200 ");
    expect_teams_of("also where they have left", store, team->workspace, "U0123ABCD", "100 ");
    expect_teams_of("another workspace's", store, elsewhere->workspace, "maria", "300 ");
    expect_teams_of("an id is exact", store, team->workspace, "Maria", "");
}

static void clear_home(gpointer home)
{
    home_clear(home);
}

static void expect_homes(const char *promise, Store *store, WorkspaceId workspace,
                         const char *wanted)
{
    g_autoptr(GArray) homes = g_array_new(FALSE, FALSE, sizeof(Home));
    g_autoptr(GString) got = g_string_new(NULL);

    g_array_set_clear_func(homes, clear_home);
    MUST(store, homes, workspace, homes);
    for (guint i = 0; i < homes->len; i++) {
        const Home *home = &g_array_index(homes, Home, i);

        g_string_append_printf(got, "[%s %s]", home->channel, home->roster);
    }
    if (strcmp(got->str, wanted) != 0) {
        fail_msg("%s: %s, not %s", promise, got->str, wanted);
    }
}

static void save_home(Store *store, WorkspaceId workspace, int64_t first, const char *roster)
{
    g_autoptr(Team) team = fixture_team(workspace, first);

    g_free(team->roster);
    team->roster = g_strdup(roster);
    fixture_save(store, CHANGE_TEAM, team, team);
}

static void test_homes_are_told_with_who_belongs_there(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    WorkspaceId other = fixture_workspace(store, "other");

    expect_homes("no team yet", store, acme, "");
    save_home(store, acme, 300, NULL);
    save_home(store, other, 200, "S0123");
    save_home(store, acme, 100, "S0456");
    expect_homes("by age, and each workspace its own", store, acme, "[C100 S0456][C300 ]");
    expect_homes("each workspace its own", store, other, "[C200 S0123]");
    save_home(store, acme, 100, NULL);
    save_home(store, acme, 300, "S0789");
    expect_homes("as they are now", store, acme, "[C100 ][C300 S0789]");
    expect_homes("a workspace that is none", store, (WorkspaceId){404}, "");
}

static void test_homes_are_added_to_what_is_there(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    g_autoptr(GArray) homes = g_array_new(FALSE, FALSE, sizeof(Home));

    g_array_set_clear_func(homes, clear_home);
    save_home(store, acme, 100, "S0456");
    MUST(store, homes, acme, homes);
    MUST(store, homes, acme, homes);
    assert_int_equal(homes->len, 2);
    assert_string_equal(g_array_index(homes, Home, 1).channel, "C100");
}

static void test_what_is_not_there_is_none(void **state)
{
    Store *store = *state;
    WorkspaceId workspace = fixture_workspace(store, "acme");
    SprintId sprint = {-1};
    Draft *draft = (Draft *)store;
    OutboxRow *row = (OutboxRow *)store;
    char *text = (char *)store;

    assert_null(fixture_load_team(store, (TeamId){1}));
    assert_null(fixture_load_sprint(store, (SprintId){1}));
    MUST(store, sprint_numbered, workspace, 1, &sprint);
    assert_int_equal(sprint.v, 0);
    MUST(store, draft_load, workspace, "west", "maria", &draft);
    assert_null(draft);
    MUST(store, outbox_next, workspace, "west", &row);
    assert_null(row);
    MUST(store, message_card, workspace, "west", "1", &text);
    assert_null(text);
}

static void test_a_tactical_comes_with_its_latest_readings(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    const Tactical *tactical = g_ptr_array_index(team->tacticals, 1);
    Reading reading = {.kr = tactical->track->kr->id, .day = DAY(2025, 7, 14)};

    fixture_begin(store);
    for (int64_t i = 1; i <= STORE_READINGS_MAX + 100; i++) {
        reading.id = (ReadingId){1000 + i};
        reading.value = DECIMAL(i);
        fixture_save(store, CHANGE_READING, team, &reading);
    }
    fixture_commit(store);
    g_autoptr(Team) back = fixture_load_team(store, team->id);
    const Track *track = ((Tactical *)g_ptr_array_index(back->tacticals, 1))->track;

    assert_int_equal(track->readings->len, STORE_READINGS_MAX);
    for (guint i = 0; i < track->readings->len; i++) {
        const Reading *other = g_ptr_array_index(track->readings, i);

        assert_int_equal(other->value.millionths, DECIMAL(101 + i).millionths);
    }
}

static void test_a_zone_that_is_gone_is_said(void **state)
{
    Store *store = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Team) team = fixture_saved_team(store);
    Team *back = NULL;

    g_free(team->zone_name);
    team->zone_name = g_strdup("Europe/Atlantis");
    fixture_save(store, CHANGE_TEAM, team, team);
    assert_false(store->ops->team_load(store, team->id, &back, &error));
    assert_non_null(strstr(error->message, "Europe/Atlantis"));
    assert_non_null(strstr(error->message, "tzdata"));
}

/* Sprints ------------------------------------------------------------------------------------- */

static void test_a_sprint_comes_back_as_it_was_saved(void **state)
{
    g_autoptr(Team) team = fixture_saved_team(*state);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);

    fixture_save_whole(*state, sprint);
    fixture_expect_sprint("a closed sprint", *state, sprint);
}

static void test_a_sprint_on_its_first_day_comes_back(void **state)
{
    g_autoptr(Team) team = fixture_saved_team(*state);
    g_autoptr(Sprint) sprint = fixture_sprint_active(team, 1000, 1);

    sprint->reminded = DAY_NONE;
    fixture_save_whole(*state, sprint);
    fixture_expect_sprint("an active sprint", *state, sprint);
}

static void test_a_sprint_saved_again_is_replaced(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) before = fixture_sprint_active(team, 1000, 1);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);
    Checkin *checkin = g_ptr_array_index(sprint->checkins, 1);
    Answer *answer = g_ptr_array_index(((Checkin *)sprint->checkins->pdata[0])->answers, 0);
    Blocker *blocker = g_ptr_array_index(sprint->blockers, 1);
    Action *action = g_ptr_array_index(sprint->retro.actions, 1);

    fixture_save_whole(store, before);
    fixture_save_whole(store, sprint);
    checkin->summarised = true;
    answer->withdrawn = false;
    answer->confidence = -1;
    g_clear_pointer(&answer->note, g_free);
    blocker->cleared = FIXTURE_NOW;
    action->done = true;
    g_clear_pointer(&action->dropped, g_free);
    fixture_save(store, CHANGE_CHECKIN, team, checkin);
    fixture_save(store, CHANGE_ANSWER, team, answer);
    fixture_save(store, CHANGE_BLOCKER, team, blocker);
    fixture_save(store, CHANGE_ACTION, team, action);
    fixture_expect_sprint("parts saved by themselves", store, sprint);
    g_ptr_array_set_size(sprint->retro.actions, 1);
    g_ptr_array_set_size(sprint->initiatives, 1);
    g_ptr_array_set_size(sprint->retro.worked, 0);
    fixture_save(store, CHANGE_SPRINT, NULL, sprint);
    fixture_expect_sprint("lists that became shorter", store, sprint);
}

static void test_an_answer_keeps_its_place_when_it_is_edited(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);

    fixture_save_whole(store, sprint);
    fixture_save(store, CHANGE_ANSWER, team,
                 ((Checkin *)sprint->checkins->pdata[0])->answers->pdata[0]);
    fixture_expect_sprint("answers stand in order of arrival", store, sprint);
}

static void expect_sprints(const char *promise, Store *store, TeamId team, const char *wanted)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(SprintId));
    g_autoptr(GString) got = g_string_new(NULL);

    MUST(store, team_sprints, team, ids);
    for (guint i = 0; i < ids->len; i++) {
        g_string_append_printf(got, "%d ", (int)g_array_index(ids, SprintId, i).v);
    }
    if (strcmp(got->str, wanted) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", promise, got->str, wanted);
    }
}

static void test_a_team_lists_its_open_sprints(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) other = fixture_team(team->workspace, 200);
    g_autoptr(Sprint) closed = fixture_sprint(team, 1000, 1);
    g_autoptr(Sprint) joint = fixture_sprint_active(team, 2000, 2);
    g_autoptr(Sprint) closing = fixture_sprint_active(team, 3000, 3);

    fixture_begin(store);
    fixture_save_team(store, other);
    fixture_commit(store);
    g_array_prepend_val(joint->owners, other->id);
    closing->state = SPRINT_CLOSING;
    closing->closing = FIXTURE_NOW;
    fixture_save_whole(store, closing);
    fixture_save_whole(store, closed);
    fixture_save_whole(store, joint);
    expect_sprints("active and closing, by age", store, team->id, "2000 3000 ");
    expect_sprints("a joint sprint is each team's", store, other->id, "2000 ");
    expect_sprints("a team without any", store, (TeamId){1}, "");
    fixture_expect_sprint("owners keep their order", store, joint);
}

static void test_a_sprint_is_found_by_its_number(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 7);
    WorkspaceId elsewhere = fixture_workspace(store, "elsewhere");
    SprintId id = {0};
    int32_t next = 0;

    MUST(store, next_sprint_number, team->workspace, &next);
    assert_int_equal(next, 1);
    fixture_save_whole(store, sprint);
    MUST(store, sprint_numbered, team->workspace, 7, &id);
    assert_int_equal(id.v, 1000);
    MUST(store, sprint_numbered, elsewhere, 7, &id);
    assert_int_equal(id.v, 0);
    MUST(store, next_sprint_number, team->workspace, &next);
    assert_int_equal(next, 8);
    MUST(store, next_sprint_number, elsewhere, &next);
    assert_int_equal(next, 1);
}

static void free_digest(gpointer digest)
{
    digest_free(digest);
}

static GPtrArray *load_digests(Store *store, TeamId team, int limit)
{
    GPtrArray *digests = g_ptr_array_new_with_free_func(free_digest);

    MUST(store, digests, team, limit, digests);
    return digests;
}

static void test_a_digest_tells_what_a_sprint_was(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);

    fixture_save_whole(store, sprint);
    g_autoptr(GPtrArray) digests = load_digests(store, team->id, 10);
    const Digest *digest = g_ptr_array_index(digests, 0);
    const Action *action = g_ptr_array_index(digest->actions, 1);

    assert_int_equal(digests->len, 1);
    assert_int_equal(digest->id.v, 1000);
    assert_int_equal(digest->number, 1);
    assert_string_equal(digest->objective, sprint->objective);
    assert_string_equal(digest->trigger, "KR at Risk");
    assert_string_equal(digest->anchor_statement, sprint->anchor_statement);
    assert_string_equal(digest->situation, sprint->situation);
    assert_int_equal(digest->anchor.v, sprint->anchor.v);
    assert_int_equal(day_cmp(digest->window.first, DAY(2025, 7, 14)), 0);
    assert_int_equal(day_cmp(digest->window.last, DAY(2025, 7, 28)), 0);
    assert_int_equal(day_cmp(digest->closed, DAY(2025, 7, 14)), 0);
    assert_true(digest->ended_early);
    assert_int_equal(digest->moved, MOVED_PARTLY);
    assert_string_equal(digest->movement, "+$2.9M, 33% of the gap");
    assert_string_equal(digest->learned, sprint->retro.learned);
    assert_int_equal(digest->change, TACTICAL_REWRITE);
    assert_int_equal(digest->actions->len, 2);
    assert_string_equal(action->dropped, "no longer needed");
}

static void test_a_movement_is_said_as_far_as_it_is_known(void **state)
{
    static const struct {
        const char *promise;
        int64_t open, target, close; /* in whole units */
        bool known;
        const char *text;
    } cases[] = {
        {"as the framework has it", 20, 30, 25, true, "+$5, 50% of the gap"},
        {"backwards", 20, 30, 19, true, "-$1, -10% of the gap"},
        {"past the target", 20, 30, 32, true, "+$12, 120% of the gap"},
        {"down to a lower target", 12, 7, 9, true, "-$3, 60% of the gap"},
        {"there was no gap", 30, 30, 32, true, "+$2"},
        {"the anchor was not given", 20, 30, 25, false, NULL},
        {"beyond the range of decimals", -9000000000000, 30, 9000000000000, true, NULL},
    };
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Sprint) sprint = fixture_sprint(team, 1000 * (int64_t)(i + 1), (int32_t)i + 1);

        sprint->anchor_open = DECIMAL(cases[i].open);
        sprint->anchor_target = DECIMAL(cases[i].target);
        sprint->retro.anchor_close = DECIMAL(cases[i].close);
        sprint->retro.anchor_known = cases[i].known;
        fixture_save_whole(store, sprint);
        g_autoptr(GPtrArray) digests = load_digests(store, team->id, 1);
        const Digest *digest = g_ptr_array_index(digests, 0);

        if (g_strcmp0(digest->movement, cases[i].text) != 0) {
            fail_msg("%s: %s", cases[i].promise, digest->movement);
        }
    }
}

static void test_digests_are_newest_first_and_closed(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) active = fixture_sprint_active(team, 9000, 9);

    for (int32_t i = 1; i <= 5; i++) {
        g_autoptr(Sprint) sprint = fixture_sprint(team, INT64_C(1000) * i, i);

        g_ptr_array_set_size(sprint->retro.actions, 0);
        sprint->closed.us += i == 2 ? INSTANT_HOUR : 0; /* the second was closed last */
        fixture_save_whole(store, sprint);
    }
    fixture_save_whole(store, active);
    g_autoptr(GPtrArray) digests = load_digests(store, team->id, 3);

    assert_int_equal(digests->len, 3);
    assert_int_equal(((Digest *)g_ptr_array_index(digests, 0))->number, 2);
    assert_int_equal(((Digest *)g_ptr_array_index(digests, 1))->number, 5);
    assert_int_equal(((Digest *)g_ptr_array_index(digests, 2))->number, 4);
    assert_null(((Digest *)g_ptr_array_index(digests, 2))->actions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_a_team_comes_back_as_it_was_saved),
        STORE_TEST(test_a_team_of_its_defaults_comes_back),
        STORE_TEST(test_a_team_saved_again_is_replaced),
        STORE_TEST(test_teams_are_found),
        STORE_TEST(test_a_members_teams_are_found),
        STORE_TEST(test_homes_are_told_with_who_belongs_there),
        STORE_TEST(test_homes_are_added_to_what_is_there),
        STORE_TEST(test_what_is_not_there_is_none),
        STORE_TEST(test_a_tactical_comes_with_its_latest_readings),
        STORE_TEST(test_a_zone_that_is_gone_is_said),
        STORE_TEST(test_a_sprint_comes_back_as_it_was_saved),
        STORE_TEST(test_a_sprint_on_its_first_day_comes_back),
        STORE_TEST(test_a_sprint_saved_again_is_replaced),
        STORE_TEST(test_an_answer_keeps_its_place_when_it_is_edited),
        STORE_TEST(test_a_team_lists_its_open_sprints),
        STORE_TEST(test_a_sprint_is_found_by_its_number),
        STORE_TEST(test_a_digest_tells_what_a_sprint_was),
        STORE_TEST(test_a_movement_is_said_as_far_as_it_is_known),
        STORE_TEST(test_digests_are_newest_first_and_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

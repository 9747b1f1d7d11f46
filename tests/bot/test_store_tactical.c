/* What hangs from tactical key results: it comes with its team, and is found. */

#include "bot/store/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"
#include "store_told.h"

#define DAY(y, m, d) ((Day){(y), (m), (d)})

static void expect_text(const char *promise, const GString *got, const char *wanted)
{
    if (strcmp(got->str, wanted) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", promise, got->str, wanted);
    }
}

/* Weekly check-ins ---------------------------------------------------------------------------- */

static void free_checkin(gpointer checkin)
{
    checkin_free(checkin);
}

/* One a week from 14 July on, saved newest first, each with an answer. */
static void save_weeks(Store *store, const Team *team, int count)
{
    g_autoptr(GPtrArray) checkins = g_ptr_array_new_with_free_func(free_checkin);

    for (int i = count; i > 0; i--) {
        Checkin *checkin =
            fixture_weekly(team, 9000 + i, day_plus(DAY(2025, 7, 14), INT64_C(7) * i));

        fixture_weekly_answer(checkin, "said", REVISED_NO);
        g_ptr_array_add(checkins, checkin);
    }
    fixture_begin(store);
    fixture_save_checkins(store, checkins);
    fixture_commit(store);
}

static void expect_weeks(const char *promise, const GPtrArray *checkins, guint count, int64_t first)
{
    if (checkins->len != count) {
        fail_msg("%s: %u, not %u", promise, checkins->len, count);
    }
    for (guint i = 0; i < count; i++) {
        const Checkin *checkin = g_ptr_array_index(checkins, i);

        if (checkin->id.v != first + i || checkin->answers->len != 1) {
            fail_msg("%s: %d with %u answers at %u", promise, (int)checkin->id.v,
                     checkin->answers->len, i);
        }
    }
}

static void test_a_team_comes_with_its_latest_weekly_check_ins(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) other = fixture_team(team->workspace, 200);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_checkin);

    fixture_begin(store);
    fixture_save_team(store, other);
    fixture_commit(store);
    save_weeks(store, team, 20);
    g_autoptr(Team) back = fixture_load_team(store, team->id);

    expect_weeks("the latest, by day", back->weeklies, STORE_WEEKLIES_MAX,
                 9000 + 20 - STORE_WEEKLIES_MAX + 1);
    MUST(store, weeklies, team->id, all);
    assert_int_equal(all->len, 22);
    assert_int_equal(((Checkin *)g_ptr_array_index(all, 0))->id.v, 180);
    fixture_expect_team("another team's are its own", store, other);
}

static void test_an_edited_answer_tells_other_key_results_apart(void **state)
{
    static const KrConfidence apart[] = {{{121}, 1}, {{122}, 9}};
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    Answer *answer = ((Checkin *)team->weeklies->pdata[1])->answers->pdata[0];

    g_array_set_size(answer->confidences, 0);
    g_array_append_vals(answer->confidences, apart, G_N_ELEMENTS(apart));
    answer->revised = REVISED_NO;
    fixture_save(store, CHANGE_ANSWER, team, answer);
    fixture_expect_team("one key result less, one more, one otherwise", store, team);
    g_clear_pointer(&answer->confidences, g_array_unref);
    answer->revised = REVISED_UNSAID;
    fixture_save(store, CHANGE_ANSWER, team, answer);
    fixture_expect_team("none told apart", store, team);
}

static void test_a_weekly_check_in_is_no_sprints(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);

    fixture_save_whole(store, sprint); /* asked on the same day in the same home */
    fixture_expect_sprint("the sprint has its own", store, sprint);
    fixture_expect_team("the team has its own", store, team);
}

/* Recalibrations and links -------------------------------------------------------------------- */

static void test_a_target_may_be_changed_for_a_sprint(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);
    const Tactical *tactical = team->tacticals->pdata[2];
    const Recalibration *other = ((Tactical *)team->tacticals->pdata[0])->recalibrations->pdata[0];
    Recalibration *change = recalibration_new();

    *change = *other;
    change->id = (RecalibrationId){9000};
    change->kr = tactical->track->kr->id;
    change->sprint = sprint->id;
    change->statement_was = g_strdup("as it was");
    change->who = g_strdup("maria");
    change->why = g_strdup("the retrospective");
    g_ptr_array_add(tactical->recalibrations, change);
    fixture_save_whole(store, sprint);
    fixture_save(store, CHANGE_RECALIBRATION, team, change);
    fixture_expect_team("with the sprint that asked for it", store, team);
}

static void expect_links(const char *promise, Store *store, TeamId team, const char *wanted)
{
    g_autoptr(Team) back = fixture_load_team(store, team);
    g_autoptr(GString) got = g_string_new(NULL);

    for (guint i = 0; i < back->links->len; i++) {
        const KrLink *link = g_ptr_array_index(back->links, i);

        g_string_append_printf(got, "%d/%d>%d/%d ", (int)link->feeder_team.v, (int)link->feeder.v,
                               (int)link->fed_team.v, (int)link->fed.v);
    }
    expect_text(promise, got, wanted);
}

static void test_both_teams_of_a_link_know_it(void **state)
{
    static char tom[] = "tom";
    static char ines[] = "ines";
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) other = fixture_team(team->workspace, 200);
    KrLink link = {team->id, other->id, {122}, {222}, tom, {1}};

    fixture_forget_signals(other);
    fixture_begin(store);
    fixture_save_team(store, other);
    fixture_commit(store);
    fixture_save(store, CHANGE_LINK, team, &link);
    expect_links("what feeds, by age", store, team->id,
                 "100/122>200/222 100/120>100/121 100/121>100/120 ");
    expect_links("what is fed", store, other->id, "100/122>200/222 ");
    link.who = ines;
    link.at.us = 2;
    fixture_save(store, CHANGE_LINK, team, &link);
    g_autoptr(Team) back = fixture_load_team(store, other->id);
    assert_int_equal(back->links->len, 1);
    assert_string_equal(((KrLink *)back->links->pdata[0])->who, "tom"); /* who declared it first */
    fixture_save(store, CHANGE_LINK_GONE, team, &link);
    fixture_save(store, CHANGE_LINK_GONE, team, &link);
    expect_links("gone for the one", store, team->id, "100/120>100/121 100/121>100/120 ");
    expect_links("and for the other", store, other->id, "");
}

/* Proposals ----------------------------------------------------------------------------------- */

static void free_proposal(gpointer proposal)
{
    proposal_free(proposal);
}

static void save_proposal(Store *store, const Team *team, int64_t id, int64_t kr, SignalKind kind,
                          int64_t feeder)
{
    static char evidence[] = "numbers";
    Proposal proposal = {.id = {id},
                         .team = team->id,
                         .kr = {kr},
                         .feeder_team = {feeder != 0 ? team->id.v : 0},
                         .feeder = {feeder},
                         .kind = kind,
                         .state = EPISODE_PROPOSED,
                         .evidence = evidence,
                         .at = FIXTURE_NOW};

    fixture_save(store, CHANGE_PROPOSAL, NULL, &proposal);
}

static void expect_proposals(const char *promise, const GPtrArray *proposals, const char *wanted)
{
    g_autoptr(GString) got = g_string_new(NULL);

    for (guint i = 0; i < proposals->len; i++) {
        const Proposal *proposal = g_ptr_array_index(proposals, i);

        g_string_append_printf(got, "%d ", (int)proposal->id.v);
    }
    expect_text(promise, got, wanted);
}

static void test_a_team_comes_with_the_last_proposal_of_each_episode(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_proposal);

    save_proposal(store, team, 9005, 121, SIGNAL_RISK, 0);
    save_proposal(store, team, 9001, 121, SIGNAL_RISK, 0);
    save_proposal(store, team, 9002, 120, SIGNAL_RISK, 0);
    save_proposal(store, team, 9003, 121, SIGNAL_GAP, 122);
    save_proposal(store, team, 9004, 121, SIGNAL_GAP, 120);
    g_autoptr(Team) back = fixture_load_team(store, team->id);

    expect_proposals("one a key result, kind and feeder", back->proposals,
                     "172 9002 9003 9004 9005 ");
    assert_int_equal(((Proposal *)g_ptr_array_index(back->proposals, 4))->kr.v, 121);
    MUST(store, proposals, team->id, all);
    expect_proposals("all of them, by age", all, "170 171 172 9001 9002 9003 9004 9005 ");
}

static void test_a_proposal_saved_again_is_replaced(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint_active(team, 1000, 1);
    Proposal *proposal = team->proposals->pdata[0];

    fixture_save_whole(store, sprint);
    proposal->state = EPISODE_NONE;
    proposal->sprint = sprint->id;
    proposal->by = g_strdup("lena");
    fixture_save(store, CHANGE_PROPOSAL, team, proposal);
    fixture_expect_team("taken up", store, team);
}

/* What other systems send --------------------------------------------------------------------- */

static void test_a_token_is_found_by_its_hash(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    Token *token = team->tokens->pdata[0];
    TeamId found = {-1};

    MUST(store, token_team, token->hash, &found);
    assert_int_equal(found.v, 100);
    MUST(store, token_team, ((Token *)team->tokens->pdata[1])->hash, &found);
    assert_int_equal(found.v, 100); /* a revoked one is told as such by the team */
    token->hash[0] = token->hash[0] == 'a' ? 'b' : 'a';
    MUST(store, token_team, token->hash, &found);
    assert_int_equal(found.v, 0);
    MUST(store, token_team, "", &found);
    assert_int_equal(found.v, 0);
}

static void test_a_token_may_be_revoked_and_not_changed(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    Token *token = team->tokens->pdata[0];
    const char first = token->hash[0];

    token->revoked = FIXTURE_NOW;
    token->hash[0] = first == 'a' ? 'b' : 'a';
    fixture_save(store, CHANGE_TOKEN, team, token);
    token->hash[0] = first;
    fixture_expect_team("revoked, and the same secret", store, team);
}

static void test_a_reading_is_found_by_its_callers_key(void **state)
{
    static const struct {
        const char *promise;
        int64_t kr;
        const char *key;
        int64_t id;
    } cases[] = {
        {"as it was sent", 120, "system/1", 141},
        {"another key", 120, "system/2", 0},
        {"a key is exact", 120, "System/1", 0},
        {"another key result's under the same key", 121, "system/1", 9000},
        {"a key result that none was sent for", 122, "system/1", 0},
        {"a member's message is no caller's key", 120, "m/42", 0},
        {"no key", 120, "", 0},
    };
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    const Track *track = ((Tactical *)g_ptr_array_index(team->tacticals, 0))->track;
    Reading other = *(Reading *)g_ptr_array_index(track->readings, 1);

    other.id = (ReadingId){9000};
    other.kr = (KrId){121};
    fixture_save(store, CHANGE_READING, team, &other);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Reading *reading = NULL;

        MUST(store, reading_keyed, ((KrId){cases[i].kr}), cases[i].key, &reading);
        if ((reading != NULL ? reading->id.v : 0) != cases[i].id) {
            fail_msg("%s", cases[i].promise);
        }
        reading_free(reading);
    }
}

/* Sprints ------------------------------------------------------------------------------------- */

static void test_a_follow_up_reading_given_again_is_replaced(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);
    FollowUp *later = &g_array_index(sprint->follow_ups, FollowUp, 1);

    fixture_save_whole(store, sprint);
    later->value = DECIMAL(7);
    later->day = DAY(2025, 8, 20);
    fixture_save(store, CHANGE_FOLLOW_UP, team, later);
    fixture_save(store, CHANGE_SPRINT, team, sprint);
    fixture_expect_sprint("and stays when the sprint is saved", store, sprint);
}

static void expect_opened(const char *promise, Store *store, TeamId team, int64_t from,
                          int64_t until, const char *wanted)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(SprintId));
    g_autoptr(GString) got = g_string_new(NULL);

    MUST(store, opened, team, ((Instant){from}), ((Instant){until}), ids);
    for (guint i = 0; i < ids->len; i++) {
        g_string_append_printf(got, "%d ", (int)g_array_index(ids, SprintId, i).v);
    }
    expect_text(promise, got, wanted);
}

static void test_sprints_are_found_by_when_they_were_opened(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) other = fixture_team(team->workspace, 200);
    g_autoptr(Sprint) closed = fixture_sprint(team, 1000, 1);
    g_autoptr(Sprint) joint = fixture_sprint_active(team, 2000, 2);

    fixture_begin(store);
    fixture_save_team(store, other);
    fixture_commit(store);
    g_array_append_val(joint->owners, other->id);
    closed->opened.us = 100;
    joint->opened.us = 200;
    fixture_save_whole(store, joint);
    fixture_save_whole(store, closed);
    expect_opened("closed ones too, by age", store, team->id, 0, 1000, "1000 2000 ");
    expect_opened("from the first instant on", store, team->id, 100, 200, "1000 ");
    expect_opened("until before the last", store, team->id, 101, 201, "2000 ");
    expect_opened("a joint one is each team's", store, other->id, 0, 1000, "2000 ");
    expect_opened("none then", store, team->id, 201, 1000, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_a_team_comes_with_its_latest_weekly_check_ins),
        STORE_TEST(test_an_edited_answer_tells_other_key_results_apart),
        STORE_TEST(test_a_weekly_check_in_is_no_sprints),
        STORE_TEST(test_a_target_may_be_changed_for_a_sprint),
        STORE_TEST(test_both_teams_of_a_link_know_it),
        STORE_TEST(test_a_team_comes_with_the_last_proposal_of_each_episode),
        STORE_TEST(test_a_proposal_saved_again_is_replaced),
        STORE_TEST(test_a_token_is_found_by_its_hash),
        STORE_TEST(test_a_token_may_be_revoked_and_not_changed),
        STORE_TEST(test_a_reading_is_found_by_its_callers_key),
        STORE_TEST(test_a_follow_up_reading_given_again_is_replaced),
        STORE_TEST(test_sprints_are_found_by_when_they_were_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

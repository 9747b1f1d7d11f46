/* The small tables: event keys, ids, workspaces, settings, timers, drafts. */

#include "bot/store/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"

/* Events, ids, workspaces, settings ----------------------------------------------------------- */

static void expect_fresh(Store *store, const char *key, int64_t at, bool wanted)
{
    bool fresh = !wanted;

    MUST(store, note_event, key, ((Instant){at}), &fresh);
    if (fresh != wanted) {
        fail_msg("%s: %s", key, fresh ? "was not known" : "was known");
    }
}

static void test_an_event_is_new_once(void **state)
{
    Store *store = *state;

    expect_fresh(store, "slack/1", 10, true);
    expect_fresh(store, "slack/1", 20, false);
    expect_fresh(store, "SLACK/1", 20, true);
    expect_fresh(store, "", 20, true);
    expect_fresh(store, "", 20, false);
}

static void test_a_key_is_known_once_noted(void **state)
{
    Store *store = *state;
    bool known = true;

    MUST(store, knows_event, "slack/1", &known);
    assert_false(known);
    expect_fresh(store, "slack/1", 10, true);
    MUST(store, knows_event, "slack/1", &known);
    assert_true(known);
    MUST(store, knows_event, "slack/2", &known);
    assert_false(known);
}

static void test_old_events_are_forgotten_and_no_others(void **state)
{
    Store *store = *state;

    expect_fresh(store, "b", 30, true);
    expect_fresh(store, "c", 40, true);
    expect_fresh(store, "a", 10, true);
    expect_fresh(store, "d", 10, true);
    MUST(store, forget_events, ((Instant){40}));
    expect_fresh(store, "c", 50, false);
    expect_fresh(store, "a", 50, true);
    expect_fresh(store, "b", 50, true);
    expect_fresh(store, "d", 50, true);
}

/* It goes on twice as fast as keys come in, new ones among the old. */
static void test_a_round_meets_every_key_in_time(void **state)
{
    enum { OLD = 5000, EACH = 50 };
    Store *store = *state;

    for (int i = 0; i < OLD; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);

        expect_fresh(store, key, 10, true);
        if (i % EACH == 0) {
            MUST(store, forget_events, ((Instant){0}));
        }
    }
    for (int i = 0; i < OLD * 3 / 2; i++) {
        g_autofree char *key = g_strdup_printf("new/%d", i);

        expect_fresh(store, key, 20, true);
        if (i % EACH == EACH - 1) {
            MUST(store, forget_events, ((Instant){20}));
        }
    }
    for (int i = 0; i < OLD; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);

        expect_fresh(store, key, 20, true);
    }
}

static void test_ids_never_go_back(void **state)
{
    static const struct {
        int64_t saved, next;
    } cases[] = {{1000, 1000}, {10, 1000}, {INT64_MAX, INT64_MAX}};
    Store *store = *state;
    IdPool ids = {0};

    MUST(store, ids_load, &ids);
    assert_int_equal(ids.next, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        MUST(store, ids_save, &(IdPool){cases[i].saved});
        MUST(store, ids_load, &ids);
        assert_int_equal(ids.next, cases[i].next);
    }
}

static void test_a_workspace_keeps_its_id(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    WorkspaceId other = fixture_workspace(store, "Acme");

    assert_true(acme.v > 0);
    assert_int_not_equal(acme.v, other.v);
    assert_int_equal(fixture_workspace(store, "acme").v, acme.v);
}

static void test_settings_are_kept(void **state)
{
    Store *store = *state;
    static const char *const values[] = {"1", "", NULL, "=1+1", NULL};
    char *value = (char *)store;

    MUST(store, setting_get, "clock", &value);
    assert_null(value);
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *got = NULL;

        MUST(store, setting_set, "clock", values[i]);
        MUST(store, setting_get, "clock", &got);
        assert_int_equal(g_strcmp0(got, values[i]), 0);
    }
}

/* Timers -------------------------------------------------------------------------------------- */

static void set_timer(Store *store, TimerKind kind, int64_t team, int64_t sprint, int64_t subject,
                      int64_t due)
{
    Timer timer = {kind, {team}, {sprint}, subject, {due}};

    fixture_save(store, CHANGE_TIMER, NULL, &timer);
}

static void expect_timers(const char *promise, Store *store, int64_t now, int limit,
                          const char *wanted)
{
    g_autoptr(GArray) timers = g_array_new(FALSE, FALSE, sizeof(Timer));
    g_autoptr(GString) got = g_string_new(NULL);

    MUST(store, timers_due, ((Instant){now}), limit, timers);
    for (guint i = 0; i < timers->len; i++) {
        const Timer *timer = &g_array_index(timers, Timer, i);

        g_string_append_printf(got, "%s %d/%d/%d@%d ", timer_kind_name(timer->kind),
                               (int)timer->team.v, (int)timer->sprint.v, (int)timer->subject,
                               (int)timer->due.us);
    }
    if (strcmp(got->str, wanted) != 0) {
        fail_msg("%s: got \"%s\", not \"%s\"", promise, got->str, wanted);
    }
}

static void expect_next_timer(Store *store, bool wanted, int64_t due)
{
    bool any = !wanted;
    Instant next = {0};

    MUST(store, timer_next, &any, &next);
    assert_int_equal(any, wanted);
    if (wanted) {
        assert_int_equal(next.us, due);
    }
}

static void test_timers_come_by_when_they_are_due(void **state)
{
    Store *store = *state;

    expect_next_timer(store, false, 0);
    set_timer(store, TIMER_SUMMARY, 1, 2, 9, 300);
    set_timer(store, TIMER_PROMPT, 1, 2, 0, 100);
    set_timer(store, TIMER_DRAFT, 0, 0, 7, 200);
    set_timer(store, TIMER_NUDGE, 1, 2, 9, -50);
    expect_next_timer(store, true, -50);
    expect_timers("what is due, and what is due just now", store, 200, 10,
                  "nudge 1/2/9@-50 prompt 1/2/0@100 draft 0/0/7@200 ");
    expect_timers("the first so many", store, 300, 2, "nudge 1/2/9@-50 prompt 1/2/0@100 ");
    expect_timers("nothing yet", store, -51, 10, "");
}

static void test_a_timer_set_again_moves(void **state)
{
    Store *store = *state;

    set_timer(store, TIMER_PROMPT, 1, 2, 0, 100);
    set_timer(store, TIMER_PROMPT, 1, 2, 0, 500);
    set_timer(store, TIMER_PROMPT, 1, 3, 0, 50);
    expect_timers("it is due once, later", store, 999, 10, "prompt 1/3/0@50 prompt 1/2/0@500 ");
}

static void test_a_timer_is_cleared_by_its_name(void **state)
{
    Store *store = *state;
    Timer gone = {.kind = TIMER_PROMPT, .team = {1}, .sprint = {2}};
    Timer other = {.kind = TIMER_PROMPT, .team = {1}, .sprint = {2}, .subject = 5};

    set_timer(store, TIMER_PROMPT, 1, 2, 0, 100);
    set_timer(store, TIMER_LADDER, 1, 2, 0, 100);
    fixture_save(store, CHANGE_TIMER_GONE, NULL, &other);
    expect_timers("another name clears nothing", store, 100, 10,
                  "ladder 1/2/0@100 prompt 1/2/0@100 ");
    fixture_save(store, CHANGE_TIMER_GONE, NULL, &gone);
    fixture_save(store, CHANGE_TIMER_GONE, NULL, &gone);
    expect_timers("cleared by a change", store, 100, 10, "ladder 1/2/0@100 ");
    gone.kind = TIMER_LADDER;
    MUST(store, timer_clear, &gone);
    expect_next_timer(store, false, 0);
}

static void test_every_kind_of_timer_is_kept(void **state)
{
    Store *store = *state;

    for (int kind = 0; kind < TIMER_KIND_COUNT; kind++) {
        g_autofree char *wanted =
            g_strdup_printf("%s 1/2/3@%d ", timer_kind_name((TimerKind)kind), kind);

        set_timer(store, (TimerKind)kind, 1, 2, 3, kind);
        expect_timers(timer_kind_name((TimerKind)kind), store, 100, 10, wanted);
        MUST(store, timer_clear, (&(Timer){(TimerKind)kind, {1}, {2}, 3, {0}}));
    }
}

static void test_settings_are_found_by_how_their_names_begin(void **state)
{
    Store *store = *state;
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    MUST(store, setting_set, "matrix/a/since", "s1");
    MUST(store, setting_set, "matrix/a/last/!r%_:x", "$e");
    MUST(store, setting_set, "matrix/ab/since", "s2");
    MUST(store, setting_set, "matrix/a", "no");
    MUST(store, settings, "matrix/a/", found);
    assert_int_equal(g_hash_table_size(found), 2);
    assert_string_equal(g_hash_table_lookup(found, "matrix/a/since"), "s1");
    assert_string_equal(g_hash_table_lookup(found, "matrix/a/last/!r%_:x"), "$e");
}

/* Drafts -------------------------------------------------------------------------------------- */

static char west[] = "west";
static char maria[] = "maria";
static char somebody[] = "U0123ABCD";
static char form[] = "sprint open";
static char values[] = "kr: =1+1\n  goes on";
static char summary[] = "";
static char thread[] = "$143273582443PhrSn:example.org";

static Draft make_draft(WorkspaceId workspace, int64_t id, char *channel, char *member)
{
    return (Draft){.id = {id},
                   .workspace = workspace,
                   .channel = channel,
                   .member = member,
                   .form = form,
                   .values = values,
                   .field = summary,
                   .entry = 3,
                   .full = true,
                   .updated = FIXTURE_NOW,
                   .thread = thread};
}

static void expect_draft(const char *promise, Store *store, WorkspaceId workspace,
                         const char *channel, const char *member, int64_t id)
{
    Draft *draft = NULL;

    MUST(store, draft_load, workspace, channel, member, &draft);
    if ((draft != NULL ? draft->id.v : 0) != id) {
        fail_msg("%s: draft %d, not %d", promise, draft != NULL ? (int)draft->id.v : 0, (int)id);
    }
    draft_free(draft);
}

static void test_a_draft_comes_back_as_it_was_saved(void **state)
{
    Store *store = *state;
    WorkspaceId workspace = fixture_workspace(store, "acme");
    Draft draft = make_draft(workspace, 5, west, maria);
    Draft *back = NULL;

    fixture_save(store, CHANGE_DRAFT, NULL, &draft);
    MUST(store, draft_by_id, draft.id, &back);
    assert_non_null(back);
    assert_int_equal(back->id.v, 5);
    assert_int_equal(back->workspace.v, workspace.v);
    assert_string_equal(back->channel, "west");
    assert_string_equal(back->member, "maria");
    assert_string_equal(back->form, "sprint open");
    assert_string_equal(back->values, "kr: =1+1\n  goes on");
    assert_string_equal(back->field, "");
    assert_int_equal(back->entry, 3);
    assert_true(back->full);
    assert_int_equal(back->updated.us, FIXTURE_NOW.us);
    assert_string_equal(back->thread, "$143273582443PhrSn:example.org");
    draft_free(back);
    draft.field = NULL;
    draft.thread = NULL;
    draft.full = false;
    fixture_save(store, CHANGE_DRAFT, NULL, &draft);
    MUST(store, draft_by_id, draft.id, &back);
    assert_null(back->field);
    assert_null(back->thread);
    assert_false(back->full);
    draft_free(back);
}

static void test_a_member_has_one_draft_in_a_channel(void **state)
{
    Store *store = *state;
    WorkspaceId workspace = fixture_workspace(store, "acme");
    Draft here = make_draft(workspace, 1, west, maria);
    Draft direct = make_draft(workspace, 2, NULL, maria);
    Draft other = make_draft(workspace, 3, west, somebody);
    Draft newer = make_draft(workspace, 4, west, maria);
    Draft newer_direct = make_draft(workspace, 5, NULL, maria);

    fixture_save(store, CHANGE_DRAFT, NULL, &here);
    fixture_save(store, CHANGE_DRAFT, NULL, &direct);
    fixture_save(store, CHANGE_DRAFT, NULL, &other);
    expect_draft("in the channel", store, workspace, "west", "maria", 1);
    expect_draft("in a direct conversation", store, workspace, NULL, "maria", 2);
    expect_draft("another member's", store, workspace, "west", "U0123ABCD", 3);
    fixture_save(store, CHANGE_DRAFT, NULL, &newer);
    fixture_save(store, CHANGE_DRAFT, NULL, &newer_direct);
    expect_draft("a newer one takes its place", store, workspace, "west", "maria", 4);
    expect_draft("also in a direct conversation", store, workspace, NULL, "maria", 5);
    fixture_save(store, CHANGE_DRAFT_GONE, NULL, &newer);
    fixture_save(store, CHANGE_DRAFT_GONE, NULL, &newer);
    expect_draft("dropped", store, workspace, "west", "maria", 0);
    expect_draft("the other stays", store, workspace, "west", "U0123ABCD", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_an_event_is_new_once),
        STORE_TEST(test_a_key_is_known_once_noted),
        STORE_TEST(test_old_events_are_forgotten_and_no_others),
        STORE_TEST(test_a_round_meets_every_key_in_time),
        STORE_TEST(test_ids_never_go_back),
        STORE_TEST(test_a_workspace_keeps_its_id),
        STORE_TEST(test_settings_are_kept),
        STORE_TEST(test_settings_are_found_by_how_their_names_begin),
        STORE_TEST(test_timers_come_by_when_they_are_due),
        STORE_TEST(test_a_timer_set_again_moves),
        STORE_TEST(test_a_timer_is_cleared_by_its_name),
        STORE_TEST(test_every_kind_of_timer_is_kept),
        STORE_TEST(test_a_draft_comes_back_as_it_was_saved),
        STORE_TEST(test_a_member_has_one_draft_in_a_channel),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The engine against its promises: nothing is told before it is kept, nothing happens twice, and
 * whatever fails, nothing is half done. Everything is real but the clock and the platform. */

#include "bot/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/store/sqlite.h"
#include "bot/store/sqlite_parts.h"
#include "engine_rig.h"
#include "store_fixture.h"

/* The first morning: both teams have been asked. */
static void ask(Rig *rig)
{
    rig_advance(rig, rig_at(14, 9, 30));
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 1);
    assert_int_equal(rig_posted(rig, "west-2", CARD_PROMPT), 1);
}

static void expect_text(const char *promise, const char *text, const char *words)
{
    if (text == NULL || strstr(text, words) == NULL) {
        fail_msg("%s: \"%s\" is not in: %s", promise, words, text != NULL ? text : "(nothing)");
    }
}

static int64_t readings(Rig *rig)
{
    return rig_count(rig, "SELECT count(*) FROM reading WHERE source = 'check-in'");
}

/* Once ---------------------------------------------------------------------------------------- */

static void test_the_same_event_again_changes_nothing(void **state)
{
    Rig *rig = *state;

    ask(rig);
    rig_post(rig, rig_event(rig, "once", "west-1", "m1", "kr1 27%"));
    rig_run(rig);
    assert_false(rig_last(rig)->repeated);
    expect_text("the first is answered", rig_last(rig)->reply, "27%");
    g_autofree char *before = rig_store_text(rig);

    for (int i = 0; i < 3; i++) {
        rig_post(rig, rig_event(rig, "once", "west-1", "m1", "kr1 27%"));
        rig_run(rig);
        assert_true(rig_last(rig)->repeated);
        assert_null(rig_last(rig)->reply);
        assert_null(rig_last(rig)->failure);
    }
    g_autofree char *after = rig_store_text(rig);

    assert_string_equal(before, after);
}

/* A press of its button has a key of its own each time. */
static Event *closing_form(Rig *rig, const char *key, const char *text)
{
    Event *event = event_new(EVENT_FORM, key);

    event->filled = g_strconcat("view/", text, NULL);
    event->workspace = rig->workspace;
    event->channel = g_strdup("west-1");
    event->member = g_strdup("maria");
    event->action = g_strdup("sprint close");
    event_set_text(event, text, strlen(text));
    return event;
}

static void test_a_form_that_was_taken_is_the_same_when_sent_again(void **state)
{
    Rig *rig = *state;
    const char *text = "sprint: 1\nreason: the window is over";

    rig_post(rig, closing_form(rig, "press/1", text));
    rig_run(rig);
    assert_false(rig_last(rig)->repeated);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM sprint WHERE state = 'closing'"), 1);
    g_autofree char *before = rig_platform_text(rig);

    rig_post(rig, closing_form(rig, "press/2", text));
    rig_run(rig);
    assert_true(rig_last(rig)->repeated);
    assert_null(rig_last(rig)->reply);
    g_autofree char *after = rig_platform_text(rig);
    assert_string_equal(before, after);
}

static void test_a_form_that_was_not_taken_is_looked_at_again(void **state)
{
    Rig *rig = *state;

    for (int i = 1; i <= 2; i++) {
        g_autofree char *key = g_strdup_printf("press/%d", i);

        rig_post(rig, closing_form(rig, key, "sprint: 1"));
        rig_run(rig);
        assert_false(rig_last(rig)->repeated);
        assert_non_null(rig_last(rig)->reply);
    }
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM sprint WHERE state = 'closing'"), 0);
}

static void test_the_same_event_twice_in_one_batch_counts_once(void **state)
{
    Rig *rig = *state;

    ask(rig);
    rig_post(rig, rig_event(rig, "once", "west-1", "m1", "kr1 27%"));
    rig_post(rig, rig_event(rig, "once", "west-1", "m1", "kr1 27%"));
    rig_run(rig);
    assert_int_equal(rig->told->len, 2);
    assert_false(((const Told *)g_ptr_array_index(rig->told, 0))->repeated);
    assert_true(((const Told *)g_ptr_array_index(rig->told, 1))->repeated);
    assert_int_equal(readings(rig), 1);
}

static void test_a_repeated_event_is_known_after_a_restart(void **state)
{
    Rig *rig = *state;

    ask(rig);
    rig_post(rig, rig_event(rig, "once", "west-1", "m1", "kr1 27%"));
    rig_run(rig);
    rig_close(rig);
    rig_open(rig);
    rig_post(rig, rig_event(rig, "once", "west-1", "m1", "kr1 27%"));
    rig_run(rig);
    assert_true(rig_last(rig)->repeated);
    assert_int_equal(readings(rig), 1);
}

static void test_keys_are_forgotten_after_a_week_however_many(void **state)
{
    Rig *rig = *state;

    rig_sql(
        rig,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
        " INSERT INTO event_key (key, noted) SELECT 'old/' || i, 1751925600000000 FROM n"); /* 7
                                                                                               July
                                                                                             */
    ask(rig);
    rig_text(rig, "west-1", "m1", "kr1 27%");
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM event_key WHERE key LIKE 'old/%'"), 300);
    rig_advance(rig, rig_at(15, 9, 30));
    for (int i = 0; i < 400; i++) {
        rig_text(rig, "west-1", NULL, "hello");
    }
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM event_key WHERE key LIKE 'old/%'"), 0);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM event_key"), 401);
}

/* Commit, then tell --------------------------------------------------------------------------- */

/* The rig fails when anything is told inside a transaction, or replied to before one was committed.
 */
static void test_a_batch_is_one_commit_and_told_after_it(void **state)
{
    Rig *rig = *state;

    ask(rig);
    int commits = rig->store->commits;

    for (int i = 0; i < 50; i++) {
        g_autofree char *key = g_strdup_printf("batch/%d", i);

        rig_post(rig, rig_event(rig, key, i % 2 == 0 ? "west-1" : "west-2", key, "kr1 27%"));
    }
    assert_int_equal(rig->told->len, 0);
    assert_true(engine_step(rig->engine));
    assert_int_equal(rig->store->commits, commits + 1);
    assert_int_equal(rig->told->len, 50);
    assert_int_equal(readings(rig), 50);
}

static void test_answers_are_told_in_the_order_they_came(void **state)
{
    Rig *rig = *state;

    ask(rig);
    for (int i = 0; i < 600; i++) { /* more than two batches */
        g_autofree char *key = g_strdup_printf("%d", i);

        rig_post(rig, rig_event(rig, key, i % 3 == 0 ? "west-1" : "west-2", NULL, "hello"));
    }
    rig_run(rig);
    assert_int_equal(rig->told->len, 600);
    for (guint i = 0; i < 600; i++) {
        const Told *told = g_ptr_array_index(rig->told, i);

        assert_int_equal(g_ascii_strtoll(told->key, NULL, 10), i);
    }
}

static void test_a_full_inbox_refuses_and_takes_again_when_there_is_room(void **state)
{
    Rig *rig = *state;

    ask(rig);
    for (int i = 0; i < ENGINE_INBOX_MAX; i++) {
        g_autofree char *key = g_strdup_printf("full/%d", i);

        assert_true(engine_post(rig->engine, rig_event(rig, key, "west-1", NULL, "")));
    }
    assert_false(engine_post(rig->engine, rig_event(rig, "one too many", "west-1", NULL, "")));
    assert_true(engine_step(rig->engine));
    assert_true(engine_post(rig->engine, rig_event(rig, "now there is", "west-1", NULL, "")));
    rig_run(rig);
    assert_int_equal(rig->told->len, ENGINE_INBOX_MAX + 1);
    assert_null(rig_told(rig, "one too many"));
}

/* Failures ------------------------------------------------------------------------------------ */

/* Two days in the life of both teams: prompts, answers on time and late, an edit, a nudge,
 * summaries, a blocker. */
typedef struct Scene {
    int day, hour, minute; /* the clock is moved there first */
    bool edited;
    const char *channel, *message, *text;
} Scene;

static const Scene scenes[] = {
    {14, 9, 30, false, "west-1", "m1", "kr1 27%, kr2 +2, confidence 6"},
    {14, 9, 31, false, "west-2", "m2", "blocked: legal review"},
    {14, 9, 40, false, "west-1", "m3", "kr3 9.5 days\nlearned: shorter invitations work"},
    {14, 9, 50, true, "west-1", "m1", "kr1 26%, kr2 +2, confidence 5"},
    {14, 9, 51, false, "west-2", "m4", "kr1 23%"},
    {15, 9, 29, false, "west-2", "m5", "kr1 24%"},
    {15, 9, 45, false, "west-1", "m6", "same"},
};

static Event *scene_event(Rig *rig, const Scene *scene)
{
    g_autofree char *key = g_strdup_printf("scene/%d", (int)(scene - scenes));
    Event *event = rig_event(rig, key, scene->channel, scene->message, scene->text);

    event->edited = scene->edited;
    return event;
}

static void play(Rig *rig, const Scene *scene)
{
    rig_advance(rig, rig_at(scene->day, scene->hour, scene->minute));
    if (!rig->store->dead) {
        rig_post(rig, scene_event(rig, scene));
        rig_run(rig);
    }
}

/* What is left when nothing goes wrong, and how many calls that took. */
typedef struct Ending {
    char *store, *platform;
    int calls;
} Ending;

static void play_all(Rig *rig, void (*one)(Rig *rig, const Scene *scene))
{
    for (size_t i = 0; i < G_N_ELEMENTS(scenes); i++) {
        one(rig, &scenes[i]);
    }
}

static Ending undisturbed(Rig *rig)
{
    faulty_set(rig->store, FAULT_NONE, 0);
    play_all(rig, play);
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 2);
    assert_int_equal(rig_newest(rig, "west-1", CARD_PROMPT)->edits,
                     2); /* the summary, and its late answer */
    assert_int_equal(rig_posted(rig, NULL, CARD_NUDGE), 2);
    return (Ending){rig_store_text(rig), rig_platform_text(rig), rig->store->calls};
}

static void expect_ending(const char *promise, int at, Rig *rig, const Ending *wanted)
{
    g_autofree char *store = rig_store_text(rig);
    g_autofree char *platform = rig_platform_text(rig);

    if (strcmp(store, wanted->store) != 0) {
        fail_msg("%s, call %d: the store has\n%s\ninstead of\n%s", promise, at, store,
                 wanted->store);
    }
    if (strcmp(platform, wanted->platform) != 0) {
        fail_msg("%s, call %d: people saw\n%s\ninstead of\n%s", promise, at, platform,
                 wanted->platform);
    }
}

static void ending_clear(Ending *ending)
{
    g_free(ending->store);
    g_free(ending->platform);
}

static void test_a_hiccup_of_the_store_is_not_noticed(void **state)
{
    Rig *rig = *state;
    Ending wanted = undisturbed(rig);

    for (int at = 1; at <= wanted.calls; at++) {
        rig_renew(rig);
        faulty_set(rig->store, FAULT_ONCE, at);
        play_all(rig, play);
        for (guint i = 0; i < rig->told->len; i++) {
            const Told *told = g_ptr_array_index(rig->told, i);

            if (told->failure != NULL || told->repeated) {
                fail_msg("call %d failed once, and %s was told so", at, told->key);
            }
        }
        expect_ending("a call fails once", at, rig, &wanted);
    }
    ending_clear(&wanted);
}

/* Posts while the store may be broken: a failure leaves all as it was, and the next try works. */
static void play_until_taken(Rig *rig, const Scene *scene)
{
    rig_advance(rig, rig_at(scene->day, scene->hour, scene->minute));
    g_autofree char *before = rig_store_text(rig);

    rig_post(rig, scene_event(rig, scene));
    for (int steps = 0; rig->told->len == 0 && steps < 10; steps++) {
        engine_step(rig->engine);
    }
    if (rig_last(rig)->failure != NULL) {
        g_autofree char *after = rig_store_text(rig);

        expect_text("the sender is told why", rig_last(rig)->failure, "made to fail");
        assert_null(rig_last(rig)->reply);
        assert_string_equal(before, after);
        faulty_set(rig->store, FAULT_NONE, 0);
        rig_post(rig, scene_event(rig, scene));
    }
    rig_run(rig);
    if (rig_last(rig)->failure != NULL || rig_last(rig)->repeated) {
        fail_msg("%s: the next try did not work", rig_last(rig)->key);
    }
    g_ptr_array_set_size(rig->told, 0);
}

static void test_a_store_that_breaks_tells_the_sender_and_keeps_all_as_it_was(void **state)
{
    Rig *rig = *state;
    Ending wanted = undisturbed(rig);

    for (int at = 1; at <= wanted.calls; at++) {
        rig_renew(rig);
        faulty_set(rig->store, FAULT_FROM, at);
        play_all(rig, play_until_taken);
        faulty_set(rig->store, FAULT_NONE, 0);
        rig_run(rig);
        expect_ending("the store breaks", at, rig, &wanted);
    }
    ending_clear(&wanted);
}

/* The process goes away, comes back, and what was not acknowledged is sent again. */
static void play_through_a_kill(Rig *rig, const Scene *scene)
{
    while (true) {
        guint told = rig->told->len;

        play(rig, scene);
        if (!rig->store->dead) {
            assert_null(rig_last(rig)->failure);
            return;
        }
        rig_close(rig);
        rig_open(rig);
        rig_run(rig);
        if (rig->told->len > told) {
            return; /* acknowledged before the end: it is not sent again */
        }
    }
}

static void test_a_kill_at_any_call_loses_no_answer_and_sends_no_card_twice(void **state)
{
    static const Fault kills[] = {FAULT_KILLED, FAULT_KILLED_AFTER};
    Rig *rig = *state;
    Ending wanted = undisturbed(rig);

    for (size_t i = 0; i < G_N_ELEMENTS(kills); i++) {
        for (int at = 1; at <= wanted.calls; at++) {
            rig_renew(rig);
            faulty_set(rig->store, kills[i], at);
            play_all(rig, play_through_a_kill);
            expect_ending(i == 0 ? "killed before a call" : "killed after a call", at, rig,
                          &wanted);
        }
    }
    ending_clear(&wanted);
}

static void test_one_bad_event_does_not_harm_the_others_of_its_batch(void **state)
{
    Rig *rig = *state;

    ask(rig);
    rig_close(rig); /* so that the damage is read */
    rig_open(rig);
    rig_run(rig);
    rig_sql(rig, "UPDATE team SET zone = 'Europe/Nowhere' WHERE id = 2100");
    for (int i = 0; i < 9; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);

        rig_post(rig, rig_event(rig, key, i % 3 == 1 ? "west-2" : "west-1", key, "kr1 +1 pp"));
    }
    rig_run(rig);
    assert_int_equal(rig->told->len, 9);
    for (int i = 0; i < 9; i++) {
        const Told *told = g_ptr_array_index(rig->told, (guint)i);

        assert_int_equal(g_ascii_strtoll(told->key, NULL, 10), i);
        assert_int_equal(told->failure != NULL, i % 3 == 1);
        assert_int_equal(told->reply != NULL, i % 3 != 1);
    }
    assert_int_equal(readings(rig), 6);
}

static void test_a_team_that_cannot_be_read_holds_up_no_other_teams_timers(void **state)
{
    Rig *rig = *state;

    rig_sql(rig, "UPDATE team SET zone = 'Europe/Nowhere' WHERE id = 1100");
    rig_sql(rig, "UPDATE timer SET due = due - 1000000 WHERE team = 1100"); /* it comes first */
    rig_advance(rig, rig_at(14, 9, 30));
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 0);
    assert_int_equal(rig_posted(rig, "west-2", CARD_PROMPT), 1);
    rig_sql(rig, "UPDATE team SET zone = 'Europe/Berlin' WHERE id = 1100");
    rig_advance(rig, rig_at(14, 9, 35));
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 1);
    assert_int_equal(rig_posted(rig, "west-2", CARD_PROMPT), 1);
}

/* As by a disk that fails while it is taken, and is well again a moment later. */
static void test_a_timer_is_not_late_because_the_store_was_unwell(void **state)
{
    Rig *rig = *state;

    rig->store->error = STORE_ERROR_DISK;
    faulty_set(rig->store, FAULT_COMMITS, 2); /* with all that is due, and alone */
    clock_set(rig->clock, rig_at(14, 9, 30));
    engine_step(rig->engine);
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 0);
    rig_run(rig);
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 1);
}

static void test_a_store_that_does_not_begin_is_not_asked_for_every_event(void **state)
{
    Rig *rig = *state;

    ask(rig);
    for (int i = 0; i < 100; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);

        rig_post(rig, rig_event(rig, key, "west-1", key, "kr1 27%"));
    }
    faulty_set(rig->store, FAULT_FROM, 2); /* the first looks for timers */
    engine_step(rig->engine);
    assert_int_equal(rig->told->len, 100);
    assert_non_null(rig_last(rig)->failure);
    assert_true(rig->store->calls <= 4); /* each may wait for seconds */
    faulty_set(rig->store, FAULT_NONE, 0);
}

static void test_a_store_that_takes_nothing_is_told_once_and_that_it_does_again(void **state)
{
    Rig *rig = *state;
    int64_t tried_at = 0;

    ask(rig);
    rig->store->error = STORE_ERROR_DISK;
    faulty_set(rig->store, FAULT_FROM, 1);
    for (int i = 0; i < 3; i++) {
        tried_at = g_get_monotonic_time();
        rig_text(rig, "west-1", i == 0 ? "a" : i == 1 ? "b" : "c", "kr1 27%");
        assert_non_null(rig_last(rig)->failure);
        assert_false(engine_step(rig->engine)); /* it is tried, and nobody is kept waiting */
    }
    assert_int_equal(rig->unwell->len, 1);
    expect_text("why", g_ptr_array_index(rig->unwell, 0), "was made to fail");
    faulty_set(rig->store, FAULT_NONE, 0);
    assert_false(engine_step(rig->engine)); /* it may come and go */
    assert_true(rig->unwell->len == 1 || g_get_monotonic_time() - tried_at >= G_TIME_SPAN_SECOND);
    g_usleep(G_TIME_SPAN_SECOND);
    assert_false(engine_step(rig->engine)); /* and nobody said anything */
    assert_int_equal(rig->unwell->len, 2);
    assert_string_equal(g_ptr_array_index(rig->unwell, 1), "");
    rig_text(rig, "west-1", "d", "kr1 27%");
    assert_null(rig_last(rig)->failure);
    assert_int_equal(rig->unwell->len, 2);
}

static void test_one_bad_item_says_nothing_about_the_store(void **state)
{
    Rig *rig = *state;

    ask(rig);
    faulty_set(rig->store, FAULT_FROM, 3);
    rig_text(rig, "west-1", "a", "kr1 27%");
    assert_non_null(rig_last(rig)->failure);
    assert_int_equal(rig->unwell->len, 0);
    faulty_set(rig->store, FAULT_NONE, 0);
}

static void test_a_full_disk_is_said_and_nothing_is_half_saved(void **state)
{
    Rig *rig = *state;
    g_autofree char *long_note = g_strnfill(3000, 'x');
    int tries = 0;

    ask(rig);
    sqlite_limit_pages(rig->store->inner, (int)rig_count(rig, "PRAGMA page_count"));
    g_autofree char *before = NULL; /* the second in a row that does not fit */

    for (int failures = 0; failures < 2;) {
        g_autofree char *message = g_strdup_printf("m%d", tries);

        g_free(before);
        before = failures > 0 ? rig_store_text(rig) : NULL;
        rig_text(rig, "west-1", message, long_note);
        failures = rig_last(rig)->failure != NULL ? failures + 1 : 0;
        assert_true(++tries < 400);
    }
    g_autofree char *after = rig_store_text(rig);
    g_autofree char *key = g_strdup(rig_last(rig)->key);

    expect_text("what is wrong", rig_last(rig)->failure, "the disk is full");
    expect_text("how to mend it", rig_last(rig)->failure, "Free some room");
    assert_string_equal(before, after);
    sqlite_limit_pages(rig->store->inner, 0);
    rig_post(rig, rig_event(rig, key, "west-1", "again", "kr1 27%"));
    rig_run(rig);
    assert_null(rig_last(rig)->failure);
    assert_false(rig_last(rig)->repeated);
}

static void test_a_second_engine_on_the_same_file_is_refused(void **state)
{
    Rig *rig = *state;
    g_autoptr(GError) error = NULL;

    assert_null(sqlite_open(rig->path, &error));
    assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE));
    ask(rig); /* the first goes on */
}

/* What is kept in memory ---------------------------------------------------------------------- */

static void test_a_joint_sprint_is_in_both_teams_books_whoever_speaks_first(void **state)
{
    static const char *const order[][2] = {{"west-1", "west-2"}, {"west-2", "west-1"}};
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        rig_renew(rig);
        rig_sql(rig, "INSERT INTO sprint_owner (sprint, team, place) VALUES (1200, 2100, 1)");
        ask(rig);
        for (size_t j = 0; j < 2; j++) {
            rig_text(rig, order[i][j], NULL, j == 0 ? "#1 kr1 25%" : "#1 kr1 27%");
            expect_text(order[i][j], rig_last(rig)->reply, j == 0 ? "25%" : "25% \u2192 27%");
        }
    }
}

/* More readings than are kept between batches. */
static void test_a_team_too_large_to_be_kept_is_read_again(void **state)
{
    Rig *rig = *state;

    rig_sql(rig, "UPDATE ids SET next = 1000000");
    rig_sql(rig,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 210000)"
            " INSERT INTO reading (id, kr, value, at, day, source)"
            " SELECT 100000 + i, 1201, 23000000, 1752242400000000, '2025-07-11', 'system' FROM n");
    rig_close(rig); /* the engine took its ids when it started */
    rig_open(rig);
    ask(rig);
    for (int i = 0; i < 3; i++) {
        g_autofree char *text = g_strdup_printf("kr1 %d%%", 25 + i);
        g_autofree char *echo = g_strdup_printf("%d%% \u2192 %d%%", i == 0 ? 23 : 24 + i, 25 + i);

        rig_text(rig, "west-1", NULL, text);
        expect_text("each stands on the one before", rig_last(rig)->reply, echo);
    }
}

/* Asking the engine --------------------------------------------------------------------------- */

static void test_a_channels_zone_is_its_teams(void **state)
{
    Rig *rig = *state;
    g_autofree char *zone = engine_zone_name(rig->engine, rig->workspace, "west-1");

    assert_string_equal(zone, "Europe/Berlin");
    assert_null(engine_zone_name(rig->engine, rig->workspace, "nobody's"));
}

static void test_a_zone_that_cannot_be_read_leaves_no_half_loaded_team(void **state)
{
    Rig *rig = *state;

    ask(rig);
    for (int at = 1; at <= 4; at++) {
        rig_close(rig);
        rig_open(rig);
        rig_run(rig);
        faulty_set(rig->store, FAULT_FROM, at);
        g_free(engine_zone_name(rig->engine, rig->workspace, "west-1"));
        faulty_set(rig->store, FAULT_NONE, 0);
        rig_text(rig, "west-1", NULL, "kr1 +1 pp");
        expect_text("the sprint is there", rig_last(rig)->reply, "pp");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_the_same_event_again_changes_nothing),
        RIG_TEST(test_a_form_that_was_taken_is_the_same_when_sent_again),
        RIG_TEST(test_a_form_that_was_not_taken_is_looked_at_again),
        RIG_TEST(test_the_same_event_twice_in_one_batch_counts_once),
        RIG_TEST(test_a_repeated_event_is_known_after_a_restart),
        RIG_TEST(test_keys_are_forgotten_after_a_week_however_many),
        RIG_TEST(test_a_batch_is_one_commit_and_told_after_it),
        RIG_TEST(test_answers_are_told_in_the_order_they_came),
        RIG_TEST(test_a_full_inbox_refuses_and_takes_again_when_there_is_room),
        RIG_TEST(test_a_hiccup_of_the_store_is_not_noticed),
        RIG_TEST(test_a_store_that_breaks_tells_the_sender_and_keeps_all_as_it_was),
        RIG_TEST(test_a_kill_at_any_call_loses_no_answer_and_sends_no_card_twice),
        RIG_TEST(test_one_bad_event_does_not_harm_the_others_of_its_batch),
        RIG_TEST(test_a_team_that_cannot_be_read_holds_up_no_other_teams_timers),
        RIG_TEST(test_a_timer_is_not_late_because_the_store_was_unwell),
        RIG_TEST(test_a_store_that_does_not_begin_is_not_asked_for_every_event),
        RIG_TEST(test_a_store_that_takes_nothing_is_told_once_and_that_it_does_again),
        RIG_TEST(test_one_bad_item_says_nothing_about_the_store),
        RIG_TEST(test_a_full_disk_is_said_and_nothing_is_half_saved),
        RIG_TEST(test_a_second_engine_on_the_same_file_is_refused),
        RIG_TEST(test_a_joint_sprint_is_in_both_teams_books_whoever_speaks_first),
        RIG_TEST(test_a_team_too_large_to_be_kept_is_read_again),
        RIG_TEST(test_a_channels_zone_is_its_teams),
        RIG_TEST(test_a_zone_that_cannot_be_read_leaves_no_half_loaded_team),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

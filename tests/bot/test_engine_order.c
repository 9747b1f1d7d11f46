/* The engine and time: timers, the outbox, the order in which things happen. Everything is real but
 * the clock and the platform. */

#include "bot/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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

/* Timers -------------------------------------------------------------------------------------- */

static void test_advancing_passes_every_timer_at_its_own_instant(void **state)
{
    Rig *rig = *state;

    rig_advance(rig, rig_at(18, 23, 0));
    for (int32_t n = 1; n <= 2; n++) {
        g_autoptr(Sprint) sprint = fixture_load_sprint(rig->store->inner, RIG_SPRINT(n));

        assert_int_equal(sprint->checkins->len, 5);
        for (guint i = 0; i < 5; i++) {
            const Checkin *checkin = g_ptr_array_index(sprint->checkins, i);

            assert_int_equal(checkin->asked.us, rig_at(14 + (int)i, 9, 30).us);
            assert_true(checkin->summarised);
        }
    }
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 5);
    assert_int_equal(rig_posted(rig, NULL, CARD_NUDGE),
                     5); /* one a day is the ceiling, over both teams */
}

static void test_what_comes_after_an_advance_happens_after_it(void **state)
{
    Rig *rig = *state;

    engine_advance(rig->engine, rig_at(14, 12, 0));
    rig_post(rig, rig_event(rig, "after", "west-1", "m1", "hello"));
    engine_barrier(rig->engine, 7);
    rig_run(rig);
    assert_int_equal(clock_now(rig->clock).us, rig_at(14, 12, 0).us);
    assert_int_equal(rig->told->len, 1);
    assert_int_equal(rig->reached->len, 1);
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 1);
}

static void test_advancing_waits_until_the_cards_of_one_timer_have_arrived(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    engine_advance(rig->engine, rig_at(14, 12, 0));
    rig_run(rig);
    assert_int_equal(clock_now(rig->clock).us, rig_at(14, 9, 30).us);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(clock_now(rig->clock).us, rig_at(14, 9, 30).us);
    rig_deliver(rig, "west-2");
    rig_run(rig);
    assert_true(clock_now(rig->clock).us > rig_at(14, 9, 30).us);
}

static void test_overdue_timers_run_once_and_in_order(void **state)
{
    Rig *rig = *state;

    ask(rig);
    rig_close(rig);
    clock_set(rig->clock, rig_at(14, 11, 0)); /* nudges and summaries were missed */
    rig_open(rig);
    rig->hold = true;
    rig_run(rig);
    assert_int_equal(
        rig_count(rig, "SELECT count(*) FROM timer WHERE kind IN ('nudge', 'summary')"), 0);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM outbox"),
                     5); /* one nudge, two summaries, each with its sprint's card */
    assert_int_equal(rig_count(rig, "SELECT kind = 'nudge' FROM outbox ORDER BY id LIMIT 1"), 1);
    rig->hold = false;
    rig_deliver(rig, "west-1");
    rig_deliver(rig, "west-2");
    rig_run(rig);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(rig_newest(rig, "west-1", CARD_PROMPT)->edits, 1);
    assert_int_equal(rig_newest(rig, "west-2", CARD_PROMPT)->edits, 1);
    assert_int_equal(rig_posted(rig, NULL, CARD_NUDGE), 1);
}

static void test_after_days_away_only_today_is_asked_and_says_it_is_late(void **state)
{
    Rig *rig = *state;

    rig_close(rig);
    clock_set(rig->clock, rig_at(16, 10, 0));
    rig_open(rig);
    rig_run(rig);
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 1);
    expect_text("it is today's", rig_newest(rig, "west-1", CARD_PROMPT)->text, "16 Jul");
    expect_text("it says when it was due", rig_newest(rig, "west-1", CARD_PROMPT)->text, "09:30");
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM checkin WHERE sprint = 1200"), 1);
    assert_int_equal(
        rig_count(rig,
                  "SELECT count(*) FROM timer WHERE kind = 'prompt' AND due <= 1752652800000000"),
        0); /* 16 July 10:00 */
}

static void test_on_a_day_without_work_nothing_overdue_is_asked(void **state)
{
    Rig *rig = *state;

    rig_close(rig);
    clock_set(rig->clock, rig_at(19, 10, 0)); /* Saturday */
    rig_open(rig);
    rig_run(rig);
    assert_int_equal(rig->posts->len, 0);
    rig_advance(rig, rig_at(21, 9, 30));
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 1);
}

static void test_a_prompt_that_was_not_sent_on_its_day_is_not_sent(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    engine_advance(rig->engine, rig_at(14, 9, 30));
    rig_run(rig);
    assert_non_null(rig_held(rig, "west-1"));
    rig_close(rig); /* before it was delivered */
    clock_set(rig->clock, rig_at(15, 8, 0));
    rig->hold = false;
    rig_open(rig);
    rig_run(rig);
    assert_int_equal(rig->posts->len, 0);
    assert_int_equal(
        rig_count(rig,
                  "SELECT count(*) FROM undelivered WHERE ended = 'expired' AND kind = 'prompt'"),
        2);
    rig_advance(rig, rig_at(15, 9, 30));
    assert_int_equal(rig_posted(rig, "west-1", CARD_PROMPT), 1);
}

/* Cards --------------------------------------------------------------------------------------- */

static void test_cards_of_a_channel_go_one_by_one_and_hold_up_no_other(void **state)
{
    Rig *rig = *state;

    rig->hold = true; /* the rig fails when two cards for one target are out */
    rig_put_card(rig, "west-1", NULL, "one", (Instant){0});
    rig_put_card(rig, "west-1", NULL, "two", (Instant){0});
    rig_put_card(rig, "west-2", NULL, "other", (Instant){0});
    rig_put_card(rig, "west-1", NULL, "three", (Instant){0});
    rig_run(rig);
    assert_int_equal(rig->held->len, 2);
    rig_deliver(rig, "west-2");
    rig_run(rig);
    assert_int_equal(rig->held->len, 1);
    for (int i = 0; i < 3; i++) {
        rig_deliver(rig, "west-1");
        rig_run(rig);
    }
    static const char *const order[] = {"other", "one", "two", "three"};

    assert_int_equal(rig->posts->len, 4);
    for (guint i = 0; i < 4; i++) {
        expect_text("in order", ((const Post *)g_ptr_array_index(rig->posts, i))->text, order[i]);
    }
}

static void test_expired_cards_are_passed_over_however_many(void **state)
{
    Rig *rig = *state;

    fixture_begin(rig->store->inner);
    for (int i = 0; i < 700; i++) { /* more than a batch looks at */
        g_autofree char *channel = g_strdup_printf("c%d", i % 50);

        rig_put_card(rig, channel, NULL, "yesterday's news", rig_at(13, 12, 0));
    }
    rig_put_card(rig, "west-1", NULL, "today's", rig_at(14, 12, 0));
    fixture_commit(rig->store->inner);
    rig_run(rig);
    assert_int_equal(rig->posts->len, 1);
    expect_text("what has not expired", rig_newest(rig, "west-1", CARD_NOTICE)->text, "today's");
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM outbox"), 0);
}

static void test_an_expired_card_that_may_stand_there_is_looked_for(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    int64_t keyed = rig_put_card(rig, "west-1", "pinned", "soon over", rig_at(14, 9, 10));
    rig_put_card(rig, "west-2", NULL, "soon over", rig_at(14, 9, 10));
    rig_put_card(rig, "west-3", "never tried", "soon over", rig_at(14, 8, 0));
    rig_run(rig);
    assert_int_equal(rig->held->len, 2);
    rig_close(rig); /* after one attempt each */
    clock_set(rig->clock, rig_at(14, 9, 20));
    rig_open(rig);
    rig_run(rig);
    assert_int_equal(rig->held->len, 1); /* where the other stands, nobody will ask */
    assert_int_equal(rig_held(rig, "west-1")->row->id, keyed);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(rig->posts->len, 0);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM undelivered WHERE ended = 'expired'"), 3);
}

static void test_an_undelivered_card_comes_again_and_says_so(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    int64_t row = rig_put_card(rig, "west-1", NULL, "once", (Instant){0});

    for (int attempt = 1; attempt <= 3; attempt++) {
        rig_run(rig);
        const Held *held = rig_held(rig, "west-1");

        assert_non_null(held);
        assert_int_equal(held->row->id, row);
        assert_int_equal(held->row->attempts, attempt);
        rig_close(rig);
        rig_open(rig);
    }
    rig_run(rig);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    rig_close(rig);
    rig_open(rig);
    rig_run(rig);
    assert_int_equal(rig->held->len, 0);
    assert_int_equal(rig->posts->len, 1);
}

static void test_an_edit_finds_the_place_of_its_message(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    rig_put_card(rig, "west-1", "pinned", "first", (Instant){0});
    rig_put_card(rig, "west-1", "pinned", "second", (Instant){0});
    rig_run(rig);
    assert_null(rig_held(rig, "west-1")->edits);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_string_equal(rig_held(rig, "west-1")->edits, "m1"); /* it waited to know the place */
    rig_deliver(rig, "west-1");
    rig_run(rig);
    rig_close(rig);
    rig_open(rig);
    rig_put_card(rig, "west-1", "pinned", "third", (Instant){0});
    rig_run(rig);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(rig->posts->len, 1);
    assert_int_equal(rig_newest(rig, "west-1", CARD_NOTICE)->edits, 2);
    expect_text("it reads as the last one", rig_newest(rig, "west-1", CARD_NOTICE)->text, "third");
}

static void settle(Rig *rig, int64_t row, OutboxEnd end)
{
    char why[] = "the channel is archived";

    for (guint i = rig->held->len; i > 0; i--) {
        if (((const Held *)g_ptr_array_index(rig->held, i - 1))->row->id == row) {
            g_ptr_array_remove_index(rig->held, i - 1);
        }
    }
    engine_settle(rig->engine, rig->workspace, row, end, &(MessageRef){NULL, why});
    rig_run(rig);
}

static void test_a_dead_card_is_told_once_and_the_next_goes_out(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    int64_t first = rig_put_card(rig, "west-1", NULL, "one", (Instant){0});
    int64_t second = rig_put_card(rig, "west-1", NULL, "two", (Instant){0});

    rig_run(rig);
    settle(rig, first, OUTBOX_DEAD);
    assert_int_equal(rig_held(rig, "west-1")->row->id, second);
    settle(rig, second, OUTBOX_DEAD);
    assert_int_equal(rig->held->len, 1); /* to the facilitator, alone */
    g_autofree char *text = card_plain(rig_held(rig, "@maria")->row->card);

    expect_text("it says why", text, "the channel is archived");
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM undelivered WHERE ended = 'dead'"), 2);
}

static void test_a_card_settled_twice_counts_once(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    int64_t first = rig_put_card(rig, "west-1", "k", "one", (Instant){0});

    rig_put_card(rig, "west-1", NULL, "two", (Instant){0});
    rig_run(rig);
    rig_deliver(rig, "west-1");
    settle(rig, first, OUTBOX_DELIVERED);
    settle(rig, first, OUTBOX_DEAD);
    assert_int_equal(rig->held->len, 1);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM undelivered"), 0);
}

static void test_a_barrier_waits_for_all_that_was_posted_before_it(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    rig_put_card(rig, "west-1", NULL, "one", (Instant){0});
    rig_put_card(rig, "west-1", NULL, "two", (Instant){0});
    rig_post(rig, rig_event(rig, "before", "west-1", "m1", "hello"));
    engine_barrier(rig->engine, 42);
    rig_post(rig, rig_event(rig, "after", "west-1", "m2", "hello"));
    rig_run(rig);
    assert_non_null(rig_told(rig, "before"));
    assert_int_equal(rig->reached->len, 0);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(rig->reached->len, 0);
    assert_null(rig_told(rig, "after"));
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(rig->reached->len, 1);
    assert_int_equal(g_array_index(rig->reached, int64_t, 0), 42);
    assert_non_null(rig_told(rig, "after"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_advancing_passes_every_timer_at_its_own_instant),
        RIG_TEST(test_what_comes_after_an_advance_happens_after_it),
        RIG_TEST(test_advancing_waits_until_the_cards_of_one_timer_have_arrived),
        RIG_TEST(test_overdue_timers_run_once_and_in_order),
        RIG_TEST(test_after_days_away_only_today_is_asked_and_says_it_is_late),
        RIG_TEST(test_on_a_day_without_work_nothing_overdue_is_asked),
        RIG_TEST(test_a_prompt_that_was_not_sent_on_its_day_is_not_sent),
        RIG_TEST(test_cards_of_a_channel_go_one_by_one_and_hold_up_no_other),
        RIG_TEST(test_expired_cards_are_passed_over_however_many),
        RIG_TEST(test_an_expired_card_that_may_stand_there_is_looked_for),
        RIG_TEST(test_an_undelivered_card_comes_again_and_says_so),
        RIG_TEST(test_an_edit_finds_the_place_of_its_message),
        RIG_TEST(test_a_dead_card_is_told_once_and_the_next_goes_out),
        RIG_TEST(test_a_card_settled_twice_counts_once),
        RIG_TEST(test_a_barrier_waits_for_all_that_was_posted_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

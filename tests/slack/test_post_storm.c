/* Cards while the token is refused, while the daemon ends, and in storms of faults. */

#include "post_stage.h"

/* --- the token is refused --- */

static void test_nothing_is_tried_while_the_token_is_refused(void **state)
{
    Rig *rig = *state;

    slack_post_pause(rig->post, true);
    deliver_as(rig, &(Spec){CARD_NOTICE}, 1);
    deliver_as(rig, &(Spec){CARD_NOTICE, .channel = "C2", .attempts = 2}, 2);
    deliver_as(rig, &(Spec){CARD_PROMPT, .expires_ms = DAY_MS}, 3);
    deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER, .chart = true}, 4);
    run_until(2 * DAY_MS);
    assert_string_equal(rig->slack.asked->str, "");
    assert_int_equal(rig->drawn, 0);
    assert_int_equal(slack_post_depth(rig->post), 4);
    slack_post_pause(rig->post, false);
    run_until(3 * DAY_MS);
    assert_int_equal(rig->settled->len, 4);
    for (guint i = 0; i < 4; i++) {
        const Settled *settled = &g_array_index(rig->settled, Settled, i);

        assert_int_equal(settled->end, settled->row == 3 ? OUTBOX_EXPIRED : OUTBOX_DELIVERED);
    }
}

/* Whatever a card waits for when the token is refused, it goes on afterwards, and stands there
 * once. */
static void test_a_pause_at_any_moment_loses_nothing(void **state)
{
    (void)state;
    for (int64_t at_ms = 0; at_ms < 12000; at_ms += 50) {
        void *opened = NULL;

        open_rig(&opened);
        Rig *rig = opened;

        rig->slack.faults[0] = (Fault)NEVER_SENT(P);
        deliver(rig, &(Spec){CARD_SPRINT, .chart = true});
        run_until(at_ms);
        rig->slack.refused = true;
        slack_post_pause(rig->post, at_ms % 100 == 0);
        run_until(at_ms + DAY_MS);
        rig->slack.refused = false;
        slack_post_pause(rig->post, false);
        run_until(at_ms + 2 * DAY_MS);
        assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
        assert_int_equal(rig->slack.pins, 1);
        the_card(rig);
        close_rig(&opened);
    }
}

static void test_a_refused_card_goes_on_as_soon_as_the_pause_ends(void **state)
{
    Rig *rig = *state;

    rig->slack.refused = true;
    deliver(rig, &(Spec){CARD_NOTICE});
    run_until(1000);
    slack_post_pause(rig->post, true);
    rig->slack.refused = false;
    slack_post_pause(rig->post, false);
    run_until(2000);
    assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
}

/* --- all together --- */

static void test_what_is_lacking_is_told_once(void **state)
{
    Rig *rig = *state;

    rig->slack.faults[0] = (Fault)LACKS_SCOPE(N);
    for (int64_t row = 1; row <= 3; row++) {
        deliver_as(rig, &(Spec){CARD_SPRINT}, row);
    }
    run_until(DAY_MS);
    assert_int_equal(rig->settled->len, 3);
    assert_string_equal(rig->lacking->str, N ":a:scope ");
}

static void test_cards_expire_by_the_daemon_s_clock(void **state)
{
    Rig *rig = *state;

    rig->expiry_clock_us = -365 * DAY_MS * 1000;
    deliver(rig, &(Spec){CARD_PROMPT, .expires_ms = -DAY_MS});
    run_until(DAY_MS);
    assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
}

/* What is under way when the daemon ends is settled by nobody, and leaves nothing behind. */
static void test_ending_at_any_moment_leaves_nothing_behind(void **state)
{
    (void)state;
    for (int64_t at_ms = 0; at_ms < 40000; at_ms += 50) {
        void *opened = NULL;

        open_rig(&opened);
        Rig *rig = opened;

        rig->slack.faults[0] = (Fault)NEVER_SENT(P);
        rig->slack.faults[1] = (Fault){B, 1, SLACK_UNSURE, HANGS, false};
        deliver_as(rig, &(Spec){CARD_SPRINT, .chart = true}, 1);
        deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER, .attempts = 2}, 2);
        run_until(at_ms);
        size_t open = slack_post_depth(rig->post);

        assert_int_equal(open + rig->settled->len, 2);
        slack_post_free(rig->post);
        rig->post = NULL;
        rig->draw_ms = -1;
        assert_int_equal(rig->slack.calls->len, 0);
        close_rig(&opened);
    }
}

/* The engine's promise: a card that is not settled is given again, and counted. */
typedef struct Owed {
    Spec spec;
    int64_t row;
} Owed;

static bool is_settled(const Rig *rig, int64_t row)
{
    for (guint i = 0; i < rig->settled->len; i++) {
        if (g_array_index(rig->settled, Settled, i).row == row) {
            return true;
        }
    }
    return false;
}

static void restart(Rig *rig, Owed *owed, size_t n)
{
    slack_post_free(rig->post);
    end_turn();
    start(rig);
    for (size_t i = 0; i < n; i++) {
        if (!is_settled(rig, owed[i].row)) {
            owed[i].spec.attempts++;
            owed[i].spec.age_ms = (wall_us - WALL_START) / 1000; /* all were put at the start */
            deliver_as(rig, &owed[i].spec, owed[i].row);
        }
    }
}

static void check_storm(const Rig *rig, const Owed *owed, size_t n, guint32 seed)
{
    for (size_t i = 0; i < n; i++) {
        const Message *which = NULL;
        int stands = standing(&rig->slack, owed[i].row, &which);

        if (!is_settled(rig, owed[i].row)) {
            fail_msg("storm %u: card %zu was never settled", seed, i);
        }
        if (stands != 1) {
            fail_msg("storm %u: card %zu stands there %d times", seed, i, stands);
        }
    }
}

static void run_storm(guint32 seed)
{
    Owed owed[] = {
        {{CARD_NOTICE}, 1},
        {{CARD_NOTICE, TO_MEMBER}, 2},
        {{CARD_SPRINT, .channel = "C2", .key = "sprint/1", .chart = true}, 3},
        {{CARD_ECHO, .thread = true}, 4},
        {{CARD_CLOSE, .channel = "C-PUBLIC"}, 5},
    };
    void *opened = NULL;
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

    open_rig(&opened);
    Rig *rig = opened;

    rig->draw_ms = 0;
    rig->slack.storm = g_rand_new_with_seed(seed + 1);
    restart(rig, owed, G_N_ELEMENTS(owed));
    for (int i = 0; i < 6; i++) {
        run_until(the_loop.now_ms + g_rand_int_range(rand, 0, 20000));
        restart(rig, owed, G_N_ELEMENTS(owed));
    }
    g_rand_free(g_steal_pointer(&rig->slack.storm)); /* it clears up */
    rig->slack.lag_ms = 0;
    run_until(the_loop.now_ms + DAY_MS);
    check_storm(rig, owed, G_N_ELEMENTS(owed), seed);
    close_rig(&opened);
}

static void test_in_any_storm_each_card_stands_there_exactly_once(void **state)
{
    (void)state;
    for (guint32 seed = 1; seed <= 300; seed++) {
        run_storm(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIGGED(test_nothing_is_tried_while_the_token_is_refused),
        cmocka_unit_test(test_a_pause_at_any_moment_loses_nothing),
        RIGGED(test_a_refused_card_goes_on_as_soon_as_the_pause_ends),
        RIGGED(test_what_is_lacking_is_told_once),
        RIGGED(test_cards_expire_by_the_daemon_s_clock),
        cmocka_unit_test(test_ending_at_any_moment_leaves_nothing_behind),
        cmocka_unit_test(test_in_any_storm_each_card_stands_there_exactly_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

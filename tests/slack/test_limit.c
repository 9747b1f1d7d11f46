/* When which call may go out. Time is a number here: most tests let it run to the limiter's own
 * next moment, until nothing waits any more. */

#include "bot/slack/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { POST, WHISPER, READ, SLOW, OPEN, VIEW, METHODS };

static const LimitRule rules[METHODS] = {
    [POST] = {300, true}, [WHISPER] = {100, true}, [READ] = {50, false},
    [SLOW] = {1, false},  [OPEN] = {0, false},     [VIEW] = {100, false, true},
};

#define MINUTE INT64_C(60000)

typedef struct Sent {
    int name;
    size_t method;
    int64_t at_ms;
} Sent;

typedef struct Ask {
    LimitEntry entry; /* first */
    int name;
    char *channel;
} Ask;

typedef struct Desk {
    Limit *limit;
    int64_t now;
    GPtrArray *asks; /* of Ask, owned */
    GArray *sent;    /* of Sent */
    GPtrArray *under_way;
} Desk;

static void free_ask(gpointer data)
{
    Ask *ask = data;

    g_free(ask->channel);
    g_free(ask);
}

static int open_desk(void **state)
{
    Desk *desk = g_new0(Desk, 1);

    desk->limit = limit_new(rules, METHODS);
    desk->now = 5 * MINUTE;
    desk->asks = g_ptr_array_new_with_free_func(free_ask);
    desk->sent = g_array_new(FALSE, FALSE, sizeof(Sent));
    desk->under_way = g_ptr_array_new();
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    Desk *desk = *state;

    limit_free(desk->limit);
    g_ptr_array_unref(desk->asks);
    g_ptr_array_unref(desk->under_way);
    g_array_unref(desk->sent);
    g_free(desk);
    return 0;
}

static Ask *put_until(Desk *desk, int name, size_t method, const char *channel, bool soon,
                      int64_t deadline_ms)
{
    Ask *ask = g_new0(Ask, 1);

    ask->name = name;
    ask->channel = g_strdup(channel);
    ask->entry.method = method;
    ask->entry.soon = soon;
    ask->entry.deadline_ms = deadline_ms;
    g_ptr_array_add(desk->asks, ask);
    limit_add(desk->limit, &ask->entry, channel);
    return ask;
}

static Ask *put(Desk *desk, int name, size_t method, const char *channel)
{
    return put_until(desk, name, method, channel, false, INT64_MAX);
}

static Ask *put_soon(Desk *desk, int name, size_t method, const char *channel)
{
    return put_until(desk, name, method, channel, true, INT64_MAX);
}

/* All that may go now goes, and stays under way. Whatever is left waits for a later moment. */
static int go(Desk *desk)
{
    int n = 0;
    Ask *ask = NULL;

    while ((ask = (Ask *)limit_next(desk->limit, desk->now)) != NULL) {
        Sent sent = {ask->name, ask->entry.method, desk->now};

        g_array_append_val(desk->sent, sent);
        g_ptr_array_add(desk->under_way, ask);
        n++;
    }
    assert_true(limit_when(desk->limit, desk->now) > desk->now);
    return n;
}

static void finish_all(Desk *desk)
{
    for (guint i = 0; i < desk->under_way->len; i++) {
        Ask *ask = g_ptr_array_index(desk->under_way, i);

        limit_remove(desk->limit, &ask->entry);
    }
    g_ptr_array_set_size(desk->under_way, 0);
}

/* Every call is answered at once; time goes from moment to moment. */
static void run_until(Desk *desk, int64_t end)
{
    int64_t at = 0;

    for (;;) {
        while (go(desk) > 0) {
            finish_all(desk);
        }
        at = limit_when(desk->limit, desk->now);
        if (at == LIMIT_NEVER || at > end) {
            return;
        }
        desk->now = at;
    }
}

static const Sent *sent_at(const Desk *desk, guint i)
{
    assert_true(i < desk->sent->len);
    return &g_array_index(desk->sent, Sent, i);
}

/* When the call of that name went; -1: not yet. */
static int64_t went(const Desk *desk, int name)
{
    for (guint i = 0; i < desk->sent->len; i++) {
        if (sent_at(desk, i)->name == name) {
            return sent_at(desk, i)->at_ms;
        }
    }
    return -1;
}

/* Allowances --------------------------------------------------------------------------------- */

/* The most that went out in any window of a minute. */
static int busiest_minute(const Desk *desk, size_t method)
{
    int most = 0;

    for (guint i = 0; i < desk->sent->len; i++) {
        int n = 0;

        for (guint j = i;
             j < desk->sent->len && sent_at(desk, j)->at_ms < sent_at(desk, i)->at_ms + MINUTE;
             j++) {
            n += sent_at(desk, j)->method == method;
        }
        most = MAX(most, n);
    }
    return most;
}

static void test_no_minute_sees_more_than_the_allowance(void **state)
{
    static const struct {
        const char *promise;
        size_t method;
        int most, least; /* in the busiest minute: never above, and not idle for fear of it */
        int burst;
    } cases[] = {
        {"a big allowance is used", POST, 300, 295, 30},
        {"a tier's allowance is used", READ, 50, 48, 5},
        {"one a minute is one a minute", SLOW, 1, 1, 1},
        {"without an allowance all go at once", OPEN, 900, 900, 900},
    };

    (void)state;
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        void *fresh = NULL;

        open_desk(&fresh);
        Desk *desk = fresh;
        for (int i = 0; i < 900; i++) {
            put(desk, i, cases[c].method, NULL);
        }
        int64_t start = desk->now;
        run_until(desk, start);
        if ((int)desk->sent->len != cases[c].burst) {
            fail_msg("%s: a burst of %u", cases[c].promise, desk->sent->len);
        }
        run_until(desk, start + 3 * MINUTE);
        int busiest = busiest_minute(desk, cases[c].method);
        if (busiest > cases[c].most || busiest < cases[c].least) {
            fail_msg("%s: %d in a minute", cases[c].promise, busiest);
        }
        close_desk(&fresh);
    }
}

static void test_a_burst_comes_back_after_a_rest(void **state)
{
    Desk *desk = *state;

    for (int i = 0; i < 20; i++) {
        put(desk, i, READ, NULL);
    }
    assert_int_equal(go(desk), 5);
    finish_all(desk);
    run_until(desk, desk->now + MINUTE);
    desk->now += MINUTE;
    for (int i = 20; i < 40; i++) {
        put(desk, i, READ, NULL);
    }
    assert_int_equal(go(desk), 5);
}

static void test_a_method_without_allowance_left_holds_up_no_other(void **state)
{
    Desk *desk = *state;

    for (int i = 0; i < 10; i++) {
        put(desk, i, SLOW, NULL);
    }
    put(desk, 100, READ, NULL);
    put(desk, 101, POST, "C1");
    go(desk);
    assert_int_equal(went(desk, 0), desk->now);
    assert_int_equal(went(desk, 1), -1);
    assert_int_equal(went(desk, 100), desk->now);
    assert_int_equal(went(desk, 101), desk->now);
}

/* Channels ----------------------------------------------------------------------------------- */

static void test_a_second_between_two_posts_to_a_channel(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;

    for (int i = 0; i < 4; i++) {
        put(desk, i, POST, "C1");
    }
    run_until(desk, start + MINUTE);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(went(desk, i), start + i * LIMIT_SPACING_MS);
    }
}

static void test_whispers_and_posts_share_a_channels_second(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;

    put(desk, 0, POST, "C1");
    put(desk, 1, WHISPER, "C1");
    put(desk, 2, POST, "C2");
    run_until(desk, start + MINUTE);
    assert_int_equal(went(desk, 0), start);
    assert_int_equal(went(desk, 1), start + LIMIT_SPACING_MS);
    assert_int_equal(went(desk, 2), start);
}

/* Also while the second runs with nobody waiting, and its channel could be forgotten. */
static void test_a_later_post_waits_out_the_second_of_an_earlier_one(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;

    put(desk, 0, POST, "C1");
    go(desk);
    finish_all(desk);
    desk->now = start + LIMIT_SPACING_MS - 1;
    put(desk, 1, POST, "C1");
    assert_int_equal(go(desk), 0);
    assert_int_equal(limit_when(desk->limit, desk->now), start + LIMIT_SPACING_MS);
    desk->now++;
    assert_int_equal(go(desk), 1);
}

static void test_reading_a_channel_knows_no_second(void **state)
{
    Desk *desk = *state;

    put(desk, 0, READ, "C1");
    put(desk, 1, READ, "C1");
    assert_int_equal(go(desk), 2);
}

static void test_a_busy_channel_does_not_keep_a_quiet_one_waiting(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;

    for (int i = 0; i < 5000; i++) {
        put(desk, i, POST, "C1");
    }
    put(desk, 9999, POST, "C2");
    go(desk);
    assert_int_equal(went(desk, 9999), start);
}

/* Twenty busy channels want more than the workspace may have: the quiet one has its turn like each
 * of them. */
static void test_a_quiet_channel_has_its_turn_when_the_workspace_is_full(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;

    for (int i = 0; i < 20 * 200; i++) {
        g_autofree char *channel = g_strdup_printf("C%d", i % 20);

        put(desk, i, POST, channel);
    }
    run_until(desk, start + MINUTE);
    put(desk, 99999, POST, "quiet");
    int64_t asked = desk->now;
    run_until(desk, asked + MINUTE);
    assert_in_range(went(desk, 99999), asked, asked + INT64_C(21) * 250);
}

/* A post without a channel is a mistake, which must not cost anybody else his turn. */
static void test_posts_without_a_channel_take_turns_with_the_others(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;

    for (int i = 0; i < 200; i++) {
        put(desk, i, POST, i % 2 == 0 ? NULL : "");
    }
    put(desk, 999, POST, "C1");
    assert_int_equal(go(desk), LIMIT_METHOD_MAX);
    assert_int_equal(went(desk, 999), start);
}

/* Hurry -------------------------------------------------------------------------------------- */

static void test_what_somebody_waits_for_goes_first(void **state)
{
    static const struct {
        const char *promise;
        size_t method;
        const char *channel;
    } cases[] = {
        {"in a method's own line", SLOW, NULL},
        {"in a channel's line", POST, "C1"},
    };

    (void)state;
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        void *fresh = NULL;

        open_desk(&fresh);
        Desk *desk = fresh;
        put(desk, 0, cases[c].method, cases[c].channel);
        go(desk);
        finish_all(desk);
        put(desk, 1, cases[c].method, cases[c].channel);
        put(desk, 2, cases[c].method, cases[c].channel);
        put_soon(desk, 3, cases[c].method, cases[c].channel);
        put_soon(desk, 4, cases[c].method, cases[c].channel);
        run_until(desk, desk->now + 10 * MINUTE);
        if (!(went(desk, 3) < went(desk, 4) && went(desk, 4) < went(desk, 1) &&
              went(desk, 1) < went(desk, 2))) {
            fail_msg("%s: not in that order", cases[c].promise);
        }
        close_desk(&fresh);
    }
}

static void test_what_somebody_waits_for_may_go_half_a_minute_at_once(void **state)
{
    Desk *desk = *state;
    int at_once = 0, n = 0;

    for (int i = 0; i < 200; i++) {
        put_soon(desk, i, VIEW, NULL);
    }
    while ((n = go(desk)) > 0) { /* at one instant */
        at_once += n;
        finish_all(desk);
    }
    assert_int_equal(at_once, 50);
    run_until(desk, desk->now + MINUTE - 1);
    assert_true(desk->sent->len <= 100);
    assert_true(desk->sent->len > 90);
}

static void test_hurry_is_no_way_around_a_limit(void **state)
{
    Desk *desk = *state;

    for (int i = 0; i < 10; i++) {
        put_soon(desk, i, SLOW, NULL);
    }
    put_soon(desk, 10, POST, "C1");
    put_soon(desk, 11, POST, "C1");
    assert_int_equal(go(desk), 2);
}

/* Under way ---------------------------------------------------------------------------------- */

static void test_a_slow_method_leaves_room_for_others_and_those_for_hurry(void **state)
{
    Desk *desk = *state;

    for (int i = 0; i < 100; i++) {
        put(desk, i, OPEN, NULL);
    }
    assert_int_equal(go(desk), LIMIT_METHOD_MAX);
    for (int i = 100; i < 200; i++) {
        g_autofree char *channel = g_strdup_printf("C%d", i);

        put(desk, i, i % 2 == 0 ? POST : WHISPER, channel);
    }
    assert_int_equal(go(desk), LIMIT_QUEUE_MAX - LIMIT_METHOD_MAX);
    for (int i = 200; i < 300; i++) {
        put_soon(desk, i, OPEN, NULL);
    }
    assert_int_equal(go(desk), LIMIT_RUNNING_MAX - LIMIT_QUEUE_MAX);
    desk->now += LIMIT_SPACING_MS;
    assert_int_equal(go(desk), 0);
    assert_int_equal(limit_when(desk->limit, desk->now), LIMIT_NEVER); /* until one ends */
    assert_int_equal(limit_waiting(desk->limit), 300 - LIMIT_RUNNING_MAX);

    Ask *ended = g_ptr_array_steal_index(desk->under_way, 0);
    limit_remove(desk->limit, &ended->entry);
    assert_int_equal(limit_when(desk->limit, desk->now), desk->now);
    assert_int_equal(go(desk), 1);
    assert_true(sent_at(desk, desk->sent->len - 1)->name >= 200);
}

static void test_methods_take_turns(void **state)
{
    static const LimitRule three[] = {{0, false}, {0, false}, {0, false}};
    int count[3] = {0};
    LimitEntry entries[3][30] = {0};
    g_autofree LimitEntry **under_way = g_new0(LimitEntry *, LIMIT_RUNNING_MAX);
    Limit *limit = limit_new(three, 3);
    int n = 0;

    (void)state;
    for (size_t m = 0; m < 3; m++) {
        for (int i = 0; i < 30; i++) {
            entries[m][i] = (LimitEntry){.method = m, .deadline_ms = INT64_MAX};
            limit_add(limit, &entries[m][i], NULL);
        }
    }
    while (n < LIMIT_RUNNING_MAX && (under_way[n] = limit_next(limit, 1)) != NULL) {
        count[under_way[n++]->method]++;
    }
    assert_int_equal(count[0], LIMIT_QUEUE_MAX / 3);
    assert_int_equal(count[1], LIMIT_QUEUE_MAX / 3);
    assert_int_equal(count[2], LIMIT_QUEUE_MAX / 3);
    limit_free(limit);
}

/* Pauses ------------------------------------------------------------------------------------- */

static void test_a_pause_holds_its_method_alone(void **state)
{
    Desk *desk = *state;
    int64_t until = desk->now + 30000;

    limit_pause(desk->limit, POST, until);
    put_soon(desk, 0, POST, "C1");
    put(desk, 1, WHISPER, "C1");
    put(desk, 2, READ, NULL);
    run_until(desk, until + MINUTE);
    assert_int_equal(went(desk, 0), until);
    assert_int_equal(went(desk, 1), until - 30000);
    assert_int_equal(went(desk, 2), until - 30000);
}

static void test_a_shorter_pause_does_not_end_a_longer_one(void **state)
{
    Desk *desk = *state;
    int64_t until = desk->now + 30000;

    limit_pause(desk->limit, READ, until);
    limit_pause(desk->limit, READ, until - 20000);
    put(desk, 0, READ, NULL);
    run_until(desk, until + MINUTE);
    assert_int_equal(went(desk, 0), until);
}

static void test_after_a_pause_there_is_no_burst(void **state)
{
    Desk *desk = *state;

    limit_pause(desk->limit, READ, desk->now + 30000);
    for (int i = 0; i < 10; i++) {
        put(desk, i, READ, NULL);
    }
    desk->now += 30000;
    assert_int_equal(go(desk), 1);
}

/* Again -------------------------------------------------------------------------------------- */

static void test_what_comes_again_stands_where_it_stood(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;
    Ask *first = put(desk, 0, SLOW, NULL);

    put(desk, 1, SLOW, NULL);
    go(desk);
    g_ptr_array_set_size(desk->under_way, 0);
    limit_again(desk->limit, &first->entry, start + 5000);
    assert_int_equal(limit_waiting(desk->limit), 2);
    g_array_set_size(desk->sent, 0);
    run_until(desk, start + 10 * MINUTE);
    assert_true(went(desk, 0) >= start + MINUTE);
    assert_true(went(desk, 0) < went(desk, 1));
}

static void test_what_rests_lets_others_past(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;
    Ask *first = put(desk, 0, POST, "C1");

    put(desk, 1, POST, "C1");
    go(desk);
    g_ptr_array_set_size(desk->under_way, 0);
    limit_again(desk->limit, &first->entry, start + 5000);
    g_array_set_size(desk->sent, 0);
    run_until(desk, start + MINUTE);
    assert_int_equal(went(desk, 1), start + LIMIT_SPACING_MS);
    assert_int_equal(went(desk, 0), start + 5000);
}

/* Ends --------------------------------------------------------------------------------------- */

static void test_a_deadline_hands_back_what_was_not_sent(void **state)
{
    Desk *desk = *state;
    int64_t start = desk->now;
    Ask *sent = put_until(desk, 0, SLOW, NULL, false, start + 1000);
    Ask *late = put_until(desk, 1, SLOW, NULL, false, start + 2000);
    Ask *rests = put_until(desk, 2, READ, NULL, false, start + 3000);

    go(desk);
    limit_again(desk->limit, &rests->entry, start + 9000);
    assert_int_equal(limit_when(desk->limit, start),
                     start + 2000); /* not of one that is under way */
    assert_null(limit_overdue(desk->limit, start + 1999));
    assert_ptr_equal(limit_overdue(desk->limit, start + 2000), &late->entry);
    assert_null(limit_overdue(desk->limit, start + 2000));
    assert_ptr_equal(limit_overdue(desk->limit, start + 3000), &rests->entry);
    assert_int_equal(limit_waiting(desk->limit), 0);
    limit_remove(desk->limit, &sent->entry);
    limit_remove(desk->limit, &sent->entry); /* twice does no harm */
    limit_remove(desk->limit, &late->entry);
    assert_int_equal(limit_when(desk->limit, start + 3000), LIMIT_NEVER);
}

static void test_what_is_removed_never_goes(void **state)
{
    Desk *desk = *state;
    Ask *gone = put(desk, 0, POST, "C1");

    put(desk, 1, POST, "C1");
    limit_remove(desk->limit, &gone->entry);
    run_until(desk, desk->now + MINUTE);
    assert_int_equal(went(desk, 0), -1);
    assert_int_equal(went(desk, 1), 5 * MINUTE);
}

/* All of it at once, at random --------------------------------------------------------------- */

typedef struct Storm {
    Desk *desk;
    GRand *dice;
    GHashTable *last_post; /* channel -> when (int64_t *) */
    int64_t paused[METHODS];
    int live, ended;
} Storm;

static void storm_put(Storm *storm)
{
    g_autofree char *channel = g_strdup_printf("C%d", g_rand_int_range(storm->dice, 0, 12));
    bool soon = g_rand_int_range(storm->dice, 0, 4) == 0;
    int64_t within = g_rand_int_range(storm->dice, 1, 1200000);

    put_until(storm->desk, 0, (size_t)g_rand_int_range(storm->dice, 0, METHODS), channel, soon,
              storm->desk->now + within);
    storm->live++;
}

static void expect_spacing(Storm *storm, const Ask *ask)
{
    int64_t *last = g_hash_table_lookup(storm->last_post, ask->channel);

    if (!rules[ask->entry.method].per_channel) {
        return;
    }
    if (last != NULL && storm->desk->now - *last < LIMIT_SPACING_MS) {
        fail_msg("%s: two posts within %d ms", ask->channel, (int)(storm->desk->now - *last));
    }
    last = g_new(int64_t, 1);
    *last = storm->desk->now;
    g_hash_table_replace(storm->last_post, ask->channel, last);
}

static void storm_send(Storm *storm)
{
    Desk *desk = storm->desk;
    Ask *ask = NULL;

    while ((ask = (Ask *)limit_next(desk->limit, desk->now)) != NULL) {
        Sent sent = {0, ask->entry.method, desk->now};

        assert_true(storm->paused[ask->entry.method] <= desk->now);
        assert_true(ask->entry.deadline_ms > desk->now);
        expect_spacing(storm, ask);
        g_array_append_val(desk->sent, sent);
        g_ptr_array_add(desk->under_way, ask);
        assert_true(desk->under_way->len <= LIMIT_RUNNING_MAX);
    }
    assert_true(limit_when(desk->limit, desk->now) > desk->now); /* or the loop would spin */
}

/* Some answers come: done, again after a rest, again after a pause. */
static void storm_answer(Storm *storm)
{
    Desk *desk = storm->desk;

    while (desk->under_way->len > 0 && g_rand_int_range(storm->dice, 0, 3) > 0) {
        guint i = (guint)g_rand_int_range(storm->dice, 0, (gint32)desk->under_way->len);
        Ask *ask = g_ptr_array_steal_index_fast(desk->under_way, i);
        int64_t at = desk->now + g_rand_int_range(storm->dice, 0, 40000);

        switch (g_rand_int_range(storm->dice, 0, 12)) {
        case 0:
            storm->paused[ask->entry.method] = MAX(storm->paused[ask->entry.method], at);
            limit_pause(desk->limit, ask->entry.method, at);
            limit_again(desk->limit, &ask->entry, at);
            break;
        case 1:
            limit_again(desk->limit, &ask->entry, at);
            break;
        default:
            limit_remove(desk->limit, &ask->entry);
            storm->ended++;
        }
    }
}

static void storm_overdue(Storm *storm)
{
    LimitEntry *entry = NULL;

    while ((entry = limit_overdue(storm->desk->limit, storm->desk->now)) != NULL) {
        assert_true(entry->deadline_ms <= storm->desk->now);
        storm->ended++;
    }
}

static void storm_step(Storm *storm, bool more)
{
    Desk *desk = storm->desk;

    for (int n = more ? g_rand_int_range(storm->dice, 0, 8) : 0; n > 0; n--) {
        storm_put(storm);
    }
    storm_overdue(storm);
    storm_send(storm);
    storm_answer(storm);
    if (more && g_rand_int_range(storm->dice, 0, 2) == 0) {
        desk->now += g_rand_int_range(storm->dice, 1, 300);
        return;
    }
    int64_t at = limit_when(desk->limit, desk->now);
    desk->now = at == LIMIT_NEVER ? desk->now + 1 : at;
}

static void test_whatever_happens_every_limit_holds_and_every_call_ends(void **state)
{
    (void)state;
    for (guint32 seed = 1; seed <= 12; seed++) {
        void *fresh = NULL;

        open_desk(&fresh);
        Storm storm = {.desk = fresh, .dice = g_rand_new_with_seed(seed)};
        storm.last_post = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
        for (int step = 0; step < 600; step++) {
            storm_step(&storm, true);
        }
        for (int step = 0; step < 20000 && storm.ended < storm.live; step++) {
            storm_step(&storm, false);
        }
        assert_int_equal(storm.ended, storm.live);
        assert_int_equal(limit_waiting(storm.desk->limit), 0);
        for (size_t m = 0; m < METHODS; m++) {
            if (rules[m].per_minute > 0 && busiest_minute(storm.desk, m) > rules[m].per_minute) {
                fail_msg("seed %u, method %d: more than its allowance", seed, (int)m);
            }
        }
        g_hash_table_unref(storm.last_post);
        g_rand_free(storm.dice);
        close_desk(&fresh);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(test_no_minute_sees_more_than_the_allowance),
        TEST(test_a_burst_comes_back_after_a_rest),
        TEST(test_a_method_without_allowance_left_holds_up_no_other),
        TEST(test_a_second_between_two_posts_to_a_channel),
        TEST(test_whispers_and_posts_share_a_channels_second),
        TEST(test_a_later_post_waits_out_the_second_of_an_earlier_one),
        TEST(test_reading_a_channel_knows_no_second),
        TEST(test_a_busy_channel_does_not_keep_a_quiet_one_waiting),
        TEST(test_a_quiet_channel_has_its_turn_when_the_workspace_is_full),
        TEST(test_posts_without_a_channel_take_turns_with_the_others),
        TEST(test_what_somebody_waits_for_goes_first),
        TEST(test_what_somebody_waits_for_may_go_half_a_minute_at_once),
        TEST(test_hurry_is_no_way_around_a_limit),
        TEST(test_a_slow_method_leaves_room_for_others_and_those_for_hurry),
        TEST(test_methods_take_turns),
        TEST(test_a_pause_holds_its_method_alone),
        TEST(test_a_shorter_pause_does_not_end_a_longer_one),
        TEST(test_after_a_pause_there_is_no_burst),
        TEST(test_what_comes_again_stands_where_it_stood),
        TEST(test_what_rests_lets_others_past),
        TEST(test_a_deadline_hands_back_what_was_not_sent),
        TEST(test_what_is_removed_never_goes),
        TEST(test_whatever_happens_every_limit_holds_and_every_call_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

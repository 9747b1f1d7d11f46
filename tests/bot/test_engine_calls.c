/* What is done between two batches: calls, and a workspace that leaves and comes back. */

#include "bot/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine_rig.h"

typedef struct Call {
    Rig *rig;
    guint told; /* events that had been told when it came */
    int called, dropped;
} Call;

static void on_call(void *arg)
{
    Call *call = arg;

    call->called++;
    call->told = call->rig->told->len;
}

static void on_drop(gpointer arg)
{
    ((Call *)arg)->dropped++;
}

static void post(Rig *rig, const char *key)
{
    assert_true(engine_post(rig->engine, rig_event(rig, key, "west-1", key, "kr1 +1")));
}

static void test_a_call_stands_in_line(void **state)
{
    Rig *rig = *state;
    Call call = {.rig = rig};

    post(rig, "before");
    post(rig, "before too");
    assert_int_equal(engine_waiting(rig->engine), 2);
    engine_call(rig->engine, on_call, &call, on_drop);
    post(rig, "after");
    rig_run(rig);
    assert_int_equal(call.called, 1);
    assert_int_equal(call.told, 2);
    assert_int_equal(rig->told->len, 3);
    assert_int_equal(call.dropped, 0); /* whoever was called has it */
    assert_int_equal(engine_waiting(rig->engine), 0);
}

static void test_a_call_comes_though_deliveries_are_out(void **state)
{
    Rig *rig = *state;
    Call call = {.rig = rig};

    rig->hold = true;
    rig_put_card(rig, "west-1", NULL, "hello", (Instant){0});
    rig_run(rig);
    assert_non_null(rig_held(rig, "west-1"));
    engine_call(rig->engine, on_call, &call, NULL);
    rig_run(rig);
    assert_int_equal(call.called, 1);
}

static void test_a_call_that_never_comes_is_dropped(void **state)
{
    Rig *rig = *state;
    Call call = {.rig = rig};

    engine_call(rig->engine, on_call, &call, on_drop);
    rig_close(rig);
    assert_int_equal(call.called, 0);
    assert_int_equal(call.dropped, 1);
    rig_open(rig);
}

static int attempts(const Rig *rig, const char *target)
{
    const Held *held = rig_held(rig, target);

    return held != NULL ? held->row->attempts : 0;
}

static void settle(Rig *rig, int64_t row, const char *message)
{
    char channel[] = "west-1";
    g_autofree char *id = g_strdup(message);

    engine_settle(rig->engine, rig->workspace, row, OUTBOX_DELIVERED, &(MessageRef){channel, id});
    rig_run(rig);
}

static void come_back(Rig *rig)
{
    g_autoptr(GError) error = NULL;

    assert_true(engine_open(rig->engine, rig->workspace, &error));
    rig_run(rig);
}

static void test_what_was_out_when_it_left_goes_out_again_when_it_is_back(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    int64_t row = rig_put_card(rig, "west-1", "key", "hello", (Instant){0});
    rig_put_card(rig, "west-1", NULL, "behind it", (Instant){0});
    rig_run(rig);
    assert_int_equal(attempts(rig, "west-1"), 1);
    g_ptr_array_set_size(rig->held, 0); /* its adapter is gone, and them with it */
    engine_leave(rig->engine, rig->workspace);
    engine_leave(rig->engine, rig->workspace);
    rig_run(rig);
    rig_put_card(rig, "west-2", NULL, "while it was away", (Instant){0});
    rig_run(rig);
    assert_int_equal(rig->held->len, 0);
    come_back(rig);
    assert_int_equal(attempts(rig, "west-1"), 2); /* so it is looked for before it is posted */
    assert_int_equal(rig_held(rig, "west-1")->row->id, row);
    assert_int_equal(attempts(rig, "west-2"), 1);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(attempts(rig, "west-1"), 1); /* what was behind it */
}

static void test_what_settles_late_for_one_that_left_does_no_harm(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    int64_t row = rig_put_card(rig, "west-1", "key", "hello", (Instant){0});
    rig_run(rig);
    g_ptr_array_set_size(rig->held, 0);
    engine_leave(rig->engine, rig->workspace);
    settle(rig, row, "m9");
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM outbox"), 1);
    come_back(rig);
    settle(rig, row, "m9");
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM outbox"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_a_call_stands_in_line),
        RIG_TEST(test_a_call_comes_though_deliveries_are_out),
        RIG_TEST(test_a_call_that_never_comes_is_dropped),
        RIG_TEST(test_what_was_out_when_it_left_goes_out_again_when_it_is_back),
        RIG_TEST(test_what_settles_late_for_one_that_left_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

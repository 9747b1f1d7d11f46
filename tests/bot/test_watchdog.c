/* The watchdog is fed by both threads or not at all. */

#include "bot/watchdog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "bot/log.h"
#include "bot/metrics.h"
#include "engine_rig.h"
#include "notify.h"
#include "stuck_store.h"

#define FED         "WATCHDOG=1"
#define INTERVAL_MS 200

typedef struct Desk {
    Rig *rig;
    Loop *loop;
    Notify *notify;
    Watchdog *watchdog;
    GThread *thread;
    int fed; /* so often, when it was looked */
} Desk;

static int set_up(void **state)
{
    Desk *desk = g_new0(Desk, 1);
    void *rig = NULL;

    rig_setup(&rig);
    log_set_level(LOG_LEVEL_NONE);
    desk->rig = rig;
    desk->loop = loop_new();
    desk->notify = notify_new();
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    Desk *desk = *state;
    void *rig = desk->rig;

    watchdog_free(desk->watchdog);
    notify_free(desk->notify);
    loop_free(desk->loop);
    rig_teardown(&rig);
    g_unsetenv("WATCHDOG_USEC");
    g_unsetenv("WATCHDOG_PID");
    metrics_clear();
    g_free(desk);
    return 0;
}

static gpointer run_engine(gpointer engine)
{
    engine_run(engine);
    return NULL;
}

static void watch(Desk *desk)
{
    g_autofree char *pid = g_strdup_printf("%d", (int)getpid());

    g_setenv("WATCHDOG_USEC", G_STRINGIFY(INTERVAL_MS) "000", TRUE);
    g_setenv("WATCHDOG_PID", pid, TRUE);
    stuck_store_use(&desk->rig->store->base);
    desk->watchdog = watchdog_new(desk->loop, desk->rig->engine);
    assert_non_null(desk->watchdog);
    desk->thread = g_thread_new("engine", run_engine, desk->rig->engine);
}

static bool is_fed_again(void *arg)
{
    Desk *desk = arg;

    return notify_count(desk->notify, FED) > desk->fed;
}

static void expect_food(Desk *desk, const char *when)
{
    desk->fed = notify_count(desk->notify, FED);
    loop_until(desk->loop, is_fed_again, desk, when);
}

static bool is_held(void *arg)
{
    (void)arg;
    return stuck_store_holds();
}

static bool is_stuck(void *arg)
{
    return engine_stuck_ms(((Desk *)arg)->rig->engine) > INTERVAL_MS;
}

static void test_a_hung_engine_is_not_fed_for_though_the_loop_goes_round(void **state)
{
    Desk *desk = *state;

    watch(desk);
    expect_food(desk, "it is fed at first");
    expect_food(desk, "and again, by an engine that waits for work");
    stuck_store_hold();
    assert_true(
        engine_post(desk->rig->engine, rig_event(desk->rig, "k", "west-1", "m", "kr1 24%")));
    loop_until(desk->loop, is_held, desk, "the commit hangs");
    loop_until(desk->loop, is_stuck, desk, "for a whole interval");
    int fed = notify_count(desk->notify, FED);
    int64_t stuck_ms = engine_stuck_ms(desk->rig->engine);
    while (engine_stuck_ms(desk->rig->engine) < 4 * stuck_ms) {
        g_main_context_iteration(loop_context(desk->loop), TRUE);
    }
    assert_int_equal(notify_count(desk->notify, FED), fed);
    stuck_store_let_go();
    expect_food(desk, "once it goes on it is fed again");
    engine_stop(desk->rig->engine);
    g_thread_join(desk->thread);
}

static void test_where_nobody_watches_there_is_none(void **state)
{
    Desk *desk = *state;

    assert_null(watchdog_new(desk->loop, desk->rig->engine));
    watchdog_free(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_a_hung_engine_is_not_fed_for_though_the_loop_goes_round),
        TEST(test_where_nobody_watches_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Workspaces that come, go, and take their time about it. */

#include "bot/workspaces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bot/log.h"
#include "bot/metrics.h"
#include "fake_adapter.h"
#include "notify.h"

typedef struct Desk {
    Loop *loop;
    Workspaces *workspaces;
    bool left;
} Desk;

static void add(Desk *desk, const char *name, int64_t id)
{
    const char *const names[] = {name, NULL};
    g_autoptr(GPtrArray) configs = fake_configs(names);

    workspaces_add(desk->workspaces, g_ptr_array_index(configs, 0), (WorkspaceId){id}, NULL);
}

static int set_up(void **state)
{
    Desk *desk = g_new0(Desk, 1);

    log_set_level(LOG_LEVEL_NONE);
    desk->loop = loop_new();
    desk->workspaces = workspaces_new(&(AdapterShared){.loop = desk->loop}, fake_makers);
    add(desk, "west", 1);
    add(desk, "east", 2);
    workspaces_start(desk->workspaces);
    fake_expect("all are started", "[start west][start east]");
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    Desk *desk = *state;

    workspaces_free(desk->workspaces);
    loop_free(desk->loop);
    fake_forget();
    metrics_clear();
    g_free(desk);
    return 0;
}

static void on_left(void *arg)
{
    ((Desk *)arg)->left = true;
}

static bool has_left(void *arg)
{
    return ((Desk *)arg)->left;
}

static void await_left(Desk *desk)
{
    desk->left = false;
    workspaces_when_left(desk->workspaces, on_left, desk);
    loop_until(desk->loop, has_left, desk, "all have left");
}

static void expect_order(const Desk *desk, const char *const *names)
{
    guint n = 0;

    for (; names[n] != NULL; n++) {
        assert_string_equal(workspaces_name(desk->workspaces, n), names[n]);
    }
    assert_int_equal(workspaces_count(desk->workspaces), n);
}

static void test_one_that_comes_later_is_started_alone(void **state)
{
    Desk *desk = *state;

    add(desk, "marketing", 3);
    workspaces_start(desk->workspaces);
    fake_expect("the others run already", "[start marketing]");
    assert_ptr_equal(workspaces_adapter(desk->workspaces, (WorkspaceId){3}),
                     &fake_of("marketing")->base);
    assert_null(workspaces_adapter(desk->workspaces, (WorkspaceId){4}));
}

static void test_they_stand_in_the_configurations_order(void **state)
{
    static const char *const orders[][4] = {
        {"marketing", "east", "west", NULL},
        {"west", "east", "marketing", NULL},
        {"east", "marketing", "west", NULL},
    };
    Desk *desk = *state;

    add(desk, "marketing", 3);
    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_autoptr(GPtrArray) configs = fake_configs(orders[i]);

        workspaces_sort(desk->workspaces, configs);
        expect_order(desk, orders[i]);
    }
}

static void test_one_that_leaves_is_reached_by_nothing_and_freed_when_it_has_closed(void **state)
{
    Desk *desk = *state;

    workspaces_leave(desk->workspaces, (WorkspaceId){1});
    workspaces_leave(desk->workspaces, (WorkspaceId){9});
    fake_expect("it is told to close", "[stop west]");
    assert_null(workspaces_adapter(desk->workspaces, (WorkspaceId){1}));
    assert_non_null(workspaces_adapter(desk->workspaces, (WorkspaceId){2}));
    workspaces_when_left(desk->workspaces, on_left, desk);
    assert_false(desk->left);
    fake_leave(fake_of("west"));
    fake_expect("then it is gone", "[free west]");
    loop_until(desk->loop, has_left, desk, "it is told");
}

static void test_when_nobody_leaves_that_is_told_too(void **state)
{
    await_left(*state);
    fake_expect("nothing happened", "");
}

static void test_who_does_not_close_is_cut(void **state)
{
    Desk *desk = *state;

    workspaces_leave_all(desk->workspaces);
    fake_expect("all are told", "[stop west][stop east]");
    fake_leave(fake_of("east"));
    await_left(desk);
    fake_expect("and none is waited for without end", "[free east][free west]");
    assert_int_equal(workspaces_count(desk->workspaces), 0);
}

static void test_what_one_counted_is_told_no_more_until_it_is_back(void **state)
{
    Desk *desk = *state;
    Metric *west = metric_counter("a_total", "A.", "workspace", "west");

    metric_add(west, 3);
    metric_add(metric_counter("a_total", "A.", "workspace", "west2"), 1);
    workspaces_leave(desk->workspaces, (WorkspaceId){1});
    g_autofree char *without = metrics_text();
    assert_string_equal(without, "# HELP a_total A.\n# TYPE a_total counter\n"
                                 "a_total{workspace=\"west2\"} 1\n");
    assert_ptr_equal(metric_counter("a_total", "A.", "workspace", "west"), west);
    g_autofree char *with = metrics_text();
    assert_string_equal(with, "# HELP a_total A.\n# TYPE a_total counter\n"
                              "a_total{workspace=\"west\"} 3\na_total{workspace=\"west2\"} 1\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_one_that_comes_later_is_started_alone),
        TEST(test_they_stand_in_the_configurations_order),
        TEST(test_one_that_leaves_is_reached_by_nothing_and_freed_when_it_has_closed),
        TEST(test_when_nobody_leaves_that_is_told_too),
        TEST(test_who_does_not_close_is_cut),
        TEST(test_what_one_counted_is_told_no_more_until_it_is_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the service manager is told of how the daemon stands. */

#include "bot/readiness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/log.h"
#include "bot/metrics.h"
#include "fake_adapter.h"
#include "notify.h"

#define LONG_MS INT64_C(3600000)

typedef struct Desk {
    Loop *loop;
    Notify *notify;
    Workspaces *workspaces;
    Readiness *readiness;
} Desk;

static const char *const names[] = {"west", "east", "marketing", NULL};

static int set_up(void **state)
{
    Desk *desk = g_new0(Desk, 1);

    log_set_level(LOG_LEVEL_NONE);
    desk->loop = loop_new();
    desk->notify = notify_new();
    desk->workspaces = workspaces_new(&(AdapterShared){.loop = desk->loop}, fake_makers);
    g_autoptr(GPtrArray) configs = fake_configs(names);
    for (guint i = 0; i < configs->len; i++) {
        workspaces_add(desk->workspaces, g_ptr_array_index(configs, i), (WorkspaceId){i + 1}, NULL);
    }
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    Desk *desk = *state;

    readiness_free(desk->readiness);
    workspaces_free(desk->workspaces);
    notify_free(desk->notify);
    loop_free(desk->loop);
    fake_forget();
    metrics_clear();
    g_free(desk);
    return 0;
}

static void set_state(const char *name, AdapterState state, const char *why)
{
    fake_of(name)->state = state;
    fake_of(name)->why = why;
}

static void begin(Desk *desk, int64_t patience_ms)
{
    desk->readiness = readiness_new(desk->loop, desk->workspaces, patience_ms);
}

typedef struct Wanted {
    Notify *notify;
    const char *status;
} Wanted;

static bool is_told(void *arg)
{
    const Wanted *wanted = arg;

    return g_strcmp0(notify_last(wanted->notify, "STATUS="), wanted->status) == 0;
}

static void expect_status(Desk *desk, const char *status)
{
    g_autofree char *told = g_strconcat("STATUS=", status, NULL);
    Wanted wanted = {desk->notify, told};

    loop_until(desk->loop, is_told, &wanted, told);
}

static void test_a_store_that_takes_long_to_open_is_waited_for(void **state)
{
    Desk *desk = *state;

    readiness_opening();
    assert_true(notify_heard(desk->notify, "STATUS=opening the store"));
    assert_true(notify_heard(desk->notify, "EXTEND_TIMEOUT_USEC=1800000000"));
    assert_int_equal(notify_count(desk->notify, "READY=1"), 0);
}

static void test_it_is_ready_once_every_workspace_has_an_answer_or_a_reason(void **state)
{
    Desk *desk = *state;

    set_state("west", ADAPTER_READY, NULL);
    set_state("east", ADAPTER_STARTING, "connecting");
    set_state("marketing", ADAPTER_STARTING, "connecting");
    begin(desk, LONG_MS);
    expect_status(desk, "1 of 3 workspaces connected; east: connecting; marketing: connecting");
    set_state("marketing", ADAPTER_TROUBLED, "the app token is refused");
    expect_status(desk, "1 of 3 workspaces connected; east: connecting; marketing: the app token "
                        "is refused");
    assert_false(notify_heard(desk->notify, "READY=1"));
    set_state("east", ADAPTER_READY, NULL);
    notify_await(desk->notify, desk->loop, "READY=1");
    expect_status(desk, "2 of 3 workspaces connected; marketing: the app token is refused");
    assert_int_equal(notify_count(desk->notify, "READY=1"), 1);
}

static void test_patience_ends(void **state)
{
    Desk *desk = *state;

    set_state("west", ADAPTER_STARTING, "connecting");
    begin(desk, 1);
    notify_await(desk->notify, desk->loop, "READY=1");
    assert_non_null(strstr(notify_last(desk->notify, "STATUS="), "west: connecting"));
}

static void test_the_status_follows_what_happens_later(void **state)
{
    Desk *desk = *state;

    for (const char *const *name = names; *name != NULL; name++) {
        set_state(*name, ADAPTER_READY, NULL);
    }
    begin(desk, LONG_MS);
    expect_status(desk, "3 of 3 workspaces connected");
    set_state("east", ADAPTER_TROUBLED, "not connected; trying again");
    expect_status(desk, "2 of 3 workspaces connected; east: not connected; trying again");
    set_state("east", ADAPTER_READY, NULL);
    expect_status(desk, "3 of 3 workspaces connected");
    assert_int_equal(notify_count(desk->notify, "READY=1"), 1);
}

static void test_a_reason_is_one_line_without_secrets(void **state)
{
    Desk *desk = *state;

    set_state("west", ADAPTER_TROUBLED, "refused\nREADY=1\nxoxb-1234-5678-abcdef");
    set_state("east", ADAPTER_READY, NULL);
    set_state("marketing", ADAPTER_READY, NULL);
    begin(desk, LONG_MS);
    notify_await(desk->notify, desk->loop, "READY=1");
    const char *status = notify_last(desk->notify, "STATUS=");
    assert_non_null(strstr(status, "west: refused READY=1 "));
    assert_null(strstr(status, "xoxb"));
}

static void test_a_reason_that_ends_in_half_a_character_is_told_whole(void **state)
{
    Desk *desk = *state;

    set_state("west", ADAPTER_TROUBLED, "refused by \xe2");
    g_autofree char *status = readiness_status(desk->workspaces);
    assert_non_null(strstr(status, "west: refused by \xef\xbf\xbd; east: "));
}

static void test_many_that_are_not_connected_are_counted(void **state)
{
    Desk *desk = *state;
    const char *const more[] = {"a", "b", "c", "d", NULL};
    g_autoptr(GPtrArray) configs = fake_configs(more);

    for (guint i = 0; i < configs->len; i++) {
        workspaces_add(desk->workspaces, g_ptr_array_index(configs, i), (WorkspaceId){i + 10},
                       NULL);
    }
    g_autofree char *status = readiness_status(desk->workspaces);
    assert_true(g_str_has_prefix(status, "0 of 7 workspaces connected; west: ; east: "));
    assert_true(g_str_has_suffix(status, "; b: ; and 2 more"));
}

static void test_a_reload_is_announced_and_ended(void **state)
{
    Desk *desk = *state;

    begin(desk, 1);
    readiness_reloading(desk->readiness);
    assert_null(notify_last(desk->notify, "RELOADING")); /* it is not ready: nothing to take back */
    readiness_reloaded(desk->readiness);
    assert_false(notify_heard(desk->notify, "READY=1"));
    notify_await(desk->notify, desk->loop, "READY=1");
    int64_t before = g_get_monotonic_time();
    readiness_reloading(desk->readiness);
    assert_true(notify_heard(desk->notify, "RELOADING=1"));
    const char *at = notify_last(desk->notify, "MONOTONIC_USEC=");
    assert_non_null(at);
    assert_true(g_ascii_strtoll(strchr(at, '=') + 1, NULL, 10) >= before);
    readiness_reloaded(desk->readiness);
    assert_int_equal(notify_count(desk->notify, "READY=1"), 2);
}

static void test_stopping_is_the_last_word(void **state)
{
    Desk *desk = *state;

    begin(desk, 1);
    notify_await(desk->notify, desk->loop, "READY=1");
    readiness_stopping(desk->readiness);
    readiness_reloaded(desk->readiness);
    assert_true(notify_heard(desk->notify, "STOPPING=1"));
    assert_int_equal(notify_count(desk->notify, "READY=1"), 1);
    assert_string_equal(notify_last(desk->notify, "STATUS="), "STATUS=stopping");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_a_store_that_takes_long_to_open_is_waited_for),
        TEST(test_it_is_ready_once_every_workspace_has_an_answer_or_a_reason),
        TEST(test_patience_ends),
        TEST(test_the_status_follows_what_happens_later),
        TEST(test_a_reason_is_one_line_without_secrets),
        TEST(test_a_reason_that_ends_in_half_a_character_is_told_whole),
        TEST(test_many_that_are_not_connected_are_counted),
        TEST(test_a_reload_is_announced_and_ended),
        TEST(test_stopping_is_the_last_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

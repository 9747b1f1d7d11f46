/* Where "now" comes from: the system's clock, stepped or not, or a hand. */

#include "bot/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The system's clock, in place of GLib's. */
static gint64 system_us;

gint64 g_get_real_time(void)
{
    return system_us;
}

#define JULY INT64_C(1752480000000000) /* 14 July 2025, 08:00 UTC */

static int set_system(void **state)
{
    (void)state;
    system_us = JULY;
    return 0;
}

static void expect_now(const char *promise, Clock *clock, int64_t us)
{
    int64_t now = clock_now(clock).us;

    if (now != us) {
        fail_msg("%s: %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, promise, now, us);
    }
}

static void test_a_real_clock_is_the_systems(void **state)
{
    g_autoptr(Clock) clock = clock_real();

    (void)state;
    assert_false(clock_is_manual(clock));
    expect_now("as it is", clock, JULY);
    system_us += 7;
    expect_now("as it runs", clock, JULY + 7);
    system_us -= INSTANT_HOUR;
    expect_now("as it is stepped", clock, JULY + 7 - INSTANT_HOUR);
}

static void test_a_shifted_clock_shows_it_and_runs_on(void **state)
{
    static const struct {
        const char *promise;
        int64_t to;
    } cases[] = {
        {"to where it is", JULY},
        {"a microsecond ahead", JULY + 1},
        {"years ahead", JULY + INSTANT_HOUR * 24 * 3650},
        {"years back", JULY - INSTANT_HOUR * 24 * 3650},
        {"to 1970", 0},
        {"before 1970", -5},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Clock) clock = clock_real();

        system_us = JULY;
        clock_shift(clock, (Instant){cases[i].to});
        assert_false(clock_is_manual(clock));
        expect_now(cases[i].promise, clock, cases[i].to);
        system_us += INSTANT_MINUTE;
        expect_now(cases[i].promise, clock, cases[i].to + INSTANT_MINUTE);
    }
}

static void test_a_second_shift_counts_from_the_system_and_not_from_the_first(void **state)
{
    g_autoptr(Clock) clock = clock_real();

    (void)state;
    clock_shift(clock, (Instant){JULY + INSTANT_HOUR});
    system_us += INSTANT_MINUTE;
    clock_shift(clock, (Instant){JULY + 2 * INSTANT_HOUR});
    expect_now("it shows the second", clock, JULY + 2 * INSTANT_HOUR);
    clock_shift(clock, (Instant){JULY});
    expect_now("and goes back", clock, JULY);
    system_us += 1;
    expect_now("and on", clock, JULY + 1);
}

static void test_a_clock_that_was_set_stands_still(void **state)
{
    g_autoptr(Clock) clock = clock_real();

    (void)state;
    clock_shift(clock, (Instant){JULY + INSTANT_HOUR});
    clock_set(clock, (Instant){JULY + 5});
    assert_true(clock_is_manual(clock));
    system_us += INSTANT_HOUR;
    expect_now("though the system's runs", clock, JULY + 5);
}

static void test_a_manual_clock_cannot_be_shifted(void **state)
{
    g_autoptr(Clock) clock = clock_manual((Instant){JULY});

    (void)state;
    assert_true(clock_is_manual(clock));
    clock_shift(clock, (Instant){JULY + INSTANT_HOUR});
    assert_true(clock_is_manual(clock));
    expect_now("it stays where a hand put it", clock, JULY);
    clock_set(clock, (Instant){JULY + 2});
    expect_now("and moves by hand", clock, JULY + 2);
}

static void test_each_clock_is_its_own(void **state)
{
    g_autoptr(Clock) shifted = clock_real();
    g_autoptr(Clock) real = clock_real();

    (void)state;
    clock_shift(shifted, (Instant){0});
    expect_now("the other is not shifted", real, JULY);
    clock_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_real_clock_is_the_systems, set_system),
        cmocka_unit_test_setup(test_a_shifted_clock_shows_it_and_runs_on, set_system),
        cmocka_unit_test_setup(test_a_second_shift_counts_from_the_system_and_not_from_the_first,
                               set_system),
        cmocka_unit_test_setup(test_a_clock_that_was_set_stands_still, set_system),
        cmocka_unit_test_setup(test_a_manual_clock_cannot_be_shifted, set_system),
        cmocka_unit_test_setup(test_each_clock_is_its_own, set_system),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

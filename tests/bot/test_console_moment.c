#include "bot/console/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Monday 14 July 2025, 09:30:20 in Berlin. */
static Instant some_now(GTimeZone *zone)
{
    Instant at = day_instant((Day){2025, 7, 14}, 9 * 60 + 30, zone);

    return (Instant){at.us + 20 * INSTANT_SECOND};
}

static void expect_moment(const char *text, Instant now, GTimeZone *zone, const char *want)
{
    Instant got = {-1};

    if (moment_read(text, now, zone, &got) != MOMENT_OK) {
        fail_msg("\"%s\" is not understood; it is %s", text, want);
    }
    g_autofree char *shown = instant_iso(got);
    if (strcmp(shown, want) != 0) {
        fail_msg("\"%s\" is %s, not %s", text, shown, want);
    }
}

static void test_moments_as_people_write_them(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"2025-07-14 09:30", "2025-07-14T07:30:00Z"},
        {"2025-07-16 9:30", "2025-07-16T07:30:00Z"},
        {"2025-12-16 9:30 am", "2025-12-16T08:30:00Z"},
        {"2025-07-16 noon", "2025-07-16T10:00:00Z"},
        {"2025-07-16", "2025-07-15T22:00:00Z"},
        {"1999-12-31 23:59", "1999-12-31T22:59:00Z"},
        {"16 July 09:30", "2025-07-16T07:30:00Z"},
        {"Wednesday 09:30", "2025-07-16T07:30:00Z"},
        {"tomorrow noon", "2025-07-15T10:00:00Z"},
        {"10:00", "2025-07-14T08:00:00Z"},
        {"09:30", "2025-07-15T07:30:00Z"},
        {"9 a.m.", "2025-07-15T07:00:00Z"},
        {"midnight", "2025-07-14T22:00:00Z"},
        {"+15m", "2025-07-14T07:45:20Z"},
        {"+2h", "2025-07-14T09:30:20Z"},
        {"+2 hours", "2025-07-14T09:30:20Z"},
        {"+1d", "2025-07-15T07:30:00Z"},
        {"+1 day", "2025-07-15T07:30:00Z"},
        {"+1D", "2025-07-15T07:30:00Z"},
        {"+2w", "2025-07-28T07:30:00Z"},
        {"+1d 09:30", "2025-07-15T07:30:00Z"},
        {"+1d 9:45 am", "2025-07-15T07:45:00Z"},
        {"  +1d   10:00 ", "2025-07-15T08:00:00Z"},
        {"+0d", "2025-07-14T07:30:20Z"},
        {"+0m", "2025-07-14T07:30:20Z"},
    };
    g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_moment(cases[i].text, some_now(berlin), berlin, cases[i].want);
    }
}

static void test_a_time_that_it_is_right_now_is_today(void **state)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    Instant now = day_instant((Day){2025, 7, 14}, 9 * 60 + 30, utc);

    (void)state;
    expect_moment("09:30", now, utc, "2025-07-14T09:30:00Z");
}

static void test_days_keep_the_time_of_day_when_the_clocks_change(void **state)
{
    g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");
    Instant now = day_instant((Day){2025, 10, 25}, 9 * 60 + 30, berlin);

    (void)state;
    expect_moment("+1d", now, berlin, "2025-10-26T08:30:00Z");
    expect_moment("+24h", now, berlin, "2025-10-26T07:30:00Z");
}

static void test_what_is_no_moment_is_refused(void **state)
{
    static const struct {
        const char *text;
        MomentFault want;
    } cases[] = {
        {"", MOMENT_NOT_UNDERSTOOD},
        {" ", MOMENT_NOT_UNDERSTOOD},
        {"soon", MOMENT_NOT_UNDERSTOOD},
        {"+", MOMENT_NOT_UNDERSTOOD},
        {"+1", MOMENT_NOT_UNDERSTOOD},
        {"+d", MOMENT_NOT_UNDERSTOOD},
        {"+-1d", MOMENT_NOT_UNDERSTOOD},
        {"-1d", MOMENT_NOT_UNDERSTOOD},
        {"+1x", MOMENT_NOT_UNDERSTOOD},
        {"+1dd", MOMENT_NOT_UNDERSTOOD},
        {"+1d soon", MOMENT_NOT_UNDERSTOOD},
        {"+1h 09:30", MOMENT_NOT_UNDERSTOOD},
        {"+1.5d", MOMENT_NOT_UNDERSTOOD},
        {"9", MOMENT_NOT_UNDERSTOOD},
        {"25:00", MOMENT_NOT_UNDERSTOOD},
        {"2025-02-30 09:30", MOMENT_NOT_UNDERSTOOD},
        {"2025-07-14 soon", MOMENT_NOT_UNDERSTOOD},
        {"=1+1", MOMENT_NOT_UNDERSTOOD},
        {"👩‍🚀", MOMENT_NOT_UNDERSTOOD},
        {"+9999999999999999999d", MOMENT_NOT_UNDERSTOOD},
        {"+999999w", MOMENT_TOO_FAR},
        {"+999999h", MOMENT_TOO_FAR},
        {"+4000d", MOMENT_TOO_FAR},
        {"9999-12-31 23:59", MOMENT_TOO_FAR},
    };
    g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Instant untouched = {42};
        MomentFault got = moment_read(cases[i].text, some_now(berlin), berlin, &untouched);

        if (got != cases[i].want || untouched.us != 42) {
            fail_msg("\"%s\" gives %d, not %d", cases[i].text, got, cases[i].want);
        }
    }
}

static void test_huge_texts_are_refused_at_once(void **state)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autofree char *blanks = g_strnfill(1000000, ' ');
    g_autofree char *digits = g_strnfill(1000000, '9');
    Instant out;

    (void)state;
    assert_int_equal(moment_read(blanks, some_now(utc), utc, &out), MOMENT_NOT_UNDERSTOOD);
    assert_int_equal(moment_read(digits, some_now(utc), utc, &out), MOMENT_NOT_UNDERSTOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_as_people_write_them),
        cmocka_unit_test(test_a_time_that_it_is_right_now_is_today),
        cmocka_unit_test(test_days_keep_the_time_of_day_when_the_clocks_change),
        cmocka_unit_test(test_what_is_no_moment_is_refused),
        cmocka_unit_test(test_huge_texts_are_refused_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

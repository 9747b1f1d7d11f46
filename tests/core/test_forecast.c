#include "core/forecast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DAY(y, m, d)  ((Day){(y), (m), (d)})
#define JUNE(d)       DAY(2025, 6, (d))
#define JULY(d)       DAY(2025, 7, (d))
#define HUGE_VALUE    "9223372036854.775807"
#define HUGE_NEGATIVE "-9223372036854.775808"

static const Window quarter = {{2025, 6, 2}, {2025, 8, 31}};

static Decimal number(const char *text)
{
    Decimal d = {0};

    if (decimal_parse(text, strlen(text), &d) != DECIMAL_OK) {
        fail_msg("the test itself is wrong: %s is no decimal", text);
    }
    return d;
}

static void expect_decimal(const char *promise, const char *figure, Decimal got, const char *want)
{
    g_autofree char *shown = decimal_text(got);

    if (strcmp(shown, want) != 0) {
        fail_msg("%s: %s is %s, not %s", promise, figure, shown, want);
    }
}

/* A track whose KR's texts nobody looks at. */
static Track *track_of(Direction direction, const char *baseline, const char *target)
{
    Kr *kr = kr_new();

    kr->direction = direction;
    kr->baseline = number(baseline);
    kr->target = kr->target_high = number(target);
    return track_new(kr);
}

static Reading *read_on(Track *track, Day day, const char *value)
{
    Reading *reading = reading_new();

    reading->id.v = (int64_t)track->readings->len + 1;
    reading->value = number(value);
    reading->day = day;
    reading->source = READING_CHECKIN;
    g_ptr_array_add(track->readings, reading);
    return reading;
}

static void retract(Track *track, const Reading *earlier)
{
    Reading *reading = read_on(track, earlier->day, "0");

    reading->retracts = earlier->id;
}

static void expect_forecast(const char *promise, const Track *track, Day day, const char *low,
                            const char *middle, const char *high)
{
    Forecast forecast = {0};

    if (!track_forecast(track, day, &forecast)) {
        fail_msg("%s: there is no forecast", promise);
    }
    expect_decimal(promise, "low", forecast.low, low);
    expect_decimal(promise, "middle", forecast.middle, middle);
    expect_decimal(promise, "high", forecast.high, high);
}

static void test_a_forecast_follows_the_readings(void **state)
{
    const struct {
        const char *promise;
        const char *values[6]; /* from 14 July on */
        Day day;
        const char *low, *middle, *high; /* NULL: none */
    } cases[] = {
        {"a straight line goes on", {"22", "23", "24", "25"}, JULY(28), "36", "36", "36"},
        {"downwards too", {"12", "11.5", "11", "10.5"}, JULY(20), "9", "9", "9"},
        {"flat stays flat", {"22", "22", "22", "22"}, JULY(28), "22", "22", "22"},
        {"a wild reading does not bend it",
         {"22", "23", "90", "25", "26"},
         JULY(24),
         "32",
         "32",
         "32"},
        {"an unsteady pace is a range",
         {"20", "22", "21", "25"},
         JULY(20),
         "23.75",
         "29.625",
         "31.5"},
        {"on the last read day it is the line itself",
         {"22", "23", "24", "25"},
         JULY(17),
         "25",
         "25",
         "25"},
        {"three days are too few", {"22", "23", "24"}, JULY(28), NULL, NULL, NULL},
        {"days after the one asked for are left out",
         {"22", "23", "24", "25"},
         JULY(16),
         NULL,
         NULL,
         NULL},
        {"nothing read", {NULL}, JULY(28), NULL, NULL, NULL},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");
        Forecast none = {0};

        for (uint8_t d = 0; d < 6 && cases[i].values[d] != NULL; d++) {
            read_on(track, JULY((uint8_t)(14 + d)), cases[i].values[d]);
        }
        if (cases[i].low != NULL) {
            expect_forecast(cases[i].promise, track, cases[i].day, cases[i].low, cases[i].middle,
                            cases[i].high);
        } else if (track_forecast(track, cases[i].day, &none)) {
            fail_msg("%s: there is a forecast", cases[i].promise);
        }
    }
}

static void test_a_forecast_goes_by_days_whatever_their_order(void **state)
{
    g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");
    (void)state;

    read_on(track, JULY(16), "24");
    read_on(track, JULY(14), "99"); /* corrected below */
    read_on(track, JULY(20), "28"); /* a gap of days */
    read_on(track, JULY(15), "23");
    read_on(track, JULY(14), "22");
    expect_forecast("unordered", track, JULY(28), "36", "36", "36");
}

static void test_a_retracted_day_is_no_day(void **state)
{
    g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");
    Forecast forecast = {0};
    (void)state;

    for (uint8_t d = 14; d < 18; d++) {
        read_on(track, JULY(d), "22");
    }
    assert_true(track_forecast(track, JULY(28), &forecast));
    retract(track, g_ptr_array_index(track->readings, 3));
    assert_false(track_forecast(track, JULY(28), &forecast)); /* three days are left */
}

static void test_what_is_counted_up_is_not_heading_below_nothing(void **state)
{
    static const struct {
        KrKind kind;
        const char *low, *middle;
    } cases[] = {{KR_COUNT, "0", "0"}, {KR_LEVEL, "-30", "-30"}};
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "0", "15");
        Forecast f = {0};

        track->kr->kind = cases[i].kind;
        for (int d = 0; d < 4; d++) { /* each day three less */
            g_autofree char *value = g_strdup_printf("%d", 3 * (3 - d));

            read_on(track, day_plus(JULY(14), d), value);
        }
        assert_true(track_forecast(track, day_plus(JULY(17), 10), &f));
        expect_decimal("a count that is corrected", "low", f.low, cases[i].low);
        expect_decimal("a count that is corrected", "middle", f.middle, cases[i].middle);
    }
}

static void test_a_forecast_range_is_in_order(void **state)
{
    uint64_t lcg = 1;
    (void)state;

    for (int round = 0; round < 300; round++) {
        g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "0", "100");
        Forecast f = {0};

        for (int i = 0; i < 80; i++) {
            lcg = lcg * 6364136223846793005u + 1442695040888963407u;
            g_autofree char *value =
                g_strdup_printf("%d.%02d", (int)(lcg >> 40) % 1000, (int)(lcg >> 33) % 100);
            read_on(track, day_plus(JUNE(2), (int64_t)((lcg >> 50) % 90)), value);
        }
        assert_true(track_forecast(track, DAY(2025, 8, 31), &f));
        assert_true(decimal_cmp(f.low, f.middle) <= 0);
        assert_true(decimal_cmp(f.middle, f.high) <= 0);
    }
}

static void test_only_the_latest_sixty_days_are_looked_at(void **state)
{
    g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "0", "100");
    (void)state;

    for (int i = 0; i < 200; i++) {
        g_autofree char *value = g_strdup_printf("%d", i < 140 ? 1000 - i : i - 140);
        read_on(track, day_plus(DAY(2025, 1, 1), i), value);
    }
    expect_forecast("sixty days", track, day_plus(DAY(2025, 1, 1), 209), "69", "69", "69");
}

static void test_a_forecast_beyond_the_range_is_none(void **state)
{
    g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "0", "100");
    Forecast forecast = {.low = {7}};
    (void)state;

    read_on(track, JULY(14), HUGE_NEGATIVE);
    read_on(track, JULY(15), HUGE_NEGATIVE);
    read_on(track, JULY(16), HUGE_VALUE);
    read_on(track, JULY(17), HUGE_VALUE);
    assert_false(track_forecast(track, DAY_LAST, &forecast));
    assert_int_equal(forecast.low.millionths, 7);
}

static Movement seed_movement(Track *anchor)
{
    return anchor_movement(anchor, quarter, JULY(14), number("21200000"), number("24100000"),
                           number("30000000"), 14);
}

static void test_an_anchor_moves_and_is_lifted(void **state)
{
    g_autoptr(Track) anchor = track_of(DIRECTION_INCREASE, "20000000", "30000000");
    (void)state;

    Movement m = seed_movement(anchor);
    assert_true(m.known && m.share_known && m.lift_known);
    expect_decimal("without readings", "moved", m.moved, "2900000");
    expect_decimal("without readings", "share", m.share, "0.329545");
    /* 1.2M in the 42 days since the period began is 400,000 in 14 days */
    expect_decimal("without readings", "expected", m.expected, "400000");
    expect_decimal("without readings", "lift", m.lift, "2500000");

    read_on(anchor, JUNE(16), "20400000");
    read_on(anchor, JUNE(23), "20600000");
    assert_int_equal(seed_movement(anchor).expected.millionths, number("400000").millionths);
    read_on(anchor, JUNE(30), "20800000");
    m = seed_movement(anchor);
    expect_decimal("three weekly readings", "expected", m.expected, "400000");
    read_on(anchor, JULY(7), "21200000");
    read_on(anchor, JULY(14), "21200000");
    m = seed_movement(anchor);
    /* of 20.6, 20.8, 21.2, 21.2 the median slope is 0.2M a week */
    expect_decimal("the last four readings", "expected", m.expected, "400000");
    read_on(anchor, JULY(21), "29000000");
    m = seed_movement(anchor);
    expect_decimal("readings after the opening say nothing about before", "expected", m.expected,
                   "400000");
}

static void test_a_flat_past_expects_nothing(void **state)
{
    g_autoptr(Track) anchor = track_of(DIRECTION_INCREASE, "20000000", "30000000");
    (void)state;

    read_on(anchor, JUNE(30), "21200000");
    read_on(anchor, JULY(7), "21200000");
    read_on(anchor, JULY(14), "21200000");
    Movement m = seed_movement(anchor);
    expect_decimal("flat", "expected", m.expected, "0");
    expect_decimal("flat", "lift", m.lift, "2900000");
}

static void test_lift_needs_a_day_before(void **state)
{
    g_autoptr(Track) anchor = track_of(DIRECTION_INCREASE, "20", "30");
    (void)state;

    Movement m =
        anchor_movement(anchor, quarter, JUNE(2), number("20"), number("22"), number("30"), 14);
    assert_true(m.known);
    assert_false(m.lift_known); /* opened on the period's first day */
    m = anchor_movement(anchor, (Window){0}, JULY(14), number("20"), number("22"), number("30"),
                        14);
    assert_false(m.lift_known); /* no period */
    m = anchor_movement(anchor, quarter, JUNE(3), number("21"), number("22"), number("30"), 14);
    assert_true(m.lift_known);
    expect_decimal("one day before", "expected", m.expected, "14");
}

static void test_a_share_needs_a_gap(void **state)
{
    const struct {
        const char *promise;
        Direction direction;
        const char *open, *close, *target, *share; /* NULL: unknown */
    } cases[] = {
        {"a third of the gap", DIRECTION_INCREASE, "20", "23", "29", "0.333333"},
        {"all of it and more", DIRECTION_INCREASE, "20", "32", "30", "1.2"},
        {"the wrong way", DIRECTION_INCREASE, "20", "19", "30", "-0.1"},
        {"a decrease closes its gap", DIRECTION_DECREASE, "12", "9.5", "7", "0.5"},
        {"no gap at open", DIRECTION_INCREASE, "30", "31", "30", NULL},
        {"already beyond at open", DIRECTION_INCREASE, "32", "31", "30", NULL},
        {"already inside at open", DIRECTION_AT_MOST, "2", "3", "4", NULL},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Track) anchor =
            track_of(cases[i].direction, "0", "1"); /* its own target has moved since */
        Movement m = anchor_movement(anchor, quarter, JULY(14), number(cases[i].open),
                                     number(cases[i].close), number(cases[i].target), 14);

        if (m.share_known != (cases[i].share != NULL)) {
            fail_msg("%s: the share is %sknown", cases[i].promise, m.share_known ? "" : "un");
        }
        if (m.share_known) {
            expect_decimal(cases[i].promise, "share", m.share, cases[i].share);
        }
    }
}

static void test_a_falling_anchor_is_lifted_downwards(void **state)
{
    g_autoptr(Track) anchor = track_of(DIRECTION_DECREASE, "12", "7");
    (void)state;

    /* a day in six weeks before, two and a half in two weeks of sprint */
    Movement m =
        anchor_movement(anchor, quarter, JULY(14), number("11"), number("8.5"), number("7"), 14);
    expect_decimal("falling", "moved", m.moved, "-2.5");
    expect_decimal("falling", "expected", m.expected, "-0.333333");
    expect_decimal("falling", "lift", m.lift, "-2.166667");
    expect_decimal("falling", "share", m.share, "0.625");
}

static void test_a_movement_beyond_the_range_is_unknown(void **state)
{
    g_autoptr(Track) anchor = track_of(DIRECTION_INCREASE, "0", "30");
    (void)state;

    Movement m = anchor_movement(anchor, quarter, JULY(14), number(HUGE_NEGATIVE),
                                 number(HUGE_VALUE), number("1"), 14);
    assert_false(m.known);
    assert_false(m.share_known);
    assert_false(m.lift_known);
    m = anchor_movement(anchor, quarter, JUNE(3), number(HUGE_VALUE), number(HUGE_VALUE),
                        number("1"), 14);
    assert_true(m.known);
    assert_false(m.lift_known); /* expected would be fourteen times the range */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_forecast_follows_the_readings),
        cmocka_unit_test(test_a_forecast_goes_by_days_whatever_their_order),
        cmocka_unit_test(test_a_retracted_day_is_no_day),
        cmocka_unit_test(test_what_is_counted_up_is_not_heading_below_nothing),
        cmocka_unit_test(test_a_forecast_range_is_in_order),
        cmocka_unit_test(test_only_the_latest_sixty_days_are_looked_at),
        cmocka_unit_test(test_a_forecast_beyond_the_range_is_none),
        cmocka_unit_test(test_an_anchor_moves_and_is_lifted),
        cmocka_unit_test(test_a_flat_past_expects_nothing),
        cmocka_unit_test(test_lift_needs_a_day_before),
        cmocka_unit_test(test_a_share_needs_a_gap),
        cmocka_unit_test(test_a_falling_anchor_is_lifted_downwards),
        cmocka_unit_test(test_a_movement_beyond_the_range_is_unknown),
    };

    return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}

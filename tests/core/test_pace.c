#include "core/pace.h"

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

static const Holidays no_holidays;
static const Calendar mon_fri = {.working = WEEKDAYS_MON_FRI, .holidays = &no_holidays};
static const Window sprint_window = {{2025, 7, 14}, {2025, 7, 28}};
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

/* A KR whose texts nobody looks at. `high` may be NULL. */
static Kr kr_of(Direction direction, const char *baseline, const char *target, const char *high)
{
    return (Kr){
        .direction = direction,
        .baseline = number(baseline),
        .target = number(target),
        .target_high = number(high != NULL ? high : target),
    };
}

static Track *track_of(Direction direction, const char *baseline, const char *target)
{
    Kr *kr = kr_new();

    *kr = kr_of(direction, baseline, target, NULL);
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

static void test_elapsed_counts_working_days_before_today(void **state)
{
    const struct {
        const char *promise;
        Window window;
        Weekdays working;
        Day today;
        int32_t passed, total;
    } cases[] = {
        {"nothing has passed on the first day",
         {JULY(14), JULY(28)},
         WEEKDAYS_MON_FRI,
         JULY(14),
         0,
         11},
        {"the second day has one behind it",
         {JULY(14), JULY(28)},
         WEEKDAYS_MON_FRI,
         JULY(15),
         1,
         11},
        {"a weekend does not pass", {JULY(14), JULY(28)}, WEEKDAYS_MON_FRI, JULY(21), 5, 11},
        {"on the last day one is left", {JULY(14), JULY(28)}, WEEKDAYS_MON_FRI, JULY(28), 10, 11},
        {"the day after, all has passed", {JULY(14), JULY(28)}, WEEKDAYS_MON_FRI, JULY(29), 11, 11},
        {"a year later no more has passed",
         {JULY(14), JULY(28)},
         WEEKDAYS_MON_FRI,
         DAY(2026, 7, 29),
         11,
         11},
        {"before the window nothing has", {JULY(14), JULY(28)}, WEEKDAYS_MON_FRI, JULY(1), 0, 11},
        {"part of the week counts as it is", {JULY(14), JULY(20)}, 1 << MONDAY, JULY(17), 1, 1},
        {"without a working day the calendar stands in",
         {JULY(14), JULY(20)},
         1 << MONDAY,
         JULY(14),
         0,
         1},
        {"a weekend for a Monday team is two days",
         {JULY(19), JULY(20)},
         1 << MONDAY,
         JULY(20),
         1,
         2},
        {"a window of a day has a day", {JULY(14), JULY(14)}, WEEKDAYS_MON_FRI, JULY(15), 1, 1},
        {"a window the wrong way round does not divide by zero",
         {JULY(28), JULY(14)},
         WEEKDAYS_MON_FRI,
         JULY(20),
         0,
         1},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Calendar calendar = {.working = cases[i].working, .holidays = &no_holidays};
        Elapsed e = elapsed_working(cases[i].window, &calendar, cases[i].today);

        if (e.passed != cases[i].passed || e.total != cases[i].total) {
            fail_msg("%s: %d of %d", cases[i].promise, e.passed, e.total);
        }
    }
}

static void test_a_holiday_does_not_pass(void **state)
{
    g_auto(Holidays) holidays = {0};
    char *wrong = NULL;
    (void)state;

    assert_true(holidays_parse("2025-07-16", &holidays, &wrong));
    Calendar calendar = {.working = WEEKDAYS_MON_FRI, .holidays = &holidays};
    Elapsed e = elapsed_working(sprint_window, &calendar, JULY(17));

    assert_int_equal(e.passed, 2);
    assert_int_equal(e.total, 10);
}

static void test_a_period_passes_in_calendar_days(void **state)
{
    const struct {
        Day today;
        int32_t passed;
    } cases[] = {{DAY(2025, 6, 1), 0}, {JUNE(2), 0},           {JUNE(3), 1},
                 {JULY(14), 42},       {DAY(2025, 8, 31), 90}, {DAY(2025, 9, 1), 91},
                 {DAY(2026, 9, 1), 91}};
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Elapsed e = elapsed_calendar(quarter, cases[i].today);

        assert_int_equal(e.passed, cases[i].passed);
        assert_int_equal(e.total, 91);
    }
}

static void test_the_worked_example_comes_out(void **state)
{
    Kr kr = kr_of(DIRECTION_INCREASE, "20000000", "30000000", NULL);
    Elapsed elapsed = elapsed_calendar(quarter, JULY(14));
    Pace pace = pace_of(&kr, number("21200000"), elapsed, &policy_default);
    Decimal share = {0};
    (void)state;

    assert_int_equal(elapsed.passed, 42);
    assert_int_equal(elapsed.total, 91);
    assert_true(pace.known);
    expect_decimal("pipeline", "expected", pace.expected, "24615384.615385");
    expect_decimal("pipeline", "gap to trajectory", pace.gap_trajectory, "3415384.615385");
    assert_true(decimal_ratio(pace.gap_trajectory, pace.expected, &share));
    expect_decimal("pipeline", "share of expected", decimal_round(share, 3), "0.139");
    expect_decimal("pipeline", "gap to target", pace.gap_target, "8800000");
    expect_decimal("pipeline", "progress", pace.progress, "0.12");
    expect_decimal("pipeline", "pace", pace.pace, "0.26");
    assert_int_equal(pace.status, PACE_BEHIND);
    assert_int_equal(pace.days_left, 49);
    expect_decimal("pipeline", "needed a day", pace.needed, "179591.836735");
    assert_true(decimal_ratio(pace.gap_target, kr.target, &share));
    expect_decimal("pipeline", "gap in shares of the target", decimal_round(share, 3), "0.293");
}

static void test_progress_and_reached_know_all_directions(void **state)
{
    const struct {
        const char *promise;
        Direction direction;
        const char *baseline, *target, *high, *value, *progress;
        bool reached;
    } cases[] = {
        {"up: the start is 0", DIRECTION_INCREASE, "22", "35", NULL, "22", "0", false},
        {"up: half way", DIRECTION_INCREASE, "20", "30", NULL, "25", "0.5", false},
        {"up: the target is 1", DIRECTION_INCREASE, "22", "35", NULL, "35", "1", true},
        {"up: beyond is shown", DIRECTION_INCREASE, "20", "30", NULL, "35", "1.5", true},
        {"up: below the start is shown", DIRECTION_INCREASE, "20", "30", NULL, "15", "-0.5", false},
        {"up: a count from 0", DIRECTION_INCREASE, "0", "6", NULL, "2", "0.333333", false},
        {"down: the sign does it", DIRECTION_DECREASE, "12", "7", NULL, "9.5", "0.5", false},
        {"down: the target is 1", DIRECTION_DECREASE, "12", "7", NULL, "7", "1", true},
        {"down: beyond is shown", DIRECTION_DECREASE, "12", "7", NULL, "4.5", "1.5", true},
        {"down: the wrong way is below 0", DIRECTION_DECREASE, "12", "7", NULL, "14.5", "-0.5",
         false},
        {"down: through zero", DIRECTION_DECREASE, "5", "-5", NULL, "0", "0.5", false},
        {"no distance: 1 when it is there", DIRECTION_INCREASE, "10", "10", NULL, "10", "1", true},
        {"no distance: 0 when it was lost", DIRECTION_INCREASE, "10", "10", NULL, "9", "0", false},
        {"at least: from below like an increase", DIRECTION_AT_LEAST, "18", "25", NULL, "21.5",
         "0.5", false},
        {"at least: beyond is more than 1", DIRECTION_AT_LEAST, "18", "25", NULL, "32", "2", true},
        {"at least: kept is 1", DIRECTION_AT_LEAST, "99.9", "99.5", NULL, "99.7", "1", true},
        {"at least: kept on the edge is 1", DIRECTION_AT_LEAST, "99.9", "99.5", NULL, "99.5", "1",
         true},
        {"at least: half the room lost outside", DIRECTION_AT_LEAST, "99.9", "99.5", NULL, "99.3",
         "0.5", false},
        {"at least: no room at all", DIRECTION_AT_LEAST, "99.5", "99.5", NULL, "99.4", "0", false},
        {"at most: from above like a decrease", DIRECTION_AT_MOST, "5", "3", NULL, "4", "0.5",
         false},
        {"at most: below is more than 1", DIRECTION_AT_MOST, "5", "3", NULL, "2", "1.5", true},
        {"at most: kept is 1", DIRECTION_AT_MOST, "2", "3", NULL, "2.9", "1", true},
        {"at most: lost by all its room", DIRECTION_AT_MOST, "2", "3", NULL, "4", "0", false},
        {"within: inside is exactly 1", DIRECTION_WITHIN, "10", "20", "30", "25", "1", true},
        {"within: the lower edge is inside", DIRECTION_WITHIN, "10", "20", "30", "20", "1", true},
        {"within: the upper edge is inside", DIRECTION_WITHIN, "10", "20", "30", "30", "1", true},
        {"within: from below to the lower edge", DIRECTION_WITHIN, "10", "20", "30", "15", "0.5",
         false},
        {"within: from above to the upper edge", DIRECTION_WITHIN, "50", "20", "30", "40", "0.5",
         false},
        {"within: shot past by a quarter", DIRECTION_WITHIN, "10", "20", "30", "35", "0.75", false},
        {"within: kept", DIRECTION_WITHIN, "24", "20", "30", "29", "1", true},
        {"within: slipped out below", DIRECTION_WITHIN, "24", "20", "30", "18", "0.5", false},
        {"within: slipped out above", DIRECTION_WITHIN, "24", "20", "30", "33", "0.5", false},
        {"within: edges the wrong way round", DIRECTION_WITHIN, "10", "30", "20", "25", "1", true},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Kr kr = kr_of(cases[i].direction, cases[i].baseline, cases[i].target, cases[i].high);
        Decimal progress = {0};

        if (!kr_progress(&kr, number(cases[i].value), &progress)) {
            fail_msg("%s: progress is unknown", cases[i].promise);
        }
        expect_decimal(cases[i].promise, "progress", progress, cases[i].progress);
        if (kr_reached(&kr, number(cases[i].value)) != cases[i].reached) {
            fail_msg("%s: reached is wrong", cases[i].promise);
        }
    }
}

static void test_expected_lies_on_the_line(void **state)
{
    const struct {
        const char *promise;
        Direction direction;
        const char *baseline, *target, *high;
        int32_t passed, total;
        const char *expected;
    } cases[] = {
        {"the first day expects the baseline", DIRECTION_INCREASE, "22", "35", NULL, 0, 11, "22"},
        {"half way up", DIRECTION_INCREASE, "20", "30", NULL, 1, 2, "25"},
        {"the end expects the target", DIRECTION_INCREASE, "22", "35", NULL, 11, 11, "35"},
        {"half way down", DIRECTION_DECREASE, "12", "7", NULL, 5, 10, "9.5"},
        {"a third is rounded to the nearest", DIRECTION_INCREASE, "0", "1", NULL, 2, 3, "0.666667"},
        {"at least, from below", DIRECTION_AT_LEAST, "18", "25", NULL, 1, 2, "21.5"},
        {"at least, kept: the edge on any day", DIRECTION_AT_LEAST, "99.9", "99.5", NULL, 1, 2,
         "99.5"},
        {"at most, kept: the edge on any day", DIRECTION_AT_MOST, "2", "3", NULL, 0, 2, "3"},
        {"within, from below: to the lower edge", DIRECTION_WITHIN, "10", "20", "30", 1, 2, "15"},
        {"within, from above: to the upper edge", DIRECTION_WITHIN, "50", "20", "30", 1, 2, "40"},
        {"within, kept: the nearer edge", DIRECTION_WITHIN, "28", "20", "30", 1, 2, "30"},
        {"from end to end of the range", DIRECTION_INCREASE, HUGE_NEGATIVE, HUGE_VALUE, NULL, 1, 2,
         "-0.000001"},
        {"and at its end", DIRECTION_INCREASE, HUGE_NEGATIVE, HUGE_VALUE, NULL, 2, 2, HUGE_VALUE},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Kr kr = kr_of(cases[i].direction, cases[i].baseline, cases[i].target, cases[i].high);
        Elapsed elapsed = {cases[i].passed, cases[i].total};

        expect_decimal(cases[i].promise, "expected", kr_expected(&kr, elapsed), cases[i].expected);
    }
}

static void test_the_status_follows_the_pace(void **state)
{
    const struct {
        const char *promise;
        Direction direction;
        const char *baseline, *target, *high, *value;
        int32_t passed, total;
        PaceStatus status;
    } cases[] = {
        {"a pace of 1.0 is ahead", DIRECTION_INCREASE, "0", "100", NULL, "50", 5, 10, PACE_AHEAD},
        {"a third after a third is exactly 1.0", DIRECTION_INCREASE, "0", "3", NULL, "1", 1, 3,
         PACE_AHEAD},
        {"two sevenths after two sevenths too", DIRECTION_DECREASE, "7", "0", NULL, "5", 2, 7,
         PACE_AHEAD},
        {"just below 1.0 is on track", DIRECTION_INCREASE, "0", "100", NULL, "49.999999", 5, 10,
         PACE_ON_TRACK},
        {"a pace of 0.9 is on track", DIRECTION_INCREASE, "0", "100", NULL, "45", 5, 10,
         PACE_ON_TRACK},
        {"just below 0.9 is at risk", DIRECTION_INCREASE, "0", "100", NULL, "44.999999", 5, 10,
         PACE_AT_RISK},
        {"a pace of 0.7 is at risk", DIRECTION_INCREASE, "0", "100", NULL, "35", 5, 10,
         PACE_AT_RISK},
        {"just below 0.7 is behind", DIRECTION_INCREASE, "0", "100", NULL, "34.999999", 5, 10,
         PACE_BEHIND},
        {"the wrong way is behind", DIRECTION_INCREASE, "0", "100", NULL, "-10", 5, 10,
         PACE_BEHIND},
        {"down goes by the sign", DIRECTION_DECREASE, "12", "7", NULL, "9.5", 5, 10, PACE_AHEAD},
        {"the first day is too early", DIRECTION_INCREASE, "0", "100", NULL, "0", 0, 10,
         PACE_TOO_EARLY},
        {"the first fifth is too early", DIRECTION_INCREASE, "0", "100", NULL, "0", 1, 10,
         PACE_TOO_EARLY},
        {"after a fifth it is judged", DIRECTION_INCREASE, "0", "100", NULL, "0", 2, 10,
         PACE_BEHIND},
        {"just short of a fifth it is not", DIRECTION_INCREASE, "0", "100", NULL, "0", 2, 11,
         PACE_TOO_EARLY},
        {"done is done on the first day", DIRECTION_INCREASE, "0", "100", NULL, "100", 0, 10,
         PACE_DONE},
        {"beyond the target is done", DIRECTION_INCREASE, "0", "100", NULL, "120", 5, 10,
         PACE_DONE},
        {"reached from below is done", DIRECTION_AT_LEAST, "18", "25", NULL, "25", 5, 10,
         PACE_DONE},
        {"what is to be kept is on track while it holds", DIRECTION_AT_LEAST, "99.9", "99.5", NULL,
         "99.6", 0, 10, PACE_ON_TRACK},
        {"and done when the time is over", DIRECTION_AT_LEAST, "99.9", "99.5", NULL, "99.6", 10, 10,
         PACE_DONE},
        {"kept and lost by half its room is behind", DIRECTION_AT_MOST, "2", "3", NULL, "3.5", 5,
         10, PACE_BEHIND},
        {"kept and lost by a fifth is at risk", DIRECTION_AT_MOST, "2", "3", NULL, "3.2", 5, 10,
         PACE_AT_RISK},
        {"lost late is not milder than lost early", DIRECTION_AT_MOST, "2", "3", NULL, "3.5", 3, 10,
         PACE_BEHIND},
        {"into the band is done", DIRECTION_WITHIN, "10", "20", "30", "22", 5, 10, PACE_DONE},
        {"kept in the band is on track", DIRECTION_WITHIN, "24", "20", "30", "22", 5, 10,
         PACE_ON_TRACK},
        {"at the end short of it is judged as it is", DIRECTION_INCREASE, "0", "100", NULL, "95",
         10, 10, PACE_ON_TRACK},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Kr kr = kr_of(cases[i].direction, cases[i].baseline, cases[i].target, cases[i].high);
        Elapsed elapsed = {cases[i].passed, cases[i].total};
        Pace pace = pace_of(&kr, number(cases[i].value), elapsed, &policy_default);

        assert_true(pace.known);
        if (pace.status != cases[i].status) {
            fail_msg("%s: it says %s", cases[i].promise, pace_status_name(pace.status));
        }
    }
}

static void test_thresholds_are_the_policys(void **state)
{
    Policy strict = policy_default;
    Kr kr = kr_of(DIRECTION_INCREASE, "0", "100", NULL);
    (void)state;

    strict.ahead = 1100;
    strict.on_track = 1000;
    strict.at_risk = 500;
    strict.too_early = 500;
    assert_int_equal(pace_of(&kr, number("50"), (Elapsed){5, 10}, &strict).status, PACE_ON_TRACK);
    assert_int_equal(pace_of(&kr, number("25"), (Elapsed){5, 10}, &strict).status, PACE_AT_RISK);
    assert_int_equal(pace_of(&kr, number("10"), (Elapsed){4, 10}, &strict).status, PACE_TOO_EARLY);
    strict.too_early = 0;
    assert_int_equal(pace_of(&kr, number("0"), (Elapsed){0, 10}, &strict).status, PACE_TOO_EARLY);
    assert_int_equal(pace_of(&kr, number("0"), (Elapsed){1, 10}, &strict).status, PACE_BEHIND);
}

static void test_gaps_and_needs_point_the_way(void **state)
{
    const struct {
        const char *promise;
        Direction direction;
        const char *baseline, *target, *high, *value;
        int32_t passed, total;
        const char *expected, *gap_trajectory, *gap_target, *needed;
    } cases[] = {
        {"short on the way up", DIRECTION_INCREASE, "20", "30", NULL, "22", 5, 10, "25", "3", "8",
         "1.6"},
        {"ahead on the way up is negative", DIRECTION_INCREASE, "20", "30", NULL, "26", 5, 10, "25",
         "-1", "4", "0.8"},
        {"short on the way down", DIRECTION_DECREASE, "12", "7", NULL, "11", 5, 10, "9.5", "1.5",
         "4", "-0.8"},
        {"ahead on the way down", DIRECTION_DECREASE, "12", "7", NULL, "9", 5, 10, "9.5", "-0.5",
         "2", "-0.4"},
        {"reached needs nothing", DIRECTION_INCREASE, "20", "30", NULL, "31", 5, 10, "25", "-6",
         "-1", "0"},
        {"with no day left it is the whole change", DIRECTION_INCREASE, "20", "30", NULL, "26", 10,
         10, "30", "4", "4", "4"},
        {"kept and holding", DIRECTION_AT_LEAST, "99.9", "99.5", NULL, "99.6", 5, 10, "99.5",
         "-0.1", "-0.1", "0"},
        {"kept and lost", DIRECTION_AT_MOST, "2", "3", NULL, "4", 5, 10, "3", "1", "1", "-0.2"},
        {"into the band from below", DIRECTION_WITHIN, "10", "20", "30", "12", 5, 10, "15", "3",
         "8", "1.6"},
        {"into the band from above", DIRECTION_WITHIN, "50", "20", "30", "42", 5, 10, "40", "2",
         "12", "-2.4"},
        {"past the band comes back", DIRECTION_WITHIN, "10", "20", "30", "35", 5, 10, "15", "5",
         "5", "-1"},
        {"out of the band it was kept in", DIRECTION_WITHIN, "24", "20", "30", "33", 5, 10, "30",
         "3", "3", "-0.6"},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Kr kr = kr_of(cases[i].direction, cases[i].baseline, cases[i].target, cases[i].high);
        Elapsed elapsed = {cases[i].passed, cases[i].total};
        Pace pace = pace_of(&kr, number(cases[i].value), elapsed, &policy_default);

        assert_true(pace.known);
        assert_int_equal(pace.days_left, cases[i].total - cases[i].passed);
        expect_decimal(cases[i].promise, "value", pace.value, cases[i].value);
        expect_decimal(cases[i].promise, "expected", pace.expected, cases[i].expected);
        expect_decimal(cases[i].promise, "gap to trajectory", pace.gap_trajectory,
                       cases[i].gap_trajectory);
        expect_decimal(cases[i].promise, "gap to target", pace.gap_target, cases[i].gap_target);
        expect_decimal(cases[i].promise, "needed", pace.needed, cases[i].needed);
    }
}

/* Every mixture of extremes: either a figure, or unknown. The sanitizers watch. */
static void test_extreme_values_are_unknown_and_nothing_worse(void **state)
{
    static const char *const extremes[] = {HUGE_NEGATIVE, "-0.000001", "0", "0.000001", HUGE_VALUE};
    static const Elapsed times[] = {{0, 1}, {1, 1}, {1, INT32_MAX}, {INT32_MAX, INT32_MAX}};
    size_t n = G_N_ELEMENTS(extremes), unknown = 0, known = 0;
    (void)state;

    for (size_t i = 0; i < n * n * n * n; i++) {
        for (int d = DIRECTION_INCREASE; d <= DIRECTION_WITHIN; d++) {
            for (size_t t = 0; t < G_N_ELEMENTS(times); t++) {
                Kr kr = kr_of((Direction)d, extremes[i % n], extremes[i / n % n],
                              extremes[i / n / n % n]);
                Pace pace =
                    pace_of(&kr, number(extremes[i / n / n / n]), times[t], &policy_default);

                if (pace.known == (pace.status == PACE_NONE)) {
                    fail_msg("a pace that is %sknown says %s", pace.known ? "" : "un",
                             pace_status_name(pace.status));
                }
                unknown += pace.known ? 0 : 1;
                known += pace.known ? 1 : 0;
            }
        }
    }
    assert_true(unknown > 0);
    assert_true(known > 0);
}

static void test_progress_beyond_the_range_is_unknown(void **state)
{
    Kr kr = kr_of(DIRECTION_INCREASE, "0", "0.000001", NULL);
    Decimal progress = {.millionths = 7};
    (void)state;

    assert_false(kr_progress(&kr, number(HUGE_VALUE), &progress));
    assert_int_equal(progress.millionths, 7);
    assert_false(pace_of(&kr, number(HUGE_VALUE), (Elapsed){1, 2}, &policy_default).known);
}

static void test_every_status_has_its_name(void **state)
{
    const struct {
        PaceStatus status;
        const char *name;
    } cases[] = {
        {PACE_NONE, "no reading yet"}, {PACE_TOO_EARLY, "too early"}, {PACE_BEHIND, "behind"},
        {PACE_AT_RISK, "at risk"},     {PACE_ON_TRACK, "on track"},   {PACE_AHEAD, "ahead"},
        {PACE_DONE, "done"},           {PACE_STALE, "stale"},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_string_equal(pace_status_name(cases[i].status), cases[i].name);
    }
}

static void test_stalled_is_the_same_value_twice(void **state)
{
    const struct {
        const char *promise;
        const char *values[4]; /* on 14, 15, 16 and 17 July; NULL: not read */
        bool stalled;
    } cases[] = {
        {"nothing was read", {NULL}, false},
        {"read once", {"22"}, false},
        {"two days the same", {"22", "22"}, true},
        {"two days apart the same", {"22", NULL, NULL, "22"}, true},
        {"moved on the last day", {"22", "22", "23"}, false},
        {"moved, then stood", {"22", "23", "23"}, true},
        {"came back to an older value", {"22", "23", "22"}, false},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");

        for (uint8_t day = 0; day < 4; day++) {
            if (cases[i].values[day] != NULL) {
                read_on(track, JULY((uint8_t)(14 + day)), cases[i].values[day]);
            }
        }
        if (track_stalled(track) != cases[i].stalled) {
            fail_msg("%s: stalled is wrong", cases[i].promise);
        }
    }
}

static void test_stalled_looks_at_days_and_not_at_corrections(void **state)
{
    g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");
    (void)state;

    read_on(track, JULY(14), "23");
    read_on(track, JULY(14), "23");
    assert_false(track_stalled(track)); /* one day, said twice */
    const Reading *mistaken = read_on(track, JULY(15), "23");
    assert_true(track_stalled(track));
    read_on(track, JULY(15), "24");
    assert_false(track_stalled(track)); /* corrected */
    read_on(track, JULY(16), "24");
    assert_true(track_stalled(track));
    retract(track, mistaken);
    assert_true(track_stalled(track));
}

static void test_what_was_known_at_the_opening_does_not_stall(void **state)
{
    g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");
    (void)state;

    read_on(track, JULY(14), "22")->source = READING_OPENING;
    read_on(track, JULY(15), "22");
    assert_false(track_stalled(track));
    read_on(track, JULY(16), "22");
    assert_true(track_stalled(track));
}

static void test_a_retracted_reading_never_counts(void **state)
{
    g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");
    (void)state;

    read_on(track, JULY(14), "21");
    read_on(track, JULY(16), "22");
    retract(track, read_on(track, JULY(17), "22"));
    assert_false(track_stalled(track));
    assert_int_equal(track_days_unconfirmed(track, &mon_fri, JULY(14), JULY(18)), 1);
}

static void test_a_value_goes_stale_after_two_working_days(void **state)
{
    const struct {
        const char *promise;
        int read; /* of July; 0: never */
        Day today;
        int32_t unconfirmed;
    } cases[] = {
        {"confirmed today", 14, JULY(14), 0},
        {"confirmed yesterday", 14, JULY(15), 0},
        {"a working day without a word", 14, JULY(16), 1},
        {"two make it stale", 14, JULY(17), 2},
        {"a weekend is no silence", 18, JULY(21), 0},
        {"Monday is", 18, JULY(22), 1},
        {"never read, on the first day", 0, JULY(14), 0},
        {"never read, on the second", 0, JULY(15), 1},
        {"never read counts from the window's first day", 0, JULY(16), 2},
        {"a reading from before the window does not reach back", 4, JULY(15), 1},
        {"a reading of a day to come is no silence", 25, JULY(16), 0},
        {"before the window nothing is silent", 0, JULY(1), 0},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");

        if (cases[i].read != 0) {
            read_on(track, JULY((uint8_t)cases[i].read), "22");
        }
        int32_t days = track_days_unconfirmed(track, &mon_fri, JULY(14), cases[i].today);
        if (days != cases[i].unconfirmed) {
            fail_msg("%s: %d days", cases[i].promise, days);
        }
        assert_true(track_stale(track, &mon_fri, JULY(14), cases[i].today) == (days >= 2));
    }
}

static void test_a_late_reading_does_not_undo_a_newer_day(void **state)
{
    g_autoptr(Track) track = track_of(DIRECTION_INCREASE, "22", "35");
    (void)state;

    read_on(track, JULY(16), "25");
    read_on(track, JULY(14), "23"); /* arrived later, speaks for Monday */
    assert_int_equal(track_days_unconfirmed(track, &mon_fri, JULY(14), JULY(17)), 0);
}

/* Of 91 days 42 have passed on 14 July, and 63 on 4 August. */
static void test_a_bent_line_sets_the_pace(void **state)
{
    static const struct {
        const char *promise;
        Direction direction;
        const char *baseline, *was, *target; /* `was` until 14 July */
        Day today;
        const char *value, *expected, *pace, *needed;
        PaceStatus status;
    } cases[] = {
        {"raised: 7.1 of 7.78, where 7.1 of 8.31 would be at risk",
         DIRECTION_INCREASE,
         "20",
         "30",
         "32",
         {2025, 8, 4},
         "27.1",
         "27.78022",
         "0.912571",
         "0.175",
         PACE_ON_TRACK},
        {"lowered: 3.8 of 4.15",
         DIRECTION_INCREASE,
         "20",
         "30",
         "26",
         {2025, 8, 4},
         "23.8",
         "24.153846",
         "0.914815",
         "0.078571",
         PACE_ON_TRACK},
        {"and beyond the bend it may be ahead",
         DIRECTION_INCREASE,
         "20",
         "30",
         "26",
         {2025, 8, 4},
         "25",
         "24.153846",
         "1.203704",
         "0.035714",
         PACE_AHEAD},
        {"downwards: 5.1 of 5.45",
         DIRECTION_DECREASE,
         "30",
         "20",
         "18",
         {2025, 7, 14},
         "25.8",
         "25.384615",
         "0.91",
         "-0.159184",
         PACE_ON_TRACK},
        {"on the last day behind it, the new target",
         DIRECTION_INCREASE,
         "20",
         "30",
         "32",
         {2025, 9, 1},
         "31",
         "32",
         "0.916667",
         "1",
         PACE_ON_TRACK},
        {"reached is done, whatever the line was",
         DIRECTION_INCREASE,
         "20",
         "30",
         "26",
         {2025, 8, 4},
         "26",
         "24.153846",
         "1.444444",
         "0",
         PACE_DONE},
        {"kept from the start: the room that is left",
         DIRECTION_AT_LEAST,
         "99",
         "98",
         "97",
         {2025, 8, 4},
         "96.5",
         "97",
         "0.75",
         "0.017857",
         PACE_AT_RISK},
        {"kept, and now to be reached: on the day itself nothing is asked",
         DIRECTION_AT_LEAST,
         "90",
         "85",
         "95",
         {2025, 7, 14},
         "89",
         "90",
         "0",
         "0.122449",
         PACE_TOO_EARLY},
        {"and then it is",
         DIRECTION_AT_LEAST,
         "90",
         "85",
         "95",
         {2025, 8, 4},
         "91",
         "92.142857",
         "0.466667",
         "0.142857",
         PACE_BEHIND},
        {"in the first fifth it is too early on any line",
         DIRECTION_INCREASE,
         "20",
         "30",
         "32",
         {2025, 6, 16},
         "20",
         "21.538462",
         "0",
         "0.155844",
         PACE_TOO_EARLY},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Kr kr = kr_of(cases[i].direction, cases[i].baseline, cases[i].target, NULL);
        const Aim aims[] = {
            {quarter.first, number(cases[i].was), number(cases[i].was)},
            {JULY(14), kr.target, kr.target_high},
        };
        const Trajectory line = {.period = quarter, .aims = aims, .aim_count = 2};
        Pace pace = pace_on(&line, &kr, number(cases[i].value), cases[i].today, &policy_default);

        if (!pace.known) {
            fail_msg("%s: unknown", cases[i].promise);
        }
        expect_decimal(cases[i].promise, "expected", pace.expected, cases[i].expected);
        expect_decimal(cases[i].promise, "pace", pace.pace, cases[i].pace);
        expect_decimal(cases[i].promise, "needed", pace.needed, cases[i].needed);
        assert_int_equal(pace.status, cases[i].status);
    }
}

static void test_a_line_that_never_bent_is_the_straight_one(void **state)
{
    static const char *const values[] = {"19", "20", "21.2", "24.615384", "29", "30", "31"};
    const Trajectory line = {.period = quarter};
    Kr kr = kr_of(DIRECTION_INCREASE, "20", "30", NULL);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        Pace straight =
            pace_of(&kr, number(values[i]), elapsed_calendar(quarter, JULY(14)), &policy_default);
        Pace on = pace_on(&line, &kr, number(values[i]), JULY(14), &policy_default);

        assert_int_equal(on.status, straight.status);
        assert_int_equal(on.pace.millionths, straight.pace.millionths);
        assert_int_equal(on.expected.millionths, straight.expected.millionths);
        assert_int_equal(on.gap_trajectory.millionths, straight.gap_trajectory.millionths);
    }
}

static void test_a_bent_line_beyond_the_range_is_unknown(void **state)
{
    Kr kr = kr_of(DIRECTION_INCREASE, HUGE_NEGATIVE, HUGE_VALUE, NULL);
    const Aim aims[] = {{quarter.first, number("0"), number("0")},
                        {JULY(14), kr.target, kr.target_high}};
    const Trajectory line = {.period = quarter, .aims = aims, .aim_count = 2};
    Pace pace = pace_on(&line, &kr, number(HUGE_NEGATIVE), DAY(2025, 8, 4), &policy_default);

    (void)state;
    assert_false(pace.known);
    assert_int_equal(pace.status, PACE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elapsed_counts_working_days_before_today),
        cmocka_unit_test(test_a_holiday_does_not_pass),
        cmocka_unit_test(test_a_period_passes_in_calendar_days),
        cmocka_unit_test(test_the_worked_example_comes_out),
        cmocka_unit_test(test_progress_and_reached_know_all_directions),
        cmocka_unit_test(test_expected_lies_on_the_line),
        cmocka_unit_test(test_the_status_follows_the_pace),
        cmocka_unit_test(test_thresholds_are_the_policys),
        cmocka_unit_test(test_gaps_and_needs_point_the_way),
        cmocka_unit_test(test_extreme_values_are_unknown_and_nothing_worse),
        cmocka_unit_test(test_progress_beyond_the_range_is_unknown),
        cmocka_unit_test(test_every_status_has_its_name),
        cmocka_unit_test(test_stalled_is_the_same_value_twice),
        cmocka_unit_test(test_stalled_looks_at_days_and_not_at_corrections),
        cmocka_unit_test(test_what_was_known_at_the_opening_does_not_stall),
        cmocka_unit_test(test_a_retracted_reading_never_counts),
        cmocka_unit_test(test_a_bent_line_sets_the_pace),
        cmocka_unit_test(test_a_line_that_never_bent_is_the_straight_one),
        cmocka_unit_test(test_a_bent_line_beyond_the_range_is_unknown),
        cmocka_unit_test(test_a_value_goes_stale_after_two_working_days),
        cmocka_unit_test(test_a_late_reading_does_not_undo_a_newer_day),
    };

    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}

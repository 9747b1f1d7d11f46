/* The signals' rules, one promise a row: what is found by which weekly values. */

#include "core/signal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "courses.h"

#define JULY(d) ((Day){2025, 7, (d)})
#define AUG(d)  ((Day){2025, 8, (d)})

/* From 0 to 130 ten are expected each week: 10 at the first check-in, 20 at the second. */
#define UP DIRECTION_INCREASE, "0", "130", NULL

typedef struct Case {
    const char *promise;
    Direction direction;
    const char *baseline, *target, *high;
    const char *values[COURSE_WEEKS + 1]; /* at the check-ins; "-" for none */
} Case;

static CourseCase course_of(const Case *from)
{
    const char *values[COURSE_WEEKS] = {NULL};
    size_t count = 0;
    CourseCase c = course_case(from->direction, from->baseline, from->target, from->high);

    for (; from->values[count] != NULL; count++) {
        values[count] = strcmp(from->values[count], "-") == 0 ? NULL : from->values[count];
    }
    course_read_weekly(&c, values, count);
    if (count > 0) {
        c.course.today = course_checkins[count - 1];
    }
    return c;
}

static void expect_found(const Case *cases, size_t count,
                         Signal (*look)(const Course *, const Policy *), bool found)
{
    for (size_t i = 0; i < count; i++) {
        g_auto(CourseCase) c = course_of(&cases[i]);
        Signal signal = look(&c.course, &policy_default);

        if (signal.found != found) {
            fail_msg("%s: %s", cases[i].promise, found ? "not found" : "found");
        }
    }
}

static void test_what_is_at_risk(void **state)
{
    const Case cases[] = {
        {"short at two check-ins in a row", UP, {"10", "20", "30", "40", "40", "40"}},
        {"nothing moved from the start", UP, {"0", "0", "0", "0"}},
        {"too slow from the start", UP, {"6", "12", "18", "24", "30", "36"}},
        {"by a hair more than the threshold",
         UP,
         {"8.499", "16.998", "25.497", "33.996", "42.495", "50.994"}},
        {"the wrong way", UP, {"10", "20", "10", "0", "-10"}},
        {"a check-in between may be missing", UP, {"10", "20", "30", "40", "40", "-", "40"}},
        {"the last one may be missing", UP, {"10", "20", "30", "40", "40", "40", "-"}},
        {"known by the two alone", UP, {"-", "-", "-", "-", "20", "20"}},
        {"one wild reading is no recovery", UP, {"10", "20", "20", "20", "20", "90", "20", "20"}},
        {"in the period's last week",
         UP,
         {"10", "20", "30", "40", "50", "60", "70", "80", "80", "80", "80", "80"}},
        {"downwards",
         DIRECTION_DECREASE,
         "130",
         "0",
         NULL,
         {"120", "110", "100", "90", "90", "90"}},
        {"downwards through zero",
         DIRECTION_DECREASE,
         "65",
         "-65",
         NULL,
         {"55", "45", "35", "25", "25", "25"}},
        {"a count that stands still",
         DIRECTION_INCREASE,
         "0",
         "6",
         NULL,
         {"0", "1", "1", "1", "1", "1"}},
        {"to get above and stuck",
         DIRECTION_AT_LEAST,
         "0",
         "130",
         NULL,
         {"10", "20", "30", "40", "40", "40"}},
        {"kept below, and no longer",
         DIRECTION_AT_MOST,
         "2",
         "3",
         NULL,
         {"2", "2.5", "2", "2.5", "3.2", "3.2"}},
        {"to get within and stuck",
         DIRECTION_WITHIN,
         "10",
         "20",
         "30",
         {"10", "10", "10", "10", "10"}},
        {"to get within and far beyond",
         DIRECTION_WITHIN,
         "10",
         "20",
         "30",
         {"14", "20", "30", "38", "45"}},
        {"kept within, and no longer",
         DIRECTION_WITHIN,
         "24",
         "20",
         "30",
         {"24", "24", "24", "18", "18"}},
        {"no way to go, and lost what it was",
         DIRECTION_INCREASE,
         "10",
         "10",
         NULL,
         {"10", "10", "10", "9", "9"}},
    };
    (void)state;

    expect_found(cases, G_N_ELEMENTS(cases), signal_risk, true);
}

static void test_what_is_not_at_risk(void **state)
{
    const Case cases[] = {
        {"no readings", UP, {"-", "-", "-", "-", "-", "-"}},
        {"no check-ins", UP, {NULL}},
        {"one reading", UP, {"-", "-", "-", "-", "-", "0"}},
        {"on its line", UP, {"10", "20", "30", "40", "50", "60"}},
        {"short once", UP, {"10", "20", "30", "40", "40"}},
        {"short and back", UP, {"10", "20", "30", "30", "50", "40"}},
        {"short by exactly the threshold", UP, {"8.5", "17", "25.5", "34", "42.5", "51"}},
        {"one wild reading", UP, {"10", "20", "30", "40", "0", "60"}},
        {"in the first fifth", UP, {"0", "0"}},
        {"one check-in behind the first fifth", UP, {"0", "0", "0"}},
        {"recovering fast enough", UP, {"10", "20", "20", "20", "32", "46"}},
        {"two check-ins between are missing", UP, {"10", "20", "30", "40", "40", "-", "-", "40"}},
        {"not updated any more", UP, {"10", "20", "30", "40", "40", "40", "-", "-"}},
        {"a count goes by steps",
         DIRECTION_INCREASE,
         "0",
         "6",
         NULL,
         {"0", "1", "1", "2", "2", "3", "3", "4"}},
        {"on its way down",
         DIRECTION_DECREASE,
         "130",
         "0",
         NULL,
         {"120", "110", "100", "90", "80", "70"}},
        {"kept", DIRECTION_AT_MOST, "2", "3", NULL, {"2", "3", "3", "3", "3", "3"}},
        {"outside what is kept by less than the threshold of its room",
         DIRECTION_AT_MOST,
         "2",
         "3",
         NULL,
         {"2", "2", "2", "3.1", "3.1"}},
        {"outside what is kept and on the way back",
         DIRECTION_AT_MOST,
         "2",
         "3",
         NULL,
         {"2", "2", "2", "4", "3.3"}},
        {"within the band", DIRECTION_WITHIN, "10", "20", "30", {"14", "20", "25", "30", "30"}},
        {"no way to go, and still there",
         DIRECTION_INCREASE,
         "10",
         "10",
         NULL,
         {"10", "10", "10", "10", "11"}},
        {"done early and resting", UP, {"10", "50", "90", "130", "130", "130"}},
    };
    (void)state;

    expect_found(cases, G_N_ELEMENTS(cases), signal_risk, false);
}

static void test_what_is_an_opportunity(void **state)
{
    const Case cases[] = {
        {"ahead at two check-ins in a row, and running", UP, {"10", "20", "40", "60", "80"}},
        {"from the start", UP, {"15", "30", "45", "60"}},
        {"downwards", DIRECTION_DECREASE, "130", "0", NULL, {"115", "100", "85", "70"}},
        {"a count", DIRECTION_INCREASE, "0", "6", NULL, {"1", "2", "3", "4", "5"}},
        {"done, and far beyond", UP, {"60", "120", "170", "170", "170", "170", "170"}},
        {"a check-in between may be missing", UP, {"10", "20", "40", "-", "80"}},
    };
    (void)state;

    expect_found(cases, G_N_ELEMENTS(cases), signal_opportunity, true);
}

static void test_what_is_no_opportunity(void **state)
{
    const Case cases[] = {
        {"no readings", UP, {"-", "-", "-", "-"}},
        {"on its line", UP, {"10", "20", "30", "40", "50", "60"}},
        {"ahead by exactly the threshold", UP, {"11.5", "23", "34.5", "46", "57.5"}},
        {"ahead once", UP, {"10", "20", "30", "40", "80"}},
        {"in the first fifth", UP, {"30", "60"}},
        {"one check-in behind the first fifth", UP, {"30", "60", "90"}},
        {"a leap, and no more", UP, {"10", "20", "70", "70", "70", "70"}},
        {"one wild reading", UP, {"10", "20", "30", "40", "50", "130", "70"}},
        {"short", UP, {"0", "0", "0", "0"}},
        {"no way to go", DIRECTION_INCREASE, "10", "10", NULL, {"20", "30", "40", "50", "60"}},
        {"kept with much room", DIRECTION_AT_MOST, "2", "3", NULL, {"1", "0", "-1", "-2", "-3"}},
    };
    (void)state;

    expect_found(cases, G_N_ELEMENTS(cases), signal_opportunity, false);
}

static void test_a_gap_lies_between_two_teams(void **state)
{
    const struct {
        const char *promise;
        Case feeder, fed;
        bool found;
    } cases[] = {
        {"it arrives and does not follow",
         {"", UP, {"10", "20", "30", "40", "50", "60"}},
         {"", UP, {"10", "20", "20", "20", "20", "20"}},
         true},
        {"what feeds it is ahead",
         {"", UP, {"15", "30", "45", "60", "75", "90"}},
         {"", UP, {"10", "20", "20", "20", "20", "20"}},
         true},
        {"in different units and directions",
         {"", DIRECTION_DECREASE, "26", "13", NULL, {"25", "24", "23", "22", "21", "20"}},
         {"", UP, {"10", "20", "20", "20", "20", "20"}},
         true},
        {"both are behind",
         {"", UP, {"10", "20", "20", "20", "20", "20"}},
         {"", UP, {"10", "20", "20", "20", "20", "20"}},
         false},
        {"what feeds it was on track only once",
         {"", UP, {"10", "20", "20", "20", "20", "60"}},
         {"", UP, {"10", "20", "20", "20", "20", "20"}},
         false},
        {"both are on track",
         {"", UP, {"10", "20", "30", "40", "50", "60"}},
         {"", UP, {"10", "20", "30", "40", "50", "60"}},
         false},
        {"the fed one is at risk, not behind",
         {"", UP, {"10", "20", "30", "40", "50", "60"}},
         {"", UP, {"7.5", "15", "22.5", "30", "37.5", "45"}},
         false},
        {"the fed one is recovering",
         {"", UP, {"10", "20", "30", "40", "50", "60"}},
         {"", UP, {"10", "10", "10", "10", "24", "40"}},
         false},
        {"nobody knows what feeds it",
         {"", UP, {"-", "-", "-", "-", "-", "-"}},
         {"", UP, {"10", "20", "20", "20", "20", "20"}},
         false},
        {"nobody knows the fed one",
         {"", UP, {"10", "20", "30", "40", "50", "60"}},
         {"", UP, {"-", "-", "-", "-", "-", "-"}},
         false},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(CourseCase) feeder = course_of(&cases[i].feeder);
        g_auto(CourseCase) fed = course_of(&cases[i].fed);
        Signal signal = signal_gap(&feeder.course, &fed.course, &policy_default);

        if (signal.found != cases[i].found) {
            fail_msg("%s: %s", cases[i].promise, signal.found ? "found" : "not found");
        }
    }
}

static void expect_decimal(const char *figure, Decimal got, const char *want)
{
    g_autofree char *shown = decimal_text(got);

    if (strcmp(shown, want) != 0) {
        fail_msg("%s is %s, not %s", figure, shown, want);
    }
}

static void test_a_signal_carries_its_evidence(void **state)
{
    const Case stalled = {"", UP, {"10", "20", "30", "40", "40", "41"}};
    g_auto(CourseCase) c = course_of(&stalled);
    Signal signal = signal_risk(&c.course, &policy_default);
    (void)state;

    assert_true(signal.found && signal.known && signal.heading_known);
    assert_int_equal(day_cmp(signal.now.checkin, JULY(14)), 0);
    assert_int_equal(day_cmp(signal.before.day, JULY(7)), 0);
    expect_decimal("value", signal.now.deviation.value, "41");
    expect_decimal("expected", signal.now.deviation.expected, "60");
    expect_decimal("gap", signal.now.deviation.gap, "19");
    expect_decimal("distance", signal.now.deviation.distance, "60");
    expect_decimal("share", signal.now.share, "0.316667");
    expect_decimal("expected before", signal.before.deviation.expected, "50");
    expect_decimal("moved", signal.moved, "1");
}

static void test_a_value_is_held_against_the_day_it_speaks_for(void **state)
{
    g_auto(CourseCase) c = course_case(UP);
    (void)state;

    course_read(&c, JULY(7), "40");
    course_read(&c, JULY(10), "41");
    c.course.today = JULY(14);
    Signal signal = signal_risk(&c.course, &policy_default);
    assert_true(signal.found);
    assert_int_equal(day_cmp(signal.now.checkin, JULY(14)), 0);
    assert_int_equal(day_cmp(signal.now.day, JULY(10)), 0);
    expect_decimal("expected", signal.now.deviation.expected, "54.285714");
}

static void expect_said(const char *promise, const Signal *signal, const Kr *kr, const Kr *feeder,
                        const char *want)
{
    g_autofree char *got = signal_say(signal, kr, feeder);

    if (g_strcmp0(got, want) != 0) {
        fail_msg("%s:\n%s\nnot\n%s", promise, got, want);
    }
}

static void test_late_and_retracted_readings_change_what_is_found(void **state)
{
    const Case stalled = {"", UP, {"10", "20", "30", "40", "40", "40"}};
    g_auto(CourseCase) c = course_of(&stalled);
    (void)state;

    assert_true(signal_risk(&c.course, &policy_default).found);
    Reading *late = course_read(&c, JULY(14), "60");
    assert_false(signal_risk(&c.course, &policy_default).found);
    course_retract(&c, late);
    assert_true(signal_risk(&c.course, &policy_default).found);
}

static void test_a_lowered_target_is_what_counts_from_its_day_on(void **state)
{
    const Case slow = {"", UP, {"6", "12", "18", "24", "30", "36", "42", "48"}};
    const Aim aims[] = {
        {course_quarter.first, DECIMAL(130), DECIMAL(130)},
        {JULY(15), DECIMAL(78), DECIMAL(78)}, /* six a week is what it asks for */
    };
    g_auto(CourseCase) c = course_of(&slow);
    (void)state;

    c.course.line.aims = aims;
    c.course.line.aim_count = G_N_ELEMENTS(aims);
    c.course.today = JULY(14);
    assert_true(signal_risk(&c.course, &policy_default).found);
    c.course.today = JULY(21); /* the check-in before was held against the old one */
    Signal signal = signal_risk(&c.course, &policy_default);
    expect_decimal("expected before", signal.before.deviation.expected, "60");
    expect_decimal("expected now", signal.now.deviation.expected, "42");
    assert_false(signal.found);
    c.course.today = JULY(28);
    signal = signal_risk(&c.course, &policy_default);
    assert_true(signal.settled);
}

static void test_a_raised_target_asks_for_nothing_at_once(void **state)
{
    const Case even = {"", UP, {"10", "20", "30", "40", "50", "60", "70"}};
    const Aim aims[] = {
        {course_quarter.first, DECIMAL(130), DECIMAL(130)},
        {JULY(14), DECIMAL(200), DECIMAL(200)}, /* twenty a week from 60 on */
    };
    g_auto(CourseCase) c = course_of(&even);
    (void)state;

    c.course.line.aims = aims;
    c.course.line.aim_count = G_N_ELEMENTS(aims);
    c.course.today = JULY(14);
    expect_decimal("gap", signal_risk(&c.course, &policy_default).now.deviation.gap, "0");
    c.course.today = JULY(21);
    expect_decimal("gap", signal_risk(&c.course, &policy_default).now.deviation.gap, "10");
}

static void test_time_may_step_and_the_period_ends(void **state)
{
    const Case stalled = {
        "", UP, {"10", "20", "30", "40", "50", "60", "70", "80", "90", "90", "90", "90"}};
    g_auto(CourseCase) c = course_of(&stalled);
    const struct {
        const char *promise;
        Day today;
        bool known, found;
    } cases[] = {
        {"at the last check-in", AUG(25), true, true},
        {"on the last day", AUG(31), true, true},
        {"over, it is past proposing", {2025, 9, 1}, false, false},
        {"back in July, what came later is unknown", JULY(22), true, false},
        {"and in June nothing can be judged", {2025, 6, 20}, false, false},
        {"nor before it began", {2025, 5, 1}, false, false},
        {"forward again, all is as it was", AUG(25), true, true},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        c.course.today = cases[i].today;
        Signal signal = signal_risk(&c.course, &policy_default);

        if (signal.known != cases[i].known || signal.found != cases[i].found) {
            fail_msg("%s: known %d, found %d", cases[i].promise, signal.known, signal.found);
        }
    }
}

static void test_four_hundred_readings_say_what_the_weekly_ones_say(void **state)
{
    const Case stalled = {"", UP, {"10", "20", "30", "40", "40", "40"}};
    g_auto(CourseCase) weekly = course_of(&stalled);
    g_auto(CourseCase) many = course_case(UP);
    (void)state;

    many.course.today = JULY(14);
    for (int i = 0; i < 400; i++) { /* ten a day, out of order within the week */
        int day = 1 + (i * 17) % 35;
        Day on = day_plus(course_quarter.first, day);

        if (day_weekday(on) != MONDAY) {
            course_read(&many, on, "7");
        }
    }
    for (size_t i = 0; i < 6; i++) {
        course_read(&many, course_checkins[i], stalled.values[i]);
    }
    Signal few = signal_risk(&weekly.course, &policy_default);
    Signal all = signal_risk(&many.course, &policy_default);
    g_autofree char *said = signal_say(&few, weekly.track->kr, NULL);
    assert_true(few.found);
    expect_said("the same", &all, many.track->kr, NULL, said);
}

static void test_another_threshold_is_another_rule(void **state)
{
    const Case slow = {"", UP, {"8", "16", "24", "32", "40", "48"}};
    g_auto(CourseCase) c = course_of(&slow);
    Policy patient = policy_default;
    (void)state;

    assert_true(signal_risk(&c.course, &policy_default).found);
    patient.signal = 250;
    assert_false(signal_risk(&c.course, &patient).found);
}

static void test_figures_beyond_the_range_are_no_signal(void **state)
{
    const Case huge = {"",
                       DIRECTION_INCREASE,
                       "-9223372036854",
                       "9223372036854",
                       NULL,
                       {"-9223372036854", "-9223372036854", "-9223372036854", "-9223372036854",
                        "-9223372036854", "-9223372036854", "-9223372036854", "-9223372036854",
                        "-9223372036854"}};
    g_auto(CourseCase) c = course_of(&huge);
    Signal signal = signal_risk(&c.course, &policy_default);
    (void)state;

    assert_false(signal.known);
    assert_false(signal.found);
}

/* In words ------------------------------------------------------------------------------------ */

static CourseCase pipeline(void)
{
    static const char *const values[] = {"20200000", "20400000", "20600000",
                                         "20800000", "21200000", "21200000"};
    CourseCase c = course_case(DIRECTION_INCREASE, "20000000", "30000000", NULL);

    c.track->kr->unit = unit_named(UNIT_MONEY, "$", 1);
    c.track->kr->statement = g_strdup("Increase qualified B2B pipeline from $20M to $30M");
    course_read_weekly(&c, values, G_N_ELEMENTS(values));
    return c;
}

static void test_a_signal_is_said_in_numbers(void **state)
{
    g_auto(CourseCase) c = pipeline();
    Signal risk = signal_risk(&c.course, &policy_default);
    Signal opportunity = signal_opportunity(&c.course, &policy_default);
    (void)state;

    expect_said(
        "risk", &risk, c.track->kr, NULL,
        "$21.2M on Mon 14 July, where $24.6M was expected: $3.4M short, 74% of the distance "
        "expected so far. On Mon 7 July it was $21.2M, where $23.8M was expected; ±0 since. "
        "At this pace the period ends at $22.6M to $23.5M; the target is $30M. Two check-ins "
        "in a row, and the gap isn't closing by itself.");
    expect_said("nothing", &opportunity, c.track->kr, NULL, NULL);
}

static void test_an_opportunity_is_said_as_one(void **state)
{
    const Case fast = {"", DIRECTION_INCREASE, "0", "26", NULL, {"3", "6", "9", "12", "16", "20"}};
    g_auto(CourseCase) c = course_of(&fast);
    (void)state;

    c.track->kr->unit = unit_named(UNIT_COUNT, "stalled accounts", strlen("stalled accounts"));
    Signal signal = signal_opportunity(&c.course, &policy_default);
    expect_said("opportunity", &signal, c.track->kr, NULL,
                "20 stalled accounts on Mon 14 July, where 12 was expected: 8 ahead, by 67% of the "
                "distance expected so far. On Mon 7 July it was 16, where 10 was expected; +4 "
                "since. At this pace the period ends at "
                "43.5 to 47.4; the target is 26. Two check-ins in a row.");
}

static void test_a_band_is_said_with_both_edges(void **state)
{
    const Case stuck = {"", DIRECTION_WITHIN, "10", "20", "30", {"10", "10", "10", "10", "10"}};
    g_auto(CourseCase) c = course_of(&stuck);
    Signal signal = signal_risk(&c.course, &policy_default);
    (void)state;

    expect_said(
        "band", &signal, c.track->kr, NULL,
        "10 on Mon 7 July, where 13.8 was expected: 3.8 short, 100% of the distance expected "
        "so far. On Mon 30 June it was 10, where 13.1 was expected; ±0 since. At this pace the "
        "period ends at 10; the target "
        "is 20 to 30. Two check-ins in a row, and the gap isn't closing by itself.");
}

static void test_what_was_to_be_kept_is_said_so(void **state)
{
    const Case slipped = {
        "", DIRECTION_AT_LEAST, "99.9", "99.5", NULL, {"99.9", "99.8", "99.8", "99.2", "99.1"}};
    g_auto(CourseCase) c = course_of(&slipped);
    (void)state;

    c.track->kr->unit.kind = UNIT_PERCENT;
    Signal signal = signal_risk(&c.course, &policy_default);
    expect_said(
        "kept", &signal, c.track->kr, NULL,
        "99.1% on Mon 7 July, where 99.5% was to be kept: 0.4 pp outside. On Mon 30 June it was "
        "99.2%, outside too; -0.1 pp since. Two check-ins in a row, and the gap isn't closing by "
        "itself.");
}

static void test_a_gap_names_what_feeds_it(void **state)
{
    const Case even = {"", UP, {"10", "20", "30", "40", "50", "60"}};
    g_auto(CourseCase) feeder = course_of(&even);
    g_auto(CourseCase) fed = pipeline();
    (void)state;

    feeder.track->kr->statement = g_strdup("Increase booked demos from 0 to 130");
    feeder.track->kr->unit = unit_named(UNIT_COUNT, "booked demos", strlen("booked demos"));
    Signal signal = signal_gap(&feeder.course, &fed.course, &policy_default);
    expect_said("gap", &signal, fed.track->kr, feeder.track->kr,
                "$21.2M on Mon 14 July, where $24.6M was expected: $3.4M short, 74% of the "
                "distance expected so far. "
                "On Mon 7 July it was $21.2M, where $23.8M was expected; ±0 since. At this pace "
                "the period ends at $22.6M to $23.5M; the target is $30M. "
                "What feeds it, “Increase booked demos from 0 to 130”, is on its way: 60 booked "
                "demos on Mon 14 July, where 60 was expected. "
                "The work arrives and the number doesn't follow, so look between the two.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_at_risk),
        cmocka_unit_test(test_what_is_not_at_risk),
        cmocka_unit_test(test_what_is_an_opportunity),
        cmocka_unit_test(test_what_is_no_opportunity),
        cmocka_unit_test(test_a_gap_lies_between_two_teams),
        cmocka_unit_test(test_a_signal_carries_its_evidence),
        cmocka_unit_test(test_a_value_is_held_against_the_day_it_speaks_for),
        cmocka_unit_test(test_late_and_retracted_readings_change_what_is_found),
        cmocka_unit_test(test_a_lowered_target_is_what_counts_from_its_day_on),
        cmocka_unit_test(test_a_raised_target_asks_for_nothing_at_once),
        cmocka_unit_test(test_time_may_step_and_the_period_ends),
        cmocka_unit_test(test_four_hundred_readings_say_what_the_weekly_ones_say),
        cmocka_unit_test(test_another_threshold_is_another_rule),
        cmocka_unit_test(test_figures_beyond_the_range_are_no_signal),
        cmocka_unit_test(test_a_signal_is_said_in_numbers),
        cmocka_unit_test(test_an_opportunity_is_said_as_one),
        cmocka_unit_test(test_a_band_is_said_with_both_edges),
        cmocka_unit_test(test_what_was_to_be_kept_is_said_so),
        cmocka_unit_test(test_a_gap_names_what_feeds_it),
    };

    return cmocka_run_group_tests_name("signal", tests, NULL, NULL);
}

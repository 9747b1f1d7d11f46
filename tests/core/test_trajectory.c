#include "core/trajectory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "courses.h"

#define JUNE(d)  ((Day){2025, 6, (d)})
#define JULY(d)  ((Day){2025, 7, (d)})
#define AUG(d)   ((Day){2025, 8, (d)})
#define HALF_WAY ((Day){2025, 7, 14}) /* of 84 days */

/* 2 June to 24 August: 84 days, so that a week is a twelfth and a half is whole. */
static const Window twelve_weeks = {{2025, 6, 2}, {2025, 8, 24}};

static Kr kr_of(Direction direction, const char *baseline, const char *target, const char *high)
{
    return (Kr){
        .direction = direction,
        .baseline = course_number(baseline),
        .target = course_number(target),
        .target_high = course_number(high != NULL ? high : target),
    };
}

static Aim aim_of(Day from, const char *target, const char *high)
{
    return (Aim){from, course_number(target), course_number(high != NULL ? high : target)};
}

static void expect_decimal(const char *promise, const char *figure, Decimal got, const char *want)
{
    g_autofree char *shown = decimal_text(got);

    if (strcmp(shown, want) != 0) {
        fail_msg("%s: %s is %s, not %s", promise, figure, shown, want);
    }
}

static void test_a_value_stands_beside_the_line(void **state)
{
    const struct {
        const char *promise;
        Direction direction;
        const char *baseline, *target, *high;
        Day day;
        const char *value, *expected, *gap, *distance;
        bool kept;
    } cases[] = {
        {"short of it", DIRECTION_INCREASE, "0", "120", NULL, HALF_WAY, "50", "60", "10", "60",
         false},
        {"ahead of it", DIRECTION_INCREASE, "0", "120", NULL, HALF_WAY, "75", "60", "-15", "60",
         false},
        {"nothing is expected on the first day", DIRECTION_INCREASE, "20", "30", NULL, JUNE(2),
         "20", "20", "0", "0", false},
        {"the day behind the last expects the target", DIRECTION_INCREASE, "20", "30", NULL,
         AUG(25), "28", "30", "2", "10", false},
        {"before the period nothing is expected",
         DIRECTION_INCREASE,
         "20",
         "30",
         NULL,
         {2025, 5, 1},
         "20",
         "20",
         "0",
         "0",
         false},
        {"downwards a distance is one too", DIRECTION_DECREASE, "120", "0", NULL, HALF_WAY, "75",
         "60", "15", "60", false},
        {"to get below", DIRECTION_AT_MOST, "5", "3", NULL, HALF_WAY, "4.5", "4", "0.5", "1",
         false},
        {"kept below: the room is the distance", DIRECTION_AT_MOST, "2", "3", NULL, HALF_WAY, "3.5",
         "3", "0.5", "1", true},
        {"to get within: to the nearer edge", DIRECTION_WITHIN, "10", "20", "30", HALF_WAY, "13",
         "15", "2", "5", false},
        {"kept within: the edge that it slipped out of", DIRECTION_WITHIN, "24", "20", "30",
         HALF_WAY, "33", "30", "3", "6", true},
        {"no distance at all", DIRECTION_INCREASE, "10", "10", NULL, HALF_WAY, "9", "10", "1", "0",
         true},
    };
    const Trajectory line = {.period = twelve_weeks};
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Kr kr = kr_of(cases[i].direction, cases[i].baseline, cases[i].target, cases[i].high);
        Deviation deviation = {0};

        if (!trajectory_deviation(&line, &kr, cases[i].day, course_number(cases[i].value),
                                  &deviation)) {
            fail_msg("%s: unknown", cases[i].promise);
        }
        expect_decimal(cases[i].promise, "value", deviation.value, cases[i].value);
        expect_decimal(cases[i].promise, "expected", deviation.expected, cases[i].expected);
        expect_decimal(cases[i].promise, "gap", deviation.gap, cases[i].gap);
        expect_decimal(cases[i].promise, "distance", deviation.distance, cases[i].distance);
        if (deviation.kept != cases[i].kept) {
            fail_msg("%s: kept is wrong", cases[i].promise);
        }
    }
}

static void test_a_new_target_bends_the_line_from_its_day_on(void **state)
{
    const struct {
        const char *promise;
        Direction direction;
        const char *baseline;
        Aim aims[3]; /* a day that is not set: no more */
        Day day;
        const char *expected;
    } cases[] = {
        {"before its day the old line stays",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "180", NULL)},
         JULY(13),
         "58.571429"},
        {"raised: it goes on from where the line stood",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "180", NULL)},
         HALF_WAY,
         "60"},
        {"and is steeper from there",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "180", NULL)},
         AUG(4),
         "120"},
        {"and meets the new target",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "180", NULL)},
         AUG(25),
         "180"},
        {"lowered: no more is asked than by a straight line",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "60", NULL)},
         HALF_WAY,
         "30"},
        {"and up to then what was asked stays",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "60", NULL)},
         JULY(13),
         "58.571429"},
        {"a decrease bends the other way",
         DIRECTION_DECREASE,
         "120",
         {aim_of(JUNE(2), "0", NULL), aim_of(HALF_WAY, "-60", NULL)},
         AUG(4),
         "0"},
        {"raised twice",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "180", NULL), aim_of(AUG(4), "240", NULL)},
         AUG(14),
         "177.142857"},
        {"changed twice on a day: the later holds",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "900", NULL),
          aim_of(HALF_WAY, "180", NULL)},
         AUG(4),
         "120"},
        {"changed and taken back on a day: the line stays",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(HALF_WAY, "60", NULL),
          aim_of(HALF_WAY, "120", NULL)},
         HALF_WAY,
         "60"},
        {"changed before the period begins: it held from the start",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(1), "120", NULL), aim_of(JUNE(2), "180", NULL)},
         HALF_WAY,
         "90"},
        {"changed when the period is over: the line stays",
         DIRECTION_INCREASE,
         "0",
         {aim_of(JUNE(2), "120", NULL), aim_of(AUG(25), "180", NULL)},
         AUG(28),
         "120"},
        {"the first target holds from the start, whenever it was told",
         DIRECTION_INCREASE,
         "0",
         {aim_of(HALF_WAY, "120", NULL)},
         JUNE(9),
         "10"},
        {"what was kept and is now to be reached begins at the baseline",
         DIRECTION_AT_MOST,
         "2",
         {aim_of(JUNE(2), "3", NULL), aim_of(HALF_WAY, "1", NULL)},
         HALF_WAY,
         "2"},
        {"what was to be reached and is now kept is the edge",
         DIRECTION_AT_MOST,
         "2",
         {aim_of(JUNE(2), "1", NULL), aim_of(HALF_WAY, "3", NULL)},
         HALF_WAY,
         "3"},
        {"a band that moved up",
         DIRECTION_WITHIN,
         "10",
         {aim_of(JUNE(2), "20", "30"), aim_of(HALF_WAY, "40", "50")},
         AUG(4),
         "27.5"},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Trajectory line = {.period = twelve_weeks, .aims = cases[i].aims};
        Kr kr = kr_of(cases[i].direction, cases[i].baseline, "999", NULL);

        while (line.aim_count < G_N_ELEMENTS(cases[i].aims) &&
               day_is_set(line.aims[line.aim_count].from)) {
            line.aim_count++;
        }
        expect_decimal(cases[i].promise, "expected", trajectory_expected(&line, &kr, cases[i].day),
                       cases[i].expected);
    }
}

static void test_figures_beyond_the_range_are_unknown(void **state)
{
    Kr kr = kr_of(DIRECTION_INCREASE, "-9223372036854", "9223372036854", NULL);
    const Trajectory line = {.period = twelve_weeks};
    Deviation deviation = {.kept = true};
    (void)state;

    assert_false(trajectory_deviation(&line, &kr, AUG(25), kr.baseline, &deviation));
    assert_true(deviation.kept); /* untouched */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_value_stands_beside_the_line),
        cmocka_unit_test(test_a_new_target_bends_the_line_from_its_day_on),
        cmocka_unit_test(test_figures_beyond_the_range_are_unknown),
    };

    return cmocka_run_group_tests_name("trajectory", tests, NULL, NULL);
}

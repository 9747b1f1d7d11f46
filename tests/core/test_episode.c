#include "core/episode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "courses.h"

typedef Signal Look(const Course *course, const Policy *policy);

/* At each check-in what is proposed ('P') or not ('.'), where a member dismisses ('d') what was
 * proposed. From 0 to 130 ten are expected each week. */
static void expect_proposals(const char *promise, Look *look, const char *const *values,
                             const char *dismissed, const char *want)
{
    g_auto(CourseCase) c = course_case(DIRECTION_INCREASE, "0", "130", NULL);
    g_autoptr(GString) got = g_string_new(NULL);
    Episode episode = {0};

    for (size_t i = 0; i < COURSE_WEEKS && values[i] != NULL; i++) {
        course_read(&c, course_checkins[i], values[i]);
        c.course.today = course_checkins[i];
        Signal signal = look(&c.course, &policy_default);

        g_string_append_c(got, episode_step(&episode, &signal, &policy_default) ? 'P' : '.');
        assert_false(episode_step(&episode, &signal, &policy_default)); /* asked again on a day */
        if (i < strlen(dismissed) && dismissed[i] == 'd') {
            episode_dismiss(&episode, &signal, "the new price list comes in two weeks");
        }
    }
    if (strcmp(got->str, want) != 0) {
        fail_msg("%s: %s, not %s", promise, got->str, want);
    }
}

static void test_a_proposal_comes_once_per_episode(void **state)
{
    const struct {
        const char *promise;
        Look *look;
        const char *values[COURSE_WEEKS + 1];
        const char *dismissed, *want;
    } cases[] = {
        {"once, however long it lasts",
         signal_risk,
         {"10", "20", "30", "30", "30", "30", "30", "30"},
         "",
         "....P..."},
        {"one good check-in ends nothing",
         signal_risk,
         {"10", "20", "30", "30", "30", "60", "60", "60", "60"},
         "",
         "....P...."},
        {"two in a row do, and the next stall is news",
         signal_risk,
         {"10", "20", "30", "30", "30", "60", "70", "70", "70", "70"},
         "",
         "....P....P"},
        {"less short than the threshold is not yet on track",
         signal_risk,
         {"10", "20", "30", "30", "30", "52", "61", "61", "61", "61"},
         "",
         "....P....."},
        {"dismissed, it stays quiet while little changes",
         signal_risk,
         {"7", "14", "21", "28", "35", "42", "49", "56"},
         "...d",
         "...P...."},
        {"and comes again when it grew by a further threshold",
         signal_risk,
         {"10", "20", "30", "30", "30", "30", "30", "30"},
         "....d",
         "....P.P."},
        {"dismissed again, it waits for a further one",
         signal_risk,
         {"10", "20", "30", "30", "30", "30", "30", "30", "10"},
         "....d.d",
         "....P.P.P"},
        {"dismissed and then back on track, the next one is news",
         signal_risk,
         {"10", "20", "30", "30", "30", "60", "70", "70", "70", "70"},
         "....d",
         "....P....P"},
        {"an opportunity, too, comes once",
         signal_opportunity,
         {"10", "20", "40", "60", "80", "100"},
         "",
         "...P.."},
        {"dismissed, it comes again when it is further ahead",
         signal_opportunity,
         {"14", "28", "42", "56", "70", "110", "160"},
         "...d",
         "...P.P."},
        {"nothing to propose", signal_risk, {"10", "20", "30", "40", "50"}, "", "....."},
        {"dismissing what was not proposed means nothing",
         signal_risk,
         {"10", "20", "30", "30", "30", "30"},
         "d",
         "....P."},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_proposals(cases[i].promise, cases[i].look, cases[i].values, cases[i].dismissed,
                         cases[i].want);
    }
}

static void test_an_episode_says_what_became_of_it(void **state)
{
    static const char *const values[] = {"10", "20", "30", "30", "30", "30"};
    const char reason[] = "the new price list comes in two weeks";
    g_auto(CourseCase) c = course_case(DIRECTION_INCREASE, "0", "130", NULL);
    Episode episode = {0};
    (void)state;

    course_read_weekly(&c, values, 5);
    Signal signal = signal_risk(&c.course, &policy_default);
    assert_true(episode_step(&episode, &signal, &policy_default));
    assert_int_equal(episode.state, EPISODE_PROPOSED);
    assert_int_equal(day_cmp(episode.checkin, course_checkins[4]), 0);
    assert_int_equal(episode.off.millionths, course_number("0.4").millionths);

    course_read_weekly(&c, values, 6);
    signal = signal_risk(&c.course, &policy_default);
    episode_dismiss(&episode, &signal, reason);
    assert_int_equal(episode.state, EPISODE_DISMISSED);
    assert_int_equal(episode.off.millionths, course_number("0.5").millionths);
    assert_ptr_equal(episode.reason, reason);
}

static void test_a_clock_that_steps_back_ends_no_episode(void **state)
{
    static const char *const values[] = {"10", "20", "30", "40", "50", "50", "50", "50"};
    g_auto(CourseCase) c = course_case(DIRECTION_INCREASE, "0", "130", NULL);
    Episode episode = {0};
    (void)state;

    course_read_weekly(&c, values, G_N_ELEMENTS(values));
    Signal signal = signal_risk(&c.course, &policy_default);
    assert_true(episode_step(&episode, &signal, &policy_default));

    c.course.today = course_checkins[4]; /* when all was well */
    signal = signal_risk(&c.course, &policy_default);
    assert_true(signal.settled);
    assert_false(episode_step(&episode, &signal, &policy_default));
    assert_int_equal(episode.state, EPISODE_PROPOSED);

    c.course.today = course_checkins[7];
    signal = signal_risk(&c.course, &policy_default);
    assert_false(episode_step(&episode, &signal, &policy_default));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_proposal_comes_once_per_episode),
        cmocka_unit_test(test_an_episode_says_what_became_of_it),
        cmocka_unit_test(test_a_clock_that_steps_back_ends_no_episode),
    };

    return cmocka_run_group_tests_name("episode", tests, NULL, NULL);
}

#include "core/course.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "courses.h"

#define JUNE(d) ((Day){2025, 6, (d)})
#define JULY(d) ((Day){2025, 7, (d)})

/* "10 - 20": the weeks' values, the latest first; a dash for none. */
static void expect_weeks(const char *promise, const CourseCase *c, const char *want)
{
    CourseWeek weeks[4];
    size_t count = course_weeks(&c->course, weeks, G_N_ELEMENTS(weeks));
    g_autoptr(GString) got = g_string_new(NULL);

    for (size_t i = 0; i < count; i++) {
        g_autofree char *value =
            weeks[i].reading != NULL ? decimal_text(weeks[i].reading->value) : g_strdup("-");

        g_string_append_printf(got, "%s%s", i > 0 ? " " : "", value);
    }
    if (strcmp(got->str, want) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", promise, got->str, want);
    }
}

static void test_a_reading_counts_for_its_week(void **state)
{
    const struct {
        const char *promise;
        Day today;
        struct {
            Day day;
            const char *value;
        } readings[5];
        const char *weeks;
    } cases[] = {
        {"on the check-in's day", JUNE(16), {{JUNE(9), "10"}, {JUNE(16), "20"}}, "20 10"},
        {"the day after belongs to the next", JUNE(16), {{JUNE(10), "20"}}, "20 -"},
        {"the last of several counts",
         JUNE(16),
         {{JUNE(10), "17"}, {JUNE(13), "18"}, {JUNE(11), "19"}},
         "18 -"},
        {"of one day the one that came last",
         JUNE(16),
         {{JUNE(16), "17"}, {JUNE(16), "18"}},
         "18 -"},
        {"late, it speaks for its day", JUNE(16), {{JUNE(16), "20"}, {JUNE(9), "10"}}, "20 10"},
        {"a gap is a gap", JUNE(30), {{JUNE(9), "10"}, {JUNE(30), "40"}}, "40 - - 10"},
        {"none at all", JUNE(16), {{DAY_NONE, NULL}}, "- -"},
        {"only the latest are looked at",
         JULY(14),
         {{JUNE(9), "10"}, {JULY(14), "20"}},
         "20 - - -"},
        {"what is read after the check-in waits for the next",
         JUNE(19),
         {{JUNE(16), "20"}, {JUNE(18), "30"}},
         "20 -"},
        {"days to come do not count yet", JUNE(16), {{JUNE(16), "20"}, {JUNE(30), "40"}}, "20 -"},
        {"before the period there was another line", JUNE(9), {{JUNE(1), "5"}}, "-"},
        {"the first check-in's week has seven days", JUNE(9), {{JUNE(3), "5"}}, "5"},
        {"and no more", JUNE(9), {{JUNE(2), "5"}}, "-"},
        {"before the first check-in there is none", JUNE(8), {{JUNE(5), "5"}}, ""},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(CourseCase) c = course_case(DIRECTION_INCREASE, "0", "130", NULL);

        for (size_t r = 0; r < G_N_ELEMENTS(cases[i].readings); r++) {
            if (cases[i].readings[r].value != NULL) {
                course_read(&c, cases[i].readings[r].day, cases[i].readings[r].value);
            }
        }
        c.course.today = cases[i].today;
        expect_weeks(cases[i].promise, &c, cases[i].weeks);
    }
}

static void test_a_retracted_reading_leaves_its_week_to_the_one_before(void **state)
{
    g_auto(CourseCase) c = course_case(DIRECTION_INCREASE, "0", "130", NULL);
    (void)state;

    course_read(&c, JUNE(11), "17");
    Reading *wrong = course_read(&c, JUNE(13), "99");
    c.course.today = JUNE(16);
    course_retract(&c, wrong);
    expect_weeks("retracted", &c, "17 -");
    course_retract(&c, g_ptr_array_index(c.track->readings, 0));
    expect_weeks("both", &c, "- -");
}

static void test_checkins_outside_the_period_are_none(void **state)
{
    const Day checkins[] = {{2025, 5, 26}, JUNE(2), {2025, 8, 25}, {2025, 9, 1}};
    g_auto(CourseCase) c = course_case(DIRECTION_INCREASE, "0", "130", NULL);
    (void)state;

    c.course.checkins = checkins;
    c.course.checkin_count = G_N_ELEMENTS(checkins);
    c.course.today = (Day){2025, 9, 5};
    course_read(&c, (Day){2025, 5, 26}, "1");
    course_read(&c, JUNE(2), "2");
    course_read(&c, (Day){2025, 8, 25}, "3");
    course_read(&c, (Day){2025, 9, 1}, "4");
    expect_weeks("outside", &c, "3 2");
    c.course.checkin_count = 0;
    expect_weeks("none given", &c, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reading_counts_for_its_week),
        cmocka_unit_test(test_a_retracted_reading_leaves_its_week_to_the_one_before),
        cmocka_unit_test(test_checkins_outside_the_period_are_none),
    };

    return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}

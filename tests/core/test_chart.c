/* Charts as data: what of a sprint is drawn, where, and how it is told in words. */

#include "core/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/show.h"
#include "scene.h"
#include "worked_example.h"

static Decimal value_of(const char *text)
{
    Decimal d = {0};

    if (decimal_parse(text, strlen(text), &d) != DECIMAL_OK) {
        fail_msg("the test itself is wrong: %s is no decimal", text);
    }
    return d;
}

static Day day_of(const char *iso)
{
    Day day = DAY_NONE;

    expect_that(iso, day_parse_iso(iso, &day));
    return day;
}

static Chart *chart_on(const Scene *scene, const char *day)
{
    return chart_of_sprint(scene_sprint_of(scene, 1), scene_team(scene), day_of(day),
                           &scene->policy);
}

static const ChartPanel *panel_of(const Chart *chart, guint i)
{
    expect_that("there is such a panel", i < chart->panels->len);
    return g_ptr_array_index(chart->panels, i);
}

/* "0:22 1000:23.5" */
static char *points_told(const ChartPanel *panel)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < panel->readings->len; i++) {
        const ChartPoint *point = &g_array_index(panel->readings, ChartPoint, i);
        g_autofree char *value = decimal_text(point->value);

        g_string_append_printf(out, "%s%" G_GINT64_FORMAT ":%s", i > 0 ? " " : "", point->at,
                               value);
    }
    return g_string_free(out, FALSE);
}

static void expect_points(const char *promise, const ChartPanel *panel, const char *wanted)
{
    g_autofree char *told = points_told(panel);

    if (strcmp(told, wanted) != 0) {
        fail_msg("%s: wanted %s, got %s", promise, wanted, told);
    }
}

static void expect_text(const char *promise, const char *text, const char *wanted)
{
    if (g_strcmp0(text, wanted) != 0) {
        fail_msg("%s: wanted\n%s\ngot\n%s", promise, wanted, text);
    }
}

static void expect_decimal(const char *promise, Decimal got, const char *wanted)
{
    g_autofree char *text = decimal_text(got);

    expect_text(promise, text, wanted);
}

/* One answer on each of the days from Monday 14 July on, at a quarter to ten. */
static Scene *scene_answered(const char *const *answers)
{
    Scene *scene = scene_sprint();
    Day day = day_of("2025-07-14");

    for (int i = 0; answers[i] != NULL; i++, day = day_plus(day, 1)) {
        g_autofree char *iso = day_iso(day);
        g_autofree char *time = g_strdup_printf("%s 09:40", iso);
        g_autofree char *message = g_strdup_printf("m%d", i);

        scene_until(scene, time);
        scene_answer(scene, "jonas", 1, message, answers[i]);
    }
    return scene;
}

/* --- a sprint as it goes --- */

static const char *const four_days[] = {
    "kr1 22%, kr2 0, kr3 12 days", "kr1 24%, kr2 1, kr3 11.5 days", "kr1 25%, kr2 1, kr3 11 days",
    "kr1 27%, kr2 2, kr3 11 days", NULL};

static const char *const nobody[] = {NULL};

static void test_the_worked_example_on_its_fourth_day(void **state)
{
    g_autoptr(Scene) scene = scene_answered(four_days);
    g_autoptr(Chart) chart = chart_on(scene, "2025-07-17");
    const ChartPanel *panel = panel_of(chart, 0);

    (void)state;
    expect_text("the title", chart->title, "Sprint 1 · Thu 17 July · day 4 of 11");
    expect_text("the first day", chart->first_text, "Mon 14 July");
    expect_text("the last day", chart->last_text, "Mon 28 July");
    expect_text("today", chart->today_text, "today");
    assert_int_equal(chart->span, 11000);
    assert_int_equal(chart->today, 3000);
    assert_int_equal(chart->panels->len, 3);
    expect_text("its label", panel->label, "KR1");
    expect_text("its metric", panel->metric, "ICP meeting acceptance rate");
    expect_text("where it stands", panel->now, "27%");
    expect_text("where it began", panel->base_text, "22%");
    expect_text("where it is to go", panel->target_text, "35%");
    expect_text("how it goes", panel->pace, "pace 1.41, ahead");
    assert_int_equal(panel->status, PACE_AHEAD);
    expect_decimal("the baseline", panel->baseline, "22");
    expect_decimal("the target", panel->target, "35");
    expect_decimal("no band", panel->target_high, "35");
    expect_decimal("the line begins at the baseline", panel->line_first, "22");
    expect_decimal("and ends at the target", panel->line_last, "35");
    expect_points("a reading a day", panel, "0:22 1000:24 2000:25 3000:27");
    expect_points("of the decreasing one, too", panel_of(chart, 2),
                  "0:12 1000:11.5 2000:11 3000:11");
    assert_true(panel->forecast);
    assert_true(decimal_cmp(panel->low, panel->high) <= 0);
}

static void test_the_alt_text_word_by_word(void **state)
{
    static const struct {
        const char *promise, *day;
        const char *const *answers;
        const char *alt;
    } cases[] = {
        {"before anybody has answered", "2025-07-14", nobody,
         "Sprint 1, Mon 14 July, day 1 of 11. Each key result against the line from its baseline "
         "to "
         "its target. KR1 ICP meeting acceptance rate: no reading yet, from 22% towards 35%; 22% "
         "expected by now; too early. KR2 stalled accounts progressed from Discovery stage to "
         "Proposal "
         "stage: no reading yet, from 0 towards 6; 0 expected by now; too early. KR3 median "
         "time-to-first-meeting for ICP accounts: no reading yet, from 12 days towards 7 days; 12 "
         "days expected by now; too early."},
        {"on the fourth day", "2025-07-17", four_days,
         "Sprint 1, Thu 17 July, day 4 of 11. Each key result against the line from its baseline "
         "to "
         "its target. KR1 ICP meeting acceptance rate: 27% today, from 22% towards 35%; 25.5% "
         "expected by now; ahead; heading for 43.3% to 49.5%. KR2 stalled accounts progressed from "
         "Discovery stage to Proposal stage: 2 today, from 0 towards 6; 1.6 expected by now; "
         "ahead; "
         "heading for 7.3 to 13.5. KR3 median time-to-first-meeting for ICP accounts: 11 days "
         "today, "
         "from 12 days towards 7 days; 10.6 days expected by now; at risk; heading for 5 days to "
         "8.3 "
         "days."},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_answered(cases[i].answers);
        g_autoptr(Chart) chart = chart_on(scene, cases[i].day);

        expect_text(cases[i].promise, chart->alt, cases[i].alt);
    }
}

static void test_before_within_and_after_the_window(void **state)
{
    static const struct {
        const char *promise, *day, *title;
        int64_t today;
        bool forecast;
    } cases[] = {
        {"the day before it begins", "2025-07-13", "Sprint 1 · Mon 14 July to Mon 28 July",
         CHART_NO_TODAY, true},
        {"its first day", "2025-07-14", "Sprint 1 · Mon 14 July · day 1 of 11", 0, true},
        {"a Saturday stands where its Monday does", "2025-07-19",
         "Sprint 1 · Sat 19 July · day 6 of 11", 5000, true},
        {"the Monday", "2025-07-21", "Sprint 1 · Mon 21 July · day 6 of 11", 5000, true},
        {"its last day", "2025-07-28", "Sprint 1 · Mon 28 July · day 11 of 11", 10000, true},
        {"the day after", "2025-07-29", "Sprint 1 · Mon 14 July to Mon 28 July", CHART_NO_TODAY,
         false},
        {"a year after", "2026-07-29", "Sprint 1 · Mon 14 July to Mon 28 July", CHART_NO_TODAY,
         false},
    };
    g_autoptr(Scene) scene = scene_answered(four_days);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Chart) chart = chart_on(scene, cases[i].day);

        expect_text(cases[i].promise, chart->title, cases[i].title);
        expect_that(cases[i].promise, chart->today == cases[i].today && chart->span == 11000);
        expect_that(cases[i].promise, panel_of(chart, 0)->forecast == cases[i].forecast);
        expect_that("a forecast is told exactly where it is drawn",
                    (strstr(chart->alt, "heading for") != NULL) == cases[i].forecast);
    }
}

static void test_at_the_end_nothing_is_expected_any_more(void **state)
{
    g_autoptr(Scene) scene = scene_answered(four_days);
    g_autoptr(Chart) chart = chart_on(scene, "2025-07-29");

    (void)state;
    expect_has("the end is no today", chart->alt,
               "KR1 ICP meeting acceptance rate: 27% at the end, from 22% towards 35%; ");
    expect_lacks("nothing is expected", chart->alt, "expected");
    expect_lacks("nothing is today", chart->alt, "today");
}

static void test_a_value_nobody_confirms_is_shown_as_stale(void **state)
{
    g_autoptr(Scene) scene = scene_answered(four_days);
    g_autoptr(Chart) chart = chart_on(scene, "2025-07-22");

    (void)state;
    assert_int_equal(panel_of(chart, 0)->status, PACE_STALE);
    expect_text("never shown as good", panel_of(chart, 0)->pace, "stale");
    expect_has("in words, too", chart->alt, "expected by now; stale; heading for");
}

/* --- which readings are drawn --- */

/* Reads `text`, "2025-07-14=22 2025-07-15=23": days and values, in order of arrival; a value with
 * "!" takes back the reading before it. */
static void read_all(Track *track, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", 0);

    for (int i = 0; parts[i] != NULL && *parts[i] != '\0'; i++) {
        g_auto(GStrv) pair = g_strsplit(parts[i], "=", 2);
        Reading *reading = reading_new();
        bool back = *pair[1] == '!';

        reading->id.v = 100 + i;
        reading->day = day_of(pair[0]);
        reading->value = value_of(back ? pair[1] + 1 : pair[1]);
        reading->source = READING_CHECKIN;
        reading->retracts.v = back ? 100 + i - 1 : 0;
        g_ptr_array_add(track->readings, reading);
    }
}

static void test_each_day_has_its_last_word(void **state)
{
    static const struct {
        const char *promise, *readings, *points, *now;
    } cases[] = {
        {"none", "", "", ""},
        {"one", "2025-07-16=25", "2000:25", "25%"},
        {"flat", "2025-07-14=22 2025-07-15=22", "0:22 1000:22", "22%"},
        {"a correction on the day replaces it", "2025-07-15=23 2025-07-15=24", "1000:24", "24%"},
        {"what was taken back is not drawn", "2025-07-14=22 2025-07-15=99 2025-07-15=!22", "0:22",
         "22%"},
        {"a weekend's readings are those of the Monday after it",
         "2025-07-18=25 2025-07-19=26 2025-07-20=27 2025-07-21=28", "4000:25 5000:28", "28%"},
        {"a Saturday's stands alone where nothing follows", "2025-07-19=26", "5000:26", "26%"},
        {"what was known before stands at the beginning", "2025-07-10=20 2025-07-12=21", "0:21",
         "21%"},
        {"and yields to the first day's own", "2025-07-12=21 2025-07-14=23", "0:23", "23%"},
        {"a final value stands at the end", "2025-07-28=30 2025-07-29=31 2025-08-04=32",
         "10000:30 11000:32", "32%"},
        {"a late answer speaks for its own day", "2025-07-15=24 2025-07-14=23", "0:23 1000:24",
         "23%"},
        {"values far outside", "2025-07-14=-9000000000000 2025-07-15=9000000000000",
         "0:-9000000000000 1000:9000000000000", "9,000,000,000,000%"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_sprint();

        read_all(sprint_kr(scene_sprint_of(scene, 1), 1)->track, cases[i].readings);
        g_autoptr(Chart) chart = chart_on(scene, "2025-07-17");
        expect_points(cases[i].promise, panel_of(chart, 0), cases[i].points);
        expect_text(cases[i].promise, panel_of(chart, 0)->now, cases[i].now);
    }
}

static void test_positions_are_those_of_pace(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    const Sprint *sprint = scene_sprint_of(scene, 1);
    Calendar calendar = team_calendar(scene_team(scene));
    Track *track = sprint_kr(sprint, 1)->track;

    (void)state;
    /* On every day of the window, what is expected to the dot lies on the line to the dot. */
    for (Day day = sprint->window.first; day_cmp(day, sprint->window.last) <= 0;
         day = day_plus(day, 1)) {
        Elapsed elapsed = elapsed_working(sprint->window, &calendar, day);
        Decimal expected = kr_expected(track->kr, elapsed);
        g_autofree char *iso = day_iso(day);
        g_autoptr(Chart) chart = chart_on(scene, iso);
        const ChartPanel *panel = panel_of(chart, 0);
        Decimal way = {0}, on_line = {0};

        expect_that(iso, decimal_sub(panel->line_last, panel->line_first, &way));
        expect_that(iso, decimal_scale(way, chart->today, chart->span, &on_line));
        expect_that(iso, decimal_add(panel->line_first, on_line, &on_line));
        expect_that(iso, decimal_cmp(on_line, expected) == 0);
    }
}

/* --- every kind of key result --- */

static void test_each_direction_has_its_line_and_its_words(void **state)
{
    static const struct {
        const char *promise;
        Direction direction;
        const char *baseline, *target, *high;
        const char *first, *last, *target_text, *alt;
    } cases[] = {
        {"upwards", DIRECTION_INCREASE, "22", "35", "35", "22", "35", "35%",
         ": no reading yet, from 22% towards 35%; 22% expected by now"},
        {"downwards", DIRECTION_DECREASE, "12", "7", "7", "12", "7", "7%",
         ": no reading yet, from 12% towards 7%; 12% expected by now"},
        {"across zero", DIRECTION_INCREASE, "-20", "10", "10", "-20", "10", "10%",
         ": no reading yet, from -20% towards 10%; -20% expected by now"},
        {"at least, still to be reached", DIRECTION_AT_LEAST, "90", "95", "95", "90", "95", "95%",
         ": no reading yet, from 90% towards 95%; 90% expected by now"},
        {"at least, to be kept", DIRECTION_AT_LEAST, "97", "95", "95", "95", "95", "95%",
         ": no reading yet, from 97%, to be kept at 95% or more; on track"},
        {"at most, to be kept", DIRECTION_AT_MOST, "3", "5", "5", "5", "5", "5%",
         ": no reading yet, from 3%, to be kept at 5% or less; on track"},
        {"within, to be kept", DIRECTION_WITHIN, "22", "20", "30", "20", "20", "20% to 30%",
         ": no reading yet, from 22%, to be kept within 20% to 30%; on track"},
        {"within, still to be reached", DIRECTION_WITHIN, "40", "20", "30", "40", "30",
         "20% to 30%", ": no reading yet, from 40% towards 20% to 30%; 40% expected by now"},
        {"the target is the baseline", DIRECTION_INCREASE, "5", "5", "5", "5", "5", "5%",
         ": no reading yet, from 5% towards 5%; done"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_sprint();
        Kr *kr = sprint_kr(scene_sprint_of(scene, 1), 1)->track->kr;

        kr->direction = cases[i].direction;
        kr->baseline = value_of(cases[i].baseline);
        kr->target = value_of(cases[i].target);
        kr->target_high = value_of(cases[i].high);
        g_autoptr(Chart) chart = chart_on(scene, "2025-07-14");
        const ChartPanel *panel = panel_of(chart, 0);

        expect_decimal(cases[i].promise, panel->line_first, cases[i].first);
        expect_decimal(cases[i].promise, panel->line_last, cases[i].last);
        expect_decimal(cases[i].promise, panel->target, cases[i].target);
        expect_decimal(cases[i].promise, panel->target_high, cases[i].high);
        expect_text(cases[i].promise, panel->target_text, cases[i].target_text);
        expect_has(cases[i].promise, chart->alt, cases[i].alt);
    }
}

static void test_each_status_says_what_there_is_to_say(void **state)
{
    static const struct {
        const char *value;
        PaceStatus status;
        const char *pace;
    } cases[] = {
        /* Wednesday 16 July: two of eleven days, too early; Thursday: 25.545 expected. */
        {"22", PACE_BEHIND, "pace 0, behind"},
        {"21", PACE_BEHIND, "pace -0.28, behind"},
        {"24.5", PACE_AT_RISK, "pace 0.71, at risk"},
        {"25.4", PACE_ON_TRACK, "pace 0.96, on track"},
        {"26", PACE_AHEAD, "pace 1.13, ahead"},
        {"35", PACE_DONE, "done"},
        {"99", PACE_DONE, "done"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_sprint();
        g_autofree char *readings = g_strdup_printf("2025-07-17=%s", cases[i].value);

        read_all(sprint_kr(scene_sprint_of(scene, 1), 1)->track, readings);
        g_autoptr(Chart) chart = chart_on(scene, "2025-07-17");
        expect_text(cases[i].value, panel_of(chart, 0)->pace, cases[i].pace);
        expect_that(cases[i].value, panel_of(chart, 0)->status == cases[i].status);
    }
}

/* --- bounds and copies --- */

static void test_the_alt_text_stays_within_its_limit(void **state)
{
    g_autoptr(Scene) scene = scene_answered(four_days);
    Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    for (int i = 0; i < 2; i++) {
        g_autofree char *metric = g_strnfill(8000, 'x');

        example_add_kr(sprint, metric, UNIT_COUNT, "accounts", "0", "6");
    }
    g_autoptr(Chart) five = chart_on(scene, "2025-07-17");
    expect_has("the last of five is still told whole", five->alt, "KR5 xxx");
    expect_that("to its end", g_str_has_suffix(five->alt, "."));
    expect_that("within the limit", g_utf8_strlen(five->alt, -1) <= CHART_ALT_MAX);
    for (int i = 0; i < 40; i++) {
        example_add_kr(sprint, "\U0001f680 launches", UNIT_COUNT, "launches", "0", "6");
    }
    g_autoptr(Chart) many = chart_on(scene, "2025-07-17");
    assert_int_equal(g_utf8_strlen(many->alt, -1), CHART_ALT_MAX);
    assert_true(g_utf8_validate(many->alt, -1, NULL));
    assert_int_equal(many->panels->len, 45);
}

static void test_a_copy_is_the_same_and_its_own(void **state)
{
    g_autoptr(Scene) scene = scene_answered(four_days);
    g_autoptr(Chart) chart = chart_on(scene, "2025-07-17");
    Chart *copy = chart_copy(chart);
    const ChartPanel *panel = panel_of(copy, 0);

    (void)state;
    expect_text("its title", copy->title, chart->title);
    expect_text("its words", copy->alt, chart->alt);
    assert_int_equal(copy->span, chart->span);
    assert_int_equal(copy->today, chart->today);
    assert_int_equal(copy->panels->len, chart->panels->len);
    expect_text("a panel's texts", panel->heading, panel_of(chart, 0)->heading);
    expect_points("its readings", panel, "0:22 1000:24 2000:25 3000:27");
    g_array_set_size(panel->readings, 0);
    expect_points("the original keeps its own", panel_of(chart, 0), "0:22 1000:24 2000:25 3000:27");
    chart_free(copy);
    chart_free(NULL);
}

static void test_an_empty_chart_can_be_copied(void **state)
{
    g_autoptr(Chart) chart = chart_new();
    g_autoptr(Chart) copy = chart_copy(chart);

    (void)state;
    assert_null(copy->title);
    assert_int_equal(copy->panels->len, 0);
    assert_int_equal(copy->today, CHART_NO_TODAY);
    assert_true(copy->span > 0);
}

/* --- where it is shown --- */

static void test_the_summary_carries_the_chart(void **state)
{
    g_autoptr(Scene) scene = scene_answered(four_days);
    bool shown = false;

    (void)state;
    scene_until(scene, "2025-07-17 10:00");
    for (guint i = 0; i < scene->cards->len; i++) {
        const Card *card = ((const SceneCard *)g_ptr_array_index(scene->cards, i))->card;

        shown = shown || (card->chart != NULL &&
                          strcmp(card->chart->title, "Sprint 1 · Thu 17 July · day 4 of 11") == 0);
    }
    expect_that("the summary of the fourth day shows the fourth day", shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_worked_example_on_its_fourth_day),
        cmocka_unit_test(test_the_alt_text_word_by_word),
        cmocka_unit_test(test_before_within_and_after_the_window),
        cmocka_unit_test(test_at_the_end_nothing_is_expected_any_more),
        cmocka_unit_test(test_a_value_nobody_confirms_is_shown_as_stale),
        cmocka_unit_test(test_each_day_has_its_last_word),
        cmocka_unit_test(test_positions_are_those_of_pace),
        cmocka_unit_test(test_each_direction_has_its_line_and_its_words),
        cmocka_unit_test(test_each_status_says_what_there_is_to_say),
        cmocka_unit_test(test_the_alt_text_stays_within_its_limit),
        cmocka_unit_test(test_a_copy_is_the_same_and_its_own),
        cmocka_unit_test(test_an_empty_chart_can_be_copied),
        cmocka_unit_test(test_the_summary_carries_the_chart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Charts of a period: where the line bends, which sprints stand on it, how it is told in words, and
 * where `/okr chart` shows it. */

#include "core/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#define WEEK_6 "2025-07-14" /* six weeks of thirteen are over */

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

static Tactical *tactical_of(const Scene *scene, int32_t number)
{
    Tactical *tactical = team_tactical_number(scene_team(scene), number);

    expect_that("there is such a KR", tactical != NULL);
    return tactical;
}

static Chart *chart_with(const Scene *scene, const char *day, const GPtrArray *sprints)
{
    const Team *team = scene_team(scene);

    return chart_of_tacticals(team, g_ptr_array_index(team->periods, 0), NULL, sprints, day_of(day),
                              &scene->policy);
}

static Chart *chart_on(const Scene *scene, const char *day)
{
    return chart_with(scene, day, NULL);
}

static const ChartPanel *panel_of(const Chart *chart, guint i)
{
    expect_that("there is such a panel", i < chart->panels->len);
    return g_ptr_array_index(chart->panels, i);
}

static void expect_text(const char *promise, const char *text, const char *wanted)
{
    if (g_strcmp0(text, wanted) != 0) {
        fail_msg("%s: wanted\n%s\ngot\n%s", promise, wanted, text);
    }
}

/* "0:20 28000:23.076923" */
static char *points_told(const GArray *points)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < points->len; i++) {
        const ChartPoint *point = &g_array_index(points, ChartPoint, i);
        g_autofree char *value = decimal_text(point->value);

        g_string_append_printf(out, "%s%" G_GINT64_FORMAT ":%s", i > 0 ? " " : "", point->at,
                               value);
    }
    return g_string_free(out, FALSE);
}

static void expect_points(const char *promise, const GArray *points, const char *wanted)
{
    g_autofree char *told = points_told(points);

    expect_text(promise, told, wanted);
}

/* "28000:23 91000:30 | 42000:24 91000:32" */
static char *old_told(const ChartPanel *panel)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < panel->old_lines->len; i++) {
        g_autofree char *line = points_told(g_ptr_array_index(panel->old_lines, i));

        g_string_append_printf(out, "%s%s", i > 0 ? " | " : "", line);
    }
    return g_string_free(out, FALSE);
}

/* "28000 $30M → $32M, 42000 $32M → $31M" */
static char *marks_told(const ChartPanel *panel)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < panel->marks->len; i++) {
        const ChartMark *mark = g_ptr_array_index(panel->marks, i);

        g_string_append_printf(out, "%s%" G_GINT64_FORMAT " %s", i > 0 ? ", " : "", mark->at,
                               mark->label);
    }
    return g_string_free(out, FALSE);
}

/* "42000-57000 Sprint 1" */
static char *bands_told(const ChartPanel *panel)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < panel->bands->len; i++) {
        const ChartBand *band = g_ptr_array_index(panel->bands, i);

        g_string_append_printf(out, "%s%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT " %s",
                               i > 0 ? ", " : "", band->from, band->to, band->label);
    }
    return g_string_free(out, FALSE);
}

static void expect_bands(const char *promise, const ChartPanel *panel, const char *wanted)
{
    g_autofree char *told = bands_told(panel);

    expect_text(promise, told, wanted);
}

/* --- by hand --- */

static void change_target(Tactical *tactical, const char *day, const char *low, const char *high)
{
    Recalibration *change = recalibration_new();
    Kr *kr = tactical->track->kr;

    change->from = day_of(day);
    change->was = kr->target;
    change->was_high = kr->target_high;
    change->target = kr->target = value_of(low);
    change->target_high = kr->target_high = value_of(high);
    change->why = g_strdup("two enterprise deals moved to the next quarter");
    g_ptr_array_add(tactical->recalibrations, change);
}

/* "2025-06-30=32000000 2025-07-14=31000000" */
static void change_targets(Tactical *tactical, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", 0);

    for (int i = 0; parts[i] != NULL && *parts[i] != '\0'; i++) {
        g_auto(GStrv) pair = g_strsplit(parts[i], "=", 2);
        g_auto(GStrv) edges = g_strsplit(pair[1], "..", 2);

        change_target(tactical, pair[0], edges[0], edges[1] != NULL ? edges[1] : edges[0]);
    }
}

static void read_on(Tactical *tactical, const char *day, const char *value)
{
    Reading *reading = reading_new();

    reading->id.v = 1000 + (int64_t)tactical->track->readings->len;
    reading->kr = tactical->track->kr->id;
    reading->day = day_of(day);
    reading->value = value_of(value);
    reading->source = READING_UPDATE;
    g_ptr_array_add(tactical->track->readings, reading);
}

static void free_sprint(gpointer sprint)
{
    sprint_free(sprint);
}

static GPtrArray *sprints_new(void)
{
    return g_ptr_array_new_with_free_func(free_sprint);
}

/* A closed sprint on the first KR. */
static Sprint *add_sprint(GPtrArray *sprints, const Scene *scene, const char *first,
                          const char *last)
{
    Sprint *sprint = sprint_new();

    sprint->number = (int32_t)sprints->len + 1;
    sprint->id.v = 900 + sprint->number;
    sprint->anchor = tactical_of(scene, 1)->track->kr->id;
    sprint->anchor_team = scene_team(scene)->id;
    sprint->window = (Window){day_of(first), day_of(last)};
    sprint->state = SPRINT_CLOSED;
    g_ptr_array_add(sprints, sprint);
    return sprint;
}

/* --- the worked example --- */

static void test_the_worked_example_at_week_6(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    g_autoptr(Chart) chart = chart_on(scene, WEEK_6);
    const ChartPanel *panel = panel_of(chart, 0);

    (void)state;
    expect_text("the title", chart->title, "West · FY Q3 · Mon 14 July · day 43 of 91");
    expect_text("the first day", chart->first_text, "Mon 2 June");
    expect_text("the last day", chart->last_text, "Sun 31 August");
    expect_text("today", chart->today_text, "today");
    assert_int_equal(chart->span, 91000);
    assert_int_equal(chart->today, 42000);
    assert_int_equal(chart->tick, 7000);
    assert_true(chart->tall);
    assert_int_equal(chart->panels->len, 2);
    expect_text("its label", panel->label, "KR 1");
    expect_text("its metric", panel->metric, "qualified B2B pipeline");
    expect_text("where it stands", panel->now, "$21.2M");
    expect_text("where it began", panel->base_text, "$20M");
    expect_text("where it is to go", panel->target_text, "$30M");
    expect_text("how it goes", panel->pace, "pace 0.26, behind");
    expect_text("beside its line", panel->expected, "$24.6M expected by now, $3.4M short of it");
    expect_points("the line is straight", panel->line, "");
    expect_points("its reading", panel->readings, "42000:21200000");
    assert_int_equal(panel->old_lines->len, 0);
    assert_int_equal(panel->marks->len, 0);
    expect_bands("the open sprint, to the evening of its last day", panel, "42000-57000 Sprint 1");
    expect_bands("and on its own anchor alone", panel_of(chart, 1), "");
}

static void test_the_alt_text_word_by_word(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    change_targets(tactical_of(scene, 1), "2025-06-30=32000000");
    g_autoptr(Chart) chart = chart_on(scene, WEEK_6);
    expect_text("with all that the picture shows", chart->alt,
                "West, FY Q3, Mon 14 July, day 43 of 91. Each key result against the line from its "
                "baseline to its target. KR 1 qualified B2B pipeline: $21.2M today, from $20M "
                "towards $32M; $25.1M expected by now, $3.9M short of it; behind; target changed "
                "on Mon 30 June, $30M → $32M; Sprint 1 from Mon 14 July to Mon 28 July. KR 2 win "
                "rate: no reading yet, from 18% towards 25%; 21.2% expected by now.");
}

/* --- the line --- */

static void test_the_line_bends_where_a_target_was_changed(void **state)
{
    static const struct {
        const char *promise, *changes, *line, *old, *marks;
    } cases[] = {
        {"never", "", "", "", ""},
        /* 28 days in 20 + 10 × 28/91 is asked for, and 20 + 12 × 28/91 would be: the less. */
        {"raised: from there it is steeper", "2025-06-30=32000000",
         "0:20000000 28000:23076923.076923 28000:23076923.076923 91000:32000000",
         "28000:23076923.076923 91000:30000000", "28000 $30M → $32M"},
        /* 20 + 8 × 28/91 is less than what was asked for: it steps down. */
        {"lowered: it asks for no more than a straight line would", "2025-06-30=28000000",
         "0:20000000 28000:23076923.076923 28000:22461538.461538 91000:28000000",
         "28000:23076923.076923 91000:30000000", "28000 $30M → $28M"},
        {"twice on a day is once", "2025-06-30=35000000 2025-06-30=32000000",
         "0:20000000 28000:23076923.076923 28000:23076923.076923 91000:32000000",
         "28000:23076923.076923 91000:30000000", "28000 $30M → $32M"},
        {"on the first day it held from the start", "2025-06-02=32000000", "", "", ""},
        {"so it did before", "2025-05-01=32000000", "", "", ""},
        {"after the period nothing bends any more", "2025-09-01=32000000", "", "", ""},
        {"on the last day", "2025-08-31=32000000",
         "0:20000000 90000:29890109.89011 90000:29890109.89011 91000:32000000",
         "90000:29890109.89011 91000:30000000", "90000 $30M → $32M"},
        {"back to what it was", "2025-06-30=32000000 2025-07-01=30000000",
         "0:20000000 28000:23076923.076923 28000:23076923.076923 29000:23218559.218559 "
         "29000:23186813.186813 91000:30000000",
         "28000:23076923.076923 91000:30000000 | 29000:23218559.218559 91000:32000000",
         "28000 $30M → $32M, 29000 $32M → $30M"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();

        change_targets(tactical_of(scene, 1), cases[i].changes);
        g_autoptr(Chart) chart = chart_on(scene, WEEK_6);
        const ChartPanel *panel = panel_of(chart, 0);
        g_autofree char *old = old_told(panel), *marks = marks_told(panel);

        expect_points(cases[i].promise, panel->line, cases[i].line);
        expect_text(cases[i].promise, old, cases[i].old);
        expect_text(cases[i].promise, marks, cases[i].marks);
    }
}

static void test_each_direction_bends_its_own_way(void **state)
{
    static const struct {
        const char *promise;
        Direction direction;
        const char *baseline, *low, *high, *change, *line, *mark;
    } cases[] = {
        {"downwards", DIRECTION_DECREASE, "12", "7", "7", "2025-06-30=5",
         "0:12 28000:10.461538 28000:10.461538 91000:5", "28000 7% → 5%"},
        {"across zero", DIRECTION_INCREASE, "-20", "10", "10", "2025-06-30=-5",
         "0:-20 28000:-10.769231 28000:-15.384615 91000:-5", "28000 10% → -5%"},
        {"at least, to be kept: the edge moves at once", DIRECTION_AT_LEAST, "99", "95", "95",
         "2025-06-30=97", "0:95 28000:95 28000:97 91000:97", "28000 95% → 97%"},
        {"at most, to be kept", DIRECTION_AT_MOST, "3", "5", "5", "2025-06-30=4",
         "0:5 28000:5 28000:4 91000:4", "28000 5% → 4%"},
        {"within a band", DIRECTION_WITHIN, "40", "20", "30", "2025-06-30=20..25",
         "0:40 28000:36.923077 28000:36.923077 91000:25", "28000 20% to 30% → 20% to 25%"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();
        Tactical *tactical = tactical_of(scene, 2);
        Kr *kr = tactical->track->kr;

        kr->direction = cases[i].direction;
        kr->baseline = value_of(cases[i].baseline);
        kr->target = value_of(cases[i].low);
        kr->target_high = value_of(cases[i].high);
        change_targets(tactical, cases[i].change);
        g_autoptr(Chart) chart = chart_on(scene, WEEK_6);
        g_autofree char *marks = marks_told(panel_of(chart, 1));

        expect_points(cases[i].promise, panel_of(chart, 1)->line, cases[i].line);
        expect_text(cases[i].promise, marks, cases[i].mark);
    }
}

/* --- sprints --- */

static void test_sprints_stand_on_the_days_on_which_they_ran(void **state)
{
    static const struct {
        const char *promise, *first, *last, *ended, *bands;
    } cases[] = {
        {"to the evening of the last day", "2025-06-09", "2025-06-23", NULL, "7000-22000 Sprint 1"},
        {"ended early: to that day's", "2025-06-09", "2025-06-23", "2025-06-13 12:00",
         "7000-12000 Sprint 1"},
        {"ended on its first day", "2025-06-09", "2025-06-23", "2025-06-09 12:00",
         "7000-8000 Sprint 1"},
        {"ended before it began", "2025-06-09", "2025-06-23", "2025-06-05 12:00",
         "3000-4000 Sprint 1"},
        {"into the next period: to this one's end", "2025-08-25", "2025-09-07", NULL,
         "84000-91000 Sprint 1"},
        {"from the period before: from this one's start", "2025-05-26", "2025-06-05", NULL,
         "0-4000 Sprint 1"},
        {"over before the period", "2025-05-05", "2025-05-19", NULL, ""},
        {"after it", "2025-09-01", "2025-09-15", NULL, ""},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();
        g_autoptr(GPtrArray) sprints = sprints_new();
        Sprint *sprint = add_sprint(sprints, scene, cases[i].first, cases[i].last);

        if (cases[i].ended != NULL) {
            sprint->ended_early = true;
            sprint->closing = scene_instant(scene, cases[i].ended);
        }
        g_autoptr(Chart) chart = chart_with(scene, WEEK_6, sprints);
        expect_bands(cases[i].promise, panel_of(chart, 0), cases[i].bands);
    }
}

static void test_only_sprints_that_served_the_kr_stand_on_it(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_autoptr(GPtrArray) sprints = sprints_new();

    (void)state;
    add_sprint(sprints, scene, "2025-06-16", "2025-06-30");
    add_sprint(sprints, scene, "2025-06-09", "2025-06-23");
    add_sprint(sprints, scene, "2025-06-09", "2025-06-23")->anchor =
        tactical_of(scene, 2)->track->kr->id;
    add_sprint(sprints, scene, "2025-06-09", "2025-06-23")->anchor_team.v += 1;
    g_autoptr(Chart) chart = chart_with(scene, WEEK_6, sprints);
    expect_bands("by beginning", panel_of(chart, 0), "7000-22000 Sprint 2, 14000-29000 Sprint 1");
    expect_bands("each on its own", panel_of(chart, 1), "7000-22000 Sprint 3");
}

static void test_an_open_sprint_that_is_named_too_stands_there_once(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    g_autoptr(GPtrArray) sprints = g_ptr_array_new();

    (void)state;
    g_ptr_array_add(sprints, scene_sprint_of(scene, 1));
    g_autoptr(Chart) chart = chart_with(scene, WEEK_6, sprints);
    expect_bands("once", panel_of(chart, 0), "42000-57000 Sprint 1");
}

/* --- readings and figures --- */

static void test_readings_stand_on_their_calendar_days(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Tactical *tactical = tactical_of(scene, 2);

    (void)state;
    read_on(tactical, "2025-05-20", "18.1");
    read_on(tactical, "2025-06-02", "18.2"); /* the first day's own */
    read_on(tactical, "2025-06-07", "18.5"); /* a Saturday */
    read_on(tactical, "2025-06-07", "18.6"); /* corrected */
    read_on(tactical, "2025-08-31", "24");
    read_on(tactical, "2025-09-03", "25"); /* the final value */
    g_autoptr(Chart) chart = chart_on(scene, WEEK_6);
    expect_points("each day's last word", panel_of(chart, 1)->readings,
                  "0:18.2 5000:18.6 90000:24 91000:25");
}

static void test_the_figures_beside_the_line(void **state)
{
    static const struct {
        const char *promise, *value, *expected, *pace;
    } cases[] = {
        {"short", "20", "21.2% expected by now, 1.23 pp short of it", "pace 0.62, behind"},
        {"ahead", "23", "21.2% expected by now, 1.77 pp ahead of it", "pace 1.55, ahead"},
        {"on it, as far as it is told", "21.230769", "21.2% expected by now", "pace 1, on track"},
        {"below where it began", "17", "21.2% expected by now, 4.23 pp short of it",
         "pace -0.31, behind"},
        {"reached", "25", "21.2% expected by now, 3.77 pp ahead of it", "done"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();

        read_on(tactical_of(scene, 2), WEEK_6, cases[i].value);
        g_autoptr(Chart) chart = chart_on(scene, WEEK_6);
        expect_text(cases[i].promise, panel_of(chart, 1)->expected, cases[i].expected);
        expect_text(cases[i].promise, panel_of(chart, 1)->pace, cases[i].pace);
    }
}

static void test_a_value_that_is_to_be_kept_has_no_line_to_be_beside(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Tactical *tactical = tactical_of(scene, 2);
    Kr *kr = tactical->track->kr;

    (void)state;
    kr->direction = DIRECTION_AT_LEAST;
    kr->baseline = value_of("97");
    kr->target = kr->target_high = value_of("95");
    read_on(tactical, WEEK_6, "96");
    g_autoptr(Chart) chart = chart_on(scene, WEEK_6);
    expect_text("nothing is expected", panel_of(chart, 1)->expected, "");
    expect_has("in words", chart->alt,
               "KR 2 win rate: 96% today, from 97%, to be kept at 95% or more; on track.");
}

static void test_before_within_and_after_the_period(void **state)
{
    static const struct {
        const char *promise, *day, *title;
        int64_t today;
        bool expected;
    } cases[] = {
        {"the day before", "2025-06-01", "West · FY Q3 · Mon 2 June to Sun 31 August",
         CHART_NO_TODAY, false},
        {"its first day", "2025-06-02", "West · FY Q3 · Mon 2 June · day 1 of 91", 0, true},
        {"a Saturday is a day", "2025-07-19", "West · FY Q3 · Sat 19 July · day 48 of 91", 47000,
         true},
        {"its last day", "2025-08-31", "West · FY Q3 · Sun 31 August · day 91 of 91", 90000, true},
        {"the day after", "2025-09-01", "West · FY Q3 · Mon 2 June to Sun 31 August",
         CHART_NO_TODAY, false},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Chart) chart = chart_on(scene, cases[i].day);

        expect_text(cases[i].promise, chart->title, cases[i].title);
        expect_that(cases[i].promise, chart->today == cases[i].today);
        expect_that(cases[i].promise,
                    (strstr(chart->alt, "expected") != NULL) == cases[i].expected);
    }
}

/* --- which KRs --- */

static void add_krs(Scene *scene, int count)
{
    for (int i = 0; i < count; i++) {
        Kr *kr = kr_copy(tactical_of(scene, 2)->track->kr);

        kr->number = (int32_t)scene_team(scene)->tacticals->len + 1;
        kr->id.v = 500 + kr->number;
        g_ptr_array_add(scene_team(scene)->tacticals,
                        tactical_new(track_new(kr), tactical_of(scene, 2)->objective));
    }
}

static void test_five_are_drawn_and_the_rest_is_told(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    add_krs(scene, 5);
    g_autoptr(Chart) seven = chart_on(scene, WEEK_6);
    assert_int_equal(seven->panels->len, CHART_TACTICALS_MAX);
    assert_false(seven->tall);
    expect_has("the rest in words", seven->alt, "2 more key results are not drawn.");
    tactical_of(scene, 1)->dropped = true;
    tactical_of(scene, 3)->dropped = true;
    g_autoptr(Chart) five = chart_on(scene, WEEK_6);
    expect_lacks("dropped ones are no rest", five->alt, "not drawn");
    expect_text("the first that is left", panel_of(five, 0)->label, "KR 2");
}

static void test_without_a_kr_there_is_no_chart(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    const Team *team = scene_team(scene);
    const Period other = {.id = {77}, .name = NULL, .days = {{2025, 9, 1}, {2025, 11, 30}}};
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    (void)state;
    assert_null(chart_of_tacticals(team, &other, NULL, NULL, day_of(WEEK_6), &scene->policy));
    assert_null(chart_of_tacticals(team, g_ptr_array_index(team->periods, 0), none, NULL,
                                   day_of(WEEK_6), &scene->policy));
}

/* --- bounds --- */

static void test_names_and_changes_without_end_stay_within_their_limits(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_autoptr(GPtrArray) sprints = sprints_new();
    Team *team = scene_team(scene);

    (void)state;
    add_krs(scene, 3);
    g_free(team->name);
    team->name = g_strnfill(4000, 'W');
    for (guint i = 0; i < team->tacticals->len; i++) {
        Kr *kr = tactical_of(scene, (int32_t)i + 1)->track->kr;

        g_free(kr->metric);
        kr->metric = g_strnfill(8000, 'x');
    }
    for (int i = 1; i <= 20; i++) {
        g_autofree char *day = day_iso(day_plus(day_of("2025-06-02"), (int64_t)4 * i));

        change_target(tactical_of(scene, 1), day, i % 2 == 0 ? "30000000" : "9000000000000", "0");
        add_sprint(sprints, scene, day, "2025-08-31");
    }
    g_autoptr(Chart) chart = chart_with(scene, WEEK_6, sprints);
    assert_int_equal(panel_of(chart, 0)->marks->len, 20);
    assert_int_equal(panel_of(chart, 0)->old_lines->len, 20);
    assert_int_equal(panel_of(chart, 0)->bands->len, 20);
    assert_true(g_utf8_strlen(chart->title, -1) < 100);
    assert_true(g_utf8_strlen(chart->alt, -1) <= CHART_ALT_MAX);
    expect_has("the last of five is still told", chart->alt, "KR 5 xxx");
}

static void test_a_copy_is_the_same_and_its_own(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    change_targets(tactical_of(scene, 1), "2025-06-30=32000000");
    g_autoptr(Chart) chart = chart_on(scene, WEEK_6);
    Chart *copy = chart_copy(chart);
    const ChartPanel *panel = panel_of(copy, 0), *original = panel_of(chart, 0);
    g_autofree char *old = old_told(panel), *wanted_old = old_told(original);
    g_autofree char *marks = marks_told(panel), *wanted_marks = marks_told(original);
    g_autofree char *bands = bands_told(original);

    assert_int_equal(copy->tick, chart->tick);
    assert_int_equal(copy->tall, chart->tall);
    expect_text("what is expected", panel->expected, original->expected);
    expect_text("old lines", old, wanted_old);
    expect_text("changes", marks, wanted_marks);
    expect_bands("sprints", panel, bands);
    assert_int_equal(panel->line->len, original->line->len);
    g_array_set_size(panel->line, 0);
    g_ptr_array_set_size(panel->marks, 0);
    chart_free(copy);
    assert_int_equal(original->line->len, 4);
    assert_int_equal(original->marks->len, 1);
}

/* --- /okr chart --- */

static const Card *posted(const Scene *scene)
{
    const Card *card = scene_card(scene, CARD_NOTICE);

    expect_that("a message was posted", card != NULL);
    return card;
}

static void test_the_chart_is_posted_where_all_may_see_it(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    const char *said = scene_command(scene, "jonas", "/okr chart");
    const Card *card = posted(scene);

    (void)state;
    expect_has("the asker is told", said,
               "The chart comes into the channel, where the whole team sees it.");
    expect_text("in the home", card->channel, SCENE_HOME);
    assert_null(card->member);
    assert_null(card->key); /* each stands for itself */
    assert_non_null(card->chart);
    assert_int_equal(card->chart->panels->len, 2);
    expect_bands("with the sprint", panel_of(card->chart, 0), "42000-57000 Sprint 1");
    g_autofree char *plain = card_plain(card);
    expect_has("its figures in words", plain, "KR 1 qualified B2B pipeline");
    assert_true(card->expires.us > scene->now.us); /* a late one is no use */
}

static void test_asked_alone_it_comes_to_the_asker_alone(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Event *event = scene_new_event(scene, EVENT_COMMAND, "jonas");

    (void)state;
    event->direct = true;
    g_clear_pointer(&event->channel, g_free);
    event_set_text(event, "/okr chart 1", strlen("/okr chart 1"));
    expect_has("it says so", scene_event(scene, event), "The chart comes as a message of its own.");
    assert_null(posted(scene)->channel);
    expect_text("to them", posted(scene)->member, "jonas");
}

/* Where every reply is a message, one message is enough. */
static void test_where_replies_are_messages_the_reply_shows_it(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Event *event = scene_new_event(scene, EVENT_COMMAND, "jonas");

    (void)state;
    event->answer_out = true;
    event_set_text(event, "/okr chart", strlen("/okr chart"));
    scene_event(scene, event);
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
    assert_non_null(scene->reply->chart);
}

static void test_one_kr_is_named_by_its_number(void **state)
{
    static const struct {
        const char *text;
        const char *label; /* NULL: refused */
    } cases[] = {
        {"/okr chart 1", "KR 1"},     {"/okr chart 2", "KR 2"},         {"/okr chart KR2", "KR 2"},
        {"/okr chart kr 2", "KR 2"},  {"/okr chart 3", NULL},           {"/okr chart 0", NULL},
        {"/okr chart -1", NULL},      {"/okr chart kr", NULL},          {"/okr chart 1 2", NULL},
        {"/okr chart <!here>", NULL}, {"/okr chart 99999999999", NULL},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();
        const char *said = scene_command(scene, "maria", cases[i].text);

        if (cases[i].label != NULL) {
            expect_text(cases[i].text, panel_of(posted(scene)->chart, 0)->label, cases[i].label);
            assert_int_equal(posted(scene)->chart->panels->len, 1);
        } else {
            expect_has(cases[i].text, said, "so there is no line to draw");
            expect_has("it names those there are", said, "Increase qualified B2B pipeline");
            assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
        }
    }
}

static void test_a_dropped_kr_can_still_be_looked_at(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    tactical_of(scene, 2)->dropped = true;
    scene_command(scene, "maria", "/okr chart");
    assert_int_equal(posted(scene)->chart->panels->len, 1);
    scene_command(scene, "maria", "/okr chart 2");
    expect_text("by its number", panel_of(posted(scene)->chart, 0)->label, "KR 2");
}

static void test_what_is_not_drawn_is_offered(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    add_krs(scene, 5);
    scene_command(scene, "maria", "/okr chart");
    g_autofree char *plain = card_plain(posted(scene));
    expect_has("the sixth", plain,
               "2 more key results of this period, one at a time: /okr chart 6");
    scene_command(scene, "maria", "/okr chart 7");
    expect_text("any of them", panel_of(posted(scene)->chart, 0)->label, "KR 7");
}

static void test_a_closed_sprint_still_stands_on_its_anchor(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    sprint->state = SPRINT_CLOSED;
    world_unlist_sprint(scene->world, sprint);
    scene_command(scene, "maria", "/okr chart 1");
    expect_bands("as it ran", panel_of(posted(scene)->chart, 0), "42000-57000 Sprint 1");
}

static void test_without_a_kr_it_says_what_to_do(void **state)
{
    g_autoptr(Scene) scene = scene_new();

    (void)state;
    scene_command(scene, "maria", "/sprint setup\nname: West\ntimezone: Europe/Berlin");
    scene_forget(scene);
    expect_has("nothing to draw", scene_command(scene, "maria", "/okr chart"),
               "West has no key result in this period, so there is nothing to draw yet. /okr kr");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_worked_example_at_week_6),
        cmocka_unit_test(test_the_alt_text_word_by_word),
        cmocka_unit_test(test_the_line_bends_where_a_target_was_changed),
        cmocka_unit_test(test_each_direction_bends_its_own_way),
        cmocka_unit_test(test_sprints_stand_on_the_days_on_which_they_ran),
        cmocka_unit_test(test_only_sprints_that_served_the_kr_stand_on_it),
        cmocka_unit_test(test_an_open_sprint_that_is_named_too_stands_there_once),
        cmocka_unit_test(test_readings_stand_on_their_calendar_days),
        cmocka_unit_test(test_the_figures_beside_the_line),
        cmocka_unit_test(test_a_value_that_is_to_be_kept_has_no_line_to_be_beside),
        cmocka_unit_test(test_before_within_and_after_the_period),
        cmocka_unit_test(test_five_are_drawn_and_the_rest_is_told),
        cmocka_unit_test(test_without_a_kr_there_is_no_chart),
        cmocka_unit_test(test_names_and_changes_without_end_stay_within_their_limits),
        cmocka_unit_test(test_a_copy_is_the_same_and_its_own),
        cmocka_unit_test(test_the_chart_is_posted_where_all_may_see_it),
        cmocka_unit_test(test_asked_alone_it_comes_to_the_asker_alone),
        cmocka_unit_test(test_where_replies_are_messages_the_reply_shows_it),
        cmocka_unit_test(test_one_kr_is_named_by_its_number),
        cmocka_unit_test(test_a_dropped_kr_can_still_be_looked_at),
        cmocka_unit_test(test_what_is_not_drawn_is_offered),
        cmocka_unit_test(test_a_closed_sprint_still_stands_on_its_anchor),
        cmocka_unit_test(test_without_a_kr_it_says_what_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Charts as pictures. Not every pixel is promised: what stands where is, and that nothing a person
 * wrote or measured takes the picture apart. */

#include "bot/chart/png.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/chart/lane.h"
#include "bot/chart/palette.h"
#include "bot/chart/scale.h"
#include "chart_sheet.h"

#define BYTES_MAX 80000

static char *many(const char *text, int times)
{
    GString *out = g_string_new(NULL);

    for (int i = 0; i < times; i++) {
        g_string_append(out, text);
    }
    return g_string_free(out, FALSE);
}

static const uint32_t paper_colour[] = {COLOUR_PAPER, 0};
static const uint32_t readings_colour[] = {COLOUR_READING, 0};
static const uint32_t line_colour[] = {COLOUR_LINE, 0};
static const uint32_t target_colour[] = {COLOUR_TARGET, 0};
static const uint32_t wedge_colours[] = {COLOUR_WEDGE, COLOUR_HATCH, 0};

static Frame around(double x, double y, double by)
{
    return (Frame){.left = x - by, .right = x + by + 1, .top = y - by, .bottom = y + by + 1};
}

/* Readings on the first days, a forecast for the last, a target, a trajectory. */
static Chart *plain_chart(guint panels)
{
    Chart *chart = chart_blank();

    for (guint i = 0; i < panels; i++) {
        ChartPanel *panel = chart_add(chart, "accepted invitations");

        chart_read(panel, 0, 0);
        chart_read(panel, 2, 50);
        chart_read(panel, 4, 40);
        chart_forecast(panel, 60, 80, "heading for 60 to 80");
    }
    return chart;
}

/* The same over a period: a target that was raised, and two sprints beside each other. */
static Chart *period_chart(void)
{
    const ChartPoint line[] = {
        {0, {0}}, {3000, DECIMAL(30)}, {3000, DECIMAL(30)}, {10000, DECIMAL(100)}};
    const ChartPoint old[] = {{3000, DECIMAL(30)}, {10000, DECIMAL(80)}};
    Chart *chart = plain_chart(1);
    ChartPanel *panel = g_ptr_array_index(chart->panels, 0);

    chart->tall = true;
    panel->expected = g_strdup("40 expected by now, 5 short of it");
    g_array_append_vals(panel->line, line, G_N_ELEMENTS(line));
    g_array_append_vals(chart_old_line(panel), old, G_N_ELEMENTS(old));
    chart_mark(panel, 3000, g_strdup("80 \u2192 100"));
    chart_band(panel, 1000, 3000, g_strdup("Sprint 1"));
    chart_band(panel, 5000, 8000, g_strdup("Sprint 2"));
    return chart;
}

static ChartPanel *panel_at(const Chart *chart, guint i)
{
    return g_ptr_array_index(chart->panels, i);
}

/* --- the picture --- */

static void test_it_is_a_small_opaque_picture_of_a_phones_width(void **state)
{
    (void)state;
    for (guint panels = 1; panels <= 5; panels++) {
        g_autoptr(Chart) chart = plain_chart(panels);
        g_autoptr(GBytes) png = chart_drawn(chart);
        g_auto(Seen) seen = seen_of(png);

        assert_int_equal(seen.width, 1080);
        assert_int_equal(seen.height, chart_sheet(chart).height);
        assert_true(seen.opaque);
        assert_true(g_bytes_get_size(png) < BYTES_MAX);
        assert_int_equal(seen_at(&seen, 0, 0), COLOUR_EDGE);
        assert_int_equal(seen_at(&seen, seen.width - 1, 0), COLOUR_EDGE);
        assert_int_equal(seen_at(&seen, 0, seen.height - 1), COLOUR_EDGE);
        assert_int_equal(seen_at(&seen, seen.width - 1, seen.height - 1), COLOUR_EDGE);
        assert_int_equal(seen_at(&seen, 10, 10), COLOUR_PAPER);
    }
}

static void test_more_panels_than_fit_are_left_to_the_words(void **state)
{
    g_autoptr(Chart) most = plain_chart(SHEET_PANELS_MAX);
    g_autoptr(Chart) more = plain_chart(SHEET_PANELS_MAX + 88);
    g_autoptr(GBytes) one = chart_drawn(most), other = chart_drawn(more);

    (void)state;
    assert_true(g_bytes_equal(one, other));
}

static void test_a_chart_of_nothing_is_refused(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Chart) chart = chart_blank();
    g_autoptr(GBytes) png = chart_png(chart, &CHART_LOOK_PLAIN, &error);

    (void)state;
    assert_null(png);
    assert_non_null(error);
}

static void test_a_chart_without_any_text_is_drawn(void **state)
{
    g_autoptr(Chart) chart = chart_new();

    (void)state;
    chart_panel(chart);
    g_autoptr(GBytes) png = chart_drawn(chart);
    g_auto(Seen) seen = seen_of(png);
    assert_int_equal(seen.width, 1080);
}

static gpointer draw_elsewhere(gpointer chart)
{
    return chart_drawn(chart);
}

static void test_the_same_chart_gives_the_same_bytes(void **state)
{
    g_autoptr(Chart) chart = plain_chart(3);
    g_autoptr(Chart) copy = chart_copy(chart);
    g_autoptr(GBytes) png = chart_drawn(chart);
    g_autoptr(GBytes) again = chart_drawn(copy);
    GThread *threads[4];

    (void)state;
    assert_true(g_bytes_equal(png, again));
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
        threads[i] = g_thread_new("drawing", draw_elsewhere, chart);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_autoptr(GBytes) other = g_thread_join(threads[i]);

        assert_true(g_bytes_equal(png, other));
    }
}

/* --- what is shown --- */

static void change_reading(Chart *chart)
{
    g_array_index(panel_at(chart, 0)->readings, ChartPoint, 1).value = DECIMAL(51);
}

static void change_place(Chart *chart)
{
    g_array_index(panel_at(chart, 0)->readings, ChartPoint, 1).at = 1000;
}

static void change_target(Chart *chart)
{
    panel_at(chart, 0)->target = panel_at(chart, 0)->target_high = DECIMAL(95);
}

static void change_line(Chart *chart)
{
    panel_at(chart, 1)->line_last = DECIMAL(90);
}

static void change_forecast(Chart *chart)
{
    panel_at(chart, 0)->high = DECIMAL(82);
}

static void drop_forecast(Chart *chart)
{
    panel_at(chart, 0)->forecast = false;
}

static void change_today(Chart *chart)
{
    chart->today = 5000;
}

static void drop_today(Chart *chart)
{
    chart->today = CHART_NO_TODAY;
}

static void change_status(Chart *chart)
{
    panel_at(chart, 0)->status = PACE_BEHIND;
}

static void replace(char **text)
{
    g_free(*text);
    *text = g_strdup("7");
}

static void change_title(Chart *chart)
{
    replace(&chart->title);
}

static void change_first_day(Chart *chart)
{
    replace(&chart->first_text);
}

static void change_last_day(Chart *chart)
{
    replace(&chart->last_text);
}

static void change_label(Chart *chart)
{
    replace(&panel_at(chart, 0)->label);
}

static void change_metric(Chart *chart)
{
    replace(&panel_at(chart, 0)->metric);
}

static void change_now(Chart *chart)
{
    replace(&panel_at(chart, 0)->now);
}

static void change_base_text(Chart *chart)
{
    replace(&panel_at(chart, 0)->base_text);
}

static void change_target_text(Chart *chart)
{
    replace(&panel_at(chart, 0)->target_text);
}

static void change_pace(Chart *chart)
{
    replace(&panel_at(chart, 0)->pace);
}

static void change_heading(Chart *chart)
{
    replace(&panel_at(chart, 0)->heading);
}

static void change_expected(Chart *chart)
{
    replace(&panel_at(chart, 0)->expected);
}

static void change_bend(Chart *chart)
{
    g_array_index(panel_at(chart, 0)->line, ChartPoint, 2).value = DECIMAL(20);
}

static void change_old_line(Chart *chart)
{
    g_array_index((GArray *)g_ptr_array_index(panel_at(chart, 0)->old_lines, 0), ChartPoint, 1)
        .value = DECIMAL(70);
}

static void drop_old_line(Chart *chart)
{
    g_ptr_array_set_size(panel_at(chart, 0)->old_lines, 0);
}

static void change_mark(Chart *chart)
{
    ((ChartMark *)g_ptr_array_index(panel_at(chart, 0)->marks, 0))->at = 2000;
}

static void change_mark_text(Chart *chart)
{
    replace(&((ChartMark *)g_ptr_array_index(panel_at(chart, 0)->marks, 0))->label);
}

static void drop_mark(Chart *chart)
{
    g_ptr_array_set_size(panel_at(chart, 0)->marks, 0);
}

static void change_band(Chart *chart)
{
    ((ChartBand *)g_ptr_array_index(panel_at(chart, 0)->bands, 0))->to = 2500;
}

static void change_band_text(Chart *chart)
{
    replace(&((ChartBand *)g_ptr_array_index(panel_at(chart, 0)->bands, 1))->label);
}

static void drop_band(Chart *chart)
{
    g_ptr_array_set_size(panel_at(chart, 0)->bands, 1);
}

static void change_tick(Chart *chart)
{
    chart->tick = 2000;
}

static void drop_tall(Chart *chart)
{
    chart->tall = false;
}

static void test_whatever_changes_shows(void **state)
{
    static const struct {
        const char *promise;
        void (*change)(Chart *chart);
    } cases[] = {
        {"a reading's value", change_reading},
        {"a reading's day", change_place},
        {"the target", change_target},
        {"the trajectory", change_line},
        {"the forecast", change_forecast},
        {"no forecast", drop_forecast},
        {"today", change_today},
        {"no today", drop_today},
        {"the status", change_status},
        {"the title", change_title},
        {"the first day", change_first_day},
        {"the last day", change_last_day},
        {"the label", change_label},
        {"the metric", change_metric},
        {"the value now", change_now},
        {"the baseline's text", change_base_text},
        {"the target's text", change_target_text},
        {"the pace", change_pace},
        {"where it is heading", change_heading},
        {"what is expected", change_expected},
        {"where the line bends", change_bend},
        {"how it would have gone on", change_old_line},
        {"that it bent at all", drop_old_line},
        {"when a target was changed", change_mark},
        {"from what to what", change_mark_text},
        {"that one was changed", drop_mark},
        {"when a sprint ran", change_band},
        {"which one", change_band_text},
        {"that there was one", drop_band},
        {"the weeks", change_tick},
        {"the room for all that", drop_tall},
    };
    g_autoptr(Chart) chart = period_chart();

    (void)state;
    chart_add(chart, "one whose line is straight");
    g_autoptr(GBytes) png = chart_drawn(chart);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Chart) changed = chart_copy(chart);

        cases[i].change(changed);
        g_autoptr(GBytes) other = chart_drawn(changed);
        if (g_bytes_equal(png, other)) {
            fail_msg("%s changed, and the picture did not", cases[i].promise);
        }
    }
}

static void test_each_line_passes_where_it_should(void **state)
{
    g_autoptr(Chart) chart = plain_chart(2);
    g_autoptr(GBytes) png = chart_drawn(chart);
    g_auto(Seen) seen = seen_of(png);
    Sheet sheet = chart_sheet(chart);

    (void)state;
    for (guint i = 0; i < 2; i++) {
        const ChartPanel *panel = panel_at(chart, i);
        Frame plot = sheet_plot(&sheet, i);
        Scale scale = scale_of(panel, plot.top, plot.bottom);
        double y50 = scale_y(&scale, DECIMAL(50), NULL), y25 = scale_y(&scale, DECIMAL(25), NULL);
        double target = scale_y(&scale, DECIMAL(100), NULL);

        for (guint j = 0; j < panel->readings->len; j++) {
            const ChartPoint *point = &g_array_index(panel->readings, ChartPoint, j);
            Frame dot = around(sheet_x(&sheet, point->at), scale_y(&scale, point->value, NULL), 4);

            assert_int_equal(seen_count(&seen, dot, readings_colour), 81);
        }
        assert_int_equal(seen_at(&seen, sheet_x(&sheet, 1000), y25), COLOUR_READING);
        assert_int_equal(seen_at(&seen, sheet_x(&sheet, 8000), target), COLOUR_TARGET);
        assert_int_equal(seen_at(&seen, sheet_x(&sheet, 4000), y50), COLOUR_EDGE);
        assert_true(seen_count(&seen, around(sheet_x(&sheet, 5000), y50, 12), line_colour) > 0);
        assert_true(seen_count(&seen,
                               around(sheet_x(&sheet, 9500), scale_y(&scale, DECIMAL(69), NULL), 6),
                               wedge_colours) > 100);
        assert_int_equal(seen_at(&seen, sheet_x(&sheet, 9500), scale_y(&scale, DECIMAL(20), NULL)),
                         COLOUR_GROUND);
    }
}

/* The trajectory is dashed and the target is not: they differ without their colours. */
static void test_dashes_are_dashes(void **state)
{
    g_autoptr(Chart) chart = chart_blank();

    (void)state;
    chart_add(chart, "nothing read");
    g_autoptr(GBytes) png = chart_drawn(chart);
    g_auto(Seen) seen = seen_of(png);
    Sheet sheet = chart_sheet(chart);
    Frame plot = sheet_plot(&sheet, 0);
    Scale scale = scale_of(panel_at(chart, 0), plot.top, plot.bottom);
    double first = scale_y(&scale, DECIMAL(0), NULL), last = scale_y(&scale, DECIMAL(100), NULL);
    int dashed = 0, solid = 0, steps = 0;

    for (int x = (int)plot.left + 20; x < (int)plot.right - 60; x++, steps++) {
        double share = (x - plot.left) / (plot.right - plot.left);
        bool on = seen_at(&seen, x, first + share * (last - first)) == COLOUR_LINE;

        dashed += on;
        solid += seen_at(&seen, x, last) == COLOUR_TARGET;
    }
    assert_in_range(dashed, steps / 4, steps * 3 / 4);
    assert_int_equal(solid, steps);
}

/* Nothing is told by colour alone: each status has a shape that no other has. */
static void test_each_status_has_its_own_shape(void **state)
{
    Seen seen[PACE_STALE + 1];
    g_autoptr(Chart) chart = plain_chart(1);
    Sheet sheet = chart_sheet(chart);
    double note = sheet_note(&sheet, 0);
    Frame mark = {SHEET_MARGIN, SHEET_MARGIN + 30, note - 30, note + 6};

    (void)state;
    for (int status = PACE_NONE; status <= PACE_STALE; status++) {
        panel_at(chart, 0)->status = (PaceStatus)status;
        g_autoptr(GBytes) png = chart_drawn(chart);

        seen[status] = seen_of(png);
        for (size_t i = 0; i < (size_t)seen[status].width * (size_t)seen[status].height; i++) {
            uint32_t *pixel = &seen[status].pixels[i];

            *pixel = (*pixel & 0xffffff) == COLOUR_PAPER; /* ink, of any colour, or none */
        }
    }
    for (int one = PACE_NONE; one <= PACE_STALE; one++) {
        for (int other = one + 1; other <= PACE_STALE; other++) {
            if (seen_same_in(&seen[one], &seen[other], mark)) {
                fail_msg("statuses %d and %d have the same shape", one, other);
            }
        }
    }
    for (int status = PACE_NONE; status <= PACE_STALE; status++) {
        seen_clear(&seen[status]);
    }
}

/* --- a period --- */

static const uint32_t band_colours[] = {COLOUR_SPRINT, COLOUR_SPRINT_HATCH, 0};

static void test_what_a_period_has_passes_where_it_should(void **state)
{
    g_autoptr(Chart) chart = period_chart();
    g_autoptr(GBytes) png = chart_drawn(chart);
    g_auto(Seen) seen = seen_of(png);
    Sheet sheet = chart_sheet(chart);
    Frame plot = sheet_plot(&sheet, 0);
    Scale scale = scale_of(panel_at(chart, 0), plot.top, plot.bottom);
    double low = scale_y(&scale, DECIMAL(5), NULL), old = scale_y(&scale, DECIMAL(80), NULL);
    double target = scale_y(&scale, DECIMAL(100), NULL);

    (void)state;
    /* Within a sprint, and outside. */
    assert_int_equal(seen_count(&seen, around(sheet_x(&sheet, 7500), low, 12), band_colours),
                     25 * 25);
    assert_int_equal(seen_count(&seen, around(sheet_x(&sheet, 9000), low, 12), band_colours), 0);
    /* The old target as long as it held, and the new one from then on. */
    assert_int_equal(seen_at(&seen, sheet_x(&sheet, 500), old), COLOUR_TARGET);
    assert_int_not_equal(seen_at(&seen, sheet_x(&sheet, 500), target), COLOUR_TARGET);
    assert_int_equal(seen_at(&seen, sheet_x(&sheet, 9500), target), COLOUR_TARGET);
    /* How the line goes on, and how it would have. */
    assert_true(seen_count(&seen,
                           around(sheet_x(&sheet, 8500), scale_y(&scale, DECIMAL(85), NULL), 12),
                           line_colour) > 0);
    assert_true(seen_count(&seen,
                           around(sheet_x(&sheet, 8600), scale_y(&scale, DECIMAL(70), NULL), 12),
                           line_colour) > 0);
}

/* Hatched and outlined: a sprint is to be seen without its colour. */
static void test_a_sprint_is_hatched(void **state)
{
    g_autoptr(Chart) chart = period_chart();
    g_autoptr(GBytes) png = chart_drawn(chart);
    g_auto(Seen) seen = seen_of(png);
    Sheet sheet = chart_sheet(chart);
    Frame plot = sheet_plot(&sheet, 0);
    Scale scale = scale_of(panel_at(chart, 0), plot.top, plot.bottom);
    double y = scale_y(&scale, DECIMAL(5), NULL);
    int changes = 0;

    (void)state;
    for (int x = (int)sheet_x(&sheet, 5200); x < (int)sheet_x(&sheet, 7800); x++) {
        changes += seen_at(&seen, x, y) != seen_at(&seen, x + 1, y);
    }
    assert_true(changes > 10);
    assert_int_equal(seen_at(&seen, sheet_x(&sheet, 8000), y), COLOUR_SPRINT_HATCH);
}

/* No label covers another, nor the plot, nor what stands above. */
static void test_labels_are_stacked_until_there_is_room(void **state)
{
    static const struct {
        const char *promise;
        int bands, marks, lanes; /* lanes: at least one for each so many */
    } cases[] = {
        {"nothing", 0, 0, 0},
        {"one sprint", 1, 0, 1},
        {"one change", 0, 1, 1},
        {"ten sprints over each other", 10, 0, 5},
        {"twenty changes", 0, 20, 4},
        {"both", 10, 20, 8},
        {"more than any room", 200, 200, LANES_MAX},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Chart) chart = plain_chart(1);
        g_auto(Type) type = {0};
        Lanes lanes;

        for (int n = 0; n < cases[i].bands; n++) {
            int64_t first = (int64_t)n % 9 * 300;

            chart_band(panel_at(chart, 0), first, first + 4000, g_strdup("Sprint 10"));
        }
        for (int n = 0; n < cases[i].marks; n++) {
            chart_mark(panel_at(chart, 0), n * 7919 % 10001, g_strdup("$30M \u2192 $32M"));
        }
        Sheet sheet = chart_sheet(chart);

        type_init(&type);
        lanes_place(&lanes, &type, &sheet, panel_at(chart, 0));
        assert_in_range(lanes.used, cases[i].lanes, LANES_MAX);
        assert_true(sheet_lane(&sheet, 0, lanes.used) > sheet_expected(&sheet, 0) ||
                    lanes.used == 0);
        for (guint one = 0; one < lanes.count; one++) {
            const LaneItem *a = &lanes.items[one];

            assert_true(a->lane < 0 ||
                        (a->text >= sheet.left && a->text + a->width <= sheet.right));
            for (guint other = one + 1; other < lanes.count; other++) {
                const LaneItem *b = &lanes.items[other];

                if (a->lane >= 0 && a->lane == b->lane && a->text < b->text + b->width &&
                    b->text < a->text + a->width) {
                    fail_msg("%s: two labels cover each other", cases[i].promise);
                }
            }
        }
        g_autoptr(GBytes) png = chart_drawn(chart);
        assert_non_null(png);
    }
}

static void test_a_period_of_extremes_is_drawn(void **state)
{
    static const int64_t values[] = {INT64_MIN, -1, 0, 1, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(values); i++) {
        g_autoptr(Chart) chart = period_chart();
        ChartPanel *panel = panel_at(chart, 0);
        GArray *old = g_ptr_array_index(panel->old_lines, 0);

        panel->target.millionths = panel->target_high.millionths = values[i % 5];
        for (guint j = 0; j < panel->line->len; j++) {
            g_array_index(panel->line, ChartPoint, j).value.millionths = values[(i / 2 + j) % 5];
        }
        g_array_index(old, ChartPoint, 1).value.millionths = values[(i * 2) % 5];
        chart_band(panel, INT64_MIN, INT64_MAX, many("\u0646\u0633\u0628\u0629 ", 100));
        chart_mark(panel, INT64_MAX, many("\U0001f680", 100));
        chart_mark(panel, INT64_MIN, NULL);
        chart_old_line(panel);
        chart->tick = values[i % 5];
        g_autoptr(GBytes) png = chart_drawn(chart);
        g_auto(Seen) seen = seen_of(png);
        Sheet sheet = chart_sheet(chart);
        Frame left = {10, SHEET_MARGIN - 10, 10, sheet.height - 10};
        Frame right = {SHEET_WIDTH - SHEET_MARGIN + 10, SHEET_WIDTH - 10, 10, sheet.height - 10};

        assert_int_equal(seen_count(&seen, left, paper_colour), 22 * (sheet.height - 20));
        assert_int_equal(seen_count(&seen, right, paper_colour), 22 * (sheet.height - 20));
    }
}

/* --- looks --- */

static double light_of(int channel)
{
    double share = channel / 255.0;

    return share <= 0.03928 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t rgb)
{
    return 0.2126 * light_of((int)(rgb >> 16) & 0xff) + 0.7152 * light_of((int)(rgb >> 8) & 0xff) +
           0.0722 * light_of((int)rgb & 0xff);
}

static double contrast(uint32_t one, uint32_t other)
{
    double a = luminance(one), b = luminance(other);

    return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

/* What is read stands out from paper and plot alike, in both looks. */
static void test_what_is_read_stands_out(void **state)
{
    static const uint32_t read[] = {COLOUR_INK,  COLOUR_MUTED, COLOUR_TARGET, COLOUR_READING,
                                    COLOUR_GOOD, COLOUR_WARN,  COLOUR_BAD};

    (void)state;
    for (int dark = 0; dark < 2; dark++) {
        g_autoptr(Chart) chart = period_chart();
        g_autoptr(GBytes) light = chart_drawn(chart);
        g_autoptr(GBytes) png =
            chart_png(chart, &(ChartLook){.dark = dark == 1, .width = CHART_WIDTH}, NULL);
        g_auto(Seen) plain = seen_of(light), seen = seen_of(png);
        size_t pixels = (size_t)plain.width * (size_t)plain.height;
        uint32_t paper = seen_at(&seen, 10, 10);

        for (size_t i = 0; i < pixels; i++) {
            for (size_t j = 0; j < G_N_ELEMENTS(read); j++) {
                if ((plain.pixels[i] & 0xffffff) == read[j] &&
                    contrast(seen.pixels[i] & 0xffffff, paper) < 4.5) {
                    fail_msg("%06x is hard to read on %06x", seen.pixels[i] & 0xffffff, paper);
                }
            }
        }
    }
}

static void test_any_width_is_a_whole_picture(void **state)
{
    static const struct {
        int asked, width;
    } cases[] = {{360, 360}, {750, 750}, {1125, 1125},  {2160, 2160},
                 {0, 360},   {-1, 360},  {100000, 2160}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Chart) chart = period_chart();
        g_autoptr(GBytes) png = chart_png(chart, &(ChartLook){.width = cases[i].asked}, NULL);
        g_auto(Seen) seen = seen_of(png);
        int height = chart_sheet(chart).height;

        assert_int_equal(seen.width, cases[i].width);
        assert_int_equal(seen.height, (height * cases[i].width + CHART_WIDTH - 1) / CHART_WIDTH);
        assert_int_equal(seen_at(&seen, 0, seen.height / 2.0), COLOUR_EDGE);
        assert_int_equal(seen_at(&seen, seen.width - 1, seen.height / 2.0), COLOUR_EDGE);
    }
}

static void test_the_axis_runs_upwards_whichever_way_is_good(void **state)
{
    g_autoptr(Chart) chart = chart_blank();
    ChartPanel *panel = chart_add(chart, "days to the first meeting");

    (void)state;
    panel->baseline = panel->line_first = DECIMAL(12);
    panel->target = panel->target_high = panel->line_last = DECIMAL(7);
    chart_read(panel, 0, 12);
    chart_read(panel, 4, 9);
    g_autoptr(GBytes) png = chart_drawn(chart);
    g_auto(Seen) seen = seen_of(png);
    Sheet sheet = chart_sheet(chart);
    Frame plot = sheet_plot(&sheet, 0);
    Frame upper = plot, lower = plot;

    upper.bottom = lower.top = (plot.top + plot.bottom) / 2;
    lower.bottom -= 4;
    upper.right = plot.left + (plot.right - plot.left) / 4;
    assert_int_equal(seen_count(&seen, upper, target_colour), 0);
    assert_true(seen_count(&seen, lower, target_colour) > 1000);
    assert_true(seen_count(&seen, upper, readings_colour) > 100);
}

/* --- numbers --- */

static const struct {
    const char *promise;
    int64_t baseline, target, high, read[3]; /* millionths */
    int64_t forecast_low, forecast_high;
} numbers[] = {
    {"nothing but zeros", 0, 0, 0, {0, 0, 0}, 0, 0},
    {"one value all over", 5, 5, 5, {5, 5, 5}, 5, 5},
    {"the same to the end of the range",
     INT64_MAX,
     INT64_MAX,
     INT64_MAX,
     {INT64_MAX, INT64_MAX, INT64_MAX},
     INT64_MAX,
     INT64_MAX},
    {"and to the other",
     INT64_MIN,
     INT64_MIN,
     INT64_MIN,
     {INT64_MIN, INT64_MIN, INT64_MIN},
     INT64_MIN,
     INT64_MIN},
    {"the whole range",
     INT64_MIN,
     INT64_MAX,
     INT64_MAX,
     {INT64_MIN, 0, INT64_MAX},
     INT64_MIN,
     INT64_MAX},
    {"a promise of one millionth", 0, 1, 1, {INT64_MIN, 0, INT64_MAX}, INT64_MIN, INT64_MAX},
    {"no promise, and readings everywhere", 7, 7, 7, {INT64_MIN, 7, INT64_MAX}, 7, 7},
    {"decreasing", 12000000, 7000000, 7000000, {12000000, 11000000, 11000000}, 9000000, 10000000},
    {"negative", -20000000, -10000000, -10000000, {-20000000, -19000000, -5000000}, -9000000, 0},
    {"beyond the target", 0, 10000000, 10000000, {5000000, 10000000, 30000000}, 60000000, 90000000},
    {"a band", 22000000, 20000000, 30000000, {22000000, 31000000, 19000000}, 10000000, 40000000},
    {"a forecast upside down",
     0,
     10000000,
     10000000,
     {1000000, 2000000, 3000000},
     9000000,
     1000000},
};

static void set_numbers(ChartPanel *panel, size_t i)
{
    panel->baseline.millionths = panel->line_first.millionths = numbers[i].baseline;
    panel->target.millionths = panel->line_last.millionths = numbers[i].target;
    panel->target_high.millionths = numbers[i].high;
    for (int day = 0; day < 3; day++) {
        ChartPoint point = {.at = (int64_t)day * 1000, .value = {numbers[i].read[day]}};

        g_array_append_val(panel->readings, point);
    }
    chart_forecast(panel, 0, 0, "heading somewhere");
    panel->low.millionths = numbers[i].forecast_low;
    panel->high.millionths = numbers[i].forecast_high;
}

/* All ink of a panel's plot stays near it: nothing runs off over its neighbours. */
static void expect_rest_untouched(const char *promise, const Seen *seen, const Seen *plain,
                                  const Sheet *sheet)
{
    Frame plot = sheet_plot(sheet, 1);
    Frame above = {0, SHEET_WIDTH, 0, sheet_note(sheet, 1)};
    Frame below = {0, SHEET_WIDTH, plot.bottom + 20, sheet->height};

    if (!seen_same_in(seen, plain, above) || !seen_same_in(seen, plain, below)) {
        fail_msg("%s: the neighbours are drawn over", promise);
    }
}

static void test_any_numbers_are_drawn_in_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(Chart) plain = plain_chart(3), chart = plain_chart(3);
        ChartPanel *panel = panel_at(chart, 1);

        g_array_set_size(panel->readings, 0);
        set_numbers(panel, i);
        g_free(panel->heading);
        panel->heading = g_strdup(panel_at(plain, 1)->heading);
        g_autoptr(GBytes) png = chart_drawn(chart), other = chart_drawn(plain);
        g_auto(Seen) seen = seen_of(png);
        g_auto(Seen) unchanged = seen_of(other);
        Sheet sheet = chart_sheet(chart);

        expect_rest_untouched(numbers[i].promise, &seen, &unchanged, &sheet);
        if (seen_count(&seen, sheet_plot(&sheet, 1), readings_colour) == 0) {
            fail_msg("%s: no reading is to be seen", numbers[i].promise);
        }
    }
}

static void expect_inside(const char *promise, const Scale *scale, Decimal value)
{
    double y = scale_y(scale, value, NULL);

    if (!isfinite(y) || y < scale->top || y > scale->bottom) {
        fail_msg("%s: a value stands at %g", promise, y);
    }
}

static void test_every_value_has_a_place(void **state)
{
    static const int64_t values[] = {INT64_MIN, -1000000, -1, 0, 1, 1000000, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(Chart) chart = chart_blank();
        ChartPanel *panel = chart_add(chart, "any");
        double before = HUGE_VAL;

        set_numbers(panel, i);
        Scale scale = scale_of(panel, 100, 200);
        assert_true(isfinite(scale.low) && isfinite(scale.high) && scale.low < scale.high);
        expect_inside(numbers[i].promise, &scale, panel->baseline);
        expect_inside(numbers[i].promise, &scale, panel->target);
        for (size_t j = 0; j < G_N_ELEMENTS(values); j++) {
            Decimal value = {values[j]};

            expect_inside(numbers[i].promise, &scale, value);
            if (scale_y(&scale, value, NULL) > before) {
                fail_msg("%s: more stands lower", numbers[i].promise);
            }
            before = scale_y(&scale, value, NULL);
        }
    }
}

static void test_what_is_far_off_is_held_at_the_edge_and_told(void **state)
{
    static const struct {
        const char *promise;
        int64_t value;
        Beyond beyond;
    } cases[] = {
        {"the baseline", 0, BEYOND_NOT},
        {"the target", 100, BEYOND_NOT},
        {"twice the target, which was read", 200, BEYOND_NOT},
        {"far more", 90000, BEYOND_TOP},
        {"far less", -90000, BEYOND_BOTTOM},
    };
    g_autoptr(Chart) chart = chart_blank();
    ChartPanel *panel = chart_add(chart, "invitations");

    (void)state;
    chart_read(panel, 0, 200);
    chart_read(panel, 1, 90000);
    chart_read(panel, 2, -90000);
    Scale scale = scale_of(panel, 100, 200);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Beyond beyond = BEYOND_NOT;

        scale_y(&scale, DECIMAL(cases[i].value), &beyond);
        if (beyond != cases[i].beyond) {
            fail_msg("%s: %d", cases[i].promise, (int)beyond);
        }
    }
    /* What was promised still has room to be seen. */
    assert_true(scale_y(&scale, DECIMAL(0), NULL) - scale_y(&scale, DECIMAL(100), NULL) > 10);
}

static void test_any_time_axis_is_drawn(void **state)
{
    static const struct {
        int64_t span, today, at;
    } cases[] = {
        {1, 0, 0},
        {0, 5, 5},
        {-7, 3, 3},
        {1000, 1000, 9},
        {28000, 99999, 99999},
        {INT64_MAX, INT64_MAX, INT64_MAX},
        {20000, -1, -5},
        {INT64_MIN, INT64_MIN, INT64_MIN},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Chart) chart = plain_chart(1);
        ChartPoint point = {.at = cases[i].at, .value = DECIMAL(60)};

        chart->span = cases[i].span;
        chart->today = cases[i].today;
        g_array_append_val(panel_at(chart, 0)->readings, point);
        g_autoptr(GBytes) png = chart_drawn(chart);
        g_auto(Seen) seen = seen_of(png);
        Sheet sheet = chart_sheet(chart);
        Frame left = {10, SHEET_MARGIN - 10, 10, sheet.height - 10};
        Frame right = {SHEET_WIDTH - SHEET_MARGIN + 10, SHEET_WIDTH - 10, 10, sheet.height - 10};

        assert_int_equal(seen_count(&seen, left, paper_colour), 22 * (sheet.height - 20));
        assert_int_equal(seen_count(&seen, right, paper_colour), 22 * (sheet.height - 20));
    }
}

/* --- texts --- */

static const struct {
    const char *promise, *text;
    int times;
} texts[] = {
    {"right-to-left", "نسبة قبول الاجتماعات مع العملاء ", 10},
    {"both directions", "ICP نسبة 27% قبول ", 12},
    /* NOLINTNEXTLINE(misc-misleading-bidirectional): to be kept in its line */
    {"turned around on purpose", "\u202eemoc fo etar\u202d\u2067", 20},
    {"emoji joined to one", "\U0001f469\u200d\U0001f52c\U0001f1e9\U0001f1ea", 60},
    {"many scripts", "東京 Ελλάδα ไทย हिन्दी 한국어 ", 20},
    {"marks piled up",
     "Z\u0310\u0311\u0312\u0313\u0314\u033d\u033e\u033f\u0346\u034a\u034b\u034c"
     "\u0316\u0317\u0318\u0319\u031c\u031d\u031e\u031f\u0320\u0324\u0325\u0326",
     40},
    {"one long word", "x", 8000},
    {"wide blanks", "\u3000", 400},
    {"several lines", "one\ntwo\r\nthree\u2028four\u2029five\vsix\f", 5},
    {"a tab for each letter", "a\t", 300},
    {"markup", "<b>bold</b> &amp; <span size='900000'>huge</span>", 4},
    {"unclosed markup", "<span foreground='", 9},
    {"broken UTF-8", "caf\xe9 \xff\xfe\xc3 \xed\xa0\x80", 30},
    {"cut in a character", "\xf0\x9f\x9a", 1},
    {"marks of a message", "\x01now\x03 \x04maria\x03", 10},
    {"the last code points", "\xf4\x8f\xbf\xbf\xef\xbf\xbf", 30},
    {"nothing", "", 1},
};

static void test_any_metric_keeps_to_its_line(void **state)
{
    g_autoptr(Chart) plain = plain_chart(2);
    g_autoptr(GBytes) other = chart_drawn(plain);
    g_auto(Seen) unchanged = seen_of(other);
    Sheet sheet = chart_sheet(plain);
    Frame right = {760, SHEET_WIDTH, 0, sheet.height}; /* the value now, and its dot */
    Frame above = {0, SHEET_WIDTH, 0, sheet_head(&sheet, 1) - 40};
    Frame below = {0, SHEET_WIDTH, sheet_head(&sheet, 1) + 20, sheet.height};

    (void)state;
    right.left = SHEET_WIDTH - SHEET_MARGIN - 100;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Chart) chart = chart_copy(plain);
        ChartPanel *panel = panel_at(chart, 1);

        g_free(panel->metric);
        panel->metric = many(texts[i].text, texts[i].times);
        g_autoptr(GBytes) png = chart_drawn(chart);
        g_auto(Seen) seen = seen_of(png);
        if (seen.height != unchanged.height || !seen_same_in(&seen, &unchanged, above) ||
            !seen_same_in(&seen, &unchanged, below) || !seen_same_in(&seen, &unchanged, right)) {
            fail_msg("%s: the metric left its line", texts[i].promise);
        }
    }
}

/* The same in every text at once: it stays a picture of its size, and its edge is whole. */
static void test_any_text_anywhere_is_drawn(void **state)
{
    g_autoptr(Chart) plain = plain_chart(2);
    g_autoptr(GBytes) other = chart_drawn(plain);
    g_auto(Seen) unchanged = seen_of(other);
    Frame edge = {0, 3, 0, unchanged.height};
    Frame far_edge = {SHEET_WIDTH - 30, SHEET_WIDTH, 0, unchanged.height};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Chart) chart = chart_copy(plain);
        ChartPanel *panel = panel_at(chart, 1);
        char **const all[] = {&chart->title,      &chart->first_text, &chart->last_text,
                              &chart->today_text, &panel->label,      &panel->metric,
                              &panel->now,        &panel->base_text,  &panel->target_text,
                              &panel->pace,       &panel->heading};

        for (size_t j = 0; j < G_N_ELEMENTS(all); j++) {
            g_free(*all[j]);
            *all[j] = many(texts[i].text, texts[i].times);
        }
        g_autoptr(GBytes) png = chart_drawn(chart);
        g_auto(Seen) seen = seen_of(png);
        if (seen.height != unchanged.height || !seen_same_in(&seen, &unchanged, edge) ||
            !seen_same_in(&seen, &unchanged, far_edge)) {
            fail_msg("%s: a text runs off the paper", texts[i].promise);
        }
    }
}

static void test_a_long_value_is_set_smaller_before_it_is_cut(void **state)
{
    g_auto(Type) type = {0};

    (void)state;
    type_init(&type);
    g_autoptr(TypeLine) free = type_line(&type, TYPE_VALUE, "$21,234,567", 1000);
    g_autoptr(TypeLine) set = type_line_fit(&type, TYPE_VALUE, "$21,234,567", 150);
    g_autoptr(TypeLine) cut = type_line_fit(&type, TYPE_VALUE, "$9,000,000,000,000.123456", 150);
    g_autoptr(TypeLine) none = type_line(&type, TYPE_VALUE, "$21,234,567", -5);

    assert_true(type_width(free) > 150);
    assert_true(type_width(set) <= 151 && type_width(set) > 130);
    assert_true(type_width(cut) <= 151);
    assert_true(type_width(none) < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_a_small_opaque_picture_of_a_phones_width),
        cmocka_unit_test(test_more_panels_than_fit_are_left_to_the_words),
        cmocka_unit_test(test_a_chart_of_nothing_is_refused),
        cmocka_unit_test(test_a_chart_without_any_text_is_drawn),
        cmocka_unit_test(test_the_same_chart_gives_the_same_bytes),
        cmocka_unit_test(test_whatever_changes_shows),
        cmocka_unit_test(test_each_line_passes_where_it_should),
        cmocka_unit_test(test_dashes_are_dashes),
        cmocka_unit_test(test_each_status_has_its_own_shape),
        cmocka_unit_test(test_what_a_period_has_passes_where_it_should),
        cmocka_unit_test(test_a_sprint_is_hatched),
        cmocka_unit_test(test_labels_are_stacked_until_there_is_room),
        cmocka_unit_test(test_a_period_of_extremes_is_drawn),
        cmocka_unit_test(test_what_is_read_stands_out),
        cmocka_unit_test(test_any_width_is_a_whole_picture),
        cmocka_unit_test(test_the_axis_runs_upwards_whichever_way_is_good),
        cmocka_unit_test(test_any_numbers_are_drawn_in_their_place),
        cmocka_unit_test(test_every_value_has_a_place),
        cmocka_unit_test(test_what_is_far_off_is_held_at_the_edge_and_told),
        cmocka_unit_test(test_any_time_axis_is_drawn),
        cmocka_unit_test(test_any_metric_keeps_to_its_line),
        cmocka_unit_test(test_any_text_anywhere_is_drawn),
        cmocka_unit_test(test_a_long_value_is_set_smaller_before_it_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

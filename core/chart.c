#include "core/chart.h"

static void mark_free(gpointer data)
{
    ChartMark *mark = data;

    g_free(mark->label);
    g_free(mark);
}

static void band_free(gpointer data)
{
    ChartBand *band = data;

    g_free(band->label);
    g_free(band);
}

static void points_free(gpointer points)
{
    g_array_unref(points);
}

static GArray *points_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(ChartPoint));
}

static void panel_free(gpointer data)
{
    ChartPanel *panel = data;

    g_free(panel->label);
    g_free(panel->metric);
    g_free(panel->now);
    g_free(panel->base_text);
    g_free(panel->target_text);
    g_free(panel->pace);
    g_free(panel->expected);
    g_free(panel->heading);
    g_array_unref(panel->line);
    g_ptr_array_unref(panel->old_lines);
    g_ptr_array_unref(panel->marks);
    g_ptr_array_unref(panel->bands);
    g_array_unref(panel->readings);
    g_free(panel);
}

Chart *chart_new(void)
{
    Chart *chart = g_new0(Chart, 1);

    chart->panels = g_ptr_array_new_with_free_func(panel_free);
    chart->span = 1;
    chart->tick = CHART_DAY;
    chart->today = CHART_NO_TODAY;
    return chart;
}

ChartPanel *chart_panel(Chart *chart)
{
    ChartPanel *panel = g_new0(ChartPanel, 1);

    panel->line = points_new();
    panel->old_lines = g_ptr_array_new_with_free_func(points_free);
    panel->marks = g_ptr_array_new_with_free_func(mark_free);
    panel->bands = g_ptr_array_new_with_free_func(band_free);
    panel->readings = points_new();
    g_ptr_array_add(chart->panels, panel);
    return panel;
}

void chart_mark(ChartPanel *panel, int64_t at, char *take_label)
{
    ChartMark *mark = g_new(ChartMark, 1);

    *mark = (ChartMark){at, take_label};
    g_ptr_array_add(panel->marks, mark);
}

void chart_band(ChartPanel *panel, int64_t from, int64_t to, char *take_label)
{
    ChartBand *band = g_new(ChartBand, 1);

    *band = (ChartBand){from, to, take_label};
    g_ptr_array_add(panel->bands, band);
}

GArray *chart_old_line(ChartPanel *panel)
{
    GArray *line = points_new();

    g_ptr_array_add(panel->old_lines, line);
    return line;
}

void chart_free(Chart *chart)
{
    if (chart == NULL) {
        return;
    }
    g_free(chart->title);
    g_free(chart->first_text);
    g_free(chart->last_text);
    g_free(chart->today_text);
    g_free(chart->alt);
    g_ptr_array_unref(chart->panels);
    g_free(chart);
}

static gpointer points_copy(gconstpointer points, gpointer data)
{
    (void)data;
    return g_array_copy((GArray *)(uintptr_t)points);
}

static gpointer mark_copy(gconstpointer data, gpointer unused)
{
    const ChartMark *mark = data;

    (void)unused;
    return g_memdup2(&(ChartMark){mark->at, g_strdup(mark->label)}, sizeof *mark);
}

static gpointer band_copy(gconstpointer data, gpointer unused)
{
    const ChartBand *band = data;

    (void)unused;
    return g_memdup2(&(ChartBand){band->from, band->to, g_strdup(band->label)}, sizeof *band);
}

static ChartPanel *panel_copy(const ChartPanel *panel)
{
    ChartPanel *copy = g_new(ChartPanel, 1);

    *copy = *panel;
    copy->label = g_strdup(panel->label);
    copy->metric = g_strdup(panel->metric);
    copy->now = g_strdup(panel->now);
    copy->base_text = g_strdup(panel->base_text);
    copy->target_text = g_strdup(panel->target_text);
    copy->pace = g_strdup(panel->pace);
    copy->expected = g_strdup(panel->expected);
    copy->heading = g_strdup(panel->heading);
    copy->line = g_array_copy(panel->line);
    copy->old_lines = g_ptr_array_copy(panel->old_lines, points_copy, NULL);
    copy->marks = g_ptr_array_copy(panel->marks, mark_copy, NULL);
    copy->bands = g_ptr_array_copy(panel->bands, band_copy, NULL);
    copy->readings = g_array_copy(panel->readings);
    return copy;
}

Chart *chart_copy(const Chart *chart)
{
    Chart *copy = chart_new();

    copy->span = chart->span;
    copy->tick = chart->tick;
    copy->tall = chart->tall;
    copy->today = chart->today;
    copy->title = g_strdup(chart->title);
    copy->first_text = g_strdup(chart->first_text);
    copy->last_text = g_strdup(chart->last_text);
    copy->today_text = g_strdup(chart->today_text);
    copy->alt = g_strdup(chart->alt);
    for (guint i = 0; i < chart->panels->len; i++) {
        g_ptr_array_add(copy->panels, panel_copy(g_ptr_array_index(chart->panels, i)));
    }
    return copy;
}

/* A sprint's key results over its window. */

#include "core/chart_parts.h"
#include "core/series.h"
#include "core/show.h"
#include "core/text.h"
#include "core/words.h"

#define READINGS_MAX   400 /* days; more than a window has */
#define ALT_METRIC_MAX 160 /* characters; so that five key results and their figures fit */

/* A sprint as of a day, as every panel needs it. */
typedef struct View {
    const Sprint *sprint;
    Calendar calendar;
    Day today;
    bool over; /* the window has ended */
    const Policy *policy;
} View;

static Elapsed elapsed_on(const View *view, Day day)
{
    return elapsed_working(view->sprint->window, &view->calendar, day);
}

/* Where a reading of that day stands: where pace measures it. A weekend's stands where the Monday's
 * after it does. */
static int64_t position_of(const View *view, Day day)
{
    return (int64_t)elapsed_on(view, day).passed * CHART_DAY;
}

static void add_points(ChartPanel *panel, const View *view, const Track *track)
{
    g_autoptr(GArray) series = series_of(track, DAY_LAST, READINGS_MAX);

    for (guint i = series->len; i > 0; i--) {
        const Reading *reading = series_at(series, i - 1);

        chart_put_reading(panel, (ChartPoint){position_of(view, reading->day), reading->value});
    }
}

static void tell_panel(GString *alt, const View *view, const ChartPanel *panel, const Kr *kr,
                       const Pace *pace)
{
    bool rises = decimal_cmp(panel->line_first, panel->line_last) != 0;

    g_string_append_c(alt, ' ');
    chart_tell_value(alt, panel, kr, view->over ? CHART_END : CHART_NOW, ALT_METRIC_MAX);
    if (pace->known && rises && !view->over) {
        Unit unit = unit_bare(&kr->unit);
        g_autofree char *expected = value_text_rounded(pace->expected, &unit);

        say_to(alt, W_CHART_ALT_EXPECTED, (const Arg[]){S("value", expected), {0}});
    }
    if (panel->status != PACE_NONE) {
        chart_tell_part(alt, pace_status_name(panel->status));
    }
    chart_tell_part(alt, panel->heading);
    g_string_append_c(alt, '.');
}

static void add_line(ChartPanel *panel, const View *view, const Kr *kr)
{
    int32_t total = elapsed_on(view, view->today).total;

    panel->baseline = kr->baseline;
    panel->target = kr->target;
    panel->target_high = kr->direction == DIRECTION_WITHIN ? kr->target_high : kr->target;
    panel->line_first = kr_expected(kr, (Elapsed){.passed = 0, .total = total});
    panel->line_last = kr_expected(kr, (Elapsed){.passed = total, .total = total});
}

static void add_panel(Chart *chart, GString *alt, const View *view, const Track *track)
{
    const Kr *kr = track->kr;
    Unit unit = unit_bare(&kr->unit);
    Pace pace = pace_of(kr, track_value(track), elapsed_on(view, view->today), view->policy);
    bool stale = view->sprint->state == SPRINT_ACTIVE &&
                 track_stale(track, &view->calendar, view->sprint->window.first, view->today);
    ChartPanel *panel = chart_panel(chart);

    panel->label = g_strdup_printf("KR%d", kr->number);
    chart_put_texts(panel, track, &unit);
    add_line(panel, view, kr);
    add_points(panel, view, track);
    if (!view->over) {
        chart_put_heading(panel, track, view->sprint->window.last, &unit);
    }
    panel->status = stale ? PACE_STALE : pace.status;
    panel->pace = chart_pace_text(panel->status, pace.pace);
    tell_panel(alt, view, panel, kr, &pace);
}

/* The title, and how the alt text begins: while the window lasts they name the day in it. */
static char *say_heading(const View *view, const Team *team, WordId on_a_day, WordId whole)
{
    const Sprint *sprint = view->sprint;
    g_autofree char *day = day_text_short(view->today);
    g_autofree char *first = day_text_short(sprint->window.first);
    g_autofree char *last = day_text_short(sprint->window.last);
    int32_t of = 0, total = 0;

    if (view->over || day_cmp(view->today, sprint->window.first) < 0) {
        return say(whole, N("n", sprint->number), S("first", first), S("last", last));
    }
    show_day_of(sprint, team, view->today, &of, &total);
    return say(on_a_day, N("n", sprint->number), S("day", day), N("of", of), N("total", total));
}

static void add_axis(Chart *chart, const View *view)
{
    Window window = view->sprint->window;
    bool inside = !view->over && day_cmp(view->today, window.first) >= 0;

    chart->span = (int64_t)elapsed_on(view, view->today).total * CHART_DAY;
    chart->today = inside ? position_of(view, view->today) : CHART_NO_TODAY;
    chart->first_text = day_text_short(window.first);
    chart->last_text = day_text_short(window.last);
    chart->today_text = say(W_CHART_TODAY);
}

Chart *chart_of_sprint(const Sprint *sprint, const Team *team, Day today, const Policy *policy)
{
    Chart *chart = chart_new();
    View view = {.sprint = sprint,
                 .calendar = team_calendar(team),
                 .today = today,
                 .over = day_cmp(today, sprint->window.last) > 0,
                 .policy = policy};
    g_autofree char *lead = say_heading(&view, team, W_CHART_ALT, W_CHART_ALT_WHOLE);
    g_autoptr(GString) alt = g_string_new(lead);

    chart->title = say_heading(&view, team, W_CHART_TITLE, W_CHART_TITLE_WHOLE);
    add_axis(chart, &view);
    for (guint i = 0; i < sprint->krs->len; i++) {
        add_panel(chart, alt, &view, ((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track);
    }
    chart->alt = text_cut(alt->str, CHART_ALT_MAX);
    return chart;
}

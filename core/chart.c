#include "core/chart.h"

#include <string.h>

#include "core/forecast.h"
#include "core/pace.h"
#include "core/series.h"
#include "core/show.h"
#include "core/text.h"
#include "core/words.h"

static void panel_free(gpointer data)
{
    ChartPanel *panel = data;

    g_free(panel->label);
    g_free(panel->metric);
    g_free(panel->now);
    g_free(panel->base_text);
    g_free(panel->target_text);
    g_free(panel->pace);
    g_free(panel->heading);
    g_array_unref(panel->readings);
    g_free(panel);
}

Chart *chart_new(void)
{
    Chart *chart = g_new0(Chart, 1);

    chart->panels = g_ptr_array_new_with_free_func(panel_free);
    chart->span = 1;
    chart->today = CHART_NO_TODAY;
    return chart;
}

ChartPanel *chart_panel(Chart *chart)
{
    ChartPanel *panel = g_new0(ChartPanel, 1);

    panel->readings = g_array_new(FALSE, FALSE, sizeof(ChartPoint));
    g_ptr_array_add(chart->panels, panel);
    return panel;
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
    copy->heading = g_strdup(panel->heading);
    copy->readings = g_array_copy(panel->readings);
    return copy;
}

Chart *chart_copy(const Chart *chart)
{
    Chart *copy = chart_new();

    copy->span = chart->span;
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

/* --- a sprint's --- */

#define POINT          1000 /* positions are thousandths of a working day */
#define READINGS_MAX   400  /* days; more than a window has */
#define ALT_METRIC_MAX 160  /* characters; so that five key results and their figures fit */

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

/* Where a reading of that day stands: where pace measures it. */
static int64_t position_of(const View *view, Day day)
{
    return (int64_t)elapsed_on(view, day).passed * POINT;
}

/* Of readings at one position (a weekend's, and the Monday's after it) the last one counts. */
static void add_point(GArray *points, ChartPoint point)
{
    guint last = points->len - 1;

    if (points->len > 0 && g_array_index(points, ChartPoint, last).at == point.at) {
        g_array_index(points, ChartPoint, last) = point;
    } else {
        g_array_append_val(points, point);
    }
}

static void add_points(ChartPanel *panel, const View *view, const Track *track)
{
    g_autoptr(GArray) series = series_of(track, DAY_LAST, READINGS_MAX);

    for (guint i = series->len; i > 0; i--) {
        const Reading *reading = series_at(series, i - 1);

        add_point(panel->readings, (ChartPoint){position_of(view, reading->day), reading->value});
    }
}

static void add_heading(ChartPanel *panel, const View *view, const Track *track, const Unit *unit)
{
    Forecast forecast;

    if (view->over || !track_forecast(track, view->sprint->window.last, &forecast)) {
        return;
    }
    g_autofree char *low = value_text_rounded(forecast.low, unit);
    g_autofree char *high = value_text_rounded(forecast.high, unit);

    panel->forecast = true;
    panel->low = forecast.low;
    panel->high = forecast.high;
    panel->heading = strcmp(low, high) == 0 ? say(W_KR_HEADING_TO, S("value", low))
                                            : say(W_KR_HEADING, S("low", low), S("high", high));
}

static char *target_text(const Kr *kr, const Unit *unit)
{
    g_autofree char *low = value_text(kr->target, unit);
    g_autofree char *high = value_text(kr->target_high, unit);

    return kr->direction == DIRECTION_WITHIN ? say(W_CHART_BAND, S("low", low), S("high", high))
                                             : g_steal_pointer(&low);
}

/* "pace 0.8, at risk"; the word alone where there is no pace to speak of. */
static char *pace_text(PaceStatus status, const Pace *pace)
{
    const char *name = pace_status_name(status);

    switch (status) {
    case PACE_BEHIND:
    case PACE_AT_RISK:
    case PACE_ON_TRACK:
    case PACE_AHEAD: {
        g_autofree char *number = decimal_text(decimal_round(pace->pace, 2));
        return say(W_CHART_PACE, S("pace", number), S("status", name));
    }
    case PACE_TOO_EARLY:
    case PACE_DONE:
    case PACE_STALE:
        return g_strdup(name);
    case PACE_NONE:
        break;
    }
    return g_strdup("");
}

/* --- in words --- */

/* How a value that was good from the start is to be kept; false where it is to be reached. */
static bool keep_word(const Kr *kr, WordId *word)
{
    static const WordId words[] = {
        [DIRECTION_AT_LEAST] = W_CHART_KEEP_AT_LEAST,
        [DIRECTION_AT_MOST] = W_CHART_KEEP_AT_MOST,
        [DIRECTION_WITHIN] = W_CHART_KEEP_WITHIN,
    };

    if (kr->direction < DIRECTION_AT_LEAST || !kr_reached(kr, kr->baseline)) {
        return false;
    }
    *word = words[kr->direction];
    return true;
}

/* "KR1 ICP meeting acceptance rate: 27% today, from 22% towards 35%" */
static void tell_value(GString *alt, const View *view, const ChartPanel *panel, const Kr *kr)
{
    enum { NOW, END, NONE };
    static const WordId words[2][3] = {
        {W_CHART_ALT_NOW, W_CHART_ALT_END, W_CHART_ALT_NONE},
        {W_CHART_ALT_NOW_KEEP, W_CHART_ALT_END_KEEP, W_CHART_ALT_NONE_KEEP},
    };
    WordId keep = W_COUNT;
    bool kept = keep_word(kr, &keep);
    int when = *panel->now == '\0' ? NONE : view->over ? END : NOW;
    g_autofree char *metric = text_cut(panel->metric, ALT_METRIC_MAX);
    g_autofree char *target =
        kept ? say(keep, S("target", panel->target_text)) : g_strdup(panel->target_text);

    say_to(alt, words[kept][when],
           (const Arg[]){S("label", panel->label),
                         S("metric", metric),
                         S("now", panel->now),
                         S("base", panel->base_text),
                         S("target", target),
                         {0}});
}

static void tell_part(GString *alt, const char *part)
{
    if (part != NULL && *part != '\0') {
        say_to(alt, W_CHART_ALT_PART, (const Arg[]){S("part", part), {0}});
    }
}

static void tell_panel(GString *alt, const View *view, const ChartPanel *panel, const Kr *kr,
                       const Pace *pace)
{
    bool rises = decimal_cmp(panel->line_first, panel->line_last) != 0;

    g_string_append_c(alt, ' ');
    tell_value(alt, view, panel, kr);
    if (pace->known && rises && !view->over) {
        Unit unit = unit_bare(&kr->unit);
        g_autofree char *expected = value_text_rounded(pace->expected, &unit);

        say_to(alt, W_CHART_ALT_EXPECTED, (const Arg[]){S("value", expected), {0}});
    }
    if (panel->status != PACE_NONE) {
        tell_part(alt, pace_status_name(panel->status));
    }
    tell_part(alt, panel->heading);
    g_string_append_c(alt, '.');
}

/* --- panels --- */

static void add_texts(ChartPanel *panel, const Track *track, const Unit *unit)
{
    const Kr *kr = track->kr;
    bool read = track_current(track) != NULL;

    panel->label = g_strdup_printf("KR%d", kr->number);
    panel->metric = g_strdup(kr->metric);
    panel->now = read ? value_text(track_value(track), unit) : g_strdup("");
    panel->base_text = value_text(kr->baseline, unit);
    panel->target_text = target_text(kr, unit);
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

    add_texts(panel, track, &unit);
    add_line(panel, view, kr);
    add_points(panel, view, track);
    add_heading(panel, view, track, &unit);
    panel->status = stale ? PACE_STALE : pace.status;
    panel->pace = pace_text(panel->status, &pace);
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

    chart->span = (int64_t)elapsed_on(view, view->today).total * POINT;
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

/* Tactical KRs over their period. Where a target was changed the line bends; beside it stands how
 * it would have gone on. */

#include "core/chart_parts.h"
#include "core/series.h"
#include "core/show.h"
#include "core/tactical_pace.h"
#include "core/text.h"
#include "core/words.h"

#define READINGS_MAX   400 /* days */
#define WEEK           7
#define WEEKS_TICKED   26  /* in a longer period every fourth week has its mark */
#define TITLE_NAME_MAX 16  /* characters of a name, so that the day fits beside it */
#define ALT_METRIC_MAX 100 /* characters; so that five KRs and their figures fit */
#define TOLD_MAX       3   /* changes and sprints of a KR in words: the latest */
#define TALL_MAX       2   /* panels */

/* A period as of a day, as every panel needs it. */
typedef struct View {
    const Team *team;
    const Period *period;
    const GPtrArray *sprints; /* of Sprint: those that may serve one of the KRs */
    Day today;
    bool over;
    const Policy *policy;
} View;

/* A KR on its way into a panel. */
typedef struct Subject {
    const View *view;
    const Tactical *tactical;
    const Kr *kr;
    Unit unit; /* bare */
    Trajectory line;
    Pace pace;
} Subject;

static int64_t position_of(const View *view, Day day)
{
    return (int64_t)elapsed_calendar(view->period->days, day).passed * CHART_DAY;
}

static Day day_after(const View *view)
{
    return day_plus(view->period->days.last, 1);
}

static bool is_inside(const View *view, Day day)
{
    return day_cmp(view->period->days.first, day) <= 0 &&
           day_cmp(day, view->period->days.last) <= 0;
}

/* --- the line --- */

/* The line as it was until the aim of that place came. */
static Trajectory line_before(const Subject *subject, size_t aim)
{
    Trajectory line = subject->line;

    line.aim_count = aim;
    return line;
}

static void add_spot(GArray *points, const Subject *subject, const Trajectory *line, Day day)
{
    ChartPoint point = {position_of(subject->view, day),
                        trajectory_expected(line, subject->kr, day)};

    g_array_append_val(points, point);
}

/* Does the line bend there? Of several aims of one day the first stands for all. */
static bool bends_at(const Subject *subject, size_t aim)
{
    const Aim *aims = subject->line.aims;

    return aim > 0 && day_cmp(aims[aim].from, subject->view->period->days.first) > 0 &&
           is_inside(subject->view, aims[aim].from) &&
           day_cmp(aims[aim - 1].from, aims[aim].from) != 0;
}

/* The last aim of the day on which that one came. */
static const Aim *aim_of_day(const Subject *subject, size_t aim)
{
    const Trajectory *line = &subject->line;

    while (aim + 1 < line->aim_count &&
           day_cmp(line->aims[aim + 1].from, line->aims[aim].from) == 0) {
        aim++;
    }
    return &line->aims[aim];
}

static char *aim_text(const Subject *subject, const Aim *aim)
{
    return chart_target_text(subject->kr, aim->target, aim->target_high, &subject->unit);
}

static void add_bend(ChartPanel *panel, const Subject *subject, size_t aim)
{
    const Aim *now = aim_of_day(subject, aim);
    Trajectory before = line_before(subject, aim);
    GArray *old = chart_old_line(panel);
    g_autofree char *was = aim_text(subject, &subject->line.aims[aim - 1]);
    g_autofree char *target = aim_text(subject, now);

    add_spot(panel->line, subject, &before, now->from);
    add_spot(panel->line, subject, &subject->line, now->from);
    add_spot(old, subject, &before, now->from);
    add_spot(old, subject, &before, day_after(subject->view));
    chart_mark(panel, position_of(subject->view, now->from),
               say(W_CHART_CHANGED, S("was", was), S("target", target)));
}

static void add_bends(ChartPanel *panel, const Subject *subject)
{
    for (size_t i = 0; i < subject->line.aim_count; i++) {
        if (bends_at(subject, i)) {
            add_bend(panel, subject, i);
        }
    }
}

static void add_line(ChartPanel *panel, const Subject *subject)
{
    const Kr *kr = subject->kr;
    Day first = subject->view->period->days.first, end = day_after(subject->view);

    panel->baseline = kr->baseline;
    panel->target = kr->target;
    panel->target_high = kr->direction == DIRECTION_WITHIN ? kr->target_high : kr->target;
    panel->line_first = trajectory_expected(&subject->line, kr, first);
    panel->line_last = trajectory_expected(&subject->line, kr, end);
    add_spot(panel->line, subject, &subject->line, first);
    add_bends(panel, subject);
    if (panel->marks->len == 0) {
        g_array_set_size(panel->line, 0); /* it is straight */
    } else {
        add_spot(panel->line, subject, &subject->line, end);
    }
}

/* --- sprints --- */

static bool serves(const Sprint *sprint, const Subject *subject)
{
    return ID_EQ(sprint->anchor, subject->kr->id) &&
           ID_EQ(sprint->anchor_team, subject->view->team->id);
}

/* The days on which it ran: one that was ended early has no more after that. */
static Window days_of(const Sprint *sprint, const Team *team)
{
    Window days = sprint->window;

    if (sprint->ended_early && sprint->closing.us != 0) {
        Day ended = team_day(team, sprint->closing);

        days.last = day_cmp(ended, days.last) < 0 ? ended : days.last;
        days.first = day_cmp(days.last, days.first) < 0 ? days.last : days.first;
    }
    return days;
}

static gint band_cmp(gconstpointer a, gconstpointer b)
{
    const ChartBand *one = *(ChartBand *const *)a, *other = *(ChartBand *const *)b;

    return (one->from > other->from) - (one->from < other->from);
}

static void add_bands(ChartPanel *panel, const Subject *subject)
{
    const View *view = subject->view;

    for (guint i = 0; i < view->sprints->len; i++) {
        const Sprint *sprint = g_ptr_array_index(view->sprints, i);
        Window days = days_of(sprint, view->team);
        int64_t from = position_of(view, days.first);
        int64_t to = position_of(view, day_plus(days.last, 1));

        if (serves(sprint, subject) && from < to) {
            chart_band(panel, from, to, say(W_CHART_SPRINT, N("n", sprint->number)));
        }
    }
    g_ptr_array_sort(panel->bands, band_cmp);
}

/* --- readings, and what they say --- */

static void add_points(ChartPanel *panel, const Subject *subject)
{
    g_autoptr(GArray) series = series_of(subject->tactical->track, DAY_LAST, READINGS_MAX);

    for (guint i = series->len; i > 0; i--) {
        const Reading *reading = series_at(series, i - 1);

        chart_put_reading(panel,
                          (ChartPoint){position_of(subject->view, reading->day), reading->value});
    }
}

/* A difference without its sign; NULL where it is too small to be told. Caller frees. */
static char *gap_text(Decimal gap, const Unit *unit)
{
    g_autofree char *text = show_change(gap, unit);

    return *text == '+' || *text == '-' ? g_strdup(text + 1) : NULL;
}

/* "$24.6M expected by now, $3.4M short of it" */
static char *expected_text(const Subject *subject, const ChartPanel *panel)
{
    bool level = panel->marks->len == 0 && decimal_cmp(panel->line_first, panel->line_last) == 0;
    bool early = day_cmp(subject->view->today, subject->view->period->days.first) < 0;

    if (!subject->pace.known || level || early || subject->view->over) {
        return g_strdup("");
    }
    Decimal gap = subject->pace.gap_trajectory;
    g_autofree char *value = value_text_rounded(subject->pace.expected, &subject->unit);
    g_autofree char *apart = *panel->now != '\0' ? gap_text(gap, &subject->unit) : NULL;

    return apart == NULL ? say(W_CHART_EXPECTED, S("value", value))
                         : say(gap.millionths > 0 ? W_CHART_EXPECTED_SHORT : W_CHART_EXPECTED_AHEAD,
                               S("value", value), S("gap", apart));
}

static void add_texts(ChartPanel *panel, const Subject *subject)
{
    panel->label = g_strdup_printf("KR %d", subject->kr->number);
    chart_put_texts(panel, subject->tactical->track, &subject->unit);
    if (!subject->view->over) {
        chart_put_heading(panel, subject->tactical->track, subject->view->period->days.last,
                          &subject->unit);
    }
    panel->status = subject->pace.status;
    panel->pace = chart_pace_text(panel->status, subject->pace.pace);
    panel->expected = expected_text(subject, panel);
}

/* --- in words --- */

/* The day of a position. */
static char *day_at(const Subject *subject, int64_t at)
{
    return day_text_short(day_plus(subject->view->period->days.first, at / CHART_DAY));
}

static void tell_marks(GString *alt, const ChartPanel *panel, const Subject *subject)
{
    guint told = MIN(panel->marks->len, TOLD_MAX);

    for (guint i = panel->marks->len - told; i < panel->marks->len; i++) {
        const ChartMark *mark = g_ptr_array_index(panel->marks, i);
        g_autofree char *day = day_at(subject, mark->at);
        g_autofree char *part = say(W_CHART_ALT_CHANGED, S("change", mark->label), S("day", day));

        chart_tell_part(alt, part);
    }
}

static void tell_bands(GString *alt, const ChartPanel *panel, const Subject *subject)
{
    guint told = MIN(panel->bands->len, TOLD_MAX);

    for (guint i = panel->bands->len - told; i < panel->bands->len; i++) {
        const ChartBand *band = g_ptr_array_index(panel->bands, i);
        g_autofree char *first = day_at(subject, band->from);
        g_autofree char *last = day_at(subject, band->to - CHART_DAY);
        g_autofree char *part =
            say(W_CHART_ALT_SPRINT, S("sprint", band->label), S("first", first), S("last", last));

        chart_tell_part(alt, part);
    }
}

static void tell_panel(GString *alt, const ChartPanel *panel, const Subject *subject)
{
    g_string_append_c(alt, ' ');
    chart_tell_value(alt, panel, subject->kr, subject->view->over ? CHART_END : CHART_NOW,
                     ALT_METRIC_MAX);
    chart_tell_part(alt, panel->expected);
    if (panel->status != PACE_NONE) {
        chart_tell_part(alt, pace_status_name(panel->status));
    }
    chart_tell_part(alt, panel->heading);
    tell_marks(alt, panel, subject);
    tell_bands(alt, panel, subject);
    g_string_append_c(alt, '.');
}

/* --- the whole --- */

static void add_panel(Chart *chart, GString *alt, const View *view, const Tactical *tactical)
{
    const Kr *kr = tactical->track->kr;
    g_autoptr(GArray) aims = g_array_new(FALSE, FALSE, sizeof(Aim));
    Subject subject = {.view = view,
                       .tactical = tactical,
                       .kr = kr,
                       .unit = unit_bare(&kr->unit),
                       .line = tactical_line(tactical, view->period->days, aims),
                       .pace = tactical_pace(view->team, tactical, view->today, view->policy).pace};
    ChartPanel *panel = chart_panel(chart);

    add_line(panel, &subject);
    add_bands(panel, &subject);
    add_points(panel, &subject);
    add_texts(panel, &subject);
    tell_panel(alt, panel, &subject);
}

/* The title, and how the alt text begins: while the period lasts they name the day in it. */
static char *say_heading(const View *view, WordId on_a_day, WordId whole)
{
    Window days = view->period->days;
    Elapsed elapsed = elapsed_calendar(days, view->today);
    g_autofree char *team = text_cut(view->team->name, TITLE_NAME_MAX);
    g_autofree char *period = text_cut(view->period->name, TITLE_NAME_MAX);
    g_autofree char *day = day_text_short(view->today);
    g_autofree char *first = day_text_short(days.first);
    g_autofree char *last = day_text_short(days.last);

    if (!is_inside(view, view->today)) {
        return say(whole, S("team", team), S("period", period), S("first", first), S("last", last));
    }
    return say(on_a_day, S("team", team), S("period", period), S("day", day),
               N("of", elapsed.passed + 1), N("total", elapsed.total));
}

static void add_axis(Chart *chart, const View *view)
{
    Window days = view->period->days;
    int32_t total = elapsed_calendar(days, view->today).total;

    chart->span = (int64_t)total * CHART_DAY;
    chart->tick = (int64_t)WEEK * CHART_DAY * (total > WEEKS_TICKED * WEEK ? 4 : 1);
    chart->today = is_inside(view, view->today) ? position_of(view, view->today) : CHART_NO_TODAY;
    chart->first_text = day_text_short(days.first);
    chart->last_text = day_text_short(days.last);
    chart->today_text = say(W_CHART_TODAY);
}

/* The KRs that the picture has no room for. */
static void tell_rest(GString *alt, const GPtrArray *krs)
{
    if (krs->len > CHART_TACTICALS_MAX) {
        g_string_append_c(alt, ' ');
        say_to(alt, W_CHART_ALT_REST, (const Arg[]){N("n", krs->len - CHART_TACTICALS_MAX), {0}});
    }
}

/* Each once. */
static GPtrArray *sprints_of(const Team *team, const GPtrArray *others)
{
    GPtrArray *sprints = g_ptr_array_new();

    g_ptr_array_extend(sprints, team->sprints, NULL, NULL);
    for (guint i = 0; others != NULL && i < others->len; i++) {
        Sprint *sprint = g_ptr_array_index(others, i);

        if (!g_ptr_array_find(team->sprints, sprint, NULL)) {
            g_ptr_array_add(sprints, sprint);
        }
    }
    return sprints;
}

static Chart *draw(const View *view, const GPtrArray *krs)
{
    Chart *chart = chart_new();
    g_autofree char *lead = say_heading(view, W_CHART_PERIOD_ALT, W_CHART_PERIOD_ALT_WHOLE);
    g_autoptr(GString) alt = g_string_new(lead);

    chart->title = say_heading(view, W_CHART_PERIOD_TITLE, W_CHART_PERIOD_TITLE_WHOLE);
    chart->tall = krs->len <= TALL_MAX;
    add_axis(chart, view);
    for (guint i = 0; i < MIN(krs->len, CHART_TACTICALS_MAX); i++) {
        add_panel(chart, alt, view, g_ptr_array_index(krs, i));
    }
    tell_rest(alt, krs);
    chart->alt = text_cut(alt->str, CHART_ALT_MAX);
    return chart;
}

Chart *chart_of_tacticals(const Team *team, const Period *period, const GPtrArray *krs,
                          const GPtrArray *sprints, Day today, const Policy *policy)
{
    g_autoptr(GPtrArray) all = krs == NULL ? team_tacticals_in(team, period) : NULL;
    g_autoptr(GPtrArray) served = sprints_of(team, sprints);
    const View view = {.team = team,
                       .period = period,
                       .sprints = served,
                       .today = today,
                       .over = day_cmp(today, period->days.last) > 0,
                       .policy = policy};
    const GPtrArray *shown = krs != NULL ? krs : all;

    return shown->len > 0 ? draw(&view, shown) : NULL;
}

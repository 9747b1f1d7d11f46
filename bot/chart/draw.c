#include "bot/chart/draw.h"

#include <math.h>

#include <cairo.h>

#include "bot/chart/lane.h"
#include "bot/chart/mark.h"
#include "bot/chart/plot.h"
#include "core/words.h"

#define LEFT       ((double)SHEET_MARGIN)
#define RIGHT      ((double)(SHEET_WIDTH - SHEET_MARGIN))
#define GAP        18.0
#define EDGE       3.0
#define NOW_ROOM   400.0
#define PACE_ROOM  460.0
#define SAMPLE     54.0
#define SAMPLE_GAP 14.0
#define LEGEND_GAP 40.0
#define POINTER    12.0

static bool has_text(const char *text)
{
    return text != NULL && *text != '\0';
}

static void draw_paper(cairo_t *cr, const Sheet *sheet)
{
    COLOUR_SET(cr, COLOUR_EDGE);
    cairo_paint(cr);
    cairo_rectangle(cr, EDGE, EDGE, SHEET_WIDTH - 2 * EDGE, sheet->height - 2 * EDGE);
    COLOUR_SET(cr, COLOUR_PAPER);
    cairo_fill(cr);
}

static void draw_title(const Type *type, const Sheet *sheet)
{
    g_autoptr(TypeLine) title = type_line_fit(type, TYPE_TITLE, sheet->chart->title, RIGHT - LEFT);

    COLOUR_SET(type->cr, COLOUR_INK);
    type_draw(type, title, LEFT, sheet_title());
}

/* --- a panel's head --- */

/* On the right, beside a dot like those of the readings; where it begins. */
static double draw_now(const Type *type, const ChartPanel *panel, double baseline)
{
    bool known = has_text(panel->now);
    TypeFace face = known ? TYPE_NOW : TYPE_SMALL;
    g_autoptr(TypeLine) now =
        type_line_fit(type, face, known ? panel->now : words_template(W_KR_NO_READING), NOW_ROOM);
    double left = RIGHT - type_width(now);

    COLOUR_SET(type->cr, known ? COLOUR_INK : COLOUR_MUTED);
    type_draw(type, now, left, baseline);
    if (!known) {
        return left;
    }
    left -= GAP + MARK_SIZE / 2;
    plot_dot(type->cr, left, baseline - type_rise(face) / 2);
    return left - MARK_SIZE / 2;
}

static void draw_name(const Type *type, const ChartPanel *panel, double baseline, double right)
{
    double room = right - GAP - LEFT;
    g_autoptr(TypeLine) label = type_line(type, TYPE_LABEL, panel->label, room / 2);
    double metric_x = LEFT + type_width(label) + GAP;
    g_autoptr(TypeLine) metric =
        type_line(type, TYPE_METRIC, panel->metric, fmax(right - GAP - metric_x, 0));

    COLOUR_SET(type->cr, COLOUR_INK);
    type_draw(type, label, LEFT, baseline);
    type_draw(type, metric, metric_x, baseline);
}

/* The status as a shape and in words; where it ends. */
static double draw_status(const Type *type, const ChartPanel *panel, double baseline)
{
    g_autoptr(TypeLine) pace = type_line(type, TYPE_STATUS, panel->pace, PACE_ROOM);
    double x = LEFT;

    if (panel->status != PACE_NONE) {
        mark_draw(type->cr, panel->status, x + MARK_SIZE / 2,
                  baseline - type_rise(TYPE_STATUS) / 2);
        x += MARK_SIZE + SAMPLE_GAP;
    }
    COLOUR_SET(type->cr, mark_colour(panel->status));
    type_draw(type, pace, x, baseline);
    return x + type_width(pace);
}

static void draw_heading(const Type *type, const ChartPanel *panel, double baseline, double left)
{
    g_autoptr(TypeLine) heading =
        type_line_fit(type, TYPE_SMALL, panel->heading, RIGHT - left - 2 * GAP);

    COLOUR_SET(type->cr, COLOUR_MUTED);
    type_draw(type, heading, RIGHT - type_width(heading), baseline);
}

static void draw_expected(const Type *type, const ChartPanel *panel, double baseline)
{
    g_autoptr(TypeLine) expected = type_line_fit(type, TYPE_SMALL, panel->expected, RIGHT - LEFT);

    if (has_text(panel->expected)) {
        COLOUR_SET(type->cr, COLOUR_MUTED);
        type_draw(type, expected, LEFT, baseline);
    }
}

static void draw_panel(const Type *type, const Sheet *sheet, guint i)
{
    const ChartPanel *panel = sheet_panel(sheet, i);

    draw_name(type, panel, sheet_head(sheet, i), draw_now(type, panel, sheet_head(sheet, i)));
    draw_heading(type, panel, sheet_note(sheet, i), draw_status(type, panel, sheet_note(sheet, i)));
    draw_expected(type, panel, sheet_expected(sheet, i));
    plot_draw(type, sheet, i);
}

/* --- below the panels --- */

/* A pointer under the last plot, exactly where today is; its word as near as the two days let it.
 */
static void draw_today(const Type *type, const Sheet *sheet, double after, double before)
{
    double x = sheet_x(sheet, sheet->chart->today);
    double top = sheet_plot(sheet, sheet->panels - 1).bottom + 2;
    g_autoptr(TypeLine) line =
        type_line(type, TYPE_VALUE, sheet->chart->today_text, before - after);
    double left = fmin(fmax(x - type_width(line) / 2, after), before - type_width(line));

    COLOUR_SET(type->cr, COLOUR_INK);
    cairo_move_to(type->cr, x, top);
    cairo_line_to(type->cr, x - POINTER, top + POINTER * 1.3);
    cairo_line_to(type->cr, x + POINTER, top + POINTER * 1.3);
    cairo_close_path(type->cr);
    cairo_fill(type->cr);
    type_draw(type, line, left, sheet_axis(sheet));
}

static void draw_axis(const Type *type, const Sheet *sheet)
{
    double room = (sheet->right - sheet->left) / 2 - GAP;
    g_autoptr(TypeLine) first = type_line(type, TYPE_SMALL, sheet->chart->first_text, room);
    g_autoptr(TypeLine) last = type_line(type, TYPE_SMALL, sheet->chart->last_text, room);
    double last_x = sheet->right - type_width(last);

    COLOUR_SET(type->cr, COLOUR_MUTED);
    type_draw(type, first, sheet->left, sheet_axis(sheet));
    type_draw(type, last, last_x, sheet_axis(sheet));
    if (sheet->chart->today >= 0) {
        draw_today(type, sheet, sheet->left + type_width(first) + GAP, last_x - GAP);
    }
}

static bool always(const Sheet *sheet)
{
    (void)sheet;
    return true;
}

static bool any_forecast(const Sheet *sheet)
{
    for (guint i = 0; i < sheet->panels; i++) {
        if (sheet_panel(sheet, i)->forecast) {
            return true;
        }
    }
    return false;
}

static bool any_change(const Sheet *sheet)
{
    return sheet->changes;
}

typedef struct LegendEntry {
    int row;
    WordId word;
    void (*sample)(cairo_t *cr, double x, double y, double width);
    bool (*shown)(const Sheet *sheet);
} LegendEntry;

/* Where the next entry begins. */
static double draw_entry(const Type *type, const LegendEntry *entry, double x, double baseline)
{
    double text = x + SAMPLE + SAMPLE_GAP;
    g_autoptr(TypeLine) line = type_line(type, TYPE_SMALL, words_template(entry->word), RIGHT - x);

    entry->sample(type->cr, x, baseline - type_rise(TYPE_SMALL) / 2, SAMPLE);
    COLOUR_SET(type->cr, COLOUR_MUTED);
    type_draw(type, line, text, baseline);
    return text + type_width(line) + LEGEND_GAP;
}

static void draw_legend(const Type *type, const Sheet *sheet)
{
    enum { ROWS = 2 };
    static const LegendEntry entries[] = {
        {0, W_CHART_LEGEND_READING, plot_sample_reading, always},
        {0, W_CHART_LEGEND_LINE, plot_sample_line, always},
        {0, W_CHART_LEGEND_FORECAST, plot_sample_forecast, any_forecast},
        {1, W_CHART_LEGEND_CHANGED, lane_sample_change, any_change},
        {1, W_CHART_LEGEND_OLD_LINE, plot_sample_old_line, any_change},
    };
    double x[ROWS] = {LEFT, LEFT};

    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        const LegendEntry *entry = &entries[i];

        if (entry->shown(sheet)) {
            x[entry->row] = draw_entry(type, entry, x[entry->row], sheet_legend(sheet, entry->row));
        }
    }
}

void draw_sheet(const Type *type, const Sheet *sheet)
{
    draw_paper(type->cr, sheet);
    draw_title(type, sheet);
    for (guint i = 0; i < sheet->panels; i++) {
        draw_panel(type, sheet, i);
    }
    draw_axis(type, sheet);
    draw_legend(type, sheet);
}

#include "bot/chart/plot.h"

#include <math.h>

#include <cairo.h>

#include "bot/chart/lane.h"
#include "bot/chart/pen.h"
#include "bot/chart/scale.h"
#include "core/words.h"

#define DOT          9.0 /* radius */
#define ARROW        13.0
#define DASH         16.0
#define OLD_DASH     8.0
#define OLD_WIDTH    3.0
#define BRACKET      12.0
#define TICK         10.0
#define TICKS_MAX    31
#define LABEL_GAP    10.0
#define LABEL_HEIGHT 40.0
#define TARGET_ROOM  420.0
#define CROWD_STEPS  24
#define CROWD_OUT    1000 /* worse than anything inside */

/* A panel on its way onto paper. */
typedef struct Plot {
    cairo_t *cr;
    const Type *type;
    const Sheet *sheet;
    const ChartPanel *panel;
    Frame frame;
    Scale scale;
} Plot;

static const ChartPoint *point_at(const Plot *plot, guint i)
{
    return &g_array_index(plot->panel->readings, ChartPoint, i);
}

static double y_of(const Plot *plot, Decimal value)
{
    return scale_y(&plot->scale, value, NULL);
}

static Spot spot_of(const Plot *plot, guint i)
{
    const ChartPoint *point = point_at(plot, i);

    return (Spot){sheet_x(plot->sheet, point->at), y_of(plot, point->value)};
}

/* Level and upright lines are of an even width and stand on whole pixels, so that they are crisp.
 */
static void level(const Plot *plot, double from, double to, double y, Colour colour, double width)
{
    pen_line(plot->cr, (Spot){from, round(y)}, (Spot){to, round(y)}, colour, width);
}

static void across(const Plot *plot, double y, Colour colour, double width)
{
    level(plot, plot->frame.left, plot->frame.right, y, colour, width);
}

static void upright(const Plot *plot, double x, double top, Colour colour)
{
    pen_line(plot->cr, (Spot){round(x), top}, (Spot){round(x), plot->frame.bottom}, colour,
             PEN_THIN);
}

/* --- the ground --- */

static void draw_ticks(const Plot *plot)
{
    int64_t span = plot->sheet->chart->span, tick = MAX(plot->sheet->chart->tick, 1);

    for (int64_t i = 0; i <= span / tick && span / tick <= TICKS_MAX; i++) {
        upright(plot, sheet_x(plot->sheet, i * tick), plot->frame.bottom - TICK, COLOUR_EDGE);
    }
}

static void draw_ground(const Plot *plot)
{
    const Frame *frame = &plot->frame;

    cairo_rectangle(plot->cr, frame->left, frame->top, frame->right - frame->left,
                    frame->bottom - frame->top);
    COLOUR_SET(plot->cr, COLOUR_GROUND);
    cairo_fill(plot->cr);
    across(plot, y_of(plot, plot->panel->baseline), COLOUR_RULE, PEN_THIN);
    across(plot, frame->bottom, COLOUR_EDGE, PEN_THIN);
    draw_ticks(plot);
}

/* --- the promise --- */

/* Where the ith target that was given up ended, and the next one began. */
static double change_x(const Plot *plot, guint i)
{
    const GArray *line = g_ptr_array_index(plot->panel->old_lines, i);

    return line->len > 0 ? sheet_x(plot->sheet, g_array_index(line, ChartPoint, 0).at)
                         : plot->frame.left;
}

/* From where on the target holds. */
static double target_x(const Plot *plot)
{
    guint changes = plot->panel->old_lines->len;

    return changes > 0 ? change_x(plot, changes - 1) : plot->frame.left;
}

static void draw_target(const Plot *plot)
{
    double low = y_of(plot, plot->panel->target);
    double high = y_of(plot, plot->panel->target_high);
    double left = target_x(plot), right = plot->frame.right;

    if (low != high) {
        cairo_rectangle(plot->cr, left, fmin(low, high), right - left, fabs(low - high));
        COLOUR_SET(plot->cr, COLOUR_BAND);
        cairo_fill(plot->cr);
        level(plot, left, right, high, COLOUR_TARGET, PEN_LINE);
    }
    level(plot, left, right, low, COLOUR_TARGET, PEN_LINE);
}

/* What was to be reached before, as long as it was. */
static void draw_old_targets(const Plot *plot)
{
    double from = plot->frame.left;

    for (guint i = 0; i < plot->panel->old_lines->len; i++) {
        const GArray *line = g_ptr_array_index(plot->panel->old_lines, i);

        if (line->len > 0) {
            Decimal target = g_array_index(line, ChartPoint, line->len - 1).value;

            level(plot, from, change_x(plot, i), y_of(plot, target), COLOUR_TARGET, PEN_THIN);
            from = change_x(plot, i);
        }
    }
}

static Spot spot_at(const Plot *plot, ChartPoint point)
{
    return (Spot){sheet_x(plot->sheet, point.at), y_of(plot, point.value)};
}

/* How many spots the trajectory has: where it does not bend, its two ends. */
static guint line_len(const Plot *plot)
{
    return MAX(plot->panel->line->len, 2);
}

static Spot line_spot(const Plot *plot, guint i)
{
    const ChartPanel *panel = plot->panel;

    if (panel->line->len >= 2) {
        return spot_at(plot, g_array_index(panel->line, ChartPoint, i));
    }
    return i == 0 ? (Spot){plot->frame.left, y_of(plot, panel->line_first)}
                  : (Spot){plot->frame.right, y_of(plot, panel->line_last)};
}

/* One that is level throughout is the target's own line. */
static bool is_level(const ChartPanel *panel)
{
    return panel->line->len < 2 && decimal_cmp(panel->line_first, panel->line_last) == 0;
}

static void draw_trajectory(const Plot *plot)
{
    guint len = line_len(plot);
    g_autofree Spot *spots = g_new(Spot, len);

    for (guint i = 0; i < len; i++) {
        spots[i] = line_spot(plot, i);
    }
    if (!is_level(plot->panel)) {
        pen_dashed(plot->cr, spots, len, DASH, COLOUR_LINE, PEN_LINE);
    }
}

static void draw_old_line(const Plot *plot, const GArray *line)
{
    g_autofree Spot *spots = g_new(Spot, line->len);

    for (guint i = 0; i < line->len; i++) {
        spots[i] = spot_at(plot, g_array_index(line, ChartPoint, i));
    }
    pen_dashed(plot->cr, spots, line->len, OLD_DASH, COLOUR_LINE, OLD_WIDTH);
}

static void draw_old_lines(const Plot *plot)
{
    for (guint i = 0; i < plot->panel->old_lines->len; i++) {
        draw_old_line(plot, g_ptr_array_index(plot->panel->old_lines, i));
    }
}

static void draw_today(const Plot *plot)
{
    int64_t today = plot->sheet->chart->today;

    if (today >= 0) {
        upright(plot, sheet_x(plot->sheet, today), plot->frame.top, COLOUR_EDGE);
    }
}

/* --- the forecast --- */

static bool has_wedge(const Plot *plot)
{
    guint readings = plot->panel->readings->len;

    return plot->panel->forecast && readings > 0 &&
           point_at(plot, readings - 1)->at < plot->sheet->chart->span;
}

static void draw_arrow(cairo_t *cr, Spot at, Beyond beyond)
{
    double base = beyond == BEYOND_TOP ? at.y + ARROW * 1.5 : at.y - ARROW * 1.5;

    cairo_move_to(cr, at.x, at.y);
    cairo_line_to(cr, at.x - ARROW, base);
    cairo_line_to(cr, at.x + ARROW, base);
    cairo_close_path(cr);
    COLOUR_SET(cr, COLOUR_READING);
    cairo_fill(cr);
}

/* One end of the range: a cap, or an arrow where it lies beyond the plot. */
static void draw_end(const Plot *plot, Decimal value)
{
    Beyond beyond = BEYOND_NOT;
    Spot at = {plot->frame.right + BRACKET / 2, scale_y(&plot->scale, value, &beyond)};

    if (beyond != BEYOND_NOT) {
        draw_arrow(plot->cr, at, beyond);
        return;
    }
    pen_line(plot->cr, (Spot){at.x - BRACKET, at.y}, (Spot){at.x + BRACKET, at.y}, COLOUR_READING,
             PEN_BOLD);
}

static void draw_forecast(const Plot *plot)
{
    double low = y_of(plot, plot->panel->low), high = y_of(plot, plot->panel->high);
    double x = plot->frame.right + BRACKET / 2;

    if (!has_wedge(plot)) {
        return;
    }
    Spot from = spot_of(plot, plot->panel->readings->len - 1);
    cairo_move_to(plot->cr, from.x, from.y);
    cairo_line_to(plot->cr, plot->frame.right, low);
    cairo_line_to(plot->cr, plot->frame.right, high);
    cairo_close_path(plot->cr);
    pen_hatch(plot->cr, PEN_RISING);
    pen_line(plot->cr, from, (Spot){plot->frame.right, low}, COLOUR_HATCH, PEN_LINE);
    pen_line(plot->cr, from, (Spot){plot->frame.right, high}, COLOUR_HATCH, PEN_LINE);
    pen_line(plot->cr, (Spot){x, low}, (Spot){x, high}, COLOUR_READING, PEN_BOLD);
    draw_end(plot, plot->panel->low);
    draw_end(plot, plot->panel->high);
}

/* --- the readings --- */

void plot_dot(cairo_t *cr, double x, double y)
{
    cairo_new_path(cr);
    cairo_arc(cr, x, y, DOT, 0, 2 * G_PI);
    COLOUR_SET(cr, COLOUR_READING);
    cairo_fill(cr);
}

static void draw_reading(const Plot *plot, guint i)
{
    Spot at = spot_of(plot, i);
    Beyond beyond = BEYOND_NOT;

    scale_y(&plot->scale, point_at(plot, i)->value, &beyond);
    if (beyond != BEYOND_NOT) {
        draw_arrow(plot->cr, at, beyond);
    } else {
        plot_dot(plot->cr, at.x, at.y);
    }
}

static void draw_readings(const Plot *plot)
{
    guint readings = plot->panel->readings->len;

    cairo_new_path(plot->cr);
    for (guint i = 0; i < readings; i++) {
        Spot at = spot_of(plot, i);

        cairo_line_to(plot->cr, at.x, at.y);
    }
    pen_stroke(plot->cr, COLOUR_READING, PEN_BOLD);
    for (guint i = 0; i < readings; i++) {
        draw_reading(plot, i);
    }
}

/* --- the words --- */

/* Does the line between two spots pass through the box at `x`? */
static bool passes(Spot from, Spot to, double x, double top, double bottom)
{
    if (x < from.x || x > to.x || from.x >= to.x) {
        return false;
    }
    double y = from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x);
    return y >= top && y <= bottom;
}

static int crowd_at(const Plot *plot, double x, double top, double bottom)
{
    guint readings = plot->panel->readings->len;
    int crowd = 0;

    for (guint i = 0; i + 1 < line_len(plot); i++) {
        crowd += passes(line_spot(plot, i), line_spot(plot, i + 1), x, top, bottom);
    }
    for (guint i = 0; i + 1 < readings; i++) {
        crowd += 3 * passes(spot_of(plot, i), spot_of(plot, i + 1), x, top, bottom);
    }
    if (has_wedge(plot)) {
        Spot from = spot_of(plot, readings - 1);

        crowd +=
            passes(from, (Spot){plot->frame.right, y_of(plot, plot->panel->low)}, x, top, bottom);
        crowd +=
            passes(from, (Spot){plot->frame.right, y_of(plot, plot->panel->high)}, x, top, bottom);
    }
    return crowd;
}

static bool covers(Frame box, double y)
{
    return y > box.top && y < box.bottom;
}

/* How much would lie under a label there. */
static int crowd_in(const Plot *plot, Frame box)
{
    int crowd = 0;

    for (int i = 0; i <= CROWD_STEPS; i++) {
        double x = box.left + (box.right - box.left) * i / CROWD_STEPS;

        crowd += crowd_at(plot, x, box.top, box.bottom);
    }
    for (guint i = 0; i < plot->panel->readings->len; i++) {
        Spot at = spot_of(plot, i);

        crowd += 3 * (at.x >= box.left - DOT && at.x <= box.right + DOT && at.y >= box.top - DOT &&
                      at.y <= box.bottom + DOT);
    }
    double today = sheet_x(plot->sheet, plot->sheet->chart->today);

    crowd += plot->sheet->chart->today >= 0 && today > box.left && today < box.right;
    crowd += CROWD_STEPS * covers(box, y_of(plot, plot->panel->target));
    crowd += CROWD_STEPS * covers(box, y_of(plot, plot->panel->target_high));
    return crowd + (box.top < plot->frame.top || box.bottom > plot->frame.bottom ? CROWD_OUT : 0);
}

/* A label of that width beside the target's line: on the left, on the right or in the middle, below
 * or above (within the band, where there is one), wherever the plot is emptiest. */
static Frame label_place(const Plot *plot, double width)
{
    static const double along[] = {0, 1, 0.5};
    double first = target_x(plot) + LABEL_GAP, last = plot->frame.right - LABEL_GAP - width;
    double room = last - fmin(first, last);
    double one = y_of(plot, plot->panel->target), other = y_of(plot, plot->panel->target_high);
    double upper = fmin(one, other), lower = fmax(one, other);
    const double tops[] = {upper + LABEL_GAP / 2, lower - LABEL_GAP / 2 - LABEL_HEIGHT,
                           lower + LABEL_GAP / 2, upper - LABEL_GAP / 2 - LABEL_HEIGHT};
    Frame best = {0};
    int least = G_MAXINT;

    for (size_t i = 0; i < G_N_ELEMENTS(along) * G_N_ELEMENTS(tops); i++) {
        double left = last - room * (1 - along[i / G_N_ELEMENTS(tops)]);
        double top = tops[i % G_N_ELEMENTS(tops)];
        Frame box = {left, left + width, top, top + LABEL_HEIGHT};
        int crowd = crowd_in(plot, box);

        if (crowd < least) {
            least = crowd;
            best = box;
        }
    }
    return best;
}

static void write_target(const Plot *plot)
{
    const char *text = plot->panel->target_text;

    if (text == NULL || *text == '\0') {
        return;
    }
    g_autofree char *target = say(W_CHART_TARGET, S("target", text));
    g_autoptr(TypeLine) line = type_line_fit(plot->type, TYPE_VALUE, target, TARGET_ROOM);
    Frame box = label_place(plot, type_width(line));
    double middle = (box.top + box.bottom) / 2;
    double one = y_of(plot, plot->panel->target), other = y_of(plot, plot->panel->target_high);
    bool in_band = middle > fmin(one, other) && middle < fmax(one, other);

    COLOUR_SET(plot->cr, COLOUR_TARGET);
    type_draw_over(plot->type, line, box.left, middle + type_rise(TYPE_VALUE) / 2,
                   in_band ? COLOUR_BAND : COLOUR_GROUND);
}

/* Left of the plot, where the trajectory begins. */
static void write_baseline(const Plot *plot)
{
    double right = plot->frame.left - 2 * LABEL_GAP;
    g_autoptr(TypeLine) line =
        type_line_fit(plot->type, TYPE_VALUE, plot->panel->base_text, right - SHEET_MARGIN);
    double y = y_of(plot, plot->panel->baseline) + type_rise(TYPE_VALUE) / 2;

    COLOUR_SET(plot->cr, COLOUR_MUTED);
    type_draw(plot->type, line, right - type_width(line), y);
}

void plot_draw(const Type *type, const Sheet *sheet, guint panel)
{
    Plot plot = {.cr = type->cr,
                 .type = type,
                 .sheet = sheet,
                 .panel = sheet_panel(sheet, panel),
                 .frame = sheet_plot(sheet, panel)};
    Lanes lanes;

    plot.scale = scale_of(plot.panel, plot.frame.top, plot.frame.bottom);
    lanes_place(&lanes, type, sheet, plot.panel);
    draw_ground(&plot);
    lanes_draw_behind(type, sheet, panel, &lanes);
    draw_forecast(&plot);
    draw_today(&plot);
    draw_old_targets(&plot);
    draw_target(&plot);
    draw_old_lines(&plot);
    draw_trajectory(&plot);
    draw_readings(&plot);
    lanes_draw(type, sheet, panel, &lanes);
    write_target(&plot);
    write_baseline(&plot);
}

/* --- the legend's samples --- */

void plot_sample_reading(cairo_t *cr, double x, double y, double width)
{
    pen_line(cr, (Spot){x, y}, (Spot){x + width, y}, COLOUR_READING, PEN_BOLD);
    plot_dot(cr, x + width / 2, y);
}

void plot_sample_line(cairo_t *cr, double x, double y, double width)
{
    const Spot spots[] = {{x, y}, {x + width, y}};

    pen_dashed(cr, spots, G_N_ELEMENTS(spots), DASH, COLOUR_LINE, PEN_LINE);
}

void plot_sample_old_line(cairo_t *cr, double x, double y, double width)
{
    const Spot spots[] = {{x, y}, {x + width, y}};

    pen_dashed(cr, spots, G_N_ELEMENTS(spots), OLD_DASH, COLOUR_LINE, OLD_WIDTH);
}

void plot_sample_forecast(cairo_t *cr, double x, double y, double width)
{
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + width, y - 14);
    cairo_line_to(cr, x + width, y + 14);
    cairo_close_path(cr);
    pen_hatch(cr, PEN_RISING);
    pen_line(cr, (Spot){x, y}, (Spot){x + width, y - 14}, COLOUR_HATCH, PEN_THIN);
    pen_line(cr, (Spot){x, y}, (Spot){x + width, y + 14}, COLOUR_HATCH, PEN_THIN);
    pen_line(cr, (Spot){x + width, y - 14}, (Spot){x + width, y + 14}, COLOUR_READING, PEN_BOLD);
}

#include "bot/chart/plot.h"

#include <math.h>

#include <cairo.h>

#include "bot/chart/scale.h"
#include "core/words.h"

#define THIN         2.0
#define LINE         4.0
#define BOLD_LINE    6.0
#define DOT          9.0 /* radius */
#define ARROW        13.0
#define DASH         16.0
#define DASH_GAP     11.0
#define HATCH        16.0
#define BRACKET      12.0
#define TICK         10.0
#define TICK_DAY     1000 /* a working day on the time axis */
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

typedef struct Spot {
    double x, y;
} Spot;

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

static void stroke(cairo_t *cr, Colour colour, double width)
{
    COLOUR_SET(cr, colour);
    cairo_set_line_width(cr, width);
    cairo_stroke(cr);
}

static void line_to(cairo_t *cr, Spot from, Spot to, Colour colour, double width)
{
    cairo_move_to(cr, from.x, from.y);
    cairo_line_to(cr, to.x, to.y);
    stroke(cr, colour, width);
}

/* Level and upright lines are of an even width and stand on whole pixels, so that they are crisp.
 */
static void across(const Plot *plot, double y, Colour colour, double width)
{
    line_to(plot->cr, (Spot){plot->frame.left, round(y)}, (Spot){plot->frame.right, round(y)},
            colour, width);
}

static void upright(const Plot *plot, double x, double top, Colour colour)
{
    line_to(plot->cr, (Spot){round(x), top}, (Spot){round(x), plot->frame.bottom}, colour, THIN);
}

/* --- the ground --- */

static void draw_ticks(const Plot *plot)
{
    int64_t span = plot->sheet->chart->span;

    for (int64_t at = 0; at <= span && span / TICK_DAY <= TICKS_MAX; at += TICK_DAY) {
        upright(plot, sheet_x(plot->sheet, at), plot->frame.bottom - TICK, COLOUR_EDGE);
    }
}

static void draw_ground(const Plot *plot)
{
    const Frame *frame = &plot->frame;

    cairo_rectangle(plot->cr, frame->left, frame->top, frame->right - frame->left,
                    frame->bottom - frame->top);
    COLOUR_SET(plot->cr, COLOUR_GROUND);
    cairo_fill(plot->cr);
    across(plot, y_of(plot, plot->panel->baseline), COLOUR_RULE, THIN);
    across(plot, frame->bottom, COLOUR_EDGE, THIN);
    draw_ticks(plot);
}

/* --- the promise --- */

static void draw_target(const Plot *plot)
{
    double low = y_of(plot, plot->panel->target);
    double high = y_of(plot, plot->panel->target_high);

    if (low != high) {
        cairo_rectangle(plot->cr, plot->frame.left, fmin(low, high),
                        plot->frame.right - plot->frame.left, fabs(low - high));
        COLOUR_SET(plot->cr, COLOUR_BAND);
        cairo_fill(plot->cr);
        across(plot, high, COLOUR_TARGET, LINE);
    }
    across(plot, low, COLOUR_TARGET, LINE);
}

static void dashed(cairo_t *cr, Spot from, Spot to)
{
    static const double dashes[] = {DASH, DASH_GAP};

    cairo_save(cr);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
    cairo_set_dash(cr, dashes, G_N_ELEMENTS(dashes), 0);
    line_to(cr, from, to, COLOUR_LINE, LINE);
    cairo_restore(cr);
}

static Spot trajectory_first(const Plot *plot)
{
    return (Spot){plot->frame.left, y_of(plot, plot->panel->line_first)};
}

static Spot trajectory_last(const Plot *plot)
{
    return (Spot){plot->frame.right, y_of(plot, plot->panel->line_last)};
}

/* A level trajectory is the target's own line. */
static void draw_trajectory(const Plot *plot)
{
    if (decimal_cmp(plot->panel->line_first, plot->panel->line_last) != 0) {
        dashed(plot->cr, trajectory_first(plot), trajectory_last(plot));
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

/* Fills the current path with hatching on its own ground. */
static void hatch(cairo_t *cr)
{
    double left = 0, top = 0, right = 0, bottom = 0;

    cairo_save(cr);
    cairo_clip_preserve(cr);
    cairo_path_extents(cr, &left, &top, &right, &bottom);
    COLOUR_SET(cr, COLOUR_WEDGE);
    cairo_fill(cr);
    double tall = bottom - top;
    /* From a multiple of the distance, so that the hatching of two wedges is one. */
    double first = floor((left - tall) / HATCH) * HATCH;
    for (int i = 0; first + i * HATCH < right; i++) {
        cairo_move_to(cr, first + i * HATCH, bottom);
        cairo_line_to(cr, first + i * HATCH + tall, top);
    }
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE); /* as crisp at 45 degrees, in fewer colours */
    stroke(cr, COLOUR_HATCH, THIN);
    cairo_restore(cr);
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
    line_to(plot->cr, (Spot){at.x - BRACKET, at.y}, (Spot){at.x + BRACKET, at.y}, COLOUR_READING,
            BOLD_LINE);
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
    hatch(plot->cr);
    line_to(plot->cr, from, (Spot){plot->frame.right, low}, COLOUR_HATCH, LINE);
    line_to(plot->cr, from, (Spot){plot->frame.right, high}, COLOUR_HATCH, LINE);
    line_to(plot->cr, (Spot){x, low}, (Spot){x, high}, COLOUR_READING, BOLD_LINE);
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
    stroke(plot->cr, COLOUR_READING, BOLD_LINE);
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
    int crowd = passes(trajectory_first(plot), trajectory_last(plot), x, top, bottom);

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
    double room = plot->frame.right - plot->frame.left - 2 * LABEL_GAP - width;
    double one = y_of(plot, plot->panel->target), other = y_of(plot, plot->panel->target_high);
    double upper = fmin(one, other), lower = fmax(one, other);
    const double tops[] = {upper + LABEL_GAP / 2, lower - LABEL_GAP / 2 - LABEL_HEIGHT,
                           lower + LABEL_GAP / 2, upper - LABEL_GAP / 2 - LABEL_HEIGHT};
    Frame best = {0};
    int least = G_MAXINT;

    for (size_t i = 0; i < G_N_ELEMENTS(along) * G_N_ELEMENTS(tops); i++) {
        double left = plot->frame.left + LABEL_GAP + room * along[i / G_N_ELEMENTS(tops)];
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

    plot.scale = scale_of(plot.panel, plot.frame.top, plot.frame.bottom);
    draw_ground(&plot);
    draw_forecast(&plot);
    draw_today(&plot);
    draw_target(&plot);
    draw_trajectory(&plot);
    draw_readings(&plot);
    write_target(&plot);
    write_baseline(&plot);
}

/* --- the legend's samples --- */

void plot_sample_reading(cairo_t *cr, double x, double y, double width)
{
    line_to(cr, (Spot){x, y}, (Spot){x + width, y}, COLOUR_READING, BOLD_LINE);
    plot_dot(cr, x + width / 2, y);
}

void plot_sample_line(cairo_t *cr, double x, double y, double width)
{
    dashed(cr, (Spot){x, y}, (Spot){x + width, y});
}

void plot_sample_forecast(cairo_t *cr, double x, double y, double width)
{
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + width, y - 14);
    cairo_line_to(cr, x + width, y + 14);
    cairo_close_path(cr);
    hatch(cr);
    line_to(cr, (Spot){x, y}, (Spot){x + width, y - 14}, COLOUR_HATCH, THIN);
    line_to(cr, (Spot){x, y}, (Spot){x + width, y + 14}, COLOUR_HATCH, THIN);
    line_to(cr, (Spot){x + width, y - 14}, (Spot){x + width, y + 14}, COLOUR_READING, BOLD_LINE);
}

#include "bot/chart/lane.h"

#include <math.h>

#include <cairo.h>

#include "bot/chart/pen.h"

#define GAP        12.0 /* beside a label, and between two items */
#define LABEL_ROOM 560.0
#define BAR        26.0 /* its height */
#define BAR_MIN    6.0  /* its width */
#define FLAG       13.0
#define DOTS       5.0

/* --- where they stand --- */

static double item_left(const LaneItem *item)
{
    return fmin(item->from - FLAG, item->text);
}

static double item_right(const LaneItem *item)
{
    return fmax(item->to + FLAG, item->text + item->width);
}

/* Right of the bar or flag; left of it where that is off the plot; else wherever it fits. */
static double text_place(const LaneItem *item, const Sheet *sheet)
{
    double beside = GAP + (item->sprint ? 0 : FLAG);
    double right = item->to + beside, left = item->from - beside - item->width;

    if (right + item->width <= sheet->right) {
        return right;
    }
    return fmax(left, sheet->left);
}

static bool has_room(const Lanes *lanes, const LaneItem *item, int lane)
{
    for (guint i = 0; i < lanes->count; i++) {
        const LaneItem *other = &lanes->items[i];

        if (other->lane == lane && item_left(item) < item_right(other) + GAP &&
            item_left(other) < item_right(item) + GAP) {
            return false;
        }
    }
    return true;
}

static void place(Lanes *lanes, const Type *type, const Sheet *sheet, LaneItem item)
{
    g_autoptr(TypeLine) line = type_line_fit(type, TYPE_SMALL, item.label, LABEL_ROOM);

    if (lanes->count == LANE_ITEMS_MAX) {
        return;
    }
    item.width = type_width(line);
    item.text = text_place(&item, sheet);
    while (item.lane < LANES_MAX && !has_room(lanes, &item, item.lane)) {
        item.lane++;
    }
    lanes->used = MAX(lanes->used, MIN(item.lane + 1, LANES_MAX));
    item.lane = item.lane < LANES_MAX ? item.lane : -1;
    lanes->items[lanes->count++] = item;
}

void lanes_place(Lanes *lanes, const Type *type, const Sheet *sheet, const ChartPanel *panel)
{
    lanes->count = 0;
    lanes->used = 0;
    for (guint i = 0; i < panel->bands->len; i++) {
        const ChartBand *band = g_ptr_array_index(panel->bands, i);
        double from = sheet_x(sheet, band->from), to = sheet_x(sheet, band->to);

        place(lanes, type, sheet,
              (LaneItem){.label = band->label,
                         .from = from,
                         .to = fmax(to, from + BAR_MIN),
                         .sprint = true});
    }
    for (guint i = 0; i < panel->marks->len; i++) {
        const ChartMark *mark = g_ptr_array_index(panel->marks, i);
        double x = sheet_x(sheet, mark->at);

        place(lanes, type, sheet, (LaneItem){.label = mark->label, .from = x, .to = x});
    }
}

/* --- behind --- */

static double item_y(const Sheet *sheet, guint panel, const LaneItem *item)
{
    return item->lane < 0 ? sheet_plot(sheet, panel).top : sheet_lane(sheet, panel, item->lane);
}

static void hatch_sprint(cairo_t *cr, const LaneItem *item, Frame plot)
{
    cairo_rectangle(cr, item->from, plot.top, item->to - item->from, plot.bottom - plot.top);
    pen_hatch(cr, PEN_FALLING);
}

/* From the item down to the plot's end: a sprint's edges, and the day of a change. */
static void drop_lines(cairo_t *cr, const LaneItem *item, double top, double bottom)
{
    const Spot left[] = {{round(item->from), top}, {round(item->from), bottom}};
    const Spot right[] = {{round(item->to), top}, {round(item->to), bottom}};

    if (item->sprint) {
        pen_line(cr, left[0], left[1], COLOUR_SPRINT_HATCH, PEN_THIN);
        pen_line(cr, right[0], right[1], COLOUR_SPRINT_HATCH, PEN_THIN);
    } else {
        pen_dashed(cr, left, G_N_ELEMENTS(left), DOTS, COLOUR_TARGET, PEN_THIN);
    }
}

void lanes_draw_behind(const Type *type, const Sheet *sheet, guint panel, const Lanes *lanes)
{
    Frame plot = sheet_plot(sheet, panel);

    for (guint i = 0; i < lanes->count; i++) {
        if (lanes->items[i].sprint) {
            hatch_sprint(type->cr, &lanes->items[i], plot);
        }
    }
    for (guint i = 0; i < lanes->count; i++) {
        const LaneItem *item = &lanes->items[i];

        drop_lines(type->cr, item, item_y(sheet, panel, item), plot.bottom);
    }
}

/* --- above --- */

static void draw_bar(cairo_t *cr, const LaneItem *item, double y)
{
    cairo_rectangle(cr, item->from, y - BAR / 2, item->to - item->from, BAR);
    pen_hatch(cr, PEN_FALLING);
    cairo_rectangle(cr, item->from, y - BAR / 2, item->to - item->from, BAR);
    pen_stroke(cr, COLOUR_MUTED, PEN_THIN);
}

static void draw_flag(cairo_t *cr, double x, double y)
{
    cairo_move_to(cr, x, y - FLAG);
    cairo_line_to(cr, x + FLAG, y);
    cairo_line_to(cr, x, y + FLAG);
    cairo_line_to(cr, x - FLAG, y);
    cairo_close_path(cr);
    COLOUR_SET(cr, COLOUR_TARGET);
    cairo_fill(cr);
}

static void draw_item(const Type *type, const LaneItem *item, double y)
{
    g_autoptr(TypeLine) line = type_line_fit(type, TYPE_SMALL, item->label, LABEL_ROOM);

    if (item->sprint) {
        draw_bar(type->cr, item, y);
    } else {
        draw_flag(type->cr, item->from, y);
    }
    COLOUR_SET(type->cr, item->sprint ? COLOUR_INK : COLOUR_TARGET);
    type_draw_over(type, line, item->text, y + type_rise(TYPE_SMALL) / 2, COLOUR_PAPER);
}

void lanes_draw(const Type *type, const Sheet *sheet, guint panel, const Lanes *lanes)
{
    for (guint i = 0; i < lanes->count; i++) {
        if (lanes->items[i].lane >= 0) {
            draw_item(type, &lanes->items[i], item_y(sheet, panel, &lanes->items[i]));
        }
    }
}

void lane_sample_change(cairo_t *cr, double x, double y, double width)
{
    draw_flag(cr, x + width / 2, y);
}

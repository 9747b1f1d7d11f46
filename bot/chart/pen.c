#include "bot/chart/pen.h"

#include <math.h>

#include <cairo.h>

#define DASH_GAP 0.7 /* of a dash */

void pen_stroke(cairo_t *cr, Colour colour, double width)
{
    COLOUR_SET(cr, colour);
    cairo_set_line_width(cr, width);
    cairo_stroke(cr);
}

void pen_line(cairo_t *cr, Spot from, Spot to, Colour colour, double width)
{
    cairo_move_to(cr, from.x, from.y);
    cairo_line_to(cr, to.x, to.y);
    pen_stroke(cr, colour, width);
}

void pen_dashed(cairo_t *cr, const Spot *spots, size_t count, double dash, Colour colour,
                double width)
{
    const double dashes[] = {dash, round(dash * DASH_GAP)};

    cairo_save(cr);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
    cairo_set_dash(cr, dashes, G_N_ELEMENTS(dashes), 0);
    cairo_new_path(cr);
    for (size_t i = 0; i < count; i++) {
        cairo_line_to(cr, spots[i].x, spots[i].y);
    }
    pen_stroke(cr, colour, width);
    cairo_restore(cr);
}

static const struct {
    Colour ground, line;
    double distance;
} hatches[] = {
    [PEN_RISING] = {COLOUR_WEDGE, COLOUR_HATCH, 16},
    [PEN_FALLING] = {COLOUR_SPRINT, COLOUR_SPRINT_HATCH, 22},
};

void pen_hatch(cairo_t *cr, PenHatch hatch)
{
    double left = 0, top = 0, right = 0, bottom = 0;
    double distance = hatches[hatch].distance;

    cairo_save(cr);
    cairo_clip_preserve(cr);
    cairo_path_extents(cr, &left, &top, &right, &bottom);
    COLOUR_SET(cr, hatches[hatch].ground);
    cairo_fill(cr);
    double tall = bottom - top;
    /* From a multiple of the distance, so that the hatching of two wedges is one. */
    double first = floor((left - tall) / distance) * distance;
    double start = hatch == PEN_RISING ? bottom : top, end = hatch == PEN_RISING ? top : bottom;
    for (int i = 0; first + i * distance < right; i++) {
        cairo_move_to(cr, first + i * distance, start);
        cairo_line_to(cr, first + i * distance + tall, end);
    }
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE); /* as crisp at 45 degrees, in fewer colours */
    pen_stroke(cr, hatches[hatch].line, PEN_THIN);
    cairo_restore(cr);
}

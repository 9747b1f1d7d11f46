#include "bot/chart/mark.h"

#include <cairo.h>

#define HALF  (MARK_SIZE / 2)
#define LINE  4.0
#define EMPTY (HALF - LINE / 2) /* a shape that is stroked keeps its line inside */

/* Corners of a polygon around the middle, in halves of the mark's size. */
typedef struct Corner {
    double x, y;
} Corner;

static void polygon(cairo_t *cr, const Corner *corners, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cairo_line_to(cr, corners[i].x * HALF, corners[i].y * HALF);
    }
    cairo_close_path(cr);
    cairo_fill(cr);
}

static void draw_up(cairo_t *cr)
{
    static const Corner up[] = {{0, -0.9}, {1, 0.8}, {-1, 0.8}};

    polygon(cr, up, G_N_ELEMENTS(up));
}

static void draw_down(cairo_t *cr)
{
    static const Corner down[] = {{0, 0.9}, {1, -0.8}, {-1, -0.8}};

    polygon(cr, down, G_N_ELEMENTS(down));
}

static void draw_right(cairo_t *cr)
{
    static const Corner right[] = {{0.9, 0}, {-0.7, 1}, {-0.7, -1}};

    polygon(cr, right, G_N_ELEMENTS(right));
}

static void draw_diamond(cairo_t *cr)
{
    static const Corner diamond[] = {{0, -1}, {1, 0}, {0, 1}, {-1, 0}};

    polygon(cr, diamond, G_N_ELEMENTS(diamond));
}

static void draw_ring(cairo_t *cr)
{
    cairo_arc(cr, 0, 0, EMPTY, 0, 2 * G_PI);
    cairo_stroke(cr);
}

static void draw_check(cairo_t *cr)
{
    cairo_set_line_width(cr, LINE * 1.5);
    cairo_move_to(cr, -0.85 * HALF, 0.05 * HALF);
    cairo_line_to(cr, -0.25 * HALF, 0.65 * HALF);
    cairo_line_to(cr, 0.85 * HALF, -0.65 * HALF);
    cairo_stroke(cr);
}

/* A clock that has stopped being asked. */
static void draw_clock(cairo_t *cr)
{
    draw_ring(cr);
    cairo_move_to(cr, 0, -0.55 * HALF);
    cairo_line_to(cr, 0, 0);
    cairo_line_to(cr, 0.45 * HALF, 0.25 * HALF);
    cairo_stroke(cr);
}

static const struct {
    void (*draw)(cairo_t *cr);
    Colour colour;
} marks[] = {
    [PACE_NONE] = {NULL, COLOUR_MUTED},          [PACE_TOO_EARLY] = {draw_ring, COLOUR_MUTED},
    [PACE_BEHIND] = {draw_down, COLOUR_BAD},     [PACE_AT_RISK] = {draw_diamond, COLOUR_WARN},
    [PACE_ON_TRACK] = {draw_right, COLOUR_GOOD}, [PACE_AHEAD] = {draw_up, COLOUR_GOOD},
    [PACE_DONE] = {draw_check, COLOUR_GOOD},     [PACE_STALE] = {draw_clock, COLOUR_MUTED},
};

Colour mark_colour(PaceStatus status)
{
    g_assert((size_t)status < G_N_ELEMENTS(marks));
    return marks[status].colour;
}

void mark_draw(cairo_t *cr, PaceStatus status, double centre_x, double centre_y)
{
    Colour colour = mark_colour(status);

    if (marks[status].draw == NULL) {
        return;
    }
    cairo_save(cr);
    cairo_new_path(cr);
    cairo_translate(cr, centre_x, centre_y);
    cairo_set_line_width(cr, LINE);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    COLOUR_SET(cr, colour);
    marks[status].draw(cr);
    cairo_restore(cr);
}

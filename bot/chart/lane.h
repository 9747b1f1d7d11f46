#pragma once

/* What stands above a plot: its sprints as bars and the targets that were changed as flags, each
 * with its label, stacked in lanes so that none covers another. Lane 0 is the nearest to the plot.
 * What finds no room is left to the words. */

#include "bot/chart/sheet.h"

#define LANES_MAX      12
#define LANE_ITEMS_MAX 64
#define LANE_HEIGHT    46.0

typedef struct LaneItem {
    const char *label;  /* borrowed from the chart */
    double from, to;    /* on paper; the same for a target that was changed */
    double text, width; /* of the label */
    bool sprint;
    int lane; /* -1: none has room */
} LaneItem;

typedef struct Lanes {
    LaneItem items[LANE_ITEMS_MAX];
    guint count;
    int used; /* how many lanes */
} Lanes;

/* The sheet has its left and right already. */
void lanes_place(Lanes *lanes, const Type *type, const Sheet *sheet, const ChartPanel *panel);
/* Behind what the plot shows: where the sprints lie, and where a target was changed. */
void lanes_draw_behind(const Type *type, const Sheet *sheet, guint panel, const Lanes *lanes);
/* Above it: bars, flags and labels. */
void lanes_draw(const Type *type, const Sheet *sheet, guint panel, const Lanes *lanes);

/* The legend's sample. */
void lane_sample_change(cairo_t *cr, double x, double y, double width);

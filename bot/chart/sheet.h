#pragma once

/* Where everything stands on the picture, in pixels: a title, one panel for each key result, below
 * them the time axis and a legend. A panel is as high as what it shows. Three pixels are one on a
 * phone, where the picture is 360 wide. All plots begin and end at the same places, so that days
 * stand under each other. */

#include "bot/chart/look.h"
#include "bot/chart/type.h"
#include "core/chart.h"

#define SHEET_WIDTH      CHART_WIDTH
#define SHEET_MARGIN     42
#define SHEET_PANELS_MAX 12 /* of more than that the rest is left to the words */

typedef struct Sheet {
    const Chart *chart; /* borrowed */
    guint panels;
    int height;
    double left, right;                /* of all plots */
    double tops[SHEET_PANELS_MAX + 1]; /* of the panels; where the last one ends */
    int lanes[SHEET_PANELS_MAX];       /* above each plot (lane.h) */
    bool changes;                      /* a target was changed, which takes a legend of its own */
} Sheet;

typedef struct Frame {
    double left, right, top, bottom;
} Frame;

Sheet sheet_of(const Chart *chart, const Type *type);
const ChartPanel *sheet_panel(const Sheet *sheet, guint i);

double sheet_title(void);                               /* its baseline */
double sheet_head(const Sheet *sheet, guint panel);     /* a panel's first line: metric and value */
double sheet_note(const Sheet *sheet, guint panel);     /* the second: status and heading */
double sheet_expected(const Sheet *sheet, guint panel); /* the third, or in its place */
double sheet_lane(const Sheet *sheet, guint panel, int lane); /* its middle */
Frame sheet_plot(const Sheet *sheet, guint panel);
double sheet_axis(const Sheet *sheet); /* the days' baseline */
double sheet_legend(const Sheet *sheet, int row);

/* Where a position on the time axis stands; what is off it stands at its end. */
double sheet_x(const Sheet *sheet, int64_t at);

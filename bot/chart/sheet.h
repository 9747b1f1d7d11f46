#pragma once

/* Where everything stands on the picture, in pixels: a title, one panel for each key result, below
 * them the time axis and a legend. Three pixels are one on a phone, where the picture is 360 wide.
 * All plots begin and end at the same places, so that days stand under each other. */

#include "bot/chart/type.h"
#include "core/chart.h"

#define SHEET_WIDTH      1080
#define SHEET_MARGIN     42
#define SHEET_PANELS_MAX 12 /* of more than that the rest is left to the words */

typedef struct Sheet {
    const Chart *chart; /* borrowed */
    guint panels;
    int height;
    double left, right; /* of all plots */
} Sheet;

typedef struct Frame {
    double left, right, top, bottom;
} Frame;

Sheet sheet_of(const Chart *chart, const Type *type);
const ChartPanel *sheet_panel(const Sheet *sheet, guint i);

double sheet_title(void);       /* its baseline */
double sheet_head(guint panel); /* the panel's first line: metric and value */
double sheet_note(guint panel); /* the second: status and heading */
Frame sheet_plot(const Sheet *sheet, guint panel);
double sheet_axis(const Sheet *sheet); /* the days' baseline */
double sheet_legend(const Sheet *sheet);

/* Where a position on the time axis stands; what is off it stands at its end. */
double sheet_x(const Sheet *sheet, int64_t at);

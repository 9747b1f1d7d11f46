#pragma once

/* The value axis of a panel: exact values become places on paper, here and nowhere else. The axis
 * runs upwards, whichever way is good. It holds the promise (baseline, target, trajectory) and the
 * readings; what is so far off that the rest would shrink to nothing is held at the edge, and is to
 * be marked there. Every place is a finite number inside the plot. */

#include "core/chart.h"

typedef struct Scale {
    double low, high;   /* values, in millionths; low < high */
    double top, bottom; /* where they stand on paper; top < bottom */
} Scale;

Scale scale_of(const ChartPanel *panel, double top, double bottom);

typedef enum Beyond { BEYOND_NOT, BEYOND_TOP, BEYOND_BOTTOM } Beyond;

/* `beyond` may be NULL. */
double scale_y(const Scale *scale, Decimal value, Beyond *beyond);

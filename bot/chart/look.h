#pragma once

/* How a picture is wanted: known to those who draw, and to those who ask for it. */

#include <stdbool.h>

#define CHART_WIDTH     1080 /* three pixels are one on a phone */
#define CHART_WIDTH_MIN 360
#define CHART_WIDTH_MAX 2160

typedef struct ChartLook {
    bool dark;
    int width; /* pixels */
} ChartLook;

#define CHART_LOOK_PLAIN ((ChartLook){.width = CHART_WIDTH})

#pragma once

/* A chart as a PNG: each key result against its line, target and forecast. Made for the width of a
 * phone, opaque, so that it reads alike on light and on dark; nothing is told by colour alone.
 * Thread: any; nothing is kept between calls. */

#include "bot/chart/look.h"
#include "core/chart.h"

/* NULL with `error` set when it cannot be drawn (no panel, no memory for the picture). Caller
 * unrefs. */
GBytes *chart_png(const Chart *chart, const ChartLook *look, GError **error)
    __attribute__((warn_unused_result));
/* Without any font a picture has no words. */
bool chart_has_fonts(void);

#pragma once

/* What a sprint's and a period's charts have in common. Internal to core/chart_*.c. */

#include "core/chart.h"
#include "core/pace.h"

/* When a panel tells its value. */
typedef enum ChartWhen {
    CHART_NOW,
    CHART_END, /* the time is over */
} ChartWhen;

/* Metric, value now, baseline and target. `unit` is bare (unit.h). */
void chart_put_texts(ChartPanel *panel, const Track *track, const Unit *unit);
/* Where the readings so far are heading on `last`, where that is known. */
void chart_put_heading(ChartPanel *panel, const Track *track, Day last, const Unit *unit);
/* Of readings at one position the last one counts. */
void chart_put_reading(ChartPanel *panel, ChartPoint point);

/* "35%"; "20% to 30%" for two edges where the value is to stay within. Caller frees. */
char *chart_target_text(const Kr *kr, Decimal target, Decimal target_high, const Unit *unit);
/* "pace 0.8, at risk"; the word alone where there is no pace to speak of. Caller frees. */
char *chart_pace_text(PaceStatus status, Decimal pace);

/* "KR1 ICP meeting acceptance rate: 27% today, from 22% towards 35%", the metric cut to `max`
 * characters. */
void chart_tell_value(GString *alt, const ChartPanel *panel, const Kr *kr, ChartWhen when,
                      size_t max);
/* "; behind"; nothing where there is no text. */
void chart_tell_part(GString *alt, const char *part);

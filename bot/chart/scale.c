#include "bot/chart/scale.h"

#include <math.h>

#define PAST_REACH     3.0 /* beyond the promise, in spans of it */
#define FORECAST_REACH 0.5 /* beyond promise and readings */
#define PADDING        0.1 /* at each end */
#define LEAST_SPAN     1.0 /* one millionth */

typedef struct Range {
    double low, high;
} Range;

static void range_take(Range *range, double value)
{
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
}

static double range_span(Range range)
{
    return range.high - range.low;
}

static Range range_grown(Range range, double by)
{
    return (Range){range.low - by, range.high + by};
}

/* Takes the value as far as `most` reaches. */
static void range_take_within(Range *range, double value, Range most)
{
    range_take(range, fmin(fmax(value, most.low), most.high));
}

static Range promise_of(const ChartPanel *panel)
{
    Range range = {(double)panel->baseline.millionths, (double)panel->baseline.millionths};

    range_take(&range, (double)panel->target.millionths);
    range_take(&range, (double)panel->target_high.millionths);
    range_take(&range, (double)panel->line_first.millionths);
    range_take(&range, (double)panel->line_last.millionths);
    return range;
}

static void take_points(Range *range, const GArray *points, Range most)
{
    for (guint i = 0; i < points->len; i++) {
        const ChartPoint *point = &g_array_index(points, ChartPoint, i);

        range_take_within(range, (double)point->value.millionths, most);
    }
}

/* Readings, and what was promised before. A promise without a span, from 5 to 5, says nothing of
 * what is far off: then nothing is. */
static void take_past(Range *range, const ChartPanel *panel)
{
    double span = range_span(*range);
    Range most = range_grown(*range, span > 0 ? span * PAST_REACH : HUGE_VAL);

    take_points(range, panel->readings, most);
    take_points(range, panel->line, most);
    for (guint i = 0; i < panel->old_lines->len; i++) {
        take_points(range, g_ptr_array_index(panel->old_lines, i), most);
    }
}

static void take_forecast(Range *range, const ChartPanel *panel)
{
    Range most = range_grown(*range, range_span(*range) * FORECAST_REACH);

    if (panel->forecast) {
        range_take_within(range, (double)panel->low.millionths, most);
        range_take_within(range, (double)panel->high.millionths, most);
    }
}

/* Where everything is one value, the axis is a tenth of it to either side. */
static double padding_of(Range range)
{
    double span = range_span(range);
    double size = fmax(fabs(range.low), fabs(range.high));

    return fmax(span > 0 ? span * PADDING : size * PADDING, LEAST_SPAN);
}

Scale scale_of(const ChartPanel *panel, double top, double bottom)
{
    Range range = promise_of(panel);

    take_past(&range, panel);
    take_forecast(&range, panel);
    range = range_grown(range, padding_of(range));
    return (Scale){.low = range.low, .high = range.high, .top = top, .bottom = bottom};
}

double scale_y(const Scale *scale, Decimal value, Beyond *beyond)
{
    double share = ((double)value.millionths - scale->low) / (scale->high - scale->low);

    if (beyond != NULL) {
        *beyond = share > 1 ? BEYOND_TOP : share < 0 ? BEYOND_BOTTOM : BEYOND_NOT;
    }
    share = fmin(fmax(share, 0), 1);
    return scale->bottom - share * (scale->bottom - scale->top);
}

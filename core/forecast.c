/* A slope is a fraction: millionths over days. The line of a slope meets `day` at the median of
 * what each reading would have become by then; a steeper slope never meets it lower, so the range
 * is always in order. */

#include "core/forecast.h"

#include "core/pace.h"
#include "core/series.h"
#include "core/wide.h"

#define FORECAST_MIN   4
#define FORECAST_MAX   60 /* days, so that the pairs are bounded: 1,770 */
#define SLOPE_DAYS_MIN 3
#define SLOPE_DAYS_MAX 4

typedef struct Slope {
    Wide rise;    /* millionths */
    int64_t days; /* above 0 */
} Slope;

static gint slope_cmp(gconstpointer a, gconstpointer b)
{
    const Slope *left = a, *right = b;
    Wide difference = left->rise * right->days - right->rise * left->days;

    return (difference > 0) - (difference < 0);
}

/* Between every two days of the series, in order. */
static GArray *slopes_of(const GArray *series)
{
    guint pairs = series->len * (series->len - 1) / 2;
    GArray *slopes = g_array_sized_new(FALSE, FALSE, sizeof(Slope), pairs);

    for (guint i = 0; i < series->len; i++) {
        for (guint j = i + 1; j < series->len; j++) {
            const Reading *later = series_at(series, i), *earlier = series_at(series, j);
            Slope slope = {
                .rise = (Wide)later->value.millionths - earlier->value.millionths,
                .days = day_diff(later->day, earlier->day),
            };

            g_array_append_val(slopes, slope);
        }
    }
    g_array_sort(slopes, slope_cmp);
    return slopes;
}

/* The middle one, or the mean of the middle two. */
static Slope slope_median(const GArray *slopes)
{
    Slope low = g_array_index(slopes, Slope, (slopes->len - 1) / 2);
    Slope high = g_array_index(slopes, Slope, slopes->len / 2);

    if (slopes->len % 2 == 1) {
        return low;
    }
    return (Slope){
        .rise = low.rise * high.days + high.rise * low.days,
        .days = 2 * low.days * high.days,
    };
}

/* Puts `value` in its place among the first `count`, which are in order. */
static void insert(Wide *sorted, guint count, Wide value)
{
    // cppcheck-suppress uninitvar ; those before `count` have been put there
    for (; count > 0 && sorted[count - 1] > value; count--) {
        sorted[count] = sorted[count - 1];
    }
    sorted[count] = value;
}

/* Where the line of that slope through the readings meets `day`. */
static bool line_at(const GArray *series, Slope slope, Day day, Decimal *out)
{
    Wide ends[FORECAST_MAX];

    g_assert(series->len > 0 && series->len <= FORECAST_MAX);
    for (guint i = 0; i < series->len; i++) {
        const Reading *reading = series_at(series, i);
        Wide end =
            (Wide)reading->value.millionths * slope.days + slope.rise * day_diff(day, reading->day);

        insert(ends, i, end);
    }
    Wide twice = ends[(series->len - 1) / 2] + ends[series->len / 2];
    return wide_decimal(wide_round(twice, 2 * (Wide)slope.days), out);
}

bool series_forecast(const GArray *series, Day day, Forecast *forecast)
{
    g_autoptr(GArray) slopes = slopes_of(series);
    guint quarter = (slopes->len - 1) / 4;
    Slope lower = g_array_index(slopes, Slope, quarter);
    Slope upper = g_array_index(slopes, Slope, slopes->len - 1 - quarter);
    Forecast found = {0};

    if (!line_at(series, lower, day, &found.low) ||
        !line_at(series, slope_median(slopes), day, &found.middle) ||
        !line_at(series, upper, day, &found.high)) {
        return false;
    }
    *forecast = found;
    return true;
}

/* What is counted up is never less than nothing, wherever its line may lead. */
static void keep_above_zero(Forecast *forecast)
{
    Decimal *const values[] = {&forecast->low, &forecast->middle, &forecast->high};

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        values[i]->millionths = MAX(values[i]->millionths, 0);
    }
}

bool track_forecast(const Track *track, Day day, Forecast *forecast)
{
    if (track->readings->len < FORECAST_MIN) {
        return false;
    }
    g_autoptr(GArray) series = series_of(track, day, FORECAST_MAX);

    if (series->len < FORECAST_MIN || !series_forecast(series, day, forecast)) {
        return false;
    }
    if (track->kr->kind == KR_COUNT) {
        keep_above_zero(forecast);
    }
    return true;
}

/* The pace before the opening; false when no earlier day is known. */
static bool slope_before(const Track *anchor, Window period, Day opened, Decimal open, Slope *slope)
{
    g_autoptr(GArray) series = series_of(anchor, opened, SLOPE_DAYS_MAX);

    if (series->len >= SLOPE_DAYS_MIN) {
        g_autoptr(GArray) slopes = slopes_of(series);

        *slope = slope_median(slopes);
        return true;
    }
    *slope = (Slope){
        .rise = (Wide)open.millionths - anchor->kr->baseline.millionths,
        .days = day_diff(opened, period.first),
    };
    return day_is_set(period.first) && slope->days > 0;
}

/* The share is the progress of a KR that begins at `open`. */
static bool share_of(const Kr *kr, Decimal open, Decimal close, Decimal target, Decimal *share)
{
    Kr from_open = *kr; /* borrows its texts */

    from_open.baseline = open;
    from_open.target = target;
    return !kr_reached(&from_open, open) && kr_progress(&from_open, close, share);
}

Movement anchor_movement(const Track *anchor, Window period, Day opened, Decimal open,
                         Decimal close, Decimal target, int32_t days)
{
    Movement m = {0};
    Slope slope = {0};

    m.known = decimal_sub(close, open, &m.moved);
    m.share_known = m.known && share_of(anchor->kr, open, close, target, &m.share);
    m.lift_known = m.known && slope_before(anchor, period, opened, open, &slope) &&
                   wide_decimal(wide_round(slope.rise * days, slope.days), &m.expected) &&
                   decimal_sub(m.moved, m.expected, &m.lift);
    return m;
}

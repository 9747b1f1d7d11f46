#include "core/series.h"

GArray *series_of(const Track *track, Day until, guint max)
{
    GArray *series =
        g_array_sized_new(FALSE, FALSE, sizeof(const Reading *), MIN(max, track->readings->len));

    for (const Reading *reading = track_next_day(track, NULL); reading != NULL && series->len < max;
         reading = track_next_day(track, reading)) {
        if (day_cmp(reading->day, until) <= 0) {
            g_array_append_val(series, reading);
        }
    }
    return series;
}

const Reading *series_at(const GArray *series, guint i)
{
    return g_array_index(series, const Reading *, i);
}

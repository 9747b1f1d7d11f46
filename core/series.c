/* A reading may speak for a day that is over (a late answer, another system), so the days are
 * sorted here. */

#include "core/series.h"

static gint latest_first(gconstpointer a, gconstpointer b)
{
    return -day_cmp(*(const Day *)a, *(const Day *)b);
}

static GArray *days_of(const Track *track, Day until)
{
    GArray *days = g_array_new(FALSE, FALSE, sizeof(Day));

    for (guint i = 0; i < track->readings->len; i++) {
        const Reading *reading = g_ptr_array_index(track->readings, i);

        if (day_cmp(reading->day, until) <= 0) {
            g_array_append_val(days, reading->day);
        }
    }
    g_array_sort(days, latest_first);
    return days;
}

GArray *series_of(const Track *track, Day until, guint max)
{
    g_autoptr(GArray) days = days_of(track, until);
    GArray *series = g_array_new(FALSE, FALSE, sizeof(const Reading *));
    Day before = DAY_NONE;

    for (guint i = 0; i < days->len && series->len < max; i++) {
        Day day = g_array_index(days, Day, i);
        const Reading *reading = day_cmp(day, before) != 0 ? track_on(track, day) : NULL;

        before = day;
        if (reading != NULL) {
            g_array_append_val(series, reading);
        }
    }
    return series;
}

const Reading *series_at(const GArray *series, guint i)
{
    return g_array_index(series, const Reading *, i);
}

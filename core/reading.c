#include "core/reading.h"

#include <string.h>

Reading *reading_new(void)
{
    return g_new0(Reading, 1);
}

void reading_free(Reading *reading)
{
    if (reading == NULL) {
        return;
    }
    g_free(reading->message);
    g_free(reading->system);
    g_free(reading);
}

static void free_reading(gpointer reading)
{
    reading_free(reading);
}

Track *track_new(Kr *take_kr)
{
    Track *track = g_new0(Track, 1);

    track->kr = take_kr;
    track->readings = g_ptr_array_new_with_free_func(free_reading);
    return track;
}

void track_free(Track *track)
{
    if (track == NULL) {
        return;
    }
    kr_free(track->kr);
    g_ptr_array_unref(track->readings);
    g_free(track);
}

static const Reading *reading_at(const Track *track, guint i)
{
    return g_ptr_array_index(track->readings, i);
}

/* A retraction is newer than what it takes back, so looking at the later ones is enough. */
bool track_counts(const Track *track, guint i)
{
    const Reading *reading = reading_at(track, i);

    if (ID_SET(reading->retracts)) {
        return false;
    }
    for (guint j = i + 1; j < track->readings->len; j++) {
        if (ID_EQ(reading_at(track, j)->retracts, reading->id)) {
            return false;
        }
    }
    return true;
}

/* The newest reading that counts and that `wanted` accepts. */
static const Reading *newest(const Track *track, bool (*wanted)(const Reading *, const void *),
                             const void *arg)
{
    for (guint i = track->readings->len; i > 0; i--) {
        if (wanted(reading_at(track, i - 1), arg) && track_counts(track, i - 1)) {
            return reading_at(track, i - 1);
        }
    }
    return NULL;
}

static bool any(const Reading *reading, const void *unused)
{
    (void)reading, (void)unused;
    return true;
}

static bool before(const Reading *reading, const void *day)
{
    return day_cmp(reading->day, *(const Day *)day) < 0;
}

static bool on(const Reading *reading, const void *day)
{
    return day_cmp(reading->day, *(const Day *)day) == 0;
}

static bool of_message(const Reading *reading, const void *message)
{
    return reading->message != NULL && reading->source != READING_SYSTEM &&
           strcmp(reading->message, message) == 0;
}

const Reading *track_current(const Track *track)
{
    return newest(track, any, NULL);
}

Decimal track_value(const Track *track)
{
    const Reading *reading = track_current(track);

    return reading != NULL ? reading->value : track->kr->baseline;
}

const Reading *track_before(const Track *track, Day day)
{
    return newest(track, before, &day);
}

const Reading *track_on(const Track *track, Day day)
{
    return newest(track, on, &day);
}

const Reading *track_next_day(const Track *track, const Reading *after)
{
    const Reading *found = NULL;

    for (guint i = track->readings->len; i > 0; i--) {
        const Reading *reading = reading_at(track, i - 1);

        if ((after == NULL || day_cmp(reading->day, after->day) < 0) &&
            (found == NULL || day_cmp(reading->day, found->day) > 0) &&
            track_counts(track, i - 1)) {
            found = reading;
        }
    }
    return found;
}

const Reading *track_of_message(const Track *track, const char *message)
{
    return newest(track, of_message, message);
}

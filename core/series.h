#pragma once

/* A track day by day: of each day only the last reading that counts. */

#include "core/reading.h"

/* The readings (of const Reading *, borrowed from the track) of the latest `max` days that have
 * one, none of them after `until`; latest first. Caller frees the array. */
GArray *series_of(const Track *track, Day until, guint max);
const Reading *series_at(const GArray *series, guint i);

#pragma once

/* What a track's past says about the days to come: a forecast; and beside it an anchor's movement
 * over a sprint, with the lift over the pace before. Lines are robust (Theil–Sen: the median of the
 * slopes between every two days), so one wild reading does not bend them. */

#include "core/reading.h"
#include "core/when.h"

/* Where the value will stand on `day` by the readings of distinct days up to then, from four such
 * days on (the latest 60 are looked at); a range from the lower to the upper quartile slope. False
 * when there are fewer, or when it leaves the range. */
typedef struct Forecast {
    Decimal low, middle, high;
} Forecast;
bool track_forecast(const Track *track, Day day, Forecast *forecast)
    __attribute__((warn_unused_result));
/* The same by 2 to 60 readings of distinct days, latest first (of const Reading *, borrowed). */
bool series_forecast(const GArray *series, Day day, Forecast *forecast)
    __attribute__((warn_unused_result));

/* An anchor at a sprint's close. All figures are signed as the value moves: for a KR that is to
 * decrease, a negative lift is the good one. */
typedef struct Movement {
    bool known;       /* false when the figures leave the range: nothing else is meaningful */
    Decimal moved;    /* close - open */
    bool share_known; /* there was a gap at open */
    Decimal share;    /* of the gap that stood at open; ratio, positive towards the target */
    bool lift_known;
    Decimal expected; /* what the pace before the sprint would have brought in the same days */
    Decimal lift;     /* moved - expected; a comparison, never a proof of cause */
} Movement;

/* `anchor` is the tactical track, with its readings before the opening; `period` its period's days.
 * The pace before is the slope of the readings of the last 4 days up to the opening (3 will do),
 * else from the period's start (baseline) to the opening. `days` is the sprint's length. Lift is
 * unknown when there is no earlier day to measure a pace from. */
Movement anchor_movement(const Track *anchor, Window period, Day opened, Decimal open,
                         Decimal close, Decimal target, int32_t days);

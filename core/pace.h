#pragma once

/* The figures of a KR (framework: Numbers): progress, expected value, pace and status, what is needed, stalled, stale,
 * forecast; and an anchor's movement and lift. Pure arithmetic in exact decimals. */

#include "core/card.h"
#include "core/policy.h"
#include "core/reading.h"

/* How much of the way in time has passed: working days for a sprint, calendar days for a tactical KR. Days before
 * today count as passed; today does not. */
typedef struct Elapsed {
    int32_t passed, total; /* 0 <= passed <= total, total > 0 */
} Elapsed;

/* For a sprint's window in a team's calendar. Where the window holds no working day, calendar days stand in. */
Elapsed elapsed_working(Window window, const Calendar *calendar, Day today);
/* For a period: calendar days, first and last inside. */
Elapsed elapsed_calendar(Window days, Day today);

/* Has the value reached what was promised? Knows all directions. */
bool kr_reached(const Kr *kr, Decimal value);
/* (value - baseline) / (target - baseline), not clamped. AT_LEAST and AT_MOST are 1 or more once inside, WITHIN is
 * exactly 1 inside the band and measured to the nearer edge outside. False when it cannot be computed (range). */
bool kr_progress(const Kr *kr, Decimal value, Decimal *progress) __attribute__((warn_unused_result));
/* The value on the linear trajectory: baseline + elapsed × (target - baseline). For KRs to be kept (AT_LEAST,
 * AT_MOST, WITHIN) whose baseline is already inside, it is the edge itself. */
Decimal kr_expected(const Kr *kr, Elapsed elapsed);

typedef struct Pace {
    PaceStatus status;
    bool known;             /* there is a reading, or a baseline to stand in: the rest is meaningful */
    Decimal value;
    Decimal progress;       /* ratio */
    Decimal expected;       /* value on the trajectory today */
    Decimal pace;           /* progress / elapsed; 0 while nothing has passed */
    Decimal gap_trajectory; /* how far short of expected, in the direction that counts; negative: ahead of it */
    Decimal gap_target;     /* how far short of the target; 0 or below: reached */
    Decimal needed;         /* change per remaining day (working days for a sprint; today is one); 0 once reached */
    int32_t days_left;
} Pace;

/* DONE, TOO_EARLY (in the first fifth), then AHEAD / ON_TRACK / AT_RISK / BEHIND by pace and the policy. STALE is
 * decided by the caller (track_stale), since it needs a calendar. */
Pace pace_of(const Kr *kr, Decimal value, Elapsed elapsed, const Policy *policy);
const char *pace_status_name(PaceStatus status); /* "on track", "at risk" … as shown */

/* The same value at the last two check-in days on which it was read. */
bool track_stalled(const Track *track);
/* Working days since the value was last confirmed (a reading, also of the same value), not counting today; from
 * `since` (the window's first day) where it never was. */
int32_t track_days_unconfirmed(const Track *track, const Calendar *calendar, Day since, Day today);
bool track_stale(const Track *track, const Calendar *calendar, Day since, Day today); /* 2 or more */

/* Where the value will stand on `day` by a robust line (Theil–Sen: the median slope) through the readings of distinct
 * days, from four such days on; a range from the lower to the upper quartile slope. False when there are fewer. */
typedef struct Forecast {
    Decimal low, middle, high;
} Forecast;
bool track_forecast(const Track *track, Day day, Forecast *forecast) __attribute__((warn_unused_result));

/* An anchor at a sprint's close. */
typedef struct Movement {
    Decimal moved;          /* close - open */
    bool share_known;
    Decimal share;          /* of the gap that stood at open; ratio */
    bool lift_known;
    Decimal expected;       /* what the pace before the sprint would have brought in the same days */
    Decimal lift;           /* moved - expected; a comparison, never a proof of cause */
} Movement;

/* `anchor` is the tactical track, with its readings before the opening; `period` its period's days. The pace before
 * is the slope of the last 3 or 4 readings up to the opening, else from the period's start (baseline) to the opening.
 * `days` is the sprint's length. Lift is unknown when there is no earlier day to measure a pace from. */
Movement anchor_movement(const Track *anchor, Window period, Day opened, Decimal open, Decimal close, Decimal target,
                         int32_t days);

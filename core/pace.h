#pragma once

/* The figures of a KR (framework: Numbers): progress, expected value, pace and status, what is
 * needed, stalled, stale. Forecast, movement and lift are in forecast.h. Exact arithmetic: a
 * threshold is met exactly or not at all. */

#include "core/card.h"
#include "core/forecast.h"
#include "core/policy.h"
#include "core/reading.h"
#include "core/trajectory.h"

/* How much of the way in time has passed: working days for a sprint, calendar days for a tactical
 * KR. Days before today count as passed; today does not. */
typedef struct Elapsed {
    int32_t passed, total; /* 0 <= passed <= total, total > 0 */
} Elapsed;

/* For a sprint's window in a team's calendar. Where the window holds no working day, calendar days
 * stand in. */
Elapsed elapsed_working(Window window, const Calendar *calendar, Day today);
/* For a period: calendar days, first and last inside. */
Elapsed elapsed_calendar(Window days, Day today);

/* Has the value reached what was promised? Knows all directions. */
bool kr_reached(const Kr *kr, Decimal value);
/* (value - baseline) / (target - baseline), not clamped. AT_LEAST and AT_MOST are 1 or more once
 * inside, WITHIN is exactly 1 inside the band and measured to the nearer edge outside. Where the
 * baseline was inside already it is 1 inside, and outside 1 less the distance to the edge in shares
 * of the room there was: 0 with all of it lost again, or with no room at all. False when it cannot
 * be computed (range). */
bool kr_progress(const Kr *kr, Decimal value, Decimal *progress)
    __attribute__((warn_unused_result));
/* The value on the linear trajectory: baseline + elapsed × (target - baseline). For KRs to be kept
 * (AT_LEAST, AT_MOST, WITHIN) whose baseline is already inside, it is the edge itself. */
Decimal kr_expected(const Kr *kr, Elapsed elapsed);

typedef struct Pace {
    PaceStatus status;
    bool known; /* every figure is within range: the rest is meaningful, else PACE_NONE */
    Decimal value;
    Decimal progress; /* ratio */
    Decimal expected; /* value on the trajectory today */
    Decimal pace; /* progress / elapsed; 0 while nothing has passed. Where the baseline was inside
                   * already: progress */
    Decimal gap_trajectory; /* how far short of expected, in the direction that counts; negative:
                               ahead of it */
    Decimal gap_target;     /* how far short of the target; 0 or below: reached */
    Decimal needed; /* change per remaining day, signed as the value must move; 0 once reached; the
                     * whole change when no day remains */
    int32_t days_left; /* working days for a sprint; today is one */
} Pace;

/* DONE, TOO_EARLY (in the first fifth), then AHEAD / ON_TRACK / AT_RISK / BEHIND by pace and the
 * policy. A KR to be kept whose baseline was inside already is ON_TRACK while it holds, and DONE
 * only when the time is over. STALE is decided by the caller (track_stale), since it needs a
 * calendar. */
Pace pace_of(const Kr *kr, Decimal value, Elapsed elapsed, const Policy *policy);
/* A tactical KR's today, beside its own line through the period, which may be bent: `kr` has the
 * target that holds now. Expected, the gap to the trajectory and pace are by that line; progress,
 * the gap to the target and what is needed know only the target. Pace stays progress / elapsed,
 * where what has elapsed is the share of the way that the line asks for by today: on a straight
 * line that is the share of the days. Where it asks for nothing yet it is too early to tell. */
Pace pace_on(const Trajectory *line, const Kr *kr, Decimal value, Day today, const Policy *policy);
const char *pace_status_name(PaceStatus status); /* "on track", "at risk" … as shown */

/* The same value on the last two days on which it was read. What was known when the KR was stated
 * is no such day. */
bool track_stalled(const Track *track);
/* Working days since the value was last confirmed (a reading, also of the same value), not counting
 * today nor any day before `since` (the window's first day); from `since` where it never was. */
int32_t track_days_unconfirmed(const Track *track, const Calendar *calendar, Day since, Day today);
#define STALE_DAYS 2 /* unconfirmed for so long is stale */
bool track_stale(const Track *track, const Calendar *calendar, Day since, Day today);

#include "core/tactical_pace.h"

#include "core/weekly_days.h"

#define CHECKINS_MISSED 2

/* The day from which on a reading is fresh; DAY_NONE: there is nothing yet that could be missed. */
static Day fresh_from(const Team *team, Window period, Day today)
{
    Window past = {period.first, day_plus(today, -1)};
    g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(Day));

    if (team->weekly_at < 0) {
        Day weeks_ago = day_plus(today, -CHECKINS_MISSED * (int64_t)WEEKDAY_COUNT);

        return day_cmp(weeks_ago, period.first) >= 0 ? weeks_ago : DAY_NONE;
    }
    weekly_days(team, past, days);
    return days->len >= CHECKINS_MISSED ? g_array_index(days, Day, days->len - CHECKINS_MISSED)
                                        : DAY_NONE;
}

bool tactical_stale(const Team *team, const Tactical *tactical, Day today)
{
    const Period *period = team_tactical_period(team, tactical);
    const Reading *last = track_next_day(tactical->track, NULL);
    Day fresh = period != NULL ? fresh_from(team, period->days, today) : DAY_NONE;

    return day_is_set(fresh) && (last == NULL || day_cmp(last->day, fresh) < 0);
}

static PaceStatus status_of(const Team *team, const Tactical *tactical, Day today,
                            const TacticalPace *stands)
{
    if (stands->last == NULL) {
        return PACE_NONE;
    }
    if (stands->over) {
        return stands->pace.status == PACE_DONE ? PACE_DONE : PACE_NONE;
    }
    return tactical_stale(team, tactical, today) ? PACE_STALE : stands->pace.status;
}

TacticalPace tactical_pace(const Team *team, const Tactical *tactical, Day today,
                           const Policy *policy)
{
    const Period *period = team_tactical_period(team, tactical);
    Window days = period != NULL ? period->days : (Window){today, today};
    g_autoptr(GArray) aims = g_array_new(FALSE, FALSE, sizeof(Aim));
    Trajectory line = tactical_line(tactical, days, aims);
    const Track *track = tactical->track;
    TacticalPace stands = {
        .pace = pace_on(&line, track->kr, track_value(track), today, policy),
        .last = track_current(track),
        .over = day_cmp(today, days.last) > 0,
    };

    if (stands.last != NULL) {
        stands.days = (int32_t)CLAMP(day_diff(today, stands.last->day), 0, INT32_MAX);
    }
    stands.pace.status = status_of(team, tactical, today, &stands);
    return stands;
}

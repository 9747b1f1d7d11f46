/* Each aim is a leg, and a leg is a KR of its own: its baseline is where the leg begins, its days
 * are those from there to the period's end. So all directions are pace.h's. */

#include "core/trajectory.h"

#include "core/pace.h"
#include "core/wide.h"

typedef struct Leg {
    Kr kr; /* borrows its texts */
    Window days;
} Leg;

static Kr kr_aimed(const Kr *kr, const Aim *aim)
{
    Kr aimed = *kr;

    aimed.target = aim->target;
    aimed.target_high = aim->target_high;
    return aimed;
}

static bool is_kept(const Kr *kr)
{
    return kr_reached(kr, kr->baseline);
}

/* What a leg asks for on `day`; one that is to be kept asks for no movement. */
static Decimal leg_asks(const Leg *leg, Day day)
{
    return is_kept(&leg->kr) ? leg->kr.baseline
                             : kr_expected(&leg->kr, elapsed_calendar(leg->days, day));
}

static Wide apart(Decimal a, Decimal b)
{
    return wide_abs((Wide)a.millionths - b.millionths);
}

/* The leg of a target that comes after `before`. */
static Leg leg_after(const Leg *before, const Trajectory *line, const Kr *kr, const Aim *aim)
{
    Leg straight = {.kr = kr_aimed(kr, aim), .days = line->period};
    Leg leg = {.kr = straight.kr, .days = {aim->from, line->period.last}};
    Decimal was = leg_asks(before, aim->from);
    Decimal would_be = leg_asks(&straight, aim->from);

    leg.kr.baseline = apart(was, kr->baseline) < apart(would_be, kr->baseline) ? was : would_be;
    return leg;
}

/* Another target of the same day takes its place: on no day was it asked for. */
static bool is_replaced(const Trajectory *line, size_t i)
{
    return i + 1 < line->aim_count && day_cmp(line->aims[i].from, line->aims[i + 1].from) == 0;
}

/* The leg that holds on `day`. */
static Leg leg_on(const Trajectory *line, const Kr *kr, Day day)
{
    Leg leg = {
        .kr = line->aim_count > 0 ? kr_aimed(kr, &line->aims[0]) : *kr,
        .days = line->period,
    };

    for (size_t i = 1; i < line->aim_count && day_cmp(line->aims[i].from, day) <= 0; i++) {
        const Aim *aim = &line->aims[i];

        if (day_cmp(aim->from, line->period.first) <= 0) {
            leg.kr = kr_aimed(kr, aim); /* it held from the start */
        } else if (day_cmp(aim->from, line->period.last) <= 0 && !is_replaced(line, i)) {
            leg = leg_after(&leg, line, kr, aim);
        }
    }
    return leg;
}

bool trajectory_deviation(const Trajectory *line, const Kr *kr, Day day, Decimal value,
                          Deviation *deviation)
{
    Leg leg = leg_on(line, kr, day);
    /* Only distances are taken from it, which no policy touches. */
    Pace pace = pace_of(&leg.kr, value, elapsed_calendar(leg.days, day), &policy_default);
    Deviation found = {
        .value = value,
        .expected = pace.expected,
        .gap = pace.gap_trajectory,
        .kept = is_kept(&leg.kr),
    };

    if (!pace.known || !wide_decimal(apart(found.expected, kr->baseline), &found.distance)) {
        return false;
    }
    *deviation = found;
    return true;
}

Decimal trajectory_expected(const Trajectory *line, const Kr *kr, Day day)
{
    Leg leg = leg_on(line, kr, day);

    return kr_expected(&leg.kr, elapsed_calendar(leg.days, day));
}

/* Every direction is one idea: a band of values that was promised, open to one side for all but
 * WITHIN. Progress, gaps and the trajectory are distances to its edge. Fractions stay whole numbers
 * until they are handed out. */

#include "core/pace.h"

#include "core/wide.h"
#include "core/words.h"

#define THOUSAND 1000

/* In millionths, beyond every decimal and still far from the end of 128 bits. */
#define FAR ((Wide)1 << 80)

typedef struct Band {
    Wide low, high;
} Band;

typedef struct Fraction {
    Wide num, den; /* den > 0 */
} Fraction;

static Band promised(const Kr *kr)
{
    Wide target = kr->target.millionths;
    Wide other = kr->target_high.millionths;

    switch (kr->direction) {
    case DIRECTION_INCREASE:
    case DIRECTION_AT_LEAST:
        return (Band){target, FAR};
    case DIRECTION_DECREASE:
    case DIRECTION_AT_MOST:
        return (Band){-FAR, target};
    case DIRECTION_WITHIN:
        return (Band){MIN(target, other), MAX(target, other)};
    }
    return (Band){target, FAR};
}

static bool band_holds(Band band, Wide value)
{
    return value >= band.low && value <= band.high;
}

/* The edge nearer to `value`, from inside or outside. */
static Wide band_edge(Band band, Wide value)
{
    return wide_abs(band.high - value) < wide_abs(value - band.low) ? band.high : band.low;
}

/* How far outside; inside it is how far from the nearer edge, negative. */
static Wide band_gap(Band band, Wide value)
{
    return MAX(band.low - value, value - band.high);
}

/* The band that the linear trajectory asks for today: its edge is on the way from the baseline. */
static Band band_today(const Kr *kr, Elapsed elapsed)
{
    Band band = promised(kr);
    Wide baseline = kr->baseline.millionths;
    Wide edge = band_edge(band, baseline);
    Wide left = elapsed.total - elapsed.passed;
    Wide now = wide_round(baseline * left + edge * elapsed.passed, elapsed.total);

    if (baseline < band.low) {
        band.low = now;
    } else if (baseline > band.high) {
        band.high = now;
    }
    return band;
}

static bool begins_inside(const Kr *kr)
{
    return band_holds(promised(kr), kr->baseline.millionths);
}

/* To be kept, not reached: it was inside from the start. */
static bool is_kept(const Kr *kr)
{
    bool one_way = kr->direction == DIRECTION_INCREASE || kr->direction == DIRECTION_DECREASE;

    return !one_way && begins_inside(kr);
}

static Fraction progress_of(const Kr *kr, Wide value)
{
    Band band = promised(kr);
    Wide whole = wide_abs(band_edge(band, value) - kr->baseline.millionths);

    if (band_holds(band, value) && (kr->direction == DIRECTION_WITHIN || begins_inside(kr))) {
        return (Fraction){1, 1};
    }
    return whole == 0 ? (Fraction){0, 1} : (Fraction){whole - band_gap(band, value), whole};
}

/* progress / elapsed; what was inside from the start is expected whole at any time. */
static Fraction pace_fraction(const Kr *kr, Fraction progress, Elapsed elapsed)
{
    if (elapsed.passed == 0) {
        return (Fraction){0, 1};
    }
    if (begins_inside(kr)) {
        return progress;
    }
    return (Fraction){progress.num * elapsed.total, progress.den * elapsed.passed};
}

static bool fraction_decimal(Fraction f, Decimal *out)
{
    Wide rest;
    Wide whole = wide_divide(f.num, f.den, &rest); /* taken apart, so that the millionfold fits */

    if (whole > INT64_MAX || whole < INT64_MIN) {
        return false;
    }
    return wide_decimal(whole * DECIMAL_ONE + wide_round(rest * DECIMAL_ONE, f.den), out);
}

static bool fraction_reaches(Fraction f, int32_t thousandths)
{
    return f.num * THOUSAND >= f.den * thousandths;
}

Elapsed elapsed_calendar(Window days, Day today)
{
    int64_t total = CLAMP(day_diff(days.last, days.first) + 1, 1, INT32_MAX);
    int64_t passed = CLAMP(day_diff(today, days.first), 0, total);

    return (Elapsed){.passed = (int32_t)passed, .total = (int32_t)total};
}

Elapsed elapsed_working(Window window, const Calendar *calendar, Day today)
{
    Day end = day_plus(window.last, 1);
    Day until = day_cmp(today, end) < 0 ? today : end;
    Day from = day_cmp(until, window.first) > 0 ? until : window.first;
    int32_t passed = calendar_count(calendar, window.first, from);
    int32_t total = passed + calendar_count(calendar, from, end);

    if (total <= 0) {
        return elapsed_calendar(window, today);
    }
    return (Elapsed){.passed = passed, .total = total};
}

bool kr_reached(const Kr *kr, Decimal value)
{
    return band_holds(promised(kr), value.millionths);
}

bool kr_progress(const Kr *kr, Decimal value, Decimal *progress)
{
    return fraction_decimal(progress_of(kr, value.millionths), progress);
}

Decimal kr_expected(const Kr *kr, Elapsed elapsed)
{
    Wide edge = band_edge(band_today(kr, elapsed), kr->baseline.millionths);

    return (Decimal){(int64_t)edge}; /* between two decimals, so always one */
}

static PaceStatus status_of(const Kr *kr, const Pace *pace, Fraction fraction, Elapsed elapsed,
                            const Policy *policy)
{
    if (kr_reached(kr, pace->value)) {
        return is_kept(kr) && pace->days_left > 0 ? PACE_ON_TRACK : PACE_DONE;
    }
    if (elapsed.passed == 0 ||
        (int64_t)elapsed.passed * THOUSAND < (int64_t)policy->too_early * elapsed.total) {
        return PACE_TOO_EARLY;
    }
    if (fraction_reaches(fraction, policy->ahead)) {
        return PACE_AHEAD;
    }
    if (fraction_reaches(fraction, policy->on_track)) {
        return PACE_ON_TRACK;
    }
    return fraction_reaches(fraction, policy->at_risk) ? PACE_AT_RISK : PACE_BEHIND;
}

/* The distances: to the trajectory, to the target, and to go each day. */
static bool measure(const Kr *kr, Elapsed elapsed, Pace *pace)
{
    Band band = promised(kr);
    Band today = band_today(kr, elapsed);
    Wide value = pace->value.millionths;
    Wide beside = begins_inside(kr) ? value : kr->baseline.millionths;
    Wide to_go = band_holds(band, value) ? 0 : band_edge(band, value) - value;

    return wide_decimal(band_edge(today, beside), &pace->expected) &&
           wide_decimal(band_gap(today, value), &pace->gap_trajectory) &&
           wide_decimal(band_gap(band, value), &pace->gap_target) &&
           wide_decimal(wide_round(to_go, MAX(pace->days_left, 1)), &pace->needed);
}

Pace pace_of(const Kr *kr, Decimal value, Elapsed elapsed, const Policy *policy)
{
    Pace pace = {.value = value, .days_left = elapsed.total - elapsed.passed};
    Fraction progress = progress_of(kr, value.millionths);
    Fraction fraction = pace_fraction(kr, progress, elapsed);

    pace.known = measure(kr, elapsed, &pace) && fraction_decimal(progress, &pace.progress) &&
                 fraction_decimal(fraction, &pace.pace);
    pace.status = pace.known ? status_of(kr, &pace, fraction, elapsed, policy) : PACE_NONE;
    return pace;
}

/* By the line: the way that was made as a share of the way that it asks for. */
static bool follow(const Kr *kr, const Deviation *beside, Elapsed elapsed, const Policy *policy,
                   Pace *pace)
{
    Wide asked = beside->distance.millionths;
    Fraction fraction = beside->kept ? progress_of(kr, pace->value.millionths)
                        : asked == 0 ? (Fraction){0, 1}
                                     : (Fraction){asked - beside->gap.millionths, asked};

    elapsed.passed = asked > 0 || beside->kept ? elapsed.passed : 0;
    pace->expected = beside->expected;
    pace->gap_trajectory = beside->gap;
    pace->status = status_of(kr, pace, fraction, elapsed, policy);
    return fraction_decimal(fraction, &pace->pace);
}

Pace pace_on(const Trajectory *line, const Kr *kr, Decimal value, Day today, const Policy *policy)
{
    Elapsed elapsed = elapsed_calendar(line->period, today);
    Pace pace = pace_of(kr, value, elapsed, policy);
    Deviation beside = {0};

    if (line->aim_count < 2 || !pace.known) {
        return pace; /* it has been straight all along */
    }
    pace.known = trajectory_deviation(line, kr, today, value, &beside) &&
                 follow(kr, &beside, elapsed, policy, &pace);
    pace.status = pace.known ? pace.status : PACE_NONE;
    return pace;
}

const char *pace_status_name(PaceStatus status)
{
    static const WordId names[] = {
        [PACE_NONE] = W_PACE_NONE,         [PACE_TOO_EARLY] = W_PACE_TOO_EARLY,
        [PACE_BEHIND] = W_PACE_BEHIND,     [PACE_AT_RISK] = W_PACE_AT_RISK,
        [PACE_ON_TRACK] = W_PACE_ON_TRACK, [PACE_AHEAD] = W_PACE_AHEAD,
        [PACE_DONE] = W_PACE_DONE,         [PACE_STALE] = W_PACE_STALE,
    };

    g_assert((size_t)status < G_N_ELEMENTS(names));
    return words_template(names[status]);
}

bool track_stalled(const Track *track)
{
    const Reading *last = track_next_day(track, NULL);
    const Reading *before = last != NULL ? track_next_day(track, last) : NULL;

    return before != NULL && before->source != READING_OPENING &&
           decimal_cmp(last->value, before->value) == 0;
}

int32_t track_days_unconfirmed(const Track *track, const Calendar *calendar, Day since, Day today)
{
    const Reading *last = track_next_day(track, NULL);
    Day after = last != NULL ? day_plus(last->day, 1) : since;
    Day from = day_cmp(after, since) > 0 ? after : since;

    return day_cmp(from, today) < 0 ? calendar_count(calendar, from, today) : 0;
}

bool track_stale(const Track *track, const Calendar *calendar, Day since, Day today)
{
    return track_days_unconfirmed(track, calendar, since, today) >= STALE_DAYS;
}

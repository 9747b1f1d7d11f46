#include "core/signal.h"

#include "core/pace.h"
#include "core/series.h"
#include "core/wide.h"

#define THOUSAND     1000
#define IN_A_ROW     2
#define ROW_CHECKINS 3 /* of which two count, so that one may be missed */
#define TREND_WEEKS  4

/* The latest check-ins, latest first. */
typedef struct Weeks {
    CourseWeek week[TREND_WEEKS];
    size_t count;
} Weeks;

static Weeks weeks_of(const Course *course)
{
    Weeks weeks = {0};

    weeks.count = course_weeks(course, weeks.week, G_N_ELEMENTS(weeks.week));
    return weeks;
}

static bool too_early(const Course *course, Day day, const Policy *policy)
{
    Elapsed elapsed = elapsed_calendar(course->line.period, day);

    return (int64_t)elapsed.passed * THOUSAND < (int64_t)policy->too_early * elapsed.total;
}

static bool share_of(const Deviation *deviation, Decimal *share)
{
    if (deviation->distance.millionths == 0) {
        *share = DECIMAL(deviation->gap.millionths > 0 ? 1 : 0);
        return true;
    }
    return decimal_ratio(deviation->gap, deviation->distance, share);
}

static bool judge_week(const Course *course, const CourseWeek *week, const Policy *policy,
                       SignalWeek *judged)
{
    const Reading *reading = week->reading;

    judged->checkin = week->checkin;
    judged->day = reading->day;
    return !too_early(course, reading->day, policy) &&
           trajectory_deviation(&course->line, course->track->kr, reading->day, reading->value,
                                &judged->deviation) &&
           share_of(&judged->deviation, &judged->share);
}

/* Two in a row, latest first. */
static bool judge(const Course *course, const Weeks *weeks, const Policy *policy,
                  SignalWeek judged[IN_A_ROW])
{
    size_t found = 0;

    if (day_cmp(course->today, course->line.period.last) > 0) {
        return false;
    }
    for (size_t i = 0; i < MIN(weeks->count, ROW_CHECKINS) && found < IN_A_ROW; i++) {
        if (weeks->week[i].reading == NULL) {
            continue;
        }
        if (!judge_week(course, &weeks->week[i], policy, &judged[found++])) {
            return false;
        }
    }
    return found == IN_A_ROW;
}

/* Where the KR will stand at the period's end, by a robust line through the latest check-ins; while
 * there were fewer, from the baseline. Of what was to be kept and is not, only the two check-ins
 * tell: that it was kept for long says nothing about when it comes back. */
static bool heading_of(const Course *course, const Weeks *weeks, bool kept, Forecast *heading)
{
    guint most = kept ? IN_A_ROW : TREND_WEEKS;
    Reading start = {.value = course->track->kr->baseline, .day = course->line.period.first};
    const Reading *began = &start;
    g_autoptr(GArray) series = g_array_sized_new(FALSE, FALSE, sizeof(const Reading *), most);

    for (size_t i = 0; i < weeks->count && series->len < most; i++) {
        if (weeks->week[i].reading != NULL) {
            g_array_append_val(series, weeks->week[i].reading);
        }
    }
    if (weeks->count < most && day_cmp(series_at(series, series->len - 1)->day, start.day) > 0) {
        g_array_append_val(series, began);
    }
    return series_forecast(series, course->line.period.last, heading);
}

/* A signal of that kind with the evidence there is, not yet judged. */
static Signal evidence(const Course *course, SignalKind kind, const Policy *policy)
{
    Signal signal = {.kind = kind};
    Weeks weeks = weeks_of(course);
    SignalWeek judged[IN_A_ROW] = {0};

    if (!judge(course, &weeks, policy, judged) ||
        !decimal_sub(judged[0].deviation.value, judged[1].deviation.value, &signal.moved)) {
        return signal;
    }
    signal.known = true;
    signal.now = judged[0];
    signal.before = judged[1];
    signal.heading_known = heading_of(course, &weeks, judged[0].deviation.kept, &signal.heading);
    return signal;
}

/* Short by more than that share of the distance expected so far. */
static bool is_short(const Deviation *deviation, int32_t thousandths)
{
    return (Wide)deviation->gap.millionths * THOUSAND >
           (Wide)deviation->distance.millionths * thousandths;
}

static bool is_ahead(const Deviation *deviation, int32_t thousandths)
{
    return !deviation->kept && deviation->distance.millionths > 0 &&
           -(Wide)deviation->gap.millionths * THOUSAND >
               (Wide)deviation->distance.millionths * thousandths;
}

static bool are_short(const Signal *signal, int32_t thousandths)
{
    return is_short(&signal->before.deviation, thousandths) &&
           is_short(&signal->now.deviation, thousandths);
}

static bool are_not_short(const Signal *signal, int32_t thousandths)
{
    return !is_short(&signal->before.deviation, thousandths) &&
           !is_short(&signal->now.deviation, thousandths);
}

/* By its pace's words: on track or ahead, or behind. */
static bool are_on_track(const Signal *signal, const Policy *policy)
{
    return are_not_short(signal, THOUSAND - policy->on_track);
}

static bool are_behind(const Signal *signal, const Policy *policy)
{
    return are_short(signal, THOUSAND - policy->at_risk);
}

/* The line without the targets that are still to come. */
static Trajectory line_today(const Course *course)
{
    Trajectory line = course->line;

    while (line.aim_count > 1 && day_cmp(line.aims[line.aim_count - 1].from, course->today) > 0) {
        line.aim_count--;
    }
    return line;
}

/* Where `value` at the period's end would stand; false when it leaves the range. */
static bool end_of(const Course *course, Decimal value, Deviation *end)
{
    Trajectory line = line_today(course);
    Day behind = day_plus(line.period.last, 1); /* the whole period has passed */

    return trajectory_deviation(&line, course->track->kr, behind, value, end);
}

/* May the period end no more off than the threshold? One end of the forecast's range will do. */
static bool may_return(const Signal *signal, const Course *course, int32_t threshold,
                       bool (*is_off)(const Deviation *, int32_t))
{
    const Decimal ends[] = {signal->heading.low, signal->heading.middle, signal->heading.high};

    for (size_t i = 0; signal->heading_known && i < G_N_ELEMENTS(ends); i++) {
        Deviation end;

        if (end_of(course, ends[i], &end) && !is_off(&end, threshold)) {
            return true;
        }
    }
    return false;
}

Signal signal_risk(const Course *course, const Policy *policy)
{
    Signal signal = evidence(course, SIGNAL_RISK, policy);

    if (signal.known) {
        signal.found = are_short(&signal, policy->signal) &&
                       !may_return(&signal, course, policy->signal, is_short);
        signal.settled = are_on_track(&signal, policy);
    }
    return signal;
}

Signal signal_opportunity(const Course *course, const Policy *policy)
{
    Signal signal = evidence(course, SIGNAL_OPPORTUNITY, policy);

    if (signal.known) {
        bool now = is_ahead(&signal.now.deviation, policy->signal);
        bool before = is_ahead(&signal.before.deviation, policy->signal);

        signal.found = now && before && !may_return(&signal, course, policy->signal, is_ahead);
        signal.settled = !now && !before;
    }
    return signal;
}

Signal signal_gap(const Course *feeder, const Course *fed, const Policy *policy)
{
    Signal signal = evidence(fed, SIGNAL_GAP, policy);
    Signal feeds = evidence(feeder, SIGNAL_GAP, policy);

    signal.feeder_known = feeds.known;
    signal.feeder = feeds.now;
    if (signal.known) {
        signal.found = feeds.known && are_on_track(&feeds, policy) && are_behind(&signal, policy) &&
                       !may_return(&signal, fed, policy->signal, is_short);
        signal.settled = are_on_track(&signal, policy);
    }
    return signal;
}

#include "episodes.h"

#include "core/pace.h"
#include "core/weekly_days.h"

#define ROW_CHECKINS 3 /* of the latest three, one may be missing */
#define IN_A_ROW     2
/* Shares of the distance expected so far. */
#define THRESHOLD 0.15
#define ON_TRACK  0.1
#define BEHIND    0.3
/* Ours are floating point: what is this near may be either. */
#define NEAR 1e-6

/* What was proposed last of one KR, kind and feeder. */
typedef struct Watch {
    BookProposal last;
    bool settled; /* since it was proposed or dismissed, it was well at two check-ins in a row */
} Watch;

struct Episodes {
    GPtrArray *watches; /* of Watch */
};

/* How far short of its line the KR was at two check-ins in a row, latest first; negative: ahead. */
typedef struct Weeks {
    Day checkin[IN_A_ROW];
    double share[IN_A_ROW];
    bool pursued; /* it is there, was not dropped, and its period is not over */
    bool known;
} Weeks;

Episodes *episodes_new(void)
{
    Episodes *episodes = g_new0(Episodes, 1);

    episodes->watches = g_ptr_array_new_with_free_func(g_free);
    return episodes;
}

void episodes_free(Episodes *episodes)
{
    if (episodes != NULL) {
        g_ptr_array_unref(episodes->watches);
        g_free(episodes);
    }
}

/* --- how the KR stands --- */

static Team *load(Sim *sim, TeamId id)
{
    Store *real = sim->store->real;
    g_autoptr(GError) error = NULL;
    Team *team = NULL;

    if (!real->ops->team_load(real, id, &team, &error)) {
        sim_fail(sim, "loading a team: %s", error->message);
    }
    return team;
}

/* The last reading that counts of the latest day in between; NULL. */
static const Reading *reading_in(const Track *track, Day after, Day until)
{
    const Reading *found = NULL;

    for (guint i = 0; i < track->readings->len; i++) {
        const Reading *reading = g_ptr_array_index(track->readings, i);

        if (track_counts(track, i) && day_cmp(reading->day, after) > 0 &&
            day_cmp(reading->day, until) <= 0 &&
            (found == NULL || day_cmp(reading->day, found->day) >= 0)) {
            found = reading;
        }
    }
    return found;
}

/* False in the first fifth of the period, where nothing is judged. */
static bool share_on(const Team *team, const Tactical *tactical, const Reading *reading,
                     double *share)
{
    Window days = team_tactical_period(team, tactical)->days;
    g_autoptr(GArray) aims = g_array_new(FALSE, FALSE, sizeof(Aim));
    Trajectory line = tactical_line(tactical, days, aims);
    Elapsed elapsed = elapsed_calendar(days, reading->day);
    Deviation deviation;

    if (elapsed.passed * 5 < elapsed.total ||
        !trajectory_deviation(&line, tactical->track->kr, reading->day, reading->value,
                              &deviation)) {
        return false;
    }
    double gap = (double)deviation.gap.millionths;
    double distance = (double)deviation.distance.millionths;
    *share = distance != 0 ? gap / distance : gap > 0 ? 1 : 0;
    return true;
}

static void find_weeks(const Team *team, const Tactical *tactical, Day today, Weeks *weeks)
{
    Window days = team_tactical_period(team, tactical)->days;
    g_autoptr(GArray) checkins = g_array_new(FALSE, FALSE, sizeof(Day));
    int found = 0, seen = 0;
    bool judged = true;

    weekly_days(team, days, checkins);
    for (guint i = checkins->len; i > 0 && seen < ROW_CHECKINS && found < IN_A_ROW; i--) {
        Day checkin = g_array_index(checkins, Day, i - 1), start = day_plus(days.first, -1);
        Day before = i > 1 ? g_array_index(checkins, Day, i - 2) : day_plus(checkin, -7);

        if (day_cmp(checkin, today) > 0) {
            continue;
        }
        seen++;
        const Reading *reading =
            reading_in(tactical->track, day_cmp(before, start) > 0 ? before : start, checkin);
        if (reading != NULL) {
            weeks->checkin[found] = checkin;
            judged = share_on(team, tactical, reading, &weeks->share[found++]) && judged;
        }
    }
    weeks->known = found == IN_A_ROW && judged;
}

static Weeks weeks_of(Sim *sim, const BookProposal *proposal)
{
    g_autoptr(Team) team = load(sim, proposal->team);
    const Tactical *tactical = team != NULL ? team_tactical(team, proposal->kr) : NULL;
    Weeks weeks = {.pursued = tactical != NULL &&
                              team_pursues(team, tactical, team_day(team, sim_now(sim)))};

    if (weeks.pursued) {
        find_weeks(team, tactical, team_day(team, sim_now(sim)), &weeks);
    }
    return weeks;
}

/* At both check-ins there was nothing of the kind. */
static bool is_well(SignalKind kind, const Weeks *weeks)
{
    bool well = weeks->known;

    for (int i = 0; i < IN_A_ROW; i++) {
        well = well && (kind == SIGNAL_OPPORTUNITY ? weeks->share[i] >= -THRESHOLD - NEAR
                                                   : weeks->share[i] <= ON_TRACK + NEAR);
    }
    return well;
}

/* At both it was there. */
static bool is_off(SignalKind kind, const Weeks *weeks)
{
    double least = kind == SIGNAL_GAP ? BEHIND : THRESHOLD;
    bool off = weeks->known;

    for (int i = 0; i < IN_A_ROW; i++) {
        off =
            off && (kind == SIGNAL_OPPORTUNITY ? -weeks->share[i] : weeks->share[i]) > least - NEAR;
    }
    return off;
}

/* --- what was proposed --- */

static Watch *watch_of(const Episodes *episodes, const BookProposal *proposal)
{
    for (guint i = 0; i < episodes->watches->len; i++) {
        Watch *watch = g_ptr_array_index(episodes->watches, i);

        if (ID_EQ(watch->last.kr, proposal->kr) && watch->last.kind == proposal->kind &&
            ID_EQ(watch->last.feeder, proposal->feeder)) {
            return watch;
        }
    }
    return NULL;
}

static bool is_worked_on(const Sim *sim, KrId kr)
{
    for (guint i = 0; i < sim->books->all->len; i++) {
        const BookSprint *sprint = g_ptr_array_index(sim->books->all, i);

        if (sprint->state != SPRINT_CLOSED && ID_EQ(sprint->anchor, kr)) {
            return true;
        }
    }
    return false;
}

static bool may_come_again(const Watch *watch, const BookProposal *proposal)
{
    double grown = (double)(proposal->off.millionths - watch->last.off.millionths) / DECIMAL_ONE;

    return watch->settled || (watch->last.state == EPISODE_DISMISSED && grown > THRESHOLD - NEAR);
}

static void count(SimStats *stats, SignalKind kind)
{
    stats->risks += kind == SIGNAL_RISK;
    stats->opportunities += kind == SIGNAL_OPPORTUNITY;
    stats->gaps += kind == SIGNAL_GAP;
}

static void judge_new_one(Sim *sim, const Watch *watch, const BookProposal *proposal)
{
    Weeks weeks = weeks_of(sim, proposal);

    if (!is_off(proposal->kind, &weeks)) {
        sim_fail(sim, "proposal %" G_GINT64_FORMAT " came with the KR short by %g and %g",
                 proposal->id.v, weeks.share[1], weeks.share[0]);
    } else if (is_worked_on(sim, proposal->kr)) {
        sim_fail(sim, "proposal %" G_GINT64_FORMAT " came while a sprint is open on its KR",
                 proposal->id.v);
    } else if (watch != NULL && !may_come_again(watch, proposal)) {
        sim_fail(sim, "proposal %" G_GINT64_FORMAT " came in the episode of %" G_GINT64_FORMAT,
                 proposal->id.v, watch->last.id.v);
    }
    if (!proposal->silent) {
        count(sim->stats, proposal->kind);
    }
}

/* It is over: was it? What is no more, or is not linked any more, need not be well. */
static void judge_end(Sim *sim, const Watch *watch, const BookProposal *proposal)
{
    bool may_be_gone = proposal->kind == SIGNAL_GAP || proposal->silent;

    sim->stats->over++;
    if (!watch->settled && !may_be_gone && weeks_of(sim, proposal).pursued) {
        sim_fail(sim, "proposal %" G_GINT64_FORMAT " was called over too early", proposal->id.v);
    }
}

static void judge_change(Sim *sim, Watch *watch, const BookProposal *proposal)
{
    SimStats *stats = sim->stats;

    if (proposal->state == EPISODE_NONE && watch->last.state != EPISODE_NONE) {
        judge_end(sim, watch, proposal);
        watch->settled = true;
    }
    if (proposal->state == EPISODE_DISMISSED && watch->last.state == EPISODE_PROPOSED) {
        stats->dismissed += !proposal->silent;
        watch->settled = false;
    }
    stats->taken_up += proposal->taken && !watch->last.taken && !proposal->silent;
}

static void judge(Sim *sim, const BookProposal *proposal)
{
    Watch *watch = watch_of(sim->episodes, proposal);
    bool is_new = watch == NULL || !ID_EQ(watch->last.id, proposal->id);

    if (is_new) {
        judge_new_one(sim, watch, proposal);
    } else {
        judge_change(sim, watch, proposal);
    }
    if (watch == NULL) {
        watch = g_new0(Watch, 1);
        g_ptr_array_add(sim->episodes->watches, watch);
    }
    watch->settled = is_new ? false : watch->settled;
    watch->last = *proposal;
}

/* After each look of the core's, ours: is the episode over? */
static void look(Sim *sim)
{
    for (guint i = 0; i < sim->episodes->watches->len; i++) {
        Watch *watch = g_ptr_array_index(sim->episodes->watches, i);

        if (watch->last.state == EPISODE_NONE || watch->settled) {
            continue;
        }
        Weeks weeks = weeks_of(sim, &watch->last);
        watch->settled =
            is_well(watch->last.kind, &weeks) && day_cmp(weeks.checkin[1], watch->last.checkin) > 0;
    }
}

void episodes_committed(Sim *sim)
{
    if (sim->books->looked) {
        look(sim);
    }
    for (guint i = 0; i < sim->books->proposed->len; i++) {
        judge(sim, g_ptr_array_index(sim->books->proposed, i));
    }
}

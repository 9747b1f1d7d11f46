#include "audit_tactical.h"

#include <string.h>

#include "audit.h"
#include "core/weekly_days.h"
#include "judge.h"
#include "systems.h"

static const StoreOps *real_ops(const Sim *sim)
{
    return sim->store->real->ops;
}

static Team *load(Sim *sim, TeamId id)
{
    g_autoptr(GError) error = NULL;
    Team *team = NULL;

    if (!real_ops(sim)->team_load(sim->store->real, id, &team, &error)) {
        sim_fail(sim, "loading a team: %s", error->message);
    }
    return team;
}

static void free_reading(gpointer reading)
{
    reading_free(reading);
}

static GPtrArray *load_readings(Sim *sim, KrId kr)
{
    GPtrArray *readings = g_ptr_array_new_with_free_func(free_reading);
    g_autoptr(GError) error = NULL;

    if (!real_ops(sim)->readings(sim->store->real, kr, readings, &error)) {
        sim_fail(sim, "loading readings: %s", error->message);
    }
    return readings;
}

/* --- targets --- */

static bool is_there(const Tactical *tactical, const char *reason)
{
    for (guint i = 0; i < tactical->recalibrations->len; i++) {
        const Recalibration *change = g_ptr_array_index(tactical->recalibrations, i);

        if (strcmp(change->why, reason) == 0) {
            return true;
        }
    }
    return false;
}

/* Each change begins where the one before ended, and the last where the KR is now. */
static void audit_targets(Sim *sim, const Tactical *tactical, const BookKr *book)
{
    const GPtrArray *changes = tactical->recalibrations;

    for (guint i = 0; i < changes->len; i++) {
        const Recalibration *change = g_ptr_array_index(changes, i);
        const Recalibration *next = i + 1 < changes->len ? g_ptr_array_index(changes, i + 1) : NULL;
        Decimal then = next != NULL ? next->was : tactical->track->kr->target;

        if (decimal_cmp(change->target, then) != 0) {
            sim_fail(sim, "KR %d got a target that the next change does not know", book->number);
        }
    }
    for (guint i = 0; i < book->reasons->len; i++) {
        const char *reason = g_ptr_array_index(book->reasons, i);

        if (!is_there(tactical, reason)) {
            sim_fail(sim, "KR %d lost the change of its target because %s", book->number, reason);
        }
    }
}

/* --- key results --- */

static void audit_tactical(Sim *sim, const Team *team, BookKr *book, const GPtrArray *readings)
{
    const Tactical *tactical = team_tactical(team, book->id);

    if (tactical == NULL || tactical->track->kr->number != book->number ||
        tactical->dropped != book->dropped || tactical->confidence != book->confidence ||
        decimal_cmp(tactical->track->kr->target, book->target) != 0) {
        sim_fail(sim, "KR %d of %s is not what was recorded", book->number, team->home);
        return;
    }
    sim->stats->audits++;
    audit_targets(sim, tactical, book);
    audit_readings(sim, team->home, readings, book);
}

static void audit_weeklies(Sim *sim, const Team *team)
{
    for (guint i = 0; i < team->weeklies->len; i++) {
        const Checkin *checkin = g_ptr_array_index(team->weeklies, i);
        const BookCheckin *book = books_checkin(sim->books, checkin->id);

        if (book == NULL || ID_SET(book->sprint) || !ID_EQ(book->team, team->id) ||
            day_cmp(book->day, checkin->day) != 0 || book->summarised != checkin->summarised) {
            sim_fail(sim, "weekly check-in %" G_GINT64_FORMAT " of %s is not what was recorded",
                     checkin->id.v, team->home);
        }
    }
}

void audit_tacticals(Sim *sim, BookTeam *book)
{
    g_autoptr(Team) team = load(sim, book->id);
    g_autoptr(GPtrArray) tracks = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);

    book->dirty = false;
    for (guint i = 0; team != NULL && i < book->tacticals->len; i++) {
        BookKr *kr = g_ptr_array_index(book->tacticals, i);
        GPtrArray *readings = load_readings(sim, kr->id);

        g_ptr_array_add(tracks, readings);
        audit_tactical(sim, team, kr, readings);
    }
    if (team != NULL) {
        audit_weeklies(sim, team);
        systems_audit(sim, book, tracks);
    }
}

/* --- timers --- */

static int64_t due_of(const GArray *timers, TimerKind kind, TeamId team, int64_t subject)
{
    for (guint i = 0; i < timers->len; i++) {
        const Timer *timer = &g_array_index(timers, Timer, i);

        if (timer->kind == kind && ID_EQ(timer->team, team) && timer->subject == subject) {
            return timer->due.us;
        }
    }
    return INT64_MAX;
}

void audit_weekly_timer(Sim *sim, const GArray *timers, const BookTeam *book)
{
    g_autoptr(Team) team = load(sim, book->id);
    const BookCheckin *last = books_last(sim->books, (SprintId){0}, book->id);

    if (team == NULL) {
        return;
    }
    Day next = weekly_next(team, day_plus(team_day(team, sim_now(sim)), 1));
    int64_t due = day_is_set(next) ? day_instant(next, team->weekly_at, team->zone).us : 0;
    if (due > sim->latest && due_of(timers, TIMER_WEEKLY, team->id, 0) > due) {
        g_autofree char *day = day_iso(next);

        sim_fail(sim, "%s will not be asked its weekly check-in on %s", team->home, day);
    }
    if (last != NULL && !last->summarised &&
        due_of(timers, TIMER_WEEKLY_SUMMARY, team->id, last->id.v) == INT64_MAX) {
        sim_fail(sim, "weekly check-in %" G_GINT64_FORMAT " will never be summed up", last->id.v);
    }
}

/* --- proposals --- */

void audit_proposals(Sim *sim)
{
    for (guint i = 0; i < sim->books->proposals->len; i++) {
        const BookProposal *proposal = g_ptr_array_index(sim->books->proposals, i);
        bool stands = proposal->state == EPISODE_PROPOSED && !proposal->taken && !proposal->silent;

        if (judge_asks(sim, proposal->id) != stands) {
            sim_fail(sim, "proposal %" G_GINT64_FORMAT " %s, and its card %s", proposal->id.v,
                     stands ? "stands" : "was answered", stands ? "is gone" : "still asks");
        }
    }
}

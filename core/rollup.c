#include "core/rollup.h"

#include "core/closing.h"
#include "core/pace.h"
#include "core/series.h"

/* --- sprints --- */

/* The check-ins of one team: another owner's rhythm is another team's figure. */
static void count_checkins(const Sprint *sprint, TeamId team, RollupSprint *row)
{
    for (guint i = 0; i < sprint->checkins->len; i++) {
        const Checkin *checkin = g_ptr_array_index(sprint->checkins, i);
        bool ours = ID_EQ(checkin->team, team);

        row->due += ours;
        row->held += ours && checkin_answered(checkin);
    }
}

static void count_krs(const Sprint *sprint, RollupSprint *row)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        const Track *track = ((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track;

        row->krs++;
        row->reached += kr_reached(track->kr, track_value(track));
    }
}

static void count_causes(Rollup *rollup, const Sprint *sprint)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        rollup->causes[((const SprintKr *)g_ptr_array_index(sprint->krs, i))->cause]++;
    }
}

static void add_sprint(Rollup *rollup, const Sprint *sprint)
{
    RollupSprint row = {.sprint = sprint};

    count_checkins(sprint, rollup->team->id, &row);
    rollup->opened++;
    rollup->ended_early += sprint->ended_early;
    if (sprint->state == SPRINT_CLOSED) {
        count_krs(sprint, &row);
        row.moved = closing_movement(rollup->world, sprint, &row.movement) && row.movement.known;
        count_causes(rollup, sprint);
        rollup->closed++;
        rollup->moved[sprint->retro.moved]++;
    }
    rollup->held += row.held;
    rollup->due += row.due;
    rollup->krs += row.krs;
    rollup->reached += row.reached;
    g_array_append_val(rollup->sprints, row);
}

/* --- tactical KRs --- */

static RollupKr kr_row(const Tactical *tactical, Window days)
{
    const Track *track = tactical->track;
    g_autoptr(GArray) latest = series_of(track, days.last, 1);
    const Reading *reading = latest->len > 0 ? series_at(latest, 0) : NULL;
    RollupKr row = {.tactical = tactical,
                    .read = reading != NULL && day_cmp(reading->day, days.first) >= 0,
                    .value = reading != NULL ? reading->value : track->kr->baseline};

    row.reached = row.read && kr_reached(track->kr, row.value);
    row.progress_known = row.read && kr_progress(track->kr, row.value, &row.progress);
    return row;
}

static void add_krs(Rollup *rollup)
{
    const Team *team = rollup->team;

    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);
        const Objective *objective = team_objective(team, tactical->objective);

        if (objective != NULL && ID_EQ(objective->period, rollup->period->id)) {
            RollupKr row = kr_row(tactical, rollup->period->days);

            rollup->targets += !tactical->dropped;
            rollup->targets_reached += !tactical->dropped && row.reached;
            g_array_append_val(rollup->krs_of_period, row);
        }
    }
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const RollupKr *left = a, *right = b;

    return left->tactical->track->kr->number - right->tactical->track->kr->number;
}

/* --- whole --- */

Rollup *rollup_of(const World *world, const Team *team, const Period *period, const GArray *sprints,
                  Day today)
{
    Rollup *rollup = g_new0(Rollup, 1);

    *rollup = (Rollup){.world = world,
                       .team = team,
                       .period = period,
                       .over = day_cmp(today, period->days.last) > 0,
                       .sprints = g_array_new(FALSE, FALSE, sizeof(RollupSprint)),
                       .krs_of_period = g_array_new(FALSE, FALSE, sizeof(RollupKr))};
    for (guint i = 0; i < sprints->len; i++) {
        const Sprint *sprint = world_sprint(world, g_array_index(sprints, SprintId, i));

        if (sprint != NULL) {
            add_sprint(rollup, sprint);
        }
    }
    add_krs(rollup);
    g_array_sort(rollup->krs_of_period, by_number);
    return rollup;
}

void rollup_free(Rollup *rollup)
{
    if (rollup == NULL) {
        return;
    }
    g_array_unref(rollup->sprints);
    g_array_unref(rollup->krs_of_period);
    g_free(rollup);
}

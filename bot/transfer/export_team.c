/* A team: its own row, and what its periods are for. */

#include "bot/transfer/cell.h"
#include "bot/transfer/export_parts.h"
#include "bot/transfer/export_row.h"
#include "core/mention.h"
#include "core/weekly.h"
#include "core/weekly_days.h"

static void export_team_row(Export *export, const Team *team)
{
    g_auto(SinkRow) row = {0};

    export_begin_team_row(export, team->name, &row);
    row_put(&row, COL_HOME, team->home);
    row_take(&row, COL_GROUP, team->roster != NULL ? mention_of_group(team->roster) : NULL);
    row_put(&row, COL_TIMEZONE, team->zone_name);
    row_take(&row, COL_CHECK_IN, minute_text(team->check_in));
    row_number(&row, COL_MINUTES, team->check_in_minutes);
    row_take(&row, COL_WORKING_DAYS, weekdays_text(team->working));
    row_take(&row, COL_WEEKLY, weekly_time_text(team));
    row_take(&row, COL_HOLIDAYS, holidays_text(&team->holidays));
    row_list(&row, COL_OUTCOME_WORDS, team->outcome_words);
    row_list(&row, COL_ACTIVITY_WORDS, team->activity_words);
    sink_put(export->sink, TABLE_TEAMS, &row);
}

static void export_periods(Export *export, const Team *team)
{
    g_auto(SinkRow) row = {0};

    export_begin_team_row(export, team->name, &row);
    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);

        row_put(&row, COL_PERIOD, period->name);
        row_day(&row, COL_FIRST_DAY, period->days.first);
        row_day(&row, COL_LAST_DAY, period->days.last);
        sink_put(export->sink, TABLE_PERIODS, &row);
    }
}

static const char *period_name(const Team *team, PeriodId id)
{
    const Period *period = team_period_of(team, id);

    return period != NULL ? period->name : NULL;
}

static void export_objectives(Export *export, const Team *team)
{
    g_auto(SinkRow) row = {0};

    export_begin_team_row(export, team->name, &row);
    for (guint i = 0; i < team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(team->objectives, i);

        row_put(&row, COL_PERIOD, period_name(team, objective->period));
        row_number(&row, COL_OBJECTIVE_NUMBER, objective->number);
        row_put(&row, COL_OBJECTIVE, objective->text);
        sink_put(export->sink, TABLE_OBJECTIVES, &row);
    }
}

static void export_tactical_row(Export *export, const Team *team, const Tactical *tactical)
{
    const Objective *objective = team_objective(team, tactical->objective);
    g_auto(SinkRow) row = {0};

    export_begin_team_row(export, team->name, &row);
    if (objective != NULL) {
        row_put(&row, COL_PERIOD, period_name(team, objective->period));
        row_number(&row, COL_OBJECTIVE_NUMBER, objective->number);
    }
    row_kr(&row, tactical->track->kr);
    if (tactical->confidence >= 0) {
        row_number(&row, COL_CONFIDENCE, tactical->confidence);
    }
    row_yes(&row, COL_DROPPED, tactical->dropped);
    sink_put(export->sink, TABLE_KRS, &row);
}

static void export_recalibrations(Export *export, const Team *team, const Tactical *tactical)
{
    g_auto(SinkRow) row = {0};

    export_begin_team_row(export, team->name, &row);
    row_of_kr(&row, tactical->track->kr);
    row_unit(&row, &tactical->track->kr->unit);
    for (guint i = 0; i < tactical->recalibrations->len; i++) {
        const Recalibration *change = g_ptr_array_index(tactical->recalibrations, i);

        row_day(&row, COL_DAY, change->from);
        row_instant(&row, COL_AT, change->at);
        row_decimal(&row, COL_WAS, change->was);
        row_decimal(&row, COL_WAS_HIGH, change->was_high);
        row_decimal(&row, COL_TARGET, change->target);
        row_decimal(&row, COL_TARGET_HIGH, change->target_high);
        row_put(&row, COL_KR_WAS, change->statement_was);
        row_put(&row, COL_WHY, change->why);
        export_put_sprint(export, COL_FOR_SPRINT, change->sprint, &row);
        sink_put(export->sink, TABLE_RECALIBRATIONS, &row);
    }
}

static void free_reading(gpointer reading)
{
    reading_free(reading);
}

/* A loaded team has only the latest readings. */
static bool export_tactical(Export *export, const Team *team, const Tactical *tactical,
                            GError **error)
{
    const Kr *kr = tactical->track->kr;
    g_autoptr(GPtrArray) readings = g_ptr_array_new_with_free_func(free_reading);
    g_auto(SinkRow) row = {0};

    export_tactical_row(export, team, tactical);
    export_recalibrations(export, team, tactical);
    g_hash_table_insert(export->krs, g_memdup2(&kr->id.v, sizeof kr->id.v), kr_copy(kr));
    if (!export->store->ops->readings(export->store, kr->id, readings, error)) {
        return false;
    }
    export_begin_team_row(export, team->name, &row);
    export_readings(export, TABLE_READINGS, &row, kr, readings);
    return true;
}

static bool export_tacticals(Export *export, const Team *team, GError **error)
{
    for (guint i = 0; i < team->tacticals->len; i++) {
        if (!export_tactical(export, team, g_ptr_array_index(team->tacticals, i), error)) {
            return false;
        }
    }
    return true;
}

static void free_checkin(gpointer checkin)
{
    checkin_free(checkin);
}

/* Held or missed, and what the team said of its initiatives; nothing of who said it. */
static bool export_weeklies(Export *export, const Team *team, GError **error)
{
    g_autoptr(GPtrArray) checkins = g_ptr_array_new_with_free_func(free_checkin);
    g_auto(SinkRow) row = {0};

    if (!export->store->ops->weeklies(export->store, team->id, checkins, error)) {
        return false;
    }
    export_begin_team_row(export, team->name, &row);
    for (guint i = 0; i < checkins->len; i++) {
        const Checkin *checkin = g_ptr_array_index(checkins, i);

        row_day(&row, COL_DAY, checkin->day);
        row_instant(&row, COL_ASKED, checkin->asked);
        row_yes(&row, COL_HELD, checkin_answered(checkin));
        row_put(&row, COL_REVISED, cell_of_revised(weekly_revised(checkin)));
        sink_put(export->sink, TABLE_WEEKLY_CHECKINS, &row);
    }
    return true;
}

static void note_links(Export *export, const Team *team)
{
    for (guint i = 0; i < team->links->len; i++) {
        const KrLink *link = g_ptr_array_index(team->links, i);

        if (ID_EQ(link->feeder_team, team->id)) {
            g_ptr_array_add(export->links, kr_link_copy(link));
        }
    }
}

bool export_team(Export *export, TeamId id, GError **error)
{
    g_autoptr(World) world = world_new();
    Loader loader = {.store = export->store, .world = world};

    if (!loader_team(&loader, id, error)) {
        return false;
    }
    const Team *team = world_team(world, id);

    g_hash_table_insert(export->teams, g_memdup2(&id.v, sizeof id.v), g_strdup(team->name));
    export_team_row(export, team);
    export_periods(export, team);
    export_objectives(export, team);
    note_links(export, team);
    return export_tacticals(export, team, error) && export_weeklies(export, team, error) &&
           export_rollups(export, &loader, team, error);
}

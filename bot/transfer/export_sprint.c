/* A sprint, and what hangs from it. */

#include "bot/transfer/cell.h"
#include "bot/transfer/export_parts.h"
#include "bot/transfer/export_row.h"

static void begin_sprint_row(const Export *export, const Sprint *sprint, SinkRow *row)
{
    row_put(row, COL_WORKSPACE, export->workspace);
    row_number(row, COL_SPRINT, sprint->number);
}

static void put_teams(const Export *export, const Sprint *sprint, SinkRow *row)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < sprint->owners->len; i++) {
        const char *name = export_team_name(export, g_array_index(sprint->owners, TeamId, i));

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", name != NULL ? name : "");
    }
    row_take(row, COL_TEAMS, g_string_free(list, FALSE));
}

static void put_anchor(const Export *export, const Sprint *sprint, SinkRow *row)
{
    const Kr *anchor = export_kr(export, sprint->anchor);

    row_put(row, COL_ANCHOR_TEAM, export_team_name(export, sprint->anchor_team));
    row_number(row, COL_ANCHOR_NUMBER, anchor != NULL ? anchor->number : 0);
    row_put(row, COL_ANCHOR, sprint->anchor_statement);
    row_unit(row, &sprint->anchor_unit);
    row_decimal(row, COL_ANCHOR_OPEN, sprint->anchor_open);
    row_decimal(row, COL_ANCHOR_TARGET, sprint->anchor_target);
    if (sprint->retro.anchor_known) {
        row_decimal(row, COL_ANCHOR_CLOSE, sprint->retro.anchor_close);
    }
}

static void put_retro(const Retro *retro, SinkRow *row)
{
    row_put(row, COL_MOVED, moved_name(retro->moved));
    row_put(row, COL_MOVED_HOW, retro->moved_how);
    row_put(row, COL_LEARNED, retro->learned);
    row_put(row, COL_CHANGE, tactical_change_name(retro->change));
    row_put(row, COL_CHANGE_TO, retro->change_to);
    row_yes(row, COL_CHANGE_APPLIED, retro->change_applied);
}

static void export_sprint_row(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    put_teams(export, sprint, &row);
    row_put(&row, COL_STATE, sprint_state_name(sprint->state));
    row_put(&row, COL_TRIGGER, sprint->trigger);
    row_put(&row, COL_SITUATION, sprint->situation);
    put_anchor(export, sprint, &row);
    row_day(&row, COL_FIRST_DAY, sprint->window.first);
    row_day(&row, COL_LAST_DAY, sprint->window.last);
    row_put(&row, COL_OBJECTIVE, sprint->objective);
    row_instant(&row, COL_OPENED, sprint->opened);
    row_instant(&row, COL_CLOSING, sprint->closing);
    row_instant(&row, COL_CLOSED, sprint->closed);
    row_yes(&row, COL_ENDED_EARLY, sprint->ended_early);
    row_put(&row, COL_EARLY_REASON, sprint->early_reason);
    put_retro(&sprint->retro, &row);
    sink_put(export->sink, TABLE_SPRINTS, &row);
}

static void export_sprint_krs(Export *export, const Sprint *sprint)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);
        g_auto(SinkRow) row = {0}, readings = {0};

        begin_sprint_row(export, sprint, &row);
        row_kr(&row, kr->track->kr);
        if (track_current(kr->track) != NULL) {
            row_decimal(&row, COL_VALUE, track_value(kr->track));
        }
        row_put(&row, COL_CAUSE, cause_name(kr->cause));
        sink_put(export->sink, TABLE_SPRINT_KRS, &row);
        begin_sprint_row(export, sprint, &readings);
        export_readings(export, TABLE_SPRINT_READINGS, &readings, kr->track->kr,
                        kr->track->readings);
    }
}

static bool has_text(GPtrArray *texts, const char *text)
{
    return g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL);
}

static void export_initiatives(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    for (guint i = 0; i < sprint->initiatives->len; i++) {
        const char *text = g_ptr_array_index(sprint->initiatives, i);

        row_number(&row, COL_NUMBER, i + 1);
        row_put(&row, COL_INITIATIVE, text);
        row_put(&row, COL_MOVED,
                has_text(sprint->retro.worked, text)    ? cell_of_yes(true)
                : has_text(sprint->retro.did_not, text) ? cell_of_yes(false)
                                                        : NULL);
        sink_put(export->sink, TABLE_INITIATIVES, &row);
    }
}

static void export_checkins(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    for (guint i = 0; i < sprint->checkins->len; i++) {
        const Checkin *checkin = g_ptr_array_index(sprint->checkins, i);

        row_put(&row, COL_TEAM, export_team_name(export, checkin->team));
        row_day(&row, COL_DAY, checkin->day);
        row_instant(&row, COL_ASKED, checkin->asked);
        row_yes(&row, COL_HELD, checkin_answered(checkin));
        sink_put(export->sink, TABLE_CHECKINS, &row);
    }
}

static void export_blockers(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    for (guint i = 0; i < sprint->blockers->len; i++) {
        const Blocker *blocker = g_ptr_array_index(sprint->blockers, i);

        row_number(&row, COL_NUMBER, blocker->number);
        row_put(&row, COL_BLOCKER, blocker->text);
        row_instant(&row, COL_SINCE, blocker->since);
        row_instant(&row, COL_CLEARED, blocker->cleared);
        sink_put(export->sink, TABLE_BLOCKERS, &row);
    }
}

static void export_actions(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    for (guint i = 0; i < sprint->retro.actions->len; i++) {
        const Action *action = g_ptr_array_index(sprint->retro.actions, i);

        row_number(&row, COL_NUMBER, action->number);
        row_put(&row, COL_ACTION, action->text);
        row_day(&row, COL_DUE, action->due);
        row_yes(&row, COL_DONE, action->done);
        row_put(&row, COL_DROPPED_BECAUSE, action->dropped);
        sink_put(export->sink, TABLE_ACTIONS, &row);
    }
}

static void export_follow_ups(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    row_unit(&row, &sprint->anchor_unit);
    for (guint i = 0; i < sprint->follow_ups->len; i++) {
        const FollowUp *later = &g_array_index(sprint->follow_ups, FollowUp, i);

        row_number(&row, COL_DAYS, later->days);
        row_day(&row, COL_DAY, later->day);
        row_decimal(&row, COL_VALUE, later->value);
        sink_put(export->sink, TABLE_FOLLOW_UPS, &row);
    }
}

static void free_line(gpointer line)
{
    state_log_free(line);
}

static bool export_states(Export *export, const Sprint *sprint, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(free_line);
    g_auto(SinkRow) row = {0};

    if (!export->store->ops->history(export->store, sprint->id, lines, error)) {
        return false;
    }
    begin_sprint_row(export, sprint, &row);
    for (guint i = 0; i < lines->len; i++) {
        const StateLog *line = g_ptr_array_index(lines, i);

        row_instant(&row, COL_AT, line->at);
        row_put(&row, COL_FROM, sprint_state_name(line->from));
        row_put(&row, COL_TO, sprint_state_name(line->to));
        row_put(&row, COL_WHY, line->why);
        sink_put(export->sink, TABLE_STATES, &row);
    }
    return true;
}

bool export_sprint(Export *export, SprintId id, GError **error)
{
    g_autoptr(Sprint) sprint = NULL;

    if (!export->store->ops->sprint_load(export->store, id, &sprint, error)) {
        return false;
    }
    export_sprint_row(export, sprint);
    export_sprint_krs(export, sprint);
    export_initiatives(export, sprint);
    export_checkins(export, sprint);
    export_blockers(export, sprint);
    export_actions(export, sprint);
    export_follow_ups(export, sprint);
    return export_states(export, sprint, error);
}

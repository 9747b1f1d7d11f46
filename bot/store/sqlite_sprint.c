#include "bot/store/sqlite_parts.h"

/* Finding ------------------------------------------------------------------------------------- */

bool sqlite_team_sprints(Store *store, TeamId id, GArray *ids, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_TEAM_SPRINTS);
    guint had = ids->len;

    query_put_int(&q, id.v);
    while (query_next(&q)) {
        SprintId sprint = {query_get_int(&q)};

        g_array_append_val(ids, sprint);
    }
    if (!query_done(&q, error)) {
        g_array_set_size(ids, had);
        return false;
    }
    return true;
}

bool sqlite_opened(Store *store, TeamId team, Instant from, Instant until, GArray *ids,
                   GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_OPENED);
    guint had = ids->len;

    query_put_int(&q, team.v);
    query_put_int(&q, from.us);
    query_put_int(&q, until.us);
    while (query_next(&q)) {
        SprintId sprint = {query_get_int(&q)};

        g_array_append_val(ids, sprint);
    }
    if (!query_done(&q, error)) {
        g_array_set_size(ids, had);
        return false;
    }
    return true;
}

bool sqlite_sprint_numbered(Store *store, WorkspaceId workspace, int32_t number, SprintId *id,
                            GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_SPRINT_NUMBERED);

    query_put_int(&q, workspace.v);
    query_put_int(&q, number);
    SprintId found = {query_next(&q) ? query_get_int(&q) : 0};

    if (!query_done(&q, error)) {
        return false;
    }
    *id = found;
    return true;
}

/* The sprint's own row, with most of its retrospective ---------------------------------------- */

static void get_retro(Query *q, Retro *retro)
{
    retro->moved = (Moved)query_get_name(q, &names_moved);
    retro->moved_how = query_get_optional(q);
    retro->learned = query_get_optional(q);
    retro->change = (TacticalChange)query_get_name(q, &names_tactical_change);
    retro->change_to = query_get_optional(q);
    retro->change_applied = query_get_bool(q);
    retro->confirmed_by = query_get_optional(q);
    retro->anchor_known = !query_get_null(q);
    retro->anchor_close = query_get_decimal(q);
}

static void put_retro(Query *q, const Retro *retro)
{
    query_put_name(q, &names_moved, (int)retro->moved);
    query_put_text(q, retro->moved_how);
    query_put_text(q, retro->learned);
    query_put_name(q, &names_tactical_change, (int)retro->change);
    query_put_text(q, retro->change_to);
    query_put_int(q, retro->change_applied);
    query_put_text(q, retro->confirmed_by);
    if (retro->anchor_known) {
        query_put_int(q, retro->anchor_close.millionths);
    } else {
        query_put_null(q);
    }
}

static void get_own(Query *q, Sprint *sprint)
{
    sprint->workspace = (WorkspaceId){query_get_int(q)};
    sprint->number = query_get_int32(q);
    sprint->state = (SprintState)query_get_name(q, &names_sprint_state);
    sprint->trigger = query_get_text(q);
    sprint->situation = query_get_text(q);
    sprint->anchor_team = (TeamId){query_get_int(q)};
    sprint->anchor = (KrId){query_get_int(q)};
    sprint->anchor_statement = query_get_text(q);
    query_get_unit(q, &sprint->anchor_unit);
    sprint->anchor_open = query_get_decimal(q);
    sprint->anchor_target = query_get_decimal(q);
    sprint->window.first = query_get_day(q);
    sprint->window.last = query_get_day(q);
    sprint->objective = query_get_text(q);
    sprint->facilitator = query_get_text(q);
    sprint->opened = query_get_instant(q);
    sprint->closing = query_get_instant(q);
    sprint->closed = query_get_instant(q);
    sprint->ended_early = query_get_bool(q);
    sprint->early_reason = query_get_optional(q);
    sprint->reminded = query_get_day(q);
    get_retro(q, &sprint->retro);
}

static void put_own(Query *q, const Sprint *sprint)
{
    query_put_int(q, sprint->id.v);
    query_put_int(q, sprint->workspace.v);
    query_put_int(q, sprint->number);
    query_put_name(q, &names_sprint_state, (int)sprint->state);
    query_put_text(q, sprint->trigger);
    query_put_text(q, sprint->situation);
    query_put_int(q, sprint->anchor_team.v);
    query_put_int(q, sprint->anchor.v);
    query_put_text(q, sprint->anchor_statement);
    query_put_unit(q, &sprint->anchor_unit);
    query_put_int(q, sprint->anchor_open.millionths);
    query_put_int(q, sprint->anchor_target.millionths);
    query_put_day(q, sprint->window.first);
    query_put_day(q, sprint->window.last);
    query_put_text(q, sprint->objective);
    query_put_text(q, sprint->facilitator);
    query_put_instant(q, sprint->opened);
    query_put_instant(q, sprint->closing);
    query_put_instant(q, sprint->closed);
    query_put_int(q, sprint->ended_early);
    query_put_text(q, sprint->early_reason);
    query_put_day(q, sprint->reminded);
    put_retro(q, &sprint->retro);
}

static bool load_own(Sqlite *store, Sprint *sprint, bool *found, GError **error)
{
    g_auto(Query) q = query_of(store, Q_SPRINT);

    query_put_int(&q, sprint->id.v);
    *found = query_next(&q);
    if (*found) {
        get_own(&q, sprint);
    }
    return query_done(&q, error);
}

static bool save_own(Sqlite *store, const Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_SPRINT_SAVE);

    put_own(&q, sprint);
    return query_run(&q, error);
}

/* Its lists: they are short and change seldom, so they are saved anew ---------------------------
 */

static bool drop_of(Sqlite *store, QueryId id, SprintId sprint, GError **error)
{
    g_auto(Query) q = query_of(store, id);

    query_put_int(&q, sprint.v);
    return query_run(&q, error);
}

static bool load_owners(Sqlite *store, Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_OWNERS);

    query_put_int(&q, sprint->id.v);
    while (query_next(&q)) {
        TeamId team = {query_get_int(&q)};
        Day reminded = query_get_day(&q);

        g_array_append_val(sprint->owners, team);
        g_array_append_val(sprint->reminded_in, reminded);
    }
    return query_done(&q, error);
}

static bool save_owners(Sqlite *store, const Sprint *sprint, GError **error)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        g_auto(Query) q = query_of(store, Q_OWNER_ADD);

        query_put_int(&q, sprint->id.v);
        TeamId team = g_array_index(sprint->owners, TeamId, i);

        query_put_int(&q, team.v);
        query_put_int(&q, i);
        query_put_instant(&q, sprint->closed);
        query_put_day(&q, sprint_reminded(sprint, team));
        if (!query_run(&q, error)) {
            return false;
        }
    }
    return true;
}

enum { INITIATIVES, WORKED, DID_NOT, LIST_COUNT };

static const char *const list_names[LIST_COUNT] = {
    [INITIATIVES] = "initiative",
    [WORKED] = "worked",
    [DID_NOT] = "did not",
};

static bool load_lines(Sqlite *store, Sprint *sprint, GError **error)
{
    GPtrArray *const lists[LIST_COUNT] = {
        [INITIATIVES] = sprint->initiatives,
        [WORKED] = sprint->retro.worked,
        [DID_NOT] = sprint->retro.did_not,
    };
    g_auto(Query) q = query_of(store, Q_SPRINT_LINES);
    const Names names = {list_names, LIST_COUNT};

    query_put_int(&q, sprint->id.v);
    while (query_next(&q)) {
        GPtrArray *list = lists[query_get_name(&q, &names)];

        g_ptr_array_add(list, query_get_text(&q));
    }
    return query_done(&q, error);
}

static bool save_lines(Sqlite *store, SprintId sprint, const char *list, const GPtrArray *texts,
                       GError **error)
{
    for (guint i = 0; i < texts->len; i++) {
        g_auto(Query) q = query_of(store, Q_SPRINT_LINE_ADD);

        query_put_int(&q, sprint.v);
        query_put_text(&q, list);
        query_put_int(&q, i);
        query_put_text(&q, g_ptr_array_index(texts, i));
        if (!query_run(&q, error)) {
            return false;
        }
    }
    return true;
}

bool sqlite_load_actions(Sqlite *store, SprintId sprint, GPtrArray *actions, GError **error)
{
    g_auto(Query) q = query_of(store, Q_ACTIONS);

    query_put_int(&q, sprint.v);
    while (query_next(&q)) {
        Action *action = action_new();

        g_ptr_array_add(actions, action);
        action->id = (ActionId){query_get_int(&q)};
        action->sprint = (SprintId){query_get_int(&q)};
        action->number = query_get_int32(&q);
        action->text = query_get_text(&q);
        action->owner = query_get_text(&q);
        action->due = query_get_day(&q);
        action->done = query_get_bool(&q);
        action->dropped = query_get_optional(&q);
    }
    return query_done(&q, error);
}

static bool save_action(Sqlite *store, const Action *action, GError **error)
{
    g_auto(Query) q = query_of(store, Q_ACTION_SAVE);

    query_put_int(&q, action->id.v);
    query_put_int(&q, action->sprint.v);
    query_put_int(&q, action->number);
    query_put_text(&q, action->text);
    query_put_text(&q, action->owner);
    query_put_day(&q, action->due);
    query_put_int(&q, action->done);
    query_put_text(&q, action->dropped);
    return query_run(&q, error);
}

static bool save_actions(Sqlite *store, const Sprint *sprint, GError **error)
{
    const GPtrArray *actions = sprint->retro.actions;

    for (guint i = 0; i < actions->len; i++) {
        if (!save_action(store, g_ptr_array_index(actions, i), error)) {
            return false;
        }
    }
    return true;
}

bool sqlite_save_action(Sqlite *store, const Change *change, GError **error)
{
    return save_action(store, change->what, error);
}

/* Follow-up readings -------------------------------------------------------------------------- */

static bool load_follow_ups(Sqlite *store, Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_FOLLOW_UPS);

    query_put_int(&q, sprint->id.v);
    while (query_next(&q)) {
        FollowUp later = {0};

        later.sprint = (SprintId){query_get_int(&q)};
        later.days = query_get_int32(&q);
        later.day = query_get_day(&q);
        later.value = query_get_decimal(&q);
        g_array_append_val(sprint->follow_ups, later);
    }
    return query_done(&q, error);
}

bool sqlite_save_follow_up(Sqlite *store, const Change *change, GError **error)
{
    const FollowUp *later = change->what;
    g_auto(Query) q = query_of(store, Q_FOLLOW_UP_SAVE);

    query_put_int(&q, later->sprint.v);
    query_put_int(&q, later->days);
    query_put_day(&q, later->day);
    query_put_int(&q, later->value.millionths);
    return query_run(&q, error);
}

/* Whole --------------------------------------------------------------------------------------- */

bool sqlite_sprint_load(Store *base, SprintId id, Sprint **out, GError **error)
{
    Sqlite *store = sqlite_of(base);
    g_autoptr(Sprint) sprint = sprint_new();
    bool found = false;

    sprint->id = id;
    if (!load_own(store, sprint, &found, error)) {
        return false;
    }
    if (!found) {
        *out = NULL;
        return true;
    }
    if (!load_owners(store, sprint, error) || !sqlite_load_krs(store, sprint, error) ||
        !load_lines(store, sprint, error) ||
        !sqlite_load_actions(store, id, sprint->retro.actions, error) ||
        !load_follow_ups(store, sprint, error) || !sqlite_load_checkins(store, sprint, error) ||
        !sqlite_load_blockers(store, sprint, error)) {
        return false;
    }
    *out = g_steal_pointer(&sprint);
    return true;
}

bool sqlite_save_sprint(Sqlite *store, const Change *change, GError **error)
{
    const Sprint *sprint = change->what;

    return save_own(store, sprint, error) && drop_of(store, Q_OWNERS_DROP, sprint->id, error) &&
           save_owners(store, sprint, error) && sqlite_save_krs(store, sprint, error) &&
           drop_of(store, Q_SPRINT_LINES_DROP, sprint->id, error) &&
           save_lines(store, sprint->id, list_names[INITIATIVES], sprint->initiatives, error) &&
           save_lines(store, sprint->id, list_names[WORKED], sprint->retro.worked, error) &&
           save_lines(store, sprint->id, list_names[DID_NOT], sprint->retro.did_not, error) &&
           drop_of(store, Q_ACTIONS_DROP, sprint->id, error) &&
           save_actions(store, sprint, error) && sqlite_save_learning(store, sprint, error);
}

bool sqlite_save_state(Sqlite *store, const Change *change, GError **error)
{
    const StateLog *line = change->what;
    g_auto(Query) q = query_of(store, Q_STATE_ADD);

    query_put_int(&q, line->sprint.v);
    query_put_name(&q, &names_sprint_state, (int)line->from);
    query_put_name(&q, &names_sprint_state, (int)line->to);
    query_put_int(&q, line->at.us);
    query_put_text(&q, line->who);
    query_put_text(&q, line->why);
    return query_run(&q, error);
}

bool sqlite_history(Store *store, SprintId sprint, GPtrArray *lines, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_STATES);

    query_put_int(&q, sprint.v);
    while (query_next(&q)) {
        StateLog *line = g_new0(StateLog, 1);

        g_ptr_array_add(lines, line);
        line->sprint = (SprintId){query_get_int(&q)};
        line->from = (SprintState)query_get_name(&q, &names_sprint_state);
        line->to = (SprintState)query_get_name(&q, &names_sprint_state);
        line->at = query_get_instant(&q);
        line->who = query_get_text(&q);
        line->why = query_get_optional(&q);
    }
    return query_done(&q, error);
}

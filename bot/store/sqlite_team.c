#include "bot/store/sqlite_parts.h"

#include "core/text.h"

static bool find_team(Query *q, TeamId *id, GError **error)
{
    TeamId found = {query_next(q) ? query_get_int(q) : 0};

    if (!query_done(q, error)) {
        return false;
    }
    *id = found;
    return true;
}

bool sqlite_team_in(Store *store, WorkspaceId workspace, const char *channel, TeamId *id,
                    GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_TEAM_IN);

    query_put_int(&q, workspace.v);
    query_put_text(&q, channel);
    return find_team(&q, id, error);
}

bool sqlite_team_named(Store *store, WorkspaceId workspace, const char *name, TeamId *id,
                       GError **error)
{
    g_autofree char *key = text_fold(name);
    g_auto(Query) q = query_of(sqlite_of(store), Q_TEAM_NAMED);

    query_put_int(&q, workspace.v);
    query_put_text(&q, key);
    return find_team(&q, id, error);
}

bool sqlite_teams_of(Store *store, WorkspaceId workspace, const char *member, GArray *ids,
                     GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_TEAMS_OF);
    guint had = ids->len;

    query_put_text(&q, member);
    query_put_int(&q, workspace.v);
    while (query_next(&q)) {
        TeamId team = {query_get_int(&q)};

        g_array_append_val(ids, team);
    }
    if (!query_done(&q, error)) {
        g_array_set_size(ids, had);
        return false;
    }
    return true;
}

bool sqlite_teams(Store *store, WorkspaceId workspace, GArray *ids, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_TEAMS_ALL);

    query_put_int(&q, workspace.v);
    while (query_next(&q)) {
        TeamId team = {query_get_int(&q)};

        g_array_append_val(ids, team);
    }
    return query_done(&q, error);
}

bool sqlite_homes(Store *store, WorkspaceId workspace, GArray *homes, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_HOMES);
    guint had = homes->len;

    query_put_int(&q, workspace.v);
    while (query_next(&q)) {
        Home home = {.channel = query_get_text(&q)};

        home.roster = query_get_text(&q);
        g_array_append_val(homes, home);
    }
    if (!query_done(&q, error)) {
        g_array_set_size(homes, had);
        return false;
    }
    return true;
}

/* The team's own row and lists ---------------------------------------------------------------- */

enum { OUTCOME_WORDS, ACTIVITY_WORDS, COUNTRIES, LIST_COUNT };

static const char *const list_names[LIST_COUNT] = {
    [OUTCOME_WORDS] = "outcome word",
    [ACTIVITY_WORDS] = "activity word",
    [COUNTRIES] = "country",
};

/* Puts each line into its list; a list stays NULL while it is empty. */
static bool load_lists(Sqlite *store, TeamId id, GPtrArray *lists[LIST_COUNT], GError **error)
{
    g_auto(Query) q = query_of(store, Q_TEAM_LINES);
    const Names names = {list_names, LIST_COUNT};

    query_put_int(&q, id.v);
    while (query_next(&q)) {
        GPtrArray **list = &lists[query_get_name(&q, &names)];

        if (*list == NULL) {
            *list = g_ptr_array_new_with_free_func(g_free);
        }
        g_ptr_array_add(*list, query_get_text(&q));
    }
    return query_done(&q, error);
}

/* As a NULL-terminated array, or NULL. */
static char **take_words(GPtrArray *take_list)
{
    g_autoptr(GPtrArray) list = take_list;

    if (list == NULL) {
        return NULL;
    }
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_steal(list, NULL);
}

static bool load_lines(Sqlite *store, Team *team, GError **error)
{
    GPtrArray *lists[LIST_COUNT] = {NULL};
    bool loaded = load_lists(store, team->id, lists, error);

    team->outcome_words = take_words(lists[OUTCOME_WORDS]);
    team->activity_words = take_words(lists[ACTIVITY_WORDS]);
    team->holidays.countries = lists[COUNTRIES];
    return loaded;
}

static bool load_holidays(Sqlite *store, Team *team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_HOLIDAYS);

    query_put_int(&q, team->id.v);
    while (query_next(&q)) {
        Day day = query_get_day(&q);

        if (team->holidays.dates == NULL) {
            team->holidays.dates = g_array_new(FALSE, TRUE, sizeof(Day));
        }
        g_array_append_val(team->holidays.dates, day);
    }
    return query_done(&q, error);
}

static bool load_zone(Sqlite *store, Team *team, GError **error)
{
    team->zone = zone_open(team->zone_name);
    if (team->zone == NULL) {
        return sqlite_refuse(
            STORE_ERROR_FAILED,
            say(W_STORE_NO_ZONE, S("path", store->path), S("zone", team->zone_name)), error);
    }
    return true;
}

/* `*found` is false where there is no such team. */
static bool load_own(Sqlite *store, Team *team, bool *found, GError **error)
{
    g_auto(Query) q = query_of(store, Q_TEAM);

    query_put_int(&q, team->id.v);
    *found = query_next(&q);
    if (*found) {
        team->workspace = (WorkspaceId){query_get_int(&q)};
        team->name = query_get_text(&q);
        team->home = query_get_text(&q);
        team->zone_name = query_get_text(&q);
        team->check_in = query_get_int32(&q);
        team->check_in_minutes = query_get_int32(&q);
        team->working = (Weekdays)query_get_int(&q);
        team->lead = query_get_optional(&q);
        team->escalation = query_get_optional(&q);
        g_autofree char *roster = query_get_text(&q);
        team->roster = *roster != '\0' ? g_steal_pointer(&roster) : NULL;
        team->weekly_day = (Weekday)query_get_name(&q, &names_weekday);
        team->weekly_at = query_get_minute(&q);
    }
    return query_done(&q, error) && (!*found || load_zone(store, team, error));
}

static bool save_own(Sqlite *store, const Team *team, GError **error)
{
    g_autofree char *key = text_fold(team->name);
    g_auto(Query) q = query_of(store, Q_TEAM_SAVE);

    query_put_int(&q, team->id.v);
    query_put_int(&q, team->workspace.v);
    query_put_text(&q, team->name);
    query_put_text(&q, key);
    query_put_text(&q, team->home);
    query_put_text(&q, team->zone_name);
    query_put_int(&q, team->check_in);
    query_put_int(&q, team->check_in_minutes);
    query_put_int(&q, team->working);
    query_put_text(&q, team->lead);
    query_put_text(&q, team->escalation);
    query_put_text(&q, team->roster != NULL ? team->roster : "");
    query_put_name(&q, &names_weekday, (int)team->weekly_day);
    query_put_minute(&q, team->weekly_at);
    return query_run(&q, error);
}

static bool drop_of(Sqlite *store, QueryId id, TeamId team, GError **error)
{
    g_auto(Query) q = query_of(store, id);

    query_put_int(&q, team.v);
    return query_run(&q, error);
}

static bool add_line(Sqlite *store, TeamId team, const char *list, guint place, const char *text,
                     GError **error)
{
    g_auto(Query) q = query_of(store, Q_TEAM_LINE_ADD);

    query_put_int(&q, team.v);
    query_put_text(&q, list);
    query_put_int(&q, place);
    query_put_text(&q, text);
    return query_run(&q, error);
}

static bool save_words(Sqlite *store, TeamId team, const char *list, char **words, GError **error)
{
    for (guint i = 0; words != NULL && words[i] != NULL; i++) {
        if (!add_line(store, team, list, i, words[i], error)) {
            return false;
        }
    }
    return true;
}

static bool save_countries(Sqlite *store, const Team *team, GError **error)
{
    const GPtrArray *codes = team->holidays.countries;

    for (guint i = 0; codes != NULL && i < codes->len; i++) {
        if (!add_line(store, team->id, list_names[COUNTRIES], i, g_ptr_array_index(codes, i),
                      error)) {
            return false;
        }
    }
    return true;
}

static bool save_holidays(Sqlite *store, const Team *team, GError **error)
{
    const GArray *days = team->holidays.dates;

    for (guint i = 0; days != NULL && i < days->len; i++) {
        g_auto(Query) q = query_of(store, Q_HOLIDAY_ADD);

        query_put_int(&q, team->id.v);
        query_put_day(&q, g_array_index(days, Day, i));
        if (!query_run(&q, error)) {
            return false;
        }
    }
    return true;
}

bool sqlite_save_team(Sqlite *store, const Change *change, GError **error)
{
    const Team *team = change->what;

    return save_own(store, team, error) && drop_of(store, Q_TEAM_LINES_DROP, team->id, error) &&
           save_words(store, team->id, list_names[OUTCOME_WORDS], team->outcome_words, error) &&
           save_words(store, team->id, list_names[ACTIVITY_WORDS], team->activity_words, error) &&
           save_countries(store, team, error) && drop_of(store, Q_HOLIDAYS_DROP, team->id, error) &&
           save_holidays(store, team, error);
}

/* Members ------------------------------------------------------------------------------------- */

/* A row for each absence, or one for none; the row's member is the last one, or a new one. */
static Member *get_member(Query *q, GPtrArray *members)
{
    Member *last = members->len > 0 ? g_ptr_array_index(members, members->len - 1) : NULL;
    g_autofree char *id = query_get_text(q);

    if (last != NULL && g_strcmp0(last->id, id) == 0) {
        return last;
    }
    last = member_new(id);
    g_ptr_array_add(members, last);
    return last;
}

static bool load_members(Sqlite *store, Team *team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_MEMBERS);

    query_put_int(&q, team->id.v);
    while (query_next(&q)) {
        Member *member = get_member(&q, team->members);
        Window away = {0};

        away.first = query_get_day(&q);
        away.last = query_get_day(&q);
        if (day_is_set(away.first)) {
            g_array_append_val(member->away, away);
        }
        member->present = query_get_bool(&q);
        member->days_off = (Weekdays)query_get_int(&q);
        member->nudged = query_get_day(&q);
    }
    return query_done(&q, error);
}

static bool save_away(Sqlite *store, TeamId team, const Member *member, GError **error)
{
    for (guint i = 0; i < member->away->len; i++) {
        Window days = g_array_index(member->away, Window, i);
        g_auto(Query) q = query_of(store, Q_ABSENCE_ADD);

        query_put_int(&q, team.v);
        query_put_text(&q, member->id);
        query_put_int(&q, i);
        query_put_day(&q, days.first);
        query_put_day(&q, days.last);
        if (!query_run(&q, error)) {
            return false;
        }
    }
    return true;
}

static bool drop_away(Sqlite *store, TeamId team, const Member *member, GError **error)
{
    g_auto(Query) q = query_of(store, Q_ABSENCES_DROP);

    query_put_int(&q, team.v);
    query_put_text(&q, member->id);
    return query_run(&q, error);
}

static bool save_member(Sqlite *store, TeamId team, const Member *member, GError **error)
{
    g_auto(Query) q = query_of(store, Q_MEMBER_SAVE);

    query_put_int(&q, team.v);
    query_put_text(&q, member->id);
    query_put_int(&q, member->present);
    query_put_int(&q, member->days_off);
    query_put_day(&q, member->nudged);
    return query_run(&q, error);
}

bool sqlite_save_member(Sqlite *store, const Change *change, GError **error)
{
    TeamId team = change->team->id;
    const Member *member = change->what;

    return save_member(store, team, member, error) && drop_away(store, team, member, error) &&
           save_away(store, team, member, error);
}

/* Periods and objectives ---------------------------------------------------------------------- */

static bool load_periods(Sqlite *store, Team *team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_PERIODS);

    query_put_int(&q, team->id.v);
    while (query_next(&q)) {
        Period *period = g_new0(Period, 1);

        g_ptr_array_add(team->periods, period);
        period->id = (PeriodId){query_get_int(&q)};
        period->name = query_get_text(&q);
        period->days.first = query_get_day(&q);
        period->days.last = query_get_day(&q);
    }
    return query_done(&q, error);
}

bool sqlite_save_period(Sqlite *store, const Change *change, GError **error)
{
    const Period *period = change->what;
    g_auto(Query) q = query_of(store, Q_PERIOD_SAVE);

    query_put_int(&q, period->id.v);
    query_put_int(&q, change->team->id.v);
    query_put_text(&q, period->name);
    query_put_day(&q, period->days.first);
    query_put_day(&q, period->days.last);
    return query_run(&q, error);
}

static bool load_objectives(Sqlite *store, Team *team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_OBJECTIVES);

    query_put_int(&q, team->id.v);
    while (query_next(&q)) {
        Objective *objective = g_new0(Objective, 1);

        g_ptr_array_add(team->objectives, objective);
        objective->id = (ObjectiveId){query_get_int(&q)};
        objective->period = (PeriodId){query_get_int(&q)};
        objective->number = query_get_int32(&q);
        objective->text = query_get_text(&q);
    }
    return query_done(&q, error);
}

bool sqlite_save_objective(Sqlite *store, const Change *change, GError **error)
{
    const Objective *objective = change->what;
    g_auto(Query) q = query_of(store, Q_OBJECTIVE_SAVE);

    query_put_int(&q, objective->id.v);
    query_put_int(&q, change->team->id.v);
    query_put_int(&q, objective->period.v);
    query_put_int(&q, objective->number);
    query_put_text(&q, objective->text);
    return query_run(&q, error);
}

/* Whole --------------------------------------------------------------------------------------- */

bool sqlite_team_load(Store *base, TeamId id, Team **out, GError **error)
{
    Sqlite *store = sqlite_of(base);
    g_autoptr(Team) team = team_new();
    bool found = false;

    team->id = id;
    if (!load_own(store, team, &found, error)) {
        return false;
    }
    if (!found) {
        *out = NULL;
        return true;
    }
    if (!load_lines(store, team, error) || !load_holidays(store, team, error) ||
        !load_members(store, team, error) || !load_periods(store, team, error) ||
        !load_objectives(store, team, error) || !sqlite_load_tacticals(store, team, error) ||
        !sqlite_load_recalibrations(store, team, error) || !sqlite_load_links(store, team, error) ||
        !sqlite_load_proposals(store, team, error) || !sqlite_load_tokens(store, team, error) ||
        !sqlite_load_weeklies(store, id, STORE_WEEKLIES_MAX, team->weeklies, error)) {
        return false;
    }
    *out = g_steal_pointer(&team);
    return true;
}

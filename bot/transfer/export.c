/* One pass over the store: a workspace's teams with all that is theirs, then its sprints by number.
 * Each row begins with whose it is, and is emptied behind that when the next one comes. */

#include "bot/transfer/export.h"

#include <stdio.h>
#include <string.h>

#include "bot/transfer/cell.h"
#include "bot/transfer/open.h"
#include "core/mention.h"
#include "core/words.h"

enum { EXIT_WRITTEN = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

typedef struct Export {
    Store *store;
    Sink *sink;
    const char *workspace;
    GHashTable *names;   /* TeamId -> char * */
    GHashTable *numbers; /* KrId -> the tactical KR's number */
} Export;

/* Cells --------------------------------------------------------------------------------------- */

static void put(SinkRow *row, Column column, const char *text)
{
    g_free(row->cells[column]);
    row->cells[column] = g_strdup(text);
}

static void take(SinkRow *row, Column column, char *take_text)
{
    g_free(row->cells[column]);
    row->cells[column] = take_text;
}

static void put_number(SinkRow *row, Column column, int64_t number)
{
    take(row, column, g_strdup_printf("%" G_GINT64_FORMAT, number));
}

static void put_decimal(SinkRow *row, Column column, Decimal value)
{
    take(row, column, decimal_text(value));
}

static void put_day(SinkRow *row, Column column, Day day)
{
    take(row, column, day_is_set(day) ? day_iso(day) : NULL);
}

static void put_instant(SinkRow *row, Column column, Instant at)
{
    take(row, column, cell_of_instant(at));
}

static void put_yes(SinkRow *row, Column column, bool yes)
{
    put(row, column, cell_of_yes(yes));
}

/* "a, b" */
static void put_list(SinkRow *row, Column column, char **words)
{
    take(row, column, words != NULL ? g_strjoinv(", ", words) : NULL);
}

/* What both sorts of key results have in common. */
static void put_kr(SinkRow *row, const Kr *kr)
{
    put_number(row, COL_KR_NUMBER, kr->number);
    put(row, COL_KR, kr->statement);
    put(row, COL_KEEP, kr->kept_because);
    put(row, COL_METRIC, kr->metric);
    put(row, COL_DIRECTION, cell_of_direction(kr->direction));
    put(row, COL_KIND, cell_of_kind(kr->kind));
    put_decimal(row, COL_BASELINE, kr->baseline);
    put_decimal(row, COL_TARGET, kr->target);
    put_decimal(row, COL_TARGET_HIGH, kr->target_high);
    take(row, COL_UNIT, cell_of_unit(&kr->unit));
}

/* The readings that count: what was taken back is told by nobody any more. */
static void export_readings(Export *export, TableId table, SinkRow *row, const Kr *kr,
                            const GPtrArray *readings)
{
    g_autoptr(GHashTable) retracted = g_hash_table_new(g_int64_hash, g_int64_equal);

    put_number(row, COL_KR_NUMBER, kr->number);
    put(row, COL_METRIC, kr->metric);
    take(row, COL_UNIT, cell_of_unit(&kr->unit));
    for (guint i = 0; i < readings->len; i++) {
        Reading *reading = g_ptr_array_index(readings, i);

        g_hash_table_add(retracted, &reading->retracts.v);
    }
    for (guint i = 0; i < readings->len; i++) {
        const Reading *reading = g_ptr_array_index(readings, i);

        if (ID_SET(reading->retracts) || g_hash_table_contains(retracted, &reading->id.v)) {
            continue;
        }
        put_day(row, COL_DAY, reading->day);
        put_instant(row, COL_AT, reading->at);
        put_decimal(row, COL_VALUE, reading->value);
        put(row, COL_SOURCE, cell_of_source(reading->source));
        sink_put(export->sink, table, row);
    }
}

/* Teams --------------------------------------------------------------------------------------- */

static void begin_team_row(const Export *export, const Team *team, SinkRow *row)
{
    put(row, COL_WORKSPACE, export->workspace);
    put(row, COL_TEAM, team->name);
}

static void export_team_row(Export *export, const Team *team)
{
    g_auto(SinkRow) row = {0};

    begin_team_row(export, team, &row);
    put(&row, COL_HOME, team->home);
    take(&row, COL_GROUP, team->roster != NULL ? mention_of_group(team->roster) : NULL);
    put(&row, COL_TIMEZONE, team->zone_name);
    take(&row, COL_CHECK_IN, minute_text(team->check_in));
    put_number(&row, COL_MINUTES, team->check_in_minutes);
    take(&row, COL_WORKING_DAYS, weekdays_text(team->working));
    take(&row, COL_HOLIDAYS, holidays_text(&team->holidays));
    put_list(&row, COL_OUTCOME_WORDS, team->outcome_words);
    put_list(&row, COL_ACTIVITY_WORDS, team->activity_words);
    sink_put(export->sink, TABLE_TEAMS, &row);
}

static void export_periods(Export *export, const Team *team)
{
    g_auto(SinkRow) row = {0};

    begin_team_row(export, team, &row);
    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);

        put(&row, COL_PERIOD, period->name);
        put_day(&row, COL_FIRST_DAY, period->days.first);
        put_day(&row, COL_LAST_DAY, period->days.last);
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

    begin_team_row(export, team, &row);
    for (guint i = 0; i < team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(team->objectives, i);

        put(&row, COL_PERIOD, period_name(team, objective->period));
        put_number(&row, COL_OBJECTIVE_NUMBER, objective->number);
        put(&row, COL_OBJECTIVE, objective->text);
        sink_put(export->sink, TABLE_OBJECTIVES, &row);
    }
}

static void export_tactical_row(Export *export, const Team *team, const Tactical *tactical)
{
    const Objective *objective = team_objective(team, tactical->objective);
    g_auto(SinkRow) row = {0};

    begin_team_row(export, team, &row);
    if (objective != NULL) {
        put(&row, COL_PERIOD, period_name(team, objective->period));
        put_number(&row, COL_OBJECTIVE_NUMBER, objective->number);
    }
    put_kr(&row, tactical->track->kr);
    if (tactical->confidence >= 0) {
        put_number(&row, COL_CONFIDENCE, tactical->confidence);
    }
    put_yes(&row, COL_DROPPED, tactical->dropped);
    sink_put(export->sink, TABLE_KRS, &row);
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
    g_hash_table_insert(export->numbers, g_memdup2(&kr->id.v, sizeof kr->id.v),
                        GINT_TO_POINTER(kr->number));
    if (!export->store->ops->readings(export->store, kr->id, readings, error)) {
        return false;
    }
    begin_team_row(export, team, &row);
    export_readings(export, TABLE_READINGS, &row, kr, readings);
    return true;
}

static bool export_team(Export *export, TeamId id, GError **error)
{
    g_autoptr(Team) team = NULL;

    if (!export->store->ops->team_load(export->store, id, &team, error)) {
        return false;
    }
    g_hash_table_insert(export->names, g_memdup2(&id.v, sizeof id.v), g_strdup(team->name));
    export_team_row(export, team);
    export_periods(export, team);
    export_objectives(export, team);
    for (guint i = 0; i < team->tacticals->len; i++) {
        if (!export_tactical(export, team, g_ptr_array_index(team->tacticals, i), error)) {
            return false;
        }
    }
    return true;
}

/* Sprints ------------------------------------------------------------------------------------- */

static void begin_sprint_row(const Export *export, const Sprint *sprint, SinkRow *row)
{
    put(row, COL_WORKSPACE, export->workspace);
    put_number(row, COL_SPRINT, sprint->number);
}

static const char *team_name(const Export *export, TeamId id)
{
    return g_hash_table_lookup(export->names, &id.v);
}

static void put_teams(const Export *export, const Sprint *sprint, SinkRow *row)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < sprint->owners->len; i++) {
        const char *name = team_name(export, g_array_index(sprint->owners, TeamId, i));

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", name != NULL ? name : "");
    }
    take(row, COL_TEAMS, g_string_free(list, FALSE));
}

static void put_anchor(const Export *export, const Sprint *sprint, SinkRow *row)
{
    put(row, COL_ANCHOR_TEAM, team_name(export, sprint->anchor_team));
    put_number(row, COL_ANCHOR_NUMBER,
               GPOINTER_TO_INT(g_hash_table_lookup(export->numbers, &sprint->anchor.v)));
    put(row, COL_ANCHOR, sprint->anchor_statement);
    take(row, COL_UNIT, cell_of_unit(&sprint->anchor_unit));
    put_decimal(row, COL_ANCHOR_OPEN, sprint->anchor_open);
    put_decimal(row, COL_ANCHOR_TARGET, sprint->anchor_target);
    if (sprint->retro.anchor_known) {
        put_decimal(row, COL_ANCHOR_CLOSE, sprint->retro.anchor_close);
    }
}

static void put_retro(const Retro *retro, SinkRow *row)
{
    put(row, COL_MOVED, moved_name(retro->moved));
    put(row, COL_MOVED_HOW, retro->moved_how);
    put(row, COL_LEARNED, retro->learned);
    put(row, COL_CHANGE, tactical_change_name(retro->change));
    put(row, COL_CHANGE_TO, retro->change_to);
    put_yes(row, COL_CHANGE_APPLIED, retro->change_applied);
}

static void export_sprint_row(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    put_teams(export, sprint, &row);
    put(&row, COL_STATE, sprint_state_name(sprint->state));
    put(&row, COL_TRIGGER, sprint->trigger);
    put(&row, COL_SITUATION, sprint->situation);
    put_anchor(export, sprint, &row);
    put_day(&row, COL_FIRST_DAY, sprint->window.first);
    put_day(&row, COL_LAST_DAY, sprint->window.last);
    put(&row, COL_OBJECTIVE, sprint->objective);
    put_instant(&row, COL_OPENED, sprint->opened);
    put_instant(&row, COL_CLOSING, sprint->closing);
    put_instant(&row, COL_CLOSED, sprint->closed);
    put_yes(&row, COL_ENDED_EARLY, sprint->ended_early);
    put(&row, COL_EARLY_REASON, sprint->early_reason);
    put_retro(&sprint->retro, &row);
    sink_put(export->sink, TABLE_SPRINTS, &row);
}

static void export_sprint_krs(Export *export, const Sprint *sprint)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);
        g_auto(SinkRow) row = {0}, readings = {0};

        begin_sprint_row(export, sprint, &row);
        put_kr(&row, kr->track->kr);
        if (track_current(kr->track) != NULL) {
            put_decimal(&row, COL_VALUE, track_value(kr->track));
        }
        put(&row, COL_CAUSE, cause_name(kr->cause));
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

        put_number(&row, COL_NUMBER, i + 1);
        put(&row, COL_INITIATIVE, text);
        put(&row, COL_MOVED,
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

        put(&row, COL_TEAM, team_name(export, checkin->team));
        put_day(&row, COL_DAY, checkin->day);
        put_instant(&row, COL_ASKED, checkin->asked);
        put_yes(&row, COL_HELD, checkin_answered(checkin));
        sink_put(export->sink, TABLE_CHECKINS, &row);
    }
}

static void export_blockers(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    for (guint i = 0; i < sprint->blockers->len; i++) {
        const Blocker *blocker = g_ptr_array_index(sprint->blockers, i);

        put_number(&row, COL_NUMBER, blocker->number);
        put(&row, COL_BLOCKER, blocker->text);
        put_instant(&row, COL_SINCE, blocker->since);
        put_instant(&row, COL_CLEARED, blocker->cleared);
        sink_put(export->sink, TABLE_BLOCKERS, &row);
    }
}

static void export_actions(Export *export, const Sprint *sprint)
{
    g_auto(SinkRow) row = {0};

    begin_sprint_row(export, sprint, &row);
    for (guint i = 0; i < sprint->retro.actions->len; i++) {
        const Action *action = g_ptr_array_index(sprint->retro.actions, i);

        put_number(&row, COL_NUMBER, action->number);
        put(&row, COL_ACTION, action->text);
        put_day(&row, COL_DUE, action->due);
        put_yes(&row, COL_DONE, action->done);
        put(&row, COL_DROPPED_BECAUSE, action->dropped);
        sink_put(export->sink, TABLE_ACTIONS, &row);
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

        put_instant(&row, COL_AT, line->at);
        put(&row, COL_FROM, sprint_state_name(line->from));
        put(&row, COL_TO, sprint_state_name(line->to));
        put(&row, COL_WHY, line->why);
        sink_put(export->sink, TABLE_STATES, &row);
    }
    return true;
}

static bool export_sprint(Export *export, SprintId id, GError **error)
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
    return export_states(export, sprint, error);
}

/* Workspaces ---------------------------------------------------------------------------------- */

static bool export_teams(Export *export, WorkspaceId workspace, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(TeamId));

    if (!export->store->ops->teams(export->store, workspace, ids, error)) {
        return false;
    }
    for (guint i = 0; i < ids->len; i++) {
        if (!export_team(export, g_array_index(ids, TeamId, i), error)) {
            return false;
        }
    }
    return true;
}

static bool export_sprints(Export *export, WorkspaceId workspace, GError **error)
{
    const StoreOps *ops = export->store->ops;
    int32_t next = 0;

    if (!ops->next_sprint_number(export->store, workspace, &next, error)) {
        return false;
    }
    for (int32_t number = 1; number < next; number++) {
        SprintId id = {0};

        if (!ops->sprint_numbered(export->store, workspace, number, &id, error) ||
            (ID_SET(id) && !export_sprint(export, id, error))) {
            return false;
        }
    }
    return true;
}

static bool export_workspace(Export *export, const char *name, GError **error)
{
    WorkspaceId id = {0};

    export->workspace = name;
    return export->store->ops->workspace(export->store, name, &id, error) &&
           export_teams(export, id, error) && export_sprints(export, id, error);
}

static bool export_all(Export *export, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    if (!export->store->ops->workspaces(export->store, names, error)) {
        return false;
    }
    for (guint i = 0; i < names->len; i++) {
        if (!export_workspace(export, g_ptr_array_index(names, i), error)) {
            return false;
        }
    }
    return true;
}

bool export_store(Store *store, Sink *sink, GError **error)
{
    Export export = {
        .store = store,
        .sink = sink,
        .names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free),
        .numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
    };
    bool done = export_all(&export, error);

    g_hash_table_unref(export.names);
    g_hash_table_unref(export.numbers);
    return done;
}

/* The subcommand ------------------------------------------------------------------------------ */

static void tell_done(const Sink *sink, const char *where)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (TableId id = 0; id < TABLE_COUNT; id++) {
        g_string_append(list, list->len > 0 ? ", " : "");
        say_on(list, W_EXPORT_ROWS, N("n", sink_rows(sink, id)), S("table", tables[id].name));
    }
    g_autofree char *text = say(W_EXPORT_DONE, S("where", where), S("list", list->str));

    (void)fprintf(stderr, "%s\n", text); /* standard output may be the document */
}

static int export_to(Store *store, bool json, const char *out)
{
    g_autoptr(GError) error = NULL;
    const char *folder = out != NULL ? out : "anchord-export";
    g_autoptr(Sink) sink = json ? sink_json(out, &error) : sink_csv(folder, &error);

    if (sink == NULL || !export_store(store, sink, &error) || !sink_finish(sink, &error)) {
        (void)fprintf(stderr, "anchord export: %s\n", error->message);
        return EXIT_FAILED;
    }
    tell_done(sink, !json ? folder : out != NULL ? out : "-");
    return EXIT_WRITTEN;
}

static int complain(char *take_text)
{
    (void)fprintf(stderr, "%s\n", take_text);
    g_free(take_text);
    return EXIT_USAGE;
}

int export_main(int argc, char **argv)
{
    g_auto(Opened) opened = {0};
    g_autofree char *format = NULL, *out = NULL, *help = tables_help(false);
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_STRING, &format, words_template(W_EXPORT_FORMAT), "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &out, words_template(W_EXPORT_OUT), "PATH"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_set_prgname("anchord export");
    g_option_context_set_summary(context, words_template(W_EXPORT_ABOUT));
    g_option_context_set_description(context, help);
    opened_options(&opened, context);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        return complain(g_strdup_printf("anchord export: %s", error->message));
    }
    if (argc > 1) {
        return complain(say(W_TRANSFER_NOTHING, S("name", "export"), S("word", argv[1])));
    }
    if (format != NULL && strcmp(format, "csv") != 0 && strcmp(format, "json") != 0) {
        return complain(say(W_EXPORT_UNKNOWN_FORMAT, S("format", format)));
    }
    int code = opened_store(&opened, OPEN_NOT);
    return code != EXIT_WRITTEN ? code
                                : export_to(opened.store, g_strcmp0(format, "json") == 0, out);
}

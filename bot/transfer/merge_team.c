#include <string.h>

#include "bot/transfer/merge_parts.h"
#include "core/form.h"
#include "core/text.h"

/* Which workspace ----------------------------------------------------------------------------- */

static const char *workspace_name(const Merge *merge, const Record *record)
{
    const char *name = record_get(record, COL_WORKSPACE);

    name = name != NULL ? name : merge->ask->workspace;
    return name == NULL && merge->workspaces->len == 1 ? g_ptr_array_index(merge->workspaces, 0)
                                                       : name;
}

static bool is_known(const Merge *merge, const char *name)
{
    return g_ptr_array_find_with_equal_func(merge->workspaces, name, g_str_equal, NULL);
}

static char *workspace_list(const Merge *merge)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < merge->workspaces->len; i++) {
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(merge->workspaces, i));
    }
    return g_string_free(list, FALSE);
}

static void tell_workspace(Merge *merge, Record *record, const char *name)
{
    g_autofree char *list = workspace_list(merge);
    g_autofree char *quoted = text_cut(name != NULL ? name : "", 60);

    records_fault(merge->records, record,
                  name == NULL
                      ? say(W_IMPORT_NO_WORKSPACE)
                      : say(W_IMPORT_UNKNOWN_WORKSPACE, S("name", quoted), S("list", list)));
}

/* Finding ------------------------------------------------------------------------------------- */

static bool load_team(Merge *merge, TeamId id, Team **out, GError **error)
{
    Store *store = merge->ask->store;
    Team *team = world_team(merge->world, id);

    if (team == NULL) {
        if (!store->ops->team_load(store, id, &team, error)) {
            return false;
        }
        world_add_team(merge->world, team);
        merge_know_krs(merge, team);
    }
    *out = team;
    return true;
}

/* Where no row and no option names one: the only team there is. */
static bool only_team(Merge *merge, WorkspaceId workspace, TeamId *id, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(TeamId));
    Store *store = merge->ask->store;

    if (!store->ops->teams(store, workspace, ids, error)) {
        return false;
    }
    *id = ids->len == 1 ? g_array_index(ids, TeamId, 0) : (TeamId){0};
    return true;
}

/* NULL: there is none. */
static bool find_team(Merge *merge, const char *workspace, const char *name, Team **team,
                      GError **error)
{
    Store *store = merge->ask->store;
    WorkspaceId in = {0};
    TeamId id = {0};

    *team = NULL;
    return store->ops->workspace(store, workspace, &in, error) &&
           (name != NULL ? store->ops->team_named(store, in, name, &id, error)
                         : only_team(merge, in, &id, error)) &&
           (!ID_SET(id) || load_team(merge, id, team, error));
}

static void tell_team(Merge *merge, Record *record, const char *workspace, const char *name)
{
    g_autofree char *quoted = text_cut(name != NULL ? name : "", 60);

    records_fault(merge->records, record,
                  name == NULL
                      ? say(W_IMPORT_NO_TEAM)
                      : say(W_IMPORT_UNKNOWN_TEAM, S("name", quoted), S("workspace", workspace)));
}

bool merge_team_called(Merge *merge, Record *record, const char *name, Team **team, GError **error)
{
    const char *workspace = workspace_name(merge, record);
    gpointer known = NULL;

    *team = NULL;
    if (workspace == NULL || !is_known(merge, workspace)) {
        tell_workspace(merge, record, workspace);
        return true;
    }
    name = name != NULL ? name : merge->ask->team;
    g_autofree char *key = g_strdup_printf("%s\n%s", workspace, name != NULL ? name : "");
    if (g_hash_table_lookup_extended(merge->named, key, NULL, &known)) {
        *team = known;
    } else if (find_team(merge, workspace, name, team, error)) {
        g_hash_table_insert(merge->named, g_steal_pointer(&key), *team);
    } else {
        return false;
    }
    if (*team == NULL) {
        tell_team(merge, record, workspace, name);
    }
    return true;
}

bool merge_team_of(Merge *merge, Record *record, Team **team, GError **error)
{
    return merge_team_called(merge, record, record_get(record, COL_TEAM), team, error);
}

/* Making -------------------------------------------------------------------------------------- */

typedef struct Setting {
    Column column;
    const char *key; /* in the form of /sprint setup */
} Setting;

static const Setting settings[] = {
    {COL_TEAM, "name"},
    {COL_TIMEZONE, "timezone"},
    {COL_CHECK_IN, "check-in"},
    {COL_MINUTES, "minutes"},
    {COL_WORKING_DAYS, "working days"},
    {COL_WEEKLY, "weekly"},
    {COL_HOLIDAYS, "holidays"},
    {COL_GROUP, "members"},
    {COL_OUTCOME_WORDS, "outcome words"},
    {COL_ACTIVITY_WORDS, "activity words"},
};

static FormValues *values_of(const Record *record)
{
    FormValues *values = form_values_new(form_named("sprint setup"));

    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
        const char *cell = record_get(record, settings[i].column);

        if (cell != NULL) {
            form_put(values, settings[i].key, 0, cell);
        }
    }
    return values;
}

static bool save_changes(Merge *merge, Record *record, const Turn *turn, GError **error)
{
    for (guint i = 0; i < turn->changes->len; i++) {
        const Change *change = &g_array_index(turn->changes, Change, i);

        if (!merge_save(merge, record, change->kind, change->team, change->what, error)) {
            return false;
        }
    }
    return true;
}

/* Kept until the end of the import, also when the world that it was made in is gone. */
static void keep_zones(Merge *merge, const Turn *turn)
{
    for (guint i = 0; i < turn->changes->len; i++) {
        const Change *change = &g_array_index(turn->changes, Change, i);

        if (change->kind == CHANGE_TEAM) {
            g_hash_table_add(merge->zones, g_time_zone_ref(((const Team *)change->what)->zone));
        }
    }
}

/* The form of the chat does it, as if somebody had sent it from that channel. */
static bool make_team(Merge *merge, Record *record, WorkspaceId workspace, GError **error)
{
    const char *home = record_get(record, COL_HOME), *name = record_get(record, COL_TEAM);
    g_autoptr(World) world = world_new(); /* of its own: names are looked up in all of one */
    g_autoptr(Turn) turn = merge_turn(merge, NULL, workspace, home);
    g_autoptr(FormValues) values = values_of(record);
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autofree char *folded = text_fold(name);

    turn->world = world;
    world_mark(world, NEED_TEAM_NAMED, folded, 0); /* the store was asked */
    if (form_check(turn, values, faults) != CHECK_OK) {
        for (guint i = 0; i < faults->len; i++) {
            const FormFault *fault = g_ptr_array_index(faults, i);

            records_fault(merge->records, record, g_strdup(fault->why));
        }
        return true;
    }
    bool made = values->form->submit(turn, values);

    g_assert(made);
    keep_zones(merge, turn);
    merge->merged->teams++;
    say_on(merge->merged->news, W_IMPORT_NEW_TEAM, S("team", name), S("home", home));
    g_string_append_c(merge->merged->news, '\n');
    return save_changes(merge, record, turn, error);
}

static bool home_is_free(Merge *merge, Record *record, WorkspaceId workspace, bool *is_free,
                         GError **error)
{
    const char *home = record_get(record, COL_HOME);
    Store *store = merge->ask->store;
    TeamId id = {0};
    Team *team = NULL;

    if (!store->ops->team_in(store, workspace, home, &id, error) ||
        (ID_SET(id) && !load_team(merge, id, &team, error))) {
        return false;
    }
    *is_free = team == NULL;
    if (team != NULL) {
        records_fault(merge->records, record,
                      say(W_IMPORT_HOME_TAKEN, S("home", home), S("team", team->name)));
    }
    return true;
}

bool merge_team(Merge *merge, Record *record, GError **error)
{
    const char *workspace = workspace_name(merge, record), *name = record_get(record, COL_TEAM);
    Store *store = merge->ask->store;
    WorkspaceId in = {0};
    TeamId id = {0};
    bool is_free = false;

    if (workspace == NULL || name == NULL) {
        records_fault(merge->records, record,
                      say(workspace == NULL ? W_IMPORT_NO_WORKSPACE : W_IMPORT_NO_TEAM));
        return true;
    }
    if (!store->ops->workspace(store, workspace, &in, error)) {
        return false;
    }
    if (!is_known(merge, workspace)) {
        g_ptr_array_add(merge->workspaces, g_strdup(workspace));
    }
    if (!store->ops->team_named(store, in, name, &id, error)) {
        return false;
    }
    if (ID_SET(id)) {
        return true; /* it is as its own channel made it */
    }
    return home_is_free(merge, record, in, &is_free, error) &&
           (!is_free || make_team(merge, record, in, error));
}

#include "bot/transfer/merge.h"

#include "bot/transfer/merge_parts.h"
#include "core/words.h"

void merged_init(Merged *merged)
{
    *merged = (Merged){.news = g_string_new(NULL)};
}

void merged_clear(Merged *merged)
{
    g_string_free(merged->news, TRUE);
    *merged = (Merged){0};
}

bool merge_save(Merge *merge, Record *record, ChangeKind kind, Team *team, void *what,
                GError **error)
{
    const Change change = {.kind = kind, .team = team, .what = what};

    record->added = true;
    return merge->ask->store->ops->save(merge->ask->store, &change, error);
}

static void free_event(gpointer event)
{
    event_free(event);
}

Turn *merge_turn(Merge *merge, Team *team, WorkspaceId workspace, const char *channel)
{
    Event *event = event_new(EVENT_COMMAND, "import");

    event->workspace = workspace;
    event->channel = g_strdup(channel);
    event->conversation = true; /* refusals name what is written, not what is pressed */
    Turn *turn = turn_new(merge->world, event, merge->ask->now, merge->ask->policy, &merge->ids);
    turn_own(turn, event, free_event);
    turn->team = team;
    return turn;
}

/* Passes -------------------------------------------------------------------------------------- */

static bool has(const Record *record, Column column)
{
    return record_get(record, column) != NULL;
}

static bool is_period(const Record *record)
{
    return has(record, COL_FIRST_DAY) || has(record, COL_LAST_DAY);
}

static bool is_objective(const Record *record)
{
    return has(record, COL_OBJECTIVE);
}

static bool is_kr(const Record *record)
{
    return has(record, COL_KR);
}

static bool is_recalibration(const Record *record)
{
    return has(record, COL_WAS) || has(record, COL_WAS_HIGH) || has(record, COL_KR_WAS) ||
           has(record, COL_WHY);
}

static bool is_link(const Record *record)
{
    return has(record, COL_FEEDS) || has(record, COL_FEEDS_NUMBER) || has(record, COL_FEEDS_TEAM);
}

/* A day without a value is a mistake, unless it is that of something else. */
static bool is_reading(const Record *record)
{
    return has(record, COL_VALUE) || ((has(record, COL_DAY) || has(record, COL_AT)) &&
                                      !is_recalibration(record) && !is_link(record));
}

typedef struct Pass {
    bool (*is_meant)(const Record *record);
    bool (*take)(Merge *merge, Record *record, Team *team, GError **error);
} Pass;

static const Pass passes[] = {
    {is_period, merge_period}, {is_objective, merge_objective},
    {is_kr, merge_kr},         {is_recalibration, merge_recalibration},
    {is_link, merge_link},     {is_reading, merge_reading},
};

static bool take_teams(Merge *merge, GError **error)
{
    GArray *rows = merge->records->rows;

    for (guint i = 0; i < rows->len; i++) {
        Record *record = &g_array_index(rows, Record, i);

        if (!record->wrong && record_get(record, COL_HOME) != NULL &&
            !merge_team(merge, record, error)) {
            return false;
        }
    }
    return true;
}

static bool take_pass(Merge *merge, const Pass *pass, GError **error)
{
    GArray *rows = merge->records->rows;

    for (guint i = 0; i < rows->len; i++) {
        Record *record = &g_array_index(rows, Record, i);
        Team *team = NULL;

        if (record->wrong || !pass->is_meant(record)) {
            continue;
        }
        if (!merge_team_of(merge, record, &team, error) ||
            (team != NULL && !pass->take(merge, record, team, error))) {
            return false;
        }
    }
    return true;
}

static void count_known(Merge *merge)
{
    const GArray *rows = merge->records->rows;

    for (guint i = 0; i < rows->len; i++) {
        const Record *record = &g_array_index(rows, Record, i);

        merge->merged->known += !record->wrong && !record->added;
    }
}

static bool take_all(Merge *merge, GError **error)
{
    Store *store = merge->ask->store;

    if (!store->ops->ids_load(store, &merge->ids, error) ||
        !store->ops->workspaces(store, merge->workspaces, error) || !take_teams(merge, error)) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(passes); i++) {
        if (!take_pass(merge, &passes[i], error)) {
            return false;
        }
    }
    merge_tell_counts(merge);
    if (!merge_recalibrations_done(merge, error) || !merge_readings_done(merge, error)) {
        return false;
    }
    count_known(merge);
    return store->ops->ids_save(store, &merge->ids, error);
}

/* Whole --------------------------------------------------------------------------------------- */

static void merge_begin(Merge *merge)
{
    merge->world = world_new();
    merge->workspaces = g_ptr_array_new_with_free_func(g_free);
    merge->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    merge->zones = g_hash_table_new_full(NULL, NULL, (GDestroyNotify)g_time_zone_unref, NULL);
    merge->krs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    merge->books = g_hash_table_new(NULL, NULL);
    merge->ordered = g_ptr_array_new_with_free_func(merge_book_free);
    merge->changes = merge_changes_new();
    merge->touched = g_hash_table_new(NULL, NULL);
}

static void merge_end(Merge *merge)
{
    g_hash_table_unref(merge->touched);
    g_array_unref(merge->changes);
    g_ptr_array_unref(merge->ordered);
    g_hash_table_unref(merge->books);
    g_hash_table_unref(merge->krs);
    g_hash_table_unref(merge->zones);
    g_hash_table_unref(merge->named);
    g_ptr_array_unref(merge->workspaces);
    world_free(merge->world);
}

bool merge(const MergeAsk *ask, Records *records, Merged *merged, GError **error)
{
    const StoreOps *ops = ask->store->ops;
    Merge merge = {.ask = ask, .records = records, .merged = merged};

    if (!ops->begin(ask->store, error)) {
        return false;
    }
    merge_begin(&merge);
    bool taken = take_all(&merge, error);

    merge_end(&merge);
    if (taken && !ask->dry_run && !faults_any(&records->faults) && ops->commit(ask->store, error)) {
        return true;
    }
    ops->rollback(ask->store);
    return taken && (ask->dry_run || faults_any(&records->faults));
}

#include "bot/store/sqlite_parts.h"

/* The round through the event keys goes on each time so many have been noted, and by twice as many
 * as were. */
#define ROUND_STEP 64

/* The first column of the first row, or 0 when there is none. */
static bool ask(Query *q, int64_t *answer, GError **error)
{
    int64_t value = query_next(q) ? query_get_int(q) : 0;

    if (!query_done(q, error)) {
        return false;
    }
    *answer = value;
    return true;
}

/* Event keys ---------------------------------------------------------------------------------- */

bool sqlite_note_event(Store *store, const char *key, Instant now, bool *fresh, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_EVENT_NOTE);

    query_put_text(&q, key);
    query_put_int(&q, now.us);
    if (!query_run(&q, error)) {
        return false;
    }
    *fresh = sqlite3_changes(q.store->db) > 0;
    q.store->round_in -= *fresh;
    return true;
}

bool sqlite_knows_event(Store *store, const char *key, bool *known, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_EVENT_KNOWN);
    int64_t found = 0;

    query_put_text(&q, key);
    if (!ask(&q, &found, error)) {
        return false;
    }
    *known = found != 0;
    return true;
}

/* The key that ends the next stretch of the round; NULL: there are not so many. */
static bool find_stretch(Sqlite *store, const char *from, char **to, GError **error)
{
    g_auto(Query) q = query_of(store, Q_EVENTS_STRETCH);

    query_put_text(&q, from);
    query_put_int(&q, INT64_C(2) * (ROUND_STEP - store->round_in));
    *to = query_next(&q) ? query_get_text(&q) : NULL;
    return query_done(&q, error);
}

/* An index by age would cost each key as much again as its own place. */
bool sqlite_forget_events(Store *base, Instant before, GError **error)
{
    Sqlite *store = sqlite_of(base);
    const char *from = store->round != NULL ? store->round : "";
    g_autofree char *to = NULL;

    if (store->round_in > 0) {
        return true;
    }
    if (!find_stretch(store, from, &to, error)) {
        return false;
    }
    g_auto(Query) q = query_of(store, Q_EVENTS_FORGET);
    query_put_text(&q, from);
    query_put_text(&q, to);
    query_put_int(&q, before.us);
    if (!query_run(&q, error)) {
        return false;
    }
    query_clear(&q);
    g_free(store->round);
    store->round = g_steal_pointer(&to);
    store->round_in = ROUND_STEP;
    return true;
}

/* Ids and numbers ----------------------------------------------------------------------------- */

bool sqlite_ids_load(Store *store, IdPool *ids, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_IDS);

    return ask(&q, &ids->next, error);
}

bool sqlite_ids_save(Store *store, const IdPool *ids, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_IDS_SAVE);

    query_put_int(&q, ids->next);
    return query_run(&q, error);
}

bool sqlite_next_sprint_number(Store *store, WorkspaceId workspace, int32_t *number, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_NEXT_SPRINT);
    int64_t next = 0;

    query_put_int(&q, workspace.v);
    if (!ask(&q, &next, error)) {
        return false;
    }
    *number = (int32_t)MIN(next, INT32_MAX);
    return true;
}

bool sqlite_workspace(Store *store, const char *name, WorkspaceId *id, GError **error)
{
    g_auto(Query) find = query_of(sqlite_of(store), Q_WORKSPACE);
    int64_t found = 0;

    query_put_text(&find, name);
    if (!ask(&find, &found, error)) {
        return false;
    }
    if (found == 0) {
        g_auto(Query) add = query_of(sqlite_of(store), Q_WORKSPACE_ADD);

        query_put_text(&add, name);
        if (!query_run(&add, error)) {
            return false;
        }
        found = sqlite3_last_insert_rowid(add.store->db);
    }
    *id = (WorkspaceId){found};
    return true;
}

bool sqlite_workspaces(Store *store, GPtrArray *names, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_WORKSPACES_ALL);

    while (query_next(&q)) {
        g_ptr_array_add(names, query_get_text(&q));
    }
    return query_done(&q, error);
}

/* Drafts -------------------------------------------------------------------------------------- */

/* The row's draft, or NULL where there is no row. */
static bool load_draft(Query *q, Draft **out, GError **error)
{
    Draft *draft = NULL;

    if (query_next(q)) {
        draft = draft_new();
        draft->id = (DraftId){query_get_int(q)};
        draft->workspace = (WorkspaceId){query_get_int(q)};
        draft->channel = query_get_optional(q);
        draft->member = query_get_text(q);
        draft->form = query_get_text(q);
        draft->values = query_get_text(q);
        draft->field = query_get_optional(q);
        draft->entry = query_get_int32(q);
        draft->full = query_get_bool(q);
        draft->updated = query_get_instant(q);
        draft->thread = query_get_optional(q);
    }
    if (!query_done(q, error)) {
        draft_free(draft);
        return false;
    }
    *out = draft;
    return true;
}

bool sqlite_draft_load(Store *store, WorkspaceId workspace, const char *channel, const char *member,
                       Draft **draft, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_DRAFT_IN);

    query_put_int(&q, workspace.v);
    query_put_text(&q, member);
    query_put_text(&q, channel);
    return load_draft(&q, draft, error);
}

bool sqlite_draft_by_id(Store *store, DraftId id, Draft **draft, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_DRAFT);

    query_put_int(&q, id.v);
    return load_draft(&q, draft, error);
}

bool sqlite_save_draft(Sqlite *store, const Change *change, GError **error)
{
    const Draft *draft = change->what;
    g_auto(Query) q = query_of(store, Q_DRAFT_SAVE);

    query_put_int(&q, draft->id.v);
    query_put_int(&q, draft->workspace.v);
    query_put_text(&q, draft->channel);
    query_put_text(&q, draft->member);
    query_put_text(&q, draft->form);
    query_put_text(&q, draft->values);
    query_put_text(&q, draft->field);
    query_put_int(&q, draft->entry);
    query_put_int(&q, draft->full);
    query_put_int(&q, draft->updated.us);
    query_put_text(&q, draft->thread);
    return query_run(&q, error);
}

bool sqlite_drop_draft(Sqlite *store, const Change *change, GError **error)
{
    const Draft *draft = change->what;
    g_auto(Query) q = query_of(store, Q_DRAFT_DROP);

    query_put_int(&q, draft->id.v);
    return query_run(&q, error);
}

/* Timers -------------------------------------------------------------------------------------- */

static void put_timer_name(Query *q, const Timer *timer)
{
    query_put_name(q, &names_timer, (int)timer->kind);
    query_put_int(q, timer->team.v);
    query_put_int(q, timer->sprint.v);
    query_put_int(q, timer->subject);
}

bool sqlite_timer_next(Store *store, bool *any, Instant *due, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_TIMER_NEXT);
    bool found = query_next(&q);
    Instant first = found ? query_get_instant(&q) : (Instant){0};

    if (!query_done(&q, error)) {
        return false;
    }
    *any = found;
    *due = first;
    return true;
}

bool sqlite_timers_due(Store *store, Instant now, int limit, GArray *timers, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_TIMERS_DUE);
    guint had = timers->len;

    query_put_int(&q, now.us);
    query_put_int(&q, limit);
    while (query_next(&q)) {
        Timer timer = {0};

        timer.kind = (TimerKind)query_get_name(&q, &names_timer);
        timer.team = (TeamId){query_get_int(&q)};
        timer.sprint = (SprintId){query_get_int(&q)};
        timer.subject = query_get_int(&q);
        timer.due = query_get_instant(&q);
        g_array_append_val(timers, timer);
    }
    if (!query_done(&q, error)) {
        g_array_set_size(timers, had);
        return false;
    }
    return true;
}

bool sqlite_timer_clear(Store *store, const Timer *timer, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_TIMER_CLEAR);

    put_timer_name(&q, timer);
    return query_run(&q, error);
}

bool sqlite_save_timer(Sqlite *store, const Change *change, GError **error)
{
    const Timer *timer = change->what;
    g_auto(Query) q = query_of(store, Q_TIMER_SET);

    put_timer_name(&q, timer);
    query_put_int(&q, timer->due.us);
    return query_run(&q, error);
}

bool sqlite_drop_timer(Sqlite *store, const Change *change, GError **error)
{
    return sqlite_timer_clear(&store->base, change->what, error);
}

/* Settings ------------------------------------------------------------------------------------ */

bool sqlite_setting_get(Store *store, const char *name, char **value, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_SETTING);
    g_autofree char *found = NULL;

    query_put_text(&q, name);
    if (query_next(&q)) {
        found = query_get_text(&q);
    }
    if (!query_done(&q, error)) {
        return false;
    }
    *value = g_steal_pointer(&found);
    return true;
}

bool sqlite_settings(Store *store, const char *prefix, GHashTable *values, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_SETTINGS);

    query_put_text(&q, prefix);
    query_put_text(&q, prefix);
    while (query_next(&q)) {
        char *name = query_get_text(&q);

        g_hash_table_insert(values, name, query_get_text(&q));
    }
    return query_done(&q, error);
}

bool sqlite_setting_set(Store *store, const char *name, const char *value, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), value != NULL ? Q_SETTING_SET : Q_SETTING_DROP);

    query_put_text(&q, name);
    if (value != NULL) {
        query_put_text(&q, value);
    }
    return query_run(&q, error);
}

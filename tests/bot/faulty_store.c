#include "faulty_store.h"

static Faulty *faulty_of(Store *store)
{
    return (Faulty *)store; /* the base is the first member */
}

void faulty_set(Faulty *faulty, Fault fault, int at)
{
    faulty->fault = fault;
    faulty->at = at;
    faulty->calls = 0;
}

static bool hit(const Faulty *faulty)
{
    return faulty->calls == faulty->at || (faulty->fault == FAULT_FROM && faulty->calls > faulty->at);
}

/* Counts the call. False, with the error set, when it fails. */
static bool before(Faulty *faulty, const char *call, GError **error)
{
    faulty->calls++;
    if (faulty->fault == FAULT_KILLED && hit(faulty)) {
        faulty->dead = true;
    }
    bool fails = (faulty->fault == FAULT_ONCE || faulty->fault == FAULT_FROM) && hit(faulty);

    if (faulty->dead || fails) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED, "%s: call %d was made to fail", call,
                    faulty->calls);
        return false;
    }
    return true;
}

static void after(Faulty *faulty)
{
    if (faulty->fault == FAULT_KILLED_AFTER && hit(faulty)) {
        faulty->dead = true;
    }
}

static void close_both(Store *store)
{
    Faulty *faulty = faulty_of(store);

    store_close(faulty->inner); /* what was not committed is undone */
    g_free(faulty);
}

static bool begin(Store *store, GError **error)
{
    Faulty *faulty = faulty_of(store);

    if (!before(faulty, "begin", error) || !faulty->inner->ops->begin(faulty->inner, error)) {
        return false;
    }
    faulty->transaction = true;
    after(faulty);
    return true;
}

static bool commit(Store *store, GError **error)
{
    Faulty *faulty = faulty_of(store);

    if (!before(faulty, "commit", error) || !faulty->inner->ops->commit(faulty->inner, error)) {
        return false;
    }
    faulty->transaction = false;
    faulty->commits++;
    after(faulty);
    return true;
}

static void rollback(Store *store)
{
    Faulty *faulty = faulty_of(store);

    if (!faulty->dead) {
        faulty->inner->ops->rollback(faulty->inner);
        faulty->transaction = false;
    }
}

/* One operation: counted, passed on, and perhaps the last. */
#define PASS(call, parameters, ...)                                                                \
    static bool call parameters                                                                    \
    {                                                                                              \
        Faulty *faulty = faulty_of(store);                                                         \
                                                                                                   \
        if (!before(faulty, #call, error) ||                                                       \
            !faulty->inner->ops->call(faulty->inner, __VA_ARGS__, error)) {                        \
            return false;                                                                          \
        }                                                                                          \
        after(faulty);                                                                             \
        return true;                                                                               \
    }

PASS(note_event, (Store *store, const char *key, Instant now, bool *fresh, GError **error), key, now, fresh)
PASS(forget_events, (Store *store, Instant old, int limit, GError **error), old, limit)
PASS(ids_load, (Store *store, IdPool *ids, GError **error), ids)
PASS(ids_save, (Store *store, const IdPool *ids, GError **error), ids)
PASS(next_sprint_number, (Store *store, WorkspaceId in, int32_t *number, GError **error), in, number)
PASS(workspace, (Store *store, const char *name, WorkspaceId *id, GError **error), name, id)
PASS(team_in, (Store *store, WorkspaceId in, const char *channel, TeamId *id, GError **error), in, channel, id)
PASS(team_named, (Store *store, WorkspaceId in, const char *name, TeamId *id, GError **error), in, name, id)
PASS(team_load, (Store *store, TeamId id, Team **team, GError **error), id, team)
PASS(teams_of, (Store *store, WorkspaceId in, const char *member, GArray *ids, GError **error), in, member, ids)
PASS(team_sprints, (Store *store, TeamId id, GArray *ids, GError **error), id, ids)
PASS(sprint_numbered, (Store *store, WorkspaceId in, int32_t number, SprintId *id, GError **error), in, number, id)
PASS(sprint_load, (Store *store, SprintId id, Sprint **sprint, GError **error), id, sprint)
PASS(digests, (Store *store, TeamId id, int limit, GPtrArray *digests, GError **error), id, limit, digests)
PASS(draft_load, (Store *store, WorkspaceId in, const char *channel, const char *member, Draft **draft, GError **error), in, channel, member, draft)
PASS(draft_by_id, (Store *store, DraftId id, Draft **draft, GError **error), id, draft)
PASS(save, (Store *store, const Change *change, GError **error), change)
PASS(timer_next, (Store *store, bool *any, Instant *due, GError **error), any, due)
PASS(timers_due, (Store *store, Instant now, int limit, GArray *timers, GError **error), now, limit, timers)
PASS(timer_clear, (Store *store, const Timer *timer, GError **error), timer)
PASS(outbox_put, (Store *store, WorkspaceId in, const Card *card, Instant now, int64_t *id, GError **error), in, card, now, id)
PASS(outbox_pending, (Store *store, WorkspaceId in, int64_t from, int limit, GPtrArray *rows, GError **error), in, from, limit, rows)
PASS(outbox_next, (Store *store, WorkspaceId in, const char *target, OutboxRow **row, GError **error), in, target, row)
PASS(outbox_attempt, (Store *store, int64_t id, GError **error), id)
PASS(outbox_end, (Store *store, int64_t id, OutboxEnd end, Instant now, GError **error), id, end, now)
PASS(message_put, (Store *store, WorkspaceId in, const char *key, const MessageRef *ref, GError **error), in, key, ref)
PASS(message_find, (Store *store, WorkspaceId in, const char *key, MessageRef *ref, bool *found, GError **error), in, key, ref, found)
PASS(message_card, (Store *store, WorkspaceId in, const char *channel, const char *message, char **key, GError **error), in, channel, message, key)
PASS(setting_get, (Store *store, const char *name, char **value, GError **error), name, value)
PASS(setting_set, (Store *store, const char *name, const char *value, GError **error), name, value)

static const StoreOps ops = {
    .close = close_both,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .note_event = note_event,
    .forget_events = forget_events,
    .ids_load = ids_load,
    .ids_save = ids_save,
    .next_sprint_number = next_sprint_number,
    .workspace = workspace,
    .team_in = team_in,
    .team_named = team_named,
    .team_load = team_load,
    .teams_of = teams_of,
    .team_sprints = team_sprints,
    .sprint_numbered = sprint_numbered,
    .sprint_load = sprint_load,
    .digests = digests,
    .draft_load = draft_load,
    .draft_by_id = draft_by_id,
    .save = save,
    .timer_next = timer_next,
    .timers_due = timers_due,
    .timer_clear = timer_clear,
    .outbox_put = outbox_put,
    .outbox_pending = outbox_pending,
    .outbox_next = outbox_next,
    .outbox_attempt = outbox_attempt,
    .outbox_end = outbox_end,
    .message_put = message_put,
    .message_find = message_find,
    .message_card = message_card,
    .setting_get = setting_get,
    .setting_set = setting_set,
};

Faulty *faulty_new(Store *take_inner)
{
    Faulty *faulty = g_new0(Faulty, 1);

    faulty->base.ops = &ops;
    faulty->inner = take_inner;
    return faulty;
}

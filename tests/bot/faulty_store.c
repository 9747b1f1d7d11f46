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
    return faulty->calls == faulty->at ||
           (faulty->fault == FAULT_FROM && faulty->calls > faulty->at);
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
        g_set_error(error, STORE_ERROR, (gint)faulty->error, "%s: call %d was made to fail", call,
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

    if (faulty->fault == FAULT_COMMITS && faulty->at > 0) {
        faulty->at--;
        g_set_error(error, STORE_ERROR, (gint)faulty->error, "a commit was made to fail");
        return false;
    }
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

static void rest(Store *store)
{
    Faulty *faulty = faulty_of(store);

    faulty->inner->ops->rest(faulty->inner);
}

#define LIST(...) __VA_ARGS__

/* One operation: counted, passed on with its values, and perhaps the last. */
#define PASS(call, values, ...)                                                                    \
    static bool call(Store *store, __VA_ARGS__, GError **error)                                    \
    {                                                                                              \
        Faulty *faulty = faulty_of(store);                                                         \
                                                                                                   \
        if (!before(faulty, #call, error) ||                                                       \
            !faulty->inner->ops->call(faulty->inner, LIST values, error)) {                        \
            return false;                                                                          \
        }                                                                                          \
        after(faulty);                                                                             \
        return true;                                                                               \
    }

PASS(note_event, (key, now, fresh), const char *key, Instant now, bool *fresh)
PASS(knows_event, (key, known), const char *key, bool *known)
PASS(forget_events, (old), Instant old)
PASS(ids_load, (ids), IdPool *ids)
PASS(ids_save, (ids), const IdPool *ids)
PASS(next_sprint_number, (in, number), WorkspaceId in, int32_t *number)
PASS(workspace, (name, id), const char *name, WorkspaceId *id)
PASS(team_in, (in, channel, id), WorkspaceId in, const char *channel, TeamId *id)
PASS(team_named, (in, name, id), WorkspaceId in, const char *name, TeamId *id)
PASS(team_load, (id, team), TeamId id, Team **team)
PASS(teams_of, (in, member, ids), WorkspaceId in, const char *member, GArray *ids)
PASS(homes, (in, homes), WorkspaceId in, GArray *homes)
PASS(messages_move, (in, from, to), WorkspaceId in, const char *from, const char *to)
PASS(team_sprints, (id, ids), TeamId id, GArray *ids)
PASS(sprint_numbered, (in, number, id), WorkspaceId in, int32_t number, SprintId *id)
PASS(sprint_load, (id, sprint), SprintId id, Sprint **sprint)
PASS(digests, (id, limit, digests), TeamId id, int limit, GPtrArray *digests)
PASS(draft_load, (in, channel, member, draft), WorkspaceId in, const char *channel,
     const char *member, Draft **draft)
PASS(draft_by_id, (id, draft), DraftId id, Draft **draft)
PASS(save, (change), const Change *change)
PASS(timer_next, (any, due), bool *any, Instant *due)
PASS(timers_due, (now, limit, timers), Instant now, int limit, GArray *timers)
PASS(timer_clear, (timer), const Timer *timer)
PASS(outbox_put, (in, card, now, id), WorkspaceId in, const Card *card, Instant now, int64_t *id)
PASS(outbox_pending, (in, from, limit, rows), WorkspaceId in, int64_t from, int limit,
     GPtrArray *rows)
PASS(outbox_next, (in, target, row), WorkspaceId in, const char *target, OutboxRow **row)
PASS(outbox_replaced, (in, target, key, id, replaced), WorkspaceId in, const char *target,
     const char *key, int64_t id, bool *replaced)
PASS(outbox_attempt, (id), int64_t id)
PASS(outbox_end, (id, end, now), int64_t id, OutboxEnd end, Instant now)
PASS(message_put, (in, key, ref), WorkspaceId in, const char *key, const MessageRef *ref)
PASS(message_find, (in, key, ref, found), WorkspaceId in, const char *key, MessageRef *ref,
     bool *found)
PASS(message_card, (in, channel, message, key), WorkspaceId in, const char *channel,
     const char *message, char **key)
PASS(setting_get, (name, value), const char *name, char **value)
PASS(setting_set, (name, value), const char *name, const char *value)
PASS(settings, (prefix, values), const char *prefix, GHashTable *values)
PASS(workspaces, (names), GPtrArray *names)
PASS(teams, (in, ids), WorkspaceId in, GArray *ids)
PASS(readings, (kr, found), KrId kr, GPtrArray *found)
PASS(history, (sprint, lines), SprintId sprint, GPtrArray *lines)
PASS(weeklies, (team, checkins), TeamId team, GPtrArray *checkins)
PASS(proposals, (team, found), TeamId team, GPtrArray *found)
PASS(learnings, (team, words, limit, digests), TeamId team, const char *words, int limit,
     GPtrArray *digests)
PASS(opened, (team, from, until, ids), TeamId team, Instant from, Instant until, GArray *ids)
PASS(token_team, (hash, id), const char *hash, TeamId *id)
PASS(outbox_depth, (in, cards, oldest), WorkspaceId in, int64_t *cards, Instant *oldest)
PASS(reading_keyed, (kr, key, reading), KrId kr, const char *key, Reading **reading)

static const StoreOps ops = {
    .close = close_both,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .rest = rest,
    .note_event = note_event,
    .knows_event = knows_event,
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
    .outbox_replaced = outbox_replaced,
    .outbox_attempt = outbox_attempt,
    .outbox_end = outbox_end,
    .message_put = message_put,
    .message_find = message_find,
    .message_card = message_card,
    .messages_move = messages_move,
    .homes = homes,
    .setting_get = setting_get,
    .setting_set = setting_set,
    .settings = settings,
    .workspaces = workspaces,
    .teams = teams,
    .readings = readings,
    .history = history,
    .weeklies = weeklies,
    .proposals = proposals,
    .learnings = learnings,
    .opened = opened,
    .token_team = token_team,
    .reading_keyed = reading_keyed,
    .outbox_depth = outbox_depth,
};

Faulty *faulty_new(Store *take_inner)
{
    Faulty *faulty = g_new0(Faulty, 1);

    faulty->base.ops = &ops;
    faulty->inner = take_inner;
    return faulty;
}

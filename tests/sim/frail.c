/* Every operation goes through the gate first; then it is the real store's. */

#include "frail.h"

static Frail *frail_of(Store *store)
{
    return (Frail *)store; /* the base is the first member */
}

static bool refuse(Frail *frail, GError **error)
{
    frail->failed = true;
    g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED,
                "the store failed at call %" G_GINT64_FORMAT, frail->calls);
    return false;
}

/* Counts the call; false when it is the one that fails, or comes after it. */
static bool gate(Frail *frail, GError **error)
{
    frail->calls++;
    if (frail->dead) {
        return refuse(frail, error);
    }
    if (frail->mode == FRAIL_DIES_LATE || frail->countdown == 0 || --frail->countdown > 0) {
        return true;
    }
    frail->dead = frail->mode == FRAIL_DIES;
    return refuse(frail, error);
}

static bool frail_begin(Store *store, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->begin(frail->real, error);
}

static bool frail_commit(Store *store, GError **error)
{
    Frail *frail = frail_of(store);

    if (!gate(frail, error) || !frail->real->ops->commit(frail->real, error)) {
        return false;
    }
    frail->tap.committed(frail->tap.arg);
    if (frail->mode == FRAIL_DIES_LATE && frail->countdown > 0) {
        frail->dead = true;
        frail->countdown = 0;
        frail->mode = FRAIL_DIES;
    }
    return true;
}

static void frail_rollback(Store *store)
{
    Frail *frail = frail_of(store);

    if (!frail->dead) { /* a dead process rolls nothing back: closing the file does */
        frail->real->ops->rollback(frail->real);
    }
    frail->tap.undone(frail->tap.arg);
}

static void frail_rest(Store *store)
{
    Frail *frail = frail_of(store);

    frail->real->ops->rest(frail->real);
}

static bool frail_save(Store *store, const Change *change, GError **error)
{
    Frail *frail = frail_of(store);

    if (!gate(frail, error) || !frail->real->ops->save(frail->real, change, error)) {
        return false;
    }
    frail->tap.saved(frail->tap.arg, change);
    return true;
}

static void frail_close(Store *store)
{
    frail_free(frail_of(store));
}

static bool frail_note_event(Store *store, const char *key, Instant now, bool *fresh,
                             GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->note_event(frail->real, key, now, fresh, error);
}

static bool frail_knows_event(Store *store, const char *key, bool *known, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->knows_event(frail->real, key, known, error);
}

static bool frail_forget_events(Store *store, Instant before, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->forget_events(frail->real, before, error);
}

static bool frail_ids_load(Store *store, IdPool *ids, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->ids_load(frail->real, ids, error);
}

static bool frail_ids_save(Store *store, const IdPool *ids, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->ids_save(frail->real, ids, error);
}

static bool frail_next_sprint_number(Store *store, WorkspaceId workspace, int32_t *number,
                                     GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->next_sprint_number(frail->real, workspace, number, error);
}

static bool frail_workspace(Store *store, const char *name, WorkspaceId *id, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->workspace(frail->real, name, id, error);
}

static bool frail_team_in(Store *store, WorkspaceId workspace, const char *channel, TeamId *id,
                          GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->team_in(frail->real, workspace, channel, id, error);
}

static bool frail_team_named(Store *store, WorkspaceId workspace, const char *name, TeamId *id,
                             GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->team_named(frail->real, workspace, name, id, error);
}

static bool frail_team_load(Store *store, TeamId id, Team **team, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->team_load(frail->real, id, team, error);
}

static bool frail_teams_of(Store *store, WorkspaceId workspace, const char *member, GArray *ids,
                           GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->teams_of(frail->real, workspace, member, ids, error);
}

static bool frail_team_sprints(Store *store, TeamId id, GArray *ids, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->team_sprints(frail->real, id, ids, error);
}

static bool frail_sprint_numbered(Store *store, WorkspaceId workspace, int32_t number, SprintId *id,
                                  GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->sprint_numbered(frail->real, workspace, number, id, error);
}

static bool frail_sprint_load(Store *store, SprintId id, Sprint **sprint, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->sprint_load(frail->real, id, sprint, error);
}

static bool frail_digests(Store *store, TeamId id, int limit, GPtrArray *digests, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->digests(frail->real, id, limit, digests, error);
}

static bool frail_draft_load(Store *store, WorkspaceId workspace, const char *channel,
                             const char *member, Draft **draft, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->draft_load(frail->real, workspace, channel, member, draft, error);
}

static bool frail_draft_by_id(Store *store, DraftId id, Draft **draft, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->draft_by_id(frail->real, id, draft, error);
}

static bool frail_timer_next(Store *store, bool *any, Instant *due, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->timer_next(frail->real, any, due, error);
}

static bool frail_timers_due(Store *store, Instant now, int limit, GArray *timers, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->timers_due(frail->real, now, limit, timers, error);
}

static bool frail_timer_clear(Store *store, const Timer *timer, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->timer_clear(frail->real, timer, error);
}

static bool frail_outbox_put(Store *store, WorkspaceId workspace, const Card *card, Instant now,
                             int64_t *id, GError **error)
{
    Frail *frail = frail_of(store);

    if (!gate(frail, error) ||
        !frail->real->ops->outbox_put(frail->real, workspace, card, now, id, error)) {
        return false;
    }
    frail->tap.put(frail->tap.arg, *id, card);
    return true;
}

static bool frail_outbox_pending(Store *store, WorkspaceId workspace, int64_t after, int limit,
                                 GPtrArray *rows, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->outbox_pending(frail->real, workspace, after, limit, rows, error);
}

static bool frail_outbox_next(Store *store, WorkspaceId workspace, const char *target,
                              OutboxRow **row, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->outbox_next(frail->real, workspace, target, row, error);
}

static bool frail_outbox_replaced(Store *store, WorkspaceId workspace, const char *target,
                                  const char *key, int64_t id, bool *replaced, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->outbox_replaced(frail->real, workspace, target,
                                                                   key, id, replaced, error);
}

static bool frail_outbox_attempt(Store *store, int64_t id, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->outbox_attempt(frail->real, id, error);
}

static bool frail_outbox_end(Store *store, int64_t id, OutboxEnd end, Instant now, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->outbox_end(frail->real, id, end, now, error);
}

static bool frail_message_put(Store *store, WorkspaceId workspace, const char *card_key,
                              const MessageRef *ref, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->message_put(frail->real, workspace, card_key, ref, error);
}

static bool frail_message_find(Store *store, WorkspaceId workspace, const char *card_key,
                               MessageRef *ref, bool *found, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->message_find(frail->real, workspace, card_key, ref, found, error);
}

static bool frail_message_card(Store *store, WorkspaceId workspace, const char *channel,
                               const char *message, char **card_key, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->message_card(frail->real, workspace, channel,
                                                                message, card_key, error);
}

static bool frail_messages_move(Store *store, WorkspaceId workspace, const char *from,
                                const char *to, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->messages_move(frail->real, workspace, from, to, error);
}

static bool frail_homes(Store *store, WorkspaceId workspace, GArray *homes, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->homes(frail->real, workspace, homes, error);
}

static bool frail_setting_get(Store *store, const char *name, char **value, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->setting_get(frail->real, name, value, error);
}

static bool frail_settings(Store *store, const char *prefix, GHashTable *values, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->settings(frail->real, prefix, values, error);
}

static bool frail_setting_set(Store *store, const char *name, const char *value, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->setting_set(frail->real, name, value, error);
}

static bool frail_workspaces(Store *store, GPtrArray *names, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->workspaces(frail->real, names, error);
}

static bool frail_teams(Store *store, WorkspaceId workspace, GArray *ids, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->teams(frail->real, workspace, ids, error);
}

static bool frail_readings(Store *store, KrId kr, GPtrArray *readings, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->readings(frail->real, kr, readings, error);
}

static bool frail_history(Store *store, SprintId sprint, GPtrArray *lines, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->history(frail->real, sprint, lines, error);
}

static bool frail_weeklies(Store *store, TeamId team, GPtrArray *checkins, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->weeklies(frail->real, team, checkins, error);
}

static bool frail_proposals(Store *store, TeamId team, GPtrArray *proposals, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->proposals(frail->real, team, proposals, error);
}

static bool frail_learnings(Store *store, TeamId team, const char *words, int limit,
                            GPtrArray *digests, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->learnings(frail->real, team, words, limit, digests, error);
}

static bool frail_opened(Store *store, TeamId team, Instant from, Instant until, GArray *ids,
                         GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->opened(frail->real, team, from, until, ids, error);
}

static bool frail_token_team(Store *store, const char *hash, TeamId *id, GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) && frail->real->ops->token_team(frail->real, hash, id, error);
}

static bool frail_outbox_depth(Store *store, WorkspaceId workspace, int64_t *cards, Instant *oldest,
                               GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->outbox_depth(frail->real, workspace, cards, oldest, error);
}

static bool frail_reading_keyed(Store *store, KrId kr, const char *key, Reading **reading,
                                GError **error)
{
    Frail *frail = frail_of(store);

    return gate(frail, error) &&
           frail->real->ops->reading_keyed(frail->real, kr, key, reading, error);
}

static const StoreOps ops = {
    .close = frail_close,
    .begin = frail_begin,
    .commit = frail_commit,
    .rollback = frail_rollback,
    .rest = frail_rest,
    .save = frail_save,
    .note_event = frail_note_event,
    .knows_event = frail_knows_event,
    .forget_events = frail_forget_events,
    .ids_load = frail_ids_load,
    .ids_save = frail_ids_save,
    .next_sprint_number = frail_next_sprint_number,
    .workspace = frail_workspace,
    .team_in = frail_team_in,
    .team_named = frail_team_named,
    .team_load = frail_team_load,
    .teams_of = frail_teams_of,
    .team_sprints = frail_team_sprints,
    .sprint_numbered = frail_sprint_numbered,
    .sprint_load = frail_sprint_load,
    .digests = frail_digests,
    .draft_load = frail_draft_load,
    .draft_by_id = frail_draft_by_id,
    .timer_next = frail_timer_next,
    .timers_due = frail_timers_due,
    .timer_clear = frail_timer_clear,
    .outbox_put = frail_outbox_put,
    .outbox_pending = frail_outbox_pending,
    .outbox_next = frail_outbox_next,
    .outbox_replaced = frail_outbox_replaced,
    .outbox_attempt = frail_outbox_attempt,
    .outbox_end = frail_outbox_end,
    .message_put = frail_message_put,
    .message_find = frail_message_find,
    .message_card = frail_message_card,
    .messages_move = frail_messages_move,
    .homes = frail_homes,
    .setting_get = frail_setting_get,
    .setting_set = frail_setting_set,
    .settings = frail_settings,
    .workspaces = frail_workspaces,
    .teams = frail_teams,
    .readings = frail_readings,
    .history = frail_history,
    .weeklies = frail_weeklies,
    .proposals = frail_proposals,
    .learnings = frail_learnings,
    .opened = frail_opened,
    .token_team = frail_token_team,
    .reading_keyed = frail_reading_keyed,
    .outbox_depth = frail_outbox_depth,
};

Frail *frail_new(Store *take_real, const FrailTap *tap)
{
    Frail *frail = g_new0(Frail, 1);

    frail->base.ops = &ops;
    frail->real = take_real;
    frail->tap = *tap;
    return frail;
}

void frail_free(Frail *frail)
{
    if (frail != NULL) {
        store_close(frail->real);
        g_free(frail);
    }
}

void frail_arm(Frail *frail, FrailMode mode, int64_t calls)
{
    frail->mode = mode;
    frail->countdown = calls;
}

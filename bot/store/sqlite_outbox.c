#include "bot/store/sqlite_parts.h"

#include "bot/card_codec.h"

#define UNDELIVERED_KEPT (INT64_C(90) * 24 * INSTANT_HOUR)

/* Cards on their way -------------------------------------------------------------------------- */

bool sqlite_outbox_put(Store *store, WorkspaceId workspace, const Card *card, Instant now,
                       int64_t *id, GError **error)
{
    g_autofree char *target = outbox_target(card);
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    g_auto(Query) q = query_of(sqlite_of(store), Q_OUTBOX_PUT);

    query_put_int(&q, workspace.v);
    query_put_text(&q, target);
    query_put_text(&q, card_kind_name(card->kind));
    query_put_text(&q, card->key);
    query_put_bytes(&q, bytes);
    query_put_int(&q, now.us);
    if (!query_run(&q, error)) {
        return false;
    }
    *id = sqlite3_last_insert_rowid(q.store->db);
    return true;
}

static OutboxRow *get_row(Query *q)
{
    OutboxRow *row = g_new0(OutboxRow, 1);
    size_t len = 0;

    row->id = query_get_int(q);
    row->workspace = (WorkspaceId){query_get_int(q)};
    const void *bytes = query_get_bytes(q, &len);

    row->card = card_from_bytes(bytes, len, NULL);
    q->odd = q->odd || row->card == NULL;
    row->created = (Instant){query_get_int(q)};
    row->attempts = query_get_int32(q);
    return row;
}

bool sqlite_outbox_pending(Store *store, WorkspaceId workspace, int64_t after, int limit,
                           GPtrArray *rows, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_OUTBOX_PENDING);
    guint had = rows->len;

    query_put_int(&q, workspace.v);
    query_put_int(&q, after);
    query_put_int(&q, limit);
    while (query_next(&q)) {
        g_ptr_array_add(rows, get_row(&q));
    }
    if (!query_done(&q, error)) {
        g_ptr_array_set_size(rows, (gint)had);
        return false;
    }
    return true;
}

bool sqlite_outbox_next(Store *store, WorkspaceId workspace, const char *target, OutboxRow **out,
                        GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_OUTBOX_NEXT);
    g_autoptr(OutboxRow) row = NULL;

    query_put_int(&q, workspace.v);
    query_put_text(&q, target);
    if (query_next(&q)) {
        row = get_row(&q);
    }
    if (!query_done(&q, error)) {
        return false;
    }
    *out = g_steal_pointer(&row);
    return true;
}

bool sqlite_outbox_replaced(Store *store, WorkspaceId workspace, const char *target,
                            const char *key, int64_t id, bool *replaced, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_OUTBOX_REPLACED);

    query_put_int(&q, workspace.v);
    query_put_text(&q, target);
    query_put_text(&q, key);
    query_put_int(&q, id);
    bool any = query_next(&q);

    if (!query_done(&q, error)) {
        return false;
    }
    *replaced = any;
    return true;
}

bool sqlite_outbox_depth(Store *store, WorkspaceId workspace, int64_t *cards, Instant *oldest,
                         GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_OUTBOX_DEPTH);
    int64_t count = 0, since = 0;

    query_put_int(&q, workspace.v);
    if (query_next(&q)) {
        count = query_get_int(&q);
        since = query_get_int(&q);
    }
    if (!query_done(&q, error)) {
        return false;
    }
    *cards = count;
    *oldest = (Instant){since};
    return true;
}

static bool run_on(Sqlite *store, QueryId query, int64_t id, GError **error)
{
    g_auto(Query) q = query_of(store, query);

    query_put_int(&q, id);
    return query_run(&q, error);
}

bool sqlite_outbox_attempt(Store *store, int64_t id, GError **error)
{
    return run_on(sqlite_of(store), Q_OUTBOX_ATTEMPT, id, error);
}

static bool note_undelivered(Sqlite *store, int64_t id, const char *ended, Instant now,
                             GError **error)
{
    g_auto(Query) q = query_of(store, Q_UNDELIVERED_ADD);

    query_put_int(&q, id);
    query_put_text(&q, ended);
    query_put_int(&q, now.us);
    return query_run(&q, error);
}

bool sqlite_outbox_end(Store *base, int64_t id, OutboxEnd end, Instant now, GError **error)
{
    static const char *const names[] = {
        [OUTBOX_DELIVERED] = NULL,
        [OUTBOX_EXPIRED] = "expired",
        [OUTBOX_DEAD] = "dead",
    };
    Sqlite *store = sqlite_of(base);

    if (names[end] != NULL &&
        (!note_undelivered(store, id, names[end], now, error) ||
         !run_on(store, Q_UNDELIVERED_FORGET, now.us - UNDELIVERED_KEPT, error))) {
        return false;
    }
    return run_on(store, Q_OUTBOX_DROP, id, error);
}

/* Where cards stand --------------------------------------------------------------------------- */

bool sqlite_message_put(Store *store, WorkspaceId workspace, const char *card_key,
                        const MessageRef *ref, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_MESSAGE_PUT);

    query_put_int(&q, workspace.v);
    query_put_text(&q, card_key);
    query_put_text(&q, ref->channel);
    query_put_text(&q, ref->message);
    return query_run(&q, error);
}

bool sqlite_message_find(Store *store, WorkspaceId workspace, const char *card_key, MessageRef *ref,
                         bool *found, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_MESSAGE);
    g_auto(MessageRef) there = {0};

    query_put_int(&q, workspace.v);
    query_put_text(&q, card_key);
    bool any = query_next(&q);

    if (any) {
        there.channel = query_get_text(&q);
        there.message = query_get_text(&q);
    }
    if (!query_done(&q, error)) {
        return false;
    }
    *found = any;
    ref->channel = g_steal_pointer(&there.channel);
    ref->message = g_steal_pointer(&there.message);
    return true;
}

bool sqlite_messages_move(Store *store, WorkspaceId workspace, const char *from, const char *to,
                          GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_MESSAGES_MOVE);

    query_put_int(&q, workspace.v);
    query_put_text(&q, from);
    query_put_text(&q, to);
    return query_run(&q, error);
}

bool sqlite_message_card(Store *store, WorkspaceId workspace, const char *channel,
                         const char *message, char **card_key, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_MESSAGE_CARD);
    g_autofree char *key = NULL;

    query_put_int(&q, workspace.v);
    query_put_text(&q, channel);
    query_put_text(&q, message);
    if (query_next(&q)) {
        key = query_get_text(&q);
    }
    if (!query_done(&q, error)) {
        return false;
    }
    *card_key = g_steal_pointer(&key);
    return true;
}

#include "bot/matrix/transaction.h"

#include <string.h>

#include "bot/matrix/push.h"
#include "bot/matrix/stretch.h"

typedef struct Reading {
    MatrixBatch *batch;
    const char *user;
    GHashTable *here; /* ids of this transaction so far */
    GHashTable *last; /* rooms that we are in */
    GHashTable *ends; /* of the rooms that it is about: the last event's id (borrowed); NULL: we
                         are not there any more */
} Reading;

/* Not the invitation itself: it stands beside the others, as a sync has it. */
static const Json *stripped_state(MatrixBatch *batch, const Json *event)
{
    const Json *told = json_array(event, "invite_room_state");
    Json *all = matrix_batch_own(batch, json_new_array());

    if (told == NULL) {
        told = json_array(json_object(event, "unsigned"), "invite_room_state");
    }
    JSON_EACH (one, told) {
        json_add(all, cJSON_Duplicate(one, true));
    }
    json_add(all, cJSON_Duplicate(event, true));
    return all;
}

static bool is_in(const Reading *reading, const char *room)
{
    gpointer end = NULL;

    if (g_hash_table_lookup_extended(reading->ends, room, NULL, &end)) {
        return end != NULL;
    }
    return g_hash_table_contains(reading->last, room);
}

static void happened(Reading *reading, const char *room, const Json *event)
{
    matrix_batch_add(reading->batch, NEWS_EVENT, room, event);
    g_hash_table_insert(reading->ends, g_strdup(room),
                        (gpointer)(uintptr_t)json_text(event, "event_id"));
}

static void joined(Reading *reading, const char *room, const Json *event)
{
    if (matrix_is_entry(event, reading->user, is_in(reading, room))) {
        matrix_batch_add(reading->batch, NEWS_JOINED, room, NULL);
    }
    happened(reading, room, event);
}

static void invited(Reading *reading, const char *room, const Json *event)
{
    matrix_batch_add(reading->batch, NEWS_INVITE, room, stripped_state(reading->batch, event));
}

static void left(Reading *reading, const char *room, const Json *event)
{
    matrix_batch_add(reading->batch, NEWS_LEFT, room, event);
    g_hash_table_insert(reading->ends, g_strdup(room), NULL);
}

static const struct {
    const char *membership; /* our own, as an event sets it */
    void (*read)(Reading *reading, const char *room, const Json *event);
} memberships[] = {
    {"join", joined},
    {"invite", invited},
    {"leave", left},
    {"ban", left},
};

static void read_event(Reading *reading, const char *room, const Json *event)
{
    const char *membership = matrix_own_membership(event, reading->user);

    for (size_t i = 0; i < G_N_ELEMENTS(memberships); i++) {
        if (g_strcmp0(membership, memberships[i].membership) == 0) {
            memberships[i].read(reading, room, event);
            return;
        }
    }
    happened(reading, room, event);
}

static void keep_ends(const Reading *reading)
{
    GHashTableIter iter;
    gpointer room, end;

    g_hash_table_iter_init(&iter, reading->ends);
    while (g_hash_table_iter_next(&iter, &room, &end)) {
        g_autofree char *name = g_strconcat(MATRIX_KEEP_LAST, room, NULL);

        matrix_batch_keep(reading->batch, name, end);
    }
}

MatrixBatch *matrix_transaction_read(Json *take_transaction, const char *user,
                                     const MatrixSeen *seen, GHashTable *last)
{
    g_autoptr(GHashTable) here = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    MatrixBatch *batch = matrix_batch_new();
    Reading reading = {batch, user, here, last, ends};

    matrix_batch_own(batch, take_transaction);
    JSON_EACH (event, json_array(take_transaction, "events")) {
        const char *room = json_text(event, "room_id");
        const char *id = json_text(event, "event_id");

        if (room[0] != '\0' && matrix_is_event(event) && !matrix_seen_has(seen, id) &&
            g_hash_table_add(here, (gpointer)(uintptr_t)id)) {
            read_event(&reading, room, event);
        }
    }
    keep_ends(&reading);
    return batch;
}

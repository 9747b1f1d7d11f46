#include "bot/lanes.h"

#include <string.h>

/* The most cards that are out at once in a workspace, and that one batch looks at. */
#define LANE_OUT_MAX 256

typedef struct Lane {
    WorkspaceId workspace;
    int64_t cursor;      /* every row up to here is out, ended, or waits for its target */
    GHashTable *out;     /* target -> Out */
    GHashTable *waiting; /* targets that have rows up to the cursor behind the one that is out */
} Lane;

/* A card that was given to the adapter. */
typedef struct Out {
    int64_t row;
    char *key; /* the card's; NULL */
} Out;

/* One step to take back when the batch is rolled back, or to finish when it is committed. */
typedef struct Step {
    Lane *lane;
    char *target; /* put out, or freed */
    bool freed;
    Out was;        /* what was out there, where it was freed */
    int64_t cursor; /* the lane's cursor before; -1: unchanged */
} Step;

struct Lanes {
    Store *store;
    GPtrArray *lanes;
    GArray *steps; /* of Step, of the batch under way */
    size_t out;
};

static void lane_free(gpointer data)
{
    Lane *lane = data;

    g_hash_table_unref(lane->out);
    g_hash_table_unref(lane->waiting);
    g_free(lane);
}

static void out_free(gpointer data)
{
    Out *out = data;

    g_free(out->key);
    g_free(out);
}

static void step_clear(gpointer data)
{
    Step *step = data;

    g_free(step->target);
    g_free(step->was.key);
}

Lanes *lanes_new(Store *store)
{
    Lanes *lanes = g_new0(Lanes, 1);

    lanes->store = store;
    lanes->lanes = g_ptr_array_new_with_free_func(lane_free);
    lanes->steps = g_array_new(FALSE, TRUE, sizeof(Step));
    g_array_set_clear_func(lanes->steps, step_clear);
    return lanes;
}

void lanes_free(Lanes *lanes)
{
    if (lanes == NULL) {
        return;
    }
    g_ptr_array_unref(lanes->lanes);
    g_array_unref(lanes->steps);
    g_free(lanes);
}

void push_free(Push *push)
{
    if (push == NULL) {
        return;
    }
    outbox_row_free(push->row);
    message_ref_clear(&push->ref);
    message_ref_clear(&push->thread);
    g_free(push);
}

static Lane *lane_of(const Lanes *lanes, WorkspaceId workspace)
{
    for (guint i = 0; i < lanes->lanes->len; i++) {
        Lane *lane = g_ptr_array_index(lanes->lanes, i);

        if (ID_EQ(lane->workspace, workspace)) {
            return lane;
        }
    }
    return NULL;
}

void lanes_add(Lanes *lanes, WorkspaceId workspace)
{
    if (lane_of(lanes, workspace) != NULL) {
        return;
    }
    Lane *lane = g_new0(Lane, 1);
    lane->workspace = workspace;
    lane->out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, out_free);
    lane->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_ptr_array_add(lanes->lanes, lane);
}

void lanes_remove(Lanes *lanes, WorkspaceId workspace)
{
    Lane *lane = lane_of(lanes, workspace);

    if (lane != NULL) {
        lanes->out -= g_hash_table_size(lane->out);
        g_ptr_array_remove(lanes->lanes, lane);
    }
}

bool lanes_is_out(const Lanes *lanes, WorkspaceId workspace, const char *target)
{
    const Lane *lane = lane_of(lanes, workspace);

    return lane != NULL && g_hash_table_contains(lane->out, target);
}

bool lanes_idle(const Lanes *lanes)
{
    return lanes->out == 0;
}

static void note_cursor(Lanes *lanes, Lane *lane)
{
    Step step = {.lane = lane, .cursor = lane->cursor};

    g_array_append_val(lanes->steps, step);
}

static void note_out(Lanes *lanes, Lane *lane, const char *target)
{
    Step step = {.lane = lane, .target = g_strdup(target), .cursor = -1};

    g_array_append_val(lanes->steps, step);
}

static void note_freed(Lanes *lanes, Lane *lane, const char *target, const Out *out)
{
    Step step = {.lane = lane,
                 .target = g_strdup(target),
                 .freed = true,
                 .was = {out->row, g_strdup(out->key)},
                 .cursor = -1};

    g_array_append_val(lanes->steps, step);
}

static void put_out(Lane *lane, const char *target, int64_t row, const char *key)
{
    Out *out = g_new(Out, 1);

    *out = (Out){row, g_strdup(key)};
    g_hash_table_replace(lane->out, g_strdup(target), out);
}

/* The target whose card is that row; NULL when it is not out. */
static const char *target_of(const Lane *lane, int64_t row, const Out **out)
{
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;

    g_hash_table_iter_init(&iter, lane->out);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        *out = value;
        if ((*out)->row == row) {
            return key;
        }
    }
    return NULL;
}

bool lanes_settle(Lanes *lanes, WorkspaceId workspace, int64_t row, OutboxEnd end,
                  const MessageRef *ref, Instant now, char **target, GError **error)
{
    const StoreOps *ops = lanes->store->ops;
    Lane *lane = lane_of(lanes, workspace);
    const Out *out = NULL;
    const char *whose = lane != NULL ? target_of(lane, row, &out) : NULL;

    *target = g_strdup(whose);
    if (whose == NULL) {
        return true;
    }
    if (end == OUTBOX_DELIVERED && ref != NULL && ref->message != NULL && out->key != NULL &&
        !ops->message_put(lanes->store, workspace, out->key, ref, error)) {
        return false;
    }
    if (!ops->outbox_end(lanes->store, row, end, now, error)) {
        return false;
    }
    note_freed(lanes, lane, whose, out);
    g_hash_table_remove(lane->out, *target);
    lanes->out--;
    return true;
}

/* Nothing is lost by not sending it: it has expired. But one that may stand in its channel goes out
 * all the same, to be looked for: where its key stands must be known, or its next edit would come
 * as a second message. */
static bool is_over(const OutboxRow *row, Instant now)
{
    bool expired = row->card->expires.us != 0 && now.us >= row->card->expires.us;

    return expired && (row->attempts == 0 || row->card->key == NULL);
}

/* Where the card stands already, and where its thread begins. */
static bool find_places(const Lanes *lanes, const Lane *lane, Push *push, GError **error)
{
    const StoreOps *ops = lanes->store->ops;
    const Card *card = push->row->card;

    return (card->key == NULL || ops->message_find(lanes->store, lane->workspace, card->key,
                                                   &push->ref, &push->edit, error)) &&
           (card->thread == NULL || ops->message_find(lanes->store, lane->workspace, card->thread,
                                                      &push->thread, &push->threaded, error));
}

/* Of a message that stands, only the newest state is worth an edit: platforms count them. One with
 * a picture goes all the same, since a picture may stand for itself. */
static bool find_newer(const Lanes *lanes, const Push *push, const char *target, bool *newer,
                       GError **error)
{
    const OutboxRow *row = push->row;

    *newer = false;
    return !push->edit || row->card->chart != NULL ||
           lanes->store->ops->outbox_replaced(lanes->store, row->workspace, target, row->card->key,
                                              row->id, newer, error);
}

static bool send_out(Lanes *lanes, Lane *lane, Push *push, const char *target, GError **error)
{
    if (!lanes->store->ops->outbox_attempt(lanes->store, push->row->id, error)) {
        return false;
    }
    push->row->attempts++;
    note_out(lanes, lane, target);
    put_out(lane, target, push->row->id, push->row->card->key);
    lanes->out++;
    return true;
}

/* Takes the row: it goes out; or it ends, since it expired or its newer state follows. */
static bool take_row(Lanes *lanes, Lane *lane, OutboxRow *take, Instant now, GPtrArray *pushes,
                     bool *went_out, GError **error)
{
    const StoreOps *ops = lanes->store->ops;
    g_autofree char *target = outbox_target(take->card);
    g_autoptr(Push) push = g_new0(Push, 1);
    bool newer = false;

    push->row = take;
    *went_out = false;
    if (is_over(take, now)) {
        return ops->outbox_end(lanes->store, take->id, OUTBOX_EXPIRED, now, error);
    }
    if (!find_places(lanes, lane, push, error) || !find_newer(lanes, push, target, &newer, error)) {
        return false;
    }
    if (newer) {
        return ops->outbox_end(lanes->store, take->id, OUTBOX_DELIVERED, now, error);
    }
    *went_out = send_out(lanes, lane, push, target, error);
    if (*went_out) {
        g_ptr_array_add(pushes, g_steal_pointer(&push));
    }
    return *went_out;
}

/* Targets that were freed in this batch and have rows waiting. */
static bool plan_waiting(Lanes *lanes, Instant now, GPtrArray *pushes, GError **error)
{
    guint n = lanes->steps->len;

    for (guint i = 0; i < n; i++) {
        const Step *step = &g_array_index(lanes->steps, Step, i);
        g_autofree char *target = g_strdup(step->target);
        Lane *lane = step->lane;
        bool went_out = false;

        if (!step->freed || !g_hash_table_contains(lane->waiting, target)) {
            continue;
        }
        while (!went_out) {
            OutboxRow *row = NULL;

            if (!lanes->store->ops->outbox_next(lanes->store, lane->workspace, target, &row,
                                                error)) {
                return false;
            }
            if (row == NULL ||
                row->id >
                    lane->cursor) { /* nothing up to the cursor: the scan will find the rest */
                outbox_row_free(row);
                g_hash_table_remove(lane->waiting, target);
                break;
            }
            if (!take_row(lanes, lane, row, now, pushes, &went_out, error)) {
                return false;
            }
        }
    }
    return true;
}

static void free_row(gpointer row)
{
    outbox_row_free(row);
}

/* Looks at the next `room` rows behind the cursor; `*more` when there may be others. */
static bool plan_some(Lanes *lanes, Lane *lane, int room, Instant now, GPtrArray *pushes,
                      bool *more, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);

    if (!lanes->store->ops->outbox_pending(lanes->store, lane->workspace, lane->cursor, room, rows,
                                           error)) {
        return false;
    }
    *more = rows->len == (guint)room;
    while (rows->len > 0) {
        OutboxRow *row = g_ptr_array_steal_index(rows, 0);
        g_autofree char *target = outbox_target(row->card);
        bool went_out = false;

        note_cursor(lanes, lane);
        lane->cursor = row->id;
        if (g_hash_table_contains(lane->out, target)) {
            g_hash_table_add(lane->waiting, g_steal_pointer(&target));
            outbox_row_free(row);
        } else if (!take_row(lanes, lane, row, now, pushes, &went_out, error)) {
            return false;
        }
    }
    return true;
}

/* Goes on until the lane is full or nothing is left: rows that expired or wait take up no room. */
static bool plan_lane(Lanes *lanes, Lane *lane, Instant now, GPtrArray *pushes, GError **error)
{
    int room = 0;
    bool more = true;

    while (more && (room = LANE_OUT_MAX - (int)g_hash_table_size(lane->out)) > 0) {
        if (!plan_some(lanes, lane, room, now, pushes, &more, error)) {
            return false;
        }
    }
    return true;
}

bool lanes_plan(Lanes *lanes, Instant now, GPtrArray *pushes, GError **error)
{
    if (!plan_waiting(lanes, now, pushes, error)) {
        return false;
    }
    for (guint i = 0; i < lanes->lanes->len; i++) {
        if (!plan_lane(lanes, g_ptr_array_index(lanes->lanes, i), now, pushes, error)) {
            return false;
        }
    }
    return true;
}

void lanes_commit(Lanes *lanes)
{
    g_array_set_size(lanes->steps, 0);
}

void lanes_rollback(Lanes *lanes)
{
    for (guint i = lanes->steps->len; i > 0; i--) {
        const Step *step = &g_array_index(lanes->steps, Step, i - 1);

        if (step->cursor >= 0) {
            step->lane->cursor = step->cursor;
        } else if (step->freed) {
            put_out(step->lane, step->target, step->was.row, step->was.key);
            g_hash_table_add(step->lane->waiting,
                             g_strdup(step->target)); /* perhaps; asking once more is harmless */
            lanes->out++;
        } else {
            g_hash_table_remove(step->lane->out, step->target);
            lanes->out--;
        }
    }
    g_array_set_size(lanes->steps, 0);
}

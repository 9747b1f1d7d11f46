#include "bot/matrix/push.h"

#include <string.h>

#include "bot/matrix/catch_up.h"
#include "bot/matrix/hand.h"
#include "bot/matrix/seen.h"
#include "bot/matrix/transaction.h"
#include "bot/matrix/wire.h"
#include "core/words.h"

/* A queue of what is to be done, worked off one after the other: transactions as they came, and at
 * the beginning of each connection a catch-up, before all that it brings. A connection's end does
 * not empty it: its transactions may never come again. */

#define TRANSACTIONS_KEPT 128
#define EVENTS_SEEN       4096
#define QUEUE_MAX         ((size_t)24 * 1024 * 1024) /* bytes of frames; beyond, the wire is cut */

typedef struct Job {
    PushFrame *transaction; /* NULL: a catch-up */
    char *txn_id;           /* "": it has none */
    size_t len;
    uint64_t epoch; /* of the connection it belongs to */
} Job;

struct MatrixPush {
    Loop *loop;
    Clock *clock;
    MatrixApi *api;
    char *workspace, *user;
    const char *(*kept)(void *arg, const char *name);
    void *kept_arg;
    void (*changed)(void *arg, PushState state);
    void *changed_arg;
    MatrixWire *wire;
    MatrixHand *hand;
    MatrixCatchUp *catch_up;
    GQueue jobs;    /* of Job */
    size_t waiting; /* bytes in it */
    Job *job;       /* the transaction that is being stored */
    MatrixSeen *transactions, *events;
    GHashTable *last; /* room: the last event there; rooms that we are in */
    bool caught_up;   /* since it is connected */
    bool stopping;
    PushState told;
};

static void go_on(MatrixPush *push);

/* How it goes ---------------------------------------------------------------------------------- */

static const struct {
    PushState state;
    WordId why;
} told_as[] = {
    [WIRE_STARTING] = {PUSH_STARTING, W_PUSH_STARTING},
    [WIRE_CONNECTED] = {PUSH_READY, W_PUSH_CATCHING_UP}, /* ready once that is done */
    [WIRE_BROKEN] = {PUSH_BROKEN, W_PUSH_BROKEN},
    [WIRE_REFUSED] = {PUSH_REFUSED, W_PUSH_REFUSED},
    [WIRE_REPLACED] = {PUSH_REPLACED, W_PUSH_REPLACED},
};

static bool is_catching_up(const MatrixPush *push)
{
    return matrix_wire_state(push->wire) == WIRE_CONNECTED && !push->caught_up;
}

PushState matrix_push_state(const MatrixPush *push)
{
    return is_catching_up(push) ? push->told : told_as[matrix_wire_state(push->wire)].state;
}

const char *matrix_push_why(const MatrixPush *push)
{
    return push->caught_up ? "" : words_template(told_as[matrix_wire_state(push->wire)].why);
}

static void tell_state(MatrixPush *push)
{
    PushState state = matrix_push_state(push);

    if (state != push->told && !push->stopping) {
        push->told = state;
        push->changed(push->changed_arg, state);
    }
}

/* Handing on ----------------------------------------------------------------------------------- */

static const char *last_of(void *arg, const char *room)
{
    MatrixPush *push = arg;
    const char *last = g_hash_table_lookup(push->last, room);
    g_autofree char *name = g_strconcat(MATRIX_KEEP_LAST, room, NULL);

    if (last != NULL) {
        return last;
    }
    last = push->kept(push->kept_arg, name);
    if (last != NULL) {
        g_hash_table_insert(push->last, g_strdup(room), g_strdup(last));
    }
    return g_hash_table_lookup(push->last, room);
}

static void note_keep(MatrixPush *push, const MatrixKeep *keep)
{
    if (!g_str_has_prefix(keep->name, MATRIX_KEEP_LAST)) {
        return;
    }
    const char *room = keep->name + strlen(MATRIX_KEEP_LAST);

    if (keep->value != NULL) {
        g_hash_table_insert(push->last, g_strdup(room), g_strdup(keep->value));
    } else {
        g_hash_table_remove(push->last, room);
    }
}

/* It will be stored, or handed on again until it is. */
static void hand_on(MatrixPush *push, MatrixBatch *take_batch)
{
    for (guint i = 0; i < take_batch->news->len; i++) {
        const char *id = json_text(g_array_index(take_batch->news, MatrixNews, i).json, "event_id");

        if (id[0] != '\0') {
            matrix_seen_add(push->events, id);
        }
    }
    for (guint i = 0; i < take_batch->keeps->len; i++) {
        note_keep(push, &g_array_index(take_batch->keeps, MatrixKeep, i));
    }
    matrix_hand_on(push->hand, take_batch);
}

/* Jobs ----------------------------------------------------------------------------------------- */

static void job_free(Job *job)
{
    if (job == NULL) {
        return;
    }
    if (job->transaction != NULL) {
        push_frame_clear(job->transaction);
        g_free(job->transaction);
    }
    g_free(job->txn_id);
    g_free(job);
}

/* `take_transaction` NULL: a catch-up. */
static void add_job(MatrixPush *push, PushFrame *take_transaction, size_t len)
{
    const Json *json = take_transaction != NULL ? take_transaction->json : NULL;
    Job *job = g_new(Job, 1);

    *job = (Job){
        .transaction = take_transaction,
        .txn_id = g_strdup(json_text(json, "txn_id")),
        .len = len,
        .epoch = matrix_wire_epoch(push->wire),
    };
    g_queue_push_tail(&push->jobs, job);
    push->waiting += len;
}

static Job *next_job(MatrixPush *push)
{
    Job *job = g_queue_pop_head(&push->jobs);

    push->waiting -= job->len;
    return job;
}

static bool is_current(const MatrixPush *push, const Job *job)
{
    return job->epoch == matrix_wire_epoch(push->wire) &&
           matrix_wire_state(push->wire) == WIRE_CONNECTED;
}

/* Where the connection is another one by now, the transaction comes again, and is known then. */
static void acknowledge(MatrixPush *push, const Job *job)
{
    if (job->transaction->id != 0 && is_current(push, job)) {
        g_autofree char *ack = push_frame_ack(job->transaction->id, job->txn_id);

        matrix_wire_send(push->wire, ack);
    }
}

/* What to store of it; NULL: nothing. */
static MatrixBatch *read_transaction(MatrixPush *push, Job *job)
{
    bool named = job->txn_id[0] != '\0';

    if (named && matrix_seen_has(push->transactions, job->txn_id)) {
        return NULL;
    }
    g_autoptr(MatrixBatch) batch = matrix_transaction_read(g_steal_pointer(&job->transaction->json),
                                                           push->user, push->events, push->last);

    if (named) {
        matrix_seen_add(push->transactions, job->txn_id);
    }
    if (batch->news->len == 0) {
        return NULL;
    }
    g_autofree char *ids = matrix_seen_text(push->transactions);

    matrix_batch_keep(batch, MATRIX_KEEP_TRANSACTIONS, ids);
    return g_steal_pointer(&batch);
}

static void do_transaction(MatrixPush *push, Job *take_job)
{
    MatrixBatch *batch = read_transaction(push, take_job);

    if (batch != NULL) {
        push->job = take_job;
        hand_on(push, batch);
    } else {
        acknowledge(push, take_job);
        job_free(take_job);
    }
}

static void on_stored(void *arg)
{
    MatrixPush *push = arg;

    if (push->job != NULL) {
        acknowledge(push, push->job);
        g_clear_pointer(&push->job, job_free);
    } else if (push->catch_up != NULL) {
        matrix_catch_up_next(push->catch_up);
    }
    go_on(push);
}

static void on_missed(void *arg, MatrixBatch *take_batch)
{
    hand_on(arg, take_batch);
}

static void on_caught_up(void *arg)
{
    MatrixPush *push = arg;

    g_clear_pointer(&push->catch_up, matrix_catch_up_free);
    push->caught_up = true;
    tell_state(push);
    go_on(push);
}

static const MatrixCatchUpOps catch_up_ops = {
    .last = last_of, .batch = on_missed, .done = on_caught_up};

/* One for a connection that is over is left to the next connection. */
static void do_catch_up(MatrixPush *push, Job *take_job)
{
    g_autofree gpointer *rooms = g_hash_table_get_keys_as_array(push->last, NULL);

    if (is_current(push, take_job)) {
        push->catch_up =
            matrix_catch_up_new(push->loop, push->clock, push->api, push->workspace, push->user,
                                (const char *const *)rooms, &catch_up_ops, push);
    }
    job_free(take_job);
}

static void go_on(MatrixPush *push)
{
    while (push->catch_up == NULL && matrix_hand_is_free(push->hand) && push->jobs.length > 0) {
        Job *job = next_job(push);

        if (job->transaction != NULL) {
            do_transaction(push, job);
        } else {
            do_catch_up(push, job);
        }
    }
}

/* What the wire tells -------------------------------------------------------------------------- */

static void on_changed(void *arg, WireState state)
{
    MatrixPush *push = arg;

    push->caught_up = false;
    g_clear_pointer(&push->catch_up, matrix_catch_up_free);
    if (state == WIRE_CONNECTED) {
        add_job(push, NULL, 0);
    }
    tell_state(push);
    go_on(push);
}

static void on_transaction(void *arg, PushFrame *take_frame, size_t len)
{
    MatrixPush *push = arg;

    add_job(push, take_frame, len);
    if (push->waiting > QUEUE_MAX) {
        /* More comes than is stored; the homeserver keeps what the proxy cannot pass on. */
        matrix_wire_cut(push->wire, "overrun");
    }
    go_on(push);
}

static bool is_wanted(void *arg)
{
    const MatrixPush *push = arg;

    return push->waiting <= QUEUE_MAX / 2;
}

static const MatrixWireOps wire_ops = {
    .changed = on_changed, .transaction = on_transaction, .wanted = is_wanted};

/* Life ----------------------------------------------------------------------------------------- */

MatrixPush *matrix_push_new(Loop *loop, WebSockets *sockets, MatrixApi *api,
                            const MatrixPushConfig *config, const MatrixSink *sink,
                            void (*changed)(void *arg, PushState state), void *changed_arg)
{
    const MatrixWireConfig wire = {config->workspace, config->proxy_url, config->as_token,
                                   config->ca_file};
    MatrixPush *push = g_new(MatrixPush, 1);

    *push = (MatrixPush){
        .loop = loop,
        .clock = config->clock,
        .api = api,
        .workspace = g_strdup(config->workspace),
        .kept = config->kept,
        .kept_arg = config->arg,
        .changed = changed,
        .changed_arg = changed_arg,
        .wire = matrix_wire_new(loop, sockets, &wire, &wire_ops, push),
        .hand = matrix_hand_new(loop, sink, on_stored, push),
        .events = matrix_seen_new(EVENTS_SEEN, NULL),
        .last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .told = PUSH_STARTING,
    };
    g_queue_init(&push->jobs);
    return push;
}

static void push_free(void *data)
{
    MatrixPush *push = data;

    while (push->jobs.length > 0) {
        job_free(next_job(push));
    }
    job_free(push->job);
    matrix_seen_free(push->transactions);
    matrix_seen_free(push->events);
    g_hash_table_unref(push->last);
    g_free(push->workspace);
    g_free(push->user);
    g_free(push);
}

void matrix_push_free(MatrixPush *push)
{
    if (push != NULL) {
        matrix_catch_up_free(push->catch_up);
        matrix_hand_free(push->hand);
        matrix_wire_free(push->wire);
        loop_retire(push->loop, push, push_free);
    }
}

void matrix_push_start(MatrixPush *push, const char *user)
{
    if (push->user != NULL || push->stopping) {
        return; /* the account is ready again */
    }
    push->user = g_strdup(user);
    push->transactions =
        matrix_seen_new(TRANSACTIONS_KEPT, push->kept(push->kept_arg, MATRIX_KEEP_TRANSACTIONS));
    matrix_wire_start(push->wire);
}

void matrix_push_stop(MatrixPush *push, LoopCall done, void *arg)
{
    push->stopping = true;
    g_clear_pointer(&push->catch_up, matrix_catch_up_free);
    matrix_wire_stop(push->wire, done, arg);
}

void matrix_push_taken(MatrixPush *push, bool stored)
{
    matrix_hand_taken(push->hand, stored);
}

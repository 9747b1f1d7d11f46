#pragma once

/* The engine: takes events from the inbox in batches, one transaction a batch; asks the core;
 * saves; and only after the commit replies, and hands cards from the outbox to the adapters
 * (design: How one message travels).
 *
 * Threads: engine_post, engine_post_all, engine_settle, engine_advance, engine_barrier, engine_call
 * and engine_waiting may be called from any thread. All else, and every callback of EngineOut,
 * happens on the thread that steps the engine: callbacks must only pass things on. */

#include "bot/clock.h"
#include "bot/store/store.h"

typedef struct Engine Engine;

typedef struct EngineOut {
    void *arg;
    /* The event is committed (failure NULL) or came to nothing (failure set: tell the sender,
     * acknowledge nothing). `take_reply` may be NULL. `repeated`: it had been committed before;
     * there is no reply. */
    void (*replied)(void *arg, const Event *event, Card *take_reply, bool repeated,
                    const GError *failure);
    /* What was posted as one piece is committed (failure NULL), or nothing of it is: post it again
     * later. NULL: nobody posts pieces. */
    void (*stored)(void *arg, WorkspaceId workspace, void *tag, const GError *failure);
    /* The store takes nothing just now (failure), or takes things again (NULL): told when that
     * changes, and not again with each thing that fails meanwhile. It is tried once a second. NULL:
     * nobody listens, and each thing that fails is a warning. */
    void (*unwell)(void *arg, const GError *failure);
    /* Deliver this card; tell engine_settle how it ended. `edit` is where a card of the same key
     * stands: edit it; NULL: post a new one. attempts above 1: an earlier attempt may have got
     * through; look before posting. Where it is not found, or waits in the adapter, and has expired
     * meanwhile, it is not posted any more: OUTBOX_EXPIRED. At most one card per workspace and
     * target is out at a time. `thread` is where the card stands that begins its thread; NULL:
     * none, or not known (it stands for itself then). */
    void (*deliver)(void *arg, OutboxRow *take_row, const MessageRef *edit,
                    const MessageRef *thread);
    /* A team lives in this channel: told for each when the workspace is made known, and whenever it
     * was changed. `roster` says who belongs to it: "" those in the channel, else the platform's id
     * of a group. NULL: nobody listens. */
    void (*home)(void *arg, WorkspaceId workspace, const char *channel, const char *roster);
    /* All that came of one batch has been told: what was gathered can go on as one. `take_spent` is
     * what the batch was made of, to be given to `free_spent` on any thread: memory is freed the
     * quickest where it was made. NULL: nobody gathers, and the engine frees it. */
    void (*told)(void *arg, void *take_spent, GDestroyNotify free_spent);
    /* Nothing came for a moment after work, and the store rests: a time to tidy up. NULL: nobody
     * does. */
    void (*rested)(void *arg);
    /* Everything posted before the barrier is done, and so is what followed from it. */
    void (*reached)(void *arg, int64_t token);
} EngineOut;

/* The store, clock and policy are borrowed and must outlive the engine. */
Engine *engine_new(Store *store, Clock *clock, const Policy *policy, const EngineOut *out,
                   GError **error) __attribute__((warn_unused_result));
void engine_free(Engine *engine); /* not while engine_run runs */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)

/* Makes a workspace known, and its pending cards deliverable. Before events of it are posted.
 * Engine's thread, or before it runs. */
bool engine_workspace(Engine *engine, const char *name, WorkspaceId *id, GError **error)
    __attribute__((warn_unused_result));
/* The two halves of it, for a workspace whose adapter wants its id first: its id, given to it now
 * if it is new; and then, once the adapter is there, its homes and its cards. */
bool engine_know(Engine *engine, const char *name, WorkspaceId *id, GError **error)
    __attribute__((warn_unused_result));
bool engine_open(Engine *engine, WorkspaceId id, GError **error)
    __attribute__((warn_unused_result));
/* Its adapter is gone: no cards go out to it, and those that were out go again when it is made
 * known anew, as after a crash. Engine's thread. */
void engine_leave(Engine *engine, WorkspaceId id);
/* From the next turn on; borrowed as the first one was. Engine's thread. */
void engine_set_policy(Engine *engine, const Policy *policy);

/* False when the inbox is full: the event is freed, must not be acknowledged, and will be sent
 * again. */
bool engine_post(Engine *engine, Event *take_event) __attribute__((warn_unused_result));
/* What an adapter keeps for itself, by a name that begins with its platform's and its workspace's:
 * it finds it again among the store's settings. `value` NULL: it is forgotten. Both owned. */
typedef struct Memo {
    char *name, *value;
} Memo;

void memo_clear(gpointer memo);
/* Events that came in one piece, in order, and what is to be kept with them (how far the piece
 * goes): one transaction for all. `tag` comes back with EngineOut.stored. The events have no tags
 * of their own, and are not told one by one: their replies go to the outbox (Event.answer_out).
 * Who posts pieces knows by itself which card an answer is to (Event.thread): none waits. */
void engine_post_all(Engine *engine, WorkspaceId workspace, GPtrArray *take_events,
                     GArray *take_keeps, void *tag);
/* How a delivery ended. OUTBOX_DELIVERED: `ref` tells where the card stands, NULL where that cannot
 * be known. OUTBOX_DEAD: ref->message says why, for people ("the channel is archived"); a
 * facilitator of the team is told. */
void engine_settle(Engine *engine, WorkspaceId workspace, int64_t row, OutboxEnd end,
                   const MessageRef *ref);
/* Moves a manual clock to `to`, through every timer on the way, each at its own instant. */
void engine_advance(Engine *engine, Instant to);
void engine_barrier(Engine *engine, int64_t token);
/* `call(arg)` on the engine's thread, between two batches, behind everything that was posted
 * before. Where the engine stops first, `drop` frees `arg` instead; NULL: nothing to free. */
typedef void (*EngineCall)(void *arg);
void engine_call(Engine *engine, EngineCall call, void *arg, GDestroyNotify drop);
/* How many events wait to be taken. */
size_t engine_waiting(Engine *engine);

/* One batch, if there is anything to do: false when there was not. */
bool engine_step(Engine *engine);
/* Steps until engine_stop, waiting between batches; a stepped clock is noticed within a second. */
void engine_run(Engine *engine);
void engine_stop(Engine *engine);
/* How long it has been at what it does (a batch, a call, tidying up), in milliseconds; 0: it waits.
 * Any thread. */
int64_t engine_stuck_ms(Engine *engine);

/* The zone of the team in that channel; NULL when no team lives there. Engine's thread: from within
 * a callback. Caller frees. */
char *engine_zone_name(Engine *engine, WorkspaceId workspace, const char *channel);

/* What a batch may hold. */
#define ENGINE_BATCH_MAX 256
#define ENGINE_INBOX_MAX 8192

#pragma once

/* The way out: which cards of the outbox are given to the adapters now (design: How one message
 * travels, 4). A lane is a workspace; in it each target (a channel, or a member alone) has at most
 * one card out at a time, so that cards arrive in order and an edit finds where the first message
 * stands. Memory is bounded by what is out, not by what waits.
 *
 * Thread: the engine's. Planning happens inside the batch's transaction; lanes_commit or
 * lanes_rollback follows it. */

#include "bot/engine.h"

typedef struct Lanes Lanes;

typedef struct Push {
    OutboxRow *row; /* owned */
    bool edit;      /* `ref` is where it stands */
    MessageRef ref;
    bool threaded; /* `thread` is where the card stands that begins its thread */
    MessageRef thread;
} Push;

Lanes *lanes_new(Store *store);
void lanes_free(Lanes *lanes);
void lanes_add(Lanes *lanes, WorkspaceId workspace);
/* Nothing of it is out any more, nor goes out; what had not ended does when it is added again.
 * Between batches. */
void lanes_remove(Lanes *lanes, WorkspaceId workspace);

/* A delivery ended: saved, and its target is free once the batch is committed. `*target` is whose
 * it was (caller frees), or NULL when the row is not out: settled twice, the first one counted. */
bool lanes_settle(Lanes *lanes, WorkspaceId workspace, int64_t row, OutboxEnd end,
                  const MessageRef *ref, Instant now, char **target, GError **error)
    __attribute__((warn_unused_result));
/* Chooses what goes out next, counts the attempts, and appends Push * to `pushes`. Cards that have
 * expired end here, as do edits of a message whose newer state waits behind them. */
bool lanes_plan(Lanes *lanes, Instant now, GPtrArray *pushes, GError **error)
    __attribute__((warn_unused_result));
void lanes_commit(Lanes *lanes);
void lanes_rollback(Lanes *lanes);
/* A card for that target is out: where it stands may not be known yet. */
bool lanes_is_out(const Lanes *lanes, WorkspaceId workspace, const char *target);
/* Nothing is out. */
bool lanes_idle(const Lanes *lanes);
void push_free(Push *push);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Push, push_free)

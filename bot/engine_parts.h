#pragma once

/* What the files of the engine share: engine.c (life, and what to do next), engine_batch.c (one
 * transaction), engine_turn.c (one event), engine_timer.c (what is due). For nobody else; all of it
 * is the engine's thread's. */

#include "bot/engine.h"
#include "bot/inbox.h"
#include "bot/lanes.h"
#include "bot/metrics.h"

/* What came of an event. */
typedef struct Answered {
    const Event *event; /* borrowed from the item */
    Card *reply;
    bool repeated;
} Answered;

typedef struct NotedHome {
    WorkspaceId workspace;
    Home home;
} NotedHome;

struct Engine {
    Store *store;
    Clock *clock;
    const Policy *policy;
    EngineOut out;
    World *world;
    size_t grown;        /* changes to the world since it was last forgotten: they weigh as well */
    Instant world_since; /* when that was */
    Lanes *lanes;
    IdPool ids;
    Inbox *inbox;
    GQueue early; /* of Item: answers to cards whose place is not known yet */

    bool advancing;
    Instant advance_to;
    bool timers_known; /* `any_timer` and `next_timer` are what the store says */
    bool any_timer;
    Instant next_timer;
    bool started;      /* the first batch has looked at what an earlier run left in the outbox */
    bool failing;      /* the store fails: wait a little before the next batch */
    bool unwell;       /* it takes nothing, as was told */
    int64_t failed_at; /* monotonic: when it last took nothing */
    GArray *homes;     /* of NotedHome: teams that the batch changed */
    int64_t rest_at;   /* monotonic: when work will be over; 0: it has been, and it rested */
    _Atomic int64_t busy_since; /* monotonic, of what it is at; 0: it waits */
    Metric *commit_took, *batches_failed, *timers_late;
};

/* What is forgotten is asked of the store again. */
void engine_forget_world(Engine *engine);
/* What is wrong with the store itself was told when it began. */
void engine_warn(const Engine *engine, const char *doing, const GError *failure);
/* `take_items` NULL: there are none. */
void engine_tell_end(Engine *engine, GPtrArray *take_items);

/* One event through the core, and what came of it into the store. */
bool engine_take_event(Engine *engine, Event *event, Instant now, Answered *answered,
                       GError **error);
bool engine_take_turn(Engine *engine, const Event *event, Instant now, Card **reply,
                      GError **error);
/* The card that begins the thread it was said in. */
bool engine_find_thread(Engine *engine, Event *event, GError **error);

/* When the next one is due. */
bool engine_know_timers(Engine *engine, GError **error);
/* Adds the timers that are due, as items. */
bool engine_add_timers(Engine *engine, GPtrArray *items, GError **error);
bool engine_take_timer(Engine *engine, const Timer *timer, Instant now, GError **error);
/* Sets it to a little later, so that it does not hold up all that come after it. */
bool engine_postpone(Engine *engine, const Timer *timer);

/* One batch; true when it had something to do. */
bool engine_step_batch(Engine *engine, bool with_events, bool with_timers);

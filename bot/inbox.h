#pragma once

/* The queue from the loop to the engine: events, in order and bounded; what was delivered,
 * unbounded and ahead of them, since it makes room; and orders to the engine itself.
 *
 * Thread: any, for inbox_post, inbox_put, inbox_stop and inbox_depth; the rest is the engine's. The
 * lock is one that ThreadSanitizer knows. */

#include "bot/engine.h"

typedef enum ItemKind {
    ITEM_EVENT,
    ITEM_PIECE,
    ITEM_SETTLED,
    ITEM_TIMER,
    ITEM_ADVANCE,
    ITEM_BARRIER,
    ITEM_CALL
} ItemKind;

/* One thing for the engine to do. */
typedef struct Item {
    ItemKind kind;
    Event *event;          /* ITEM_EVENT; owned */
    GPtrArray *events;     /* ITEM_PIECE: of Event; owned */
    GArray *keeps;         /* ITEM_PIECE: of Memo; owned */
    void *tag;             /* ITEM_PIECE; what ITEM_CALL is called with */
    bool early;            /* ITEM_EVENT: what it answers to is still on its way */
    int64_t early_until;   /* monotonic, microseconds: it waits no longer; 0: it never had to */
    WorkspaceId workspace; /* ITEM_SETTLED, ITEM_PIECE */
    int64_t row;           /* ITEM_SETTLED; the token of ITEM_BARRIER */
    OutboxEnd end;
    MessageRef ref;      /* owned */
    Timer timer;         /* ITEM_TIMER: never in the inbox, only in a batch */
    Instant to;          /* ITEM_ADVANCE */
    EngineCall call;     /* ITEM_CALL */
    GDestroyNotify drop; /* ITEM_CALL: frees the tag where it is not called; NULL */
} Item;

Item *item_new(ItemKind kind);
void item_free(void *data); /* an Item */

typedef struct Inbox Inbox;

Inbox *inbox_new(void);
void inbox_free(Inbox *inbox);

/* False when ENGINE_INBOX_MAX events wait: the event is freed. */
bool inbox_post(Inbox *inbox, Event *take_event) __attribute__((warn_unused_result));
void inbox_put(Inbox *inbox, Item *take_item);
void inbox_stop(Inbox *inbox);
bool inbox_stopped(Inbox *inbox);

/* Appends what one batch may hold: what settled, and with `with_events` events and pieces up to the
 * first item that is neither; at most ENGINE_BATCH_MAX of each. */
void inbox_take(Inbox *inbox, GPtrArray *items, bool with_events);
/* What settled could not be saved: it comes first the next time. */
void inbox_give_back(Inbox *inbox, Item *take_item);
/* The front item if it is of that kind; else NULL. The caller owns it. */
Item *inbox_pop(Inbox *inbox, ItemKind kind);
bool inbox_has_settled(Inbox *inbox);
size_t inbox_depth(Inbox *inbox); /* events that wait; any thread */

/* What is worth waking for, besides being stopped. */
typedef enum Awaited {
    AWAIT_NOTHING, /* the store fails: the whole time is waited for */
    AWAIT_SETTLED,
    AWAIT_EVENT, /* or what settled, or a call */
    AWAIT_ANY,
} Awaited;

/* Waits until g_get_monotonic_time() reaches `until`, or something awaited is there. */
void inbox_wait(Inbox *inbox, Awaited awaited, int64_t until);

#include "bot/inbox.h"

#include <pthread.h>
#include <time.h>

struct Inbox {
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t wake;
    GQueue waiting; /* of Item: events, advances, barriers, in order */
    GQueue settled; /* of Item */
    size_t events;  /* in `waiting` */
    bool stop;
};

Item *item_new(ItemKind kind)
{
    Item *item = g_new0(Item, 1);

    item->kind = kind;
    return item;
}

void item_free(void *data)
{
    Item *item = data;

    if (item == NULL) {
        return;
    }
    event_free(item->event);
    g_clear_pointer(&item->events, g_ptr_array_unref);
    g_clear_pointer(&item->keeps, g_array_unref);
    if (item->drop != NULL) {
        item->drop(item->tag);
    }
    g_free(item->ref.channel);
    g_free(item->ref.message);
    g_free(item);
}

Inbox *inbox_new(void)
{
    Inbox *inbox = g_new0(Inbox, 1);
    pthread_condattr_t monotonic;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&inbox->lock, NULL);
    pthread_cond_init(&inbox->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    g_queue_init(&inbox->waiting);
    g_queue_init(&inbox->settled);
    return inbox;
}

void inbox_free(Inbox *inbox)
{
    if (inbox == NULL) {
        return;
    }
    g_queue_clear_full(&inbox->waiting, item_free);
    g_queue_clear_full(&inbox->settled, item_free);
    pthread_mutex_destroy(&inbox->lock);
    pthread_cond_destroy(&inbox->wake);
    g_free(inbox);
}

bool inbox_post(Inbox *inbox, Event *take_event)
{
    pthread_mutex_lock(&inbox->lock);
    bool room = inbox->events < ENGINE_INBOX_MAX;
    if (room) {
        Item *item = item_new(ITEM_EVENT);

        item->event = take_event;
        g_queue_push_tail(&inbox->waiting, item);
        inbox->events++;
        pthread_cond_signal(&inbox->wake);
    }
    pthread_mutex_unlock(&inbox->lock);
    if (!room) {
        event_free(take_event);
    }
    return room;
}

void inbox_put(Inbox *inbox, Item *take_item)
{
    pthread_mutex_lock(&inbox->lock);
    g_queue_push_tail(take_item->kind == ITEM_SETTLED ? &inbox->settled : &inbox->waiting,
                      take_item);
    pthread_cond_signal(&inbox->wake);
    pthread_mutex_unlock(&inbox->lock);
}

void inbox_stop(Inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    inbox->stop = true;
    pthread_cond_signal(&inbox->wake);
    pthread_mutex_unlock(&inbox->lock);
}

bool inbox_stopped(Inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    bool stop = inbox->stop;
    pthread_mutex_unlock(&inbox->lock);
    return stop;
}

static bool brings_events(const Item *item)
{
    return item != NULL && (item->kind == ITEM_EVENT || item->kind == ITEM_PIECE);
}

void inbox_take(Inbox *inbox, GPtrArray *items, bool with_events)
{
    Item *item = NULL;

    pthread_mutex_lock(&inbox->lock);
    for (int i = 0; i < ENGINE_BATCH_MAX && (item = g_queue_pop_head(&inbox->settled)) != NULL;
         i++) {
        g_ptr_array_add(items, item);
    }
    for (int i = 0; with_events && i < ENGINE_BATCH_MAX; i++) {
        item = g_queue_peek_head(&inbox->waiting);
        if (!brings_events(item)) {
            break;
        }
        g_ptr_array_add(items, g_queue_pop_head(&inbox->waiting));
        inbox->events -= item->kind == ITEM_EVENT;
    }
    pthread_mutex_unlock(&inbox->lock);
}

void inbox_give_back(Inbox *inbox, Item *take_item)
{
    pthread_mutex_lock(&inbox->lock);
    g_queue_push_head(&inbox->settled, take_item);
    pthread_mutex_unlock(&inbox->lock);
}

Item *inbox_pop(Inbox *inbox, ItemKind kind)
{
    pthread_mutex_lock(&inbox->lock);
    Item *item = g_queue_peek_head(&inbox->waiting);
    item = item != NULL && item->kind == kind ? g_queue_pop_head(&inbox->waiting) : NULL;
    pthread_mutex_unlock(&inbox->lock);
    return item;
}

bool inbox_has_settled(Inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    bool any = !g_queue_is_empty(&inbox->settled);
    pthread_mutex_unlock(&inbox->lock);
    return any;
}

size_t inbox_depth(Inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    size_t depth = inbox->events;
    pthread_mutex_unlock(&inbox->lock);
    return depth;
}

/* Under the lock. */
static bool is_there(Inbox *inbox, Awaited awaited)
{
    const Item *front = g_queue_peek_head(&inbox->waiting);
    bool settled = !g_queue_is_empty(&inbox->settled);

    switch (awaited) {
    case AWAIT_NOTHING:
        return false;
    case AWAIT_SETTLED:
        return settled;
    case AWAIT_EVENT:
        return settled || brings_events(front) || (front != NULL && front->kind == ITEM_CALL);
    case AWAIT_ANY:
        return settled || front != NULL;
    }
    return false;
}

void inbox_wait(Inbox *inbox, Awaited awaited, int64_t until)
{
    const struct timespec at = {.tv_sec = until / G_USEC_PER_SEC,
                                .tv_nsec = until % G_USEC_PER_SEC * 1000};

    pthread_mutex_lock(&inbox->lock);
    if (!inbox->stop && !is_there(inbox, awaited)) {
        pthread_cond_timedwait(&inbox->wake, &inbox->lock, &at);
    }
    pthread_mutex_unlock(&inbox->lock);
}

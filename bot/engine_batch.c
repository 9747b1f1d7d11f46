/* A batch is one transaction: the timers that are due, what settled, the events that came in, and
 * the choice of cards to go out. Only after its commit does anybody hear of it. When it fails, the
 * world is forgotten, and the batch is taken again item by item, so that one that is bad cannot
 * hold up the rest. */

#include "bot/engine_parts.h"

/* What is kept in memory between batches: so many small things, of about 100 bytes each. */
#define WORLD_WEIGHT_MAX 200000
/* An answer to a card whose place is not known yet waits so long for it; it comes again then, as it
 * was not acknowledged. So many may wait. */
#define EARLY_WAITS (2400 * G_TIME_SPAN_MILLISECOND) /* Slack gives three seconds */
#define EARLY_MAX   ENGINE_BATCH_MAX
/* Work is over when nothing came for so long. */
#define REST_AFTER (200 * G_TIME_SPAN_MILLISECOND)
/* A store that failed is well when it has not for so long: what comes and goes is told once. */
#define WELL_AFTER G_TIME_SPAN_SECOND
/* Event keys are kept for a week at least. */
#define KEYS_KEPT (INSTANT_HOUR * 24 * 7)

typedef struct Batch {
    GPtrArray *items;  /* of Item, owned; NULL once they are spent */
    bool keyed;        /* it notes keys of events */
    GArray *answered;  /* of Answered */
    GPtrArray *pushes; /* of Push */
    bool begun;        /* the store began its transaction */
} Batch;

static void free_push(gpointer push)
{
    push_free(push);
}

static void answered_clear(gpointer data)
{
    card_free(((Answered *)data)->reply);
}

static void batch_init(Batch *batch)
{
    batch->items = g_ptr_array_new_with_free_func(item_free);
    batch->answered = g_array_new(FALSE, TRUE, sizeof(Answered));
    g_array_set_clear_func(batch->answered, answered_clear);
    batch->pushes = g_ptr_array_new_with_free_func(free_push);
}

static void batch_clear(Batch *batch)
{
    g_clear_pointer(&batch->items, g_ptr_array_unref);
    g_array_unref(batch->answered);
    g_ptr_array_unref(batch->pushes);
}

/* A card that is dead: somebody of its team is told, once while the key of that is kept. */
static bool tell_undeliverable(Engine *engine, const Item *item, const char *channel, Instant now,
                               GError **error)
{
    g_autofree char *key =
        g_strdup_printf("undeliverable/%" G_GINT64_FORMAT "/%s", item->workspace.v, channel);
    g_autoptr(Event) event = event_new(EVENT_UNDELIVERABLE, key);
    Answered unused = {0};

    event->workspace = item->workspace;
    event->channel = g_strdup(channel);
    event->action = g_strdup(item->ref.message);
    bool taken = engine_take_event(engine, event, now, &unused, error);
    card_free(unused.reply);
    return taken;
}

static bool take_settled(Engine *engine, const Item *item, Instant now, GError **error)
{
    g_autofree char *target = NULL;

    if (!lanes_settle(engine->lanes, item->workspace, item->row, item->end, &item->ref, now,
                      &target, error)) {
        return false;
    }
    bool is_channel = target != NULL && *target != '@';
    return item->end != OUTBOX_DEAD || !is_channel ||
           tell_undeliverable(engine, item, target, now, error);
}

static bool take_piece(Engine *engine, const Item *item, Instant now, GError **error)
{
    for (guint i = 0; i < item->events->len; i++) {
        Answered answered = {0};
        bool taken =
            engine_take_event(engine, g_ptr_array_index(item->events, i), now, &answered, error);

        card_free(answered.reply);
        if (!taken) {
            return false;
        }
    }
    for (guint i = 0; i < item->keeps->len; i++) {
        const Memo *memo = &g_array_index(item->keeps, Memo, i);

        if (!engine->store->ops->setting_set(engine->store, memo->name, memo->value, error)) {
            return false;
        }
    }
    return true;
}

/* Words in a thread of ours: an answer, also where the bot is named in it. */
static bool may_answer(const Item *item)
{
    const Event *event = item->event;

    return item->kind == ITEM_EVENT &&
           (event->kind == EVENT_TEXT || event->kind == EVENT_COMMAND) && event->replies_to_us &&
           event->channel != NULL;
}

/* Somebody can answer to a card that was posted before we know where it stands, above all after a
 * restart. Such an answer waits for the card that is out in its channel to settle. */
static bool find_early(Engine *engine, Item *item, GError **error)
{
    Event *event = item->event;

    item->early = false;
    if (!may_answer(item)) {
        return true;
    }
    if (!engine_find_thread(engine, event, error)) {
        return false;
    }
    item->early =
        event->thread == NULL && lanes_is_out(engine->lanes, event->workspace, event->channel);
    if (item->early && item->early_until == 0) {
        item->early_until = g_get_monotonic_time() + EARLY_WAITS;
    }
    return true;
}

static bool take_item(Engine *engine, Batch *batch, Item *item, Instant now, GError **error)
{
    if (!find_early(engine, item, error)) {
        return false;
    }
    if (item->early) {
        return true; /* keep_early() */
    }
    if (item->kind == ITEM_SETTLED) {
        return take_settled(engine, item, now, error);
    }
    if (item->kind == ITEM_TIMER) {
        return engine_take_timer(engine, &item->timer, now, error);
    }
    batch->keyed = true;
    if (item->kind == ITEM_PIECE) {
        return take_piece(engine, item, now, error);
    }
    Answered answered = {0};
    bool taken = engine_take_event(engine, item->event, now, &answered, error);

    g_array_append_val(batch->answered, answered);
    return taken;
}

/* Where keys are noted, old ones are forgotten, so that there are never many more than a week
 * brings. */
static bool forget_keys(Engine *engine, const Batch *batch, Instant now, GError **error)
{
    return !batch->keyed ||
           engine->store->ops->forget_events(engine->store, (Instant){now.us - KEYS_KEPT}, error);
}

/* What took nothing before is well again only once it has taken something new. */
static bool try_store(Engine *engine, Instant now, GError **error)
{
    g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, now.us);

    return !engine->unwell ||
           engine->store->ops->setting_set(engine->store, "store/tried", value, error);
}

static bool fill_batch(Engine *engine, Batch *batch, Instant now, GError **error)
{
    int64_t ids_before = engine->ids.next;

    for (guint i = 0; i < batch->items->len; i++) {
        if (!take_item(engine, batch, g_ptr_array_index(batch->items, i), now, error)) {
            return false;
        }
    }
    return lanes_plan(engine->lanes, now, batch->pushes, error) &&
           forget_keys(engine, batch, now, error) && try_store(engine, now, error) &&
           (engine->ids.next == ids_before ||
            engine->store->ops->ids_save(engine->store, &engine->ids, error));
}

void engine_forget_world(Engine *engine)
{
    world_clear(engine->world);
    engine->grown = 0;
    engine->world_since = clock_now(engine->clock);
}

static void undo_batch(Engine *engine, Batch *batch, int64_t ids_before)
{
    engine->store->ops->rollback(engine->store);
    lanes_rollback(engine->lanes);
    engine_forget_world(engine);
    engine->timers_known = false;
    engine->ids.next = ids_before;
    g_array_set_size(batch->answered, 0);
    g_ptr_array_set_size(batch->pushes, 0);
    g_array_set_size(engine->homes, 0);
}

static bool commit(Engine *engine, GError **error)
{
    int64_t began = g_get_monotonic_time();
    bool done = engine->store->ops->commit(engine->store, error);

    metric_observe_us(engine->commit_took, g_get_monotonic_time() - began);
    return done;
}

/* What was wrong with the store, or that nothing is. One bad item says nothing about it. */
static void judge_store(Engine *engine, const GError *failure)
{
    bool unwell = failure != NULL && store_is_unwell(failure);
    int64_t now = g_get_monotonic_time();

    if (unwell) {
        engine->failed_at = now;
    }
    if (unwell == engine->unwell || (failure != NULL && !unwell) ||
        (!unwell && now - engine->failed_at < WELL_AFTER)) {
        return;
    }
    engine->unwell = unwell;
    if (engine->out.unwell != NULL) {
        engine->out.unwell(engine->out.arg, failure);
    }
}

void engine_warn(const Engine *engine, const char *doing, const GError *failure)
{
    if (engine->out.unwell == NULL || !store_is_unwell(failure)) {
        g_warning("%s: %s", doing, failure->message);
    }
}

static bool try_batch(Engine *engine, Batch *batch, GError **error)
{
    const StoreOps *ops = engine->store->ops;
    Instant now = clock_now(engine->clock);
    int64_t ids_before = engine->ids.next;

    batch->begun = ops->begin(engine->store, error);
    if (!batch->begun) {
        return false;
    }
    if (fill_batch(engine, batch, now, error) && commit(engine, error)) {
        lanes_commit(engine->lanes);
        engine->failing = false;
        engine->started = true;
        if (world_weight(engine->world) + engine->grown > WORLD_WEIGHT_MAX) {
            engine_forget_world(engine);
        }
        return true;
    }
    undo_batch(engine, batch, ids_before);
    return false;
}

static bool run_batch(Engine *engine, Batch *batch, GError **error)
{
    g_autoptr(GError) failure = NULL;
    bool done = try_batch(engine, batch, &failure);

    judge_store(engine, failure);
    if (!done) {
        metric_add(engine->batches_failed, 1);
        g_propagate_error(error, g_steal_pointer(&failure));
    }
    return done;
}

static void tell_changed_homes(Engine *engine)
{
    for (guint i = 0; engine->out.home != NULL && i < engine->homes->len; i++) {
        const NotedHome *noted = &g_array_index(engine->homes, NotedHome, i);

        engine->out.home(engine->out.arg, noted->workspace, noted->home.channel,
                         noted->home.roster);
    }
    g_array_set_size(engine->homes, 0);
}

/* Nothing came of it: an event is answered with the failure, a piece is handed back. */
static void tell_failed(Engine *engine, const Item *item, const GError *failure)
{
    if (item->kind == ITEM_EVENT) {
        engine->out.replied(engine->out.arg, item->event, NULL, false, failure);
    } else if (item->kind == ITEM_PIECE) {
        engine->out.stored(engine->out.arg, item->workspace, item->tag, failure);
    }
}

static void answer_too_early(Engine *engine, const Item *item)
{
    g_autoptr(GError) error = g_error_new_literal(STORE_ERROR, STORE_ERROR_FAILED,
                                                  "what it answers to is still on its way");

    tell_failed(engine, item, error);
}

/* They wait for the next that settles, in order. */
static void keep_early(Engine *engine, Batch *batch)
{
    int64_t now = g_get_monotonic_time();

    for (guint i = 0; i < batch->items->len;) {
        Item *item = g_ptr_array_index(batch->items, i);

        if (!item->early) {
            i++;
        } else if (item->early_until <= now || engine->early.length >= EARLY_MAX) {
            answer_too_early(engine, item);
            g_ptr_array_remove_index(batch->items, i);
        } else {
            g_queue_push_tail(&engine->early, g_ptr_array_steal_index(batch->items, i));
        }
    }
}

static void tell_batch(Engine *engine, Batch *batch)
{
    keep_early(engine, batch);
    tell_changed_homes(engine);
    for (guint i = 0; i < batch->answered->len; i++) {
        Answered *answered = &g_array_index(batch->answered, Answered, i);

        engine->out.replied(engine->out.arg, answered->event, g_steal_pointer(&answered->reply),
                            answered->repeated, NULL);
    }
    for (guint i = 0; i < batch->items->len; i++) {
        const Item *item = g_ptr_array_index(batch->items, i);

        if (item->kind == ITEM_PIECE) {
            engine->out.stored(engine->out.arg, item->workspace, item->tag, NULL);
        }
    }
    while (batch->pushes->len > 0) {
        Push *push = g_ptr_array_steal_index(batch->pushes, 0);

        engine->out.deliver(engine->out.arg, g_steal_pointer(&push->row),
                            push->edit ? &push->ref : NULL, push->threaded ? &push->thread : NULL);
        push_free(push);
    }
}

/* It cannot be taken now: what settled, and timers, are kept for later. */
static void fail_item(Engine *engine, Item *take, const GError *failure)
{
    if (take->kind == ITEM_SETTLED) {
        inbox_give_back(engine->inbox, take);
        engine->failing = true;
        return;
    }
    tell_failed(engine, take, failure);
    item_free(take);
}

/* False when the store does not even begin. */
static bool run_alone(Engine *engine, Item *take)
{
    g_autoptr(GError) error = NULL;
    Batch batch = {0};

    batch_init(&batch);
    g_ptr_array_add(batch.items, take);
    if (run_batch(engine, &batch, &error)) {
        tell_batch(engine, &batch);
    } else {
        if (take->kind == ITEM_TIMER) {
            g_autofree char *which =
                g_strdup_printf("timer %s of team %" G_GINT64_FORMAT,
                                timer_kind_name(take->timer.kind), take->timer.team.v);

            engine_warn(engine, which, error);
            /* It waits for its store, and is no later for that. */
            engine->failing =
                !batch.begun || store_is_unwell(error) || !engine_postpone(engine, &take->timer);
        }
        fail_item(engine, g_ptr_array_steal_index(batch.items, 0), error);
    }
    bool begun = batch.begun;
    batch_clear(&batch);
    return begun;
}

/* The batch failed: each of its items has a try of its own, for as long as the store begins at all.
 */
static void take_apart(Engine *engine, Batch *batch, const GError *failure)
{
    bool begins = true;

    if (batch->items->len == 0) {
        engine_warn(engine, "choosing what goes out", failure);
        engine->failing = true;
    }
    while (batch->items->len > 0) {
        Item *item = g_ptr_array_steal_index(batch->items, 0);

        if (begins) {
            begins = run_alone(engine, item);
        } else {
            fail_item(engine, item, failure);
        }
    }
    engine->failing = engine->failing || !begins;
}

/* What waited is looked at again, behind what settled and before what came after it. */
static void add_early(Engine *engine, GPtrArray *items)
{
    const Item *first = g_queue_peek_head(&engine->early);
    bool settled = items->len > 0 &&
                   ((const Item *)g_ptr_array_index(items, items->len - 1))->kind == ITEM_SETTLED;

    if (first == NULL || (!settled && first->early_until > g_get_monotonic_time())) {
        return;
    }
    while (engine->early.length > 0) {
        g_ptr_array_add(items, g_queue_pop_head(&engine->early));
    }
}

/* What is out is known only after the first batch: events come later. */
static void add_items(Engine *engine, GPtrArray *items, bool with_events)
{
    inbox_take(engine->inbox, items, false);
    add_early(engine, items);
    if (with_events && engine->started) {
        inbox_take(engine->inbox, items, true);
    }
}

bool engine_step_batch(Engine *engine, bool with_events, bool with_timers)
{
    g_autoptr(GError) error = NULL;
    Batch batch = {0};
    bool first = !engine->started, did = true;

    engine->busy_since = g_get_monotonic_time();
    batch_init(&batch);
    bool looked = !with_timers || engine_add_timers(engine, batch.items, &error);
    if (!looked) {
        judge_store(engine, error);
        engine_warn(engine, "looking for timers", error);
        g_clear_error(&error);
    }
    add_items(engine, batch.items, with_events);
    if (batch.items->len == 0 && engine->started && !engine->unwell) {
        engine->failing = !looked;
        did = !looked;
    } else if (run_batch(engine, &batch, &error)) {
        did = first || batch.items->len > 0 || batch.pushes->len > 0;
        tell_batch(engine, &batch);
    } else {
        did = first || batch.items->len > 0;
        take_apart(engine, &batch, error);
    }
    engine_tell_end(engine, g_steal_pointer(&batch.items));
    batch_clear(&batch);
    engine->busy_since = 0;
    if (did) {
        engine->rest_at = g_get_monotonic_time() + REST_AFTER;
    }
    return did;
}

/* The engine works in batches. A batch is one transaction: the timers that are due, what settled,
 * the events that came in, and the choice of cards to go out. Only after its commit does anybody
 * hear of it. When it fails, the world is forgotten, and the batch is taken again item by item, so
 * that one that is bad cannot hold up the rest. */

#include "bot/engine.h"

#include "bot/inbox.h"
#include "bot/lanes.h"
#include "bot/loader.h"
#include "bot/log.h"
#include "bot/metrics.h"
#include "bot/request_id.h"
#include "core/decide.h"

/* What is kept in memory between batches: so many small things, of about 100 bytes each. */
#define WORLD_WEIGHT_MAX 200000
/* And for so long: then what is asked for comes from the store again. */
#define WORLD_KEPT (INSTANT_HOUR * 24)
/* Timers that one batch takes. */
#define TIMERS_MAX 256
/* A turn that still misses something after so many look-ups is our own mistake. */
#define NEEDS_MAX 16
/* A timer that fails where others do not is tried again after this. */
#define TIMER_AGAIN INSTANT_MINUTE
/* An answer to a card whose place is not known yet waits so long for it; it comes again then, as it
 * was not acknowledged. So many may wait. */
#define EARLY_WAITS (2400 * G_TIME_SPAN_MILLISECOND) /* Slack gives three seconds */
#define EARLY_MAX   ENGINE_BATCH_MAX
/* Work is over when nothing came for so long. */
#define REST_AFTER (200 * G_TIME_SPAN_MILLISECOND)
/* A reply that waits in the outbox is of no use any more after this. */
#define REPLY_LASTS INSTANT_HOUR
/* A store that failed is well when it has not for so long: what comes and goes is told once. */
#define WELL_AFTER G_TIME_SPAN_SECOND
/* Event keys are kept for a week at least. */
#define KEYS_KEPT (INSTANT_HOUR * 24 * 7)

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

static void clear_noted(gpointer noted)
{
    home_clear(&((NotedHome *)noted)->home);
}

static void free_item(gpointer item)
{
    item_free(item);
}

static void free_push(gpointer push)
{
    push_free(push);
}

static void open_metrics(Engine *engine)
{
    engine->commit_took =
        metric_latency("anchord_commit_seconds", "How long the store's commits took.", NULL, NULL);
    engine->batches_failed = metric_counter("anchord_batches_failed_total",
                                            "Batches that the store did not take.", NULL, NULL);
    engine->timers_late = metric_latency("anchord_timer_late_seconds",
                                         "How much later than due timers were taken.", NULL, NULL);
}

Engine *engine_new(Store *store, Clock *clock, const Policy *policy, const EngineOut *out,
                   GError **error)
{
    g_autoptr(Engine) engine = g_new0(Engine, 1);

    engine->store = store;
    engine->clock = clock;
    engine->policy = policy;
    engine->out = *out;
    engine->world = world_new();
    engine->world_since = clock_now(clock);
    engine->lanes = lanes_new(store);
    engine->inbox = inbox_new();
    g_queue_init(&engine->early);
    engine->homes = g_array_new(FALSE, FALSE, sizeof(NotedHome));
    g_array_set_clear_func(engine->homes, clear_noted);
    open_metrics(engine);
    if (!store->ops->ids_load(store, &engine->ids, error)) {
        g_prefix_error(error, "starting the engine: ");
        return NULL;
    }
    return g_steal_pointer(&engine);
}

void engine_free(Engine *engine)
{
    if (engine == NULL) {
        return;
    }
    inbox_free(engine->inbox);
    g_queue_clear_full(&engine->early, free_item);
    world_free(engine->world);
    lanes_free(engine->lanes);
    g_array_unref(engine->homes);
    g_free(engine);
}

static void clear_home(gpointer home)
{
    home_clear(home);
}

static void free_spent(void *items)
{
    g_ptr_array_unref(items);
}

/* `take_items` NULL: there are none. */
static void tell_end(Engine *engine, GPtrArray *take_items)
{
    if (engine->out.told != NULL) {
        engine->out.told(engine->out.arg, take_items, free_spent);
    } else if (take_items != NULL) {
        free_spent(take_items);
    }
}

static bool tell_homes(Engine *engine, WorkspaceId workspace, GError **error)
{
    g_autoptr(GArray) homes = g_array_new(FALSE, FALSE, sizeof(Home));

    g_array_set_clear_func(homes, clear_home);
    if (engine->out.home == NULL) {
        return true;
    }
    if (!engine->store->ops->homes(engine->store, workspace, homes, error)) {
        return false;
    }
    for (guint i = 0; i < homes->len; i++) {
        const Home *home = &g_array_index(homes, Home, i);

        engine->out.home(engine->out.arg, workspace, home->channel, home->roster);
    }
    tell_end(engine, NULL);
    return true;
}

bool engine_know(Engine *engine, const char *name, WorkspaceId *id, GError **error)
{
    const StoreOps *ops = engine->store->ops;

    if (!ops->begin(engine->store, error)) {
        return false;
    }
    if (!ops->workspace(engine->store, name, id, error) || !ops->commit(engine->store, error)) {
        ops->rollback(engine->store);
        g_prefix_error(error, "opening workspace %s: ", name);
        return false;
    }
    /* The name's id may have come from the pool. */
    return ops->ids_load(engine->store, &engine->ids, error);
}

bool engine_open(Engine *engine, WorkspaceId id, GError **error)
{
    lanes_add(engine->lanes, id);
    engine->started = false; /* what an earlier run left in its outbox has not been looked at */
    return tell_homes(engine, id, error);
}

bool engine_workspace(Engine *engine, const char *name, WorkspaceId *id, GError **error)
{
    return engine_know(engine, name, id, error) && engine_open(engine, *id, error);
}

/* Their sender is gone, and was told nothing: they come again. */
static void drop_early(Engine *engine, WorkspaceId workspace)
{
    for (guint n = engine->early.length; n > 0; n--) {
        Item *item = g_queue_pop_head(&engine->early);

        if (ID_EQ(item->event->workspace, workspace)) {
            item_free(item);
        } else {
            g_queue_push_tail(&engine->early, item);
        }
    }
}

void engine_leave(Engine *engine, WorkspaceId id)
{
    lanes_remove(engine->lanes, id);
    drop_early(engine, id);
}

void engine_set_policy(Engine *engine, const Policy *policy)
{
    engine->policy = policy;
}

/* --- the inbox --- */

bool engine_post(Engine *engine, Event *take_event)
{
    return inbox_post(engine->inbox, take_event);
}

void memo_clear(gpointer memo)
{
    g_free(((Memo *)memo)->name);
    g_free(((Memo *)memo)->value);
}

void engine_post_all(Engine *engine, WorkspaceId workspace, GPtrArray *take_events,
                     GArray *take_keeps, void *tag)
{
    Item *item = item_new(ITEM_PIECE);

    item->workspace = workspace;
    item->events = take_events;
    item->keeps = take_keeps;
    item->tag = tag;
    inbox_put(engine->inbox, item);
}

void engine_settle(Engine *engine, WorkspaceId workspace, int64_t row, OutboxEnd end,
                   const MessageRef *ref)
{
    Item *item = item_new(ITEM_SETTLED);

    item->workspace = workspace;
    item->row = row;
    item->end = end;
    log_debug("card_settled", F_INT("row", row), F_INT("end", (int64_t)end));
    if (ref != NULL) {
        item->ref = (MessageRef){g_strdup(ref->channel), g_strdup(ref->message)};
    }
    inbox_put(engine->inbox, item);
}

void engine_advance(Engine *engine, Instant to)
{
    Item *item = item_new(ITEM_ADVANCE);

    item->to = to;
    inbox_put(engine->inbox, item);
}

void engine_barrier(Engine *engine, int64_t token)
{
    Item *item = item_new(ITEM_BARRIER);

    item->row = token;
    inbox_put(engine->inbox, item);
}

void engine_call(Engine *engine, EngineCall call, void *arg, GDestroyNotify drop)
{
    Item *item = item_new(ITEM_CALL);

    item->call = call;
    item->drop = drop;
    item->tag = arg;
    inbox_put(engine->inbox, item);
}

size_t engine_waiting(Engine *engine)
{
    return inbox_depth(engine->inbox);
}

/* --- turns --- */

/* Told once the batch is committed. */
static void note_home(Engine *engine, const Team *team)
{
    NotedHome home = {team->workspace,
                      {g_strdup(team->home), g_strdup(team->roster != NULL ? team->roster : "")}};

    g_array_append_val(engine->homes, home);
}

static bool save_turn(Engine *engine, const Turn *turn, Instant now, GError **error)
{
    const StoreOps *ops = engine->store->ops;

    engine->grown += turn->changes->len;
    for (guint i = 0; i < turn->changes->len; i++) {
        const Change *change = &g_array_index(turn->changes, Change, i);

        if (!ops->save(engine->store, change, error)) {
            return false;
        }
        if (change->kind == CHANGE_TEAM) {
            note_home(engine, change->what);
        }
        if (change->kind == CHANGE_TIMER) {
            const Timer *timer = change->what;

            if (engine->timers_known &&
                (!engine->any_timer || timer->due.us < engine->next_timer.us)) {
                engine->any_timer = true;
                engine->next_timer = timer->due;
            }
        }
    }
    for (guint i = 0; i < turn->cards->len; i++) {
        int64_t id = 0;

        if (!ops->outbox_put(engine->store, turn->event->workspace,
                             g_ptr_array_index(turn->cards, i), now, &id, error)) {
            return false;
        }
        log_debug("card_put", F_REQUEST(turn->event->key), F_INT("row", id));
    }
    return true;
}

/* Takes the event's turn, again for as long as it asks for something. */
static bool take_turn(Engine *engine, const Event *event, Instant now, Card **reply, GError **error)
{
    Loader loader = {engine->store, engine->world};
    int32_t next_sprint = 0;

    for (int tries = 0; tries < NEEDS_MAX; tries++) {
        IdPool ids = engine->ids;
        g_autoptr(Turn) turn = turn_new(engine->world, event, now, engine->policy, &ids);

        turn->next_sprint = next_sprint;
        decide(turn);
        if (turn->needs->len == 0) {
            bool saved = save_turn(engine, turn, now, error);

            engine->ids = ids;
            *reply = g_steal_pointer(&turn->reply);
            world_forget_marks(engine->world);
            return saved;
        }
        for (guint i = 0; i < turn->needs->len; i++) {
            const Need *need = &g_array_index(turn->needs, Need, i);

            if (need->kind == NEED_NUMBER
                    ? !engine->store->ops->next_sprint_number(engine->store, event->workspace,
                                                              &next_sprint, error)
                    : !loader_need(&loader, event, need, error)) {
                return false;
            }
        }
    }
    g_error("a turn of event kind %d never has what it needs", (int)event->kind);
}

/* The card that begins the thread it was said in. */
static bool find_thread(Engine *engine, Event *event, GError **error)
{
    return event->thread != NULL || event->replies_to == NULL || event->channel == NULL ||
           engine->store->ops->message_card(engine->store, event->workspace, event->channel,
                                            event->replies_to, &event->thread, error);
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
    if (!find_thread(engine, event, error)) {
        return false;
    }
    item->early =
        event->thread == NULL && lanes_is_out(engine->lanes, event->workspace, event->channel);
    if (item->early && item->early_until == 0) {
        item->early_until = g_get_monotonic_time() + EARLY_WAITS;
    }
    return true;
}

/* The channel's new id is everywhere that its old one was; the core asks who lives there. */
static bool move_channel(Engine *engine, const Event *event, GError **error)
{
    Loader loader = {engine->store, engine->world};
    bool moved = event->kind == EVENT_MOVED && event->channel != NULL && event->value != NULL &&
                 *event->value != '\0'; /* to nowhere is no move, as in the core */

    return !moved || (engine->store->ops->messages_move(engine->store, event->workspace,
                                                        event->channel, event->value, error) &&
                      loader_channel(&loader, event->workspace, event->value, error));
}

/* Where no acknowledgement carries a reply it is a card like any other: to where the event came
 * from, and not worth sending for long. */
static bool send_reply(Engine *engine, const Event *event, Instant now, Card **reply,
                       GError **error)
{
    int64_t id = 0;

    if (!event->answer_out || *reply == NULL) {
        return true;
    }
    g_autoptr(Card) card = g_steal_pointer(reply);
    if (card->channel != NULL) {
        g_clear_pointer(&card->member, g_free); /* all in the room may read it */
    }
    card->under = g_strdup(event->answer_under);
    card->answers = g_strdup(event->message);
    card->expires = (Instant){now.us + REPLY_LASTS};
    return engine->store->ops->outbox_put(engine->store, event->workspace, card, now, &id, error);
}

/* Noted before, or sent once more as it was taken (core/event.h: filled). */
static bool was_taken(Engine *engine, const Event *event, Instant now, bool *taken, GError **error)
{
    const StoreOps *ops = engine->store->ops;
    bool fresh = true, known = false;

    if (event->key != NULL && !ops->note_event(engine->store, event->key, now, &fresh, error)) {
        return false;
    }
    if (event->filled != NULL && !ops->knows_event(engine->store, event->filled, &known, error)) {
        return false;
    }
    *taken = !fresh || known;
    return true;
}

/* A form that is shown again, with what is wrong in it, was not taken. */
static bool note_form(Engine *engine, const Event *event, Instant now, const Card *reply,
                      GError **error)
{
    bool fresh = true;

    return event->filled == NULL || (reply != NULL && reply->form != NULL) ||
           engine->store->ops->note_event(engine->store, event->filled, now, &fresh, error);
}

static bool take_event(Engine *engine, Event *event, Instant now, Answered *answered,
                       GError **error)
{
    Loader loader = {engine->store, engine->world};

    answered->event = event;
    if (!was_taken(engine, event, now, &answered->repeated, error)) {
        return false;
    }
    return answered->repeated ||
           (find_thread(engine, event, error) && move_channel(engine, event, error) &&
            loader_channel(&loader, event->workspace, event->channel, error) &&
            take_turn(engine, event, now, &answered->reply, error) &&
            note_form(engine, event, now, answered->reply, error) &&
            send_reply(engine, event, now, &answered->reply, error));
}

/* --- timers --- */

static bool know_timers(Engine *engine, GError **error)
{
    if (!engine->timers_known) {
        if (!engine->store->ops->timer_next(engine->store, &engine->any_timer, &engine->next_timer,
                                            error)) {
            return false;
        }
        engine->timers_known = true;
    }
    return true;
}

/* The workspace that a timer speaks in: its team's, or its draft's; none when both are gone. */
static bool timer_workspace(Engine *engine, const Timer *timer, WorkspaceId *workspace,
                            GError **error)
{
    Loader loader = {engine->store, engine->world};

    *workspace = (WorkspaceId){0};
    if (timer->kind == TIMER_DRAFT) {
        if (!loader_draft(&loader, (DraftId){timer->subject}, error)) {
            return false;
        }
        const Draft *draft = world_draft_of(engine->world, (DraftId){timer->subject});
        *workspace = draft != NULL ? draft->workspace : *workspace;
        return true;
    }
    if (!loader_team(&loader, timer->team, error) ||
        !loader_sprint(&loader, timer->sprint, error)) {
        return false;
    }
    const Team *team = world_team(engine->world, timer->team);
    *workspace = team != NULL ? team->workspace : *workspace;
    return true;
}

static bool take_timer(Engine *engine, const Timer *timer, Instant now, GError **error)
{
    g_autoptr(Event) event = event_new(EVENT_TIMER, NULL);
    g_autoptr(Card) unused = NULL;

    event->timer = *timer;
    metric_observe_us(engine->timers_late, now.us - timer->due.us);
    return engine->store->ops->timer_clear(engine->store, timer, error) &&
           timer_workspace(engine, timer, &event->workspace, error) &&
           (!ID_SET(event->workspace) || take_turn(engine, event, now, &unused, error));
}

/* Adds the timers that are due, as items. */
static bool add_timers(Engine *engine, GPtrArray *items, GError **error)
{
    g_autoptr(GArray) timers = g_array_new(FALSE, FALSE, sizeof(Timer));
    Instant now = clock_now(engine->clock);

    if (!know_timers(engine, error)) {
        return false;
    }
    if (!engine->any_timer || engine->next_timer.us > now.us) {
        return true;
    }
    if (!engine->store->ops->timers_due(engine->store, now, TIMERS_MAX, timers, error)) {
        return false;
    }
    for (guint i = 0; i < timers->len; i++) {
        Item *item = item_new(ITEM_TIMER);

        item->timer = g_array_index(timers, Timer, i);
        g_ptr_array_add(items, item);
    }
    engine->timers_known = false;
    return true;
}

/* Sets it to a little later, so that it does not hold up all that come after it. */
static bool postpone(Engine *engine, const Timer *timer)
{
    const StoreOps *ops = engine->store->ops;
    Timer later = *timer;
    Change change = {.kind = CHANGE_TIMER, .what = &later};

    later.due.us = clock_now(engine->clock).us + TIMER_AGAIN;
    if (!ops->begin(engine->store, NULL)) {
        return false;
    }
    if (!ops->save(engine->store, &change, NULL) || !ops->commit(engine->store, NULL)) {
        ops->rollback(engine->store);
        return false;
    }
    return true;
}

/* --- a batch --- */

typedef struct Batch {
    GPtrArray *items;  /* of Item, owned; NULL once they are spent */
    bool keyed;        /* it notes keys of events */
    GArray *answered;  /* of Answered */
    GPtrArray *pushes; /* of Push */
    bool begun;        /* the store began its transaction */
} Batch;

static void answered_clear(gpointer data)
{
    card_free(((Answered *)data)->reply);
}

static void batch_init(Batch *batch)
{
    batch->items = g_ptr_array_new_with_free_func(free_item);
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
    bool taken = take_event(engine, event, now, &unused, error);
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
        bool taken = take_event(engine, g_ptr_array_index(item->events, i), now, &answered, error);

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
        return take_timer(engine, &item->timer, now, error);
    }
    batch->keyed = true;
    if (item->kind == ITEM_PIECE) {
        return take_piece(engine, item, now, error);
    }
    Answered answered = {0};
    bool taken = take_event(engine, item->event, now, &answered, error);

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

static void forget_world(Engine *engine)
{
    world_clear(engine->world);
    engine->grown = 0;
    engine->world_since = clock_now(engine->clock);
}

static void undo_batch(Engine *engine, Batch *batch, int64_t ids_before)
{
    engine->store->ops->rollback(engine->store);
    lanes_rollback(engine->lanes);
    forget_world(engine);
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

/* What is wrong with the store itself was told when it began. */
static void warn(const Engine *engine, const char *doing, const GError *failure)
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
            forget_world(engine);
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

            warn(engine, which, error);
            /* It waits for its store, and is no later for that. */
            engine->failing =
                !batch.begun || store_is_unwell(error) || !postpone(engine, &take->timer);
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
        warn(engine, "choosing what goes out", failure);
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

/* One batch; true when it had something to do. */
static bool step_batch(Engine *engine, bool with_events, bool with_timers)
{
    g_autoptr(GError) error = NULL;
    Batch batch = {0};
    bool first = !engine->started, did = true;

    engine->busy_since = g_get_monotonic_time();
    batch_init(&batch);
    bool looked = !with_timers || add_timers(engine, batch.items, &error);
    if (!looked) {
        judge_store(engine, error);
        warn(engine, "looking for timers", error);
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
    tell_end(engine, g_steal_pointer(&batch.items));
    batch_clear(&batch);
    engine->busy_since = 0;
    if (did) {
        engine->rest_at = g_get_monotonic_time() + REST_AFTER;
    }
    return did;
}

/* --- advancing, barriers, stepping --- */

/* On the way to `advance_to`: the next timer's instant, once everything of the last one has been
 * delivered. */
static bool step_advance(Engine *engine)
{
    g_autoptr(GError) error = NULL;
    Instant now = clock_now(engine->clock);

    if (inbox_has_settled(engine->inbox) || !lanes_idle(engine->lanes)) {
        return step_batch(engine, false, false);
    }
    if (!know_timers(engine, &error)) {
        warn(engine, "moving the clock", error);
        engine->advancing = false;
        return true;
    }
    if (engine->any_timer && engine->next_timer.us <= engine->advance_to.us) {
        clock_set(engine->clock, engine->next_timer.us > now.us ? engine->next_timer : now);
        step_batch(engine, false, true);
        engine->advancing = !engine->failing;
        return true;
    }
    clock_set(engine->clock, engine->advance_to);
    engine->advancing = false;
    return true;
}

/* A barrier at the front is reached when nothing is due and nothing is out. */
static bool step_barrier(Engine *engine)
{
    if (!lanes_idle(engine->lanes) || inbox_has_settled(engine->inbox)) {
        return false;
    }
    Item *item = inbox_pop(engine->inbox, ITEM_BARRIER);
    if (item == NULL) {
        return false;
    }
    engine->out.reached(engine->out.arg, item->row);
    item_free(item);
    return true;
}

/* A call at the front: everything before it has been taken. */
static bool step_call(Engine *engine)
{
    Item *item = inbox_pop(engine->inbox, ITEM_CALL);

    if (item == NULL) {
        return false;
    }
    engine->busy_since = g_get_monotonic_time();
    item->call(item->tag);
    item->drop = NULL;
    engine->busy_since = 0;
    item_free(item);
    return true;
}

bool engine_step(Engine *engine)
{
    if (engine->advancing) {
        return step_advance(engine);
    }
    if (step_call(engine)) {
        return true;
    }
    if (step_batch(engine, true, true)) {
        return true;
    }
    Item *advance = inbox_pop(engine->inbox, ITEM_ADVANCE);
    if (advance != NULL) {
        engine->advancing = true;
        engine->advance_to = advance->to;
        item_free(advance);
        return true;
    }
    return step_barrier(engine);
}

static Awaited awaited(const Engine *engine)
{
    if (engine->failing) {
        return AWAIT_NOTHING;
    }
    if (lanes_idle(engine->lanes)) {
        return AWAIT_ANY;
    }
    return engine->advancing ? AWAIT_SETTLED : AWAIT_EVENT;
}

/* Once work is over: what it took is given back while nobody waits for it. */
static void rest_if_over(Engine *engine)
{
    if (engine->rest_at == 0 || engine->rest_at > g_get_monotonic_time() || engine->failing) {
        return;
    }
    engine->rest_at = 0;
    engine->busy_since = g_get_monotonic_time();
    if (clock_now(engine->clock).us - engine->world_since.us >= WORLD_KEPT) {
        forget_world(engine); /* much of it is of sprints that are over by now */
    }
    engine->store->ops->rest(engine->store);
    if (engine->out.rested != NULL) {
        engine->out.rested(engine->out.arg);
    }
    engine->busy_since = 0;
}

/* Waits for an item, the next timer, or a second: a stepped clock shows by then. */
static void wait_for_work(Engine *engine)
{
    int64_t until = g_get_monotonic_time() + G_TIME_SPAN_SECOND;

    if (engine->rest_at != 0 && !engine->failing) {
        until = MIN(until, engine->rest_at);
    }
    if (engine->timers_known && engine->any_timer && !clock_is_manual(engine->clock)) {
        int64_t left = engine->next_timer.us - clock_now(engine->clock).us;

        until = MIN(until, g_get_monotonic_time() + MAX(left, 0));
    }
    const Item *early = g_queue_peek_head(&engine->early);
    if (early != NULL) {
        until = MIN(until, early->early_until);
    }
    inbox_wait(engine->inbox, awaited(engine), until);
}

void engine_run(Engine *engine)
{
    while (!inbox_stopped(engine->inbox)) {
        if (!engine_step(engine) || engine->failing) {
            rest_if_over(engine);
            wait_for_work(engine);
        }
    }
}

void engine_stop(Engine *engine)
{
    inbox_stop(engine->inbox);
}

int64_t engine_stuck_ms(Engine *engine)
{
    int64_t since = engine->busy_since;

    return since == 0 ? 0 : (g_get_monotonic_time() - since) / 1000;
}

char *engine_zone_name(Engine *engine, WorkspaceId workspace, const char *channel)
{
    g_autoptr(GError) error = NULL;
    Loader loader = {engine->store, engine->world};

    if (!loader_channel(&loader, workspace, channel, &error)) {
        forget_world(engine); /* half of a team is worse than none */
        return NULL;
    }
    const Team *team = world_team_in(engine->world, workspace, channel);
    return team != NULL ? g_strdup(team->zone_name) : NULL;
}

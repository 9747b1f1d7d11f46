/* The engine's life: which workspaces it knows, what others put into its inbox, and what it does
 * next. What it does is in engine_batch.c. */

#include "bot/engine_parts.h"

#include "bot/loader.h"
#include "bot/log.h"

/* What is in memory is kept for so long: then what is asked for comes from the store again. */
#define WORLD_KEPT (INSTANT_HOUR * 24)

static void clear_noted(gpointer noted)
{
    home_clear(&((NotedHome *)noted)->home);
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
    g_queue_clear_full(&engine->early, item_free);
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

void engine_tell_end(Engine *engine, GPtrArray *take_items)
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
    engine_tell_end(engine, NULL);
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

/* --- advancing, barriers, stepping --- */

/* On the way to `advance_to`: the next timer's instant, once everything of the last one has been
 * delivered. */
static bool step_advance(Engine *engine)
{
    g_autoptr(GError) error = NULL;
    Instant now = clock_now(engine->clock);

    if (inbox_has_settled(engine->inbox) || !lanes_idle(engine->lanes)) {
        return engine_step_batch(engine, false, false);
    }
    if (!engine_know_timers(engine, &error)) {
        engine_warn(engine, "moving the clock", error);
        engine->advancing = false;
        return true;
    }
    if (engine->any_timer && engine->next_timer.us <= engine->advance_to.us) {
        clock_set(engine->clock, engine->next_timer.us > now.us ? engine->next_timer : now);
        engine_step_batch(engine, false, true);
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
    if (engine_step_batch(engine, true, true)) {
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
        engine_forget_world(engine); /* much of it is of sprints that are over by now */
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
        engine_forget_world(engine); /* half of a team is worse than none */
        return NULL;
    }
    const Team *team = world_team_in(engine->world, workspace, channel);
    return team != NULL ? g_strdup(team->zone_name) : NULL;
}

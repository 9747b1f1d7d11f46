/* Timers are events that nobody sent: due by the clock, and cleared in the transaction that takes
 * them. */

#include "bot/engine_parts.h"

#include "bot/loader.h"

/* Timers that one batch takes. */
#define TIMERS_MAX 256
/* A timer that fails where others do not is tried again after this. */
#define TIMER_AGAIN INSTANT_MINUTE

bool engine_know_timers(Engine *engine, GError **error)
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

bool engine_take_timer(Engine *engine, const Timer *timer, Instant now, GError **error)
{
    g_autoptr(Event) event = event_new(EVENT_TIMER, NULL);
    g_autoptr(Card) unused = NULL;

    event->timer = *timer;
    metric_observe_us(engine->timers_late, now.us - timer->due.us);
    return engine->store->ops->timer_clear(engine->store, timer, error) &&
           timer_workspace(engine, timer, &event->workspace, error) &&
           (!ID_SET(event->workspace) || engine_take_turn(engine, event, now, &unused, error));
}

bool engine_add_timers(Engine *engine, GPtrArray *items, GError **error)
{
    g_autoptr(GArray) timers = g_array_new(FALSE, FALSE, sizeof(Timer));
    Instant now = clock_now(engine->clock);

    if (!engine_know_timers(engine, error)) {
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

bool engine_postpone(Engine *engine, const Timer *timer)
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

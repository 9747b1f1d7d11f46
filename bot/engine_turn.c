/* One event: was it taken before, whose team it is for, what the core makes of it, and what of that
 * is saved. The core asks for what it misses, and is asked again once that is loaded. */

#include "bot/engine_parts.h"

#include "bot/loader.h"
#include "bot/log.h"
#include "bot/request_id.h"
#include "core/decide.h"

/* A turn that still misses something after so many look-ups is our own mistake. */
#define NEEDS_MAX 16
/* A reply that waits in the outbox is of no use any more after this. */
#define REPLY_LASTS INSTANT_HOUR

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
bool engine_take_turn(Engine *engine, const Event *event, Instant now, Card **reply, GError **error)
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

bool engine_find_thread(Engine *engine, Event *event, GError **error)
{
    return event->thread != NULL || event->replies_to == NULL || event->channel == NULL ||
           engine->store->ops->message_card(engine->store, event->workspace, event->channel,
                                            event->replies_to, &event->thread, error);
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

bool engine_take_event(Engine *engine, Event *event, Instant now, Answered *answered,
                       GError **error)
{
    Loader loader = {engine->store, engine->world};

    answered->event = event;
    if (!was_taken(engine, event, now, &answered->repeated, error)) {
        return false;
    }
    return answered->repeated ||
           (engine_find_thread(engine, event, error) && move_channel(engine, event, error) &&
            loader_channel(&loader, event->workspace, event->channel, error) &&
            engine_take_turn(engine, event, now, &answered->reply, error) &&
            note_form(engine, event, now, answered->reply, error) &&
            send_reply(engine, event, now, &answered->reply, error));
}

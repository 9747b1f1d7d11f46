#include "core/followup.h"

#include <string.h>

#include "core/nudge.h"
#include "core/text.h"
#include "core/words.h"

/* An open action is asked after again each week. */
#define ASK_AGAIN_DAYS 7
/* When an anchor that answers late is read again, in days after the close. */
static const int32_t reading_days[] = {14, 28};

/* The check-in time of the first working day on or after `day`, and after now. */
static Instant next_working(const Turn *turn, const Team *team, Day day)
{
    Calendar calendar = team_calendar(team);
    Day next = calendar_next(&calendar, day);

    while (team_check_in(team, next).us <= turn->now.us) {
        next = calendar_next(&calendar, day_plus(next, 1));
    }
    return team_check_in(team, next);
}

void followup_schedule(Turn *turn, Sprint *sprint)
{
    Team *team = world_team(turn->world, g_array_index(sprint->owners, TeamId, 0));

    if (team == NULL) {
        return;
    }
    for (guint i = 0; i < sprint->retro.actions->len; i++) {
        const Action *action = g_ptr_array_index(sprint->retro.actions, i);

        turn_timer(turn, TIMER_ACTION, team->id, sprint->id, action->id.v,
                   next_working(turn, team, action->due));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(reading_days); i++) {
        Day day = day_plus(team_day(team, turn->now), reading_days[i]);

        turn_timer(turn, TIMER_FOLLOW_UP, team->id, sprint->id, reading_days[i],
                   next_working(turn, team, day));
    }
}

static Action *action_of(const Sprint *sprint, int64_t id)
{
    for (guint i = 0; i < sprint->retro.actions->len; i++) {
        Action *action = g_ptr_array_index(sprint->retro.actions, i);

        if (action->id.v == id) {
            return action;
        }
    }
    return NULL;
}

/* The owner is asked; where they are not here (of another team, or gone), the channel is. */
static bool ask_after(Turn *turn, Team *team, const Sprint *sprint, const Action *action)
{
    const Member *owner = team_member(team, action->owner);
    bool here = owner != NULL && owner->present;
    Card *card = card_new(here ? CARD_NUDGE : CARD_NOTICE);

    card_text(card, say(W_ACTION_DUE, N("sprint", sprint->number), N("n", action->number),
                        S("text", action->text)));
    if (here) {
        return nudge_member(turn, team, action->owner, card);
    }
    card->channel = g_strdup(team->home);
    card->expires = nudge_expiry(turn, team);
    turn_card(turn, card);
    return true;
}

void followup_action_due(Turn *turn, const Timer *timer, Sprint *sprint)
{
    Team *team = turn->team;
    const Action *action = action_of(sprint, timer->subject);
    Calendar calendar = team_calendar(team);
    Day today = team_day(team, turn->now);

    if (action == NULL || action->done || action->dropped != NULL ||
        !nudge_ready(turn, action->owner)) {
        return;
    }
    bool asked = false;
    if (calendar_works(&calendar, today) && turn->now.us >= team_check_in(team, today).us) {
        asked = ask_after(turn, team, sprint, action);
    }
    turn_timer(turn, TIMER_ACTION, team->id, sprint->id, action->id.v,
               next_working(turn, team, day_plus(today, asked ? ASK_AGAIN_DAYS : 1)));
}

void followup_reading_due(Turn *turn, const Timer *timer, Sprint *sprint)
{
    Team *team = turn->team;
    const Team *owner = world_team(turn->world, sprint->anchor_team);
    const Tactical *anchor = owner != NULL ? team_tactical(owner, sprint->anchor) : NULL;
    Day due = instant_day(timer->due, team->zone);

    if (anchor == NULL || anchor->dropped || day_cmp(due, team_day(team, turn->now)) != 0) {
        return; /* the day is over: an old question is not asked again */
    }
    Card *card = card_new(CARD_NOTICE);
    g_autofree char *close = value_text(sprint->retro.anchor_close, &sprint->anchor_unit);
    card->channel = g_strdup(owner->home);
    card->expires = nudge_expiry(turn, team);
    card_text(card, say(W_FOLLOW_UP, N("days", timer->subject), N("sprint", sprint->number),
                        S("statement", sprint->anchor_statement), S("close", close),
                        N("n", anchor->track->kr->number)));
    turn_card(turn, card);
}

/* --- /sprint actions --- */

static bool is_open(const Action *action)
{
    return !action->done && action->dropped == NULL;
}

static void list_actions(Turn *turn)
{
    const GPtrArray *digests = turn_digests(turn, turn->team->id);
    Card *card = turn_reply(turn);
    int64_t n = 0;

    for (guint i = 0; digests != NULL && i < digests->len; i++) {
        const Digest *digest = g_ptr_array_index(digests, i);

        for (guint j = 0; digest->actions != NULL && j < digest->actions->len; j++) {
            const Action *action = g_ptr_array_index(digest->actions, j);

            if (is_open(action)) {
                g_autofree char *due = day_text_short(action->due);
                g_autofree char *number = g_strdup_printf("%d.%d", digest->number, action->number);

                if (n++ == 0) {
                    card_text(card,
                              g_strdup("")); /* the head, once it is known how many there are */
                }
                card_item(card, number,
                          say(W_CLOSED_ACTION, S("text", action->text), S("owner", action->owner),
                              S("due", due)));
            }
        }
    }
    if (n == 0) {
        card_text(card, say(W_ACTION_NONE));
        return;
    }
    Block *head = g_ptr_array_index(card->blocks, 0);
    g_free(head->text);
    head->text = say(W_ACTION_LIST, N("n", n));
}

typedef struct Order {
    int32_t sprint, action;
    bool done;
    const char *reason; /* within the command's text; "" */
} Order;

/* "1.2 done", "1.2 dropped: reason" */
static bool order_read(const char *text, Order *order)
{
    char *end = NULL;
    gint64 sprint = g_ascii_strtoll(text, &end, 10);

    if (end == text || *end != '.' || sprint <= 0 || sprint > INT32_MAX) {
        return false;
    }
    const char *second = end + 1;
    gint64 action = g_ascii_strtoll(second, &end, 10);
    if (end == second || action <= 0 || action > 100) {
        return false;
    }
    const char *word = end + strspn(end, " :");
    *order = (Order){.sprint = (int32_t)sprint, .action = (int32_t)action, .reason = ""};
    if (text_starts_word(word, "done")) {
        order->done = true;
        return true;
    }
    if (!text_starts_word(word, "dropped") && !text_starts_word(word, "drop")) {
        return false;
    }
    word += text_starts_word(word, "dropped") ? strlen("dropped") : strlen("drop");
    order->reason = word + strspn(word, " :");
    return true;
}

static void carry_out(Turn *turn, Sprint *sprint, Action *action, const Order *order)
{
    if (!order->done && *order->reason == '\0') {
        turn_say(turn, say(W_ACTION_WHY, N("sprint", order->sprint), N("n", order->action)));
        return;
    }
    if (order->done) {
        action->done = true;
        turn_say(turn, say(W_ACTION_DONE, N("sprint", order->sprint), N("n", order->action),
                           S("text", action->text)));
    } else {
        action->dropped = text_cut(order->reason, 300);
        turn_say(turn, say(W_ACTION_DROPPED, N("sprint", order->sprint), N("n", order->action),
                           S("text", action->text), S("reason", action->dropped)));
    }
    turn_change(turn, CHANGE_ACTION, turn->team, action);
    turn_timer_gone(turn, TIMER_ACTION, g_array_index(sprint->owners, TeamId, 0), sprint->id,
                    action->id.v);
}

void followup_command(Turn *turn, const char *text)
{
    Order order;

    if (*text == '\0') {
        if (turn_needs_digests(turn, turn->team->id)) {
            list_actions(turn);
        }
        return;
    }
    if (!order_read(text, &order)) {
        turn_say(turn, say(W_ACTION_USAGE));
        return;
    }
    if (!turn_needs_sprint(turn, order.sprint)) {
        return;
    }
    Sprint *sprint = world_sprint_numbered(turn->world, turn->event->workspace, order.sprint);
    Action *action = NULL;
    for (guint i = 0; sprint != NULL && sprint_owned_by(sprint, turn->team->id) &&
                      i < sprint->retro.actions->len;
         i++) {
        Action *other = g_ptr_array_index(sprint->retro.actions, i);

        action = other->number == order.action && is_open(other) ? other : action;
    }
    if (action == NULL) {
        g_autofree char *which = g_strdup_printf("%d.%d", order.sprint, order.action);

        turn_say(turn, say(W_ACTION_UNKNOWN, S("which", which)));
        return;
    }
    carry_out(turn, sprint, action, &order);
}

void followup_undeliverable(Turn *turn, const char *card_key, const char *why)
{
    const Team *team = turn->team;
    const char *tell = NULL;

    (void)card_key;
    if (team == NULL) {
        return;
    }
    for (guint i = 0; i < team->sprints->len && tell == NULL; i++) {
        tell = ((const Sprint *)g_ptr_array_index(team->sprints, i))->facilitator;
    }
    if (tell == NULL) {
        tell = team->lead;
    }
    if (tell != NULL) {
        Card *card = card_new(CARD_NOTICE);

        card->member = g_strdup(tell);
        card_text(card,
                  say(W_UNDELIVERABLE, S("where", team->name), S("why", why != NULL ? why : "")));
        turn_card(turn, card);
    }
}

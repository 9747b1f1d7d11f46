#include "core/followup.h"

#include <string.h>

#include "core/nudge.h"
#include "core/text.h"
#include "core/words.h"

/* An open action is asked after again each week. */
#define ASK_AGAIN_DAYS    7
#define ACTION_NUMBER_MAX 100

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

/* The one of the owning teams in whose home that member is; NULL: they are of none, or gone. */
static Team *team_with(const Turn *turn, const Sprint *sprint, const char *id)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        Team *team = world_team(turn->world, g_array_index(sprint->owners, TeamId, i));
        const Member *member = team != NULL ? team_member(team, id) : NULL;

        if (member != NULL && member->present) {
            return team;
        }
    }
    return NULL;
}

/* A button that speaks of the team's home, wherever it stands. */
static void add_button(Card *card, const Team *team, WordId label, const char *action,
                       const char *value)
{
    card_button(card, say(label), action, value);
    Block *button = g_ptr_array_index(card->blocks, card->blocks->len - 1);
    button->note = g_strdup(team->home);
}

static Card *ask_card(CardKind kind, const Team *team, const Sprint *sprint, const Action *action)
{
    Card *card = card_new(kind);
    g_autofree char *which = g_strdup_printf("%d.%d", sprint->number, action->number);
    g_autofree char *drop = g_strdup_printf("sprint drop-action %s", which);

    card_text(card, say(W_ACTION_DUE, N("sprint", sprint->number), N("n", action->number),
                        S("text", action->text)));
    add_button(card, team, W_BUTTON_DONE, "action.done", which);
    add_button(card, team, W_BUTTON_DROP, "form.open", drop);
    return card;
}

/* The owner is asked `in_person`, else the channel is. */
static bool ask_after(Turn *turn, Team *team, bool in_person, const Sprint *sprint,
                      const Action *action)
{
    if (in_person) {
        return nudge_member(turn, team, action->owner, ask_card(CARD_NUDGE, team, sprint, action));
    }
    Card *card = ask_card(CARD_NOTICE, team, sprint, action);
    card->channel = g_strdup(team->home);
    card->expires = nudge_expiry(turn, team);
    turn_card(turn, card);
    return true;
}

static bool is_open(const Action *action)
{
    return !action->done && action->dropped == NULL;
}

void followup_action_due(Turn *turn, const Timer *timer, Sprint *sprint)
{
    const Action *action = action_of(sprint, timer->subject);

    if (action == NULL || !is_open(action) || !nudge_ready(turn, action->owner)) {
        return;
    }
    Team *with = team_with(turn, sprint, action->owner);
    Team *team = with != NULL ? with : turn->team; /* whose days and times count */
    Calendar calendar = team_calendar(team);
    Day today = team_day(team, turn->now);
    bool asked = false;

    if (calendar_works(&calendar, today) && turn->now.us >= team_check_in(team, today).us) {
        asked = ask_after(turn, team, with != NULL, sprint, action);
    }
    turn_timer(turn, TIMER_ACTION, timer->team, sprint->id, action->id.v,
               next_working(turn, team, day_plus(today, asked ? ASK_AGAIN_DAYS : 0)));
}

/* --- /sprint actions --- */

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

/* "1.2", and what follows it; false where it does not begin so. */
static bool which_read(const char *text, int32_t *sprint, int32_t *action, const char **rest)
{
    char *end = NULL;
    gint64 first = g_ascii_strtoll(text, &end, 10);

    if (end == text || *end != '.' || first <= 0 || first > INT32_MAX) {
        return false;
    }
    const char *second = end + 1;
    gint64 last = g_ascii_strtoll(second, &end, 10);
    if (end == second || last <= 0 || last > ACTION_NUMBER_MAX) {
        return false;
    }
    *sprint = (int32_t)first;
    *action = (int32_t)last;
    *rest = end + strspn(end, " :");
    return true;
}

/* The open action of that number; NULL: there is none. */
static Action *open_action(const Sprint *sprint, int32_t number)
{
    for (guint i = 0; i < sprint->retro.actions->len; i++) {
        Action *action = g_ptr_array_index(sprint->retro.actions, i);

        if (action->number == number && is_open(action)) {
            return action;
        }
    }
    return NULL;
}

FollowupFound followup_find(Turn *turn, const char *which, Sprint **sprint, Action **action)
{
    int32_t number = 0, n = 0;
    const char *rest = NULL;

    if (!which_read(which, &number, &n, &rest)) {
        return FOLLOWUP_UNCLEAR;
    }
    if (!turn_needs_sprint(turn, number)) {
        return FOLLOWUP_NEED;
    }
    Sprint *named = world_sprint_numbered(turn->world, turn->event->workspace, number);
    bool ours =
        named != NULL && named->state == SPRINT_CLOSED && sprint_owned_by(named, turn->team->id);
    Action *found = ours ? open_action(named, n) : NULL;

    *sprint = named;
    *action = found;
    return found != NULL ? FOLLOWUP_FOUND : FOLLOWUP_NONE;
}

/* Nobody is asked about it any more. */
static void settle(Turn *turn, const Sprint *sprint, Action *action)
{
    turn_change(turn, CHANGE_ACTION, turn->team, action);
    turn_timer_gone(turn, TIMER_ACTION, g_array_index(sprint->owners, TeamId, 0), sprint->id,
                    action->id.v);
}

static void set_done(Turn *turn, const Sprint *sprint, Action *action)
{
    action->done = true;
    settle(turn, sprint, action);
    turn_say(turn, say(W_ACTION_DONE, N("sprint", sprint->number), N("n", action->number),
                       S("text", action->text)));
}

void followup_drop(Turn *turn, const Sprint *sprint, Action *action, const char *reason)
{
    action->dropped = text_cut(reason, ACTION_REASON_MAX);
    settle(turn, sprint, action);
    turn_say(turn, say(W_ACTION_DROPPED, N("sprint", sprint->number), N("n", action->number),
                       S("text", action->text), S("reason", action->dropped)));
}

/* "done", "dropped: reason" */
static void carry_out(Turn *turn, const Sprint *sprint, Action *action, const char *said)
{
    const char *reason = said + strcspn(said, " :");

    reason += strspn(reason, " :");
    if (text_starts_word(said, "done")) {
        set_done(turn, sprint, action);
    } else if (*reason != '\0') {
        followup_drop(turn, sprint, action, reason);
    } else {
        turn_say(turn, say(W_ACTION_WHY, N("sprint", sprint->number), N("n", action->number)));
    }
}

static bool is_order(const char *text)
{
    return text_starts_word(text, "done") || text_starts_word(text, "dropped") ||
           text_starts_word(text, "drop");
}

static void order(Turn *turn, const char *which, const char *said)
{
    Sprint *sprint = NULL;
    Action *action = NULL;

    switch (followup_find(turn, which, &sprint, &action)) {
    case FOLLOWUP_NEED:
        return;
    case FOLLOWUP_FOUND:
        carry_out(turn, sprint, action, said);
        return;
    case FOLLOWUP_UNCLEAR:
        turn_say(turn, say(W_ACTION_USAGE));
        return;
    case FOLLOWUP_NONE:
        break;
    }
    g_autofree char *named = g_strndup(which, strspn(which, "0123456789."));
    turn_say(turn, say(W_ACTION_UNKNOWN, S("which", named)));
}

void followup_done(Turn *turn, const char *which)
{
    if (turn->team != NULL && which != NULL) {
        order(turn, which, "done");
    }
}

void followup_command(Turn *turn, const char *text)
{
    int32_t number = 0, n = 0;
    const char *rest = "";

    if (*text == '\0') {
        if (turn_needs_digests(turn, turn->team->id)) {
            list_actions(turn);
        }
    } else if (!which_read(text, &number, &n, &rest) || !is_order(rest)) {
        turn_say(turn, say(W_ACTION_USAGE));
    } else {
        order(turn, text, rest);
    }
}

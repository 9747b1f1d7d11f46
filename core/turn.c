/* A turn: cleans what came in, finds whose it is, and passes it to the module that knows. */

#include "core/turn.h"

#include <string.h>

#include "core/checkin.h"
#include "core/closing.h"
#include "core/command.h"
#include "core/dialog.h"
#include "core/followup.h"
#include "core/form.h"
#include "core/text.h"
#include "core/words.h"

typedef struct Owned {
    gpointer thing;
    GDestroyNotify free_it;
} Owned;

static void free_owned(gpointer data)
{
    Owned *owned = data;

    owned->free_it(owned->thing);
    g_free(owned);
}

static void clear_need(gpointer data)
{
    g_free(((Need *)data)->text);
}

static void free_card(gpointer card)
{
    card_free(card);
}

Turn *turn_new(World *world, const Event *event, Instant now, const Policy *policy, IdPool *ids)
{
    Turn *turn = g_new0(Turn, 1);

    turn->world = world;
    turn->event = event;
    turn->now = now;
    turn->policy = policy;
    turn->ids = ids;
    turn->needs = g_array_new(FALSE, TRUE, sizeof(Need));
    g_array_set_clear_func(turn->needs, clear_need);
    turn->changes = g_array_new(FALSE, TRUE, sizeof(Change));
    turn->cards = g_ptr_array_new_with_free_func(free_card);
    turn->owned = g_ptr_array_new_with_free_func(free_owned);
    return turn;
}

void turn_free(Turn *turn)
{
    if (turn == NULL) {
        return;
    }
    g_array_unref(turn->needs);
    g_array_unref(turn->changes);
    g_ptr_array_unref(turn->cards);
    card_free(turn->reply);
    g_ptr_array_unref(turn->owned);
    g_clear_pointer(&turn->zone, g_time_zone_unref);
    g_free(turn->text);
    g_free(turn);
}

/* --- needs --- */

static void need(Turn *turn, NeedKind kind, const char *text, int64_t id)
{
    Need wanted = {.kind = kind, .text = g_strdup(text), .id = id};

    g_assert(turn->changes->len == 0); /* what is missing is asked for before anything is changed */
    g_array_append_val(turn->needs, wanted);
}

bool turn_needs_team_named(Turn *turn, const char *name)
{
    g_autofree char *folded = text_fold(name);

    if (world_team_named(turn->world, turn->event->workspace, name) != NULL || world_knows(turn->world, NEED_TEAM_NAMED, folded, 0)) {
        return true;
    }
    need(turn, NEED_TEAM_NAMED, folded, 0);
    return false;
}

bool turn_needs_sprint(Turn *turn, int32_t number)
{
    if (world_sprint_numbered(turn->world, turn->event->workspace, number) != NULL ||
        world_knows(turn->world, NEED_SPRINT, NULL, number)) {
        return true;
    }
    need(turn, NEED_SPRINT, NULL, number);
    return false;
}

bool turn_needs_digests(Turn *turn, TeamId team)
{
    if (world_knows(turn->world, NEED_DIGESTS, NULL, team.v)) {
        return true;
    }
    need(turn, NEED_DIGESTS, NULL, team.v);
    return false;
}

bool turn_needs_member(Turn *turn, const char *id)
{
    if (world_knows(turn->world, NEED_MEMBER, id, 0)) {
        return true;
    }
    need(turn, NEED_MEMBER, id, 0);
    return false;
}

bool turn_needs_draft(Turn *turn)
{
    if (world_knows(turn->world, NEED_DRAFT, NULL, 0)) {
        return true;
    }
    need(turn, NEED_DRAFT, NULL, 0);
    return false;
}

const GPtrArray *turn_digests(const Turn *turn, TeamId team)
{
    return world_digests(turn->world, team);
}

/* --- what comes out --- */

void turn_own(Turn *turn, gpointer take, GDestroyNotify free_it)
{
    Owned *owned = g_new(Owned, 1);

    *owned = (Owned){take, free_it};
    g_ptr_array_add(turn->owned, owned);
}

void turn_change(Turn *turn, ChangeKind kind, Team *team, void *what)
{
    Change change = {.kind = kind, .team = team, .what = what};

    g_assert(turn->needs->len == 0);
    g_array_append_val(turn->changes, change);
}

static void timer_change(Turn *turn, ChangeKind kind, Timer timer)
{
    Timer *kept = g_new(Timer, 1);

    *kept = timer;
    turn_own(turn, kept, g_free);
    turn_change(turn, kind, NULL, kept);
}

void turn_timer(Turn *turn, TimerKind kind, TeamId team, SprintId sprint, int64_t subject, Instant due)
{
    timer_change(turn, CHANGE_TIMER, (Timer){kind, team, sprint, subject, due});
}

void turn_timer_gone(Turn *turn, TimerKind kind, TeamId team, SprintId sprint, int64_t subject)
{
    timer_change(turn, CHANGE_TIMER_GONE, (Timer){.kind = kind, .team = team, .sprint = sprint, .subject = subject});
}

static void free_log(gpointer data)
{
    StateLog *log = data;

    g_free(log->who);
    g_free(log->why);
    g_free(log);
}

SprintAct turn_step(Turn *turn, Sprint *sprint, SprintEvent event, const char *who, const char *why)
{
    SprintState next = sprint->state;
    SprintAct act = sprint_step(sprint->state, event, &next);

    if (act == DO_REFUSE) {
        return act;
    }
    StateLog *log = g_new0(StateLog, 1);
    *log = (StateLog){.sprint = sprint->id,
                      .from = sprint->state,
                      .to = next,
                      .at = turn->now,
                      .who = g_strdup(who != NULL ? who : ""),
                      .why = g_strdup(why != NULL ? why : "")};
    turn_own(turn, log, free_log);
    sprint->state = next;
    turn_change(turn, CHANGE_SPRINT, NULL, sprint);
    turn_change(turn, CHANGE_STATE, NULL, log);
    return act;
}

void turn_card(Turn *turn, Card *take_card)
{
    g_ptr_array_add(turn->cards, take_card);
}

Card *turn_reply(Turn *turn)
{
    if (turn->reply == NULL) {
        turn->reply = card_new(CARD_REPLY);
        turn->reply->channel = g_strdup(turn->event->channel);
        turn->reply->member = g_strdup(turn->event->member);
    }
    return turn->reply;
}

void turn_say(Turn *turn, char *take_text)
{
    card_text(turn_reply(turn), take_text);
}

GTimeZone *turn_zone(Turn *turn)
{
    if (turn->team != NULL) {
        return turn->team->zone;
    }
    if (turn->zone == NULL) {
        turn->zone = zone_open(turn->policy->timezone);
    }
    if (turn->zone == NULL) {
        turn->zone = g_time_zone_new_utc();
    }
    return turn->zone;
}

Day turn_today(Turn *turn)
{
    return instant_day(turn->now, turn_zone(turn));
}

Member *turn_member(Turn *turn)
{
    Member *member = team_member(turn->team, turn->event->member);

    if (member != NULL && member->present) {
        return member;
    }
    if (member == NULL) {
        member = member_new(turn->event->member);
        g_ptr_array_add(turn->team->members, member);
    }
    member->present = true;
    turn_change(turn, CHANGE_MEMBER, turn->team, member);
    return member;
}

/* --- what goes in --- */

/* People also talk to each other: plain text is ours in a prompt's thread, or where a question of ours waits. */
static bool is_for_us(Turn *turn)
{
    const Event *event = turn->event;

    if (event->kind == EVENT_TEXT) {
        return (event->thread != NULL && g_str_has_prefix(event->thread, "prompt/")) || dialog_waits(turn);
    }
    return event->kind != EVENT_UNDELIVERABLE;
}

static bool clean_text(Turn *turn)
{
    const Event *event = turn->event;
    size_t at = 0;

    if (event->text == NULL) {
        turn->text = g_strdup("");
        return true;
    }
    TextFault fault = text_clean(event->text, event->text_len, TEXT_MESSAGE_MAX, &turn->text, &at);
    if (fault == TEXT_OK) {
        return true;
    }
    turn->text = g_strdup("");
    if (is_for_us(turn)) {
        turn_say(turn, text_fault_say(fault, at, TEXT_MESSAGE_MAX));
    }
    return false;
}

static void take_text(Turn *turn)
{
    if (turn->event->edited && checkin_edit(turn, turn->text)) {
        return;
    }
    bool conversation = turn->event->conversation; /* elsewhere a form has fields of its own, and text is never one's */

    if (*turn->text == '\0' || turn->event->edited || (conversation && dialog_answer(turn, turn->text)) ||
        turn->needs->len > 0) {
        return;
    }
    if (!checkin_answer(turn, turn->text) && conversation && !checkin_unasked(turn, turn->text)) {
        dialog_hint(turn);
    }
}

static void take_form(Turn *turn)
{
    command_form(turn, turn->event->action, turn->text);
}

/* "Hold the retrospective" begins its form; every other button belongs to a check-in. */
static void take_button(Turn *turn)
{
    const Event *event = turn->event;

    if (g_strcmp0(event->action, "retro.form") != 0) {
        checkin_button(turn, event->action, event->value);
        return;
    }
    SprintId id = {event->value != NULL ? g_ascii_strtoll(event->value, NULL, 10) : 0};
    const Sprint *sprint = world_sprint(turn->world, id);
    g_autofree char *number = sprint != NULL ? g_strdup_printf("%d", sprint->number) : g_strdup("");

    command_form(turn, "sprint retro", number);
}

static void take_left(Turn *turn)
{
    Member *member = turn->team != NULL ? team_member(turn->team, turn->event->member) : NULL;

    if (member != NULL && member->present) {
        member->present = false;
        turn_change(turn, CHANGE_MEMBER, turn->team, member);
    }
}

typedef struct TimerRow {
    void (*run)(Turn *turn, const Timer *timer, Sprint *sprint);
    bool any_state; /* also for a sprint that is closed */
} TimerRow;

static const TimerRow timer_rows[TIMER_KIND_COUNT] = {
    [TIMER_PROMPT] = {checkin_prompt},       [TIMER_NUDGE] = {checkin_nudge},
    [TIMER_SUMMARY] = {checkin_summary},     [TIMER_REMINDER] = {closing_reminder},
    [TIMER_EXPIRY] = {closing_expiry},       [TIMER_LADDER] = {closing_ladder},
    [TIMER_BLOCKER] = {checkin_blocker_due}, [TIMER_ACTION] = {followup_action_due, true},
    [TIMER_FOLLOW_UP] = {followup_reading_due, true},
};

static void take_timer(Turn *turn)
{
    const Timer *timer = &turn->event->timer;
    Sprint *sprint = world_sprint(turn->world, timer->sprint);

    if (timer->kind == TIMER_DRAFT) {
        dialog_expire(turn, (DraftId){timer->subject});
        return;
    }
    if (sprint == NULL || turn->team == NULL) {
        return; /* it is gone from this team's books; so is the timer */
    }
    if (sprint->state != SPRINT_CLOSED || timer_rows[timer->kind].any_state) {
        timer_rows[timer->kind].run(turn, timer, sprint);
    }
}

static void take_undeliverable(Turn *turn)
{
    followup_undeliverable(turn, turn->text, turn->event->action);
}

static void dispatch(Turn *turn)
{
    switch (turn->event->kind) {
    case EVENT_COMMAND:
        command_run(turn, turn->text);
        break;
    case EVENT_TEXT:
        take_text(turn);
        break;
    case EVENT_BUTTON:
        take_button(turn);
        break;
    case EVENT_FORM:
        take_form(turn);
        break;
    case EVENT_JOINED:
        break; /* turn_member notes whoever is here */
    case EVENT_LEFT:
        take_left(turn);
        break;
    case EVENT_TIMER:
        take_timer(turn);
        break;
    case EVENT_UNDELIVERABLE:
        take_undeliverable(turn);
        break;
    }
}

void turn_take(Turn *turn)
{
    const Event *event = turn->event;

    if (event->kind == EVENT_TIMER) {
        turn->team = world_team(turn->world, event->timer.team);
    } else if (event->channel != NULL) {
        turn->team = world_team_in(turn->world, event->workspace, event->channel);
    }
    if (clean_text(turn)) {
        dispatch(turn);
    }
    if (turn->needs->len == 0 && turn->team != NULL && event->member != NULL && event->kind != EVENT_LEFT) {
        turn_member(turn);
    }
}

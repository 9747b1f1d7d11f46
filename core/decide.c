/* Cleans what came in, finds whose it is, and passes it to the module that knows. */

#include "core/decide.h"

#include <string.h>

#include "core/checkin.h"
#include "core/closing.h"
#include "core/command.h"
#include "core/dialog.h"
#include "core/followup.h"
#include "core/text.h"
#include "core/words.h"

/* People also talk to each other: plain text is ours in a prompt's thread, or where a question of
 * ours waits. */
static bool is_for_us(Turn *turn)
{
    const Event *event = turn->event;

    if (event->kind == EVENT_TEXT) {
        return (event->thread != NULL && g_str_has_prefix(event->thread, "prompt/")) ||
               dialog_waits(turn);
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
    bool conversation =
        turn->event
            ->conversation; /* elsewhere a form has fields of its own, and text is never one's */

    if (*turn->text == '\0' || turn->event->edited ||
        (conversation && dialog_answer(turn, turn->text)) || turn->needs->len > 0) {
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
    [TIMER_PROMPT] = {checkin_prompt},
    [TIMER_NUDGE] = {checkin_nudge},
    [TIMER_SUMMARY] = {checkin_summary},
    [TIMER_REMINDER] = {closing_reminder},
    [TIMER_EXPIRY] = {closing_expiry},
    [TIMER_LADDER] = {closing_ladder},
    [TIMER_BLOCKER] = {checkin_blocker_due},
    [TIMER_ACTION] = {followup_action_due, true},
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

void decide(Turn *turn)
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
    if (turn->needs->len == 0 && turn->team != NULL && event->member != NULL &&
        event->kind != EVENT_LEFT) {
        turn_member(turn);
    }
}

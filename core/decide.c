/* Cleans what came in, finds whose it is, and passes it to the module that knows. */

#include "core/decide.h"

#include <string.h>

#include "core/checkin.h"
#include "core/closing.h"
#include "core/command.h"
#include "core/dialog.h"
#include "core/followup.h"
#include "core/followup_reading.h"
#include "core/guide.h"
#include "core/home.h"
#include "core/proposal_answer.h"
#include "core/readings.h"
#include "core/rollup_timer.h"
#include "core/tactical_change.h"
#include "core/text.h"
#include "core/undeliverable.h"
#include "core/weekly.h"
#include "core/words.h"

static bool is_prompt(const char *thread)
{
    return thread != NULL &&
           (g_str_has_prefix(thread, "prompt/") || g_str_has_prefix(thread, "weekly/"));
}

/* People also talk to each other: plain text is ours in a prompt's thread, or where a question of
 * ours waits. */
static bool is_for_us(Turn *turn)
{
    const Event *event = turn->event;

    if (event->kind == EVENT_TEXT) {
        return event->direct || is_prompt(event->thread) ||
               (event->conversation && dialog_waits(turn));
    }
    return event->kind != EVENT_UNDELIVERABLE;
}

/* Said to us, and not to others who are there too: in threads these are told apart. */
static bool is_to_us_alone(const Event *event)
{
    return event->direct || (event->conversation && event->answer_under == NULL);
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

/* The echo stands where all can read it. */
static void keep_secret(Turn *turn)
{
    if (turn->event->secret && turn->reply != NULL && turn->reply->kind == CARD_ECHO) {
        g_clear_pointer(&turn->reply, card_free);
    }
}

static void take_text(Turn *turn)
{
    if (turn->event->edited && (weekly_edit(turn, turn->text) || checkin_edit(turn, turn->text))) {
        keep_secret(turn);
        return;
    }
    bool conversation =
        turn->event
            ->conversation; /* elsewhere a form has fields of its own, and text is never one's */

    if (*turn->text == '\0' || turn->event->edited ||
        (conversation && dialog_answer(turn, turn->text)) || turn->needs->len > 0) {
        return;
    }
    if (weekly_answer(turn, turn->text) || checkin_answer(turn, turn->text) ||
        !is_to_us_alone(turn->event) || checkin_unasked(turn, turn->text) ||
        weekly_unasked(turn, turn->text)) {
        return;
    }
    if (conversation) {
        dialog_hint(turn);
    } else {
        turn_say(turn, say(W_COMMAND_NOT_UNDERSTOOD));
        card_hint(turn_reply(turn), say(W_HELP_DIRECT));
    }
}

/* What is said without a family's name is taken for one of its commands. */
static const char spoken_family[] = "sprint ";

/* "@anchord kr1 27%" is an answer, though it was said like a command. */
static bool is_spoken_answer(Turn *turn)
{
    bool spoken = turn->event->addressed || turn->event->direct;

    if (!spoken || !g_str_has_prefix(turn->text, spoken_family) || command_known(turn->text)) {
        return false;
    }
    const char *said = turn->text + strlen(spoken_family);
    return weekly_answer(turn, said) || checkin_answer(turn, said) || checkin_unasked(turn, said) ||
           weekly_unasked(turn, said);
}

/* In a direct conversation every line reads like a command; one that is not written as one answers
 * the question that waits: "open questions were left". */
static bool is_form_answer(Turn *turn)
{
    const Event *event = turn->event;

    return event->conversation && event->direct && !event->addressed &&
           g_str_has_prefix(turn->text, spoken_family) && dialog_waits(turn) &&
           dialog_answer(turn, turn->text + strlen(spoken_family));
}

static void take_command(Turn *turn)
{
    if (!is_form_answer(turn) && turn->needs->len == 0 && !is_spoken_answer(turn)) {
        command_run(turn, turn->text);
    }
}

static void take_form(Turn *turn)
{
    if (turn->event->conversation) {
        command_form(turn, turn->event->action, turn->text);
    } else {
        command_take(turn, turn->event->action, turn->text, false);
    }
}

static void take_shut(Turn *turn)
{
    command_take(turn, turn->event->action, turn->text, true);
}

/* "sprint retro 1": a form's name, and what it is about. */
static void take_form_button(Turn *turn, const char *value)
{
    const char *name = value != NULL ? value : "";
    const char *space = strchr(name, ' ');
    const char *about = space != NULL ? strchr(space + 1, ' ') : NULL;
    g_autofree char *form = about != NULL ? g_strndup(name, (gsize)(about - name)) : g_strdup(name);

    command_form(turn, form, about != NULL ? about + 1 : "");
}

/* "Hold the retrospective" begins its form. */
static void take_retro_button(Turn *turn, const char *value)
{
    SprintId id = {value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0};
    const Sprint *sprint = world_sprint(turn->world, id);
    g_autofree char *number = sprint != NULL ? g_strdup_printf("%d", sprint->number) : g_strdup("");

    command_form(turn, "sprint retro", number);
}

typedef struct ButtonRow {
    const char *action;
    void (*press)(Turn *turn, const char *value);
} ButtonRow;

static const ButtonRow button_rows[] = {
    {"tactical.apply", tactical_change_apply},
    {"form.open", take_form_button},
    {"retro.form", take_retro_button},
    {"weekly.form", weekly_form},
    {"weekly.same", weekly_same},
    {"proposal.open", proposal_open},
    {"proposal.dismiss", proposal_dismiss},
    {"decide", guide_press},
    {"action.done", followup_done},
};

/* Every other button belongs to a daily check-in. */
static void take_button(Turn *turn)
{
    const Event *event = turn->event;

    for (size_t i = 0; i < G_N_ELEMENTS(button_rows); i++) {
        if (g_strcmp0(event->action, button_rows[i].action) == 0) {
            button_rows[i].press(turn, event->value);
            return;
        }
    }
    checkin_button(turn, event->action, event->value);
}

static void take_left(Turn *turn)
{
    Member *member = turn->team != NULL ? team_member(turn->team, turn->event->member) : NULL;

    if (member != NULL && member->present) {
        member->present = false;
        turn_change(turn, CHANGE_MEMBER, turn->team, member);
    }
}

/* Whoever is listed belongs to the team now; whoever is not does not any more. */
static void take_roster(Turn *turn)
{
    Team *team = turn->team;
    g_auto(GStrv) ids = g_strsplit(turn->text, "\n", -1);

    if (team == NULL) {
        return;
    }
    g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < team->members->len; i++) {
        g_hash_table_add(known, ((Member *)g_ptr_array_index(team->members, i))->id);
    }
    for (char **id = ids; *id != NULL; id++) {
        if (**id != '\0' && g_hash_table_add(listed, *id) && !g_hash_table_contains(known, *id)) {
            g_ptr_array_add(team->members, member_new(*id));
        }
    }
    for (guint i = 0; i < team->members->len; i++) {
        Member *member = g_ptr_array_index(team->members, i);
        bool here = g_hash_table_contains(listed, member->id);

        if (member->present != here) {
            member->present = here;
            turn_change(turn, CHANGE_MEMBER, team, member);
        }
    }
}

/* The channel has another id now. */
static void take_moved(Turn *turn)
{
    Team *team = turn->team;
    const char *to = turn->event->value;

    if (team != NULL && to != NULL && *to != '\0' &&
        world_team_in(turn->world, team->workspace, to) == NULL) {
        world_move_team(turn->world, team, to);
        turn_change(turn, CHANGE_TEAM, team, team);
    }
}

typedef struct TimerRow {
    void (*run)(Turn *turn, const Timer *timer, Sprint *sprint);
    bool any_state; /* also for a sprint that is closed */
    bool team_only; /* it is about a team, not about a sprint: that is NULL */
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
    [TIMER_WEEKLY] = {weekly_prompt, .team_only = true},
    [TIMER_WEEKLY_NUDGE] = {weekly_nudge, .team_only = true},
    [TIMER_WEEKLY_SUMMARY] = {weekly_summary, .team_only = true},
    [TIMER_FOLLOW_UP_TAKE] = {followup_reading_take, true},
    [TIMER_PERIOD] = {rollup_timer_due, .team_only = true},
};

static void take_timer(Turn *turn)
{
    const Timer *timer = &turn->event->timer;
    const TimerRow *row = &timer_rows[timer->kind];
    Sprint *sprint = world_sprint(turn->world, timer->sprint);

    if (timer->kind == TIMER_DRAFT) {
        dialog_expire(turn, (DraftId){timer->subject});
        return;
    }
    if ((sprint == NULL && !row->team_only) || turn->team == NULL) {
        return; /* it is gone from this team's books; so is the timer */
    }
    if (sprint == NULL || sprint->state != SPRINT_CLOSED || row->any_state) {
        row->run(turn, timer, sprint);
    }
}

static void take_undeliverable(Turn *turn)
{
    undeliverable_tell(turn, turn->event->action);
}

static void dispatch(Turn *turn)
{
    switch (turn->event->kind) {
    case EVENT_COMMAND:
        take_command(turn);
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
    case EVENT_SHUT:
        take_shut(turn);
        break;
    case EVENT_HOME:
        home_show(turn);
        break;
    case EVENT_ROSTER:
        take_roster(turn);
        break;
    case EVENT_MOVED:
        take_moved(turn);
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
    case EVENT_READINGS:
        readings_take(turn);
        break;
    }
}

/* In a direct conversation the member's only team is meant; false: the turn asks for it first. */
static bool find_own_team(Turn *turn)
{
    g_autoptr(GPtrArray) teams = g_ptr_array_new();

    if (turn->event->member == NULL) {
        return true;
    }
    if (!turn_needs_member(turn, turn->event->member)) {
        return false;
    }
    world_teams_of(turn->world, turn->event->workspace, turn->event->member, teams);
    turn->teams = (int)teams->len;
    turn->team = teams->len == 1 ? g_ptr_array_index(teams, 0) : turn->team;
    return true;
}

/* Who writes in a team's home belongs to it, unless a group says who does. */
static bool is_there(const Event *event)
{
    return event->kind != EVENT_LEFT && event->kind != EVENT_ROSTER && event->kind != EVENT_MOVED;
}

void decide(Turn *turn)
{
    const Event *event = turn->event;

    if (event->kind == EVENT_TIMER) {
        turn->team = world_team(turn->world, event->timer.team);
    } else if (event->channel != NULL) {
        turn->team = world_team_in(turn->world, event->workspace, event->channel);
    }
    if (event->direct && !find_own_team(turn)) {
        return;
    }
    if (clean_text(turn)) {
        dispatch(turn);
    }
    if (turn->needs->len == 0 && turn->team != NULL && event->member != NULL && is_there(event)) {
        turn_member(turn);
    }
}

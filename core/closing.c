/* A sprint leaves the books in one way only: a completed retrospective. Everything here leads
 * there. */

#include "core/closing.h"

#include <string.h>

#include "core/chart.h"
#include "core/checkin.h"
#include "core/followup.h"
#include "core/followup_reading.h"
#include "core/nudge.h"
#include "core/schedule.h"
#include "core/show.h"
#include "core/tactical_change.h"
#include "core/words.h"

typedef void (*EachOwner)(Turn *turn, Sprint *sprint, Team *team);

static void each_owner(Turn *turn, Sprint *sprint, EachOwner act)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        Team *team = world_team(turn->world, g_array_index(sprint->owners, TeamId, i));

        if (team != NULL) {
            act(turn, sprint, team);
        }
    }
}

/* --- before the end --- */

static void remind(Turn *turn, const Sprint *sprint, const Team *team, Day today)
{
    Card *card = card_new(CARD_REMINDER);
    int64_t left = day_diff(sprint->window.last, today);
    g_autofree char *end = day_text_short(sprint->window.last);

    card->channel = g_strdup(team->home);
    card->expires = nudge_expiry(turn, team);
    card_text(card, left <= 0 ? say(W_CLOSING_TODAY, N("n", sprint->number))
                              : say(W_CLOSING_IN_DAYS, N("n", sprint->number), N("left", left),
                                    S("end", end)));
    show_krs(card, sprint, team, today, turn->policy, false);
    turn_card(turn, card);
}

void closing_reminder(Turn *turn, const Timer *timer, Sprint *sprint)
{
    Team *team = turn->team;
    Day today = team_day(team, turn->now), days[3];
    int n = schedule_reminder_days(sprint, team, days);
    bool due = false;

    (void)timer;
    if (sprint->state != SPRINT_ACTIVE) {
        return;
    }
    for (int i = 0; i < n; i++) {
        due =
            due || (day_cmp(days[i], today) == 0 && turn->now.us >= team_check_in(team, today).us);
    }
    if (due && day_cmp(today, sprint_reminded(sprint, team->id)) > 0) {
        remind(turn, sprint, team, today);
        sprint_set_reminded(sprint, team->id, today);
        turn_change(turn, CHANGE_SPRINT, NULL, sprint);
    }
    schedule_reminder(turn, sprint, team);
}

/* --- into closing --- */

static void clear_active_timers(Turn *turn, Sprint *sprint)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        TeamId team = g_array_index(sprint->owners, TeamId, i);

        turn_timer_gone(turn, TIMER_PROMPT, team, sprint->id, 0);
        turn_timer_gone(turn, TIMER_REMINDER, team, sprint->id, 0);
    }
    turn_timer_gone(turn, TIMER_EXPIRY, g_array_index(sprint->owners, TeamId, 0), sprint->id, 0);
}

static void card_how(Card *card, const Sprint *sprint)
{
    card_hint(card, say(W_CLOSING_HOW, N("n", sprint->number)));
    g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, sprint->id.v);
    card_button(card, say(W_BUTTON_RETRO), "retro.form", value);
}

static void ask_retro(Turn *turn, Sprint *sprint, Team *team)
{
    Card *card = card_new(CARD_RETRO_ASK);

    card->key =
        g_strdup_printf("retro/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, sprint->id.v, team->id.v);
    card->channel = g_strdup(team->home);
    card_title(card,
               say(W_CLOSING_TITLE, N("n", sprint->number), S("objective", sprint->objective)));
    card_text(card, sprint->ended_early ? say(W_CLOSING_EARLY, S("reason", sprint->early_reason))
                                        : say(W_CLOSING_WINDOW_OVER));
    closing_figures(card, turn, sprint, team);
    card_text(card, say(W_CLOSING_ASK));
    card_how(card, sprint);
    turn_card(turn, card);
}

static void into_closing(Turn *turn, Sprint *sprint)
{
    sprint->closing = turn->now;
    clear_active_timers(turn, sprint);
    each_owner(turn, sprint, ask_retro);
    show_refresh(turn, sprint);
    Team *first = world_team(turn->world, g_array_index(sprint->owners, TeamId, 0));
    if (first != NULL) {
        schedule_ladder(turn, sprint, first);
    }
}

void closing_expiry(Turn *turn, const Timer *timer, Sprint *sprint)
{
    Instant end = schedule_end(turn->world, sprint);

    if (sprint->state == SPRINT_ACTIVE &&
        turn->now.us < end.us) { /* the clock or the zone has moved */
        turn_timer(turn, TIMER_EXPIRY, timer->team, sprint->id, 0, end);
        return;
    }
    if (turn_step(turn, sprint, ON_WINDOW_OVER, NULL, "the window is over") == DO_ASK_RETRO) {
        into_closing(turn, sprint);
    }
}

void closing_end_early(Turn *turn, Sprint *sprint, const char *reason)
{
    sprint->ended_early = true;
    g_free(sprint->early_reason);
    sprint->early_reason = g_strdup(reason);
    if (turn_step(turn, sprint, ON_END_EARLY, turn->event->member, reason) == DO_ASK_RETRO) {
        into_closing(turn, sprint);
    }
}

/* --- the ladder --- */

typedef enum Rung { RUNG_NONE, RUNG_FACILITATOR, RUNG_LEAD, RUNG_CHANNEL, RUNG_ESCALATION } Rung;

/* By working days since the sprint went into closing; from the last row on, the channel each day.
 */
static const Rung ladder[] = {RUNG_FACILITATOR, RUNG_FACILITATOR, RUNG_LEAD,
                              RUNG_CHANNEL,     RUNG_NONE,        RUNG_ESCALATION};

static Card *ladder_card(const Turn *turn, const Sprint *sprint, const Team *team, int32_t days)
{
    Card *card = card_new(CARD_RETRO_ASK);

    card->expires = nudge_expiry(turn, team);
    card_text(card, days == 0 ? say(W_LADDER_FIRST, N("n", sprint->number),
                                    S("objective", sprint->objective))
                              : say(W_LADDER_AGAIN, N("n", sprint->number),
                                    S("objective", sprint->objective), N("days", days)));
    card_how(card, sprint);
    return card;
}

static void to_channel(Turn *turn, const Sprint *sprint, const Team *team, int32_t days)
{
    Card *card = ladder_card(turn, sprint, team, days);

    card->channel = g_strdup(team->home);
    turn_card(turn, card);
}

/* The contact need not be in the team's home, and the ceiling of one nudge a day holds for them
 * too. */
static void escalate(Turn *turn, const Sprint *sprint, Team *team, int32_t days)
{
    Card *card = ladder_card(turn, sprint, team, days);

    if (!nudge_outsider(turn, team, team->escalation, card)) {
        to_channel(turn, sprint, team, days);
    }
}

/* The person of a rung, else the channel: a reminder is not lost because nobody was named. */
static void climb(Turn *turn, Sprint *sprint, Team *team, Rung rung, int32_t days)
{
    const char *who = rung == RUNG_FACILITATOR  ? sprint->facilitator
                      : rung == RUNG_LEAD       ? team->lead
                      : rung == RUNG_ESCALATION ? team->escalation
                                                : NULL;

    if (rung == RUNG_NONE) {
        return;
    }
    if (rung == RUNG_ESCALATION && who != NULL) {
        escalate(turn, sprint, team, days);
    } else if (who == NULL ||
               !nudge_member(turn, team, who, ladder_card(turn, sprint, team, days))) {
        to_channel(turn, sprint, team, days);
    }
}

/* Everybody whom a rung may nudge is known. */
static bool may_climb(Turn *turn, const Sprint *sprint)
{
    bool ready = nudge_ready(turn, sprint->facilitator);

    for (guint i = 0; i < sprint->owners->len; i++) {
        const Team *team = world_team(turn->world, g_array_index(sprint->owners, TeamId, i));

        ready = (team == NULL ||
                 (nudge_ready(turn, team->lead) && nudge_ready(turn, team->escalation))) &&
                ready;
    }
    return ready;
}

void closing_ladder(Turn *turn, const Timer *timer, Sprint *sprint)
{
    Team *team = turn->team;
    Calendar calendar = team_calendar(team);
    Day today = team_day(team, turn->now);

    (void)timer;
    if (sprint->state != SPRINT_CLOSING || !may_climb(turn, sprint)) {
        return;
    }
    if (calendar_works(&calendar, today) && day_cmp(today, sprint->reminded) > 0 &&
        turn->now.us >= team_check_in(team, today).us) {
        int32_t days = calendar_count(&calendar, schedule_ladder_start(sprint, team), today);
        Rung rung = days < (int32_t)G_N_ELEMENTS(ladder) ? ladder[MAX(days, 0)] : RUNG_CHANNEL;

        sprint->reminded = today;
        turn_change(turn, CHANGE_SPRINT, NULL, sprint);
        for (guint i = 0; i < sprint->owners->len; i++) {
            Team *owner = world_team(turn->world, g_array_index(sprint->owners, TeamId, i));

            if (owner != NULL && (i == 0 || rung != RUNG_FACILITATOR)) {
                climb(turn, sprint, owner, rung, days);
            }
        }
    }
    schedule_ladder(turn, sprint, team);
}

/* --- figures --- */

bool closing_movement(const World *world, const Sprint *sprint, Movement *movement)
{
    const Team *team = world_team(world, sprint->anchor_team);
    const Tactical *anchor = team != NULL ? team_tactical(team, sprint->anchor) : NULL;
    const Period *period = anchor != NULL ? team_tactical_period(team, anchor) : NULL;

    if (!sprint->retro.anchor_known || anchor == NULL) {
        return false;
    }
    Day opened = team_day(team, sprint->opened);
    Day closing = team_day(team, sprint->closing);
    Window days = period != NULL ? period->days : (Window){opened, opened};
    *movement = anchor_movement(anchor->track, days, opened, sprint->anchor_open,
                                sprint->retro.anchor_close, sprint->anchor_target,
                                (int32_t)day_diff(closing, opened));
    return true;
}

static void card_movement(Card *card, const Turn *turn, const Sprint *sprint)
{
    const Unit *unit = &sprint->anchor_unit;
    Movement movement = {0};

    if (!closing_movement(turn->world, sprint, &movement) || !movement.known) {
        g_autofree char *open = value_text(sprint->anchor_open, unit);

        card_fact(
            card, say(W_LABEL_ANCHOR),
            say(W_CLOSING_ANCHOR_OPEN, S("statement", sprint->anchor_statement), S("open", open)));
        return;
    }
    g_autofree char *open = value_text(sprint->anchor_open, unit);
    g_autofree char *close = value_text(sprint->retro.anchor_close, unit);
    g_autofree char *moved = value_text_change(movement.moved, unit);
    card_fact(card, say(W_LABEL_ANCHOR), g_strdup(sprint->anchor_statement));
    if (movement.share_known) {
        g_autofree char *share = ratio_text(movement.share);

        card_fact(card, say(W_LABEL_MOVEMENT),
                  say(W_CLOSING_MOVED_SHARE, S("open", open), S("close", close), S("moved", moved),
                      S("share", share)));
    } else {
        card_fact(card, say(W_LABEL_MOVEMENT),
                  say(W_CLOSING_MOVED, S("open", open), S("close", close), S("moved", moved)));
    }
    if (movement.lift_known) {
        g_autofree char *expected = show_change(movement.expected, unit);
        g_autofree char *lift = show_change(movement.lift, unit);

        card_fact(card, say(W_LABEL_LIFT),
                  say(W_CLOSING_LIFT, S("lift", lift), S("expected", expected)));
    }
}

/* What the rhythm says: held but missed, or not held. */
static void card_rhythm(Card *card, const Sprint *sprint)
{
    int32_t held = 0, due = 0, reached = 0;

    checkin_rhythm(sprint, &held, &due);
    card_fact(card, say(W_LABEL_CHECKINS), say(W_CLOSING_HELD, N("held", held), N("due", due)));
    for (guint i = 0; i < sprint->krs->len; i++) {
        const Track *track = ((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track;

        reached += kr_reached(track->kr, track_value(track));
    }
    if (due == 0 || reached * 2 >= (int32_t)sprint->krs->len) {
        return;
    }
    card_text(card, held * 10 >= due * 7 ? say(W_CLOSING_RHYTHM_HELD) : say(W_CLOSING_RHYTHM_LOST));
}

void closing_figures(Card *card, const Turn *turn, const Sprint *sprint, const Team *team)
{
    Day day = day_plus(sprint->window.last, 1);

    show_krs(card, sprint, team, day, turn->policy, false);
    card_movement(card, turn, sprint);
    card_rhythm(card, sprint);
}

/* --- closed --- */

static void card_list(Card *card, WordId head, const GPtrArray *texts)
{
    if (texts->len == 0) {
        return;
    }
    card_text(card, say_args(head, (const Arg[]){{0}}));
    for (guint i = 0; i < texts->len; i++) {
        card_item(card, "", g_strdup(g_ptr_array_index(texts, i)));
    }
}

static void card_actions(Card *card, const Sprint *sprint)
{
    for (guint i = 0; i < sprint->retro.actions->len; i++) {
        const Action *action = g_ptr_array_index(sprint->retro.actions, i);
        g_autofree char *due = day_text_short(action->due);
        g_autofree char *number = g_strdup_printf("%d.%d", sprint->number, action->number);

        card_item(card, number,
                  say(W_CLOSED_ACTION, S("text", action->text), S("owner", action->owner),
                      S("due", due)));
    }
}

static void card_causes(Card *card, const Sprint *sprint)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        if (kr->cause != CAUSE_UNSAID) {
            card_item(card, "",
                      say(W_CLOSED_CAUSE, N("n", kr->track->kr->number),
                          S("cause", cause_name(kr->cause))));
        }
    }
}

void closing_lessons(Card *card, const Sprint *sprint)
{
    const Retro *retro = &sprint->retro;

    card_fact(card, say(W_CLOSED_Q_MOVED),
              retro->moved_how != NULL
                  ? g_strdup_printf("%s, %s", moved_name(retro->moved), retro->moved_how)
                  : g_strdup(moved_name(retro->moved)));
    card_fact(card, say(W_CLOSED_Q_LEARNED), g_strdup(retro->learned));
    card_causes(card, sprint);
    card_list(card, W_CLOSED_WORKED, retro->worked);
    card_list(card, W_CLOSED_DID_NOT, retro->did_not);
    card_fact(card, say(W_CLOSED_Q_CHANGE),
              retro->change_to != NULL
                  ? g_strdup_printf("%s %s", tactical_change_name(retro->change), retro->change_to)
                  : g_strdup(tactical_change_name(retro->change)));
    card_actions(card, sprint);
}

static void publish(Turn *turn, Sprint *sprint, Team *team)
{
    Card *card = card_new(CARD_CLOSE);

    card->channel = g_strdup(team->home);
    card_title(card,
               say(W_CLOSED_TITLE, N("n", sprint->number), S("objective", sprint->objective)));
    if (sprint->ended_early) {
        card_text(card, say(W_CLOSING_EARLY, S("reason", sprint->early_reason)));
    }
    closing_figures(card, turn, sprint, team);
    closing_lessons(card, sprint);
    if (tactical_change_waits(sprint)) {
        g_autofree char *number = g_strdup_printf("%d", sprint->number);

        card_button(card, say(W_BUTTON_APPLY), "tactical.apply", number);
    }
    card->chart = chart_of_sprint(sprint, team, day_plus(sprint->window.last, 1), turn->policy);
    turn_card(turn, card);
}

/* A sprint may be closed within minutes of its last prompt, and with a blocker that still stands.
 */
static void clear_closing_timers(Turn *turn, const Sprint *sprint)
{
    turn_timer_gone(turn, TIMER_LADDER, g_array_index(sprint->owners, TeamId, 0), sprint->id, 0);
    for (guint i = 0; i < sprint->owners->len; i++) {
        TeamId team = g_array_index(sprint->owners, TeamId, i);
        const Checkin *last = sprint_checkin_last(sprint, team);

        if (last != NULL && !last->summarised) {
            turn_timer_gone(turn, TIMER_NUDGE, team, sprint->id, last->id.v);
            turn_timer_gone(turn, TIMER_SUMMARY, team, sprint->id, last->id.v);
        }
        for (guint j = 0; j < sprint->blockers->len; j++) {
            turn_timer_gone(turn, TIMER_BLOCKER, team, sprint->id,
                            ((const Blocker *)g_ptr_array_index(sprint->blockers, j))->id.v);
        }
    }
}

void closing_done(Turn *turn, Sprint *sprint)
{
    sprint->closed = turn->now;
    if (turn_step(turn, sprint, ON_RETRO_DONE, turn->event->member,
                  "the retrospective is complete") != DO_PUBLISH) {
        return;
    }
    clear_closing_timers(turn, sprint);
    each_owner(turn, sprint, publish);
    show_refresh(turn, sprint);
    followup_schedule(turn, sprint);
    followup_reading_schedule(turn, sprint);
    world_unlist_sprint(turn->world, sprint);
}

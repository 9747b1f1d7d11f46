#include "core/home.h"

#include <string.h>

#include "core/show.h"
#include "core/text.h"
#include "core/weekly.h"
#include "core/words.h"

#define CLOSES_SHOWN 3

/* A button that speaks of the team's home, wherever it stands. */
static void team_button(Card *card, const Team *team, WordId label, const char *action, int64_t id)
{
    g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, id);

    card_button(card, say(label), action, value);
    Block *button = g_ptr_array_index(card->blocks, card->blocks->len - 1);
    button->note = g_strdup(team->home);
}

static bool has_answered(const Checkin *checkin, const char *member)
{
    for (guint i = 0; i < checkin->answers->len; i++) {
        const Answer *answer = g_ptr_array_index(checkin->answers, i);

        if (!answer->withdrawn && strcmp(answer->by, member) == 0) {
            return true;
        }
    }
    return false;
}

static void show_waiting(Turn *turn, Card *card, const Team *team, const Sprint *sprint)
{
    const Checkin *checkin = sprint_checkin_last(sprint, team->id);
    const Member *member = team_member(team, turn->event->member);
    Day today = team_day(team, turn->now);

    if (sprint->state == SPRINT_CLOSING) {
        card_text(card, say(W_HOME_RETRO, N("n", sprint->number)));
        team_button(card, team, W_BUTTON_RETRO, "retro.form", sprint->id.v);
        return;
    }
    if (checkin == NULL || sprint->state != SPRINT_ACTIVE || day_cmp(checkin->day, today) != 0 ||
        (member != NULL && member_away_on(member, today))) {
        return;
    }
    if (has_answered(checkin, turn->event->member)) {
        card_hint(card, say(W_HOME_ANSWERED));
        return;
    }
    card_text(card, say(W_HOME_CHECKIN, N("n", sprint->number)));
    team_button(card, team, W_BUTTON_CHECK_IN, "checkin.form", checkin->id.v);
    team_button(card, team, W_BUTTON_SAME, "checkin.same", checkin->id.v);
    team_button(card, team, W_BUTTON_AWAY, "checkin.away", checkin->id.v);
}

static void show_weekly(Turn *turn, Card *card, const Team *team)
{
    const Checkin *checkin = weekly_last(team);
    const Member *member = team_member(team, turn->event->member);
    Day today = team_day(team, turn->now);

    if (checkin == NULL || day_cmp(checkin->day, today) != 0 ||
        (member != NULL && member_away_on(member, today))) {
        return;
    }
    if (has_answered(checkin, turn->event->member)) {
        card_hint(card, say(W_HOME_WEEKLY_ANSWERED));
        return;
    }
    card_text(card, say(W_HOME_WEEKLY, S("team", team->name)));
    team_button(card, team, W_BUTTON_CHECK_IN, "weekly.form", checkin->id.v);
    team_button(card, team, W_BUTTON_SAME_WEEK, "weekly.same", checkin->id.v);
}

static void show_sprint(Turn *turn, Card *card, const Team *team, const Sprint *sprint)
{
    Day today = team_day(team, turn->now);
    g_autofree char *end = day_text_short(sprint->window.last);

    card_text(card, sprint->state == SPRINT_CLOSING
                        ? say(W_HOME_SPRINT_CLOSING, N("n", sprint->number),
                              S("objective", sprint->objective))
                        : say(W_HOME_SPRINT, N("n", sprint->number),
                              S("objective", sprint->objective), S("end", end)));
    for (guint i = 0; sprint->state == SPRINT_ACTIVE && i < sprint->krs->len; i++) {
        Block *row =
            show_kr(sprint, g_ptr_array_index(sprint->krs, i), team, today, turn->policy, false);

        g_clear_pointer(&row->note, g_free); /* the figures are enough here */
        card_block(card, row);
    }
    show_waiting(turn, card, team, sprint);
}

static void show_own_actions(Turn *turn, Card *card, const GPtrArray *digests)
{
    for (guint i = 0; i < digests->len; i++) {
        const Digest *digest = g_ptr_array_index(digests, i);

        for (guint j = 0; digest->actions != NULL && j < digest->actions->len; j++) {
            const Action *action = g_ptr_array_index(digest->actions, j);

            if (!action->done && action->dropped == NULL &&
                strcmp(action->owner, turn->event->member) == 0) {
                g_autofree char *due = day_text_short(action->due);

                card_item(card, "",
                          say(W_HOME_ACTION, N("sprint", digest->number), N("n", action->number),
                              S("text", action->text), S("due", due)));
            }
        }
    }
}

static void show_closes(Card *card, const GPtrArray *digests)
{
    for (guint i = 0; i < digests->len && i < CLOSES_SHOWN; i++) {
        const Digest *digest = g_ptr_array_index(digests, i);
        g_autofree char *label = g_strdup_printf("%d", digest->number);

        if (i == 0) {
            card_text(card, say(W_HOME_CLOSES));
        }
        card_item(card, label,
                  say(W_HOME_CLOSE_ROW, S("objective", digest->objective),
                      S("moved", moved_name(digest->moved)),
                      S("movement", digest->movement != NULL ? digest->movement : "?")));
    }
}

static void show_team(Turn *turn, Card *card, const Team *team)
{
    const GPtrArray *digests = turn_digests(turn, team->id);

    card_title(card, g_strdup(team->name));
    if (team->sprints->len == 0) {
        card_text(card, say(W_STATUS_NONE, S("team", team->name)));
    }
    for (guint i = 0; i < team->sprints->len; i++) {
        show_sprint(turn, card, team, g_ptr_array_index(team->sprints, i));
    }
    show_weekly(turn, card, team);
    show_own_actions(turn, card, digests);
    show_closes(card, digests);
}

void home_show(Turn *turn)
{
    g_autoptr(GPtrArray) teams = g_ptr_array_new();

    if (turn->event->member == NULL || !turn_needs_member(turn, turn->event->member)) {
        return;
    }
    world_teams_of(turn->world, turn->event->workspace, turn->event->member, teams);
    for (guint i = 0; i < teams->len; i++) {
        turn_needs_digests(turn, ((const Team *)g_ptr_array_index(teams, i))->id);
    }
    if (turn->needs->len > 0) {
        return;
    }
    Card *card = turn_reply(turn);
    card->kind = CARD_HOME;
    for (guint i = 0; i < teams->len; i++) {
        show_team(turn, card, g_ptr_array_index(teams, i));
    }
    if (teams->len == 0) {
        card_text(card, say(W_HELP_START));
    }
    card_hint(card, say(W_HOME_HINT));
}

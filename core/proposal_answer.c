#include "core/proposal_answer.h"

#include <string.h>

#include "core/commands/commands.h"
#include "core/proposal_card.h"
#include "core/proposing.h"
#include "core/text.h"
#include "core/value.h"

#define WINDOW_DAYS   14
#define SITUATION_MAX 1000

/* --- finding --- */

/* Those of the team itself, and the gaps in what its KRs feed. */
static void shown_in(const Turn *turn, const Team *team, GPtrArray *proposals)
{
    g_autoptr(GPtrArray) seen = g_ptr_array_new();

    for (guint i = 0; i < team->proposals->len; i++) {
        g_ptr_array_add(proposals, g_ptr_array_index(team->proposals, i));
    }
    for (guint i = 0; i < team->links->len; i++) {
        const KrLink *link = g_ptr_array_index(team->links, i);
        Team *fed = world_team(turn->world, link->fed_team);

        if (fed == NULL || fed == team || g_ptr_array_find(seen, fed, NULL)) {
            continue;
        }
        g_ptr_array_add(seen, fed);
        for (guint j = 0; j < fed->proposals->len; j++) {
            Proposal *proposal = g_ptr_array_index(fed->proposals, j);

            if (ID_EQ(proposal->feeder_team, team->id)) {
                g_ptr_array_add(proposals, proposal);
            }
        }
    }
}

void proposal_standing(const Turn *turn, const Team *team, GPtrArray *proposals)
{
    g_autoptr(GPtrArray) shown = g_ptr_array_new();

    shown_in(turn, team, shown);
    for (guint i = 0; i < shown->len; i++) {
        const Proposal *proposal = g_ptr_array_index(shown, i);

        if (proposal_stands(proposal) && *proposal->evidence != '\0') {
            g_ptr_array_add(proposals, g_ptr_array_index(shown, i));
        }
    }
}

/* What became of one that was answered already. */
static char *answered(const Proposal *proposal)
{
    if (proposal == NULL || proposal->state == EPISODE_NONE) {
        return say(W_PROPOSAL_WAS_OVER);
    }
    if (proposal->state == EPISODE_DISMISSED) {
        return say(W_PROPOSAL_DISMISSED, S("member", proposal->by), S("reason", proposal->reason));
    }
    return say(W_PROPOSAL_WAS_TAKEN);
}

/* The one that a button is about, where it still asks; else NULL, and that is said, unless the turn
 * asks for something. */
static const Proposal *pressed(Turn *turn, const char *value)
{
    g_autoptr(GPtrArray) shown = g_ptr_array_new();
    const int64_t id = value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;
    const Proposal *found = NULL;

    if (turn->team == NULL || !proposal_ready(turn, turn->team)) {
        return NULL;
    }
    shown_in(turn, turn->team, shown);
    for (guint i = 0; i < shown->len; i++) {
        const Proposal *proposal = g_ptr_array_index(shown, i);

        found = proposal->id.v == id ? proposal : found;
    }
    if (found == NULL || !proposal_stands(found)) {
        turn_say(turn, answered(found));
        return NULL;
    }
    return found;
}

/* --- the form that opens a sprint --- */

/* The deployment's trigger type of that kind; NULL where it has none. A gap within one team is what
 * puts its KR at risk: no second team owns the hand-off, which the joint type asks for. */
static const char *trigger_of(const Turn *turn, const Proposal *proposal)
{
    static const char *const names[] = {
        [SIGNAL_RISK] = "KR at Risk",
        [SIGNAL_OPPORTUNITY] = "Emergent Opportunity",
        [SIGNAL_GAP] = "Cross-Functional Gap",
    };
    bool within = ID_EQ(proposal->team, proposal->feeder_team);
    const char *name = names[within ? SIGNAL_RISK : proposal->kind];

    for (const Trigger *trigger = turn->policy->triggers; trigger->name != NULL; trigger++) {
        if (g_ascii_strcasecmp(trigger->name, name) == 0) {
            return trigger->name;
        }
    }
    return NULL;
}

/* From the next working day on; shorter where the period ends, and none where that leaves too
 * little. Caller frees. */
static char *window_of(Turn *turn, const Team *anchor_team, const Tactical *anchor)
{
    Calendar calendar = team_calendar(turn->team);
    const WindowLimits limits = turn->policy->window;
    Day latest = day_plus(team_tactical_period(anchor_team, anchor)->days.last,
                          turn->policy->window_past_period_days);
    Window window = {.first = calendar_next(&calendar, day_plus(turn_today(turn), 1))};

    window.last = day_plus(window.first, CLAMP(WINDOW_DAYS, limits.min_days, limits.max_days));
    if (day_cmp(window.last, latest) > 0) {
        window.last = latest;
    }
    return window_days(window) >= limits.min_days ? window_text(window) : NULL;
}

/* By number; another team's by its sentence where digits in its name would be taken for one. */
static char *anchor_name(const Turn *turn, const Proposal *proposal, const Kr *kr)
{
    const Team *team = world_team(turn->world, proposal->team);
    bool by_name = team == turn->team || strpbrk(team->name, "0123456789") == NULL;

    return by_name ? proposal_kr_name(turn, proposal, turn->team) : g_strdup(kr->statement);
}

static void put(FormValues *values, const char *key, const char *text)
{
    if (text != NULL) {
        form_put(values, key, 0, text);
    }
}

void proposal_open(Turn *turn, const char *value)
{
    const Proposal *proposal = pressed(turn, value);

    if (proposal == NULL) {
        return;
    }
    const Team *homes[2], *team = world_team(turn->world, proposal->team);
    const Tactical *tactical = team_tactical(team, proposal->kr);
    size_t count = proposal_homes(turn, proposal, homes);
    g_autoptr(FormValues) values = form_values_new(&form_open);
    g_autofree char *situation = text_cut(proposal->evidence, SITUATION_MAX);
    g_autofree char *anchor = anchor_name(turn, proposal, tactical->track->kr);
    g_autofree char *window = window_of(turn, team, tactical);

    put(values, "trigger", trigger_of(turn, proposal));
    put(values, "situation", situation);
    put(values, "owner", count == 2 ? homes[homes[0] == turn->team]->name : NULL);
    put(values, "anchor", anchor);
    put(values, "window", window);
    dialog_fill(turn, values);
}

void proposal_dismiss(Turn *turn, const char *value)
{
    const Proposal *proposal = pressed(turn, value);

    if (proposal == NULL) {
        return;
    }
    g_autoptr(FormValues) values = form_values_new(&form_dismiss);
    g_autofree char *kr = proposal_kr_name(turn, proposal, turn->team);

    put(values, "kr", kr);
    dialog_fill(turn, values);
}

/* --- dismissing --- */

/* The value at which it is off by a further threshold, everything else staying as it is; false
 * where no distance was expected, or the figures leave the range. */
static bool further_value(const Signal *signal, const Policy *policy, Decimal *value)
{
    const Deviation *now = &signal->now.deviation;
    bool up = decimal_cmp(now->value, now->expected) > 0;
    Decimal step = {0};

    return now->distance.millionths != 0 &&
           decimal_scale(now->distance, up ? policy->signal : -policy->signal, 1000, &step) &&
           decimal_add(now->value, step, value);
}

static char *until_share(const Proposal *proposal, const char *then, const char *now)
{
    return say(proposal->kind == SIGNAL_OPPORTUNITY ? W_DISMISS_UNTIL_AHEAD_SHARE
                                                    : W_DISMISS_UNTIL_SHORT_SHARE,
               S("then", then), S("now", now));
}

/* When it speaks again, in the KR's own numbers. */
static char *until(const Turn *turn, const Proposal *proposal, const Signal *signal)
{
    const Team *team = world_team(turn->world, proposal->team);
    const Unit *unit = &team_tactical(team, proposal->kr)->track->kr->unit;
    const Decimal further = {(int64_t)turn->policy->signal * (DECIMAL_ONE / 1000)};
    Decimal then = {0}, value = {0};
    char share[VALUE_TEXT_MAX], now[VALUE_TEXT_MAX], more[VALUE_TEXT_MAX], at[VALUE_TEXT_MAX];

    if (!decimal_add(proposal->off, further, &then)) {
        return say(W_DISMISS_UNTIL_BACK);
    }
    ratio_write(share, then);
    ratio_write(now, proposal->off);
    if (!signal->known) {
        return until_share(proposal, share, now);
    }
    if (!further_value(signal, turn->policy, &value)) {
        return say(W_DISMISS_UNTIL_BACK);
    }
    g_autofree char *day = day_text_short(signal->now.day);
    return say(proposal->kind == SIGNAL_OPPORTUNITY ? W_DISMISS_UNTIL_AHEAD : W_DISMISS_UNTIL_SHORT,
               S("further", ratio_write(more, further)), S("then", share), S("now", now),
               S("day", day), S("value", value_write_rounded(at, value, unit)));
}

static void dismiss_one(Turn *turn, Team *team, Proposal *proposal, const char *reason,
                        const Signal *signal)
{
    Episode episode = proposal_episode(proposal);

    episode_dismiss(&episode, signal, reason);
    proposal_set_episode(proposal, &episode);
    g_free(proposal->reason);
    proposal->reason = g_strdup(reason);
    g_free(proposal->by);
    proposal->by = g_strdup(turn->event->member);
    turn_change(turn, CHANGE_PROPOSAL, team, proposal);
    proposal_card_settle(turn, proposal, answered(proposal));
}

static void tell_dismissed(Turn *turn, const Proposal *proposal, const Team *home,
                           const Signal *signal)
{
    const Team *team = world_team(turn->world, proposal->team);
    Card *card = card_new(CARD_NOTICE);
    int32_t number = team_tactical(team, proposal->kr)->track->kr->number;

    card->channel = g_strdup(home->home);
    card_text(card, team == home ? say(W_DISMISS_SAID, S("member", proposal->by), N("n", number))
                                 : say(W_DISMISS_SAID_THERE, S("member", proposal->by),
                                       N("n", number), S("team", team->name)));
    card_quote(card, proposal->reason);
    card_text(card, until(turn, proposal, signal));
    turn_card(turn, card);
}

/* Once in each home, however many of them were dismissed together. */
static void tell(Turn *turn, const Proposal *proposal, const Signal *signal, GPtrArray *told)
{
    const Team *homes[2];
    size_t count = proposal_homes(turn, proposal, homes);

    for (size_t i = 0; i < count && *proposal->evidence != '\0'; i++) {
        if (!g_ptr_array_find(told, homes[i], NULL)) {
            g_ptr_array_add(told, world_team(turn->world, homes[i]->id));
            tell_dismissed(turn, proposal, homes[i], signal);
        }
    }
}

void proposal_dismiss_with(Turn *turn, const Proposal *proposal, const char *reason)
{
    Team *team = world_team(turn->world, proposal->team);
    g_autoptr(GPtrArray) told = g_ptr_array_new();
    const KrId kr = proposal->kr;

    for (guint i = 0; i < team->proposals->len; i++) {
        Proposal *each = g_ptr_array_index(team->proposals, i);

        if (ID_EQ(each->kr, kr) && proposal_stands(each)) {
            const Signal signal = proposal_signal(turn, each);

            dismiss_one(turn, team, each, reason, &signal);
            tell(turn, each, &signal, told);
        }
    }
}

/* --- taking up --- */

void proposal_taken(Turn *turn, const Sprint *sprint)
{
    Team *team = world_team(turn->world, sprint->anchor_team);

    for (guint i = 0; i < team->proposals->len; i++) {
        Proposal *proposal = g_ptr_array_index(team->proposals, i);

        if (!ID_EQ(proposal->kr, sprint->anchor) || !proposal_stands(proposal)) {
            continue;
        }
        proposal->sprint = sprint->id;
        g_free(proposal->by);
        proposal->by = g_strdup(turn->event->member);
        turn_change(turn, CHANGE_PROPOSAL, team, proposal);
        proposal_card_settle(
            turn, proposal,
            say(W_PROPOSAL_TAKEN, N("n", sprint->number), S("member", proposal->by)));
    }
}

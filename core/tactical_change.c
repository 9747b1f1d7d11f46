#include "core/tactical_change.h"

#include "core/field_check.h"
#include "core/recalibrate.h"
#include "core/words.h"

bool tactical_change_waits(const Sprint *sprint)
{
    TacticalChange change = sprint->retro.change;

    return !sprint->retro.change_applied && change != TACTICAL_UNSAID && change != TACTICAL_KEEP &&
           (change == TACTICAL_DROP || sprint->retro.change_to != NULL);
}

/* What the KR is to be; NULL with `why` said. */
static Kr *changed(const Team *team, const Kr *kr, const Retro *retro, GString *why)
{
    switch (retro->change) {
    case TACTICAL_RAISE:
    case TACTICAL_LOWER:
        return recalibrate_target(kr, retro->change_to, why);
    case TACTICAL_REWRITE:
        return recalibrate_sentence(team, kr, retro->change_to, why);
    case TACTICAL_DROP:
        return kr_copy(kr);
    case TACTICAL_UNSAID:
    case TACTICAL_KEEP:
        break;
    }
    return NULL;
}

/* With what the sprint learned as the reason. */
static void change_anchor(Turn *turn, Team *team, Tactical *anchor, const Sprint *sprint,
                          Kr *take_kr)
{
    const char *learned = sprint->retro.learned;
    g_autofree char *reason = say(W_RECALIBRATE_LEARNED, N("sprint", sprint->number),
                                  S("learned", learned != NULL ? learned : ""));

    anchor->dropped = sprint->retro.change == TACTICAL_DROP;
    recalibrate(turn, team, anchor, take_kr, reason, sprint->id);
}

static void announce(Turn *turn, const Sprint *sprint, const Team *team, const Tactical *anchor,
                     const char *before)
{
    Card *card = card_new(CARD_NOTICE);
    const char *now = anchor->track->kr->statement;

    card->channel = g_strdup(team->home);
    card_text(card, anchor->dropped
                        ? say(W_TACTICAL_DROPPED, N("n", anchor->track->kr->number),
                              S("statement", before), N("sprint", sprint->number),
                              S("member", turn->event->member))
                        : say(W_TACTICAL_CHANGED, N("n", anchor->track->kr->number),
                              S("before", before), S("now", now), N("sprint", sprint->number),
                              S("member", turn->event->member)));
    turn_card(turn, card);
}

void tactical_change_apply(Turn *turn, const char *value)
{
    int32_t number = 0;
    g_autoptr(GString) why = g_string_new(NULL);

    if (turn->team == NULL || value == NULL || !is_whole_number(value, &number) ||
        !turn_needs_sprint(turn, number)) {
        return;
    }
    Sprint *sprint = world_sprint_numbered(turn->world, turn->event->workspace, number);
    if (sprint == NULL || sprint->state != SPRINT_CLOSED ||
        !sprint_owned_by(sprint, turn->team->id)) {
        return;
    }
    if (!turn_needs_team(turn, sprint->anchor_team)) {
        return;
    }
    Team *team = world_team(turn->world, sprint->anchor_team);
    Tactical *anchor = team != NULL ? team_tactical(team, sprint->anchor) : NULL;
    if (anchor == NULL || !tactical_change_waits(sprint)) {
        turn_say(turn, say(W_TACTICAL_DONE_BEFORE));
        return;
    }
    if (!recalibrate_may(team, anchor, team_day(team, turn->now), why)) {
        turn_say(turn, g_strdup(why->str));
        return;
    }
    g_autofree char *before = g_strdup(anchor->track->kr->statement);
    Kr *kr = changed(team, anchor->track->kr, &sprint->retro, why);
    if (kr == NULL) {
        turn_say(turn, say(W_TACTICAL_NOT, S("why", why->str), N("n", anchor->track->kr->number)));
        return;
    }
    change_anchor(turn, team, anchor, sprint, kr);
    sprint->retro.change_applied = true;
    turn_change(turn, CHANGE_SPRINT, NULL, sprint);
    announce(turn, sprint, team, anchor, before);
    turn_say(turn, say(W_TACTICAL_APPLIED, N("n", anchor->track->kr->number)));
}

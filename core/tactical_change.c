#include "core/tactical_change.h"

#include <string.h>

#include "core/field_check.h"
#include "core/show.h"
#include "core/statement.h"
#include "core/text.h"
#include "core/words.h"

bool tactical_change_waits(const Sprint *sprint)
{
    TacticalChange change = sprint->retro.change;

    return !sprint->retro.change_applied && change != TACTICAL_UNSAID && change != TACTICAL_KEEP &&
           (change == TACTICAL_DROP || sprint->retro.change_to != NULL);
}

/* "to $32M" → "$32M" */
static const char *value_in(const char *change_to)
{
    return text_starts_word(change_to, "to") ? change_to + 2 + strspn(change_to + 2, " ")
                                             : change_to;
}

/* The KR's own sentence with another target; false with `why` said where that is no value for it.
 */
static bool set_target(Kr *kr, const char *text, Decimal current, GString *why)
{
    Decimal target = {0};
    bool delta = false;
    ValueFault fault =
        value_read(value_in(text), &kr->unit, kr->target, kr->target, &target, &delta);

    if (fault != VALUE_OK) {
        (void)wrong(why, value_fault_say(fault, value_in(text), &kr->unit, current));
        return false;
    }
    if (kr->direction == DIRECTION_WITHIN) {
        (void)wrong(why, say(W_TACTICAL_BAND));
        return false;
    }
    kr->target = kr->target_high = target;
    g_free(kr->statement);
    kr->statement = statement_text(kr);
    return true;
}

/* Another sentence takes the KR's place; its id, number and readings stay. */
static bool set_sentence(Kr *kr, const char *text, GString *why)
{
    const Value now = {.amount = kr->baseline, .unit = kr->unit};
    g_auto(StatementReading) reading = statement_read(text, &now);

    if (reading.fault != STATEMENT_OK) {
        (void)wrong(why, statement_fault_say(&reading));
        return false;
    }
    if (!unit_same(&reading.kr->unit, &kr->unit)) {
        (void)wrong(why, say(W_TACTICAL_UNIT));
        return false;
    }
    Kr *other = g_steal_pointer(&reading.kr);
    Kr kept = *kr;

    *kr = *other;
    kr->id = kept.id;
    kr->number = kept.number;
    *other = kept;
    kr_free(other);
    return true;
}

static bool change_anchor(Tactical *anchor, const Retro *retro, GString *why)
{
    Kr *kr = anchor->track->kr;

    switch (retro->change) {
    case TACTICAL_RAISE:
    case TACTICAL_LOWER:
        return set_target(kr, retro->change_to, track_value(anchor->track), why);
    case TACTICAL_REWRITE:
        return set_sentence(kr, retro->change_to, why);
    case TACTICAL_DROP:
        anchor->dropped = true;
        return true;
    case TACTICAL_UNSAID:
    case TACTICAL_KEEP:
        break;
    }
    return false;
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
    Team *team = world_team(turn->world, sprint->anchor_team);
    Tactical *anchor = team != NULL ? team_tactical(team, sprint->anchor) : NULL;
    if (anchor == NULL || !tactical_change_waits(sprint)) {
        turn_say(turn, say(W_TACTICAL_DONE_BEFORE));
        return;
    }
    g_autofree char *before = g_strdup(anchor->track->kr->statement);
    if (!change_anchor(anchor, &sprint->retro, why)) {
        turn_say(turn, say(W_TACTICAL_NOT, S("why", why->str), N("n", anchor->track->kr->number)));
        return;
    }
    sprint->retro.change_applied = true;
    turn_change(turn, CHANGE_TACTICAL, team, anchor);
    turn_change(turn, CHANGE_SPRINT, NULL, sprint);
    announce(turn, sprint, team, anchor, before);
    turn_say(turn, say(W_TACTICAL_APPLIED, N("n", anchor->track->kr->number)));
}

#include "core/nudge.h"

Instant nudge_expiry(const Turn *turn, const Team *team)
{
    return team_midnight(team, day_plus(team_day(team, turn->now), 1));
}

bool nudge_ready(Turn *turn, const char *id)
{
    return id == NULL || turn_needs_member(turn, id);
}

static bool send(Turn *turn, Team *team, Member *member, Card *take_card)
{
    g_autoptr(Card) card = take_card;
    Day today = team_day(team, turn->now);

    if (member_away_on(member, today) ||
        world_nudged(turn->world, team->workspace, member->id, turn->now)) {
        return false;
    }
    member->nudged = today;
    turn_change(turn, CHANGE_MEMBER, team, member);
    card->member = g_strdup(member->id);
    card->expires = nudge_expiry(turn, team);
    turn_card(turn, g_steal_pointer(&card));
    return true;
}

bool nudge_member(Turn *turn, Team *team, const char *id, Card *take_card)
{
    Member *member = id != NULL ? team_member(team, id) : NULL;

    if (member == NULL || !member->present) {
        card_free(take_card);
        return false;
    }
    return send(turn, team, member, take_card);
}

bool nudge_outsider(Turn *turn, Team *team, const char *id, Card *take_card)
{
    Member *member = team_member(team, id);

    if (member == NULL) {
        member = member_new(id);
        g_ptr_array_add(team->members, member);
    }
    return send(turn, team, member, take_card);
}

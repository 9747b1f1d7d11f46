#include "core/nudge.h"

Instant nudge_expiry(const Turn *turn, const Team *team)
{
    return team_midnight(team, day_plus(team_day(team, turn->now), 1));
}

bool nudge_ready(Turn *turn, const char *id)
{
    return id == NULL || turn_needs_member(turn, id);
}

bool nudge_member(Turn *turn, Team *team, const char *id, Card *take_card)
{
    g_autoptr(Card) card = take_card;
    Day today = team_day(team, turn->now);
    Member *member = id != NULL ? team_member(team, id) : NULL;

    if (member == NULL || !member->present || member_away_on(member, today) || day_cmp(world_nudged(turn->world, team->workspace, id), today) >= 0) {
        return false;
    }
    member->nudged = today;
    turn_change(turn, CHANGE_MEMBER, team, member);
    card->member = g_strdup(id);
    card->expires = nudge_expiry(turn, team);
    turn_card(turn, g_steal_pointer(&card));
    return true;
}

#include "core/rollup_timer.h"

#include "core/rollup_show.h"

/* A period that has been over for longer is no news. */
#define NEWS_DAYS 14

static Instant due_at(const Team *team, const Period *period)
{
    Calendar calendar = team_calendar(team);

    return team_check_in(team, calendar_next(&calendar, day_plus(period->days.last, 1)));
}

void rollup_timer_set(Turn *turn, const Team *team, const Period *period)
{
    turn_timer(turn, TIMER_PERIOD, team->id, (SprintId){0}, period->id.v, due_at(team, period));
}

void rollup_timer_due(Turn *turn, const Timer *timer, Sprint *sprint)
{
    const Team *team = turn->team;
    const Period *period = team_period_of(team, (PeriodId){timer->subject});

    (void)sprint;
    if (period == NULL || day_diff(team_day(team, turn->now), period->days.last) > NEWS_DAYS) {
        return;
    }
    if (turn->now.us < due_at(team, period).us) {
        rollup_timer_set(turn, team, period);
        return;
    }
    if (!turn_needs_opened(turn, team->id, period->days)) {
        return;
    }
    g_autoptr(Rollup) rollup =
        rollup_of(turn->world, team, period, turn_opened(turn, team->id, period->days),
                  team_day(team, turn->now));
    Card *card = card_new(CARD_NOTICE);

    card->channel = g_strdup(team->home);
    rollup_show(card, rollup);
    turn_card(turn, card);
}

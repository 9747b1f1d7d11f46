/* /okr list: objectives and tactical KRs of the period, with their figures. */

#include "core/commands/commands.h"
#include "core/show.h"

static void add_objective(Turn *turn, const Objective *objective)
{
    Card *card = turn_reply(turn);
    const Team *team = turn->team;

    card_text(card, say(W_LIST_OBJECTIVE, N("n", objective->number), S("text", objective->text)));
    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (ID_EQ(tactical->objective, objective->id) && !tactical->dropped) {
            card_block(card, show_tactical(team, tactical, turn_today(turn), turn->policy));
        }
    }
}

static void run(Turn *turn, const char *rest)
{
    const Team *team = turn->team;
    const Period *period = team->periods->len > 0 ? team_period(team, turn_today(turn)) : NULL;

    (void)rest;
    if (period == NULL) {
        turn_say(turn, say(W_LIST_EMPTY, S("team", team->name)));
        return;
    }
    g_autofree char *dates = window_text(period->days);
    card_title(turn_reply(turn), say(W_LIST_TITLE, S("team", team->name), S("period", period->name),
                                     S("dates", dates)));
    for (guint i = 0; i < team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(team->objectives, i);

        if (ID_EQ(objective->period, period->id)) {
            add_objective(turn, objective);
        }
    }
}

const Command command_okr_list = {
    .family = "okr",
    .name = "list",
    .usage = "",
    .help = W_HELP_OKR_LIST,
    .example = W_EXAMPLE_OKR_LIST,
    .who = WHO_MEMBER,
    .run = run,
};

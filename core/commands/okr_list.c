/* /okr list: objectives and tactical KRs of a period, with their figures. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/show.h"
#include "core/text.h"

/* When it was dropped; DAY_NONE where that is not on record (it was imported so). */
static Day dropped_on(const Tactical *tactical)
{
    const GPtrArray *changes = tactical->recalibrations;

    return changes->len > 0
               ? ((const Recalibration *)g_ptr_array_index(changes, changes->len - 1))->from
               : DAY_NONE;
}

static void add_dropped(GString *list, const Tactical *tactical)
{
    const Kr *kr = tactical->track->kr;
    Day day = dropped_on(tactical);

    g_string_append(list, list->len > 0 ? "; " : "");
    if (day_is_set(day)) {
        g_autofree char *when = day_text_short(day);

        say_on(list, W_LIST_DROPPED_ONE, N("n", kr->number), S("metric", kr->metric),
               S("day", when));
    } else {
        say_on(list, W_LIST_DROPPED_SOMETIME, N("n", kr->number), S("metric", kr->metric));
    }
}

static void add_objective(Turn *turn, const Objective *objective, bool warns)
{
    Card *card = turn_reply(turn);
    const Team *team = turn->team;
    int32_t n = team_tacticals_under(team, objective->id);

    card_text(card, say(W_LIST_OBJECTIVE, N("n", objective->number), S("text", objective->text)));
    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (ID_EQ(tactical->objective, objective->id) && !tactical->dropped) {
            card_block(card, show_tactical(team, tactical, turn_today(turn), turn->policy));
        }
    }
    if (warns && n < TACTICAL_LEAST) {
        card_hint(card, say(W_LIST_FEW, N("n", n)));
    }
}

/* How many it has. */
static int add_objectives(Turn *turn, const Period *period)
{
    bool warns = day_cmp(turn_today(turn), period->days.last) <= 0;
    int n = 0;

    for (guint i = 0; i < turn->team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(turn->team->objectives, i);

        if (ID_EQ(objective->period, period->id)) {
            add_objective(turn, objective, warns);
            n++;
        }
    }
    return n;
}

/* Those that a retrospective dropped, in one line. */
static void add_all_dropped(Turn *turn, const Period *period)
{
    const Team *team = turn->team;
    g_autoptr(GString) list = g_string_new(NULL);
    int32_t first = 0;

    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (tactical->dropped && team_tactical_period(team, tactical) == period) {
            first = first == 0 ? tactical->track->kr->number : first;
            add_dropped(list, tactical);
        }
    }
    if (first > 0) {
        card_hint(turn_reply(turn), say(W_LIST_DROPPED, S("list", list->str), N("n", first)));
    }
}

static int count_objectives(const Team *team, const Period *period)
{
    int n = 0;

    for (guint i = 0; i < team->objectives->len; i++) {
        n += ID_EQ(((const Objective *)g_ptr_array_index(team->objectives, i))->period, period->id);
    }
    return n;
}

/* The period behind this one, where it is planned already. */
static void add_next(Turn *turn, const Period *period)
{
    const GPtrArray *periods = turn->team->periods;

    for (guint i = 0; i < periods->len; i++) {
        const Period *next = g_ptr_array_index(periods, i);

        if (day_cmp(next->days.first, period->days.last) > 0 &&
            day_cmp(next->days.last, turn_today(turn)) >= 0) {
            g_autofree char *dates = window_text(next->days);

            card_hint(turn_reply(turn), say(W_LIST_NEXT, S("period", next->name), S("dates", dates),
                                            N("n", count_objectives(turn->team, next))));
            return;
        }
    }
}

static void list(Turn *turn, const Period *period)
{
    g_autofree char *dates = window_text(period->days);
    bool over = day_cmp(turn_today(turn), period->days.last) > 0;

    card_title(turn_reply(turn), say(W_LIST_TITLE, S("team", turn->team->name),
                                     S("period", period->name), S("dates", dates)));
    if (add_objectives(turn, period) == 0) {
        turn_say(turn, say(over ? W_LIST_NO_OBJECTIVES_PAST : W_LIST_NO_OBJECTIVES,
                           S("period", period->name)));
    }
    add_all_dropped(turn, period);
    add_next(turn, period);
}

static char *known_periods(const Team *team)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);

        g_string_append_printf(list, "%s%s", list->len > 0 ? "; " : "", period->name);
    }
    return g_string_free(list, FALSE);
}

static void run(Turn *turn, const char *rest)
{
    const Team *team = turn->team;
    g_autofree char *given = text_squeeze(rest);

    if (team->periods->len == 0) {
        turn_say(turn, say(W_LIST_EMPTY, S("team", team->name)));
        return;
    }
    const Period *period =
        *given != '\0' ? team_period_called(team, given) : team_period(team, turn_today(turn));
    if (period == NULL) {
        g_autofree char *known = known_periods(team), *quoted = text_cut(given, 60);

        turn_say(turn, say(W_LIST_NO_PERIOD, S("given", quoted), S("team", team->name),
                           S("list", known)));
        return;
    }
    list(turn, period);
}

const Command command_okr_list = {
    .family = "okr",
    .name = "list",
    .usage = "[PERIOD]",
    .help = W_HELP_OKR_LIST,
    .example = W_EXAMPLE_OKR_LIST,
    .who = WHO_MEMBER,
    .run = run,
};

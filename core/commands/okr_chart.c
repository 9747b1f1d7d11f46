/* /okr chart: the period's KRs as a picture, or one KR. A reply for the asker's eyes alone cannot
 * show a picture everywhere, so where an acknowledgement carries the reply, the picture is a
 * message of its own: in the home, where all may see it, or to the asker alone where that is where
 * they ask.
 */

#include "core/chart.h"
#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/show.h"
#include "core/text.h"

#define GIVEN_MAX 40 /* characters of what was asked for, in a refusal */

/* --- which KRs --- */

/* "1", "KR1" and "kr 1" are the same. */
static const char *bare_number(const char *given)
{
    return g_ascii_strncasecmp(given, "kr", 2) == 0 ? given + 2 + strspn(given + 2, " ") : given;
}

static void say_unknown(Turn *turn, const char *given)
{
    g_autofree char *quoted = text_cut(given, GIVEN_MAX);

    turn_say(turn, say(W_OKR_CHART_UNKNOWN, S("given", quoted), S("team", turn->team->name)));
    show_choices(turn_reply(turn), turn->team, "");
}

/* The KR that is named, alone. */
static GPtrArray *one_kr(Turn *turn, const char *given)
{
    int32_t number = 0;
    Tactical *tactical = is_whole_number(bare_number(given), &number)
                             ? team_tactical_number(turn->team, number)
                             : NULL;

    if (tactical == NULL || team_tactical_period(turn->team, tactical) == NULL) {
        say_unknown(turn, given);
        return NULL;
    }
    GPtrArray *krs = g_ptr_array_new();
    g_ptr_array_add(krs, tactical);
    return krs;
}

/* Those of the period that is under way, or comes next. */
static GPtrArray *all_krs(Turn *turn)
{
    const Period *period = team_period(turn->team, turn_today(turn));
    g_autoptr(GPtrArray) krs = period != NULL ? team_tacticals_in(turn->team, period) : NULL;

    if (krs == NULL || krs->len == 0) {
        turn_say(turn, say(W_OKR_CHART_NONE, S("team", turn->team->name)));
        return NULL;
    }
    return g_steal_pointer(&krs);
}

/* --- the card --- */

static GPtrArray *sprints_opened(const Turn *turn, const Period *period)
{
    const GArray *ids = turn_opened(turn, turn->team->id, period->days);
    GPtrArray *sprints = g_ptr_array_new();

    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        Sprint *sprint = world_sprint(turn->world, g_array_index(ids, SprintId, i));

        if (sprint != NULL) {
            g_ptr_array_add(sprints, sprint);
        }
    }
    return sprints;
}

/* The figures beside the picture, for those who cannot see it. */
static void fill(Turn *turn, Card *card, const Period *period, const GPtrArray *krs)
{
    g_autoptr(GPtrArray) sprints = sprints_opened(turn, period);
    g_autofree char *dates = window_text(period->days);
    Day today = turn_today(turn);

    card_title(card, say(W_LIST_TITLE, S("team", turn->team->name), S("period", period->name),
                         S("dates", dates)));
    for (guint i = 0; i < MIN(krs->len, CHART_TACTICALS_MAX); i++) {
        card_block(card, show_tactical(turn->team, g_ptr_array_index(krs, i), today, turn->policy));
    }
    if (krs->len > CHART_TACTICALS_MAX) {
        const Tactical *next = g_ptr_array_index(krs, CHART_TACTICALS_MAX);

        card_hint(card, say(W_OKR_CHART_REST, N("rest", krs->len - CHART_TACTICALS_MAX),
                            N("n", next->track->kr->number)));
    }
    card->chart = chart_of_tacticals(turn->team, period, krs, sprints, today, turn->policy);
}

static Card *message_for(const Turn *turn)
{
    Card *card = card_new(CARD_NOTICE);

    card->channel = turn->event->direct ? NULL : g_strdup(turn->team->home);
    card->member = turn->event->direct ? g_strdup(turn->event->member) : NULL;
    card->expires = (Instant){turn->now.us + INSTANT_HOUR};
    return card;
}

static void show(Turn *turn, const Period *period, const GPtrArray *krs)
{
    if (turn->event->answer_out) {
        fill(turn, turn_reply(turn), period, krs);
        return;
    }
    Card *card = message_for(turn);

    fill(turn, card, period, krs);
    turn_card(turn, card);
    turn_say(turn, say(turn->event->direct ? W_OKR_CHART_SENT : W_OKR_CHART_POSTED));
}

static void run(Turn *turn, const char *rest)
{
    g_autofree char *given = text_squeeze(rest);
    g_autoptr(GPtrArray) krs = *given != '\0' ? one_kr(turn, given) : all_krs(turn);

    if (krs == NULL) {
        return;
    }
    const Period *period = team_tactical_period(turn->team, g_ptr_array_index(krs, 0));

    if (turn_needs_opened(turn, turn->team->id, period->days)) {
        show(turn, period, krs);
    }
}

const Command command_okr_chart = {
    .family = "okr",
    .name = "chart",
    .aliases = "charts,picture",
    .usage = "[KR]",
    .help = W_HELP_OKR_CHART,
    .example = W_EXAMPLE_OKR_CHART,
    .who = WHO_MEMBER,
    .run = run,
};

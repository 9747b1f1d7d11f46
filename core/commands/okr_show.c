/* /okr show: one tactical KR in full, with all that it has been. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/show.h"
#include "core/statement.h"
#include "core/tactical_field.h"
#include "core/text.h"

#define READINGS_SHOWN 8

/* --- targets --- */

/* Did it say more than another target until then? */
static bool was_rewritten(const Kr *kr, const Recalibration *change)
{
    g_auto(StatementReading) reading = statement_read(change->statement_was, NULL);
    const Kr *was = reading.kr;

    return was == NULL || strcmp(was->metric, kr->metric) != 0 || was->direction != kr->direction ||
           decimal_cmp(was->baseline, kr->baseline) != 0;
}

/* ", by @maria"; "" for one that came from a file. */
static char *by_text(const Recalibration *change)
{
    return *change->who != '\0' ? say(W_KR_SHOW_BY, S("member", change->who)) : g_strdup("");
}

static char *change_text(const Tactical *tactical, const Recalibration *change, bool last)
{
    const Kr *kr = tactical->track->kr;
    g_autofree char *day = day_text_short(change->from);
    g_autofree char *target = kr_target_text(kr, change->target, change->target_high);
    g_autofree char *by = by_text(change);

    if (tactical->dropped && last) {
        return say(W_KR_SHOW_DROPPED, S("day", day), S("by", by), S("why", change->why));
    }
    return was_rewritten(kr, change)
               ? say(W_KR_SHOW_REWRITTEN, S("target", target), S("day", day), S("by", by),
                     S("why", change->why), S("was", change->statement_was))
               : say(W_KR_SHOW_TARGET, S("target", target), S("day", day), S("by", by),
                     S("why", change->why));
}

static void show_targets(Card *card, const Tactical *tactical)
{
    const GPtrArray *changes = tactical->recalibrations;

    for (guint i = 0; i < changes->len; i++) {
        const Recalibration *change = g_ptr_array_index(changes, i);

        if (i == 0) {
            g_autofree char *first =
                kr_target_text(tactical->track->kr, change->was, change->was_high);

            card_text(card, say(W_KR_SHOW_TARGETS));
            card_item(card, "", say(W_KR_SHOW_TARGET_FIRST, S("target", first)));
        }
        card_item(card, "", change_text(tactical, change, i + 1 == changes->len));
    }
}

/* --- readings --- */

static const char *source_text(const Reading *reading)
{
    static const WordId names[] = {
        [READING_OPENING] = W_READ_OPENING, [READING_CHECKIN] = W_READ_CHECKIN,
        [READING_UPDATE] = W_READ_UPDATE,   [READING_RETRO] = W_READ_RETRO,
        [READING_SYSTEM] = W_READ_SYSTEM,
    };

    return reading->system != NULL ? reading->system : words_template(names[reading->source]);
}

static char *reading_text(const Kr *kr, const Reading *reading)
{
    g_autofree char *day = day_text_short(reading->day);
    g_autofree char *value = value_text(reading->value, &kr->unit);

    return say(W_KR_SHOW_READING, S("day", day), S("value", value),
               S("source", source_text(reading)));
}

static void show_readings(Card *card, const Track *track)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (guint i = track->readings->len; i > 0; i--) {
        if (track_counts(track, i - 1)) {
            g_ptr_array_add(found, g_ptr_array_index(track->readings, i - 1));
        }
    }
    if (found->len == 0) {
        return;
    }
    card_text(card, found->len > READINGS_SHOWN
                        ? say(W_KR_SHOW_READINGS_LAST, N("n", READINGS_SHOWN), N("all", found->len))
                        : say(W_KR_SHOW_READINGS, N("n", found->len)));
    for (guint i = 0; i < MIN(found->len, READINGS_SHOWN); i++) {
        card_item(card, "", reading_text(track->kr, g_ptr_array_index(found, i)));
    }
}

/* --- links, sprints --- */

static bool is_linked(const KrLink *link, KrId kr)
{
    return ID_EQ(link->feeder, kr) || ID_EQ(link->fed, kr);
}

/* Both ends of its links are loaded. */
static bool has_links(Turn *turn, KrId kr)
{
    for (guint i = 0; i < turn->team->links->len; i++) {
        const KrLink *link = g_ptr_array_index(turn->team->links, i);

        if (is_linked(link, kr) &&
            !(turn_needs_team(turn, link->feeder_team) && turn_needs_team(turn, link->fed_team))) {
            return false;
        }
    }
    return true;
}

static char *other_text(const Turn *turn, TeamId id, KrId kr)
{
    const Team *team = world_team(turn->world, id);
    const Tactical *tactical = team != NULL ? team_tactical(team, kr) : NULL;

    return tactical == NULL ? say(W_KR_SHOW_OTHER_GONE)
                            : say(W_KR_SHOW_OTHER, N("n", tactical->track->kr->number),
                                  S("team", team->name), S("metric", tactical->track->kr->metric));
}

static void show_links(Turn *turn, Card *card, KrId kr)
{
    bool said = false;

    for (guint i = 0; i < turn->team->links->len; i++) {
        const KrLink *link = g_ptr_array_index(turn->team->links, i);

        if (!is_linked(link, kr)) {
            continue;
        }
        bool feeds = ID_EQ(link->feeder, kr);
        g_autofree char *other = feeds ? other_text(turn, link->fed_team, link->fed)
                                       : other_text(turn, link->feeder_team, link->feeder);

        if (!said) {
            card_text(card, say(W_KR_SHOW_LINKS));
            said = true;
        }
        card_item(card, "", say(feeds ? W_KR_SHOW_FEEDS : W_KR_SHOW_FED, S("kr", other)));
    }
}

static void show_sprints(Card *card, const Team *team, KrId kr)
{
    bool said = false;

    for (guint i = 0; i < team->sprints->len; i++) {
        const Sprint *sprint = g_ptr_array_index(team->sprints, i);

        if (ID_EQ(sprint->anchor, kr)) {
            g_autofree char *label = g_strdup_printf("%d", sprint->number);
            g_autofree char *window = window_text_long(sprint->window);

            if (!said) {
                card_text(card, say(W_KR_SHOW_SPRINTS));
                said = true;
            }
            card_item(card, label,
                      say(W_LIST_SPRINT_ROW, S("objective", sprint->objective),
                          S("state", sprint_state_name(sprint->state)), S("window", window)));
        }
    }
}

/* --- the whole --- */

static void show_objective(Card *card, const Team *team, const Tactical *tactical)
{
    const Objective *objective = team_objective(team, tactical->objective);
    const Period *period = team_tactical_period(team, tactical);

    if (objective != NULL && period != NULL) {
        g_autofree char *dates = window_text(period->days);

        card_fact(card, say(W_KR_SHOW_OBJECTIVE_LABEL),
                  say(W_KR_SHOW_OBJECTIVE, N("n", objective->number), S("text", objective->text),
                      S("period", period->name), S("dates", dates)));
    }
}

static void show(Turn *turn, const Tactical *tactical)
{
    const Team *team = turn->team;
    const Kr *kr = tactical->track->kr;
    Card *card = turn_reply(turn);

    card_title(card, say(W_KR_SHOW_TITLE, N("n", kr->number), S("statement", kr->statement)));
    show_objective(card, team, tactical);
    if (kr->kept_because != NULL) {
        card_fact(card, say(W_KR_SHOW_KEPT_LABEL), g_strdup(kr->kept_because));
    }
    card_block(card, show_tactical(team, tactical, turn_today(turn), turn->policy));
    show_targets(card, tactical);
    show_readings(card, tactical->track);
    show_links(turn, card, kr->id);
    show_sprints(card, team, kr->id);
}

static void unknown(Turn *turn, const char *given)
{
    g_autofree char *quoted = text_cut(given, 60), *list = tactical_list(turn->team);

    turn_say(turn, turn->team->tacticals->len == 0 ? say(W_UPDATE_NONE)
                   : *given == '\0'                ? say(W_KR_SHOW_WHICH)
                                    : say(W_UPDATE_UNKNOWN, S("given", quoted), S("list", list)));
}

static void run(Turn *turn, const char *rest)
{
    g_autofree char *given = text_squeeze(rest);
    const char *name = g_ascii_strncasecmp(given, "kr", 2) == 0 ? given + 2 : given;
    int32_t number = 0;
    const Tactical *tactical =
        tactical_named(turn->team, is_whole_number(name, &number) ? name : given);

    if (tactical == NULL) {
        unknown(turn, given);
    } else if (has_links(turn, tactical->track->kr->id)) {
        show(turn, tactical);
    }
}

const Command command_okr_show = {
    .family = "okr",
    .name = "show",
    .usage = "KR",
    .help = W_HELP_OKR_SHOW,
    .example = W_EXAMPLE_OKR_SHOW,
    .who = WHO_MEMBER,
    .run = run,
};

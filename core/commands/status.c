/* /sprint status, list, show, mine: what is open, and how it stands. */

#include "core/checkin.h"
#include "core/closing.h"
#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/home.h"
#include "core/show.h"
#include "core/text.h"

static void add_status(Turn *turn, const Sprint *sprint)
{
    Card *card = turn_reply(turn);
    Day today = turn_today(turn);
    g_autofree char *end = day_text_short(sprint->window.last);
    int32_t n = 0, m = 0, held = 0, due = 0;

    show_day_of(sprint, turn->team, today, &n, &m);
    checkin_rhythm(sprint, &held, &due);
    card_title(card,
               say(W_SPRINT_TITLE, N("n", sprint->number), S("objective", sprint->objective)));
    card_text(card, sprint->state == SPRINT_CLOSING
                        ? say(W_SPRINT_IN_CLOSING)
                        : say(W_STATUS_DAY, N("n", n), N("m", m), S("end", end), N("held", held),
                              N("due", due)));
    show_krs(card, sprint, turn->team, today, turn->policy, true);
}

static void run_status(Turn *turn, const char *rest)
{
    (void)rest;
    if (turn->team->sprints->len == 0) {
        turn_say(turn, say(W_STATUS_NONE, S("team", turn->team->name)));
        return;
    }
    for (guint i = 0; i < turn->team->sprints->len; i++) {
        add_status(turn, g_ptr_array_index(turn->team->sprints, i));
    }
}

const Command command_status = {.family = "sprint",
                                .name = "status",
                                .usage = "",
                                .help = W_HELP_STATUS,
                                .example = W_EXAMPLE_STATUS,
                                .who = WHO_MEMBER,
                                .run = run_status};

/* The member's own page, for where a platform has no place for one. */
static void run_mine(Turn *turn, const char *rest)
{
    (void)rest;
    home_show(turn);
    if (turn->reply != NULL) {
        turn->reply->kind = CARD_REPLY;
    }
}

const Command command_mine = {.family = "sprint",
                              .name = "mine",
                              .aliases = "home,me",
                              .usage = "",
                              .help = W_HELP_MINE,
                              .example = W_EXAMPLE_MINE,
                              .who = WHO_ANYONE,
                              .run = run_mine};

static void run_list(Turn *turn, const char *rest)
{
    (void)rest;
    if (turn->team->sprints->len == 0) {
        turn_say(turn, say(W_STATUS_NONE, S("team", turn->team->name)));
        return;
    }
    card_text(turn_reply(turn), say(W_LIST_SPRINTS, S("team", turn->team->name)));
    for (guint i = 0; i < turn->team->sprints->len; i++) {
        const Sprint *sprint = g_ptr_array_index(turn->team->sprints, i);
        g_autofree char *label = g_strdup_printf("%d", sprint->number);
        g_autofree char *window = window_text_long(sprint->window);

        card_item(turn_reply(turn), label,
                  say(W_LIST_SPRINT_ROW, S("objective", sprint->objective),
                      S("state", sprint_state_name(sprint->state)), S("window", window)));
    }
}

const Command command_list = {.family = "sprint",
                              .name = "list",
                              .usage = "",
                              .help = W_HELP_LIST,
                              .example = W_EXAMPLE_LIST,
                              .who = WHO_MEMBER,
                              .run = run_list};

/* The sprint a number names: any of this team's, closed ones too; without a number the only open
 * one. */
static Sprint *sprint_to_show(Turn *turn, const char *rest)
{
    int32_t number = 0;
    g_autofree char *given = text_squeeze(rest);

    if (*given == '\0') {
        if (turn->team->sprints->len == 1) {
            return g_ptr_array_index(turn->team->sprints, 0);
        }
        turn_say(turn, turn->team->sprints->len == 0
                           ? say(W_STATUS_NONE, S("team", turn->team->name))
                           : say(W_SHOW_WHICH));
        return NULL;
    }
    if (is_whole_number(given, &number)) {
        if (!turn_needs_sprint(turn, number)) {
            return NULL;
        }
        Sprint *sprint = world_sprint_numbered(turn->world, turn->event->workspace, number);
        if (sprint != NULL && sprint_owned_by(sprint, turn->team->id)) {
            return sprint;
        }
    }
    g_autofree char *quoted = text_cut(given, 40);
    turn_say(turn, say(W_SHOW_UNKNOWN, S("given", quoted), S("team", turn->team->name)));
    return NULL;
}

static void run_show(Turn *turn, const char *rest)
{
    Sprint *sprint = sprint_to_show(turn, rest);

    if (sprint == NULL) {
        return;
    }
    Card *shown = show_sprint_card(turn->world, sprint, turn->team, turn->now, turn->policy);
    Card *card = turn_reply(turn);
    while (shown->blocks->len > 0) {
        card_block(card, g_ptr_array_steal_index(shown->blocks, 0));
    }
    card_free(shown);
    if (sprint->state == SPRINT_CLOSED) {
        closing_lessons(card, sprint);
    }
    card_hint(card, say(W_SHOW_FORM));
    card_code(card, show_text_form(turn->world, sprint));
}

const Command command_show = {.family = "sprint",
                              .name = "show",
                              .usage = "[SPRINT]",
                              .help = W_HELP_SHOW,
                              .example = W_EXAMPLE_SHOW,
                              .who = WHO_MEMBER,
                              .run = run_show};

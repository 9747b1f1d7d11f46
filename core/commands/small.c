/* Commands that look and answer: status, show, check in, away, lists, actions, help. */

#include <string.h>

#include "core/checkin.h"
#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/followup.h"
#include "core/home.h"
#include "core/schedule.h"
#include "core/show.h"
#include "core/text.h"

#define LIST_MAX 20

/* --- status, list, show --- */

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

/* --- away, actions --- */

static void back_from_away(Turn *turn, Member *member)
{
    Day today = turn_today(turn);

    for (guint i = member->away->len; i > 0; i--) {
        Window *days = &g_array_index(member->away, Window, i - 1);

        if (day_cmp(days->first, today) >= 0) {
            g_array_remove_index(member->away, i - 1);
        } else if (day_cmp(days->last, today) >= 0) {
            days->last = day_plus(today, -1);
        }
    }
    member->days_off = 0;
}

static void run_away(Turn *turn, const char *rest)
{
    Absence absence = {0};
    g_autofree char *given = text_squeeze(rest);
    WhenFault fault = when_absence(given, turn_today(turn), &absence);

    if (fault != WHEN_OK) {
        g_autofree char *said =
            fault == WHEN_NOT_UNDERSTOOD || fault == WHEN_EMPTY
                ? NULL
                : when_fault_say(fault, WHEN_AN_ABSENCE, given, turn->policy->window, (Window){0});

        turn_say(turn, said != NULL ? g_steal_pointer(&said) : say(W_AWAY_HOW));
        return;
    }
    Member *member = turn_member(turn);
    if (absence.back) {
        back_from_away(turn, member);
        turn_say(turn, say(W_AWAY_BACK));
    } else if (absence.weekly != 0) {
        g_autofree char *days = weekdays_text(absence.weekly);

        member->days_off = absence.weekly;
        turn_say(turn, say(W_AWAY_WEEKLY, S("days", days)));
    } else {
        g_autofree char *first = day_text_short(absence.days.first);
        g_autofree char *last = day_text_short(absence.days.last);

        g_array_append_val(member->away, absence.days);
        turn_say(turn, day_cmp(absence.days.first, absence.days.last) == 0
                           ? say(W_AWAY_DAY, S("day", first))
                           : say(W_AWAY_DAYS, S("first", first), S("last", last)));
    }
    turn_change(turn, CHANGE_MEMBER, turn->team, member);
}

const Command command_away = {.family = "sprint",
                              .name = "away",
                              .aliases = "ooo,vacation",
                              .usage = "until DAY | DAY - DAY | every DAY | back",
                              .help = W_HELP_AWAY,
                              .example = W_EXAMPLE_AWAY,
                              .who = WHO_MEMBER,
                              .run = run_away};

const Command command_actions = {.family = "sprint",
                                 .name = "actions",
                                 .aliases = "action",
                                 .usage = "[N.N done | N.N dropped: REASON]",
                                 .help = W_HELP_ACTIONS,
                                 .example = W_EXAMPLE_ACTIONS,
                                 .who = WHO_MEMBER,
                                 .run = followup_command};

/* --- history, learnings --- */

static void digest_row(Card *card, const Digest *digest)
{
    g_autofree char *label = g_strdup_printf("%d", digest->number);
    g_autofree char *window = window_text_long(digest->window);

    card_item(card, label,
              say(digest->ended_early ? W_HISTORY_ROW_EARLY : W_HISTORY_ROW,
                  S("objective", digest->objective), S("window", window),
                  S("moved", moved_name(digest->moved)),
                  S("movement", digest->movement != NULL ? digest->movement : "?")));
}

static void run_history(Turn *turn, const char *rest)
{
    (void)rest;
    if (!turn_needs_digests(turn, turn->team->id)) {
        return;
    }
    const GPtrArray *digests = turn_digests(turn, turn->team->id);
    if (digests->len == 0) {
        turn_say(turn, say(W_HISTORY_NONE, S("team", turn->team->name)));
        return;
    }
    card_text(turn_reply(turn),
              say(W_HISTORY_TITLE, S("team", turn->team->name), N("n", digests->len)));
    for (guint i = 0; i < digests->len && i < LIST_MAX; i++) {
        digest_row(turn_reply(turn), g_ptr_array_index(digests, i));
    }
}

const Command command_history = {.family = "sprint",
                                 .name = "history",
                                 .usage = "",
                                 .help = W_HELP_HISTORY,
                                 .example = W_EXAMPLE_HISTORY,
                                 .who = WHO_MEMBER,
                                 .run = run_history};

/* Every word of the search stands somewhere in what is kept of the sprint. */
static bool digest_has(const Digest *digest, char **words)
{
    g_autofree char *all =
        g_strjoin(" ", digest->objective, digest->trigger, digest->anchor_statement,
                  digest->situation != NULL ? digest->situation : "",
                  digest->learned != NULL ? digest->learned : "", NULL);
    g_autofree char *folded = text_fold(all);

    for (char **word = words; *word != NULL; word++) {
        if (strstr(folded, *word) == NULL) {
            return false;
        }
    }
    return true;
}

static void run_learnings(Turn *turn, const char *rest)
{
    g_autofree char *folded = text_fold(rest);
    g_auto(GStrv) words = g_strsplit(folded, " ", -1);
    int shown = 0;

    if (!turn_needs_digests(turn, turn->team->id)) {
        return;
    }
    const GPtrArray *digests = turn_digests(turn, turn->team->id);
    for (guint i = 0; i < digests->len && shown < LIST_MAX; i++) {
        const Digest *digest = g_ptr_array_index(digests, i);

        if (digest->learned != NULL && digest_has(digest, words)) {
            g_autofree char *label = g_strdup_printf("%d", digest->number);

            if (shown++ == 0) {
                card_text(turn_reply(turn), say(W_LEARNINGS_TITLE, S("team", turn->team->name)));
            }
            card_item(turn_reply(turn), label,
                      say(W_LEARNINGS_ROW, S("learned", digest->learned),
                          S("objective", digest->objective)));
        }
    }
    if (shown == 0) {
        turn_say(turn, digests->len == 0 ? say(W_HISTORY_NONE, S("team", turn->team->name))
                                         : say(W_LEARNINGS_NONE));
    }
}

const Command command_learnings = {.family = "sprint",
                                   .name = "learnings",
                                   .aliases = "lessons",
                                   .usage = "[WORDS]",
                                   .help = W_HELP_LEARNINGS,
                                   .example = W_EXAMPLE_LEARNINGS,
                                   .who = WHO_MEMBER,
                                   .run = run_learnings};

/* --- help --- */

static void help_rows(Card *card, const char *family)
{
    for (const Command *const *row = commands; *row != NULL; row++) {
        const Command *command = *row;

        if (strcmp(command->family, family) == 0) {
            card_item(card, "",
                      say(*command->usage != '\0' ? W_HELP_ROW_USAGE : W_HELP_ROW,
                          S("family", family), S("name", command->name), S("usage", command->usage),
                          S("help", words_template(command->help))));
        }
    }
}

static bool help_one(Turn *turn, const char *family, const char *name)
{
    for (const Command *const *row = commands; *row != NULL; row++) {
        const Command *command = *row;

        if (strcmp(command->family, family) == 0 && strcmp(command->name, name) == 0) {
            card_text(turn_reply(turn), g_strdup(words_template(command->help)));
            card_code(turn_reply(turn), say_args(command->example, (const Arg[]){{0}}));
            return true;
        }
    }
    return false;
}

static void run_help(Turn *turn, const char *rest)
{
    g_autofree char *topic = text_key(rest);

    if (*topic != '\0' && help_one(turn, "sprint", topic)) {
        return;
    }
    card_text(turn_reply(turn), say(turn->team == NULL ? W_HELP_START : W_HELP_INTRO));
    help_rows(turn_reply(turn), "sprint");
    card_hint(turn_reply(turn), say(W_HELP_MORE));
}

const Command command_help = {.family = "sprint",
                              .name = "help",
                              .usage = "[COMMAND]",
                              .help = W_HELP_HELP,
                              .example = W_EXAMPLE_HELP,
                              .who = WHO_ANYONE,
                              .run = run_help};

static void run_okr_help(Turn *turn, const char *rest)
{
    g_autofree char *topic = text_key(rest);

    if (*topic != '\0' && help_one(turn, "okr", topic)) {
        return;
    }
    card_text(turn_reply(turn), say(W_HELP_OKR_INTRO));
    help_rows(turn_reply(turn), "okr");
}

const Command command_okr_help = {.family = "okr",
                                  .name = "help",
                                  .usage = "[COMMAND]",
                                  .help = W_HELP_OKR_HELP,
                                  .example = W_EXAMPLE_OKR_HELP,
                                  .who = WHO_ANYONE,
                                  .run = run_okr_help};

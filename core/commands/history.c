/* /sprint history, actions: what closed sprints left behind. */

#include "core/commands/commands.h"
#include "core/followup.h"

#define LIST_MAX 20

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

const Command command_actions = {.family = "sprint",
                                 .name = "actions",
                                 .aliases = "action",
                                 .usage = "[N.N done | N.N dropped: REASON]",
                                 .help = W_HELP_ACTIONS,
                                 .example = W_EXAMPLE_ACTIONS,
                                 .who = WHO_MEMBER,
                                 .run = followup_command};

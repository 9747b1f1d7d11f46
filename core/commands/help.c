/* /sprint help, /okr help: every command, or an example of one. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/slice.h"
#include "core/text.h"

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

/* "help me decide" asks for a question, not for an example; what was answered may follow. */
static bool help_decide(Turn *turn, const char *rest)
{
    static const char *const phrases[] = {"me decide", "me to decide", "us decide", "decide", NULL};
    size_t len = slice_phrases(slice_of(rest), phrases);
    g_autofree char *command = g_strconcat("sprint decide", rest + len, NULL);

    if (len > 0) {
        command_run(turn, command);
    }
    return len > 0;
}

static void run_help(Turn *turn, const char *rest)
{
    g_autofree char *topic = text_key(rest);

    if (help_decide(turn, rest)) {
        return;
    }
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

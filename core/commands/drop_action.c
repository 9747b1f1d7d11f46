/* /sprint drop-action: a follow-up action that nobody will do leaves its reason. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/followup.h"
#include "core/text.h"

static CheckResult check_action(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_autofree char *quoted = text_cut(entry->text, 40);
    Sprint *sprint = NULL;
    Action *action = NULL;

    (void)values;
    switch (followup_find(turn, entry->text, &sprint, &action)) {
    case FOLLOWUP_NEED:
        return CHECK_NEED;
    case FOLLOWUP_FOUND:
        return CHECK_OK;
    case FOLLOWUP_UNCLEAR:
        return wrong(why, say(W_DROP_UNCLEAR, S("given", quoted)));
    case FOLLOWUP_NONE:
        break;
    }
    return wrong(why, say(W_ACTION_UNKNOWN, S("which", quoted)));
}

static const Field fields[] = {
    {.key = "action",
     .required = true,
     .max = 20,
     .question = W_DROP_ASK_ACTION,
     .help = W_DROP_HELP_ACTION,
     .check = check_action},
    {.key = "reason",
     .aliases = "why,because",
     .required = true,
     .max = ACTION_REASON_MAX,
     .question = W_DROP_ASK_REASON,
     .help = W_DROP_HELP_REASON,
     .row = ROW_TEXT},
    {.key = NULL},
};

static bool submit(Turn *turn, FormValues *values)
{
    Sprint *sprint = NULL;
    Action *action = NULL;
    FollowupFound found = followup_find(turn, form_get(values, "action"), &sprint, &action);

    g_assert(found == FOLLOWUP_FOUND);
    followup_drop(turn, sprint, action, form_get(values, "reason"));
    return true;
}

const Form form_drop_action = {
    .name = "sprint drop-action",
    .fields = fields,
    .first = "action",
    .done = W_DROP_YES,
    .title = W_FORM_TITLE_DROP,
    .send = W_FORM_SEND_DROP,
    .submit = submit,
};

/* "1.2: reason" as the lines of the form; NULL where it is no such line. */
static char *short_form(const char *rest)
{
    return command_two(rest, "0123456789.", "action", "reason");
}

const Command command_drop_action = {
    .family = "sprint",
    .name = "drop-action",
    .usage = "[N.N: REASON]",
    .help = W_HELP_DROP,
    .example = W_EXAMPLE_DROP,
    .who = WHO_MEMBER,
    .form = &form_drop_action,
    .short_form = short_form,
};

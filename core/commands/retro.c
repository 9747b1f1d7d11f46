/* /sprint retro: the Sprint Close, in as many sittings as it takes (framework: The retrospective
 * asks). */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/retro.h"

static const Field fields[] = {
    {.key = "sprint",
     .quiet = true,
     .max = 10,
     .question = W_RETRO_HELP_SPRINT,
     .help = W_RETRO_HELP_SPRINT,
     .check = retro_check_sprint},
    {.key = "kr",
     .numbered = true,
     .movement = true,
     .max = 60,
     .question = W_RETRO_ASK_KR,
     .help = W_RETRO_HELP_KR,
     .check = retro_check_kr,
     .choices = retro_show_kr,
     .dress = retro_dress_kr},
    {.key = "anchor",
     .aliases = "anchor kr,anchor now",
     .required = true,
     .movement = true,
     .max = 60,
     .question = W_RETRO_ASK_ANCHOR,
     .help = W_RETRO_HELP_ANCHOR,
     .check = retro_check_anchor,
     .choices = retro_show_anchor,
     .dress = retro_dress_anchor},
    {.key = "moved",
     .aliases = "did we move the anchor kr",
     .required = true,
     .max = 500,
     .question = W_RETRO_ASK_MOVED,
     .help = W_RETRO_HELP_MOVED,
     .check = retro_check_moved,
     .row = ROW_CHOICE,
     .dress = retro_dress_moved},
    {.key = "how",
     .quiet = true,
     .max = 480,
     .question = W_RETRO_ASK_HOW,
     .help = W_RETRO_HELP_HOW,
     .row = ROW_TEXT,
     .dress = retro_dress_how},
    {.key = "learned",
     .aliases = "learnt,what did we learn",
     .required = true,
     .max = 1000,
     .question = W_RETRO_ASK_LEARNED,
     .help = W_RETRO_HELP_LEARNED,
     .row = ROW_TEXT},
    {.key = "cause kr",
     .aliases = "cause,root cause kr",
     .numbered = true,
     .max = 40,
     .question = W_RETRO_ASK_CAUSE,
     .help = W_RETRO_HELP_CAUSE,
     .check = retro_check_cause,
     .choices = retro_show_causes,
     .row = ROW_CHOICE,
     .dress = retro_dress_cause},
    {.key = "worked",
     .max = 200,
     .question = W_RETRO_ASK_WORKED,
     .help = W_RETRO_HELP_WORKED,
     .check = retro_check_initiatives,
     .choices = retro_show_initiatives,
     .row = ROW_CHOICES,
     .dress = retro_dress_initiatives},
    {.key = "did not",
     .aliases = "did not work",
     .max = 200,
     .question = W_RETRO_ASK_DID_NOT,
     .help = W_RETRO_HELP_WORKED,
     .check = retro_check_initiatives,
     .row = ROW_CHOICES,
     .dress = retro_dress_initiatives},
    {.key = "change",
     .aliases = "tactical change",
     .required = true,
     .max = 500,
     .question = W_RETRO_ASK_CHANGE,
     .help = W_RETRO_HELP_CHANGE,
     .check = retro_check_change},
    {.key = "action",
     .aliases = "follow-up action",
     .repeat = true,
     .max = 400,
     .question = W_RETRO_ASK_ACTION,
     .help = W_RETRO_HELP_ACTION,
     .check = retro_check_action},
    {.key = "complete",
     .quiet = true,
     .max = 10,
     .question = W_RETRO_HELP_COMPLETE,
     .help = W_RETRO_HELP_COMPLETE,
     .check = check_yes,
     .row = ROW_CHOICES,
     .dress = retro_dress_complete},
    {.key = NULL},
};

static CheckResult allow(Turn *turn, GString *why)
{
    return sprints_any(turn->team->sprints, SPRINT_CLOSING)
               ? CHECK_OK
               : wrong(why, say(W_FIELD_NO_CLOSING, S("team", turn->team->name)));
}

/* Which sprint has to be said only where there are several. */
static int32_t at_least(const Turn *turn, const FormValues *values, const Field *field)
{
    int32_t closing = 0;

    for (guint i = 0; i < turn->team->sprints->len; i++) {
        closing +=
            ((const Sprint *)g_ptr_array_index(turn->team->sprints, i))->state == SPRINT_CLOSING;
    }
    return (field->required && values->whole) || (strcmp(field->key, "sprint") == 0 && closing > 1)
               ? 1
               : 0;
}

const Form form_retro = {
    .name = "sprint retro",
    .fields = fields,
    .first = "sprint",
    .sittings = true,
    .done = W_RETRO_YES,
    .title = W_FORM_TITLE_RETRO,
    .send = W_FORM_SEND_RETRO,
    .intro = retro_intro,
    .allow = allow,
    .at_least = at_least,
    .numbers = retro_numbers,
    .at_most = retro_at_most,
    .prefill = retro_prefill,
    .submit = retro_submit,
};

const Command command_retro = {
    .family = "sprint",
    .name = "retro",
    .aliases = "retrospective",
    .usage = "[SPRINT]",
    .help = W_HELP_RETRO,
    .example = W_EXAMPLE_RETRO,
    .who = WHO_MEMBER,
    .form = &form_retro,
};

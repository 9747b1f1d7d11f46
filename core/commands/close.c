/* /sprint close: ends a sprint before its time; it leads to the same retrospective. */

#include "core/closing.h"
#include "core/commands/commands.h"
#include "core/field_check.h"

static CheckResult check_sprint(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)entry;
    return sprint_meant(turn, values, SPRINT_ACTIVE, why) != NULL ? CHECK_OK : CHECK_WRONG;
}

static const Field fields[] = {
    {.key = "sprint",
     .quiet = true,
     .max = 10,
     .question = W_CLOSE_ASK_SPRINT,
     .help = W_CLOSE_ASK_SPRINT,
     .check = check_sprint},
    {.key = "reason",
     .aliases = "why,because",
     .required = true,
     .max = 500,
     .question = W_CLOSE_ASK_REASON,
     .help = W_CLOSE_HELP_REASON,
     .row = ROW_TEXT},
    {.key = NULL},
};

/* Which sprint has to be said only where there are two. */
static int32_t at_least(const Turn *turn, const FormValues *values, const Field *field)
{
    int32_t active = 0;

    (void)values;
    for (guint i = 0; i < turn->team->sprints->len; i++) {
        active +=
            ((const Sprint *)g_ptr_array_index(turn->team->sprints, i))->state == SPRINT_ACTIVE;
    }
    return field->required || active > 1 ? 1 : 0;
}

static CheckResult allow(Turn *turn, GString *why)
{
    return sprints_any(turn->team->sprints, SPRINT_ACTIVE)
               ? CHECK_OK
               : wrong(why, say(W_FIELD_NO_ACTIVE, S("team", turn->team->name)));
}

static bool submit(Turn *turn, FormValues *values)
{
    g_autoptr(GString) why = g_string_new(NULL);
    Sprint *sprint = sprint_meant(turn, values, SPRINT_ACTIVE, why);

    if (sprint == NULL) {
        turn_say(turn, g_strdup(why->str));
        return false;
    }
    closing_end_early(turn, sprint, form_get(values, "reason"));
    turn_say(turn, say(W_CLOSE_DONE, N("n", sprint->number)));
    return true;
}

const Form form_close = {
    .name = "sprint close",
    .fields = fields,
    .first = "sprint",
    .done = W_CLOSE_YES,
    .title = W_FORM_TITLE_CLOSE,
    .send = W_FORM_SEND_CLOSE,
    .allow = allow,
    .at_least = at_least,
    .submit = submit,
};

const Command command_close = {
    .family = "sprint",
    .name = "close",
    .aliases = "end",
    .usage = "[SPRINT]",
    .help = W_HELP_CLOSE,
    .example = W_EXAMPLE_CLOSE,
    .who = WHO_MEMBER,
    .form = &form_close,
};

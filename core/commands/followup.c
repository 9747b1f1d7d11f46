/* /sprint followup: the anchor's value, 14 and 28 days after a close. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/followup_reading.h"
#include "core/text.h"

/* This team's sprint of that number, where it is loaded. */
static Sprint *sprint_of(const Turn *turn, const char *text)
{
    int32_t number = 0;

    if (text == NULL || !is_whole_number(text, &number)) {
        return NULL;
    }
    Sprint *sprint = world_sprint_numbered(turn->world, turn->event->workspace, number);
    return sprint != NULL && sprint_owned_by(sprint, turn->team->id) ? sprint : NULL;
}

static CheckResult check_sprint(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_autofree char *quoted = text_cut(entry->text, 40);
    char *refused = NULL;
    int32_t number = 0;

    (void)values;
    if (is_whole_number(entry->text, &number) && !turn_needs_sprint(turn, number)) {
        return CHECK_NEED;
    }
    const Sprint *sprint = sprint_of(turn, entry->text);
    if (sprint == NULL) {
        return wrong(why, say(W_SHOW_UNKNOWN, S("given", quoted), S("team", turn->team->name)));
    }
    return followup_reading_wanted(turn->world, sprint, turn->now, &refused) > 0
               ? CHECK_OK
               : wrong(why, refused);
}

static CheckResult check_value(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const Sprint *sprint = sprint_of(turn, form_get(values, "sprint"));
    Team *team = NULL;
    const Tactical *anchor =
        sprint != NULL ? followup_reading_anchor(turn->world, sprint, &team) : NULL;
    Decimal value = {0};
    bool delta = false;

    if (anchor == NULL) {
        return CHECK_OK; /* which sprint is asked for first; then the value is checked again */
    }
    const Kr *kr = anchor->track->kr;
    Decimal now = track_value(anchor->track);
    ValueFault fault = value_read(entry->text, &kr->unit, now, kr->target, &value, &delta);

    if (fault != VALUE_OK) {
        return wrong(why, value_fault_say(fault, entry->text, &kr->unit, now));
    }
    if (delta) {
        entry_set(entry, kr_value_typed(&kr->unit, kr->target, value));
    }
    return CHECK_OK;
}

/* Where the anchor stood, beside the question where it stands now. */
static char *anchor_text(const Sprint *sprint)
{
    g_autofree char *close = value_text(sprint->retro.anchor_close, &sprint->anchor_unit);

    return say(W_FOLLOW_UP_ANCHOR, S("statement", sprint->anchor_statement), S("close", close));
}

static void show_anchor(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    const Sprint *sprint = sprint_of(turn, form_get(values, "sprint"));

    (void)number;
    if (sprint != NULL) {
        card_text(card, anchor_text(sprint));
    }
}

static void dress_value(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    const Sprint *sprint = sprint_of(turn, form_get(values, "sprint"));

    (void)entry;
    row->note = sprint != NULL ? anchor_text(sprint) : NULL;
}

static const Field fields[] = {
    {.key = "sprint",
     .required = true,
     .max = 10,
     .question = W_FOLLOW_UP_ASK_SPRINT,
     .help = W_FOLLOW_UP_HELP_SPRINT,
     .check = check_sprint},
    {.key = "value",
     .aliases = "anchor,anchor now",
     .required = true,
     .movement = true,
     .max = 60,
     .question = W_FOLLOW_UP_ASK_VALUE,
     .help = W_FOLLOW_UP_HELP_VALUE,
     .check = check_value,
     .choices = show_anchor,
     .dress = dress_value},
    {.key = NULL},
};

static bool submit(Turn *turn, FormValues *values)
{
    Sprint *sprint = sprint_of(turn, form_get(values, "sprint"));
    Team *team = NULL;
    const Tactical *anchor = followup_reading_anchor(turn->world, sprint, &team);
    char *refused = NULL;
    int32_t days = followup_reading_wanted(turn->world, sprint, turn->now, &refused);
    const Kr *kr = anchor->track->kr;
    Decimal value = {0};
    bool delta = false;

    ValueFault fault = value_read(form_get(values, "value"), &kr->unit, track_value(anchor->track),
                                  kr->target, &value, &delta);
    g_assert(fault == VALUE_OK && days > 0);
    followup_reading_give(turn, sprint, days, value);
    turn_say(turn, say(W_FOLLOW_UP_TAKEN, N("sprint", sprint->number)));
    return true;
}

const Form form_followup = {
    .name = "sprint followup",
    .fields = fields,
    .first = "sprint",
    .done = W_FOLLOW_UP_YES,
    .title = W_FORM_TITLE_FOLLOW_UP,
    .send = W_FORM_SEND_SAVE,
    .submit = submit,
};

/* "3: $24.5M" as the lines of the form; NULL where it is no such line. */
static char *short_form(const char *rest)
{
    return command_two(rest, "0123456789", "sprint", "value");
}

const Command command_followup = {
    .family = "sprint",
    .name = "followup",
    .usage = "[SPRINT: VALUE]",
    .help = W_HELP_FOLLOW_UP,
    .example = W_EXAMPLE_FOLLOW_UP,
    .who = WHO_MEMBER,
    .form = &form_followup,
    .short_form = short_form,
};

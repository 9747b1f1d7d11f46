/* /okr update: a reading of a tactical KR. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/show.h"
#include "core/statement.h"
#include "core/tactical_field.h"
#include "core/text.h"

static CheckResult check_kr(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    CheckResult result = tactical_field_check(turn, values, entry, why);
    const Tactical *tactical = result == CHECK_OK ? tactical_named(turn->team, entry->text) : NULL;

    return tactical != NULL && tactical->dropped
               ? wrong(why, say(W_READINGS_DROPPED, N("n", tactical->track->kr->number)))
               : result;
}

static CheckResult check_value(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const char *named = form_get(values, "kr");
    const Tactical *tactical = named != NULL ? tactical_named(turn->team, named) : NULL;
    Decimal value = {0};
    bool delta = false;

    if (tactical == NULL) {
        return CHECK_OK; /* the KR is asked for first; then the value is checked again */
    }
    const Kr *kr = tactical->track->kr;
    ValueFault fault = value_read(entry->text, &kr->unit, track_value(tactical->track), kr->target,
                                  &value, &delta);
    if (fault == VALUE_OK) {
        entry_set(entry,
                  delta ? kr_value_typed(&kr->unit, kr->target, value) : g_strdup(entry->text));
        return CHECK_OK;
    }
    return wrong(why, value_fault_say(fault, entry->text, &kr->unit, track_value(tactical->track)));
}

static CheckResult check_confidence(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    int32_t n = 0;

    (void)turn, (void)values;
    if (strcmp(entry->text, "0") == 0 || (is_whole_number(entry->text, &n) && n <= 10)) {
        return CHECK_OK;
    }
    return wrong(why, say(W_UPDATE_CONFIDENCE));
}

static const Field fields[] = {
    {.key = "kr",
     .aliases = "key result",
     .required = true,
     .max = STATEMENT_MAX,
     .question = W_UPDATE_ASK_KR,
     .help = W_UPDATE_HELP_KR,
     .check = check_kr,
     .choices = tactical_field_choices,
     .row = ROW_CHOICE,
     .dress = tactical_field_dress},
    {.key = "value",
     .required = true,
     .movement = true,
     .max = 60,
     .question = W_UPDATE_ASK_VALUE,
     .help = W_UPDATE_HELP_VALUE,
     .check = check_value},
    {.key = "confidence",
     .max = 4,
     .question = W_UPDATE_ASK_CONFIDENCE,
     .help = W_UPDATE_HELP_CONFIDENCE,
     .check = check_confidence},
    {.key = NULL},
};

static CheckResult allow(Turn *turn, GString *why)
{
    return turn->team->tacticals->len > 0 ? CHECK_OK : wrong(why, say(W_UPDATE_NONE));
}

static bool submit(Turn *turn, FormValues *values)
{
    Team *team = turn->team;
    Tactical *tactical = tactical_named(turn->team, form_get(values, "kr"));
    Track *track = tactical->track;
    const char *confidence = form_get(values, "confidence");
    Reading *reading = reading_new();
    bool delta = false;

    ValueFault fault = value_read(form_get(values, "value"), &track->kr->unit, track_value(track),
                                  track->kr->target, &reading->value, &delta);
    g_assert(fault == VALUE_OK);
    reading->id = ID_NEW(ReadingId, turn->ids);
    reading->kr = track->kr->id;
    reading->at = turn->now;
    reading->day = turn_today(turn);
    reading->source = READING_UPDATE;
    reading->message = g_strdup(turn->event->message);
    g_ptr_array_add(track->readings, reading);
    turn_change(turn, CHANGE_READING, team, reading);
    if (confidence != NULL) {
        tactical->confidence = (int32_t)g_ascii_strtoll(confidence, NULL, 10);
        turn_change(turn, CHANGE_TACTICAL, team, tactical);
    }
    turn_say(turn, say(W_UPDATE_DONE, N("n", track->kr->number)));
    card_block(turn_reply(turn), show_tactical(team, tactical, turn_today(turn), turn->policy));
    return true;
}

const Form form_update = {
    .name = "okr update",
    .fields = fields,
    .done = W_UPDATE_DONE_ASK,
    .title = W_FORM_TITLE_UPDATE,
    .send = W_FORM_SEND_SAVE,
    .allow = allow,
    .submit = submit,
};

/* "1 $21.2M confidence 4" as the lines of the form. */
static char *short_form(const char *rest)
{
    g_autofree char *line = text_squeeze(rest);
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    guint n = g_strv_length(words), end = n;
    int32_t number = 0;
    const char *first = n > 0 ? words[0] : "";

    if (g_ascii_strncasecmp(first, "kr", 2) == 0 && first[2] != '\0') {
        first += 2;
    }
    if (n < 2 || strchr(rest, '\n') != NULL || !is_whole_number(first, &number)) {
        return NULL;
    }
    if (n >= 4 && g_ascii_strcasecmp(words[n - 2], "confidence") == 0) {
        end = n - 2;
    }
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "kr: %d\nvalue:", number);
    for (guint i = 1; i < end; i++) {
        g_string_append_printf(out, " %s", words[i]);
    }
    if (end < n) {
        g_string_append_printf(out, "\nconfidence: %s", words[n - 1]);
    }
    return g_string_free(out, FALSE);
}

const Command command_okr_update = {
    .family = "okr",
    .name = "update",
    .usage = "[KR VALUE [confidence N]]",
    .help = W_HELP_UPDATE,
    .example = W_EXAMPLE_UPDATE,
    .who = WHO_MEMBER,
    .form = &form_update,
    .short_form = short_form,
};

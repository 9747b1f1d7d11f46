/* /okr checkin: this week's answer on the tactical KRs, as one line or as a form. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/form_show.h"
#include "core/proposing.h"
#include "core/show.h"
#include "core/text.h"
#include "core/weekly.h"

#define CONFIDENCE_MAX 10

static Day day_asked(Turn *turn)
{
    const Checkin *checkin = weekly_now(turn->team, turn_today(turn));

    return checkin != NULL ? checkin->day : turn_today(turn);
}

/* What a line is read as, where it stands in an answer; true when it is understood whole. */
static bool understood(Turn *turn, const char *line, GString *why)
{
    g_autoptr(GPtrArray) tracks = weekly_tracks(turn->team, day_asked(turn));
    g_auto(Reply) reply = reply_read_weekly(line, tracks);

    if (reply.faults->len > 0) {
        g_string_assign(why, ((const ReplyFault *)g_ptr_array_index(reply.faults, 0))->why);
        return false;
    }
    return reply.note == NULL && !reply_empty(&reply);
}

static CheckResult check_line(Turn *turn, char *take_line, WordId otherwise, GString *why)
{
    g_autofree char *line = take_line;

    if (understood(turn, line, why)) {
        return CHECK_OK;
    }
    if (why->len == 0) {
        g_string_append(why, words_template(otherwise));
    }
    return CHECK_WRONG;
}

static CheckResult check_kr(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)values;
    return check_line(turn, g_strdup_printf("kr%d %s", entry->number, entry->text),
                      W_CHECKIN_NO_VALUE, why);
}

static CheckResult check_confidence(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)values;
    return check_line(turn, g_strconcat("confidence ", entry->text, NULL), W_REPLY_CONFIDENCE, why);
}

static CheckResult check_revised(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)values;
    return check_line(turn, g_strconcat("revised: ", entry->text, NULL), W_WEEKLY_REVISED_HOW, why);
}

static void dress_kr(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    const Tactical *tactical = team_tactical_number(turn->team, row->number);

    (void)values;
    if (tactical == NULL) {
        return;
    }
    const Track *track = tactical->track;
    g_autofree char *now = kr_value_typed(&track->kr->unit, track->kr->target, track_value(track));
    Block *shown = show_tactical(turn->team, tactical, turn_today(turn), turn->policy);

    form_row_value(row, entry != NULL ? entry->text : now, now);
    g_free(row->label);
    row->label = form_row_value_label(row, track->kr->number, track->kr->metric);
    row->note = g_steal_pointer(&shown->values);
    g_clear_pointer(&row->hint, g_free);
    block_free(shown);
}

/* Of one key result a number to choose; of several, one for all or one for each. */
static void dress_confidence(Turn *turn, const FormValues *values, const FormEntry *entry,
                             FormRow *row)
{
    g_autoptr(GPtrArray) tracks = weekly_tracks(turn->team, day_asked(turn));

    (void)values, (void)entry;
    g_free(row->hint);
    row->hint = say(tracks->len == 1 ? W_CHECKIN_HELP_CONFIDENCE : W_WEEKLY_HELP_CONFIDENCE);
    if (tracks->len != 1) {
        row->kind = ROW_LINE;
        return;
    }
    for (int n = 0; n <= CONFIDENCE_MAX; n++) {
        row_choice(row->choices, g_strdup_printf("%d", n), g_strdup_printf("%d", n), NULL);
    }
}

static void dress_revised(Turn *turn, const FormValues *values, const FormEntry *entry,
                          FormRow *row)
{
    (void)turn, (void)values, (void)entry;
    row_choice(row->choices, say(W_WEEKLY_YES), g_strdup("yes"), NULL);
    row_choice(row->choices, say(W_WEEKLY_NO), g_strdup("no"), NULL);
}

static const Field fields[] = {
    {.key = "kr",
     .numbered = true,
     .movement = true,
     .max = 60,
     .question = W_CHECKIN_ASK_KR,
     .help = W_RETRO_HELP_KR,
     .check = check_kr,
     .dress = dress_kr},
    {.key = "confidence",
     .max = 300,
     .question = W_WEEKLY_ASK_CONFIDENCE,
     .help = W_WEEKLY_HELP_CONFIDENCE,
     .check = check_confidence,
     .row = ROW_CHOICE,
     .dress = dress_confidence},
    {.key = "revised",
     .aliases = "initiatives revised",
     .max = 40,
     .question = W_WEEKLY_ASK_REVISED,
     .help = W_WEEKLY_HELP_REVISED,
     .check = check_revised,
     .row = ROW_CHOICE,
     .dress = dress_revised},
    {.key = "learned",
     .aliases = "learnt",
     .max = REPLY_WORDS_MAX,
     .question = W_CHECKIN_ASK_LEARNED,
     .help = W_CHECKIN_ASK_LEARNED,
     .row = ROW_TEXT},
    {.key = NULL},
};

static CheckResult allow(Turn *turn, GString *why)
{
    g_autoptr(GPtrArray) tracks = weekly_tracks(turn->team, day_asked(turn));

    if (!proposal_ready(turn, turn->team)) {
        return CHECK_NEED;
    }
    if (tracks->len == 0) {
        g_string_append(why, words_template(W_WEEKLY_NONE));
        return CHECK_WRONG;
    }
    return CHECK_OK;
}

static void numbers(const Turn *turn, const FormValues *values, const Field *field, GArray *out)
{
    g_autoptr(GPtrArray) tracks = weekly_tracks(turn->team, day_asked((Turn *)(uintptr_t)turn));

    (void)values;
    for (guint i = 0; strcmp(field->key, "kr") == 0 && i < tracks->len; i++) {
        g_array_append_val(out, ((Track *)g_ptr_array_index(tracks, i))->kr->number);
    }
}

static int32_t at_least(const Turn *turn, const FormValues *values, const Field *field)
{
    (void)turn, (void)values, (void)field;
    return 0; /* one answer is enough */
}

/* "kr1 $21.2M", "confidence 6", "revised: yes", each on its line; words are put in as they were
 * typed. */
static char *answer_text(const FormValues *values)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < values->entries->len; i++) {
        const FormEntry *entry = g_ptr_array_index(values->entries, i);
        const char *key = entry->field->key;

        if (strcmp(key, "kr") == 0) {
            g_string_append_printf(out, "kr%d %s\n", entry->number, entry->text);
        } else if (strcmp(key, "learned") != 0) {
            g_string_append_printf(out, "%s: %s\n", key, entry->text);
        }
    }
    return g_string_free(out, FALSE);
}

static bool submit(Turn *turn, FormValues *values)
{
    g_autofree char *text = answer_text(values);
    g_autoptr(GPtrArray) tracks = weekly_tracks(turn->team, day_asked(turn));
    g_auto(Reply) reply = reply_read_weekly(text, tracks);

    reply.learned = g_strdup(form_get(values, "learned"));
    if (reply_empty(&reply)) {
        turn_say(turn, say(W_CHECKIN_NOTHING));
    } else {
        weekly_take(turn, &reply);
    }
    return true;
}

const Form form_weekly = {
    .name = "okr checkin",
    .fields = fields,
    .sittings = true,
    .fleeting = true,
    .done = W_FORM_SEND_CHECKIN,
    .title = W_FORM_TITLE_WEEKLY,
    .send = W_FORM_SEND_CHECKIN,
    .allow = allow,
    .at_least = at_least,
    .numbers = numbers,
    .submit = submit,
};

/* Without values, and where there are forms, the form asks for them. */
static void run(Turn *turn, const char *rest)
{
    if (turn->event->conversation || rest[strspn(rest, " \n")] != '\0') {
        weekly_command(turn, rest);
    } else {
        dialog_begin(turn, &form_weekly, "");
    }
}

const Command command_okr_checkin = {
    .family = "okr",
    .name = "checkin",
    .aliases = "weekly",
    .usage = "[VALUES] [confidence N] [revised: yes]",
    .help = W_HELP_OKR_CHECKIN,
    .example = W_EXAMPLE_OKR_CHECKIN,
    .who = WHO_MEMBER,
    .run = run,
};

/* /sprint checkin: today's answer, as one line or as a form. */

#include "core/checkin.h"

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/form_show.h"
#include "core/mention.h"
#include "core/reply.h"
#include "core/show.h"
#include "core/text.h"

#define CONFIDENCE_MAX 10

static Sprint *sprint_of(Turn *turn, const FormValues *values)
{
    g_autoptr(GString) unused = g_string_new(NULL);

    return sprint_meant(turn, values, SPRINT_ACTIVE, unused);
}

static CheckResult check_sprint(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)entry;
    return sprint_meant(turn, values, SPRINT_ACTIVE, why) != NULL ? CHECK_OK : CHECK_WRONG;
}

/* One value is read as an answer in a thread would be. */
static CheckResult check_kr(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const Sprint *sprint = sprint_of(turn, values);
    g_autofree char *clause = g_strdup_printf("kr%d %s", entry->number, entry->text);

    if (sprint == NULL) {
        return CHECK_OK; /* said at its own field */
    }
    g_auto(Reply) reply = reply_read(clause, sprint);
    if (reply.faults->len > 0) {
        return wrong(why, g_strdup(((const ReplyFault *)g_ptr_array_index(reply.faults, 0))->why));
    }
    return reply.values->len == 1 ? CHECK_OK : wrong(why, say(W_CHECKIN_NO_VALUE));
}

static CheckResult check_confidence(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    int32_t n = 0;

    (void)turn, (void)values;
    if (strcmp(entry->text, "0") == 0 ||
        (is_whole_number(entry->text, &n) && n <= CONFIDENCE_MAX)) {
        return CHECK_OK;
    }
    return wrong(why, say(W_UPDATE_CONFIDENCE));
}

static void dress_kr(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    const Sprint *sprint = sprint_of(turn, values);
    const SprintKr *kr = sprint != NULL ? sprint_kr(sprint, row->number) : NULL;

    if (kr == NULL) {
        return;
    }
    const Kr *own = kr->track->kr;
    g_autofree char *now = kr_value_typed(&own->unit, own->target, track_value(kr->track));
    Block *shown = show_kr(sprint, kr, turn->team, turn_today(turn), turn->policy, false);

    form_row_value(row, entry != NULL ? entry->text : now, now);
    g_free(row->label);
    row->label = form_row_value_label(row, own->number, own->metric);
    row->note = g_steal_pointer(&shown->values);
    g_clear_pointer(&row->hint, g_free);
    block_free(shown);
}

static void dress_confidence(Turn *turn, const FormValues *values, const FormEntry *entry,
                             FormRow *row)
{
    (void)turn, (void)values, (void)entry;
    for (int n = 0; n <= CONFIDENCE_MAX; n++) {
        row_choice(row->choices, g_strdup_printf("%d", n), g_strdup_printf("%d", n), NULL);
    }
}

static const Field fields[] = {
    {.key = "sprint",
     .quiet = true,
     .max = 10,
     .question = W_RETRO_HELP_SPRINT,
     .help = W_RETRO_HELP_SPRINT,
     .check = check_sprint},
    {.key = "kr",
     .numbered = true,
     .movement = true,
     .max = 60,
     .question = W_CHECKIN_ASK_KR,
     .help = W_RETRO_HELP_KR,
     .check = check_kr,
     .dress = dress_kr},
    {.key = "confidence",
     .max = 10,
     .question = W_CHECKIN_ASK_CONFIDENCE,
     .help = W_CHECKIN_HELP_CONFIDENCE,
     .check = check_confidence,
     .row = ROW_CHOICE,
     .dress = dress_confidence},
    {.key = "blocked",
     .aliases = "blocker",
     .max = REPLY_WORDS_MAX,
     .question = W_CHECKIN_ASK_BLOCKED,
     .help = W_CHECKIN_HELP_BLOCKED,
     .row = ROW_TEXT},
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
    return sprints_any(turn->team->sprints, SPRINT_ACTIVE)
               ? CHECK_OK
               : wrong(why, say(W_ANSWER_NO_SPRINT, S("team", turn->team->name)));
}

static void numbers(const Turn *turn, const FormValues *values, const Field *field, GArray *out)
{
    const Sprint *sprint = sprint_of((Turn *)(uintptr_t)turn, values);

    if (strcmp(field->key, "kr") != 0) {
        return;
    }
    for (guint i = 0; sprint != NULL && i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        g_array_append_val(out, kr->track->kr->number);
    }
}

static int32_t at_least(const Turn *turn, const FormValues *values, const Field *field)
{
    (void)turn, (void)values, (void)field;
    return 0; /* one answer is enough */
}

static CheckResult prefill(Turn *turn, FormValues *values)
{
    const Sprint *sprint = sprint_of(turn, values);

    if (sprint != NULL && form_get(values, "sprint") == NULL) {
        g_autofree char *number = g_strdup_printf("%d", sprint->number);

        form_put(values, "sprint", 0, number);
    }
    return CHECK_OK;
}

/* "kr1 27%; kr2 4; confidence 6": the numbers; words are put in as they were typed. */
static char *numbers_text(const FormValues *values)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < values->entries->len; i++) {
        const FormEntry *entry = g_ptr_array_index(values->entries, i);

        if (strcmp(entry->field->key, "kr") == 0) {
            g_string_append_printf(out, "kr%d %s\n", entry->number, entry->text);
        } else if (strcmp(entry->field->key, "confidence") == 0) {
            g_string_append_printf(out, "confidence %s\n", entry->text);
        }
    }
    return g_string_free(out, FALSE);
}

static void put_blocked(Reply *reply, const char *text)
{
    Slice place = {0}, all = {text, text + strlen(text)};
    char *owner = mention_first(all, &place);

    reply->blocked_owner = owner;
    reply->blocked = slice_dup(owner != NULL ? mention_behind(all, place) : all);
}

static bool submit(Turn *turn, FormValues *values)
{
    g_autofree char *text = numbers_text(values);
    Sprint *sprint = sprint_of(turn, values);
    const char *blocked = form_get(values, "blocked"), *learned = form_get(values, "learned");

    if (sprint == NULL) {
        turn_say(turn, say(W_ANSWER_OVER));
        return false;
    }
    g_auto(Reply) reply = reply_read(text, sprint);
    if (blocked != NULL) {
        put_blocked(&reply, blocked);
    }
    reply.learned = g_strdup(learned);
    if (reply_empty(&reply)) {
        turn_say(turn, say(W_CHECKIN_NOTHING));
        return true;
    }
    checkin_take(turn, sprint, &reply);
    return true;
}

const Form form_checkin = {
    .name = "sprint checkin",
    .fields = fields,
    .first = "sprint",
    .sittings = true,
    .fleeting = true,
    .done = W_FORM_SEND_CHECKIN,
    .title = W_FORM_TITLE_CHECKIN,
    .send = W_FORM_SEND_CHECKIN,
    .allow = allow,
    .at_least = at_least,
    .numbers = numbers,
    .prefill = prefill,
    .submit = submit,
};

/* Without values, and where there are forms, the form asks for them. */
static void run(Turn *turn, const char *rest)
{
    const char *values = rest;
    int32_t number = reply_sprint(rest, &values);
    g_autofree char *about = number > 0 ? g_strdup_printf("%d", number) : g_strdup("");

    if (turn->event->conversation || values[strspn(values, " \n")] != '\0' ||
        (number == 0 && !checkin_is_plain(turn->team))) {
        checkin_command(turn, rest);
    } else {
        dialog_begin(turn, &form_checkin, about);
    }
}

const Command command_checkin = {.family = "sprint",
                                 .name = "checkin",
                                 .aliases = "update",
                                 .usage = "[VALUES] [confidence N]",
                                 .help = W_HELP_CHECKIN,
                                 .example = W_EXAMPLE_CHECKIN,
                                 .who = WHO_MEMBER,
                                 .run = run};

#include "bot/slack/element.h"

#include <stdint.h>
#include <string.h>

#include "bot/slack/modal_parts.h"
#include "bot/slack/typed.h"

#define OPTIONS_MAX      100
#define BOXES_MAX        10  /* radio buttons, checkboxes */
#define RADIO_MAX        4   /* more are easier to find in a list */
#define OPTION_VALUE_MAX 150 /* bytes */
#define OPTION_CUT       74  /* units of an option's text that are shown before its "…" */

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* The bytes of the first `max` units. */
static size_t prefix(const char *text, size_t max)
{
    const char *p = text;

    while (*p != '\0') {
        size_t units = g_utf8_get_char(p) > 0xFFFF ? 2 : 1;

        if (units > max) {
            break;
        }
        max -= units;
        p += g_utf8_skip[(uint8_t)*p];
    }
    return (size_t)(p - text);
}

static Json *element(const char *type)
{
    Json *made = json_new_object();

    json_put_text(made, "type", type);
    json_put_text(made, "action_id", MODAL_VALUE);
    return made;
}

/* --- text and numbers --- */

static Json *input(const char *initial, size_t max, bool multiline)
{
    Json *made = element("plain_text_input");
    size_t units = slack_units(initial);
    size_t limit = max == 0 ? ELEMENT_INITIAL_MAX : MIN(max, ELEMENT_INITIAL_MAX);
    g_autofree char *shown = g_strndup(initial, prefix(initial, ELEMENT_INITIAL_MAX));

    json_put_bool(made, "multiline", multiline || units > limit || strchr(initial, '\n') != NULL);
    json_put_int(made, "max_length", (int64_t)MIN(MAX(limit, units), ELEMENT_INITIAL_MAX));
    if (*shown != '\0') {
        json_put_text(made, "initial_value", shown);
    }
    return made;
}

const char *element_rest(const FormRow *row)
{
    bool typed = row->kind == ROW_LINE || row->kind == ROW_TEXT;
    const char *initial = typed ? or_empty(row->initial) : "";

    return initial + prefix(initial, ELEMENT_INITIAL_MAX);
}

static Json *line(const FormRow *row, const SlackNames *names)
{
    (void)names;
    return input(or_empty(row->initial), row->max, false);
}

static Json *text(const FormRow *row, const SlackNames *names)
{
    (void)names;
    return input(or_empty(row->initial), row->max, true);
}

static Json *number(const FormRow *row, const SlackNames *names)
{
    const char *initial = or_empty(row->initial);

    if (*initial != '\0' && !modal_is_number(initial)) {
        return line(row, names);
    }
    Json *made = element("number_input");
    json_put_bool(made, "is_decimal_allowed", true);
    if (*initial != '\0') {
        json_put_text(made, "initial_value", initial);
    }
    return made;
}

/* --- choices --- */

size_t element_choices_shown(const FormRow *row)
{
    return row->choices != NULL ? MIN(row->choices->len, OPTIONS_MAX) : 0;
}

/* What is sent: the choice's own value, or its number where that is too long (the core takes both).
 */
static void put_value(Json *option, const RowChoice *choice, guint index)
{
    size_t len = strlen(choice->value);

    if (len > 0 && len <= OPTION_VALUE_MAX) {
        json_put_text(option, "value", choice->value);
        return;
    }
    g_autofree char *its_number = g_strdup_printf("%u", index + 1);
    json_put_text(option, "value", its_number);
}

/* Below the text stands its note; without one, what the text was cut by. */
static Json *option_of(const GPtrArray *choices, guint index, const SlackNames *names)
{
    const RowChoice *choice = g_ptr_array_index(choices, index);
    const char *shown = or_empty(choice->text);
    const char *note = or_empty(choice->note);
    Json *option = json_new_object();

    if (*note == '\0' && slack_units(shown) > SLACK_BUTTON_MAX) {
        note = shown + prefix(shown, OPTION_CUT);
    }
    kit_put_plain(option, "text", shown, SLACK_BUTTON_MAX, names);
    put_value(option, choice, index);
    if (note[strspn(note, " \n\t")] != '\0') {
        kit_put_plain(option, "description", note, SLACK_BUTTON_MAX, names);
    }
    return option;
}

static guint index_of(const GPtrArray *choices, const char *value)
{
    for (guint i = 0; i < choices->len; i++) {
        const RowChoice *choice = g_ptr_array_index(choices, i);

        if (strcmp(choice->value, value) == 0) {
            return i;
        }
    }
    return G_MAXUINT;
}

/* The options that are shown; the last gives way to `wanted` where that comes later. */
static void put_options(Json *made, const GPtrArray *choices, guint wanted, const SlackNames *names)
{
    Json *options = json_put_array(made, "options");
    guint shown = MIN(choices->len, OPTIONS_MAX);

    for (guint i = 0; i < shown; i++) {
        bool gives_way = i == shown - 1 && wanted != G_MAXUINT && wanted >= shown;

        json_add(options, option_of(choices, gives_way ? wanted : i, names));
    }
}

static bool has_notes(const GPtrArray *choices)
{
    for (guint i = 0; i < choices->len; i++) {
        if (((const RowChoice *)g_ptr_array_index(choices, i))->note != NULL) {
            return true;
        }
    }
    return false;
}

/* Radio buttons cannot be cleared again, so only what must be answered has them. */
static Json *choice(const FormRow *row, const SlackNames *names)
{
    if (element_choices_shown(row) == 0) {
        return line(row, names);
    }
    bool radio = row->required && row->choices->len <= RADIO_MAX && has_notes(row->choices);
    Json *made = element(radio ? "radio_buttons" : "static_select");
    guint at = row->initial != NULL ? index_of(row->choices, row->initial) : G_MAXUINT;

    put_options(made, row->choices, at, names);
    if (at != G_MAXUINT) {
        json_put(made, "initial_option", option_of(row->choices, at, names));
    }
    return made;
}

/* The choice that `list` begins with, up to ", " or its end: the longest one. */
static guint first_of(const GPtrArray *choices, const char *list, size_t *len)
{
    guint found = G_MAXUINT;

    *len = 0;
    for (guint i = 0; i < choices->len; i++) {
        const char *value = ((const RowChoice *)g_ptr_array_index(choices, i))->value;
        size_t n = strlen(value);

        if (n > *len && strncmp(list, value, n) == 0 &&
            (list[n] == '\0' || strncmp(list + n, ", ", 2) == 0)) {
            found = i;
            *len = n;
        }
    }
    return found;
}

static void put_initials(Json *made, const FormRow *row, const SlackNames *names)
{
    g_autoptr(Json) initials = json_new_array();
    g_autofree bool *taken = g_new0(bool, row->choices->len);
    const char *rest = or_empty(row->initial);

    while (*rest != '\0') {
        size_t len = 0;
        guint at = first_of(row->choices, rest, &len);

        if (at < OPTIONS_MAX && !taken[at]) {
            json_add(initials, option_of(row->choices, at, names));
            taken[at] = true;
        }
        const char *comma = at != G_MAXUINT ? rest + len : strstr(rest, ", ");
        rest = comma != NULL && *comma != '\0' ? comma + 2 : "";
    }
    if (initials->child != NULL) {
        json_put(made, "initial_options", g_steal_pointer(&initials));
    }
}

static Json *choices(const FormRow *row, const SlackNames *names)
{
    if (element_choices_shown(row) == 0) {
        return line(row, names);
    }
    Json *made = element(row->choices->len <= BOXES_MAX ? "checkboxes" : "multi_static_select");

    put_options(made, row->choices, G_MAXUINT, names);
    put_initials(made, row, names);
    return made;
}

Json *element_answers(const GPtrArray *answers, const SlackNames *names)
{
    Json *made = element(answers->len <= BOXES_MAX ? "radio_buttons" : "static_select");

    put_options(made, answers, G_MAXUINT, names);
    return made;
}

Json *element_words(void)
{
    return input("", 0, false);
}

/* --- pickers --- */

/* "9:30" → "09:30"; NULL where it is no time. */
static char *time_text(const char *given)
{
    const char *colon = strchr(given, ':');
    size_t hour_digits = strspn(given, "0123456789");

    if (colon == NULL || hour_digits == 0 || hour_digits > 2 || given + hour_digits != colon ||
        strspn(colon + 1, "0123456789") != 2 || colon[3] != '\0') {
        return NULL;
    }
    gint64 hour = g_ascii_strtoll(given, NULL, 10), minute = g_ascii_strtoll(colon + 1, NULL, 10);
    return hour < 24 && minute < 60 ? g_strdup_printf("%02d:%02d", (int)hour, (int)minute) : NULL;
}

static Json *time_of_day(const FormRow *row, const SlackNames *names)
{
    Json *made = element("timepicker");
    g_autofree char *initial = time_text(or_empty(row->initial));

    (void)names;
    json_put_text(made, "initial_time", initial);
    return made;
}

static Json *member(const FormRow *row, const SlackNames *names)
{
    Json *made = element("users_select");
    const char *initial = or_empty(row->initial);
    SlackTyped typed;

    (void)names;
    if (slack_typed(initial, &typed) && *typed.end == '\0') {
        initial = typed.id;
    }
    if (slack_is_member(initial, strlen(initial))) {
        json_put_text(made, "initial_user", initial);
    }
    return made;
}

typedef Json *(*Make)(const FormRow *row, const SlackNames *names);

Json *element_of(const FormRow *row, const SlackNames *names)
{
    static const Make makes[] = {
        [ROW_LINE] = line,     [ROW_TEXT] = text,       [ROW_NUMBER] = number,
        [ROW_CHOICE] = choice, [ROW_CHOICES] = choices, [ROW_TIME] = time_of_day,
        [ROW_MEMBER] = member,
    };

    return makes[row->kind](row, names);
}

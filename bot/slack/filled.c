/* What was filled in, as a text form. Every value comes from outside: a line of it can only go on
 * with the value, since each begins with a blank. */

#include <string.h>

#include "bot/slack/modal.h"
#include "bot/slack/modal_parts.h"
#include "bot/slack/typed.h"

typedef struct Reading {
    const Json *meta;
    const Json *blocks;
    const Json *values; /* of the state; NULL: what the view came with counts */
    GString *text;
    bool touched;
} Reading;

static bool is_empty(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* --- one element --- */

/* The values of options, ", " between. */
static char *options_text(const Json *options)
{
    GString *out = g_string_new(NULL);

    JSON_EACH (option, options) {
        g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", json_text(option, "value"));
    }
    return g_string_free(out, FALSE);
}

static char *mention(const char *user)
{
    return slack_is_member(user, strlen(user)) ? g_strdup_printf("<@%s>", user) : g_strdup("");
}

/* How the elements name what they hold, in a state and at first. */
typedef enum Shape { SHAPE_TEXT, SHAPE_OPTION, SHAPE_OPTIONS, SHAPE_MEMBER } Shape;

static const struct Holder {
    const char *type, *now, *initial;
    Shape shape;
} holders[] = {
    {"plain_text_input", "value", "initial_value", SHAPE_TEXT},
    {"number_input", "value", "initial_value", SHAPE_TEXT},
    {"timepicker", "selected_time", "initial_time", SHAPE_TEXT},
    {"static_select", "selected_option", "initial_option", SHAPE_OPTION},
    {"radio_buttons", "selected_option", "initial_option", SHAPE_OPTION},
    {"multi_static_select", "selected_options", "initial_options", SHAPE_OPTIONS},
    {"checkboxes", "selected_options", "initial_options", SHAPE_OPTIONS},
    {"users_select", "selected_user", "initial_user", SHAPE_MEMBER},
};

static char *held(const Json *from, const char *member, Shape shape)
{
    switch (shape) {
    case SHAPE_TEXT:
        return g_strdup(json_text(from, member));
    case SHAPE_OPTION:
        return g_strdup(json_text(json_object(from, member), "value"));
    case SHAPE_OPTIONS:
        return options_text(json_array(from, member));
    case SHAPE_MEMBER:
        return mention(json_text(from, member));
    }
    return g_strdup("");
}

/* What an input block holds now, "" where nothing; whether that is something else than at first. */
static char *block_value(Reading *reading, const Json *block)
{
    const Json *element = json_object(block, "element");
    const char *type = json_text(element, "type");

    for (size_t i = 0; i < G_N_ELEMENTS(holders); i++) {
        const struct Holder *holder = &holders[i];

        if (strcmp(type, holder->type) != 0) {
            continue;
        }
        g_autofree char *initial = held(element, holder->initial, holder->shape);
        if (reading->values == NULL) {
            return g_steal_pointer(&initial);
        }
        const Json *state = json_object(json_object(reading->values, json_text(block, "block_id")),
                                        json_text(element, "action_id"));
        char *now = held(state, holder->now, holder->shape);
        bool same = strcmp(now, initial) == 0 || (is_empty(now) && is_empty(initial));
        reading->touched = reading->touched || !same;
        return now;
    }
    return g_strdup("");
}

/* --- lines --- */

/* A value that goes on over lines, each further one behind a blank. */
static void add_value(GString *out, const char *value)
{
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '\r' && p[1] == '\n') {
            continue;
        }
        if (*p == '\n' || *p == '\r') {
            g_string_append(out, "\n ");
        } else {
            g_string_append_c(out, *p);
        }
    }
}

static bool is_numbered(const Reading *reading, const char *key)
{
    JSON_EACH (item, json_array(reading->meta, "n")) {
        if (strcmp(json_string(item), key) == 0) {
            return true;
        }
    }
    return false;
}

/* What stands around a number: "$" and "M". Only where a number was asked for, not where a text is.
 */
static const char *unit_of(const Reading *reading, const Json *block, const RowId *id, bool after)
{
    const char *type = json_text(json_object(block, "element"), "type");
    g_autofree char *name = g_strdup_printf("%s:%d", id->key, id->number);
    const Json *pair = json_array(json_object(reading->meta, "u"), name);
    const Json *text = pair != NULL ? pair->child : NULL;

    if (strcmp(type, "number_input") != 0 || text == NULL) {
        return "";
    }
    text = after ? text->next : text;
    return text != NULL ? json_string(text) : "";
}

static void begin_line(Reading *reading)
{
    if (reading->text->len > 0) {
        g_string_append_c(reading->text, '\n');
    }
}

static void add_row(Reading *reading, const Json *block, const RowId *id, const char *value)
{
    begin_line(reading);
    g_string_append(reading->text, id->key);
    if (is_numbered(reading, id->key)) {
        g_string_append_printf(reading->text, "%d", id->number);
    }
    g_string_append(reading->text, ": ");
    g_string_append(reading->text, unit_of(reading, block, id, false));
    add_value(reading->text, value);
    g_string_append(reading->text, unit_of(reading, block, id, true));
}

/* The row's answer and words blocks, whatever order they stand in; NULL where there is none. */
static const Json *part_of(const Reading *reading, const RowId *id, RowPart part)
{
    g_autofree char *name = row_id_text(id->key, id->number, id->generation, part);

    JSON_EACH (block, reading->blocks) {
        if (strcmp(json_text(block, "block_id"), name) == 0) {
            return block;
        }
    }
    return NULL;
}

/* The only answer that wants words: who writes words and picks none means that one. */
static const char *only_wordy(const Json *block)
{
    const char *found = NULL;

    JSON_EACH (option, json_array(json_object(block, "element"), "options")) {
        const char *value = json_text(option, "value");

        if (g_str_has_suffix(value, ": ")) {
            if (found != NULL) {
                return "";
            }
            found = value;
        }
    }
    return found != NULL ? found : "";
}

static void add_answer(Reading *reading, const RowId *id, bool sent)
{
    const Json *block = part_of(reading, id, PART_ANSWER);
    const Json *words_block = part_of(reading, id, PART_WORDS);
    g_autofree char *answer = block != NULL ? block_value(reading, block) : g_strdup("");
    g_autofree char *words = words_block != NULL ? block_value(reading, words_block) : g_strdup("");
    const char *chosen = *answer == '\0' && !is_empty(words) ? only_wordy(block) : answer;

    if (!sent || *chosen == '\0') {
        return; /* an answer to nothing would speak of the row before */
    }
    begin_line(reading);
    g_string_append(reading->text, "answer: ");
    add_value(reading->text, chosen);
    if (g_str_has_suffix(chosen, ": ")) {
        add_value(reading->text, words);
    }
}

static void read_row(Reading *reading, const Json *block)
{
    g_auto(RowId) id = {0};

    if (!row_id_of(block, &id) || id.part != PART_VALUE) {
        return;
    }
    g_autofree char *value = block_value(reading, block);
    bool sent = !is_empty(value);
    if (sent) {
        add_row(reading, block, &id, value);
    }
    add_answer(reading, &id, sent);
}

/* --- the view --- */

/* NULL where the state is absent, [], {} or of another kind. */
static const Json *values_of(const Json *view)
{
    const Json *values = json_object(json_object(view, "state"), "values");

    return values != NULL && values->child != NULL ? values : NULL;
}

void slack_filled_clear(SlackFilled *filled)
{
    g_clear_pointer(&filled->form, g_free);
    g_clear_pointer(&filled->channel, g_free);
    g_clear_pointer(&filled->text, g_free);
    *filled = (SlackFilled){0};
}

bool slack_modal_filled(const Json *view, SlackFilled *filled)
{
    const char *callback = json_text(view, "callback_id");
    const char *private = json_text(view, "private_metadata");
    g_autoptr(Json) meta = json_parse(private, strlen(private));
    g_autoptr(GString) text = g_string_new(NULL);

    if (!g_str_has_prefix(callback, MODAL_PREFIX) || callback[strlen(MODAL_PREFIX)] == '\0' ||
        !cJSON_IsObject(meta)) {
        return false;
    }
    Reading reading = {.meta = meta,
                       .blocks = json_array(view, "blocks"),
                       .values = values_of(view),
                       .text = text};
    g_string_append(text, json_text(meta, "a"));
    JSON_EACH (block, reading.blocks) {
        read_row(&reading, block);
    }
    *filled = (SlackFilled){
        .form = g_strdup(callback + strlen(MODAL_PREFIX)),
        .channel = g_strdup(json_text_or_null(meta, "c")),
        .generation = (int)CLAMP(json_int(meta, "g", 0), 0, 1000000),
        .touched = reading.touched,
    };
    filled->text = g_string_free(g_steal_pointer(&text), FALSE);
    return true;
}

/* A view is built in layers, so that what a person fills in always fits and what only helps goes
 * first. */

#include "bot/slack/modal.h"

#include <string.h>

#include "bot/slack/element.h"
#include "bot/slack/kit.h"
#include "bot/slack/modal_parts.h"
#include "core/form.h"
#include "core/words.h"

#define ERROR_MAX    1000   /* units of a fault's text below its input */
#define VIEW_MAX     240000 /* bytes; Slack takes 250,000 */
#define FRUGAL_INTRO 4      /* blocks of the intro where the view is longer than that */

/* In the order in which they are given up. */
typedef enum Layer { LAYER_NOTE, LAYER_REST, LAYER_MORE, LAYER_FAULT, LAYER_INPUT } Layer;

typedef struct Pane {
    const FormView *view;
    int generation;
    const SlackLook *look;
    bool frugal; /* nothing that only helps */
    Json *blocks;
    GArray *layers; /* of Layer, one a block */
} Pane;

static bool has_words(const char *text)
{
    return text != NULL && text[strspn(text, " \n\t")] != '\0';
}

/* Whatever was added since belongs to this layer. */
static void on_layer(Pane *pane, Layer layer)
{
    while ((int)pane->layers->len < cJSON_GetArraySize(pane->blocks)) {
        g_array_append_val(pane->layers, layer);
    }
}

/* --- one row --- */

static char *id_of(const FormView *view, const FormRow *row, int generation, RowPart part)
{
    return row_id_text(row->key, modal_number(view, row), generation, part);
}

static void add_input(Pane *pane, const FormRow *row, RowPart part, const char *label,
                      Json *take_element)
{
    Json *block = kit_add_block(pane->blocks, "input");
    g_autofree char *id = id_of(pane->view, row, pane->generation, part);

    json_put_text(block, "block_id", id);
    kit_put_plain(block, "label", label, SLACK_LABEL_MAX, &pane->look->names);
    if (part == PART_VALUE && has_words(row->hint) && !pane->frugal) {
        kit_put_plain(block, "hint", row->hint, SLACK_LABEL_MAX, &pane->look->names);
    }
    json_put_bool(block, "optional", part != PART_VALUE || !row->required);
    json_put(block, "element", take_element);
    on_layer(pane, LAYER_INPUT);
}

static void add_fault(Pane *pane, const FormRow *row)
{
    if (has_words(row->fault)) {
        g_autofree char *fault = say(W_SHOWN_FAULT, S("why", row->fault));
        g_autoptr(GString) out = g_string_new(NULL);

        slack_mrkdwn(out, fault, SLACK_TEXT_MAX, &pane->look->names);
        kit_add_section(pane->blocks, out->str);
        on_layer(pane, LAYER_FAULT);
    }
}

/* What was typed and is longer than any input: nothing of it is lost. */
static void add_rest(Pane *pane, const FormRow *row)
{
    SlackPiece piece = {.rest = element_rest(row)};

    if (*piece.rest == '\0') {
        return;
    }
    kit_add_context(pane->blocks, words_template(W_SHOWN_REST_TYPED));
    while (piece.rest != NULL) {
        g_autoptr(GString) out = g_string_new(NULL);

        slack_mrkdwn_piece(out, &piece, SLACK_TEXT_MAX, &pane->look->names);
        if (has_words(out->str)) {
            kit_add_section(pane->blocks, out->str);
        }
    }
    on_layer(pane, LAYER_REST);
}

static void add_note(Pane *pane, const FormRow *row)
{
    guint all = row->choices != NULL ? row->choices->len : 0;
    size_t shown = element_choices_shown(row);

    if (has_words(row->note)) {
        g_autoptr(GString) out = g_string_new(NULL);

        slack_mrkdwn(out, row->note, SLACK_TEXT_MAX, &pane->look->names);
        kit_add_context(pane->blocks, out->str);
        on_layer(pane, LAYER_NOTE);
    }
    if (shown < all) {
        g_autofree char *some = say(W_SHOWN_REST_CHOICES, N("n", (int64_t)shown), N("all", all));

        kit_add_context(pane->blocks, some);
        on_layer(pane, LAYER_REST);
    }
}

static bool wants_words(const RowChoice *answer)
{
    return g_str_has_suffix(answer->value, ": ");
}

static void add_answers(Pane *pane, const FormRow *row)
{
    bool words = false;

    if (row->answers == NULL || row->answers->len == 0) {
        return;
    }
    for (guint i = 0; i < row->answers->len; i++) {
        words = words || wants_words(g_ptr_array_index(row->answers, i));
    }
    add_input(pane, row, PART_ANSWER, words_template(W_SHOWN_ANSWER),
              element_answers(row->answers, &pane->look->names));
    if (words) {
        add_input(pane, row, PART_WORDS, words_template(W_SHOWN_WORDS), element_words());
    }
}

static void add_row(Pane *pane, const FormRow *row)
{
    add_fault(pane, row);
    add_note(pane, row);
    add_rest(pane, row);
    add_input(pane, row, PART_VALUE, has_words(row->label) ? row->label : row->key,
              element_of(row, &pane->look->names));
    add_answers(pane, row);
}

/* --- one more --- */

static const char *more_label(const char *key)
{
    static const struct {
        const char *key;
        WordId label;
    } labels[] = {
        {"kr", W_SHOWN_MORE_KR},
        {"initiative", W_SHOWN_MORE_INITIATIVE},
        {"action", W_SHOWN_MORE_ACTION},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (strcmp(labels[i].key, key) == 0) {
            return words_template(labels[i].label);
        }
    }
    return words_template(W_SHOWN_MORE);
}

static int32_t count_rows(const FormView *view, const char *key)
{
    int32_t n = 0;

    for (guint i = 0; i < view->rows->len; i++) {
        n += strcmp(((const FormRow *)g_ptr_array_index(view->rows, i))->key, key) == 0;
    }
    return n;
}

static bool is_last(const FormView *view, guint at)
{
    const FormRow *row = g_ptr_array_index(view->rows, at);

    for (guint i = at + 1; i < view->rows->len; i++) {
        if (strcmp(((const FormRow *)g_ptr_array_index(view->rows, i))->key, row->key) == 0) {
            return false;
        }
    }
    return true;
}

/* The button for more rows like the one at `at`, where that is the last of its key. */
static void add_more(Pane *pane, guint at)
{
    const FormView *view = pane->view;
    const char *key = ((const FormRow *)g_ptr_array_index(view->rows, at))->key;
    g_autofree char *id = g_strconcat(MODAL_MORE, key, NULL);

    if (!is_last(view, at) ||
        count_rows(view, key) >= modal_most(view->more, view->more_max, key)) {
        return;
    }
    Json *elements = json_put_array(kit_add_block(pane->blocks, "actions"), "elements");
    Json *button = json_add(elements, json_new_object());
    json_put_text(button, "type", "button");
    json_put_text(button, "action_id", id);
    kit_put_plain(button, "text", more_label(key), SLACK_BUTTON_MAX, NULL);
    json_put_text(button, "value", key);
    on_layer(pane, LAYER_MORE);
}

/* Speaks of the row before it, and stays with it. */
static bool is_behind(const FormView *view, const FormRow *row)
{
    const Form *form = form_named(view->form);
    const Field *field = form != NULL ? form_field(form, row->key) : NULL;

    return field != NULL && field->behind;
}

/* A key's button stands behind its last row and what belongs to that. */
static void add_rows(Pane *pane)
{
    const GPtrArray *rows = pane->view->rows;

    for (guint i = 0, head = 0; i < rows->len; i++) {
        const FormRow *row = g_ptr_array_index(rows, i);
        const FormRow *next = i + 1 < rows->len ? g_ptr_array_index(rows, i + 1) : NULL;

        add_row(pane, row);
        head = i > 0 && is_behind(pane->view, row) ? head : i;
        if (next == NULL || !is_behind(pane->view, next)) {
            add_more(pane, head);
        }
    }
}

/* --- what fits --- */

/* Takes blocks of this layer away, from the end, until there are no more than `most`. */
static void give_up(Pane *pane, Layer layer, guint most)
{
    for (guint i = pane->layers->len; i > 0 && pane->layers->len > most; i--) {
        if (g_array_index(pane->layers, Layer, i - 1) == layer) {
            cJSON_DeleteItemFromArray(pane->blocks, (int)i - 1);
            g_array_remove_index(pane->layers, i - 1);
        }
    }
}

static Json *intro_of(const Pane *pane, size_t most)
{
    KitCard wanted = {.card = pane->view->intro,
                      .look = pane->look,
                      .most = MIN(most, SLACK_BLOCKS_MAX),
                      .rest = words_template(W_SHOWN_REST_FORM),
                      .bare = true};

    return most > 0 ? kit_card(&wanted) : json_new_array();
}

/* Puts the intro in front; the rows' notes go where it has no room beside them. */
static Json *put_together(Pane *pane)
{
    Json *all = intro_of(pane, pane->frugal ? FRUGAL_INTRO : SLACK_BLOCKS_MAX);
    guint intro = (guint)cJSON_GetArraySize(all);

    if (pane->frugal || intro + pane->layers->len > SLACK_VIEW_BLOCKS_MAX) {
        give_up(pane, LAYER_NOTE, 0);
    }
    give_up(pane, LAYER_REST, pane->frugal ? 0 : SLACK_VIEW_BLOCKS_MAX);
    for (Layer layer = LAYER_MORE; layer <= LAYER_INPUT; layer++) {
        give_up(pane, layer, SLACK_VIEW_BLOCKS_MAX);
    }
    if (intro + pane->layers->len > SLACK_VIEW_BLOCKS_MAX) {
        cJSON_Delete(all);
        all = intro_of(pane, SLACK_VIEW_BLOCKS_MAX - pane->layers->len);
    }
    while (pane->blocks->child != NULL) {
        json_add(all, cJSON_DetachItemFromArray(pane->blocks, 0));
    }
    if (all->child == NULL) {
        kit_add_section(all, words_template(W_SHOWN_NOTHING));
    }
    return all;
}

static Json *blocks_of(const FormView *view, int generation, const SlackLook *look, bool frugal)
{
    g_autoptr(Json) blocks = json_new_array();
    g_autoptr(GArray) layers = g_array_new(FALSE, FALSE, sizeof(Layer));
    Pane pane = {view, generation, look, frugal, blocks, layers};

    add_rows(&pane);
    return put_together(&pane);
}

static bool is_too_long(const Json *view)
{
    size_t len = 0;
    char *printed = json_print(view, &len);

    g_free(printed);
    return len > VIEW_MAX;
}

static Json *view_of(const FormView *view, int generation, const SlackLook *look, bool frugal)
{
    Json *made = json_new_object();
    g_autofree char *callback = g_strconcat(MODAL_PREFIX, view->form, NULL);
    g_autofree char *meta = modal_meta(view, generation);
    const char *submit = has_words(view->submit) ? view->submit : words_template(W_SHOWN_SEND);

    json_put_text(made, "type", "modal");
    kit_put_plain(made, "title", view->title, SLACK_TITLE_MAX, &look->names);
    kit_put_plain(made, "submit", submit, SLACK_TITLE_MAX, &look->names);
    kit_put_plain(made, "close", words_template(W_SHOWN_NOT_NOW), SLACK_TITLE_MAX, NULL);
    json_put_text(made, "callback_id", callback);
    json_put_text(made, "private_metadata", meta);
    json_put_bool(made, "notify_on_close", true);
    json_put(made, "blocks", blocks_of(view, generation, look, frugal));
    return made;
}

Json *slack_modal(const FormView *view, int generation, const SlackLook *look)
{
    g_autoptr(Json) made = view_of(view, generation, look, false);

    return is_too_long(made) ? view_of(view, generation, look, true) : g_steal_pointer(&made);
}

/* --- what is wrong --- */

Json *slack_modal_errors(const FormView *view, int generation)
{
    Json *answer = json_new_object();

    json_put_text(answer, "response_action", "errors");
    Json *errors = json_put_object(answer, "errors");
    for (guint i = 0; i < view->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(view->rows, i);

        if (has_words(row->fault)) {
            g_autofree char *id = id_of(view, row, generation, PART_VALUE);
            g_autoptr(GString) text = g_string_new(NULL);

            slack_plain(text, row->fault, ERROR_MAX, NULL);
            json_put_text(errors, id, text->str);
        }
    }
    if (errors->child == NULL && view->rows->len > 0) {
        g_autofree char *id = id_of(view, g_ptr_array_index(view->rows, 0), generation, PART_VALUE);
        g_autofree char *said = card_plain(view->intro);
        g_autoptr(GString) text = g_string_new(NULL);

        slack_plain(text, has_words(said) ? g_strstrip(said) : words_template(W_SHOWN_REST_FORM),
                    ERROR_MAX, NULL);
        json_put_text(errors, id, text->str);
    }
    return answer;
}

static bool has_answers(const FormRow *row)
{
    return row->answers != NULL && row->answers->len > 0;
}

/* Whether a better text answers every fault, and its place in the window is certain. */
static bool errors_will_do(const FormView *view)
{
    bool any = false;

    for (guint i = 0; i < view->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(view->rows, i);

        if (!has_words(row->fault)) {
            continue;
        }
        if (has_answers(row) || (!row->numbered && count_rows(view, row->key) > 1)) {
            return false;
        }
        any = true;
    }
    return any;
}

Json *slack_modal_faults(const FormView *view, int generation, const SlackLook *look)
{
    if (errors_will_do(view)) {
        return slack_modal_errors(view, generation - 1); /* the view that stands there */
    }
    Json *answer = json_new_object();
    json_put_text(answer, "response_action", "update");
    json_put(answer, "view", slack_modal(view, generation, look));
    return answer;
}

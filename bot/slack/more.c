/* One more row, made of the view alone: the last row of its key once more, empty. */

#include <string.h>

#include "bot/slack/kit.h"
#include "bot/slack/modal.h"
#include "bot/slack/modal_parts.h"

typedef struct Found {
    int32_t count, highest; /* rows of the key; the highest number */
    int last_at;            /* the index of the block that the new row goes behind */
    const Json *last;       /* the last row's input */
} Found;

static bool is_button_of(const Json *block, const char *key)
{
    g_autofree char *action = g_strconcat(MODAL_MORE, key, NULL);
    const Json *elements = json_array(block, "elements");

    return elements != NULL && strcmp(json_text(elements->child, "action_id"), action) == 0;
}

static Found find_rows(const Json *blocks, const char *key)
{
    Found found = {.last_at = -1};
    int at = 0;

    JSON_EACH (block, blocks) {
        g_auto(RowId) id = {0};

        if (row_id_of(block, &id) && strcmp(id.key, key) == 0) {
            found.last_at = at;
            if (id.part == PART_VALUE) {
                found.count++;
                found.highest = MAX(found.highest, id.number);
                found.last = block;
            }
        }
        if (is_button_of(block, key) && found.last != NULL) {
            found.last_at = at - 1; /* what belongs to the last row stands before it */
        }
        at++;
    }
    return found;
}

/* "Key result 3" → "Key result 4": the last number in it that is the row's. */
static char *next_label(const char *label, int32_t from, int32_t to)
{
    g_autofree char *number = g_strdup_printf("%d", from);
    size_t len = strlen(number);

    for (const char *p = label + strlen(label); p > label;) {
        p--;
        if (strncmp(p, number, len) == 0 && !g_ascii_isdigit(p[len]) &&
            (p == label || !g_ascii_isdigit(p[-1]))) {
            return g_strdup_printf("%.*s%d%s", (int)(p - label), label, to, p + len);
        }
    }
    return g_strdup(label);
}

static void set(Json *object, const char *key, Json *take_value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    json_put(object, key, take_value);
}

static void clear_element(Json *element)
{
    static const char *const initials[] = {"initial_value", "initial_option", "initial_options",
                                           "initial_time",  "initial_user",   "focus_on_load"};

    for (size_t i = 0; i < G_N_ELEMENTS(initials); i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(element, initials[i]);
    }
}

/* NULL where the row before is not as we made it. */
static Json *next_row(const Found *found)
{
    g_autoptr(Json) row = cJSON_Duplicate(found->last, true);
    Json *element = cJSON_GetObjectItemCaseSensitive(row, "element");
    g_auto(RowId) id = {0};

    if (!cJSON_IsObject(element) || !row_id_of(row, &id)) {
        return NULL;
    }
    g_autofree char *name = row_id_text(id.key, found->highest + 1, id.generation, PART_VALUE);
    g_autofree char *label =
        next_label(json_text(json_object(row, "label"), "text"), id.number, found->highest + 1);
    g_autoptr(Json) holder = json_new_object();

    kit_put_plain(holder, "label", label, SLACK_LABEL_MAX, NULL);
    set(row, "label", cJSON_DetachItemFromObjectCaseSensitive(holder, "label"));
    set(row, "block_id", cJSON_CreateString(name));
    set(row, "optional", cJSON_CreateBool(true));
    clear_element(element);
    return g_steal_pointer(&row);
}

/* All blocks once more, with the new row behind the last. The button goes when there are as many as
 * there may be. */
static Json *blocks_with(const Json *blocks, const char *key, const Found *found, Json *take_row,
                         bool is_last)
{
    Json *all = json_new_array();
    int at = 0;

    JSON_EACH (block, blocks) {
        if (!is_last || !is_button_of(block, key)) {
            json_add(all, cJSON_Duplicate(block, true));
        }
        if (at++ == found->last_at) {
            json_add(all, take_row);
        }
    }
    return all;
}

static void copy(Json *to, const Json *from, const char *key)
{
    const Json *value = json_any(from, key);

    if (value != NULL) {
        json_put(to, key, cJSON_Duplicate(value, true));
    }
}

/* The members of a payload's view that views.update takes. */
static Json *as_sent(const Json *view)
{
    static const char *const kept[] = {
        "type", "title", "submit", "close", "callback_id", "private_metadata", "notify_on_close"};
    Json *made = json_new_object();

    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        copy(made, view, kept[i]);
    }
    return made;
}

Json *slack_modal_more(const Json *view, const char *key)
{
    const Json *blocks = json_array(view, "blocks");
    const char *private = json_text(view, "private_metadata");
    g_autoptr(Json) meta = json_parse(private, strlen(private));
    int32_t most = modal_most(json_text(meta, "m"), json_text(meta, "x"), key);
    Found found = find_rows(blocks, key);

    if (found.last == NULL || found.count >= most ||
        cJSON_GetArraySize(blocks) >= SLACK_VIEW_BLOCKS_MAX) {
        return NULL;
    }
    Json *row = next_row(&found);
    if (row == NULL) {
        return NULL;
    }
    Json *made = as_sent(view);
    json_put(made, "blocks", blocks_with(blocks, key, &found, row, found.count + 1 >= most));
    return made;
}

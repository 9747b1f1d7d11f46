#include "bot/matrix/target.h"

#include <stdint.h>
#include <string.h>

#include "bot/matrix/card.h"

#define BUTTONS_MAX 20 /* more than any card of ours has */
/* Who presses what an edit took away may not have seen the edit yet. */
#define SEEN_WITHIN_MS INT64_C(5000)

static void clear_button(gpointer data)
{
    MatrixTargetButton *button = data;

    g_free(button->key);
    g_free(button->action);
    g_free(button->value);
    g_free(button->channel);
}

void matrix_target_free(MatrixTarget *target)
{
    if (target == NULL) {
        return;
    }
    g_free(target->id);
    g_free(target->room);
    g_free(target->sender);
    g_free(target->root);
    g_free(target->row);
    g_free(target->card);
    g_free(target->poll);
    g_clear_pointer(&target->buttons, g_array_unref);
    g_clear_pointer(&target->former, g_array_unref);
    g_free(target->edited);
    g_free(target->annotates);
    g_free(target->key);
    g_free(target->refers);
    g_free(target);
}

/* --- reading --- */

static char *dup_text(const Json *object, const char *key)
{
    const char *text = json_text(object, key);

    return *text != '\0' ? g_strdup(text) : NULL;
}

/* NULL: none. Caller unrefs. */
static GArray *read_buttons(const Json *content)
{
    const Json *buttons = json_object(json_object(content, MATRIX_OURS), "buttons");
    GArray *read = NULL;

    JSON_EACH (item, buttons) {
        MatrixTargetButton button = {.key = g_strdup(item->string),
                                     .action = g_strdup(json_text(item, "action")),
                                     .value = g_strdup(json_text(item, "value")),
                                     .channel = dup_text(item, "channel")};

        if (read == NULL) {
            read = g_array_new(FALSE, FALSE, sizeof(MatrixTargetButton));
            g_array_set_clear_func(read, clear_button);
        }
        g_array_append_val(read, button);
        if (read->len == BUTTONS_MAX) {
            break;
        }
    }
    return read;
}

/* What a message of ours says of itself. */
static void read_ours(MatrixTarget *target, const Json *content)
{
    const Json *ours = json_object(content, MATRIX_OURS);

    target->row = dup_text(ours, "row");
    target->card = dup_text(ours, "card");
    target->poll = dup_text(ours, "poll");
    target->buttons = read_buttons(content);
}

static void read_relation(MatrixTarget *target, const Json *relation)
{
    const char *type = json_text(relation, "rel_type");

    if (strcmp(type, "m.thread") == 0) {
        target->root = dup_text(relation, "event_id");
    } else if (strcmp(type, "m.replace") == 0) {
        target->edited = dup_text(relation, "event_id");
    } else if (strcmp(type, "m.annotation") == 0) {
        target->annotates = dup_text(relation, "event_id");
        target->key = dup_text(relation, "key");
    } else if (strcmp(type, "m.reference") == 0) {
        target->refers = dup_text(relation, "event_id");
    }
}

static const Json *content_of(const Json *event)
{
    const Json *content = json_object(event, "content");
    const Json *edited = json_object(content, "m.new_content");

    return edited != NULL ? edited : content;
}

/* What counts is the latest edit by the same sender, where one is bundled with it. */
static void read_versions(MatrixTarget *target, const Json *event)
{
    const Json *edit = json_at(event, "unsigned", "m.relations", "m.replace", NULL);
    const Json *later = json_object(json_object(edit, "content"), "m.new_content");

    if (later != NULL && strcmp(json_text(edit, "sender"), target->sender) == 0) {
        read_ours(target, later);
        target->former = read_buttons(content_of(event));
        target->former_until_ms = json_int(edit, "origin_server_ts", 0);
    } else {
        read_ours(target, content_of(event));
    }
}

/* A redacted event keeps its name and sender, and of most contents nothing. */
static bool is_redacted(const Json *event)
{
    const Json *content = json_object(event, "content");

    return json_any(json_object(event, "unsigned"), "redacted_because") != NULL ||
           content == NULL || content->child == NULL;
}

MatrixTarget *matrix_target_read(const Json *event, const char *room, const char *own)
{
    const char *id = json_text(event, "event_id"), *sender = json_text(event, "sender");

    if (*id == '\0' || !matrix_is_user(sender)) {
        return NULL;
    }
    MatrixTarget *target = matrix_target_gone(room, id);
    target->sender = g_strdup(sender);
    target->sent_ms = json_int(event, "origin_server_ts", 0);
    target->gone = is_redacted(event);
    if (!target->gone) {
        read_relation(target, json_at(event, "content", "m.relates_to", NULL));
    }
    if (!target->gone && g_strcmp0(sender, own) == 0) {
        read_versions(target, event);
    }
    return target;
}

MatrixTarget *matrix_target_gone(const char *room, const char *id)
{
    MatrixTarget *target = g_new0(MatrixTarget, 1);

    target->id = g_strdup(id);
    target->room = g_strdup(room);
    target->gone = true;
    return target;
}

/* --- pressed --- */

/* The key without what changes only its looks: variation selectors, skin tones. Caller frees. */
static char *bare_key(const char *key)
{
    GString *bare = g_string_new(NULL);

    for (const char *p = key; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        bool selects = c == 0xFE0E || c == 0xFE0F || (c >= 0x1F3FB && c <= 0x1F3FF);

        if (!selects) {
            g_string_append_unichar(bare, c);
        }
    }
    return g_string_free(bare, FALSE);
}

static const MatrixTargetButton *find_button(const GArray *buttons, const char *key)
{
    g_autofree char *pressed = bare_key(key);

    for (guint i = 0; buttons != NULL && i < buttons->len; i++) {
        const MatrixTargetButton *button = &g_array_index(buttons, MatrixTargetButton, i);
        g_autofree char *bare = bare_key(button->key);

        if (strcmp(bare, pressed) == 0) {
            return button;
        }
    }
    return NULL;
}

const MatrixTargetButton *matrix_target_button(const MatrixTarget *target, const char *key,
                                               int64_t at_ms)
{
    const MatrixTargetButton *now = find_button(target->buttons, key);

    if (at_ms < target->former_until_ms ||
        (now == NULL && at_ms < target->former_until_ms + SEEN_WITHIN_MS)) {
        return find_button(target->former, key);
    }
    return now;
}

/* --- the last of them --- */

struct MatrixTargets {
    GHashTable *by_name; /* MatrixTarget * by itself */
    GQueue order;        /* of them, the oldest first */
    guint max;
};

static guint target_hash(gconstpointer key)
{
    const MatrixTarget *target = key;

    return g_str_hash(target->room) * 31 + g_str_hash(target->id);
}

static gboolean target_equal(gconstpointer a, gconstpointer b)
{
    const MatrixTarget *left = a, *right = b;

    return strcmp(left->id, right->id) == 0 && strcmp(left->room, right->room) == 0;
}

MatrixTargets *matrix_targets_new(guint max)
{
    MatrixTargets *targets = g_new0(MatrixTargets, 1);

    targets->by_name = g_hash_table_new(target_hash, target_equal);
    g_queue_init(&targets->order);
    targets->max = MAX(max, 1);
    return targets;
}

static void free_one(gpointer data)
{
    matrix_target_free(data);
}

void matrix_targets_free(MatrixTargets *targets)
{
    if (targets != NULL) {
        g_hash_table_unref(targets->by_name);
        g_queue_clear_full(&targets->order, free_one);
        g_free(targets);
    }
}

static MatrixTarget *find(const MatrixTargets *targets, const char *room, const char *id)
{
    const MatrixTarget name = {.room = (gpointer)(uintptr_t)room, .id = (gpointer)(uintptr_t)id};

    return g_hash_table_lookup(targets->by_name, &name);
}

const MatrixTarget *matrix_targets_find(const MatrixTargets *targets, const char *room,
                                        const char *id)
{
    return find(targets, room, id);
}

/* The same edit may be told with its message, and come by, and come by again. */
static bool was_applied(const MatrixTarget *original, const MatrixTarget *edit)
{
    return edit->sent_ms != 0 && edit->sent_ms == original->former_until_ms;
}

/* What the edit says of itself now holds for the message; the edit's own is a copy. */
static void apply_edit(MatrixTarget *original, const MatrixTarget *edit)
{
    if (was_applied(original, edit)) {
        return;
    }
    g_free(original->row);
    original->row = g_strdup(edit->row);
    if (original->buttons != NULL) {
        g_clear_pointer(&original->former, g_array_unref);
        original->former = g_steal_pointer(&original->buttons);
        original->former_until_ms = edit->sent_ms;
    }
    original->buttons = edit->buttons != NULL ? g_array_ref(edit->buttons) : NULL;
}

static void forget(MatrixTargets *targets, MatrixTarget *target)
{
    g_hash_table_remove(targets->by_name, target);
    g_queue_remove(&targets->order, target);
    matrix_target_free(target);
}

void matrix_targets_put(MatrixTargets *targets, MatrixTarget *take_target)
{
    MatrixTarget *target = take_target;
    MatrixTarget *there = find(targets, target->room, target->id);
    MatrixTarget *original =
        target->edited != NULL ? find(targets, target->room, target->edited) : NULL;

    if (original != NULL && g_strcmp0(original->sender, target->sender) == 0) {
        apply_edit(original, target);
    }
    if (there != NULL) {
        forget(targets, there);
    } else if (targets->order.length == targets->max) {
        forget(targets, g_queue_peek_head(&targets->order));
    }
    g_hash_table_add(targets->by_name, target);
    g_queue_push_tail(&targets->order, target);
}

#include "bot/matrix/target.h"

#include <stdint.h>
#include <string.h>

#include "bot/matrix/card.h"

#define BUTTONS_MAX 20 /* more than any card of ours has */

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

static void read_buttons(MatrixTarget *target, const Json *buttons)
{
    JSON_EACH (item, buttons) {
        MatrixTargetButton button = {.key = g_strdup(item->string),
                                     .action = g_strdup(json_text(item, "action")),
                                     .value = g_strdup(json_text(item, "value")),
                                     .channel = dup_text(item, "channel")};

        if (target->buttons == NULL) {
            target->buttons = g_array_new(FALSE, FALSE, sizeof(MatrixTargetButton));
            g_array_set_clear_func(target->buttons, clear_button);
        }
        g_array_append_val(target->buttons, button);
        if (target->buttons->len == BUTTONS_MAX) {
            return;
        }
    }
}

/* What a message of ours says of itself. */
static void read_ours(MatrixTarget *target, const Json *content)
{
    const Json *ours = json_object(content, MATRIX_OURS);

    target->row = dup_text(ours, "row");
    target->card = dup_text(ours, "card");
    target->poll = dup_text(ours, "poll");
    read_buttons(target, json_object(ours, "buttons"));
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

/* The content that counts: that of the latest edit by the same sender, where there is one. */
static const Json *content_now(const Json *event, const char *sender)
{
    const Json *content = json_object(event, "content");
    const Json *own = json_object(content, "m.new_content");
    const Json *edit = json_at(event, "unsigned", "m.relations", "m.replace", NULL);
    const Json *later = json_object(json_object(edit, "content"), "m.new_content");

    if (later != NULL && strcmp(json_text(edit, "sender"), sender) == 0) {
        return later;
    }
    return own != NULL ? own : content;
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
    target->gone = is_redacted(event);
    if (!target->gone) {
        read_relation(target, json_at(event, "content", "m.relates_to", NULL));
    }
    if (!target->gone && g_strcmp0(sender, own) == 0) {
        read_ours(target, content_now(event, sender));
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

/* What the edit says of itself now holds for the message; the edit's own is a copy. */
static void apply_edit(MatrixTarget *original, const MatrixTarget *edit)
{
    g_free(original->row);
    original->row = g_strdup(edit->row);
    g_clear_pointer(&original->buttons, g_array_unref);
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

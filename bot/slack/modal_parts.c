#include "bot/slack/modal_parts.h"

#include <string.h>

static const char *const parts[] = {
    [PART_VALUE] = "", [PART_ANSWER] = ":answer", [PART_WORDS] = ":words"};

char *row_id_text(const char *key, int32_t number, int generation, RowPart part)
{
    g_autoptr(GString) out = g_string_new(key);

    g_string_append_printf(out, ":%d", number);
    if (generation > 0) {
        g_string_append_printf(out, ":%d", generation);
    }
    g_string_append(out, parts[part]);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Reads ":123" and moves on. */
static bool read_number(const char **p, int32_t *number)
{
    size_t digits = **p == ':' ? strspn(*p + 1, "0123456789") : 0;

    if (digits == 0 || digits > 9) {
        return false;
    }
    *number = (int32_t)g_ascii_strtoll(*p + 1, NULL, 10);
    *p += digits + 1;
    return true;
}

bool row_id_read(const char *block_id, RowId *id)
{
    const char *colon = strchr(block_id, ':');
    const char *p = colon;
    RowId read = {0};

    if (colon == NULL || colon == block_id || !read_number(&p, &read.number)) {
        return false;
    }
    (void)read_number(&p, &read.generation);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (strcmp(p, parts[i]) == 0) {
            read.part = (RowPart)i;
            read.key = g_strndup(block_id, (gsize)(colon - block_id));
            *id = read;
            return true;
        }
    }
    return false;
}

void row_id_clear(RowId *id)
{
    g_clear_pointer(&id->key, g_free);
    *id = (RowId){0};
}

bool row_id_of(const Json *block, RowId *id)
{
    return strcmp(json_text(block, "type"), "input") == 0 &&
           row_id_read(json_text(block, "block_id"), id);
}

int32_t modal_number(const FormView *view, const FormRow *row)
{
    int32_t n = 1;

    for (guint i = 0; !row->numbered && g_ptr_array_index(view->rows, i) != row; i++) {
        n += strcmp(((const FormRow *)g_ptr_array_index(view->rows, i))->key, row->key) == 0;
    }
    return row->numbered ? row->number : n;
}

int32_t modal_most(const char *more, const char *more_max, const char *key)
{
    g_auto(GStrv) keys = g_strsplit(more, ",", -1);
    g_auto(GStrv) most = g_strsplit(more_max, ",", -1);

    for (guint i = 0; keys[i] != NULL; i++) {
        if (strcmp(g_strstrip(keys[i]), key) == 0) {
            return i < g_strv_length(most)
                       ? (int32_t)CLAMP(g_ascii_strtoll(most[i], NULL, 10), 0, 1000)
                       : 0;
        }
    }
    return 0;
}

bool modal_is_number(const char *text)
{
    const char *p = text + (*text == '-');
    size_t digits = strspn(p, "0123456789");

    p += digits;
    if (digits > 0 && *p == '.') {
        size_t places = strspn(p + 1, "0123456789");

        p += places > 0 ? places + 1 : 0;
    }
    return digits > 0 && digits <= 19 && *p == '\0';
}

/* --- what travels beside the blocks --- */

static bool is_listed(const Json *texts, const char *text)
{
    JSON_EACH (item, texts) {
        if (strcmp(json_string(item), text) == 0) {
            return true;
        }
    }
    return false;
}

static void put_numbered(Json *meta, const FormView *view)
{
    Json *keys = json_put_array(meta, "n");

    for (guint i = 0; i < view->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(view->rows, i);

        if (row->numbered && !is_listed(keys, row->key)) {
            json_add_text(keys, row->key);
        }
    }
}

static void put_units(Json *meta, const FormView *view)
{
    Json *units = json_put_object(meta, "u");

    for (guint i = 0; i < view->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(view->rows, i);
        const char *before = row->before != NULL ? row->before : "";
        const char *after = row->after != NULL ? row->after : "";

        if (row->kind == ROW_NUMBER && (*before != '\0' || *after != '\0')) {
            g_autofree char *id = g_strdup_printf("%s:%d", row->key, modal_number(view, row));
            Json *pair = json_put_array(units, id);

            json_add_text(pair, before);
            json_add_text(pair, after);
        }
    }
}

char *modal_meta(const FormView *view, int generation)
{
    static const char *const can_go[] = {"u", "m", "x", "a"};
    g_autoptr(Json) meta = json_new_object();
    size_t len = 0;

    json_put_text(meta, "c", view->channel);
    json_put_text(meta, "a", view->about);
    json_put_int(meta, "g", generation);
    json_put_text(meta, "m", view->more);
    json_put_text(meta, "x", view->more_max);
    put_numbered(meta, view);
    put_units(meta, view);
    g_autofree char *text = json_print(meta, &len);
    for (size_t i = 0; i < G_N_ELEMENTS(can_go) && len > MODAL_META_MAX; i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(meta, can_go[i]);
        g_free(text);
        text = json_print(meta, &len);
    }
    return g_steal_pointer(&text);
}

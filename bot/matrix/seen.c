#include "bot/matrix/seen.h"

struct MatrixSeen {
    guint max;
    GHashTable *ids; /* char*: itself */
    GQueue order;    /* the same, the oldest first */
};

MatrixSeen *matrix_seen_new(guint max, const char *kept)
{
    MatrixSeen *seen = g_new0(MatrixSeen, 1);
    g_auto(GStrv) ids = g_strsplit(kept != NULL ? kept : "", ",", -1);

    seen->max = max;
    seen->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_queue_init(&seen->order);
    for (char **id = ids; *id != NULL; id++) {
        g_autofree char *plain = g_uri_unescape_string(*id, NULL);

        if (plain != NULL && plain[0] != '\0') {
            matrix_seen_add(seen, plain);
        }
    }
    return seen;
}

void matrix_seen_free(MatrixSeen *seen)
{
    if (seen != NULL) {
        g_queue_clear(&seen->order);
        g_hash_table_unref(seen->ids);
        g_free(seen);
    }
}

bool matrix_seen_has(const MatrixSeen *seen, const char *id)
{
    return g_hash_table_contains(seen->ids, id);
}

void matrix_seen_add(MatrixSeen *seen, const char *id)
{
    if (matrix_seen_has(seen, id)) {
        return;
    }
    char *own = g_strdup(id);

    g_hash_table_add(seen->ids, own);
    g_queue_push_tail(&seen->order, own);
    if (seen->order.length > seen->max) {
        g_hash_table_remove(seen->ids, g_queue_pop_head(&seen->order));
    }
}

char *matrix_seen_text(const MatrixSeen *seen)
{
    GString *text = g_string_new(NULL);

    for (const GList *at = seen->order.head; at != NULL; at = at->next) {
        if (text->len > 0) {
            g_string_append_c(text, ',');
        }
        g_string_append_uri_escaped(text, at->data, NULL, TRUE);
    }
    return g_string_free(text, FALSE);
}

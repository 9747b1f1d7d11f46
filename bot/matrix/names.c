#include "bot/matrix/names.h"

#include <string.h>

#include "core/text.h"

/* What is read of a name: more than a clean one can take. */
#define NAME_BYTES_MAX 1024

typedef struct Named {
    GList link; /* in `order` */
    char *user, *name;
} Named;

struct MatrixNameBook {
    guint max;
    GQueue order;        /* of Named; the latest learnt first */
    GHashTable *by_user; /* owns the Named */
};

static void named_free(gpointer data)
{
    Named *named = data;

    g_free(named->user);
    g_free(named->name);
    g_free(named);
}

MatrixNameBook *matrix_names_new(guint max)
{
    MatrixNameBook *names = g_new0(MatrixNameBook, 1);

    names->max = max;
    names->by_user = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, named_free);
    g_queue_init(&names->order);
    return names;
}

void matrix_names_free(MatrixNameBook *names)
{
    if (names == NULL) {
        return;
    }
    g_hash_table_unref(names->by_user);
    g_free(names);
}

/* NULL: nothing is left of it. */
static char *clean_name(const char *raw)
{
    size_t len = strnlen(raw, NAME_BYTES_MAX + 1), at = 0;
    g_autofree char *clean = NULL;

    while (len > NAME_BYTES_MAX || (len > 0 && ((unsigned char)raw[len] & 0xC0) == 0x80)) {
        len--;
    }
    if (text_clean(raw, len, NAME_BYTES_MAX, &clean, &at) != TEXT_OK) {
        return NULL;
    }
    g_autofree char *line = text_squeeze(clean);
    return *line != '\0' ? text_cut(line, MATRIX_NAME_MAX) : NULL;
}

static void forget(MatrixNameBook *names, Named *named)
{
    g_queue_unlink(&names->order, &named->link);
    g_hash_table_remove(names->by_user, named->user);
}

void matrix_names_put(MatrixNameBook *names, const char *user, const char *raw)
{
    char *name = raw != NULL ? clean_name(raw) : NULL;
    Named *named = g_hash_table_lookup(names->by_user, user);

    if (named != NULL) {
        forget(names, named);
    }
    if (name == NULL) {
        return;
    }
    named = g_new0(Named, 1);
    named->user = g_strdup(user);
    named->name = name;
    named->link.data = named;
    g_queue_push_head_link(&names->order, &named->link);
    g_hash_table_insert(names->by_user, named->user, named);
    if (names->order.length > names->max) {
        forget(names, names->order.tail->data);
    }
}

const char *matrix_names_find(const MatrixNameBook *names, const char *user)
{
    const Named *named = g_hash_table_lookup(names->by_user, user);

    return named != NULL ? named->name : "";
}

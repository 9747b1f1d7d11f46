#include "bot/gallery.h"

#include <string.h>

typedef struct Shown {
    char *key, *digest, *file;
} Shown;

struct Gallery {
    guint max;
    GQueue order;       /* of Shown, owned; the latest first */
    GHashTable *by_key; /* key -> its link in `order` */
};

static void shown_free(gpointer data)
{
    Shown *shown = data;

    g_free(shown->key);
    g_free(shown->digest);
    g_free(shown->file);
    g_free(shown);
}

Gallery *gallery_new(guint max)
{
    Gallery *gallery = g_new0(Gallery, 1);

    gallery->max = max;
    gallery->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    g_queue_init(&gallery->order);
    return gallery;
}

void gallery_free(Gallery *gallery)
{
    if (gallery == NULL) {
        return;
    }
    g_hash_table_unref(gallery->by_key);
    g_queue_clear_full(&gallery->order, shown_free);
    g_free(gallery);
}

static void drop(Gallery *gallery, GList *link)
{
    Shown *shown = link->data;

    g_hash_table_remove(gallery->by_key, shown->key);
    g_queue_delete_link(&gallery->order, link);
    shown_free(shown);
}

const char *gallery_find(Gallery *gallery, const char *key, const char *digest)
{
    GList *link = g_hash_table_lookup(gallery->by_key, key);
    const Shown *shown = link != NULL ? link->data : NULL;

    if (shown == NULL || strcmp(shown->digest, digest) != 0) {
        return NULL;
    }
    g_queue_unlink(&gallery->order, link);
    g_queue_push_head_link(&gallery->order, link);
    return shown->file;
}

const char *gallery_last(Gallery *gallery, const char *key)
{
    const GList *link = g_hash_table_lookup(gallery->by_key, key);

    return link != NULL ? ((const Shown *)link->data)->file : NULL;
}

void gallery_put(Gallery *gallery, const char *key, const char *digest, const char *file)
{
    Shown *shown = g_new(Shown, 1);

    *shown = (Shown){g_strdup(key), g_strdup(digest), g_strdup(file)};
    gallery_forget(gallery, shown->key);
    g_queue_push_head(&gallery->order, shown);
    g_hash_table_insert(gallery->by_key, shown->key, g_queue_peek_head_link(&gallery->order));
    if (gallery->order.length > gallery->max) {
        drop(gallery, g_queue_peek_tail_link(&gallery->order));
    }
}

void gallery_forget(Gallery *gallery, const char *key)
{
    GList *link = g_hash_table_lookup(gallery->by_key, key);

    if (link != NULL) {
        drop(gallery, link);
    }
}

guint gallery_size(const Gallery *gallery)
{
    return gallery->order.length;
}

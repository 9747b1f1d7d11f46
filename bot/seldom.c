#include "bot/seldom.h"

/* Somebody else makes up what is said: memory stays bounded. */
#define KEYS_MAX 1000

struct Seldom {
    int64_t every_ms;
    GHashTable *said; /* char * -> int64_t: when */
};

Seldom *seldom_new(int64_t every_ms)
{
    Seldom *seldom = g_new0(Seldom, 1);

    seldom->every_ms = every_ms;
    seldom->said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return seldom;
}

void seldom_free(Seldom *seldom)
{
    if (seldom != NULL) {
        g_hash_table_unref(seldom->said);
        g_free(seldom);
    }
}

bool seldom_is_time(Seldom *seldom, const char *of, const char *what, int64_t now_ms)
{
    g_autofree char *key = g_strconcat(of, " ", what, NULL);
    const int64_t *last = g_hash_table_lookup(seldom->said, key);

    if (last != NULL && now_ms - *last < seldom->every_ms) {
        return false;
    }
    if (g_hash_table_size(seldom->said) >= KEYS_MAX) {
        g_hash_table_remove_all(seldom->said);
    }
    g_hash_table_replace(seldom->said, g_steal_pointer(&key), g_memdup2(&now_ms, sizeof(now_ms)));
    return true;
}

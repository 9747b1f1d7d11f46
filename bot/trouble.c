#include "bot/trouble.h"

#define KEPT_MAX 1000
#define TOLD_MAX 50

typedef struct Trouble {
    char *why;
    int64_t until_ms;
} Trouble;

struct Troubles {
    GHashTable *by_what; /* char * -> Trouble */
};

static void trouble_free(gpointer data)
{
    Trouble *trouble = data;

    g_free(trouble->why);
    g_free(trouble);
}

Troubles *troubles_new(void)
{
    Troubles *troubles = g_new0(Troubles, 1);

    troubles->by_what = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, trouble_free);
    return troubles;
}

void troubles_free(Troubles *troubles)
{
    if (troubles != NULL) {
        g_hash_table_unref(troubles->by_what);
        g_free(troubles);
    }
}

void troubles_put(Troubles *troubles, const char *what, const char *why, int64_t until_ms)
{
    if (g_hash_table_size(troubles->by_what) >= KEPT_MAX) {
        return; /* nobody reads a thousand of them */
    }
    Trouble *trouble = g_new0(Trouble, 1);
    *trouble = (Trouble){g_strdup(why), until_ms};
    g_hash_table_replace(troubles->by_what, g_strdup(what), trouble);
}

void troubles_clear(Troubles *troubles, const char *what)
{
    g_hash_table_remove(troubles->by_what, what);
}

static gboolean has_passed(gpointer what, gpointer value, gpointer now_ms)
{
    const Trouble *trouble = value;

    (void)what;
    return trouble->until_ms != 0 && trouble->until_ms <= *(int64_t *)now_ms;
}

void troubles_tell(Troubles *troubles, const char *name, int64_t now_ms, GString *out)
{
    GHashTableIter iter;
    gpointer what = NULL, value = NULL;
    int told = 0;

    g_hash_table_foreach_remove(troubles->by_what, has_passed, &now_ms);
    g_hash_table_iter_init(&iter, troubles->by_what);
    while (told++ < TOLD_MAX && g_hash_table_iter_next(&iter, &what, &value)) {
        g_string_append_printf(out, "%s: %s: %s\n", name, (const char *)what,
                               ((const Trouble *)value)->why);
    }
}

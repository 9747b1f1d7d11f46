#include "bot/examination.h"

#include <string.h>

#include "core/text.h"

/* What the platform's part works with, until the workspace's end. */
typedef struct Held {
    void *state;
    GDestroyNotify free_it;
} Held;

static void drop_held(Examination *examination)
{
    while (examination->held != NULL && examination->held->len > 0) {
        g_autofree Held *held =
            g_ptr_array_steal_index(examination->held, examination->held->len - 1);

        held->free_it(held->state);
    }
}

void examination_clear(Examination *examination)
{
    loop_stop(&examination->patience);
    loop_stop(&examination->ending);
    drop_held(examination);
    g_clear_pointer(&examination->held, g_ptr_array_unref);
}

/* Lines --------------------------------------------------------------------------------------- */

/* On one line, and without anything that a terminal would obey. Caller frees. */
static char *printable(const char *text)
{
    char *clean = NULL;
    size_t at = 0;

    if (text_clean(text, strlen(text), TEXT_MESSAGE_MAX, &clean, &at) != TEXT_OK) {
        return g_strdup("?");
    }
    return g_strdelimit(clean, "\n", ' ');
}

static void tell(const Examination *examination, const char *sign, const char *what,
                 const char *detail)
{
    g_autofree char *clean_what = printable(what);
    g_autofree char *clean_detail = printable(detail);

    fprintf(examination->out, "  %-4s  %s%s%s\n", sign, clean_what,
            *clean_detail != '\0' ? ": " : "", clean_detail);
}

void examination_good(const Examination *examination, const char *what, const char *detail)
{
    tell(examination, "ok", what, detail);
}

void examination_bad(Examination *examination, const char *what, const char *why)
{
    tell(examination, "FAIL", what, why);
    examination->ill = true;
}

void examination_note(const Examination *examination, const char *what, const char *detail)
{
    tell(examination, "--", what, detail);
}

/* Its end ------------------------------------------------------------------------------------- */

static void end(Examination *examination)
{
    drop_held(examination);
    examination->over(examination->arg);
}

static void on_impatient(void *arg)
{
    Examination *examination = arg;

    examination->patience = NULL;
    examination_bad(examination, "time", "the examination took too long and was ended");
    end(examination);
}

void examination_wait(Examination *examination, int64_t ms)
{
    loop_stop(&examination->patience);
    examination->patience = loop_after(examination->loop, ms, on_impatient, examination);
}

void examination_hold(Examination *examination, void *take_state, GDestroyNotify free_it)
{
    Held *held = g_new(Held, 1);

    *held = (Held){take_state, free_it};
    if (examination->held == NULL) {
        examination->held = g_ptr_array_new();
    }
    g_ptr_array_add(examination->held, held);
}

static void on_ending(void *arg)
{
    Examination *examination = arg;

    examination->ending = NULL;
    end(examination);
}

/* After the turn: what is freed then may be what calls this. */
void examination_done(Examination *examination)
{
    loop_stop(&examination->patience);
    examination->ending = loop_after(examination->loop, 0, on_ending, examination);
}

/* The store ----------------------------------------------------------------------------------- */

static void clear_home(gpointer home)
{
    home_clear(home);
}

static bool read_homes(const Examination *examination, GPtrArray *homes, GError **error)
{
    const StoreOps *ops = examination->store->ops;
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Home));
    WorkspaceId id = {0};

    g_array_set_clear_func(found, clear_home);
    if (!ops->begin(examination->store, error)) {
        return false;
    }
    bool read = ops->workspace(examination->store, examination->workspace->name, &id, error) &&
                ops->homes(examination->store, id, found, error);

    ops->rollback(examination->store); /* nothing is changed here */
    for (guint i = 0; read && i < found->len; i++) {
        g_ptr_array_add(homes, g_strdup(g_array_index(found, Home, i).channel));
    }
    return read;
}

void examination_homes(Examination *examination, GPtrArray *homes)
{
    g_autoptr(GError) error = NULL;

    if (examination->store == NULL) {
        g_autofree char *why =
            g_strdup_printf("not looked at, since %s", examination->without_store);

        examination_note(examination, "homes", why);
    } else if (!read_homes(examination, homes, &error)) {
        examination_bad(examination, "homes", error->message);
    }
}

static bool read_kept(Store *store, const char *prefix, GHashTable *values, GError **error)
{
    if (!store->ops->begin(store, error)) {
        return false;
    }
    bool read = store->ops->settings(store, prefix, values, error);

    store->ops->rollback(store);
    return read;
}

GHashTable *examination_kept(Examination *examination, const char *prefix)
{
    g_autoptr(GError) error = NULL;
    GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    if (examination->store != NULL && !read_kept(examination->store, prefix, values, &error)) {
        examination_bad(examination, "store", error->message);
    }
    return values;
}

#include "bot/matrix/aside.h"

#include "bot/log.h"

#define AGAIN_MS 2000

struct MatrixAsides {
    Loop *loop;
    char *workspace;
    MatrixAsidesPost post;
    void *arg;
    GHashTable *all; /* of Aside: posted, and not stored yet */
};

typedef struct Aside {
    MatrixAsides *asides;
    Event *event;     /* NULL: none */
    GArray *keeps;    /* of Memo */
    LoopTimer *again; /* then it is posted again; NULL: it is posted */
} Aside;

static void aside_free(gpointer data)
{
    Aside *aside = data;

    loop_stop(&aside->again);
    event_free(aside->event);
    g_array_unref(aside->keeps);
    g_free(aside);
}

MatrixAsides *matrix_asides_new(Loop *loop, const char *workspace, MatrixAsidesPost post, void *arg)
{
    MatrixAsides *asides = g_new(MatrixAsides, 1);

    *asides = (MatrixAsides){loop, g_strdup(workspace), post, arg,
                             g_hash_table_new_full(NULL, NULL, aside_free, NULL)};
    return asides;
}

void matrix_asides_free(MatrixAsides *asides)
{
    if (asides != NULL) {
        g_hash_table_unref(asides->all);
        g_free(asides->workspace);
        g_free(asides);
    }
}

static void free_event(gpointer event)
{
    event_free(event);
}

static void post(void *arg)
{
    Aside *aside = arg;
    GPtrArray *events = g_ptr_array_new_with_free_func(free_event);

    aside->again = NULL;
    if (aside->event != NULL) {
        g_ptr_array_add(events, event_copy(aside->event));
    }
    aside->asides->post(aside->asides->arg, events, matrix_keeps_copy(aside->keeps), aside);
}

void matrix_asides_post(MatrixAsides *asides, Event *take_event, GArray *take_keeps)
{
    Aside *aside = g_new(Aside, 1);

    *aside = (Aside){asides, take_event, take_keeps, NULL};
    g_hash_table_add(asides->all, aside);
    post(aside);
}

bool matrix_asides_told(MatrixAsides *asides, void *tag, Stored how)
{
    Aside *aside = tag;

    if (!g_hash_table_contains(asides->all, aside)) {
        return false;
    }
    if (how == STORED_NOT_NOW) {
        aside->again = loop_after(asides->loop, AGAIN_MS, post, aside);
        return true;
    }
    if (how == STORED_NOT) {
        log_error("aside_left_out", F_STR("workspace", asides->workspace),
                  F_STR("event", aside->event != NULL ? aside->event->key : ""));
    }
    g_hash_table_remove(asides->all, aside);
    return true;
}

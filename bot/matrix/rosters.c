#include "bot/matrix/rosters.h"

#include <string.h>

/* What could not be read is tried again after this. */
#define AGAIN_MS INT64_C(60000)

struct MatrixRosters {
    Loop *loop;
    MatrixRooms *rooms;
    char *workspace;
    MatrixRosterPost post;
    void *arg;
    GHashTable *homes; /* char * -> char *: what was posted last of that room; "" : nothing yet */
    GQueue due;        /* of char *: rooms that are still to be read */
    char *asking;      /* the room that is being read; NULL: none is */
    bool started;
    uint64_t posted; /* names each */
    LoopTimer *again;
};

static void ask_next(MatrixRosters *rosters);

MatrixRosters *matrix_rosters_new(Loop *loop, const char *workspace, MatrixRooms *rooms,
                                  MatrixRosterPost post, void *arg)
{
    MatrixRosters *rosters = g_new0(MatrixRosters, 1);

    rosters->loop = loop;
    rosters->workspace = g_strdup(workspace);
    rosters->rooms = rooms;
    rosters->post = post;
    rosters->arg = arg;
    rosters->homes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init(&rosters->due);
    return rosters;
}

void matrix_rosters_free(MatrixRosters *rosters)
{
    if (rosters == NULL) {
        return;
    }
    loop_stop(&rosters->again);
    g_hash_table_unref(rosters->homes);
    g_queue_clear_full(&rosters->due, g_free);
    g_free(rosters->asking);
    g_free(rosters->workspace);
    g_free(rosters);
}

static void on_again(void *arg)
{
    MatrixRosters *rosters = arg;

    rosters->again = NULL;
    ask_next(rosters);
}

static void try_later(MatrixRosters *rosters, char *take_room)
{
    g_queue_push_tail(&rosters->due, take_room);
    loop_stop(&rosters->again);
    rosters->again = loop_after(rosters->loop, AGAIN_MS, on_again, rosters);
}

/* Named by the clock of this run and a count: each reading is one event. */
static Event *roster_event(MatrixRosters *rosters, const char *room, const char *list)
{
    g_autofree char *key =
        g_strdup_printf("matrix/%s/roster/%s/%" G_GINT64_FORMAT "/%" G_GUINT64_FORMAT,
                        rosters->workspace, room, g_get_real_time(), rosters->posted++);
    Event *event = event_new(EVENT_ROSTER, key);

    event->channel = g_strdup(room);
    event_set_text(event, list, strlen(list));
    return event;
}

static void on_members(void *arg, const char *const *members)
{
    MatrixRosters *rosters = arg;
    char *room = g_steal_pointer(&rosters->asking);

    if (members == NULL) {
        try_later(rosters, room);
        return;
    }
    g_autoptr(GString) list = g_string_new(NULL);

    for (size_t i = 0; members[i] != NULL; i++) {
        g_string_append_printf(list, "%s%s", i > 0 ? "\n" : "", members[i]);
    }
    const char *last = g_hash_table_lookup(rosters->homes, room);
    if (g_strcmp0(last, list->str) != 0) {
        rosters->post(rosters->arg, roster_event(rosters, room, list->str));
        g_hash_table_replace(rosters->homes, g_strdup(room), g_strdup(list->str));
    }
    g_free(room);
    ask_next(rosters);
}

static void ask_next(MatrixRosters *rosters)
{
    if (!rosters->started || rosters->asking != NULL || rosters->due.length == 0) {
        return;
    }
    rosters->asking = g_queue_pop_head(&rosters->due);
    matrix_rooms_members(rosters->rooms, rosters->asking, true, on_members, rosters);
}

void matrix_rosters_home(MatrixRosters *rosters, const char *room)
{
    if (g_hash_table_contains(rosters->homes, room)) {
        return;
    }
    g_hash_table_replace(rosters->homes, g_strdup(room), g_strdup(""));
    g_queue_push_tail(&rosters->due, g_strdup(room));
    ask_next(rosters);
}

void matrix_rosters_start(MatrixRosters *rosters)
{
    rosters->started = true;
    ask_next(rosters);
}

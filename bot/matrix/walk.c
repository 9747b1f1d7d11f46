#include "bot/matrix/walk.h"

#include <string.h>

#include "bot/matrix/api.h"
#include "bot/matrix/stretch.h"

struct MatrixWalk {
    char *room, *from, *to, *until, *types;
    int64_t oldest_ms;
    int next_page, pages_left;
    bool cut;
    GPtrArray *answers; /* of Json */
    GPtrArray *found;   /* of const Json, the newest first */
    GHashTable *known;  /* event ids: found, or to be left out */
};

static void answer_free(gpointer data)
{
    cJSON_Delete(data);
}

MatrixWalk *matrix_walk_new(const MatrixWalkPlan *plan)
{
    MatrixWalk *walk = g_new(MatrixWalk, 1);

    *walk = (MatrixWalk){
        .room = g_strdup(plan->room),
        .from = g_strdup(plan->from),
        .to = g_strdup(plan->to),
        .until = g_strdup(plan->until),
        .types = g_strdup(plan->types),
        .oldest_ms = plan->oldest_ms,
        .next_page = plan->first_page,
        .pages_left = plan->pages,
        .answers = g_ptr_array_new_with_free_func(answer_free),
        .found = g_ptr_array_new(),
        .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    return walk;
}

void matrix_walk_free(MatrixWalk *walk)
{
    if (walk == NULL) {
        return;
    }
    g_free(walk->room);
    g_free(walk->from);
    g_free(walk->to);
    g_free(walk->until);
    g_free(walk->types);
    g_ptr_array_unref(walk->answers);
    g_ptr_array_unref(walk->found);
    g_hash_table_unref(walk->known);
    g_free(walk);
}

const char *matrix_walk_room(const MatrixWalk *walk)
{
    return walk->room;
}

void matrix_walk_skip(MatrixWalk *walk, const char *event_id)
{
    g_hash_table_add(walk->known, g_strdup(event_id));
}

static void add_query(GString *path, const char *name, const char *value)
{
    if (value != NULL) {
        g_autofree char *encoded = matrix_path("%s", value);

        g_string_append_printf(path, "&%s=%s", name, encoded);
    }
}

char *matrix_walk_path(const MatrixWalk *walk)
{
    g_autofree char *place = matrix_path("/_matrix/client/v3/rooms/%s/messages", walk->room);
    g_autofree char *filter =
        walk->types != NULL ? g_strdup_printf("{\"types\":%s}", walk->types) : NULL;
    GString *path = g_string_new(place);

    g_string_append_printf(path, "?dir=b&limit=%d", walk->next_page);
    add_query(path, "from", walk->from);
    add_query(path, "to", walk->to);
    add_query(path, "filter", filter);
    return g_string_free(path, FALSE);
}

/* True: it came to where it ends. */
static bool take_events(MatrixWalk *walk, const Json *chunk, bool *all_old)
{
    *all_old = chunk != NULL && chunk->child != NULL;
    JSON_EACH (event, chunk) {
        const char *id = json_text(event, "event_id");

        if (walk->until != NULL && strcmp(id, walk->until) == 0) {
            return true;
        }
        *all_old = *all_old && json_int(event, "origin_server_ts", INT64_MAX) < walk->oldest_ms;
        if (matrix_is_event(event) && g_hash_table_add(walk->known, g_strdup(id))) {
            g_ptr_array_add(walk->found, (gpointer)(uintptr_t)event);
        }
    }
    return false;
}

bool matrix_walk_page(MatrixWalk *walk, Json *take_answer)
{
    const char *end = json_text(take_answer, "end");
    guint found = walk->found->len;
    bool all_old = false;

    g_ptr_array_add(walk->answers, take_answer);
    if (take_events(walk, json_array(take_answer, "chunk"), &all_old)) {
        return false;
    }
    if (all_old) {
        g_ptr_array_set_size(walk->found, (gint)found);
        walk->cut = true;
        return false;
    }
    if (end[0] == '\0' || g_strcmp0(end, walk->from) == 0 || g_strcmp0(end, walk->to) == 0) {
        return false;
    }
    if (--walk->pages_left <= 0) {
        walk->cut = true;
        return false;
    }
    g_free(walk->from);
    walk->from = g_strdup(end);
    walk->next_page = MATRIX_PAGE;
    return true;
}

bool matrix_walk_was_cut(const MatrixWalk *walk)
{
    return walk->cut;
}

GPtrArray *matrix_walk_take(MatrixWalk *walk, MatrixBatch *batch)
{
    GPtrArray *events = g_ptr_array_new();

    for (guint i = walk->found->len; i > 0; i--) {
        g_ptr_array_add(events, g_ptr_array_index(walk->found, i - 1));
    }
    for (guint i = 0; i < walk->answers->len; i++) {
        matrix_batch_own(batch, g_ptr_array_index(walk->answers, i));
    }
    g_ptr_array_set_free_func(walk->answers, NULL);
    g_ptr_array_set_size(walk->answers, 0);
    g_ptr_array_set_size(walk->found, 0);
    return events;
}

#include "bot/matrix/catch_up.h"

#include "bot/log.h"
#include "bot/matrix/backoff.h"
#include "bot/matrix/fetch.h"
#include "bot/matrix/push.h"
#include "bot/matrix/stretch.h"

#define ROOMS_MS      60000
#define AGAIN_MS      1000
#define AGAIN_MOST_MS 120000
#define FIRST_PAGE    10 /* mostly nothing was missed */

struct MatrixCatchUp {
    Loop *loop;
    Clock *clock;
    MatrixApi *api;
    char *workspace, *user;
    const MatrixCatchUpOps *ops;
    void *arg;
    GPtrArray *gone;  /* of char*: we were in them, as far as was known */
    GPtrArray *rooms; /* of char*: still to be read, the last one first */
    MatrixCall *call;
    LoopTimer *pause;
    guint failures;
    bool begins; /* of the room that is being read nothing was kept */
    MatrixWalk *walk;
    MatrixFetch *fetch;
};

static void ask_rooms(void *arg);

/* A room --------------------------------------------------------------------------------------- */

static void tell_walk(const MatrixCatchUp *catch_up, const char *error)
{
    const char *room = matrix_walk_room(catch_up->walk);

    if (error[0] != '\0') {
        log_warning("matrix_gap_skipped", F_STR("workspace", catch_up->workspace),
                    F_STR("room", room), F_STR("error", error));
    } else if (matrix_walk_was_cut(catch_up->walk) && !catch_up->begins) {
        log_warning("matrix_gap_cut", F_STR("workspace", catch_up->workspace), F_STR("room", room));
    }
}

static MatrixBatch *missed(MatrixCatchUp *catch_up)
{
    const char *room = matrix_walk_room(catch_up->walk);
    g_autofree char *name = g_strconcat(MATRIX_KEEP_LAST, room, NULL);
    MatrixBatch *batch = matrix_batch_new();
    g_autoptr(GPtrArray) events = matrix_walk_take(catch_up->walk, batch);
    const MatrixStretch stretch = {.room = room, .user = catch_up->user, .was_in = true};

    if (events->len == 0) {
        return batch;
    }
    if (!catch_up->begins) {
        if (matrix_stretch_enters(&stretch, events)) {
            matrix_batch_add(batch, NEWS_JOINED, room, NULL);
        }
        matrix_stretch_read(&stretch, events, batch->news);
    }
    matrix_batch_keep(batch, name,
                      json_text(g_ptr_array_index(events, events->len - 1), "event_id"));
    return batch;
}

static void on_walked(void *arg, const char *error)
{
    MatrixCatchUp *catch_up = arg;

    tell_walk(catch_up, error);
    g_autoptr(MatrixBatch) batch = missed(catch_up);
    g_clear_pointer(&catch_up->fetch, matrix_fetch_free);
    g_clear_pointer(&catch_up->walk, matrix_walk_free);
    if (batch->keeps->len > 0) {
        catch_up->ops->batch(catch_up->arg, g_steal_pointer(&batch));
    } else {
        matrix_catch_up_next(catch_up);
    }
}

static void read_room(MatrixCatchUp *catch_up, const char *room)
{
    const char *last = catch_up->ops->last(catch_up->arg, room);
    const MatrixWalkPlan plan = {
        .room = room,
        .until = last,
        .oldest_ms =
            last != NULL ? clock_now(catch_up->clock).us / 1000 - MATRIX_PAST_MS : INT64_MIN,
        .first_page = last != NULL ? FIRST_PAGE : 1,
        .pages = last != NULL ? MATRIX_PAGES_MAX : 1,
    };

    catch_up->begins = last == NULL;
    catch_up->walk = matrix_walk_new(&plan);
    catch_up->fetch =
        matrix_fetch_new(catch_up->loop, catch_up->api, catch_up->walk, on_walked, catch_up);
}

void matrix_catch_up_next(MatrixCatchUp *catch_up)
{
    if (catch_up->rooms->len == 0) {
        catch_up->ops->done(catch_up->arg);
        return;
    }
    g_autofree char *room = g_ptr_array_steal_index(catch_up->rooms, catch_up->rooms->len - 1);

    read_room(catch_up, room);
}

/* Which rooms ---------------------------------------------------------------------------------- */

static void hand_on_gone(MatrixCatchUp *catch_up)
{
    MatrixBatch *batch = matrix_batch_new();

    for (guint i = 0; i < catch_up->gone->len; i++) {
        const char *room = g_ptr_array_index(catch_up->gone, i);
        g_autofree char *name = g_strconcat(MATRIX_KEEP_LAST, room, NULL);

        matrix_batch_add(batch, NEWS_LEFT, room, NULL);
        matrix_batch_keep(batch, name, NULL);
    }
    catch_up->ops->batch(catch_up->arg, batch);
}

static void take_rooms(MatrixCatchUp *catch_up, const Json *joined)
{
    guint at = 0;

    JSON_EACH (room, joined) {
        const char *id = json_string(room);

        if (g_ptr_array_find_with_equal_func(catch_up->gone, id, g_str_equal, &at)) {
            g_ptr_array_remove_index_fast(catch_up->gone, at);
        }
        if (id[0] != '\0') {
            g_ptr_array_add(catch_up->rooms, g_strdup(id));
        }
    }
}

static void on_rooms(void *arg, const MatrixAnswer *answer)
{
    MatrixCatchUp *catch_up = arg;
    const Json *joined = json_array(answer->json, "joined_rooms");

    catch_up->call = NULL;
    if (answer->class != MATRIX_OK || joined == NULL) {
        int64_t wait = matrix_backoff_ms(catch_up->failures++, AGAIN_MS, AGAIN_MOST_MS);

        catch_up->pause = loop_after(catch_up->loop, wait, ask_rooms, catch_up);
        return;
    }
    take_rooms(catch_up, joined);
    if (catch_up->gone->len > 0) {
        hand_on_gone(catch_up);
    } else {
        matrix_catch_up_next(catch_up);
    }
}

static void ask_rooms(void *arg)
{
    MatrixCatchUp *catch_up = arg;
    const MatrixAsk ask = {
        .method = "GET",
        .path = "/_matrix/client/v3/joined_rooms",
        .line = MATRIX_SOON,
        .deadline_ms = ROOMS_MS,
    };

    catch_up->pause = NULL;
    catch_up->call = matrix_api_call(catch_up->api, &ask, on_rooms, catch_up);
}

/* Life ----------------------------------------------------------------------------------------- */

MatrixCatchUp *matrix_catch_up_new(Loop *loop, Clock *clock, MatrixApi *api, const char *workspace,
                                   const char *user, const char *const *rooms,
                                   const MatrixCatchUpOps *ops, void *arg)
{
    MatrixCatchUp *catch_up = g_new(MatrixCatchUp, 1);

    *catch_up = (MatrixCatchUp){
        .loop = loop,
        .clock = clock,
        .api = api,
        .workspace = g_strdup(workspace),
        .user = g_strdup(user),
        .ops = ops,
        .arg = arg,
        .gone = g_ptr_array_new_with_free_func(g_free),
        .rooms = g_ptr_array_new_with_free_func(g_free),
    };
    for (; *rooms != NULL; rooms++) {
        g_ptr_array_add(catch_up->gone, g_strdup(*rooms));
    }
    ask_rooms(catch_up);
    return catch_up;
}

static void catch_up_free(void *data)
{
    MatrixCatchUp *catch_up = data;

    g_free(catch_up->workspace);
    g_free(catch_up->user);
    g_ptr_array_unref(catch_up->gone);
    g_ptr_array_unref(catch_up->rooms);
    matrix_walk_free(catch_up->walk);
    g_free(catch_up);
}

void matrix_catch_up_free(MatrixCatchUp *catch_up)
{
    if (catch_up == NULL) {
        return;
    }
    if (catch_up->call != NULL) {
        matrix_api_cancel(catch_up->call);
    }
    loop_stop(&catch_up->pause);
    matrix_fetch_free(catch_up->fetch);
    loop_retire(catch_up->loop, catch_up, catch_up_free);
}

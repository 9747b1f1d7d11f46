/* One answer of /sync, read: left before invited before joined, then each room's state and its
 * timeline. The state is what the timeline begins with ("state"), or what it led to
 * ("state_after"): which of the two is the homeserver's to choose. */

#include "bot/matrix/stretch.h"
#include "bot/matrix/sync.h"

typedef struct Reading {
    MatrixBatch *batch;
    const char *user;
    bool first;
    bool (*known)(void *arg, const char *room);
    void *arg;
    GArray *gaps;
} Reading;

static bool was_in(const Reading *reading, const char *room)
{
    return !reading->first && reading->known(reading->arg, room);
}

static GPtrArray *timeline_of(const Json *room)
{
    GPtrArray *events = g_ptr_array_new();

    JSON_EACH (event, json_array(json_object(room, "timeline"), "events")) {
        if (matrix_is_event(event)) {
            g_ptr_array_add(events, (gpointer)(uintptr_t)event);
        }
    }
    return events;
}

static const Json *state_of(const Json *room)
{
    const Json *after = json_object(room, "state_after");

    return json_array(after != NULL ? after : json_object(room, "state"), "events");
}

/* The last of them that is about our own membership; NULL: none. */
static const Json *own_member(const Json *events, const char *user)
{
    const Json *found = NULL;

    JSON_EACH (event, events) {
        if (matrix_own_membership(event, user) != NULL) {
            found = event;
        }
    }
    return found;
}

/* When we came, as the state tells it. */
static int64_t came_ms(const Json *room, const char *user)
{
    const Json *member = own_member(state_of(room), user);

    if (member == NULL || g_strcmp0(matrix_own_membership(member, user), "join") != 0) {
        return MATRIX_CAME_UNKNOWN;
    }
    return json_object(room, "state_after") == NULL
               ? MATRIX_CAME_BEFORE
               : json_int(member, "origin_server_ts", MATRIX_CAME_UNKNOWN);
}

static void gap_clear(gpointer data)
{
    MatrixGap *gap = data;

    g_free(gap->room);
    g_free(gap->prev_batch);
}

GArray *matrix_gaps_new(void)
{
    GArray *gaps = g_array_new(FALSE, FALSE, sizeof(MatrixGap));

    g_array_set_clear_func(gaps, gap_clear);
    return gaps;
}

/* Rooms ---------------------------------------------------------------------------------------- */

static void read_left(Reading *reading, const Json *room)
{
    const Json *timeline = json_array(json_object(room, "timeline"), "events");
    const Json *member = own_member(timeline, reading->user);

    if (member == NULL) {
        member = own_member(state_of(room), reading->user);
    }
    matrix_batch_add(reading->batch, NEWS_LEFT, room->string, member);
}

static void read_invited(Reading *reading, const Json *room)
{
    const Json *stripped = json_array(json_object(room, "invite_state"), "events");

    if (stripped == NULL) {
        stripped = matrix_batch_own(reading->batch, json_new_array());
    }
    matrix_batch_add(reading->batch, NEWS_INVITE, room->string, stripped);
}

static MatrixStretch stretch_of(const Reading *reading, const Json *room)
{
    return (MatrixStretch){
        .room = room->string,
        .user = reading->user,
        .history = reading->first,
        .was_in = was_in(reading, room->string),
        .came_ms = came_ms(room, reading->user),
    };
}

static void read_joined(Reading *reading, const Json *room)
{
    g_autoptr(GPtrArray) events = timeline_of(room);
    MatrixStretch stretch = stretch_of(reading, room);

    if (!reading->first && (!stretch.was_in || matrix_stretch_enters(&stretch, events))) {
        matrix_batch_add(reading->batch, NEWS_JOINED, room->string, NULL);
    }
}

/* A room that we just came into (again) has no gap: its window begins wherever it likes. */
static void note_gap(Reading *reading, const Json *room, const MatrixStretch *stretch,
                     const GPtrArray *events)
{
    const Json *timeline = json_object(room, "timeline");
    const char *prev_batch = json_text(timeline, "prev_batch");

    if (stretch->was_in && json_bool(timeline, "limited") && prev_batch[0] != '\0' &&
        !matrix_stretch_enters(stretch, events)) {
        MatrixGap gap = {g_strdup(room->string), g_strdup(prev_batch), reading->batch->news->len};

        g_array_append_val(reading->gaps, gap);
    }
}

static void read_events(Reading *reading, const Json *room)
{
    g_autoptr(GPtrArray) events = timeline_of(room);
    MatrixStretch stretch = stretch_of(reading, room);

    note_gap(reading, room, &stretch, events);
    JSON_EACH (event, state_of(room)) {
        if (json_text_or_null(event, "state_key") != NULL && json_text(event, "type")[0] != '\0') {
            matrix_batch_add(reading->batch, NEWS_STATE, room->string, event);
        }
    }
    matrix_stretch_read(&stretch, events, reading->batch->news);
}

static const struct {
    const char *key;
    void (*read)(Reading *reading, const Json *room);
} passes[] = {
    {"leave", read_left},
    {"invite", read_invited},
    {"join", read_joined},
    {"join", read_events},
};

MatrixBatch *matrix_sync_read(Json *take_answer, const char *user, bool first,
                              bool (*known)(void *arg, const char *room), void *arg, GArray *gaps)
{
    g_autoptr(MatrixBatch) batch = matrix_batch_new();
    const char *next = json_text(matrix_batch_own(batch, take_answer), "next_batch");
    Reading reading = {batch, user, first, known, arg, gaps};

    if (next[0] == '\0') {
        return NULL;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(passes); i++) {
        JSON_EACH (room, json_object(json_object(take_answer, "rooms"), passes[i].key)) {
            if (room->string[0] != '\0') {
                passes[i].read(&reading, room);
            }
        }
    }
    matrix_batch_keep(batch, MATRIX_KEEP_SINCE, next);
    return g_steal_pointer(&batch);
}

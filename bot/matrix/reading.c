/* A walk over the news. Each is taken at once, or asks for what it misses and is taken again when
 * that came; what cannot be had is done without, so that the walk always goes on. */

#include "bot/matrix/reading.h"

#include <string.h>

#include "bot/log.h"

/* Somebody waits for what is looked up. */
#define LOOK_MS INT64_C(20000)

struct MatrixReading {
    Loop *loop;
    MatrixReadingConfig config;
    char *workspace, *install, *own_user;
    MatrixReadingOps ops;
    void *arg;

    MatrixBatch *batch; /* NULL: none is being read */
    guint at;           /* the news that is being taken */
    GPtrArray *events;  /* of Event */
    Event *ranked;      /* waits for its sender's rank */
    MatrixCall *look;
    char *looked; /* the event that was looked at for this news, or could not be */
    LoopTimer *turn;
};

static void step(MatrixReading *reading);

static void free_event(gpointer event)
{
    event_free(event);
}

MatrixReading *matrix_reading_new(Loop *loop, const MatrixReadingConfig *config,
                                  const MatrixReadingOps *ops, void *arg)
{
    MatrixReading *reading = g_new0(MatrixReading, 1);

    reading->loop = loop;
    reading->config = *config;
    reading->workspace = g_strdup(config->workspace);
    reading->install = g_strdup(config->install);
    reading->ops = *ops;
    reading->arg = arg;
    return reading;
}

static void drop(MatrixReading *reading)
{
    if (reading->look != NULL) {
        matrix_api_cancel(g_steal_pointer(&reading->look));
    }
    loop_stop(&reading->turn);
    g_clear_pointer(&reading->events, g_ptr_array_unref);
    g_clear_pointer(&reading->ranked, event_free);
    g_clear_pointer(&reading->looked, g_free);
    g_clear_pointer(&reading->batch, matrix_batch_free);
}

void matrix_reading_stop(MatrixReading *reading)
{
    drop(reading);
}

void matrix_reading_free(MatrixReading *reading)
{
    if (reading == NULL) {
        return;
    }
    drop(reading);
    g_free(reading->workspace);
    g_free(reading->install);
    g_free(reading->own_user);
    g_free(reading);
}

void matrix_reading_start(MatrixReading *reading, const char *own_user)
{
    g_free(reading->own_user);
    reading->own_user = g_strdup(own_user);
}

/* --- one of the news --- */

static const MatrixNews *news_of(const MatrixReading *reading)
{
    return &g_array_index(reading->batch->news, MatrixNews, reading->at);
}

static void next(MatrixReading *reading)
{
    g_clear_pointer(&reading->looked, g_free);
    reading->at++;
}

static void on_looked(void *arg, const MatrixAnswer *answer)
{
    MatrixReading *reading = arg;
    const char *room = news_of(reading)->room;
    MatrixTarget *target = answer->class == MATRIX_OK && answer->json != NULL
                               ? matrix_target_read(answer->json, room, reading->own_user)
                               : NULL;

    reading->look = NULL;
    matrix_targets_put(reading->config.targets,
                       target != NULL ? target : matrix_target_gone(room, reading->looked));
    step(reading);
}

/* False: it was looked at already, and is none the clearer. */
static bool look_at(MatrixReading *reading, const char *id)
{
    if (g_strcmp0(reading->looked, id) == 0) {
        return false;
    }
    g_free(reading->looked);
    reading->looked = g_strdup(id);
    g_autofree char *path =
        matrix_path("/_matrix/client/v3/rooms/%s/event/%s", news_of(reading)->room, id);
    MatrixAsk ask = {.method = "GET", .path = path, .line = MATRIX_SOON, .deadline_ms = LOOK_MS};

    reading->look = matrix_api_call(reading->config.api, &ask, on_looked, reading);
    return true;
}

static void on_rank(void *arg, Standing standing)
{
    MatrixReading *reading = arg;

    if (reading->ranked == NULL) {
        return; /* it was stopped */
    }
    reading->ranked->standing = standing;
    g_ptr_array_add(reading->events, g_steal_pointer(&reading->ranked));
    next(reading);
    step(reading);
}

/* Only who may decide what all in the room are asked sets it up. */
static void ask_rank(MatrixReading *reading, Event *take_event)
{
    reading->ranked = take_event;
    matrix_rooms_rank(reading->config.rooms, take_event->channel, take_event->member, on_rank,
                      reading);
}

static void learned(void *arg, bool ok)
{
    MatrixReading *reading = arg;

    (void)ok; /* what is not known is taken for an ordinary room */
    if (reading->batch != NULL) {
        step(reading);
    }
}

/* True when the event waits for an answer; the walk goes on then. */
static bool take_intake(MatrixReading *reading, MatrixIntake *intake)
{
    const MatrixNews *news = news_of(reading);
    MatrixRooms *rooms = reading->config.rooms;

    switch (intake->kind) {
    case MATRIX_NOTHING:
    case MATRIX_RULES: /* told to the rooms already */
        break;
    case MATRIX_OWN:
        matrix_targets_put(reading->config.targets,
                           matrix_target_read(news->json, news->room, reading->own_user));
        if (intake->row != NULL) {
            reading->ops.own(reading->arg, intake->row, news->room, intake->id);
        }
        break;
    case MATRIX_LOOK:
        return look_at(reading, intake->id);
    case MATRIX_ENCRYPTED:
        reading->ops.unreadable(reading->arg, news->room);
        break;
    case MATRIX_EVENT:
        if (intake->event->direct && intake->event->member != NULL) {
            matrix_rooms_spoke(rooms, news->room, intake->event->member);
        }
        if (intake->wants_rank && intake->event->channel != NULL) {
            ask_rank(reading, g_steal_pointer(&intake->event));
            return true;
        }
        g_ptr_array_add(reading->events, g_steal_pointer(&intake->event));
        break;
    case MATRIX_MEMBER:
        if (intake->event != NULL && !matrix_rooms_is_direct(rooms, news->room)) {
            g_ptr_array_add(reading->events, g_steal_pointer(&intake->event));
        }
        break;
    }
    return false;
}

/* True when it waits for an answer. */
static bool take_event(MatrixReading *reading, const MatrixNews *news)
{
    MatrixRooms *rooms = reading->config.rooms;
    const char *sender = json_text(news->json, "sender");
    bool ours = strcmp(sender, reading->own_user) == 0;

    if (!ours && !matrix_rooms_allowed(rooms, sender)) {
        return false;
    }
    MatrixPlace place = {.workspace = reading->workspace,
                         .room = news->room,
                         .direct = matrix_rooms_is_direct(rooms, news->room),
                         .own_user = reading->own_user,
                         .own_name = matrix_rooms_name(rooms, reading->own_user),
                         .install = reading->install,
                         .targets = reading->config.targets};
    g_auto(MatrixIntake) intake = matrix_intake(news->json, &place);

    return take_intake(reading, &intake);
}

/* Our own words from before count where somebody reacts to them now. */
static void take_history(MatrixReading *reading, const MatrixNews *news)
{
    if (json_any(news->json, "state_key") != NULL) {
        matrix_rooms_state(reading->config.rooms, news->room, news->json);
    } else if (strcmp(json_text(news->json, "sender"), reading->own_user) == 0) {
        matrix_targets_put(reading->config.targets,
                           matrix_target_read(news->json, news->room, reading->own_user));
    }
}

/* Takes the news at hand; true when it waits for an answer, and is taken again then. */
static bool take_news(MatrixReading *reading)
{
    const MatrixNews *news = news_of(reading);
    MatrixRooms *rooms = reading->config.rooms;

    switch (news->kind) {
    case NEWS_HISTORY:
        take_history(reading, news);
        break;
    case NEWS_STATE:
        matrix_rooms_state(rooms, news->room, news->json);
        break;
    case NEWS_INVITE:
        matrix_rooms_invited(rooms, news->room, news->json);
        break;
    case NEWS_JOINED:
        matrix_rooms_entered(rooms, news->room);
        break;
    case NEWS_LEFT:
        matrix_rooms_left(rooms, news->room);
        break;
    case NEWS_EVENT:
        if (json_any(news->json, "state_key") != NULL) {
            matrix_rooms_state(rooms, news->room, news->json);
        }
        return take_event(reading, news);
    }
    return false;
}

/* --- the walk --- */

static void finish(MatrixReading *reading)
{
    MatrixBatch *batch = g_steal_pointer(&reading->batch);
    GPtrArray *events = g_steal_pointer(&reading->events);

    reading->ops.read(reading->arg, batch, events);
}

/* A room is learned about before anything said in it is taken. */
static bool must_learn(MatrixReading *reading)
{
    const MatrixNews *news = news_of(reading);
    g_autofree char *mark = NULL;

    if (news->kind != NEWS_EVENT || matrix_rooms_is_known(reading->config.rooms, news->room)) {
        return false;
    }
    mark = g_strconcat("learn ", news->room, NULL);
    if (g_strcmp0(reading->looked, mark) == 0) {
        return false; /* it could not be had */
    }
    g_free(reading->looked);
    reading->looked = g_steal_pointer(&mark);
    matrix_rooms_learn(reading->config.rooms, news->room, learned, reading);
    return true;
}

static void step(MatrixReading *reading)
{
    while (reading->at < reading->batch->news->len) {
        if (must_learn(reading) || take_news(reading)) {
            return;
        }
        next(reading);
    }
    finish(reading);
}

static void on_turn(void *arg)
{
    MatrixReading *reading = arg;

    reading->turn = NULL;
    step(reading);
}

void matrix_reading_take(MatrixReading *reading, MatrixBatch *take_batch)
{
    drop(reading);
    reading->batch = take_batch;
    reading->at = 0;
    reading->events = g_ptr_array_new_with_free_func(free_event);
    reading->turn = loop_after(reading->loop, 0, on_turn, reading);
}

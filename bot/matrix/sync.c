#include "bot/matrix/sync.h"

#include <string.h>

#include "bot/log.h"
#include "bot/matrix/backoff.h"
#include "bot/matrix/card.h"
#include "bot/matrix/fetch.h"
#include "bot/matrix/hand.h"
#include "bot/matrix/stretch.h"
#include "core/words.h"

/* One thing at a time, in a circle: where we are in (once, when it goes on from an earlier run),
 * poll, fill the gaps, hand on, and when that is stored poll again. go_on() alone decides what is
 * next, from what there is. */

#define SECOND          INT64_C(1000)
#define MINUTE          (60 * SECOND)
#define POLL_MS         "30000" /* the homeserver waits for so long */
#define AT_ONCE         "0"
#define QUIET_MS        MINUTE /* … and says nothing for no longer than that */
#define QUIET_MOST      10     /* times as long, after as many failures: it may have a lot to do */
#define FIRST_QUIET_MS  (10 * MINUTE)
#define POLL_MOST_MS    (30 * MINUTE)
#define ROOMS_MS        MINUTE
#define AGAIN_MS        SECOND
#define AGAIN_MOST_MS   (2 * MINUTE)
#define BREATH_MS       SECOND /* between answers that bring nothing and did not wait for it */
#define TIMELINE_EVENTS 50
#define TIMELINE_LEAST  5

/* What is told as state must be in both lists: filtered from the timeline, a change would be told
 * only where it fell into a gap. */
#define STATE_TYPES                                                                                \
    "\"m.room.create\",\"m.room.encryption\",\"m.room.member\",\"m.room.name\","                   \
    "\"m.room.power_levels\",\"m.room.tombstone\""
#define TIMELINE_TYPES                                                                             \
    "[" STATE_TYPES ",\"m.reaction\",\"m.room.encrypted\",\"m.room.message\","                     \
    "\"m.room.redaction\",\"" MATRIX_POLL_START "\",\"" MATRIX_POLL_RESPONSE                       \
    "\",\"" MATRIX_POLL_END "\"]"
#define FILTER                                                                                     \
    "{\"room\":{\"timeline\":{\"limit\":%d,\"types\":" TIMELINE_TYPES "},"                         \
    "\"state\":{\"lazy_load_members\":true,\"types\":[" STATE_TYPES "]},"                          \
    "\"ephemeral\":{\"types\":[]},\"account_data\":{\"types\":[]}},"                               \
    "\"presence\":{\"types\":[]},\"account_data\":{\"types\":[]}}"

struct MatrixSync {
    Loop *loop;
    Clock *clock;
    MatrixApi *api;
    char *workspace, *user;
    char *since; /* NULL: the first sync is to come */
    MatrixHand *hand;
    GHashTable *rooms; /* where we are in; NULL: not known yet */
    bool running;
    bool hurry; /* the next poll does not wait */
    int limit;  /* events of a timeline to ask for */
    guint failures;
    int64_t count;
    char *why; /* NULL: it is ready */
    int64_t asked_ms;
    MatrixCall *call;
    LoopTimer *pause;
    MatrixBatch *batch; /* read, and not handed on yet */
    GArray *gaps;       /* of `batch`, still to be filled: the last one first */
    char *gaps_to;      /* the token where they end */
    MatrixWalk *walk;
    MatrixFetch *fetch;
};

static void go_on(MatrixSync *sync);

/* How it goes ---------------------------------------------------------------------------------- */

static void set_why(MatrixSync *sync, const char *why)
{
    char *copy = g_strdup(why);

    g_free(sync->why);
    sync->why = copy;
}

static void succeeded(MatrixSync *sync)
{
    if (sync->why != NULL) {
        log_info("matrix_sync_ready", F_STR("workspace", sync->workspace));
    }
    set_why(sync, NULL);
    sync->failures = 0;
    sync->hurry = false;
    sync->limit = TIMELINE_EVENTS;
}

static void on_pause_over(void *arg)
{
    MatrixSync *sync = arg;

    sync->pause = NULL;
    go_on(sync);
}

static void failed(MatrixSync *sync, const char *error, const char *why)
{
    if (sync->failures == 0) {
        log_warning("matrix_sync_broken", F_STR("workspace", sync->workspace),
                    F_STR("error", error));
    }
    set_why(sync, why != NULL && why[0] != '\0' ? why : words_template(W_SYNC_SILENT));
    sync->hurry = true;
    sync->pause =
        loop_after(sync->loop, matrix_backoff_ms(sync->failures++, AGAIN_MS, AGAIN_MOST_MS),
                   on_pause_over, sync);
}

/* Where we are in ------------------------------------------------------------------------------ */

static GHashTable *new_rooms(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static bool is_known(void *arg, const char *room)
{
    const MatrixSync *sync = arg;

    return sync->rooms != NULL && g_hash_table_contains(sync->rooms, room);
}

static void on_rooms(void *arg, const MatrixAnswer *answer)
{
    MatrixSync *sync = arg;
    const Json *joined = json_array(answer->json, "joined_rooms");

    sync->call = NULL;
    if (answer->class != MATRIX_OK || joined == NULL) {
        failed(sync, answer->error, answer->people);
        return;
    }
    sync->rooms = new_rooms();
    JSON_EACH (room, joined) {
        g_hash_table_add(sync->rooms, g_strdup(json_string(room)));
    }
    go_on(sync);
}

/* After a restart: else a room that was quiet for a while would look newly joined, and what it said
 * lately would be taken for its past. */
static void ask_rooms(MatrixSync *sync)
{
    const MatrixAsk ask = {
        .method = "GET",
        .path = "/_matrix/client/v3/joined_rooms",
        .line = MATRIX_SOON,
        .deadline_ms = ROOMS_MS,
    };

    sync->call = matrix_api_call(sync->api, &ask, on_rooms, sync);
}

static void note_rooms(MatrixSync *sync, const Json *answer)
{
    const Json *rooms = json_object(answer, "rooms");

    JSON_EACH (room, json_object(rooms, "leave")) {
        g_hash_table_remove(sync->rooms, room->string);
    }
    JSON_EACH (room, json_object(rooms, "join")) {
        g_hash_table_add(sync->rooms, g_strdup(room->string));
    }
}

/* Polling -------------------------------------------------------------------------------------- */

/* A homeserver (or what stands before it) that answers at once, though nothing happened and it was
 * to wait, must not be asked in a circle. */
static void breathe(MatrixSync *sync)
{
    bool unchanged = g_strcmp0(sync->since, sync->gaps_to) == 0;

    if (sync->batch->news->len > 0) {
        return;
    }
    if (unchanged) {
        g_clear_pointer(&sync->batch, matrix_batch_free); /* as nearly all of a quiet night */
    }
    if (!sync->hurry && loop_now_ms(sync->loop) - sync->asked_ms < BREATH_MS) {
        sync->pause = loop_after(sync->loop, BREATH_MS, on_pause_over, sync);
    }
}

static void take_answer(MatrixSync *sync, const MatrixAnswer *answer)
{
    Json *whole = cJSON_Duplicate(answer->json, true);
    bool first = sync->since == NULL;
    MatrixBatch *batch = matrix_sync_read(whole, sync->user, first, is_known, sync, sync->gaps);

    if (batch == NULL) {
        failed(sync, "not_an_answer_of_sync", words_template(W_SYNC_ODD));
        return;
    }
    if (first) {
        g_clear_pointer(&sync->rooms, g_hash_table_unref);
        sync->rooms = new_rooms();
        log_info("matrix_sync_first_done", F_STR("workspace", sync->workspace),
                 F_INT("news", batch->news->len));
    }
    note_rooms(sync, whole);
    sync->batch = batch;
    g_free(sync->gaps_to);
    sync->gaps_to = sync->since;
    sync->since = g_strdup(json_text(whole, "next_batch"));
    sync->count++;
    breathe(sync);
    succeeded(sync);
    go_on(sync);
}

/* The homeserver does not know the place that we kept, or not any more: begin anew. */
static bool has_lost_us(const MatrixSync *sync, const MatrixAnswer *answer)
{
    return sync->since != NULL && answer->status == 400 && g_str_has_prefix(answer->error, "M_");
}

static void begin_anew(MatrixSync *sync)
{
    log_warning("matrix_sync_place_lost", F_STR("workspace", sync->workspace));
    g_clear_pointer(&sync->since, g_free);
    sync->hurry = true;
    go_on(sync);
}

static void poll_failed(MatrixSync *sync, const MatrixAnswer *answer)
{
    if (strcmp(answer->error, "answer_too_long") == 0) {
        sync->limit = MAX(sync->limit / 2, TIMELINE_LEAST);
    }
    failed(sync, answer->error, answer->people);
}

static void on_poll(void *arg, const MatrixAnswer *answer)
{
    MatrixSync *sync = arg;

    sync->call = NULL;
    if (answer->class == MATRIX_OK) {
        take_answer(sync, answer);
    } else if (has_lost_us(sync, answer)) {
        begin_anew(sync);
    } else {
        poll_failed(sync, answer);
    }
}

static char *poll_path(const MatrixSync *sync)
{
    g_autofree char *filter = g_strdup_printf(FILTER, sync->limit);
    bool wait = sync->since != NULL && !sync->hurry;
    g_autofree char *path = matrix_path("/_matrix/client/v3/sync?filter=%s&timeout=%s"
                                        "&set_presence=offline&use_state_after=true",
                                        filter, wait ? POLL_MS : AT_ONCE);
    g_autofree char *since = sync->since != NULL ? matrix_path("&since=%s", sync->since) : NULL;

    return g_strconcat(path, since, NULL);
}

static int64_t quiet_ms(const MatrixSync *sync)
{
    return sync->since == NULL ? FIRST_QUIET_MS : QUIET_MS * MIN(sync->failures + 1, QUIET_MOST);
}

static void poll(MatrixSync *sync)
{
    g_autofree char *path = poll_path(sync);
    const MatrixAsk ask = {
        .method = "GET",
        .path = path,
        .line = MATRIX_POLL,
        .deadline_ms = POLL_MOST_MS,
        .quiet_ms = quiet_ms(sync),
    };

    sync->asked_ms = loop_now_ms(sync->loop);
    sync->call = matrix_api_call(sync->api, &ask, on_poll, sync);
}

/* Gaps ----------------------------------------------------------------------------------------- */

static void tell_gap(const MatrixSync *sync, const char *room, const char *error)
{
    if (error[0] != '\0') {
        log_warning("matrix_gap_skipped", F_STR("workspace", sync->workspace), F_STR("room", room),
                    F_STR("error", error));
    } else if (matrix_walk_was_cut(sync->walk)) {
        log_warning("matrix_gap_cut", F_STR("workspace", sync->workspace), F_STR("room", room));
    }
}

/* A join of ours may stand in the gap, when we left and came back while nobody looked. */
static void insert_filling(MatrixSync *sync, const MatrixGap *gap)
{
    g_autoptr(GPtrArray) events = matrix_walk_take(sync->walk, sync->batch);
    const MatrixStretch stretch = {.room = gap->room, .user = sync->user, .was_in = true};
    GArray *news = matrix_news_new();

    if (matrix_stretch_enters(&stretch, events)) {
        matrix_news_add(news, NEWS_JOINED, gap->room, NULL);
    }
    matrix_stretch_read(&stretch, events, news);
    matrix_batch_insert(sync->batch, gap->at, news);
}

static void on_filled(void *arg, const char *error)
{
    MatrixSync *sync = arg;
    const MatrixGap *gap = &g_array_index(sync->gaps, MatrixGap, sync->gaps->len - 1);

    tell_gap(sync, gap->room, error);
    insert_filling(sync, gap);
    g_array_set_size(sync->gaps, sync->gaps->len - 1);
    g_clear_pointer(&sync->fetch, matrix_fetch_free);
    g_clear_pointer(&sync->walk, matrix_walk_free);
    go_on(sync);
}

/* What the timeline after the gap holds is not wanted twice. */
static void skip_timeline(MatrixSync *sync, const MatrixGap *gap)
{
    for (guint i = gap->at; i < sync->batch->news->len; i++) {
        const MatrixNews *news = &g_array_index(sync->batch->news, MatrixNews, i);

        if (news->kind == NEWS_EVENT && strcmp(news->room, gap->room) == 0) {
            matrix_walk_skip(sync->walk, json_text(news->json, "event_id"));
        }
    }
}

/* The last gap first, so that the others stay where they are. */
static void fill(MatrixSync *sync)
{
    const MatrixGap *gap = &g_array_index(sync->gaps, MatrixGap, sync->gaps->len - 1);
    const MatrixWalkPlan plan = {
        .room = gap->room,
        .from = gap->prev_batch,
        .to = sync->gaps_to,
        .types = TIMELINE_TYPES,
        .oldest_ms = clock_now(sync->clock).us / 1000 - MATRIX_PAST_MS,
        .first_page = MATRIX_PAGE,
        .pages = MATRIX_PAGES_MAX,
    };

    if (sync->walk == NULL) {
        sync->walk = matrix_walk_new(&plan);
        skip_timeline(sync, gap);
    }
    sync->fetch = matrix_fetch_new(sync->loop, sync->api, sync->walk, on_filled, sync);
}

/* The circle ----------------------------------------------------------------------------------- */

static void go_on(MatrixSync *sync)
{
    bool busy = sync->call != NULL || sync->pause != NULL || sync->fetch != NULL;

    if (!sync->running || busy || !matrix_hand_is_free(sync->hand)) {
        return;
    }
    if (sync->gaps->len > 0) {
        fill(sync);
    } else if (sync->batch != NULL) {
        matrix_hand_on(sync->hand, g_steal_pointer(&sync->batch));
    } else if (sync->since != NULL && sync->rooms == NULL) {
        ask_rooms(sync);
    } else {
        poll(sync);
    }
}

static void on_stored(void *arg)
{
    go_on(arg);
}

MatrixSync *matrix_sync_new(Loop *loop, Clock *clock, MatrixApi *api, const char *workspace,
                            const char *since, const MatrixSink *sink)
{
    MatrixSync *sync = g_new(MatrixSync, 1);

    *sync = (MatrixSync){
        .loop = loop,
        .clock = clock,
        .api = api,
        .workspace = g_strdup(workspace),
        .since = g_strdup(since),
        .hand = matrix_hand_new(loop, sink, on_stored, sync),
        .limit = TIMELINE_EVENTS,
        .why = g_strdup(words_template(W_SYNC_STARTING)),
        .gaps = matrix_gaps_new(),
    };
    return sync;
}

static void stop_asking(MatrixSync *sync)
{
    if (sync->call != NULL) {
        matrix_api_cancel(g_steal_pointer(&sync->call));
    }
    g_clear_pointer(&sync->fetch, matrix_fetch_free); /* the walk goes on from where it is */
    loop_stop(&sync->pause);
}

static void sync_free(void *data)
{
    MatrixSync *sync = data;

    g_free(sync->workspace);
    g_free(sync->user);
    g_free(sync->since);
    g_free(sync->gaps_to);
    g_free(sync->why);
    g_array_unref(sync->gaps);
    matrix_batch_free(sync->batch);
    matrix_walk_free(sync->walk);
    g_clear_pointer(&sync->rooms, g_hash_table_unref);
    g_free(sync);
}

void matrix_sync_free(MatrixSync *sync)
{
    if (sync != NULL) {
        stop_asking(sync);
        matrix_hand_free(sync->hand);
        loop_retire(sync->loop, sync, sync_free);
    }
}

void matrix_sync_start(MatrixSync *sync, const char *user)
{
    char *copy = g_strdup(user);

    g_free(sync->user);
    sync->user = copy;
    if (!sync->running) {
        sync->running = true;
        sync->hurry = true;
        go_on(sync);
    }
}

void matrix_sync_pause(MatrixSync *sync)
{
    sync->running = false;
    stop_asking(sync);
}

void matrix_sync_taken(MatrixSync *sync, bool stored)
{
    matrix_hand_taken(sync->hand, stored);
}

bool matrix_sync_ready(const MatrixSync *sync, const char **why)
{
    *why = sync->why != NULL ? sync->why : "";
    return sync->why == NULL;
}

bool matrix_sync_tried(const MatrixSync *sync)
{
    return sync->count > 0 || sync->failures > 0;
}

int64_t matrix_sync_count(const MatrixSync *sync)
{
    return sync->count;
}

#include "bot/matrix/matrix.h"

#include <string.h>

#include "bot/drawing.h"
#include "bot/log.h"
#include "bot/matrix/account.h"
#include "bot/matrix/aside.h"
#include "bot/matrix/post.h"
#include "bot/matrix/push.h"
#include "bot/matrix/reading.h"
#include "bot/matrix/rosters.h"
#include "bot/matrix/sync.h"
#include "bot/matrix/tally.h"
#include "bot/request_id.h"
#include "bot/trouble.h"
#include "core/words.h"

/* What the account keeps: its login, rooms that were told that they cannot be read, and rooms that
 * it is on its way into. */
#define KEEP_HOMESERVER "homeserver"
#define KEEP_DEVICE     "device"
#define KEEP_TOKEN      "token"
#define KEEP_TOLD       "told/" /* then the room's id */
#define KEEP_JOIN       "join/" /* then the room's id */

/* The last messages that others may point at. */
#define TARGETS_MAX 4000
#define NOTICE_MS   INT64_C(600000)
/* The login waits for the store. */
#define LOGIN_AGAIN_MS 2000

typedef struct Matrix {
    Adapter adapter;
    char *name;
    AdapterShared shared;
    GHashTable *kept; /* name -> value: what an earlier run stored, and this one since */
    MatrixApi *api;
    MatrixAccount *account;
    MatrixRooms *rooms;
    MatrixTargets *targets;
    MatrixReading *reading;
    MatrixRosters *rosters;
    MatrixSync *sync; /* one of these two */
    MatrixPush *push;
    MatrixPost *post;
    Drawing *drawing;
    Troubles *troubles;
    MatrixTally tally;
    GPtrArray *telling; /* of Entered: rooms that are being told that they cannot be read */
    MatrixAsides *asides;
    MatrixPiece *piece;    /* NULL: none is under way */
    int64_t piece_came_us; /* monotonic */
    LoopTimer *again;      /* the login could not be stored */
    GHashTable *out;       /* int64_t row -> char *: the channel of each card on its way */
} Matrix;

/* A room that we have just come to, or that is being told that it cannot be read. */
typedef struct Entered {
    Matrix *matrix;
    char *room;
} Entered;

/* What engine_post_all hands back: whose it was, where it is none of the asides'. */
static char tag_piece, tag_login;

static Matrix *matrix_of(Adapter *adapter)
{
    return (Matrix *)adapter;
}

char *matrix_kept_prefix(const char *workspace)
{
    return g_strdup_printf("matrix/%s/", workspace);
}

static const char *kept(void *arg, const char *name)
{
    const Matrix *matrix = arg;

    return g_hash_table_lookup(matrix->kept, name);
}

static void tell_levels(const Matrix *matrix)
{
    metric_set(matrix->tally.calls, (int64_t)matrix_api_depth(matrix->api));
    metric_set(matrix->tally.cards, (int64_t)matrix_post_depth(matrix->post));
}

/* --- what is stored --- */

static void remember(const Matrix *matrix, const char *name, const char *value)
{
    if (value == NULL) {
        g_hash_table_remove(matrix->kept, name);
    } else if (g_strcmp0(g_hash_table_lookup(matrix->kept, name), value) != 0) {
        g_hash_table_replace(matrix->kept, g_strdup(name), g_strdup(value));
    }
}

/* Names are the workspace's own in the store. */
static void keep_to(const Matrix *matrix, GArray *keeps, const char *name, const char *value)
{
    Memo memo = {g_strdup_printf("matrix/%s/%s", matrix->name, name), g_strdup(value)};

    g_array_append_val(keeps, memo);
    remember(matrix, name, value);
}

static void free_event(gpointer event)
{
    event_free(event);
}

static GPtrArray *events_new(void)
{
    return g_ptr_array_new_with_free_func(free_event);
}

static void post_all(Matrix *matrix, GPtrArray *take_events, GArray *take_keeps, void *tag)
{
    engine_post_all(matrix->shared.engine, matrix->adapter.workspace, take_events, take_keeps, tag);
}

static void post_piece(void *arg, GPtrArray *take_events, GArray *take_keeps)
{
    post_all(arg, take_events, take_keeps, &tag_piece);
}

static void end_piece(Matrix *matrix, bool stored)
{
    if (stored) {
        metric_observe_us(matrix->tally.take, g_get_monotonic_time() - matrix->piece_came_us);
        g_clear_pointer(&matrix->piece, matrix_piece_free);
    }
    if (matrix->sync != NULL) {
        matrix_sync_taken(matrix->sync, stored);
    } else {
        matrix_push_taken(matrix->push, stored);
    }
}

static void piece_told(Matrix *matrix, Stored how)
{
    switch (matrix_piece_told(matrix->piece, how)) {
    case PIECE_GOES_ON:
        break;
    case PIECE_IN:
        end_piece(matrix, true);
        break;
    case PIECE_AGAIN:
        end_piece(matrix, false);
        break;
    }
}

static void on_read(void *arg, MatrixBatch *take_batch, GPtrArray *take_events)
{
    Matrix *matrix = arg;
    g_autoptr(MatrixBatch) batch = take_batch;
    GArray *keeps = matrix_keeps_new();

    for (guint i = 0; i < take_events->len; i++) {
        Event *event = g_ptr_array_index(take_events, i);

        event->workspace = matrix->adapter.workspace;
        log_debug("event_came", F_STR("workspace", matrix->name), F_REQUEST(event->key));
    }
    for (guint i = 0; i < batch->keeps->len; i++) {
        const MatrixKeep *keep = &g_array_index(batch->keeps, MatrixKeep, i);

        keep_to(matrix, keeps, keep->name, keep->value);
    }
    metric_add(matrix->tally.events, take_events->len);
    matrix_piece_post(matrix->piece, take_events, keeps);
    tell_levels(matrix);
}

static void on_batch(void *arg, MatrixBatch *take_batch)
{
    Matrix *matrix = arg;

    if (matrix->piece == NULL) { /* else it is the same again */
        matrix->piece = matrix_piece_new(matrix->name, post_piece, matrix);
        matrix->piece_came_us = g_get_monotonic_time();
        metric_add(matrix->tally.batches, 1);
    }
    matrix_reading_take(matrix->reading, take_batch);
}

/* Beside what comes in pieces. */
static void post_roster(void *arg, Event *take_event)
{
    Matrix *matrix = arg;

    take_event->workspace = matrix->adapter.workspace;
    matrix_asides_post(matrix->asides, take_event, matrix_keeps_new());
}

static void post_aside(void *arg, GPtrArray *take_events, GArray *take_keeps, void *tag)
{
    post_all(arg, take_events, take_keeps, tag);
}

/* --- rooms --- */

static void entered_free(void *data)
{
    Entered *entered = data;

    g_free(entered->room);
    g_free(entered);
}

static Entered *entered_new(Matrix *matrix, const char *room)
{
    Entered *entered = g_new(Entered, 1);

    *entered = (Entered){matrix, g_strdup(room)};
    return entered;
}

/* Kept only now: killed meanwhile, it is told again, under the same transaction id. */
static void on_told(void *arg, const MatrixAnswer *answer)
{
    Entered *told = arg;
    Matrix *matrix = told->matrix;
    bool passing = answer->class == MATRIX_AUTH || answer->class == MATRIX_RETRY ||
                   answer->class == MATRIX_UNSURE;
    g_autofree char *name = g_strconcat(KEEP_TOLD, told->room, NULL);

    if (answer->class != MATRIX_OK) {
        log_info("room_not_told", F_STR("workspace", matrix->name), F_STR("error", answer->error));
    }
    if (passing) {
        remember(matrix, name, NULL); /* whoever writes there next hears it */
    } else {
        GArray *keeps = matrix_keeps_new();

        keep_to(matrix, keeps, name, "1");
        matrix_asides_post(matrix->asides, NULL, keeps);
    }
    g_ptr_array_remove(matrix->telling, told);
}

/* Said once in each room, in the clear: nobody there could read anything else of ours either. */
static void on_unreadable(void *arg, const char *room)
{
    Matrix *matrix = arg;
    g_autofree char *name = g_strconcat(KEEP_TOLD, room, NULL);
    g_autofree char *txn = g_strdup_printf("%s-unreadable", matrix->shared.install);
    g_autofree char *path =
        matrix_path("/_matrix/client/v3/rooms/%s/send/m.room.message/%s", room, txn);
    g_autofree char *said = say(W_MATRIX_UNREADABLE);
    g_auto(MatrixText) text = matrix_text_new();

    if (kept(matrix, name) != NULL) {
        return;
    }
    remember(matrix, name, "1");
    log_warning("room_encrypted", F_STR("workspace", matrix->name), F_STR("room", room));
    matrix_text_add(&text, said, NULL);
    Json *content = json_new_object();
    json_put_text(content, "msgtype", "m.notice");
    json_put_text(content, "body", text.plain->str);
    json_put_text(content, "format", "org.matrix.custom.html");
    json_put_text(content, "formatted_body", text.html->str);
    json_put_object(content, "m.mentions");
    MatrixAsk ask = {.method = "PUT",
                     .path = path,
                     .take_body = content,
                     .line = MATRIX_SEND,
                     .room = room,
                     .deadline_ms = NOTICE_MS};
    Entered *told = entered_new(matrix, room);
    g_ptr_array_add(matrix->telling, told);
    matrix_api_call(matrix->api, &ask, on_told, told);
}

static void on_learned(void *arg, bool ok)
{
    Entered *entered = arg;

    if (ok && matrix_rooms_is_encrypted(entered->matrix->rooms, entered->room)) {
        on_unreadable(entered->matrix, entered->room);
    }
    entered_free(entered);
}

/* Nobody should have to write there first to hear that it is in vain. */
static void on_entered(void *arg, const char *room, bool direct)
{
    Matrix *matrix = arg;

    (void)direct;
    matrix_rooms_learn(matrix->rooms, room, on_learned, entered_new(matrix, room));
}

/* Moved, and there: both, or neither. */
static void on_moved(void *arg, const char *from, const char *to)
{
    Matrix *matrix = arg;
    GArray *keeps = matrix_keeps_new();
    g_autofree char *key = g_strdup_printf("matrix/%s/moved/%s/%s", matrix->name, from, to);
    g_autofree char *way = g_strconcat(KEEP_JOIN, to, NULL);
    Event *event = event_new(EVENT_MOVED, key);

    event->workspace = matrix->adapter.workspace;
    event->channel = g_strdup(from);
    event->value = g_strdup(to);
    keep_to(matrix, keeps, way, NULL);
    matrix_asides_post(matrix->asides, event, keeps);
}

/* Stored no later than what told of it. */
static void on_join(void *arg, const char *room, const char *what)
{
    Matrix *matrix = arg;
    g_autofree char *name = g_strconcat(KEEP_JOIN, room, NULL);

    if (what != NULL || kept(matrix, name) != NULL) {
        GArray *keeps = matrix_keeps_new();

        keep_to(matrix, keeps, name, what);
        matrix_asides_post(matrix->asides, NULL, keeps);
    }
}

static void resume_joins(const Matrix *matrix)
{
    GHashTableIter iter;
    gpointer name, what;

    g_hash_table_iter_init(&iter, matrix->kept);
    while (g_hash_table_iter_next(&iter, &name, &what)) {
        if (g_str_has_prefix(name, KEEP_JOIN)) {
            matrix_rooms_resume(matrix->rooms, (const char *)name + strlen(KEEP_JOIN), what);
        }
    }
}

static void on_own(void *arg, const char *row, const char *room, const char *event_id)
{
    matrix_post_seen(((Matrix *)arg)->post, row, room, event_id);
}

/* --- cards --- */

static void on_settled(void *arg, int64_t row, OutboxEnd end, const MessageRef *ref)
{
    Matrix *matrix = arg;
    const char *target = g_hash_table_lookup(matrix->out, &row);

    if (target != NULL && end == OUTBOX_DEAD) {
        log_warning("card_dead", F_STR("workspace", matrix->name), F_INT("row", row),
                    F_STR("why", ref != NULL ? ref->message : ""));
        troubles_put(matrix->troubles, target, ref != NULL ? ref->message : "", 0);
    } else if (target != NULL && end == OUTBOX_DELIVERED) {
        troubles_clear(matrix->troubles, target);
    }
    g_hash_table_remove(matrix->out, &row);
    engine_settle(matrix->shared.engine, matrix->adapter.workspace, row, end, ref);
    tell_levels(matrix);
}

static void on_draw(void *arg, int64_t row, const Chart *chart)
{
    drawing_draw(((Matrix *)arg)->drawing, row, chart);
}

static void on_drawn(void *arg, int64_t row, GBytes *png)
{
    matrix_post_drawn(((Matrix *)arg)->post, row, png);
}

static void on_lacking(void *arg, const char *room, const char *what, const char *why)
{
    const Matrix *matrix = arg;

    log_info("feature_lacking", F_STR("workspace", matrix->name), F_STR("room", room),
             F_STR("what", what), F_STR("why", why));
}

static void on_sent(void *arg, const char *room, const char *event_id, const Json *content)
{
    const Matrix *matrix = arg;
    g_autoptr(Json) event = json_new_object();

    json_put_text(event, "event_id", event_id);
    json_put_text(event, "sender", matrix_account_user(matrix->account));
    json_put_text(event, "type", "m.room.message");
    json_put(event, "content", cJSON_Duplicate(content, true));
    matrix_targets_put(matrix->targets,
                       matrix_target_read(event, room, matrix_account_user(matrix->account)));
}

static Instant now(void *arg)
{
    return clock_now(((Matrix *)arg)->shared.clock);
}

static void deliver(Adapter *adapter, OutboxRow *take_row, const MessageRef *edit,
                    const MessageRef *thread)
{
    Matrix *matrix = matrix_of(adapter);

    g_hash_table_replace(matrix->out, g_memdup2(&take_row->id, sizeof(take_row->id)),
                         outbox_target(take_row->card));
    matrix_post_card(matrix->post, take_row, edit, thread);
    tell_levels(matrix);
}

static void home(Adapter *adapter, const char *channel, const char *roster)
{
    (void)roster; /* there are no groups here: whoever is in the room belongs to its team */
    matrix_rosters_home(matrix_of(adapter)->rosters, channel);
}

/* Replies go to the outbox here (Event.answer_out). */
static void replied(Adapter *adapter, void *tag, Card *take_reply, bool repeated, bool failed)
{
    (void)adapter, (void)tag, (void)repeated, (void)failed;
    card_free(take_reply);
}

/* The login as it is remembered: it is not used before it is stored. */
static void keep_login(void *arg)
{
    static const char *const names[] = {KEEP_HOMESERVER, KEEP_DEVICE, KEEP_TOKEN};
    Matrix *matrix = arg;
    GArray *keeps = matrix_keeps_new();

    matrix->again = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        keep_to(matrix, keeps, names[i], kept(matrix, names[i]));
    }
    post_all(matrix, events_new(), keeps, &tag_login);
}

static void stored(Adapter *adapter, void *tag, Stored how)
{
    Matrix *matrix = matrix_of(adapter);

    if (tag == &tag_piece && matrix->piece != NULL) {
        piece_told(matrix, how);
    } else if (tag == &tag_login && how != STORED) {
        log_error("login_not_stored", F_STR("workspace", matrix->name));
        matrix->again = loop_after(matrix->shared.loop, LOGIN_AGAIN_MS, keep_login, matrix);
    } else if (tag == &tag_login) {
        matrix_account_kept(matrix->account);
    } else {
        (void)matrix_asides_told(matrix->asides, tag, how);
    }
}

/* --- the account --- */

static void on_keep(void *arg, const char *homeserver, const char *device, const char *token)
{
    Matrix *matrix = arg;

    remember(matrix, KEEP_HOMESERVER, homeserver);
    remember(matrix, KEEP_DEVICE, device);
    remember(matrix, KEEP_TOKEN, token);
    loop_stop(&matrix->again);
    keep_login(matrix);
}

static void go(Matrix *matrix)
{
    const char *user = matrix_account_user(matrix->account);

    matrix_reading_start(matrix->reading, user);
    matrix_rooms_start(matrix->rooms, user);
    resume_joins(matrix);
    matrix_rosters_start(matrix->rosters);
    matrix_post_pause(matrix->post, false);
    if (matrix->sync != NULL) {
        matrix_sync_start(matrix->sync, user);
    } else {
        matrix_push_start(matrix->push, user);
    }
}

static void on_account(void *arg, AccountState state)
{
    Matrix *matrix = arg;

    if (state == ACCOUNT_READY) {
        go(matrix);
        return;
    }
    log_warning("account_not_ready", F_STR("workspace", matrix->name),
                F_STR("why", matrix_account_why(matrix->account)));
    matrix_post_pause(matrix->post, true);
    if (matrix->sync != NULL) {
        matrix_sync_pause(matrix->sync);
    }
}

static void on_push(void *arg, PushState state)
{
    const Matrix *matrix = arg;

    if (state != PUSH_READY) {
        log_warning("websocket_not_ready", F_STR("workspace", matrix->name),
                    F_STR("why", matrix_push_why(matrix->push)));
    } else {
        log_info("websocket_ready", F_STR("workspace", matrix->name));
    }
}

/* --- its life --- */

static void start(Adapter *adapter)
{
    matrix_account_start(matrix_of(adapter)->account);
}

static void stop(Adapter *adapter, LoopCall done, void *arg)
{
    Matrix *matrix = matrix_of(adapter);

    matrix_post_pause(matrix->post, true);
    if (matrix->push != NULL) {
        matrix_push_stop(matrix->push, done, arg);
    } else {
        matrix_sync_pause(matrix->sync);
        loop_after(matrix->shared.loop, 0, done, arg);
    }
}

static AdapterState push_state(const Matrix *matrix, GString *why)
{
    PushState state = matrix_push_state(matrix->push);

    g_string_append(why, matrix_push_why(matrix->push));
    if (state == PUSH_READY) {
        return ADAPTER_READY;
    }
    return state == PUSH_STARTING ? ADAPTER_STARTING : ADAPTER_TROUBLED;
}

static AdapterState sync_state(const Matrix *matrix, GString *why)
{
    const char *sync_why = "";

    if (matrix_sync_ready(matrix->sync, &sync_why)) {
        return ADAPTER_READY;
    }
    g_string_append(why, sync_why);
    return matrix_sync_tried(matrix->sync) ? ADAPTER_TROUBLED : ADAPTER_STARTING;
}

static AdapterState account_state(const Matrix *matrix, GString *why)
{
    AccountState account = matrix_account_state(matrix->account);

    if (account != ACCOUNT_READY) {
        g_string_append(why, matrix_account_why(matrix->account));
        return account == ACCOUNT_STARTING ? ADAPTER_STARTING : ADAPTER_TROUBLED;
    }
    return matrix->push != NULL ? push_state(matrix, why) : sync_state(matrix, why);
}

/* With what the transport says of it. */
static AdapterState state_of(Adapter *adapter, GString *why)
{
    const Matrix *matrix = matrix_of(adapter);
    AdapterState state = account_state(matrix, why);
    const char *lost = matrix_api_lost(matrix->api);

    if (state != ADAPTER_READY && *lost != '\0') {
        g_string_append_printf(why, ": %s", lost);
    }
    return state;
}

static void tell_troubles(Adapter *adapter, GString *out)
{
    const Matrix *matrix = matrix_of(adapter);

    troubles_tell(matrix->troubles, matrix->name, loop_now_ms(matrix->shared.loop), out);
}

/* Who may still be asked something is freed before who asked. */
static void free_all(Adapter *adapter)
{
    Matrix *matrix = matrix_of(adapter);

    loop_stop(&matrix->again);
    matrix_sync_free(matrix->sync);
    matrix_push_free(matrix->push);
    drawing_free(matrix->drawing);
    matrix_post_free(matrix->post);
    matrix_reading_stop(matrix->reading);
    matrix_rooms_free(matrix->rooms);
    matrix_rosters_free(matrix->rosters);
    matrix_reading_free(matrix->reading);
    matrix_account_free(matrix->account);
    matrix_api_free(matrix->api);
    g_ptr_array_unref(matrix->telling);
    matrix_targets_free(matrix->targets);
    troubles_free(matrix->troubles);
    matrix_piece_free(matrix->piece);
    matrix_asides_free(matrix->asides);
    g_hash_table_unref(matrix->kept);
    g_hash_table_unref(matrix->out);
    g_free(matrix->name);
    g_free(matrix);
}

static const AdapterOps adapter_ops = {.free = free_all,
                                       .start = start,
                                       .stop = stop,
                                       .replied = replied,
                                       .stored = stored,
                                       .deliver = deliver,
                                       .home = home,
                                       .state = state_of,
                                       .troubles = tell_troubles};
static const MatrixAccountOps account_ops = {.changed = on_account, .keep = on_keep};
static const MatrixRoomsOps rooms_ops = {.moved = on_moved, .joined = on_entered, .keep = on_join};
static const MatrixReadingOps reading_ops = {
    .read = on_read, .own = on_own, .unreadable = on_unreadable};
static const MatrixPostOps post_ops = {
    .settled = on_settled, .draw = on_draw, .lacking = on_lacking, .sent = on_sent, .now = now};

/* "https://matrix.example.org/" as it is joined with paths. Caller frees. */
static char *base_of(const char *url)
{
    return url != NULL && g_str_has_suffix(url, "/") ? g_strndup(url, strlen(url) - 1)
                                                     : g_strdup(url);
}

static GHashTable *kept_of(const char *workspace, GHashTable *all)
{
    GHashTable *own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *prefix = matrix_kept_prefix(workspace);
    GHashTableIter iter;
    gpointer name = NULL, value = NULL;

    g_hash_table_iter_init(&iter, all);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        if (g_str_has_prefix(name, prefix)) {
            g_hash_table_replace(own, g_strdup((char *)name + strlen(prefix)), g_strdup(value));
        }
    }
    return own;
}

static void open_account(Matrix *matrix, const WorkspaceConfig *config)
{
    g_autofree char *homeserver = base_of(config->homeserver);
    MatrixAccountConfig account = {.workspace = matrix->name,
                                   .homeserver = homeserver,
                                   .user = config->user,
                                   .access_token = config->access_token,
                                   .password = config->password,
                                   .appservice = config->transport == TRANSPORT_WEBSOCKET,
                                   .kept_homeserver = kept(matrix, KEEP_HOMESERVER),
                                   .kept_device = kept(matrix, KEEP_DEVICE),
                                   .kept_token = kept(matrix, KEEP_TOKEN)};

    matrix->account =
        matrix_account_new(matrix->shared.loop, matrix->api, &account, &account_ops, matrix);
}

static void open_source(Matrix *matrix, const WorkspaceConfig *config)
{
    const MatrixSink sink = {on_batch, matrix};

    if (config->transport == TRANSPORT_SYNC) {
        matrix->sync = matrix_sync_new(matrix->shared.loop, matrix->shared.clock, matrix->api,
                                       matrix->name, kept(matrix, MATRIX_KEEP_SINCE), &sink);
        return;
    }
    g_autofree char *proxy = base_of(config->proxy_url);
    MatrixPushConfig push = {.workspace = matrix->name,
                             .proxy_url = proxy,
                             .as_token = config->access_token,
                             .ca_file = config->ca_file,
                             .clock = matrix->shared.clock,
                             .kept = kept,
                             .arg = matrix};
    matrix->push = matrix_push_new(matrix->shared.loop, matrix->shared.sockets, matrix->api, &push,
                                   &sink, on_push, matrix);
}

Adapter *matrix_new(const WorkspaceConfig *config, const AdapterShared *shared,
                    WorkspaceId workspace, GHashTable *all)
{
    Matrix *matrix = g_new0(Matrix, 1);
    Loop *loop = shared->loop;

    matrix->adapter = (Adapter){&adapter_ops, workspace};
    matrix->name = g_strdup(config->name);
    matrix->shared = *shared;
    matrix->kept = kept_of(matrix->name, all);
    matrix->tally = matrix_tally(matrix->name);
    matrix->troubles = troubles_new();
    matrix->telling = g_ptr_array_new_with_free_func(entered_free);
    matrix->out = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    matrix->targets = matrix_targets_new(TARGETS_MAX);
    matrix->asides = matrix_asides_new(loop, matrix->name, post_aside, matrix);
    matrix->api = matrix_api_new(loop, shared->http, matrix->name, NULL, config->ca_file);
    MatrixRoomsConfig rooms = {.workspace = matrix->name,
                               .allow = (const char *const *)config->allow,
                               .setup_power = config->setup_power};
    matrix->rooms = matrix_rooms_new(loop, matrix->api, &rooms, &rooms_ops, matrix);
    MatrixReadingConfig reading = {matrix->name, shared->install, matrix->api, matrix->rooms,
                                   matrix->targets};
    matrix->reading = matrix_reading_new(loop, &reading, &reading_ops, matrix);
    matrix->rosters = matrix_rosters_new(loop, matrix->name, matrix->rooms, post_roster, matrix);
    matrix->post =
        matrix_post_new(loop, matrix->api, matrix->rooms, shared->install, &post_ops, matrix);
    matrix_post_pause(matrix->post, true);
    matrix->drawing = drawing_new(loop, on_drawn, matrix);
    open_account(matrix, config);
    open_source(matrix, config);
    return &matrix->adapter;
}

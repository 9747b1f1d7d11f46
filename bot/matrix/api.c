/* A call's way: it stands in its line, is sent in the client's turn, is judged by what came back,
 * and stays in its line for another attempt, or ends. A line is a list in the order of asking, and
 * a turn walks through the lines: whatever cannot go yet is passed over, and says when it can.
 *
 * `done` may do anything, freeing the client included: behind it, an answer touches nothing of the
 * client any more, and the client's own turn frees it at its end. */

#include "bot/matrix/api.h"

#include <stdarg.h>
#include <string.h>

#include "bot/log.h"
#include "bot/matrix/pace.h"
#include "bot/metrics.h"
#include "bot/seldom.h"

#define SECOND      INT64_C(1000)
#define DEADLINE_MS (INT64_C(10) * 60 * SECOND)
#define NEVER       INT64_MAX
/* One attempt. */
#define ROOM_TIMEOUT_MS  (30 * SECOND)
#define ELSE_TIMEOUT_MS  (60 * SECOND)
#define MEDIA_TIMEOUT_MS (120 * SECOND)
#define QUIET_MS         (60 * SECOND)
/* Under way at once: with a poll and a login, what the transport opens to one host. */
#define ROOMS_MAX 8
#define SOON_MAX  6
/* Waiting calls. */
#define WAITING_MAX 20000
/* Between two attempts. */
#define BACKOFF_MS     500
#define BACKOFF_MAX_MS (30 * SECOND)
/* The longest answers: a first sync brings what it brings. */
#define ANSWER_MAX      ((size_t)16 * 1024 * 1024)
#define ANSWER_MAX_POLL ((size_t)256 * 1024 * 1024)
/* The same trouble is logged once in so long. */
#define LOG_EVERY_MS  (60 * SECOND)
#define CODE_MAX      64
#define LINES         (MATRIX_POLL + 1)
#define CLASSES       (MATRIX_UNSURE + 1)
#define PATH_PARTS    8 /* "/_matrix/client/v3/rooms/ROOM/send/…": looked at one by one */
#define PATH_OF_ROOMS 4
#define PATH_OF_WHAT  6

/* Where calls of one room meet; it is there while one of them is. */
typedef struct Room {
    char *id;
    int calls;
    MatrixCall *running;
    int64_t not_before_ms; /* it rests after a failure */
} Room;

typedef enum CallState { CALL_WAITS, CALL_SENT, CALL_ENDED, CALL_TOLD } CallState;

struct MatrixCall {
    MatrixApi *api;
    GList link;       /* in one of the client's `lines`, until it ended */
    GList ended_link; /* in its `ended` */
    MatrixLine line;
    Room *room; /* NULL: in no order */
    char *method, *path, *type;
    GBytes *body; /* NULL: none */
    bool once, bare, names_event;
    bool maybe_done;
    int64_t deadline_ms, quiet_ms, not_before_ms, sent_ms;
    int attempts;
    guint token_turn; /* which token it was sent with */
    CallState state;
    HttpCall *http;    /* while CALL_SENT */
    MatrixClass class; /* once CALL_ENDED */
    int status;        /* of the last attempt, as the error */
    char error[CODE_MAX + 1];
    MatrixDone done;
    void *arg;
};

typedef enum Verb { VERB_GET, VERB_PUT, VERB_POST, VERB_COUNT } Verb;

struct MatrixApi {
    Loop *loop;
    Http *http;
    char *workspace, *homeserver, *token;
    char *ca_file; /* NULL: none */
    char *lost;    /* why the last call got no answer; NULL: it got one */
    guint token_turn;
    bool refused; /* the token is */
    void (*on_refused)(void *arg, const char *error, bool soft_logout);
    void *refused_arg;
    GQueue lines[LINES]; /* of MatrixCall, waiting or under way */
    int running[LINES];
    GQueue ended;      /* of MatrixCall, to be told in the next turn */
    GHashTable *rooms; /* id -> Room */
    Pace pace;
    int64_t poll_from_ms; /* no poll before */
    LoopTimer *timer;
    int64_t timer_ms; /* when it comes */
    Seldom *logged;
    Metric *counted[LINES][VERB_COUNT][CLASSES]; /* answers; NULL: none yet */
    bool telling; /* in its own turn, where freeing it only marks it */
    bool over;
};

/* What came of one attempt, or of the call. */
typedef struct Verdict {
    MatrixClass class;
    int status;
    bool limited; /* the homeserver said "too many" */
    bool soft_logout;
    int64_t wait_ms; /* it asked to wait so long; -1: not said */
    char error[CODE_MAX + 1];
    Json *json;        /* owned */
    const char *moved; /* borrowed from the reply */
} Verdict;

static void on_turn(void *arg);

static void verdict_clear(Verdict *verdict)
{
    cJSON_Delete(verdict->json);
    verdict->json = NULL;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verdict, verdict_clear)

/* Rooms -------------------------------------------------------------------------------------- */

static void room_free(gpointer data)
{
    Room *room = data;

    g_free(room->id);
    g_free(room);
}

static Room *room_enter(MatrixApi *api, const char *id)
{
    Room *room = g_hash_table_lookup(api->rooms, id);

    if (room == NULL) {
        room = g_new0(Room, 1);
        room->id = g_strdup(id);
        g_hash_table_insert(api->rooms, room->id, room);
    }
    room->calls++;
    return room;
}

static void room_leave(MatrixApi *api, Room *room)
{
    if (--room->calls == 0) {
        g_hash_table_remove(api->rooms, room->id);
    }
}

/* The client --------------------------------------------------------------------------------- */

MatrixApi *matrix_api_new(Loop *loop, Http *http, const char *workspace, const char *homeserver,
                          const char *ca_file)
{
    MatrixApi *api = g_new0(MatrixApi, 1);

    api->loop = loop;
    api->http = http;
    api->workspace = g_strdup(workspace);
    api->homeserver = g_strdup(homeserver);
    api->ca_file = g_strdup(ca_file);
    api->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, room_free);
    api->logged = seldom_new(LOG_EVERY_MS);
    for (int line = 0; line < LINES; line++) {
        g_queue_init(&api->lines[line]);
    }
    g_queue_init(&api->ended);
    return api;
}

static bool is_paced(const MatrixCall *call)
{
    return call->line == MATRIX_SEND || call->line == MATRIX_LATER;
}

/* Not under way any more. */
static void call_rest(MatrixCall *call)
{
    if (call->state != CALL_SENT) {
        return;
    }
    call->state = CALL_WAITS;
    call->http = NULL;
    call->api->running[call->line]--;
    if (call->room != NULL) {
        call->room->running = NULL;
    }
}

/* Out of its line and its room. */
static void call_leave(MatrixCall *call)
{
    MatrixApi *api = call->api;

    call_rest(call);
    g_queue_unlink(&api->lines[call->line], &call->link);
    if (call->room != NULL) {
        room_leave(api, call->room);
        call->room = NULL;
    }
}

/* Out of the client, whatever it was doing. */
static void call_detach(MatrixCall *call)
{
    if (call->http != NULL) {
        http_cancel(call->http);
    }
    if (call->state == CALL_ENDED) {
        g_queue_unlink(&call->api->ended, &call->ended_link);
    } else {
        call_leave(call);
    }
}

static void call_free(MatrixCall *call)
{
    g_free(call->method);
    g_free(call->path);
    g_free(call->type);
    g_clear_pointer(&call->body, g_bytes_unref);
    g_free(call);
}

static void drop_all(GQueue *calls)
{
    while (calls->head != NULL) {
        MatrixCall *call = calls->head->data;

        call_detach(call);
        call_free(call);
    }
}

static void api_drop(MatrixApi *api)
{
    g_hash_table_unref(api->rooms);
    seldom_free(api->logged);
    g_free(api->workspace);
    g_free(api->lost);
    g_free(api->homeserver);
    g_free(api->ca_file);
    g_free(api->token);
    g_free(api);
}

void matrix_api_free(MatrixApi *api)
{
    if (api == NULL) {
        return;
    }
    for (int line = 0; line < LINES; line++) {
        drop_all(&api->lines[line]);
    }
    drop_all(&api->ended);
    loop_stop(&api->timer);
    api->over = true;
    if (!api->telling) {
        api_drop(api);
    }
}

const char *matrix_api_lost(const MatrixApi *api)
{
    return api->lost != NULL ? api->lost : "";
}

const char *matrix_api_homeserver(const MatrixApi *api)
{
    return api->homeserver;
}

size_t matrix_api_depth(const MatrixApi *api)
{
    size_t depth = api->ended.length;

    for (int line = 0; line < LINES; line++) {
        depth += api->lines[line].length;
    }
    return depth;
}

int64_t matrix_api_held_until(const MatrixApi *api)
{
    return api->pace.hold_until_ms > loop_now_ms(api->loop) ? api->pace.hold_until_ms : 0;
}

/* The next turn comes then at the latest; an early one does no harm. */
static void arm(MatrixApi *api, int64_t at)
{
    if (at == NEVER || (api->timer != NULL && api->timer_ms <= at)) {
        return;
    }
    int64_t now = loop_now_ms(api->loop);

    loop_stop(&api->timer);
    api->timer_ms = at;
    api->timer = loop_after(api->loop, MAX(at - now, 0), on_turn, api);
}

static void arm_now(MatrixApi *api)
{
    arm(api, loop_now_ms(api->loop));
}

void matrix_api_set_homeserver(MatrixApi *api, const char *homeserver)
{
    g_free(api->homeserver);
    api->homeserver = g_strdup(homeserver);
    arm_now(api);
}

/* What may stand in a header: a token that came with a newline is one without it. */
static char *header_safe(const char *token)
{
    GString *safe = g_string_new(NULL);

    for (const char *p = token; *p != '\0'; p++) {
        if (g_ascii_isgraph(*p)) {
            g_string_append_c(safe, *p);
        }
    }
    return g_string_free(safe, FALSE);
}

void matrix_api_set_token(MatrixApi *api, const char *token)
{
    g_free(api->token);
    api->token = token != NULL ? header_safe(token) : NULL;
    api->token_turn++;
    api->refused = false;
    arm_now(api);
}

void matrix_api_on_refused(MatrixApi *api,
                           void (*refused)(void *arg, const char *error, bool soft_logout),
                           void *arg)
{
    api->on_refused = refused;
    api->refused_arg = arg;
}

static bool has_token(const MatrixApi *api)
{
    return api->token != NULL && !api->refused;
}

/* Ends --------------------------------------------------------------------------------------- */

static bool waits_for_token(const MatrixCall *call)
{
    return !call->bare && call->line != MATRIX_OPEN && !has_token(call->api);
}

/* How a call ends that is not sent any more. */
static MatrixClass class_unsent(const MatrixCall *call)
{
    if (call->maybe_done) {
        return MATRIX_UNSURE;
    }
    return waits_for_token(call) ? MATRIX_AUTH : MATRIX_RETRY;
}

/* Told in the next turn. */
static void end_later(MatrixCall *call, MatrixClass class)
{
    call_leave(call);
    call->state = CALL_ENDED;
    call->class = class;
    g_queue_push_tail_link(&call->api->ended, &call->ended_link);
}

/* The call is freed; the client may be too. */
static void tell(MatrixCall *call, const Verdict *verdict)
{
    MatrixApi *api = call->api;
    MatrixAnswer answer = {.class = verdict->class,
                           .status = verdict->status,
                           .error = verdict->class == MATRIX_OK ? "" : verdict->error,
                           .soft_logout = verdict->soft_logout,
                           .json = verdict->json,
                           .wait_ms = verdict->limited ? verdict->wait_ms : 0,
                           .moved = verdict->moved,
                           .people = matrix_class_people(verdict->class)};
    const char *people = NULL;

    if (matrix_error_class(verdict->status, verdict->error, &people) == verdict->class) {
        answer.people = people;
    }
    call_detach(call);
    call->state = CALL_TOLD;
    arm_now(api);
    call->done(call->arg, &answer);
    call_free(call);
}

static void tell_ended_call(MatrixCall *call)
{
    Verdict verdict = {.class = call->class, .status = call->status};

    g_strlcpy(verdict.error, call->error, sizeof verdict.error);
    tell(call, &verdict);
}

/* The log ------------------------------------------------------------------------------------ */

/* A path without what names rooms, events, people and transactions, and without its query. Caller
 * frees. */
static char *path_shown(const char *path)
{
    g_autofree char *plain = g_strndup(path, strcspn(path, "?"));
    g_auto(GStrv) parts = g_strsplit(plain, "/", -1);
    GString *shown = g_string_new(parts[0]);

    for (guint i = 1; i < PATH_PARTS && parts[i] != NULL; i++) {
        g_string_append_printf(shown, "/%s", strchr(parts[i], '%') != NULL ? "*" : parts[i]);
    }
    return g_string_free(shown, FALSE);
}

static const char *const classes[] = {
    [MATRIX_OK] = "ok",       [MATRIX_AUTH] = "auth",           [MATRIX_FORBIDDEN] = "forbidden",
    [MATRIX_GONE] = "gone",   [MATRIX_TOO_LARGE] = "too_large", [MATRIX_REQUEST] = "request",
    [MATRIX_RETRY] = "retry", [MATRIX_UNSURE] = "unsure",
};

static Verb verb_of(const char *method)
{
    return strcmp(method, "GET") == 0   ? VERB_GET
           : strcmp(method, "PUT") == 0 ? VERB_PUT
                                        : VERB_POST;
}

static void count(const MatrixCall *call, MatrixClass class)
{
    static const char *const lines[] = {[MATRIX_SOON] = "soon",
                                        [MATRIX_SEND] = "send",
                                        [MATRIX_LATER] = "later",
                                        [MATRIX_OPEN] = "open",
                                        [MATRIX_POLL] = "poll"};
    Metric **counter = &call->api->counted[call->line][verb_of(call->method)][class];

    if (*counter == NULL) {
        const MetricLabel labels[] = {{"workspace", call->api->workspace},
                                      {"method", call->method},
                                      {"line", lines[call->line]},
                                      {"class", classes[class]},
                                      {NULL, NULL}};

        *counter = metric_counter_by("anchord_matrix_calls_total",
                                     "Calls to the homeserver, by what came of them.", labels);
    }
    metric_add(*counter, 1);
}

/* `why`: the transport's own words. */
static void log_verdict(const MatrixCall *call, const Verdict *verdict, const char *why)
{
    g_autofree char *path = path_shown(call->path);

    if (verdict->class == MATRIX_GONE && strcmp(call->method, "GET") == 0) {
        return; /* whether there is such a thing was the question */
    }
    if (seldom_is_time(call->api->logged, path, verdict->error, loop_now_ms(call->api->loop))) {
        log_warning("matrix_call_failed", F_STR("workspace", call->api->workspace),
                    F_STR("method", call->method), F_STR("path", path),
                    F_INT("status", verdict->status), F_STR("error", verdict->error),
                    F_STR("class", classes[verdict->class]), F_STR("why", why));
    }
}

/* Verdicts ----------------------------------------------------------------------------------- */

/* A code is one plain word; anything else is none, and the status stands for it. */
static void read_error(Verdict *verdict)
{
    const char *code = json_text(verdict->json, "errcode");
    size_t len = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.");

    if (len > 0 && len <= CODE_MAX && code[len] == '\0') {
        g_strlcpy(verdict->error, code, sizeof verdict->error);
    } else {
        g_snprintf(verdict->error, sizeof verdict->error, "http_%d", verdict->status);
    }
}

/* What made an event is asked for again where the answer does not name it: it is done already, by
 * its transaction, and something before the homeserver wrote the answer. */
static void judge_done(const MatrixCall *call, Verdict *verdict)
{
    bool good = verdict->json != NULL &&
                (!call->names_event || *json_text(verdict->json, "event_id") != '\0');

    verdict->class = good ? MATRIX_OK : call->names_event ? MATRIX_UNSURE : MATRIX_REQUEST;
    g_strlcpy(verdict->error, good ? "" : "bad_answer", sizeof verdict->error);
}

static void judge_answer(const MatrixCall *call, const HttpReply *reply, Verdict *verdict)
{
    g_autoptr(Json) json = json_parse(reply->body, reply->body_len);

    verdict->status = reply->status;
    verdict->moved = reply->moved;
    verdict->json = cJSON_IsObject(json) ? g_steal_pointer(&json) : NULL;
    if (reply->status >= 200 && reply->status < 300) {
        judge_done(call, verdict);
        return;
    }
    read_error(verdict);
    verdict->class = matrix_error_class(reply->status, verdict->error, NULL);
    verdict->soft_logout = json_bool(verdict->json, "soft_logout");
    verdict->limited = verdict->class == MATRIX_RETRY;
    verdict->wait_ms = MAX(reply->retry_after_ms, json_int(verdict->json, "retry_after_ms", -1));
}

static void judge(const MatrixCall *call, const HttpReply *reply, Verdict *verdict)
{
    *verdict = (Verdict){.class = MATRIX_UNSURE, .wait_ms = -1, .error = "no_answer"};
    switch (reply->outcome) {
    case HTTP_UNSENT:
        *verdict = (Verdict){.class = MATRIX_RETRY, .wait_ms = -1, .error = "unreachable"};
        break;
    case HTTP_UNKNOWN:
        if (reply->too_long) {
            *verdict = (Verdict){.class = MATRIX_REQUEST, .error = "answer_too_long"};
        }
        break;
    case HTTP_ANSWERED:
        judge_answer(call, reply, verdict);
        break;
    }
    if (verdict->class == MATRIX_UNSURE && strcmp(call->method, "GET") == 0) {
        verdict->class = MATRIX_RETRY; /* it was only read */
    }
}

/* Attempts ----------------------------------------------------------------------------------- */

/* Full jitter: anything up to a time that doubles. */
static int64_t backoff_ms(int attempts)
{
    int64_t most = MIN((int64_t)BACKOFF_MS << MIN(attempts - 1, 6), BACKOFF_MAX_MS);

    return g_random_int_range(0, (gint32)most + 1);
}

/* The homeserver's "too many": it counts what goes into rooms together, all else apart. When to
 * try again. */
static int64_t limited_until(MatrixCall *call, Verdict *verdict)
{
    MatrixApi *api = call->api;
    int64_t now = loop_now_ms(api->loop);

    if (is_paced(call)) {
        pace_refused(&api->pace, call->sent_ms, now, verdict->wait_ms);
        verdict->wait_ms = api->pace.hold_until_ms - now;
        return api->pace.hold_until_ms;
    }
    verdict->wait_ms =
        verdict->wait_ms < 0 ? PACE_WAIT_UNSAID : MIN(verdict->wait_ms, PACE_HOLD_MAX);
    int64_t until = now + verdict->wait_ms;

    if (call->line == MATRIX_POLL) {
        api->poll_from_ms = until;
    }
    return until;
}

/* Once for each token. */
static void note_refused(MatrixCall *call, const Verdict *verdict)
{
    MatrixApi *api = call->api;

    if (!api->refused) {
        api->refused = true;
        if (api->on_refused != NULL) {
            api->on_refused(api->refused_arg, verdict->error, verdict->soft_logout);
        }
    }
}

/* When to try again after the token was refused; -1: never. A token that was set meanwhile is
 * another one, of which nothing is known. */
static int64_t refused_until(MatrixCall *call, Verdict *verdict)
{
    bool stale = call->token_turn != call->api->token_turn;

    if (call->bare) {
        return -1;
    }
    if (stale) {
        verdict->class = MATRIX_RETRY;
    } else {
        note_refused(call, verdict);
    }
    return stale || is_paced(call) ? loop_now_ms(call->api->loop) : -1;
}

/* When to try again, after what came of it; -1: never. */
static int64_t again_at(MatrixCall *call, Verdict *verdict)
{
    if (verdict->limited) {
        return limited_until(call, verdict);
    }
    if (verdict->class == MATRIX_AUTH) {
        return refused_until(call, verdict);
    }
    if (verdict->class == MATRIX_RETRY || (verdict->class == MATRIX_UNSURE && !call->once)) {
        return loop_now_ms(call->api->loop) +
               MAX(backoff_ms(call->attempts), MIN(verdict->wait_ms, PACE_HOLD_MAX));
    }
    return -1;
}

static bool is_repeated(const MatrixCall *call)
{
    return call->line != MATRIX_OPEN && call->line != MATRIX_POLL;
}

/* Waits at its place, and with it its room. */
static void call_wait(MatrixCall *call, int64_t at, const Verdict *verdict)
{
    call_rest(call);
    call->status = verdict->status;
    g_strlcpy(call->error, verdict->error, sizeof call->error);
    if (call->room != NULL) {
        call->room->not_before_ms = at;
    } else {
        call->not_before_ms = at;
    }
    arm_now(call->api);
}

static void settle(MatrixCall *call, Verdict *verdict, const char *why)
{
    int64_t at = again_at(call, verdict);

    count(call, verdict->class);
    if (verdict->class != MATRIX_OK) {
        log_verdict(call, verdict, why);
    }
    call->maybe_done = call->maybe_done || verdict->class == MATRIX_UNSURE;
    if (at >= 0 && at < call->deadline_ms && is_repeated(call)) {
        call_wait(call, at, verdict);
        return;
    }
    if (call->maybe_done && (verdict->class == MATRIX_RETRY || verdict->class == MATRIX_AUTH)) {
        verdict->class = MATRIX_UNSURE; /* an earlier attempt may have done it */
    }
    tell(call, verdict);
}

static void note_lost(MatrixApi *api, const HttpReply *reply)
{
    g_free(api->lost);
    api->lost = reply->outcome != HTTP_ANSWERED ? g_strdup(reply->why) : NULL;
}

static void on_reply(void *arg, const HttpReply *reply)
{
    MatrixCall *call = arg;
    g_auto(Verdict) verdict = {0};

    g_assert(call->state == CALL_SENT);
    call->http = NULL;
    note_lost(call->api, reply);
    judge(call, reply, &verdict);
    if (is_paced(call) && verdict.class == MATRIX_OK) {
        pace_taken(&call->api->pace, loop_now_ms(call->api->loop));
    }
    settle(call, &verdict, reply->why);
}

static int64_t timeout_of(const MatrixCall *call, int64_t now)
{
    int64_t most = call->line == MATRIX_POLL ? NEVER
                   : call->type != NULL      ? MEDIA_TIMEOUT_MS
                   : is_paced(call)          ? ROOM_TIMEOUT_MS
                                             : ELSE_TIMEOUT_MS;

    return CLAMP(call->deadline_ms - now, 1, most);
}

static void send_call(MatrixCall *call, int64_t now)
{
    MatrixApi *api = call->api;
    bool bare = call->bare || api->token == NULL;
    gsize len = 0;
    const void *body = call->body != NULL ? g_bytes_get_data(call->body, &len) : NULL;
    g_autofree char *url = g_strconcat(api->homeserver, call->path, NULL);
    g_autofree char *type =
        g_strconcat("Content-Type: ", call->type != NULL ? call->type : "application/json", NULL);
    g_autofree char *bearer = bare ? NULL : g_strconcat("Authorization: Bearer ", api->token, NULL);
    const char *const headers[] = {bearer != NULL ? bearer : type, bearer != NULL ? type : NULL,
                                   NULL};

    call->state = CALL_SENT;
    call->attempts++;
    call->sent_ms = now;
    call->token_turn = api->token_turn;
    api->running[call->line]++;
    if (call->room != NULL) {
        call->room->running = call;
    }
    if (is_paced(call)) {
        pace_sent(&api->pace, now);
    }
    call->http = http_send(
        api->http,
        &(HttpRequest){.method = call->method,
                       .url = url,
                       .headers = headers,
                       .body = body,
                       .body_len = len,
                       .timeout_ms = timeout_of(call, now),
                       .quiet_ms = call->line == MATRIX_POLL ? call->quiet_ms : 0,
                       .answer_max = call->line == MATRIX_POLL ? ANSWER_MAX_POLL : ANSWER_MAX,
                       .ca_file = api->ca_file},
        on_reply, call);
}

/* The turn ----------------------------------------------------------------------------------- */

/* The order in which they are asked. */
static const MatrixLine by_hurry[] = {MATRIX_OPEN, MATRIX_POLL, MATRIX_SOON, MATRIX_SEND,
                                      MATRIX_LATER};

/* When a call may go for its line's sake; NEVER: not before something ends. */
static int64_t line_when(const MatrixApi *api, MatrixLine line, int64_t now)
{
    switch (line) {
    case MATRIX_OPEN:
        return now;
    case MATRIX_POLL:
        return api->running[line] == 0 ? api->poll_from_ms : NEVER;
    case MATRIX_SOON:
        return api->running[line] < SOON_MAX ? now : NEVER;
    case MATRIX_SEND:
    case MATRIX_LATER:
        return api->running[MATRIX_SEND] + api->running[MATRIX_LATER] < ROOMS_MAX
                   ? pace_when(&api->pace, now)
                   : NEVER;
    }
    return NEVER;
}

/* And for its own. */
static int64_t call_when(const MatrixCall *call)
{
    if (waits_for_token(call) || call->api->homeserver == NULL) {
        return NEVER;
    }
    if (call->room == NULL) {
        return call->not_before_ms;
    }
    return call->room->running == NULL ? call->room->not_before_ms : NEVER;
}

/* After a failure: what is behind it need not wait as well. */
static bool is_resting(const MatrixCall *call, int64_t now)
{
    return (call->room != NULL ? call->room->not_before_ms : call->not_before_ms) > now;
}

/* Sends what may go. When there is more to do: NEVER, not before something ends or is asked. */
static int64_t walk_line(MatrixApi *api, MatrixLine line, int64_t now, bool *behind)
{
    int64_t next = NEVER;

    for (GList *at = api->lines[line].head, *after = NULL; at != NULL; at = after) {
        MatrixCall *call = at->data;
        int64_t when = MAX(call_when(call), line_when(api, line, now));

        after = at->next;
        if (call->state != CALL_WAITS) {
            continue;
        }
        if (call->deadline_ms <= now) {
            end_later(call, class_unsent(call));
        } else if (when <= now && (line != MATRIX_LATER || !*behind)) {
            send_call(call, now);
        } else {
            next = MIN(next, MIN(when > now ? when : NEVER, call->deadline_ms));
            *behind = *behind || (line == MATRIX_SEND && !is_resting(call, now));
        }
    }
    return next;
}

static int64_t walk_lines(MatrixApi *api, int64_t now)
{
    int64_t next = NEVER;
    bool behind = false; /* something of MATRIX_SEND waits its turn */

    for (size_t i = 0; i < G_N_ELEMENTS(by_hurry); i++) {
        next = MIN(next, walk_line(api, by_hurry[i], now, &behind));
    }
    return next;
}

/* Those that ended before the turn; what ends meanwhile is told in the next. */
static void tell_ended(MatrixApi *api)
{
    api->telling = true;
    for (guint n = api->ended.length; n > 0 && api->ended.length > 0; n--) {
        tell_ended_call(api->ended.head->data);
    }
    api->telling = false;
    if (api->over) {
        api_drop(api);
    }
}

static void on_turn(void *arg)
{
    MatrixApi *api = arg;

    api->timer = NULL;
    arm(api, walk_lines(api, loop_now_ms(api->loop)));
    tell_ended(api);
}

/* Calls -------------------------------------------------------------------------------------- */

/* The answer must name the event that it made. */
static bool names_event(const MatrixAsk *ask)
{
    static const char *const whats[] = {"send", "redact", "state", NULL};
    g_autofree char *path = g_strndup(ask->path, strcspn(ask->path, "?"));
    g_auto(GStrv) parts = g_strsplit(path, "/", PATH_PARTS);

    return strcmp(ask->method, "PUT") == 0 && g_strv_length(parts) > PATH_OF_WHAT &&
           strcmp(parts[PATH_OF_ROOMS], "rooms") == 0 &&
           g_strv_contains(whats, parts[PATH_OF_WHAT]);
}

/* Clean UTF-8: half a character in it, and a homeserver fails. NULL: there is none to send. */
static GBytes *body_of(const MatrixAsk *ask)
{
    g_autoptr(Json) json = ask->take_body;

    if (ask->bytes != NULL) {
        return g_bytes_ref(ask->bytes);
    }
    if (json == NULL) {
        return strcmp(ask->method, "GET") == 0 ? NULL : g_bytes_new_static("{}", 2);
    }
    g_autofree char *raw = json_print(json, NULL);
    char *text = g_utf8_make_valid(raw, -1);

    return g_bytes_new_take(text, strlen(text));
}

MatrixCall *matrix_api_call(MatrixApi *api, const MatrixAsk *ask, MatrixDone done, void *arg)
{
    MatrixCall *call = g_new0(MatrixCall, 1);
    int64_t deadline_ms = ask->deadline_ms > 0 ? ask->deadline_ms : DEADLINE_MS;

    call->api = api;
    call->link.data = call;
    call->ended_link.data = call;
    call->line = ask->line;
    call->method = g_strdup(ask->method);
    call->path = g_strdup(ask->path);
    call->type = ask->bytes != NULL ? g_strdup(ask->content_type) : NULL;
    call->body = body_of(ask);
    call->once = ask->once;
    call->bare = ask->bare;
    call->names_event = names_event(ask);
    call->deadline_ms = loop_now_ms(api->loop) + MIN(deadline_ms, INT64_MAX / 2);
    call->quiet_ms = ask->quiet_ms > 0 ? ask->quiet_ms : QUIET_MS;
    call->done = done;
    call->arg = arg;
    call->room = is_paced(call) && ask->room != NULL ? room_enter(api, ask->room) : NULL;
    g_queue_push_tail_link(&api->lines[call->line], &call->link);
    if (api->lines[call->line].length > WAITING_MAX) {
        end_later(call, MATRIX_RETRY);
    }
    arm_now(api);
    return call;
}

void matrix_api_cancel(MatrixCall *call)
{
    if (call == NULL || call->state == CALL_TOLD) { /* from inside its own `done` */
        return;
    }
    MatrixApi *api = call->api;

    call_detach(call);
    call_free(call);
    arm_now(api);
}

static void drop_of_line(MatrixApi *api, MatrixLine line, const Room *room)
{
    for (GList *at = api->lines[line].head, *after = NULL; at != NULL; at = after) {
        MatrixCall *call = at->data;

        after = at->next;
        if (call->room == room && call->state == CALL_WAITS) {
            g_strlcpy(call->error, "M_FORBIDDEN", sizeof call->error);
            end_later(call, MATRIX_FORBIDDEN);
        }
    }
}

void matrix_api_drop_room(MatrixApi *api, const char *room)
{
    Room *dropped = g_hash_table_lookup(api->rooms, room);

    if (dropped == NULL) {
        return;
    }
    dropped->calls++; /* it stays while its calls leave it */
    drop_of_line(api, MATRIX_SEND, dropped);
    drop_of_line(api, MATRIX_LATER, dropped);
    room_leave(api, dropped);
    arm_now(api);
}

/* Paths -------------------------------------------------------------------------------------- */

/* "." and ".." would be taken for steps in a path. */
static void add_part(GString *path, const char *part)
{
    if (strcmp(part, ".") == 0 || strcmp(part, "..") == 0) {
        g_string_append(path, part[1] == '.' ? "%2E%2E" : "%2E");
        return;
    }
    g_string_append_uri_escaped(path, part, NULL, FALSE);
}

char *matrix_path(const char *format, ...)
{
    GString *path = g_string_new(NULL);
    va_list parts;

    va_start(parts, format);
    for (const char *p = format; *p != '\0'; p++) {
        if (*p != '%') {
            g_string_append_c(path, *p);
            continue;
        }
        p++;
        g_assert(*p == 's'); /* there is nothing else to put into a path */
        add_part(path, va_arg(parts, const char *));
    }
    va_end(parts);
    return g_string_free(path, FALSE);
}

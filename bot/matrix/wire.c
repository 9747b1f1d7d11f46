#include "bot/matrix/wire.h"

#include <string.h>

#include "bot/log.h"
#include "bot/matrix/backoff.h"

#define SECOND        INT64_C(1000)
#define MINUTE        (60 * SECOND)
#define PATH          "/_matrix/client/unstable/fi.mau.as_sync"
#define AGAIN_MS      (2 * SECOND)
#define AGAIN_MOST_MS (2 * MINUTE)
#define REFUSED_MS    (5 * MINUTE)
#define STABLE_MS     (5 * MINUTE) /* connected so long, failures are forgotten */
#define GREETING_MS   (10 * SECOND)
#define PING_MS       (25 * SECOND) /* a proxy before the proxy cuts what is idle */
#define ANSWER_MS     (10 * SECOND)

/* Close codes, as this websocket's servers use them. */
#define CLOSE_NORMAL   1000
#define CLOSE_REPLACED 4001

/* What of a frame is told once a connection. */
typedef enum Odd { ODD_TROUBLE, ODD_REQUEST, ODD_COUNT } Odd;

struct MatrixWire {
    Loop *loop;
    WebSockets *sockets;
    char *workspace, *url, *authorization;
    char *ca_file; /* NULL: none */
    const MatrixWireOps *ops;
    void *arg;
    WireState state;
    WebSocket *socket; /* NULL: none */
    uint64_t epoch;
    int64_t next_id;  /* of our commands */
    int64_t since_ms; /* connected */
    guint failures;
    bool heard; /* something, since the last ping */
    bool odd[ODD_COUNT];
    bool stopping;
    LoopTimer *timer; /* the next attempt; the greeting; the next ping, or its answer */
    LoopCall stopped;
    void *stopped_arg;
    LoopTimer *stop_timer;
};

/* Telling -------------------------------------------------------------------------------------- */

static const struct {
    LogLevel level;
    const char *event;
} states[] = {
    [WIRE_STARTING] = {LOG_LEVEL_INFO, "matrix_websocket_starting"},
    [WIRE_CONNECTED] = {LOG_LEVEL_INFO, "matrix_websocket_connected"},
    [WIRE_BROKEN] = {LOG_LEVEL_WARNING, "matrix_websocket_broken"},
    [WIRE_REFUSED] = {LOG_LEVEL_ERROR, "matrix_websocket_refused"},
    [WIRE_REPLACED] = {LOG_LEVEL_ERROR, "matrix_websocket_replaced"},
};

static void set_state(MatrixWire *wire, WireState state)
{
    if (wire->stopping || wire->state == state) {
        return;
    }
    wire->state = state;
    log_pick(states[state].level, states[state].event, F_STR("workspace", wire->workspace),
             (LogField){0});
    wire->ops->changed(wire->arg, state);
}

static bool tell_once(MatrixWire *wire, Odd odd)
{
    bool told = wire->odd[odd];

    wire->odd[odd] = true;
    return !told;
}

/* Losing and opening --------------------------------------------------------------------------- */

static void set_timer(MatrixWire *wire, int64_t ms, LoopCall call)
{
    loop_stop(&wire->timer);
    wire->timer = loop_after(wire->loop, ms, call, wire);
}

static void connect_now(void *arg);

static void lost(MatrixWire *wire, WireState state)
{
    bool was_stable =
        wire->state == WIRE_CONNECTED && loop_now_ms(wire->loop) - wire->since_ms >= STABLE_MS;

    wire->socket = NULL;
    loop_stop(&wire->timer);
    if (wire->stopping) {
        return;
    }
    if (was_stable) {
        wire->failures = 0;
    }
    if (state == WIRE_REFUSED) {
        set_timer(wire, REFUSED_MS, connect_now);
    } else if (state == WIRE_BROKEN) {
        set_timer(wire, matrix_backoff_ms(wire->failures++, AGAIN_MS, AGAIN_MOST_MS), connect_now);
    }
    set_state(wire, state);
}

void matrix_wire_cut(MatrixWire *wire, const char *why)
{
    if (wire->socket == NULL || wire->stopping) {
        return;
    }
    log_warning("matrix_websocket_cut", F_STR("workspace", wire->workspace), F_STR("why", why));
    websocket_drop(wire->socket);
    lost(wire, WIRE_BROKEN);
}

static const WebSocketOps websocket_ops;

static void open_socket(MatrixWire *wire)
{
    g_autoptr(GError) error = NULL;
    const char *const headers[] = {wire->authorization, "X-Mautrix-Websocket-Version: 3", NULL};

    const WebSocketRequest request = {
        .url = wire->url, .headers = headers, .ca_file = wire->ca_file};

    wire->socket = websocket_open(wire->sockets, &request, &websocket_ops, wire, &error);
    if (wire->socket == NULL) {
        log_warning("matrix_websocket_bad_url", F_STR("workspace", wire->workspace),
                    F_STR("error", error->message));
        lost(wire, WIRE_BROKEN);
    }
}

static void connect_now(void *arg)
{
    MatrixWire *wire = arg;

    wire->timer = NULL;
    if (!wire->ops->wanted(wire->arg)) {
        set_timer(wire, AGAIN_MS, connect_now);
        return;
    }
    wire->epoch++;
    memset(wire->odd, 0, sizeof wire->odd);
    open_socket(wire);
}

/* While it is open ----------------------------------------------------------------------------- */

void matrix_wire_send(MatrixWire *wire, const char *text)
{
    if (wire->socket != NULL && !websocket_send(wire->socket, text, strlen(text))) {
        log_debug("matrix_websocket_unsent", F_STR("workspace", wire->workspace));
    }
}

static void ping(void *arg);

static void on_silence(void *arg)
{
    MatrixWire *wire = arg;

    wire->timer = NULL;
    if (wire->heard) {
        set_timer(wire, PING_MS - ANSWER_MS, ping);
    } else {
        matrix_wire_cut(wire, "silent");
    }
}

/* Whatever comes then shows that somebody is there: the answer, a pong, an event. */
static void ping(void *arg)
{
    MatrixWire *wire = arg;
    g_autofree char *frame = push_frame_ping(++wire->next_id, g_get_real_time() / 1000);

    wire->timer = NULL;
    wire->heard = false;
    set_timer(wire, ANSWER_MS, on_silence);
    matrix_wire_send(wire, frame);
    websocket_ping(wire->socket);
}

static void greeted(MatrixWire *wire)
{
    if (wire->state != WIRE_CONNECTED) {
        wire->since_ms = loop_now_ms(wire->loop);
        set_timer(wire, PING_MS, ping);
        set_state(wire, WIRE_CONNECTED);
    }
}

static void on_greeting_late(void *arg)
{
    MatrixWire *wire = arg;

    wire->timer = NULL;
    greeted(wire); /* not every server greets */
}

/* Before the greeting the proxy may still hold an older, dead connection to be the one, and send
 * there what we would not look for any more. */
static void on_opened(void *arg)
{
    MatrixWire *wire = arg;

    set_timer(wire, GREETING_MS, on_greeting_late);
}

static void refuse_request(MatrixWire *wire, const PushFrame *frame)
{
    g_autofree char *refusal =
        push_frame_refusal(frame->id, "this application service takes no commands");

    if (tell_once(wire, ODD_REQUEST)) {
        log_info("matrix_websocket_request", F_STR("workspace", wire->workspace),
                 F_STR("command", json_text(frame->json, "command")));
    }
    if (frame->id != 0) {
        matrix_wire_send(wire, refusal);
    }
}

static void tell_trouble(MatrixWire *wire, const PushFrame *frame)
{
    if (tell_once(wire, ODD_TROUBLE)) {
        log_warning("matrix_websocket_trouble", F_STR("workspace", wire->workspace),
                    F_STR("error", json_text(json_object(frame->json, "data"), "errcode")));
    }
}

static void take_transaction(MatrixWire *wire, PushFrame *frame, size_t len)
{
    greeted(wire);
    if (wire->socket != NULL) {
        PushFrame *mine = g_memdup2(frame, sizeof *frame);

        frame->json = NULL;
        wire->ops->transaction(wire->arg, mine, len);
    }
}

static void on_message(void *arg, const char *bytes, size_t len, bool is_text)
{
    MatrixWire *wire = arg;
    g_auto(PushFrame) frame = push_frame_read(bytes, len);

    (void)is_text; /* JSON is JSON */
    wire->heard = true;
    if (wire->stopping) {
        return;
    }
    switch (frame.kind) {
    case PUSH_FRAME_RUBBISH:
        matrix_wire_cut(wire, "unreadable"); /* what was in it is looked for after the next open */
        return;
    case PUSH_FRAME_CONNECTED:
        greeted(wire);
        return;
    case PUSH_FRAME_TRANSACTION:
        take_transaction(wire, &frame, len);
        return;
    case PUSH_FRAME_ANSWER:
        return;
    case PUSH_FRAME_REQUEST:
        refuse_request(wire, &frame);
        return;
    case PUSH_FRAME_TROUBLE:
        tell_trouble(wire, &frame);
        return;
    }
}

static void on_oversized(void *arg)
{
    matrix_wire_cut(arg, "oversized");
}

static void on_alive(void *arg)
{
    MatrixWire *wire = arg;

    wire->heard = true;
}

static void on_closed(void *arg, int status, int code, const char *why)
{
    MatrixWire *wire = arg;
    bool refused = status == 401 || status == 403;

    log_info("matrix_websocket_closed", F_STR("workspace", wire->workspace),
             F_INT("status", status), F_INT("code", code), F_STR("why", why));
    lost(wire, code == CLOSE_REPLACED ? WIRE_REPLACED : refused ? WIRE_REFUSED : WIRE_BROKEN);
    if (wire->stopped != NULL && wire->stop_timer == NULL) {
        matrix_wire_stop(wire, wire->stopped, wire->stopped_arg);
    }
}

static const WebSocketOps websocket_ops = {
    .opened = on_opened,
    .message = on_message,
    .oversized = on_oversized,
    .alive = on_alive,
    .closed = on_closed,
};

/* Life ----------------------------------------------------------------------------------------- */

/* https://host/ is as good as wss://host. */
static char *url_of(const char *proxy_url)
{
    bool http = g_str_has_prefix(proxy_url, "http");
    g_autofree char *base = g_strconcat(http ? "ws" : "", proxy_url + (http ? 4 : 0), NULL);
    size_t len = strlen(base);

    while (len > 0 && base[len - 1] == '/') {
        base[--len] = '\0';
    }
    return g_strconcat(base, PATH, NULL);
}

MatrixWire *matrix_wire_new(Loop *loop, WebSockets *sockets, const MatrixWireConfig *config,
                            const MatrixWireOps *ops, void *arg)
{
    MatrixWire *wire = g_new(MatrixWire, 1);

    *wire = (MatrixWire){
        .loop = loop,
        .sockets = sockets,
        .workspace = g_strdup(config->workspace),
        .url = url_of(config->proxy_url),
        .authorization = g_strconcat("Authorization: Bearer ", config->as_token, NULL),
        .ca_file = g_strdup(config->ca_file),
        .ops = ops,
        .arg = arg,
    };
    return wire;
}

static void wire_free(void *data)
{
    MatrixWire *wire = data;

    g_free(wire->workspace);
    g_free(wire->url);
    g_free(wire->authorization);
    g_free(wire->ca_file);
    g_free(wire);
}

void matrix_wire_free(MatrixWire *wire)
{
    if (wire == NULL) {
        return;
    }
    if (wire->socket != NULL) {
        websocket_drop(wire->socket);
    }
    loop_stop(&wire->timer);
    loop_stop(&wire->stop_timer);
    loop_retire(wire->loop, wire, wire_free);
}

void matrix_wire_start(MatrixWire *wire)
{
    if (!wire->stopping) {
        set_timer(wire, 0, connect_now);
    }
}

static void on_stopped(void *arg)
{
    MatrixWire *wire = arg;
    LoopCall stopped = wire->stopped;

    wire->stop_timer = NULL;
    wire->stopped = NULL;
    stopped(wire->stopped_arg); /* may free the wire */
}

void matrix_wire_stop(MatrixWire *wire, LoopCall done, void *arg)
{
    wire->stopping = true;
    wire->stopped = done;
    wire->stopped_arg = arg;
    loop_stop(&wire->timer);
    if (wire->socket != NULL) {
        websocket_close(wire->socket, CLOSE_NORMAL); /* told as closed, in time */
    } else {
        wire->stop_timer = loop_after(wire->loop, 0, on_stopped, wire);
    }
}

uint64_t matrix_wire_epoch(const MatrixWire *wire)
{
    return wire->epoch;
}

WireState matrix_wire_state(const MatrixWire *wire)
{
    return wire->state;
}

#include "bot/slack/socket.h"

#include "bot/log.h"

/* link.c says what is to be done; this does it and tells back what came of it. Telling may happen
 * while something is being done, so the steps are a queue that only the outermost perform() works
 * off.
 *
 * A pipe is one connection on this side. The websocket and the call get it as their argument, and
 * it is retired, not freed, when it is over: a late callback finds it `over` and ends. */

#define ASK_DEADLINE_MS 20000
#define STOP_MOST_MS    2000
#define CONTROLS_LOGGED 8 /* of a connection; it should send three at most */

typedef enum Rubbish {
    RUBBISH_EMPTY,
    RUBBISH_BINARY,
    RUBBISH_UNREADABLE,
    RUBBISH_OVERSIZED
} Rubbish;

static const char *const rubbish_names[] = {
    [RUBBISH_EMPTY] = "empty",
    [RUBBISH_BINARY] = "binary",
    [RUBBISH_UNREADABLE] = "unreadable",
    [RUBBISH_OVERSIZED] = "oversized",
};

typedef struct Pipe {
    SlackSocket *socket;
    uint64_t epoch;
    SlackCall *call;      /* for its URL; NULL */
    WebSocket *websocket; /* NULL before and after */
    unsigned rubbish;     /* the kinds that were logged */
    int controls;         /* hello and disconnect that were logged */
    bool over;
} Pipe;

struct SlackSocket {
    Loop *loop;
    WebSockets *websockets;
    SlackApi *api;
    char *workspace, *app_token, *app_id;
    char *ca_file; /* NULL: none */
    const SlackSocketOps *ops;
    void *arg;
    Link *link;
    GPtrArray *pipes; /* of Pipe, those that are not over */
    GArray *steps;    /* of LinkStep, still to be done */
    GString *ack;     /* that is being written */
    bool performing;
    LoopTimer *timer; /* for link_tick */
    int64_t timer_ms;
    LinkState told;
    char *why; /* the last connection ended; NULL */
    int foreign_told;
    bool app_told;
    bool stopping;
    LoopTimer *stop_timer;
    LoopCall stopped;
    void *stopped_arg;
};

SlackSocket *slack_socket_new(Loop *loop, WebSockets *sockets, SlackApi *api,
                              const SlackSocketConfig *config, const SlackSocketOps *ops, void *arg)
{
    SlackSocket *socket = g_new0(SlackSocket, 1);

    *socket = (SlackSocket){
        .loop = loop,
        .websockets = sockets,
        .api = api,
        .workspace = g_strdup(config->workspace),
        .app_token = g_strdup(config->app_token),
        .ca_file = g_strdup(config->ca_file),
        .app_id = g_strdup(config->app_id),
        .ops = ops,
        .arg = arg,
        .link = link_new(config->connections, g_random_int()),
        .pipes = g_ptr_array_new(),
        .steps = g_array_new(FALSE, FALSE, sizeof(LinkStep)),
        .ack = g_string_new(NULL),
        .told = LINK_STARTING,
    };
    return socket;
}

/* Pipes --------------------------------------------------------------------------------------- */

static void pipe_new(SlackSocket *socket, uint64_t epoch)
{
    Pipe *pipe = g_new0(Pipe, 1);

    pipe->socket = socket;
    pipe->epoch = epoch;
    g_ptr_array_add(socket->pipes, pipe);
}

static Pipe *pipe_of(const SlackSocket *socket, uint64_t epoch)
{
    for (guint i = 0; i < socket->pipes->len; i++) {
        Pipe *pipe = g_ptr_array_index(socket->pipes, i);

        if (pipe->epoch == epoch) {
            return pipe;
        }
    }
    return NULL;
}

static void pipe_end(Pipe *pipe)
{
    pipe->over = true;
    pipe->websocket = NULL;
    pipe->call = NULL;
    g_ptr_array_remove_fast(pipe->socket->pipes, pipe);
    loop_retire(pipe->socket->loop, pipe, g_free);
}

/* Whatever it was about stops here, and is told no more. */
static void pipe_cut(Pipe *pipe)
{
    if (pipe->call != NULL) {
        slack_api_cancel(pipe->call);
    }
    if (pipe->websocket != NULL) {
        websocket_drop(pipe->websocket);
    }
    pipe_end(pipe);
}

static void cut_all(SlackSocket *socket)
{
    while (socket->pipes->len > 0) {
        pipe_cut(g_ptr_array_index(socket->pipes, 0));
    }
}

void slack_socket_free(SlackSocket *socket)
{
    if (socket == NULL) {
        return;
    }
    cut_all(socket);
    loop_stop(&socket->timer);
    loop_stop(&socket->stop_timer);
    g_ptr_array_unref(socket->pipes);
    g_array_unref(socket->steps);
    g_string_free(socket->ack, TRUE);
    link_free(socket->link);
    g_free(socket->why);
    g_free(socket->workspace);
    g_free(socket->app_token);
    g_free(socket->ca_file);
    g_free(socket->app_id);
    g_free(socket);
}

/* Telling ------------------------------------------------------------------------------------- */

static const struct {
    LogLevel level;
    const char *event;
} states[] = {
    [LINK_STARTING] = {LOG_LEVEL_INFO, "slack_socket_starting"},
    [LINK_READY] = {LOG_LEVEL_INFO, "slack_socket_ready"},
    [LINK_BROKEN] = {LOG_LEVEL_WARNING, "slack_socket_broken"},
    [LINK_REFUSED] = {LOG_LEVEL_ERROR, "slack_socket_token_refused"},
    [LINK_DISABLED] = {LOG_LEVEL_ERROR, "slack_socket_mode_disabled"},
    [LINK_CROWDED] = {LOG_LEVEL_WARNING, "slack_socket_crowded"},
};

static void tell_state(SlackSocket *socket)
{
    LinkState state = link_state(socket->link);

    if (state == socket->told || socket->stopping) {
        return;
    }
    socket->told = state;
    log_pick(states[state].level, states[state].event, F_STR("workspace", socket->workspace),
             (LogField){0});
    socket->ops->changed(socket->arg, state);
}

static void tell_foreign(SlackSocket *socket)
{
    int foreign = link_foreign(socket->link);

    if (foreign == socket->foreign_told) {
        return;
    }
    socket->foreign_told = foreign;
    log_pick(foreign > 0 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "slack_socket_foreign_connections",
             F_STR("workspace", socket->workspace), F_INT("connections", foreign), (LogField){0});
}

static void tell_rubbish(Pipe *pipe, Rubbish kind)
{
    if ((pipe->rubbish & (1U << kind)) != 0) {
        return;
    }
    pipe->rubbish |= 1U << kind;
    log_warning("slack_socket_rubbish", F_STR("workspace", pipe->socket->workspace),
                F_INT("epoch", (int64_t)pipe->epoch), F_STR("kind", rubbish_names[kind]));
}

static bool may_log_control(Pipe *pipe)
{
    pipe->controls = MIN(pipe->controls + 1, CONTROLS_LOGGED + 1);
    return pipe->controls <= CONTROLS_LOGGED;
}

/* Tokens of two different apps would answer commands of one with the rights of the other. */
static void tell_app(SlackSocket *socket, const char *app_id)
{
    if (socket->app_id == NULL || app_id[0] == '\0' || socket->app_told ||
        g_str_equal(app_id, socket->app_id)) {
        return;
    }
    socket->app_told = true;
    log_warning("slack_socket_other_app", F_STR("workspace", socket->workspace),
                F_STR("expected", socket->app_id), F_STR("found", app_id));
}

/* Doing --------------------------------------------------------------------------------------- */

static void perform(SlackSocket *socket);

static int64_t now_of(const SlackSocket *socket)
{
    return loop_now_ms(socket->loop);
}

static bool is_refusal(SlackClass class)
{
    return class == SLACK_AUTH || class == SLACK_SETUP;
}

/* A URL holds a ticket, so it is not said how it is bad. */
static void tell_bad_url(const SlackSocket *socket, uint64_t epoch)
{
    log_warning("slack_socket_bad_url", F_STR("workspace", socket->workspace),
                F_INT("epoch", (int64_t)epoch));
}

/* What Slack said is in the API's log. */
static void ask_failed(Pipe *pipe, SlackClass class)
{
    SlackSocket *socket = pipe->socket;
    uint64_t epoch = pipe->epoch;

    if (class == SLACK_OK) {
        tell_bad_url(socket, epoch);
    }
    pipe_end(pipe);
    link_url_failed(socket->link, epoch, is_refusal(class), -1, now_of(socket), socket->steps);
}

static void on_url(void *arg, const SlackAnswer *answer)
{
    Pipe *pipe = arg;
    SlackSocket *socket = pipe->socket;
    const char *url = answer->class == SLACK_OK ? json_text(answer->json, "url") : "";

    pipe->call = NULL;
    if (url[0] == '\0') {
        ask_failed(pipe, answer->class);
    } else {
        link_url(socket->link, pipe->epoch, url, now_of(socket), socket->steps);
    }
    perform(socket);
}

static void ask(SlackSocket *socket, uint64_t epoch)
{
    const SlackAsk ask = {
        .method = "apps.connections.open",
        .hurry = SLACK_SOON,
        .deadline_ms = ASK_DEADLINE_MS,
        .token = socket->app_token,
    };

    pipe_new(socket, epoch);
    Pipe *pipe = pipe_of(socket, epoch);
    g_assert(pipe != NULL);
    pipe->call = slack_api_call(socket->api, &ask, on_url, pipe);
}

static const WebSocketOps websocket_ops;

/* The error may name the URL: it is not logged either. */
static void connect_to(SlackSocket *socket, uint64_t epoch, const char *url)
{
    g_autoptr(GError) error = NULL;
    Pipe *pipe = pipe_of(socket, epoch);

    g_assert(pipe != NULL);
    WebSocket *websocket = websocket_open(
        socket->websockets, &(WebSocketRequest){.url = url, .ca_file = socket->ca_file},
        &websocket_ops, pipe, &error);

    if (pipe->over) {
        return;
    }
    pipe->websocket = websocket;
    if (websocket == NULL) {
        tell_bad_url(socket, epoch);
        pipe_end(pipe);
        link_closed(socket->link, epoch, now_of(socket), socket->steps);
    }
}

static void act(SlackSocket *socket, const LinkStep *step, const char *url)
{
    Pipe *pipe = pipe_of(socket, step->epoch);

    switch (step->act) {
    case LINK_ASK_URL:
        ask(socket, step->epoch);
        return;
    case LINK_CONNECT:
        if (pipe != NULL) {
            connect_to(socket, step->epoch, url);
        }
        return;
    case LINK_PING:
        if (pipe != NULL && pipe->websocket != NULL) {
            websocket_ping(pipe->websocket);
        }
        return;
    case LINK_CLOSE:
        if (pipe != NULL && pipe->websocket != NULL) {
            websocket_close(pipe->websocket, 1000);
        }
        return;
    case LINK_DROP:
        if (pipe != NULL) {
            pipe_cut(pipe);
        }
        return;
    }
}

static void on_time(void *arg)
{
    SlackSocket *socket = arg;

    socket->timer = NULL;
    link_tick(socket->link, now_of(socket), socket->steps);
    perform(socket);
}

static void set_timer(SlackSocket *socket)
{
    int64_t next = link_next_ms(socket->link);

    if (socket->timer != NULL && next == socket->timer_ms) {
        return;
    }
    loop_stop(&socket->timer);
    socket->timer_ms = next;
    if (next < INT64_MAX) {
        socket->timer = loop_after(socket->loop, MAX(next - now_of(socket), 1), on_time, socket);
    }
}

static void on_stopped(void *arg)
{
    SlackSocket *socket = arg;
    LoopCall stopped = socket->stopped;

    socket->stop_timer = NULL;
    socket->stopped = NULL;
    loop_stop(&socket->timer);
    cut_all(socket);
    if (stopped != NULL) {
        stopped(socket->stopped_arg); /* may free the socket */
    }
}

static void set_stop_timer(SlackSocket *socket, int64_t ms)
{
    loop_stop(&socket->stop_timer);
    socket->stop_timer = loop_after(socket->loop, ms, on_stopped, socket);
}

/* `url` of a LINK_CONNECT is good until link.c is called again, which may be during the step
 * itself. */
static void perform_steps(SlackSocket *socket)
{
    for (guint i = 0; i < socket->steps->len; i++) {
        LinkStep step = g_array_index(socket->steps, LinkStep, i);
        g_autofree char *url = g_strdup(step.url);

        act(socket, &step, url);
    }
    g_array_set_size(socket->steps, 0);
}

static void perform(SlackSocket *socket)
{
    if (socket->performing) {
        return;
    }
    socket->performing = true;
    perform_steps(socket);
    socket->performing = false;
    set_timer(socket);
    if (socket->stopping && socket->stopped != NULL && socket->pipes->len == 0) {
        set_stop_timer(socket, 0);
    }
    tell_state(socket);
}

/* What a websocket tells ---------------------------------------------------------------------- */

static void on_opened(void *arg)
{
    Pipe *pipe = arg;

    link_opened(pipe->socket->link, pipe->epoch, now_of(pipe->socket), pipe->socket->steps);
    perform(pipe->socket);
}

static void on_hello(Pipe *pipe, const Json *hello)
{
    SlackSocket *socket = pipe->socket;
    const Json *debug = json_object(hello, "debug_info");
    int64_t lifetime_s = json_int(debug, "approximate_connection_time", 0);
    int64_t connections = CLAMP(json_int(hello, "num_connections", 0), 0, INT32_MAX);

    if (may_log_control(pipe)) {
        log_info("slack_socket_hello", F_STR("workspace", socket->workspace),
                 F_INT("epoch", (int64_t)pipe->epoch), F_STR("host", json_text(debug, "host")),
                 F_INT("connections", connections), F_INT("lifetime_s", lifetime_s));
    }
    tell_app(socket, json_text(json_object(hello, "connection_info"), "app_id"));
    link_hello(socket->link, pipe->epoch, lifetime_s, (int)connections, now_of(socket),
               socket->steps);
    tell_foreign(socket);
    perform(socket);
}

static bool is_routine(const char *reason)
{
    return g_str_equal(reason, "warning") || g_str_equal(reason, "refresh_requested");
}

static void on_disconnect(Pipe *pipe, const Json *disconnect)
{
    SlackSocket *socket = pipe->socket;
    const char *reason = json_text(disconnect, "reason");

    if (may_log_control(pipe)) {
        log_pick(is_routine(reason) ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "slack_socket_disconnect",
                 F_STR("workspace", socket->workspace), F_INT("epoch", (int64_t)pipe->epoch),
                 F_STR("reason", reason), (LogField){0});
    }
    link_disconnect(socket->link, pipe->epoch, reason, now_of(socket), socket->steps);
    perform(socket);
}

static void on_text(Pipe *pipe, const char *bytes, size_t len)
{
    g_autofree char *type = NULL;
    g_autoptr(Json) rest = NULL;
    SlackEnvelope *envelope = slack_envelope_read(bytes, len, &type, &rest);

    if (envelope != NULL) {
        envelope->epoch = pipe->epoch;
        pipe->socket->ops->envelope(pipe->socket->arg, envelope);
    } else if (type == NULL) {
        tell_rubbish(pipe, RUBBISH_UNREADABLE);
    } else if (g_str_equal(type, "hello")) {
        on_hello(pipe, rest);
    } else {
        on_disconnect(pipe, rest);
    }
}

static void heard(const Pipe *pipe)
{
    link_heard(pipe->socket->link, pipe->epoch, now_of(pipe->socket));
}

/* While it stops, nothing is taken in: unacknowledged, it is sent again. */
static void on_message(void *arg, const char *bytes, size_t len, bool is_text)
{
    Pipe *pipe = arg;

    heard(pipe);
    if (pipe->socket->stopping) {
        return;
    }
    if (!is_text) {
        tell_rubbish(pipe, RUBBISH_BINARY);
    } else if (len == 0) {
        tell_rubbish(pipe, RUBBISH_EMPTY);
    } else {
        on_text(pipe, bytes, len);
    }
}

static void on_oversized(void *arg)
{
    heard(arg);
    tell_rubbish(arg, RUBBISH_OVERSIZED);
}

static void on_alive(void *arg)
{
    heard(arg);
}

static void on_closed(void *arg, int status, int code, const char *why)
{
    Pipe *pipe = arg;
    SlackSocket *socket = pipe->socket;
    uint64_t epoch = pipe->epoch;

    log_info("slack_socket_closed", F_STR("workspace", socket->workspace),
             F_INT("epoch", (int64_t)epoch), F_INT("status", status), F_INT("code", code),
             F_STR("why", why));
    g_free(socket->why);
    socket->why = g_strdup(why);
    pipe_end(pipe);
    link_closed(socket->link, epoch, now_of(socket), socket->steps);
    perform(socket);
}

static const WebSocketOps websocket_ops = {
    .opened = on_opened,
    .message = on_message,
    .oversized = on_oversized,
    .alive = on_alive,
    .closed = on_closed,
};

/* What its owner asks ------------------------------------------------------------------------- */

void slack_socket_start(SlackSocket *socket)
{
    link_start(socket->link, now_of(socket), socket->steps);
    perform(socket);
}

static bool send_by(const Pipe *pipe, const GString *frame)
{
    return pipe != NULL && pipe->websocket != NULL &&
           websocket_send(pipe->websocket, frame->str, frame->len);
}

/* The connection it came by may be full of use though it is to go: only sending tells. */
static bool send_somehow(SlackSocket *socket, uint64_t epoch, const GString *frame)
{
    if (send_by(pipe_of(socket, epoch), frame) ||
        send_by(pipe_of(socket, link_any(socket->link)), frame)) {
        return true;
    }
    for (guint i = 0; i < socket->pipes->len; i++) {
        const Pipe *pipe = g_ptr_array_index(socket->pipes, i);

        if (link_is_open(socket->link, pipe->epoch) && send_by(pipe, frame)) {
            return true;
        }
    }
    return false;
}

bool slack_socket_ack(SlackSocket *socket, const char *envelope_id, uint64_t epoch,
                      const char *payload, size_t payload_len)
{
    GString *ack = g_string_truncate(socket->ack, 0);
    bool whole = slack_ack_frame(ack, envelope_id, payload, payload_len);

    return ack->len > 0 && send_somehow(socket, epoch, ack) && whole;
}

void slack_socket_stop(SlackSocket *socket, LoopCall done, void *arg)
{
    socket->stopping = true;
    socket->stopped = done;
    socket->stopped_arg = arg;
    set_stop_timer(socket, STOP_MOST_MS);
    link_stop(socket->link, now_of(socket), socket->steps);
    perform(socket);
}

LinkState slack_socket_state(const SlackSocket *socket)
{
    return link_state(socket->link);
}

const char *slack_socket_why(const SlackSocket *socket)
{
    return socket->why != NULL ? socket->why : "";
}

int slack_socket_ready(const SlackSocket *socket)
{
    return link_ready(socket->link);
}

int slack_socket_foreign(const SlackSocket *socket)
{
    return link_foreign(socket->link);
}

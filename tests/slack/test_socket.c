/* Socket Mode against a loop, websockets, a Web API and a log that stand here, so that every
 * callback comes when the test says, and time is the test's own. */

#include "bot/slack/socket.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/log.h"

#define TOKEN      "xapp-1-SECRET"
#define URL_BEGINS "wss://wss.example.org/link/?ticket="

/* The loop ------------------------------------------------------------------------------------ */

struct LoopTimer {
    int64_t at_ms;
    LoopCall call;
    void *arg;
};

typedef struct Retired {
    void *what;
    GDestroyNotify free_it;
} Retired;

struct Loop {
    int64_t now_ms;
    GPtrArray *timers; /* of LoopTimer */
    GArray *retired;
    int timers_set;
    bool calling; /* something of the socket's is being called */
};

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    LoopTimer *timer = g_new(LoopTimer, 1);

    assert_true(ms >= 0);
    *timer = (LoopTimer){loop->now_ms + ms, call, arg};
    g_ptr_array_add(loop->timers, timer);
    loop->timers_set++;
    return timer;
}

static Loop *the_loop; /* loop_stop is not told which */

void loop_stop(LoopTimer **timer)
{
    if (*timer != NULL) {
        assert_true(g_ptr_array_remove(the_loop->timers, *timer));
        g_clear_pointer(timer, g_free);
    }
}

void loop_retire(Loop *loop, void *take, GDestroyNotify free_it)
{
    Retired retired = {take, free_it};

    g_array_append_val(loop->retired, retired);
}

int64_t loop_now_ms(Loop *loop)
{
    return loop->now_ms;
}

/* What was retired in a turn is freed, and what still points to it shows. */
static void end_turn(Loop *loop)
{
    for (guint i = 0; i < loop->retired->len; i++) {
        Retired retired = g_array_index(loop->retired, Retired, i);

        retired.free_it(retired.what);
    }
    g_array_set_size(loop->retired, 0);
}

static LoopTimer *next_timer(const Loop *loop, int64_t end_ms)
{
    LoopTimer *next = NULL;

    for (guint i = 0; i < loop->timers->len; i++) {
        LoopTimer *timer = g_ptr_array_index(loop->timers, i);

        if (timer->at_ms <= end_ms && (next == NULL || timer->at_ms < next->at_ms)) {
            next = timer;
        }
    }
    return next;
}

static void pass(Loop *loop, int64_t ms)
{
    int64_t end_ms = loop->now_ms + ms;
    LoopTimer *timer = NULL;
    int turns = 0;

    while ((timer = next_timer(loop, end_ms)) != NULL) {
        LoopTimer due = *timer;

        assert_true(++turns < 100000);
        loop->now_ms = MAX(loop->now_ms, due.at_ms);
        g_ptr_array_remove(loop->timers, timer);
        g_free(timer);
        due.call(due.arg);
        end_turn(loop);
    }
    loop->now_ms = end_ms;
}

/* Websockets ---------------------------------------------------------------------------------- */

struct WebSockets {
    GPtrArray *all;    /* of WebSocket, in the order of opening, the finished too */
    bool refuses;      /* every URL */
    bool fails_inside; /* `closed` is told before websocket_open returns */
};

struct WebSocket {
    const WebSocketOps *ops;
    void *arg;
    char *url;
    bool open, closing, over;
    int close_code, pings;
    GPtrArray *sent; /* of char* */
};

static void free_websocket(gpointer data)
{
    WebSocket *websocket = data;

    g_free(websocket->url);
    g_ptr_array_unref(websocket->sent);
    g_free(websocket);
}

WebSocket *websocket_open(WebSockets *sockets, const WebSocketRequest *request,
                          const WebSocketOps *ops, void *arg, GError **error)
{
    assert_null(request->subprotocol);
    assert_string_equal(request->ca_file, "acme.pem");
    assert_null(request->headers);
    if (sockets->refuses) {
        g_set_error(error, g_quark_from_static_string("test"), 1, "not a URL: %s", request->url);
        return NULL;
    }
    WebSocket *websocket = g_new0(WebSocket, 1);
    *websocket = (WebSocket){.ops = ops,
                             .arg = arg,
                             .url = g_strdup(request->url),
                             .sent = g_ptr_array_new_with_free_func(g_free)};
    g_ptr_array_add(sockets->all, websocket);
    if (sockets->fails_inside) {
        websocket->over = true;
        ops->closed(arg, 0, 0, "no route");
    }
    return websocket;
}

bool websocket_send(WebSocket *socket, const char *text, size_t len)
{
    assert_false(socket->over);
    assert_true(len <= SLACK_ACK_MAX);
    if (!socket->open || socket->closing) {
        return false;
    }
    g_ptr_array_add(socket->sent, g_strndup(text, len));
    return true;
}

void websocket_ping(WebSocket *socket)
{
    assert_false(socket->over);
    socket->pings++;
}

void websocket_close(WebSocket *socket, int code)
{
    assert_false(socket->over);
    socket->closing = true;
    socket->close_code = code;
}

void websocket_drop(WebSocket *socket)
{
    assert_false(socket->over);
    socket->over = true;
}

/* The Web API --------------------------------------------------------------------------------- */

struct SlackApi {
    GPtrArray *calls; /* of SlackCall, the finished too */
};

struct SlackCall {
    SlackDone done;
    void *arg;
    bool over;
};

SlackCall *slack_api_call(SlackApi *api, const SlackAsk *ask, SlackDone done, void *arg)
{
    SlackCall *call = g_new0(SlackCall, 1);

    assert_string_equal(ask->method, "apps.connections.open");
    assert_string_equal(ask->token, TOKEN);
    assert_null(ask->take_args);
    assert_int_equal(ask->hurry, SLACK_SOON);
    assert_true(ask->deadline_ms > 0 && ask->deadline_ms <= 30000);
    *call = (SlackCall){done, arg, false};
    g_ptr_array_add(api->calls, call);
    return call;
}

void slack_api_cancel(SlackCall *call)
{
    assert_false(call->over);
    call->over = true;
}

/* The log ------------------------------------------------------------------------------------- */

static GString *the_log;

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    g_string_append_printf(the_log, "%d %s", (int)level, event);
    for (const LogField *field = fields; field->name != NULL; field++) {
        if (field->text != NULL) {
            g_string_append_printf(the_log, " %s=%s", field->name, field->text);
        } else {
            g_string_append_printf(the_log, " %s=%" PRId64, field->name, field->number);
        }
    }
    g_string_append_c(the_log, '\n');
}

static int logged(const char *what)
{
    int count = 0;

    for (const char *at = the_log->str; (at = strstr(at, what)) != NULL; at++) {
        count++;
    }
    return count;
}

/* The stage ----------------------------------------------------------------------------------- */

typedef struct Stage {
    Loop loop;
    WebSockets sockets;
    SlackApi api;
    SlackSocket *socket;
    GString *told;   /* of `changed`: "1 2 1 " */
    GPtrArray *came; /* of SlackEnvelope */
    bool stops_when_ready, stops_on_envelope;
    int stopped;
    int tickets;
} Stage;

static void on_stopped(void *arg)
{
    Stage *stage = arg;

    assert_false(stage->loop.calling);
    stage->stopped++;
}

static void on_envelope(void *arg, SlackEnvelope *take_envelope)
{
    Stage *stage = arg;

    g_ptr_array_add(stage->came, take_envelope);
    if (stage->stops_on_envelope) {
        slack_socket_stop(stage->socket, on_stopped, stage);
    }
}

static void on_changed(void *arg, LinkState state)
{
    Stage *stage = arg;

    g_string_append_printf(stage->told, "%d ", (int)state);
    assert_int_equal(state, slack_socket_state(stage->socket));
    if (state == LINK_READY && stage->stops_when_ready) {
        slack_socket_stop(stage->socket, on_stopped, stage);
    }
}

static const SlackSocketOps ops = {.envelope = on_envelope, .changed = on_changed};

static void free_envelope(gpointer data)
{
    slack_envelope_free(data);
}

static void make_socket(Stage *stage, int connections)
{
    const SlackSocketConfig config = {.workspace = "acme",
                                      .app_token = TOKEN,
                                      .ca_file = "acme.pem",
                                      .connections = connections,
                                      .app_id = "A1"};

    stage->socket =
        slack_socket_new(&stage->loop, &stage->sockets, &stage->api, &config, &ops, stage);
}

static int open_stage(void **state)
{
    Stage *stage = g_new0(Stage, 1);

    stage->loop.now_ms = 1000000;
    stage->loop.timers = g_ptr_array_new();
    stage->loop.retired = g_array_new(FALSE, FALSE, sizeof(Retired));
    stage->sockets.all = g_ptr_array_new_with_free_func(free_websocket);
    stage->api.calls = g_ptr_array_new_with_free_func(g_free);
    stage->told = g_string_new(NULL);
    stage->came = g_ptr_array_new_with_free_func(free_envelope);
    the_loop = &stage->loop;
    the_log = g_string_new(NULL);
    make_socket(stage, 1);
    *state = stage;
    return 0;
}

/* Whatever the test was about: nothing is left behind, and no secret is in the log. */
static void check_the_end(const Stage *stage)
{
    assert_int_equal(stage->loop.timers->len, 0);
    for (guint i = 0; i < stage->sockets.all->len; i++) {
        assert_true(((WebSocket *)g_ptr_array_index(stage->sockets.all, i))->over);
    }
    for (guint i = 0; i < stage->api.calls->len; i++) {
        assert_true(((SlackCall *)g_ptr_array_index(stage->api.calls, i))->over);
    }
    assert_int_equal(logged("xapp"), 0);
    assert_int_equal(logged("SECRET"), 0);
    assert_int_equal(logged("wss:"), 0);
    assert_int_equal(logged("ticket"), 0);
}

static int close_stage(void **state)
{
    Stage *stage = *state;

    slack_socket_free(stage->socket);
    end_turn(&stage->loop);
    check_the_end(stage);
    g_ptr_array_unref(stage->loop.timers);
    g_array_unref(stage->loop.retired);
    g_ptr_array_unref(stage->sockets.all);
    g_ptr_array_unref(stage->api.calls);
    g_string_free(stage->told, TRUE);
    g_ptr_array_unref(stage->came);
    g_string_free(the_log, TRUE);
    g_free(stage);
    return 0;
}

/* What the other side does -------------------------------------------------------------------- */

static WebSocket *wire(const Stage *stage, guint i)
{
    assert_true(i < stage->sockets.all->len);
    return g_ptr_array_index(stage->sockets.all, i);
}

static void answer(Stage *stage, guint i, SlackClass class, const char *error, const char *json)
{
    assert_true(i < stage->api.calls->len);
    SlackCall *call = g_ptr_array_index(stage->api.calls, i);
    g_autoptr(Json) parsed = json != NULL ? json_parse(json, strlen(json)) : NULL;
    const SlackAnswer slack_answer = {
        .class = class, .error = error, .json = parsed, .needed = "", .people = ""};

    assert_false(call->over);
    call->over = true;
    stage->loop.calling = true;
    call->done(call->arg, &slack_answer);
    stage->loop.calling = false;
    end_turn(&stage->loop);
}

/* Each URL is another one. */
static void give_url(Stage *stage, guint call)
{
    g_autofree char *json =
        g_strdup_printf("{\"ok\":true,\"url\":\"" URL_BEGINS "%d\"}", ++stage->tickets);

    answer(stage, call, SLACK_OK, "", json);
}

static void upgrade(Stage *stage, guint i)
{
    WebSocket *websocket = wire(stage, i);

    assert_false(websocket->over);
    websocket->open = true;
    websocket->ops->opened(websocket->arg);
    end_turn(&stage->loop);
}

static void receive(Stage *stage, guint i, const char *bytes, size_t len, bool is_text)
{
    WebSocket *websocket = wire(stage, i);

    assert_false(websocket->over);
    stage->loop.calling = true;
    websocket->ops->message(websocket->arg, bytes, len, is_text);
    stage->loop.calling = false;
    end_turn(&stage->loop);
}

static void receive_text(Stage *stage, guint i, const char *text)
{
    receive(stage, i, text, strlen(text), true);
}

static void end_wire(Stage *stage, guint i)
{
    WebSocket *websocket = wire(stage, i);

    assert_false(websocket->over);
    websocket->over = true;
    stage->loop.calling = true;
    websocket->ops->closed(websocket->arg, 0, 1006, "connection reset");
    stage->loop.calling = false;
    end_turn(&stage->loop);
}

#define HELLO                                                                                      \
    "{\"type\":\"hello\",\"connection_info\":{\"app_id\":\"A1\"},\"num_connections\":1,"           \
    "\"debug_info\":{\"host\":\"applink-1\",\"approximate_connection_time\":18060}}"
#define WARNING "{\"type\":\"disconnect\",\"reason\":\"warning\"}"

static void bring_up(Stage *stage, guint i)
{
    give_url(stage, i);
    upgrade(stage, i);
    receive_text(stage, i, HELLO);
}

static void start(Stage *stage)
{
    slack_socket_start(stage->socket);
    end_turn(&stage->loop);
}

static void bring_up_first(Stage *stage)
{
    start(stage);
    bring_up(stage, 0);
    assert_int_equal(slack_socket_ready(stage->socket), 1);
}

/* Peace for so long: the other side answers pings. */
static void pass_in_peace(Stage *stage, int64_t ms)
{
    for (int64_t done = 0; done < ms; done += 5000) {
        pass(&stage->loop, 5000);
        for (guint i = 0; i < stage->sockets.all->len; i++) {
            WebSocket *websocket = wire(stage, i);

            if (websocket->open && !websocket->over) {
                websocket->ops->alive(websocket->arg);
            }
        }
    }
}

/* Until there are so many calls; false: not within `most_ms`. */
static bool await_calls(Stage *stage, guint calls, int64_t most_ms)
{
    int64_t end_ms = stage->loop.now_ms + most_ms;

    while (stage->api.calls->len < calls && stage->loop.now_ms < end_ms) {
        pass(&stage->loop, 1000);
    }
    return stage->api.calls->len >= calls;
}

static const char *last_sent(const Stage *stage, guint i)
{
    GPtrArray *sent = wire(stage, i)->sent;

    return sent->len > 0 ? g_ptr_array_index(sent, sent->len - 1) : NULL;
}

/* Coming up ----------------------------------------------------------------------------------- */

static void test_it_asks_connects_and_is_ready_with_hello(void **state)
{
    Stage *stage = *state;

    assert_int_equal(stage->api.calls->len, 0);
    start(stage);
    assert_int_equal(stage->api.calls->len, 1);
    give_url(stage, 0);
    assert_string_equal(wire(stage, 0)->url, URL_BEGINS "1");
    upgrade(stage, 0);
    assert_int_equal(slack_socket_state(stage->socket), LINK_STARTING);
    assert_string_equal(stage->told->str, "");
    receive_text(stage, 0, HELLO);
    assert_int_equal(slack_socket_state(stage->socket), LINK_READY);
    assert_string_equal(stage->told->str, "1 ");
    assert_int_equal(slack_socket_ready(stage->socket), 1);
    assert_int_equal(slack_socket_foreign(stage->socket), 0);
}

static void test_every_attempt_has_a_url_of_its_own(void **state)
{
    Stage *stage = *state;

    start(stage);
    for (guint i = 0; i < 5; i++) {
        give_url(stage, i);
        g_autofree char *url = g_strdup_printf(URL_BEGINS "%u", i + 1);
        assert_string_equal(wire(stage, i)->url, url);
        end_wire(stage, i);
        assert_true(await_calls(stage, i + 2, 61000));
    }
    assert_int_equal(stage->sockets.all->len, 5);
}

static void test_how_the_open_call_may_fail(void **state)
{
    static const struct {
        const char *name;
        SlackClass class;
        const char *error, *json;
        LinkState state;
        int64_t least_ms, most_ms; /* until the next one */
    } cases[] = {
        {"invalid_auth", SLACK_AUTH, "invalid_auth", NULL, LINK_REFUSED, 299000, 331000},
        {"a bot token", SLACK_SETUP, "not_allowed_token_type", NULL, LINK_REFUSED, 299000, 331000},
        {"internal_error", SLACK_UNSURE, "internal_error", NULL, LINK_BROKEN, 0, 1000},
        {"no route", SLACK_RETRY, "", NULL, LINK_BROKEN, 0, 1000},
        {"an error nobody knows", SLACK_REQUEST, "made_up", NULL, LINK_BROKEN, 0, 1000},
        {"an answer without a URL", SLACK_OK, "", "{\"ok\":true}", LINK_BROKEN, 0, 1000},
        {"a URL that is no text", SLACK_OK, "", "{\"ok\":true,\"url\":7}", LINK_BROKEN, 0, 1000},
        {"an empty URL", SLACK_OK, "", "{\"ok\":true,\"url\":\"\"}", LINK_BROKEN, 0, 1000},
        {"no answer to read", SLACK_OK, "", NULL, LINK_BROKEN, 0, 1000},
    };
    Stage *stage = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint before = stage->api.calls->len;

        slack_socket_free(stage->socket);
        make_socket(stage, 1);
        start(stage);
        answer(stage, before, cases[i].class, cases[i].error, cases[i].json);
        if (slack_socket_state(stage->socket) != cases[i].state) {
            fail_msg("%s: state %d", cases[i].name, (int)slack_socket_state(stage->socket));
        }
        if ((cases[i].least_ms > 0 && await_calls(stage, before + 2, cases[i].least_ms)) ||
            !await_calls(stage, before + 2, cases[i].most_ms - cases[i].least_ms)) {
            fail_msg("%s: not asked again in its time", cases[i].name);
        }
    }
    assert_int_equal(stage->sockets.all->len, 0);
}

static void test_a_call_that_hangs_is_given_up(void **state)
{
    Stage *stage = *state;
    SlackCall *call = NULL;

    start(stage);
    call = g_ptr_array_index(stage->api.calls, 0);
    pass(&stage->loop, 29000);
    assert_false(call->over);
    pass(&stage->loop, 3000);
    assert_true(call->over);
    assert_int_equal(stage->api.calls->len, 2);
    assert_string_equal(stage->told->str, "2 ");
}

static void test_a_url_that_cannot_be_one_is_a_failure(void **state)
{
    Stage *stage = *state;

    stage->sockets.refuses = true;
    start(stage);
    give_url(stage, 0);
    assert_int_equal(slack_socket_state(stage->socket), LINK_BROKEN);
    assert_int_equal(logged("slack_socket_bad_url"), 1);
    pass(&stage->loop, 2000);
    assert_int_equal(stage->api.calls->len, 2);
}

static void test_a_socket_may_end_before_opening_it_returns(void **state)
{
    Stage *stage = *state;

    stage->sockets.fails_inside = true;
    start(stage);
    give_url(stage, 0);
    assert_int_equal(slack_socket_state(stage->socket), LINK_BROKEN);
    stage->sockets.fails_inside = false;
    pass(&stage->loop, 2000);
    bring_up(stage, 1);
    assert_int_equal(slack_socket_ready(stage->socket), 1);
    assert_string_equal(stage->told->str, "2 1 ");
}

/* Living -------------------------------------------------------------------------------------- */

static void test_silence_ends_it_and_any_frame_keeps_it(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    for (int i = 0; i < 20; i++) {
        pass(&stage->loop, 29000);
        switch (i % 4) {
        case 0:
            wire(stage, 0)->ops->alive(wire(stage, 0)->arg);
            break;
        case 1:
            wire(stage, 0)->ops->oversized(wire(stage, 0)->arg);
            break;
        case 2:
            receive(stage, 0, "", 0, false);
            break;
        default:
            receive_text(stage, 0, "UNAUTHENTICATED: cache_error");
            break;
        }
    }
    assert_true(wire(stage, 0)->pings >= 57);
    assert_false(wire(stage, 0)->over);
    pass(&stage->loop, 30000);
    assert_true(wire(stage, 0)->over);
    assert_string_equal(stage->told->str, "1 2 ");
}

static void test_a_warned_one_is_read_until_its_replacement_is_ready(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    pass_in_peace(stage, 65000);
    receive_text(stage, 0, WARNING);
    assert_int_equal(stage->api.calls->len, 2);
    receive_text(stage, 0, "{\"envelope_id\":\"a\",\"type\":\"events_api\",\"payload\":{}}");
    bring_up(stage, 1);
    receive_text(stage, 0, "{\"envelope_id\":\"b\",\"type\":\"events_api\",\"payload\":{}}");
    receive_text(stage, 1, "{\"envelope_id\":\"c\",\"type\":\"events_api\",\"payload\":{}}");
    assert_int_equal(stage->came->len, 3);
    assert_false(wire(stage, 0)->closing);
    pass_in_peace(stage, 30000);
    assert_true(wire(stage, 0)->closing);
    assert_int_equal(wire(stage, 0)->close_code, 1000);
    end_wire(stage, 0);
    assert_string_equal(stage->told->str, "1 ");
}

static void test_a_hello_that_says_little_is_enough(void **state)
{
    static const char *const hellos[] = {
        "{\"type\":\"hello\"}",
        "{\"type\":\"hello\",\"num_connections\":\"x\",\"connection_info\":[],\"debug_info\":7}",
        "{\"type\":\"hello\",\"num_connections\":-1,\"debug_info\":{\"host\":null,"
        "\"approximate_connection_time\":-9}}",
        "{\"type\":\"hello\",\"num_connections\":1e18,\"connection_info\":{\"app_id\":null},"
        "\"debug_info\":{\"approximate_connection_time\":1e18}}",
    };
    Stage *stage = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(hellos); i++) {
        guint n = stage->api.calls->len;

        slack_socket_free(stage->socket);
        make_socket(stage, 1);
        start(stage);
        give_url(stage, n);
        upgrade(stage, n);
        receive_text(stage, n, hellos[i]);
        assert_int_equal(slack_socket_ready(stage->socket), 1);
    }
    assert_int_equal(logged("other_app"), 0);
}

static void test_several_connections(void **state)
{
    Stage *stage = *state;

    slack_socket_free(stage->socket);
    make_socket(stage, 3);
    start(stage);
    pass(&stage->loop, 8000);
    assert_int_equal(stage->api.calls->len, 3);
    for (guint i = 0; i < 3; i++) {
        bring_up(stage, i);
    }
    assert_int_equal(slack_socket_ready(stage->socket), 3);
    assert_string_equal(stage->told->str, "1 ");
    end_wire(stage, 1);
    assert_int_equal(slack_socket_ready(stage->socket), 2);
    assert_string_equal(stage->told->str, "1 ");
}

/* Envelopes ----------------------------------------------------------------------------------- */

static void test_envelopes_are_handed_on_with_their_connection(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    receive_text(stage, 0,
                 "{\"envelope_id\":\"a\",\"type\":\"slash_commands\",\"payload\":{\"text\":\"x\"},"
                 "\"accepts_response_payload\":true}");
    receive_text(stage, 0, "{\"envelope_id\":\"a\",\"type\":\"made_up\"}"); /* the same id again */
    assert_int_equal(stage->came->len, 2);
    const SlackEnvelope *first = g_ptr_array_index(stage->came, 0);
    assert_string_equal(first->id, "a");
    assert_string_equal(json_text(first->payload, "text"), "x");
    assert_true(first->takes_payload);
    assert_true(first->epoch == 1);
    assert_string_equal(((SlackEnvelope *)g_ptr_array_index(stage->came, 1))->type, "made_up");
}

/* Reading costs no timer and no log line, and an envelope before hello is one too. */
static void test_a_burst_is_only_read(void **state)
{
    Stage *stage = *state;

    start(stage);
    give_url(stage, 0);
    upgrade(stage, 0);
    int timers = stage->loop.timers_set;
    gsize lines = the_log->len;
    for (int i = 0; i < 20000; i++) {
        receive_text(stage, 0, "{\"envelope_id\":\"a\",\"type\":\"events_api\",\"payload\":{}}");
    }
    assert_int_equal(stage->came->len, 20000);
    assert_int_equal(stage->loop.timers_set, timers);
    assert_true(the_log->len == lines);
}

static void test_rubbish_is_logged_once_of_a_kind_and_connection(void **state)
{
    static const char *const kinds[] = {"kind=empty", "kind=binary", "kind=unreadable",
                                        "kind=oversized"};
    Stage *stage = *state;

    bring_up_first(stage);
    for (guint i = 0; i < 2; i++) {
        for (int n = 0; n < 1000; n++) {
            receive_text(stage, i, "");
            receive(stage, i, HELLO, strlen(HELLO), false);
            receive_text(stage, i, "UNAUTHENTICATED: cache_error");
            receive_text(stage, i, "{\"type\":\"unheard_of\"}");
            wire(stage, i)->ops->oversized(wire(stage, i)->arg);
        }
        for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
            assert_int_equal(logged(kinds[k]), i + 1);
        }
        if (i == 0) {
            end_wire(stage, 0);
            pass(&stage->loop, 2000);
            bring_up(stage, 1);
        }
    }
    assert_int_equal(stage->came->len, 0);
    assert_int_equal(logged("cache_error"), 0); /* what came is not for the log */
}

static void test_a_flood_of_control_messages_does_not_flood_the_log(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    for (int n = 0; n < 1000; n++) {
        receive_text(stage, 0, WARNING);
        receive_text(stage, 0, HELLO);
        receive_text(stage, 0, "{\"type\":\"disconnect\",\"reason\":[]}");
    }
    assert_true(logged("slack_socket_disconnect") + logged("slack_socket_hello") <= 8);
    assert_int_equal(slack_socket_ready(stage->socket), 1);
}

/* Acknowledgements ---------------------------------------------------------------------------- */

static void test_an_ack_goes_by_the_connection_of_arrival(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    pass_in_peace(stage, 65000);
    receive_text(stage, 0, WARNING);
    bring_up(stage, 1);
    assert_true(slack_socket_ack(stage->socket, "a", 1, NULL, 0));
    assert_string_equal(last_sent(stage, 0), "{\"envelope_id\":\"a\"}");
    assert_null(last_sent(stage, 1));
    assert_true(slack_socket_ack(stage->socket, "b", 2, "{\"text\":\"x\"}", 12));
    assert_string_equal(last_sent(stage, 1),
                        "{\"envelope_id\":\"b\",\"payload\":{\"text\":\"x\"}}");
    assert_true(slack_socket_ack(stage->socket, "c", 77, NULL, 0)); /* the one that stays */
    assert_string_equal(last_sent(stage, 1), "{\"envelope_id\":\"c\"}");
}

static void test_an_ack_before_hello_goes_back_where_it_came_from(void **state)
{
    Stage *stage = *state;

    start(stage);
    give_url(stage, 0);
    upgrade(stage, 0);
    receive_text(stage, 0, "{\"envelope_id\":\"a\",\"type\":\"events_api\"}");
    assert_true(slack_socket_ack(stage->socket, "a", 1, NULL, 0));
    assert_string_equal(last_sent(stage, 0), "{\"envelope_id\":\"a\"}");
}

static void test_an_ack_finds_another_way(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    pass_in_peace(stage, 65000);
    receive_text(stage, 0, WARNING);
    bring_up(stage, 1);
    pass_in_peace(stage, 30000); /* the first is closing: still there, and takes nothing */
    assert_true(slack_socket_ack(stage->socket, "a", 1, NULL, 0));
    assert_string_equal(last_sent(stage, 1), "{\"envelope_id\":\"a\"}");
    end_wire(stage, 0);
    assert_true(slack_socket_ack(stage->socket, "b", 1, NULL, 0));
    assert_string_equal(last_sent(stage, 1), "{\"envelope_id\":\"b\"}");
    assert_true(slack_socket_ack(stage->socket, "c", 77, NULL, 0));
    assert_string_equal(last_sent(stage, 1), "{\"envelope_id\":\"c\"}");
    wire(stage, 1)->open = false; /* says no, though nobody told why */
    assert_false(slack_socket_ack(stage->socket, "d", 2, NULL, 0));
    assert_int_equal(wire(stage, 1)->sent->len, 3);
}

static void test_an_ack_without_a_connection_is_not_sent(void **state)
{
    Stage *stage = *state;

    assert_false(slack_socket_ack(stage->socket, "a", 1, NULL, 0));
    start(stage);
    assert_false(slack_socket_ack(stage->socket, "a", 1, NULL, 0));
    give_url(stage, 0);
    assert_false(slack_socket_ack(stage->socket, "a", 1, "{}", 2));
    upgrade(stage, 0);
    receive_text(stage, 0, HELLO);
    end_wire(stage, 0);
    assert_false(slack_socket_ack(stage->socket, "a", 1, NULL, 0));
    assert_int_equal(wire(stage, 0)->sent->len, 0);
}

static void test_a_payload_that_is_too_long_stays_behind(void **state)
{
    Stage *stage = *state;
    g_autofree char *long_one = g_strnfill(SLACK_ACK_MAX, '1');

    bring_up_first(stage);
    assert_false(slack_socket_ack(stage->socket, "a", 1, long_one, SLACK_ACK_MAX));
    assert_string_equal(last_sent(stage, 0), "{\"envelope_id\":\"a\"}");
    assert_true(slack_socket_ack(stage->socket, "a", 1, long_one, SLACK_ACK_MAX - 64));
}

/* Telling ------------------------------------------------------------------------------------- */

static void test_another_app_is_told_once(void **state)
{
    Stage *stage = *state;

    start(stage);
    for (guint i = 0; i < 3; i++) {
        give_url(stage, i);
        upgrade(stage, i);
        receive_text(stage, i, "{\"type\":\"hello\",\"connection_info\":{\"app_id\":\"A2\"}}");
        assert_int_equal(slack_socket_state(stage->socket), LINK_READY);
        end_wire(stage, i);
        pass(&stage->loop, 9000);
    }
    assert_int_equal(logged("slack_socket_other_app workspace=acme expected=A1 found=A2"), 1);
}

static void test_foreign_connections_are_told_when_their_number_changes(void **state)
{
    static const struct {
        int counted, lines, foreign;
    } cases[] = {{1, 0, 0}, {3, 1, 2}, {3, 1, 2}, {2, 2, 1}, {0, 2, 1}, {1, 3, 0}};
    Stage *stage = *state;

    start(stage);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("{\"type\":\"hello\",\"num_connections\":%d}", cases[i].counted);
        give_url(stage, i);
        upgrade(stage, i);
        receive_text(stage, i, text);
        assert_int_equal(slack_socket_foreign(stage->socket), cases[i].foreign);
        assert_int_equal(logged("slack_socket_foreign_connections"), cases[i].lines);
        end_wire(stage, i);
        assert_true(await_calls(stage, i + 2, 61000));
    }
}

static void test_a_disabled_app_and_a_crowd_are_told(void **state)
{
    static const struct {
        const char *reason;
        LinkState state;
        const char *line;
    } cases[] = {
        {"link_disabled", LINK_DISABLED, "0 slack_socket_mode_disabled workspace=acme"},
        {"too_many_websockets", LINK_CROWDED, "1 slack_socket_crowded workspace=acme"},
    };
    Stage *stage = *state;

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("{\"type\":\"disconnect\",\"reason\":\"%s\"}", cases[i].reason);

        slack_socket_free(stage->socket);
        make_socket(stage, 1);
        start(stage);
        give_url(stage, i);
        upgrade(stage, i);
        receive_text(stage, i, text);
        assert_int_equal(slack_socket_state(stage->socket), cases[i].state);
        assert_int_equal(logged(cases[i].line), 1);
        assert_true(wire(stage, i)->closing);
        end_wire(stage, i);
        pass(&stage->loop, 29000);
        assert_int_equal(stage->api.calls->len, i + 1);
    }
}

/* Stopping ------------------------------------------------------------------------------------ */

static void stop(Stage *stage)
{
    stage->loop.calling = true;
    slack_socket_stop(stage->socket, on_stopped, stage);
    stage->loop.calling = false;
    end_turn(&stage->loop);
}

static void test_stopping_closes_cleanly_and_tells_once(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    stop(stage);
    assert_true(wire(stage, 0)->closing);
    assert_int_equal(wire(stage, 0)->close_code, 1000);
    assert_int_equal(stage->stopped, 0);
    receive_text(stage, 0, "{\"envelope_id\":\"a\",\"type\":\"events_api\",\"payload\":{}}");
    assert_int_equal(stage->came->len, 0); /* it could not be acknowledged any more */
    pass(&stage->loop, 500);
    assert_int_equal(stage->stopped, 0);
    end_wire(stage, 0);
    pass(&stage->loop, 0);
    assert_int_equal(stage->stopped, 1);
    pass(&stage->loop, 3600000);
    assert_int_equal(stage->stopped, 1);
    assert_int_equal(stage->api.calls->len, 1);
    assert_string_equal(stage->told->str, "1 ");
}

static void test_a_close_that_is_not_answered_holds_nobody_up(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    stop(stage);
    pass(&stage->loop, 1999);
    assert_int_equal(stage->stopped, 0);
    pass(&stage->loop, 1);
    assert_int_equal(stage->stopped, 1);
    assert_true(wire(stage, 0)->over);
}

static void test_stopping_in_every_phase(void **state)
{
    Stage *stage = *state;

    for (int phase = 0; phase < 4; phase++) {
        guint call = stage->api.calls->len, socket = stage->sockets.all->len;

        slack_socket_free(stage->socket);
        make_socket(stage, 1);
        if (phase > 0) {
            start(stage);
        }
        if (phase > 1) {
            give_url(stage, call);
        }
        if (phase > 2) {
            upgrade(stage, socket);
        }
        stage->stopped = 0;
        stop(stage);
        assert_int_equal(stage->stopped, 0); /* never from inside */
        pass(&stage->loop, phase < 3 ? 0 : 2000);
        assert_int_equal(stage->stopped, 1);
    }
}

static void test_stopping_from_inside_its_callbacks(void **state)
{
    Stage *stage = *state;

    stage->stops_when_ready = true;
    start(stage);
    bring_up(stage, 0);
    assert_true(wire(stage, 0)->closing);
    pass(&stage->loop, 2000);
    assert_int_equal(stage->stopped, 1);
    stage->stops_when_ready = false;
    stage->stops_on_envelope = true;
    slack_socket_free(stage->socket);
    make_socket(stage, 1);
    start(stage);
    bring_up(stage, 1);
    receive_text(stage, 1, "{\"envelope_id\":\"a\",\"type\":\"events_api\",\"payload\":{}}");
    end_wire(stage, 1);
    pass(&stage->loop, 0);
    assert_int_equal(stage->stopped, 2);
}

static void test_stopping_twice_tells_the_second(void **state)
{
    Stage *stage = *state;

    bring_up_first(stage);
    stop(stage);
    stop(stage);
    end_wire(stage, 0);
    pass(&stage->loop, 5000);
    assert_int_equal(stage->stopped, 1);
    stop(stage);
    pass(&stage->loop, 0);
    assert_int_equal(stage->stopped, 2);
}

/* close_stage looks whether anything is left. */
static void test_freeing_in_every_phase(void **state)
{
    Stage *stage = *state;

    for (int phase = 0; phase < 6; phase++) {
        guint call = stage->api.calls->len, socket = stage->sockets.all->len;

        slack_socket_free(stage->socket);
        end_turn(&stage->loop);
        check_the_end(stage);
        make_socket(stage, 1);
        if (phase > 0) {
            start(stage);
        }
        if (phase > 1) {
            give_url(stage, call);
        }
        if (phase > 2) {
            upgrade(stage, socket);
        }
        if (phase > 3) {
            receive_text(stage, socket, HELLO);
        }
        if (phase > 4) {
            stop(stage);
        }
    }
    slack_socket_free(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        TEST(test_it_asks_connects_and_is_ready_with_hello),
        TEST(test_every_attempt_has_a_url_of_its_own),
        TEST(test_how_the_open_call_may_fail),
        TEST(test_a_call_that_hangs_is_given_up),
        TEST(test_a_url_that_cannot_be_one_is_a_failure),
        TEST(test_a_socket_may_end_before_opening_it_returns),
        TEST(test_silence_ends_it_and_any_frame_keeps_it),
        TEST(test_a_warned_one_is_read_until_its_replacement_is_ready),
        TEST(test_a_hello_that_says_little_is_enough),
        TEST(test_several_connections),
        TEST(test_envelopes_are_handed_on_with_their_connection),
        TEST(test_a_burst_is_only_read),
        TEST(test_rubbish_is_logged_once_of_a_kind_and_connection),
        TEST(test_a_flood_of_control_messages_does_not_flood_the_log),
        TEST(test_an_ack_goes_by_the_connection_of_arrival),
        TEST(test_an_ack_before_hello_goes_back_where_it_came_from),
        TEST(test_an_ack_finds_another_way),
        TEST(test_an_ack_without_a_connection_is_not_sent),
        TEST(test_a_payload_that_is_too_long_stays_behind),
        TEST(test_another_app_is_told_once),
        TEST(test_foreign_connections_are_told_when_their_number_changes),
        TEST(test_a_disabled_app_and_a_crowd_are_told),
        TEST(test_stopping_closes_cleanly_and_tells_once),
        TEST(test_a_close_that_is_not_answered_holds_nobody_up),
        TEST(test_stopping_in_every_phase),
        TEST(test_stopping_from_inside_its_callbacks),
        TEST(test_stopping_twice_tells_the_second),
        TEST(test_freeing_in_every_phase),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

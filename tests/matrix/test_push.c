/* Transactions over the websocket of a proxy, against websockets, an API, a loop and a sink that
 * stand here: stored before they are acknowledged, handled once, and what nobody heard looked for.
 * Quotes are written as ' in what comes. */

#include "bot/matrix/push.h"

#include "bot/matrix/push_frame.h"
#include "stage.h"

#define ME       "@anchord:example.org"
#define SECOND   INT64_C(1000)
#define MINUTE   (60 * SECOND)
#define TOKEN    "as-SECRET"
#define JOINED   "/_matrix/client/v3/joined_rooms"
#define MESSAGES "/messages?dir=b"
#define GREETING "{'status':'connected'}"

#define MESSAGE(room, id)                                                                          \
    "{'event_id':'" id "','room_id':'" room "','type':'m.room.message','age':3,'user_id':'@b:x'}"
#define OWN(room, id, membership, rest)                                                            \
    "{'event_id':'" id "','room_id':'" room "','type':'m.room.member','state_key':'" ME "',"       \
    "'content':{'membership':'" membership "'}" rest "}"
#define REJOINED(room, id)                                                                         \
    OWN(room, id, "join", ",'unsigned':{'prev_content':{'membership':'invite'}}")
#define TXN(txn_id, events)          "{'status':'ok','txn_id':'" txn_id "','events':[" events "]}"
#define TXN_WITH(id, txn_id, events) "{'id':" id ",'txn_id':'" txn_id "','events':[" events "]}"

static char *quoted(const char *text)
{
    return g_strdelimit(g_strdup(text), "'", '"');
}

/* Frames --------------------------------------------------------------------------------------- */

static void test_frames_of_both_dialects(void **state)
{
    static const struct {
        const char *name, *bytes;
        PushFrameKind kind;
        int64_t id;
    } cases[] = {
        {"the greeting", GREETING, PUSH_FRAME_CONNECTED, 0},
        {"the newer one", "{'command':'connect'}", PUSH_FRAME_CONNECTED, 0},
        {"a transaction", TXN("7", MESSAGE("!a", "$1")), PUSH_FRAME_TRANSACTION, 0},
        {"one that wants an answer", TXN_WITH("5", "7", ""), PUSH_FRAME_TRANSACTION, 5},
        {"one that says what it is", "{'id':5,'command':'transaction','txn_id':'7','events':[]}",
         PUSH_FRAME_TRANSACTION, 5},
        {"an odd status with events", "{'status':'connected','events':[]}", PUSH_FRAME_TRANSACTION,
         0},
        {"an answer", "{'id':2,'command':'response','data':{}}", PUSH_FRAME_ANSWER, 2},
        {"a refusal", "{'id':2,'command':'error','data':{'message':'x'}}", PUSH_FRAME_ANSWER, 2},
        {"a command", "{'id':3,'command':'http_proxy','data':{}}", PUSH_FRAME_REQUEST, 3},
        {"a command without an id", "{'command':'x'}", PUSH_FRAME_REQUEST, 0},
        {"an id of another kind", "{'id':'3','command':'x'}", PUSH_FRAME_REQUEST, 0},
        {"trouble behind the proxy", "{'command':'syncproxy_error','data':{}}", PUSH_FRAME_TROUBLE,
         0},
        {"a list", "[]", PUSH_FRAME_RUBBISH, 0},
        {"a text", "'connected'", PUSH_FRAME_RUBBISH, 0},
        {"half of a frame", "{'status':", PUSH_FRAME_RUBBISH, 0},
        {"nothing", "", PUSH_FRAME_RUBBISH, 0},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *bytes = quoted(cases[i].bytes);
        g_auto(PushFrame) frame = push_frame_read(bytes, strlen(bytes));

        if (frame.kind != cases[i].kind || frame.id != cases[i].id) {
            fail_msg("%s: %d, %" PRId64, cases[i].name, (int)frame.kind, frame.id);
        }
        assert_int_equal(frame.json == NULL, frame.kind == PUSH_FRAME_RUBBISH);
    }
}

static void test_frames_that_we_send(void **state)
{
    (void)state;
    g_autofree char *ack = push_frame_ack(5, "a\"b");
    g_autofree char *refusal = push_frame_refusal(6, "no");
    g_autofree char *ping = push_frame_ping(7, INT64_C(1700000000000));

    assert_string_equal(ack,
                        "{\"id\":5,\"command\":\"response\",\"data\":{\"txn_id\":\"a\\\"b\"}}");
    assert_string_equal(refusal, "{\"id\":6,\"command\":\"error\",\"data\":{\"message\":\"no\"}}");
    assert_string_equal(ping,
                        "{\"id\":7,\"command\":\"ping\",\"data\":{\"timestamp\":1700000000000}}");
}

/* Websockets ----------------------------------------------------------------------------------- */

struct WebSockets {
    GPtrArray *all; /* of WebSocket, in the order of opening, the finished too */
    bool refuses;   /* every URL */
};

struct WebSocket {
    const WebSocketOps *ops;
    void *arg;
    char *url, *headers;
    bool open, closing, over;
    int close_code, pings;
    GPtrArray *sent; /* of char* */
};

static WebSockets the_sockets;

static void socket_free(gpointer data)
{
    WebSocket *socket = data;

    g_free(socket->url);
    g_free(socket->headers);
    g_ptr_array_unref(socket->sent);
    g_free(socket);
}

WebSocket *websocket_open(WebSockets *sockets, const WebSocketRequest *request,
                          const WebSocketOps *ops, void *arg, GError **error)
{
    assert_null(request->subprotocol);
    assert_string_equal(request->ca_file, "acme.pem");
    if (sockets->refuses) {
        g_set_error(error, g_quark_from_static_string("test"), 1, "not a URL");
        return NULL;
    }
    WebSocket *socket = g_new0(WebSocket, 1);

    socket->ops = ops;
    socket->arg = arg;
    socket->url = g_strdup(request->url);
    socket->headers = g_strjoinv("\n", (char **)(uintptr_t)request->headers);
    socket->sent = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(sockets->all, socket);
    return socket;
}

bool websocket_send(WebSocket *socket, const char *text, size_t len)
{
    assert_false(socket->over);
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

/* The one that is not over, if any. */
static WebSocket *socket_now(void)
{
    guint len = the_sockets.all->len;
    WebSocket *socket = len > 0 ? g_ptr_array_index(the_sockets.all, len - 1) : NULL;

    return socket != NULL && !socket->over ? socket : NULL;
}

static void comes(const char *frame)
{
    WebSocket *socket = socket_now();
    g_autofree char *bytes = quoted(frame);

    assert_non_null(socket);
    socket->ops->message(socket->arg, bytes, strlen(bytes), true);
    end_turn();
}

static void upgrade(void)
{
    WebSocket *socket = socket_now();

    assert_non_null(socket);
    socket->open = true;
    socket->ops->opened(socket->arg);
    end_turn();
}

static void close_it(int status, int code)
{
    WebSocket *socket = socket_now();

    assert_non_null(socket);
    socket->over = true;
    socket->ops->closed(socket->arg, status, code, "closed");
    end_turn();
}

/* What was sent last; "" when nothing was. */
static const char *sent(void)
{
    WebSocket *socket = socket_now();
    guint len = socket != NULL ? socket->sent->len : 0;

    return len > 0 ? g_ptr_array_index(socket->sent, len - 1) : "";
}

/* The stage ------------------------------------------------------------------------------------ */

static MatrixPush *push_of_test;
static GHashTable *kept; /* char*: char* */
static GString *told;
static int stopped;

static const char *kept_of(void *arg, const char *name)
{
    (void)arg;
    return g_hash_table_lookup(kept, name);
}

static void on_changed(void *arg, PushState state)
{
    static const char *const names[] = {
        [PUSH_STARTING] = "starting", [PUSH_READY] = "ready",       [PUSH_BROKEN] = "broken",
        [PUSH_REFUSED] = "refused",   [PUSH_REPLACED] = "replaced",
    };

    (void)arg;
    assert_int_equal(state, matrix_push_state(push_of_test));
    g_string_append_printf(told, "%s ", names[state]);
}

static void make(const char *proxy_url)
{
    const MatrixPushConfig config = {.workspace = "acme",
                                     .proxy_url = proxy_url,
                                     .as_token = TOKEN,
                                     .ca_file = "acme.pem",
                                     .clock = the_clock,
                                     .kept = kept_of};

    push_of_test =
        matrix_push_new(&the_loop, &the_sockets, &the_api, &config, &the_sink, on_changed, NULL);
}

static void keep(const char *name, const char *value)
{
    g_hash_table_insert(kept, g_strdup(name), g_strdup(value));
}

/* Connected to a proxy that greets, and asking where we are. */
static void connect_it(void)
{
    make("wss://proxy.example.org");
    matrix_push_start(push_of_test, ME);
    pass(0);
    upgrade();
    comes(GREETING);
}

static void said(const char *text)
{
    g_autofree char *json = quoted(text);

    answer(json);
}

/* Connected, and in !a nothing was missed since $0. */
static void ready(void)
{
    keep("last/!a", "$0");
    connect_it();
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$0") "]}");
    assert_int_equal(matrix_push_state(push_of_test), PUSH_READY);
}

static void taken(void)
{
    matrix_push_taken(push_of_test, true);
    pass(0);
}

static int open_stage(void **state)
{
    (void)state;
    stage_open();
    the_sockets = (WebSockets){.all = g_ptr_array_new_with_free_func(socket_free)};
    kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    told = g_string_new(NULL);
    stopped = 0;
    return 0;
}

/* Whatever the test was about: nothing is left open, and no secret is in the log. */
static int close_stage(void **state)
{
    (void)state;
    matrix_push_free(push_of_test);
    push_of_test = NULL;
    end_turn();
    assert_null(socket_now());
    assert_false(is_logged("SECRET"));
    stage_close();
    g_ptr_array_unref(the_sockets.all);
    g_hash_table_unref(kept);
    g_string_free(told, TRUE);
    return 0;
}

/* Connecting ----------------------------------------------------------------------------------- */

static void test_it_connects_as_the_proxy_wants_it(void **state)
{
    static const struct {
        const char *configured, *url;
    } cases[] = {
        {"wss://p.example.org", "wss://p.example.org/_matrix/client/unstable/fi.mau.as_sync"},
        {"wss://p.example.org/", "wss://p.example.org/_matrix/client/unstable/fi.mau.as_sync"},
        {"https://p.example.org", "wss://p.example.org/_matrix/client/unstable/fi.mau.as_sync"},
        {"http://localhost:29331//", "ws://localhost:29331/_matrix/client/unstable/fi.mau.as_sync"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        make(cases[i].configured);
        matrix_push_start(push_of_test, ME);
        matrix_push_start(push_of_test, ME); /* the account is ready again */
        pass(0);
        assert_int_equal(the_sockets.all->len, i + 1);
        assert_string_equal(socket_now()->url, cases[i].url);
        assert_string_equal(socket_now()->headers,
                            "Authorization: Bearer " TOKEN "\nX-Mautrix-Websocket-Version: 3");
        matrix_push_free(push_of_test);
        end_turn();
    }
    push_of_test = NULL;
}

static void test_it_is_ready_when_what_was_missed_is_handed_on(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    connect_it();
    assert_string_not_equal(matrix_push_why(push_of_test), "");
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$1") "," MESSAGE("!a", "$0") "]}");
    given("EVENT !a $1, last/!a=$1");
    assert_string_equal(told->str, "");
    taken();
    assert_string_equal(told->str, "ready ");
    assert_string_equal(matrix_push_why(push_of_test), "");
}

static void test_it_looks_for_what_it_missed_only_once_the_proxy_has_it(void **state)
{
    static const char *const greetings[] = {GREETING, "{'command':'connect'}", TXN("1", "")};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(greetings); i++) {
        make("wss://proxy.example.org");
        matrix_push_start(push_of_test, ME);
        pass(0);
        upgrade();
        pass(9 * SECOND);
        assert_true(nothing_waits());
        comes(greetings[i]);
        asks(JOINED);
        comes(greetings[i]);
        asks(JOINED);
        matrix_push_free(push_of_test);
        end_turn();
    }
    push_of_test = NULL;
}

static void test_a_proxy_that_does_not_greet_is_fine(void **state)
{
    (void)state;
    make("wss://proxy.example.org");
    matrix_push_start(push_of_test, ME);
    pass(0);
    upgrade();
    pass(10 * SECOND);
    asks(JOINED);
}

static void test_lost_connections_are_opened_again_ever_more_slowly(void **state)
{
    static const int codes[] = {1001, 1012, 4002, 0, 1006, 1000};

    (void)state;
    make("wss://proxy.example.org");
    matrix_push_start(push_of_test, ME);
    pass(0);
    for (guint i = 0; i < 12; i++) {
        int64_t least = MIN(2 * SECOND << i, MINUTE);

        assert_non_null(socket_now());
        if (i % 2 == 0) {
            upgrade();
        }
        close_it(0, codes[i % G_N_ELEMENTS(codes)]);
        assert_int_equal(matrix_push_state(push_of_test), PUSH_BROKEN);
        assert_string_not_equal(matrix_push_why(push_of_test), "");
        pass(least - 1);
        assert_null(socket_now());
        pass(least + 1);
    }
    assert_string_equal(told->str, "broken ");
}

static void test_five_minutes_of_connection_forget_the_failures(void **state)
{
    (void)state;
    connect_it();
    for (int i = 0; i < 6; i++) {
        close_it(0, 1001);
        pass(2 * MINUTE);
    }
    upgrade();
    comes(GREETING);
    for (int i = 0; i < 31; i++) {
        pass(10 * SECOND);
        comes("{'command':'response','id':1}");
    }
    close_it(0, 1001);
    pass(4 * SECOND);
    assert_non_null(socket_now());
}

static void test_a_refused_token_is_tried_again_every_five_minutes(void **state)
{
    static const int statuses[] = {401, 403};

    (void)state;
    make("wss://proxy.example.org");
    matrix_push_start(push_of_test, ME);
    pass(0);
    for (guint i = 0; i < 4; i++) {
        close_it(statuses[i % 2], 0);
        assert_int_equal(matrix_push_state(push_of_test), PUSH_REFUSED);
        assert_non_null(strstr(matrix_push_why(push_of_test), "as_token"));
        pass(5 * MINUTE - 1);
        assert_null(socket_now());
        pass(1);
    }
    assert_string_equal(told->str, "refused ");
    upgrade();
    comes(GREETING);
    said("{'joined_rooms':[]}");
    assert_string_equal(told->str, "refused ready ");
}

static void test_who_was_replaced_stays_away(void **state)
{
    (void)state;
    ready();
    close_it(0, 4001);
    assert_int_equal(matrix_push_state(push_of_test), PUSH_REPLACED);
    assert_string_not_equal(matrix_push_why(push_of_test), "");
    pass(INT64_C(24) * 60 * MINUTE);
    assert_int_equal(the_sockets.all->len, 1);
}

static void test_an_address_that_is_none_is_a_failure(void **state)
{
    (void)state;
    the_sockets.refuses = true;
    make("what is this");
    matrix_push_start(push_of_test, ME);
    pass(0);
    assert_int_equal(matrix_push_state(push_of_test), PUSH_BROKEN);
    the_sockets.refuses = false;
    pass(4 * SECOND);
    assert_non_null(socket_now());
}

/* While it is open ----------------------------------------------------------------------------- */

static void test_it_pings_and_drops_what_is_silent(void **state)
{
    (void)state;
    ready();
    pass(25 * SECOND - 1);
    assert_string_equal(sent(), "");
    pass(1);
    assert_true(g_str_has_prefix(sent(), "{\"id\":1,\"command\":\"ping\""));
    assert_int_equal(socket_now()->pings, 1);
    comes("{'id':1,'command':'response','data':{'timestamp':1}}");
    pass(25 * SECOND);
    assert_true(g_str_has_prefix(sent(), "{\"id\":2,\"command\":\"ping\""));
    pass(10 * SECOND - 1);
    assert_non_null(socket_now());
    pass(1);
    assert_null(socket_now());
    assert_int_equal(matrix_push_state(push_of_test), PUSH_BROKEN);
    assert_true(is_logged("why=silent"));
    pass(4 * SECOND);
    assert_non_null(socket_now());
}

static void test_any_sign_of_life_is_one(void **state)
{
    (void)state;
    ready();
    for (int i = 0; i < 30; i++) {
        pass(25 * SECOND);
        WebSocket *socket = socket_now();

        assert_non_null(socket);
        if (i % 3 == 0) {
            socket->ops->alive(socket->arg); /* the pong of the websocket */
        } else if (i % 3 == 1) {
            comes("{'id':1,'command':'error','data':{'message':'unknown command ping'}}");
        } else {
            comes(TXN("", ""));
        }
    }
    assert_int_equal(the_sockets.all->len, 1);
}

static void test_commands_are_refused_where_they_want_an_answer(void **state)
{
    (void)state;
    ready();
    comes("{'id':9,'command':'http_proxy','data':{'method':'GET'}}");
    assert_true(g_str_has_prefix(sent(), "{\"id\":9,\"command\":\"error\",\"data\":{\"message\""));
    comes("{'id':10,'command':'tomorrow'}");
    assert_true(g_str_has_prefix(sent(), "{\"id\":10,\"command\":\"error\""));
    guint count = socket_now()->sent->len;
    comes("{'command':'tomorrow'}");
    comes("{'command':'syncproxy_error','data':{'errcode':'M_X','error':'y'}}");
    assert_int_equal(socket_now()->sent->len, count);
    assert_true(is_logged("error=M_X"));
    assert_int_equal(matrix_push_state(push_of_test), PUSH_READY);
}

static void test_what_cannot_be_read_is_looked_for_after_a_new_connection(void **state)
{
    (void)state;
    ready();
    for (int i = 0; i < 2; i++) {
        WebSocket *socket = socket_now();

        if (i == 0) {
            comes("<html>");
        } else {
            socket->ops->oversized(socket->arg);
        }
        assert_true(socket->over);
        pass(4 * SECOND << i);
        upgrade();
        comes(GREETING);
        asks(JOINED);
    }
}

/* Transactions --------------------------------------------------------------------------------- */

static void test_a_transaction_is_acknowledged_when_it_is_stored(void **state)
{
    (void)state;
    ready();
    comes(TXN_WITH("5", "t1", MESSAGE("!a", "$1") "," MESSAGE("!a", "$2")));
    given("EVENT !a $1, EVENT !a $2, last/!a=$2, transactions=t1");
    matrix_push_taken(push_of_test, false);
    pass(SECOND);
    given("EVENT !a $1, EVENT !a $2, last/!a=$2, transactions=t1");
    assert_string_equal(sent(), "");
    taken();
    assert_string_equal(sent(), "{\"id\":5,\"command\":\"response\",\"data\":{\"txn_id\":\"t1\"}}");
}

static void test_the_older_dialect_is_not_answered(void **state)
{
    (void)state;
    ready();
    comes(TXN("t1", MESSAGE("!a", "$1")));
    given("EVENT !a $1, last/!a=$1, transactions=t1");
    taken();
    comes("{'events':[" MESSAGE("!a", "$2") "]}"); /* without an id at all */
    given("EVENT !a $2, last/!a=$2, transactions=t1");
    taken();
    assert_string_equal(sent(), "");
}

static void test_a_repeated_transaction_is_acknowledged_and_not_handled(void **state)
{
    (void)state;
    keep("transactions", "t7,t8");
    ready();
    comes(TXN_WITH("5", "t8", MESSAGE("!a", "$1"))); /* stored before the restart */
    assert_non_null(strstr(sent(), "\"t8\""));
    comes(TXN_WITH("6", "t9", MESSAGE("!a", "$2")));
    comes(TXN_WITH("7", "t9", MESSAGE("!a", "$2"))); /* while it is being stored */
    assert_non_null(strstr(sent(), "\"t8\""));
    given("EVENT !a $2, last/!a=$2, transactions=t7,t8,t9");
    taken();
    assert_non_null(strstr(sent(), "{\"id\":7,"));
    assert_int_equal(batches, 1);
}

static void test_an_event_is_handled_once_whatever_brings_it(void **state)
{
    (void)state;
    ready();
    comes(TXN("t1", MESSAGE("!a", "$1") "," MESSAGE("!a", "$1")));
    given("EVENT !a $1, last/!a=$1, transactions=t1");
    taken();
    comes(TXN("t2", MESSAGE("!a", "$1") "," MESSAGE("!a", "$2")));
    given("EVENT !a $2, last/!a=$2, transactions=t1,t2");
    taken();
}

static void test_one_after_the_other_in_their_order(void **state)
{
    (void)state;
    ready();
    comes(TXN("t1", MESSAGE("!a", "$1")));
    comes(TXN("t2", MESSAGE("!a", "$2")));
    comes(TXN("t3", MESSAGE("!b", "$3")));
    given("EVENT !a $1, last/!a=$1, transactions=t1");
    taken();
    given("EVENT !a $2, last/!a=$2, transactions=t1,t2");
    taken();
    given("EVENT !b $3, last/!b=$3, transactions=t1,t2,t3");
    taken();
}

static void test_nothing_to_store_is_acknowledged_at_once(void **state)
{
    (void)state;
    ready();
    comes("{'id':4,'txn_id':'t1','events':[1,{},{'type':'x','room_id':'!a'},"
          "{'event_id':'$1','type':'x'}],'ephemeral':[{'type':'m.typing'}]}");
    assert_non_null(strstr(sent(), "{\"id\":4,"));
    assert_int_equal(batches, 0);
}

static void test_our_own_comings_and_goings(void **state)
{
    static const struct {
        const char *name, *events, *expected;
    } cases[] = {
        {"an invitation with the room's state",
         OWN("!i", "$1", "invite", ",'unsigned':{'invite_room_state':[{},{}]}"),
         "INVITE !i [3], transactions=t"},
        {"the older form of it", OWN("!i", "$1", "invite", ",'invite_room_state':[{}]"),
         "INVITE !i [2], transactions=t"},
        {"an invitation alone", OWN("!i", "$1", "invite", ""), "INVITE !i [1], transactions=t"},
        {"a join",
         OWN("!n", "$1", "join",
             ",'unsigned':{'prev_content':{'membership':'invite'}}") "," MESSAGE("!n", "$2"),
         "JOINED !n, EVENT !n $1, EVENT !n $2, last/!n=$2, transactions=t"},
        {"a join that does not tell what was before", OWN("!n", "$1", "join", ""),
         "JOINED !n, EVENT !n $1, last/!n=$1, transactions=t"},
        {"a changed name is no join", OWN("!a", "$1", "join", ""),
         "EVENT !a $1, last/!a=$1, transactions=t"},
        {"nor is one that says so",
         OWN("!n", "$1", "join", ",'prev_content':{'membership':'join'}"),
         "EVENT !n $1, last/!n=$1, transactions=t"},
        {"a kick", OWN("!a", "$1", "leave", ""), "LEFT !a $1, last/!a=(forgotten), transactions=t"},
        {"a ban", OWN("!a", "$1", "ban", ""), "LEFT !a $1, last/!a=(forgotten), transactions=t"},
        {"kicked and back", OWN("!a", "$1", "leave", "") "," OWN("!a", "$2", "join", ""),
         "LEFT !a $1, JOINED !a, EVENT !a $2, last/!a=$2, transactions=t"},
        {"somebody else's invitation",
         "{'event_id':'$1','room_id':'!a','type':'m.room.member','state_key':'@b:x',"
         "'content':{'membership':'invite'}}",
         "EVENT !a $1, last/!a=$1, transactions=t"},
    };

    (void)state;
    keep("last/!a", "$0");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *frame = g_strdup_printf("{'txn_id':'t','events':[%s]}", cases[i].events);

        connect_it();
        said("{'joined_rooms':['!a']}");
        said("{'chunk':[" MESSAGE("!a", "$0") "]}");
        comes(frame);
        assert_non_null(the_batch);
        g_autofree char *text = batch_text(the_batch);

        if (strcmp(text, cases[i].expected) != 0) {
            fail_msg("%s:\n%s\nis not\n%s", cases[i].name, text, cases[i].expected);
        }
        g_clear_pointer(&the_batch, matrix_batch_free);
        matrix_push_free(push_of_test);
        end_turn();
    }
    push_of_test = NULL;
}

static void test_an_invitation_tells_who_invites(void **state)
{
    (void)state;
    ready();
    comes(TXN("t", OWN("!i", "$1", "invite", ",'sender':'@maria:example.org'")));
    const Json *stripped = g_array_index(the_batch->news, MatrixNews, 0).json;

    assert_string_equal(json_text(stripped->child, "sender"), "@maria:example.org");
    g_clear_pointer(&the_batch, matrix_batch_free);
}

static void test_more_than_can_be_stored_is_left_to_the_homeserver(void **state)
{
    g_autofree char *filler = g_strnfill((gsize)5 * 1024 * 1024, 'x');

    (void)state;
    ready();
    for (int i = 0; i < 6 && socket_now() != NULL; i++) {
        g_autofree char *frame = g_strdup_printf("{'txn_id':'t%d','filler':'%s','events':[{'event_"
                                                 "id':'$%d','room_id':'!a','type':'x'}]}",
                                                 i, filler, i + 1);

        comes(frame);
    }
    assert_null(socket_now());
    assert_true(is_logged("why=overrun"));
    pass(10 * MINUTE);
    assert_null(socket_now()); /* not before there is room again */
    for (int i = 1; the_batch != NULL; i++) {
        assert_int_equal(batches, i);
        g_clear_pointer(&the_batch, matrix_batch_free);
        taken();
    }
    assert_true(batches >= 5); /* all that came is handled */
    pass(2 * SECOND);
    assert_non_null(socket_now());
}

/* Catching up ---------------------------------------------------------------------------------- */

static void test_it_reads_back_to_the_last_event_that_was_kept(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    connect_it();
    said("{'joined_rooms':['!a','!b','!c']}");
    asks("rooms/!c/messages?dir=b", "limit=1"); /* nothing kept: its past stays unanswered */
    asks_not("limit=10");
    said("{'chunk':[" MESSAGE("!c", "$7") "],'end':'q'}");
    given("last/!c=$7");
    taken();
    asks("rooms/!b/messages?dir=b"); /* nothing kept, and nothing there */
    said("{'chunk':[]}");
    asks("rooms/!a/messages?dir=b", "limit=10");
    asks_not("from=");
    said("{'chunk':[" MESSAGE("!a", "$3") "," MESSAGE("!a", "$2") "],'end':'p1'}");
    asks("rooms/!a/messages?dir=b", "limit=100", "from=p1");
    said("{'chunk':[" MESSAGE("!a", "$1") "," MESSAGE("!a", "$0") "," MESSAGE(
        "!a", "$old") "],'end':'p2'}");
    given("EVENT !a $1, EVENT !a $2, EVENT !a $3, last/!a=$3");
    taken();
    assert_true(nothing_waits());
    assert_int_equal(matrix_push_state(push_of_test), PUSH_READY);
    assert_false(is_logged("matrix_gap"));
}

static void test_transactions_wait_behind_what_was_missed(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    connect_it();
    comes(TXN_WITH("5", "t1", MESSAGE("!a", "$1") "," MESSAGE("!a", "$2")));
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$1") "," MESSAGE("!a", "$0") "]}");
    given("EVENT !a $1, last/!a=$1");
    assert_string_equal(sent(), "");
    taken();
    given("EVENT !a $2, last/!a=$2, transactions=t1"); /* $1 is handled already */
    assert_string_equal(sent(), "");
    taken();
    assert_non_null(strstr(sent(), "{\"id\":5,"));
}

static void test_a_transaction_that_brings_nothing_else_is_done(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    connect_it();
    comes(TXN_WITH("5", "t1", MESSAGE("!a", "$1")));
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$1") "," MESSAGE("!a", "$0") "]}");
    given("EVENT !a $1, last/!a=$1");
    taken();
    assert_non_null(strstr(sent(), "{\"id\":5,"));
    assert_int_equal(batches, 1);
}

static void test_each_connection_catches_up_from_what_was_handled_last(void **state)
{
    (void)state;
    ready();
    comes(TXN("t1", MESSAGE("!a", "$1")));
    given("EVENT !a $1, last/!a=$1, transactions=t1");
    close_it(0, 1006);
    taken(); /* stored, though the connection is gone */
    pass(4 * SECOND);
    upgrade();
    comes(GREETING);
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$2") "," MESSAGE("!a", "$1") "," MESSAGE("!a", "$0") "]}");
    given("EVENT !a $2, last/!a=$2");
    taken();
    assert_string_equal(told->str, "ready broken ready ");
}

static void test_what_a_lost_connection_brought_is_handled_but_acknowledged_to_nobody(void **state)
{
    (void)state;
    ready();
    comes(TXN_WITH("5", "t1", MESSAGE("!a", "$1")));
    comes(TXN_WITH("6", "t2", MESSAGE("!a", "$2")));
    close_it(0, 1006);
    pass(4 * SECOND);
    upgrade();
    comes(GREETING);
    given("EVENT !a $1, last/!a=$1, transactions=t1");
    taken();
    given("EVENT !a $2, last/!a=$2, transactions=t1,t2");
    assert_true(nothing_waits()); /* behind them comes the catching up */
    taken();
    assert_string_equal(sent(), "");
    asks(JOINED);
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$2") "]}");
    comes(TXN_WITH("1", "t2", MESSAGE("!a", "$2"))); /* it comes again, and is known */
    assert_non_null(strstr(sent(), "{\"id\":1,\"command\":\"response\""));
    assert_int_equal(batches, 2);
}

static void test_a_connection_lost_while_catching_up_catches_up_anew(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    connect_it();
    said("{'joined_rooms':['!a']}");
    close_it(0, 1006);
    assert_true(nothing_waits());
    pass(4 * SECOND);
    upgrade();
    comes(GREETING);
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$1") "," MESSAGE("!a", "$0") "]}");
    close_it(0, 1006); /* while that is stored */
    given("EVENT !a $1, last/!a=$1");
    pass(8 * SECOND);
    upgrade();
    comes(GREETING);
    assert_true(nothing_waits());
    taken();
    asks(JOINED);
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$1") "]}");
    assert_int_equal(matrix_push_state(push_of_test), PUSH_READY);
}

static void test_rooms_that_we_are_not_in_any_more(void **state)
{
    (void)state;
    ready();
    close_it(0, 1006);
    pass(4 * SECOND);
    upgrade();
    comes(GREETING);
    said("{'joined_rooms':['!b']}");
    given("LEFT !a, last/!a=(forgotten)");
    taken();
    asks("rooms/!b/messages");
}

static void test_a_homeserver_that_does_not_answer_is_asked_until_it_does(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    connect_it();
    for (int i = 0; i < 5; i++) {
        answer_as(MATRIX_RETRY, 502, "http_502", NULL);
        for (int k = 0; k < 24; k++) { /* the connection lives on */
            pass(5 * SECOND);
            comes("{'id':1,'command':'response'}");
        }
        asks(JOINED);
    }
    said("{'joined_rooms':['!a']}");
    answer_as(MATRIX_UNSURE, 0, "cut", NULL);
    pass(2 * SECOND);
    said("{'chunk':[" MESSAGE("!a", "$0") "]}");
    assert_int_equal(matrix_push_state(push_of_test), PUSH_READY);
}

static void test_a_room_that_is_refused_is_skipped(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    keep("last/!b", "$5");
    connect_it();
    said("{'joined_rooms':['!a','!b']}");
    asks("rooms/!b/messages");
    answer_as(MATRIX_FORBIDDEN, 403, "M_FORBIDDEN", NULL);
    assert_true(is_logged("matrix_gap_skipped workspace=acme room=!b error=M_FORBIDDEN"));
    asks("rooms/!a/messages");
    said("{'chunk':[" MESSAGE("!a", "$0") "]}");
    assert_int_equal(matrix_push_state(push_of_test), PUSH_READY);
}

static void test_what_was_said_before_we_came_back_is_the_past(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    connect_it();
    said("{'joined_rooms':['!a']}");
    said("{'chunk':[" MESSAGE("!a", "$3") "," REJOINED("!a", "$2") "," MESSAGE(
        "!a", "$1") "," MESSAGE("!a", "$0") "]}");
    given("JOINED !a, HISTORY !a $1, EVENT !a $2, EVENT !a $3, last/!a=$3");
    taken();
}

/* Ends ----------------------------------------------------------------------------------------- */

static void on_stopped(void *arg)
{
    (void)arg;
    stopped++;
}

static void test_it_stops_cleanly_and_takes_nothing_more(void **state)
{
    (void)state;
    ready();
    matrix_push_stop(push_of_test, on_stopped, NULL);
    assert_int_equal(stopped, 0);
    assert_true(socket_now()->closing);
    assert_int_equal(socket_now()->close_code, 1000);
    comes(TXN("t1", MESSAGE("!a", "$1")));
    assert_int_equal(batches, 0);
    close_it(0, 1000);
    pass(0);
    assert_int_equal(stopped, 1);
    pass(10 * MINUTE);
    assert_int_equal(the_sockets.all->len, 1);
    assert_string_equal(told->str, "ready ");
}

static void test_it_stops_where_nothing_is_connected(void **state)
{
    (void)state;
    ready();
    close_it(0, 1006);
    matrix_push_stop(push_of_test, on_stopped, NULL);
    assert_int_equal(stopped, 0); /* never from inside */
    pass(0);
    assert_int_equal(stopped, 1);
}

static void test_it_may_end_at_any_time(void **state)
{
    (void)state;
    keep("last/!a", "$0");
    for (int when = 0; when < 8; when++) {
        make("wss://proxy.example.org");
        if (when > 0) {
            matrix_push_start(push_of_test, ME);
        }
        if (when > 1) {
            pass(0);
        }
        if (when > 2) {
            upgrade();
        }
        if (when > 3) {
            comes(GREETING);
        }
        if (when > 4) {
            said("{'joined_rooms':['!a']}");
        }
        if (when > 5) {
            said("{'chunk':[" MESSAGE("!a", "$1") "," MESSAGE("!a", "$0") "]}");
            comes(TXN("t1", MESSAGE("!a", "$2")));
            given("EVENT !a $1, last/!a=$1");
        }
        if (when > 6) {
            taken();
            given("EVENT !a $2, last/!a=$2, transactions=t1");
        }
        matrix_push_free(push_of_test);
        end_turn();
        assert_null(socket_now());
    }
    push_of_test = NULL;
    matrix_push_free(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        TEST(test_frames_of_both_dialects),
        TEST(test_frames_that_we_send),
        TEST(test_it_connects_as_the_proxy_wants_it),
        TEST(test_it_is_ready_when_what_was_missed_is_handed_on),
        TEST(test_it_looks_for_what_it_missed_only_once_the_proxy_has_it),
        TEST(test_a_proxy_that_does_not_greet_is_fine),
        TEST(test_lost_connections_are_opened_again_ever_more_slowly),
        TEST(test_five_minutes_of_connection_forget_the_failures),
        TEST(test_a_refused_token_is_tried_again_every_five_minutes),
        TEST(test_who_was_replaced_stays_away),
        TEST(test_an_address_that_is_none_is_a_failure),
        TEST(test_it_pings_and_drops_what_is_silent),
        TEST(test_any_sign_of_life_is_one),
        TEST(test_commands_are_refused_where_they_want_an_answer),
        TEST(test_what_cannot_be_read_is_looked_for_after_a_new_connection),
        TEST(test_a_transaction_is_acknowledged_when_it_is_stored),
        TEST(test_the_older_dialect_is_not_answered),
        TEST(test_a_repeated_transaction_is_acknowledged_and_not_handled),
        TEST(test_an_event_is_handled_once_whatever_brings_it),
        TEST(test_one_after_the_other_in_their_order),
        TEST(test_nothing_to_store_is_acknowledged_at_once),
        TEST(test_our_own_comings_and_goings),
        TEST(test_an_invitation_tells_who_invites),
        TEST(test_more_than_can_be_stored_is_left_to_the_homeserver),
        TEST(test_it_reads_back_to_the_last_event_that_was_kept),
        TEST(test_transactions_wait_behind_what_was_missed),
        TEST(test_a_transaction_that_brings_nothing_else_is_done),
        TEST(test_each_connection_catches_up_from_what_was_handled_last),
        TEST(test_what_a_lost_connection_brought_is_handled_but_acknowledged_to_nobody),
        TEST(test_a_connection_lost_while_catching_up_catches_up_anew),
        TEST(test_rooms_that_we_are_not_in_any_more),
        TEST(test_a_homeserver_that_does_not_answer_is_asked_until_it_does),
        TEST(test_a_room_that_is_refused_is_skipped),
        TEST(test_what_was_said_before_we_came_back_is_the_past),
        TEST(test_it_stops_cleanly_and_takes_nothing_more),
        TEST(test_it_stops_where_nothing_is_connected),
        TEST(test_it_may_end_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

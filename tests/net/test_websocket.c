#include "bot/net/websocket.h"

#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bot/net/frames.h"
#include "bot/net/place.h"
#include "bot/net/proxy.h"
#include "peer.h"

enum { TEXT = 1, BINARY = 2, CONTINUED = 0, CLOSE = 8, PING = 9, PONG = 10 };

typedef struct Rig {
    Loop *loop;
    WebSockets *sockets;
} Rig;

typedef enum Happening { OPENED, MESSAGE, OVERSIZED, ALIVE, CLOSED, HAPPENINGS } Happening;

/* One socket and what was told of it. */
typedef struct Wire {
    Rig *rig;
    WebSocket *socket;
    void (*on)(struct Wire *wire, Happening what); /* NULL: nothing */
    struct Wire *other;
    int told[HAPPENINGS];
    GPtrArray *all; /* of GString: the messages */
    bool is_text;   /* the first of them */
    int status, code;
    char *why;
    int wanted; /* messages until the loop is quit; 0: it runs until the end */
    const char *ca_file;
} Wire;

static void happen(Wire *wire, Happening what)
{
    wire->told[what]++;
    if (wire->told[CLOSED] > 0 && what != CLOSED) {
        fail_msg("something was told after the end");
    }
    if (what == CLOSED) {
        wire->socket = NULL;
        loop_quit(wire->rig->loop);
    }
    if (what == MESSAGE && wire->told[MESSAGE] == wire->wanted) {
        loop_quit(wire->rig->loop);
    }
    if (wire->on != NULL) {
        wire->on(wire, what);
    }
}

static void on_opened(void *arg)
{
    happen(arg, OPENED);
}

static void on_message(void *arg, const char *bytes, size_t len, bool is_text)
{
    Wire *wire = arg;

    assert_int_equal(bytes[len], '\0');
    wire->is_text = wire->all->len == 0 ? is_text : wire->is_text;
    g_ptr_array_add(wire->all, g_string_new_len(bytes, (gssize)len));
    happen(wire, MESSAGE);
}

static void on_oversized(void *arg)
{
    happen(arg, OVERSIZED);
}

static void on_alive(void *arg)
{
    happen(arg, ALIVE);
}

static void on_closed(void *arg, int status, int code, const char *why)
{
    Wire *wire = arg;

    wire->status = status;
    wire->code = code;
    g_free(wire->why);
    wire->why = g_strdup(why);
    happen(wire, CLOSED);
}

static const WebSocketOps ops = {on_opened, on_message, on_oversized, on_alive, on_closed};

static void free_text(gpointer text)
{
    g_string_free(text, TRUE);
}

static const GString *said(const Wire *wire, int nth)
{
    assert_true(nth < wire->told[MESSAGE]);
    return g_ptr_array_index(wire->all, (guint)nth);
}

static Wire *new_wire(Rig *rig, void (*on)(Wire *, Happening))
{
    Wire *wire = g_new0(Wire, 1);

    wire->rig = rig;
    wire->on = on;
    wire->all = g_ptr_array_new_with_free_func(free_text);
    return wire;
}

static void wire_free(Wire *wire)
{
    if (wire->socket != NULL) {
        websocket_drop(wire->socket);
    }
    g_ptr_array_unref(wire->all);
    g_free(wire->why);
    g_free(wire);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wire, wire_free)

static void open_at(Wire *wire, const char *url)
{
    g_autoptr(GError) error = NULL;
    const WebSocketRequest request = {.url = url, .ca_file = wire->ca_file};

    wire->socket = websocket_open(wire->rig->sockets, &request, &ops, wire, &error);
    if (wire->socket == NULL) {
        fail_msg("%s", error->message);
    }
}

static void open_to(Wire *wire, Peer *peer)
{
    g_autofree char *url = peer_url(peer, "ws", "/link/?ticket=s3cret&app_id=A1");

    open_at(wire, url);
}

static int open_rig(void **state)
{
    Rig *rig = g_new0(Rig, 1);

    rig->loop = loop_new();
    rig->sockets = websockets_new(rig->loop, NULL);
    assert_non_null(rig->sockets);
    *state = rig;
    return 0;
}

static int close_rig(void **state)
{
    Rig *rig = *state;

    websockets_free(rig->sockets);
    loop_free(rig->loop);
    g_free(rig);
    return 0;
}

static void quit(void *arg)
{
    loop_quit(arg);
}

/* Lets what is under way go on for a moment. */
static void linger(Rig *rig, int64_t ms)
{
    LoopTimer *end = loop_after(rig->loop, ms, quit, rig->loop);

    (void)end;
    peer_run(rig->loop);
}

static bool expect_frame(int fd, int opcode, const char *text)
{
    PeerFrame frame;
    bool same = peer_read_frame(fd, &frame);

    same = same && frame.opcode == opcode && frame.final && frame.masked && !frame.reserved &&
           strcmp((const char *)frame.payload, text) == 0;
    g_free(frame.payload);
    return same;
}

/* Messages --------------------------------------------------------------------------------------
 */

static void serve_echo(Peer *peer, int fd, int nth)
{
    PeerFrame frame;
    bool more = peer_upgrade(fd, NULL);

    (void)peer;
    (void)nth;
    while (more && peer_read_frame(fd, &frame)) {
        more = frame.final && frame.masked && !frame.reserved &&
               peer_frame(fd, frame.opcode == PING ? PONG : frame.opcode, true, frame.payload,
                          frame.len) &&
               frame.opcode != CLOSE;
        g_free(frame.payload);
    }
}

static void say_hello(Wire *wire, Happening what)
{
    if (what == OPENED) {
        assert_true(websocket_send(wire->socket, "hello", 5));
        assert_int_equal(websocket_backlog(wire->socket), 5);
    }
}

static void test_a_message_goes_there_and_back(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_echo, NULL);
    g_autoptr(Wire) wire = new_wire(*state, say_hello);

    wire->wanted = 1;
    open_to(wire, peer);
    assert_int_equal(wire->told[OPENED], 0); /* never from inside */
    assert_false(websocket_send(wire->socket, "early", 5));
    peer_run(wire->rig->loop);
    assert_string_equal(said(wire, 0)->str, "hello");
    assert_true(wire->is_text);
    assert_int_equal(websocket_backlog(wire->socket), 0);
    assert_int_equal(wire->told[OPENED], 1);
}

#define MANY 20000

static void send_many(Wire *wire, Happening what)
{
    g_autofree char *expected = g_strdup_printf("{\"n\":%d}", wire->told[MESSAGE] - 1);

    if (what == OPENED) {
        for (int i = 0; i < MANY; i++) {
            g_autofree char *text = g_strdup_printf("{\"n\":%d}", i);

            assert_true(websocket_send(wire->socket, text, strlen(text)));
        }
    } else if (what == MESSAGE) {
        assert_string_equal(said(wire, wire->told[MESSAGE] - 1)->str, expected);
    }
}

static void test_thousands_of_small_messages_keep_their_order_both_ways(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_echo, NULL);
    g_autoptr(Wire) wire = new_wire(*state, send_many);

    wire->wanted = MANY;
    open_to(wire, peer);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[MESSAGE], MANY);
    assert_int_equal(wire->told[ALIVE], 0);
}

#define LARGE ((size_t)3 * 1024 * 1024)

static void send_large(Wire *wire, Happening what)
{
    if (what == OPENED) {
        g_autofree char *text = g_malloc(LARGE);

        memset(text, 'x', LARGE);
        assert_true(websocket_send(wire->socket, "before", 6));
        assert_true(websocket_send(wire->socket, text, LARGE));
        assert_true(websocket_send(wire->socket, "", 0));
        assert_true(websocket_send(wire->socket, "after", 5));
    }
}

static void test_a_large_message_goes_as_one_frame_between_its_neighbours(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_echo, NULL);
    g_autoptr(Wire) wire = new_wire(*state, send_large);

    wire->wanted = 4;
    open_to(wire, peer);
    peer_run(wire->rig->loop);
    assert_string_equal(said(wire, 0)->str, "before");
    assert_int_equal(said(wire, 1)->len, LARGE);
    assert_int_equal(said(wire, 2)->len, 0);
    assert_string_equal(said(wire, 3)->str, "after");
}

#define PILE      2000
#define PILE_SIZE 5000

/* Reads nothing for a moment, so that what is sent piles up before it. */
static void serve_late_reader(Peer *peer, int fd, int nth)
{
    const int narrow = 128 * 1024;
    PeerFrame frame;
    int n = 0;

    (void)peer;
    (void)nth;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &narrow, sizeof(narrow));
    if (!peer_upgrade(fd, NULL)) {
        return;
    }
    g_usleep(50000);
    while (n < PILE && peer_read_frame(fd, &frame)) {
        bool right = frame.opcode == TEXT && frame.final && frame.len == PILE_SIZE &&
                     strtol((const char *)frame.payload, NULL, 10) == n;

        g_free(frame.payload);
        if (!right) {
            return;
        }
        n++;
    }
    if (n == PILE && peer_frame(fd, TEXT, true, "all", 3)) {
        expect_frame(fd, CLOSE, "");
    }
}

static void send_pile(Wire *wire, Happening what)
{
    char text[PILE_SIZE];

    if (what == OPENED) {
        memset(text, ' ', sizeof(text));
        for (int i = 0; i < PILE; i++) {
            g_snprintf(text, sizeof(text), "%d", i);
            assert_true(websocket_send(wire->socket, text, sizeof(text)));
        }
        assert_int_equal(websocket_backlog(wire->socket), PILE * PILE_SIZE);
    }
}

static void test_what_piles_up_before_a_late_reader_arrives_whole(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_late_reader, NULL);
    g_autoptr(Wire) wire = new_wire(*state, send_pile);

    wire->wanted = 1;
    open_to(wire, peer);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[MESSAGE], 1);
}

/* The server says what the case holds, then that it is done, and waits for the end. */
typedef struct Said {
    const char *promise;
    bool (*say)(int fd);
    int messages; /* before the last one, which is "done"; -1: the connection is given up */
    const char *text;
    size_t len;
    bool is_binary;
    int oversized;
} Said;

static bool say_fragments(int fd)
{
    return peer_frame(fd, TEXT, false, "one ", 4) && peer_frame(fd, CONTINUED, false, "", 0) &&
           peer_frame(fd, PING, true, "in between", 10) &&
           peer_frame(fd, CONTINUED, false, "two ", 4) && peer_frame(fd, PONG, true, "", 0) &&
           peer_frame(fd, CONTINUED, true, "three", 5) && expect_frame(fd, PONG, "in between");
}

static bool say_binary(int fd)
{
    return peer_frame(fd, BINARY, true, "\0\xff\x01", 3);
}

static bool say_empty(int fd)
{
    return peer_frame(fd, TEXT, true, "", 0);
}

static bool say_empty_fragments(int fd)
{
    return peer_frame(fd, TEXT, false, "", 0) && peer_frame(fd, CONTINUED, true, "", 0);
}

static bool say_no_utf8(int fd)
{
    return peer_frame(fd, TEXT, true, "a\xc3\x28\xff", 4);
}

static bool say_bytewise(int fd)
{
    const char wire[] = "\x81\x7e\x00\x80";

    for (size_t i = 0; i < 4; i++) {
        if (!peer_write(fd, wire + i, 1)) {
            return false;
        }
    }
    for (int i = 0; i < 128; i++) {
        if (!peer_write(fd, "b", 1)) {
            return false;
        }
    }
    return true;
}

static bool say_length(int fd, size_t len, bool in_fragments)
{
    g_autofree char *text = g_malloc(len);

    memset(text, 'y', len);
    if (!in_fragments) {
        return peer_frame(fd, TEXT, true, text, len);
    }
    return peer_frame(fd, TEXT, false, text, len / 2) && peer_frame(fd, PING, true, "?", 1) &&
           peer_frame(fd, CONTINUED, true, text + len / 2, len - len / 2);
}

static bool say_largest(int fd)
{
    return say_length(fd, WEBSOCKET_MESSAGE_MAX, false);
}

static bool say_too_large(int fd)
{
    return say_length(fd, WEBSOCKET_MESSAGE_MAX + 1, false);
}

static bool say_too_large_in_pieces(int fd)
{
    return say_length(fd, WEBSOCKET_MESSAGE_MAX + 2, true);
}

static bool say_masked(int fd)
{
    return peer_write(fd, "\x81\x82mask\x0c\x08", 8);
}

static bool say_unknown_opcode(int fd)
{
    return peer_frame(fd, 3, true, "?", 1);
}

static bool say_reserved_bits(int fd)
{
    return peer_frame(fd, TEXT | 0x40, true, "deflated", 8);
}

static bool say_long_ping(int fd)
{
    char payload[200] = {0};

    return peer_frame(fd, PING, true, payload, sizeof(payload));
}

static bool say_fragmented_ping(int fd)
{
    return peer_frame(fd, PING, false, "", 0);
}

static bool say_lone_continuation(int fd)
{
    return peer_frame(fd, CONTINUED, true, "lost", 4);
}

static bool say_interrupted(int fd)
{
    return peer_frame(fd, TEXT, false, "never ", 6) && peer_frame(fd, TEXT, true, "ended", 5);
}

static bool say_absurd_length(int fd)
{
    return peer_write(fd, "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10);
}

static bool say_endless_length(int fd)
{
    return peer_write(fd, "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10) && peer_say(fd, "xxxx");
}

static const Said sayings[] = {
    {"fragments make one message, around control frames", say_fragments, 1, "one two three", 13},
    {"a binary message is told as one", say_binary, 1, "\0\xff\x01", 3, true},
    {"an empty message is one", say_empty, 1, "", 0},
    {"empty fragments make an empty message", say_empty_fragments, 1, "", 0},
    {"what is no UTF-8 is its reader's to judge", say_no_utf8, 1, "a\xc3\x28\xff", 4},
    {"a message that comes byte by byte is whole", say_bytewise, 1, NULL, 128},
    {"the largest message comes", say_largest, 1, NULL, WEBSOCKET_MESSAGE_MAX},
    {"a larger one is skipped and said so", say_too_large, 0, NULL, 0, false, 1},
    {"so is one that grows too large", say_too_large_in_pieces, 0, NULL, 0, false, 1},
    /* 4.1 takes a server's masked frames; the newer library gives up: both are safe */
    {"an unknown opcode ends it", say_unknown_opcode, -1},
    {"compression that nobody offered ends it", say_reserved_bits, -1},
    {"a long ping ends it", say_long_ping, -1},
    {"a fragmented ping ends it", say_fragmented_ping, -1},
    {"a continuation of nothing ends it", say_lone_continuation, -1},
    {"a message within a message ends it", say_interrupted, -1},
    {"a negative length ends it", say_absurd_length, -1},
};

static void serve_said(Peer *peer, int fd, int nth)
{
    const Said *saying = peer_arg(peer);
    PeerFrame frame;

    (void)nth;
    if (peer_upgrade(fd, NULL) && saying->say(fd) && peer_frame(fd, TEXT, true, "done", 4)) {
        while (peer_read_frame(fd, &frame)) {
            g_free(frame.payload);
        }
    }
}

static void check_message(const Said *expected, const Wire *wire)
{
    assert_int_equal(said(wire, 0)->len, expected->len);
    assert_int_equal(wire->is_text, !expected->is_binary);
    if (expected->text != NULL) {
        assert_memory_equal(said(wire, 0)->str, expected->text, expected->len);
    }
}

static void test_what_a_server_says(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sayings); i++) {
        const Said *saying = &sayings[i];
        g_autoptr(Peer) peer = peer_new(serve_said, (void *)(uintptr_t)saying);
        g_autoptr(Wire) wire = new_wire(*state, NULL);

        print_message("  %s\n", saying->promise);
        wire->wanted = saying->messages + 1;
        open_to(wire, peer);
        peer_run(wire->rig->loop);
        assert_int_equal(wire->told[OVERSIZED], saying->oversized);
        assert_int_equal(wire->told[CLOSED], saying->messages < 0 ? 1 : 0);
        assert_int_equal(wire->told[MESSAGE], saying->messages + 1);
        if (saying->messages > 0) {
            check_message(saying, wire);
        }
        if (saying->messages >= 0) {
            assert_string_equal(said(wire, saying->messages)->str, "done");
        }
    }
}

static void test_a_masked_frame_of_a_server_harms_nothing(void **state)
{
    const Said saying = {"masked", say_masked, 0};
    g_autoptr(Peer) peer = peer_new(serve_said, (void *)(uintptr_t)&saying);
    g_autoptr(Wire) wire = new_wire(*state, NULL);

    open_to(wire, peer);
    wire->wanted = 2;
    peer_run(wire->rig->loop); /* two messages or the end */
    assert_true(wire->told[MESSAGE] == 2 || wire->told[CLOSED] == 1);
}

static void quit_on_opened(Wire *wire, Happening what)
{
    if (what == OPENED) {
        loop_quit(wire->rig->loop);
    }
}

static void test_an_endless_frame_is_no_message(void **state)
{
    const Said saying = {"endless", say_endless_length, 0};
    g_autoptr(Peer) peer = peer_new(serve_said, (void *)(uintptr_t)&saying);
    g_autoptr(Wire) wire = new_wire(*state, quit_on_opened);

    open_to(wire, peer);
    peer_run(wire->rig->loop);
    linger(wire->rig, 50);
    assert_int_equal(wire->told[MESSAGE] + wire->told[CLOSED], 0);
}

/* Life signs ------------------------------------------------------------------------------------
 */

static void serve_pings(Peer *peer, int fd, int nth)
{
    (void)nth;
    (void)peer;
    if (peer_upgrade(fd, NULL)) {
        for (int i = 0; i < 5; i++) {
            g_autofree char *payload = g_strdup_printf("ping %d", i);

            if (!peer_frame(fd, PING, true, payload, strlen(payload)) ||
                !expect_frame(fd, PONG, payload)) {
                return;
            }
        }
        peer_frame(fd, TEXT, true, "all answered", 12);
        expect_frame(fd, CLOSE, "");
    }
}

static void test_pings_are_answered_with_what_they_hold_and_told(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_pings, NULL);
    g_autoptr(Wire) wire = new_wire(*state, NULL);

    wire->wanted = 1;
    open_to(wire, peer);
    peer_run(wire->rig->loop);
    assert_string_equal(said(wire, 0)->str, "all answered");
    assert_in_range(wire->told[ALIVE], 4, 5); /* the last one's may come after the message */
}

static void ping_at_once(Wire *wire, Happening what)
{
    if (what == OPENED) {
        websocket_ping(wire->socket);
        websocket_ping(wire->socket); /* one is enough */
        assert_true(websocket_send(wire->socket, "x", 1));
    }
}

static void test_our_ping_brings_a_life_sign(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_echo, NULL);
    g_autoptr(Wire) wire = new_wire(*state, ping_at_once);

    wire->wanted = 1;
    open_to(wire, peer);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[ALIVE], 1); /* it came before the message */
}

/* Upgrades --------------------------------------------------------------------------------------
 */

typedef struct Refusal {
    const char *promise;
    const char *answer; /* NULL: nothing, and the end */
    int status;
} Refusal;

#define ACCEPT_WRONG "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
#define UPGRADE      "Upgrade: websocket\r\nConnection: Upgrade\r\n"

static const Refusal refusals[] = {
    {"404", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404},
    {"408 with a body", "HTTP/1.1 408 Request Timeout\r\nContent-Length: 2\r\n\r\nno", 408},
    {"401", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 401},
    {"500 without a length", "HTTP/1.1 500 Oops\r\n\r\n<html>", 500},
    {"200 of a proxy", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200},
    {"a redirect elsewhere",
     "HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/?ticket=s3cret\r\n\r\n", 302},
    {"a redirect to itself", "HTTP/1.1 307 Again\r\nLocation: /again\r\n\r\n", 307},
    {"the wrong key", "HTTP/1.1 101 Hi\r\n" UPGRADE ACCEPT_WRONG "\r\n", 101},
    {"no key", "HTTP/1.1 101 Hi\r\n" UPGRADE "\r\n", 101},
    {"an upgrade to something else",
     "HTTP/1.1 101 Hi\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n" ACCEPT_WRONG "\r\n", 101},
    {"no HTTP at all", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 0},
    {"half an answer", "HTTP/1.1 101 Swi", 0},
    {"nothing", NULL, 0},
    {"bytes", "\x15\x03\x01\x02\xff\xfe\r\n\r\n", 0},
};

static void serve_refusal(Peer *peer, int fd, int nth)
{
    const Refusal *refusal = peer_arg(peer);
    g_autofree char *head = peer_head(fd);

    (void)nth;
    if (head != NULL && refusal->answer != NULL) {
        peer_say(fd, refusal->answer);
    }
}

static void test_a_refused_upgrade_is_told_once_with_its_status(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const Refusal *refusal = &refusals[i];
        g_autoptr(Peer) peer = peer_new(serve_refusal, (void *)(uintptr_t)refusal);
        g_autoptr(Wire) wire = new_wire(*state, NULL);

        print_message("  %s\n", refusal->promise);
        open_to(wire, peer);
        peer_run(wire->rig->loop);
        linger(wire->rig, 20);
        assert_int_equal(wire->told[CLOSED], 1);
        assert_int_equal(wire->told[OPENED], 0);
        assert_int_equal(wire->status, refusal->status);
        assert_null(strstr(wire->why, "s3cret"));
        assert_int_not_equal(wire->why[0], '\0');
        assert_int_equal(peer_connections(peer), 1); /* the ticket is good for one */
    }
}

static void serve_endless_head(Peer *peer, int fd, int nth)
{
    g_autofree char *head = peer_head(fd);

    (void)peer;
    (void)nth;
    while (head != NULL && peer_say(fd, "HTTP/1.1 101 Hi\r\nX-Padding: "
                                        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")) {
    }
}

static void test_an_endless_answer_to_the_upgrade_ends_it(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_endless_head, NULL);
    g_autoptr(Wire) wire = new_wire(*state, NULL);

    open_to(wire, peer);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[OPENED], 0);
}

typedef struct Seen {
    pthread_mutex_t lock;
    char *head;
} Seen;

static void serve_seen(Peer *peer, int fd, int nth)
{
    Seen *seen = peer_arg(peer);
    char *head = NULL;

    (void)nth;
    if (peer_upgrade(fd, &head)) {
        pthread_mutex_lock(&seen->lock);
        seen->head = head;
        pthread_mutex_unlock(&seen->lock);
        peer_frame(fd, TEXT, true, "seen", 4);
        expect_frame(fd, CLOSE, "");
    }
}

static void test_the_upgrade_asks_for_what_was_said_and_no_more(void **state)
{
    const char *const headers[] = {"X-One: 1", "Cookie: d=x", NULL};
    Seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    g_autoptr(Peer) peer = peer_new(serve_seen, &seen);
    g_autoptr(Wire) wire = new_wire(*state, NULL);
    g_autofree char *url = peer_url(peer, "ws", "/link/?ticket=1-2&b=%20c#part");
    g_autofree char *host = g_strdup_printf("\r\nHost: 127.0.0.1:%d\r\n", peer_port(peer));

    wire->wanted = 1;
    wire->socket = websocket_open(
        wire->rig->sockets, &(WebSocketRequest){.url = url, .headers = headers}, &ops, wire, NULL);
    peer_run(wire->rig->loop);
    assert_ptr_equal(strstr(seen.head, "GET /link/?ticket=1-2&b=%20c HTTP/1.1\r\n"), seen.head);
    assert_non_null(strstr(seen.head, host));
    assert_non_null(strstr(seen.head, "\r\nX-One: 1\r\nCookie: d=x\r\n"));
    assert_non_null(strstr(seen.head, "\r\nSec-WebSocket-Version: 13\r\n"));
    assert_null(strcasestr(seen.head, "Sec-WebSocket-Extensions"));
    assert_null(strcasestr(seen.head, "Sec-WebSocket-Protocol"));
    assert_null(strcasestr(seen.head, "Origin"));
    g_free(seen.head);
}

static void test_a_subprotocol_is_asked_for(void **state)
{
    Seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    g_autoptr(Peer) peer = peer_new(serve_seen, &seen);
    g_autoptr(Wire) wire = new_wire(*state, NULL);
    g_autofree char *url = peer_url(peer, "ws", "");

    wire->wanted = 1;
    wire->socket =
        websocket_open(wire->rig->sockets,
                       &(WebSocketRequest){.url = url, .subprotocol = "sync.v1"}, &ops, wire, NULL);
    peer_run(wire->rig->loop);
    assert_non_null(strstr(seen.head, "\r\nSec-WebSocket-Protocol: sync.v1\r\n"));
    assert_ptr_equal(strstr(seen.head, "GET / HTTP/1.1\r\n"), seen.head);
    g_free(seen.head);
}

static void test_what_is_no_websocket_url_is_refused_without_repeating_it(void **state)
{
    static const char *const urls[] = {
        "",
        "127.0.0.1:80",
        "http://127.0.0.1/s3cret",
        "wss://",
        "ws:///s3cret",
        "ws://user:s3cret@127.0.0.1/",
        "ws://127.0.0.1:0/s3cret",
        "ws://127.0.0.1:70000/s3cret",
        "ws://127.0.0.1:x/s3cret",
        "ws://127.0.0.1/s3cret HTTP/1.1",
        "ws://127.0.0.1/\r\nX: s3cret",
        "ws://127.0.0.1/s3cr\xc3\xa9t",
        "javascript:s3cret",
    };
    static const char *const bad_headers[] = {"X: a\r\nY: b", NULL};
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(
            websocket_open(rig->sockets, &(WebSocketRequest){.url = urls[i]}, &ops, NULL, &error));
        assert_non_null(error);
        assert_null(strstr(error->message, "s3cr"));
    }
    g_autoptr(GError) error = NULL;

    assert_null(websocket_open(
        rig->sockets, &(WebSocketRequest){.url = "ws://127.0.0.1/", .headers = bad_headers}, &ops,
        NULL, &error));
    assert_non_null(error);
}

static void test_where_nobody_listens_it_ends(void **state)
{
    g_autoptr(Wire) wire = new_wire(*state, NULL);
    g_autofree char *url = g_strdup_printf("ws://127.0.0.1:%d/", peer_no_port());

    open_at(wire, url);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[CLOSED], 1);
    assert_int_equal(wire->status, 0);
    assert_int_equal(wire->code, 0);
}

static void test_a_name_that_cannot_be_looked_up_ends_it(void **state)
{
    g_autoptr(Wire) wire = new_wire(*state, NULL);

    /* no name server is asked for a label of that length */
    open_at(wire,
            "ws://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/");
    assert_int_equal(wire->told[CLOSED], 0);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[CLOSED], 1);
    assert_int_not_equal(wire->why[0], '\0');
}

/* A root without /etc/hosts does not. */
static bool knows_localhost(void)
{
    struct addrinfo *found = NULL;
    bool known = getaddrinfo("localhost", NULL, NULL, &found) == 0;

    if (found != NULL) {
        freeaddrinfo(found);
    }
    return known;
}

static void test_a_name_is_tried_at_each_of_its_addresses(void **state)
{
    if (!knows_localhost()) {
        skip();
    }
    g_autoptr(Peer) peer = peer_new(serve_echo, NULL); /* not at ::1, which often comes first */
    g_autoptr(Wire) wire = new_wire(*state, say_hello);
    g_autofree char *url = g_strdup_printf("ws://localhost:%d/", peer_port(peer));

    wire->wanted = 1;
    open_at(wire, url);
    peer_run(wire->rig->loop);
    assert_string_equal(said(wire, 0)->str, "hello");
}

/* Ends ------------------------------------------------------------------------------------------
 */

static void serve_close(Peer *peer, int fd, int nth)
{
    (void)peer;
    (void)nth;
    if (peer_upgrade(fd, NULL) && peer_frame(fd, CLOSE, true, "\x03\xe9going", 7)) {
        PeerFrame frame;

        if (peer_read_frame(fd, &frame) && frame.opcode == CLOSE && frame.masked &&
            frame.len >= 2 && memcmp(frame.payload, "\x03\xe9", 2) == 0) {
            *(gint *)peer_arg(peer) = 1;
        }
        g_free(frame.payload);
    }
}

static void test_a_close_of_the_server_is_answered_and_told(void **state)
{
    gint answered = 0;
    Peer *peer = peer_new(serve_close, &answered);
    g_autoptr(Wire) wire = new_wire(*state, NULL);

    open_to(wire, peer);
    peer_run(wire->rig->loop);
    peer_free(peer);
    assert_int_equal(wire->told[CLOSED], 1);
    assert_int_equal(wire->code, 1001);
    assert_int_equal(answered, 1);
}

static void serve_cut(Peer *peer, int fd, int nth)
{
    (void)peer;
    if (peer_upgrade(fd, NULL) && peer_frame(fd, TEXT, false, "half a mess", 11) && nth == 1) {
        peer_reset(fd);
    }
}

static void test_a_cut_connection_is_told_without_a_code(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_cut, NULL);

    for (int i = 0; i < 2; i++) { /* an end, a reset */
        g_autoptr(Wire) wire = new_wire(*state, NULL);

        open_to(wire, peer);
        peer_run(wire->rig->loop);
        assert_int_equal(wire->told[CLOSED], 1);
        assert_int_equal(wire->told[MESSAGE], 0);
        assert_int_equal(wire->code, 0);
        assert_int_equal(wire->status, 0);
    }
}

static void serve_last_words(Peer *peer, int fd, int nth)
{
    (void)nth;
    if (peer_upgrade(fd, NULL) && expect_frame(fd, TEXT, "last") &&
        expect_frame(fd, TEXT, "words")) {
        PeerFrame frame;

        if (peer_read_frame(fd, &frame) && frame.opcode == CLOSE && frame.len == 2 &&
            memcmp(frame.payload, "\x03\xe8", 2) == 0) {
            *(gint *)peer_arg(peer) = 1;
            peer_frame(fd, CLOSE, true, frame.payload, frame.len);
        }
        g_free(frame.payload);
        peer_read(fd, &frame, 1); /* leaves the connection to the other side */
    }
}

static void say_and_close(Wire *wire, Happening what)
{
    if (what == OPENED) {
        assert_true(websocket_send(wire->socket, "last", 4));
        assert_true(websocket_send(wire->socket, "words", 5));
        websocket_close(wire->socket, 1000);
        websocket_close(wire->socket, 1001); /* too late */
        assert_false(websocket_send(wire->socket, "more", 4));
        websocket_ping(wire->socket);
    }
}

static void test_a_close_sends_what_waits_first(void **state)
{
    gint heard = 0;
    Peer *peer = peer_new(serve_last_words, &heard);
    g_autoptr(Wire) wire = new_wire(*state, say_and_close);

    open_to(wire, peer);
    peer_run(wire->rig->loop);
    peer_free(peer);
    assert_int_equal(heard, 1);
    assert_int_equal(wire->told[CLOSED], 1);
    assert_int_equal(wire->code, 1000);
}

static void serve_deaf(Peer *peer, int fd, int nth)
{
    char c = 0;

    (void)nth;
    (void)peer;
    if (peer_upgrade(fd, NULL)) {
        while (peer_read(fd, &c, 1)) {
        }
    }
}

static void test_a_close_that_nobody_answers_ends_by_itself(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_deaf, NULL);
    g_autoptr(Wire) wire = new_wire(*state, say_and_close);

    open_to(wire, peer);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[CLOSED], 1);
    assert_int_equal(wire->code, 0);
}

static void serve_nothing(Peer *peer, int fd, int nth)
{
    char c = 0;

    (void)nth;
    (void)peer;
    while (peer_read(fd, &c, 1)) {
    }
}

static void test_a_socket_that_never_opened_can_be_closed(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_nothing, NULL);
    g_autoptr(Wire) early = new_wire(*state, NULL);
    g_autoptr(Wire) later = new_wire(*state, NULL);

    open_to(early, peer);
    websocket_close(early->socket, 1000);
    assert_int_equal(early->told[CLOSED], 0); /* never from inside */
    peer_run(early->rig->loop);
    assert_int_equal(early->told[CLOSED], 1);
    open_to(later, peer);
    linger(later->rig, 50);
    websocket_close(later->socket, 1000);
    peer_run(later->rig->loop);
    assert_int_equal(later->told[CLOSED], 1);
    assert_int_equal(later->told[OPENED], 0);
}

static void drop_self(Wire *wire)
{
    websocket_drop(g_steal_pointer(&wire->socket));
    loop_quit(wire->rig->loop);
}

static void drop_on_opened(Wire *wire, Happening what)
{
    if (what == OPENED) {
        assert_true(websocket_send(wire->socket, "never sent", 10));
        drop_self(wire);
    }
}

static void drop_on_message(Wire *wire, Happening what)
{
    if (what == OPENED) {
        assert_true(websocket_send(wire->socket, "1", 1));
        assert_true(websocket_send(wire->socket, "2", 1));
        assert_true(websocket_send(wire->socket, "3", 1));
    } else if (what == MESSAGE) {
        drop_self(wire);
    }
}

static void drop_on_alive(Wire *wire, Happening what)
{
    if (what == OPENED) {
        websocket_ping(wire->socket);
    } else if (what == ALIVE) {
        drop_self(wire);
    }
}

static void close_on_message(Wire *wire, Happening what)
{
    if (what == OPENED) {
        assert_true(websocket_send(wire->socket, "1", 1));
    } else if (what == MESSAGE) {
        websocket_close(wire->socket, 1000);
    }
}

static void test_a_socket_can_be_dropped_from_each_of_its_callbacks(void **state)
{
    static const struct {
        void (*on)(Wire *wire, Happening what);
        int messages, closed;
    } cases[] = {
        {drop_on_opened, 0, 0},
        {drop_on_message, 1, 0},
        {drop_on_alive, 0, 0},
        {close_on_message, 1, 1},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Peer) peer = peer_new(serve_echo, NULL);
        g_autoptr(Wire) wire = new_wire(*state, cases[i].on);

        open_to(wire, peer);
        peer_run(wire->rig->loop);
        linger(wire->rig, 30);
        assert_int_equal(wire->told[MESSAGE], cases[i].messages);
        assert_int_equal(wire->told[CLOSED], cases[i].closed);
    }
}

static void drop_other(Wire *wire, Happening what)
{
    if (what == OPENED && wire->other->told[OPENED] > 0) {
        assert_true(websocket_send(wire->socket, "1", 1));
        assert_true(websocket_send(wire->other->socket, "2", 1));
    } else if (what == MESSAGE && wire->other->socket != NULL) {
        websocket_drop(g_steal_pointer(&wire->other->socket));
        loop_quit(wire->rig->loop);
    }
}

static void test_two_sockets_may_drop_each_other(void **state)
{
    for (int i = 0; i < 20; i++) {
        g_autoptr(Peer) peer = peer_new(serve_echo, NULL);
        g_autoptr(Wire) one = new_wire(*state, drop_other);
        g_autoptr(Wire) two = new_wire(*state, drop_other);

        one->other = two;
        two->other = one;
        open_to(one, peer);
        open_to(two, peer);
        peer_run(one->rig->loop);
        linger(one->rig, 10);
        assert_int_equal((one->socket != NULL) + (two->socket != NULL), 1);
        assert_int_equal(one->told[CLOSED] + two->told[CLOSED], 0);
    }
}

static void serve_notice_end(Peer *peer, int fd, int nth)
{
    char c = 0;

    (void)nth;
    if (peer_upgrade(fd, NULL)) {
        while (peer_read(fd, &c, 1)) {
        }
        g_atomic_int_inc((gint *)peer_arg(peer));
    }
}

static void test_a_drop_ends_the_connection_at_once(void **state)
{
    gint ended = 0;
    g_autoptr(Peer) peer = peer_new(serve_notice_end, &ended);
    g_autoptr(Wire) wire = new_wire(*state, quit_on_opened);

    open_to(wire, peer);
    peer_run(wire->rig->loop);
    linger(wire->rig, 50); /* nothing else keeps the library awake */
    websocket_drop(g_steal_pointer(&wire->socket));
    for (int i = 0; i < 100 && g_atomic_int_get(&ended) == 0; i++) {
        linger(wire->rig, 10); /* far less than any time-out of the library */
    }
    assert_int_equal(g_atomic_int_get(&ended), 1);
}

static void reopen(Wire *wire, Happening what)
{
    if (what == CLOSED && wire->other != NULL) {
        g_autofree char *url = g_strdup_printf("ws://127.0.0.1:%d/", wire->other->wanted);

        g_autoptr(GError) error = NULL;
        Wire *next = wire->other;
        next->wanted = 1;
        next->socket =
            websocket_open(wire->rig->sockets, &(WebSocketRequest){.url = url}, &ops, next, &error);
        assert_non_null(next->socket);
    }
}

static void test_a_new_socket_may_be_opened_from_the_end_of_another(void **state)
{
    gint answered = 0;
    g_autoptr(Peer) closing = peer_new(serve_close, &answered);
    g_autoptr(Peer) echoing = peer_new(serve_echo, NULL);
    g_autoptr(Wire) next = new_wire(*state, say_hello);
    g_autoptr(Wire) wire = new_wire(*state, reopen);

    next->wanted = peer_port(echoing);
    wire->other = next;
    open_to(wire, closing);
    peer_run(wire->rig->loop);
    if (next->told[MESSAGE] == 0) {
        peer_run(wire->rig->loop);
    }
    assert_string_equal(said(next, 0)->str, "hello");
}

static void test_freeing_the_context_drops_all_of_them_untold(void **state)
{
    Rig *rig = *state;
    gint ended = 0;
    g_autoptr(Peer) peer = peer_new(serve_notice_end, &ended);
    g_autoptr(Peer) silent = peer_new(serve_nothing, NULL);
    Wire *open = new_wire(rig, quit_on_opened);
    Wire *opening = new_wire(rig, NULL);
    Wire *new = new_wire(rig, NULL);

    open_to(opening, silent);
    open_to(open, peer);
    peer_run(rig->loop);
    open_at(new, "ws://localhost/");
    websockets_free(rig->sockets);
    assert_int_equal(open->told[CLOSED] + opening->told[CLOSED] + new->told[CLOSED], 0);
    open->socket = opening->socket = new->socket = NULL;
    wire_free(open);
    wire_free(opening);
    wire_free(new);
    rig->sockets = websockets_new(rig->loop, NULL);
}

/* Proxies ---------------------------------------------------------------------------------------
 */

static void serve_proxy(Peer *peer, int fd, int nth)
{
    Seen *seen = peer_arg(peer);

    pthread_mutex_lock(&seen->lock);
    seen->head = peer_head(fd);
    bool asked = seen->head != NULL;
    pthread_mutex_unlock(&seen->lock);
    if (asked && nth == 0) {
        peer_say(fd, "HTTP/1.1 200 Connection established\r\n\r\n");
        serve_echo(peer, fd, nth);
    } else if (asked) {
        peer_say(fd, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    }
}

static void test_a_proxy_of_the_environment_is_gone_through(void **state)
{
    Seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    g_autoptr(Peer) peer = peer_new(serve_proxy, &seen);
    g_autoptr(Wire) wire = new_wire(*state, say_hello);
    g_autoptr(Wire) refused = new_wire(*state, NULL);
    g_autofree char *proxy = g_strdup_printf("http://maria:p%%40ss@127.0.0.1:%d/", peer_port(peer));

    setenv("http_proxy", proxy, 1);
    wire->wanted = 1;
    open_at(wire, "ws://wss.example.org:8080/?ticket=s3cret");
    peer_run(wire->rig->loop);
    assert_string_equal(said(wire, 0)->str, "hello");
    assert_non_null(strstr(seen.head, "CONNECT wss.example.org:8080 HTTP/1.1\r\n"));
    assert_non_null(strcasestr(seen.head, "Proxy-authorization: basic bWFyaWE6cEBzcw=="));
    assert_null(strstr(seen.head, "s3cret"));
    g_clear_pointer(&seen.head, g_free);
    open_at(refused, "ws://wss.example.org:8080/");
    peer_run(wire->rig->loop);
    unsetenv("http_proxy");
    assert_int_equal(refused->told[CLOSED], 1);
    assert_int_equal(refused->told[OPENED], 0);
    assert_null(strstr(refused->why, "p@ss"));
    g_free(seen.head);
}

static void test_loopback_is_reached_whatever_the_environment_says(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_echo, NULL);
    g_autoptr(Wire) wire = new_wire(*state, say_hello);
    g_autofree char *proxy = g_strdup_printf("http://127.0.0.1:%d", peer_no_port());

    setenv("http_proxy", proxy, 1);
    wire->wanted = 1;
    open_to(wire, peer);
    peer_run(wire->rig->loop);
    unsetenv("http_proxy");
    assert_string_equal(said(wire, 0)->str, "hello");
}

typedef struct ProxyCase {
    const char *promise;
    const char *name, *value; /* in the environment */
    const char *no_proxy;
    bool tls;
    const char *host;
    bool through;
} ProxyCase;

static const ProxyCase proxy_cases[] = {
    {"TLS goes by https_proxy", "https_proxy", "http://p:1", NULL, true, "slack.com", true},
    {"or by HTTPS_PROXY", "HTTPS_PROXY", "http://p:1", NULL, true, "slack.com", true},
    {"or by ALL_PROXY", "ALL_PROXY", "http://p:1", NULL, true, "slack.com", true},
    {"not by http_proxy", "http_proxy", "http://p:1", NULL, true, "slack.com", false},
    {"an empty one is none", "https_proxy", "", NULL, true, "slack.com", false},
    {"HTTP_PROXY may come from a request", "HTTP_PROXY", "http://p:1", NULL, false, "a.b", false},
    {"a host may be excepted", "https_proxy", "p:1", "a.b, slack.com", true, "slack.com", false},
    {"and hosts below it", "https_proxy", "p:1", "slack.com", true, "WSS.Slack.com", false},
    {"with a dot before it", "https_proxy", "p:1", ".slack.com", true, "wss.slack.com", false},
    {"but not one that ends alike", "https_proxy", "p:1", "slack.com", true, "myslack.com", true},
    {"all may be excepted", "https_proxy", "p:1", "*", true, "slack.com", false},
    {"an address may be excepted", "https_proxy", "p:1", "10.1.2.3", true, "10.1.2.3", false},
    {"an empty list excepts none", "https_proxy", "p:1", " , ,", true, "slack.com", true},
    {"loopback takes none", "https_proxy", "p:1", NULL, true, "127.0.0.9", false},
    {"by name neither", "https_proxy", "p:1", NULL, true, "localhost", false},
    {"nor in the new way", "https_proxy", "p:1", NULL, true, "::1", false},
};

static void test_which_proxy(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(proxy_cases); i++) {
        const ProxyCase *c = &proxy_cases[i];

        setenv(c->name, c->value, 1);
        if (c->no_proxy != NULL) {
            setenv("no_proxy", c->no_proxy, 1);
        }
        if ((proxy_for(c->tls, c->host) != NULL) != c->through) {
            fail_msg("%s", c->promise);
        }
        unsetenv(c->name);
        unsetenv("no_proxy");
    }
}

static void test_a_proxy_that_cannot_be_gone_through_is_refused(void **state)
{
    static const char *const proxies[] = {"socks5://10.0.0.1:1080", "https://10.0.0.1", "http://",
                                          "http://10.0.0.1:99999", "http://:s3cret@"};
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(proxies); i++) {
        g_autoptr(GError) error = NULL;

        setenv("https_proxy", proxies[i], 1);
        assert_null(websocket_open(rig->sockets,
                                   &(WebSocketRequest){.url = "wss://wss.example.org/"}, &ops, NULL,
                                   &error));
        assert_null(strstr(error->message, "s3cret"));
        unsetenv("https_proxy");
    }
}

/* TLS -------------------------------------------------------------------------------------------
 */

static void test_a_trusted_server_opens_over_tls(void **state)
{
    const char *ca = NULL;
    g_autoptr(Peer) peer = peer_new_tls(serve_echo, NULL, &ca);
    g_autoptr(Wire) wire = new_wire(*state, send_large);

    if (peer == NULL || !knows_localhost()) {
        skip();
    }
    g_autofree char *url = peer_url(peer, "wss", "/");

    wire->ca_file = ca;
    wire->wanted = 4;
    open_at(wire, url);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[MESSAGE], 4);
    assert_string_equal(said(wire, 3)->str, "after");
}

static void test_a_server_of_another_name_or_of_no_trust_does_not_open(void **state)
{
    const char *ca = NULL;
    g_autoptr(Peer) peer = peer_new_tls(serve_echo, NULL, &ca);
    g_autoptr(Wire) unknown = new_wire(*state, NULL);

    if (peer == NULL) {
        skip();
    }
    g_autofree char *url = peer_url(peer, "wss", "/");
    g_autofree char *elsewhere = g_strdup_printf("wss://127.0.0.1:%d/", peer_port(peer));

    open_at(unknown, url);
    peer_run(unknown->rig->loop);
    assert_int_equal(unknown->told[OPENED], 0);
    assert_int_equal(unknown->told[CLOSED], 1);
    Rig *rig = *state;
    g_autoptr(Wire) misnamed = new_wire(rig, NULL);

    misnamed->ca_file = ca;
    open_at(misnamed, elsewhere);
    peer_run(rig->loop);
    assert_int_equal(misnamed->told[OPENED], 0);
    assert_int_equal(misnamed->told[CLOSED], 1);
    g_autoptr(Wire) other = new_wire(rig, NULL);

    open_at(other, url); /* what one trusts, no other does */
    peer_run(rig->loop);
    assert_int_equal(other->told[OPENED], 0);
    assert_int_equal(other->told[CLOSED], 1);
}

static void serve_plain(Peer *peer, int fd, int nth)
{
    char hello[5];

    (void)peer;
    (void)nth;
    if (peer_read(fd, hello, sizeof(hello))) {
        peer_say(fd, "HTTP/1.1 400 Bad Request\r\n\r\nThis is no TLS.");
    }
}

static void test_what_speaks_no_tls_does_not_open(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_plain, NULL);
    g_autoptr(Wire) wire = new_wire(*state, NULL);
    g_autofree char *url = peer_url(peer, "wss", "/?ticket=s3cret");

    open_at(wire, url);
    peer_run(wire->rig->loop);
    assert_int_equal(wire->told[OPENED], 0);
    assert_null(strstr(wire->why, "s3cret"));
}

static void serve_half_a_handshake(Peer *peer, int fd, int nth)
{
    char hello[5];

    (void)peer;
    (void)nth;
    if (peer_read(fd, hello, sizeof(hello)) && peer_write(fd, "\x16\x03\x03\x00", 4)) {
        while (peer_read(fd, hello, 1)) {
        }
    }
}

static void test_half_a_handshake_keeps_nobody_waiting(void **state)
{
    g_autoptr(Peer) stuck = peer_new(serve_half_a_handshake, NULL);
    g_autoptr(Peer) echoing = peer_new(serve_echo, NULL);
    g_autoptr(Wire) waiting = new_wire(*state, NULL);
    g_autoptr(Wire) wire = new_wire(*state, say_hello);
    g_autofree char *url = peer_url(stuck, "wss", "/");

    wire->wanted = 1;
    open_at(waiting, url);
    open_to(wire, echoing);
    peer_run(wire->rig->loop);
    assert_int_equal(waiting->told[OPENED] + waiting->told[CLOSED], 0);
    websocket_drop(g_steal_pointer(&waiting->socket));
    linger(wire->rig, 20);
    assert_string_equal(said(wire, 0)->str, "hello");
}

/* Frames ----------------------------------------------------------------------------------------
 */

/* Reads the first of `len` bytes of frames as a server does; its length in all. */
static size_t unmask(uint8_t *frame, size_t len, uint8_t **payload, size_t *payload_len)
{
    size_t at = 2;

    assert_true(len >= 6);
    assert_int_equal(frame[0], 0x81);
    assert_int_equal(frame[1] & 0x80, 0x80);
    *payload_len = frame[1] & 0x7f;
    if (*payload_len >= 126) {
        size_t wide = *payload_len == 126 ? 2 : 8;

        for (*payload_len = 0; at < 2 + wide; at++) {
            *payload_len = *payload_len << 8 | frame[at];
        }
        assert_true(*payload_len > (wide == 2 ? 125 : 65535)); /* the shortest form there is */
    }
    const uint8_t *mask = frame + at;

    *payload = frame + at + 4;
    assert_true(*payload_len <= len - at - 4);
    for (size_t i = 0; i < *payload_len; i++) {
        (*payload)[i] = (uint8_t)((*payload)[i] ^ mask[i % 4]);
    }
    return at + 4 + *payload_len;
}

static void test_frames_keep_their_order_through_any_mixture(void **state)
{
    Frames frames = {0};
    uint32_t random = 1;
    unsigned put = 0, taken = 0;
    char text[3000];

    (void)state;
    memset(text, 'f', sizeof(text));
    for (int i = 0; i < 20000 || taken < put; i++) {
        random = random * 1664525U + 1013904223U;
        size_t len = sizeof(put) + (random >> 8) % (i % 100 == 0 ? 2900U : 60U);

        if (i < 20000 && (random >> 31 != 0 || i < 50)) {
            memcpy(text, &put, sizeof(put));
            put++;
            frames_put(&frames, text, len);
            continue;
        }
        uint8_t *bytes = frames_next(&frames, random >> 22 & 255, &len), *payload = NULL;

        assert_int_equal(bytes != NULL, put > taken);
        for (size_t at = 0, payload_len = 0; at < len; taken++) {
            at += unmask(bytes + at, len - at, &payload, &payload_len);
            assert_memory_equal(payload, &taken, sizeof(taken));
            assert_int_equal(payload[payload_len - 1],
                             payload_len > sizeof(taken) ? 'f' : payload[3]);
        }
        frames_drop(&frames, len);
    }
    assert_int_equal(frames.waiting, 0);
    frames_clear(&frames);
}

static void test_a_frame_says_its_length_in_the_shortest_form(void **state)
{
    static const size_t lens[] = {0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536, 70001};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lens); i++) {
        g_autofree char *text = g_malloc0(lens[i] + 1);
        uint8_t *payload = NULL;
        Frames frames = {0};
        size_t len = 0, payload_len = 0;

        memset(text, 'a', lens[i]);
        frames_put(&frames, text, lens[i]);
        assert_int_equal(frames.waiting, lens[i]);
        uint8_t *bytes = frames_next(&frames, 1, &len); /* one, though it does not fit */

        assert_int_equal(unmask(bytes, len, &payload, &payload_len), len);
        assert_int_equal(payload_len, lens[i]);
        assert_memory_equal(payload, text, lens[i]);
        frames_drop(&frames, len);
        assert_int_equal(frames.waiting, 0);
        assert_null(frames_next(&frames, 1, &len));
        frames_clear(&frames);
    }
}

static void test_only_whole_frames_are_written_at_once(void **state)
{
    Frames frames = {0};
    size_t len = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        frames_put(&frames, "1234", 4); /* of ten bytes */
    }
    assert_non_null(frames_next(&frames, 29, &len));
    assert_int_equal(len, 20);
    frames_drop(&frames, len);
    assert_int_equal(frames.waiting, 4);
    assert_non_null(frames_next(&frames, 29, &len));
    assert_int_equal(len, 10);
    frames_clear(&frames);
}

static void test_no_two_masks_are_alike(void **state)
{
    Frames frames = {0};
    size_t len = 0;

    (void)state;
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < 3 * FRAMES_MASKS; i++) {
        frames_put(&frames, "", 0);
    }
    const uint8_t *bytes = frames_next(&frames, SIZE_MAX, &len);

    for (size_t at = 0; at < len; at += 6) {
        uint32_t mask = 0;

        memcpy(&mask, bytes + at + 2, sizeof(mask));
        g_hash_table_add(seen, GUINT_TO_POINTER(mask));
    }
    assert_true(g_hash_table_size(seen) >= 3 * FRAMES_MASKS - 2); /* by chance they may be */
    frames_clear(&frames);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    const struct CMUnitTest tests[] = {
        TEST(test_a_message_goes_there_and_back),
        TEST(test_thousands_of_small_messages_keep_their_order_both_ways),
        TEST(test_a_large_message_goes_as_one_frame_between_its_neighbours),
        TEST(test_what_piles_up_before_a_late_reader_arrives_whole),
        TEST(test_what_a_server_says),
        TEST(test_a_masked_frame_of_a_server_harms_nothing),
        TEST(test_an_endless_frame_is_no_message),
        TEST(test_pings_are_answered_with_what_they_hold_and_told),
        TEST(test_our_ping_brings_a_life_sign),
        TEST(test_a_refused_upgrade_is_told_once_with_its_status),
        TEST(test_an_endless_answer_to_the_upgrade_ends_it),
        TEST(test_the_upgrade_asks_for_what_was_said_and_no_more),
        TEST(test_a_subprotocol_is_asked_for),
        TEST(test_what_is_no_websocket_url_is_refused_without_repeating_it),
        TEST(test_where_nobody_listens_it_ends),
        TEST(test_a_name_that_cannot_be_looked_up_ends_it),
        TEST(test_a_name_is_tried_at_each_of_its_addresses),
        TEST(test_a_close_of_the_server_is_answered_and_told),
        TEST(test_a_cut_connection_is_told_without_a_code),
        TEST(test_a_close_sends_what_waits_first),
        TEST(test_a_close_that_nobody_answers_ends_by_itself),
        TEST(test_a_socket_that_never_opened_can_be_closed),
        TEST(test_a_socket_can_be_dropped_from_each_of_its_callbacks),
        TEST(test_two_sockets_may_drop_each_other),
        TEST(test_a_drop_ends_the_connection_at_once),
        TEST(test_a_new_socket_may_be_opened_from_the_end_of_another),
        TEST(test_freeing_the_context_drops_all_of_them_untold),
        TEST(test_a_proxy_of_the_environment_is_gone_through),
        TEST(test_loopback_is_reached_whatever_the_environment_says),
        TEST(test_which_proxy),
        TEST(test_a_proxy_that_cannot_be_gone_through_is_refused),
        TEST(test_a_trusted_server_opens_over_tls),
        TEST(test_a_server_of_another_name_or_of_no_trust_does_not_open),
        TEST(test_what_speaks_no_tls_does_not_open),
        TEST(test_half_a_handshake_keeps_nobody_waiting),
        cmocka_unit_test(test_frames_keep_their_order_through_any_mixture),
        cmocka_unit_test(test_a_frame_says_its_length_in_the_shortest_form),
        cmocka_unit_test(test_only_whole_frames_are_written_at_once),
        cmocka_unit_test(test_no_two_masks_are_alike),
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        unsetenv(names[i]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

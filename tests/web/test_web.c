/* The small HTTP server: its parser without a socket, and the whole over loopback. */

#include "bot/web/web.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bot/metrics.h"
#include "bot/web/request.h"
#include "config/listen.h"

/* The parser ---------------------------------------------------------------------------------- */

typedef struct RequestCase {
    const char *promise, *bytes;
    size_t len;
    RequestFound found;
    const char *path; /* where it is fine */
} RequestCase;

#define BYTES(text) text, sizeof(text) - 1

static const RequestCase requests[] = {
    {"the shortest request", BYTES("GET / HTTP/1.1\r\n\r\n"), REQUEST_FINE, "/"},
    {"a request with headers", BYTES("GET /a HTTP/1.1\r\nHost: x\r\nX-Y:\tz\r\nE:\r\n\r\n"),
     REQUEST_FINE, "/a"},
    {"an old version", BYTES("GET /a HTTP/1.0\r\n\r\n"), REQUEST_FINE, "/a"},
    {"lines may end without CR", BYTES("GET /a HTTP/1.1\nHost: x\n\n"), REQUEST_FINE, "/a"},
    {"a query is no part of the path", BYTES("GET /a?b=/c?d HTTP/1.1\r\n\r\n"), REQUEST_FINE, "/a"},
    {"what follows is left alone", BYTES("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"),
     REQUEST_FINE, "/a"},
    {"nothing yet", BYTES(""), REQUEST_MORE, NULL},
    {"a part of a line", BYTES("GET /a HT"), REQUEST_MORE, NULL},
    {"a line and no end", BYTES("GET /a HTTP/1.1\r\nHost: x\r\n"), REQUEST_MORE, NULL},
    {"another method", BYTES("POST /a HTTP/1.1\r\n\r\n"), REQUEST_NOT_GET, NULL},
    {"HEAD is another", BYTES("HEAD /a HTTP/1.1\r\n\r\n"), REQUEST_NOT_GET, NULL},
    {"methods are case-sensitive", BYTES("get /a HTTP/1.1\r\n\r\n"), REQUEST_NOT_GET, NULL},
    {"another method is read to its end", BYTES("POST /a HTTP/1.1\r\n"), REQUEST_MORE, NULL},
    {"an empty line first", BYTES("\r\n"), REQUEST_BAD, NULL},
    {"no version", BYTES("GET /a\r\n\r\n"), REQUEST_BAD, NULL},
    {"a method alone", BYTES("GET\r\n"), REQUEST_BAD, NULL},
    {"a method and a blank", BYTES("GET \r\n"), REQUEST_BAD, NULL},
    {"two blanks", BYTES("GET  /a HTTP/1.1\r\n\r\n"), REQUEST_BAD, NULL},
    {"a blank behind", BYTES("GET /a HTTP/1.1 \r\n\r\n"), REQUEST_BAD, NULL},
    {"a blank in front", BYTES(" GET /a HTTP/1.1\r\n\r\n"), REQUEST_BAD, NULL},
    {"a newer version", BYTES("GET /a HTTP/2.0\r\n\r\n"), REQUEST_BAD, NULL},
    {"a path that is none", BYTES("GET a HTTP/1.1\r\n\r\n"), REQUEST_BAD, NULL},
    {"a proxy's target", BYTES("GET http://x/a HTTP/1.1\r\n\r\n"), REQUEST_BAD, NULL},
    {"NUL in the path", BYTES("GET /a\0b HTTP/1.1\r\n\r\n"), REQUEST_BAD, NULL},
    {"a character beyond ASCII", BYTES("GET /\xc3\xa4 HTTP/1.1\r\n\r\n"), REQUEST_BAD, NULL},
    {"CR in the middle", BYTES("GET /a\rb HTTP/1.1\r\n\r\n"), REQUEST_BAD, NULL},
    {"a header without a colon", BYTES("GET /a HTTP/1.1\r\nHost\r\n\r\n"), REQUEST_BAD, NULL},
    {"a header without a name", BYTES("GET /a HTTP/1.1\r\n: x\r\n\r\n"), REQUEST_BAD, NULL},
    {"a blank in front of the colon", BYTES("GET /a HTTP/1.1\r\nHost : x\r\n\r\n"), REQUEST_BAD,
     NULL},
    {"a header that goes on", BYTES("GET /a HTTP/1.1\r\nA: b\r\n c\r\n\r\n"), REQUEST_BAD, NULL},
    {"NUL in a header", BYTES("GET /a HTTP/1.1\r\nA: b\0c\r\n\r\n"), REQUEST_BAD, NULL},
    {"TLS", BYTES("\x16\x03\x01\x02\x00\x01\x00\n"), REQUEST_BAD, NULL},
};

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
        const RequestCase *c = &requests[i];
        g_autofree char *bytes = g_memdup2(c->bytes, c->len), *path = NULL; /* its end is watched */
        RequestFound found = request_parse(bytes, c->len, &path);

        if (found != c->found || g_strcmp0(path, c->path) != 0) {
            fail_msg("%s: %d, %s", c->promise, (int)found, path);
        }
    }
}

static void test_no_prefix_of_a_request_is_one(void **state)
{
    static const char whole[] = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

    (void)state;
    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        g_autofree char *bytes = g_memdup2(whole, len), *path = NULL;

        assert_int_equal(request_parse(bytes, len, &path), REQUEST_MORE);
    }
}

static void test_a_request_has_a_largest_size(void **state)
{
    g_autofree char *line = g_strnfill(REQUEST_MAX, 'a');
    g_autofree char *path = NULL;

    (void)state;
    assert_int_equal(request_parse(line, REQUEST_MAX - 1, &path), REQUEST_MORE);
    assert_int_equal(request_parse(line, REQUEST_MAX, &path), REQUEST_TOO_LARGE);
    g_autoptr(GString) headers = g_string_new("GET /a HTTP/1.1\r\n");

    while (headers->len < REQUEST_MAX) {
        g_string_append(headers, "Name: value\r\n");
    }
    assert_int_equal(request_parse(headers->str, headers->len, &path), REQUEST_TOO_LARGE);
    g_string_append(headers, "\r\n"); /* an end behind the bound is none */
    assert_int_equal(request_parse(headers->str, headers->len, &path), REQUEST_TOO_LARGE);
    assert_null(path);
}

/* The server ---------------------------------------------------------------------------------- */

typedef struct Rig {
    Loop *loop;
    Web *web;
    bool sick; /* what the answers say */
} Rig;

static char *healthy(void *arg, int *status)
{
    Rig *rig = arg;

    *status = rig->sick ? 503 : *status;
    return g_strdup(rig->sick ? "the store does not answer\n" : "fine\n");
}

static char *ready(void *arg, int *status)
{
    Rig *rig = arg;

    *status = 503;
    return rig->sick ? NULL : g_strdup("acme is not connected\n");
}

static const WebOps ops = {healthy, ready};

static int open_rig(void **state)
{
    Rig *rig = g_new0(Rig, 1);
    g_autoptr(GError) error = NULL;

    rig->loop = loop_new();
    rig->web = web_new(rig->loop, "127.0.0.1:0", &ops, rig, &error);
    assert_non_null(rig->web);
    *state = rig;
    return 0;
}

static int close_rig(void **state)
{
    Rig *rig = *state;

    web_free(rig->web);
    loop_free(rig->loop);
    metrics_clear();
    g_free(rig);
    return 0;
}

/* A client in a thread of its own, which ends the loop when it is done. It asserts nothing: only
 * the thread of the test may. */
typedef struct Client {
    Rig *rig;
    gpointer (*run)(gpointer client);
    const char *bytes;
    size_t len;
    GString *got;
    int number; /* of whatever it counts */
} Client;

static int connect_to(const Web *web)
{
    struct sockaddr_storage address;
    socklen_t len = 0;
    const struct timeval patience = {.tv_sec = 10};

    if (!listen_parse(web_address(web), &address, &len)) {
        return -1;
    }
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (connect(fd, (const struct sockaddr *)(const void *)&address, len) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* Until the other side closes. */
static void read_all(int fd, GString *got)
{
    char some[4096];
    ssize_t n = 0;

    while ((n = recv(fd, some, sizeof(some), 0)) > 0) {
        g_string_append_len(got, some, n);
    }
    if (n < 0) { /* nothing came in time, or the connection was reset */
        g_string_append(got, g_strerror(errno));
    }
}

static bool send_all(int fd, const char *bytes, size_t len)
{
    for (size_t sent = 0; sent < len;) {
        ssize_t n = send(fd, bytes + sent, len - sent, MSG_NOSIGNAL);

        if (n < 0) {
            return false;
        }
        sent += (size_t)n;
    }
    return true;
}

static gpointer exchange(gpointer data)
{
    Client *client = data;
    int fd = connect_to(client->rig->web);

    (void)send_all(fd, client->bytes, client->len);
    read_all(fd, client->got);
    (void)close(fd);
    return NULL;
}

static gpointer run_client(gpointer data)
{
    Client *client = data;

    client->run(client);
    loop_quit(client->rig->loop);
    return NULL;
}

static void play(Client *client)
{
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, run_client, client), 0);
    loop_run(client->rig->loop);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static char *ask_bytes(Rig *rig, const char *bytes, size_t len)
{
    Client client = {rig, exchange, bytes, len, g_string_new(NULL), 0};

    play(&client);
    return g_string_free(client.got, FALSE);
}

static char *ask(Rig *rig, const char *request)
{
    return ask_bytes(rig, request, strlen(request));
}

static const char *body_of(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");

    return end != NULL ? end + 4 : "";
}

typedef struct Asked {
    const char *promise, *request, *status, *body;
    bool sick;
} Asked;

static const Asked asked[] = {
    {"health", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "200 OK", "fine\n", false},
    {"bad health", "GET /healthz HTTP/1.1\r\n\r\n", "503 Service Unavailable",
     "the store does not answer\n", true},
    {"readiness", "GET /readyz?verbose HTTP/1.0\r\n\r\n", "503 Service Unavailable",
     "acme is not connected\n", false},
    {"an answer that does not come", "GET /readyz HTTP/1.1\r\n\r\n", "500 Internal Server Error",
     "no answer\n", true},
    {"another page", "GET / HTTP/1.1\r\n\r\n", "404 Not Found",
     "There are /healthz, /readyz and /metrics.\n", false},
    {"nothing is decoded", "GET /%68ealthz HTTP/1.1\r\n\r\n", "404 Not Found",
     "There are /healthz, /readyz and /metrics.\n", false},
    {"nothing is resolved", "GET /x/../healthz HTTP/1.1\r\n\r\n", "404 Not Found",
     "There are /healthz, /readyz and /metrics.\n", false},
    {"another method", "DELETE /healthz HTTP/1.1\r\n\r\n", "405 Method Not Allowed",
     "Only GET is answered.\n", false},
    {"rubbish", "hello\r\n", "400 Bad Request", "This is no HTTP/1.1 request.\n", false},
};

static void test_answers(void **state)
{
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
        rig->sick = asked[i].sick;
        g_autofree char *answer = ask(rig, asked[i].request);
        g_autofree char *first = g_strdup_printf("HTTP/1.1 %s\r\n", asked[i].status);
        g_autofree char *size =
            g_strdup_printf("\r\nContent-Length: %zu\r\n", strlen(asked[i].body));

        if (!g_str_has_prefix(answer, first) || strcmp(body_of(answer), asked[i].body) != 0 ||
            strstr(answer, size) == NULL || strstr(answer, "\r\nConnection: close\r\n") == NULL) {
            fail_msg("%s: %s", asked[i].promise, answer);
        }
        assert_int_equal(strstr(answer, "\r\nAllow: GET\r\n") != NULL,
                         g_str_has_prefix(asked[i].status, "405"));
    }
}

static void test_metrics_are_told(void **state)
{
    metric_add(metric_counter("anchord_events_total", "Events.", "workspace", "acme"), 3);
    g_autofree char *answer = ask(*state, "GET /metrics HTTP/1.1\r\n\r\n");

    assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(answer, "\r\nContent-Type: text/plain; version=0.0.4"));
    assert_non_null(strstr(body_of(answer), "anchord_events_total{workspace=\"acme\"} 3\n"));
}

/* More than any socket takes at once, to a client that reads slowly. */
static void test_a_long_answer_arrives_whole(void **state)
{
    g_autofree char *help = g_strnfill((gsize)8 * 1024 * 1024, 'h');

    metric_add(metric_counter("long_total", help, NULL, NULL), 1);
    g_autofree char *answer = ask(*state, "GET /metrics HTTP/1.1\r\n\r\n");
    g_autofree char *size = g_strdup_printf("\r\nContent-Length: %zu\r\n", strlen(body_of(answer)));

    assert_true(g_str_has_suffix(answer, "\nlong_total 1\n"));
    assert_non_null(strstr(answer, size));
}

static gpointer drip(gpointer data)
{
    Client *client = data;
    int fd = connect_to(client->rig->web);

    for (size_t i = 0; i < client->len; i++) {
        (void)send_all(fd, client->bytes + i, 1);
        g_thread_yield();
    }
    read_all(fd, client->got);
    (void)close(fd);
    return NULL;
}

static void test_a_request_may_come_byte_by_byte(void **state)
{
    Client client = {*state, drip, BYTES("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
                     g_string_new(NULL), 0};

    play(&client);
    g_autofree char *answer = g_string_free(client.got, FALSE);

    assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 OK\r\n"));
}

static void test_a_request_that_is_too_large_is_told_so(void **state)
{
    g_autoptr(GString) request = g_string_new("GET /healthz HTTP/1.1\r\n");

    while (request->len <
           (gsize)64 * 1024) { /* far more than is read: the answer arrives all the same */
        g_string_append(request, "Name: value\r\n");
    }
    g_autofree char *answer = ask(*state, request->str);

    assert_true(g_str_has_prefix(answer, "HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    assert_string_equal(body_of(answer), "The request is too large.\n");
}

static void test_only_the_first_request_of_a_connection_is_answered(void **state)
{
    g_autofree char *answer = ask(*state, "GET /healthz HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");

    assert_string_equal(body_of(answer), "fine\n");
}

/* Attackers ----------------------------------------------------------------------------------- */

static void test_who_says_nothing_is_sent_away(void **state)
{
    Rig *rig = *state;

    web_set_timeout_ms(rig->web, 20);
    g_autofree char *nothing = ask(rig, "");
    g_autofree char *half = ask(rig, "GET /healthz HTTP/1.1\r\n");

    assert_string_equal(nothing, "");
    assert_string_equal(half, "");
}

static gpointer stay(gpointer data)
{
    Client *client = data;
    int fd = connect_to(client->rig->web);
    char some[256];

    (void)send_all(fd, client->bytes, client->len);
    while (recv(fd, some, sizeof(some), 0) > 0) { /* the answer, and the end of it */
    }
    while (send_all(fd, client->bytes, client->len)) { /* until the connection is cut */
        client->number++;
    }
    (void)close(fd);
    return NULL;
}

static void test_who_never_stops_talking_is_cut_off(void **state)
{
    Rig *rig = *state;
    Client client = {rig, stay, BYTES("GET /healthz HTTP/1.1\r\n\r\n"), g_string_new(NULL), 0};

    web_set_timeout_ms(rig->web, 20);
    play(&client); /* that it ends is the promise */
    g_string_free(client.got, TRUE);
}

#define CROWD 40

static gpointer crowd(gpointer data)
{
    Client *client = data;
    int fds[CROWD];

    for (int i = 0; i < CROWD; i++) {
        fds[i] = connect_to(client->rig->web);
        client->number += fds[i] >= 0;
    }
    int fd = connect_to(client->rig->web);

    (void)send_all(fd, client->bytes, client->len);
    read_all(fd, client->got);
    (void)close(fd);
    GString *none = g_string_new(NULL);

    for (int i = 0; i < CROWD - 31; i++) { /* the oldest had to make room */
        read_all(fds[i], none);
    }
    g_string_append(client->got, none->str);
    g_string_free(none, TRUE);
    for (int i = 0; i < CROWD; i++) {
        (void)close(fds[i]);
    }
    return NULL;
}

static void test_a_crowd_that_says_nothing_keeps_nobody_out(void **state)
{
    Client client = {*state, crowd, BYTES("GET /healthz HTTP/1.1\r\n\r\n"), g_string_new(NULL), 0};

    web_set_timeout_ms(client.rig->web, 60000); /* not because their time was over */
    play(&client);
    g_autofree char *answer = g_string_free(client.got, FALSE);

    assert_int_equal(client.number, CROWD);
    assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 OK\r\n"));
    assert_string_equal(body_of(answer), "fine\n");
}

static gpointer leave(gpointer data)
{
    Client *client = data;
    const struct linger abort = {.l_onoff = 1};

    for (int i = 0; i < 50; i++) {
        int fd = connect_to(client->rig->web);

        (void)send_all(fd, client->bytes, client->len * (size_t)(i % 2));
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort)); /* closing resets it */
        (void)close(fd);
    }
    return exchange(client);
}

static void test_who_leaves_early_harms_nobody(void **state)
{
    Client client = {*state, leave, BYTES("GET /metrics HTTP/1.1\r\n\r\n"), g_string_new(NULL), 0};

    play(&client);
    g_autofree char *answer = g_string_free(client.got, FALSE);

    assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 OK\r\n"));
}

static void count_turn(void *arg)
{
    (*(int *)arg)++;
}

/* The number that the next descriptor would get. */
static int lowest_free(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int number = fd;

    (void)close(fd);
    return number;
}

/* No descriptor is left for a connection that waits: the loop must not spin, and must come back. */
static void test_without_descriptors_the_loop_goes_on(void **state)
{
    Rig *rig = *state;
    struct rlimit before = {0}, none = {0};
    int fd = connect_to(rig->web), turns = 0;
    GMainContext *context = loop_context(rig->loop);

    assert_true(fd >= 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = (rlim_t)lowest_free();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool tried = g_main_context_iteration(context, TRUE); /* accept fails, and it pauses */
    bool again = g_main_context_iteration(context, FALSE);

    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    LoopTimer *timer = loop_after(rig->loop, 0, count_turn, &turns);

    (void)timer;
    while (turns == 0) {
        g_main_context_iteration(context, TRUE);
    }
    assert_true(tried);
    assert_false(again);
    (void)close(fd);
}

/* Listening ----------------------------------------------------------------------------------- */

static void test_an_address_in_use_is_a_failure_that_names_it(void **state)
{
    Rig *rig = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *text =
        g_strdup_printf("listening on %s: Address already in use", web_address(rig->web));

    assert_null(web_new(rig->loop, web_address(rig->web), &ops, rig, &error));
    assert_string_equal(error->message, text);
}

static void test_what_is_no_address_is_a_failure(void **state)
{
    Rig *rig = *state;
    g_autoptr(GError) error = NULL;

    assert_null(web_new(rig->loop, "example.org:80", &ops, rig, &error));
    assert_string_equal(error->message, "listening on example.org:80: no address with a port");
}

static void test_the_port_is_free_again_at_once(void **state)
{
    Rig *rig = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *address = g_strdup(web_address(rig->web));
    g_autofree char *answer = ask(rig, "GET /healthz HTTP/1.1\r\n\r\n");

    assert_true(*answer != '\0');
    web_free(rig->web);
    rig->web = web_new(rig->loop, address, &ops, rig, &error);
    assert_non_null(rig->web);
    assert_string_equal(web_address(rig->web), address);
}

static void test_it_ends_in_the_middle_of_connections(void **state)
{
    Rig *rig = *state;
    int one = connect_to(rig->web), two = connect_to(rig->web);

    (void)send_all(one, "GET ", 4);
    g_main_context_iteration(loop_context(rig->loop), TRUE);
    web_free(g_steal_pointer(&rig->web));
    (void)close(one);
    (void)close(two);
}

static void test_it_speaks_ipv6_as_well(void **state)
{
    Rig *rig = *state;
    g_autoptr(GError) error = NULL;
    Web *web = web_new(rig->loop, "[::1]:0", &ops, rig, &error);

    if (web == NULL) {
        skip(); /* a machine without it */
    }
    web_free(rig->web);
    rig->web = web;
    g_autofree char *answer = ask(rig, "GET /healthz HTTP/1.1\r\n\r\n");

    assert_true(g_str_has_prefix(web_address(web), "[::1]:"));
    assert_string_equal(body_of(answer), "fine\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_no_prefix_of_a_request_is_one),
        cmocka_unit_test(test_a_request_has_a_largest_size),
        TEST(test_answers),
        TEST(test_metrics_are_told),
        TEST(test_a_long_answer_arrives_whole),
        TEST(test_a_request_may_come_byte_by_byte),
        TEST(test_a_request_that_is_too_large_is_told_so),
        TEST(test_only_the_first_request_of_a_connection_is_answered),
        TEST(test_who_says_nothing_is_sent_away),
        TEST(test_who_never_stops_talking_is_cut_off),
        TEST(test_a_crowd_that_says_nothing_keeps_nobody_out),
        TEST(test_who_leaves_early_harms_nobody),
        TEST(test_without_descriptors_the_loop_goes_on),
        TEST(test_an_address_in_use_is_a_failure_that_names_it),
        TEST(test_what_is_no_address_is_a_failure),
        TEST(test_the_port_is_free_again_at_once),
        TEST(test_it_ends_in_the_middle_of_connections),
        TEST(test_it_speaks_ipv6_as_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

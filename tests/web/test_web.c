/* The small HTTP server over loopback. */

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
#include "config/listen.h"

#define BYTES(text) text, sizeof(text) - 1

/* The server ---------------------------------------------------------------------------------- */

/* What the engine does with what is posted. */
typedef enum Engine {
    ENGINE_TAKES,
    ENGINE_FAILS,
    ENGINE_FULL,
    ENGINE_HOLDS,
    ENGINE_SLEEPS, /* and nobody waits long for it */
} Engine;

typedef struct Rig {
    Loop *loop;
    Web *web;
    bool sick; /* what the answers say */
    Engine engine;
    int posted;
    guint readings;  /* in what was posted last */
    char *hash;      /* its token's */
    GPtrArray *held; /* tags that wait for an answer */
    Metric *fresh;   /* 1 once the engine was asked for figures; NULL */
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

typedef struct Reply {
    Rig *rig;
    void *tag;
} Reply;

static void reply_to(Rig *rig, void *tag)
{
    g_autoptr(Card) receipt = card_new(CARD_RECEIPT);
    bool failed = rig->engine == ENGINE_FAILS;

    card_fact(receipt, g_strdup("taken"), g_strdup("1"));
    card_fact(receipt, g_strdup("repeated"), g_strdup("0"));
    web_replied(rig->web, tag, failed ? NULL : g_steal_pointer(&receipt), failed);
}

static void on_reply(void *arg)
{
    Reply *reply = arg;

    reply_to(reply->rig, reply->tag);
    g_free(reply);
}

/* The engine answers from its own thread, so always later. */
static bool post(void *arg, Event *take_event)
{
    Rig *rig = arg;
    g_autoptr(Event) event = take_event;

    rig->posted++;
    rig->readings = event->sent->len;
    g_free(rig->hash);
    rig->hash = g_strdup(event->value);
    if (rig->engine == ENGINE_SLEEPS) {
        web_set_timeout_ms(rig->web, 20);
    }
    if (rig->engine == ENGINE_HOLDS || rig->engine == ENGINE_SLEEPS) {
        g_ptr_array_add(rig->held, event->tag);
    } else if (rig->engine != ENGINE_FULL) {
        Reply *reply = g_new(Reply, 1);

        *reply = (Reply){rig, event->tag};
        loop_post(rig->loop, on_reply, reply, g_free);
    }
    return rig->engine != ENGINE_FULL;
}

static void on_refreshed(void *arg)
{
    Reply *reply = arg;

    if (reply->rig->fresh != NULL) {
        metric_set(reply->rig->fresh, 1);
    }
    web_refreshed(reply->rig->web, reply->tag);
    g_free(reply);
}

static bool refresh(void *arg, void *tag)
{
    Rig *rig = arg;
    Reply *reply = g_new(Reply, 1);

    *reply = (Reply){rig, tag};
    if (rig->engine == ENGINE_FULL) {
        g_free(reply);
        return false;
    }
    if (rig->engine == ENGINE_SLEEPS) {
        web_set_timeout_ms(rig->web, 20);
        g_ptr_array_add(rig->held, tag);
        g_free(reply);
    } else {
        loop_post(rig->loop, on_refreshed, reply, g_free);
    }
    return true;
}

static const WebOps ops = {healthy, ready, post, refresh};

static int open_rig(void **state)
{
    Rig *rig = g_new0(Rig, 1);
    g_autoptr(GError) error = NULL;

    rig->loop = loop_new();
    rig->held = g_ptr_array_new();
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
    g_ptr_array_unref(rig->held);
    g_free(rig->hash);
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
     "There are /healthz, /readyz, /metrics and /api/v1/readings.\n", false},
    {"nothing is decoded", "GET /%68ealthz HTTP/1.1\r\n\r\n", "404 Not Found",
     "There are /healthz, /readyz, /metrics and /api/v1/readings.\n", false},
    {"nothing is resolved", "GET /x/../healthz HTTP/1.1\r\n\r\n", "404 Not Found",
     "There are /healthz, /readyz, /metrics and /api/v1/readings.\n", false},
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

static void test_metrics_are_fresh_where_the_engine_answers(void **state)
{
    Rig *rig = *state;

    rig->fresh = metric_gauge("fresh", "What the engine knows.", NULL, NULL);
    rig->engine = ENGINE_FULL;
    g_autofree char *full = ask(rig, "GET /metrics HTTP/1.1\r\n\r\n");
    assert_non_null(strstr(full, "\nfresh 0\n"));
    rig->engine = ENGINE_SLEEPS; /* what hangs is what one wants to see */
    g_autofree char *late = ask(rig, "GET /metrics HTTP/1.1\r\n\r\n");
    assert_true(g_str_has_prefix(late, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(late, "\nfresh 0\n"));
    web_refreshed(rig->web, g_ptr_array_index(rig->held, 0)); /* nobody is there any more */
    rig->engine = ENGINE_TAKES;
    web_set_timeout_ms(rig->web, 5000);
    g_autofree char *fresh = ask(rig, "GET /metrics HTTP/1.1\r\n\r\n");
    assert_non_null(strstr(fresh, "\nfresh 1\n"));
}

static void expect_answered_at(Rig *rig)
{
    g_autofree char *answer = ask(rig, "GET /healthz HTTP/1.1\r\n\r\n");

    assert_string_equal(body_of(answer), "fine\n");
}

static void test_it_moves_where_it_can_and_stays_where_it_cannot(void **state)
{
    Rig *rig = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *first = g_strdup(web_address(rig->web));

    assert_false(web_listen(rig->web, first, &error)); /* somebody has it: we */
    assert_non_null(strstr(error->message, first));
    g_clear_error(&error);
    assert_false(web_listen(rig->web, "nonsense", &error));
    assert_string_equal(web_address(rig->web), first);
    expect_answered_at(rig);
    assert_true(web_listen(rig->web, "127.0.0.1:0", NULL));
    assert_string_not_equal(web_address(rig->web), first);
    expect_answered_at(rig);
    assert_true(web_listen(rig->web, NULL, NULL));
    assert_string_equal(web_address(rig->web), "nowhere");
    assert_true(web_listen(rig->web, first, NULL));
    assert_string_equal(web_address(rig->web), first);
    expect_answered_at(rig);
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

/* Readings ------------------------------------------------------------------------------------ */

#define TOKEN      "anchord_1"
#define TOKEN_HASH "8ee6286469e26edf49eeeb12347c0b797445d5ba7bf9bad6b30cbb95658c9b77"
#define BODY       "{\"kr\": 1, \"value\": 21.2}"
#define POST       "POST /api/v1/readings HTTP/1.1\r\n"
#define ALLOWED    POST "Authorization: Bearer " TOKEN "\r\nContent-Type: application/json\r\n"
#define SENT       ALLOWED "Content-Length: 24\r\n\r\n" BODY

static void expect_answer(const char *promise, const char *answer, const char *status,
                          const char *part)
{
    if (!g_str_has_prefix(answer, "HTTP/1.1 ") ||
        !g_str_has_prefix(answer + strlen("HTTP/1.1 "), status) || strstr(answer, part) == NULL) {
        fail_msg("%s: %s", promise, answer);
    }
}

static void test_readings_are_answered_by_the_engine(void **state)
{
    Rig *rig = *state;
    g_autofree char *answer = ask(rig, SENT);

    expect_answer("taken", answer, "200 OK\r\n", "\r\nContent-Type: application/json\r\n");
    assert_string_equal(body_of(answer), "{\"taken\":1,\"repeated\":0}\n");
    assert_int_equal(rig->posted, 1);
    assert_int_equal(rig->readings, 1);
    assert_string_equal(rig->hash, TOKEN_HASH);
    g_autofree char *metrics = metrics_text();

    assert_non_null(strstr(metrics, "anchord_readings_total{result=\"taken\"} 1\n"));
    assert_non_null(strstr(metrics, "anchord_readings_total{result=\"refused\"} 0\n"));
}

static void test_readings_may_come_byte_by_byte(void **state)
{
    Client client = {*state, drip, BYTES(SENT), g_string_new(NULL), 0};

    play(&client);
    g_autofree char *answer = g_string_free(client.got, FALSE);

    expect_answer("taken", answer, "200 OK\r\n", "\"taken\":1");
    assert_int_equal(client.rig->posted, 1);
}

/* It sends the body only once it was told to. */
static gpointer ask_first(gpointer data)
{
    static const char head[] = ALLOWED "Expect: 100-continue\r\nContent-Length: 24\r\n\r\n";
    Client *client = data;
    int fd = connect_to(client->rig->web);
    char some[64];

    (void)send_all(fd, head, sizeof(head) - 1);
    ssize_t n = recv(fd, some, sizeof(some), 0);

    g_string_append_len(client->got, some, MAX(n, 0));
    (void)send_all(fd, BODY, strlen(BODY));
    read_all(fd, client->got);
    (void)close(fd);
    return NULL;
}

static void test_who_asks_first_is_told_to_go_on(void **state)
{
    Client client = {*state, ask_first, NULL, 0, g_string_new(NULL), 0};

    play(&client);
    g_autofree char *answer = g_string_free(client.got, FALSE);

    assert_true(g_str_has_prefix(answer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

typedef struct Sending {
    const char *promise, *request, *status, *part;
    Engine engine;
    int posted;
} Sending;

static const Sending sendings[] = {
    {"another method", "GET /api/v1/readings HTTP/1.1\r\n\r\n", "405 Method Not Allowed",
     "\r\nAllow: POST\r\n", ENGINE_TAKES, 0},
    {"a path below it", "POST /api/v1/readings/1 HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
     "404 Not Found", "and /api/v1/readings.", ENGINE_TAKES, 0},
    {"no token", POST "Content-Length: 24\r\n\r\n" BODY, "401 Unauthorized",
     "\r\nWWW-Authenticate: Bearer\r\n", ENGINE_TAKES, 0},
    {"a token in the URL",
     "POST /api/v1/readings?token=" TOKEN " HTTP/1.1\r\nContent-Length: 24\r\n\r\n" BODY,
     "400 Bad Request", "what stands in a URL ends up in logs", ENGINE_TAKES, 0},
    {"no length", ALLOWED "\r\n", "411 Length Required", "Content-Length", ENGINE_TAKES, 0},
    {"a body in chunks", ALLOWED "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "411 Length Required", "Content-Length", ENGINE_TAKES, 0},
    {"too much, and nobody waits for it",
     ALLOWED "Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n", "413 Content Too Large",
     "1048576 bytes", ENGINE_TAKES, 0},
    {"a browser's form", POST "Authorization: Bearer " TOKEN "\r\nContent-Length: 4\r\n\r\nkr=1",
     "415 Unsupported Media Type", "application/json", ENGINE_TAKES, 0},
    {"no JSON", ALLOWED "Content-Length: 4\r\n\r\nkr=1", "400 Bad Request", "line 1, column 1",
     ENGINE_TAKES, 0},
    {"an empty body", ALLOWED "Content-Length: 0\r\n\r\n", "400 Bad Request", "line 1, column 1",
     ENGINE_TAKES, 0},
    {"two lengths", ALLOWED "Content-Length: 24\r\nContent-Length: 2\r\n\r\n" BODY,
     "400 Bad Request", "no HTTP/1.1", ENGINE_TAKES, 0},
    {"the engine has no room", SENT, "503 Service Unavailable", "\r\nRetry-After: 1\r\n",
     ENGINE_FULL, 1},
    {"the store fails", SENT, "503 Service Unavailable", "could not be kept", ENGINE_FAILS, 1},
};

static void test_what_is_not_taken(void **state)
{
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(sendings); i++) {
        const Sending *c = &sendings[i];

        rig->engine = c->engine;
        rig->posted = 0;
        g_autofree char *answer = ask(rig, c->request);

        expect_answer(c->promise, answer, c->status, c->part);
        assert_int_equal(rig->posted, c->posted);
        assert_null(strstr(answer, TOKEN));
    }
}

/* The whole of a body that nobody wants is read, so that its sender reads the answer. */
static void test_a_large_body_that_is_refused_is_answered(void **state)
{
    g_autoptr(GString) request = g_string_new(POST "Content-Length: 1000000\r\n\r\n");

    for (int i = 0; i < 1000000; i++) {
        g_string_append_c(request, ' ');
    }
    g_autofree char *answer = ask(*state, request->str);

    expect_answer("refused", answer, "401 Unauthorized", "A token is needed");
}

static void test_a_large_body_is_read(void **state)
{
    g_autoptr(GString) request = g_string_new(ALLOWED "Content-Length: 1048576\r\n\r\n" BODY);

    for (size_t i = strlen(BODY); i < (size_t)1048576; i++) {
        g_string_append_c(request, ' ');
    }
    g_autofree char *answer = ask(*state, request->str);

    expect_answer("taken", answer, "200 OK", "\"taken\":1");
}

static void reply_late(void *arg)
{
    Rig *rig = arg;

    while (rig->held->len > 0) {
        reply_to(rig, g_ptr_array_steal_index(rig->held, 0));
    }
}

static void test_an_engine_that_takes_long_is_not_waited_for(void **state)
{
    Rig *rig = *state;

    rig->engine = ENGINE_SLEEPS;
    g_autofree char *answer = ask(rig, SENT);

    expect_answer("it says so", answer, "503 Service Unavailable", "It takes longer than usual");
    assert_int_equal(rig->held->len, 1);
    reply_late(rig); /* to nobody */
}

static gpointer hang_up(gpointer data)
{
    Client *client = data;
    const struct linger abort = {.l_onoff = 1};
    int fd = connect_to(client->rig->web);
    int last = connect_to(client->rig->web);

    (void)send_all(fd, SENT, strlen(SENT));
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
    (void)close(fd);
    (void)send_all(last, client->bytes, client->len); /* its answer comes when the other is gone */
    read_all(last, client->got);
    (void)close(last);
    return NULL;
}

static void test_who_does_not_wait_for_the_answer_harms_nobody(void **state)
{
    Client client = {*state, hang_up, BYTES("GET /healthz HTTP/1.1\r\n\r\n"), g_string_new(NULL),
                     0};

    client.rig->engine = ENGINE_HOLDS;
    play(&client);
    reply_late(client.rig);
    assert_string_equal(body_of(client.got->str), "fine\n");
    g_string_free(client.got, TRUE);
}

#define WAITING 8

/* One after another, so that the ninth is the last. */
static gpointer queue_up(gpointer data)
{
    Client *client = data;
    int fds[WAITING + 1];
    GString *health = g_string_new(NULL);

    for (int i = 0; i <= WAITING; i++) {
        int fd = connect_to(client->rig->web);

        fds[i] = connect_to(client->rig->web);
        (void)send_all(fds[i], SENT, strlen(SENT));
        (void)send_all(fd, "GET /healthz HTTP/1.1\r\n\r\n", 25);
        read_all(fd, health);
        (void)close(fd);
    }
    read_all(fds[WAITING], client->got);
    loop_post(client->rig->loop, reply_late, client->rig, NULL);
    for (int i = 0; i < WAITING; i++) {
        GString *got = g_string_new(NULL);

        read_all(fds[i], got);
        client->number += strstr(got->str, "\"taken\":1") != NULL;
        g_string_free(got, TRUE);
    }
    for (int i = 0; i <= WAITING; i++) {
        (void)close(fds[i]);
    }
    g_string_free(health, TRUE);
    return NULL;
}

static void test_only_so_many_wait_for_the_engine(void **state)
{
    Client client = {*state, queue_up, NULL, 0, g_string_new(NULL), 0};

    client.rig->engine = ENGINE_HOLDS;
    web_set_timeout_ms(client.rig->web, 60000);
    play(&client);
    expect_answer("one more", client.got->str, "503 Service Unavailable", "Too much waits");
    assert_int_equal(client.number, WAITING);
    g_string_free(client.got, TRUE);
}

static void test_it_ends_while_the_engine_has_a_request(void **state)
{
    Rig *rig = *state;
    int fd = connect_to(rig->web);

    rig->engine = ENGINE_HOLDS;
    (void)send_all(fd, SENT, strlen(SENT));
    while (rig->held->len == 0) {
        g_main_context_iteration(loop_context(rig->loop), TRUE);
    }
    web_free(g_steal_pointer(&rig->web));
    (void)close(fd);
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
        TEST(test_answers),
        TEST(test_metrics_are_told),
        TEST(test_metrics_are_fresh_where_the_engine_answers),
        TEST(test_it_moves_where_it_can_and_stays_where_it_cannot),
        TEST(test_a_long_answer_arrives_whole),
        TEST(test_a_request_may_come_byte_by_byte),
        TEST(test_a_request_that_is_too_large_is_told_so),
        TEST(test_only_the_first_request_of_a_connection_is_answered),
        TEST(test_readings_are_answered_by_the_engine),
        TEST(test_readings_may_come_byte_by_byte),
        TEST(test_who_asks_first_is_told_to_go_on),
        TEST(test_what_is_not_taken),
        TEST(test_a_large_body_that_is_refused_is_answered),
        TEST(test_a_large_body_is_read),
        TEST(test_an_engine_that_takes_long_is_not_waited_for),
        TEST(test_who_does_not_wait_for_the_answer_harms_nobody),
        TEST(test_only_so_many_wait_for_the_engine),
        TEST(test_it_ends_while_the_engine_has_a_request),
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

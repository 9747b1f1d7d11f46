#include "bot/net/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bot/net/trust.h"
#include "peer.h"

typedef struct Rig {
    Loop *loop;
    Http *http;
} Rig;

static int open_rig(void **state)
{
    Rig *rig = g_new0(Rig, 1);

    rig->loop = loop_new();
    rig->http = http_new(rig->loop, NULL);
    assert_non_null(rig->http);
    *state = rig;
    return 0;
}

static int close_rig(void **state)
{
    Rig *rig = *state;

    http_free(rig->http);
    loop_free(rig->loop);
    g_free(rig);
    return 0;
}

/* One request and what became of it. */
typedef struct Ask {
    Rig *rig;
    HttpCall *call;
    int told;
    int *left; /* of several: the last one quits the loop; NULL: this one does */
    void (*then)(struct Ask *ask);
    struct Ask *other;
    const char *url;
    const char *ca_file; /* NULL: none */
    HttpOutcome outcome;
    int status;
    char *body;
    size_t body_len;
    int64_t retry_after_ms;
    char *scopes;
    char *moved;
    bool too_long;
    char *why;
} Ask;

static void on_done(void *arg, const HttpReply *reply)
{
    Ask *ask = arg;

    ask->told++;
    ask->outcome = reply->outcome;
    ask->status = reply->status;
    ask->body = g_strdup(reply->body);
    ask->body_len = reply->body_len;
    assert_int_equal(reply->body[reply->body_len], '\0');
    ask->retry_after_ms = reply->retry_after_ms;
    ask->scopes = g_strdup(reply->scopes);
    ask->moved = g_strdup(reply->moved);
    ask->too_long = reply->too_long;
    ask->why = g_strdup(reply->why);
    if (ask->left == NULL || --*ask->left == 0) {
        loop_quit(ask->rig->loop);
    }
    if (ask->then != NULL) {
        ask->then(ask);
    }
    ask->call = NULL;
}

static void ask_clear(Ask *ask)
{
    g_free(ask->body);
    g_free(ask->scopes);
    g_free(ask->moved);
    g_free(ask->why);
    *ask = (Ask){0};
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ask, ask_clear)

static void send_to(Ask *ask, const char *method, const char *url, const char *body)
{
    const HttpRequest request = {.method = method,
                                 .url = url,
                                 .body = body,
                                 .body_len = body != NULL ? strlen(body) : 0,
                                 .timeout_ms = 20000,
                                 .ca_file = ask->ca_file};

    ask->call = http_send(ask->rig->http, &request, on_done, ask);
    assert_int_equal(ask->told, 0); /* never from inside */
}

static void get(Ask *ask, Peer *peer)
{
    g_autofree char *url = peer_url(peer, "http", "/api/auth.test?token=s3cret");

    send_to(ask, "GET", url, NULL);
    peer_run(ask->rig->loop);
}

static void quit(void *arg)
{
    loop_quit(arg);
}

static void linger(Rig *rig, int64_t ms)
{
    LoopTimer *end = loop_after(rig->loop, ms, quit, rig->loop);

    (void)end;
    peer_run(rig->loop);
}

/* Requests --------------------------------------------------------------------------------------
 */

/* Gives back what it was asked, for as long as it is asked. */
static void serve_mirror(Peer *peer, int fd, int nth)
{
    (void)peer;
    (void)nth;
    for (;;) {
        g_autofree char *request = peer_request(fd);

        if (request == NULL) {
            return;
        }
        g_autofree char *answer =
            g_strdup_printf("HTTP/1.1 200 OK\r\nX-OAuth-Scopes: chat:write,commands \r\n"
                            "Content-Length: %zu\r\n\r\n%s",
                            strlen(request), request);

        peer_say(fd, answer);
    }
}

static void test_a_request_arrives_as_it_was_given(void **state)
{
    static const char *const methods[] = {"GET", "POST", "PUT"};
    static const char *const bodies[] = {NULL, "{\"text\":\"\xc3\xa9\"}", "png"};
    const char *const headers[] = {"Authorization: Bearer t0ken",
                                   "Content-Type: application/json; charset=utf-8", NULL};
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);
    g_autofree char *url = peer_url(peer, "http", "/api/chat.postMessage?a=b%20c");

    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        g_auto(Ask) ask = {.rig = *state};
        g_autofree char *line =
            g_strdup_printf("%s /api/chat.postMessage?a=b%%20c HTTP/1.1\r\n", methods[i]);
        const HttpRequest request = {.method = methods[i],
                                     .url = url,
                                     .headers = headers,
                                     .body = bodies[i],
                                     .body_len = bodies[i] != NULL ? strlen(bodies[i]) : 0,
                                     .timeout_ms = 20000};

        ask.call = http_send(ask.rig->http, &request, on_done, &ask);
        peer_run(ask.rig->loop);
        assert_int_equal(ask.outcome, HTTP_ANSWERED);
        assert_int_equal(ask.status, 200);
        assert_ptr_equal(strstr(ask.body, line), ask.body);
        assert_non_null(strstr(ask.body, "\r\nAuthorization: Bearer t0ken\r\n"));
        assert_non_null(strstr(ask.body, "\r\nContent-Type: application/json; charset=utf-8\r\n"));
        assert_null(strcasestr(ask.body, "Expect:"));
        assert_string_equal(strstr(ask.body, "\r\n\r\n") + 4, bodies[i] != NULL ? bodies[i] : "");
        assert_string_equal(ask.scopes, "chat:write,commands");
        assert_string_equal(ask.why, "");
    }
}

static void test_a_path_arrives_as_it_was_built(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);
    g_autofree char *url = peer_url(peer, "http", "/a/%2E%2E/../b");
    g_auto(Ask) ask = {.rig = *state};

    send_to(&ask, "GET", url, NULL);
    peer_run(ask.rig->loop);
    assert_true(g_str_has_prefix(ask.body, "GET /a/%2E%2E/../b HTTP"));
}

static void test_a_connection_is_kept(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);

    for (int i = 0; i < 5; i++) {
        g_auto(Ask) ask = {.rig = *state};
        g_autofree char *url = peer_url(peer, "http", "/");

        send_to(&ask, i % 2 == 0 ? "POST" : "GET", url, NULL);
        peer_run(ask.rig->loop);
        assert_int_equal(ask.outcome, HTTP_ANSWERED);
    }
    assert_int_equal(peer_connections(peer), 1);
}

static void test_an_empty_post_says_that_it_is_empty(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);
    g_autofree char *url = peer_url(peer, "http", "/");
    g_auto(Ask) ask = {.rig = *state};

    send_to(&ask, "POST", url, NULL);
    peer_run(ask.rig->loop);
    assert_non_null(strcasestr(ask.body, "\r\nContent-Length: 0\r\n"));
}

static void test_many_at_once_share_a_few_connections(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);
    g_autofree char *url = peer_url(peer, "http", "/");
    Ask asks[200] = {0};
    int left = G_N_ELEMENTS(asks);

    for (size_t i = 0; i < G_N_ELEMENTS(asks); i++) {
        asks[i].rig = *state;
        asks[i].left = &left;
        send_to(&asks[i], "POST", url, "x");
    }
    peer_run(((Rig *)*state)->loop);
    for (size_t i = 0; i < G_N_ELEMENTS(asks); i++) {
        assert_int_equal(asks[i].told, 1);
        assert_int_equal(asks[i].outcome, HTTP_ANSWERED);
        ask_clear(&asks[i]);
    }
    assert_in_range(peer_connections(peer), 1, 16);
}

/* Answers ---------------------------------------------------------------------------------------
 */

typedef struct Response {
    const char *promise;
    const char *bytes; /* NULL: it hangs up; "": it says nothing */
    HttpOutcome outcome;
    int status;
    const char *body;
    int64_t retry_after_ms;
    bool reset;
} Response;

#define OK      "HTTP/1.1 200 OK\r\n"
#define LIMITED "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n"

static const Response answers[] = {
    {"a body by its length", OK "Content-Length: 2\r\n\r\nhi", HTTP_ANSWERED, 200, "hi", -1},
    {"a body in chunks", OK "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n",
     HTTP_ANSWERED, 200, "hi!", -1},
    {"a body up to the end", OK "Connection: close\r\n\r\nhi", HTTP_ANSWERED, 200, "hi", -1},
    {"an interim answer is none",
     "HTTP/1.1 103 Early Hints\r\nRetry-After: 7\r\n\r\n" OK "Content-Length: 0\r\n\r\n",
     HTTP_ANSWERED, 200, "", -1},
    {"an error is an answer", "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", HTTP_ANSWERED,
     503, "busy", -1},
    {"a redirect is not followed",
     "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
     HTTP_ANSWERED, 302, "", -1},
    {"wait 30 seconds", LIMITED "Retry-After: 30\r\n\r\n", HTTP_ANSWERED, 429, "", 30000},
    {"wait, in any case", LIMITED "rEtRy-aFtEr:   5  \r\n\r\n", HTTP_ANSWERED, 429, "", 5000},
    {"wait no time", LIMITED "Retry-After: 0\r\n\r\n", HTTP_ANSWERED, 429, "", 0},
    {"a date that is over", LIMITED "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n\r\n",
     HTTP_ANSWERED, 429, "", 0},
    {"wait for ever", LIMITED "Retry-After: 99999999999999999999999\r\n\r\n", HTTP_ANSWERED, 429,
     "", (int64_t)7 * 24 * 3600 * 1000},
    {"wait for nothing known", LIMITED "Retry-After: soon\r\n\r\n", HTTP_ANSWERED, 429, "", -1},
    {"wait for nothing", LIMITED "Retry-After:\r\n\r\n", HTTP_ANSWERED, 429, "", -1},
    {"a negative wait", LIMITED "Retry-After: -5\r\n\r\n", HTTP_ANSWERED, 429, "", -1},
    {"nothing after the request", NULL, HTTP_UNKNOWN, 0, "", -1},
    {"a reset after the request", NULL, HTTP_UNKNOWN, 0, "", -1, true},
    {"half a head", "HTTP/1.1 200 O", HTTP_UNKNOWN, 0, "", -1},
    {"half a body", OK "Content-Length: 10\r\n\r\nhalf", HTTP_UNKNOWN, 0, "", -1},
    {"half a chunk", OK "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf", HTTP_UNKNOWN, 0, "", -1},
    {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", HTTP_UNKNOWN, 0, "", -1},
    {"an old way of HTTP", "<html>hello</html>", HTTP_UNKNOWN, 0, "", -1},
    {"a length that is none", OK "Content-Length: -1\r\n\r\n", HTTP_UNKNOWN, 0, "", -1},
};

static void serve_answer(Peer *peer, int fd, int nth)
{
    const Response *answer = peer_arg(peer);
    g_autofree char *request = peer_request(fd);

    (void)nth;
    if (request != NULL && answer->bytes != NULL) {
        peer_say(fd, answer->bytes);
    }
    if (answer->reset) {
        peer_reset(fd);
    }
}

static void test_what_a_server_answers(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        const Response *answer = &answers[i];
        g_autoptr(Peer) peer = peer_new(serve_answer, (void *)(uintptr_t)answer);
        g_auto(Ask) ask = {.rig = *state};

        print_message("  %s\n", answer->promise);
        get(&ask, peer);
        assert_int_equal(ask.told, 1);
        assert_int_equal(ask.outcome, answer->outcome);
        assert_int_equal(ask.status, answer->status);
        assert_string_equal(ask.body, answer->body);
        assert_int_equal(ask.retry_after_ms, answer->retry_after_ms);
        assert_int_equal(ask.why[0] == '\0', answer->outcome == HTTP_ANSWERED);
        assert_null(strstr(ask.why, "s3cret"));
        assert_null(ask.scopes);
        assert_int_equal(ask.moved != NULL, ask.status == 302);
    }
}

static const struct {
    const char *promise, *location, *moved; /* behind the server's own address */
} redirects[] = {
    {"a path leads on at the same server", "/b", "/b"},
    {"a name stands beside the one that was asked", "c", "/api/c"},
};

static void test_a_redirect_is_told_as_a_whole_url(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(redirects); i++) {
        g_autofree char *bytes =
            g_strdup_printf("HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
                            redirects[i].location);
        Response answer = {.bytes = bytes};
        g_autoptr(Peer) peer = peer_new(serve_answer, &answer);
        g_autofree char *moved = peer_url(peer, "http", redirects[i].moved);
        g_auto(Ask) ask = {.rig = *state};

        print_message("  %s\n", redirects[i].promise);
        get(&ask, peer);
        assert_string_equal(ask.moved, moved);
    }
}

static void serve_later(Peer *peer, int fd, int nth)
{
    time_t at = time(NULL) + 100;
    struct tm utc;
    char date[64];
    g_autofree char *request = peer_request(fd);

    (void)request;
    (void)peer;
    (void)nth;
    gmtime_r(&at, &utc);
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    g_autofree char *answer = g_strdup_printf(LIMITED "Retry-After: %s\r\n\r\n", date);

    peer_say(fd, answer);
}

static void test_a_date_to_come_is_a_time_to_wait(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_later, NULL);
    g_auto(Ask) ask = {.rig = *state};

    get(&ask, peer);
    assert_in_range(ask.retry_after_ms, 30000, 100000);
}

static void serve_flood(Peer *peer, int fd, int nth)
{
    g_autofree char *request = peer_request(fd);

    (void)request;
    (void)peer;
    (void)nth;
    peer_say(fd, OK "Connection: close\r\n\r\n");
    while (peer_say(fd, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")) {
    }
}

static void serve_thousand(Peer *peer, int fd, int nth)
{
    g_autofree char *request = peer_request(fd);
    g_autofree char *body = g_strnfill(1000, 'x');

    (void)request;
    (void)peer;
    (void)nth;
    peer_say(fd, OK "Content-Length: 1000\r\n\r\n");
    peer_say(fd, body);
}

static void test_an_answer_has_a_limit(void **state)
{
    g_autoptr(Peer) thousand = peer_new(serve_thousand, NULL);
    g_autoptr(Peer) flood = peer_new(serve_flood, NULL);
    const struct {
        Peer *peer;
        size_t max;
        HttpOutcome outcome;
    } cases[] = {
        {thousand, 1000, HTTP_ANSWERED},
        {thousand, 999, HTTP_UNKNOWN},
        {thousand, 1, HTTP_UNKNOWN},
        {flood, 0, HTTP_UNKNOWN},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Ask) ask = {.rig = *state};
        g_autofree char *url = peer_url(cases[i].peer, "http", "/");
        const HttpRequest request = {
            .method = "GET", .url = url, .timeout_ms = 20000, .answer_max = cases[i].max};

        ask.call = http_send(ask.rig->http, &request, on_done, &ask);
        peer_run(ask.rig->loop);
        assert_int_equal(ask.outcome, cases[i].outcome);
        assert_int_equal(ask.body_len, cases[i].outcome == HTTP_ANSWERED ? 1000 : 0);
        assert_int_equal(ask.too_long, cases[i].outcome == HTTP_UNKNOWN);
    }
}

static void serve_silence(Peer *peer, int fd, int nth)
{
    char c = 0;

    (void)peer;
    (void)nth;
    while (peer_read(fd, &c, 1)) {
    }
}

static void serve_dribble(Peer *peer, int fd, int nth)
{
    g_autofree char *request = peer_request(fd);

    (void)request;
    (void)peer;
    (void)nth;
    peer_say(fd, OK "Content-Length: 100\r\n\r\nslow");
    serve_silence(peer, fd, nth);
}

static void test_who_does_not_answer_in_time_may_have_done_it(void **state)
{
    const PeerServe serves[] = {serve_silence, serve_dribble};

    for (size_t i = 0; i < G_N_ELEMENTS(serves); i++) {
        g_autoptr(Peer) peer = peer_new(serves[i], NULL);
        g_auto(Ask) ask = {.rig = *state};
        g_autofree char *url = peer_url(peer, "http", "/?token=s3cret");
        const HttpRequest request = {
            .method = "POST", .url = url, .body = "x", .body_len = 1, .timeout_ms = 300};

        ask.call = http_send(ask.rig->http, &request, on_done, &ask);
        peer_run(ask.rig->loop);
        assert_int_equal(ask.outcome, HTTP_UNKNOWN);
        assert_null(strstr(ask.why, "s3cret"));
    }
}

static void test_who_is_quiet_for_too_long_is_given_up(void **state)
{
    const PeerServe serves[] = {serve_silence, serve_dribble};

    for (size_t i = 0; i < G_N_ELEMENTS(serves); i++) {
        g_autoptr(Peer) peer = peer_new(serves[i], NULL);
        g_auto(Ask) ask = {.rig = *state};
        g_autofree char *url = peer_url(peer, "http", "/");
        const HttpRequest request = {
            .method = "GET", .url = url, .timeout_ms = INT64_MAX, .quiet_ms = 900};

        ask.call = http_send(ask.rig->http, &request, on_done, &ask);
        peer_run(ask.rig->loop);
        assert_int_equal(ask.outcome, HTTP_UNKNOWN);
        assert_false(ask.too_long);
    }
}

/* What was certainly not done -------------------------------------------------------------------
 */

static void test_what_never_left_is_unsent(void **state)
{
    g_autofree char *nobody = g_strdup_printf("http://127.0.0.1:%d/s3cret", peer_no_port());
    g_autofree char *nobody_tls = g_strdup_printf("https://127.0.0.1:%d/s3cret", peer_no_port());
    const char *const urls[] = {
        nobody,
        nobody_tls,
        /* no name server is asked for a label of that length */
        "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/s3cret",
        "",
        "s3cret",
        "http://",
        "http://127.0.0.1:99999/s3cret",
        "ftp://127.0.0.1/s3cret",
        "file:///etc/s3cret",
        "http://127.0.0.1/ s3cret",
        "http://127.0.0.1/\r\ns3cret",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_auto(Ask) ask = {.rig = *state};

        send_to(&ask, "POST", urls[i], "x");
        peer_run(ask.rig->loop);
        assert_int_equal(ask.told, 1);
        assert_int_equal(ask.outcome, HTTP_UNSENT);
        assert_int_not_equal(ask.why[0], '\0');
        assert_null(strstr(ask.why, "s3cret"));
    }
}

static void test_a_header_of_two_lines_is_not_sent(void **state)
{
    const char *const headers[] = {"Authorization: Bearer a\r\nX-Admin: yes", NULL};
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);
    g_autofree char *url = peer_url(peer, "http", "/");
    const HttpRequest request = {
        .method = "GET", .url = url, .headers = headers, .timeout_ms = 20000};
    g_auto(Ask) ask = {.rig = *state};

    ask.call = http_send(ask.rig->http, &request, on_done, &ask);
    peer_run(ask.rig->loop);
    assert_int_equal(ask.outcome, HTTP_UNSENT);
    assert_int_equal(peer_connections(peer), 0);
}

static void test_half_a_tls_handshake_is_unsent(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_silence, NULL);
    g_auto(Ask) ask = {.rig = *state};
    g_autofree char *url = peer_url(peer, "https", "/");
    const HttpRequest request = {
        .method = "POST", .url = url, .body = "x", .body_len = 1, .timeout_ms = 400};

    ask.call = http_send(ask.rig->http, &request, on_done, &ask);
    peer_run(ask.rig->loop);
    assert_int_equal(ask.outcome, HTTP_UNSENT);
}

/* Once, and never twice in silence --------------------------------------------------------------
 */

typedef struct Count {
    gint requests;
} Count;

/* Answers the first request of each connection, reads the second and hangs up. */
static void serve_one_and_cut(Peer *peer, int fd, int nth)
{
    Count *count = peer_arg(peer);

    (void)nth;
    for (int i = 0; i < 2; i++) {
        g_autofree char *request = peer_request(fd);

        if (request == NULL) {
            return;
        }
        g_atomic_int_inc(&count->requests);
        if (i == 0) {
            peer_say(fd, OK "Content-Length: 0\r\n\r\n");
        }
    }
}

static void test_a_request_cut_on_a_kept_connection_is_not_silently_repeated(void **state)
{
    static const struct {
        const char *method, *body;
        HttpOutcome outcome;
        int requests; /* that the server saw in all */
    } cases[] = {
        {"POST", "once", HTTP_UNKNOWN, 2},
        {"POST", NULL, HTTP_UNKNOWN, 2},
        {"PUT", "once", HTTP_UNKNOWN, 2},
        {"GET", NULL, HTTP_ANSWERED, 3}, /* doing it twice does no harm */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Count count = {0};
        g_autoptr(Peer) peer = peer_new(serve_one_and_cut, &count);
        g_autofree char *url = peer_url(peer, "http", "/");
        g_auto(Ask) first = {.rig = *state};
        g_auto(Ask) second = {.rig = *state};

        send_to(&first, "GET", url, NULL);
        peer_run(first.rig->loop);
        assert_int_equal(first.outcome, HTTP_ANSWERED);
        send_to(&second, cases[i].method, url, cases[i].body);
        peer_run(second.rig->loop);
        assert_int_equal(second.outcome, cases[i].outcome);
        assert_int_equal(g_atomic_int_get(&count.requests), cases[i].requests);
    }
}

static void serve_one_and_leave(Peer *peer, int fd, int nth)
{
    Count *count = peer_arg(peer);
    g_autofree char *request = peer_request(fd);

    (void)nth;
    if (request != NULL) {
        g_atomic_int_inc(&count->requests);
        peer_say(fd, OK "Content-Length: 0\r\n\r\n");
    }
}

static void test_a_connection_that_was_left_is_replaced(void **state)
{
    Count count = {0};
    g_autoptr(Peer) peer = peer_new(serve_one_and_leave, &count);
    g_autofree char *url = peer_url(peer, "http", "/");

    for (int i = 0; i < 5; i++) {
        g_auto(Ask) ask = {.rig = *state};

        send_to(&ask, "POST", url, "x");
        peer_run(ask.rig->loop);
        linger(ask.rig, 30); /* the end has come by then */
        assert_int_equal(ask.outcome, HTTP_ANSWERED);
    }
    assert_int_equal(count.requests, 5);
}

/* Cancelling ------------------------------------------------------------------------------------
 */

static void test_a_cancelled_call_is_not_told(void **state)
{
    g_autoptr(Peer) silent = peer_new(serve_silence, NULL);
    g_autofree char *url = peer_url(silent, "http", "/");
    g_auto(Ask) early = {.rig = *state};
    g_auto(Ask) later = {.rig = *state};
    g_auto(Ask) bad = {.rig = *state};

    send_to(&early, "GET", url, NULL);
    http_cancel(early.call);
    send_to(&bad, "GET", "nowhere", NULL);
    http_cancel(bad.call);
    send_to(&later, "GET", url, NULL);
    linger(*state, 30);
    http_cancel(later.call);
    linger(*state, 30);
    assert_int_equal(early.told + later.told + bad.told, 0);
}

static void cancel_both(Ask *ask)
{
    http_cancel(ask->call); /* it is being told: nothing to do */
    if (ask->other->call != NULL && ask->other->told == 0) {
        http_cancel(g_steal_pointer(&ask->other->call));
    }
}

static void test_calls_may_be_cancelled_from_the_end_of_another(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);
    g_autofree char *url = peer_url(peer, "http", "/");

    for (int i = 0; i < 20; i++) {
        g_auto(Ask) one = {.rig = *state, .then = cancel_both};
        g_auto(Ask) two = {.rig = *state, .then = cancel_both};

        one.other = &two;
        two.other = &one;
        send_to(&one, "POST", url, "1");
        send_to(&two, "POST", url, "2");
        peer_run(one.rig->loop);
        linger(one.rig, 5);
        assert_int_equal(one.told + two.told, 1);
    }
}

static void send_other(Ask *ask)
{
    send_to(ask->other, "POST", ask->url, "again");
}

static void test_a_call_may_be_sent_from_the_end_of_another(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);
    g_autofree char *url = peer_url(peer, "http", "/");
    int left = 2;
    g_auto(Ask) second = {.rig = *state, .left = &left};
    g_auto(Ask)
        first = {.rig = *state, .left = &left, .then = send_other, .other = &second, .url = url};

    send_to(&first, "POST", url, "once");
    peer_run(first.rig->loop);
    assert_int_equal(second.outcome, HTTP_ANSWERED);
    assert_int_equal(peer_connections(peer), 1);
}

static void free_client(Ask *ask)
{
    http_free(g_steal_pointer(&ask->rig->http));
}

static void test_the_client_may_be_freed_from_the_end_of_a_call(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_mirror, NULL);
    g_autofree char *url = peer_url(peer, "http", "/");
    Ask others[10] = {0};
    g_auto(Ask) ask = {.rig = *state, .then = free_client};

    send_to(&ask, "POST", url, "x");
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        others[i].rig = *state;
        others[i].then = free_client;
        send_to(&others[i], "POST", url, "x");
    }
    peer_run(ask.rig->loop);
    int told = ask.told;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        told += others[i].told;
        ask_clear(&others[i]);
    }
    assert_int_equal(told, 1);
}

static void test_freeing_the_client_ends_what_is_under_way_untold(void **state)
{
    Rig *rig = *state;
    g_autoptr(Peer) silent = peer_new(serve_silence, NULL);
    g_autofree char *url = peer_url(silent, "http", "/");
    g_auto(Ask) waiting = {.rig = rig};
    g_auto(Ask) new = {.rig = rig};

    send_to(&waiting, "GET", url, NULL);
    linger(rig, 30);
    send_to(&new, "GET", "http://localhost:1/", NULL);
    http_free(g_steal_pointer(&rig->http));
    linger(rig, 30);
    assert_int_equal(waiting.told + new.told, 0);
}

/* TLS and proxies -------------------------------------------------------------------------------
 */

static void test_tls_is_verified(void **state)
{
    const char *ca = NULL;
    g_autoptr(Peer) peer = peer_new_tls(serve_mirror, NULL, &ca);

    if (peer == NULL) {
        skip();
    }
    g_autofree char *url = peer_url(peer, "https", "/?token=s3cret");
    g_autofree char *elsewhere = g_strdup_printf("https://127.0.0.1:%d/", peer_port(peer));
    g_auto(Ask) unknown = {.rig = *state};
    g_auto(Ask) misnamed = {.rig = *state, .ca_file = ca};
    g_auto(Ask) trusted = {.rig = *state, .ca_file = ca};

    send_to(&unknown, "POST", url, "x");
    peer_run(unknown.rig->loop);
    assert_int_equal(unknown.outcome, HTTP_UNSENT);
    assert_null(strstr(unknown.why, "s3cret"));
    send_to(&misnamed, "POST", elsewhere, "x");
    peer_run(misnamed.rig->loop);
    assert_int_equal(misnamed.outcome, HTTP_UNSENT);
    send_to(&trusted, "POST", url, "hello");
    peer_run(trusted.rig->loop);
    assert_int_equal(trusted.outcome, HTTP_ANSWERED);
    assert_true(g_str_has_suffix(trusted.body, "hello"));
}

static void test_an_authority_is_trusted_for_who_names_it_alone(void **state)
{
    const Response once = {"once", OK "Connection: close\r\nContent-Length: 0\r\n\r\n"};
    Rig *rig = *state;
    const char *ca = NULL;
    g_autoptr(Peer) peer = peer_new_tls(serve_answer, (void *)(uintptr_t)&once, &ca);

    if (peer == NULL) {
        skip();
    }
    g_autofree char *url = peer_url(peer, "https", "/");
    g_auto(Ask) named = {.rig = rig, .ca_file = ca};
    g_auto(Ask) other = {.rig = rig};

    send_to(&named, "POST", url, "x");
    peer_run(rig->loop);
    assert_int_equal(named.outcome, HTTP_ANSWERED);
    send_to(&other, "POST", url, "x");
    peer_run(rig->loop);
    assert_int_equal(other.outcome, HTTP_UNSENT);
    assert_non_null(strstr(other.why, "certificate"));
}

static void test_a_further_ca_file_stands_beside_the_systems(void **state)
{
    g_autofree char *dir = g_dir_make_tmp("anchord-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(dir, "system.pem", NULL);
    g_autofree char *extra = g_build_filename(dir, "extra.pem", NULL);
    Trust trust;

    (void)state;
    assert_true(g_file_set_contents(file, "one\n", -1, NULL));
    assert_true(g_file_set_contents(extra, "two\n", -1, NULL));
    setenv("SSL_CERT_FILE", file, 1);
    trust_init(&trust, extra);
    assert_string_equal(trust.bundle, "one\n\ntwo\n");
    assert_null(trust.file);
    trust_clear(&trust);
    trust_init(&trust, NULL);
    assert_string_equal(trust.file, file);
    assert_null(trust.bundle);
    trust_clear(&trust);
    unsetenv("SSL_CERT_FILE");
    setenv("SSL_CERT_DIR", dir, 1);
    trust_init(&trust, extra);
    assert_string_equal(trust.dir, dir);
    assert_string_equal(trust.file, extra);
    trust_clear(&trust);
    unsetenv("SSL_CERT_DIR");
    assert_int_equal(unlink(file) | unlink(extra) | rmdir(dir), 0);
}

static void test_a_proxy_is_gone_through_and_its_refusal_is_unsent(void **state)
{
    const Response forbidden = {"no", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"};
    g_autoptr(Peer) plain = peer_new(serve_mirror, NULL);
    g_autoptr(Peer) refusing = peer_new(serve_answer, (void *)(uintptr_t)&forbidden);
    g_autofree char *proxy = peer_url(plain, "http", "");
    g_autofree char *tls_proxy =
        g_strdup_printf("http://maria:s3cret@127.0.0.1:%d", peer_port(refusing));
    g_auto(Ask) through = {.rig = *state};
    g_auto(Ask) refused = {.rig = *state};

    setenv("http_proxy", proxy, 1);
    setenv("https_proxy", tls_proxy, 1);
    send_to(&through, "POST", "http://slack.example.org/api/", "x");
    peer_run(through.rig->loop);
    send_to(&refused, "POST", "https://slack.example.org/api/", "x");
    peer_run(refused.rig->loop);
    unsetenv("http_proxy");
    unsetenv("https_proxy");
    assert_int_equal(through.outcome, HTTP_ANSWERED);
    assert_non_null(strstr(through.body, "POST http://slack.example.org/api/ HTTP/1.1\r\n"));
    assert_int_equal(refused.outcome, HTTP_UNSENT);
    assert_null(strstr(refused.why, "s3cret"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)
    static const char *const names[] = {"http_proxy", "https_proxy",   "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",     "no_proxy",
                                        "NO_PROXY",   "SSL_CERT_FILE", "SSL_CERT_DIR"};
    const struct CMUnitTest tests[] = {
        TEST(test_a_request_arrives_as_it_was_given),
        TEST(test_a_path_arrives_as_it_was_built),
        TEST(test_a_connection_is_kept),
        TEST(test_an_empty_post_says_that_it_is_empty),
        TEST(test_many_at_once_share_a_few_connections),
        TEST(test_what_a_server_answers),
        TEST(test_a_redirect_is_told_as_a_whole_url),
        TEST(test_a_date_to_come_is_a_time_to_wait),
        TEST(test_an_answer_has_a_limit),
        TEST(test_who_does_not_answer_in_time_may_have_done_it),
        TEST(test_who_is_quiet_for_too_long_is_given_up),
        TEST(test_what_never_left_is_unsent),
        TEST(test_a_header_of_two_lines_is_not_sent),
        TEST(test_half_a_tls_handshake_is_unsent),
        TEST(test_a_request_cut_on_a_kept_connection_is_not_silently_repeated),
        TEST(test_a_connection_that_was_left_is_replaced),
        TEST(test_a_cancelled_call_is_not_told),
        TEST(test_calls_may_be_cancelled_from_the_end_of_another),
        TEST(test_a_call_may_be_sent_from_the_end_of_another),
        TEST(test_the_client_may_be_freed_from_the_end_of_a_call),
        TEST(test_freeing_the_client_ends_what_is_under_way_untold),
        TEST(test_tls_is_verified),
        TEST(test_an_authority_is_trusted_for_who_names_it_alone),
        TEST(test_a_further_ca_file_stands_beside_the_systems),
        TEST(test_a_proxy_is_gone_through_and_its_refusal_is_unsent),
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        unsetenv(names[i]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

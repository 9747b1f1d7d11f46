/* The client-server API's client over real connections: what a homeserver, or a proxy before it,
 * says on the wire comes to the right end. Its rules are in test_api.c. */

#include "bot/matrix/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../net/peer.h"

#define OK        "HTTP/1.1 200 OK\r\n"
#define LIMITED   "HTTP/1.1 429 Too Many Requests\r\n"
#define SENT      OK "Content-Length: 17\r\n\r\n{\"event_id\":\"$1\"}"
#define BAD       "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
#define WAIT_MS   "{\"retry_after_ms\":5}"
#define PATH      "/_matrix/client/v3/rooms/%21a/send/m.room.message/anchord-7"
#define TRIES_MAX 3

typedef struct Rig {
    Loop *loop;
    Http *http;
    MatrixApi *api;
    MatrixClass class;
    char *error;
} Rig;

static int open_rig(void **state)
{
    Rig *rig = g_new0(Rig, 1);

    rig->loop = loop_new();
    rig->http = http_new(rig->loop, NULL);
    assert_non_null(rig->http);
    rig->api = matrix_api_new(rig->loop, rig->http, "acme", NULL, NULL);
    matrix_api_set_token(rig->api, "syt_secret");
    *state = rig;
    return 0;
}

static int close_rig(void **state)
{
    Rig *rig = *state;

    matrix_api_free(rig->api);
    http_free(rig->http);
    loop_free(rig->loop);
    g_free(rig->error);
    g_free(rig);
    return 0;
}

static void on_done(void *arg, const MatrixAnswer *answer)
{
    Rig *rig = arg;

    rig->class = answer->class;
    g_free(rig->error);
    rig->error = g_strdup(answer->error);
    loop_quit(rig->loop);
}

static void ask_peer(Rig *rig, Peer *peer, const MatrixAsk *ask)
{
    g_autofree char *home = peer_url(peer, "http", "");

    matrix_api_set_homeserver(rig->api, home);
    matrix_api_call(rig->api, ask, on_done, rig);
    peer_run(rig->loop);
}

/* What the homeserver answers, one request after the other. */
typedef struct Script {
    const char *promise;
    const char *answers[TRIES_MAX]; /* NULL: it hangs up */
    int count;
    MatrixClass class;
    const char *error;
} Script;

typedef struct Play {
    const Script *script;
    gint heard;
    char *requests[TRIES_MAX];
} Play;

static void serve_script(Peer *peer, int fd, int nth)
{
    Play *play = peer_arg(peer);
    const Script *script = play->script;

    (void)nth;
    for (;;) {
        g_autofree char *request = peer_request(fd);
        int at = request != NULL ? g_atomic_int_add(&play->heard, 1) : TRIES_MAX;

        if (at >= script->count) {
            return;
        }
        play->requests[at] = g_steal_pointer(&request);
        if (script->answers[at] == NULL || !peer_say(fd, script->answers[at]) ||
            strstr(script->answers[at], "Connection: close") != NULL) {
            return;
        }
    }
}

static const Script scripts[] = {
    {"a send is done", {SENT}, 1, MATRIX_OK, ""},
    {"a page of a proxy is not the end", {BAD, SENT}, 2, MATRIX_OK, ""},
    {"a connection that is cut is not the end", {NULL, SENT}, 2, MATRIX_OK, ""},
    {"a wait in the header is kept",
     {LIMITED "Retry-After: 1\r\nContent-Length: 2\r\n\r\n{}", SENT},
     2,
     MATRIX_OK,
     ""},
    {"a wait in the body is kept",
     {LIMITED "Content-Length: 20\r\n\r\n" WAIT_MS, SENT},
     2,
     MATRIX_OK,
     ""},
    {"a wait in both is kept",
     {LIMITED "Retry-After: 0\r\nContent-Length: 20\r\n\r\n" WAIT_MS, SENT},
     2,
     MATRIX_OK,
     ""},
    {"a wait as a date is kept",
     {LIMITED "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\nContent-Length: 6\r\n\r\n<html>",
      SENT},
     2,
     MATRIX_OK,
     ""},
    {"one trouble after the other is not the end", {BAD, NULL, SENT}, 3, MATRIX_OK, ""},
    {"what is for good is the end",
     {"HTTP/1.1 403 Forbidden\r\nContent-Length: 25\r\n\r\n{\"errcode\":\"M_FORBIDDEN\"}"},
     1,
     MATRIX_FORBIDDEN,
     "M_FORBIDDEN"},
    {"half an answer is not the end",
     {OK "Content-Length: 17\r\nConnection: close\r\n\r\n{\"even", SENT},
     2,
     MATRIX_OK,
     ""},
    {"what is no answer is not the end",
     {OK "Content-Length: 6\r\n\r\n<html>", SENT},
     2,
     MATRIX_OK,
     ""},
};

/* The same transaction id each time: what was done already is not done again. */
static void a_send_comes_to_its_end_under_one_id(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
        const Script *script = &scripts[i];
        Play play = {.script = script};
        g_autoptr(Peer) peer = peer_new(serve_script, &play);

        print_message("  %s\n", script->promise);
        close_rig(state); /* what one homeserver taught is not for the next */
        open_rig(state);
        Rig *rig = *state;
        ask_peer(rig, peer,
                 &(MatrixAsk){.method = "PUT", .path = PATH, .line = MATRIX_SEND, .room = "!a"});
        assert_int_equal(rig->class, script->class);
        assert_string_equal(rig->error, script->error);
        assert_int_equal(g_atomic_int_get(&play.heard), script->count);
        for (int n = 0; n < script->count; n++) {
            assert_true(g_str_has_prefix(play.requests[n], "PUT " PATH " HTTP/1.1\r\n"));
            assert_non_null(strstr(play.requests[n], "Authorization: Bearer syt_secret\r\n"));
            assert_true(g_str_has_suffix(play.requests[n], "\r\n\r\n{}"));
            g_free(play.requests[n]);
        }
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

static void a_homeserver_that_says_nothing_ends_a_poll(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_silence, NULL);
    Rig *rig = *state;

    ask_peer(rig, peer,
             &(MatrixAsk){.method = "GET", .path = "/sync", .line = MATRIX_POLL, .quiet_ms = 1000});
    assert_int_equal(rig->class, MATRIX_RETRY);
    assert_string_equal(rig->error, "no_answer");
}

static void a_homeserver_that_is_not_there_ends_a_login(void **state)
{
    g_autofree char *home = g_strdup_printf("http://127.0.0.1:%d", peer_no_port());
    Rig *rig = *state;

    matrix_api_set_homeserver(rig->api, home);
    matrix_api_call(rig->api,
                    &(MatrixAsk){.method = "GET", .path = "/versions", .line = MATRIX_OPEN},
                    on_done, rig);
    peer_run(rig->loop);
    assert_int_equal(rig->class, MATRIX_RETRY);
    assert_string_equal(rig->error, "unreachable");
}

static void a_deadline_ends_a_send_that_nobody_answers(void **state)
{
    g_autoptr(Peer) peer = peer_new(serve_silence, NULL);
    Rig *rig = *state;

    ask_peer(
        rig, peer,
        &(MatrixAsk){
            .method = "PUT", .path = PATH, .line = MATRIX_SEND, .room = "!a", .deadline_ms = 300});
    assert_int_equal(rig->class, MATRIX_UNSURE);
}

#define T(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_send_comes_to_its_end_under_one_id),
        T(a_homeserver_that_says_nothing_ends_a_poll),
        T(a_homeserver_that_is_not_there_ends_a_login),
        T(a_deadline_ends_a_send_that_nobody_answers),
    };

    return cmocka_run_group_tests_name("matrix.api_http", tests, NULL, NULL);
}

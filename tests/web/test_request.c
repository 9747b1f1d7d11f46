/* The head of a request, without a socket. */

#include "bot/web/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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
    {"any method", BYTES("POST /a HTTP/1.1\r\n\r\n"), REQUEST_FINE, "/a"},
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
    {"two lengths", BYTES("POST /a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
     REQUEST_BAD, NULL},
    {"one length twice",
     BYTES("POST /a HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\n"), REQUEST_BAD,
     NULL},
    {"two ways to tell the end",
     BYTES("POST /a HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
     REQUEST_BAD, NULL},
    {"a length below nothing", BYTES("POST /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), REQUEST_BAD,
     NULL},
    {"a length with a sign", BYTES("POST /a HTTP/1.1\r\nContent-Length: +1\r\n\r\n"), REQUEST_BAD,
     NULL},
    {"a list of lengths", BYTES("POST /a HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n"), REQUEST_BAD,
     NULL},
    {"no length where one is told", BYTES("POST /a HTTP/1.1\r\nContent-Length:\r\n\r\n"),
     REQUEST_BAD, NULL},
    {"two tokens",
     BYTES("POST /a HTTP/1.1\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n"),
     REQUEST_BAD, NULL},
    {"what is not used may come twice", BYTES("GET /a HTTP/1.1\r\nX: 1\r\nX: 2\r\n\r\n"),
     REQUEST_FINE, "/a"},
    {"TLS", BYTES("\x16\x03\x01\x02\x00\x01\x00\n"), REQUEST_BAD, NULL},
};

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
        const RequestCase *c = &requests[i];
        g_autofree char *bytes = g_memdup2(c->bytes, c->len); /* its end is watched */
        g_auto(Request) request = {0};
        RequestFound found = request_parse(bytes, c->len, &request);

        if (found != c->found || g_strcmp0(request.path, c->path) != 0) {
            fail_msg("%s: %d, %s", c->promise, (int)found, request.path);
        }
    }
}

static void test_no_prefix_of_a_request_is_one(void **state)
{
    static const char whole[] = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

    (void)state;
    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        g_autofree char *bytes = g_memdup2(whole, len);
        Request request = {0};

        assert_int_equal(request_parse(bytes, len, &request), REQUEST_MORE);
    }
}

static void test_a_request_has_a_largest_size(void **state)
{
    g_autofree char *line = g_strnfill(REQUEST_MAX, 'a');
    Request request = {0};

    (void)state;
    assert_int_equal(request_parse(line, REQUEST_MAX - 1, &request), REQUEST_MORE);
    assert_int_equal(request_parse(line, REQUEST_MAX, &request), REQUEST_TOO_LARGE);
    g_autoptr(GString) headers = g_string_new("GET /a HTTP/1.1\r\n");

    while (headers->len < REQUEST_MAX) {
        g_string_append(headers, "Name: value\r\n");
    }
    assert_int_equal(request_parse(headers->str, headers->len, &request), REQUEST_TOO_LARGE);
    g_string_append(headers, "\r\n"); /* an end behind the bound is none */
    assert_int_equal(request_parse(headers->str, headers->len, &request), REQUEST_TOO_LARGE);
    assert_null(request.path);
}

static void test_what_a_head_says(void **state)
{
    static const char head[] = "POST /a?b=c HTTP/1.1\r\n"
                               "Host: x\r\n"
                               "authorization:Bearer anchord_1 \r\n"
                               "Content-Type: \tapplication/json; charset=utf-8\r\n"
                               "CONTENT-LENGTH: 12\r\n"
                               "Expect: 100-continue\r\n"
                               "Idempotency-Key: \"k 1\"\r\n\r\n";
    g_auto(Request) request = {0};

    (void)state;
    assert_int_equal(request_parse(head, sizeof(head) - 1, &request), REQUEST_FINE);
    assert_string_equal(request.method, "POST");
    assert_string_equal(request.path, "/a");
    assert_true(request.query);
    assert_string_equal(request.authorization, "Bearer anchord_1");
    assert_string_equal(request.content_type, "application/json; charset=utf-8");
    assert_int_equal(request.length, 12);
    assert_string_equal(request.expect, "100-continue");
    assert_string_equal(request.idempotency_key, "\"k 1\"");
    assert_null(request.transfer_encoding);
    assert_int_equal(request.head, sizeof(head) - 1);
}

static void test_what_is_not_said_is_missing(void **state)
{
    static const char head[] = "GET /a HTTP/1.1\r\n\r\n";
    g_auto(Request) request = {0};

    (void)state;
    assert_int_equal(request_parse(head, sizeof(head) - 1, &request), REQUEST_FINE);
    assert_int_equal(request.length, -1);
    assert_false(request.query);
    assert_null(request.authorization);
}

static void test_a_length_beyond_all_numbers_is_only_long(void **state)
{
    static const char head[] =
        "POST /a HTTP/1.1\r\nContent-Length: 99999999999999999999999999\r\n\r\n";
    g_auto(Request) request = {0};

    (void)state;
    assert_int_equal(request_parse(head, sizeof(head) - 1, &request), REQUEST_FINE);
    assert_true(request.length == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_no_prefix_of_a_request_is_one),
        cmocka_unit_test(test_a_request_has_a_largest_size),
        cmocka_unit_test(test_what_a_head_says),
        cmocka_unit_test(test_what_is_not_said_is_missing),
        cmocka_unit_test(test_a_length_beyond_all_numbers_is_only_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

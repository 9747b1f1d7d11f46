/* Who may send readings, as far as a request's head tells; and how often. */

#include "bot/web/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/token.h"

#define TOKEN  "Bearer anchord_1"
#define MINUTE INT64_C(60000000)

typedef struct GateCase {
    const char *promise;
    Request request;
    int status; /* 0: it passes */
    const char *says;
} GateCase;

/* The fields are borrowed: nothing here frees them. */
#define T(text) ((char *)(uintptr_t)(text))

static const GateCase cases[] = {
    {"a token, a length, JSON",
     {.method = T("POST"),
      .authorization = T(TOKEN),
      .content_type = T("application/json"),
      .length = 2},
     0,
     NULL},
    {"however they are written",
     {.method = T("POST"),
      .authorization = T("bearer   anchord_1"),
      .content_type = T("Application/JSON;charset=UTF-8"),
      .length = GATE_BODY_MAX},
     0,
     NULL},
    {"another method", {.method = T("GET"), .length = -1}, 405, "Readings are sent with POST"},
    {"something behind the path",
     {.method = T("POST"), .query = true, .authorization = T(TOKEN), .length = 2},
     400,
     "what stands in a URL ends up in logs"},
    {"no token", {.method = T("POST"), .length = 2}, 401, "A token is needed"},
    {"another scheme",
     {.method = T("POST"), .authorization = T("Basic YTpi"), .length = 2},
     401,
     "A token is needed"},
    {"a scheme alone",
     {.method = T("POST"), .authorization = T("Bearer "), .length = 2},
     401,
     "A token is needed"},
    {"no length",
     {.method = T("POST"),
      .authorization = T(TOKEN),
      .content_type = T("application/json"),
      .length = -1},
     411,
     "Content-Length"},
    {"a body that comes in pieces",
     {.method = T("POST"),
      .authorization = T(TOKEN),
      .content_type = T("application/json"),
      .transfer_encoding = T("chunked"),
      .length = -1},
     411,
     "in one piece"},
    {"a body that is too large",
     {.method = T("POST"),
      .authorization = T(TOKEN),
      .content_type = T("application/json"),
      .length = GATE_BODY_MAX + 1},
     413,
     "may hold 1048576 bytes"},
    {"a browser's form",
     {.method = T("POST"),
      .authorization = T(TOKEN),
      .content_type = T("application/x-www-form-urlencoded"),
      .length = 2},
     415,
     "Content-Type: application/json"},
    {"what only begins like JSON",
     {.method = T("POST"),
      .authorization = T(TOKEN),
      .content_type = T("application/jsonp"),
      .length = 2},
     415,
     "Content-Type: application/json"},
    {"no type",
     {.method = T("POST"), .authorization = T(TOKEN), .length = 2},
     415,
     "Content-Type: application/json"},
};

static void test_gate(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const GateCase *c = &cases[i];
        g_autoptr(Ration) ration = ration_new();
        g_autofree char *hash = NULL, *whose = token_hash("anchord_1");
        Response refusal = {0};
        bool passed = gate_pass(&c->request, ration, 0, &hash, &refusal);
        g_autofree char *text = refusal.text;

        if (passed != (c->status == 0) || refusal.status != c->status ||
            (passed && strcmp(hash, whose) != 0) || (!passed && strstr(text, c->says) == NULL)) {
            fail_msg("%s: %d %s", c->promise, refusal.status, text);
        }
    }
}

static void test_too_often_is_told_with_when(void **state)
{
    const Request request = {.method = T("POST"),
                             .authorization = T(TOKEN),
                             .content_type = T("application/json"),
                             .length = 2};
    g_autoptr(Ration) ration = ration_new();
    Response refusal = {0};

    (void)state;
    for (int i = 0; i < RATION_REQUESTS; i++) {
        g_autofree char *hash = NULL;

        assert_true(gate_pass(&request, ration, 0, &hash, &refusal));
    }
    g_autofree char *none = NULL;

    assert_false(gate_pass(&request, ration, MINUTE - 1500000, &none, &refusal));
    g_autofree char *text = refusal.text;

    assert_int_equal(refusal.status, 429);
    assert_int_equal(refusal.retry_s, 2);
    assert_non_null(strstr(text, "again in 2 seconds"));
    assert_null(none);
}

static void test_a_minute_later_it_may_again(void **state)
{
    g_autoptr(Ration) ration = ration_new();
    int retry_s = 0;

    (void)state;
    for (int minute = 0; minute < 3; minute++) {
        for (int i = 0; i < RATION_REQUESTS; i++) {
            assert_true(ration_take(ration, "a", minute * MINUTE, &retry_s));
        }
        assert_false(ration_take(ration, "a", minute * MINUTE + MINUTE - 1, &retry_s));
        assert_true(ration_take(ration, "b", minute * MINUTE, &retry_s)); /* another's is its own */
    }
}

static void test_many_tokens_take_no_more_room(void **state)
{
    g_autoptr(Ration) ration = ration_new();
    int retry_s = 0;

    (void)state;
    for (int i = 0; i < 3 * RATION_TOKENS; i++) {
        g_autofree char *hash = g_strdup_printf("%d", i);

        assert_true(ration_take(ration, hash, 0, &retry_s));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gate),
        cmocka_unit_test(test_too_often_is_told_with_when),
        cmocka_unit_test(test_a_minute_later_it_may_again),
        cmocka_unit_test(test_many_tokens_take_no_more_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

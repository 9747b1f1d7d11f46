/* The client-server API's client. Loop and transport are fakes (wire.h); test_api_http.c plays it
 * against real connections. */

#include "bot/matrix/api.h"

#include "wire.h"

#define TOKEN "syt_secret"
#define SENT  "{\"event_id\":\"$1\"}"

typedef struct Told {
    int name;
    MatrixClass class;
    int status;
    char *error, *people, *json;
    bool soft_logout;
    int64_t wait_ms, at_ms;
} Told;

static MatrixApi *api;
static GPtrArray *told; /* of Told */
static bool inside;     /* a call of ours is under way: nobody may be told */
static int refusals;
static char *refusal;

static void free_told(gpointer data)
{
    Told *one = data;

    g_free(one->error);
    g_free(one->people);
    g_free(one->json);
    g_free(one);
}

static void on_refused(void *arg, const char *error, bool soft_logout)
{
    (void)arg;
    refusals++;
    g_free(refusal);
    refusal = g_strdup_printf("%s %d", error, soft_logout);
}

static int open_rig(void **state)
{
    (void)state;
    wire_open();
    told = g_ptr_array_new_with_free_func(free_told);
    refusals = 0;
    api = matrix_api_new(&wire_loop, NULL, "acme", "https://hs.test", "acme.pem");
    matrix_api_set_token(api, TOKEN);
    matrix_api_on_refused(api, on_refused, NULL);
    pass(0);
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    matrix_api_free(api);
    api = NULL;
    g_ptr_array_unref(told);
    g_clear_pointer(&refusal, g_free);
    wire_close();
    return 0;
}

static void on_told(void *arg, const MatrixAnswer *answer)
{
    Told *one = g_new0(Told, 1);

    assert_false(inside);
    *one = (Told){.name = GPOINTER_TO_INT(arg),
                  .class = answer->class,
                  .status = answer->status,
                  .error = g_strdup(answer->error),
                  .people = g_strdup(answer->people),
                  .json = answer->json != NULL ? json_print(answer->json, NULL) : NULL,
                  .soft_logout = answer->soft_logout,
                  .wait_ms = answer->wait_ms,
                  .at_ms = wire_loop.now};
    g_ptr_array_add(told, one);
}

static const Told *told_at(guint i)
{
    if (i >= told->len) {
        fail_msg("%u told, and not %u", told->len, i + 1);
    }
    return g_ptr_array_index(told, i);
}

static MatrixCall *ask(int name, MatrixAsk ask)
{
    inside = true;
    MatrixCall *call = matrix_api_call(api, &ask, on_told, GINT_TO_POINTER(name));
    inside = false;
    pass(0);
    return call;
}

static MatrixCall *ask_in(int name, MatrixLine line, const char *room)
{
    g_autofree char *path = matrix_path("/_matrix/client/v3/rooms/%s/send/m.room.message/t", room);
    g_autofree char *whole = g_strdup_printf("%s%d", path, name);

    return ask(name, (MatrixAsk){.method = "PUT", .path = whole, .line = line, .room = room});
}

static MatrixCall *ask_send(int name, const char *room)
{
    return ask_in(name, MATRIX_SEND, room);
}

static MatrixCall *ask_get(int name, MatrixLine line)
{
    return ask(name, (MatrixAsk){.method = "GET", .path = "/_matrix/x", .line = line});
}

static bool is_sent(guint i, int name)
{
    g_autofree char *end = g_strdup_printf("/t%d", name);

    return g_str_has_suffix(sent(i)->line, end);
}

static void limited(guint i, int64_t header_ms, const char *body)
{
    answer_with(
        i, (HttpReply){
               .outcome = HTTP_ANSWERED, .status = 429, .body = body, .retry_after_ms = header_ms});
}

static void cut(guint i)
{
    answer_with(i, (HttpReply){.outcome = HTTP_UNKNOWN, .retry_after_ms = -1});
}

/* Requests ----------------------------------------------------------------------------------- */

static void a_send_goes_out_as_it_was_asked(void **state)
{
    Json *body = json_new_object();

    (void)state;
    json_put_text(body, "body", "hi");
    ask(1, (MatrixAsk){.method = "PUT",
                       .path = "/_matrix/client/v3/rooms/%21a/send/m.room.message/7",
                       .take_body = body,
                       .line = MATRIX_SEND,
                       .room = "!a"});
    assert_string_equal(sent(0)->line,
                        "PUT https://hs.test/_matrix/client/v3/rooms/%21a/send/m.room.message/7");
    assert_string_equal(sent(0)->headers,
                        "Authorization: Bearer " TOKEN "\nContent-Type: application/json");
    assert_string_equal(sent(0)->body, "{\"body\":\"hi\"}");
    answer(0, 200, SENT);
    assert_int_equal(told_at(0)->class, MATRIX_OK);
    assert_string_equal(told_at(0)->error, "");
    assert_string_equal(told_at(0)->people, "");
    assert_string_equal(told_at(0)->json, SENT);
    assert_int_equal(matrix_api_depth(api), 0);
}

static void what_is_put_or_posted_has_a_body(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "POST", .path = "/join", .line = MATRIX_SOON});
    ask(2, (MatrixAsk){.method = "GET", .path = "/state", .line = MATRIX_SOON});
    assert_string_equal(sent(0)->body, "{}");
    assert_string_equal(sent(1)->body, "");
}

static void media_travel_as_bytes_of_their_type(void **state)
{
    g_autoptr(GBytes) png = g_bytes_new_static("PNG", 3);

    (void)state;
    ask(1, (MatrixAsk){.method = "POST",
                       .path = "/upload",
                       .bytes = png,
                       .content_type = "image/png",
                       .line = MATRIX_SOON,
                       .once = true});
    assert_non_null(strstr(sent(0)->headers, "Content-Type: image/png"));
    assert_string_equal(sent(0)->body, "PNG");
    assert_int_equal(sent(0)->timeout_ms, 2 * MINUTE);
}

static void a_bare_call_carries_no_token(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "GET", .path = "/x", .line = MATRIX_OPEN, .bare = true});
    assert_null(strstr(sent(0)->headers, "Authorization"));
}

static void a_token_cannot_add_a_header(void **state)
{
    (void)state;
    matrix_api_set_token(api, "syt_secret\r\nX-Evil: 1\n");
    ask_get(1, MATRIX_SOON);
    assert_non_null(strstr(sent(0)->headers, "Bearer syt_secretX-Evil:1"));
}

/* Half of a surrogate pair, written as UTF-8, makes a homeserver fail. */
static void text_is_clean_before_it_is_sent(void **state)
{
    Json *body = json_new_object();

    (void)state;
    json_put_text(body, "body", "a\xed\xa0\x80z");
    json_put(body, "raw", cJSON_CreateString("a\xff"));
    ask(1, (MatrixAsk){.method = "PUT", .path = "/x", .take_body = body, .line = MATRIX_SOON});
    assert_true(g_utf8_validate(sent(0)->body, -1, NULL));
    assert_null(strstr(sent(0)->body, "\\u"));
}

static const struct {
    const char *name, *part, *path;
} parts[] = {
    {"a room's id is one part", "!a/b:c.d", "/x/%21a%2Fb%3Ac.d/y?z=%21a%2Fb%3Ac.d"},
    {"an event's id is encoded", "$a+b", "/x/%24a%2Bb/y?z=%24a%2Bb"},
    {"an alias is encoded", "#a:b", "/x/%23a%3Ab/y?z=%23a%3Ab"},
    {"a percent is encoded", "100%", "/x/100%25/y?z=100%25"},
    {"a query cannot be begun", "a?b=c&d", "/x/a%3Fb%3Dc%26d/y?z=a%3Fb%3Dc%26d"},
    {"a step up is a name", "..", "/x/%2E%2E/y?z=%2E%2E"},
    {"a step to nowhere is a name", ".", "/x/%2E/y?z=%2E"},
    {"UTF-8 is encoded byte by byte", "ü", "/x/%C3%BC/y?z=%C3%BC"},
    {"what needs no code stays", "a-b_c.d~e", "/x/a-b_c.d~e/y?z=a-b_c.d~e"},
};

static void each_part_of_a_path_is_encoded(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = matrix_path("/x/%s/y?z=%s", parts[i].part, parts[i].part);

        if (strcmp(path, parts[i].path) != 0) {
            fail_msg("%s: %s", parts[i].name, path);
        }
    }
}

/* Errors ------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int status;
    const char *body;
    MatrixClass class;
    const char *error;
} rows[] = {
    {"a wrong token is said", 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}", MATRIX_AUTH,
     "M_UNKNOWN_TOKEN"},
    {"no token is said", 401, "{\"errcode\":\"M_MISSING_TOKEN\"}", MATRIX_AUTH, "M_MISSING_TOKEN"},
    {"a locked account is no good", 401, "{\"errcode\":\"M_USER_LOCKED\",\"soft_logout\":true}",
     MATRIX_AUTH, "M_USER_LOCKED"},
    {"a suspended account is no good", 403, "{\"errcode\":\"M_USER_SUSPENDED\"}", MATRIX_AUTH,
     "M_USER_SUSPENDED"},
    {"a deactivated account is no good", 403, "{\"errcode\":\"M_USER_DEACTIVATED\"}", MATRIX_AUTH,
     "M_USER_DEACTIVATED"},
    {"terms to accept are for the account", 403, "{\"errcode\":\"M_CONSENT_NOT_GIVEN\"}",
     MATRIX_AUTH, "M_CONSENT_NOT_GIVEN"},
    {"a 401 in HTML is about the token", 401, "<html>", MATRIX_AUTH, "http_401"},
    {"no right is no right", 403, "{\"errcode\":\"M_FORBIDDEN\"}", MATRIX_FORBIDDEN, "M_FORBIDDEN"},
    {"banned is no right", 403, "{\"errcode\":\"M_BAD_STATE\"}", MATRIX_FORBIDDEN, "M_BAD_STATE"},
    {"a 403 in HTML is no right", 403, "<html>", MATRIX_FORBIDDEN, "http_403"},
    {"a full homeserver takes nothing", 400, "{\"errcode\":\"M_RESOURCE_LIMIT_EXCEEDED\"}",
     MATRIX_FORBIDDEN, "M_RESOURCE_LIMIT_EXCEEDED"},
    {"a room of an unknown version is closed to us", 400,
     "{\"errcode\":\"M_INCOMPATIBLE_ROOM_VERSION\"}", MATRIX_FORBIDDEN,
     "M_INCOMPATIBLE_ROOM_VERSION"},
    {"what is not there is gone", 404, "{\"errcode\":\"M_NOT_FOUND\"}", MATRIX_GONE, "M_NOT_FOUND"},
    {"what is not known is gone", 404, "{\"errcode\":\"M_UNRECOGNIZED\"}", MATRIX_GONE,
     "M_UNRECOGNIZED"},
    {"a method that is not known is gone", 405, "{\"errcode\":\"M_UNRECOGNIZED\"}", MATRIX_GONE,
     "M_UNRECOGNIZED"},
    {"a 404 of a web server is gone", 404, "<html>", MATRIX_GONE, "http_404"},
    {"too large is said", 413, "{\"errcode\":\"M_TOO_LARGE\"}", MATRIX_TOO_LARGE, "M_TOO_LARGE"},
    {"too large for a proxy is said", 413, "<html>", MATRIX_TOO_LARGE, "http_413"},
    {"a reaction that is there is done", 400, "{\"errcode\":\"M_DUPLICATE_ANNOTATION\"}", MATRIX_OK,
     ""},
    {"bad JSON is ours", 400, "{\"errcode\":\"M_BAD_JSON\"}", MATRIX_REQUEST, "M_BAD_JSON"},
    {"no JSON is ours", 400, "{\"errcode\":\"M_NOT_JSON\"}", MATRIX_REQUEST, "M_NOT_JSON"},
    {"a bad parameter is ours", 400, "{\"errcode\":\"M_INVALID_PARAM\"}", MATRIX_REQUEST,
     "M_INVALID_PARAM"},
    {"M_UNKNOWN is ours", 400, "{\"errcode\":\"M_UNKNOWN\"}", MATRIX_REQUEST, "M_UNKNOWN"},
    {"an error that nobody knows is ours", 418, "{\"errcode\":\"ORG.TEA_1\"}", MATRIX_REQUEST,
     "ORG.TEA_1"},
    {"an error that is no code is its status", 400, "{\"errcode\":\"a b\\nc\"}", MATRIX_REQUEST,
     "http_400"},
    {"an error of the wrong type is its status", 400, "{\"errcode\":7}", MATRIX_REQUEST,
     "http_400"},
    {"a redirect is not followed", 302, "", MATRIX_REQUEST, "http_302"},
};

static void each_answer_has_its_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        matrix_api_set_token(api, TOKEN);
        ask(1, (MatrixAsk){.method = "PUT",
                           .path = "/_matrix/client/v3/rooms/%21a/state/x/",
                           .line = MATRIX_SOON});
        answer((guint)i, rows[i].status, rows[i].body);
        const Told *one = told_at((guint)i);

        if (one->class != rows[i].class || strcmp(one->error, rows[i].error) != 0) {
            fail_msg("%s: %d, %s", rows[i].name, (int)one->class, one->error);
        }
        assert_int_equal(one->status, rows[i].status);
        assert_true((*one->people == '\0') == (one->class == MATRIX_OK));
    }
    assert_int_equal(sent_count(), G_N_ELEMENTS(rows)); /* none is repeated */
    assert_non_null(strstr(logged->str, "path=\"/_matrix/client/v3/rooms/*/state/x\""));
}

static void only_what_makes_an_event_must_name_one(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "PUT",
                       .path = "/_matrix/client/v3/rooms/%21a/typing/%40b",
                       .line = MATRIX_SOON});
    answer(0, 200, "{}");
    assert_int_equal(told_at(0)->class, MATRIX_OK);
}

static void an_answer_that_is_no_object_is_not_understood(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "GET", .path = "/_matrix/client/v3/a", .line = MATRIX_SOON});
    answer(0, 200, "<html>");
    assert_int_equal(told_at(0)->class, MATRIX_REQUEST);
    assert_string_equal(told_at(0)->error, "bad_answer");
    assert_int_equal(sent_count(), 1);
}

static void an_answer_without_an_end_is_not_asked_for_again(void **state)
{
    (void)state;
    ask_send(1, "!a");
    answer_with(0, (HttpReply){.outcome = HTTP_UNKNOWN, .too_long = true, .retry_after_ms = -1});
    pass(MINUTE);
    assert_int_equal(told_at(0)->class, MATRIX_REQUEST);
    assert_string_equal(told_at(0)->error, "answer_too_long");
    assert_int_equal(sent_count(), 1);
}

static void the_same_trouble_is_logged_once_a_minute(void **state)
{
    const char *first = NULL;

    (void)state;
    for (guint i = 0; i < 3; i++) {
        ask_send((int)i, "!a"); /* each has a transaction of its own */
        answer(i, 404, "{\"errcode\":\"M_NOT_FOUND\"}");
    }
    first = strstr(logged->str, "M_NOT_FOUND");
    assert_non_null(first);
    assert_null(strstr(first + 1, "M_NOT_FOUND"));
}

/* Again -------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int status; /* 0: no connection; -1: cut */
    const char *body;
} passing[] = {
    {"no connection", 0, ""},
    {"a connection that is cut", -1, ""},
    {"an error of the homeserver", 500, "{\"errcode\":\"M_UNKNOWN\"}"},
    {"a page of a proxy", 502, "<html>Bad Gateway</html>"},
    {"a homeserver that starts", 503, ""},
    {"a proxy without patience", 504, "{}"},
    {"a request that took too long", 408, ""},
};

static void what_passes_is_tried_again_under_the_same_id(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(passing); i++) {
        ask_send(1, "!a");
        if (passing[i].status < 0) {
            cut(2 * i);
        } else {
            answer(2 * i, passing[i].status, passing[i].body);
        }
        assert_int_equal(told->len, i);
        pass(500);
        assert_string_equal(sent(2 * i + 1)->line, sent(2 * i)->line);
        answer(2 * i + 1, 200, SENT);
        if (told_at(i)->class != MATRIX_OK) {
            fail_msg("%s: %d", passing[i].name, (int)told_at(i)->class);
        }
    }
}

static void what_does_not_name_its_event_is_asked_for_again(void **state)
{
    static const struct {
        int status;
        const char *body;
    } odd[] = {{200, "[]"}, {200, "<html>"}, {200, "{}"}, {200, "{\"event_id\":7}"}, {204, ""}};

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
        ask_send(1, "!a");
        answer(2 * i, odd[i].status, odd[i].body);
        assert_int_equal(told->len, i);
        pass(500);
        assert_string_equal(sent(2 * i + 1)->line, sent(2 * i)->line);
        answer(2 * i + 1, 200, SENT);
        assert_int_equal(told_at(i)->class, MATRIX_OK);
    }
}

static void a_proxy_that_names_a_wait_is_given_it(void **state)
{
    (void)state;
    ask_send(1, "!a");
    answer_with(
        0, (HttpReply){.outcome = HTTP_ANSWERED, .status = 503, .retry_after_ms = 20 * SECOND});
    pass(20 * SECOND - 1);
    assert_int_equal(sent_count(), 1);
    pass(1);
    assert_int_equal(sent_count(), 2);
}

static void pauses_grow_to_half_a_minute(void **state)
{
    guint tries = 0;

    (void)state;
    ask(1, (MatrixAsk){.method = "PUT", .path = "/x", .line = MATRIX_SOON, .deadline_ms = HOUR});
    while (told->len == 0) {
        answer(tries++, 503, "");
        pass(30 * SECOND);
        assert_true(tries < 1000);
    }
    assert_true(tries > 60); /* 30 s and their waits fit in so often, at the very least */
    assert_int_equal(told_at(0)->class, MATRIX_UNSURE);
}

static void what_may_have_been_done_is_not_repeated_where_it_must_not_be(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(passing); i++) {
        ask(1, (MatrixAsk){
                   .method = "POST", .path = "/createRoom", .line = MATRIX_SOON, .once = true});
        if (passing[i].status < 0) {
            cut(i);
        } else if (passing[i].status > 0) {
            answer(i, passing[i].status, passing[i].body);
        } else {
            answer(i, 0, ""); /* was not done: this one is */
            pass(500);
            answer(i + 1, 200, "{}");
            assert_int_equal(told_at(0)->class, MATRIX_OK);
            g_ptr_array_remove_index(wire_calls, i);
            continue;
        }
        assert_int_equal(told_at(i)->class, MATRIX_UNSURE);
    }
    pass(10 * MINUTE);
    assert_int_equal(sent_count(), G_N_ELEMENTS(passing));
}

static void a_deadline_ends_what_certainly_was_not_done(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "PUT", .path = "/x", .line = MATRIX_SOON, .deadline_ms = SECOND});
    answer(0, 0, "");
    while (told->len == 0) {
        pass(100);
        if (sent(sent_count() - 1)->live) {
            answer(sent_count() - 1, 0, "");
        }
    }
    assert_int_equal(told_at(0)->class, MATRIX_RETRY);
    assert_string_equal(told_at(0)->error, "unreachable");
    assert_true(told_at(0)->at_ms <= 7 * MINUTE + SECOND);
}

static void a_deadline_leaves_open_what_may_have_been_done(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "PUT", .path = "/x", .line = MATRIX_SOON, .deadline_ms = SECOND});
    cut(0);
    while (told->len == 0) {
        pass(100);
        if (sent(sent_count() - 1)->live) {
            answer(sent_count() - 1, 0, "");
        }
    }
    assert_int_equal(told_at(0)->class, MATRIX_UNSURE);
}

static void what_was_only_read_is_never_unsure(void **state)
{
    (void)state;
    ask_get(1, MATRIX_POLL);
    cut(0);
    assert_int_equal(told_at(0)->class, MATRIX_RETRY);
    assert_string_equal(told_at(0)->error, "no_answer");
}

static void an_attempt_ends_with_the_deadline(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "GET", .path = "/x", .line = MATRIX_SOON, .deadline_ms = SECOND});
    ask_send(2, "!a");
    ask_get(3, MATRIX_SOON);
    assert_int_equal(sent(0)->timeout_ms, SECOND);
    assert_int_equal(sent(1)->timeout_ms, 30 * SECOND);
    assert_int_equal(sent(2)->timeout_ms, MINUTE);
}

static void a_poll_and_a_login_are_never_repeated(void **state)
{
    (void)state;
    ask_get(1, MATRIX_POLL);
    ask_get(2, MATRIX_OPEN);
    answer(0, 502, "");
    answer(1, 0, "");
    pass(10 * MINUTE);
    assert_int_equal(told_at(0)->class, MATRIX_RETRY);
    assert_string_equal(told_at(0)->error, "http_502");
    assert_int_equal(told_at(1)->class, MATRIX_RETRY);
    assert_int_equal(sent_count(), 2);
}

static void a_poll_is_given_up_when_it_is_quiet(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "GET",
                       .path = "/sync",
                       .line = MATRIX_POLL,
                       .quiet_ms = 90 * SECOND,
                       .deadline_ms = HOUR});
    ask_get(2, MATRIX_SOON);
    assert_int_equal(sent(0)->quiet_ms, 90 * SECOND);
    assert_int_equal(sent(0)->timeout_ms, HOUR);
    assert_int_equal(sent(1)->quiet_ms, 0);
}

/* Order -------------------------------------------------------------------------------------- */

static void a_room_has_one_at_a_time_in_order(void **state)
{
    (void)state;
    ask_send(1, "!a");
    ask_send(2, "!a");
    ask_send(3, "!a");
    assert_int_equal(sent_count(), 1);
    answer(0, 200, SENT);
    assert_int_equal(sent_count(), 2);
    assert_true(is_sent(1, 2));
    answer(1, 200, SENT);
    assert_true(is_sent(2, 3));
}

static void a_failure_does_not_let_the_next_one_pass(void **state)
{
    (void)state;
    ask_send(1, "!a");
    ask_send(2, "!a");
    answer(0, 502, "");
    pass(500);
    assert_int_equal(sent_count(), 2);
    assert_true(is_sent(1, 1));
    limited(1, 3 * SECOND, "");
    pass(3 * SECOND);
    assert_true(is_sent(2, 1));
    answer(2, 200, SENT);
    pass(3 * SECOND);
    assert_true(is_sent(3, 2));
}

static void a_slow_room_holds_up_no_other(void **state)
{
    (void)state;
    ask_send(1, "!slow");
    ask_send(2, "!slow");
    ask_send(3, "!b");
    ask_send(4, "!b");
    answer(1, 200, SENT);
    assert_int_equal(sent_count(), 3);
    assert_true(is_sent(2, 4));
}

static void what_can_wait_goes_behind_the_rest(void **state)
{
    (void)state;
    ask_send(1, "!a");
    ask_in(2, MATRIX_LATER, "!b"); /* nothing waits: it goes */
    assert_int_equal(sent_count(), 2);
    ask_send(3, "!a");
    ask_in(4, MATRIX_LATER, "!c");
    assert_int_equal(sent_count(), 2);
    answer(0, 200, SENT);
    assert_true(is_sent(2, 3));
    assert_true(is_sent(3, 4));
}

static void a_room_that_rests_does_not_keep_back_what_can_wait(void **state)
{
    int64_t deadline = 0;

    (void)state;
    ask_send(1, "!a");
    answer(0, 0, "");
    ask_in(2, MATRIX_LATER, "!b");
    deadline = wire_loop.now + 500;
    while (wire_loop.now < deadline && sent_count() < 2) {
        pass(10);
    }
    assert_true(is_sent(1, 2) || is_sent(2, 2));
}

static void small_reads_go_a_few_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        ask_get(i, MATRIX_SOON);
    }
    assert_int_equal(sent_count(), 6);
    ask_get(10, MATRIX_POLL);
    ask_send(11, "!a");
    ask_get(12, MATRIX_OPEN);
    assert_int_equal(sent_count(), 9); /* none of them stands in their way */
    answer(0, 200, "{}");
    assert_int_equal(sent_count(), 10);
}

/* Pace --------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int64_t header_ms; /* as the transport reads it, in seconds or as a date; -1: none */
    const char *body;
    int64_t wait_ms;
} waits[] = {
    {"the header alone counts", 7 * SECOND, "{\"errcode\":\"M_LIMIT_EXCEEDED\"}", 7 * SECOND},
    {"the body alone counts", -1, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":4262}",
     4262},
    {"the larger counts, the header", 5 * SECOND, "{\"retry_after_ms\":4262}", 5 * SECOND},
    {"the larger counts, the body", SECOND, "{\"retry_after_ms\":9000}", 9 * SECOND},
    {"a page of a proxy counts by its header", 8 * SECOND, "<html>", 8 * SECOND},
    {"a page without a word is five seconds", -1, "<html>", 5 * SECOND},
    {"a wait of the wrong type is none", -1, "{\"retry_after_ms\":\"soon\"}", 5 * SECOND},
    {"a wait has an end", 24 * HOUR, "", 10 * MINUTE},
    {"a date that is over is no wait", 0, "", 0},
};

static void ask_long(int name, const char *room)
{
    ask(name,
        (MatrixAsk){
            .method = "PUT", .path = "/x", .line = MATRIX_SEND, .room = room, .deadline_ms = HOUR});
}

static void the_whole_account_keeps_a_wait(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(waits); i++) {
        close_rig(NULL);
        open_rig(NULL);
        ask_long(1, "!a");
        limited(0, waits[i].header_ms, waits[i].body);
        ask_long(2, "!b");
        if (waits[i].wait_ms > 0) {
            pass(waits[i].wait_ms - 1);
            if (sent_count() != 1) {
                fail_msg("%s: it went too early", waits[i].name);
            }
            assert_int_equal(matrix_api_held_until(api), wire_loop.now + 1);
            pass(1);
        }
        if (sent_count() != 2) {
            fail_msg("%s: it went too late", waits[i].name);
        }
        assert_int_equal(matrix_api_held_until(api), 0);
        assert_int_equal(told->len, 0);
    }
}

static void before_it_is_told_to_it_does_not_wait(void **state)
{
    (void)state;
    for (guint i = 0; i < 100; i++) {
        ask_send((int)i, "!a");
        answer(i, 200, SENT);
    }
    assert_int_equal(wire_loop.now, 7 * MINUTE);
}

/* Ten at once, then one in five seconds, as Synapse counts by itself. */
typedef struct Server {
    double tokens;
    int64_t at_ms;
    int refused;
} Server;

static void serve(Server *server, guint i)
{
    server->tokens =
        MIN(10.0, server->tokens + (double)(wire_loop.now - server->at_ms) / (5.0 * SECOND));
    server->at_ms = wire_loop.now;
    if (server->tokens >= 1.0) {
        server->tokens -= 1.0;
        answer(i, 200, SENT);
    } else {
        server->refused++;
        limited(i, (int64_t)((1.0 - server->tokens) * 5.0 * SECOND) + 1, "");
    }
}

static void it_learns_how_a_homeserver_counts(void **state)
{
    Server server = {.tokens = 10.0, .at_ms = wire_loop.now};
    guint served = 0;
    int64_t most = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        g_autofree char *room = g_strdup_printf("!%d", i % 7);

        ask_long(i, room);
    }
    while (told->len < 100) {
        while (served < sent_count()) {
            serve(&server, served++);
        }
        pass(100);
        most = wire_loop.now - 7 * MINUTE;
        assert_true(most < HOUR);
    }
    assert_true(server.refused < 25);
    assert_true(most < 480 * SECOND); /* 450 s is the least that the server takes */
}

static void after_a_rest_ten_may_go_at_once(void **state)
{
    (void)state;
    ask_send(1, "!a");
    limited(0, 5 * SECOND, "");
    pass(5 * SECOND);
    answer(1, 200, SENT);
    pass(2 * MINUTE);
    for (guint i = 0; i < 12; i++) {
        ask_send((int)i, "!a");
        if (i < 10) {
            answer(2 + i, 200, SENT);
        }
    }
    assert_int_equal(sent_count(), 12);
    pass(5 * SECOND);
    assert_int_equal(sent_count(), 13);
}

static void a_homeserver_that_minds_no_more_is_served_faster_again(void **state)
{
    guint n = 1;

    (void)state;
    ask_send(0, "!a");
    limited(0, 800, "");
    pass(800);
    answer(n++, 200, SENT);
    for (int i = 0; i < 80; i++) {
        ask_send(i, "!a");
        while (sent_count() == n) {
            pass(10);
        }
        answer(n++, 200, SENT);
    }
    int64_t before = wire_loop.now;

    for (int i = 0; i < 50; i++) {
        ask_send(i, "!a");
        answer(n++, 200, SENT);
    }
    assert_int_equal(wire_loop.now, before);
}

static void a_read_that_has_to_wait_waits_alone(void **state)
{
    (void)state;
    ask_get(1, MATRIX_SOON);
    limited(0, 5 * SECOND, "");
    ask_get(2, MATRIX_SOON);
    ask_send(3, "!a");
    assert_int_equal(sent_count(), 3);
    pass(5 * SECOND - 1);
    assert_int_equal(sent_count(), 3);
    pass(1);
    assert_int_equal(sent_count(), 4);
    assert_int_equal(matrix_api_held_until(api), 0);
}

static void the_next_poll_keeps_the_wait_of_the_last(void **state)
{
    (void)state;
    ask_get(1, MATRIX_POLL);
    limited(0, 5 * SECOND, "{\"errcode\":\"M_LIMIT_EXCEEDED\"}");
    assert_int_equal(told_at(0)->class, MATRIX_RETRY);
    assert_string_equal(told_at(0)->error, "M_LIMIT_EXCEEDED");
    assert_int_equal(told_at(0)->wait_ms, 5 * SECOND);
    ask_get(2, MATRIX_POLL);
    pass(5 * SECOND - 1);
    assert_int_equal(sent_count(), 1);
    pass(1);
    assert_int_equal(sent_count(), 2);
}

static void a_wait_behind_the_deadline_ends_the_call_at_once(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "PUT",
                       .path = "/x",
                       .line = MATRIX_SEND,
                       .room = "!a",
                       .deadline_ms = MINUTE});
    limited(0, 5 * MINUTE, "");
    assert_int_equal(told_at(0)->class, MATRIX_RETRY);
    assert_int_equal(told_at(0)->wait_ms, 5 * MINUTE);
}

/* The token ---------------------------------------------------------------------------------- */

static void a_refused_token_is_told_once(void **state)
{
    (void)state;
    ask_get(1, MATRIX_SOON);
    ask_get(2, MATRIX_SOON);
    answer(0, 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"soft_logout\":true}");
    answer(1, 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"soft_logout\":true}");
    assert_int_equal(refusals, 1);
    assert_string_equal(refusal, "M_UNKNOWN_TOKEN 1");
    assert_int_equal(told_at(0)->class, MATRIX_AUTH);
    assert_true(told_at(0)->soft_logout);
    matrix_api_set_token(api, TOKEN);
    ask_get(3, MATRIX_SOON);
    answer(2, 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}");
    assert_int_equal(refusals, 2);
    assert_string_equal(refusal, "M_UNKNOWN_TOKEN 0");
}

static void what_is_in_order_waits_for_the_next_token(void **state)
{
    (void)state;
    ask_send(1, "!a");
    ask_send(2, "!a");
    answer(0, 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}");
    ask_get(3, MATRIX_SOON);
    pass(MINUTE);
    assert_int_equal(sent_count(), 1);
    assert_int_equal(told->len, 0);
    matrix_api_set_token(api, "syt_secret2");
    pass(0);
    assert_int_equal(sent_count(), 3);
    assert_non_null(strstr(sent(1)->headers, "syt_secret2"));
    answer(1, 200, "{}");
    answer(2, 200, SENT);
    assert_true(is_sent(2, 1));
    assert_true(is_sent(3, 2));
}

static void without_a_token_a_call_ends_at_its_deadline(void **state)
{
    (void)state;
    matrix_api_set_token(api, NULL);
    ask_send(1, "!a");
    ask_get(2, MATRIX_OPEN);
    assert_int_equal(sent_count(), 1); /* this one needs none */
    pass(10 * MINUTE - 1);
    assert_int_equal(told->len, 0);
    pass(1);
    assert_int_equal(told_at(0)->class, MATRIX_AUTH);
    assert_true(*told_at(0)->people != '\0');
}

static void an_old_refusal_says_nothing_of_the_new_token(void **state)
{
    (void)state;
    ask_get(1, MATRIX_SOON);
    ask_get(2, MATRIX_POLL);
    matrix_api_set_token(api, "syt_secret2");
    answer(0, 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}");
    answer(1, 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}");
    assert_int_equal(refusals, 0);
    assert_int_equal(sent_count(), 3); /* asked again */
    assert_int_equal(told_at(0)->class, MATRIX_RETRY);
}

static void a_bare_call_says_nothing_of_the_token(void **state)
{
    (void)state;
    ask(1, (MatrixAsk){.method = "GET", .path = "/x", .line = MATRIX_OPEN, .bare = true});
    answer(0, 401, "");
    assert_int_equal(told_at(0)->class, MATRIX_AUTH);
    assert_int_equal(refusals, 0);
}

static void nothing_is_sent_nowhere(void **state)
{
    (void)state;
    matrix_api_set_homeserver(api, NULL);
    ask_get(1, MATRIX_OPEN);
    assert_int_equal(sent_count(), 0);
    matrix_api_set_homeserver(api, "https://other.test");
    pass(0);
    assert_string_equal(sent(0)->line, "GET https://other.test/_matrix/x");
    assert_string_equal(matrix_api_homeserver(api), "https://other.test");
}

/* Ends --------------------------------------------------------------------------------------- */

static void a_room_that_was_left_takes_its_calls_with_it(void **state)
{
    (void)state;
    ask_send(1, "!a");
    ask_send(2, "!a");
    ask_in(3, MATRIX_LATER, "!a");
    ask_send(4, "!b");
    matrix_api_drop_room(api, "!a");
    matrix_api_drop_room(api, "!unknown");
    assert_int_equal(told->len, 0);
    pass(0);
    assert_int_equal(told->len, 2);
    assert_int_equal(told_at(0)->name, 2);
    assert_int_equal(told_at(0)->class, MATRIX_FORBIDDEN);
    assert_string_equal(told_at(0)->error, "M_FORBIDDEN");
    assert_int_equal(told_at(1)->name, 3);
    answer(0, 200, SENT); /* it was under way */
    answer(1, 200, SENT);
    assert_int_equal(told->len, 4);
}

static void a_cancelled_call_is_not_told(void **state)
{
    (void)state;
    MatrixCall *under_way = ask_send(1, "!a");
    MatrixCall *waiting = ask_send(2, "!a");

    ask_send(3, "!a");
    matrix_api_cancel(waiting);
    matrix_api_cancel(under_way);
    pass(0);
    assert_int_equal(told->len, 0);
    assert_true(is_sent(1, 3));
    assert_int_equal(matrix_api_depth(api), 1);
}

static MatrixCall *own, *other;

static void cancel_both(void *arg, const MatrixAnswer *answer)
{
    on_told(arg, answer);
    matrix_api_cancel(own);
    matrix_api_cancel(other);
}

static void calls_can_be_cancelled_from_inside(void **state)
{
    (void)state;
    own = matrix_api_call(api, &(MatrixAsk){.method = "GET", .path = "/x", .line = MATRIX_SOON},
                          cancel_both, NULL);
    other = ask_send(2, "!a");
    answer(0, 200, "{}");
    assert_int_equal(told->len, 1);
    assert_int_equal(matrix_api_depth(api), 0);
}

static void free_all(void *arg, const MatrixAnswer *answer)
{
    on_told(arg, answer);
    g_clear_pointer(&api, matrix_api_free);
}

static void the_client_can_be_freed_from_inside(void **state)
{
    const MatrixAsk read = {.method = "GET", .path = "/x", .line = MATRIX_SOON};
    const MatrixAsk send = {.method = "PUT", .path = "/x", .line = MATRIX_SEND, .room = "!a"};

    (void)state;
    matrix_api_call(api, &read, free_all, NULL);
    ask_send(2, "!b");
    answer(0, 200, "{}");
    assert_int_equal(told->len, 1);
    close_rig(NULL);
    open_rig(NULL);
    ask_send(1, "!a");
    matrix_api_call(api, &send, free_all, NULL); /* and in its own turn */
    matrix_api_call(api, &send, free_all, NULL);
    matrix_api_drop_room(api, "!a");
    pass(0);
    assert_int_equal(told->len, 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_send_goes_out_as_it_was_asked),
        T(what_is_put_or_posted_has_a_body),
        T(media_travel_as_bytes_of_their_type),
        T(a_bare_call_carries_no_token),
        T(a_token_cannot_add_a_header),
        T(text_is_clean_before_it_is_sent),
        T(each_part_of_a_path_is_encoded),
        T(each_answer_has_its_class),
        T(only_what_makes_an_event_must_name_one),
        T(an_answer_that_is_no_object_is_not_understood),
        T(an_answer_without_an_end_is_not_asked_for_again),
        T(the_same_trouble_is_logged_once_a_minute),
        T(what_passes_is_tried_again_under_the_same_id),
        T(what_does_not_name_its_event_is_asked_for_again),
        T(a_proxy_that_names_a_wait_is_given_it),
        T(pauses_grow_to_half_a_minute),
        T(what_may_have_been_done_is_not_repeated_where_it_must_not_be),
        T(a_deadline_ends_what_certainly_was_not_done),
        T(a_deadline_leaves_open_what_may_have_been_done),
        T(what_was_only_read_is_never_unsure),
        T(an_attempt_ends_with_the_deadline),
        T(a_poll_and_a_login_are_never_repeated),
        T(a_poll_is_given_up_when_it_is_quiet),
        T(a_room_has_one_at_a_time_in_order),
        T(a_failure_does_not_let_the_next_one_pass),
        T(a_slow_room_holds_up_no_other),
        T(what_can_wait_goes_behind_the_rest),
        T(a_room_that_rests_does_not_keep_back_what_can_wait),
        T(small_reads_go_a_few_at_once),
        T(the_whole_account_keeps_a_wait),
        T(before_it_is_told_to_it_does_not_wait),
        T(it_learns_how_a_homeserver_counts),
        T(after_a_rest_ten_may_go_at_once),
        T(a_homeserver_that_minds_no_more_is_served_faster_again),
        T(a_read_that_has_to_wait_waits_alone),
        T(the_next_poll_keeps_the_wait_of_the_last),
        T(a_wait_behind_the_deadline_ends_the_call_at_once),
        T(a_refused_token_is_told_once),
        T(what_is_in_order_waits_for_the_next_token),
        T(without_a_token_a_call_ends_at_its_deadline),
        T(an_old_refusal_says_nothing_of_the_new_token),
        T(a_bare_call_says_nothing_of_the_token),
        T(nothing_is_sent_nowhere),
        T(a_room_that_was_left_takes_its_calls_with_it),
        T(a_cancelled_call_is_not_told),
        T(calls_can_be_cancelled_from_inside),
        T(the_client_can_be_freed_from_inside),
    };

    return cmocka_run_group_tests_name("matrix.api", tests, NULL, NULL);
}

/* The Web API client. The loop, the transport and the log are fakes, so time is a number and what
 * goes over the wire can be read. */

#include "bot/slack/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/log.h"

#define BOT_TOKEN "xoxb-1-secret"
#define APP_TOKEN "xapp-1-secret"
#define HOOK      "https://hooks.test/response/secret"
#define SECOND    INT64_C(1000)
#define MINUTE    (60 * SECOND)

/* The loop ----------------------------------------------------------------------------------- */

struct LoopTimer {
    Loop *loop;
    int64_t at_ms;
    LoopCall call;
    void *arg;
};

struct Loop {
    int64_t now;
    GPtrArray *timers; /* of LoopTimer */
};

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    LoopTimer *timer = g_new0(LoopTimer, 1);

    assert_true(ms >= 0);
    *timer = (LoopTimer){loop, loop->now + ms, call, arg};
    g_ptr_array_add(loop->timers, timer);
    assert_int_equal(loop->timers->len, 1); /* one timer in all */
    return timer;
}

void loop_stop(LoopTimer **timer)
{
    if (*timer != NULL) {
        assert_true(g_ptr_array_remove((*timer)->loop->timers, *timer));
        g_free(*timer);
        *timer = NULL;
    }
}

int64_t loop_now_ms(Loop *loop)
{
    return loop->now;
}

void loop_post(Loop *loop, LoopCall call, void *arg, GDestroyNotify drop)
{
    (void)loop;
    (void)call;
    (void)arg;
    (void)drop;
    fail_msg("nothing is posted");
}

void loop_retire(Loop *loop, void *take, GDestroyNotify free_it)
{
    (void)loop;
    (void)take;
    (void)free_it;
    fail_msg("nothing is retired");
}

/* Runs the next timer due by `end`; false when there is none. */
static bool loop_turn(Loop *loop, int64_t end)
{
    if (loop->timers->len == 0) {
        return false;
    }
    LoopTimer *timer = g_ptr_array_index(loop->timers, 0);
    if (timer->at_ms > end) {
        return false;
    }
    g_ptr_array_remove_index(loop->timers, 0);
    loop->now = MAX(loop->now, timer->at_ms);
    timer->call(timer->arg);
    g_free(timer);
    return true;
}

/* The transport ------------------------------------------------------------------------------ */

struct HttpCall {
    Http *http;
    char *url, *headers, *body; /* headers in one text, a line each */
    size_t body_len;
    int64_t timeout_ms, at_ms;
    HttpDone done;
    void *arg;
    bool live;
};

struct Http {
    Loop *loop;
    GPtrArray *calls; /* of HttpCall, all that were ever sent, owned */
    size_t live, most_live;
};

static void free_http_call(gpointer data)
{
    HttpCall *call = data;

    g_free(call->url);
    g_free(call->headers);
    g_free(call->body);
    g_free(call);
}

HttpCall *http_send(Http *http, const HttpRequest *request, HttpDone done, void *arg)
{
    HttpCall *call = g_new0(HttpCall, 1);

    assert_string_equal(request->method, "POST");
    assert_string_equal(request->ca_file, "acme.pem");
    assert_null(strstr(request->url, "xox")); /* never a token in a URL */
    call->http = http;
    call->url = g_strdup(request->url);
    call->headers = g_strjoinv("\n", (char **)(uintptr_t)request->headers);
    call->body = g_strndup(request->body, request->body_len);
    call->body_len = request->body_len;
    call->timeout_ms = request->timeout_ms;
    call->at_ms = http->loop->now;
    call->done = done;
    call->arg = arg;
    call->live = true;
    g_ptr_array_add(http->calls, call);
    http->live++;
    http->most_live = MAX(http->most_live, http->live);
    return call;
}

static void http_end(HttpCall *call)
{
    assert_true(call->live);
    call->live = false;
    call->http->live--;
}

void http_cancel(HttpCall *call)
{
    http_end(call);
}

/* The log ------------------------------------------------------------------------------------ */

static GString *logged; /* a line for each event */

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    (void)level;
    g_string_append(logged, event);
    for (; fields->name != NULL; fields++) {
        if (fields->text != NULL) {
            g_string_append_printf(logged, " %s=\"%s\"", fields->name, fields->text);
        } else {
            g_string_append_printf(logged, " %s=%" G_GINT64_FORMAT, fields->name, fields->number);
        }
    }
    g_string_append_c(logged, '\n');
}

static int lines_logged(const char *part)
{
    g_auto(GStrv) lines = g_strsplit(logged->str, "\n", -1);
    int n = 0;

    for (char **line = lines; *line != NULL; line++) {
        n += strstr(*line, part) != NULL;
    }
    return n;
}

/* The rig ------------------------------------------------------------------------------------ */

typedef struct Told {
    int name;
    SlackClass class;
    char *error, *people, *needed, *scopes, *json;
    int64_t at_ms;
} Told;

typedef struct Rig {
    Loop loop;
    Http http;
    SlackApi *api;
    GPtrArray *told; /* of Told */
    bool inside;     /* a call of ours is under way: nobody may be told */
} Rig;

static Rig *rig;

static void free_told(gpointer data)
{
    Told *told = data;

    g_free(told->error);
    g_free(told->people);
    g_free(told->needed);
    g_free(told->scopes);
    g_free(told->json);
    g_free(told);
}

static int open_rig(void **state)
{
    rig = g_new0(Rig, 1);
    logged = g_string_new(NULL);
    rig->loop.now = 7 * MINUTE;
    rig->loop.timers = g_ptr_array_new();
    rig->http.loop = &rig->loop;
    rig->http.calls = g_ptr_array_new_with_free_func(free_http_call);
    rig->told = g_ptr_array_new_with_free_func(free_told);
    rig->api = slack_api_new(&rig->loop, &rig->http, "acme", "https://slack.test/api/", "acme.pem",
                             BOT_TOKEN);
    *state = rig;
    return 0;
}

static int close_rig(void **state)
{
    slack_api_free(rig->api);
    assert_int_equal(rig->loop.timers->len, 0);
    assert_int_equal(rig->http.live, 0);
    assert_null(strstr(logged->str, "secret"));
    g_ptr_array_unref(rig->loop.timers);
    g_ptr_array_unref(rig->http.calls);
    g_ptr_array_unref(rig->told);
    g_string_free(logged, TRUE);
    g_free(rig);
    *state = NULL;
    return 0;
}

static void on_told(void *arg, const SlackAnswer *answer)
{
    Told *told = g_new0(Told, 1);

    assert_false(rig->inside);
    told->name = GPOINTER_TO_INT(arg);
    told->class = answer->class;
    told->error = g_strdup(answer->error);
    told->people = g_strdup(answer->people);
    told->needed = g_strdup(answer->needed);
    told->scopes = g_strdup(answer->scopes);
    told->json = answer->json != NULL ? json_print(answer->json, NULL) : NULL;
    told->at_ms = rig->loop.now;
    g_ptr_array_add(rig->told, told);
}

static Json *object(const char *text)
{
    Json *json = text != NULL ? json_parse(text, strlen(text)) : NULL;

    assert_true(text == NULL || json != NULL);
    return json;
}

static SlackCall *ask_with(int name, SlackAsk ask)
{
    rig->inside = true;
    SlackCall *call = slack_api_call(rig->api, &ask, on_told, GINT_TO_POINTER(name));
    rig->inside = false;
    return call;
}

static SlackCall *ask(int name, const char *method, const char *args)
{
    return ask_with(name,
                    (SlackAsk){.method = method, .take_args = object(args), .hurry = SLACK_QUEUE});
}

static SlackCall *ask_soon(int name, const char *method, const char *args)
{
    return ask_with(name,
                    (SlackAsk){.method = method, .take_args = object(args), .hurry = SLACK_SOON});
}

static SlackCall *post_url(int name, const char *type, const char *body)
{
    rig->inside = true;
    SlackCall *call = slack_api_post_url(rig->api, HOOK, type, body, strlen(body), on_told,
                                         GINT_TO_POINTER(name));
    rig->inside = false;
    return call;
}

/* Time passes; nothing is answered. */
static void pass(int64_t ms)
{
    int64_t end = rig->loop.now + ms;
    int turns = 0;

    while (loop_turn(&rig->loop, end)) {
        assert_true(++turns < 200000); /* or it spins */
    }
    rig->loop.now = end;
}

static HttpCall *sent(guint i)
{
    if (i >= rig->http.calls->len) {
        fail_msg("%u requests, and not %u", rig->http.calls->len, i + 1);
    }
    return g_ptr_array_index(rig->http.calls, i);
}

static guint sent_count(void)
{
    return rig->http.calls->len;
}

static const Told *told(guint i)
{
    if (i >= rig->told->len) {
        fail_msg("%u told, and not %u", rig->told->len, i + 1);
    }
    return g_ptr_array_index(rig->told, i);
}

static void deliver(HttpCall *call, HttpReply reply)
{
    if (reply.body == NULL) {
        reply.body = "";
    }
    reply.body_len = strlen(reply.body);
    reply.why = reply.why != NULL ? reply.why : "";
    http_end(call);
    call->done(call->arg, &reply);
}

static void answer(guint i, int status, const char *body)
{
    deliver(sent(i),
            (HttpReply){
                .outcome = HTTP_ANSWERED, .status = status, .body = body, .retry_after_ms = -1});
}

static void answer_later(guint i, int64_t retry_after_ms)
{
    deliver(sent(i),
            (HttpReply){.outcome = HTTP_ANSWERED, .status = 429, .retry_after_ms = retry_after_ms});
}

static void lose(guint i, HttpOutcome outcome)
{
    deliver(sent(i), (HttpReply){.outcome = outcome, .retry_after_ms = -1, .why = "lost"});
}

static void expect_told(guint i, int name, SlackClass class, const char *error)
{
    const Told *one = told(i);

    if (one->name != name || one->class != class || strcmp(one->error, error) != 0) {
        fail_msg("told %u: call %d, class %d, \"%s\"; and not call %d, class %d, \"%s\"", i,
                 one->name, (int)one->class, one->error, name, (int)class, error);
    }
}

/* Requests ----------------------------------------------------------------------------------- */

static void test_how_arguments_travel(void **state)
{
    static const struct {
        const char *promise, *method, *args, *body, *type;
    } cases[] = {
        {"JSON as it is", "chat.postMessage",
         "{\"channel\":\"C1\",\"text\":\"\\u00e9 & "
         "\\\"x\\\"\",\"blocks\":[{\"type\":\"divider\"}]}",
         "{\"channel\":\"C1\",\"text\":\"\u00e9 & \\\"x\\\"\",\"blocks\":[{\"type\":\"divider\"}]}",
         "application/json; charset=utf-8"},
        {"no arguments are an empty object", "auth.test", NULL, "{}",
         "application/json; charset=utf-8"},
        {"a form escapes everything", "users.info",
         "{\"user\":\"U1&token=x\",\"cursor\":\"dG9r=+/ \\u00e9\"}",
         "user=U1%26token%3Dx&cursor=dG9r%3D%2B%2F%20%C3%A9", "application/x-www-form-urlencoded"},
        {"a form holds numbers and booleans as words", "conversations.members",
         "{\"limit\":200,\"include_locale\":true,\"other\":false}",
         "limit=200&include_locale=true&other=false", "application/x-www-form-urlencoded"},
        {"null is not given", "users.list", "{\"cursor\":null,\"limit\":5}", "limit=5",
         "application/x-www-form-urlencoded"},
        {"a form holds what is complex as JSON", "users.conversations",
         "{\"types\":[\"im\",\"mpim\"],\"o\":{\"a\":1}}",
         "types=%5B%22im%22%2C%22mpim%22%5D&o=%7B%22a%22%3A1%7D",
         "application/x-www-form-urlencoded"},
        {"an empty text is given", "users.list", "{\"cursor\":\"\"}",
         "cursor=", "application/x-www-form-urlencoded"},
        {"a form without arguments is empty", "users.list", NULL, "",
         "application/x-www-form-urlencoded"},
        {"a name is escaped too", "users.list", "{\"a&b\":\"c\"}", "a%26b=c",
         "application/x-www-form-urlencoded"},
    };

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *url = g_strconcat("https://slack.test/api/", cases[i].method, NULL);
        g_autofree char *headers = g_strconcat("Content-Type: ", cases[i].type,
                                               "\nAuthorization: Bearer " BOT_TOKEN, NULL);

        ask((int)i, cases[i].method, cases[i].args);
        pass(MINUTE);
        if (strcmp(sent(i)->body, cases[i].body) != 0) {
            fail_msg("%s: %s", cases[i].promise, sent(i)->body);
        }
        assert_string_equal(sent(i)->url, url);
        assert_string_equal(sent(i)->headers, headers);
        assert_int_equal(sent(i)->timeout_ms, 10 * SECOND);
        answer(i, 200, "{\"ok\":true}");
        expect_told(i, (int)i, SLACK_OK, "");
    }
}

static void test_a_token_of_its_own_goes_in_the_header(void **state)
{
    (void)state;
    ask_with(1, (SlackAsk){.method = "apps.connections.open",
                           .hurry = SLACK_SOON,
                           .token = APP_TOKEN "\r\n"});
    pass(0);
    assert_non_null(strstr(sent(0)->headers, "\nAuthorization: Bearer " APP_TOKEN));
    assert_null(strpbrk(sent(0)->headers, "\r"));
    assert_null(strstr(sent(0)->headers, BOT_TOKEN));
    assert_int_equal(sent(0)->body_len, 0);
    answer(0, 200, "{\"ok\":true,\"url\":\"wss://x.test/link/?ticket=secret\"}");
    expect_told(0, 1, SLACK_OK, "");
    assert_non_null(strstr(told(0)->json, "ticket"));
}

static void test_what_somebody_waits_for_does_not_wait_long(void **state)
{
    (void)state;
    ask_soon(1, "views.open", "{\"trigger_id\":\"t\",\"view\":{}}");
    pass(0);
    assert_int_equal(sent(0)->timeout_ms, 5 * SECOND);
}

/* Answers ------------------------------------------------------------------------------------ */

typedef struct AnswerCase {
    const char *promise;
    const char *method;
    HttpReply reply;
    SlackClass class;
    const char *error;
} AnswerCase;

#define ANSWERED(code, text)                                                                       \
    {                                                                                              \
        .outcome = HTTP_ANSWERED, .status = (code), .body = (text), .retry_after_ms = -1           \
    }
#define NOT_OK(code) ANSWERED(200, "{\"ok\":false,\"error\":\"" code "\"}")
#define HTML         "<html><body>Bad gateway</body></html>"

static void test_what_ends_a_call(void **state)
{
    static const AnswerCase cases[] = {
        {"ok is ok", "chat.postMessage", ANSWERED(200, "{\"ok\":true,\"ts\":\"1.2\"}"), SLACK_OK,
         ""},
        {"pinned already is pinned", "pins.add", NOT_OK("already_pinned"), SLACK_OK,
         "already_pinned"},
        {"a message that is gone is deleted", "chat.delete", NOT_OK("message_not_found"), SLACK_OK,
         "message_not_found"},
        {"but cannot be edited", "chat.update", NOT_OK("message_not_found"), SLACK_TARGET,
         "message_not_found"},
        {"a bad token is the installation's", "chat.postMessage", NOT_OK("invalid_auth"),
         SLACK_AUTH, "invalid_auth"},
        {"a scope is the set-up's", "pins.add", NOT_OK("missing_scope"), SLACK_SETUP,
         "missing_scope"},
        {"a modal that is closed is too late", "views.update", NOT_OK("not_found"), SLACK_LATE,
         "not_found"},
        {"an unknown code is never repeated", "users.info", NOT_OK("brand_new"), SLACK_REQUEST,
         "brand_new"},
        {"no code at all is one of these", "users.info", ANSWERED(200, "{\"ok\":false}"),
         SLACK_REQUEST, ""},
        {"a code that is no code is not handed on", "users.info", NOT_OK("<!channel> \\u001b[31m"),
         SLACK_REQUEST, ""},
        {"a migration is the caller's to wait for", "chat.update", NOT_OK("team_added_to_org"),
         SLACK_RETRY, "team_added_to_org"},
        {"a post that failed inside may stand there", "chat.postMessage", NOT_OK("internal_error"),
         SLACK_UNSURE, "internal_error"},
        {"and so with fatal_error", "chat.postMessage", NOT_OK("fatal_error"), SLACK_UNSURE,
         "fatal_error"},
        {"and so with request_timeout", "views.open", NOT_OK("request_timeout"), SLACK_UNSURE,
         "request_timeout"},
        {"and so with service_unavailable", "chat.postEphemeral", NOT_OK("service_unavailable"),
         SLACK_UNSURE, "service_unavailable"},
        {"a post that met a 500 may stand there", "chat.postMessage", ANSWERED(500, HTML),
         SLACK_UNSURE, "http_500"},
        {"and so with 503 in JSON", "chat.postMessage",
         ANSWERED(503, "{\"ok\":false,\"error\":\"service_unavailable\"}"), SLACK_UNSURE,
         "service_unavailable"},
        {"and so with 503 that says ok", "chat.postMessage", ANSWERED(503, "{\"ok\":true}"),
         SLACK_UNSURE, "http_503"},
        {"and so with 408", "chat.postMessage", ANSWERED(408, ""), SLACK_UNSURE, "http_408"},
        {"and so with HTML and 200", "chat.postMessage", ANSWERED(200, HTML), SLACK_UNSURE,
         "http_200"},
        {"and so with nothing and 200", "chat.postMessage", ANSWERED(200, ""), SLACK_UNSURE,
         "http_200"},
        {"and so with JSON that is no object", "chat.postMessage", ANSWERED(200, "[true]"),
         SLACK_UNSURE, "http_200"},
        {"and so without a word of ok", "chat.postMessage", ANSWERED(200, "{\"text\":1}"),
         SLACK_UNSURE, "http_200"},
        {"and so with an ok that is none", "chat.postMessage", ANSWERED(200, "{\"ok\":\"true\"}"),
         SLACK_UNSURE, "http_200"},
        {"and so with half an answer", "chat.postMessage", ANSWERED(200, "{\"ok\":tr"),
         SLACK_UNSURE, "http_200"},
        {"and so when it was cut",
         "chat.postMessage",
         {.outcome = HTTP_UNKNOWN, .retry_after_ms = -1},
         SLACK_UNSURE,
         ""},
        {"an update by hash is not tried twice",
         "views.update",
         {.outcome = HTTP_UNKNOWN, .retry_after_ms = -1},
         SLACK_UNSURE,
         ""},
        {"a proxy that says no is not asked again", "users.info", ANSWERED(403, HTML),
         SLACK_REQUEST, "http_403"},
        {"a token does not follow a redirect", "users.info", ANSWERED(302, ""), SLACK_REQUEST,
         "http_302"},
        {"a refusal by status says why", "users.info",
         ANSWERED(403, "{\"ok\":false,\"error\":\"invalid_auth\"}"), SLACK_AUTH, "invalid_auth"},
    };

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        ask((int)i, cases[i].method, "{\"channel\":\"C1\",\"hash\":\"h\"}");
        pass(MINUTE);
        deliver(sent(i), cases[i].reply);
        if (rig->told->len != i + 1) {
            fail_msg("%s: it goes on", cases[i].promise);
        }
        if (told(i)->class != cases[i].class || strcmp(told(i)->error, cases[i].error) != 0) {
            fail_msg("%s: class %d, \"%s\"", cases[i].promise, (int)told(i)->class, told(i)->error);
        }
        if ((*told(i)->people == '\0') != (cases[i].class == SLACK_OK)) {
            fail_msg("%s: people are told \"%s\"", cases[i].promise, told(i)->people);
        }
    }
    pass(10 * MINUTE);
    assert_int_equal(sent_count(), G_N_ELEMENTS(cases)); /* each was sent once */
}

static void test_scopes_are_handed_on(void **state)
{
    (void)state;
    ask(1, "pins.add", "{\"channel\":\"C1\"}");
    pass(0);
    deliver(sent(0), (HttpReply){.outcome = HTTP_ANSWERED,
                                 .status = 200,
                                 .retry_after_ms = -1,
                                 .scopes = "chat:write,commands",
                                 .body = "{\"ok\":false,\"error\":\"missing_scope\","
                                         "\"needed\":\"pins:write\",\"provided\":\"chat:write\"}"});
    expect_told(0, 1, SLACK_SETUP, "missing_scope");
    assert_string_equal(told(0)->needed, "pins:write");
    assert_string_equal(told(0)->scopes, "chat:write,commands");
    assert_non_null(strstr(told(0)->people, "administrator"));
    assert_int_equal(lines_logged("needed=\"pins:write\""), 1);
}

/* Again -------------------------------------------------------------------------------------- */

static void test_what_is_tried_again(void **state)
{
    static const struct {
        const char *promise, *method;
        HttpReply reply;
        int64_t within_ms; /* the first repeat, at most */
    } cases[] = {
        {"too many, for a post", "chat.postMessage", ANSWERED(429, ""), 31 * SECOND},
        {"too many, in JSON", "views.open",
         ANSWERED(429, "{\"ok\":false,\"error\":\"ratelimited\"}"), 31 * SECOND},
        {"too many, with 200", "chat.postMessage", NOT_OK("rate_limited"), 31 * SECOND},
        {"a post that was not sent",
         "chat.postMessage",
         {.outcome = HTTP_UNSENT, .retry_after_ms = -1},
         SECOND},
        {"reading that was cut",
         "conversations.history",
         {.outcome = HTTP_UNKNOWN, .retry_after_ms = -1},
         SECOND},
        {"an edit that met a 500", "chat.update", ANSWERED(500, HTML), SECOND},
        {"a join that met HTML", "conversations.join", ANSWERED(200, HTML), SECOND},
        {"reading that failed inside", "users.info", NOT_OK("internal_error"), SECOND},
        {"reading while Slack is away", "users.list", NOT_OK("service_unavailable"), SECOND},
        {"an update of a view without a hash", "views.update", ANSWERED(502, HTML), SECOND},
    };

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        ask((int)i, cases[i].method, "{\"channel\":\"C1\",\"text\":\"same\"}");
        pass(MINUTE);
        deliver(sent(2 * i), cases[i].reply);
        pass(cases[i].within_ms);
        if (sent_count() != 2 * i + 2) {
            fail_msg("%s: is not tried again within %d ms", cases[i].promise,
                     (int)cases[i].within_ms);
        }
        assert_string_equal(sent(2 * i + 1)->url, sent(2 * i)->url);
        assert_string_equal(sent(2 * i + 1)->body, sent(2 * i)->body);
        assert_string_equal(sent(2 * i + 1)->headers, sent(2 * i)->headers);
        answer(2 * i + 1, 200, "{\"ok\":true}");
        expect_told(i, (int)i, SLACK_OK, "");
    }
}

static void test_retry_after_is_waited_out(void **state)
{
    static const struct {
        const char *promise;
        int64_t said_ms, waited_ms;
    } cases[] = {
        {"as it was said", 7 * SECOND, 7 * SECOND},
        {"half a minute where it was not", -1, 30 * SECOND},
        {"a moment where it was nothing", 0, SECOND},
        {"an hour at most", INT64_MAX, 60 * MINUTE},
    };

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        ask_with(
            (int)i,
            (SlackAsk){.method = "users.list", .hurry = SLACK_QUEUE, .deadline_ms = 90 * MINUTE});
        pass(MINUTE);
        int64_t at = rig->loop.now;
        answer_later(2 * i, cases[i].said_ms);
        pass(cases[i].waited_ms - 1);
        if (sent_count() != 2 * i + 1) {
            fail_msg("%s: it comes too early", cases[i].promise);
        }
        pass(1001);
        if (sent_count() != 2 * i + 2) {
            fail_msg("%s: it comes too late", cases[i].promise);
        }
        assert_in_range(sent(2 * i + 1)->at_ms - at, cases[i].waited_ms,
                        cases[i].waited_ms + SECOND);
        answer(2 * i + 1, 200, "{\"ok\":true}");
    }
}

static void test_a_pause_holds_up_its_method_and_no_other(void **state)
{
    (void)state;
    ask(1, "chat.postMessage", "{\"channel\":\"C1\"}");
    pass(0);
    answer_later(0, 20 * SECOND);
    ask_soon(2, "chat.postMessage", "{\"channel\":\"C2\"}");
    ask(3, "chat.postEphemeral", "{\"channel\":\"C2\"}");
    ask(4, "users.info", NULL);
    pass(20 * SECOND - 1);
    assert_int_equal(sent_count(), 3);
    assert_null(strstr(sent(1)->url, "chat.postMessage"));
    assert_null(strstr(sent(2)->url, "chat.postMessage"));
    pass(2 * SECOND);
    assert_int_equal(sent_count(), 5);
    assert_non_null(strstr(sent(3)->body, "C2")); /* somebody waits for it */
    assert_non_null(strstr(sent(4)->body, "C1"));
}

/* Attempts come later and later, and stop at the deadline. */
static void test_backing_off_until_the_deadline(void **state)
{
    static const struct {
        const char *promise, *method;
        HttpOutcome outcome;
        SlackClass class;
    } cases[] = {
        {"a post that never got there was not done", "chat.postMessage", HTTP_UNSENT, SLACK_RETRY},
        {"nor was what never got there", "chat.update", HTTP_UNSENT, SLACK_RETRY},
        {"an edit that was cut each time may be done", "chat.update", HTTP_UNKNOWN, SLACK_UNSURE},
    };

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint first = sent_count();
        int64_t start = rig->loop.now;
        int tries = 0;

        ask_with((int)i, (SlackAsk){.method = cases[i].method, .hurry = SLACK_QUEUE});
        for (; rig->told->len == i; tries++) {
            while (rig->told->len == i && sent_count() == first + (guint)tries) {
                assert_true(loop_turn(&rig->loop, INT64_MAX));
            }
            if (rig->told->len == i) {
                lose(first + (guint)tries, cases[i].outcome);
            }
        }
        if (told(i)->class != cases[i].class) {
            fail_msg("%s: class %d", cases[i].promise, (int)told(i)->class);
        }
        assert_in_range(told(i)->at_ms - start, 1, 10 * MINUTE);
        assert_in_range(tries, 9, 200);
        pass(30 * MINUTE);
        assert_int_equal(rig->told->len, i + 1);
    }
}

static void test_one_doubt_among_the_attempts_remains_a_doubt(void **state)
{
    (void)state;
    ask_with(1,
             (SlackAsk){.method = "chat.update", .hurry = SLACK_QUEUE, .deadline_ms = 5 * SECOND});
    pass(0);
    lose(0, HTTP_UNKNOWN);
    pass(SECOND);
    answer_later(1, 60 * SECOND);
    pass(0);
    expect_told(0, 1, SLACK_UNSURE, "ratelimited");
}

static void test_a_wait_beyond_the_deadline_is_told_at_once(void **state)
{
    (void)state;
    ask_with(1, (SlackAsk){.method = "views.open", .hurry = SLACK_SOON, .deadline_ms = 2500});
    pass(0);
    answer_later(0, 30 * SECOND);
    expect_told(0, 1, SLACK_RETRY, "ratelimited");
}

static void test_what_is_not_sent_by_its_deadline_never_is(void **state)
{
    (void)state;
    ask(1, "chat.postMessage", "{\"channel\":\"C1\"}");
    pass(0);
    answer_later(0, 30 * SECOND);
    ask_with(2, (SlackAsk){
                    .method = "chat.postMessage", .hurry = SLACK_SOON, .deadline_ms = 3 * SECOND});
    pass(3 * SECOND - 1);
    assert_int_equal(rig->told->len, 0);
    pass(1);
    expect_told(0, 2, SLACK_RETRY, "");
    pass(MINUTE);
    assert_int_equal(sent_count(), 2); /* the first one's repeat */
}

/* Limits ------------------------------------------------------------------------------------- */

static void test_so_many_are_under_way_and_some_places_are_kept(void **state)
{
    static const char *const methods[] = {"chat.postMessage", "users.info", "chat.update",
                                          "conversations.info", "views.publish"};

    (void)state;
    for (int i = 0; i < 100; i++) {
        g_autofree char *args = g_strdup_printf("{\"channel\":\"C%d\"}", i);

        ask(i, methods[i % 5], args);
    }
    pass(10 * SECOND);
    assert_int_equal(rig->http.live, 18);
    for (int i = 100; i < 120; i++) {
        ask_soon(i, "views.open", NULL);
    }
    pass(10 * SECOND);
    assert_int_equal(rig->http.live, 24);
    assert_int_equal(slack_api_depth(rig->api), 120);
    answer(0, 200, "{\"ok\":true}");
    pass(0);
    assert_int_equal(rig->http.live, 24);
    assert_int_equal(slack_api_depth(rig->api), 119);
}

static void test_a_channels_posts_keep_a_second_between_them(void **state)
{
    (void)state;
    ask(1, "chat.postMessage", "{\"channel\":\"C1\"}");
    pass(0);
    ask(2, "chat.postEphemeral", "{\"channel\":\"C1\",\"user\":\"U1\"}");
    ask(3, "chat.postMessage", "{\"channel\":\"C2\"}");
    ask(4, "chat.update", "{\"channel\":\"C1\"}");
    pass(999);
    assert_int_equal(sent_count(), 3);
    pass(1);
    assert_int_equal(sent_count(), 4);
    assert_non_null(strstr(sent(3)->url, "chat.postEphemeral"));
}

static void test_a_flood_is_turned_away_and_hurry_still_finds_room(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        ask(i, "chat.postMessage", "{\"channel\":\"C1\"}");
    }
    ask(20000, "users.info", NULL);
    ask_soon(20001, "views.open", NULL);
    assert_int_equal(rig->told->len, 0);
    pass(0);
    assert_int_equal(rig->told->len, 1);
    expect_told(0, 20000, SLACK_RETRY, "");
    assert_int_equal(sent_count(), 2);
    assert_non_null(strstr(sent(0)->url, "views.open"));
    for (int i = 0; i < 3000; i++) {
        ask_soon(i, "chat.postMessage", "{\"channel\":\"C1\"}");
    }
    pass(0);
    assert_in_range(rig->told->len, 900, 1100); /* hurry has an end too */
}

/* Refused ------------------------------------------------------------------------------------ */

static void test_a_refused_token_ends_what_waits_but_the_question(void **state)
{
    (void)state;
    ask(1, "users.info", NULL);
    pass(0);
    answer_later(0, 30 * SECOND);
    ask(2, "users.info", NULL);
    ask(3, "auth.test", NULL);
    ask(4, "chat.update", NULL);
    ask_with(
        5, (SlackAsk){.method = "apps.connections.open", .hurry = SLACK_QUEUE, .token = APP_TOKEN});
    rig->inside = true;
    slack_api_set_refused(rig->api, true);
    rig->inside = false;
    assert_true(slack_api_refused(rig->api));
    ask_soon(6, "views.open", NULL);
    post_url(7, "application/json", "{}");
    assert_int_equal(rig->told->len, 0);
    pass(0);
    assert_int_equal(rig->told->len, 4);
    expect_told(0, 1, SLACK_AUTH, "");
    expect_told(1, 2, SLACK_AUTH, "");
    expect_told(2, 4, SLACK_AUTH, "");
    expect_told(3, 6, SLACK_AUTH, "");
    assert_int_equal(sent_count(), 4); /* the first, auth.test, connections.open, the secret URL */
    slack_api_set_refused(rig->api, false);
    ask(8, "chat.update", NULL);
    pass(0);
    assert_int_equal(sent_count(), 5);
}

static void test_what_is_under_way_has_its_answer_and_no_second_try(void **state)
{
    (void)state;
    ask(1, "users.info", NULL);
    ask(2, "users.info", NULL);
    pass(0);
    slack_api_set_refused(rig->api, true);
    answer(0, 200, "{\"ok\":true}");
    answer(1, 500, HTML);
    expect_told(0, 1, SLACK_OK, "");
    expect_told(1, 2, SLACK_AUTH, "http_500");
    pass(MINUTE);
    assert_int_equal(sent_count(), 2);
}

/* Secret URLs -------------------------------------------------------------------------------- */

static void test_how_a_secret_url_ends(void **state)
{
    static const AnswerCase cases[] = {
        {"200 is done", NULL, ANSWERED(200, "ok"), SLACK_OK, ""},
        {"200 of an upload is done", NULL, ANSWERED(200, "OK - 1234"), SLACK_OK, ""},
        {"200 with JSON is done", NULL, ANSWERED(200, "{\"ok\":true}"), SLACK_OK, ""},
        {"200 with HTML is done", NULL, ANSWERED(200, HTML), SLACK_OK, ""},
        {"404 is too late", NULL, ANSWERED(404, HTML), SLACK_LATE, "http_404"},
        {"410 is too late", NULL, ANSWERED(410, ""), SLACK_LATE, "http_410"},
        {"used up, in JSON", NULL, NOT_OK("used_url"), SLACK_LATE, "used_url"},
        {"used up, in a word", NULL, ANSWERED(403, " used_url\n"), SLACK_LATE, "used_url"},
        {"over, with a 500", NULL, ANSWERED(500, "expired_url"), SLACK_LATE, "expired_url"},
        {"too many words are our mistake", NULL, ANSWERED(400, "invalid_payload"), SLACK_REQUEST,
         "invalid_payload"},
        {"a no in JSON is a no", NULL, NOT_OK("no_text"), SLACK_REQUEST, "no_text"},
        {"a 500 may be done", NULL, ANSWERED(500, HTML), SLACK_UNSURE, "http_500"},
        {"what was cut may be done",
         NULL,
         {.outcome = HTTP_UNKNOWN, .retry_after_ms = -1},
         SLACK_UNSURE,
         ""},
    };

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        post_url((int)i, i % 2 == 0 ? "application/json" : "application/octet-stream", "body");
        pass(0);
        deliver(sent(i), cases[i].reply);
        if (rig->told->len != i + 1 || told(i)->class != cases[i].class ||
            strcmp(told(i)->error, cases[i].error) != 0) {
            fail_msg("%s: %u told", cases[i].promise, rig->told->len);
        }
    }
    pass(10 * MINUTE);
    assert_int_equal(sent_count(), G_N_ELEMENTS(cases));
}

static void test_a_secret_url_sees_no_token_and_all_bytes(void **state)
{
    static const char png[] = {'\x89', 'P', 'N', 'G', '\0', '\xFF', '\0'};

    (void)state;
    slack_api_post_url(rig->api, HOOK, "application/octet-stream", png, sizeof png, on_told, NULL);
    pass(0);
    assert_string_equal(sent(0)->url, HOOK);
    assert_string_equal(sent(0)->headers, "Content-Type: application/octet-stream");
    assert_int_equal(sent(0)->body_len, sizeof png);
}

static void test_a_secret_url_is_tried_for_a_minute(void **state)
{
    (void)state;
    post_url(1, "application/json", "{}");
    post_url(2, "application/json", "{}");
    pass(0);
    answer_later(0, 10 * SECOND);
    answer(1, 200, "ok");
    post_url(3, "application/json", "{}"); /* another's limit is not its own */
    pass(0);
    assert_int_equal(sent_count(), 3);
    answer(2, 403, "rate_limited");
    pass(11 * SECOND);
    assert_int_equal(sent_count(), 4);
    answer_later(3, 50 * SECOND);
    expect_told(1, 1, SLACK_RETRY, "ratelimited");
    pass(20 * SECOND);
    assert_int_equal(sent_count(), 5);
    answer(4, 200, "ok");
    expect_told(2, 3, SLACK_OK, "");
}

/* Ends --------------------------------------------------------------------------------------- */

static void test_a_cancelled_call_is_never_told(void **state)
{
    SlackCall *calls[4];

    (void)state;
    calls[0] = ask(0, "users.info", NULL); /* under way */
    calls[1] = ask(1, "users.info", NULL); /* rests until it is tried again */
    pass(0);
    lose(1, HTTP_UNSENT);
    slack_api_set_refused(rig->api, true);
    slack_api_set_refused(rig->api, false);
    calls[1] = ask(1, "auth.test", NULL); /* waits */
    slack_api_set_refused(rig->api, true);
    calls[2] = ask(2, "users.info", NULL); /* ended, and is to be told */
    slack_api_set_refused(rig->api, false);
    calls[3] = post_url(3, "application/json", "{}");
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
        slack_api_cancel(calls[i]);
    }
    slack_api_cancel(NULL);
    g_ptr_array_set_size(rig->told, 0);
    pass(30 * MINUTE);
    assert_int_equal(rig->told->len, 1); /* the one that rested: refused above */
    assert_int_equal(sent_count(), 2);
    assert_int_equal(rig->http.live, 0);
    assert_int_equal(slack_api_depth(rig->api), 0);
}

static void test_a_place_that_was_cancelled_is_taken_by_the_next(void **state)
{
    SlackCall *calls[9];

    (void)state;
    for (int i = 0; i < 9; i++) {
        calls[i] = ask(i, "users.info", NULL);
    }
    pass(0);
    assert_int_equal(sent_count(), 8);
    slack_api_cancel(calls[3]);
    pass(0);
    assert_int_equal(sent_count(), 9);
}

static SlackCall *own, *other;

static void cancel_both(void *arg, const SlackAnswer *said)
{
    on_told(arg, said);
    slack_api_cancel(own);
    slack_api_cancel(other);
}

static void test_done_may_cancel_others_and_itself(void **state)
{
    (void)state;
    slack_api_set_refused(rig->api, true);
    own = slack_api_call(rig->api, &(SlackAsk){.method = "users.info"}, cancel_both,
                         GINT_TO_POINTER(1));
    other = ask(2, "users.info", NULL);
    ask(3, "users.info", NULL);
    pass(0);
    assert_int_equal(rig->told->len, 2);
    expect_told(0, 1, SLACK_AUTH, "");
    expect_told(1, 3, SLACK_AUTH, "");
}

static void free_api(void *arg, const SlackAnswer *said)
{
    on_told(arg, said);
    slack_api_free(rig->api);
    rig->api = NULL;
}

static void test_done_may_free_the_client(void **state)
{
    static const bool refused[] = {false, true}; /* told from an answer, told from a turn */

    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (i > 0) {
            close_rig(state);
            open_rig(state);
        }
        slack_api_set_refused(rig->api, refused[i]);
        slack_api_call(rig->api, &(SlackAsk){.method = "users.info"}, free_api, GINT_TO_POINTER(1));
        ask(2, "users.info", NULL);
        ask(3, "auth.test", NULL);
        pass(0);
        if (!refused[i]) {
            answer(0, 200, "{\"ok\":true}");
        }
        pass(MINUTE);
        assert_int_equal(rig->told->len, 1);
        assert_int_equal(rig->http.live, 0);
    }
}

static int asked_again;

static void ask_again(void *arg, const SlackAnswer *said)
{
    on_told(arg, said);
    asked_again++;
    slack_api_call(rig->api, &(SlackAsk){.method = "users.info"}, ask_again, arg);
}

/* One that asks again at once has its answer in the next turn: the loop lives on in between. */
static void test_done_may_call_again_and_the_loop_lives_on(void **state)
{
    (void)state;
    asked_again = 0;
    slack_api_set_refused(rig->api, true);
    slack_api_call(rig->api, &(SlackAsk){.method = "users.info"}, ask_again, NULL);
    for (int turn = 1; turn <= 3; turn++) {
        assert_true(loop_turn(&rig->loop, rig->loop.now));
        assert_int_equal(asked_again, turn);
    }
}

static void test_an_idle_client_has_no_timer(void **state)
{
    (void)state;
    assert_int_equal(rig->loop.timers->len, 0);
    ask(1, "chat.postMessage", "{\"channel\":\"C1\"}");
    pass(0);
    answer(0, 200, "{\"ok\":true}");
    pass(0);
    assert_int_equal(rig->loop.timers->len, 0);
}

/* The log ------------------------------------------------------------------------------------ */

static void test_a_trouble_is_logged_once_a_minute(void **state)
{
    (void)state;
    for (guint i = 0; i < 10; i++) {
        ask((int)i, "chat.update", NULL);
        pass(5 * SECOND);
        answer(i, 200, "{\"ok\":false,\"error\":\"is_archived\"}");
    }
    assert_int_equal(lines_logged("error=\"is_archived\""), 1);
    ask(10, "pins.add", NULL);
    pass(0);
    answer(10, 200, "{\"ok\":false,\"error\":\"is_archived\"}");
    assert_int_equal(lines_logged("error=\"is_archived\""), 2); /* another method's */
    pass(MINUTE);
    ask(11, "chat.update", NULL);
    pass(0);
    answer(11, 200, "{\"ok\":false,\"error\":\"is_archived\"}");
    assert_int_equal(lines_logged("error=\"is_archived\""), 3);
    assert_int_equal(lines_logged("workspace=\"acme\""), 3);
}

static void test_reasons_are_logged_without_what_people_wrote(void **state)
{
    g_autofree char *long_one = g_strnfill(5000, 'x');
    g_autofree char *body = g_strdup_printf(
        "{\"ok\":false,\"error\":\"invalid_blocks\",\"response_metadata\":{\"messages\":["
        "\"[ERROR] can't be 'a secret plan' or \\\"a secret name\\\"\\n `secret` "
        "[json-pointer:/blocks/0]\","
        "7,\"%s\"]}}",
        long_one);

    (void)state;
    ask(1, "chat.update", NULL);
    pass(0);
    answer(0, 200, body);
    assert_int_equal(lines_logged("can't be ... or ... ... [json-pointer:/blocks/0]; xxx"), 1);
    assert_null(strstr(logged->str, "secret"));
    assert_true(logged->len < 200 + 200);
}

static void test_a_quote_that_is_never_closed_hides_the_rest(void **state)
{
    (void)state;
    ask(1, "chat.update", NULL);
    pass(0);
    answer(0, 200,
           "{\"ok\":false,\"error\":\"invalid_arguments\",\"response_metadata\":{\"messages\":"
           "[\"must not be 'a secret\"]}}");
    assert_int_equal(lines_logged("must not be ..."), 1);
}

static void test_warnings_are_logged_although_it_worked(void **state)
{
    (void)state;
    for (guint i = 0; i < 3; i++) {
        ask((int)i, "conversations.join", NULL);
        pass(0);
        answer(i, 200, "{\"ok\":true,\"warning\":\"already_in_channel\"}");
        expect_told(i, (int)i, SLACK_OK, "");
    }
    ask(3, "users.info", NULL);
    pass(0);
    answer(3, 200, "{\"ok\":true}");
    assert_int_equal(lines_logged("slack_call_warned"), 1);
    assert_int_equal(lines_logged("already_in_channel"), 1);
}

static void test_made_up_errors_do_not_fill_the_memory_or_the_log(void **state)
{
    (void)state;
    for (guint i = 0; i < 50; i++) {
        g_autofree char *body = g_strdup_printf(
            "{\"ok\":false,\"error\":\"x%u secret %s\",\"warning\":\"%s\"}", i, HTML, BOT_TOKEN);

        ask((int)i, "chat.update", NULL);
        pass(2 * SECOND);
        answer(i, 200, body);
        expect_told(i, (int)i, SLACK_REQUEST, "");
    }
    assert_in_range(lines_logged("slack_call_failed"), 1, 3);
}

/* A bad day ---------------------------------------------------------------------------------- */

/* A Slack that does what it was asked, or not, and says so, or not; and that minds its limits. */
typedef struct BadDay {
    GRand *dice;
    GHashTable *done;      /* a post's text -> how often it was done */
    GHashTable *told_done; /* its name -> it was told as done */
    int64_t closed_until;  /* for chat.postMessage */
    guint seen;
} BadDay;

static void do_it(BadDay *day, const HttpCall *call)
{
    g_autoptr(Json) args = json_parse(call->body, call->body_len);
    const char *text = json_text(args, "text");
    int times = GPOINTER_TO_INT(g_hash_table_lookup(day->done, text));

    g_hash_table_insert(day->done, g_strdup(text), GINT_TO_POINTER(times + 1));
}

static void misbehave(BadDay *day, HttpCall *call)
{
    int64_t wait = g_rand_int_range(day->dice, 1, 20) * SECOND;

    switch (g_rand_int_range(day->dice, 0, 9)) {
    case 0: /* not done, and it says so */
        if (strstr(call->url, "chat.postMessage") != NULL) {
            day->closed_until = MAX(day->closed_until, rig->loop.now + wait);
        }
        deliver(call, (HttpReply){.outcome = HTTP_ANSWERED, .status = 429, .retry_after_ms = wait});
        return;
    case 1:
        deliver(call, (HttpReply){.outcome = HTTP_UNSENT, .retry_after_ms = -1});
        return;
    case 2: /* done, and cut */
        do_it(day, call);
        deliver(call, (HttpReply){.outcome = HTTP_UNKNOWN, .retry_after_ms = -1});
        return;
    case 3: /* done, and a 500 */
        do_it(day, call);
        deliver(call, (HttpReply)ANSWERED(500, HTML));
        return;
    case 4: /* done, and rubbish */
        do_it(day, call);
        deliver(call, (HttpReply)ANSWERED(200, HTML));
        return;
    case 5: /* not done, and cut */
        deliver(call, (HttpReply){.outcome = HTTP_UNKNOWN, .retry_after_ms = -1});
        return;
    default:
        do_it(day, call);
        deliver(call, (HttpReply)ANSWERED(200, "{\"ok\":true}"));
    }
}

static void bad_day_step(BadDay *day)
{
    for (; day->seen < sent_count(); day->seen++) { /* what was sent since */
        const HttpCall *call = sent(day->seen);

        assert_true(strstr(call->url, "chat.postMessage") == NULL ||
                    call->at_ms >= day->closed_until);
    }
    for (guint i = 0; i < day->seen; i++) {
        if (sent(i)->live && g_rand_int_range(day->dice, 0, 3) == 0) {
            misbehave(day, sent(i));
        }
    }
}

static void bad_day_ask(BadDay *day, int name)
{
    static const char *const methods[] = {"chat.postMessage", "chat.update", "chat.postEphemeral",
                                          "users.info"};
    g_autoptr(Json) args = json_new_object();
    g_autofree char *text = g_strdup_printf("%d", name);
    g_autofree char *channel = g_strdup_printf("C%d", g_rand_int_range(day->dice, 0, 5));

    json_put_text(args, "channel", channel);
    json_put_text(args, "text", text);
    ask_with(name, (SlackAsk){.method = methods[name % 4],
                              .take_args = g_steal_pointer(&args),
                              .hurry = g_rand_boolean(day->dice) ? SLACK_SOON : SLACK_QUEUE,
                              .deadline_ms = g_rand_int_range(day->dice, 1000, 300000)});
}

/* What it was told about a post must be true of what became of it. */
static void expect_truth(const BadDay *day, const Told *one)
{
    g_autofree char *text = g_strdup_printf("%d", one->name);
    int times = GPOINTER_TO_INT(g_hash_table_lookup(day->done, text));

    if (one->name % 2 == 1) {
        return; /* doing it twice does no harm; or it is a form */
    }
    if (times > 1 || (one->class == SLACK_OK && times != 1) ||
        (one->class == SLACK_RETRY && times != 0)) {
        fail_msg("call %d was told %d and done %d times", one->name, (int)one->class, times);
    }
}

static void test_on_a_bad_day_nothing_is_posted_twice_and_all_is_told_once(void **state)
{
    for (guint32 seed = 1; seed <= 10; seed++) {
        BadDay day = {.dice = g_rand_new_with_seed(seed)};
        g_autoptr(GHashTable) names = g_hash_table_new(NULL, NULL);

        close_rig(state);
        open_rig(state);
        day.done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        for (int name = 0; name < 400; name++) {
            bad_day_ask(&day, name);
            pass(g_rand_int_range(day.dice, 0, 400));
            bad_day_step(&day);
        }
        for (int i = 0; i < 5000 && rig->told->len < 400; i++) {
            pass(g_rand_int_range(day.dice, 0, 1000));
            bad_day_step(&day);
        }
        assert_int_equal(rig->told->len, 400);
        for (guint i = 0; i < 400; i++) {
            assert_true(g_hash_table_add(names, GINT_TO_POINTER(told(i)->name)));
            expect_truth(&day, told(i));
        }
        assert_true(rig->http.most_live <= 24);
        assert_int_equal(slack_api_depth(rig->api), 0);
        g_hash_table_unref(day.done);
        g_rand_free(day.dice);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)
    const struct CMUnitTest tests[] = {
        TEST(test_how_arguments_travel),
        TEST(test_a_token_of_its_own_goes_in_the_header),
        TEST(test_what_somebody_waits_for_does_not_wait_long),
        TEST(test_what_ends_a_call),
        TEST(test_scopes_are_handed_on),
        TEST(test_what_is_tried_again),
        TEST(test_retry_after_is_waited_out),
        TEST(test_a_pause_holds_up_its_method_and_no_other),
        TEST(test_backing_off_until_the_deadline),
        TEST(test_one_doubt_among_the_attempts_remains_a_doubt),
        TEST(test_a_wait_beyond_the_deadline_is_told_at_once),
        TEST(test_what_is_not_sent_by_its_deadline_never_is),
        TEST(test_so_many_are_under_way_and_some_places_are_kept),
        TEST(test_a_channels_posts_keep_a_second_between_them),
        TEST(test_a_flood_is_turned_away_and_hurry_still_finds_room),
        TEST(test_a_refused_token_ends_what_waits_but_the_question),
        TEST(test_what_is_under_way_has_its_answer_and_no_second_try),
        TEST(test_how_a_secret_url_ends),
        TEST(test_a_secret_url_sees_no_token_and_all_bytes),
        TEST(test_a_secret_url_is_tried_for_a_minute),
        TEST(test_a_cancelled_call_is_never_told),
        TEST(test_a_place_that_was_cancelled_is_taken_by_the_next),
        TEST(test_done_may_cancel_others_and_itself),
        TEST(test_done_may_free_the_client),
        TEST(test_done_may_call_again_and_the_loop_lives_on),
        TEST(test_an_idle_client_has_no_timer),
        TEST(test_a_trouble_is_logged_once_a_minute),
        TEST(test_reasons_are_logged_without_what_people_wrote),
        TEST(test_a_quote_that_is_never_closed_hides_the_rest),
        TEST(test_warnings_are_logged_although_it_worked),
        TEST(test_made_up_errors_do_not_fill_the_memory_or_the_log),
        TEST(test_on_a_bad_day_nothing_is_posted_twice_and_all_is_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

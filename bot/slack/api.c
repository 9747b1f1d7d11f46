/* A call's way: it stands in line at the limiter, is sent, is judged by what came back, and goes
 * back to its line or ends. Everything happens in the client's own turn, which its one timer brings
 * about, or in an HTTP answer; nobody is told from inside a call.
 *
 * `done` may do anything, freeing the client included: behind it, an answer touches nothing of the
 * client any more, and the client's own turn frees it at its end. */

#include "bot/slack/api.h"

#include <string.h>

#include "bot/log.h"
#include "bot/metrics.h"
#include "bot/seldom.h"
#include "bot/slack/limit.h"

#define DEADLINE_MS     (INT64_C(10) * 60 * 1000)
#define URL_DEADLINE_MS (INT64_C(60) * 1000)
#define TIMEOUT_MS      10000
#define SOON_TIMEOUT_MS 5000
/* Waiting calls; those that somebody waits for find room when the rest is full. */
#define WAITING_MAX      20000
#define WAITING_SOON_MAX 22000
/* Between two attempts. */
#define BACKOFF_MS     INT64_C(1000)
#define BACKOFF_MAX_MS 60000
/* Where Slack says "too many" without saying until when; and what it may say. */
#define PAUSE_MS     30000
#define PAUSE_MIN_MS 1000
#define PAUSE_MAX_MS (INT64_C(3600) * 1000)
#define JITTER_MS    1000
/* The same trouble is logged once in so long. */
#define LOG_EVERY_MS 60000
#define LOG_TEXT_MAX 200
#define LOG_CODE_MAX 64

#define TYPE_JSON "application/json; charset=utf-8"
#define TYPE_FORM "application/x-www-form-urlencoded"

typedef enum CallState { CALL_WAITS, CALL_SENT, CALL_ENDED, CALL_TOLD } CallState;

/* What came of one attempt, or of the call. */
typedef struct Verdict {
    SlackClass class;
    bool limited;                 /* Slack said "too many" */
    bool unsent;                  /* it never got there */
    int64_t wait_ms;              /* `limited`: for so long; -1: not said */
    char error[LOG_CODE_MAX + 1]; /* Slack's code, or "http_404" */
    Json *json;                   /* owned */
    const char *scopes;           /* borrowed from the reply */
} Verdict;

struct SlackCall {
    LimitEntry entry; /* first: the limiter hands it back */
    SlackApi *api;
    GList link;                /* in the client's `calls` */
    GList ended_link;          /* in its `ended` */
    const SlackMethod *method; /* NULL: `url` is posted to */
    char *url, *type;          /* a secret URL, and its body's type */
    char *token;               /* instead of the workspace's; NULL */
    char *body;
    size_t body_len;
    bool repeatable, maybe_done;
    int attempts;
    CallState state;
    HttpCall *http;   /* while CALL_SENT */
    SlackClass class; /* once CALL_ENDED */
    SlackDone done;
    void *arg;
};

#define CLASSES (SLACK_UNSURE + 1)

struct SlackApi {
    Loop *loop;
    Http *http;
    char *workspace, *api_url, *token;
    char *ca_file; /* NULL: none */
    char *lost;    /* why the last call got no answer; NULL: it got one */
    bool refused;
    SlackHeldBack held_back; /* NULL: nobody is told */
    void *held_arg;
    Limit *limit;
    size_t url_rule; /* the limiter's rule for secret URLs, behind those of the methods */
    GQueue calls;    /* of SlackCall, all that `done` was not called for */
    GQueue ended;    /* of SlackCall, to be told in the next turn */
    LoopTimer *timer;
    int64_t timer_ms; /* when it comes */
    Seldom *logged;
    Metric **counted; /* by rule and class; NULL: not seen yet */
    bool telling;     /* in its own turn, where freeing it only marks it */
    bool over;
};

static void on_turn(void *arg);

static void verdict_clear(Verdict *verdict)
{
    cJSON_Delete(verdict->json);
    verdict->json = NULL;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verdict, verdict_clear)

/* The client --------------------------------------------------------------------------------- */

/* What may stand in a header: a token that came with a newline is one without it. */
static char *header_safe(const char *token)
{
    GString *safe = g_string_new(NULL);

    for (const char *p = token; *p != '\0'; p++) {
        if (g_ascii_isgraph(*p)) {
            g_string_append_c(safe, *p);
        }
    }
    return g_string_free(safe, FALSE);
}

static Limit *limit_of_methods(size_t *url_rule)
{
    const SlackMethod *methods = slack_methods(url_rule);
    g_autofree LimitRule *rules = g_new0(LimitRule, *url_rule + 1);

    for (size_t i = 0; i < *url_rule; i++) {
        rules[i] =
            (LimitRule){methods[i].per_minute, methods[i].per_channel, methods[i].waited_for};
    }
    return limit_new(rules, *url_rule + 1);
}

SlackApi *slack_api_new(Loop *loop, Http *http, const char *workspace, const char *api_url,
                        const char *ca_file, const char *token)
{
    SlackApi *api = g_new0(SlackApi, 1);

    api->loop = loop;
    api->http = http;
    api->workspace = g_strdup(workspace);
    api->api_url = g_strdup(api_url);
    api->ca_file = g_strdup(ca_file);
    api->token = header_safe(token);
    api->limit = limit_of_methods(&api->url_rule);
    api->logged = seldom_new(LOG_EVERY_MS);
    api->counted = g_new0(Metric *, (api->url_rule + 1) * CLASSES);
    g_queue_init(&api->calls);
    g_queue_init(&api->ended);
    return api;
}

static void call_free(SlackCall *call)
{
    g_free(call->url);
    g_free(call->type);
    g_free(call->token);
    g_free(call->body);
    g_free(call);
}

/* Out of the client, whatever it was doing. */
static void call_detach(SlackCall *call)
{
    SlackApi *api = call->api;

    if (call->http != NULL) {
        http_cancel(call->http);
        call->http = NULL;
    }
    if (call->state == CALL_ENDED) {
        g_queue_unlink(&api->ended, &call->ended_link);
    }
    limit_remove(api->limit, &call->entry);
    g_queue_unlink(&api->calls, &call->link);
}

static void api_drop(SlackApi *api)
{
    limit_free(api->limit);
    seldom_free(api->logged);
    g_free(api->counted);
    g_free(api->workspace);
    g_free(api->lost);
    g_free(api->api_url);
    g_free(api->ca_file);
    g_free(api->token);
    g_free(api);
}

void slack_api_free(SlackApi *api)
{
    if (api == NULL) {
        return;
    }
    while (api->calls.head != NULL) {
        SlackCall *call = api->calls.head->data;

        call_detach(call);
        call_free(call);
    }
    loop_stop(&api->timer);
    api->over = true;
    if (!api->telling) {
        api_drop(api);
    }
}

const char *slack_api_lost(const SlackApi *api)
{
    return api->lost != NULL ? api->lost : "";
}

size_t slack_api_depth(const SlackApi *api)
{
    return api->calls.length;
}

bool slack_api_refused(const SlackApi *api)
{
    return api->refused;
}

/* Sees to it that the next turn comes when there is something to do; an early one does no harm. */
static void arm(SlackApi *api)
{
    int64_t now = loop_now_ms(api->loop);
    int64_t at = api->ended.length > 0 ? now : limit_when(api->limit, now);

    if (at == LIMIT_NEVER) {
        loop_stop(&api->timer);
        return;
    }
    if (api->timer != NULL && api->timer_ms <= at) {
        return;
    }
    loop_stop(&api->timer);
    api->timer_ms = at;
    api->timer = loop_after(api->loop, at - now, on_turn, api);
}

/* Ends --------------------------------------------------------------------------------------- */

/* Told in the next turn. */
static void end_later(SlackCall *call, SlackClass class)
{
    SlackApi *api = call->api;

    limit_remove(api->limit, &call->entry);
    call->state = CALL_ENDED;
    call->class = class;
    g_queue_push_tail_link(&api->ended, &call->ended_link);
}

static const char *method_name(const SlackCall *call)
{
    return call->method != NULL ? call->method->name : "url";
}

/* The call is freed; the client may be too. */
static void tell(SlackCall *call, const Verdict *verdict)
{
    SlackApi *api = call->api;
    SlackAnswer answer = {.class = verdict->class,
                          .error = verdict->error,
                          .json = verdict->json,
                          .needed = json_text(verdict->json, "needed"),
                          .scopes = verdict->scopes,
                          .people = slack_class_people(verdict->class)};
    const char *people = NULL;

    if (verdict->class != SLACK_OK && *verdict->error != '\0' &&
        slack_error_class(method_name(call), verdict->error, &people) == verdict->class) {
        answer.people = people;
    }
    call_detach(call);
    call->state = CALL_TOLD;
    arm(api);
    call->done(call->arg, &answer);
    call_free(call);
}

static void tell_class(SlackCall *call, SlackClass class)
{
    tell(call, &(Verdict){.class = class});
}

/* The log ------------------------------------------------------------------------------------ */

/* What is quoted in a message may be what a person wrote: it is left out. So are control
 * characters. */
static void add_unquoted(GString *out, const char *message)
{
    char open = '\0';

    for (const char *p = message; *p != '\0'; p++) {
        bool inside_word = p > message && g_ascii_isalnum(p[-1]) && g_ascii_isalnum(p[1]);

        if (open != '\0' && *p == open && !inside_word) {
            open = '\0';
        } else if (open == '\0' && strchr("\"'`", *p) != NULL && !inside_word) {
            open = *p;
            g_string_append(out, "...");
        } else if (open == '\0' && g_ascii_isprint(*p)) {
            g_string_append_c(out, *p);
        }
    }
}

/* The texts of an array, in a line of at most LOG_TEXT_MAX. Caller frees. */
static char *line_of(const Json *texts)
{
    GString *line = g_string_new(NULL);

    JSON_EACH (text, texts) {
        if (*json_string(text) == '\0') {
            continue;
        }
        if (line->len > 0) {
            g_string_append(line, "; ");
        }
        add_unquoted(line, json_string(text));
        if (line->len > LOG_TEXT_MAX) {
            break;
        }
    }
    g_string_truncate(line, MIN(line->len, LOG_TEXT_MAX));
    return g_string_free(line, FALSE);
}

static const char *const classes[] = {
    [SLACK_OK] = "ok",         [SLACK_AUTH] = "auth",       [SLACK_SETUP] = "setup",
    [SLACK_TARGET] = "target", [SLACK_REQUEST] = "request", [SLACK_LATE] = "late",
    [SLACK_RETRY] = "retry",   [SLACK_UNSURE] = "unsure",
};

static void count(const SlackCall *call, SlackClass class)
{
    Metric **counter = &call->api->counted[call->entry.method * CLASSES + class];

    if (*counter == NULL) {
        const MetricLabel labels[] = {{"workspace", call->api->workspace},
                                      {"method", method_name(call)},
                                      {"class", classes[class]},
                                      {NULL, NULL}};

        *counter = metric_counter_by("anchord_slack_calls_total",
                                     "Calls of the Web API, by what came of them.", labels);
    }
    metric_add(*counter, 1);
}

/* `why`: the transport's own words. */
static void log_verdict(const SlackCall *call, const Verdict *verdict, const char *why)
{
    const Json *told = json_object(verdict->json, "response_metadata");
    g_autofree char *messages = line_of(json_array(told, "messages"));
    g_autoptr(GString) needed = g_string_new(NULL);

    if (!seldom_is_time(call->api->logged, method_name(call), verdict->error,
                        loop_now_ms(call->api->loop))) {
        return;
    }
    add_unquoted(needed, json_text(verdict->json, "needed"));
    g_string_truncate(needed, MIN(needed->len, LOG_TEXT_MAX));
    log_warning("slack_call_failed", F_STR("workspace", call->api->workspace),
                F_STR("method", method_name(call)), F_STR("error", verdict->error),
                F_STR("class", classes[verdict->class]), F_STR("needed", needed->str),
                F_STR("messages", messages), F_STR("why", why));
}

/* What Slack minded although it did what was asked. */
static void log_warnings(const SlackCall *call, const Json *json)
{
    g_autoptr(GString) warning = g_string_new(NULL);
    g_autofree char *messages =
        line_of(json_array(json_object(json, "response_metadata"), "messages"));

    add_unquoted(warning, json_text(json, "warning"));
    g_string_truncate(warning, MIN(warning->len, LOG_TEXT_MAX));
    if ((warning->len == 0 && *messages == '\0') ||
        !seldom_is_time(call->api->logged, method_name(call), warning->str,
                        loop_now_ms(call->api->loop))) {
        return;
    }
    log_info("slack_call_warned", F_STR("workspace", call->api->workspace),
             F_STR("method", method_name(call)), F_STR("warning", warning->str),
             F_STR("messages", messages));
}

/* Verdicts ----------------------------------------------------------------------------------- */

/* Codes are plain words; anything else is no code. */
static void set_error(Verdict *verdict, const char *error)
{
    size_t len = strspn(error, "abcdefghijklmnopqrstuvwxyz0123456789_");

    if (len <= LOG_CODE_MAX && error[len] == '\0') {
        g_strlcpy(verdict->error, error, sizeof verdict->error);
    }
}

static void set_status(Verdict *verdict, SlackClass class, int status)
{
    verdict->class = class;
    if (*verdict->error == '\0') {
        g_snprintf(verdict->error, sizeof verdict->error, "http_%d", status);
    }
}

static void set_limited(Verdict *verdict, const HttpReply *reply)
{
    verdict->class = SLACK_RETRY;
    verdict->limited = true;
    verdict->wait_ms = reply->retry_after_ms;
    if (*verdict->error == '\0') {
        g_strlcpy(verdict->error, "ratelimited", sizeof verdict->error);
    }
}

static bool is_too_many(const char *error)
{
    return g_str_equal(error, "ratelimited") || g_str_equal(error, "rate_limited") ||
           g_str_equal(error, "too_many_requests");
}

static bool may_be_done(int status)
{
    return status == 408 || status < 300 || status >= 500;
}

/* A method's answer: by its `ok` where it is one of Slack's, else by the status alone. */
static void judge_method(const SlackCall *call, const HttpReply *reply, Verdict *verdict)
{
    const Json *ok = json_any(verdict->json, "ok");

    if (reply->status == 200 && cJSON_IsTrue(ok)) {
        verdict->class = SLACK_OK;
    } else if (reply->status >= 500 || reply->status == 408 || !cJSON_IsFalse(ok)) {
        set_status(verdict, may_be_done(reply->status) ? SLACK_UNSURE : SLACK_REQUEST,
                   reply->status);
    } else if (is_too_many(verdict->error)) {
        set_limited(verdict, reply);
    } else {
        verdict->class = slack_error_class(call->method->name, verdict->error, NULL);
    }
}

/* A secret URL's: it may say no in JSON, in plain words, or by its status. */
static void judge_url(const HttpReply *reply, Verdict *verdict)
{
    bool says_no = cJSON_IsFalse(json_any(verdict->json, "ok"));
    SlackClass class = slack_error_class("url", verdict->error, NULL);

    if (is_too_many(verdict->error)) {
        set_limited(verdict, reply);
    } else if (class == SLACK_LATE || reply->status == 404 || reply->status == 410) {
        set_status(verdict, SLACK_LATE, reply->status);
    } else if (reply->status >= 200 && reply->status < 300 && !says_no) {
        verdict->class = SLACK_OK;
        *verdict->error = '\0'; /* it was a word of thanks */
    } else if (says_no) {
        verdict->class = class;
    } else {
        set_status(verdict, may_be_done(reply->status) ? SLACK_UNSURE : SLACK_REQUEST,
                   reply->status);
    }
}

/* A secret URL may answer with a bare code. */
static void read_error(const SlackCall *call, const HttpReply *reply, Verdict *verdict)
{
    if (verdict->json != NULL) {
        set_error(verdict, json_text(verdict->json, "error"));
    } else if (call->method == NULL && reply->body_len <= LOG_CODE_MAX) {
        g_autofree char *word = g_strstrip(g_strndup(reply->body, reply->body_len));

        set_error(verdict, word);
    }
}

static void judge(const SlackCall *call, const HttpReply *reply, Verdict *verdict)
{
    *verdict = (Verdict){.class = SLACK_UNSURE, .scopes = reply->scopes, .wait_ms = -1};
    switch (reply->outcome) {
    case HTTP_UNSENT:
        verdict->class = SLACK_RETRY;
        verdict->unsent = true;
        return;
    case HTTP_UNKNOWN:
        return;
    case HTTP_ANSWERED:
        break;
    }
    verdict->json = json_parse(reply->body, reply->body_len);
    read_error(call, reply, verdict);
    if (reply->status == 429) {
        set_limited(verdict, reply);
    } else if (call->method == NULL) {
        judge_url(reply, verdict);
    } else {
        judge_method(call, reply, verdict);
    }
}

/* Attempts ----------------------------------------------------------------------------------- */

static int64_t random_ms(int64_t most)
{
    return g_random_int_range(0, (gint32)most + 1);
}

/* Full jitter: anything up to a time that doubles. */
static int64_t backoff_ms(int attempts)
{
    int doublings = MIN(attempts - 1, 6);

    return random_ms(MIN(BACKOFF_MS << doublings, BACKOFF_MAX_MS));
}

static int64_t pause_ms(int64_t said_ms)
{
    int64_t wait = said_ms < 0 ? PAUSE_MS : said_ms;

    return CLAMP(wait, PAUSE_MIN_MS, PAUSE_MAX_MS) + random_ms(JITTER_MS);
}

/* When to try again, after what came of it; -1: never. */
static int64_t again_at(SlackCall *call, const Verdict *verdict)
{
    int64_t now = loop_now_ms(call->api->loop);

    if (verdict->limited) {
        int64_t until = now + pause_ms(verdict->wait_ms);

        if (call->method != NULL) { /* a secret URL's limit is its own */
            limit_pause(call->api->limit, call->entry.method, until);
            if (call->api->held_back != NULL) {
                call->api->held_back(call->api->held_arg, call->method->name, until);
            }
        }
        return until;
    }
    if (verdict->unsent || (verdict->class == SLACK_UNSURE && call->repeatable)) {
        return now + backoff_ms(call->attempts);
    }
    return -1;
}

/* A token that is refused ends what is asked in its name, but for the question whether it still is.
 */
static bool is_refused(const SlackCall *call)
{
    return call->api->refused && call->method != NULL && call->token == NULL &&
           !g_str_equal(call->method->name, "auth.test");
}

/* How a call ends that is not sent any more. What waits can be done twice, so a refusal says it
 * all. */
static SlackClass class_unsent(const SlackCall *call)
{
    if (is_refused(call)) {
        return SLACK_AUTH;
    }
    return call->maybe_done ? SLACK_UNSURE : SLACK_RETRY;
}

static void settle(SlackCall *call, Verdict *verdict, const char *why)
{
    SlackApi *api = call->api;
    int64_t at = again_at(call, verdict);

    count(call, verdict->class);
    if (verdict->class == SLACK_OK) {
        log_warnings(call, verdict->json);
    } else {
        log_verdict(call, verdict, why);
    }
    call->maybe_done = call->maybe_done || verdict->class == SLACK_UNSURE;
    if (at >= 0 && at < call->entry.deadline_ms && !is_refused(call)) {
        call->state = CALL_WAITS;
        limit_again(api->limit, &call->entry, at);
        arm(api);
        return;
    }
    if (at >= 0) {
        verdict->class = class_unsent(call);
    }
    tell(call, verdict);
}

static void note_lost(SlackApi *api, const HttpReply *reply)
{
    g_free(api->lost);
    api->lost = reply->outcome != HTTP_ANSWERED ? g_strdup(reply->why) : NULL;
}

static void on_reply(void *arg, const HttpReply *reply)
{
    SlackCall *call = arg;
    g_auto(Verdict) verdict = {0};

    g_assert(call->state == CALL_SENT);
    call->http = NULL;
    note_lost(call->api, reply);
    judge(call, reply, &verdict);
    settle(call, &verdict, reply->why);
}

static void send_call(SlackCall *call)
{
    SlackApi *api = call->api;
    const SlackMethod *method = call->method;
    g_autofree char *url = g_strconcat(api->api_url, method_name(call), NULL);
    const char *type = method == NULL ? call->type : method->json ? TYPE_JSON : TYPE_FORM;
    const char *token = call->token != NULL ? call->token : api->token;
    g_autofree char *content_type = g_strconcat("Content-Type: ", type, NULL);
    g_autofree char *bearer = g_strconcat("Authorization: Bearer ", token, NULL);
    const char *const headers[] = {content_type, method != NULL ? bearer : NULL, NULL};

    call->state = CALL_SENT;
    call->attempts++;
    call->http =
        http_send(api->http,
                  &(HttpRequest){.method = "POST",
                                 .url = method != NULL ? url : call->url,
                                 .headers = headers,
                                 .body = call->body,
                                 .body_len = call->body_len,
                                 .timeout_ms = method != NULL && call->entry.soon ? SOON_TIMEOUT_MS
                                                                                  : TIMEOUT_MS,
                                 .ca_file = api->ca_file},
                  on_reply, call);
}

/* The turn ----------------------------------------------------------------------------------- */

/* Those that ended before the turn; what ends meanwhile is told in the next. */
static void tell_ended(SlackApi *api)
{
    api->telling = true;
    for (guint n = api->ended.length; n > 0 && api->ended.length > 0; n--) {
        SlackCall *call = api->ended.head->data;

        tell_class(call, call->class);
    }
    api->telling = false;
    if (api->over) {
        api_drop(api);
    }
}

static void on_turn(void *arg)
{
    SlackApi *api = arg;
    int64_t now = loop_now_ms(api->loop);
    LimitEntry *entry = NULL;

    api->timer = NULL;
    while ((entry = limit_overdue(api->limit, now)) != NULL) {
        SlackCall *call = (SlackCall *)entry;

        end_later(call, class_unsent(call));
    }
    while ((entry = limit_next(api->limit, now)) != NULL) {
        send_call((SlackCall *)entry);
    }
    arm(api);
    tell_ended(api);
}

/* Calls -------------------------------------------------------------------------------------- */

/* Complex arguments travel as JSON in a string; null is "not given". Caller frees; NULL: leave it
 * out. */
static char *form_value(const Json *value)
{
    if (cJSON_IsNull(value)) {
        return NULL;
    }
    return cJSON_IsString(value) ? g_strdup(json_string(value)) : json_print(value, NULL);
}

static char *form_print(const Json *args, size_t *len)
{
    GString *form = g_string_new(NULL);

    JSON_EACH (arg, args) {
        g_autofree char *value = form_value(arg);

        if (value == NULL) {
            continue;
        }
        g_autofree char *name = g_uri_escape_string(arg->string, NULL, FALSE);
        g_autofree char *escaped = g_uri_escape_string(value, NULL, FALSE);
        g_string_append_printf(form, "%s%s=%s", form->len > 0 ? "&" : "", name, escaped);
    }
    *len = form->len;
    return g_string_free(form, FALSE);
}

static char *body_print(const SlackMethod *method, const Json *args, size_t *len)
{
    if (!method->json) {
        return form_print(args, len);
    }
    if (args == NULL) {
        *len = 2;
        return g_strdup("{}");
    }
    return json_print(args, len);
}

static SlackCall *call_new(SlackApi *api, bool soon, int64_t deadline_ms, SlackDone done, void *arg)
{
    SlackCall *call = g_new0(SlackCall, 1);

    call->api = api;
    call->entry.soon = soon;
    call->entry.deadline_ms = loop_now_ms(api->loop) + MIN(deadline_ms, INT64_MAX / 2);
    call->link.data = call;
    call->ended_link.data = call;
    call->done = done;
    call->arg = arg;
    g_queue_push_tail_link(&api->calls, &call->link);
    return call;
}

/* In line, or at an end already. */
static SlackCall *call_start(SlackCall *call, const char *channel)
{
    SlackApi *api = call->api;
    size_t most = call->entry.soon ? WAITING_SOON_MAX : WAITING_MAX;

    if (is_refused(call)) {
        end_later(call, SLACK_AUTH);
    } else if (limit_waiting(api->limit) >= most) {
        end_later(call, SLACK_RETRY);
    } else {
        limit_add(api->limit, &call->entry, channel);
    }
    arm(api);
    return call;
}

SlackCall *slack_api_call(SlackApi *api, const SlackAsk *ask, SlackDone done, void *arg)
{
    const SlackMethod *method = slack_method(ask->method);
    g_autoptr(Json) args = ask->take_args;
    size_t count = 0;
    SlackCall *call = call_new(api, ask->hurry == SLACK_SOON,
                               ask->deadline_ms > 0 ? ask->deadline_ms : DEADLINE_MS, done, arg);

    g_assert(method != NULL);
    call->method = method;
    call->entry.method = (size_t)(method - slack_methods(&count));
    call->token = ask->token != NULL ? header_safe(ask->token) : NULL;
    call->body = body_print(method, args, &call->body_len);
    /* A view's update that was done makes its own hash stale: the second would be refused. */
    call->repeatable = method->repeatable && *json_text(args, "hash") == '\0';
    return call_start(call, json_text(args, "channel"));
}

SlackCall *slack_api_post_url(SlackApi *api, const char *url, const char *content_type,
                              const void *body, size_t len, SlackDone done, void *arg)
{
    /* Somebody waits for an answer; a file can take its time. */
    bool soon = g_str_has_prefix(content_type, "application/json");
    SlackCall *call = call_new(api, soon, URL_DEADLINE_MS, done, arg);

    call->entry.method = api->url_rule;
    call->url = g_strdup(url);
    call->type = g_strdup(content_type);
    call->body = g_memdup2(body, len);
    call->body_len = len;
    return call_start(call, NULL);
}

void slack_api_cancel(SlackCall *call)
{
    if (call == NULL || call->state == CALL_TOLD) { /* from inside its own `done` */
        return;
    }
    SlackApi *api = call->api;
    call_detach(call);
    call_free(call);
    arm(api);
}

void slack_api_on_held_back(SlackApi *api, SlackHeldBack held_back, void *arg)
{
    api->held_back = held_back;
    api->held_arg = arg;
}

void slack_api_set_refused(SlackApi *api, bool refused)
{
    api->refused = refused;
    for (GList *at = api->calls.head; at != NULL; at = at->next) {
        SlackCall *call = at->data;

        if (call->state == CALL_WAITS && is_refused(call)) {
            end_later(call, class_unsent(call));
        }
    }
    arm(api);
}

#pragma once

/* A loop, a transport and a log for a test that includes this, in place of the real ones: time is a
 * number, and what goes over the wire can be read and answered by hand. Exactly one of a program's
 * files may include it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "bot/json.h"
#include "bot/log.h"
#include "bot/loop.h"
#include "bot/net/http.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

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

static Loop wire_loop;

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    LoopTimer *timer = g_new0(LoopTimer, 1);

    assert_true(ms >= 0);
    *timer = (LoopTimer){loop, loop->now + ms, call, arg};
    g_ptr_array_add(loop->timers, timer);
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

static LoopTimer *first_timer(void)
{
    LoopTimer *first = NULL;

    for (guint i = 0; i < wire_loop.timers->len; i++) {
        LoopTimer *timer = g_ptr_array_index(wire_loop.timers, i);

        first = first == NULL || timer->at_ms < first->at_ms ? timer : first;
    }
    return first;
}

/* Time passes; nothing is answered. */
static void pass(int64_t ms)
{
    int64_t end = wire_loop.now + ms;
    LoopTimer *timer = NULL;
    int turns = 0;

    while ((timer = first_timer()) != NULL && timer->at_ms <= end) {
        assert_true(++turns < 100000); /* or it spins */
        g_ptr_array_remove(wire_loop.timers, timer);
        wire_loop.now = MAX(wire_loop.now, timer->at_ms);
        timer->call(timer->arg);
        g_free(timer);
    }
    wire_loop.now = end;
}

/* The transport ------------------------------------------------------------------------------ */

struct HttpCall {
    char *line;           /* "GET https://…" */
    char *headers, *body; /* headers in one text, a line each */
    int64_t timeout_ms, quiet_ms, at_ms;
    HttpDone done;
    void *arg;
    bool live;
};

static GPtrArray *wire_calls; /* of HttpCall, all that were ever sent, owned */
static guint wire_live;

static void free_http_call(gpointer data)
{
    HttpCall *call = data;

    g_free(call->line);
    g_free(call->headers);
    g_free(call->body);
    g_free(call);
}

HttpCall *http_send(Http *http, const HttpRequest *request, HttpDone done, void *arg)
{
    HttpCall *call = g_new0(HttpCall, 1);

    (void)http;
    assert_null(strstr(request->url, "secret")); /* never a token in a URL */
    call->line = g_strconcat(request->method, " ", request->url, NULL);
    call->headers = g_strjoinv("\n", (char **)(uintptr_t)request->headers);
    call->body = request->body != NULL ? g_strndup(request->body, request->body_len) : g_strdup("");
    call->timeout_ms = request->timeout_ms;
    call->quiet_ms = request->quiet_ms;
    call->at_ms = wire_loop.now;
    call->done = done;
    call->arg = arg;
    call->live = true;
    g_ptr_array_add(wire_calls, call);
    wire_live++;
    return call;
}

void http_cancel(HttpCall *call)
{
    assert_true(call->live);
    call->live = false;
    wire_live--;
}

static guint sent_count(void)
{
    return wire_calls->len;
}

static HttpCall *sent(guint i)
{
    if (i >= wire_calls->len) {
        fail_msg("%u requests, and not %u", wire_calls->len, i + 1);
    }
    return g_ptr_array_index(wire_calls, i);
}

static void answer_with(guint i, HttpReply reply)
{
    HttpCall *call = sent(i);

    assert_true(call->live);
    call->live = false;
    wire_live--;
    reply.body = reply.body != NULL ? reply.body : "";
    reply.body_len = strlen(reply.body);
    reply.why = "";
    call->done(call->arg, &reply);
    pass(0);
}

/* An answer without headers; `status` 0: no connection. */
static void answer(guint i, int status, const char *body)
{
    answer_with(i, (HttpReply){.outcome = status != 0 ? HTTP_ANSWERED : HTTP_UNSENT,
                               .status = status,
                               .body = body,
                               .retry_after_ms = -1});
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

/* Life --------------------------------------------------------------------------------------- */

static void wire_open(void)
{
    wire_loop = (Loop){7 * MINUTE, g_ptr_array_new()};
    wire_calls = g_ptr_array_new_with_free_func(free_http_call);
    wire_live = 0;
    logged = g_string_new(NULL);
}

/* Nothing is left behind, and no secret was told. */
static void wire_close(void)
{
    assert_int_equal(wire_loop.timers->len, 0);
    assert_int_equal(wire_live, 0);
    assert_null(strstr(logged->str, "secret"));
    g_ptr_array_unref(wire_loop.timers);
    g_ptr_array_unref(wire_calls);
    g_string_free(logged, TRUE);
}

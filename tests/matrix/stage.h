#pragma once

/* A loop, a client-server API, a log and a sink that stand here, so that every callback comes when
 * the test says, and time is the test's own. It defines them: one file of a program includes it. */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/clock.h"
#include "bot/log.h"
#include "bot/matrix/api.h"
#include "bot/matrix/batch.h"

/* The loop ------------------------------------------------------------------------------------ */

struct LoopTimer {
    int64_t at_ms;
    LoopCall call;
    void *arg;
};

typedef struct Retired {
    void *what;
    GDestroyNotify free_it;
} Retired;

struct Loop {
    int64_t now_ms;
    GPtrArray *timers; /* of LoopTimer */
    GArray *retired;
};

static Loop the_loop; /* loop_stop is not told which */
/* Not the machine's: the past is measured by the clock that was given. */
G_GNUC_UNUSED static Clock *the_clock;

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    LoopTimer *timer = g_new(LoopTimer, 1);

    assert_true(ms >= 0);
    *timer = (LoopTimer){loop->now_ms + ms, call, arg};
    g_ptr_array_add(loop->timers, timer);
    return timer;
}

void loop_stop(LoopTimer **timer)
{
    if (*timer != NULL) {
        assert_true(g_ptr_array_remove(the_loop.timers, *timer));
        g_clear_pointer(timer, g_free);
    }
}

void loop_retire(Loop *loop, void *take, GDestroyNotify free_it)
{
    Retired retired = {take, free_it};

    g_array_append_val(loop->retired, retired);
}

int64_t loop_now_ms(Loop *loop)
{
    return loop->now_ms;
}

/* What was retired in a turn is freed, and what still points to it shows. */
static inline void end_turn(void)
{
    for (guint i = 0; i < the_loop.retired->len; i++) {
        Retired retired = g_array_index(the_loop.retired, Retired, i);

        retired.free_it(retired.what);
    }
    g_array_set_size(the_loop.retired, 0);
}

static inline LoopTimer *next_timer(int64_t end_ms)
{
    LoopTimer *next = NULL;

    for (guint i = 0; i < the_loop.timers->len; i++) {
        LoopTimer *timer = g_ptr_array_index(the_loop.timers, i);

        if (timer->at_ms <= end_ms && (next == NULL || timer->at_ms < next->at_ms)) {
            next = timer;
        }
    }
    return next;
}

static inline void pass(int64_t ms)
{
    int64_t end_ms = the_loop.now_ms + ms;
    LoopTimer *timer = NULL;
    int turns = 0;

    while ((timer = next_timer(end_ms)) != NULL) {
        LoopTimer due = *timer;

        assert_true(++turns < 100000);
        the_loop.now_ms = MAX(the_loop.now_ms, due.at_ms);
        assert_true(g_ptr_array_remove(the_loop.timers, timer));
        g_free(timer);
        due.call(due.arg);
        end_turn();
    }
    the_loop.now_ms = end_ms;
}

/* The log ------------------------------------------------------------------------------------- */

static GString *the_log;

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    g_string_append_printf(the_log, "%d %s", (int)level, event);
    for (const LogField *field = fields; field->name != NULL; field++) {
        if (field->text != NULL) {
            g_string_append_printf(the_log, " %s=%s", field->name, field->text);
        } else {
            g_string_append_printf(the_log, " %s=%" PRId64, field->name, field->number);
        }
    }
    g_string_append_c(the_log, '\n');
}

static inline bool is_logged(const char *what)
{
    return strstr(the_log->str, what) != NULL;
}

/* The client-server API ----------------------------------------------------------------------- */

struct MatrixApi {
    GPtrArray *calls; /* of MatrixCall, the finished too */
};

struct MatrixCall {
    char *path;
    MatrixLine line;
    int64_t deadline_ms, quiet_ms;
    MatrixDone done;
    void *arg;
    bool over, cancelled;
};

static MatrixApi the_api;

MatrixCall *matrix_api_call(MatrixApi *api, const MatrixAsk *ask, MatrixDone done, void *arg)
{
    MatrixCall *call = g_new(MatrixCall, 1);

    assert_string_equal(ask->method, "GET");
    *call = (MatrixCall){
        g_strdup(ask->path), ask->line, ask->deadline_ms, ask->quiet_ms, done, arg, false, false};
    g_ptr_array_add(api->calls, call);
    return call;
}

void matrix_api_cancel(MatrixCall *call)
{
    assert_false(call->over);
    call->over = call->cancelled = true;
}

char *matrix_path(const char *format, ...)
{
    GString *path = g_string_new(NULL);
    va_list args;

    va_start(args, format);
    for (const char *at = format; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] == 's') {
            g_string_append_uri_escaped(path, va_arg(args, const char *), NULL, FALSE);
            at++;
        } else {
            g_string_append_c(path, *at);
        }
    }
    va_end(args);
    return g_string_free(path, FALSE);
}

static inline void call_free(gpointer data)
{
    MatrixCall *call = data;

    g_free(call->path);
    g_free(call);
}

/* The one call that waits; fails where there is none, or another one too. */
static inline MatrixCall *waiting(void)
{
    MatrixCall *found = NULL;

    for (guint i = 0; i < the_api.calls->len; i++) {
        MatrixCall *call = g_ptr_array_index(the_api.calls, i);

        if (!call->over) {
            assert_null(found);
            found = call;
        }
    }
    assert_non_null(found);
    return found;
}

static inline bool nothing_waits(void)
{
    for (guint i = 0; i < the_api.calls->len; i++) {
        if (!((MatrixCall *)g_ptr_array_index(the_api.calls, i))->over) {
            return false;
        }
    }
    return true;
}

/* What waits asks for a path that holds all of these, unescaped. */
#define asks(...) asks_all((const char *const[]){__VA_ARGS__, NULL})
static inline void asks_all(const char *const *parts)
{
    g_autofree char *path = g_uri_unescape_string(waiting()->path, NULL);

    for (; *parts != NULL; parts++) {
        if (strstr(path, *parts) == NULL) {
            fail_msg("%s is not in %s", *parts, path);
        }
    }
}

static inline void asks_not(const char *part)
{
    g_autofree char *path = g_uri_unescape_string(waiting()->path, NULL);

    assert_null(strstr(path, part));
}

static inline void answer_as(MatrixClass class, int status, const char *error, const char *json)
{
    MatrixCall *call = waiting();
    g_autoptr(Json) parsed = json != NULL ? json_parse(json, strlen(json)) : NULL;
    const MatrixAnswer answer = {
        .class = class, .status = status, .error = error, .json = parsed, .people = ""};

    assert_true(json == NULL || parsed != NULL);
    call->over = true;
    call->done(call->arg, &answer);
    end_turn();
}

static inline void answer(const char *json)
{
    answer_as(MATRIX_OK, 200, "", json);
}

/* The sink ------------------------------------------------------------------------------------ */

static MatrixBatch *the_batch; /* given last; NULL: none since it was looked at */
static int batches;

static inline void on_batch(void *arg, MatrixBatch *take_batch)
{
    (void)arg;
    assert_null(the_batch);
    the_batch = take_batch;
    batches++;
}

G_GNUC_UNUSED static const MatrixSink the_sink = {.batch = on_batch};

/* "EVENT !a $1" for each of the news, and "name=value" for each keep. Caller frees. */
static inline char *batch_text(const MatrixBatch *batch)
{
    static const char *const kinds[] = {
        [NEWS_EVENT] = "EVENT",   [NEWS_HISTORY] = "HISTORY", [NEWS_STATE] = "STATE",
        [NEWS_INVITE] = "INVITE", [NEWS_JOINED] = "JOINED",   [NEWS_LEFT] = "LEFT",
    };
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < batch->news->len; i++) {
        const MatrixNews *news = &g_array_index(batch->news, MatrixNews, i);
        const char *id = json_text(news->json, "event_id");

        g_string_append_printf(text, "%s %s", kinds[news->kind], news->room);
        if (cJSON_IsArray(news->json)) {
            g_string_append_printf(text, " [%d]", cJSON_GetArraySize(news->json));
        } else if (news->json != NULL) {
            g_string_append_printf(text, " %s", id[0] != '\0' ? id : json_text(news->json, "type"));
        }
        g_string_append(text, ", ");
    }
    for (guint i = 0; i < batch->keeps->len; i++) {
        const MatrixKeep *keep = &g_array_index(batch->keeps, MatrixKeep, i);

        g_string_append_printf(text, "%s=%s, ", keep->name,
                               keep->value != NULL ? keep->value : "(forgotten)");
    }
    g_string_truncate(text, text->len >= 2 ? text->len - 2 : 0);
    return g_string_free(text, FALSE);
}

/* The sink was given that, and has read it. */
static inline void given(const char *expected)
{
    assert_non_null(the_batch);
    g_autofree char *text = batch_text(the_batch);

    assert_string_equal(text, expected);
    g_clear_pointer(&the_batch, matrix_batch_free);
}

/* The stage ----------------------------------------------------------------------------------- */

static inline void stage_open(void)
{
    the_loop = (Loop){
        .now_ms = 1000000,
        .timers = g_ptr_array_new(),
        .retired = g_array_new(FALSE, FALSE, sizeof(Retired)),
    };
    the_clock = clock_manual((Instant){INT64_C(1752478200) * G_USEC_PER_SEC});
    the_api.calls = g_ptr_array_new_with_free_func(call_free);
    the_log = g_string_new(NULL);
    batches = 0;
}

/* Nothing is left behind. */
static inline void stage_close(void)
{
    end_turn();
    assert_int_equal(the_loop.timers->len, 0);
    assert_true(nothing_waits());
    assert_null(the_batch);
    g_ptr_array_unref(the_loop.timers);
    g_array_unref(the_loop.retired);
    g_ptr_array_unref(the_api.calls);
    g_string_free(the_log, TRUE);
    clock_free(the_clock);
}

#include "tests/matrix/replica.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/matrix/allow.h"

#define STEPS_MAX  100000
#define PREFIX     "/_matrix/client/v3/"
#define WALL_START (INT64_C(1752476400) * G_USEC_PER_SEC)

struct LoopTimer {
    int64_t due_ms, number;
    LoopCall call;
    void *arg;
};

typedef struct Retired {
    void *it;
    GDestroyNotify free_it;
} Retired;

typedef struct Rule {
    char *what, *error, *json;
    int times;
    MatrixClass class;
    bool hangs;
} Rule;

/* One call as it was asked. */
typedef struct Asked {
    char *what, *path;
    Json *body;
    int64_t at_ms;
} Asked;

struct MatrixCall {
    char *what, *room;
    MatrixDone done;
    void *arg;
    LoopTimer *timer; /* NULL: it hangs */
};

struct Loop {
    int64_t now_ms, numbers;
    GPtrArray *timers; /* of LoopTimer */
    GArray *retired;
};

static Loop loop;
static GPtrArray *rules, *asked, *calls, *logged;
static int dropped;

Loop *replica_loop(void)
{
    return &loop;
}

MatrixApi *replica_api(void)
{
    return NULL; /* there is but one, and nobody looks inside */
}

/* --- time --- */

LoopTimer *replica_after(int64_t ms, LoopCall call, void *arg)
{
    LoopTimer *timer = g_new(LoopTimer, 1);

    assert_true(ms >= 0);
    *timer = (LoopTimer){loop.now_ms + ms, loop.numbers++, call, arg};
    g_ptr_array_add(loop.timers, timer);
    return timer;
}

void replica_stop(LoopTimer **timer)
{
    if (*timer != NULL) {
        assert_true(g_ptr_array_remove(loop.timers, *timer));
        g_free(g_steal_pointer(timer));
    }
}

void replica_retire(void *take, GDestroyNotify free_it)
{
    Retired retired = {take, free_it};

    g_array_append_val(loop.retired, retired);
}

int64_t replica_now_ms(void)
{
    return loop.now_ms;
}

int64_t replica_wall_us(void)
{
    return WALL_START + loop.now_ms * 1000;
}

static void end_turn(void)
{
    for (guint i = 0; i < loop.retired->len; i++) {
        Retired retired = g_array_index(loop.retired, Retired, i);

        retired.free_it(retired.it);
    }
    g_array_set_size(loop.retired, 0);
}

static LoopTimer *next_timer(void)
{
    LoopTimer *next = NULL;

    for (guint i = 0; i < loop.timers->len; i++) {
        LoopTimer *timer = g_ptr_array_index(loop.timers, i);

        if (next == NULL || timer->due_ms < next->due_ms ||
            (timer->due_ms == next->due_ms && timer->number < next->number)) {
            next = timer;
        }
    }
    return next;
}

void replica_run(int64_t ms)
{
    int64_t end_ms = loop.now_ms + ms;
    LoopTimer *timer = NULL;

    for (int steps = 0; (timer = next_timer()) != NULL && timer->due_ms <= end_ms; steps++) {
        LoopTimer now = *timer;

        assert_true(steps < STEPS_MAX);
        loop.now_ms = now.due_ms;
        g_ptr_array_remove(loop.timers, timer);
        g_free(timer);
        now.call(now.arg);
        end_turn();
    }
    loop.now_ms = end_ms;
}

/* --- what is asked --- */

char *replica_encode(const char *format, va_list parts)
{
    GString *path = g_string_new(NULL);

    for (const char *at = format; *at != '\0'; at++) {
        if (g_str_has_prefix(at, "%s")) {
            g_autofree char *part = g_uri_escape_string(va_arg(parts, const char *), NULL, FALSE);

            g_string_append(path, part);
            at++;
        } else {
            g_string_append_c(path, *at);
        }
    }
    return g_string_free(path, FALSE);
}

static void asked_free(gpointer data)
{
    Asked *it = data;

    g_free(it->what);
    g_free(it->path);
    cJSON_Delete(it->body);
    g_free(it);
}

/* "GET rooms/!a:b.test/state/…". */
static char *what_of(const MatrixAsk *ask, char **path)
{
    const char *rest = g_str_has_prefix(ask->path, PREFIX) ? ask->path + strlen(PREFIX) : ask->path;
    g_auto(GStrv) parts = g_strsplit(rest, "?", 2);
    g_autofree char *bare = g_uri_unescape_string(parts[0], NULL);

    *path = g_uri_unescape_string(rest, NULL);
    assert_non_null(bare);
    return g_strconcat(ask->method, " ", bare, NULL);
}

static const Asked *nth_asked(const char *what, int nth)
{
    for (guint i = 0; i < asked->len; i++) {
        const Asked *it = g_ptr_array_index(asked, i);

        if (matrix_pattern_fits(what, it->what) && nth-- == 0) {
            return it;
        }
    }
    return NULL;
}

int replica_count(const char *what)
{
    int count = 0;

    while (nth_asked(what, count) != NULL) {
        count++;
    }
    return count;
}

static const Asked *last_asked(const char *what)
{
    return nth_asked(what, replica_count(what) - 1);
}

int64_t replica_at_ms(const char *what, int nth)
{
    const Asked *it = nth_asked(what, nth);

    return it != NULL ? it->at_ms : -1;
}

const Json *replica_body(const char *what)
{
    const Asked *it = last_asked(what);

    return it != NULL ? it->body : NULL;
}

const char *replica_path(const char *what)
{
    const Asked *it = last_asked(what);

    return it != NULL ? it->path : "";
}

/* --- what is answered --- */

static void rule_free(gpointer data)
{
    Rule *rule = data;

    g_free(rule->what);
    g_free(rule->error);
    g_free(rule->json);
    g_free(rule);
}

static void add_rule(const Rule *take)
{
    g_ptr_array_insert(rules, 0, g_memdup2(take, sizeof *take));
}

void replica_say(const char *what, int times, MatrixClass class, const char *error,
                 const char *json)
{
    const Rule rule = {g_strdup(what), g_strdup(error), g_strdup(json), times, class, false};

    add_rule(&rule);
}

void replica_hang(const char *what, int times)
{
    const Rule rule = {g_strdup(what), NULL, NULL, times, MATRIX_OK, true};

    add_rule(&rule);
}

static Rule *rule_for(const char *what)
{
    for (guint i = 0; i < rules->len; i++) {
        Rule *rule = g_ptr_array_index(rules, i);

        if (rule->times != 0 && matrix_pattern_fits(rule->what, what)) {
            rule->times -= rule->times > 0 ? 1 : 0;
            return rule;
        }
    }
    return NULL;
}

static void answer(const MatrixCall *call, MatrixClass class, const char *error, const char *json)
{
    g_autoptr(Json) parsed = json != NULL ? json_parse(json, strlen(json)) : NULL;
    const MatrixAnswer said = {.class = class, .error = error, .json = parsed, .people = ""};

    assert_true(json == NULL || parsed != NULL);
    call->done(call->arg, &said);
}

/* Reading finds nothing; sending works, and the same transaction is the same event. */
static void answer_by_itself(const MatrixCall *call)
{
    if (g_str_has_prefix(call->what, "GET joined_rooms")) {
        answer(call, MATRIX_OK, "", "{\"joined_rooms\":[]}");
    } else if (g_str_has_prefix(call->what, "GET ")) {
        answer(call, MATRIX_GONE, "M_NOT_FOUND", NULL);
    } else if (strstr(call->what, "/send/") != NULL) {
        g_autofree char *json =
            g_strdup_printf("{\"event_id\":\"$%s\"}", strrchr(call->what, '/') + 1);

        answer(call, MATRIX_OK, "", json);
    } else {
        answer(call, MATRIX_OK, "", "{}");
    }
}

static void call_free(MatrixCall *call)
{
    g_ptr_array_remove(calls, call);
    g_free(call->what);
    g_free(call->room);
    g_free(call);
}

static void on_answer(void *arg)
{
    MatrixCall *call = arg;
    const Rule *rule = rule_for(call->what);

    call->timer = NULL;
    if (rule != NULL && rule->hangs) {
        return;
    }
    if (rule != NULL) {
        answer(call, rule->class, rule->error, rule->json);
    } else {
        answer_by_itself(call);
    }
    call_free(call);
}

MatrixCall *replica_call(const MatrixAsk *ask, MatrixDone done, void *arg)
{
    MatrixCall *call = g_new0(MatrixCall, 1);
    Asked *it = g_new0(Asked, 1);

    it->what = what_of(ask, &it->path);
    it->body = ask->take_body;
    it->at_ms = loop.now_ms;
    g_ptr_array_add(asked, it);
    assert_true(ask->deadline_ms >= 0);
    *call = (MatrixCall){g_strdup(it->what), g_strdup(ask->room), done, arg, NULL};
    call->timer = replica_after(REPLICA_ANSWER_MS, on_answer, call);
    g_ptr_array_add(calls, call);
    return call;
}

void replica_cancel(MatrixCall *call)
{
    replica_stop(&call->timer);
    call_free(call);
}

static void on_dropped(void *arg)
{
    MatrixCall *call = arg;

    call->timer = NULL;
    answer(call, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    call_free(call);
}

void replica_drop_room(const char *room)
{
    dropped++;
    for (guint i = 0; i < calls->len; i++) {
        MatrixCall *call = g_ptr_array_index(calls, i);

        if (g_strcmp0(call->room, room) == 0) {
            replica_stop(&call->timer);
            call->timer = replica_after(0, on_dropped, call);
        }
    }
}

int replica_dropped(void)
{
    return dropped;
}

/* --- the log --- */

void replica_log(const char *event)
{
    g_ptr_array_add(logged, g_strdup(event));
}

int replica_logged(const char *event)
{
    int count = 0;

    for (guint i = 0; i < logged->len; i++) {
        count += g_str_has_prefix(g_ptr_array_index(logged, i), event);
    }
    return count;
}

/* --- its life --- */

void replica_open(void)
{
    loop =
        (Loop){.timers = g_ptr_array_new(), .retired = g_array_new(FALSE, FALSE, sizeof(Retired))};
    rules = g_ptr_array_new_with_free_func(rule_free);
    asked = g_ptr_array_new_with_free_func(asked_free);
    calls = g_ptr_array_new();
    logged = g_ptr_array_new_with_free_func(g_free);
    dropped = 0;
}

void replica_close(void)
{
    end_turn();
    assert_int_equal(calls->len, 0);
    assert_int_equal(loop.timers->len, 0);
    g_ptr_array_unref(loop.timers);
    g_array_unref(loop.retired);
    g_ptr_array_unref(rules);
    g_ptr_array_unref(asked);
    g_ptr_array_unref(calls);
    g_ptr_array_unref(logged);
}

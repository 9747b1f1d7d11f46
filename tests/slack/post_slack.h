#pragma once

/* A Slack that loses answers, answers late, holds messages back and knows its history; with it a
 * loop and a log. Time is the test's: nothing waits. It defines them: one file of a program
 * includes it. */

#include "bot/slack/post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bot/gallery.h"
#include "bot/log.h"
#include "core/chart.h"

#define WALL_START   (INT64_C(1752476400) * G_USEC_PER_SEC)
#define DAY_MS       (INT64_C(24) * 60 * 60 * 1000)
#define UPLOAD_PLACE "https://upload.test/a-secret-place"
#define STEPS_MAX    200000
#define ANSWER_MS    100
#define ROW          7
#define INSTALL      "west-1"
#define BEFORE_IT_ALL                                                                              \
    "1752400000.000100" /* the ts of a thread's parent, or of a message to edit                    \
                         */

/* --- time --- */

struct LoopTimer {
    int64_t due_ms, number;
    LoopCall call;
    void *arg;
};

typedef struct Retired {
    void *it;
    GDestroyNotify free_it;
} Retired;

struct Loop {
    int64_t now_ms, numbers;
    GPtrArray *timers; /* of LoopTimer */
    GArray *retired;
};

static int64_t wall_us = WALL_START;

gint64 g_get_real_time(void) /* in place of GLib's */
{
    return wall_us;
}

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    LoopTimer *timer = g_new(LoopTimer, 1);

    assert_true(ms >= 0);
    *timer = (LoopTimer){loop->now_ms + ms, loop->numbers++, call, arg};
    g_ptr_array_add(loop->timers, timer);
    return timer;
}

static Loop the_loop;

void loop_stop(LoopTimer **timer)
{
    if (*timer != NULL) {
        assert_true(g_ptr_array_remove(the_loop.timers, *timer));
        g_free(g_steal_pointer(timer));
    }
}

void loop_retire(Loop *loop, void *take, GDestroyNotify free_it)
{
    Retired retired = {take, free_it};

    g_array_append_val(loop->retired, retired);
}

static void end_turn(void)
{
    for (guint i = 0; i < the_loop.retired->len; i++) {
        Retired retired = g_array_index(the_loop.retired, Retired, i);

        retired.free_it(retired.it);
    }
    g_array_set_size(the_loop.retired, 0);
}

static LoopTimer *next_timer(void)
{
    LoopTimer *next = NULL;

    for (guint i = 0; i < the_loop.timers->len; i++) {
        LoopTimer *timer = g_ptr_array_index(the_loop.timers, i);

        if (next == NULL || timer->due_ms < next->due_ms ||
            (timer->due_ms == next->due_ms && timer->number < next->number)) {
            next = timer;
        }
    }
    return next;
}

static void move_clock(int64_t to_ms)
{
    wall_us += (to_ms - the_loop.now_ms) * 1000;
    the_loop.now_ms = to_ms;
}

/* Everything that happens up to then. */
static void run_until(int64_t end_ms)
{
    LoopTimer *timer = NULL;

    for (int steps = 0; (timer = next_timer()) != NULL && timer->due_ms <= end_ms; steps++) {
        LoopTimer now = *timer;

        assert_true(steps < STEPS_MAX);
        move_clock(now.due_ms);
        g_ptr_array_remove(the_loop.timers, timer);
        g_free(timer);
        now.call(now.arg);
        end_turn();
    }
    if (end_ms > the_loop.now_ms) {
        move_clock(end_ms);
    }
}

/* --- what was logged --- */

static GString *logged;

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    (void)level;
    g_string_append(logged, event);
    for (const LogField *field = fields; field->name != NULL; field++) {
        g_string_append_printf(logged, " %s=%s", field->name,
                               field->text != NULL ? field->text : "");
    }
    g_string_append_c(logged, '\n');
}

/* --- Slack --- */

/* What happens to the next so many calls of a method instead of what should. */
typedef struct Fault {
    const char *method;
    int times; /* -1: always */
    SlackClass class;
    const char *error;
    bool done; /* it is done all the same; only the answer is lost */
} Fault;

#define FAULTS_MAX 6
#define HANGS      "hangs" /* as the error: there is never an answer */

typedef struct Message {
    char *channel, *ts, *thread_ts, *text, *image;
    Json *metadata;
    bool plain; /* without blocks */
    bool gone;
    int64_t seen_ms; /* in the history, from then on */
} Message;

typedef struct File {
    bool bytes, complete;
    int64_t shown_ms; /* messages may show it, from then on */
} File;

struct SlackCall {
    struct SlackApi *slack;
    char *method;
    Json *args;
    SlackDone done;
    void *arg;
    LoopTimer *timer;
};

struct SlackApi {
    GPtrArray *messages; /* of Message, oldest first */
    GPtrArray *calls;    /* of SlackCall, under way */
    GArray *files;       /* of File; the id of the first is F0 */
    GString *asked;      /* methods in order, with a blank between */
    Json *last;          /* what the last message was posted or edited with */
    Fault faults[FAULTS_MAX];
    const char *babbles; /* a method that answers with `rubbish`; NULL: none does */
    const char *rubbish;
    GRand *storm; /* faults at random */
    bool refused; /* the token is */
    bool joined;  /* the bot is in C-PUBLIC */
    bool nowhere; /* there is no place to upload to */
    int ephemerals, pins, page;
    int64_t lag_ms, file_lag_ms, last_ts_us;
    char *oldest; /* of the last look */
};

static void message_free(gpointer data)
{
    Message *message = data;

    g_free(message->channel);
    g_free(message->ts);
    g_free(message->thread_ts);
    g_free(message->text);
    g_free(message->image);
    cJSON_Delete(message->metadata);
    g_free(message);
}

static void answer(SlackCall *call, SlackClass class, const char *error, const Json *json)
{
    const SlackAnswer said = {.class = class,
                              .error = error,
                              .json = json,
                              .needed = strcmp(error, "missing_scope") == 0 ? "a:scope" : "",
                              .people = class == SLACK_TARGET ? "the channel is closed" : ""};

    call->done(call->arg, &said);
}

static void refuse(SlackCall *call, SlackClass class, const char *error)
{
    g_autoptr(Json) json = json_new_object();

    json_put_bool(json, "ok", false);
    json_put_text(json, "error", error);
    answer(call, class, error, json);
}

static Message *message_at(const SlackApi *slack, const char *channel, const char *ts)
{
    for (guint i = 0; i < slack->messages->len; i++) {
        Message *message = g_ptr_array_index(slack->messages, i);

        if (strcmp(message->channel, channel) == 0 && strcmp(message->ts, ts) == 0 &&
            !message->gone) {
            return message;
        }
    }
    return NULL;
}

static Message *add_message(SlackApi *slack, const char *channel, const char *thread_ts,
                            const char *text)
{
    Message *message = g_new0(Message, 1);

    slack->last_ts_us = MAX(slack->last_ts_us + 1, wall_us);
    message->channel = g_strdup(channel);
    message->ts =
        g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT,
                        slack->last_ts_us / G_USEC_PER_SEC, slack->last_ts_us % G_USEC_PER_SEC);
    message->thread_ts = g_strdup(thread_ts);
    message->text = g_strdup(text);
    message->seen_ms = the_loop.now_ms + slack->lag_ms;
    g_ptr_array_add(slack->messages, message);
    return message;
}

/* "invalid_blocks", or NULL when the file may be shown; `*file` is NULL where there is no picture.
 */
static const char *image_fault(SlackApi *slack, const Json *args, const char **file)
{
    *file = NULL;
    JSON_EACH (block, json_array(args, "blocks")) {
        if (strcmp(json_text(block, "type"), "image") == 0) {
            *file = json_text(json_object(block, "slack_file"), "id");
        }
    }
    if (*file == NULL) {
        return NULL;
    }
    guint64 number = g_ascii_strtoull(*file + 1, NULL, 10);
    assert_true(number < slack->files->len);
    const File *shown = &g_array_index(slack->files, File, number);
    return shown->complete && the_loop.now_ms >= shown->shown_ms ? NULL : "invalid_blocks";
}

static bool may_write(SlackCall *call, const char *channel)
{
    if (strcmp(channel, "C-PUBLIC") == 0 && !call->slack->joined) {
        refuse(call, SLACK_TARGET, "not_in_channel");
        return false;
    }
    if (strcmp(channel, "C-ARCHIVED") == 0) {
        refuse(call, SLACK_TARGET, "is_archived");
        return false;
    }
    return true;
}

static void show(Message *message, const Json *args, const char *file)
{
    g_free(message->text);
    g_free(message->image);
    message->text = g_strdup(json_text(args, "text"));
    message->image = g_strdup(file);
    message->plain = json_array(args, "blocks") == NULL;
}

static void answer_stands(SlackCall *call, const Message *message)
{
    g_autoptr(Json) json = json_new_object();

    json_put_bool(json, "ok", true);
    json_put_text(json, "channel", message->channel);
    json_put_text(json, "ts", message->ts);
    answer(call, SLACK_OK, "", json);
}

static void keep_last(SlackCall *call)
{
    cJSON_Delete(call->slack->last);
    call->slack->last = cJSON_Duplicate(call->args, true);
}

static void do_post(SlackCall *call)
{
    SlackApi *slack = call->slack;
    const char *channel = json_text(call->args, "channel");
    const char *thread = json_text_or_null(call->args, "thread_ts");
    const char *place = *channel == 'U' ? "D1" : channel;
    const char *file = NULL;
    const char *fault = image_fault(slack, call->args, &file);

    assert_non_null(json_any(call->args, "unfurl_links"));
    assert_false(json_bool(call->args, "unfurl_links"));
    assert_non_null(json_any(call->args, "unfurl_media"));
    assert_false(json_bool(call->args, "unfurl_media"));
    assert_false(json_bool(call->args, "link_names"));
    assert_string_not_equal(json_text(call->args, "text"), "");
    if (!may_write(call, channel)) {
        return;
    }
    if (thread != NULL && message_at(slack, place, thread) == NULL) {
        refuse(call, SLACK_TARGET, "cannot_reply_to_message");
    } else if (fault != NULL) {
        refuse(call, SLACK_REQUEST, fault);
    } else {
        Message *message = add_message(slack, place, thread, "");

        message->metadata = cJSON_Duplicate(json_object(call->args, "metadata"), true);
        show(message, call->args, file);
        keep_last(call);
        answer_stands(call, message);
    }
}

static void do_update(SlackCall *call)
{
    Message *message =
        message_at(call->slack, json_text(call->args, "channel"), json_text(call->args, "ts"));
    const char *file = NULL;
    const char *fault = image_fault(call->slack, call->args, &file);

    assert_string_equal(json_text(call->args, "parse"), "none");
    assert_null(json_any(call->args, "metadata"));
    if (message == NULL) {
        refuse(call, SLACK_TARGET, "message_not_found");
    } else if (fault != NULL) {
        refuse(call, SLACK_REQUEST, fault);
    } else {
        show(message, call->args, file);
        keep_last(call);
        answer_stands(call, message);
    }
}

static void answer_ok(SlackCall *call)
{
    g_autoptr(Json) json = json_new_object();

    json_put_bool(json, "ok", true);
    answer(call, SLACK_OK, "", json);
}

static void do_ephemeral(SlackCall *call)
{
    assert_string_equal(json_text(call->args, "user"), "U1");
    assert_null(json_any(call->args, "metadata"));
    call->slack->ephemerals++;
    answer_ok(call);
}

static bool is_listed(const SlackCall *call, const Message *message)
{
    const char *thread = json_text_or_null(call->args, "ts");
    bool below = g_strcmp0(message->thread_ts, thread) == 0 ||
                 (thread != NULL && strcmp(message->ts, thread) == 0);

    return strcmp(message->channel, json_text(call->args, "channel")) == 0 && below &&
           !message->gone && message->seen_ms <= the_loop.now_ms &&
           strcmp(message->ts, json_text(call->args, "oldest")) >= 0;
}

static void list_message(Json *messages, const Message *message)
{
    Json *json = json_add(messages, json_new_object());

    json_put_text(json, "type", "message");
    json_put_text(json, "ts", message->ts);
    json_put_text(json, "text", message->text);
    if (message->metadata != NULL) {
        json_put(json, "metadata", cJSON_Duplicate(message->metadata, true));
    }
}

/* Newest first, a page at a time. */
static void do_history(SlackCall *call)
{
    SlackApi *slack = call->slack;
    g_autoptr(Json) json = json_new_object();
    Json *messages = json_put_array(json, "messages");
    guint64 skip = g_ascii_strtoull(json_text(call->args, "cursor"), NULL, 10);
    guint64 at = 0;
    int listed = 0;

    assert_true(json_bool(call->args, "include_all_metadata"));
    g_free(slack->oldest);
    slack->oldest = g_strdup(json_text(call->args, "oldest"));
    for (guint i = slack->messages->len; i > 0 && listed <= slack->page; i--) {
        const Message *message = g_ptr_array_index(slack->messages, i - 1);

        if (!is_listed(call, message) || at++ < skip) {
            continue;
        }
        if (listed++ < slack->page) {
            list_message(messages, message);
        }
    }
    if (listed > slack->page) {
        g_autofree char *cursor =
            g_strdup_printf("%" G_GUINT64_FORMAT, skip + (guint64)slack->page);

        json_put_text(json_put_object(json, "response_metadata"), "next_cursor", cursor);
    }
    answer(call, SLACK_OK, "", json);
}

static void do_replies(SlackCall *call)
{
    if (message_at(call->slack, json_text(call->args, "channel"), json_text(call->args, "ts")) ==
        NULL) {
        refuse(call, SLACK_TARGET, "thread_not_found");
    } else {
        do_history(call);
    }
}

static void do_open(SlackCall *call)
{
    g_autoptr(Json) json = json_new_object();

    assert_string_equal(json_text(call->args, "users"), "U1");
    json_put_text(json_put_object(json, "channel"), "id", "D1");
    answer(call, SLACK_OK, "", json);
}

static void do_join(SlackCall *call)
{
    if (strcmp(json_text(call->args, "channel"), "C-PUBLIC") != 0) {
        refuse(call, SLACK_TARGET, "channel_not_found");
        return;
    }
    call->slack->joined = true;
    answer_ok(call);
}

static void do_pin(SlackCall *call)
{
    assert_non_null(message_at(call->slack, json_text(call->args, "channel"),
                               json_text(call->args, "timestamp")));
    call->slack->pins++;
    answer_ok(call);
}

static void do_place(SlackCall *call)
{
    SlackApi *slack = call->slack;
    g_autoptr(Json) json = json_new_object();
    g_autofree char *id = g_strdup_printf("F%u", slack->files->len);
    File file = {0};

    assert_string_equal(json_text(call->args, "filename"), "chart.png");
    assert_true(json_int(call->args, "length", 0) > 0);
    assert_true(g_utf8_strlen(json_text(call->args, "alt_txt"), -1) <= 1000);
    g_array_append_val(slack->files, file);
    json_put_text(json, "upload_url", slack->nowhere ? NULL : UPLOAD_PLACE);
    json_put_text(json, "file_id", id);
    answer(call, SLACK_OK, "", json);
}

static File *last_file(SlackApi *slack)
{
    assert_true(slack->files->len > 0);
    return &g_array_index(slack->files, File, slack->files->len - 1);
}

static void do_bytes(SlackCall *call)
{
    last_file(call->slack)->bytes = true;
    answer(call, SLACK_OK, "", NULL);
}

static void do_complete(SlackCall *call)
{
    const Json *files = json_array(call->args, "files");
    File *file = last_file(call->slack);

    assert_non_null(files);
    assert_int_equal(json_text(files->child, "id")[0], 'F');
    assert_null(json_any(call->args, "channel_id"));
    if (!file->bytes) {
        refuse(call, SLACK_TARGET, "file_not_found");
        return;
    }
    file->complete = true;
    file->shown_ms = the_loop.now_ms + call->slack->file_lag_ms;
    answer_ok(call);
}

static const struct {
    const char *name;
    void (*run)(SlackCall *call);
} methods[] = {
    {"chat.postMessage", do_post},
    {"chat.update", do_update},
    {"chat.postEphemeral", do_ephemeral},
    {"conversations.history", do_history},
    {"conversations.replies", do_replies},
    {"conversations.open", do_open},
    {"conversations.join", do_join},
    {"pins.add", do_pin},
    {"files.getUploadURLExternal", do_place},
    {"upload", do_bytes},
    {"files.completeUploadExternal", do_complete},
};

static void perform(SlackCall *call)
{
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (strcmp(methods[i].name, call->method) == 0) {
            methods[i].run(call);
            return;
        }
    }
    fail_msg("unknown method %s", call->method);
}

static void nobody_hears(void *arg, const SlackAnswer *said)
{
    (void)arg;
    (void)said;
}

static void misbehave(SlackCall *call, SlackClass class, const char *error, bool done)
{
    if (done) {
        SlackDone hears = call->done;

        call->done = nobody_hears;
        perform(call);
        call->done = hears;
    }
    answer(call, class, error, NULL);
}

static Fault *fault_of(SlackApi *slack, const char *method)
{
    for (size_t i = 0; i < FAULTS_MAX; i++) {
        Fault *fault = &slack->faults[i];

        if (fault->times != 0 && strcmp(fault->method, method) == 0) {
            return fault;
        }
    }
    return NULL;
}

/* Whatever may happen to a call, by chance. */
static void storm(SlackCall *call)
{
    static const Fault weather[] = {
        {.class = SLACK_UNSURE, .error = ""},
        {.class = SLACK_UNSURE, .error = "internal_error", .done = true},
        {.class = SLACK_UNSURE, .error = "", .done = true},
        {.class = SLACK_RETRY, .error = "ratelimited"},
        {.class = SLACK_AUTH, .error = "invalid_auth"},
    };
    SlackApi *slack = call->slack;
    size_t which = (size_t)g_rand_int_range(slack->storm, 0, 2 * (gint32)G_N_ELEMENTS(weather));

    slack->lag_ms = g_rand_int_range(slack->storm, 0, 5000);
    if (which < G_N_ELEMENTS(weather)) {
        const Fault *fault = &weather[which];

        misbehave(call, fault->class, fault->error, fault->done);
    } else {
        perform(call);
    }
}

static void babble(SlackCall *call)
{
    g_autoptr(Json) json = json_parse(call->slack->rubbish, strlen(call->slack->rubbish));

    assert_non_null(json);
    answer(call, SLACK_OK, "", json);
}

static void call_free(SlackCall *call)
{
    g_ptr_array_remove(call->slack->calls, call);
    g_free(call->method);
    cJSON_Delete(call->args);
    g_free(call);
}

static void on_call(void *arg)
{
    SlackCall *call = arg;
    SlackApi *slack = call->slack;
    Fault *fault = slack->refused ? NULL : fault_of(slack, call->method);

    call->timer = NULL;
    g_string_append_printf(slack->asked, "%s%s", slack->asked->len > 0 ? " " : "", call->method);
    if (fault != NULL) {
        fault->times -= fault->times > 0 ? 1 : 0;
        if (strcmp(fault->error, HANGS) == 0) {
            return; /* until it is cancelled */
        }
    }
    if (slack->refused) {
        refuse(call, SLACK_AUTH, "invalid_auth");
    } else if (fault != NULL) {
        misbehave(call, fault->class, fault->error, fault->done);
    } else if (g_strcmp0(slack->babbles, call->method) == 0) {
        babble(call);
    } else if (slack->storm != NULL) {
        storm(call);
    } else {
        perform(call);
    }
    call_free(call);
}

static SlackCall *call_new(SlackApi *slack, const char *method, Json *take_args, SlackDone done,
                           void *arg)
{
    SlackCall *call = g_new0(SlackCall, 1);

    *call = (SlackCall){slack, g_strdup(method), take_args, done, arg, NULL};
    call->timer = loop_after(&the_loop, ANSWER_MS, on_call, call);
    g_ptr_array_add(slack->calls, call);
    return call;
}

SlackCall *slack_api_call(SlackApi *api, const SlackAsk *ask, SlackDone done, void *arg)
{
    assert_true(ask->deadline_ms >= 0);
    return call_new(api, ask->method, ask->take_args, done, arg);
}

SlackCall *slack_api_post_url(SlackApi *api, const char *url, const char *content_type,
                              const void *body, size_t len, SlackDone done, void *arg)
{
    assert_string_equal(url, UPLOAD_PLACE);
    assert_string_equal(content_type, "application/octet-stream");
    assert_true(body != NULL && len > 0);
    return call_new(api, "upload", NULL, done, arg);
}

void slack_api_cancel(SlackCall *call)
{
    loop_stop(&call->timer);
    call_free(call);
}

void slack_message(Json *args, const Card *card, const char *channel, const SlackLook *look)
{
    g_autofree char *text = card_plain(card);
    Json *blocks = json_put_array(args, "blocks");

    Json *section = json_add(blocks, json_new_object());

    json_put_text(args, "text", text);
    json_put_text(section, "type", "section");
    json_put_text(section, "block_id", channel); /* so that a test sees it */
    if (look->image != NULL) {
        Json *block = json_add(blocks, json_new_object());

        assert_non_null(look->image_alt);
        json_put_text(block, "type", "image");
        json_put_text(json_put_object(block, "slack_file"), "id", look->image);
    }
}

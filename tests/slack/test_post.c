/* Cards on their way out, against a Slack that loses answers, answers late, holds messages back and
 * knows its history. Time is the test's: nothing here waits. */

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

/* --- the engine's side --- */

typedef struct Settled {
    int64_t row;
    OutboxEnd end;
    char *channel, *message;
} Settled;

typedef struct Rig {
    SlackApi slack;
    SlackPost *post;
    GArray *settled;  /* of Settled */
    GString *lacking; /* "pins.add:a:scope " … */
    int64_t draw_ms;  /* -1: never; 0: at once, from inside */
    const char *png;  /* NULL: it cannot be drawn */
    int drawn;
    int64_t expiry_clock_us; /* moved against the system's */
} Rig;

static void settled_clear(gpointer data)
{
    Settled *settled = data;

    g_free(settled->channel);
    g_free(settled->message);
}

static void on_settled(void *arg, int64_t row, OutboxEnd end, const MessageRef *ref)
{
    Rig *rig = arg;
    Settled settled = {row, end, g_strdup(ref != NULL ? ref->channel : NULL),
                       g_strdup(ref != NULL ? ref->message : NULL)};

    for (guint i = 0; i < rig->settled->len; i++) {
        assert_true(g_array_index(rig->settled, Settled, i).row != row);
    }
    g_array_append_val(rig->settled, settled);
}

static void give_picture(Rig *rig, int64_t row)
{
    g_autoptr(GBytes) png = rig->png != NULL ? g_bytes_new(rig->png, strlen(rig->png)) : NULL;

    slack_post_drawn(rig->post, row, png);
}

typedef struct Drawing {
    Rig *rig;
    int64_t row;
} Drawing;

static void on_drawn(void *arg)
{
    g_autofree Drawing *drawing = arg;

    give_picture(drawing->rig, drawing->row);
}

static void draw(void *arg, int64_t row, const Chart *chart)
{
    Rig *rig = arg;

    assert_non_null(chart);
    rig->drawn++;
    if (rig->draw_ms == 0) {
        give_picture(rig, row);
    } else if (rig->draw_ms > 0) {
        Drawing *drawing = g_new(Drawing, 1);

        *drawing = (Drawing){rig, row};
        loop_after(&the_loop, rig->draw_ms, on_drawn, drawing);
    }
}

static void on_lacking(void *arg, const char *method, const char *why)
{
    Rig *rig = arg;

    g_string_append_printf(rig->lacking, "%s:%s ", method, why);
}

static Instant card_clock(void *arg)
{
    return (Instant){wall_us + ((Rig *)arg)->expiry_clock_us};
}

static const SlackPostOps ops = {on_settled, draw, on_lacking, card_clock};

static void start(Rig *rig)
{
    const SlackNames names = {0};

    rig->post = slack_post_new(&the_loop, &rig->slack, INSTALL, &names, &ops, rig);
}

static void open_slack(SlackApi *slack)
{
    static const char *const parents[] = {"C1", "C2", "D1", "C-PUBLIC"};

    slack->messages = g_ptr_array_new_with_free_func(message_free);
    slack->calls = g_ptr_array_new();
    slack->files = g_array_new(FALSE, TRUE, sizeof(File));
    slack->asked = g_string_new(NULL);
    slack->page = 200;
    for (size_t i = 0; i < G_N_ELEMENTS(parents); i++) {
        Message *parent = add_message(slack, parents[i], NULL, "of earlier");

        g_free(parent->ts);
        parent->ts = g_strdup(BEFORE_IT_ALL);
    }
}

static int open_rig(void **state)
{
    Rig *rig = g_new0(Rig, 1);

    wall_us = WALL_START;
    the_loop =
        (Loop){.timers = g_ptr_array_new(), .retired = g_array_new(FALSE, FALSE, sizeof(Retired))};
    logged = g_string_new(NULL);
    open_slack(&rig->slack);
    rig->settled = g_array_new(FALSE, TRUE, sizeof(Settled));
    g_array_set_clear_func(rig->settled, settled_clear);
    rig->lacking = g_string_new(NULL);
    rig->png = "a picture";
    rig->draw_ms = 50;
    start(rig);
    *state = rig;
    return 0;
}

static void close_slack(SlackApi *slack)
{
    assert_int_equal(slack->calls->len, 0);
    g_ptr_array_unref(slack->messages);
    g_ptr_array_unref(slack->calls);
    g_array_unref(slack->files);
    g_string_free(slack->asked, TRUE);
    cJSON_Delete(slack->last);
    g_free(slack->oldest);
    if (slack->storm != NULL) {
        g_rand_free(slack->storm);
    }
}

static int close_rig(void **state)
{
    Rig *rig = *state;

    slack_post_free(rig->post);
    end_turn();
    close_slack(&rig->slack);
    assert_null(strstr(logged->str, "secret"));
    g_string_free(logged, TRUE);
    g_string_free(rig->lacking, TRUE);
    g_array_unref(rig->settled);
    for (LoopTimer *timer = NULL; (timer = next_timer()) != NULL;) {
        assert_ptr_equal(timer->call, on_drawn); /* nothing of the post's is left */
        g_free(timer->arg);
        loop_stop(&timer);
    }
    g_ptr_array_unref(the_loop.timers);
    g_array_unref(the_loop.retired);
    g_free(rig);
    return 0;
}

/* --- cards --- */

typedef enum Where { IN_CHANNEL, TO_MEMBER, FOR_MEMBER_IN_CHANNEL } Where;

typedef struct Spec {
    CardKind kind;
    Where where;
    const char *channel; /* NULL: C1 */
    const char *key;     /* NULL: none */
    bool chart, edit, thread;
    bool elsewhere;     /* the thread's card stands in another channel */
    int64_t expires_ms; /* from now; 0: never */
    int32_t attempts;   /* 0: 1 */
    int64_t age_ms;     /* since it was put */
} Spec;

static Chart *some_chart(void)
{
    Chart *chart = chart_new();

    g_free(chart->alt);
    chart->alt = g_strnfill(1900, 'x');
    return chart;
}

static OutboxRow *row_of(const Spec *spec, int64_t id)
{
    OutboxRow *row = g_new0(OutboxRow, 1);
    Card *card = card_new(spec->kind);

    *row = (OutboxRow){.id = id,
                       .card = card,
                       .created = {wall_us - spec->age_ms * 1000},
                       .attempts = MAX(spec->attempts, 1)};
    card->channel =
        spec->where == TO_MEMBER ? NULL : g_strdup(spec->channel != NULL ? spec->channel : "C1");
    card->member = spec->where == IN_CHANNEL ? NULL : g_strdup("U1");
    card->key = g_strdup(spec->key);
    card->chart = spec->chart ? some_chart() : NULL;
    card->expires.us = spec->expires_ms != 0 ? wall_us + spec->expires_ms * 1000 : 0;
    card_text(card, g_strdup("what is said"));
    return row;
}

static void deliver_as(Rig *rig, const Spec *spec, int64_t id)
{
    const char *home = spec->where == TO_MEMBER ? "D1" : "C1";
    g_auto(MessageRef) edit = {g_strdup(home), g_strdup(BEFORE_IT_ALL)};
    g_auto(MessageRef) thread = {g_strdup(spec->elsewhere ? "C2" : home), g_strdup(BEFORE_IT_ALL)};

    slack_post_card(rig->post, row_of(spec, id), spec->edit ? &edit : NULL,
                    spec->thread ? &thread : NULL);
}

static void deliver(Rig *rig, const Spec *spec)
{
    deliver_as(rig, spec, ROW);
}

static bool is_card(const Message *message, int64_t row)
{
    g_autofree char *key = g_strdup_printf(INSTALL "/%" G_GINT64_FORMAT, row);

    return strcmp(json_text(json_object(message->metadata, "event_payload"), "key"), key) == 0 &&
           strcmp(json_text(message->metadata, "event_type"), "anchord_card") == 0;
}

/* How often members see the card; `*which` is the last of them. */
static int standing(const SlackApi *slack, int64_t row, const Message **which)
{
    int n = 0;

    for (guint i = 0; i < slack->messages->len; i++) {
        const Message *message = g_ptr_array_index(slack->messages, i);

        if (is_card(message, row)) {
            *which = message;
            n++;
        }
    }
    return n;
}

static Message *stand_already(Rig *rig, const char *channel, const char *thread_ts, const char *key)
{
    Message *message = add_message(&rig->slack, channel, thread_ts, "what is said");

    message->metadata = json_new_object();
    json_put_text(message->metadata, "event_type", "anchord_card");
    json_put_text(json_put_object(message->metadata, "event_payload"), "key", key);
    return message;
}

/* --- what becomes of one card --- */

#define P   "chat.postMessage"
#define U   "chat.update"
#define E   "chat.postEphemeral"
#define H   "conversations.history"
#define R   "conversations.replies"
#define O   "conversations.open"
#define J   "conversations.join"
#define N   "pins.add"
#define G   "files.getUploadURLExternal"
#define B   "upload"
#define C   "files.completeUploadExternal"
#define AND " "

#define NEVER_SENT(method)                                                                         \
    {                                                                                              \
        method, 1, SLACK_UNSURE, "internal_error", false                                           \
    }
#define ANSWER_LOST(method)                                                                        \
    {                                                                                              \
        method, 1, SLACK_UNSURE, "", true                                                          \
    }
#define LACKS_SCOPE(method)                                                                        \
    {                                                                                              \
        method, -1, SLACK_SETUP, "missing_scope", false                                            \
    }

typedef struct Case {
    const char *name;
    Spec card;
    Fault faults[FAULTS_MAX];
    const char *asked; /* of Slack, in order; NULL: it depends on chance */
    OutboxEnd end;
    const char *channel; /* where it stands; NULL: not known */
    int stands;          /* how often members see it as a new message */
    const char *why;     /* OUTBOX_DEAD */
    const char *lacking; /* NULL: nothing */
    int64_t lag_ms, file_lag_ms;
    int64_t draw_ms; /* 0: as ever */
    bool no_png;
} Case;

/* A case is two lines or three. */
/* clang-format off */
static const Case cases[] = {
    {"a card is posted",
     {CARD_NOTICE}, {{0}}, P, OUTBOX_DELIVERED, "C1", 1},
    {"a card to a member alone stands in the direct conversation",
     {CARD_NOTICE, TO_MEMBER}, {{0}}, P, OUTBOX_DELIVERED, "D1", 1},
    {"a card of the same key is edited",
     {CARD_NOTICE, .edit = true}, {{0}}, U, OUTBOX_DELIVERED, "C1", 0},
    {"a card for one member in a channel is ephemeral, and stands nowhere",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {{0}}, E, OUTBOX_DELIVERED, NULL, 0},
    {"an ephemeral card is never an edit",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL, .edit = true}, {{0}}, E, OUTBOX_DELIVERED, NULL, 0},

    /* Was it posted? */
    {"a card whose answer was lost is found, not posted again",
     {CARD_NOTICE}, {ANSWER_LOST(P)}, P AND H, OUTBOX_DELIVERED, "C1", 1},
    {"a message that shows late is found at the second look",
     {CARD_NOTICE}, {ANSWER_LOST(P)}, P AND H AND H, OUTBOX_DELIVERED, "C1", 1, .lag_ms = 6000},
    {"a card that was not posted is posted again after two looks",
     {CARD_NOTICE}, {NEVER_SENT(P)}, P AND H AND H AND P, OUTBOX_DELIVERED, "C1", 1},
    {"a card may be lost twice",
     {CARD_NOTICE}, {NEVER_SENT(P), ANSWER_LOST(P)}, P AND H AND H AND P AND H, OUTBOX_DELIVERED,
     "C1", 1},
    {"in a thread its replies are looked through",
     {CARD_NOTICE, .thread = true}, {ANSWER_LOST(P)}, P AND R, OUTBOX_DELIVERED, "C1", 1},
    {"for a member alone the conversation is opened first",
     {CARD_NOTICE, TO_MEMBER}, {ANSWER_LOST(P)}, P AND O AND H, OUTBOX_DELIVERED, "D1", 1},
    {"in a thread of a direct conversation it is known",
     {CARD_NOTICE, TO_MEMBER, .thread = true}, {ANSWER_LOST(P)}, P AND R, OUTBOX_DELIVERED, "D1",
     1},
    {"an earlier attempt is looked for before anything is posted",
     {CARD_NOTICE, .attempts = 2}, {{0}}, H AND H AND P, OUTBOX_DELIVERED, "C1", 1},
    {"an edit is simply repeated",
     {CARD_NOTICE, .edit = true, .attempts = 3}, {ANSWER_LOST(U)}, U AND U, OUTBOX_DELIVERED, "C1",
     0},
    {"a look without an answer is repeated",
     {CARD_NOTICE}, {ANSWER_LOST(P), {H, 2, SLACK_UNSURE, "", false}}, P AND H AND H AND H,
     OUTBOX_DELIVERED, "C1", 1},
    {"history without messages is no answer",
     {CARD_NOTICE}, {ANSWER_LOST(P), {H, 2, SLACK_OK, "", false}}, P AND H AND H AND H,
     OUTBOX_DELIVERED, "C1", 1},
    {"a direct conversation without an id is no answer",
     {CARD_NOTICE, TO_MEMBER}, {ANSWER_LOST(P), {O, 1, SLACK_OK, "", false}}, P AND O AND O AND H,
     OUTBOX_DELIVERED, "D1", 1},
    {"a cursor that went bad is begun anew",
     {CARD_NOTICE}, {ANSWER_LOST(P), {H, 1, SLACK_LATE, "invalid_cursor", false}}, P AND H AND H,
     OUTBOX_DELIVERED, "C1", 1},
    {"a cursor that is always bad ends as an unreadable history",
     {CARD_NOTICE, .expires_ms = DAY_MS}, {ANSWER_LOST(P), {H, -1, SLACK_LATE, "invalid_cursor",
     false}}, P AND H AND H, OUTBOX_EXPIRED, NULL, 1},
    {"a reply to a thread that is gone is looked for outside it",
     {CARD_NOTICE, .thread = true}, {NEVER_SENT(P), {R, -1, SLACK_TARGET, "thread_not_found",
     false}}, P AND R AND H AND R AND H AND P, OUTBOX_DELIVERED, "C1", 1},
    {"posted without saying where is posted",
     {CARD_NOTICE, .key = "k"}, {{P, 1, SLACK_OK, "", true}}, P, OUTBOX_DELIVERED, NULL, 1},

    /* A history that cannot be read. */
    {"a card that expires is not repeated unseen",
     {CARD_PROMPT, .expires_ms = DAY_MS}, {ANSWER_LOST(P), LACKS_SCOPE(H)}, P AND H,
     OUTBOX_EXPIRED, NULL, 1, NULL, H ":a:scope "},
    {"nor after a restart",
     {CARD_PROMPT, .expires_ms = DAY_MS, .attempts = 2}, {LACKS_SCOPE(H)}, H, OUTBOX_EXPIRED, NULL,
     0, NULL, H ":a:scope "},
    {"nor where the bot is not in the channel",
     {CARD_PROMPT, .expires_ms = DAY_MS}, {ANSWER_LOST(P), {H, -1, SLACK_TARGET, "not_in_channel",
     false}}, P AND H, OUTBOX_EXPIRED, NULL, 1},
    {"nor where the direct conversation cannot be opened",
     {CARD_NUDGE, TO_MEMBER, .expires_ms = DAY_MS}, {ANSWER_LOST(P), LACKS_SCOPE(O)}, P AND O,
     OUTBOX_EXPIRED, NULL, 1, NULL, O ":a:scope "},
    {"a card that must arrive is repeated unseen",
     {CARD_CLOSE}, {NEVER_SENT(P), LACKS_SCOPE(H)}, P AND H AND P, OUTBOX_DELIVERED, "C1", 1, NULL,
     H ":a:scope "},
    {"but not without end",
     {CARD_CLOSE}, {{P, -1, SLACK_UNSURE, "", false}, {H, -1, SLACK_TARGET, "channel_not_found",
     false}}, P AND H AND P AND H AND P AND H AND P AND H AND P AND H AND P AND H, OUTBOX_DEAD,
     NULL, 0, "Slack did not say whether it arrived"},
    {"a history that never answers counts as unreadable after a day",
     {CARD_PROMPT, .expires_ms = 100 * DAY_MS}, {ANSWER_LOST(P), {H, -1, SLACK_RETRY, "", false}},
     NULL, OUTBOX_EXPIRED, NULL, 1},

    /* What has expired. */
    {"an expired card is not posted",
     {CARD_PROMPT, .expires_ms = -1}, {{0}}, "", OUTBOX_EXPIRED, NULL, 0},
    {"an expired edit is not made",
     {CARD_PROMPT, .edit = true, .expires_ms = -1}, {{0}}, "", OUTBOX_EXPIRED, NULL, 0},
    {"a card that expires while it is looked for is not posted again",
     {CARD_PROMPT, .key = "prompt/1/1", .expires_ms = 4000}, {NEVER_SENT(P)}, P AND H AND H,
     OUTBOX_EXPIRED, NULL, 0},
    {"one that can never be edited is not even looked for",
     {CARD_NUDGE, .expires_ms = 4000}, {NEVER_SENT(P)}, P AND H, OUTBOX_EXPIRED, NULL, 0},
    {"an expired card of an earlier attempt is looked for: its key must be known",
     {CARD_PROMPT, .key = "prompt/1/1", .expires_ms = -1, .attempts = 2}, {{0}}, H AND H,
     OUTBOX_EXPIRED, NULL, 0},
    {"a card that expires between tries is not posted",
     {CARD_PROMPT, .expires_ms = 10000}, {{P, -1, SLACK_RETRY, "", false}}, NULL, OUTBOX_EXPIRED,
     NULL, 0},

    /* What Slack refuses. */
    {"what was certainly not done is tried until it is",
     {CARD_NOTICE}, {{P, 3, SLACK_RETRY, "ratelimited", false}}, P AND P AND P AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"an archived channel is said to be closed",
     {CARD_NOTICE, .channel = "C-ARCHIVED"}, {{0}}, P, OUTBOX_DEAD, NULL, 0,
     "the channel is closed"},
    {"a public channel is joined",
     {CARD_NOTICE, .channel = "C-PUBLIC"}, {{0}}, P AND J AND P, OUTBOX_DELIVERED, "C-PUBLIC", 1},
    {"a private one is not",
     {CARD_NOTICE}, {{P, -1, SLACK_TARGET, "not_in_channel", false}}, P AND J, OUTBOX_DEAD, NULL,
     0, "the channel is closed"},
    {"it is joined only once",
     {CARD_NOTICE, .channel = "C-PUBLIC"}, {{P, -1, SLACK_TARGET, "not_in_channel", false}}, P AND
     J AND P, OUTBOX_DEAD, NULL, 0, "the channel is closed"},
    {"joining may lack a scope",
     {CARD_NOTICE, .channel = "C-PUBLIC"}, {LACKS_SCOPE(J)}, P AND J, OUTBOX_DEAD, NULL, 0,
     "the channel is closed", J ":a:scope "},
    {"joining may take two tries",
     {CARD_NOTICE, .channel = "C-PUBLIC"}, {{J, 1, SLACK_RETRY, "", false}}, P AND J AND P AND J
     AND P, OUTBOX_DELIVERED, "C-PUBLIC", 1},
    {"a member's conversation is never joined",
     {CARD_NOTICE, TO_MEMBER}, {{P, -1, SLACK_TARGET, "not_in_channel", false}}, P, OUTBOX_DEAD,
     NULL, 0, "the channel is closed"},
    {"a thread that is gone is left out",
     {CARD_NOTICE, .thread = true}, {{P, 1, SLACK_TARGET, "thread_not_found", false}}, P AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"an edit whose message was deleted is posted anew",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_TARGET, "message_not_found", false}}, U AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"an edit of what is not ours any more is posted anew",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_TARGET, "cant_update_message", false}}, U AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"an edit that comes too late for Slack is posted anew",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_TARGET, "edit_window_closed", false}}, U AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"posting anew is looked for after a restart too",
     {CARD_NOTICE, .edit = true, .attempts = 2}, {{U, 1, SLACK_TARGET, "message_not_found",
     false}}, U AND H AND H AND P, OUTBOX_DELIVERED, "C1", 1},
    {"an edit in an archived channel is dead",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_TARGET, "is_archived", false}}, U, OUTBOX_DEAD,
     NULL, 0, "the channel is closed"},
    {"blocks that are refused become plain text",
     {CARD_NOTICE}, {{P, 1, SLACK_REQUEST, "invalid_blocks", false}}, P AND P, OUTBOX_DELIVERED,
     "C1", 1},
    {"an edit's too",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_REQUEST, "msg_too_long", false}}, U AND U,
     OUTBOX_DELIVERED, "C1", 0},
    {"and plain text that is refused is dead",
     {CARD_NOTICE}, {{P, -1, SLACK_REQUEST, "msg_too_long", false}}, P AND P, OUTBOX_DEAD, NULL, 0,
     "Slack did not take it"},
    {"an error of another world ends as well",
     {CARD_NOTICE}, {{P, -1, SLACK_LATE, "", false}}, P AND P, OUTBOX_DEAD, NULL, 0,
     "Slack did not take it"},
    {"a missing permission is told once, and waited for",
     {CARD_NOTICE}, {{P, 3, SLACK_SETUP, "missing_scope", false}}, P AND P AND P AND P,
     OUTBOX_DELIVERED, "C1", 1, NULL, P ":a:scope "},
    {"but not for more than a day",
     {CARD_NOTICE}, {LACKS_SCOPE(P)}, NULL, OUTBOX_DEAD, NULL, 0, "Slack did not take it", P
     ":a:scope "},
    {"nor for what expires",
     {CARD_PROMPT, .expires_ms = DAY_MS / 24}, {LACKS_SCOPE(P)}, NULL, OUTBOX_EXPIRED, NULL, 0,
     NULL, P ":a:scope "},
    {"a refused token is tried again also when nobody says so",
     {CARD_NOTICE}, {{P, 1, SLACK_AUTH, "invalid_auth", false}}, P AND P, OUTBOX_DELIVERED, "C1",
     1},

    /* Ephemeral: delivered or dropped. */
    {"an ephemeral card is not repeated when it may have been seen",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {NEVER_SENT(E)}, E, OUTBOX_DELIVERED, NULL, 0},
    {"nor after a restart",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL, .attempts = 2}, {{0}}, "", OUTBOX_EXPIRED, NULL, 0},
    {"nor when it is late",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {{E, -1, SLACK_RETRY, "", false}}, E, OUTBOX_EXPIRED,
     NULL, 0},
    {"nobody is told when its member has left",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {{E, -1, SLACK_TARGET, "user_not_in_channel", false}}, E,
     OUTBOX_EXPIRED, NULL, 0},
    {"its blocks may be refused",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {{E, -1, SLACK_REQUEST, "invalid_blocks", false}}, E AND
     E, OUTBOX_EXPIRED, NULL, 0},
    {"it lacks a scope",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {LACKS_SCOPE(E)}, E, OUTBOX_EXPIRED, NULL, 0, NULL, E
     ":a:scope "},

    /* Pins. */
    {"a sprint's card is pinned",
     {CARD_SPRINT}, {{0}}, P AND N, OUTBOX_DELIVERED, "C1", 1},
    {"an edit of it is not",
     {CARD_SPRINT, .edit = true}, {{0}}, U, OUTBOX_DELIVERED, "C1", 0},
    {"one that was found is, since that may have been missed",
     {CARD_SPRINT}, {ANSWER_LOST(P)}, P AND H AND N, OUTBOX_DELIVERED, "C1", 1},
    {"one that was posted anew is",
     {CARD_SPRINT, .edit = true}, {{U, 1, SLACK_TARGET, "message_not_found", false}}, U AND P AND
     N, OUTBOX_DELIVERED, "C1", 1},
    {"a pin that is refused stops nothing",
     {CARD_SPRINT}, {LACKS_SCOPE(N)}, P AND N, OUTBOX_DELIVERED, "C1", 1, NULL, N ":a:scope "},
    {"nor does one without an answer",
     {CARD_SPRINT}, {{N, -1, SLACK_UNSURE, "", false}}, P AND N, OUTBOX_DELIVERED, "C1", 1, NULL, N
     ":no answer "},
    {"a pin waits for the token",
     {CARD_SPRINT}, {{N, 1, SLACK_AUTH, "invalid_auth", false}}, P AND N AND N, OUTBOX_DELIVERED,
     "C1", 1},

    /* Pictures. */
    {"a chart is uploaded, then shown",
     {CARD_NOTICE, .chart = true}, {{0}}, G AND B AND C AND P, OUTBOX_DELIVERED, "C1", 1},
    {"in an edit as well",
     {CARD_NOTICE, .chart = true, .edit = true}, {{0}}, G AND B AND C AND U, OUTBOX_DELIVERED,
     "C1", 0},
    {"it is not uploaded again for another try",
     {CARD_NOTICE, .chart = true}, {NEVER_SENT(P)}, G AND B AND C AND P AND H AND H AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"nor drawn for a card that stands already",
     {CARD_NOTICE, .chart = true}, {ANSWER_LOST(P)}, G AND B AND C AND P AND H, OUTBOX_DELIVERED,
     "C1", 1},
    {"a file that is shown late is tried again",
     {CARD_NOTICE, .chart = true}, {{0}}, G AND B AND C AND P AND P AND P, OUTBOX_DELIVERED, "C1",
     1, .file_lag_ms = 3000},
    {"and left out in the end",
     {CARD_NOTICE, .chart = true}, {{0}}, G AND B AND C AND P AND P AND P AND P AND P,
     OUTBOX_DELIVERED, "C1", 1, .file_lag_ms = DAY_MS},
    {"a card whose blocks are wrong anyway loses picture and blocks",
     {CARD_NOTICE, .chart = true}, {{P, 5, SLACK_REQUEST, "invalid_blocks", false}}, G AND B AND C
     AND P AND P AND P AND P AND P AND P, OUTBOX_DELIVERED, "C1", 1},
    {"another refusal is not the picture's fault",
     {CARD_NOTICE, .chart = true}, {{P, 1, SLACK_REQUEST, "msg_too_long", false}}, G AND B AND C
     AND P AND P, OUTBOX_DELIVERED, "C1", 1},
    {"without the scope there is no picture",
     {CARD_NOTICE, .chart = true}, {LACKS_SCOPE(G)}, G AND P, OUTBOX_DELIVERED, "C1", 1, NULL, G
     ":a:scope "},
    {"a place without an address is none",
     {CARD_NOTICE, .chart = true}, {{G, -1, SLACK_OK, "", false}}, G AND P, OUTBOX_DELIVERED, "C1",
     1},
    {"bytes that get lost make no picture",
     {CARD_NOTICE, .chart = true}, {{B, -1, SLACK_UNSURE, "", false}}, G AND B AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"nor do those that are refused",
     {CARD_NOTICE, .chart = true}, {{C, -1, SLACK_REQUEST, "file_not_found", false}}, G AND B AND C
     AND P, OUTBOX_DELIVERED, "C1", 1, NULL, C ":file_not_found "},
    {"an upload that hangs does not hold up the text",
     {CARD_PROMPT, .chart = true}, {{B, 1, SLACK_UNSURE, HANGS, false}}, G AND B AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"nor does a drawing",
     {CARD_PROMPT, .chart = true}, {{0}}, P, OUTBOX_DELIVERED, "C1", 1, .draw_ms = -1},
    {"a drawing that comes too late is left out",
     {CARD_PROMPT, .chart = true}, {{0}}, P, OUTBOX_DELIVERED, "C1", 1, .draw_ms = 30000},
    {"also while the card still waits for something else",
     {CARD_PROMPT, .chart = true}, {{P, 1, SLACK_SETUP, "missing_scope", false}}, P AND P,
     OUTBOX_DELIVERED, "C1", 1, NULL, P ":a:scope ", .draw_ms = 30000},
    {"drawing and uploading share their time",
     {CARD_PROMPT, .chart = true}, {{G, 1, SLACK_UNSURE, HANGS, false}}, G AND P, OUTBOX_DELIVERED,
     "C1", 1, .draw_ms = 19000},
    {"what cannot be drawn is left out",
     {CARD_PROMPT, .chart = true}, {{0}}, P, OUTBOX_DELIVERED, "C1", 1, .no_png = true},
    {"an upload waits for the token",
     {CARD_NOTICE, .chart = true}, {{G, 1, SLACK_AUTH, "invalid_auth", false}}, G AND G AND B AND C
     AND P, OUTBOX_DELIVERED, "C1", 1},
};
/* clang-format on */

static const char *const end_names[] = {
    [OUTBOX_DELIVERED] = "delivered", [OUTBOX_EXPIRED] = "expired", [OUTBOX_DEAD] = "dead"};

static void check_text(const Case *c, const char *what, const char *expected, const char *got)
{
    if (g_strcmp0(expected, got) != 0) {
        fail_msg("%s: %s is\n  %s\nnot\n  %s", c->name, what, got != NULL ? got : "(none)",
                 expected != NULL ? expected : "(none)");
    }
}

static void check_case(const Case *c, const Rig *rig)
{
    const Message *which = NULL;
    int stands = standing(&rig->slack, ROW, &which);

    if (rig->settled->len != 1) {
        fail_msg("%s: settled %u times; asked %s", c->name, rig->settled->len,
                 rig->slack.asked->str);
    }
    const Settled *settled = &g_array_index(rig->settled, Settled, 0);

    check_text(c, "its end", end_names[c->end], end_names[settled->end]);
    if (c->asked != NULL) {
        check_text(c, "what was asked", c->asked, rig->slack.asked->str);
    }
    check_text(c, "its channel", c->channel, settled->channel);
    check_text(c, "what is lacking", c->lacking != NULL ? c->lacking : "", rig->lacking->str);
    if (c->end == OUTBOX_DEAD) {
        check_text(c, "why", c->why, settled->message);
    }
    if (stands != c->stands) {
        fail_msg("%s: it stands there %d times", c->name, stands);
    }
    if (c->end == OUTBOX_DELIVERED && c->channel != NULL) {
        check_text(c, "its message", stands > 0 ? which->ts : BEFORE_IT_ALL, settled->message);
    }
    assert_int_equal(slack_post_depth(rig->post), 0);
}

static void run_case(const Case *c)
{
    void *state = NULL;

    open_rig(&state);
    Rig *rig = state;

    memcpy(rig->slack.faults, c->faults, sizeof(c->faults));
    rig->slack.lag_ms = c->lag_ms;
    rig->slack.file_lag_ms = c->file_lag_ms;
    rig->draw_ms = c->draw_ms != 0 ? c->draw_ms : rig->draw_ms;
    rig->png = c->no_png ? NULL : rig->png;
    deliver(rig, &c->card);
    assert_int_equal(rig->settled->len, 0); /* never from inside */
    run_until(40 * DAY_MS);
    check_case(c, rig);
    close_rig(&state);
}

static void test_what_becomes_of_a_card(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        run_case(&cases[i]);
    }
    print_message("%zu cases\n", G_N_ELEMENTS(cases));
}

/* --- what is said to Slack --- */

static const Settled *only(const Rig *rig)
{
    assert_int_equal(rig->settled->len, 1);
    return &g_array_index(rig->settled, Settled, 0);
}

static const Message *the_card(const Rig *rig)
{
    const Message *which = NULL;

    assert_int_equal(standing(&rig->slack, ROW, &which), 1);
    return which;
}

static void test_a_card_carries_its_key_and_unfolds_nothing(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_NOTICE});
    run_until(DAY_MS);
    the_card(rig); /* by its key; the flags were checked on the way in */
    const Json *said = rig->slack.last;
    assert_string_equal(json_text(said, "channel"), "C1");
    assert_null(json_any(said, "thread_ts"));
    assert_non_null(json_array(said, "blocks"));
}

static void test_a_reply_stands_in_its_thread(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_ECHO, .thread = true});
    run_until(DAY_MS);
    assert_string_equal(the_card(rig)->thread_ts, BEFORE_IT_ALL);
}

static void test_a_thread_of_another_channel_is_not_followed(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_ECHO, .thread = true, .elsewhere = true});
    run_until(DAY_MS);
    assert_null(the_card(rig)->thread_ts);
    assert_string_equal(the_card(rig)->channel, "C1");
}

static void test_a_reply_to_a_member_alone_stands_in_its_thread(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_QUESTION, TO_MEMBER, .thread = true});
    run_until(DAY_MS);
    assert_string_equal(the_card(rig)->thread_ts, BEFORE_IT_ALL);
    assert_string_equal(the_card(rig)->channel, "D1");
}

static const char *button_channel(const Rig *rig)
{
    return json_text_or_null(json_array(rig->slack.last, "blocks")->child, "block_id");
}

/* A member is no channel: with none said, a button speaks of the place where it is pressed. */
static void test_buttons_speak_of_the_card_s_channel(void **state)
{
    Rig *rig = *state;

    deliver_as(rig, &(Spec){CARD_NOTICE}, 1);
    run_until(1000);
    assert_string_equal(button_channel(rig), "C1");
    deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER}, 2);
    run_until(2000);
    assert_null(button_channel(rig));
    deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER, .thread = true}, 3);
    run_until(3000);
    assert_string_equal(button_channel(rig), "D1");
    deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER, .edit = true}, 4);
    run_until(4000);
    assert_string_equal(button_channel(rig), "D1");
}

static void test_plain_text_goes_without_blocks(void **state)
{
    Rig *rig = *state;

    rig->slack.faults[0] = (Fault){P, 1, SLACK_REQUEST, "invalid_blocks", false};
    deliver(rig, &(Spec){CARD_NOTICE});
    run_until(DAY_MS);
    assert_true(the_card(rig)->plain);
    assert_string_equal(the_card(rig)->text, "what is said\n");
}

static void test_a_look_begins_a_minute_before_the_first_attempt(void **state)
{
    Rig *rig = *state;

    rig->slack.faults[0] = (Fault)NEVER_SENT(P);
    rig->slack.faults[1] = (Fault)NEVER_SENT(P);
    deliver(rig, &(Spec){CARD_NOTICE});
    run_until(DAY_MS);
    assert_string_equal(rig->slack.oldest, "1752476340.000000"); /* the last look's as well */
}

static void test_after_a_restart_a_look_goes_back_to_where_it_was_put(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2, .age_ms = 3 * DAY_MS});
    run_until(DAY_MS);
    assert_string_equal(rig->slack.oldest, "1752217140.000000"); /* a minute before */
}

/* --- what stands there already --- */

typedef struct Earlier {
    const char *name;
    const char *key, *event, *channel;
    bool thread, ours;
} Earlier;

static void test_only_its_own_message_is_taken_for_a_card(void **state)
{
    static const Earlier earlier[] = {
        {"its own", INSTALL "/7", "anchord_card", "C1", false, true},
        {"another card", INSTALL "/77", "anchord_card", "C1", false, false},
        {"another store's", "east/7", "anchord_card", "C1", false, false},
        {"another program's", INSTALL "/7", "task_created", "C1", false, false},
        {"another channel's", INSTALL "/7", "anchord_card", "C2", false, false},
        {"a thread's", INSTALL "/7", "anchord_card", "C1", true, false},
        {"without a key", "", "anchord_card", "C1", false, false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(earlier); i++) {
        void *opened = NULL;

        open_rig(&opened);
        Rig *rig = opened;
        Message *message = stand_already(rig, earlier[i].channel,
                                         earlier[i].thread ? BEFORE_IT_ALL : NULL, earlier[i].key);

        json_put(message->metadata, "odd", cJSON_CreateNumber(7));
        cJSON_ReplaceItemInObjectCaseSensitive(message->metadata, "event_type",
                                               cJSON_CreateString(earlier[i].event));
        deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
        run_until(DAY_MS);
        if ((g_strcmp0(only(rig)->message, message->ts) == 0) != earlier[i].ours) {
            fail_msg("%s: asked %s", earlier[i].name, rig->slack.asked->str);
        }
        close_rig(&opened);
    }
}

static void chatter(Rig *rig, int n)
{
    for (int i = 0; i < n; i++) {
        add_message(&rig->slack, "C1", NULL, "talk");
    }
}

static guint times_asked(const Rig *rig, const char *method)
{
    g_auto(GStrv) asked = g_strsplit(rig->slack.asked->str, " ", -1);
    guint n = 0;

    for (guint i = 0; asked[i] != NULL; i++) {
        n += strcmp(asked[i], method) == 0 ? 1 : 0;
    }
    return n;
}

static void test_a_card_is_found_pages_back(void **state)
{
    Rig *rig = *state;
    const Message *message = stand_already(rig, "C1", NULL, INSTALL "/7");

    chatter(rig, 950);
    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
    run_until(DAY_MS);
    assert_string_equal(only(rig)->message, message->ts);
    assert_int_equal(times_asked(rig, H), 5);
}

static void test_a_cursor_that_goes_bad_costs_no_message(void **state)
{
    Rig *rig = *state;
    const Message *message = stand_already(rig, "C1", NULL, INSTALL "/7");

    chatter(rig, 950);
    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
    run_until(2000 + 3 * ANSWER_MS);
    rig->slack.faults[0] = (Fault){H, 1, SLACK_LATE, "invalid_cursor", false};
    run_until(DAY_MS);
    assert_string_equal(only(rig)->message, message->ts);
    assert_int_equal(times_asked(rig, H), 3 + 1 + 5);
}

static void test_a_look_ends_after_a_thousand_messages(void **state)
{
    Rig *rig = *state;

    chatter(rig, 5000);
    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
    run_until(DAY_MS);
    assert_int_equal(times_asked(rig, H), 2 * 5);
    assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
}

static void test_pages_without_messages_end_too(void **state)
{
    Rig *rig = *state;

    chatter(rig, 3);
    rig->slack.page = 0;
    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
    run_until(DAY_MS);
    assert_int_equal(times_asked(rig, H), 2 * 20);
    assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
}

/* Whatever a method answers, the card ends, once; and rubbish is never taken for its message. */
static void test_rubbish_for_an_answer_ends(void **state)
{
    static const char *const rubbish[] = {
        "{}",
        "[]",
        "7",
        "{\"channel\":7,\"ts\":[],\"messages\":{},\"upload_url\":1,\"file_id\":null}",
        "{\"channel\":{\"id\":9},\"ts\":\"\",\"messages\":\"none\"}",
        "{\"messages\":[],\"response_metadata\":{\"next_cursor\":\"again\"}}",
        "{\"messages\":[null,1,\"x\",[],{},{\"metadata\":5},{\"ts\":\"1\",\"metadata\":{\"event_"
        "type\":"
        "\"anchord_card\",\"event_payload\":[\"" INSTALL "/7\"]}}],\"response_metadata\":[]}",
        "{\"messages\":[{\"metadata\":{\"event_type\":\"anchord_card\",\"event_payload\":{\"key\":"
        "\"" INSTALL "/7\"}}}]}", /* ours, but nowhere */
    };
    static const char *const babblers[] = {P, H, R, O, N, G, B, C};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rubbish) * G_N_ELEMENTS(babblers); i++) {
        void *opened = NULL;

        open_rig(&opened);
        Rig *rig = opened;

        rig->slack.rubbish = rubbish[i % G_N_ELEMENTS(rubbish)];
        rig->slack.babbles = babblers[i / G_N_ELEMENTS(rubbish)];
        rig->slack.faults[0] = (Fault)ANSWER_LOST(P);
        deliver_as(rig, &(Spec){CARD_SPRINT, .chart = true, .expires_ms = 100 * DAY_MS}, 7);
        deliver_as(rig, &(Spec){CARD_NUDGE, TO_MEMBER, .attempts = 2, .key = "k"}, 8);
        deliver_as(rig, &(Spec){CARD_ECHO, .thread = true, .attempts = 2}, 9);
        run_until(5 * DAY_MS);
        assert_int_equal(rig->settled->len, 3);
        close_rig(&opened);
    }
}

/* --- pictures --- */

static void deliver_chart(Rig *rig, int64_t row, const char *key, const char *png)
{
    rig->png = png;
    g_string_truncate(rig->slack.asked, 0);
    deliver_as(rig, &(Spec){CARD_SPRINT, .key = key, .chart = true, .edit = true}, row);
    run_until(the_loop.now_ms + DAY_MS);
    assert_int_equal(rig->settled->len, row);
}

static const char *shown(const Rig *rig)
{
    return message_at(&rig->slack, "C1", BEFORE_IT_ALL)->image;
}

static void test_a_chart_that_has_not_changed_is_not_uploaded_again(void **state)
{
    Rig *rig = *state;

    deliver_chart(rig, 1, "sprint/1", "day 1");
    assert_string_equal(shown(rig), "F0");
    deliver_chart(rig, 2, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, U);
    assert_string_equal(shown(rig), "F0");
    deliver_chart(rig, 3, "sprint/1", "day 2");
    assert_string_equal(shown(rig), "F1");
    deliver_chart(rig, 4, "sprint/1", "day 1"); /* not what it showed last */
    assert_string_equal(shown(rig), "F2");
    deliver_chart(rig, 5, "sprint/2", "day 1");
    assert_string_equal(shown(rig), "F3");
    deliver_chart(rig, 6, NULL, "day 1");
    deliver_chart(rig, 7, NULL, "day 1");
    assert_string_equal(shown(rig), "F5");
}

static void test_a_picture_that_was_deleted_is_uploaded_anew(void **state)
{
    Rig *rig = *state;

    deliver_chart(rig, 1, "sprint/1", "day 1");
    g_array_index(rig->slack.files, File, 0).complete = false;
    deliver_chart(rig, 2, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, U AND G AND B AND C AND U);
    assert_string_equal(shown(rig), "F1");
    deliver_chart(rig, 3, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, U);
}

static void test_a_picture_that_was_deleted_is_not_tried_a_second_time(void **state)
{
    Rig *rig = *state;

    deliver_chart(rig, 1, "sprint/1", "day 1");
    g_array_index(rig->slack.files, File, 0).complete = false;
    rig->slack.faults[0] = (Fault){C, 1, SLACK_UNSURE, "", false};
    deliver_chart(rig, 2, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, U AND G AND B AND C AND U);
    assert_null(shown(rig));
    deliver_chart(rig, 3, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, G AND B AND C AND U);
}

static void test_without_a_place_nothing_is_uploaded(void **state)
{
    Rig *rig = *state;

    rig->slack.nowhere = true;
    deliver(rig, &(Spec){CARD_PROMPT, .chart = true});
    run_until(DAY_MS);
    assert_string_equal(rig->slack.asked->str, G AND P);
    assert_string_equal(rig->lacking->str, "");
}

static void test_a_picture_that_was_not_shown_is_not_remembered(void **state)
{
    Rig *rig = *state;

    rig->slack.faults[0] = (Fault){U, 1, SLACK_REQUEST, "msg_too_long", false};
    deliver_chart(rig, 1, "sprint/1", "day 1"); /* as plain text */
    assert_null(shown(rig));
    deliver_chart(rig, 2, "sprint/1", "day 1");
    assert_string_equal(shown(rig), "F1");
}

static void test_the_text_waits_twenty_seconds_for_its_picture(void **state)
{
    Rig *rig = *state;

    rig->draw_ms = -1;
    deliver(rig, &(Spec){CARD_PROMPT, .chart = true});
    run_until(19000);
    assert_string_equal(rig->slack.asked->str, "");
    run_until(21000);
    assert_string_equal(rig->slack.asked->str, P);
    give_picture(rig, ROW);     /* too late */
    give_picture(rig, ROW + 1); /* and for nobody */
    run_until(DAY_MS);
    assert_string_equal(rig->slack.asked->str, P);
    assert_null(the_card(rig)->image);
}

static void test_a_picture_may_come_at_once(void **state)
{
    Rig *rig = *state;

    rig->draw_ms = 0;
    deliver(rig, &(Spec){CARD_PROMPT, .chart = true});
    run_until(DAY_MS);
    assert_string_equal(the_card(rig)->image, "F0");
    assert_int_equal(rig->drawn, 1);
}

static void test_an_empty_picture_is_none(void **state)
{
    Rig *rig = *state;

    rig->png = "";
    deliver(rig, &(Spec){CARD_PROMPT, .chart = true});
    run_until(DAY_MS);
    assert_string_equal(rig->slack.asked->str, P);
}

static void test_the_gallery_forgets_what_was_not_looked_at_for_longest(void **state)
{
    g_autoptr(Gallery) gallery = gallery_new(3);

    (void)state;
    gallery_put(gallery, "a", "1", "Fa");
    gallery_put(gallery, "b", "1", "Fb");
    gallery_put(gallery, "c", "1", "Fc");
    assert_string_equal(gallery_find(gallery, "a", "1"), "Fa");
    assert_null(gallery_find(gallery, "b", "2"));
    gallery_put(gallery, "d", "1", "Fd");
    assert_int_equal(gallery_size(gallery), 3);
    assert_null(gallery_find(gallery, "b", "1"));
    assert_string_equal(gallery_find(gallery, "a", "1"), "Fa");
    gallery_put(gallery, "a", "2", gallery_find(gallery, "a", "1")); /* its own text */
    assert_string_equal(gallery_find(gallery, "a", "2"), "Fa");
    assert_int_equal(gallery_size(gallery), 3);
    gallery_forget(gallery, "a");
    gallery_forget(gallery, "a");
    assert_null(gallery_find(gallery, "a", "2"));
    assert_int_equal(gallery_size(gallery), 2);
}

/* --- the token is refused --- */

static void test_nothing_is_tried_while_the_token_is_refused(void **state)
{
    Rig *rig = *state;

    slack_post_pause(rig->post, true);
    deliver_as(rig, &(Spec){CARD_NOTICE}, 1);
    deliver_as(rig, &(Spec){CARD_NOTICE, .channel = "C2", .attempts = 2}, 2);
    deliver_as(rig, &(Spec){CARD_PROMPT, .expires_ms = DAY_MS}, 3);
    deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER, .chart = true}, 4);
    run_until(2 * DAY_MS);
    assert_string_equal(rig->slack.asked->str, "");
    assert_int_equal(rig->drawn, 0);
    assert_int_equal(slack_post_depth(rig->post), 4);
    slack_post_pause(rig->post, false);
    run_until(3 * DAY_MS);
    assert_int_equal(rig->settled->len, 4);
    for (guint i = 0; i < 4; i++) {
        const Settled *settled = &g_array_index(rig->settled, Settled, i);

        assert_int_equal(settled->end, settled->row == 3 ? OUTBOX_EXPIRED : OUTBOX_DELIVERED);
    }
}

/* Whatever a card waits for when the token is refused, it goes on afterwards, and stands there
 * once. */
static void test_a_pause_at_any_moment_loses_nothing(void **state)
{
    (void)state;
    for (int64_t at_ms = 0; at_ms < 12000; at_ms += 50) {
        void *opened = NULL;

        open_rig(&opened);
        Rig *rig = opened;

        rig->slack.faults[0] = (Fault)NEVER_SENT(P);
        deliver(rig, &(Spec){CARD_SPRINT, .chart = true});
        run_until(at_ms);
        rig->slack.refused = true;
        slack_post_pause(rig->post, at_ms % 100 == 0);
        run_until(at_ms + DAY_MS);
        rig->slack.refused = false;
        slack_post_pause(rig->post, false);
        run_until(at_ms + 2 * DAY_MS);
        assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
        assert_int_equal(rig->slack.pins, 1);
        the_card(rig);
        close_rig(&opened);
    }
}

static void test_a_refused_card_goes_on_as_soon_as_the_pause_ends(void **state)
{
    Rig *rig = *state;

    rig->slack.refused = true;
    deliver(rig, &(Spec){CARD_NOTICE});
    run_until(1000);
    slack_post_pause(rig->post, true);
    rig->slack.refused = false;
    slack_post_pause(rig->post, false);
    run_until(2000);
    assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
}

/* --- all together --- */

static void test_what_is_lacking_is_told_once(void **state)
{
    Rig *rig = *state;

    rig->slack.faults[0] = (Fault)LACKS_SCOPE(N);
    for (int64_t row = 1; row <= 3; row++) {
        deliver_as(rig, &(Spec){CARD_SPRINT}, row);
    }
    run_until(DAY_MS);
    assert_int_equal(rig->settled->len, 3);
    assert_string_equal(rig->lacking->str, N ":a:scope ");
}

static void test_cards_expire_by_the_daemon_s_clock(void **state)
{
    Rig *rig = *state;

    rig->expiry_clock_us = -365 * DAY_MS * 1000;
    deliver(rig, &(Spec){CARD_PROMPT, .expires_ms = -DAY_MS});
    run_until(DAY_MS);
    assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
}

/* What is under way when the daemon ends is settled by nobody, and leaves nothing behind. */
static void test_ending_at_any_moment_leaves_nothing_behind(void **state)
{
    (void)state;
    for (int64_t at_ms = 0; at_ms < 40000; at_ms += 50) {
        void *opened = NULL;

        open_rig(&opened);
        Rig *rig = opened;

        rig->slack.faults[0] = (Fault)NEVER_SENT(P);
        rig->slack.faults[1] = (Fault){B, 1, SLACK_UNSURE, HANGS, false};
        deliver_as(rig, &(Spec){CARD_SPRINT, .chart = true}, 1);
        deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER, .attempts = 2}, 2);
        run_until(at_ms);
        size_t open = slack_post_depth(rig->post);

        assert_int_equal(open + rig->settled->len, 2);
        slack_post_free(rig->post);
        rig->post = NULL;
        rig->draw_ms = -1;
        assert_int_equal(rig->slack.calls->len, 0);
        close_rig(&opened);
    }
}

/* The engine's promise: a card that is not settled is given again, and counted. */
typedef struct Owed {
    Spec spec;
    int64_t row;
} Owed;

static bool is_settled(const Rig *rig, int64_t row)
{
    for (guint i = 0; i < rig->settled->len; i++) {
        if (g_array_index(rig->settled, Settled, i).row == row) {
            return true;
        }
    }
    return false;
}

static void restart(Rig *rig, Owed *owed, size_t n)
{
    slack_post_free(rig->post);
    end_turn();
    start(rig);
    for (size_t i = 0; i < n; i++) {
        if (!is_settled(rig, owed[i].row)) {
            owed[i].spec.attempts++;
            owed[i].spec.age_ms = (wall_us - WALL_START) / 1000; /* all were put at the start */
            deliver_as(rig, &owed[i].spec, owed[i].row);
        }
    }
}

static void check_storm(const Rig *rig, const Owed *owed, size_t n, guint32 seed)
{
    for (size_t i = 0; i < n; i++) {
        const Message *which = NULL;
        int stands = standing(&rig->slack, owed[i].row, &which);

        if (!is_settled(rig, owed[i].row)) {
            fail_msg("storm %u: card %zu was never settled", seed, i);
        }
        if (stands != 1) {
            fail_msg("storm %u: card %zu stands there %d times", seed, i, stands);
        }
    }
}

static void run_storm(guint32 seed)
{
    Owed owed[] = {
        {{CARD_NOTICE}, 1},
        {{CARD_NOTICE, TO_MEMBER}, 2},
        {{CARD_SPRINT, .channel = "C2", .key = "sprint/1", .chart = true}, 3},
        {{CARD_ECHO, .thread = true}, 4},
        {{CARD_CLOSE, .channel = "C-PUBLIC"}, 5},
    };
    void *opened = NULL;
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

    open_rig(&opened);
    Rig *rig = opened;

    rig->draw_ms = 0;
    rig->slack.storm = g_rand_new_with_seed(seed + 1);
    restart(rig, owed, G_N_ELEMENTS(owed));
    for (int i = 0; i < 6; i++) {
        run_until(the_loop.now_ms + g_rand_int_range(rand, 0, 20000));
        restart(rig, owed, G_N_ELEMENTS(owed));
    }
    g_rand_free(g_steal_pointer(&rig->slack.storm)); /* it clears up */
    rig->slack.lag_ms = 0;
    run_until(the_loop.now_ms + DAY_MS);
    check_storm(rig, owed, G_N_ELEMENTS(owed), seed);
    close_rig(&opened);
}

static void test_in_any_storm_each_card_stands_there_exactly_once(void **state)
{
    (void)state;
    for (guint32 seed = 1; seed <= 300; seed++) {
        run_storm(seed);
    }
}

#define RIGGED(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_becomes_of_a_card),
        RIGGED(test_a_card_carries_its_key_and_unfolds_nothing),
        RIGGED(test_a_reply_stands_in_its_thread),
        RIGGED(test_a_thread_of_another_channel_is_not_followed),
        RIGGED(test_a_reply_to_a_member_alone_stands_in_its_thread),
        RIGGED(test_buttons_speak_of_the_card_s_channel),
        RIGGED(test_plain_text_goes_without_blocks),
        RIGGED(test_a_look_begins_a_minute_before_the_first_attempt),
        RIGGED(test_after_a_restart_a_look_goes_back_to_where_it_was_put),
        cmocka_unit_test(test_only_its_own_message_is_taken_for_a_card),
        RIGGED(test_a_card_is_found_pages_back),
        RIGGED(test_a_cursor_that_goes_bad_costs_no_message),
        RIGGED(test_a_look_ends_after_a_thousand_messages),
        RIGGED(test_pages_without_messages_end_too),
        cmocka_unit_test(test_rubbish_for_an_answer_ends),
        RIGGED(test_a_chart_that_has_not_changed_is_not_uploaded_again),
        RIGGED(test_a_picture_that_was_deleted_is_uploaded_anew),
        RIGGED(test_a_picture_that_was_deleted_is_not_tried_a_second_time),
        RIGGED(test_without_a_place_nothing_is_uploaded),
        RIGGED(test_a_picture_that_was_not_shown_is_not_remembered),
        RIGGED(test_the_text_waits_twenty_seconds_for_its_picture),
        RIGGED(test_a_picture_may_come_at_once),
        RIGGED(test_an_empty_picture_is_none),
        cmocka_unit_test(test_the_gallery_forgets_what_was_not_looked_at_for_longest),
        RIGGED(test_nothing_is_tried_while_the_token_is_refused),
        cmocka_unit_test(test_a_pause_at_any_moment_loses_nothing),
        RIGGED(test_a_refused_card_goes_on_as_soon_as_the_pause_ends),
        RIGGED(test_what_is_lacking_is_told_once),
        RIGGED(test_cards_expire_by_the_daemon_s_clock),
        cmocka_unit_test(test_ending_at_any_moment_leaves_nothing_behind),
        cmocka_unit_test(test_in_any_storm_each_card_stands_there_exactly_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

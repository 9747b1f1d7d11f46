/* One workspace between Slack and the engine, both played here: every callback comes when the test
 * says so, in any order, and the workspace may end at any time. */

#include "bot/slack/slack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/drawing.h"
#include "bot/log.h"
#include "bot/slack/directory.h"
#include "bot/slack/post.h"
#include "bot/slack/socket.h"
#include "bot/slack/tally.h"

#define PAYLOADS  TEST_DATA "/../slack/payloads/"
#define MINUTE_MS (INT64_C(60) * 1000)

/* What was done, one line each, since somebody last looked. */
static GString *done_log;

static void did(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void did(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_string_append_vprintf(done_log, format, args);
    va_end(args);
    g_string_append_c(done_log, '\n');
}

static void expect_done(const char *what)
{
    assert_string_equal(done_log->str, what);
    g_string_truncate(done_log, 0);
}

static GString *logged;

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    (void)level;
    g_string_append(logged, event);
    for (; fields->name != NULL; fields++) {
        g_string_append_printf(logged, " %s", log_or_empty(fields->text));
    }
    g_string_append_c(logged, '\n');
}

static int times_logged(const char *event)
{
    g_auto(GStrv) parts = g_strsplit(logged->str, event, -1);

    return (int)g_strv_length(parts) - 1;
}

/* The loop ------------------------------------------------------------------------------------- */

struct LoopTimer {
    int64_t due_ms;
    LoopCall call;
    void *arg;
    bool running;
};

static int64_t now_ms;
static GPtrArray *timers; /* of LoopTimer; the one that runs is in it no more */

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    assert_null(loop);
    for (guint i = 0; i < timers->len;
         i++) { /* a second probe would go beside the first for ever */
        const LoopTimer *other = g_ptr_array_index(timers, i);

        assert_false(other->call == call && other->arg == arg);
    }
    LoopTimer *timer = g_new0(LoopTimer, 1);

    *timer = (LoopTimer){now_ms + ms, call, arg, false};
    g_ptr_array_add(timers, timer);
    return timer;
}

void loop_stop(LoopTimer **timer)
{
    LoopTimer *stopped = *timer;

    *timer = NULL;
    if (stopped != NULL && !stopped->running) {
        assert_true(g_ptr_array_remove(timers, stopped));
    }
}

int64_t loop_now_ms(Loop *loop)
{
    assert_null(loop);
    return now_ms;
}

static LoopTimer *take_due(void)
{
    for (guint i = 0; i < timers->len; i++) {
        const LoopTimer *timer = g_ptr_array_index(timers, i);

        if (timer->due_ms <= now_ms) {
            return g_ptr_array_steal_index(timers, i);
        }
    }
    return NULL;
}

static void pass(int64_t ms)
{
    LoopTimer *due = NULL;

    now_ms += ms;
    while ((due = take_due()) != NULL) {
        due->running = true;
        due->call(due->arg);
        g_free(due);
    }
}

/* The socket ------------------------------------------------------------------------------------
 */

static const SlackSocketOps *socket_ops;
static void *socket_arg;
static LinkState link_now;
static int ready_connections;
static const char *socket_why = "";
static bool deaf; /* no ack goes out */

SlackSocket *slack_socket_new(Loop *loop, WebSockets *sockets, SlackApi *api,
                              const SlackSocketConfig *config, const SlackSocketOps *ops, void *arg)
{
    assert_null(loop);
    assert_null(sockets);
    assert_null(api);
    assert_string_equal(config->app_token, "xapp-test");
    assert_string_equal(config->ca_file, "acme.pem");
    socket_ops = ops;
    socket_arg = arg;
    return NULL;
}

void slack_socket_free(SlackSocket *socket)
{
    assert_null(socket);
}

void slack_socket_start(SlackSocket *socket)
{
    assert_null(socket);
    did("socket started");
}

void slack_socket_stop(SlackSocket *socket, LoopCall done, void *arg)
{
    assert_null(socket);
    did("socket stops");
    done(arg);
}

bool slack_socket_ack(SlackSocket *socket, const char *envelope_id, uint64_t epoch,
                      const char *payload, size_t payload_len)
{
    assert_null(socket);
    assert_int_equal(epoch, 3);
    g_autofree char *text = g_strndup(payload != NULL ? payload : "", payload_len);
    bool unseen = strstr(text, "could not see") != NULL;

    did("ack %s%s", envelope_id,
        unseen            ? ", cannot check"
        : payload != NULL ? " with payload"
                          : "");
    return !deaf;
}

LinkState slack_socket_state(const SlackSocket *socket)
{
    assert_null(socket);
    return link_now;
}

const char *slack_socket_why(const SlackSocket *socket)
{
    assert_null(socket);
    return socket_why;
}

int slack_socket_ready(const SlackSocket *socket)
{
    assert_null(socket);
    return ready_connections;
}

static void set_link(LinkState state)
{
    link_now = state;
    ready_connections = state == LINK_READY ? 2 : 0;
    socket_ops->changed(socket_arg, state);
}

/* The Web API -----------------------------------------------------------------------------------
 */

struct SlackCall {
    char *name;
    SlackDone done;
    void *arg;
};

static GPtrArray *calls; /* of SlackCall, under way */
static const char *api_lost = "";
static SlackHeldBack heard;
static void *held_arg;

static void call_free(gpointer data)
{
    SlackCall *call = data;

    g_free(call->name);
    g_free(call);
}

static SlackCall *call_new(const char *name, SlackDone done, void *arg)
{
    SlackCall *call = g_new0(SlackCall, 1);

    *call = (SlackCall){g_strdup(name), done, arg};
    g_ptr_array_add(calls, call);
    did("call %s", name);
    return call;
}

SlackApi *slack_api_new(Loop *loop, Http *http, const char *workspace, const char *api_url,
                        const char *ca_file, const char *token)
{
    assert_null(loop);
    assert_null(http);
    assert_string_equal(workspace, "acme");
    assert_string_equal(api_url, "https://slack.test/api/");
    assert_string_equal(ca_file, "acme.pem");
    assert_string_equal(token, "xoxb-test");
    return NULL;
}

void slack_api_free(SlackApi *api)
{
    assert_null(api);
}

SlackCall *slack_api_call(SlackApi *api, const SlackAsk *ask, SlackDone done, void *arg)
{
    assert_null(api);
    assert_non_null(slack_method(ask->method));
    cJSON_Delete(ask->take_args);
    return call_new(ask->method, done, arg);
}

SlackCall *slack_api_post_url(SlackApi *api, const char *url, const char *content_type,
                              const void *body, size_t len, SlackDone done, void *arg)
{
    assert_null(api);
    assert_true(g_str_has_prefix(url, "https://hooks.slack.test/"));
    (void)content_type, (void)body, (void)len;
    return call_new("url", done, arg);
}

void slack_api_cancel(SlackCall *call)
{
    assert_true(g_ptr_array_remove(calls, call));
}

void slack_api_set_refused(SlackApi *api, bool refused)
{
    assert_null(api);
    did("api %s", refused ? "refused" : "accepted");
}

void slack_api_on_held_back(SlackApi *api, SlackHeldBack held_back, void *arg)
{
    assert_null(api);
    heard = held_back;
    held_arg = arg;
}

const char *slack_api_lost(const SlackApi *api)
{
    assert_null(api);
    return api_lost;
}

size_t slack_api_depth(const SlackApi *api)
{
    assert_null(api);
    return calls->len;
}

/* Ends the first call of that method. */
static void end_call(const char *name, SlackClass class, const char *json)
{
    g_autoptr(Json) whole = json != NULL ? json_parse(json, strlen(json)) : NULL;
    const SlackAnswer answer = {.class = class,
                                .error = "some_error",
                                .json = whole,
                                .needed = "",
                                .scopes = class == SLACK_OK ? "chat:write" : NULL,
                                .people = "the token is not good"};

    for (guint i = 0; i < calls->len; i++) {
        SlackCall *call = g_ptr_array_index(calls, i);

        if (strcmp(call->name, name) == 0) {
            g_ptr_array_steal_index(calls, i);
            call->done(call->arg, &answer);
            call_free(call);
            return;
        }
    }
    fail_msg("no call of %s is under way", name);
}

/* The directory ---------------------------------------------------------------------------------
 */

typedef struct Waiting {
    SlackMembers done;
    void *arg;
} Waiting;

static GArray *readings; /* of Waiting, under way */
static Standing standing;

static void begin_reading(SlackMembers done, void *arg)
{
    g_array_append_vals(readings, &(Waiting){done, arg}, 1);
}

static void end_reading(const char *members)
{
    assert_true(readings->len > 0);
    Waiting reading = g_array_index(readings, Waiting, 0);
    g_auto(GStrv) list = g_strsplit(members != NULL ? members : "", " ", -1);

    g_array_remove_index(readings, 0);
    reading.done(reading.arg, members != NULL ? (const char *const *)list : NULL,
                 members != NULL ? "" : "I am not in that channel");
}

SlackDirectory *slack_directory_new(Loop *loop, SlackApi *api, const char *bot_user_id)
{
    assert_null(loop);
    assert_null(api);
    assert_null(bot_user_id);
    return NULL;
}

void slack_directory_free(SlackDirectory *directory)
{
    assert_null(directory);
    g_array_set_size(readings, 0); /* nobody is told any more */
}

void slack_directory_set_bot(SlackDirectory *directory, const char *bot_user_id)
{
    assert_null(directory);
    did("bot %s", bot_user_id);
}

const char *slack_directory_name(void *directory, const char *user)
{
    assert_null(directory);
    (void)user;
    return "";
}

void slack_directory_channel(SlackDirectory *directory, const char *channel, bool fresh,
                             SlackMembers done, void *arg)
{
    assert_null(directory);
    did("read %s%s", channel, fresh ? " fresh" : "");
    begin_reading(done, arg);
}

void slack_directory_group(SlackDirectory *directory, const char *group, bool fresh,
                           SlackMembers done, void *arg)
{
    slack_directory_channel(directory, group, fresh, done, arg);
}

void slack_directory_list(SlackDirectory *directory, const char *channel, SlackMembers done,
                          void *arg)
{
    assert_null(directory);
    did("list %s", channel);
    begin_reading(done, arg);
}

Standing slack_directory_standing(const SlackDirectory *directory, const char *channel,
                                  const char *user)
{
    assert_null(directory);
    assert_string_equal(channel, "C1WEST");
    assert_string_equal(user, "U1MARIA");
    return standing;
}

void slack_directory_zone(SlackDirectory *directory, const char *channel, const char *user,
                          int64_t within_ms, SlackZone done, void *arg)
{
    (void)directory, (void)channel, (void)user, (void)within_ms, (void)done, (void)arg;
    fail_msg("nobody asks for a zone here");
}

void slack_directory_user(SlackDirectory *directory, const Json *user)
{
    assert_null(directory);
    did("user %s", json_text(user, "id"));
}

void slack_directory_joined(SlackDirectory *directory, const char *channel, const char *user,
                            bool here)
{
    assert_null(directory);
    did("%s %s %s", user, here ? "joined" : "left", channel);
}

void slack_directory_forget_group(SlackDirectory *directory, const char *group)
{
    assert_null(directory);
    did("forget %s", group);
}

/* The way out ------------------------------------------------------------------------------------
 */

static SlackPostOps post_ops;
static void *post_arg;
static size_t cards;
static DrawingDone drawn;
static void *drawn_arg;

SlackPost *slack_post_new(Loop *loop, SlackApi *api, const char *install, const SlackNames *names,
                          const SlackPostOps *ops, void *arg)
{
    assert_null(loop);
    assert_null(api);
    assert_string_equal(install, "west-1");
    assert_non_null(names);
    post_ops = *ops;
    post_arg = arg;
    return NULL;
}

void slack_post_free(SlackPost *post)
{
    assert_null(post);
}

void slack_post_card(SlackPost *post, OutboxRow *take_row, const MessageRef *edit,
                     const MessageRef *thread)
{
    assert_null(post);
    did("card %d%s%s", (int)take_row->id, edit != NULL ? " edit" : "",
        thread != NULL ? " thread" : "");
    cards++;
    outbox_row_free(take_row);
}

void slack_post_drawn(SlackPost *post, int64_t row, GBytes *png)
{
    assert_null(post);
    did("drawn %d%s", (int)row, png != NULL ? "" : " not");
}

void slack_post_pause(SlackPost *post, bool paused)
{
    assert_null(post);
    did("post %s", paused ? "pauses" : "goes on");
}

size_t slack_post_depth(const SlackPost *post)
{
    assert_null(post);
    return cards;
}

Drawing *drawing_new(Loop *loop, DrawingDone done, void *arg)
{
    assert_null(loop);
    drawn = done;
    drawn_arg = arg;
    return NULL;
}

void drawing_free(Drawing *drawing)
{
    assert_null(drawing);
}

void drawing_draw(Drawing *drawing, int64_t row, const Chart *chart)
{
    assert_null(drawing);
    assert_null(chart);
    did("draw %d", (int)row);
}

/* The engine -------------------------------------------------------------------------------------
 */

static GPtrArray *events; /* of Event, posted and not replied to */
static bool full;

bool engine_post(Engine *engine, Event *take_event)
{
    assert_null(engine);
    assert_int_equal(take_event->workspace.v, 5);
    assert_non_null(take_event->key);
    if (full) {
        event_free(take_event);
        return false;
    }
    g_ptr_array_add(events, take_event);
    return true;
}

void engine_settle(Engine *engine, WorkspaceId workspace, int64_t row, OutboxEnd end,
                   const MessageRef *ref)
{
    assert_null(engine);
    assert_int_equal(workspace.v, 5);
    (void)ref;
    did("settled %d %s", (int)row,
        end == OUTBOX_DELIVERED ? "delivered"
        : end == OUTBOX_DEAD    ? "dead"
                                : "expired");
}

static void free_event(gpointer event)
{
    event_free(event);
}

static const Event *last_event(void)
{
    assert_true(events->len > 0);
    return g_ptr_array_index(events, events->len - 1);
}

/* The workspace -----------------------------------------------------------------------------------
 */

static Adapter *slack;

typedef enum Said { SAID_TEXT, SAID_NOTHING, SAID_BEFORE, SAID_FAILURE } Said;

/* The engine has done the oldest event. */
static void reply(Said said)
{
    assert_true(events->len > 0);
    g_autoptr(Event) event = g_ptr_array_steal_index(events, 0);
    Card *card = said == SAID_TEXT ? card_new(CARD_REPLY) : NULL;

    if (card != NULL) {
        card_text(card, g_strdup("Here it is."));
    }
    slack->ops->replied(slack, event->tag, card, said == SAID_BEFORE, said == SAID_FAILURE);
}

static int set_up(void **state)
{
    static char name[] = "acme", app[] = "xapp-test", bot[] = "xoxb-test",
                url[] = "https://slack.test/api/", ca[] = "acme.pem";
    const WorkspaceConfig config = {.name = name,
                                    .app_token = app,
                                    .bot_token = bot,
                                    .api_url = url,
                                    .ca_file = ca,
                                    .connections = 2};
    const AdapterShared shared = {.install = "west-1"};

    (void)state;
    done_log = g_string_new(NULL);
    logged = g_string_new(NULL);
    calls = g_ptr_array_new_with_free_func(call_free);
    readings = g_array_new(FALSE, FALSE, sizeof(Waiting));
    events = g_ptr_array_new_with_free_func(free_event);
    standing = STANDING_INSIDE;
    full = deaf = false;
    cards = 0;
    link_now = LINK_STARTING;
    ready_connections = 0;
    now_ms = 1000000;
    timers = g_ptr_array_new_with_free_func(g_free);
    slack = slack_new(&config, &shared, (WorkspaceId){5}, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (slack != NULL) {
        slack->ops->free(slack);
        slack = NULL;
    }
    assert_int_equal(timers->len, 0);
    g_ptr_array_unref(timers);
    assert_null(strstr(logged->str, "xoxb"));
    assert_null(strstr(logged->str, "xapp"));
    assert_null(strstr(logged->str, "hooks.slack"));
    g_ptr_array_unref(calls);
    g_ptr_array_unref(events);
    g_array_unref(readings);
    g_string_free(logged, TRUE);
    g_string_free(done_log, TRUE);
    metrics_clear();
    return 0;
}

static Json *payload_of(const char *name)
{
    g_autofree char *path = g_strconcat(PAYLOADS, name, ".json", NULL);
    g_autofree char *bytes = NULL;
    size_t len = 0;

    assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    Json *json = json_parse(bytes, len);
    assert_non_null(json);
    return json;
}

static const char *as; /* who an event is about, in place of its own user; NULL */

/* An envelope as Slack sends it; `text` in place of a command's own, NULL: as it is. */
static void come(const char *id, const char *name, const char *text)
{
    g_autoptr(Json) whole = payload_of(name);
    Json *payload = cJSON_GetObjectItemCaseSensitive(whole, "payload");
    SlackEnvelope *envelope = g_new0(SlackEnvelope, 1);

    if (text != NULL) {
        cJSON_ReplaceItemInObjectCaseSensitive(payload, "text", cJSON_CreateString(text));
    }
    if (as != NULL) {
        Json *event = cJSON_GetObjectItemCaseSensitive(payload, "event");

        cJSON_ReplaceItemInObjectCaseSensitive(event, "user", cJSON_CreateString(as));
    }
    envelope->id = g_strdup(id);
    envelope->type = g_strdup(json_text(whole, "type"));
    envelope->payload = cJSON_DetachItemViaPointer(whole, payload);
    envelope->takes_payload = json_bool(whole, "accepts_response_payload");
    envelope->epoch = 3;
    socket_ops->envelope(socket_arg, envelope);
}

#define IDENTITY "{\"team_id\":\"T1ACME\",\"user_id\":\"U0ANCHORD\",\"bot_id\":\"B0ANCHORD\"}"

/* Known, and connected. */
static void connect_it(void)
{
    slack->ops->start(slack);
    end_call("auth.test", SLACK_OK, IDENTITY);
    end_call("usergroups.list", SLACK_OK, "{}");
    set_link(LINK_READY);
    g_string_truncate(done_log, 0);
}

static void expect_ready(const char *why)
{
    g_autoptr(GString) told = g_string_new(NULL);
    bool is_ready = slack->ops->state(slack, told) == ADAPTER_READY;

    assert_int_equal(is_ready, why == NULL);
    if (why != NULL && strstr(told->str, why) == NULL) {
        fail_msg("“%s” does not say “%s”", told->str, why);
    }
}

static void expect_troubles(const char *what)
{
    g_autoptr(GString) told = g_string_new(NULL);

    slack->ops->troubles(slack, told);
    assert_string_equal(told->str, what);
}

/* Acknowledgements --------------------------------------------------------------------------------
 */

static void a_command_is_acknowledged_once_it_is_committed(void **state)
{
    (void)state;
    connect_it();
    come("E1", "slash", NULL);
    expect_done(""); /* nothing before the engine has it */
    assert_string_equal(last_event()->text, "sprint status");
    reply(SAID_TEXT);
    expect_done("ack E1 with payload\n");
    assert_int_equal(metric_value(slack_tally("acme").ack), 1);
}

/* Acknowledgements that took no longer, in all. */
static int64_t acks_within(const char *seconds)
{
    g_autofree char *text = metrics_text();
    g_autofree char *line =
        g_strdup_printf("anchord_slack_ack_seconds_bucket{workspace=\"acme\",le=\"%s\"} ", seconds);
    const char *at = strstr(text, line);

    assert_non_null(at);
    return g_ascii_strtoll(at + strlen(line), NULL, 10);
}

/* Before that nobody could tell which words are for it. */
static void what_comes_before_it_knows_who_it_is_waits(void **state)
{
    (void)state;
    slack->ops->start(slack);
    set_link(LINK_READY);
    g_string_truncate(done_log, 0);
    come("E1", "slash", NULL);
    come("E2", "slash", NULL);
    g_usleep(30000);
    assert_int_equal(events->len, 0);
    end_call("auth.test", SLACK_UNSURE, NULL);
    assert_int_equal(events->len, 0);
    pass(2000);
    end_call("auth.test", SLACK_OK, IDENTITY);
    assert_int_equal(events->len, 2);
    g_string_truncate(done_log, 0);
    reply(SAID_NOTHING);
    reply(SAID_NOTHING);
    expect_done("ack E1\nack E2\n");
    assert_int_equal(acks_within("0.025"), 0); /* the waiting counts */
}

/* Slack sends it again for a while, and shows people that it came to nothing. */
static void what_came_while_the_token_was_refused_is_left(void **state)
{
    (void)state;
    slack->ops->start(slack);
    set_link(LINK_READY);
    come("E1", "slash", NULL);
    end_call("auth.test", SLACK_AUTH, NULL);
    come("E2", "slash", NULL);
    pass(60 * MINUTE_MS);
    end_call("auth.test", SLACK_OK, IDENTITY);
    assert_int_equal(events->len, 0);
    come("E3", "slash", NULL);
    assert_int_equal(events->len, 1);
    reply(SAID_NOTHING);
}

typedef struct EndCase {
    const char *promise;
    Said said;
    const char *done;
} EndCase;

static void a_command_ends_in_every_way(void **state)
{
    static const EndCase cases[] = {
        {"nothing to say", SAID_NOTHING, "ack E1\n"},
        {"said before", SAID_BEFORE, "ack E1\n"},
        {"a failure is not acknowledged, so that it comes again", SAID_FAILURE, ""},
    };

    (void)state;
    connect_it();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        come("E1", "slash", NULL);
        reply(cases[i].said);
        expect_done(cases[i].done);
    }
}

static void what_finds_no_room_comes_again(void **state)
{
    (void)state;
    connect_it();
    full = true;
    come("E1", "slash", NULL);
    come("E2", "slash", NULL);
    expect_done("");
    assert_int_equal(times_logged("inbox_full"), 1);
    full = false;
    come("E3", "slash", NULL);
    reply(SAID_NOTHING);
    expect_done("ack E3\n");
    full = true;
    come("E4", "slash", NULL);
    assert_int_equal(times_logged("inbox_full"), 2);
}

static void a_reply_that_nobody_waits_for_is_dropped(void **state)
{
    (void)state;
    connect_it();
    slack->ops->replied(slack, NULL, card_new(CARD_REPLY), false, false);
    int somebody = 0;
    slack->ops->replied(slack, &somebody, card_new(CARD_REPLY), false, false);
    expect_done("");
}

static void two_of_one_kind_are_told_apart(void **state)
{
    (void)state;
    connect_it();
    come("E1", "slash", NULL);
    come("E2", "slash", NULL);
    g_ptr_array_add(events, g_ptr_array_steal_index(events, 0)); /* the other way round */
    reply(SAID_NOTHING);
    reply(SAID_TEXT);
    expect_done("ack E2\nack E1 with payload\n");
}

typedef struct OwnCase {
    const char *payload, *done;
} OwnCase;

/* All that needs no engine. */
static void what_is_the_workspaces_own_is_acknowledged_at_once(void **state)
{
    static const OwnCase cases[] = {
        {"user", "ack E1\nuser U2JONAS\n"},
        {"group", "ack E1\nforget S1SALES\ncall usergroups.list\n"},
        {"limited", "ack E1\n"},
        {"revoked", "ack E1\ncall auth.test\n"},
        {"suggestion", "ack E1\n"},
        {"more", "ack E1\n"}, /* of a view that is not ours */
    };

    (void)state;
    connect_it();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("%s\n", cases[i].payload);
        come("E1", cases[i].payload, NULL);
        expect_done(cases[i].done);
    }
    assert_int_equal(events->len, 0);
    assert_int_equal(metric_value(slack_tally("acme").envelopes), G_N_ELEMENTS(cases));
}

/* Who may set a channel up --------------------------------------------------------------------- */

typedef struct Spelling {
    const char *text;
    bool setup;
} Spelling;

/* Each way in which core/command.c would understand it. */
static void setup_is_known_however_it_is_written(void **state)
{
    static const Spelling cases[] = {
        {"setup", true},
        {"Setup\nname: West", true},
        {"  setup", true},
        {": setup", true},
        {"set-up\nname: West", true},
        {"SET_UP", true},
        {"setup: name: W", true},
        {"\xE2\x80\x8Bsetup", true},
        {"s\xE2\x80\x8B"
         "etup",
         true},
        {"\tsetup", true},
        {"setup\tname: West", true},
        {"setup\r\nname: West", true},
        {"status", false},
        {"setups", false},
        {"checkin note: setup", false},
        {"", false},
        {"resetup", false},
        {"status\nsetup", false},
        {"\nsetup", false},
    };

    (void)state;
    connect_it();
    standing = STANDING_OUTSIDE;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("“%s”\n", cases[i].text);
        come("E1", "slash", cases[i].text);
        assert_int_equal(last_event()->standing,
                         cases[i].setup ? STANDING_OUTSIDE : STANDING_UNASKED);
        reply(SAID_NOTHING);
    }
}

/* A setup whose sender is not known yet: it is not acknowledged before it stands. */
static void begin_check(void)
{
    connect_it();
    standing = STANDING_UNKNOWN;
    come("E1", "slash", "setup\nname: West");
    assert_int_equal(events->len, 0);
    expect_done("list C1WEST\n");
}

static void who_is_in_the_channel_sets_it_up(void **state)
{
    (void)state;
    begin_check();
    end_reading("U0ANY U1MARIA");
    assert_int_equal(last_event()->standing, STANDING_INSIDE);
    assert_string_equal(last_event()->text, "sprint setup\nname: West");
    reply(SAID_TEXT);
    expect_done("ack E1 with payload\n");
}

static void who_is_not_in_the_channel_does_not(void **state)
{
    (void)state;
    begin_check();
    end_reading("U0ANY U2JONAS");
    assert_int_equal(last_event()->standing, STANDING_OUTSIDE);
    reply(SAID_TEXT);
    expect_done("ack E1 with payload\n");
}

/* The core's answer is left, and its draft kept. */
static void a_channel_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    begin_check();
    end_reading(NULL);
    assert_int_equal(last_event()->standing, STANDING_UNKNOWN);
    reply(SAID_TEXT);
    expect_done("ack E1, cannot check\n");
}

static void a_channel_that_is_read_too_slowly_is_told(void **state)
{
    (void)state;
    begin_check();
    pass(1499);
    assert_int_equal(events->len, 0);
    pass(1);
    assert_int_equal(last_event()->standing, STANDING_UNKNOWN);
    reply(SAID_TEXT);
    expect_done("ack E1, cannot check\n");
    end_reading("U1MARIA");
    assert_int_equal(events->len, 0);
    expect_done("");
}

static void a_checked_setup_that_is_not_taken_is_not_acknowledged(void **state)
{
    (void)state;
    begin_check();
    end_reading("U1MARIA");
    reply(SAID_FAILURE);
    expect_done("");
}

static void a_checked_setup_without_room_is_not_acknowledged(void **state)
{
    (void)state;
    begin_check();
    full = true;
    end_reading("U1MARIA");
    assert_int_equal(events->len, 0);
    expect_done("");
}

static void a_setup_that_was_there_before_is_acknowledged(void **state)
{
    (void)state;
    begin_check();
    end_reading("U1MARIA");
    reply(SAID_BEFORE);
    expect_done("ack E1\n");
    come("E2", "slash", "setup");
    expect_done("list C1WEST\n");
    end_reading(NULL);
    reply(SAID_BEFORE); /* nothing is to be said of who is there */
    expect_done("ack E2\n");
}

static void an_ack_that_is_lost_stops_no_answer(void **state)
{
    (void)state;
    deaf = true;
    begin_check();
    end_reading("U1MARIA");
    reply(SAID_TEXT);
    expect_done("ack E1 with payload\ncall url\n");
}

/* The end comes while something is under way; what is left behind would be found. */
static void the_end_may_come_at_any_time(void **state)
{
    (void)state;
    slack->ops->start(slack); /* auth.test is under way */
    tear_down(state);
    set_up(state);
    connect_it();
    come("E1", "slash", NULL); /* the engine has it */
    tear_down(state);
    set_up(state);
    begin_check(); /* the list is read */
    tear_down(state);
    set_up(state);
    begin_check();
    end_reading("U1MARIA"); /* the engine has the second event */
    tear_down(state);
    set_up(state);
    begin_check();
    end_reading(NULL); /* the answer is on its way */
    tear_down(state);
    set_up(state);
    connect_it();
    slack->ops->home(slack, "C1WEST", ""); /* a roster is read */
    OutboxRow *row = g_new0(OutboxRow, 1);
    row->card = card_new(CARD_NOTICE);
    row->card->channel = g_strdup("C1WEST");
    slack->ops->deliver(slack, row, NULL, NULL);
}

static void left(void *arg)
{
    *(bool *)arg = true;
}

static void it_stops_while_something_is_under_way(void **state)
{
    bool over = false;

    (void)state;
    begin_check();
    come("E2", "slash", "status");
    slack->ops->stop(slack, left, &over);
    assert_true(over);
    expect_done("socket stops\n");
    deaf = true;
    reply(SAID_TEXT); /* nobody is connected any more: the URL still is there */
    expect_done("ack E2 with payload\ncall url\n");
    end_reading("U1MARIA");
}

/* The token
 * ---------------------------------------------------------------------------------------- */

static void a_workspace_is_ready_once_all_is_known(void **state)
{
    (void)state;
    slack->ops->start(slack);
    expect_done("socket started\ncall auth.test\n");
    expect_ready("connecting");
    set_link(LINK_READY);
    expect_ready("first answer");
    end_call("auth.test", SLACK_OK, IDENTITY);
    expect_done("bot U0ANCHORD\ncall usergroups.list\n");
    expect_ready(NULL);
    assert_true(times_logged("scope_missing") > 5); /* only chat:write was granted */
    set_link(LINK_BROKEN);
    expect_ready("trying again");
    set_link(LINK_REFUSED);
    expect_ready("app token");
    set_link(LINK_DISABLED);
    expect_ready("Socket Mode");
    set_link(LINK_CROWDED);
    expect_ready("other programs");
}

static void what_the_transport_says_is_told_while_nothing_is_connected(void **state)
{
    (void)state;
    connect_it();
    set_link(LINK_BROKEN);
    socket_why = "the connection was cut";
    expect_ready("trying again: the connection was cut");
    api_lost = "certificate has expired"; /* it is asked first, where to connect to */
    expect_ready("trying again: certificate has expired");
    set_link(LINK_READY);
    expect_ready(NULL);
    socket_why = api_lost = "";
}

static void a_refused_token_stops_it_until_it_is_good_again(void **state)
{
    (void)state;
    connect_it();
    come("E1", "revoked", NULL);
    end_call("auth.test", SLACK_AUTH, NULL);
    expect_done("ack E1\ncall auth.test\napi refused\npost pauses\n");
    expect_ready("the token is not good");
    pass(5 * MINUTE_MS - 1);
    expect_done("");
    pass(1);
    expect_done("call auth.test\n");
    end_call("auth.test", SLACK_AUTH, NULL);
    expect_done(""); /* known already */
    pass(5 * MINUTE_MS);
    end_call("auth.test", SLACK_OK, IDENTITY);
    expect_done("call auth.test\nbot U0ANCHORD\napi accepted\npost goes on\n");
    expect_ready(NULL);
    assert_int_equal(times_logged("token_refused"), 1);
    assert_int_equal(times_logged("token_accepted"), 1);
}

/* Slack does not tell of every refusal. */
static void a_good_token_is_asked_about_now_and_then(void **state)
{
    (void)state;
    connect_it();
    pass(15 * MINUTE_MS);
    expect_done("call auth.test\n");
    end_call("auth.test", SLACK_SETUP, NULL);
    expect_done("api refused\npost pauses\n");
}

static void an_answer_that_says_nothing_is_asked_for_again(void **state)
{
    static const SlackClass classes[] = {SLACK_TARGET, SLACK_REQUEST, SLACK_LATE, SLACK_RETRY,
                                         SLACK_UNSURE};

    (void)state;
    slack->ops->start(slack);
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        end_call("auth.test", classes[i], NULL);
        pass(MINUTE_MS / 2);
    }
    end_call("auth.test", SLACK_OK, "{}"); /* nor does one that names nobody */
    set_link(LINK_READY);
    expect_ready("first answer");
    pass(15 * MINUTE_MS);
    end_call("auth.test", SLACK_OK, IDENTITY);
    expect_ready(NULL);
}

static void two_questions_about_the_token_do_no_harm(void **state)
{
    (void)state;
    connect_it();
    come("E1", "revoked", NULL);
    come("E2", "revoked", NULL);
    end_call("auth.test", SLACK_AUTH, NULL);
    end_call("auth.test", SLACK_OK, IDENTITY);
    set_link(LINK_READY);
    expect_ready(NULL);
    assert_int_equal(timers->len, 1);
}

/* Who belongs to its teams --------------------------------------------------------------------- */

static void a_team_is_read_and_told(void **state)
{
    (void)state;
    connect_it();
    slack->ops->home(slack, "C1WEST", "");
    expect_done("read C1WEST\n");
    end_reading("U1MARIA U2JONAS");
    assert_int_equal(last_event()->kind, EVENT_ROSTER);
    assert_true(g_str_has_prefix(last_event()->key, "slack/acme/roster/C1WEST/"));
    assert_null(last_event()->tag);
    reply(SAID_NOTHING);
    expect_done("");
}

/* It may start long before Slack can be reached. */
static void a_team_that_could_not_be_read_is_read_when_it_can(void **state)
{
    (void)state;
    slack->ops->home(slack, "C1WEST", "");
    slack->ops->start(slack);
    end_reading(NULL);
    g_string_truncate(done_log, 0);
    set_link(LINK_READY);
    expect_done("read C1WEST fresh\n");
    end_reading(NULL);
    end_call("auth.test", SLACK_OK, IDENTITY);
    expect_done("bot U0ANCHORD\ncall usergroups.list\nread C1WEST fresh\n");
    end_reading("U1MARIA");
    assert_int_equal(last_event()->kind, EVENT_ROSTER);
}

static void teams_are_read_again_behind_a_gap(void **state)
{
    (void)state;
    connect_it();
    slack->ops->home(slack, "C1WEST", "");
    end_reading("U1MARIA");
    g_string_truncate(done_log, 0);
    set_link(LINK_BROKEN);
    expect_done("");
    set_link(LINK_READY);
    expect_done("read C1WEST fresh\n");
    end_reading("U1MARIA");
}

static void whoever_comes_is_told_to_the_engine(void **state)
{
    (void)state;
    connect_it();
    come("E1", "joined", NULL);
    expect_done("U2JONAS joined C1WEST\n");
    assert_int_equal(last_event()->kind, EVENT_JOINED);
    reply(SAID_NOTHING);
    expect_done("ack E1\n");
}

static void come_ourselves(const char *payload)
{
    as = "U0ANCHORD";
    come("E1", payload, NULL);
    as = NULL;
}

/* Nobody told who came and went while the app was not there. */
static void a_team_is_read_again_when_the_app_comes_back(void **state)
{
    (void)state;
    connect_it();
    come_ourselves("joined"); /* nobody's home yet: read for whoever sets it up */
    expect_done("ack E1\nread C1WEST fresh\n");
    end_reading("U1MARIA");
    assert_int_equal(events->len, 0);
    slack->ops->home(slack, "C1WEST", "");
    end_reading("U1MARIA");
    reply(SAID_NOTHING);
    g_string_truncate(done_log, 0);
    come("E1", "channel", NULL); /* archived */
    expect_done("ack E1\nU0ANCHORD left C1WEST\n");
    come_ourselves("joined");
    expect_done("ack E1\nread C1WEST fresh\n");
    end_reading("U1MARIA U2JONAS");
    assert_int_equal(last_event()->kind, EVENT_ROSTER);
    reply(SAID_NOTHING);
    slack->ops->home(slack, "C1WEST", "S1SALES"); /* a group says who belongs to it now */
    end_reading("U3LENA");
    reply(SAID_NOTHING);
    come_ourselves("joined");
    end_reading("U1MARIA U2JONAS");
    assert_int_equal(events->len, 0);
}

/* The way out ------------------------------------------------------------------------------------
 */

static void deliver(int64_t id, const char *channel)
{
    OutboxRow *row = g_new0(OutboxRow, 1);

    row->id = id;
    row->card = card_new(CARD_NOTICE);
    row->card->channel = g_strdup(channel);
    slack->ops->deliver(slack, row, NULL, NULL);
}

static void settle(int64_t id, OutboxEnd end)
{
    char why[] = "the channel is archived";
    const MessageRef dead = {.message = why};

    cards--;
    post_ops.settled(post_arg, id, end, end == OUTBOX_DEAD ? &dead : NULL);
}

static void a_home_that_cannot_be_reached_is_told_until_it_can(void **state)
{
    (void)state;
    connect_it();
    deliver(1, "C1WEST");
    settle(1, OUTBOX_DEAD);
    expect_done("card 1\nsettled 1 dead\n");
    expect_troubles("acme: C1WEST: the channel is archived\n");
    expect_ready(NULL); /* the others go on */
    deliver(2, "C2EAST");
    settle(2, OUTBOX_DELIVERED);
    deliver(3, "C1WEST");
    settle(3, OUTBOX_EXPIRED);
    expect_troubles("acme: C1WEST: the channel is archived\n");
    deliver(4, "C1WEST");
    settle(4, OUTBOX_DELIVERED);
    expect_troubles("");
    settle(4, OUTBOX_DELIVERED); /* nobody knows it any more */
    expect_troubles("");
}

static void what_slack_holds_back_is_told_while_it_does(void **state)
{
    (void)state;
    connect_it();
    heard(held_arg, "chat.postMessage", now_ms + 5000);
    expect_troubles("acme: chat.postMessage: Slack asks to wait before more of these\n");
    now_ms += 5000;
    expect_troubles("");
}

static void what_is_lacking_is_told(void **state)
{
    (void)state;
    connect_it();
    post_ops.lacking(post_arg, "pins.add", "pins:write");
    expect_troubles("acme: pins.add: pins:write\n");
}

static void a_picture_goes_to_the_drawing_and_back(void **state)
{
    (void)state;
    connect_it();
    post_ops.draw(post_arg, 7, NULL);
    g_autoptr(GBytes) png = g_bytes_new_static("png", 3);
    drawn(drawn_arg, 7, png);
    drawn(drawn_arg, 8, NULL);
    expect_done("draw 7\ndrawn 7\ndrawn 8 not\n");
}

static void levels_are_told(void **state)
{
    SlackTally tally = slack_tally("acme");

    (void)state;
    connect_it();
    assert_int_equal(metric_value(tally.connections), 2);
    deliver(1, "C1WEST");
    come("E1", "revoked", NULL);
    assert_int_equal(metric_value(tally.calls), 1);
    assert_int_equal(metric_value(tally.cards), 1);
    settle(1, OUTBOX_DELIVERED);
    assert_int_equal(metric_value(tally.cards), 0);
    set_link(LINK_BROKEN);
    assert_int_equal(metric_value(tally.connections), 0);
    g_autofree char *text = metrics_text();
    assert_non_null(strstr(text, "anchord_slack_envelopes_total{workspace=\"acme\"} 1\n"));
    assert_non_null(strstr(text, "anchord_slack_ack_seconds_count{workspace=\"acme\"} 0\n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_command_is_acknowledged_once_it_is_committed),
        TEST(what_comes_before_it_knows_who_it_is_waits),
        TEST(what_came_while_the_token_was_refused_is_left),
        TEST(a_command_ends_in_every_way),
        TEST(what_finds_no_room_comes_again),
        TEST(a_reply_that_nobody_waits_for_is_dropped),
        TEST(two_of_one_kind_are_told_apart),
        TEST(what_is_the_workspaces_own_is_acknowledged_at_once),
        TEST(setup_is_known_however_it_is_written),
        TEST(who_is_in_the_channel_sets_it_up),
        TEST(who_is_not_in_the_channel_does_not),
        TEST(a_channel_that_cannot_be_read_is_told),
        TEST(a_channel_that_is_read_too_slowly_is_told),
        TEST(a_checked_setup_that_is_not_taken_is_not_acknowledged),
        TEST(a_checked_setup_without_room_is_not_acknowledged),
        TEST(a_setup_that_was_there_before_is_acknowledged),
        TEST(an_ack_that_is_lost_stops_no_answer),
        TEST(the_end_may_come_at_any_time),
        TEST(it_stops_while_something_is_under_way),
        TEST(a_workspace_is_ready_once_all_is_known),
        TEST(what_the_transport_says_is_told_while_nothing_is_connected),
        TEST(a_refused_token_stops_it_until_it_is_good_again),
        TEST(a_good_token_is_asked_about_now_and_then),
        TEST(an_answer_that_says_nothing_is_asked_for_again),
        TEST(two_questions_about_the_token_do_no_harm),
        TEST(a_team_is_read_and_told),
        TEST(a_team_that_could_not_be_read_is_read_when_it_can),
        TEST(teams_are_read_again_behind_a_gap),
        TEST(whoever_comes_is_told_to_the_engine),
        TEST(a_team_is_read_again_when_the_app_comes_back),
        TEST(a_home_that_cannot_be_reached_is_told_until_it_can),
        TEST(what_slack_holds_back_is_told_while_it_does),
        TEST(what_is_lacking_is_told),
        TEST(a_picture_goes_to_the_drawing_and_back),
        TEST(levels_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

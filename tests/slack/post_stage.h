#pragma once

/* Cards on their way out to the Slack of post_slack.h, and what the engine hears of them. One file
 * of a program includes it. */

#include "post_slack.h"

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

G_GNUC_UNUSED static Message *stand_already(Rig *rig, const char *channel, const char *thread_ts,
                                            const char *key)
{
    Message *message = add_message(&rig->slack, channel, thread_ts, "what is said");

    message->metadata = json_new_object();
    json_put_text(message->metadata, "event_type", "anchord_card");
    json_put_text(json_put_object(message->metadata, "event_payload"), "key", key);
    return message;
}

G_GNUC_UNUSED static const Settled *only(const Rig *rig)
{
    assert_int_equal(rig->settled->len, 1);
    return &g_array_index(rig->settled, Settled, 0);
}

G_GNUC_UNUSED static const Message *the_card(const Rig *rig)
{
    const Message *which = NULL;

    assert_int_equal(standing(&rig->slack, ROW, &which), 1);
    return which;
}

/* --- faults, in short --- */

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

#define RIGGED(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

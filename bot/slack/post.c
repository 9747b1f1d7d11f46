/* A card on its way is a Delivery: at each moment it waits for one thing, an answer of Slack's, a
 * picture, or a time, and its next step is then taken. What is certain is repeated; what is not is
 * looked for in the history first. Every path ends in settle(). */

#include "bot/slack/post.h"

#include <string.h>

#include "bot/log.h"
#include "bot/slack/picture.h"
#include "bot/slack/trace.h"
#include "core/chart.h"
#include "core/words.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)

/* Between tries: from one second, doubled up to this. */
#define BACKOFF_MAX_MS (5 * MINUTE_MS)
/* A permission that is missing may be given, and a history be read again; until then this often,
 * for a day. */
#define SLOW_AGAIN_MS (5 * MINUTE_MS)
#define SLOW_TRIES    (24 * 12)
/* A message that is seen by one member for a while is worth this long. */
#define EPHEMERAL_WITHIN_MS MINUTE_MS
#define SEND_WITHIN_MS      (10 * MINUTE_MS)
#define PIN_WITHIN_MS       (2 * MINUTE_MS)
/* A file is not yet known everywhere when its upload is over: again after 1, 2 and 4 seconds. */
#define PICTURE_AGAIN 3
#define GALLERY_MAX   256
/* Clocks differ a little, ours and Slack's. */
#define CLOCKS_DIFFER (60 * INT64_C(1000000))
/* How often a card is repeated whose fate cannot be seen; and its first wait, as a try's. */
#define BLIND_MAX   5
#define BLIND_FIRST 4

/* Before each look: what was done without an answer takes a moment to be seen. */
static const int64_t look_after_ms[] = {2 * SECOND_MS, 5 * SECOND_MS};

#define DELIVERY_MAGIC 0x44656c76u

typedef struct Delivery Delivery;
typedef void (*Step)(Delivery *delivery);

typedef enum How {
    HOW_POST,
    HOW_UPDATE,
    HOW_EPHEMERAL, /* delivered or dropped: it can neither be found again nor edited */
} How;

struct SlackPost {
    Loop *loop;
    SlackApi *api;
    char *install;
    SlackNames names;
    SlackPostOps ops;
    void *arg;
    GPtrArray *out;   /* of Delivery, in order of arrival; few: the engine's lanes bound them */
    GHashTable *told; /* methods that `lacking` was told of */
    Gallery *gallery;
    bool paused;
};

struct Delivery {
    unsigned magic;
    SlackPost *post;
    OutboxRow *row;
    char *key; /* in the metadata */
    How how;
    MessageRef edit;   /* HOW_UPDATE */
    char *channel;     /* NULL: the member's direct conversation, not known yet */
    char *thread_ts;   /* NULL: none */
    MessageRef stands; /* once it is delivered */

    /* What it waits for: */
    SlackCall *call;
    SlackTrace *trace;
    LoopTimer *timer; /* then `step` is taken */
    Step step;
    bool parked; /* for the token to be accepted again: `step` then */

    SlackPicture *picture; /* NULL: not asked for yet, or there is none */
    int picture_tries;

    int64_t oldest_us; /* where a look begins, wall clock; 0: not tried yet */
    guint looks;       /* since the last attempt */
    int tries;         /* that ended without a decision */
    int slow_tries;    /* that lacked a permission, or any word of the history */
    int blind;         /* repeats of what may have been done */
    bool joined;       /* the channel, or tried to */
    bool plain;        /* text alone: its blocks were refused */
    char *why;         /* for people, while the channel is joined */
};

static Delivery *delivery_of(void *arg)
{
    Delivery *delivery = arg;

    g_assert(delivery != NULL && delivery->magic == DELIVERY_MAGIC);
    return delivery;
}

static const Card *card_of(const Delivery *delivery)
{
    return delivery->row->card;
}

/* --- its life --- */

/* Waits for nothing any more. Not inside a callback of its trace or picture. */
static void let_go(Delivery *delivery)
{
    if (delivery->call != NULL) {
        slack_api_cancel(delivery->call);
        delivery->call = NULL;
    }
    slack_trace_free(g_steal_pointer(&delivery->trace));
    loop_stop(&delivery->timer);
}

static void delivery_free(gpointer data)
{
    Delivery *delivery = delivery_of(data);

    let_go(delivery);
    delivery->magic = 0;
    outbox_row_free(delivery->row);
    g_free(delivery->key);
    message_ref_clear(&delivery->edit);
    g_free(delivery->channel);
    g_free(delivery->thread_ts);
    message_ref_clear(&delivery->stands);
    slack_picture_free(delivery->picture);
    g_free(delivery->why);
    g_free(delivery);
}

static void free_trace(gpointer trace)
{
    slack_trace_free(trace);
}

static void settle(Delivery *delivery, OutboxEnd end, const MessageRef *ref)
{
    SlackPost *post = delivery->post;

    let_go(delivery);
    g_ptr_array_remove(post->out, delivery);
    loop_retire(post->loop, delivery, delivery_free);
    post->ops.settled(post->arg, delivery->row->id, end, ref);
}

static void settle_dead(Delivery *delivery, const char *why)
{
    g_autofree char *otherwise = say(W_POST_REFUSED);
    g_auto(MessageRef) ref = {.message = g_strdup(*why != '\0' ? why : otherwise)};

    settle(delivery, OUTBOX_DEAD, &ref);
}

static void on_later(void *arg)
{
    Delivery *delivery = delivery_of(arg);

    delivery->timer = NULL;
    delivery->parked = delivery->post->paused;
    if (!delivery->parked) {
        delivery->step(delivery);
    }
}

/* Goes on with `step` so much later, and not while the token is refused. */
static void later(Delivery *delivery, int64_t ms, Step step)
{
    loop_stop(&delivery->timer);
    delivery->parked = false;
    delivery->step = step;
    delivery->timer = loop_after(delivery->post->loop, ms, on_later, delivery);
}

/* The token is refused. Goes on when it is not any more; also, should nobody say so, some time. */
static void park(Delivery *delivery, Step step)
{
    later(delivery, BACKOFF_MAX_MS, step);
    delivery->parked = true;
}

/* One second, doubled with each try up to `BACKOFF_MAX_MS`, with the second half of it left to
 * chance. */
static int64_t backoff_ms(int tries)
{
    int64_t most = MIN(SECOND_MS << CLAMP(tries, 0, 16), BACKOFF_MAX_MS);

    return most / 2 + g_random_int_range(0, (gint32)(most / 2) + 1);
}

static void again(Delivery *delivery, Step step)
{
    later(delivery, backoff_ms(delivery->tries++), step);
}

/* --- what is told --- */

static const char *why_of(const SlackAnswer *answer)
{
    const char *const said[] = {answer->needed, answer->error};

    for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
        if (said[i] != NULL && *said[i] != '\0') {
            return said[i];
        }
    }
    return "no answer";
}

static void tell_lacking(SlackPost *post, const char *method, const SlackAnswer *answer)
{
    if (g_hash_table_add(post->told, g_strdup(method))) {
        post->ops.lacking(post->arg, method, why_of(answer));
    }
}

static void note(const Delivery *delivery, const char *event, const char *method,
                 const SlackAnswer *answer)
{
    log_warning(event, F_INT("row", delivery->row->id), F_STR("method", method),
                F_STR("why", why_of(answer)));
}

static bool is_one_of(const char *error, const char *const *errors)
{
    return error != NULL && g_strv_contains(errors, error);
}

/* --- time --- */

static Instant card_now(const SlackPost *post)
{
    return post->ops.now != NULL ? post->ops.now(post->arg) : (Instant){g_get_real_time()};
}

static bool is_expired(const Delivery *delivery)
{
    Instant expires = card_of(delivery)->expires;

    return expires.us != 0 && card_now(delivery->post).us >= expires.us;
}

/* How long a call may wait for its turn: what has expired by then is not sent. */
static int64_t send_within_ms(const Delivery *delivery)
{
    int64_t most = delivery->how == HOW_EPHEMERAL ? EPHEMERAL_WITHIN_MS : SEND_WITHIN_MS;
    Instant expires = card_of(delivery)->expires;

    if (expires.us == 0) {
        return most;
    }
    return CLAMP((expires.us - card_now(delivery->post).us) / 1000, 1, most);
}

/* --- the message --- */

/* The file that shows its chart; NULL: none. */
static const char *file_of(const Delivery *delivery)
{
    return delivery->picture != NULL ? slack_picture_file(delivery->picture) : NULL;
}

static void address_post(const Delivery *delivery, Json *args)
{
    json_put_text(args, "channel",
                  delivery->channel != NULL ? delivery->channel : card_of(delivery)->member);
    json_put_text(args, "thread_ts", delivery->thread_ts);
    json_put_bool(args, "unfurl_links", false);
    json_put_bool(args, "unfurl_media", false);
    Json *metadata = json_put_object(args, "metadata");

    json_put_text(metadata, "event_type", SLACK_CARD_EVENT);
    json_put_text(json_put_object(metadata, "event_payload"), "key", delivery->key);
}

/* Metadata that is not mentioned is kept; but text would be parsed anew. */
static void address_update(const Delivery *delivery, Json *args)
{
    json_put_text(args, "channel", delivery->edit.channel);
    json_put_text(args, "ts", delivery->edit.message);
    json_put_text(args, "parse", "none");
}

static void address_ephemeral(const Delivery *delivery, Json *args)
{
    json_put_text(args, "channel", delivery->channel);
    json_put_text(args, "user", card_of(delivery)->member);
    json_put_text(args, "thread_ts", delivery->thread_ts);
}

static const struct {
    const char *method;
    SlackHurry hurry;
    void (*address)(const Delivery *delivery, Json *args);
} ways[] = {
    [HOW_POST] = {"chat.postMessage", SLACK_QUEUE, address_post},
    [HOW_UPDATE] = {"chat.update", SLACK_QUEUE, address_update},
    [HOW_EPHEMERAL] = {"chat.postEphemeral", SLACK_SOON, address_ephemeral},
};

static Json *message_args(const Delivery *delivery)
{
    const Card *card = card_of(delivery);
    /* A direct conversation that is not known yet is where its buttons are pressed. */
    const char *channel = delivery->how == HOW_UPDATE ? delivery->edit.channel : delivery->channel;
    const SlackLook look = {
        .names = delivery->post->names,
        .image = file_of(delivery),
        .image_alt = card->chart != NULL ? card->chart->alt : NULL,
    };
    Json *args = json_new_object();

    slack_message(args, card, channel, &look);
    if (delivery->plain) {
        cJSON_DeleteItemFromObjectCaseSensitive(args, "blocks");
    }
    json_put_bool(args, "link_names", false);
    ways[delivery->how].address(delivery, args);
    return args;
}

static void call(Delivery *delivery, const SlackAsk *what, SlackDone done)
{
    delivery->call = slack_api_call(delivery->post->api, what, done, delivery);
}

static void prepare(Delivery *delivery);
static void send(Delivery *delivery);

/* --- delivered --- */

static void settle_delivered(Delivery *delivery)
{
    settle(delivery, OUTBOX_DELIVERED, &delivery->stands);
}

static void pin(Delivery *delivery);

/* A card that is not pinned still stands where it does. */
static void on_pinned(void *arg, const SlackAnswer *answer)
{
    Delivery *delivery = delivery_of(arg);

    delivery->call = NULL;
    if (answer->class == SLACK_AUTH) {
        park(delivery, pin);
        return;
    }
    if (answer->class != SLACK_OK) {
        note(delivery, "slack_card_not_pinned", "pins.add", answer);
        tell_lacking(delivery->post, "pins.add", answer);
    }
    settle_delivered(delivery);
}

static void pin(Delivery *delivery)
{
    Json *args = json_new_object();
    const SlackAsk what = {.method = "pins.add",
                           .take_args = args,
                           .hurry = SLACK_QUEUE,
                           .deadline_ms = PIN_WITHIN_MS};

    json_put_text(args, "channel", delivery->stands.channel);
    json_put_text(args, "timestamp", delivery->stands.message);
    call(delivery, &what, on_pinned);
}

static void stands_at(Delivery *delivery, const char *channel, const char *message)
{
    delivery->stands = (MessageRef){g_strdup(channel), g_strdup(message)};
    if (delivery->picture != NULL && !delivery->plain) {
        slack_picture_shown(delivery->picture);
    }
    if (card_of(delivery)->kind == CARD_SPRINT && delivery->how == HOW_POST) {
        pin(delivery);
    } else {
        settle_delivered(delivery);
    }
}

/* --- was it posted? --- */

/* The history cannot tell. A card that expires is a reminder of something: rather once too little
 * than twice. The others must arrive, and are repeated: at least once, and not without end. */
static void go_blind(Delivery *delivery, const TraceResult *result)
{
    note(delivery, "slack_history_unreadable", result->method, result->answer);
    if (result->answer->class == SLACK_SETUP) {
        tell_lacking(delivery->post, result->method, result->answer);
    }
    if (card_of(delivery)->expires.us != 0) {
        settle(delivery, OUTBOX_EXPIRED, NULL);
    } else if (delivery->blind >= BLIND_MAX) {
        g_autofree char *why = say(W_POST_UNANSWERED);

        settle_dead(delivery, why);
    } else {
        log_warning("slack_card_repeated_unseen", F_INT("row", delivery->row->id));
        later(delivery, backoff_ms(BLIND_FIRST + delivery->blind++), prepare);
    }
}

static void look(Delivery *delivery);

static void look_again(Delivery *delivery, const TraceResult *result)
{
    if (++delivery->slow_tries > SLOW_TRIES) {
        go_blind(delivery, result); /* a day without an answer */
    } else {
        again(delivery, look);
    }
}

static void not_there(Delivery *delivery)
{
    if (++delivery->looks < G_N_ELEMENTS(look_after_ms)) {
        later(delivery, look_after_ms[delivery->looks], look);
    } else {
        again(delivery, prepare);
    }
}

static void on_looked(void *arg, const TraceResult *result)
{
    Delivery *delivery = delivery_of(arg);

    loop_retire(delivery->post->loop, g_steal_pointer(&delivery->trace), free_trace);
    switch (result->end) {
    case TRACE_FOUND:
        log_info("slack_card_found", F_INT("row", delivery->row->id));
        stands_at(delivery, result->channel, result->message);
        break;
    case TRACE_ABSENT:
        not_there(delivery);
        break;
    case TRACE_UNREADABLE:
        go_blind(delivery, result);
        break;
    case TRACE_LATER:
        look_again(delivery, result);
        break;
    }
}

static void look(Delivery *delivery)
{
    const TraceFor what = {
        .key = delivery->key,
        .channel = delivery->channel,
        .member = card_of(delivery)->member,
        .thread_ts = delivery->thread_ts,
        .oldest_us = delivery->oldest_us,
    };

    /* Nobody will ever edit it, and nobody wants it any more. */
    if (is_expired(delivery) && card_of(delivery)->key == NULL) {
        settle(delivery, OUTBOX_EXPIRED, NULL);
        return;
    }
    delivery->trace = slack_trace_new(delivery->post->api, &what, on_looked, delivery);
}

static void seek(Delivery *delivery)
{
    delivery->looks = 0;
    later(delivery, look_after_ms[0], look);
}

/* As far back as an attempt before a restart may lie, however long ago. */
static void seek_all(Delivery *delivery)
{
    delivery->oldest_us = delivery->row->created.us - CLOCKS_DIFFER;
    seek(delivery);
}

/* --- what Slack said --- */

static void on_done(Delivery *delivery, const SlackAnswer *answer)
{
    const char *channel = json_text(answer->json, "channel");
    const char *message = json_text(answer->json, "ts");

    switch (delivery->how) {
    case HOW_EPHEMERAL:
        settle(delivery, OUTBOX_DELIVERED, NULL);
        break;
    case HOW_UPDATE:
        stands_at(delivery, delivery->edit.channel, delivery->edit.message);
        break;
    case HOW_POST:
        if (*channel != '\0' && *message != '\0') {
            stands_at(delivery, channel, message);
        } else {
            settle(delivery, OUTBOX_DELIVERED, NULL); /* the answer forgot to say where */
        }
        break;
    }
}

static void on_unsure(Delivery *delivery, const SlackAnswer *answer)
{
    note(delivery, "slack_card_unsure", ways[delivery->how].method, answer);
    switch (delivery->how) {
    case HOW_POST:
        seek(delivery);
        break;
    case HOW_UPDATE:
        again(delivery, send);
        break;
    case HOW_EPHEMERAL:
        settle(delivery, OUTBOX_DELIVERED, NULL);
        break;
    }
}

static void on_retry(Delivery *delivery, const SlackAnswer *answer)
{
    note(delivery, "slack_card_waits", ways[delivery->how].method, answer);
    if (delivery->how == HOW_EPHEMERAL) {
        settle(delivery, OUTBOX_EXPIRED, NULL);
    } else {
        again(delivery, send);
    }
}

static void on_auth(Delivery *delivery, const SlackAnswer *answer)
{
    (void)answer;
    park(delivery, send);
}

static void on_setup(Delivery *delivery, const SlackAnswer *answer)
{
    note(delivery, "slack_card_waits", ways[delivery->how].method, answer);
    tell_lacking(delivery->post, ways[delivery->how].method, answer);
    if (delivery->how == HOW_EPHEMERAL) {
        settle(delivery, OUTBOX_EXPIRED, NULL);
    } else if (++delivery->slow_tries > SLOW_TRIES) {
        settle_dead(delivery, answer->people);
    } else {
        later(delivery, SLOW_AGAIN_MS, send);
    }
}

static void give_up(Delivery *delivery, const char *why)
{
    if (delivery->how == HOW_EPHEMERAL) {
        settle(delivery, OUTBOX_EXPIRED, NULL);
    } else {
        settle_dead(delivery, why);
    }
}

static void on_joined(void *arg, const SlackAnswer *answer)
{
    Delivery *delivery = delivery_of(arg);

    delivery->call = NULL;
    switch (answer->class) {
    case SLACK_OK:
        later(delivery, 0, send);
        break;
    case SLACK_AUTH:
        delivery->joined = false;
        park(delivery, send);
        break;
    case SLACK_RETRY:
    case SLACK_UNSURE:
        delivery->joined = false;
        again(delivery, send);
        break;
    case SLACK_SETUP:
        tell_lacking(delivery->post, "conversations.join", answer);
        give_up(delivery, delivery->why);
        break;
    case SLACK_TARGET:
    case SLACK_REQUEST:
    case SLACK_LATE:
        give_up(delivery, delivery->why);
        break;
    }
}

/* Where the channel is public the bot may simply come in; a private one says no. */
static void join(Delivery *delivery, const char *why)
{
    Json *args = json_new_object();
    const SlackAsk what = {.method = "conversations.join", .take_args = args, .hurry = SLACK_QUEUE};

    delivery->joined = true;
    g_free(delivery->why);
    delivery->why = g_strdup(why);
    json_put_text(args, "channel", delivery->channel);
    call(delivery, &what, on_joined);
}

/* The message to edit is gone: a new one takes its place, unless an earlier attempt saw to that. */
static void post_anew(Delivery *delivery)
{
    delivery->how = HOW_POST;
    message_ref_clear(&delivery->edit);
    if (delivery->row->attempts > 1) {
        seek_all(delivery);
    } else {
        delivery->oldest_us = 0;
        later(delivery, 0, prepare);
    }
}

static void on_target(Delivery *delivery, const SlackAnswer *answer)
{
    static const char *const edit_gone[] = {"message_not_found", "cant_update_message",
                                            "edit_window_closed", NULL};
    static const char *const thread_gone[] = {"thread_not_found",
                                              "message_not_found",
                                              "cannot_reply_to_message",
                                              "restricted_action_thread_locked",
                                              "restricted_action_non_threadable_channel",
                                              NULL};
    bool outside = strcmp(answer->error, "not_in_channel") == 0;

    note(delivery, "slack_card_refused", ways[delivery->how].method, answer);
    if (delivery->how == HOW_UPDATE && is_one_of(answer->error, edit_gone)) {
        post_anew(delivery);
    } else if (delivery->thread_ts != NULL && is_one_of(answer->error, thread_gone)) {
        g_clear_pointer(&delivery->thread_ts, g_free); /* it stands for itself then */
        later(delivery, 0, send);
    } else if (outside && !delivery->joined && card_of(delivery)->channel != NULL) {
        join(delivery, answer->people);
    } else {
        give_up(delivery, answer->people);
    }
}

/* One of earlier may have been deleted; a new one may need a moment. */
static void without_picture(Delivery *delivery)
{
    if (slack_picture_renew(delivery->picture)) {
        return; /* on_picture goes on */
    }
    if (delivery->picture_tries < PICTURE_AGAIN) {
        later(delivery, SECOND_MS << delivery->picture_tries++, send);
    } else {
        slack_picture_drop(delivery->picture);
        later(delivery, 0, send);
    }
}

static bool is_about_picture(const char *error)
{
    return strcmp(error, "invalid_blocks") == 0 || strstr(error, "file") != NULL;
}

static void on_request(Delivery *delivery, const SlackAnswer *answer)
{
    note(delivery, "slack_card_refused", ways[delivery->how].method, answer);
    if (file_of(delivery) != NULL && !delivery->plain && is_about_picture(answer->error)) {
        without_picture(delivery);
    } else if (!delivery->plain) {
        delivery->plain = true;
        later(delivery, 0, send);
    } else {
        give_up(delivery, answer->people);
    }
}

static void on_sent(void *arg, const SlackAnswer *answer)
{
    static void (*const said[])(Delivery *, const SlackAnswer *) = {
        [SLACK_OK] = on_done,       [SLACK_AUTH] = on_auth,       [SLACK_SETUP] = on_setup,
        [SLACK_TARGET] = on_target, [SLACK_REQUEST] = on_request, [SLACK_LATE] = on_request,
        [SLACK_RETRY] = on_retry,   [SLACK_UNSURE] = on_unsure,
    };
    Delivery *delivery = delivery_of(arg);

    delivery->call = NULL;
    said[answer->class](delivery, answer);
}

static void send(Delivery *delivery)
{
    if (is_expired(delivery)) {
        settle(delivery, OUTBOX_EXPIRED, NULL);
        return;
    }
    const SlackAsk what = {
        .method = ways[delivery->how].method,
        .take_args = message_args(delivery),
        .hurry = ways[delivery->how].hurry,
        .deadline_ms = send_within_ms(delivery),
    };

    if (delivery->oldest_us == 0) {
        delivery->oldest_us = card_now(delivery->post).us - CLOCKS_DIFFER;
    }
    call(delivery, &what, on_sent);
}

/* --- the picture --- */

static void free_picture(gpointer picture)
{
    slack_picture_free(picture);
}

static void on_picture(void *arg, const PictureResult *result)
{
    Delivery *delivery = delivery_of(arg);

    switch (result->end) {
    case PICTURE_LACKED:
        tell_lacking(delivery->post, result->method, result->answer);
        later(delivery, 0, send);
        break;
    case PICTURE_READY:
    case PICTURE_NONE:
        later(delivery, 0, send);
        break;
    case PICTURE_LATER: /* all of it again */
        loop_retire(delivery->post->loop, g_steal_pointer(&delivery->picture), free_picture);
        park(delivery, prepare);
        break;
    }
}

static void picture(Delivery *delivery)
{
    SlackPost *post = delivery->post;

    delivery->picture = slack_picture_new(post->loop, post->api, post->gallery, card_of(delivery),
                                          on_picture, delivery);
    post->ops.draw(post->arg, delivery->row->id, card_of(delivery)->chart); /* may answer at once */
}

static Delivery *find(const SlackPost *post, int64_t row)
{
    for (guint i = 0; i < post->out->len; i++) {
        Delivery *delivery = g_ptr_array_index(post->out, i);

        if (delivery->row->id == row) {
            return delivery;
        }
    }
    return NULL;
}

void slack_post_drawn(SlackPost *post, int64_t row, GBytes *png)
{
    Delivery *delivery = find(post, row);

    if (delivery != NULL && delivery->picture != NULL) {
        slack_picture_drawn(delivery->picture, png);
    }
}

/* --- the beginning --- */

static void prepare(Delivery *delivery)
{
    if (is_expired(delivery)) {
        settle(delivery, OUTBOX_EXPIRED, NULL);
    } else if (card_of(delivery)->chart != NULL && delivery->picture == NULL) {
        picture(delivery);
    } else {
        send(delivery);
    }
}

/* The daemon ended after an earlier attempt: its time is not known, nor what became of it. */
static void begin_again(Delivery *delivery)
{
    if (delivery->how == HOW_EPHEMERAL) {
        settle(delivery, OUTBOX_EXPIRED, NULL); /* rather dropped than twice */
    } else {
        seek_all(delivery);
    }
}

static How how_of(const Card *card, const MessageRef *edit)
{
    if (card->channel != NULL && card->member != NULL) {
        return HOW_EPHEMERAL;
    }
    bool stands = edit != NULL && edit->channel != NULL && edit->message != NULL;
    return stands ? HOW_UPDATE : HOW_POST;
}

/* A thread is one of its channel's: of another it would be refused. */
static void follow_thread(Delivery *delivery, const MessageRef *thread)
{
    const char *channel = card_of(delivery)->channel;

    delivery->channel = g_strdup(channel);
    if (thread == NULL || thread->channel == NULL || thread->message == NULL ||
        (channel != NULL && strcmp(channel, thread->channel) != 0)) {
        return;
    }
    delivery->thread_ts = g_strdup(thread->message);
    if (channel == NULL) {
        delivery->channel = g_strdup(thread->channel);
    }
}

static Delivery *delivery_new(SlackPost *post, OutboxRow *take_row, const MessageRef *edit,
                              const MessageRef *thread)
{
    Delivery *delivery = g_new0(Delivery, 1);

    delivery->magic = DELIVERY_MAGIC;
    delivery->post = post;
    delivery->row = take_row;
    delivery->key = g_strdup_printf("%s/%" G_GINT64_FORMAT, post->install, take_row->id);
    delivery->how = how_of(take_row->card, edit);
    if (delivery->how == HOW_UPDATE) {
        delivery->edit = (MessageRef){g_strdup(edit->channel), g_strdup(edit->message)};
    }
    follow_thread(delivery, thread);
    return delivery;
}

void slack_post_card(SlackPost *post, OutboxRow *take_row, const MessageRef *edit,
                     const MessageRef *thread)
{
    Delivery *delivery = delivery_new(post, take_row, edit, thread);
    bool earlier = take_row->attempts > 1 && delivery->how != HOW_UPDATE;

    g_ptr_array_add(post->out, delivery);
    later(delivery, 0, earlier ? begin_again : prepare);
}

void slack_post_pause(SlackPost *post, bool paused)
{
    post->paused = paused;
    for (guint i = 0; !paused && i < post->out->len; i++) {
        Delivery *delivery = g_ptr_array_index(post->out, i);

        if (delivery->parked) {
            later(delivery, 0, delivery->step);
        }
    }
}

size_t slack_post_depth(const SlackPost *post)
{
    return post->out->len;
}

SlackPost *slack_post_new(Loop *loop, SlackApi *api, const char *install, const SlackNames *names,
                          const SlackPostOps *ops, void *arg)
{
    SlackPost *post = g_new0(SlackPost, 1);

    post->loop = loop;
    post->api = api;
    post->install = g_strdup(install);
    post->names = names != NULL ? *names : (SlackNames){0};
    post->ops = *ops;
    post->arg = arg;
    post->out = g_ptr_array_new();
    post->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    post->gallery = gallery_new(GALLERY_MAX);
    return post;
}

void slack_post_free(SlackPost *post)
{
    if (post == NULL) {
        return;
    }
    g_ptr_array_set_free_func(post->out, delivery_free);
    g_ptr_array_unref(post->out);
    g_hash_table_unref(post->told);
    gallery_free(post->gallery);
    g_free(post->install);
    g_free(post);
}

/* A card on its way is a Delivery: at each moment it waits for one thing, an answer or a time, and
 * its next step is then taken: find the room, learn of it, send. Sending again under the same
 * transaction id is a no-op, so what is not certain is simply repeated. Every path ends in
 * settle(); what follows the card, its picture and its buttons, is not waited for. */

#include "bot/matrix/post.h"

#include <string.h>

#include "bot/log.h"
#include "bot/matrix/picture.h"
#include "bot/matrix/trail.h"
#include "core/text.h"
#include "core/words.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)

/* Between tries: from one second, doubled up to this. */
#define BACKOFF_MAX_MS (5 * MINUTE_MS)
#define SEND_WITHIN_MS (10 * MINUTE_MS)
/* What is left of a card that is too large for its homeserver, in characters. */
#define CUT_TO 4000

#define DELIVERY_MAGIC 0x4d64656cu

typedef struct Delivery Delivery;
typedef void (*Step)(Delivery *delivery);

/* What rooms.h tells cannot be called off: it is told to this. */
typedef struct Ticket {
    Delivery *delivery; /* NULL: nobody waits for it any more */
} Ticket;

struct MatrixPost {
    Loop *loop;
    MatrixApi *api;
    MatrixRooms *rooms;
    char *install;
    MatrixPostOps ops;
    void *arg;
    GPtrArray *out;   /* of Delivery, in order of arrival; few: the engine's lanes bound them */
    GHashTable *told; /* "room what" that `lacking` was told of */
    MatrixPictures *pictures;
    MatrixTrail *trail;
    bool paused;
};

struct Delivery {
    unsigned magic;
    MatrixPost *post;
    OutboxRow *row;
    char *name; /* "INSTALL/12": in what is posted */
    char *room; /* NULL: the member's direct room, not known yet */
    char *root; /* of the thread that it belongs in; NULL: none */
    char *edit; /* the message to be edited; NULL: it is posted */

    /* What it waits for: */
    MatrixCall *call;
    Ticket *ticket;
    LoopTimer *timer; /* then `step` is taken */
    Step step;
    bool parked; /* for the account to be ready again: `step` then */

    int tries; /* that ended without a decision */
    bool cut;  /* to its plain text: it was too large */
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

static void let_go(Delivery *delivery)
{
    if (delivery->call != NULL) {
        matrix_api_cancel(g_steal_pointer(&delivery->call));
    }
    if (delivery->ticket != NULL) {
        delivery->ticket->delivery = NULL;
        delivery->ticket = NULL;
    }
    loop_stop(&delivery->timer);
}

static void delivery_free(gpointer data)
{
    Delivery *delivery = delivery_of(data);

    let_go(delivery);
    delivery->magic = 0;
    outbox_row_free(delivery->row);
    g_free(delivery->name);
    g_free(delivery->room);
    g_free(delivery->root);
    g_free(delivery->edit);
    g_free(delivery);
}

static void settle(Delivery *delivery, OutboxEnd end, const MessageRef *ref)
{
    MatrixPost *post = delivery->post;

    let_go(delivery);
    g_ptr_array_remove(post->out, delivery);
    loop_retire(post->loop, delivery, delivery_free);
    post->ops.settled(post->arg, delivery->row->id, end, ref);
}

static void settle_dead(Delivery *delivery, const char *why)
{
    g_auto(MessageRef) ref = {.message = g_strdup(why)};

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

/* Goes on with `step` so much later, and not while the account is not ready. */
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

/* One second, doubled with each try, the second half of it left to chance. */
static void again(Delivery *delivery, Step step)
{
    int64_t most = MIN(SECOND_MS << MIN(delivery->tries, 16), BACKOFF_MAX_MS);

    delivery->tries++;
    later(delivery, most / 2 + g_random_int_range(0, (gint32)(most / 2) + 1), step);
}

static void note(const Delivery *delivery, const char *event, const char *why)
{
    log_warning(event, F_INT("row", delivery->row->id), F_STR("room", delivery->room),
                F_STR("why", why));
}

/* --- time --- */

static Instant card_now(const MatrixPost *post)
{
    return post->ops.now != NULL ? post->ops.now(post->arg) : (Instant){g_get_real_time()};
}

/* True: it was, and is settled. */
static bool expired(Delivery *delivery)
{
    Instant expires = card_of(delivery)->expires;

    if (expires.us == 0 || card_now(delivery->post).us < expires.us) {
        return false;
    }
    settle(delivery, OUTBOX_EXPIRED, NULL);
    return true;
}

/* How long a call may wait for its turn: what has expired by then is not sent. */
static int64_t send_within_ms(const Delivery *delivery)
{
    Instant expires = card_of(delivery)->expires;

    if (expires.us == 0) {
        return SEND_WITHIN_MS;
    }
    return CLAMP((expires.us - card_now(delivery->post).us) / 1000, 1, SEND_WITHIN_MS);
}

/* --- the message --- */

static void cut_to_plain(const Card *card, Json *content)
{
    g_autofree char *plain = card_plain(card);
    g_autofree char *cut = text_cut(plain, CUT_TO);

    cJSON_DeleteItemFromObjectCaseSensitive(content, "body");
    cJSON_DeleteItemFromObjectCaseSensitive(content, "format");
    cJSON_DeleteItemFromObjectCaseSensitive(content, "formatted_body");
    json_put_text(content, "body", cut);
}

/* As it is to stand, without what an edit wraps around it. */
static Json *content_of(const Delivery *delivery)
{
    const MatrixLook look = {.names = {matrix_rooms_name, delivery->post->rooms},
                             .row = delivery->name,
                             .edit = delivery->edit != NULL};
    Json *content = matrix_card(card_of(delivery), &look);

    if (delivery->cut) {
        cut_to_plain(card_of(delivery), content);
    }
    return content;
}

static Json *posted_content(const Delivery *delivery)
{
    Json *content = content_of(delivery);

    if (delivery->root != NULL) {
        matrix_put_thread(content, delivery->root, card_of(delivery)->answers);
    }
    return content;
}

/* --- delivered --- */

static void tell_lacking(void *arg, const char *room, const char *what, const char *why)
{
    MatrixPost *post = arg;

    if (g_hash_table_add(post->told, g_strconcat(room, " ", what, NULL))) {
        post->ops.lacking(post->arg, room, what, why);
    }
}

static void tell_sent(void *arg, const char *room, const char *event_id, const Json *content)
{
    const MatrixPost *post = arg;

    post->ops.sent(post->arg, room, event_id, content);
}

static void follow(Delivery *delivery, const char *message)
{
    MatrixPost *post = delivery->post;
    const Card *card = card_of(delivery);
    g_autoptr(Json) content = posted_content(delivery);
    const MatrixStanding standing = {.row = delivery->row->id,
                                     .card = card,
                                     .room = delivery->room,
                                     .message = message,
                                     .edited = delivery->edit != NULL};

    if (delivery->edit == NULL) { /* an edit holds for what comes behind it: when it comes by */
        tell_sent(post, delivery->room, message, content);
    }
    matrix_trail_follow(post->trail, &standing);
    if (card->chart != NULL) {
        matrix_pictures_show(post->pictures, delivery->row->id, card, delivery->room,
                             delivery->root != NULL ? delivery->root : message, message,
                             delivery->edit != NULL);
    }
}

/* An edit stands where the message does that it edits. */
static void stands_at(Delivery *delivery, const char *event_id)
{
    const char *message = delivery->edit != NULL ? delivery->edit : event_id;
    g_auto(MessageRef) ref = {g_strdup(delivery->room), g_strdup(message)};

    settle(delivery, OUTBOX_DELIVERED, &ref);
    follow(delivery, ref.message); /* it is freed after the turn */
}

/* --- sending --- */

static void send(Delivery *delivery);
static void find_room(Delivery *delivery);

/* Nothing can be said in its room. A member can be told elsewhere. */
static void without_room(Delivery *delivery, WordId why)
{
    if (card_of(delivery)->channel == NULL && delivery->edit != NULL) {
        g_clear_pointer(&delivery->edit, g_free);
        g_clear_pointer(&delivery->room, g_free);
        find_room(delivery);
    } else {
        settle_dead(delivery, words_template(why));
    }
}

/* The message to edit is gone, or cannot be edited: a new one takes its place. */
static void post_anew(Delivery *delivery)
{
    g_clear_pointer(&delivery->edit, g_free);
    later(delivery, 0, send);
}

/* True: it is sent again in another way. */
static bool otherwise(Delivery *delivery, const MatrixAnswer *answer)
{
    bool outside = !matrix_rooms_is_in(delivery->post->rooms, delivery->room);

    if (delivery->edit != NULL && !outside) {
        post_anew(delivery);
        return true;
    }
    if (delivery->root != NULL && answer->class != MATRIX_FORBIDDEN) {
        g_clear_pointer(&delivery->root, g_free); /* it stands for itself then */
        later(delivery, 0, send);
        return true;
    }
    return false;
}

static void on_refused(Delivery *delivery, const MatrixAnswer *answer)
{
    note(delivery, "matrix_card_refused", answer->error);
    if (otherwise(delivery, answer)) {
        return;
    }
    if (!matrix_rooms_is_in(delivery->post->rooms, delivery->room)) {
        without_room(delivery, W_ROOM_LEFT);
    } else if (answer->class == MATRIX_FORBIDDEN) {
        settle_dead(delivery, words_template(W_ROOM_MAY_NOT_WRITE));
    } else {
        settle_dead(delivery, words_template(W_ROOM_NOT_TAKEN));
    }
}

static void on_too_large(Delivery *delivery, const MatrixAnswer *answer)
{
    note(delivery, "matrix_card_too_large", answer->error);
    if (delivery->cut) {
        settle_dead(delivery, words_template(W_ROOM_TOO_LARGE));
        return;
    }
    delivery->cut = true;
    later(delivery, 0, send);
}

static void on_sent(void *arg, const MatrixAnswer *answer)
{
    Delivery *delivery = delivery_of(arg);
    const char *event_id = json_text(answer->json, "event_id");

    delivery->call = NULL;
    switch (answer->class) {
    case MATRIX_OK:
        if (*event_id != '\0') {
            stands_at(delivery, event_id);
        } else {
            again(delivery, send); /* the answer forgot to say where: it is asked for once more */
        }
        break;
    case MATRIX_AUTH:
        park(delivery, send);
        break;
    case MATRIX_FORBIDDEN:
    case MATRIX_GONE:
    case MATRIX_REQUEST:
        on_refused(delivery, answer);
        break;
    case MATRIX_TOO_LARGE:
        on_too_large(delivery, answer);
        break;
    case MATRIX_RETRY:
    case MATRIX_UNSURE:
        note(delivery, "matrix_card_waits", answer->error);
        again(delivery, send);
        break;
    }
}

static void send(Delivery *delivery)
{
    MatrixPost *post = delivery->post;
    const char *edit = delivery->edit;

    if (expired(delivery)) {
        return;
    }
    if (matrix_rooms_is_encrypted(post->rooms, delivery->room)) { /* since it waits, perhaps */
        without_room(delivery, W_ROOM_ENCRYPTED);
        return;
    }
    g_autofree char *txn = g_strdup_printf("%s-%" G_GINT64_FORMAT "%s", post->install,
                                           delivery->row->id, edit != NULL ? "-e" : "");
    g_autofree char *path =
        matrix_path("/_matrix/client/v3/rooms/%s/send/m.room.message/%s", delivery->room, txn);
    const MatrixAsk ask = {
        .method = "PUT",
        .path = path,
        .take_body =
            edit != NULL ? matrix_edit_of(content_of(delivery), edit) : posted_content(delivery),
        .line = MATRIX_SEND,
        .room = delivery->room,
        .deadline_ms = send_within_ms(delivery),
    };

    delivery->call = matrix_api_call(post->api, &ask, on_sent, delivery);
}

/* --- the room --- */

static Ticket *ticket_new(Delivery *delivery)
{
    delivery->ticket = g_new0(Ticket, 1);
    delivery->ticket->delivery = delivery;
    return delivery->ticket;
}

/* NULL: nobody waits any more. */
static Delivery *ticket_take(void *arg)
{
    g_autofree Ticket *ticket = arg;
    Delivery *delivery = ticket->delivery;

    if (delivery != NULL) {
        delivery->ticket = NULL;
    }
    return delivery;
}

static void learn(Delivery *delivery);

static void on_learnt(void *arg, bool ok)
{
    Delivery *delivery = ticket_take(arg);

    if (delivery == NULL) {
        return;
    }
    MatrixRooms *rooms = delivery->post->rooms;

    if (ok || matrix_rooms_is_encrypted(rooms, delivery->room)) {
        later(delivery, 0, send);
    } else if (!matrix_rooms_is_in(rooms, delivery->room)) {
        without_room(delivery, W_ROOM_LEFT);
    } else {
        again(delivery, learn);
    }
}

/* Above all: whether it is encrypted, for nothing may be said there then. */
static void learn(Delivery *delivery)
{
    if (!expired(delivery)) {
        matrix_rooms_learn(delivery->post->rooms, delivery->room, on_learnt, ticket_new(delivery));
    }
}

static void on_direct(void *arg, const char *room, const char *why)
{
    Delivery *delivery = ticket_take(arg);

    if (delivery == NULL) {
        return;
    }
    if (room == NULL) {
        note(delivery, "matrix_card_without_room", why);
        settle_dead(delivery, why);
        return;
    }
    delivery->room = g_strdup(room);
    learn(delivery);
}

static void find_room(Delivery *delivery)
{
    if (!expired(delivery)) {
        matrix_rooms_direct(delivery->post->rooms, card_of(delivery)->member, on_direct,
                            ticket_new(delivery));
    }
}

/* --- the beginning --- */

/* A thread is one of its room's. */
static const char *root_of(const Card *card, const MessageRef *thread)
{
    if (thread != NULL && thread->message != NULL && card->channel != NULL &&
        g_strcmp0(thread->channel, card->channel) == 0) {
        return thread->message;
    }
    return card->channel != NULL ? card->under : NULL;
}

static Delivery *delivery_new(MatrixPost *post, OutboxRow *take_row, const MessageRef *edit,
                              const MessageRef *thread)
{
    const Card *card = take_row->card;
    Delivery *delivery = g_new0(Delivery, 1);
    bool stands = edit != NULL && edit->channel != NULL && edit->message != NULL;

    delivery->magic = DELIVERY_MAGIC;
    delivery->post = post;
    delivery->row = take_row;
    delivery->name = g_strdup_printf("%s/%" G_GINT64_FORMAT, post->install, take_row->id);
    delivery->room = g_strdup(stands ? edit->channel : card->channel);
    delivery->root = g_strdup(root_of(card, thread));
    delivery->edit = g_strdup(stands ? edit->message : NULL);
    return delivery;
}

void matrix_post_card(MatrixPost *post, OutboxRow *take_row, const MessageRef *edit,
                      const MessageRef *thread)
{
    Delivery *delivery = delivery_new(post, take_row, edit, thread);

    g_ptr_array_add(post->out, delivery);
    later(delivery, 0, delivery->room != NULL ? learn : find_room);
}

void matrix_post_seen(MatrixPost *post, const char *row, const char *room, const char *event_id)
{
    for (guint i = 0; i < post->out->len; i++) {
        Delivery *delivery = g_ptr_array_index(post->out, i);

        if (strcmp(delivery->name, row) == 0 && g_strcmp0(delivery->room, room) == 0) {
            stands_at(delivery, event_id);
            return;
        }
    }
}

void matrix_post_drawn(MatrixPost *post, int64_t row, GBytes *png)
{
    matrix_pictures_drawn(post->pictures, row, png);
}

void matrix_post_pause(MatrixPost *post, bool paused)
{
    post->paused = paused;
    for (guint i = 0; !paused && i < post->out->len; i++) {
        Delivery *delivery = g_ptr_array_index(post->out, i);

        if (delivery->parked) {
            later(delivery, 0, delivery->step);
        }
    }
}

size_t matrix_post_depth(const MatrixPost *post)
{
    return post->out->len;
}

static void draw(void *arg, int64_t row, const Chart *chart)
{
    const MatrixPost *post = arg;

    post->ops.draw(post->arg, row, chart);
}

MatrixPost *matrix_post_new(Loop *loop, MatrixApi *api, MatrixRooms *rooms, const char *install,
                            const MatrixPostOps *ops, void *arg)
{
    static const MatrixPicturesOps pictures_ops = {draw, tell_lacking};
    static const MatrixTrailOps trail_ops = {tell_lacking, tell_sent};
    MatrixPost *post = g_new0(MatrixPost, 1);

    post->loop = loop;
    post->api = api;
    post->rooms = rooms;
    post->install = g_strdup(install);
    post->ops = *ops;
    post->arg = arg;
    post->out = g_ptr_array_new();
    post->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    post->pictures = matrix_pictures_new(loop, api, rooms, install, &pictures_ops, post);
    post->trail = matrix_trail_new(api, rooms, install, &trail_ops, post);
    return post;
}

void matrix_post_free(MatrixPost *post)
{
    if (post == NULL) {
        return;
    }
    g_ptr_array_set_free_func(post->out, delivery_free);
    g_ptr_array_unref(post->out);
    matrix_pictures_free(post->pictures);
    matrix_trail_free(post->trail);
    g_hash_table_unref(post->told);
    g_free(post->install);
    g_free(post);
}

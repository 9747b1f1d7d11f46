#include "bot/matrix/trail.h"

#include <string.h>

#include "bot/log.h"
#include "bot/matrix/card.h"
#include "core/words.h"

#define PINNED     "m.room.pinned_events"
#define REACTION   "m.reaction"
#define POLLS_MAX  200
#define PINNED_MAX 200 /* in one room: the oldest make room */

#define LINK_MAGIC 0x4c696e6bu

typedef struct Link Link;

struct MatrixTrail {
    MatrixApi *api;
    const MatrixRooms *rooms;
    char *install;
    MatrixTrailOps ops;
    void *arg;
    GPtrArray *under_way; /* of Link */
    GHashTable *polls;    /* the check-in's message -> its poll */
    GQueue pins;          /* of Link: read and written whole, so one at a time */
};

/* One thing to be done; freed when it is answered. */
struct Link {
    unsigned magic;
    MatrixTrail *trail;
    int64_t row;
    char *room, *message;
    const char *what; /* the event's type */
    WordId lacks;     /* what a refusal means */
    Json *content;    /* of a poll's start, as it was sent; else NULL */
    bool over;        /* a poll that is to end as soon as it has begun */
    MatrixCall *call;
};

static Link *link_of(void *arg)
{
    Link *link = arg;

    g_assert(link != NULL && link->magic == LINK_MAGIC);
    return link;
}

static Link *link_new(MatrixTrail *trail, const MatrixStanding *standing, const char *what,
                      WordId lacks)
{
    Link *link = g_new0(Link, 1);

    link->magic = LINK_MAGIC;
    link->trail = trail;
    link->row = standing->row;
    link->room = g_strdup(standing->room);
    link->message = g_strdup(standing->message);
    link->what = what;
    link->lacks = lacks;
    g_ptr_array_add(trail->under_way, link);
    return link;
}

static void link_free(gpointer data)
{
    Link *link = link_of(data);

    if (link->call != NULL) {
        matrix_api_cancel(link->call);
    }
    link->magic = 0;
    cJSON_Delete(link->content);
    g_free(link->room);
    g_free(link->message);
    g_free(link);
}

static void end(Link *link)
{
    g_ptr_array_remove_fast(link->trail->under_way, link);
    link_free(link);
}

/* Says what a refusal lacks; true: it was done. */
static bool heard(Link *link, const MatrixAnswer *answer)
{
    MatrixTrail *trail = link->trail;

    link->call = NULL;
    if (answer->class == MATRIX_OK) {
        return true;
    }
    log_info("matrix_not_followed", F_INT("row", link->row), F_STR("what", link->what),
             F_STR("why", answer->error));
    if (answer->class == MATRIX_FORBIDDEN) {
        trail->ops.lacking(trail->arg, link->room, link->what, words_template(link->lacks));
    }
    return false;
}

/* `part` names it among what follows the same card: "r1", "p", "pe". */
static void send(Link *link, const char *part, Json *take_content, MatrixDone done)
{
    MatrixTrail *trail = link->trail;
    g_autofree char *txn =
        g_strdup_printf("%s-%" G_GINT64_FORMAT "-%s", trail->install, link->row, part);
    g_autofree char *path =
        matrix_path("/_matrix/client/v3/rooms/%s/send/%s/%s", link->room, link->what, txn);
    const MatrixAsk ask = {.method = "PUT",
                           .path = path,
                           .take_body = take_content,
                           .line = MATRIX_LATER,
                           .room = link->room};

    link->call = matrix_api_call(trail->api, &ask, done, link);
}

static void on_done(void *arg, const MatrixAnswer *answer)
{
    Link *link = link_of(arg);

    (void)heard(link, answer);
    end(link);
}

/* --- buttons --- */

static bool shows_buttons(CardKind kind)
{
    return kind == CARD_PROMPT || kind == CARD_RETRO_ASK || kind == CARD_CLOSE;
}

static void react(MatrixTrail *trail, const MatrixStanding *standing, const char *key, guint nth)
{
    Link *link = link_new(trail, standing, REACTION, W_ROOM_NO_BUTTONS);
    g_autofree char *part = g_strdup_printf("r%u", nth);
    Json *content = json_new_object();
    Json *relates = json_put_object(content, "m.relates_to");

    json_put_text(relates, "rel_type", "m.annotation");
    json_put_text(relates, "event_id", standing->message);
    json_put_text(relates, "key", key);
    send(link, part, content, on_done);
}

static void put_buttons(MatrixTrail *trail, const MatrixStanding *standing)
{
    g_autoptr(GArray) buttons = g_array_new(FALSE, FALSE, sizeof(MatrixButton));

    if (standing->edited || !shows_buttons(standing->card->kind)) {
        return;
    }
    matrix_card_buttons(standing->card, buttons);
    for (guint i = 0; i < MIN(buttons->len, MATRIX_REACTIONS_MAX); i++) {
        react(trail, standing, g_array_index(buttons, MatrixButton, i).key, i + 1);
    }
}

/* --- the poll --- */

/* The button of a check-in that is open. */
static bool is_form(const char *action)
{
    return g_strcmp0(action, "checkin.form") == 0 || g_strcmp0(action, "weekly.form") == 0;
}

static bool asks_confidence(const Card *card)
{
    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        if (block->kind == BLOCK_BUTTON && is_form(block->label)) {
            return card->kind == CARD_PROMPT;
        }
    }
    return false;
}

static void end_poll(MatrixTrail *trail, const MatrixStanding *standing, const char *poll)
{
    Link *link = link_new(trail, standing, MATRIX_POLL_END, W_ROOM_NO_POLL);

    send(link, "pe", matrix_poll_end(poll, words_template(W_ROOM_POLL_OVER)), on_done);
}

static void keep_poll(MatrixTrail *trail, const char *message, const char *poll)
{
    if (g_hash_table_size(trail->polls) >= POLLS_MAX) {
        g_hash_table_remove_all(trail->polls); /* weeks of check-ins that nobody ended */
    }
    g_hash_table_replace(trail->polls, g_strdup(message), g_strdup(poll));
}

static void on_poll(void *arg, const MatrixAnswer *answer)
{
    Link *link = link_of(arg);
    MatrixTrail *trail = link->trail;
    const char *poll = json_text(answer->json, "event_id");
    const MatrixStanding standing = {
        .row = link->row, .room = link->room, .message = link->message};

    if (heard(link, answer) && *poll != '\0') {
        trail->ops.sent(trail->arg, link->room, poll, link->content);
        if (link->over) {
            end_poll(trail, &standing, poll);
        } else {
            keep_poll(trail, link->message, poll);
        }
    }
    end(link);
}

static void start_poll(MatrixTrail *trail, const MatrixStanding *standing)
{
    Link *link = link_new(trail, standing, MATRIX_POLL_START, W_ROOM_NO_POLL);
    g_autofree char *row = g_strdup_printf("%s/%" G_GINT64_FORMAT, trail->install, standing->row);

    link->content =
        matrix_confidence_poll(words_template(W_ROOM_POLL_QUESTION), standing->message, row);
    send(link, "p", cJSON_Duplicate(link->content, true), on_poll);
}

/* A start that is still under way ends as soon as it is answered. */
static void stop_poll(MatrixTrail *trail, const MatrixStanding *standing)
{
    const char *poll = g_hash_table_lookup(trail->polls, standing->message);

    if (poll != NULL) {
        end_poll(trail, standing, poll);
        g_hash_table_remove(trail->polls, standing->message);
        return;
    }
    for (guint i = 0; i < trail->under_way->len; i++) {
        Link *link = g_ptr_array_index(trail->under_way, i);

        link->over |= link->content != NULL && strcmp(link->message, standing->message) == 0;
    }
}

static void tend_poll(MatrixTrail *trail, const MatrixStanding *standing)
{
    bool asks = asks_confidence(standing->card);

    if (asks && !standing->edited) {
        start_poll(trail, standing);
    } else if (!asks && standing->edited) {
        stop_poll(trail, standing);
    }
}

/* --- the pin --- */

static void read_pins(Link *link);

/* The next one that waits. */
static void end_pin(Link *link)
{
    MatrixTrail *trail = link->trail;

    g_queue_remove(&trail->pins, link);
    end(link);
    if (!g_queue_is_empty(&trail->pins)) {
        read_pins(g_queue_peek_head(&trail->pins));
    }
}

static void on_pinned(void *arg, const MatrixAnswer *answer)
{
    Link *link = link_of(arg);

    (void)heard(link, answer);
    end_pin(link);
}

/* NULL: it is pinned already. */
static Json *with_pin(const Json *pinned, const char *message)
{
    g_autoptr(Json) content = json_new_object();
    Json *list = json_put_array(content, "pinned");
    int before = cJSON_GetArraySize(pinned);

    JSON_EACH (id, pinned) {
        if (strcmp(json_string(id), message) == 0) {
            return NULL;
        }
        if (before-- < PINNED_MAX && *json_string(id) != '\0') {
            json_add_text(list, json_string(id));
        }
    }
    json_add_text(list, message);
    return g_steal_pointer(&content);
}

static void ask_pins(Link *link, const char *method, Json *take_body, MatrixDone done)
{
    g_autofree char *path = matrix_path("/_matrix/client/v3/rooms/%s/state/%s", link->room, PINNED);
    const MatrixAsk ask = {.method = method,
                           .path = path,
                           .take_body = take_body,
                           .line = MATRIX_LATER,
                           .room = link->room};

    link->call = matrix_api_call(link->trail->api, &ask, done, link);
}

static void on_pins(void *arg, const MatrixAnswer *answer)
{
    Link *link = link_of(arg);

    if (answer->class != MATRIX_GONE && !heard(link, answer)) {
        end_pin(link);
        return;
    }
    const Json *pinned = answer->class == MATRIX_OK ? json_array(answer->json, "pinned") : NULL;
    Json *content = with_pin(pinned, link->message);

    link->call = NULL;
    if (content == NULL) {
        end_pin(link);
    } else {
        ask_pins(link, "PUT", content, on_pinned);
    }
}

static void read_pins(Link *link)
{
    ask_pins(link, "GET", NULL, on_pins);
}

static void pin(MatrixTrail *trail, const MatrixStanding *standing)
{
    if (standing->edited || standing->card->kind != CARD_SPRINT) {
        return;
    }
    if (!matrix_rooms_may(trail->rooms, standing->room, PINNED)) {
        trail->ops.lacking(trail->arg, standing->room, PINNED, words_template(W_ROOM_NO_PIN));
        return;
    }
    Link *link = link_new(trail, standing, PINNED, W_ROOM_NO_PIN);

    g_queue_push_tail(&trail->pins, link);
    if (trail->pins.length == 1) {
        read_pins(link);
    }
}

/* --- from outside --- */

void matrix_trail_follow(MatrixTrail *trail, const MatrixStanding *standing)
{
    put_buttons(trail, standing);
    tend_poll(trail, standing);
    pin(trail, standing);
}

MatrixTrail *matrix_trail_new(MatrixApi *api, const MatrixRooms *rooms, const char *install,
                              const MatrixTrailOps *ops, void *arg)
{
    MatrixTrail *trail = g_new0(MatrixTrail, 1);

    trail->api = api;
    trail->rooms = rooms;
    trail->install = g_strdup(install);
    trail->ops = *ops;
    trail->arg = arg;
    trail->under_way = g_ptr_array_new();
    trail->polls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init(&trail->pins);
    return trail;
}

void matrix_trail_free(MatrixTrail *trail)
{
    if (trail == NULL) {
        return;
    }
    g_queue_clear(&trail->pins);
    g_ptr_array_set_free_func(trail->under_way, link_free);
    g_ptr_array_unref(trail->under_way);
    g_hash_table_unref(trail->polls);
    g_free(trail->install);
    g_free(trail);
}

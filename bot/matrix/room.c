/* Facts come as they happen; what they did not bring is asked for once, when somebody needs it. */

#include "bot/matrix/room.h"

#include <string.h>

#include "bot/log.h"

#define MEMBERS_HOLD_MS (INT64_C(60) * 60 * 1000)

#define ROOM_MAGIC 0x526f6f6du

/* What learning asks for. */
typedef enum Fact { FACT_CREATE, FACT_POWER, FACT_ENCRYPTION, FACT_COUNT } Fact;

typedef struct Question {
    MatrixRoom *room;
    Fact fact;
    MatrixCall *call; /* NULL: not under way */
} Question;

typedef struct Learner {
    MatrixRoomsDone done;
    void *arg;
} Learner;

typedef struct Asker {
    MatrixMembers done;
    void *arg;
} Asker;

struct MatrixRoom {
    unsigned magic;
    const MatrixRoomWorld *world;
    char *id;
    bool in;
    bool encryption_known, encrypted;
    MatrixPower power;
    GHashTable *members;   /* set of user ids, with our own; NULL: not known */
    int64_t members_at_ms; /* when they were read, or could not be; 0: never */

    Question questions[FACT_COUNT];
    MatrixCall *members_call;
    GArray *learners; /* of Learner */
    GArray *askers;   /* of Asker */
    LoopTimer *tell;  /* then they are told */
};

static MatrixRoom *room_of(void *arg)
{
    MatrixRoom *room = arg;

    g_assert(room != NULL && room->magic == ROOM_MAGIC);
    return room;
}

/* --- those who wait --- */

static bool is_known(const MatrixRoom *room)
{
    return room->encryption_known && matrix_power_known(&room->power);
}

static bool is_asking(const MatrixRoom *room)
{
    for (Fact fact = 0; fact < FACT_COUNT; fact++) {
        if (room->questions[fact].call != NULL) {
            return true;
        }
    }
    return room->members_call != NULL;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Without us, sorted, ends with NULL; NULL: not known. */
static GPtrArray *list_members(const MatrixRoom *room)
{
    if (room->members == NULL) {
        return NULL;
    }
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer user = NULL;

    g_hash_table_iter_init(&iter, room->members);
    while (g_hash_table_iter_next(&iter, &user, NULL)) {
        if (g_strcmp0(user, room->world->own) != 0) {
            g_ptr_array_add(list, g_strdup(user));
        }
    }
    g_ptr_array_sort(list, by_name);
    g_ptr_array_add(list, NULL);
    return list;
}

/* They may ask again from inside: those are the next to be told. */
static GArray *take_waiting(GArray **waiting)
{
    GArray *taken = *waiting;

    *waiting = g_array_new(FALSE, FALSE, g_array_get_element_size(taken));
    return taken;
}

static void tell_learners(MatrixRoom *room, bool ok)
{
    g_autoptr(GArray) learners = take_waiting(&room->learners);

    for (guint i = 0; i < learners->len; i++) {
        Learner learner = g_array_index(learners, Learner, i);

        learner.done(learner.arg, ok);
    }
}

static void tell_askers(MatrixRoom *room, const char *const *members)
{
    g_autoptr(GArray) askers = take_waiting(&room->askers);

    for (guint i = 0; i < askers->len; i++) {
        Asker asker = g_array_index(askers, Asker, i);

        asker.done(asker.arg, members);
    }
}

static bool is_fresh(const MatrixRoom *room)
{
    return room->members != NULL &&
           loop_now_ms(room->world->loop) - room->members_at_ms <= MEMBERS_HOLD_MS;
}

static void on_tell(void *arg)
{
    MatrixRoom *room = room_of(arg);

    room->tell = NULL;
    if (room->members_call == NULL) {
        g_autoptr(GPtrArray) list = is_fresh(room) ? list_members(room) : NULL;

        tell_askers(room, list != NULL ? (const char *const *)list->pdata : NULL);
    }
    if (!is_asking(room)) {
        tell_learners(room, is_known(room) && room->in);
    }
}

static void tell_soon(MatrixRoom *room)
{
    if (room->tell == NULL) {
        room->tell = loop_after(room->world->loop, 0, on_tell, room);
    }
}

/* --- facts --- */

static void take_create(MatrixRoom *room, const Json *event)
{
    if (event != NULL) {
        matrix_power_create(&room->power, event);
    }
}

static void take_power(MatrixRoom *room, const Json *event)
{
    matrix_power_levels(&room->power, json_object(event, "content"));
}

/* There is no way back from it. */
static void take_encryption(MatrixRoom *room, const Json *event)
{
    room->encryption_known = true;
    room->encrypted |= event != NULL;
}

static bool has_create(const MatrixRoom *room)
{
    return room->power.created;
}

static bool has_power(const MatrixRoom *room)
{
    return room->power.levelled;
}

static bool has_encryption(const MatrixRoom *room)
{
    return room->encryption_known;
}

static const struct {
    const char *type;
    void (*take)(MatrixRoom *room, const Json *event); /* NULL: the room has none */
    bool (*has)(const MatrixRoom *room);
} facts[] = {
    [FACT_CREATE] = {"m.room.create", take_create, has_create},
    [FACT_POWER] = {"m.room.power_levels", take_power, has_power},
    [FACT_ENCRYPTION] = {"m.room.encryption", take_encryption, has_encryption},
};

/* With format=event we are told who sent it; homeservers that do not know it give the content. */
static void take_answer(MatrixRoom *room, Fact fact, const Json *json)
{
    g_autoptr(Json) event = NULL;

    if (json_object(json, "content") == NULL) {
        event = json_new_object();
        json_put(event, "content", cJSON_Duplicate(json, true));
        json = event;
    }
    facts[fact].take(room, json);
}

static void on_fact(void *arg, const MatrixAnswer *answer)
{
    Question *question = arg;
    MatrixRoom *room = room_of(question->room);

    question->call = NULL;
    if (answer->class == MATRIX_OK) {
        take_answer(room, question->fact, answer->json);
    } else if (answer->class == MATRIX_GONE) {
        facts[question->fact].take(room, NULL);
    } else if (answer->class == MATRIX_FORBIDDEN) {
        room->in = false; /* else it would be shown to us */
    }
    tell_soon(room);
}

static void ask_fact(MatrixRoom *room, Fact fact)
{
    g_autofree char *path = matrix_path("/_matrix/client/v3/rooms/%s/state/%s?format=event",
                                        room->id, facts[fact].type);
    const MatrixAsk ask = {.method = "GET", .path = path, .line = MATRIX_SOON};

    room->questions[fact].call =
        matrix_api_call(room->world->api, &ask, on_fact, &room->questions[fact]);
}

/* --- members --- */

static void take_members(MatrixRoom *room, const Json *joined)
{
    g_clear_pointer(&room->members, g_hash_table_unref);
    room->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    JSON_EACH (user, joined) {
        g_hash_table_add(room->members, g_strdup(user->string));
        matrix_names_put(room->world->names, user->string, json_text_or_null(user, "display_name"));
    }
}

static void on_members(void *arg, const MatrixAnswer *answer)
{
    MatrixRoom *room = room_of(arg);
    const Json *joined = json_object(answer->json, "joined");

    room->members_call = NULL;
    room->members_at_ms = loop_now_ms(room->world->loop);
    if (answer->class == MATRIX_OK && joined != NULL) {
        take_members(room, joined);
    } else {
        log_info("matrix_members_not_read", F_STR("workspace", room->world->workspace),
                 F_STR("room", room->id), F_STR("why", answer->error));
        room->in = room->in && answer->class != MATRIX_FORBIDDEN;
        g_clear_pointer(&room->members, g_hash_table_unref);
    }
    tell_soon(room);
}

static void ask_members(MatrixRoom *room)
{
    g_autofree char *path = matrix_path("/_matrix/client/v3/rooms/%s/joined_members", room->id);
    const MatrixAsk ask = {.method = "GET", .path = path, .line = MATRIX_SOON};

    if (room->members_call == NULL) {
        room->members_call = matrix_api_call(room->world->api, &ask, on_members, room);
    }
}

static void member_changed(MatrixRoom *room, const char *user, const Json *content)
{
    const char *membership = json_text(content, "membership");
    bool joined = strcmp(membership, "join") == 0;

    if (joined || strcmp(membership, "invite") == 0) {
        matrix_names_put(room->world->names, user, json_text_or_null(content, "displayname"));
    }
    if (room->members == NULL) {
        return;
    }
    if (joined) {
        g_hash_table_add(room->members, g_strdup(user));
    } else {
        g_hash_table_remove(room->members, user);
    }
}

/* --- learning --- */

/* They are good to have. Where they cannot be read, as in a room of very many, they are not asked
 * for each time. */
static bool lacks_members(const MatrixRoom *room)
{
    return room->members == NULL &&
           (room->members_at_ms == 0 ||
            loop_now_ms(room->world->loop) - room->members_at_ms > MEMBERS_HOLD_MS);
}

bool matrix_room_is_known(const MatrixRoom *room)
{
    return is_known(room) && !lacks_members(room);
}

static void ask_missing(MatrixRoom *room)
{
    for (Fact fact = 0; fact < FACT_COUNT; fact++) {
        if (!facts[fact].has(room) && room->questions[fact].call == NULL) {
            ask_fact(room, fact);
        }
    }
    if (lacks_members(room)) {
        ask_members(room);
    }
    if (!is_asking(room)) {
        tell_soon(room);
    }
}

void matrix_room_learn(MatrixRoom *room, MatrixRoomsDone done, void *arg)
{
    Learner learner = {done, arg};

    g_array_append_val(room->learners, learner);
    if (room->world->ready) {
        ask_missing(room);
    }
}

void matrix_room_members(MatrixRoom *room, bool fresh, MatrixMembers done, void *arg)
{
    Asker asker = {done, arg};

    g_array_append_val(room->askers, asker);
    if (!room->world->ready) {
        return;
    }
    if (fresh || !is_fresh(room)) {
        ask_members(room);
    } else {
        tell_soon(room);
    }
}

void matrix_room_go(MatrixRoom *room)
{
    if (room->learners->len > 0) {
        ask_missing(room);
    }
    if (room->askers->len > 0) {
        ask_members(room);
    }
}

/* --- what batches tell --- */

void matrix_room_state(MatrixRoom *room, const Json *event)
{
    const char *type = json_text(event, "type");
    const char *key = json_text(event, "state_key");

    if (strcmp(type, "m.room.member") == 0) {
        member_changed(room, key, json_object(event, "content"));
    }
    for (Fact fact = 0; fact < FACT_COUNT && *key == '\0'; fact++) {
        if (strcmp(type, facts[fact].type) == 0) {
            facts[fact].take(room, event);
        }
    }
}

void matrix_room_enter(MatrixRoom *room)
{
    room->in = true;
}

static void stop_asking(MatrixRoom *room)
{
    for (Fact fact = 0; fact < FACT_COUNT; fact++) {
        if (room->questions[fact].call != NULL) {
            matrix_api_cancel(g_steal_pointer(&room->questions[fact].call));
        }
    }
    if (room->members_call != NULL) {
        matrix_api_cancel(g_steal_pointer(&room->members_call));
    }
}

void matrix_room_leave(MatrixRoom *room)
{
    stop_asking(room);
    room->in = false;
    room->encryption_known = room->encrypted;
    matrix_power_clear(&room->power);
    g_clear_pointer(&room->members, g_hash_table_unref);
    room->members_at_ms = 0;
    tell_soon(room);
}

/* --- what is known --- */

const char *matrix_room_id(const MatrixRoom *room)
{
    return room->id;
}

bool matrix_room_is_in(const MatrixRoom *room)
{
    return room->in;
}

bool matrix_room_is_encrypted(const MatrixRoom *room)
{
    return room->encrypted;
}

bool matrix_room_is_crowded(const MatrixRoom *room)
{
    return room->members != NULL && g_hash_table_size(room->members) > 2;
}

const MatrixPower *matrix_room_power(const MatrixRoom *room)
{
    return &room->power;
}

/* --- its life --- */

MatrixRoom *matrix_room_new(const MatrixRoomWorld *world, const char *id)
{
    MatrixRoom *room = g_new0(MatrixRoom, 1);

    room->magic = ROOM_MAGIC;
    room->world = world;
    room->id = g_strdup(id);
    room->learners = g_array_new(FALSE, FALSE, sizeof(Learner));
    room->askers = g_array_new(FALSE, FALSE, sizeof(Asker));
    for (Fact fact = 0; fact < FACT_COUNT; fact++) {
        room->questions[fact] = (Question){.room = room, .fact = fact};
    }
    return room;
}

void matrix_room_fail(MatrixRoom *room)
{
    stop_asking(room);
    tell_askers(room, NULL);
    tell_learners(room, false);
}

void matrix_room_free(MatrixRoom *room)
{
    if (room == NULL) {
        return;
    }
    stop_asking(room);
    loop_stop(&room->tell);
    room->magic = 0;
    matrix_power_clear(&room->power);
    g_clear_pointer(&room->members, g_hash_table_unref);
    g_array_unref(room->learners);
    g_array_unref(room->askers);
    g_free(room->id);
    g_free(room);
}

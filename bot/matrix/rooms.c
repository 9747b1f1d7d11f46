/* The rooms together: where we are, who may bring us there, and what is asked of any of them. */

#include "bot/matrix/rooms.h"

#include <string.h>

#include "bot/log.h"
#include "bot/matrix/allow.h"
#include "bot/matrix/directs.h"
#include "bot/matrix/joins.h"
#include "bot/matrix/room.h"

#define AGAIN_MS  INT64_C(30000)
#define DAY_MS    (INT64_C(24) * 60 * 60 * 1000)
#define NAMES_MAX 20000
/* Senders of invitations that were ignored: strangers, so not without end. */
#define IGNORED_MAX 1000

struct MatrixRooms {
    MatrixRoomWorld world;
    char **allow;
    int32_t setup_power;
    MatrixRoomsOps ops;
    void *arg;
    GHashTable *by_id; /* id -> MatrixRoom; owns it */
    MatrixJoins *joins;
    MatrixDirects *directs;
    GHashTable *ignored; /* who invited us -> when it was logged, int64_t * */
    MatrixCall *listing; /* joined_rooms */
    LoopTimer *again;    /* then it is asked for again */
    bool listed, directs_known;
};

static const MatrixRoom *find(const MatrixRooms *rooms, const char *id)
{
    return g_hash_table_lookup(rooms->by_id, id);
}

static MatrixRoom *room_at(MatrixRooms *rooms, const char *id)
{
    MatrixRoom *room = g_hash_table_lookup(rooms->by_id, id);

    if (room == NULL) {
        room = matrix_room_new(&rooms->world, id);
        g_hash_table_insert(rooms->by_id, g_strdup(id), room);
    }
    return room;
}

/* --- learning --- */

void matrix_rooms_learn(MatrixRooms *rooms, const char *room, MatrixRoomsDone done, void *arg)
{
    matrix_room_learn(room_at(rooms, room), done, arg);
}

void matrix_rooms_members(MatrixRooms *rooms, const char *room, bool fresh, MatrixMembers done,
                          void *arg)
{
    matrix_room_members(room_at(rooms, room), fresh, done, arg);
}

/* --- rank --- */

typedef struct RankWish {
    MatrixRooms *rooms;
    char *room, *user;
    MatrixRank done;
    void *arg;
} RankWish;

static void on_ranked(void *arg, bool ok)
{
    RankWish *wish = arg;
    const MatrixRoom *room = find(wish->rooms, wish->room);
    Standing standing = STANDING_UNKNOWN;
    int64_t level = 0;

    if (ok && room != NULL && matrix_power_of(matrix_room_power(room), wish->user, &level)) {
        standing = level >= wish->rooms->setup_power ? STANDING_INSIDE : STANDING_LOW;
    }
    wish->done(wish->arg, standing);
    g_free(wish->room);
    g_free(wish->user);
    g_free(wish);
}

void matrix_rooms_rank(MatrixRooms *rooms, const char *room, const char *user, MatrixRank done,
                       void *arg)
{
    RankWish *wish = g_new(RankWish, 1);

    *wish = (RankWish){rooms, g_strdup(room), g_strdup(user), done, arg};
    matrix_rooms_learn(rooms, room, on_ranked, wish);
}

bool matrix_rooms_may(const MatrixRooms *rooms, const char *room, const char *state_type)
{
    const MatrixRoom *known = find(rooms, room);
    int64_t level = 0;

    return known != NULL && rooms->world.own != NULL &&
           matrix_power_of(matrix_room_power(known), rooms->world.own, &level) &&
           level >= matrix_power_for_state(matrix_room_power(known), state_type);
}

/* --- coming and going --- */

static void enter(MatrixRooms *rooms, const char *id)
{
    matrix_room_enter(room_at(rooms, id));
}

void matrix_rooms_entered(MatrixRooms *rooms, const char *room)
{
    enter(rooms, room);
    matrix_joins_entered(rooms->joins, room);
}

void matrix_rooms_left(MatrixRooms *rooms, const char *room)
{
    MatrixRoom *known = g_hash_table_lookup(rooms->by_id, room);

    matrix_joins_drop(rooms->joins, room);
    matrix_directs_doubt(rooms->directs, room);
    matrix_api_drop_room(rooms->world.api, room);
    if (known != NULL) {
        matrix_room_leave(known);
    }
}

/* --- invitations --- */

static const char *server_of(const char *user)
{
    const char *colon = strchr(user, ':');

    return colon != NULL ? colon + 1 : "";
}

static void ignore(MatrixRooms *rooms, const char *inviter, const char *room)
{
    int64_t now = loop_now_ms(rooms->world.loop);
    const int64_t *logged = g_hash_table_lookup(rooms->ignored, inviter);

    if (logged != NULL && now - *logged < DAY_MS) {
        return;
    }
    if (g_hash_table_size(rooms->ignored) >= IGNORED_MAX) {
        g_hash_table_remove_all(rooms->ignored);
    }
    g_hash_table_replace(rooms->ignored, g_strdup(inviter), g_memdup2(&now, sizeof now));
    log_info("matrix_invitation_ignored", F_STR("workspace", rooms->world.workspace),
             F_STR("room", room), F_STR("user", inviter));
}

/* Our own member event, which says who invited us; NULL. */
static const Json *invitation_in(const MatrixRooms *rooms, const Json *stripped)
{
    JSON_EACH (event, stripped) {
        if (strcmp(json_text(event, "type"), "m.room.member") == 0 &&
            g_strcmp0(json_text(event, "state_key"), rooms->world.own) == 0 &&
            strcmp(json_text(json_object(event, "content"), "membership"), "invite") == 0) {
            return event;
        }
    }
    return NULL;
}

void matrix_rooms_invited(MatrixRooms *rooms, const char *room, const Json *stripped)
{
    const Json *event = invitation_in(rooms, stripped);
    const char *inviter = json_text(event, "sender");

    if (matrix_rooms_allowed(rooms, inviter)) {
        matrix_joins_invited(rooms->joins, room, inviter,
                             json_bool(json_object(event, "content"), "is_direct"),
                             server_of(inviter));
    } else if (matrix_joins_expects(rooms->joins, room)) {
        matrix_joins_follow(rooms->joins, room, server_of(inviter));
    } else {
        ignore(rooms, inviter, room);
    }
}

static void on_came(void *arg, const char *room, const char *inviter, bool direct, const char *from)
{
    MatrixRooms *rooms = arg;

    log_info(from != NULL ? "matrix_room_moved" : "matrix_room_joined",
             F_STR("workspace", rooms->world.workspace), F_STR("room", room));
    enter(rooms, room);
    if (direct && inviter != NULL) {
        matrix_directs_add(rooms->directs, inviter, room);
    }
    if (from != NULL) {
        rooms->ops.moved(rooms->arg, from, room);
    } else {
        rooms->ops.joined(rooms->arg, room, direct);
    }
}

static void on_keep(void *arg, const char *room, const char *what)
{
    const MatrixRooms *rooms = arg;

    rooms->ops.keep(rooms->arg, room, what);
}

void matrix_rooms_resume(MatrixRooms *rooms, const char *room, const char *what)
{
    matrix_joins_resume(rooms->joins, room, what);
}

/* --- what batches tell --- */

static void on_tombstone(MatrixRooms *rooms, const char *from, const Json *event)
{
    const char *to = json_text(json_object(event, "content"), "replacement_room");

    if (*to != '\0' && strcmp(to, from) != 0 && matrix_rooms_is_in(rooms, from)) {
        matrix_joins_follow(rooms->joins, to, server_of(json_text(event, "sender")));
    }
}

/* Whether a direct room serves is asked anew when somebody left it. */
static void on_member(MatrixRooms *rooms, const char *id, const Json *event)
{
    const char *membership = json_text(json_object(event, "content"), "membership");

    if (strcmp(membership, "join") != 0 && strcmp(membership, "invite") != 0) {
        matrix_directs_doubt(rooms->directs, id);
    }
}

void matrix_rooms_state(MatrixRooms *rooms, const char *room, const Json *event)
{
    const char *type = json_text(event, "type");

    matrix_room_state(room_at(rooms, room), event);
    if (strcmp(type, "m.room.member") == 0) {
        on_member(rooms, room, event);
    } else if (strcmp(type, "m.room.tombstone") == 0 && *json_text(event, "state_key") == '\0') {
        on_tombstone(rooms, room, event);
    }
}

void matrix_rooms_spoke(MatrixRooms *rooms, const char *room, const char *member)
{
    if (matrix_rooms_is_direct(rooms, room)) {
        matrix_directs_spoke(rooms->directs, room, member);
    }
}

/* --- what is asked of what is known --- */

bool matrix_rooms_allowed(const MatrixRooms *rooms, const char *user)
{
    return *user == '@' && matrix_allows((const char *const *)rooms->allow, user);
}

const char *matrix_rooms_own(const MatrixRooms *rooms)
{
    return rooms->world.own;
}

bool matrix_rooms_is_known(const MatrixRooms *rooms, const char *room)
{
    const MatrixRoom *known = find(rooms, room);

    return known != NULL && matrix_room_is_known(known);
}

bool matrix_rooms_is_in(const MatrixRooms *rooms, const char *room)
{
    const MatrixRoom *known = find(rooms, room);

    return known != NULL && matrix_room_is_in(known);
}

/* One to which a third came is none any more, whatever it was called. */
bool matrix_rooms_is_direct(const MatrixRooms *rooms, const char *room)
{
    const MatrixRoom *known = find(rooms, room);

    return (known == NULL || !matrix_room_is_crowded(known)) &&
           matrix_directs_has(rooms->directs, room);
}

bool matrix_rooms_is_encrypted(const MatrixRooms *rooms, const char *room)
{
    const MatrixRoom *known = find(rooms, room);

    return known != NULL && matrix_room_is_encrypted(known);
}

const char *matrix_rooms_name(void *rooms, const char *user)
{
    const MatrixRooms *all = rooms;

    return matrix_names_find(all->world.names, user);
}

const char *matrix_rooms_direct_of(const MatrixRooms *rooms, const char *member)
{
    return matrix_directs_of(rooms->directs, member);
}

void matrix_rooms_direct(MatrixRooms *rooms, const char *member, MatrixDirect done, void *arg)
{
    matrix_directs_wish(rooms->directs, member, done, arg);
}

/* --- what the parts ask --- */

static bool part_is_in(void *arg, const char *room)
{
    return matrix_rooms_is_in(arg, room);
}

static bool part_encrypted(void *arg, const char *room)
{
    return matrix_rooms_is_encrypted(arg, room);
}

static bool part_ours(void *arg, const char *id)
{
    const MatrixRooms *rooms = arg;
    const MatrixRoom *room = find(rooms, id);
    const MatrixPower *power = room != NULL ? matrix_room_power(room) : NULL;

    return power != NULL && power->created && rooms->world.own != NULL &&
           g_hash_table_contains(power->creators, rooms->world.own);
}

static void part_learn(void *arg, const char *room, MatrixRoomsDone done, void *done_arg)
{
    matrix_rooms_learn(arg, room, done, done_arg);
}

static void part_entered(void *arg, const char *room)
{
    enter(arg, room);
}

static char **part_list(void *arg)
{
    const MatrixRooms *rooms = arg;
    g_autoptr(GStrvBuilder) list = g_strv_builder_new();
    GHashTableIter iter;
    gpointer room = NULL;

    g_hash_table_iter_init(&iter, rooms->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &room)) {
        if (matrix_room_is_in(room)) {
            g_strv_builder_add(list, matrix_room_id(room));
        }
    }
    return g_strv_builder_end(list);
}

static size_t part_count(void *arg)
{
    g_auto(GStrv) list = part_list(arg);

    return g_strv_length(list);
}

static const MatrixJoinsOps joins_ops = {part_is_in, part_count, on_came, on_keep};
static const MatrixDirectsOps directs_ops = {part_is_in,     part_list, part_learn,
                                             part_encrypted, part_ours, part_entered};

/* --- the start --- */

static void go(MatrixRooms *rooms)
{
    GHashTableIter iter;
    gpointer room = NULL;

    rooms->world.ready = rooms->listed && rooms->directs_known;
    if (!rooms->world.ready) {
        return;
    }
    g_hash_table_iter_init(&iter, rooms->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &room)) {
        matrix_room_go(room);
    }
    matrix_directs_go(rooms->directs);
}

static void on_directs_known(void *arg)
{
    MatrixRooms *rooms = arg;

    rooms->directs_known = true;
    go(rooms);
}

static void list_rooms(MatrixRooms *rooms);

static void on_again(void *arg)
{
    MatrixRooms *rooms = arg;

    rooms->again = NULL;
    list_rooms(rooms);
}

static void on_listed(void *arg, const MatrixAnswer *answer)
{
    MatrixRooms *rooms = arg;
    const Json *list = json_array(answer->json, "joined_rooms");

    rooms->listing = NULL;
    if (answer->class != MATRIX_OK || list == NULL) {
        log_warning("matrix_rooms_not_read", F_STR("workspace", rooms->world.workspace),
                    F_STR("why", answer->error));
        rooms->again = loop_after(rooms->world.loop, AGAIN_MS, on_again, rooms);
        return;
    }
    JSON_EACH (room, list) {
        if (*json_string(room) != '\0') {
            enter(rooms, json_string(room));
        }
    }
    rooms->listed = true;
    go(rooms);
}

static void list_rooms(MatrixRooms *rooms)
{
    const MatrixAsk ask = {
        .method = "GET", .path = "/_matrix/client/v3/joined_rooms", .line = MATRIX_SOON};

    loop_stop(&rooms->again);
    if (!rooms->listed && rooms->listing == NULL) {
        rooms->listing = matrix_api_call(rooms->world.api, &ask, on_listed, rooms);
    }
}

void matrix_rooms_start(MatrixRooms *rooms, const char *own_user)
{
    g_free(rooms->world.own);
    rooms->world.own = g_strdup(own_user);
    list_rooms(rooms);
    matrix_directs_start(rooms->directs, own_user, on_directs_known);
}

/* --- its life --- */

static void free_room(gpointer room)
{
    matrix_room_free(room);
}

static char **copy_list(const char *const *list)
{
    g_autoptr(GStrvBuilder) copy = g_strv_builder_new();

    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        g_strv_builder_add(copy, list[i]);
    }
    return g_strv_builder_end(copy);
}

MatrixRooms *matrix_rooms_new(Loop *loop, MatrixApi *api, const MatrixRoomsConfig *config,
                              const MatrixRoomsOps *ops, void *arg)
{
    MatrixRooms *rooms = g_new0(MatrixRooms, 1);

    rooms->world = (MatrixRoomWorld){.loop = loop,
                                     .api = api,
                                     .workspace = g_strdup(config->workspace),
                                     .names = matrix_names_new(NAMES_MAX)};
    rooms->allow = copy_list(config->allow);
    rooms->setup_power = config->setup_power;
    rooms->ops = *ops;
    rooms->arg = arg;
    rooms->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_room);
    rooms->joins = matrix_joins_new(loop, api, config->workspace, &joins_ops, rooms);
    rooms->directs = matrix_directs_new(loop, api, config->workspace, &directs_ops, rooms);
    rooms->ignored = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return rooms;
}

/* Nobody waits in vain: what was asked has failed. */
static void tell_all(MatrixRooms *rooms)
{
    g_autoptr(GList) all = g_hash_table_get_values(rooms->by_id); /* which a call may add to */

    for (GList *at = all; at != NULL; at = at->next) {
        matrix_room_fail(at->data);
    }
}

void matrix_rooms_free(MatrixRooms *rooms)
{
    if (rooms == NULL) {
        return;
    }
    if (rooms->listing != NULL) {
        matrix_api_cancel(rooms->listing);
    }
    loop_stop(&rooms->again);
    matrix_joins_free(rooms->joins);
    matrix_directs_free(rooms->directs);
    tell_all(rooms);
    g_hash_table_unref(rooms->by_id);
    g_hash_table_unref(rooms->ignored);
    matrix_names_free(rooms->world.names);
    g_free(rooms->world.workspace);
    g_free(rooms->world.own);
    g_strfreev(rooms->allow);
    g_free(rooms);
}

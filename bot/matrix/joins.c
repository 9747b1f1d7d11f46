/* A join on its way waits for one thing at a time: an answer, or a time; then its next step is
 * taken. Steps: join, read what the room follows, ask that one whether it is so. */

#include "bot/matrix/joins.h"

#include <string.h>

#include "bot/log.h"

#define SECOND_MS INT64_C(1000)
#define HOUR_MS   (3600 * SECOND_MS)
#define WITHIN_MS (180 * SECOND_MS) /* a join over federation takes its time */
/* While the token is refused nothing is tried in earnest. */
#define REFUSED_AGAIN_MS (120 * SECOND_MS)

static const int64_t again_ms[] = {1 * SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS, 120 * SECOND_MS};

#define JOIN_MAGIC 0x4a6f696eu

typedef struct Join Join;
typedef void (*Step)(Join *join);

struct MatrixJoins {
    Loop *loop;
    MatrixApi *api;
    char *workspace;
    MatrixJoinsOps ops;
    void *arg;
    GHashTable *under_way; /* room -> Join; owns it */
    GHashTable *expected;  /* rooms to be followed that let us in no more than this */
    GQueue begun;          /* int64_t *: when joins of the last hour began */
};

struct Join {
    unsigned magic;
    MatrixJoins *joins;
    char *room, *server;
    char *inviter; /* NULL: it is to be followed */
    bool direct;
    bool inside; /* we are there */
    bool was_in; /* … and were before */
    char *from;  /* what its create event says that it follows; NULL */
    int tries;   /* of the step */

    MatrixCall *call;
    LoopTimer *timer; /* then `step` is taken */
    Step step;
};

static Join *join_of(void *arg)
{
    Join *join = arg;

    g_assert(join != NULL && join->magic == JOIN_MAGIC);
    return join;
}

static void join_free(gpointer data)
{
    Join *join = join_of(data);

    if (join->call != NULL) {
        matrix_api_cancel(join->call);
    }
    loop_stop(&join->timer);
    join->magic = 0;
    g_free(join->room);
    g_free(join->server);
    g_free(join->inviter);
    g_free(join->from);
    g_free(join);
}

/* "direct b.test @ada:b.test", "follow b.test ": what kind it is, the server, who invited us. */
#define INVITED "invited"
#define DIRECT  "direct"
#define FOLLOW  "follow"
#define WAS_IN  "was-in"

static const char *kind_of(const Join *join)
{
    if (join->inviter != NULL) {
        return join->direct ? DIRECT : INVITED;
    }
    return join->was_in ? WAS_IN : FOLLOW;
}

static void keep(const Join *join)
{
    const char *inviter = join->inviter != NULL ? join->inviter : "";
    g_autofree char *what = g_strconcat(kind_of(join), " ", join->server, " ", inviter, NULL);

    join->joins->ops.keep(join->joins->arg, join->room, what);
}

/* It is over: freed after the turn, since this is its own callback. */
static void end(Join *join)
{
    MatrixJoins *joins = join->joins;

    joins->ops.keep(joins->arg, join->room, NULL);
    g_hash_table_steal(joins->under_way, join->room);
    loop_retire(joins->loop, join, join_free);
}

static void note(const Join *join, const char *event, const char *why)
{
    log_info(event, F_STR("workspace", join->joins->workspace), F_STR("room", join->room),
             F_STR("why", why));
}

/* --- steps --- */

static void on_later(void *arg)
{
    Join *join = join_of(arg);

    join->timer = NULL;
    join->step(join);
}

static void later(Join *join, int64_t ms, Step step)
{
    loop_stop(&join->timer);
    join->step = step;
    join->timer = loop_after(join->joins->loop, ms, on_later, join);
}

/* What is refused may be allowed a moment later. False: often enough. */
static bool again(Join *join, Step step)
{
    if (join->tries >= (int)G_N_ELEMENTS(again_ms)) {
        return false;
    }
    later(join, again_ms[join->tries++], step);
    return true;
}

static void call(Join *join, const char *method, char *take_path, MatrixDone done)
{
    g_autofree char *path = take_path;
    const MatrixAsk ask = {.method = method,
                           .path = path,
                           .line = MATRIX_SOON,
                           .deadline_ms = WITHIN_MS,
                           .once = true}; /* not that it did harm: repeating is done here */

    join->call = matrix_api_call(join->joins->api, &ask, done, join);
}

/* --- out again --- */

static void on_out(void *arg, const MatrixAnswer *answer)
{
    Join *join = join_of(arg);

    (void)answer;
    join->call = NULL;
    end(join);
}

static void on_left(void *arg, const MatrixAnswer *answer)
{
    Join *join = join_of(arg);

    join->call = NULL;
    if (answer->class != MATRIX_OK) {
        end(join);
        return;
    }
    call(join, "POST", matrix_path("/_matrix/client/v3/rooms/%s/forget", join->room), on_out);
}

static void leave(Join *join)
{
    call(join, "POST", matrix_path("/_matrix/client/v3/rooms/%s/leave", join->room), on_left);
}

/* --- inside: what does the room follow? --- */

static void tell(Join *join, const char *from)
{
    MatrixJoins *joins = join->joins;

    g_hash_table_remove(joins->expected, join->room);
    joins->ops.came(joins->arg, join->room, join->inviter, join->direct, from);
    end(join);
}

/* It follows nothing, or only says so. Where nobody invited us there is nothing to do here. */
static void follows_nothing(Join *join, const char *why)
{
    if (join->inviter != NULL) {
        tell(join, NULL);
        return;
    }
    note(join, "matrix_upgrade_not_followed", why);
    g_hash_table_remove(join->joins->expected, join->room);
    if (join->was_in) {
        end(join);
    } else {
        leave(join);
    }
}

static bool is_passing(MatrixClass class)
{
    return class == MATRIX_AUTH || class == MATRIX_RETRY || class == MATRIX_UNSURE;
}

/* True: the step is taken again later. */
static bool waits(Join *join, const MatrixAnswer *answer, Step step)
{
    if (answer->class == MATRIX_AUTH) {
        later(join, REFUSED_AGAIN_MS, step);
        return true;
    }
    return is_passing(answer->class) && again(join, step);
}

static void ask_old_room(Join *join);

static void on_old_room(void *arg, const MatrixAnswer *answer)
{
    Join *join = join_of(arg);

    join->call = NULL;
    if (waits(join, answer, ask_old_room)) {
        return;
    }
    if (strcmp(json_text(answer->json, "replacement_room"), join->room) == 0) {
        tell(join, join->from);
    } else {
        follows_nothing(join, "the old room does not name it");
    }
}

static void ask_old_room(Join *join)
{
    call(join, "GET", matrix_path("/_matrix/client/v3/rooms/%s/state/m.room.tombstone", join->from),
         on_old_room);
}

static void look_back(Join *join);

static void on_look_back(void *arg, const MatrixAnswer *answer)
{
    Join *join = join_of(arg);
    const char *from = json_text(json_object(answer->json, "predecessor"), "room_id");

    join->call = NULL;
    if (waits(join, answer, look_back)) {
        return;
    }
    if (*from == '\0') {
        follows_nothing(join, "its create event names no room");
        return;
    }
    g_free(join->from);
    join->from = g_strdup(from);
    join->tries = 0;
    ask_old_room(join);
}

static void look_back(Join *join)
{
    call(join, "GET", matrix_path("/_matrix/client/v3/rooms/%s/state/m.room.create", join->room),
         on_look_back);
}

static void come_in(Join *join)
{
    if (!join->inside) {
        join->inside = true;
        join->tries = 0;
        look_back(join);
    }
}

/* --- the join --- */

/* Until the next invitation. */
static void rest(Join *join, const char *why)
{
    note(join, "matrix_not_joined", why);
    if (join->inviter == NULL) {
        g_hash_table_add(join->joins->expected, g_strdup(join->room));
    }
    end(join);
}

static void join_room(Join *join);

static void on_joined(void *arg, const MatrixAnswer *answer)
{
    Join *join = join_of(arg);

    join->call = NULL;
    switch (answer->class) {
    case MATRIX_OK:
        come_in(join);
        break;
    case MATRIX_AUTH:
        later(join, REFUSED_AGAIN_MS, join_room);
        break;
    case MATRIX_FORBIDDEN:
    case MATRIX_RETRY:
    case MATRIX_UNSURE:
        if (!again(join, join_room)) {
            rest(join, answer->error);
        }
        break;
    case MATRIX_GONE: /* no server has that room any more */
        note(join, "matrix_room_gone", answer->error);
        leave(join);
        break;
    case MATRIX_TOO_LARGE:
    case MATRIX_REQUEST:
        rest(join, answer->error);
        break;
    }
}

/* `server_name` is for homeservers from before v1.12. */
static void join_room(Join *join)
{
    call(join, "POST",
         matrix_path("/_matrix/client/v3/join/%s?via=%s&server_name=%s", join->room, join->server,
                     join->server),
         on_joined);
}

/* --- how many --- */

static bool is_old(gpointer begun, int64_t now)
{
    return begun != NULL && *(const int64_t *)begun + HOUR_MS <= now;
}

/* How long until another one may begin. */
static int64_t until_free_ms(MatrixJoins *joins)
{
    int64_t now = loop_now_ms(joins->loop);

    while (is_old(g_queue_peek_head(&joins->begun), now)) {
        g_free(g_queue_pop_head(&joins->begun));
    }
    const int64_t *first = g_queue_peek_head(&joins->begun);

    if (first == NULL || joins->begun.length < MATRIX_JOINS_PER_HOUR) {
        return 0;
    }
    return *first + HOUR_MS - now;
}

static void begin(Join *join)
{
    MatrixJoins *joins = join->joins;
    int64_t wait_ms = until_free_ms(joins);

    if (wait_ms > 0) {
        later(join, wait_ms, begin);
        return;
    }
    int64_t now = loop_now_ms(joins->loop);

    g_queue_push_tail(&joins->begun, g_memdup2(&now, sizeof now));
    join_room(join);
}

static bool is_full(const MatrixJoins *joins)
{
    return joins->ops.count(joins->arg) + g_hash_table_size(joins->under_way) >= MATRIX_ROOMS_MAX;
}

/* NULL: it is under way already, or there are too many. */
static Join *join_new(MatrixJoins *joins, const char *room, const char *server)
{
    if (g_hash_table_contains(joins->under_way, room)) {
        return NULL;
    }
    if (is_full(joins)) {
        log_warning("matrix_rooms_full", F_STR("workspace", joins->workspace), F_STR("room", room),
                    F_INT("most", MATRIX_ROOMS_MAX));
        return NULL;
    }
    Join *join = g_new0(Join, 1);

    join->magic = JOIN_MAGIC;
    join->joins = joins;
    join->room = g_strdup(room);
    join->server = g_strdup(server);
    g_hash_table_insert(joins->under_way, join->room, join);
    return join;
}

/* --- from outside --- */

void matrix_joins_invited(MatrixJoins *joins, const char *room, const char *inviter, bool direct,
                          const char *server)
{
    Join *join = join_new(joins, room, server);

    if (join != NULL) {
        join->inviter = g_strdup(inviter);
        join->direct = direct;
        keep(join);
        later(join, 0, begin);
    }
}

void matrix_joins_follow(MatrixJoins *joins, const char *room, const char *server)
{
    Join *join = join_new(joins, room, server);

    if (join == NULL) {
        return;
    }
    join->was_in = join->inside = joins->ops.is_in(joins->arg, room);
    keep(join);
    later(join, 0, join->inside ? look_back : begin);
}

void matrix_joins_resume(MatrixJoins *joins, const char *room, const char *what)
{
    g_auto(GStrv) parts = g_strsplit(what, " ", 3);
    Join *join = g_strv_length(parts) == 3 ? join_new(joins, room, parts[1]) : NULL;

    if (join != NULL) {
        join->inviter = *parts[2] != '\0' ? g_strdup(parts[2]) : NULL;
        join->direct = strcmp(parts[0], DIRECT) == 0;
        join->was_in = strcmp(parts[0], WAS_IN) == 0;
        later(join, 0, begin);
    }
}

bool matrix_joins_expects(const MatrixJoins *joins, const char *room)
{
    return g_hash_table_contains(joins->expected, room);
}

/* The sync may be faster than the answer. */
void matrix_joins_entered(MatrixJoins *joins, const char *room)
{
    Join *join = g_hash_table_lookup(joins->under_way, room);

    if (join == NULL || join->inside) {
        return;
    }
    if (join->call != NULL) {
        matrix_api_cancel(g_steal_pointer(&join->call));
    }
    loop_stop(&join->timer);
    come_in(join);
}

void matrix_joins_drop(MatrixJoins *joins, const char *room)
{
    Join *join = g_hash_table_lookup(joins->under_way, room);

    if (join != NULL) {
        joins->ops.keep(joins->arg, room, NULL);
        g_hash_table_steal(joins->under_way, room);
        join_free(join);
    }
}

MatrixJoins *matrix_joins_new(Loop *loop, MatrixApi *api, const char *workspace,
                              const MatrixJoinsOps *ops, void *arg)
{
    MatrixJoins *joins = g_new0(MatrixJoins, 1);

    joins->loop = loop;
    joins->api = api;
    joins->workspace = g_strdup(workspace);
    joins->ops = *ops;
    joins->arg = arg;
    joins->under_way = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, join_free);
    joins->expected = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_queue_init(&joins->begun);
    return joins;
}

void matrix_joins_free(MatrixJoins *joins)
{
    if (joins == NULL) {
        return;
    }
    g_hash_table_unref(joins->under_way);
    g_hash_table_unref(joins->expected);
    g_queue_clear_full(&joins->begun, g_free);
    g_free(joins->workspace);
    g_free(joins);
}

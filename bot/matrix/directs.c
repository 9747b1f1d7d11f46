/* A wish for a direct room tries the rooms it knows of, one after the other, and makes one where
 * none serves. createRoom has no transaction id: where it is not certain that nothing was made, the
 * rooms that are new since are tried before another one is made. */

#include "bot/matrix/directs.h"

#include <string.h>

#include "bot/log.h"
#include "bot/matrix/direct_book.h"
#include "core/words.h"

#define SECOND_MS      INT64_C(1000)
#define BACKOFF_MAX_MS (300 * SECOND_MS)
#define CREATE_MS      (120 * SECOND_MS)

/* Before each look for what may have been made. */
static const int64_t look_after_ms[] = {2 * SECOND_MS, 5 * SECOND_MS};

#define WISH_MAGIC 0x57697368u

typedef struct Wish Wish;
typedef void (*Step)(Wish *wish);

struct MatrixDirects {
    Loop *loop;
    MatrixApi *api;
    char *workspace;
    MatrixDirectsOps ops;
    void *arg;
    MatrixDirectBook *book;
    bool going;
    GHashTable *wishes; /* member -> Wish; owns it */
    GHashTable *spoke;  /* member -> the room where they spoke last */
    GHashTable *good;   /* set of rooms that were found to serve */
};

typedef struct Waiter {
    MatrixDirect done;
    void *arg;
} Waiter;

struct Wish {
    unsigned magic;
    MatrixDirects *directs; /* NULL: nobody waits any more, but for what rooms.h still tells us */
    char *member;
    GArray *waiters;  /* of Waiter */
    GPtrArray *rooms; /* to be tried, in order */
    guint at;         /* the one that is being tried */
    char *second;     /* ours, and encrypted: rather that than another */
    char **before;    /* the rooms we were in before one was made; NULL: none was */
    bool looking;     /* `rooms` are new since */
    guint looks;      /* since the last attempt */
    int tries;        /* that ended without a decision */
    bool asked;       /* rooms.h will tell us something */

    MatrixCall *call;
    LoopTimer *timer; /* then `step` is taken */
    Step step;
};

static Wish *wish_of(void *arg)
{
    Wish *wish = arg;

    g_assert(wish != NULL && wish->magic == WISH_MAGIC);
    return wish;
}

static void wish_release(gpointer data)
{
    Wish *wish = wish_of(data);

    wish->magic = 0;
    g_free(wish->member);
    g_array_unref(wish->waiters);
    g_ptr_array_unref(wish->rooms);
    g_free(wish->second);
    g_strfreev(wish->before);
    g_free(wish);
}

/* What rooms.h tells cannot be called off: then it goes when that has come. */
static void wish_free(gpointer data)
{
    Wish *wish = wish_of(data);

    if (wish->call != NULL) {
        matrix_api_cancel(g_steal_pointer(&wish->call));
    }
    loop_stop(&wish->timer);
    if (wish->asked) {
        wish->directs = NULL;
    } else {
        wish_release(wish);
    }
}

static void on_later(void *arg)
{
    Wish *wish = wish_of(arg);

    wish->timer = NULL;
    wish->step(wish);
}

static void later(Wish *wish, int64_t ms, Step step)
{
    loop_stop(&wish->timer);
    wish->step = step;
    wish->timer = loop_after(wish->directs->loop, ms, on_later, wish);
}

static void again(Wish *wish, Step step)
{
    later(wish, MIN(SECOND_MS << MIN(wish->tries, 16), BACKOFF_MAX_MS), step);
    wish->tries++;
}

/* `room` NULL: `why`. Those who wished may wish again from inside. */
static void finish(Wish *wish, const char *room, const char *why)
{
    MatrixDirects *directs = wish->directs;
    g_autoptr(GArray) waiters = g_array_ref(wish->waiters);
    g_autofree char *where = g_strdup(room);

    if (where != NULL) {
        g_hash_table_add(directs->good, g_strdup(where));
    }
    g_hash_table_steal(directs->wishes, wish->member);
    loop_retire(directs->loop, wish, wish_free);
    for (guint i = 0; i < waiters->len; i++) {
        Waiter waiter = g_array_index(waiters, Waiter, i);

        waiter.done(waiter.arg, where, where != NULL ? "" : why);
    }
}

static void call(Wish *wish, const MatrixAsk *ask, MatrixDone done)
{
    wish->call = matrix_api_call(wish->directs->api, ask, done, wish);
}

static bool is_passing(MatrixClass class)
{
    return class == MATRIX_AUTH || class == MATRIX_RETRY || class == MATRIX_UNSURE;
}

/* --- making one --- */

static void make(Wish *wish);
static void look(Wish *wish);
static void try_rooms(Wish *wish);

static void on_made(void *arg, const MatrixAnswer *answer)
{
    Wish *wish = wish_of(arg);
    MatrixDirects *directs = wish->directs;
    const char *room = json_text(answer->json, "room_id");

    wish->call = NULL;
    if (answer->class == MATRIX_OK && *room != '\0') {
        log_info("matrix_direct_made", F_STR("workspace", directs->workspace), F_STR("room", room));
        directs->ops.entered(directs->arg, room);
        matrix_direct_book_add(directs->book, wish->member, room);
        finish(wish, room, "");
    } else if (answer->class == MATRIX_AUTH || answer->class == MATRIX_RETRY) {
        again(wish, make);
    } else if (answer->class == MATRIX_OK || answer->class == MATRIX_UNSURE) {
        wish->looks = 0;
        later(wish, look_after_ms[0], look);
    } else {
        g_autofree char *why = say(W_ROOM_NO_DIRECT);

        log_warning("matrix_direct_refused", F_STR("workspace", directs->workspace),
                    F_STR("why", answer->error));
        finish(wish, NULL, why);
    }
}

static void make(Wish *wish)
{
    MatrixDirects *directs = wish->directs;
    Json *body = json_new_object();
    const MatrixAsk ask = {.method = "POST",
                           .path = "/_matrix/client/v3/createRoom",
                           .take_body = body,
                           .line = MATRIX_SOON,
                           .deadline_ms = CREATE_MS,
                           .once = true};

    g_strfreev(wish->before);
    wish->before = directs->ops.list(directs->arg);
    json_put_text(body, "preset", "trusted_private_chat");
    json_put_bool(body, "is_direct", true);
    json_add_text(json_put_array(body, "invite"), wish->member);
    call(wish, &ask, on_made);
}

/* --- looking for what may have been made --- */

static void on_looked(void *arg, const MatrixAnswer *answer)
{
    Wish *wish = wish_of(arg);
    const MatrixDirects *directs = wish->directs;

    wish->call = NULL;
    if (answer->class != MATRIX_OK) {
        again(wish, look);
        return;
    }
    g_ptr_array_set_size(wish->rooms, 0);
    JSON_EACH (room, json_array(answer->json, "joined_rooms")) {
        const char *id = json_string(room);

        if (*id != '\0' && !g_strv_contains((const char *const *)wish->before, id)) {
            directs->ops.entered(directs->arg, id);
            g_ptr_array_add(wish->rooms, g_strdup(id));
        }
    }
    wish->at = 0;
    wish->looking = true;
    try_rooms(wish);
}

static void look(Wish *wish)
{
    const MatrixAsk ask = {
        .method = "GET", .path = "/_matrix/client/v3/joined_rooms", .line = MATRIX_SOON};

    call(wish, &ask, on_looked);
}

static void none_serves(Wish *wish)
{
    if (wish->second != NULL) {
        finish(wish, wish->second, "");
    } else if (wish->looking && ++wish->looks < G_N_ELEMENTS(look_after_ms)) {
        later(wish, look_after_ms[wish->looks], look);
    } else if (wish->looking) {
        wish->looking = false;
        again(wish, make);
    } else {
        make(wish);
    }
}

/* --- trying the rooms that there are --- */

static const char *tried(const Wish *wish)
{
    return g_ptr_array_index(wish->rooms, wish->at);
}

static void try_next(Wish *wish)
{
    wish->at++;
    try_rooms(wish);
}

static void serves(Wish *wish)
{
    MatrixDirects *directs = wish->directs;

    if (wish->looking) {
        matrix_direct_book_add(directs->book, wish->member, tried(wish));
    }
    if (!directs->ops.encrypted(directs->arg, tried(wish))) {
        finish(wish, tried(wish), "");
        return;
    }
    if (wish->second == NULL && directs->ops.ours(directs->arg, tried(wish))) {
        wish->second = g_strdup(tried(wish));
    }
    try_next(wish);
}

static void ask_member(Wish *wish);

static void on_member(void *arg, const MatrixAnswer *answer)
{
    Wish *wish = wish_of(arg);
    const char *membership = json_text(answer->json, "membership");
    bool there = strcmp(membership, "join") == 0 || strcmp(membership, "invite") == 0;

    wish->call = NULL;
    if (is_passing(answer->class)) {
        again(wish, ask_member);
    } else if (there) {
        serves(wish);
    } else {
        try_next(wish);
    }
}

static void ask_member(Wish *wish)
{
    g_autofree char *path = matrix_path("/_matrix/client/v3/rooms/%s/state/m.room.member/%s",
                                        tried(wish), wish->member);
    const MatrixAsk ask = {.method = "GET", .path = path, .line = MATRIX_SOON};

    call(wish, &ask, on_member);
}

static void on_learnt(void *arg, bool ok)
{
    Wish *wish = wish_of(arg);
    MatrixDirects *directs = wish->directs;

    wish->asked = false;
    if (directs == NULL) {
        wish_release(wish);
    } else if (ok && (!wish->looking || directs->ops.ours(directs->arg, tried(wish)))) {
        ask_member(wish);
    } else if (ok || !directs->ops.is_in(directs->arg, tried(wish))) {
        try_next(wish);
    } else {
        again(wish, try_rooms);
    }
}

static void try_rooms(Wish *wish)
{
    MatrixDirects *directs = wish->directs;

    if (wish->at >= wish->rooms->len) {
        none_serves(wish);
        return;
    }
    wish->asked = true;
    directs->ops.learn(directs->arg, tried(wish), on_learnt, wish);
}

/* --- the beginning --- */

static void add_room(Wish *wish, const char *room)
{
    const MatrixDirects *directs = wish->directs;

    if (room != NULL && directs->ops.is_in(directs->arg, room) &&
        !g_ptr_array_find_with_equal_func(wish->rooms, room, g_str_equal, NULL)) {
        g_ptr_array_add(wish->rooms, g_strdup(room));
    }
}

static void begin(Wish *wish)
{
    const MatrixDirects *directs = wish->directs;
    const GPtrArray *rooms = matrix_direct_book_of(directs->book, wish->member);

    add_room(wish, g_hash_table_lookup(directs->spoke, wish->member));
    for (guint i = rooms != NULL ? rooms->len : 0; i > 0; i--) {
        add_room(wish, g_ptr_array_index(rooms, i - 1));
    }
    if (wish->rooms->len > 0 && g_hash_table_contains(directs->good, tried(wish)) &&
        !directs->ops.encrypted(directs->arg, tried(wish))) {
        finish(wish, tried(wish), "");
    } else {
        try_rooms(wish);
    }
}

void matrix_directs_wish(MatrixDirects *directs, const char *member, MatrixDirect done, void *arg)
{
    Wish *wish = g_hash_table_lookup(directs->wishes, member);
    Waiter waiter = {done, arg};

    if (wish == NULL) {
        wish = g_new0(Wish, 1);
        wish->magic = WISH_MAGIC;
        wish->directs = directs;
        wish->member = g_strdup(member);
        wish->waiters = g_array_new(FALSE, FALSE, sizeof(Waiter));
        wish->rooms = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(directs->wishes, wish->member, wish);
        if (directs->going) {
            later(wish, 0, begin);
        }
    }
    g_array_append_val(wish->waiters, waiter);
}

/* --- from outside --- */

void matrix_directs_start(MatrixDirects *directs, const char *own, void (*ready)(void *arg))
{
    matrix_direct_book_start(directs->book, own, ready, directs->arg);
}

void matrix_directs_go(MatrixDirects *directs)
{
    GHashTableIter iter;
    gpointer wish = NULL;

    if (directs->going) {
        return;
    }
    directs->going = true;
    g_hash_table_iter_init(&iter, directs->wishes);
    while (g_hash_table_iter_next(&iter, NULL, &wish)) {
        later(wish, 0, begin);
    }
}

void matrix_directs_add(MatrixDirects *directs, const char *member, const char *room)
{
    matrix_direct_book_add(directs->book, member, room);
}

bool matrix_directs_has(const MatrixDirects *directs, const char *room)
{
    return matrix_direct_book_has(directs->book, room);
}

void matrix_directs_spoke(MatrixDirects *directs, const char *room, const char *member)
{
    g_hash_table_replace(directs->spoke, g_strdup(member), g_strdup(room));
    g_hash_table_add(directs->good, g_strdup(room));
}

const char *matrix_directs_of(const MatrixDirects *directs, const char *member)
{
    const char *room = g_hash_table_lookup(directs->spoke, member);
    const GPtrArray *rooms = matrix_direct_book_of(directs->book, member);

    if (room != NULL && directs->ops.is_in(directs->arg, room)) {
        return room;
    }
    for (guint i = rooms != NULL ? rooms->len : 0; i > 0; i--) {
        const char *other = g_ptr_array_index(rooms, i - 1);

        if (directs->ops.is_in(directs->arg, other)) {
            return other;
        }
    }
    return NULL;
}

void matrix_directs_doubt(MatrixDirects *directs, const char *room)
{
    g_hash_table_remove(directs->good, room);
}

MatrixDirects *matrix_directs_new(Loop *loop, MatrixApi *api, const char *workspace,
                                  const MatrixDirectsOps *ops, void *arg)
{
    MatrixDirects *directs = g_new0(MatrixDirects, 1);

    directs->loop = loop;
    directs->api = api;
    directs->workspace = g_strdup(workspace);
    directs->ops = *ops;
    directs->arg = arg;
    directs->book = matrix_direct_book_new(loop, api, workspace);
    directs->wishes = g_hash_table_new(g_str_hash, g_str_equal);
    directs->spoke = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    directs->good = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return directs;
}

void matrix_directs_free(MatrixDirects *directs)
{
    g_autofree char *why = say(W_ROOM_NO_DIRECT);
    GHashTableIter iter;
    gpointer data = NULL;

    if (directs == NULL) {
        return;
    }
    g_hash_table_iter_init(&iter, directs->wishes);
    while (g_hash_table_iter_next(&iter, NULL, &data)) {
        Wish *wish = wish_of(data);

        for (guint i = 0; i < wish->waiters->len; i++) {
            Waiter waiter = g_array_index(wish->waiters, Waiter, i);

            waiter.done(waiter.arg, NULL, why);
        }
        wish_free(wish);
    }
    g_hash_table_unref(directs->wishes);
    g_hash_table_unref(directs->spoke);
    g_hash_table_unref(directs->good);
    matrix_direct_book_free(directs->book);
    g_free(directs->workspace);
    g_free(directs);
}

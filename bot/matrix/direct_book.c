#include "bot/matrix/direct_book.h"

#include <string.h>

#include "bot/log.h"

#define AGAIN_MS INT64_C(30000)

typedef struct Entry {
    char *member, *room;
} Entry;

struct MatrixDirectBook {
    Loop *loop;
    MatrixApi *api;
    char *workspace, *own; /* `own` NULL: not started */
    GHashTable *rooms_of;  /* member -> GPtrArray of rooms */
    GHashTable *direct;    /* set of rooms */
    bool known;
    GPtrArray *unwritten; /* of Entry */
    guint writing;        /* so many of them are in what is being written */
    MatrixCall *call;     /* to read or to write */
    LoopTimer *timer;
    void (*ready)(void *arg);
    void *arg;
};

static void entry_free(gpointer data)
{
    Entry *entry = data;

    g_free(entry->member);
    g_free(entry->room);
    g_free(entry);
}

/* --- what is known --- */

static void know(MatrixDirectBook *book, const char *member, const char *room)
{
    GPtrArray *rooms = g_hash_table_lookup(book->rooms_of, member);

    if (rooms == NULL) {
        rooms = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(book->rooms_of, g_strdup(member), rooms);
    }
    if (!g_ptr_array_find_with_equal_func(rooms, room, g_str_equal, NULL)) {
        g_ptr_array_add(rooms, g_strdup(room));
        g_hash_table_add(book->direct, g_strdup(room));
    }
}

static void know_all(MatrixDirectBook *book, const Json *content)
{
    JSON_EACH (rooms, content) {
        JSON_EACH (room, json_array(content, rooms->string)) {
            if (cJSON_IsString(room)) {
                know(book, rooms->string, json_string(room));
            }
        }
    }
}

/* --- reading and writing --- */

static void turn(MatrixDirectBook *book);

static void on_turn(void *arg)
{
    MatrixDirectBook *book = arg;

    book->timer = NULL;
    turn(book);
}

static void later(MatrixDirectBook *book, int64_t ms)
{
    loop_stop(&book->timer);
    book->timer = loop_after(book->loop, ms, on_turn, book);
}

static void ask(MatrixDirectBook *book, const char *method, Json *take_body, MatrixDone done)
{
    g_autofree char *path =
        matrix_path("/_matrix/client/v3/user/%s/account_data/m.direct", book->own);
    const MatrixAsk what = {
        .method = method, .path = path, .take_body = take_body, .line = MATRIX_SOON};

    book->call = matrix_api_call(book->api, &what, done, book);
}

static void not_written(MatrixDirectBook *book, const MatrixAnswer *answer)
{
    log_warning("matrix_direct_not_written", F_STR("workspace", book->workspace),
                F_STR("why", answer->error));
    book->writing = 0;
    if (answer->class == MATRIX_AUTH || answer->class == MATRIX_RETRY ||
        answer->class == MATRIX_UNSURE) {
        later(book, AGAIN_MS);
    } else {
        g_ptr_array_set_size(book->unwritten, 0); /* known here until we end */
    }
}

static void on_written(void *arg, const MatrixAnswer *answer)
{
    MatrixDirectBook *book = arg;

    book->call = NULL;
    if (answer->class != MATRIX_OK) {
        not_written(book, answer);
        return;
    }
    g_ptr_array_remove_range(book->unwritten, 0, book->writing);
    book->writing = 0;
    turn(book);
}

static bool holds(const Json *rooms, const char *room)
{
    JSON_EACH (item, rooms) {
        if (strcmp(json_string(item), room) == 0) {
            return true;
        }
    }
    return false;
}

/* True: it was not there. */
static bool put_entry(Json *content, const Entry *entry)
{
    Json *rooms = cJSON_GetObjectItemCaseSensitive(content, entry->member);

    if (!cJSON_IsArray(rooms)) {
        cJSON_DeleteItemFromObjectCaseSensitive(content, entry->member);
        rooms = json_put_array(content, entry->member);
    }
    if (holds(rooms, entry->room)) {
        return false;
    }
    json_add_text(rooms, entry->room);
    return true;
}

static void write_all(MatrixDirectBook *book, const Json *content)
{
    Json *body = content != NULL ? cJSON_Duplicate(content, true) : json_new_object();
    bool differs = false;

    for (guint i = 0; i < book->unwritten->len; i++) {
        differs |= put_entry(body, g_ptr_array_index(book->unwritten, i));
    }
    if (!differs) {
        cJSON_Delete(body);
        g_ptr_array_set_size(book->unwritten, 0);
        return;
    }
    book->writing = book->unwritten->len;
    ask(book, "PUT", body, on_written);
}

static void on_read(void *arg, const MatrixAnswer *answer)
{
    MatrixDirectBook *book = arg;
    const Json *content = cJSON_IsObject(answer->json) ? answer->json : NULL;
    bool first = !book->known;

    book->call = NULL;
    if (answer->class != MATRIX_OK && answer->class != MATRIX_GONE) {
        log_warning("matrix_direct_not_read", F_STR("workspace", book->workspace),
                    F_STR("why", answer->error));
        later(book, AGAIN_MS);
        return;
    }
    content = answer->class == MATRIX_OK ? content : NULL; /* there was none yet */
    know_all(book, content);
    book->known = true;
    if (book->unwritten->len > 0) {
        write_all(book, content);
    }
    if (first) {
        book->ready(book->arg);
    }
}

/* Reads where anything is to be known or written, and nothing is under way. */
static void turn(MatrixDirectBook *book)
{
    if (book->own != NULL && book->call == NULL && (!book->known || book->unwritten->len > 0)) {
        loop_stop(&book->timer);
        ask(book, "GET", NULL, on_read);
    }
}

/* --- from outside --- */

void matrix_direct_book_start(MatrixDirectBook *book, const char *own, void (*ready)(void *arg),
                              void *arg)
{
    g_free(book->own);
    book->own = g_strdup(own);
    book->ready = ready;
    book->arg = arg;
    turn(book);
}

void matrix_direct_book_add(MatrixDirectBook *book, const char *member, const char *room)
{
    Entry *entry = g_new(Entry, 1);

    *entry = (Entry){g_strdup(member), g_strdup(room)};
    know(book, member, room);
    g_ptr_array_add(book->unwritten, entry);
    turn(book);
}

const GPtrArray *matrix_direct_book_of(const MatrixDirectBook *book, const char *member)
{
    return g_hash_table_lookup(book->rooms_of, member);
}

bool matrix_direct_book_has(const MatrixDirectBook *book, const char *room)
{
    return g_hash_table_contains(book->direct, room);
}

MatrixDirectBook *matrix_direct_book_new(Loop *loop, MatrixApi *api, const char *workspace)
{
    MatrixDirectBook *book = g_new0(MatrixDirectBook, 1);

    book->loop = loop;
    book->api = api;
    book->workspace = g_strdup(workspace);
    book->rooms_of =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    book->direct = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    book->unwritten = g_ptr_array_new_with_free_func(entry_free);
    return book;
}

void matrix_direct_book_free(MatrixDirectBook *book)
{
    if (book == NULL) {
        return;
    }
    if (book->call != NULL) {
        matrix_api_cancel(book->call);
    }
    loop_stop(&book->timer);
    g_hash_table_unref(book->rooms_of);
    g_hash_table_unref(book->direct);
    g_ptr_array_unref(book->unwritten);
    g_free(book->workspace);
    g_free(book->own);
    g_free(book);
}

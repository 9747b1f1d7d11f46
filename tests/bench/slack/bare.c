/* As little as one can do and still keep Slack's rule: each envelope's id is committed, then it is
 * acknowledged, with an answer that was made before. No JSON is read, nothing is decided. What the
 * daemon needs above this is its own; below it no bot of libwebsockets and SQLite gets.
 *
 *   bench-bare STORE ANSWER     ANSWER: a file, the JSON that each acknowledgement carries
 *
 * $SLACK_API_URL tells the generator's port; its websocket asks for no ticket. One thread: what one
 * turn of the library brought is one transaction, and its acknowledgements are one write. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <libwebsockets.h>
#include <sqlite3.h>

#define READ_SIZE  16384
#define WRITE_SIZE ((size_t)1024 * 1024)

typedef struct Bare {
    sqlite3 *db;
    sqlite3_stmt *begin, *note, *commit;
    char *answer;
    GPtrArray *ids;  /* of char *: of the envelopes that this turn brought */
    GByteArray *out; /* LWS_PRE bytes of room, then whole frames */
    struct lws *wsi;
    bool over;
} Bare;

static void run(sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE) {
        g_error("%s", sqlite3_errmsg(sqlite3_db_handle(statement)));
    }
    sqlite3_reset(statement);
}

static void hear(Bare *bare, const char *text, size_t len)
{
    static const char name[] = "\"envelope_id\":\"";
    const char *at = memmem(text, len, name, strlen(name));

    if (at != NULL) {
        at += strlen(name);
        const char *end = memchr(at, '"', len - (size_t)(at - text));

        g_ptr_array_add(bare->ids, g_strndup(at, end != NULL ? (size_t)(end - at) : 0));
    }
}

/* A text frame of a client (RFC 6455, 5.2), masked with zeroes. */
static void put_frame(GByteArray *out, const char *payload, size_t len)
{
    const uint8_t head[] = {0x81, 0x80 | 126, (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0, 0};
    const uint8_t small[] = {0x81, (uint8_t)(0x80 | len), 0, 0, 0, 0};

    g_assert(len <= UINT16_MAX);
    if (len < 126) {
        g_byte_array_append(out, small, sizeof(small));
    } else {
        g_byte_array_append(out, head, sizeof(head));
    }
    g_byte_array_append(out, (const uint8_t *)payload, (guint)len);
}

static void answer_all(Bare *bare)
{
    run(bare->begin);
    for (guint i = 0; i < bare->ids->len; i++) {
        sqlite3_bind_text(bare->note, 1, g_ptr_array_index(bare->ids, i), -1, SQLITE_STATIC);
        run(bare->note);
    }
    run(bare->commit);
    for (guint i = 0; i < bare->ids->len; i++) {
        const char *id = g_ptr_array_index(bare->ids, i);
        g_autofree char *ack =
            g_strconcat("{\"envelope_id\":\"", id, "\",\"payload\":", bare->answer, "}", NULL);

        put_frame(bare->out, ack, strlen(ack));
    }
    g_ptr_array_set_size(bare->ids, 0);
    lws_callback_on_writable(bare->wsi);
}

static int write_out(Bare *bare)
{
    size_t len = bare->out->len - LWS_PRE;
    int written = len > 0 ? lws_write(bare->wsi, bare->out->data + LWS_PRE, len, LWS_WRITE_RAW) : 0;

    g_byte_array_set_size(bare->out, LWS_PRE);
    return written < 0 ? -1 : 0;
}

static int on_library(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                      size_t len)
{
    Bare *bare = lws_context_user(lws_get_context(wsi));

    (void)user;
    if (reason == LWS_CALLBACK_CLIENT_ESTABLISHED) {
        bare->wsi = wsi;
    } else if (reason == LWS_CALLBACK_CLIENT_RECEIVE) {
        hear(bare, in, len);
    } else if (reason == LWS_CALLBACK_CLIENT_WRITEABLE) {
        return write_out(bare);
    } else if (reason == LWS_CALLBACK_CLIENT_CLOSED ||
               reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR) {
        bare->over = true;
    }
    return 0;
}

static void open_store(Bare *bare, const char *path)
{
    static const char schema[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE event_key (key TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID";

    if (sqlite3_open(path, &bare->db) != SQLITE_OK ||
        sqlite3_exec(bare->db, schema, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(bare->db, "BEGIN IMMEDIATE", -1, &bare->begin, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(bare->db, "INSERT OR IGNORE INTO event_key VALUES (?)", -1, &bare->note,
                           NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(bare->db, "COMMIT", -1, &bare->commit, NULL) != SQLITE_OK) {
        g_error("%s: %s", path, sqlite3_errmsg(bare->db));
    }
}

static struct lws_context *open_library(Bare *bare)
{
    static const struct lws_protocols protocols[] = {
        {.name = "bare", .callback = on_library, .tx_packet_size = WRITE_SIZE}, {0}};
    const struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN,
                                                   .protocols = protocols,
                                                   .pt_serv_buf_size = READ_SIZE,
                                                   .user = bare};

    lws_set_log_level(0, NULL);
    return lws_create_context(&info);
}

static void connect_to(struct lws_context *library, const char *api_url)
{
    g_autoptr(GUri) url = g_uri_parse(api_url, G_URI_FLAGS_NONE, NULL);

    g_assert(url != NULL);
    const struct lws_client_connect_info info = {.context = library,
                                                 .address = g_uri_get_host(url),
                                                 .host = g_uri_get_host(url),
                                                 .port = g_uri_get_port(url),
                                                 .path = "/link",
                                                 .local_protocol_name = "bare"};

    lws_client_connect_via_info(&info);
}

int main(int argc, char **argv)
{
    const char *api_url = g_getenv("SLACK_API_URL");
    Bare bare = {.ids = g_ptr_array_new_with_free_func(g_free), .out = g_byte_array_new()};

    if (argc != 3 || api_url == NULL || !g_file_get_contents(argv[2], &bare.answer, NULL, NULL)) {
        fputs("usage: SLACK_API_URL=URL bench-bare STORE ANSWER\n", stderr);
        return 2;
    }
    g_byte_array_set_size(bare.out, LWS_PRE);
    open_store(&bare, argv[1]);
    struct lws_context *library = open_library(&bare);

    connect_to(library, api_url);
    while (!bare.over && lws_service(library, 0) >= 0) {
        if (bare.ids->len > 0) {
            answer_all(&bare);
        }
    }
    return 0;
}

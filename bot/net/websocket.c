#include "bot/net/websocket.h"

#include <string.h>

#include <libwebsockets.h>

#include "bot/net/frames.h"
#include "bot/net/place.h"
#include "bot/net/resolver.h"
#include "bot/net/trust.h"

/* libwebsockets owns the connection, a WebSocket is what we remember of it. They know each other
 * until one of them ends: then the connection forgets the socket (detach), and what the library
 * still says of it goes unheard. A connection that we end is ended by the library in its next turn,
 * never inside one of its own callbacks.
 *
 * The name is looked up here, since the library would wait for it in the loop; so are a proxy's.
 * The addresses are tried one after the other. */

#define OPENING_MS        20000
#define ADDRESS_MS        5000 /* then the next address, where there is one */
#define CLOSING_MS        2000
#define LIBRARY_TIMEOUT_S 30 /* beyond ours */
#define CONNECTIONS_MAX   512
#define READ_SIZE         16384
#define WRITE_GO_MAX      ((size_t)256 * 1024) /* then others have their turn */
#define KEPT_MAX          ((size_t)64 * 1024)  /* a larger buffer is given back after its message */
#define HEADERS_MAX       2048
#define PROTOCOL          "anchord"

/* What the library calls vhosts. Reading the trusted certificates takes time and a megabyte, so who
 * needs none has a host without. */
typedef enum Host { HOST_PLAIN, HOST_STRAIGHT, HOST_PROXIED } Host;

struct WebSockets {
    Loop *loop;
    GMainLoop *main; /* never run: the library takes a loop to find its context */
    struct lws_context *library;
    GHashTable *hosts; /* by their names: struct lws_vhost, each made when first needed */
    GQueue sockets;    /* of WebSocket, by their links */
};

typedef enum SocketState {
    SOCKET_OPENING,
    SOCKET_OPEN,
    SOCKET_CLOSING,
    SOCKET_OVER, /* told or dropped, and retired */
} SocketState;

struct WebSocket {
    GList link; /* WebSockets.sockets */
    WebSockets *sockets;
    const WebSocketOps *ops;
    void *arg;
    SocketState state;
    Place place;
    char *subprotocol; /* NULL: none */
    char *headers;     /* lines, each ended by CR LF; "" */
    char *ca_file;     /* NULL: none */
    Lookup *lookup;
    char **addresses; /* to try; NULL until they are known */
    size_t tried;
    LoopTimer *patience; /* for opening, then for closing */
    LoopTimer *again;    /* the next address, or the end of what never opened */
    LoopTimer *hurry;    /* the address that is tried has had its time */
    struct lws *wsi;     /* the connection; NULL: none */
    bool asked;          /* the upgrade went out: no further address is tried */
    bool wanted;         /* we asked to be told when it is writable */
    bool ping_due;
    bool skipping; /* the rest of a message that is too long */
    int close_code;
    Frames frames;
    char *message; /* what came of the message so far */
    size_t message_len, message_size;
};

static void try_next(void *arg);

/* Ends ------------------------------------------------------------------------------------------
 */

static void socket_free(void *data)
{
    WebSocket *socket = data;

    place_clear(&socket->place);
    g_free(socket->subprotocol);
    g_free(socket->headers);
    g_free(socket->ca_file);
    g_strfreev(socket->addresses);
    frames_clear(&socket->frames);
    g_free(socket->message);
    g_free(socket);
}

static void detach(WebSocket *socket)
{
    if (socket->wsi != NULL) {
        lws_set_opaque_user_data(socket->wsi, NULL);
        socket->wsi = NULL;
    }
}

/* Ends the connection in the library's next turn, for which it has to be woken. */
static void kill_connection(WebSocket *socket)
{
    struct lws *wsi = socket->wsi;

    detach(socket);
    if (wsi != NULL) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
        lws_cancel_service(socket->sockets->library);
    }
}

static void leave(WebSocket *socket)
{
    kill_connection(socket);
    loop_stop(&socket->patience);
    loop_stop(&socket->again);
    loop_stop(&socket->hurry);
    lookup_cancel(g_steal_pointer(&socket->lookup));
    g_queue_unlink(&socket->sockets->sockets, &socket->link);
    socket->state = SOCKET_OVER;
    loop_retire(socket->sockets->loop, socket, socket_free);
}

static void finish(WebSocket *socket, int status, int code, const char *why)
{
    leave(socket);
    socket->ops->closed(socket->arg, status, code, why);
}

void websocket_drop(WebSocket *socket)
{
    if (socket->state != SOCKET_OVER) {
        leave(socket);
    }
}

/* Opening ---------------------------------------------------------------------------------------
 */

static void on_opening_late(void *arg)
{
    WebSocket *socket = arg;

    socket->patience = NULL;
    finish(socket, 0, 0, "it did not open in time");
}

/* What the library says may hold bytes of the other side. */
static char *printable(const char *text, size_t len)
{
    char *copy = g_strndup(text, MIN(len, 160));

    for (char *c = copy; *c != '\0'; c++) {
        if (!g_ascii_isprint(*c)) {
            *c = ' ';
        }
    }
    return g_strstrip(copy);
}

static void attempt_failed(WebSocket *socket, int status, const char *why)
{
    detach(socket);
    loop_stop(&socket->hurry);
    if (!socket->asked && socket->addresses[socket->tried] != NULL) {
        /* not from inside the library */
        socket->again = loop_after(socket->sockets->loop, 0, try_next, socket);
        return;
    }
    finish(socket, status, 0, why);
}

static struct lws_vhost *vhost_named(WebSockets *sockets, Host host, const char *ca_file);

/* The host that the connection belongs to, told its proxy; NULL when there is none. */
static struct lws_vhost *vhost_for(WebSocket *socket, const char *address)
{
    WebSockets *sockets = socket->sockets;
    bool through = socket->place.proxy != NULL;
    Host host = through ? HOST_PROXIED : socket->place.tls ? HOST_STRAIGHT : HOST_PLAIN;
    struct lws_vhost *vhost = vhost_named(sockets, host, socket->ca_file);

    if (vhost == NULL || !through) {
        return vhost;
    }
    bool six = strchr(address, ':') != NULL;
    g_autofree char *proxy =
        g_strdup_printf(six ? "%s[%s]:%u" : "%s%s:%u", socket->place.proxy_login, address,
                        socket->place.proxy_port);

    return lws_set_proxy(vhost, proxy) == 0 ? vhost : NULL;
}

static void on_address_slow(void *arg)
{
    WebSocket *socket = arg;

    socket->hurry = NULL;
    kill_connection(socket);
    try_next(socket);
}

static void try_next(void *arg)
{
    static const lws_retry_bo_t no_checks = {0}; /* its owner pings */
    WebSocket *socket = arg;
    const char *address = socket->addresses[socket->tried++];
    struct lws_client_connect_info info = {
        .context = socket->sockets->library,
        .vhost = vhost_for(socket, address),
        .address = socket->place.proxy != NULL ? socket->place.host : address,
        .port = socket->place.port,
        .ssl_connection =
            (socket->place.tls ? LCCSCF_USE_SSL : 0) | (int)LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
        .path = socket->place.path,
        .host = socket->place.header,
        .protocol = socket->subprotocol,
        .local_protocol_name = PROTOCOL,
        .alpn = "http/1.1",
        .retry_and_idle_policy = &no_checks,
        .opaque_user_data = socket,
    };

    socket->again = NULL;
    struct lws *wsi = info.vhost != NULL ? lws_client_connect_via_info(&info) : NULL;

    if (wsi == NULL && socket->again == NULL && socket->state == SOCKET_OPENING) {
        attempt_failed(socket, 0, "no connection");
    } else if (wsi != NULL && socket->again == NULL && socket->state == SOCKET_OPENING) {
        socket->wsi = wsi;
        if (socket->addresses[socket->tried] != NULL) {
            socket->hurry = loop_after(socket->sockets->loop, ADDRESS_MS, on_address_slow, socket);
        }
    }
}

static void on_found(void *arg, const char *const *addresses, const char *why)
{
    WebSocket *socket = arg;

    socket->lookup = NULL;
    if (addresses[0] == NULL) {
        finish(socket, 0, 0, why);
        return;
    }
    socket->addresses = g_strdupv((char **)(uintptr_t)addresses);
    try_next(socket);
}

static bool join_headers(const char *const *headers, char **joined, GError **error)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    for (; headers != NULL && *headers != NULL; headers++) {
        if (strpbrk(*headers, "\r\n") != NULL || strchr(*headers, ':') == NULL) {
            g_set_error(error, G_URI_ERROR, G_URI_ERROR_FAILED, "a header is not understood");
            return false;
        }
        g_string_append_printf(lines, "%s\r\n", *headers);
    }
    if (lines->len > HEADERS_MAX) {
        g_set_error(error, G_URI_ERROR, G_URI_ERROR_FAILED, "the headers are too long");
        return false;
    }
    *joined = g_string_free(g_steal_pointer(&lines), FALSE);
    return true;
}

WebSocket *websocket_open(WebSockets *sockets, const WebSocketRequest *request,
                          const WebSocketOps *ops, void *arg, GError **error)
{
    g_auto(Place) place = {0};
    char *lines = NULL;

    if (!place_init(&place, request->url, error) ||
        !join_headers(request->headers, &lines, error)) {
        return NULL;
    }
    WebSocket *socket = g_new0(WebSocket, 1);

    socket->sockets = sockets;
    socket->ops = ops;
    socket->arg = arg;
    socket->place = place;
    place = (Place){0};
    socket->subprotocol = g_strdup(request->subprotocol);
    socket->ca_file = g_strdup(request->ca_file);
    socket->headers = lines;
    socket->link.data = socket;
    g_queue_push_tail_link(&sockets->sockets, &socket->link);
    socket->patience = loop_after(sockets->loop, OPENING_MS, on_opening_late, socket);
    const char *host = socket->place.proxy != NULL ? socket->place.proxy : socket->place.host;

    socket->lookup = lookup_start(sockets->loop, host, on_found, socket);
    return socket;
}

/* Sending ---------------------------------------------------------------------------------------
 */

static void want(WebSocket *socket)
{
    if (!socket->wanted) {
        socket->wanted = true;
        lws_callback_on_writable(socket->wsi);
    }
}

bool websocket_send(WebSocket *socket, const char *text, size_t len)
{
    if (socket->state != SOCKET_OPEN) {
        return false;
    }
    frames_put(&socket->frames, text, len);
    want(socket);
    return true;
}

void websocket_ping(WebSocket *socket)
{
    if (socket->state == SOCKET_OPEN) {
        socket->ping_due = true;
        want(socket);
    }
}

size_t websocket_backlog(const WebSocket *socket)
{
    return socket->frames.waiting;
}

static void on_closing_late(void *arg)
{
    WebSocket *socket = arg;

    socket->patience = NULL;
    finish(socket, 0, 0, "the close was not answered");
}

static void begin_closing(WebSocket *socket, int code)
{
    socket->state = SOCKET_CLOSING;
    socket->close_code = code;
    loop_stop(&socket->patience);
    socket->patience = loop_after(socket->sockets->loop, CLOSING_MS, on_closing_late, socket);
}

static void on_never_opened(void *arg)
{
    WebSocket *socket = arg;

    socket->again = NULL;
    finish(socket, 0, 0, "closed before it opened");
}

void websocket_close(WebSocket *socket, int code)
{
    if (socket->state == SOCKET_OPENING) {
        begin_closing(socket, code);
        kill_connection(socket);
        lookup_cancel(g_steal_pointer(&socket->lookup));
        loop_stop(&socket->again);
        loop_stop(&socket->hurry);
        socket->again = loop_after(socket->sockets->loop, 0, on_never_opened, socket);
    } else if (socket->state == SOCKET_OPEN) {
        begin_closing(socket, code);
        want(socket);
    }
}

/* What waits goes out in one write: for a burst that is one call of the kernel and few packets. The
 * frames are made here since the library writes each alone. -1 when the connection is broken. */
static int write_waiting(WebSocket *socket, struct lws *wsi)
{
    uint8_t nothing[LWS_PRE + 1] = {0};
    size_t len = 0;

    if (socket->ping_due) {
        socket->ping_due = false;
        if (lws_write(wsi, nothing + LWS_PRE, 0, LWS_WRITE_PING) < 0) {
            return -1;
        }
    }
    uint8_t *bytes =
        lws_partial_buffered(wsi) ? NULL : frames_next(&socket->frames, WRITE_GO_MAX, &len);
    if (bytes == NULL) {
        return 0;
    }
    int written = lws_write(wsi, bytes, len, LWS_WRITE_RAW);

    frames_drop(&socket->frames, len); /* the library keeps what the kernel did not take */
    return written < 0 ? -1 : 0;
}

static int on_writeable(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    (void)in;
    (void)len;
    if (!socket->wanted) {
        /* The library has just answered a ping, and asks whether we have something to write, too:
         * the only sign of a ping that it gives. */
        socket->ops->alive(socket->arg);
        return 0;
    }
    socket->wanted = false;
    if (write_waiting(socket, wsi) < 0) {
        return -1;
    }
    if (lws_partial_buffered(wsi) || socket->frames.head < socket->frames.tail) {
        want(socket);
        return 0;
    }
    if (socket->state == SOCKET_CLOSING) {
        lws_close_reason(wsi, (enum lws_close_status)socket->close_code, NULL, 0);
        return -1;
    }
    return 0;
}

/* Receiving -------------------------------------------------------------------------------------
 */

static void forget_message(WebSocket *socket)
{
    socket->message_len = 0;
    if (socket->message_size > KEPT_MAX) {
        g_clear_pointer(&socket->message, g_free);
        socket->message_size = 0;
    }
}

static void append(WebSocket *socket, const char *bytes, size_t len)
{
    size_t need = socket->message_len + len + 1;

    if (need > socket->message_size) {
        socket->message_size = MAX(need, socket->message_size * 2);
        socket->message = g_realloc(socket->message, socket->message_size);
    }
    if (len > 0) {
        memcpy(socket->message + socket->message_len, bytes, len);
    }
    socket->message_len += len;
    socket->message[socket->message_len] = '\0';
}

static int on_receive(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    bool last = lws_is_final_fragment(wsi) != 0;

    if (socket->skipping || len > WEBSOCKET_MESSAGE_MAX - socket->message_len ||
        lws_remaining_packet_payload(wsi) > WEBSOCKET_MESSAGE_MAX - socket->message_len - len) {
        socket->skipping = !last;
        forget_message(socket);
        if (last) {
            socket->ops->oversized(socket->arg);
        }
        return 0;
    }
    append(socket, in, len);
    if (last) {
        socket->ops->message(socket->arg, socket->message, socket->message_len,
                             lws_frame_is_binary(wsi) == 0);
        forget_message(socket);
    }
    return 0;
}

static int on_pong(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    (void)wsi;
    (void)in;
    (void)len;
    socket->ops->alive(socket->arg);
    return 0;
}

/* What the library tells ------------------------------------------------------------------------
 */

/* `in` points to where the headers go on, `len` says how much room there is. */
static int on_headers(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    char **at = (char **)(uintptr_t)in;
    size_t headers_len = strlen(socket->headers);

    (void)wsi;
    socket->asked = true;
    loop_stop(&socket->hurry);
    if (headers_len >= len) {
        return -1;
    }
    memcpy(*at, socket->headers, headers_len);
    *at += headers_len;
    return 0;
}

static int on_redirect(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    (void)socket;
    (void)wsi;
    (void)in;
    (void)len;
    return -1; /* the ticket would go with it */
}

static int on_opened(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    (void)in;
    (void)len;
    socket->wsi = wsi;
    socket->state = SOCKET_OPEN;
    loop_stop(&socket->patience);
    g_clear_pointer(&socket->addresses, g_strfreev);
    place_clear(&socket->place); /* the ticket has served */
    want(socket);                /* a left-over of the upgrade would look like a ping */
    socket->ops->opened(socket->arg);
    return 0;
}

/* Of a handshake that failed, the library tells little more than a number. */
static char *why_failed(const char *in, size_t len)
{
    static const char *const marks[] = {"SSL", "tls", "cert"};
    g_autofree char *why = in != NULL ? printable(in, len) : g_strdup("no connection");

    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (strstr(why, marks[i]) != NULL) {
            return g_strdup_printf("its certificate is not good, or it speaks no TLS (%s)%s", why,
                                   TRUST_ADVICE);
        }
    }
    return g_steal_pointer(&why);
}

static int on_failed(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    g_autofree char *why = why_failed(in, len);

    socket->wsi = wsi;
    attempt_failed(socket, (int)lws_http_client_http_response(wsi), why);
    return 0;
}

static int on_peer_close(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)in;

    (void)wsi;
    begin_closing(socket, len >= 2 ? bytes[0] << 8 | bytes[1] : 0);
    return 0;
}

static int on_closed(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    bool agreed = socket->state == SOCKET_CLOSING;

    (void)in;
    (void)len;
    socket->wsi = wsi;
    detach(socket);
    finish(socket, 0, agreed ? socket->close_code : 0,
           agreed ? "closed" : "the connection was cut");
    return 0;
}

/* A connection that ends without having said so. */
static int on_gone(WebSocket *socket, struct lws *wsi, const char *in, size_t len)
{
    return socket->state == SOCKET_OPENING ? on_failed(socket, wsi, NULL, 0)
                                           : on_closed(socket, wsi, in, len);
}

static const struct {
    enum lws_callback_reasons reason;
    int (*run)(WebSocket *socket, struct lws *wsi, const char *in, size_t len);
} heard[] = {
    {LWS_CALLBACK_CLIENT_RECEIVE, on_receive},
    {LWS_CALLBACK_CLIENT_WRITEABLE, on_writeable},
    {LWS_CALLBACK_CLIENT_RECEIVE_PONG, on_pong},
    {LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER, on_headers},
    {LWS_CALLBACK_CLIENT_HTTP_REDIRECT, on_redirect},
    {LWS_CALLBACK_CLIENT_ESTABLISHED, on_opened},
    {LWS_CALLBACK_CLIENT_CONNECTION_ERROR, on_failed},
    {LWS_CALLBACK_WS_PEER_INITIATED_CLOSE, on_peer_close},
    {LWS_CALLBACK_CLIENT_CLOSED, on_closed},
    {LWS_CALLBACK_WSI_DESTROY, on_gone},
};

/* GLib blocks a source for as long as it is dispatched, and wakes the loop's thread for that each
 * time, though it is this one; not so those that may come up within themselves, which none does. */
static void spare_wake_ups(void)
{
    GSource *source = g_main_current_source();

    if (source != NULL && !g_source_get_can_recurse(source)) {
        g_source_set_can_recurse(source, TRUE);
    }
}

static int on_library(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                      size_t len)
{
    (void)user;
    spare_wake_ups();
    for (size_t i = 0; i < G_N_ELEMENTS(heard); i++) {
        if (heard[i].reason == reason) {
            WebSocket *socket = lws_get_opaque_user_data(wsi);

            return socket != NULL ? heard[i].run(socket, wsi, in, len) : 0;
        }
    }
    return 0;
}

/* The library -----------------------------------------------------------------------------------
 */

static const struct lws_protocols protocols[] = {
    {.name = PROTOCOL, .callback = on_library, .tx_packet_size = WRITE_GO_MAX},
    {0},
};

static struct lws_vhost *new_vhost(WebSockets *sockets, Host host, const char *name,
                                   const char *ca_file)
{
    const struct lws_context_creation_info info = {
        .vhost_name = name,
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .options = host != HOST_PLAIN ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
        .connect_timeout_secs = LIBRARY_TIMEOUT_S,
        .http_proxy_address = "", /* else it reads the environment its own way */
        /* Beside the system's; without any, the library would trust what lies in "../share". */
        .client_ssl_ca_filepath = host == HOST_PLAIN ? NULL
                                  : ca_file != NULL  ? ca_file
                                                     : "/dev/null",
    };

    return lws_create_vhost(sockets->library, &info);
}

/* Whoever trusts a further authority has a host of their own, so that nobody else trusts it. */
static struct lws_vhost *vhost_named(WebSockets *sockets, Host host, const char *ca_file)
{
    static const char *const names[] = {
        [HOST_PLAIN] = "plain", [HOST_STRAIGHT] = "straight", [HOST_PROXIED] = "proxied"};
    bool further = host != HOST_PLAIN && ca_file != NULL;
    g_autofree char *name = g_strjoin(" ", names[host], further ? ca_file : NULL, NULL);
    struct lws_vhost *vhost = g_hash_table_lookup(sockets->hosts, name);

    if (vhost == NULL && (vhost = new_vhost(sockets, host, name, ca_file)) != NULL) {
        g_hash_table_insert(sockets->hosts, g_steal_pointer(&name), vhost);
    }
    return vhost;
}

static struct lws_context *new_library(GMainLoop *main)
{
    void *loops[] = {main};
    const struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_GLIB | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                   LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .foreign_loops = loops,
        .fd_limit_per_thread = CONNECTIONS_MAX,
        .pt_serv_buf_size = READ_SIZE,
        .max_http_header_pool2 = CONNECTIONS_MAX, /* nobody waits for one */
        .timeout_secs = LIBRARY_TIMEOUT_S,
    };

    lws_set_log_level(0, NULL);
    return lws_create_context(&info);
}

WebSockets *websockets_new(Loop *loop, GError **error)
{
    GMainLoop *main = g_main_loop_new(loop_context(loop), FALSE);
    struct lws_context *library = new_library(main);

    if (library == NULL) {
        g_main_loop_unref(main);
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                    "libwebsockets does not start; is its GLib event library installed?");
        return NULL;
    }
    WebSockets *sockets = g_new0(WebSockets, 1);

    sockets->loop = loop;
    sockets->main = main;
    sockets->library = library;
    sockets->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_queue_init(&sockets->sockets);
    return sockets;
}

void websockets_free(WebSockets *sockets)
{
    if (sockets == NULL) {
        return;
    }
    while (sockets->sockets.head != NULL) {
        websocket_drop(sockets->sockets.head->data);
    }
    lws_context_destroy(sockets->library);
    g_hash_table_unref(sockets->hosts); /* their names were borrowed */
    g_main_loop_unref(sockets->main);
    g_free(sockets);
}

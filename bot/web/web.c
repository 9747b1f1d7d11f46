/* A connection is read until its request is complete, answered, and read on until the other side
 * has closed as well: closing with bytes unread would make the kernel throw the answer away. */

#include "bot/web/web.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

#include "bot/metrics.h"
#include "bot/web/request.h"
#include "config/listen.h"

#define CONNECTIONS_MAX 32
#define TIMEOUT_MS      5000
#define DRAIN_MAX       ((size_t)256 * 1024)
#define PAUSE_MS        1000 /* when no descriptor is left */

struct Web {
    Loop *loop;
    const WebOps *ops;
    void *arg;
    int fd;
    GSource *source;   /* waits for connections; NULL: pausing */
    LoopTimer *resume; /* ends the pause */
    GPtrArray *conns;  /* of Conn, the oldest first */
    int64_t timeout_ms;
    char *address;
};

typedef struct Conn {
    Web *web;
    int fd; /* -1: closed, and waiting to be freed */
    GSource *source;
    LoopTimer *timeout;
    GString *in, *out;
    size_t sent, drained;
} Conn;

/* Answers ------------------------------------------------------------------------------------- */

static const struct {
    int status;
    const char *phrase;
} phrases[] = {
    {200, "OK"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {431, "Request Header Fields Too Large"},
    {503, "Service Unavailable"},
};

static const char *phrase_of(int status)
{
    for (size_t i = 0; i < G_N_ELEMENTS(phrases); i++) {
        if (phrases[i].status == status) {
            return phrases[i].phrase;
        }
    }
    return "Internal Server Error";
}

typedef struct Answer {
    int status;
    char *text;
} Answer;

static Answer answer_healthy(const Web *web)
{
    Answer answer = {.status = 200};

    answer.text = web->ops->healthy(web->arg, &answer.status);
    return answer;
}

static Answer answer_ready(const Web *web)
{
    Answer answer = {.status = 200};

    answer.text = web->ops->ready(web->arg, &answer.status);
    return answer;
}

static Answer answer_metrics(const Web *web)
{
    (void)web;
    return (Answer){200, metrics_text()};
}

static const struct {
    const char *path;
    Answer (*answer)(const Web *web);
} pages[] = {
    {"/healthz", answer_healthy},
    {"/readyz", answer_ready},
    {"/metrics", answer_metrics},
};

static Answer answer_path(const Web *web, const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (strcmp(pages[i].path, path) == 0) {
            Answer answer = pages[i].answer(web);

            return answer.text != NULL ? answer : (Answer){500, g_strdup("no answer\n")};
        }
    }
    return (Answer){404, g_strdup("There are /healthz, /readyz and /metrics.\n")};
}

static Answer answer_request(const Web *web, RequestFound found, const char *path)
{
    switch (found) {
    case REQUEST_FINE:
        return answer_path(web, path);
    case REQUEST_NOT_GET:
        return (Answer){405, g_strdup("Only GET is answered.\n")};
    case REQUEST_TOO_LARGE:
        return (Answer){431, g_strdup("The request is too large.\n")};
    case REQUEST_BAD:
    case REQUEST_MORE:
        break;
    }
    return (Answer){400, g_strdup("This is no HTTP/1.1 request.\n")};
}

/* The version belongs to Prometheus' text format; elsewhere it does no harm. */
static GString *answer_bytes(Answer take_answer)
{
    GString *out = g_string_new(NULL);
    g_autofree char *text = take_answer.text;

    g_string_append_printf(out,
                           "HTTP/1.1 %d %s\r\n"
                           "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                           "Content-Length: %zu\r\n"
                           "Cache-Control: no-store\r\n"
                           "X-Content-Type-Options: nosniff\r\n"
                           "%sConnection: close\r\n\r\n",
                           take_answer.status, phrase_of(take_answer.status), strlen(text),
                           take_answer.status == 405 ? "Allow: GET\r\n" : "");
    return g_string_append(out, text);
}

/* Connections --------------------------------------------------------------------------------- */

static void conn_free(gpointer data)
{
    Conn *conn = data;

    g_string_free(conn->in, TRUE);
    if (conn->out != NULL) {
        g_string_free(conn->out, TRUE);
    }
    g_free(conn);
}

static void stop_waiting(GSource **source)
{
    if (*source != NULL) {
        g_source_destroy(*source);
        g_clear_pointer(source, g_source_unref);
    }
}

/* Unregistered, then closed; freed after the turn, for its own callback may be under way. */
static void conn_close(Conn *conn)
{
    Web *web = conn->web;

    stop_waiting(&conn->source);
    loop_stop(&conn->timeout);
    (void)close(conn->fd);
    conn->fd = -1;
    g_ptr_array_remove(web->conns, conn);
    loop_retire(web->loop, conn, conn_free);
}

static void on_timeout(void *arg)
{
    Conn *conn = arg;

    conn->timeout = NULL;
    conn_close(conn);
}

static gboolean on_conn(gint fd, GIOCondition condition, gpointer arg);

static void wait_for(Conn *conn, GIOCondition condition)
{
    stop_waiting(&conn->source);
    conn->source = g_unix_fd_source_new(conn->fd, condition | G_IO_HUP | G_IO_ERR);
    g_source_set_callback(conn->source, G_SOURCE_FUNC(on_conn), conn, NULL);
    g_source_attach(conn->source, loop_context(conn->web->loop));
}

static bool is_for_later(ssize_t n)
{
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* What comes behind a request is read and thrown away, up to a bound. */
static void conn_drain(Conn *conn)
{
    char some[4096];
    ssize_t n = 0;

    while ((n = recv(conn->fd, some, sizeof(some), 0)) > 0 && conn->drained < DRAIN_MAX) {
        conn->drained += (size_t)n;
    }
    if (!is_for_later(n)) {
        conn_close(conn);
    }
}

static void conn_write(Conn *conn)
{
    ssize_t n = send(conn->fd, conn->out->str + conn->sent, conn->out->len - conn->sent,
                     MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n > 0) {
        conn->sent += (size_t)n;
    } else if (!is_for_later(n)) {
        conn_close(conn);
        return;
    }
    if (conn->sent < conn->out->len) {
        wait_for(conn, G_IO_OUT);
        return;
    }
    (void)shutdown(conn->fd, SHUT_WR);
    wait_for(conn, G_IO_IN);
}

static void conn_answer(Conn *conn, RequestFound found, const char *path)
{
    conn->out = answer_bytes(answer_request(conn->web, found, path));
    conn_write(conn);
}

static void conn_read(Conn *conn)
{
    char some[2048];
    g_autofree char *path = NULL;
    ssize_t n = recv(conn->fd, some, sizeof(some), 0);

    if (is_for_later(n)) {
        return;
    }
    if (n <= 0) { /* gone, or done speaking before it asked for anything */
        conn_close(conn);
        return;
    }
    g_string_append_len(conn->in, some, n);
    RequestFound found = request_parse(conn->in->str, conn->in->len, &path);

    if (found != REQUEST_MORE) {
        conn_answer(conn, found, path);
    }
}

static gboolean on_conn(gint fd, GIOCondition condition, gpointer arg)
{
    Conn *conn = arg;

    (void)fd;
    (void)condition; /* what went wrong shows when reading or writing */
    if (conn->out == NULL) {
        conn_read(conn);
    } else if (conn->sent < conn->out->len) {
        conn_write(conn);
    } else {
        conn_drain(conn);
    }
    return G_SOURCE_CONTINUE; /* where it is over, the source was destroyed */
}

static void conn_open(Web *web, int take_fd)
{
    Conn *conn = g_new0(Conn, 1);

    if (web->conns->len >= CONNECTIONS_MAX) {
        conn_close(g_ptr_array_index(web->conns, 0));
    }
    conn->web = web;
    conn->fd = take_fd;
    conn->in = g_string_new(NULL);
    conn->timeout = loop_after(web->loop, web->timeout_ms, on_timeout, conn);
    g_ptr_array_add(web->conns, conn);
    wait_for(conn, G_IO_IN);
}

/* Listening ----------------------------------------------------------------------------------- */

static void wait_for_connections(Web *web);

static void on_resume(void *arg)
{
    Web *web = arg;

    web->resume = NULL;
    wait_for_connections(web);
}

/* A listener that cannot be served stays ready: without a pause the loop would spin. */
static void pause_listening(Web *web)
{
    stop_waiting(&web->source);
    web->resume = loop_after(web->loop, PAUSE_MS, on_resume, web);
}

static bool is_out_of_means(int code)
{
    return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

/* A few at a time, so that others get their turn. */
static gboolean on_connection(gint fd, GIOCondition condition, gpointer arg)
{
    Web *web = arg;

    (void)condition;
    for (int i = 0; i < CONNECTIONS_MAX / 2; i++) {
        int conn = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (conn >= 0) {
            conn_open(web, conn);
        } else if (is_out_of_means(errno)) {
            pause_listening(web);
            break;
        } else if (errno == EAGAIN) {
            break;
        }
    }
    return G_SOURCE_CONTINUE;
}

static void wait_for_connections(Web *web)
{
    web->source = g_unix_fd_source_new(web->fd, G_IO_IN);
    g_source_set_callback(web->source, G_SOURCE_FUNC(on_connection), web, NULL);
    g_source_attach(web->source, loop_context(web->loop));
}

static char *address_text(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof(address);
    char host[INET6_ADDRSTRLEN] = "";

    (void)getsockname(fd, (struct sockaddr *)(void *)&address, &len);
    if (address.ss_family == AF_INET6) {
        struct sockaddr_in6 v6 = {0};

        memcpy(&v6, &address, sizeof(v6));
        (void)inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof(host));
        return g_strdup_printf("[%s]:%u", host, ntohs(v6.sin6_port));
    }
    struct sockaddr_in v4 = {0};

    memcpy(&v4, &address, sizeof(v4));
    (void)inet_ntop(AF_INET, &v4.sin_addr, host, sizeof(host));
    return g_strdup_printf("%s:%u", host, ntohs(v4.sin_port));
}

/* A socket that listens there; -1 and errno. */
static int open_listener(const struct sockaddr_storage *address, socklen_t len)
{
    const int yes = 1;
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        bind(fd, (const struct sockaddr *)(const void *)address, len) == 0 &&
        listen(fd, CONNECTIONS_MAX) == 0) {
        return fd;
    }
    int code = errno;

    (void)close(fd);
    errno = code;
    return -1;
}

Web *web_new(Loop *loop, const char *listen, const WebOps *ops, void *arg, GError **error)
{
    struct sockaddr_storage address;
    socklen_t len = 0;

    if (!listen_parse(listen, &address, &len)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "listening on %s: no address with a port", listen);
        return NULL;
    }
    int fd = open_listener(&address, len);

    if (fd < 0) {
        int code = errno;

        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "listening on %s: %s",
                    listen, g_strerror(code));
        return NULL;
    }
    Web *web = g_new0(Web, 1);

    *web = (Web){.loop = loop, .ops = ops, .arg = arg, .fd = fd, .timeout_ms = TIMEOUT_MS};
    web->conns = g_ptr_array_new();
    web->address = address_text(fd);
    wait_for_connections(web);
    return web;
}

void web_free(Web *web)
{
    if (web == NULL) {
        return;
    }
    while (web->conns->len > 0) {
        conn_close(g_ptr_array_index(web->conns, 0));
    }
    stop_waiting(&web->source);
    loop_stop(&web->resume);
    (void)close(web->fd);
    g_ptr_array_unref(web->conns);
    g_free(web->address);
    g_free(web);
}

const char *web_address(const Web *web)
{
    return web->address;
}

void web_set_timeout_ms(Web *web, int64_t ms)
{
    web->timeout_ms = ms;
}

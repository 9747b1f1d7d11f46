/* A connection is read until its request is complete, answered, and read on until the other side
 * has closed as well: closing with bytes unread would make the kernel throw the answer away. A
 * request with readings is answered by the engine: meanwhile a waiter stands for it, which outlives
 * a connection that goes away. */

#include "bot/web/web.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

#include "bot/metrics.h"
#include "bot/web/gate.h"
#include "bot/web/sent.h"
#include "config/listen.h"
#include "core/words.h"

#define READINGS_PATH   "/api/v1/readings"
#define CONNECTIONS_MAX 32
#define WAITERS_MAX     8
#define BUSY_RETRY_S    1
#define TIMEOUT_MS      5000
#define DRAIN_MAX       ((size_t)GATE_BODY_MAX + (size_t)256 * 1024)
#define PAUSE_MS        1000 /* when no descriptor is left */

struct Web {
    Loop *loop;
    const WebOps *ops;
    void *arg;
    int fd;             /* that listens; -1: none */
    GSource *source;    /* waits for connections; NULL: pausing */
    LoopTimer *resume;  /* ends the pause */
    GPtrArray *conns;   /* of Conn, the oldest first */
    GPtrArray *waiters; /* of Waiter: requests that the engine has */
    Ration *ration;
    Metric *taken, *repeated, *refused;
    int64_t timeout_ms;
    char *address;
};

typedef struct Waiter Waiter;

typedef struct Conn {
    Web *web;
    int fd; /* -1: closed, and waiting to be freed */
    GSource *source;
    LoopTimer *timeout;
    GString *in, *out;
    Request request; /* once its head was read */
    char *token;     /* the hash of its token, once it was let in with readings */
    Waiter *waiter;  /* the engine has it; else NULL */
    size_t sent, drained;
} Conn;

/* The tag of an event. */
struct Waiter {
    Conn *conn; /* NULL: it went away */
};

/* Pages --------------------------------------------------------------------------------------- */

static Response answer_healthy(const Web *web)
{
    Response answer = {.status = 200};

    answer.text = web->ops->healthy(web->arg, &answer.status);
    return answer;
}

static Response answer_ready(const Web *web)
{
    Response answer = {.status = 200};

    answer.text = web->ops->ready(web->arg, &answer.status);
    return answer;
}

static Response metrics_page(void)
{
    return (Response){.status = 200, .text = metrics_text()};
}

static Response answer_metrics(const Web *web)
{
    (void)web;
    return metrics_page();
}

static const struct {
    const char *path;
    Response (*answer)(const Web *web);
} pages[] = {
    {"/healthz", answer_healthy},
    {"/readyz", answer_ready},
    {"/metrics", answer_metrics},
};

static Response answer_page(const Web *web, const Request *request)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (strcmp(pages[i].path, request->path) != 0) {
            continue;
        }
        if (strcmp(request->method, "GET") != 0) {
            Response refusal = response_text(405, "Only GET is answered.\n");

            refusal.allow = "GET";
            return refusal;
        }
        Response answer = pages[i].answer(web);

        return answer.text != NULL ? answer : response_text(500, "no answer\n");
    }
    return response_text(404, "There are /healthz, /readyz, /metrics and " READINGS_PATH ".\n");
}

static Response answer_unread(RequestFound found)
{
    return found == REQUEST_TOO_LARGE ? response_text(431, "The request is too large.\n")
                                      : response_text(400, "This is no HTTP/1.1 request.\n");
}

/* Connections --------------------------------------------------------------------------------- */

static void conn_free(gpointer data)
{
    Conn *conn = data;

    g_string_free(conn->in, TRUE);
    if (conn->out != NULL) {
        g_string_free(conn->out, TRUE);
    }
    request_clear(&conn->request);
    g_free(conn->token);
    g_free(conn);
}

static void stop_waiting(GSource **source)
{
    if (*source != NULL) {
        g_source_destroy(*source);
        g_clear_pointer(source, g_source_unref);
    }
}

static void stop_expecting(Conn *conn)
{
    if (conn->waiter != NULL) {
        conn->waiter->conn = NULL;
        conn->waiter = NULL;
    }
}

/* Unregistered, then closed; freed after the turn, for its own callback may be under way. */
static void conn_close(Conn *conn)
{
    Web *web = conn->web;

    stop_expecting(conn);
    stop_waiting(&conn->source);
    loop_stop(&conn->timeout);
    (void)close(conn->fd);
    conn->fd = -1;
    g_ptr_array_remove(web->conns, conn);
    loop_retire(web->loop, conn, conn_free);
}

static void on_timeout(void *arg);

static void give_time(Conn *conn)
{
    loop_stop(&conn->timeout);
    conn->timeout = loop_after(conn->web->loop, conn->web->timeout_ms, on_timeout, conn);
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

static void conn_answer(Conn *conn, Response take_response)
{
    conn->out = response_bytes(take_response);
    conn_write(conn);
}

static void on_timeout(void *arg)
{
    Conn *conn = arg;

    conn->timeout = NULL;
    if (conn->waiter == NULL) {
        conn_close(conn);
        return;
    }
    stop_expecting(conn);
    give_time(conn);
    conn_answer(conn,
                conn->token != NULL ? response_error(503, say(W_READINGS_SLOW)) : metrics_page());
}

/* Waiting for the engine ---------------------------------------------------------------------- */

static Waiter *expect(Conn *conn)
{
    conn->waiter = g_new(Waiter, 1);
    conn->waiter->conn = conn;
    g_ptr_array_add(conn->web->waiters, conn->waiter);
    return conn->waiter;
}

/* It was asked for in vain. */
static void expect_nothing(Conn *conn)
{
    g_ptr_array_remove_fast(conn->web->waiters, g_steal_pointer(&conn->waiter));
}

/* Only the time is watched, and whether it goes away. */
static void wait_quietly(Conn *conn)
{
    give_time(conn);
    wait_for(conn, 0);
}

/* Who it was for, if that is still there; it waits no more. */
static Conn *met(Web *web, Waiter *waiter)
{
    Conn *conn = waiter->conn;

    if (conn != NULL) {
        conn->waiter = NULL;
        give_time(conn);
    }
    g_ptr_array_remove_fast(web->waiters, waiter);
    return conn;
}

static bool is_metrics(const Request *request)
{
    return strcmp(request->path, "/metrics") == 0 && strcmp(request->method, "GET") == 0;
}

/* False: answer with what there is. */
static bool refresh(Conn *conn)
{
    Web *web = conn->web;

    if (web->ops->refresh == NULL || web->waiters->len >= WAITERS_MAX) {
        return false;
    }
    if (!web->ops->refresh(web->arg, expect(conn))) {
        expect_nothing(conn);
        return false;
    }
    wait_quietly(conn);
    return true;
}

void web_refreshed(Web *web, void *tag)
{
    Conn *conn = met(web, tag);

    if (conn != NULL) {
        conn_answer(conn, metrics_page());
    }
}

/* Readings ------------------------------------------------------------------------------------ */

static Response answer_busy(void)
{
    Response answer = response_error(503, say(W_READINGS_BUSY));

    answer.retry_s = BUSY_RETRY_S;
    return answer;
}

static Event *event_of(Conn *conn, GPtrArray *take_sent)
{
    Event *event =
        event_new(EVENT_READINGS, NULL); /* the readings' own keys tell what came before */

    event->value = g_strdup(conn->token);
    event->sent = take_sent;
    event->tag = conn->waiter;
    return event;
}

/* To the engine; false: it cannot take it now. */
static bool post_readings(Conn *conn, GPtrArray *take_sent)
{
    Web *web = conn->web;

    expect(conn);
    if (web->ops->post(web->arg, event_of(conn, take_sent))) {
        return true;
    }
    expect_nothing(conn);
    return false;
}

/* Its body is here. */
static void take_readings(Conn *conn)
{
    Response refusal = {0};

    if (conn->web->waiters->len >= WAITERS_MAX) {
        conn_answer(conn, answer_busy());
        return;
    }
    GPtrArray *sent = sent_parse(conn->in->str + conn->request.head, (size_t)conn->request.length,
                                 conn->request.idempotency_key, &refusal);

    if (sent == NULL) {
        conn_answer(conn, refusal);
    } else if (post_readings(conn, sent)) {
        wait_quietly(conn);
    } else {
        conn_answer(conn, answer_busy());
    }
}

static void count_sent(Web *web, const SentCount *count)
{
    metric_add(web->taken, count->taken);
    metric_add(web->repeated, count->repeated);
    metric_add(web->refused, count->refused);
}

void web_replied(Web *web, void *tag, Card *take_receipt, bool failed)
{
    Conn *conn = met(web, tag);
    g_autoptr(Card) receipt = take_receipt;
    SentCount count = {0};
    Response answer = failed || receipt == NULL ? response_error(503, say(W_READINGS_FAILED))
                                                : sent_answer(receipt, &count);

    answer.retry_s = answer.status == 503 ? BUSY_RETRY_S : 0;
    count_sent(web, &count);
    if (conn != NULL) {
        conn_answer(conn, answer);
    } else {
        g_free(answer.text);
    }
}

/* Requests ------------------------------------------------------------------------------------ */

static bool wants_to_go_on(const Request *request)
{
    return request->expect != NULL && g_ascii_strcasecmp(request->expect, "100-continue") == 0;
}

/* So few bytes into an empty socket always fit. */
static void let_go_on(const Conn *conn)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

    if (wants_to_go_on(&conn->request)) {
        (void)send(conn->fd, go_on, sizeof(go_on) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

/* The head is here: a page is answered at once; readings wait for their body. */
static void take_head(Conn *conn)
{
    Response refusal = {0};

    if (is_metrics(&conn->request) && refresh(conn)) {
        return;
    }
    if (strcmp(conn->request.path, READINGS_PATH) != 0) {
        conn_answer(conn, answer_page(conn->web, &conn->request));
    } else if (gate_pass(&conn->request, conn->web->ration, g_get_monotonic_time(), &conn->token,
                         &refusal)) {
        let_go_on(conn);
    } else {
        conn_answer(conn, refusal);
    }
}

static void take_bytes(Conn *conn)
{
    if (conn->request.path == NULL) {
        RequestFound found = request_parse(conn->in->str, conn->in->len, &conn->request);

        if (found == REQUEST_FINE) {
            take_head(conn);
        } else if (found != REQUEST_MORE) {
            conn_answer(conn, answer_unread(found));
        }
    }
    if (conn->token != NULL && conn->in->len >= conn->request.head + (size_t)conn->request.length) {
        take_readings(conn);
    }
}

static void conn_read(Conn *conn)
{
    char some[16384];
    ssize_t n = recv(conn->fd, some, sizeof(some), 0);

    if (is_for_later(n)) {
        return;
    }
    if (n <= 0) { /* gone, or done speaking before it asked for anything */
        conn_close(conn);
        return;
    }
    g_string_append_len(conn->in, some, n);
    take_bytes(conn);
}

static gboolean on_conn(gint fd, GIOCondition condition, gpointer arg)
{
    Conn *conn = arg;

    (void)fd;
    (void)condition; /* what went wrong shows when reading or writing */
    if (conn->waiter != NULL) {
        conn_close(conn); /* it hung up */
    } else if (conn->out == NULL) {
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
    give_time(conn);
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

static Metric *counter(const char *result)
{
    return metric_counter("anchord_readings_total", "Readings that other systems sent.", "result",
                          result);
}

/* -1, and the error. */
static int listen_on(const char *listen, GError **error)
{
    struct sockaddr_storage address;
    socklen_t len = 0;

    if (!listen_parse(listen, &address, &len)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "listening on %s: no address with a port", listen);
        return -1;
    }
    int fd = open_listener(&address, len);

    if (fd < 0) {
        int code = errno;

        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "listening on %s: %s",
                    listen, g_strerror(code));
    }
    return fd;
}

static void take_listener(Web *web, int take_fd)
{
    web->fd = take_fd;
    g_free(web->address);
    web->address = take_fd >= 0 ? address_text(take_fd) : g_strdup("nowhere");
    if (take_fd >= 0) {
        wait_for_connections(web);
    }
}

static void close_listener(Web *web)
{
    stop_waiting(&web->source);
    loop_stop(&web->resume);
    if (web->fd >= 0) {
        (void)close(web->fd);
    }
}

bool web_listen(Web *web, const char *listen, GError **error)
{
    int fd = listen != NULL ? listen_on(listen, error) : -1;

    if (fd < 0 && listen != NULL) {
        return false;
    }
    close_listener(web);
    take_listener(web, fd);
    return true;
}

Web *web_new(Loop *loop, const char *listen, const WebOps *ops, void *arg, GError **error)
{
    int fd = listen_on(listen, error);

    if (fd < 0) {
        return NULL;
    }
    Web *web = g_new0(Web, 1);

    *web = (Web){.loop = loop, .ops = ops, .arg = arg, .timeout_ms = TIMEOUT_MS};
    web->conns = g_ptr_array_new();
    web->waiters = g_ptr_array_new_with_free_func(g_free);
    web->ration = ration_new();
    web->taken = counter("taken");
    web->repeated = counter("repeated");
    web->refused = counter("refused");
    take_listener(web, fd);
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
    close_listener(web);
    g_ptr_array_unref(web->conns);
    g_ptr_array_unref(web->waiters);
    ration_free(web->ration);
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

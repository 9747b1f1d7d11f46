#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_S      8
#define CONNECTIONS_MAX 256

struct Peer {
    PeerServe serve;
    void *arg;
    int listener; /* -1: behind TLS */
    int port;
    int stop[2];
    GThread *acceptor;
    pthread_mutex_t lock;     /* guards all below */
    int fds[CONNECTIONS_MAX]; /* -1: over */
    GThread *threads[CONNECTIONS_MAX];
    int count;
    pid_t tls; /* 0: none */
    char *dir; /* of the certificate */
};

typedef struct Visit {
    Peer *peer;
    int fd;
    int nth;
} Visit;

/* Connections -----------------------------------------------------------------------------------
 */

static gpointer visit_run(gpointer data)
{
    Visit *visit = data;
    Peer *peer = visit->peer;

    peer->serve(peer, visit->fd, visit->nth);
    pthread_mutex_lock(&peer->lock);
    peer->fds[visit->nth] = -1;
    close(visit->fd);
    pthread_mutex_unlock(&peer->lock);
    g_free(visit);
    return NULL;
}

static void welcome(Peer *peer, int fd)
{
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    Visit *visit = g_new0(Visit, 1);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    pthread_mutex_lock(&peer->lock);
    g_assert(peer->count < CONNECTIONS_MAX);
    *visit = (Visit){peer, fd, peer->count};
    peer->fds[peer->count] = fd;
    peer->threads[peer->count] = g_thread_new("visit", visit_run, visit);
    peer->count++;
    pthread_mutex_unlock(&peer->lock);
}

static gpointer acceptor_run(gpointer data)
{
    Peer *peer = data;
    struct pollfd waits[] = {{.fd = peer->listener, .events = POLLIN},
                             {.fd = peer->stop[0], .events = POLLIN}};

    while (poll(waits, 2, -1) > 0 && waits[1].revents == 0) {
        int fd = accept4(peer->listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd >= 0) {
            welcome(peer, fd);
        }
    }
    return NULL;
}

static int listen_on(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(fd, 128), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static Peer *new_peer(PeerServe serve, void *arg)
{
    Peer *peer = g_new0(Peer, 1);

    peer->serve = serve;
    peer->arg = arg;
    peer->listener = -1;
    pthread_mutex_init(&peer->lock, NULL);
    assert_int_equal(pipe(peer->stop), 0);
    return peer;
}

Peer *peer_new(PeerServe serve, void *arg)
{
    Peer *peer = new_peer(serve, arg);

    peer->listener = listen_on(&peer->port);
    peer->acceptor = g_thread_new("acceptor", acceptor_run, peer);
    return peer;
}

static void end_tls(Peer *peer)
{
    g_autofree char *command = NULL;

    if (peer->tls != 0) {
        kill(peer->tls, SIGKILL);
        waitpid(peer->tls, NULL, 0);
    }
    if (peer->dir != NULL) {
        command = g_strdup_printf("rm -r '%s'", peer->dir);
        assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    }
    g_free(peer->dir);
}

void peer_free(Peer *peer)
{
    if (peer == NULL) {
        return;
    }
    if (peer->acceptor != NULL) {
        assert_int_equal(write(peer->stop[1], "", 1), 1);
        g_thread_join(peer->acceptor);
        close(peer->listener);
    }
    end_tls(peer);
    pthread_mutex_lock(&peer->lock);
    for (int i = 0; i < peer->count; i++) {
        if (peer->fds[i] >= 0) {
            shutdown(peer->fds[i], SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&peer->lock);
    for (int i = 0; i < peer->count; i++) {
        g_thread_join(peer->threads[i]);
    }
    close(peer->stop[0]);
    close(peer->stop[1]);
    pthread_mutex_destroy(&peer->lock);
    g_free(peer);
}

void *peer_arg(Peer *peer)
{
    return peer->arg;
}

int peer_port(const Peer *peer)
{
    return peer->port;
}

int peer_connections(Peer *peer)
{
    pthread_mutex_lock(&peer->lock);
    int count = peer->count;
    pthread_mutex_unlock(&peer->lock);
    return count;
}

char *peer_url(const Peer *peer, const char *scheme, const char *rest)
{
    return g_strdup_printf("%s://%s:%d%s", scheme, peer->tls != 0 ? "localhost" : "127.0.0.1",
                           peer->port, rest);
}

int peer_no_port(void)
{
    int port = 0;

    close(listen_on(&port));
    return port;
}

/* TLS -------------------------------------------------------------------------------------------
 */

static bool make_certificate(const char *dir)
{
    g_autofree char *command = g_strdup_printf(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=localhost -addext subjectAltName=DNS:localhost -keyout %s/key.pem -out %s/cert.pem",
        dir, dir);
    int status = 0;

    return g_spawn_command_line_sync(command, NULL, NULL, &status, NULL) && status == 0;
}

static bool is_listening(int port)
{
    g_autofree char *table = NULL;
    g_autofree char *wanted = g_strdup_printf("0100007F:%04X 00000000:0000 0A", (unsigned)port);

    return g_file_get_contents("/proc/net/tcp", &table, NULL, NULL) &&
           strstr(table, wanted) != NULL;
}

/* What the program decrypts comes out of `fd`, and what goes in is encrypted. */
static void start_openssl(Peer *peer, int fd)
{
    g_autofree char *at = g_strdup_printf("127.0.0.1:%d", peer->port);
    g_autofree char *cert = g_strdup_printf("%s/cert.pem", peer->dir);
    g_autofree char *key = g_strdup_printf("%s/key.pem", peer->dir);
    char *argv[] = {(char[]){"openssl"},
                    (char[]){"s_server"},
                    (char[]){"-quiet"},
                    (char[]){"-accept"},
                    at,
                    (char[]){"-cert"},
                    cert,
                    (char[]){"-key"},
                    key,
                    NULL};
    posix_spawn_file_actions_t actions;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, 0);
    posix_spawn_file_actions_adddup2(&actions, fd, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0);
    assert_int_equal(posix_spawnp(&peer->tls, "openssl", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    for (int i = 0; i < 1000 && !is_listening(peer->port); i++) {
        g_usleep(10000);
    }
    assert_true(is_listening(peer->port));
}

Peer *peer_new_tls(PeerServe serve, void *arg, const char **ca_file)
{
    static char ca[256];
    g_autofree char *program = g_find_program_in_path("openssl");
    int ends[2];

    if (program == NULL) {
        return NULL;
    }
    Peer *peer = new_peer(serve, arg);

    peer->dir = g_dir_make_tmp("anchord-XXXXXX", NULL);
    assert_non_null(peer->dir);
    assert_true(make_certificate(peer->dir));
    peer->port = peer_no_port();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    start_openssl(peer, ends[0]);
    close(ends[0]);
    welcome(peer, ends[1]);
    g_snprintf(ca, sizeof(ca), "%s/cert.pem", peer->dir);
    *ca_file = ca;
    return peer;
}

/* Bytes -----------------------------------------------------------------------------------------
 */

bool peer_read(int fd, void *bytes, size_t len)
{
    uint8_t *at = bytes;

    while (len > 0) {
        ssize_t got = read(fd, at, len);

        if (got <= 0) {
            return false;
        }
        at += got;
        len -= (size_t)got;
    }
    return true;
}

bool peer_write(int fd, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    while (len > 0) {
        ssize_t put = send(fd, at, len, MSG_NOSIGNAL);

        if (put <= 0) {
            return false;
        }
        at += put;
        len -= (size_t)put;
    }
    return true;
}

bool peer_say(int fd, const char *text)
{
    return peer_write(fd, text, strlen(text));
}

void peer_reset(int fd)
{
    const struct linger at_once = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

char *peer_head(int fd)
{
    g_autoptr(GString) head = g_string_new(NULL);
    char c = 0;

    while (!g_str_has_suffix(head->str, "\r\n\r\n")) {
        if (!peer_read(fd, &c, 1)) {
            return NULL;
        }
        g_string_append_c(head, c);
    }
    return g_string_free(g_steal_pointer(&head), FALSE);
}

char *peer_request(int fd)
{
    g_autofree char *head = peer_head(fd);
    const char *length = head != NULL ? strcasestr(head, "content-length:") : NULL;
    size_t len = length != NULL ? strtoul(length + strlen("content-length:"), NULL, 10) : 0;

    if (head == NULL) {
        return NULL;
    }
    g_autofree char *body = g_malloc0(len + 1);

    return peer_read(fd, body, len) ? g_strconcat(head, body, NULL) : NULL;
}

/* Websockets ------------------------------------------------------------------------------------
 */

char *peer_accept_of(const char *head)
{
    const char *key = strcasestr(head, "sec-websocket-key: ");
    g_autofree char *text = NULL;
    guint8 digest[20];
    gsize len = sizeof(digest);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);

    g_assert(key != NULL);
    key += strlen("sec-websocket-key: ");
    text = g_strdup_printf("%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    g_checksum_update(sum, (const guchar *)text, -1);
    g_checksum_get_digest(sum, digest, &len);
    return g_base64_encode(digest, len);
}

bool peer_upgrade(int fd, char **head)
{
    g_autofree char *request = peer_head(fd);

    if (request == NULL) {
        return false;
    }
    g_autofree char *accept = peer_accept_of(request);
    g_autofree char *answer =
        g_strdup_printf("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                        accept);

    if (head != NULL) {
        *head = g_steal_pointer(&request);
    }
    return peer_say(fd, answer);
}

bool peer_frame(int fd, int opcode, bool final, const void *payload, size_t len)
{
    uint8_t head[10] = {(uint8_t)((final ? 0x80 : 0) | opcode)};
    size_t head_len = 2;

    if (len < 126) {
        head[1] = (uint8_t)len;
    } else {
        size_t bytes = len < 65536 ? 2 : 8;

        head[1] = bytes == 2 ? 126 : 127;
        for (size_t i = 0; i < bytes; i++) {
            head[2 + i] = (uint8_t)(len >> (8 * (bytes - 1 - i)));
        }
        head_len += bytes;
    }
    return peer_write(fd, head, head_len) && peer_write(fd, payload, len);
}

static bool read_length(int fd, size_t *len)
{
    uint8_t more[8];
    size_t bytes = *len == 126 ? 2 : *len == 127 ? 8 : 0;

    if (bytes == 0) {
        return true;
    }
    if (!peer_read(fd, more, bytes)) {
        return false;
    }
    *len = 0;
    for (size_t i = 0; i < bytes; i++) {
        *len = *len << 8 | more[i];
    }
    return true;
}

bool peer_read_frame(int fd, PeerFrame *frame)
{
    uint8_t head[2];
    uint8_t mask[4] = {0};

    *frame = (PeerFrame){0};
    if (!peer_read(fd, head, 2)) {
        return false;
    }
    frame->final = (head[0] & 0x80) != 0;
    frame->reserved = (head[0] & 0x70) != 0;
    frame->opcode = head[0] & 0x0f;
    frame->masked = (head[1] & 0x80) != 0;
    frame->len = head[1] & 0x7f;
    if (!read_length(fd, &frame->len) || (frame->masked && !peer_read(fd, mask, 4))) {
        return false;
    }
    frame->payload = g_malloc0(frame->len + 1);
    if (!peer_read(fd, frame->payload, frame->len)) {
        g_clear_pointer(&frame->payload, g_free);
        return false;
    }
    for (size_t i = 0; i < frame->len; i++) {
        frame->payload[i] ^= mask[i & 3];
    }
    return true;
}

/* The loop --------------------------------------------------------------------------------------
 */

static void on_too_long(void *arg)
{
    (void)arg;
    fail_msg("nothing happened any more");
}

void peer_run(Loop *loop)
{
    LoopTimer *guard = loop_after(loop, 60000, on_too_long, NULL);

    loop_run(loop);
    loop_stop(&guard);
}

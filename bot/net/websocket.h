#pragma once

/* Websockets as a client, over libwebsockets in the loop: TLS verified with SNI, proxies from the
 * environment, messages put together from their fragments.
 *
 * Thread: the loop's. Callbacks may open, send, close and drop any socket, this one included. */

#include "bot/loop.h"

typedef struct WebSockets WebSockets; /* the library's context */
typedef struct WebSocket WebSocket;

#define WEBSOCKET_MESSAGE_MAX ((size_t)16 * 1024 * 1024)

typedef struct WebSocketOps {
    void (*opened)(void *arg);
    /* A whole text or binary message; `bytes` may hold anything, and is ended by a NUL beyond
     * `len`. Longer ones than WEBSOCKET_MESSAGE_MAX are skipped, and told as `oversized`. */
    void (*message)(void *arg, const char *bytes, size_t len, bool is_text);
    void (*oversized)(void *arg);
    /* A ping (answered already) or a pong came. The library hides pings; one that comes while
     * something of ours waits to be written is answered, and may go untold. */
    void (*alive)(void *arg);
    /* It is over: told exactly once, also when it never opened; the socket must not be used any
     * more after this call. `status`: of the refused upgrade (HTTP), else 0. `code`: of the close
     * frame, else 0. `why`: for the log; holds no URL and no token. */
    void (*closed)(void *arg, int status, int code, const char *why);
} WebSocketOps;

WebSockets *websockets_new(Loop *loop, GError **error) __attribute__((warn_unused_result));
/* Sockets still open are dropped, untold. Not from inside one of their callbacks. One context at a
 * time: the library leaks with two. */
void websockets_free(WebSockets *sockets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebSockets, websockets_free)

typedef struct WebSocketRequest {
    const char *url;            /* ws:// or wss:// */
    const char *subprotocol;    /* NULL: none */
    const char *const *headers; /* "Name: value", ends with NULL; NULL: none */
    /* Trusted beside the system's authorities, for this one; NULL: none. What is in a file is read
     * once: the library keeps it until the end. */
    const char *ca_file;
} WebSocketRequest;

/* Begins to connect; NULL with `error` set when the URL cannot be one. `ops` is borrowed for the
 * socket's life. Nothing times out by itself but the opening: 20 s from here to the answer to the
 * upgrade. `closed` and the rest are never told from inside. */
WebSocket *websocket_open(WebSockets *sockets, const WebSocketRequest *request,
                          const WebSocketOps *ops, void *arg, GError **error)
    __attribute__((warn_unused_result));
/* Queues one unfragmented text frame. False when the socket is not open or closing: nothing is
 * sent.
 */
bool websocket_send(WebSocket *socket, const char *text, size_t len)
    __attribute__((warn_unused_result));
void websocket_ping(WebSocket *socket);
/* Bytes that wait to be written. */
size_t websocket_backlog(const WebSocket *socket);
/* Sends what is queued, then the close frame; `closed` is told when the other side answered, or
 * after 2 seconds. */
void websocket_close(WebSocket *socket, int code);
/* At once, and `closed` is not told. */
void websocket_drop(WebSocket *socket);

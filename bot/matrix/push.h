#pragma once

/* The other transport: an application service's transactions over the websocket of mautrix-wsproxy
 * (path /_matrix/client/unstable/fi.mau.as_sync), in both dialects. A transaction is acknowledged
 * only when it is stored, and handled once: its id and its events' are remembered. The proxy
 * answers the homeserver before we have read, so after every (re)connect what was missed is read
 * from /messages, back to the last event that was kept for each joined room.
 *
 * Thread: the loop's. */

#include "bot/clock.h"
#include "bot/matrix/api.h"
#include "bot/matrix/batch.h"
#include "bot/net/websocket.h"

typedef struct MatrixPush MatrixPush;

/* Kept: the last 128 transaction ids, by commas; and for each joined room the last event handled.
 */
#define MATRIX_KEEP_TRANSACTIONS "transactions"
#define MATRIX_KEEP_LAST         "last/" /* then the room's id */

typedef struct MatrixPushConfig {
    const char *workspace;
    const char *proxy_url; /* wss://… (or ws:// to this machine), without the path */
    const char *as_token;
    const char *ca_file; /* as in WebSocketRequest */
    Clock *clock;        /* which past is too old */
    /* What was kept, by name; borrowed while it lives. */
    const char *(*kept)(void *arg, const char *name);
    void *arg;
} MatrixPushConfig;

typedef enum PushState {
    PUSH_STARTING,
    PUSH_READY,    /* connected, and what was missed is handed on */
    PUSH_BROKEN,   /* trying again, 2 s to 2 min apart with jitter */
    PUSH_REFUSED,  /* the proxy does not know the token */
    PUSH_REPLACED, /* another instance took over (4001): not tried again until the daemon restarts
                    */
} PushState;

MatrixPush *matrix_push_new(Loop *loop, WebSockets *sockets, MatrixApi *api,
                            const MatrixPushConfig *config, const MatrixSink *sink,
                            void (*changed)(void *arg, PushState state), void *changed_arg);
void matrix_push_free(MatrixPush *push);
void matrix_push_start(MatrixPush *push, const char *user); /* the account is ready */
void matrix_push_stop(MatrixPush *push, LoopCall done, void *arg);
void matrix_push_taken(MatrixPush *push, bool stored);
PushState matrix_push_state(const MatrixPush *push);
const char *matrix_push_why(const MatrixPush *push); /* for people; "" when PUSH_READY */

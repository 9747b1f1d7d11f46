#pragma once

/* Socket Mode: the connections of link.h over websockets and apps.connections.open; whole envelopes
 * out, acknowledgements in. Thread: the loop's. */

#include "bot/net/websocket.h"
#include "bot/slack/api.h"
#include "bot/slack/envelope.h"
#include "bot/slack/link.h"

typedef struct SlackSocket SlackSocket;

/* They may acknowledge and stop, but not free the socket: retire it. */
typedef struct SlackSocketOps {
    void (*envelope)(void *arg, SlackEnvelope *take_envelope);
    void (*changed)(void *arg, LinkState state); /* link_state is another one now */
} SlackSocketOps;

typedef struct SlackSocketConfig {
    const char *workspace; /* for the log */
    const char *app_token;
    const char *ca_file; /* as in WebSocketRequest */
    int connections;
    const char *app_id; /* that hello should name; NULL: any */
} SlackSocketConfig;

SlackSocket *slack_socket_new(Loop *loop, WebSockets *sockets, SlackApi *api,
                              const SlackSocketConfig *config, const SlackSocketOps *ops,
                              void *arg);
void slack_socket_free(SlackSocket *socket);
void slack_socket_start(SlackSocket *socket);
/* Acknowledges, by the connection it came by while that is open, else by any other; nothing is sent
 * when none is, since Slack sends the envelope again. `payload`: borrowed JSON text; NULL: none.
 * False where it did not go out: no connection, or a frame longer than SLACK_ACK_MAX, from which it
 * is left out. */
bool slack_socket_ack(SlackSocket *socket, const char *envelope_id, uint64_t epoch,
                      const char *payload, size_t payload_len);
/* Closes cleanly; `done` when all is over (2 s at most), never from inside. What still comes is not
 * handed on, and `changed` is told no more. */
void slack_socket_stop(SlackSocket *socket, LoopCall done, void *arg);
LinkState slack_socket_state(const SlackSocket *socket);
/* Why the last connection ended; "" before. */
const char *slack_socket_why(const SlackSocket *socket);
int slack_socket_ready(const SlackSocket *socket);
int slack_socket_foreign(const SlackSocket *socket);

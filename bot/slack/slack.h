#pragma once

/* One Slack workspace: what comes by Socket Mode goes to the engine, and what the engine says goes
 * back, as an acknowledgement, a modal, a private answer, or a card through the outbox.
 *
 * Thread: the loop's, all of it; the engine's callbacks reach it through the loop (bot/run.c). */

#include "bot/engine.h"
#include "bot/net/http.h"
#include "bot/net/websocket.h"
#include "bot/slack/socket.h"
#include "config/config.h"

typedef struct Slack Slack;

/* What all workspaces share; borrowed, and outlives them. */
typedef struct SlackShared {
    Loop *loop;
    Http *http;
    WebSockets *sockets;
    Engine *engine;
    Clock *clock;
    const char *install; /* names this daemon's store in what it posts */
} SlackShared;

Slack *slack_new(const WorkspaceConfig *config, const SlackShared *shared, WorkspaceId workspace);
void slack_free(Slack *slack);
void slack_start(Slack *slack);
/* Closes the connections cleanly; `done` when that is over. */
void slack_stop(Slack *slack, LoopCall done, void *arg);

/* What the engine said. `tag` is the event's; `failure`: nothing came of it. */
void slack_replied(Slack *slack, void *tag, Card *take_reply, bool repeated, bool failed);
void slack_deliver(Slack *slack, OutboxRow *take_row, const MessageRef *edit,
                   const MessageRef *thread);
void slack_home_is(Slack *slack, const char *channel, const char *roster);

/* Connected, and the token is good; else `why` says what is missing, for /readyz. */
bool slack_ready(const Slack *slack, GString *why);
/* What does not work though it is connected, a line each, for /readyz. */
void slack_troubles(Slack *slack, GString *out);
WorkspaceId slack_workspace(const Slack *slack);

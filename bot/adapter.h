#pragma once

/* A platform's side of one workspace, as the daemon drives it: what is said there goes to the
 * engine, and what the engine says goes there. Each platform's folder makes its own; nothing else
 * knows them apart.
 *
 * Thread: the loop's, all of it; the engine's callbacks reach it through the loop (bot/run.c). */

#include "bot/engine.h"
#include "bot/net/http.h"
#include "bot/net/websocket.h"

typedef struct Adapter Adapter;

/* What all workspaces share; borrowed, and outlives them. */
typedef struct AdapterShared {
    Loop *loop;
    Http *http;
    WebSockets *sockets;
    Engine *engine;
    Clock *clock;
    const char *install; /* names this daemon's store in what it posts */
} AdapterShared;

/* How it went with what was posted as one piece (engine_post_all). */
typedef enum Stored {
    STORED,         /* all of it */
    STORED_NOT_NOW, /* nothing of it: the store cannot take anything just now */
    STORED_NOT,     /* nothing of it: something in it failed */
} Stored;

/* For whoever watches the daemon. */
typedef enum AdapterState {
    ADAPTER_STARTING, /* no answer has come yet, good or bad */
    ADAPTER_READY,    /* connected, and let in */
    ADAPTER_TROUBLED, /* it is known why it is not */
} AdapterState;

typedef struct AdapterOps {
    void (*free)(Adapter *adapter);
    void (*start)(Adapter *adapter);
    /* Closes what is open, cleanly; `done` when that is over, which may be at once. */
    void (*stop)(Adapter *adapter, LoopCall done, void *arg);

    /* What the engine said: see EngineOut. `tag` is the event's; `failed`: nothing came of it. */
    void (*replied)(Adapter *adapter, void *tag, Card *take_reply, bool repeated, bool failed);
    void (*stored)(Adapter *adapter, void *tag, Stored how); /* NULL: it posts no pieces */
    void (*deliver)(Adapter *adapter, OutboxRow *take_row, const MessageRef *edit,
                    const MessageRef *thread);
    void (*home)(Adapter *adapter, const char *channel, const char *roster);

    /* How it stands; `why` says what is missing where it is not ADAPTER_READY. */
    AdapterState (*state)(Adapter *adapter, GString *why);
    /* What does not work though it is connected, a line each, for /readyz. */
    void (*troubles)(Adapter *adapter, GString *out);
} AdapterOps;

/* Every platform's first member. */
struct Adapter {
    const AdapterOps *ops;
    WorkspaceId workspace;
};

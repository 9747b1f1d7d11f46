#pragma once

/* What the running daemon consists of: made and taken apart by run.c, changed by reload.c, brought
 * to its end by stop.c, looked at by pages.c. Thread: the loop's, but for what its modules say. */

#include "bot/readiness.h"
#include "bot/relay.h"
#include "bot/watchdog.h"

typedef struct Daemon {
    Config *config; /* that is in force */
    Loop *loop;
    Store *store; /* the engine's, once it runs */
    Clock *clock;
    Relay *relay;
    Engine *engine;
    Http *http;
    WebSockets *sockets;
    char *install; /* names this store in what is posted */
    Workspaces *workspaces;
    Web *web; /* NULL: nothing was ever listened to */
    Readiness *readiness;
    Watchdog *watchdog;
    bool stopping, drained;
    LoopTimer *draining; /* while stopping: what is under way is being answered */
} Daemon;

/* What adapters kept in earlier runs. Engine's thread, or before it runs. */
bool daemon_read_kept(Daemon *daemon, GHashTable *kept, GError **error);

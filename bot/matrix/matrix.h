#pragma once

/* One Matrix account: what comes by /sync or by the websocket goes to the engine in the pieces that
 * it came in, and cards go out through the client-server API.
 *
 * Thread: the loop's. */

#include "bot/adapter.h"
#include "config/config.h"

/* `all`: what an earlier run stored of all workspaces (name -> value), borrowed for the call. The
 * config outlives it. */
Adapter *matrix_new(const WorkspaceConfig *config, const AdapterShared *shared,
                    WorkspaceId workspace, GHashTable *all);

/* The store's settings of that workspace begin so; caller frees. */
char *matrix_kept_prefix(const char *workspace);

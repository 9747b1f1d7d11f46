#pragma once

/* The workspaces that are served, in the configuration's order: one adapter each, from its first
 * connection to its last word. Thread: the loop's. */

#include "bot/adapter.h"
#include "config/config.h"

typedef struct Workspaces Workspaces;

/* `kept`: name -> value, what adapters stored in earlier runs; borrowed for the call. */
typedef Adapter *(*AdapterMaker)(const WorkspaceConfig *config, const AdapterShared *shared,
                                 WorkspaceId workspace, GHashTable *kept);

/* A leaving one that has not closed cleanly by then is cut. */
#define WORKSPACE_LEAVES_MS 1000

/* `makers`: by platform; borrowed. */
Workspaces *workspaces_new(const AdapterShared *shared, const AdapterMaker *makers);
void workspaces_free(Workspaces *workspaces); /* cuts whatever is open */

/* Makes its adapter, which is not started yet. */
void workspaces_add(Workspaces *workspaces, const WorkspaceConfig *config, WorkspaceId id,
                    GHashTable *kept);
/* Starts those that were added and have not been started. */
void workspaces_start(Workspaces *workspaces);
/* Puts them into the order of that list (of WorkspaceConfig). */
void workspaces_sort(Workspaces *workspaces, const GPtrArray *configs);

/* Closes its connections, cleanly if that is quick; nothing reaches it any more. */
void workspaces_leave(Workspaces *workspaces, WorkspaceId id);
void workspaces_leave_all(Workspaces *workspaces);
/* `done(arg)` once none is leaving any more, never from inside; a later call takes its place. */
void workspaces_when_left(Workspaces *workspaces, LoopCall done, void *arg);

/* Its adapter; NULL: it is not served. */
Adapter *workspaces_adapter(const Workspaces *workspaces, WorkspaceId id);
guint workspaces_count(const Workspaces *workspaces);
WorkspaceId workspaces_id(const Workspaces *workspaces, guint at);
const char *workspaces_name(const Workspaces *workspaces, guint at);
/* Of the one at that place; `why` as in AdapterOps.state. */
AdapterState workspaces_state(const Workspaces *workspaces, guint at, GString *why);
/* A line "NAME: WHAT: WHY" for each thing that does not work there though it is connected. */
void workspaces_troubles(const Workspaces *workspaces, guint at, GString *out);

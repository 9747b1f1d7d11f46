#pragma once

/* What the service manager is told of how the daemon stands (sd_notify): READY=1 once each
 * workspace has had its first answer, or it is known why it has none, and at the latest when
 * patience is over; STATUS= with those that are not connected, whenever that changes.
 *
 * Thread: the loop's. Without $NOTIFY_SOCKET nothing is told. */

#include "bot/workspaces.h"

typedef struct Readiness Readiness;

#define READINESS_PATIENCE_MS 60000

/* Before the store is opened: the manager waits longer than for the rest of the start. */
void readiness_opening(void);
/* Looks from now on. The workspaces are borrowed. */
Readiness *readiness_new(Loop *loop, const Workspaces *workspaces, int64_t patience_ms);
void readiness_free(Readiness *readiness);
/* The configuration is being read anew; it is in force, or the old one stays. */
void readiness_reloading(Readiness *readiness);
void readiness_reloaded(Readiness *readiness);
void readiness_stopping(Readiness *readiness);

/* "2 of 3 workspaces connected; community: the token is refused". Caller frees. */
char *readiness_status(const Workspaces *workspaces);

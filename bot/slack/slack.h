#pragma once

/* One Slack workspace: what comes by Socket Mode goes to the engine, and what the engine says goes
 * back, as an acknowledgement, a modal, a private answer, or a card through the outbox.
 *
 * Thread: the loop's. */

#include "bot/adapter.h"
#include "config/config.h"

/* It keeps nothing of its own in the store (`kept`). */
Adapter *slack_new(const WorkspaceConfig *config, const AdapterShared *shared,
                   WorkspaceId workspace, GHashTable *kept);

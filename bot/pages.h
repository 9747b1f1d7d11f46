#pragma once

/* What the daemon answers over HTTP: /healthz, /readyz, /metrics and the readings that come there.
 * Thread: the loop's. */

#include "bot/daemon.h"

/* Serves at that address, in place of the one before; NULL: nowhere any more. Where that cannot be,
 * all stays as it was. */
bool pages_listen(Daemon *daemon, const char *listen, GError **error)
    __attribute__((warn_unused_result));

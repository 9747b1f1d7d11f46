#pragma once

/* The small HTTP server for whoever watches the daemon: GET /healthz, /readyz and /metrics, one
 * answer a connection. Everything has a bound: 8 KiB of request, 32 connections (a further one
 * takes the place of the oldest), five seconds each.
 *
 * Thread: the loop's. */

#include <stdint.h>

#include <glib.h>

#include "bot/loop.h"

typedef struct Web Web;

/* Each answers at once, with text (the server frees it; NULL counts as a failure) and, in
 * `*status`, 200 or 503; it is 200 at first. */
typedef struct WebOps {
    char *(*healthy)(void *arg, int *status); /* the loop, the engine and the store answer */
    char *(*ready)(void *arg, int *status);   /* each workspace is connected; which are not */
} WebOps;

/* `listen` as in the configuration: "127.0.0.1:8089", "[::1]:8089"; port 0 lets the system choose.
 * `ops` and `arg` are borrowed until web_free. */
Web *web_new(Loop *loop, const char *listen, const WebOps *ops, void *arg, GError **error)
    __attribute__((warn_unused_result));
void web_free(Web *web); /* not from within an answer; while `loop` still is */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Web, web_free)
/* Where it really listens: "127.0.0.1:41873". */
const char *web_address(const Web *web);
/* How long a connection may take, in place of five seconds. */
void web_set_timeout_ms(Web *web, int64_t ms);

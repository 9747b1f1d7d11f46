#pragma once

/* The small HTTP server: GET /healthz, /readyz and /metrics for whoever watches the daemon, and
 * POST /api/v1/readings for systems that send values; one answer a connection. Everything has a
 * bound: 8 KiB of headers, a mebibyte of body, 32 connections (a further one takes the place of the
 * oldest), eight requests that wait for the engine, five seconds to be heard and five to be
 * answered.
 *
 * Thread: the loop's. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "bot/loop.h"
#include "core/card.h"
#include "core/event.h"

typedef struct Web Web;

/* The first two answer at once, with text (the server frees it; NULL counts as a failure) and, in
 * `*status`, 200 or 503; it is 200 at first. */
typedef struct WebOps {
    char *(*healthy)(void *arg, int *status); /* the loop, the engine and the store answer */
    char *(*ready)(void *arg, int *status);   /* each workspace is connected; which are not */
    /* EVENT_READINGS for the engine; its answer comes by web_replied, with the event's tag. False:
     * it cannot take it now. */
    bool (*post)(void *arg, Event *take_event);
    /* Asks for the figures behind /metrics that take a moment; they are there with web_refreshed,
     * with this tag. False: not now. NULL: there are none. */
    bool (*refresh)(void *arg, void *tag);
} WebOps;

/* `listen` as in the configuration: "127.0.0.1:8089", "[::1]:8089"; port 0 lets the system choose.
 * `ops` and `arg` are borrowed until web_free. */
Web *web_new(Loop *loop, const char *listen, const WebOps *ops, void *arg, GError **error)
    __attribute__((warn_unused_result));
void web_free(Web *web); /* not from within an answer; while `loop` still is */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Web, web_free)
/* What came of an event that was posted; `failed`: nothing did. Who sent it may have gone. */
void web_replied(Web *web, void *tag, Card *take_receipt, bool failed);
/* From now on there, as in web_new; NULL: nowhere. Who is connected stays, and so does the old
 * address where the new one cannot be had. */
bool web_listen(Web *web, const char *listen, GError **error) __attribute__((warn_unused_result));
/* /metrics may be answered. Who asked may have gone, or have been answered without it. */
void web_refreshed(Web *web, void *tag);
/* Where it really listens: "127.0.0.1:41873"; "nowhere". */
const char *web_address(const Web *web);
/* How long a connection may take to be heard, and then to be answered, in place of five seconds. */
void web_set_timeout_ms(Web *web, int64_t ms);

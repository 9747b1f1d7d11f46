#pragma once

/* The life of Socket Mode connections as a pure state machine: what happened and when in, what to
 * do out. No socket, no clock. One to ten connections; each is replaced before it goes where Slack
 * said so in time (disconnect: warning, refresh_requested, or its own age), found dead when nothing
 * was heard of it, and opened again with full-jitter backoff and never more than ten opens a
 * minute.
 *
 * Times are monotonic milliseconds. Every connection has an epoch, so that a late callback of an
 * old one cannot touch a new one. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#define LINK_SLOTS_MAX 10

typedef struct Link Link;

typedef enum LinkDo {
    LINK_ASK_URL, /* call apps.connections.open for this epoch */
    LINK_CONNECT, /* open the websocket at `url` for this epoch */
    LINK_PING,    /* send a ping */
    LINK_CLOSE,   /* close cleanly (1000); tell link_closed when it is over */
    LINK_DROP,    /* cut at once; it is not told */
} LinkDo;

typedef struct LinkStep {
    LinkDo act;
    uint64_t epoch;
    const char *url; /* LINK_CONNECT: borrowed until the next call */
} LinkStep;

/* Why nothing is connected, or why it is slow: for /readyz and the log. */
typedef enum LinkState {
    LINK_STARTING,
    LINK_READY,    /* at least one connection has said hello */
    LINK_BROKEN,   /* none has; trying again */
    LINK_REFUSED,  /* the token is refused: tried every few minutes */
    LINK_DISABLED, /* Socket Mode is switched off in the app's settings */
    LINK_CROWDED,  /* too_many_websockets: other instances use the same app */
} LinkState;

/* `wanted` connections. `seed` feeds the jitter, so that a test can repeat it. */
Link *link_new(int wanted, uint32_t seed);
void link_free(Link *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_free)

/* What happened. Each appends what is to be done now to `steps` (of LinkStep). */
void link_start(Link *link, int64_t now_ms, GArray *steps);
void link_url(Link *link, uint64_t epoch, const char *url, int64_t now_ms, GArray *steps);
/* The open call failed. `refused`: the token is; `retry_after_ms` -1: not said. */
void link_url_failed(Link *link, uint64_t epoch, bool refused, int64_t retry_after_ms,
                     int64_t now_ms, GArray *steps);
void link_opened(Link *link, uint64_t epoch, int64_t now_ms,
                 GArray *steps); /* the upgrade is done */
/* `lifetime_s`: approximate_connection_time; 0: not said. */
void link_hello(Link *link, uint64_t epoch, int64_t lifetime_s, int num_connections, int64_t now_ms,
                GArray *steps);
void link_heard(Link *link, uint64_t epoch, int64_t now_ms); /* any frame, ping or pong */
void link_disconnect(Link *link, uint64_t epoch, const char *reason, int64_t now_ms, GArray *steps);
void link_closed(Link *link, uint64_t epoch, int64_t now_ms, GArray *steps);
/* Time passes. */
void link_tick(Link *link, int64_t now_ms, GArray *steps);
/* When link_tick wants to be called next. */
int64_t link_next_ms(const Link *link);
/* Everything is closed cleanly, and nothing is opened any more. */
void link_stop(Link *link, int64_t now_ms, GArray *steps);

LinkState link_state(const Link *link);
int link_ready(const Link *link);   /* connections that said hello */
int link_foreign(const Link *link); /* connections that Slack counts and that are not ours */
bool link_is_open(const Link *link, uint64_t epoch); /* said hello, and not closed */
uint64_t link_any(const Link *link); /* the epoch of some ready connection; 0: none */

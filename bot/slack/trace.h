#pragma once

/* One look through a conversation's history for a card that may already stand there, by the key in
 * its metadata (Slack's reference: idempotency of posting). Newest first, page by page, and not
 * without end.
 *
 * Thread: the loop's. */

#include "bot/slack/api.h"

/* What the metadata of our cards is called. */
#define SLACK_CARD_EVENT "anchord_card"

#define SLACK_TRACE_MESSAGES_MAX 1000
#define SLACK_TRACE_PAGES_MAX    20

typedef struct SlackTrace SlackTrace;

typedef enum TraceEnd {
    TRACE_FOUND,
    TRACE_ABSENT,     /* it is not there, as far back as one looks */
    TRACE_UNREADABLE, /* the history is closed to us: a scope is missing, the bot is not in there */
    TRACE_LATER,      /* nothing is known: look again */
} TraceEnd;

typedef struct TraceFor {
    const char *key;
    const char *channel; /* NULL: the direct conversation with `member` */
    const char *member;
    const char *thread_ts; /* among its replies; NULL: in the channel itself */
    int64_t oldest_us;     /* what was posted earlier is somebody else's; wall clock */
} TraceFor;

typedef struct TraceResult {
    TraceEnd end;
    const char *channel, *message; /* TRACE_FOUND */
    const char *method;            /* that spoke last */
    const SlackAnswer *answer;
} TraceResult;

typedef void (*TraceDone)(void *arg, const TraceResult *result); /* borrowed for the call */

/* `done` is called once, never from inside; it may retire the trace. */
SlackTrace *slack_trace_new(SlackApi *api, const TraceFor *what, TraceDone done, void *arg);
void slack_trace_free(SlackTrace *trace); /* what is under way ends untold; not inside `done` */

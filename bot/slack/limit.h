#pragma once

/* Which call may go out when, so that Slack never has to say no: an allowance for each method, a
 * second between two posts to one channel, pauses that Slack asked for, and so many at once in all.
 * What has to wait holds up nothing that need not: each method and each channel has a line of its
 * own.
 *
 * Pure: monotonic milliseconds are passed in, and never go back. Each call costs O(log waiting). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define LIMIT_RUNNING_MAX 24 /* calls under way at once */
#define LIMIT_QUEUE_MAX   18 /* of these, at most, calls that can wait */
#define LIMIT_METHOD_MAX  8  /* and of these, calls of one method: a slow one leaves room */
#define LIMIT_SPACING_MS  INT64_C(1000)
#define LIMIT_NEVER       INT64_MAX

typedef struct Limit Limit;

typedef struct LimitRule {
    int32_t per_minute; /* never more than that in any minute; 0: as many as come */
    bool per_channel;   /* LIMIT_SPACING_MS between two of one channel, over all such methods */
    bool waited_for; /* somebody waits for each: half of the minute's may go at once, not a tenth */
} LimitRule;

/* One call; lives inside its owner's. */
typedef struct LimitEntry {
    size_t method;       /* which rule; the caller's to set, as the next two */
    bool soon;           /* goes ahead of those that are not */
    int64_t deadline_ms; /* limit_overdue hands it back from then on */
    /* The limiter's own. */
    int64_t number, not_before_ms;
    struct LimitLane *lane;
    GSequenceIter *in_line, *in_resting, *in_deadlines;
    bool running;
} LimitEntry;

/* One rule for each method, by its index; copied. */
Limit *limit_new(const LimitRule *rules, size_t count);
void limit_free(Limit *limit); /* entries are their owner's */

/* At the end of its line. `channel` NULL or "": none. */
void limit_add(Limit *limit, LimitEntry *entry, const char *channel);
/* Wherever it is: it waits, is under way, or is none of the limiter's (any more). */
void limit_remove(Limit *limit, LimitEntry *entry);
/* Under way from now; NULL: none may go now. Ask until NULL. */
LimitEntry *limit_next(Limit *limit, int64_t now_ms);
/* Removed, since its deadline came before its turn; NULL: none. */
LimitEntry *limit_overdue(Limit *limit, int64_t now_ms);
/* It was under way and goes back to where it stood in its line, but not before then. */
void limit_again(Limit *limit, LimitEntry *entry, int64_t not_before_ms);
/* Nothing of the method goes out until then; afterwards one at a time, since its burst is used up.
 */
void limit_pause(Limit *limit, size_t method, int64_t until_ms);
/* When there is something to ask for; LIMIT_NEVER: not before an entry is added or ends. */
int64_t limit_when(const Limit *limit, int64_t now_ms);

size_t limit_waiting(const Limit *limit);

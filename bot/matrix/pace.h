#pragma once

/* How fast an account may send: at first as fast as it can, for its homeserver may count nothing;
 * then as the homeserver's refusals teach: ten at once after a rest, and one in each gap. The gap
 * follows from what the homeserver asked to wait for, and is halved for every sixteen sends that it
 * took since.
 *
 * Pure: monotonic milliseconds are passed in, and never go back. */

#include <stdint.h>

#define PACE_BURST    10
#define PACE_GAP_MAX  INT64_C(10000)
#define PACE_HOLD_MAX (INT64_C(10) * 60 * 1000)
/* Where a homeserver, or a proxy before it, does not say how long. */
#define PACE_WAIT_UNSAID INT64_C(5000)

typedef struct Pace {
    int64_t hold_until_ms; /* nothing is sent before */
    int64_t gap_ms;        /* 0: not paced */
    int64_t full_ms;       /* the whole burst is there again then */
    int64_t sent_ms;       /* the last one */
    int64_t apart_ms;      /* and so long after the one before */
    int64_t taught_ms;     /* when it was refused last */
    int calm;              /* sends taken since */
} Pace;

/* When the next may go; not after `now_ms`: now. */
int64_t pace_when(const Pace *pace, int64_t now_ms);
void pace_sent(Pace *pace, int64_t now_ms);
void pace_taken(Pace *pace, int64_t now_ms);
/* What was sent at `sent_ms` is refused, for `wait_ms` (-1: it was not said how long). */
void pace_refused(Pace *pace, int64_t sent_ms, int64_t now_ms, int64_t wait_ms);

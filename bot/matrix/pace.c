#include "bot/matrix/pace.h"

#include <stdbool.h>

#include <glib.h>

#define EASE_AFTER 16  /* sends taken: then twice as fast */
#define GAP_MIN    100 /* a shorter gap is none */

int64_t pace_when(const Pace *pace, int64_t now_ms)
{
    int64_t next_ms = pace->full_ms - (PACE_BURST - 1) * pace->gap_ms;

    return MAX(pace->hold_until_ms, pace->gap_ms > 0 ? next_ms : now_ms);
}

void pace_sent(Pace *pace, int64_t now_ms)
{
    pace->apart_ms = now_ms - pace->sent_ms;
    pace->sent_ms = now_ms;
    pace->full_ms = MAX(pace->full_ms, now_ms) + pace->gap_ms;
}

void pace_taken(Pace *pace, int64_t now_ms)
{
    if (pace->gap_ms == 0 || ++pace->calm < EASE_AFTER) {
        return;
    }
    pace->calm = 0;
    pace->gap_ms = pace->gap_ms / 2 >= GAP_MIN ? pace->gap_ms / 2 : 0;
    pace->full_ms = now_ms + MAX(pace->full_ms - now_ms, 0) / 2;
}

/* Sent so long after the one before it and still too early by the wait: the two together are the
 * gap. What was sent at the same time as one that was refused teaches nothing more. */
void pace_refused(Pace *pace, int64_t sent_ms, int64_t now_ms, int64_t wait_ms)
{
    bool again = pace->taught_ms > 0 && sent_ms < pace->taught_ms;
    int64_t waited_ms = again ? 0 : MIN(pace->apart_ms, pace->gap_ms);

    if (wait_ms < 0) {
        wait_ms = MAX(pace->gap_ms, PACE_WAIT_UNSAID);
    }
    pace->calm = 0;
    pace->taught_ms = now_ms;
    pace->gap_ms = CLAMP(MAX(pace->gap_ms, waited_ms + wait_ms), GAP_MIN, PACE_GAP_MAX);
    pace->hold_until_ms = MAX(pace->hold_until_ms, now_ms + MIN(wait_ms, PACE_HOLD_MAX));
    pace->full_ms = pace->hold_until_ms + (PACE_BURST - 1) * pace->gap_ms; /* one may go then */
}

#pragma once

/* What an administrator wants to see of one workspace, as series of /metrics (bot/metrics.h), each
 * labelled with its name. Thread: the loop's. */

#include "bot/metrics.h"

/* They live as long as the program. */
typedef struct SlackTally {
    Metric *envelopes; /* counter: that came by Socket Mode */
    Metric *ack; /* latency: from an envelope to its acknowledgement, where the engine was asked */
    Metric *connections; /* gauge: that are ready */
    Metric *calls;       /* gauge: Web API calls that wait or are under way */
    Metric *cards;       /* gauge: on their way out of the outbox */
} SlackTally;

/* The same series each time. */
SlackTally slack_tally(const char *workspace);

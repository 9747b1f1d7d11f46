#pragma once

/* What an administrator wants to see of one account, as series of /metrics (bot/metrics.h), each
 * labelled with its workspace's name. Thread: the loop's. */

#include "bot/metrics.h"

/* They live as long as the program. */
typedef struct MatrixTally {
    Metric *batches; /* counter: pieces that came, by either transport */
    Metric *events;  /* counter: that went to the engine */
    Metric *take;    /* latency: from a piece's arrival to its being stored */
    Metric *calls;   /* gauge: calls that wait or are under way */
    Metric *cards;   /* gauge: on their way out of the outbox */
} MatrixTally;

/* The same series each time. */
MatrixTally matrix_tally(const char *workspace);

#include "bot/matrix/tally.h"

#define LABEL "workspace"

MatrixTally matrix_tally(const char *workspace)
{
    return (MatrixTally){
        .batches =
            metric_counter("anchord_matrix_batches_total",
                           "Answers of /sync, or transactions, that came.", LABEL, workspace),
        .events = metric_counter("anchord_matrix_events_total", "Events that the engine was given.",
                                 LABEL, workspace),
        .take = metric_latency("anchord_matrix_take_seconds",
                               "From a piece's arrival to its being stored.", LABEL, workspace),
        .calls = metric_gauge("anchord_matrix_calls_waiting",
                              "Client-server calls that wait or are under way.", LABEL, workspace),
        .cards = metric_gauge("anchord_matrix_cards_waiting", "Cards on their way to Matrix.",
                              LABEL, workspace),
    };
}

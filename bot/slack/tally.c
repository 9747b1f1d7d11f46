#include "bot/slack/tally.h"

#define LABEL "workspace"

SlackTally slack_tally(const char *workspace)
{
    return (SlackTally){
        .envelopes = metric_counter("anchord_slack_envelopes_total",
                                    "Envelopes that came by Socket Mode.", LABEL, workspace),
        .ack = metric_latency("anchord_slack_ack_seconds",
                              "From an envelope to its acknowledgement, behind the commit.", LABEL,
                              workspace),
        .connections = metric_gauge("anchord_slack_connections",
                                    "Socket Mode connections that are ready.", LABEL, workspace),
        .calls = metric_gauge("anchord_slack_calls_waiting",
                              "Web API calls that wait or are under way.", LABEL, workspace),
        .cards = metric_gauge("anchord_slack_cards_waiting", "Cards on their way to Slack.", LABEL,
                              workspace),
    };
}

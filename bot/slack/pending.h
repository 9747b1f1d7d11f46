#pragma once

/* What is known of an envelope while the engine has its event: how to answer it. */

#include "bot/slack/intake.h"

typedef struct Pending {
    char *envelope_id;
    uint64_t epoch;     /* of the connection it came by */
    bool takes_payload; /* its acknowledgement may carry the answer */
    Intake intake;      /* its event has gone to the engine */
    char *unseen;       /* why nobody could see who is in the channel that it sets up; NULL */
    int64_t at_us;      /* monotonic, when it came */
    int64_t request;    /* names its event in the log (bot/request_id.h) */
    bool acked;
} Pending;

Pending *pending_new(const SlackEnvelope *envelope, Intake *take_intake);
void pending_free(Pending *pending);

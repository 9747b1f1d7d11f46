#include "bot/slack/pending.h"

#include "bot/request_id.h"

Pending *pending_new(const SlackEnvelope *envelope, Intake *take_intake)
{
    Pending *pending = g_new0(Pending, 1);

    pending->envelope_id = g_strdup(envelope->id);
    pending->epoch = envelope->epoch;
    pending->takes_payload = envelope->takes_payload;
    pending->request = request_id(take_intake->event != NULL ? take_intake->event->key : NULL);
    pending->intake = *take_intake;
    pending->intake.user_object = NULL; /* it was the envelope's */
    *take_intake = (Intake){0};
    pending->at_us = envelope->at_us;
    return pending;
}

void pending_free(Pending *pending)
{
    if (pending == NULL) {
        return;
    }
    g_free(pending->envelope_id);
    intake_clear(&pending->intake);
    g_free(pending->unseen);
    g_free(pending);
}

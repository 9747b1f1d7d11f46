/* Slack's frames: an envelope, the chat event in it, and what a modal was filled in with. */

#include <string.h>

#include "bot/slack/envelope.h"
#include "bot/slack/intake.h"

#include "fuzz.h"

static const IntakeWho us = {"T1ACME", "U0ANCHORD", "B0ANCHORD"};

static void check_event(const Event *event)
{
    fuzz_that("an event names itself", event->key != NULL && *event->key != '\0', NULL);
    fuzz_that("an event's key is of its workspace", g_str_has_prefix(event->key, "slack/T1ACME/"),
              event->key);
    fuzz_that("a timer never comes from outside", event->kind != EVENT_TIMER, event->key);
    fuzz_that("text has its length", event->text != NULL || event->text_len == 0, event->key);
    fuzz_that("a button and a form say what they are",
              (event->kind != EVENT_BUTTON && event->kind != EVENT_FORM) || event->action != NULL,
              event->key);
}

static void check_ack(const SlackEnvelope *envelope)
{
    g_autoptr(GString) frame = g_string_new(NULL);

    (void)slack_ack_frame(frame, envelope->id, NULL, 0);
    if (frame->len == 0) {
        return;
    }
    g_autoptr(Json) ack = json_parse(frame->str, frame->len);

    fuzz_that("an acknowledgement is short", frame->len <= SLACK_ACK_MAX, frame->str);
    fuzz_same("an acknowledgement names its envelope", envelope->id, json_text(ack, "envelope_id"));
}

static void check_envelope(const SlackEnvelope *envelope)
{
    g_auto(Intake) intake = intake_read(envelope, &us);

    fuzz_that("an envelope has its id", envelope->id != NULL && *envelope->id != '\0', NULL);
    check_ack(envelope);
    fuzz_that("there is an event where one is meant",
              (intake.kind == INTAKE_EVENT) == (intake.event != NULL), envelope->type);
    if (intake.event != NULL) {
        check_event(intake.event);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *type = NULL;
    g_autoptr(Json) rest = NULL;
    g_autoptr(SlackEnvelope) envelope = slack_envelope_read((const char *)data, size, &type, &rest);

    if (envelope != NULL) {
        check_envelope(envelope);
    }
    return 0;
}

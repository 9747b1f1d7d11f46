#pragma once

/* What the files of the intake share: intake.c (slash commands, interactions) and intake_event.c
 * (the Events API). For nobody else. */

#include "bot/slack/intake.h"

typedef struct Source {
    const SlackEnvelope *envelope;
    const Json *payload;
    const IntakeWho *who;
    const char *team; /* whose store of keys it is; "" while nobody knows */
} Source;

/* Begins INTAKE_EVENT: `take_key` names the event, `user` whose it is. */
Event *intake_event(Intake *out, EventKind kind, char *take_key, const char *user);
/* What somebody wrote, to plain text. Caller frees. */
char *intake_text(const char *text, size_t *len);
/* The event's text is what somebody wrote after the command's family. */
void intake_command(Event *event, const char *family, const char *text, size_t len);
/* For what has no better name. Caller frees. */
char *intake_envelope_key(const Source *source);
/* A direct conversation with the bot? */
bool intake_is_direct(const char *channel);

void intake_events_api(const Source *source, Intake *out);

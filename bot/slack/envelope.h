#pragma once

/* What Slack sends over Socket Mode, and the frame that acknowledges it: bytes in, values out.
 * Pure. */

#include "bot/json.h"

/* What one ack may hold: Slack closes the connection above 20,480 bytes, and sends the envelope
 * again. */
#define SLACK_ACK_MAX ((size_t)16 * 1024)
/* Longer ones are no ids (Slack's have 36 bytes). */
#define SLACK_ENVELOPE_ID_MAX 256

typedef struct SlackEnvelope {
    char *id;   /* envelope_id; never empty */
    char *type; /* "slash_commands", "interactive", "events_api", or one we do not know ("" too) */
    Json *payload;      /* an object; an empty one where none came; only to be read */
    Json *frame;        /* what it lies in; NULL: it stands alone */
    bool takes_payload; /* accepts_response_payload */
    int64_t retry;      /* retry_attempt; 0 on first delivery */
    uint64_t epoch;     /* the connection it came by */
    int64_t at_us;      /* monotonic, when the adapter got it */
} SlackEnvelope;

void slack_envelope_free(SlackEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SlackEnvelope, slack_envelope_free)

/* Bytes to an envelope; NULL when they are none ("hello" and "disconnect" are told in `type` then,
 * which the caller frees; NULL: rubbish). `rest` gets the parsed object of hello and disconnect. */
SlackEnvelope *slack_envelope_read(const char *bytes, size_t len, char **type, Json **rest);

/* Appends the ack to `frame`. False when it holds no payload though one was given, because it would
 * be longer than SLACK_ACK_MAX; nothing is appended for what cannot be an envelope's id. */
bool slack_ack_frame(GString *frame, const char *envelope_id, const char *payload,
                     size_t payload_len);

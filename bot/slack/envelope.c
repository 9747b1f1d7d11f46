#include "bot/slack/envelope.h"

#include <string.h>

void slack_envelope_free(SlackEnvelope *envelope)
{
    if (envelope == NULL) {
        return;
    }
    g_free(envelope->id);
    g_free(envelope->type);
    cJSON_Delete(envelope->frame != NULL ? envelope->frame : envelope->payload);
    g_free(envelope);
}

/* Reading ------------------------------------------------------------------------------------- */

static bool is_control(const char *type)
{
    return strcmp(type, "hello") == 0 || strcmp(type, "disconnect") == 0;
}

static bool is_id(const char *id)
{
    return id[0] != '\0' && strlen(id) <= SLACK_ENVELOPE_ID_MAX;
}

/* An object, or JSON text that holds one. Anything else is as none. */
static void take_payload(SlackEnvelope *envelope, Json *take_frame)
{
    Json *payload = cJSON_GetObjectItemCaseSensitive(take_frame, "payload");

    if (cJSON_IsObject(payload)) {
        envelope->payload = payload;
        envelope->frame = take_frame;
        return;
    }
    g_autoptr(Json) inner = json_read(json_string(payload), strlen(json_string(payload)));

    envelope->payload = cJSON_IsObject(inner) ? g_steal_pointer(&inner) : json_new_object();
    cJSON_Delete(take_frame);
}

static SlackEnvelope *take_envelope(Json *take_frame)
{
    SlackEnvelope *envelope = g_new0(SlackEnvelope, 1);

    envelope->id = g_strdup(json_text(take_frame, "envelope_id"));
    envelope->type = g_strdup(json_text(take_frame, "type"));
    envelope->takes_payload = json_bool(take_frame, "accepts_response_payload");
    envelope->retry = MAX(json_int(take_frame, "retry_attempt", 0), 0);
    take_payload(envelope, take_frame);
    return envelope;
}

SlackEnvelope *slack_envelope_read(const char *bytes, size_t len, char **type, Json **rest)
{
    g_autoptr(Json) frame = json_read(bytes, len);

    *type = NULL;
    *rest = NULL;
    if (!cJSON_IsObject(frame)) {
        return NULL;
    }
    if (is_control(json_text(frame, "type"))) {
        *type = g_strdup(json_text(frame, "type"));
        *rest = g_steal_pointer(&frame);
        return NULL;
    }
    return is_id(json_text(frame, "envelope_id")) ? take_envelope(g_steal_pointer(&frame)) : NULL;
}

/* Acknowledging ------------------------------------------------------------------------------- */

static bool is_plain(unsigned char c)
{
    return g_ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
}

/* Beyond ASCII it is UTF-8 already, and stays as it is. */
static void add_escaped(GString *frame, unsigned char c)
{
    if (is_plain(c) || c >= 0x80) {
        g_string_append_c(frame, (char)c);
    } else {
        g_string_append_printf(frame, "\\u%04x", c);
    }
}

static void add_id(GString *frame, const char *id)
{
    for (const char *c = id; *c != '\0'; c++) {
        add_escaped(frame, (unsigned char)*c);
    }
}

#define PAYLOAD_NAME ",\"payload\":"

bool slack_ack_frame(GString *frame, const char *envelope_id, const char *payload,
                     size_t payload_len)
{
    size_t start = frame->len;

    if (!is_id(envelope_id) || !g_utf8_validate(envelope_id, -1, NULL)) {
        return payload == NULL;
    }
    g_string_append(frame, "{\"envelope_id\":\"");
    add_id(frame, envelope_id);
    g_string_append_c(frame, '"');
    size_t used = frame->len - start + strlen(PAYLOAD_NAME "}");
    bool fits = payload != NULL && payload_len <= SLACK_ACK_MAX - used;
    if (fits) {
        g_string_append(frame, PAYLOAD_NAME);
        g_string_append_len(frame, payload, (gssize)payload_len);
    }
    g_string_append_c(frame, '}');
    return fits || payload == NULL;
}

#include "bot/slack/envelope.h"

#include <string.h>

void slack_envelope_free(SlackEnvelope *envelope)
{
    if (envelope == NULL) {
        return;
    }
    g_free(envelope->id);
    g_free(envelope->type);
    cJSON_Delete(envelope->payload);
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

/* The payload leaves its frame: an object, or JSON text that holds one. Anything else is as none.
 */
static Json *take_payload(Json *frame)
{
    g_autoptr(Json) payload = cJSON_DetachItemFromObjectCaseSensitive(frame, "payload");

    if (cJSON_IsString(payload)) {
        Json *inner = json_parse(payload->valuestring, strlen(payload->valuestring));

        cJSON_Delete(payload);
        payload = inner;
    }
    return cJSON_IsObject(payload) ? g_steal_pointer(&payload) : json_new_object();
}

static SlackEnvelope *take_envelope(Json *frame)
{
    SlackEnvelope *envelope = g_new0(SlackEnvelope, 1);

    envelope->id = g_strdup(json_text(frame, "envelope_id"));
    envelope->type = g_strdup(json_text(frame, "type"));
    envelope->takes_payload = json_bool(frame, "accepts_response_payload");
    envelope->retry = MAX(json_int(frame, "retry_attempt", 0), 0);
    envelope->payload = take_payload(frame);
    return envelope;
}

/* Four hexadecimal digits; -1 where they are not that. */
static int unit_at(const char *digits)
{
    int unit = 0;

    for (int i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value(digits[i]);

        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

static bool is_pair(const char *escape, size_t len)
{
    return len >= 12 && (unit_at(escape + 2) & 0xFC00) == 0xD800 && escape[6] == '\\' &&
           escape[7] == 'u' && (unit_at(escape + 8) & 0xFC00) == 0xDC00;
}

/* Escapes that name no character, half of a pair alone or NUL, become U+FFFD: what somebody wrote
 * would be refused as a whole for the one, and end at the other. */
static void mend_escapes(char *text, size_t len)
{
    for (size_t i = 0; i + 6 <= len; i++) {
        if (text[i] != '\\') {
            continue;
        }
        if (text[i + 1] != 'u') {
            i++;
        } else if (is_pair(text + i, len - i)) {
            i += 11;
        } else {
            int unit = unit_at(text + i + 2);

            if (unit == 0 || (unit & 0xF800) == 0xD800) {
                memcpy(text + i + 2, "fffd", 4);
            }
            i += 5;
        }
    }
}

static bool may_need_mending(const char *bytes, size_t len)
{
    const char *end = bytes + len;
    const char *p = len > 0 ? memchr(bytes, '\\', len) : NULL;

    for (; p != NULL && end - p >= 6; p = memchr(p + 2, '\\', (size_t)(end - p - 2))) {
        if (p[1] == 'u' && (g_ascii_tolower(p[2]) == 'd' || memcmp(p + 2, "0000", 4) == 0)) {
            return true;
        }
    }
    return false;
}

SlackEnvelope *slack_envelope_read(const char *bytes, size_t len, char **type, Json **rest)
{
    g_autofree char *mended = may_need_mending(bytes, len) ? g_memdup2(bytes, len) : NULL;

    if (mended != NULL) {
        mend_escapes(mended, len);
    }
    g_autoptr(Json) frame = json_parse(mended != NULL ? mended : bytes, len);

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
    return is_id(json_text(frame, "envelope_id")) ? take_envelope(frame) : NULL;
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

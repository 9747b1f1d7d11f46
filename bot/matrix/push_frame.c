#include "bot/matrix/push_frame.h"

#include <inttypes.h>
#include <string.h>

#include "bot/json_writer.h"

/* Reading -------------------------------------------------------------------------------------- */

static const struct {
    const char *command;
    PushFrameKind kind;
} commands[] = {
    {"transaction", PUSH_FRAME_TRANSACTION}, {"connect", PUSH_FRAME_CONNECTED},
    {"response", PUSH_FRAME_ANSWER},         {"error", PUSH_FRAME_ANSWER},
    {"syncproxy_error", PUSH_FRAME_TROUBLE},
};

/* Without a command it is a transaction, but for the older dialect's greeting. */
static PushFrameKind kind_of(const Json *json)
{
    const char *command = json_text(json, "command");

    if (command[0] == '\0') {
        bool greeting = strcmp(json_text(json, "status"), "connected") == 0 &&
                        json_array(json, "events") == NULL;

        return greeting ? PUSH_FRAME_CONNECTED : PUSH_FRAME_TRANSACTION;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(command, commands[i].command) == 0) {
            return commands[i].kind;
        }
    }
    return PUSH_FRAME_REQUEST;
}

PushFrame push_frame_read(const char *bytes, size_t len)
{
    Json *json = json_parse(bytes, len);

    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        return (PushFrame){.kind = PUSH_FRAME_RUBBISH};
    }
    return (PushFrame){kind_of(json), json_int(json, "id", 0), json};
}

void push_frame_clear(PushFrame *frame)
{
    cJSON_Delete(frame->json);
    *frame = (PushFrame){0};
}

/* Writing -------------------------------------------------------------------------------------- */

static void write_number(GString *out, const char *key, int64_t number)
{
    char digits[24];

    g_snprintf(digits, sizeof digits, "%" PRId64, number);
    json_write_key(out, key);
    json_write_json(out, digits);
}

/* {"id":…,"command":…,"data":{ and what follows it. */
static GString *open_frame(int64_t id, const char *command)
{
    GString *out = g_string_new(NULL);

    json_write_open(out, '{');
    write_number(out, "id", id);
    json_write_member(out, "command", command);
    json_write_key(out, "data");
    json_write_open(out, '{');
    return out;
}

static char *close_frame(GString *out)
{
    json_write_close(out, '}');
    json_write_close(out, '}');
    return g_string_free(out, FALSE);
}

char *push_frame_ack(int64_t id, const char *txn_id)
{
    GString *out = open_frame(id, "response");

    json_write_member(out, "txn_id", txn_id);
    return close_frame(out);
}

char *push_frame_refusal(int64_t id, const char *message)
{
    GString *out = open_frame(id, "error");

    json_write_member(out, "message", message);
    return close_frame(out);
}

char *push_frame_ping(int64_t id, int64_t unix_ms)
{
    GString *out = open_frame(id, "ping");

    write_number(out, "timestamp", unix_ms);
    return close_frame(out);
}

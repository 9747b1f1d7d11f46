#pragma once

/* What comes over the websocket of mautrix-wsproxy and its kin, in both dialects (with "command"
 * and without), and the frames that we send. Pure. */

#include "bot/json.h"

typedef enum PushFrameKind {
    PUSH_FRAME_RUBBISH,     /* not a JSON object */
    PUSH_FRAME_CONNECTED,   /* the proxy has us, and sends what comes from here on */
    PUSH_FRAME_TRANSACTION, /* `id` is not 0: it wants to be acknowledged */
    PUSH_FRAME_ANSWER,      /* to a command of ours */
    PUSH_FRAME_REQUEST,     /* a command to us; `id` is not 0: it wants an answer */
    PUSH_FRAME_TROUBLE,     /* a proxy behind the proxy says what is wrong there */
} PushFrameKind;

typedef struct PushFrame {
    PushFrameKind kind;
    int64_t id;
    Json *json; /* owned; NULL: rubbish */
} PushFrame;

PushFrame push_frame_read(const char *bytes, size_t len);
void push_frame_clear(PushFrame *frame);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PushFrame, push_frame_clear)

/* Callers free. */
char *push_frame_ack(int64_t id, const char *txn_id);
char *push_frame_refusal(int64_t id, const char *message);
char *push_frame_ping(int64_t id, int64_t unix_ms);

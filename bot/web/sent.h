#pragma once

/* Readings as JSON: bytes in, values out, and back. Pure; what is wrong with a reading's form is
 * noted in it, to be told with all else that is wrong. */

#include <stddef.h>

#include "bot/web/response.h"
#include "core/card.h"
#include "core/event.h"

/* One reading, an array of them, or {"readings": [...]}: of SentReading, in order. `key` (the
 * header Idempotency-Key; NULL: there was none) stands for the keys of those that have none: itself
 * for the first, "KEY/2" for the second. NULL with `*refusal` when the body is no such thing. */
GPtrArray *sent_parse(const char *body, size_t len, const char *key, Response *refusal)
    __attribute__((warn_unused_result));

/* How many of those that came were taken, repeated, refused. */
typedef struct SentCount {
    int64_t taken, repeated, refused;
} SentCount;

/* What a CARD_RECEIPT says; `*count` may be added to. */
Response sent_answer(const Card *receipt, SentCount *count);

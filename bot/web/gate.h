#pragma once

/* Who may send readings: a request's head is judged before any of its body is read. Whether the
 * token is valid, only the store knows. */

#include "bot/web/ration.h"
#include "bot/web/request.h"
#include "bot/web/response.h"

#define GATE_BODY_MAX ((int64_t)1024 * 1024) /* bytes */

/* True: it may come in, with the hash of its token in `*hash` (caller frees). Else `*refusal`. The
 * token itself is kept nowhere. */
bool gate_pass(const Request *request, Ration *ration, int64_t now_us, char **hash,
               Response *refusal) __attribute__((warn_unused_result));

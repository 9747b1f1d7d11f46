#pragma once

/* How many requests come with one token in a minute: counted in memory, and bounded whoever asks.
 */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#define RATION_REQUESTS 60   /* a minute, for one token */
#define RATION_TOKENS   1000 /* that are counted; more than that in a minute, and all begin anew */

typedef struct Ration Ration;

Ration *ration_new(void);
void ration_free(Ration *ration);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ration, ration_free)

/* Counts a request of the token with that hash, at `now_us` of a clock that only goes forward.
 * False when it is one too many: `*retry_s` is when it is not. */
bool ration_take(Ration *ration, const char *hash, int64_t now_us, int *retry_s)
    __attribute__((warn_unused_result));

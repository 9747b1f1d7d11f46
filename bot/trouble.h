#pragma once

/* What does not work in a workspace though it is connected: a home that cannot be reached, a
 * feature that lacks its scope, a method that the platform holds back. Kept for /readyz; it passes
 * when the thing works again. Thread: the loop's. */

#include <stdint.h>

#include <glib.h>

typedef struct Troubles Troubles;

Troubles *troubles_new(void);
void troubles_free(Troubles *troubles);
/* `until_ms`: when it passes by itself (monotonic milliseconds); 0: when it is cleared. */
void troubles_put(Troubles *troubles, const char *what, const char *why, int64_t until_ms);
void troubles_clear(Troubles *troubles, const char *what);
/* A line "NAME: WHAT: WHY" for each, at most fifty. */
void troubles_tell(Troubles *troubles, const char *name, int64_t now_ms, GString *out);

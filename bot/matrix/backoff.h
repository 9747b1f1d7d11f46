#pragma once

/* How long to wait before something that failed is tried again. */

#include <stdint.h>

#include <glib.h>

/* After so many failures before this one, in a row: `first_ms`, doubled with each, and as much
 * again at random; never more than `most_ms`. */
int64_t matrix_backoff_ms(guint failures, int64_t first_ms, int64_t most_ms);

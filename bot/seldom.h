#pragma once

/* What was said lately, so that it is not said again and again: for the log. Pure: milliseconds are
 * passed in. Thread: one at a time. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef struct Seldom Seldom;

/* The same again only after `every_ms`. */
Seldom *seldom_new(int64_t every_ms);
void seldom_free(Seldom *seldom);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Seldom, seldom_free)
/* Is it time to say this of that ("chat.postMessage", "ratelimited")? It counts as said then. */
bool seldom_is_time(Seldom *seldom, const char *of, const char *what, int64_t now_ms);

#pragma once

/* What ties the log's lines about one event together: the field "request", a number made of the
 * event's key. The key itself may hold a trigger that is good for a while, and is not logged. The
 * same event delivered again has the same number. From cards on, "row" takes over: "card_put" has
 * both. */

#include <stdint.h>

#include <glib.h>

/* 0: it has no key (a timer, readings). */
static inline int64_t request_id(const char *key)
{
    return key != NULL ? (int64_t)g_str_hash(key) : 0;
}

#define F_REQUEST(key) F_INT("request", request_id(key))

#pragma once

/* The scopes that the app needs, and what each is for: compared with what is granted, at every
 * start and by `anchord doctor`. config/slack-manifest.json asks for exactly these. Pure. */

#include <glib.h>

typedef struct SlackScope {
    const char *name;
    const char *why; /* what does not work without it */
} SlackScope;

extern const SlackScope slack_scopes[]; /* ends with a NULL name */

/* Those that are not in the comma-separated list `granted`. Appends const SlackScope *. */
void slack_scopes_missing(const char *granted, GPtrArray *missing);

#pragma once

/* A stretch of a room's timeline as news: what happened while we were there, and what is from
 * before we came, which a join brings along and nobody wants answered now. Pure. */

#include "bot/matrix/batch.h"

typedef struct MatrixStretch {
    const char *room, *user; /* user: own id */
    bool history;            /* all of it */
    bool was_in;             /* we were in the room when it begins, as far as we know */
    /* Where we were not, and no join of ours stands in it either: when we came, in milliseconds as
     * servers claim them. MATRIX_CAME_BEFORE: before all of it; MATRIX_CAME_UNKNOWN. */
    int64_t came_ms;
} MatrixStretch;

#define MATRIX_CAME_BEFORE  INT64_MIN
#define MATRIX_CAME_UNKNOWN INT64_MAX

/* Appends `events` (of const Json, the oldest first) to `news`. */
void matrix_stretch_read(const MatrixStretch *stretch, const GPtrArray *events, GArray *news);
/* We came by one of them. */
bool matrix_stretch_enters(const MatrixStretch *stretch, const GPtrArray *events);

/* An event of a timeline that can be told from others. */
bool matrix_is_event(const Json *event);
/* Our own membership, as the event sets it ("join"); NULL: it is about something else. */
const char *matrix_own_membership(const Json *event, const char *user);
/* By this event we came into the room: a changed display name looks nearly the same. */
bool matrix_is_entry(const Json *event, const char *user, bool was_in);

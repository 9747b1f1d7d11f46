#include "bot/matrix/stretch.h"

#include <string.h>

#define NONE G_MAXUINT

bool matrix_is_event(const Json *event)
{
    return json_text(event, "event_id")[0] != '\0' && json_text(event, "type")[0] != '\0';
}

const char *matrix_own_membership(const Json *event, const char *user)
{
    const char *state_key = json_text_or_null(event, "state_key");

    if (state_key == NULL || strcmp(state_key, user) != 0 ||
        strcmp(json_text(event, "type"), "m.room.member") != 0) {
        return NULL;
    }
    return json_text(json_object(event, "content"), "membership");
}

/* Homeservers write it here or, to application services, there; NULL where none stood before, or
 * it is not told. */
static const char *membership_before(const Json *event)
{
    const Json *before = json_at(event, "unsigned", "prev_content", NULL);

    if (before == NULL) {
        before = json_object(event, "prev_content");
    }
    return json_text_or_null(before, "membership");
}

bool matrix_is_entry(const Json *event, const char *user, bool was_in)
{
    const char *membership = matrix_own_membership(event, user);
    const char *before = membership_before(event);

    if (membership == NULL || strcmp(membership, "join") != 0) {
        return false;
    }
    return before != NULL ? strcmp(before, "join") != 0 : !was_in;
}

static guint entry_of(const MatrixStretch *stretch, const GPtrArray *events)
{
    for (guint i = events->len; i > 0; i--) {
        if (matrix_is_entry(g_ptr_array_index(events, i - 1), stretch->user, stretch->was_in)) {
            return i - 1;
        }
    }
    return NONE;
}

bool matrix_stretch_enters(const MatrixStretch *stretch, const GPtrArray *events)
{
    return entry_of(stretch, events) != NONE;
}

/* In this order: where it stands, what the homeserver says that we were when it was sent, and as a
 * last resort its time, which is whatever its sender's server claims. */
static bool is_history(const MatrixStretch *stretch, const Json *event, guint at, guint entry)
{
    const char *were = json_text_or_null(json_object(event, "unsigned"), "membership");

    if (stretch->history || (entry != NONE && at < entry)) {
        return true;
    }
    if (were != NULL) {
        return strcmp(were, "join") != 0;
    }
    return entry == NONE && !stretch->was_in &&
           json_int(event, "origin_server_ts", 0) < stretch->came_ms;
}

void matrix_stretch_read(const MatrixStretch *stretch, const GPtrArray *events, GArray *news)
{
    guint entry = entry_of(stretch, events);

    for (guint i = 0; i < events->len; i++) {
        const Json *event = g_ptr_array_index(events, i);
        bool history = is_history(stretch, event, i, entry);

        matrix_news_add(news, history ? NEWS_HISTORY : NEWS_EVENT, stretch->room, event);
    }
}

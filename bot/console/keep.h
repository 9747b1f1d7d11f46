#pragma once

/* What the console remembers from one start to the next, in the store's settings. While the engine
 * runs the store is the engine's: load before, save after. */

#include "bot/store/store.h"

/* Members and channels are one word, without "@" and "#"; so they can be mentioned, and listed. */
#define NAME_CHARS_MAX 64
bool name_valid(const char *name);

typedef struct Keep {
    int64_t start;  /* counts the starts, so that the keys of events are unique for ever */
    char *member;   /* who speaks */
    char *channel;  /* where */
    char *zone;     /* that `:zone` set; NULL */
    bool clock_set; /* the clock has been moved, and stands at: */
    Instant clock;
    GHashTable *prompts; /* channel -> key of the card that plain text answers there */
} Keep;

/* Counts this start. `member` and `channel` are for the first one. */
bool keep_load(Keep *keep, Store *store, const char *member, const char *channel, GError **error)
    __attribute__((warn_unused_result));
bool keep_save(const Keep *keep, Store *store, GError **error) __attribute__((warn_unused_result));
void keep_clear(Keep *keep);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Keep, keep_clear)

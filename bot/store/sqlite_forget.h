#pragma once

/* Forgetting a member: their name and what they alone said go, what the team said and measured
 * stays (SECURITY.md lists both). Wherever the rules want somebody, it is "somebody" from then on.
 *
 * Needs the store to itself, as sqlite_open gives it. */

#include "bot/store/store.h"

/* What was forgotten, as it is counted. */
typedef enum Forgotten {
    FORGOTTEN_MEMBER,   /* memberships, with days off and away */
    FORGOTTEN_ANSWERS,  /* answers that nobody in particular gave any more */
    FORGOTTEN_WORDS,    /* what they learned, noted, or said was blocked */
    FORGOTTEN_NAMED,    /* where they stood as the one who did, leads, owns */
    FORGOTTEN_MENTIONS, /* texts of others that named them */
    FORGOTTEN_DRAFTS,
    FORGOTTEN_CARDS, /* on their way to them alone */
    FORGOTTEN_COUNT,
} Forgotten;

/* `pretend` only counts. Adds to `counts`. What is gone is no longer in the file, either, when this
 * comes back; where only that last step fails, the next call for anybody makes up for it. */
bool sqlite_forget(Store *store, const char *workspace, const char *member, bool pretend,
                   int64_t counts[FORGOTTEN_COUNT], GError **error)
    __attribute__((warn_unused_result));
/* Makes up for a last step that an earlier call did not get to; `*owed`: there was one. */
bool sqlite_forget_rest(Store *store, bool *owed, GError **error)
    __attribute__((warn_unused_result));

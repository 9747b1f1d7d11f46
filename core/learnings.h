#pragma once

/* The search over retrospectives (framework: Words, learning): words that a learning must have, and
 * filters beside them, in any order.
 *
 *     /sprint learnings dependency invoices
 *     /sprint learnings team: East, West trigger: KR at Risk invoices
 *
 * A team's retrospectives are its own: only who is in a team searches them. */

#include "core/turn.h"

#define LEARNING_WORDS_MAX 10
#define LEARNING_CHARS_MAX 200 /* of all words together */

typedef enum LearningFilter {
    LEARNING_TEAM,
    LEARNING_TRIGGER,
    LEARNING_ANCHOR,
    LEARNING_FILTER_COUNT,
} LearningFilter;

const char *learning_filter_key(LearningFilter filter); /* "team" … as it is typed */

typedef struct LearningSearch {
    GPtrArray *teams;                   /* of Team, borrowed: whose retrospectives are searched */
    GPtrArray *mine;                    /* of Team, borrowed: whose may be */
    char *words;                        /* folded, between single blanks; "" */
    bool cut;                           /* there were more words than are searched for */
    char *asked[LEARNING_FILTER_COUNT]; /* the filters, as they were understood; NULL: not given */
} LearningSearch;

void learning_search_clear(LearningSearch *search);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LearningSearch, learning_search_clear)

/* What a text asks for. A filter's value is as much of what follows its key as names something, and
 * the words behind it are searched for. False: `refused` says why (caller frees), or the turn asks
 * for something. `search` is zeroed before. */
bool learnings_read(Turn *turn, const char *text, LearningSearch *search, char **refused)
    __attribute__((warn_unused_result));

typedef struct LearningFound {
    const Team *team;
    const Digest *digest;
} LearningFound;

/* True once the store has been asked. */
bool learnings_ready(Turn *turn, const LearningSearch *search);
/* What was found (of LearningFound), the best of each team first; without words the last closed
 * first. Leaves out the filter `without`, which may be LEARNING_FILTER_COUNT: none of them. Caller
 * frees. */
GArray *learnings_find(const Turn *turn, const LearningSearch *search, LearningFilter without);

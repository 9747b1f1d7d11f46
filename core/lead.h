#pragma once

/* The verb that a key result begins with: what it says about direction, and what becomes of what it
 * counts. */

#include <stdbool.h>
#include <stddef.h>

#include "core/sentence.h"

typedef enum LeadKind {
    LEAD_NONE,   /* no verb in front */
    LEAD_UP,     /* increase */
    LEAD_DOWN,   /* reduce */
    LEAD_EITHER, /* improve, move: the numbers tell */
    LEAD_KEEP,   /* keep, maintain */
    LEAD_CAP,    /* limit, cap: at most */
    LEAD_REACH,  /* reach, achieve */
    LEAD_COUNT,  /* sign, close: a verb of things done, when a number follows */
} LeadKind;

typedef struct Lead {
    LeadKind kind;
    const char *done; /* the participle: "signed", "won back"; "" when what is counted tells it,
                         NULL when we know none. Static */
    size_t behind;    /* the tokens up to here are the verb and what leads to it */
} Lead;

Lead lead_find(const Sentence *sentence);

/* Whether a folded word is the first of one of the participles. */
bool lead_is_done(const char *word);
/* "double", "halve": verbs that name a movement without figures. */
bool lead_is_relative(const Sentence *sentence);

#pragma once

/* What a key result claims: who acts, what is counted, how, and what is said to come of it. The
 * challenge decides on this and on nothing else. */

#include "core/challenge.h"
#include "core/phrase.h"

/* Words of the phrase, `from` to `last`; `last` before `from` is none. */
typedef struct Span {
    size_t from, last;
} Span;

typedef struct Claim {
    Phrase *phrase; /* owned */

    VerbEntry verb; /* in front; VERB_NONE when the sentence names a condition */
    Span verb_at;
    NounEntry head; /* what is counted */
    Span head_at;
    Span counted; /* the whole noun phrase */
    NounEntry
        of; /* what a share, a completion or a number of hours is of, or what stands before it */
    VerbEntry done; /* what is done with it or what it does: "accounts contacted", "users invite" */
    Span done_at;
    NounEntry object; /* of `done`, or behind "with": "complete the training" */

    bool team_outcome, team_activity; /* the head is one of the team's own words */
    bool share;                       /* a percentage of it, or all of it */
    bool plain_count;                 /* so many of it */
    bool all_of_it;                   /* 100% */
    bool condition;     /* the figure is a level in percent, money or time: "from 22% to 35%" */
    bool level;         /* such a figure stands behind "from", "below", "of" */
    bool they_act;      /* booked, inbound, by customers */
    bool limited;       /* below, at most, zero */
    bool falls;         /* "from 14 to 3" */
    bool in_time;       /* within 4 hours, on time, on first contact */
    bool per_outsider;  /* "per customer" */
    bool unlisted_deed; /* what is done with it is no verb we know: "reports bookmarked" */
    bool with_result;   /* "so that churn falls to 3%" */
} Claim;

Claim *claim_read(const char *statement, const ChallengeWords *words);
void claim_free(Claim *claim); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Claim, claim_free)

/* Where the sentence itself begins, behind "We will", "Ensure that", "By Q3, …". */
size_t claim_start(const Phrase *phrase);

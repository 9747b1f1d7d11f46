#pragma once

/* What a member says at a check-in, in plain text (framework: The daily check-in, The tactical
 * layer). One reply is enough:
 *
 *     22%            kr1 27%  kr2 +2        27, 4, 9.5        same
 *     kr3 9.5 days; confidence 6; blocked: legal review; learned: shorter invitations work
 *
 * The weekly one knows no blockers, but a confidence for each KR, and whether initiatives were
 * revised:
 *
 *     kr1 $21.2M confidence 6, kr2 24% confidence 3; initiatives revised
 *
 * Nothing is guessed: what was not understood is said back, with the rest kept. How a reply falls
 * into clauses is in clause.h. */

#include "core/sprint.h"

/* The most that is kept of each of blocked, learned and note, in characters; what is longer is a
 * fault, and its beginning is kept as a note. */
#define REPLY_WORDS_MAX 500
/* The most faults that are said of one reply; more would not be read. */
#define REPLY_FAULTS_MAX 8

typedef struct ReplyValue {
    Track *track; /* borrowed from what was asked */
    Decimal value;
    bool same;  /* confirmed as it stands */
    bool delta; /* was given as a movement */
} ReplyValue;

/* One part that could not be taken. */
typedef struct ReplyFault {
    char *part; /* the words, cut to a line */
    char *why;  /* one sentence for the member */
} ReplyFault;

typedef struct Reply {
    GArray *values;      /* of ReplyValue, in the order of the KRs; one of each at most */
    GPtrArray *faults;   /* of ReplyFault */
    int32_t confidence;  /* 0 to 10; -1: not given; weekly: in every KR not named below */
    GArray *confidences; /* weekly: of KrConfidence, one of each KR at most */
    Revised revised;     /* weekly */
    char *blocked;       /* what blocks; NULL */
    char *blocked_owner; /* member id that was named for it: "@jonas" and "<@U123>" without the
                          * sign, Matrix ids whole ("@jonas:example.org"); NULL */
    GArray
        *unblocked; /* of int32_t: blockers that are cleared ("unblocked 1", "blocker 1 cleared") */
    char *learned;  /* NULL */
    char *note;     /* text that told of tasks, or nothing we read: kept as it came; NULL */
    bool tasks; /* the note tells of work done ("I made 12 calls"): say kindly what a check-in is
                   about */
    int32_t sprint; /* "sprint 2: …", "#2 …": which sprint is meant; 0 when it was not said */
    bool away;      /* "away", "I'm off today" */
} Reply;

/* Reads a reply to a check-in of `sprint`. Movements count from each KR's current value. */
Reply reply_read(const char *text, const Sprint *sprint);
/* The same to a team's weekly one, which asked these (of Track, in order). */
Reply reply_read_weekly(const char *text, const GPtrArray *tracks);
void reply_clear(Reply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reply, reply_clear)
/* Only the leading "sprint 2:" or "#2", if any: 0 when there is none; `*rest` is what follows. */
int32_t reply_sprint(const char *text, const char **rest);
/* The one of that number; NULL if it was not asked. */
Track *reply_track(const GPtrArray *tracks, int32_t number);
/* Nothing at all was understood: no value, confidence, blocker, cleared blocker, learning, absence.
 * A note does not count. */
bool reply_empty(const Reply *reply);
/* Something was told that belongs to a check-in and not to a key result: confidence, what was
 * learned, whether initiatives were revised, a note. */
bool reply_says_words(const Reply *reply);
/* Looks like an answer to a check-in whatever was asked (names a KR with a value, lists values,
 * moves one by "+2"); for telling a reply from an answer to a form's question: a single number or a
 * word is the form's. */
bool reply_likely(const char *text);

/* Prints values, confidence, blocked with its owner and learned so that reply_read gives them again
 * (absolute values): the form that `/sprint checkin` shows. Caller frees. */
char *reply_text(const Reply *reply);

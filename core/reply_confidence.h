#pragma once

/* The confidences of a reply, while it is read. A sprint's check-in takes one for all its KRs; a
 * weekly one may have one for each:
 *
 *     confidence 6                                        all
 *     kr1 $21.2M confidence 6, kr2 24% confidence 3       each: it stands directly behind its KR
 *     confidence kr1 6, kr2 3                             each: it names them
 *     $21.2M confidence 6, 24% confidence 3               each: behind every value of a whole list
 *
 * Behind the last value of a whole bare list, or behind "same", it is for all. Behind any other one
 * of several values it may be for that KR or for all: asked back. */

#include "core/clause.h"
#include "core/reply.h"
#include "core/reply_value.h"

#define CONFIDENCE_NOT_GIVEN (-1)

typedef struct ReplyConfidences {
    const GPtrArray *tracks; /* of Track: the KRs that were asked */
    bool by_kr;              /* each KR may have its own */
    Reply *reply;            /* gets the confidences and the faults */
    Clause before;           /* the clause before this one */
    guint krs;               /* KRs that were named since the last confidence */
    bool naming;             /* behind "confidence kr1 6": the next KR's value is its confidence */
    Slice open;              /* "confidence" alone, while no KR has followed */
    GArray *beside;          /* of BesideValue: those directly behind a bare value, in order */
    bool clashed;            /* two came for all */
} ReplyConfidences;

void reply_confidences_init(ReplyConfidences *c, const GPtrArray *tracks, bool by_kr, Reply *reply);
void reply_confidences_clear(ReplyConfidences *c);

/* CLAUSE_CONFIDENCE. A KR that only names it ("kr1 confidence 6") is taken out of the values. */
void reply_confidences_take(ReplyConfidences *c, const Clause *clause, ReplyValues *values);
/* CLAUSE_KR: true when what it holds is a confidence ("confidence kr1 6, kr2 3"). */
bool reply_confidences_kr(ReplyConfidences *c, const Clause *clause);
/* After each clause, of whatever kind. */
void reply_confidences_after(ReplyConfidences *c, const Clause *clause);
/* After the last, and after the values are settled. */
void reply_confidences_settle(ReplyConfidences *c, const ReplyValues *values);

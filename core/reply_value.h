#pragma once

/* The values of a reply, while it is read: which key result each belongs to, and what is asked back
 * because that stays open. */

#include "core/clause.h"
#include "core/reply.h"

typedef struct ReplyValues {
    const GPtrArray *tracks; /* of Track: the KRs that were asked, in order; borrowed */
    Reply *reply;            /* gets the values and the faults */
    bool *told;              /* of each KR: it was named or confirmed, rightly or wrongly */
    bool *clashed;           /* of each KR: two values came */
    GArray *items;           /* of Clause: bare VALUE, SAME and SKIP, in order */
    GArray *waiting; /* of Clause: KRs without a value, in front of one that may speak for all:
                        "kr1, kr2 same" */
    bool rest_same;
} ReplyValues;

void reply_values_init(ReplyValues *v, const GPtrArray *tracks, Reply *reply);
void reply_values_clear(ReplyValues *v);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplyValues, reply_values_clear)

/* CLAUSE_KR. The reader goes on where the value ended. */
void reply_values_kr(ReplyValues *v, const Clause *clause, ClauseReader *reader);
/* The KR that was last, without a value, only named what stands behind it ("kr1 confidence 6"). */
void reply_values_only_named(ReplyValues *v);
/* CLAUSE_VALUE, CLAUSE_SAME or CLAUSE_SKIP. */
void reply_values_item(ReplyValues *v, const Clause *clause);
/* A CLAUSE_VALUE that only begins with a number, and fits no KR: "12 calls and a demo". */
bool reply_values_prose(const ReplyValues *v, const Clause *clause);
/* After the last clause: finds the key results of the bare values. */
void reply_values_settle(ReplyValues *v);
/* A KR was named, or a bare value came. */
bool reply_values_any(const ReplyValues *v);

/* Without what people put behind a value: a full stop, an emoji, "now". */
Slice reply_value_clean(Slice text);

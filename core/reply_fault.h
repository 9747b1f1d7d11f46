#pragma once

/* What is said about the parts of a reply that could not be taken. Each appends one fault to the
 * reply: the words as they came, and what is wrong, why, and what to send instead, with the asked
 * key results (`tracks`, of Track) as the example. */

#include "core/clause.h"
#include "core/reply.h"
#include "core/words.h"

/* A KR and a value of it as they are typed: "kr1 27%", "kr1 = -5". Caller frees. */
char *reply_value_text(const Kr *kr, Decimal value);

void fault_no_such_kr(Reply *reply, const Clause *clause, const GPtrArray *tracks);
void fault_no_value(Reply *reply, Slice part, const Track *track);
void fault_twice(Reply *reply, Slice part, const Track *track, Decimal one, Decimal other);
void fault_below_zero(Reply *reply, Slice part, const Track *track, Decimal value);
/* `value` is what was read as that KR's value: said by what is wrong with it, or by the doubt or
 * the dash in it. */
void fault_value(Reply *reply, Slice part, Slice value, const Track *track, ValueFault fault);
/* Bare values: which KRs they belong to is open (`value` is one of them, and fits `kr`), or none
 * has such a unit. */
void fault_which(Reply *reply, Slice part, Slice value, const Track *track,
                 const GPtrArray *tracks);
void fault_no_fit(Reply *reply, Slice part, const GPtrArray *tracks);
void fault_too_many(Reply *reply, Slice part, int64_t count, const GPtrArray *tracks);
/* "27,4,9.5", "27 4 9.5": as many as there are KRs, and yet not told apart. */
void fault_run_together(Reply *reply, Slice part, const GPtrArray *tracks);
void fault_same_which(Reply *reply, Slice part, const GPtrArray *tracks);

void fault_confidence(Reply *reply, Slice part);
void fault_confidence_twice(Reply *reply, Slice part, int32_t one, int32_t other);
/* It stands directly behind a value, and may be for that KR or for all. */
void fault_confidence_whose(Reply *reply, Slice part, const Track *track, int32_t confidence);
void fault_revised(Reply *reply, Slice part);
/* A weekly check-in has no blockers: its words are kept as a note. */
void fault_weekly_blocker(Reply *reply, Slice part);
void fault_too_long(Reply *reply, Slice part, WordId example, int64_t length);
void fault_note_too_long(Reply *reply, Slice part, int64_t length);
/* A keyword with no words behind it: what is said about it, and what it looks like with words. */
void fault_no_words(Reply *reply, Slice part, WordId words, WordId example);
/* A blocker's number that the sprint has not; 0: no number was given. */
void fault_blocker(Reply *reply, Slice part, int32_t number, const Sprint *sprint);
/* A line for another sprint. */
void fault_other_sprint(Reply *reply, Slice line);
void fault_away(Reply *reply, Slice part);

#pragma once

/* Follow-up readings: an anchor that answers late is read again 14 and 28 days after the close, and
 * what it stands at is added to the sprint's record, once (framework: Numbers, lift). What was read
 * in the days before is taken; otherwise the home of the anchor's team is asked, and has a week. */

#include "core/turn.h"

/* Sets the timers of a sprint that has just closed. */
void followup_reading_schedule(Turn *turn, const Sprint *sprint);
void followup_reading_due(Turn *turn, const Timer *timer, Sprint *sprint);
void followup_reading_take(Turn *turn, const Timer *timer, Sprint *sprint);

/* Which follow-up reading is wanted now (14 or 28); 0: none is, and `*why` says so (caller frees).
 */
int32_t followup_reading_wanted(const World *world, const Sprint *sprint, Instant now, char **why);
/* Adds a reading of the anchor that a member gave, and records it for that day. */
void followup_reading_give(Turn *turn, Sprint *sprint, int32_t days, Decimal value);

/* The anchor as it is read again: its tactical KR and its team; NULL where it is gone or was
 * dropped. */
Tactical *followup_reading_anchor(const World *world, const Sprint *sprint, Team **team);
/* The reading on record that many days after the close; NULL: none. */
const FollowUp *followup_reading_of(const Sprint *sprint, int32_t days);
/* A closed sprint's readings as facts of its card. */
void followup_reading_show(Card *card, const World *world, const Sprint *sprint, Instant now);

#define FOLLOWUP_READING_COUNT 2
extern const int32_t followup_reading_days[FOLLOWUP_READING_COUNT];

#pragma once

/* The daily check-in: the prompt, the answers, the nudge, the summary (framework: The daily
 * check-in). */

#include "core/reply.h"
#include "core/turn.h"

void checkin_prompt(Turn *turn, const Timer *timer, Sprint *sprint);
void checkin_nudge(Turn *turn, const Timer *timer, Sprint *sprint);
void checkin_summary(Turn *turn, const Timer *timer, Sprint *sprint);
void checkin_blocker_due(Turn *turn, const Timer *timer, Sprint *sprint);

/* May plain text here be for a check-in that can still be answered: in its prompt's thread, naming
 * its sprint, or said in the open where forms are conversations? */
bool checkin_awaits(const Turn *turn, const char *text);
/* Plain text in a team's home or in a prompt's thread. True when it was an answer to a check-in. */
bool checkin_answer(Turn *turn, const char *text);
/* Plain text outside any prompt's thread that can only be an answer ("27, 4, 9.5"): taken for the
 * team's active sprint. */
bool checkin_unasked(Turn *turn, const char *text);
/* A message that was seen before now reads `text` ("" when it was deleted). True when it had been
 * an answer. */
bool checkin_edit(Turn *turn, const char *text);
/* `/sprint checkin …`. */
void checkin_command(Turn *turn, const char *text);
/* A reply that was put together already, for the newest check-in of the turn's team. */
void checkin_take(Turn *turn, Sprint *sprint, const Reply *reply);
/* Is it plain which sprint is meant: is exactly one active? */
bool checkin_is_plain(const Team *team);
void checkin_button(Turn *turn, const char *action, const char *value);

/* The prompt's card, or the summary once its fifteen minutes are over. */
Card *checkin_card(const Turn *turn, const Sprint *sprint, const Team *team,
                   const Checkin *checkin);
/* An answer that shows what may be typed: "kr1 27%, kr2 4, confidence 6". Caller frees. */
char *checkin_example(const Sprint *sprint);

/* What the weekly check-in (weekly.h) has in common with it. */

/* That the prompt comes late, where it does. */
void checkin_card_late(Card *card, const Checkin *checkin, Instant due, int minute);
void checkin_card_learned(Card *card, const Checkin *checkin);
int64_t checkin_late(const Checkin *checkin); /* how many answers came late */
/* People who are all away are not asked; a team whose people are not known yet is. */
bool checkin_nobody_there(const Team *team, Day today);

/* The check-ins that were asked, and those that anybody answered. */
void checkin_rhythm(const Sprint *sprint, int32_t *held, int32_t *due);

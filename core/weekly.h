#pragma once

/* The weekly check-in on a team's tactical KRs (framework: The tactical layer): its time, its
 * prompt, the nudge half way, its summary, the answers. A sibling of the daily one (checkin.h); on
 * which days it is stands in weekly_days.h. */

#include "core/reply.h"
#include "core/turn.h"

/* Sets TIMER_WEEKLY to the next time it is due; to be called whenever the team's times change. */
void weekly_schedule(Turn *turn, Team *team);
void weekly_prompt(Turn *turn, const Timer *timer, Sprint *none);
void weekly_nudge(Turn *turn, const Timer *timer, Sprint *none);
void weekly_summary(Turn *turn, const Timer *timer, Sprint *none);

/* The KRs that a check-in on that day asks about: of the period that holds then, and not dropped;
 * of Track, in the order in which they are shown. Caller frees the array. */
GPtrArray *weekly_tracks(const Team *team, Day day);
/* The newest; NULL before the first. Answers go there until the next one. */
Checkin *weekly_last(const Team *team);
/* The newest, in the seven days that it is about; NULL. */
Checkin *weekly_now(const Team *team, Day today);
Checkin *weekly_of(const Team *team, CheckinId id);
/* The week that a check-in is about goes from the day after this one to its own day. */
Day weekly_since(const Team *team, Day day);
/* The reading that counts of the week that ends on `day`; NULL: not updated. */
const Reading *weekly_reading(const Team *team, const Track *track, Day day);
/* What another system read in that week, and need not be typed; NULL. */
const Reading *weekly_from_system(const Team *team, const Track *track, Day day);
/* What was said of the initiatives: YES where anybody's last word was so. */
Revised weekly_revised(const Checkin *checkin);

/* The prompt's card, or the summary once it is over. */
Card *weekly_card(const Turn *turn, const Team *team, const Checkin *checkin);
/* An answer that shows what may be typed: "kr1 $21.2M, kr2 24%, confidence 6". Caller frees. */
char *weekly_example(const Team *team, Day day);
/* After an answer: the summary brought up to date, or made now where nothing is left to wait for.
 */
void weekly_follow(Turn *turn, Checkin *checkin);

/* May plain text here be for a weekly check-in: in its prompt's thread, or said in the open where
 * forms are conversations and no sprint's check-in goes first? */
bool weekly_awaits(const Turn *turn);
/* Plain text in a prompt's thread. True when it was for a weekly check-in. */
bool weekly_answer(Turn *turn, const char *text);
/* Plain text outside any prompt's thread that can only be an answer, where no sprint is active. */
bool weekly_unasked(Turn *turn, const char *text);
/* A message that was seen before now reads `text` ("" when it was deleted). True when it had been
 * an answer, or stands in a weekly prompt's thread. */
bool weekly_edit(Turn *turn, const char *text);
/* `/okr checkin …`. */
void weekly_command(Turn *turn, const char *text);
/* A reply that was put together already, for this week's check-in. */
void weekly_take(Turn *turn, const Reply *reply);
/* The buttons "weekly.form" and "weekly.same". */
void weekly_form(Turn *turn, const char *value);
void weekly_same(Turn *turn, const char *value);

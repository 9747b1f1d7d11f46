#pragma once

/* The end of a sprint: reminders, expiry, the ladder, and its close (framework: Life of a sprint).
 */

#include "core/pace.h"
#include "core/turn.h"

void closing_reminder(Turn *turn, const Timer *timer, Sprint *sprint);
void closing_expiry(Turn *turn, const Timer *timer, Sprint *sprint);
void closing_ladder(Turn *turn, const Timer *timer, Sprint *sprint);
/* Ends an active sprint before its time; it goes into closing like any other. */
void closing_end_early(Turn *turn, Sprint *sprint, const char *reason);
/* The retrospective is complete: closes it and tells. */
void closing_done(Turn *turn, Sprint *sprint);

/* The anchor's movement at the close, from what is known; false when its value at the close is not
 * given yet. */
bool closing_movement(const World *world, const Sprint *sprint, Movement *movement);
/* What its numbers came to. */
void closing_figures(Card *card, const Turn *turn, const Sprint *sprint, const Team *team);
/* What its retrospective says; of a closed sprint. */
void closing_lessons(Card *card, const Sprint *sprint);

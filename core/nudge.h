#pragma once

/* Private reminders. One a day is the ceiling for a person, over all sprints, and only to who can still answer
 * (framework: The daily check-in). */

#include "core/turn.h"

/* Sends `take_card` to that member alone, unless they are away, gone, or were nudged today: then false, and the card
 * is freed. `id` may be NULL: false. */
bool nudge_member(Turn *turn, Team *team, const char *id, Card *take_card);
/* The end of the team's day: after it a reminder is not worth sending. */
Instant nudge_expiry(const Turn *turn, const Team *team);

#pragma once

/* Private reminders. One a day is the ceiling for a person, over all sprints, and only to who can
 * still answer (framework: The daily check-in). */

#include "core/turn.h"

/* Whether it is known when that member was last nudged, in any team; otherwise the turn asks for it
 * and the caller returns. To be asked before anything is changed. `id` may be NULL: true. */
bool nudge_ready(Turn *turn, const char *id);
/* Sends `take_card` to that member alone, unless they are away, gone, or were nudged today by any
 * of their teams: then false, and the card is freed. `id` may be NULL: false. */
bool nudge_member(Turn *turn, Team *team, const char *id, Card *take_card);
/* The same to somebody who need not be in the team's home: a row of theirs keeps the day. */
bool nudge_outsider(Turn *turn, Team *team, const char *id, Card *take_card);
/* The end of the team's day: after it a reminder is not worth sending. */
Instant nudge_expiry(const Turn *turn, const Team *team);

#pragma once

/* What remains after a close: follow-up actions, and the anchor's readings 14 and 28 days later. */

#include "core/turn.h"

void followup_action_due(Turn *turn, const Timer *timer, Sprint *sprint);
void followup_reading_due(Turn *turn, const Timer *timer, Sprint *sprint);
/* Sets the timers of a sprint that has just closed. */
void followup_schedule(Turn *turn, Sprint *sprint);
/* `/sprint actions [SPRINT.N done | SPRINT.N dropped: reason]` */
void followup_command(Turn *turn, const char *text);
/* A card cannot be delivered for good: a facilitator of the team is told once. */
void followup_undeliverable(Turn *turn, const char *card_key, const char *why);

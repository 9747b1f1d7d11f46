#pragma once

/* The core's one entry. */

#include "core/turn.h"

/* Takes the turn. Never fails; afterwards either the turn's `needs` are not empty, or the rest of
 * it holds the answer. The engine has loaded the team of the event's channel (or of the timer) with
 * its sprints and their owners. */
void decide(Turn *turn);

#pragma once

/* A member's own page: what their teams have open, what waits for an answer from them, and the last
 * closes. */

#include "core/turn.h"

/* EVENT_HOME: the reply is a CARD_HOME. */
void home_show(Turn *turn);

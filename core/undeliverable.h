#pragma once

/* A card cannot be delivered for good: a facilitator of the team is told once. */

#include "core/turn.h"

void undeliverable_tell(Turn *turn, const char *why);

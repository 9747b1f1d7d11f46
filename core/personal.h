#pragma once

/* Whether a key result is one person's target: sprints are team instruments only (framework:
 * Governance rules). */

#include "core/claim.h"

/* `*said` is written when it is: the words that say so. */
bool personal_target(const Claim *claim, Span *said);

#pragma once

/* Proposals come once per episode: what an episode is, is worked out here once more, from the
 * store's readings. A second proposal about the same comes only after two weekly check-ins in a row
 * at which there was nothing of the kind, or, where the first was dismissed, when the KR is off by
 * a further threshold; and none while the KR is the anchor of an open sprint. */

#include "sim.h"

Episodes *episodes_new(void);
void episodes_free(Episodes *episodes);

/* The store has just committed. */
void episodes_committed(Sim *sim);

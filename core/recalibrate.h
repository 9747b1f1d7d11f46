#pragma once

/* Mid-period recalibration (framework: The tactical layer): a tactical KR that is on the books gets
 * another target or another sentence, or is dropped, with who, when and why. What it was stays on
 * its record, and its line through the period bends from that day on (trajectory.h). There is no
 * other way to change one. */

#include "core/turn.h"

#define RECALIBRATE_WHY_WORDS 3 /* a reason has to say something */

/* May it be changed at all? False with `why` said: it was dropped, or its period is over. */
bool recalibrate_may(const Team *team, const Tactical *tactical, Day today, GString *why)
    __attribute__((warn_unused_result));

/* The KR with another target: "$32M", "+$2M" from the present one, and for a band both its edges,
 * "40% - 60%" or "between 40% and 60%". Its sentence says the new target. NULL with `why` said. */
Kr *recalibrate_target(const Kr *kr, const char *text, GString *why);
/* Another sentence in the KR's place, in the same unit and as much an outcome; NULL with `why`
 * said. */
Kr *recalibrate_sentence(const Team *team, const Kr *kr, const char *text, GString *why);

/* From today on the KR is `take_kr` (one that reads like it, where it is dropped), by whom the
 * event is from. `sprint`: whose retrospective asked for it, or none. Gives the record of it,
 * borrowed. */
const Recalibration *recalibrate(Turn *turn, Team *team, Tactical *tactical, Kr *take_kr,
                                 const char *why, SprintId sprint);

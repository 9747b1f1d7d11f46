#pragma once

/* Watches a team's tactical KRs for what calls for a sprint, and proposes one, once per episode
 * (framework: The tactical layer, Signals; episode.h). It proposes, and never opens. */

#include "core/turn.h"
#include "core/words.h"

/* The teams at the other end of this one's links are loaded, and those that its proposals name; the
 * turn asks for them otherwise. To be asked before anything is changed. */
bool proposal_ready(Turn *turn, const Team *team);
/* The team's weekly check-in was summed up. */
void proposal_look(Turn *turn, Team *team);

/* What a proposal's signal says now. Its KR's team is loaded, and what feeds it. */
Signal proposal_signal(const Turn *turn, const Proposal *proposal);
/* The episode is over: its card says why, where it still asked. */
void proposal_end(Turn *turn, Team *team, Proposal *proposal, WordId why);

#pragma once

/* What a team does with a proposal: opens a sprint from it, or says why not now. */

#include "core/turn.h"

/* "proposal.open", "proposal.dismiss": `value` is the proposal's id. Each begins its form, filled
 * in as far as anything is known. */
void proposal_open(Turn *turn, const char *value);
void proposal_dismiss(Turn *turn, const char *value);

/* Those that stand and are shown in that team's home, its own first (of Proposal, borrowed).
 * proposing.h: proposal_ready. Appends. */
void proposal_standing(const Turn *turn, const Team *team, GPtrArray *proposals);
/* The member who sent the event dismisses all that stands about the same KR as this proposal: it
 * is told in the homes. */
void proposal_dismiss_with(Turn *turn, const Proposal *proposal, const char *reason);
/* A sprint was opened: all that stood about its anchor is answered, whatever its trigger, since a
 * card that still asks for a sprint would be wrong. Before anything is changed: proposal_ready of
 * the anchor's team. */
void proposal_taken(Turn *turn, const Sprint *sprint);

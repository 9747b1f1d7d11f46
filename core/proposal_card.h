#pragma once

/* A proposal's message in its team's home, and for a gap in that of the team that feeds: first a
 * question with its evidence, in the end one line about what became of it. */

#include "core/turn.h"

/* Posts it; nothing where another proposal speaks for it. */
void proposal_card_ask(Turn *turn, const Proposal *proposal);
/* Edits it in place: `take_line` stands where it asked. */
void proposal_card_settle(Turn *turn, const Proposal *proposal, char *take_line);

/* The teams in whose homes it stands; how many. `homes` has room for two. */
size_t proposal_homes(const Turn *turn, const Proposal *proposal, const Team *homes[2]);
/* How its KR is named there: "2", "Marketing 2". Caller frees. */
char *proposal_kr_name(const Turn *turn, const Proposal *proposal, const Team *home);

#pragma once

/* What people do with the tactical layer beside answering: other targets, links, proposals,
 * follow-up readings. */

#include "crew.h"

void tactics_target(Sim *sim, Crew *crew);
/* What a retrospective asked for is done to its anchor. */
void tactics_apply(Sim *sim, Crew *crew);
void tactics_link(Sim *sim, Crew *crew);
/* A proposal that stands is answered: dismissed, or taken up by way of its form. */
void tactics_proposal(Sim *sim, Crew *crew);
void tactics_follow_up(Sim *sim, Crew *crew);

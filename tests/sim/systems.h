#pragma once

/* Other systems: they send readings with a token that a team's lead made for them, until they are
 * told that these were taken, sometimes twice; and files of theirs are imported while the daemon is
 * not running. */

#include "crew.h"

void system_free(System *system);

/* The lead makes a token, or revokes it. */
void systems_make(Sim *sim, Crew *crew);
void systems_revoke(Sim *sim, Crew *crew);
/* Some readings are sent. */
void systems_feed(Sim *sim, Crew *crew);
void systems_replied(Sim *sim, Sent *sent, const Card *receipt);
/* A file is imported, while the store is closed. */
void systems_import(Sim *sim);

Feeds *feeds_new(void);
void feeds_free(Feeds *feeds);
/* All readings of a team's tactical KRs (of GPtrArray of Reading) against what was sent for them.
 */
void systems_audit(Sim *sim, const BookTeam *team, const GPtrArray *tracks);

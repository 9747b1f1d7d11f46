#pragma once

/* Audits of the tactical layer: what audit.h does for sprints. */

#include "sim.h"

/* Everything that was acknowledged about the team's tactical KRs is there, and nothing else. */
void audit_tacticals(Sim *sim, BookTeam *book);
/* The team will be asked at its next weekly check-in, and what is asked will be summed up. `timers`
 * are all there are. */
void audit_weekly_timer(Sim *sim, const GArray *timers, const BookTeam *book);
/* When all is delivered: the cards of those that stand ask, and no others do. */
void audit_proposals(Sim *sim);

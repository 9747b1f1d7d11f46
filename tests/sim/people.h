#pragma once

/* The teams: people who set their homes up, open sprints, answer well, badly, late or not at all,
 * go away, and hold their retrospectives, or do not. */

#include "platform.h"

/* The contact for escalations of about half of the teams: one person in several of them. */
#define PEOPLE_SHARED "maria"

People *people_new(Sim *sim, int teams);
void people_free(People *people);
int people_teams(const People *people);

void people_day(Sim *sim, const Happening *happening);
void people_act(Sim *sim, const Happening *happening);
/* A check-in was asked in their channel. */
void people_prompted(Sim *sim, const BookCheckin *checkin);
/* A retrospective was asked for. */
void people_asked(Sim *sim, int32_t number);

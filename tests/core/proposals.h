#pragma once

/* A quarter for tests of proposals: 2 June to 31 August 2025 in Berlin. West ("west": maria, jonas,
 * tom) has its weekly check-in on Mondays, Marketing ("marketing": maria, ines) on Wednesdays; each
 * has the KRs 1, of customers or leads from 0 to 130, of which ten are expected each week, and 2,
 * of a rate from 18% to 25%. Nothing is on the books before the first of June. */

#include "scene.h"

#define PROPOSALS_WEEKS 12

/* Monday 2 June 2025, 08:00. */
Scene *proposals_scene(void);
/* Of the home that the scene is in. */
Team *proposals_team(const Scene *scene, const char *channel);

/* Lets time pass to 10:00 on that day of the nth week (from 0: 9 June), reads the values given (KR
 * 1's; NULL or "-": none) and looks. */
void proposals_week(Scene *scene, const char *channel, int week, const char *value);
/* The channel's team was summed up now. */
void proposals_look(Scene *scene, const char *channel);

/* The last card of a proposal that was put in that channel since scene_forget; NULL. */
const Card *proposals_card(const Scene *scene, const char *channel);
/* It has buttons: it asks. */
bool proposals_asks(const Card *card);
/* How many asked since scene_forget, in all homes. */
int proposals_asked(const Scene *scene);
/* The id that the card's buttons carry; caller frees. */
char *proposals_id(const Card *card);
/* All proposals as they are loaded again after a restart. */
void proposals_reload(Scene *scene);

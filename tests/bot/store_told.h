#pragma once

/* For tests of the store: teams and sprints told as text, every field a line, so that a difference
 * reads like a diff. */

#include "bot/store/store.h"

char *fixture_team_text(const Team *team); /* caller frees */
char *fixture_sprint_text(const Sprint *sprint);
/* What the store has of it is the same in every field. */
void fixture_expect_team(const char *promise, Store *store, const Team *team);
void fixture_expect_sprint(const char *promise, Store *store, const Sprint *sprint);

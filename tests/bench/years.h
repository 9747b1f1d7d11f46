#pragma once

/* A store after three years of many teams, made by SQL in bulk: twelve periods of 13 weeks with two
 * objectives of three key results each, a weekly check-in in each week, a sprint every eight weeks,
 * and one open sprint in the last. Rows stand in the order of time, as they came: what is one
 * team's lies far apart. */

#include <stdint.h>

#include "core/day.h"

#define YEARS_NOW     ((Instant){INT64_C(1758614400000000)}) /* Tuesday, 23 September 2025, 10:00 */
#define YEARS_TODAY   "2025-09-23"                           /* of the teams, in Berlin */
#define YEARS_SPACE   "acme"
#define YEARS_MEMBERS 8
#define YEARS_SPRINTS 18 /* of a team, closed */
#define YEARS_KR      67 /* the number of the first key result of the last period */

/* Teams have the ids 1 to `teams`, each lives in channel "c" and its id, is called "West" and its
 * id, and its members are "u1-1", "u1-2" and so on. `path` must not be there yet. */
void years_make(const char *path, int64_t teams);
/* This week's check-in of that team is to be summed up now, whether or not it was before. */
void years_make_due(const char *path, int64_t teams, int64_t team);

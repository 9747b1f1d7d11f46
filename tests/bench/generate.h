#pragma once

/* A store as it looks on the second morning of many sprints, made by SQL in bulk: the first day was
 * answered, and today's check-in is over or still to come. */

#include <stdbool.h>
#include <stdint.h>

#include "core/day.h"

#define GENERATED_NOW                                                                              \
    ((Instant){INT64_C(1752566400000000)}) /* Tuesday, 15 July 2025, 10:00 in Berlin */
#define GENERATED_SPACE "acme"

typedef struct Generated {
    int64_t teams;   /* ids 1 to teams; each lives in channel "c" and its id */
    int64_t sprints; /* spread over the teams */
    bool asked;      /* today's check-in was asked and summed up; else it is due tomorrow */
} Generated;

/* `path` must not be there yet. */
void generate(const char *path, const Generated *what);
/* The id of the check-in that the first sprint of the team was asked with today. */
int64_t generated_checkin(const Generated *what, int64_t team);
/* Makes today's prompt due, half an hour ago, for so many teams, spread over all there are. */
void generated_make_due(const char *path, const Generated *what, int64_t teams);

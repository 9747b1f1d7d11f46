#pragma once

/* A check-in's confidence as the team's distribution, never who told what (framework: Governance
 * rules). */

#include "core/sprint.h"

/* The last that each member told, of int32_t, in order of size. `kr`: in a weekly check-in, which
 * one it is about; none in a sprint's. Caller frees. */
GArray *confidence_spread(const Checkin *checkin, KrId kr);
/* Between two, rounded down; -1 when nobody told. */
int32_t confidence_median(const GArray *spread);
/* "4 to 8 of 10, median 6 (3 answers)"; NULL when nobody told. Caller frees. */
char *confidence_text(const GArray *spread);

#pragma once

/* A tactical KR: a track that belongs to an objective of the period, with every target that it has
 * had (framework: The tactical layer). */

#include "core/reading.h"
#include "core/trajectory.h"

/* A target that was changed within the period, with who, when and why (framework: Mid-period
 * recalibration). Only ever added. */
typedef struct Recalibration {
    RecalibrationId id;
    KrId kr;
    Day from;              /* the team's date of the change: the line bends here */
    Decimal was, was_high; /* the target until then, as in Kr */
    Decimal target, target_high;
    char *statement_was; /* how the KR read until then */
    Instant at;
    char *who;       /* member id */
    char *why;       /* never NULL */
    SprintId sprint; /* whose retrospective asked for it; none */
} Recalibration;

Recalibration *recalibration_new(void);
void recalibration_free(Recalibration *recalibration);

/* How many prove an objective: below is said, above is refused. */
#define TACTICAL_LEAST 3
#define TACTICAL_MOST  5

typedef struct Tactical {
    Track *track;
    ObjectiveId objective;
    int32_t confidence;        /* 0 to 10 as last told, -1 when never */
    bool dropped;              /* by a retrospective's tactical change; stays readable */
    GPtrArray *recalibrations; /* of Recalibration, oldest first */
} Tactical;

Tactical *tactical_new(Track *take_track, ObjectiveId objective); /* without a confidence */
void tactical_free(Tactical *tactical);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tactical, tactical_free)

/* The change after which its present target holds, as it was before that day; NULL where that is
 * the first. A dropped one's record ends with a change that left the target as it was. */
const Recalibration *tactical_last_target(const Tactical *tactical);
/* Its line through the period. `aims` (of Aim, empty before) is the caller's, and borrowed by what
 * is returned. */
Trajectory tactical_line(const Tactical *tactical, Window period, GArray *aims);

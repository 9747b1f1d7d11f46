#pragma once

/* A period of a team, summed up (framework: The tactical layer): its sprints, what came of them,
 * and where its tactical KRs ended. Figures only, and a team's: nothing is counted per person. */

#include "core/forecast.h"
#include "core/world.h"

typedef struct RollupSprint {
    const Sprint *sprint; /* borrowed from the world */
    int32_t held, due;    /* check-ins of this team */
    int32_t krs, reached; /* where it is closed */
    bool moved;           /* `movement` is known */
    Movement movement;    /* of the anchor, in its own unit */
} RollupSprint;

typedef struct RollupKr {
    const Tactical *tactical; /* borrowed from the team */
    bool read;                /* on a day of the period; else `value` is where it stood before */
    Decimal value;            /* the last until the period's end */
    bool reached;
    bool progress_known;
    Decimal progress; /* ratio */
} RollupKr;

typedef struct Rollup {
    const World *world; /* borrowed, as the next two */
    const Team *team;
    const Period *period;
    bool over;                        /* else these are the figures so far */
    int32_t opened;                   /* sprints that were opened in the period */
    int32_t closed;                   /* of these, closed by now; the others are still open */
    int32_t ended_early;              /* of these, closed or not */
    int32_t held, due;                /* check-ins of this team in all of them */
    int32_t krs, reached;             /* of the closed ones */
    int32_t moved[MOVED_NO + 1];      /* the closed ones' answers: did we move the Anchor KR? */
    int32_t causes[CAUSE_COUNT];      /* the closed ones' root causes */
    int32_t targets, targets_reached; /* tactical KRs that were not dropped */
    GArray *sprints;                  /* of RollupSprint, by age */
    GArray *krs_of_period;            /* of RollupKr, by number; dropped ones too */
} Rollup;

/* `sprints` (of SprintId, loaded) were opened by this team, alone or jointly, on the period's days
 * (turn_opened). */
Rollup *rollup_of(const World *world, const Team *team, const Period *period, const GArray *sprints,
                  Day today);
void rollup_free(Rollup *rollup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rollup, rollup_free)

#pragma once

/* The signals that propose a sprint (framework: The tactical layer), each with its evidence in
 * numbers. A signal needs two weekly check-ins in a row at which the KR was updated; of the latest
 * three, one may be missing. None is judged in the first fifth of the period, nor when it is over.
 * Thresholds are shares of the distance expected so far, and met exactly or not at all. */

#include "core/course.h"
#include "core/forecast.h"
#include "core/policy.h"

typedef enum SignalKind {
    SIGNAL_RISK,        /* KR at Risk: short by more than the threshold, and not recovering */
    SIGNAL_OPPORTUNITY, /* Emergent Opportunity: ahead by more than the threshold, and holding it */
    SIGNAL_GAP,         /* Cross-Functional Gap: what feeds it is on track, and it is behind */
} SignalKind;

typedef struct SignalWeek {
    Day checkin;
    Day day; /* for which the value speaks, and the line is asked */
    Deviation deviation;
    Decimal share; /* of the distance expected so far that is missing; negative: ahead. 1 where
                      something is missing and no distance was expected */
} SignalWeek;

typedef struct Signal {
    SignalKind kind;
    bool known;             /* there are two check-ins to judge: the rest is meaningful */
    bool found;             /* there is a signal */
    bool settled;           /* at both check-ins there was nothing of the kind */
    SignalWeek before, now; /* the two check-ins */
    Decimal moved;          /* since the one before */
    bool heading_known;     /* `heading` is within range */
    Forecast heading;       /* at the period's end, by the latest four check-ins */
    bool feeder_known;      /* SIGNAL_GAP: what feeds it was updated at two check-ins in a row */
    SignalWeek feeder;      /* and where it stands */
} Signal;

/* Recovering is a KR that may still end the period short by no more than the threshold: the range
 * of its robust forecast reaches that far, so one wild reading makes no recovery. */
Signal signal_risk(const Course *course, const Policy *policy);
/* Likewise, it holds where all of that range ends the period ahead by more than the threshold. A KR
 * to be kept has no opportunity. */
Signal signal_opportunity(const Course *course, const Policy *policy);
/* Over a declared link: `feeder` was on track or ahead, and `fed` behind (pace's words) and not
 * recovering, each at two check-ins of its own team. The evidence is that of `fed`. */
Signal signal_gap(const Course *feeder, const Course *fed, const Policy *policy);

/* A finding as text, its numbers first. `kr` is the KR it is about; `feeder` what feeds it, for
 * SIGNAL_GAP, else NULL. Caller frees; NULL where nothing was found. */
char *signal_say(const Signal *signal, const Kr *kr, const Kr *feeder);

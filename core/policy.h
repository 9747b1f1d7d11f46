#pragma once

/* What a deployment may set (framework: Governance rules, Numbers). Borrowed everywhere; never
 * changes while it is in use. Ratios are in thousandths. */

#include <stdbool.h>
#include <stdint.h>

#include "core/calendar.h"
#include "core/when.h"

/* A trigger type and the evidence it asks for. */
typedef struct Trigger {
    const char *name;
    const char *evidence; /* asked beside the situation */
    bool joint;           /* two or more teams own it */
} Trigger;

typedef struct Policy {
    int32_t max_active_sprints;       /* 2 */
    int32_t min_key_results;          /* 3 */
    int32_t max_key_results;          /* 5 */
    int32_t max_objectives;           /* 3 */
    WindowLimits window;              /* 7 to 28 days */
    int32_t window_past_period_days;  /* 7 */
    int32_t ahead, on_track, at_risk; /* pace: 1000, 900, 700 */
    int32_t too_early;                /* share of the window: 200 */
    int32_t signal;                   /* off the trajectory by more than that: 150 */
    int32_t draft_days;               /* 7 */
    int32_t blocker_hours;            /* 24 */
    const Trigger *triggers;          /* ends with a NULL name */
    const char *timezone;             /* defaults for a new team */
    int32_t check_in;                 /* minute of the day: 09:30 */
    int32_t check_in_minutes;         /* 15 */
    Weekdays working_days;            /* Mon-Fri */
} Policy;

/* The framework's own. */
extern const Policy policy_default;

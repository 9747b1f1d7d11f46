#include "core/policy.h"

static const Trigger triggers[] = {
    {"KR at Risk",
     "the gap at two check-ins in a row, and that initiatives were revised and the number did not "
     "move",
     false},
    {"Emergent Opportunity", "what opened the window, how long it lasts, and what it could bring",
     false},
    {"Cross-Functional Gap", "the hand-off that no team's OKRs cover, and the number that shows it",
     true},
    {NULL, NULL, false},
};

const Policy policy_default = {
    .max_active_sprints = 2,
    .min_key_results = 3,
    .max_key_results = 5,
    .max_objectives = 3,
    .window = {.min_days = 7, .max_days = 28},
    .window_past_period_days = 7,
    .ahead = 1000,
    .on_track = 900,
    .at_risk = 700,
    .too_early = 200,
    .signal = 150,
    .draft_days = 7,
    .blocker_hours = 24,
    .triggers = triggers,
    .timezone = "UTC",
    .check_in = 9 * 60 + 30,
    .check_in_minutes = 15,
    .working_days = WEEKDAYS_MON_FRI,
};

#include "tests/core/worked_example.h"

#include <string.h>

static Decimal decimal_of(const char *text)
{
    Decimal d = {0};

    if (decimal_parse(text, strlen(text), &d) != DECIMAL_OK) {
        g_error("the test itself is wrong: %s is no decimal", text);
    }
    return d;
}

Kr *example_add_kr(Sprint *sprint, const char *metric, UnitKind kind, const char *unit,
                   const char *baseline, const char *target)
{
    Kr *kr = kr_new();

    kr->number = (int32_t)sprint->krs->len + 1;
    kr->id.v = kr->number;
    kr->metric = g_strdup(metric);
    kr->unit.kind = kind;
    g_strlcpy(kr->unit.name, unit, sizeof kr->unit.name);
    kr->kind = kind == UNIT_COUNT ? KR_COUNT : KR_LEVEL;
    kr->baseline = decimal_of(baseline);
    kr->target = decimal_of(target);
    kr->target_high = kr->target;
    kr->direction =
        decimal_cmp(kr->baseline, kr->target) < 0 ? DIRECTION_INCREASE : DIRECTION_DECREASE;
    g_ptr_array_add(sprint->krs, sprint_kr_new(track_new(kr)));
    return kr;
}

void example_add_blocker(Sprint *sprint, const char *text, bool cleared)
{
    Blocker *blocker = blocker_new();

    blocker->number = (int32_t)sprint->blockers->len + 1;
    blocker->text = g_strdup(text);
    blocker->cleared.us = cleared ? 1 : 0;
    g_ptr_array_add(sprint->blockers, blocker);
}

Sprint *worked_example(void)
{
    Sprint *sprint = sprint_new();

    sprint->number = 1;
    example_add_kr(sprint, "ICP meeting acceptance rate", UNIT_PERCENT, "", "22", "35");
    example_add_kr(sprint, "stalled accounts progressed", UNIT_COUNT, "stalled accounts", "0", "6");
    example_add_kr(sprint, "median time-to-first-meeting", UNIT_DURATION, "day", "12", "7");
    return sprint;
}

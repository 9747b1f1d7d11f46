#pragma once

/* Which chart of a store is meant: names and numbers, as a person types them, become the chart. */

#include "bot/store/store.h"
#include "core/chart.h"

typedef struct ChartAsk {
    const char *workspace; /* NULL: the only one */
    const char *team;      /* NULL: the only one */
    int32_t kr, sprint;    /* one of them at most; 0: none, which is all KRs of the period */
    Day today;             /* DAY_NONE: the team's date now */
    const Policy *policy;
} ChartAsk;

/* `*chart` is NULL where there is none of that name, and `*refusal` says so then. Caller frees
 * both. False when the store failed. */
bool chart_pick(Store *store, const ChartAsk *ask, Chart **chart, char **refusal, GError **error)
    __attribute__((warn_unused_result));

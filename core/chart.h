#pragma once

/* A chart as data: key results against their linear trajectories, one panel each. The core makes
 * it; bot/chart draws it as PNG, and a platform without pictures shows `alt`.
 *
 * Positions along the time axis are working days from the window's beginning, in thousandths,
 * counted as pace counts them (pace.h): 0 is the first morning, `span` the last evening. So the
 * trajectory is a straight line, and a reading lies above it exactly when its KR has more than was
 * expected that day. Values are the KR's own Decimals. Any text may be NULL, which is "". */

#include <glib.h>

#include "core/card.h"
#include "core/decimal.h"
#include "core/policy.h"
#include "core/sprint.h"
#include "core/team.h"

#define CHART_ALT_MAX  1900 /* characters */
#define CHART_NO_TODAY (-1)

typedef struct ChartPoint {
    int64_t at;
    Decimal value;
} ChartPoint;

typedef struct ChartPanel {
    char *label;                   /* "KR1" */
    char *metric;                  /* "ICP meeting acceptance rate" */
    char *now;                     /* "27%": the value that counts; "" before the first reading */
    char *base_text, *target_text; /* "22%", "35%" */
    char *pace;                    /* "pace 0.8, at risk", "too early", "done"; "" */
    PaceStatus status;
    Decimal baseline;
    Decimal target, target_high;   /* two edges where the value is to stay within, else equal */
    Decimal line_first, line_last; /* the trajectory; level where the value is only to be kept */
    GArray *readings;              /* of ChartPoint, by time, one for each position */
    bool forecast;                 /* the range at the end is known */
    Decimal low, high;
    char *heading; /* "heading for 33% to 36%"; "" */
} ChartPanel;

typedef struct Chart {
    char *title;                  /* "Sprint 1 · Thu 17 July · day 4 of 11" */
    int64_t span;                 /* the length of the time axis, above 0 */
    int64_t today;                /* where the line "today" stands, or CHART_NO_TODAY */
    char *first_text, *last_text; /* "Mon 14 July" */
    char *today_text;             /* "today" */
    GPtrArray *panels;            /* of ChartPanel */
    char *alt;                    /* the whole chart in words, at most CHART_ALT_MAX */
} Chart;

Chart *chart_new(void);
void chart_free(Chart *chart);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Chart, chart_free)
Chart *chart_copy(const Chart *chart);
/* A new panel at the end, without texts and readings; the chart's. */
ChartPanel *chart_panel(Chart *chart);

/* The sprint's key results as of `today`, each against the line from its baseline on the first day
 * to its target on the last. After the window nothing is forecast any more. */
Chart *chart_of_sprint(const Sprint *sprint, const Team *team, Day today, const Policy *policy);

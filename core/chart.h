#pragma once

/* A chart as data: key results against their trajectories, one panel each. The core makes it;
 * bot/chart draws it as PNG, and a platform without pictures shows `alt`.
 *
 * Positions along the time axis are days in thousandths, counted as pace counts them (pace.h): a
 * sprint's working days, a period's calendar days. 0 is the first morning, `span` the last evening.
 * So the trajectory is straight between its bends, and a reading lies above it exactly when its KR
 * has more than was expected that day. Values are the KR's own Decimals. Any text may be NULL,
 * which is "". */

#include <glib.h>

#include "core/card.h"
#include "core/decimal.h"
#include "core/policy.h"
#include "core/sprint.h"
#include "core/team.h"

#define CHART_ALT_MAX       1900 /* characters */
#define CHART_NO_TODAY      (-1)
#define CHART_DAY           1000 /* a day on the time axis */
#define CHART_TACTICALS_MAX 5    /* KRs of a period in one chart */

typedef struct ChartPoint {
    int64_t at;
    Decimal value;
} ChartPoint;

/* A target that was changed. */
typedef struct ChartMark {
    int64_t at;
    char *label; /* "$30M → $32M" */
} ChartMark;

/* A sprint that serves the KR. */
typedef struct ChartBand {
    int64_t from, to;
    char *label; /* "Sprint 3" */
} ChartBand;

typedef struct ChartPanel {
    char *label;                   /* "KR1" */
    char *metric;                  /* "ICP meeting acceptance rate" */
    char *now;                     /* "27%": the value that counts; "" before the first reading */
    char *base_text, *target_text; /* "22%", "35%" */
    char *pace;                    /* "pace 0.8, at risk", "too early", "done"; "" */
    char *expected;                /* "$24.6M expected by now, $3.4M short of it"; "" */
    PaceStatus status;
    Decimal baseline;
    Decimal target, target_high;   /* two edges where the value is to stay within, else equal */
    Decimal line_first, line_last; /* the trajectory; level where the value is only to be kept */
    GArray *line;         /* of ChartPoint, by time: the trajectory where it bends, and two at
                             one position where it steps; empty where it is straight */
    GPtrArray *old_lines; /* of GArray of ChartPoint: how it would have gone on with each
                             target that was given up */
    GPtrArray *marks;     /* of ChartMark, by time */
    GPtrArray *bands;     /* of ChartBand, by beginning */
    GArray *readings;     /* of ChartPoint, by time, one for each position */
    bool forecast;        /* the range at the end is known */
    Decimal low, high;
    char *heading; /* "heading for 33% to 36%"; "" */
} ChartPanel;

typedef struct Chart {
    char *title;                  /* "Sprint 1 · Thu 17 July · day 4 of 11" */
    int64_t span;                 /* the length of the time axis, above 0 */
    int64_t tick;                 /* how far apart its marks stand, above 0 */
    bool tall;                    /* its plots have room for more than a sprint's */
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
void chart_mark(ChartPanel *panel, int64_t at, char *take_label);
void chart_band(ChartPanel *panel, int64_t from, int64_t to, char *take_label);
/* A new old line, without points; the panel's. */
GArray *chart_old_line(ChartPanel *panel);

/* The sprint's key results as of `today`, each against the line from its baseline on the first day
 * to its target on the last. After the window nothing is forecast any more. */
Chart *chart_of_sprint(const Sprint *sprint, const Team *team, Day today, const Policy *policy);

/* Tactical KRs over their period as of `today`, each against its line with all its bends, beside
 * the sprints that served it: `krs` (of Tactical; NULL: all of the period that are not dropped), of
 * which the first CHART_TACTICALS_MAX are drawn, with the team's open sprints and `sprints` (of
 * Sprint, which may be among those; NULL: no others). NULL where there is no KR. All borrowed for
 * the call. */
Chart *chart_of_tacticals(const Team *team, const Period *period, const GPtrArray *krs,
                          const GPtrArray *sprints, Day today, const Policy *policy);

#pragma once

/* Charts by hand, and the pictures of them, opened again. */

#include "bot/chart/sheet.h"
#include "core/chart.h"

/* Ten days, today the fifth; no panel yet. Caller frees. */
Chart *chart_blank(void);
/* From 0 to 100, without readings; borrowed from the chart. */
ChartPanel *chart_add(Chart *chart, const char *metric);
/* `day` counts from 0; `value` in whole units. */
void chart_read(ChartPanel *panel, int day, int64_t value);
void chart_forecast(ChartPanel *panel, int64_t low, int64_t high, const char *heading);

/* A picture as whoever gets it sees it. */
typedef struct Seen {
    int width, height;
    bool opaque; /* it has no transparency at all */
    uint32_t *pixels;
} Seen;

/* Fails the test unless these are a picture's bytes. Caller clears. */
Seen seen_of(GBytes *png);
void seen_clear(Seen *seen);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)
uint32_t seen_at(const Seen *seen, double x, double y); /* 0xRRGGBB */
/* How many pixels of a box have one of these colours, ended by 0. */
int seen_count(const Seen *seen, Frame box, const uint32_t *colours);
bool seen_same_in(const Seen *a, const Seen *b, Frame box);

/* Draws it, and fails the test if it cannot be. */
GBytes *chart_drawn(const Chart *chart);
Sheet chart_sheet(const Chart *chart);

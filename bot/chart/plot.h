#pragma once

/* One key result's plot: from back to front the ground, the sprints, the forecast's wedge, today,
 * the target's line, the trajectories, and the readings; then the words beside them. */

#include "bot/chart/sheet.h"

void plot_draw(const Type *type, const Sheet *sheet, guint panel);

/* The samples that the legend repeats, each as wide as `width`. */
void plot_sample_reading(cairo_t *cr, double x, double y, double width);
void plot_sample_line(cairo_t *cr, double x, double y, double width);
void plot_sample_old_line(cairo_t *cr, double x, double y, double width);
void plot_sample_forecast(cairo_t *cr, double x, double y, double width);
void plot_dot(cairo_t *cr, double x, double y);

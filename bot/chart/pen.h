#pragma once

/* Strokes and hatchings, the same wherever they stand. */

#include "bot/chart/palette.h"
#include "bot/chart/type.h"

#define PEN_THIN 2.0
#define PEN_LINE 4.0
#define PEN_BOLD 6.0

typedef struct Spot {
    double x, y;
} Spot;

/* Strokes the current path. */
void pen_stroke(cairo_t *cr, Colour colour, double width);
void pen_line(cairo_t *cr, Spot from, Spot to, Colour colour, double width);
/* Through all of them, in dashes of that length. */
void pen_dashed(cairo_t *cr, const Spot *spots, size_t count, double dash, Colour colour,
                double width);

/* Rising for what is to come, falling for what serves it: they differ without their colours. */
typedef enum PenHatch { PEN_RISING, PEN_FALLING } PenHatch;

/* Fills the current path with hatching on its own ground. */
void pen_hatch(cairo_t *cr, PenHatch hatch);

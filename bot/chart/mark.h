#pragma once

/* A shape for each status, drawn and not written, so that it needs no font; no two are alike
 * without their colours. */

#include "bot/chart/type.h"
#include "core/card.h"

#define MARK_SIZE 30.0

/* Nothing for PACE_NONE. */
void mark_draw(cairo_t *cr, PaceStatus status, double centre_x, double centre_y);
Colour mark_colour(PaceStatus status);

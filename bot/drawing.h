#pragma once

/* Charts are drawn beside the loop, on a thread that waits for the artist (artist.h), so that
 * nobody's acknowledgement waits for a picture. Thread: the loop's; the picture comes back there.
 */

#include "bot/loop.h"
#include "core/chart.h"

typedef struct Drawing Drawing;
/* `png` NULL: it cannot be drawn. Borrowed for the call. */
typedef void (*DrawingDone)(void *arg, int64_t row, GBytes *png);

Drawing *drawing_new(Loop *loop, DrawingDone done, void *arg);
void drawing_free(Drawing *drawing); /* the one under way is finished; none is told any more */
void drawing_draw(Drawing *drawing, int64_t row, const Chart *chart);

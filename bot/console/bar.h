#pragma once

/* A progress bar in block characters. The baseline is at the left mark, the target at the right
 * one; what is below 0 or beyond 100% stands outside the marks, on the same scale, and ends in an
 * arrow where it goes on further:
 *
 *     ├███████▌            ┤          38%
 *     ├████████████████████┤████▶     160%
 *   ██├                    ┤          -10%
 */

#include <stdint.h>

#define BAR_CELLS   20 /* between the marks: a cell is 5% */
#define BAR_OUTSIDE 5  /* the most that is shown on either side */

/* `progress` in thousandths of the way, any value. Caller frees. */
char *bar_text(int32_t progress);

#pragma once

/* Reads where `:time` is to move the clock, as people write it:
 *
 *     2025-07-14 09:30    14 July 9:30 am    Monday noon    2025-07-14 (its first instant)
 *     09:30 (today; tomorrow when that is past)
 *     +15m    +2h    +1d    +2w (days keep the time of day)    +1d 09:30
 */

#include "core/day.h"

typedef enum MomentFault {
    MOMENT_OK,
    MOMENT_NOT_UNDERSTOOD,
    MOMENT_TOO_FAR, /* more than ten years ahead, or beyond the calendar */
} MomentFault;

MomentFault moment_read(const char *text, Instant now, GTimeZone *zone, Instant *out)
    __attribute__((warn_unused_result));

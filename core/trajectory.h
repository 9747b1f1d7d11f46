#pragma once

/* The line that a tactical KR is to follow through its period (framework: Numbers): straight from
 * its baseline on the first day to its target at the end. A target that was changed on the way
 * bends the line from that day on; what was expected before stays as it was. */

#include "core/kr.h"
#include "core/when.h"

/* A target, and the day from which it holds. */
typedef struct Aim {
    Day from;
    Decimal target, target_high; /* as in Kr */
} Aim;

/* Borrowed throughout. */
typedef struct Trajectory {
    Window period;
    const Aim *aims;  /* every target that the KR has had, oldest first; the first holds from the
                         period's start, whatever its day */
    size_t aim_count; /* 0: it has had its own all along */
} Trajectory;

/* A value beside the line. */
typedef struct Deviation {
    Decimal value;
    Decimal expected;
    Decimal gap;      /* how far short of expected, in the direction that counts; negative: ahead */
    Decimal distance; /* expected so far, from the baseline; where the baseline was inside already,
                         the room there was to the edge */
    bool kept;        /* the baseline was inside already: to be kept, not reached */
} Deviation;

/* A new target asks on its first day for no more than the one before did, and for no more than a
 * straight line from the baseline would: the nearer of the two is where it begins. Of several
 * targets of one day only the last bends the line. The day behind the period's last asks for the
 * target itself. False when the figures leave the range. */
bool trajectory_deviation(const Trajectory *line, const Kr *kr, Day day, Decimal value,
                          Deviation *deviation) __attribute__((warn_unused_result));
/* The value on the line; for a KR to be kept the edge, as kr_expected. For charts. */
Decimal trajectory_expected(const Trajectory *line, const Kr *kr, Day day);

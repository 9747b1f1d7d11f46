#pragma once

/* Quarters of a key result as they happen, made by chance that can be had again. What is made here
 * knows nothing of signals: it was written from what such numbers do, before any was judged.
 *
 * A quarter is 91 days with a check-in a week. Under the readings lies a curve: the share of the
 * distance that was truly covered by each day. Whatever its kind, each week's step differs from the
 * plan by up to a quarter of it. A reading is the curve with a Gaussian error, whose deviation is
 * given in shares of the whole distance. "Even" is the pace of the straight line.
 *
 *   steady      at 95 to 110 % of even all quarter; error 1 to 2 %
 *   noisy       the same; error 3 to 5 %
 *   seasonal    the same, on a wave of 30 days that is 2 to 5 % high; error 1 to 2 %
 *   spiking     steady; one or two readings are wild, 30 to 100 % off to either side
 *   late data   steady; three values in ten come 3 to 10 days late, one in ten never
 *   slow start  3 to 5 weeks at 50 to 80 % of even, then such that it ends at 95 to 105 %; error 1
 *               to 3 %
 *   stalled     steady until some day of weeks 2 to 9, then 0 to 15 % of even to the end; error 1
 *               to 5 %
 *   recovering  steady until some day of weeks 2 to 6, stands for 3 to 5 weeks, then such that it
 *               ends at 90 to 105 %; error 1 to 5 %
 *   soaring     steady until some day of weeks 3 to 8, then 1.5 to 2.5 times even to the end; error
 *               1 to 5 % */

#include <stdint.h>

#define QUARTER_DAYS  91
#define QUARTER_WEEKS 13

typedef enum QuarterKind {
    QUARTER_STEADY,
    QUARTER_NOISY,
    QUARTER_SEASONAL,
    QUARTER_SPIKING,
    QUARTER_LATE_DATA,
    QUARTER_SLOW_START,
    QUARTER_STALLED,
    QUARTER_RECOVERING,
    QUARTER_SOARING,
} QuarterKind;
#define QUARTER_KINDS 9

typedef struct QuarterReading {
    int day;     /* for which it speaks, from 0 */
    int arrives; /* the day on which it is known; -1: never */
    double share;
} QuarterReading;

typedef struct Quarter {
    double curve[QUARTER_DAYS + 1]; /* at the beginning of each day */
    int checkins[QUARTER_WEEKS];    /* days */
    QuarterReading readings[QUARTER_WEEKS];
} Quarter;

const char *quarter_kind_name(QuarterKind kind);
/* `chance` is the generator's state: it goes on from quarter to quarter. */
void quarter_make(Quarter *quarter, QuarterKind kind, uint64_t *chance);

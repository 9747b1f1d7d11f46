#pragma once

/* Ranges of days as they are written, which windows, periods and absences have in common; shared by
 * when.c and when_absence.c, and by nobody else. */

#include "core/date.h"
#include "core/when.h"

#define RANGE_YEAR_DAYS 366
#define RANGE_AHEAD_MAX 3660 /* "in 5000 days" is a slip of the keyboard */

typedef enum RangeKind {
    RANGE_DAY,    /* "14 July" */
    RANGE_ENDS,   /* "14 July - 28 July", "until 28 July" */
    RANGE_LENGTH, /* "2 weeks from 14 July" */
} RangeKind;

typedef struct Range {
    RangeKind kind;
    WrittenDate first; /* today where it was not said */
    WrittenDate last;  /* RANGE_ENDS */
    int32_t days;      /* RANGE_LENGTH */
    bool until;        /* RANGE_ENDS: "until" stood before the last day */
} Range;

/* One day: a date, "today", "tomorrow", "next Monday", "in 3 days"; those beside today come back
 * whole. */
WhenFault range_read_day(DateReader *reader, Day today, WrittenDate *out)
    __attribute__((warn_unused_result));
/* "14 days", "two weeks", "a fortnight"; the reader stays where it was when it is none. */
bool range_read_length(DateReader *reader, int32_t *days);
/* A range that fills the rest of the text. */
WhenFault range_read(DateReader *reader, Day today, Range *out) __attribute__((warn_unused_result));

/* The nearest such day to come. */
WhenFault range_day(const WrittenDate *date, Day today, Day *out)
    __attribute__((warn_unused_result));
/* A range's days, both inside, "until" notwithstanding; last = first + days for RANGE_LENGTH. Ends
 * that were mixed up are a fault, with `*out` as understood; `long_too`: an end without a year may
 * follow by more than half a year. */
WhenFault range_days(const Range *range, Day today, bool long_too, Window *out)
    __attribute__((warn_unused_result));

#pragma once

/* Days and windows as people write them (framework: A valid sprint has, 3). `today` is an argument
 * everywhere.
 *
 * A date without a year is the nearest one to come, and today counts. In a window it is the window
 * whose end is the nearest to come, so "14 July - 28 July" typed on the 15th is this year's.
 * "07/08" and two-digit years are asked back, never guessed; so is a weekday that does not fit its
 * date. */

#include "core/calendar.h"
#include "core/day.h"

typedef enum WhenFault {
    WHEN_OK,
    WHEN_EMPTY,
    WHEN_NOT_UNDERSTOOD,
    WHEN_AMBIGUOUS,   /* 07/08: the seventh of August or the eighth of July? Asked back */
    WHEN_NO_SUCH_DAY, /* 31 February */
    WHEN_ENDS_FIRST,  /* the window ends before it starts */
    WHEN_TOO_SHORT,   /* below WindowLimits.min_days */
    WHEN_TOO_LONG,    /* above WindowLimits.max_days */
    WHEN_PAST,        /* an end, or an absence, that is over */
    WHEN_TOO_FAR,     /* a window or absence more than a year from now; "in 5000 days" */
} WhenFault;

/* "2025-07-14", "14 July", "July 14", "14 Jul 2025", "Mon 14 July", "14.7.2025", "14.7.", "14/7",
 * "today", "tomorrow", "Monday" and "next Monday" (the next one, not today), "this Monday" (which
 * may be today), "in 3 days", "in 2 weeks", "2 weeks from Monday". A day in the past is fine when
 * its year was said. */
WhenFault when_day(const char *text, Day today, Day *out) __attribute__((warn_unused_result));

/* A window: first and last day, both inside. Its length is the difference of the two (14 July - 28
 * July: 14 days). */
typedef struct Window {
    Day first, last;
} Window;

typedef struct WindowLimits {
    int32_t min_days, max_days; /* policy: 7 and 28 */
} WindowLimits;

/* "14 July - 28 July", "14 - 28 July", "July 14 - 28, 2025", "2025-07-14 - 2025-07-28",
 * "2025-07-14/2025-07-28", "14 July to 28 July", "14.-28.7.", "14 days from 14 July", "14 July for
 * 2 weeks", "2 weeks from Monday", "2 weeks" and "until 28 July" (from today), with every kind of
 * dash. An end without a year follows its start ("20 December - 3 January"), unless that makes more
 * than half a year: then the two were mixed up, WHEN_ENDS_FIRST. The start may lie in the past; the
 * end may not. From WHEN_ENDS_FIRST on, `*out` is the window as it was understood, for
 * when_fault_say. */
WhenFault when_window(const char *text, Day today, WindowLimits limits, Window *out)
    __attribute__((warn_unused_result));
/* "14 July 2025 - 28 July 2025": when_window reads it back. Caller frees. */
char *window_text(Window w);
/* "14 July - 28 July 2025 (14 days)". Caller frees. */
char *window_text_long(Window w);
int32_t window_days(Window w);

/* "FY Q3, 2025-06-02 - 2025-08-31" is split by the caller; this reads the dates of a period: any
 * two days in order, past or future, of any length ("1 October - 30 September"). */
WhenFault when_span(const char *text, Day today, Window *out) __attribute__((warn_unused_result));

/* An absence: some days, or some weekdays for good ("every Friday": part-time). */
typedef struct Absence {
    Window days;     /* when `weekly` is 0; both inside, so the day of return is the one after */
    Weekdays weekly; /* part-time days off, else 0 */
    bool back;       /* "back": ends every absence by days */
} Absence;

/* "until Monday" and "back on Monday" (Monday is the first day back), "through Monday" (away on
 * Monday too), "today", "tomorrow", "14 July - 18 July", "from 14 July until 21 July" (back on the
 * 21st), "on Friday", "for 3 days" (calendar days, today the first), "this week", "next week",
 * "every Friday", "Fridays", "every Mon and Wed", "back". */
WhenFault when_absence(const char *text, Day today, Absence *out)
    __attribute__((warn_unused_result));
/* when_absence reads it back: "2025-07-14 - 2025-07-18", "every Friday". Caller frees. */
char *absence_text(const Absence *a);

/* What was asked for, so that a refusal shows the right examples. */
typedef enum WhenKind { WHEN_A_DAY, WHEN_A_WINDOW, WHEN_A_SPAN, WHEN_AN_ABSENCE } WhenKind;

/* Says a fault to the person who wrote `text`: what is wrong, why, and what to write. `limits` and
 * `read` (as when_window left it) are used for windows only, else they may be zero. Caller frees;
 * NULL for WHEN_OK. */
char *when_fault_say(WhenFault fault, WhenKind kind, const char *text, WindowLimits limits,
                     Window read);

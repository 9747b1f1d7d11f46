#pragma once

/* Days and windows as people write them (framework: A valid sprint has, 3). `today` is an argument everywhere. */

#include "core/calendar.h"
#include "core/day.h"

typedef enum WhenFault {
    WHEN_OK,
    WHEN_EMPTY,
    WHEN_NOT_UNDERSTOOD,
    WHEN_AMBIGUOUS,     /* 07/08: the seventh of August or the eighth of July? Asked back */
    WHEN_NO_SUCH_DAY,   /* 31 February */
    WHEN_ENDS_FIRST,    /* the window ends before it starts */
    WHEN_TOO_SHORT,     /* below WINDOW_MIN days */
    WHEN_TOO_LONG,      /* above WINDOW_MAX days */
    WHEN_PAST,          /* an end, or an absence, that is over */
    WHEN_TOO_FAR,       /* starts more than a year from now */
} WhenFault;

/* "2025-07-14", "14 July", "July 14", "14 Jul 2025", "14.7.2025", "14.7.", "today", "tomorrow", "Monday" (the next one, not today),
 * "next Monday", "in 3 days", "in 2 weeks". A date without a year is the nearest one to come (today counts). */
WhenFault when_day(const char *text, Day today, Day *out) __attribute__((warn_unused_result));

/* A window: first and last day, both inside. Its length is the difference of the two (14 July - 28 July: 14 days). */
typedef struct Window {
    Day first, last;
} Window;

typedef struct WindowLimits {
    int32_t min_days, max_days; /* policy: 7 and 28 */
} WindowLimits;

/* "14 July - 28 July", "14 - 28 July", "2025-07-14 - 2025-07-28", "2025-07-14/2025-07-28", "14 days from 14 July",
 * "2 weeks" (from today), "2 weeks from Monday", "14 days", "until 28 July" (from today), "14 July to 28 July", with en dashes too. */
WhenFault when_window(const char *text, Day today, WindowLimits limits, Window *out)
    __attribute__((warn_unused_result));
char *window_text(Window w);      /* "14 July 2025 - 28 July 2025": when_window reads it back. Caller frees */
char *window_text_long(Window w); /* "14 July - 28 July 2025 (14 days)". Caller frees */
int32_t window_days(Window w);

/* "FY Q3, 2025-06-02 - 2025-08-31" is split by the caller; this reads the dates of a period: any two days in order. */
WhenFault when_span(const char *text, Day today, Window *out) __attribute__((warn_unused_result));

/* An absence: some days, or some weekdays for good ("every Friday": part-time). */
typedef struct Absence {
    Window days;      /* when `weekly` is 0; `until` is exclusive of the day of return */
    Weekdays weekly;  /* part-time days off, else 0 */
    bool back;        /* "back": ends every absence by days */
} Absence;

/* "until Monday" (Monday is the first day back), "today", "tomorrow", "14 July - 18 July", "on Friday", "for 3 days",
 * "every Friday", "Fridays", "back". */
WhenFault when_absence(const char *text, Day today, Absence *out) __attribute__((warn_unused_result));
char *absence_text(const Absence *a); /* when_absence reads it back: "2025-07-14 - 2025-07-18", "every Friday" */

/* Says a fault to a person, quoting the text, with how to write it. Caller frees; NULL for WHEN_OK. */
char *when_fault_say(WhenFault fault, const char *text, WindowLimits limits);

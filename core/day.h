#pragma once

/* Days and instants, and the one place where they meet time zones (through GLib's GTimeZone).
 *
 * An Instant is UTC wall-clock time in microseconds since 1970; stored; it may jump. A Day is a
 * date in a team's zone, proleptic Gregorian, years 1 to 9999. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "core/zone.h"

typedef struct {
    int64_t us;
} Instant;

typedef struct {
    int16_t year;
    uint8_t month, day; /* 1-12, 1-31; all zero means "no day" */
} Day;

#define INSTANT_SECOND INT64_C(1000000)
#define INSTANT_MINUTE (60 * INSTANT_SECOND)
#define INSTANT_HOUR   (60 * INSTANT_MINUTE)
#define DAY_NONE       ((Day){0, 0, 0})
#define DAY_FIRST      ((Day){1, 1, 1})
#define DAY_LAST       ((Day){9999, 12, 31})
#define DAY_MINUTES    1440

typedef enum Weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY } Weekday;
#define WEEKDAY_COUNT 7

bool day_valid(Day d); /* 31 February is not; nor is DAY_NONE */
bool day_is_set(Day d);
int day_cmp(Day a, Day b);
/* `days` may be negative. Stays within DAY_FIRST and DAY_LAST; DAY_NONE stays DAY_NONE. */
Day day_plus(Day d, int64_t days);
int64_t day_diff(Day later, Day earlier); /* in days; negative when the order is the other way */
Weekday day_weekday(Day d);

char *day_iso(Day d);                           /* "2025-07-14"; caller frees, like all below */
bool day_parse_iso(const char *text, Day *out); /* exactly that form, and a date that exists */
char *day_text(Day d);                          /* "14 July 2025" */
char *day_text_short(Day d);                    /* "Mon 14 July" */
const char *weekday_name(Weekday w);            /* "Monday" */
const char *month_name(int month);              /* 1-12: "January" */

/* The team's date and minute of the day (0-1439) at an instant. */
Day instant_day(Instant at, GTimeZone *zone);
int instant_minute(Instant at, GTimeZone *zone);
/* When that minute of that day is, in that zone. In a gap (clocks put forward, or a whole day
 * skipped) it is the first instant after the gap; in a fold (clocks put back) it is the earlier of
 * the two. Minute 0 is the day's first instant, minute DAY_MINUTES that of the next day. */
Instant day_instant(Day d, int minute, GTimeZone *zone);
char *instant_text(Instant at, GTimeZone *zone); /* "Mon 14 July 2025, 09:30" */
char *instant_iso(Instant at);                   /* "2025-07-14T07:30:00Z" */
/* The same back, also with a fraction of a second or an offset ("2025-07-14T09:30:00.5+02:00");
 * false when it is none, or does not say which zone is meant. */
bool instant_parse_iso(const char *text, Instant *out) __attribute__((warn_unused_result));

/* "09:30", "9:30", "9.30", "9:30 am", "9 a.m.", "14h", "14h30", "noon", "midnight": the minute of
 * the day; false when it is none of those. A bare "9" is none: nobody can tell which nine. */
bool minute_parse(const char *text, int *minute) __attribute__((warn_unused_result));
char *minute_text(int minute); /* "09:30" */

#pragma once

/* Days and instants, and the one place where they meet time zones (through GLib's GTimeZone).
 *
 * An Instant is UTC wall-clock time in microseconds since 1970; stored; it may jump. A Day is a date in a team's
 * zone, proleptic Gregorian, years 1 to 9999. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

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

typedef enum Weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY } Weekday;

bool day_valid(Day d); /* 31 February is not; nor is DAY_NONE */
bool day_is_set(Day d);
int day_cmp(Day a, Day b);
Day day_plus(Day d, int64_t days);     /* days may be negative; stays within the valid years */
int64_t day_diff(Day later, Day earlier); /* in days; negative when the order is the other way */
Weekday day_weekday(Day d);

char *day_iso(Day d);                              /* "2025-07-14"; caller frees, like all below */
bool day_parse_iso(const char *text, Day *out);    /* exactly that form, and a date that exists */
char *day_text(Day d);                             /* "14 July 2025" */
char *day_text_short(Day d);                       /* "Mon 14 July" */
const char *weekday_name(Weekday w);               /* "Monday" */

/* A zone by its IANA name ("Europe/Berlin", "UTC"); NULL when there is none of that name. Offsets such as "+02:00"
 * are refused: they know no summer time. Free with g_time_zone_unref. */
GTimeZone *zone_open(const char *name) __attribute__((warn_unused_result));
/* The nearest known names, for "did you mean": at most `max`, best first. From GLib's tzdata where it is installed,
 * else from a short list of our own. Free with g_strfreev. */
char **zone_suggest(const char *name, unsigned max);

/* The team's date and minute of the day (0-1439) at an instant. */
Day instant_day(Instant at, GTimeZone *zone);
int instant_minute(Instant at, GTimeZone *zone);
/* When that minute of that day is, in that zone. In a gap (clocks put forward) it is the first instant after the gap;
 * in a fold (clocks put back) it is the earlier of the two. */
Instant day_instant(Day d, int minute, GTimeZone *zone);
char *instant_text(Instant at, GTimeZone *zone);   /* "Mon 14 July 2025, 09:30" */
char *instant_iso(Instant at);                     /* "2025-07-14T07:30:00Z" */

/* "09:30", "9:30", "9.30", "9:30 am", "14h", "noon": the minute of the day; false when it is none of those. */
bool minute_parse(const char *text, int *minute) __attribute__((warn_unused_result));
char *minute_text(int minute);                     /* "09:30" */

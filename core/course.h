#pragma once

/* A tactical KR's way through its period, check-in by check-in, as it is known today. */

#include "core/reading.h"
#include "core/trajectory.h"

/* Borrowed throughout. */
typedef struct Course {
    const Track *track;
    Trajectory line;
    const Day *checkins; /* the team's weekly check-ins, oldest first; those to come do no harm */
    size_t checkin_count;
    Day today;
} Course;

/* A weekly check-in, and the last reading that counts and speaks for a day of its week: after the
 * check-in before (for the first of all, in its seven days), up to its own day, within the period.
 */
typedef struct CourseWeek {
    Day checkin;
    const Reading *reading; /* NULL: none */
} CourseWeek;

/* The latest check-ins of the period up to today, latest first; how many, at most `max`. */
size_t course_weeks(const Course *course, CourseWeek *weeks, size_t max);

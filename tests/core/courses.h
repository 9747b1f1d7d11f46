#pragma once

/* Courses for tests: a key result in the quarter of 2 June to 31 August 2025 (91 days, so 7.7 % of
 * the way each week) with a check-in every Monday from 9 June on. */

#include "core/course.h"

#define COURSE_WEEKS 12

typedef struct CourseCase {
    Track *track;
    Course course;
} CourseCase;

extern const Window course_quarter;
extern const Day course_checkins[COURSE_WEEKS];

Decimal course_number(const char *text);
/* `high` may be NULL. Today is the last check-in. Given away to course_clear. */
CourseCase course_case(Direction direction, const char *baseline, const char *target,
                       const char *high);
void course_clear(CourseCase *c);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CourseCase, course_clear)

Reading *course_read(CourseCase *c, Day day, const char *value);
/* A value at each check-in from the first on; NULL for none; today is the last one's check-in. */
void course_read_weekly(CourseCase *c, const char *const *values, size_t count);
void course_retract(CourseCase *c, const Reading *earlier);

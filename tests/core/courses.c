#include "courses.h"

#include <string.h>

const Window course_quarter = {{2025, 6, 2}, {2025, 8, 31}};
const Day course_checkins[COURSE_WEEKS] = {
    {2025, 6, 9},  {2025, 6, 16}, {2025, 6, 23}, {2025, 6, 30}, {2025, 7, 7},  {2025, 7, 14},
    {2025, 7, 21}, {2025, 7, 28}, {2025, 8, 4},  {2025, 8, 11}, {2025, 8, 18}, {2025, 8, 25},
};

Decimal course_number(const char *text)
{
    Decimal d = {0};

    if (decimal_parse(text, strlen(text), &d) != DECIMAL_OK) {
        g_error("the test itself is wrong: %s is no decimal", text);
    }
    return d;
}

CourseCase course_case(Direction direction, const char *baseline, const char *target,
                       const char *high)
{
    Kr *kr = kr_new();

    kr->direction = direction;
    kr->baseline = course_number(baseline);
    kr->target = course_number(target);
    kr->target_high = course_number(high != NULL ? high : target);
    Track *track = track_new(kr);
    return (CourseCase){
        .track = track,
        .course = {.track = track,
                   .line.period = course_quarter,
                   .checkins = course_checkins,
                   .checkin_count = COURSE_WEEKS,
                   .today = course_checkins[COURSE_WEEKS - 1]},
    };
}

void course_clear(CourseCase *c)
{
    track_free(c->track);
    *c = (CourseCase){0};
}

Reading *course_read(CourseCase *c, Day day, const char *value)
{
    Reading *reading = reading_new();

    reading->id.v = (int64_t)c->track->readings->len + 1;
    reading->value = course_number(value);
    reading->day = day;
    reading->source = READING_CHECKIN;
    g_ptr_array_add(c->track->readings, reading);
    return reading;
}

void course_read_weekly(CourseCase *c, const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i] != NULL) {
            course_read(c, course_checkins[i], values[i]);
            c->course.today = course_checkins[i];
        }
    }
}

void course_retract(CourseCase *c, const Reading *earlier)
{
    Reading *reading = course_read(c, earlier->day, "0");

    reading->retracts = earlier->id;
}

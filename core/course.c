#include "core/course.h"

/* The day before the week that ends with the check-in at `i` begins. */
static Day week_before(const Course *course, size_t i)
{
    Day before = i > 0 ? course->checkins[i - 1] : day_plus(course->checkins[0], -WEEKDAY_COUNT);
    Day start = day_plus(course->line.period.first, -1);

    return day_cmp(before, start) > 0 ? before : start;
}

size_t course_weeks(const Course *course, CourseWeek *weeks, size_t max)
{
    const Window *period = &course->line.period;
    const Reading *reading = track_next_day(course->track, NULL);
    size_t found = 0;

    for (size_t i = course->checkin_count; i > 0 && found < max; i--) {
        Day checkin = course->checkins[i - 1];

        if (day_cmp(checkin, period->first) < 0) {
            break;
        }
        if (day_cmp(checkin, course->today) > 0 || day_cmp(checkin, period->last) > 0) {
            continue;
        }
        while (reading != NULL && day_cmp(reading->day, checkin) > 0) {
            reading = track_next_day(course->track, reading);
        }
        bool read = reading != NULL && day_cmp(reading->day, week_before(course, i - 1)) > 0;
        weeks[found++] = (CourseWeek){.checkin = checkin, .reading = read ? reading : NULL};
    }
    return found;
}

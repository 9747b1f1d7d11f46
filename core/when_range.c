#include "core/when_range.h"

#include <string.h>

#define HALF_A_YEAR 183
#define LEAP_REACH  8 /* years until the next 29 February, at most */

static const WrittenDate unsaid = {DATE_UNSAID, DATE_UNSAID, DATE_UNSAID, DATE_UNSAID};

static WrittenDate whole(Day d)
{
    return (WrittenDate){d.year, d.month, d.day, DATE_UNSAID};
}

static bool is_weekday_only(const WrittenDate *date)
{
    return date->weekday != DATE_UNSAID && date->day == DATE_UNSAID;
}

static bool is_whole(const WrittenDate *date)
{
    return date->year != DATE_UNSAID && date->month != DATE_UNSAID;
}

static WhenFault of_date_fault(DateFault fault)
{
    switch (fault) {
    case DATE_OK:
        return WHEN_OK;
    case DATE_NOT_UNDERSTOOD:
        return WHEN_NOT_UNDERSTOOD;
    case DATE_AMBIGUOUS:
        return WHEN_AMBIGUOUS;
    case DATE_NO_SUCH_DAY:
        return WHEN_NO_SUCH_DAY;
    }
    return WHEN_NOT_UNDERSTOOD;
}

/* Lengths. */

static bool read_count(DateReader *reader, int32_t *count)
{
    static const char *const words[] = {"one",   "two",   "three", "four", "five",   "six",
                                        "seven", "eight", "nine",  "ten",  "eleven", "twelve"};

    if (date_peek(reader)->kind == DATE_NUMBER) {
        *count = date_peek(reader)->number;
        reader->at++;
        return true;
    }
    if (date_skip(reader, "a") || date_skip(reader, "an")) {
        *count = 1;
        return true;
    }
    for (int i = 0; i < (int)G_N_ELEMENTS(words); i++) {
        if (date_skip(reader, words[i])) {
            *count = i + 1;
            return true;
        }
    }
    return false;
}

static bool read_unit(DateReader *reader, int32_t *days)
{
    static const struct {
        const char *word;
        int32_t days;
    } units[] = {
        {"days", 1}, {"day", 1}, {"d", 1}, {"weeks", 7},      {"week", 7},
        {"wk", 7},   {"wks", 7}, {"w", 7}, {"fortnight", 14}, {"fortnights", 14},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (date_skip(reader, units[i].word)) {
            *days = units[i].days;
            return true;
        }
    }
    return false;
}

bool range_read_length(DateReader *reader, int32_t *days)
{
    int start = reader->at;
    int32_t count = 0, unit = 0;

    if (!read_count(reader, &count) || !read_unit(reader, &unit)) {
        reader->at = start;
        return false;
    }
    *days = count * unit; /* a number ends at 999,999 */
    return true;
}

/* Single days. */

static bool read_beside_today(DateReader *reader, Day today, WrittenDate *out)
{
    static const struct {
        const char *word;
        int days;
    } rows[] = {{"today", 0}, {"now", 0}, {"tomorrow", 1}, {"yesterday", -1}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (date_skip(reader, rows[i].word)) {
            *out = whole(day_plus(today, rows[i].days));
            return true;
        }
    }
    return false;
}

/* The first such weekday on or after the day. */
static Day weekday_from(Day day, int weekday)
{
    return day_plus(day, (weekday - (int)day_weekday(day) + WEEKDAY_COUNT) % WEEKDAY_COUNT);
}

static Day weekday_after(Day day, int weekday)
{
    return weekday_from(day_plus(day, 1), weekday);
}

/* "next Monday", "this Friday". */
static bool read_named_weekday(DateReader *reader, Day today, WrittenDate *out)
{
    int start = reader->at;
    bool next = date_skip(reader, "next");
    Weekday w = MONDAY;

    if ((!next && !date_skip(reader, "this")) || !date_weekday(reader, &w, NULL)) {
        reader->at = start;
        return false;
    }
    *out = whole(next ? weekday_after(today, (int)w) : weekday_from(today, (int)w));
    return true;
}

/* What follows "in". */
static WhenFault read_ahead(DateReader *reader, Day today, WrittenDate *out)
{
    int32_t days = 0;

    if (!range_read_length(reader, &days)) {
        return WHEN_NOT_UNDERSTOOD;
    }
    if (days > RANGE_AHEAD_MAX) {
        return WHEN_TOO_FAR;
    }
    *out = whole(day_plus(today, days));
    return WHEN_OK;
}

WhenFault range_read_day(DateReader *reader, Day today, WrittenDate *out)
{
    date_skip(reader, "on");
    if (read_beside_today(reader, today, out) || read_named_weekday(reader, today, out)) {
        return WHEN_OK;
    }
    if (date_skip(reader, "in")) {
        return read_ahead(reader, today, out);
    }
    return of_date_fault(date_read(reader, out));
}

/* Ranges. */

static bool read_from(DateReader *reader)
{
    static const char *const words[] = {"from", "starting", "beginning", NULL};
    return date_skip_any(reader, words);
}

static bool read_until(DateReader *reader)
{
    static const char *const words[] = {"until", "till", "til", NULL};
    return date_skip_any(reader, words);
}

static bool read_through(DateReader *reader)
{
    static const char *const words[] = {"through", "thru", NULL};
    return date_skip_any(reader, words);
}

static bool read_to(DateReader *reader)
{
    static const char *const words[] = {"-", "/", "to", NULL};
    return date_skip_any(reader, words) || read_through(reader);
}

static bool read_for(DateReader *reader)
{
    static const char *const words[] = {"for", "+", NULL};
    return date_skip_any(reader, words);
}

static WhenFault at_end(const DateReader *reader)
{
    return date_at_end(reader) ? WHEN_OK : WHEN_NOT_UNDERSTOOD;
}

/* "2 weeks", "for 2 weeks from Monday"; the length has been read. */
static WhenFault read_length_range(DateReader *reader, Day today, Range *out)
{
    out->kind = RANGE_LENGTH;
    out->first = whole(today);
    if (!read_from(reader)) {
        return at_end(reader);
    }
    WhenFault fault = range_read_day(reader, today, &out->first);
    return fault == WHEN_OK ? at_end(reader) : fault;
}

static WhenFault read_last(DateReader *reader, Day today, Range *out)
{
    out->kind = RANGE_ENDS;
    WhenFault fault = range_read_day(reader, today, &out->last);
    return fault == WHEN_OK ? at_end(reader) : fault;
}

/* What comes behind the first day. */
static WhenFault read_rest(DateReader *reader, Day today, bool between, Range *out)
{
    if (date_at_end(reader)) {
        out->kind = RANGE_DAY;
        return WHEN_OK;
    }
    out->until = read_until(reader);
    if (out->until || read_to(reader) || (between && date_skip(reader, "and"))) {
        return read_last(reader, today, out);
    }
    if (read_for(reader) && range_read_length(reader, &out->days)) {
        out->kind = RANGE_LENGTH;
        return at_end(reader);
    }
    return WHEN_NOT_UNDERSTOOD;
}

WhenFault range_read(DateReader *reader, Day today, Range *out)
{
    *out = (Range){.first = whole(today), .last = unsaid};

    bool lasting = date_skip(reader, "for");
    if (range_read_length(reader, &out->days)) {
        return read_length_range(reader, today, out);
    }
    out->until = !lasting && read_until(reader);
    if (out->until || (!lasting && read_through(reader))) {
        return read_last(reader, today, out);
    }
    bool between = date_skip(reader, "between");
    bool from = between || read_from(reader);
    WhenFault fault = range_read_day(reader, today, &out->first);
    if (fault != WHEN_OK) {
        return fault;
    }
    if (lasting || (from && date_at_end(reader))) { /* "for 14 July", "from 14 July": no end */
        return WHEN_NOT_UNDERSTOOD;
    }
    return read_rest(reader, today, between, out);
}

/* Which year. */

static Day day_in(const WrittenDate *date, int year)
{
    return (Day){(int16_t)year, (uint8_t)date->month, (uint8_t)date->day};
}

static bool weekday_fits(const WrittenDate *date, Day d)
{
    return date->weekday == DATE_UNSAID || (int)day_weekday(d) == date->weekday;
}

/* "14 - 28 July", "July 14 - 28": a day alone is in the other's month. */
static void share_month(WrittenDate *first, WrittenDate *last)
{
    if (first->day != DATE_UNSAID && first->month == DATE_UNSAID) {
        first->month = last->month;
        first->year = last->year;
    } else if (last->day != DATE_UNSAID && last->month == DATE_UNSAID) {
        last->month = first->month;
    }
}

static bool comes_earlier_in_year(const WrittenDate *a, const WrittenDate *b)
{
    return a->month < b->month || (a->month == b->month && a->day < b->day);
}

/* How many years the last day's is above the first's, as far as months tell. */
static int turns(const Range *range)
{
    return comes_earlier_in_year(&range->last, &range->first) ? 1 : 0;
}

/* Where a range that starts on that day ends. */
static Day last_from(const Range *range, Day first)
{
    const WrittenDate *last = &range->last;

    if (range->kind != RANGE_ENDS) {
        return day_plus(first, range->days); /* no days in RANGE_DAY */
    }
    if (is_weekday_only(last)) {
        return weekday_after(first, last->weekday);
    }
    return day_in(last, last->year != DATE_UNSAID ? last->year : first.year + turns(range));
}

/* The window whose first day is in that year; false when one of its ends is not there. */
static bool window_in(const Range *range, int year, Window *out)
{
    out->first = day_in(&range->first, year);
    if (!day_valid(out->first)) {
        return false;
    }
    out->last = last_from(range, out->first);
    return day_valid(out->last);
}

/* Of the years that were not said, the one whose window is the next to end. */
static WhenFault choose_year(const Range *range, Day today, Window *out)
{
    int first_year = today.year - 1, last_year = today.year + LEAP_REACH;

    if (range->first.year != DATE_UNSAID) {
        first_year = last_year = range->first.year;
    } else if (range->last.year != DATE_UNSAID) {
        first_year = last_year = range->last.year - turns(range);
    }
    for (int year = first_year; year <= last_year; year++) {
        if (window_in(range, year, out) &&
            (first_year == last_year || day_cmp(out->last, today) >= 0)) {
            return WHEN_OK;
        }
    }
    return WHEN_NO_SUCH_DAY;
}

/* A year had to be added to the end, and that led too far: the two were mixed up. */
static bool is_mixed_up(const Range *range, Window w)
{
    bool guessed = !is_whole(&range->first) || !is_whole(&range->last);

    return range->kind == RANGE_ENDS && !is_weekday_only(&range->last) && guessed &&
           turns(range) > 0 && window_days(w) > HALF_A_YEAR;
}

static WhenFault check_ends(const Range *range, bool long_too, Window w)
{
    if (!weekday_fits(&range->first, w.first) || !weekday_fits(&range->last, w.last)) {
        return WHEN_AMBIGUOUS;
    }
    bool mixed_up = !long_too && is_mixed_up(range, w);
    return mixed_up || day_cmp(w.last, w.first) < 0 ? WHEN_ENDS_FIRST : WHEN_OK;
}

static bool is_complete(const Range *range)
{
    return range->first.month != DATE_UNSAID &&
           (range->kind != RANGE_ENDS || range->last.month != DATE_UNSAID ||
            is_weekday_only(&range->last));
}

WhenFault range_days(const Range *range, Day today, bool long_too, Window *out)
{
    Range r = *range;

    share_month(&r.first, &r.last);
    if (is_weekday_only(&r.first)) {
        r.first = whole(weekday_after(today, r.first.weekday));
    }
    if (!is_complete(&r)) {
        return WHEN_NOT_UNDERSTOOD;
    }
    WhenFault fault = choose_year(&r, today, out);
    return fault == WHEN_OK ? check_ends(&r, long_too, *out) : fault;
}

WhenFault range_day(const WrittenDate *date, Day today, Day *out)
{
    const Range range = {.kind = RANGE_DAY, .first = *date, .last = unsaid};
    Window w = {0};
    WhenFault fault = range_days(&range, today, true, &w);

    if (fault == WHEN_OK) {
        *out = w.first;
    }
    return fault;
}

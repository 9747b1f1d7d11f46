/* Absences: the ranges of when_range.h, "until" in its everyday sense, and weekdays for good. */

#include <string.h>

#include "core/text.h"
#include "core/when.h"
#include "core/when_range.h"
#include "core/words.h"

static WhenFault check_days(Window days, Day today)
{
    if (day_cmp(days.last, days.first) < 0) {
        return WHEN_ENDS_FIRST;
    }
    if (day_cmp(days.last, today) < 0) {
        return WHEN_PAST;
    }
    return day_diff(days.first, today) > RANGE_YEAR_DAYS ? WHEN_TOO_FAR : WHEN_OK;
}

/* "this week" is what is left of it; the next begins on Monday. */
static bool read_week(DateReader *reader, Day today, Window *days)
{
    int start = reader->at;
    bool next = date_skip(reader, "next");

    if ((next || date_skip(reader, "this")) && date_skip(reader, "week") && date_at_end(reader)) {
        Day sunday = day_plus(today, SUNDAY - day_weekday(today));

        *days = next ? (Window){day_plus(sunday, 1), day_plus(sunday, 7)} : (Window){today, sunday};
        return true;
    }
    reader->at = start;
    return false;
}

static WhenFault read_range(DateReader *reader, Day today, Window *days)
{
    Range range;
    WhenFault fault = range_read(reader, today, &range);

    if (fault == WHEN_OK) {
        fault = range_days(&range, today, false, days);
    }
    if (fault != WHEN_OK) {
        return fault;
    }
    bool comes_back = range.kind == RANGE_LENGTH || (range.kind == RANGE_ENDS && range.until);
    if (comes_back) { /* the last is the first day back */
        days->last = day_plus(days->last, -1);
    }
    return WHEN_OK;
}

/* "back on Monday", "back in 3 days"; "back" has been read. */
static WhenFault read_return(DateReader *reader, Day today, Window *days)
{
    WrittenDate date;
    Day back = DAY_NONE;
    WhenFault fault = range_read_day(reader, today, &date);

    if (fault == WHEN_OK) {
        fault = date_at_end(reader) ? range_day(&date, today, &back) : WHEN_NOT_UNDERSTOOD;
    }
    *days = (Window){today, day_plus(back, -1)};
    return fault;
}

static WhenFault read_days(DateReader *reader, Day today, Window *days)
{
    WhenFault fault = WHEN_OK;

    if (date_skip(reader, "back")) {
        fault = read_return(reader, today, days);
    } else if (!read_week(reader, today, days)) {
        fault = read_range(reader, today, days);
    }
    return fault == WHEN_OK ? check_days(*days, today) : fault;
}

/* "every Friday", "each Mon and Wed", "Fridays", "on Mondays and Fridays". */
static bool is_weekly(DateReader *reader)
{
    static const char *const every[] = {"every", "each", NULL};
    Weekday w = MONDAY;
    bool plural = false;

    if (date_skip_any(reader, every)) {
        return true;
    }
    date_skip(reader, "on");
    return date_weekday(reader, &w, &plural) && plural;
}

/* The weekdays of the whole text, of which no team can lose all. */
static WhenFault read_weekly(const char *text, Weekdays *weekly)
{
    static const char *const before[] = {"on ", "every ", "each ", NULL};
    g_autofree char *folded = text_fold(text);
    const char *list = folded;
    Weekdays days = 0;

    for (int i = 0; before[i] != NULL; i++) {
        list += g_str_has_prefix(list, before[i]) ? strlen(before[i]) : 0;
    }
    if (!weekdays_parse(list, &days) || days == WEEKDAYS_ALL) {
        return WHEN_NOT_UNDERSTOOD;
    }
    *weekly = days;
    return WHEN_OK;
}

static bool is_back(DateReader *reader)
{
    return date_skip(reader, "back") && date_at_end(reader);
}

WhenFault when_absence(const char *text, Day today, Absence *out)
{
    DateReader reader;
    Absence absence = {0};
    WhenFault fault = WHEN_OK;

    if (!date_reader_init(&reader, text)) {
        return WHEN_NOT_UNDERSTOOD;
    }
    if (date_at_end(&reader)) {
        return WHEN_EMPTY;
    }
    absence.back = is_back(&reader);
    reader.at = 0;
    bool weekly = !absence.back && is_weekly(&reader);
    reader.at = 0;
    if (weekly) {
        fault = read_weekly(text, &absence.weekly);
    } else if (!absence.back) {
        fault = read_days(&reader, today, &absence.days);
    }
    if (fault == WHEN_OK) {
        *out = absence;
    }
    return fault;
}

static bool is_one_day(Weekdays days)
{
    return (days & (days - 1)) == 0;
}

static char *weekly_text(Weekdays weekly)
{
    if (is_one_day(weekly)) {
        return say(W_ABSENCE_WEEKLY, S("days", weekday_name((Weekday)g_bit_nth_lsf(weekly, -1))));
    }
    g_autofree char *days = weekdays_text(weekly);
    return say(W_ABSENCE_WEEKLY, S("days", days));
}

char *absence_text(const Absence *a)
{
    if (a->back) {
        return say(W_ABSENCE_BACK);
    }
    if (a->weekly != 0) {
        return weekly_text(a->weekly);
    }
    g_autofree char *first = day_iso(a->days.first);
    g_autofree char *last = day_iso(a->days.last);
    if (day_cmp(a->days.first, a->days.last) == 0) {
        return g_steal_pointer(&first);
    }
    return say(W_WINDOW_TEXT, S("first", first), S("last", last));
}

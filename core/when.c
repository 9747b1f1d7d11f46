#include "core/when.h"

#include "core/text.h"
#include "core/when_range.h"
#include "core/words.h"

#define QUOTE_MAX 60 /* characters of somebody's text in a refusal */

static WhenFault start_reading(DateReader *reader, const char *text)
{
    if (!date_reader_init(reader, text)) {
        return WHEN_NOT_UNDERSTOOD;
    }
    return date_at_end(reader) ? WHEN_EMPTY : WHEN_OK;
}

/* A day, or a length from one; the whole text. */
static WhenFault read_day(DateReader *reader, Day today, Day *out)
{
    WrittenDate date;
    int32_t days = 0;
    Day from = DAY_NONE;
    bool later = range_read_length(reader, &days);

    if (later && !date_skip(reader, "from")) {
        return WHEN_NOT_UNDERSTOOD;
    }
    if (days > RANGE_AHEAD_MAX) {
        return WHEN_TOO_FAR;
    }
    WhenFault fault = range_read_day(reader, today, &date);
    if (fault == WHEN_OK && !date_at_end(reader)) {
        fault = WHEN_NOT_UNDERSTOOD;
    }
    if (fault == WHEN_OK) {
        fault = range_day(&date, today, &from);
    }
    if (fault == WHEN_OK) {
        *out = day_plus(from, days);
    }
    return fault;
}

WhenFault when_day(const char *text, Day today, Day *out)
{
    DateReader reader;
    WhenFault fault = start_reading(&reader, text);

    return fault == WHEN_OK ? read_day(&reader, today, out) : fault;
}

static WhenFault read_window(const char *text, Day today, bool long_too, Window *out)
{
    DateReader reader;
    Range range;
    WhenFault fault = start_reading(&reader, text);

    if (fault == WHEN_OK) {
        fault = range_read(&reader, today, &range);
    }
    if (fault == WHEN_OK && range.kind == RANGE_DAY) {
        fault = WHEN_NOT_UNDERSTOOD;
    }
    return fault == WHEN_OK ? range_days(&range, today, long_too, out) : fault;
}

static WhenFault check_window(Window w, Day today, WindowLimits limits)
{
    if (day_cmp(w.last, today) < 0) {
        return WHEN_PAST;
    }
    if (day_diff(w.first, today) > RANGE_YEAR_DAYS) {
        return WHEN_TOO_FAR;
    }
    if (window_days(w) < limits.min_days) {
        return WHEN_TOO_SHORT;
    }
    return window_days(w) > limits.max_days ? WHEN_TOO_LONG : WHEN_OK;
}

WhenFault when_window(const char *text, Day today, WindowLimits limits, Window *out)
{
    Window w = {0};
    WhenFault fault = read_window(text, today, false, &w);

    if (fault == WHEN_OK) {
        fault = check_window(w, today, limits);
    }
    if (fault == WHEN_OK || fault >= WHEN_ENDS_FIRST) {
        *out = w;
    }
    return fault;
}

WhenFault when_span(const char *text, Day today, Window *out)
{
    Window w = {0};
    WhenFault fault = read_window(text, today, true, &w);

    if (fault == WHEN_OK) {
        *out = w;
    }
    return fault;
}

int32_t window_days(Window w)
{
    return (int32_t)day_diff(w.last, w.first);
}

char *window_text(Window w)
{
    g_autofree char *first = day_text(w.first);
    g_autofree char *last = day_text(w.last);

    return say(W_WINDOW_TEXT, S("first", first), S("last", last));
}

static char *first_day_text(Window w)
{
    if (w.first.year != w.last.year) {
        return day_text(w.first);
    }
    return say(W_DATE_IN_YEAR, N("day", w.first.day), S("month", month_name(w.first.month)));
}

char *window_text_long(Window w)
{
    if (!day_valid(w.first) || !day_valid(w.last)) {
        return window_text(w);
    }
    g_autofree char *first = first_day_text(w);
    g_autofree char *last = day_text(w.last);
    return say(W_WINDOW_TEXT_LONG, S("first", first), S("last", last), N("days", window_days(w)));
}

/* Refusals. */

static const WordId examples[] = {
    [WHEN_A_DAY] = W_WHEN_WRITE_DAY,
    [WHEN_A_WINDOW] = W_WHEN_WRITE_WINDOW,
    [WHEN_A_SPAN] = W_WHEN_WRITE_SPAN,
    [WHEN_AN_ABSENCE] = W_WHEN_WRITE_ABSENCE,
};

/* Lengths and ends that only a window can get wrong say for the others what is true of them too. */
static const WordId sentences[][WHEN_TOO_FAR + 1] = {
    [WHEN_A_DAY] =
        {
            [WHEN_EMPTY] = W_WHEN_EMPTY_DAY,
            [WHEN_NOT_UNDERSTOOD] = W_WHEN_UNREAD_DAY,
            [WHEN_AMBIGUOUS] = W_WHEN_AMBIGUOUS,
            [WHEN_NO_SUCH_DAY] = W_WHEN_NO_SUCH_DAY,
            [WHEN_ENDS_FIRST] = W_WHEN_UNREAD_DAY,
            [WHEN_TOO_SHORT] = W_WHEN_UNREAD_DAY,
            [WHEN_TOO_LONG] = W_WHEN_UNREAD_DAY,
            [WHEN_PAST] = W_WHEN_PAST_DAY,
            [WHEN_TOO_FAR] = W_WHEN_TOO_FAR_DAY,
        },
    [WHEN_A_WINDOW] =
        {
            [WHEN_EMPTY] = W_WHEN_EMPTY_WINDOW,
            [WHEN_NOT_UNDERSTOOD] = W_WHEN_UNREAD_WINDOW,
            [WHEN_AMBIGUOUS] = W_WHEN_AMBIGUOUS,
            [WHEN_NO_SUCH_DAY] = W_WHEN_NO_SUCH_DAY,
            [WHEN_ENDS_FIRST] = W_WHEN_ENDS_FIRST,
            [WHEN_TOO_SHORT] = W_WHEN_TOO_SHORT,
            [WHEN_TOO_LONG] = W_WHEN_TOO_LONG,
            [WHEN_PAST] = W_WHEN_PAST_WINDOW,
            [WHEN_TOO_FAR] = W_WHEN_TOO_FAR_WINDOW,
        },
    [WHEN_A_SPAN] =
        {
            [WHEN_EMPTY] = W_WHEN_EMPTY_SPAN,
            [WHEN_NOT_UNDERSTOOD] = W_WHEN_UNREAD_SPAN,
            [WHEN_AMBIGUOUS] = W_WHEN_AMBIGUOUS,
            [WHEN_NO_SUCH_DAY] = W_WHEN_NO_SUCH_DAY,
            [WHEN_ENDS_FIRST] = W_WHEN_ENDS_FIRST,
            [WHEN_TOO_SHORT] = W_WHEN_UNREAD_SPAN,
            [WHEN_TOO_LONG] = W_WHEN_UNREAD_SPAN,
            [WHEN_PAST] = W_WHEN_UNREAD_SPAN,
            [WHEN_TOO_FAR] = W_WHEN_TOO_FAR_DAY,
        },
    [WHEN_AN_ABSENCE] =
        {
            [WHEN_EMPTY] = W_WHEN_EMPTY_ABSENCE,
            [WHEN_NOT_UNDERSTOOD] = W_WHEN_UNREAD_ABSENCE,
            [WHEN_AMBIGUOUS] = W_WHEN_AMBIGUOUS,
            [WHEN_NO_SUCH_DAY] = W_WHEN_NO_SUCH_DAY,
            [WHEN_ENDS_FIRST] = W_WHEN_ENDS_FIRST_ABSENCE,
            [WHEN_TOO_SHORT] = W_WHEN_ENDS_FIRST_ABSENCE,
            [WHEN_TOO_LONG] = W_WHEN_TOO_FAR_ABSENCE,
            [WHEN_PAST] = W_WHEN_PAST_ABSENCE,
            [WHEN_TOO_FAR] = W_WHEN_TOO_FAR_ABSENCE,
        },
};

/* A window from the same first day that would be taken. */
static char *better_window(WhenFault fault, WindowLimits limits, Window read)
{
    int32_t days = fault == WHEN_TOO_SHORT ? limits.min_days : limits.max_days;
    return window_text((Window){read.first, day_plus(read.first, days)});
}

char *when_fault_say(WhenFault fault, WhenKind kind, const char *text, WindowLimits limits,
                     Window read)
{
    if (fault == WHEN_OK) {
        return NULL;
    }
    g_autofree char *squeezed = text_squeeze(text);
    g_autofree char *quoted = text_cut(squeezed, QUOTE_MAX);
    g_autofree char *write = say(examples[kind], S("text", quoted));
    g_autofree char *last = day_text(read.last);
    g_autofree char *better = better_window(fault, limits, read);

    return say(sentences[kind][fault], S("text", quoted), S("write", write), S("last", last),
               S("better", better), N("days", window_days(read)), N("min", limits.min_days),
               N("max", limits.max_days));
}

#include "core/calendar.h"

#include "core/date.h"
#include "core/words.h"

#define SEARCH_DAYS 400
#define COUNT_DAYS  3660 /* ten years */

/* Weekdays. */

static Weekdays bit(Weekday w)
{
    return (Weekdays)(1 << w);
}

static Weekday following(Weekday w)
{
    return (Weekday)(((int)w + 1) % WEEKDAY_COUNT);
}

static Weekdays from_to(Weekday first, Weekday last)
{
    Weekdays days = bit(last);

    for (Weekday w = first; w != last; w = following(w)) {
        days |= bit(w);
    }
    return days;
}

/* "weekdays", "every day", "weekends". */
static bool read_group(DateReader *reader, Weekdays *days)
{
    static const struct {
        const char *word;
        Weekdays days;
    } rows[] = {
        {"weekday", WEEKDAYS_MON_FRI},
        {"weekdays", WEEKDAYS_MON_FRI},
        {"day", WEEKDAYS_ALL},
        {"days", WEEKDAYS_ALL},
        {"everyday", WEEKDAYS_ALL},
        {"daily", WEEKDAYS_ALL},
        {"weekend", WEEKDAYS_ALL ^ WEEKDAYS_MON_FRI},
        {"weekends", WEEKDAYS_ALL ^ WEEKDAYS_MON_FRI},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (date_skip(reader, rows[i].word)) {
            *days |= rows[i].days;
            return true;
        }
    }
    return false;
}

/* "Mon", "Mon-Fri", "Monday to Friday". */
static bool read_weekdays(DateReader *reader, Weekdays *days)
{
    static const char *const to[] = {"-", "to", "through", "thru", NULL};
    Weekday first = MONDAY, last = MONDAY;
    bool plural = false;

    if (!date_weekday(reader, &first, &plural)) {
        return read_group(reader, days);
    }
    last = first;
    if (date_skip_any(reader, to) && !date_weekday(reader, &last, &plural)) {
        return false;
    }
    *days |= from_to(first, last);
    return true;
}

bool weekdays_parse(const char *text, Weekdays *out)
{
    static const char *const between[] = {",", "and", "+", "/", ".", NULL};
    static const char *const every[] = {"every", "each", "all", NULL};
    DateReader reader;
    Weekdays days = 0;

    if (!date_reader_init(&reader, text)) {
        return false;
    }
    date_skip_any(&reader, every);
    while (!date_at_end(&reader)) {
        if (!read_weekdays(&reader, &days)) {
            return false;
        }
        while (date_skip_any(&reader, between)) {
        }
    }
    if (days == 0) {
        return false;
    }
    *out = days;
    return true;
}

/* Three letters, as everybody writes them. */
static void add_weekday(GString *out, Weekday w)
{
    g_autofree char *name = g_utf8_substring(weekday_name(w), 0, 3);
    g_string_append(out, name);
}

/* How many days in a row are in `days`, from w on. */
static int run_length(Weekdays days, Weekday w)
{
    int length = 0;

    for (; length < WEEKDAY_COUNT && (days & bit(w)) != 0; w = following(w)) {
        length++;
    }
    return length;
}

static Weekday later(Weekday w, int by)
{
    return (Weekday)(((int)w + by) % WEEKDAY_COUNT);
}

/* Monday, or the start of a long run that leads into it: Sun-Thu. */
static Weekday first_of_week(Weekdays days)
{
    for (Weekday w = SUNDAY; w > MONDAY && (days & bit(w)) != 0 && (days & bit(MONDAY)) != 0; w--) {
        if ((days & bit(w - 1)) == 0) {
            return run_length(days, w) >= 3 ? w : MONDAY;
        }
    }
    return MONDAY;
}

char *weekdays_text(Weekdays days)
{
    if (days == WEEKDAYS_ALL || days == 0) {
        return say(days == 0 ? W_WEEKDAYS_NONE : W_WEEKDAYS_ALL);
    }
    GString *out = g_string_new(NULL);
    Weekday start = first_of_week(days);

    for (int i = 0; i < WEEKDAY_COUNT;) {
        Weekday w = later(start, i);
        int run = MIN(run_length(days, w), WEEKDAY_COUNT - i);

        if (run > 0) {
            g_string_append(out, out->len > 0 ? ", " : "");
            add_weekday(out, w);
        }
        if (run >= 3) {
            g_string_append_c(out, '-');
            add_weekday(out, later(w, run - 1));
        }
        i += run >= 3 ? run : 1;
    }
    return g_string_free(out, FALSE);
}

/* Working days. */

bool calendar_works(const Calendar *c, Day day)
{
    if ((c->working & bit(day_weekday(day))) == 0) {
        return false;
    }
    return !holidays_any(c->holidays) || !holidays_on(c->holidays, day, NULL);
}

/* The weekdays in `days` (0 to 6) of them from `first` on, as bits in the order in which they come.
 */
static unsigned rest_of_week(Weekdays working, Weekday first, int64_t days)
{
    unsigned twice = (unsigned)working | (unsigned)working << WEEKDAY_COUNT;

    return twice >> first & ((1U << days) - 1);
}

/* Whole weeks are alike; only what is left over is looked at. */
static int32_t count_weekdays(Weekdays working, Weekday first, int64_t days)
{
    int weekly = __builtin_popcount(working & WEEKDAYS_ALL);
    int rest = __builtin_popcount(rest_of_week(working, first, days % WEEKDAY_COUNT));

    return (int32_t)(days / WEEKDAY_COUNT) * weekly + rest;
}

/* How many of the days would be working days but for a holiday. */
static int32_t count_holidays(const Calendar *c, Day from, int64_t days)
{
    int32_t count = 0;

    for (Weekday w = day_weekday(from); days > 0; days--, w = following(w)) {
        bool weekday = (c->working & bit(w)) != 0;

        count += weekday && holidays_on(c->holidays, from, NULL) ? 1 : 0;
        from = day_plus(from, 1);
    }
    return count;
}

int32_t calendar_count(const Calendar *c, Day from, Day until)
{
    int64_t days = MIN(day_diff(until, from), COUNT_DAYS);

    if (days <= 0) {
        return 0;
    }
    int32_t count = count_weekdays(c->working, day_weekday(from), days);
    return holidays_any(c->holidays) ? count - count_holidays(c, from, days) : count;
}

/* The first working day from `day` on in steps of 1 or -1; false when there is none near. */
static bool search(const Calendar *c, Day day, int step, Day *out)
{
    for (int64_t i = 0; i <= SEARCH_DAYS; i++) {
        Day d = day_plus(day, i * step);

        if (calendar_works(c, d)) {
            *out = d;
            return true;
        }
    }
    return false;
}

Day calendar_next(const Calendar *c, Day day)
{
    search(c, day, 1, &day);
    return day;
}

Day calendar_previous(const Calendar *c, Day day)
{
    search(c, day, -1, &day);
    return day;
}

Day calendar_plus(const Calendar *c, Day day, int32_t n)
{
    day = calendar_next(c, day);
    for (n = MIN(n, COUNT_DAYS); n > 0 && search(c, day_plus(day, 1), 1, &day); n--) {
    }
    return day;
}

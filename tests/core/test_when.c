#include "core/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/words.h"

static const WindowLimits limits = {7, 28};
static const Day monday = {2025, 7, 14}; /* the today of most cases */

static const char *const fault_names[] = {
    [WHEN_OK] = "OK",
    [WHEN_EMPTY] = "EMPTY",
    [WHEN_NOT_UNDERSTOOD] = "NOT_UNDERSTOOD",
    [WHEN_AMBIGUOUS] = "AMBIGUOUS",
    [WHEN_NO_SUCH_DAY] = "NO_SUCH_DAY",
    [WHEN_ENDS_FIRST] = "ENDS_FIRST",
    [WHEN_TOO_SHORT] = "TOO_SHORT",
    [WHEN_TOO_LONG] = "TOO_LONG",
    [WHEN_PAST] = "PAST",
    [WHEN_TOO_FAR] = "TOO_FAR",
};

static Day iso(const char *text)
{
    Day day = DAY_NONE;

    assert_true(day_parse_iso(text, &day));
    return day;
}

/* A day or "first last" as ISO dates, or the name of the fault. */
static char *outcome(WhenFault fault, Window w, bool is_window)
{
    if (fault != WHEN_OK) {
        return g_strdup(fault_names[fault]);
    }
    g_autofree char *first = day_iso(w.first);
    g_autofree char *last = day_iso(w.last);
    return is_window ? g_strjoin(" ", first, last, NULL) : g_steal_pointer(&first);
}

static void expect(const char *text, const char *want, const char *got)
{
    if (strcmp(got, want) != 0) {
        fail_msg("\"%s\" is %s, not %s", text, got, want);
    }
}

/* Today is Monday, 14 July 2025. */
static void test_days_as_people_write_them(void **state)
{
    static const struct {
        const char *text, *day;
    } cases[] = {
        {"2025-07-14", "2025-07-14"},
        {"2025-7-4", "2025-07-04"},
        {"2025/07/14", "2025-07-14"},
        {"2025.07.14", "2025-07-14"},
        {"2020-01-01", "2020-01-01"},
        {"14 July", "2025-07-14"},
        {"15 July", "2025-07-15"},
        {"13 July", "2026-07-13"},
        {"14 july", "2025-07-14"},
        {"14 JULY", "2025-07-14"},
        {"July 14", "2025-07-14"},
        {"July 14th", "2025-07-14"},
        {"July 14, 2026", "2026-07-14"},
        {"July 14 2026", "2026-07-14"},
        {"Jul. 14, 2026", "2026-07-14"},
        {"14 Jul 2025", "2025-07-14"},
        {"14 Jul. 2025", "2025-07-14"},
        {"14Jul2025", "2025-07-14"},
        {"14. July 2025", "2025-07-14"},
        {"14 July, 2025", "2025-07-14"},
        {"14th July", "2025-07-14"},
        {"14th of July", "2025-07-14"},
        {"the 14th of July 2026", "2026-07-14"},
        {"1st Sept", "2025-09-01"},
        {"2nd of Septem 2025", "2025-09-02"},
        {"3rd Aug", "2025-08-03"},
        {"31 December 1999", "1999-12-31"},
        {"14.7.", "2025-07-14"},
        {"14.7", "2025-07-14"},
        {"14.07.2025", "2025-07-14"},
        {"14. 7. 2025", "2025-07-14"},
        {"7.8.", "2025-08-07"},
        {"14/7", "2025-07-14"},
        {"7/14", "2025-07-14"},
        {"14/7/2026", "2026-07-14"},
        {"7/14/2026", "2026-07-14"},
        {"14-07-2026", "2026-07-14"},
        {"8/8", "2025-08-08"},
        {"Mon 14 July", "2025-07-14"},
        {"Monday, 14 July 2025", "2025-07-14"},
        {"Tue 15.7.", "2025-07-15"},
        {"today", "2025-07-14"},
        {"Today", "2025-07-14"},
        {"tomorrow", "2025-07-15"},
        {"yesterday", "2025-07-13"},
        {"Monday", "2025-07-21"},
        {"monday", "2025-07-21"},
        {"Tuesday", "2025-07-15"},
        {"Tues", "2025-07-15"},
        {"Sun", "2025-07-20"},
        {"on Friday", "2025-07-18"},
        {"next Monday", "2025-07-21"},
        {"next Friday", "2025-07-18"},
        {"this Monday", "2025-07-14"},
        {"this Friday", "2025-07-18"},
        {"in 3 days", "2025-07-17"},
        {"in a day", "2025-07-15"},
        {"in 2 weeks", "2025-07-28"},
        {"in two weeks", "2025-07-28"},
        {"in a week", "2025-07-21"},
        {"in 1 week", "2025-07-21"},
        {"in a fortnight", "2025-07-28"},
        {"in 0 days", "2025-07-14"},
        {"2 weeks from today", "2025-07-28"},
        {"2 weeks from now", "2025-07-28"},
        {"3 days from Monday", "2025-07-24"},
        {"29 February", "2028-02-29"},
        {"29 February 2028", "2028-02-29"},
        {"  14   July\n2025 ", "2025-07-14"},
        {"9999-12-31", "9999-12-31"},
        {"0001-01-01", "0001-01-01"},

        {"07/08", "AMBIGUOUS"},
        {"7/8/2025", "AMBIGUOUS"},
        {"07-08-2025", "AMBIGUOUS"},
        {"14.7.25", "AMBIGUOUS"},
        {"14/7/25", "AMBIGUOUS"},
        {"14 July 25", "AMBIGUOUS"},
        {"July 14, 25", "AMBIGUOUS"},
        {"Tue 14 July 2025", "AMBIGUOUS"},
        {"Friday 14 July", "AMBIGUOUS"},

        {"31 February", "NO_SUCH_DAY"},
        {"30 February 2028", "NO_SUCH_DAY"},
        {"29 February 2025", "NO_SUCH_DAY"},
        {"31 June", "NO_SUCH_DAY"},
        {"2025-13-01", "NO_SUCH_DAY"},
        {"2025-00-10", "NO_SUCH_DAY"},
        {"2025-02-29", "NO_SUCH_DAY"},
        {"0000-01-01", "NO_SUCH_DAY"},
        {"14/13", "NO_SUCH_DAY"},
        {"14.13.", "NO_SUCH_DAY"},
        {"0 July", "NO_SUCH_DAY"},
        {"0/14", "NO_SUCH_DAY"},
        {"32 July", "NO_SUCH_DAY"},
        {"14 July 0000", "NO_SUCH_DAY"},

        {"", "EMPTY"},
        {"   ", "EMPTY"},
        {"\n", "EMPTY"},
        {"\xc2\xa0", "EMPTY"},

        {"in 5000 days", "TOO_FAR"},
        {"in 999999999999 weeks", "TOO_FAR"},
        {"5000 days from today", "TOO_FAR"},

        {"soon", "NOT_UNDERSTOOD"},
        {"14", "NOT_UNDERSTOOD"},
        {"the 14th", "NOT_UNDERSTOOD"},
        {"July", "NOT_UNDERSTOOD"},
        {"July 2025", "NOT_UNDERSTOOD"},
        {"Ju 14", "NOT_UNDERSTOOD"},
        {"14 Juli", "NOT_UNDERSTOOD"},
        {"14 Julyy", "NOT_UNDERSTOOD"},
        {"Q3", "NOT_UNDERSTOOD"},
        {"2025", "NOT_UNDERSTOOD"},
        {"20250714", "NOT_UNDERSTOOD"},
        {"2025-07", "NOT_UNDERSTOOD"},
        {"2025-07-14T09:30", "NOT_UNDERSTOOD"},
        {"2025-07/14", "NOT_UNDERSTOOD"},
        {"12025-07-14", "NOT_UNDERSTOOD"},
        {"14 July 20255", "NOT_UNDERSTOOD"},
        {"-14 July", "NOT_UNDERSTOOD"},
        {"14 July 2025 please", "NOT_UNDERSTOOD"},
        {"14 July - 28 July", "NOT_UNDERSTOOD"},
        {"14 July 15 August", "AMBIGUOUS"},
        {"2 weeks", "NOT_UNDERSTOOD"},
        {"in weeks", "NOT_UNDERSTOOD"},
        {"in 2", "NOT_UNDERSTOOD"},
        {"in 2 months", "NOT_UNDERSTOOD"},
        {"in -2 days", "NOT_UNDERSTOOD"},
        {"in 1.5 weeks", "NOT_UNDERSTOOD"},
        {"next", "NOT_UNDERSTOOD"},
        {"next week", "NOT_UNDERSTOOD"},
        {"every Friday", "NOT_UNDERSTOOD"},
        {"Fridays", "NOT_UNDERSTOOD"},
        {"=1+1", "NOT_UNDERSTOOD"},
        {"１４ July", "NOT_UNDERSTOOD"},
        {"14 июля", "NOT_UNDERSTOOD"},
        {"١٤ يوليو", "NOT_UNDERSTOOD"},
        {"🎉", "NOT_UNDERSTOOD"},
        {"14🎉July", "NOT_UNDERSTOOD"},
        {"monthemonthemonthemonthe", "NOT_UNDERSTOOD"},
        {"...", "NOT_UNDERSTOOD"},
        {",", "NOT_UNDERSTOOD"},
        {"/", "NOT_UNDERSTOOD"},
        {"on", "NOT_UNDERSTOOD"},
        {"the", "NOT_UNDERSTOOD"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Window w = {0};
        WhenFault fault = when_day(cases[i].text, monday, &w.first);
        g_autofree char *got = outcome(fault, w, false);

        expect(cases[i].text, cases[i].day, got);
        if (fault != WHEN_OK) {
            assert_false(day_is_set(w.first)); /* untouched */
        }
    }
}

static void test_every_day_of_a_year_is_read_back(void **state)
{
    Day last = day_plus(monday, 364);

    (void)state;
    for (Day d = monday; day_cmp(d, last) <= 0; d = day_plus(d, 1)) {
        g_autofree char *digits = day_iso(d);
        g_autofree char *words = day_text(d);
        g_autofree char *brief = day_text_short(d);
        const char *const texts[] = {digits, words, brief};

        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
            Day read = DAY_NONE;
            if (when_day(texts[i], monday, &read) != WHEN_OK || day_cmp(read, d) != 0) {
                fail_msg("\"%s\" is not read back", texts[i]);
            }
        }
    }
}

static void test_windows_as_people_write_them(void **state)
{
    static const struct {
        const char *today, *text, *window;
    } cases[] = {
        /* the same fortnight in many ways */
        {"2025-07-14", "14 July - 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July – 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July — 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July-28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July .. 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 - 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14-28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14-28 July 2025", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14th - 28th of July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "July 14 - 28", "2025-07-14 2025-07-28"},
        {"2025-07-14", "July 14-28, 2025", "2025-07-14 2025-07-28"},
        {"2025-07-14", "July 14 - July 28, 2025", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14.7. - 28.7.", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14.7.-28.7.2025", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14. - 28.7.2025", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14.–28. July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14/7 - 28/7", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2025-07-14 - 2025-07-28", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2025-07-14/2025-07-28", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2025-07-14/28", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2025-07-14 2025-07-28", "NOT_UNDERSTOOD"},
        {"2025-07-14", "2025-07-14 to 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July to 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "from 14 July to 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July until 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July through 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "between 14 July and 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "Mon 14 July - Mon 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 days from 14 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2 weeks from 14 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2 weeks starting 14 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July for 2 weeks", "2025-07-14 2025-07-28"},
        {"2025-07-14", "from 14 July for two weeks", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 July + 14 days", "2025-07-14 2025-07-28"},
        {"2025-07-14", "14 days", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2 weeks", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2w", "2025-07-14 2025-07-28"},
        {"2025-07-14", "for 2 weeks", "2025-07-14 2025-07-28"},
        {"2025-07-14", "a fortnight", "2025-07-14 2025-07-28"},
        {"2025-07-14", "2 weeks from today", "2025-07-14 2025-07-28"},
        {"2025-07-14", "until 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "till 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "through 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "today - 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-14", "today until in 2 weeks", "2025-07-14 2025-07-28"},

        /* weekdays */
        {"2025-07-14", "2 weeks from Monday", "2025-07-21 2025-08-04"},
        {"2025-07-14", "2 weeks from next Monday", "2025-07-21 2025-08-04"},
        {"2025-07-14", "2 weeks from this Monday", "2025-07-14 2025-07-28"},
        {"2025-07-14", "Monday for 2 weeks", "2025-07-21 2025-08-04"},
        {"2025-07-14", "Monday - Monday", "2025-07-21 2025-07-28"},
        {"2025-07-14", "Wednesday - 28 July", "2025-07-16 2025-07-28"},
        {"2025-07-11", "4 July - Friday", "2025-07-04 2025-07-11"},
        {"2025-07-12", "3 July - Friday", "2026-07-03 2026-07-10"},
        {"2025-07-14", "18 July - Friday", "2025-07-18 2025-07-25"},
        {"2025-07-14", "2025-07-10 - Friday", "PAST"},

        /* which year */
        {"2025-07-15", "14 July - 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-28", "14 July - 28 July", "2025-07-14 2025-07-28"},
        {"2025-07-29", "14 July - 28 July", "2026-07-14 2026-07-28"},
        {"2025-07-15", "2 weeks from 14 July", "2025-07-14 2025-07-28"},
        {"2025-07-28", "14 July for 2 weeks", "2025-07-14 2025-07-28"},
        {"2025-07-29", "2 weeks from 14 July", "2026-07-14 2026-07-28"},
        {"2026-01-02", "2 weeks from 20 December", "2025-12-20 2026-01-03"},
        {"2025-07-14", "20 December - 3 January", "2025-12-20 2026-01-03"},
        {"2026-01-01", "20 December - 3 January", "2025-12-20 2026-01-03"},
        {"2026-01-03", "20 December - 3 January", "2025-12-20 2026-01-03"},
        {"2026-01-04", "20 December - 3 January", "2026-12-20 2027-01-03"},
        {"2025-07-14", "20 December - 3 January 2026", "2025-12-20 2026-01-03"},
        {"2025-07-14", "20 December 2025 - 3 January", "2025-12-20 2026-01-03"},
        {"2025-07-14", "14 July - 28 July 2026", "2026-07-14 2026-07-28"},
        {"2025-07-14", "14 July 2026 - 28 July", "2026-07-14 2026-07-28"},
        {"2024-02-01", "15 - 29 February", "2024-02-15 2024-02-29"},
        {"2028-02-29", "29 February - 14 March", "2028-02-29 2028-03-14"},
        {"2024-02-20", "29 February - 14 March", "2024-02-29 2024-03-14"},
        {"2025-07-14", "29 February - 14 March", "TOO_FAR"},
        {"2025-07-14", "29 February 2024 - 14 March 2025", "PAST"},
        {"2025-07-14", "15 February - 29 February 2026", "NO_SUCH_DAY"},
        {"2025-07-14", "15 - 31 June", "NO_SUCH_DAY"},
        {"2025-07-14", "31 - 10 June", "NO_SUCH_DAY"},

        /* what a window must be */
        {"2025-07-14", "14 July - 21 July", "2025-07-14 2025-07-21"},
        {"2025-07-14", "14 July - 20 July", "TOO_SHORT"},
        {"2025-07-14", "14 July - 14 July", "TOO_SHORT"},
        {"2025-07-14", "3 days", "TOO_SHORT"},
        {"2025-07-14", "0 days", "TOO_SHORT"},
        {"2025-07-14", "14 July - 11 August", "2025-07-14 2025-08-11"},
        {"2025-07-14", "14 July - 12 August", "TOO_LONG"},
        {"2025-07-14", "5 weeks", "TOO_LONG"},
        {"2025-07-14", "99999999999 weeks", "TOO_LONG"},
        {"2025-07-14", "28 July - 14 July", "ENDS_FIRST"},
        {"2025-07-15", "28 July - 14 July", "ENDS_FIRST"},
        {"2025-07-14", "28 July 2025 - 14 July 2025", "ENDS_FIRST"},
        {"2025-07-14", "28 July - 14 July 2025", "ENDS_FIRST"},
        {"2025-07-14", "28 July 2025 - 14 July", "ENDS_FIRST"},
        {"2025-07-14", "28 - 14 July", "ENDS_FIRST"},
        {"2025-07-14", "until 13 July", "ENDS_FIRST"},
        {"2025-07-14", "2025-06-01 - 2025-06-15", "PAST"},
        {"2025-07-14", "2025-06-30 - 2025-07-13", "PAST"},
        {"2025-07-14", "2025-06-30 - 2025-07-14", "2025-06-30 2025-07-14"},
        {"2025-07-14", "2026-07-15 - 2026-07-29", "2026-07-15 2026-07-29"},
        {"2025-07-14", "2026-07-16 - 2026-07-30", "TOO_FAR"},
        {"2025-07-14", "9999-12-20 - 9999-12-31", "TOO_FAR"},
        {"2025-07-14", "14 July - Mon 29 July", "AMBIGUOUS"},
        {"2025-07-14", "07/08 - 07/22", "AMBIGUOUS"},
        {"2025-07-14", "14.7. - 28.7.25", "AMBIGUOUS"},
        {"2025-07-14", "14 July - 31 June", "NO_SUCH_DAY"},
        {"2025-07-14", "", "EMPTY"},
        {"2025-07-14", "  ", "EMPTY"},
        {"2025-07-14", "14 July", "NOT_UNDERSTOOD"},
        {"2025-07-14", "14 - 28", "NOT_UNDERSTOOD"},
        {"2025-07-14", "14-7", "NOT_UNDERSTOOD"},
        {"2025-07-14", "14 - Friday", "NOT_UNDERSTOOD"},
        {"2025-07-14", "- 28 July", "NOT_UNDERSTOOD"},
        {"2025-07-14", "14 July -", "NOT_UNDERSTOOD"},
        {"2025-07-14", "14 July 28 July", "AMBIGUOUS"},
        {"2025-07-14", "14 July - 28 July - 30 July", "NOT_UNDERSTOOD"},
        {"2025-07-14", "14 July and 28 July", "NOT_UNDERSTOOD"},
        {"2025-07-14", "from 14 July", "NOT_UNDERSTOOD"},
        {"2025-07-14", "for 14 July", "NOT_UNDERSTOOD"},
        {"2025-07-14", "for", "NOT_UNDERSTOOD"},
        {"2025-07-14", "until", "NOT_UNDERSTOOD"},
        {"2025-07-14", "2 weeks from", "NOT_UNDERSTOOD"},
        {"2025-07-14", "2 weeks from 14", "NOT_UNDERSTOOD"},
        {"2025-07-14", "2 weeks 3 days", "NOT_UNDERSTOOD"},
        {"2025-07-14", "weeks", "NOT_UNDERSTOOD"},
        {"2025-07-14", "a month", "NOT_UNDERSTOOD"},
        {"2025-07-14", "until the numbers move", "NOT_UNDERSTOOD"},
        {"2025-07-14", "Q3", "NOT_UNDERSTOOD"},
        {"2025-07-14", "=1+1", "NOT_UNDERSTOOD"},
        {"2025-07-14", "🏁 - 🏁", "NOT_UNDERSTOOD"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Window w = {0};
        WhenFault fault = when_window(cases[i].text, iso(cases[i].today), limits, &w);
        g_autofree char *got = outcome(fault, w, true);

        if (strcmp(got, cases[i].window) != 0) {
            fail_msg("on %s, \"%s\" is %s, not %s", cases[i].today, cases[i].text, got,
                     cases[i].window);
        }
        assert_int_equal(day_is_set(w.first), fault == WHEN_OK || fault >= WHEN_ENDS_FIRST);
    }
}

static void test_every_window_is_read_back(void **state)
{
    Day last = day_plus(monday, 366);

    (void)state;
    for (Day d = monday; day_cmp(d, last) <= 0; d = day_plus(d, 1)) {
        for (int days = 7; days <= 28; days += 7) {
            Window w = {d, day_plus(d, days)}, read = {0};
            g_autofree char *text = window_text(w);

            if (when_window(text, monday, limits, &read) != WHEN_OK ||
                day_cmp(read.first, w.first) != 0 || day_cmp(read.last, w.last) != 0) {
                fail_msg("\"%s\" is not read back", text);
            }
            assert_int_equal(window_days(read), days);
        }
    }
}

static void test_windows_in_words(void **state)
{
    const Window summer = {{2025, 7, 14}, {2025, 7, 28}};
    const Window winter = {{2025, 12, 20}, {2026, 1, 3}};
    g_autofree char *text = window_text(summer);
    g_autofree char *summer_long = window_text_long(summer);
    g_autofree char *winter_long = window_text_long(winter);
    g_autofree char *one = window_text_long((Window){monday, day_plus(monday, 1)});
    g_autofree char *none = window_text_long((Window){0});

    (void)state;
    assert_string_equal(text, "14 July 2025 - 28 July 2025");
    assert_string_equal(summer_long, "14 July - 28 July 2025 (14 days)");
    assert_string_equal(winter_long, "20 December 2025 - 3 January 2026 (14 days)");
    assert_string_equal(one, "14 July - 15 July 2025 (1 day)");
    assert_string_equal(none, "no date - no date");
}

static void test_spans_of_a_period(void **state)
{
    static const struct {
        const char *text, *span;
    } cases[] = {
        {"2025-06-02 - 2025-08-31", "2025-06-02 2025-08-31"},
        {"1 July - 30 September", "2025-07-01 2025-09-30"},
        {"1 April - 30 June", "2026-04-01 2026-06-30"},
        {"1 October - 30 September", "2024-10-01 2025-09-30"},
        {"1 October 2025 - 30 September", "2025-10-01 2026-09-30"},
        {"1 January 2020 - 31 March 2020", "2020-01-01 2020-03-31"},
        {"1 January 2030 - 31 March 2030", "2030-01-01 2030-03-31"},
        {"13 weeks from 1 July 2025", "2025-07-01 2025-09-30"},
        {"30 September 2025 - 1 July 2025", "ENDS_FIRST"},
        {"Q3", "NOT_UNDERSTOOD"},
        {"1 July 2025", "NOT_UNDERSTOOD"},
        {"", "EMPTY"},
        {"01/07/2025 - 30/09/2025", "AMBIGUOUS"},
        {"1 July - 31 September", "NO_SUCH_DAY"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Window w = {0};
        WhenFault fault = when_span(cases[i].text, monday, &w);
        g_autofree char *got = outcome(fault, w, true);

        expect(cases[i].text, cases[i].span, got);
    }
}

/* "2025-07-14 2025-07-18", "weekly 10", "back", or the name of the fault. */
static char *absence_outcome(WhenFault fault, const Absence *a)
{
    if (fault == WHEN_OK && a->back) {
        return g_strdup("back");
    }
    if (fault == WHEN_OK && a->weekly != 0) {
        return g_strdup_printf("weekly %02x", a->weekly);
    }
    return outcome(fault, a->days, true);
}

/* Today is Wednesday, 16 July 2025. */
static void test_absences_as_people_write_them(void **state)
{
    static const struct {
        const char *text, *away;
    } cases[] = {
        {"until Monday", "2025-07-16 2025-07-20"},
        {"till Monday", "2025-07-16 2025-07-20"},
        {"until next Monday", "2025-07-16 2025-07-20"},
        {"back on Monday", "2025-07-16 2025-07-20"},
        {"back Monday", "2025-07-16 2025-07-20"},
        {"back tomorrow", "2025-07-16 2025-07-16"},
        {"back in 3 days", "2025-07-16 2025-07-18"},
        {"until tomorrow", "2025-07-16 2025-07-16"},
        {"until 21 July", "2025-07-16 2025-07-20"},
        {"until 2025-07-21", "2025-07-16 2025-07-20"},
        {"through Monday", "2025-07-16 2025-07-21"},
        {"today", "2025-07-16 2025-07-16"},
        {"tomorrow", "2025-07-17 2025-07-17"},
        {"Friday", "2025-07-18 2025-07-18"},
        {"on Friday", "2025-07-18 2025-07-18"},
        {"Wednesday", "2025-07-23 2025-07-23"},
        {"on 21 July", "2025-07-21 2025-07-21"},
        {"14 July - 18 July", "2025-07-14 2025-07-18"},
        {"21 - 25 July", "2025-07-21 2025-07-25"},
        {"21 July to 25 July", "2025-07-21 2025-07-25"},
        {"from 21 July to 25 July", "2025-07-21 2025-07-25"},
        {"from 21 July until 25 July", "2025-07-21 2025-07-24"},
        {"tomorrow until Monday", "2025-07-17 2025-07-20"},
        {"tomorrow - Friday", "2025-07-17 2025-07-18"},
        {"Monday - Wednesday", "2025-07-21 2025-07-23"},
        {"for 3 days", "2025-07-16 2025-07-18"},
        {"3 days", "2025-07-16 2025-07-18"},
        {"for a day", "2025-07-16 2025-07-16"},
        {"for a week", "2025-07-16 2025-07-22"},
        {"for 2 weeks from Monday", "2025-07-21 2025-08-03"},
        {"3 days from tomorrow", "2025-07-17 2025-07-19"},
        {"Monday for 3 days", "2025-07-21 2025-07-23"},
        {"this week", "2025-07-16 2025-07-20"},
        {"next week", "2025-07-21 2025-07-27"},
        {"20 December - 3 January", "2025-12-20 2026-01-03"},
        {"1 August - 31 July", "ENDS_FIRST"},
        {"1 August 2025 - 31 July 2026", "2025-08-01 2026-07-31"},

        {"every Friday", "weekly 10"},
        {"Every friday", "weekly 10"},
        {"each Friday", "weekly 10"},
        {"Fridays", "weekly 10"},
        {"on Fridays", "weekly 10"},
        {"every Mon and Wed", "weekly 05"},
        {"Mondays and Fridays", "weekly 11"},
        {"every Mon-Wed", "weekly 07"},
        {"every weekend", "weekly 60"},
        {"back", "back"},
        {" Back ", "back"},

        {"", "EMPTY"},
        {" ", "EMPTY"},
        {"until today", "ENDS_FIRST"},
        {"for 0 days", "ENDS_FIRST"},
        {"until 15 July", "ENDS_FIRST"},
        {"18 July - 14 July", "ENDS_FIRST"},
        {"2025-07-14 - 2025-07-15", "PAST"},
        {"2025-07-15", "PAST"},
        {"yesterday", "PAST"},
        {"2026-07-18", "TOO_FAR"},
        {"in 5000 days", "TOO_FAR"},
        {"07/08", "AMBIGUOUS"},
        {"until 31 June", "NO_SUCH_DAY"},
        {"every day", "NOT_UNDERSTOOD"},
        {"every", "NOT_UNDERSTOOD"},
        {"every other Friday", "NOT_UNDERSTOOD"},
        {"Monday and Wednesday", "NOT_UNDERSTOOD"},
        {"until", "NOT_UNDERSTOOD"},
        {"from Monday", "NOT_UNDERSTOOD"},
        {"back and forth", "NOT_UNDERSTOOD"},
        {"back on", "NOT_UNDERSTOOD"},
        {"until further notice", "NOT_UNDERSTOOD"},
        {"maria", "NOT_UNDERSTOOD"},
        {"next week please", "NOT_UNDERSTOOD"},
        {"=1+1", "NOT_UNDERSTOOD"},
        {"🏖", "NOT_UNDERSTOOD"},
    };
    const Day wednesday = {2025, 7, 16};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Absence away = {0};
        WhenFault fault = when_absence(cases[i].text, wednesday, &away);
        g_autofree char *got = absence_outcome(fault, &away);

        expect(cases[i].text, cases[i].away, got);
        if (fault != WHEN_OK) {
            assert_false(day_is_set(away.days.first) || away.weekly != 0 || away.back);
            continue;
        }
        Absence again = {0};
        g_autofree char *text = absence_text(&away);
        assert_int_equal(when_absence(text, wednesday, &again), WHEN_OK);
        g_autofree char *read = absence_outcome(WHEN_OK, &again);
        expect(text, cases[i].away, read);
    }
}

static void test_absences_in_words(void **state)
{
    static const struct {
        Absence absence;
        const char *text;
    } cases[] = {
        {{.days = {{2025, 7, 14}, {2025, 7, 18}}}, "2025-07-14 - 2025-07-18"},
        {{.days = {{2025, 7, 14}, {2025, 7, 14}}}, "2025-07-14"},
        {{.weekly = 1 << FRIDAY}, "every Friday"},
        {{.weekly = 1 << MONDAY | 1 << WEDNESDAY}, "every Mon, Wed"},
        {{.back = true}, "back"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = absence_text(&cases[i].absence);
        assert_string_equal(text, cases[i].text);
    }
    for (Weekdays weekly = 1; weekly < WEEKDAYS_ALL; weekly++) {
        const Absence off = {.weekly = weekly};
        Absence read = {0};
        g_autofree char *text = absence_text(&off);

        if (when_absence(text, monday, &read) != WHEN_OK || read.weekly != weekly) {
            fail_msg("\"%s\" is not read back", text);
        }
    }
}

static char *refusal(WhenKind kind, const char *text)
{
    Window read = {0};
    Absence away;
    WhenFault fault = WHEN_OK;

    switch (kind) {
    case WHEN_A_DAY:
        fault = when_day(text, monday, &read.first);
        break;
    case WHEN_A_WINDOW:
        fault = when_window(text, monday, limits, &read);
        break;
    case WHEN_A_SPAN:
        fault = when_span(text, monday, &read);
        break;
    case WHEN_AN_ABSENCE:
        fault = when_absence(text, monday, &away);
        break;
    }
    return when_fault_say(fault, kind, text, limits, read);
}

static void test_refusals_say_what_is_wrong_and_what_to_write(void **state)
{
    static const struct {
        WhenKind kind;
        const char *text, *said;
    } cases[] = {
        {WHEN_A_WINDOW, "14 July - 14 July",
         "0 days: “14 July - 14 July” is too short. A sprint takes 7 to 28 days, so that a number "
         "has time to move. Choose a later last day, such as " CODE(
             "14 July 2025 - 21 July 2025") "."},
        {WHEN_A_WINDOW, "1 day",
         "1 day: “1 day” is too short. A sprint takes 7 to 28 days, so that a number has time to "
         "move. Choose a later last day, such as " CODE("14 July 2025 - 21 July 2025") "."},
        {WHEN_A_WINDOW, "5 weeks",
         "35 days: “5 weeks” is too long. A sprint takes 7 to 28 days, so that it stays urgent. "
         "Choose an earlier last day, such as " CODE(
             "14 July 2025 - 11 August 2025") "; another sprint can follow."},
        {WHEN_A_WINDOW, "2025-06-01 - 2025-06-15",
         "“2025-06-01 - 2025-06-15” was over on 15 June 2025, and a sprint needs days to come. "
         "Choose a later last day, or write " CODE("2 weeks from today") "."},
        {WHEN_A_DAY, "07/08",
         "“07/08” can be read as more than one day, and a wrong guess would go unnoticed. Write "
         "the month as a word and the year in full, such as " CODE("14 July 2025") "."},
        {WHEN_A_DAY, "",
         "The date is missing, and a date is never guessed. Write it as " CODE("14 July") ", " CODE(
             "2025-07-14") ", " CODE("Monday") " or " CODE("in 2 weeks") "."},
        {WHEN_AN_ABSENCE, "until   {write} %s",
         "“until {write} %s” does not read as days away, and a wrong guess would leave you out, or "
         "not leave you alone. Write " CODE("until Monday") ", " CODE(
             "14 July - 18 July") " or " CODE("every Friday") "."},
        {WHEN_A_SPAN, "Q3",
         "“Q3” does not read as the dates of a period, and they are never guessed: pace is counted "
         "from them. Write its first and last day, such as " CODE(
             "1 July 2025 - 30 September 2025") "."},
        {WHEN_A_DAY, "14 July", NULL},
        {WHEN_A_WINDOW, "14 July - 28 July", NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *said = refusal(cases[i].kind, cases[i].text);

        if (g_strcmp0(said, cases[i].said) != 0) {
            fail_msg("\"%s\" is answered: %s", cases[i].text, said);
        }
    }
}

/* Whatever was asked for and whatever went wrong: a sentence that ends, and quotes no more than a
 * line. */
static void test_every_fault_has_its_sentence(void **state)
{
    const Window read = {{2025, 7, 14}, {2025, 7, 16}};
    g_autofree char *text = g_strnfill(8000, 'x');

    (void)state;
    for (WhenKind kind = WHEN_A_DAY; kind <= WHEN_AN_ABSENCE; kind++) {
        for (WhenFault fault = WHEN_EMPTY; fault <= WHEN_TOO_FAR; fault++) {
            g_autofree char *said = when_fault_say(fault, kind, text, limits, read);
            g_autofree char *unknown =
                when_fault_say(fault, kind, "", (WindowLimits){0}, (Window){0});

            assert_true(strlen(said) > 60 && strlen(said) < 400);
            assert_true(g_str_has_suffix(said, "."));
            assert_null(strchr(said, '!'));
            assert_non_null(strstr(said, MARK_CODE)); /* an example */
            assert_true(g_utf8_validate(said, -1, NULL));
            assert_non_null(unknown);
        }
        assert_null(when_fault_say(WHEN_OK, kind, text, limits, read));
    }
}

/* The examples that refusals and headers give are taken. */
static void test_what_is_advised_is_understood(void **state)
{
    static const char *const days[] = {"14 July",    "2025-07-14",   "Monday",
                                       "in 2 weeks", "14 July 2025", "30 June"};
    static const char *const windows[] = {"14 July - 28 July", "2 weeks from Monday",
                                          "2 weeks from today"};
    static const char *const absences[] = {"until Monday", "14 July - 18 July", "every Friday",
                                           "back"};
    Window w;
    Absence away;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        assert_int_equal(when_day(days[i], monday, &w.first), WHEN_OK);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        assert_int_equal(when_window(windows[i], monday, limits, &w), WHEN_OK);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(absences); i++) {
        assert_int_equal(when_absence(absences[i], monday, &away), WHEN_OK);
    }
    assert_int_equal(when_span("1 July 2025 - 30 September 2025", monday, &w), WHEN_OK);
}

/* Long texts, and texts of any pieces in any order: an answer each time, and soon. */
static void test_no_text_is_too_much(void **state)
{
    static const char *const pieces[] = {
        "14",  "July", "-",     "2025", "/",       ".",    ",",     "until", "from",  "Monday",
        "for", "2",    "weeks", "the",  "of",      "next", "every", "back",  "today", "and",
        "in",  "a",    "th",    "29",   "Feb",     "+",    " ",     "99999", "0",     "on",
        "31",  "week", "\n",    "day",  "between", "to",   "12",    "é",     "this",
    };
    g_autoptr(GRand) random = g_rand_new_with_seed(20250714);
    Window w;
    Absence away;
    int understood = 0;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len < 8000) {
            g_string_append_printf(text, "%s ", pieces[i]);
        }
        assert_int_not_equal(when_day(text->str, monday, &w.first), WHEN_OK);
        assert_int_not_equal(when_window(text->str, monday, limits, &w), WHEN_OK);
        assert_int_not_equal(when_span(text->str, monday, &w), WHEN_OK);
        assert_int_not_equal(when_absence(text->str, monday, &away), WHEN_OK);
    }
    for (int i = 0; i < 100000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);

        for (int n = g_rand_int_range(random, 1, 9); n > 0; n--) {
            g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
            g_string_append(text, g_rand_boolean(random) ? " " : "");
        }
        if (when_window(text->str, monday, limits, &w) == WHEN_OK) {
            assert_true(day_valid(w.first) && day_valid(w.last));
            assert_in_range(window_days(w), 7, 28);
            understood++;
        }
        if (when_absence(text->str, monday, &away) == WHEN_OK) {
            assert_true(away.back || away.weekly != 0 || day_cmp(away.days.last, monday) >= 0);
            understood++;
        }
        if (when_day(text->str, monday, &w.first) == WHEN_OK) {
            assert_true(day_valid(w.first));
            understood++;
        }
    }
    assert_true(understood > 1000);
}

/* At the ends of the calendar too. */
static void test_any_today_will_do(void **state)
{
    static const char *const texts[] = {
        "14 July - 28 July", "29 February",    "Monday",       "in 2 weeks", "31 December",
        "1 January",         "2 weeks",        "until Monday", "next week",  "yesterday",
        "29 Feb - 14 March", "20 Dec - 3 Jan",
    };
    static const Day todays[] = {
        {1, 1, 1}, {1, 1, 2}, {9999, 12, 31}, {9999, 12, 30}, {2000, 2, 29}};
    int understood = 0;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(todays); j++) {
            Window w = {0};
            Absence away = {0};

            if (when_day(texts[i], todays[j], &w.first) == WHEN_OK) {
                assert_true(day_valid(w.first));
                understood++;
            }
            if (when_window(texts[i], todays[j], limits, &w) == WHEN_OK) {
                assert_true(day_valid(w.first) && day_valid(w.last));
                understood++;
            }
            if (when_absence(texts[i], todays[j], &away) == WHEN_OK) {
                assert_true(day_valid(away.days.first) && day_valid(away.days.last));
                understood++;
            }
        }
    }
    assert_true(understood > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_as_people_write_them),
        cmocka_unit_test(test_every_day_of_a_year_is_read_back),
        cmocka_unit_test(test_windows_as_people_write_them),
        cmocka_unit_test(test_every_window_is_read_back),
        cmocka_unit_test(test_windows_in_words),
        cmocka_unit_test(test_spans_of_a_period),
        cmocka_unit_test(test_absences_as_people_write_them),
        cmocka_unit_test(test_absences_in_words),
        cmocka_unit_test(test_refusals_say_what_is_wrong_and_what_to_write),
        cmocka_unit_test(test_every_fault_has_its_sentence),
        cmocka_unit_test(test_what_is_advised_is_understood),
        cmocka_unit_test(test_no_text_is_too_much),
        cmocka_unit_test(test_any_today_will_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DAY(y, m, d) ((Day){(y), (m), (d)})

static void expect_text(const char *promise, const char *got, const char *want)
{
    if (strcmp(got, want) != 0) {
        fail_msg("%s: got \"%s\", not \"%s\"", promise, got, want);
    }
}

static void test_which_dates_exist(void **state)
{
    static const struct {
        const char *promise;
        Day day;
        bool exists;
    } cases[] = {
        {"an ordinary day", {2025, 7, 14}, true},
        {"the first day there is", {1, 1, 1}, true},
        {"the last day there is", {9999, 12, 31}, true},
        {"no day is not a day", {0, 0, 0}, false},
        {"a year 0 is not counted", {0, 1, 1}, false},
        {"a negative year is not counted", {-1, 1, 1}, false},
        {"29 February of a leap year", {2024, 2, 29}, true},
        {"29 February of a common year", {2025, 2, 29}, false},
        {"29 February of 1900, which was none", {1900, 2, 29}, false},
        {"29 February of 2000, which was one", {2000, 2, 29}, true},
        {"31 February", {2025, 2, 31}, false},
        {"31 June", {2025, 6, 31}, false},
        {"a month 13", {2025, 13, 1}, false},
        {"a day 0", {2025, 7, 0}, false},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (day_valid(cases[i].day) != cases[i].exists) {
            fail_msg("%s", cases[i].promise);
        }
    }
    assert_false(day_is_set(DAY_NONE));
    assert_true(day_is_set(DAY_FIRST));
}

static void test_counting_days(void **state)
{
    static const struct {
        const char *promise;
        int64_t days;
        Day from, to;
    } cases[] = {
        {"two weeks from 14 July", 14, {2025, 7, 14}, {2025, 7, 28}},
        {"into the next month", 1, {2025, 7, 31}, {2025, 8, 1}},
        {"into the next year", 1, {2025, 12, 31}, {2026, 1, 1}},
        {"back over the new year", -1, {2026, 1, 1}, {2025, 12, 31}},
        {"over a leap day", 2, {2024, 2, 28}, {2024, 3, 1}},
        {"over the leap day that 2100 has not", 1, {2100, 2, 28}, {2100, 3, 1}},
        {"before 1970", -1, {1970, 1, 1}, {1969, 12, 31}},
        {"a whole cycle of the calendar", 146097, {1600, 3, 1}, {2000, 3, 1}},
        {"not beyond the last day", 5, {9999, 12, 30}, {9999, 12, 31}},
        {"not before the first day", -5, {1, 1, 2}, {1, 1, 1}},
        {"however many days", INT64_MAX, {2025, 7, 14}, {9999, 12, 31}},
        {"however many days back", INT64_MIN, {2025, 7, 14}, {1, 1, 1}},
        {"no day stays no day", 7, {0, 0, 0}, {0, 0, 0}},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = day_iso(day_plus(cases[i].from, cases[i].days));
        g_autofree char *want = day_iso(cases[i].to);
        expect_text(cases[i].promise, got, want);
    }
    assert_int_equal(day_diff(DAY(2025, 7, 28), DAY(2025, 7, 14)), 14);
    assert_int_equal(day_diff(DAY(2025, 7, 14), DAY(2025, 7, 28)), -14);
    assert_int_equal(day_diff(DAY_LAST, DAY_FIRST), 3652058);
    assert_int_equal(day_cmp(DAY(2025, 7, 14), DAY(2025, 7, 14)), 0);
    assert_true(day_cmp(DAY(2024, 12, 31), DAY(2025, 1, 1)) < 0);
    assert_true(day_cmp(DAY(2025, 2, 1), DAY(2025, 1, 31)) > 0);
}

/* Day by day through nine centuries: each follows the one before, and so do the weekdays. */
static void test_every_day_follows_the_one_before(void **state)
{
    Day day = DAY(1599, 12, 31); /* a Friday */
    int weekday = FRIDAY;

    (void)state;
    for (int i = 0; i < 330000; i++) {
        Day next = day_plus(day, 1);
        bool same_month = next.year == day.year && next.month == day.month;

        assert_true(day_valid(next));
        assert_true(day_cmp(next, day) > 0);
        assert_true(same_month ? next.day == day.day + 1 : next.day == 1);
        assert_int_equal(day_diff(next, day), 1);
        weekday = (weekday + 1) % WEEKDAY_COUNT;
        assert_int_equal(day_weekday(next), weekday);
        day = next;
    }
    assert_int_equal(day.year, 2503);
}

static void test_weekdays(void **state)
{
    (void)state;
    assert_int_equal(day_weekday(DAY(1970, 1, 1)), THURSDAY);
    assert_int_equal(day_weekday(DAY(2025, 7, 14)), MONDAY);
    assert_int_equal(day_weekday(DAY(2000, 2, 29)), TUESDAY);
    assert_int_equal(day_weekday(DAY_FIRST), MONDAY);
    assert_int_equal(day_weekday(DAY_LAST), FRIDAY);
    assert_string_equal(weekday_name(SUNDAY), "Sunday");
    assert_string_equal(month_name(12), "December");
}

static void test_dates_as_text(void **state)
{
    g_autofree char *iso = day_iso(DAY(2025, 7, 4));
    g_autofree char *early = day_iso(DAY(987, 1, 2));
    g_autofree char *text = day_text(DAY(2025, 7, 4));
    g_autofree char *early_text = day_text(DAY(28, 2, 29));
    g_autofree char *brief = day_text_short(DAY(2025, 7, 14));
    g_autofree char *none = day_text(DAY_NONE);
    g_autofree char *none_short = day_text_short(DAY_NONE);

    (void)state;
    assert_string_equal(iso, "2025-07-04");
    assert_string_equal(early, "0987-01-02");
    assert_string_equal(text, "4 July 2025");
    assert_string_equal(early_text, "29 February 0028"); /* 28 would be asked back */
    assert_string_equal(brief, "Mon 14 July");
    assert_string_equal(none, "no date");
    assert_string_equal(none_short, "no date");
}

static void test_only_the_exact_iso_form_is_read(void **state)
{
    static const char *const refused[] = {
        "",           "2025-7-14",   "2025-07-14 ", " 2025-07-14", "2025/07/14",
        "20250714",   "2025-07-14T", "2025-02-30",  "2025-13-01",  "0000-01-01",
        "-025-07-14", "2025-07-1",   "2025-07-1a",  "２025-07-14", "14.7.2025",
        "2025-07--1", "+2025-07-14",
    };
    Day day = DAY_NONE;

    (void)state;
    assert_true(day_parse_iso("2025-07-14", &day));
    assert_int_equal(day_cmp(day, DAY(2025, 7, 14)), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (day_parse_iso(refused[i], &day)) {
            fail_msg("\"%s\" is no ISO date", refused[i]);
        }
    }
    assert_int_equal(day_cmp(day, DAY(2025, 7, 14)), 0);
    for (Day d = DAY(2023, 12, 1); d.year < 2025; d = day_plus(d, 1)) {
        g_autofree char *iso = day_iso(d);
        assert_true(day_parse_iso(iso, &day));
        assert_int_equal(day_cmp(day, d), 0);
    }
}

/* Local times on the left, what they are in UTC on the right. */
static const struct {
    const char *promise, *zone, *day;
    int minute;
    const char *utc;
} places[] = {
    {"UTC is UTC", "UTC", "2025-07-14", 570, "2025-07-14T09:30:00Z"},
    {"summer in Berlin", "Europe/Berlin", "2025-07-14", 570, "2025-07-14T07:30:00Z"},
    {"winter in Berlin", "Europe/Berlin", "2025-01-14", 570, "2025-01-14T08:30:00Z"},
    {"the minute before a gap", "Europe/Berlin", "2025-03-30", 119, "2025-03-30T00:59:00Z"},
    {"the start of a gap is its end", "Europe/Berlin", "2025-03-30", 120, "2025-03-30T01:00:00Z"},
    {"02:30 in a gap is its end", "Europe/Berlin", "2025-03-30", 150, "2025-03-30T01:00:00Z"},
    {"the minute after a gap", "Europe/Berlin", "2025-03-30", 181, "2025-03-30T01:01:00Z"},
    {"02:30 in a fold is the earlier", "Europe/Berlin", "2025-10-26", 150, "2025-10-26T00:30:00Z"},
    {"the start of a fold", "Europe/Berlin", "2025-10-26", 120, "2025-10-26T00:00:00Z"},
    {"the minute after a fold", "Europe/Berlin", "2025-10-26", 180, "2025-10-26T02:00:00Z"},
    {"a gap in New York", "America/New_York", "2025-03-09", 150, "2025-03-09T07:00:00Z"},
    {"a fold in New York", "America/New_York", "2025-11-02", 90, "2025-11-02T05:30:00Z"},
    {"a midnight in a gap", "America/Sao_Paulo", "2018-11-04", 0, "2018-11-04T03:00:00Z"},
    {"half past a midnight in a gap", "America/Sao_Paulo", "2018-11-04", 30,
     "2018-11-04T03:00:00Z"},
    {"one o'clock after such a midnight", "America/Sao_Paulo", "2018-11-04", 60,
     "2018-11-04T03:00:00Z"},
    {"a gap of half an hour", "Australia/Lord_Howe", "2025-10-05", 135, "2025-10-04T15:30:00Z"},
    {"a fold of half an hour", "Australia/Lord_Howe", "2025-04-06", 105, "2025-04-05T14:45:00Z"},
    {"behind a fold of half an hour", "Australia/Lord_Howe", "2025-04-06", 120,
     "2025-04-05T15:30:00Z"},
    {"the day before one that was skipped", "Pacific/Apia", "2011-12-29", 1439,
     "2011-12-30T09:59:00Z"},
    {"a day that was skipped is the next day's start", "Pacific/Apia", "2011-12-30", 540,
     "2011-12-30T10:00:00Z"},
    {"the day after one that was skipped", "Pacific/Apia", "2011-12-31", 0, "2011-12-30T10:00:00Z"},
    {"the east edge of the world", "Pacific/Kiritimati", "2025-07-14", 0, "2025-07-13T10:00:00Z"},
    {"three quarters of an hour", "Asia/Kathmandu", "2025-07-14", 570, "2025-07-14T03:45:00Z"},
    {"the summer after the files end", "Europe/Berlin", "2045-07-14", 570, "2045-07-14T07:30:00Z"},
    {"a gap after the files end", "Europe/Berlin", "2045-03-26", 150, "2045-03-26T01:00:00Z"},
    {"Ramadan in Morocco", "Africa/Casablanca", "2025-03-15", 570, "2025-03-15T09:30:00Z"},
    {"minute 1440 is the next midnight", "Europe/Berlin", "2025-07-14", DAY_MINUTES,
     "2025-07-14T22:00:00Z"},
    {"before time zones", "Europe/Berlin", "1800-01-01", 0, "1799-12-31T23:06:32Z"},
};

static void test_when_a_local_time_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(GTimeZone) zone = zone_open(places[i].zone);
        Day day = DAY_NONE;

        assert_non_null(zone);
        assert_true(day_parse_iso(places[i].day, &day));
        g_autofree char *got = instant_iso(day_instant(day, places[i].minute, zone));
        expect_text(places[i].promise, got, places[i].utc);
    }
}

/* Every quarter of an hour of some years: what is shown leads back to the instant, or to the
 * earlier of two; and no second before it shows as much. */
static void check_zone(const char *name, int first_year, int years)
{
    g_autoptr(GTimeZone) zone = zone_open(name);
    int64_t start = day_instant(DAY((int16_t)first_year, 1, 1), 0, zone).us;

    assert_non_null(zone);
    for (int64_t i = 0; i < years * INT64_C(35040); i++) {
        Instant at = {start + i * 15 * INSTANT_MINUTE};
        Day day = instant_day(at, zone);
        int minute = instant_minute(at, zone);
        Instant back = day_instant(day, minute, zone);

        if (back.us != at.us) { /* in a fold */
            assert_true(back.us < at.us && at.us - back.us <= 24 * INSTANT_HOUR);
            assert_int_equal(instant_minute(back, zone), minute);
            assert_int_equal(day_cmp(instant_day(back, zone), day), 0);
        }
        if (minute == 0) {
            Instant before = {day_instant(day, 0, zone).us - 1};
            assert_true(day_cmp(instant_day(before, zone), day) < 0);
        }
    }
}

static void test_instants_and_local_times_agree(void **state)
{
    (void)state;
    check_zone("Europe/Berlin", 2024, 2);
    check_zone("America/Sao_Paulo", 2018, 2);
    check_zone("Australia/Lord_Howe", 2024, 2);
    check_zone("Pacific/Apia", 2011, 2);
    check_zone("Africa/Casablanca", 2024, 1);
    check_zone("Asia/Kathmandu", 1985, 2);
}

/* Minute by minute through a day, time does not run back, and the day starts with its midnight. */
static void test_a_day_runs_forward(void **state)
{
    static const struct {
        const char *zone;
        Day day;
    } cases[] = {
        {"Europe/Berlin", {2025, 3, 30}},       {"America/Sao_Paulo", {2018, 11, 4}},
        {"Australia/Lord_Howe", {2025, 10, 5}}, {"Pacific/Apia", {2011, 12, 30}},
        {"Europe/Berlin", {2025, 10, 26}},      {"UTC", {2025, 7, 14}},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GTimeZone) zone = zone_open(cases[i].zone);
        Instant before = day_instant(cases[i].day, 0, zone);

        for (int minute = 1; minute <= DAY_MINUTES; minute++) {
            Instant at = day_instant(cases[i].day, minute, zone);
            assert_true(at.us >= before.us);
            before = at;
        }
        Instant next = day_instant(day_plus(cases[i].day, 1), 0, zone);
        assert_true(before.us == next.us);
    }
}

static void test_instants_as_text(void **state)
{
    g_autoptr(GTimeZone) berlin = zone_open("Europe/Berlin");
    Instant at = {INT64_C(1752478230) * INSTANT_SECOND + 999999}; /* 2025-07-14 07:30:30.999999 */
    g_autofree char *text = instant_text(at, berlin);
    g_autofree char *iso = instant_iso(at);
    g_autofree char *epoch = instant_iso((Instant){0});
    g_autofree char *before = instant_iso((Instant){-1});

    (void)state;
    assert_string_equal(text, "Mon 14 July 2025, 09:30");
    assert_string_equal(iso, "2025-07-14T07:30:30Z");
    assert_string_equal(epoch, "1970-01-01T00:00:00Z");
    assert_string_equal(before, "1969-12-31T23:59:59Z");
}

static void test_instants_are_read_with_their_zone(void **state)
{
    static const struct {
        const char *text;
        int64_t us; /* since 07:30:00 UTC on 14 July 2025; -1: it is not read */
    } cases[] = {
        {"2025-07-14T07:30:00Z", 0},
        {"2025-07-14T09:30:00+02:00", 0},
        {"2025-07-14T01:30:00-06:00", 0},
        {"2025-07-14T07:30:00.25Z", 250000},
        {"2025-07-14T07:30:01.0000019Z", 1000001},
        {"2025-07-14T07:30:00", -1}, /* whose half past seven? */
        {"2025-07-14", -1},
        {"2025-02-30T07:30:00Z", -1},
        {"2025-07-14T24:30:00Z", -1},
        {"14 July 2025, 09:30", -1},
        {"", -1},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Instant at = {-1}, none = {INT64_C(1752478200) * INSTANT_SECOND};
        bool read = instant_parse_iso(cases[i].text, &at);

        if (read != (cases[i].us >= 0) || (read && at.us - none.us != cases[i].us)) {
            fail_msg("\"%s\": %d, %" G_GINT64_FORMAT, cases[i].text, read, at.us - none.us);
        }
    }
}

static void test_instants_beyond_all_days_are_the_last_day(void **state)
{
    g_autoptr(GTimeZone) berlin = zone_open("Europe/Berlin");

    (void)state;
    assert_int_equal(day_cmp(instant_day((Instant){INT64_MAX}, berlin), DAY_LAST), 0);
    assert_int_equal(day_cmp(instant_day((Instant){INT64_MIN}, berlin), DAY_FIRST), 0);
    assert_in_range(instant_minute((Instant){INT64_MIN}, berlin), 0, 1439);
}

static void test_times_of_day(void **state)
{
    static const struct {
        const char *text;
        int minute; /* -1: refused */
    } cases[] = {
        {"09:30", 570},     {"9:30", 570},       {"9.30", 570},    {"09.30", 570},
        {"9:30 am", 570},   {"9:30am", 570},     {"9.30 AM", 570}, {"9:30 p.m.", 1290},
        {"9am", 540},       {"9 a.m.", 540},     {"9PM", 1260},    {"12am", 0},
        {"12 pm", 720},     {"12:30 am", 30},    {"14h", 840},     {"9h", 540},
        {"14h30", 870},     {"14H", 840},        {"noon", 720},    {"Noon", 720},
        {"midnight", 0},    {"00:00", 0},        {"0:05", 5},      {"23:59", 1439},
        {"  9:30  ", 570},  {"9", -1},           {"14", -1},       {"25:00", -1},
        {"24:00", -1},      {"9:60", -1},        {"9:5", -1},      {"9:300", -1},
        {"9:30:00", -1},    {"13 pm", -1},       {"0 am", -1},     {"14:30 pm", -1},
        {"", -1},           {" ", -1},           {":30", -1},      {"9:", -1},
        {"9.", -1},         {"-9:30", -1},       {"+9:30", -1},    {"9:30 xm", -1},
        {"9:30 am am", -1}, {"999:30", -1},      {"099:30", -1},   {"nine", -1},
        {"24h", -1},        {"14h60", -1},       {"14h3", -1},     {"９:30", -1},
        {"=9:30", -1},      {"9:30\n10:30", -1}, {"9,30", -1},     {"noonish", -1},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int minute = -1;
        bool read = minute_parse(cases[i].text, &minute);

        if (read != (cases[i].minute >= 0) || minute != cases[i].minute) {
            fail_msg("\"%s\" is %d, not %d", cases[i].text, cases[i].minute, minute);
        }
    }
}

static void test_every_minute_is_read_back(void **state)
{
    (void)state;
    for (int m = 0; m < DAY_MINUTES; m++) {
        g_autofree char *text = minute_text(m);
        int read = -1;

        assert_int_equal(strlen(text), 5);
        assert_true(minute_parse(text, &read));
        assert_int_equal(read, m);
    }
}

static void test_a_long_text_is_no_time(void **state)
{
    g_autofree char *digits = g_strnfill(8000, '9');
    g_autofree char *blanks = g_strnfill(8000, ' ');
    int minute = 0;

    (void)state;
    assert_false(minute_parse(digits, &minute));
    assert_false(minute_parse(blanks, &minute));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_dates_exist),
        cmocka_unit_test(test_counting_days),
        cmocka_unit_test(test_every_day_follows_the_one_before),
        cmocka_unit_test(test_weekdays),
        cmocka_unit_test(test_dates_as_text),
        cmocka_unit_test(test_only_the_exact_iso_form_is_read),
        cmocka_unit_test(test_when_a_local_time_is),
        cmocka_unit_test(test_instants_and_local_times_agree),
        cmocka_unit_test(test_a_day_runs_forward),
        cmocka_unit_test(test_instants_as_text),
        cmocka_unit_test(test_instants_are_read_with_their_zone),
        cmocka_unit_test(test_instants_beyond_all_days_are_the_last_day),
        cmocka_unit_test(test_times_of_day),
        cmocka_unit_test(test_every_minute_is_read_back),
        cmocka_unit_test(test_a_long_text_is_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

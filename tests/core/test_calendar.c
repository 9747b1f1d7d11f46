#include "core/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DAY(y, m, d) ((Day){(y), (m), (d)})

enum { MON = 1, TUE = 2, WED = 4, THU = 8, FRI = 16, SAT = 32, SUN = 64 };

static void expect_day(const char *promise, Day got, Day want)
{
    g_autofree char *shown = day_iso(got);
    g_autofree char *wanted = day_iso(want);

    if (strcmp(shown, wanted) != 0) {
        fail_msg("%s: got %s, not %s", promise, shown, wanted);
    }
}

static Holidays holidays_of(const char *text)
{
    Holidays h = {0};
    char *wrong = NULL;

    if (!holidays_parse(text, &h, &wrong)) {
        fail_msg("\"%s\" has a part that is not understood: %s", text, wrong);
    }
    return h;
}

static void test_weekdays_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int days; /* 0: not understood */
    } cases[] = {
        {"Mon-Fri", WEEKDAYS_MON_FRI},
        {"mon-fri", WEEKDAYS_MON_FRI},
        {"Mon - Fri", WEEKDAYS_MON_FRI},
        {"Mon–Fri", WEEKDAYS_MON_FRI},
        {"Monday to Friday", WEEKDAYS_MON_FRI},
        {"Monday through Friday", WEEKDAYS_MON_FRI},
        {"weekdays", WEEKDAYS_MON_FRI},
        {"every weekday", WEEKDAYS_MON_FRI},
        {"every day", WEEKDAYS_ALL},
        {"daily", WEEKDAYS_ALL},
        {"all days", WEEKDAYS_ALL},
        {"weekends", SAT | SUN},
        {"Mon, Tue, Thu", MON | TUE | THU},
        {"Mon,Tue,Thu", MON | TUE | THU},
        {"Mon Tue Thu", MON | TUE | THU},
        {"Mon and Wed", MON | WED},
        {"Mondays, Wednesdays and Fridays", MON | WED | FRI},
        {"Mon, Wed, and Fri", MON | WED | FRI},
        {"Sun-Thu", SUN | MON | TUE | WED | THU},
        {"Sat-Tue", SAT | SUN | MON | TUE},
        {"Mon-Thu, Sat", MON | TUE | WED | THU | SAT},
        {"Mon-Mon", MON},
        {"Fri", FRI},
        {"Tues, Thurs", TUE | THU},
        {"Fri, Fri", FRI},
        {"  Fri  ", FRI},
        {"weekdays and Saturday", WEEKDAYS_MON_FRI | SAT},
        {"Mon-Fri,", WEEKDAYS_MON_FRI},
        {"", 0},
        {"   ", 0},
        {"every", 0},
        {",", 0},
        {"none", 0},
        {"Mo-Fr", 0},
        {"Mon-", 0},
        {"-Fri", 0},
        {"Mon-Wed-Fri", 0},
        {"Mon-14", 0},
        {"1-5", 0},
        {"Mondayish", 0},
        {"Lundi", 0},
        {"Mon & Tue", 0},
        {"every other Friday", 0},
        {"=Mon", 0},
        {"الاثنين", 0},
        {"📅", 0},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Weekdays days = 0;
        bool read = weekdays_parse(cases[i].text, &days);

        if (read != (cases[i].days != 0) || days != cases[i].days) {
            fail_msg("\"%s\" is %02x, not %02x", cases[i].text, cases[i].days, days);
        }
    }
}

static void test_weekdays_in_words(void **state)
{
    static const struct {
        int days;
        const char *text;
    } cases[] = {
        {WEEKDAYS_MON_FRI, "Mon-Fri"},
        {WEEKDAYS_ALL, "every day"},
        {MON | TUE | THU, "Mon, Tue, Thu"},
        {SUN | MON | TUE | WED | THU, "Sun-Thu"},
        {MON | TUE | WED | THU | SAT, "Mon-Thu, Sat"},
        {FRI, "Fri"},
        {SAT | SUN, "Sat, Sun"},
        {SUN | MON, "Mon, Sun"},
        {SAT | SUN | MON, "Sat-Mon"},
        {MON | WED | SUN, "Mon, Wed, Sun"},
        {WEEKDAYS_ALL & ~WED, "Thu-Tue"},
        {0, "none"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = weekdays_text((Weekdays)cases[i].days);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_every_set_of_weekdays_is_read_back(void **state)
{
    (void)state;
    for (int days = 1; days <= WEEKDAYS_ALL; days++) {
        g_autofree char *text = weekdays_text((Weekdays)days);
        Weekdays read = 0;

        if (!weekdays_parse(text, &read) || read != days) {
            fail_msg("\"%s\" is read as %02x, not %02x", text, read, days);
        }
    }
}

static void test_holidays_are_read_and_read_back(void **state)
{
    static const struct {
        const char *promise, *text, *read;
    } cases[] = {
        {"a country", "DE", "DE"},
        {"a country by name", "germany", "DE"},
        {"countries and dates in any order", "2025-12-24, US; de\nGB-SCT",
         "US, DE, GB-SCT, 2025-12-24"},
        {"a date in words", "31 December 2025", "2025-12-31"},
        {"a date with dots", "24.12.2025", "2025-12-24"},
        {"dates are sorted, and each is there once", "2026-01-02, 2025-12-24, 2 January 2026",
         "2025-12-24, 2026-01-02"},
        {"each country is there once", "DE, Germany, de", "DE"},
        {"nothing", "", "none"},
        {"only blanks", "  \n ", "none"},
        {"none", "none", "none"},
        {"None", " None ", "none"},
        {"only commas", ",,;", "none"},
        {"a comma at the end", "DE,", "DE"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Holidays) h = holidays_of(cases[i].text);
        g_autofree char *text = holidays_text(&h);

        if (strcmp(text, cases[i].read) != 0) {
            fail_msg("%s: got \"%s\"", cases[i].promise, text);
        }
        g_auto(Holidays) again = holidays_of(text);
        g_autofree char *text_again = holidays_text(&again);
        assert_string_equal(text_again, text);
    }
}

static void test_what_is_no_holiday_is_named(void **state)
{
    static const struct {
        const char *promise, *text, *wrong;
    } cases[] = {
        {"a country that is not known", "DE, Atlantis, US", "Atlantis"},
        {"a day that does not exist", "DE, 2025-02-30", "2025-02-30"},
        {"a date without its year", "24 December", "24 December"},
        {"a date that can be read twice", "07/08/2025", "07/08/2025"},
        {"a year of two digits", "24.12.25", "24.12.25"},
        {"a weekday that is another", "Mon 24 December 2025", "Mon 24 December 2025"},
        {"a weekday", "Friday", "Friday"},
        {"more behind a date", "2025-12-24 off", "2025-12-24 off"},
        {"none beside others", "none, DE", "none"},
        {"the first mistake only", "Mordor, Atlantis", "Mordor"},
        {"squeezed", "  the   moon ", "the moon"},
        {"no text of any kind", "=1+1", "=1+1"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *wrong = NULL;
        Holidays h = {0};

        if (holidays_parse(cases[i].text, &h, &wrong) || g_strcmp0(wrong, cases[i].wrong) != 0) {
            fail_msg("%s: \"%s\" is wrong", cases[i].promise, wrong);
        }
        assert_null(h.countries);
        assert_null(h.dates);
    }
}

static void test_what_is_a_holiday(void **state)
{
    g_auto(Holidays) h = holidays_of("DE, US, 2025-12-24, 2025-07-04");
    g_auto(Holidays) none = holidays_of("none");
    const char *name = NULL;

    (void)state;
    assert_true(holidays_on(&h, DAY(2025, 10, 3), &name));
    assert_string_equal(name, "German Unity Day");
    assert_true(holidays_on(&h, DAY(2025, 11, 27), &name));
    assert_string_equal(name, "Thanksgiving Day");
    assert_true(holidays_on(&h, DAY(2025, 12, 24), &name));
    assert_string_equal(name, "a team holiday");
    assert_true(holidays_on(&h, DAY(2025, 7, 4), &name)); /* a country's name is the better one */
    assert_string_equal(name, "Independence Day");
    assert_true(holidays_on(&h, DAY(2025, 12, 24), NULL));
    assert_false(holidays_on(&h, DAY(2026, 12, 24), &name));
    assert_false(holidays_on(&h, DAY(2025, 12, 23), NULL));
    assert_false(holidays_on(&none, DAY(2025, 1, 1), NULL));
    assert_string_equal(holidays_countries()[0], "AT Austria");
}

static void test_a_copy_is_its_own(void **state)
{
    g_auto(Holidays) copy = {0};
    g_auto(Holidays) of_nothing = {0};

    (void)state;
    {
        g_auto(Holidays) h = holidays_of("DE, US, 2025-12-24");
        g_auto(Holidays) nothing = {0};

        holidays_copy(&copy, &h);
        holidays_copy(&of_nothing, &nothing);
    }
    g_autofree char *text = holidays_text(&copy);
    g_autofree char *empty = holidays_text(&of_nothing);
    assert_string_equal(text, "DE, US, 2025-12-24");
    assert_string_equal(empty, "none");
    holidays_clear(&copy);
    holidays_clear(&copy);
    assert_null(copy.countries);
}

static void test_a_long_list_is_read_at_once(void **state)
{
    g_autoptr(GString) text = g_string_new("DE");
    Day day = DAY(2025, 1, 1);

    (void)state;
    while (text->len < 8000) {
        g_autofree char *iso = day_iso(day);
        g_string_append_printf(text, ",%s", iso);
        day = day_plus(day, 1);
    }
    g_auto(Holidays) h = holidays_of(text->str);
    assert_int_equal(h.dates->len, day_diff(day, DAY(2025, 1, 1)));
    assert_true(holidays_on(&h, day_plus(day, -1), NULL));
    assert_false(holidays_on(&h, DAY(2031, 6, 4), NULL));
}

/* July 2025: the 4th is a Friday, and a holiday in the US; the 14th a Monday. */
static void test_working_days(void **state)
{
    g_auto(Holidays) us = holidays_of("US, 2025-07-15");
    const Calendar c = {WEEKDAYS_MON_FRI, &us};
    const Calendar plain = {WEEKDAYS_MON_FRI, NULL};
    const Calendar sunday_week = {SUN | MON | TUE | WED | THU, NULL};

    (void)state;
    assert_true(calendar_works(&c, DAY(2025, 7, 14)));
    assert_false(calendar_works(&c, DAY(2025, 7, 12)));
    assert_false(calendar_works(&c, DAY(2025, 7, 4)));
    assert_false(calendar_works(&c, DAY(2025, 7, 15)));
    assert_true(calendar_works(&plain, DAY(2025, 7, 4)));
    assert_true(calendar_works(&sunday_week, DAY(2025, 7, 13)));
    assert_false(calendar_works(&sunday_week, DAY(2025, 7, 11)));

    assert_int_equal(calendar_count(&plain, DAY(2025, 7, 14), DAY(2025, 7, 28)), 10);
    assert_int_equal(calendar_count(&plain, DAY(2025, 7, 14), DAY(2025, 7, 29)), 11);
    assert_int_equal(calendar_count(&c, DAY(2025, 7, 14), DAY(2025, 7, 28)), 9);
    assert_int_equal(calendar_count(&c, DAY(2025, 7, 14), DAY(2025, 7, 14)), 0);
    assert_int_equal(calendar_count(&c, DAY(2025, 7, 28), DAY(2025, 7, 14)), 0);
    assert_int_equal(calendar_count(&c, DAY(2025, 7, 12), DAY(2025, 7, 14)), 0);
}

static void test_the_nearest_working_days(void **state)
{
    g_auto(Holidays) us = holidays_of("US");
    const Calendar c = {WEEKDAYS_MON_FRI, &us};

    (void)state;
    expect_day("a working day is its own next", calendar_next(&c, DAY(2025, 7, 14)),
               DAY(2025, 7, 14));
    expect_day("Saturday to Monday", calendar_next(&c, DAY(2025, 7, 12)), DAY(2025, 7, 14));
    expect_day("over a holiday and a weekend", calendar_next(&c, DAY(2025, 7, 4)), DAY(2025, 7, 7));
    expect_day("Sunday to Friday", calendar_previous(&c, DAY(2025, 7, 13)), DAY(2025, 7, 11));
    expect_day("back over a holiday", calendar_previous(&c, DAY(2025, 7, 6)), DAY(2025, 7, 3));
    expect_day("a working day is its own last", calendar_previous(&c, DAY(2025, 7, 14)),
               DAY(2025, 7, 14));
    expect_day("none further", calendar_plus(&c, DAY(2025, 7, 12), 0), DAY(2025, 7, 14));
    expect_day("one further", calendar_plus(&c, DAY(2025, 7, 12), 1), DAY(2025, 7, 15));
    expect_day("five is a week", calendar_plus(&c, DAY(2025, 7, 14), 5), DAY(2025, 7, 21));
    expect_day("over the holiday", calendar_plus(&c, DAY(2025, 7, 3), 1), DAY(2025, 7, 7));
}

/* What is counted is what the search steps through. */
static void test_counting_and_stepping_agree(void **state)
{
    g_auto(Holidays) h = holidays_of("DE-BY, JP, 2026-03-03");
    const Calendar c = {MON | TUE | THU | SAT, &h};
    Day start = calendar_next(&c, DAY(2025, 1, 1));

    (void)state;
    for (int32_t n = 0; n < 400; n += 7) {
        Day day = calendar_plus(&c, start, n);

        assert_true(calendar_works(&c, day));
        assert_int_equal(calendar_count(&c, start, day), n);
    }
}

static void test_a_team_that_never_works_ends_every_search(void **state)
{
    static const Day days[] = {{2025, 7, 14}, {1, 1, 1}, {9999, 12, 31}};
    const Calendar never = {0, NULL};
    const Calendar c = {WEEKDAYS_MON_FRI, NULL};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        expect_day("next stays", calendar_next(&never, days[i]), days[i]);
        expect_day("previous stays", calendar_previous(&never, days[i]), days[i]);
        expect_day("plus stays", calendar_plus(&never, days[i], 5), days[i]);
        expect_day("plus stays, however many", calendar_plus(&never, days[i], INT32_MAX), days[i]);
    }
    assert_int_equal(calendar_count(&never, DAY_FIRST, DAY_LAST), 0);
    assert_int_equal(calendar_count(&c, DAY_FIRST, DAY_LAST), 2615); /* ten years, from a Monday */
    assert_true(day_valid(calendar_plus(&c, DAY(2025, 7, 14), INT32_MAX)));
    assert_true(day_valid(calendar_plus(&c, DAY(9999, 12, 20), INT32_MAX)));
}

/* Two years off are more than the search looks through. */
static void test_a_team_that_is_off_for_two_years_ends_every_search(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);

    (void)state;
    for (Day d = DAY(2025, 1, 1); d.year < 2027; d = day_plus(d, 1)) {
        g_autofree char *iso = day_iso(d);
        g_string_append_printf(text, "%s,", iso);
    }
    g_auto(Holidays) h = holidays_of(text->str);
    const Calendar c = {WEEKDAYS_ALL, &h};
    expect_day("next stays", calendar_next(&c, DAY(2025, 1, 1)), DAY(2025, 1, 1));
    expect_day("previous stays", calendar_previous(&c, DAY(2026, 12, 31)), DAY(2026, 12, 31));
    expect_day("next finds the end that is near", calendar_next(&c, DAY(2026, 6, 1)),
               DAY(2027, 1, 1));
    expect_day("plus stops before the gap", calendar_plus(&c, DAY(2024, 12, 30), 9),
               DAY(2024, 12, 31));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weekdays_as_people_write_them),
        cmocka_unit_test(test_weekdays_in_words),
        cmocka_unit_test(test_every_set_of_weekdays_is_read_back),
        cmocka_unit_test(test_holidays_are_read_and_read_back),
        cmocka_unit_test(test_what_is_no_holiday_is_named),
        cmocka_unit_test(test_what_is_a_holiday),
        cmocka_unit_test(test_a_copy_is_its_own),
        cmocka_unit_test(test_a_long_list_is_read_at_once),
        cmocka_unit_test(test_working_days),
        cmocka_unit_test(test_the_nearest_working_days),
        cmocka_unit_test(test_counting_and_stepping_agree),
        cmocka_unit_test(test_a_team_that_never_works_ends_every_search),
        cmocka_unit_test(test_a_team_that_is_off_for_two_years_ends_every_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

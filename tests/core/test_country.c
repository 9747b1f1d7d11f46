#include "core/country.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY(y, m, d) ((Day){(y), (m), (d)})

/* Whole years as the authorities publish them, weekends included; where something moves, the year
 * in which it does. */
static const struct {
    const char *country;
    int16_t year;
    const char *days;
} years[] = {
    {"DE", 2025, "01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26"},
    {"DE-BY", 2025,
     "01-01 01-06 04-18 04-21 05-01 05-29 06-09 06-19 08-15 10-03 11-01 12-25 12-26"},
    {"DE-BE", 2025, "01-01 03-08 04-18 04-21 05-01 05-08 05-29 06-09 10-03 12-25 12-26"},
    {"DE-BE", 2026, "01-01 03-08 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"},
    {"DE-SN", 2025, "01-01 04-18 04-21 05-01 05-29 06-09 10-03 10-31 11-19 12-25 12-26"},
    {"DE-HH", 2025, "01-01 04-18 04-21 05-01 05-29 06-09 10-03 10-31 12-25 12-26"},
    {"DE-BB", 2025, "01-01 04-18 04-20 04-21 05-01 05-29 06-08 06-09 10-03 10-31 12-25 12-26"},
    {"DE-TH", 2024, "01-01 03-29 04-01 05-01 05-09 05-20 09-20 10-03 10-31 12-25 12-26"},
    {"AT", 2026, "01-01 01-06 04-06 05-01 05-14 05-25 06-04 08-15 10-26 11-01 12-08 12-25 12-26"},
    {"CH", 2025, "01-01 05-29 08-01 12-25"},
    {"CH-ZH", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 08-01 12-25 12-26"},
    {"CH-GE", 2025, "01-01 04-18 04-21 05-29 06-09 08-01 09-11 12-25 12-31"},
    {"CH-VD", 2025, "01-01 01-02 04-18 04-21 05-29 06-09 08-01 09-22 12-25"},
    {"FR", 2025, "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25"},
    {"IT", 2025, "01-01 01-06 04-20 04-21 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26"},
    {"IT", 2027, "01-01 01-06 03-28 03-29 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26"},
    {"ES", 2026, "01-01 01-06 04-03 05-01 08-15 10-12 11-01 12-06 12-08 12-25"},
    {"PT", 2026, "01-01 04-03 04-05 04-25 05-01 06-04 06-10 08-15 10-05 11-01 12-01 12-08 12-25"},
    {"NL", 2025, "01-01 04-20 04-21 04-26 04-27 05-05 05-29 06-08 06-09 12-25 12-26"},
    {"NL", 2026, "01-01 04-05 04-06 04-27 05-14 05-24 05-25 12-25 12-26"},
    {"BE", 2026, "01-01 04-06 05-01 05-14 05-25 07-21 08-15 11-01 11-11 12-25"},
    {"LU", 2026, "01-01 04-06 05-01 05-09 05-14 05-25 06-23 08-15 11-01 12-25 12-26"},
    {"GB", 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28"},
    {"GB-ENG", 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28"},
    {"GB-SCT", 2022, "01-01 01-02 01-03 01-04 04-15 05-02 05-30 08-01 11-30 12-25 12-26 12-27"},
    {"GB-SCT", 2025, "01-01 01-02 04-18 05-05 05-26 08-04 11-30 12-01 12-25 12-26"},
    {"GB-NIR", 2025, "01-01 03-17 04-18 04-21 05-05 05-26 07-12 07-14 08-25 12-25 12-26"},
    {"IE", 2026, "01-01 02-02 03-17 04-06 05-04 06-01 08-03 10-26 12-25 12-26 12-28"},
    {"IE", 2030, "01-01 02-01 03-17 03-18 04-22 05-06 06-03 08-05 10-28 12-25 12-26"},
    {"US", 2025, "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25"},
    {"US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25"},
    {"US", 2027,
     "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 "
     "12-25 12-31"},
    {"CA", 2026, "01-01 04-03 05-18 07-01 09-07 09-30 10-12 11-11 12-25 12-26 12-28"},
    {"AU", 2026, "01-01 01-26 04-03 04-06 04-25 12-25 12-26 12-28"},
    {"AU-NSW", 2025, "01-01 01-26 01-27 04-18 04-21 04-25 06-09 10-06 12-25 12-26"},
    {"AU-VIC", 2025, "01-01 01-26 01-27 03-10 04-18 04-21 04-25 06-09 11-04 12-25 12-26"},
    {"AU-QLD", 2025, "01-01 01-26 01-27 04-18 04-21 04-25 05-05 10-06 12-25 12-26"},
    {"NZ", 2022,
     "01-01 01-02 01-03 01-04 02-06 02-07 04-15 04-18 04-25 06-06 06-24 10-24 12-25 "
     "12-26 12-27"},
    {"NZ", 2026, "01-01 01-02 02-06 04-03 04-06 04-25 04-27 06-01 07-10 10-26 12-25 12-26 12-28"},
    {"SE", 2026,
     "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-19 06-20 10-31 12-24 "
     "12-25 12-26 12-31"},
    {"NO", 2026, "01-01 04-02 04-03 04-05 04-06 05-01 05-14 05-17 05-24 05-25 12-25 12-26"},
    {"DK", 2026, "01-01 04-02 04-03 04-05 04-06 05-14 05-24 05-25 12-25 12-26"},
    {"FI", 2026,
     "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-19 06-20 10-31 12-06 12-24 "
     "12-25 12-26"},
    {"PL", 2025,
     "01-01 01-06 04-20 04-21 05-01 05-03 06-08 06-19 08-15 11-01 11-11 12-24 12-25 "
     "12-26"},
    {"CZ", 2026, "01-01 04-03 04-06 05-01 05-08 07-05 07-06 09-28 10-28 11-17 12-24 12-25 12-26"},
    {"JP", 2024,
     "01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 "
     "08-12 09-16 09-22 09-23 10-14 11-03 11-04 11-23"},
    {"JP", 2025,
     "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 "
     "09-15 09-23 10-13 11-03 11-23 11-24"},
    {"JP", 2026,
     "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 "
     "09-22 09-23 10-12 11-03 11-23"},
    {"BR", 2026, "01-01 04-03 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25"},
    {"IN", 2026, "01-26 08-15 10-02"},
    {"ZA", 2026, "01-01 03-21 04-03 04-06 04-27 05-01 06-16 08-09 08-10 09-24 12-16 12-25 12-26"},
    {"GR", 2024, "01-01 01-06 03-18 03-25 05-01 05-03 05-05 05-06 06-24 08-15 10-28 12-25 12-26"},
    {"GR", 2025, "01-01 01-06 03-03 03-25 04-18 04-20 04-21 05-01 06-09 08-15 10-28 12-25 12-26"},
    {"RO", 2025,
     "01-01 01-02 01-06 01-07 01-24 04-18 04-20 04-21 05-01 06-01 06-08 06-09 08-15 "
     "11-30 12-01 12-25 12-26"},
};

static char *days_of(const Country *country, int16_t year)
{
    GString *out = g_string_new(NULL);

    for (Day d = DAY(year, 1, 1); d.year == year; d = day_plus(d, 1)) {
        if (country_holiday_on(country, d, NULL)) {
            g_string_append_printf(out, "%s%02d-%02d", out->len > 0 ? " " : "", d.month, d.day);
        }
    }
    return g_string_free(out, FALSE);
}

static void test_whole_years(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(years); i++) {
        const Country *country = country_find(years[i].country);

        assert_non_null(country);
        g_autofree char *got = days_of(country, years[i].year);
        if (strcmp(got, years[i].days) != 0) {
            fail_msg("%s in %d: %s", years[i].country, years[i].year, got);
        }
    }
}

static void test_names_and_odd_days(void **state)
{
    static const struct {
        const char *promise, *country;
        Day day;
        const char *name; /* NULL: a working day */
    } cases[] = {
        {"New Year", "DE", {2025, 1, 1}, "New Year's Day"},
        {"a day that only a part of the country has", "DE-BY", {2025, 1, 6}, "Epiphany"},
        {"the country has not what a part of it has", "DE", {2025, 1, 6}, NULL},
        {"one part has not what another has", "DE-BE", {2025, 1, 6}, NULL},
        {"8 May was a holiday in Berlin once", "DE-BE", {2025, 5, 8}, "Liberation Day"},
        {"and only once", "DE-BE", {2026, 5, 8}, NULL},
        {"Easter Monday at its earliest", "DE", {1818, 3, 23}, "Easter Monday"},
        {"Easter Monday at its latest", "DE", {2038, 4, 26}, "Easter Monday"},
        {"Good Friday in the west", "GR", {2024, 3, 29}, NULL},
        {"Good Friday in the east", "GR", {2024, 5, 3}, "Good Friday"},
        {"a Saturday's New Year on the last day of the year before",
         "US",
         {2027, 12, 31},
         "New Year's Day"},
        {"a year that starts on a Sunday", "US", {2023, 1, 2}, "New Year's Day"},
        {"31 December as a rule", "US", {2026, 12, 31}, NULL},
        {"the last day there is", "US", {9999, 12, 31}, NULL},
        {"the first day there is", "US", {1, 1, 1}, "New Year's Day"},
        {"a law that is not yet in force", "IT", {2025, 10, 4}, NULL},
        {"a law that is", "IT", {2027, 10, 4}, "St Francis' Day"},
        {"two days of Christmas that both fall on a weekend", "GB", {2027, 12, 28}, "Boxing Day"},
        {"a Scottish new year at a weekend", "GB-SCT", {2022, 1, 4}, "2 January"},
        {"England has no 2 January", "GB", {2025, 1, 2}, NULL},
        {"Scotland has no Easter Monday", "GB-SCT", {2025, 4, 21}, NULL},
        {"St Brigid on a Friday", "IE", {2030, 2, 1}, "St Brigid's Day"},
        {"then not on the Monday", "IE", {2030, 2, 4}, NULL},
        {"Victoria Day is before 25 May", "CA", {2026, 5, 18}, "Victoria Day"},
        {"the last Monday of May, not the fourth", "US", {2027, 5, 31}, "Memorial Day"},
        {"the fourth Thursday of November, not the last", "US", {2028, 11, 23}, "Thanksgiving Day"},
        {"a Sunday's holiday in Japan moves over three", "JP", {2026, 5, 6}, "Substitute Holiday"},
        {"a day between two in Japan", "JP", {2026, 9, 22}, "Substitute Holiday"},
        {"only in years when they are so near", "JP", {2025, 9, 22}, NULL},
        {"a Saturday's holiday in Japan does not move", "JP", {2025, 5, 2}, NULL},
        {"Matariki by its table", "NZ", {2052, 6, 21}, "Matariki"},
        {"no Matariki beyond the table", "NZ", {2053, 6, 20}, NULL},
        {"the equinox of Japan is not guessed after 2099", "JP", {2100, 3, 20}, NULL},
        {"no day is a holiday nowhere", "DE", {0, 0, 0}, NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *name = NULL;
        bool on = country_holiday_on(country_find(cases[i].country), cases[i].day, &name);

        if (on != (cases[i].name != NULL) || g_strcmp0(name, cases[i].name) != 0) {
            fail_msg("%s: %s", cases[i].promise, name != NULL ? name : "a working day");
        }
    }
}

static void test_matariki_is_always_a_friday(void **state)
{
    const Country *nz = country_find("NZ");

    (void)state;
    for (int16_t year = 2022; year <= 2052; year++) {
        int fridays = 0;

        for (Day d = DAY(year, 6, 19); d.month < 8; d = day_plus(d, 1)) {
            bool on = country_holiday_on(nz, d, NULL);
            assert_true(!on || day_weekday(d) == FRIDAY);
            fridays += on ? 1 : 0;
        }
        assert_int_equal(fridays, 1);
    }
}

static void test_countries_by_code_and_by_name(void **state)
{
    static const struct {
        const char *text, *code; /* NULL: not known */
    } cases[] = {
        {"DE", "DE"},
        {"de", "DE"},
        {"Germany", "DE"},
        {"germany", "DE"},
        {"Deutschland", "DE"},
        {"DE-BY", "DE-BY"},
        {"de by", "DE-BY"},
        {"Bayern", "DE-BY"},
        {"Baden-Württemberg", "DE-BW"},
        {"BADEN-WÜRTTEMBERG", "DE-BW"},
        {"Thüringen", "DE-TH"},
        {"UK", "GB"},
        {"GB", "GB"},
        {"United Kingdom", "GB"},
        {"Great Britain", "GB"},
        {"Scotland", "GB-SCT"},
        {"gb-sct", "GB-SCT"},
        {"USA", "US"},
        {"United States", "US"},
        {"the Netherlands", "NL"},
        {"Holland", "NL"},
        {"Österreich", "AT"},
        {"South Africa", "ZA"},
        {"  France ", "FR"},
        {"", NULL},
        {" ", NULL},
        {"-", NULL},
        {"D", NULL},
        {"DEU", NULL},
        {"Germ", NULL},
        {"Germany and France", NULL},
        {"Atlantis", NULL},
        {"🇩🇪", NULL},
        {"=1+1", NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Country *country = country_find(cases[i].text);
        g_autofree char *code = country != NULL ? country_code(country) : NULL;

        if (g_strcmp0(code, cases[i].code) != 0) {
            fail_msg("\"%s\" is %s", cases[i].text, code != NULL ? code : "unknown");
        }
    }
    assert_null(country_of_code("de"));
    assert_null(country_of_code("Germany"));
    assert_null(country_of_code("DE-"));
    assert_null(country_of_code(""));
}

/* Every line of the list leads to a country of its own, that has holidays, but not all the time. */
static void test_every_country_listed_has_holidays(void **state)
{
    const char *const *lines = country_lines();
    guint count = 0;

    (void)state;
    for (; lines[count] != NULL; count++) {
        g_autofree char *code = g_strndup(lines[count], strcspn(lines[count], " "));
        const Country *country = country_find(code);
        int holidays = 0;

        assert_non_null(country);
        assert_ptr_equal(country, country_of_code(code));
        assert_ptr_equal(country, country_find(lines[count] + strlen(code) + 1));
        g_autofree char *own = country_code(country);
        assert_string_equal(own, code);
        for (Day d = DAY(2025, 1, 1); d.year == 2025; d = day_plus(d, 1)) {
            holidays += country_holiday_on(country, d, NULL) ? 1 : 0;
        }
        assert_in_range(holidays, 3, 24);
        if (count > 0) {
            assert_true(strcmp(lines[count - 1], lines[count]) < 0); /* in order, none twice */
        }
    }
    assert_true(count >= 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_years),
        cmocka_unit_test(test_names_and_odd_days),
        cmocka_unit_test(test_matariki_is_always_a_friday),
        cmocka_unit_test(test_countries_by_code_and_by_name),
        cmocka_unit_test(test_every_country_listed_has_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is written into the caller's storage is what a string of its own would be, up to the longest
 * there is; and what is reckoned at once is what a walk from day to day finds. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/digits.h"
#include "core/reading.h"
#include "core/text.h"
#include "core/value.h"
#include "core/words.h"

static void test_digits(void **state)
{
    static const struct {
        int64_t n;
        const char *text;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {-1, "-1"},
        {1000000, "1000000"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char out[DIGITS_MAX];

        assert_string_equal(digits_text(out, cases[i].n), cases[i].text);
    }
}

static void test_decimals_with_and_without_groups(void **state)
{
    static const struct {
        int64_t millionths;
        const char *bare, *grouped;
    } cases[] = {
        {0, "0", "0"},
        {1, "0.000001", "0.000001"},
        {-500000, "-0.5", "-0.5"},
        {999000000, "999", "999"},
        {1000000000, "1000", "1,000"},
        {1000010000000, "1000010", "1,000,010"},
        {-21234567500000, "-21234567.5", "-21,234,567.5"},
        {1001001000100, "1001001.0001", "1,001,001.0001"},
        {INT64_MAX, "9223372036854.775807", "9,223,372,036,854.775807"},
        {INT64_MIN, "-9223372036854.775808", "-9,223,372,036,854.775808"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Decimal d = {cases[i].millionths};
        char out[DECIMAL_TEXT_MAX];
        g_autofree char *text = decimal_text(d);

        assert_string_equal(text, cases[i].bare);
        assert_string_equal(decimal_write(out, d), cases[i].bare);
        assert_string_equal(decimal_write_grouped(out, d), cases[i].grouped);
    }
}

/* The longest amount in the longest unit: whether it fits is for the sanitizers to say, too. */
static void test_the_longest_values_fit(void **state)
{
    static const UnitKind kinds[] = {UNIT_PLAIN, UNIT_PERCENT, UNIT_MONEY, UNIT_DURATION,
                                     UNIT_COUNT};
    char name[UNIT_NAME_MAX + 1];

    (void)state;
    memset(name, 'w', UNIT_NAME_MAX);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Unit unit = unit_named(kinds[i], name, UNIT_NAME_MAX);
        char out[VALUE_TEXT_MAX];
        Decimal least = {INT64_MIN};
        g_autofree char *exact = value_text(least, &unit);
        g_autofree char *rounded = value_text_rounded(least, &unit);
        g_autofree char *change = value_text_change(least, &unit);

        assert_string_equal(value_write(out, least, &unit), exact);
        assert_ptr_equal(value_write(out, least, &unit), out);
        assert_string_equal(value_write_rounded(out, least, &unit), rounded);
        assert_string_equal(value_write_change(out, least, &unit), change);
    }
}

static int32_t walked(const Calendar *c, Day from, int64_t days)
{
    int32_t n = 0;

    for (int64_t i = 0; i < days; i++) {
        n += calendar_works(c, day_plus(from, i)) ? 1 : 0;
    }
    return n;
}

/* Every set of weekdays, from every weekday on, over three weeks and each number of days left over;
 * with holidays on weekdays, at week ends, and twice on a day. */
static void test_counting_is_walking(void **state)
{
    Holidays some = {0}, none = {0};
    char *wrong = NULL;

    (void)state;
    assert_true(holidays_parse("DE, GB-SCT, 2025-12-24, 2025-12-25, 2026-01-03", &some, &wrong));
    assert_true(holidays_any(&some));
    assert_false(holidays_any(&none));
    assert_false(holidays_any(NULL));
    for (unsigned working = 0; working <= WEEKDAYS_ALL; working++) {
        const Calendar calendars[] = {
            {(Weekdays)working, NULL}, {(Weekdays)working, &none}, {(Weekdays)working, &some}};
        Day from = day_plus((Day){2025, 12, 15}, working % WEEKDAY_COUNT);

        for (size_t i = 0; i < G_N_ELEMENTS(calendars); i++) {
            for (int64_t days = 0; days <= 28; days++) {
                assert_int_equal(calendar_count(&calendars[i], from, day_plus(from, days)),
                                 walked(&calendars[i], from, days));
            }
        }
    }
    holidays_clear(&some);
}

/* Month ends, leap days and both ends of time: a step is a step, short or long. */
static void test_short_steps_are_long_ones(void **state)
{
    static const Day days[] = {{1, 1, 1},    {2024, 2, 28},  {2024, 2, 29}, {2025, 2, 28},
                               {2025, 3, 1}, {2025, 12, 31}, {1900, 2, 28}, {9999, 12, 31}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        for (int64_t step = -40; step <= 40; step++) {
            Day short_way = day_plus(days[i], step);
            Day long_way = day_plus(day_plus(days[i], INT64_C(500) * (i == 7 ? -1 : 1)),
                                    step - INT64_C(500) * (i == 7 ? -1 : 1));

            assert_int_equal(day_cmp(short_way, long_way), 0);
            assert_true(day_valid(short_way));
        }
    }
    assert_int_equal(day_cmp(day_plus(DAY_LAST, INT64_MAX), DAY_LAST), 0);
    assert_int_equal(day_cmp(day_plus(DAY_FIRST, INT64_MIN), DAY_FIRST), 0);
}

static void test_keys(void **state)
{
    static const struct {
        const char *name, *as;
        bool same;
    } cases[] = {
        {"Check-in", "checkin", true}, {"check in", "CHECKIN", true},
        {"checkin", "check", false},   {"check", "checkin", false},
        {"Zürich", "zÜRICH", true},    {"Zürich", "zurich", false},
        {"--", "checkin", false},      {"", "x", false},
        {"ooo", "o.o.o", true},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *key = text_key(cases[i].as);
        bool same = text_is_key(key, cases[i].name, strlen(cases[i].name));

        if (same != cases[i].same) {
            fail_msg("%s, %s", cases[i].name, cases[i].as);
        }
    }
    assert_true(text_is_key("ooo", "ooo,vacation", 3)); /* and looks no further */
}

static void test_lower_case(void **state)
{
    g_autofree char *plain = text_lower("STATUS now", 6);
    g_autofree char *other = text_lower("ÉTAT", strlen("ÉTAT"));
    g_autofree char *nothing = text_lower("X", 0);

    (void)state;
    assert_string_equal(plain, "status");
    assert_string_equal(other, "état");
    assert_string_equal(nothing, "");
}

/* A text is appended whole, whether it fits or the string has to grow. */
static void test_appending(void **state)
{
    g_autoptr(GString) out = g_string_sized_new(1), other = g_string_sized_new(1);

    (void)state;
    for (size_t len = 0; len < 70; len++) {
        text_add(out, "0123456789012345678901234567890123456789012345678901234567890123456789",
                 len);
        g_string_append_len(
            other, "0123456789012345678901234567890123456789012345678901234567890123456789",
            (gssize)len);
        assert_string_equal(out->str, other->str);
        assert_int_equal(out->len, other->len);
    }
}

/* A string that is a local grows like any other, and its text can be given away. */
static void test_a_text_begun_in_place(void **state)
{
    g_auto(GString) kept = text_begin(1);
    GString given = text_begin(4);

    (void)state;
    assert_string_equal(kept.str, "");
    for (int i = 0; i < 70; i++) {
        text_add(&kept, "ab", 2);
        g_string_append_c(&given, 'c');
        assert_int_equal(kept.len, strlen(kept.str));
    }
    say_on(&given, W_KR_PACE, S("pace", "0.8"));
    g_autofree char *text = given.str;
    assert_int_equal(strlen(text), given.len);
    assert_true(g_str_has_suffix(text, "ccpace 0.8"));
}

static void test_saying_on(void **state)
{
    g_autoptr(GString) out = g_string_new("KR1: ");

    (void)state;
    say_on(out, W_KR_PACE, S("pace", "0.8"));
    assert_string_equal(out->str, "KR1: pace 0.8");
}

static void read_on(Track *track, int64_t id, Day day, int64_t retracts)
{
    Reading *reading = reading_new();

    reading->id.v = id;
    reading->day = day;
    reading->retracts.v = retracts;
    g_ptr_array_add(track->readings, reading);
}

/* The readings came as 14, 16, 15 (late), 16 again and 17, which was taken back. */
static void test_days_of_a_track_latest_first(void **state)
{
    static const int64_t expected[] = {4, 3, 1};
    g_autoptr(Track) track = track_new(kr_new());
    const Reading *reading = NULL;

    (void)state;
    assert_null(track_next_day(track, NULL));
    read_on(track, 1, (Day){2025, 7, 14}, 0);
    read_on(track, 2, (Day){2025, 7, 16}, 0);
    read_on(track, 3, (Day){2025, 7, 15}, 0);
    read_on(track, 4, (Day){2025, 7, 16}, 0);
    read_on(track, 5, (Day){2025, 7, 17}, 0);
    read_on(track, 6, (Day){2025, 7, 17}, 5);
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        reading = track_next_day(track, reading);
        assert_non_null(reading);
        assert_int_equal(reading->id.v, expected[i]);
    }
    assert_null(track_next_day(track, reading));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_decimals_with_and_without_groups),
        cmocka_unit_test(test_the_longest_values_fit),
        cmocka_unit_test(test_counting_is_walking),
        cmocka_unit_test(test_short_steps_are_long_ones),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_lower_case),
        cmocka_unit_test(test_appending),
        cmocka_unit_test(test_a_text_begun_in_place),
        cmocka_unit_test(test_saying_on),
        cmocka_unit_test(test_days_of_a_track_latest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

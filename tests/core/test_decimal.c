#include "core/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

static const char *const result_names[] = {
    [DECIMAL_OK] = "OK",
    [DECIMAL_NOT_A_NUMBER] = "NOT_A_NUMBER",
    [DECIMAL_TOO_PRECISE] = "TOO_PRECISE",
    [DECIMAL_OUT_OF_RANGE] = "OUT_OF_RANGE",
    [DECIMAL_AMBIGUOUS] = "AMBIGUOUS",
};

static Decimal millionths(int64_t n)
{
    return (Decimal){n};
}

/* The number as millionths, or the name of the fault. */
static char *parsed(const char *text)
{
    Decimal d = {-4711};
    DecimalResult result = decimal_parse(text, strlen(text), &d);

    if (result != DECIMAL_OK) {
        assert_int_equal(d.millionths, -4711); /* written only when OK */
        return g_strdup(result_names[result]);
    }
    return g_strdup_printf("%" G_GINT64_FORMAT, d.millionths);
}

static void expect(const char *name, const char *text, const char *want)
{
    g_autofree char *got = parsed(text);

    if (strcmp(got, want) != 0) {
        fail_msg("%s: \"%s\" is %s, not %s", name, text, got, want);
    }
}

static void test_parse(void **state)
{
    static const struct {
        const char *name, *text, *want;
    } cases[] = {
        {"a whole number is read", "35", "35000000"},
        {"a number with a point is read", "21.2", "21200000"},
        {"six places are kept exactly", "0.000001", "1"},
        {"zero is zero", "0", "0"},
        {"minus zero is zero", "-0", "0"},
        {"a plus sign says nothing", "+2", "2000000"},
        {"a minus sign counts", "-0.5", "-500000"},
        {"the typographic minus counts", "\u22120.5", "-500000"},
        {"digits before the point may be missing", ".5", "500000"},
        {"digits behind the point may not", "5.", "NOT_A_NUMBER"},
        {"leading zeros say nothing", "007", "7000000"},
        {"trailing zeros say nothing", "1.500000", "1500000"},
        {"commas group in threes", "21,200,000", "21200000000000"},
        {"one group is enough", "1,234", "1234000000"},
        {"groups may have a point behind them", "1,234.5", "1234500000"},
        {"the largest number is read", "9223372036854.775807", "9223372036854775807"},
        {"the smallest number is read", "-9223372036854.775808", "-9223372036854775808"},
        {"one more than the largest is out of range", "9223372036854.775808", "OUT_OF_RANGE"},
        {"one less than the smallest is out of range", "-9223372036854.775809", "OUT_OF_RANGE"},
        {"a far too large number is out of range", "99999999999999999999999999", "OUT_OF_RANGE"},
        {"seven places are too precise", "1.2345678", "TOO_PRECISE"},
        {"seven places are too precise, also of zeros", "1.0000000", "TOO_PRECISE"},
        {"a decimal comma is not guessed", "27,5", "AMBIGUOUS"},
        {"two digits behind a comma are not guessed", "27,50", "AMBIGUOUS"},
        {"a group of four is not guessed", "1,2345", "AMBIGUOUS"},
        {"Indian groups are not guessed", "12,34,567", "AMBIGUOUS"},
        {"a first group of four is not guessed", "1234,567", "AMBIGUOUS"},
        {"a zero in front of a group is not guessed", "0,125", "AMBIGUOUS"},
        {"continental grouping is not guessed", "1.234,5", "AMBIGUOUS"},
        {"nothing before a comma is not guessed", ",5", "AMBIGUOUS"},
        {"a comma at the end is no number", "5,", "NOT_A_NUMBER"},
        {"a second point is no number", "1.2.3", "NOT_A_NUMBER"},
        {"nothing is no number", "", "NOT_A_NUMBER"},
        {"a sign alone is no number", "-", "NOT_A_NUMBER"},
        {"a point alone is no number", ".", "NOT_A_NUMBER"},
        {"a comma alone is no number", ",", "NOT_A_NUMBER"},
        {"two signs are no number", "--5", "NOT_A_NUMBER"},
        {"a blank is no part of a number", " 5", "NOT_A_NUMBER"},
        {"a unit is no part of a number", "5%", "NOT_A_NUMBER"},
        {"an exponent is no part of a number", "1e3", "NOT_A_NUMBER"},
        {"a word is no number", "soon", "NOT_A_NUMBER"},
        {"infinity is no number", "inf", "NOT_A_NUMBER"},
        {"hexadecimal is no number", "0x10", "NOT_A_NUMBER"},
        {"digits of another script are none of ours", "٣", "NOT_A_NUMBER"},
        {"full-width digits are none of ours", "３", "NOT_A_NUMBER"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect(cases[i].name, cases[i].text, cases[i].want);
    }
}

static void test_parse_ends_with_the_length(void **state)
{
    Decimal d;

    (void)state;
    assert_int_equal(decimal_parse("1234", 2, &d), DECIMAL_OK);
    assert_int_equal(d.millionths, 12000000);
}

static void test_thousands_of_digits_are_read_in_one_go(void **state)
{
    g_autofree char *zeros = g_strnfill(8000, '0');
    g_autofree char *nines = g_strnfill(8000, '9');
    g_autofree char *commas = g_strnfill(8000, ',');

    (void)state;
    expect("many zeros are zero", zeros, "0");
    expect("many nines are out of range", nines, "OUT_OF_RANGE");
    expect("many commas are no number", commas, "NOT_A_NUMBER");
}

static void test_text(void **state)
{
    static const struct {
        const char *want;
        int64_t millionths;
    } cases[] = {
        {"21.2", 21200000},
        {"-0.5", -500000},
        {"35", 35000000},
        {"0", 0},
        {"0.000001", 1},
        {"-0.000001", -1},
        {"1000000", INT64_C(1000000000000)},
        {"9223372036854.775807", INT64_MAX},
        {"-9223372036854.775808", INT64_MIN},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = decimal_text(millionths(cases[i].millionths));

        assert_string_equal(text, cases[i].want);
    }
}

static void test_what_is_printed_is_read_back(void **state)
{
    uint64_t seed = 20250714;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        Decimal back = {0};

        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        Decimal d = millionths((int64_t)seed >> (i % 63));
        g_autofree char *text = decimal_text(d);
        assert_int_equal(decimal_parse(text, strlen(text), &back), DECIMAL_OK);
        assert_int_equal(back.millionths, d.millionths);
    }
}

static void test_order(void **state)
{
    (void)state;
    assert_int_equal(decimal_cmp(DECIMAL(1), DECIMAL(2)), -1);
    assert_int_equal(decimal_cmp(DECIMAL(2), DECIMAL(2)), 0);
    assert_int_equal(decimal_cmp(DECIMAL(2), DECIMAL(1)), 1);
    assert_int_equal(decimal_cmp(millionths(INT64_MIN), millionths(INT64_MAX)), -1);
}

#define UNTOUCHED INT64_C(-4711)
#define FAILS     INT64_C(-4712) /* stands for "the result leaves the range" */

static void test_sums(void **state)
{
    static const struct {
        int64_t a, b, sum, difference;
    } cases[] = {
        {2000000, 500000, 2500000, 1500000},  {-2000000, 500000, -1500000, -2500000},
        {INT64_MAX, 1, FAILS, INT64_MAX - 1}, {INT64_MIN, 1, INT64_MIN + 1, FAILS},
        {0, INT64_MIN, INT64_MIN, FAILS},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Decimal a = {cases[i].a}, b = {cases[i].b}, out = {UNTOUCHED};

        assert_int_equal(decimal_add(a, b, &out), cases[i].sum != FAILS);
        assert_int_equal(out.millionths, cases[i].sum != FAILS ? cases[i].sum : UNTOUCHED);
        out.millionths = UNTOUCHED;
        assert_int_equal(decimal_sub(a, b, &out), cases[i].difference != FAILS);
        assert_int_equal(out.millionths,
                         cases[i].difference != FAILS ? cases[i].difference : UNTOUCHED);
    }
}

static void test_scale_rounds_half_away_from_zero(void **state)
{
    static const struct {
        int64_t a, num, den, want;
    } cases[] = {
        {10000000, 6, 13, 4615385},
        {1, 1, 2, 1},
        {-1, 1, 2, -1},
        {1, -1, 2, -1},
        {1, 1, -2, -1},
        {-1, 1, -2, 1},
        {1, 1, 3, 0},
        {2, 1, 3, 1},
        {5, 3, 2, 8},
        {INT64_MAX, 2, 2, INT64_MAX},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN},
        {INT64_MAX, 2, 1, FAILS},
        {INT64_MIN, -1, 1, FAILS},
        {INT64_MIN, 1, -1, FAILS},
        {0, 5, 7, 0},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Decimal out = {UNTOUCHED};
        bool fits = decimal_scale(millionths(cases[i].a), cases[i].num, cases[i].den, &out);

        assert_int_equal(fits, cases[i].want != FAILS);
        assert_int_equal(out.millionths, fits ? cases[i].want : UNTOUCHED);
    }
}

static void test_ratio(void **state)
{
    static const struct {
        int64_t a, b, want;
    } cases[] = {
        {1200000, 10000000, 120000}, {-500000, 10000000, -50000},     {1000000, 3000000, 333333},
        {2000000, 3000000, 666667},  {-2000000, 3000000, -666667},    {7, 0, FAILS},
        {INT64_MAX, 1, FAILS},       {INT64_MIN, INT64_MIN, 1000000},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Decimal out = {UNTOUCHED};
        bool fits = decimal_ratio(millionths(cases[i].a), millionths(cases[i].b), &out);

        assert_int_equal(fits, cases[i].want != FAILS);
        assert_int_equal(out.millionths, fits ? cases[i].want : UNTOUCHED);
    }
}

static void test_product(void **state)
{
    static const struct {
        int64_t a, b, want;
    } cases[] = {
        {1500000, 2000000, 3000000},
        {-1500000, 2000000, -3000000},
        {1, 500000, 1},
        {-1, 500000, -1},
        {1, 499999, 0},
        {INT64_MAX, 1000000, INT64_MAX},
        {INT64_MAX, 1000001, FAILS},
        {INT64_MIN, INT64_MIN, FAILS},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Decimal out = {UNTOUCHED};
        bool fits = decimal_mul(millionths(cases[i].a), millionths(cases[i].b), &out);

        assert_int_equal(fits, cases[i].want != FAILS);
        assert_int_equal(out.millionths, fits ? cases[i].want : UNTOUCHED);
    }
}

static void test_round(void **state)
{
    static const struct {
        int64_t d;
        int places;
        int64_t want;
    } cases[] = {
        {24615385, 1, 24600000},
        {24650000, 1, 24700000},
        {-24650000, 1, -24700000},
        {24649999, 1, 24600000},
        {500000, 0, 1000000},
        {-500000, 0, -1000000},
        {499999, 0, 0},
        {1234567, 6, 1234567},
        {0, 0, 0},
        {INT64_MAX, 0, INT64_C(9223372036854000000)}, /* up would leave the range */
        {INT64_MIN, 0, INT64_C(-9223372036854000000)},
        {INT64_MIN, 6, INT64_MIN},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_int_equal(decimal_round(millionths(cases[i].d), cases[i].places).millionths,
                         cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_ends_with_the_length),
        cmocka_unit_test(test_thousands_of_digits_are_read_in_one_go),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_what_is_printed_is_read_back),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_scale_rounds_half_away_from_zero),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_product),
        cmocka_unit_test(test_round),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

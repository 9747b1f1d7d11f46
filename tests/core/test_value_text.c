#include "core/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const Unit plain = {UNIT_PLAIN, ""};
static const Unit percent = {UNIT_PERCENT, ""};
static const Unit dollars = {UNIT_MONEY, "$"};
static const Unit euros = {UNIT_MONEY, "€"};
static const Unit francs = {UNIT_MONEY, "CHF"};
static const Unit days = {UNIT_DURATION, "day"};
static const Unit hours = {UNIT_DURATION, "hour"};
static const Unit accounts = {UNIT_COUNT, "stalled accounts"};
static const Unit working_days = {UNIT_COUNT, "working days"};
static const Unit bugs = {UNIT_COUNT, "open P1 bugs"};

static Decimal number(const char *text)
{
    Decimal d = {0};

    assert_int_equal(decimal_parse(text, strlen(text), &d), DECIMAL_OK);
    return d;
}

static void expect(const char *text, const char *want, const char *got)
{
    if (strcmp(got, want) != 0) {
        fail_msg("\"%s\" is \"%s\", not \"%s\"", text, got, want);
    }
}

static void test_text(void **state)
{
    static const struct {
        const char *amount;
        const Unit *unit;
        const char *want;
    } cases[] = {
        {"22", &percent, "22%"},
        {"-5.5", &percent, "-5.5%"},
        {"21200000", &dollars, "$21.2M"},
        {"24100000", &dollars, "$24.1M"},
        {"400000", &dollars, "$400k"},
        {"10000", &dollars, "$10k"},
        {"9000", &dollars, "$9,000"},
        {"12500", &dollars, "$12,500"},
        {"950", &dollars, "$950"},
        {"21.2", &dollars, "$21.20"},
        {"21.25", &dollars, "$21.25"},
        {"21234567", &dollars, "$21,234,567"},
        {"21234000", &dollars, "$21.234M"},
        {"1200000000", &dollars, "$1.2B"},
        {"-200000", &dollars, "-$200k"},
        {"0", &dollars, "$0"},
        {"400000", &euros, "€400k"},
        {"400000", &francs, "CHF 400k"},
        {"-400", &francs, "-CHF 400"},
        {"9", &days, "9 days"},
        {"1", &days, "1 day"},
        {"-1", &days, "-1 day"},
        {"0", &days, "0 days"},
        {"9.5", &days, "9.5 days"},
        {"1", &hours, "1 hour"},
        {"6", &accounts, "6 stalled accounts"},
        {"45", &plain, "45"},
        {"1200", &plain, "1,200"},
        {"1234567.5", &plain, "1,234,567.5"},
        {"-1200", &plain, "-1,200"},
        {"999", &plain, "999"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = value_text(number(cases[i].amount), cases[i].unit);

        expect(cases[i].amount, cases[i].want, got);
    }
}

static void test_what_is_printed_is_read_back(void **state)
{
    static const Unit *const units[] = {&plain, &percent, &dollars, &euros,    &francs,
                                        &days,  &hours,   &bugs,    &accounts, &working_days};
    uint64_t seed = 20250714;

    (void)state;
    for (int i = 0; i < 6000; i++) {
        const Unit *unit = units[(size_t)i % G_N_ELEMENTS(units)];
        bool delta = false;
        Value scanned_value = {0};
        const char *rest = NULL;
        Decimal back = {0};

        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        Decimal d = {((int64_t)seed >> 1) >> (i % 62)};
        if (i % 3 == 0) {
            d.millionths -= d.millionths % INT64_C(1000000000); /* round thousands */
        }
        g_autofree char *printed = value_text(d, unit);
        g_autofree char *text = g_strconcat("= ", printed, NULL); /* a minus would be a movement */
        assert_int_equal(value_read(text, unit, DECIMAL(3), d, &back, &delta), VALUE_OK);
        assert_int_equal(back.millionths, d.millionths);
        assert_false(delta);
        assert_int_equal(value_scan(printed, &rest, &scanned_value), VALUE_OK);
        assert_int_equal(scanned_value.amount.millionths, d.millionths);
        assert_true(unit->kind == UNIT_COUNT || unit_same(&scanned_value.unit, unit));
    }
}

static void test_rounded(void **state)
{
    static const struct {
        const char *amount;
        const Unit *unit;
        const char *want;
    } cases[] = {
        {"24615384.615385", &dollars, "$24.6M"},
        {"246153846", &dollars, "$246M"},
        {"3384615", &dollars, "$3.4M"},
        {"24000000", &dollars, "$24M"},
        {"999960", &dollars, "$1M"},
        {"999960000", &dollars, "$1B"},
        {"123456", &dollars, "$123k"},
        {"9999.99", &dollars, "$10k"},
        {"8765.432", &dollars, "$8,765"},
        {"21.26", &dollars, "$21.30"},
        {"-3384615", &dollars, "-$3.4M"},
        {"27.866667", &percent, "27.9%"},
        {"127.4", &percent, "127%"},
        {"9.428571", &days, "9.4 days"},
        {"0.444444", &days, "0.44 days"},
        {"0.025444", &plain, "0.025"},
        {"0.000001", &plain, "0.000001"},
        {"5.461538", &accounts, "5.5 stalled accounts"},
        {"0", &percent, "0%"},
        {"9223372036854.775807", &plain, "9,223,372,036,854"},
        {"-9223372036854.775808", &dollars, "-$9,223B"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = value_text_rounded(number(cases[i].amount), cases[i].unit);

        expect(cases[i].amount, cases[i].want, got);
    }
}

static void test_change(void **state)
{
    static const struct {
        const char *change;
        const Unit *unit;
        const char *want;
    } cases[] = {
        {"2", &accounts, "+2"},
        {"2", &plain, "+2"},
        {"5", &percent, "+5 pp"},
        {"-5.25", &percent, "-5.25 pp"},
        {"1.444444", &percent, "+1.4 pp"},
        {"-3", &days, "-3 days"},
        {"-1", &days, "-1 day"},
        {"1200000", &dollars, "+$1.2M"},
        {"-1234567", &dollars, "-$1,234,567"},
        {"1234567.891", &dollars, "+$1.2M"},
        {"0", &dollars, "±0"},
        {"0", &percent, "±0"},
        {"-0.02", &accounts, "-0.02"},
        {"-9223372036854.775808", &plain, "-9,223,372,036,854"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = value_text_change(number(cases[i].change), cases[i].unit);

        expect(cases[i].change, cases[i].want, got);
    }
}

static void test_ratio(void **state)
{
    static const struct {
        const char *ratio, *want;
    } cases[] = {
        {"0.12", "12%"},
        {"-0.05", "-5%"},
        {"0.115", "12%"},
        {"0", "0%"},
        {"-0.001", "0%"},
        {"1.5", "150%"},
        {"9223372036854", "922337203685400%"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = ratio_text(number(cases[i].ratio));
        char written[VALUE_TEXT_MAX];

        expect(cases[i].ratio, cases[i].want, got);
        assert_string_equal(ratio_write(written, number(cases[i].ratio)), got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),    cmocka_unit_test(test_what_is_printed_is_read_back),
        cmocka_unit_test(test_rounded), cmocka_unit_test(test_change),
        cmocka_unit_test(test_ratio),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const fault_names[] = {
    [VALUE_OK] = "OK",
    [VALUE_EMPTY] = "EMPTY",
    [VALUE_NOT_A_NUMBER] = "NOT_A_NUMBER",
    [VALUE_TOO_PRECISE] = "TOO_PRECISE",
    [VALUE_OUT_OF_RANGE] = "OUT_OF_RANGE",
    [VALUE_DECIMAL_COMMA] = "DECIMAL_COMMA",
    [VALUE_FOREIGN_UNIT] = "FOREIGN_UNIT",
    [VALUE_SCALE_UNCLEAR] = "SCALE_UNCLEAR",
    [VALUE_UNKNOWN_UNIT] = "UNKNOWN_UNIT",
    [VALUE_RANGE] = "RANGE",
};

static const Unit plain = {UNIT_PLAIN, ""};
static const Unit percent = {UNIT_PERCENT, ""};
static const Unit dollars = {UNIT_MONEY, "$"};
static const Unit euros = {UNIT_MONEY, "€"};
static const Unit days = {UNIT_DURATION, "day"};
static const Unit accounts = {UNIT_COUNT, "stalled accounts"};
static const Unit working_days = {UNIT_COUNT, "working days"};

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

/* "$21.2M| and what is left", or the name of the fault. */
static char *scanned(const char *text)
{
    Value value = {0};
    const char *rest = NULL;
    ValueFault fault = value_scan(text, &rest, &value);

    if (fault != VALUE_OK) {
        return g_strdup(fault_names[fault]);
    }
    g_autofree char *printed = value_text(value.amount, &value.unit);
    return g_strconcat(printed, "|", rest, NULL);
}

static void test_scan(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"$21.2M", "$21.2M|"},
        {"21,200,000", "21,200,000|"},
        {"22%", "22%|"},
        {"22 %", "22%|"},
        {"22 percent", "22%|"},
        {"22 per cent", "22%|"},
        {"3 pp", "3%|"},
        {"3 percentage points", "3%|"},
        {"1.5k", "1,500|"},
        {"1.5K", "1,500|"},
        {"9 days", "9 days|"},
        {"9d", "9 days|"},
        {"1 day", "1 day|"},
        {"4 hrs", "4 hours|"},
        {"6 min", "6 minutes|"},
        {"800 ms", "800 ms|"},
        {"30s", "30 seconds|"},
        {"18 months", "18 months|"},
        {"400k EUR", "€400k|"},
        {"EUR 400k", "€400k|"},
        {"€400k", "€400k|"},
        {"400k€", "€400k|"},
        {"400 k€", "€400k|"},
        {"USD400k", "$400k|"},
        {"US$400k", "$400k|"},
        {"CHF 400k", "CHF 400k|"},
        {"400 SEK", "SEK 400|"},
        {"A$12.50", "A$12.50|"},
        {"5 dollars", "$5|"},
        {"$21.2 million", "$21.2M|"},
        {"$21.2 M", "$21.2M|"},
        {"$1.2bn", "$1.2B|"},
        {"$30MM", "$30M|"},
        {"£1.2m", "£1.2M|"},
        {"1.5m users", "1,500,000| users"},
        {"6 million users", "6,000,000| users"},
        {"6 M users", "6| M users"},
        {"six", "6|"},
        {"Twelve", "12|"},
        {"twenty-five percent", "25%|"},
        {"two hundred thousand", "200,000|"},
        {"ninety", "90|"},
        {"6 stalled accounts", "6| stalled accounts"},
        {"5 won deals", "5| won deals"},
        {"9 daylight savings", "9| daylight savings"},
        {"5 day-one issues", "5| day-one issues"},
        {"-5%", "-5%|"},
        {"−5%", "-5%|"},
        {"-$5", "-$5|"},
        {"2.5x", "2.5|"},
        {"4.2/5", "4.2|"},
        {"8/10", "8|"},
        {"27.", "27|."},
        {"27, 4", "27|, 4"},
        {"22%→35%", "22%|→35%"},
        {"22%->35%", "22%|->35%"},
        {"95%+", "95%|+"},
        {" 27", "27|"},
        {"", "EMPTY"},
        {"  ", "EMPTY"},
        {"soon", "NOT_A_NUMBER"},
        {"$", "NOT_A_NUMBER"},
        {"k", "NOT_A_NUMBER"},
        {"3+", "NOT_A_NUMBER"},
        {"1+1", "NOT_A_NUMBER"},
        {"24/7", "NOT_A_NUMBER"},
        {"30-day retention", "NOT_A_NUMBER"},
        {"2025-07-14", "NOT_A_NUMBER"},
        {"9:30", "NOT_A_NUMBER"},
        {"1.2.3", "NOT_A_NUMBER"},
        {"5️⃣", "NOT_A_NUMBER"},
        {"٣", "NOT_A_NUMBER"},
        {"３", "NOT_A_NUMBER"},
        {"one-time", "NOT_A_NUMBER"},
        {"3D", "UNKNOWN_UNIT"},
        {"1st", "UNKNOWN_UNIT"},
        {"20-30M", "RANGE"},
        {"20–30%", "RANGE"},
        {"$20 - $30M", "RANGE"},
        {"20%-30%", "RANGE"},
        {"27,5", "DECIMAL_COMMA"},
        {"€1.234,50", "DECIMAL_COMMA"},
        {"120.000", "DECIMAL_COMMA"},
        {"$1.500", "DECIMAL_COMMA"},
        {"1.125", "1.125|"},
        {"0.500", "0.5|"},
        {"1.2345678", "TOO_PRECISE"},
        {"99999999999999", "OUT_OF_RANGE"},
        {"10,000 billion", "OUT_OF_RANGE"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = scanned(cases[i].text);

        expect(cases[i].text, cases[i].want, got);
    }
}

/* The value, with "moved" in front when it was a movement; or the name of the fault. */
static char *answered(const char *text, const Unit *unit, const char *current, const char *target)
{
    Decimal out = {-4711};
    bool delta = false;
    ValueFault fault = value_read(text, unit, number(current), number(target), &out, &delta);

    if (fault != VALUE_OK) {
        assert_int_equal(out.millionths, -4711); /* written only when OK */
        return g_strdup(fault_names[fault]);
    }
    g_autofree char *printed = decimal_text(out);
    return g_strconcat(delta ? "moved to " : "", printed, NULL);
}

typedef struct Answer {
    const char *text, *want;
} Answer;

static void expect_answers(const Unit *unit, const char *current, const char *target,
                           const Answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *got = answered(answers[i].text, unit, current, target);

        expect(answers[i].text, answers[i].want, got);
    }
}

static void test_answers_in_percent(void **state)
{
    static const Answer answers[] = {
        {"27%", "27"},
        {"27", "27"},
        {"27 %", "27"},
        {"27%.", "27"},
        {" 27 percent ", "27"},
        {"27 points", "27"},
        {"=27", "27"},
        {"= 27", "27"},
        {"=27%", "27"},
        {"= -5", "-5"},
        {"27.25%", "27.25"},
        {"twenty-seven", "27"},
        {"0", "0"},
        {"+2", "moved to 24"},
        {"+2%", "moved to 24"},
        {"+2 pp", "moved to 24"},
        {"+2 points", "moved to 24"},
        {"+2 percentage points", "moved to 24"},
        {"+ 2", "moved to 24"},
        {"-0.5", "moved to 21.5"},
        {"−0.5", "moved to 21.5"},
        {"–0.5", "moved to 21.5"},
        {"-0.5.", "moved to 21.5"},
        {"", "EMPTY"},
        {"   ", "EMPTY"},
        {"soon", "NOT_A_NUMBER"},
        {"=1+1", "NOT_A_NUMBER"},
        {"==27", "NOT_A_NUMBER"},
        {"=", "NOT_A_NUMBER"},
        {"+", "NOT_A_NUMBER"},
        {".", "NOT_A_NUMBER"},
        {"++2", "NOT_A_NUMBER"},
        {"about 27%", "NOT_A_NUMBER"},
        {"~27", "NOT_A_NUMBER"},
        {"27?", "NOT_A_NUMBER"},
        {"27 28", "NOT_A_NUMBER"},
        {"27/100", "NOT_A_NUMBER"},
        {"twelve thousandish", "NOT_A_NUMBER"},
        {"٢٧", "NOT_A_NUMBER"},
        {"27,5", "DECIMAL_COMMA"},
        {"25-30%", "RANGE"},
        {"27 days", "FOREIGN_UNIT"},
        {"$27", "FOREIGN_UNIT"},
        {"27 parsecs", "UNKNOWN_UNIT"},
        {"27.1234567", "TOO_PRECISE"},
        {"99999999999999", "OUT_OF_RANGE"},
    };

    (void)state;
    expect_answers(&percent, "22", "35", answers, G_N_ELEMENTS(answers));
}

static void test_answers_in_money(void **state)
{
    static const Answer answers[] = {
        {"$21.2M", "21200000"},
        {"21.2M", "21200000"},
        {"21.2 M", "21200000"},
        {"21.2m", "21200000"},
        {"21.2 million", "21200000"},
        {"USD 21.2M", "21200000"},
        {"21.2M USD", "21200000"},
        {"21,200,000", "21200000"},
        {"21200000", "21200000"},
        {"+$1.5M", "moved to 21500000"},
        {"+1.5M", "moved to 21500000"},
        {"-$0.5M", "moved to 19500000"},
        {"$21.20", "21.2"},
        {"=21.2", "21.2"},
        {"0", "0"},
        {"30000", "30000"},
        {"30,000", "30000"},
        {"29999", "SCALE_UNCLEAR"},
        {"21.2", "SCALE_UNCLEAR"},
        {"+1.5", "SCALE_UNCLEAR"},
        {"twenty", "SCALE_UNCLEAR"},
        {"€21.2M", "FOREIGN_UNIT"},
        {"21.2%", "FOREIGN_UNIT"},
        {"21.2M leads", "UNKNOWN_UNIT"},
        {"$9,000,000,000,000", "9000000000000"},
        {"+$9,223,372,036,854", "OUT_OF_RANGE"},
    };

    (void)state;
    expect_answers(&dollars, "20000000", "30000000", answers, G_N_ELEMENTS(answers));
}

static void test_answers_in_days(void **state)
{
    static const Answer answers[] = {
        {"9.5 days", "9.5"},
        {"9.5", "9.5"},
        {"9d", "9"},
        {"1 day", "1"},
        {"-2 days", "moved to 10"},
        {"+1", "moved to 13"},
        {"36 hours", "FOREIGN_UNIT"},
        {"2 weeks", "FOREIGN_UNIT"},
        {"9 parsecs", "UNKNOWN_UNIT"},
        {"2 days 4 hours", "NOT_A_NUMBER"},
    };

    (void)state;
    expect_answers(&days, "12", "7", answers, G_N_ELEMENTS(answers));
}

static void test_answers_in_counts(void **state)
{
    static const Answer answers[] = {
        {"5", "5"},
        {"5 accounts", "5"},
        {"1 account", "1"},
        {"5 stalled accounts", "5"},
        {"5 Stalled", "5"},
        {"five accounts", "5"},
        {"+2", "moved to 6"},
        {"+2 accounts", "moved to 6"},
        {"-1", "moved to 3"},
        {"5 of 6", "5"},
        {"5 of 6 accounts", "5"},
        {"5 out of 6", "5"},
        {"5/6", "5"},
        {"5/6 accounts", "5"},
        {"5 of 7", "NOT_A_NUMBER"},
        {"5/7", "NOT_A_NUMBER"},
        {"5 deals", "UNKNOWN_UNIT"},
        {"5%", "FOREIGN_UNIT"},
        {"5 days", "FOREIGN_UNIT"},
        {"$5", "FOREIGN_UNIT"},
        {"5 or 6", "UNKNOWN_UNIT"},
    };

    (void)state;
    expect_answers(&accounts, "4", "6", answers, G_N_ELEMENTS(answers));
}

static void test_a_noun_may_look_like_a_unit(void **state)
{
    static const Answer answers[] = {
        {"5", "5"},
        {"5 days", "5"},
        {"5 working days", "5"},
        {"5 hours", "FOREIGN_UNIT"},
    };

    (void)state;
    expect_answers(&working_days, "10", "6", answers, G_N_ELEMENTS(answers));
}

static void test_answers_in_plain_numbers(void **state)
{
    static const Answer answers[] = {
        {"45", "45"},
        {"45 points", "45"},
        {"2.5x", "2.5"},
        {"4.2/5", "4.2"},
        {"4.2 out of 5", "4.2"},
        {"+3 pts", "moved to 34"},
        {"45%", "FOREIGN_UNIT"},
        {"45 accounts", "UNKNOWN_UNIT"},
    };

    (void)state;
    expect_answers(&plain, "31", "45", answers, G_N_ELEMENTS(answers));
}

static void test_the_scale_of_a_large_count_is_asked_for(void **state)
{
    static const Answer answers[] = {
        {"1.5", "SCALE_UNCLEAR"},          {"1,999", "1999"}, {"2000", "2000"},
        {"1999", "SCALE_UNCLEAR"},         {"1.9k", "1900"},  {"12 accounts", "12"},
        {"1.5 accounts", "SCALE_UNCLEAR"}, {"=12", "12"},     {"+12", "moved to 1000012"},
        {"+1.5", "SCALE_UNCLEAR"},         {"0", "0"},
    };
    static const Answer negative[] = {{"=-12", "-12"}, {"12", "SCALE_UNCLEAR"}};

    (void)state;
    expect_answers(&accounts, "1000000", "2000000", answers, G_N_ELEMENTS(answers));
    expect_answers(&dollars, "-2000000", "-1000000", negative, G_N_ELEMENTS(negative));
}

static void test_long_answers_end_soon(void **state)
{
    static const char *const parts[] = {"9",    "k ", "5 of ", "=",  "+",           "$", "27%, ",
                                        "six ", "😀",  "م",     ". ", "5 accounts ", "-", "5/"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        GString *text = g_string_new(NULL);

        while (text->len < 8000) {
            g_string_append(text, parts[i]);
        }
        g_autofree char *got = answered(text->str, &accounts, "4", "6");
        assert_string_not_equal(got, "4");
        g_string_free(text, TRUE);
    }
}

static void test_same_units(void **state)
{
    static const struct {
        Unit a, b;
        bool same;
    } cases[] = {
        {{UNIT_MONEY, "$"}, {UNIT_MONEY, "USD"}, true},
        {{UNIT_MONEY, "EUR"}, {UNIT_MONEY, "€"}, true},
        {{UNIT_MONEY, "$"}, {UNIT_MONEY, "A$"}, false},
        {{UNIT_MONEY, "$"}, {UNIT_MONEY, "€"}, false},
        {{UNIT_COUNT, "Stalled accounts"}, {UNIT_COUNT, "stalled accounts"}, true},
        {{UNIT_COUNT, "accounts"}, {UNIT_COUNT, "deals"}, false},
        {{UNIT_DURATION, "day"}, {UNIT_DURATION, "hour"}, false},
        {{UNIT_DURATION, "day"}, {UNIT_DURATION, "day"}, true},
        {{UNIT_PERCENT, ""}, {UNIT_PLAIN, ""}, false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_int_equal(unit_same(&cases[i].a, &cases[i].b), cases[i].same);
        assert_int_equal(unit_same(&cases[i].b, &cases[i].a), cases[i].same);
    }
}

static void test_a_long_name_is_cut_between_characters(void **state)
{
    g_autofree char *name = g_strnfill(UNIT_NAME_MAX - 1, 'x');
    g_autofree char *longer = g_strconcat(name, "é", NULL);
    Unit unit = unit_named(UNIT_COUNT, longer, strlen(longer));

    (void)state;
    assert_string_equal(unit.name, name);
}

/* What a person reads: the sentence names the trouble, and what is written in it to be copied is
 * understood. */
static void test_faults_are_said(void **state)
{
    static const struct {
        const char *text;
        const Unit *unit;
        const char *current, *target;
        const char *parts[3];
    } cases[] = {
        {"", &percent, "22", "35", {"22%", "no number", ""}},
        {"soon", &percent, "22", "35", {"“soon”", "22%", ""}},
        {"27,5", &percent, "22", "35", {"27.5", "275", "commas"}},
        {"120.000", &plain, "31", "45", {"120\x03", "120000\x03", ""}},
        {"€1.234,50", &euros, "5", "9", {"€1234.50", "two ways", ""}},
        {"36 hours", &days, "12", "7", {"days", "12 days", "converted"}},
        {"21.2", &dollars, "20000000", "30000000", {"$21.2M", "$21.20", "21.2"}},
        {"+1.5", &dollars, "20000000", "30000000", {"+$1.5M", "+$1.50", ""}},
        {"-1.5", &dollars, "20000000", "30000000", {"-$1.5M", "-$1.50", ""}},
        {"950", &dollars, "1200000", "2000000", {"$950k", "$950\x03", ""}},
        {"21.2", &dollars, "0", "30000000", {"M", "k", "in full"}},
        {"1.5", &plain, "1200000", "2000000", {"1,500,000", "=1.5", ""}},
        {"9 parsecs", &days, "12", "7", {"9 parsecs", "12 days", ""}},
        {"25-30%", &percent, "22", "35", {"range", "22%", ""}},
        {"1.2345678", &percent, "22", "35", {"six places", "", ""}},
        {"99999999999999", &percent, "22", "35", {"million million", "", ""}},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Decimal current = number(cases[i].current), out;
        bool delta;
        ValueFault fault = value_read(cases[i].text, cases[i].unit, current,
                                      number(cases[i].target), &out, &delta);
        g_autofree char *said = value_fault_say(fault, cases[i].text, cases[i].unit, current);

        assert_non_null(said);
        for (size_t j = 0; j < G_N_ELEMENTS(cases[i].parts); j++) {
            if (strstr(said, cases[i].parts[j]) == NULL) {
                fail_msg("\"%s\" does not say \"%s\": %s", cases[i].text, cases[i].parts[j], said);
            }
        }
    }
    assert_null(value_fault_say(VALUE_OK, "27", &percent, DECIMAL(0)));
}

static void test_long_text_is_quoted_short(void **state)
{
    g_autofree char *text = g_strnfill(8000, 'x');
    g_autofree char *said = value_fault_say(VALUE_NOT_A_NUMBER, text, NULL, DECIMAL(0));

    (void)state;
    assert_true(strlen(said) < 300);
    assert_non_null(strstr(said, "xxx…"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_answers_in_percent),
        cmocka_unit_test(test_answers_in_money),
        cmocka_unit_test(test_answers_in_days),
        cmocka_unit_test(test_answers_in_counts),
        cmocka_unit_test(test_a_noun_may_look_like_a_unit),
        cmocka_unit_test(test_answers_in_plain_numbers),
        cmocka_unit_test(test_the_scale_of_a_large_count_is_asked_for),
        cmocka_unit_test(test_long_answers_end_soon),
        cmocka_unit_test(test_same_units),
        cmocka_unit_test(test_a_long_name_is_cut_between_characters),
        cmocka_unit_test(test_faults_are_said),
        cmocka_unit_test(test_long_text_is_quoted_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

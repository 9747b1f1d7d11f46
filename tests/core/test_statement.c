#include "core/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/statement_cases.h"

static const struct {
    const Case *cases;
    size_t count;
} all[] = {
    {examples_of_the_method, G_N_ELEMENTS(examples_of_the_method)},
    {sales_and_marketing, G_N_ELEMENTS(sales_and_marketing)},
    {product_and_engineering, G_N_ELEMENTS(product_and_engineering)},
    {support, G_N_ELEMENTS(support)},
    {people_and_finance, G_N_ELEMENTS(people_and_finance)},
    {counted, G_N_ELEMENTS(counted)},
    {shares, G_N_ELEMENTS(shares)},
    {forms, G_N_ELEMENTS(forms)},
    {baselines, G_N_ELEMENTS(baselines)},
    {comparisons, G_N_ELEMENTS(comparisons)},
    {names, G_N_ELEMENTS(names)},
    {deadlines, G_N_ELEMENTS(deadlines)},
};

static const char *const fault_names[] = {
    [STATEMENT_OK] = "OK",
    [STATEMENT_EMPTY] = "EMPTY",
    [STATEMENT_TOO_LONG] = "TOO_LONG",
    [STATEMENT_NO_NUMBER] = "NO_NUMBER",
    [STATEMENT_NO_BASELINE] = "NO_BASELINE",
    [STATEMENT_NO_TARGET] = "NO_TARGET",
    [STATEMENT_NO_METRIC] = "NO_METRIC",
    [STATEMENT_SAME_VALUES] = "SAME_VALUES",
    [STATEMENT_CONTRADICTS] = "CONTRADICTS",
    [STATEMENT_UNITS_DIFFER] = "UNITS_DIFFER",
    [STATEMENT_BAD_BAND] = "BAD_BAND",
    [STATEMENT_RELATIVE] = "RELATIVE",
    [STATEMENT_NO_DIRECTION] = "NO_DIRECTION",
    [STATEMENT_TWO_METRICS] = "TWO_METRICS",
    [STATEMENT_UNCLEAR] = "UNCLEAR",
    [STATEMENT_BAD_VALUE] = "BAD_VALUE",
};

static const char *const value_fault_names[] = {
    [VALUE_NOT_A_NUMBER] = "NOT_A_NUMBER",   [VALUE_TOO_PRECISE] = "TOO_PRECISE",
    [VALUE_OUT_OF_RANGE] = "OUT_OF_RANGE",   [VALUE_DECIMAL_COMMA] = "DECIMAL_COMMA",
    [VALUE_SCALE_UNCLEAR] = "SCALE_UNCLEAR", [VALUE_RANGE] = "RANGE",
};

static char *kr_summary(const Kr *kr)
{
    static const char *const directions[] = {
        [DIRECTION_INCREASE] = "increase", [DIRECTION_DECREASE] = "decrease",
        [DIRECTION_AT_LEAST] = "at least", [DIRECTION_AT_MOST] = "at most",
        [DIRECTION_WITHIN] = "within",
    };
    bool band = kr->direction == DIRECTION_WITHIN;
    g_autofree char *from = value_text(kr->baseline, &kr->unit);
    g_autofree char *to = value_text(kr->target, &kr->unit);
    g_autofree char *high = value_text(kr->target_high, &kr->unit);

    return g_strconcat(kr->kind == KR_COUNT ? "count, " : "", directions[kr->direction], " ", from,
                       " -> ", to, band ? " - " : "", band ? high : "", ": ", kr->metric, NULL);
}

/* What was understood; or the fault, with the fault of the value, and the words that it is about.
 */
static char *summary(const StatementReading *reading)
{
    bool value = reading->fault == STATEMENT_BAD_VALUE;

    if (reading->fault == STATEMENT_OK) {
        return kr_summary(reading->kr);
    }
    return g_strconcat(fault_names[reading->fault], value ? " " : "",
                       value ? value_fault_names[reading->value_fault] : "",
                       reading->at != NULL ? ": " : "", reading->at != NULL ? reading->at : "",
                       NULL);
}

static void expect(const char *sentence, const Value *now, const char *want)
{
    g_auto(StatementReading) reading = statement_read(sentence, now);
    g_autofree char *got = summary(&reading);

    if (strcmp(got, want) != 0) {
        fail_msg("\"%s\" is read as \"%s\", not as \"%s\"", sentence, got, want);
    }
}

static void test_sentences(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        for (size_t j = 0; j < all[i].count; j++) {
            expect(all[i].cases[j].sentence, NULL, all[i].cases[j].want);
        }
    }
}

static bool same_kr(const Kr *a, const Kr *b)
{
    return strcmp(a->metric, b->metric) == 0 && unit_same(&a->unit, &b->unit) &&
           a->direction == b->direction && a->kind == b->kind &&
           decimal_cmp(a->baseline, b->baseline) == 0 && decimal_cmp(a->target, b->target) == 0 &&
           decimal_cmp(a->target_high, b->target_high) == 0;
}

static void test_the_canonical_sentence_is_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        for (size_t j = 0; j < all[i].count; j++) {
            g_auto(StatementReading) reading = statement_read(all[i].cases[j].sentence, NULL);
            g_autofree char *text = statement_text(reading.kr);
            g_auto(StatementReading) back = statement_read(text, NULL);

            if (back.fault != STATEMENT_OK || !same_kr(reading.kr, back.kr)) {
                fail_msg("\"%s\" is not read back from \"%s\"", all[i].cases[j].sentence, text);
            }
        }
    }
}

static void test_the_canonical_sentence(void **state)
{
    static const struct {
        const char *sentence, *want;
    } cases[] = {
        {"NPS 31 → 45", "Increase NPS from 31 to 45"},
        {"Reach 1,200 weekly active teams (currently 900)",
         "Increase weekly active teams from 900 to 1,200"},
        {"Increase adoption from 120 to 200 teams",
         "Increase adoption from 120 teams to 200 teams"},
        {"Cut churn below 3% (now 4.2%)", "Keep churn at most 3% (now 4.2%)"},
        {"Keep uptime between 99.5% and 100%, now 99.1%",
         "Keep uptime between 99.5% and 100% (now 99.1%)"},
        {"Progress 6 stalled accounts from Discovery stage to Proposal stage",
         "Get 6 stalled accounts progressed from Discovery stage to Proposal stage"},
        {"Win 5 of the 8 largest accounts", "Get 5 of 8 largest accounts won"},
        {"Sign 5 contracts (2 so far)", "Get 5 contracts signed (now 2)"},
        {"Generate $2M in qualified pipeline", "Get $2M of qualified pipeline generated"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(StatementReading) reading = statement_read(cases[i].sentence, NULL);

        assert_int_equal(reading.fault, STATEMENT_OK);
        g_autofree char *text = statement_text(reading.kr);
        assert_string_equal(text, cases[i].want);
    }
}

static void test_what_is_not_understood_is_asked_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        expect(faults[i].sentence, NULL, faults[i].want);
    }
}

static void test_every_fault_is_said(void **state)
{
    bool said_all[G_N_ELEMENTS(fault_names)] = {[STATEMENT_OK] = true};
    g_autofree char *sentence = g_strnfill(STATEMENT_MAX + 1, 'x');
    g_auto(StatementReading) too_long = statement_read(sentence, NULL);
    g_autofree char *said_too_long = statement_fault_say(&too_long);
    StatementReading unclear = {.fault = STATEMENT_UNCLEAR, .at = (char[]){"something"}};
    g_autofree char *said_unclear = statement_fault_say(&unclear);

    (void)state;
    assert_int_equal(too_long.fault, STATEMENT_TOO_LONG);
    assert_non_null(strstr(said_too_long, "300"));
    assert_non_null(strstr(said_unclear, "“something”"));
    said_all[STATEMENT_TOO_LONG] = said_all[STATEMENT_UNCLEAR] = true;
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_auto(StatementReading) reading = statement_read(faults[i].sentence, NULL);
        g_autofree char *said = statement_fault_say(&reading);

        assert_non_null(said);
        assert_non_null(strchr(said, '.'));
        said_all[reading.fault] = true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(said_all); i++) {
        assert_true(said_all[i]);
    }
}

static void test_nothing_is_said_when_all_is_well(void **state)
{
    g_auto(StatementReading) reading = statement_read("NPS from 31 to 45", NULL);

    (void)state;
    assert_null(statement_fault_say(&reading));
}

/* With all but the baseline, so that a form can ask for it and read the answer in the right unit.
 */
static void test_a_missing_baseline_leaves_the_rest(void **state)
{
    static const Case cases[] = {
        {"Win rate above 25%", "at least 0% -> 25%: Win rate"},
        {"Raise NPS to 45", "increase 0 -> 45: NPS"},
        {"Reduce open P1 bugs to 3", "decrease 0 open P1 bugs -> 3 open P1 bugs: open P1 bugs"},
        {"Keep uptime between 99.5% and 100%", "within 0% -> 99.5% - 100%: uptime"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(StatementReading) reading = statement_read(cases[i].sentence, NULL);

        assert_int_equal(reading.fault, STATEMENT_NO_BASELINE);
        g_autofree char *got = kr_summary(reading.kr);
        assert_string_equal(got, cases[i].want);
    }
}

static void test_a_baseline_from_elsewhere(void **state)
{
    static const struct {
        const char *sentence;
        int64_t now;
        Unit unit;
        const char *want;
    } cases[] = {
        {"Raise NPS to 45", 31, {UNIT_PLAIN, ""}, "increase 31 -> 45: NPS"},
        {"NPS 45", 60, {UNIT_PLAIN, ""}, "decrease 60 -> 45: NPS"},
        {"Win rate above 25%", 18, {UNIT_PERCENT, ""}, "at least 18% -> 25%: Win rate"},
        {"Win rate above 25%", 18, {UNIT_PLAIN, ""}, "at least 18% -> 25%: Win rate"},
        {"Reduce open P1 bugs to 3",
         14,
         {UNIT_COUNT, "open P1 bugs"},
         "decrease 14 open P1 bugs -> 3 open P1 bugs: open P1 bugs"},
        {"Keep uptime between 99.5% and 100%",
         99,
         {UNIT_PERCENT, ""},
         "within 99% -> 99.5% - 100%: uptime"},
        {"Sign 5 contracts",
         2,
         {UNIT_COUNT, "contracts"},
         "count, increase 2 contracts -> 5 contracts: contracts signed"},
        {"Increase win rate from 22% to 35%",
         24,
         {UNIT_PERCENT, ""},
         "increase 22% -> 35%: win rate"},
        {"Grow pipeline to $30M", 20, {UNIT_PLAIN, ""}, "BAD_VALUE SCALE_UNCLEAR: $30M"},
        {"Grow pipeline to $30M", 20, {UNIT_PERCENT, ""}, "UNITS_DIFFER: $30M"},
        {"Raise NPS to 45", 45, {UNIT_PLAIN, ""}, "SAME_VALUES: 45 → 45"},
        {"Raise NPS to 45", 50, {UNIT_PLAIN, ""}, "CONTRADICTS: 50 → 45"},
        {"Increase NPS by 15%", 31, {UNIT_PLAIN, ""}, "RELATIVE: by 15%"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Value now = {DECIMAL(cases[i].now), cases[i].unit};

        expect(cases[i].sentence, &now, cases[i].want);
    }
}

static void test_the_statement_is_kept_as_written(void **state)
{
    g_auto(StatementReading) reading =
        statement_read("  Increase  NPS from 31 to 45 within 14 days. ", NULL);

    (void)state;
    assert_int_equal(reading.fault, STATEMENT_OK);
    assert_string_equal(reading.kr->statement, "Increase NPS from 31 to 45 within 14 days.");
    assert_null(reading.kr->kept_because);
}

static void test_a_copy_is_a_key_result_of_its_own(void **state)
{
    g_auto(StatementReading) reading = statement_read("NPS from 31 to 45", NULL);
    g_autoptr(Kr) copy = kr_copy(reading.kr);

    (void)state;
    copy->metric[0] = 'M';
    assert_string_equal(reading.kr->metric, "NPS");
    assert_string_equal(copy->statement, reading.kr->statement);
    assert_int_equal(decimal_cmp(copy->target, DECIMAL(45)), 0);
}

/* Its canonical sentence has to fit as well. */
static void test_the_longest_sentences(void **state)
{
    g_autofree char *metric = g_strnfill(STATEMENT_MAX - strlen("Increase  from 31 to 45"), 'm');
    g_autofree char *longest = g_strconcat("Increase ", metric, " from 31 to 45", NULL);
    g_autofree char *longer = g_strconcat("Increase ", metric, "m from 31 to 45", NULL);
    g_autofree char *grows = g_strconcat(metric, " of 45 (now 31)", NULL);
    g_auto(StatementReading) first = statement_read(longest, NULL);
    g_auto(StatementReading) second = statement_read(longer, NULL);
    g_auto(StatementReading) third = statement_read(grows, NULL);

    (void)state;
    assert_int_equal(first.fault, STATEMENT_OK);
    assert_int_equal(second.fault, STATEMENT_TOO_LONG);
    assert_int_equal(third.fault, STATEMENT_OK);
}

/* Words of all kinds in any order: what is taken can be printed and read back, and nothing else is
 * taken. */
static void test_no_mixture_of_words_is_misread(void **state)
{
    static const char *const parts[] = {
        "Increase",
        "Reduce",
        "Keep",
        "Sign",
        "Get",
        "Move",
        "Win back",
        "from",
        "to",
        "from 22%",
        "to 35%",
        "5",
        "6 stalled accounts",
        "accounts",
        "win rate",
        "NPS",
        "(now 4)",
        "(",
        "now 31",
        ")",
        "at least",
        "below",
        "between 2 and 4",
        "and",
        "$20M",
        "to $30M",
        "12 days",
        "within 14 days",
        "by Q3 close",
        "by 15%",
        "in",
        "of",
        "teams",
        "per week",
        "27,5",
        "20-30",
        "share of",
        "P1 bugs",
        "signed",
        "or more",
        "today",
        "baseline",
        ":",
        ",",
        "→",
        "the",
        "one",
        "k",
        "%",
        "€",
        "800 ms",
        "back",
        "with",
        "more than 3",
        "points",
        "😀",
        "من",
        "3+",
        "24/7",
        "top 10",
        "at 45",
        "from about 3",
        "second meetings",
        "within",
        "Answer 80% of tickets",
        "x",
        "4.2/5",
        "-5%",
        "− 3",
        ". ",
        "- ",
        "this quarter",
        "Double",
    };
    uint64_t seed = 20250714;
    int taken = 0;

    (void)state;
    for (int i = 0; i < 6000; i++) {
        g_autoptr(GString) sentence = g_string_new(NULL);

        for (int n = 0; n < 1 + i % 9; n++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            g_string_append(sentence, parts[(seed >> 33) % G_N_ELEMENTS(parts)]);
            g_string_append(sentence, (seed >> 20) % 20 == 0 ? "" : " ");
        }
        g_auto(StatementReading) reading = statement_read(sentence->str, NULL);
        g_autofree char *said = statement_fault_say(&reading);
        assert_int_equal(said == NULL, reading.fault == STATEMENT_OK);
        if (reading.fault != STATEMENT_OK) {
            continue;
        }
        g_autofree char *text = statement_text(reading.kr);
        g_auto(StatementReading) back = statement_read(text, NULL);
        if (back.fault != STATEMENT_OK || !same_kr(reading.kr, back.kr)) {
            fail_msg("\"%s\" is not read back from \"%s\"", sentence->str, text);
        }
        taken++;
    }
    assert_true(taken > 100);
}

static void test_long_text_ends_soon(void **state)
{
    static const char *const parts[] = {"5 ", "from 5 to ", "(",      "k",  "at least ",
                                        "😀",  "م",          "by Q3 ", "a-", "NPS from 31 to 45 "};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        for (size_t max = STATEMENT_MAX - 20; max <= 8000; max += 8000 - STATEMENT_MAX) {
            g_autoptr(GString) text = g_string_new(NULL);

            while (g_utf8_strlen(text->str, -1) < (glong)max) {
                g_string_append(text, parts[i]);
            }
            g_auto(StatementReading) reading = statement_read(text->str, NULL);
            assert_int_not_equal(reading.fault, STATEMENT_OK);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_the_canonical_sentence_is_read_back),
        cmocka_unit_test(test_the_canonical_sentence),
        cmocka_unit_test(test_what_is_not_understood_is_asked_back),
        cmocka_unit_test(test_every_fault_is_said),
        cmocka_unit_test(test_nothing_is_said_when_all_is_well),
        cmocka_unit_test(test_a_missing_baseline_leaves_the_rest),
        cmocka_unit_test(test_a_baseline_from_elsewhere),
        cmocka_unit_test(test_the_statement_is_kept_as_written),
        cmocka_unit_test(test_a_copy_is_a_key_result_of_its_own),
        cmocka_unit_test(test_the_longest_sentences),
        cmocka_unit_test(test_no_mixture_of_words_is_misread),
        cmocka_unit_test(test_long_text_ends_soon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

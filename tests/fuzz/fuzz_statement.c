/* KR sentences and objectives: read, and judged. */

#include <string.h>

#include "core/challenge.h"
#include "core/objective.h"
#include "core/statement.h"

#include "fuzz.h"

static bool same_kr(const Kr *a, const Kr *b)
{
    return unit_same(&a->unit, &b->unit) && a->direction == b->direction && a->kind == b->kind &&
           decimal_cmp(a->baseline, b->baseline) == 0 && decimal_cmp(a->target, b->target) == 0 &&
           decimal_cmp(a->target_high, b->target_high) == 0 && strcmp(a->metric, b->metric) == 0;
}

static void check_kr(const Kr *kr)
{
    g_autofree char *sentence = statement_text(kr);
    g_auto(StatementReading) again = statement_read(sentence, NULL);

    fuzz_clean("a metric is clean", kr->metric);
    fuzz_that("a key result measures something", *kr->metric != '\0', sentence);
    fuzz_that("a key result is the same in its own words",
              again.fault == STATEMENT_OK && same_kr(kr, again.kr), sentence);
}

static void check_reading(const char *text, const Value *now)
{
    g_auto(StatementReading) reading = statement_read(text, now);
    g_autofree char *said = statement_fault_say(&reading);

    fuzz_that("a fault is said, and nothing else",
              (said == NULL) == (reading.fault == STATEMENT_OK), text);
    fuzz_said("what is said of a sentence is clean", said);
    if (reading.fault == STATEMENT_OK) {
        check_kr(reading.kr);
    }
}

static void check_judgement(const char *text, Judgement judgement)
{
    g_auto(Judgement) judged = judgement;

    fuzz_that("a judgement names its rule",
              judged.rule != NULL && challenge_rule_about(judged.rule) != NULL, text);
    fuzz_that("a judgement gives its reason",
              judged.verdict == VERDICT_PASS || (judged.why != NULL && judged.instead != NULL),
              text);
    fuzz_said("a reason is clean", judged.why);
    fuzz_said("what to measure instead is clean", judged.instead);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Value now = {{22000000}, {UNIT_PERCENT, ""}};
    static const char *const own[] = {"demo", NULL};
    static const ChallengeWords words = {own, own};
    g_autofree char *text = fuzz_message(data, size);

    if (text == NULL) {
        return 0;
    }
    check_reading(text, NULL);
    check_reading(text, &now);
    check_judgement(text, challenge_kr(text, NULL));
    check_judgement(text, challenge_kr(text, &words));
    check_judgement(text, challenge_objective(text));
    check_judgement(text, objective_judge(text));
    return 0;
}

#include "core/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "core/words.h"

#define LONG_ENOUGH_US                                                                             \
    (5 * G_USEC_PER_SEC) /* for a text that takes milliseconds, on a machine that is busy */

static Kr *add_kr(Sprint *sprint, const char *metric, UnitKind kind, const char *unit,
                  const char *baseline, const char *target)
{
    Kr *kr = kr_new();

    kr->number = (int32_t)sprint->krs->len + 1;
    kr->id.v = kr->number;
    kr->metric = g_strdup(metric);
    kr->unit.kind = kind;
    g_strlcpy(kr->unit.name, unit, sizeof kr->unit.name);
    kr->kind = kind == UNIT_COUNT ? KR_COUNT : KR_LEVEL;
    assert_int_equal(decimal_parse(baseline, strlen(baseline), &kr->baseline), DECIMAL_OK);
    assert_int_equal(decimal_parse(target, strlen(target), &kr->target), DECIMAL_OK);
    kr->target_high = kr->target;
    kr->direction =
        decimal_cmp(kr->baseline, kr->target) < 0 ? DIRECTION_INCREASE : DIRECTION_DECREASE;
    g_ptr_array_add(sprint->krs, sprint_kr_new(track_new(kr)));
    return kr;
}

static void add_blocker(Sprint *sprint, const char *text, bool cleared)
{
    Blocker *blocker = blocker_new();

    blocker->number = (int32_t)sprint->blockers->len + 1;
    blocker->text = g_strdup(text);
    blocker->cleared.us = cleared ? 1 : 0;
    g_ptr_array_add(sprint->blockers, blocker);
}

static void add_reading(Sprint *sprint, int32_t number, const char *value)
{
    Reading *reading = reading_new();

    reading->id.v = 1;
    assert_int_equal(decimal_parse(value, strlen(value), &reading->value), DECIMAL_OK);
    g_ptr_array_add(sprint_kr(sprint, number)->track->readings, reading);
}

/* The sprint of the worked example: 22% to 35%, 0 to 6 stalled accounts, 12 days to 7 days. */
static Sprint *worked_example(void)
{
    Sprint *sprint = sprint_new();

    sprint->number = 1;
    add_kr(sprint, "ICP meeting acceptance rate", UNIT_PERCENT, "", "22", "35");
    add_kr(sprint, "stalled accounts progressed", UNIT_COUNT, "stalled accounts", "0", "6");
    add_kr(sprint, "median time-to-first-meeting", UNIT_DURATION, "day", "12", "7");
    return sprint;
}

static Sprint *one_kr(void)
{
    Sprint *sprint = sprint_new();

    add_kr(sprint, "ICP meeting acceptance rate", UNIT_PERCENT, "", "22", "35");
    return sprint;
}

static const ReplyFault *fault_at(const Reply *reply, guint i)
{
    return g_ptr_array_index(reply->faults, i);
}

static const char *first_fault(const Reply *reply)
{
    return reply->faults->len > 0 ? fault_at(reply, 0)->why : "none";
}

static const ReplyValue *value_at(const Reply *reply, guint i)
{
    return &g_array_index(reply->values, ReplyValue, i);
}

/* Understood whole: as `want` says, without a fault and without a note. */
static void expect_understood(const Sprint *sprint, const char *text, const char *want)
{
    g_auto(Reply) reply = reply_read(text, sprint);
    g_autofree char *got = reply_text(&reply);

    if (strcmp(got, want) != 0) {
        fail_msg("\"%s\" is read as \"%s\", not \"%s\"; fault: %s", text, got, want,
                 first_fault(&reply));
    }
    if (reply.faults->len > 0) {
        fail_msg("\"%s\" has a fault: %s", text, first_fault(&reply));
    }
    if (reply.note != NULL) {
        fail_msg("\"%s\" leaves a note: %s", text, reply.note);
    }
}

/* Asked back: `part` is quoted, the sentence holds `says`, and what is left is read as `rest`. */
static void expect_asked_back(const Sprint *sprint, const char *text, const char *part,
                              const char *says, const char *rest)
{
    g_auto(Reply) reply = reply_read(text, sprint);
    g_autofree char *got = reply_text(&reply);

    if (reply.faults->len != 1) {
        fail_msg("\"%s\" has %u faults, and is read as \"%s\"", text, reply.faults->len, got);
    }
    if (strcmp(fault_at(&reply, 0)->part, part) != 0) {
        fail_msg("\"%s\" asks back about \"%s\", not \"%s\"", text, fault_at(&reply, 0)->part,
                 part);
    }
    if (strstr(fault_at(&reply, 0)->why, says) == NULL) {
        fail_msg("\"%s\" says: %s", text, fault_at(&reply, 0)->why);
    }
    if (strcmp(got, rest) != 0) {
        fail_msg("\"%s\" keeps \"%s\", not \"%s\"", text, got, rest);
    }
}

static void test_values_are_understood_as_people_write_them(void **state)
{
    static const char all[] = "kr1 27%; kr2 4 stalled accounts; kr3 9.5 days";
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"kr1 27%", "kr1 27%"},
        {"kr2 +2", "kr2 2 stalled accounts"},
        {"kr3 9.5 days", "kr3 9.5 days"},
        {"KR 1: 27 %", "kr1 27%"},
        {"KR#1 27", "kr1 27%"},
        {"Key result 1: 27 percent", "kr1 27%"},
        {"kr1:27", "kr1 27%"},
        {"kr1 is now 27%", "kr1 27%"},
        {"kr1 went up to 27%", "kr1 27%"},
        {"kr1 at 27%.", "kr1 27%"},
        {"kr1 -> 27%", "kr1 27%"},
        {"kr1 → 27%", "kr1 27%"},
        {"kr1 27% now", "kr1 27%"},
        {"kr1 27% 🎉", "kr1 27%"},
        {"*kr1* `27%`", "kr1 27%"},
        {"kr1 “27%”", "kr1 27%"},
        {"kr1\u00a027\u00a0%", "kr1 27%"},
        {"kr2 5 of 6", "kr2 5 stalled accounts"},
        {"kr2 4 accounts", "kr2 4 stalled accounts"},
        {"kr1 = -5", "kr1 = -5%"},
        {"kr1 is -5%", "kr1 = -5%"},
        {"kr1 -2", "kr1 20%"},
        {"kr1=27 kr2=4 kr3=9.5", all},
        {"kr1 27% kr2 4 kr3 9.5 days", all},
        {"kr1 27%, kr2 4, kr3 9.5", all},
        {"kr1 27%,kr2 4,kr3 9.5", all},
        {"kr1 27%; kr2 4; kr3 9.5", all},
        {"kr3 9.5; kr2 4; kr1 27", all},
        {"kr1 27% and kr2 4 and kr3 9.5", all},
        {"kr1 27% / kr2 4 / kr3 9.5", all},
        {"kr1 27% - kr2 4 - kr3 9.5", all},
        {"kr1 27%\nkr2 4\nkr3 9.5", all},
        {"- kr1 27%\n- kr2 4\n- kr3 9.5", all},
        {"• kr1 27%\n• kr2 4\n• kr3 9.5", all},
        {"27, 4, 9.5", all},
        {"27%, 4 accounts, 9.5 days", all},
        {"27 / 4 / 9.5", all},
        {"27; 4; 9.5", all},
        {"27\n4\n9.5", all},
        {"kr1 27%, kr1 27", "kr1 27%"},
        {"27%", "kr1 27%"},
        {"9.5 days", "kr3 9.5 days"},
        {"5 accounts", "kr2 5 stalled accounts"},
        {"9.5 days, 27%", "kr1 27%; kr3 9.5 days"},
        {"-, +1, -", "kr2 1 stalled accounts"},
        {"-, -, 9.5", "kr3 9.5 days"},
        {"kr1 -, kr2 4", "kr2 4 stalled accounts"},
        {"kr1 27% kr2 +2 confidence 6", "kr1 27%; kr2 2 stalled accounts; confidence 6"},
        {"27, 4, 9.5, confidence 6", "kr1 27%; kr2 4 stalled accounts; kr3 9.5 days; confidence 6"},
        {"kr3 9.5 days; confidence 6; blocked: legal review; learned: shorter invitations work",
         "kr3 9.5 days; confidence 6; blocked: legal review; learned: shorter invitations work"},
        {"kr1 27% with confidence 6, blocked by legal", "kr1 27%; confidence 6; blocked: legal"},
        {"", ""},
        {"  \n ,;  ", ""},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_understood(sprint, cases[i].text, cases[i].want);
    }
}

static void test_one_key_result_needs_no_name(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"22%", "kr1 22%"},
        {"27", "kr1 27%"},
        {"+2", "kr1 24%"},
        {"-0.5", "kr1 21.5%"},
        {"= -5", "kr1 = -5%"},
        {"same", "kr1 22%"},
        {"now 27%", "kr1 27%"},
        {"27%!", "kr1 27%"},
        {"27, confidence 6", "kr1 27%; confidence 6"},
        {"up to 27%", "kr1 27%"},
    };
    g_autoptr(Sprint) sprint = one_kr();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_understood(sprint, cases[i].text, cases[i].want);
    }
}

static void test_same_confirms_what_stands(void **state)
{
    static const struct {
        const char *text, *want;
        bool same[3];
    } cases[] = {
        {"same", "kr1 24%; kr2 0 stalled accounts; kr3 12 days", {true, true, true}},
        {"Same.", "kr1 24%; kr2 0 stalled accounts; kr3 12 days", {true, true, true}},
        {"same as yesterday", "kr1 24%; kr2 0 stalled accounts; kr3 12 days", {true, true, true}},
        {"no change", "kr1 24%; kr2 0 stalled accounts; kr3 12 days", {true, true, true}},
        {"unchanged", "kr1 24%; kr2 0 stalled accounts; kr3 12 days", {true, true, true}},
        {"rest same", "kr1 24%; kr2 0 stalled accounts; kr3 12 days", {true, true, true}},
        {"same, same, same", "kr1 24%; kr2 0 stalled accounts; kr3 12 days", {true, true, true}},
        {"kr1, kr2 and kr3 same",
         "kr1 24%; kr2 0 stalled accounts; kr3 12 days",
         {true, true, true}},
        {"same, +1, =", "kr1 24%; kr2 1 stalled accounts; kr3 12 days", {true, false, true}},
        {"kr2 +1, rest same", "kr1 24%; kr2 1 stalled accounts; kr3 12 days", {true, false, true}},
        {"same except kr2 +1", "kr1 24%; kr2 1 stalled accounts; kr3 12 days", {true, false, true}},
        {"everything else is the same, kr2 1",
         "kr1 24%; kr2 1 stalled accounts; kr3 12 days",
         {true, false, true}},
        {"kr2 same", "kr2 0 stalled accounts", {true}},
        {"kr2 is the same as yesterday", "kr2 0 stalled accounts", {true}},
        {"kr2 has not moved", "kr2 0 stalled accounts", {true}},
        {"kr2 =", "kr2 0 stalled accounts", {true}},
        {"kr1 and kr3 same, kr2 +1",
         "kr1 24%; kr2 1 stalled accounts; kr3 12 days",
         {true, false, true}},
        {"same confidence 6",
         "kr1 24%; kr2 0 stalled accounts; kr3 12 days; confidence 6",
         {true, true, true}},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    add_reading(sprint, 1, "24");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);

        expect_understood(sprint, cases[i].text, cases[i].want);
        for (guint j = 0; j < reply.values->len; j++) {
            if (value_at(&reply, j)->same != cases[i].same[j]) {
                fail_msg("\"%s\": value %u is %sthe same", cases[i].text, j + 1,
                         value_at(&reply, j)->same ? "" : "not ");
            }
        }
    }
}

static void test_a_movement_counts_from_the_current_value(void **state)
{
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    add_reading(sprint, 2, "3");
    g_auto(Reply) reply = reply_read("kr2 +2, kr1 27", sprint);
    assert_int_equal(reply.values->len, 2);
    assert_true(value_at(&reply, 1)->kr == sprint_kr(sprint, 2));
    assert_int_equal(value_at(&reply, 1)->value.millionths, DECIMAL(5).millionths);
    assert_true(value_at(&reply, 1)->delta);
    assert_false(value_at(&reply, 0)->delta);
    expect_understood(sprint, "kr2 -1", "kr2 2 stalled accounts"); /* a correction */
}

static void test_what_is_unclear_is_asked_back(void **state)
{
    static const struct {
        const char *text, *part, *says, *rest;
    } cases[] = {
        {"27", "27", MARK_CODE "kr1 27" MARK_END, ""},
        {"27, 4", "27, 4", MARK_CODE "kr1 27" MARK_END, ""},
        {"+2", "+2", MARK_CODE "kr1 +2" MARK_END, ""},
        {"27, 4, 9.5, 8", "27, 4, 9.5, 8", "4 values for 3 key results", ""},
        {"27,4,9.5", "27,4,9.5", MARK_CODE "27, 4, 9.5" MARK_END, ""},
        {"27 4 9.5", "27 4 9.5", MARK_CODE "27, 4, 9.5" MARK_END, ""},
        {"27,5, 4, 9.5", "27,5", MARK_CODE "27.5" MARK_END, "kr2 4 stalled accounts; kr3 9.5 days"},
        {"kr1 27,5", "kr1 27,5", MARK_CODE "27.5" MARK_END, ""},
        {"9 parsecs", "9 parsecs", "another unit", ""},
        {"$9", "$9", "another unit", ""},
        {"9.5 days, 4, 9.5", "9.5 days", "percent", "kr2 4 stalled accounts; kr3 9.5 days"},
        {"kr1 9 days", "kr1 9 days", "percent", ""},
        {"kr3 36 hours", "kr3 36 hours", "days", ""},
        {"kr9 5", "kr9 5",
         "kr1 (ICP meeting acceptance rate), kr2 (stalled accounts progressed), kr3 (", ""},
        {"kr0 5", "kr0 5", "no kr0", ""},
        {"kr99999999999999999999 5, kr2 4", "kr99999999999999999999 5", "kr2 (",
         "kr2 4 stalled accounts"},
        {"kr1 27%, kr1 28%", "kr1 28%", "27% and 28%", ""},
        {"kr1 27%, kr1 28%, kr1 27%, kr2 4", "kr1 28%", "27% and 28%", "kr2 4 stalled accounts"},
        {"27%, kr1 28%", "27%", "28% and 27%", ""},
        {"kr1 same, kr1 28%", "kr1 28%", "22% and 28%", ""},
        {"kr2 -1", "kr2 -1", "below 0", ""},
        {"kr2 = -1", "kr2 = -1", "below 0", ""},
        {"kr1", "kr1", MARK_CODE "kr1 same" MARK_END, ""},
        {"kr1, kr2 4", "kr1", "no value behind kr1", "kr2 4 stalled accounts"},
        {"kr1, confidence 6, kr2 same", "kr1", "no value behind kr1",
         "kr2 0 stalled accounts; confidence 6"},
        {"kr1 maybe 27%", "kr1 maybe 27%", "estimate", ""},
        {"kr1 about 27", "kr1 about 27", "estimate", ""},
        {"kr1 ~27", "kr1 ~27", "estimate", ""},
        {"kr1 27%?", "kr1 27%?", "estimate", ""},
        {"about 27", "about 27", "estimate", ""},
        {"~27", "~27", "estimate", ""},
        {"I think 27%", "I think 27%", "estimate", ""},
        {"kr1 - 27", "kr1 - 27", MARK_CODE "kr1 -27" MARK_END, ""},
        {"- 27", "- 27", MARK_CODE "kr1 -27" MARK_END, ""},
        {"kr1 – 27", "kr1 – 27", MARK_CODE "kr1 27" MARK_END, ""},
        {"kr1 22% → 27%", "kr1 22% → 27%", "not a number", ""},
        {"kr1 =1+1", "kr1 =1+1", "not a number", ""},
        {"kr1 ٢٧", "kr1 ٢٧", "not a number", ""},
        {"kr1 looks good", "kr1 looks good", "not a number", ""},
        {"kr1 99999999999999999999", "kr1 99999999999999999999", "beyond", ""},
        {"kr1 27.1234567", "kr1 27.1234567", "six places", ""},
        {"kr1 27%, same", "same", MARK_CODE "rest same" MARK_END, "kr1 27%"},
        {"27%, same", "same", MARK_CODE "rest same" MARK_END, "kr1 27%"},
        {"confidence 11", "confidence 11", "0 to 10", ""},
        {"confidence: 6.5", "confidence: 6.5", "whole number", ""},
        {"confidence -1", "confidence -1", "0 to 10", ""},
        {"confidence high", "confidence high", "0 to 10", ""},
        {"confidence 60%", "confidence 60%", "0 to 10", ""},
        {"confidence", "confidence", "0 to 10", ""},
        {"confidence 1000000000000", "confidence 1000000000000", "0 to 10", ""},
        {"confidence 6, confidence 7", "confidence 7", "6 and 7", ""},
        {"blocked:", "blocked:", "what blocks", ""},
        {"learned:", "learned:", "what was learned", ""},
        {"note:", "note:", "no words", ""},
        {"away until Monday", "away until Monday", "/sprint away until Monday", ""},
        {"kr1 27%\nsprint 2: kr2 4", "sprint 2: kr2 4", MARK_CODE "sprint 2: kr2 4" MARK_END,
         "kr1 27%"},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_asked_back(sprint, cases[i].text, cases[i].part, cases[i].says, cases[i].rest);
    }
}

static void test_a_bare_value_in_millions_is_asked_back(void **state)
{
    g_autoptr(Sprint) sprint = sprint_new();
    (void)state;

    add_kr(sprint, "qualified pipeline", UNIT_MONEY, "$", "20000000", "30000000");
    expect_understood(sprint, "$21.2M", "kr1 $21.2M");
    expect_understood(sprint, "kr1 21.2M", "kr1 $21.2M");
    expect_understood(sprint, "21,200,000", "kr1 $21.2M");
    expect_understood(sprint, "kr1 = $950", "kr1 $950");
    expect_understood(sprint, "kr1 = 21", "kr1 $21"); /* taken at its word */
    expect_asked_back(sprint, "21.2", "21.2", "$21.2M", "");
    expect_asked_back(sprint, "kr1 21.2", "kr1 21.2", "$21.2M", "");
    expect_asked_back(sprint, "kr1=21.2", "kr1=21.2", "$21.2M", "");
    expect_asked_back(sprint, "kr1 is 21.2", "kr1 is 21.2", "$21.2M", "");
    add_kr(sprint, "win rate", UNIT_PERCENT, "", "20", "30");
    expect_asked_back(sprint, "21.2", "21.2", "fits more than one", ""); /* either of the two */
}

static void test_confidence_is_a_whole_number_to_ten(void **state)
{
    static const struct {
        const char *text;
        int32_t confidence;
    } cases[] = {
        {"confidence 6", 6},
        {"confidence: 0", 0},
        {"confidence 10", 10},
        {"conf 6/10", 6},
        {"conf. 7", 7},
        {"Confidence = 7", 7},
        {"my confidence is 7", 7},
        {"confidence 7 of 10", 7},
        {"confidence is at 7.", 7},
        {"confidence level: 7", 7},
        {"confidence 6, confidence 6", 6},
        {"confidence 7 out of 10", 7},
        {"kr1 27%", -1},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);

        if (reply.confidence != cases[i].confidence || reply.faults->len > 0) {
            fail_msg("\"%s\": %d; fault: %s", cases[i].text, reply.confidence, first_fault(&reply));
        }
    }
}

static void test_a_blocker_keeps_its_words_and_its_owner(void **state)
{
    static const struct {
        const char *text, *blocked, *owner;
    } cases[] = {
        {"blocked: legal review", "legal review", NULL},
        {"blocked by legal review @jonas", "legal review", "jonas"},
        {"Blocked by legal review (@jonas).", "legal review", "jonas"},
        {"blocked on legal, @jonas", "legal", "jonas"},
        {"blocked - legal review", "legal review", NULL},
        {"blocker: legal review", "legal review", NULL},
        {"blockers: legal review", "legal review", NULL},
        {"we are blocked by legal", "legal", NULL},
        {"I’m still blocked on legal", "legal", NULL},
        {"kr1 27%, blocked by legal", "legal", NULL},
        {"kr1 27% blocked by legal", "legal", NULL},
        {"kr1 27% blocked legal review", "legal review", NULL},
        {"blocked: waiting for <@U123> to sign", "waiting for <@U123> to sign", "U123"},
        {"blocked: legal <@U123|jonas>", "legal", "U123"},
        {"blocked: legal @jonas:example.org", "legal", "@jonas:example.org"},
        {"blocked by @jonas", "@jonas", "jonas"},
        {"blocked: @jonas: please sign", "@jonas: please sign", "jonas"},
        {"blocked: waiting for @jonas", "waiting for @jonas", "jonas"},
        {"blocked: @jonas and @maria", "@jonas and @maria", "jonas"},
        {"blocked: mail to maria@example.org", "mail to maria@example.org", NULL},
        {"blocked: 3 reviews, 2 of them legal, kr2 +2 hangs on it",
         "3 reviews, 2 of them legal, kr2 +2 hangs on it", NULL},
        {"blocked: legal; and then finance; confidence 6", "legal; and then finance", NULL},
        {"blocked: legal\nblocked: finance @jonas", "legal, finance", "jonas"},
        {"blocked: מחלקה משפטית @יונה", "מחלקה משפטית", "יונה"},
        {"kr2 is blocked by legal", "kr2 is blocked by legal", NULL},
        {"blocked: @", "@", NULL},
        {"blocked: <@>", "<@>", NULL},
        {"blocked: <@U", "<@U", NULL},
        {"blocked: none", NULL, NULL},
        {"blocked: -", NULL, NULL},
        {"blockers: no", NULL, NULL},
        {"no blockers", NULL, NULL},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);

        if (g_strcmp0(reply.blocked, cases[i].blocked) != 0 ||
            g_strcmp0(reply.blocked_owner, cases[i].owner) != 0) {
            fail_msg("\"%s\": blocked by \"%s\", owner %s", cases[i].text, reply.blocked,
                     reply.blocked_owner);
        }
        if (reply.faults->len > 0 || reply.note != NULL) {
            fail_msg("\"%s\": fault %s, note %s", cases[i].text, first_fault(&reply), reply.note);
        }
    }
}

static void test_blockers_are_cleared_by_their_numbers(void **state)
{
    static const struct {
        const char *text, *numbers, *fault; /* fault: what it says, NULL for none */
    } cases[] = {
        {"unblocked 1", "1", NULL},
        {"unblocked: 1, 3", "1 3", NULL},
        {"unblocked 1,3", "1 3", NULL},
        {"unblocked 1 and 3", "1 3", NULL},
        {"unblocked #1 & #3", "1 3", NULL},
        {"unblocked 1, unblocked 1", "1", NULL},
        {"Unblocked 1.", "1", NULL},
        {"blocker 1 is cleared", "1", NULL},
        {"blocker 3 solved", "3", NULL},
        {"cleared 1", "1", NULL},
        {"kr1 27% unblocked 1", "1", NULL},
        {"unblocked 2", "2", NULL}, /* cleared already: said again does no harm */
        {"unblocked 7", "", "Open are 1 (legal review), 3 (price list)"},
        {"unblocked 1, 7", "1", "Blocker 7"},
        {"unblocked", "", "Open are 1"},
        {"unblocked: legal", "", "Open are 1"},
        {"unblocked 99999999999", "", "Open are 1"},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    add_blocker(sprint, "legal review", false);
    add_blocker(sprint, "the room", true);
    add_blocker(sprint, "price list", false);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);
        g_autoptr(GString) numbers = g_string_new(NULL);

        for (guint j = 0; j < reply.unblocked->len; j++) {
            g_string_append_printf(numbers, "%s%d", j > 0 ? " " : "",
                                   g_array_index(reply.unblocked, int32_t, j));
        }
        if (strcmp(numbers->str, cases[i].numbers) != 0) {
            fail_msg("\"%s\" clears \"%s\"", cases[i].text, numbers->str);
        }
        if ((reply.faults->len > 0) != (cases[i].fault != NULL) ||
            (cases[i].fault != NULL && strstr(first_fault(&reply), cases[i].fault) == NULL)) {
            fail_msg("\"%s\" says: %s", cases[i].text, first_fault(&reply));
        }
    }
}

static void test_the_only_open_blocker_needs_no_number(void **state)
{
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    g_auto(Reply) none = reply_read("unblocked", sprint);
    assert_int_equal(none.unblocked->len, 0);
    assert_non_null(strstr(first_fault(&none), "None is open"));
    add_blocker(sprint, "the room", true);
    add_blocker(sprint, "legal review", false);
    g_auto(Reply) one = reply_read("unblocked", sprint);
    assert_int_equal(one.unblocked->len, 1);
    assert_int_equal(g_array_index(one.unblocked, int32_t, 0), 2);
    assert_int_equal(one.faults->len, 0);
}

static void test_learnings_are_kept(void **state)
{
    static const struct {
        const char *text, *learned;
    } cases[] = {
        {"learned: shorter invitations work", "shorter invitations work"},
        {"Learnt: calls before ten are answered", "calls before ten are answered"},
        {"lesson: 3 lines, no more; not 4", "3 lines, no more; not 4"},
        {"lessons learned: ask first", "ask first"},
        {"learned shorter is better", "shorter is better"},
        {"We learned that short mails work", "short mails work"},
        {"I've learned that short mails work", "short mails work"},
        {"kr1 27%; learned: x", "x"},
        {"kr1 27%, learned: x", "x"},
        {"learned: x\nlearned: y", "x, y"},
        {"learned: nothing", NULL},
        {"learning the new system", NULL}, /* prose */
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);

        if (g_strcmp0(reply.learned, cases[i].learned) != 0 || reply.faults->len > 0) {
            fail_msg("\"%s\": learned \"%s\", fault %s", cases[i].text, reply.learned,
                     first_fault(&reply));
        }
    }
}

static void test_tasks_are_a_note_and_their_numbers_no_values(void **state)
{
    static const struct {
        const char *text, *note;
        bool tasks;
    } cases[] = {
        {"I made 12 calls and sent 3 emails", "I made 12 calls and sent 3 emails", true},
        {"called Acme", "called Acme", true},
        {"working on the deck", "working on the deck", true},
        {"12 calls", "12 calls", true},
        {"12 calls, 3 demos", "12 calls, 3 demos", true},
        {"Two meetings held, one proposal sent", "Two meetings held, one proposal sent", true},
        {"had a meeting with West; then wrote 2 mails",
         "had a meeting with West; then wrote 2 mails", true},
        {"  called\n  West  ", "called\n  West", true},
        {"conf call with West", "conf call with West", true},
        {"fixed bug #2 same day", "fixed bug #2 same day", true},
        {"We unblocked 2 deals", "We unblocked 2 deals", false},
        {"same problem with the data", "same problem with the data", false},
        {"thanks", "thanks", false},
        {"out of ideas", "out of ideas", false},
        {"KR at Risk", "KR at Risk", false},
        {"Increase X from 22% to 35%", "Increase X from 22% to 35%", false},
        {"2025-07-14", "2025-07-14", false},
        {"شكرا", "شكرا", false},
        {"=HYPERLINK(\"x\")", "=HYPERLINK(\"x\")", false},
        {"🎉🎉", "🎉🎉", false},
        {"note: called West", "called West", false}, /* meant as a note */
        {"note: a; note: b", "a; b", false},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);

        if (g_strcmp0(reply.note, cases[i].note) != 0 || reply.tasks != cases[i].tasks) {
            fail_msg("\"%s\": note \"%s\", %stasks", cases[i].text, reply.note,
                     reply.tasks ? "" : "no ");
        }
        if (!reply_empty(&reply) || reply.faults->len > 0) {
            fail_msg("\"%s\" is more than a note; fault: %s", cases[i].text, first_fault(&reply));
        }
    }
}

static void test_prose_beside_values_is_a_note(void **state)
{
    static const struct {
        const char *text, *values, *note;
    } cases[] = {
        {"Good morning! kr1 27%, thanks", "kr1 27%", "Good morning!; thanks"},
        {"feeling good, confidence 7", "confidence 7", "feeling good"},
        {"called West; 27%", "kr1 27%", "called West"},
        {"27%, we called West", "kr1 27%", "we called West"},
        {"We talked, blocked by legal", "blocked: legal", "We talked"},
        {"We moved kr1 to 27%", "kr1 27%", "We moved"},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);
        g_autofree char *got = reply_text(&reply);

        if (strcmp(got, cases[i].values) != 0 || g_strcmp0(reply.note, cases[i].note) != 0 ||
            reply.faults->len > 0) {
            fail_msg("\"%s\": \"%s\", note \"%s\", fault %s", cases[i].text, got, reply.note,
                     first_fault(&reply));
        }
    }
}

static void test_values_beside_tasks_are_no_lecture(void **state)
{
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    g_auto(Reply) reply = reply_read("kr1 27%, made 12 calls", sprint);
    assert_string_equal(reply.note, "made 12 calls");
    assert_false(reply.tasks);
}

static void test_a_reply_may_name_its_sprint(void **state)
{
    static const struct {
        const char *text;
        int32_t sprint;
        const char *rest;
    } cases[] = {
        {"sprint 2: kr1 27%", 2, "kr1 27%"},
        {"Sprint #2 kr1 27%", 2, "kr1 27%"},
        {"#2 same", 2, "same"},
        {"#2: same", 2, "same"},
        {" #12\nsame", 12, "\nsame"},
        {"#2", 2, ""},
        {"sprint 2", 2, ""},
        {"kr1 27%", 0, "kr1 27%"},
        {"sprint", 0, "sprint"},
        {"sprinted 2 km", 0, "sprinted 2 km"},
        {"# 2", 0, "# 2"},
        {"#2nd", 0, "#2nd"},
        {"#0 same", 0, "#0 same"},
        {"2: same", 0, "2: same"},
        {"", 0, ""},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *rest = NULL;
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);

        if (reply_sprint(cases[i].text, &rest) != cases[i].sprint ||
            reply.sprint != cases[i].sprint) {
            fail_msg("\"%s\" means sprint %d", cases[i].text, reply.sprint);
        }
        assert_string_equal(rest, cases[i].rest);
    }
    expect_understood(sprint, "sprint 2: kr1 27%\nsprint 2: kr2 4",
                      "kr1 27%; kr2 4 stalled accounts");
    expect_understood(sprint, "#2 27, 4, 9.5", "kr1 27%; kr2 4 stalled accounts; kr3 9.5 days");
}

static void test_away_is_heard(void **state)
{
    static const struct {
        const char *text;
        bool away;
    } cases[] = {
        {"away", true},
        {"Away today.", true},
        {"I'm away today", true},
        {"I’m off today", true},
        {"off today", true},
        {"ooo", true},
        {"out today", true},
        {"I am on holiday", true},
        {"sick", true},
        {"away until Monday", false},
        {"out of ideas", false},
        {"I'm out of ideas", false},
        {"far away from it", false},
        {"off", false},
        {"kr1 27%", false},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);

        if (reply.away != cases[i].away) {
            fail_msg("\"%s\" is %saway", cases[i].text, reply.away ? "" : "not ");
        }
    }
}

static void test_empty_is_when_nothing_was_understood(void **state)
{
    static const struct {
        const char *text;
        bool empty;
    } cases[] = {
        {"kr1 27%", false},
        {"same", false},
        {"confidence 0", false},
        {"blocked: x", false},
        {"learned: x", false},
        {"away", false},
        {"", true},
        {"thanks", true},
        {"kr1 maybe", true},
        {"-", true},
        {"note: x", true},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Reply) reply = reply_read(cases[i].text, sprint);

        if (reply_empty(&reply) != cases[i].empty) {
            fail_msg("\"%s\" is %sempty", cases[i].text, cases[i].empty ? "not " : "");
        }
    }
}

static void test_an_answer_is_told_from_a_forms(void **state)
{
    static const struct {
        const char *text;
        bool likely;
    } cases[] = {
        {"kr1 27%", true},
        {"kr 2 same", true},
        {"27, 4, 9.5", true},
        {"27 / 4 / 9.5", true},
        {"27%, -, 9.5 days", true},
        {"same", true},
        {"same as yesterday", true},
        {"+2", true},
        {"confidence 6", true},
        {"conf 6/10", true},
        {"blocked: x", true},
        {"blocked by legal", true},
        {"unblocked 1", true},
        {"learned: x", true},
        {"#2 kr1 27%", true},
        {"away", true},
        {"We moved kr1 to 27%", true},
        {"yes", false},
        {"no", false},
        {"1", false},
        {"1, 3", false}, /* picks from a list */
        {"22%", false},
        {"-5", false},
        {"no change", false}, /* of the anchor, perhaps */
        {"Increase X from 22% to 35%", false},
        {"Blocked deals down from 12 to 4", false},
        {"KR at Risk", false},
        {"KR 1: Increase X from 22% to 35%", false},
        {"West", false},
        {"14 July - 28 July", false},
        {"2025-07-14, 2025-07-28", false},
        {"I made 12 calls", false},
        {"", false},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (reply_likely(cases[i].text) != cases[i].likely) {
            fail_msg("\"%s\" is %slikely to answer a check-in", cases[i].text,
                     cases[i].likely ? "not " : "");
        }
    }
}

static void test_a_noun_may_hold_a_keyword(void **state)
{
    g_autoptr(Sprint) sprint = sprint_new();
    (void)state;

    add_kr(sprint, "tickets", UNIT_COUNT, "blocked tickets", "20", "5");
    add_kr(sprint, "notes", UNIT_COUNT, "same, or other; notes", "20", "5");
    expect_understood(sprint, "kr1 4 blocked tickets", "kr1 4 blocked tickets");
    expect_understood(sprint, "kr1 4 blocked tickets, kr2 3", "kr1 4 blocked tickets; kr2 3");
    expect_understood(sprint, "kr1 4 blocked by legal", "kr1 4 blocked tickets; blocked: legal");
}

static char *words_of(const char *keyword, size_t characters)
{
    GString *text = g_string_new(keyword);

    for (size_t i = 0; i < characters; i++) {
        g_string_append(text, i % 6 == 5 ? " " : "ä");
    }
    g_string_truncate(text, text->len - 1 - (characters % 6 == 0 ? 0 : 1));
    return g_string_free(text, FALSE);
}

static void test_what_is_too_long_is_said_and_its_beginning_kept(void **state)
{
    static const char *const keywords[] = {"blocked: ", "learned: ", "", "note: "};
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(keywords); i++) {
        g_autofree char *text = words_of(keywords[i], 900);
        g_autofree char *whole = g_strconcat(text, " @jonas; kr1 27%", NULL);
        g_auto(Reply) reply = reply_read(whole, sprint);

        assert_int_equal(reply.faults->len, 1);
        assert_non_null(strstr(first_fault(&reply), "500"));
        assert_true(g_utf8_strlen(fault_at(&reply, 0)->part, -1) <= 80);
        assert_null(reply.blocked);
        assert_null(reply.blocked_owner);
        assert_null(reply.learned);
        assert_non_null(reply.note);
        assert_true(g_utf8_strlen(reply.note, -1) <= REPLY_WORDS_MAX);
        assert_true(g_utf8_strlen(reply.note, -1) > REPLY_WORDS_MAX - 10);
        assert_true(g_utf8_validate(reply.note, -1, NULL));
    }
    g_autofree char *just = words_of("blocked: ", 500);
    g_auto(Reply) fits = reply_read(just, sprint);
    assert_int_equal(fits.faults->len, 0);
    assert_non_null(fits.blocked);
}

static uint32_t lcg_next(uint64_t *lcg, uint32_t below)
{
    *lcg = *lcg * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*lcg >> 33) % below;
}

static const char *pick(uint64_t *lcg, const char *const *from, size_t count)
{
    return from[lcg_next(lcg, (uint32_t)count)];
}

/* A reply as reply_read could have given it; only what may be odd about its words is drawn. */
static Reply random_reply(uint64_t *lcg, const Sprint *sprint)
{
    static const char *const words[] = {"legal review",
                                        "a; b",
                                        "3 reviews, 2 open",
                                        "kr1 27% hangs on it",
                                        "waiting for @jonas",
                                        "“quoted” in the middle of it",
                                        "עברית",
                                        "=1+1",
                                        "x"};
    static const char *const owners[] = {"jonas", "U0123ABC", "@maria:example.org", NULL};
    Reply reply = reply_read("", sprint);

    for (guint i = 0; i < sprint->krs->len; i++) {
        SprintKr *kr = g_ptr_array_index(sprint->krs, i);
        bool count = kr->track->kr->kind == KR_COUNT;
        int64_t amount = (int64_t)lcg_next(lcg, 1000000) * (int64_t)lcg_next(lcg, 100000);
        ReplyValue value = {.kr = kr, .value = {count || lcg_next(lcg, 2) == 0 ? amount : -amount}};

        if (lcg_next(lcg, 3) > 0) {
            g_array_append_val(reply.values, value);
        }
    }
    reply.confidence = (int32_t)lcg_next(lcg, 12) - 1;
    if (lcg_next(lcg, 2) == 0) {
        reply.blocked = g_strdup(pick(lcg, words, G_N_ELEMENTS(words)));
        bool named = strchr(reply.blocked, '@') != NULL;
        reply.blocked_owner = g_strdup(named ? "jonas" : pick(lcg, owners, G_N_ELEMENTS(owners)));
    }
    reply.learned = lcg_next(lcg, 2) == 0 ? g_strdup(pick(lcg, words, G_N_ELEMENTS(words))) : NULL;
    return reply;
}

static void expect_same_reply(const char *text, const Reply *got, const Reply *want)
{
    if (got->faults->len > 0 || got->note != NULL) {
        fail_msg("\"%s\" reads back with fault %s, note %s", text, first_fault(got), got->note);
    }
    if (got->values->len != want->values->len || got->confidence != want->confidence ||
        g_strcmp0(got->blocked, want->blocked) != 0 ||
        g_strcmp0(got->blocked_owner, want->blocked_owner) != 0 ||
        g_strcmp0(got->learned, want->learned) != 0) {
        fail_msg("\"%s\" does not read back", text);
    }
    for (guint i = 0; i < got->values->len; i++) {
        if (value_at(got, i)->kr != value_at(want, i)->kr ||
            decimal_cmp(value_at(got, i)->value, value_at(want, i)->value) != 0 ||
            value_at(got, i)->delta) {
            fail_msg("\"%s\": value %u does not read back", text, i + 1);
        }
    }
}

static void test_what_is_printed_is_read_back(void **state)
{
    g_autoptr(Sprint) sprint = worked_example();
    uint64_t lcg = 7;
    (void)state;

    add_kr(sprint, "pipeline", UNIT_MONEY, "$", "20000000", "30000000");
    add_kr(sprint, "NPS", UNIT_PLAIN, "", "-10", "30");
    add_kr(sprint, "active users", UNIT_COUNT, "active users", "0", "1000000");
    add_kr(sprint, "tickets", UNIT_COUNT, "blocked tickets", "20", "5");
    for (int i = 0; i < 2000; i++) {
        g_auto(Reply) reply = random_reply(&lcg, sprint);
        g_autofree char *text = reply_text(&reply);
        g_auto(Reply) again = reply_read(text, sprint);

        expect_same_reply(text, &again, &reply);
    }
}

static void test_words_of_a_form_are_printed_in_one_line(void **state)
{
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    g_auto(Reply) reply = reply_read("", sprint);
    reply.blocked = g_strdup("legal\nreview; confidence 3");
    reply.blocked_owner = g_strdup("jonas");
    g_autofree char *text = reply_text(&reply);
    g_auto(Reply) again = reply_read(text, sprint);
    assert_string_equal(text, "blocked: legal review, confidence 3 @jonas");
    assert_int_equal(again.confidence, -1);
    assert_string_equal(again.blocked, "legal review, confidence 3");
}

/* What holds for every reply, whatever was sent. */
static void expect_sound(const Sprint *sprint, const char *text)
{
    g_auto(Reply) reply = reply_read(text, sprint);
    g_autofree char *printed = reply_text(&reply);

    assert_true(reply.values->len <= sprint->krs->len);
    assert_true(reply.faults->len <= REPLY_FAULTS_MAX);
    assert_true(reply.confidence >= -1 && reply.confidence <= 10);
    assert_true(g_utf8_validate(printed, -1, NULL));
    for (guint i = 0; i < reply.faults->len; i++) {
        const ReplyFault *fault = fault_at(&reply, i);

        if (!g_utf8_validate(fault->part, -1, NULL) || !g_utf8_validate(fault->why, -1, NULL) ||
            fault->part[0] == '\0' || !g_str_has_suffix(fault->why, ".") ||
            strchr(fault->why, '\n') != NULL) {
            fail_msg("a fault reads badly: [%s] %s", fault->part, fault->why);
        }
    }
    (void)reply_likely(text);
    if (!reply_empty(&reply)) {
        g_auto(Reply) again = reply_read(printed, sprint);
        g_autofree char *reprinted = reply_text(&again);

        if (strcmp(printed, reprinted) != 0) {
            fail_msg("\"%s\" is read back as \"%s\"", printed, reprinted);
        }
    }
}

static const char *const pieces[] = {
    "kr",
    "kr1",
    "kr2",
    "KR 3",
    "kr9",
    "key result 1",
    " ",
    " ",
    " ",
    "  ",
    "\n",
    ", ",
    ",",
    ";",
    "; ",
    " / ",
    "/",
    "27%",
    "+2",
    "-1",
    "9.5 days",
    "$3",
    "4 stalled accounts",
    "27,5",
    "1e9",
    "99999999999999999999",
    "=",
    "= -5",
    "same",
    "rest same",
    "same as yesterday",
    "no change",
    "except",
    "-",
    "–",
    "- ",
    "?",
    "~",
    "about",
    "is now",
    "to",
    "→",
    ":",
    "confidence",
    "conf",
    "6",
    "6/10",
    "blocked:",
    "blocked by",
    "blocked",
    "unblocked",
    "unblocked 1, 2",
    "blocker 1",
    "cleared",
    "learned:",
    "learned that",
    "note:",
    "away",
    "until",
    "sprint 2:",
    "#2",
    "and",
    "@jonas",
    "<@U1>",
    "<@",
    "@",
    "made 3 calls",
    "we",
    "🎉",
    "א",
    "é",
    "'",
    "’",
    "\"",
    "`",
    "*",
    "•",
    "!",
    ".",
    "...",
    "(",
    ")",
};

static void test_any_mixture_is_read_soundly(void **state)
{
    g_autoptr(Sprint) sprint = worked_example();
    uint64_t lcg = 42;
    (void)state;

    add_blocker(sprint, "legal review", false);
    for (int i = 0; i < 4000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        uint32_t count = lcg_next(&lcg, 14);

        for (uint32_t j = 0; j < count; j++) {
            g_string_append(text, pick(&lcg, pieces, G_N_ELEMENTS(pieces)));
            g_string_append(text, lcg_next(&lcg, 2) == 0 ? " " : "");
        }
        expect_sound(sprint, text->str);
    }
}

/* Each piece, and pairs of pieces, again and again for as long as a message may be and longer. */
static void test_the_longest_message_takes_no_time(void **state)
{
    g_autoptr(Sprint) sprint = worked_example();
    uint64_t lcg = 3;
    (void)state;

    for (size_t i = 0; i < 3 * G_N_ELEMENTS(pieces); i++) {
        const char *first = pieces[i % G_N_ELEMENTS(pieces)];
        const char *second =
            i < G_N_ELEMENTS(pieces) ? " " : pick(&lcg, pieces, G_N_ELEMENTS(pieces));
        g_autoptr(GString) text = g_string_new(NULL);

        while (g_utf8_strlen(text->str, -1) < TEXT_MESSAGE_MAX) {
            for (int j = 0; j < 100; j++) {
                g_string_append(text, first);
                g_string_append(text, second);
            }
        }
        gint64 start = g_get_monotonic_time();
        expect_sound(sprint, text->str);
        gint64 took = g_get_monotonic_time() - start;
        if (took > LONG_ENOUGH_US) {
            fail_msg("\"%s%s\" again and again takes %d ms", first, second, (int)(took / 1000));
        }
    }
}

static void test_a_sprint_without_key_results_is_no_trap(void **state)
{
    static const char *const texts[] = {"same",      "27%", "27, 4",    "kr1 27%",
                                        "rest same", "-",   "kr1 same", "12 calls"};
    g_autoptr(Sprint) sprint = sprint_new();
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(Reply) reply = reply_read(texts[i], sprint);

        assert_int_equal(reply.values->len, 0);
    }
}

static void test_clearing_leaves_nothing_and_may_be_repeated(void **state)
{
    g_autoptr(Sprint) sprint = worked_example();
    Reply reply =
        reply_read("kr1 27%; blocked: x @jonas; learned: y; kr2 about 3; note: z", sprint);
    Reply zeroed = {0};
    (void)state;

    reply_clear(&reply);
    assert_memory_equal(&reply, &zeroed, sizeof reply);
    reply_clear(&reply);
    assert_memory_equal(&reply, &zeroed, sizeof reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_understood_as_people_write_them),
        cmocka_unit_test(test_one_key_result_needs_no_name),
        cmocka_unit_test(test_same_confirms_what_stands),
        cmocka_unit_test(test_a_movement_counts_from_the_current_value),
        cmocka_unit_test(test_what_is_unclear_is_asked_back),
        cmocka_unit_test(test_a_bare_value_in_millions_is_asked_back),
        cmocka_unit_test(test_confidence_is_a_whole_number_to_ten),
        cmocka_unit_test(test_a_blocker_keeps_its_words_and_its_owner),
        cmocka_unit_test(test_blockers_are_cleared_by_their_numbers),
        cmocka_unit_test(test_the_only_open_blocker_needs_no_number),
        cmocka_unit_test(test_learnings_are_kept),
        cmocka_unit_test(test_tasks_are_a_note_and_their_numbers_no_values),
        cmocka_unit_test(test_prose_beside_values_is_a_note),
        cmocka_unit_test(test_values_beside_tasks_are_no_lecture),
        cmocka_unit_test(test_a_reply_may_name_its_sprint),
        cmocka_unit_test(test_away_is_heard),
        cmocka_unit_test(test_empty_is_when_nothing_was_understood),
        cmocka_unit_test(test_an_answer_is_told_from_a_forms),
        cmocka_unit_test(test_a_noun_may_hold_a_keyword),
        cmocka_unit_test(test_what_is_too_long_is_said_and_its_beginning_kept),
        cmocka_unit_test(test_what_is_printed_is_read_back),
        cmocka_unit_test(test_words_of_a_form_are_printed_in_one_line),
        cmocka_unit_test(test_any_mixture_is_read_soundly),
        cmocka_unit_test(test_the_longest_message_takes_no_time),
        cmocka_unit_test(test_a_sprint_without_key_results_is_no_trap),
        cmocka_unit_test(test_clearing_leaves_nothing_and_may_be_repeated),
    };

    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}

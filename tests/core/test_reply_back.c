#include "core/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "core/words.h"
#include "tests/core/worked_example.h"

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

    example_add_kr(sprint, "qualified pipeline", UNIT_MONEY, "$", "20000000", "30000000");
    expect_understood(sprint, "$21.2M", "kr1 $21.2M");
    expect_understood(sprint, "kr1 21.2M", "kr1 $21.2M");
    expect_understood(sprint, "21,200,000", "kr1 $21.2M");
    expect_understood(sprint, "kr1 = $950", "kr1 $950");
    expect_understood(sprint, "kr1 = 21", "kr1 $21"); /* taken at its word */
    expect_asked_back(sprint, "21.2", "21.2", "$21.2M", "");
    expect_asked_back(sprint, "kr1 21.2", "kr1 21.2", "$21.2M", "");
    expect_asked_back(sprint, "kr1=21.2", "kr1=21.2", "$21.2M", "");
    expect_asked_back(sprint, "kr1 is 21.2", "kr1 is 21.2", "$21.2M", "");
    example_add_kr(sprint, "win rate", UNIT_PERCENT, "", "20", "30");
    expect_asked_back(sprint, "21.2", "21.2", "fits more than one", ""); /* either of the two */
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
        ReplyValue value = {.track = kr->track,
                            .value = {count || lcg_next(lcg, 2) == 0 ? amount : -amount}};

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
        if (value_at(got, i)->track != value_at(want, i)->track ||
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

    example_add_kr(sprint, "pipeline", UNIT_MONEY, "$", "20000000", "30000000");
    example_add_kr(sprint, "NPS", UNIT_PLAIN, "", "-10", "30");
    example_add_kr(sprint, "active users", UNIT_COUNT, "active users", "0", "1000000");
    example_add_kr(sprint, "tickets", UNIT_COUNT, "blocked tickets", "20", "5");
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

    example_add_blocker(sprint, "legal review", false);
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
static void test_the_longest_message_is_read(void **state)
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
        expect_sound(sprint, text->str);
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
        cmocka_unit_test(test_what_is_unclear_is_asked_back),
        cmocka_unit_test(test_a_bare_value_in_millions_is_asked_back),
        cmocka_unit_test(test_what_is_too_long_is_said_and_its_beginning_kept),
        cmocka_unit_test(test_what_is_printed_is_read_back),
        cmocka_unit_test(test_words_of_a_form_are_printed_in_one_line),
        cmocka_unit_test(test_any_mixture_is_read_soundly),
        cmocka_unit_test(test_the_longest_message_is_read),
        cmocka_unit_test(test_a_sprint_without_key_results_is_no_trap),
        cmocka_unit_test(test_clearing_leaves_nothing_and_may_be_repeated),
    };

    return cmocka_run_group_tests_name("reply_back", tests, NULL, NULL);
}

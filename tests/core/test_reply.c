#include "core/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/worked_example.h"

static void add_reading(Sprint *sprint, int32_t number, const char *value)
{
    Reading *reading = reading_new();

    reading->id.v = 1;
    assert_int_equal(decimal_parse(value, strlen(value), &reading->value), DECIMAL_OK);
    g_ptr_array_add(sprint_kr(sprint, number)->track->readings, reading);
}

static Sprint *one_kr(void)
{
    Sprint *sprint = sprint_new();

    example_add_kr(sprint, "ICP meeting acceptance rate", UNIT_PERCENT, "", "22", "35");
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
    assert_true(value_at(&reply, 1)->track == sprint_kr(sprint, 2)->track);
    assert_int_equal(value_at(&reply, 1)->value.millionths, DECIMAL(5).millionths);
    assert_true(value_at(&reply, 1)->delta);
    assert_false(value_at(&reply, 0)->delta);
    expect_understood(sprint, "kr2 -1", "kr2 2 stalled accounts"); /* a correction */
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
        {"unblocked 1, 7", "1", "no blocker 7"},
        {"unblocked", "", "Open are 1"},
        {"unblocked: legal", "", "Open are 1"},
        {"unblocked 99999999999", "", "Open are 1"},
    };
    g_autoptr(Sprint) sprint = worked_example();
    (void)state;

    example_add_blocker(sprint, "legal review", false);
    example_add_blocker(sprint, "the room", true);
    example_add_blocker(sprint, "price list", false);
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
    example_add_blocker(sprint, "the room", true);
    example_add_blocker(sprint, "legal review", false);
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

    example_add_kr(sprint, "tickets", UNIT_COUNT, "blocked tickets", "20", "5");
    example_add_kr(sprint, "notes", UNIT_COUNT, "same, or other; notes", "20", "5");
    expect_understood(sprint, "kr1 4 blocked tickets", "kr1 4 blocked tickets");
    expect_understood(sprint, "kr1 4 blocked tickets, kr2 3", "kr1 4 blocked tickets; kr2 3");
    expect_understood(sprint, "kr1 4 blocked by legal", "kr1 4 blocked tickets; blocked: legal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_understood_as_people_write_them),
        cmocka_unit_test(test_one_key_result_needs_no_name),
        cmocka_unit_test(test_same_confirms_what_stands),
        cmocka_unit_test(test_a_movement_counts_from_the_current_value),
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
    };

    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}

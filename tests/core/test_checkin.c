/* The daily check-in, as a team lives it (framework: The daily check-in). */

#include "core/checkin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

/* The row of a KR in the last card of that kind. */
static const Block *row(const Scene *scene, CardKind kind, int32_t kr)
{
    const Card *card = scene_card(scene, kind);
    g_autofree char *label = g_strdup_printf("KR%d", kr);

    for (guint i = 0; card != NULL && i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        if (block->kind == BLOCK_KR && strcmp(block->label, label) == 0) {
            return block;
        }
    }
    fail_msg("there is no row of kr%d", kr);
    return NULL;
}

static void test_the_prompt_shows_where_each_number_stands_and_asks(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    const char *said = scene_prompt(scene);
    const Card *card = scene_card(scene, CARD_PROMPT);

    (void)state;
    expect_has("which day it is", said, "Check-in, Mon 14 July: sprint 1, day 1 of 11");
    expect_has("baseline, current, target", said, "22% → 22% → 35%");
    expect_has("what may be answered", said, "kr1 22%, kr2 0, kr3 12 days, confidence 6");
    expect_has("not what was done", said, "how they moved");
    assert_string_equal(card->channel, SCENE_HOME);
    assert_null(card->member);
    assert_int_equal(card->expires.us, scene_instant(scene, "2025-07-15 00:00").us);
    assert_int_equal(row(scene, CARD_PROMPT, 1)->status, PACE_TOO_EARLY);
}

static void test_the_nudge_half_way(void **state)
{
    static const struct {
        const char *promise, *answer;
        int nudges;
        const char *krs;
    } cases[] = {
        {"when nobody has answered", NULL, 1, "no value yet for kr1, kr2, kr3"},
        {"for what is still missing", "kr1 27%, kr3 same", 1, "no value yet for kr2 today"},
        {"none when every number is there", "27, 4, 9.5", 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_asked();

        if (cases[i].answer != NULL) {
            scene_answer(scene, "jonas", 1, "m1", cases[i].answer);
        }
        scene_until(scene, "2025-07-14 09:37");
        assert_int_equal(scene_count(scene, CARD_NUDGE, "maria"), 0);
        scene_until(scene, "2025-07-14 09:38");
        expect_that(cases[i].promise, scene_count(scene, CARD_NUDGE, "maria") == cases[i].nudges);
        expect_that("never to all", scene_count(scene, CARD_NUDGE, NULL) == 0);
        if (cases[i].krs != NULL) {
            g_autofree char *nudge = scene_last(scene, CARD_NUDGE);

            expect_has(cases[i].promise, nudge, cases[i].krs);
            expect_that("in the prompt's thread",
                        g_str_has_prefix(scene_card(scene, CARD_NUDGE)->thread, "prompt/"));
        }
    }
}

static void test_one_nudge_a_day_over_all_sprints(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    (void)state;
    scene_command(scene, "maria", text);
    scene->channel = "marketing";
    scene_command(scene, "maria",
                  "/sprint setup Marketing\nmembers: @maria\ntimezone: Europe/Berlin");
    scene_command(scene, "maria",
                  "/okr objective\nobjective: Fill the funnel with leads that close\nperiod: Q3, "
                  "2025-07-01 - 2025-09-30");
    scene_command(scene, "maria", "/okr kr Increase qualified leads from 300 to 450");
    scene_command(scene, "maria", text);
    scene->channel = SCENE_HOME;
    scene_until(scene, "2025-07-14 23:00");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "maria"), 1);
    scene_until(scene, "2025-07-15 23:00");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "maria"), 2);
}

static void test_a_member_who_is_away_is_never_nudged(void **state)
{
    static const struct {
        const char *promise, *away, *until;
        int nudges; /* the days on which maria is nudged */
    } cases[] = {
        {"away until Wednesday", "/sprint away until Wednesday", "2025-07-15 23:00", 0},
        {"and asked again then", "/sprint away until Wednesday", "2025-07-16 23:00", 1},
        {"away these days", "/sprint away 14 July - 18 July", "2025-07-18 23:00", 0},
        {"part-time: not on Mondays", "/sprint away every Monday", "2025-07-15 23:00", 1},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_sprint();

        expect_has(cases[i].promise, scene_command(scene, "maria", cases[i].away), "Noted");
        scene_until(scene, cases[i].until);
        if (scene_count(scene, CARD_NUDGE, "maria") != cases[i].nudges) {
            fail_msg("%s: %d nudges", cases[i].promise, scene_count(scene, CARD_NUDGE, "maria"));
        }
    }
}

static void test_a_day_on_which_everybody_is_away_is_neither_asked_nor_missed(void **state)
{
    static const char *const people[] = {"maria", "jonas", "lena", "tom"};
    g_autoptr(Scene) scene = scene_sprint();
    int32_t held = 0, due = 0;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        scene_command(scene, people[i], "/sprint away today");
    }
    scene_until(scene, "2025-07-14 23:00");
    checkin_rhythm(scene_sprint_of(scene, 1), &held, &due);
    assert_int_equal(due, 0);
    scene_until(scene, "2025-07-15 23:00");
    checkin_rhythm(scene_sprint_of(scene, 1), &held, &due);
    assert_int_equal(due, 1);
}

static void test_the_summary_takes_the_place_of_the_prompt(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    g_autofree char *key = g_strdup(scene_card(scene, CARD_PROMPT)->key);

    (void)state;
    scene_answer(scene, "maria", 1, "m1",
                 "kr1 27%; confidence 6; learned: shorter invitations work");
    scene_until(scene, "2025-07-14 09:44");
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL), 1);
    scene_until(scene, "2025-07-14 09:45");
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL), 2);
    assert_string_equal(scene_card(scene, CARD_PROMPT)->key, key);
    const char *said = scene_prompt(scene);
    expect_has("what moved", said, "What moved, Mon 14 July: sprint 1, day 1 of 11");
    expect_has("by how much", row(scene, CARD_PROMPT, 1)->note, "+5 pp since the start");
    expect_has("a KR without a value is not updated", row(scene, CARD_PROMPT, 2)->note,
               "not updated today");
    expect_lacks("and never called unchanged", said, "unchanged");
    expect_has("confidence as the team's", said, "Confidence 6 of 10 (1 answer)");
    expect_has("what was learned", said, "shorter invitations work");
}

static void test_two_missed_days_in_a_row_are_said(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_until(scene, "2025-07-14 10:00");
    expect_has("the first is recorded", scene_prompt(scene), "recorded as missed");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
    scene_until(scene, "2025-07-15 10:00");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("the second is said, to the facilitator too", notice,
               "two check-ins in a row had no answer");
    expect_has("the second is said, to the facilitator too", notice, "@maria");
    expect_lacks("nobody else is named for having been silent", notice, "@jonas");
    scene_until(scene, "2025-07-18 12:00");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
}

static void test_missed_days_that_are_not_in_a_row_are_not_said(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_until(scene, "2025-07-15 09:31");
    scene_answer(scene, "tom", 1, "m1", "same");
    scene_until(scene, "2025-07-16 12:00");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
}

static void test_stale_is_never_shown_as_good(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "kr1 34%, kr2 6, kr3 same"); /* far ahead, and done */
    scene_until(scene, "2025-07-16 09:30");
    assert_int_not_equal(row(scene, CARD_PROMPT, 1)->status, PACE_STALE);
    scene_until(scene, "2025-07-17 09:30");
    for (int32_t kr = 1; kr <= 3; kr++) {
        assert_int_equal(row(scene, CARD_PROMPT, kr)->status, PACE_STALE);
        expect_has("and says since when", row(scene, CARD_PROMPT, kr)->note,
                   "not confirmed for 2 working days");
    }
    scene_answer(scene, "tom", 1, "m2", "same");
    scene_until(scene, "2025-07-17 09:45");
    assert_int_equal(row(scene, CARD_PROMPT, 1)->status, PACE_AHEAD);
    assert_int_equal(row(scene, CARD_PROMPT, 2)->status, PACE_DONE);
}

static void test_the_lead_is_told_after_three_days_without_a_value(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "27, 4, 9.5");
    for (int day = 15; day <= 18; day++) {
        g_autofree char *when = g_strdup_printf("2025-07-%d 09:31", day);

        scene_until(scene, when);
        scene_answer(scene, "maria", 1, NULL, "kr1 same, kr3 same");
    }
    assert_int_equal(scene_count(scene, CARD_NOTICE, "lena"), 0);
    scene_until(scene, "2025-07-18 10:00");
    assert_int_equal(scene_count(scene, CARD_NOTICE, "lena"), 1);
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("of what", notice, "KR2 have had no confirmed value for 3 working days");
    expect_lacks("not of what was confirmed", notice, "KR1");
    scene_until(scene, "2025-07-24 12:00");
    assert_int_equal(scene_count(scene, CARD_NOTICE, "lena"),
                     2); /* kr1 and kr3 by now, and kr2 not again */
}

static void test_a_weekend_makes_nothing_stale(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_until(scene, "2025-07-18 09:31");
    scene_answer(scene, "maria", 1, "m1", "27, 4, 9.5");
    scene_until(scene, "2025-07-21 09:31");
    assert_int_not_equal(row(scene, CARD_PROMPT, 1)->status, PACE_STALE);
}

static void test_a_blocker_stands_in_every_prompt_until_cleared(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "same; blocked: legal review @tom");
    scene_until(scene, "2025-07-14 09:45");
    expect_has("in the summary", scene_prompt(scene), "Blocker 1: legal review");
    scene_until(scene, "2025-07-15 09:31");
    expect_has("in the next prompt, with its owner and age", scene_prompt(scene),
               "(@tom, for 23 hours)");
    scene_until(scene, "2025-07-17 09:31");
    expect_has("and the one after", scene_prompt(scene), "(@tom, for 2 days, past its 24 hours)");
    expect_has("until it is cleared", scene_answer(scene, "jonas", 1, "m2", "unblocked 1"),
               "blocker 1 cleared");
    scene_until(scene, "2025-07-18 09:31");
    expect_lacks("then it is gone", scene_prompt(scene), "legal review");
    expect_has("once", scene_answer(scene, "jonas", 1, "m3", "unblocked 1"),
               "no standing blocker 1");
}

static void test_the_24_hour_clock_of_a_blocker(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    g_autoptr(Scene) friday = scene_sprint();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "27, 4, 9.5; blocked: legal review @tom");
    scene_until(scene, "2025-07-15 09:30");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "tom"), 0);
    scene_until(scene, "2025-07-15 09:32");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "tom"), 1);
    g_autofree char *nudge = scene_last(scene, CARD_NUDGE);
    expect_has("says what and how", nudge, "legal review");
    expect_has("says what and how", nudge, "unblocked 1");

    scene_until(friday, "2025-07-18 09:31");
    scene_answer(friday, "maria", 1, "m1", "27, 4, 9.5; blocked: legal review @tom");
    scene_until(friday, "2025-07-20 23:00");
    assert_int_equal(scene_count(friday, CARD_NUDGE, "tom"), 0); /* not on a weekend */
    scene_until(friday, "2025-07-21 09:31");
    assert_int_equal(scene_count(friday, CARD_NUDGE, "tom"), 1);
}

static void test_high_confidence_beside_a_flat_number_is_pointed_out(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "27, 4, 9.5; confidence 9");
    scene_until(scene, "2025-07-15 09:31");
    scene_answer(scene, "maria", 1, "m2", "27, 5, 9; confidence 9");
    scene_until(scene, "2025-07-15 09:45");
    expect_has("the number and the feeling side by side", scene_prompt(scene),
               "Confidence is 9 of 10, and KR1 has not moved at two check-ins in a row");
}

static void test_a_drop_of_confidence_is_pointed_out(void **state)
{
    static const struct {
        const char *promise;
        int first, second, third;
        const char *said;
    } cases[] = {
        {"by 3 from one day to the next", 8, 5, -1, "Confidence fell from 8 (Mon 14 July) to 5"},
        {"by 3 within two days", 8, 7, 5, "Confidence fell from 8 (Mon 14 July) to 5"},
        {"not by 2", 8, 7, 6, NULL},
        {"a rise is no fall", 2, 5, 8, NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_asked();
        const int days[] = {cases[i].first, cases[i].second, cases[i].third};

        for (int day = 0; day < 3 && days[day] >= 0; day++) {
            g_autofree char *when = g_strdup_printf("2025-07-%d 09:31", 14 + day);
            g_autofree char *after = g_strdup_printf("2025-07-%d 09:50", 14 + day);
            g_autofree char *text = g_strdup_printf("kr1 +1; confidence %d", days[day]);

            scene_until(scene, when);
            scene_answer(scene, "maria", 1, NULL, text);
            scene_until(scene, after);
        }
        if (cases[i].said != NULL) {
            expect_has(cases[i].promise, scene_prompt(scene), cases[i].said);
        } else {
            expect_lacks(cases[i].promise, scene_prompt(scene), "Confidence fell");
        }
    }
}

static void test_the_last_confidence_of_each_member_counts(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "confidence 2");
    scene_answer(scene, "maria", 1, "m2", "confidence 8");
    scene_answer(scene, "tom", 1, "m3", "confidence 6");
    scene_answer(scene, "tom", 1, "m4", "kr1 27%");
    scene_until(scene, "2025-07-14 09:45");
    expect_has("two people, two answers", scene_prompt(scene),
               "6 to 8 of 10, median 7 (2 answers)");
}

static void test_a_member_who_left_is_no_longer_asked(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_event(scene, scene_new_event(scene, EVENT_LEFT, "maria"));
    scene_until(scene, "2025-07-14 12:00");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "maria"), 0);
    scene_event(scene, scene_new_event(scene, EVENT_JOINED, "maria"));
    scene_until(scene, "2025-07-15 12:00");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "maria"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_prompt_shows_where_each_number_stands_and_asks),
        cmocka_unit_test(test_the_nudge_half_way),
        cmocka_unit_test(test_one_nudge_a_day_over_all_sprints),
        cmocka_unit_test(test_a_member_who_is_away_is_never_nudged),
        cmocka_unit_test(test_a_day_on_which_everybody_is_away_is_neither_asked_nor_missed),
        cmocka_unit_test(test_the_summary_takes_the_place_of_the_prompt),
        cmocka_unit_test(test_two_missed_days_in_a_row_are_said),
        cmocka_unit_test(test_missed_days_that_are_not_in_a_row_are_not_said),
        cmocka_unit_test(test_stale_is_never_shown_as_good),
        cmocka_unit_test(test_the_lead_is_told_after_three_days_without_a_value),
        cmocka_unit_test(test_a_weekend_makes_nothing_stale),
        cmocka_unit_test(test_a_blocker_stands_in_every_prompt_until_cleared),
        cmocka_unit_test(test_the_24_hour_clock_of_a_blocker),
        cmocka_unit_test(test_high_confidence_beside_a_flat_number_is_pointed_out),
        cmocka_unit_test(test_a_drop_of_confidence_is_pointed_out),
        cmocka_unit_test(test_the_last_confidence_of_each_member_counts),
        cmocka_unit_test(test_a_member_who_left_is_no_longer_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

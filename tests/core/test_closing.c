/* The end of a sprint: announced, reached, asked after, and what follows it (framework: Life of a
 * sprint). */

#include "core/closing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/world.h"
#include "scene.h"

static const char retro[] = "/sprint retro\nkr1: 31%\nkr2: 5\nkr3: 8 days\nanchor: $24.1M\n"
                            "moved: partly, two large accounts slipped\nlearned: invitations that "
                            "name a figure are accepted\n"
                            "change: keep\naction: Hand the invitation to East; owner: @jonas; by: "
                            "2025-08-15\ncomplete: yes";

static void test_the_close_is_announced_three_days_one_day_and_on_the_last_day(void **state)
{
    static const struct {
        const char *when;
        int so_far;
        const char *says;
    } days[] = {
        {"2025-07-24 23:00", 0, NULL},
        {"2025-07-25 09:30", 1, "3 days left in sprint 1: it ends after Mon 28 July"},
        {"2025-07-27 23:00", 1,
         NULL}, /* 1 day before is a Sunday, and Friday has had its reminder */
        {"2025-07-28 09:30", 2, "Sprint 1 ends tonight"},
        {"2025-07-30 23:00", 2, NULL},
    };
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        scene_until(scene, days[i].when);
        assert_int_equal(scene_count(scene, CARD_REMINDER, NULL), days[i].so_far);
        if (days[i].says != NULL) {
            g_autofree char *reminder = scene_last(scene, CARD_REMINDER);

            expect_has("what is left", reminder, days[i].says);
            expect_has("and where the numbers stand", reminder, "ICP meeting acceptance rate 22%");
        }
    }
}

static void test_when_the_window_is_over_the_retrospective_is_asked_for_at_once(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    scene_answer(scene, "maria", 1, "m1", "kr1 31%, kr2 5, kr3 8 days");
    scene_until(scene, "2025-07-28 23:59");
    scene_forget(scene);
    scene_until(scene, "2025-07-29 00:00");
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, NULL), 1);
    g_autofree char *asked = scene_last(scene, CARD_RETRO_ASK);
    expect_has("every figure that is known", asked, "22% → 31% → 35%");
    expect_has("the anchor at the opening", asked, "it stood at $21.2M when the sprint opened");
    expect_has("what the rhythm was", asked, "1 held of 11");
    expect_has("the three answers", asked,
               "Did we move the Anchor KR? What did we learn about the gap? What changes at the "
               "tactical level?");
    g_autofree char *card = scene_last(scene, CARD_SPRINT);
    expect_has("the sprint card says so", card, "In closing");
    assert_string_equal(g_ptr_array_index(scene->log, 1),
                        "1 active -> closing by the clock: the window is over");
    scene_forget(scene);
    scene_until(scene, "2025-08-20 12:00");
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL), 0); /* check-ins stop */
}

static void test_ending_early_still_asks_for_the_retrospective(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    expect_has("a reason is wanted", scene_command(scene, "jonas", "/sprint close 1"),
               "Why does it end before its time?");
    scene_text(scene, "jonas", "cancel");
    expect_has("it ends", scene_command(scene, "jonas", "/sprint close\nreason: the spike is over"),
               "ended early and is in closing");
    g_autofree char *asked = scene_last(scene, CARD_RETRO_ASK);
    expect_has("it is said why", asked, "Ended early: the spike is over");
    assert_string_equal(g_ptr_array_index(scene->log, 1),
                        "1 active -> closing by jonas: the spike is over");
    assert_true(scene_sprint_of(scene, 1)->ended_early);
    scene_command(scene, "maria", retro);
    g_autofree char *closed = scene_last(scene, CARD_CLOSE);
    expect_has("and still said at the close", closed, "Ended early: the spike is over");
    expect_has("and in the history", scene_command(scene, "tom", "/sprint history"), "ended early");
}

/* The ladder climbs by working days: facilitator 0 and 1, lead 2, channel 3, escalation 5, channel
 * each day after. */
static void test_the_ladder(void **state)
{
    static const struct {
        const char *promise, *until;
        int facilitator, lead, channel, escalation; /* so far */
    } days[] = {
        {"Tuesday, day 0: the facilitator", "2025-07-29 12:00", 1, 0, 0, 0},
        {"Wednesday, day 1: the facilitator again", "2025-07-30 12:00", 2, 0, 0, 0},
        {"Thursday, day 2: the lead", "2025-07-31 12:00", 2, 1, 0, 0},
        {"Friday, day 3: the channel", "2025-08-01 12:00", 2, 1, 1, 0},
        {"not on a weekend", "2025-08-03 23:00", 2, 1, 1, 0},
        {"Monday, day 4: nobody", "2025-08-04 12:00", 2, 1, 1, 0},
        {"Tuesday, day 5: the escalation contact", "2025-08-05 12:00", 2, 1, 1, 1},
        {"Wednesday: the channel", "2025-08-06 12:00", 2, 1, 2, 1},
        {"Thursday: the channel", "2025-08-07 12:00", 2, 1, 3, 1},
        {"and so on, each working day", "2025-08-14 12:00", 2, 1, 8, 1},
    };
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-29 00:00");
    scene_forget(scene); /* the first question, to the channel */
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        scene_until(scene, days[i].until);
        if (scene_count(scene, CARD_RETRO_ASK, "maria") != days[i].facilitator ||
            scene_count(scene, CARD_RETRO_ASK, "lena") != days[i].lead ||
            scene_count(scene, CARD_RETRO_ASK, NULL) != days[i].channel ||
            scene_count(scene, CARD_RETRO_ASK, "ines") != days[i].escalation) {
            fail_msg("%s: facilitator %d, lead %d, channel %d, escalation %d", days[i].promise,
                     scene_count(scene, CARD_RETRO_ASK, "maria"),
                     scene_count(scene, CARD_RETRO_ASK, "lena"),
                     scene_count(scene, CARD_RETRO_ASK, NULL),
                     scene_count(scene, CARD_RETRO_ASK, "ines"));
        }
    }
    g_autofree char *last = scene_last(scene, CARD_RETRO_ASK);
    expect_has("for how long it has waited", last, "has waited 12 working days");
    scene_command(scene, "maria", retro);
    scene_forget(scene);
    scene_until(scene, "2025-08-29 12:00");
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, NULL),
                     0); /* the ladder ends with the retrospective */
}

static void test_a_rung_without_anybody_is_the_channel(void **state)
{
    static const struct {
        const char *promise, *setup, *until;
        int channel;
    } cases[] = {
        {"the facilitator is away", "/sprint away 29 July - 30 July", "2025-07-30 12:00", 2},
        {"nobody is away", "/sprint status", "2025-07-30 12:00", 0},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_sprint();

        scene_command(scene, "maria", cases[i].setup);
        scene_until(scene, "2025-07-29 00:00");
        scene_forget(scene);
        scene_until(scene, cases[i].until);
        if (scene_count(scene, CARD_RETRO_ASK, NULL) != cases[i].channel) {
            fail_msg("%s: %d in the channel", cases[i].promise,
                     scene_count(scene, CARD_RETRO_ASK, NULL));
        }
    }
    g_autoptr(Scene) scene = scene_new();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);
    scene_command(
        scene, "maria",
        "/sprint setup\nname: West\ntimezone: Europe/Berlin"); /* neither lead nor escalation */
    scene_command(scene, "maria",
                  "/okr objective\nobjective: Build the pipeline that carries the year\nperiod: FY "
                  "Q3, 2025-06-02 - 2025-08-31");
    scene_command(scene, "maria",
                  "/okr kr\nkr: Increase qualified B2B pipeline from $20M to $30M by Q3 close");
    expect_has("the sprint opens", scene_command(scene, "maria", text), "is open");
    scene_until(scene, "2025-07-29 00:00");
    scene_forget(scene);
    scene_until(scene, "2025-08-05 12:00");
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, "maria"), 2);
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, NULL), 3); /* days 2, 3 and 5 */
}

static void test_the_ladder_knows_holidays(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_command(scene, "maria", "/sprint setup\nholidays: 2025-07-29, 2025-07-31");
    scene_until(scene, "2025-07-29 00:00");
    scene_forget(scene);
    scene_until(scene, "2025-07-29 23:00");
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, "maria"), 0);
    scene_until(scene, "2025-07-31 23:00"); /* day 0 on Wednesday */
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, "maria"), 1);
    scene_until(scene, "2025-08-01 23:00");
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, "maria"), 2);
    scene_until(scene, "2025-08-04 23:00");
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, "lena"), 1);
}

static void test_a_reminder_to_one_person_ends_with_the_day(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-29 12:00");
    assert_int_equal(scene_card(scene, CARD_RETRO_ASK)->expires.us,
                     scene_instant(scene, "2025-07-30 00:00").us);
}

static void test_the_result_is_published(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    for (int day = 14; day <= 18; day++) {
        g_autofree char *when = g_strdup_printf("2025-07-%d 09:31", day);

        scene_until(scene, when);
        scene_answer(scene, "maria", 1, NULL, "same");
    }
    scene_until(scene, "2025-07-29 08:00");
    scene_forget(scene);
    scene_command(scene, "jonas", retro);
    g_autofree char *closed = scene_last(scene, CARD_CLOSE);
    expect_has("the final values", closed, "22% → 31% → 35%");
    expect_has("the anchor's movement, and its share of the gap", closed,
               "$21.2M → $24.1M (+$2.9M, 33% of the gap)");
    expect_has("as a comparison", closed, "not a proof of cause");
    expect_has("the rhythm", closed, "5 held of 11");
    expect_has("and what that says", closed, "The rhythm was not held");
    expect_has("the first answer", closed,
               "Did we move the Anchor KR? partly, two large accounts slipped");
    expect_has("the second", closed, "invitations that name a figure are accepted");
    expect_has("the third", closed, "What changes at the tactical level? keep");
    expect_has("what is to be done, by whom", closed,
               "1.1 Hand the invitation to East (@jonas, by Fri 15 August)");
    assert_string_equal(g_ptr_array_index(scene->log, 2),
                        "1 closing -> closed by jonas: the retrospective is complete");
    g_autofree char *card = scene_last(scene, CARD_SPRINT);
    expect_has("the sprint card says so", card, "Closed.");
}

static void test_a_rhythm_that_was_held_says_something_else(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    static const int days[] = {14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 28};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        g_autofree char *when = g_strdup_printf("2025-07-%d 09:31", days[i]);

        scene_until(scene, when);
        scene_answer(scene, "maria", 1, NULL, "same");
    }
    scene_until(scene, "2025-07-29 00:00");
    g_autofree char *asked = scene_last(scene, CARD_RETRO_ASK);
    expect_has("held but missed", asked, "look at the key results or the strategy");
}

static void test_the_anchors_movement(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    Movement movement = {0};
    Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    scene_until(scene, "2025-07-29 08:00");
    assert_false(closing_movement(scene->world, sprint, &movement));
    scene_command(scene, "maria", "/sprint retro\nanchor: $24.1M");
    assert_true(closing_movement(scene->world, sprint, &movement));
    assert_true(movement.known && movement.share_known && movement.lift_known);
    assert_int_equal(movement.moved.millionths, DECIMAL(2900000).millionths);
    assert_int_equal(movement.share.millionths, 329545); /* 2.9 of 8.8 */
    /* before the sprint $1.2M in 42 days; in 15 days that pace would have brought $428,571 */
    assert_int_equal(movement.expected.millionths / DECIMAL_ONE, 428571);
}

static void test_an_undeliverable_card_is_told_to_a_facilitator(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    Event *event = scene_new_event(scene, EVENT_UNDELIVERABLE, NULL);

    (void)state;
    event->action = g_strdup("the channel is archived");
    event_set_text(event, "prompt/1", strlen("prompt/1"));
    scene_event(scene, event);
    assert_int_equal(scene_count(scene, CARD_NOTICE, "maria"), 1);
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("why", notice, "the channel is archived");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_close_is_announced_three_days_one_day_and_on_the_last_day),
        cmocka_unit_test(test_when_the_window_is_over_the_retrospective_is_asked_for_at_once),
        cmocka_unit_test(test_ending_early_still_asks_for_the_retrospective),
        cmocka_unit_test(test_the_ladder),
        cmocka_unit_test(test_a_rung_without_anybody_is_the_channel),
        cmocka_unit_test(test_the_ladder_knows_holidays),
        cmocka_unit_test(test_a_reminder_to_one_person_ends_with_the_day),
        cmocka_unit_test(test_the_result_is_published),
        cmocka_unit_test(test_a_rhythm_that_was_held_says_something_else),
        cmocka_unit_test(test_the_anchors_movement),
        cmocka_unit_test(test_an_undeliverable_card_is_told_to_a_facilitator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

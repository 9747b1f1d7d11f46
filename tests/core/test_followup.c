/* Follow-up actions: asked after until done, or dropped with a reason. */

#include "core/followup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static const char retro[] = "/sprint retro\nkr1: 31%\nkr2: 5\nkr3: 8 days\nanchor: $24.1M\n"
                            "moved: partly, two large accounts slipped\nlearned: invitations that "
                            "name a figure are accepted\n"
                            "change: keep\naction: Hand the invitation to East; owner: @jonas; by: "
                            "2025-08-15\ncomplete: yes";

/* Closed on Tuesday 29 July; action 1.1 is jonas's, by Friday 15 August. */
static Scene *closed_sprint(void)
{
    Scene *scene = scene_sprint();

    scene_until(scene, "2025-07-29 08:00");
    expect_has("it closes", scene_command(scene, "maria", retro), "Sprint 1 is closed");
    scene_forget(scene);
    return scene;
}

static void test_an_action_is_asked_after_until_done(void **state)
{
    static const struct {
        const char *promise, *until;
        int asked; /* so far */
    } days[] = {
        {"not before its day", "2025-08-15 09:29", 0},
        {"on its day, at check-in time", "2025-08-15 09:30", 1},
        {"not the next day", "2025-08-18 23:00", 1},
        {"nor within the week", "2025-08-21 23:00", 1},
        {"a week later again", "2025-08-22 09:30", 2},
        {"and again", "2025-08-29 09:30", 3},
    };
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        scene_until(scene, days[i].until);
        if (scene_count(scene, CARD_NUDGE, "jonas") != days[i].asked) {
            fail_msg("%s: asked %d times", days[i].promise,
                     scene_count(scene, CARD_NUDGE, "jonas"));
        }
    }
    expect_has("it is listed", scene_command(scene, "tom", "/sprint actions"),
               "1 follow-up action is open");
    expect_has("it is done", scene_command(scene, "tom", "/sprint actions 1.1 done"), "is done");
    expect_has("then none is open", scene_command(scene, "tom", "/sprint actions"),
               "No follow-up actions are open");
    expect_has("once", scene_command(scene, "tom", "/sprint actions 1.1 done"),
               "no open action 1.1");
    scene_until(scene, "2025-12-15 12:00");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "jonas"), 3);
}

/* What keeps the question from the owner for a while, and when it comes through. */
static void test_an_action_waits_for_who_can_answer(void **state)
{
    static const struct {
        const char *promise, *who, *command, *quiet_until, *asked_by;
    } cases[] = {
        {"away until Thursday", "jonas", "/sprint away until 21 August", "2025-08-20 23:00",
         "2025-08-21 09:30"},
        {"away for weeks", "jonas", "/sprint away 11 August - 5 September", "2025-09-07 23:00",
         "2025-09-08 09:30"},
        {"never on Fridays", "jonas", "/sprint away every Friday", "2025-08-17 23:00",
         "2025-08-18 09:30"},
        {"a holiday", "maria", "/sprint setup\nholidays: 2025-08-15", "2025-08-17 23:00",
         "2025-08-18 09:30"},
        {"another check-in time", "maria", "/sprint setup\ncheck-in: 14:00", "2025-08-15 13:59",
         "2025-08-15 14:00"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = closed_sprint();

        scene_command(scene, cases[i].who, cases[i].command);
        scene_until(scene, cases[i].quiet_until);
        if (scene_count(scene, CARD_NUDGE, "jonas") != 0) {
            fail_msg("%s: asked too early", cases[i].promise);
        }
        scene_until(scene, cases[i].asked_by);
        if (scene_count(scene, CARD_NUDGE, "jonas") != 1) {
            fail_msg("%s: not asked", cases[i].promise);
        }
    }
}

static void test_one_nudge_a_day_is_the_ceiling_for_actions_too(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    team_member(scene_team(scene), "jonas")->nudged = (Day){2025, 8, 15}; /* by something else */
    scene_until(scene, "2025-08-15 23:00");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "jonas"), 0);
    scene_until(scene, "2025-08-18 09:30");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "jonas"), 1);
}

static void test_after_downtime_an_action_is_asked_after_once(void **state)
{
    static const struct {
        const char *promise, *back, *asked_by;
    } cases[] = {
        {"back on a working day", "2025-09-10 11:00", "2025-09-10 11:00"},
        {"back before check-in time", "2025-09-10 07:00", "2025-09-10 09:30"},
        {"back on a weekend", "2025-09-13 12:00", "2025-09-15 09:30"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = closed_sprint();

        scene_sleep_until(scene, cases[i].back);
        scene_until(scene, cases[i].asked_by);
        if (scene_count(scene, CARD_NUDGE, "jonas") != 1) {
            fail_msg("%s: asked %d times", cases[i].promise,
                     scene_count(scene, CARD_NUDGE, "jonas"));
        }
    }
}

static void test_an_action_whose_owner_is_not_here_is_asked_of_the_channel(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    scene_event(scene, scene_new_event(scene, EVENT_LEFT, "jonas"));
    scene_until(scene, "2025-08-15 12:00");
    const Card *card = scene_card(scene, CARD_NOTICE);
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_that("in the channel", strcmp(card->channel, SCENE_HOME) == 0 && card->member == NULL);
    expect_has("the question is not lost", notice, "Hand the invitation to East");
    expect_has("and is answered there", scene_press(scene, "tom", "action.done", "1.1"),
               "Action 1.1 is done");
}

/* In a joint sprint an action may be anybody's of either team. */
static void test_the_owner_may_be_of_the_other_team(void **state)
{
    static const char joint[] =
        "/sprint open\ntrigger: Cross-Functional Gap\nsituation: 320 leads handed over, 6% "
        "convert\nowner: West, Marketing\n"
        "anchor: 1\nwindow: 2 weeks\nobjective: Establish a working lead handoff for both teams\n"
        "kr: Reduce handoff response time from 30 hours to 4 hours\n"
        "kr: Increase lead-to-meeting conversion rate from 12% to 25%\n"
        "kr: Progress 15 qualified leads from Meeting to Proposal stage";
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene->channel = "marketing";
    scene_command(scene, "ines",
                  "/sprint setup\nname: Marketing\ntimezone: Europe/Berlin\nholidays: 2025-08-15");
    scene->channel = SCENE_HOME;
    expect_has("it opens", scene_command(scene, "maria", joint), "is open");
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 4 hours\nkr2: 25%\nkr3: 15\nanchor: $24M\nmoved: yes, it "
                  "did\nlearned: x works\nchange: keep\n"
                  "action: Keep the handoff sheet; owner: @ines; by: 2025-08-15\ncomplete: yes");
    scene_forget(scene);
    scene_until(scene, "2025-08-17 23:00"); /* a holiday of hers, and the weekend */
    assert_int_equal(scene_count(scene, CARD_NUDGE, "ines"), 0);
    scene_until(scene, "2025-08-18 09:30");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "ines"), 1);
    const Card *card = scene_card(scene, CARD_NUDGE);
    const Block *button = g_ptr_array_index(card->blocks, card->blocks->len - 1);
    assert_string_equal(button->note, "marketing"); /* where she may answer */
    scene->channel = "marketing";
    expect_has("her team sees it", scene_command(scene, "ines", "/sprint actions"),
               "Keep the handoff sheet");
    expect_has("and may say so", scene_press(scene, "ines", "action.done", "1.1"), "is done");
    scene_until(scene, "2025-10-15 09:30");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "ines"), 1);
}

static void test_an_action_is_dropped_with_a_reason_only(void **state)
{
    static const struct {
        const char *promise, *text, *says;
    } cases[] = {
        {"without one it stays", "/sprint actions 1.1 dropped", "leaves its reason"},
        {"a colon alone is none", "/sprint actions 1.1 dropped:  ", "leaves its reason"},
        {"a word is missing", "/sprint actions 1.1", "Say which and what"},
        {"a number is missing", "/sprint actions done", "Say which and what"},
        {"another word", "/sprint actions 1.1 undone", "Say which and what"},
        {"a sprint that never was", "/sprint actions 9.1 done", "no open action 9.1"},
        {"an action that never was", "/sprint actions 1.2 done", "no open action 1.2"},
        {"a number beyond all numbers", "/sprint actions 99999999999999999999.1 done",
         "Say which and what"},
        {"less than nothing", "/sprint actions 1.-1 done", "Say which and what"},
        {"a sprint is no action", "/sprint drop-action 1: it is over", "“1” is no action's number"},
        {"one that is not there", "/sprint drop-action 1.3: nobody does it", "no open action 1.3"},
        {"with one it goes", "/sprint drop-action 1.1: East has its own now",
         "Reason: East has its own now"},
        {"and is gone", "/sprint actions", "No follow-up actions are open"},
        {"once", "/sprint drop-action 1.1: again", "no open action 1.1"},
    };
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_has(cases[i].promise, scene_command(scene, "tom", cases[i].text), cases[i].says);
        scene_command(scene, "tom", "cancel");
        scene_text(scene, "tom", "cancel");
    }
    scene_until(scene, "2025-12-15 12:00");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "jonas"), 0);
}

static void test_the_buttons_do_what_the_words_do(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    scene_until(scene, "2025-08-15 09:30");
    g_autofree char *asked = scene_last(scene, CARD_NUDGE);
    expect_has("done", asked, "action.done Done 1.1");
    expect_has("or dropped", asked, "form.open Drop… sprint drop-action 1.1");
    expect_has("a reason is asked for",
               scene_press(scene, "jonas", "form.open", "sprint drop-action 1.1"),
               "Why is it dropped?");
    expect_has("and shown", scene_text(scene, "jonas", "East has its own invitation now"),
               "reason: East has its own invitation now");
    expect_has("and taken", scene_text(scene, "jonas", "yes"), "Action 1.1 is dropped");
    expect_has("a second press finds nothing", scene_press(scene, "jonas", "action.done", "1.1"),
               "no open action 1.1");
}

static void test_a_button_says_nothing_that_it_should_not(void **state)
{
    static const struct {
        const char *promise, *value, *says;
    } cases[] = {
        {"no value", NULL, ""},
        {"an empty one", "", "Say which and what"},
        {"rubbish", "; DROP TABLE", "Say which and what"},
        {"another team's number", "7.1", "no open action 7.1"},
    };
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_has(cases[i].promise, scene_press(scene, "tom", "action.done", cases[i].value),
                   cases[i].says);
    }
    scene->channel = "nobody's";
    assert_string_equal(scene_press(scene, "tom", "action.done", "1.1"), "");
    scene->channel = SCENE_HOME;
    expect_has("it is still open", scene_command(scene, "tom", "/sprint actions"), "is open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_action_is_asked_after_until_done),
        cmocka_unit_test(test_an_action_waits_for_who_can_answer),
        cmocka_unit_test(test_one_nudge_a_day_is_the_ceiling_for_actions_too),
        cmocka_unit_test(test_after_downtime_an_action_is_asked_after_once),
        cmocka_unit_test(test_an_action_whose_owner_is_not_here_is_asked_of_the_channel),
        cmocka_unit_test(test_the_owner_may_be_of_the_other_team),
        cmocka_unit_test(test_an_action_is_dropped_with_a_reason_only),
        cmocka_unit_test(test_the_buttons_do_what_the_words_do),
        cmocka_unit_test(test_a_button_says_nothing_that_it_should_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

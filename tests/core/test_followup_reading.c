/* The anchor is read again 14 and 28 days after a close, and it stands in the sprint's record. */

#include "core/followup_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static const char retro[] = "/sprint retro\nkr1: 31%\nkr2: 5\nkr3: 8 days\nanchor: $24.1M\n"
                            "moved: partly, two large accounts slipped\nlearned: invitations that "
                            "name a figure are accepted\n"
                            "change: keep\ncomplete: yes";

/* Closed on Tuesday 29 July, the anchor at $24.1M: read again on Tuesday 12 and 26 August. */
static Scene *closed_sprint(void)
{
    Scene *scene = scene_sprint();

    scene_until(scene, "2025-07-29 08:00");
    expect_has("it closes", scene_command(scene, "maria", retro), "Sprint 1 is closed");
    scene_forget(scene);
    return scene;
}

static void expect_record(const Scene *scene, const char *promise, int32_t days, const char *iso,
                          Decimal value)
{
    const FollowUp *known = followup_reading_of(scene_sprint_of(scene, 1), days);

    expect_that(promise, known != NULL);
    g_autofree char *day = day_iso(known->day);
    expect_has(promise, day, iso);
    expect_that(promise, decimal_cmp(known->value, value) == 0);
}

static void test_the_anchor_is_asked_for_after_14_and_28_days(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    scene_until(scene, "2025-08-12 09:29");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
    scene_until(scene, "2025-08-12 09:30");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("when", notice, "14 days after sprint 1 closed");
    expect_has("what it was", notice, "was at $24.1M then");
    expect_has("how to tell", notice, "/sprint followup 1: $24.1M");
    expect_has("or press", notice, "form.open Tell its value sprint followup 1");
    scene_until(scene, "2025-08-26 12:00");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 2);
    scene_until(scene, "2025-08-31 12:00"); /* the day after, the period is summed up */
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 2);
}

/* Whoever read it in the days before need not read it again. */
static void test_a_press_asks_for_the_value_alone(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();
    const char *asked = NULL;

    (void)state;
    scene_until(scene, "2025-08-12 09:30");
    asked = scene_press(scene, "jonas", "form.open", "sprint followup 1");
    expect_has("what is asked", asked, "Where does the anchor stand now?");
    expect_lacks("nothing was done wrong yet", asked, "missing");
    scene_text(scene, "jonas", "$23.9M");
    scene_text(scene, "jonas", "yes");
    expect_record(scene, "it counts", 14, "2025-08-12", (Decimal){23900000000000});
    expect_has("once", scene_press(scene, "maria", "form.open", "sprint followup 1"),
               "a record is told once");
}

static void test_a_fresh_reading_is_taken_at_once(void **state)
{
    static const struct {
        const char *promise, *read_on, *iso;
        bool fresh;
    } cases[] = {
        {"on the same day", "2025-08-12 09:00", "2025-08-12", true},
        {"three days before", "2025-08-09 18:00", "2025-08-09", true},
        {"four days before is not fresh", "2025-08-08 18:00", NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = closed_sprint();

        scene_until(scene, cases[i].read_on);
        scene_command(scene, "maria", "/okr update 1 $24.5M");
        scene_forget(scene);
        scene_until(scene, "2025-08-12 09:30");
        g_autofree char *notice = scene_last(scene, CARD_NOTICE);
        assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
        if (cases[i].fresh) {
            expect_record(scene, cases[i].promise, 14, cases[i].iso, DECIMAL(24500000));
            expect_has(cases[i].promise, notice,
                       "14 days after sprint 1 closed its anchor stands at $24.5M: +$400k since "
                       "the close, +$3.3M since it opened");
            scene_until(scene, "2025-08-25 09:30");
            assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
        } else {
            expect_has(cases[i].promise, notice, "where does its anchor stand now?");
        }
    }
}

static void test_a_value_that_was_given_stands_in_the_record(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    scene_until(scene, "2025-08-14 15:00");
    scene_forget(scene);
    expect_has("it is taken", scene_command(scene, "jonas", "/sprint followup 1: $23.9M"),
               "it stands in the record of sprint 1");
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("all are told", notice, "-$200k since the close, +$2.7M since it opened");
    expect_record(scene, "with its day", 14, "2025-08-14", DECIMAL(23900000));
    expect_that("it is a reading of the anchor",
                decimal_cmp(track_value(team_tactical_number(scene_team(scene), 1)->track),
                            DECIMAL(23900000)) == 0);
    const char *shown = scene_command(scene, "tom", "/sprint show 1");
    expect_has("the sprint shows it", shown, "14 days later $23.9M (-$200k since the close)");
    expect_lacks("but not what is to come", shown, "28 days later");
    expect_has("once", scene_command(scene, "jonas", "/sprint followup 1: $24M"),
               "$23.9M stands in the record of sprint 1");
    scene_text(scene, "jonas", "cancel");
    scene_until(scene, "2025-08-26 09:30");
    scene_command(scene, "jonas", "/sprint follow-up 1 +$1.1M");
    expect_record(scene, "the second is one of its own", 28, "2025-08-26", DECIMAL(25000000));
    expect_record(scene, "and leaves the first", 14, "2025-08-14", DECIMAL(23900000));
    expect_has("both are shown", scene_command(scene, "tom", "/sprint show 1"),
               "28 days later $25M (+$900k since the close)");
}

static void test_a_week_later_the_first_reading_since_is_taken(void **state)
{
    static const struct {
        const char *promise;
        const char *reads[4][2]; /* when, what */
        const char *iso;
        int64_t value;
    } cases[] = {
        {"the first, not the last",
         {{"2025-08-13 12:00", "/okr update 1 $24.3M"}, {"2025-08-18 12:00", "/okr update 1 $26M"}},
         "2025-08-13",
         24300000},
        {"what counts of that day",
         {{"2025-08-13 12:00", "/okr update 1 $24.3M"}, {"2025-08-13 17:00", "/okr update 1 $24M"}},
         "2025-08-13",
         24000000},
        {"none that came before",
         {{"2025-08-07 12:00", "/okr update 1 $23M"}, {"2025-08-18 12:00", "/okr update 1 $26M"}},
         "2025-08-18",
         26000000},
        {"just in time", {{"2025-08-19 09:00", "/okr update 1 $26M"}}, "2025-08-19", 26000000},
        {"too late is not read", {{"2025-08-19 12:00", "/okr update 1 $26M"}}, NULL, 0},
        {"nothing at all is not read", {{NULL, NULL}}, NULL, 0},
        {"another KR's is none", {{"2025-08-13 12:00", "/okr update 2 19%"}}, NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = closed_sprint();

        for (size_t j = 0; j < G_N_ELEMENTS(cases[i].reads) && cases[i].reads[j][0] != NULL; j++) {
            scene_until(scene, cases[i].reads[j][0]);
            scene_command(scene, "maria", cases[i].reads[j][1]);
        }
        scene_until(scene, "2025-08-20 12:00");
        if (scene_count(scene, CARD_NOTICE, NULL) != 1) {
            fail_msg("%s: after the question it is taken quietly", cases[i].promise);
        }
        if (cases[i].iso != NULL) {
            expect_record(scene, cases[i].promise, 14, cases[i].iso, DECIMAL(cases[i].value));
        } else {
            expect_that(cases[i].promise,
                        followup_reading_of(scene_sprint_of(scene, 1), 14) == NULL);
            expect_has(cases[i].promise, scene_command(scene, "tom", "/sprint show 1"),
                       "14 days later not read");
        }
    }
}

static void test_what_cannot_be_taken_says_why(void **state)
{
    static const struct {
        const char *promise, *at, *text, *says;
    } cases[] = {
        {"too early", "2025-08-11 23:00", "/sprint followup 1: $24.5M",
         "from Tue 12 August on, so that a late effect shows"},
        {"a sprint that never was", "2025-08-12 12:00", "/sprint followup 9: $24.5M", "9"},
        {"no number", "2025-08-12 12:00", "/sprint followup the first", "the first"},
        {"another unit", "2025-08-12 12:00", "/sprint followup 1: 24 days", "24 days"},
        {"a formula", "2025-08-12 12:00", "/sprint followup 1: =1+1", "=1+1"},
        {"a comma that may be anything", "2025-08-12 12:00", "/sprint followup 1: 24,5", "24,5"},
        {"too late", "2025-08-20 12:00", "/sprint followup 1: $24.5M",
         "14 days after sprint 1 was asked for until Tue 19 August"},
        {"a good while later", "2025-12-20 12:00", "/sprint followup 1: $24.5M",
         "28 days after sprint 1 was asked for until Tue 2 September"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = closed_sprint();

        scene_until(scene, cases[i].at);
        expect_has(cases[i].promise, scene_command(scene, "tom", cases[i].text), cases[i].says);
        expect_that(cases[i].promise, scene_sprint_of(scene, 1)->follow_ups->len == 0);
    }
    g_autoptr(Scene) scene = scene_sprint();
    expect_has("a sprint that is open", scene_command(scene, "tom", "/sprint followup 1: $24.5M"),
               "Sprint 1 is not closed yet");
}

static void test_a_question_is_asked_on_its_day_or_not_at_all(void **state)
{
    static const struct {
        const char *promise, *setup, *sleep, *until;
        int asked;
    } cases[] = {
        {"a holiday moves it to the next working day", "/sprint setup\nholidays: 2025-08-12", NULL,
         "2025-08-13 09:30", 1},
        {"a holiday that was added later moves it, too", "/sprint status", NULL, "2025-08-12 09:30",
         1},
        {"late on its day it is asked", "/sprint status", "2025-08-12 17:00", "2025-08-12 17:00",
         1},
        {"a day late it is not", "/sprint status", "2025-08-13 10:00", "2025-08-24 10:00", 0},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_sprint();

        scene_command(scene, "maria", cases[i].setup);
        scene_until(scene, "2025-07-29 08:00");
        scene_command(scene, "maria", retro);
        scene_forget(scene);
        if (cases[i].sleep != NULL) {
            scene_sleep_until(scene, cases[i].sleep);
        }
        scene_until(scene, cases[i].until);
        if (scene_count(scene, CARD_NOTICE, NULL) != cases[i].asked) {
            fail_msg("%s: %d", cases[i].promise, scene_count(scene, CARD_NOTICE, NULL));
        }
    }
    g_autoptr(Scene) scene = closed_sprint();
    scene_sleep_until(scene, "2025-08-14 10:00"); /* nobody was asked */
    scene_command(scene, "maria", "/okr update 1 $24.5M");
    scene_until(scene, "2025-08-20 10:00");
    expect_record(scene, "what was read is still taken", 14, "2025-08-14", DECIMAL(24500000));
}

static void test_a_dropped_anchor_is_not_read_again(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    team_tactical_number(scene_team(scene), 1)->dropped = true;
    scene_until(scene, "2025-08-12 12:00");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
    expect_has("nor by hand", scene_command(scene, "tom", "/sprint followup 1: $24.5M"),
               "was dropped, so it is not read again");
}

/* Marketing's KR is asked for in Marketing's home, in its time zone, though the sprint was opened
 * in West's. */
static void test_a_joint_sprint_is_asked_about_where_its_anchor_lives(void **state)
{
    static const char joint[] =
        "/sprint open\ntrigger: Cross-Functional Gap\nsituation: 320 leads handed over, 6% "
        "convert\nowner: West, Marketing\nanchor: Marketing 1\nwindow: 2 weeks\n"
        "objective: Establish a working lead handoff for both teams\n"
        "kr: Reduce handoff response time from 30 hours to 4 hours\n"
        "kr: Increase lead-to-meeting conversion rate from 12% to 25%\n"
        "kr: Progress 15 qualified leads from Meeting to Proposal stage";
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene->channel = "marketing";
    scene_command(scene, "ines", "/sprint setup\nname: Marketing\ntimezone: Asia/Tokyo");
    scene_command(scene, "ines",
                  "/okr objective\nobjective: Fill the funnel with leads that close\nperiod: Q3, "
                  "2025-07-01 - 2025-09-30");
    scene_command(scene, "ines", "/okr kr Reduce cost per lead from 90 days to 60 days");
    scene->channel = SCENE_HOME;
    expect_has("it opens", scene_command(scene, "maria", joint), "is open");
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    expect_has("it closes",
               scene_command(scene, "maria",
                             "/sprint retro\nkr1: 4 hours\nkr2: 25%\nkr3: 15\nanchor: 80 days\n"
                             "moved: yes, it did\nlearned: x works\nchange: keep\ncomplete: yes"),
               "is closed");
    scene_forget(scene);
    scene_until(scene, "2025-07-28 02:29"); /* 09:29 in Tokyo */
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
    scene_until(scene, "2025-07-28 02:30");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
    assert_string_equal(scene_card(scene, CARD_NOTICE)->channel, "marketing");
    expect_has("either team may tell", scene_command(scene, "maria", "/sprint followup 1: 72 days"),
               "it stands in the record");
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("less is less, whatever is good", notice,
               "-8 days since the close, -18 days since it opened");
    assert_string_equal(scene_card(scene, CARD_NOTICE)->channel, "marketing");
}

static void test_the_button_asks_for_the_value_alone(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    scene_until(scene, "2025-08-12 09:30");
    const char *asked = scene_press(scene, "tom", "form.open", "sprint followup 1");
    expect_has("the value is asked for", asked, "Where does the anchor stand now?");
    expect_has("with what it was", asked, "was at $24.1M at the close");
    expect_lacks("and its lack is no fault", asked, "second look");
    expect_has("and shown", scene_text(scene, "tom", "$24.5M"), "value: $24.5M");
    expect_has("and taken", scene_text(scene, "tom", "yes"), "it stands in the record");
    expect_record(scene, "for the day", 14, "2025-08-12", DECIMAL(24500000));
}

static void test_a_form_is_a_form_where_there_are_forms(void **state)
{
    g_autoptr(Scene) scene = closed_sprint();

    (void)state;
    scene->conversation = false;
    scene_until(scene, "2025-08-12 09:30");
    scene_press(scene, "tom", "form.open", "sprint followup 1");
    expect_that("it comes up", scene->reply != NULL && scene->reply->form != NULL);
    expect_has("and is sent",
               scene_submit(scene, "tom", "sprint followup", "sprint: 1\nvalue: $24.5M"),
               "it stands in the record");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_anchor_is_asked_for_after_14_and_28_days),
        cmocka_unit_test(test_a_press_asks_for_the_value_alone),
        cmocka_unit_test(test_a_fresh_reading_is_taken_at_once),
        cmocka_unit_test(test_a_value_that_was_given_stands_in_the_record),
        cmocka_unit_test(test_a_week_later_the_first_reading_since_is_taken),
        cmocka_unit_test(test_what_cannot_be_taken_says_why),
        cmocka_unit_test(test_a_question_is_asked_on_its_day_or_not_at_all),
        cmocka_unit_test(test_a_dropped_anchor_is_not_read_again),
        cmocka_unit_test(test_a_joint_sprint_is_asked_about_where_its_anchor_lives),
        cmocka_unit_test(test_the_button_asks_for_the_value_alone),
        cmocka_unit_test(test_a_form_is_a_form_where_there_are_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

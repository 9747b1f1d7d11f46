/* The weekly check-in, as a team lives it: when it asks, what it shows, and its summary (framework:
 * The tactical layer). What members answer is in test_weekly_answer.c. */

#include "core/weekly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/chart.h"
#include "core/weekly_days.h"
#include "scene.h"

/* Monday, half past nine: the first one was just asked. */
static Scene *asked(void)
{
    Scene *scene = scene_weekly();

    scene_until(scene, "2025-07-14 09:31");
    return scene;
}

/* How many weekly cards were shown; those of sprints are not among them. */
static int cards(const Scene *scene)
{
    int n = 0;

    for (guint i = 0; i < scene->cards->len; i++) {
        const Card *card = ((const SceneCard *)g_ptr_array_index(scene->cards, i))->card;

        n += card->key != NULL && g_str_has_prefix(card->key, "weekly/");
    }
    return n;
}

static const Block *row(const Scene *scene, int32_t kr)
{
    const Card *card = scene_card(scene, CARD_PROMPT);
    g_autofree char *label = g_strdup_printf("KR %d", kr);

    for (guint i = 0; card != NULL && i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        if (block->kind == BLOCK_KR && strcmp(block->label, label) == 0) {
            return block;
        }
    }
    fail_msg("there is no row of KR %d", kr);
    return NULL;
}

static void add_system_reading(Scene *scene, int32_t kr, const char *day)
{
    Track *track = team_tactical_number(scene_team(scene), kr)->track;
    Reading *reading = reading_new();

    reading->id = ID_NEW(ReadingId, &scene->ids);
    reading->kr = track->kr->id;
    reading->value = (Decimal){21600000 * INT64_C(1000000)};
    reading->at = scene->now;
    assert_true(day_parse_iso(day, &reading->day));
    reading->source = READING_SYSTEM;
    reading->system = g_strdup("the CRM");
    g_ptr_array_add(track->readings, reading);
}

/* --- when --- */

static void test_it_asks_once_a_week_at_its_time(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    scene_until(scene, "2025-07-14 09:29");
    assert_int_equal(cards(scene), 0);
    scene_until(scene, "2025-07-14 09:30");
    assert_int_equal(cards(scene), 1);
    assert_string_equal(scene_card(scene, CARD_PROMPT)->channel, SCENE_HOME);
    assert_int_equal(scene_card(scene, CARD_PROMPT)->expires.us,
                     scene_instant(scene, "2025-07-15 00:00").us);
    scene_until(scene, "2025-07-21 09:29");
    assert_int_equal(cards(scene), 2); /* and its summary */
    scene_until(scene, "2025-07-21 09:30");
    assert_int_equal(cards(scene), 3);
    assert_int_equal(scene_team(scene)->weeklies->len, 2);
}

static void test_on_which_days(void **state)
{
    static const struct {
        const char *promise, *setup, *before, *on;
    } cases[] = {
        {"a holiday Monday moves it to Tuesday", "holidays: 2025-07-14", "2025-07-15 09:29",
         "2025-07-15 09:30"},
        {"so does a longer weekend", "holidays: 2025-07-14, 2025-07-15", "2025-07-16 09:29",
         "2025-07-16 09:30"},
        {"a week off is left out",
         "holidays: 2025-07-14, 2025-07-15, 2025-07-16, 2025-07-17, 2025-07-18", "2025-07-21 09:29",
         "2025-07-21 09:30"},
        {"another day and time", "weekly: Friday 14:00", "2025-07-18 13:59", "2025-07-18 14:00"},
        {"a weekday alone is asked at the check-in's time", "weekly: Wednesday", "2025-07-16 09:29",
         "2025-07-16 09:30"},
        {"a day that is not worked goes to the next that is", "weekly: Sunday 10:00",
         "2025-07-14 09:59", "2025-07-14 10:00"},
        {"in another zone", "timezone: America/New_York", "2025-07-14 15:29", "2025-07-14 15:30"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_weekly();
        g_autofree char *setup = g_strdup_printf("/sprint setup\n%s", cases[i].setup);

        scene_command(scene, "maria", setup);
        scene_until(scene, cases[i].before);
        if (cards(scene) != 0) {
            fail_msg("%s: it was asked too early", cases[i].promise);
        }
        scene_until(scene, cases[i].on);
        if (cards(scene) != 1) {
            fail_msg("%s: it was not asked", cases[i].promise);
        }
    }
}

static void test_nobody_is_asked_in_vain(void **state)
{
    static const struct {
        const char *promise, *command, *until;
    } cases[] = {
        {"never", "/sprint setup\nweekly: never", "2025-08-12 23:00"},
        {"not when everybody is away", "/sprint away until Wednesday", "2025-07-14 23:00"},
    };
    static const char *const people[] = {"maria", "jonas", "lena", "tom"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_weekly();

        for (size_t j = 0; j < G_N_ELEMENTS(people); j++) {
            scene_command(scene, people[j], cases[i].command);
        }
        scene_until(scene, cases[i].until);
        if (cards(scene) != 0) {
            fail_msg("%s: it was asked", cases[i].promise);
        }
    }
}

static void test_nobody_is_asked_outside_a_period(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    scene_until(scene, "2025-08-31 23:00");
    scene_forget(scene);
    scene_until(scene, "2025-10-31 23:00");
    assert_int_equal(cards(scene), 0);
    scene_command(scene, "maria",
                  "/okr objective\nobjective: Keep the customers that we won\n"
                  "period: FY Q4, 2025-11-03 - 2026-01-31");
    scene_command(scene, "maria", "/okr kr\nkr: Reduce monthly churn rate from 9% to 5%");
    scene_forget(scene);
    scene_until(scene, "2025-11-03 09:31");
    expect_has("the next period's are asked", scene_prompt(scene), "FY Q4, week 1 of 13");
    expect_lacks("and only those", scene->said, "pipeline");
}

static void test_nobody_is_asked_where_no_key_result_is_left(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    team_tactical_number(scene_team(scene), 1)->dropped = true;
    scene_until(scene, "2025-07-14 09:31");
    expect_lacks("what was dropped is not asked", scene_prompt(scene), "pipeline");
    expect_has("what is left is", scene->said, "kr2 18%");
    expect_that("and can be answered by its place alone",
                strstr(scene_answer_week(scene, "maria", "m1", "20%"), "KR2 18% → 20%") != NULL);
    expect_has("a dropped one is asked back", scene_answer_week(scene, "maria", "m2", "kr1 $22M"),
               "There is no kr1 here");
    team_tactical_number(scene_team(scene), 2)->dropped = true;
    scene_until(scene, "2025-07-14 18:00"); /* the prompt ends all the same */
    scene_forget(scene);
    scene_until(scene, "2025-07-21 12:00");
    assert_int_equal(cards(scene), 0);
}

static void test_the_first_key_result_begins_it(void **state)
{
    g_autoptr(Scene) scene = scene_new();

    (void)state;
    scene_command(scene, "maria", "/sprint setup\nname: West\ntimezone: Europe/Berlin");
    assert_string_equal(weekday_name(scene_team(scene)->weekly_day), "Monday");
    scene_until(scene, "2025-07-14 12:00");
    assert_int_equal(cards(scene), 0);
    scene_command(scene, "maria",
                  "/okr objective\nobjective: Build the pipeline that carries the year\n"
                  "period: FY Q3, 2025-06-02 - 2025-08-31");
    g_array_set_size(scene->timers, 0); /* whoever brought the team set none */
    scene_command(scene, "maria", "/okr kr\nkr: Raise win rate from 18% to 25%");
    scene_until(scene, "2025-07-21 09:31");
    assert_int_equal(cards(scene), 1);
}

static void test_the_summary_has_a_chart(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    expect_that("the prompt has none", scene_card(scene, CARD_PROMPT)->chart == NULL);
    scene_answer_week(scene, "maria", "m1", "$21.6M, 19%");
    scene_until(scene, "2025-07-14 17:31");
    const Chart *chart = scene_card(scene, CARD_PROMPT)->chart;
    expect_that("the summary has one", chart != NULL);
    expect_has("of its day", chart->alt, "Mon 14 July, day 43 of 91");
    expect_has("with each key result", chart->alt, "KR 2 win rate: 19% today");
}

static void test_timers_that_come_late_or_astray(void **state)
{
    static const struct {
        const char *promise, *wakes;
        int cards;
        const char *says;
    } cases[] = {
        {"late on its day, it is asked and says so", "2025-07-14 11:00", 1, "was due at 09:30"},
        {"a prompt is not sent for a day that is over", "2025-07-15 08:00", 0, NULL},
        {"nor weeks later", "2025-08-05 08:00", 0, NULL},
        {"but that day's own is asked", "2025-07-21 11:00", 1, "was due at 09:30"},
        {"at its very time, too", "2025-07-28 09:30", 1, "Mon 28 July"},
        {"and not before its time", "2025-07-21 09:29", 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_weekly();

        scene_sleep_until(scene, cases[i].wakes);
        if (cards(scene) != cases[i].cards) {
            fail_msg("%s: %d cards", cases[i].promise, cards(scene));
        }
        if (cases[i].says != NULL) {
            expect_has(cases[i].promise, scene_prompt(scene), cases[i].says);
        }
        const Timer *timer = scene_timer(scene, TIMER_WEEKLY);
        expect_that("the next one is set", timer != NULL && timer->due.us > scene->now.us);
    }
    /* That of a store which knew no weekly check-in is due at once, whatever the time is. */
    g_autoptr(Scene) scene = scene_weekly();
    Timer old = {.kind = TIMER_WEEKLY, .team = scene_team(scene)->id};

    g_array_set_size(scene->timers, 0);
    g_array_append_val(scene->timers, old);
    scene_until(scene, "2025-07-14 08:01");
    assert_int_equal(cards(scene), 0);
    assert_int_equal(scene_timer(scene, TIMER_WEEKLY)->due.us,
                     scene_instant(scene, "2025-07-14 09:30").us);
}

static void test_one_timer_twice_asks_once(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();
    Timer timer = *scene_timer(scene, TIMER_WEEKLY);

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    g_array_prepend_val(scene->timers, timer);
    scene_until(scene, "2025-07-14 09:40");
    assert_int_equal(cards(scene), 1);
}

/* --- the prompt --- */

static void test_the_prompt_shows_where_each_stands_and_how_to_answer(void **state)
{
    g_autoptr(Scene) scene = asked();
    const char *said = scene_prompt(scene);
    const Card *card = scene_card(scene, CARD_PROMPT);
    g_autoptr(GString) buttons = g_string_new(NULL);

    (void)state;
    expect_has("which week it is", said, "Weekly check-in, Mon 14 July: FY Q3, week 7 of 13");
    expect_has("baseline, current, target", said, "$20M → $21.2M → $30M");
    expect_has("what was expected", said, "expected today $24.6M");
    expect_has("the gap to the trajectory", said, "$3.4M (13.9%) below trajectory");
    expect_has("what was never read", said, "no reading yet");
    expect_has("what may be answered", said, "kr1 $21.2M, kr2 18%, confidence 6");
    expect_has("until when", said, "Open until 17:30");
    expect_has("the first tells how to end it", said, "weekly: never");
    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        if (block->kind == BLOCK_BUTTON) {
            g_string_append_printf(buttons, "%s ", block->label);
        }
    }
    assert_string_equal(buttons->str, "weekly.form weekly.same ");
    scene_until(scene, "2025-07-21 09:31");
    expect_lacks("the next one does not", scene_prompt(scene), "weekly: never");
}

static void test_what_another_system_read_need_not_be_typed(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    add_system_reading(scene, 1, "2025-07-11");
    scene_until(scene, "2025-07-14 09:31");
    expect_has("its source is named", scene_prompt(scene),
               "KR 1 comes from the CRM, so it need not be typed");
    expect_lacks("and it is not asked for", scene->said, "kr1 $21.6M");
    expect_has("the other is", scene->said, "kr2 18%, confidence 6");
    expect_lacks("the other comes from nowhere", scene->said, "KR 2 comes from");
    scene_until(scene, "2025-07-21 09:31");
    expect_lacks("a week later the value is old", scene_prompt(scene), "comes from the CRM");
    expect_has("and is asked for", scene->said, "kr1 $21.6M");
}

/* --- the nudge --- */

static void test_the_lead_is_nudged_half_way_for_what_has_no_value(void **state)
{
    static const struct {
        const char *promise, *answer;
        int nudges;
        const char *krs;
    } cases[] = {
        {"nothing yet", NULL, 1, "no value yet for kr2"}, /* kr1 was read today */
        {"a value for the rest", "kr2 20%", 0, NULL},
        {"confidence alone is no value", "confidence 6", 1, "no value yet for kr2"},
        {"the same is one", "same", 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = asked();

        if (cases[i].answer != NULL) {
            scene_answer_week(scene, "maria", "m1", cases[i].answer);
        }
        scene_until(scene, "2025-07-14 13:29");
        assert_int_equal(scene_count(scene, CARD_NUDGE, "lena"), 0);
        scene_until(scene, "2025-07-14 13:31");
        if (scene_count(scene, CARD_NUDGE, "lena") != cases[i].nudges) {
            fail_msg("%s: %d nudges", cases[i].promise, scene_count(scene, CARD_NUDGE, "lena"));
        }
        if (cases[i].krs != NULL) {
            g_autofree char *nudge = scene_last(scene, CARD_NUDGE);

            expect_has(cases[i].promise, nudge, cases[i].krs);
            expect_that("in the prompt's thread",
                        g_str_has_prefix(scene_card(scene, CARD_NUDGE)->thread, "weekly/"));
        }
        expect_that("never to all", scene_count(scene, CARD_NUDGE, NULL) == 0);
    }
}

static void test_nobody_is_nudged_who_is_away(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_command(scene, "lena", "/sprint away today");
    scene_until(scene, "2025-07-14 16:00");
    assert_int_equal(scene_count(scene, CARD_NUDGE, "lena"), 0);
}

/* --- the summary --- */

static void test_the_summary_replaces_the_prompt(void **state)
{
    g_autoptr(Scene) scene = asked();
    g_autofree char *key = g_strdup(scene_card(scene, CARD_PROMPT)->key);

    (void)state;
    scene_answer_week(scene, "maria", "m1",
                      "kr1 $22M, confidence 6, revised: yes, learned: ask early");
    scene_until(scene, "2025-07-14 17:29");
    assert_int_equal(cards(scene), 1);
    scene_until(scene, "2025-07-14 17:31");
    const char *said = scene_prompt(scene);
    assert_string_equal(scene_card(scene, CARD_PROMPT)->key, key);
    expect_has("it is titled so", said, "What moved this week, Mon 14 July: FY Q3, week 7 of 13");
    expect_has("what moved", row(scene, 1)->note, "+$2M since the start");
    expect_has("what nobody told is said as such", row(scene, 2)->note, "not updated this week");
    assert_int_equal(row(scene, 2)->status, PACE_NONE);
    expect_has("confidence", said, "Confidence 6 of 10 (1 answer)");
    expect_has("initiatives", said, "Initiatives revised since the last check-in");
    expect_has("what was learned", said, "ask early");
    expect_lacks("there is nothing to press any more", said, "Same as last week");
    assert_int_equal(team_tactical_number(scene_team(scene), 1)->confidence, 6);
    scene_until(scene, "2025-07-21 09:31");
    scene_answer_week(scene, "maria", "m2", "kr1 $22M, kr2 20%");
    scene_until(scene, "2025-07-21 17:31");
    expect_has("the same is told from a movement", (scene_prompt(scene), row(scene, 1)->note),
               "the same as at the last check-in");
    expect_has("what moved for the first time", row(scene, 2)->note, "+2 pp since the start");
    expect_has("what nobody said is not made up", scene->said,
               "nobody said whether they were revised");
    scene_until(scene, "2025-07-28 09:31");
    scene_answer_week(scene, "maria", "m3", "kr1 $22.5M, not revised");
    scene_until(scene, "2025-07-28 17:31");
    expect_has("movement counts from the check-in before",
               (scene_prompt(scene), row(scene, 1)->note), "+$500k since the last check-in");
    expect_has("not revised", scene->said, "Initiatives not revised since the last check-in");
}

static void test_a_week_nobody_answered(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_until(scene, "2025-07-14 17:31");
    expect_has("is said", scene_prompt(scene), "Nobody answered this week");
    expect_lacks("without a word on initiatives", scene->said, "Initiatives");
    assert_int_equal(team_tactical_number(scene_team(scene), 2)->confidence, -1);
}

static void test_it_closes_within_its_day(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    scene_command(scene, "maria", "/sprint setup\nweekly: Monday 20:00");
    scene_until(scene, "2025-07-14 20:01");
    expect_has("it says so", scene_prompt(scene), "Open until 23:59");
    scene_until(scene, "2025-07-15 00:00");
    expect_has("and is", scene_prompt(scene), "What moved this week");
}

static void test_the_summary_is_made_up_for_after_a_night_without_power(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_answer_week(scene, "maria", "m1", "same, confidence 7");
    scene_forget(scene);
    scene_sleep_until(scene, "2025-07-16 08:00");
    assert_int_equal(cards(scene), 1);
    expect_has("late, but in its place", scene_prompt(scene), "Confidence 7 of 10");
}

static int proposals(const Scene *scene)
{
    int n = 0;

    for (guint i = 0; i < scene->cards->len; i++) {
        const Card *card = ((const SceneCard *)g_ptr_array_index(scene->cards, i))->card;

        n += card->key != NULL && g_str_has_prefix(card->key, "proposal/");
    }
    return n;
}

static void test_the_summary_looks_for_what_calls_for_a_sprint(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_answer_week(scene, "maria", "m1", "kr1 same");
    scene_until(scene, "2025-07-14 17:31");
    assert_int_equal(proposals(scene), 0);
    scene_until(scene, "2025-07-21 09:31");
    scene_answer_week(scene, "maria", "m2", "kr1 same");
    assert_int_equal(proposals(scene), 0);
    scene_until(scene, "2025-07-21 17:31");
    assert_int_equal(proposals(scene), 1); /* below its trajectory at two in a row */
    scene_answer_week(scene, "jonas", "m3", "kr1 same, confidence 3");
    scene_edit(scene, "maria", "m2", "kr1 $21.3M");
    scene_press(scene, "tom", "weekly.same", strchr(scene_card(scene, CARD_PROMPT)->key, '/') + 1);
    scene->conversation = false;
    scene_submit(scene, "lena", "okr checkin", "confidence: 4");
    assert_int_equal(proposals(scene), 1); /* a late answer brings no second one */
}

static void test_a_late_answer_may_be_what_calls_for_a_sprint(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_answer_week(scene, "maria", "m1", "kr1 same");
    scene_until(scene, "2025-07-21 17:31");
    assert_int_equal(proposals(scene), 0);
    scene_answer_week(scene, "maria", "m2", "kr1 same");
    assert_int_equal(proposals(scene), 1);
}

/* --- confidence --- */

static void test_confidence_is_shown_nowhere_before_the_end(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_answer_week(scene, "maria", "m1", "same, confidence 8");
    scene_answer_week(scene, "jonas", "m2", "kr1 $22M confidence 4, kr2 same confidence 3");
    scene_answer_week(scene, "lena", "m3", "confidence kr1 2");
    expect_lacks("not in a list", scene_command(scene, "tom", "/okr list"), "confidence");
    expect_lacks("not in a list of sprints", scene_command(scene, "tom", "/sprint status"),
                 "onfidence");
    assert_int_equal(cards(scene), 1); /* nothing was edited */
    scene_until(scene, "2025-07-14 17:31");
    expect_has("then each KR's own, as a spread", scene_prompt(scene),
               "Confidence, KR 1 2 to 8 of 10, median 4 (3 answers)");
    expect_has("of who told it", scene->said,
               "Confidence, KR 2 3 to 8 of 10, median 5 (2 answers)");
    expect_lacks("never who", scene->said, "jonas");
    expect_has("and as the KR's from then on", scene_command(scene, "tom", "/okr list"),
               "confidence 4");
    assert_int_equal(team_tactical_number(scene_team(scene), 2)->confidence, 5);
}

static void test_it_is_summed_up_as_soon_as_nothing_is_left_to_wait_for(void **state)
{
    static const struct {
        const char *promise, *away, *answers[4]; /* of maria, jonas, lena, tom */
        bool over;
    } cases[] = {
        {"all four, and every value",
         NULL,
         {"same, confidence 6", "confidence 3", "confidence 4", "confidence 9"},
         true},
        {"one is missing",
         NULL,
         {"same, confidence 6", "confidence 3", "confidence 4", NULL},
         false},
        {"who is away is not waited for",
         "tom",
         {"same, confidence 6", "confidence 3", "confidence 4", NULL},
         true},
        {"a value is missing",
         NULL,
         {"kr1 same", "confidence 3", "confidence 4", "confidence 9"},
         false},
    };
    static const char *const people[] = {"maria", "jonas", "lena", "tom"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = asked();

        if (cases[i].away != NULL) {
            scene_command(scene, cases[i].away, "/sprint away today");
        }
        for (size_t j = 0; j < G_N_ELEMENTS(people); j++) {
            if (cases[i].answers[j] != NULL) {
                scene_answer_week(scene, people[j], NULL, cases[i].answers[j]);
            }
        }
        const Checkin *checkin = weekly_last(scene_team(scene));
        if (checkin->summarised != cases[i].over || cards(scene) != (cases[i].over ? 2 : 1)) {
            fail_msg("%s: it is %s", cases[i].promise, checkin->summarised ? "over" : "open");
        }
        scene_until(scene, "2025-07-14 18:00");
        assert_int_equal(cards(scene), 2); /* and not a second time */
    }
}

static void test_a_correction_within_the_time_is_not_late(void **state)
{
    static const char *const people[] = {"maria", "jonas", "lena", "tom"};
    g_autoptr(Scene) scene = asked();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        scene_answer_week(scene, people[i], NULL, "same, confidence 6");
    }
    assert_true(weekly_last(scene_team(scene))->summarised);
    expect_lacks("asked until 17:30", scene_answer_week(scene, "tom", "m1", "kr1 $22M"), "Late");
    expect_has("it counts", scene_prompt(scene), "$22M");
    expect_lacks("and is not called so", scene->said, "came late");
    scene_until(scene, "2025-07-14 17:31");
    expect_has("from then on it is", scene_answer_week(scene, "tom", "m2", "kr1 $23M"),
               "Late, but it counts");
}

static void test_two_voices_are_no_spread_before_the_end(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_command(scene, "tom", "/sprint away today");
    scene_command(scene, "lena", "/sprint away today");
    scene_answer_week(scene, "maria", "m1", "same, confidence 8");
    scene_answer_week(scene, "jonas", "m2", "same, confidence 2");
    assert_false(weekly_last(scene_team(scene))->summarised);
    scene_until(scene, "2025-07-14 17:31");
    expect_has("at the end it is shown", scene_prompt(scene), "2 to 8 of 10, median 5 (2 answers)");
}

/* --- the setup --- */

static void test_the_setup_reads_the_weekly_time(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"Monday 09:30", "Monday 09:30"},
        {"Fri 14:00", "Friday 14:00"},
        {"Fridays at 2 pm", "Friday 14:00"},
        {"friday, 14h", "Friday 14:00"},
        {"every Tuesday 9.15", "Tuesday 09:15"},
        {"Wednesday", "Wednesday 09:30"},
        {"Thu at noon", "Thursday 12:00"},
        {"never", "never"},
        {"Never", "never"},
        {"none", "never"},
        {"off", "never"},
    };
    static const char *const wrong[] = {
        "daily",    "Monday and Friday 09:30", "09:30",     "Monday 25:00", "Funday 09:30",
        "Monday 9", "Mon-Fri 09:30",           "every day", "monthly",      "Monday 09:30 x",
        "-1"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_weekly();
        g_autofree char *setup = g_strdup_printf("/sprint setup\nweekly: %s", cases[i].text);
        g_autofree char *fact = g_strdup_printf("weekly %s\n", cases[i].want);

        scene_command(scene, "maria", setup);
        g_autofree char *said = scene_last(scene, CARD_NOTICE);
        expect_has(cases[i].text, said, fact);
        g_autofree char *text = weekly_time_text(scene_team(scene));
        assert_string_equal(text, cases[i].want);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(Scene) scene = scene_weekly();
        g_autofree char *setup = g_strdup_printf("/sprint setup\nweekly: %s", wrong[i]);

        scene->conversation = false;
        expect_has(wrong[i], scene_command(scene, "maria", setup),
                   "is not one weekday with a time");
        assert_int_equal(scene_team(scene)->weekly_at, 570);
    }
}

static void test_a_new_team_is_asked_on_its_first_working_day(void **state)
{
    static const struct {
        const char *setup, *want;
    } cases[] = {
        {"", "Monday 09:30"},
        {"check-in: 10:15", "Monday 10:15"},
        {"working days: Sun-Thu", "Sunday 09:30"},
        {"working days: Tue-Sat\ncheck-in: 08:00", "Tuesday 08:00"},
        {"working days: every day", "Monday 09:30"},
        {"working days: Mon, Wed, Fri", "Monday 09:30"},
        {"weekly: Friday", "Friday 09:30"},
        {"check-in: 11:00\nweekly: Friday", "Friday 11:00"},
        {"weekly: never", "never"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_new();
        g_autofree char *setup = g_strdup_printf(
            "/sprint setup\nname: West\ntimezone: Europe/Berlin\n%s", cases[i].setup);

        scene_command(scene, "maria", setup);
        g_autofree char *text = weekly_time_text(scene_team(scene));
        if (strcmp(text, cases[i].want) != 0) {
            fail_msg("\"%s\" is asked %s, not %s", cases[i].setup, text, cases[i].want);
        }
        expect_that("a timer stands exactly where it is asked",
                    (scene_timer(scene, TIMER_WEEKLY) != NULL) ==
                        (strcmp(cases[i].want, "never") != 0));
    }
}

static void test_another_change_leaves_the_weekly_time(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    scene_command(scene, "maria", "/sprint setup\nweekly: Friday 14:00");
    scene_command(scene, "maria", "/sprint setup\ncheck-in: 10:00");
    scene_command(scene, "maria", "/sprint setup\nworking days: Sun-Thu");
    g_autofree char *text = weekly_time_text(scene_team(scene));
    assert_string_equal(text, "Friday 14:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_asks_once_a_week_at_its_time),
        cmocka_unit_test(test_on_which_days),
        cmocka_unit_test(test_nobody_is_asked_in_vain),
        cmocka_unit_test(test_nobody_is_asked_outside_a_period),
        cmocka_unit_test(test_nobody_is_asked_where_no_key_result_is_left),
        cmocka_unit_test(test_the_first_key_result_begins_it),
        cmocka_unit_test(test_the_summary_has_a_chart),
        cmocka_unit_test(test_timers_that_come_late_or_astray),
        cmocka_unit_test(test_one_timer_twice_asks_once),
        cmocka_unit_test(test_the_prompt_shows_where_each_stands_and_how_to_answer),
        cmocka_unit_test(test_what_another_system_read_need_not_be_typed),
        cmocka_unit_test(test_the_lead_is_nudged_half_way_for_what_has_no_value),
        cmocka_unit_test(test_nobody_is_nudged_who_is_away),
        cmocka_unit_test(test_the_summary_replaces_the_prompt),
        cmocka_unit_test(test_a_week_nobody_answered),
        cmocka_unit_test(test_it_closes_within_its_day),
        cmocka_unit_test(test_the_summary_is_made_up_for_after_a_night_without_power),
        cmocka_unit_test(test_the_summary_looks_for_what_calls_for_a_sprint),
        cmocka_unit_test(test_a_late_answer_may_be_what_calls_for_a_sprint),
        cmocka_unit_test(test_confidence_is_shown_nowhere_before_the_end),
        cmocka_unit_test(test_it_is_summed_up_as_soon_as_nothing_is_left_to_wait_for),
        cmocka_unit_test(test_a_correction_within_the_time_is_not_late),
        cmocka_unit_test(test_two_voices_are_no_spread_before_the_end),
        cmocka_unit_test(test_the_setup_reads_the_weekly_time),
        cmocka_unit_test(test_a_new_team_is_asked_on_its_first_working_day),
        cmocka_unit_test(test_another_change_leaves_the_weekly_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* When things are due: check-ins, reminders, the end, the ladder; over holidays, changed clocks and
 * changed minds. */

#include "core/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#define DAY(y, m, d) ((Day){(y), (m), (d)})

/* "09:30 09:30 …": when prompts were posted, by the scene's zone, with their days. */
static char *prompts(const Scene *scene)
{
    GString *out = g_string_new(NULL);
    const char *last = NULL;

    for (guint i = 0; i < scene->cards->len; i++) {
        const SceneCard *said = g_ptr_array_index(scene->cards, i);

        if (said->card->kind == CARD_PROMPT &&
            g_strcmp0(said->card->key, last) != 0) { /* the summary edits the prompt */
            g_autofree char *at = instant_text(said->at, scene->zone);

            g_string_append_printf(out, "%s%s", out->len > 0 ? "; " : "", at);
        }
        last = said->card->kind == CARD_PROMPT ? said->card->key : last;
    }
    return g_string_free(out, FALSE);
}

static void expect_prompts(const char *promise, const Scene *scene, const char *want)
{
    g_autofree char *got = prompts(scene);

    if (strcmp(got, want) != 0) {
        fail_msg("%s: asked %s, not %s", promise, got, want);
    }
}

/* A sprint with this window, opened then, on an anchor whose period is long enough. */
static Scene *scene_window(const char *open_at, const char *setup, const char *window)
{
    Scene *scene = scene_west();
    g_auto(GStrv) parts = g_strsplit(scene_form, "14 July - 28 July", 2);
    g_auto(GStrv) halves = g_strsplit(parts[0], "anchor: 1", 2);
    g_autofree char *text = g_strconcat("/sprint open\n", halves[0], "anchor: winter pipeline",
                                        halves[1], window, parts[1], NULL);

    scene_command(scene, "maria",
                  "/okr objective\nobjective: Keep the pipeline full through winter\nperiod: H2, "
                  "2025-06-02 - 2026-05-31");
    scene_command(scene, "maria",
                  "/okr kr\nobjective: winter\nkr: Increase winter pipeline from $20M to $30M");
    scene_until(scene, open_at);
    if (setup != NULL) {
        scene_command(scene, "maria", setup);
    }
    expect_has("the sprint opens", scene_command(scene, "maria", text), "is open");
    scene_forget(scene);
    return scene;
}

static void test_each_working_day_is_asked_once_at_its_time(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-31 12:00");
    expect_prompts("every working day of the window, and no other", scene,
                   "Mon 14 July 2025, 09:30; Tue 15 July 2025, 09:30; Wed 16 July 2025, 09:30; Thu "
                   "17 July 2025, 09:30; "
                   "Fri 18 July 2025, 09:30; Mon 21 July 2025, 09:30; Tue 22 July 2025, 09:30; Wed "
                   "23 July 2025, 09:30; "
                   "Thu 24 July 2025, 09:30; Fri 25 July 2025, 09:30; Mon 28 July 2025, 09:30");
}

static void test_a_holiday_is_never_asked(void **state)
{
    g_autoptr(Scene) scene = scene_window(
        "2025-09-29 08:00", "/sprint setup\nholidays: DE, 2025-10-02", "29 September - 6 October");

    (void)state;
    scene_until(scene, "2025-10-08 12:00");
    expect_prompts("neither the country's (3 October) nor the team's own", scene,
                   "Mon 29 September 2025, 09:30; Tue 30 September 2025, 09:30; Wed 1 October "
                   "2025, 09:30; Mon 6 October 2025, 09:30");
}

static void test_the_clock_changes_and_half_past_nine_stays(void **state)
{
    g_autoptr(Scene) autumn = scene_window("2025-10-23 08:00", NULL, "23 October - 30 October");
    g_autoptr(Scene) spring = scene_window("2026-03-26 08:00", NULL, "26 March - 2 April");

    (void)state;
    scene_until(autumn, "2025-10-28 12:00");
    expect_prompts("clocks go back on 26 October", autumn,
                   "Thu 23 October 2025, 09:30; Fri 24 October 2025, 09:30; Mon 27 October 2025, "
                   "09:30; Tue 28 October 2025, 09:30");
    scene_until(spring, "2026-03-31 12:00");
    expect_prompts("clocks go forward on 29 March", spring,
                   "Thu 26 March 2026, 09:30; Fri 27 March 2026, 09:30; Mon 30 March 2026, 09:30; "
                   "Tue 31 March 2026, 09:30");
}

static void test_a_check_in_in_the_hour_that_is_skipped(void **state)
{
    g_autoptr(Scene) scene =
        scene_window("2026-03-26 01:00", "/sprint setup\ncheck-in: 02:30\nworking days: every day",
                     "26 March - 2 April");

    (void)state;
    scene_until(scene, "2026-03-30 12:00");
    expect_prompts("is asked as soon as the clocks show a later time", scene,
                   "Thu 26 March 2026, 02:30; Fri 27 March 2026, 02:30; Sat 28 March 2026, 02:30; "
                   "Sun 29 March 2026, 03:00; "
                   "Mon 30 March 2026, 02:30");
}

static void test_a_check_in_in_the_hour_that_comes_twice(void **state)
{
    g_autoptr(Scene) scene =
        scene_window("2025-10-24 01:00", "/sprint setup\ncheck-in: 02:30\nworking days: every day",
                     "24 October - 31 October");

    (void)state;
    scene_until(scene, "2025-10-27 12:00");
    expect_prompts("is asked once", scene,
                   "Fri 24 October 2025, 02:30; Sat 25 October 2025, 02:30; Sun 26 October 2025, "
                   "02:30; Mon 27 October 2025, 02:30");
}

static void test_changing_when_a_team_is_asked(void **state)
{
    static const struct {
        const char *promise, *at, *setup, *until, *asked;
    } cases[] = {
        {"a later time is asked then", "2025-07-14 09:00", "/sprint setup\ncheck-in: 10:00",
         "2025-07-15 12:00", "Mon 14 July 2025, 10:00; Tue 15 July 2025, 10:00"},
        {"a time that has just passed is asked at once", "2025-07-14 09:00",
         "/sprint setup\ncheck-in: 08:30", "2025-07-15 12:00",
         "Mon 14 July 2025, 09:00; Tue 15 July 2025, 08:30"},
        {"no day is asked twice", "2025-07-14 10:00", "/sprint setup\ncheck-in: 11:00",
         "2025-07-15 12:00", "Mon 14 July 2025, 09:30; Tue 15 July 2025, 11:00"},
        {"a new time zone moves the next prompt", "2025-07-14 09:00",
         "/sprint setup\ntimezone: Europe/London", "2025-07-15 12:00",
         "Mon 14 July 2025, 10:30; Tue 15 July 2025, 10:30"},
        {"and asks no day twice", "2025-07-14 10:00", "/sprint setup\ntimezone: Europe/London",
         "2025-07-15 12:00", "Mon 14 July 2025, 09:30; Tue 15 July 2025, 10:30"},
        {"not even across the date line", "2025-07-15 10:00",
         "/sprint setup\ntimezone: Pacific/Honolulu", "2025-07-16 22:00",
         "Mon 14 July 2025, 09:30; Tue 15 July 2025, 09:30; Wed 16 July 2025, 21:30"},
        {"a day that is a holiday from now on is not asked", "2025-07-14 10:00",
         "/sprint setup\nholidays: 2025-07-15", "2025-07-16 12:00",
         "Mon 14 July 2025, 09:30; Wed 16 July 2025, 09:30"},
        {"fewer working days are fewer questions", "2025-07-14 10:00",
         "/sprint setup\nworking days: Mon, Wed", "2025-07-17 12:00",
         "Mon 14 July 2025, 09:30; Wed 16 July 2025, 09:30"},
        {"another lead changes nothing", "2025-07-14 10:00", "/sprint setup\nlead: @tom",
         "2025-07-15 12:00", "Mon 14 July 2025, 09:30; Tue 15 July 2025, 09:30"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_sprint();

        scene_until(scene, cases[i].at);
        scene_command(scene, "maria", cases[i].setup);
        scene_until(scene, cases[i].until);
        expect_prompts(cases[i].promise, scene, cases[i].asked);
    }
}

static void test_a_sprint_that_opens_after_the_time_of_day_begins_tomorrow(void **state)
{
    g_autoptr(Scene) scene = scene_window("2025-07-14 11:00", NULL, "14 July - 28 July");

    (void)state;
    scene_command(scene, "maria",
                  "/sprint setup\nlead: @tom"); /* which is no reason to ask today after all */
    scene_until(scene, "2025-07-15 12:00");
    expect_prompts("the first check-in is the next working day's", scene,
                   "Tue 15 July 2025, 09:30");
}

static void test_a_window_to_come_is_not_asked_before(void **state)
{
    g_autoptr(Scene) scene = scene_window("2025-07-14 08:00", NULL, "21 July - 28 July");

    (void)state;
    expect_has("its card says when it begins", scene_command(scene, "maria", "/sprint show 1"),
               "The window begins on Mon 21 July");
    scene_until(scene, "2025-07-21 12:00");
    expect_prompts("but from its first day on", scene, "Mon 21 July 2025, 09:30");
}

static void test_after_downtime(void **state)
{
    g_autoptr(Scene) same_day = scene_sprint();
    g_autoptr(Scene) later = scene_sprint();

    (void)state;
    scene_sleep_until(same_day, "2025-07-14 13:00");
    expect_prompts("what is overdue is asked once", same_day, "Mon 14 July 2025, 13:00");
    g_autofree char *prompt = scene_last(same_day, CARD_PROMPT);
    expect_has("and says that it is late", prompt, "it was due at 09:30");

    scene_sleep_until(later, "2025-07-16 08:00");
    expect_prompts("a day that is over is not asked any more", later, "");
    scene_until(later, "2025-07-16 12:00");
    expect_prompts("the next one is", later, "Wed 16 July 2025, 09:30");
}

static void test_the_end_after_downtime(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_sleep_until(scene, "2025-08-04 08:00");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSING);
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL), 0);
    assert_int_equal(scene_count(scene, CARD_REMINDER, NULL), 0);
    assert_int_equal(scene_count(scene, CARD_RETRO_ASK, NULL), 1);
}

static void test_the_end_is_announced_on_working_days(void **state)
{
    static const struct {
        const char *promise, *first, *last, *days;
    } cases[] = {
        {"3 days, 1 day, and the last day", "2025-07-11", "2025-07-25",
         "2025-07-22 2025-07-24 2025-07-25"},
        {"a Monday: the weekend moves them to Friday, once", "2025-07-14", "2025-07-28",
         "2025-07-25 2025-07-28"},
        {"a Sunday: Thursday and Friday", "2025-07-13", "2025-07-27", "2025-07-24 2025-07-25"},
        {"a Saturday: Wednesday and Friday", "2025-07-12", "2025-07-26", "2025-07-23 2025-07-25"},
        {"never on the first day", "2025-07-25", "2025-07-28", "2025-07-28"},
        {"a window without a working day has none", "2025-07-26", "2025-07-27", ""},
    };
    g_autoptr(Scene) scene = scene_sprint();
    Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) got = g_string_new(NULL);
        Day days[3];

        assert_true(day_parse_iso(cases[i].first, &sprint->window.first));
        assert_true(day_parse_iso(cases[i].last, &sprint->window.last));
        int n = schedule_reminder_days(sprint, scene_team(scene), days);
        for (int j = 0; j < n; j++) {
            g_autofree char *day = day_iso(days[j]);

            g_string_append_printf(got, "%s%s", j > 0 ? " " : "", day);
        }
        if (strcmp(got->str, cases[i].days) != 0) {
            fail_msg("%s: got %s, not %s", cases[i].promise, got->str, cases[i].days);
        }
    }
}

static void test_the_next_prompt(void **state)
{
    static const struct {
        const char *promise, *now;
        bool today_too, any;
        const char *due;
    } cases[] = {
        {"before the window: its first day", "2025-07-10 12:00", false, true, "2025-07-14 09:30"},
        {"before the time: today", "2025-07-15 09:29", false, true, "2025-07-15 09:30"},
        {"at the very time: the next day", "2025-07-15 09:30", false, true, "2025-07-16 09:30"},
        {"unless today counts all the same", "2025-07-15 09:30", true, true, "2025-07-15 09:30"},
        {"today counts until midnight", "2025-07-15 23:59", true, true, "2025-07-15 23:59"},
        {"over the weekend", "2025-07-18 12:00", false, true, "2025-07-21 09:30"},
        {"a Saturday is no day, whatever counts", "2025-07-19 12:00", true, true,
         "2025-07-21 09:30"},
        {"after the last: none", "2025-07-28 09:30", false, false, NULL},
        {"after the window: none", "2025-07-29 12:00", true, false, NULL},
    };
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        NextDay next = schedule_next_prompt(scene_sprint_of(scene, 1), scene_team(scene),
                                            scene_instant(scene, cases[i].now), cases[i].today_too);

        expect_that(cases[i].promise, next.any == cases[i].any);
        expect_that(cases[i].promise,
                    !next.any || next.due.us == scene_instant(scene, cases[i].due).us);
        expect_that(cases[i].promise,
                    !next.any || day_cmp(next.day, instant_day(next.due, scene->zone)) == 0);
    }
}

static void test_the_window_ends_with_its_last_day(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    assert_int_equal(schedule_end(scene->world, scene_sprint_of(scene, 1)).us,
                     scene_instant(scene, "2025-07-29 00:00").us);
    scene_until(scene, "2025-07-28 23:59");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_ACTIVE);
    scene_until(scene, "2025-07-29 00:00");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSING);
}

static void test_a_team_that_moves_west_keeps_its_last_evening(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-28 12:00");
    scene_command(scene, "maria", "/sprint setup\ntimezone: America/New_York");
    scene_until(scene, "2025-07-29 05:59");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_ACTIVE);
    scene_until(scene, "2025-07-29 06:00");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSING);
}

static void test_what_is_closed_has_no_timers_of_a_sprint_at_work(void **state)
{
    static const TimerKind never[] = {TIMER_PROMPT, TIMER_REMINDER, TIMER_EXPIRY, TIMER_LADDER};
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_command(scene, "maria", "/sprint close\nreason: the window of opportunity is over");
    for (size_t i = 0; i < 3; i++) {
        assert_null(scene_timer(scene, never[i]));
    }
    assert_non_null(scene_timer(scene, TIMER_LADDER));
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24M\nmoved: yes, it did\n"
                  "learned: x works\nchange: keep\ncomplete: yes");
    for (size_t i = 0; i < G_N_ELEMENTS(never); i++) {
        assert_null(scene_timer(scene, never[i]));
    }
    assert_non_null(scene_timer(scene, TIMER_FOLLOW_UP));
}

/* A team that never works still comes to its end, and nothing loops for ever. */
static void test_a_year_of_holidays(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    g_autoptr(GString) setup = g_string_new("/sprint setup\nholidays: ");

    (void)state;
    for (int i = 0; i < 50; i++) {
        g_autofree char *day = day_iso(day_plus(DAY(2025, 7, 14), i));

        g_string_append_printf(setup, "%s%s", i > 0 ? ", " : "", day);
    }
    scene_command(scene, "maria", setup->str);
    scene_until(scene, "2025-07-30 12:00");
    expect_prompts("nobody is asked", scene, "");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_working_day_is_asked_once_at_its_time),
        cmocka_unit_test(test_a_holiday_is_never_asked),
        cmocka_unit_test(test_the_clock_changes_and_half_past_nine_stays),
        cmocka_unit_test(test_a_check_in_in_the_hour_that_is_skipped),
        cmocka_unit_test(test_a_check_in_in_the_hour_that_comes_twice),
        cmocka_unit_test(test_changing_when_a_team_is_asked),
        cmocka_unit_test(test_a_sprint_that_opens_after_the_time_of_day_begins_tomorrow),
        cmocka_unit_test(test_a_window_to_come_is_not_asked_before),
        cmocka_unit_test(test_after_downtime),
        cmocka_unit_test(test_the_end_after_downtime),
        cmocka_unit_test(test_the_end_is_announced_on_working_days),
        cmocka_unit_test(test_the_next_prompt),
        cmocka_unit_test(test_the_window_ends_with_its_last_day),
        cmocka_unit_test(test_a_team_that_moves_west_keeps_its_last_evening),
        cmocka_unit_test(test_what_is_closed_has_no_timers_of_a_sprint_at_work),
        cmocka_unit_test(test_a_year_of_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

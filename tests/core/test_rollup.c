/* What a period came to: its figures by hand, and the message, the Markdown and the CSV that say
 * them. */

#include "core/rollup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/rollup_text.h"
#include "scene.h"

/* --- a quarter of West --- */

static const char krs[] = "kr: Increase ICP meeting acceptance rate from 22% to 35%\n"
                          "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\n"
                          "kr: Reduce median time-to-first-meeting for ICP accounts from 12 days "
                          "to 7 days\n";

static void open_sprint(Scene *scene, int32_t number, const char *anchor, const char *window)
{
    g_autofree char *text = g_strdup_printf(
        "/sprint open\ntrigger: KR at Risk\nsituation: It stands at 21 where 24 was expected, at "
        "the "
        "last two check-ins\nanchor: %s\nwindow: %s\nobjective: Restore momentum before the "
        "mid-review of the quarter\n%s",
        anchor, window, krs);
    g_autofree char *open = g_strdup_printf("Sprint %d is open", number);

    expect_has("it opens", scene_command(scene, "maria", text), open);
}

static void close_sprint(Scene *scene, const char *retro)
{
    expect_has("it closes", scene_command(scene, "maria", retro), "is closed");
}

/* The period is 2 June - 31 August (a Sunday). Sprint 1 reached all; 2 missed all, on an anchor
 * that is to fall; 3 was ended early; 4 is still open. Read after 14 days: sprint 1. */
static Scene *quarter(void)
{
    Scene *scene = scene_west();

    scene_command(scene, "maria", "/okr kr Reduce median time to hire from 12 days to 8 days");
    open_sprint(scene, 1, "1", "14 July - 28 July");
    scene_until(scene, "2025-07-14 09:31");
    scene_answer(scene, "maria", 1, NULL, "25%, 1, 11 days");
    scene_until(scene, "2025-07-15 09:31");
    scene_answer(scene, "jonas", 1, NULL, "26%, 1, 11 days");
    scene_until(scene, "2025-07-29 08:00");
    close_sprint(scene, "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24.1M\n"
                        "moved: yes, it did\nlearned: own figures help\nchange: keep\n"
                        "complete: yes");
    open_sprint(scene, 2, "3", "29 July - 12 August");
    scene_until(scene, "2025-07-29 09:31");
    scene_answer(scene, "tom", 2, NULL, "same");
    scene_until(scene, "2025-08-12 10:00");
    scene_command(scene, "tom", "/sprint followup 1: $24.5M");
    scene_until(scene, "2025-08-13 08:00");
    close_sprint(scene, "/sprint retro\nkr1: 23%\nkr2: 1\nkr3: 11 days\nanchor: 11 days\n"
                        "moved: no, it did not\nlearned: legal is slow\ncause kr1: dependency\n"
                        "cause kr2: capacity\ncause kr3: dependency\nchange: keep\ncomplete: yes");
    open_sprint(scene, 3, "2", "13 August - 27 August");
    scene_until(scene, "2025-08-20 08:00");
    scene_command(scene, "maria", "/sprint close\nreason: the fair was called off");
    close_sprint(scene, "/sprint retro\nkr1: 35%\nkr2: 2\nkr3: 12 days\nanchor: 19%\n"
                        "moved: partly, before it was called off\nlearned: fairs move\n"
                        "cause kr2: priorities changed\ncause kr3: priorities changed\n"
                        "change: keep\ncomplete: yes");
    scene_until(scene, "2025-08-25 08:00");
    open_sprint(scene, 4, "2", "25 August - 7 September");
    scene_until(scene, "2025-08-25 09:31");
    scene_answer(scene, "lena", 4, NULL, "same");
    scene_until(scene, "2025-08-28 10:00");
    scene_command(scene, "maria", "/okr update 2 25%");
    scene_until(scene, "2025-08-31 12:00");
    return scene;
}

static const Period *only_period(const Scene *scene)
{
    return g_ptr_array_index(scene_team(scene)->periods, 0);
}

static Rollup *rollup_by(const Scene *scene, Day today, int32_t first, int32_t last)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(SprintId));

    for (int32_t number = first; number <= last; number++) {
        g_array_append_val(ids, scene_sprint_of(scene, number)->id);
    }
    return rollup_of(scene->world, scene_team(scene), only_period(scene), ids, today);
}

static void test_the_figures_of_a_quarter(void **state)
{
    g_autoptr(Scene) scene = quarter();

    (void)state;
    g_autoptr(Rollup) rollup = rollup_by(scene, (Day){2025, 9, 1}, 1, 4);
    assert_true(rollup->over);
    assert_int_equal(rollup->opened, 4);
    assert_int_equal(rollup->closed, 3);
    assert_int_equal(rollup->ended_early, 1);
    assert_int_equal(rollup->due, 11 + 11 + 5 + 5); /* working days with a prompt */
    assert_int_equal(rollup->held, 2 + 1 + 0 + 1);
    assert_int_equal(rollup->krs, 9);
    assert_int_equal(rollup->reached, 3 + 0 + 1);
    assert_int_equal(rollup->moved[MOVED_YES], 1);
    assert_int_equal(rollup->moved[MOVED_PARTLY], 1);
    assert_int_equal(rollup->moved[MOVED_NO], 1);
    assert_int_equal(rollup->causes[CAUSE_DEPENDENCY], 2);
    assert_int_equal(rollup->causes[CAUSE_CAPACITY], 1);
    assert_int_equal(rollup->causes[CAUSE_PRIORITIES], 2);
    assert_int_equal(rollup->causes[CAUSE_AMBITION], 0);
    assert_int_equal(rollup->targets, 3);
    assert_int_equal(rollup->targets_reached, 1);
}

static void test_the_anchors_of_a_quarter(void **state)
{
    static const struct {
        const char *promise;
        int64_t moved, share, lift; /* millionths */
    } cases[] = {
        /* $24.1M - $21.2M, of a gap of $8.8M; the pace before, $1.2M in 42 days, would have brought
         * $428,571.428571 in the 15 days */
        {"sprint 1", INT64_C(2900000000000), 329545, INT64_C(2471428571429)},
        {"sprint 2, which is to fall: 1 of 4 days, from a standstill", -1000000, 250000, -1000000},
        {"sprint 3: 1 of 7 points, from a standstill", 1000000, 142857, 1000000},
    };
    g_autoptr(Scene) scene = quarter();
    g_autoptr(Rollup) rollup = rollup_by(scene, (Day){2025, 9, 1}, 1, 4);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RollupSprint *row = &g_array_index(rollup->sprints, RollupSprint, i);

        expect_that(cases[i].promise,
                    row->moved && row->movement.share_known && row->movement.lift_known);
        expect_that(cases[i].promise, row->movement.moved.millionths == cases[i].moved);
        expect_that(cases[i].promise, row->movement.share.millionths == cases[i].share);
        expect_that(cases[i].promise, row->movement.lift.millionths == cases[i].lift);
    }
    const RollupSprint *open = &g_array_index(rollup->sprints, RollupSprint, 3);
    expect_that("one that is open has moved nothing yet", !open->moved && open->krs == 0);
}

static void test_the_tactical_krs_of_a_quarter(void **state)
{
    static const struct {
        const char *promise;
        int64_t value, progress;
        bool reached;
    } cases[] = {
        {"KR 1: $24.5M, 4.5 of 10", INT64_C(24500000000000), 450000, false},
        {"KR 2: reached", 25000000, 1000000, true},
        {"KR 3: 11 days, 1 of 4", 11000000, 250000, false},
    };
    g_autoptr(Scene) scene = quarter();

    (void)state;
    scene_until(scene, "2025-09-02 12:00");
    scene_command(scene, "maria", "/okr update 1 $30M"); /* of another period */
    g_autoptr(Rollup) rollup = rollup_by(scene, (Day){2025, 9, 2}, 1, 4);
    assert_int_equal(rollup->krs_of_period->len, 3);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RollupKr *row = &g_array_index(rollup->krs_of_period, RollupKr, i);

        expect_that(cases[i].promise, row->read && row->progress_known);
        expect_that(cases[i].promise, row->value.millionths == cases[i].value);
        expect_that(cases[i].promise, row->progress.millionths == cases[i].progress);
        expect_that(cases[i].promise, row->reached == cases[i].reached);
    }
}

static void test_a_kr_that_was_not_read_is_not_reached(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/okr kr Keep support satisfaction above 90% (now 92%)");
    scene_command(scene, "maria", "/okr kr Raise trial conversion from 4% to 6%");
    scene_command(scene, "maria", "/okr update 4 6%");
    team_tactical_number(scene_team(scene), 4)->dropped = true;
    g_autoptr(Rollup) rollup = rollup_by(scene, (Day){2025, 9, 1}, 1, 0);
    const RollupKr *kept = &g_array_index(rollup->krs_of_period, RollupKr, 2);
    expect_that("nobody looked", !kept->read && !kept->reached && !kept->progress_known);
    assert_int_equal(rollup->targets, 3); /* what was dropped is shown, and not counted */
    assert_int_equal(rollup->targets_reached, 0);
    assert_int_equal(rollup->krs_of_period->len, 4);
}

static void test_lift_is_unknown_where_nothing_came_before(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    close_sprint(scene, "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24.1M\n"
                        "moved: yes, it did\nlearned: x works\nchange: keep\ncomplete: yes");
    sprint->opened = scene_instant(scene, "2025-06-02 08:00"); /* the period's first day */
    g_autoptr(Rollup) rollup = rollup_by(scene, (Day){2025, 9, 1}, 1, 1);
    const RollupSprint *row = &g_array_index(rollup->sprints, RollupSprint, 0);
    expect_that("it moved", row->moved && row->movement.share_known);
    expect_that("by whatever pace", !row->movement.lift_known);
    expect_has("and it is said", scene_command(scene, "maria", "/okr rollup"), "lift unknown");
    expect_has("a cell stays empty", scene_command(scene, "maria", "/okr rollup csv"),
               ",yes,2900000,0.329545,,,");
}

/* --- as a message --- */

static void test_the_message_stands_in_the_home_on_the_first_working_day_after(void **state)
{
    static const char *const says[] = {
        "FY Q3 of West: what it came to",
        "Sprints 4 opened · 3 closed · 1 still open · 1 ended early",
        "Their key results 4 of 9 reached (44%)",
        "Anchor moved 1 yes · 1 partly · 1 no",
        "Check-ins 4 held of 32",
        "Root causes 2 dependency · 1 capacity · 2 priorities changed",
        "Tactical KRs 1 of 3 reached (33%)",
        "1 KR at Risk · KR 1 · anchor moved: yes · +$2.9M · 33% of the gap · lift +$2.5M · 3 of "
        "3 KRs · $24.5M after 14 days",
        "2 KR at Risk · KR 3 · anchor moved: no · -1 day · 25% of the gap · lift -1 day · 0 of 3 "
        "KRs",
        "3 KR at Risk · KR 2 · ended early · anchor moved: partly · +1 pp · 14% of the gap · lift "
        "+1 pp · 1 of 3 KRs",
        "4 KR at Risk · KR 2 · still open",
        "$20M → $24.5M → $30M",
        "target was $28M, $32M",
    };
    g_autoptr(Scene) scene = quarter();
    const Decimal was[] = {DECIMAL(28000000), DECIMAL(32000000)};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(was); i++) {
        Recalibration *change = recalibration_new();

        change->was = change->was_high = was[i];
        g_ptr_array_add(team_tactical_number(scene_team(scene), 1)->recalibrations, change);
    }
    scene_until(scene, "2025-08-31 23:59");
    scene_forget(scene);
    scene_until(scene, "2025-09-01 09:29");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
    scene_until(scene, "2025-09-01 09:30");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
    assert_string_equal(scene_card(scene, CARD_NOTICE)->channel, SCENE_HOME);
    g_autofree char *message = scene_last(scene, CARD_NOTICE);
    for (size_t i = 0; i < G_N_ELEMENTS(says); i++) {
        expect_has("the numbers", message, says[i]);
    }
    static const char *const people[] = {"maria", "jonas", "lena", "tom"};
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        expect_lacks("nobody is named", message, people[i]);
    }
    assert_null(scene_timer(scene, TIMER_PERIOD)); /* once */
}

static void test_a_quarter_without_a_sprint_is_no_failure(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    expect_has("so far", scene_command(scene, "tom", "/okr rollup"),
               "No sprint has been opened so far");
    expect_has("it is said that it goes on", scene_command(scene, "tom", "/okr rollup"),
               "FY Q3 of West so far");
    scene_until(scene, "2025-09-01 09:30");
    g_autofree char *message = scene_last(scene, CARD_NOTICE);
    expect_has("at the end", message, "No sprint was opened. Where the numbers held");
    expect_has("and the key results all the same", message, "Tactical KRs 0 of 2 reached (0%)");
    expect_lacks("without sums of nothing", message, "Check-ins");
}

/* When the timer that was set for a period comes, and what it does. */
static void test_when_a_period_is_summed_up(void **state)
{
    static const struct {
        const char *promise, *period, *sleep, *until;
        int posted;
    } cases[] = {
        {"on the first working day behind it", "2025-06-02 - 2025-08-29", NULL, "2025-09-01 09:30",
         1},
        {"not before check-in time", "2025-06-02 - 2025-08-29", NULL, "2025-09-01 09:29", 0},
        {"a holiday is no working day", "2025-06-02 - 2025-09-30", NULL, "2025-10-01 09:30", 0},
        {"but the day after is", "2025-06-02 - 2025-09-30", NULL, "2025-10-02 09:30", 1},
        {"after downtime, late", "2025-06-02 - 2025-08-31", "2025-09-13 18:00", "2025-09-13 18:00",
         1},
        {"14 days later it is still news", "2025-06-02 - 2025-08-31", "2025-09-14 18:00",
         "2025-09-14 18:00", 1},
        {"15 days later it is none", "2025-06-02 - 2025-08-31", "2025-09-15 09:00",
         "2025-10-01 09:00", 0},
        {"one that was over long before it was entered", "2025-01-01 - 2025-03-31", NULL,
         "2025-07-20 09:00", 0},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_new();
        g_autofree char *text = g_strdup_printf("/okr objective\nobjective: Build the pipeline "
                                                "that carries the year\nperiod: Q, %s",
                                                cases[i].period);

        scene_command(scene, "maria",
                      "/sprint setup\nname: West\ntimezone: Europe/Berlin\nholidays: 2025-10-01");
        expect_has("it is added", scene_command(scene, "maria", text), "Q");
        scene_forget(scene);
        if (cases[i].sleep != NULL) {
            scene_sleep_until(scene, cases[i].sleep);
        }
        scene_until(scene, cases[i].until);
        if (scene_count(scene, CARD_NOTICE, NULL) != cases[i].posted) {
            fail_msg("%s: %d", cases[i].promise, scene_count(scene, CARD_NOTICE, NULL));
        }
    }
}

/* What an older store or an import leaves behind. */
static void test_a_timer_that_comes_too_early_sets_itself_right(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Timer early = {
        .kind = TIMER_PERIOD, .team = scene_team(scene)->id, .subject = only_period(scene)->id.v};

    (void)state;
    g_array_set_size(scene->timers, 0);
    g_array_append_val(scene->timers, early); /* due at once */
    scene_until(scene, "2025-07-14 08:01");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
    assert_int_equal(scene_timer(scene, TIMER_PERIOD)->due.us,
                     scene_instant(scene, "2025-09-01 09:30").us);
    early.subject = 1; /* no period at all */
    g_array_append_val(scene->timers, early);
    scene_sleep_until(scene, "2025-09-01 09:30");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
}

/* --- which period --- */

static void test_which_period_is_meant(void **state)
{
    static const struct {
        const char *promise, *at, *text, *says;
    } cases[] = {
        {"the one that holds today", "2025-07-14 08:00", "/okr rollup", "FY Q3 of West so far"},
        {"on its last day it is not over", "2025-08-31 23:59", "/okr rollup",
         "FY Q3 of West so far"},
        {"between two the last", "2025-09-05 08:00", "/okr rollup", "FY Q3 of West: what it came"},
        {"the next once it holds", "2025-09-08 08:00", "/okr rollup", "FY Q4 of West so far"},
        {"by name", "2025-09-08 08:00", "/okr rollup FY Q3", "FY Q3 of West: what it came"},
        {"in any case and spacing", "2025-09-08 08:00", "/okr rollup  fy   q3 ", "FY Q3 of West"},
        {"by a part of it", "2025-09-08 08:00", "/okr rollup q3", "FY Q3 of West"},
        {"in another form", "2025-09-08 08:00", "/okr rollup q3 markdown", "# FY Q3 of West"},
        {"which has a short name", "2025-09-08 08:00", "/okr rollup q3 MD", "# FY Q3 of West"},
        {"the form alone", "2025-09-08 08:00", "/okr rollup csv", "FY Q4"},
        {"by another name of the command", "2025-07-14 08:00", "/okr roll-up", "FY Q3 of West"},
        {"a part of two", "2025-09-08 08:00", "/okr rollup FY", "It has: FY Q3, FY Q4"},
        {"none of that name", "2025-07-14 08:00", "/okr rollup Q9", "West has no period “q9”"},
        {"one that is to come", "2025-07-14 08:00", "/okr rollup FY Q4",
         "FY Q4 begins on Mon 8 September"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();

        scene_command(scene, "maria",
                      "/okr objective\nobjective: Carry the pipeline into the next year\n"
                      "period: FY Q4, 2025-09-08 - 2025-11-30");
        scene_until(scene, cases[i].at);
        g_autofree char *said = g_ascii_strdown(scene_command(scene, "tom", cases[i].text), -1);
        g_autofree char *says = g_ascii_strdown(cases[i].says, -1);
        expect_has(cases[i].promise, said, says);
    }
    g_autoptr(Scene) scene = scene_new();
    scene_command(scene, "maria", "/sprint setup\nname: West\ntimezone: Europe/Berlin");
    expect_has("a team without any", scene_command(scene, "maria", "/okr rollup"),
               "West has no period yet");
}

/* A day is the team's own: 23:30 in London is the next day in Berlin. */
static void test_a_sprint_belongs_to_the_day_of_the_teams_zone(void **state)
{
    static const struct {
        const char *promise, *opened; /* in Berlin */
        const char *says;
    } cases[] = {
        {"the last minute of the last day", "2025-08-31 23:59", "1 opened"},
        {"23:30 UTC on the last day is the next one", "2025-09-01 01:30", "No sprint was opened"},
        {"the first minute of the first day", "2025-06-02 00:00", "1 opened"},
        {"the minute before", "2025-06-01 23:59", "No sprint was opened"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_sprint();

        scene_sprint_of(scene, 1)->opened = scene_instant(scene, cases[i].opened);
        scene_sleep_until(scene, "2025-09-02 12:00");
        expect_has(cases[i].promise, scene_command(scene, "tom", "/okr rollup FY Q3"),
                   cases[i].says);
    }
}

/* --- joint --- */

static void test_a_joint_sprint_is_in_the_books_of_each_of_its_teams(void **state)
{
    static const char joint[] =
        "/sprint open\ntrigger: Cross-Functional Gap\nsituation: 320 leads handed over, 6% "
        "convert\nowner: West, Marketing\nanchor: 1\nwindow: 2 weeks\n"
        "objective: Establish a working lead handoff for both teams\n"
        "kr: Reduce handoff response time from 30 hours to 4 hours\n"
        "kr: Increase lead-to-meeting conversion rate from 12% to 25%\n"
        "kr: Progress 15 qualified leads from Meeting to Proposal stage";
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene->channel = "marketing";
    scene_command(scene, "ines", "/sprint setup\nname: Marketing\ntimezone: Europe/Berlin");
    scene_command(scene, "ines",
                  "/okr objective\nobjective: Fill the funnel with leads that close\nperiod: Q3, "
                  "2025-07-01 - 2025-09-30");
    scene->channel = SCENE_HOME;
    expect_has("it opens", scene_command(scene, "maria", joint), "is open");
    scene_until(scene, "2025-07-14 09:31");
    scene_answer(scene, "maria", 1, NULL, "28 hours, 12%, 1");
    scene_until(scene, "2025-07-16 08:00");
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    close_sprint(scene, "/sprint retro\nkr1: 4 hours\nkr2: 25%\nkr3: 15\nanchor: $22.2M\n"
                        "moved: yes, it did\nlearned: x works\nchange: keep\ncomplete: yes");
    const char *west = scene_command(scene, "maria", "/okr rollup");
    expect_has("West was asked twice and answered once", west, "Check-ins 1 held of 2");
    expect_has("its own KR", west, "1 Cross-Functional Gap · KR 1 · ended early");
    scene->channel = "marketing";
    const char *marketing = scene_command(scene, "ines", "/okr rollup");
    expect_has("Marketing was asked twice, too", marketing, "Check-ins 0 held of 2");
    expect_has("it is theirs", marketing, "Sprints 1 opened · 1 closed");
    expect_has("and another team's KR is named so", marketing, "KR 1 of West");
    expect_has("a period without key results says so", marketing, "No tactical KR was kept in it");
}

/* --- to copy --- */

static void test_markdown(void **state)
{
    static const char *const says[] = {
        "# FY Q3 of West\n\n2 June 2025 to 31 August 2025\n",
        "| 4 | 3 | 1 | 1 | 4 of 9 | 4 of 32 | 1 yes, 1 partly, 1 no |\n",
        "| 1 | KR at Risk | Increase qualified B2B pipeline from $20M to $30M by Q3 close | closed "
        "| yes | +$2.9M | 33% | +$2.5M | 3 of 3 | 2 of 11 | $24.5M |  |\n",
        "| 4 | KR at Risk | Raise win rate from 18% to 25% | still open |  |  |  |  |  | 1 of 5 |  "
        "|  |\n",
        "## Root causes\n\n- 2 dependency\n- 1 capacity\n- 2 priorities changed\n",
        "| 2 | Raise win rate from 18% to 25% | 18% | 25% | 25% |  | 100% | yes |\n",
    };
    g_autoptr(Scene) scene = quarter();
    g_autoptr(Rollup) rollup = rollup_by(scene, (Day){2025, 9, 1}, 1, 4);
    g_autofree char *text = rollup_text_markdown(rollup);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(says); i++) {
        expect_has("a table", text, says[i]);
    }
}

static void test_csv(void **state)
{
    static const char *const says[] = {
        "record,team,period,number,name,first_day,last_day,opened,closed,ended_early,check_ins_due,"
        "check_ins_held,krs,krs_reached,times,anchor,unit,from,value,target,target_high,targets_"
        "before,progress,reached,moved,movement,share_of_gap,lift,after_14_days,after_28_days\n",
        "\nperiod,West,FY Q3,,,2025-06-02,2025-08-31,4,3,1,32,4,9,4,,,,,,,,,,,,,,,,\n",
        "\nsprint,West,FY Q3,1,KR at Risk,2025-07-14,2025-07-28,1,1,0,11,2,3,3,,Increase qualified "
        "B2B pipeline from $20M to $30M by Q3 "
        "close,$,21200000,24100000,30000000,,,,,yes,2900000,0.329545,2471428.571429,24500000,\n",
        "\nsprint,West,FY Q3,2,KR at "
        "Risk,2025-07-29,2025-08-12,1,1,0,11,1,3,0,,Reduce median time to hire from 12 days to 8 "
        "days,days,12,11,8,,,,,no,-1,0.25,-1,,\n",
        "\nsprint,West,FY Q3,4,KR at Risk,2025-08-25,2025-09-07,1,0,0,5,1,,,,Raise win rate from "
        "18% to 25%,%,19,,25,,,,,,,,,,\n",
        "\ncause,West,FY Q3,,dependency,,,,,,,,,,2,,,,,,,,,,,,,,,\n",
        "\nkey result,West,FY Q3,2,Raise win rate from 18% to 25%,,,,,,,,,,,,%,18,25,25,25,,1,1,"
        ",,,,,\n",
    };
    g_autoptr(Scene) scene = quarter();
    g_autoptr(Rollup) rollup = rollup_by(scene, (Day){2025, 9, 1}, 1, 4);
    g_autofree char *text = rollup_text_csv(rollup);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(says); i++) {
        expect_has("a table", text, says[i]);
    }
    assert_int_equal(g_strv_length(lines), 1 + 1 + 4 + 3 + 3 + 1); /* the last is the end */
}

/* What people wrote is text, wherever it is copied to. */
static void test_hostile_names_stay_names(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Team *team = scene_team(scene);
    Period *period = g_ptr_array_index(team->periods, 0);
    Kr *kr = team_tactical_number(team, 1)->track->kr;

    (void)state;
    g_free(period->name);
    period->name = g_strdup("=HYPERLINK(\"x\")");
    g_free(kr->statement);
    kr->statement = g_strdup("a | b\n```\n# [c](d) <e> @channel, *f*");
    g_autoptr(Rollup) rollup = rollup_by(scene, (Day){2025, 9, 1}, 1, 0);
    g_autofree char *csv = rollup_text_csv(rollup);
    expect_has("no formula", csv, ",\"'=HYPERLINK(\"\"x\"\")\",");
    expect_has("quotes where they are needed", csv, ",\"a | b\n```\n# [c](d) <e> @channel, *f*\",");
    g_autofree char *markdown = rollup_text_markdown(rollup);
    expect_has("no markup", markdown,
               "| a \\| b \\`\\`\\` \\# \\[c\\]\\(d\\) \\<e\\> @channel, \\*f\\* |");
    expect_has("nor in the title", markdown, "# =HYPERLINK\\(\"x\"\\) of West");
}

static void test_a_long_text_comes_in_whole_lines(void **state)
{
    static const struct {
        const char *promise, *text;
        size_t max;
        const char *pieces; /* with / between them */
    } cases[] = {
        {"what fits is one", "a\nb\n", 4, "a\nb\n"},
        {"what does not is cut at a line's end", "aa\nbb\ncc\n", 7, "aa\nbb\n/cc\n"},
        {"a line alone may be too long", "aaaaaaaa\nb\n", 4, "aaaaaaaa\n/b\n"},
        {"without an end at the end", "aa\nbb", 3, "aa\n/bb"},
        {"nothing is nothing", "", 4, ""},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) pieces = rollup_text_pieces(cases[i].text, cases[i].max);

        g_ptr_array_add(pieces, NULL);
        g_autofree char *joined = g_strjoinv("/", (char **)pieces->pdata);
        if (strcmp(joined, cases[i].pieces) != 0) {
            fail_msg("%s: %s", cases[i].promise, joined);
        }
    }
}

static void test_a_copy_is_whole_or_says_that_it_cannot_be(void **state)
{
    g_autoptr(Scene) scene = quarter();

    (void)state;
    scene_command(scene, "tom", "/okr rollup csv");
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < scene->reply->blocks->len; i++) {
        const Block *block = g_ptr_array_index(scene->reply->blocks, i);

        if (block->kind == BLOCK_CODE) {
            expect_that("a block is one piece everywhere", strlen(block->text) <= 2600);
            g_string_append_printf(all, "%s\n", block->text);
        }
    }
    g_autoptr(Rollup) rollup = rollup_by(scene, team_day(scene_team(scene), scene->now), 1, 4);
    g_autofree char *text = rollup_text_csv(rollup);
    assert_string_equal(all->str, text);
    g_string_free(all, TRUE);

    for (int32_t number = 1; number <= 4; number++) {
        Sprint *sprint = scene_sprint_of(scene, number);

        g_free(sprint->anchor_statement);
        sprint->anchor_statement = g_strnfill(2500, 'x');
    }
    const char *said = scene_command(scene, "tom", "/okr rollup csv");
    expect_has("what is too long is not cut", said, "longer than a message holds");
    expect_has("it is said where all of it is", said, "anchord export");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_figures_of_a_quarter),
        cmocka_unit_test(test_the_anchors_of_a_quarter),
        cmocka_unit_test(test_the_tactical_krs_of_a_quarter),
        cmocka_unit_test(test_a_kr_that_was_not_read_is_not_reached),
        cmocka_unit_test(test_lift_is_unknown_where_nothing_came_before),
        cmocka_unit_test(test_the_message_stands_in_the_home_on_the_first_working_day_after),
        cmocka_unit_test(test_a_quarter_without_a_sprint_is_no_failure),
        cmocka_unit_test(test_when_a_period_is_summed_up),
        cmocka_unit_test(test_a_timer_that_comes_too_early_sets_itself_right),
        cmocka_unit_test(test_which_period_is_meant),
        cmocka_unit_test(test_a_sprint_belongs_to_the_day_of_the_teams_zone),
        cmocka_unit_test(test_a_joint_sprint_is_in_the_books_of_each_of_its_teams),
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_hostile_names_stay_names),
        cmocka_unit_test(test_a_long_text_comes_in_whole_lines),
        cmocka_unit_test(test_a_copy_is_whole_or_says_that_it_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

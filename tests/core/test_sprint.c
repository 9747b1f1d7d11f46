/* A sprint's states, its record, and its life from opening to close. */

#include "core/sprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/form.h"
#include "core/show.h"
#include "scene.h"

static void test_the_ways_from_state_to_state(void **state)
{
    static const struct {
        const char *promise;
        SprintState from;
        SprintEvent on;
        SprintState to;
        SprintAct act;
    } ways[] = {
        {"opening announces", SPRINT_DRAFT, ON_OPEN, SPRINT_ACTIVE, DO_ANNOUNCE},
        {"a window that is over asks for the retrospective", SPRINT_ACTIVE, ON_WINDOW_OVER,
         SPRINT_CLOSING, DO_ASK_RETRO},
        {"ending early still asks for the retrospective", SPRINT_ACTIVE, ON_END_EARLY,
         SPRINT_CLOSING, DO_ASK_RETRO},
        {"a complete retrospective closes", SPRINT_CLOSING, ON_RETRO_DONE, SPRINT_CLOSED,
         DO_PUBLISH},
    };
    (void)state;
    for (SprintState from = 0; from < SPRINT_STATE_COUNT; from++) {
        for (SprintEvent on = 0; on < SPRINT_EVENT_COUNT; on++) {
            SprintState next = SPRINT_STATE_COUNT;
            SprintAct act = sprint_step(from, on, &next);
            const char *promise = "there is no other way: no delete, no cancel, no way back";
            SprintState to = from;
            SprintAct wanted = DO_REFUSE;

            for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
                if (ways[i].from == from && ways[i].on == on) {
                    promise = ways[i].promise;
                    to = ways[i].to;
                    wanted = ways[i].act;
                }
            }
            expect_that(promise, next == to && act == wanted);
        }
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(sprint_state_name(SPRINT_DRAFT), "draft");
    assert_string_equal(sprint_state_name(SPRINT_CLOSED), "closed");
    assert_string_equal(moved_name(MOVED_PARTLY), "partly");
    assert_string_equal(moved_name(MOVED_UNSAID), "");
    assert_string_equal(tactical_change_name(TACTICAL_DROP), "drop");
    for (Cause cause = CAUSE_UNSAID; cause < CAUSE_COUNT; cause++) {
        assert_int_equal(*cause_name(cause) == '\0', cause == CAUSE_UNSAID);
    }
}

static void test_finding_ones_way_in_the_record(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    const Sprint *sprint = scene_sprint_of(scene, 1);
    Checkin *found = NULL;

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    scene_answer(scene, "maria", 1, "m1", "kr1 27%; blocked: legal review");
    scene_until(scene, "2025-07-15 09:31");
    TeamId west = scene_team(scene)->id;
    assert_true(sprint_owned_by(sprint, west));
    assert_false(sprint_owned_by(sprint, (TeamId){4711}));
    assert_int_equal(sprint_kr(sprint, 2)->track->kr->number, 2);
    assert_null(sprint_kr(sprint, 4));
    assert_ptr_equal(sprint_kr_of(sprint, sprint_kr(sprint, 3)->track->kr->id),
                     sprint_kr(sprint, 3));
    assert_null(sprint_kr_of(sprint, (KrId){4711}));
    const Checkin *first = sprint_checkin_on(sprint, west, (Day){2025, 7, 14});
    assert_ptr_equal(sprint_checkin(sprint, first->id), first);
    assert_true(sprint_checkin_last(sprint, west) != first);
    assert_null(sprint_checkin_on(sprint, west, (Day){2025, 7, 16}));
    assert_null(sprint_checkin_last(sprint, (TeamId){4711}));
    assert_non_null(sprint_answer(sprint, "m1", &found));
    assert_ptr_equal(found, first);
    assert_null(sprint_answer(sprint, "m2", NULL));
    assert_string_equal(sprint_blocker(sprint, 1)->text, "legal review");
    assert_null(sprint_blocker(sprint, 2));
    assert_true(checkin_answered(first));
}

static void test_the_record_of_an_opening(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    const Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    assert_int_equal(sprint->state, SPRINT_ACTIVE);
    assert_int_equal(sprint->number, 1);
    assert_string_equal(sprint->trigger, "KR at Risk");
    assert_string_equal(sprint->facilitator, "maria");
    assert_string_equal(sprint->anchor_statement,
                        "Increase qualified B2B pipeline from $20M to $30M by Q3 close");
    assert_int_equal(sprint->anchor_open.millionths, DECIMAL(21200000).millionths);
    assert_int_equal(sprint->anchor_target.millionths, DECIMAL(30000000).millionths);
    assert_int_equal(day_cmp(sprint->window.first, (Day){2025, 7, 14}), 0);
    assert_int_equal(day_cmp(sprint->window.last, (Day){2025, 7, 28}), 0);
    assert_int_equal(sprint->opened.us, scene_instant(scene, "2025-07-14 08:00").us);
    assert_int_equal(sprint->krs->len, 3);
    assert_int_equal(sprint->initiatives->len, 2);
    assert_int_equal(sprint->owners->len, 1);
    assert_int_equal(scene_team(scene)->sprints->len, 1);
    assert_string_equal(g_ptr_array_index(scene->log, 0), "1 draft -> active by maria: KR at Risk");
}

/* What must be there before a sprint opens: each mistake is told, and nothing has happened. */
static void test_what_makes_a_sprint_valid(void **state)
{
    static const struct {
        const char *promise, *key, *line, *says;
    } cases[] = {
        {"no anchor, no sprint", "anchor", NULL, "anchor: is missing"},
        {"an anchor that is none of the tactical KRs", "anchor", "anchor: World peace",
         "none of the tactical KRs"},
        {"… is answered with those to choose from", "anchor", "anchor: World peace",
         "2. Raise win rate from 18% to 25%"},
        {"no trigger, no sprint", "trigger", NULL, "trigger: is missing"},
        {"a sprint starts from a signal, not from a calendar", "trigger", "trigger: Monthly",
         "KR at Risk, Emergent Opportunity, Cross-Functional Gap"},
        {"a situation in numbers", "situation", "situation: it goes badly", "no number in it"},
        {"a window below 7 days", "window", "window: 14 July - 20 July", "too short"},
        {"a window above 28 days", "window", "window: 14 July - 12 August", "too long"},
        {"a window that is over", "window", "window: 2025-06-02 - 2025-06-16", "was over on"},
        {"a window whose first week is over", "window", "window: 2025-07-07 - 2025-07-21",
         "began on"},
        {"a date that can be read in two ways", "window", "window: 07/08 - 21/08",
         "more than one day"},
        {"a person is no owner", "owner", "owner: @maria", "a sprint belongs to a team"},
        {"nor is a member without the sign", "owner", "owner: jonas", "a sprint belongs to a team"},
        {"nor am I", "owner", "owner: me", "a sprint belongs to a team"},
        {"a team nobody knows", "owner", "owner: Atlantis", "no team “Atlantis”"},
        {"an objective without figures", "objective", "objective: Raise the pipeline to $30M soon",
         "only says the direction"},
        {"an activity is challenged by the name of its rule", "kr",
         "kr: Conduct 30 discovery calls", "Rule: "},
        {"what has no number is refused", "kr", "kr: Improve the pipeline", "number"},
        {"a reason of one word is none", "keep", "keep: because", "a few words are needed"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();
        g_auto(GStrv) lines = g_strsplit(scene_form, "\n", -1);
        g_autoptr(GString) text = g_string_new("/sprint open");
        bool replaced = false;

        for (char **line = lines; *line != NULL; line++) {
            bool is_key =
                g_str_has_prefix(*line, cases[i].key) && (*line)[strlen(cases[i].key)] == ':';

            if (!is_key || replaced) {
                g_string_append_printf(text, "\n%s", *line);
            } else if (cases[i].line != NULL) {
                g_string_append_printf(text, "\n%s", cases[i].line);
            }
            replaced = replaced || is_key;
        }
        if (!replaced) {
            g_string_append_printf(text, "\n%s", cases[i].line);
        }
        expect_has(cases[i].promise, scene_command(scene, "maria", text->str), cases[i].says);
        expect_that(cases[i].promise, scene_team(scene)->sprints->len == 0 && scene->log->len == 0);
    }
}

static void test_three_to_five_key_results(void **state)
{
    static const struct {
        const char *promise;
        int krs;
        bool opens;
        const char *says;
    } cases[] = {
        {"two are too few", 2, false, "2 × kr: so far; 3 are the fewest"},
        {"three will do", 3, true, "is open"},
        {"five are the most", 5, true, "is open"},
        {"six are too many", 6, false, "6 × kr: are too many; 5"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();
        g_autoptr(GString) text =
            g_string_new("/sprint open\ntrigger: 1\nsituation: 2 gaps\nanchor: 1\nwindow: 2 weeks\n"
                         "objective: Restore qualified pipeline momentum soon");

        for (int n = 0; n < cases[i].krs; n++) {
            g_string_append_printf(
                text, "\nkr: Increase acceptance rate of segment %c from 22%% to 35%%", 'a' + n);
        }
        expect_has(cases[i].promise, scene_command(scene, "maria", text->str), cases[i].says);
        expect_that(cases[i].promise, (scene_team(scene)->sprints->len == 1) == cases[i].opens);
    }
}

/* The window may outlast the anchor's period (to 31 August) by 7 days. */
static void test_the_window_and_the_period(void **state)
{
    static const struct {
        const char *promise, *window;
        bool opens;
    } cases[] = {
        {"a week beyond the period", "2025-08-20 - 2025-09-07", true},
        {"a day more than that", "2025-08-20 - 2025-09-08", false},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_west();
        g_autofree char *other = g_strdup_printf("\nwindow: %s\n", cases[i].window);
        g_auto(GStrv) parts = g_strsplit(scene_form, "\nwindow: 14 July - 28 July\n", 2);
        g_autofree char *text = g_strconcat("/sprint open\n", parts[0], other, parts[1], NULL);

        scene_until(scene, "2025-08-19 12:00");
        const char *said = scene_command(scene, "maria", text);
        expect_has(cases[i].promise, said, cases[i].opens ? "is open" : "8 days after FY Q3 does");
    }
}

static void test_the_window_is_fixed(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    expect_has("no command changes it", scene_command(scene, "maria", "/sprint extend 1"),
               "is no command");
    expect_has("no check-in changes it",
               scene_command(scene, "maria", "/sprint checkin window: 4 weeks"), "Sprint 1");
    scene_command(scene, "maria",
                  "/sprint setup\ntimezone: Europe/London\ncheck-in: 10:00\nworking days: Mon-Thu");
    assert_int_equal(day_cmp(scene_sprint_of(scene, 1)->window.last, (Day){2025, 7, 28}), 0);
    assert_int_equal(day_cmp(scene_sprint_of(scene, 1)->window.first, (Day){2025, 7, 14}), 0);
}

/* From "/sprint open" to the end of a code block. */
static char *shown_form(const Scene *scene)
{
    const char *start = strstr(scene->said, "/sprint open\n");

    expect_that("the text form is shown", start != NULL);
    return g_strdup(start);
}

static void test_what_is_shown_as_a_text_form_opens_the_same_sprint_again(void **state)
{
    static const char *const forms[] = {
        scene_form,
        "trigger: Emergent Opportunity\nsituation: 140 leads a week; 60 before: \"=1+1\" "
        "\U0001F680\nanchor: win rate\n"
        "window: 3 weeks\nobjective: Convert the inbound spike before it ends\n"
        "kr: Win rate on inbound leads above 20% (now 10%)\nkr: Conduct 30 discovery calls\n"
        "keep: we cannot see conversions until August\nkr: Keep churn at most 3% (now 2.5%)\n"
        "kr: Sign 8 contracts with inbound leads",
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autoptr(Scene) scene = scene_west();
        g_autofree char *text = g_strconcat("/sprint open\n", forms[i], NULL);

        expect_has("the first opens", scene_command(scene, "maria", text), "Sprint 1 is open");
        scene_command(scene, "jonas", "/sprint show 1");
        g_autofree char *shown = shown_form(scene);
        expect_has("what is shown opens again", scene_command(scene, "maria", shown),
                   "Sprint 2 is open");
        scene_command(scene, "jonas", "/sprint show 2");
        g_autofree char *again = shown_form(scene);
        assert_string_equal(again, shown);

        const Sprint *a = scene_sprint_of(scene, 1), *b = scene_sprint_of(scene, 2);
        assert_true(ID_EQ(a->anchor, b->anchor));
        assert_int_equal(day_cmp(a->window.last, b->window.last), 0);
        assert_int_equal(a->krs->len, b->krs->len);
        for (int32_t n = 1; n <= (int32_t)a->krs->len; n++) {
            const Kr *ka = sprint_kr(a, n)->track->kr, *kb = sprint_kr(b, n)->track->kr;

            assert_string_equal(ka->metric, kb->metric);
            assert_true(unit_same(&ka->unit, &kb->unit));
            assert_int_equal(ka->direction, kb->direction);
            assert_int_equal(ka->baseline.millionths, kb->baseline.millionths);
            assert_int_equal(ka->target.millionths, kb->target.millionths);
            assert_int_equal(g_strcmp0(ka->kept_because, kb->kept_because), 0);
        }
    }
}

static void test_a_closed_sprint_can_be_shown_for_ever(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_command(scene, "maria", "/sprint close\nreason: the window of opportunity is over");
    scene_command(scene, "maria",
                  "/sprint retro\nsprint: 1\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24M\nmoved: "
                  "yes, it did\n"
                  "learned: invitations work\nchange: keep\ncomplete: yes");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSED);
    assert_int_equal(scene_team(scene)->sprints->len, 0);
    scene_until(scene, "2027-01-01 12:00");
    const char *shown = scene_command(scene, "tom", "/sprint show 1");
    expect_has("its state", shown, "Closed.");
    expect_has("its text form", shown, "/sprint open\ntrigger: KR at Risk");
}

/* A joint sprint: a hand-off that neither team's OKRs cover. */
static Scene *scene_joint(const char *zone)
{
    Scene *scene = scene_west();
    g_autofree char *setup =
        g_strdup_printf("/sprint setup\nname: Marketing\ntimezone: %s\nmembers: @ines, "
                        "@omar\nlead: @omar\nweekly: never",
                        zone);

    scene->channel = "marketing";
    scene_command(scene, "ines", setup);
    scene_command(scene, "ines",
                  "/okr objective\nobjective: Fill the funnel with leads that close\nperiod: Q3, "
                  "2025-07-01 - 2025-09-30");
    scene_command(scene, "ines", "/okr kr Increase qualified leads from 300 to 450");
    scene->channel = SCENE_HOME;
    const char *said =
        scene_command(scene, "maria",
                      "/sprint open\ntrigger: Cross-Functional Gap\nsituation: 320 leads handed "
                      "over, 6% convert\nowner: West, Marketing\n"
                      "anchor: Marketing 1\nwindow: 14 July - 28 July\nobjective: Establish a "
                      "working lead handoff for both teams\n"
                      "kr: Reduce handoff response time from 30 hours to 4 hours\n"
                      "kr: Increase qualified-lead-to-meeting conversion rate from 12% to 25%\n"
                      "kr: Progress 15 qualified leads from Meeting to Proposal stage");
    expect_has("the joint sprint opens", said, "Sprint 1 is open");
    scene_forget(scene);
    return scene;
}

static void test_a_joint_sprint_belongs_to_both_teams(void **state)
{
    g_autoptr(Scene) scene = scene_joint("Europe/Berlin");
    const Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    assert_int_equal(sprint->owners->len, 2);
    scene_until(scene, "2025-07-14 09:31");
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL), 2);
    expect_has("one team answers", scene_answer(scene, "maria", 1, "m1", "kr1 26 hours"),
               "26 hours");
    scene->channel = "marketing";
    expect_has("the other sees it", scene_command(scene, "ines", "/sprint status"),
               "30 hours → 26 hours → 4 hours");
    expect_has("it stands in the other's list", scene_command(scene, "ines", "/sprint list"),
               "Establish a working lead handoff");
    expect_has("it counts for each", scene_command(scene, "ines", "/sprint show"),
               "West and Marketing");
    scene_until(scene, "2025-07-29 10:00");
    assert_int_equal(sprint->state, SPRINT_CLOSING);
    scene_forget(scene);
    expect_has("either closes it for both",
               scene_command(scene, "ines",
                             "/sprint retro\nkr1: 5 hours\nkr2: 24%\nkr3: 14\nanchor: 360\nmoved: "
                             "partly, two lists came late\n"
                             "learned: calls within the hour convert\nchange: keep\ncomplete: yes"),
               "is closed");
    assert_int_equal(scene_count(scene, CARD_CLOSE, NULL), 2);
    assert_int_equal(scene_team(scene)->sprints->len, 0);
    scene->channel = SCENE_HOME;
    assert_int_equal(scene_team(scene)->sprints->len, 0);
}

static void test_a_joint_sprint_ends_when_the_last_of_its_teams_says_so(void **state)
{
    g_autoptr(Scene) scene = scene_joint("America/New_York");

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL), 1);
    scene_until(scene, "2025-07-14 15:31"); /* 09:31 over there */
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL),
                     2 + 1); /* and the summary of the first */
    scene_until(scene, "2025-07-29 05:59");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_ACTIVE);
    scene_until(scene, "2025-07-29 06:00");
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSING);
}

static void test_a_gap_between_teams_has_two_owners(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_auto(GStrv) parts = g_strsplit(scene_form, "KR at Risk", 2);
    g_autofree char *text =
        g_strconcat("/sprint open\n", parts[0], "Cross-Functional Gap", parts[1], NULL);

    (void)state;
    expect_has("the owners are asked for", scene_command(scene, "maria", text),
               "owner: is missing");
    expect_has("one is not enough", scene_text(scene, "maria", "West"),
               "at least two own it together");
    assert_int_equal(scene_team(scene)->sprints->len, 0);
}

static void test_earlier_sprints_are_shown_with_what_they_learned(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    (void)state;
    scene_command(scene, "maria", "/sprint close\nreason: the window of opportunity is over");
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24M\nmoved: yes, it did\n"
                  "learned: short invitations are accepted\nchange: keep\ncomplete: yes");
    const char *said = scene_command(scene, "maria", text);
    expect_has("the next opens", said, "Sprint 2 is open");
    expect_has("the lesson is at hand", said, "short invitations are accepted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_ways_from_state_to_state),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_finding_ones_way_in_the_record),
        cmocka_unit_test(test_the_record_of_an_opening),
        cmocka_unit_test(test_what_makes_a_sprint_valid),
        cmocka_unit_test(test_three_to_five_key_results),
        cmocka_unit_test(test_the_window_and_the_period),
        cmocka_unit_test(test_the_window_is_fixed),
        cmocka_unit_test(test_what_is_shown_as_a_text_form_opens_the_same_sprint_again),
        cmocka_unit_test(test_a_closed_sprint_can_be_shown_for_ever),
        cmocka_unit_test(test_a_joint_sprint_belongs_to_both_teams),
        cmocka_unit_test(test_a_joint_sprint_ends_when_the_last_of_its_teams_says_so),
        cmocka_unit_test(test_a_gap_between_teams_has_two_owners),
        cmocka_unit_test(test_earlier_sprints_are_shown_with_what_they_learned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

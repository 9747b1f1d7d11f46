/* The rules that are not negotiable (framework: Governance rules). */

#include "core/governance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static const char second[] =
    "/sprint open\ntrigger: Emergent Opportunity\nsituation: 140 inbound leads a week instead of "
    "60\nanchor: win rate\n"
    "window: 2 weeks\nobjective: Convert the inbound spike before it ends\n"
    "kr: Win rate on inbound leads from 10% to 20%\nkr: Reduce time-to-proposal from 9 days to 4 "
    "days\n"
    "kr: Sign 8 contracts with inbound leads";
static const char retro[] =
    "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24M\nmoved: yes, it did\n"
    "learned: short invitations are accepted\nchange: keep\ncomplete: yes";

static const char *open_again(Scene *scene, const char *who)
{
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    return scene_command(scene, who, text);
}

static void test_a_third_sprint_is_refused_and_names_the_two(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    expect_has("a second may open", scene_command(scene, "jonas", second), "Sprint 2 is open");
    const char *said = open_again(scene, "maria");
    expect_has("the first is named", said,
               "sprint 1 “Restore qualified pipeline momentum before the mid-review” (ends after "
               "Mon 28 July)");
    expect_has("so is the second", said,
               "sprint 2 “Convert the inbound spike before it ends” (ends after Mon 28 July)");
    expect_has("how many there may be", said, "With more than 2 at once");
    expect_has("what was typed is kept", said, "kept as a draft");
    expect_has("also when it is asked for without a form",
               scene_command(scene, "tom", "/sprint open"), "West has 2 open sprints");
    assert_int_equal(scene_team(scene)->sprints->len, 2);
}

static void test_what_was_typed_for_a_refused_sprint_opens_it_later(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_command(scene, "jonas", second);
    open_again(scene, "maria");
    scene_command(scene, "maria", "/sprint close\nsprint: 1\nreason: it is settled already");
    expect_has("the retrospective", scene_command(scene, "maria", retro), "Sprint 1 is closed");
    expect_has("the draft goes on", scene_command(scene, "maria", "/sprint open"),
               "situation: Qualified pipeline stands at $21.2M");
    expect_has("and opens", scene_text(scene, "maria", "yes"), "Sprint 3 is open");
}

static void test_a_team_with_a_sprint_in_closing_cannot_open_another(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-29 08:00");
    const char *said = scene_command(scene, "jonas", "/sprint open");
    expect_has("it is named", said,
               "sprint 1 “Restore qualified pipeline momentum before the mid-review” (waits for "
               "its retrospective)");
    expect_has("what to do is said", said, "/sprint retro 1");
    scene_command(scene, "jonas", retro);
    expect_has("after its retrospective it may", scene_command(scene, "jonas", "/sprint open"),
               "Which signal");
}

static void test_a_sprint_without_its_retrospective_keeps_its_slot(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-10-01 08:00"); /* two months of reminders later */
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSING);
    assert_int_equal(scene_team(scene)->sprints->len, 1);
    expect_has("it still counts", scene_command(scene, "maria", second),
               "waits for its retrospective");
    expect_has("and is listed", scene_command(scene, "maria", "/sprint list"), "(closing,");
}

static void test_there_is_no_other_way_out(void **state)
{
    static const char *const words[] = {"delete", "archive", "cancel", "abandon",
                                        "remove", "drop",    "finish"};
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *text = g_strdup_printf("/sprint %s 1", words[i]);

        expect_has(words[i], scene_command(scene, "maria", text), "is no command");
        assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_ACTIVE);
    }
    expect_has("an active sprint has no retrospective yet", scene_command(scene, "maria", retro),
               "No sprint of West waits for its retrospective");
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    expect_has("a sprint in closing is not ended again",
               scene_command(scene, "maria", "/sprint close\nreason: really now"),
               "no active sprint");
    scene_command(scene, "maria", retro);
    expect_has("a closed one is never asked again", scene_command(scene, "maria", retro),
               "No sprint of West waits");
}

static void test_a_joint_sprint_counts_for_each_of_its_teams(void **state)
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
    scene_command(scene, "ines", "/sprint setup\nname: Marketing\ntimezone: Europe/Berlin");
    scene_command(scene, "ines",
                  "/okr objective\nobjective: Fill the funnel with leads that close\nperiod: Q3, "
                  "2025-07-01 - 2025-09-30");
    scene_command(scene, "ines", "/okr kr Increase win rate from 18% to 25%");
    scene_command(scene, "ines", second);
    scene->channel = SCENE_HOME;
    expect_has("one each", scene_command(scene, "maria", joint), "is open");
    expect_has("the home team may have one more", open_again(scene, "maria"), "is open");
    scene->channel = "marketing";
    expect_has("the other has two now", scene_command(scene, "ines", "/sprint open"),
               "Marketing has 2 open sprints");
    scene->channel = SCENE_HOME;
    scene_command(scene, "maria", "/sprint close\nsprint: 3\nreason: it is settled already");
    scene_command(scene, "maria",
                  "/sprint retro\nsprint: 3\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24M\nmoved: "
                  "yes, it did\n"
                  "learned: x works\nchange: keep\ncomplete: yes");
    expect_has("a full team cannot be drawn into a third", scene_command(scene, "maria", joint),
               "Marketing has 2 open sprints");
}

static void test_who_may_own_a_sprint(void **state)
{
    static const struct {
        const char *promise, *text, *owners, *why;
    } cases[] = {
        {"the home team alone, when nothing is said", NULL, "West", NULL},
        {"the home team, named", "west", "West", NULL},
        {"two teams", "West, Marketing", "West, Marketing", NULL},
        {"the home team comes first", "Marketing and West", "West, Marketing", NULL},
        {"and is always one of them", "Marketing", "West, Marketing", NULL},
        {"three teams, as one writes them", "Marketing, West and Sales & Co",
         "West, Marketing, Sales & Co", NULL},
        {"a name with an “and” of its own", "Sales & Co", "West, Sales & Co", NULL},
        {"the same team twice is one", "West, Marketing, marketing", "West, Marketing", NULL},
        {"commas without anything between them", ",, Marketing,", "West, Marketing", NULL},
        {"a mention is a person", "@maria", NULL, "is a person"},
        {"so is a mention as platforms write it", "<@U123>", NULL, "is a person"},
        {"so is somebody of the team", "Marketing, jonas", NULL, "“jonas” is a person"},
        {"so am I", "me", NULL, "is a person"},
        {"a team that nobody set up", "Marketing, Atlantis", NULL, "no team “Atlantis”"},
    };
    g_autoptr(Scene) scene = scene_west();
    g_autoptr(GPtrArray) owners = g_ptr_array_new();

    (void)state;
    scene->channel = "marketing";
    scene_command(scene, "ines", "/sprint setup Marketing");
    scene->channel = "sales";
    scene_command(scene, "ines", "/sprint setup Sales & Co");
    scene->channel = SCENE_HOME;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Event) event = scene_new_event(scene, EVENT_COMMAND, "maria");
        g_autoptr(Turn) turn =
            turn_new(scene->world, event, scene->now, &scene->policy, &scene->ids);
        g_autoptr(GString) why = g_string_new(NULL), names = g_string_new(NULL);

        turn->team = scene_team(scene);
        world_mark(scene->world, NEED_TEAM_NAMED, "atlantis", 0);
        CheckResult result = governance_owners(turn, cases[i].text, owners, why);
        for (guint j = 0; j < owners->len; j++) {
            g_string_append_printf(names, "%s%s", j > 0 ? ", " : "",
                                   ((const Team *)g_ptr_array_index(owners, j))->name);
        }
        if (cases[i].why != NULL) {
            expect_that(cases[i].promise, result == CHECK_WRONG);
            expect_has(cases[i].promise, why->str, cases[i].why);
        } else {
            expect_that(cases[i].promise,
                        result == CHECK_OK && strcmp(names->str, cases[i].owners) == 0);
        }
    }
}

static void test_a_team_that_is_not_loaded_is_asked_for(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_autoptr(Event) event = scene_new_event(scene, EVENT_COMMAND, "maria");
    g_autoptr(Turn) turn = turn_new(scene->world, event, scene->now, &scene->policy, &scene->ids);
    g_autoptr(GPtrArray) owners = g_ptr_array_new();
    g_autoptr(GString) why = g_string_new(NULL);

    (void)state;
    turn->team = scene_team(scene);
    assert_int_equal(governance_owners(turn, "Atlantis", owners, why), CHECK_NEED);
    assert_int_equal(turn->needs->len, 1);
    assert_string_equal(g_array_index(turn->needs, Need, 0).text, "atlantis");
}

static void test_the_anchor_that_is_meant(void **state)
{
    static const struct {
        const char *promise, *text;
        int32_t number;
        const char *why;
    } cases[] = {
        {"by number", "2", 2, NULL},
        {"by number, as it is shown", "KR 2", 2, NULL},
        {"with its team", "West 2", 2, NULL},
        {"by its sentence", "Raise win rate from 18% to 25%", 2, NULL},
        {"by its sentence, in any case and spacing", "raise WIN-rate from 18% to 25 %", 2, NULL},
        {"by a part of it", "win rate", 2, NULL},
        {"a part that fits two is asked back", "from", 0, "fits more than one"},
        {"a number that none has", "7", 0, "none of the tactical KRs"},
        {"a number that only stands in a sentence", "30", 0, "none of the tactical KRs"},
        {"somebody else's number", "Marketing 2", 0, "none of the tactical KRs"},
        {"nothing that says anything", "…", 0, "none of the tactical KRs"},
        {"a number that a sentence ends with is no KR's number", "Increase NPS to 2", 0,
         "none of the tactical KRs"},
    };
    g_autoptr(Scene) scene = scene_west();
    g_autoptr(GPtrArray) owners = g_ptr_array_new();

    (void)state;
    g_ptr_array_add(owners, scene_team(scene));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) why = g_string_new(NULL);
        Team *team = NULL;
        Tactical *anchor = NULL;
        CheckResult result = governance_anchor(owners, cases[i].text, &team, &anchor, why);

        if (cases[i].why != NULL) {
            expect_that(cases[i].promise, result == CHECK_WRONG);
            expect_has(cases[i].promise, why->str, cases[i].why);
            expect_has("the list is always there", why->str, "1. Increase qualified B2B pipeline");
        } else {
            expect_that(cases[i].promise, result == CHECK_OK && team == scene_team(scene));
            expect_that(cases[i].promise, anchor->track->kr->number == cases[i].number);
        }
    }
    team_tactical_number(scene_team(scene), 2)->dropped = true;
    g_autoptr(GString) why = g_string_new(NULL);
    Team *team = NULL;
    Tactical *anchor = NULL;
    assert_int_equal(governance_anchor(owners, "2", &team, &anchor, why), CHECK_WRONG);
    expect_lacks("a dropped KR anchors nothing", why->str, "win rate from");
}

static void test_without_tactical_krs_there_is_nothing_to_anchor_in(void **state)
{
    g_autoptr(Scene) scene = scene_new();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    (void)state;
    scene_command(scene, "maria", "/sprint setup West");
    expect_has("the way there is said", scene_command(scene, "maria", text),
               "/okr objective, then /okr kr");
    assert_int_equal(scene_team(scene)->sprints->len, 0);
}

static void test_at_most_three_objectives_for_a_period(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/okr objective Win the trust of our largest accounts");
    scene_command(scene, "maria", "/okr objective Become the first name in the region");
    expect_has("a fourth is refused, and the three are named",
               scene_command(scene, "maria", "/okr objective Make renewals the easiest of choices"),
               "3. Become the first name in the region");
    assert_int_equal(scene_team(scene)->objectives->len, 3);
    expect_has("another period has three of its own",
               scene_command(scene, "maria",
                             "/okr objective\nobjective: Make renewals the easiest of "
                             "choices\nperiod: Q4, 2025-09-01 - 2025-11-30"),
               "Objective 1 of Q4");
}

/* Confidence is a distribution: whatever is said to anybody, no figure stands beside a name. */
static void test_confidence_is_never_shown_per_person(void **state)
{
    static const char *const people[] = {"maria", "jonas", "lena", "tom"};
    static const char *const confidences[] = {"confidence 3", "confidence 9", "confidence 7",
                                              "confidence 6"};
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autofree char *message = g_strdup_printf("m%zu", i);
        const char *said = scene_answer(scene, people[i], 1, message, confidences[i]);

        for (size_t j = 0; j < i; j++) {
            expect_lacks("nobody sees what another said", said, confidences[j]);
        }
    }
    g_autofree char *open = scene_last(scene, CARD_PROMPT);
    expect_lacks("hidden while the check-in is open", open, "Confidence");
    expect_lacks("also from the status", scene_command(scene, "tom", "/sprint status"),
                 "onfidence");
    scene_until(scene, "2025-07-14 10:00");
    g_autofree char *summary = scene_last(scene, CARD_PROMPT);
    expect_has("the team's distribution", summary, "3 to 9 of 10, median 6 (4 answers)");
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        expect_lacks("without names", summary, people[i]);
    }
    for (guint i = 0; i < scene->cards->len; i++) {
        g_autofree char *plain =
            card_plain(((const SceneCard *)g_ptr_array_index(scene->cards, i))->card);

        expect_lacks("no card counts anybody's answers", plain, "answered by");
    }
}

static void test_a_team_is_never_a_person(void **state)
{
    g_autoptr(Scene) scene = scene_new();

    (void)state;
    expect_has("a mention is no team's name", scene_command(scene, "maria", "/sprint setup @maria"),
               "is a person, and sprints belong to teams");
    assert_null(scene_team(scene));
    scene_text(scene, "maria", "cancel");
    scene_command(scene, "maria", "/sprint setup West");
    scene_command(scene, "maria",
                  "/okr objective\nobjective: Build the pipeline that carries the year\nperiod: "
                  "Q3, 2025-07-01 - 2025-09-30");
    expect_has("my own number",
               scene_command(scene, "maria", "/okr kr Increase my win rate from 18% to 25%"),
               "a sprint belongs to a team");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_third_sprint_is_refused_and_names_the_two),
        cmocka_unit_test(test_what_was_typed_for_a_refused_sprint_opens_it_later),
        cmocka_unit_test(test_a_team_with_a_sprint_in_closing_cannot_open_another),
        cmocka_unit_test(test_a_sprint_without_its_retrospective_keeps_its_slot),
        cmocka_unit_test(test_there_is_no_other_way_out),
        cmocka_unit_test(test_a_joint_sprint_counts_for_each_of_its_teams),
        cmocka_unit_test(test_who_may_own_a_sprint),
        cmocka_unit_test(test_a_team_that_is_not_loaded_is_asked_for),
        cmocka_unit_test(test_the_anchor_that_is_meant),
        cmocka_unit_test(test_without_tactical_krs_there_is_nothing_to_anchor_in),
        cmocka_unit_test(test_at_most_three_objectives_for_a_period),
        cmocka_unit_test(test_confidence_is_never_shown_per_person),
        cmocka_unit_test(test_a_team_is_never_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

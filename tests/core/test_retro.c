/* The retrospective: what it asks, takes, and wants before it lets a sprint go (framework: The
 * retrospective asks). */

#include "core/retro.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

/* A sprint whose window is over; what was answered at check-ins is known. */
static Scene *scene_closing(const char *answers)
{
    Scene *scene = scene_sprint();

    if (answers != NULL) {
        scene_until(scene, "2025-07-28 09:31");
        scene_answer(scene, "maria", 1, "m1", answers);
    }
    scene_until(scene, "2025-07-29 08:00");
    scene_forget(scene);
    return scene;
}

static const Retro *retro_of(const Scene *scene)
{
    return &scene_sprint_of(scene, 1)->retro;
}

static void test_answers_come_in_several_sittings_and_from_several_members(void **state)
{
    static const struct {
        const char *who, *text, *says;
    } sittings[] = {
        {"maria", "/sprint retro\nsprint: 1\nkr1: 35%\nkr2: 6",
         "Still open: kr3, anchor, moved, learned, change."},
        {"jonas", "/sprint retro\nanchor: $24.1M\nkr3: 7 days",
         "Still open: moved, learned, change."},
        {"tom", "/sprint retro\nlearned: invitations that name a figure are accepted",
         "Still open: moved, change."},
        {"jonas", "/sprint retro\nmoved: partly, two large accounts slipped",
         "Still open: change."},
        {"lena", "/sprint retro\nchange: keep", "Nothing is missing; complete: yes closes it."},
        {"maria", "/sprint retro\ncomplete: no", "Nothing is missing"},
        {"maria", "/sprint retro\ncomplete: yes", "Sprint 1 is closed"},
    };
    g_autoptr(Scene) scene = scene_closing(NULL);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(sittings); i++) {
        assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSING);
        expect_has(sittings[i].text, scene_command(scene, sittings[i].who, sittings[i].text),
                   sittings[i].says);
    }
    assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSED);
    assert_string_equal(retro_of(scene)->confirmed_by, "maria");
    assert_string_equal(retro_of(scene)->learned, "invitations that name a figure are accepted");
}

static void test_it_cannot_be_confirmed_before_1_2_3_and_5_are_there(void **state)
{
    static const char *const lines[] = {"kr1: 23%",          "kr2: 6",
                                        "kr3: 7 days",       "cause kr1: dependency",
                                        "anchor: $24M",      "moved: yes, it did",
                                        "learned: it works", "change: keep"};
    static const char *const lacking[] = {"kr1",    "kr2",   "kr3",     "cause kr1",
                                          "anchor", "moved", "learned", "change"};

    (void)state;
    for (size_t left_out = 0; left_out < G_N_ELEMENTS(lines); left_out++) {
        g_autoptr(Scene) scene = scene_closing(NULL);
        g_autoptr(GString) text = g_string_new("/sprint retro\ncomplete: yes");
        g_autofree char *says = g_strdup_printf("Still open: %s.", lacking[left_out]);

        for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
            if (i != left_out) {
                g_string_append_printf(text, "\n%s", lines[i]);
            }
        }
        expect_has("all three answers are needed", scene_command(scene, "maria", text->str),
                   "it cannot close yet");
        expect_has("what lacks is named", scene->said, says);
        assert_int_equal(scene_sprint_of(scene, 1)->state, SPRINT_CLOSING);
        g_autofree char *rest =
            g_strdup_printf("/sprint retro\n%s\ncomplete: yes", lines[left_out]);
        expect_has("with it it closes", scene_command(scene, "tom", rest), "is closed");
    }
}

static void test_a_cause_is_asked_for_each_kr_that_stayed_short(void **state)
{
    static const struct {
        const char *promise, *krs, *open;
    } cases[] = {
        {"each below 0.7 of the way", "kr1: 30%\nkr2: 1\nkr3: 11 days",
         "cause kr1, cause kr2, cause kr3"},
        {"none at 0.7", "kr1: 31.1%\nkr2: 4.2\nkr3: 8.5 days", "Nothing is missing"},
        {"one that moved the wrong way", "kr1: 20%\nkr2: 6\nkr3: 7 days", "Still open: cause kr1."},
        {"none beyond the target", "kr1: 50%\nkr2: 9\nkr3: 2 days", "Nothing is missing"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_closing(NULL);
        g_autofree char *text = g_strdup_printf(
            "/sprint retro\n%s\nanchor: $24M\nmoved: yes, it did\nlearned: it works\nchange: keep",
            cases[i].krs);

        expect_has(cases[i].promise, scene_command(scene, "maria", text), cases[i].open);
    }
}

static void test_what_is_known_already_is_not_asked(void **state)
{
    g_autoptr(Scene) scene = scene_closing("kr1 34%, kr2 6, kr3 7.5 days");
    const char *said = scene_command(scene, "maria", "/sprint retro 1");

    (void)state;
    expect_has("the anchor is the first that is not known", said,
               "Where does the Anchor KR stand now?");
    expect_has("with where it stood", said, "at $21.2M when it opened");
    scene_text(scene, "maria", "$24.1M");
    scene_text(scene, "maria", "yes, by a third of the gap");
    scene_text(scene, "maria", "we learned that names open doors");
    scene_text(scene, "maria", "1");
    scene_text(scene, "maria", "2");
    scene_text(scene, "maria", "keep");
    expect_has("the summary shows what was known beforehand", scene_text(scene, "maria", "done"),
               "kr1: 34%\nkr2: 6\nkr3: 7.5 days");
    expect_has("and closes with a yes", scene_text(scene, "maria", "yes"), "Sprint 1 is closed");
    assert_string_equal(retro_of(scene)->learned, "we learned that names open doors");
    assert_string_equal(g_ptr_array_index(retro_of(scene)->worked, 0),
                        "Conduct 30 targeted outreach calls");
    assert_string_equal(g_ptr_array_index(retro_of(scene)->did_not, 0),
                        "Personalise 40 email sequences");
}

static void test_the_whole_conversation(void **state)
{
    static const struct {
        const char *says, *asked;
    } steps[] = {
        {"30%", "Where did KR2 end?"},
        {"+2", "Where did KR3 end?"},
        {"8 days", "Where does the Anchor KR stand now?"},
        {"+$2.9M", "Did we move the Anchor KR?"},
        {"partly", "Say in a sentence how you know"},
        {"partly, two large accounts slipped", "What did we learn about the gap?"},
        {"names open doors", "KR1 stayed short. What was the one root cause?"},
        {"bad luck", "“bad luck” is none of the causes"},
        {"3", "KR2 stayed short"},
        {"lost focus", "Which initiatives moved a number?"},
        {"7", "takes the initiatives' numbers, 1 to 2"},
        {"1 and 2", "Which initiatives did not?"},
        {"skip", "What changes at the tactical level"},
        {"raise", "To raise it, say to what"},
        {"raise to $32M", "Follow-up action 1"},
        {"Hand the invitation to East", "An action has an owner and a day"},
        {"Hand it to East; then to West; owner: @jonas; by: 2025-08-15", "Follow-up action 2"},
        {"done", "This is what I have"},
    };
    g_autoptr(Scene) scene = scene_closing(NULL);

    (void)state;
    expect_has("it begins with what is not known", scene_command(scene, "maria", "/sprint retro"),
               "Where did KR1 end?");
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        expect_has(steps[i].says, scene_text(scene, "maria", steps[i].says), steps[i].asked);
    }
    expect_has("it closes", scene_text(scene, "maria", "yes"), "Sprint 1 is closed");
    const Retro *retro = retro_of(scene);
    assert_int_equal(scene_value(scene, 1, 2).millionths, DECIMAL(2).millionths);
    assert_int_equal(retro->anchor_close.millionths, DECIMAL(24100000).millionths);
    assert_int_equal(retro->moved, MOVED_PARTLY);
    assert_string_equal(retro->moved_how, "two large accounts slipped");
    assert_int_equal(retro->change, TACTICAL_RAISE);
    assert_string_equal(retro->change_to, "to $32M");
    assert_int_equal(retro->worked->len, 2);
    assert_int_equal(retro->actions->len, 1);
    const Action *action = g_ptr_array_index(retro->actions, 0);
    assert_string_equal(action->text, "Hand it to East; then to West");
    assert_string_equal(action->owner, "jonas");
    assert_int_equal(sprint_kr(scene_sprint_of(scene, 1), 1)->cause, CAUSE_DEPENDENCY);
    assert_int_equal(sprint_kr(scene_sprint_of(scene, 1), 2)->cause, CAUSE_LOST_FOCUS);
    assert_int_equal(sprint_kr(scene_sprint_of(scene, 1), 3)->cause, CAUSE_UNSAID);
}

static void test_each_answer_is_checked(void **state)
{
    static const struct {
        const char *promise, *line, *why;
    } cases[] = {
        {"a value in another unit", "kr1: 5 days", "another unit"},
        {"a KR that this sprint has not", "kr4: 5",
         "There is no KR4; this sprint has 3 key results"},
        {"a cause for a KR that it has not", "cause kr9: 3", "There is no KR9"},
        {"an anchor in another currency", "anchor: €24M", "another unit"},
        {"neither yes, partly nor no", "moved: somewhat", "begins with yes, partly or no"},
        {"a bare yes teaches nothing", "moved: yes", "Say in a sentence how you know"},
        {"a change that is none", "change: wait",
         "begins with keep, raise, lower, rewrite or drop"},
        {"a rewrite without the new sentence", "change: rewrite", "say to what"},
        {"an initiative that never was", "worked: 1, 3", "takes the initiatives' numbers"},
        {"words for numbers", "did not: the calls", "takes the initiatives' numbers"},
        {"an action without an owner", "action: Tell East; by: 2025-08-15",
         "has an owner and a day"},
        {"an action without a day", "action: Tell East; owner: @jonas", "has an owner and a day"},
        {"an action on a day that does not exist", "action: Tell East; owner: @jonas; by: 31 June",
         "does not exist"},
        {"an action of nothing", "action: owner: @jonas; by: 2025-08-15", "has an owner and a day"},
        {"another sprint", "sprint: 7", "“7” is no closing sprint here; closing: 1."},
        {"complete or not", "complete: perhaps", "takes yes or no"},
        {"four actions",
         "action: a b; owner: x; by: 2025-08-15\naction: c d; owner: x; by: 2025-08-15\naction: e "
         "f; owner: x; by: 2025-08-15\n"
         "action: g h; owner: x; by: 2025-08-15",
         "4 × action: are too many"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_closing(NULL);
        g_autofree char *text =
            g_strconcat("/sprint retro\nlearned: x works\n", cases[i].line, NULL);

        expect_has(cases[i].promise, scene_command(scene, "maria", text), cases[i].why);
        expect_that("nothing is taken while something is wrong", retro_of(scene)->learned == NULL);
    }
}

static void test_actions_add_up_over_sittings(void **state)
{
    g_autoptr(Scene) scene = scene_closing(NULL);
    const GPtrArray *actions = retro_of(scene)->actions;

    (void)state;
    scene_command(scene, "maria",
                  "/sprint retro\naction: Tell East; owner: @jonas; by: 2025-08-15");
    scene_command(scene, "tom", "/sprint retro\naction: Tell South; owner: @tom; by: 2025-08-16");
    assert_int_equal(actions->len, 2);
    scene_command(scene, "tom", "/sprint retro\naction: tell east; owner: @lena; by: 2025-08-20");
    assert_int_equal(actions->len, 2);
    assert_string_equal(((const Action *)g_ptr_array_index(actions, 0))->owner, "lena");
    scene_command(scene, "tom", "/sprint retro\naction: Tell North; owner: @tom; by: 2025-08-16");
    expect_has(
        "three are the most",
        scene_command(scene, "tom", "/sprint retro\naction: Tell all; owner: @tom; by: 2025-08-16"),
        "would make 4 follow-up actions");
    assert_int_equal(actions->len, 3);
    assert_int_equal(((const Action *)g_ptr_array_index(actions, 2))->number, 3);
}

/* A form with fields shows what is known, and what comes back is all of it. */
static void test_a_form_that_was_filled_in_beforehand(void **state)
{
    g_autoptr(Scene) scene = scene_closing("kr1 34%, kr2 6, kr3 7.5 days");
    g_autoptr(FormValues) values = form_values_new(form_named("sprint retro"));

    (void)state;
    scene_command(scene, "maria",
                  "/sprint retro\nanchor: $24.1M\nmoved: partly, two slipped\nlearned: names open "
                  "doors\nworked: 2\nchange: rewrite: the new one\n"
                  "cause kr1: 2\naction: Tell East; twice; owner: @jonas; by: 2025-08-15");
    g_autoptr(Event) event = scene_new_event(scene, EVENT_FORM, "tom");
    g_autoptr(Turn) turn = turn_new(scene->world, event, scene->now, &scene->policy, &scene->ids);
    turn->team = scene_team(scene);
    assert_int_equal(retro_prefill(turn, values), CHECK_OK);
    g_autofree char *text = form_text(values, false);
    assert_string_equal(text, "sprint: 1\nkr1: 34%\ncause kr1: wrong KR\nkr2: 6\nkr3: 7.5 "
                              "days\nanchor: $24.1M\nmoved: partly, two slipped\n"
                              "learned: names open doors\nworked: 2\nchange: rewrite, the new one\n"
                              "action: Tell East; twice; owner: @jonas; by: 2025-08-15");
    g_autofree char *complete = g_strconcat(text, "\ncomplete: yes", NULL);
    expect_has("it reads back and closes", scene_submit(scene, "tom", "sprint retro", complete),
               "Sprint 1 is closed");
    assert_int_equal(retro_of(scene)->actions->len, 1);
    assert_string_equal(retro_of(scene)->change_to, "the new one");
}

/* Values that a member would have to write with a sign of its own are filled in so that they read
 * back. */
static void test_known_values_read_back_whatever_they_are(void **state)
{
    static const char *const answers[] = {"kr1 = -5%, kr2 0, kr3 = 0 days",
                                          "kr1 0.000001%, kr2 = 4, kr3 1000000 days"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(Scene) scene = scene_closing(answers[i]);
        Decimal before[3];

        for (int32_t kr = 1; kr <= 3; kr++) {
            before[kr - 1] = scene_value(scene, 1, kr);
        }
        scene_command(scene, "maria", "/sprint retro 1");
        scene_text(scene, "maria", "= -$1");
        scene_text(scene, "maria", "no, not at all");
        scene_text(scene, "maria", "nothing");
        while (strstr(scene->said, "stayed short") != NULL) {
            scene_text(scene, "maria", "capacity");
        }
        scene_text(scene, "maria", "skip");
        scene_text(scene, "maria", "skip");
        scene_text(scene, "maria", "drop");
        scene_text(scene, "maria", "done");
        expect_has("it closes", scene_text(scene, "maria", "yes"), "is closed");
        for (int32_t kr = 1; kr <= 3; kr++) {
            assert_int_equal(scene_value(scene, 1, kr).millionths, before[kr - 1].millionths);
        }
    }
}

static void test_the_anchor_gets_the_reading(void **state)
{
    g_autoptr(Scene) scene = scene_closing(NULL);
    const Track *anchor = team_tactical_number(scene_team(scene), 1)->track;
    guint before = anchor->readings->len;

    (void)state;
    scene_command(scene, "maria", "/sprint retro\nanchor: $24.1M");
    assert_int_equal(anchor->readings->len, before + 1);
    assert_int_equal(track_value(anchor).millionths, DECIMAL(24100000).millionths);
    assert_int_equal(track_current(anchor)->source, READING_RETRO);
    scene_command(scene, "tom", "/sprint retro\nanchor: $24.1M");
    assert_int_equal(anchor->readings->len, before + 1); /* the same again is no news */
}

static void test_with_two_in_closing_it_has_to_be_said_which(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    (void)state;
    expect_has("two at once", scene_command(scene, "jonas", text), "Sprint 2 is open");
    scene_until(scene, "2025-07-28 09:31");
    scene_answer(scene, "maria", 2, "m1", "kr1 34%, kr2 6, kr3 7.5 days");
    scene_until(scene, "2025-07-29 08:00");
    expect_has("a text form has to say it",
               scene_command(scene, "maria", "/sprint retro\nlearned: it works"),
               "sprint: is missing");
    scene_text(scene, "maria", "cancel");
    expect_has("a conversation asks", scene_command(scene, "maria", "/sprint retro"),
               "Which sprint is it about?");
    expect_has("and then knows what is known", scene_text(scene, "maria", "2"),
               "Where does the Anchor KR stand now?");
    scene_text(scene, "maria", "cancel");
    expect_has("or it is said at once", scene_command(scene, "maria", "/sprint retro 1"),
               "Where did KR1 end?");
    scene_text(scene, "maria", "30%");
    expect_has("the other goes on beside it, and nothing is lost",
               scene_command(scene, "maria", "/sprint retro 2"), "kr1: 30%");
    expect_has("the other goes on beside it", scene->said, "Where does the Anchor KR stand now?");
    expect_has("one that is not in closing", scene_command(scene, "maria", "/sprint retro 7"),
               "“7” is no closing sprint here; closing: 1, 2.");
}

static void test_the_button_begins_it(void **state)
{
    g_autoptr(Scene) scene = scene_closing(NULL);
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, scene_sprint_of(scene, 1)->id.v);

    (void)state;
    expect_has("for its sprint", scene_press(scene, "tom", "retro.form", id), "Where did KR1 end?");
    scene->channel = "elsewhere";
    expect_has("not where no team lives", scene_press(scene, "tom", "retro.form", id),
               "No team lives in this channel");
}

static void test_a_draft_of_a_retrospective_resumes(void **state)
{
    g_autoptr(Scene) scene = scene_closing(NULL);

    (void)state;
    scene_command(scene, "maria", "/sprint retro 1");
    scene_text(scene, "maria", "30%");
    expect_has("later", scene_text(scene, "maria", "later"), "Kept as a draft");
    scene_until(scene, "2025-07-30 08:00");
    expect_has("goes on where it stood", scene_command(scene, "maria", "/sprint retro 1"),
               "Where did KR2 end?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_come_in_several_sittings_and_from_several_members),
        cmocka_unit_test(test_it_cannot_be_confirmed_before_1_2_3_and_5_are_there),
        cmocka_unit_test(test_a_cause_is_asked_for_each_kr_that_stayed_short),
        cmocka_unit_test(test_what_is_known_already_is_not_asked),
        cmocka_unit_test(test_the_whole_conversation),
        cmocka_unit_test(test_each_answer_is_checked),
        cmocka_unit_test(test_actions_add_up_over_sittings),
        cmocka_unit_test(test_a_form_that_was_filled_in_beforehand),
        cmocka_unit_test(test_known_values_read_back_whatever_they_are),
        cmocka_unit_test(test_the_anchor_gets_the_reading),
        cmocka_unit_test(test_with_two_in_closing_it_has_to_be_said_which),
        cmocka_unit_test(test_the_button_begins_it),
        cmocka_unit_test(test_a_draft_of_a_retrospective_resumes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

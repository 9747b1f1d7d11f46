/* Is it a sprint at all: every way to its end, typed and pressed; what is pressed late, and what
 * nobody should have sent. */

#include "core/guide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/form_view.h"
#include "scene.h"

/* West on Monday 14 July: KR 1 is behind at $21.2M, KR 2 (win rate, 18% to 25%) ahead at 22%, KR 3
 * was never read. Maria is in East, too; Marketing is not hers. */
static Scene *scene_guide(void)
{
    Scene *scene = scene_west();

    scene_command(scene, "maria", "/okr update 2 22%");
    scene_command(scene, "maria", "/okr kr\nkr: Reduce churn from 4% to 2%");
    scene->channel = "east";
    scene_command(scene, "maria", "/sprint setup East");
    scene->channel = "marketing";
    scene_command(scene, "ines", "/sprint setup Marketing");
    scene->channel = SCENE_HOME;
    scene_forget(scene);
    return scene;
}

typedef struct Way {
    const char *promise;
    const char *typed, *pressed;
    const char *says;
} Way;

static const Way ways[] = {
    {"it begins with what they have", "", "", "What have you got?"},
    {"a number asks which", "1", "number", "Which key result is it?"},
    {"none of them is a business-as-usual metric", "1 0", "number.none",
     "Not a sprint: a business-as-usual metric"},
    {"one that is short asks after its initiatives, in figures", "1 1", "number.1",
     "KR 1 stands at $21.2M; $24.6M was expected by today, so it is $3.4M short"},
    {"not revised, they come first", "1 1 2", "number.1.no", "Not yet a sprint: initiatives first"},
    {"revised in vain, it is a sprint", "1 1 1", "number.1.yes", "A sprint: KR at Risk."},
    {"one that is on its way needs none, in figures", "1 2", "number.2",
     "KR 2 needs no sprint: it stands at 22%, 21.2% was expected by today, and that is ahead"},
    {"and may be opened all the same", "1 2 anyway", "number.2.anyway",
     "Here is the form, as far as it can be filled in"},
    {"one without a reading is read first", "1 3", "number.3", "KR 3 has no reading yet"},
    {"a chance asks how big it is", "2", "chance", "too big for an initiative"},
    {"a small one is an initiative", "2 2", "chance.no", "Not a sprint: an initiative"},
    {"a big one asks what it serves", "2 1", "chance.yes", "Which key result would it serve?"},
    {"serving none, it has no anchor", "2 1 0", "chance.yes.none", "it has no anchor"},
    {"serving one, it is a sprint", "2 1 2", "chance.yes.2", "A sprint: Emergent Opportunity."},
    {"a hand-off asks for the other team", "3", "handoff", "Which other team"},
    {"and for the number that shows it", "3 East", "handoff.East", "Which of your key results"},
    {"then it is a sprint of both", "3 East 1", "handoff.East.1", "West and East own it together"},
    {"also where the number is theirs", "3 East 0", "handoff.East.none",
     "A sprint: Cross-Functional Gap."},
    {"a team that they are not in can be named", "3 Marketing", "handoff.Marketing",
     "Which of your key results"},
    {"a list asks the deciding question", "4", "list", "would a number outside the team move?"},
    {"a list that moves a number is initiatives", "4 1", "list.yes", "Not a sprint: initiatives"},
    {"one that moves none is activity", "4 2", "list.no", "Not a sprint: activity"},
    {"what is always done is a standing effort", "5", "always", "Not a sprint: a standing effort"},
};

static void every_way_typed_and_pressed(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(Scene) typed = scene_guide();
        g_autoptr(Scene) pressed = scene_guide();
        g_autofree char *command = g_strconcat("/sprint decide ", ways[i].typed, NULL);

        expect_has(ways[i].promise, scene_command(typed, "maria", command), ways[i].says);
        expect_has(ways[i].promise, scene_press(pressed, "maria", "decide", ways[i].pressed),
                   ways[i].says);
        assert_string_equal(typed->said, pressed->said);
    }
}

static int buttons_of(const Scene *scene, const char *action)
{
    int n = 0;

    for (guint i = 0; scene->reply != NULL && i < scene->reply->blocks->len; i++) {
        const Block *block = g_ptr_array_index(scene->reply->blocks, i);

        n += block->kind == BLOCK_BUTTON && strcmp(block->label, action) == 0;
    }
    return n;
}

static char *button_value(const Scene *scene, int n)
{
    for (guint i = 0; i < scene->reply->blocks->len; i++) {
        const Block *block = g_ptr_array_index(scene->reply->blocks, i);

        if (block->kind == BLOCK_BUTTON && n-- == 0) {
            return g_strdup(block->values);
        }
    }
    return NULL;
}

/* Presses every button there is, from the first question to every end. */
// NOLINTNEXTLINE(misc-no-recursion): as deep as there are questions
static void press_all(Scene *scene, const char *path, int depth, int *ends)
{
    scene_press(scene, "maria", "decide", path);
    int n = scene->reply->kind == CARD_QUESTION ? 0 : buttons_of(scene, "decide");
    bool offers = n == 1; /* an end that may be overruled */

    expect_that("three questions are the most", n == 0 || offers || depth < 3);
    if (n == 0) {
        (*ends)++;
        scene_text(scene, "maria", "cancel");
    }
    for (int i = 0; i < n; i++) {
        scene_press(scene, "maria", "decide", path);
        g_autofree char *value = button_value(scene, i);

        press_all(scene, value, depth + 1, ends);
    }
}

static void three_questions_at_most(void **state)
{
    g_autoptr(Scene) scene = scene_guide();
    int ends = 0;

    (void)state;
    press_all(scene, "", 0, &ends);
    assert_int_equal(ends, 17);
}

static void a_question_shows_how_it_is_typed(void **state)
{
    static const Way cases[] = {
        {"the first", "", NULL, "/sprint decide 1 is the first"},
        {"those behind first", "1", NULL, "Or type its number: /sprint decide 1 1."},
        {"the last", "1 1", NULL, "/sprint decide 1 1 1 is the first"},
        {"words do as well", "number 1", NULL, "/sprint decide 1 1 1 is the first"},
        {"a team's name", "3", NULL, "/sprint decide 3 East"},
    };
    g_autoptr(Scene) scene = scene_guide();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *command = g_strconcat("/sprint decide ", cases[i].typed, NULL);

        expect_has(cases[i].promise, scene_command(scene, "maria", command), cases[i].says);
    }
}

static void it_is_asked_for_in_many_words(void **state)
{
    static const char *const commands_said[] = {
        "/sprint help me decide", "/sprint help decide",       "/sprint decide",
        "/sprint is it a sprint", "/sprint Is it a sprint?",   "/sprint is this a sprint?",
        "!sprint HELP ME DECIDE", "/sprint help me to decide",
    };
    g_autoptr(Scene) scene = scene_guide();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(commands_said); i++) {
        expect_has(commands_said[i], scene_command(scene, "maria", commands_said[i]),
                   "What have you got?");
    }
    expect_has("answers may follow", scene_command(scene, "maria", "/sprint help me decide 5"),
               "a standing effort");
    expect_has("help tells of it", scene_command(scene, "maria", "/sprint help"),
               "/sprint help me decide");
    expect_lacks("is alone is no command", scene_command(scene, "maria", "/sprint is it late"),
                 "What have you got?");
}

/* What the form is filled in with, once it was given up. */
static const char *filled(Scene *scene, const char *path)
{
    scene_press(scene, "maria", "decide", path);
    return scene_text(scene, "maria", "cancel");
}

static void the_form_is_filled_in(void **state)
{
    static const struct {
        const char *promise, *path, *holds, *lacks;
    } cases[] = {
        {"the trigger", "number.1.yes", "trigger: KR at Risk", "window:"},
        {"the situation by its figures", "number.1.yes",
         "situation: KR 1, qualified B2B pipeline, stands at $21.2M on Mon 14 July, day 43 of 91 "
         "of "
         "FY Q3, where $24.6M was expected: $3.4M short. The target is $30M.",
         "owner:"},
        {"the anchor", "number.1.yes", "anchor: Increase qualified B2B pipeline", "kr:"},
        {"an anchor alone, against the figures", "number.2.anyway", "anchor: Raise win rate",
         "trigger:"},
        {"a chance, with nothing invented about it", "chance.yes.2",
         "trigger: Emergent Opportunity", "situation:"},
        {"both teams", "handoff.East.1", "owner: West, East", "situation:"},
        {"no anchor where it is one of theirs", "handoff.East.none",
         "trigger: Cross-Functional Gap", "anchor:"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_guide();
        const char *said = filled(scene, cases[i].path);

        expect_has(cases[i].promise, said, cases[i].holds);
        expect_lacks(cases[i].promise, said, cases[i].lacks);
    }
}

static void the_conversation_asks_only_for_the_rest(void **state)
{
    g_autoptr(Scene) scene = scene_guide();

    (void)state;
    const char *said = scene_press(scene, "maria", "decide", "number.1.yes");
    expect_has("the window is next", said, "From when to when?");
    expect_lacks("what was not asked yet is no mistake", said, "second look");
    scene_text(scene, "maria", "2 weeks");
    scene_text(scene, "maria", "Restore qualified pipeline momentum before the mid-review");
    scene_text(scene, "maria", "Increase ICP meeting acceptance rate from 22% to 35%");
    scene_text(scene, "maria",
               "Progress 6 stalled accounts from Discovery stage to Proposal stage");
    scene_text(scene, "maria", "Reduce median time-to-first-meeting from 12 days to 7 days");
    scene_text(scene, "maria", "done");
    scene_text(scene, "maria", "done");
    expect_has("a yes opens it", scene_text(scene, "maria", "yes"), "Sprint 1 is open");
    assert_string_equal(scene_sprint_of(scene, 1)->trigger, "KR at Risk");
}

/* How many of trigger, situation and anchor the form has in its fields. */
static int fields_filled(const Scene *scene)
{
    const FormView *view = scene->reply->form;
    int there = 0;

    if (view == NULL || view->faulty) {
        fail_msg("there is no form without a mistake");
        return 0;
    }
    for (guint i = 0; i < view->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(view->rows, i);
        bool known = strcmp(row->key, "trigger") == 0 || strcmp(row->key, "situation") == 0 ||
                     strcmp(row->key, "anchor") == 0;

        there += known && row->initial != NULL && *row->initial != '\0';
    }
    return there;
}

static void a_platforms_form_has_it_in_its_fields(void **state)
{
    g_autoptr(Scene) scene = scene_guide();

    (void)state;
    scene->conversation = false;
    scene_press(scene, "maria", "decide", "number.1.yes");
    assert_int_equal(fields_filled(scene), 3);
    scene_press(scene, "maria", "form.open", "sprint open"); /* where it did not come up */
    assert_int_equal(fields_filled(scene), 3);
}

static void a_draft_that_makes_room_goes_back(void **state)
{
    g_autoptr(Scene) scene = scene_guide();

    (void)state;
    scene_command(scene, "maria", "/sprint open");
    scene_text(scene, "maria", "KR at Risk");
    scene_text(scene, "maria", "Forty invoices wait for somebody");
    scene_text(scene, "maria", "Forty invoices wait: 40 of 60");
    scene_text(scene, "maria", "later");
    expect_has("what was typed is never lost",
               scene_press(scene, "maria", "decide", "number.1.yes"),
               "Forty invoices wait: 40 of 60");
}

static void a_rule_that_forbids_a_sprint_says_so(void **state)
{
    g_autoptr(Scene) scene = scene_guide();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    (void)state;
    scene_command(scene, "maria", text);
    scene_command(scene, "maria", text);
    scene_press(scene, "maria", "decide", "number.1.yes");
    expect_has("two are open", scene->said, "West has 2 open sprints");
}

static void what_is_pressed_late_is_asked_again(void **state)
{
    g_autoptr(Scene) scene = scene_guide();
    Tactical *tactical = g_ptr_array_index(scene_team(scene)->tacticals, 0);

    (void)state;
    tactical->dropped = true;
    scene_press(scene, "maria", "decide", "number.1.yes");
    expect_has("a KR that was dropped since", scene->said, "“1” is none of these");
    expect_has("is asked for", scene->said, "Which key result is it?");
    tactical->dropped = false;
    scene_command(scene, "maria", "/okr update 1 $25M");
    expect_has("one that has recovered needs none any more",
               scene_press(scene, "maria", "decide", "number.1.yes"), "KR 1 needs no sprint");
    scene_command(scene, "maria", "/okr update 2 18%");
    expect_has("one that fell since is asked after",
               scene_press(scene, "maria", "decide", "number.2.anyway"),
               "Have its initiatives been revised");
    expect_has("a team that is gone", scene_press(scene, "maria", "decide", "handoff.South.1"),
               "There is no team “South.1” here");
}

static void without_key_results_there_is_nothing_to_choose(void **state)
{
    g_autoptr(Scene) scene = scene_new();

    (void)state;
    scene_command(scene, "maria", "/sprint setup West");
    expect_has("a number is a metric", scene_command(scene, "maria", "/sprint decide 1"),
               "a business-as-usual metric");
    expect_has("a chance has no anchor", scene_command(scene, "maria", "/sprint decide 2 1"),
               "it has no anchor");
}

static void those_behind_come_first_and_nine_at_most(void **state)
{
    g_autoptr(Scene) scene = scene_guide();

    (void)state;
    scene_command(scene, "maria", "/okr objective\nobjective: Keep the customers that we have");
    scene_command(scene, "maria", "/okr objective\nobjective: Be the first that buyers ask");
    for (int i = 0; i < 9; i++) {
        g_autofree char *kr = g_strdup_printf(
            "/okr kr\nobjective: %d\nkr: Raise reply rate in segment %c from 10%% to 20%%",
            i < 2 ? 1 : 2 + (i - 2) / 5, 'A' + i);

        scene_command(scene, "maria", kr);
    }
    assert_int_equal(scene_team(scene)->tacticals->len, 12);
    scene_command(scene, "maria", "/sprint decide 1");
    assert_int_equal(buttons_of(scene, "decide"), 10);
    expect_has("the others are counted", scene->said, "3 more stand closer");
    expect_lacks("the one that is ahead is not among them", scene->said, "win rate");
    expect_has("it can be typed all the same", scene_command(scene, "maria", "/sprint decide 1 2"),
               "KR 2 needs no sprint");
}

static void so_early_in_the_period_a_gap_says_little(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene->now = scene_instant(scene, "2025-06-05 08:00");
    expect_has("it is watched, not chased", scene_command(scene, "maria", "/sprint decide 1 1"),
               "KR 1 needs no sprint yet");
}

static void triggers_may_have_other_names(void **state)
{
    static const Trigger ours[] = {{"Signal", "what was seen, in 2 numbers", false},
                                   {NULL, NULL, false}};
    static const char *const paths[] = {"number.1.yes", "chance.yes.1", "handoff.East.1"};
    g_autoptr(Scene) scene = scene_guide();

    (void)state;
    scene->policy.triggers = ours;
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        expect_has("then it is asked", scene_press(scene, "maria", "decide", paths[i]),
                   "Which signal calls for this sprint?");
        expect_lacks("and none is put there", scene_text(scene, "maria", "cancel"), "trigger:");
    }
}

static void what_nobody_should_have_sent_is_harmless(void **state)
{
    static const char *const values[] = {
        "",
        ".",
        "....",
        "number.999.yes",
        "number.-1.yes",
        "number.99999999999999999999.yes",
        "number.1.maybe",
        "number.1.yes.yes.yes",
        "number.1\nkr: x",
        "handoff",
        "handoff.",
        "handoff..",
        "handoff.West",
        "handoff.West.1",
        "handoff.East\nowner: Marketing",
        "handoff.\002East\003",
        "\xff\xfe",
        "\x04maria\x03",
        "always.always",
        "0",
        "-1",
        "6",
        "\U0001F680",
        "trigger: KR at Risk",
    };
    g_autoptr(Scene) scene = scene_guide();
    g_autofree char *novel = g_strnfill(100000, '1');

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        scene_press(scene, "maria", "decide", values[i]);
        scene_text(scene, "maria", "cancel");
    }
    expect_has("a novel begins anew", scene_press(scene, "maria", "decide", novel),
               "What have you got?");
    scene_press(scene, "maria", "decide", NULL);
    expect_has("nothing begins anew", scene->said, "What have you got?");
    expect_has("this team is no other", scene_press(scene, "maria", "decide", "handoff.west.1"),
               "is this team, and a hand-off needs two");
    assert_int_equal(scene->next_sprint, 1);
}

static void where_no_team_lives_it_says_so(void **state)
{
    g_autoptr(Scene) scene = scene_guide();

    (void)state;
    scene->channel = "nowhere";
    expect_has("typed", scene_command(scene, "maria", "/sprint decide 1 1"),
               "No team lives in this channel yet");
    expect_has("in other words", scene_command(scene, "maria", "/sprint help me decide"),
               "No team lives in this channel yet");
    expect_has("pressed", scene_press(scene, "maria", "decide", "number.1.yes"),
               "No team lives in this channel yet");
}

static void who_tries_to_open_what_is_none_is_pointed_here(void **state)
{
    static const struct {
        const char *promise, *line;
    } cases[] = {
        {"no signal", "trigger: it is Tuesday"},
        {"no numbers", "situation: it feels slow"},
        {"no anchor", "anchor: World peace"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_guide();
        g_autofree char *text = g_strconcat("/sprint open\n", cases[i].line, NULL);

        expect_has(cases[i].promise, scene_command(scene, "maria", text), "/sprint help me decide");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_typed_and_pressed),
        cmocka_unit_test(three_questions_at_most),
        cmocka_unit_test(a_question_shows_how_it_is_typed),
        cmocka_unit_test(it_is_asked_for_in_many_words),
        cmocka_unit_test(the_form_is_filled_in),
        cmocka_unit_test(the_conversation_asks_only_for_the_rest),
        cmocka_unit_test(a_platforms_form_has_it_in_its_fields),
        cmocka_unit_test(a_draft_that_makes_room_goes_back),
        cmocka_unit_test(a_rule_that_forbids_a_sprint_says_so),
        cmocka_unit_test(what_is_pressed_late_is_asked_again),
        cmocka_unit_test(without_key_results_there_is_nothing_to_choose),
        cmocka_unit_test(those_behind_come_first_and_nine_at_most),
        cmocka_unit_test(so_early_in_the_period_a_gap_says_little),
        cmocka_unit_test(triggers_may_have_other_names),
        cmocka_unit_test(what_nobody_should_have_sent_is_harmless),
        cmocka_unit_test(where_no_team_lives_it_says_so),
        cmocka_unit_test(who_tries_to_open_what_is_none_is_pointed_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

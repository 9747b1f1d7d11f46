/* What a team does with a proposal: the form that comes filled in, and why not now. */

#include "core/proposal_answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/form_view.h"
#include "proposals.h"

static const char *const even[] = {"10", "20", "30", "40", "50", "60"};
static const char *const stalled[] = {"10", "20", "30", "30", "30", "30"};
static const char *const sudden[] = {"10", "20", "30", "20", "20", "20"};

#define REST                                                                                       \
    "objective: Win back the pace of new customers\n"                                              \
    "kr: Increase ICP meeting acceptance rate from 22% to 35%\n"                                   \
    "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\n"                     \
    "kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days"

/* Monday 7 July, 10:00: West's KR 1 is at risk. */
static Scene *at_risk(void)
{
    Scene *scene = proposals_scene();

    for (int week = 0; week < 5; week++) {
        proposals_week(scene, "west", week, stalled[week]);
    }
    assert_int_equal(proposals_asked(scene), 1);
    return scene;
}

/* Wednesday 9 July, 10:00: West's KR 1 feeds Marketing's, which is behind. */
static Scene *with_gap(void)
{
    Scene *scene = proposals_scene();

    scene_command(scene, "maria", "/okr link 1 feeds Marketing 1");
    scene_forget(scene);
    for (int week = 0; week < 5; week++) {
        proposals_week(scene, "west", week, even[week]);
        proposals_week(scene, "marketing", week, sudden[week]);
    }
    assert_int_equal(proposals_asked(scene), 2);
    return scene;
}

static const char *press(Scene *scene, const char *who, const char *action)
{
    g_autofree char *id = proposals_id(proposals_card(scene, scene->channel));

    return scene_press(scene, who, action, id);
}

static const Proposal *first(const Scene *scene, const char *channel)
{
    const GPtrArray *proposals = proposals_team(scene, channel)->proposals;

    assert_true(proposals->len > 0);
    return g_ptr_array_index(proposals, 0);
}

/* --- opening --- */

static void test_a_conversation_asks_only_for_what_nobody_knows(void **state)
{
    g_autoptr(Scene) scene = at_risk();
    const char *said = press(scene, "jonas", "proposal.open");

    (void)state;
    expect_has("the trigger is there", said, "trigger: KR at Risk");
    expect_has("the evidence, in numbers", said, "situation: 30 paying customers on Mon 7 July");
    expect_has("the anchor", said, "anchor: Increase paying customers from 0 to 130");
    expect_has("14 days from the next working day", said, "window: 8 July 2025 - 22 July 2025");
    expect_lacks("no key result is invented", said, "kr:");
    expect_lacks("nothing is called wrong", said, "missing");
    expect_has("the objective is asked for", said, "What does the sprint change?");
    scene_text(scene, "jonas", "Win back the pace of new customers");
    scene_text(scene, "jonas", "Increase ICP meeting acceptance rate from 22% to 35%");
    scene_text(scene, "jonas",
               "Progress 6 stalled accounts from Discovery stage to Proposal stage");
    scene_text(scene, "jonas",
               "Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days");
    scene_text(scene, "jonas", "done");
    scene_text(scene, "jonas", "done");
    scene_forget(scene);
    expect_has("and it opens", scene_text(scene, "jonas", "yes"), "Sprint 1 is open");

    const Proposal *proposal = first(scene, "west");
    assert_int_equal(proposal->sprint.v, scene_sprint_of(scene, 1)->id.v);
    assert_string_equal(proposal->by, "jonas");
    const Card *card = proposals_card(scene, "west");
    g_autofree char *text = card_plain(card);
    expect_that("the card asks no more", !proposals_asks(card) && card->quiet);
    expect_has("but says what became of it", text, "Answered with sprint 1, which @jonas opened.");
}

static const FormRow *row_of(const Scene *scene, const char *key)
{
    const FormView *view = scene->reply->form;

    for (guint i = 0; i < view->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(view->rows, i);

        if (strcmp(row->key, key) == 0) {
            return row;
        }
    }
    fail_msg("there is no row %s", key);
    return NULL;
}

static void test_a_form_comes_filled_in(void **state)
{
    g_autoptr(Scene) scene = at_risk();

    (void)state;
    scene->conversation = false;
    press(scene, "jonas", "proposal.open");
    assert_non_null(scene->reply->form);
    assert_false(scene->reply->form->faulty);
    assert_string_equal(row_of(scene, "trigger")->initial, "KR at Risk");
    assert_string_equal(row_of(scene, "anchor")->initial, "1");
    assert_string_equal(row_of(scene, "window")->initial, "8 July 2025 - 22 July 2025");
    expect_has("the evidence", row_of(scene, "situation")->initial, "20 short, 40%");
    assert_null(row_of(scene, "kr")->initial);
    assert_null(row_of(scene, "objective")->initial);
}

static void test_a_draft_that_makes_room_is_given_back(void **state)
{
    g_autoptr(Scene) scene = at_risk();

    (void)state;
    scene_command(scene, "jonas", "/sprint open\nobjective: Restore what was there before");
    expect_has("it is", press(scene, "jonas", "proposal.open"),
               "objective: Restore what was there before");
}

static void test_a_gap_is_opened_by_both(void **state)
{
    static const struct {
        const char *channel, *owner, *anchor;
    } cases[] = {
        {"west", "owner: Marketing", "Marketing 1"},
        {"marketing", "owner: West", "1"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = with_gap();
        scene->channel = cases[i].channel;
        const char *said = press(scene, "ines", "proposal.open");

        expect_has("the type", said, "trigger: Cross-Functional Gap");
        expect_has("both own it", said, cases[i].owner);
        expect_has("the fed one is the anchor", said,
                   "anchor: Increase qualified leads from 0 to 130");
        g_autofree char *text = g_strdup_printf("/sprint open\ntrigger: Cross-Functional Gap\n"
                                                "situation: 20 of 50\n%s\nanchor: %s\n"
                                                "window: 2 weeks\n%s",
                                                cases[i].owner, cases[i].anchor, REST);
        scene_forget(scene);
        expect_has("it opens", scene_command(scene, "ines", text), "is open until");
        g_autofree char *here = card_plain(proposals_card(scene, "west"));
        g_autofree char *there = card_plain(proposals_card(scene, "marketing"));
        expect_has("both cards say so", here, "Answered with sprint 1");
        expect_has("both cards say so", there, "Answered with sprint 1");
        assert_int_equal(proposals_asked(scene), 0);
    }
}

static void test_what_the_deployment_has_no_type_for_is_left_open(void **state)
{
    static const Trigger triggers[] = {{"Calm", "how calm", false}, {NULL, NULL, false}};
    g_autoptr(Scene) scene = at_risk();

    (void)state;
    scene->policy.triggers = triggers;
    const char *said = press(scene, "jonas", "proposal.open");
    expect_lacks("no type is made up", said, "trigger: ");
    expect_has("it is asked for", said, "Which signal calls for this sprint?");
}

static void test_the_window_ends_with_the_period(void **state)
{
    static const struct {
        const char *promise, *when, *window;
    } cases[] = {
        {"a weekend lies between", "2025-07-11 10:00", "14 July 2025 - 28 July 2025"},
        {"a week beyond it is the most", "2025-08-28 10:00", "29 August 2025 - 7 September 2025"},
        {"too little is left", "2025-08-31 23:00", NULL},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = at_risk();

        scene_until(scene, cases[i].when);
        scene->conversation = false;
        press(scene, "jonas", "proposal.open");
        if (g_strcmp0(row_of(scene, "window")->initial, cases[i].window) != 0) {
            fail_msg("%s: %s", cases[i].promise, row_of(scene, "window")->initial);
        }
    }
}

static void test_a_button_that_is_stale_says_what_became(void **state)
{
    g_autoptr(Scene) scene = at_risk();
    g_autofree char *id = proposals_id(proposals_card(scene, "west"));

    (void)state;
    expect_has("of none", scene_press(scene, "tom", "proposal.open", "4711"), "is over");
    expect_has("of rubbish", scene_press(scene, "tom", "proposal.open", "west; --"), "is over");
    expect_has("of nothing", scene_press(scene, "tom", "proposal.dismiss", ""), "is over");
    scene->channel = "marketing";
    expect_has("of another team's", scene_press(scene, "ines", "proposal.open", id), "is over");
    scene->channel = "nowhere";
    expect_has("where no team lives", scene_press(scene, "ines", "proposal.dismiss", id), "");
    scene->channel = "west";
    scene_command(scene, "tom", "/okr dismiss 1: the fair is in two weeks");
    expect_has("of one dismissed", scene_press(scene, "maria", "proposal.open", id),
               "Dismissed by @tom: “the fair is in two weeks”");
    expect_has("twice", scene_press(scene, "maria", "proposal.dismiss", id), "Dismissed by @tom");

    g_autoptr(Scene) other = at_risk();
    g_autofree char *taken = proposals_id(proposals_card(other, "west"));
    scene_command(other, "tom",
                  "/sprint open\ntrigger: Emergent Opportunity\nsituation: 30 of 50\nanchor: 1\n"
                  "window: 2 weeks\n" REST);
    expect_has("of one that a sprint answers", scene_press(other, "maria", "proposal.open", taken),
               "A sprint was opened on it already");
}

/* --- dismissing --- */

static void test_everybody_is_told_who_why_and_until_when(void **state)
{
    g_autoptr(Scene) scene = at_risk();

    (void)state;
    scene_forget(scene);
    expect_has("the one who said it", scene_command(scene, "tom", "/okr dismiss kr 1: the fair"),
               "Dismissed; everybody here can read why.");
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("who", notice, "@tom dismissed the sprint that was proposed for KR 1:");
    expect_has("why", notice, "the fair");
    expect_has("until when, in its own numbers", notice,
               "short by a further 15% of the distance expected so far: 55%, now 40%. As of Mon 7 "
               "July that means 22.5 paying customers.");
    const Card *card = proposals_card(scene, "west");
    g_autofree char *text = card_plain(card);
    expect_that("the card asks no more", !proposals_asks(card));
    expect_has("and says so", text, "Dismissed by @tom: “the fair”");
    assert_int_equal(first(scene, "west")->state, EPISODE_DISMISSED);
}

static void test_the_ways_to_dismiss(void **state)
{
    static const struct {
        const char *promise, *text;
    } cases[] = {
        {"by number", "/okr dismiss 1: the fair is on"},
        {"as a KR", "/okr dismiss kr 1: the fair is on"},
        {"in one word", "/okr dismiss KR1 : the fair is on"},
        {"with its team", "/okr dismiss KR 1 of West: the fair is on"},
        {"as a form", "/okr dismiss\nkr: 1\nreason: the fair is on"},
        {"as a form that begins at once", "/okr dismiss kr: 1\nbecause: the fair is on"},
        {"over two lines", "/okr dismiss 1: the fair\nis on"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = at_risk();

        expect_has(cases[i].promise, scene_command(scene, "tom", cases[i].text), "Dismissed");
        assert_string_equal(first(scene, "west")->reason, "the fair is on");
    }
}

static void test_dismissing_by_a_button(void **state)
{
    g_autoptr(Scene) scene = at_risk();

    (void)state;
    expect_has("a conversation asks why", press(scene, "tom", "proposal.dismiss"), "Why not now?");
    expect_has("and shows it", scene_text(scene, "tom", "the fair is on"), "kr: 1");
    expect_has("a yes will do", scene_text(scene, "tom", "yes"), "Dismissed");
    assert_string_equal(first(scene, "west")->reason, "the fair is on");

    g_autoptr(Scene) other = at_risk();
    other->conversation = false;
    press(other, "tom", "proposal.dismiss");
    assert_string_equal(row_of(other, "kr")->initial, "1");
    expect_has("a form needs a reason", scene_submit(other, "tom", "okr dismiss", "kr: 1"),
               "reason: is missing");
    expect_has("and takes it",
               scene_submit(other, "tom", "okr dismiss", "kr: 1\nreason: the fair is on"),
               "Dismissed");
}

static void test_refusals(void **state)
{
    g_autoptr(Scene) scene = at_risk();
    g_autofree char *long_reason = g_strnfill(301, 'x');
    g_autofree char *too_long = g_strconcat("/okr dismiss 1: ", long_reason, NULL);
    const struct {
        const char *promise, *text, *says;
    } cases[] = {
        {"what was not proposed", "/okr dismiss 2: no", "“2” has no proposal that stands"},
        {"with what stands", "/okr dismiss 9: no", "KR 1: Increase paying customers"},
        {"another team's", "/okr dismiss Marketing 1: no", "has no proposal that stands"},
        {"without a reason", "/okr dismiss 1", "reason: is missing"},
        {"with an empty one", "/okr dismiss 1:", "Why not now?"},
        {"longer than anybody reads", too_long, "301 characters long; 300 is the most"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_has(cases[i].promise, scene_command(scene, "tom", cases[i].text), cases[i].says);
        scene_text(scene, "tom", "cancel");
    }
    assert_int_equal(first(scene, "west")->state, EPISODE_PROPOSED);
    scene->channel = "marketing";
    expect_has("where nothing is proposed", scene_command(scene, "ines", "/okr dismiss 1: no"),
               "No sprint is proposed here at the moment");
}

static void test_reasons_of_ill_will_are_words(void **state)
{
    static const struct {
        const char *typed, *kept;
    } cases[] = {
        {"<!channel> @here *now* `x`", "<!channel> @here *now* `x`"},
        {"\x01 bold \x02 code \x04maria\x03", "bold code maria"},
        {"reason: kr: 2: {n} {{ %s %n", "reason: kr: 2: {n} {{ %s %n"},
        {"'; DROP TABLE proposals; --", "'; DROP TABLE proposals; --"},
        {"no\nkr: 2\nreason: another", "no kr: 2 reason: another"},
        {"\xE2\x80\xAEnever", "never"}, // NOLINT(misc-misleading-bidirectional): to be cleaned away
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = at_risk();
        g_autofree char *text = g_strconcat("/okr dismiss 1: ", cases[i].typed, NULL);

        expect_has(cases[i].typed, scene_command(scene, "tom", text), "Dismissed");
        assert_string_equal(first(scene, "west")->reason, cases[i].kept);
    }
}

static void test_what_stands_together_is_dismissed_together(void **state)
{
    g_autoptr(Scene) scene = with_gap();
    const GPtrArray *proposals = proposals_team(scene, "marketing")->proposals;

    (void)state;
    scene_forget(scene);
    expect_has("by the team that feeds, in its own home",
               scene_command(scene, "jonas", "/okr dismiss Marketing 1: we know, it is summer"),
               "Dismissed");
    for (guint i = 0; i < proposals->len; i++) {
        assert_int_equal(((const Proposal *)g_ptr_array_index(proposals, i))->state,
                         EPISODE_DISMISSED);
    }
    assert_int_equal(proposals->len, 2); /* the gap, and the risk that it spoke for */
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 2 + 2); /* each home: card and notice */
    g_autofree char *here = scene_last(scene, CARD_NOTICE);
    expect_has("the other team's KR by its name", here, "proposed for KR 1 of Marketing:");
    for (int week = 5; week < 7; week++) {
        proposals_week(scene, "west", week, even[5]);
        proposals_week(scene, "marketing", week, "28");
    }
    assert_int_equal(proposals_asked(scene), 0);
}

static void test_dismissed_before_a_value_is_known_it_gives_the_share(void **state)
{
    g_autoptr(Scene) scene = at_risk();

    (void)state;
    scene_until(scene, "2025-07-29 10:00"); /* three check-ins that nobody answered */
    scene_forget(scene);
    scene_command(scene, "tom", "/okr dismiss 1: the fair is on");
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("as it was proposed", notice,
               "until it is short by 55% of the distance expected so far; it was 40%.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_conversation_asks_only_for_what_nobody_knows),
        cmocka_unit_test(test_a_form_comes_filled_in),
        cmocka_unit_test(test_a_draft_that_makes_room_is_given_back),
        cmocka_unit_test(test_a_gap_is_opened_by_both),
        cmocka_unit_test(test_what_the_deployment_has_no_type_for_is_left_open),
        cmocka_unit_test(test_the_window_ends_with_the_period),
        cmocka_unit_test(test_a_button_that_is_stale_says_what_became),
        cmocka_unit_test(test_everybody_is_told_who_why_and_until_when),
        cmocka_unit_test(test_the_ways_to_dismiss),
        cmocka_unit_test(test_dismissing_by_a_button),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_reasons_of_ill_will_are_words),
        cmocka_unit_test(test_what_stands_together_is_dismissed_together),
        cmocka_unit_test(test_dismissed_before_a_value_is_known_it_gives_the_share),
    };

    return cmocka_run_group_tests_name("proposal_answer", tests, NULL, NULL);
}

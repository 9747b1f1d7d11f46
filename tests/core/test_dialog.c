/* The conversation that stands in for a form. Nothing that was typed is ever lost in it. */

#include "core/dialog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

typedef struct Step {
    const char *say, *reply; /* what is typed, and what the reply holds */
} Step;

static void play(Scene *scene, const char *who, const Step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_command = *steps[i].say == '/';
        const char *said = is_command ? scene_command(scene, who, steps[i].say)
                                      : scene_text(scene, who, steps[i].say);

        expect_has(steps[i].say, said, steps[i].reply);
    }
}

#define PLAY(scene, who, steps) play(scene, who, steps, G_N_ELEMENTS(steps))

static void test_it_asks_for_every_field_in_order(void **state)
{
    static const Step steps[] = {
        {"/sprint open", "Which signal calls for this sprint?"},
        {"1", "What is the situation, in numbers?"},
        {"The pipeline stands at $21.2M of $30M", "Which tactical KR does it serve?"},
        {"1", "From when to when?"},
        {"2 weeks", "What does the sprint change?"},
        {"Restore qualified pipeline momentum before the mid-review", "Key result 1"},
        {"Increase ICP meeting acceptance rate from 22% to 35%", "Key result 2"},
        {"Progress 6 stalled accounts from Discovery stage to Proposal stage", "Key result 3"},
        {"Reduce median time-to-first-meeting from 12 days to 7 days", "Key result 4"},
        {"done", "Initiative 1"},
        {"Conduct 30 targeted outreach calls", "Initiative 2"},
        {"done", "This is what I have:\n/sprint open\ntrigger: KR at Risk\nsituation: The pipeline "
                 "stands at $21.2M of $30M\n"
                 "anchor: Increase qualified B2B pipeline from $20M to $30M by Q3 close\nwindow: "
                 "14 July 2025 - 28 July 2025\n"},
        {"yes", "Sprint 1 is open"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    PLAY(scene, "maria", steps);
    assert_int_equal(scene_sprint_of(scene, 1)->krs->len, 3);
    assert_int_equal(scene_sprint_of(scene, 1)->initiatives->len, 1);
    assert_null(scene_timer(scene, TIMER_DRAFT)); /* nothing is left of the draft */
    assert_string_equal(scene_text(scene, "maria", "yes"), "");
}

static void test_a_question_is_for_who_is_asked(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/sprint open");
    assert_int_equal(scene->reply->kind, CARD_QUESTION);
    assert_string_equal(scene->reply->member, "maria");
    assert_string_equal(scene_text(scene, "tom", "1"), ""); /* somebody else's word is no answer */
    expect_has("two may fill in a form at a time", scene_command(scene, "tom", "/sprint open"),
               "Which signal");
    expect_has("each their own", scene_text(scene, "tom", "2"), "situation");
    scene->channel = "elsewhere";
    assert_string_equal(scene_text(scene, "maria", "1"), ""); /* nor is one said elsewhere */
}

static void test_a_wrong_answer_is_quoted_back_with_the_reason_and_not_lost(void **state)
{
    static const Step steps[] = {
        {"/sprint open", "Which signal"},
        {"because it is Monday", "a sprint starts from a signal, not from a calendar"},
        {"1", "situation"},
        {"it goes badly", "no number in it"},
        {"2 gaps in a row", "Which tactical KR"},
        {"World peace", "none of the tactical KRs"},
        {"from", "fits more than one"},
        {"win rate", "From when"},
        {"07/08 - 21/08", "more than one day"},
        {"14 July - 15 July", "too short"},
        {"2 weeks", "What does the sprint change"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    PLAY(scene, "maria", steps);
    const char *said = scene_text(scene, "maria", "Raise the pipeline to $30M soon enough");
    expect_has("quoted", said, "\nRaise the pipeline to $30M soon enough\n");
    expect_has("with the reason", said, "only says the direction");
    expect_has("and asked again", said, "What does the sprint change?");
    expect_has("later it is still there", scene_text(scene, "maria", "cancel"),
               "objective: Raise the pipeline to $30M soon enough");
}

static void test_back(void **state)
{
    static const Step steps[] = {
        {"/sprint open", "Which signal"},
        {"back", "Which signal"}, /* there is nothing before the first */
        {"1", "situation"},
        {"2 gaps", "Which tactical KR"},
        {"back", "situation"},
        {"back", "Which signal"},
        {"2", "Which tactical KR"}, /* what is there is not asked again */
        {"1", "From when"},
        {"2 weeks", "What does"},
        {"Restore qualified pipeline momentum soon", "Key result 1"},
        {"Increase acceptance rate from 22% to 35%", "Key result 2"},
        {"back", "What does"},
        {"Restore qualified pipeline momentum before winter", "Key result 2"},
        {"Win rate from 18% to 20%", "Key result 3"},
        {"Reply time from 12 days to 7 days", "Key result 4"},
        {"done", "Initiative 1"},
        {"skip", "trigger: Emergent Opportunity"},
        {"back", "Initiative 1"},
        {"back", "Key result 3"},
        {"Reply time from 12 days to 6 days", "Key result 4"},
        {"done", "Initiative 1"},
        {"done", "kr: Reply time from 12 days to 6 days"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    PLAY(scene, "maria", steps);
    expect_has("it opens as it was changed", scene_text(scene, "maria", "yes"), "Sprint 1 is open");
    assert_string_equal(scene_sprint_of(scene, 1)->objective,
                        "Restore qualified pipeline momentum before winter");
    assert_string_equal(scene_sprint_of(scene, 1)->trigger, "Emergent Opportunity");
}

static void test_what_is_required_cannot_be_skipped(void **state)
{
    static const Step steps[] = {
        {"/sprint open", "Which signal"},
        {"skip", "trigger: cannot be skipped: trigger: is missing."},
        {"1", "situation"},
        {"done", "situation: cannot be skipped"},
        {"2 gaps", "Which tactical KR"},
        {"1", "From when"},
        {"2 weeks", "What does"},
        {"Restore qualified pipeline momentum soon", "Key result 1"},
        {"Increase acceptance rate from 22% to 35%", "Key result 2"},
        {"done", "1 × kr: so far; 3 are the fewest"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    PLAY(scene, "maria", steps);
}

static void test_who_skips_a_wrong_answer_leaves_it_out(void **state)
{
    static const Step steps[] = {
        {"/sprint setup", "What is the team called?"},
        {"South", "In which time zone"},
        {"skip", "When shall I ask"},
        {"skip", "Which days are working days?"},
        {"skip", "Which holidays"},
        {"Atlantis", "neither a country nor a date"},
        {"skip", "Left out"},
    };
    g_autoptr(Scene) scene = scene_new();

    (void)state;
    PLAY(scene, "maria", steps);
    expect_has("and the next is asked", scene->said, "Who leads the team?");
}

static void test_at_most_five(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    static const Step steps[] = {
        {"/sprint open", "Which signal"},
        {"1", "situation"},
        {"2 gaps", "Which tactical KR"},
        {"1", "From when"},
        {"2 weeks", "What does"},
        {"Restore qualified pipeline momentum soon", "Key result 1"},
        {"Acceptance rate of segment a from 22% to 35%", "Key result 2"},
        {"Acceptance rate of segment b from 22% to 35%", "Key result 3"},
        {"Acceptance rate of segment c from 22% to 35%", "Key result 4"},
        {"Acceptance rate of segment d from 22% to 35%", "Key result 5"},
        {"Acceptance rate of segment e from 22% to 35%",
         "Initiative 1"}, /* the fifth is the last */
        {"skip", "This is what I have"},
        {"kr: Acceptance rate of segment f from 22% to 35%", "6 × kr: are too many; 5 is the most"},
        {"remove", "Left out"},
        {"skip", "This is what I have"},
    };

    (void)state;
    PLAY(scene, "maria", steps);
    expect_has("five are left", scene_text(scene, "maria", "yes"), "Sprint 1 is open");
    assert_int_equal(scene_sprint_of(scene, 1)->krs->len, 5);
}

static void test_an_activity_is_challenged(void **state)
{
    static const Step to_the_krs[] = {
        {"/sprint open", "Which signal"},
        {"1", "situation"},
        {"2 gaps", "Which tactical KR"},
        {"1", "From when"},
        {"2 weeks", "What does"},
        {"Restore qualified pipeline momentum soon", "Key result 1"},
    };
    static const Step steps[] = {
        {"Conduct 30 discovery calls", "move makes it an initiative"},
        {"move", "Key result 1"},
        {"Conduct 40 discovery calls", "keep: reason keeps it with your reason on record"},
        {"keep: because", "a few words"},
        {"keep: we cannot see conversions until August", "Key result 2"},
        {"Run 5 workshops", "Rule: "},
        {"Keep win rate at least 20% (now 18%)",
         "Key result 3"}, /* rewritten, and not a reason to keep it */
        {"Raise NPS to 45", "Where does “NPS” stand now?"},
        {"31", "Key result 4"}, /* the baseline alone will do */
        {"done", "kr: Raise NPS to 45 (now 31)"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    PLAY(scene, "maria", to_the_krs);
    PLAY(scene, "maria", steps);
    expect_has("it opens", scene_text(scene, "maria", "yes"), "Sprint 1 is open");
    const Sprint *sprint = scene_sprint_of(scene, 1);
    assert_string_equal(sprint_kr(sprint, 1)->track->kr->statement, "Conduct 40 discovery calls");
    assert_string_equal(sprint_kr(sprint, 1)->track->kr->kept_because,
                        "we cannot see conversions until August");
    assert_null(sprint_kr(sprint, 2)->track->kr->kept_because);
    assert_string_equal(g_ptr_array_index(sprint->initiatives, 0), "Conduct 30 discovery calls");
}

static void test_a_reason_speaks_for_one_key_result_only(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    static const char text[] =
        "/sprint open\ntrigger: 1\nsituation: 2 gaps\nanchor: 1\nwindow: 2 weeks\nobjective: "
        "Restore qualified pipeline momentum soon\n"
        "kr: Win rate from 18% to 20%\nkr: Conduct 40 discovery calls\nkeep: we cannot see "
        "conversions until August\n"
        "kr: NPS from 31 to 45\nkr: Reply time from 12 days to 7 days\ninitiative:";

    (void)state;
    expect_has("an empty line asks for its text", scene_command(scene, "maria", text),
               "Initiative 1: what will the team do?");
    expect_has("another key result",
               scene_text(scene, "maria", "kr2: Run 5 workshops for prospects"), "Rule: ");
    expect_has("does not take over the reason", scene->said, "keep: reason");
    expect_has("without the key result it is gone, too", scene_text(scene, "maria", "remove"),
               "Left out");
    scene_text(scene, "maria", "remove");
    expect_lacks("without the key result it is gone, too", scene_text(scene, "maria", "rubbish"),
                 "keep: we cannot");
    expect_has("what is left opens", scene_text(scene, "maria", "yes"), "Sprint 1 is open");
    for (int32_t n = 1; n <= 3; n++) {
        assert_null(sprint_kr(scene_sprint_of(scene, 1), n)->track->kr->kept_because);
    }
}

static void test_a_line_with_a_key_of_its_own(void **state)
{
    static const Step steps[] = {
        {"/sprint open", "Which signal"},
        {"window: 2 weeks", "Which signal"}, /* ahead of its turn: the question comes again */
        {"1", "situation"},
        {"situation: 2 gaps\nanchor: win rate", "What does the sprint change"},
        {"Momentum: restore it in the whole pipeline",
         "Key result 1"}, /* a colon alone makes no key */
        {"objective: Restore qualified pipeline momentum soon", "Key result 1"},
        {"kr: Acceptance rate of segment a from 22% to 35%\nkr: Acceptance rate of segment b from "
         "22% to 35%\nkr: Acceptance rate of segment c from 22% to 35%",
         "Initiative 1"},
        {"trigger: 2", "Initiative 1"},
        {"skip", "This is what I have"},
        {"window: 3 weeks", "window: 14 July 2025 - 4 August 2025"},
        {"kr2: Acceptance rate of segment d from 22% to 35%",
         "kr: Acceptance rate of segment a from 22% to 35%\nkr: Acceptance rate of segment d from "
         "22% to 35%\nkr: Acceptance rate of segment c"},
        {"wimdow: 4 weeks", "Nothing has happened yet"},
        {"perhaps", "Nothing has happened yet"},
        {"yes", "Sprint 1 is open"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    PLAY(scene, "maria", steps);
    assert_string_equal(scene_sprint_of(scene, 1)->objective,
                        "Restore qualified pipeline momentum soon");
}

static void test_also_the_first_key_may_be_changed_at_the_end(void **state)
{
    static const Step steps[] = {
        {"/okr objective Build the pipeline that carries the year", "Which period"},
        {"FY Q3, 2025-06-02 - 2025-08-31", "This is what I have"},
        {"objective: Build a pipeline that carries two years",
         "objective: Build a pipeline that carries two years"},
        {"yes", "Objective 1 of FY Q3"},
    };
    g_autoptr(Scene) scene = scene_new();

    (void)state;
    scene_command(scene, "maria", "/sprint setup West");
    PLAY(scene, "maria", steps);
}

static void test_cancel_gives_back_what_was_typed(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/sprint open");
    expect_has("nothing was typed", scene_text(scene, "maria", "cancel"),
               "Cancelled; nothing was changed.");
    scene_command(scene, "maria", "/sprint open");
    scene_text(scene, "maria", "1");
    scene_text(scene, "maria", "2 gaps");
    const char *said = scene_text(scene, "maria", "Cancel.");
    expect_has("as a text form", said, "/sprint open\ntrigger: KR at Risk\nsituation: 2 gaps");
    assert_null(scene_timer(scene, TIMER_DRAFT));
    expect_has("the next begins anew", scene_command(scene, "maria", "/sprint open"),
               "Which signal");
}

static void test_a_draft_resumes(void **state)
{
    static const Step steps[] = {
        {"/sprint open", "Which signal"},
        {"1", "situation"},
        {"2 gaps", "Which tactical KR"},
        {"later", "Kept as a draft until 21 July 2025. /sprint open takes it up again."},
        {"1", "You have a draft of /sprint open"},
    };
    static const Step next_day[] = {
        {"/sprint open", "You began this on 14 July 2025"},
        {"1", "From when"},
        {"restart", "This was your earlier draft"},
        {"1", "situation"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    PLAY(scene, "maria", steps);
    scene_until(scene, "2025-07-15 08:00");
    PLAY(scene, "maria", next_day);
    expect_has("a draft that was put away comes back at its end",
               scene_text(scene, "maria", "cancel"), "trigger: KR at Risk");
}

static void test_a_conversation_falls_asleep(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/sprint open");
    scene_until(scene, "2025-07-14 08:30");
    expect_has("half an hour is fine", scene_text(scene, "maria", "1"), "situation");
    scene_until(scene, "2025-07-14 09:01");
    expect_has("after that, plain talk is plain talk",
               scene_text(scene, "maria", "did you see 2 gaps?"),
               "You have a draft of /sprint open");
    expect_has("and the draft is still there", scene_command(scene, "maria", "/sprint open"),
               "situation");
}

static void test_a_draft_expires_and_says_so(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/sprint open");
    scene_text(scene, "maria", "1");
    scene_text(scene, "maria", "2 gaps");
    scene_until(scene, "2025-07-21 07:59");
    assert_int_equal(scene_count(scene, CARD_NOTICE, "maria"), 0);
    scene_until(scene, "2025-07-21 08:00");
    assert_int_equal(scene_count(scene, CARD_NOTICE, "maria"), 1);
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("with what it said", notice, "/sprint open\ntrigger: KR at Risk\nsituation: 2 gaps");
    expect_has("then it is gone", scene_command(scene, "maria", "/sprint open"), "Which signal");
}

static void test_a_text_form_with_mistakes_goes_on_as_a_conversation(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    const char *said =
        scene_command(scene, "maria",
                      "/sprint open\ntrigger: KR at Risk\nwimdow: 14 July - 28 July\nsituation: 2 "
                      "gaps\nanchor: 1\n"
                      "kr: Acceptance rate of segment a from 22% to 35%\nkr: Acceptance rate of "
                      "segment b from 22% to 35%\nkr: Acceptance rate of segment c from 22%");

    (void)state;
    expect_has("every mistake with its line", said,
               "Line 3: “wimdow” is no line of this form. Did you mean window:?");
    expect_has("every mistake with its line", said, "Line 8: ");
    expect_has("what lacks, too", said, "window: is missing");
    expect_has("what could not be taken is shown", said, "wimdow: 14 July - 28 July");
    expect_has("the first is asked", said, "Key result 3");
    expect_has("then the next",
               scene_text(scene, "maria", "Acceptance rate of segment c from 22% to 35%"),
               "From when");
    expect_has("then the next", scene_text(scene, "maria", "14 July - 28 July"),
               "What does the sprint change");
    expect_has("then the summary",
               scene_text(scene, "maria", "Restore qualified pipeline momentum soon"),
               "This is what I have");
    expect_has("then it opens", scene_text(scene, "maria", "yes"), "Sprint 1 is open");
    assert_string_equal(sprint_kr(scene_sprint_of(scene, 1), 3)->track->kr->statement,
                        "Acceptance rate of segment c from 22% to 35%");
}

static void test_who_typed_one_line_is_told_of_no_other(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    const char *said = scene_command(scene, "maria", "/okr update 1 €22M");

    (void)state;
    expect_has("what is wrong", said, "another unit");
    expect_lacks("in that line", said, "Line 2");
}

static void test_a_key_that_stands_twice_is_asked_for_once(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_autofree char *text = g_strconcat("/sprint open\nwindow: 3 weeks\n", scene_form, NULL);

    (void)state;
    expect_has("it is said", scene_command(scene, "maria", text), "window: stands twice");
    expect_has("the answer takes the place of both", scene_text(scene, "maria", "4 weeks"),
               "window: 14 July 2025 - 11 August 2025");
    expect_has("and opens", scene_text(scene, "maria", "yes"), "Sprint 1 is open");
    assert_int_equal(day_cmp(scene_sprint_of(scene, 1)->window.last, (Day){2025, 8, 11}), 0);
}

static void test_a_draft_of_another_form_goes_back_to_who_typed_it(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/sprint open");
    scene_text(scene, "maria", "1");
    scene_text(scene, "maria", "2 gaps in a row");
    const char *said = scene_command(scene, "maria", "/okr update");
    expect_has("it is shown", said,
               "/sprint open\ntrigger: KR at Risk\nsituation: 2 gaps in a row");
    expect_has("and the new one begins", said, "Which tactical KR?");
    expect_has("a form that needs no conversation leaves a draft alone",
               scene_command(scene, "maria", "/okr update 1 $22M"), "Noted for KR 1");
}

static void
test_a_check_in_answer_typed_while_a_conversation_is_open_goes_to_the_check_in(void **state)
{
    static const char *const answers[] = {
        "kr1 27%", "27, 4, 9.5", "+2", "same", "blocked: legal review", "sprint 1: 27%"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(Scene) scene = scene_sprint();

        scene_until(scene, "2025-07-14 09:31");
        scene_command(scene, "maria", "/sprint open");
        scene_text(scene, "maria", "1");
        expect_has(answers[i], scene_answer(scene, "maria", 1, NULL, answers[i]),
                   "Sprint 1, Mon 14 July:");
        expect_has("and the conversation goes on", scene_text(scene, "maria", "2 gaps"),
                   "Which tactical KR");
    }
}

static void test_an_answer_to_the_form_is_not_taken_for_a_check_in(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    scene_command(scene, "maria", "/okr update");
    expect_has("a number", scene_answer(scene, "maria", 1, NULL, "1"), "Where does it stand now?");
    expect_has("a movement, where a value is asked for",
               scene_answer(scene, "maria", 1, NULL, "+$0.4M"), "How likely is it");
    expect_has("confidence, where that is asked for",
               scene_answer(scene, "maria", 1, NULL, "confidence: 6"), "This is what I have");
    scene_text(scene, "maria", "yes");
    assert_int_equal(track_value(team_tactical_number(scene_team(scene), 1)->track).millionths,
                     DECIMAL(21600000).millionths);
    assert_int_equal(scene_checkin(scene, 1)->answers->len, 0);
}

static void test_what_a_retrospective_is_told_is_no_check_in(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    (void)state;
    scene_command(scene, "jonas", text);
    scene_until(scene, "2025-07-14 09:31");
    scene_command(scene, "maria", "/sprint close\nsprint: 1\nreason: the spike is over");
    scene_command(scene, "maria", "/sprint retro");
    expect_has("a line of the form",
               scene_answer(scene, "maria", 2, NULL, "learned: we learned a lot"),
               "Where did KR1 end?");
    expect_has("a movement", scene_answer(scene, "maria", 2, NULL, "+5"), "Where did KR2 end?");
    expect_has("a numbered line of the form", scene_answer(scene, "maria", 2, NULL, "kr3: 9 days"),
               "Where did KR2 end?");
    assert_int_equal(scene_checkin(scene, 2)->answers->len, 0);
}

static void test_blank_text_is_no_form(void **state)
{
    static const char *const texts[] = {"/sprint open",       "/sprint open ", "/sprint open\n",
                                        "/sprint open \n \n", "SPRINT OPEN",   "!sprint open"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Scene) scene = scene_west();

        expect_has("begins at the beginning", scene_command(scene, "maria", texts[i]),
                   "Which signal");
        expect_lacks("and finds no faults", scene->said, "second look");
    }
}

static void test_a_form_submitted_as_one(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene->conversation = false;
    expect_has("opens like a text form", scene_submit(scene, "maria", "sprint open", scene_form),
               "Sprint 1 is open");
    assert_string_equal(scene_submit(scene, "maria", "no such form", "x: y"), "");
    assert_string_equal(scene_submit(scene, "maria", NULL, "x: y"), "");
    scene->channel = "elsewhere";
    expect_has("where no team lives it is refused",
               scene_submit(scene, "maria", "sprint open", scene_form),
               "No team lives in this channel");
}

/* Whatever is answered to whatever question: it is answered back, and the draft survives it. */
static void test_whatever_is_typed(void **state)
{
    static const char *const commands[] = {"/sprint open",   "/sprint setup", "/sprint close",
                                           "/okr objective", "/okr kr",       "/okr update",
                                           "/sprint retro"};
    static const char *const texts[] = {"=1+1",
                                        ":",
                                        "::",
                                        "kr:",
                                        "window:",
                                        "\u202E\u202C",
                                        "keep:",
                                        "move",
                                        "remove",
                                        "back",
                                        "skip",
                                        "done",
                                        "{n} %s",
                                        "99999999999999999999",
                                        "-",
                                        "next",
                                        "yes",
                                        "a: b\nc: d",
                                        "\U0001F469\u200D\U0001F469",
                                        "1"};
    g_autofree char *novel = g_strnfill(7900, 'a');

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autoptr(Scene) scene = scene_sprint();

        scene_command(scene, "tom", "/sprint close\nsprint: 1\nreason: it is settled");
        g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);
        scene_command(scene, "tom", text);
        scene_command(scene, "maria", commands[i]);
        for (size_t j = 0; j < 3 * G_N_ELEMENTS(texts); j++) {
            if (world_draft(scene->world, (WorkspaceId){1}, SCENE_HOME, "maria") == NULL) {
                scene_command(scene, "maria", commands[i]);
            }
            scene_text(scene, "maria", texts[(j * 7) % G_N_ELEMENTS(texts)]);
            scene_text(scene, "maria", j % 5 == 0 ? novel : "1");
        }
        scene_text(scene, "maria", "cancel");
        assert_null(world_draft(scene->world, (WorkspaceId){1}, SCENE_HOME, "maria"));
    }
}

static void test_a_press_may_say_what_any_form_is_about(void **state)
{
    static const char *const forms[] = {
        "sprint open",     "sprint checkin",     "sprint setup",  "sprint close", "sprint retro",
        "sprint followup", "sprint drop-action", "okr objective", "okr kr",       "okr update",
        "okr target",      "okr dismiss",        "okr checkin",
    };
    static const char *const abouts[] = {"", " ", "1", "999", "x: y", "kr: 1\nkr: 2", "cancel"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        for (size_t j = 0; j < 2 * G_N_ELEMENTS(abouts); j++) {
            g_autoptr(Scene) scene = scene_asked();
            g_autofree char *value = g_strdup_printf("%s %s", forms[i], abouts[j / 2]);

            scene->conversation = j % 2 == 0;
            scene_press(scene, "maria", "form.open", value);
            expect_that(value, scene->reply != NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_asks_for_every_field_in_order),
        cmocka_unit_test(test_a_question_is_for_who_is_asked),
        cmocka_unit_test(test_a_wrong_answer_is_quoted_back_with_the_reason_and_not_lost),
        cmocka_unit_test(test_back),
        cmocka_unit_test(test_what_is_required_cannot_be_skipped),
        cmocka_unit_test(test_who_skips_a_wrong_answer_leaves_it_out),
        cmocka_unit_test(test_at_most_five),
        cmocka_unit_test(test_an_activity_is_challenged),
        cmocka_unit_test(test_a_reason_speaks_for_one_key_result_only),
        cmocka_unit_test(test_a_line_with_a_key_of_its_own),
        cmocka_unit_test(test_also_the_first_key_may_be_changed_at_the_end),
        cmocka_unit_test(test_cancel_gives_back_what_was_typed),
        cmocka_unit_test(test_a_draft_resumes),
        cmocka_unit_test(test_a_conversation_falls_asleep),
        cmocka_unit_test(test_a_draft_expires_and_says_so),
        cmocka_unit_test(test_a_text_form_with_mistakes_goes_on_as_a_conversation),
        cmocka_unit_test(test_who_typed_one_line_is_told_of_no_other),
        cmocka_unit_test(test_a_key_that_stands_twice_is_asked_for_once),
        cmocka_unit_test(test_a_draft_of_another_form_goes_back_to_who_typed_it),
        cmocka_unit_test(
            test_a_check_in_answer_typed_while_a_conversation_is_open_goes_to_the_check_in),
        cmocka_unit_test(test_an_answer_to_the_form_is_not_taken_for_a_check_in),
        cmocka_unit_test(test_what_a_retrospective_is_told_is_no_check_in),
        cmocka_unit_test(test_blank_text_is_no_form),
        cmocka_unit_test(test_a_form_submitted_as_one),
        cmocka_unit_test(test_whatever_is_typed),
        cmocka_unit_test(test_a_press_may_say_what_any_form_is_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

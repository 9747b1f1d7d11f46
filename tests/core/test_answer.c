/* Answering a check-in: one reply is enough, and it can be edited, late, or taken back. */

#include "core/checkin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/show.h"
#include "scene.h"

static void expect_kr(const char *promise, const Scene *scene, int32_t kr, const char *want)
{
    const Kr *def = sprint_kr(scene_sprint_of(scene, 1), kr)->track->kr;
    Unit unit = unit_bare(&def->unit);
    g_autofree char *got = value_text(scene_value(scene, 1, kr), &unit);

    if (strcmp(got, want) != 0) {
        fail_msg("%s: kr%d is %s, not %s", promise, kr, got, want);
    }
}

static void test_one_reply_is_enough(void **state)
{
    static const struct {
        const char *promise, *text, *kr1, *kr2, *kr3;
    } cases[] = {
        {"all three, in order", "27, 4, 9.5", "27%", "4", "9.5 days"},
        {"by name", "kr3 9.5 days; kr1 27%", "27%", "0", "9.5 days"},
        {"a movement", "kr1 +2, kr2 +1, kr3 -0.5 days", "24%", "1", "11.5 days"},
        {"the same", "same", "22%", "0", "12 days"},
        {"by its unit alone", "27%", "27%", "0", "12 days"},
        {"what is understood is taken, whatever stands beside it", "kr1 27%; kr2 many", "27%", "0",
         "12 days"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_asked();

        scene_answer(scene, "maria", 1, "m1", cases[i].text);
        expect_kr(cases[i].promise, scene, 1, cases[i].kr1);
        expect_kr(cases[i].promise, scene, 2, cases[i].kr2);
        expect_kr(cases[i].promise, scene, 3, cases[i].kr3);
        g_assert(scene->reply != NULL);
        assert_int_equal(scene->reply->kind,
                         CARD_ECHO); /* for who answered, in the prompt's thread */
        assert_string_equal(scene->reply->member, "maria");
        assert_true(g_str_has_prefix(scene->reply->thread, "prompt/"));
    }
}

static void test_the_example_in_the_prompt_can_be_sent_as_it_stands(void **state)
{
    static const char *const values[] = {"kr1 27%, kr2 4, kr3 9.5 days",
                                         "kr1 = -5%, kr2 = 3, kr3 = 0 days",
                                         "kr1 0.5%, kr2 4, kr3 12 days"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(Scene) scene = scene_asked();
        g_autofree char *example = NULL;
        Decimal before[3];

        scene_answer(scene, "maria", 1, "m1", values[i]);
        for (int32_t kr = 1; kr <= 3; kr++) {
            before[kr - 1] = scene_value(scene, 1, kr);
        }
        example = checkin_example(scene_sprint_of(scene, 1));
        expect_lacks("everything is understood", scene_answer(scene, "jonas", 1, "m2", example),
                     "not taken");
        for (int32_t kr = 1; kr <= 3; kr++) {
            assert_int_equal(scene_value(scene, 1, kr).millionths, before[kr - 1].millionths);
        }
    }
}

static void test_what_was_understood_is_echoed_at_once(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    const char *said = scene_answer(scene, "maria", 1, "m1",
                                    "kr1 27%, kr2 same; confidence 6; blocked: legal review; "
                                    "learned: shorter invitations work");

    (void)state;
    expect_has("the movement", said, "KR1 22% → 27% (+5 pp)");
    expect_has("what is confirmed", said, "KR2 0, confirmed");
    expect_has("confidence, for who told it", said, "confidence 6");
    expect_has("the blocker, with its owner and its clock", said,
               "blocker 1: legal review (@maria, 24 hours)");
    expect_has("the learning", said, "learned: shorter invitations work");
    said = scene_answer(scene, "jonas", 1, "m2", "kr7 5; kr1 soon");
    expect_has("what was not understood is quoted back", said, "not taken: “kr7 5”");
    expect_has("all of it", said, "soon");
}

static void test_tasks_are_told_kindly_and_kept(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    expect_has("kindly", scene_answer(scene, "tom", 1, "m1", "I made 12 calls and sent the deck"),
               "asks how the numbers moved");
    assert_string_equal(sprint_answer(scene_sprint_of(scene, 1), "m1", NULL)->note,
                        "I made 12 calls and sent the deck");
    expect_kr("and counted as nothing", scene, 2, "0");
}

static void test_away_for_a_day_by_button_or_word(void **state)
{
    g_autoptr(Scene) pressed = scene_asked();
    g_autoptr(Scene) written = scene_asked();
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, scene_checkin(pressed, 1)->id.v);

    (void)state;
    expect_has("by button", scene_press(pressed, "maria", "checkin.away", id), "Enjoy your day");
    expect_has("by word, with a value beside it",
               scene_answer(written, "maria", 1, "m1", "kr1 27%\naway today"), "Enjoy your day");
    expect_has("which counts", written->said, "KR1 22% → 27%");
    expect_kr("which counts", written, 1, "27%");
    scene_until(pressed, "2025-07-14 12:00");
    scene_until(written, "2025-07-14 12:00");
    assert_int_equal(scene_count(pressed, CARD_NUDGE, "maria"), 0);
    assert_int_equal(scene_count(written, CARD_NUDGE, "maria"), 0);
    scene_until(pressed, "2025-07-15 12:00");
    assert_int_equal(scene_count(pressed, CARD_NUDGE, "maria"), 1);
}

static void test_a_late_answer_edits_the_summary_and_is_marked_late(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_until(scene, "2025-07-14 10:00");
    g_autofree char *key = g_strdup(scene_card(scene, CARD_PROMPT)->key);
    scene_forget(scene);
    expect_has("it counts", scene_answer(scene, "tom", 1, "m1", "kr1 27%"), "Late, but it counts");
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL), 1);
    assert_string_equal(scene_card(scene, CARD_PROMPT)->key, key);
    const char *said = scene_prompt(scene);
    expect_has("the summary shows it", said, "22% → 27% → 35%");
    expect_has("as late", said, "1 answer came late");
    expect_lacks("and the day is not missed", said, "recorded as missed");
    assert_true(sprint_answer(scene_sprint_of(scene, 1), "m1", NULL)->late);
}

static void test_a_late_answer_speaks_for_its_check_ins_day(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_until(scene, "2025-07-15 08:00");
    scene_answer(scene, "tom", 1, "m1", "kr1 27%");
    const Reading *reading = track_current(sprint_kr(scene_sprint_of(scene, 1), 1)->track);
    assert_int_equal(day_cmp(reading->day, (Day){2025, 7, 14}), 0);
    assert_int_equal(reading->at.us, scene->now.us);
}

static void test_an_edited_message_edits_the_answer(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    const Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "kr1 27%, kr2 +2; confidence 6; learned: a");
    expect_has("it is said", scene_edit(scene, "maria", "m1", "kr1 28%, kr2 +3; confidence 4"),
               "Corrected.");
    expect_kr("the new value counts", scene, 1, "28%");
    expect_kr("a movement counts from the value before the message", scene, 2, "3");
    assert_int_equal(sprint_answer(sprint, "m1", NULL)->confidence, 4);
    assert_null(sprint_answer(sprint, "m1", NULL)->learned);
    assert_int_equal(scene_checkin(scene, 1)->answers->len, 1);
    scene_edit(scene, "maria", "m1", "kr3 9 days");
    expect_kr("what is no longer said no longer counts", scene, 1, "22%");
    expect_kr("nor does this", scene, 2, "0");
    expect_kr("and this does", scene, 3, "9 days");
}

static const char *vote(Scene *scene, const char *who, const char *message, const char *text)
{
    Event *event = scene_new_event(scene, EVENT_TEXT, who);

    event->thread = g_strdup_printf("prompt/%" G_GINT64_FORMAT, scene_checkin(scene, 1)->id.v);
    event->message = g_strdup(message);
    event->edited = event->secret = true;
    event_set_text(event, text, strlen(text));
    return scene_event(scene, event);
}

static void test_what_nobody_else_saw_is_taken_and_not_said_back(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    const Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    assert_string_equal(vote(scene, "jonas", "v1", "confidence 3"), "");
    assert_int_equal(sprint_answer(sprint, "v1", NULL)->confidence, 3);
    assert_string_equal(vote(scene, "jonas", "v1", "confidence 7"), "");
    assert_int_equal(sprint_answer(sprint, "v1", NULL)->confidence, 7);
    assert_int_equal(scene_checkin(scene, 1)->answers->len, 1);
}

static void test_a_correction_is_a_newer_reading(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    const Track *track = sprint_kr(scene_sprint_of(scene, 1), 1)->track;

    (void)state;
    scene_answer(scene, "jonas", 1, "m0", "kr1 25%");
    scene_answer(scene, "maria", 1, "m1", "kr1 27%");
    scene_edit(scene, "maria", "m1", "kr1 28%");
    assert_int_equal(track->readings->len, 4);
    const Reading *given = g_ptr_array_index(track->readings, 1);
    const Reading *taken_back = g_ptr_array_index(track->readings, 2);
    assert_int_equal(given->value.millionths, DECIMAL(27).millionths);
    assert_true(ID_EQ(taken_back->retracts, given->id));
    assert_int_equal(taken_back->value.millionths, DECIMAL(25).millionths); /* the one before */
}

static void test_a_withdrawn_answer_lets_the_value_before_count_again(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "jonas", 1, "m1", "kr1 25%");
    scene_answer(scene, "maria", 1, "m2", "kr1 27%; confidence 9; blocked: legal review");
    expect_has("it is said", scene_edit(scene, "maria", "m2", ""), "Taken back");
    expect_kr("the value before", scene, 1, "25%");
    assert_true(sprint_blocker(scene_sprint_of(scene, 1), 1)->cleared.us != 0);
    assert_null(scene_timer(scene, TIMER_BLOCKER));
    scene_until(scene, "2025-07-14 09:45");
    expect_lacks("nor does its confidence count", scene_prompt(scene), "Confidence");
    scene_edit(scene, "jonas", "m1", "");
    expect_kr("the baseline, when nothing is left", scene, 1, "22%");
    expect_has("and the day is missed after all", scene_prompt(scene), "recorded as missed");
}

static void test_an_edit_of_what_was_not_understood(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "kr1 soon");
    scene_edit(scene, "maria", "m1", "kr1 27%");
    expect_kr("is taken now", scene, 1, "27%");
    assert_int_equal(scene_checkin(scene, 1)->answers->len, 1);
    scene_edit(scene, "tom", "m9", "lunch?"); /* somebody else's words are nobody's answer */
    assert_string_equal(scene->said, "");
}

static void test_values_may_be_corrected_until_the_next_prompt(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "kr1 27%");
    g_autofree char *thread = g_strdup(scene->reply->thread);
    scene_until(scene, "2025-07-15 09:29");
    scene_edit(scene, "maria", "m1", "kr1 28%");
    expect_kr("until then", scene, 1, "28%");
    scene_until(scene, "2025-07-15 09:30");
    expect_has("not any more", scene_edit(scene, "maria", "m1", "kr1 29%"),
               "closed by the next one");
    expect_kr("not any more", scene, 1, "28%");
    Event *event = scene_new_event(scene, EVENT_TEXT, "tom");
    event->thread = g_strdup(thread);
    event_set_text(event, "kr1 30%", strlen("kr1 30%"));
    expect_has("an answer in yesterday's thread is told where it belongs",
               scene_event(scene, event), "closed by the next one");
    expect_kr("and changes nothing", scene, 1, "28%");
}

static void test_an_edited_blocker_keeps_its_number_and_its_clock(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    const Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "blocked: legal review");
    Instant since = sprint_blocker(sprint, 1)->since;
    scene_until(scene, "2025-07-14 12:00");
    scene_edit(scene, "maria", "m1", "blocked: review by legal @tom; kr1 27%");
    assert_int_equal(sprint->blockers->len, 1);
    assert_string_equal(sprint_blocker(sprint, 1)->owner, "tom");
    assert_int_equal(sprint_blocker(sprint, 1)->since.us, since.us);
    assert_int_equal(sprint_blocker(sprint, 1)->cleared.us, 0);
    assert_int_equal(scene_timer(scene, TIMER_BLOCKER)->due.us, since.us + 24 * INSTANT_HOUR);
}

static void test_answers_by_command(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    expect_has("with one sprint it need not be named",
               scene_command(scene, "maria", "/sprint checkin kr1 27% kr2 +2 confidence 6"),
               "KR2 0 → 2");
    expect_has("forgiving in its name", scene_command(scene, "maria", "/sprint check-in kr1 28%"),
               "28%");
    expect_has("without values it asks", scene_command(scene, "tom", "/sprint checkin"),
               "where do the numbers stand?");
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);
    scene_command(scene, "maria", text);
    expect_has("with two it has to be", scene_command(scene, "maria", "/sprint checkin same"),
               "say which is meant: /sprint checkin sprint 1 same");
    expect_has("then it works", scene_command(scene, "maria", "/sprint checkin sprint 1 kr1 30%"),
               "28% → 30%");
    expect_has("a number that is none",
               scene_command(scene, "maria", "/sprint checkin sprint 7 same"),
               "no active sprint 7; active are: 1, 2");
}

static void test_before_the_first_check_in(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    const char *said =
        scene_command(scene, "maria", "/sprint checkin kr1 23%; learned: it is early");

    (void)state;
    expect_has("a value counts", said, "22% → 23%");
    expect_has("what cannot be kept is said", said, "please say them again then");
    expect_kr("a value counts", scene, 1, "23%");
}

static void test_buttons(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, scene_checkin(scene, 1)->id.v);

    (void)state;
    expect_has("same confirms all", scene_press(scene, "tom", "checkin.same", id),
               "KR3 12 days, confirmed");
    expect_has("check in says how", scene_press(scene, "tom", "checkin.form", id),
               "/sprint checkin kr1 22%");
    scene_until(scene, "2025-07-15 09:31");
    expect_has("yesterday's button is over", scene_press(scene, "tom", "checkin.same", id),
               "closed by the next one");
    assert_string_equal(scene_press(scene, "tom", "checkin.same", "999999"), "");
    assert_string_equal(scene_press(scene, "tom", "checkin.same", "rubbish"), "");
    assert_string_equal(scene_press(scene, "tom", "nothing.known", NULL), "");
    assert_string_equal(scene_press(scene, "tom", NULL, NULL), "");
}

static void test_people_talk_to_each_other_too(void **state)
{
    static const char *const texts[] = {"lunch?", "kr1 27%",  "27, 4, 9.5",
                                        "same",   "#hashtag", "sprint 7: kr1 1%"};
    g_autoptr(Scene) scene = scene_asked();
    g_autofree char *novel = g_strnfill(9000, 'x');

    (void)state;
    scene->conversation =
        false; /* where prompts have threads, and forms have fields of their own */
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_string_equal(scene_text(scene, "tom", texts[i]),
                            ""); /* outside any thread of ours */
    }
    assert_string_equal(scene_text(scene, "tom", novel), "");
    expect_kr("nothing of it counts", scene, 1, "22%");
    expect_has("unless a sprint is named", scene_text(scene, "tom", "sprint 1: kr1 27%"),
               "22% → 27%");
    expect_has("in a prompt's thread a novel is too long",
               scene_answer(scene, "tom", 1, "m1", novel), "9000 characters long");
}

static void test_an_answer_said_in_the_open(void **state)
{
    static const char *const talk[] = {"lunch?", "27", "the offer is at 27% by now", "1, 3",
                                       "#hashtag"};
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(talk); i++) {
        assert_string_equal(scene_text(scene, "tom", talk[i]), "");
    }
    expect_has("is taken where it cannot be anything else", scene_text(scene, "tom", "kr1 27%"),
               "22% → 27%");
    expect_kr("is taken where it cannot be anything else", scene, 1, "27%");
}

static void test_answers_to_a_sprint_in_closing(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "kr1 27%");
    scene_command(scene, "maria", "/sprint close\nreason: the window of opportunity is over");
    expect_has("are told where they belong", scene_answer(scene, "maria", 1, "m2", "kr1 28%"),
               "belong to the retrospective");
    expect_has("edits too", scene_edit(scene, "maria", "m1", "kr1 28%"),
               "belong to the retrospective");
    expect_has("and commands", scene_command(scene, "maria", "/sprint checkin same"),
               "No sprint of West is active");
    expect_kr("and change nothing", scene, 1, "27%");
    scene_forget(scene);
    scene_until(scene, "2025-07-14 12:00"); /* the summary was due at 09:45 */
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL) + scene_count(scene, CARD_NUDGE, NULL),
                     0);
}

/* Nothing that can be typed breaks anything, takes long, or is answered by nothing. */
static void test_whatever_is_answered(void **state)
{
    static const char *const pieces[] = {"=1+1",
                                         "kr1",
                                         "kr99999999999 1",
                                         "9223372036854775807",
                                         "-",
                                         "%",
                                         "\u202Eabc\u202C",
                                         "\U0001F680",
                                         "kr1 27%,",
                                         "confidence 11",
                                         "blocked:",
                                         "learned:",
                                         "unblocked 4294967297",
                                         "\n\n",
                                         "+",
                                         "same same",
                                         "{n}",
                                         "\x01\x02"};
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) text = g_string_new(pieces[i]);

        scene_answer(scene, "tom", 1, NULL, text->str);
        while (text->len < 7000) {
            g_string_append_printf(text, " %s", pieces[i]);
        }
        scene_answer(scene, "tom", 1, NULL, text->str);
    }
    expect_has("it still understands", scene_answer(scene, "tom", 1, NULL, "kr1 = 27%"), "27%");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_reply_is_enough),
        cmocka_unit_test(test_the_example_in_the_prompt_can_be_sent_as_it_stands),
        cmocka_unit_test(test_what_was_understood_is_echoed_at_once),
        cmocka_unit_test(test_tasks_are_told_kindly_and_kept),
        cmocka_unit_test(test_away_for_a_day_by_button_or_word),
        cmocka_unit_test(test_a_late_answer_edits_the_summary_and_is_marked_late),
        cmocka_unit_test(test_a_late_answer_speaks_for_its_check_ins_day),
        cmocka_unit_test(test_an_edited_message_edits_the_answer),
        cmocka_unit_test(test_what_nobody_else_saw_is_taken_and_not_said_back),
        cmocka_unit_test(test_a_correction_is_a_newer_reading),
        cmocka_unit_test(test_a_withdrawn_answer_lets_the_value_before_count_again),
        cmocka_unit_test(test_an_edit_of_what_was_not_understood),
        cmocka_unit_test(test_values_may_be_corrected_until_the_next_prompt),
        cmocka_unit_test(test_an_edited_blocker_keeps_its_number_and_its_clock),
        cmocka_unit_test(test_answers_by_command),
        cmocka_unit_test(test_before_the_first_check_in),
        cmocka_unit_test(test_buttons),
        cmocka_unit_test(test_people_talk_to_each_other_too),
        cmocka_unit_test(test_an_answer_said_in_the_open),
        cmocka_unit_test(test_answers_to_a_sprint_in_closing),
        cmocka_unit_test(test_whatever_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

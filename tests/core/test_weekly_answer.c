/* Answering the weekly check-in: in its thread, by command, button and form, in the open; edited,
 * late, taken back. */

#include "core/weekly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/form_view.h"
#include "scene.h"

/* Monday, half past nine: the first one was just asked. */
static Scene *asked(void)
{
    Scene *scene = scene_weekly();

    scene_until(scene, "2025-07-14 09:31");
    return scene;
}

static Track *track(const Scene *scene, int32_t kr)
{
    return team_tactical_number(scene_team(scene), kr)->track;
}

static void expect_kr(const char *promise, const Scene *scene, int32_t kr, const char *want)
{
    Unit unit = unit_bare(&track(scene, kr)->kr->unit);
    g_autofree char *got = value_text(track_value(track(scene, kr)), &unit);

    if (strcmp(got, want) != 0) {
        fail_msg("%s: kr%d is %s, not %s", promise, kr, got, want);
    }
}

static const Answer *answer_of(const Scene *scene, const char *message)
{
    const Answer *answer = checkin_answer_of(weekly_last(scene_team(scene)), message);

    expect_that("there is an answer", answer != NULL);
    return answer;
}

static char *last_id(const Scene *scene)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, weekly_last(scene_team(scene))->id.v);
}

/* --- the worked week --- */

static void test_the_worked_week(void **state)
{
    g_autoptr(Scene) scene = asked();
    const char *said =
        scene_answer_week(scene, "maria", "m1", "$21.6M, 19%, confidence 4, initiatives revised");

    (void)state;
    expect_has("the echo begins with its day", said, "Weekly check-in, Mon 14 July:");
    expect_has("the movement", said, "KR1 $21.2M → $21.6M (+$400k)");
    expect_has("of each", said, "KR2 18% → 19% (+1 pp)");
    expect_has("confidence", said, "confidence 4; shown as the team's spread");
    expect_has("initiatives", said, "initiatives were revised");
    assert_int_equal(scene->reply->kind, CARD_ECHO);
    assert_string_equal(scene->reply->member, "maria");
    assert_true(g_str_has_prefix(scene->reply->thread, "weekly/"));
    const Reading *reading = track_current(track(scene, 1));
    assert_int_equal(reading->source, READING_CHECKIN);
    assert_int_equal(reading->checkin.v, weekly_last(scene_team(scene))->id.v);

    said = scene_edit(scene, "maria", "m1", "$21.5M, 19%, confidence 5, initiatives revised");
    expect_has("edited, it counts from before", said, "KR1 $21.2M → $21.5M (+$300k)");
    expect_has("and says so", said, "Corrected");
    expect_kr("the edit counts", scene, 1, "$21.5M");
    assert_int_equal(answer_of(scene, "m1")->confidence, 5);

    scene_until(scene, "2025-07-14 17:31");
    expect_has("the summary", scene_prompt(scene), "Confidence 5 of 10 (1 answer)");
    expect_has("a late answer",
               scene_answer_week(scene, "jonas", "m2", "confidence 3, not revised"),
               "Late, but it counts");
    assert_true(answer_of(scene, "m2")->late);
    expect_has("edits it", scene_prompt(scene), "3 to 5 of 10, median 4 (2 answers)");
    expect_has("as late", scene->said, "1 answer came late");
    expect_has("whoever revised has revised", scene->said, "revised since the last check-in");
    assert_int_equal(team_tactical_number(scene_team(scene), 1)->confidence, 4);

    scene_until(scene, "2025-07-16 12:00");
    scene_answer_week(scene, "jonas", "m3", "kr2 20%");
    const Day monday = {2025, 7, 14};
    assert_int_equal(day_cmp(track_current(track(scene, 2))->day, monday), 0); /* its day */
    expect_has("deleted, it counts no more", scene_edit(scene, "jonas", "m3", ""), "Taken back");
    expect_kr("the value before does", scene, 2, "19%");
}

static void test_each_says_what_they_know(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_answer_week(scene, "maria", "m1", "kr1 $22M confidence 6");
    scene_answer_week(scene, "jonas", "m2", "kr2 +2, confidence 3");
    scene_answer_week(scene, "jonas", "m3", "confidence kr1 8");
    expect_kr("of one", scene, 1, "$22M");
    expect_kr("and another", scene, 2, "20%");
    scene_until(scene, "2025-07-14 17:31");
    expect_has("the last that each told of a KR counts", scene_prompt(scene),
               "Confidence, KR 1 6 to 8 of 10, median 7 (2 answers)");
    expect_has("of each KR", scene->said, "Confidence, KR 2 3 of 10 (1 answer)");
}

static void test_what_is_not_understood_is_asked_back_and_the_rest_kept(void **state)
{
    static const struct {
        const char *text, *says, *kr1, *kr2;
    } cases[] = {
        {"kr1 24%, kr2 19%", "not taken: “kr1 24%”", "$21.2M", "19%"},
        {"kr1 €22M", "not taken: “kr1 €22M”", "$21.2M", "18%"},
        {"kr2 $22M", "not taken: “kr2 $22M”", "$21.2M", "18%"},
        {"kr3 5", "there is kr1 (qualified B2B pipeline), kr2 (win rate)", "$21.2M", "18%"},
        {"kr1 22", "not taken: “kr1 22”", "$21.2M", "18%"},
        {"kr1 $22M kr2 19% confidence 6", "confidence kr2 6", "$22M", "19%"},
        {"blocked: legal review", "kept as a note", "$21.2M", "18%"},
        {"revised: two of them", "revised: yes", "$21.2M", "18%"},
        {"I made 12 calls", "asks how the numbers moved", "$21.2M", "18%"},
        {"<!channel> *=1+1* \x01kr1", "Noted", "$21.2M", "18%"},
        {"'; DROP TABLE answer; --", "Noted", "$21.2M", "18%"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = asked();

        expect_has(cases[i].text, scene_answer_week(scene, "maria", "m1", cases[i].text),
                   cases[i].says);
        expect_kr(cases[i].text, scene, 1, cases[i].kr1);
        expect_kr(cases[i].text, scene, 2, cases[i].kr2);
    }
}

static void test_the_example_in_the_prompt_can_be_sent_as_it_stands(void **state)
{
    static const char *const values[] = {"kr1 $22M, kr2 19%", "kr1 = -$5M, kr2 = -3%",
                                         "kr1 $21,234,567, kr2 0.5%"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(Scene) scene = asked();

        scene_answer_week(scene, "maria", "m1", values[i]);
        Decimal one = track_value(track(scene, 1)), two = track_value(track(scene, 2));
        g_autofree char *example =
            weekly_example(scene_team(scene), weekly_last(scene_team(scene))->day);
        expect_lacks("everything is understood", scene_answer_week(scene, "jonas", "m2", example),
                     "not taken");
        assert_int_equal(track_value(track(scene, 1)).millionths, one.millionths);
        assert_int_equal(track_value(track(scene, 2)).millionths, two.millionths);
    }
}

/* --- where it is said --- */

static void test_the_buttons(void **state)
{
    g_autoptr(Scene) scene = asked();
    g_autofree char *id = last_id(scene);

    (void)state;
    expect_has("same", scene_press(scene, "maria", "weekly.same", id), "KR1 $21.2M, confirmed");
    expect_has("of each", scene->said, "KR2 18%, confirmed");
    expect_has("check in, without forms", scene_press(scene, "maria", "weekly.form", id),
               "/okr checkin kr1 $21.2M, kr2 18%, confidence 6");
    scene->conversation = false;
    scene_press(scene, "maria", "weekly.form", id);
    expect_that("with forms, the form", scene->reply != NULL && scene->reply->form != NULL);
    assert_string_equal(scene->reply->form->form, "okr checkin");
    scene_until(scene, "2025-07-21 09:31");
    expect_has("last week's is over", scene_press(scene, "maria", "weekly.same", id),
               "was closed by the next one");
    assert_string_equal(scene_press(scene, "maria", "weekly.same", "999999"), "");
    assert_string_equal(scene_press(scene, "maria", "weekly.same", "rubbish"), "");
    assert_string_equal(scene_press(scene, "maria", "weekly.same", NULL), "");
}

/* A platform takes a press back as the deletion of what pressed. */
static void test_a_press_is_taken_back(void **state)
{
    g_autoptr(Scene) scene = asked();
    Event *press = scene_new_event(scene, EVENT_BUTTON, "maria");

    (void)state;
    press->action = g_strdup("weekly.same");
    press->value = last_id(scene);
    press->message = g_strdup("reaction");
    scene_event(scene, press);
    assert_false(answer_of(scene, "reaction")->withdrawn);
    scene_edit(scene, "maria", "reaction", "");
    assert_true(answer_of(scene, "reaction")->withdrawn);
    expect_kr("the value before stands", scene, 1, "$21.2M");
    expect_that("and nothing of the press", track_of_message(track(scene, 1), "reaction") == NULL);
}

static void test_by_command(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    expect_has("one line", scene_command(scene, "maria", "/okr checkin $22M, 19%, confidence 6"),
               "KR1 $21.2M → $22M");
    assert_int_equal(weekly_last(scene_team(scene))->answers->len, 1);
    expect_has("without values it says how", scene_command(scene, "maria", "/okr checkin"),
               "/okr checkin kr1 $22M, kr2 19%, confidence 6");
    expect_has("by another name", scene_command(scene, "maria", "/okr weekly same"),
               "KR1 $22M, confirmed");
}

static void test_by_command_before_the_first_and_long_after(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    expect_has("values count at once",
               scene_command(scene, "maria", "/okr checkin kr1 $22M, confidence 6"),
               "KR1 $21.2M → $22M");
    expect_has("the rest is to be said again", scene->said, "the next one is still to come");
    expect_kr("values count", scene, 1, "$22M");
    scene_command(scene, "maria", "/sprint setup\nweekly: Monday 09:30");
    scene_until(scene, "2025-07-14 09:31");
    scene_command(scene, "maria", "/sprint setup\nweekly: never");
    scene_until(scene, "2025-07-22 09:31");
    scene_command(scene, "maria", "/okr checkin kr1 $23M");
    const Day day = {2025, 7, 22};
    assert_int_equal(day_cmp(track_current(track(scene, 1))->day, day), 0);
    scene_until(scene, "2025-09-05 12:00");
    expect_has("after the period there is nothing to tell",
               scene_command(scene, "maria", "/okr checkin kr1 $24M"), "nothing to check in");
}

static void test_in_the_open_where_no_sprint_goes_first(void **state)
{
    g_autoptr(Scene) scene = asked();
    Event *event = scene_new_event(scene, EVENT_TEXT, "maria");

    (void)state;
    event->direct = true;
    g_clear_pointer(&event->channel, g_free);
    event_set_text(event, "$22M, 19%", strlen("$22M, 19%"));
    scene_event(scene, event);
    expect_kr("alone with the bot", scene, 1, "$22M");
    scene->conversation = false;
    assert_string_equal(scene_text(scene, "jonas", "kr1 $23M"), ""); /* people's talk is theirs */
    scene->conversation = true;
    g_autofree char *open = g_strconcat("/sprint open\n", scene_form, NULL);
    expect_has("a sprint opens", scene_command(scene, "maria", open), "Sprint 1 is open");
    event = scene_new_event(scene, EVENT_TEXT, "maria");
    event->direct = true;
    g_clear_pointer(&event->channel, g_free);
    event_set_text(event, "kr1 27%", strlen("kr1 27%"));
    scene_event(scene, event);
    assert_int_equal(scene_value(scene, 1, 1).millionths, 27 * INT64_C(1000000));
    expect_kr("a sprint's check-in goes first", scene, 1, "$22M");
    scene_answer_week(scene, "maria", "m1", "kr1 $23M");
    expect_kr("the thread tells which is meant", scene, 1, "$23M");
    scene_answer_week(scene, "maria", "m2", "sprint 1: kr1 28%");
    assert_int_equal(scene_value(scene, 1, 1).millionths, 28 * INT64_C(1000000));
    expect_kr("unless the sprint is named", scene, 1, "$23M");
}

static void test_an_answer_beside_a_form_that_waits(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_command(scene, "maria", "/sprint open");
    scene_answer_week(scene, "maria", "m1", "$22M, 19%");
    expect_kr("the thread's answer is not the form's", scene, 1, "$22M");
    expect_has("the form goes on", scene_text(scene, "maria", "KR at Risk"), "situation");
}

static void test_an_older_prompts_thread_is_over(void **state)
{
    g_autoptr(Scene) scene = asked();
    g_autofree char *id = last_id(scene);
    g_autofree char *thread = g_strconcat("weekly/", id, NULL);
    static const char *const strange[] = {"weekly/999999", "weekly/", "weekly/rubbish"};

    (void)state;
    scene_answer_week(scene, "maria", "m1", "kr1 $22M");
    scene_until(scene, "2025-07-21 09:31");
    Event *event = scene_new_event(scene, EVENT_TEXT, "jonas");
    event->thread = g_strdup(thread);
    event->message = g_strdup("m2");
    event_set_text(event, "kr1 $25M", strlen("kr1 $25M"));
    expect_has("said kindly", scene_event(scene, event), "This week's go like this");
    expect_kr("nothing is taken", scene, 1, "$22M");
    expect_has("nor by an edit", scene_edit(scene, "maria", "m1", "kr1 $26M"),
               "This week's go like this");
    expect_kr("nothing is taken", scene, 1, "$22M");
    for (size_t i = 0; i < G_N_ELEMENTS(strange); i++) {
        event = scene_new_event(scene, EVENT_TEXT, "jonas");
        event->thread = g_strdup(strange[i]);
        event_set_text(event, "kr1 $25M", strlen("kr1 $25M"));
        expect_has("a thread that nobody knows is over, too", scene_event(scene, event),
                   "This week's go like this");
        event = scene_new_event(scene, EVENT_TEXT, "jonas");
        event->thread = g_strdup(strange[i]);
        event_set_text(event, "thank you", strlen("thank you"));
        assert_string_equal(scene_event(scene, event), "");
    }
    expect_kr("nothing is taken", scene, 1, "$22M");
}

/* --- edits --- */

static void test_an_edit_counts_as_if_it_had_been_said_so(void **state)
{
    static const struct {
        const char *promise, *first, *edit, *kr1, *kr2;
        int32_t confidence;
    } cases[] = {
        {"a value", "kr1 $22M", "kr1 $23M", "$23M", "18%", -1},
        {"another KR", "kr1 $22M", "kr2 20%", "$21.2M", "20%", -1},
        {"a movement counts from before", "kr2 +2", "kr2 +3", "$21.2M", "21%", -1},
        {"confidence goes with its words", "same, confidence 6", "same", "$21.2M", "18%", -1},
        {"a note becomes an answer", "soon", "kr2 20%, confidence 4", "$21.2M", "20%", 4},
        {"an answer becomes a note", "kr2 20%", "later", "$21.2M", "18%", -1},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = asked();

        scene_answer_week(scene, "maria", "m1", cases[i].first);
        scene_edit(scene, "maria", "m1", cases[i].edit);
        expect_kr(cases[i].promise, scene, 1, cases[i].kr1);
        expect_kr(cases[i].promise, scene, 2, cases[i].kr2);
        if (answer_of(scene, "m1")->confidence != cases[i].confidence) {
            fail_msg("%s: confidence %d", cases[i].promise, answer_of(scene, "m1")->confidence);
        }
        assert_int_equal(weekly_last(scene_team(scene))->answers->len, 1);
    }
}

static void test_what_was_dropped_stays_as_it_was(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_answer_week(scene, "maria", "m1", "kr1 $22M, kr2 20%");
    team_tactical_number(scene_team(scene), 2)->dropped = true;
    scene_edit(scene, "maria", "m1", "kr1 $23M");
    expect_kr("an edit is for the others", scene, 1, "$23M");
    expect_kr("its last value is its last", scene, 2, "20%");
    team_tactical_number(scene_team(scene), 1)->dropped = true;
    expect_has("where none is left", scene_edit(scene, "maria", "m1", "kr1 $24M"),
               "so there is nothing to check in");
    expect_kr("nothing is taken back", scene, 1, "$23M");
    scene_edit(scene, "maria", "m1", "");
    expect_kr("nor deleted", scene, 1, "$23M");
}

static void test_a_message_that_comes_after_its_own_deletion(void **state)
{
    g_autoptr(Scene) scene = asked();
    g_autofree char *id = last_id(scene);
    Event *event = scene_new_event(scene, EVENT_TEXT, "maria");

    (void)state;
    event->thread = g_strconcat("weekly/", id, NULL);
    event->message = g_strdup("m1");
    event->edited = true;
    scene_event(scene, event);
    assert_string_equal(scene_answer_week(scene, "maria", "m1", "kr1 $22M"), "");
    expect_kr("is void", scene, 1, "$21.2M");
}

static void test_the_summary_follows_edits(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_answer_week(scene, "maria", "m1", "kr1 $22M, confidence 6");
    scene_until(scene, "2025-07-14 17:31");
    scene_forget(scene);
    scene_edit(scene, "maria", "m1", "kr1 $22M, confidence 2");
    expect_has("what was said instead", scene_prompt(scene), "Confidence 2 of 10");
    assert_int_equal(team_tactical_number(scene_team(scene), 1)->confidence, 2);
    scene_edit(scene, "maria", "m1", "");
    expect_has("nobody is left", scene_prompt(scene), "Nobody answered this week");
    assert_int_equal(scene_count(scene, CARD_PROMPT, NULL), 2);
}

/* --- the form --- */

static void test_the_form(void **state)
{
    static const struct {
        const char *promise, *values, *says;
    } cases[] = {
        {"values", "kr1: $22M\nkr2: 19%", "KR1 $21.2M → $22M"},
        {"a movement", "kr2: +1", "KR2 18% → 19%"},
        {"confidence for all", "confidence: 6", "confidence 6; shown"},
        {"confidence for each", "confidence: kr1 6, kr2 3", "KR2 confidence 3"},
        {"initiatives", "revised: yes", "initiatives were revised"},
        {"or not", "revised: no", "initiatives were not revised"},
        {"words stay as they are", "kr1: same\nlearned: kr2 99%, ask early; revised: yes",
         "learned: kr2 99%, ask early; revised: yes"},
        {"nothing", "", "Nothing was filled in"},
    };
    static const struct {
        const char *values, *says;
    } wrong[] = {
        {"kr1: 24%", "$"},
        {"kr2: soon", "soon"},
        {"kr7: 5", "There is no kr7 here"},
        {"confidence: 11", "from 0 to 10"},
        {"confidence: kr7 6", "There is no kr7 here"},
        {"revised: perhaps", "leaves open whether initiatives were revised"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = asked();

        scene->conversation = false;
        expect_has(cases[i].promise, scene_submit(scene, "maria", "okr checkin", cases[i].values),
                   cases[i].says);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(Scene) scene = asked();
        g_autoptr(GString) faults = g_string_new(NULL);

        scene->conversation = false;
        scene_submit(scene, "maria", "okr checkin", wrong[i].values);
        expect_that(wrong[i].values, scene->reply != NULL);
        g_string_append(faults, scene->said);
        for (guint j = 0; scene->reply->form != NULL && j < scene->reply->form->rows->len; j++) {
            const FormRow *row = g_ptr_array_index(scene->reply->form->rows, j);

            g_string_append(faults, row->fault != NULL ? row->fault : "");
        }
        expect_has(wrong[i].values, faults->str, wrong[i].says);
        expect_kr(wrong[i].values, scene, 1, "$21.2M");
        assert_int_equal(weekly_last(scene_team(scene))->answers->len, 0);
    }
}

static void test_the_form_asks_for_each_key_result(void **state)
{
    g_autoptr(Scene) scene = asked();
    g_autoptr(GString) rows = g_string_new(NULL);

    (void)state;
    scene->conversation = false;
    scene_command(scene, "maria", "/okr checkin");
    expect_that("it is a form", scene->reply != NULL && scene->reply->form != NULL);
    for (guint i = 0; i < scene->reply->form->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(scene->reply->form->rows, i);

        g_string_append_printf(rows, "%s: %s\n", row->key, row->label);
    }
    assert_string_equal(rows->str, "kr: KR1 qualified B2B pipeline ($M)\n"
                                   "kr: KR2 win rate (%)\n"
                                   "confidence: How likely is it that the targets are reached?\n"
                                   "revised: Were initiatives revised since the last check-in?\n"
                                   "learned: What was learned?\n");
    const FormRow *confidence = g_ptr_array_index(scene->reply->form->rows, 2);
    expect_has("of several, it says how", confidence->hint, "0 to 10 for all, or for each");
}

/* --- a member's own page --- */

static void test_the_page_shows_what_waits(void **state)
{
    g_autoptr(Scene) scene = asked();
    Event *event = scene_new_event(scene, EVENT_HOME, "maria");
    g_autofree char *id = last_id(scene);
    int buttons = 0;

    (void)state;
    expect_has("it waits", scene_event(scene, event),
               "This week's check-in on the key results of West waits for you");
    for (guint i = 0; i < scene->reply->blocks->len; i++) {
        const Block *block = g_ptr_array_index(scene->reply->blocks, i);

        if (block->kind == BLOCK_BUTTON) {
            assert_true(g_str_has_prefix(block->label, "weekly."));
            assert_string_equal(block->values, id);
            assert_string_equal(block->note, SCENE_HOME);
            buttons++;
        }
    }
    assert_int_equal(buttons, 2);
    scene_answer_week(scene, "maria", "m1", "same");
    event = scene_new_event(scene, EVENT_HOME, "maria");
    expect_has("until it is answered", scene_event(scene, event),
               "You have answered this week's check-in");
    scene_until(scene, "2025-07-15 09:00");
    event = scene_new_event(scene, EVENT_HOME, "jonas");
    expect_lacks("and until its day is over", scene_event(scene, event), "This week's check-in");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_worked_week),
        cmocka_unit_test(test_each_says_what_they_know),
        cmocka_unit_test(test_what_is_not_understood_is_asked_back_and_the_rest_kept),
        cmocka_unit_test(test_the_example_in_the_prompt_can_be_sent_as_it_stands),
        cmocka_unit_test(test_the_buttons),
        cmocka_unit_test(test_a_press_is_taken_back),
        cmocka_unit_test(test_by_command),
        cmocka_unit_test(test_by_command_before_the_first_and_long_after),
        cmocka_unit_test(test_in_the_open_where_no_sprint_goes_first),
        cmocka_unit_test(test_an_answer_beside_a_form_that_waits),
        cmocka_unit_test(test_an_older_prompts_thread_is_over),
        cmocka_unit_test(test_an_edit_counts_as_if_it_had_been_said_so),
        cmocka_unit_test(test_what_was_dropped_stays_as_it_was),
        cmocka_unit_test(test_a_message_that_comes_after_its_own_deletion),
        cmocka_unit_test(test_the_summary_follows_edits),
        cmocka_unit_test(test_the_form),
        cmocka_unit_test(test_the_form_asks_for_each_key_result),
        cmocka_unit_test(test_the_page_shows_what_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

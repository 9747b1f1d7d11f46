/* Forms as platforms with modals show them: what is asked, what is filled in, what comes of
 * mistakes, and that nothing typed is lost. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/form_show.h"
#include "scene.h"

static const FormRow *row_of(const FormView *view, const char *key, int32_t number)
{
    for (guint i = 0; view != NULL && i < view->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(view->rows, i);

        if (strcmp(row->key, key) == 0 && row->number == number) {
            return row;
        }
    }
    return NULL;
}

static const FormView *shown(const Scene *scene)
{
    const FormView *form = scene->reply != NULL ? scene->reply->form : NULL;

    assert_non_null(form);
    return form;
}

static int rows_of(const FormView *view, const char *key)
{
    int n = 0;

    for (guint i = 0; i < view->rows->len; i++) {
        n += strcmp(((const FormRow *)g_ptr_array_index(view->rows, i))->key, key) == 0;
    }
    return n;
}

static Scene *west(void)
{
    Scene *scene = scene_west();

    scene->conversation = false;
    return scene;
}

static void opening_asks_for_everything_a_sprint_has(void **state)
{
    g_autoptr(Scene) scene = west();

    (void)state;
    scene_command(scene, "maria", "/sprint open");
    const FormView *view = shown(scene);
    assert_string_equal(view->form, "sprint open");
    assert_false(view->faulty);
    assert_int_equal(rows_of(view, "kr"), 3);
    assert_string_equal(view->more, "kr,initiative");
    const FormRow *trigger = row_of(view, "trigger", 1);
    assert_int_equal(trigger->kind, ROW_CHOICE);
    assert_int_equal(trigger->choices->len, 3);
    assert_true(trigger->required);
    expect_has("the trigger says what evidence it needs", trigger->hint, "two check-ins in a row");
    const FormRow *anchor = row_of(view, "anchor", 1);
    assert_int_equal(anchor->choices->len, 2);
    const RowChoice *pipeline = g_ptr_array_index(anchor->choices, 0);
    expect_has("the anchor's label has its value", pipeline->text, "$21.2M");
    expect_has("and its gap", pipeline->note, "below trajectory");
    assert_string_equal(pipeline->value, "1");
    assert_false(row_of(view, "initiative", 1)->required);
}

static void a_filled_form_opens_the_sprint(void **state)
{
    g_autoptr(Scene) scene = west();

    (void)state;
    expect_has("it opens", scene_submit(scene, "maria", "sprint open", scene_form),
               "Sprint 1 is open");
    assert_null(scene->reply->form);
}

static void a_mistake_stands_at_its_row_and_the_rest_is_kept(void **state)
{
    g_autoptr(Scene) scene = west();

    (void)state;
    scene_submit(scene, "maria", "sprint open",
                 "trigger: KR at Risk\nsituation: it does not go well\nanchor: 1\n"
                 "window: 14 July - 28 July\nobjective: Restore qualified pipeline momentum\n"
                 "kr: Increase ICP meeting acceptance rate from 22% to 35%");
    const FormView *view = shown(scene);
    assert_true(view->faulty);
    expect_has("the situation is challenged at its row", row_of(view, "situation", 1)->fault,
               "no number");
    assert_string_equal(row_of(view, "situation", 1)->initial, "it does not go well");
    assert_string_equal(row_of(view, "kr", 1)->initial,
                        "Increase ICP meeting acceptance rate from 22% to 35%");
    assert_null(row_of(view, "kr", 1)->fault);
    expect_has("what is missing stands at the first empty row", row_of(view, "kr", 2)->fault, "3");
    assert_string_equal(row_of(view, "anchor", 1)->initial, "1");
    /* The draft outlives the form. */
    scene_command(scene, "maria", "/sprint open");
    assert_string_equal(row_of(shown(scene), "situation", 1)->initial, "it does not go well");
    assert_null(row_of(shown(scene), "kr", 2)->fault);
}

static const char with_activity[] =
    "trigger: KR at Risk\nsituation: Pipeline stands at $21.2M of $30M\nanchor: 1\n"
    "window: 14 July - 28 July\nobjective: Restore qualified pipeline momentum\n"
    "kr: Increase ICP meeting acceptance rate from 22% to 35%\n"
    "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\n"
    "kr: Reduce median time-to-first-meeting from 12 days to 7 days\n"
    "kr: Conduct 30 targeted outreach calls\n";

static void an_activity_can_be_moved_kept_or_rewritten(void **state)
{
    static const struct {
        const char *promise, *answer, *has;
    } cases[] = {
        {"moved, it is an initiative", "answer: move\n", "Sprint 1 is open"},
        {"kept with a reason, it is a KR", "answer: keep: the board asked for this one number\n",
         "Sprint 1 is open"},
        {"kept as people say it", "answer: keep it because the board asked for it\n",
         "Sprint 1 is open"},
        {"kept behind a comma", "answer: keep, the board asked for this one number\n",
         "Sprint 1 is open"},
        {"kept behind a dash", "answer: keep - the board asked for this one number\n",
         "Sprint 1 is open"},
        {"a sentence that begins with moving moves nothing", "answer: move fast and break things\n",
         "Conduct 30"},
        {"kept without a reason it is asked for one", "answer: keep: because\n", "reason"},
        {"without an answer it is challenged again", "", "Conduct 30"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = west();
        g_autofree char *text = g_strconcat(with_activity, cases[i].answer, NULL);

        scene_submit(scene, "maria", "sprint open", with_activity);
        const FormRow *row = row_of(shown(scene), "kr", 4);
        assert_non_null(row->answers);
        assert_int_equal(row->answers->len, 3);
        expect_has(cases[i].promise, scene_submit(scene, "maria", "sprint open", text),
                   cases[i].has);
    }
}

static void a_lone_key_result_is_kept_for_one_reason(void **state)
{
    g_autoptr(Scene) scene = west();

    (void)state;
    scene_submit(scene, "maria", "okr kr",
                 "keep: the board asked for it\nkr: Make 40 calls from 0 to 40\n"
                 "answer: keep: we cannot see conversions until August");
    const GPtrArray *tacticals = scene_team(scene)->tacticals;
    const Tactical *last = g_ptr_array_index(tacticals, tacticals->len - 1);

    assert_string_equal(last->track->kr->kept_because, "we cannot see conversions until August");
}

static void a_moved_activity_leaves_three_key_results(void **state)
{
    g_autoptr(Scene) scene = west();
    g_autofree char *text = g_strconcat(with_activity, "answer: move\n", NULL);

    (void)state;
    scene_submit(scene, "maria", "sprint open", text);
    const Sprint *sprint = scene_sprint_of(scene, 1);
    assert_int_equal(sprint->krs->len, 3);
    assert_int_equal(sprint->initiatives->len, 1);
    assert_string_equal(g_ptr_array_index(sprint->initiatives, 0),
                        "Conduct 30 targeted outreach calls");
}

static void a_form_closed_unsent_is_kept_as_a_draft(void **state)
{
    g_autoptr(Scene) scene = west();
    Event *event = scene_new_event(scene, EVENT_SHUT, "maria");

    (void)state;
    event->action = g_strdup("sprint open");
    event_set_text(event, "situation: $21.2M of $30M", 25);
    expect_has("that is said", scene_event(scene, event), "Kept as a draft until");
    scene_command(scene, "maria", "/sprint open");
    assert_string_equal(row_of(shown(scene), "situation", 1)->initial, "$21.2M of $30M");
    expect_has("and where it goes on",
               ((const Block *)g_ptr_array_index(shown(scene)->intro->blocks,
                                                 shown(scene)->intro->blocks->len - 1))
                   ->text,
               "You began this");
}

static void an_empty_form_closed_unsent_leaves_nothing(void **state)
{
    g_autoptr(Scene) scene = west();
    Event *event = scene_new_event(scene, EVENT_SHUT, "maria");

    (void)state;
    event->action = g_strdup("sprint open");
    event_set_text(event, "", 0);
    assert_string_equal(scene_event(scene, event), "");
}

static Scene *asked(void)
{
    Scene *scene = scene_asked();

    scene->conversation = false;
    return scene;
}

static void the_check_in_form_has_a_number_with_its_unit_for_each_kr(void **state)
{
    g_autoptr(Scene) scene = asked();
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, scene_checkin(scene, 1)->id.v);

    (void)state;
    scene_press(scene, "maria", "checkin.form", id);
    const FormView *view = shown(scene);
    assert_string_equal(view->form, "sprint checkin");
    assert_string_equal(view->about, "sprint: 1");
    const FormRow *rate = row_of(view, "kr", 1);
    assert_int_equal(rate->kind, ROW_NUMBER);
    assert_string_equal(rate->initial, "22");
    assert_string_equal(rate->after, "%");
    expect_has("the label names metric and unit", rate->label,
               "KR1 ICP meeting acceptance rate (%)");
    assert_string_equal(row_of(view, "kr", 3)->after, " days");
    assert_int_equal(row_of(view, "confidence", 1)->choices->len, 11);
}

static void the_check_in_command_asks_by_a_form(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_command(scene, "maria", "/sprint checkin");
    assert_string_equal(shown(scene)->form, "sprint checkin");
    assert_string_equal(row_of(shown(scene), "kr", 1)->initial, "22");
    expect_has("with a value it is an answer",
               scene_command(scene, "maria", "/sprint checkin kr1 27%"), "27%");
}

static void what_cannot_be_taken_from_a_check_in_form_stands_at_its_row(void **state)
{
    static const struct {
        const char *promise, *values, *key, *fault;
    } cases[] = {
        {"confidence has an end", "confidence: 11", "confidence", "from 0 (no chance)"},
        {"confidence is a number", "confidence: high", "confidence", "from 0 (no chance)"},
        {"a value has its unit", "kr1: 9 days", "kr", "percent"},
        {"a value is one", "kr1: 27%, kr2 4", "kr", "could not read a value"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = asked();
        g_autofree char *values = g_strconcat("sprint: 1\n", cases[i].values, NULL);

        scene_submit(scene, "maria", "sprint checkin", values);
        const FormRow *row = row_of(shown(scene), cases[i].key, 1);
        expect_that(cases[i].promise, row->fault != NULL);
        expect_has(cases[i].promise, row->fault, cases[i].fault);
    }
}

static void a_check_in_form_that_says_nothing_changes_nothing(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    expect_has("said so", scene_submit(scene, "maria", "sprint checkin", "sprint: 1"),
               "nothing has changed");
    expect_has("0 is a confidence",
               scene_submit(scene, "maria", "sprint checkin", "sprint: 1\nconfidence: 0"),
               "onfidence");
    scene_until(scene, "2025-07-29 10:00");
    expect_has("nor does one that comes when the window is over",
               scene_submit(scene, "maria", "sprint checkin", "sprint: 1\nkr1: 30%"),
               "nothing to check in");
}

static void a_sent_check_in_form_moves_the_numbers(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    expect_has("what was understood is echoed",
               scene_submit(scene, "maria", "sprint checkin",
                            "sprint: 1\nkr1: 27%\nkr3: 9.5 days\nconfidence: 6\n"
                            "blocked: legal review @jonas; kr2 5\nlearned: short invitations work"),
               "27%");
    assert_int_equal(scene_value(scene, 1, 1).millionths, 27000000);
    assert_int_equal(scene_value(scene, 1, 3).millionths, 9500000);
    assert_int_equal(scene_value(scene, 1, 2).millionths, 0); /* words are words, not values */
    const Blocker *blocker = g_ptr_array_index(scene_sprint_of(scene, 1)->blockers, 0);
    assert_string_equal(blocker->text, "legal review @jonas; kr2 5");
    assert_string_equal(blocker->owner, "jonas");
}

static void a_check_in_form_with_a_mistake_keeps_nothing_yet(void **state)
{
    g_autoptr(Scene) scene = asked();

    (void)state;
    scene_submit(scene, "maria", "sprint checkin", "sprint: 1\nkr1: 27%\nkr2: many");
    const FormView *view = shown(scene);
    assert_true(view->faulty);
    assert_non_null(row_of(view, "kr", 2)->fault);
    assert_string_equal(row_of(view, "kr", 1)->initial, "27");
    assert_int_equal(scene_value(scene, 1, 1).millionths, 22000000);
}

static void a_check_in_form_closed_unsent_leaves_an_opening_draft_alone(void **state)
{
    g_autoptr(Scene) scene = asked();
    Event *draft = scene_new_event(scene, EVENT_SHUT, "maria");
    Event *event = scene_new_event(scene, EVENT_SHUT, "maria");

    (void)state;
    draft->action = g_strdup("sprint open");
    event_set_text(draft, "situation: $21.2M of $30M", 25);
    scene_event(scene, draft);
    event->action = g_strdup("sprint checkin");
    event_set_text(event, "sprint: 1\nkr1: 27%", 18);
    assert_string_equal(scene_event(scene, event), "");
    scene_command(scene, "maria", "/sprint open");
    assert_string_equal(row_of(shown(scene), "situation", 1)->initial, "$21.2M of $30M");
}

static Scene *closing(void)
{
    Scene *scene = scene_asked();

    scene_answer(scene, "maria", 1, NULL, "27%, 4, 9.5");
    scene_until(scene, "2025-07-29 10:00");
    scene->conversation = false;
    return scene;
}

static void the_retrospective_comes_with_what_is_known(void **state)
{
    g_autoptr(Scene) scene = closing();

    (void)state;
    scene_command(scene, "maria", "/sprint retro");
    const FormView *view = shown(scene);
    assert_string_equal(view->about, "sprint: 1");
    assert_string_equal(row_of(view, "kr", 1)->initial, "27");
    assert_string_equal(row_of(view, "anchor", 1)->initial, "21.2");
    assert_string_equal(row_of(view, "anchor", 1)->before, "$");
    assert_string_equal(row_of(view, "anchor", 1)->after, "M");
    assert_int_equal(row_of(view, "moved", 1)->choices->len, 3);
    assert_int_equal(row_of(view, "cause kr", 1)->kind, ROW_CHOICE);
    assert_false(row_of(view, "learned", 1)->required); /* it may take several sittings */
}

static void several_members_fill_in_the_retrospective(void **state)
{
    g_autoptr(Scene) scene = closing();

    (void)state;
    expect_has("one begins",
               scene_submit(scene, "maria", "sprint retro",
                            "sprint: 1\nanchor: $24.1M\nmoved: partly\nhow: two accounts slipped"),
               "learned");
    scene_command(scene, "jonas", "/sprint retro");
    assert_string_equal(row_of(shown(scene), "moved", 1)->initial, "partly");
    assert_string_equal(row_of(shown(scene), "how", 1)->initial, "two accounts slipped");
    expect_has("another goes on",
               scene_submit(scene, "jonas", "sprint retro",
                            "sprint: 1\nlearned: own figures work\ncause kr1: capacity\n"
                            "cause kr2: dependency\ncause kr3: dependency\nchange: raise to $32M\n"
                            "complete: yes"),
               "closed");
    const Sprint *sprint = scene_sprint_of(scene, 1);
    assert_int_equal(sprint->state, SPRINT_CLOSED);
    assert_string_equal(sprint->retro.moved_how, "two accounts slipped");
}

static void a_value_that_is_no_plain_number_is_a_line(void **state)
{
    static const struct {
        const char *promise, *typed, *like, *initial, *before, *after;
        RowKind kind;
    } cases[] = {
        {"money with a suffix", "$21.2M", NULL, "21.2", "$", "M", ROW_NUMBER},
        {"a percentage", "27%", NULL, "27", "", "%", ROW_NUMBER},
        {"groups of thousands", "$21,234,567", NULL, "21234567", "$", "", ROW_NUMBER},
        {"below zero", "-5%", NULL, "-5", "", "%", ROW_NUMBER},
        {"two numbers", "1 day 3 hours", NULL, "1 day 3 hours", "", "", ROW_LINE},
        {"no number", "soon", NULL, "soon", "", "", ROW_LINE},
        {"nothing yet takes the unit of another", NULL, "9 days", NULL, "", " days", ROW_NUMBER},
        {"nothing at all", NULL, NULL, NULL, "", "", ROW_LINE},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(FormView) view = form_view_new("x", NULL);
        FormRow *row = form_view_row(view, "kr", 1, ROW_LINE);

        row->before = g_strdup("");
        row->after = g_strdup("");
        form_row_value(row, cases[i].typed, cases[i].like);
        expect_that(cases[i].promise, g_strcmp0(row->initial, cases[i].initial) == 0 &&
                                          strcmp(row->before, cases[i].before) == 0 &&
                                          strcmp(row->after, cases[i].after) == 0 &&
                                          row->kind == cases[i].kind);
    }
}

static void a_form_that_was_never_there_changes_nothing(void **state)
{
    static const char *const names[] = {"", "sprint", "sprint nothing", "okr help",
                                        "sprint open x"};
    g_autoptr(Scene) scene = west();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        assert_string_equal(scene_submit(scene, "maria", names[i], "kr: x"), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_asks_for_everything_a_sprint_has),
        cmocka_unit_test(a_filled_form_opens_the_sprint),
        cmocka_unit_test(a_mistake_stands_at_its_row_and_the_rest_is_kept),
        cmocka_unit_test(an_activity_can_be_moved_kept_or_rewritten),
        cmocka_unit_test(a_lone_key_result_is_kept_for_one_reason),
        cmocka_unit_test(a_moved_activity_leaves_three_key_results),
        cmocka_unit_test(a_form_closed_unsent_is_kept_as_a_draft),
        cmocka_unit_test(an_empty_form_closed_unsent_leaves_nothing),
        cmocka_unit_test(the_check_in_form_has_a_number_with_its_unit_for_each_kr),
        cmocka_unit_test(the_check_in_command_asks_by_a_form),
        cmocka_unit_test(what_cannot_be_taken_from_a_check_in_form_stands_at_its_row),
        cmocka_unit_test(a_check_in_form_that_says_nothing_changes_nothing),
        cmocka_unit_test(a_sent_check_in_form_moves_the_numbers),
        cmocka_unit_test(a_check_in_form_with_a_mistake_keeps_nothing_yet),
        cmocka_unit_test(a_check_in_form_closed_unsent_leaves_an_opening_draft_alone),
        cmocka_unit_test(the_retrospective_comes_with_what_is_known),
        cmocka_unit_test(several_members_fill_in_the_retrospective),
        cmocka_unit_test(a_value_that_is_no_plain_number_is_a_line),
        cmocka_unit_test(a_form_that_was_never_there_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

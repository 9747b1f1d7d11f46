/* Forms as modals, and what comes back of them. Every view that is made here is within Slack's
 * limits. */

#include "bot/slack/modal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "blockkit.h"
#include "core/card.h"
#include "core/words.h"

#define GOLDEN TEST_DATA "/../slack/golden"

static const SlackLook look = {0};

static void expect_text(const char *promise, const char *got, const char *want)
{
    if (g_strcmp0(got, want) != 0) {
        fail_msg("%s: got\n%s\nnot\n%s", promise, got, want);
    }
}

/* --- forms --- */

static FormView *form(const char *name, const char *title)
{
    FormView *view = form_view_new(name, "C1");

    view->title = g_strdup(title);
    view->submit = g_strdup("Open");
    return view;
}

static void set(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value);
}

static FormRow *row(FormView *view, const char *key, int32_t number, RowKind kind,
                    const char *label, const char *initial)
{
    FormRow *made = form_view_row(view, key, number, kind);

    made->label = g_strdup(label);
    made->initial = g_strdup(initial);
    made->max = 300;
    return made;
}

static FormRow *with_choices(FormRow *made, int n, const char *note)
{
    made->choices = row_choices_new();
    for (int i = 1; i <= n; i++) {
        row_choice(made->choices, g_strdup_printf("Choice %d", i), g_strdup_printf("choice %d", i),
                   note != NULL ? g_strdup_printf("%s %d", note, i) : NULL);
    }
    return made;
}

static FormView *open_form(void)
{
    FormView *view = form("sprint open", "Open a sprint");

    card_text(view->intro, g_strdup("Ten working days for one signal. " BOLD("West") " asks."));
    set(&view->more, "kr,initiative");
    set(&view->more_max, "5,20");
    FormRow *trigger =
        with_choices(row(view, "trigger", 1, ROW_CHOICE, "Trigger", "choice 2"), 3, "because of");
    trigger->required = true;
    row(view, "situation", 1, ROW_TEXT, "Situation", NULL)->hint = g_strdup("What was seen?");
    with_choices(row(view, "anchor", 1, ROW_CHOICE, "Anchor", NULL), 12, NULL);
    row(view, "window", 1, ROW_LINE, "Window", "14 July - 25 July")->guess = true;
    for (int i = 1; i <= 3; i++) {
        g_autofree char *label = g_strdup_printf("Key result %d", i);

        row(view, "kr", i, ROW_LINE, label, i == 1 ? "Increase x from 2 to 3" : NULL)->required =
            true;
    }
    row(view, "initiative", 1, ROW_LINE, "Initiative 1", NULL);
    return view;
}

static FormView *checkin_form(void)
{
    FormView *view = form("sprint checkin", "Check-in");

    set(&view->about, "sprint: 1");
    for (int i = 1; i <= 2; i++) {
        g_autofree char *label = g_strdup_printf("KR%d ICP meeting acceptance rate (%%)", i);
        FormRow *kr = row(view, "kr", i, ROW_NUMBER, label, i == 1 ? "27.5" : NULL);

        kr->numbered = true;
        kr->before = g_strdup(i == 1 ? "" : "$");
        kr->after = g_strdup(i == 1 ? "%" : "M");
        kr->note = g_strdup("KR 22% → 27% → 35%");
    }
    with_choices(row(view, "confidence", 1, ROW_CHOICE, "Confidence", NULL), 11, NULL);
    row(view, "blocked", 1, ROW_TEXT, "Blocked", NULL);
    return view;
}

static FormView *setup_form(void)
{
    FormView *view = form("sprint setup", "Set the team up");

    row(view, "check-in", 1, ROW_TIME, "Check-in", "9:30");
    row(view, "lead", 1, ROW_MEMBER, "Lead", "<@U1>");
    with_choices(row(view, "working days", 1, ROW_CHOICES, "Working days", "choice 1, choice 3"), 7,
                 NULL);
    with_choices(row(view, "teams", 1, ROW_CHOICES, "Teams", "choice 11"), 12, NULL);
    return view;
}

static GPtrArray *answers_of(const char *first, const char *second)
{
    GPtrArray *answers = row_choices_new();

    row_choice(answers, g_strdup("Make it an initiative"), g_strdup(first), NULL);
    row_choice(answers, g_strdup("Keep it, because …"), g_strdup(second), g_strdup("Say why"));
    return answers;
}

static FormView *faulty_form(void)
{
    FormView *view = open_form();
    FormRow *kr = g_ptr_array_index(view->rows, 4);

    kr->fault = g_strdup("“Send 40 mails” is what you do, not what it leads to. See " CODE("kr:"));
    kr->answers = answers_of("move", "keep: ");
    view->faulty = true;
    return view;
}

static void test_forms_look_as_they_were_last_looked_at(void **state)
{
    static const struct {
        const char *name;
        FormView *(*make)(void);
        int generation;
    } cases[] = {
        {"form-open", open_form, 0},
        {"form-checkin", checkin_form, 0},
        {"form-setup", setup_form, 0},
        {"form-faulty", faulty_form, 2},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(FormView) view = cases[i].make();
        g_autoptr(Json) modal = slack_modal(view, cases[i].generation, &look);

        expect_view(cases[i].name, modal);
        expect_golden(GOLDEN, cases[i].name, modal);
    }
}

/* --- a member fills it in --- */

static const Json *block_of(const Json *view, const char *block_id)
{
    JSON_EACH (block, json_array(view, "blocks")) {
        if (strcmp(json_text(block, "block_id"), block_id) == 0) {
            return block;
        }
    }
    return NULL;
}

/* The state as Slack sends it: each input with what it came with. */
static Json *with_state(Json *view)
{
    Json *values = json_put_object(json_put_object(view, "state"), "values");
    static const char *const names[][2] = {{"initial_value", "value"},
                                           {"initial_option", "selected_option"},
                                           {"initial_options", "selected_options"},
                                           {"initial_time", "selected_time"},
                                           {"initial_user", "selected_user"}};

    JSON_EACH (block, json_array(view, "blocks")) {
        const Json *element = json_object(block, "element");

        if (element == NULL) {
            continue;
        }
        Json *holder = json_put_object(values, json_text(block, "block_id"));
        Json *state = json_put_object(holder, json_text(element, "action_id"));
        json_put_text(state, "type", json_text(element, "type"));
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
            const Json *initial = json_any(element, names[i][0]);

            if (initial != NULL) {
                json_put(state, names[i][1], cJSON_Duplicate(initial, true));
            }
        }
    }
    return view;
}

static void fill(Json *view, const char *block_id, const char *member, Json *take_value)
{
    Json *values = cJSON_GetObjectItem(cJSON_GetObjectItem(view, "state"), "values");
    Json *state = cJSON_GetObjectItem(cJSON_GetObjectItemCaseSensitive(values, block_id), "value");

    assert_non_null(state);
    cJSON_DeleteItemFromObject(state, member);
    json_put(state, member, take_value);
}

static void type_in(Json *view, const char *block_id, const char *text)
{
    fill(view, block_id, "value", cJSON_CreateString(text));
}

static void choose(Json *view, const char *block_id, const char *value)
{
    Json *option = json_new_object();

    json_put_text(option, "value", value);
    fill(view, block_id, "selected_option", option);
}

static Json *shown(FormView *take_view, int generation)
{
    g_autoptr(FormView) view = take_view;

    return with_state(slack_modal(view, generation, &look));
}

static void expect_filled(const char *promise, const Json *view, const char *want, bool touched)
{
    g_auto(SlackFilled) filled = {0};

    if (!slack_modal_filled(view, &filled)) {
        fail_msg("%s: not one of ours", promise);
    }
    expect_text(promise, filled.text, want);
    if (filled.touched != touched) {
        fail_msg("%s: touched is %d", promise, filled.touched);
    }
}

static void test_what_was_filled_in_is_a_text_form(void **state)
{
    g_autoptr(Json) open = shown(open_form(), 0);
    g_autoptr(Json) checkin = shown(checkin_form(), 3);
    g_autoptr(Json) setup = shown(setup_form(), 0);
    g_auto(SlackFilled) filled = {0};

    (void)state;
    expect_filled("what it came with", open,
                  "trigger: choice 2\nwindow: 14 July - 25 July\nkr: Increase x from 2 to 3",
                  false);
    type_in(open, "situation:1", "It fell.\nSince May.\r\nkr: forged\rkr: too\n");
    choose(open, "anchor:1", "choice 7");
    type_in(open, "kr:1", "  ");
    type_in(open, "kr:3", "Cut y from 9 to 7");
    expect_filled("lines go on behind a blank, empty rows are left out", open,
                  "trigger: choice 2\nsituation: It fell.\n Since May.\n kr: forged\n kr: too\n "
                  "\nanchor: choice 7\nwindow: 14 July - 25 July\nkr: Cut y from 9 to 7",
                  true);
    type_in(checkin, "kr:1:3", "-3.2");
    type_in(checkin, "kr:2:3", "21.2\nkr1: 99");
    expect_filled("numbers have their unit, and cannot forge a line", checkin,
                  "sprint: 1\nkr1: -3.2%\nkr2: $21.2\n kr1: 99M", true);
    assert_true(slack_modal_filled(checkin, &filled));
    expect_text("the form's name", filled.form, "sprint checkin");
    expect_text("its channel", filled.channel, "C1");
    assert_int_equal(filled.generation, 3);
    expect_filled("a time, a member, several choices", setup,
                  "check-in: 09:30\nlead: <@U1>\nworking days: choice 1, choice 3\n"
                  "teams: choice 11",
                  false);
    fill(setup, "lead:1", "selected_user", cJSON_CreateString("U2\nteams: x"));
    expect_filled("a user that is none is nobody", setup,
                  "check-in: 09:30\nworking days: choice 1, choice 3\nteams: choice 11", true);
}

static void test_answers_stand_behind_their_row(void **state)
{
    g_autoptr(Json) view = shown(faulty_form(), 1);

    (void)state;
    type_in(view, "kr:2:1", "Cut y from 9 to 7");
    choose(view, "kr:1:1:answer", "move");
    expect_filled("a choice", view,
                  "trigger: choice 2\nwindow: 14 July - 25 July\nkr: Increase x from 2 to 3\n"
                  "answer: move\nkr: Cut y from 9 to 7",
                  true);
    choose(view, "kr:1:1:answer", "keep: ");
    type_in(view, "kr:1:1:words", "it is\nkr: ours");
    expect_filled("a choice with words", view,
                  "trigger: choice 2\nwindow: 14 July - 25 July\nkr: Increase x from 2 to 3\n"
                  "answer: keep: it is\n kr: ours\nkr: Cut y from 9 to 7",
                  true);
    fill(view, "kr:1:1:answer", "selected_option", cJSON_CreateNull());
    expect_filled("words alone mean the one answer that wants words", view,
                  "trigger: choice 2\nwindow: 14 July - 25 July\nkr: Increase x from 2 to 3\n"
                  "answer: keep: it is\n kr: ours\nkr: Cut y from 9 to 7",
                  true);
    choose(view, "kr:1:1:answer", "move");
    type_in(view, "kr:1:1", "");
    expect_filled("an answer to an emptied row would speak of another", view,
                  "trigger: choice 2\nwindow: 14 July - 25 July\nkr: Cut y from 9 to 7", true);
}

static void test_odd_views_are_read_or_refused(void **state)
{
    static const struct {
        const char *promise, *json;
        const char *want; /* NULL: not one of ours */
    } cases[] = {
        {"nothing", "{}", NULL},
        {"another app's", "{\"callback_id\":\"other\",\"private_metadata\":\"{}\"}", NULL},
        {"no form", "{\"callback_id\":\"anchord/\",\"private_metadata\":\"{}\"}", NULL},
        {"no metadata", "{\"callback_id\":\"anchord/x\"}", NULL},
        {"broken metadata", "{\"callback_id\":\"anchord/x\",\"private_metadata\":\"{\"}", NULL},
        {"metadata of another kind", "{\"callback_id\":\"anchord/x\",\"private_metadata\":\"[]\"}",
         NULL},
        {"types all wrong",
         "{\"callback_id\":\"anchord/x\",\"private_metadata\":\"{\\\"c\\\":1,\\\"n\\\":{}}\","
         "\"blocks\":{\"a\":1},\"state\":[1]}",
         ""},
        {"an array for a set of values",
         "{\"callback_id\":\"anchord/x\",\"private_metadata\":\"{\\\"a\\\":\\\"s: 1\\\"}\","
         "\"blocks\":[{\"type\":\"input\",\"block_id\":\"k:1\",\"element\":{\"type\":"
         "\"plain_text_input\",\"action_id\":\"value\",\"initial_value\":\"v\"}}],"
         "\"state\":{\"values\":[]}}",
         "s: 1\nk: v"},
        {"blocks that are not ours",
         "{\"callback_id\":\"anchord/x\",\"private_metadata\":\"{}\",\"blocks\":[1,null,{},"
         "{\"type\":\"input\",\"block_id\":\"abc\"},{\"type\":\"input\",\"block_id\":\":1\"},"
         "{\"type\":\"input\",\"block_id\":\"k:9999999999\"},{\"type\":\"input\",\"block_id\":"
         "\"k:1:2:3\"},{\"type\":\"input\",\"block_id\":\"k:1:other\"}],"
         "\"state\":{\"values\":{\"k:1\":{\"value\":{\"value\":\"v\"}}}}}",
         ""},
        {"an element that is not ours",
         "{\"callback_id\":\"anchord/x\",\"private_metadata\":\"{}\",\"blocks\":[{\"type\":"
         "\"input\",\"block_id\":\"k:1\",\"element\":{\"type\":\"file_input\"}}]}",
         ""},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Json) view = json_parse(cases[i].json, strlen(cases[i].json));
        g_auto(SlackFilled) filled = {0};

        assert_non_null(view);
        bool ours = slack_modal_filled(view, &filled);
        expect_text(cases[i].promise, ours ? filled.text : NULL, cases[i].want);
        assert_false(filled.touched);
        assert_null(slack_modal_more(view, "k"));
    }
    assert_false(slack_modal_filled(NULL, &(SlackFilled){0}));
    assert_null(slack_modal_more(NULL, "k"));
}

/* --- faults --- */

static void test_a_fault_is_shown_where_it_can_be_mended(void **state)
{
    g_autoptr(FormView) plain = checkin_form(), answered = faulty_form(), repeated = open_form();
    g_autoptr(FormView) whole = checkin_form();

    (void)state;
    ((FormRow *)g_ptr_array_index(plain->rows, 0))->fault =
        g_strdup("Write it like " CODE("27%") ".");
    plain->faulty = whole->faulty = repeated->faulty = true;
    ((FormRow *)g_ptr_array_index(repeated->rows, 5))->fault = g_strdup("Which way?");
    card_text(whole->intro, g_strdup("Sprint 1 is closed."));

    g_autoptr(Json) at_row = slack_modal_faults(plain, 3, &look);
    expect_text("below its input", json_text(json_object(at_row, "errors"), "kr:1:2"),
                "Write it like 27%.");
    assert_int_equal(cJSON_GetArraySize(json_object(at_row, "errors")), 1);

    const FormView *const anew[] = {answered, repeated, whole};
    for (size_t i = 0; i < G_N_ELEMENTS(anew); i++) {
        g_autoptr(Json) answer = slack_modal_faults(anew[i], 3, &look);
        const Json *view = json_object(answer, "view");

        expect_text("drawn anew", json_text(answer, "response_action"), "update");
        expect_view("drawn anew", view);
        assert_non_null(block_of(view, i == 2 ? "kr:1:3" : "kr:2:3"));
    }
}

static void test_errors_always_have_a_place(void **state)
{
    g_autoptr(FormView) whole = checkin_form(), answered = faulty_form();
    g_autoptr(Json) view = slack_modal(answered, 4, &look);

    (void)state;
    card_text(whole->intro, g_strdup("Sprint 1 is closed."));
    g_autoptr(Json) at_first = slack_modal_errors(whole, 0);
    expect_text("what is wrong as a whole stands at the first input",
                json_text(json_object(at_first, "errors"), "kr:1"), "Sprint 1 is closed.");
    g_autoptr(Json) errors = slack_modal_errors(answered, 4);
    JSON_EACH (error, json_object(errors, "errors")) {
        expect_text("an input of the view", json_text(block_of(view, error->string), "type"),
                    "input");
    }
}

/* --- one more row --- */

static void test_rows_are_added_up_to_their_number(void **state)
{
    g_autoptr(Json) view = shown(open_form(), 1);
    g_autoptr(Json) four = slack_modal_more(view, "kr");
    g_autoptr(Json) five = slack_modal_more(four, "kr");
    const Json *fourth = block_of(four, "kr:4:1");

    (void)state;
    expect_view("four", four);
    expect_view("five", five);
    expect_golden(GOLDEN, "form-open-more", five);
    expect_text("its label counts on", json_text(json_object(fourth, "label"), "text"),
                "Key result 4");
    assert_true(json_bool(fourth, "optional"));
    assert_null(json_any(json_object(fourth, "element"), "initial_value"));
    assert_non_null(block_of(five, "kr:5:1"));
    assert_null(slack_modal_more(five, "kr"));     /* as many as there may be */
    assert_null(slack_modal_more(view, "window")); /* never more than one */
    assert_null(slack_modal_more(view, "nonsense"));
    for (int i = 1; i <= 3; i++) {
        g_autofree char *id = g_strdup_printf("kr:%d:1", i);
        assert_true(
            cJSON_Compare(block_of(view, id), block_of(five, id), true)); /* what was typed stays */
    }
    assert_null(json_any(five, "state"));
    assert_null(json_any(five, "id"));
}

static void test_an_added_row_comes_behind_the_answers_of_the_last(void **state)
{
    g_autoptr(FormView) made = open_form();
    FormRow *last = g_ptr_array_index(made->rows, 6);

    (void)state;
    last->fault = g_strdup("What you do.");
    last->answers = answers_of("move", "keep: ");
    set(&last->initial, "Send 40 mails");
    g_autoptr(Json) view = slack_modal(made, 0, &look);
    g_autoptr(Json) more = slack_modal_more(view, "kr");
    const Json *words = block_of(more, "kr:3:words");
    expect_text("behind", json_text(words->next, "block_id"), "kr:4");
    assert_null(json_any(json_object(words->next, "element"), "initial_value"));
    expect_view("behind", more);
}

static void test_what_belongs_to_a_row_stays_behind_it(void **state)
{
    g_autoptr(FormView) made = form("sprint open", "Open a sprint");

    (void)state;
    set(&made->more, "kr");
    set(&made->more_max, "5");
    for (int i = 1; i <= 2; i++) {
        row(made, "kr", i, ROW_LINE, i == 1 ? "Key result 1" : "Key result 2", "Send 40 mails");
        row(made, "keep", 1, ROW_LINE, "Kept because", i == 1 ? "one" : "two");
    }
    g_autoptr(Json) view = slack_modal(made, 0, &look);
    g_autoptr(Json) more = slack_modal_more(view, "kr");
    expect_view("each has a name of its own", view);
    expect_view("and one more", more);
    with_state(more);
    type_in(more, "kr:3", "Raise z from 1 to 2");
    expect_filled("in their order", more,
                  "kr: Send 40 mails\nkeep: one\nkr: Send 40 mails\nkeep: two\n"
                  "kr: Raise z from 1 to 2",
                  true);
}

static void test_a_row_with_everything_typed_survives_the_round(void **state)
{
    g_autoptr(Json) view = shown(open_form(), 0);
    g_autoptr(Json) more = slack_modal_more(view, "kr");

    (void)state;
    with_state(more);
    type_in(more, "kr:4", "Raise z from 1 to 2");
    expect_filled("the fourth is a row like the others", more,
                  "trigger: choice 2\nwindow: 14 July - 25 July\nkr: Increase x from 2 to 3\n"
                  "kr: Raise z from 1 to 2",
                  true);
}

/* --- limits --- */

static char *many(size_t n, const char *unit)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < n; i++) {
        g_string_append(out, unit);
    }
    return g_string_free(out, FALSE);
}

static FormView *longest_form(const char *unit, int rows)
{
    g_autofree char *text = many(300, unit), *typed = many(8000, unit), *key = many(400, unit);
    FormView *view = form("sprint open", key);

    set(&view->submit, key);
    set(&view->more, "a,b");
    set(&view->more_max, "1000,1000");
    for (int i = 0; i < 60; i++) {
        card_text(view->intro, g_strdup(text));
        card_hint(view->intro, g_strdup(text));
        card_button(view->intro, g_strdup("Press"), "act", "1");
    }
    for (int i = 0; i < rows; i++) {
        FormRow *made = row(view, i < rows / 2 ? "a" : "b", i + 1, (RowKind)(i % (ROW_MEMBER + 1)),
                            text, i < 7 ? typed : text);

        made->hint = g_strdup(typed);
        made->note = g_strdup(text);
        made->before = g_strdup(text);
        made->after = g_strdup(text);
        made->fault = i % 3 == 0 ? g_strdup(text) : NULL;
        made->answers = i % 9 == 0 ? answers_of(text, "keep: ") : NULL;
        made->choices = row_choices_new();
        for (int j = 0; j < (i == 3 ? 130 : 50); j++) {
            row_choice(made->choices, g_strdup(text), g_strdup(text), g_strdup(text));
        }
    }
    return view;
}

static size_t count_inputs(const Json *view)
{
    size_t n = 0;

    JSON_EACH (block, json_array(view, "blocks")) {
        n += strcmp(json_text(block, "type"), "input") == 0;
    }
    return n;
}

static void test_the_longest_forms_are_legal(void **state)
{
    static const char *const units[] = {"a", "&", "<", "*", "é", "😀", "ש", "w ", "\n", "`"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(FormView) view = longest_form(units[i], 14);
        g_autoptr(Json) modal = slack_modal(view, 9, &look);
        g_autoptr(Json) errors = slack_modal_errors(view, 9);

        expect_view(units[i], modal);
        assert_int_equal(count_inputs(modal), 14 + 2 * 2);
        assert_int_equal(cJSON_GetArraySize(json_object(errors, "errors")),
                         *units[i] == '\n' ? 1 : 5); /* a fault of blanks is none */
    }
}

static void test_notes_go_before_the_intro_and_inputs_never(void **state)
{
    static const struct {
        const char *promise;
        int rows, intro;
        int notes, want_intro;
    } cases[] = {
        {"all fit", 40, 20, 40, 20},
        {"notes go first", 50, 30, 0, 30},
        {"then the end of the intro", 90, 30, 0, 10},
        {"then all of it", 100, 30, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(FormView) view = form("x", "X");
        int context = 0, section = 0;

        for (int j = 0; j < cases[i].intro; j++) {
            g_autofree char *text = many(2000, "w");
            card_text(view->intro, g_strdup(text));
        }
        for (int j = 0; j < cases[i].rows; j++) {
            g_autofree char *key = g_strdup_printf("key%d", j);
            row(view, g_intern_string(key), 1, ROW_LINE, "Label", NULL)->note = g_strdup("note");
        }
        g_autoptr(Json) modal = slack_modal(view, 0, &look);
        JSON_EACH (block, json_array(modal, "blocks")) {
            context += strcmp(json_text(block, "type"), "context") == 0;
            section += strcmp(json_text(block, "type"), "section") == 0;
        }
        expect_view(cases[i].promise, modal);
        if ((int)count_inputs(modal) != cases[i].rows || context != cases[i].notes ||
            section != cases[i].want_intro) {
            fail_msg("%s: %zu inputs, %d notes, %d of the intro", cases[i].promise,
                     count_inputs(modal), context, section);
        }
    }
}

static void test_what_was_typed_is_never_cut(void **state)
{
    static const struct {
        const char *promise;
        RowKind kind;
        size_t length, max;
        int64_t want_max;
        bool want_multiline;
    } cases[] = {
        {"what fits stays one line", ROW_LINE, 80, 100, 100, false},
        {"what does not gets room for all of it", ROW_LINE, 150, 100, 150, true},
        {"as much as an input holds", ROW_TEXT, 3000, 100, 3000, true},
        {"what no input holds goes on above it", ROW_TEXT, 5000, 100, 3000, true},
        {"no limit is the most there is", ROW_LINE, 10, 0, 3000, false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(FormView) view = form("x", "X");
        g_autofree char *typed = many(cases[i].length, "w");
        size_t seen = 0;

        row(view, "k", 1, cases[i].kind, "Label", typed)->max = cases[i].max;
        g_autoptr(Json) modal = slack_modal(view, 0, &look);
        const Json *element = json_object(block_of(modal, "k:1"), "element");
        expect_view(cases[i].promise, modal);
        assert_int_equal(json_int(element, "max_length", 0), cases[i].want_max);
        assert_int_equal(json_bool(element, "multiline"), cases[i].want_multiline);
        seen = strlen(json_text(element, "initial_value"));
        JSON_EACH (block, json_array(modal, "blocks")) {
            seen += strlen(json_text(json_object(block, "text"), "text"));
        }
        assert_int_equal(seen, cases[i].length);
    }
}

static void test_each_row_is_the_element_it_should_be(void **state)
{
    static const struct {
        const char *promise;
        RowKind kind;
        const char *initial;
        int choices;
        const char *note;
        bool required;
        const char *want, *member, *value; /* the element; what of it is set to what */
    } cases[] = {
        {"a line", ROW_LINE, "a", 0, NULL, 0, "plain_text_input", "initial_value", "a"},
        {"a number", ROW_NUMBER, "-2.5", 0, NULL, 0, "number_input", "initial_value", "-2.5"},
        {"a number without one", ROW_NUMBER, NULL, 0, NULL, 0, "number_input", NULL, NULL},
        {"what is no number stays to be mended", ROW_NUMBER, "about 27", 0, NULL, 0,
         "plain_text_input", "initial_value", "about 27"},
        {"an exponent is no number", ROW_NUMBER, "1e9", 0, NULL, 0, "plain_text_input",
         "initial_value", "1e9"},
        {"few choices with notes, one of which must be", ROW_CHOICE, NULL, 4, "n", 1,
         "radio_buttons", NULL, NULL},
        {"few choices that can be left open", ROW_CHOICE, NULL, 4, "n", 0, "static_select", NULL,
         NULL},
        {"more choices", ROW_CHOICE, NULL, 5, "n", 1, "static_select", NULL, NULL},
        {"choices without notes", ROW_CHOICE, NULL, 3, NULL, 1, "static_select", NULL, NULL},
        {"no choices", ROW_CHOICE, "a", 0, NULL, 1, "plain_text_input", "initial_value", "a"},
        {"no choices at all", ROW_CHOICES, "a, b", 0, NULL, 1, "plain_text_input", "initial_value",
         "a, b"},
        {"boxes", ROW_CHOICES, NULL, 10, NULL, 0, "checkboxes", NULL, NULL},
        {"more than boxes", ROW_CHOICES, NULL, 11, NULL, 0, "multi_static_select", NULL, NULL},
        {"a time", ROW_TIME, "7:05", 0, NULL, 0, "timepicker", "initial_time", "07:05"},
        {"what is no time", ROW_TIME, "25:00", 0, NULL, 0, "timepicker", "initial_time", ""},
        {"a time with seconds", ROW_TIME, "07:05:09", 0, NULL, 0, "timepicker", "initial_time", ""},
        {"a member's mention", ROW_MEMBER, "<@W1>", 0, NULL, 0, "users_select", "initial_user",
         "W1"},
        {"a member's id", ROW_MEMBER, "U1", 0, NULL, 0, "users_select", "initial_user", "U1"},
        {"a name", ROW_MEMBER, "maria", 0, NULL, 0, "users_select", "initial_user", ""},
        {"a mention and more", ROW_MEMBER, "<@U1>, <@U2>", 0, NULL, 0, "users_select",
         "initial_user", ""},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(FormView) view = form("x", "X");
        FormRow *made = row(view, "k", 1, cases[i].kind, "Label", cases[i].initial);

        made->required = cases[i].required;
        if (cases[i].choices > 0) {
            with_choices(made, cases[i].choices, cases[i].note);
        }
        g_autoptr(Json) modal = slack_modal(view, 0, &look);
        const Json *element = json_object(block_of(modal, "k:1"), "element");
        expect_view(cases[i].promise, modal);
        expect_text(cases[i].promise, json_text(element, "type"), cases[i].want);
        if (cases[i].member != NULL) {
            expect_text(cases[i].promise, json_text(element, cases[i].member), cases[i].value);
        }
    }
}

static void test_choices_come_back_as_the_core_knows_them(void **state)
{
    g_autoptr(FormView) made = form("x", "X");
    g_autofree char *longer = many(151, "v"), *longest = many(150, "v");
    FormRow *one = row(made, "k", 1, ROW_CHOICE, "Label", longer);
    FormRow *late =
        with_choices(row(made, "late", 1, ROW_CHOICE, "Label", "choice 130"), 130, NULL);
    FormRow *odd = row(made, "odd", 1, ROW_CHOICES, "Label", "a, b, c, gone, c");

    (void)state;
    (void)late;
    one->choices = row_choices_new();
    row_choice(one->choices, g_strdup("fits"), g_strdup(longest), NULL);
    row_choice(one->choices, g_strdup("does not"), g_strdup(longer), NULL);
    odd->choices = row_choices_new();
    row_choice(odd->choices, g_strdup("A"), g_strdup("a"), NULL);
    row_choice(odd->choices, g_strdup("A and B"), g_strdup("a, b"), NULL);
    row_choice(odd->choices, g_strdup("C"), g_strdup("c"), NULL);
    g_autoptr(Json) view = with_state(slack_modal(made, 0, &look));
    expect_view("choices", view);
    expect_filled("too long a value is its number; one beyond the hundredth stays chosen; values "
                  "that hold a comma are one",
                  view, "k: 2\nlate: choice 130\nodd: a, b, c", false);
    choose(view, "k:1", longest);
    g_autofree char *want = g_strdup_printf("k: %s\nlate: choice 130\nodd: a, b, c", longest);
    expect_filled("a value that fits is itself", view, want, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_look_as_they_were_last_looked_at),
        cmocka_unit_test(test_what_was_filled_in_is_a_text_form),
        cmocka_unit_test(test_answers_stand_behind_their_row),
        cmocka_unit_test(test_odd_views_are_read_or_refused),
        cmocka_unit_test(test_a_fault_is_shown_where_it_can_be_mended),
        cmocka_unit_test(test_errors_always_have_a_place),
        cmocka_unit_test(test_rows_are_added_up_to_their_number),
        cmocka_unit_test(test_an_added_row_comes_behind_the_answers_of_the_last),
        cmocka_unit_test(test_what_belongs_to_a_row_stays_behind_it),
        cmocka_unit_test(test_a_row_with_everything_typed_survives_the_round),
        cmocka_unit_test(test_the_longest_forms_are_legal),
        cmocka_unit_test(test_notes_go_before_the_intro_and_inputs_never),
        cmocka_unit_test(test_what_was_typed_is_never_cut),
        cmocka_unit_test(test_each_row_is_the_element_it_should_be),
        cmocka_unit_test(test_choices_come_back_as_the_core_knows_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

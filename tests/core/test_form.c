/* Text forms, read and printed, with a form of the tests' own. */

#include "core/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/commands/commands.h"
#include "core/text.h"
#include "scene.h"

static CheckResult no_sevens(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)turn, (void)values;
    if (strchr(entry->text, '7') == NULL) {
        return CHECK_OK;
    }
    g_string_append(why, "no sevens");
    return CHECK_WRONG;
}

static CheckResult in_capitals(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)turn, (void)values, (void)why;
    entry_set(entry, g_utf8_strup(entry->text, -1));
    return CHECK_OK;
}

static const Field fields[] = {
    {.key = "window",
     .aliases = "sprint window,dates",
     .required = true,
     .max = 20,
     .question = W_OPEN_ASK_WINDOW,
     .help = W_OPEN_HELP_WINDOW,
     .check = no_sevens},
    {.key = "check-in",
     .max = 20,
     .question = W_SETUP_ASK_TIME,
     .help = W_SETUP_HELP_TIME,
     .check = in_capitals},
    {.key = "kr",
     .aliases = "key result",
     .repeat = true,
     .max = 40,
     .question = W_OPEN_ASK_KR,
     .help = W_OPEN_HELP_KR},
    {.key = "keep",
     .repeat = true,
     .quiet = true,
     .behind = true,
     .max = 40,
     .question = W_KR_HELP_KEEP,
     .help = W_KR_HELP_KEEP},
    {.key = "cause kr",
     .aliases = "cause",
     .numbered = true,
     .max = 20,
     .question = W_RETRO_ASK_CAUSE,
     .help = W_RETRO_HELP_CAUSE},
    {.key = NULL},
};

static int32_t at_most(const Turn *turn, const Field *field)
{
    (void)turn;
    return strcmp(field->key, "kr") == 0 ? 3 : INT32_MAX;
}

static const Form form = {.name = "sprint test", .fields = fields, .at_most = at_most};
static const Form form_with_first = {.name = "sprint test", .fields = fields, .first = "window"};

static char *all_whys(const GPtrArray *faults)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < faults->len; i++) {
        const FormFault *fault = g_ptr_array_index(faults, i);
        g_autofree char *plain = marks_strip(fault->why);

        g_string_append_printf(out, "%d: %s\n", fault->line, plain);
    }
    return g_string_free(out, FALSE);
}

static void test_keys_are_forgiving(void **state)
{
    static const struct {
        const char *promise, *text, *key;
        int32_t number;
    } cases[] = {
        {"as it is printed", "window: x", "window", 0},
        {"in capitals", "WINDOW: x", "window", 0},
        {"with blanks around", " window : x", "window", 0},
        {"without a blank behind the colon", "window:x", "window", 0},
        {"a hyphen more or less", "checkin: x", "check-in", 0},
        {"a blank for the hyphen", "Check in: x", "check-in", 0},
        {"another name", "Dates: x", "window", 0},
        {"another name of two words", "sprint-window: x", "window", 0},
        {"a number behind a key that repeats", "kr2: x", "kr", 2},
        {"the same with a blank", "Key Result 2: x", "kr", 2},
        {"a number that belongs to the key", "cause kr3: x", "cause kr", 3},
        {"the same by its other name", "cause 3: x", "cause kr", 3},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) faults = form_faults_new();
        g_autoptr(FormValues) values = form_read(&form, cases[i].text, faults);

        expect_that(cases[i].promise, faults->len == 0 && values->entries->len == 1);
        const FormEntry *entry = g_ptr_array_index(values->entries, 0);
        expect_that(cases[i].promise, strcmp(entry->field->key, cases[i].key) == 0 &&
                                          entry->number == cases[i].number);
        expect_that(cases[i].promise, strcmp(entry->text, "x") == 0 && entry->line == 1);
    }
}

static void test_what_cannot_be_taken_is_said_with_its_line(void **state)
{
    static const struct {
        const char *promise, *text, *why;
    } cases[] = {
        {"an unknown key is answered with the nearest", "wimdow: x",
         "1: “wimdow” is no line of this form. Did you mean window:?"},
        {"so is one of a numbered line", "window: x\ncuase kr2: y",
         "2: “cuase kr2” is no line of this form. Did you mean cause kr1:?"},
        {"where none is near, all are listed", "deadline: x",
         "Its lines are: window, check-in, kr, keep, cause kr1."},
        {"a key without the number it needs", "cause kr: x", "“cause kr” is no line of this form"},
        {"a number that no key has", "cause kr99999: x", "“cause kr99999” is no line of this form"},
        {"a line without a key", "window: x\nno key here", "2: “no key here” names no key."},
        {"text that only looks like a key",
         "window: x\n\n\nthis is a rather long sentence, and it goes on and on and on: so",
         "4: “this is a rather long sentence"},
        {"a key that stands twice", "window: x\nkr: a\nWindow: y",
         "3: window: stands twice (again in line 3)"},
        {"a numbered key that stands twice", "cause kr2: x\ncause 2: y",
         "2: cause kr: stands twice"},
        {"a colon alone", ":", "1: “”"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) faults = form_faults_new();
        g_autoptr(FormValues) values = form_read(&form, cases[i].text, faults);
        g_autofree char *whys = all_whys(faults);

        expect_that(cases[i].promise, faults->len == 1 && values->entries->len <= 2);
        expect_has(cases[i].promise, whys, cases[i].why);
    }
}

static void test_what_was_typed_is_never_lost(void **state)
{
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form_read(
        &form, "window: 14 days\nwimdow: 14 July\n  - 28 July\nkr: a\nwindow: later", faults);

    (void)state;
    assert_int_equal(faults->len, 2);
    assert_string_equal(((const FormFault *)g_ptr_array_index(faults, 0))->lost,
                        "wimdow: 14 July - 28 July");
    assert_string_equal(((const FormFault *)g_ptr_array_index(faults, 1))->lost, "window: later");
    assert_string_equal(form_get(values, "window"), "14 days");
    assert_string_equal(form_get(values, "kr"), "a");
}

static void test_lines_that_go_on(void **state)
{
    static const struct {
        const char *promise, *text, *window;
    } cases[] = {
        {"a line that begins with a blank goes on", "window: 14 July\n  - 28 July",
         "14 July - 28 July"},
        {"also behind a key with nothing on its line", "window:\n 14 days", "14 days"},
        {"an empty line between them does not matter", "window: 14\n\n days", "14 days"},
        {"several go on", "window: a\n b\n c: d", "a b c: d"},
        {"a colon in the text stays in it", "window: at 9:30", "at 9:30"},
        {"runs of blanks are one", "window:   a    b  ", "a b"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) faults = form_faults_new();
        g_autoptr(FormValues) values = form_read(&form, cases[i].text, faults);

        expect_that(cases[i].promise, faults->len == 0);
        expect_that(cases[i].promise, g_strcmp0(form_get(values, "window"), cases[i].window) == 0);
    }
}

static void test_text_in_front_of_any_key(void **state)
{
    static const struct {
        const char *promise, *text, *window;
        guint faults;
    } cases[] = {
        {"belongs to the form's first key", "14 days", "14 days", 0},
        {"also with a colon in it", "West: the second half", "West: the second half", 0},
        {"a key on that line is a key", "window: 14 days", "14 days", 0},
        {"one slip in a key makes no text of it", "wimdow: 14 days", NULL, 1},
        {"only on the first line", "\n14 days", NULL, 1},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) faults = form_faults_new();
        g_autoptr(FormValues) values = form_read(&form_with_first, cases[i].text, faults);

        expect_that(cases[i].promise, faults->len == cases[i].faults);
        expect_that(cases[i].promise, g_strcmp0(form_get(values, "window"), cases[i].window) == 0);
    }
}

static void test_a_printed_form_reads_back(void **state)
{
    static const char *const texts[] = {
        "",
        "window: 14 days",
        "window: 14 days\nkr: a\nkeep: because of it\nkr: b\ncause kr3: dependency\ncheck-in: 9",
        "kr:\nwindow: x",
        "kr: = 1+1: 2\nwindow: \u05E9\u05DC\u05D5\u05DD \U0001F469\u200D\U0001F469",
        "kr2: second\nkr1: first",
        "cause kr0: x",
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GPtrArray) faults = form_faults_new();
        g_autoptr(FormValues) once = form_read(&form, texts[i], faults);
        g_autofree char *printed = form_text(once, false);
        g_autoptr(FormValues) twice = form_read(&form, printed, faults);
        g_autofree char *again = form_text(twice, false);

        assert_int_equal(faults->len, 0);
        assert_string_equal(again, printed);
        assert_int_equal(twice->entries->len, once->entries->len);
        for (guint j = 0; j < once->entries->len; j++) {
            const FormEntry *a = g_ptr_array_index(once->entries, j),
                            *b = g_ptr_array_index(twice->entries, j);

            assert_ptr_equal(a->field, b->field);
            assert_string_equal(a->text, b->text);
        }
    }
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form_read(&form, "window: x", faults);
    g_autofree char *command = form_text(values, true);
    assert_string_equal(command, "/sprint test\nwindow: x");
}

static void test_entries_are_found_changed_and_removed(void **state)
{
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values =
        form_read(&form, "kr: a\nkeep: why a\nkr: b\ncause kr2: x", faults);

    (void)state;
    assert_int_equal(form_count(values, "kr"), 2);
    assert_int_equal(form_count(values, "window"), 0);
    assert_null(form_get(values, "window"));
    assert_null(form_entry(values, "kr", 2));
    assert_string_equal(form_entry(values, "kr", 1)->text, "b");
    assert_string_equal(form_entry_numbered(values, "cause kr", 2)->text, "x");
    assert_null(form_entry_numbered(values, "cause kr", 1));
    assert_ptr_equal(form_after(values, form_entry(values, "kr", 0)),
                     form_entry(values, "keep", 0));
    assert_null(form_after(values, form_entry(values, "cause kr", 0)));

    form_put_after(values, form_entry(values, "kr", 1), "keep", "why b");
    form_put(values, "window", 0, "14 days");
    g_autofree char *text = form_text(values, false);
    assert_string_equal(text,
                        "kr: a\nkeep: why a\nkr: b\nkeep: why b\ncause kr2: x\nwindow: 14 days");
}

static void test_a_reason_goes_with_the_line_it_speaks_of(void **state)
{
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values =
        form_read(&form, "kr: a\nkeep: why a\nkr: b\nkeep: why b\nkr: c", faults);

    (void)state;
    form_rewrite(values, form_entry(values, "kr", 0), g_strdup("a"));
    assert_int_equal(form_count(values, "keep"), 2);
    form_rewrite(values, form_entry(values, "kr", 0), g_strdup("a, but better"));
    form_remove(values, form_entry(values, "kr", 1));
    g_autofree char *text = form_text(values, false);
    assert_string_equal(text, "kr: a, but better\nkr: c");
}

static Turn *some_turn(Scene *scene, Event *event)
{
    return turn_new(scene->world, event, scene->now, &scene->policy, &scene->ids);
}

static void test_checking_finds_every_mistake(void **state)
{
    static const struct {
        const char *promise, *text, *whys;
    } cases[] = {
        {"nothing is wrong", "window: x", ""},
        {"what is required is missing", "kr: a", "0: window: is missing.\n"},
        {"the field's own check", "kr: a\nwindow: 7 days", "2: no sevens\n"},
        {"a text too long for its field", "window: 123456 89 123456 89 1",
         "1: window: is 21 characters long; 20 is the most that fits on a phone. Please shorten "
         "it.\n"},
        {"one too many", "window: x\nkr: a\nkr: b\nkr: c\nkr: d",
         "5: 4 × kr: are too many; 3 is the most a team can watch daily. Say remove to leave this "
         "one out.\n"},
        {"an empty line asks its question, with its number",
         "window: x\nkr: a\nkr:", "3: Key result 2: which number moves, from where to where?\n"},
        {"so does an empty numbered line",
         "window: x\ncause kr3:", "2: KR3 stayed short. What was the one root cause?\n"},
    };
    g_autoptr(Scene) scene = scene_new();
    g_autoptr(Event) event = scene_new_event(scene, EVENT_COMMAND, "maria");

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Turn) turn = some_turn(scene, event);
        g_autoptr(GPtrArray) faults = form_faults_new();
        g_autoptr(FormValues) values = form_read(&form, cases[i].text, faults);
        CheckResult result = form_check(turn, values, faults);
        g_autofree char *whys = all_whys(faults);

        expect_that(cases[i].promise, result == (faults->len > 0 ? CHECK_WRONG : CHECK_OK));
        if (strcmp(whys, cases[i].whys) != 0) {
            fail_msg("%s: got\n%snot\n%s", cases[i].promise, whys, cases[i].whys);
        }
    }
}

static void test_a_check_may_write_a_better_text(void **state)
{
    g_autoptr(Scene) scene = scene_new();
    g_autoptr(Event) event = scene_new_event(scene, EVENT_COMMAND, "maria");
    g_autoptr(Turn) turn = some_turn(scene, event);
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form_read(&form, "window: x\ncheck-in: noon", faults);

    (void)state;
    assert_int_equal(form_check(turn, values, faults), CHECK_OK);
    assert_string_equal(form_get(values, "check-in"), "NOON");
}

/* Reading and checking take no longer than a blink, whatever the 8,000 characters say. */
static void test_a_thousand_lines(void **state)
{
    static const char *const lines[] = {"kr: a",     "kr:",          "x", "a: b",          " y",
                                        "window: 7", "cause kr9: z", ":", "kr: a\nkeep: b"};
    g_autoptr(Scene) scene = scene_new();
    g_autoptr(Event) event = scene_new_event(scene, EVENT_COMMAND, "maria");

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(Turn) turn = some_turn(scene, event);
        g_autoptr(GPtrArray) faults = form_faults_new();
        g_autoptr(GString) text = g_string_new(NULL);

        while (text->len + strlen(lines[i]) + 1 <= TEXT_MESSAGE_MAX) {
            g_string_append(text, lines[i]);
            g_string_append_c(text, '\n');
        }
        g_autoptr(FormValues) values = form_read(&form, text->str, faults);
        assert_int_not_equal(form_check(turn, values, faults), CHECK_NEED);
        assert_true(values->entries->len + faults->len > 0);
    }
}

static void test_forms_are_found_by_their_commands(void **state)
{
    static const char *const names[] = {"sprint open",  "sprint setup",  "sprint close",
                                        "sprint retro", "okr objective", "okr kr",
                                        "okr update"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        assert_string_equal(form_named(names[i])->name, names[i]);
    }
    assert_null(form_named("sprint nothing"));
    assert_null(form_named(NULL));
}

/* Two keys of one form that read alike could not be told apart. */
static void test_no_two_keys_of_a_form_read_alike(void **state)
{
    static const Form *const forms[] = {&form_open,      &form_setup, &form_close, &form_retro,
                                        &form_objective, &form_kr,    &form_update};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

        for (const Field *field = forms[i]->fields; field->key != NULL; field++) {
            g_autofree char *all =
                g_strconcat(field->key, ",", field->aliases != NULL ? field->aliases : "", NULL);
            g_auto(GStrv) spellings = g_strsplit(all, ",", -1);

            for (char **spelling = spellings; *spelling != NULL; spelling++) {
                g_autofree char *key = text_key(*spelling);

                expect_that(*spelling,
                            *key == '\0' || g_hash_table_add(seen, g_steal_pointer(&key)));
            }
            expect_that(field->key, field->max > 0);
        }
        expect_that(forms[i]->name,
                    forms[i]->first == NULL || form_field(forms[i], forms[i]->first) != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_are_forgiving),
        cmocka_unit_test(test_what_cannot_be_taken_is_said_with_its_line),
        cmocka_unit_test(test_what_was_typed_is_never_lost),
        cmocka_unit_test(test_lines_that_go_on),
        cmocka_unit_test(test_text_in_front_of_any_key),
        cmocka_unit_test(test_a_printed_form_reads_back),
        cmocka_unit_test(test_entries_are_found_changed_and_removed),
        cmocka_unit_test(test_a_reason_goes_with_the_line_it_speaks_of),
        cmocka_unit_test(test_checking_finds_every_mistake),
        cmocka_unit_test(test_a_check_may_write_a_better_text),
        cmocka_unit_test(test_a_thousand_lines),
        cmocka_unit_test(test_forms_are_found_by_their_commands),
        cmocka_unit_test(test_no_two_keys_of_a_form_read_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

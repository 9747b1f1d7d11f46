/* Every template, whoever wrote it, is well-formed; and filling one does what words.h says. */

#include "core/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/card.h"
#include "core/command.h"
#include "core/commands/commands.h"
#include "scene.h"

static const char *const names[W_COUNT] = {
#define W(name, text) [W_##name] = #name,
#include "core/words/all.def"
#undef W
};

_Noreturn static void fail_at(WordId id, const char *what)
{
    fail_msg("%s: %s: %s", names[id], what, words_template(id));
    abort(); /* cmocka does not say that it never comes back */
}

static bool is_name(const char *p, const char *end)
{
    const char *start = p;

    while (p < end && (g_ascii_islower(*p) || *p == '_' || (p > start && g_ascii_isdigit(*p)))) {
        p++;
    }
    return p > start && p == end;
}

/* What stands between two braces: "name", "name:one|many" or "name?one|many". */
static void check_placeholder(WordId id, const char *p, const char *end)
{
    const char *name_end = p + strcspn(p, ":?}");

    if (!is_name(p, name_end)) {
        fail_at(id, "a placeholder has no proper name");
    }
    if (name_end == end) {
        return;
    }
    const char *bar = memchr(name_end, '|', (size_t)(end - name_end));
    if (bar == NULL || bar == name_end + 1 || bar + 1 == end ||
        memchr(bar + 1, '|', (size_t)(end - bar - 1)) != NULL) {
        fail_at(id, "a plural needs exactly two forms");
    }
}

static void test_placeholders_are_well_formed(void **state)
{
    (void)state;
    for (WordId id = 0; id < W_COUNT; id++) {
        for (const char *p = words_template(id); *p != '\0';) {
            if ((p[0] == '{' && p[1] == '{') || (p[0] == '}' && p[1] == '}')) {
                p += 2;
            } else if (*p == '{') {
                const char *end = strpbrk(p + 1, "{}");

                if (end == NULL || *end != '}') {
                    fail_at(id, "a brace is not closed");
                }
                check_placeholder(id, p + 1, end);
                p = end + 1;
            } else if (*p == '}') {
                fail_at(id, "a brace closes nothing");
            } else {
                p++;
            }
        }
    }
}

static void test_marks_are_balanced(void **state)
{
    (void)state;
    for (WordId id = 0; id < W_COUNT; id++) {
        bool open = false;

        for (const char *p = words_template(id); *p != '\0'; p++) {
            bool opens = strchr(MARK_BOLD MARK_CODE MARK_MEMBER, *p) != NULL;

            if ((opens && open) || (*p == MARK_END[0] && !open)) {
                fail_at(id, "marks do not nest, and each is closed once");
            }
            open = opens || (open && *p != MARK_END[0]);
        }
        if (open) {
            fail_at(id, "a mark stays open");
        }
    }
}

static void test_the_voice(void **state)
{
    static const struct {
        const char *what, *part;
    } never[] = {
        {"no exclamation marks", "!"},
        {"no double blanks", "  "},
        {"no straight apostrophe as a quote", " '"},
        {"no tabs", "\t"},
        {"no blank in front of a full stop", " . "},
    };
    (void)state;
    for (WordId id = 0; id < W_COUNT; id++) {
        const char *text = words_template(id);
        bool is_sample = g_str_has_prefix(names[id], "CONSOLE_EXAMPLE") ||
                         g_str_has_prefix(names[id], "STORE_FAILED");

        if (*text == '\0' || !g_utf8_validate(text, -1, NULL)) {
            fail_at(id, "says nothing, or is no text");
        }
        if (g_ascii_isspace(text[0]) || g_ascii_isspace(text[strlen(text) - 1])) {
            fail_at(id, "begins or ends with a blank");
        }
        for (size_t i = 0; !is_sample && i < G_N_ELEMENTS(never); i++) {
            if (strstr(text, never[i].part) != NULL) {
                fail_at(id, never[i].what);
            }
        }
    }
}

/* “ and ” come in pairs, and so do parentheses. */
static void test_quotes_and_parentheses_are_balanced(void **state)
{
    static const struct {
        gunichar open, close;
    } pairs[] = {{0x201C, 0x201D}, {'(', ')'}};

    (void)state;
    for (WordId id = 0; id < W_COUNT; id++) {
        for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
            int depth = 0;

            for (const char *p = words_template(id); *p != '\0' && depth >= 0;
                 p = g_utf8_next_char(p)) {
                depth +=
                    (g_utf8_get_char(p) == pairs[i].open) - (g_utf8_get_char(p) == pairs[i].close);
            }
            if (depth != 0) {
                fail_at(id, "quotes or parentheses do not pair up");
            }
        }
    }
}

static void test_filling_a_template(void **state)
{
    (void)state;
    g_autofree char *one = say(W_AGE_HOURS, N("n", 1));
    g_autofree char *two = say(W_AGE_HOURS, N("n", 2));
    g_autofree char *none = say(W_AGE_HOURS, N("n", 0));
    g_autofree char *less = say(W_AGE_HOURS, N("n", -1));
    g_autofree char *most = say(W_AGE_HOURS, N("n", INT64_MIN));
    assert_string_equal(one, "for 1 hour");
    assert_string_equal(two, "for 2 hours");
    assert_string_equal(none, "for 0 hours");
    assert_string_equal(less, "for -1 hour");
    assert_string_equal(most, "for -9223372036854775808 hours");
}

/* What a person typed is put in as it stands: its braces are not read. */
static void test_an_argument_is_never_a_template(void **state)
{
    g_autofree char *said = say(W_ANSWER_LEARNED, S("text", "{text} {{}} {n:a|b} %s %n }"));

    (void)state;
    assert_string_equal(said, "learned: {text} {{}} {n:a|b} %s %n }");
}

static void test_appending(void **state)
{
    g_autoptr(GString) out = g_string_new("It stands ");

    (void)state;
    say_to(out, W_AGE_DAYS, (const Arg[]){N("n", 3), {0}});
    assert_string_equal(out->str, "It stands for 3 days");
}

static void test_plain_text_has_no_marks(void **state)
{
    g_autofree char *plain =
        marks_strip("a " MARK_BOLD "b" MARK_END " " MARK_CODE "/sprint" MARK_END " " MARK_MEMBER
                    "maria" MARK_END "\n\u00E9");

    (void)state;
    assert_string_equal(plain, "a b /sprint @maria\n\u00E9");
}

/* Help shows each command's line and example as they stand, so neither may wait for an argument. */
static void test_help_needs_no_arguments(void **state)
{
    (void)state;
    for (const Command *const *row = commands; *row != NULL; row++) {
        const WordId shown[] = {(*row)->help, (*row)->example};

        for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
            if (strpbrk(words_template(shown[i]), "{}") != NULL) {
                fail_at(shown[i], "help is shown as it stands");
            }
        }
    }
}

/* A form's questions are asked with {n} alone; what "yes" does, with nothing. */
static void test_questions_ask_for_a_number_at_most(void **state)
{
    static const Form *const forms[] = {&form_open,      &form_setup, &form_close, &form_retro,
                                        &form_objective, &form_kr,    &form_update};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (strpbrk(words_template(forms[i]->done), "{}") != NULL) {
            fail_at(forms[i]->done, "what a yes does is said as it stands");
        }
        for (const Field *field = forms[i]->fields; field->key != NULL; field++) {
            g_autofree char *question = say(field->question, N("n", 1));
            g_autofree char *help = say(field->help, N("n", 1));

            expect_that(field->key, *question != '\0' && *help != '\0');
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_placeholders_are_well_formed),
        cmocka_unit_test(test_marks_are_balanced),
        cmocka_unit_test(test_the_voice),
        cmocka_unit_test(test_quotes_and_parentheses_are_balanced),
        cmocka_unit_test(test_filling_a_template),
        cmocka_unit_test(test_an_argument_is_never_a_template),
        cmocka_unit_test(test_appending),
        cmocka_unit_test(test_plain_text_has_no_marks),
        cmocka_unit_test(test_help_needs_no_arguments),
        cmocka_unit_test(test_questions_ask_for_a_number_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

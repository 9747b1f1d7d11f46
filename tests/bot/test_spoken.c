/* What people type to the bot, as the core reads a command. */

#include "bot/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *promise, *text;
    const char *want;  /* NULL: no command */
    const char *order; /* the same, where it must be one */
} cases[] = {
    {"with its slash", "/sprint open", "sprint open", "sprint open"},
    {"with its mark", "!okr list", "okr list", "okr list"},
    {"with its family", "Sprint status", "Sprint status", "Sprint status"},
    {"by its own name", "status", "sprint status", "sprint status"},
    {"however it is spelled", "Check-in kr1 27%", "sprint Check-in kr1 27%",
     "sprint Check-in kr1 27%"},
    {"with lines", "close\nreason: x", "sprint close\nreason: x", "sprint close\nreason: x"},
    {"behind blanks", " \xC2\xA0\nhelp", "sprint help", "sprint help"},
    {"an answer", "kr1 27%", NULL, "sprint kr1 27%"},
    {"a longer word", "statusquo", NULL, "sprint statusquo"},
    {"nothing", "", NULL, "sprint"},
    {"a mark alone", "!", NULL, "sprint !"},
};

static void test_what_is_a_command(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) command = g_string_new(NULL), order = g_string_new(NULL);
        size_t len = strlen(cases[i].text);
        bool is = spoken_command(cases[i].text, len, command);

        spoken_order(cases[i].text, len, order);
        if (is != (cases[i].want != NULL) || strcmp(command->str, is ? cases[i].want : "") != 0 ||
            strcmp(order->str, cases[i].order) != 0) {
            fail_msg("%s: '%s', '%s'", cases[i].promise, command->str, order->str);
        }
    }
}

static void test_what_stands_behind_a_name(void **state)
{
    (void)state;
    assert_string_equal(spoken_behind_name(": status"), "status");
    assert_string_equal(spoken_behind_name(",\xC2\xA0status"), "status");
    assert_string_equal(spoken_behind_name("\xFFx"), "\xFFx");
    assert_string_equal(spoken_behind_name(""), "");
}

static void test_bytes_that_are_no_text_are_no_command(void **state)
{
    static const char text[] = {'s', 't', '\0', 'a', (char)0xFF};
    g_autoptr(GString) command = g_string_new(NULL);

    (void)state;
    for (size_t len = 0; len <= sizeof text; len++) {
        assert_false(spoken_command(text, len, command));
    }
    assert_int_equal(command->len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_a_command),
        cmocka_unit_test(test_what_stands_behind_a_name),
        cmocka_unit_test(test_bytes_that_are_no_text_are_no_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "bot/lint.h"

typedef struct Line {
    const char *promise;
    const char *line;
    bool passes;
    const char *tsv; /* the whole output */
} Line;

static const Line lines[] = {
    {"an outcome passes", "Win rate above 25%", true,
     "pass\tmeasures-a-condition\tWin rate above 25%\n"},
    {"an activity does not", "Launch 3 campaigns", false,
     "challenge\tcounts-own-doings\tLaunch 3 campaigns\n"},
    {"an unclear one does not pass", "Increase demos from 10 to 25", false,
     "ask\ttwo-faced-noun\tIncrease demos from 10 to 25\n"},
    {"one without a number is refused", "Improve satisfaction", false,
     "refuse\tno-number\tImprove satisfaction\n"},
    {"a blank line is passed over", " \t ", true, ""},
    {"nothing is passed over", "", true, ""},
    {"a remark is passed over", "# Launch 3 campaigns", true, ""},
    {"an empty list mark is passed over", "- ", true, ""},
    {"a dash is no part of the sentence", "- Launch 3 campaigns", false,
     "challenge\tcounts-own-doings\tLaunch 3 campaigns\n"},
    {"a star is none", "* Launch 3 campaigns", false,
     "challenge\tcounts-own-doings\tLaunch 3 campaigns\n"},
    {"a bullet is none", "  • Launch 3 campaigns", false,
     "challenge\tcounts-own-doings\tLaunch 3 campaigns\n"},
    {"a numeral is none", "12. Launch 3 campaigns", false,
     "challenge\tcounts-own-doings\tLaunch 3 campaigns\n"},
    {"a box is none", "- [x] Launch 3 campaigns", false,
     "challenge\tcounts-own-doings\tLaunch 3 campaigns\n"},
    {"a bare figure is a sentence", "20", false, "ask\tunknown-noun\t20\n"},
    {"a prefix is none", "kr: Win rate above 25%", true,
     "pass\tmeasures-a-condition\tWin rate above 25%\n"},
    {"a numbered prefix behind a dash is none", "- KR 2: Win rate above 25%", true,
     "pass\tmeasures-a-condition\tWin rate above 25%\n"},
    {"a count in front stays", "20 customer interviews conducted", false,
     "challenge\town-work\t20 customer interviews conducted\n"},
    {"a tab becomes a blank", "Launch\t3 campaigns", false,
     "challenge\tcounts-own-doings\tLaunch 3 campaigns\n"},
    {"inner blanks stay as they are", "Launch  3   campaigns", false,
     "challenge\tcounts-own-doings\tLaunch  3   campaigns\n"},
    {"a carriage return goes", "Launch 3 campaigns\r", false,
     "challenge\tcounts-own-doings\tLaunch 3 campaigns\n"},
    {"other scripts stay readable", "Zufriedenheit von 78% auf 85% – für Köln", true,
     "pass\tmeasures-a-condition\tZufriedenheit von 78% auf 85% – für Köln\n"},
    {"what is no UTF-8 is refused", "caf\xe9 12", false, "refuse\tnot-text\tcaf\xef\xbf\xbd 12\n"},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        bool passes =
            lint_line(out, LINT_TSV, (LintPlace){"f", 1}, lines[i].line, strlen(lines[i].line));

        if (strcmp(out->str, lines[i].tsv) != 0 || passes != lines[i].passes) {
            fail_msg("%s: %s", lines[i].promise, out->str);
        }
    }
}

static void test_place_is_said(void **state)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *line = "Make 60 calls";
    (void)state;

    assert_false(lint_line(out, LINT_TEXT, (LintPlace){"krs.txt", 7}, line, strlen(line)));
    assert_true(g_str_has_prefix(
        out->str, "krs.txt:7: challenge: counts-own-doings: “calls” counts what the team does"));
    assert_true(g_str_has_suffix(out->str, "\n"));
}

static void test_nul_is_refused(void **state)
{
    static const char line[] = "Win rate\0above 25%";
    g_autoptr(GString) out = g_string_new(NULL);
    (void)state;

    assert_false(lint_line(out, LINT_TEXT, (LintPlace){"-", 2}, line, sizeof line - 1));
    assert_true(g_str_has_prefix(out->str, "-:2: refuse: not-text: "));
    assert_non_null(strstr(out->str, "NUL"));
}

static void check_length(size_t length, bool refused)
{
    g_autofree char *line = g_strnfill(length, '5');
    g_autoptr(GString) out = g_string_new(NULL);

    assert_false(lint_line(out, LINT_TEXT, (LintPlace){"-", 1}, line, length));
    assert_int_equal(strstr(out->str, "not-text") != NULL, refused);
    assert_true(out->len < 1000);
}

static void test_long_lines(void **state)
{
    (void)state;
    check_length(8000, false);
    check_length(8001, true);
    check_length(100000, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_place_is_said),
        cmocka_unit_test(test_nul_is_refused),
        cmocka_unit_test(test_long_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

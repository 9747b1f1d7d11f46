/* Text as it goes out: marks become HTML and a body, and nothing that people wrote becomes either.
 */

#include "bot/matrix/text.h"

// NOLINTBEGIN(misc-misleading-bidirectional): text that turns around is what is tried here
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/words.h"
#include "html.h"

#define MARIA      "@maria:example.org"
#define AT(id)     MARK_MEMBER id MARK_END
#define AT_MARIA   "\x04@maria:example.org\x03"
#define LINK(name) "<a href=\"https://matrix.to/#/%40maria%3Aexample.org\">" name "</a>"

static const char *name_of(void *arg, const char *user)
{
    (void)user;
    return arg;
}

typedef struct Case {
    const char *promise, *name, *marked;
    const char *plain, *html;
} Case;

static const Case cases[] = {
    {"words stay words", NULL, "kr1 27%", "kr1 27%", "kr1 27%"},
    {"an umlaut and an emoji stay", NULL, "Büro 🌴", "Büro 🌴", "Büro 🌴"},
    {"bold is bold", NULL, "a " BOLD("b") " c", "a b c", "a <strong>b</strong> c"},
    {"code is code", NULL, CODE("kr1 27%"), "kr1 27%", "<code>kr1 27%</code>"},
    {"marks nest", NULL, BOLD("a " CODE("b")), "a b", "<strong>a <code>b</code></strong>"},
    {"a mark that nobody ends is ended", NULL, MARK_BOLD "a", "a", "<strong>a</strong>"},
    {"an end without its mark is nothing", NULL, "a" MARK_END "b", "ab", "ab"},
    {"lines stay lines", NULL, "a\nb", "a\nb", "a<br>b"},
    {"a tab is a blank", NULL, "a\tb", "a b", "a b"},
    {"a tag that a person typed is text", NULL, "<b>&\"'</b>", "<b>&\"'</b>",
     "&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;"},
    {"an entity that a person typed is text", NULL, "&lt;", "&lt;", "&amp;lt;"},
    {"@room is text", NULL, "@room now", "@room now", "@room now"},
    {"controls are dropped", NULL,
     "a\x07\x7F\xC2\x85"
     "b",
     "ab", "ab"},
    {"what turns a line around is dropped", NULL,
     "a\xE2\x80\xAE"
     "b\xE2\x81\xA6",
     "ab", "ab"},
    {"bytes that are no text are shown as such", NULL,
     "a\xFF"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     "a\xEF\xBF\xBD"
     "b"},
    {"a member is linked, by name", "Maria", AT(MARIA) " asks", "Maria asks",
     LINK("Maria") " asks"},
    {"a member without a name is linked, by id", "", AT(MARIA), MARIA, LINK(MARIA)},
    {"a name cannot be a tag", "<b>\"M&M\"", AT(MARIA), "<b>\"M&M\"",
     LINK("&lt;b&gt;&quot;M&amp;M&quot;")},
    {"a name is one line without controls", "Ma\xE2\x80\xAEri\x01\na", AT(MARIA), "Mari a",
     LINK("Mari a")},
    {"a name that nobody can see is an id", "\xE2\x80\x8B \n", AT(MARIA), MARIA, LINK(MARIA)},
    {"a name that is no text is shown as such", "M\xFF", AT(MARIA), "M\xEF\xBF\xBD",
     LINK("M\xEF\xBF\xBD")},
    {"a member in code is a name", "Maria", CODE("lead: " AT(MARIA)), "lead: Maria",
     "<code>lead: Maria</code>"},
    {"what is no id is no link", NULL, AT("jonas") AT("@x") AT("@a b:c"), "jonas@x@a b:c",
     "jonas@x@a b:c"},
    {"an id cannot leave its link", NULL, AT("@a\"><b>:c"), "@a\"><b>:c",
     "<a href=\"https://matrix.to/#/%40a%22%3E%3Cb%3E%3Ac\">@a&quot;&gt;&lt;b&gt;:c</a>"},
    {"a member whom nobody ends is dropped", NULL, "a" MARK_MEMBER "b", "ab", "ab"},
    {"a command is written as rooms take it", NULL, CODE("/sprint open") " or " CODE("/okr"),
     "!sprint open or !okr", "<code>!sprint open</code> or <code>!okr</code>"},
    {"only a command, and only in code", NULL, "/sprint " CODE("/sprinter") CODE("a /okr list"),
     "/sprint /sprintera /okr list", "/sprint <code>/sprinter</code><code>a /okr list</code>"},
};

static void test_marks_become_html_and_a_body(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(MatrixText) text = matrix_text_new();
        const MatrixNames names = {name_of, (gpointer)(uintptr_t)cases[i].name};

        matrix_text_add(&text, cases[i].marked, cases[i].name != NULL ? &names : NULL);
        if (strcmp(text.plain->str, cases[i].plain) != 0 ||
            strcmp(text.html->str, cases[i].html) != 0) {
            fail_msg("%s: %s | %s", cases[i].promise, text.plain->str, text.html->str);
        }
        expect_html(cases[i].promise, text.html->str);
        assert_int_equal(text.used, matrix_text_bytes(text.html->str, text.html->len));
        assert_false(text.full);
    }
}

static void test_a_form_to_copy_keeps_its_lines(void **state)
{
    g_auto(MatrixText) text = matrix_text_new();

    (void)state;
    matrix_text_add_code(&text, "/sprint open\nkr: <b>\n  goes " BOLD("on") "\n/okr list\n/okra");
    assert_string_equal(text.plain->str, "!sprint open\nkr: <b>\n  goes on\n!okr list\n/okra");
    assert_string_equal(text.html->str, "!sprint open\nkr: &lt;b&gt;\n  goes on\n!okr list\n/okra");
}

static void test_who_is_named_is_noted_once(void **state)
{
    g_auto(MatrixText) text = matrix_text_new();

    (void)state;
    matrix_text_add(&text, AT(MARIA) AT("@jonas:example.org") AT(MARIA) CODE(AT("@ines:a.b")),
                    NULL);
    assert_int_equal(text.mentioned->len, 2);
    assert_string_equal(g_ptr_array_index(text.mentioned, 0), MARIA);
    assert_string_equal(g_ptr_array_index(text.mentioned, 1), "@jonas:example.org");
}

static void test_a_clear_text_can_be_cleared(void **state)
{
    MatrixText text = {0};

    (void)state;
    matrix_text_clear(&text);
    text = matrix_text_new();
    matrix_text_clear(&text);
    matrix_text_clear(&text);
    assert_null(text.html);
}

static void test_ids_of_members(void **state)
{
    static const struct {
        const char *id;
        bool is;
    } ids[] = {{MARIA, true},   {"@a:b", true},     {"@a:b:8448", true}, {"@:b", false},
               {"@a:", false},  {"a:b", false},     {"@a", false},       {"", false},
               {NULL, false},   {"@a b:c", false},  {"@ä:b", false},     {"@a:b\n", false},
               {"!a:b", false}, {"@a\x01:b", false}};
    g_autofree char *filler = g_strnfill(252, 'x');
    g_autofree char *longest = g_strconcat("@", filler, ":y", NULL);
    g_autofree char *longer = g_strconcat("@x", filler, ":y", NULL);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        if (matrix_is_user(ids[i].id) != ids[i].is) {
            fail_msg("%s", ids[i].id);
        }
    }
    assert_true(matrix_is_user(longest));
    assert_false(matrix_is_user(longer));
}

/* --- limits --- */

static char *random_text(Dice *dice, uint32_t most)
{
    static const char *const shards[] = {
        MARK_BOLD, MARK_CODE, MARK_END, AT_MARIA, MARK_MEMBER, "<", ">",    "&", "\"",    "'",
        "\\",      "\n",      "word",   " ",      "😀",         "é", "\x07", "ש", "/okr ", "<b>",
    };
    GString *out = g_string_new(NULL);

    for (uint32_t n = roll(dice, most); n > 0; n--) {
        g_string_append(out, shards[roll(dice, G_N_ELEMENTS(shards))]);
    }
    return g_string_free(out, FALSE);
}

static void test_what_is_cut_is_balanced_and_within_its_limit(void **state)
{
    Dice dice = {11};

    (void)state;
    for (int i = 0; i < 4000; i++) {
        g_autofree char *marked = random_text(&dice, 60);
        g_auto(MatrixText) text = matrix_text_new();

        text.max = 20 + roll(&dice, 200);
        matrix_text_add(&text, marked, NULL);
        expect_html("cut", text.html->str);
        assert_true(matrix_text_bytes(text.html->str, text.html->len) <= text.max);
        assert_int_equal(text.full, g_str_has_suffix(text.plain->str, "…"));
        size_t before = text.html->len;
        if (text.full) {
            matrix_text_add(&text, "more", NULL);
            matrix_text_add_code(&text, "more");
            assert_int_equal(text.html->len, before);
        }
    }
}

static void test_a_body_is_cut_between_characters(void **state)
{
    static const struct {
        const char *promise, *text, *want;
        size_t max;
    } bodies[] = {
        {"what fits stays", "abc", "abc", 3},
        {"what is longer says so", "abcdef", "ab…", 5},
        {"a character is not split", "aé€😀", "aé…", 7},
        {"a newline counts twice", "\n\n\n", "\n…", 5},
        {"nothing fits", "abc", "…", 2},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(GString) text = g_string_new(bodies[i].text);

        matrix_text_cut(text, bodies[i].max);
        if (strcmp(text->str, bodies[i].want) != 0) {
            fail_msg("%s: %s", bodies[i].promise, text->str);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_become_html_and_a_body),
        cmocka_unit_test(test_a_form_to_copy_keeps_its_lines),
        cmocka_unit_test(test_who_is_named_is_noted_once),
        cmocka_unit_test(test_a_clear_text_can_be_cleared),
        cmocka_unit_test(test_ids_of_members),
        cmocka_unit_test(test_what_is_cut_is_balanced_and_within_its_limit),
        cmocka_unit_test(test_a_body_is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
// NOLINTEND(misc-misleading-bidirectional)

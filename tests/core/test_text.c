#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

/* Three people, joined into one picture; a flag of tags; and one with a skin tone. */
#define FAMILY       "\U0001F469\u200D\U0001F469\u200D\U0001F467"
#define TWO_FAMILIES (FAMILY FAMILY)
#define ENGLAND      "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"
#define PIRATES      "\U0001F3F4\u200D\u2620\uFE0F"
#define HANDS        "\U0001F44F\U0001F3FD"

static void expect_text(const char *promise, const char *got, const char *want)
{
    if (g_strcmp0(got, want) != 0) {
        fail_msg("%s: got \"%s\", not \"%s\"", promise, got, want);
    }
}

static void test_what_a_reader_cannot_see_goes(void **state)
{
    static const struct {
        const char *promise, *text, *clean;
    } cases[] = {
        {"plain text stays as it is", "kr1 27%", "kr1 27%"},
        {"nothing stays nothing", "", ""},
        {"a line break stays", "a\nb", "a\nb"},
        {"CR LF is one line break", "a\r\nb", "a\nb"},
        {"a lone CR is a line break", "a\rb", "a\nb"},
        {"a CR at the end is a line break", "a\r", "a\n"},
        {"two CRs in front of an LF are two breaks", "a\r\r\nb", "a\n\nb"},
        {"a tab is a blank", "a\tb", "a b"},
        {"a line separator is a line break", "a\u2028b\u2029c", "a\nb\nc"},
        {"controls go", "a\001\002\003\004\033[31mb\177", "a[31mb"},
        {"C1 controls go", "a\xC2\x85\xC2\x9Bz", "az"},
        {"the byte-order mark goes", "\uFEFFkr1", "kr1"},
        {"zero-width space, joiner and non-joiner go", "p\u200Bay\u200Cm\u200Dent\u2060",
         "payment"},
        {"right-to-left override goes", "gnp\u202Eexe.jpg\u202C", "gnpexe.jpg"},
        {"bidirectional isolates and marks go", "\u2066a\u2069\u200E\u200Fb\u061C", "ab"},
        {"tag characters go", "ok\U000E0068\U000E0069", "ok"},
        {"a soft hyphen goes", "pipe\u00ADline", "pipeline"},
        {"private use goes", "a\uE000b", "ab"},
        {"Hangul fillers, which look like blanks, go", "a\u3164b\uFFA0c\u115Fd", "abcd"},
        {"right-to-left letters stay", "\u05E9\u05DC\u05D5\u05DD \u0633\u0644\u0627\u0645",
         "\u05E9\u05DC\u05D5\u05DD \u0633\u0644\u0627\u0645"},
        {"an emoji family stays together", FAMILY " 27%", FAMILY " 27%"},
        {"a flag of an emoji and a sign stays together", PIRATES, PIRATES},
        {"a skin tone stays", HANDS, HANDS},
        {"a joiner between an emoji and a letter goes", "\U0001F469\u200Da", "\U0001F469a"},
        {"a joiner in front of what goes, goes with it", "\U0001F469\u200D\U0001F80Fa",
         "\U0001F469a"},
        {"a joiner at the very end goes", "\U0001F469\u200D", "\U0001F469"},
        {"a flag spelt in tags keeps its flag alone", ENGLAND, "\U0001F3F4"},
        {"letters are composed", "Cafe\u0301", "Caf\u00E9"},
        {"formula-like text is text", "=1+1", "=1+1"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *clean = NULL;
        size_t at = 0;

        expect_that(cases[i].promise,
                    text_clean(cases[i].text, strlen(cases[i].text), 100, &clean, &at) == TEXT_OK);
        expect_text(cases[i].promise, clean, cases[i].clean);
    }
}

/* Cleaning twice is cleaning once. */
static void test_clean_text_stays_as_it_is(void **state)
{
    static const char *const texts[] = {"e\u0301\u200B\u0301", "a\r\n\r\nb\t", TWO_FAMILIES,
                                        "\U0001F469\u200B\u200D\U0001F467", "\u1112\u1161\u11AB"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *once = NULL, *twice = NULL;
        size_t at = 0;

        assert_int_equal(text_clean(texts[i], strlen(texts[i]), 100, &once, &at), TEXT_OK);
        assert_int_equal(text_clean(once, strlen(once), 100, &twice, &at), TEXT_OK);
        expect_text("clean text is left alone", twice, once);
    }
}

static void test_bytes_that_are_no_text(void **state)
{
    static const struct {
        const char *promise, *bytes;
    } cases[] = {
        {"a lone continuation byte", "\x80"},
        {"an overlong slash", "\xC0\xAF"},
        {"half of a surrogate pair", "\xED\xA0\x80"},
        {"beyond the last character", "\xF4\x90\x80\x80"},
        {"a byte that never occurs", "\xFF"},
        {"Latin-1", "\xE9t\xE9"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (size_t before = 0; before < 20; before++) { /* wherever they stand */
            g_autofree char *front = g_strnfill(before, 'x');
            g_autofree char *text = g_strconcat(front, cases[i].bytes, " y", NULL);
            g_autofree char *clean = NULL;
            size_t at = 999;

            expect_that(cases[i].promise,
                        text_clean(text, strlen(text), 100, &clean, &at) == TEXT_NOT_UTF8);
            expect_that(cases[i].promise, at == before && clean == NULL);
        }
    }
}

/* Every character cut short at every byte, at the very end of what may be read. */
static void test_a_character_cut_short_is_not_read_past_the_end(void **state)
{
    const char *text = "\u00E9\u20AC\U0001F469";

    (void)state;
    for (size_t len = 0; len <= strlen(text); len++) {
        g_autofree char *bytes =
            g_memdup2(text, len); /* exactly so long: the sanitizer sees a step too far */
        g_autofree char *clean = NULL;
        size_t at = 0;
        bool whole = len == 0 || len == 2 || len == 5 || len == 9;
        TextFault fault =
            len == 0 ? text_clean("", 0, 10, &clean, &at) : text_clean(bytes, len, 10, &clean, &at);

        assert_int_equal(fault, whole ? TEXT_OK : TEXT_NOT_UTF8);
    }
}

static void test_a_nul_is_found_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t at = 0; at < 8; at++) {
        char bytes[] = "abcdefgh";
        g_autofree char *clean = NULL;
        size_t found = 999;

        bytes[at] = '\0';
        assert_int_equal(text_clean(bytes, 8, 100, &clean, &found), TEXT_HAS_NUL);
        assert_int_equal(found, at);
    }
}

static void test_the_longest_message(void **state)
{
    static const char *const characters[] = {"a", "\u00E9", "\u20AC", "\U0001F469"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(characters); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *clean = NULL;
        size_t at = 0;

        for (int n = 0; n < TEXT_MESSAGE_MAX; n++) {
            g_string_append(text, characters[i]);
        }
        assert_int_equal(text_clean(text->str, text->len, TEXT_MESSAGE_MAX, &clean, &at), TEXT_OK);
        assert_int_equal(g_utf8_strlen(clean, -1), TEXT_MESSAGE_MAX);
        g_clear_pointer(&clean, g_free);
        g_string_append(text, characters[i]);
        assert_int_equal(text_clean(text->str, text->len, TEXT_MESSAGE_MAX, &clean, &at),
                         TEXT_TOO_LONG);
        assert_int_equal(at, TEXT_MESSAGE_MAX + 1);
    }
}

static void test_a_fault_is_said_with_its_place(void **state)
{
    g_autofree char *bytes = text_fault_say(TEXT_NOT_UTF8, 4, 100);
    g_autofree char *nul = text_fault_say(TEXT_HAS_NUL, 0, 100);
    g_autofree char *length = text_fault_say(TEXT_TOO_LONG, 8001, 8000);

    (void)state;
    expect_has("people count from one", bytes, "at byte 5");
    expect_has("people count from one", nul, "at byte 1");
    expect_has("how long it is", length, "8001");
    expect_has("and how long it may be", length, "8000");
    assert_null(text_fault_say(TEXT_OK, 0, 0));
}

static void test_squeezing_and_cutting(void **state)
{
    static const struct {
        const char *promise, *text, *squeezed;
    } squeezes[] = {
        {"blanks at both ends go", "  a  ", "a"},
        {"runs of blanks are one", "a \n\n  b", "a b"},
        {"only blanks are nothing", " \n ", ""},
        {"the blank that does not break is one too", "a\u00A0\u2003b", "a b"},
    };
    static const struct {
        const char *promise, *text;
        size_t max;
        const char *cut;
    } cuts[] = {
        {"what fits stays", "abc", 3, "abc"},
        {"what is cut shows it, within the length", "abcd", 3, "ab\u2026"},
        {"characters, not bytes, are counted", "\u20AC\u20AC\u20AC\u20AC", 3, "\u20AC\u20AC\u2026"},
        {"no blank in front of the dots", "ab cd", 4, "ab\u2026"},
        {"one character is the dots alone", "ab", 1, "\u2026"},
        {"nothing is nothing", "", 3, ""},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(squeezes); i++) {
        g_autofree char *got = text_squeeze(squeezes[i].text);

        expect_text(squeezes[i].promise, got, squeezes[i].squeezed);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
        g_autofree char *got = text_cut(cuts[i].text, cuts[i].max);

        expect_text(cuts[i].promise, got, cuts[i].cut);
    }
}

static void test_keys_and_folding(void **state)
{
    static const struct {
        const char *promise, *text, *key;
    } cases[] = {
        {"case and signs do not matter", "Check-in", "checkin"},
        {"nor do blanks", " check  in ", "checkin"},
        {"digits stay", "KR 1", "kr1"},
        {"letters of other scripts stay", "\u041F\u0420", "\u043F\u0440"},
        {"the German sharp s folds", "Stra\u00DFe", "strasse"},
        {"nothing but signs is nothing", "--- !", ""},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *key = text_key(cases[i].text);

        expect_text(cases[i].promise, key, cases[i].key);
    }
    g_autofree char *folded = text_fold("  West \n SIDE ");
    expect_text("folding keeps single blanks", folded, "west side");
}

static void test_words_at_the_start(void **state)
{
    static const struct {
        const char *promise, *text, *word;
        bool starts;
    } cases[] = {
        {"the word alone", "now", "now", true},
        {"in any case", "NOW 5", "now", true},
        {"a sign ends a word", "now: 5", "now", true},
        {"a longer word is another", "nowhere", "now", false},
        {"a digit goes on a word", "now5", "now", false},
        {"an accented letter goes on a word", "now\u00E9", "now", false},
        {"a shorter text is none", "no", "now", false},
        {"nothing is none", "", "now", false},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_that(cases[i].promise,
                    text_starts_word(cases[i].text, cases[i].word) == cases[i].starts);
    }
}

static void test_how_far_two_words_are_apart(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"window", "window", 0},
        {"wimdow", "window", 1},
        {"widnow", "window", 1},
        {"windw", "window", 1},
        {"windoow", "window", 1},
        {"anchor", "window", 5},
        {"ca", "abc", 3},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_int_equal(text_distance(cases[i].a, cases[i].b), cases[i].distance);
        assert_int_equal(text_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}

static void test_did_you_mean(void **state)
{
    static const char *const keys[] = {"trigger",   "situation", "anchor",       "window",
                                       "objective", "kr",        "working days", NULL};
    static const char *const none[] = {NULL};
    static const struct {
        const char *promise, *word, *nearest;
    } cases[] = {
        {"a slip", "wimdow", "window"},
        {"letters that changed places", "acnhor", "anchor"},
        {"case and signs aside", "Working-Day", "working days"},
        {"the nearest of two that are near", "krr", "kr"},
        {"nothing is near", "deadline", NULL},
        {"an empty word is near nothing", "", NULL},
        {"nor are signs alone", "!!!", NULL},
        {"nor is a whole novel",
         "windowwindowwindowwindowwindowwindowwindowwindowwindowwindowwindow", NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_text(cases[i].promise, text_nearest(cases[i].word, keys), cases[i].nearest);
    }
    assert_null(text_nearest("window", none));
    assert_ptr_equal(text_nearest("anchor", keys), keys[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_reader_cannot_see_goes),
        cmocka_unit_test(test_clean_text_stays_as_it_is),
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_a_character_cut_short_is_not_read_past_the_end),
        cmocka_unit_test(test_a_nul_is_found_wherever_it_stands),
        cmocka_unit_test(test_the_longest_message),
        cmocka_unit_test(test_a_fault_is_said_with_its_place),
        cmocka_unit_test(test_squeezing_and_cutting),
        cmocka_unit_test(test_keys_and_folding),
        cmocka_unit_test(test_words_at_the_start),
        cmocka_unit_test(test_how_far_two_words_are_apart),
        cmocka_unit_test(test_did_you_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

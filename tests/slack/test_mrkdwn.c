/* Text to and from Slack: what people wrote stays text, what we mark is formatted. */

#include "bot/slack/mrkdwn.h"

// NOLINTBEGIN(misc-misleading-bidirectional): text that turns around is what is tried here
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "blockkit.h"
#include "core/words.h"

#define Z "\xE2\x80\x8B" /* U+200B */

static const char *name_of(void *arg, const char *member)
{
    (void)arg;
    return strcmp(member, "U1") == 0   ? "maria"
           : strcmp(member, "U2") == 0 ? "channel"
           : strcmp(member, "U3") == 0 ? "*<!here>*"
                                       : "";
}

static const SlackNames names = {name_of, NULL};

static void expect_text(const char *promise, const char *got, const char *want)
{
    if (strcmp(got, want) != 0) {
        fail_msg("%s: got\n%s\nnot\n%s", promise, got, want);
    }
}

typedef struct Case {
    const char *promise, *text, *want;
} Case;

static void test_what_people_wrote_stays_text(void **state)
{
    static const Case cases[] = {
        {"plain words are left alone", "Nine of ten, (really) fine!",
         "Nine of ten, (really) fine!"},
        {"the three characters are escaped", "a & b < c > d", "a &amp; b &lt; c &gt; d"},
        {"an escape that somebody typed is text", "&lt;!here&gt;", "&amp;lt;!here&amp;gt;"},
        {"no mention of everybody", "<!channel> <!here|x>", "&lt;!channel&gt; &lt;!here|x&gt;"},
        {"no link", "<https://x.example|y>", "&lt;https://x.example|y&gt;"},
        {"no channel", "<#C1|west>", "&lt;#C1|west&gt;"},
        {"a member who is named is not mentioned", "ask <@U1>, please", "ask @maria, please"},
        {"a label that came along is not believed", "<@U1|everyone>", "@maria"},
        {"an unknown member is an id", "<@U9>", "@U9"},
        {"a member called channel calls nobody", "<@U2>", "@" Z "channel"},
        {"a member's name is foreign text too", "<@U3>", "@" Z "*" Z "&lt;!here&gt;" Z "*" Z},
        {"a group is named, not called", "<!subteam^S1|@sales>", "@S1"},
        {"half a mention is text", "<@U1", "&lt;@U1"},
        {"a mention of nothing is text", "<@> <@|x>", "&lt;@&gt; &lt;@|x&gt;"},
        {"a mention within a mention is text", "<@<@U1>>", "&lt;@@maria&gt;"},
        {"typed groups stay plain", "@here @Channel @everyone",
         "@" Z "here @" Z "Channel @" Z "everyone"},
        {"nothing unseen hides a group",
         "@\x07here @h\xE2\x80\xAE"
         "ere",
         "@" Z "here @" Z "here"},
        {"nothing unseen hides an emoji", ":\x07x:", ":" Z "x:"},
        {"an address is no group", "m@example.org", "m@example.org"},
        {"asterisks at words do not make bold", "*bold*", Z "*" Z "bold" Z "*" Z},
        {"the middle of a word never formats", "snake_case_name 2*3", "snake_case_name 2*3"},
        {"an operator that stands alone is left alone", "3 * 4 ~ 12", "3 * 4 ~ 12"},
        {"underscores at words do not slant", "_so_", Z "_" Z "so" Z "_" Z},
        {"tildes at words do not strike", "~no~", Z "~" Z "no" Z "~" Z},
        {"backticks make no code", "`x`", Z "`" Z "x" Z "`" Z},
        {"three backticks make no block", "```", Z "`" Z "`" Z "`" Z},
        {"a line makes no quote", "> a\n  >b", Z "&gt; a\n  " Z "&gt;b"},
        {"a > inside a line stays bare", "a > b", "a &gt; b"},
        {"a bullet of somebody else's is no list", "• a • b", Z "• a • b"},
        {"names of emoji stay names", ":tada: a:b 10:30", ":" Z "tada: a:b 10:30"},
        {"names of emoji in a row stay names", ":a::b:",
         ":" Z "a:"
         ":" Z "b:"},
        {"controls go, a tab is a blank",
         "a\x05\x1b[1mb\tc\x7f"
         "d\xC2\x85"
         "e",
         "a[1mb cde"},
        {"nothing turns the direction of a line",
         "a\xE2\x80\xAE"
         "b\xE2\x81\xA6"
         "c",
         "abc"},
        {"emoji and every script stay", "Größe 東京 שלום 👩‍💻 …",
         "Größe 東京 שלום 👩‍💻 …"},
        {"blanks at the ends of lines go", "  a  \nb  ", "  a\nb"},
        {"one empty line is enough", "a\n\n\n\n\nb", "a\n\nb"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);

        slack_mrkdwn(out, cases[i].text, 3000, &names);
        expect_text(cases[i].promise, out->str, cases[i].want);
        g_autofree char *fault = blockkit_fault_of_mrkdwn(out->str);
        expect_text(cases[i].promise, fault != NULL ? fault : "", "");
    }
}

static void test_only_marks_format(void **state)
{
    static const Case cases[] = {
        {"bold", "a " BOLD("b c") " d", "a *b c* d"},
        {"code", "try " CODE("/sprint show 1") ".", "try `/sprint show 1`."},
        {"code in bold", BOLD("see " CODE("x") " now"), "*see `x` now*"},
        {"bold in code is code", CODE("a " BOLD("b") " c"), "`a b c`"},
        {"a mention", "by " MARK_MEMBER "U1" MARK_END ".", "by <@U1>."},
        {"a mention in code is a name", CODE("x " MARK_MEMBER "U1" MARK_END), "`x @maria`"},
        {"an id that is none is a name", MARK_MEMBER "jonas" MARK_END, "@jonas"},
        {"an id cannot become a mention of everybody", MARK_MEMBER "U1> <!here" MARK_END,
         "@U1&gt; &lt;!here"},
        {"an id that calls everybody calls nobody", MARK_MEMBER "channel" MARK_END,
         "@" Z "channel"},
        {"markers in bold do not end it", BOLD("a* b"), "*a" Z "*" Z " b*"},
        {"backticks in code do not end it", CODE("a`b"),
         "`a\xCB\x8B"
         "b`"},
        {"formatting in code is literal", CODE("*a* :b: _c_"), "`*a* :b: _c_`"},
        {"escapes in code stay escapes", CODE("<!here> & co"), "`&lt;!here&gt; &amp; co`"},
        {"bold ends with its line and begins again", BOLD("a\nb"), "*a*\n*b*"},
        {"blanks stay outside", "x" BOLD(" a ") "y", "x *a* y"},
        {"bold of nothing is nothing", "a " BOLD("") "b" BOLD(" ") "c", "a b c"},
        {"bold inside a word gets an edge", "a" BOLD("b") "c", "a" Z "*b*" Z "c"},
        {"a mark that nobody opened is dropped", "a" MARK_END "b", "ab"},
        {"a mark that nobody ended ends with the text", MARK_BOLD "a", "*a*"},
        {"a mention that nobody ended is dropped", "a" MARK_MEMBER "U1", "aU1"},
        {"marks deeper than any template nest",
         BOLD(BOLD(BOLD(BOLD(BOLD(BOLD(BOLD(BOLD(BOLD(BOLD("a")))))))))) " b", "*a* b"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);

        slack_mrkdwn(out, cases[i].text, 3000, &names);
        expect_text(cases[i].promise, out->str, cases[i].want);
    }
}

static void test_a_text_too_long_ends_in_a_sign(void **state)
{
    static const struct {
        const char *promise, *text;
        size_t max;
        const char *want;
    } cases[] = {
        {"what fits exactly is whole", "abcdef", 6, "abcdef"},
        {"a word goes whole where there is room for half", "one two three", 11, "one two…"},
        {"a word longer than all is cut", "abcdefgh", 7, "abcd…"},
        {"no escape is cut", "ab&&", 9, "ab…"},
        {"no character is cut", "ääää", 7, "ää…"},
        {"no surrogate is made", "a😀😀", 8, "a😀…"},
        {"a mark is closed", BOLD("one two three"), 13, "*one two*…"},
        {"a mention is whole or not there", "hello you " MARK_MEMBER "U1234567" MARK_END, 20,
         "hello you…"},
        {"no room is nothing", "abc", 2, ""},
        {"room for the sign alone", "abcd", 3, "…"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new("> ");

        slack_mrkdwn(out, cases[i].text, cases[i].max, &names);
        expect_text(cases[i].promise, out->str + 2, cases[i].want);
        assert_true(out->len - 2 <= cases[i].max);
    }
}

static void test_plain_text_has_no_markup(void **state)
{
    static const struct {
        const char *promise, *text;
        size_t max;
        const char *want;
    } cases[] = {
        {"nothing is escaped", "a & b < c", 99, "a & b < c"},
        {"marks go", BOLD("a") " " CODE("b"), 99, "a b"},
        {"members are named", MARK_MEMBER "U1" MARK_END " <@U1> <@U9>", 99, "@maria @maria @U9"},
        {"emoji keep their names", ":tada:", 99, ":" Z "tada:"},
        {"controls and overrides go", "a\x05\xE2\x80\xAE\tb", 99, "a b"},
        {"what fits exactly is whole", "äöü", 3, "äöü"},
        {"what does not ends in a sign", "äöüß", 3, "äö…"},
        {"an emoji counts twice", "😀😀", 3, "😀…"},
        {"no room is nothing", "a", 0, ""},
        {"half a character at the end is no way out", "a\xF0", 99, "a\xF0"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);

        slack_plain(out, cases[i].text, cases[i].max, &names);
        expect_text(cases[i].promise, out->str, cases[i].want);
    }
}

static void test_what_slack_sends_becomes_text(void **state)
{
    static const Case cases[] = {
        {"escapes", "a &amp; b &lt;c&gt; &quot;", "a & b <c> &quot;"},
        {"an escape of an escape", "&amp;lt;!here&amp;gt;", "&lt;!here&gt;"},
        {"a member", "<@U123|maria> and <@W9>", "<@U123> and <@W9>"},
        {"a channel", "<#C1|west> <#C2> <#C3|>", "#west #C2 #C3"},
        {"a group", "<!subteam^S1|@sales>", "<!subteam^S1>"},
        {"everybody", "<!here> <!channel|channel> <!everyone|@everyone>",
         "@here @channel @everyone"},
        {"a link", "<https://x.example/?a=1&amp;b=2>", "https://x.example/?a=1&b=2"},
        {"a link with a label", "<https://x.example|R&amp;D>", "R&D"},
        {"an address", "<mailto:m@x.example|m@x.example>", "m@x.example"},
        {"a date", "<!date^1700000000^{date}^https://x.example|14 July>", "14 July"},
        {"what is no form", "a < b <> <", "a < b <> <"},
        {"a form that never ends", "<@U1", "<@U1"},
        {"a form of bars", "<|> <||x>", " |x"},
        {"nothing", "", ""},
        {"half an escape", "&am &", "&am &"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t len = 0;
        g_autofree char *got = slack_decode(cases[i].text, strlen(cases[i].text), &len);

        expect_text(cases[i].promise, got, cases[i].want);
        assert_int_equal(len, strlen(cases[i].want));
    }
}

static void test_decoding_goes_over_nuls_and_takes_no_time(void **state)
{
    size_t len = 0;
    g_autofree char *many = g_strnfill(200000, '<');
    g_autofree char *got = slack_decode(many, 200000, &len);
    g_autofree char *nul = slack_decode("a\0&lt;<@U1|x>", 13, &(size_t){0});

    (void)state;
    assert_int_equal(len, 200000);
    assert_memory_equal(got, many, len);
    assert_memory_equal(nul, "a\0<<@U1>", 8);
}

/* --- fuzz --- */

typedef struct Dice {
    uint64_t state;
} Dice;

static uint32_t roll(Dice *dice, uint32_t sides)
{
    dice->state = dice->state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(dice->state >> 33) % sides;
}

static const char *const shards[] = {
    "a",
    "word",
    " ",
    " ",
    "\n",
    "*",
    "_",
    "~",
    "`",
    "```",
    ">",
    "<",
    "&",
    "|",
    "<!here>",
    "<#C1>",
    "<@U1>",
    "<https://x>",
    "@here",
    ":",
    ":x:",
    "•",
    "é",
    "東京",
    "😀",
    "\xE2\x80\xAE",
    "\xE2\x81\xA6",
    "\x07",
    "\t",
    "&lt;",
    ".",
    "12",
    "@",
    "here",
    ":x",
};
static const char *const marks[] = {
    MARK_BOLD, MARK_CODE, MARK_END, MARK_END, (MARK_MEMBER "U7" MARK_END), MARK_MEMBER};

static char *random_text(Dice *dice, uint32_t most, bool marked)
{
    GString *out = g_string_new(NULL);

    for (uint32_t n = roll(dice, most); n > 0; n--) {
        if (marked && roll(dice, 4) == 0) {
            g_string_append(out, marks[roll(dice, G_N_ELEMENTS(marks))]);
        } else {
            g_string_append(out, shards[roll(dice, G_N_ELEMENTS(shards))]);
        }
    }
    return g_string_free(out, FALSE);
}

/* What is left to read: without U+200B, white space and what is dropped on purpose. */
static char *readable(const char *text)
{
    GString *out = g_string_new(NULL);

    for (const char *p = text; *p != '\0'; p++) {
        if (strncmp(p, Z, 3) == 0 || strncmp(p, "\xE2\x80\xAE", 3) == 0 ||
            strncmp(p, "\xE2\x81\xA6", 3) == 0) {
            p += 2;
        } else if (*p != ' ' && *p != '\n' && *p != '\t' && *p != '\x07') {
            g_string_append_c(out, *p);
        }
    }
    return g_string_free(out, FALSE);
}

static char *without_mention(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "<@U1>", -1);

    return g_strjoinv("@U1", parts);
}

/* Where an asterisk may open or close, if U+200B counts as a blank, or as a letter: no one knows.
 */
static bool is_edge(const char *p, const char *start, bool after, bool as_blank)
{
    bool zero = after ? strncmp(p, Z, 3) == 0 : p - start >= 3 && strncmp(p - 3, Z, 3) == 0;

    if (zero) {
        return as_blank;
    }
    if (!after) {
        return p == start || !g_ascii_isalnum(p[-1]);
    }
    return !g_ascii_isalnum(*p);
}

static bool is_space(const char *p, const char *start, bool after, bool as_blank)
{
    bool zero = after ? strncmp(p, Z, 3) == 0 : p - start >= 3 && strncmp(p - 3, Z, 3) == 0;

    if (zero) {
        return as_blank;
    }
    return after ? *p == '\0' || g_ascii_isspace(*p) : p == start || g_ascii_isspace(p[-1]);
}

static bool formats(const char *text, char marker, bool as_blank)
{
    bool open = false;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n') {
            open = false;
        }
        if (*p != marker) {
            continue;
        }
        if (open && !is_space(p, text, false, as_blank) && is_edge(p + 1, text, true, as_blank)) {
            return true;
        }
        open =
            open || (is_edge(p, text, false, as_blank) && !is_space(p + 1, text, true, as_blank));
    }
    return false;
}

static void expect_no_formatting(const char *text, const char *out)
{
    for (const char *marker = "*_~`"; *marker != '\0'; marker++) {
        if (formats(out, *marker, true) || formats(out, *marker, false)) {
            fail_msg("%c formats in\n%s\nmade of\n%s", *marker, out, text);
        }
    }
}

static void test_no_text_formats_mentions_or_gets_lost(void **state)
{
    Dice dice = {1};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        g_autofree char *text = random_text(&dice, 40, false);
        g_autoptr(GString) out = g_string_new(NULL);
        size_t len = 0;

        slack_mrkdwn(out, text, 3000, NULL);
        g_autofree char *fault = blockkit_fault_of_mrkdwn(out->str);
        if (fault != NULL) {
            fail_msg("%s, made of\n%s", fault, text);
        }
        expect_no_formatting(text, out->str);
        assert_null(strstr(out->str, "<"));
        g_autofree char *back = slack_decode(out->str, out->len, &len);
        g_autofree char *plain = without_mention(text);
        g_autofree char *got = readable(back), *want = readable(plain);
        expect_text("every word is still there", got, want);
    }
}

static void test_pieces_hold_all_and_no_more_than_they_may(void **state)
{
    Dice dice = {2};

    (void)state;
    for (int i = 0; i < 2000; i++) {
        g_autofree char *text = random_text(&dice, 1500, false);
        g_autoptr(GString) all = g_string_new(NULL);
        SlackPiece piece = {.rest = text, .code = i % 2 == 0};
        size_t max = 300 + roll(&dice, 700), len = 0;

        while (piece.rest != NULL) {
            size_t start = all->len;
            const char *before = piece.rest;

            slack_mrkdwn_piece(all, &piece, max, NULL);
            assert_true(all->len - start <= max);
            assert_true(piece.rest == NULL || piece.rest > before);
            g_string_append_c(all, '\n');
        }
        g_autofree char *back = slack_decode(all->str, all->len, &len);
        g_autofree char *plain = without_mention(text);
        g_autofree char *got = readable(back), *want = readable(plain);
        expect_text("every word is in one of the pieces", got, want);
        assert_true(piece.code == (i % 2 == 0));
        assert_true(!piece.code || strstr(all->str, "```") == NULL);
    }
}

static void test_marks_never_break_a_text_or_a_piece(void **state)
{
    Dice dice = {3};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        g_autofree char *text = random_text(&dice, 300, true);
        size_t max = 300 + roll(&dice, 300);
        SlackPiece piece = {.rest = text};

        while (piece.rest != NULL) {
            g_autoptr(GString) out = g_string_new(NULL);
            const char *before = piece.rest;

            slack_mrkdwn_piece(out, &piece, max, &names);
            g_autofree char *fault = blockkit_fault_of_mrkdwn(out->str);
            if (fault != NULL || out->len > max) {
                fail_msg("%s (%zu bytes), made of\n%s", fault, out->len, text);
            }
            assert_true(piece.rest == NULL || piece.rest > before);
        }
    }
}

static void test_no_limit_is_ever_overstepped(void **state)
{
    Dice dice = {4};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        g_autofree char *text = random_text(&dice, 60, true);
        g_autoptr(GString) out = g_string_new(NULL), plain = g_string_new(NULL);
        size_t max = roll(&dice, 120);

        slack_mrkdwn(out, text, max, &names);
        slack_plain(plain, text, max, &names);
        assert_true(out->len <= max);
        assert_true(slack_units(plain->str) <= max);
        g_autofree char *fault = blockkit_fault_of_mrkdwn(out->str);
        if (fault != NULL || !g_utf8_validate(plain->str, -1, NULL)) {
            fail_msg("%s, made of\n%s", fault, text);
        }
    }
}

static void test_a_long_text_is_cut_at_words(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    SlackPiece piece = {0};

    (void)state;
    for (int i = 0; i < 2000; i++) {
        g_string_append(text, i % 20 == 19 ? "words\n" : "words ");
    }
    for (piece.rest = text->str; piece.rest != NULL;) {
        g_autoptr(GString) out = g_string_new(NULL);

        slack_mrkdwn_piece(out, &piece, 3000, NULL);
        assert_true(g_str_has_prefix(out->str, "words"));
        assert_true(g_str_has_suffix(out->str, "words"));
        assert_true(piece.rest == NULL || piece.rest[-1] == '\n'); /* better than a word's end */
        assert_true(piece.rest == NULL || out->len > 2800);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_people_wrote_stays_text),
        cmocka_unit_test(test_only_marks_format),
        cmocka_unit_test(test_a_text_too_long_ends_in_a_sign),
        cmocka_unit_test(test_plain_text_has_no_markup),
        cmocka_unit_test(test_what_slack_sends_becomes_text),
        cmocka_unit_test(test_decoding_goes_over_nuls_and_takes_no_time),
        cmocka_unit_test(test_no_text_formats_mentions_or_gets_lost),
        cmocka_unit_test(test_pieces_hold_all_and_no_more_than_they_may),
        cmocka_unit_test(test_marks_never_break_a_text_or_a_piece),
        cmocka_unit_test(test_no_limit_is_ever_overstepped),
        cmocka_unit_test(test_a_long_text_is_cut_at_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
// NOLINTEND(misc-misleading-bidirectional)

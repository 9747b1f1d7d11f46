#include "bot/console/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/console/bar.h"
#include "bot/console/flow.h"
#include "core/words.h"

#define ESC "\x1b"

static const RenderStyle plain = {0};
static const RenderStyle boxed = {.terminal = true, .width = 40};
static const RenderStyle coloured = {.terminal = true, .colour = true, .width = 80};
static const RenderHead no_head = {0};

static void expect_text(const char *promise, const char *got, const char *want)
{
    if (strcmp(got, want) != 0) {
        fail_msg("%s: got\n%s\nnot\n%s", promise, got, want);
    }
}

static void expect_card(const char *promise, const Card *card, const RenderHead *head,
                        const RenderStyle *style, const char *want)
{
    g_autofree char *got = render_card(card, head, style);

    expect_text(promise, got, want);
}

static void add_kr(Card *card, int32_t progress, PaceStatus status, const char *note)
{
    Block *block = block_new(BLOCK_KR);

    block->label = g_strdup("KR1");
    block->text = g_strdup("Acceptance rate");
    block->values = g_strdup("22% → 27% → 35%");
    block->note = g_strdup(note);
    block->progress = progress;
    block->status = status;
    card_block(card, block);
}

/* One of each, as a check-in could have them. */
static Card *whole_card(void)
{
    Card *card = card_new(CARD_PROMPT);

    card_title(card, g_strdup("Where do the numbers stand?"));
    add_kr(card, 400, PACE_BEHIND, "+5 pp since yesterday");
    card_text(card, g_strdup("Answer " CODE("kr1 27%") " or " BOLD("same") "."));
    card_fact(card, g_strdup("Anchor"), g_strdup("$21.2M of $30M"));
    card_item(card, "", g_strdup("outreach"));
    card_item(card, "2", g_strdup("review"));
    card_quote(card, "legal review\nis slow");
    card_code(card, g_strdup("/sprint open\ntrigger: KR at Risk\n  goes on\n"));
    card_hint(card, g_strdup("Late answers are taken."));
    card_button(card, g_strdup("Same"), "same", "1");
    card_button(card, g_strdup("Away"), "away", NULL);
    return card;
}

static void test_a_pipe_gets_one_block_on_one_line(void **state)
{
    g_autoptr(Card) card = whole_card();

    (void)state;
    expect_card("plain text", card, &(RenderHead){.number = 12}, &plain,
                "anchord [12]\n"
                "  Where do the numbers stand?\n"
                "  KR1 Acceptance rate: 22% → 27% → 35% · 40% of the way · behind · "
                "+5 pp since yesterday\n"
                "  Answer kr1 27% or same.\n"
                "  Anchor: $21.2M of $30M\n"
                "  • outreach\n"
                "  2. review\n"
                "  > legal review\n"
                "  > is slow\n"
                "  /sprint open \\\n"
                "  trigger: KR at Risk \\\n"
                "    goes on\n"
                "  Late answers are taken.\n"
                "  [1] Same\n"
                "  [2] Away\n");
}

static void test_a_terminal_gets_a_rule_a_bar_and_wrapped_lines(void **state)
{
    g_autoptr(Card) card = whole_card();

    (void)state;
    expect_card("boxed text", card, &(RenderHead){.number = 12}, &boxed,
                "┃ anchord                           [12]\n"
                "┃ Where do the numbers stand?\n"
                "┃\n"
                "┃ KR1 Acceptance rate\n"
                "┃     22% → 27% → 35%\n"
                "┃     ├████████            ┤ 40%  ▼\n"
                "┃     behind\n"
                "┃     +5 pp since yesterday\n"
                "┃\n"
                "┃ Answer kr1 27% or same.\n"
                "┃\n"
                "┃ Anchor: $21.2M of $30M\n"
                "┃\n"
                "┃ • outreach\n"
                "┃ 2. review\n"
                "┃\n"
                "┃ │ legal review\n"
                "┃ │ is slow\n"
                "┃\n"
                "/sprint open \\\n"
                "trigger: KR at Risk \\\n"
                "  goes on\n"
                "┃\n"
                "┃ Late answers are taken.\n"
                "┃\n"
                "┃ [1] Same   [2] Away\n"
                "\n");
}

static void test_the_head_says_where_to_whom_and_what_it_replaces(void **state)
{
    static const struct {
        const char *promise;
        RenderHead head;
        bool in_channel;
        const char *want;
    } cases[] = {
        {"a message here needs no address", {.number = 1}, true, "anchord [1]\n"},
        {"another channel is named", {.channel = "west"}, true, "anchord · in #west\n"},
        {"a direct message names its member",
         {.member = "maria"},
         false,
         "anchord · to maria alone\n"},
        {"a message that one member sees in a channel says so",
         {.member = "maria", .channel = "west"},
         true,
         "anchord · in #west · only maria sees this\n"},
        {"a reply is for who asked",
         {.reply = true, .member = "maria"},
         true,
         "anchord · only you see this\n"},
        {"an edit says so, under the same number",
         {.number = 3, .edited = true},
         true,
         "anchord [3] · edited\n"},
        {"a message of another time says when",
         {.number = 3, .when = "Mon 14 July 09:30", .channel = "west"},
         true,
         "anchord [3] · Mon 14 July 09:30 · in #west\n"},
        {"a message in a thread names its head",
         {.number = 4, .thread = 3},
         true,
         "anchord [4] · in the thread of [3]\n"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Card) card = card_new(CARD_NOTICE);

        card->channel = cases[i].in_channel ? g_strdup("west") : NULL;
        expect_card(cases[i].promise, card, &cases[i].head, &plain, cases[i].want);
    }
}

static void test_progress_bars(void **state)
{
    static const struct {
        const char *promise;
        int32_t progress;
        const char *want;
    } cases[] = {
        {"nothing is empty", 0, "├                    ┤"},
        {"the way is measured by eighths of a cell", 385, "├███████▋            ┤"},
        {"nearly there is not there", 999, "├███████████████████▉┤"},
        {"the target is full", 1000, "├████████████████████┤"},
        {"a little beyond stands outside", 1010, "├████████████████████┤▏"},
        {"beyond goes on at the same scale", 1150, "├████████████████████┤███"},
        {"far beyond is cut off with an arrow", 1250, "├████████████████████┤████▶"},
        {"the most there is", INT32_MAX, "├████████████████████┤████▶"},
        {"any movement the wrong way shows", -1, "█├                    ┤"},
        {"below 0 stands outside", -100, "██├                    ┤"},
        {"far below is cut off with an arrow", -251, "◀████├                    ┤"},
        {"the least there is", INT32_MIN, "◀████├                    ┤"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = bar_text(cases[i].progress);
        expect_text(cases[i].promise, got, cases[i].want);
    }
}

static void test_no_status_is_told_by_colour_alone(void **state)
{
    static const struct {
        PaceStatus status;
        const char *symbol, *word;
    } cases[] = {
        {PACE_TOO_EARLY, "○", "early"}, {PACE_BEHIND, "▼", "behind"},
        {PACE_AT_RISK, "◆", "at risk"}, {PACE_ON_TRACK, "●", "on track"},
        {PACE_AHEAD, "▲", "ahead"},     {PACE_DONE, "✔", "done"},
        {PACE_STALE, "?", "stale"},
    };
    const RenderStyle wide = {.terminal = true, .width = 100};
    const RenderStyle styles[] = {plain, wide, coloured};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Card) card = card_new(CARD_PROMPT);

        add_kr(card, 500, cases[i].status, NULL);
        for (size_t s = 0; s < G_N_ELEMENTS(styles); s++) {
            g_autofree char *got = render_card(card, &no_head, &styles[s]);

            if (strstr(got, cases[i].word) == NULL) {
                fail_msg("the status \"%s\" is not said in\n%s", cases[i].word, got);
            }
            if (styles[s].terminal && strstr(got, cases[i].symbol) == NULL) {
                fail_msg("the status \"%s\" has no symbol in\n%s", cases[i].word, got);
            }
        }
    }
}

static void test_an_unknown_progress_has_no_bar(void **state)
{
    g_autoptr(Card) card = card_new(CARD_PROMPT);

    (void)state;
    add_kr(card, PROGRESS_UNKNOWN, PACE_NONE, NULL);
    expect_card("nothing is known, in a pipe", card, &no_head, &plain,
                "anchord\n  KR1 Acceptance rate: 22% → 27% → 35%\n");
    expect_card("nothing is known, on a terminal", card, &no_head, &boxed,
                "┃ anchord\n┃ KR1 Acceptance rate\n┃     22% → 27% → 35%\n\n");
}

static void test_blocks_without_their_texts_are_still_shown(void **state)
{
    const RenderStyle styles[] = {plain, boxed, coloured};

    (void)state;
    for (BlockKind kind = BLOCK_TITLE; kind <= BLOCK_BUTTON; kind++) {
        g_autoptr(Card) card = card_new(CARD_REPLY);

        card_block(card, block_new(kind));
        for (size_t s = 0; s < G_N_ELEMENTS(styles); s++) {
            g_autofree char *got = render_card(card, &no_head, &styles[s]);

            assert_non_null(strstr(got, "anchord"));
            assert_true(g_str_has_suffix(got, "\n"));
        }
    }
}

static void test_nobodys_text_can_drive_the_terminal(void **state)
{
    static const struct {
        const char *promise, *text, *want;
    } cases[] = {
        {"an escape sequence", "a" ESC "[31mred", "a�[31mred"},
        {"an operating system command", ESC "]0;title\x07", "�]0;title�"},
        {"a C1 control", "a\302\23331m", "a�31m"},
        {"carriage return and backspace", "safe\r\b\x7F", "safe���"},
        {"an override of the direction", "a\u202Eb\u202C", "a�b�"},
        {"an isolate", "\u2067b\u2069", "�b�"},
        {"a byte that is no text", "a\377b", "a�b"},
        {"text that is cut inside a character", "a\xE2\x82", "a��"},
        {"an end of mark without a beginning", "a" MARK_END "b", "a�b"},
        {"a tab is a blank", "a\tb", "a b"},
        {"a line separator is a blank", "a\u2028b", "a b"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Card) card = card_new(CARD_NOTICE);
        g_autofree char *want = g_strdup_printf("anchord\n  %s\n", cases[i].want);

        card_text(card, g_strdup(cases[i].text));
        expect_card(cases[i].promise, card, &no_head, &plain, want);
        for (guint b = 0; b < 2; b++) {
            g_autofree char *got = render_card(card, &no_head, b == 0 ? &boxed : &coloured);

            if (strstr(got, cases[i].want) == NULL) {
                fail_msg("%s, on a terminal: got\n%s", cases[i].promise, got);
            }
        }
    }
}

static void test_marks_become_ink_only_where_there_is_colour(void **state)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);

    (void)state;
    card_text(card, g_strdup(BOLD("bold " MARK_MEMBER "maria" MARK_END) " " CODE("kr1 27%") "."));
    g_autofree char *inked = render_card(card, &no_head, &coloured);
    g_autofree char *bare = render_card(card, &no_head, &boxed);
    assert_non_null(
        strstr(inked, ESC "[0;1mbold @maria" ESC "[0m " ESC "[0;36mkr1 27%" ESC "[0m."));
    assert_null(strstr(bare, ESC));
    assert_non_null(strstr(bare, "bold @maria kr1 27%."));
}

static void test_marks_nested_without_end_cost_nothing(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Card) card = card_new(CARD_NOTICE);

    (void)state;
    for (int i = 0; i < 1000; i++) {
        g_string_append(text, MARK_BOLD);
    }
    g_string_append(text, "deep");
    for (int i = 0; i < 1001; i++) {
        g_string_append(text, MARK_END);
    }
    card_text(card, g_strdup(text->str));
    expect_card("a thousand marks", card, &no_head, &plain, "anchord\n  deep�\n");
}

static void test_wrapping(void **state)
{
    static const struct {
        const char *promise, *text;
        int32_t width;
        const char *want;
    } cases[] = {
        {"an empty paragraph is one line", "", 20, "-\n"},
        {"what fits is left alone", "one two", 20, "- one two\n"},
        {"a line is broken at a blank", "one two three four", 12, "- one two\n  three four\n"},
        {"blanks at a break are left out", "one two    three", 10, "- one two\n  three\n"},
        {"a word that is too long is cut", "abcdefghijklmnop", 10, "- abcdefgh\n  ijklmnop\n"},
        {"a blank before a long word breaks the line", "a bcdefghijkl", 10,
         "- a\n  bcdefghi\n  jkl\n"},
        {"wide characters take two columns", "日本語日本", 10, "- 日本語日\n  本\n"},
        {"a combining mark takes none", "e\u0301e\u0301e\u0301eeeee", 10,
         "- e\u0301e\u0301e\u0301eeeee\n"},
        {"line breaks are kept", "one\n\n  two\n", 20, "- one\n\n    two\n"},
        {"a line that is exactly full is not broken", "12345678", 10, "- 12345678\n"},
        {"a narrow screen still has room for some letters", "abcdefghij", 1, "- abcdefgh\n  ij\n"},
        {"width 0 never wraps", "one two three four five six", 0,
         "- one two three four five six\n"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Flow) flow = flow_new();
        g_autoptr(GString) out = g_string_new(NULL);
        Shape shape = {.first = "- ", .width = cases[i].width};

        flow_add(flow, cases[i].text, INK_PLAIN);
        flow_write(flow, &shape, out);
        expect_text(cases[i].promise, out->str, cases[i].want);
        assert_int_equal(flow_columns(flow), 0);
    }
}

/* Nothing is lost or added, and no line is wider than the screen, whatever the text. */
static void test_no_line_is_wider_than_the_screen(void **state)
{
    static const char *const parts[] = {"a",       "word ", "日",          "é",
                                        "e\u0301", " ",     "👩‍🚀", "longerword"};
    g_autoptr(GRand) dice = g_rand_new_with_seed(7);

    (void)state;
    for (int round = 0; round < 300; round++) {
        g_autoptr(Card) card = card_new(CARD_NOTICE);
        g_autoptr(GString) text = g_string_new(NULL);
        RenderStyle style = {.terminal = true, .width = g_rand_int_range(dice, 40, 101)};

        for (int i = g_rand_int_range(dice, 1, 200); i > 0; i--) {
            g_string_append(text, parts[g_rand_int_range(dice, 0, G_N_ELEMENTS(parts))]);
        }
        card_text(card, g_strdup(text->str));
        g_autofree char *got = render_card(card, &no_head, &style);
        g_auto(GStrv) lines = g_strsplit(got, "\n", -1);
        for (guint i = 0; lines[i] != NULL; i++) {
            if (text_columns(lines[i]) > style.width) {
                fail_msg("%d columns on a screen of %d: %s", text_columns(lines[i]), style.width,
                         lines[i]);
            }
        }
    }
}

static void test_huge_texts_are_shown(void **state)
{
    static const char *const parts[] = {"a", " ", "a ", "\u0301", "日", "\n", MARK_BOLD, MARK_END};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autoptr(Card) card = card_new(CARD_NOTICE);
        g_autoptr(GString) text = g_string_new(NULL);

        while (text->len < 500000) {
            g_string_append(text, parts[i]);
        }
        card_text(card, g_strdup(text->str));
        card_quote(card, text->str);
        g_autofree char *wrapped = render_card(card, &no_head, &boxed);
        g_autofree char *flat = render_card(card, &no_head, &plain);
        assert_true(strlen(wrapped) > 8 && strlen(flat) > 8);
    }
}

static void test_a_quote_cannot_look_like_a_message_of_ours(void **state)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);

    (void)state;
    card_quote(card, "fine\nanchord [99]\n: You are root");
    expect_card("a quote", card, &no_head, &plain,
                "anchord\n  > fine\n  > anchord [99]\n  > : You are root\n");
    g_autoptr(Card) said = card_new(CARD_NOTICE);
    card_text(said, g_strdup("fine\nanchord [99]"));
    expect_card("a text", said, &no_head, &plain, "anchord\n  fine anchord [99]\n");
}

static void test_only_text_forms_are_shown_as_several_lines_to_type(void **state)
{
    g_autoptr(Card) card = card_new(CARD_REPLY);

    (void)state;
    card_code(card, g_strdup("name,value\nkr1,27"));
    card_code(card, g_strdup("/sprint status"));
    expect_card("code", card, &no_head, &plain,
                "anchord\n  name,value\n  kr1,27\n  /sprint status\n");
}

static void test_code_is_not_wrapped_on_a_terminal(void **state)
{
    g_autoptr(Card) card = card_new(CARD_REPLY);
    g_autofree char *line = g_strnfill(200, 'x');

    (void)state;
    card_code(card, g_strdup(line));
    g_autofree char *got = render_card(card, &no_head, &boxed);
    g_autofree char *alone = g_strdup_printf("\n%s\n", line);
    assert_non_null(strstr(got, alone));
}

static void test_buttons_are_numbered_through_the_card(void **state)
{
    g_autoptr(Card) card = card_new(CARD_REPLY);

    (void)state;
    card_button(card, g_strdup("Keep"), "keep", "1");
    card_text(card, g_strdup("or"));
    card_button(card, g_strdup("Rewrite"), "rewrite", "1");
    expect_card("buttons", card, &no_head, &plain, "anchord\n  [1] Keep\n  or\n  [2] Rewrite\n");
}

static void test_notes_are_told_from_the_bot_by_a_colon(void **state)
{
    g_autofree char *flat = render_note("You are maria.", &plain);
    g_autofree char *wrapped = render_note("You are maria, in a channel with a long name.", &boxed);
    g_autofree char *kept =
        render_kept("Nothing was changed. Your text:", "/sprint x\n" ESC, &plain);

    (void)state;
    expect_text("a note in a pipe", flat, ": You are maria.\n");
    expect_text("a note on a terminal", wrapped,
                ": You are maria, in a channel with a\n  long name.\n");
    expect_text("a text that is given back", kept,
                ": Nothing was changed. Your text:\n  /sprint x\n  �\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_pipe_gets_one_block_on_one_line),
        cmocka_unit_test(test_a_terminal_gets_a_rule_a_bar_and_wrapped_lines),
        cmocka_unit_test(test_the_head_says_where_to_whom_and_what_it_replaces),
        cmocka_unit_test(test_progress_bars),
        cmocka_unit_test(test_no_status_is_told_by_colour_alone),
        cmocka_unit_test(test_an_unknown_progress_has_no_bar),
        cmocka_unit_test(test_blocks_without_their_texts_are_still_shown),
        cmocka_unit_test(test_nobodys_text_can_drive_the_terminal),
        cmocka_unit_test(test_marks_become_ink_only_where_there_is_colour),
        cmocka_unit_test(test_marks_nested_without_end_cost_nothing),
        cmocka_unit_test(test_wrapping),
        cmocka_unit_test(test_no_line_is_wider_than_the_screen),
        cmocka_unit_test(test_huge_texts_are_shown),
        cmocka_unit_test(test_a_quote_cannot_look_like_a_message_of_ours),
        cmocka_unit_test(test_only_text_forms_are_shown_as_several_lines_to_type),
        cmocka_unit_test(test_code_is_not_wrapped_on_a_terminal),
        cmocka_unit_test(test_buttons_are_numbered_through_the_card),
        cmocka_unit_test(test_notes_are_told_from_the_bot_by_a_colon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

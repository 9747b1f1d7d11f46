/* Cards as Slack shows them: as a person last looked at them (golden/), and within every limit. */

#include "bot/slack/blocks.h"

// NOLINTBEGIN(misc-misleading-bidirectional): text that turns around is what is tried here
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "blockkit.h"
#include "core/chart.h"
#include "core/words.h"

#define GOLDEN TEST_DATA "/../slack/golden"

static const char *name_of(void *arg, const char *member)
{
    (void)arg;
    return strcmp(member, "U1") == 0 ? "maria" : "";
}

static const SlackLook plain = {.names = {name_of, NULL}};
static const SlackLook pictured = {
    .names = {name_of, NULL}, .image = "F1", .image_alt = "KR1 is behind, KR2 is ahead"};

/* What Slack would read of it. */
static Json *parsed(const char *json, size_t len)
{
    Json *value = json_parse(json, len);

    if (value == NULL) {
        fail_msg("no JSON: %s", json);
    }
    return value;
}

static Json *message_in(const Card *card, const char *channel, const SlackLook *look)
{
    g_autoptr(Json) args = json_new_object();
    size_t len = 0;

    slack_message(args, card, channel, look);
    g_autofree char *body = json_print(args, &len);
    return parsed(body, len);
}

static Json *message_of(const Card *card, const SlackLook *look)
{
    return message_in(card, "C1", look);
}

static Json *ephemeral_of(const Card *card, const char *channel, const SlackLook *look)
{
    g_autoptr(GString) payload = g_string_new(NULL);

    slack_ephemeral(payload, card, channel, look);
    return parsed(payload->str, payload->len);
}

static Json *home_of(const Card *card, const SlackLook *look)
{
    g_autoptr(GString) view = g_string_new(NULL);

    slack_home(view, card, look);
    return parsed(view->str, view->len);
}

static void add_kr(Card *card, const char *label, const char *metric, const char *values,
                   int32_t progress, PaceStatus status, const char *note)
{
    Block *block = block_new(BLOCK_KR);

    block->label = g_strdup(label);
    block->text = g_strdup(metric);
    block->values = g_strdup(values);
    block->note = g_strdup(note);
    block->progress = progress;
    block->status = status;
    card_block(card, block);
}

static void add_krs(Card *card)
{
    add_kr(card, "KR1", "ICP meeting acceptance rate", "22% → 27% → 35%", 384, PACE_BEHIND,
           "+5 pp since yesterday · pace 0.8 · 1.3 pp a working day needed");
    add_kr(card, "KR2", "Meetings with economic buyers", "0 → 5 → 8", 625, PACE_ON_TRACK, NULL);
    add_kr(card, "KR3", "Days from first contact to meeting", "14 days → 14 days → 7 days", 0,
           PACE_STALE, "not confirmed for 2 working days");
}

/* --- one of each --- */

static Card *sprint_card(void)
{
    Card *card = card_new(CARD_SPRINT);

    card_title(card, g_strdup("Sprint 1: Win back the first meeting"));
    card_text(card, g_strdup("Day 4 of 10, until Fri 25 July."));
    card_fact(card, g_strdup("Trigger"), g_strdup("KR at Risk"));
    card_fact(card, g_strdup("Situation"), g_strdup("Acceptance fell to 22% & stays <25%"));
    card_fact(card, g_strdup("Anchor"),
              g_strdup("Increase qualified B2B pipeline from $20M to $30M; $21.2M at the start"));
    card_fact(card, g_strdup("Window"), g_strdup("Mon 14 July to Fri 25 July"));
    card_fact(card, g_strdup("Owner"), g_strdup("West and East"));
    add_krs(card);
    card_text(card, g_strdup("Initiatives:"));
    card_item(card, "1", g_strdup("Rewrite the invitation *today*"));
    card_item(card, "2", g_strdup("Call every account that said no"));
    card->chart = chart_new();
    card->chart->alt = g_strdup("KR1 stands at 27%");
    return card;
}

static Card *prompt_card(void)
{
    Card *card = card_new(CARD_PROMPT);

    card_title(card, g_strdup("Check-in, Thu 17 July: sprint 1, day 4 of 10"));
    card_text(card, g_strdup("Win back the first meeting"));
    add_krs(card);
    card_item(card, "", g_strdup("#1 legal review (" MARK_MEMBER "U2" MARK_END ", 26 hours)"));
    card_text(card, g_strdup("Where do the numbers stand?"));
    card_hint(card, g_strdup("Answer here: " CODE("kr1 27%, kr2 5, kr3 14 days, confidence 6")));
    card_button(card, g_strdup("Check in"), "checkin.form", "7");
    card_button(card, g_strdup("Same as yesterday"), "checkin.same", "7");
    card_button(card, g_strdup("Away today"), "checkin.away", "7");
    return card;
}

static Card *status_card(void)
{
    Card *card = card_new(CARD_REPLY);

    card_text(card, g_strdup(BOLD("Sprint 1") " Win back the first meeting"));
    add_krs(card);
    card_hint(card, g_strdup(CODE("/sprint show 1") " prints it as a form."));
    return card;
}

static Card *close_card(void)
{
    Card *card = card_new(CARD_CLOSE);

    card_title(card, g_strdup("Sprint 1 is closed: Win back the first meeting"));
    add_kr(card, "KR1", "ICP meeting acceptance rate", "22% → 36% → 35%", 1077, PACE_DONE, "");
    card_fact(card, g_strdup("Did we move the Anchor KR?"), g_strdup("Partly"));
    card_fact(card, g_strdup("What did we learn about the gap?"),
              g_strdup("acceptance rose once the invitation\nnamed the account's own figures"));
    card_text(card, g_strdup("Initiatives that moved a number:"));
    card_item(card, "", g_strdup("Rewrite the invitation"));
    card_quote(card, "Two accounts slipped\ninto the next quarter <!here>");
    card_item(card, "", g_strdup("Hand it to East (" MARK_MEMBER "U1" MARK_END ", by 15 August)"));
    return card;
}

static Card *echo_card(void)
{
    Card *card = card_new(CARD_ECHO);

    card_text(card, g_strdup("What you typed is kept:"));
    card_code(card, g_strdup("/sprint open\ntrigger: KR at Risk & more\n```\nkr: `x`\n  goes on"));
    card_text(card, g_strdup("Nothing has happened yet."));
    card_hint(card, g_strdup("Change a line."));
    card_hint(card, g_strdup("Or send it again."));
    return card;
}

static Card *home_card(void)
{
    Card *card = card_new(CARD_HOME);
    Block *button = block_new(BLOCK_BUTTON);

    card_title(card, g_strdup("Your sprints"));
    card_text(card, g_strdup(BOLD("Sprint 1") " Win back the first meeting · until Fri 25 July"));
    button->text = g_strdup("Check in");
    button->label = g_strdup("checkin.form");
    button->values = g_strdup("7");
    button->note = g_strdup("C2");
    card_block(card, button);
    card_hint(card, g_strdup(CODE("status") " or " CODE("help") " in a message works too."));
    return card;
}

static void expect_card(const char *name, Card *take_card, const SlackLook *look)
{
    g_autoptr(Card) card = take_card;
    g_autoptr(Json) message = message_of(card, look);

    expect_message(name, message);
    expect_golden(GOLDEN, name, message);
}

static void test_cards_look_as_they_were_last_looked_at(void **state)
{
    g_autoptr(Card) status = status_card(), home = home_card();
    g_autoptr(Json) ephemeral = ephemeral_of(status, "C1", &plain);
    g_autoptr(Json) view = home_of(home, &plain);

    (void)state;
    expect_card("sprint", sprint_card(), &pictured);
    expect_card("prompt", prompt_card(), &plain);
    expect_card("prompt-pictured", prompt_card(), &pictured);
    expect_card("close", close_card(), &plain);
    expect_card("echo", echo_card(), &plain);
    expect_message("status", ephemeral);
    expect_golden(GOLDEN, "status", ephemeral);
    expect_view("home", view);
    expect_golden(GOLDEN, "home", view);
}

/* --- limits --- */

/* `n` characters that all grow when they are escaped. */
static char *awkward(size_t n, const char *unit)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < n; i++) {
        g_string_append(out, i % 50 == 49 ? " " : unit);
    }
    return g_string_free(out, FALSE);
}

static const char *const units[] = {"&", "<",  "*",  "`",  "é",   "😀",  "ש",
                                    "a", "\n", "> ", "_x", ":a:", "```"};

static Card *longest_card(const char *unit)
{
    Card *card = card_new(CARD_PROMPT);
    g_autofree char *name = awkward(150, unit), *text = awkward(300, unit);
    g_autofree char *quote = awkward(3000, unit);

    card_title(card, g_strdup(name));
    card_title(card, g_strdup(text));
    card_text(card, g_strdup(quote));
    for (int i = 0; i < 5; i++) {
        add_kr(card, name, text, text, 2000000, PACE_AT_RISK, quote);
    }
    for (int i = 0; i < 200; i++) {
        card_fact(card, g_strdup(name), g_strdup(text));
    }
    card_quote(card, quote);
    card_code(card, g_strdup(quote));
    card_hint(card, g_strdup(quote));
    for (int i = 0; i < 60; i++) {
        card_button(card, g_strdup(text), "checkin.form", "1");
    }
    return card;
}

static void test_the_longest_cards_are_legal(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(Card) card = longest_card(units[i]);
        g_autoptr(Json) message = message_of(card, &pictured);
        g_autoptr(Json) ephemeral = ephemeral_of(card, NULL, &plain);
        g_autoptr(Json) home = home_of(card, &pictured);

        expect_message(units[i], message);
        expect_message(units[i], ephemeral);
        expect_view(units[i], home);
    }
}

static char *all_text(const Json *blocks)
{
    GString *out = g_string_new(NULL);

    JSON_EACH (block, blocks) {
        g_string_append_printf(out, "%s\n", json_text(json_object(block, "text"), "text"));
    }
    return g_string_free(out, FALSE);
}

static size_t count_buttons(const Json *blocks)
{
    size_t n = 0;

    JSON_EACH (block, blocks) {
        n += strcmp(json_text(block, "type"), "actions") == 0
                 ? (size_t)cJSON_GetArraySize(json_array(block, "elements"))
                 : 0;
    }
    return n;
}

static void test_many_blocks_are_merged_before_any_is_lost(void **state)
{
    g_autoptr(Card) card = card_new(CARD_REPLY);

    (void)state;
    for (int i = 0; i < 100; i++) {
        card_text(card, g_strdup_printf("text%dx", i));
        add_kr(card, "KR1", "metric", "1 → 2 → 3", 500, PACE_AHEAD, "note");
        card_hint(card, g_strdup_printf("hint%dx", i));
        if (i < 30) {
            card_button(card, g_strdup("Press"), "act", "1");
        }
    }
    g_autoptr(Json) message = message_of(card, &plain);
    const Json *blocks = json_array(message, "blocks");
    g_autofree char *text = all_text(blocks);
    expect_message("merged", message);
    for (int i = 0; i < 100; i++) {
        g_autofree char *said = g_strdup_printf("text%dx", i),
                        *hint = g_strdup_printf("hint%dx", i);

        assert_non_null(strstr(text, said));
        assert_non_null(strstr(text, hint));
    }
    assert_int_equal(count_buttons(blocks), 30);
    assert_null(strstr(text, "The rest does not fit"));
}

static void expect_told_and_buttons(size_t length, int texts, int want_blocks)
{
    g_autoptr(Card) card = card_new(CARD_REPLY);
    g_autofree char *text = awkward(length, "w");

    card_button(card, g_strdup("First"), "act", "1");
    for (int i = 0; i < texts; i++) {
        card_text(card, g_strdup(text));
    }
    card_button(card, g_strdup("Last"), "act", "2");
    g_autoptr(Json) message = message_of(card, &plain);
    const Json *blocks = json_array(message, "blocks");
    g_autofree char *said = all_text(blocks);
    expect_message("too long", message);
    assert_int_equal(cJSON_GetArraySize(blocks), want_blocks);
    assert_non_null(strstr(said, "The rest does not fit into one message."));
    assert_int_equal(count_buttons(blocks), 2);
}

static void test_a_card_too_long_says_so_and_keeps_its_buttons(void **state)
{
    (void)state;
    expect_told_and_buttons(1600, 60, SLACK_BLOCKS_MAX);  /* too many blocks */
    expect_told_and_buttons(2900, 60, 100000 / 2900 + 2); /* too many bytes */
}

static void test_a_long_text_goes_on_in_the_next_section(void **state)
{
    g_autoptr(Card) card = card_new(CARD_REPLY);
    g_autofree char *text = awkward(9000, "w");

    (void)state;
    card_text(card, g_strdup(text));
    g_autoptr(Json) message = message_of(card, &plain);
    g_autofree char *said = all_text(json_array(message, "blocks"));
    expect_message("long", message);
    size_t letters = 0;
    for (const char *p = said; *p != '\0'; p++) {
        letters += *p == 'w';
    }
    assert_int_equal(letters, 9000 - 9000 / 50);
}

static void test_a_long_code_is_a_block_in_every_section(void **state)
{
    g_autoptr(Card) card = card_new(CARD_REPLY);
    g_autofree char *text = awkward(7000, "`");

    (void)state;
    card_code(card, g_strdup(text));
    g_autoptr(Json) message = message_of(card, &plain);
    expect_message("code", message);
    JSON_EACH (block, json_array(message, "blocks")) {
        const char *said = json_text(json_object(block, "text"), "text");
        g_auto(GStrv) fences = g_strsplit(said, "```", -1);

        assert_true(g_str_has_prefix(said, "```\n") && g_str_has_suffix(said, "\n```"));
        assert_int_equal(g_strv_length(fences), 3);
    }
}

static void test_a_card_of_nothing_is_still_a_message(void **state)
{
    g_autoptr(Card) none = card_new(CARD_REPLY), blank = card_new(CARD_REPLY);

    (void)state;
    card_text(blank, g_strdup(" \n "));
    card_title(blank, g_strdup(""));
    card_block(blank, block_new(BLOCK_KR));
    card_block(blank, block_new(BLOCK_FACT));
    card_block(blank, block_new(BLOCK_CODE));
    card_block(blank, block_new(BLOCK_QUOTE));
    g_autoptr(Json) first = message_of(none, &plain), second = message_of(blank, &pictured);
    g_autoptr(Json) home = home_of(none, &plain);
    expect_message("no blocks", first);
    expect_message("blocks without words", second);
    expect_view("no blocks", home);
}

/* --- buttons --- */

/* The types of a message's blocks, a letter each. */
static char *order_of(const Json *blocks)
{
    GString *out = g_string_new(NULL);

    JSON_EACH (block, blocks) {
        g_string_append_c(out, *json_text(block, "type"));
    }
    return g_string_free(out, FALSE);
}

static void test_a_button_stands_below_the_text_it_belongs_to(void **state)
{
    static const struct {
        const char *promise, *blocks, *want;
    } cases[] = {
        {"a button for each text", "tbtb", "sasa"}, {"two in a row", "tbbt", "sas"},
        {"a hint in between", "tbhb", "saca"},      {"what says nothing ends no row", "tbnb", "sa"},
        {"a title in between", "bTb", "aha"},       {"buttons first", "bbt", "as"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Card) card = card_new(CARD_HOME);

        for (const char *c = cases[i].blocks; *c != '\0'; c++) {
            switch (*c) {
            case 'b':
                card_button(card, g_strdup("Press"), "act", "1");
                break;
            case 'h':
                card_hint(card, g_strdup("Hint"));
                break;
            case 'T':
                card_title(card, g_strdup("Title"));
                break;
            default:
                card_text(card, g_strdup(*c == 't' ? "Text" : " "));
                break;
            }
        }
        g_autoptr(Json) home = home_of(card, &plain);
        g_autofree char *order = order_of(json_array(home, "blocks"));
        expect_view(cases[i].promise, home);
        if (strcmp(order, cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].promise, order);
        }
    }
}

static void test_no_byte_can_break_the_json(void **state)
{
    (void)state;
    for (int c = 1; c <= 0xFF; c++) {
        g_autoptr(Card) card = card_new(CARD_PROMPT);
        const char text[] = {'a', '\t', (char)c, '"', '\\', (char)c, '\0'};

        add_kr(card, text, text, text, 500, PACE_AHEAD, text);
        card_title(card, g_strdup(text));
        card_button(card, g_strdup(text), text, text);
        SlackLook look = pictured;
        look.image = text;
        look.image_alt = text;
        g_autoptr(Json) message = message_of(card, &look);
        g_autoptr(Json) ephemeral = ephemeral_of(card, text, &look);
        g_autoptr(Json) home = home_of(card, &look);
        assert_true(cJSON_Compare(json_any(message, "text"), json_any(ephemeral, "text"), true));
        assert_int_equal(cJSON_GetArraySize(json_array(message, "blocks")),
                         cJSON_GetArraySize(json_array(home, "blocks")));
    }
}

static void test_buttons_come_back_as_they_went(void **state)
{
    static const struct {
        const char *promise, *channel, *note, *value;
        const char *want_channel, *want_argument;
    } cases[] = {
        {"in the card's channel", "C1", NULL, "7", "C1", "7"},
        {"in a channel of its own", "C1", "C2", "7", "C2", "7"},
        {"in no channel", NULL, NULL, "7", NULL, "7"},
        {"without an argument", "C1", NULL, NULL, "C1", ""},
        {"with blanks in its argument", "C1", NULL, "a b  c", "C1", "a b  c"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Card) card = card_new(CARD_PROMPT);
        g_autofree char *action = NULL, *channel = NULL, *argument = NULL;

        card_button(card, g_strdup("Press"), "checkin.form", cases[i].value);
        ((Block *)g_ptr_array_index(card->blocks, 0))->note = g_strdup(cases[i].note);
        g_autoptr(Json) message = message_in(card, cases[i].channel, &plain);
        const Json *button = json_array(json_array(message, "blocks")->child, "elements")->child;
        if (!slack_button(json_text(button, "action_id"), json_text(button, "value"), &action,
                          &channel, &argument)) {
            fail_msg("%s: not one of ours", cases[i].promise);
        }
        assert_string_equal(action, "checkin.form");
        assert_true(g_strcmp0(channel, cases[i].want_channel) == 0);
        assert_string_equal(argument, cases[i].want_argument);
    }
}

static void test_other_buttons_are_not_ours(void **state)
{
    static const struct {
        const char *action_id, *value;
    } cases[] = {{NULL, NULL},        {"a/1", NULL},    {NULL, "C1 x"},   {"a", "C1 x"},
                 {"/1", "C1 x"},      {"a/", "C1 x"},   {"a/1x", "C1 x"}, {"a/1", "C1"},
                 {"more/kr", "C1 x"}, {"a/-1", "C1 x"}, {"", ""}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *action = NULL, *channel = NULL, *argument = NULL;

        assert_false(
            slack_button(cases[i].action_id, cases[i].value, &action, &channel, &argument));
        assert_true(action == NULL && channel == NULL && argument == NULL);
    }
}

static void test_a_button_that_would_be_cut_is_left_out(void **state)
{
    g_autoptr(Card) card = card_new(CARD_PROMPT);
    g_autofree char *value = g_strnfill(2000, 'v');

    (void)state;
    card_text(card, g_strdup("text"));
    card_button(card, g_strdup("Press"), "act", value);
    g_autoptr(Json) message = message_of(card, &plain);
    expect_message("cut", message);
    assert_int_equal(count_buttons(json_array(message, "blocks")), 0);
}

/* --- attacks --- */

typedef struct Dice {
    uint64_t state;
} Dice;

static uint32_t roll(Dice *dice, uint32_t sides)
{
    dice->state = dice->state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(dice->state >> 33) % sides;
}

static char *hostile(Dice *dice)
{
    static const char *const shards[] = {
        "<!here>",
        "<!channel|x>",
        "<@U666>",
        "<@U666|x>",
        "<#C1|y>",
        "<https://x|y>",
        "```",
        "`",
        "*",
        "_",
        "~",
        "\n> ",
        "\n",
        " ",
        "&lt;",
        "@here",
        "@",
        "\xE2\x80\xAE",
        "<!subteam^S1>",
        "→",
        " → ",
        ":x:",
        "•",
        "word",
        "😀",
        "<!date^1^{date}^https://x|y>",
    };
    GString *out = g_string_new(NULL);

    for (uint32_t n = roll(dice, 40); n > 0; n--) {
        g_string_append(out, shards[roll(dice, G_N_ELEMENTS(shards))]);
    }
    return g_string_free(out, FALSE);
}

static Card *hostile_card(Dice *dice)
{
    Card *card = card_new((CardKind)roll(dice, CARD_HOME + 1));

    for (uint32_t n = roll(dice, 70); n > 0; n--) {
        Block *block = block_new((BlockKind)roll(dice, BLOCK_BUTTON + 1));
        char **const parts[] = {&block->label, &block->text, &block->values, &block->note};

        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
            *parts[i] = roll(dice, 4) > 0 ? hostile(dice) : NULL;
        }
        block->status = (PaceStatus)roll(dice, PACE_STALE + 1);
        block->progress = roll(dice, 3) > 0 ? (int32_t)roll(dice, 4000) - 1000 : PROGRESS_UNKNOWN;
        card_block(card, block);
    }
    return card;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as our own output
static void expect_nothing_smuggled(const Json *value)
{
    static const char *const never[] = {"<!", "<@", "<#", "<http", "<mailto"};

    if (cJSON_IsString(value) && strcmp(json_string(value), "plain_text") != 0) {
        for (size_t i = 0; i < G_N_ELEMENTS(never); i++) {
            assert_null(strstr(json_string(value), never[i]));
        }
    }
    JSON_EACH (item, value) {
        if (g_strcmp0(json_text(value, "type"), "plain_text") != 0 &&
            g_strcmp0(item->string, "action_id") != 0 && g_strcmp0(item->string, "value") != 0 &&
            g_strcmp0(item->string, "alt_text") != 0) {
            expect_nothing_smuggled(item); /* those are never read as markup */
        }
    }
}

static void test_no_card_can_be_made_to_mention_link_or_break(void **state)
{
    Dice dice = {7};

    (void)state;
    for (int i = 0; i < 1500; i++) {
        g_autoptr(Card) card = hostile_card(&dice);
        g_autoptr(Json) message = message_of(card, i % 2 == 0 ? &plain : &pictured);
        g_autoptr(Json) home = home_of(card, &plain);

        expect_message("hostile", message);
        expect_view("hostile", home);
        expect_nothing_smuggled(message);
        expect_nothing_smuggled(home);
    }
}

static void test_the_fallback_is_short_and_holds_the_numbers(void **state)
{
    g_autoptr(Card) card = prompt_card();
    g_autoptr(Json) message = message_of(card, &plain);
    const char *text = json_text(message, "text");

    (void)state;
    assert_true(g_str_has_prefix(text, "Check-in, Thu 17 July: sprint 1, day 4 of 10\n"));
    assert_non_null(strstr(text, "KR1 ICP meeting acceptance rate: 22% → 27% → 35%"));
    assert_null(strstr(text, "Same as yesterday"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards_look_as_they_were_last_looked_at),
        cmocka_unit_test(test_the_longest_cards_are_legal),
        cmocka_unit_test(test_many_blocks_are_merged_before_any_is_lost),
        cmocka_unit_test(test_a_card_too_long_says_so_and_keeps_its_buttons),
        cmocka_unit_test(test_a_long_text_goes_on_in_the_next_section),
        cmocka_unit_test(test_a_long_code_is_a_block_in_every_section),
        cmocka_unit_test(test_a_card_of_nothing_is_still_a_message),
        cmocka_unit_test(test_a_button_stands_below_the_text_it_belongs_to),
        cmocka_unit_test(test_no_byte_can_break_the_json),
        cmocka_unit_test(test_buttons_come_back_as_they_went),
        cmocka_unit_test(test_other_buttons_are_not_ours),
        cmocka_unit_test(test_a_button_that_would_be_cut_is_left_out),
        cmocka_unit_test(test_no_card_can_be_made_to_mention_link_or_break),
        cmocka_unit_test(test_the_fallback_is_short_and_holds_the_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
// NOLINTEND(misc-misleading-bidirectional)

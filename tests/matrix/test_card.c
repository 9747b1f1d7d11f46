/* Cards as rooms show them: as a person last looked at them (golden/), and within every limit. */

#include "bot/matrix/card.h"

// NOLINTBEGIN(misc-misleading-bidirectional): text that turns around is what is tried here
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/chart.h"
#include "core/words.h"
#include "html.h"

#define GOLDEN TEST_DATA "/../matrix/golden"
#define MARIA  "@maria:example.org"
#define JONAS  "@jonas:example.org"

static const char *name_of(void *arg, const char *user)
{
    (void)arg;
    return strcmp(user, MARIA) == 0 ? "Maria" : "";
}

static const MatrixLook fresh = {.names = {name_of, NULL}, .row = "west/12"};
static const MatrixLook edited = {.names = {name_of, NULL}, .row = "west/13", .edit = true};
static const MatrixLook bare = {0};

/* --- one of each --- */

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
    add_kr(card, "KR4", "Replies", NULL, PROGRESS_UNKNOWN, PACE_NONE, NULL);
}

static Card *sprint_card(void)
{
    Card *card = card_new(CARD_SPRINT);

    card_title(card, g_strdup("Sprint 1: Win back the first meeting"));
    card_text(card, g_strdup("Day 4 of 10, until Fri 25 July."));
    card_fact(card, g_strdup("Trigger"), g_strdup("KR at Risk"));
    card_fact(card, g_strdup("Situation"), g_strdup("Acceptance fell to 22% & stays <25%"));
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
    card_item(card, "", g_strdup("#1 legal review (" MARK_MEMBER JONAS MARK_END ", 26 hours)"));
    card_item(card, "", g_strdup("#2 no room (" MARK_MEMBER MARIA MARK_END ", 2 hours)"));
    card_text(card, g_strdup("Where do the numbers stand?"));
    card_hint(card, g_strdup("Answer here: " CODE("kr1 27%, kr2 5, kr3 14 days, confidence 6")));
    card_button(card, g_strdup("Check in"), "checkin.form", "7");
    card_button(card, g_strdup("Same as yesterday"), "checkin.same", "7");
    card_button(card, g_strdup("I'm away"), "checkin.away", "7");
    return card;
}

static Card *status_card(void)
{
    Card *card = card_new(CARD_REPLY);

    card->channel = g_strdup("!west:example.org");
    card->member = g_strdup(MARIA);
    card_text(card, g_strdup(BOLD("Sprint 1") " Win back the first meeting"));
    add_krs(card);
    card_hint(card, g_strdup(CODE("/sprint show 1") " prints it as a form."));
    card_hint(card, g_strdup(CODE("/okr list") " shows the rest."));
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
    card_quote(card, "Two accounts slipped\ninto the next <b>quarter</b> @room");
    card_item(card, "", g_strdup("Hand it to East (" MARK_MEMBER MARIA MARK_END ")"));
    card_button(card, g_strdup("Apply to the anchor"), "tactical.apply", "3");
    return card;
}

static Card *echo_card(void)
{
    Card *card = card_new(CARD_ECHO);

    card_text(card, g_strdup("What you typed is kept:"));
    card_code(card, g_strdup("/sprint open\ntrigger: KR at Risk & more\n<b>\nkr: `x`\n  goes on"));
    card_text(card, g_strdup("Nothing has happened yet."));
    card_hint(card, g_strdup("Change a line."));
    return card;
}

static Card *home_card(void)
{
    Card *card = card_new(CARD_HOME);

    card_title(card, g_strdup("Your sprints"));
    for (int i = 1; i <= 2; i++) {
        Block *button = block_new(BLOCK_BUTTON);

        card_text(card, g_strdup_printf(BOLD("Sprint %d") " Win back the first meeting", i));
        button->text = g_strdup("Check in");
        button->label = g_strdup("checkin.form");
        button->values = g_strdup_printf("%d", i);
        button->note = g_strdup("!west:example.org");
        card_block(card, button);
    }
    return card;
}

static Card *nudge_card(void)
{
    Card *card = card_new(CARD_NUDGE);

    card_text(card, g_strdup(MARK_MEMBER MARIA MARK_END ", " MARK_MEMBER JONAS MARK_END
                                                        ": sprint 1 waits for you."));
    return card;
}

/* --- of the tactical layer --- */

static void add_tactical_krs(Card *card, const char *pipeline, const char *win_rate)
{
    add_kr(card, "KR 1", "qualified B2B pipeline", "$20M → $21.2M → $30M", 120, PACE_BEHIND,
           pipeline);
    add_kr(card, "KR 2", "win rate", "18% → 22% → 25%", 571, PACE_AHEAD, win_rate);
}

static Card *weekly_card(void)
{
    Card *card = card_new(CARD_PROMPT);

    card_title(card, g_strdup("Weekly check-in, Mon 14 July: FY Q3, week 7 of 13"));
    add_tactical_krs(card,
                     "expected today $24.6M · $3.4M (13.9%) below trajectory · confidence 4 · "
                     "updated 7 days ago",
                     "expected today 21.3% · 0.7 pp ahead of trajectory · by <HubSpot>");
    card_text(card, g_strdup("KR 2 comes from <HubSpot>, so it need not be typed."));
    card_text(card, g_strdup("Where do the key results stand?"));
    card_hint(card, g_strdup("One reply is enough: " CODE("kr1 $21.2M, confidence 6") ", or " CODE(
                        "same") "."));
    card_hint(card, g_strdup("Confidence is for all, or for one: " CODE("confidence kr1 6")));
    card_button(card, g_strdup("Check in"), "weekly.form", "7");
    card_button(card, g_strdup("Same as last week"), "weekly.same", "7");
    return card;
}

static Card *weekly_summary_card(void)
{
    Card *card = card_new(CARD_PROMPT);

    card_title(card, g_strdup("What moved this week, Mon 14 July: FY Q3, week 7 of 13"));
    add_tactical_krs(card, "the same as at the last check-in · confidence 3", "+2 pp");
    card_fact(card, g_strdup("Confidence, KR 1"), g_strdup("2 to 5 of 10, median 3"));
    card_fact(card, g_strdup("Initiatives"), g_strdup("revised since the last check-in"));
    card_text(card, g_strdup("Learned:"));
    card_quote(card, "two deals <b>slipped</b> @room");
    card_hint(card, g_strdup("1 answer came late."));
    card->chart = chart_new();
    card->chart->alt = g_strdup("KR 1 stands at $21.2M");
    return card;
}

static Card *proposal_card(bool asks)
{
    Card *card = card_new(CARD_NOTICE);

    card->channel = g_strdup("!west:example.org");
    card_title(card, g_strdup("KR 1 is at risk. A sprint?"));
    card_text(card, g_strdup("“Increase qualified B2B pipeline from $20M to $30M & stay <there>”"));
    card_text(card, g_strdup("$3.4M short of $24.6M on Mon 14 July, $2.9M short a week before."));
    if (!asks) {
        card_text(card, g_strdup("Dismissed by " MARK_MEMBER JONAS MARK_END
                                 ": “the fair is in two weeks”"));
        return card;
    }
    card_text(card, g_strdup("A sprint could turn it."));
    card_hint(card, g_strdup("Nothing opens until somebody sends it. " CODE(
                        "/okr dismiss 1: reason") " keeps it quiet."));
    card_button(card, g_strdup("Fill in the form"), "proposal.open", "12");
    card_button(card, g_strdup("Not now"), "proposal.dismiss", "12");
    return card;
}

static Card *token_card(void)
{
    Card *card = card_new(CARD_NOTICE);

    card->member = g_strdup(MARIA);
    card_text(card, g_strdup("HubSpot may now send values for West. This is its token:"));
    card_code(card, g_strdup("anchord_0123456789abcdef"));
    card_hint(card,
              g_strdup("If it gets lost or seen, " CODE("/okr token revoke HubSpot") " ends it."));
    return card;
}

static Card *guide_card(void)
{
    Card *card = card_new(CARD_REPLY);

    card_text(card, g_strdup("Which key result is it?"));
    add_kr(card, "KR 3", "sales cycle", "60 days → 60 days → 45 days", 0, PACE_BEHIND, NULL);
    add_kr(card, "KR 1", "qualified B2B pipeline", "$20M → $21.2M → $30M", 120, PACE_AT_RISK, NULL);
    card_item(card, "0", g_strdup("None of these"));
    card_button(card, g_strdup("KR 3 sales cycle"), "decide", "number.3");
    card_button(card, g_strdup("KR 1 qualified B2B pipeline"), "decide", "number.1");
    card_button(card, g_strdup("None of these"), "decide", "number.none");
    card_hint(card, g_strdup("Or type its number: " CODE("/sprint decide 1 3") "."));
    return card;
}

static Card *rollup_card(void)
{
    Card *card = card_new(CARD_NOTICE);

    card->channel = g_strdup("!west:example.org");
    card_title(card, g_strdup("FY Q3 of West: what it came to"));
    card_fact(card, g_strdup("Sprints"), g_strdup("2 opened · 1 closed · 1 still open"));
    card_fact(card, g_strdup("Root causes"), g_strdup("1 dependency"));
    card_item(card, "1", g_strdup("KR at Risk · KR 1 · anchor moved: partly · +$2.9M"));
    card_item(card, "2", g_strdup("Cross-Functional Gap · KR 1 of <Marketing> · still open"));
    add_kr(card, "KR 1", "qualified B2B pipeline", "$20M → $27M → $32M", 583, PACE_NONE,
           "not reached · target was $30M");
    card_hint(card, g_strdup(CODE("/okr rollup FY Q3 csv") " gives this as a table."));
    return card;
}

/* --- golden --- */

/* Each paragraph on a line of its own, for those who look at it. */
static char *in_lines(const char *html)
{
    static const char *const closers[] = {"</h4>", "</p>", "</ul>", "</blockquote>", "</pre>"};
    GString *out = g_string_new(html);

    for (size_t i = 0; i < G_N_ELEMENTS(closers); i++) {
        g_autofree char *with = g_strconcat(closers[i], "\n", NULL);

        g_string_replace(out, closers[i], with, 0);
    }
    return g_string_free(out, FALSE);
}

static char *shown(const Json *content)
{
    g_autofree char *html = in_lines(json_text(content, "formatted_body"));
    g_autofree char *mentions = json_print(json_object(content, "m.mentions"), NULL);
    const Json *ours = json_object(content, MATRIX_OURS);
    g_autofree char *own = ours != NULL ? json_print(ours, NULL) : g_strdup("none");

    return g_strdup_printf("%s, mentions %s\nours %s\n\n%s\n\n%s", json_text(content, "msgtype"),
                           mentions, own, json_text(content, "body"), html);
}

static void expect_golden(const char *name, const char *got)
{
    g_autofree char *file = g_strdup_printf("%s/%s.txt", GOLDEN, name);
    g_autofree char *want = NULL;

    if (getenv("ANCHORD_ACCEPT") != NULL) {
        assert_true(g_file_set_contents(file, got, -1, NULL));
        return;
    }
    if (!g_file_get_contents(file, &want, NULL, NULL)) {
        fail_msg("%s is missing; ANCHORD_ACCEPT=1 writes it", file);
    }
    if (strcmp(want, got) != 0) {
        fail_msg("%s: rendered otherwise now (ANCHORD_ACCEPT=1 takes it over):\n%s", name, got);
    }
}

#define CONTENT_MAX 40000

static size_t json_bytes(const Json *value)
{
    size_t len = 0;

    g_free(json_print(value, &len));
    return len;
}

/* What every message of ours keeps to. */
static void expect_content(const char *promise, const Json *content)
{
    size_t len = json_bytes(content);

    expect_html(promise, json_text(content, "formatted_body"));
    if (*json_text(content, "body") == '\0' || *json_text(content, "formatted_body") == '\0' ||
        json_object(content, "m.mentions") == NULL || len > CONTENT_MAX) {
        fail_msg("%s: %zu bytes: %.400s", promise, len, json_text(content, "body"));
    }
}

static void expect_card(const char *name, Card *take_card, const MatrixLook *look)
{
    g_autoptr(Card) card = take_card;
    g_autoptr(Json) content = matrix_card(card, look);
    g_autofree char *got = shown(content);

    expect_content(name, content);
    expect_golden(name, got);
}

static void test_cards_look_as_they_were_last_looked_at(void **state)
{
    (void)state;
    expect_card("sprint", sprint_card(), &fresh);
    expect_card("prompt", prompt_card(), &fresh);
    expect_card("prompt-edited", prompt_card(), &edited);
    expect_card("status", status_card(), &fresh);
    expect_card("close", close_card(), &fresh);
    expect_card("echo", echo_card(), &bare);
    expect_card("home", home_card(), &bare);
    expect_card("nudge", nudge_card(), &fresh);
    expect_card("weekly", weekly_card(), &fresh);
    expect_card("weekly-summary", weekly_summary_card(), &edited);
    expect_card("proposal", proposal_card(true), &fresh);
    expect_card("proposal-dismissed", proposal_card(false), &edited);
    expect_card("token", token_card(), &fresh);
    expect_card("guide", guide_card(), &fresh);
    expect_card("rollup", rollup_card(), &fresh);
}

/* --- whom a card calls --- */

static const char *called_in(const Json *content)
{
    static char line[400];
    g_autofree char *mentions = json_print(json_object(content, "m.mentions"), NULL);

    (void)g_snprintf(line, sizeof line, "%s %s", json_text(content, "msgtype"), mentions);
    return line;
}

#define CALLS(id) "{\"user_ids\":[\"" id "\"]}"

static void test_only_who_is_meant_is_called(void **state)
{
    static const struct {
        const char *promise;
        CardKind kind;
        const char *text, *channel, *member;
        bool edit;
        const char *want;
    } cases[] = {
        {"a reply calls nobody whom it names", CARD_REPLY, MARIA, "!a", NULL, false, "m.notice {}"},
        {"a reply calls who asked", CARD_REPLY, JONAS, "!a", MARIA, false,
         "m.notice " CALLS(MARIA)},
        {"alone with somebody, nobody needs to be called", CARD_REPLY, "", NULL, MARIA, false,
         "m.notice {}"},
        {"a notice for all is quiet", CARD_NOTICE, NULL, "!a", NULL, false, "m.notice {}"},
        {"a notice about somebody is noticed by them", CARD_NOTICE, MARIA, "!a", NULL, false,
         "m.text " CALLS(MARIA)},
        {"a notice to somebody is noticed", CARD_NOTICE, NULL, NULL, MARIA, false, "m.text {}"},
        {"the sprint is there to be looked up", CARD_SPRINT, MARIA, "!a", NULL, false,
         "m.notice {}"},
        {"a prompt is noticed, and calls nobody", CARD_PROMPT, MARIA, "!a", NULL, false,
         "m.text {}"},
        {"a nudge calls", CARD_NUDGE, MARIA, "!a", NULL, false, "m.text " CALLS(MARIA)},
        {"a nudge in an edit calls nobody anew", CARD_NUDGE, MARIA, "!a", MARIA, true, "m.text {}"},
        {"who is named twice is called once", CARD_NUDGE, MARIA, "!a", MARIA, false,
         "m.text " CALLS(MARIA)},
        {"a reminder calls", CARD_REMINDER, MARIA, "!a", NULL, false, "m.text " CALLS(MARIA)},
        {"a retrospective calls", CARD_RETRO_ASK, MARIA, "!a", NULL, false, "m.text " CALLS(MARIA)},
        {"a result is noticed, and calls nobody", CARD_CLOSE, MARIA, "!a", NULL, false,
         "m.text {}"},
        {"an echo is quiet", CARD_ECHO, MARIA, "!a", NULL, false, "m.notice {}"},
        {"what is no id is not called", CARD_NUDGE, "U1", "!a", "U1", false, "m.text {}"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Card) card = card_new(cases[i].kind);
        MatrixLook look = fresh;

        card->channel = g_strdup(cases[i].channel);
        card->member = g_strdup(cases[i].member);
        card_text(card, g_strdup("See @room:"));
        if (cases[i].text != NULL) {
            card_text(card, g_strconcat(MARK_MEMBER, cases[i].text, MARK_END, NULL));
        }
        look.edit = cases[i].edit;
        g_autoptr(Json) content = matrix_card(card, &look);
        const char *got = called_in(content);
        if (strcmp(got, cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].promise, got);
        }
    }
}

static void test_a_notice_that_asks_is_noticed(void **state)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);

    (void)state;
    card->channel = g_strdup("!a");
    card_text(card, g_strdup("KR 1 is at risk. Open a sprint?"));
    card_button(card, g_strdup("Open a sprint"), "proposal.open", "1");
    g_autoptr(Json) content = matrix_card(card, &fresh);
    assert_string_equal(called_in(content), "m.text {}");
}

static void test_a_crowd_is_called_as_far_as_there_is_room(void **state)
{
    g_autoptr(Card) card = card_new(CARD_NUDGE);

    (void)state;
    for (int i = 0; i < 500; i++) {
        card_text(card, g_strdup_printf(
                            MARK_MEMBER "@member%d:a-rather-long-name.example.org" MARK_END, i));
    }
    g_autoptr(Json) content = matrix_card(card, &fresh);
    const Json *ids = json_array(json_object(content, "m.mentions"), "user_ids");
    expect_content("a crowd", content);
    assert_in_range(cJSON_GetArraySize(ids), 40, 100);
}

/* --- buttons --- */

static void test_buttons_are_told_apart(void **state)
{
    g_autoptr(Card) card = card_new(CARD_PROMPT);
    g_autoptr(GArray) buttons = g_array_new(FALSE, FALSE, sizeof(MatrixButton));
    static const char *const actions[] = {
        "form.open", "retro.form", "new.action", "form.open", "checkin.same", "new.action", "a",
        "b",         "c",          "d",          "e"};
    static const char *const keys[] = {"📋",       "🔁",       "1️⃣", "2️⃣", "✅",
                                       "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
        card_button(card, g_strdup_printf("Press %zu", i), actions[i], "1");
    }
    matrix_card_buttons(card, buttons);
    assert_int_equal(buttons->len, G_N_ELEMENTS(keys));
    for (guint i = 0; i < buttons->len; i++) {
        assert_string_equal(g_array_index(buttons, MatrixButton, i).key, keys[i]);
    }
    g_autoptr(Json) content = matrix_card(card, &fresh);
    assert_string_equal(
        json_text(content, "body"),
        "React with 📋 Press 0 · 🔁 Press 1 · 1️⃣ Press 2 · 2️⃣ Press 3 · "
        "✅ Press 4 · 3️⃣ Press 5 · 4️⃣ Press 6 · 5️⃣ Press 7 · "
        "6️⃣ Press 8 · 7️⃣ Press 9");
    expect_content("buttons", content);
}

static void test_a_weekly_check_in_has_the_signs_of_a_daily_one(void **state)
{
    g_autoptr(Card) card = card_new(CARD_PROMPT);
    g_autoptr(GArray) buttons = g_array_new(FALSE, FALSE, sizeof(MatrixButton));

    (void)state;
    card_button(card, g_strdup("Check in"), "weekly.form", "7");
    card_button(card, g_strdup("Same as last week"), "weekly.same", "7");
    matrix_card_buttons(card, buttons);
    assert_string_equal(g_array_index(buttons, MatrixButton, 0).key, "📝");
    assert_string_equal(g_array_index(buttons, MatrixButton, 1).key, "✅");
}

static void test_what_has_a_number_beside_it_is_pressed_by_that_number(void **state)
{
    static const struct {
        const char *value, *key;
    } cases[] = {
        {"number.3", "3️⃣"}, {"number.1", "1️⃣"}, {"number.none", "2️⃣"},
        {"number.3", "4️⃣"}, {"number.0", "5️⃣"}, {"number.11", "6️⃣"},
        {"number.10", "🔟"},      {"number", "7️⃣"},
    };
    g_autoptr(Card) card = card_new(CARD_REPLY);
    g_autoptr(GArray) buttons = g_array_new(FALSE, FALSE, sizeof(MatrixButton));

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        card_button(card, g_strdup("KR"), "decide", cases[i].value);
    }
    matrix_card_buttons(card, buttons);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_string_equal(g_array_index(buttons, MatrixButton, i).key, cases[i].key);
    }
}

static void test_what_a_button_carries_is_whole_or_not_there(void **state)
{
    g_autofree char *value = g_strnfill(256, 'v');
    static const char *const none[] = {"", NULL};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(none) + 1; i++) {
        g_autoptr(Card) card = card_new(CARD_PROMPT);
        g_autoptr(GArray) buttons = g_array_new(FALSE, FALSE, sizeof(MatrixButton));
        Block *block = block_new(BLOCK_BUTTON);

        block->text = g_strdup("Press");
        block->label = g_strdup(i < G_N_ELEMENTS(none) ? none[i] : "act");
        block->values = g_strdup(value);
        card_block(card, block);
        matrix_card_buttons(card, buttons);
        assert_int_equal(buttons->len, 0);
        g_autoptr(Json) content = matrix_card(card, &bare);
        assert_null(json_any(content, MATRIX_OURS));
    }
}

static void test_a_label_is_one_short_line_of_text(void **state)
{
    g_autoptr(Card) card = card_new(CARD_PROMPT);
    g_autofree char *tail = g_strnfill(100, 'x');

    (void)state;
    card_button(card, g_strconcat("<b>\n" BOLD("Go"), tail, NULL), "checkin.same", "1");
    g_autoptr(Json) content = matrix_card(card, &fresh);
    expect_content("a label", content);
    assert_true(g_str_has_prefix(json_text(content, "body"), "React with ✅ <b> Goxxx"));
    assert_true(g_str_has_suffix(json_text(content, "body"), "x…"));
}

/* --- limits --- */

static char *awkward(size_t n, const char *unit)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < n; i++) {
        g_string_append(out, i % 50 == 49 ? " " : unit);
    }
    return g_string_free(out, FALSE);
}

static const char *const units[] = {"&", "<", "\"", "\\", "é", "😀", "ש", "a", "a\n", "> ", "'"};

static Card *longest_card(const char *unit)
{
    Card *card = card_new(CARD_PROMPT);
    g_autofree char *name = awkward(150, unit), *text = awkward(300, unit);
    g_autofree char *quote = awkward(8000, unit);

    card_title(card, g_strdup(name));
    card_text(card, g_strdup(text));
    for (int i = 0; i < 5; i++) {
        add_kr(card, name, text, text, 2000000, PACE_AT_RISK, text);
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

static size_t count_buttons(const Json *content)
{
    return (size_t)cJSON_GetArraySize(json_object(json_object(content, MATRIX_OURS), "buttons"));
}

static void test_the_longest_cards_are_legal_and_keep_their_buttons(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(Card) card = longest_card(units[i]);
        g_autoptr(Json) content = matrix_card(card, &fresh);
        g_autoptr(Json) edit = matrix_edit_of(matrix_card(card, &edited), "$original");

        expect_content(units[i], content);
        expect_html(units[i], json_text(json_object(edit, "m.new_content"), "formatted_body"));
        assert_true(json_bytes(edit) <= CONTENT_MAX);
        const char *html = json_text(content, "formatted_body");
        assert_non_null(strstr(html, "The rest does not fit into one message. <code>!sprint list"));
        assert_int_equal(count_buttons(content), 10);
        assert_non_null(strstr(html, "React with 📝 "));
        assert_non_null(strstr(html, " 9️⃣ "));
    }
}

/* What somebody typed must not be lost: the longest message there may be is shown as a whole. */
static void test_a_long_text_is_shown_in_full(void **state)
{
    static const char *const letters[] = {"a", "é", "漢"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
        g_autoptr(Card) card = card_new(CARD_ECHO);
        g_autofree char *text = awkward(8000, letters[i]);

        card_text(card, g_strdup("What you typed is kept:"));
        card_code(card, g_strdup(text));
        card_hint(card, g_strdup("Change a line."));
        g_autoptr(Json) content = matrix_card(card, &fresh);
        expect_content(letters[i], content);
        assert_non_null(strstr(json_text(content, "formatted_body"), text));
        assert_non_null(strstr(json_text(content, "formatted_body"), "Change a line."));
    }
}

static void test_a_card_of_nothing_is_still_a_message(void **state)
{
    g_autoptr(Card) none = card_new(CARD_REPLY), blank = card_new(CARD_REPLY);

    (void)state;
    card_text(blank, g_strdup(" \n "));
    card_title(blank, g_strdup(""));
    for (BlockKind kind = BLOCK_TITLE; kind <= BLOCK_BUTTON; kind++) {
        card_block(blank, block_new(kind));
    }
    g_autoptr(Json) first = matrix_card(none, &bare), second = matrix_card(blank, &fresh);
    expect_content("no blocks", first);
    expect_content("blocks without words", second);
    assert_string_equal(json_text(second, "body"), "There is nothing to show here yet.");
}

/* --- attacks --- */

static char *hostile(Dice *dice)
{
    static const char *const shards[] = {
        "<b>",
        "</p>",
        "<script>",
        "<a href=\"https://x\">",
        "&lt;",
        "&",
        "\"",
        "'",
        "\n> ",
        "\n",
        " ",
        "@room",
        "@maria:example.org",
        "\xE2\x80\xAE",
        "→",
        " → ",
        "😀",
        "word",
        "\x01",
        "\x02",
        "\x03",
        "\x04",
        "\x1b",
        "\xFF",
        "/sprint ",
        "<img src=mxc://a/b>",
        "[x](https://matrix.to/#/@a:b)",
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

static void test_no_card_can_be_made_to_mention_link_or_break(void **state)
{
    Dice dice = {7};

    (void)state;
    for (int i = 0; i < 1500; i++) {
        g_autoptr(Card) card = hostile_card(&dice);
        g_autoptr(Json) content = matrix_card(card, i % 2 == 0 ? &fresh : &bare);

        expect_content("hostile", content);
        assert_string_not_equal(json_text(content, "msgtype"), "");
        assert_null(json_any(json_object(content, "m.mentions"), "room"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards_look_as_they_were_last_looked_at),
        cmocka_unit_test(test_only_who_is_meant_is_called),
        cmocka_unit_test(test_a_notice_that_asks_is_noticed),
        cmocka_unit_test(test_a_crowd_is_called_as_far_as_there_is_room),
        cmocka_unit_test(test_buttons_are_told_apart),
        cmocka_unit_test(test_a_weekly_check_in_has_the_signs_of_a_daily_one),
        cmocka_unit_test(test_what_has_a_number_beside_it_is_pressed_by_that_number),
        cmocka_unit_test(test_what_a_button_carries_is_whole_or_not_there),
        cmocka_unit_test(test_a_label_is_one_short_line_of_text),
        cmocka_unit_test(test_the_longest_cards_are_legal_and_keep_their_buttons),
        cmocka_unit_test(test_a_long_text_is_shown_in_full),
        cmocka_unit_test(test_a_card_of_nothing_is_still_a_message),
        cmocka_unit_test(test_no_card_can_be_made_to_mention_link_or_break),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
// NOLINTEND(misc-misleading-bidirectional)

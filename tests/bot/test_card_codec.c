#include "bot/card_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/store/store.h"
#include "core/chart.h"
#include "core/form_view.h"
#include "core/words.h"

/* Telling ------------------------------------------------------------------------------------- */

static void tell(GString *out, const char *field, const char *text)
{
    g_string_append_printf(out, "%s: %s%s%s\n", field, text != NULL ? "\"" : "",
                           text != NULL ? text : "none", text != NULL ? "\"" : "");
}

static void tell_number(GString *out, const char *field, int64_t number)
{
    g_string_append_printf(out, "%s: %" G_GINT64_FORMAT "\n", field, number);
}

static void tell_points(GString *out, const GArray *points)
{
    for (guint i = 0; i < points->len; i++) {
        const ChartPoint *point = &g_array_index(points, ChartPoint, i);

        tell_number(out, "at", point->at);
        tell_number(out, "value", point->value.millionths);
    }
}

/* What only a period's chart has. */
static void tell_past(GString *out, const ChartPanel *panel)
{
    tell(out, "expected", panel->expected);
    tell(out, "line", "");
    tell_points(out, panel->line);
    for (guint i = 0; i < panel->old_lines->len; i++) {
        tell_number(out, "old line", i);
        tell_points(out, g_ptr_array_index(panel->old_lines, i));
    }
    for (guint i = 0; i < panel->marks->len; i++) {
        const ChartMark *mark = g_ptr_array_index(panel->marks, i);

        tell_number(out, "mark", mark->at);
        tell(out, "says", mark->label);
    }
    for (guint i = 0; i < panel->bands->len; i++) {
        const ChartBand *band = g_ptr_array_index(panel->bands, i);

        tell_number(out, "from", band->from);
        tell_number(out, "to", band->to);
        tell(out, "band", band->label);
    }
}

static void tell_panel(GString *out, const ChartPanel *panel)
{
    tell(out, "panel", panel->label);
    tell(out, "metric", panel->metric);
    tell(out, "now", panel->now);
    tell(out, "base", panel->base_text);
    tell(out, "target", panel->target_text);
    tell(out, "pace", panel->pace);
    tell(out, "heading", panel->heading);
    tell_number(out, "status", panel->status);
    tell_number(out, "baseline", panel->baseline.millionths);
    tell_number(out, "target", panel->target.millionths);
    tell_number(out, "target high", panel->target_high.millionths);
    tell_number(out, "line first", panel->line_first.millionths);
    tell_number(out, "line last", panel->line_last.millionths);
    tell_number(out, "forecast", panel->forecast);
    tell_number(out, "low", panel->low.millionths);
    tell_number(out, "high", panel->high.millionths);
    tell_points(out, panel->readings);
    tell_past(out, panel);
}

static void tell_chart(GString *out, const Chart *chart)
{
    tell(out, "chart", chart->title);
    tell(out, "first", chart->first_text);
    tell(out, "last", chart->last_text);
    tell(out, "today", chart->today_text);
    tell(out, "alt", chart->alt);
    tell_number(out, "span", chart->span);
    tell_number(out, "today", chart->today);
    tell_number(out, "tick", chart->tick);
    tell_number(out, "tall", chart->tall);
    for (guint i = 0; i < chart->panels->len; i++) {
        tell_panel(out, g_ptr_array_index(chart->panels, i));
    }
}

static char *card_told(const Card *card)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "kind: %d\nexpires: %" G_GINT64_FORMAT "\n", (int)card->kind,
                           card->expires.us);
    tell(out, "key", card->key);
    tell(out, "channel", card->channel);
    tell(out, "member", card->member);
    tell(out, "thread", card->thread);
    tell(out, "under", card->under);
    tell(out, "answers", card->answers);
    tell(out, "quiet", card->quiet ? "yes" : NULL);
    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        g_string_append_printf(out, "block: %d\nstatus: %d\nprogress: %d\n", (int)block->kind,
                               (int)block->status, block->progress);
        tell(out, "label", block->label);
        tell(out, "text", block->text);
        tell(out, "values", block->values);
        tell(out, "note", block->note);
    }
    if (card->chart != NULL) {
        tell_chart(out, card->chart);
    }
    return g_string_free(out, FALSE);
}

static void expect_round_trip(const char *promise, const Card *card)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    g_autoptr(Card) back =
        card_from_bytes(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);

    if (back == NULL) {
        fail_msg("%s: %s", promise, error->message);
        return;
    }
    g_autofree char *wanted = card_told(card);
    g_autofree char *got = card_told(back);

    if (strcmp(wanted, got) != 0) {
        fail_msg("%s: wanted\n%s\ngot\n%s", promise, wanted, got);
    }
}

static Block *add_block(Card *card, BlockKind kind, PaceStatus status, int32_t progress)
{
    Block *block = block_new(kind);

    block->status = status;
    block->progress = progress;
    card_block(card, block);
    return block;
}

static Card *full_card(void)
{
    Card *card = card_new(CARD_PROMPT);
    Block *kr = NULL;

    card->key = g_strdup("prompt/12/3");
    card->channel = g_strdup("C0123ABCD");
    card->member = g_strdup("maria");
    card->thread = g_strdup("sprint/12");
    card->expires = (Instant){INT64_C(1752480000123456)};
    card_title(card, g_strdup(BOLD("Check-in") " for " MARK_MEMBER "maria" MARK_END));
    kr = add_block(card, BLOCK_KR, PACE_AT_RISK, -123);
    kr->label = g_strdup("KR1");
    kr->text = g_strdup("ICP meeting acceptance rate");
    kr->values = g_strdup("22% \u2192 27% \u2192 35%");
    kr->note = g_strdup("+5 pp since yesterday");
    card_button(card, g_strdup("Answer"), "checkin", "12");
    return card;
}

static ChartPanel *add_panel(Chart *chart, const char *text, int64_t number)
{
    ChartPanel *panel = chart_panel(chart);
    char **const texts[] = {&panel->label,       &panel->metric, &panel->now,    &panel->base_text,
                            &panel->target_text, &panel->pace,   &panel->heading};
    Decimal *const decimals[] = {&panel->baseline,   &panel->target,    &panel->target_high,
                                 &panel->line_first, &panel->line_last, &panel->low,
                                 &panel->high};

    /* Each differs from the others, so that no two can change places unnoticed. */
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        *texts[i] = text != NULL ? g_strdup_printf("%s%zu", text, i) : NULL;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(decimals); i++) {
        decimals[i]->millionths = number < 0 ? number + (int64_t)i : number - (int64_t)i;
    }
    return panel;
}

static void add_point(ChartPanel *panel, int64_t at, int64_t value)
{
    ChartPoint point = {.at = at, .value = {value}};

    g_array_append_val(panel->readings, point);
}

/* A panel of a period: a line that bends, what it was before, and what stands on it. */
static void add_past(ChartPanel *panel)
{
    static const ChartPoint line[] = {{0, {1}}, {4000, {-2}}, {4000, {3}}, {11000, {4}}};
    static const ChartPoint old[] = {{4000, {-2}}, {11000, {5}}};

    panel->expected = g_strdup("$24.6M expected by now");
    g_array_append_vals(panel->line, line, G_N_ELEMENTS(line));
    g_array_append_vals(chart_old_line(panel), old, G_N_ELEMENTS(old));
    chart_old_line(panel); /* one of nothing */
    chart_mark(panel, 4000, g_strdup("$30M \u2192 $32M"));
    chart_mark(panel, 11000, NULL);
    chart_band(panel, 0, 11000, g_strdup("Sprint 1"));
    chart_band(panel, 5000, 5000, NULL);
}

static Chart *full_chart(void)
{
    Chart *chart = chart_new();

    chart->title = g_strdup("Sprint 1 \u00b7 Thu 17 July \u00b7 day 4 of 11");
    chart->first_text = g_strdup("Mon 14 July");
    chart->last_text = g_strdup("Mon 28 July");
    chart->today_text = g_strdup("today");
    chart->alt = g_strdup("Sprint 1, Thu 17 July.");
    chart->span = 11000;
    chart->today = 3000;
    add_panel(chart, "first ", 22000000)->status = PACE_AT_RISK;
    ChartPanel *panel = add_panel(chart, "second ", -12345678);
    panel->status = PACE_STALE;
    panel->forecast = true;
    add_point(panel, 0, 22000000);
    add_point(panel, 3000, -27500000);
    add_past(panel);
    chart->tick = 7000;
    chart->tall = true;
    return chart;
}

/* There and back ------------------------------------------------------------------------------ */

static void test_every_field_comes_back(void **state)
{
    g_autoptr(Card) card = full_card();

    (void)state;
    expect_round_trip("a card with everything in it", card);
}

static void test_every_kind_comes_back(void **state)
{
    (void)state;
    for (int kind = CARD_REPLY; kind <= CARD_HOME; kind++) {
        g_autoptr(Card) card = card_new((CardKind)kind);

        card->channel = g_strdup("west");
        expect_round_trip(card_kind_name(card->kind), card);
    }
    for (int kind = BLOCK_TITLE; kind <= BLOCK_BUTTON; kind++) {
        for (int status = PACE_NONE; status <= PACE_STALE; status++) {
            g_autoptr(Card) card = card_new(CARD_NOTICE);

            card->member = g_strdup("maria");
            add_block(card, (BlockKind)kind, (PaceStatus)status, kind * 1000 + status);
            expect_round_trip("every kind of block with every status", card);
        }
    }
}

static void test_a_chart_comes_back(void **state)
{
    g_autoptr(Card) card = full_card();

    (void)state;
    card->chart = full_chart();
    expect_round_trip("a chart with everything in it", card);
}

static void test_an_empty_chart_is_not_the_same_as_none(void **state)
{
    g_autoptr(Card) card = full_card();
    g_autoptr(GBytes) without = card_to_bytes(card);

    (void)state;
    card->chart = chart_new();
    expect_round_trip("a chart of nothing", card);
    g_autoptr(GBytes) with = card_to_bytes(card);
    g_autoptr(Card) back =
        card_from_bytes(g_bytes_get_data(with, NULL), g_bytes_get_size(with), NULL);
    g_autoptr(Card) bare =
        card_from_bytes(g_bytes_get_data(without, NULL), g_bytes_get_size(without), NULL);
    assert_non_null(back->chart);
    assert_null(back->chart->alt);
    assert_null(bare->chart);
}

static void test_a_charts_extremes_come_back(void **state)
{
    g_autoptr(Card) card = full_card();

    (void)state;
    card->chart = full_chart();
    card->chart->span = INT32_MAX;
    card->chart->today = CHART_NO_TODAY;
    for (int i = 0; i < 100; i++) {
        ChartPanel *panel = add_panel(card->chart, i % 3 == 0 ? NULL : "\U0001f680 ",
                                      i % 2 == 0 ? INT64_MIN : INT64_MAX);

        panel->status = (PaceStatus)(i % (PACE_STALE + 1));
        for (int j = 0; j < 60; j++) {
            add_point(panel, j, j % 2 == 0 ? INT64_MIN : INT64_MAX);
        }
        add_point(panel, INT32_MAX, 0);
    }
    expect_round_trip("100 panels of 61 readings", card);
}

/* A form is asked for by somebody who is waiting; it is nothing to find in the outbox. */
static void test_a_form_is_never_kept(void **state)
{
    g_autoptr(Card) card = full_card();
    g_autoptr(GBytes) without = card_to_bytes(card);

    (void)state;
    card->form = form_view_new("sprint setup", "west");
    g_autoptr(GBytes) with = card_to_bytes(card);
    assert_true(g_bytes_equal(with, without));
}

/* What was in the outbox before cards had charts. */
static void test_the_first_version_is_still_read(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Card) card = full_card();
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    /* No chart to tell of, and no message that it answers. */
    size_t size = g_bytes_get_size(bytes) - strlen("0") - 1 - 2 * sizeof "\xff" - sizeof "0";
    g_autofree uint8_t *first = g_memdup2(g_bytes_get_data(bytes, NULL), size);

    (void)state;
    first[0] = 1;
    g_autoptr(Card) back = card_from_bytes(first, size, &error);
    assert_non_null(back);
    assert_null(back->chart);
    g_autofree char *wanted = card_told(card);
    g_autofree char *got = card_told(back);
    assert_string_equal(wanted, got);
}

/* The texts of a card that is a chart and nothing else; NULL: absent. */
static const struct {
    const char *name, *text;
    int since; /* which version; 0: the second */
} whole_card[] = {
    {"kind", "notice"},
    {"key", NULL},
    {"channel", "west"},
    {"member", NULL},
    {"thread", NULL},
    {"expires", "0"},
    {"blocks", "0"},
    {"charts", "1"},
    {"title", NULL},
    {"span", "11000"},
    {"today", "3000"},
    {"first", NULL},
    {"last", NULL},
    {"today_text", NULL},
    {"alt", NULL},
    {"tick", "7000", 4},
    {"tall", "1", 4},
    {"panels", "1"},
    {"label", NULL},
    {"metric", NULL},
    {"now", NULL},
    {"base", NULL},
    {"target", NULL},
    {"pace", NULL},
    {"status", "at risk"},
    {"baseline", "0"},
    {"target", "0"},
    {"high", "0"},
    {"first", "0"},
    {"last", "0"},
    {"points", "1"},
    {"at", "4000"},
    {"value", "5"},
    {"forecast", "0"},
    {"low", "0"},
    {"high", "0"},
    {"heading", NULL},
    {"expected", NULL, 4},
    {"bends", "1", 4},
    {"bend at", "4000", 4},
    {"bend value", "6", 4},
    {"old lines", "1", 4},
    {"old points", "1", 4},
    {"old at", "4000", 4},
    {"old value", "7", 4},
    {"changes", "1", 4},
    {"change at", "4000", 4},
    {"change", "$30M", 4},
    {"sprints", "1", 4},
    {"from", "2000", 4},
    {"to", "3000", 4},
    {"sprint", "Sprint 1", 4},
    {"under", NULL, 3},
    {"answers", NULL, 3},
    {"quiet", "0", 3},
};

/* Its bytes as that version wrote them, with the text of that name in place of its own; `name` may
 * be NULL: none. */
static GByteArray *card_with(int version, const char *name, const char *text)
{
    GByteArray *bytes = g_byte_array_new();

    g_byte_array_append(bytes, (const guint8[]){(guint8)version}, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(whole_card); i++) {
        const char *own = whole_card[i].text != NULL ? whole_card[i].text : "\xff";
        bool other = name != NULL && strcmp(whole_card[i].name, name) == 0;
        const char *put = other ? text : own;

        if (whole_card[i].since <= version) {
            g_byte_array_append(bytes, (const guint8 *)put, (guint)strlen(put) + 1);
        }
    }
    return bytes;
}

/* What was in the outbox before cards answered a member's message, and before a period had charts.
 */
static void test_earlier_versions_are_still_read(void **state)
{
    (void)state;
    for (int version = 2; version <= 4; version++) {
        g_autoptr(GByteArray) bytes = card_with(version, NULL, "");
        g_autoptr(GError) error = NULL;
        g_autoptr(Card) card = card_from_bytes(bytes->data, bytes->len, &error);

        assert_non_null(card);
        assert_null(card->under);
        const ChartPanel *panel = g_ptr_array_index(card->chart->panels, 0);

        assert_int_equal(panel->readings->len, 1);
        assert_int_equal(card->chart->tick, version < 4 ? 1000 : 7000);
        assert_int_equal(card->chart->tall, version == 4);
        assert_int_equal(panel->line->len, version == 4);
        assert_int_equal(panel->old_lines->len, version == 4);
        assert_int_equal(panel->marks->len, version == 4);
        assert_int_equal(panel->bands->len, version == 4);
    }
}

static void test_the_message_that_is_answered_comes_back(void **state)
{
    g_autoptr(Card) card = full_card();

    (void)state;
    card->under = g_strdup("$143273582443PhrSn:example.org");
    card->answers = g_strdup("$143273582444PhrSn:example.org");
    card->quiet = true;
    expect_round_trip("a card under a message", card);
}

/* To the byte: a daemon that was upgraded meets exactly this. */
static void test_bytes_of_the_first_version(void **state)
{
    static const char bytes[] = "\x01"
                                "notice\0"
                                "\xff\0"
                                "west\0"
                                "\xff\0"
                                "\xff\0"
                                "0\0"
                                "1\0"
                                "text\0"
                                "\xff\0"
                                "Noted.\0"
                                "\xff\0"
                                "\xff\0"
                                "\0"
                                "-5";
    g_autoptr(GError) error = NULL;
    g_autoptr(Card) card = card_from_bytes(bytes, sizeof bytes, &error);

    (void)state;
    assert_non_null(card);
    assert_int_equal(card->kind, CARD_NOTICE);
    assert_string_equal(card->channel, "west");
    assert_null(card->member);
    assert_null(card->chart);
    assert_int_equal(card->blocks->len, 1);
    const Block *block = g_ptr_array_index(card->blocks, 0);
    assert_int_equal(block->kind, BLOCK_TEXT);
    assert_string_equal(block->text, "Noted.");
    assert_int_equal(block->progress, -5);
}

static void test_nothing_and_empty_are_kept_apart(void **state)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);

    (void)state;
    card->channel = g_strdup("");
    card->key = g_strdup("");
    add_block(card, BLOCK_TEXT, PACE_NONE, 0)->text = g_strdup("");
    add_block(card, BLOCK_FACT, PACE_NONE, 0)->label = g_strdup("");
    expect_round_trip("empty texts stay empty, absent ones absent", card);
}

static void test_any_text_comes_back(void **state)
{
    static const struct {
        const char *promise;
        const char *text;
    } cases[] = {
        {"emoji joined to one", "\U0001f469\u200d\U0001f52c\U0001f1e9\U0001f1ea"},
        {"right-to-left", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629"},
        {"a formula", "=1+1"},
        {"a quote", "it's \"so\"; DROP TABLE outbox; --"},
        {"several lines", "one\ntwo\n\nfour"},
        {"the last code point", "\xf4\x8f\xbf\xbf"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Card) card = card_new(CARD_NOTICE);

        card->channel = g_strdup(cases[i].text);
        card->thread = g_strdup(cases[i].text);
        card_quote(card, cases[i].text);
        card_fact(card, g_strdup(cases[i].text), g_strdup(cases[i].text));
        expect_round_trip(cases[i].promise, card);
    }
}

static void test_extremes_come_back(void **state)
{
    g_autoptr(Card) card = card_new(CARD_CLOSE);

    (void)state;
    card->channel = g_strnfill(8000, 'c');
    card->expires = (Instant){INT64_MIN};
    for (int i = 0; i < 300; i++) {
        Block *block = add_block(card, BLOCK_KR, PACE_DONE, i % 2 == 0 ? INT32_MIN : INT32_MAX);

        block->text = g_strnfill(8000, 'x');
    }
    expect_round_trip("300 blocks of 8,000 characters", card);
}

static void test_broken_text_is_mended_not_lost(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Card) card = card_new(CARD_NOTICE);

    (void)state;
    card->channel = g_strdup("west");
    card_text(card, g_strdup("caf\xe9"));
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    g_autoptr(Card) back =
        card_from_bytes(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);

    assert_non_null(back);
    assert_string_equal(((Block *)g_ptr_array_index(back->blocks, 0))->text, "caf\ufffd");
}

/* Damage -------------------------------------------------------------------------------------- */

static void expect_refused(const char *promise, const void *bytes, size_t len)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Card) card = card_from_bytes(bytes, len, &error);

    if (card != NULL) {
        fail_msg("%s: was taken for a card", promise);
    }
    if (!g_error_matches(error, STORE_ERROR, STORE_ERROR_CORRUPT)) {
        fail_msg("%s: refused without saying that it is damaged", promise);
    }
}

static void expect_clean(const char *text)
{
    if (text != NULL && !g_utf8_validate(text, -1, NULL)) {
        fail_msg("a card from damaged bytes has a text that is no UTF-8");
    }
}

static void expect_usable_chart(const Chart *chart)
{
    assert_true(chart->span > 0);
    assert_true(chart->today >= CHART_NO_TODAY);
    for (guint i = 0; i < chart->panels->len; i++) {
        const ChartPanel *panel = g_ptr_array_index(chart->panels, i);

        assert_in_range(panel->status, PACE_NONE, PACE_STALE);
        for (guint j = 0; j < panel->readings->len; j++) {
            int64_t at = g_array_index(panel->readings, ChartPoint, j).at;

            assert_true(at >= 0 && at <= chart->span);
        }
    }
}

/* Whatever came out can be used as any card: its kinds are known and its texts clean. */
static void expect_usable(const Card *card)
{
    g_autofree char *told = card_told(card);
    g_autoptr(Card) copy = card_copy(card);

    expect_clean(told);
    assert_non_null(card_kind_name(copy->kind));
    if (card->chart != NULL) {
        expect_usable_chart(card->chart);
    }
    assert_true(card->channel != NULL || card->member != NULL);
}

static void test_cut_bytes_are_refused(void **state)
{
    g_autoptr(Card) card = full_card();

    (void)state;
    card->chart = full_chart();
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    size_t size = g_bytes_get_size(bytes);

    for (size_t len = 0; len < size; len++) {
        g_autofree uint8_t *cut = g_memdup2(g_bytes_get_data(bytes, NULL), len);

        expect_refused("a card cut short", cut, len);
    }
    expect_refused("nothing at all", NULL, 0);
}

static void test_a_changed_byte_is_refused_or_harmless(void **state)
{
    g_autoptr(Card) card = full_card();
    int refused = 0;

    (void)state;
    card->chart = full_chart();
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    size_t size = g_bytes_get_size(bytes);
    for (size_t at = 0; at < size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            g_autofree uint8_t *other = g_memdup2(g_bytes_get_data(bytes, NULL), size);

            other[at] ^= (uint8_t)(1U << bit);
            g_autoptr(Card) back = card_from_bytes(other, size, NULL);

            if (back != NULL) {
                expect_usable(back);
            } else {
                refused++;
            }
        }
    }
    assert_true(refused > 100); /* lengths, kinds and ends of text are noticed */
}

static void test_rubbish_is_refused(void **state)
{
    GRand *rand = g_rand_new_with_seed(12);
    uint8_t rubbish[512];

    (void)state;
    for (int round = 0; round < 2000; round++) {
        size_t len = (size_t)g_rand_int_range(rand, 1, sizeof rubbish);

        for (size_t i = 0; i < len; i++) {
            rubbish[i] = (uint8_t)g_rand_int_range(rand, 0, 256);
        }
        rubbish[0] = (uint8_t)(1 + round % 4); /* the versions that we know */
        expect_refused("rubbish", rubbish, len);
    }
    g_rand_free(rand);
}

static void test_another_version_is_refused(void **state)
{
    g_autoptr(Card) card = full_card();
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    size_t size = g_bytes_get_size(bytes);
    g_autofree uint8_t *other = g_memdup2(g_bytes_get_data(bytes, NULL), size);

    (void)state;
    for (int version = 0; version < 256; version++) {
        other[0] = (uint8_t)version;
        /* Ours, and the one before, which differs in charts alone; others would have ended earlier.
         */
        if (version != 3 && version != 4) {
            expect_refused("a card of another version", other, size);
        }
    }
}

static void test_impossible_numbers_are_refused(void **state)
{
    static const struct {
        const char *promise, *name, *text;
    } cases[] = {
        {"a chart of no length", "span", "0"},
        {"a chart of a length below nothing", "span", "-1"},
        {"a chart longer than any window", "span", "99999999999"},
        {"today before it began", "today", "-2"},
        {"a reading after the end", "at", "11001"},
        {"a reading before the beginning", "at", "-1"},
        {"a value beyond the range", "value", "99999999999999999999"},
        {"a value that is none", "value", "5.5"},
        {"an absent value", "value", "\xff"},
        {"two charts", "charts", "2"},
        {"more panels than there are", "panels", "2"},
        {"fewer panels than there are", "panels", "0"},
        {"panels without end", "panels", "9000000000000000000"},
        {"panels below none", "panels", "-1"},
        {"readings without end", "points", "9000000000000000000"},
        {"half a forecast", "forecast", "2"},
        {"a status that nobody knows", "status", "at ease"},
        {"marks on the axis that lie on each other", "tick", "0"},
        {"half as high again", "tall", "2"},
        {"a bend after the end", "bend at", "11001"},
        {"bends without end", "bends", "9000000000000000000"},
        {"an old line before the beginning", "old at", "-1"},
        {"old lines without end", "old lines", "9000000000000000000"},
        {"fewer old lines than there are", "old lines", "0"},
        {"a change after the end", "change at", "11001"},
        {"changes below none", "changes", "-1"},
        {"more changes than there are", "changes", "2"},
        {"a sprint that ends before it begins", "to", "1999"},
        {"a sprint after the end", "to", "11001"},
        {"sprints without end", "sprints", "9000000000000000000"},
    };
    g_autoptr(GByteArray) bytes = card_with(4, NULL, "");
    g_autoptr(Card) whole = card_from_bytes(bytes->data, bytes->len, NULL);

    (void)state;
    assert_non_null(whole); /* else the cases would prove nothing */
    assert_int_equal(whole->chart->span, 11000);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) odd = card_with(4, cases[i].name, cases[i].text);

        expect_refused(cases[i].promise, odd->data, odd->len);
    }
}

static void test_a_card_to_nobody_is_refused(void **state)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    g_autoptr(GBytes) bytes = card_to_bytes(card);

    (void)state;
    expect_refused("a card to nobody", g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_comes_back),
        cmocka_unit_test(test_every_kind_comes_back),
        cmocka_unit_test(test_a_chart_comes_back),
        cmocka_unit_test(test_an_empty_chart_is_not_the_same_as_none),
        cmocka_unit_test(test_a_charts_extremes_come_back),
        cmocka_unit_test(test_a_form_is_never_kept),
        cmocka_unit_test(test_the_first_version_is_still_read),
        cmocka_unit_test(test_earlier_versions_are_still_read),
        cmocka_unit_test(test_the_message_that_is_answered_comes_back),
        cmocka_unit_test(test_bytes_of_the_first_version),
        cmocka_unit_test(test_nothing_and_empty_are_kept_apart),
        cmocka_unit_test(test_any_text_comes_back),
        cmocka_unit_test(test_extremes_come_back),
        cmocka_unit_test(test_broken_text_is_mended_not_lost),
        cmocka_unit_test(test_cut_bytes_are_refused),
        cmocka_unit_test(test_a_changed_byte_is_refused_or_harmless),
        cmocka_unit_test(test_rubbish_is_refused),
        cmocka_unit_test(test_another_version_is_refused),
        cmocka_unit_test(test_impossible_numbers_are_refused),
        cmocka_unit_test(test_a_card_to_nobody_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

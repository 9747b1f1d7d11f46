#include "bot/card_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/store/store.h"
#include "core/words.h"

/* Telling ------------------------------------------------------------------------------------- */

static void tell(GString *out, const char *field, const char *text)
{
    g_string_append_printf(out, "%s: %s%s%s\n", field, text != NULL ? "\"" : "",
                           text != NULL ? text : "none", text != NULL ? "\"" : "");
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
    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        g_string_append_printf(out, "block: %d\nstatus: %d\nprogress: %d\n", (int)block->kind,
                               (int)block->status, block->progress);
        tell(out, "label", block->label);
        tell(out, "text", block->text);
        tell(out, "values", block->values);
        tell(out, "note", block->note);
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
    for (int kind = CARD_REPLY; kind <= CARD_QUESTION; kind++) {
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

/* Whatever came out can be used as any card: its kinds are known and its texts clean. */
static void expect_usable(const Card *card)
{
    g_autofree char *told = card_told(card);
    g_autoptr(Card) copy = card_copy(card);

    expect_clean(told);
    assert_non_null(card_kind_name(copy->kind));
    assert_true(card->channel != NULL || card->member != NULL);
}

static void test_cut_bytes_are_refused(void **state)
{
    g_autoptr(Card) card = full_card();
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    size_t size = g_bytes_get_size(bytes);

    (void)state;
    for (size_t len = 0; len < size; len++) {
        g_autofree uint8_t *cut = g_memdup2(g_bytes_get_data(bytes, NULL), len);

        expect_refused("a card cut short", cut, len);
    }
    expect_refused("nothing at all", NULL, 0);
}

static void test_a_changed_byte_is_refused_or_harmless(void **state)
{
    g_autoptr(Card) card = full_card();
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    size_t size = g_bytes_get_size(bytes);
    int refused = 0;

    (void)state;
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
        rubbish[0] = 1; /* the version that we know */
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
    other[0] = 2;
    expect_refused("a card of a version that we do not know", other, size);
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
        cmocka_unit_test(test_nothing_and_empty_are_kept_apart),
        cmocka_unit_test(test_any_text_comes_back),
        cmocka_unit_test(test_extremes_come_back),
        cmocka_unit_test(test_broken_text_is_mended_not_lost),
        cmocka_unit_test(test_cut_bytes_are_refused),
        cmocka_unit_test(test_a_changed_byte_is_refused_or_harmless),
        cmocka_unit_test(test_rubbish_is_refused),
        cmocka_unit_test(test_another_version_is_refused),
        cmocka_unit_test(test_a_card_to_nobody_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

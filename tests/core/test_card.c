#include "core/card.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/words.h"
#include "scene.h"

static Card *every_kind_of_block(void)
{
    Card *card = card_new(CARD_PROMPT);
    Block *kr = block_new(BLOCK_KR);

    card->key = g_strdup("prompt/12");
    card->channel = g_strdup("west");
    card->expires = (Instant){77};
    card_title(card, g_strdup("Title"));
    card_text(card, g_strdup("See " MARK_CODE "/sprint help" MARK_END));
    card_fact(card, g_strdup("Window"), g_strdup("14 days"));
    kr->label = g_strdup("KR1");
    kr->text = g_strdup("rate");
    kr->values = g_strdup("22% → 27%");
    kr->note = g_strdup("+5 pp");
    kr->status = PACE_BEHIND;
    kr->progress = 385;
    card_block(card, kr);
    card_item(card, "1", g_strdup("first"));
    card_item(card, "", g_strdup("unnumbered"));
    card_quote(card, "their words");
    card_code(card, g_strdup("/sprint open\nkr: x"));
    card_hint(card, g_strdup("hint"));
    card_button(card, g_strdup("Press"), "checkin.same", "12");
    return card;
}

static void test_a_card_reads_as_plain_text_a_block_a_line(void **state)
{
    g_autoptr(Card) card = every_kind_of_block();
    g_autofree char *plain = card_plain(card);

    (void)state;
    assert_string_equal(plain, "Title\n"
                               "See /sprint help\n"
                               "Window 14 days\n"
                               "KR1 rate 22% → 27% +5 pp\n"
                               "1 first\n"
                               "unnumbered\n"
                               "their words\n"
                               "/sprint open\nkr: x\n"
                               "hint\n"
                               "checkin.same Press 12\n");
}

static void test_a_copy_is_the_same_and_its_own(void **state)
{
    g_autoptr(Card) card = every_kind_of_block();
    g_autoptr(Card) copy = NULL;
    g_autofree char *before = card_plain(card);

    (void)state;
    card->member = g_strdup("maria");
    card->thread = g_strdup("prompt/11");
    card->quiet = true;
    copy = card_copy(card);
    g_clear_pointer(&card, card_free); /* what the copy borrowed would show here */
    g_autofree char *after = card_plain(copy);
    assert_string_equal(after, before);
    assert_int_equal(copy->kind, CARD_PROMPT);
    assert_string_equal(copy->key, "prompt/12");
    assert_string_equal(copy->channel, "west");
    assert_string_equal(copy->member, "maria");
    assert_string_equal(copy->thread, "prompt/11");
    assert_true(copy->quiet);
    assert_int_equal(copy->expires.us, 77);
    const Block *kr = g_ptr_array_index(copy->blocks, 3);
    assert_int_equal(kr->status, PACE_BEHIND);
    assert_int_equal(kr->progress, 385);
}

static void test_a_packed_card_is_the_same(void **state)
{
    g_autoptr(Card) card = every_kind_of_block();
    g_autofree char *before = card_plain(card);

    (void)state;
    card->under = g_strdup("17.5");
    card = card_pack(card);
    g_autofree char *after = card_plain(card);
    assert_string_equal(after, before);
    assert_int_equal(card->kind, CARD_PROMPT);
    assert_string_equal(card->key, "prompt/12");
    assert_string_equal(card->channel, "west");
    assert_null(card->member);
    assert_string_equal(card->under, "17.5");
    assert_int_equal(card->expires.us, 77);
    const Block *kr = g_ptr_array_index(card->blocks, 3);
    assert_int_equal(kr->status, PACE_BEHIND);
    assert_int_equal(kr->progress, 385);
    g_autoptr(Card) copy = card_copy(card); /* which is no piece of it */
    g_clear_pointer(&card, card_free);
    g_autofree char *copied = card_plain(copy);
    assert_string_equal(copied, before);
    g_free(copy->key);
    copy->key = g_strdup("prompt/13");
}

static void test_an_empty_card_is_packed_too(void **state)
{
    g_autoptr(Card) card = card_pack(card_new(CARD_REPLY));

    (void)state;
    assert_int_equal(card->blocks->len, 0);
    assert_null(card->key);
}

static void test_a_new_block_claims_no_progress(void **state)
{
    Block *block = block_new(BLOCK_KR);

    (void)state;
    assert_int_equal(block->progress, PROGRESS_UNKNOWN);
    assert_int_equal(block->status, PACE_NONE);
    block_free(block);
    block_free(NULL);
    card_free(NULL);
}

static void test_every_kind_of_card_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (CardKind kind = CARD_REPLY; kind <= CARD_QUESTION; kind++) {
        assert_non_null(card_kind_name(kind));
        for (CardKind other = CARD_REPLY; other < kind; other++) {
            assert_string_not_equal(card_kind_name(kind), card_kind_name(other));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_card_reads_as_plain_text_a_block_a_line),
        cmocka_unit_test(test_a_copy_is_the_same_and_its_own),
        cmocka_unit_test(test_a_packed_card_is_the_same),
        cmocka_unit_test(test_an_empty_card_is_packed_too),
        cmocka_unit_test(test_a_new_block_claims_no_progress),
        cmocka_unit_test(test_every_kind_of_card_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

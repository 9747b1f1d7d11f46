#include "bot/console/shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/words.h"

static Card *card_keyed(const char *key)
{
    Card *card = card_new(CARD_NOTICE);

    card->key = g_strdup(key);
    return card;
}

static void test_messages_are_numbered_in_the_order_in_which_they_came(void **state)
{
    g_autoptr(Shown) shown = shown_new();

    (void)state;
    assert_null(shown_previous(shown, NULL));
    assert_int_equal(shown_add(shown, "a", "west", NULL, card_keyed("sprint/1"))->number, 1);
    assert_int_equal(shown_add(shown, NULL, "west", "maria", card_keyed(NULL))->number, 2);
    assert_int_equal(shown_add(shown, "b", NULL, "maria", card_keyed("sprint/2"))->number, 3);
    assert_string_equal(shown_numbered(shown, 1)->id, "a");
    assert_int_equal(shown_with_id(shown, "b")->number, 3);
    assert_int_equal(shown_with_key(shown, "sprint/1")->number, 1);
    assert_int_equal(shown_previous(shown, NULL)->number, 3);
    assert_int_equal(shown_previous(shown, shown_numbered(shown, 3))->number, 2);
    assert_null(shown_previous(shown, shown_numbered(shown, 1)));
}

static void test_what_was_never_shown_is_not_found(void **state)
{
    static const int64_t numbers[] = {INT64_MIN, -1, 0, 2, 3, INT64_MAX};
    g_autoptr(Shown) shown = shown_new();

    (void)state;
    shown_add(shown, "a", "west", NULL, card_keyed("sprint/1"));
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        assert_null(shown_numbered(shown, numbers[i]));
    }
    assert_null(shown_with_id(shown, "b"));
    assert_null(shown_with_key(shown, "sprint/2"));
}

static void test_a_replaced_message_keeps_its_number(void **state)
{
    g_autoptr(Shown) shown = shown_new();

    (void)state;
    shown_add(shown, "a", "west", NULL, card_keyed("prompt/1"));
    message_replace(shown_with_id(shown, "a"), card_keyed("summary/1"));
    assert_int_equal(shown_with_key(shown, "summary/1")->number, 1);
    assert_null(shown_with_key(shown, "prompt/1"));
}

static void test_very_many_messages_leave_the_newest(void **state)
{
    g_autoptr(Shown) shown = shown_new();
    int64_t kept = 0;

    (void)state;
    for (int i = 1; i <= 30000; i++) {
        g_autofree char *id = g_strdup_printf("%d", i);
        assert_int_equal(shown_add(shown, id, "west", NULL, card_keyed(id))->number, i);
    }
    assert_null(shown_numbered(shown, 1));
    assert_null(shown_with_id(shown, "1"));
    assert_int_equal(shown_with_id(shown, "30000")->number, 30000);
    assert_string_equal(shown_numbered(shown, 29000)->id, "29000");
    for (const Message *m = NULL; (m = shown_previous(shown, m)) != NULL;) {
        kept++;
    }
    assert_in_range(kept, 1000, 10000);
}

static void test_everyone_sees_their_own_channel_and_what_is_for_them(void **state)
{
    static const struct {
        const char *promise, *channel, *member;
        bool seen; /* by maria in #west */
    } cases[] = {
        {"a message to the channel is seen there", "west", NULL, true},
        {"a message to another channel is not", "east", NULL, false},
        {"a message to her alone is seen anywhere", NULL, "maria", true},
        {"a message to somebody else is not", NULL, "jonas", false},
        {"what only she sees in the channel is seen", "west", "maria", true},
        {"what only somebody else sees there is not", "west", "jonas", false},
        {"what only she sees in another channel is not seen here", "east", "maria", false},
    };
    g_autoptr(Shown) shown = shown_new();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Message *m =
            shown_add(shown, NULL, cases[i].channel, cases[i].member, card_keyed(NULL));

        if (message_seen_by(m, "maria", "west") != cases[i].seen) {
            fail_msg("broken: %s", cases[i].promise);
        }
    }
}

static void test_buttons_are_found_by_number_and_by_label(void **state)
{
    g_autoptr(Card) card = card_new(CARD_PROMPT);

    (void)state;
    card_text(card, g_strdup("Same"));
    card_button(card, g_strdup(BOLD("Same") " as yesterday"), "same", "1");
    card_hint(card, g_strdup("or"));
    card_button(card, g_strdup("I'm away"), "away", NULL);
    assert_string_equal(card_button_numbered(card, 1)->label, "same");
    assert_string_equal(card_button_numbered(card, 2)->label, "away");
    assert_null(card_button_numbered(card, 0));
    assert_null(card_button_numbered(card, 3));
    assert_null(card_button_numbered(card, INT64_MIN));
    assert_string_equal(card_button_labelled(card, "same  AS yesterday")->label, "same");
    assert_string_equal(card_button_labelled(card, "i'm away")->label, "away");
    assert_null(card_button_labelled(card, "Same"));
    assert_null(card_button_labelled(card, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_are_numbered_in_the_order_in_which_they_came),
        cmocka_unit_test(test_what_was_never_shown_is_not_found),
        cmocka_unit_test(test_a_replaced_message_keeps_its_number),
        cmocka_unit_test(test_very_many_messages_leave_the_newest),
        cmocka_unit_test(test_everyone_sees_their_own_channel_and_what_is_for_them),
        cmocka_unit_test(test_buttons_are_found_by_number_and_by_label),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

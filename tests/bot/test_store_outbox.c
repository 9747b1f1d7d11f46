/* Cards on their way, and where they stand. */

#include "bot/store/sqlite_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"

/* Outbox -------------------------------------------------------------------------------------- */

static int64_t put_card(Store *store, WorkspaceId workspace, const char *channel,
                        const char *member, const char *text)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    int64_t id = 0;

    card->channel = g_strdup(channel);
    card->member = g_strdup(member);
    card->key = g_strdup("key");
    card_text(card, g_strdup(text));
    MUST(store, outbox_put, workspace, card, FIXTURE_NOW, &id);
    return id;
}

static void expect_next(const char *promise, Store *store, WorkspaceId workspace,
                        const char *target, int64_t id, int32_t attempts)
{
    g_autoptr(OutboxRow) row = NULL;

    MUST(store, outbox_next, workspace, target, &row);
    if ((row != NULL ? row->id : 0) != id || (row != NULL && row->attempts != attempts)) {
        fail_msg("%s: row %d after %d attempts, not %d after %d", promise,
                 row != NULL ? (int)row->id : 0, row != NULL ? row->attempts : 0, (int)id,
                 attempts);
    }
}

static void test_cards_leave_in_order_per_target(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    WorkspaceId other = fixture_workspace(store, "other");
    int64_t first = put_card(store, acme, "west", NULL, "one");
    int64_t seen_by_one = put_card(store, acme, "west", "maria", "two");
    int64_t direct = put_card(store, acme, NULL, "maria", "three");
    int64_t elsewhere = put_card(store, other, "west", NULL, "four");

    assert_true(first < seen_by_one && seen_by_one < direct && direct < elsewhere);
    expect_next("the first of a channel", store, acme, "west", first, 0);
    expect_next("to a member alone", store, acme, "@maria", direct, 0);
    expect_next("another workspace's channel", store, other, "west", elsewhere, 0);
    expect_next("nothing for that one", store, acme, "east", 0, 0);
    MUST(store, outbox_attempt, first);
    MUST(store, outbox_attempt, first);
    expect_next("attempts are counted", store, acme, "west", first, 2);
    MUST(store, outbox_end, first, OUTBOX_DELIVERED, FIXTURE_NOW);
    expect_next("then the second", store, acme, "west", seen_by_one, 0);
    MUST(store, outbox_end, seen_by_one, OUTBOX_DEAD, FIXTURE_NOW);
    expect_next("then none", store, acme, "west", 0, 0);
    MUST(store, outbox_end, direct, OUTBOX_EXPIRED, FIXTURE_NOW);
    expect_next("an expired one is over", store, acme, "@maria", 0, 0);
}

static void free_row(gpointer row)
{
    outbox_row_free(row);
}

static void test_what_is_pending_comes_in_pages(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    WorkspaceId other = fixture_workspace(store, "other");
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    int64_t ids[5];

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        ids[i] = put_card(store, acme, i % 2 == 0 ? "west" : "east", NULL, "text");
        put_card(store, other, "west", NULL, "not this one");
    }
    MUST(store, outbox_end, ids[2], OUTBOX_DELIVERED, FIXTURE_NOW);
    MUST(store, outbox_pending, acme, 0, 2, rows);
    MUST(store, outbox_pending, acme, ids[1], 9, rows);
    assert_int_equal(rows->len, 4);
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = g_ptr_array_index(rows, i);
        const Block *block = g_ptr_array_index(row->card->blocks, 0);

        assert_int_equal(row->id, ids[i < 2 ? i : i + 1]);
        assert_int_equal(row->workspace.v, acme.v);
        assert_string_equal(row->card->key, "key");
        assert_string_equal(block->text, "text");
    }
}

static void test_an_outbox_id_is_never_used_again(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    int64_t first = put_card(store, acme, "west", NULL, "one");

    MUST(store, outbox_end, first, OUTBOX_DELIVERED, FIXTURE_NOW);
    assert_true(put_card(store, acme, "west", NULL, "two") > first);
}

static int64_t count(Store *store, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    if (!sqlite_ask(sqlite_of(store), sql, &text, &error)) {
        fixture_fail(sql, error);
    }
    return g_ascii_strtoll(text, NULL, 10);
}

static void test_a_line_is_kept_of_what_could_not_be_delivered(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    Instant much_later = {FIXTURE_NOW.us + INT64_C(91) * 24 * INSTANT_HOUR};
    int64_t dead = put_card(store, acme, "west", NULL, "a secret");
    int64_t sent = put_card(store, acme, "west", NULL, "two");
    int64_t late = put_card(store, acme, "west", NULL, "three");

    MUST(store, outbox_attempt, dead);
    MUST(store, outbox_end, dead, OUTBOX_DEAD, FIXTURE_NOW);
    MUST(store, outbox_end, sent, OUTBOX_DELIVERED, FIXTURE_NOW);
    assert_int_equal(count(store, "SELECT count(*) FROM undelivered WHERE ended = 'dead' AND"
                                  " target = 'west' AND kind = 'notice' AND card_key = 'key' AND"
                                  " attempts = 1"),
                     1);
    assert_int_equal(count(store, "SELECT count(*) FROM undelivered"), 1);
    MUST(store, outbox_end, late, OUTBOX_EXPIRED, much_later);
    assert_int_equal(count(store, "SELECT count(*) FROM undelivered WHERE ended = 'expired'"), 1);
    assert_int_equal(count(store, "SELECT count(*) FROM undelivered"), 1);
    assert_int_equal(count(store, "SELECT count(*) FROM outbox"), 0);
}

static void test_a_damaged_card_is_said(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    OutboxRow *row = NULL;

    put_card(store, acme, "west", NULL, "one");
    sqlite3_exec(sqlite_of(store)->db, "UPDATE outbox SET card = x'01ff00'", NULL, NULL, NULL);
    assert_false(store->ops->outbox_next(store, acme, "west", &row, &error));
    assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_CORRUPT));
    g_clear_error(&error);
    assert_false(store->ops->outbox_pending(store, acme, 0, 9, rows, &error));
    assert_int_equal(rows->len, 0);
}

static void test_where_cards_stand(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    WorkspaceId other = fixture_workspace(store, "other");
    char channel[] = "C1";
    char first_id[] = "171.1";
    char second_id[] = "171.2";
    const MessageRef first = {channel, first_id};
    const MessageRef moved = {channel, second_id};
    g_auto(MessageRef) ref = {0};
    g_autofree char *key = NULL;
    g_autofree char *old = NULL;
    bool found = true;

    MUST(store, message_find, acme, "sprint/1", &ref, &found);
    assert_false(found);
    MUST(store, message_put, acme, "sprint/1", &first);
    MUST(store, message_put, acme, "sprint/1", &moved);
    MUST(store, message_put, other, "sprint/1", &first);
    MUST(store, message_find, acme, "sprint/1", &ref, &found);
    assert_true(found);
    assert_string_equal(ref.channel, "C1");
    assert_string_equal(ref.message, "171.2");
    MUST(store, message_card, acme, "C1", "171.2", &key);
    assert_string_equal(key, "sprint/1");
    MUST(store, message_card, acme, "C1", "171.1", &old);
    assert_null(old);
}

static void put_at(Store *store, WorkspaceId workspace, const char *key, const char *channel,
                   const char *message)
{
    g_auto(MessageRef) ref = {g_strdup(channel), g_strdup(message)};

    MUST(store, message_put, workspace, key, &ref);
}

static void expect_at(const char *promise, Store *store, WorkspaceId workspace, const char *key,
                      const char *channel, const char *message)
{
    g_auto(MessageRef) ref = {0};
    g_autofree char *card = NULL;
    bool found = false;

    MUST(store, message_find, workspace, key, &ref, &found);
    MUST(store, message_card, workspace, channel, message, &card);
    if (!found || strcmp(ref.channel, channel) != 0 || strcmp(ref.message, message) != 0 ||
        g_strcmp0(card, key) != 0) {
        fail_msg("%s: %s at %s %s, where %s stands", promise, key, ref.channel, ref.message, card);
    }
}

static void test_a_channels_cards_move_with_it(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    WorkspaceId other = fixture_workspace(store, "other");
    g_autofree char *none = NULL;

    put_at(store, acme, "prompt/1", "C1", "171.1");
    put_at(store, acme, "prompt/2", "C1", "171.2");
    put_at(store, acme, "prompt/3", "C11", "171.1");
    put_at(store, acme, "prompt/4", "c1", "171.1");
    put_at(store, acme, "prompt/5", "G9", "171.5");
    put_at(store, other, "prompt/1", "C1", "171.1");
    MUST(store, messages_move, acme, "C1", "G9");
    expect_at("it moved", store, acme, "prompt/1", "G9", "171.1");
    expect_at("so did the other", store, acme, "prompt/2", "G9", "171.2");
    expect_at("a longer id is another's", store, acme, "prompt/3", "C11", "171.1");
    expect_at("so is one in small letters", store, acme, "prompt/4", "c1", "171.1");
    expect_at("what stood there stays", store, acme, "prompt/5", "G9", "171.5");
    expect_at("another workspace's stay", store, other, "prompt/1", "C1", "171.1");
    MUST(store, message_card, acme, "C1", "171.1", &none);
    assert_null(none);
    MUST(store, messages_move, acme, "C404", "C405");
    MUST(store, messages_move, acme, "G9", "G9");
    MUST(store, messages_move, acme, "G9", "C1");
    expect_at("and back", store, acme, "prompt/1", "C1", "171.1");
    expect_at("with what it was put together with", store, acme, "prompt/5", "C1", "171.5");
}

static void test_a_move_that_is_rolled_back_was_none(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");

    put_at(store, acme, "prompt/1", "C1", "171.1");
    fixture_begin(store);
    MUST(store, messages_move, acme, "C1", "G9");
    store->ops->rollback(store);
    expect_at("it stands where it stood", store, acme, "prompt/1", "C1", "171.1");
}

/* The target of a card is its channel where it has one. */
static void test_targets(void **state)
{
    static const struct {
        char channel[8], member[8]; /* empty: none */
        const char *target;
    } cases[] = {{"west", "", "west"}, {"west", "maria", "west"}, {"", "maria", "@maria"}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Card) card = card_new(CARD_NOTICE);

        card->channel = *cases[i].channel != '\0' ? g_strdup(cases[i].channel) : NULL;
        card->member = *cases[i].member != '\0' ? g_strdup(cases[i].member) : NULL;
        g_autofree char *target = outbox_target(card);

        assert_string_equal(target, cases[i].target);
    }
}

static void expect_depth(const char *promise, Store *store, WorkspaceId workspace, int64_t cards,
                         int64_t since)
{
    int64_t count = -1;
    Instant oldest = {-1};

    MUST(store, outbox_depth, workspace, &count, &oldest);
    if (count != cards || oldest.us != since) {
        fail_msg("%s: %d cards since %d", promise, (int)count, (int)oldest.us);
    }
}

static void test_what_waits_is_counted_for_each_workspace(void **state)
{
    Store *store = *state;
    WorkspaceId acme = fixture_workspace(store, "acme");
    WorkspaceId other = fixture_workspace(store, "other");

    expect_depth("nothing waits", store, acme, 0, 0);
    int64_t first = put_card(store, acme, "west", NULL, "one");
    int64_t second = put_card(store, acme, NULL, "maria", "two");
    put_card(store, other, "west", NULL, "three");
    MUST(store, outbox_attempt, first);
    expect_depth("those that are out wait as well", store, acme, 2, FIXTURE_NOW.us);
    expect_depth("each has its own", store, other, 1, FIXTURE_NOW.us);
    MUST(store, outbox_end, first, OUTBOX_DELIVERED, FIXTURE_NOW);
    MUST(store, outbox_end, second, OUTBOX_DEAD, FIXTURE_NOW);
    expect_depth("what has ended does not", store, acme, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_cards_leave_in_order_per_target),
        STORE_TEST(test_what_is_pending_comes_in_pages),
        STORE_TEST(test_an_outbox_id_is_never_used_again),
        STORE_TEST(test_a_line_is_kept_of_what_could_not_be_delivered),
        STORE_TEST(test_a_damaged_card_is_said),
        STORE_TEST(test_where_cards_stand),
        STORE_TEST(test_a_channels_cards_move_with_it),
        STORE_TEST(test_a_move_that_is_rolled_back_was_none),
        STORE_TEST(test_targets),
        STORE_TEST(test_what_waits_is_counted_for_each_workspace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

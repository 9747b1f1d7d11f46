/* Which cards go out, and which wait for which. */

#include "bot/lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/chart.h"
#include "store_fixture.h"

#define LATER(minutes) ((Instant){FIXTURE_NOW.us + (minutes)*INSTANT_MINUTE})

/* Lanes over a store, with two workspaces. */
typedef struct Yard {
    Store *store;
    Lanes *lanes;
    WorkspaceId acme, other;
    GPtrArray *pushes; /* of Push: what the last plan sent out */
    bool begun;        /* a batch is under way: what settled, and then the plan */
} Yard;

static void free_push(gpointer push)
{
    push_free(push);
}

static int open_yard(void **state)
{
    Yard *yard = g_new0(Yard, 1);
    void *store = NULL;

    fixture_open(&store);
    yard->store = store;
    yard->acme = fixture_workspace(yard->store, "acme");
    yard->other = fixture_workspace(yard->store, "other");
    yard->lanes = lanes_new(yard->store);
    lanes_add(yard->lanes, yard->acme);
    lanes_add(yard->lanes, yard->other);
    yard->pushes = g_ptr_array_new_with_free_func(free_push);
    *state = yard;
    return 0;
}

static int close_yard(void **state)
{
    Yard *yard = *state;

    g_ptr_array_unref(yard->pushes);
    lanes_free(yard->lanes);
    store_close(yard->store);
    g_free(yard);
    return 0;
}

static int64_t put(Yard *yard, WorkspaceId workspace, const char *channel, const char *member,
                   const char *key, Instant expires)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    int64_t id = 0;

    card->channel = g_strdup(channel);
    card->member = g_strdup(member);
    card->key = g_strdup(key);
    card->expires = expires;
    card_text(card, g_strdup("text"));
    MUST(yard->store, outbox_put, workspace, card, FIXTURE_NOW, &id);
    return id;
}

/* One with a picture. */
static int64_t put_drawn(Yard *yard, const char *key)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    int64_t id = 0;

    card->channel = g_strdup("west");
    card->key = g_strdup(key);
    card->chart = chart_new();
    MUST(yard->store, outbox_put, yard->acme, card, FIXTURE_NOW, &id);
    return id;
}

static int64_t put_in(Yard *yard, const char *channel)
{
    return put(yard, yard->acme, channel, NULL, NULL, (Instant){0});
}

static void begin(Yard *yard)
{
    if (!yard->begun) {
        fixture_begin(yard->store);
        yard->begun = true;
    }
}

static void commit(Yard *yard)
{
    fixture_commit(yard->store);
    lanes_commit(yard->lanes);
    yard->begun = false;
}

static void roll_back(Yard *yard)
{
    yard->store->ops->rollback(yard->store);
    lanes_rollback(yard->lanes);
    yard->begun = false;
}

static void fill(Yard *yard, Instant now)
{
    g_autoptr(GError) error = NULL;

    g_ptr_array_set_size(yard->pushes, 0);
    begin(yard);
    if (!lanes_plan(yard->lanes, now, yard->pushes, &error)) {
        fixture_fail("planning", error);
    }
}

static void plan(Yard *yard, Instant now)
{
    fill(yard, now);
    commit(yard);
}

/* Whose card it was (caller frees); NULL: nobody's. The next plan is of the same batch. */
static char *settle_in(Yard *yard, WorkspaceId workspace, int64_t row, OutboxEnd end)
{
    char message[] = "m1";
    MessageRef ref = {message, message};
    g_autoptr(GError) error = NULL;
    char *target = NULL;

    begin(yard);
    if (!lanes_settle(yard->lanes, workspace, row, end, &ref, FIXTURE_NOW, &target, &error)) {
        fixture_fail("settling", error);
    }
    return target;
}

static void settle(Yard *yard, int64_t row, OutboxEnd end)
{
    g_free(settle_in(yard, yard->acme, row, end));
}

static const Push *push_at(const Yard *yard, guint i)
{
    assert_true(i < yard->pushes->len);
    return g_ptr_array_index(yard->pushes, i);
}

/* The last plan sent out these rows, in this order; ends with 0. */
static void expect_out(const char *promise, const Yard *yard, const int64_t *rows)
{
    guint n = 0;

    for (; rows[n] != 0; n++) {
        if (n >= yard->pushes->len || push_at(yard, n)->row->id != rows[n]) {
            fail_msg("%s: row %d did not go out", promise, (int)rows[n]);
        }
    }
    if (yard->pushes->len != n) {
        fail_msg("%s: %u went out, not %u", promise, yard->pushes->len, n);
    }
}

#define EXPECT_OUT(promise, yard, ...) expect_out(promise, yard, (const int64_t[]){__VA_ARGS__})

/* Order --------------------------------------------------------------------------------------- */

static void test_one_card_of_a_target_at_a_time_in_order(void **state)
{
    Yard *yard = *state;
    int64_t first = put_in(yard, "west");
    int64_t second = put_in(yard, "west");
    int64_t third = put_in(yard, "west");

    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("the first", yard, first, 0);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("none while it is out", yard, 0);
    settle(yard, first, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("the second", yard, second, 0);
    settle(yard, second, OUTBOX_DEAD);
    int64_t fourth = put_in(yard, "west");

    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("the third, though another came", yard, third, 0);
    settle(yard, third, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("the one that came", yard, fourth, 0);
    settle(yard, fourth, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("no more", yard, 0);
}

static void test_targets_do_not_wait_for_each_other(void **state)
{
    Yard *yard = *state;
    int64_t west = put_in(yard, "west");
    int64_t seen_by_one = put(yard, yard->acme, "west", "maria", NULL, (Instant){0});
    int64_t direct = put(yard, yard->acme, NULL, "maria", NULL, (Instant){0});
    int64_t east = put_in(yard, "east");
    int64_t elsewhere = put(yard, yard->other, "west", NULL, NULL, (Instant){0});

    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("a channel, a member, another channel, another workspace", yard, west, direct, east,
               elsewhere, 0);
    settle(yard, west, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("what one member sees there waited for the channel", yard, seen_by_one, 0);
}

static void test_a_workspace_that_is_not_known_yet_keeps_its_cards(void **state)
{
    Yard *yard = *state;
    WorkspaceId late = fixture_workspace(yard->store, "late");
    int64_t row = put(yard, late, "west", NULL, NULL, (Instant){0});

    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("nobody could deliver it", yard, 0);
    lanes_add(yard->lanes, late);
    lanes_add(yard->lanes, late); /* again changes nothing */
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("now somebody can", yard, row, 0);
}

static void test_so_many_are_out_at_once_and_no_more(void **state)
{
    Yard *yard = *state;
    int64_t rows[300];

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *channel = g_strdup_printf("c%zu", i);

        rows[i] = put_in(yard, channel);
    }
    int64_t elsewhere = put(yard, yard->other, "west", NULL, NULL, (Instant){0});

    plan(yard, FIXTURE_NOW);
    assert_int_equal(yard->pushes->len, 256 + 1);
    assert_int_equal(push_at(yard, 256)->row->id, elsewhere);
    settle(yard, rows[7], OUTBOX_DELIVERED);
    settle(yard, rows[9], OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("as many as there is room", yard, rows[256], rows[257], 0);
}

static void test_a_long_queue_of_one_target_hides_no_other(void **state)
{
    Yard *yard = *state;
    int64_t first = put_in(yard, "west");

    for (int i = 0; i < 1000; i++) {
        put_in(yard, "west");
    }
    int64_t east = put_in(yard, "east");

    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("both firsts", yard, first, east, 0);
}

/* Ends ---------------------------------------------------------------------------------------- */

static void test_only_what_is_out_can_be_settled(void **state)
{
    Yard *yard = *state;
    int64_t first = put_in(yard, "west");
    int64_t second = put_in(yard, "west");

    plan(yard, FIXTURE_NOW);
    assert_null(settle_in(yard, yard->acme, second, OUTBOX_DELIVERED));
    assert_null(settle_in(yard, yard->other, first, OUTBOX_DELIVERED));
    assert_null(settle_in(yard, (WorkspaceId){99}, first, OUTBOX_DELIVERED));
    g_autofree char *target = settle_in(yard, yard->acme, first, OUTBOX_DELIVERED);

    assert_string_equal(target, "west");
    assert_null(settle_in(yard, yard->acme, first, OUTBOX_DEAD));
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("the second was untouched", yard, second, 0);
}

static void test_it_is_idle_when_nothing_is_out(void **state)
{
    Yard *yard = *state;
    int64_t row = put_in(yard, "west");

    assert_true(lanes_idle(yard->lanes));
    plan(yard, FIXTURE_NOW);
    assert_false(lanes_idle(yard->lanes));
    settle(yard, row, OUTBOX_DELIVERED);
    commit(yard);
    assert_true(lanes_idle(yard->lanes));
}

static void test_an_expired_card_never_goes_out(void **state)
{
    Yard *yard = *state;
    g_autoptr(OutboxRow) left = NULL;

    put(yard, yard->acme, "west", NULL, NULL, LATER(10));
    put(yard, yard->acme, "west", NULL, "key", LATER(10));
    int64_t lasting = put(yard, yard->acme, "west", NULL, NULL, LATER(20));

    plan(yard, LATER(10)); /* not worth sending any more at that very instant */
    EXPECT_OUT("what has not expired", yard, lasting, 0);
    settle(yard, lasting, OUTBOX_DELIVERED);
    commit(yard);
    MUST(yard->store, outbox_next, yard->acme, "west", &left);
    assert_null(left);
}

static void test_a_card_that_expires_while_it_waits_never_goes_out(void **state)
{
    Yard *yard = *state;
    int64_t first = put_in(yard, "west");

    put(yard, yard->acme, "west", NULL, NULL, LATER(10));
    int64_t last = put_in(yard, "west");

    plan(yard, FIXTURE_NOW);
    settle(yard, first, OUTBOX_DELIVERED);
    plan(yard, LATER(11));
    EXPECT_OUT("the one behind it", yard, last, 0);
}

/* Places -------------------------------------------------------------------------------------- */

static void test_a_card_of_a_key_that_stands_is_an_edit(void **state)
{
    Yard *yard = *state;
    int64_t first = put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});
    int64_t second = put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});

    put(yard, yard->other, "west", NULL, "pinned", (Instant){0});
    plan(yard, FIXTURE_NOW);
    assert_int_equal(yard->pushes->len, 2);
    assert_false(push_at(yard, 0)->edit);
    assert_false(push_at(yard, 1)->edit); /* the same key elsewhere is another card */
    settle(yard, first, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("the edit", yard, second, 0);
    assert_true(push_at(yard, 0)->edit);
    assert_string_equal(push_at(yard, 0)->ref.message, "m1");
}

static void test_only_the_newest_state_of_a_message_goes_out(void **state)
{
    Yard *yard = *state;
    int64_t first = put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});

    plan(yard, FIXTURE_NOW);
    put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});
    int64_t other = put(yard, yard->acme, "west", NULL, "prompt", (Instant){0});
    int64_t drawn = put_drawn(yard, "pinned");
    put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});
    int64_t last = put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});
    put(yard, yard->acme, "east", NULL, "pinned", (Instant){0}); /* another target's */
    plan(yard, FIXTURE_NOW);
    settle(yard, first, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("nothing that is newer already", yard, other, 0);
    settle(yard, other, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("a picture all the same", yard, drawn, 0);
    settle(yard, drawn, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("the newest", yard, last, 0);
}

static void test_where_a_dead_card_stands_is_not_kept(void **state)
{
    Yard *yard = *state;
    int64_t first = put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});

    put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});
    plan(yard, FIXTURE_NOW);
    settle(yard, first, OUTBOX_DEAD);
    plan(yard, FIXTURE_NOW);
    assert_false(push_at(yard, 0)->edit);
}

/* Starting again ------------------------------------------------------------------------------ */

static void test_a_plan_that_was_rolled_back_is_made_again(void **state)
{
    Yard *yard = *state;
    int64_t first = put_in(yard, "west");
    int64_t east = put_in(yard, "east");

    put_in(yard, "west");
    for (int i = 0; i < 3; i++) {
        fill(yard, FIXTURE_NOW);
        EXPECT_OUT("the same each time", yard, first, east, 0);
        assert_int_equal(push_at(yard, 0)->row->attempts, 1);
        roll_back(yard);
        assert_true(lanes_idle(yard->lanes));
    }
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("and once more for good", yard, first, east, 0);
}

static void test_a_settling_that_was_rolled_back_can_be_repeated(void **state)
{
    Yard *yard = *state;
    int64_t first = put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});
    int64_t second = put(yard, yard->acme, "west", NULL, "pinned", (Instant){0});

    plan(yard, FIXTURE_NOW);
    for (int i = 0; i < 3; i++) {
        g_autofree char *target = settle_in(yard, yard->acme, first, OUTBOX_DELIVERED);

        assert_string_equal(target, "west");
        fill(yard, FIXTURE_NOW);
        EXPECT_OUT("the second would go", yard, second, 0);
        roll_back(yard);
        assert_false(lanes_idle(yard->lanes)); /* the first is out, as before */
    }
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("it still holds its channel", yard, 0);
    settle(yard, first, OUTBOX_DELIVERED);
    plan(yard, FIXTURE_NOW);
    EXPECT_OUT("now the second", yard, second, 0);
}

static void test_after_a_restart_what_was_out_comes_again_with_its_attempts(void **state)
{
    Yard *yard = *state;
    int64_t row = put_in(yard, "west");

    for (int attempt = 1; attempt <= 3; attempt++) {
        plan(yard, FIXTURE_NOW);
        EXPECT_OUT("it comes again", yard, row, 0);
        assert_int_equal(push_at(yard, 0)->row->attempts, attempt);
        lanes_free(yard->lanes);
        yard->lanes = lanes_new(yard->store);
        lanes_add(yard->lanes, yard->acme);
    }
}

static void test_an_expired_card_that_may_stand_there_is_looked_for(void **state)
{
    Yard *yard = *state;
    int64_t keyed = put(yard, yard->acme, "west", NULL, "pinned", LATER(10));

    put(yard, yard->acme, "east", NULL, NULL, LATER(10));
    plan(yard, FIXTURE_NOW);
    lanes_free(yard->lanes);
    yard->lanes = lanes_new(yard->store);
    lanes_add(yard->lanes, yard->acme);
    plan(yard, LATER(20));
    EXPECT_OUT("only the one that a later card would edit", yard, keyed, 0);
    assert_int_equal(push_at(yard, 0)->row->attempts, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_yard, close_yard)
    const struct CMUnitTest tests[] = {
        TEST(test_one_card_of_a_target_at_a_time_in_order),
        TEST(test_targets_do_not_wait_for_each_other),
        TEST(test_a_workspace_that_is_not_known_yet_keeps_its_cards),
        TEST(test_so_many_are_out_at_once_and_no_more),
        TEST(test_a_long_queue_of_one_target_hides_no_other),
        TEST(test_only_what_is_out_can_be_settled),
        TEST(test_it_is_idle_when_nothing_is_out),
        TEST(test_an_expired_card_never_goes_out),
        TEST(test_a_card_that_expires_while_it_waits_never_goes_out),
        TEST(test_a_card_of_a_key_that_stands_is_an_edit),
        TEST(test_only_the_newest_state_of_a_message_goes_out),
        TEST(test_where_a_dead_card_stands_is_not_kept),
        TEST(test_a_plan_that_was_rolled_back_is_made_again),
        TEST(test_a_settling_that_was_rolled_back_can_be_repeated),
        TEST(test_after_a_restart_what_was_out_comes_again_with_its_attempts),
        TEST(test_an_expired_card_that_may_stand_there_is_looked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

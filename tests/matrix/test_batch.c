/* What a batch owns, how it is handed on, and what is remembered of ids. */

#include "bot/matrix/batch.h"

#include "bot/matrix/backoff.h"
#include "bot/matrix/hand.h"
#include "bot/matrix/seen.h"
#include "stage.h"

/* Batches -------------------------------------------------------------------------------------- */

static void test_it_holds_what_it_was_given_until_its_last_owner(void **state)
{
    (void)state;
    MatrixBatch *batch = matrix_batch_new();
    char room[] = "!a";
    Json *event = matrix_batch_own(batch, json_new_object());

    json_put_text(event, "event_id", "$1");
    matrix_batch_add(batch, NEWS_EVENT, room, event);
    matrix_batch_keep(batch, "since", "s1");
    matrix_batch_keep(batch, "old", NULL);
    room[1] = 'z';
    MatrixBatch *other = matrix_batch_ref(batch);
    matrix_batch_free(batch);
    g_autofree char *text = batch_text(other);

    assert_string_equal(text, "EVENT !a $1, since=s1, old=(forgotten)");
    matrix_batch_free(other);
    matrix_batch_free(NULL);
}

static void test_news_can_be_put_between_others(void **state)
{
    (void)state;
    g_autoptr(MatrixBatch) batch = matrix_batch_new();
    GArray *filling = matrix_news_new();

    matrix_batch_add(batch, NEWS_LEFT, "!a", NULL);
    matrix_batch_add(batch, NEWS_EVENT, "!c", NULL);
    matrix_news_add(filling, NEWS_JOINED, "!b", NULL);
    matrix_news_add(filling, NEWS_EVENT, "!b", NULL);
    matrix_batch_insert(batch, 1, filling);
    matrix_batch_insert(batch, 4, matrix_news_new());
    g_autofree char *text = batch_text(batch);

    assert_string_equal(text, "LEFT !a, JOINED !b, EVENT !b, EVENT !c");
}

/* Handing on ----------------------------------------------------------------------------------- */

static int stored;

static void on_stored(void *arg)
{
    (void)arg;
    stored++;
}

static void test_it_is_handed_on_until_it_is_stored(void **state)
{
    static const int64_t waits_ms[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
    MatrixHand *hand = matrix_hand_new(&the_loop, &the_sink, on_stored, NULL);
    MatrixBatch *batch = matrix_batch_new();

    (void)state;
    matrix_batch_keep(batch, "since", "s1");
    matrix_hand_on(hand, batch);
    given("since=s1");
    for (size_t i = 0; i < G_N_ELEMENTS(waits_ms); i++) {
        matrix_hand_taken(hand, false);
        pass(waits_ms[i] - 1);
        assert_null(the_batch);
        pass(1);
        given("since=s1");
    }
    stored = 0;
    matrix_hand_taken(hand, true);
    assert_int_equal(stored, 0); /* never from inside */
    assert_false(matrix_hand_is_free(hand));
    pass(0);
    assert_int_equal(stored, 1);
    assert_true(matrix_hand_is_free(hand));
    matrix_hand_taken(hand, true); /* said twice */
    pass(60000);
    assert_int_equal(stored, 1);
    matrix_hand_free(hand);
}

static void test_it_may_end_at_any_time(void **state)
{
    (void)state;
    for (int when = 0; when < 4; when++) {
        MatrixHand *hand = matrix_hand_new(&the_loop, &the_sink, on_stored, NULL);

        if (when > 0) {
            matrix_hand_on(hand, matrix_batch_new());
            given("");
        }
        if (when > 1) {
            matrix_hand_taken(hand, when == 2);
        }
        matrix_hand_free(hand);
        end_turn();
    }
}

/* Ids ------------------------------------------------------------------------------------------ */

static void test_the_last_ids_are_known(void **state)
{
    (void)state;
    g_autoptr(MatrixSeen) seen = matrix_seen_new(3, NULL);

    for (int i = 0; i < 2; i++) { /* one that is there keeps its place */
        matrix_seen_add(seen, "a");
        matrix_seen_add(seen, "b");
    }
    matrix_seen_add(seen, "c");
    assert_true(matrix_seen_has(seen, "a"));
    matrix_seen_add(seen, "d");
    assert_false(matrix_seen_has(seen, "a"));
    assert_true(matrix_seen_has(seen, "b"));
    assert_true(matrix_seen_has(seen, "d"));
}

static void test_ids_are_kept_whatever_is_in_them(void **state)
{
    (void)state;
    g_autoptr(MatrixSeen) seen = matrix_seen_new(8, NULL);
    matrix_seen_add(seen, "1,2");
    matrix_seen_add(seen, "%2C ü");
    matrix_seen_add(seen, "7");
    g_autofree char *text = matrix_seen_text(seen);
    g_autoptr(MatrixSeen) again = matrix_seen_new(8, text);
    g_autofree char *same = matrix_seen_text(again);

    assert_true(matrix_seen_has(again, "1,2"));
    assert_true(matrix_seen_has(again, "%2C ü"));
    assert_true(matrix_seen_has(again, "7"));
    assert_false(matrix_seen_has(again, "1"));
    assert_string_equal(text, same);
}

static void test_what_was_kept_may_be_damaged(void **state)
{
    (void)state;
    g_autoptr(MatrixSeen) seen = matrix_seen_new(2, ",,%zz,a,b,c,");
    g_autofree char *text = matrix_seen_text(seen);

    assert_string_equal(text, "b,c");
}

static void test_pauses_double_and_are_bounded(void **state)
{
    (void)state;
    for (guint failures = 0; failures < 100; failures++) {
        int64_t ms = matrix_backoff_ms(failures, 2000, 120000);

        assert_true(ms >= 2000 && ms <= 120000);
        if (failures < 5) {
            assert_true(ms >= 2000 << failures && ms <= 4000 << failures);
        } else {
            assert_true(ms >= 60000);
        }
    }
}

static int open_stage(void **state)
{
    (void)state;
    stage_open();
    return 0;
}

static int close_stage(void **state)
{
    (void)state;
    stage_close();
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        TEST(test_it_holds_what_it_was_given_until_its_last_owner),
        TEST(test_news_can_be_put_between_others),
        TEST(test_it_is_handed_on_until_it_is_stored),
        TEST(test_it_may_end_at_any_time),
        TEST(test_the_last_ids_are_known),
        TEST(test_ids_are_kept_whatever_is_in_them),
        TEST(test_what_was_kept_may_be_damaged),
        TEST(test_pauses_double_and_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

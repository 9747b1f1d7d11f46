/* How a piece goes into the store: whole, again while nothing can be stored, apart where it is bad.
 */

#include "bot/matrix/piece.h"

#include "stage.h"

/* What was posted since the last look: "one two + since", the events' keys and what is kept. */
static GString *posted;

static void on_post(void *arg, GPtrArray *take_events, GArray *take_keeps)
{
    (void)arg;
    for (guint i = 0; i < take_events->len; i++) {
        const Event *event = g_ptr_array_index(take_events, i);

        g_string_append_printf(posted, "%s ", event->key);
    }
    for (guint i = 0; i < take_keeps->len; i++) {
        g_string_append_printf(posted, "+ %s", g_array_index(take_keeps, Memo, i).name);
    }
    g_ptr_array_unref(take_events);
    g_array_unref(take_keeps);
}

static void free_event(gpointer event)
{
    event_free(event);
}

static void post_three(MatrixPiece *piece)
{
    static const char *const keys[] = {"one", "two", "three"};
    GPtrArray *events = g_ptr_array_new_with_free_func(free_event);
    GArray *keeps = matrix_keeps_new();
    Memo memo = {g_strdup("since"), g_strdup("s1")};

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_ptr_array_add(events, event_new(EVENT_TEXT, keys[i]));
    }
    g_array_append_val(keeps, memo);
    matrix_piece_post(piece, events, keeps);
}

/* The store says how it went, and this is posted then ("": nothing). */
static void told(MatrixPiece *piece, Stored stored, PieceEnd end, const char *then)
{
    g_string_truncate(posted, 0);
    assert_int_equal(matrix_piece_told(piece, stored), end);
    assert_string_equal(posted->str, then);
}

static void posts_three(MatrixPiece *piece, const char *wanted)
{
    g_string_truncate(posted, 0);
    post_three(piece);
    assert_string_equal(posted->str, wanted);
}

/* Until it goes in apart. */
static void fail_five_times(MatrixPiece *piece)
{
    for (int i = 0; i < 5; i++) {
        posts_three(piece, "one two three + since");
        told(piece, STORED_NOT, PIECE_AGAIN, "");
    }
}

static void test_a_piece_goes_in_whole(void **state)
{
    g_autoptr(MatrixPiece) piece = matrix_piece_new("community", on_post, NULL);

    (void)state;
    posts_three(piece, "one two three + since");
    told(piece, STORED, PIECE_IN, "");
}

static void test_one_that_is_bad_is_left_out_and_holds_up_nothing(void **state)
{
    g_autoptr(MatrixPiece) piece = matrix_piece_new("community", on_post, NULL);

    (void)state;
    fail_five_times(piece);
    posts_three(piece, "one ");
    told(piece, STORED, PIECE_GOES_ON, "two ");
    told(piece, STORED_NOT, PIECE_GOES_ON, "three ");
    told(piece, STORED, PIECE_GOES_ON, "+ since");
    told(piece, STORED, PIECE_IN, "");
}

static void test_while_nothing_can_be_stored_it_comes_again_whole(void **state)
{
    g_autoptr(MatrixPiece) piece = matrix_piece_new("community", on_post, NULL);

    (void)state;
    for (int i = 0; i < 100; i++) {
        posts_three(piece, "one two three + since");
        told(piece, STORED_NOT_NOW, PIECE_AGAIN, "");
    }
}

static void test_nothing_is_left_out_because_the_disk_is_full(void **state)
{
    g_autoptr(MatrixPiece) piece = matrix_piece_new("community", on_post, NULL);

    (void)state;
    fail_five_times(piece);
    posts_three(piece, "one ");
    told(piece, STORED, PIECE_GOES_ON, "two ");
    told(piece, STORED_NOT_NOW, PIECE_AGAIN, "");
    posts_three(piece, "one "); /* known by its key, if it was stored */
    told(piece, STORED, PIECE_GOES_ON, "two ");
    told(piece, STORED, PIECE_GOES_ON, "three ");
    told(piece, STORED, PIECE_GOES_ON, "+ since");
    told(piece, STORED_NOT_NOW, PIECE_AGAIN, "");
}

static void test_how_far_it_goes_is_never_left_out(void **state)
{
    g_autoptr(MatrixPiece) piece = matrix_piece_new("community", on_post, NULL);

    (void)state;
    fail_five_times(piece);
    posts_three(piece, "one ");
    told(piece, STORED, PIECE_GOES_ON, "two ");
    told(piece, STORED, PIECE_GOES_ON, "three ");
    told(piece, STORED, PIECE_GOES_ON, "+ since");
    told(piece, STORED_NOT, PIECE_AGAIN, "");
}

static int open_stage(void **state)
{
    (void)state;
    stage_open();
    posted = g_string_new(NULL);
    return 0;
}

static int close_stage(void **state)
{
    (void)state;
    g_string_free(posted, TRUE);
    stage_close();
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        TEST(test_a_piece_goes_in_whole),
        TEST(test_one_that_is_bad_is_left_out_and_holds_up_nothing),
        TEST(test_while_nothing_can_be_stored_it_comes_again_whole),
        TEST(test_nothing_is_left_out_because_the_disk_is_full),
        TEST(test_how_far_it_goes_is_never_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

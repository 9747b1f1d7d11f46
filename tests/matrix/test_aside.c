/* What is stored beside the pieces is posted until the store has taken it. */

#include "bot/matrix/aside.h"

#include "stage.h"

static GString *posted; /* "key+name " for each time */
static void *last_tag;

static void on_post(void *arg, GPtrArray *take_events, GArray *take_keeps, void *tag)
{
    const Event *event = take_events->len > 0 ? g_ptr_array_index(take_events, 0) : NULL;

    (void)arg;
    g_string_append_printf(posted, "%s+%s ", event != NULL ? event->key : "",
                           take_keeps->len > 0 ? g_array_index(take_keeps, Memo, 0).name : "");
    last_tag = tag;
    g_ptr_array_unref(take_events);
    g_array_unref(take_keeps);
}

static GArray *keeps_of(const char *name)
{
    GArray *keeps = matrix_keeps_new();
    Memo memo = {g_strdup(name), g_strdup("1")};

    g_array_append_val(keeps, memo);
    return keeps;
}

static void expect_posted(const char *wanted)
{
    assert_string_equal(posted->str, wanted);
    g_string_truncate(posted, 0);
}

static MatrixAsides *asides_new(void)
{
    return matrix_asides_new(&the_loop, "acme", on_post, NULL);
}

static void test_what_is_stored_is_done(void **state)
{
    g_autoptr(MatrixAsides) asides = asides_new();

    (void)state;
    matrix_asides_post(asides, event_new(EVENT_ROSTER, "roster"), matrix_keeps_new());
    expect_posted("roster+ ");
    assert_true(matrix_asides_told(asides, last_tag, STORED));
    pass(60000);
    expect_posted("");
    assert_false(matrix_asides_told(asides, last_tag, STORED)); /* it is none of them any more */
}

static void test_what_the_store_cannot_take_now_comes_again(void **state)
{
    g_autoptr(MatrixAsides) asides = asides_new();

    (void)state;
    matrix_asides_post(asides, event_new(EVENT_MOVED, "moved"), keeps_of("join/x"));
    expect_posted("moved+join/x ");
    for (int times = 0; times < 20; times++) {
        assert_true(matrix_asides_told(asides, last_tag, STORED_NOT_NOW));
        expect_posted("");
        pass(2000);
        expect_posted("moved+join/x ");
    }
    assert_true(matrix_asides_told(asides, last_tag, STORED));
}

static void test_what_is_bad_in_itself_is_left_out_and_said(void **state)
{
    g_autoptr(MatrixAsides) asides = asides_new();

    (void)state;
    matrix_asides_post(asides, event_new(EVENT_ROSTER, "roster"), matrix_keeps_new());
    assert_true(matrix_asides_told(asides, last_tag, STORED_NOT));
    pass(60000);
    expect_posted("roster+ ");
    assert_true(is_logged("aside_left_out"));
}

static void test_it_may_end_while_one_waits(void **state)
{
    g_autoptr(MatrixAsides) asides = asides_new();

    (void)state;
    matrix_asides_post(asides, NULL, keeps_of("told/x"));
    assert_true(matrix_asides_told(asides, last_tag, STORED_NOT_NOW));
    g_clear_pointer(&asides, matrix_asides_free);
    pass(60000);
    expect_posted("+told/x ");
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
        TEST(test_what_is_stored_is_done),
        TEST(test_what_the_store_cannot_take_now_comes_again),
        TEST(test_what_is_bad_in_itself_is_left_out_and_said),
        TEST(test_it_may_end_while_one_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Charts are drawn beside the loop: the pictures come back on its thread, in order, each with its
 * own row; and whoever asked may be gone by then. The artist is one that waits at a gate. */

#include "bot/drawing.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/artist.h"

/* Whatever the machine is busy with, this is enough. */
#define PATIENCE_MS 60000

/* The artist -----------------------------------------------------------------------------------
 */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the counts and the gate */
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
static int begun, drawn, alive; /* drawings begun and ended; artists */
static bool shut;               /* whoever draws waits */
static bool on_loop;            /* somebody drew on the loop's thread */
static pthread_t loop_thread;

struct Artist {
    int unused;
};

Artist *artist_new(const char *program)
{
    assert_null(program);
    alive++;
    return g_new0(Artist, 1);
}

void artist_free(Artist *artist)
{
    alive--;
    g_free(artist);
}

/* The picture is the chart's title; "bad" cannot be drawn. */
GBytes *artist_draw(Artist *artist, const Chart *chart, GError **error)
{
    (void)artist;
    pthread_mutex_lock(&lock);
    begun++;
    on_loop = on_loop || pthread_equal(pthread_self(), loop_thread);
    pthread_cond_broadcast(&news);
    while (shut) {
        pthread_cond_wait(&news, &lock);
    }
    drawn++;
    pthread_mutex_unlock(&lock);
    if (strcmp(chart->title, "bad") == 0) {
        g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "it cannot be drawn");
        return NULL;
    }
    return g_bytes_new(chart->title, strlen(chart->title));
}

static void await_begun(int wanted)
{
    pthread_mutex_lock(&lock);
    while (begun < wanted) {
        pthread_cond_wait(&news, &lock);
    }
    pthread_mutex_unlock(&lock);
}

static void set_gate(bool now_shut)
{
    pthread_mutex_lock(&lock);
    shut = now_shut;
    pthread_cond_broadcast(&news);
    pthread_mutex_unlock(&lock);
}

/* Whoever asked --------------------------------------------------------------------------------
 */

typedef struct Desk {
    Loop *loop;
    Drawing *drawing;
    GString *got; /* "row:title " of each picture */
    int count, wanted;
    bool leaves; /* at the first picture */
} Desk;

static void quit(void *arg)
{
    loop_quit(arg);
}

static void on_drawn(void *arg, int64_t row, GBytes *png)
{
    Desk *desk = arg;
    gsize len = 0;
    const char *bytes = png != NULL ? g_bytes_get_data(png, &len) : "none";

    assert_true(pthread_equal(pthread_self(), loop_thread));
    g_string_append_printf(desk->got, "%d:%.*s ", (int)row, png != NULL ? (int)len : 4, bytes);
    if (desk->leaves) {
        g_clear_pointer(&desk->drawing, drawing_free);
    }
    if (++desk->count == desk->wanted) {
        loop_quit(desk->loop);
    }
}

static int open_desk(void **state)
{
    Desk *desk = g_new0(Desk, 1);

    begun = drawn = 0;
    shut = on_loop = false;
    loop_thread = pthread_self();
    desk->loop = loop_new();
    desk->drawing = drawing_new(desk->loop, on_drawn, desk);
    desk->got = g_string_new(NULL);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    Desk *desk = *state;

    drawing_free(desk->drawing);
    loop_free(desk->loop);
    g_string_free(desk->got, TRUE);
    g_free(desk);
    assert_int_equal(alive, 0);
    return 0;
}

static void ask_for(Desk *desk, int64_t row, const char *title)
{
    g_autoptr(Chart) chart = chart_new(); /* gone before it is drawn */

    chart->title = g_strdup(title);
    drawing_draw(desk->drawing, row, chart);
}

static void run_until(Desk *desk, int wanted)
{
    LoopTimer *patience = loop_after(desk->loop, PATIENCE_MS, quit, desk->loop);

    desk->wanted = wanted;
    loop_run(desk->loop);
    loop_stop(&patience);
}

/* One turn, in which all that was posted is called. */
static void run_once(Desk *desk)
{
    loop_post(desk->loop, quit, desk->loop, NULL);
    loop_run(desk->loop);
}

static void *open_gate(void *arg)
{
    (void)arg;
    set_gate(false);
    return NULL;
}

/* --- */

static void test_pictures_come_on_the_loops_thread_in_order_each_with_its_row(void **state)
{
    Desk *desk = *state;

    ask_for(desk, 7, "seven");
    ask_for(desk, 3, "three");
    ask_for(desk, 7, "seven again");
    ask_for(desk, INT32_MAX, "last");
    run_until(desk, 4);
    assert_string_equal(desk->got->str, "7:seven 3:three 7:seven again 2147483647:last ");
    assert_false(on_loop);
    ask_for(desk, 8, "later");
    run_until(desk, 5);
    assert_int_equal(drawn, 5);
}

static void test_what_cannot_be_drawn_is_said_and_holds_up_no_other(void **state)
{
    Desk *desk = *state;

    ask_for(desk, 1, "bad");
    ask_for(desk, 2, "good");
    ask_for(desk, 3, "bad");
    run_until(desk, 3);
    assert_string_equal(desk->got->str, "1:none 2:good 3:none ");
}

static void test_the_loop_goes_on_while_a_picture_is_under_way(void **state)
{
    Desk *desk = *state;

    set_gate(true);
    ask_for(desk, 1, "slow");
    await_begun(1);
    for (int i = 0; i < 3; i++) {
        run_once(desk);
    }
    assert_int_equal(desk->count, 0);
    set_gate(false);
    run_until(desk, 1);
    assert_string_equal(desk->got->str, "1:slow ");
}

static void test_one_is_drawn_at_a_time(void **state)
{
    Desk *desk = *state;

    set_gate(true);
    for (int i = 0; i < 4; i++) {
        ask_for(desk, i, "x");
    }
    await_begun(1);
    run_once(desk);
    pthread_mutex_lock(&lock);
    assert_int_equal(begun, 1);
    pthread_mutex_unlock(&lock);
    set_gate(false);
    run_until(desk, 4);
    assert_string_equal(desk->got->str, "0:x 1:x 2:x 3:x ");
}

/* Frees while the first of three is being drawn. */
static void leave_amid(Desk *desk)
{
    pthread_t opener;

    set_gate(true);
    for (int i = 0; i < 3; i++) {
        ask_for(desk, i, "unseen");
    }
    await_begun(1);
    assert_int_equal(pthread_create(&opener, NULL, open_gate, NULL), 0);
    g_clear_pointer(&desk->drawing, drawing_free);
    pthread_join(opener, NULL);
}

static void test_freed_while_a_picture_is_under_way_nobody_is_told(void **state)
{
    Desk *desk = *state;

    for (int round = 0; round < 20; round++) {
        leave_amid(desk);
        int left = drawn;

        assert_int_equal(left, begun); /* nobody draws any more */
        run_once(desk);
        assert_int_equal(desk->count, 0);
        assert_int_equal(drawn, left);
        assert_int_equal(alive, 0);
        begun = drawn = 0;
        desk->drawing = drawing_new(desk->loop, on_drawn, desk);
    }
}

static void test_freed_and_the_loop_never_turns_again(void **state)
{
    leave_amid(*state); /* what was posted is dropped with the loop */
}

static void test_freed_before_the_picture_that_is_ready_is_handed_over(void **state)
{
    Desk *desk = *state;

    ask_for(desk, 1, "ready");
    await_begun(1);
    g_clear_pointer(&desk->drawing, drawing_free); /* it has been posted by then */
    assert_int_equal(drawn, 1);
    run_once(desk);
    assert_string_equal(desk->got->str, "");
    assert_int_equal(alive, 0);
}

static void test_freed_by_whoever_is_handed_a_picture(void **state)
{
    Desk *desk = *state;

    desk->leaves = true;
    ask_for(desk, 1, "one");
    ask_for(desk, 2, "two");
    run_until(desk, 1);
    assert_string_equal(desk->got->str, "1:one ");
    for (int i = 0; i < 2000 && alive != 0; i++) { /* the other thread ends in its own time */
        g_usleep(1000);
        run_once(desk);
    }
    assert_string_equal(desk->got->str, "1:one ");
    assert_int_equal(alive, 0);
}

static void test_freed_without_ever_a_picture(void **state)
{
    Desk *desk = *state;

    g_clear_pointer(&desk->drawing, drawing_free);
    drawing_free(NULL);
    assert_int_equal(begun, 0);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(test_pictures_come_on_the_loops_thread_in_order_each_with_its_row),
        DESK_TEST(test_what_cannot_be_drawn_is_said_and_holds_up_no_other),
        DESK_TEST(test_the_loop_goes_on_while_a_picture_is_under_way),
        DESK_TEST(test_one_is_drawn_at_a_time),
        DESK_TEST(test_freed_while_a_picture_is_under_way_nobody_is_told),
        DESK_TEST(test_freed_and_the_loop_never_turns_again),
        DESK_TEST(test_freed_before_the_picture_that_is_ready_is_handed_over),
        DESK_TEST(test_freed_by_whoever_is_handed_a_picture),
        DESK_TEST(test_freed_without_ever_a_picture),
    };

#ifdef __SANITIZE_THREAD__
    (void)tests;
    return 77; /* GLib's pool hands over under locks that ThreadSanitizer does not know: skipped */
#else
    return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}

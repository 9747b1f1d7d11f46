#include "bot/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "peer.h"

static int open_loop(void **state)
{
    *state = loop_new();
    return 0;
}

static int close_loop(void **state)
{
    loop_free(*state);
    return 0;
}

static void quit(void *arg)
{
    loop_quit(arg);
}

/* What happened, in letters. */
typedef struct Diary {
    Loop *loop;
    GString *text;
    LoopTimer *timer;
    int64_t now[3];
} Diary;

typedef struct Entry {
    Diary *diary;
    char letter;
} Entry;

static void write_letter(void *arg)
{
    Entry *entry = arg;

    g_string_append_c(entry->diary->text, entry->letter);
}

static Diary diary_of(Loop *loop)
{
    return (Diary){.loop = loop, .text = g_string_new(NULL)};
}

static void expect(Diary *diary, const char *text)
{
    assert_string_equal(diary->text->str, text);
    g_string_free(diary->text, TRUE);
}

/* Posts -----------------------------------------------------------------------------------------
 */

#define THREADS 4
#define POSTS   20000

typedef struct Poster {
    Loop *loop;
    int next;   /* of the loop's thread */
    gint *left; /* threads */
} Poster;

typedef struct Number {
    Poster *poster;
    int number;
} Number;

static void take_number(void *arg)
{
    Number *number = arg;

    assert_int_equal(number->number, number->poster->next++);
    if (number->poster->next == POSTS && --*number->poster->left == 0) {
        loop_quit(number->poster->loop);
    }
    g_free(number);
}

static gpointer post_numbers(gpointer data)
{
    Poster *poster = data;

    for (int i = 0; i < POSTS; i++) {
        Number *number = g_new(Number, 1);

        *number = (Number){poster, i};
        loop_post(poster->loop, take_number, number, g_free);
    }
    return NULL;
}

static void test_posts_of_many_threads_all_come_each_in_its_order(void **state)
{
    GThread *threads[THREADS];
    Poster posters[THREADS];
    gint left = THREADS;

    for (int i = 0; i < THREADS; i++) {
        posters[i] = (Poster){.loop = *state, .left = &left};
        threads[i] = g_thread_new("poster", post_numbers, &posters[i]);
    }
    peer_run(*state);
    for (int i = 0; i < THREADS; i++) {
        g_thread_join(threads[i]);
        assert_int_equal(posters[i].next, POSTS);
    }
}

static void post_more(void *arg)
{
    Diary *diary = arg;
    static Entry entry;

    g_string_append_c(diary->text, '1');
    entry = (Entry){diary, '2'};
    loop_post(diary->loop, write_letter, &entry, NULL);
    loop_post(diary->loop, quit, diary->loop, NULL);
}

static void test_a_post_from_inside_a_post_comes_too(void **state)
{
    Diary diary = diary_of(*state);

    loop_post(*state, post_more, &diary, NULL);
    peer_run(*state);
    expect(&diary, "12");
}

static void test_what_was_posted_and_never_ran_is_freed(void **state)
{
    Diary diary = diary_of(*state);
    Entry entry = {&diary, 'd'};
    Loop *loop = loop_new();

    for (int i = 0; i < 3; i++) {
        loop_post(loop, quit, &entry, write_letter);
        loop_post(loop, quit, g_malloc(10), g_free);
        loop_post(loop, quit, NULL, NULL);
    }
    loop_free(loop);
    expect(&diary, "ddd");
}

static void test_a_quit_before_the_run_is_kept_and_used_up(void **state)
{
    Diary diary = diary_of(*state);
    Entry entry = {&diary, 'x'};

    loop_quit(*state);
    loop_quit(*state);
    loop_run(*state);
    loop_post(*state, write_letter, &entry, NULL);
    loop_post(*state, quit, *state, NULL);
    peer_run(*state);
    expect(&diary, "x");
}

static gpointer quit_from_outside(gpointer loop)
{
    g_usleep(10000);
    loop_quit(loop);
    return NULL;
}

static void test_another_thread_may_quit_it(void **state)
{
    GThread *threads[] = {g_thread_new("quitter", quit_from_outside, *state)};

    peer_run(*state);
    g_thread_join(threads[0]);
}

static void note_default(void *arg)
{
    Diary *diary = arg;

    assert_ptr_equal(g_main_context_get_thread_default(), loop_context(diary->loop));
    loop_quit(diary->loop);
}

static void test_its_context_is_the_threads_default_while_it_runs(void **state)
{
    Diary diary = diary_of(*state);

    loop_post(*state, note_default, &diary, NULL);
    peer_run(*state);
    assert_null(g_main_context_get_thread_default());
    expect(&diary, "");
}

/* Timers ----------------------------------------------------------------------------------------
 */

static void test_timers_come_in_the_order_of_their_time(void **state)
{
    Diary diary = diary_of(*state);
    Entry entries[] = {{&diary, 'a'}, {&diary, 'b'}, {&diary, 'c'}, {&diary, 'd'}};

    loop_after(*state, 30, write_letter, &entries[2]);
    loop_after(*state, 0, write_letter, &entries[0]);
    loop_after(*state, -5, write_letter, &entries[1]); /* has been due: at once */
    loop_after(*state, 60, write_letter, &entries[3]);
    loop_after(*state, 90, quit, *state);
    peer_run(*state);
    expect(&diary, "abcd");
}

static void test_a_stopped_timer_does_not_come(void **state)
{
    Diary diary = diary_of(*state);
    Entry entry = {&diary, 'x'};
    LoopTimer *none = NULL;
    LoopTimer *timer = loop_after(*state, 0, write_letter, &entry);
    LoopTimer *far = loop_after(*state, INT64_MAX, write_letter, &entry);

    loop_stop(&timer);
    assert_null(timer);
    loop_stop(&timer);
    loop_stop(&none);
    loop_stop(&far);
    loop_after(*state, 10, quit, *state);
    peer_run(*state);
    expect(&diary, "");
}

static void stop_itself(void *arg)
{
    Diary *diary = arg;

    g_string_append_c(diary->text, 's');
    loop_stop(&diary->timer);
    loop_quit(diary->loop);
}

static void test_a_timer_may_stop_itself(void **state)
{
    Diary diary = diary_of(*state);

    diary.timer = loop_after(*state, 0, stop_itself, &diary);
    peer_run(*state);
    assert_null(diary.timer);
    expect(&diary, "s");
}

static void test_timers_that_are_left_end_with_the_loop(void **state)
{
    Diary diary = diary_of(*state);
    Entry entry = {&diary, 'x'};
    Loop *loop = loop_new();

    loop_after(loop, 0, write_letter, &entry);
    loop_after(loop, 100000, write_letter, &entry);
    loop_free(loop);
    expect(&diary, "");
}

/* Turns -----------------------------------------------------------------------------------------
 */

static void retire_twice(void *arg)
{
    Entry *entry = arg;

    write_letter(entry);
    if (entry->letter == 'r') {
        static Entry second;

        second = (Entry){entry->diary, 's'};
        loop_retire(entry->diary->loop, &second, write_letter);
    }
}

static void retire_now(void *arg)
{
    Entry *entry = arg;

    g_string_append_c(entry->diary->text, '(');
    loop_retire(entry->diary->loop, entry, retire_twice);
    g_string_append_c(entry->diary->text, ')');
}

static void test_what_is_retired_is_freed_after_the_turn(void **state)
{
    Diary diary = diary_of(*state);
    Entry retired = {&diary, 'r'};
    Entry after = {&diary, 'a'};

    loop_post(*state, retire_now, &retired, NULL);
    loop_post(*state, write_letter, &after, NULL); /* in the same go: the same turn */
    loop_post(*state, quit, *state, NULL);
    peer_run(*state);
    expect(&diary, "()ars");
}

static void test_what_was_retired_outside_a_turn_is_freed_with_the_loop(void **state)
{
    Diary diary = diary_of(*state);
    Entry retired = {&diary, 'r'};
    Loop *loop = loop_new();

    diary.loop = loop;
    loop_retire(loop, &retired, retire_twice);
    loop_free(loop);
    expect(&diary, "rs");
}

static void read_clock(void *arg)
{
    Diary *diary = arg;

    diary->now[0] = loop_now_ms(diary->loop);
    g_usleep(5000);
    diary->now[1] = loop_now_ms(diary->loop);
}

static void read_clock_later(void *arg)
{
    Diary *diary = arg;

    diary->now[2] = loop_now_ms(diary->loop);
    loop_quit(diary->loop);
}

static void test_the_clock_is_read_once_a_turn(void **state)
{
    Diary diary = diary_of(*state);

    loop_post(*state, read_clock, &diary, NULL);
    loop_after(*state, 10, read_clock_later, &diary);
    peer_run(*state);
    assert_int_equal(diary.now[0], diary.now[1]);
    assert_true(diary.now[2] > diary.now[1]);
    assert_true(loop_now_ms(*state) >= diary.now[2]);
    expect(&diary, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_loop, close_loop)
    const struct CMUnitTest tests[] = {
        TEST(test_posts_of_many_threads_all_come_each_in_its_order),
        TEST(test_a_post_from_inside_a_post_comes_too),
        TEST(test_what_was_posted_and_never_ran_is_freed),
        TEST(test_a_quit_before_the_run_is_kept_and_used_up),
        TEST(test_another_thread_may_quit_it),
        TEST(test_its_context_is_the_threads_default_while_it_runs),
        TEST(test_timers_come_in_the_order_of_their_time),
        TEST(test_a_stopped_timer_does_not_come),
        TEST(test_a_timer_may_stop_itself),
        TEST(test_timers_that_are_left_end_with_the_loop),
        TEST(test_what_is_retired_is_freed_after_the_turn),
        TEST(test_what_was_retired_outside_a_turn_is_freed_with_the_loop),
        TEST(test_the_clock_is_read_once_a_turn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is counted, and how it is told. */

#include "bot/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

static int forget(void **state)
{
    (void)state;
    metrics_clear();
    return 0;
}

static void expect_text(const char *expected)
{
    g_autofree char *text = metrics_text();

    assert_string_equal(text, expected);
}

static void test_nothing_is_told_of_nothing(void **state)
{
    (void)state;
    expect_text("");
}

static void test_counters_and_gauges(void **state)
{
    (void)state;
    Metric *posts = metric_counter("anchord_posts_total", "Messages posted.", "workspace", "acme");
    Metric *open = metric_gauge("anchord_open", "Connections open.", NULL, NULL);
    Metric *others = metric_counter("anchord_posts_total", "Messages posted.", "workspace", "b");

    metric_add(posts, 1);
    metric_add(posts, 2);
    metric_set(open, 5);
    metric_add(open, -7);
    metric_add(others, INT64_MAX);
    expect_text("# HELP anchord_posts_total Messages posted.\n"
                "# TYPE anchord_posts_total counter\n"
                "anchord_posts_total{workspace=\"acme\"} 3\n"
                "anchord_posts_total{workspace=\"b\"} 9223372036854775807\n"
                "# HELP anchord_open Connections open.\n"
                "# TYPE anchord_open gauge\n"
                "anchord_open -2\n");
    assert_int_equal(metric_value(posts), 3);
    assert_int_equal(metric_value(open), -2);
}

static void test_a_series_is_made_once(void **state)
{
    (void)state;
    g_autofree char *name = g_strdup("acme");
    Metric *first = metric_counter("a_total", "A.", "workspace", name);

    name[0] = 'b'; /* it was copied */
    assert_ptr_equal(metric_counter("a_total", "A.", "workspace", "acme"), first);
    assert_ptr_not_equal(metric_counter("a_total", "A.", "workspace", "other"), first);
    assert_ptr_not_equal(metric_counter("a_total", "A.", NULL, NULL), first);
    assert_ptr_not_equal(metric_counter("b_total", "A.", "workspace", "acme"), first);
}

static void test_labels_are_escaped(void **state)
{
    (void)state;
    metric_set(metric_gauge("g", "G.", "workspace", "a\"b\\c\nd"), 1);
    expect_text("# HELP g G.\n# TYPE g gauge\ng{workspace=\"a\\\"b\\\\c\\nd\"} 1\n");
}

static void test_latencies_fall_into_buckets(void **state)
{
    (void)state;
    Metric *ack = metric_latency("ack_seconds", "Until acknowledged.", "workspace", "acme");
    const int64_t observed[] = {-5, 0, 1000, 1001, 250000, 2999999, 3000000, 3000001};

    for (size_t i = 0; i < G_N_ELEMENTS(observed); i++) {
        metric_observe_us(ack, observed[i]);
    }
    expect_text("# HELP ack_seconds Until acknowledged.\n"
                "# TYPE ack_seconds histogram\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"0.001\"} 3\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"0.005\"} 4\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"0.01\"} 4\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"0.025\"} 4\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"0.05\"} 4\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"0.1\"} 4\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"0.25\"} 5\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"0.5\"} 5\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"1\"} 5\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"2\"} 5\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"3\"} 7\n"
                "ack_seconds_bucket{workspace=\"acme\",le=\"+Inf\"} 8\n"
                "ack_seconds_sum{workspace=\"acme\"} 9.252001\n"
                "ack_seconds_count{workspace=\"acme\"} 8\n");
    assert_int_equal(metric_value(ack), 8);
}

static void test_without_a_label_only_the_bucket_stands_in_braces(void **state)
{
    (void)state;
    metric_observe_us(metric_latency("t_seconds", "T.", NULL, NULL), 1500000);
    g_autofree char *text = metrics_text();

    assert_non_null(strstr(text, "\nt_seconds_bucket{le=\"2\"} 1\n"));
    assert_non_null(strstr(text, "\nt_seconds_sum 1.5\nt_seconds_count 1\n"));
}

static void test_there_is_an_end_to_series(void **state)
{
    (void)state;
    for (int i = 0; i < 5500; i++) {
        g_autofree char *value = g_strdup_printf("w%d", i);

        metric_add(metric_counter("many_total", "Many.", "workspace", value), 1);
    }
    g_autofree char *text = metrics_text();

    assert_non_null(strstr(text, "\"w4999\"} 1\n"));
    assert_null(strstr(text, "\"w5000\""));
}

#define THREADS 4
#define EACH    10000

static gpointer count(gpointer data)
{
    Metric *counter = metric_counter("c_total", "C.", NULL, NULL);
    Metric *latency = metric_latency("l_seconds", "L.", NULL, NULL);

    (void)data;
    for (int i = 0; i < EACH; i++) {
        metric_add(counter, 1);
        metric_observe_us(latency, i);
        if (i % 1000 == 0) {
            g_free(metrics_text());
        }
    }
    return NULL;
}

static void test_threads_lose_nothing(void **state)
{
    GThread *threads[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++) {
        threads[i] = g_thread_new("count", count, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        g_thread_join(threads[i]);
    }
    assert_int_equal(metric_value(metric_counter("c_total", "C.", NULL, NULL)), THREADS * EACH);
    assert_int_equal(metric_value(metric_latency("l_seconds", "L.", NULL, NULL)), THREADS * EACH);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, forget)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_is_told_of_nothing),
        TEST(test_counters_and_gauges),
        TEST(test_a_series_is_made_once),
        TEST(test_labels_are_escaped),
        TEST(test_latencies_fall_into_buckets),
        TEST(test_without_a_label_only_the_bucket_stands_in_braces),
        TEST(test_there_is_an_end_to_series),
        TEST(test_threads_lose_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "bot/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "core/decimal.h"

#define SERIES_MAX 1000

typedef enum MetricKind { METRIC_COUNTER, METRIC_GAUGE, METRIC_LATENCY } MetricKind;

static const char *const kind_names[] = {
    [METRIC_COUNTER] = "counter",
    [METRIC_GAUGE] = "gauge",
    [METRIC_LATENCY] = "histogram",
};

/* Upper ends, inside. Slack waits three seconds for an answer, which is why they stop there. */
static const int64_t buckets_us[] = {1000,   5000,   10000,   25000,   50000,  100000,
                                     250000, 500000, 1000000, 2000000, 3000000};
#define BUCKETS G_N_ELEMENTS(buckets_us)

struct Metric {
    MetricKind kind;
    const char *name, *help;
    char *label, *value;
    _Atomic int64_t number; /* of a latency: the sum, in microseconds */
    _Atomic int64_t
        buckets[BUCKETS + 1]; /* of a latency: how many fell into each; the last: above */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list, not the numbers */
static GPtrArray *series;
static Metric beyond; /* takes what has no room, and is not told */

static void metric_free(gpointer data)
{
    Metric *metric = data;

    g_free(metric->label);
    g_free(metric->value);
    g_free(metric);
}

static Metric *find(const char *name, const char *label, const char *value)
{
    for (guint i = 0; i < series->len; i++) {
        Metric *metric = g_ptr_array_index(series, i);

        if (strcmp(metric->name, name) == 0 && g_strcmp0(metric->label, label) == 0 &&
            g_strcmp0(metric->value, value) == 0) {
            return metric;
        }
    }
    return NULL;
}

static Metric *add(MetricKind kind, const char *name, const char *help, const char *label,
                   const char *value)
{
    if (series->len >= SERIES_MAX) {
        return &beyond;
    }
    Metric *metric = g_new0(Metric, 1);

    metric->kind = kind;
    metric->name = name;
    metric->help = help;
    metric->label = g_strdup(label);
    metric->value = g_strdup(value);
    g_ptr_array_add(series, metric);
    return metric;
}

static Metric *find_or_add(MetricKind kind, const char *name, const char *help, const char *label,
                           const char *value)
{
    pthread_mutex_lock(&lock);
    if (series == NULL) {
        series = g_ptr_array_new_with_free_func(metric_free);
    }
    Metric *metric = find(name, label, value);

    if (metric == NULL) {
        metric = add(kind, name, help, label, value);
    }
    g_assert(metric == &beyond || metric->kind == kind);
    pthread_mutex_unlock(&lock);
    return metric;
}

Metric *metric_counter(const char *name, const char *help, const char *label, const char *value)
{
    return find_or_add(METRIC_COUNTER, name, help, label, value);
}

Metric *metric_gauge(const char *name, const char *help, const char *label, const char *value)
{
    return find_or_add(METRIC_GAUGE, name, help, label, value);
}

Metric *metric_latency(const char *name, const char *help, const char *label, const char *value)
{
    return find_or_add(METRIC_LATENCY, name, help, label, value);
}

void metric_add(Metric *metric, int64_t n)
{
    atomic_fetch_add_explicit(&metric->number, n, memory_order_relaxed);
}

void metric_set(Metric *metric, int64_t value)
{
    atomic_store_explicit(&metric->number, value, memory_order_relaxed);
}

void metric_observe_us(Metric *metric, int64_t us)
{
    size_t bucket = 0;

    us = MAX(us, 0);
    while (bucket < BUCKETS && us > buckets_us[bucket]) {
        bucket++;
    }
    atomic_fetch_add_explicit(&metric->buckets[bucket], 1, memory_order_relaxed);
    metric_add(metric, us);
}

static int64_t bucket_count(Metric *metric, size_t bucket)
{
    return atomic_load_explicit(&metric->buckets[bucket], memory_order_relaxed);
}

static int64_t number_of(Metric *metric)
{
    return atomic_load_explicit(&metric->number, memory_order_relaxed);
}

int64_t metric_value(Metric *metric)
{
    int64_t count = 0;

    if (metric->kind != METRIC_LATENCY) {
        return number_of(metric);
    }
    for (size_t i = 0; i <= BUCKETS; i++) {
        count += bucket_count(metric, i);
    }
    return count;
}

/* Text: Prometheus' exposition format, version 0.0.4 ------------------------------------------ */

static void add_label_value(GString *out, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            g_string_append(out, "\\n");
            continue;
        }
        if (*value == '"' || *value == '\\') {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *value);
    }
}

/* {workspace="acme",le="0.05"}; either may be missing. */
static void add_labels(GString *out, const Metric *metric, const char *le)
{
    if (metric->label == NULL && le == NULL) {
        return;
    }
    g_string_append_c(out, '{');
    if (metric->label != NULL) {
        g_string_append_printf(out, "%s=\"", metric->label);
        add_label_value(out, metric->value != NULL ? metric->value : "");
        g_string_append(out, le != NULL ? "\"," : "\"");
    }
    if (le != NULL) {
        g_string_append_printf(out, "le=\"%s\"", le);
    }
    g_string_append_c(out, '}');
}

static void add_line(GString *out, const Metric *metric, const char *suffix, const char *le,
                     const char *number)
{
    g_string_append_printf(out, "%s%s", metric->name, suffix);
    add_labels(out, metric, le);
    g_string_append_printf(out, " %s\n", number);
}

static void add_number(GString *out, const Metric *metric, const char *suffix, const char *le,
                       int64_t number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    add_line(out, metric, suffix, le, text);
}

/* Seconds are microseconds with a point: millionths. */
static char *seconds(int64_t us)
{
    return decimal_text((Decimal){us});
}

static void add_latency(GString *out, Metric *metric)
{
    g_autofree char *sum = seconds(number_of(metric));
    int64_t count = 0;

    for (size_t i = 0; i < BUCKETS; i++) {
        g_autofree char *le = seconds(buckets_us[i]);

        count += bucket_count(metric, i);
        add_number(out, metric, "_bucket", le, count);
    }
    count += bucket_count(metric, BUCKETS);
    add_number(out, metric, "_bucket", "+Inf", count);
    add_line(out, metric, "_sum", NULL, sum);
    add_number(out, metric, "_count", NULL, count);
}

static void add_family(GString *out, guint first)
{
    const Metric *head = g_ptr_array_index(series, first);

    g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n", head->name, head->help, head->name,
                           kind_names[head->kind]);
    for (guint i = first; i < series->len; i++) {
        Metric *metric = g_ptr_array_index(series, i);

        if (strcmp(metric->name, head->name) != 0) {
            continue;
        }
        if (metric->kind == METRIC_LATENCY) {
            add_latency(out, metric);
        } else {
            add_number(out, metric, "", NULL, number_of(metric));
        }
    }
}

static bool is_first_of_name(guint at)
{
    const Metric *metric = g_ptr_array_index(series, at);

    for (guint i = 0; i < at; i++) {
        const Metric *before = g_ptr_array_index(series, i);

        if (strcmp(before->name, metric->name) == 0) {
            return false;
        }
    }
    return true;
}

char *metrics_text(void)
{
    GString *out = g_string_new(NULL);

    pthread_mutex_lock(&lock);
    for (guint i = 0; series != NULL && i < series->len; i++) {
        if (is_first_of_name(i)) {
            add_family(out, i);
        }
    }
    pthread_mutex_unlock(&lock);
    return g_string_free(out, FALSE);
}

void metrics_clear(void)
{
    pthread_mutex_lock(&lock);
    g_clear_pointer(&series, g_ptr_array_unref);
    pthread_mutex_unlock(&lock);
}

#include "bot/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "core/decimal.h"

#define SERIES_MAX 5000

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
    char *labels;           /* as they are told: workspace="acme",method="auth.test" */
    bool hidden;            /* under the lock */
    _Atomic int64_t number; /* of a latency: the sum, in microseconds */
    _Atomic int64_t
        buckets[BUCKETS + 1]; /* of a latency: how many fell into each; the last: above */
};

/* All series of a name. */
typedef struct Family {
    MetricKind kind;
    const char *name, *help;
    GPtrArray *series;     /* of Metric */
    GHashTable *by_labels; /* Metric.labels -> Metric */
} Family;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the lists, not the numbers */
static GPtrArray *families;                              /* of Family */
static guint series_count;
static Metric beyond; /* takes what has no room, and is not told */

static void metric_free(gpointer data)
{
    g_free(((Metric *)data)->labels);
    g_free(data);
}

static void family_free(gpointer data)
{
    Family *family = data;

    g_hash_table_unref(family->by_labels);
    g_ptr_array_unref(family->series);
    g_free(family);
}

/* Labels, as Prometheus' exposition format (version 0.0.4) has them ---------------------------- */

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

static char *labels_text(const MetricLabel *labels)
{
    GString *out = g_string_new(NULL);

    for (; labels->name != NULL; labels++) {
        g_string_append_printf(out, "%s%s=\"", out->len > 0 ? "," : "", labels->name);
        add_label_value(out, labels->value != NULL ? labels->value : "");
        g_string_append_c(out, '"');
    }
    return g_string_free(out, FALSE);
}

/* Quotes within a value are escaped, so that a label is found only where it stands. */
static bool has_label(const Metric *metric, const char *label)
{
    const char *at = strstr(metric->labels, label);

    return at != NULL && (at == metric->labels || at[-1] == ',');
}

/* Series -------------------------------------------------------------------------------------- */

static Family *family_of(MetricKind kind, const char *name, const char *help)
{
    if (families == NULL) {
        families = g_ptr_array_new_with_free_func(family_free);
    }
    for (guint i = 0; i < families->len; i++) {
        Family *family = g_ptr_array_index(families, i);

        if (strcmp(family->name, name) == 0) {
            return family;
        }
    }
    Family *family = g_new0(Family, 1);

    *family = (Family){kind, name, help, g_ptr_array_new_with_free_func(metric_free),
                       g_hash_table_new(g_str_hash, g_str_equal)};
    g_ptr_array_add(families, family);
    return family;
}

static Metric *add(Family *family, const char *labels)
{
    if (series_count >= SERIES_MAX) {
        return &beyond;
    }
    Metric *metric = g_new0(Metric, 1);

    metric->kind = family->kind;
    metric->labels = g_strdup(labels);
    g_ptr_array_add(family->series, metric);
    g_hash_table_insert(family->by_labels, metric->labels, metric);
    series_count++;
    return metric;
}

static Metric *find_or_add(MetricKind kind, const char *name, const char *help,
                           const MetricLabel *labels)
{
    g_autofree char *text = labels_text(labels);

    pthread_mutex_lock(&lock);
    Family *family = family_of(kind, name, help);
    Metric *metric = g_hash_table_lookup(family->by_labels, text);

    g_assert(family->kind == kind);
    if (metric == NULL) {
        metric = add(family, text);
    }
    metric->hidden = false;
    pthread_mutex_unlock(&lock);
    return metric;
}

/* One label, or none. */
static Metric *find_or_add_one(MetricKind kind, const char *name, const char *help,
                               const char *label, const char *value)
{
    const MetricLabel labels[] = {{label, value}, {NULL, NULL}};

    return find_or_add(kind, name, help, labels);
}

Metric *metric_counter(const char *name, const char *help, const char *label, const char *value)
{
    return find_or_add_one(METRIC_COUNTER, name, help, label, value);
}

Metric *metric_counter_by(const char *name, const char *help, const MetricLabel *labels)
{
    return find_or_add(METRIC_COUNTER, name, help, labels);
}

Metric *metric_gauge(const char *name, const char *help, const char *label, const char *value)
{
    return find_or_add_one(METRIC_GAUGE, name, help, label, value);
}

Metric *metric_latency(const char *name, const char *help, const char *label, const char *value)
{
    return find_or_add_one(METRIC_LATENCY, name, help, label, value);
}

void metrics_hide(const char *label, const char *value)
{
    const MetricLabel labels[] = {{label, value}, {NULL, NULL}};
    g_autofree char *text = labels_text(labels);

    pthread_mutex_lock(&lock);
    for (guint i = 0; families != NULL && i < families->len; i++) {
        const Family *family = g_ptr_array_index(families, i);

        for (guint j = 0; j < family->series->len; j++) {
            Metric *metric = g_ptr_array_index(family->series, j);

            metric->hidden = metric->hidden || has_label(metric, text);
        }
    }
    pthread_mutex_unlock(&lock);
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

/* Text ---------------------------------------------------------------------------------------- */

/* {workspace="acme",le="0.05"}; either may be missing. */
static void add_labels(GString *out, const Metric *metric, const char *le)
{
    bool labelled = *metric->labels != '\0';

    if (!labelled && le == NULL) {
        return;
    }
    g_string_append_printf(out, "{%s%s", metric->labels, labelled && le != NULL ? "," : "");
    if (le != NULL) {
        g_string_append_printf(out, "le=\"%s\"", le);
    }
    g_string_append_c(out, '}');
}

static void add_line(GString *out, const char *name, const Metric *metric, const char *suffix,
                     const char *le, const char *number)
{
    g_string_append_printf(out, "%s%s", name, suffix);
    add_labels(out, metric, le);
    g_string_append_printf(out, " %s\n", number);
}

static void add_number(GString *out, const char *name, const Metric *metric, const char *suffix,
                       const char *le, int64_t number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    add_line(out, name, metric, suffix, le, text);
}

/* Seconds are microseconds with a point: millionths. */
static char *seconds(int64_t us)
{
    return decimal_text((Decimal){us});
}

static void add_latency(GString *out, const char *name, Metric *metric)
{
    g_autofree char *sum = seconds(number_of(metric));
    int64_t count = 0;

    for (size_t i = 0; i < BUCKETS; i++) {
        g_autofree char *le = seconds(buckets_us[i]);

        count += bucket_count(metric, i);
        add_number(out, name, metric, "_bucket", le, count);
    }
    count += bucket_count(metric, BUCKETS);
    add_number(out, name, metric, "_bucket", "+Inf", count);
    add_line(out, name, metric, "_sum", NULL, sum);
    add_number(out, name, metric, "_count", NULL, count);
}

static void add_family(GString *out, const Family *family)
{
    bool begun = false;

    for (guint i = 0; i < family->series->len; i++) {
        Metric *metric = g_ptr_array_index(family->series, i);

        if (metric->hidden) {
            continue;
        }
        if (!begun) {
            g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help,
                                   family->name, kind_names[family->kind]);
            begun = true;
        }
        if (family->kind == METRIC_LATENCY) {
            add_latency(out, family->name, metric);
        } else {
            add_number(out, family->name, metric, "", NULL, number_of(metric));
        }
    }
}

char *metrics_text(void)
{
    GString *out = g_string_new(NULL);

    pthread_mutex_lock(&lock);
    for (guint i = 0; families != NULL && i < families->len; i++) {
        add_family(out, g_ptr_array_index(families, i));
    }
    pthread_mutex_unlock(&lock);
    return g_string_free(out, FALSE);
}

void metrics_clear(void)
{
    pthread_mutex_lock(&lock);
    g_clear_pointer(&families, g_ptr_array_unref);
    series_count = 0;
    pthread_mutex_unlock(&lock);
}

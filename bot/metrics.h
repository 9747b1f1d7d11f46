#pragma once

/* What is counted, for whoever watches the daemon: counters, gauges and latencies, most of them
 * labelled by workspace, told in Prometheus' text format. A series lives as long as
 * the program; keep the pointer.
 *
 * Thread: any. Updating takes no lock. */

#include <stdint.h>

#include <glib.h>

typedef struct Metric Metric;

/* The series of that name and label, made on first use. Name and help are static texts, and one
 * name is of one kind; label and value are copied, both NULL for a series without a label. A
 * counter's name ends in _total, a latency's in _seconds. Beyond 5000 series all others share one
 * that is not told. */
Metric *metric_counter(const char *name, const char *help, const char *label, const char *value);
Metric *metric_gauge(const char *name, const char *help, const char *label, const char *value);
Metric *metric_latency(const char *name, const char *help, const char *label, const char *value);

/* The same with several labels, which end with one without a name. */
typedef struct MetricLabel {
    const char *name, *value;
} MetricLabel;
Metric *metric_counter_by(const char *name, const char *help, const MetricLabel *labels);

void metric_add(Metric *metric, int64_t n);         /* counters: n is not negative; gauges */
void metric_set(Metric *metric, int64_t value);     /* gauges */
void metric_observe_us(Metric *metric, int64_t us); /* latencies; a negative one counts as 0 */
int64_t metric_value(Metric *metric);               /* of a latency: how many were observed */

/* Series with that label are told no more, until one of them is asked for again: what they counted
 * is there then. Pointers stay valid. */
void metrics_hide(const char *label, const char *value);
/* Everything, in the order in which names were first used. Caller frees. */
char *metrics_text(void);
/* Forgets every series, at the end of the program or of a test: no pointer to one is valid any
 * more. */
void metrics_clear(void);

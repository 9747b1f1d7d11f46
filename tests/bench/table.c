#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS_MAX 128

typedef struct Row {
    char *what, *measured, *limit;
    const char *verdict;
} Row;

static Row rows[ROWS_MAX];
static size_t count;
static bool wrong;

static void add(const char *what, char *take_measured, char *take_limit, const char *verdict)
{
    g_assert(count < ROWS_MAX);
    rows[count++] = (Row){g_strdup(what), take_measured, take_limit, verdict};
}

/* As many digits as mean something. */
static char *figure(double value, const char *unit)
{
    int places = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;

    return g_strdup_printf("%.*f%s%s", places, value, *unit != '/' ? " " : "", unit);
}

void table_row(const char *what, double measured, Bound bound, double limit, const char *unit)
{
    static const char *const words[] = {"", "at least ", "below "};
    bool ok = bound == BOUND_AT_LEAST ? measured >= limit : measured < limit;
    g_autofree char *limit_text = figure(limit, unit);

    add(what, figure(measured, unit),
        bound == BOUND_NONE ? g_strdup("") : g_strconcat(words[bound], limit_text, NULL),
        bound == BOUND_NONE ? ""
        : ok                ? "ok"
                            : "over");
}

void table_spread(const char *what, GArray *times, double limit, const char *unit)
{
    double p99 = percentile(times, 99);
    g_autofree char *median = figure(percentile(times, 50), "");
    g_autofree char *most = figure(percentile(times, 99), "");
    g_autofree char *longest = figure(percentile(times, 100), unit);
    g_autofree char *limit_text = figure(limit, unit);

    add(what, g_strdup_printf("%s/%s/%s", g_strchomp(median), g_strchomp(most), longest),
        g_strconcat("p99 below ", limit_text, NULL), p99 < limit ? "ok" : "over");
}

void table_check(const char *what, int64_t got, int64_t wanted)
{
    bool right = got == wanted;

    add(what, g_strdup_printf("%" G_GINT64_FORMAT, got),
        g_strdup_printf("%" G_GINT64_FORMAT, wanted), right ? "ok" : "WRONG");
    wrong = wrong || !right;
}

void table_print(void)
{
    size_t widths[] = {4, 8, 5};

    for (size_t i = 0; i < count; i++) {
        widths[0] = MAX(widths[0], strlen(rows[i].what));
        widths[1] = MAX(widths[1], strlen(rows[i].measured));
        widths[2] = MAX(widths[2], strlen(rows[i].limit));
    }
    printf("%-*s  %*s  %*s\n", (int)widths[0], "what", (int)widths[1], "measured", (int)widths[2],
           "limit");
    for (size_t i = 0; i < count; i++) {
        printf("%-*s  %*s  %*s  %s\n", (int)widths[0], rows[i].what, (int)widths[1],
               rows[i].measured, (int)widths[2], rows[i].limit, rows[i].verdict);
        g_free(rows[i].what);
        g_free(rows[i].measured);
        g_free(rows[i].limit);
    }
    count = 0;
}

bool table_right(void)
{
    return !wrong;
}

void bench_fail(const char *what, const GError *error)
{
    fprintf(stderr, "bench-engine: %s: %s\n", what,
            error != NULL ? error->message : g_strerror(errno));
    exit(EXIT_FAILURE);
}

double seconds_since(int64_t monotonic_us)
{
    return (double)(g_get_monotonic_time() - monotonic_us) / 1e6;
}

double milliseconds_since(int64_t monotonic_us)
{
    return seconds_since(monotonic_us) * 1e3;
}

static gint by_size(gconstpointer a, gconstpointer b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

double percentile(GArray *values, int share)
{
    g_assert(values->len > 0);
    g_array_sort(values, by_size);
    return g_array_index(values, double, (values->len - 1) * (guint)share / 100);
}

double resident_mb(pid_t process)
{
    g_autofree char *path =
        g_strdup_printf("/proc/%d/status", (int)(process != 0 ? process : getpid()));
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!g_file_get_contents(path, &text, NULL, &error)) {
        bench_fail("reading resident memory", error);
    }
    const char *line = strstr(text, "VmRSS:");

    return line != NULL ? (double)g_ascii_strtoll(line + strlen("VmRSS:"), NULL, 10) / 1024 : 0;
}

char *bench_path(void)
{
    g_autoptr(GError) error = NULL;
    char *path = g_file_read_link("/proc/self/exe", &error);

    if (path == NULL) {
        bench_fail("finding this program", error);
    }
    return path;
}

char *bench_anchord(void)
{
    const char *named = g_getenv("ANCHORD");
    g_autofree char *folder = bench_folder();

    return named != NULL ? g_strdup(named) : g_build_filename(folder, "..", "anchord", NULL);
}

char *bench_folder(void)
{
    g_autofree char *path = bench_path();

    return g_path_get_dirname(path);
}

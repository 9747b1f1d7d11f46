/* Memory that is given back: less is held, and nothing that was there is missed. */

#include "bot/footprint.h"

#include <link.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

/* Constants that the dynamic linker filled in before it protected them. */
static const char *const names[] = {"nobody", "anybody", "somebody", "everybody"};

/* Reads a byte of each page of a library; of the program itself, a sanitizer may forbid it. */
static int read_segments(struct dl_phdr_info *object, size_t size, void *sum)
{
    (void)size;
    for (size_t i = 0; *object->dlpi_name != '\0' && i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        const volatile char *bytes = (const char *)(object->dlpi_addr + segment->p_vaddr);

        for (size_t at = 0; segment->p_type == PT_LOAD && at < segment->p_memsz; at += 4096) {
            *(long *)sum += bytes[at];
        }
    }
    return 0;
}

/* The kilobytes of files that are held and are as they stand there. */
static gint64 clean_kb(void)
{
    g_autofree char *text = NULL;
    gint64 sum = 0;

    assert_true(g_file_get_contents("/proc/self/smaps", &text, NULL, NULL));
    for (const char *at = text; (at = strstr(at, "_Clean:")) != NULL; at++) {
        sum += g_ascii_strtoll(at + strlen("_Clean:"), NULL, 10);
    }
    return sum;
}

static void test_what_was_read_of_programs_is_held_no_more(void **state)
{
    (void)state;
    long sum = 0;

    dl_iterate_phdr(read_segments, &sum);
    gint64 before = clean_kb();
    footprint_shrink();
    assert_true(clean_kb() < before / 2);
}

static void test_what_is_in_use_is_told(void **state)
{
    (void)state;
    const int64_t all = 1000000;
    int64_t before = footprint_heap();
    char *some[1000];

    for (size_t i = 0; i < G_N_ELEMENTS(some); i++) {
        some[i] = g_malloc0(1000);
    }
    int64_t more = footprint_heap();

    for (size_t i = 0; i < G_N_ELEMENTS(some); i++) {
        g_free(some[i]);
    }
    if (more == before) {
        skip(); /* a sanitizer has a heap of its own */
    }
    assert_true(more - before >= all);
    assert_true(footprint_heap() < more - all / 2);
}

/* A little of everything: constants, the heap, and libraries that have tables of their own. */
static char *work(void)
{
    g_autoptr(GDateTime) day = g_date_time_new_utc(2025, 7, 14, 9, 30, 0);
    g_autofree char *date = g_date_time_format(day, "%A %d %B %Y");
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, date, -1);
    GString *text = g_string_new(date);

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_string_append_printf(text, " %s %.3f", names[i], 1.0 / (double)(i + 1));
    }
    g_string_append(text, g_regex_match_simple("^Mon", text->str, 0, 0) ? " matched " : " missed ");
    g_string_append(text, digest);
    return g_string_free(text, FALSE);
}

static void test_work_goes_on_as_before(void **state)
{
    (void)state;
    g_autofree char *before = work();

    for (int i = 0; i < 20; i++) {
        footprint_shrink();
        g_autofree char *after = work();
        assert_string_equal(after, before);
    }
}

typedef struct Worker {
    const char *expected;
    gint stop; /* atomic */
    int odd;
} Worker;

static void *work_on(void *arg)
{
    Worker *worker = arg;

    while (!g_atomic_int_get(&worker->stop)) {
        g_autofree char *got = work();

        worker->odd += strcmp(got, worker->expected) != 0;
    }
    return NULL;
}

static void test_whoever_works_meanwhile_notices_nothing(void **state)
{
    (void)state;
    g_autofree char *expected = work();
    Worker worker = {.expected = expected};
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, work_on, &worker), 0);
    for (int i = 0; i < 100; i++) {
        footprint_shrink();
    }
    g_atomic_int_set(&worker.stop, 1);
    pthread_join(thread, NULL);
    assert_int_equal(worker.odd, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_read_of_programs_is_held_no_more),
        cmocka_unit_test(test_what_is_in_use_is_told),
        cmocka_unit_test(test_work_goes_on_as_before),
        cmocka_unit_test(test_whoever_works_meanwhile_notices_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

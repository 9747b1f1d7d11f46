/* What /readyz tells beside what is not connected. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/trouble.h"

static char *told(Troubles *troubles, int64_t now_ms)
{
    GString *out = g_string_new(NULL);

    troubles_tell(troubles, "acme", now_ms, out);
    return g_string_free(out, FALSE);
}

static void test_it_stands_until_it_works_again(void **state)
{
    Troubles *troubles = troubles_new();

    (void)state;
    troubles_put(troubles, "C1", "the channel is archived", 0);
    g_autofree char *there = told(troubles, 1000000);
    troubles_clear(troubles, "C1");
    g_autofree char *gone = told(troubles, 1000000);
    assert_string_equal(there, "acme: C1: the channel is archived\n");
    assert_string_equal(gone, "");
    troubles_free(troubles);
}

static void test_a_pause_passes_by_itself(void **state)
{
    Troubles *troubles = troubles_new();

    (void)state;
    troubles_put(troubles, "chat.update", "held back", 500);
    g_autofree char *before = told(troubles, 499);
    g_autofree char *after = told(troubles, 500);
    assert_string_equal(before, "acme: chat.update: held back\n");
    assert_string_equal(after, "");
    troubles_free(troubles);
}

static void test_the_last_word_counts_and_a_flood_is_bounded(void **state)
{
    Troubles *troubles = troubles_new();

    (void)state;
    troubles_put(troubles, "C1", "one", 0);
    troubles_put(troubles, "C1", "two", 0);
    g_autofree char *text = told(troubles, 0);
    assert_string_equal(text, "acme: C1: two\n");
    for (int i = 0; i < 5000; i++) {
        g_autofree char *what = g_strdup_printf("C%d", i);

        troubles_put(troubles, what, "gone", 0);
    }
    g_autofree char *many = told(troubles, 0);
    g_auto(GStrv) lines = g_strsplit(many, "\n", -1);
    assert_int_equal(g_strv_length(lines), 51); /* the last one is empty */
    troubles_free(troubles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_stands_until_it_works_again),
        cmocka_unit_test(test_a_pause_passes_by_itself),
        cmocka_unit_test(test_the_last_word_counts_and_a_flood_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

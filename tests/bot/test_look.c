/* How numbers look, wherever cards are rich text. */

#include "bot/look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/words.h"

static void test_where_it_stands_is_bold(void **state)
{
    static const struct {
        const char *promise, *values, *want;
    } cases[] = {
        {"of three the second", "22% → 27% → 35%", "22% → " BOLD("27%") " → 35%"},
        {"of two none", "22% → 35%", "22% → 35%"},
        {"of one none", "22%", "22%"},
        {"nothing", "", ""},
        {"an empty value is none", "22% →  → 35%", "22% →  → 35%"},
        {"a range at the end", "1 → 2 → 3 → 4", "1 → " BOLD("2") " → 3 → 4"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) got = g_string_new("kept ");

        look_values(got, cases[i].values);
        if (strcmp(got->str + strlen("kept "), cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].promise, got->str);
        }
    }
}

static void test_a_bar_has_ten_cells_and_says_its_share(void **state)
{
    static const struct {
        int32_t progress;
        const char *want;
    } cases[] = {
        {0, "▱▱▱▱▱▱▱▱▱▱ 0%"},      {384, "▰▰▰▱▱▱▱▱▱▱ 38%"},   {1000, "▰▰▰▰▰▰▰▰▰▰ 100%"},
        {1600, "▰▰▰▰▰▰▰▰▰▰ 160%"}, {-100, "▱▱▱▱▱▱▱▱▱▱ -10%"}, {99, "▱▱▱▱▱▱▱▱▱▱ 10%"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) got = g_string_new(NULL);

        look_bar(got, cases[i].progress);
        assert_string_equal(got->str, cases[i].want);
    }
}

static void test_each_status_has_a_shape_of_its_own(void **state)
{
    g_autoptr(GHashTable) shapes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    (void)state;
    for (PaceStatus status = PACE_TOO_EARLY; status <= PACE_STALE; status++) {
        g_autoptr(GString) got = g_string_new(NULL);

        look_status(got, status);
        const char *blank = strchr(got->str, ' ');
        assert_true(blank != NULL && blank > got->str && blank[1] != '\0');
        assert_true(g_hash_table_add(shapes, g_strndup(got->str, (gsize)(blank - got->str))));
    }
}

static void test_a_label_ends_in_one_colon_at_most(void **state)
{
    static const char *const cases[][2] = {
        {"Owner", "Owner:"}, {"Owner:", "Owner:"}, {"Did it move?", "Did it move?"}, {"", ""}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = look_label(cases[i][0]);

        assert_string_equal(got, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_it_stands_is_bold),
        cmocka_unit_test(test_a_bar_has_ten_cells_and_says_its_share),
        cmocka_unit_test(test_each_status_has_a_shape_of_its_own),
        cmocka_unit_test(test_a_label_ends_in_one_colon_at_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

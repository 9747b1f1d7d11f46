/* What every platform's part of `anchord doctor` may count on. */

#include "bot/examination.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Rig {
    Loop *loop;
    Examination examination;
    WorkspaceConfig workspace;
    char *lines;
    size_t len;
    GString *freed; /* a letter for each state */
    int overs;
} Rig;

static Rig rig;

static void on_over(void *arg)
{
    (void)arg;
    rig.overs++;
    loop_quit(rig.loop);
}

static int open_rig(void **state)
{
    (void)state;
    rig = (Rig){.loop = loop_new(), .freed = g_string_new(NULL)};
    rig.workspace.name = g_strdup("acme");
    rig.examination = (Examination){.loop = rig.loop,
                                    .workspace = &rig.workspace,
                                    .out = open_memstream(&rig.lines, &rig.len),
                                    .over = on_over};
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    examination_clear(&rig.examination);
    fclose(rig.examination.out);
    free(rig.lines);
    g_free(rig.workspace.name);
    g_string_free(rig.freed, TRUE);
    loop_free(rig.loop);
    return 0;
}

static void assert_lines(const char *lines)
{
    fflush(rig.examination.out);
    assert_string_equal(rig.lines, lines);
}

static void free_letter(gpointer letter)
{
    g_string_append(rig.freed, letter);
    g_free(letter);
}

static void hold(const char *letter)
{
    examination_hold(&rig.examination, g_strdup(letter), free_letter);
}

/* Lines --------------------------------------------------------------------------------------- */

static void test_only_what_is_bad_is_an_illness(void **state)
{
    (void)state;
    examination_good(&rig.examination, "scopes", "");
    examination_note(&rig.examination, "homes", "not looked at");
    assert_false(rig.examination.ill);
    examination_bad(&rig.examination, "token", "revoked");
    assert_true(rig.examination.ill);
    assert_lines("  ok    scopes\n  --    homes: not looked at\n  FAIL  token: revoked\n");
}

static void test_what_came_from_outside_steers_no_terminal(void **state)
{
    (void)state;
    examination_good(&rig.examination, "home \x1b[2JWest\r\nok",
                     "\xe2\x80\x8b"
                     "far\x07");
    examination_good(&rig.examination, "home \xff", "");
    assert_lines("  ok    home [2JWest ok: far\n  ok    ?\n");
}

/* Its end ------------------------------------------------------------------------------------- */

static void done(void *arg)
{
    (void)arg;
    examination_done(&rig.examination);
    assert_int_equal(rig.freed->len, 0);
    assert_int_equal(rig.overs, 0);
}

static void test_what_is_held_goes_after_the_turn_that_ends_it(void **state)
{
    (void)state;
    hold("a");
    hold("b");
    examination_wait(&rig.examination, 60000);
    loop_after(rig.loop, 0, done, NULL);
    loop_run(rig.loop);
    assert_string_equal(rig.freed->str, "ba");
    assert_int_equal(rig.overs, 1);
    assert_false(rig.examination.ill);
}

static void test_a_question_without_an_answer_ends_it(void **state)
{
    (void)state;
    hold("a");
    examination_wait(&rig.examination, 60000);
    examination_wait(&rig.examination, 1);
    loop_run(rig.loop);
    assert_string_equal(rig.freed->str, "a");
    assert_int_equal(rig.overs, 1);
    assert_true(rig.examination.ill);
    assert_lines("  FAIL  time: the examination took too long and was ended\n");
}

static void test_it_serves_one_workspace_after_the_other(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        hold("a");
        loop_after(rig.loop, 0, done, NULL);
        loop_run(rig.loop);
        assert_string_equal(rig.freed->str, "a");
        g_string_truncate(rig.freed, 0);
        assert_int_equal(rig.overs, 1);
        rig.overs = 0;
    }
}

/* The store ----------------------------------------------------------------------------------- */

/* Fails at the call of that number; NULL: never. */
static const char *failing;
static int begun;

static bool succeeds(const char *what, GError **error)
{
    if (g_strcmp0(failing, what) == 0) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED, "%s failed", what);
        return false;
    }
    return true;
}

static bool begin(Store *store, GError **error)
{
    (void)store;
    begun += failing == NULL || strcmp(failing, "begin") != 0;
    return succeeds("begin", error);
}

static void rollback(Store *store)
{
    (void)store;
    begun--;
}

static bool workspace(Store *store, const char *name, WorkspaceId *id, GError **error)
{
    (void)store, (void)name;
    *id = (WorkspaceId){1};
    return succeeds("workspace", error);
}

static bool homes(Store *store, WorkspaceId id, GArray *array, GError **error)
{
    const Home home = {g_strdup("C1"), g_strdup("")};

    (void)store, (void)id;
    g_array_append_val(array, home);
    return succeeds("homes", error);
}

static bool settings(Store *store, const char *prefix, GHashTable *values, GError **error)
{
    (void)store;
    g_hash_table_insert(values, g_strconcat(prefix, "since", NULL), g_strdup("s1"));
    return succeeds("settings", error);
}

static const StoreOps ops = {
    .begin = begin,
    .rollback = rollback,
    .workspace = workspace,
    .homes = homes,
    .settings = settings,
};

static void test_a_store_that_is_not_open_knows_no_homes(void **state)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

    (void)state;
    rig.examination.without_store = "there is none";
    examination_homes(&rig.examination, found);
    g_autoptr(GHashTable) kept = examination_kept(&rig.examination, "matrix/acme/");
    assert_int_equal(found->len, 0);
    assert_int_equal(g_hash_table_size(kept), 0);
    assert_false(rig.examination.ill);
    assert_lines("  --    homes: not looked at, since there is none\n");
}

static void test_a_store_is_read_and_left_as_it_was(void **state)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    Store store = {&ops};

    (void)state;
    failing = NULL;
    rig.examination.store = &store;
    examination_homes(&rig.examination, found);
    g_autoptr(GHashTable) kept = examination_kept(&rig.examination, "matrix/acme/");
    assert_int_equal(found->len, 1);
    assert_string_equal(g_ptr_array_index(found, 0), "C1");
    assert_string_equal(g_hash_table_lookup(kept, "matrix/acme/since"), "s1");
    assert_int_equal(begun, 0);
    assert_lines("");
}

static void test_a_store_that_fails_is_an_illness(void **state)
{
    static const struct {
        const char *at, *lines;
    } fails[] = {
        {"begin", "  FAIL  homes: begin failed\n  FAIL  store: begin failed\n"},
        {"workspace", "  FAIL  homes: workspace failed\n"},
        {"homes", "  FAIL  homes: homes failed\n"},
        {"settings", "  FAIL  store: settings failed\n"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(fails); i++) {
        g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
        Store store = {&ops};

        failing = fails[i].at;
        rig.examination.store = &store;
        examination_homes(&rig.examination, found);
        g_autoptr(GHashTable) kept = examination_kept(&rig.examination, "matrix/acme/");
        assert_non_null(kept);
        assert_true(rig.examination.ill);
        assert_int_equal(begun, 0);
        assert_lines(fails[i].lines);
        close_rig(state);
        open_rig(state);
    }
    failing = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_only_what_is_bad_is_an_illness),
        TEST(test_what_came_from_outside_steers_no_terminal),
        TEST(test_what_is_held_goes_after_the_turn_that_ends_it),
        TEST(test_a_question_without_an_answer_ends_it),
        TEST(test_it_serves_one_workspace_after_the_other),
        TEST(test_a_store_that_is_not_open_knows_no_homes),
        TEST(test_a_store_is_read_and_left_as_it_was),
        TEST(test_a_store_that_fails_is_an_illness),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "bot/console/keep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A store of settings alone, whose nth call fails. */
typedef struct Settings {
    Store store; /* first */
    GHashTable *values;
    int fail_at; /* counts down; the call that reaches 0 fails */
    bool open;   /* a transaction is */
} Settings;

static bool fails(Settings *settings, GError **error)
{
    if (settings->fail_at > 0 && --settings->fail_at == 0) {
        g_set_error_literal(error, STORE_ERROR, STORE_ERROR_FULL, "the disk is full");
        return true;
    }
    return false;
}

static bool settings_begin(Store *store, GError **error)
{
    Settings *settings = (Settings *)store;

    assert_false(settings->open);
    settings->open = !fails(settings, error);
    return settings->open;
}

static bool settings_commit(Store *store, GError **error)
{
    Settings *settings = (Settings *)store;

    assert_true(settings->open);
    settings->open = false;
    return !fails(settings, error);
}

static void settings_rollback(Store *store)
{
    Settings *settings = (Settings *)store;

    assert_true(settings->open);
    settings->open = false;
}

static bool settings_get(Store *store, const char *name, char **value, GError **error)
{
    Settings *settings = (Settings *)store;

    if (fails(settings, error)) {
        return false;
    }
    *value = g_strdup(g_hash_table_lookup(settings->values, name));
    return true;
}

static bool settings_set(Store *store, const char *name, const char *value, GError **error)
{
    Settings *settings = (Settings *)store;

    assert_true(settings->open);
    if (fails(settings, error)) {
        return false;
    }
    if (value == NULL) {
        g_hash_table_remove(settings->values, name);
    } else {
        g_hash_table_replace(settings->values, g_strdup(name), g_strdup(value));
    }
    return true;
}

static const StoreOps settings_ops = {
    .begin = settings_begin,
    .commit = settings_commit,
    .rollback = settings_rollback,
    .setting_get = settings_get,
    .setting_set = settings_set,
};

static Settings settings_new(void)
{
    return (Settings){
        .store.ops = &settings_ops,
        .values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
    };
}

static void settings_clear(Settings *settings)
{
    g_hash_table_unref(settings->values);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Settings, settings_clear)

static void test_the_first_start_knows_who_and_where(void **state)
{
    g_auto(Settings) settings = settings_new();
    g_auto(Keep) keep = {0};

    (void)state;
    assert_true(keep_load(&keep, &settings.store, "maria", "general", NULL));
    assert_string_equal(keep.member, "maria");
    assert_string_equal(keep.channel, "general");
    assert_null(keep.zone);
    assert_false(keep.clock_set);
    assert_int_equal(keep.start, 1);
    assert_int_equal(g_hash_table_size(keep.prompts), 0);
}

static void test_what_is_saved_is_there_at_the_next_start(void **state)
{
    g_auto(Settings) settings = settings_new();
    g_auto(Keep) keep = {0};
    g_auto(Keep) again = {0};

    (void)state;
    assert_true(keep_load(&keep, &settings.store, "you", "general", NULL));
    g_free(keep.member);
    keep.member = g_strdup("maria");
    g_free(keep.channel);
    keep.channel = g_strdup("west");
    keep.zone = g_strdup("Europe/Berlin");
    keep.clock_set = true;
    keep.clock = (Instant){-1};
    g_hash_table_replace(keep.prompts, g_strdup("west"), g_strdup("prompt/1 2"));
    g_hash_table_replace(keep.prompts, g_strdup("east"), g_strdup("prompt/3"));
    assert_true(keep_save(&keep, &settings.store, NULL));

    assert_true(keep_load(&again, &settings.store, "you", "general", NULL));
    assert_string_equal(again.member, "maria");
    assert_string_equal(again.channel, "west");
    assert_string_equal(again.zone, "Europe/Berlin");
    assert_true(again.clock_set);
    assert_int_equal(again.clock.us, -1);
    assert_string_equal(g_hash_table_lookup(again.prompts, "west"), "prompt/1 2");
    assert_string_equal(g_hash_table_lookup(again.prompts, "east"), "prompt/3");
}

static void test_a_clock_that_is_the_machines_again_is_not_kept(void **state)
{
    g_auto(Settings) settings = settings_new();
    g_auto(Keep) keep = {0};
    g_auto(Keep) again = {0};

    (void)state;
    assert_true(keep_load(&keep, &settings.store, "you", "general", NULL));
    keep.clock_set = true;
    assert_true(keep_save(&keep, &settings.store, NULL));
    keep.clock_set = false;
    assert_true(keep_save(&keep, &settings.store, NULL));
    assert_true(keep_load(&again, &settings.store, "you", "general", NULL));
    assert_false(again.clock_set);
}

static void test_no_two_starts_have_the_same_number(void **state)
{
    g_auto(Settings) settings = settings_new();

    (void)state;
    for (int64_t start = 1; start <= 3; start++) { /* none of them saves at its end */
        g_auto(Keep) keep = {0};

        assert_true(keep_load(&keep, &settings.store, "you", "general", NULL));
        assert_int_equal(keep.start, start);
    }
}

static void test_settings_that_make_no_sense_are_as_good_as_none(void **state)
{
    static const char *const names[] = {"console.start", "console.member", "console.channel",
                                        "console.zone",  "console.clock",  "console.prompts"};
    static const char *const values[] = {"", "two words", "9999999999999999999999", "\n\n \n x"};

    (void)state;
    for (size_t v = 0; v < G_N_ELEMENTS(values); v++) {
        g_auto(Settings) settings = settings_new();
        g_auto(Keep) keep = {0};

        for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
            g_hash_table_replace(settings.values, g_strdup(names[n]), g_strdup(values[v]));
        }
        assert_true(keep_load(&keep, &settings.store, "you", "general", NULL));
        assert_int_equal(keep.start, 1);
        assert_true(name_valid(keep.member));
        assert_true(name_valid(keep.channel));
        assert_false(keep.clock_set);
    }
}

/* Each call of the store fails once: nothing is handed out, nothing leaks, the transaction is
 * closed. */
static void test_a_store_that_fails_is_told(void **state)
{
    g_auto(Settings) settings = settings_new();
    int failures = 0;

    (void)state;
    for (int n = 1;; n++) {
        g_auto(Keep) keep = {0};
        g_autoptr(GError) error = NULL;

        settings.fail_at = n;
        if (keep_load(&keep, &settings.store, "you", "general", &error)) {
            break;
        }
        failures++;
        assert_non_null(strstr(error->message, "the disk is full"));
        assert_null(keep.member);
        assert_false(settings.open);
    }
    assert_true(failures > 8);
}

static void test_names_are_one_word_that_can_be_mentioned(void **state)
{
    static const struct {
        const char *name;
        bool valid;
    } cases[] = {
        {"maria", true},           {"Maria-2", true}, {"m.r_x", true}, {"José", true},
        {"Jose\u0301", true},      {"日本", true},    {"", false},     {"two words", false},
        {"@maria", false},         {"#west", false},  {"a\nb", false}, {"a\001b", false},
        {"a\u202Eb\u202C", false}, {"=1+1", false},   {"<b>", false},  {"👩‍🚀", false},
    };
    g_autofree char *longest = g_strnfill(NAME_CHARS_MAX, 'x');
    g_autofree char *longer = g_strnfill(NAME_CHARS_MAX + 1, 'x');

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (name_valid(cases[i].name) != cases[i].valid) {
            fail_msg("\"%s\" is%s a name", cases[i].name, cases[i].valid ? " not" : "");
        }
    }
    assert_true(name_valid(longest));
    assert_false(name_valid(longer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_start_knows_who_and_where),
        cmocka_unit_test(test_what_is_saved_is_there_at_the_next_start),
        cmocka_unit_test(test_a_clock_that_is_the_machines_again_is_not_kept),
        cmocka_unit_test(test_no_two_starts_have_the_same_number),
        cmocka_unit_test(test_settings_that_make_no_sense_are_as_good_as_none),
        cmocka_unit_test(test_a_store_that_fails_is_told),
        cmocka_unit_test(test_names_are_one_word_that_can_be_mentioned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

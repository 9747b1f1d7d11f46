/* What is taken for JSON, and what is read of it. */

#include "bot/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool is_taken(const char *bytes, size_t len)
{
    g_autofree char *exact = g_memdup2(bytes, len); /* no byte more than it says */
    g_autoptr(Json) value = json_parse(exact, len);

    return value != NULL;
}

static void test_one_whole_value_in_clean_text_is_taken(void **state)
{
#define BYTES(text) text, sizeof(text) - 1
    static const struct {
        const char *promise, *bytes;
        size_t len;
        bool taken;
    } cases[] = {
        {"an object", BYTES("{\"a\":1}"), true},
        {"blanks around it", BYTES(" \r\n\t[1] \r\n\t"), true},
        {"shorter than eight bytes", BYTES("{}"), true},
        {"exactly eight bytes", BYTES("\"123456\""), true},
        {"beyond ASCII in the first eight bytes", BYTES("\"é\"      "), true},
        {"beyond ASCII behind the last eight bytes", BYTES("[1,2,3,4,\"é\"]"), true},
        {"nothing", BYTES(""), false},
        {"blanks alone", BYTES("        "), false},
        {"two values", BYTES("{} {}"), false},
        {"cut", BYTES("{\"a\":"), false},
        {"a NUL behind it", BYTES("{\"a\":1}\0"), false},
        {"a NUL in a text", BYTES("{\"a\":\"b\0c\"}"), false},
        {"a NUL beside text beyond ASCII", BYTES("{\"é\":\"b\0c\"}"), false},
        {"Latin-1", BYTES("{\"a\":\"\xE9\"}"), false},
        {"its last byte is half of a character", BYTES("[1,2,3,4]\xC3"), false},
        {"overlong", BYTES("{\"a\":\"\xC0\xAF\"}"), false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (is_taken(cases[i].bytes, cases[i].len) != cases[i].taken) {
            fail_msg("%s", cases[i].promise);
        }
    }
    assert_null(json_parse(NULL, 0));
}

/* `depth` arrays, or arrays and objects in turn, inside each other. */
static GString *nested(size_t depth, bool mixed)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < depth; i++) {
        g_string_append(out, mixed && i % 2 == 0 ? "{\"a\":" : "[");
    }
    g_string_append(out, "1");
    for (size_t i = depth; i > 0; i--) {
        g_string_append_c(out, mixed && (i - 1) % 2 == 0 ? '}' : ']');
    }
    return out;
}

static size_t depth_of(const Json *value)
{
    size_t depth = 0;

    for (; value != NULL && value->child != NULL; value = value->child) {
        depth++;
    }
    assert_true(cJSON_IsNull(value) || cJSON_IsNumber(value));
    return depth + (cJSON_IsNull(value) ? 1 : 0);
}

static void test_what_is_more_than_a_hundred_deep_reads_as_null(void **state)
{
    (void)state;
    for (size_t depth = 40; depth <= 120; depth++) {
        for (int mixed = 0; mixed <= 1; mixed++) {
            g_autoptr(GString) text = nested(depth, mixed);
            g_autoptr(Json) value = json_parse(text->str, text->len);

            assert_int_equal(depth_of(value), MIN(depth, 101));
        }
    }
}

static void test_what_is_too_deep_hides_nothing_beside_it(void **state)
{
    (void)state;
    for (size_t depth = 1000; depth <= 200000; depth *= 200) {
        g_autoptr(GString) deep = nested(depth, true);
        g_autofree char *text =
            g_strdup_printf("{\"a\":%s,\"b\":[%s,\"]}\\\"\"],\"c\":\"d\"}", deep->str, deep->str);
        g_autoptr(Json) value = json_parse(text, strlen(text));

        assert_string_equal(json_text(value, "c"), "d");
        assert_string_equal(json_string(json_array(value, "b")->child->next), "]}\"");
    }
}

static void test_what_is_too_deep_must_end(void **state)
{
    static const char *const inside[] = {"", "[", "\"", "\"]", "\"\\", "\"\\\"]", "{\"a\":[]"};
    g_autoptr(GString) deep = nested(101, false);
    const char *middle = strchr(deep->str, '1');

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(inside); i++) {
        g_autofree char *cut =
            g_strdup_printf("%.*s%s", (int)(middle - deep->str), deep->str, inside[i]);

        assert_false(is_taken(cut, strlen(cut)));
    }
}

static void test_an_escape_that_names_no_character_costs_itself_alone(void **state)
{
    static const struct {
        const char *promise, *json, *want;
    } cases[] = {
        {"half of a pair", "[\"a\\ud83d b\"]", "a\uFFFD b"},
        {"the other half", "[\"a\\uDE00 b\"]", "a\uFFFD b"},
        {"halves the wrong way round", "[\"\\ude00\\ud83d\"]", "\uFFFD\uFFFD"},
        {"NUL", "[\"a\\u0000b\"]", "a\uFFFDb"},
        {"a pair", "[\"\\ud83d\\ude00\"]", "😀"},
        {"behind other escapes", "[\"\\/\\n\\\\\\ud83d\"]", "/\n\\\uFFFD"},
        {"a backslash and words", "[\"\\\\ud83d\"]", "\\ud83d"},
        {"at the very end", "[\"\\ud83d\"]", "\uFFFD"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t len = strlen(cases[i].json);
        g_autofree char *exact = g_memdup2(cases[i].json, len);
        g_autoptr(Json) value = json_parse(exact, len);

        if (value == NULL || strcmp(json_string(value->child), cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].promise,
                     value != NULL ? json_string(value->child) : "refused");
        }
    }
}

static void test_an_escape_cut_short_is_refused(void **state)
{
    static const char *const cases[] = {"[\"\\", "[\"\\u", "[\"\\ud83", "[\"\\ud83d", "\\"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_false(is_taken(cases[i], strlen(cases[i])));
    }
}

static void test_many_brackets_are_not_many_levels(void **state)
{
    g_autoptr(GString) flat = g_string_new("["), text = g_string_new("[\"");

    (void)state;
    for (int i = 0; i < 1000; i++) {
        g_string_append(flat, "[],{},");
        g_string_append(text, "[{\\\"");
    }
    g_string_append(flat, "1]");
    g_string_append(text, "\"]");
    assert_true(is_taken(flat->str, flat->len));
    assert_true(is_taken(text->str, text->len));
}

static void test_a_member_is_found_by_its_whole_name(void **state)
{
    static const char json[] =
        "{\"team\":\"a\",\"Team_id\":\"b\",\"team_i\":\"c\",\"team_id\":\"d\","
        "\"team_id\":\"e\",\"\":\"f\",\"team_idx\":\"g\"}";
    static const struct {
        const char *key, *want;
    } cases[] = {
        {"team_id", "d"}, /* the first of a repeated one */
        {"Team_id", "b"}, {"team", "a"}, {"", "f"}, {"t", ""}, {"TEAM_ID", ""}, {"zebra", ""},
    };
    g_autoptr(Json) object = json_parse(json, strlen(json));
    g_autoptr(Json) array = json_parse("[\"a\"]", 5);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_string_equal(json_text(object, cases[i].key), cases[i].want);
    }
    assert_string_equal(json_text(array, "a"), ""); /* what stands in an array has no name */
    assert_string_equal(json_text(NULL, "a"), "");
    assert_null(json_text_or_null(object, "none"));
}

/* "digits digits …", in order; NULL where it is not read, with where. */
static char *digits_of(const char *json, size_t *at)
{
    size_t len = strlen(json);
    g_autofree char *exact = g_memdup2(json, len);
    g_autoptr(Json) array = json_read_exact(exact, len, at);
    GString *out = array != NULL ? g_string_new(NULL) : NULL;

    JSON_EACH (item, array) {
        g_string_append_printf(out, "%s ", json_digits(item) != NULL ? json_digits(item) : "-");
    }
    return out != NULL ? g_string_free(out, FALSE) : NULL;
}

static void test_a_number_keeps_its_digits_where_they_are_asked_for(void **state)
{
    size_t at = 0;
    g_autofree char *digits = digits_of("[1,2.50,-0,9007199254740993,1e3,\"7\",null,[8],3]", &at);
    g_autoptr(Json) alone = json_read_exact("12", 2, &at);
    g_autoptr(Json) other = json_read("12", 2);

    (void)state;
    assert_string_equal(digits, "1 2.50 -0 9007199254740993 1e3 - - - 3 ");
    assert_string_equal(json_digits(alone), "12");
    assert_null(json_digits(other));
    assert_int_equal(json_int(alone, "a", 5), 5);
}

static void test_where_it_is_no_json_is_told(void **state)
{
    static const struct {
        const char *json;
        size_t at;
    } cases[] = {{"", 0},     {"[1,]", 3},     {"{\"a\" 1}", 5},  {"[01]", 1}, {"[1] x", 4},
                 {"[1,2", 4}, {"{\"a\":}", 5}, {"[\"\xE9\"]", 2}, {"[1.]", 1}, {"nul", 0}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t at = 99;
        g_autofree char *digits = digits_of(cases[i].json, &at);

        if (digits != NULL || at != cases[i].at) {
            fail_msg("%s: %zu", cases[i].json, at);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_whole_value_in_clean_text_is_taken),
        cmocka_unit_test(test_what_is_more_than_a_hundred_deep_reads_as_null),
        cmocka_unit_test(test_what_is_too_deep_hides_nothing_beside_it),
        cmocka_unit_test(test_what_is_too_deep_must_end),
        cmocka_unit_test(test_an_escape_that_names_no_character_costs_itself_alone),
        cmocka_unit_test(test_an_escape_cut_short_is_refused),
        cmocka_unit_test(test_many_brackets_are_not_many_levels),
        cmocka_unit_test(test_a_member_is_found_by_its_whole_name),
        cmocka_unit_test(test_a_number_keeps_its_digits_where_they_are_asked_for),
        cmocka_unit_test(test_where_it_is_no_json_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

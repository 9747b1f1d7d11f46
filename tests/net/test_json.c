#include "bot/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Parsing ---------------------------------------------------------------------------------------
 */

typedef struct ParseCase {
    const char *promise;
    const char *bytes;
    bool whole; /* it is one JSON value */
    size_t len; /* 0: of the text */
} ParseCase;

static const ParseCase parse_cases[] = {
    {"an object", "{\"a\":1}", true},
    {"an array", "[1,2,3]", true},
    {"a string", "\"x\"", true},
    {"a number", "-1.5e3", true},
    {"a word", "null", true},
    {"blanks around it", " \t\r\n{} \t\r\n", true},
    {"several bytes to a letter", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xaf\"", true},
    {"escapes", "\"\\u00e9\\ud83c\\udfaf\\n\\\"\"", true},
    {"brackets in a text are no depth", "\"[[[[{{{{\\\"]]\"", true},
    {"nothing", "", false},
    {"blanks", "   ", false},
    {"half an object", "{\"a\":1", false},
    {"half a text", "\"abc", false},
    {"half an escape", "\"abc\\", false},
    {"half an escaped letter", "\"\\ud83\"", false},
    {"a comma too many", "[1,2,]", false},
    {"a key without quotes", "{a:1}", false},
    {"single quotes", "{'a':1}", false},
    {"a comment", "{} // more", false},
    {"two values", "{}{}", false},
    {"a letter behind it", "{}x", false},
    {"a NUL behind it", "{}\0", false, 3},
    {"a NUL in it", "\"a\0b\"", false, 5},
    {"a NUL before it", "\0{}", false, 3},
    {"a stray byte", "\"\xff\"", false},
    {"an overlong form", "\"\xc0\xaf\"", false},
    {"a surrogate in bytes", "\"\xed\xa0\x80\"", false},
    {"half a letter", "\"\xe2\x82\"", false},
    {"HTML", "<html></html>", false},
    {"zero, and less than it", "[0,-0,0.5,-0.5,1E9,1e-9]", true},
    {"a number with a zero in front", "01", false},
    {"a number that ends in a point", "1.", false},
    {"a number that begins with one", ".5", false},
    {"half an exponent", "1e", false},
    {"half an exponent with its sign", "1e+", false},
    {"a sign", "-", false},
    {"a plus", "+1", false},
    {"a hexadecimal number", "0x10", false},
    {"no number", "NaN", false},
    {"half a word", "[tru]", false},
    {"a word and a half", "nulls", false},
    {"an escape that there is not", "\"\\x\"", false},
    {"an escaped letter with a wrong digit", "\"\\u00g9\"", false},
    {"a key without a value", "{\"a\"}", false},
    {"a key with a comma for a colon", "{\"a\",1}", false},
    {"a bracket of the other kind", "[1}", false},
    {"a comma in front", "[,1]", false},
    {"a blank that is none", "[\v1]", false},
};

static void test_only_one_whole_value_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(parse_cases); i++) {
        const ParseCase *c = &parse_cases[i];
        size_t len = c->len != 0 ? c->len : strlen(c->bytes);
        /* exact memory, so that a byte read beyond its end is found */
        g_autofree char *copy = g_memdup2(c->bytes, len);
        g_autoptr(Json) value = json_parse(copy, len);

        if ((value != NULL) != c->whole) {
            fail_msg("%s: %s", c->promise, c->whole ? "was refused" : "was taken");
        }
    }
    assert_null(json_parse(NULL, 0));
}

static void test_every_prefix_is_refused_without_harm(void **state)
{
    static const char text[] = "{\"a\":[1,-2.5e+3,true,false,null,\"\\u00e9\\ud83c\\udfaf\\\\\"],"
                               "\"b\":{\"c\":\"\xc3\xa9\"}}";

    (void)state;
    for (size_t len = 0; len < sizeof(text) - 1; len++) {
        g_autofree char *copy = g_memdup2(text, len);

        assert_null(json_parse(copy, len));
    }
    g_autoptr(Json) whole = json_parse(text, sizeof(text) - 1);

    assert_non_null(whole);
}

/* Reading ---------------------------------------------------------------------------------------
 */

static const char record[] =
    "{\"text\":\"hi\",\"empty\":\"\",\"null\":null,\"zero\":0,\"int\":42,\"minus\":-7,"
    "\"half\":0.5,\"huge\":1e300,\"ts\":1719223456789,\"exact\":9007199254740992,"
    "\"beyond\":9007199254740994,\"yes\":true,\"no\":false,\"true\":\"true\",\"One\":1,"
    "\"list\":[1,\"two\",{\"three\":3}],\"view\":{\"state\":{\"values\":{\"b\":\"deep\"}}},"
    "\"text\":\"again\",\"digits\":\"12\"}";

static void test_members_are_asked_for_by_type(void **state)
{
    g_autoptr(Json) json = json_parse(record, strlen(record));

    (void)state;
    assert_non_null(json);
    assert_string_equal(json_text(json, "text"), "hi"); /* the first of a repeated key */
    assert_string_equal(json_text(json, "Text"), "");
    assert_string_equal(json_text(json, "int"), "");
    assert_string_equal(json_text(json, "null"), "");
    assert_string_equal(json_text_or_null(json, "empty"), "");
    assert_null(json_text_or_null(json, "null"));
    assert_null(json_text_or_null(json, "list"));
    assert_true(json_bool(json, "yes"));
    assert_true(json_bool(json, "true"));
    assert_false(json_bool(json, "no"));
    assert_false(json_bool(json, "One"));
    assert_false(json_bool(json, "absent"));
    assert_non_null(json_object(json, "view"));
    assert_null(json_object(json, "list"));
    assert_non_null(json_array(json, "list"));
    assert_null(json_array(json, "view"));
    assert_null(json_any(json, "null"));
    assert_null(json_any(json, "absent"));
    assert_non_null(json_any(json, "zero"));
    assert_string_equal(json_string(json_any(json, "text")), "hi");
    assert_string_equal(json_string(json_any(json, "zero")), "");
    assert_string_equal(json_string(NULL), "");
}

static void test_numbers_are_whole_and_in_range(void **state)
{
    static const struct {
        const char *key;
        int64_t number;
    } cases[] = {
        {"zero", 0},
        {"int", 42},
        {"minus", -7},
        {"ts", 1719223456789},
        {"half", -1},
        {"huge", -1},
        {"exact", (int64_t)1 << 53},
        {"beyond", -1},
        {"text", -1},
        {"digits", -1},
        {"absent", -1},
        {"null", -1},
        {"yes", -1},
        {"list", -1},
    };
    g_autoptr(Json) json = json_parse(record, strlen(record));

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_int_equal(json_int(json, cases[i].key, -1), cases[i].number);
    }
}

static void test_nothing_has_no_members(void **state)
{
    static const char *const others[] = {"[1]", "\"text\"", "1", "null", "true"};

    (void)state;
    for (size_t i = 0; i <= G_N_ELEMENTS(others); i++) {
        const char *text = i < G_N_ELEMENTS(others) ? others[i] : NULL;
        g_autoptr(Json) json = text != NULL ? json_parse(text, strlen(text)) : NULL;

        assert_string_equal(json_text(json, "a"), "");
        assert_null(json_text_or_null(json, "a"));
        assert_int_equal(json_int(json, "a", 5), 5);
        assert_false(json_bool(json, "a"));
        assert_null(json_object(json, "a"));
        assert_null(json_array(json, "a"));
        assert_null(json_any(json, "a"));
        assert_null(json_at(json, "a", "b", NULL));
    }
}

static void test_a_path_breaks_where_it_is_broken(void **state)
{
    g_autoptr(Json) json = json_parse(record, strlen(record));

    (void)state;
    assert_string_equal(json_string(json_at(json, "view", "state", "values", "b", NULL)), "deep");
    assert_non_null(json_at(json, "view", NULL));
    assert_ptr_equal(json_at(json, NULL), json);
    assert_null(json_at(json, "view", "stat", "values", NULL));
    assert_null(json_at(json, "text", "state", NULL));
    assert_null(json_at(json, "list", "0", NULL));
    assert_null(json_at(json, "null", NULL));
}

static void test_each_item_of_an_array_comes_once(void **state)
{
    g_autoptr(Json) json = json_parse(record, strlen(record));
    int items = 0;

    (void)state;
    JSON_EACH (item, json_array(json, "list")) {
        items++;
        assert_int_equal(cJSON_IsString(item), items == 2);
    }
    JSON_EACH (item, json_array(json, "absent")) {
        items += item != NULL;
    }
    assert_int_equal(items, 3);
}

static void test_an_escape_that_names_no_character_costs_nothing_else(void **state)
{
    static const struct {
        const char *promise, *text, *reads;
    } cases[] = {
        {"NUL", "{\"a\":\"x\\u0000y\",\"b\":\"z\"}", "x\xef\xbf\xbdy"},
        {"the first half of a pair", "{\"a\":\"x\\ud83cy\",\"b\":\"z\"}", "x\xef\xbf\xbdy"},
        {"the second half", "{\"a\":\"x\\uDFAFy\",\"b\":\"z\"}", "x\xef\xbf\xbdy"},
        {"halves in the wrong order", "{\"a\":\"\\udfaf\\ud83c\",\"b\":\"z\"}",
         "\xef\xbf\xbd\xef\xbf\xbd"},
        {"a whole pair stays", "{\"a\":\"\\ud83c\\udfaf\",\"b\":\"z\"}", "\xf0\x9f\x8e\xaf"},
        {"an escaped backslash is none", "{\"a\":\"\\\\ud83c\",\"b\":\"z\"}", "\\ud83c"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Json) json = json_parse(cases[i].text, strlen(cases[i].text));

        if (strcmp(json_text(json, "a"), cases[i].reads) != 0 ||
            strcmp(json_text(json, "b"), "z") != 0) {
            fail_msg("%s: reads “%s”", cases[i].promise, json_text(json, "a"));
        }
    }
}

static void test_what_is_copied_out_outlives_what_was_read(void **state)
{
    static const char text[] = "{\"view\":{\"a\\u00e9\":[1,\"b\",{\"c\":null}]},\"x\":2.5}";
    g_autoptr(Json) read = json_read(text, sizeof(text) - 1);
    g_autoptr(Json) copy = cJSON_Duplicate(json_object(read, "view"), true);
    g_autoptr(Json) around = json_new_object();

    (void)state;
    json_put(around, "whole", g_steal_pointer(&read)); /* freed with what it was put into */
    g_autofree char *whole = json_print(around, NULL);

    assert_string_equal(whole, "{\"whole\":{\"view\":{\"a\xc3\xa9\":[1,\"b\",{\"c\":null}]},"
                               "\"x\":2.5}}");
    cJSON_Delete(g_steal_pointer(&around));
    json_put_int(copy, "more", 1);
    g_autofree char *alone = json_print(copy, NULL);

    assert_string_equal(alone, "{\"a\xc3\xa9\":[1,\"b\",{\"c\":null}],\"more\":1}");
}

/* Building --------------------------------------------------------------------------------------
 */

static void test_what_is_built_reads_as_it_was_meant(void **state)
{
    g_autoptr(Json) json = json_new_object();
    size_t len = 0;

    (void)state;
    json_put_text(json, "text", "a \"b\"\n\xc3\xa9");
    json_put_text(json, "none", NULL);
    json_put_int(json, "int", -42);
    json_put_bool(json, "yes", true);
    Json *list = json_put_array(json, "list");

    json_add_text(list, "one");
    json_put_int(json_add(list, json_new_object()), "two", 2);
    json_add(list, json_new_array());
    json_put_text(json_put_object(json, "view"), "id", "V1");
    g_autofree char *text = json_print(json, &len);

    assert_string_equal(text, "{\"text\":\"a \\\"b\\\"\\n\xc3\xa9\",\"int\":-42,\"yes\":true,"
                              "\"list\":[\"one\",{\"two\":2},[]],\"view\":{\"id\":\"V1\"}}");
    assert_int_equal(len, strlen(text));
}

static void test_long_numbers_are_written_out(void **state)
{
    static const int64_t numbers[] = {0,
                                      1000000000,
                                      1719223456789,
                                      999999999999999,
                                      -999999999999999,
                                      1000000000000000,
                                      1719223456789012,
                                      9007199254740993,
                                      INT64_MAX,
                                      INT64_MIN};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(Json) json = json_new_object();
        g_autofree char *expected = g_strdup_printf("{\"n\":%" G_GINT64_FORMAT "}", numbers[i]);

        json_put_int(json, "n", numbers[i]);
        g_autofree char *text = json_print(json, NULL);

        assert_string_equal(text, expected);
    }
}

static void test_what_is_no_utf8_is_made_so(void **state)
{
    g_autoptr(Json) json = json_new_object();

    (void)state;
    json_put_text(json, "a", "x\xffy");
    g_autofree char *text = json_print(json, NULL);
    g_autoptr(Json) again = json_parse(text, strlen(text));

    assert_string_equal(json_text(again, "a"), "x\xef\xbf\xbdy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_one_whole_value_is_read),
        cmocka_unit_test(test_every_prefix_is_refused_without_harm),
        cmocka_unit_test(test_members_are_asked_for_by_type),
        cmocka_unit_test(test_numbers_are_whole_and_in_range),
        cmocka_unit_test(test_nothing_has_no_members),
        cmocka_unit_test(test_a_path_breaks_where_it_is_broken),
        cmocka_unit_test(test_each_item_of_an_array_comes_once),
        cmocka_unit_test(test_an_escape_that_names_no_character_costs_nothing_else),
        cmocka_unit_test(test_what_is_copied_out_outlives_what_was_read),
        cmocka_unit_test(test_what_is_built_reads_as_it_was_meant),
        cmocka_unit_test(test_long_numbers_are_written_out),
        cmocka_unit_test(test_what_is_no_utf8_is_made_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

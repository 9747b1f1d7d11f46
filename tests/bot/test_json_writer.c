/* JSON without a tree: what is written is what the tree would have printed, byte for byte. */

#include "bot/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bot/json.h"

static char *tree_of(const char *text)
{
    g_autoptr(Json) object = json_new_object();

    json_put_text(object, "k", text);
    return json_print(object, NULL);
}

static void expect_as_tree(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *want = tree_of(text);

    json_write_open(out, '{');
    json_write_member(out, "k", text);
    json_write_close(out, '}');
    assert_string_equal(out->str, want);
}

/* --- strings --- */

static void test_every_byte_is_written_as_the_tree_writes_it(void **state)
{
    (void)state;
    for (int c = 1; c <= 0xFF; c++) {
        for (size_t at = 0; at < 36; at++) { /* inside of sixteen bytes, and behind them */
            char text[] = "abcdefghijklmnopqrstabcdefghijklmnop";

            text[at] = (char)c;
            expect_as_tree(text);
        }
    }
}

static void test_texts_are_written_as_the_tree_writes_them(void **state)
{
    static const struct {
        const char *promise, *text;
    } cases[] = {
        {"nothing", ""},
        {"plain", "ICP meeting acceptance rate"},
        {"exactly sixteen bytes", "1234567812345678"},
        {"quotes at every place", "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""},
        {"backslashes", "\\\\n\\u0041\\"},
        {"a slash and DEL stay", "a/b\x7F"},
        {"two, three and four bytes", "é→😀 é→😀 é→😀"},
        {"the last of each length", "\x7F\xDF\xBF\xEF\xBF\xBF\xF4\x8F\xBF\xBF"},
        {"the first of each length", "\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80"},
        {"around the surrogates", "\xED\x9F\xBF\xEE\x80\x80"},
        {"half of a pair is none", "a\xED\xA0\x80z"},
        {"overlong by two", "a\xC0\xAFz\xC1\xBFz"},
        {"overlong by three", "a\xE0\x80\xAFz\xE0\x9F\xBFz"},
        {"overlong by four", "a\xF0\x8F\xBF\xBFz"},
        {"beyond the last", "a\xF4\x90\x80\x80z\xF5\x80\x80\x80z\xFFz"},
        {"cut at the end, of two", "abcdefgh\xC3"},
        {"cut at the end, of three", "abcdefgh\xE2\x86"},
        {"cut at the end, of four", "abcdefgh\xF0\x9F\x98"},
        {"cut by a quote", "\xE2\"\xE2\x86\"\xF0\x9F\x98\""},
        {"a tail alone", "\x80\x80\x80\x80\x80\x80\x80\x80\x80"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("%s\n", cases[i].promise);
        expect_as_tree(cases[i].text);
    }
}

static void test_any_bytes_are_written_as_the_tree_writes_them(void **state)
{
    static const char common[] = "\"\\\n\xE2\x86\x92\xF0\x9F\x98\x80\xC3\xA9 ab";
    uint64_t dice = 11;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[40];
        size_t len = 0;

        for (; len < sizeof text - 1; len++) {
            dice = dice * 6364136223846793005U + 1442695040888963407U;
            uint32_t roll = (uint32_t)(dice >> 33);

            text[len] = common[(roll >> 8) % strlen(common)];
            if (roll % 3 == 0) {
                text[len] = (char)(roll >> 8);
            }
            if (roll % 53 == 0) {
                break;
            }
        }
        text[len] = '\0'; /* a NUL before ends it sooner */
        expect_as_tree(text);
    }
}

static void test_no_more_is_read_than_the_length_says(void **state)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *bytes = g_memdup2("abcdefgh\xE2\x86\x92", 10); /* its last byte is missing */
    g_autofree char *sixteen = g_memdup2("abcdefghabcdefgh", 16);

    (void)state;
    json_write_text_len(out, bytes, 8);
    assert_string_equal(out->str, "\"abcdefgh\"");
    g_string_truncate(out, 0);
    json_write_text_len(out, bytes, 10);
    assert_string_equal(out->str, "\"abcdefgh\xEF\xBF\xBD\xEF\xBF\xBD\"");
    for (size_t len = 0; len <= 16; len++) { /* to the last byte that is there */
        g_string_truncate(out, 0);
        json_write_text_len(out, sixteen + 16 - len, len);
        assert_int_equal(out->len, len + 2);
    }
}

/* --- commas --- */

static void test_commas_stand_between_values_only(void **state)
{
    g_autoptr(GString) out = g_string_new(NULL);

    (void)state;
    json_write_open(out, '{');
    json_write_member(out, "left out", NULL);
    json_write_member(out, "first", "ends in [");
    json_write_key(out, "list");
    json_write_open(out, '[');
    json_write_open(out, '[');
    json_write_close(out, ']');
    json_write_open(out, '{');
    json_write_close(out, '}');
    json_write_text(out, "ends in :");
    json_write_text(out, "ends in ,");
    json_write_bool(out, true);
    json_write_json(out, "{\"n\":-7");
    json_write_key(out, "m");
    json_write_bool(out, false);
    json_write_close(out, '}');
    json_write_close(out, ']');
    json_write_member(out, "last", "");
    json_write_close(out, '}');
    assert_string_equal(out->str, "{\"first\":\"ends in [\",\"list\":[[],{},\"ends in :\","
                                  "\"ends in ,\",true,{\"n\":-7,\"m\":false}],\"last\":\"\"}");
}

static void test_a_value_can_stand_in_a_tree(void **state)
{
    g_autoptr(Json) object = json_new_object();

    (void)state;
    json_put_text(object, "a", "b");
    json_put_json(object, "view", "{\"type\":\"home\"}");
    g_autofree char *text = json_print(object, NULL);
    assert_string_equal(text, "{\"a\":\"b\",\"view\":{\"type\":\"home\"}}");
    assert_null(json_object(object, "view")); /* nothing is read from it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_is_written_as_the_tree_writes_it),
        cmocka_unit_test(test_texts_are_written_as_the_tree_writes_them),
        cmocka_unit_test(test_any_bytes_are_written_as_the_tree_writes_them),
        cmocka_unit_test(test_no_more_is_read_than_the_length_says),
        cmocka_unit_test(test_commas_stand_between_values_only),
        cmocka_unit_test(test_a_value_can_stand_in_a_tree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

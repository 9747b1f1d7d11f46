/* What stands around a card, and what is none: relations, polls, pictures. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/matrix/card.h"
#include "core/words.h"

static void expect_json(Json *take_got, const char *want)
{
    g_autoptr(Json) got = take_got;
    g_autofree char *printed = json_print(got, NULL);

    assert_string_equal(printed, want);
}

static Json *message(const char *body)
{
    Json *content = json_new_object();

    json_put_text(content, "msgtype", "m.notice");
    json_put_text(content, "body", body);
    return content;
}

static void test_a_thread_has_a_place_for_old_clients(void **state)
{
    Json *first = message("a"), *later = message("b");

    (void)state;
    matrix_put_thread(first, "$root", NULL);
    expect_json(first, "{\"msgtype\":\"m.notice\",\"body\":\"a\",\"m.relates_to\":{\"rel_type\":"
                       "\"m.thread\",\"event_id\":\"$root\",\"is_falling_back\":true,"
                       "\"m.in_reply_to\":{\"event_id\":\"$root\"}}}");
    matrix_put_thread(later, "$root", "$last");
    assert_string_equal(
        json_string(json_at(later, "m.relates_to", "m.in_reply_to", "event_id", NULL)), "$last");
    cJSON_Delete(later);
}

static void test_an_edit_holds_the_new_content_and_a_short_fallback(void **state)
{
    Json *content = message("now \"27%\"");

    (void)state;
    matrix_put_thread(content, "$root", NULL);
    expect_json(matrix_edit_of(content, "$1"),
                "{\"msgtype\":\"m.notice\",\"body\":\"* now \\\"27%\\\"\",\"m.mentions\":{},"
                "\"m.new_content\":{\"msgtype\":\"m.notice\",\"body\":\"now \\\"27%\\\"\"},"
                "\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$1\"}}");
}

static void test_an_edited_picture_is_one_for_every_client(void **state)
{
    g_autoptr(Json) edit =
        matrix_edit_of(matrix_image("mxc://example.org/abc", "KR1 is ahead", 5, 640, 360), "$1");
    const Json *now = json_object(edit, "m.new_content");

    (void)state;
    assert_string_equal(json_text(edit, "msgtype"), "m.image");
    assert_string_equal(json_text(edit, "url"), "mxc://example.org/abc");
    assert_string_equal(json_text(now, "url"), "mxc://example.org/abc");
    assert_int_equal(json_int(json_object(now, "info"), "w", 0), 640);
}

static void test_the_fallback_of_a_long_edit_is_cut(void **state)
{
    g_autofree char *long_text = g_strnfill(30000, 'x');
    g_autoptr(Json) edit = matrix_edit_of(message(long_text), "$1");

    (void)state;
    assert_int_equal(strlen(json_text(edit, "body")), 2000);
    assert_string_equal(json_text(json_object(edit, "m.new_content"), "body"), long_text);
}

static void test_a_poll_asks_in_its_thread_and_says_whose_it_is(void **state)
{
    g_autoptr(Json) poll =
        matrix_confidence_poll("How " BOLD("confident") "?", "$prompt", "west/12");
    const Json *start = json_object(poll, MATRIX_POLL_START);
    const Json *answers = json_array(start, "answers");

    (void)state;
    assert_string_equal(json_text(start, "kind"), "org.matrix.msc3381.poll.undisclosed");
    assert_int_equal(json_int(start, "max_selections", 0), 1);
    assert_string_equal(json_text(json_object(start, "question"), "org.matrix.msc1767.text"),
                        "How confident?");
    assert_int_equal(cJSON_GetArraySize(answers), 10);
    assert_string_equal(json_text(answers->child, "id"), "1");
    assert_string_equal(json_text(answers->child->prev, "id"), "10");
    assert_string_equal(json_text(answers->child->prev, "org.matrix.msc1767.text"), "10");
    assert_string_equal(json_text(poll, "org.matrix.msc1767.text"),
                        "How confident?\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10");
    assert_string_equal(json_text(json_object(poll, "m.relates_to"), "event_id"), "$prompt");
    assert_string_equal(json_text(json_object(poll, MATRIX_OURS), "row"), "west/12");
    assert_string_equal(json_text(json_object(poll, MATRIX_OURS), "poll"), "confidence");
    assert_non_null(json_object(poll, "m.mentions"));
    g_autoptr(Json) loose = matrix_confidence_poll("?", NULL, NULL);
    assert_null(json_any(loose, "m.relates_to"));
    assert_null(json_any(json_object(loose, MATRIX_OURS), "row"));
}

static void test_a_poll_ends(void **state)
{
    (void)state;
    expect_json(matrix_poll_end("$poll", "Closed."),
                "{\"org.matrix.msc3381.poll.end\":{},\"org.matrix.msc1767.text\":\"Closed.\","
                "\"m.mentions\":{},\"m.relates_to\":{\"rel_type\":\"m.reference\",\"event_id\":"
                "\"$poll\"}}");
}

static void test_a_picture_says_what_it_shows(void **state)
{
    (void)state;
    expect_json(matrix_image("mxc://a/b", "KR1 is " BOLD("behind"), 1234, 800, 600),
                "{\"msgtype\":\"m.image\",\"body\":\"KR1 is behind\",\"filename\":\"chart.png\","
                "\"url\":\"mxc://a/b\",\"info\":{\"mimetype\":\"image/png\",\"size\":1234,\"w\":"
                "800,\"h\":600},\"m.mentions\":{}}");
    g_autoptr(Json) untold = matrix_image("mxc://a/b", NULL, 1, 1, 1);
    assert_string_equal(json_text(untold, "body"), "Chart of the key results");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_thread_has_a_place_for_old_clients),
        cmocka_unit_test(test_an_edit_holds_the_new_content_and_a_short_fallback),
        cmocka_unit_test(test_an_edited_picture_is_one_for_every_client),
        cmocka_unit_test(test_the_fallback_of_a_long_edit_is_cut),
        cmocka_unit_test(test_a_poll_asks_in_its_thread_and_says_whose_it_is),
        cmocka_unit_test(test_a_poll_ends),
        cmocka_unit_test(test_a_picture_says_what_it_shows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Readings as JSON: what a body says, and what a receipt says back. */

#include "bot/web/sent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/readings.h"

/* "kr|value|day|at|source|key" of a reading, or its fault behind "!". */
static void add_line(GString *out, const SentReading *sent)
{
    const char *const texts[] = {sent->kr, sent->value,  sent->day,
                                 sent->at, sent->source, sent->key};

    if (sent->fault != NULL) {
        g_string_append_printf(out, "!%s\n", sent->fault);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_string_append_printf(out, "%s%s", i > 0 ? "|" : "", texts[i] != NULL ? texts[i] : "");
    }
    g_string_append_c(out, '\n');
}

/* What is read, a line each; or "status body". */
static char *read_body(const char *body, size_t len, const char *key)
{
    g_autofree char *bytes = g_memdup2(body, len); /* its end is watched */
    GString *out = g_string_new(NULL);
    Response refusal = {0};
    g_autoptr(GPtrArray) sent = sent_parse(bytes, len, key, &refusal);

    if (sent == NULL) {
        g_string_append_printf(out, "%d %s", refusal.status, refusal.text);
        g_free(refusal.text);
    }
    for (guint i = 0; sent != NULL && i < sent->len; i++) {
        add_line(out, g_ptr_array_index(sent, i));
    }
    return g_string_free(out, FALSE);
}

typedef struct BodyCase {
    const char *promise, *body, *read;
} BodyCase;

static const BodyCase bodies[] = {
    {"one reading", "{\"kr\": 1, \"value\": \"$21.2M\"}", "1|$21.2M||||\n"},
    {"all its fields",
     "{\"kr\":\"Win "
     "rate\",\"value\":\"19%\",\"at\":\"2025-07-14T07:30:00Z\",\"source\":\"HubSpot\","
     "\"key\":\"k\"}",
     "Win rate|19%||2025-07-14T07:30:00Z|HubSpot|k\n"},
    {"an array", "[{\"kr\":1,\"value\":2},{\"kr\":2,\"value\":3,\"day\":\"2025-07-14\"}]",
     "1|2||||\n2|3|2025-07-14|||\n"},
    {"an array under its name", " {\"readings\": [{\"kr\":1,\"value\":2}]} ", "1|2||||\n"},
    {"an empty array", "[]", ""},
    {"a number is taken as it is written", "{\"kr\":1,\"value\":9007199254740993.10}",
     "1|9007199254740993.10||||\n"},
    {"numbers that stand side by side", "[{\"kr\":12,\"value\":34},{\"value\":5,\"kr\":6}]",
     "12|34||||\n6|5||||\n"},
    {"a sign of a number is no movement", "{\"kr\":1,\"value\":-0.5}", "1|= -0.5||||\n"},
    {"a sign in a text is left to who reads it", "{\"kr\":1,\"value\":\"+2\"}", "1|+2||||\n"},
    {"a sprint's own", "{\"sprint\": 3, \"kr\": 2, \"value\": 1}", "sprint 3 kr 2|1||||\n"},
    {"a sprint without a KR", "{\"sprint\": 3, \"value\": 1}", "|1||||\n"},
    {"null is nothing", "{\"kr\":1,\"value\":2,\"day\":null}", "1|2||||\n"},
    {"escapes", "{\"kr\":\"\\u0031\",\"value\":\"\\u20ac1\"}", "1|€1||||\n"},

    {"an exponent", "{\"kr\":1,\"value\":2.12e7}",
     "!“2.12e7” is written with an exponent, which is easily misread. Write the number out.\n"},
    {"a field that is unknown", "{\"kr\":1,\"value\":2,\"date\":\"2025-07-14\"}",
     "!“date” is no part of a reading. There are: kr, value, day, at, source, key, sprint.\n"},
    {"a field twice", "{\"kr\":1,\"value\":2,\"value\":3}",
     "!value is there twice. Give it once.\n"},
    {"a day as a number", "{\"kr\":1,\"value\":2,\"day\":20250714}",
     "!day has to be a text, in quotes.\n"},
    {"a value that is none", "{\"kr\":1,\"value\":{\"amount\":2}}",
     "!value has to be a number or a text.\n"},
    {"a value that is true", "{\"kr\":1,\"value\":true}", "!value has to be a number or a text.\n"},
    {"a reading that is none, among others", "[{\"kr\":1,\"value\":2}, 3]",
     "1|2||||\n!A reading is an object: {\"kr\": 1, \"value\": 21.2}\n"},

    {"nothing", "",
     "400 {\"error\":\"The body is no JSON from line 1, column 1 on. Correct it there and send it "
     "again.\"}\n"},
    {"no JSON, and where", "{\"kr\": 1,\n \"välue\": }",
     "400 {\"error\":\"The body is no JSON from line 2, column 11 on. Correct it there and send it "
     "again.\"}\n"},
    {"something behind it", "[] []",
     "400 {\"error\":\"The body is no JSON from line 1, column 4 on. Correct it there and send it "
     "again.\"}\n"},
    {"bytes that are no text", "[\"\xff\"]",
     "400 {\"error\":\"The body is no JSON from line 1, column 3 on. Correct it there and send it "
     "again.\"}\n"},
    {"a form of a browser", "kr=1&value=2",
     "400 {\"error\":\"The body is no JSON from line 1, column 1 on. Correct it there and send it "
     "again.\"}\n"},
    {"a number alone", "21.2",
     "400 {\"error\":\"The body has to be one reading, an array of them, or {\\\"readings\\\": "
     "[...]}: {\\\"kr\\\": 1, \\\"value\\\": 21.2}\"}\n"},
    {"readings that are none", "{\"readings\": 3}",
     "400 {\"error\":\"The body has to be one reading, an array of them, or {\\\"readings\\\": "
     "[...]}: {\\\"kr\\\": 1, \\\"value\\\": 21.2}\"}\n"},
    {"something beside the readings", "{\"source\": \"x\", \"readings\": []}",
     "400 {\"error\":\"The body has to be one reading, an array of them, or {\\\"readings\\\": "
     "[...]}: {\\\"kr\\\": 1, \\\"value\\\": 21.2}\"}\n"},
};

static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *read = read_body(bodies[i].body, strlen(bodies[i].body), NULL);

        if (strcmp(read, bodies[i].read) != 0) {
            fail_msg("%s: %s", bodies[i].promise, read);
        }
    }
}

static void test_no_part_of_a_body_is_one(void **state)
{
    static const char whole[] = "{\"readings\":[{\"kr\":1,\"value\":\"\\u20ac1\",\"day\":null}]}";

    (void)state;
    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        g_autofree char *read = read_body(whole, len, NULL);

        assert_true(g_str_has_prefix(read, "400 "));
    }
}

static void test_a_key_for_all_stands_for_those_that_have_none(void **state)
{
    static const char body[] =
        "[{\"kr\":1,\"value\":2},{\"kr\":2,\"value\":3,\"key\":\"own\"},{\"kr\":3,\"value\":4}]";
    g_autofree char *read = read_body(body, strlen(body), "all");
    g_autofree char *one = read_body("{\"kr\":1,\"value\":2}", 18, "all");

    (void)state;
    assert_string_equal(read, "1|2||||all\n2|3||||own\n3|4||||all/3\n");
    assert_string_equal(one, "1|2||||all\n");
}

/* A body of commas is small, and would be large in memory. */
static void test_parts_are_counted_before_they_are_read(void **state)
{
    g_autofree char *commas = g_strnfill((gsize)1024 * 1024, ',');
    g_autofree char *deep = g_strnfill((gsize)1024 * 1024, '[');
    g_autofree char *many = read_body(commas, strlen(commas), NULL);
    g_autofree char *nested = read_body(deep, strlen(deep), NULL);

    (void)state;
    assert_true(g_str_has_prefix(many, "413 {\"error\":\"There are too many parts"));
    assert_true(g_str_has_prefix(nested, "413 "));
}

static void test_what_was_taken(void **state)
{
    g_autoptr(Card) receipt = card_new(CARD_RECEIPT);
    SentCount count = {0};

    (void)state;
    card_fact(receipt, g_strdup(RECEIPT_TAKEN), g_strdup("2"));
    card_fact(receipt, g_strdup(RECEIPT_REPEATED), g_strdup("1"));
    Response response = sent_answer(receipt, &count);
    g_autofree char *text = response.text;

    assert_int_equal(response.status, 200);
    assert_true(response.json);
    assert_string_equal(text, "{\"taken\":2,\"repeated\":1}\n");
    assert_true(count.taken == 2 && count.repeated == 1 && count.refused == 0);
}

static void test_what_was_refused(void **state)
{
    g_autoptr(Card) receipt = card_new(CARD_RECEIPT);
    SentCount count = {0};

    (void)state;
    card_fact(receipt, g_strdup(RECEIPT_ERROR), g_strdup("Nothing was taken."));
    card_item(receipt, "3",
              g_strdup("Write \x02"
                       "27.5\x03 or \"= -5\"."));
    card_item(receipt, "7", g_strdup("No."));
    Response response = sent_answer(receipt, &count);
    g_autofree char *text = response.text;

    assert_int_equal(response.status, 422);
    assert_string_equal(text, "{\"error\":\"Nothing was taken.\",\"faults\":["
                              "{\"row\":3,\"error\":\"Write 27.5 or \\\"= -5\\\".\"},"
                              "{\"row\":7,\"error\":\"No.\"}]}\n");
    assert_true(count.taken == 0 && count.refused == 2);
}

static void test_who_is_not_let_in(void **state)
{
    g_autoptr(Card) receipt = card_new(CARD_RECEIPT);
    SentCount count = {0};

    (void)state;
    card_fact(receipt, g_strdup(RECEIPT_STRANGER), g_strdup("Not known."));
    Response response = sent_answer(receipt, &count);
    g_autofree char *text = response.text;

    assert_int_equal(response.status, 401);
    assert_string_equal(text, "{\"error\":\"Not known.\"}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_no_part_of_a_body_is_one),
        cmocka_unit_test(test_a_key_for_all_stands_for_those_that_have_none),
        cmocka_unit_test(test_parts_are_counted_before_they_are_read),
        cmocka_unit_test(test_what_was_taken),
        cmocka_unit_test(test_what_was_refused),
        cmocka_unit_test(test_who_is_not_let_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

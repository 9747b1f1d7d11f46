/* What comes over Socket Mode, however it is broken, and the frames that acknowledge it. */

#include "bot/slack/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef struct Frame {
    SlackEnvelope *envelope;
    char *type;
    Json *rest;
} Frame;

static void frame_clear(Frame *frame)
{
    slack_envelope_free(frame->envelope);
    g_free(frame->type);
    cJSON_Delete(frame->rest);
    *frame = (Frame){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Frame, frame_clear)

/* From a buffer that ends where the bytes end, so that reading beyond them shows. */
static Frame read_bytes(const char *bytes, size_t len)
{
    g_autofree char *tight = g_memdup2(bytes, len);
    Frame frame = {0};

    frame.envelope = slack_envelope_read(tight, len, &frame.type, &frame.rest);
    return frame;
}

static Frame read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

/* Envelopes ----------------------------------------------------------------------------------- */

static void test_envelopes(void **state)
{
    static const struct {
        const char *name;
        const char *bytes;
        const char *id, *type, *payload;
        bool takes_payload;
        int64_t retry;
    } cases[] = {
        {"a slash command",
         "{\"envelope_id\":\"a-1\",\"type\":\"slash_commands\",\"payload\":{\"command\":\"/okr\"},"
         "\"accepts_response_payload\":true}",
         "a-1", "slash_commands", "{\"command\":\"/okr\"}", true, 0},
        {"an event, for the third time",
         "{\"envelope_id\":\"a\",\"type\":\"events_api\",\"payload\":{\"event\":{\"type\":\"x\"}},"
         "\"accepts_response_payload\":false,\"retry_attempt\":2,\"retry_reason\":\"timeout\"}",
         "a", "events_api", "{\"event\":{\"type\":\"x\"}}", false, 2},
        {"a type nobody knows is handed on",
         "{\"envelope_id\":\"a\",\"type\":\"tomorrow\",\"payload\":{}}", "a", "tomorrow", "{}",
         false, 0},
        {"no type", "{\"envelope_id\":\"a\"}", "a", "", "{}", false, 0},
        {"a type that is no text", "{\"envelope_id\":\"a\",\"type\":7}", "a", "", "{}", false, 0},
        {"no payload", "{\"envelope_id\":\"a\",\"type\":\"interactive\"}", "a", "interactive", "{}",
         false, 0},
        {"a null payload", "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":null}", "a", "i",
         "{}", false, 0},
        {"a payload that is a list", "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":[1]}", "a",
         "i", "{}", false, 0},
        {"a payload that is a number", "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":1}", "a",
         "i", "{}", false, 0},
        {"a payload as text",
         "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":\"{\\\"x\\\":[\\\"\\\\u00fc\\\"]}\"}",
         "a", "i", "{\"x\":[\"ü\"]}", false, 0},
        {"a payload as text that holds a list",
         "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":\"[1]\"}", "a", "i", "{}", false, 0},
        {"a payload as text that is no JSON",
         "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":\"{oh\"}", "a", "i", "{}", false, 0},
        {"a payload as empty text", "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":\"\"}", "a",
         "i", "{}", false, 0},
        {"a payload as text, twice wrapped",
         "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":\"\\\"{}\\\"\"}", "a", "i", "{}", false,
         0},
        {"the first payload counts",
         "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":{\"x\":1},\"payload\":{\"x\":2}}", "a",
         "i", "{\"x\":1}", false, 0},
        {"case counts", "{\"envelope_id\":\"a\",\"Type\":\"hello\",\"Payload\":{\"x\":1}}", "a", "",
         "{}", false, 0},
        {"unknown members are no matter",
         "{\"x\":{\"type\":\"hello\"},\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":{},\"y\":[]"
         "}",
         "a", "i", "{}", false, 0},
        {"a flag that is a number is not set",
         "{\"envelope_id\":\"a\",\"type\":\"i\",\"accepts_response_payload\":1}", "a", "i", "{}",
         false, 0},
        {"a count that is text", "{\"envelope_id\":\"a\",\"retry_attempt\":\"x\"}", "a", "", "{}",
         false, 0},
        {"a negative count", "{\"envelope_id\":\"a\",\"retry_attempt\":-3}", "a", "", "{}", false,
         0},
        {"a broken count", "{\"envelope_id\":\"a\",\"retry_attempt\":1e300}", "a", "", "{}", false,
         0},
        {"blanks around it", " \n{\"envelope_id\":\"a\",\"type\":\"i\"}\r\n ", "a", "i", "{}",
         false, 0},
        {"an id with all that hurts", "{\"envelope_id\":\"\\\"\\\\\\n\\u00fc\",\"type\":\"i\"}",
         "\"\\\nü", "i", "{}", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Frame) frame = read_text(cases[i].bytes);

        if (frame.envelope == NULL) {
            fail_msg("%s: no envelope", cases[i].name);
            return; /* said for the analyser: fail_msg does not come back */
        }
        g_autofree char *payload = json_print(frame.envelope->payload, NULL);
        if (strcmp(frame.envelope->id, cases[i].id) != 0 ||
            strcmp(frame.envelope->type, cases[i].type) != 0 ||
            strcmp(payload, cases[i].payload) != 0 ||
            frame.envelope->takes_payload != cases[i].takes_payload ||
            frame.envelope->retry != cases[i].retry) {
            fail_msg("%s: id %s, type %s, payload %s, takes %d, retry %d", cases[i].name,
                     frame.envelope->id, frame.envelope->type, payload,
                     frame.envelope->takes_payload, (int)frame.envelope->retry);
        }
        assert_null(frame.type);
        assert_null(frame.rest);
        assert_true(frame.envelope->epoch == 0);
    }
}

static void test_hello_and_disconnect_are_told_apart(void **state)
{
    static const struct {
        const char *name, *bytes, *type, *rest;
    } cases[] = {
        {"hello", "{\"type\":\"hello\",\"num_connections\":1}", "hello",
         "{\"type\":\"hello\",\"num_connections\":1}"},
        {"bare", "{\"type\":\"hello\"}", "hello", "{\"type\":\"hello\"}"},
        {"disconnect", "{\"type\":\"disconnect\",\"reason\":\"warning\"}", "disconnect",
         "{\"type\":\"disconnect\",\"reason\":\"warning\"}"},
        {"not fooled by an id", "{\"type\":\"disconnect\",\"envelope_id\":\"a\"}", "disconnect",
         "{\"type\":\"disconnect\",\"envelope_id\":\"a\"}"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Frame) frame = read_text(cases[i].bytes);

        assert_null(frame.envelope);
        assert_string_equal(frame.type, cases[i].type);
        g_autofree char *rest = json_print(frame.rest, NULL);
        assert_string_equal(rest, cases[i].rest);
    }
}

static void test_rubbish_is_nothing_and_never_fatal(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "UNAUTHENTICATED: cache_error",
        "null",
        "true",
        "17",
        "\"hello\"",
        "[]",
        "[{\"envelope_id\":\"a\"}]",
        "{}",
        "{",
        "}",
        "{\"type\":\"hello\"",
        "{\"type\":\"hello\"}{",
        "{\"type\":\"hello\"} trailing",
        "{\"type\":\"hell\"}",
        "{\"type\":\"hello \"}",
        "{\"type\":\"Hello\"}",
        "{\"type\":[\"hello\"]}",
        "{\"type\":\"events_api\",\"payload\":{}}",
        "{\"type\":\"events_api\",\"payload\":{},\"envelope_id\":\"\"}",
        "{\"type\":\"events_api\",\"payload\":{},\"envelope_id\":null}",
        "{\"type\":\"events_api\",\"payload\":{},\"envelope_id\":7}",
        "{\"type\":\"events_api\",\"payload\":{},\"envelope_id\":{\"a\":1}}",
        "{\"envelope_id\":\"\xff\xfe\",\"type\":\"events_api\"}",
        "\xef\xbb\xbf",
        "\x01\x02\x03",
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Frame) frame = read_text(cases[i]);

        if (frame.envelope != NULL || frame.type != NULL || frame.rest != NULL) {
            fail_msg("taken for something: %s", cases[i]);
        }
    }
}

static void test_a_nul_inside_is_rubbish(void **state)
{
    static const char bytes[] = "{\"type\":\"hello\"}\0{}";
    g_auto(Frame) frame = read_bytes(bytes, sizeof(bytes) - 1);

    (void)state;
    assert_null(frame.envelope);
    assert_null(frame.type);
}

/* The text at "x" of a payload that comes as an object, or as text that holds one. */
static void expect_said(const char *promise, const char *escaped, const char *want)
{
    g_autofree char *inner = g_strdup_printf("{\"x\":\"%s\"}", escaped);
    g_autofree char *direct = g_strdup_printf("{\"envelope_id\":\"a\",\"payload\":%s}", inner);
    g_autoptr(Json) outer = json_new_object();

    json_put_text(outer, "envelope_id", "a");
    json_put_text(outer, "payload", inner);
    g_autofree char *wrapped = json_print(outer, NULL);
    const char *const frames[] = {direct, wrapped};
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_auto(Frame) frame = read_text(frames[i]);

        if (frame.envelope == NULL || strcmp(json_text(frame.envelope->payload, "x"), want) != 0) {
            fail_msg("%s: %s is \"%s\"", promise, frames[i],
                     frame.envelope != NULL ? json_text(frame.envelope->payload, "x") : "nothing");
        }
    }
}

static void test_what_somebody_wrote_is_read_though_an_escape_names_no_character(void **state)
{
    static const struct {
        const char *promise, *escaped, *want;
    } cases[] = {
        {"the first half of a pair alone", "a\\ud800b", "a\uFFFDb"},
        {"the second half alone", "a\\udc00b", "a\uFFFDb"},
        {"the last of each", "\\udbff \\udfff", "\uFFFD \uFFFD"},
        {"the second half before the first", "\\udc00\\ud800", "\uFFFD\uFFFD"},
        {"a first half, then a pair", "\\ud83d\\ud83d\\ude00", "\uFFFD😀"},
        {"a pair, then a second half", "\\ud83d\\ude00\\ude00", "😀\uFFFD"},
        {"a pair split by a letter", "\\ud83dx\\ude00", "\uFFFDx\uFFFD"},
        {"a pair split by an escape", "\\ud83d\\n\\ude00", "\uFFFD\n\uFFFD"},
        {"a pair split by a backslash", "\\ud83d\\\\ude00", "\uFFFD\\ude00"},
        {"half of a pair before a quote", "\\ud83d\\\"", "\uFFFD\""},
        {"half of a pair before another letter", "\\ud83d\\u00fc", "\uFFFDü"},
        {"half of a pair is all there is", "\\ud83d", "\uFFFD"},
        {"NUL", "a\\u0000b", "a\uFFFDb"},
        {"NULs alone", "\\u0000\\u0000", "\uFFFD\uFFFD"},
        {"NUL and a digit", "\\u00000", "\uFFFD0"},
        {"NUL between the halves", "\\ud83d\\u0000\\ude00", "\uFFFD\uFFFD\uFFFD"},
        {"a pair", "\\ud83d\\ude00", "😀"},
        {"a pair in capitals", "\\uD83D\\uDE00", "😀"},
        {"pairs in a row", "\\ud83d\\ude00\\uD83D\\ude01", "😀😁"},
        {"the first and the last pair", "\\ud800\\udc00\\udbff\\udfff",
         "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
        {"what stands right before and behind the halves", "\\ud7ff\\ue000",
         "\xed\x9f\xbf\xee\x80\x80"},
        {"what is nearly NUL", "\\u0001\\u0010\\u0100\\u1000", "\x01\x10\u0100\u1000"},
        {"words that look like an escape", "\\\\ud83d \\\\u0000", "\\ud83d \\u0000"},
        {"beside text beyond ASCII", "ü\\ud83dü", "ü\uFFFDü"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_said(cases[i].promise, cases[i].escaped, cases[i].want);
    }
}

/* Two backslashes are one that was written; the last of an odd number begins an escape. */
static void test_however_many_backslashes_stand_before_it(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 64; n++) {
        g_autofree char *backslashes = g_strnfill(n, '\\');
        g_autofree char *written = g_strnfill(n / 2, '\\');
        bool escapes = n % 2 == 1;
        g_autofree char *half = g_strconcat(backslashes, "ud83d.", NULL);
        g_autofree char *half_want = g_strconcat(written, escapes ? "\uFFFD." : "ud83d.", NULL);
        g_autofree char *nul = g_strconcat(backslashes, "u0000", backslashes, "ude00", NULL);
        g_autofree char *nul_want = g_strconcat(written, escapes ? "\uFFFD" : "u0000", written,
                                                escapes ? "\uFFFD" : "ude00", NULL);

        expect_said("half of a pair", half, half_want);
        expect_said("NUL, and the other half", nul, nul_want);
    }
}

static void test_an_escape_that_names_no_character_hides_no_member(void **state)
{
    g_auto(Frame) frame =
        read_text("{\"\\ud83d\":1,\"\\u0000\":\"\\ude00\",\"envelope_id\":\"a\\u0000b\","
                  "\"payload\":{\"a\\u0000\":1,\"a\":2}}");

    (void)state;
    assert_non_null(frame.envelope);
    assert_string_equal(frame.envelope->id, "a\uFFFDb");
    assert_int_equal(json_int(frame.envelope->payload, "a", 0), 2);
}

static void test_an_escape_that_is_none_is_rubbish(void **state)
{
    static const char *const cases[] = {"\\u",    "\\ud83", "\\ud83d\\u", "\\ud83d\\ude0",
                                        "\\u000", "\\x",    "\\"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("{\"envelope_id\":\"a\",\"payload\":{\"x\":\"%s\"}}", cases[i]);
        g_auto(Frame) frame = read_text(text);

        if (frame.envelope != NULL) {
            fail_msg("taken for something: %s", text);
        }
    }
}

static char *nested(const char *head, size_t depth, const char *tail)
{
    GString *text = g_string_new(head);

    for (size_t i = 0; i < depth; i++) {
        g_string_append_c(text, '[');
    }
    for (size_t i = 0; i < depth; i++) {
        g_string_append_c(text, ']');
    }
    g_string_append(text, tail);
    return g_string_free(text, FALSE);
}

static int depth_of(const Json *value)
{
    int depth = 0;

    for (; value != NULL; value = value->child) {
        depth++;
    }
    return depth;
}

/* What one person nested without end is left out; what stands beside it is read. */
static void test_depth_is_bounded_also_within_text(void **state)
{
    g_autofree char *deep = nested("{\"envelope_id\":\"a\",\"payload\":{\"x\":", 100000, "}}");
    g_autofree char *text =
        nested("{\"envelope_id\":\"a\",\"payload\":\"{\\\"x\\\":", 100000, "}\"}");
    g_auto(Frame) as_it_is = read_text(deep);
    g_auto(Frame) as_text = read_text(text);

    (void)state;
    assert_non_null(as_it_is.envelope);
    assert_in_range(depth_of(as_it_is.envelope->payload), 2, 100);
    assert_non_null(as_text.envelope);
    assert_in_range(depth_of(as_text.envelope->payload), 2, 101);
}

static void test_large_ones_are_read(void **state)
{
    g_autofree char *filler = g_strnfill((gsize)512 * 1024, 'x');
    g_autofree char *text = g_strdup_printf(
        "{\"envelope_id\":\"a\",\"type\":\"i\",\"payload\":{\"x\":\"%s\"}}", filler);
    g_auto(Frame) frame = read_text(text);

    (void)state;
    assert_non_null(frame.envelope);
    assert_string_equal(json_text(frame.envelope->payload, "x"), filler);
}

static void test_an_id_has_a_longest(void **state)
{
    (void)state;
    for (int extra = 0; extra <= 1; extra++) {
        g_autofree char *id = g_strnfill((gsize)(SLACK_ENVELOPE_ID_MAX + extra), 'i');
        g_autofree char *text = g_strdup_printf("{\"envelope_id\":\"%s\"}", id);
        g_auto(Frame) frame = read_text(text);
        g_autoptr(GString) ack = g_string_new(NULL);

        assert_true((frame.envelope != NULL) == (extra == 0));
        slack_ack_frame(ack, id, NULL, 0);
        assert_true((ack->len > 0) == (extra == 0));
    }
}

/* Every cut and every flipped byte of a good one is read or refused, nothing else. */
static void test_damage_is_survived(void **state)
{
    static const char *const goods[] = {
        "{\"envelope_id\":\"0a-9\",\"type\":\"interactive\",\"payload\":\"{\\\"a\\\":[1,null,"
        "\\u00fc]}"
        "\",\"accepts_response_payload\":true,\"retry_attempt\":1}",
        "{\"envelope_id\":\"\\u0000\",\"payload\":{\"x\":\"\\\\\\ud83d\\ude00\\udc00\\ud800\"}}",
    };

    (void)state;
    for (size_t g = 0; g < G_N_ELEMENTS(goods); g++) {
        size_t whole = strlen(goods[g]);

        for (size_t len = 0; len < whole; len++) {
            g_auto(Frame) frame = read_bytes(goods[g], len);

            assert_null(frame.envelope);
            assert_null(frame.type);
        }
        for (size_t i = 0; i < whole; i++) {
            for (int flip = 1; flip < 256; flip++) {
                g_autofree char *bad = g_strdup(goods[g]);
                bad[i] = (char)(bad[i] ^ flip);
                g_auto(Frame) frame = read_bytes(bad, whole);

                assert_null(frame.type);
                assert_true(frame.envelope == NULL || cJSON_IsObject(frame.envelope->payload));
            }
        }
    }
}

static void test_freeing_nothing(void **state)
{
    (void)state;
    slack_envelope_free(NULL);
}

/* Acknowledgements ---------------------------------------------------------------------------- */

static void test_acks(void **state)
{
    static const struct {
        const char *name, *id, *payload, *frame;
    } cases[] = {
        {"bare", "0a9b-Z._", NULL, "{\"envelope_id\":\"0a9b-Z._\"}"},
        {"with a payload", "a", "{\"text\":\"x\"}",
         "{\"envelope_id\":\"a\",\"payload\":{\"text\":\"x\"}}"},
        {"an empty object is a payload", "a", "{}", "{\"envelope_id\":\"a\",\"payload\":{}}"},
        {"a quote cannot end it", "a\",\"payload\":{}", NULL,
         "{\"envelope_id\":\"a\\u0022\\u002c\\u0022payload\\u0022\\u003a\\u007b\\u007d\"}"},
        {"a backslash", "\\", NULL, "{\"envelope_id\":\"\\u005c\"}"},
        {"line ends", "a\r\n\t", NULL, "{\"envelope_id\":\"a\\u000d\\u000a\\u0009\"}"},
        {"UTF-8 stays", "ü", NULL, "{\"envelope_id\":\"ü\"}"},
        {"an empty id is none", "", NULL, ""},
        {"bytes that are no text", "\xff", NULL, ""},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) frame = g_string_new(NULL);
        size_t len = cases[i].payload != NULL ? strlen(cases[i].payload) : 0;

        assert_true(slack_ack_frame(frame, cases[i].id, cases[i].payload, len));
        if (strcmp(frame->str, cases[i].frame) != 0) {
            fail_msg("%s: %s", cases[i].name, frame->str);
        }
    }
}

static void test_every_id_that_can_be_comes_back_as_it_was(void **state)
{
    (void)state;
    for (int c = 1; c < 128; c++) {
        const char id[] = {'x', (char)c, 'y', '\0'};
        g_autoptr(GString) frame = g_string_new(NULL);

        assert_true(slack_ack_frame(frame, id, "{\"a\":1}", 7));
        g_autoptr(Json) back = json_parse(frame->str, frame->len);
        assert_string_equal(json_text(back, "envelope_id"), id);
        assert_int_equal(json_int(json_object(back, "payload"), "a", 0), 1);
    }
}

/* The longest that fits is sent whole; one byte more, and the payload stays away. */
static void test_an_ack_never_grows_beyond_its_limit(void **state)
{
    static const char *const ids[] = {"a", "0123-4567", "\"\"\"\""};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autoptr(GString) bare = g_string_new(NULL);
        g_autofree char *filler = g_strnfill(SLACK_ACK_MAX + 1, '1');

        assert_true(slack_ack_frame(bare, ids[i], NULL, 0));
        size_t room = SLACK_ACK_MAX - bare->len - strlen(",\"payload\":");
        g_autoptr(GString) full = g_string_new(NULL);
        assert_true(slack_ack_frame(full, ids[i], filler, room));
        assert_int_equal(full->len, SLACK_ACK_MAX);
        g_autoptr(GString) over = g_string_new(NULL);
        assert_false(slack_ack_frame(over, ids[i], filler, room + 1));
        assert_string_equal(over->str, bare->str);
        g_autoptr(GString) absurd = g_string_new(NULL);
        assert_false(slack_ack_frame(absurd, ids[i], filler, SIZE_MAX));
        assert_string_equal(absurd->str, bare->str);
    }
}

static void test_a_payload_without_an_envelope_is_not_sent(void **state)
{
    g_autoptr(GString) frame = g_string_new(NULL);

    (void)state;
    assert_false(slack_ack_frame(frame, "", "{}", 2));
    assert_int_equal(frame->len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_envelopes),
        cmocka_unit_test(test_hello_and_disconnect_are_told_apart),
        cmocka_unit_test(test_rubbish_is_nothing_and_never_fatal),
        cmocka_unit_test(test_a_nul_inside_is_rubbish),
        cmocka_unit_test(test_what_somebody_wrote_is_read_though_an_escape_names_no_character),
        cmocka_unit_test(test_however_many_backslashes_stand_before_it),
        cmocka_unit_test(test_an_escape_that_names_no_character_hides_no_member),
        cmocka_unit_test(test_an_escape_that_is_none_is_rubbish),
        cmocka_unit_test(test_depth_is_bounded_also_within_text),
        cmocka_unit_test(test_large_ones_are_read),
        cmocka_unit_test(test_an_id_has_a_longest),
        cmocka_unit_test(test_damage_is_survived),
        cmocka_unit_test(test_freeing_nothing),
        cmocka_unit_test(test_acks),
        cmocka_unit_test(test_every_id_that_can_be_comes_back_as_it_was),
        cmocka_unit_test(test_an_ack_never_grows_beyond_its_limit),
        cmocka_unit_test(test_a_payload_without_an_envelope_is_not_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

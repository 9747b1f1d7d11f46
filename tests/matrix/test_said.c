/* What members meant to say, of what their clients make of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/matrix/text.h"
#include "html.h"

#define HTML  "\"format\": \"org.matrix.custom.html\", \"formatted_body\": "
#define REPLY ", \"m.relates_to\": {\"m.in_reply_to\": {\"event_id\": \"$1\"}}"
#define THREAD                                                                                     \
    ", \"m.relates_to\": {\"rel_type\": \"m.thread\", \"event_id\": \"$0\", \"is_falling_back\": " \
    "true, \"m.in_reply_to\": {\"event_id\": \"$1\"}}"
#define PILL(link, label) "<a href='" link "'>" label "</a>"
#define LINK_OPENS        "<a href='https://matrix.to/#/@maria:example.org'>"
#define X_PILL            "<a href='https://matrix.to/#/@maria:example.org'>x</a>"
#define MARIA             "https://matrix.to/#/@maria:example.org"

typedef struct Case {
    const char *promise, *content;
    const char *want; /* NULL: nothing was said */
} Case;

static const Case cases[] = {
    {"the body is what was said", "\"body\": \"kr1 27%\"", "kr1 27%"},
    {"HTML alone says nothing", HTML "\"<b>kr1</b>\"", NULL},
    {"no body", "\"msgtype\": \"m.text\"", NULL},
    {"an empty body", "\"body\": \"\"", NULL},
    {"a body of a wrong type", "\"body\": [\"kr1\"]", NULL},
    {"formatting does not change the words",
     "\"body\": \"**kr1** 27%\", " HTML "\"<strong>kr1</strong> 27%\"", "**kr1** 27%"},
    {"the mark of an edit stays", "\"body\": \"* kr1 27%\"", "* kr1 27%"},

    {"the quote of a reply is not theirs",
     "\"body\": \"> <@jonas:a.b> kr1 20%\\n> kr2 5\\n\\nkr1 27%\"" REPLY, "kr1 27%"},
    {"a reply without a quote", "\"body\": \"kr1 27%\"" REPLY, "kr1 27%"},
    {"an empty line in a quote", "\"body\": \"> a\\n>\\n> b\\n\\nkr1 27%\"" REPLY, "kr1 27%"},
    {"a reply that only quotes", "\"body\": \"> a\"" REPLY, NULL},
    {"a quote further down stays", "\"body\": \"kr1 27%\\n> a\"" REPLY, "kr1 27%\n> a"},
    {"a quote of their own stays", "\"body\": \"> 20%, they said\\nkr1 27%\"",
     "> 20%, they said\nkr1 27%"},
    {"a quote of their own in a thread stays", "\"body\": \"> a\\nkr1\"" THREAD, "> a\nkr1"},
    {"an old client's quote is told by its HTML",
     "\"body\": \"> <@a:b> c\\n\\nkr1 27%\", " HTML "\"<mx-reply>c</mx-reply>kr1 27%\"", "kr1 27%"},

    {"a mention is an id", "\"body\": \"ask Maria\", " HTML "\"ask " PILL(MARIA, "Maria") "\"",
     "ask @maria:example.org"},
    {"in double quotes", "\"body\": \"Maria\", " HTML "\"<a href=\\\"" MARIA "\\\">Maria</a>\"",
     "@maria:example.org"},
    {"percent-encoded",
     "\"body\": \"Maria\", " HTML
     "\"" PILL("https://matrix.to/#/%40maria%3Aexample.org", "Maria") "\"",
     "@maria:example.org"},
    {"with what follows an id",
     "\"body\": \"Maria\", " HTML "\"" PILL(MARIA "?via=a.b&amp;via=c", "Maria") "\"",
     "@maria:example.org"},
    {"as a matrix: link",
     "\"body\": \"Maria\", " HTML "\"" PILL("matrix:u/maria:example.org?action=chat", "Maria") "\"",
     "@maria:example.org"},
    {"with attributes around it",
     "\"body\": \"Maria\", " HTML "\"<A class='x' href='" MARIA "' rel=y>Maria</A>\"",
     "@maria:example.org"},
    {"with tags and entities in its name",
     "\"body\": \"M&M's\", " HTML "\"" PILL(MARIA, "<b>M</b>&amp;M&#39;s") "\"",
     "@maria:example.org"},
    {"with a hexadecimal entity", "\"body\": \"M'\", " HTML "\"" PILL(MARIA, "M&#x27;") "\"",
     "@maria:example.org"},
    {"two of one name are two members",
     "\"body\": \"Jo and Jo\", " HTML "\"" PILL("https://matrix.to/#/@jo:a.b", "Jo") " and " PILL(
         "https://matrix.to/#/@jo:c.d", "Jo") "\"",
     "@jo:a.b and @jo:c.d"},
    {"a name in front that is none stays",
     "\"body\": \"Maria said: ask Maria\", " HTML "\"Maria said: ask " PILL(MARIA, "Maria") "\"",
     "Maria said: ask @maria:example.org"},
    {"typed as a link",
     "\"body\": \"[Maria](" MARIA ") and more\", " HTML "\"" PILL(MARIA, "Maria") " and more\"",
     "@maria:example.org and more"},
    {"typed as a link in angles",
     "\"body\": \"[Maria](<" MARIA ">)\", " HTML "\"" PILL(MARIA, "Maria") "\"",
     "@maria:example.org"},
    {"a typed link to somewhere else stays",
     "\"body\": \"[Maria](https://a.b)\", " HTML "\"" PILL(MARIA, "Maria") "\"",
     "[@maria:example.org](https://a.b)"},
    {"a name that the body does not have changes nothing",
     "\"body\": \"kr1 27%\", " HTML "\"" PILL(MARIA, "Maria") " kr1 27%\"", "kr1 27%"},
    {"a mention without a name changes nothing",
     "\"body\": \"kr1\", " HTML "\"" PILL(MARIA, "") "kr1\"", "kr1"},
    {"who is mentioned in a quote is not mentioned",
     "\"body\": \"> <@a:b> Maria\\n\\nMaria\", " HTML
     "\"<mx-reply>" PILL(MARIA, "Maria") "</mx-reply>Maria\"" REPLY,
     "Maria"},
    {"a quote that never ends holds all",
     "\"body\": \"> x\\n\\nMaria\", " HTML "\"<mx-reply>" PILL(MARIA, "Maria") "\"" REPLY, "Maria"},
    {"a room is no member",
     "\"body\": \"West\", " HTML "\"" PILL("https://matrix.to/#/!west:a.b", "West") "\"", "West"},
    {"another link is none", "\"body\": \"x\", " HTML "\"" PILL("https://a.b/@c:d", "x") "\"", "x"},
    {"an id that is none",
     "\"body\": \"x\", " HTML "\"" PILL("https://matrix.to/#/@a b:c", "x") "\"", "x"},
    {"an id with a NUL",
     "\"body\": \"x\", " HTML "\"" PILL("https://matrix.to/#/@a%00:c", "x") "\"", "x"},
    {"another format is not read",
     "\"body\": \"Maria\", \"format\": \"x\", \"formatted_body\": \"" PILL(MARIA, "Maria") "\"",
     "Maria"},
    {"a link without its end", "\"body\": \"Maria\", " HTML "\"<a href='" MARIA "'>Maria\"",
     "Maria"},
    {"a tag without its end", "\"body\": \"Maria\", " HTML "\"<a href='" MARIA "'\"", "Maria"},
    {"an address without its end", "\"body\": \"x\", " HTML "\"<a href='" MARIA ">x</a>\"", "x"},
    {"an address without quotes", "\"body\": \"x\", " HTML "\"<a href=" MARIA ">x</a>\"", "x"},
    {"entities that are none",
     "\"body\": \"&#;&#x;&x;& &#0; &#99999999999;\", " HTML
     "\"" PILL(MARIA, "&#;&#x;&x;& &#0; &#99999999999;") "\"",
     "@maria:example.org"},
};

static void test_what_was_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *json = g_strdup_printf("{%s}", cases[i].content);
        g_autoptr(Json) content = json_parse(json, strlen(json));

        if (content == NULL) {
            fail_msg("%s: not JSON: %s", cases[i].promise, json);
        }
        g_autofree char *said = matrix_said(content);
        if (g_strcmp0(said, cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].promise, said);
        }
    }
    assert_null(matrix_said(NULL));
}

/* As long as an event may be, and of what takes longest to read. */
static void test_long_rubbish_is_read(void **state)
{
    static const char *const shards[] = {"<",    "&",  "<a href='",   "<mx-reply>", "&#", "[x](",
                                         X_PILL, "> ", "</mx-reply>", LINK_OPENS,   "x"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(shards); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(Json) content = json_new_object();

        while (text->len < (size_t)64 * 1024) {
            g_string_append(text, shards[i]);
        }
        json_put_text(content, "body", text->str);
        json_put_text(content, "format", "org.matrix.custom.html");
        json_put_text(content, "formatted_body", text->str);
        g_autofree char *said = matrix_said(content);
        assert_true(said == NULL || g_utf8_validate(said, -1, NULL));
    }
}

static char *random_text(Dice *dice)
{
    static const char *const shards[] = {
        "<a href='", MARIA, "'>", "</a>", "x", "<mx-reply>", "</mx-reply>", "&amp;", "&#x",
        ";",         "é",   "😀",  "[x](", ")", "> ",         "\n",          "<",     ">",
    };
    GString *out = g_string_new(NULL);

    for (uint32_t n = roll(dice, 30); n > 0; n--) {
        g_string_append(out, shards[roll(dice, G_N_ELEMENTS(shards))]);
    }
    return g_string_free(out, FALSE);
}

static void test_rubbish_is_read(void **state)
{
    Dice dice = {3};

    (void)state;
    for (int i = 0; i < 3000; i++) {
        g_autofree char *body = random_text(&dice), *html = random_text(&dice);
        g_autoptr(Json) content = json_new_object();

        json_put_text(content, "body", body);
        json_put_text(content, "format", "org.matrix.custom.html");
        json_put_text(content, "formatted_body", html);
        g_autofree char *said = matrix_said(content);
        assert_true(said == NULL || g_utf8_validate(said, -1, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_said),
        cmocka_unit_test(test_long_rubbish_is_read),
        cmocka_unit_test(test_rubbish_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

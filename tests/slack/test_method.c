/* What methods take, and what errors mean: errors.tsv holds every code of Slack's reference. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/slack/api.h"

static const struct {
    const char *name;
    SlackClass class;
} classes[] = {
    {"ok", SLACK_OK},         {"auth", SLACK_AUTH},       {"setup", SLACK_SETUP},
    {"target", SLACK_TARGET}, {"request", SLACK_REQUEST}, {"late", SLACK_LATE},
    {"retry", SLACK_RETRY},   {"unsure", SLACK_UNSURE},
};

static SlackClass class_named(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (strcmp(classes[i].name, name) == 0) {
            return classes[i].class;
        }
    }
    fail_msg("errors.tsv: no class \"%s\"", name);
    return SLACK_OK;
}

static void expect_class(const char *method, const char *error, SlackClass class)
{
    const char *people = NULL;
    SlackClass found = slack_error_class(method, error, &people);

    if (found != class) {
        fail_msg("%s: %s is %s, not %s", method, error, classes[found].name, classes[class].name);
    }
    if ((*people == '\0') != (class == SLACK_OK)) {
        fail_msg("%s: %s: people are told \"%s\"", method, error, people);
    }
    assert_int_equal(slack_error_class(method, error, NULL), class);
}

/* "*" is any method: two that differ in everything stand for them. */
static void expect_row(char **cells)
{
    bool any = strcmp(cells[0], "*") == 0;

    expect_class(any ? "chat.postMessage" : cells[0], cells[1], class_named(cells[2]));
    if (any) {
        expect_class("users.list", cells[1], class_named(cells[2]));
    }
}

static void test_every_error_has_its_class(void **state)
{
    g_autofree char *bytes = NULL;
    int n = 0;

    (void)state;
    assert_true(g_file_get_contents(TEST_DATA "/../slack/errors.tsv", &bytes, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(bytes, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "\t", -1);

        if (**line == '#' || **line == '\0') {
            continue;
        }
        assert_int_equal(g_strv_length(cells), 3);
        expect_row(cells);
        n++;
    }
    assert_true(n > 150);
}

static void test_no_error_breaks_the_table(void **state)
{
    static const char *const odd[] = {"",     " ",        "views.", "restricted_action",
                                      "%s%n", "\xFF\xFE", "ok"};
    g_autofree char *long_one = g_strnfill(100000, 'a');

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        bool known = strcmp(odd[i], "restricted_action") == 0;

        expect_class("views.open", odd[i], known ? SLACK_TARGET : SLACK_REQUEST);
        expect_class("", odd[i], known ? SLACK_TARGET : SLACK_REQUEST);
    }
    expect_class("chat.update", long_one, SLACK_REQUEST);
}

static void test_people_are_told_what_to_do(void **state)
{
    static const struct {
        const char *error, *part;
    } cases[] = {
        {"is_archived", "the channel is archived"},
        {"not_in_channel", "invite me with /invite"},
        {"channel_not_found", "invite me with /invite"},
        {"missing_scope", "administrator"},
        {"token_revoked", "install it again"},
        {"account_inactive", "install it again"},
        {"messages_tab_disabled", "Messages tab"},
        {"not_enabled", "administrator"},
        {"user_disabled", "deactivated"},
        {"restricted_action_read_only_channel", "does not let me post"},
        {"expired_trigger_id", "try again"},
        {"ratelimited", "in a while"},
        {"internal_error", "did not say"},
        {"invalid_blocks", "not yours"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *people = NULL;

        slack_error_class("chat.postMessage", cases[i].error, &people);
        if (strstr(people, cases[i].part) == NULL) {
            fail_msg("%s: \"%s\" does not say: %s", cases[i].error, people, cases[i].part);
        }
    }
}

/* It is shown as it stands, as the part of a sentence. */
static void test_what_people_are_told_is_part_of_a_sentence(void **state)
{
    g_autofree char *bytes = NULL;

    (void)state;
    assert_true(g_file_get_contents(TEST_DATA "/../slack/errors.tsv", &bytes, NULL, NULL));
    g_auto(GStrv) words = g_strsplit_set(bytes, "\n\t", -1);
    for (char **word = words; *word != NULL; word++) {
        const char *people = NULL;

        slack_error_class("chat.postMessage", *word, &people);
        if (strpbrk(people, "{}\x01\x02\x03\x04!") != NULL || g_str_has_suffix(people, ".")) {
            fail_msg("%s: cannot stand as it is: %s", *word, people);
        }
    }
}

static void test_every_class_has_words_but_ok(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        assert_int_equal(classes[i].class, i);
        assert_int_equal(*slack_class_people(classes[i].class) == '\0',
                         classes[i].class == SLACK_OK);
    }
}

/* Methods ------------------------------------------------------------------------------------ */

/* As Slack's reference has them; per minute: the floor of the tier. */
static const SlackMethod wanted[] = {
    {"auth.test", true, 100, false, true, ""},
    {"apps.connections.open", false, 50, false, false, "connections:write"},
    {"chat.postMessage", true, 300, true, false, "chat:write"},
    {"chat.update", true, 50, false, true, "chat:write"},
    {"chat.postEphemeral", true, 100, true, false, "chat:write"},
    {"chat.delete", true, 50, false, true, "chat:write"},
    {"chat.getPermalink", false, 100, false, true, ""},
    {"conversations.open", true, 50, false, true, "im:write"},
    {"conversations.info", false, 50, false, true, "channels:read"},
    {"conversations.members", false, 100, false, true, "channels:read"},
    {"conversations.join", true, 50, false, true, "channels:join"},
    {"conversations.history", true, 50, false, true, "channels:history"},
    {"conversations.replies", false, 50, false, true, "channels:history"},
    {"users.conversations", false, 50, false, true, "channels:read"},
    {"users.info", false, 100, false, true, "users:read"},
    {"users.list", false, 20, false, true, "users:read"},
    {"usergroups.users.list", false, 20, false, true, "usergroups:read"},
    {"usergroups.list", false, 20, false, true, "usergroups:read"},
    {"views.open", true, 100, false, false, ""},
    {"views.push", true, 100, false, false, ""},
    {"views.update", true, 100, false, true, ""},
    {"views.publish", true, 100, false, true, ""},
    {"files.getUploadURLExternal", false, 100, false, true, "files:write"},
    {"files.completeUploadExternal", true, 100, false, false, "files:write"},
    {"pins.add", true, 20, false, true, "pins:write"},
    {"bots.info", false, 50, false, true, "users:read"},
    {"team.info", true, 50, false, true, "team:read"},
};

static void test_every_method_is_called_as_slack_wants_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        const SlackMethod *method = slack_method(wanted[i].name);

        if (method == NULL) {
            fail_msg("%s is not known", wanted[i].name);
            return;
        }
        if (method->json != wanted[i].json || method->per_minute > wanted[i].per_minute ||
            method->per_minute < 1 || method->per_channel != wanted[i].per_channel ||
            method->repeatable != wanted[i].repeatable ||
            !g_str_has_prefix(method->scope, wanted[i].scope) ||
            (*wanted[i].scope == '\0' && *method->scope != '\0')) {
            fail_msg("%s is called otherwise", wanted[i].name);
        }
    }
}

static void test_the_table_holds_these_methods_once_and_no_other(void **state)
{
    size_t count = 0;
    const SlackMethod *methods = slack_methods(&count);

    (void)state;
    assert_int_equal(count, G_N_ELEMENTS(wanted));
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(slack_method(methods[i].name), &methods[i]);
    }
    assert_null(slack_method(""));
    assert_null(slack_method("chat.postmessage"));
    assert_null(slack_method("chat.postMessage "));
    assert_null(slack_method("auth.revoke"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_error_has_its_class),
        cmocka_unit_test(test_no_error_breaks_the_table),
        cmocka_unit_test(test_people_are_told_what_to_do),
        cmocka_unit_test(test_what_people_are_told_is_part_of_a_sentence),
        cmocka_unit_test(test_every_class_has_words_but_ok),
        cmocka_unit_test(test_every_method_is_called_as_slack_wants_it),
        cmocka_unit_test(test_the_table_holds_these_methods_once_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

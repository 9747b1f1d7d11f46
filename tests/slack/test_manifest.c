/* The manifest that a person pastes to make the app: within Slack's limits, asking for what the
 * daemon uses and for nothing else. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bot/slack/api.h"
#include "bot/slack/intake.h"
#include "bot/slack/scopes.h"

#define MANIFEST TEST_DATA "/../../config/slack-manifest.json"

static int open_manifest(void **state)
{
    g_autofree char *bytes = NULL;
    g_autoptr(GError) error = NULL;
    size_t len = 0;

    if (!g_file_get_contents(MANIFEST, &bytes, &len, &error)) {
        fail_msg("%s", error->message);
    }
    *state = json_parse(bytes, len);
    assert_non_null(*state);
    return 0;
}

static int close_manifest(void **state)
{
    cJSON_Delete(*state);
    return 0;
}

static const Json *scopes_of(const Json *manifest)
{
    return json_at(manifest, "oauth_config", "scopes", "bot", NULL);
}

static const Json *events_of(const Json *manifest)
{
    return json_at(manifest, "settings", "event_subscriptions", "bot_events", NULL);
}

static bool holds(const Json *list, const char *text)
{
    JSON_EACH (item, list) {
        if (strcmp(json_string(item), text) == 0) {
            return true;
        }
    }
    return false;
}

/* Limits -------------------------------------------------------------------------------------- */

typedef struct Limit {
    const char *path; /* two or three members */
    glong least, most;
} Limit;

static const Limit limits[] = {
    {"display_information.name", 1, 35},
    {"display_information.description", 1, 140},
    {"display_information.long_description", 175, 4000},
    {"display_information.background_color", 4, 7},
    {"features.bot_user.display_name", 1, 80},
};

static const char *text_at(const Json *manifest, const char *path)
{
    g_auto(GStrv) keys = g_strsplit(path, ".", 3);

    return json_string(json_at(manifest, keys[0], keys[1], keys[2], NULL));
}

static void test_texts_are_within_slacks_limits(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        glong length = g_utf8_strlen(text_at(*state, limits[i].path), -1);

        if (length < limits[i].least || length > limits[i].most) {
            fail_msg("%s has %ld characters", limits[i].path, length);
        }
    }
    assert_true(*text_at(*state, "display_information.background_color") == '#');
}

static void check_text(const Json *command, const char *key, glong least, glong most)
{
    glong length = g_utf8_strlen(json_text(command, key), -1);

    assert_in_range(length, least, most);
}

static void test_the_commands_are_the_two_families(void **state)
{
    const Json *commands = json_at(*state, "features", "slash_commands", NULL);

    assert_int_equal(cJSON_GetArraySize(commands), 2);
    assert_string_equal(json_text(commands->child, "command"), "/sprint");
    assert_string_equal(json_text(commands->child->next, "command"), "/okr");
    JSON_EACH (command, commands) {
        check_text(command, "command", 2, 32);
        check_text(command, "description", 1, 2000);
        check_text(command, "usage_hint", 1, 1000);
        assert_true(json_bool(command, "should_escape")); /* or mentions come as they were typed */
        assert_null(json_any(command, "url"));
    }
}

typedef struct Switch {
    const char *section, *part, *name; /* part NULL: right in the section */
    bool on;
} Switch;

static const Switch switches[] = {
    {"settings", NULL, "socket_mode_enabled", true},
    {"settings", NULL, "org_deploy_enabled", false},
    {"settings", NULL, "token_rotation_enabled", false}, /* it can never be switched off again */
    {"settings", "interactivity", "is_enabled", true},
    {"features", "app_home", "home_tab_enabled", true},
    {"features", "app_home", "messages_tab_enabled", true},
    {"features", "app_home", "messages_tab_read_only_enabled", false},
};

static void test_switches(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(switches); i++) {
        const Switch *s = &switches[i];
        const Json *section = json_object(*state, s->section);
        const Json *value =
            json_any(s->part != NULL ? json_object(section, s->part) : section, s->name);

        if (!cJSON_IsBool(value) || cJSON_IsTrue(value) != s->on) {
            fail_msg("%s is not as it should be", s->name);
        }
    }
}

static void test_nothing_is_sent_anywhere_but_through_the_socket(void **state)
{
    g_autofree char *whole = json_print(*state, NULL);

    assert_null(strstr(whole, "url"));
    assert_null(strstr(whole, "http"));
}

static void check_list(const Json *list, int most)
{
    const char *before = "";

    assert_true(cJSON_IsArray(list));
    assert_in_range(cJSON_GetArraySize(list), 1, most);
    JSON_EACH (item, list) {
        if (strcmp(json_string(item), before) <= 0) {
            fail_msg("%s is not in its place", json_string(item));
        }
        before = json_string(item);
    }
}

static void test_lists_are_sorted_and_name_each_once(void **state)
{
    check_list(scopes_of(*state), 255);
    check_list(events_of(*state), 100);
}

/* Events -------------------------------------------------------------------------------------- */

/* What Slack sends as "message" is subscribed to by the kind of channel. */
static const char *const message_events[] = {"message.channels", "message.groups", "message.im"};

static void test_every_event_that_is_read_is_subscribed_to(void **state)
{
    const char *name = NULL;

    for (size_t i = 0; (name = intake_event_name(i)) != NULL; i++) {
        if (strcmp(name, "message") != 0 && !holds(events_of(*state), name)) {
            fail_msg("%s is not subscribed to", name);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(message_events); i++) {
        assert_true(holds(events_of(*state), message_events[i]));
    }
}

static bool is_read(const char *event)
{
    const char *name = NULL;

    for (size_t i = 0; (name = intake_event_name(i)) != NULL; i++) {
        if (strcmp(name, event) == 0) {
            return true;
        }
    }
    return false;
}

static void test_no_event_is_subscribed_to_that_nobody_reads(void **state)
{
    JSON_EACH (item, events_of(*state)) {
        g_autofree char *type =
            g_strndup(json_string(item), strcspn(json_string(item), ".")); /* message.im */

        if (!is_read(type)) {
            fail_msg("nobody reads %s", json_string(item));
        }
    }
}

/* Scopes -------------------------------------------------------------------------------------- */

/* Scopes that events need; those that no scope is needed for are not here. */
typedef struct Need {
    const char *event, *scopes;
} Need;

static const Need needs[] = {
    {"app_mention", "app_mentions:read"},
    {"channel_archive", "channels:read"},
    {"channel_deleted", "channels:read"},
    {"channel_id_changed", "channels:read,groups:read"},
    {"channel_left", "channels:read"},
    {"channel_unarchive", "channels:read"},
    {"group_archive", "groups:read"},
    {"group_deleted", "groups:read"},
    {"group_left", "groups:read"},
    {"group_unarchive", "groups:read"},
    {"member_joined_channel", "channels:read,groups:read"},
    {"member_left_channel", "channels:read,groups:read"},
    {"message.channels", "channels:history"},
    {"message.groups", "groups:history"},
    {"message.im", "im:history"},
    {"subteam_members_changed", "usergroups:read"},
    {"subteam_updated", "usergroups:read"},
    {"team_join", "users:read"},
    {"user_change", "users:read"},
};

/* Methods in the table that the bot token is not asked for: an app-level token's, and one that
 * nothing depends on. */
static const char *const elsewhere[] = {"apps.connections.open", "team.info", NULL};

static int granted(const Json *manifest, const char *scopes)
{
    g_auto(GStrv) list = g_strsplit(scopes, ",", -1);
    int n = 0;

    for (char **scope = list; *scope != NULL; scope++) {
        n += holds(scopes_of(manifest), *scope);
    }
    return n;
}

static void test_every_event_has_its_scopes(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(needs); i++) {
        g_auto(GStrv) list = g_strsplit(needs[i].scopes, ",", -1);

        assert_true(holds(events_of(*state), needs[i].event));
        if (granted(*state, needs[i].scopes) != (int)g_strv_length(list)) {
            fail_msg("%s comes without %s", needs[i].event, needs[i].scopes);
        }
    }
}

static void test_every_method_has_its_scope(void **state)
{
    size_t n = 0;
    const SlackMethod *methods = slack_methods(&n);

    assert_true(n > 20);
    for (size_t i = 0; i < n; i++) {
        if (*methods[i].scope != '\0' && !g_strv_contains(elsewhere, methods[i].name) &&
            granted(*state, methods[i].scope) == 0) {
            fail_msg("%s needs %s", methods[i].name, methods[i].scope);
        }
    }
}

/* What is compared with the grant at every start is what is asked for here. */
static void test_the_scopes_are_those_that_the_daemon_looks_for(void **state)
{
    int n = 0;

    for (const SlackScope *scope = slack_scopes; scope->name != NULL; scope++, n++) {
        if (!holds(scopes_of(*state), scope->name)) {
            fail_msg("%s is not asked for", scope->name);
        }
    }
    assert_int_equal(cJSON_GetArraySize(scopes_of(*state)), n);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_manifest, close_manifest)
    const struct CMUnitTest tests[] = {
        TEST(test_texts_are_within_slacks_limits),
        TEST(test_the_commands_are_the_two_families),
        TEST(test_switches),
        TEST(test_nothing_is_sent_anywhere_but_through_the_socket),
        TEST(test_lists_are_sorted_and_name_each_once),
        TEST(test_every_event_that_is_read_is_subscribed_to),
        TEST(test_no_event_is_subscribed_to_that_nobody_reads),
        TEST(test_every_event_has_its_scopes),
        TEST(test_every_method_has_its_scope),
        TEST(test_the_scopes_are_those_that_the_daemon_looks_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

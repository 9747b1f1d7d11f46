/* What counts as a change of a workspace. */

#include "config/same.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

static const char slack[] = "workspaces:\n"
                            "- name: acme\n"
                            "  platform: slack\n"
                            "  app_token: xapp-1\n"
                            "  bot_token: xoxb-1\n";
static const char matrix[] = "workspaces:\n"
                             "- name: acme\n"
                             "  platform: matrix\n"
                             "  user: \"@anchord:example.org\"\n"
                             "  access_token: syt_a\n"
                             "  allow: \"@*:example.org\"\n";

static Config *read_text(const char *text)
{
    g_autofree char *folder = g_dir_make_tmp("anchord-same-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "anchord.yaml", NULL);
    g_autoptr(GPtrArray) mistakes = config_mistakes_new();

    assert_true(g_file_set_contents_full(file, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    Config *config = config_read(file, mistakes);
    if (config == NULL) {
        fail_msg("%s", (const char *)g_ptr_array_index(mistakes, 0));
        return NULL;
    }
    assert_string_equal(config->path, file);
    (void)g_unlink(file);
    (void)g_rmdir(folder);
    return config;
}

typedef struct Case {
    const char *promise;
    const char *base;
    const char *from, *to; /* in the text; NULL: `to` stands behind it */
    bool same;
} Case;

static const Case cases[] = {
    {"the same file is the same", slack, NULL, "", true},
    {"so is one with a comment before it", slack, "workspaces:", "# hello\nworkspaces:", true},
    {"a default that is written out changes nothing", slack, NULL, "  connections: 1\n", true},
    {"a rotated app token does", slack, "xapp-1", "xapp-2", false},
    {"a rotated bot token does", slack, "xoxb-1", "xoxb-2", false},
    {"a number does", slack, NULL, "  connections: 2\n", false},
    {"an address does", slack, NULL, "  api_url: http://127.0.0.1:1/api/\n", false},
    {"a further authority does", slack, NULL, "  ca_file: " TEST_DATA "/../CMakeLists.txt\n",
     false},
    {"the other platform's file is another", matrix, NULL, "", true},
    {"a user does", matrix, "@anchord", "@other", false},
    {"a password beside the token does", matrix, NULL, "  password: abc\n", false},
    {"who may talk to it does", matrix, "@*:example.org", "@a:example.org", false},
    {"one more who may does", matrix, "\"@*:example.org\"", "[\"@*:example.org\", \"@a:b.org\"]",
     false},
    {"a list of one is that one", matrix, "\"@*:example.org\"", "[\"@*:example.org\"]", true},
    {"a right does", matrix, NULL, "  setup_power: 100\n", false},
    {"a transport does", matrix, NULL,
     "  transport: websocket\n  proxy_url: wss://matrix.example.org/\n", false},
};

static char *changed(const Case *c)
{
    if (c->from == NULL) {
        return g_strconcat(c->base, c->to, NULL);
    }
    g_auto(GStrv) parts = g_strsplit(c->base, c->from, -1);

    return g_strjoinv(c->to, parts);
}

static void test_a_workspace_has_changed_when_a_setting_has(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        g_autofree char *text = changed(c);
        g_autoptr(Config) a = read_text(c->base);
        g_autoptr(Config) b = read_text(text);
        const WorkspaceConfig *was = config_workspace(a, "acme");
        const WorkspaceConfig *is = config_workspace(b, "acme");

        if (workspace_same(was, is) != c->same || workspace_same(is, was) != c->same) {
            fail_msg("not so: %s", c->promise);
        }
    }
}

static void test_a_workspace_is_found_by_its_whole_name(void **state)
{
    g_autoptr(Config) config = read_text(slack);

    (void)state;
    assert_non_null(config_workspace(config, "acme"));
    assert_null(config_workspace(config, "acm"));
    assert_null(config_workspace(config, "acme2"));
    assert_null(config_workspace(config, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_workspace_has_changed_when_a_setting_has),
        cmocka_unit_test(test_a_workspace_is_found_by_its_whole_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

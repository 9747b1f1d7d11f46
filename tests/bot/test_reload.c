/* The configuration read anew: what a workspace that is made anew is given. */

#include "bot/reload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bot/log.h"
#include "bot/metrics.h"
#include "engine_rig.h"
#include "fake_adapter.h"
#include "notify.h"

typedef struct Desk {
    Rig *rig;
    Daemon daemon;
    Reload *reload;
    GThread *thread;
    bool left; /* the one before has closed */
} Desk;

static gpointer run_engine(gpointer engine)
{
    engine_run(engine);
    return NULL;
}

/* The file says that the workspace has this token. */
static char *write_file(const Desk *desk, const char *token)
{
    char *path = g_build_filename(desk->rig->folder, "anchord.yaml", NULL);
    g_autofree char *text =
        g_strdup_printf("log: {level: error}\nworkspaces:\n- name: acme\n  platform: slack\n"
                        "  app_token: xapp-1\n  bot_token: %s\n",
                        token);

    assert_true(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    return path;
}

static Config *read_first(const Desk *desk)
{
    g_autofree char *path = write_file(desk, "xoxb-1");
    g_autoptr(GPtrArray) mistakes = config_mistakes_new();
    Config *config = config_read(path, mistakes);

    assert_non_null(config);
    return config;
}

static int set_up(void **state)
{
    Desk *desk = g_new0(Desk, 1);
    Daemon *daemon = &desk->daemon;
    void *rig = NULL;

    rig_setup(&rig);
    log_set_level(LOG_LEVEL_NONE);
    desk->rig = rig;
    daemon->config = read_first(desk);
    daemon->loop = loop_new();
    daemon->store = &desk->rig->store->base;
    daemon->engine = desk->rig->engine;
    daemon->http = http_new(daemon->loop, NULL);
    daemon->sockets = websockets_new(daemon->loop, NULL);
    daemon->workspaces = workspaces_new(&(AdapterShared){.loop = daemon->loop}, fake_makers);
    workspaces_add(daemon->workspaces, g_ptr_array_index(daemon->config->workspaces, 0),
                   desk->rig->workspace, NULL);
    workspaces_start(daemon->workspaces);
    daemon->readiness = readiness_new(daemon->loop, daemon->workspaces, 1);
    desk->reload = reload_new(daemon);
    desk->thread = g_thread_new("engine", run_engine, daemon->engine);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    Desk *desk = *state;
    void *rig = desk->rig;

    engine_stop(desk->daemon.engine);
    g_thread_join(desk->thread);
    readiness_free(desk->daemon.readiness);
    workspaces_free(desk->daemon.workspaces);
    websockets_free(desk->daemon.sockets);
    http_free(desk->daemon.http);
    rig_teardown(&rig);
    reload_free(desk->reload);
    loop_free(desk->daemon.loop);
    config_free(desk->daemon.config);
    fake_forget();
    metrics_clear();
    g_free(desk);
    return 0;
}

static bool is_made_anew(void *arg)
{
    Desk *desk = arg;
    FakeAdapter *adapter = fake_find("acme");

    if (adapter != NULL && adapter->left != NULL) {
        desk->left = true;
        fake_leave(adapter);
        return false;
    }
    return desk->left && adapter != NULL && adapter->started;
}

static void reload_with(Desk *desk, const char *token)
{
    g_free(write_file(desk, token));
    desk->left = false;
    reload_begin(desk->reload);
    loop_until(desk->daemon.loop, is_made_anew, desk, "the workspace is made anew");
}

/* As its adapter would; NULL: it is forgotten. */
static void keep(const Desk *desk, const char *value)
{
    static char tag[] = "memo";
    GArray *keeps = g_array_new(FALSE, FALSE, sizeof(Memo));
    Memo memo = {g_strdup("matrix/acme/join/room"), g_strdup(value)};

    g_array_set_clear_func(keeps, memo_clear);
    g_array_append_val(keeps, memo);
    engine_post_all(desk->daemon.engine, desk->rig->workspace, g_ptr_array_new(), keeps, tag);
}

static void test_it_is_given_what_is_kept_and_nothing_that_was_forgotten(void **state)
{
    Desk *desk = *state;

    reload_with(desk, "xoxb-2");
    assert_int_equal(fake_of("acme")->kept, 0);
    keep(desk, "invited");
    reload_with(desk, "xoxb-3");
    assert_int_equal(fake_of("acme")->kept, 1);
    keep(desk, NULL);
    reload_with(desk, "xoxb-4");
    assert_int_equal(fake_of("acme")->kept, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_it_is_given_what_is_kept_and_nothing_that_was_forgotten, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The end comes by itself, whatever hangs. Each case is a process of its own. */

#include "bot/stop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bot/log.h"
#include "engine_rig.h"
#include "fake_adapter.h"
#include "notify.h"
#include "stuck_store.h"

#define ENDED_WELL 0
#define CAME_HOME  42 /* through the loop's own end */

typedef struct Case {
    const char *promise;
    bool store_hangs, workspace_hangs, busy;
    int status;
} Case;

static gpointer run_engine(gpointer data)
{
    Daemon *daemon = data;

    engine_run(daemon->engine);
    stop_engine_ended(daemon);
    return NULL;
}

static bool is_held(void *arg)
{
    (void)arg;
    return stuck_store_holds();
}

static void leave_if_told(void *arg)
{
    Daemon *daemon = arg;

    if (daemon->drained && fake_of("west")->left != NULL) {
        fake_leave(fake_of("west"));
    } else {
        loop_after(daemon->loop, 1, leave_if_told, daemon);
    }
}

static void open_daemon(Daemon *daemon, Rig *rig)
{
    const char *const names[] = {"west", NULL};
    g_autoptr(GPtrArray) configs = fake_configs(names);

    daemon->loop = loop_new();
    daemon->store = &rig->store->base;
    daemon->engine = rig->engine;
    daemon->workspaces = workspaces_new(&(AdapterShared){.loop = daemon->loop}, fake_makers);
    workspaces_add(daemon->workspaces, g_ptr_array_index(configs, 0), rig->workspace, NULL);
    daemon->readiness = readiness_new(daemon->loop, daemon->workspaces, 1);
}

static void play(const Case *c, Rig *rig)
{
    Daemon daemon = {0};

    log_set_level(LOG_LEVEL_NONE);
    open_daemon(&daemon, rig);
    stuck_store_use(daemon.store);
    GThread *thread = g_thread_new("engine", run_engine, &daemon);
    if (c->store_hangs) {
        stuck_store_hold();
    }
    for (int i = 0; c->busy && i < 1000; i++) {
        if (!engine_post(daemon.engine, rig_event(rig, NULL, "west-1", "m", "kr1 24%"))) {
            _exit(1);
        }
    }
    if (c->store_hangs) {
        loop_until(daemon.loop, is_held, NULL, "the store hangs");
    }
    if (!c->workspace_hangs) {
        leave_if_told(&daemon);
    }
    stop_begin(&daemon);
    stop_begin(&daemon);
    loop_run(daemon.loop);
    g_thread_join(thread);
    _exit(CAME_HOME);
}

static const Case cases[] = {
    {"nothing hangs", false, false, false, CAME_HOME},
    {"a busy engine ends its batch", false, false, true, CAME_HOME},
    {"a workspace that does not close is cut", false, true, false, CAME_HOME},
    {"a store that does not answer is left", true, false, true, ENDED_WELL},
    {"and so is everything at once", true, true, true, ENDED_WELL},
};

static void test_it_ends_by_itself(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int status = 0;
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
            play(&cases[i], *state);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != cases[i].status) {
            fail_msg("%s: it ended with %#x", cases[i].promise, (unsigned)status);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_it_ends_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

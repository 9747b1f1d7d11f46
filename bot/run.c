/* The parts of the daemon are made in the order in which they need each other, and taken apart in
 * the reverse one. Between, the loop runs here and the engine on a thread of its own. */

#include "bot/run.h"

#include <signal.h>

#include <glib-unix.h>

#include "bot/footprint.h"
#include "bot/log.h"
#include "bot/matrix/matrix.h"
#include "bot/pages.h"
#include "bot/reload.h"
#include "bot/setting.h"
#include "bot/slack/slack.h"
#include "bot/stop.h"

/* By then each workspace is connected, or waits to try again: what only starting needed can go. */
#define STARTED_MS 5000
/* A test's clock is looked at this often. */
#define TEST_CLOCK_MS 20

static const AdapterMaker makers[] = {
    [PLATFORM_SLACK] = slack_new,
    [PLATFORM_MATRIX] = matrix_new,
};

typedef struct Run {
    Daemon daemon;
    GThread *thread;
    Reload *reload;
    GSource *signals[3];
    const char *test_clock; /* a file that holds what the clock shows; NULL */
    int64_t test_clock_us;
    LoopTimer *test_timer;
} Run;

/* --- opening --- */

/* A name for this store, in what is posted: another daemon's messages are never taken for ours. */
static char *install_name(Store *store, GError **error)
{
    const StoreOps *ops = store->ops;
    char *name = NULL;

    if (!ops->begin(store, error)) {
        return NULL;
    }
    if (ops->setting_get(store, "install", &name, error)) {
        if (name == NULL) {
            name = g_uuid_string_random();
            if (!ops->setting_set(store, "install", name, error)) {
                g_clear_pointer(&name, g_free);
            }
        }
        if (name != NULL && ops->commit(store, error)) {
            return name;
        }
    }
    ops->rollback(store);
    g_free(name);
    return NULL;
}

/* Tests step the clock: the file named by ANCHORD_TEST_CLOCK holds microseconds since 1970. */
static void follow_test_clock(void *arg)
{
    Run *run = arg;
    g_autofree char *text = NULL;

    if (g_file_get_contents(run->test_clock, &text, NULL, NULL)) {
        int64_t us = g_ascii_strtoll(text, NULL, 10);

        if (us != run->test_clock_us) {
            run->test_clock_us = us;
            clock_shift(run->daemon.clock, (Instant){us});
        }
    }
    run->test_timer = loop_after(run->daemon.loop, TEST_CLOCK_MS, follow_test_clock, run);
}

static void open_clock(Run *run)
{
    run->daemon.clock = clock_real();
    run->test_clock = g_getenv("ANCHORD_TEST_CLOCK");
    if (run->test_clock != NULL) {
        follow_test_clock(run);
    }
}

static bool open_parts(Daemon *daemon, GError **error)
{
    readiness_opening();
    daemon->store = setting_store(daemon->config, error);
    daemon->install = daemon->store != NULL ? install_name(daemon->store, error) : NULL;
    if (daemon->install == NULL) {
        return false;
    }
    daemon->relay = relay_new(daemon->loop, &daemon->workspaces, &daemon->web);
    const EngineOut out = relay_out(daemon->relay);

    daemon->engine = engine_new(daemon->store, daemon->clock, &daemon->config->policy, &out, error);
    daemon->http = daemon->engine != NULL ? http_new(daemon->loop, error) : NULL;
    daemon->sockets = daemon->http != NULL ? websockets_new(daemon->loop, error) : NULL;
    return daemon->sockets != NULL;
}

bool daemon_read_kept(Daemon *daemon, GHashTable *kept, GError **error)
{
    const StoreOps *ops = daemon->store->ops;
    bool read = ops->begin(daemon->store, error);

    if (read) {
        read = ops->settings(daemon->store, "matrix/", kept, error);
        ops->rollback(daemon->store);
    }
    return read;
}

static bool open_workspaces(Daemon *daemon, GError **error)
{
    const AdapterShared shared = {daemon->loop,   daemon->http,  daemon->sockets,
                                  daemon->engine, daemon->clock, daemon->install};
    const GPtrArray *configs = daemon->config->workspaces;
    g_autoptr(GHashTable) kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    daemon->workspaces = workspaces_new(&shared, makers);
    if (!daemon_read_kept(daemon, kept, error)) {
        return false;
    }
    for (guint i = 0; i < configs->len; i++) {
        const WorkspaceConfig *config = g_ptr_array_index(configs, i);
        WorkspaceId id = {0};

        if (!engine_workspace(daemon->engine, config->name, &id, error)) {
            return false;
        }
        workspaces_add(daemon->workspaces, config, id, kept);
    }
    return true;
}

static void run_clear(Run *run)
{
    Daemon *daemon = &run->daemon;

    loop_stop(&run->test_timer);
    web_free(daemon->web);
    workspaces_free(daemon->workspaces);
    websockets_free(daemon->sockets);
    http_free(daemon->http);
    engine_free(daemon->engine);
    relay_free(daemon->relay);
    reload_free(run->reload);
    loop_free(daemon->loop);
    clock_free(daemon->clock);
    store_close(daemon->store);
    g_free(daemon->install);
    config_free(daemon->config);
}

/* --- living --- */

static gboolean on_end(gpointer daemon)
{
    stop_begin(daemon);
    return G_SOURCE_CONTINUE;
}

static gboolean on_hang_up(gpointer data)
{
    const Run *run = data;

    if (!run->daemon.stopping) {
        reload_begin(run->reload);
    }
    return G_SOURCE_CONTINUE;
}

static GSource *on_signal(Run *run, int number, GSourceFunc call, gpointer arg)
{
    GSource *source = g_unix_signal_source_new(number);

    g_source_set_callback(source, call, arg, NULL);
    g_source_attach(source, loop_context(run->daemon.loop));
    return source;
}

static void listen_to_signals(Run *run)
{
    run->signals[0] = on_signal(run, SIGTERM, on_end, &run->daemon);
    run->signals[1] = on_signal(run, SIGINT, on_end, &run->daemon);
    run->signals[2] = on_signal(run, SIGHUP, on_hang_up, run);
}

static void listen_no_more(Run *run)
{
    for (size_t i = 0; i < G_N_ELEMENTS(run->signals); i++) {
        g_source_destroy(run->signals[i]);
        g_source_unref(run->signals[i]);
    }
}

static gpointer engine_thread(gpointer data)
{
    Daemon *daemon = data;

    engine_run(daemon->engine);
    stop_engine_ended(daemon);
    return NULL;
}

static void shrink(void *arg)
{
    (void)arg;
    footprint_shrink();
}

static void live(Run *run)
{
    Daemon *daemon = &run->daemon;

    run->reload = reload_new(daemon);
    listen_to_signals(run);
    run->thread = g_thread_new("engine", engine_thread, daemon);
    workspaces_start(daemon->workspaces);
    daemon->readiness = readiness_new(daemon->loop, daemon->workspaces, READINESS_PATIENCE_MS);
    daemon->watchdog = watchdog_new(daemon->loop, daemon->engine);
    loop_after(daemon->loop, STARTED_MS, shrink, NULL);
    log_info("started", F_INT("workspaces", workspaces_count(daemon->workspaces)));
    loop_run(daemon->loop);
    g_thread_join(run->thread);
    watchdog_free(daemon->watchdog);
    readiness_free(daemon->readiness);
    listen_no_more(run);
    log_info("stopped");
}

/* What ends other programs, and is not to end this one. */
static void ignore_signals(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk */
    (void)signal(SIGHUP, SIG_IGN);  /* too early: the file is just being read */
}

int run_main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Run run = {0};
    Daemon *daemon = &run.daemon;
    int code = 0;

    daemon->config = setting_config(argc, argv, "The daemon, in the foreground.", &code);
    if (daemon->config == NULL) {
        return code;
    }
    ignore_signals();
    log_init();
    log_set_level((LogLevel)daemon->config->log_level);
    daemon->loop = loop_new();
    open_clock(&run);
    bool opened = open_parts(daemon, &error) && open_workspaces(daemon, &error) &&
                  pages_listen(daemon, daemon->config->listen, &error);
    if (opened) {
        live(&run);
    } else {
        log_error("cannot_start", F_STR("why", error->message));
    }
    run_clear(&run);
    return opened ? 0 : 1;
}

/* In steps, which go back and forth between the two threads: what the engine has of those that
 * leave is answered; they close; the engine forgets what they had out, takes the new policy, and
 * looks up who comes; those are made; the engine gives them their cards; they start. A store that
 * does not answer is asked again until it does. */

#include "bot/reload.h"

#include "bot/log.h"
#include "bot/pages.h"
#include "config/same.h"

#define AGAIN_MS 1000

typedef struct Coming {
    const WorkspaceConfig *config; /* the new configuration's */
    WorkspaceId id;
} Coming;

struct Reload {
    Daemon *daemon;
    Config *next;     /* NULL: none is under way */
    bool again;       /* another one was asked for meanwhile */
    GArray *leaving;  /* of WorkspaceId */
    GArray *coming;   /* of Coming */
    GHashTable *kept; /* what those that come kept in earlier runs, until they have it */
    GError *failure;  /* of the engine's step; NULL: it went well */
    LoopTimer *retry;
};

Reload *reload_new(Daemon *daemon)
{
    Reload *reload = g_new0(Reload, 1);

    reload->daemon = daemon;
    reload->leaving = g_array_new(FALSE, FALSE, sizeof(WorkspaceId));
    reload->coming = g_array_new(FALSE, FALSE, sizeof(Coming));
    reload->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return reload;
}

void reload_free(Reload *reload)
{
    if (reload == NULL) {
        return;
    }
    loop_stop(&reload->retry);
    config_free(reload->next);
    g_array_unref(reload->leaving);
    g_array_unref(reload->coming);
    g_hash_table_unref(reload->kept);
    g_clear_error(&reload->failure);
    g_free(reload);
}

/* --- between the threads --- */

/* A step on the engine's thread fell short; it is tried again later. False: it did not. */
static bool failed(Reload *reload, const char *step, LoopCall again)
{
    if (reload->failure == NULL) {
        return false;
    }
    log_warning("reload_waits", F_STR("step", step), F_STR("why", reload->failure->message));
    g_clear_error(&reload->failure);
    reload->retry = loop_after(reload->daemon->loop, AGAIN_MS, again, reload);
    return true;
}

static void back(Reload *reload, LoopCall call)
{
    loop_post(reload->daemon->loop, call, reload, NULL);
}

/* --- the steps, the last one first --- */

static void finish(Reload *reload)
{
    Daemon *daemon = reload->daemon;

    log_info("reloaded", F_INT("workspaces", workspaces_count(daemon->workspaces)),
             F_INT("made", reload->coming->len), F_INT("closed", reload->leaving->len));
    readiness_reloaded(daemon->readiness);
    if (reload->again) {
        reload->again = false;
        reload_begin(reload);
    }
}

static void open_those(void *arg);

static void on_opened(void *arg)
{
    Reload *reload = arg;
    Daemon *daemon = reload->daemon;

    if (daemon->stopping || failed(reload, "opening workspaces", open_those)) {
        return;
    }
    workspaces_start(daemon->workspaces);
    config_free(daemon->config);
    daemon->config = g_steal_pointer(&reload->next);
    finish(reload);
}

static bool open_each(Reload *reload)
{
    for (guint i = 0; i < reload->coming->len; i++) {
        if (!engine_open(reload->daemon->engine, g_array_index(reload->coming, Coming, i).id,
                         &reload->failure)) {
            return false;
        }
    }
    return true;
}

/* Engine's thread. */
static void open_coming(void *arg)
{
    (void)open_each(arg);
    back(arg, on_opened);
}

static void open_those(void *arg)
{
    Reload *reload = arg;

    reload->retry = NULL;
    engine_call(reload->daemon->engine, open_coming, reload, NULL);
}

static void look_up_those(void *arg);

static void on_looked_up(void *arg)
{
    Reload *reload = arg;
    Daemon *daemon = reload->daemon;

    if (daemon->stopping || failed(reload, "looking up workspaces", look_up_those)) {
        return;
    }
    for (guint i = 0; i < reload->coming->len; i++) {
        const Coming *coming = &g_array_index(reload->coming, Coming, i);

        workspaces_add(daemon->workspaces, coming->config, coming->id, reload->kept);
    }
    g_hash_table_remove_all(reload->kept); /* by the next time some of it is forgotten */
    workspaces_sort(daemon->workspaces, reload->next->workspaces);
    open_those(reload);
}

static bool look_up_each(Reload *reload)
{
    for (guint i = 0; i < reload->coming->len; i++) {
        Coming *coming = &g_array_index(reload->coming, Coming, i);

        if (!engine_know(reload->daemon->engine, coming->config->name, &coming->id,
                         &reload->failure)) {
            return false;
        }
    }
    return reload->coming->len == 0 ||
           daemon_read_kept(reload->daemon, reload->kept, &reload->failure);
}

/* Engine's thread. */
static void look_up_coming(void *arg)
{
    Reload *reload = arg;

    engine_set_policy(reload->daemon->engine, &reload->next->policy);
    for (guint i = 0; i < reload->leaving->len; i++) {
        engine_leave(reload->daemon->engine, g_array_index(reload->leaving, WorkspaceId, i));
    }
    (void)look_up_each(reload);
    back(reload, on_looked_up);
}

static void look_up_those(void *arg)
{
    Reload *reload = arg;

    reload->retry = NULL;
    engine_call(reload->daemon->engine, look_up_coming, reload, NULL);
}

static void on_left(void *arg)
{
    Reload *reload = arg;

    if (!reload->daemon->stopping) {
        look_up_those(reload);
    }
}

static void on_answered(void *arg)
{
    Reload *reload = arg;
    Daemon *daemon = reload->daemon;

    if (daemon->stopping) {
        return;
    }
    for (guint i = 0; i < reload->leaving->len; i++) {
        workspaces_leave(daemon->workspaces, g_array_index(reload->leaving, WorkspaceId, i));
    }
    workspaces_when_left(daemon->workspaces, on_left, reload);
}

/* Engine's thread: what came before has been answered. */
static void pass_on(void *arg)
{
    back(arg, on_answered);
}

/* --- what the new file says --- */

static Config *read_file(const char *path)
{
    g_autoptr(GPtrArray) mistakes = config_mistakes_new();
    Config *config = config_read(path, mistakes);

    for (guint i = 0; i < mistakes->len; i++) {
        log_error("configuration_mistake", F_STR("mistake", g_ptr_array_index(mistakes, i)));
    }
    return config;
}

/* Who leaves, and who comes; one that changed does both. */
static void compare(Reload *reload)
{
    const Daemon *daemon = reload->daemon;
    const Workspaces *workspaces = daemon->workspaces;

    g_array_set_size(reload->leaving, 0);
    g_array_set_size(reload->coming, 0);
    for (guint i = 0; i < workspaces_count(workspaces); i++) {
        const char *name = workspaces_name(workspaces, i);
        const WorkspaceConfig *now = config_workspace(daemon->config, name);
        const WorkspaceConfig *then = config_workspace(reload->next, name);

        if (then == NULL || !workspace_same(now, then)) {
            WorkspaceId id = workspaces_id(workspaces, i);

            log_info(then == NULL ? "workspace_removed" : "workspace_changed",
                     F_STR("workspace", name));
            g_array_append_val(reload->leaving, id);
        }
    }
    for (guint i = 0; i < reload->next->workspaces->len; i++) {
        Coming coming = {.config = g_ptr_array_index(reload->next->workspaces, i)};
        const WorkspaceConfig *now = config_workspace(daemon->config, coming.config->name);

        if (now == NULL) {
            log_info("workspace_added", F_STR("workspace", coming.config->name));
        }
        if (now == NULL || !workspace_same(now, coming.config)) {
            g_array_append_val(reload->coming, coming);
        }
    }
}

/* Takes over a setting that stays as it was. */
static void keep(char **next, const char *now)
{
    g_free(*next);
    *next = g_strdup(now);
}

static void keep_store(Reload *reload)
{
    const Config *now = reload->daemon->config;

    if (g_strcmp0(now->store, reload->next->store) != 0) {
        log_error("store_not_changed",
                  F_STR("why", "another store takes a restart; the one before stays open"));
        keep(&reload->next->store, now->store);
    }
}

static void change_listen(Reload *reload)
{
    const Config *now = reload->daemon->config;
    g_autoptr(GError) error = NULL;

    if (g_strcmp0(now->listen, reload->next->listen) != 0 &&
        !pages_listen(reload->daemon, reload->next->listen, &error)) {
        log_error("listen_not_changed", F_STR("why", error->message));
        keep(&reload->next->listen, now->listen);
    }
}

void reload_begin(Reload *reload)
{
    Daemon *daemon = reload->daemon;

    if (reload->next != NULL) {
        reload->again = true;
        return;
    }
    log_info("reloading");
    readiness_reloading(daemon->readiness);
    reload->next = read_file(daemon->config->path);
    if (reload->next == NULL) {
        log_error("reload_refused",
                  F_STR("why", "the file has mistakes; what it said before stays"));
        readiness_reloaded(daemon->readiness);
        return;
    }
    compare(reload);
    keep_store(reload);
    change_listen(reload);
    log_set_level((LogLevel)reload->next->log_level);
    engine_call(daemon->engine, pass_on, reload, NULL);
}

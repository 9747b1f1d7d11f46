#include "bot/workspaces.h"

#include <string.h>

#include "bot/log.h"
#include "bot/metrics.h"

typedef struct Workspace {
    Workspaces *all;
    char *name;
    WorkspaceId id;
    Adapter *adapter;
    bool started;
} Workspace;

struct Workspaces {
    AdapterShared shared;
    const AdapterMaker *makers;
    GPtrArray *served;  /* of Workspace */
    GPtrArray *leaving; /* of Workspace */
    LoopTimer *most;    /* who leaves has time until then */
    LoopTimer *telling; /* that none is leaving any more */
    LoopCall left;      /* NULL: nobody asks */
    void *left_arg;
};

static void workspace_free(gpointer data)
{
    Workspace *workspace = data;

    workspace->adapter->ops->free(workspace->adapter);
    g_free(workspace->name);
    g_free(workspace);
}

Workspaces *workspaces_new(const AdapterShared *shared, const AdapterMaker *makers)
{
    Workspaces *workspaces = g_new0(Workspaces, 1);

    workspaces->shared = *shared;
    workspaces->makers = makers;
    workspaces->served = g_ptr_array_new_with_free_func(workspace_free);
    workspaces->leaving = g_ptr_array_new_with_free_func(workspace_free);
    return workspaces;
}

void workspaces_free(Workspaces *workspaces)
{
    if (workspaces == NULL) {
        return;
    }
    loop_stop(&workspaces->most);
    loop_stop(&workspaces->telling);
    g_ptr_array_unref(workspaces->leaving);
    g_ptr_array_unref(workspaces->served);
    g_free(workspaces);
}

/* --- coming --- */

void workspaces_add(Workspaces *workspaces, const WorkspaceConfig *config, WorkspaceId id,
                    GHashTable *kept)
{
    Workspace *workspace = g_new0(Workspace, 1);

    *workspace = (Workspace){
        .all = workspaces,
        .name = g_strdup(config->name),
        .id = id,
        .adapter = workspaces->makers[config->platform](config, &workspaces->shared, id, kept)};
    g_ptr_array_add(workspaces->served, workspace);
}

void workspaces_start(Workspaces *workspaces)
{
    for (guint i = 0; i < workspaces->served->len; i++) {
        Workspace *workspace = g_ptr_array_index(workspaces->served, i);

        if (!workspace->started) {
            workspace->started = true;
            workspace->adapter->ops->start(workspace->adapter);
        }
    }
}

static bool is_named(const GPtrArray *served, guint at, const char *name)
{
    return strcmp(((const Workspace *)g_ptr_array_index(served, at))->name, name) == 0;
}

void workspaces_sort(Workspaces *workspaces, const GPtrArray *configs)
{
    GPtrArray *served = workspaces->served;
    guint to = 0;

    for (guint i = 0; i < configs->len; i++) {
        const WorkspaceConfig *config = g_ptr_array_index(configs, i);
        guint from = to;

        while (from < served->len && !is_named(served, from, config->name)) {
            from++;
        }
        if (from < served->len) {
            g_ptr_array_insert(served, (gint)to++, g_ptr_array_steal_index(served, from));
        }
    }
}

/* --- leaving --- */

static void on_none_leaving(void *arg)
{
    Workspaces *workspaces = arg;
    LoopCall left = workspaces->left;

    workspaces->telling = NULL;
    workspaces->left = NULL;
    if (left != NULL) {
        left(workspaces->left_arg);
    }
}

static void tell_if_none(Workspaces *workspaces)
{
    if (workspaces->leaving->len == 0) {
        loop_stop(&workspaces->most);
        loop_stop(&workspaces->telling);
        workspaces->telling = loop_after(workspaces->shared.loop, 0, on_none_leaving, workspaces);
    }
}

static void on_left(void *arg)
{
    Workspace *workspace = arg;
    Workspaces *workspaces = workspace->all;

    g_ptr_array_remove(workspaces->leaving, workspace); /* which frees it */
    tell_if_none(workspaces);
}

static void on_most(void *arg)
{
    Workspaces *workspaces = arg;

    workspaces->most = NULL;
    for (guint i = 0; i < workspaces->leaving->len; i++) {
        const Workspace *workspace = g_ptr_array_index(workspaces->leaving, i);

        log_info("workspace_cut", F_STR("workspace", workspace->name));
    }
    g_ptr_array_set_size(workspaces->leaving, 0);
    tell_if_none(workspaces);
}

static void leave_at(Workspaces *workspaces, guint at)
{
    Workspace *workspace = g_ptr_array_steal_index(workspaces->served, at);

    g_ptr_array_add(workspaces->leaving, workspace);
    metrics_hide("workspace", workspace->name);
    workspace->adapter->ops->stop(workspace->adapter, on_left, workspace);
}

static void give_time(Workspaces *workspaces)
{
    loop_stop(&workspaces->most);
    workspaces->most =
        loop_after(workspaces->shared.loop, WORKSPACE_LEAVES_MS, on_most, workspaces);
}

void workspaces_leave(Workspaces *workspaces, WorkspaceId id)
{
    for (guint i = 0; i < workspaces->served->len; i++) {
        const Workspace *workspace = g_ptr_array_index(workspaces->served, i);

        if (ID_EQ(workspace->id, id)) {
            give_time(workspaces);
            leave_at(workspaces, i);
            return;
        }
    }
}

void workspaces_leave_all(Workspaces *workspaces)
{
    give_time(workspaces);
    while (workspaces->served->len > 0) {
        leave_at(workspaces, 0);
    }
}

void workspaces_when_left(Workspaces *workspaces, LoopCall done, void *arg)
{
    workspaces->left = done;
    workspaces->left_arg = arg;
    tell_if_none(workspaces);
}

/* --- looking --- */

static const Workspace *served(const Workspaces *workspaces, guint at)
{
    return g_ptr_array_index(workspaces->served, at);
}

Adapter *workspaces_adapter(const Workspaces *workspaces, WorkspaceId id)
{
    for (guint i = 0; i < workspaces->served->len; i++) {
        if (ID_EQ(served(workspaces, i)->id, id)) {
            return served(workspaces, i)->adapter;
        }
    }
    return NULL;
}

guint workspaces_count(const Workspaces *workspaces)
{
    return workspaces->served->len;
}

WorkspaceId workspaces_id(const Workspaces *workspaces, guint at)
{
    return served(workspaces, at)->id;
}

const char *workspaces_name(const Workspaces *workspaces, guint at)
{
    return served(workspaces, at)->name;
}

AdapterState workspaces_state(const Workspaces *workspaces, guint at, GString *why)
{
    Adapter *adapter = served(workspaces, at)->adapter;

    return adapter->ops->state(adapter, why);
}

void workspaces_troubles(const Workspaces *workspaces, guint at, GString *out)
{
    Adapter *adapter = served(workspaces, at)->adapter;

    adapter->ops->troubles(adapter, out);
}

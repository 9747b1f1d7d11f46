#include "bot/pages.h"

#include "bot/footprint.h"
#include "bot/log.h"
#include "bot/metrics.h"

/* A batch that takes longer is no health. */
#define STUCK_MS 10000

static char *ready(void *arg, int *status)
{
    const Daemon *daemon = arg;
    const Workspaces *workspaces = daemon->workspaces;
    const char *trouble = relay_store_trouble(daemon->relay);
    GString *text = g_string_new(NULL);

    *status = trouble != NULL ? 503 : 200;
    if (trouble != NULL) {
        g_string_append_printf(text, "store: %s\n", trouble);
    }
    for (guint i = 0; i < workspaces_count(workspaces); i++) {
        g_autoptr(GString) why = g_string_new(NULL);

        if (workspaces_state(workspaces, i, why) != ADAPTER_READY) {
            *status = 503;
            g_string_append_printf(text, "%s: %s\n", workspaces_name(workspaces, i), why->str);
        }
        workspaces_troubles(workspaces, i, text);
    }
    if (*status == 200) {
        g_string_prepend(text, "ready\n");
    }
    return g_string_free(text, FALSE);
}

/* The loop answers by answering; the engine and its store are asked by how long they are at it. */
static char *healthy(void *arg, int *status)
{
    const Daemon *daemon = arg;
    int64_t stuck_ms = engine_stuck_ms(daemon->engine);

    *status = stuck_ms > STUCK_MS ? 503 : 200;
    return stuck_ms > STUCK_MS ? g_strdup_printf("the engine has been at one batch for %d s\n",
                                                 (int)(stuck_ms / 1000))
                               : g_strdup("ok\n");
}

static bool post_readings(void *arg, Event *take_event)
{
    return engine_post(((Daemon *)arg)->engine, take_event);
}

/* --- figures that only the engine's store knows --- */

typedef struct Depth {
    WorkspaceId id;
    char *name;
    int64_t cards;
    Instant oldest; /* zero: there is none */
    bool known;
} Depth;

typedef struct Survey {
    Daemon *daemon;
    void *tag;
    GArray *depths; /* of Depth */
} Survey;

static void clear_depth(gpointer depth)
{
    g_free(((Depth *)depth)->name);
}

static Survey *survey_new(Daemon *daemon, void *tag)
{
    Survey *survey = g_new(Survey, 1);

    *survey = (Survey){daemon, tag, g_array_new(FALSE, FALSE, sizeof(Depth))};
    g_array_set_clear_func(survey->depths, clear_depth);
    for (guint i = 0; i < workspaces_count(daemon->workspaces); i++) {
        Depth depth = {.id = workspaces_id(daemon->workspaces, i),
                       .name = g_strdup(workspaces_name(daemon->workspaces, i))};

        g_array_append_val(survey->depths, depth);
    }
    return survey;
}

static void survey_free(gpointer data)
{
    Survey *survey = data;

    g_array_unref(survey->depths);
    g_free(survey);
}

static void tell_depth(const Depth *depth, Instant now)
{
    int64_t waits_us = depth->cards > 0 ? MAX(now.us - depth->oldest.us, 0) : 0;

    metric_set(metric_gauge("anchord_outbox_cards", "Cards that have not been delivered.",
                            "workspace", depth->name),
               depth->cards);
    metric_set(metric_gauge("anchord_outbox_oldest_seconds",
                            "How long the oldest of them has waited; 0: there is none.",
                            "workspace", depth->name),
               waits_us / G_USEC_PER_SEC);
}

static void on_surveyed(void *arg)
{
    Survey *survey = arg;
    Daemon *daemon = survey->daemon;

    for (guint i = 0; i < survey->depths->len; i++) {
        const Depth *depth = &g_array_index(survey->depths, Depth, i);

        if (depth->known && workspaces_adapter(daemon->workspaces, depth->id) != NULL) {
            tell_depth(depth, clock_now(daemon->clock));
        }
    }
    web_refreshed(daemon->web, survey->tag);
    survey_free(survey);
}

/* Engine's thread. A figure that the store does not give stays as it was. */
static void run_survey(void *arg)
{
    Survey *survey = arg;
    Store *store = survey->daemon->store;
    bool begun = store->ops->begin(store, NULL);

    for (guint i = 0; begun && i < survey->depths->len; i++) {
        Depth *depth = &g_array_index(survey->depths, Depth, i);

        depth->known =
            store->ops->outbox_depth(store, depth->id, &depth->cards, &depth->oldest, NULL);
    }
    if (begun) {
        store->ops->rollback(store);
    }
    loop_post(survey->daemon->loop, on_surveyed, survey, survey_free);
}

static void tell_engine(const Daemon *daemon)
{
    metric_set(metric_gauge("anchord_inbox_events", "Events that wait for the engine.", NULL, NULL),
               (int64_t)engine_waiting(daemon->engine));
    metric_set(metric_gauge("anchord_engine_stuck_seconds",
                            "How long the engine has been at one thing; 0: it waits for work.",
                            NULL, NULL),
               engine_stuck_ms(daemon->engine) / 1000);
}

static void tell_heap(void)
{
    metric_set(metric_gauge("anchord_heap_bytes", "Memory of the heap that is in use.", NULL, NULL),
               footprint_heap());
}

static void tell_connected(const Workspaces *workspaces)
{
    g_autoptr(GString) unused = g_string_new(NULL);

    for (guint i = 0; i < workspaces_count(workspaces); i++) {
        metric_set(metric_gauge("anchord_workspace_connected",
                                "1 while the workspace is connected, and lets us in.", "workspace",
                                workspaces_name(workspaces, i)),
                   workspaces_state(workspaces, i, unused) == ADAPTER_READY);
    }
}

static bool refresh(void *arg, void *tag)
{
    Daemon *daemon = arg;

    tell_engine(daemon);
    tell_heap();
    tell_connected(daemon->workspaces);
    engine_call(daemon->engine, run_survey, survey_new(daemon, tag), survey_free);
    return true;
}

/* --- where --- */

bool pages_listen(Daemon *daemon, const char *listen, GError **error)
{
    static const WebOps ops = {
        .ready = ready, .healthy = healthy, .refresh = refresh, .post = post_readings};
    bool first = daemon->web == NULL && listen != NULL;

    if (first) {
        daemon->web = web_new(daemon->loop, listen, &ops, daemon, error);
    }
    if (daemon->web == NULL) {
        return !first;
    }
    if (!first && !web_listen(daemon->web, listen, error)) {
        return false;
    }
    log_info("listening", F_STR("address", web_address(daemon->web)));
    return true;
}

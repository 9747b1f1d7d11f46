#include "bot/run.h"

#include <signal.h>

#include <glib-unix.h>
#include <systemd/sd-daemon.h>

#include "bot/footprint.h"
#include "bot/log.h"
#include "bot/matrix/matrix.h"
#include "bot/setting.h"
#include "bot/slack/slack.h"
#include "bot/web/web.h"

/* By then each workspace is connected, or waits to try again: what only starting needed can go. */
#define STARTED_MS 5000
/* A test's clock is looked at this often. */
#define TEST_CLOCK_MS 20

typedef struct Run {
    Config *config;
    Loop *loop;
    Store *store;
    Clock *clock;
    Engine *engine;
    GThread *thread;
    Http *http;
    WebSockets *sockets;
    Web *web;
    char *install;
    GPtrArray *adapters; /* of Adapter: one a workspace, in the configuration's order */
    GPtrArray *notes;    /* of Note: what the batch under way had to tell; the engine's thread */
    guint leaving;       /* workspaces that are still closing */
    bool stopping;
    GSource *signals[2];
    const char *test_clock; /* a file that holds what the clock shows; NULL */
    int64_t test_clock_us;
    LoopTimer *test_timer;
} Run;

static Adapter *adapter_of(const Run *run, WorkspaceId workspace)
{
    for (guint i = 0; i < run->adapters->len; i++) {
        Adapter *adapter = g_ptr_array_index(run->adapters, i);

        if (ID_EQ(adapter->workspace, workspace)) {
            return adapter;
        }
    }
    return NULL;
}

/* --- from the engine's thread to the loop --- */

typedef enum NoteKind { NOTE_REPLIED, NOTE_RECEIPT, NOTE_STORED, NOTE_DELIVER, NOTE_HOME } NoteKind;

typedef struct Note {
    Run *run;
    NoteKind kind;
    WorkspaceId workspace;
    void *tag; /* NOTE_REPLIED, NOTE_STORED; NOTE_RECEIPT: the web's, of no workspace */
    Card *reply;
    bool repeated, failed;
    Stored stored;  /* NOTE_STORED */
    OutboxRow *row; /* NOTE_DELIVER */
    bool edit, threaded;
    MessageRef ref, thread;
    char *channel, *roster; /* NOTE_HOME */
} Note;

static void note_free(gpointer data)
{
    Note *note = data;

    card_free(note->reply);
    outbox_row_free(note->row);
    message_ref_clear(&note->ref);
    message_ref_clear(&note->thread);
    g_free(note->channel);
    g_free(note->roster);
    g_free(note);
}

static void take_note(Note *note)
{
    Adapter *adapter = adapter_of(note->run, note->workspace);

    if (adapter == NULL && note->kind != NOTE_RECEIPT) {
        return;
    }
    switch (note->kind) {
    case NOTE_RECEIPT:
        web_replied(note->run->web, note->tag, g_steal_pointer(&note->reply), note->failed);
        break;
    case NOTE_REPLIED:
        adapter->ops->replied(adapter, note->tag, g_steal_pointer(&note->reply), note->repeated,
                              note->failed);
        break;
    case NOTE_STORED:
        adapter->ops->stored(adapter, note->tag, note->stored);
        break;
    case NOTE_DELIVER:
        adapter->ops->deliver(adapter, g_steal_pointer(&note->row), note->edit ? &note->ref : NULL,
                              note->threaded ? &note->thread : NULL);
        break;
    case NOTE_HOME:
        adapter->ops->home(adapter, note->channel, note->roster);
        break;
    }
}

static GPtrArray *notes_new(void)
{
    return g_ptr_array_new_with_free_func(note_free);
}

static void notes_free(gpointer notes)
{
    g_ptr_array_unref(notes);
}

static void on_notes(void *arg)
{
    GPtrArray *notes = arg;

    for (guint i = 0; i < notes->len; i++) {
        take_note(g_ptr_array_index(notes, i));
    }
    notes_free(notes);
}

static Note *note_new(Run *run, NoteKind kind, WorkspaceId workspace)
{
    Note *note = g_new0(Note, 1);

    note->run = run;
    note->kind = kind;
    note->workspace = workspace;
    return note;
}

/* A batch's notes go over in one: the loop is woken once, and its answers leave together. */
static void on_told(void *arg)
{
    Run *run = arg;

    if (run->notes->len > 0) {
        loop_post(run->loop, on_notes, run->notes, notes_free);
        run->notes = notes_new();
    }
}

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    NoteKind kind = event->kind == EVENT_READINGS ? NOTE_RECEIPT : NOTE_REPLIED;
    Note *note = note_new(arg, kind, event->workspace);

    if (failure != NULL) {
        log_error("event_failed", F_INT("kind", (int64_t)event->kind),
                  F_STR("why", failure->message));
    }
    note->tag = event->tag;
    note->reply = take_reply;
    note->repeated = repeated;
    note->failed = failure != NULL;
    g_ptr_array_add(note->run->notes, note);
}

static Stored stored_as(const GError *failure)
{
    if (failure == NULL) {
        return STORED;
    }
    return store_is_unwell(failure) ? STORED_NOT_NOW : STORED_NOT;
}

static void on_stored(void *arg, WorkspaceId workspace, void *tag, const GError *failure)
{
    Note *note = note_new(arg, NOTE_STORED, workspace);

    if (failure != NULL) {
        log_error("piece_failed", F_STR("why", failure->message));
    }
    note->tag = tag;
    note->stored = stored_as(failure);
    g_ptr_array_add(note->run->notes, note);
}

static MessageRef ref_copy(const MessageRef *ref)
{
    return ref != NULL ? (MessageRef){g_strdup(ref->channel), g_strdup(ref->message)}
                       : (MessageRef){0};
}

static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *edit,
                       const MessageRef *thread)
{
    Note *note = note_new(arg, NOTE_DELIVER, take_row->workspace);

    note->row = take_row;
    note->edit = edit != NULL;
    note->threaded = thread != NULL;
    note->ref = ref_copy(edit);
    note->thread = ref_copy(thread);
    g_ptr_array_add(note->run->notes, note);
}

static void on_home(void *arg, WorkspaceId workspace, const char *channel, const char *roster)
{
    Note *note = note_new(arg, NOTE_HOME, workspace);

    note->channel = g_strdup(channel);
    note->roster = g_strdup(roster);
    g_ptr_array_add(note->run->notes, note);
}

static void shrink(void *arg)
{
    (void)arg;
    footprint_shrink();
}

static void on_reached(void *arg, int64_t token)
{
    (void)arg, (void)token; /* nobody sets barriers here */
}

static gpointer engine_thread(gpointer data)
{
    engine_run(data);
    return NULL;
}

/* --- what /readyz and /healthz say --- */

static char *ready(void *arg, int *status)
{
    Run *run = arg;
    GString *text = g_string_new(NULL);

    *status = 200;
    for (guint i = 0; i < run->adapters->len; i++) {
        const WorkspaceConfig *config = g_ptr_array_index(run->config->workspaces, i);
        Adapter *adapter = g_ptr_array_index(run->adapters, i);
        g_autoptr(GString) why = g_string_new(NULL);

        if (!adapter->ops->ready(adapter, why)) {
            *status = 503;
            g_string_append_printf(text, "%s: %s\n", config->name, why->str);
        }
        adapter->ops->troubles(adapter, text);
    }
    if (*status == 200) {
        g_string_prepend(text, "ready\n");
    }
    return g_string_free(text, FALSE);
}

/* The loop answers by answering; the engine and its store are asked by how long a batch is under
 * way. */
static char *healthy(void *arg, int *status)
{
    Run *run = arg;
    int64_t stuck_ms = engine_stuck_ms(run->engine);

    *status = stuck_ms > 10000 ? 503 : 200;
    return stuck_ms > 10000 ? g_strdup_printf("the engine has been at one batch for %d s\n",
                                              (int)(stuck_ms / 1000))
                            : g_strdup("ok\n");
}

static bool post_readings(void *arg, Event *take_event)
{
    Run *run = arg;

    return engine_post(run->engine, take_event);
}

/* --- its life --- */

static void gone(Run *run)
{
    engine_stop(run->engine);
    loop_quit(run->loop);
}

static void on_left(void *arg)
{
    Run *run = arg;

    if (--run->leaving == 0) {
        gone(run);
    }
}

static gboolean on_signal(gpointer data)
{
    Run *run = data;

    if (run->stopping) {
        return G_SOURCE_CONTINUE;
    }
    run->stopping = true;
    log_info("stopping");
    sd_notify(0, "STOPPING=1");
    run->leaving = run->adapters->len;
    if (run->leaving == 0) {
        gone(run);
    }
    for (guint i = 0; i < run->adapters->len; i++) {
        Adapter *adapter = g_ptr_array_index(run->adapters, i);

        adapter->ops->stop(adapter, on_left, run);
    }
    return G_SOURCE_CONTINUE;
}

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
            clock_shift(run->clock, (Instant){us});
        }
    }
    run->test_timer = loop_after(run->loop, TEST_CLOCK_MS, follow_test_clock, run);
}

static bool open_parts(Run *run, GError **error)
{
    const EngineOut out = {.arg = run,
                           .replied = on_replied,
                           .stored = on_stored,
                           .deliver = on_deliver,
                           .home = on_home,
                           .told = on_told,
                           .rested = shrink,
                           .reached = on_reached};

    run->loop = loop_new();
    run->clock = clock_real();
    run->test_clock = g_getenv("ANCHORD_TEST_CLOCK");
    if (run->test_clock != NULL) {
        follow_test_clock(run);
    }
    run->store = setting_store(run->config, error);
    run->install = run->store != NULL ? install_name(run->store, error) : NULL;
    if (run->install == NULL) {
        return false;
    }
    run->engine = engine_new(run->store, run->clock, &run->config->policy, &out, error);
    run->http = run->engine != NULL ? http_new(run->loop, error) : NULL;
    run->sockets = run->http != NULL ? websockets_new(run->loop, error) : NULL;
    return run->sockets != NULL;
}

static bool open_web(Run *run, GError **error)
{
    static const WebOps ops = {.ready = ready, .healthy = healthy, .post = post_readings};

    if (run->config->listen == NULL) {
        return true;
    }
    run->web = web_new(run->loop, run->config->listen, &ops, run, error);
    return run->web != NULL;
}

/* What adapters kept in an earlier run. */
static bool read_kept(Run *run, GHashTable *kept, GError **error)
{
    const StoreOps *ops = run->store->ops;
    bool read = ops->begin(run->store, error);

    if (read) {
        read = ops->settings(run->store, "matrix/", kept, error);
        ops->rollback(run->store);
    }
    return read;
}

static bool open_workspaces(Run *run, GError **error)
{
    static Adapter *(*const makers[])(const WorkspaceConfig *, const AdapterShared *, WorkspaceId,
                                      GHashTable *) = {
        [PLATFORM_SLACK] = slack_new,
        [PLATFORM_MATRIX] = matrix_new,
    };
    const AdapterShared shared = {run->loop,   run->http,  run->sockets,
                                  run->engine, run->clock, run->install};
    g_autoptr(GHashTable) kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    if (!read_kept(run, kept, error)) {
        return false;
    }

    for (guint i = 0; i < run->config->workspaces->len; i++) {
        const WorkspaceConfig *config = g_ptr_array_index(run->config->workspaces, i);
        WorkspaceId id = {0};

        if (config->ca_file != NULL) {
            http_set_ca_file(run->http, config->ca_file);
            websockets_set_ca_file(run->sockets, config->ca_file);
        }
        if (!engine_workspace(run->engine, config->name, &id, error)) {
            return false;
        }
        g_ptr_array_add(run->adapters, makers[config->platform](config, &shared, id, kept));
    }
    return true;
}

static void run_clear(Run *run)
{
    loop_stop(&run->test_timer);
    web_free(run->web);
    g_clear_pointer(&run->adapters, g_ptr_array_unref);
    websockets_free(run->sockets);
    http_free(run->http);
    engine_free(run->engine);
    g_ptr_array_unref(run->notes);
    loop_free(run->loop);
    clock_free(run->clock);
    store_close(run->store);
    g_free(run->install);
    config_free(run->config);
}

static GSource *on_signal_of(Run *run, int number)
{
    GSource *source = g_unix_signal_source_new(number);

    g_source_set_callback(source, on_signal, run, NULL);
    g_source_attach(source, loop_context(run->loop));
    return source;
}

static void no_signal(GSource *take_source)
{
    g_source_destroy(take_source);
    g_source_unref(take_source);
}

static void live(Run *run)
{
    run->signals[0] = on_signal_of(run, SIGTERM);
    run->signals[1] = on_signal_of(run, SIGINT);
    run->thread = g_thread_new("engine", engine_thread, run->engine);
    for (guint i = 0; i < run->adapters->len; i++) {
        Adapter *adapter = g_ptr_array_index(run->adapters, i);

        adapter->ops->start(adapter);
    }
    loop_after(run->loop, STARTED_MS, shrink, NULL);
    log_info("started", F_INT("workspaces", run->adapters->len));
    sd_notify(0, "READY=1");
    loop_run(run->loop);
    g_thread_join(run->thread);
    no_signal(run->signals[0]);
    no_signal(run->signals[1]);
    log_info("stopped");
}

static void free_adapter(gpointer data)
{
    Adapter *adapter = data;

    adapter->ops->free(adapter);
}

int run_main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Run run = {0};
    int code = 0;

    run.config = setting_config(argc, argv, "The daemon, in the foreground.", &code);
    if (run.config == NULL) {
        return code;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk */
    log_init();
    log_set_level((LogLevel)run.config->log_level);
    run.adapters = g_ptr_array_new_with_free_func(free_adapter);
    run.notes = notes_new();
    bool opened =
        open_parts(&run, &error) && open_workspaces(&run, &error) && open_web(&run, &error);
    if (opened) {
        live(&run);
    } else {
        log_error("cannot_start", F_STR("why", error->message));
    }
    run_clear(&run);
    return opened ? 0 : 1;
}

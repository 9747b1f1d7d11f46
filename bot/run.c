#include "bot/run.h"

#include <signal.h>

#include <glib-unix.h>
#include <systemd/sd-daemon.h>

#include "bot/log.h"
#include "bot/setting.h"
#include "bot/slack/slack.h"
#include "bot/web/web.h"

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
    GPtrArray *slacks; /* of Slack */
    guint leaving;     /* workspaces that are still closing */
    bool stopping;
    GSource *signals[2];
    const char *test_clock; /* a file that holds what the clock shows; NULL */
    int64_t test_clock_us;
    LoopTimer *test_timer;
} Run;

static Slack *slack_of(const Run *run, WorkspaceId workspace)
{
    for (guint i = 0; i < run->slacks->len; i++) {
        Slack *slack = g_ptr_array_index(run->slacks, i);

        if (ID_EQ(slack_workspace(slack), workspace)) {
            return slack;
        }
    }
    return NULL;
}

/* --- from the engine's thread to the loop --- */

typedef enum NoteKind { NOTE_REPLIED, NOTE_DELIVER, NOTE_HOME } NoteKind;

typedef struct Note {
    Run *run;
    NoteKind kind;
    WorkspaceId workspace;
    void *tag; /* NOTE_REPLIED */
    Card *reply;
    bool repeated, failed;
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

static void on_note(void *arg)
{
    Note *note = arg;
    Slack *slack = slack_of(note->run, note->workspace);

    if (slack != NULL) {
        switch (note->kind) {
        case NOTE_REPLIED:
            slack_replied(slack, note->tag, g_steal_pointer(&note->reply), note->repeated,
                          note->failed);
            break;
        case NOTE_DELIVER:
            slack_deliver(slack, g_steal_pointer(&note->row), note->edit ? &note->ref : NULL,
                          note->threaded ? &note->thread : NULL);
            break;
        case NOTE_HOME:
            slack_home_is(slack, note->channel, note->roster);
            break;
        }
    }
    note_free(note);
}

static Note *note_new(Run *run, NoteKind kind, WorkspaceId workspace)
{
    Note *note = g_new0(Note, 1);

    note->run = run;
    note->kind = kind;
    note->workspace = workspace;
    return note;
}

static void send_note(Note *take_note)
{
    loop_post(take_note->run->loop, on_note, take_note, note_free);
}

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    Note *note = note_new(arg, NOTE_REPLIED, event->workspace);

    if (failure != NULL) {
        log_error("event_failed", F_INT("kind", (int64_t)event->kind),
                  F_STR("why", failure->message));
    }
    note->tag = event->tag;
    note->reply = take_reply;
    note->repeated = repeated;
    note->failed = failure != NULL;
    send_note(note);
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
    send_note(note);
}

static void on_home(void *arg, WorkspaceId workspace, const char *channel, const char *roster)
{
    Note *note = note_new(arg, NOTE_HOME, workspace);

    note->channel = g_strdup(channel);
    note->roster = g_strdup(roster);
    send_note(note);
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
    for (guint i = 0; i < run->slacks->len; i++) {
        const WorkspaceConfig *config = g_ptr_array_index(run->config->workspaces, i);
        g_autoptr(GString) why = g_string_new(NULL);

        if (!slack_ready(g_ptr_array_index(run->slacks, i), why)) {
            *status = 503;
            g_string_append_printf(text, "%s: %s\n", config->name, why->str);
        }
        slack_troubles(g_ptr_array_index(run->slacks, i), text);
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
    run->leaving = run->slacks->len;
    if (run->leaving == 0) {
        gone(run);
    }
    for (guint i = 0; i < run->slacks->len; i++) {
        slack_stop(g_ptr_array_index(run->slacks, i), on_left, run);
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
                           .deliver = on_deliver,
                           .home = on_home,
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
    static const WebOps ops = {.ready = ready, .healthy = healthy};

    if (run->config->listen == NULL) {
        return true;
    }
    run->web = web_new(run->loop, run->config->listen, &ops, run, error);
    return run->web != NULL;
}

static bool open_workspaces(Run *run, GError **error)
{
    const SlackShared shared = {run->loop,   run->http,  run->sockets,
                                run->engine, run->clock, run->install};

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
        g_ptr_array_add(run->slacks, slack_new(config, &shared, id));
    }
    return true;
}

static void run_clear(Run *run)
{
    loop_stop(&run->test_timer);
    web_free(run->web);
    g_clear_pointer(&run->slacks, g_ptr_array_unref);
    websockets_free(run->sockets);
    http_free(run->http);
    engine_free(run->engine);
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
    for (guint i = 0; i < run->slacks->len; i++) {
        slack_start(g_ptr_array_index(run->slacks, i));
    }
    log_info("started", F_INT("workspaces", run->slacks->len));
    sd_notify(0, "READY=1");
    loop_run(run->loop);
    g_thread_join(run->thread);
    no_signal(run->signals[0]);
    no_signal(run->signals[1]);
    log_info("stopped");
}

static void free_slack(gpointer slack)
{
    slack_free(slack);
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
    log_init();
    log_set_level((LogLevel)run.config->log_level);
    run.slacks = g_ptr_array_new_with_free_func(free_slack);
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

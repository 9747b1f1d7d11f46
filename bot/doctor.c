#include "bot/doctor.h"

#include <stdio.h>
#include <string.h>

#include "bot/log.h"
#include "bot/setting.h"
#include "bot/slack/api.h"
#include "bot/slack/scopes.h"

/* No question takes longer. */
#define PATIENCE_MS 30000
/* Nor does Slack's answer to one. */
#define ANSWER_MS (PATIENCE_MS / 3)

typedef struct Doctor {
    Loop *loop;
    Http *http;
    const Config *config;
    Store *store;              /* NULL: it is not open here … */
    const char *without_homes; /* … for this reason */
    guint at;                  /* the workspace that is examined */
    const WorkspaceConfig *workspace;
    SlackApi *api;
    GPtrArray *homes; /* of char *: channels that are still to be looked at */
    bool known;       /* the bot token is good */
    bool ill;
    LoopTimer *patience;
} Doctor;

static void good(const char *what, const char *detail)
{
    printf("  ok    %s%s%s\n", what, *detail != '\0' ? ": " : "", detail);
}

static void bad(Doctor *doctor, const char *what, const char *why)
{
    printf("  FAIL  %s: %s\n", what, why);
    doctor->ill = true;
}

/* Slack's code stands behind it: an administrator can look it up. Caller frees. */
static char *reason(const Doctor *doctor, const SlackAnswer *answer)
{
    const char *url = doctor->workspace->api_url;

    if (answer->json == NULL && *answer->error == '\0') {
        return g_strdup_printf("nobody answers at %s; look at the network, the proxy and api_url",
                               url);
    }
    if (answer->json == NULL) {
        return g_strdup_printf(
            "what answers at %s is not Slack's Web API (%s); look at api_url and "
            "the proxy, or try again in a while",
            url, answer->error);
    }
    return g_strdup_printf("%s (%s)", answer->people, answer->error);
}

static void bad_answer(Doctor *doctor, const char *what, const SlackAnswer *answer)
{
    g_autofree char *why = reason(doctor, answer);

    bad(doctor, what, why);
}

/* --- one step after the other --- */

static void next_workspace(void *arg);
static void next_home(Doctor *doctor);
static void on_impatient(void *arg);

static void ask(Doctor *doctor, SlackAsk ask, SlackDone done)
{
    loop_stop(&doctor->patience); /* many homes take their time: each question has its own */
    doctor->patience = loop_after(doctor->loop, PATIENCE_MS, on_impatient, doctor);
    ask.hurry = SLACK_SOON;
    ask.deadline_ms = ANSWER_MS;
    slack_api_call(doctor->api, &ask, done, doctor);
}

static void done_with_workspace(Doctor *doctor)
{
    doctor->at++;
    loop_after(doctor->loop, 0, next_workspace, doctor);
}

static void on_home(void *arg, const SlackAnswer *answer)
{
    Doctor *doctor = arg;
    g_autofree char *channel = g_ptr_array_steal_index(doctor->homes, 0);
    const Json *found = json_object(answer->json, "channel");
    const char *name = json_text(found, "name");
    g_autofree char *what =
        *name != '\0' ? g_strdup_printf("home #%s", name) : g_strdup_printf("home %s", channel);

    if (answer->class != SLACK_OK) {
        bad_answer(doctor, what, answer);
    } else if (json_bool(found, "is_archived")) {
        bad(doctor, what, "the channel is archived; unarchive it, or set the team up elsewhere");
    } else if (!json_bool(found, "is_member")) {
        bad(doctor, what, "the app is not in the channel; invite it with /invite");
    } else {
        good(what, "");
    }
    next_home(doctor);
}

static void next_home(Doctor *doctor)
{
    if (doctor->homes->len == 0) {
        done_with_workspace(doctor);
        return;
    }
    Json *args = json_new_object();
    json_put_text(args, "channel", g_ptr_array_index(doctor->homes, 0));
    ask(doctor, (SlackAsk){.method = "conversations.info", .take_args = args}, on_home);
}

static void clear_home(gpointer home)
{
    home_clear(home);
}

/* Where the workspace's teams live, as the store has it. */
static void list_homes(Doctor *doctor)
{
    g_autoptr(GArray) homes = g_array_new(FALSE, FALSE, sizeof(Home));
    g_autoptr(GError) error = NULL;
    WorkspaceId id = {0};

    g_array_set_clear_func(homes, clear_home);
    const StoreOps *ops = doctor->store->ops;
    if (!ops->begin(doctor->store, &error)) {
        bad(doctor, "homes", error->message);
        return;
    }
    if (ops->workspace(doctor->store, doctor->workspace->name, &id, &error) &&
        ops->homes(doctor->store, id, homes, &error)) {
        for (guint i = 0; i < homes->len; i++) {
            g_ptr_array_add(doctor->homes, g_strdup(g_array_index(homes, Home, i).channel));
        }
    } else {
        bad(doctor, "homes", error->message);
    }
    ops->rollback(doctor->store); /* nothing is changed here */
}

static void examine_homes(Doctor *doctor)
{
    if (doctor->without_homes != NULL) {
        printf("  --    homes: not looked at, since %s\n", doctor->without_homes);
    } else if (!doctor->known) {
        printf("  --    homes: not looked at, since they need the bot token\n");
    } else {
        list_homes(doctor);
    }
    next_home(doctor);
}

static void on_socket(void *arg, const SlackAnswer *answer)
{
    Doctor *doctor = arg;

    if (answer->class == SLACK_OK) {
        good("app token", "Socket Mode can be opened");
    } else {
        bad_answer(doctor, "app token", answer);
    }
    examine_homes(doctor);
}

static void tell_scopes(Doctor *doctor, const char *granted)
{
    g_autoptr(GPtrArray) missing = g_ptr_array_new();

    if (granted == NULL) {
        printf("  --    scopes: Slack did not say which are granted\n");
        return;
    }
    slack_scopes_missing(granted, missing);
    for (guint i = 0; i < missing->len; i++) {
        const SlackScope *scope = g_ptr_array_index(missing, i);
        g_autofree char *what = g_strdup_printf("scope %s", scope->name);
        g_autofree char *why = g_strdup_printf(
            "missing, needed for %s; add it under OAuth & Permissions and install the app again",
            scope->why);

        bad(doctor, what, why);
    }
    if (missing->len == 0) {
        good("scopes", "all that are needed are granted");
    }
}

static void on_auth(void *arg, const SlackAnswer *answer)
{
    Doctor *doctor = arg;

    doctor->known = answer->class == SLACK_OK;
    if (doctor->known) {
        g_autofree char *who = g_strdup_printf("%s in %s", json_text(answer->json, "user"),
                                               json_text(answer->json, "team"));
        good("bot token", who);
        tell_scopes(doctor, answer->scopes);
    } else {
        bad_answer(doctor, "bot token", answer);
    }
    ask(doctor,
        (SlackAsk){.method = "apps.connections.open", .token = doctor->workspace->app_token},
        on_socket);
}

static void next_workspace(void *arg)
{
    Doctor *doctor = arg;

    g_clear_pointer(&doctor->api, slack_api_free);
    if (doctor->at == doctor->config->workspaces->len) {
        loop_quit(doctor->loop);
        return;
    }
    doctor->workspace = g_ptr_array_index(doctor->config->workspaces, doctor->at);
    printf("%s (Slack)\n", doctor->workspace->name);
    if (doctor->workspace->ca_file != NULL) {
        http_set_ca_file(doctor->http, doctor->workspace->ca_file);
    }
    doctor->api = slack_api_new(doctor->loop, doctor->http, doctor->workspace->name,
                                doctor->workspace->api_url, doctor->workspace->bot_token);
    ask(doctor, (SlackAsk){.method = "auth.test"}, on_auth);
}

static void on_impatient(void *arg)
{
    Doctor *doctor = arg;

    doctor->patience = NULL;
    bad(doctor, "time", "the examination took too long and was ended");
    loop_quit(doctor->loop);
}

/* Opening it would make one that belongs to whoever examines, and the daemon could not write to it.
 */
static bool is_new(const Config *config)
{
    static const char scheme[] = "sqlite:";
    const char *path =
        config->store + (g_str_has_prefix(config->store, scheme) ? strlen(scheme) : 0);
    g_autofree char *folder = g_path_get_dirname(path);

    return !g_file_test(path, G_FILE_TEST_EXISTS) && g_file_test(folder, G_FILE_TEST_IS_DIR);
}

/* The store may be in use, or not there yet: neither is an illness. */
static void examine_store(Doctor *doctor)
{
    g_autoptr(GError) error = NULL;

    printf("store %s\n", doctor->config->store);
    if (is_new(doctor->config)) {
        good("store", "not there yet; the daemon makes it");
        doctor->without_homes = "there is no store yet";
        return;
    }
    doctor->store = setting_store(doctor->config, &error);
    if (doctor->store != NULL) {
        good("store", "can be opened");
    } else if (g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE)) {
        good("store", "a running daemon has it open");
        doctor->without_homes = "a running daemon holds the store; its log and /readyz tell";
    } else {
        bad(doctor, "store", error->message);
        doctor->without_homes = "the store cannot be opened";
    }
}

int doctor_main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    int code = 0;
    g_autoptr(Config) config =
        setting_config(argc, argv, "Says what works, and how to mend the rest.", &code);

    if (config == NULL) {
        return code;
    }
    log_init();
    log_set_level(LOG_LEVEL_ERROR);
    Doctor doctor = {.loop = loop_new(), .config = config};
    doctor.homes = g_ptr_array_new_with_free_func(g_free);
    doctor.http = http_new(doctor.loop, &error);
    if (doctor.http == NULL) {
        fprintf(stderr, "anchord: %s\n", error->message);
        doctor.ill = true;
    } else {
        examine_store(&doctor);
        loop_after(doctor.loop, 0, next_workspace, &doctor);
        loop_run(doctor.loop);
        loop_stop(&doctor.patience);
    }
    slack_api_free(doctor.api);
    http_free(doctor.http);
    loop_free(doctor.loop);
    g_ptr_array_unref(doctor.homes);
    store_close(doctor.store);
    printf(doctor.ill ? "Something needs mending.\n" : "All is well.\n");
    return doctor.ill ? 1 : 0;
}

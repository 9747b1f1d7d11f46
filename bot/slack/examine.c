#include "bot/slack/examine.h"

#include "bot/slack/api.h"
#include "bot/slack/scopes.h"

typedef struct Look {
    Examination *examination;
    SlackApi *api;
    GPtrArray *homes; /* of char *: channels that are still to be looked at */
    bool known;       /* the bot token is good */
} Look;

static void look_free(gpointer data)
{
    Look *look = data;

    slack_api_free(look->api);
    g_ptr_array_unref(look->homes);
    g_free(look);
}

/* Slack's code stands behind it: an administrator can look it up. Caller frees. */
static char *reason(const Look *look, const SlackAnswer *answer)
{
    const char *url = look->examination->workspace->api_url;

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

static void bad_answer(Look *look, const char *what, const SlackAnswer *answer)
{
    g_autofree char *why = reason(look, answer);

    examination_bad(look->examination, what, why);
}

/* --- one step after the other --- */

static void next_home(Look *look);

static void ask(Look *look, SlackAsk ask, SlackDone done)
{
    examination_wait(look->examination, EXAMINATION_PATIENCE_MS);
    ask.hurry = SLACK_SOON;
    ask.deadline_ms = EXAMINATION_ANSWER_MS;
    slack_api_call(look->api, &ask, done, look);
}

static void on_home(void *arg, const SlackAnswer *answer)
{
    Look *look = arg;
    g_autofree char *channel = g_ptr_array_steal_index(look->homes, 0);
    const Json *found = json_object(answer->json, "channel");
    const char *name = json_text(found, "name");
    g_autofree char *what =
        *name != '\0' ? g_strdup_printf("home #%s", name) : g_strdup_printf("home %s", channel);

    if (answer->class != SLACK_OK) {
        bad_answer(look, what, answer);
    } else if (json_bool(found, "is_archived")) {
        examination_bad(look->examination, what,
                        "the channel is archived; unarchive it, or set the team up elsewhere");
    } else if (!json_bool(found, "is_member")) {
        examination_bad(look->examination, what,
                        "the app is not in the channel; invite it with /invite");
    } else {
        examination_good(look->examination, what, "");
    }
    next_home(look);
}

static void next_home(Look *look)
{
    if (look->homes->len == 0) {
        examination_done(look->examination);
        return;
    }
    Json *args = json_new_object();
    json_put_text(args, "channel", g_ptr_array_index(look->homes, 0));
    ask(look, (SlackAsk){.method = "conversations.info", .take_args = args}, on_home);
}

static void examine_homes(Look *look)
{
    if (look->known || look->examination->store == NULL) {
        examination_homes(look->examination, look->homes);
    } else {
        examination_note(look->examination, "homes",
                         "not looked at, since they need the bot token");
    }
    next_home(look);
}

static void on_socket(void *arg, const SlackAnswer *answer)
{
    Look *look = arg;

    if (answer->class == SLACK_OK) {
        examination_good(look->examination, "app token", "Socket Mode can be opened");
    } else {
        bad_answer(look, "app token", answer);
    }
    examine_homes(look);
}

static void tell_scopes(Look *look, const char *granted)
{
    g_autoptr(GPtrArray) missing = g_ptr_array_new();

    if (granted == NULL) {
        examination_note(look->examination, "scopes", "Slack did not say which are granted");
        return;
    }
    slack_scopes_missing(granted, missing);
    for (guint i = 0; i < missing->len; i++) {
        const SlackScope *scope = g_ptr_array_index(missing, i);
        g_autofree char *what = g_strdup_printf("scope %s", scope->name);
        g_autofree char *why = g_strdup_printf(
            "missing, needed for %s; add it under OAuth & Permissions and install the app again",
            scope->why);

        examination_bad(look->examination, what, why);
    }
    if (missing->len == 0) {
        examination_good(look->examination, "scopes", "all that are needed are granted");
    }
}

static void on_auth(void *arg, const SlackAnswer *answer)
{
    Look *look = arg;

    look->known = answer->class == SLACK_OK;
    if (look->known) {
        g_autofree char *who = g_strdup_printf("%s in %s", json_text(answer->json, "user"),
                                               json_text(answer->json, "team"));
        examination_good(look->examination, "bot token", who);
        tell_scopes(look, answer->scopes);
    } else {
        bad_answer(look, "bot token", answer);
    }
    ask(look,
        (SlackAsk){.method = "apps.connections.open",
                   .token = look->examination->workspace->app_token},
        on_socket);
}

void slack_examine(Examination *examination)
{
    const WorkspaceConfig *workspace = examination->workspace;
    Look *look = g_new0(Look, 1);

    look->examination = examination;
    look->api = slack_api_new(examination->loop, examination->http, workspace->name,
                              workspace->api_url, workspace->ca_file, workspace->bot_token);
    look->homes = g_ptr_array_new_with_free_func(g_free);
    examination_hold(examination, look, look_free);
    ask(look, (SlackAsk){.method = "auth.test"}, on_auth);
}

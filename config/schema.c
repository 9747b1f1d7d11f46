#include "config/schema.h"

#include <string.h>

#include <glib.h>

#include "core/text.h"

#define CONFIG(member)    offsetof(Config, member)
#define POLICY(member)    offsetof(Config, policy.member)
#define TRIGGER(member)   offsetof(TriggerRead, member)
#define WORKSPACE(member) offsetof(WorkspaceConfig, member)

/* Choices are stored by their index. */
_Static_assert(sizeof(Platform) == sizeof(int32_t), "a platform is stored as a choice");
_Static_assert(sizeof(Transport) == sizeof(int32_t), "so is a transport");
_Static_assert(TRANSPORT_SYNC == 0 && TRANSPORT_WEBSOCKET == 1, "the order of transports[]");
_Static_assert(PLATFORM_SLACK == 0 && PLATFORM_MATRIX == 1, "the order of platforms[]");

static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const platforms[] = {"slack", "matrix", NULL};
static const char *const transports[] = {"sync", "websocket", NULL};
static const char *const app_tokens[] = {"xapp-", NULL};
static const char *const bot_tokens[] = {"xoxb-", "xoxe.xoxb-", NULL};

/* clang-format off */
const Setting settings[] = {
    { SCOPE_FILE, "store", SETTING_STORE, CONFIG(store),
      .def = "sqlite:/var/lib/anchord/anchord.db",
      .help = "where everything is kept" },
    { SCOPE_FILE, "listen", SETTING_LISTEN, CONFIG(listen),
      .example = "127.0.0.1:8089",
      .help = "address and port for health, metrics and readings; off where it is missing" },
    { SCOPE_FILE, "log", SETTING_SECTION, .inside = SCOPE_LOG, .help = "what is written to the log" },
    { SCOPE_FILE, "defaults", SETTING_SECTION, .inside = SCOPE_DEFAULTS,
      .help = "what a new team begins with" },
    { SCOPE_FILE, "policy", SETTING_SECTION, .inside = SCOPE_POLICY, .help = "the rules of sprints" },
    { SCOPE_FILE, "workspaces", SETTING_LIST, .inside = SCOPE_WORKSPACE, .max = 200,
      .required = true, .help = "the chats that are served" },

    { SCOPE_LOG, "level", SETTING_CHOICE, CONFIG(log_level), .choices = levels, .def = "info",
      .help = "the least that is written: error, warning, info or debug" },

    { SCOPE_DEFAULTS, "timezone", SETTING_ZONE, CONFIG(timezone), .def = "UTC",
      .help = "IANA name" },
    { SCOPE_DEFAULTS, "check_in", SETTING_MINUTE, POLICY(check_in), .def = "09:30",
      .help = "time of the daily check-in" },
    { SCOPE_DEFAULTS, "check_in_minutes", SETTING_NUMBER, POLICY(check_in_minutes), .min = 5,
      .max = 60, .unit = "minutes", .def = "15", .help = "how long it stays open" },
    { SCOPE_DEFAULTS, "working_days", SETTING_WEEKDAYS, POLICY(working_days), .def = "Mon-Fri",
      .help = "the days with a check-in" },

    { SCOPE_POLICY, "max_active_sprints", SETTING_NUMBER, POLICY(max_active_sprints), .min = 1,
      .max = 2, .unit = "sprints", .def = "2", .help = "active at once in a team" },
    { SCOPE_POLICY, "min_key_results", SETTING_NUMBER, POLICY(min_key_results), .min = 1, .max = 5,
      .unit = "key results", .def = "3", .help = "of a sprint" },
    { SCOPE_POLICY, "max_key_results", SETTING_NUMBER, POLICY(max_key_results), .min = 1, .max = 5,
      .unit = "key results", .def = "5", .help = "of a sprint" },
    { SCOPE_POLICY, "max_objectives", SETTING_NUMBER, POLICY(max_objectives), .min = 1, .max = 3,
      .unit = "objectives", .def = "3", .help = "of a team in one period" },
    { SCOPE_POLICY, "min_window_days", SETTING_NUMBER, POLICY(window.min_days), .min = 7,
      .max = 28, .unit = "days", .def = "7", .help = "length of a sprint" },
    { SCOPE_POLICY, "max_window_days", SETTING_NUMBER, POLICY(window.max_days), .min = 7,
      .max = 28, .unit = "days", .def = "28", .help = "length of a sprint" },
    { SCOPE_POLICY, "window_past_period_days", SETTING_NUMBER, POLICY(window_past_period_days),
      .min = 0, .max = 28, .unit = "days", .def = "7",
      .help = "how far a sprint may reach beyond the period of its objective" },
    { SCOPE_POLICY, "ahead", SETTING_RATIO, POLICY(ahead), .min = 100, .max = 2000, .def = "1",
      .help = "pace from which a key result is ahead" },
    { SCOPE_POLICY, "on_track", SETTING_RATIO, POLICY(on_track), .min = 100, .max = 2000,
      .def = "0.9", .help = "pace from which it is on track" },
    { SCOPE_POLICY, "at_risk", SETTING_RATIO, POLICY(at_risk), .min = 100, .max = 2000,
      .def = "0.7", .help = "pace from which it is at risk; below, it is behind" },
    { SCOPE_POLICY, "too_early", SETTING_RATIO, POLICY(too_early), .min = 0, .max = 500,
      .def = "0.2", .help = "first share of the sprint, in which nothing is judged" },
    { SCOPE_POLICY, "signal", SETTING_RATIO, POLICY(signal), .min = 50, .max = 1000,
      .def = "0.15", .help = "how far off its line a key result has to be for a proposal" },
    { SCOPE_POLICY, "draft_days", SETTING_NUMBER, POLICY(draft_days), .min = 1, .max = 28,
      .unit = "days", .def = "7", .help = "how long a form that was begun is kept" },
    { SCOPE_POLICY, "blocker_hours", SETTING_NUMBER, POLICY(blocker_hours), .min = 1, .max = 168,
      .unit = "hours", .def = "24", .help = "until an open blocker is escalated" },
    { SCOPE_POLICY, "triggers", SETTING_LIST, .inside = SCOPE_TRIGGER, .max = 20,
      .help = "what may start a sprint; a list given here replaces the one built in" },

    { SCOPE_TRIGGER, "name", SETTING_TEXT, TRIGGER(name), .max = 60, .required = true,
      .help = "as people see it" },
    { SCOPE_TRIGGER, "evidence", SETTING_TEXT, TRIGGER(evidence), .max = 300, .required = true,
      .help = "what is asked for beside the situation" },
    { SCOPE_TRIGGER, "joint", SETTING_FLAG, TRIGGER(joint), .def = "false",
      .help = "whether two or more teams own it" },

    { SCOPE_WORKSPACE, "name", SETTING_NAME, WORKSPACE(name), .max = 40, .required = true,
      .help = "your name for it, in the log, the metrics and the store" },
    { SCOPE_WORKSPACE, "platform", SETTING_CHOICE, WORKSPACE(platform), .choices = platforms,
      .required = true, .help = "slack or matrix" },
    { SCOPE_WORKSPACE, "app_token", SETTING_SECRET, WORKSPACE(app_token), .begins = app_tokens,
      .platforms = ON_SLACK, .required = true, .help = "app-level token, scope connections:write" },
    { SCOPE_WORKSPACE, "bot_token", SETTING_SECRET, WORKSPACE(bot_token), .begins = bot_tokens,
      .platforms = ON_SLACK, .required = true, .help = "bot token of the installed app" },
    { SCOPE_WORKSPACE, "api_url", SETTING_URL, WORKSPACE(api_url), .platforms = ON_SLACK,
      .def = "https://slack.com/api/", .help = "where the Web API is" },
    { SCOPE_WORKSPACE, "connections", SETTING_NUMBER, WORKSPACE(connections), .min = 1, .max = 10,
      .unit = "connections", .platforms = ON_SLACK, .def = "1", .help = "websockets at once" },
    { SCOPE_WORKSPACE, "homeserver", SETTING_URL, WORKSPACE(homeserver), .platforms = ON_MATRIX,
      .example = "https://matrix.example.org/",
      .help = "where its client API is; found by the user's server where it is missing" },
    { SCOPE_WORKSPACE, "user", SETTING_USER, WORKSPACE(user), .max = 255, .platforms = ON_MATRIX,
      .required = true, .help = "the bot's own account, as @anchord:example.org" },
    { SCOPE_WORKSPACE, "access_token", SETTING_SECRET, WORKSPACE(access_token),
      .platforms = ON_MATRIX, .example = "credential:matrix",
      .help = "a token made for the bot alone; for the websocket, the registration's as_token" },
    { SCOPE_WORKSPACE, "password", SETTING_SECRET, WORKSPACE(password), .platforms = ON_MATRIX,
      .example = "credential:matrix-password",
      .help = "where there is no token: it logs in once, and keeps the device" },
    { SCOPE_WORKSPACE, "transport", SETTING_CHOICE, WORKSPACE(transport), .choices = transports,
      .platforms = ON_MATRIX, .def = "sync", .help = "sync, or websocket" },
    { SCOPE_WORKSPACE, "proxy_url", SETTING_SOCKET, WORKSPACE(proxy_url), .platforms = ON_MATRIX,
      .example = "wss://matrix.example.org/",
      .help = "of mautrix-wsproxy; for transport: websocket" },
    { SCOPE_WORKSPACE, "allow", SETTING_USERS, WORKSPACE(allow), .max = 100,
      .platforms = ON_MATRIX, .required = true,
      .help = "who may talk to it, and whose invitations it accepts, as [\"@*:example.org\"]" },
    { SCOPE_WORKSPACE, "setup_power", SETTING_NUMBER, WORKSPACE(setup_power), .min = 0, .max = 100,
      .unit = "power", .platforms = ON_MATRIX, .def = "50",
      .help = "power level that setting up a team takes" },
    { SCOPE_WORKSPACE, "ca_file", SETTING_FILE, WORKSPACE(ca_file),
      .example = "/etc/anchord/proxy-ca.pem",
      .help = "further certificate authorities (PEM), beside the system's" },
};
/* clang-format on */
const size_t setting_count = G_N_ELEMENTS(settings);

const Setting *setting_find(Scope scope, const char *name)
{
    for (size_t i = 0; i < setting_count; i++) {
        if (settings[i].scope == scope && strcmp(settings[i].name, name) == 0) {
            return &settings[i];
        }
    }
    return NULL;
}

const Setting *setting_nearest(Scope scope, const char *name)
{
    const char *names[G_N_ELEMENTS(settings) + 1] = {NULL};
    size_t n = 0;

    for (size_t i = 0; i < setting_count; i++) {
        if (settings[i].scope == scope) {
            names[n++] = settings[i].name;
        }
    }
    const char *nearest = text_nearest(name, names);

    return nearest != NULL ? setting_find(scope, nearest) : NULL;
}

/* The section or list whose keys are of that scope; NULL for the file itself. */
static const Setting *holder_of(Scope scope)
{
    for (size_t i = 0; i < setting_count; i++) {
        bool holds = settings[i].type == SETTING_SECTION || settings[i].type == SETTING_LIST;

        if (holds && settings[i].inside == scope) {
            return &settings[i];
        }
    }
    return NULL;
}

char *setting_path(const Setting *setting)
{
    char *path = g_strdup(setting->name);

    for (const Setting *holder = holder_of(setting->scope); holder != NULL;
         holder = holder_of(holder->scope)) {
        char *longer = g_strdup_printf("%s%s.%s", holder->name,
                                       holder->type == SETTING_LIST ? "[]" : "", path);

        g_free(path);
        path = longer;
    }
    return path;
}

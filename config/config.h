#pragma once

/* What an administrator sets, read from a YAML file (design: Interfaces that stay). One row per
 * setting serves the reader, `anchord check`, the example file and the manual. One run reports
 * every mistake with its place. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "core/policy.h"

typedef enum Platform { PLATFORM_SLACK, PLATFORM_MATRIX } Platform;

typedef enum Transport { TRANSPORT_SYNC, TRANSPORT_WEBSOCKET } Transport;

typedef struct WorkspaceConfig {
    char *name;
    Platform platform;
    /* Slack. Tokens are what they resolve to, and never printed. */
    char *app_token, *bot_token;
    char *api_url;       /* ends in "/" */
    int32_t connections; /* 1 to 10 */
    /* Matrix. */
    char *homeserver;              /* base URL, ends in "/"; NULL: found by the user's server */
    char *user;                    /* "@anchord:example.org" */
    char *access_token, *password; /* at least one of them; never printed */
    Transport transport;
    char *proxy_url;     /* ends in "/"; TRANSPORT_WEBSOCKET: never NULL */
    char **allow;        /* who may talk to it, "*" for any part; ends with NULL */
    int32_t setup_power; /* the power level that setting up a team takes */
    /* Each. */
    char *ca_file; /* a further CA beside the system's; NULL */
    int32_t line;  /* in the file, for messages */
} WorkspaceConfig;

typedef struct Config {
    char *path;        /* of the file it was read from */
    char *store;       /* "sqlite:/var/lib/anchord/anchord.db" */
    char *listen;      /* "127.0.0.1:8089"; NULL: off */
    int32_t log_level; /* error, warning, info, debug: 0 to 3, as the log counts them */
    Policy
        policy; /* with the defaults for new teams; its texts and triggers are the config's own */
    GPtrArray *workspaces; /* of WorkspaceConfig, in the file's order */
    /* Parts of `policy` that are owned here. */
    char *timezone;
    GPtrArray *trigger_texts;
    Trigger *triggers;
} Config;

/* Reads the file. NULL when it holds a mistake: `mistakes` (of char *) are then complete lines
 * "anchord.yaml:12:23: defaults.check_in_minutes: 90 is above 60 (minutes)", in the order of the
 * file. Secrets: "${NAME}" from the environment, "file:PATH", "credential:NAME" from the folder
 * that $CREDENTIALS_DIRECTORY names. */
Config *config_read(const char *path, GPtrArray *mistakes) __attribute__((warn_unused_result));
/* The same for whoever needs no token, and mostly may read none: they stay NULL. */
Config *config_read_without_secrets(const char *path, GPtrArray *mistakes)
    __attribute__((warn_unused_result));
void config_free(Config *config); /* leaves no token behind in memory */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)
GPtrArray *config_mistakes_new(void);
/* The file that is read where none is named: $ANCHORD_CONFIG, else /etc/anchord/anchord.yaml. */
const char *config_default_path(void);

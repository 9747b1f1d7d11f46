#pragma once

/* What subcommands that read the configuration have in common. */

#include "bot/store/store.h"
#include "config/config.h"

/* Reads "-c FILE" and then the file; NULL when something is wrong with either, which has been
 * printed then, and `*code` is the exit code. --help prints `usage` and leaves 0 in `*code`. */
Config *setting_config(int argc, char **argv, const char *summary, int *code);
/* Opens what config->store names. */
Store *setting_store(const Config *config, GError **error) __attribute__((warn_unused_result));

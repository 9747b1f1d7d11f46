#pragma once

/* One value of the file into its place, checked by its row. */

#include <stdbool.h>
#include <sys/types.h>

#include "config/schema.h"
#include "config/yaml.h"

/* A value on its way. */
typedef struct Taking {
    const Setting *setting;
    const Node *node;
    const char *path;   /* "workspaces[1].connections", for messages */
    mode_t config_mode; /* of the file, for secrets that stand in it */
    Mistakes *mistakes;
    bool without_secrets; /* they are not looked for, and stay as they are */
} Taking;

/* Writes to `base` + the row's offset; what was a text there is freed. False after a mistake, and
 * nothing is written. For every type but sections and lists. */
bool take_value(const Taking *taking, void *base);

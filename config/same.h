#pragma once

/* Whether two readings of the configuration say the same of a workspace: by the table of settings,
 * so that a new setting is compared as well. */

#include "config/config.h"

/* In all that is in force there, tokens as they resolved included; not where it stands in the file.
 */
bool workspace_same(const WorkspaceConfig *a, const WorkspaceConfig *b);
/* The workspace of that name; NULL: there is none. */
const WorkspaceConfig *config_workspace(const Config *config, const char *name);

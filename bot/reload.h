#pragma once

/* The configuration read anew while the daemon runs (SIGHUP): a workspace whose settings changed is
 * closed and made anew, tokens included; the others keep their connections. A file with a mistake
 * changes nothing.
 *
 * Thread: the loop's. */

#include "bot/daemon.h"

typedef struct Reload Reload;

Reload *reload_new(Daemon *daemon);
void reload_free(Reload *reload); /* when neither the loop nor the engine runs any more */
/* Begins. While one is under way it is remembered, and done behind it. */
void reload_begin(Reload *reload);

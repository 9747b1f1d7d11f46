#pragma once

/* From the engine's thread to the loop: what came of a batch, gathered, and handed on in one go to
 * the workspaces and the web it is for. What is for a workspace that has left is for nobody: it was
 * not acknowledged, and comes again; its cards go out again when it is back. */

#include "bot/web/web.h"
#include "bot/workspaces.h"

typedef struct Relay Relay;

/* All are borrowed; `web` is where the web stands, once there is one. */
Relay *relay_new(Loop *loop, Workspaces **workspaces, Web **web);
void relay_free(Relay *relay); /* after the engine, before the loop */
/* What the engine is to call. */
EngineOut relay_out(Relay *relay);
/* Why the store takes nothing just now; NULL: it does. Borrowed until the loop goes on. */
const char *relay_store_trouble(const Relay *relay);

#pragma once

/* Draws charts in a process of its own, anchord-chart. Shaping text in any script is the one thing
 * here that runs large libraries over what people wrote: there it can neither end the daemon nor
 * make it grow, and it sees no token. The process is started for the first chart, and ends by
 * itself when there has been none for a while.
 *
 * Thread: any, one at a time; a call takes as long as the drawing does, at most ARTIST_PATIENCE_MS.
 */

#include "bot/chart/look.h"
#include "core/chart.h"

#define ARTIST_PATIENCE_MS 10000

typedef struct Artist Artist;

/* `program` NULL: the anchord-chart that lies beside the program that runs. */
Artist *artist_new(const char *program);
void artist_look(Artist *artist, const ChartLook *look); /* before the first chart; else plain */
/* Ahead of the first chart, so that it need not wait for the start. What fails, the drawing says.
 */
void artist_start(Artist *artist);
void artist_free(Artist *artist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Artist, artist_free)
/* A PNG; NULL with `error` set when it could not be drawn. Caller unrefs. */
GBytes *artist_draw(Artist *artist, const Chart *chart, GError **error)
    __attribute__((warn_unused_result));

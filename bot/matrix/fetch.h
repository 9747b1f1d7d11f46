#pragma once

/* Walks a walk: asks for its pages, and again while the homeserver cannot be asked. Thread: the
 * loop's. */

#include "bot/matrix/api.h"
#include "bot/matrix/walk.h"

typedef struct MatrixFetch MatrixFetch;

/* `walk` is borrowed while it lives. `done` is told once, never from inside, unless it is freed
 * before: `error` is "" where the walk came to its end, else why the homeserver refuses it. */
MatrixFetch *matrix_fetch_new(Loop *loop, MatrixApi *api, MatrixWalk *walk,
                              void (*done)(void *arg, const char *error), void *arg);
void matrix_fetch_free(MatrixFetch *fetch);

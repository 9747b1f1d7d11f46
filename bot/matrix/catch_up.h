#pragma once

/* What an application service missed while nobody listened, or while somebody listened in vain: for
 * each joined room, what happened since the last event that was kept; and the rooms that we are not
 * in any more. A room of which nothing was kept begins with its newest event: its past stays
 * unanswered. Thread: the loop's. */

#include "bot/clock.h"
#include "bot/matrix/api.h"
#include "bot/matrix/batch.h"

typedef struct MatrixCatchUp MatrixCatchUp;

typedef struct MatrixCatchUpOps {
    /* The last event kept of a room; NULL: none. Borrowed until the next call. */
    const char *(*last)(void *arg, const char *room);
    /* One room's, never empty; go on with matrix_catch_up_next. */
    void (*batch)(void *arg, MatrixBatch *take_batch);
    void (*done)(void *arg); /* that was all; the last call */
} MatrixCatchUpOps;

/* `clock` tells which past is too old. `rooms`: where we are in as far as is known; ends with NULL,
 * copied. It ends with `done`, however long that takes, unless it is freed before; nothing is told
 * from inside this call. */
MatrixCatchUp *matrix_catch_up_new(Loop *loop, Clock *clock, MatrixApi *api, const char *workspace,
                                   const char *user, const char *const *rooms,
                                   const MatrixCatchUpOps *ops, void *arg);
void matrix_catch_up_free(MatrixCatchUp *catch_up);
void matrix_catch_up_next(MatrixCatchUp *catch_up);

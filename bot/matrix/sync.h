#pragma once

/* The default transport: /sync as a long poll. Each answer becomes one batch that carries its
 * next_batch to be kept with what came of it, so that a crash neither loses nor repeats. A timeline
 * that is `limited` is filled by /messages before it is handed on; the first sync, and what a join
 * brings from before it, are history.
 *
 * Thread: the loop's. */

#include "bot/clock.h"
#include "bot/matrix/api.h"
#include "bot/matrix/batch.h"

typedef struct MatrixSync MatrixSync;

/* The name under which next_batch is kept. */
#define MATRIX_KEEP_SINCE "since"

/* `clock` tells which past is too old. `since`: kept from an earlier run; NULL: the first sync.
 * `user`: our own id. */
MatrixSync *matrix_sync_new(Loop *loop, Clock *clock, MatrixApi *api, const char *workspace,
                            const char *since, const MatrixSink *sink);
void matrix_sync_free(MatrixSync *sync);
void matrix_sync_start(MatrixSync *sync, const char *user); /* the account is ready */
void matrix_sync_pause(MatrixSync *sync); /* the account is not ready any more; start goes on */
/* The batch that the sink was given last is stored, or could not be. */
void matrix_sync_taken(MatrixSync *sync, bool stored);
/* The last poll was answered within what a poll may take. False: `why` says what is wrong. */
bool matrix_sync_ready(const MatrixSync *sync, const char **why);
/* A poll has been answered, or has failed. */
bool matrix_sync_tried(const MatrixSync *sync);
/* Polls answered so far: for metrics, and to know that the first is done. */
int64_t matrix_sync_count(const MatrixSync *sync);

/* Pure: one answer of /sync into a batch (borrowing from `take_answer`, which it owns), and which
 * gaps there are. `user`: own id; `first`: nothing in it is news. */
typedef struct MatrixGap {
    char *room, *prev_batch; /* owned */
    guint at;                /* what fills the gap belongs before batch->news[at] */
} MatrixGap;

GArray *matrix_gaps_new(void); /* of MatrixGap, which are freed with it; in the order of `at` */

/* `known(arg, room)`: are we in that room already, as far as we know? NULL where it is no answer
 * of /sync. */
MatrixBatch *matrix_sync_read(Json *take_answer, const char *user, bool first,
                              bool (*known)(void *arg, const char *room), void *arg,
                              GArray *gaps /* of MatrixGap */);

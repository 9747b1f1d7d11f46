#pragma once

/* Hands batches to the sink, one at a time, the same one again until it is stored: 1 s later, 2 s,
 * then up to 30 s apart. Thread: the loop's. */

#include "bot/loop.h"
#include "bot/matrix/batch.h"

typedef struct MatrixHand MatrixHand;

/* `sink` is copied. `stored` is told in a turn of its own, and the next batch may follow then. */
MatrixHand *matrix_hand_new(Loop *loop, const MatrixSink *sink, LoopCall stored, void *arg);
void matrix_hand_free(MatrixHand *hand);
bool matrix_hand_is_free(const MatrixHand *hand);
void matrix_hand_on(MatrixHand *hand, MatrixBatch *take_batch); /* while it is free */
/* As the sink's owner says; without a batch in its hands nothing happens. */
void matrix_hand_taken(MatrixHand *hand, bool stored);

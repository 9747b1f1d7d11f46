#pragma once

/* What an account stores beside the pieces that come: who belongs to a team, a room that moved,
 * what is kept for itself. Nobody hands it on again, so it is posted until the store has taken it;
 * what is bad in itself is left out, and said in the log.
 *
 * Thread: the loop's. */

#include "bot/matrix/piece.h"

typedef struct MatrixAsides MatrixAsides;

/* To engine_post_all() with `tag`, which comes back to matrix_asides_told. */
typedef void (*MatrixAsidesPost)(void *arg, GPtrArray *take_events, GArray *take_keeps, void *tag);

MatrixAsides *matrix_asides_new(Loop *loop, const char *workspace, MatrixAsidesPost post,
                                void *arg);
void matrix_asides_free(MatrixAsides *asides);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixAsides, matrix_asides_free)
/* `take_event` NULL: only what is kept (of Memo). */
void matrix_asides_post(MatrixAsides *asides, Event *take_event, GArray *take_keeps);
/* False: the tag is none of ours. */
bool matrix_asides_told(MatrixAsides *asides, void *tag, Stored how);

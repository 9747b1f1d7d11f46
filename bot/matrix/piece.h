#pragma once

/* What came from the homeserver in one piece, on its way into the store: all of its events and what
 * is kept with them, in one transaction. What the store cannot take now comes again, for as long as
 * that lasts. A piece that fails by itself again and again goes in apart, event by event: one that
 * is bad is left out then, and does not hold up all that come after it.
 *
 * Thread: the loop's. */

#include "bot/adapter.h"

typedef struct MatrixPiece MatrixPiece;

/* To engine_post_all(); how it went comes to matrix_piece_told. */
typedef void (*MatrixPiecePost)(void *arg, GPtrArray *take_events, GArray *take_keeps);

typedef enum PieceEnd {
    PIECE_GOES_ON, /* the next part of it was posted */
    PIECE_IN,      /* stored, with what is kept */
    PIECE_AGAIN,   /* to be read and posted again, later: what was stored of it is known by its keys
                    */
} PieceEnd;

MatrixPiece *matrix_piece_new(const char *workspace, MatrixPiecePost post, void *arg);
void matrix_piece_free(MatrixPiece *piece);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixPiece, matrix_piece_free)
GArray *matrix_keeps_new(void); /* of Memo, which it frees */
GArray *matrix_keeps_copy(const GArray *keeps);
/* What the piece was read as: events (of Event), and `take_keeps` (of Memo). */
void matrix_piece_post(MatrixPiece *piece, GPtrArray *take_events, GArray *take_keeps);
PieceEnd matrix_piece_told(MatrixPiece *piece, Stored stored);

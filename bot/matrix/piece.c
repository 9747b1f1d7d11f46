#include "bot/matrix/piece.h"

#include "bot/log.h"
#include "bot/request_id.h"

/* It failed by itself so often: from then on it goes in apart. */
#define TRIES_MAX 5

struct MatrixPiece {
    char *workspace;
    MatrixPiecePost post;
    void *arg;
    GPtrArray *events; /* of Event */
    GArray *keeps;     /* of Memo */
    int tries;
    guint at; /* apart: the event under way; behind the last, what is kept */
};

GArray *matrix_keeps_new(void)
{
    GArray *keeps = g_array_new(FALSE, FALSE, sizeof(Memo));

    g_array_set_clear_func(keeps, memo_clear);
    return keeps;
}

GArray *matrix_keeps_copy(const GArray *keeps)
{
    GArray *copy = matrix_keeps_new();

    for (guint i = 0; i < keeps->len; i++) {
        const Memo *memo = &g_array_index(keeps, Memo, i);
        Memo own = {g_strdup(memo->name), g_strdup(memo->value)};

        g_array_append_val(copy, own);
    }
    return copy;
}

static void free_event(gpointer event)
{
    event_free(event);
}

static bool is_apart(const MatrixPiece *piece)
{
    return piece->tries >= TRIES_MAX;
}

static void post(const MatrixPiece *piece)
{
    GPtrArray *events = g_ptr_array_new_with_free_func(free_event);
    bool last = !is_apart(piece) || piece->at == piece->events->len;

    for (guint i = 0; i < piece->events->len; i++) {
        if (!is_apart(piece) || i == piece->at) {
            g_ptr_array_add(events, event_copy(g_ptr_array_index(piece->events, i)));
        }
    }
    piece->post(piece->arg, events, last ? matrix_keeps_copy(piece->keeps) : matrix_keeps_new());
}

MatrixPiece *matrix_piece_new(const char *workspace, MatrixPiecePost post_it, void *arg)
{
    MatrixPiece *piece = g_new(MatrixPiece, 1);

    *piece = (MatrixPiece){.workspace = g_strdup(workspace), .post = post_it, .arg = arg};
    return piece;
}

static void drop(MatrixPiece *piece)
{
    g_clear_pointer(&piece->events, g_ptr_array_unref);
    g_clear_pointer(&piece->keeps, g_array_unref);
}

void matrix_piece_free(MatrixPiece *piece)
{
    if (piece != NULL) {
        drop(piece);
        g_free(piece->workspace);
        g_free(piece);
    }
}

void matrix_piece_post(MatrixPiece *piece, GPtrArray *take_events, GArray *take_keeps)
{
    drop(piece);
    piece->events = take_events;
    piece->keeps = take_keeps;
    piece->at = 0;
    post(piece);
}

PieceEnd matrix_piece_told(MatrixPiece *piece, Stored stored)
{
    if (stored == STORED_NOT_NOW) {
        return PIECE_AGAIN; /* it is not the piece that is bad: nothing of it may be left out */
    }
    if (is_apart(piece) && piece->at < piece->events->len) {
        const Event *event = g_ptr_array_index(piece->events, piece->at);

        if (stored == STORED_NOT) {
            log_error("event_left_out", F_STR("workspace", piece->workspace), F_REQUEST(event->key),
                      F_STR("event", event->key));
        }
        piece->at++;
        post(piece);
        return PIECE_GOES_ON;
    }
    if (stored == STORED_NOT) {
        piece->tries++;
        return PIECE_AGAIN;
    }
    return PIECE_IN;
}

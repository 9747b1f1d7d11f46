#pragma once

/* A card's chart as a picture beneath it: drawn elsewhere, uploaded, and posted in the card's
 * thread, in place of the one that the card showed before, unless it is the very same. The card
 * stands without it, and so nobody waits: what is not done within a minute is left. Part of post.h.
 *
 * Thread: the loop's. */

#include "bot/matrix/api.h"
#include "bot/matrix/rooms.h"
#include "core/card.h"

#define MATRIX_PICTURE_WITHIN_MS (INT64_C(60) * 1000)

typedef struct MatrixPictures MatrixPictures;

typedef struct MatrixPicturesOps {
    void (*draw)(void *arg, int64_t row, const Chart *chart); /* answers by matrix_pictures_drawn */
    void (*lacking)(void *arg, const char *room, const char *what, const char *why);
} MatrixPicturesOps;

MatrixPictures *matrix_pictures_new(Loop *loop, MatrixApi *api, const MatrixRooms *rooms,
                                    const char *install, const MatrixPicturesOps *ops, void *arg);
void matrix_pictures_free(MatrixPictures *pictures);
/* Of a card that has a chart, borrowed for the call; it stands as `message`, in the thread of
 * `root`, which may be itself. `edited`: it stood before, and so may its picture, which is looked
 * for in the thread where it is not remembered. */
void matrix_pictures_show(MatrixPictures *pictures, int64_t row, const Card *card, const char *room,
                          const char *root, const char *message, bool edited);
void matrix_pictures_drawn(MatrixPictures *pictures, int64_t row,
                           GBytes *png); /* NULL: cannot be */

/* What a PNG says of itself. False: it is none. */
bool matrix_png_size(GBytes *png, int32_t *width, int32_t *height);

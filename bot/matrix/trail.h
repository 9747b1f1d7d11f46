#pragma once

/* What follows a card that stands: our own reactions, which are its buttons; beneath a check-in the
 * poll for confidence, and its end; and a sprint's pin. None of it is waited for, and a card is
 * none the worse without it. Part of post.h.
 *
 * Thread: the loop's. */

#include "bot/matrix/rooms.h"
#include "core/card.h"

#define MATRIX_REACTIONS_MAX 3

typedef struct MatrixTrail MatrixTrail;

typedef struct MatrixTrailOps {
    void (*lacking)(void *arg, const char *room, const char *what, const char *why);
    void (*sent)(void *arg, const char *room, const char *event_id, const Json *content);
} MatrixTrailOps;

MatrixTrail *matrix_trail_new(MatrixApi *api, const MatrixRooms *rooms, const char *install,
                              const MatrixTrailOps *ops, void *arg);
void matrix_trail_free(MatrixTrail *trail);

/* The card stands as `message` (borrowed, all of it). */
typedef struct MatrixStanding {
    int64_t row;
    const Card *card;
    const char *room, *message;
    bool edited; /* it stood before, and was changed */
} MatrixStanding;

void matrix_trail_follow(MatrixTrail *trail, const MatrixStanding *standing);

#pragma once

/* Coming into rooms: invitations that were found good, and rooms that another one lives on in. A
 * join is tried again after 1, 5, 30 and 120 seconds, since news of an invitation may be faster
 * than the invitation; then it rests until the next one. Part of rooms.h.
 *
 * Thread: the loop's. */

#include "bot/matrix/api.h"

#define MATRIX_ROOMS_MAX      500
#define MATRIX_JOINS_PER_HOUR 60

typedef struct MatrixJoins MatrixJoins;

typedef struct MatrixJoinsOps {
    bool (*is_in)(void *arg, const char *room);
    size_t (*count)(void *arg); /* rooms that we are in */
    /* We are there. `inviter` NULL: nobody invited us, the room follows `from`. `from` NULL: it
     * follows none, as far as both of them say. */
    void (*came)(void *arg, const char *room, const char *inviter, bool direct, const char *from);
    /* To be stored while it lasts, for matrix_joins_resume: nobody tells of it a second time.
     * `what` NULL: it is over. */
    void (*keep)(void *arg, const char *room, const char *what);
} MatrixJoinsOps;

MatrixJoins *matrix_joins_new(Loop *loop, MatrixApi *api, const char *workspace,
                              const MatrixJoinsOps *ops, void *arg);
void matrix_joins_free(MatrixJoins *joins);
/* `server`: one that knows the room. */
void matrix_joins_invited(MatrixJoins *joins, const char *room, const char *inviter, bool direct,
                          const char *server);
/* A room that we are in says that it lives on in that one. */
void matrix_joins_follow(MatrixJoins *joins, const char *room, const char *server);
/* What was under way when an earlier run ended, as `keep` told it. */
void matrix_joins_resume(MatrixJoins *joins, const char *room, const char *what);
/* It is to be followed, and could not be joined: any invitation there is welcome. */
bool matrix_joins_expects(const MatrixJoins *joins, const char *room);
void matrix_joins_entered(MatrixJoins *joins, const char *room); /* a sync says that we are there */
void matrix_joins_drop(MatrixJoins *joins, const char *room);    /* … or are not, or any more */

#pragma once

/* Direct rooms: whose they are (the account data m.direct, and who spoke where last), and finding
 * or making one for a member. Rooms that are encrypted are passed over, since nothing can be said
 * there, but for one that we made ourselves: another would be no better. Part of rooms.h.
 *
 * Thread: the loop's. */

#include "bot/matrix/rooms.h"

typedef struct MatrixDirects MatrixDirects;

/* What it needs of the other rooms' facts. */
typedef struct MatrixDirectsOps {
    bool (*is_in)(void *arg, const char *room);
    char **(*list)(void *arg); /* rooms that we are in; ends with NULL, the caller's */
    void (*learn)(void *arg, const char *room, MatrixRoomsDone done, void *done_arg);
    bool (*encrypted)(void *arg, const char *room);
    bool (*ours)(void *arg, const char *room);    /* we made it */
    void (*entered)(void *arg, const char *room); /* a new one: we are in it */
} MatrixDirectsOps;

MatrixDirects *matrix_directs_new(Loop *loop, MatrixApi *api, const char *workspace,
                                  const MatrixDirectsOps *ops, void *arg);
/* Wishes end with NULL. */
void matrix_directs_free(MatrixDirects *directs);
/* Reads m.direct; `ready` once, when it is known. Wishes wait for matrix_directs_go. */
void matrix_directs_start(MatrixDirects *directs, const char *own, void (*ready)(void *arg));
void matrix_directs_go(MatrixDirects *directs);

/* An invitation said so: noted, and written to m.direct. */
void matrix_directs_add(MatrixDirects *directs, const char *member, const char *room);
bool matrix_directs_has(const MatrixDirects *directs, const char *room);
void matrix_directs_spoke(MatrixDirects *directs, const char *room, const char *member);
const char *matrix_directs_of(const MatrixDirects *directs, const char *member);
/* Somebody left it: whether it still serves is asked anew. */
void matrix_directs_doubt(MatrixDirects *directs, const char *room);
void matrix_directs_wish(MatrixDirects *directs, const char *member, MatrixDirect done, void *arg);

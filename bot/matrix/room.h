#pragma once

/* One room: what is known of it, and who waits to know more. Once made it stays, since what was
 * encrypted once is so for ever; of a room that we have left little else is kept. Part of rooms.h.
 *
 * Thread: the loop's. */

#include "bot/matrix/names.h"
#include "bot/matrix/power.h"
#include "bot/matrix/rooms.h"

typedef struct MatrixRoom MatrixRoom;

/* What all rooms share; theirs to read. */
typedef struct MatrixRoomWorld {
    Loop *loop;
    MatrixApi *api;
    char *workspace;
    char *own; /* our user id; NULL: not started */
    MatrixNameBook *names;
    bool ready; /* we know where we are: before that nothing is asked */
} MatrixRoomWorld;

MatrixRoom *matrix_room_new(const MatrixRoomWorld *world, const char *id);
void matrix_room_free(MatrixRoom *room); /* nobody waits any more (matrix_room_fail) */
void matrix_room_fail(MatrixRoom *room); /* who waits is told so, from inside */
void matrix_room_go(MatrixRoom *room);   /* the world is ready */

void matrix_room_state(MatrixRoom *room, const Json *event);
void matrix_room_enter(MatrixRoom *room);
void matrix_room_leave(MatrixRoom *room); /* its facts are forgotten */

const char *matrix_room_id(const MatrixRoom *room);
bool matrix_room_is_known(const MatrixRoom *room); /* there is nothing to learn */
bool matrix_room_is_in(const MatrixRoom *room);
bool matrix_room_is_encrypted(const MatrixRoom *room);
bool matrix_room_is_crowded(const MatrixRoom *room); /* more than two are there */
const MatrixPower *matrix_room_power(const MatrixRoom *room);

/* As matrix_rooms_learn and matrix_rooms_members. */
void matrix_room_learn(MatrixRoom *room, MatrixRoomsDone done, void *arg);
void matrix_room_members(MatrixRoom *room, bool fresh, MatrixMembers done, void *arg);

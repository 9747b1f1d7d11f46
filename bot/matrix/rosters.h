#pragma once

/* Who belongs to each team: whoever is in its room. Read when a home is made known, since nobody
 * told while we were away; who comes and goes later is told by events. Thread: the loop's. */

#include "bot/matrix/rooms.h"

typedef struct MatrixRosters MatrixRosters;

/* Takes an EVENT_ROSTER without its workspace's id, for good. */
typedef void (*MatrixRosterPost)(void *arg, Event *take_event);
MatrixRosters *matrix_rosters_new(Loop *loop, const char *workspace, MatrixRooms *rooms,
                                  MatrixRosterPost post, void *arg);
void matrix_rosters_free(MatrixRosters *rosters); /* after the rooms, which may owe it an answer */
/* A team lives in that room. */
void matrix_rosters_home(MatrixRosters *rosters, const char *room);
void matrix_rosters_start(MatrixRosters *rosters); /* the rooms can be asked */

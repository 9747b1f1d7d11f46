#pragma once

/* The rooms we are in: who is there, who may do what, which are direct, which are encrypted; the
 * invitations, and what becomes of them. What a sync did not tell is asked for when it is needed
 * and kept in memory; never the reason to answer wrongly: unknown is unknown.
 *
 * Thread: the loop's. */

#include "bot/matrix/api.h"
#include "core/event.h"

typedef struct MatrixRooms MatrixRooms;

typedef struct MatrixRoomsConfig {
    const char *workspace;
    const char *const *allow; /* "@*:example.org", "@maria:example.org", "*"; ends with NULL: who
                                 may talk to it; whose invitations it accepts */
    int32_t setup_power;      /* who may set up a team: 50 */
} MatrixRoomsConfig;

typedef struct MatrixRoomsOps {
    /* The room `from` lives on in `to`: joined, and its create event names the old one. */
    void (*moved)(void *arg, const char *from, const char *to);
    /* We are there now (an invitation was accepted). */
    void (*joined)(void *arg, const char *room, bool direct);
    /* We are on our way into that room: to be stored while it lasts, for matrix_rooms_resume.
     * `what` NULL: it is over. */
    void (*keep)(void *arg, const char *room, const char *what);
} MatrixRoomsOps;

MatrixRooms *matrix_rooms_new(Loop *loop, MatrixApi *api, const MatrixRoomsConfig *config,
                              const MatrixRoomsOps *ops, void *arg);
/* Who still waits for something is told that it failed, from inside. */
void matrix_rooms_free(MatrixRooms *rooms);
/* The account is ready: reads m.direct and joined_rooms. */
void matrix_rooms_start(MatrixRooms *rooms, const char *own_user);
/* Once it is started: what `keep` told an earlier run, and was not over. */
void matrix_rooms_resume(MatrixRooms *rooms, const char *room, const char *what);

/* What batches tell. */
void matrix_rooms_state(MatrixRooms *rooms, const char *room, const Json *event); /* any state */
void matrix_rooms_invited(MatrixRooms *rooms, const char *room, const Json *stripped);
void matrix_rooms_entered(MatrixRooms *rooms, const char *room);
void matrix_rooms_left(MatrixRooms *rooms, const char *room);

bool matrix_rooms_allowed(const MatrixRooms *rooms, const char *user);
/* What matrix_rooms_learn asks for was told, for this room. */
bool matrix_rooms_is_known(const MatrixRooms *rooms, const char *room);
const char *matrix_rooms_own(const MatrixRooms *rooms); /* our own id; NULL before the start */
bool matrix_rooms_is_in(const MatrixRooms *rooms, const char *room);
bool matrix_rooms_is_direct(const MatrixRooms *rooms, const char *room);
bool matrix_rooms_is_encrypted(const MatrixRooms *rooms, const char *room);
/* A name to show; "" while it is not known. Matches MatrixName (text.h) with a MatrixRooms. */
const char *matrix_rooms_name(void *rooms, const char *user);
/* The room that `member` wrote to us in last, or that is theirs by m.direct; NULL: none yet. */
const char *matrix_rooms_direct_of(const MatrixRooms *rooms, const char *member);
void matrix_rooms_spoke(MatrixRooms *rooms, const char *room, const char *member);

/* Each calls `done` once, never from inside, also when it failed. */
typedef void (*MatrixRoomsDone)(void *arg, bool ok);
/* Encryption and power levels of the room are known then, whether it is direct, and what its
 * members are called (as far as they can be read). False also where we are not in it. */
void matrix_rooms_learn(MatrixRooms *rooms, const char *room, MatrixRoomsDone done, void *arg);
/* Does the user's power reach config's setup_power here? Creators of rooms of version 12 and later
 * always do. STANDING_UNKNOWN when the homeserver does not say. */
typedef void (*MatrixRank)(void *arg, Standing standing);
void matrix_rooms_rank(MatrixRooms *rooms, const char *room, const char *user, MatrixRank done,
                       void *arg);
/* May we send that state event here ("m.room.pinned_events")? Of what is known. */
bool matrix_rooms_may(const MatrixRooms *rooms, const char *room, const char *state_type);
/* Members without us, sorted, ends with NULL, borrowed; NULL when that failed. From memory when no
 * older than an hour. */
typedef void (*MatrixMembers)(void *arg, const char *const *members);
void matrix_rooms_members(MatrixRooms *rooms, const char *room, bool fresh, MatrixMembers done,
                          void *arg);
/* A direct room with the member: an old one, or a new one (marked in m.direct); NULL when that
 * failed, with `why` for people. Two wishes for one member make one room. */
typedef void (*MatrixDirect)(void *arg, const char *room, const char *why);
void matrix_rooms_direct(MatrixRooms *rooms, const char *member, MatrixDirect done, void *arg);

#pragma once

/* From what came in one piece to events for the engine, in order: what a piece needs to be
 * understood (whether its room is direct, what somebody reacted to, who may set up a team) is
 * looked up on the way, one after the other. One piece at a time.
 *
 * Thread: the loop's. */

#include "bot/matrix/batch.h"
#include "bot/matrix/intake.h"
#include "bot/matrix/rooms.h"

typedef struct MatrixReading MatrixReading;

typedef struct MatrixReadingOps {
    /* All of it is read; of Event, without their workspace's id. Never from inside. */
    void (*read)(void *arg, MatrixBatch *take_batch, GPtrArray *take_events);
    /* Our own message came by. */
    void (*own)(void *arg, const char *row, const char *room, const char *event_id);
    /* We are in a room whose messages cannot be read; told each time that this shows. */
    void (*unreadable)(void *arg, const char *room);
} MatrixReadingOps;

typedef struct MatrixReadingConfig {
    const char *workspace, *install;
    MatrixApi *api; /* all borrowed */
    MatrixRooms *rooms;
    MatrixTargets *targets;
} MatrixReadingConfig;

MatrixReading *matrix_reading_new(Loop *loop, const MatrixReadingConfig *config,
                                  const MatrixReadingOps *ops, void *arg);
/* What is being read is dropped; before the rooms are freed, which may owe it an answer. */
void matrix_reading_stop(MatrixReading *reading);
void matrix_reading_free(MatrixReading *reading); /* after the rooms */
void matrix_reading_start(MatrixReading *reading, const char *own_user);
void matrix_reading_take(MatrixReading *reading, MatrixBatch *take_batch);

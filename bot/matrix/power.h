#pragma once

/* Who may do what in a room, by its create event and its power levels (specification:
 * m.room.create, m.room.power_levels; room versions 1 to 12). A version that we do not know is
 * as 12. Pure. */

#include "bot/json.h"

/* Of a creator in rooms of version 12 and later: above every level that can be written down. */
#define MATRIX_POWER_ALL INT64_MAX

typedef struct MatrixPower {
    bool created;         /* the create event is known */
    bool creators_rule;   /* version 12 and later */
    GHashTable *creators; /* set of user ids; empty where the event does not say who sent it */
    bool levelled;        /* the power levels are known, or that there are none */
    Json *levels;         /* NULL: there are none */
} MatrixPower;

void matrix_power_clear(MatrixPower *power);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MatrixPower, matrix_power_clear)

/* The m.room.create event, with its sender. */
void matrix_power_create(MatrixPower *power, const Json *event);
/* The content of m.room.power_levels; NULL: the room has none. */
void matrix_power_levels(MatrixPower *power, const Json *content);
bool matrix_power_known(const MatrixPower *power);

/* False while that is not known. */
bool matrix_power_of(const MatrixPower *power, const char *user, int64_t *level);
/* What it takes to send a state event of that type. */
int64_t matrix_power_for_state(const MatrixPower *power, const char *type);
/* And one that is none: a message. */
int64_t matrix_power_for_event(const MatrixPower *power, const char *type);

#pragma once

/* Readings that another system sends (framework: The tactical layer). All of them are judged first;
 * then all are taken, or none. One that is on the books already, by its key or as the same value
 * for the same day, is repeated: sending again changes nothing. */

#include "core/turn.h"

#define READINGS_MAX 1000 /* in one event */

/* The names of a receipt's facts. Either readings were taken: how many, and how many of those sent
 * were repeated; or none was: why, with an item for each that is at fault. */
#define RECEIPT_TAKEN    "taken"
#define RECEIPT_REPEATED "repeated"
#define RECEIPT_STRANGER "stranger" /* the token is not valid, or not any more */
#define RECEIPT_ERROR    "error"

/* EVENT_READINGS. */
void readings_take(Turn *turn);

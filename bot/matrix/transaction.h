#pragma once

/* An application service's transaction as a batch: its events in the order in which they happened,
 * our own comings and goings among them, and for each room the last event, to be kept. Pure. */

#include "bot/matrix/batch.h"
#include "bot/matrix/seen.h"

/* `user`: own id. What `seen` holds is left out. `last`: rooms that we are in (char*, the last
 * event there). The batch is empty where nothing in it is for us. */
MatrixBatch *matrix_transaction_read(Json *take_transaction, const char *user,
                                     const MatrixSeen *seen, GHashTable *last);

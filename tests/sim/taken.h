#pragma once

/* Judges what people were told was taken: writes it into the books, for the audits to find it in
 * the store. */

#include "platform.h"

Taken *taken_new(void);
void taken_free(Taken *taken);

/* An event was acknowledged for the first time. */
void taken_reply(Sim *sim, const Sent *sent, const Card *reply);
/* It had been committed when the daemon died, and nobody heard the reply. */
void taken_unheard(Sim *sim, const Sent *sent);

#pragma once

/* Whether a member calls us, and to do what: "!sprint status", "anchord: status", and in a direct
 * conversation "status". Pure; texts are what matrix_said made of a message. */

#include "bot/matrix/intake.h"

/* The command that it is, as the core reads it: "sprint status"; NULL: it is none. `*addressed`: we
 * were called by name, or in a direct conversation by the "!". Caller frees. */
char *call_command(const char *said, const Json *content, const MatrixPlace *place,
                   bool *addressed);
/* What an edited message answers: "@anchord kr1 30%" and "!sprint checkin kr1 30%" without the
 * words that called us. Caller frees. */
char *call_answer(const char *said, const MatrixPlace *place);
/* Is "sprint setup name: West" that command of that family, for the core? */
bool call_names(const char *command, const char *family, const char *name);

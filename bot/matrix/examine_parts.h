#pragma once

/* The parts of Matrix's examination (examine.c), each in a file of its own. What a part holds goes
 * with the examination. */

#include "bot/examination.h"
#include "bot/matrix/api.h"
#include "core/words.h"

/* examine.c: one question, with its patience; and what an answer that leads nowhere means. */
void matrix_examine_ask(Examination *examination, MatrixApi *api, const MatrixAsk *ask,
                        MatrixDone done, void *arg);
void matrix_examine_good(const Examination *examination, const char *what, char *take_detail);
void matrix_examine_bad(Examination *examination, const char *what, char *take_why);
void matrix_examine_note(const Examination *examination, const char *what, char *take_detail);
void matrix_examine_bad_answer(Examination *examination, const char *what,
                               const MatrixAnswer *answer);

/* examine_proxy.c: is the proxy there, and does it know the token? A plain GET: with an upgrade it
 * would take the running daemon's place. Then `then(arg)`. */
void matrix_examine_proxy(Examination *examination, LoopCall then, void *arg);

/* examine_homes.c: the rooms that we are in, and those where teams live. The last part: it ends the
 * examination. */
void matrix_examine_homes(Examination *examination, MatrixApi *api);

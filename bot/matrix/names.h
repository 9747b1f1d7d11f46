#pragma once

/* What members call themselves, cleaned to one short line. At most `max` are kept; the ones learnt
 * longest ago are forgotten first. Pure. */

#include <glib.h>

#define MATRIX_NAME_MAX 60

typedef struct MatrixNameBook MatrixNameBook;

MatrixNameBook *matrix_names_new(guint max);
void matrix_names_free(MatrixNameBook *names);
/* As the homeserver tells it: NULL or nothing readable: the member has none. */
void matrix_names_put(MatrixNameBook *names, const char *user, const char *raw);
const char *matrix_names_find(const MatrixNameBook *names, const char *user); /* "" */

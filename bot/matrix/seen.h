#pragma once

/* The last so many ids that came by. Pure. */

#include <stdbool.h>

#include <glib.h>

typedef struct MatrixSeen MatrixSeen;

/* `kept`: as matrix_seen_text wrote it; NULL: none. */
MatrixSeen *matrix_seen_new(guint max, const char *kept);
void matrix_seen_free(MatrixSeen *seen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixSeen, matrix_seen_free)
bool matrix_seen_has(const MatrixSeen *seen, const char *id);
/* One that is there already stays where it is. */
void matrix_seen_add(MatrixSeen *seen, const char *id);
/* All of them, the oldest first, by commas; commas in an id are escaped. Caller frees. */
char *matrix_seen_text(const MatrixSeen *seen);

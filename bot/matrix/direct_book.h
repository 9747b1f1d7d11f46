#pragma once

/* The account data m.direct: members and the rooms that are direct conversations with them. It is
 * read and written whole, so additions wait for one another, and go out together. Part of
 * directs.h.
 *
 * Thread: the loop's. */

#include "bot/matrix/api.h"

typedef struct MatrixDirectBook MatrixDirectBook;

MatrixDirectBook *matrix_direct_book_new(Loop *loop, MatrixApi *api, const char *workspace);
void matrix_direct_book_free(MatrixDirectBook *book);
/* Asks for it until it is known; then `ready`. */
void matrix_direct_book_start(MatrixDirectBook *book, const char *own, void (*ready)(void *arg),
                              void *arg);
/* Known at once, and written as soon as it can be. */
void matrix_direct_book_add(MatrixDirectBook *book, const char *member, const char *room);
/* A member's rooms (char *), the last one added at the end; NULL: none. Borrowed. */
const GPtrArray *matrix_direct_book_of(const MatrixDirectBook *book, const char *member);
bool matrix_direct_book_has(const MatrixDirectBook *book, const char *room);

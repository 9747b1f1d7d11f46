#pragma once

/* Backwards through a room's past by /messages, page after page, to where we were before: which
 * page to ask for next, and what was found. It ends after so many pages, or where all is too old;
 * what lies beyond is given up. Pure. */

#include "bot/matrix/batch.h"

typedef struct MatrixWalk MatrixWalk;

typedef struct MatrixWalkPlan {
    const char *room;
    const char *from;  /* a token; NULL: the newest event */
    const char *to;    /* the token where it ends; NULL: none */
    const char *until; /* the event where it ends, not taken itself; NULL: none */
    const char *types; /* of the events wanted, a JSON array; NULL: all */
    int64_t oldest_ms; /* a page whose events are all older (Unix time) is the end */
    int first_page;    /* events to ask for at first; then MATRIX_PAGE */
    int pages;         /* at most */
} MatrixWalkPlan;

#define MATRIX_PAGE      100
#define MATRIX_PAGES_MAX 20
#define MATRIX_PAST_MS   (INT64_C(7) * 24 * 3600 * 1000)

/* The plan is copied. */
MatrixWalk *matrix_walk_new(const MatrixWalkPlan *plan);
void matrix_walk_free(MatrixWalk *walk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixWalk, matrix_walk_free)
const char *matrix_walk_room(const MatrixWalk *walk);
/* An event that is known already: it is left out. */
void matrix_walk_skip(MatrixWalk *walk, const char *event_id);
/* The path of the next page. Caller frees. */
char *matrix_walk_path(const MatrixWalk *walk);
/* The answer. True: another page is to be asked for. */
bool matrix_walk_page(MatrixWalk *walk, Json *take_answer);
/* It ended before it came to where it should. */
bool matrix_walk_was_cut(const MatrixWalk *walk);
/* What was found (const Json *), the oldest first; the answers behind it are the batch's from here.
 * Once. Caller unrefs. */
GPtrArray *matrix_walk_take(MatrixWalk *walk, MatrixBatch *batch);

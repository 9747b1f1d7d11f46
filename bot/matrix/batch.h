#pragma once

/* What came from the homeserver in one piece, by either transport: handled in order, and stored in
 * one transaction with how far that is (design: How one message travels). Pure data.
 *
 * A batch is counted: its source keeps one until it is stored, and hands the same on again where it
 * could not be. So who was given one reads it, and changes nothing. */

#include "bot/json.h"

typedef enum MatrixNewsKind {
    NEWS_EVENT,   /* said or done in a joined room, and new: the only kind that is ever answered */
    NEWS_HISTORY, /* from before we came, or before the first sync: what is, not what happens */
    NEWS_STATE,   /* a room's state event, where a sync tells it beside the timeline */
    NEWS_INVITE,  /* `json` is the array of stripped state events (may be empty) */
    NEWS_JOINED,  /* we are in this room now, and were not before; `json` is NULL */
    NEWS_LEFT,    /* we are not in this room any more; `json` is the member event, or NULL */
} MatrixNewsKind;

typedef struct MatrixNews {
    MatrixNewsKind kind;
    char *room;       /* owned */
    const Json *json; /* borrowed from one of the batch's `wholes` */
} MatrixNews;

/* The adapter's own memory: `value` is stored under `name`; NULL: forgotten. Both owned. */
typedef struct MatrixKeep {
    char *name, *value;
} MatrixKeep;

typedef struct MatrixBatch {
    GArray *news;  /* of MatrixNews, in the order to handle them: left, invited, joined, events */
    GArray *keeps; /* of MatrixKeep: stored with all that came of the news, or not at all */
    GPtrArray *wholes; /* of Json: what the news borrow from */
    int owners;
} MatrixBatch;

MatrixBatch *matrix_batch_new(void);
MatrixBatch *matrix_batch_ref(MatrixBatch *batch); /* one more owner; returns it */
void matrix_batch_free(MatrixBatch *batch);        /* by its last owner: all that it holds */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixBatch, matrix_batch_free)
void matrix_batch_add(MatrixBatch *batch, MatrixNewsKind kind, const char *room, const Json *json);
/* News that were gathered elsewhere (of MatrixNews), before those at `at`; `take_news` is freed. */
void matrix_batch_insert(MatrixBatch *batch, guint at, GArray *take_news);
GArray *matrix_news_new(void); /* of MatrixNews, which free their rooms */
void matrix_news_add(GArray *news, MatrixNewsKind kind, const char *room, const Json *json);
void matrix_batch_keep(MatrixBatch *batch, const char *name, const char *value);
/* The batch owns it from here; returns it. */
Json *matrix_batch_own(MatrixBatch *batch, Json *take_json);

/* Where batches go. The source hands on one at a time, and the next only after it was told `taken`:
 * true when it is stored, false when it could not be (it hands the same on again, later). */
typedef struct MatrixSink {
    void (*batch)(void *arg, MatrixBatch *take_batch);
    void *arg;
} MatrixSink;

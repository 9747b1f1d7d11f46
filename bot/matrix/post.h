#pragma once

/* The way out for one account: cards from the outbox become events, at most once each: the outbox
 * id is the transaction id, so that sending again is a no-op (design: How one message travels, 4).
 * A card of a key that stands already is edited in place; a chart follows as a picture in the
 * card's thread; buttons get our own reactions, when there is room for them; a sprint's card is
 * pinned where we may.
 *
 * Thread: the loop's. */

#include "bot/engine.h"
#include "bot/matrix/api.h"
#include "bot/matrix/card.h"
#include "bot/matrix/rooms.h"

typedef struct MatrixPost MatrixPost;

typedef struct MatrixPostOps {
    /* As engine_settle wants it; ref->message says why where it is OUTBOX_DEAD. */
    void (*settled)(void *arg, int64_t row, OutboxEnd end, const MessageRef *ref);
    /* PNG of a chart (borrowed for the call); answers through matrix_post_drawn. */
    void (*draw)(void *arg, int64_t row, const Chart *chart);
    void (*lacking)(void *arg, const char *room, const char *what, const char *why);
    /* A message of ours as it stands now: for those who will react to it (target.h). */
    void (*sent)(void *arg, const char *room, const char *event_id, const Json *content);
    Instant (*now)(void *arg); /* the clock that cards expire by; NULL: the system's */
} MatrixPostOps;

/* `install` names this daemon's store, in transaction ids and in what is posted. */
MatrixPost *matrix_post_new(Loop *loop, MatrixApi *api, MatrixRooms *rooms, const char *install,
                            const MatrixPostOps *ops, void *arg);
void matrix_post_free(MatrixPost *post); /* what is under way is settled by nobody: tried again */
/* As EngineOut.deliver. A card with a member and no channel goes to a direct room with them; one
 * with both goes to the channel, and mentions the member. card->under: the message that it answers
 * (thread). */
void matrix_post_card(MatrixPost *post, OutboxRow *take_row, const MessageRef *edit,
                      const MessageRef *thread);
void matrix_post_drawn(MatrixPost *post, int64_t row, GBytes *png); /* NULL: it cannot be drawn */
/* Our own message came by (MATRIX_OWN): what is on its way as that row has arrived. */
void matrix_post_seen(MatrixPost *post, const char *row, const char *room, const char *event_id);
/* While the account is not ready nothing is tried. */
void matrix_post_pause(MatrixPost *post, bool paused);
size_t matrix_post_depth(const MatrixPost *post);

#pragma once

/* The way out for one workspace: cards from the outbox become messages, at most once each as
 * members see it (design: How one message travels, 4). A card is posted with its outbox id in the
 * message's metadata; after an ambiguous failure or an earlier attempt the channel's history is
 * searched for that id before anything is posted again. Charts are uploaded first and shown by
 * their file id; a sprint's card is pinned.
 *
 * Thread: the loop's. */

#include "bot/engine.h"
#include "bot/slack/api.h"
#include "bot/slack/blocks.h"

typedef struct SlackPost SlackPost;

typedef struct SlackPostOps {
    /* How it ended, as engine_settle wants it; ref->message says why where it is OUTBOX_DEAD. */
    void (*settled)(void *arg, int64_t row, OutboxEnd end, const MessageRef *ref);
    /* PNG of a chart (borrowed for the call: the card may be gone before it is drawn); runs
     * wherever it likes, answers once on the loop's thread through slack_post_drawn, also from
     * inside. */
    void (*draw)(void *arg, int64_t row, const Chart *chart);
    /* A feature does not work: "pins.add", with the scope it lacks, once each; for the log and
     * doctor. */
    void (*lacking)(void *arg, const char *method, const char *why);
    /* The clock that cards expire by, where that is not the system's. NULL: it is. */
    Instant (*now)(void *arg);
} SlackPostOps;

/* `install` names this daemon's store in metadata, so that another one's cards are never taken for
 * ours. */
SlackPost *slack_post_new(Loop *loop, SlackApi *api, const char *install, const SlackNames *names,
                          const SlackPostOps *ops, void *arg);
/* What is under way is settled by nobody: it is tried again. */
void slack_post_free(SlackPost *post);
/* `edit` and `thread` as in EngineOut.deliver; copied. */
void slack_post_card(SlackPost *post, OutboxRow *take_row, const MessageRef *edit,
                     const MessageRef *thread);
void slack_post_drawn(SlackPost *post, int64_t row, GBytes *png); /* NULL: it cannot be drawn */
/* While the workspace's token is refused nothing is tried; what waits goes on when it is not any
 * more. */
void slack_post_pause(SlackPost *post, bool paused);
size_t slack_post_depth(const SlackPost *post);

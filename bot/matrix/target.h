#pragma once

/* Messages that others point at (a reaction, a vote, a reply): what they are, as far as their
 * content says. Ours say by themselves what their buttons mean, so nothing has to be remembered
 * over a restart; what was looked at lately is kept in memory. Pure. */

#include "bot/json.h"

typedef struct MatrixTarget {
    char *id, *room, *sender;
    char *root;            /* of the thread it stands in; NULL: none */
    char *row;             /* ours: "INSTALL/12"; NULL */
    char *card;            /* ours: the key of the card that it shows; NULL */
    char *poll;            /* ours: what a vote on it says ("confidence"); NULL */
    GArray *buttons;       /* ours: of MatrixTargetButton; NULL: none */
    bool gone;             /* redacted, or the homeserver does not have it */
    char *edited;          /* it is an edit of that one; NULL */
    char *annotates, *key; /* a reaction: on what, and which; NULL */
    char *refers;          /* a vote: to which poll; NULL */
    int64_t sent_ms;       /* Unix time, by the homeserver's clock; 0: not told */
    /* Ours: the buttons that it had until an edit took them away, and when that was; NULL. */
    GArray *former;
    int64_t former_until_ms;
} MatrixTarget;

typedef struct MatrixTargetButton {
    char *key, *action, *value, *channel;
} MatrixTargetButton;

/* The button that this key pressed at that instant (Unix time): who reacted before an edit meant
 * what stood there then. Variation selectors and skin tones do not matter. NULL: none. */
const MatrixTargetButton *matrix_target_button(const MatrixTarget *target, const char *key,
                                               int64_t at_ms);

/* Reads an event (of a timeline, or of GET /rooms/…/event/…). `own`: buttons and polls count only
 * where it is the sender; the latest edit bundled with it counts where its sender is the same. NULL
 * where it is no event. */
MatrixTarget *matrix_target_read(const Json *event, const char *room, const char *own);
MatrixTarget *matrix_target_gone(const char *room, const char *id);
void matrix_target_free(MatrixTarget *target);

/* The last `max` of them. */
typedef struct MatrixTargets MatrixTargets;
MatrixTargets *matrix_targets_new(guint max);
void matrix_targets_free(MatrixTargets *targets);
/* An edit replaces buttons of the one it edits, where that is there and the sender is the same. */
void matrix_targets_put(MatrixTargets *targets, MatrixTarget *take_target);
const MatrixTarget *matrix_targets_find(const MatrixTargets *targets, const char *room,
                                        const char *id); /* NULL: not known */

#pragma once

/* A room's event to a chat event (core/event.h): pure. What is not for us, or malformed, is
 * INTAKE_NOTHING. */

#include "bot/matrix/target.h"
#include "core/event.h"

typedef enum MatrixIntakeKind {
    MATRIX_NOTHING,
    MATRIX_EVENT,     /* post `event` */
    MATRIX_OWN,       /* our own message, seen in its room: `id` and `row` ("INSTALL/12") */
    MATRIX_LOOK,      /* the event `id` of this room must be looked at first; then ask again */
    MATRIX_ENCRYPTED, /* somebody wrote what we cannot read */
    MATRIX_MEMBER,    /* a membership or a name changed; `event` is EVENT_JOINED or EVENT_LEFT, or
                         NULL where it means nothing to a team */
    MATRIX_RULES,     /* power levels, encryption, name, or the room's end (tombstone) changed */
} MatrixIntakeKind;

typedef struct MatrixIntake {
    MatrixIntakeKind kind;
    Event *event;    /* without its workspace's id and standing */
    char *id, *row;  /* MATRIX_OWN, MATRIX_LOOK */
    bool wants_rank; /* the sender's power level decides (event->standing): "sprint setup" */
} MatrixIntake;

void matrix_intake_clear(MatrixIntake *intake);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MatrixIntake, matrix_intake_clear)

typedef struct MatrixPlace {
    const char *workspace; /* keys begin with "matrix/" and this */
    const char *room;
    bool direct;          /* a direct conversation: event->channel stays NULL, event->direct */
    const char *own_user; /* as whoami said */
    const char *own_name; /* the display name, for clients that mention by name; NULL */
    const char *install;  /* our rows begin with it */
    const MatrixTargets *targets;
} MatrixPlace;

/* Rules:
 * - own events are MATRIX_OWN; m.notice of others, and what is redacted, is nothing;
 * - "!sprint …" and "!okr …" (any case), a message that mentions us (m.mentions, or our name or id
 *   in front), and any text in a direct conversation are EVENT_COMMAND (without "!", mentions
 *   stripped: "sprint status …") as bot/spoken.h says; else EVENT_TEXT;
 * - a thread's root is replies_to, and where a card of ours begins it, its key is `thread`; a plain
 * reply to a message of ours counts as said in the thread of that message, or beneath it;
 * replies_to_us as the target's sender says;
 * - event->answer_under is where an answer belongs: the thread's root, else the message itself; in
 * a direct conversation NULL;
 * - an edit (m.replace, same sender as the original) is `edited`, with the original's message id
 * and the new text; a redaction of a member's message is an edit to ""; a redaction of a member's
 *   reaction likewise (event->message is the reaction's id), but that of "I'm away" is a command;
 * - a reaction on a button of ours is EVENT_BUTTON with the button's action, value and channel, and
 *   the reaction's id as `message`; variation selectors and skin tones do not matter;
 * - a vote on our confidence poll is EVENT_TEXT "confidence N" in the poll's thread, with
 *   "vote/POLL/USER" as message (a later vote is an edit of it), `secret`; a withdrawn one an edit
 *   to "";
 * - keys are "matrix/WORKSPACE/" and the event's id; conversation is true for all, answer_out too.
 */
MatrixIntake matrix_intake(const Json *event, const MatrixPlace *place);

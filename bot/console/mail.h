#pragma once

/* What the engine's thread tells the console's: the callbacks of EngineOut put letters into a
 * queue, and the loop takes them out in the same order. The queue needs no bound of its own: the
 * console posts one event at a time, and the engine has at most one card per target on its way.
 *
 * A card counts as delivered as soon as its letter is in the queue, which cannot fail. So the
 * engine goes on with nothing but what its own thread did, and the cards of several targets always
 * come in the same order. */

#include "bot/engine.h"

typedef enum LetterKind { LETTER_REPLIED, LETTER_DELIVER, LETTER_REACHED } LetterKind;

typedef struct Letter {
    LetterKind kind;
    /* LETTER_REPLIED */
    Card *reply;  /* NULL: there is none */
    char *member; /* of the event */
    char *channel;
    char *text;    /* what was sent, for giving it back */
    char *failure; /* NULL: it is committed */
    bool repeated;
    /* LETTER_DELIVER */
    Instant at; /* when the engine gave it out, on its clock */
    OutboxRow *row;
    char *message; /* its id */
    bool edited;   /* the message of that id now reads so */
    /* LETTER_REACHED */
    int64_t token;
    char *zone; /* of the team in the channel that was asked about; NULL: no team lives there */
} Letter;

void letter_free(Letter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

typedef struct Mail Mail;

/* The clock is borrowed. */
Mail *mail_new(Clock *clock, GError **error) __attribute__((warn_unused_result));
void mail_free(Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

/* What a person typed to cause this, readable; "" where it was no text. Caller frees. */
char *event_words(const Event *event);

/* For engine_new; borrows the mail. */
EngineOut mail_slot(Mail *mail);
/* Whom deliveries are settled with; before it runs. Borrowed. */
void mail_attach(Mail *mail, Engine *engine);
/* Sets a barrier, whose letter tells the zone of the team in `channel` as well. One at a time. */
void mail_barrier(Mail *mail, WorkspaceId workspace, const char *channel, int64_t token);
/* Can be read while there are letters. */
int mail_fd(const Mail *mail);
/* The oldest letter, NULL when there is none; take them all before waiting on the descriptor again.
 */
Letter *mail_take(Mail *mail);

#pragma once

/* What the engine's thread tells the console's: the callbacks of EngineOut put letters into a
 * queue, and the loop takes them out in the same order. The queue needs no bound of its own: the
 * console posts one event at a time, and the engine has at most one card per target on its way. */

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
    OutboxRow *row;
    char *message; /* where a card of the same key stands; NULL: post a new one */
    /* LETTER_REACHED */
    int64_t token;
} Letter;

void letter_free(Letter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

typedef struct Mail Mail;

Mail *mail_new(GError **error) __attribute__((warn_unused_result));
void mail_free(Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

/* What a person typed to cause this, readable; "" where it was no text. Caller frees. */
char *event_words(const Event *event);

/* For engine_new; borrows the mail. */
EngineOut mail_slot(Mail *mail);
/* Can be read while there are letters. */
int mail_fd(const Mail *mail);
/* The oldest letter, NULL when there is none; take them all before waiting on the descriptor again.
 */
Letter *mail_take(Mail *mail);

#pragma once

/* The messages that the console has shown, by their running numbers: what an edit replaces, whose
 * buttons can be pressed, which one is answered. */

#include "core/card.h"

typedef struct Message {
    int64_t number; /* from 1, in the order in which messages came */
    char *id;       /* names the message for ever; NULL: a reply, which is never found again */
    char *channel;  /* where the reader saw it; NULL: it went to a member alone */
    char *member;   /* the only one who sees it; NULL: everyone in the channel */
    Card *card;     /* as it stands now */
} Message;

typedef struct Shown Shown;

Shown *shown_new(void);
void shown_free(Shown *shown);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shown, shown_free)

/* A new message; `id` may be NULL. Borrowed until the next call. */
Message *shown_add(Shown *shown, const char *id, const char *channel, const char *member,
                   Card *take_card);
/* NULL when there is none (left). */
Message *shown_with_id(Shown *shown, const char *id);
const Message *shown_numbered(const Shown *shown, int64_t number);
/* The newest one whose card has this key. */
const Message *shown_with_key(const Shown *shown, const char *key);
void message_replace(Message *message, Card *take_card);

/* Runs from the newest to the oldest: `before` NULL starts, the result goes on. */
const Message *shown_previous(const Shown *shown, const Message *before);
/* Whether `member` in `channel` has this message before their eyes. */
bool message_seen_by(const Message *message, const char *member, const char *channel);

/* The nth button (from 1) of a card, or the one with that label (case is ignored); NULL. Borrowed.
 */
const Block *card_button_numbered(const Card *card, int64_t n);
const Block *card_button_labelled(const Card *card, const char *label);

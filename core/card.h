#pragma once

/* A card is a message as data: what is said, to whom, in answer to what. Adapters render it: Block
 * Kit, HTML, text.
 *
 * Every text in a card is clean UTF-8 with marks (words.h) as its only formatting; adapters escape
 * all the rest. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "core/day.h"

typedef enum BlockKind {
    BLOCK_TITLE,  /* text */
    BLOCK_TEXT,   /* text: a paragraph */
    BLOCK_FACT,   /* label, text: one line "label: text" */
    BLOCK_KR,     /* label ("KR1"), text (metric), values, note, progress, status */
    BLOCK_ITEM,   /* text, one item of a list; label is its number or "" */
    BLOCK_QUOTE,  /* text: a person's own words */
    BLOCK_CODE,   /* text to copy as it stands: a text form */
    BLOCK_HINT,   /* text, small: what can be done next */
    BLOCK_BUTTON, /* text (the label), label (action), values (its argument), note (the channel that
                     it speaks of; NULL: where it stands) */
} BlockKind;

/* How a KR stands (framework: Numbers). */
typedef enum PaceStatus {
    PACE_NONE, /* nothing to say: no reading yet, or not asked for */
    PACE_TOO_EARLY,
    PACE_BEHIND,
    PACE_AT_RISK,
    PACE_ON_TRACK,
    PACE_AHEAD,
    PACE_DONE,
    PACE_STALE, /* not confirmed for two working days; never shown as good */
} PaceStatus;

typedef struct Block {
    BlockKind kind;
    char *label; /* NULL where the kind has none; owned, like all */
    char *text;
    char *values; /* KR: "22% → 27% → 35%" */
    char *note;   /* KR: "+5 pp since yesterday · pace 0.8 · 1.3 pp a day needed"; may be NULL */
    PaceStatus status; /* KR */
    int32_t progress;  /* KR: in thousandths of the way, not clamped; or PROGRESS_UNKNOWN */
} Block;

#define PROGRESS_UNKNOWN INT32_MIN

typedef struct Chart Chart;       /* chart.h */
typedef struct FormView FormView; /* form_view.h */

/* What a card is for, so that an adapter can pin, thread and find it again, and a check can count
 * it. */
typedef enum CardKind {
    CARD_REPLY,  /* an answer to a command, for the asker's eyes */
    CARD_NOTICE, /* said once in a channel, or to a member */
    CARD_SPRINT, /* the sprint card: pinned, kept current in place */
    CARD_PROMPT, /* the day's check-in; replies in its thread are answers */
    CARD_NUDGE,
    CARD_REMINDER,  /* the window is about to end */
    CARD_RETRO_ASK, /* the retrospective is asked for */
    CARD_CLOSE,     /* the result */
    CARD_ECHO,      /* what was understood of an answer */
    CARD_QUESTION,  /* a form's question, in a conversation */
    CARD_HOME,      /* a member's own page: what is open, what waits for them */
    CARD_RECEIPT,   /* an answer to another system: facts by their names, and a fault as an item
                       with the place of what it is about, from 1, as its label */
} CardKind;

typedef struct Card {
    CardKind kind;
    char *key; /* names the message: "prompt/12/3"; posting the same key again edits it in place;
                  NULL: never edited */
    char *channel; /* where; NULL when it goes to a member alone */
    char *member;  /* to whom alone (with a channel: seen there by that member only); NULL: everyone
                      there */
    char *thread;  /* key of the card whose thread it belongs in; NULL: none */
    char *under;   /* the same by the platform's id of the message that begins the thread, which a
                      member may have written; NULL: none */
    char *answers; /* a member's message that it answers, by the platform's id; NULL: none */
    bool quiet;    /* an edit that nobody has to notice: today's figures */
    Instant expires;   /* not worth sending from then on; us == 0: never expires */
    GPtrArray *blocks; /* of Block */
    Chart *chart;      /* shown with it, where pictures can be shown; NULL; owned */
    FormView *form;    /* a reply that is a form to fill in: never in the outbox; NULL; owned */
    bool packed;       /* see card_pack() */
} Card;

Card *card_new(CardKind kind);
void card_free(Card *card);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Card, card_free)
Card *card_copy(const Card *card); /* without its form */
/* The same with its blocks and texts in one piece of memory, and from now on only to be read: what
 * another thread is to free should be few pieces. */
Card *card_pack(Card *take_card);
const char *card_kind_name(CardKind kind); /* "reply", "prompt" … */

/* Builders append a block; `take_` arguments are owned by the card from there. */
void card_title(Card *card, char *take_text);
void card_text(Card *card, char *take_text);
void card_fact(Card *card, char *take_label, char *take_text);
void card_item(Card *card, const char *label, char *take_text);
void card_quote(Card *card, const char *text);
void card_code(Card *card, char *take_text);
void card_hint(Card *card, char *take_text);
void card_button(Card *card, char *take_text, const char *action, const char *value);
void card_block(Card *card, Block *take_block);
Block *block_new(BlockKind kind);
void block_free(Block *block);

/* All its text without marks, a block a line: for tests and for notifications. Caller frees. */
char *card_plain(const Card *card);
/* A copy of `text` without marks; a member's mention becomes @id. Caller frees. */
char *marks_strip(const char *text);

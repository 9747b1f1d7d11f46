#pragma once

/* The pieces that Block Kit is made of, each within its own limits: text objects, sections,
 * options. Used by blocks.c and modal.c. A plain text that comes out empty is shown as "–", since
 * Slack refuses none.
 *
 * A form is a tree, since what does not fit is taken out of it again; a card is written in one go
 * (bot/json_writer.h). */

#include "bot/json_writer.h"
#include "bot/slack/blocks.h"

#define SLACK_TEXT_MAX   3000 /* of a text object */
#define SLACK_HEADER_MAX 150
#define SLACK_LABEL_MAX                                                                            \
    2000 /* of an input's label and hint, an image's alt text, a button's value */
#define SLACK_BUTTON_MAX  75  /* of a button's and an option's text, and an option's description */
#define SLACK_BUTTONS_MAX 25  /* in one actions block */
#define SLACK_TITLE_MAX   24  /* of a view's title, submit and close */
#define SLACK_ID_LEN_MAX  255 /* of block_id, action_id, callback_id */

bool kit_has_words(const char *text); /* more than white space; NULL has none */

/* Puts a plain_text object of at most `max` units. */
void kit_put_plain(Json *object, const char *key, const char *text, size_t max,
                   const SlackNames *names);
/* Each adds one block; `mrkdwn` is rendered already, and not empty. */
Json *kit_add_block(Json *blocks, const char *type);
void kit_add_section(Json *blocks, const char *mrkdwn);
void kit_add_context(Json *blocks, const char *mrkdwn);

/* The same as text. */
void kit_write_plain(GString *out, const char *key, const char *text, size_t max,
                     const SlackNames *names);
void kit_write_section(GString *blocks, const GString *mrkdwn);
void kit_write_context(GString *blocks, const GString *mrkdwn);

/* The blocks of a card, at most `most`; says when there would be more with `rest`. Buttons and the
 * picture are left out where `bare`. */
typedef struct KitCard {
    const Card *card;
    const char *channel; /* for buttons that name none; NULL */
    const SlackLook *look;
    size_t most;
    const char *rest;
    const char *nothing; /* said where there would be no block; NULL: there is none then */
    bool bare;
} KitCard;

void kit_write_card(GString *out, const KitCard *wanted); /* an array */
Json *kit_card(const KitCard *wanted);                    /* the same, for what is a tree */

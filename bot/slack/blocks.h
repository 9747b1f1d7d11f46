#pragma once

/* Cards as Block Kit: pure, JSON out, within every limit of Slack's Block Kit reference for the
 * longest legal input. Nothing that a person wrote can mention, link or break a block: foreign text
 * goes through mrkdwn.h into verbatim mrkdwn, or into plain_text. */

#include "bot/json.h"
#include "bot/slack/mrkdwn.h"
#include "core/card.h"
#include "core/form_view.h"

#define SLACK_BLOCKS_MAX      50
#define SLACK_VIEW_BLOCKS_MAX 100

typedef struct SlackLook {
    SlackNames names;
    const char *image;     /* a file id to show the card's chart by; NULL: no picture */
    const char *image_alt; /* beside it */
} SlackLook;

/* A message's "blocks" (at most 50; longer cards end in a line that says so) and its "text", the
 * fallback for notifications (at most 3,900 characters), put into `args`. Buttons: action_id is the
 * action and a number ("checkin.form/2": unique in the block), value "CHANNEL VALUE" as
 * slack_button reads it; `channel` where the block names none. */
void slack_message(Json *args, const Card *card, const char *channel, const SlackLook *look);
/* Appends the payload of an ephemeral answer in an ack or to a response_url: JSON. */
void slack_ephemeral(GString *out, const Card *card, const char *channel, const SlackLook *look);
/* Appends a member's own page (CARD_HOME) as a view of type "home", for views.publish: JSON. */
void slack_home(GString *out, const Card *card, const SlackLook *look);

/* Reads back what slack_message made: the action without its number, the channel and the value.
 * False when it is not one of ours. Caller frees the three. */
bool slack_button(const char *action_id, const char *value, char **action, char **channel,
                  char **argument);

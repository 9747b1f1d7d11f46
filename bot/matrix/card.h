#pragma once

/* A card as the content of an m.room.message: HTML with a plain body, buttons as reactions with
 * their meaning printed beside them. Pure; what it makes is within Matrix's limits for the longest
 * legal card (40,000 bytes, body and HTML together). */

#include "bot/matrix/text.h"
#include "core/card.h"

/* Under this key our own messages say what they are: {"row": "INSTALL/12", "card": the card's key,
 * "buttons": {"✅":
 * {"action", "value", "channel"}}}; polls: {"poll": "confidence"}. */
#define MATRIX_OURS "anchord"

typedef struct MatrixButton {
    const char *key; /* the emoji to react with */
    const char *action, *value,
        *channel; /* borrowed from the card; channel NULL: where it stands */
} MatrixButton;

typedef struct MatrixLook {
    MatrixNames names;
    const char *row; /* "INSTALL/12"; NULL: none */
    bool edit;       /* an edit of a message that stands: mentions nobody anew */
} MatrixLook;

/* The content, without relations. Which msgtype: m.notice for what answers somebody or stands there
 * to be looked up, m.text for what must be noticed (prompt, nudge, reminder, retrospective asked
 * for, close). m.mentions is always there, and names only whom such a card calls. */
Json *matrix_card(const Card *card, const MatrixLook *look);
/* Its buttons, in order (at most 10; of MatrixButton): each action has its emoji, what has none
 * gets 1️⃣ 2️⃣ …, and so does the second one of an action. */
void matrix_card_buttons(const Card *card, GArray *buttons);

/* Relations (specification: threads, replies, replacements). `latest`: for clients without threads;
 * NULL: the root. */
void matrix_put_thread(Json *content, const char *root, const char *latest);
/* Wraps it as the edit of `original`: m.new_content, the fallback body, m.relates_to. */
Json *matrix_edit_of(Json *take_content, const char *original);
/* The start of a poll (MSC3381, its unstable form, undisclosed): "how confident, 1 to 10", in the
 * thread of `root`; and its end. */
Json *matrix_confidence_poll(const char *question, const char *root, const char *row);
Json *matrix_poll_end(const char *poll, const char *text);
#define MATRIX_POLL_START    "org.matrix.msc3381.poll.start"
#define MATRIX_POLL_RESPONSE "org.matrix.msc3381.poll.response"
#define MATRIX_POLL_END      "org.matrix.msc3381.poll.end"
/* A picture of `len` bytes, `width` by `height`, with what it shows in words. */
Json *matrix_image(const char *mxc, const char *alt, size_t len, int32_t width, int32_t height);

#pragma once

/* A card's chart on its way to a file that its message can show: drawn elsewhere, uploaded unless
 * the card showed the very same picture last, and all that within a time, since its text waits for
 * it.
 *
 * Thread: the loop's. */

#include "bot/gallery.h"
#include "bot/slack/upload.h"
#include "core/card.h"

/* Drawing and uploading, together. */
#define SLACK_PICTURE_WITHIN_MS (INT64_C(20) * 1000)

typedef struct SlackPicture SlackPicture;

typedef enum PictureEnd {
    PICTURE_READY,  /* slack_picture_file shows it */
    PICTURE_NONE,   /* the message goes without */
    PICTURE_LACKED, /* as well, since a step was refused for good: see there */
    PICTURE_LATER,  /* the token is refused: nothing can be said now */
} PictureEnd;

typedef struct PictureResult {
    PictureEnd end;
    const char *method;        /* PICTURE_LACKED */
    const SlackAnswer *answer; /* PICTURE_LACKED */
} PictureResult;

/* Called once for each beginning, perhaps from inside slack_picture_drawn. */
typedef void (*PictureDone)(void *arg, const PictureResult *result);

/* Waits for slack_picture_drawn. The gallery is borrowed; `card` has a chart, and both live longer.
 */
SlackPicture *slack_picture_new(Loop *loop, SlackApi *api, Gallery *gallery, const Card *card,
                                PictureDone done, void *arg);
void slack_picture_free(SlackPicture *picture);               /* not inside a callback of its own */
void slack_picture_drawn(SlackPicture *picture, GBytes *png); /* NULL: it cannot be drawn */

const char *slack_picture_file(const SlackPicture *picture); /* NULL: none */
/* The message is out, and shows it. */
void slack_picture_shown(const SlackPicture *picture);
/* Slack does not know the file. False: it is new, and may be known a little later. True: it was of
 * an earlier card and has been deleted since; it is uploaded anew, and `done` tells when. */
bool slack_picture_renew(SlackPicture *picture);
/* It is not to be shown any more. */
void slack_picture_drop(SlackPicture *picture);

#pragma once

/* A picture to Slack, in the three steps its reference asks for: a place to upload to, the bytes,
 * the word that they are complete. It is shared nowhere; messages show it by its file id.
 *
 * Thread: the loop's. The place is a secret for as long as it holds: it is never logged. */

#include "bot/slack/api.h"

typedef struct SlackUpload SlackUpload;

typedef struct UploadResult {
    const char *file;   /* its id; NULL: it failed */
    const char *method; /* where */
    const SlackAnswer *answer;
} UploadResult;

typedef void (*UploadDone)(void *arg, const UploadResult *result); /* borrowed for the call */

/* `alt` says the picture in words (marks are removed). `done` is called once, never from inside,
 * within about three times `within_ms`; it may retire the upload. */
SlackUpload *slack_upload_new(SlackApi *api, GBytes *png, const char *alt, int64_t within_ms,
                              UploadDone done, void *arg);
void slack_upload_free(SlackUpload *upload); /* what is under way ends untold; not inside `done` */

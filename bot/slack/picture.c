#include "bot/slack/picture.h"

#include "bot/log.h"
#include "core/chart.h"

typedef enum Stage {
    STAGE_DRAWING,
    STAGE_UPLOADING,
    STAGE_OVER,
} Stage;

struct SlackPicture {
    Loop *loop;
    SlackApi *api;
    Gallery *gallery;
    const Card *card;
    Stage stage;
    LoopTimer *hurry; /* it is over then */
    SlackUpload *upload;
    GBytes *png;
    char *digest;
    char *file;
    bool reused; /* `file` was uploaded for an earlier card */
    PictureDone done;
    void *arg;
};

static void finish(SlackPicture *picture, const PictureResult *result)
{
    loop_stop(&picture->hurry);
    picture->stage = STAGE_OVER;
    picture->done(picture->arg, result);
}

static void finish_as(SlackPicture *picture, PictureEnd end)
{
    const PictureResult result = {.end = end};

    finish(picture, &result);
}

static void on_hurry(void *arg)
{
    SlackPicture *picture = arg;

    picture->hurry = NULL;
    log_info("slack_picture_late", F_STR("card", card_kind_name(picture->card->kind)));
    slack_upload_free(g_steal_pointer(&picture->upload));
    finish_as(picture, PICTURE_NONE);
}

static void hurry(SlackPicture *picture)
{
    picture->hurry = loop_after(picture->loop, SLACK_PICTURE_WITHIN_MS, on_hurry, picture);
}

SlackPicture *slack_picture_new(Loop *loop, SlackApi *api, Gallery *gallery, const Card *card,
                                PictureDone done, void *arg)
{
    SlackPicture *picture = g_new0(SlackPicture, 1);

    picture->loop = loop;
    picture->api = api;
    picture->gallery = gallery;
    picture->card = card;
    picture->done = done;
    picture->arg = arg;
    hurry(picture);
    return picture;
}

void slack_picture_free(SlackPicture *picture)
{
    if (picture == NULL) {
        return;
    }
    loop_stop(&picture->hurry);
    slack_upload_free(picture->upload);
    if (picture->png != NULL) {
        g_bytes_unref(picture->png);
    }
    g_free(picture->digest);
    g_free(picture->file);
    g_free(picture);
}

/* How an upload's failure leaves the picture. */
static const PictureEnd ends[] = {
    [SLACK_OK] = PICTURE_NONE, /* an answer that holds nothing it should */
    [SLACK_AUTH] = PICTURE_LATER,    [SLACK_SETUP] = PICTURE_LACKED,
    [SLACK_TARGET] = PICTURE_LACKED, [SLACK_REQUEST] = PICTURE_LACKED,
    [SLACK_LATE] = PICTURE_NONE,     [SLACK_RETRY] = PICTURE_NONE,
    [SLACK_UNSURE] = PICTURE_NONE,
};

static void free_upload(gpointer upload)
{
    slack_upload_free(upload);
}

static void on_uploaded(void *arg, const UploadResult *uploaded)
{
    SlackPicture *picture = arg;

    loop_retire(picture->loop, g_steal_pointer(&picture->upload), free_upload);
    if (uploaded->file != NULL) {
        picture->file = g_strdup(uploaded->file);
        g_bytes_unref(g_steal_pointer(&picture->png));
        finish_as(picture, PICTURE_READY);
        return;
    }
    const PictureResult result = {ends[uploaded->answer->class], uploaded->method,
                                  uploaded->answer};

    log_warning("slack_picture_not_uploaded", F_STR("method", uploaded->method),
                F_STR("why", uploaded->answer->error));
    finish(picture, &result);
}

static void upload(SlackPicture *picture)
{
    picture->stage = STAGE_UPLOADING;
    picture->upload = slack_upload_new(picture->api, picture->png, picture->card->chart->alt,
                                       SLACK_PICTURE_WITHIN_MS, on_uploaded, picture);
}

/* The bytes are kept as long as they may have to be uploaded. */
static void hold(SlackPicture *picture, GBytes *png)
{
    const char *key = picture->card->key;

    picture->png = g_bytes_ref(png);
    picture->digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, png);
    if (key != NULL) {
        picture->file = g_strdup(gallery_find(picture->gallery, key, picture->digest));
    }
    picture->reused = picture->file != NULL;
}

void slack_picture_drawn(SlackPicture *picture, GBytes *png)
{
    if (picture->stage != STAGE_DRAWING) {
        return; /* too late: the message goes without */
    }
    if (png == NULL || g_bytes_get_size(png) == 0) {
        log_warning("slack_picture_not_drawn", F_STR("card", card_kind_name(picture->card->kind)));
        finish_as(picture, PICTURE_NONE);
        return;
    }
    hold(picture, png);
    if (picture->reused) {
        finish_as(picture, PICTURE_READY);
    } else {
        upload(picture);
    }
}

const char *slack_picture_file(const SlackPicture *picture)
{
    return picture->file;
}

void slack_picture_shown(const SlackPicture *picture)
{
    if (picture->file != NULL && picture->card->key != NULL) {
        gallery_put(picture->gallery, picture->card->key, picture->digest, picture->file);
    }
}

void slack_picture_drop(SlackPicture *picture)
{
    g_clear_pointer(&picture->file, g_free);
    picture->reused = false;
}

bool slack_picture_renew(SlackPicture *picture)
{
    if (!picture->reused) {
        return false;
    }
    gallery_forget(picture->gallery, picture->card->key);
    slack_picture_drop(picture);
    hurry(picture);
    upload(picture);
    return true;
}

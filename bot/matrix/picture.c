#include "bot/matrix/picture.h"

#include <string.h>

#include "bot/gallery.h"
#include "bot/log.h"
#include "bot/matrix/card.h"
#include "core/chart.h"
#include "core/words.h"

#define GALLERY_MAX 256
#define AGAIN_MS    INT64_C(2000)
/* Of a thread's newest messages so many are looked at. */
#define LOOK_AT "100"
/* What our pictures say of themselves, under MATRIX_OURS: the key of the card. */
#define OF_CARD "picture"

#define PICTURE_MAGIC 0x50696374u

typedef struct Picture Picture;

struct MatrixPictures {
    Loop *loop;
    MatrixApi *api;
    const MatrixRooms *rooms;
    char *install;
    MatrixPicturesOps ops;
    void *arg;
    Gallery *gallery;
    GPtrArray *under_way; /* of Picture; few: each is one card that was just posted */
};

struct Picture {
    unsigned magic;
    MatrixPictures *pictures;
    int64_t row;
    char *key; /* of its card; NULL: none */
    char *room, *root, *message, *alt;
    GBytes *png; /* NULL: it is being drawn */
    char *digest;
    char *edits; /* the event that showed the card's picture before: it shows this one now; NULL */
    bool look;   /* there may be such an event that is not remembered */
    char *mxc;   /* NULL: it is being uploaded */
    int64_t until_ms;
    LoopTimer *hurry; /* it is over then */
    LoopTimer *timer; /* then it is uploaded, or posted, again */
    MatrixCall *call;
};

static Picture *picture_of(void *arg)
{
    Picture *picture = arg;

    g_assert(picture != NULL && picture->magic == PICTURE_MAGIC);
    return picture;
}

static void let_go(Picture *picture)
{
    if (picture->call != NULL) {
        matrix_api_cancel(g_steal_pointer(&picture->call));
    }
    loop_stop(&picture->hurry);
    loop_stop(&picture->timer);
}

static void picture_free(gpointer data)
{
    Picture *picture = picture_of(data);

    let_go(picture);
    picture->magic = 0;
    g_free(picture->key);
    g_free(picture->room);
    g_free(picture->root);
    g_free(picture->message);
    g_free(picture->alt);
    g_clear_pointer(&picture->png, g_bytes_unref);
    g_free(picture->digest);
    g_free(picture->edits);
    g_free(picture->mxc);
    g_free(picture);
}

/* Freed after the turn. */
static void end(Picture *picture)
{
    MatrixPictures *pictures = picture->pictures;

    let_go(picture);
    g_ptr_array_remove(pictures->under_way, picture);
    loop_retire(pictures->loop, picture, picture_free);
}

static void leave_it(Picture *picture, const char *why)
{
    log_info("matrix_picture_left", F_INT("row", picture->row), F_STR("why", why));
    end(picture);
}

static void on_hurry(void *arg)
{
    Picture *picture = picture_of(arg);

    picture->hurry = NULL;
    leave_it(picture, "late");
}

static int64_t left_ms(const Picture *picture)
{
    return MAX(picture->until_ms - loop_now_ms(picture->pictures->loop), 1);
}

static void step(Picture *picture);

static void on_again(void *arg)
{
    Picture *picture = picture_of(arg);

    picture->timer = NULL;
    step(picture);
}

static void try_again(Picture *picture)
{
    picture->timer = loop_after(picture->pictures->loop, AGAIN_MS, on_again, picture);
}

static bool may_go_better(MatrixClass class)
{
    return class == MATRIX_AUTH || class == MATRIX_RETRY || class == MATRIX_UNSURE;
}

/* What may be tried again is; what is refused is told, as is an answer that holds nothing it
 * should.
 */
static void failed(Picture *picture, const MatrixAnswer *answer, const char *what)
{
    MatrixPictures *pictures = picture->pictures;

    if (may_go_better(answer->class)) {
        try_again(picture);
        return;
    }
    pictures->ops.lacking(pictures->arg, picture->room, what, words_template(W_ROOM_NO_PICTURE));
    leave_it(picture, answer->error);
}

/* --- posting --- */

static void on_posted(void *arg, const MatrixAnswer *answer)
{
    Picture *picture = picture_of(arg);

    picture->call = NULL;
    if (answer->class != MATRIX_OK) {
        failed(picture, answer, "m.image");
        return;
    }
    if (picture->key != NULL) {
        gallery_put(picture->pictures->gallery, picture->key, picture->digest,
                    picture->edits != NULL ? picture->edits : json_text(answer->json, "event_id"));
    }
    end(picture);
}

static Json *content_of(const Picture *picture)
{
    int32_t width = 0, height = 0;

    (void)matrix_png_size(picture->png, &width, &height);
    Json *content =
        matrix_image(picture->mxc, picture->alt, g_bytes_get_size(picture->png), width, height);

    if (picture->key != NULL) {
        json_put_text(json_put_object(content, MATRIX_OURS), OF_CARD, picture->key);
    }
    if (picture->edits != NULL) {
        return matrix_edit_of(content, picture->edits);
    }
    matrix_put_thread(content, picture->root, picture->message);
    return content;
}

static void post(Picture *picture)
{
    MatrixPictures *pictures = picture->pictures;
    g_autofree char *txn =
        g_strdup_printf("%s-%" G_GINT64_FORMAT "-i", pictures->install, picture->row);
    g_autofree char *path =
        matrix_path("/_matrix/client/v3/rooms/%s/send/m.room.message/%s", picture->room, txn);
    const MatrixAsk ask = {.method = "PUT",
                           .path = path,
                           .take_body = content_of(picture),
                           .line = MATRIX_SEND,
                           .room = picture->room,
                           .deadline_ms = left_ms(picture)};

    picture->call = matrix_api_call(pictures->api, &ask, on_posted, picture);
}

/* --- uploading --- */

static void on_uploaded(void *arg, const MatrixAnswer *answer)
{
    Picture *picture = picture_of(arg);
    const char *mxc = json_text(answer->json, "content_uri");

    picture->call = NULL;
    if (answer->class != MATRIX_OK || !g_str_has_prefix(mxc, "mxc://")) {
        failed(picture, answer, "media/upload");
        return;
    }
    picture->mxc = g_strdup(mxc);
    post(picture);
}

/* One that was uploaded and lost does no harm. */
static void upload(Picture *picture)
{
    const MatrixAsk ask = {.method = "POST",
                           .path = "/_matrix/media/v3/upload?filename=chart.png",
                           .bytes = picture->png,
                           .content_type = "image/png",
                           .line = MATRIX_SOON,
                           .deadline_ms = left_ms(picture),
                           .once = true};

    picture->call = matrix_api_call(picture->pictures->api, &ask, on_uploaded, picture);
}

/* --- looking --- */

static bool is_of_card(const Picture *picture, const Json *event)
{
    const Json *ours = json_object(json_object(event, "content"), MATRIX_OURS);
    const char *own = matrix_rooms_own(picture->pictures->rooms);

    return g_strcmp0(json_text(event, "sender"), own) == 0 &&
           strcmp(json_text(ours, OF_CARD), picture->key) == 0;
}

/* A thread that cannot be read is no reason to go without. */
static void on_looked(void *arg, const MatrixAnswer *answer)
{
    Picture *picture = picture_of(arg);

    picture->call = NULL;
    if (may_go_better(answer->class)) {
        try_again(picture);
        return;
    }
    JSON_EACH (event, json_array(answer->json, "chunk")) {
        if (picture->edits == NULL && is_of_card(picture, event)) {
            picture->edits = g_strdup(json_text(event, "event_id"));
        }
    }
    picture->look = false;
    upload(picture);
}

/* Since a restart nothing is remembered. */
static void look(Picture *picture)
{
    g_autofree char *path = matrix_path("/_matrix/client/v1/rooms/%s/relations/%s/m.thread/"
                                        "m.room.message?dir=b&limit=" LOOK_AT,
                                        picture->room, picture->root);
    const MatrixAsk ask = {
        .method = "GET", .path = path, .line = MATRIX_SOON, .deadline_ms = left_ms(picture)};

    picture->call = matrix_api_call(picture->pictures->api, &ask, on_looked, picture);
}

static void step(Picture *picture)
{
    if (picture->look) {
        look(picture);
    } else if (picture->mxc == NULL) {
        upload(picture);
    } else {
        post(picture);
    }
}

/* --- the beginning --- */

static bool was_shown(const Picture *picture)
{
    return picture->key != NULL &&
           gallery_find(picture->pictures->gallery, picture->key, picture->digest) != NULL;
}

static void drawn(Picture *picture, GBytes *png)
{
    int32_t width = 0, height = 0;

    if (png == NULL || !matrix_png_size(png, &width, &height)) {
        leave_it(picture, "not drawn");
        return;
    }
    picture->png = g_bytes_ref(png);
    picture->digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, png);
    if (was_shown(picture)) {
        end(picture);
        return;
    }
    if (picture->key != NULL) {
        picture->edits = g_strdup(gallery_last(picture->pictures->gallery, picture->key));
    }
    picture->look = picture->look && picture->key != NULL && picture->edits == NULL;
    step(picture);
}

void matrix_pictures_drawn(MatrixPictures *pictures, int64_t row, GBytes *png)
{
    for (guint i = 0; i < pictures->under_way->len; i++) {
        Picture *picture = g_ptr_array_index(pictures->under_way, i);

        if (picture->row == row && picture->png == NULL) {
            drawn(picture, png);
            return;
        }
    }
}

/* A later picture of the same card takes its place. */
static void supersede(MatrixPictures *pictures, const char *key)
{
    for (guint i = pictures->under_way->len; i > 0; i--) {
        Picture *picture = g_ptr_array_index(pictures->under_way, i - 1);

        if (key != NULL && g_strcmp0(picture->key, key) == 0) {
            end(picture);
        }
    }
}

void matrix_pictures_show(MatrixPictures *pictures, int64_t row, const Card *card, const char *room,
                          const char *root, const char *message, bool edited)
{
    Picture *picture = g_new0(Picture, 1);

    supersede(pictures, card->key);
    picture->magic = PICTURE_MAGIC;
    picture->pictures = pictures;
    picture->row = row;
    picture->key = g_strdup(card->key);
    picture->room = g_strdup(room);
    picture->root = g_strdup(root);
    picture->message = g_strdup(message);
    picture->look = edited;
    picture->alt = marks_strip(card->chart->alt != NULL ? card->chart->alt : "");
    picture->until_ms = loop_now_ms(pictures->loop) + MATRIX_PICTURE_WITHIN_MS;
    picture->hurry = loop_after(pictures->loop, MATRIX_PICTURE_WITHIN_MS, on_hurry, picture);
    g_ptr_array_add(pictures->under_way, picture);
    pictures->ops.draw(pictures->arg, row, card->chart); /* may answer at once */
}

MatrixPictures *matrix_pictures_new(Loop *loop, MatrixApi *api, const MatrixRooms *rooms,
                                    const char *install, const MatrixPicturesOps *ops, void *arg)
{
    MatrixPictures *pictures = g_new0(MatrixPictures, 1);

    pictures->loop = loop;
    pictures->api = api;
    pictures->rooms = rooms;
    pictures->install = g_strdup(install);
    pictures->ops = *ops;
    pictures->arg = arg;
    pictures->gallery = gallery_new(GALLERY_MAX);
    pictures->under_way = g_ptr_array_new();
    return pictures;
}

void matrix_pictures_free(MatrixPictures *pictures)
{
    if (pictures == NULL) {
        return;
    }
    g_ptr_array_set_free_func(pictures->under_way, picture_free);
    g_ptr_array_unref(pictures->under_way);
    gallery_free(pictures->gallery);
    g_free(pictures->install);
    g_free(pictures);
}

/* --- PNG --- */

/* The signature, then the length and the name of the first chunk, which begins with both sizes. */
bool matrix_png_size(GBytes *png, int32_t *width, int32_t *height)
{
    static const guint8 head[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                  0,    0,   0,   13,  'I',  'H',  'D',  'R'};
    gsize len = 0;
    const guint8 *bytes = g_bytes_get_data(png, &len);
    guint32 sizes[2];

    if (len < sizeof head + sizeof sizes || memcmp(bytes, head, sizeof head) != 0) {
        return false;
    }
    memcpy(sizes, bytes + sizeof head, sizeof sizes);
    if (GUINT32_FROM_BE(sizes[0]) > INT32_MAX || GUINT32_FROM_BE(sizes[1]) > INT32_MAX) {
        return false;
    }
    *width = (int32_t)GUINT32_FROM_BE(sizes[0]);
    *height = (int32_t)GUINT32_FROM_BE(sizes[1]);
    return true;
}

#include "bot/slack/upload.h"

#include "core/card.h"

#define FILE_NAME "chart.png"
/* Slack's limit for alt_txt. Whether it counts characters or UTF-16 units is not said: the units
 * are never fewer. */
#define ALT_UNITS_MAX 1000

struct SlackUpload {
    SlackApi *api;
    GBytes *png;
    int64_t within_ms;
    char *file;
    SlackCall *call;
    UploadDone done;
    void *arg;
};

/* Caller frees. */
static char *alt_text(const char *alt)
{
    g_autofree char *plain = marks_strip(alt);
    int units = 0;
    char *p = plain;

    while (*p != '\0') {
        units += g_utf8_get_char(p) > 0xFFFF ? 2 : 1;
        if (units > ALT_UNITS_MAX) {
            break;
        }
        p = g_utf8_next_char(p);
    }
    return g_strndup(plain, (gsize)(p - plain));
}

static void ask(SlackUpload *upload, const char *method, Json *take_args, SlackDone done)
{
    const SlackAsk what = {.method = method,
                           .take_args = take_args,
                           .hurry = SLACK_QUEUE,
                           .deadline_ms = upload->within_ms};

    upload->call = slack_api_call(upload->api, &what, done, upload);
}

static void fail(SlackUpload *upload, const char *method, const SlackAnswer *answer)
{
    const UploadResult result = {NULL, method, answer};

    upload->done(upload->arg, &result);
}

static void on_complete(void *arg, const SlackAnswer *answer)
{
    SlackUpload *upload = arg;
    const UploadResult result = {upload->file, "files.completeUploadExternal", answer};

    upload->call = NULL;
    if (answer->class != SLACK_OK) {
        fail(upload, result.method, answer);
        return;
    }
    upload->done(upload->arg, &result);
}

static void ask_complete(SlackUpload *upload)
{
    Json *args = json_new_object();
    Json *file = json_add(json_put_array(args, "files"), json_new_object());

    json_put_text(file, "id", upload->file);
    ask(upload, "files.completeUploadExternal", args, on_complete);
}

static void on_bytes(void *arg, const SlackAnswer *answer)
{
    SlackUpload *upload = arg;

    upload->call = NULL;
    if (answer->class != SLACK_OK) {
        fail(upload, "upload", answer);
        return;
    }
    ask_complete(upload);
}

static void on_place(void *arg, const SlackAnswer *answer)
{
    SlackUpload *upload = arg;
    const char *place = json_text(answer->json, "upload_url");
    const char *file = json_text(answer->json, "file_id");
    gsize len = 0;
    const void *bytes = g_bytes_get_data(upload->png, &len);

    upload->call = NULL;
    if (answer->class != SLACK_OK || *place == '\0' || *file == '\0') {
        fail(upload, "files.getUploadURLExternal", answer);
        return;
    }
    upload->file = g_strdup(file);
    upload->call = slack_api_post_url(upload->api, place, "application/octet-stream", bytes, len,
                                      on_bytes, upload);
}

static void ask_place(SlackUpload *upload, const char *alt)
{
    g_autofree char *words = alt_text(alt);
    Json *args = json_new_object();

    json_put_text(args, "filename", FILE_NAME);
    json_put_int(args, "length", (int64_t)g_bytes_get_size(upload->png));
    json_put_text(args, "alt_txt", *words != '\0' ? words : NULL);
    ask(upload, "files.getUploadURLExternal", args, on_place);
}

SlackUpload *slack_upload_new(SlackApi *api, GBytes *png, const char *alt, int64_t within_ms,
                              UploadDone done, void *arg)
{
    SlackUpload *upload = g_new0(SlackUpload, 1);

    upload->api = api;
    upload->png = g_bytes_ref(png);
    upload->within_ms = within_ms;
    upload->done = done;
    upload->arg = arg;
    ask_place(upload, alt != NULL ? alt : "");
    return upload;
}

void slack_upload_free(SlackUpload *upload)
{
    if (upload == NULL) {
        return;
    }
    if (upload->call != NULL) {
        slack_api_cancel(upload->call);
    }
    g_bytes_unref(upload->png);
    g_free(upload->file);
    g_free(upload);
}

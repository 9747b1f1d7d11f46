#include "bot/matrix/examine_parts.h"

#include <string.h>

#define WHERE "_matrix/client/unstable/fi.mau.as_sync"

typedef struct Look {
    Examination *examination;
    LoopCall then;
    void *arg;
    HttpCall *call; /* NULL: answered */
} Look;

static void look_free(gpointer data)
{
    Look *look = data;

    if (look->call != NULL) {
        http_cancel(look->call);
    }
    g_free(look);
}

/* What it says to a good token without an upgrade: it wants one. */
static bool wants_upgrade(int status)
{
    return status == 400 || status == 426;
}

static bool is_token_refused(const char *error)
{
    return strcmp(error, "M_UNKNOWN_TOKEN") == 0 || strcmp(error, "M_MISSING_TOKEN") == 0;
}

static void tell(Look *look, const HttpReply *reply)
{
    const char *url = look->examination->workspace->proxy_url;
    g_autoptr(Json) json = json_parse(reply->body, reply->body_len);
    const char *error = json_text(json, "errcode");

    if (reply->outcome != HTTP_ANSWERED) {
        matrix_examine_bad(look->examination, "proxy", say(W_EXAMINE_PROXY_SILENT, S("url", url)));
    } else if (wants_upgrade(reply->status)) {
        matrix_examine_good(look->examination, "proxy", say(W_EXAMINE_PROXY, S("url", url)));
    } else if (is_token_refused(error)) {
        matrix_examine_bad(look->examination, "proxy",
                           say(W_EXAMINE_PROXY_TOKEN, S("url", url), S("error", error)));
    } else {
        matrix_examine_bad(look->examination, "proxy",
                           say(W_EXAMINE_PROXY_OTHER, S("url", url), N("status", reply->status)));
    }
}

static void on_reply(void *arg, const HttpReply *reply)
{
    Look *look = arg;

    look->call = NULL;
    tell(look, reply);
    look->then(look->arg);
}

/* "wss://host/" -> "https://host/_matrix/…". Caller frees. */
static char *url_of(const char *proxy_url)
{
    bool tls = g_str_has_prefix(proxy_url, "wss:");

    return g_strconcat(tls ? "https" : "http", strchr(proxy_url, ':'), WHERE, NULL);
}

void matrix_examine_proxy(Examination *examination, LoopCall then, void *arg)
{
    const WorkspaceConfig *workspace = examination->workspace;
    Look *look = g_new0(Look, 1);
    g_autofree char *url = url_of(workspace->proxy_url);
    g_autofree char *bearer = g_strconcat("Authorization: Bearer ", workspace->access_token, NULL);
    const char *const headers[] = {bearer, NULL};

    *look = (Look){.examination = examination, .then = then, .arg = arg};
    examination_hold(examination, look, look_free);
    examination_wait(examination, EXAMINATION_PATIENCE_MS);
    look->call = http_send(examination->http,
                           &(HttpRequest){.method = "GET",
                                          .url = url,
                                          .headers = headers,
                                          .timeout_ms = EXAMINATION_ANSWER_MS,
                                          .ca_file = workspace->ca_file},
                           on_reply, look);
}

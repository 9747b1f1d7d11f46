#include "bot/matrix/fetch.h"

#include "bot/matrix/backoff.h"

#define ASK_MS        60000
#define AGAIN_MS      1000
#define AGAIN_MOST_MS 120000

struct MatrixFetch {
    Loop *loop;
    MatrixApi *api;
    MatrixWalk *walk;
    void (*done)(void *arg, const char *error);
    void *arg;
    MatrixCall *call;
    LoopTimer *pause;
    guint failures; /* in a row */
};

static void ask(void *arg);

static void failed(MatrixFetch *fetch)
{
    int64_t wait = matrix_backoff_ms(fetch->failures++, AGAIN_MS, AGAIN_MOST_MS);

    fetch->pause = loop_after(fetch->loop, wait, ask, fetch);
}

static void take_page(MatrixFetch *fetch, const Json *json)
{
    if (json_array(json, "chunk") == NULL) {
        failed(fetch); /* not what was asked for, whoever answered */
        return;
    }
    fetch->failures = 0;
    if (matrix_walk_page(fetch->walk, cJSON_Duplicate(json, true))) {
        ask(fetch);
    } else {
        fetch->done(fetch->arg, "");
    }
}

static void on_page(void *arg, const MatrixAnswer *answer)
{
    MatrixFetch *fetch = arg;

    fetch->call = NULL;
    switch (answer->class) {
    case MATRIX_OK:
        take_page(fetch, answer->json);
        return;
    case MATRIX_FORBIDDEN:
    case MATRIX_GONE:
    case MATRIX_TOO_LARGE:
    case MATRIX_REQUEST:
        fetch->done(fetch->arg, answer->error);
        return;
    case MATRIX_AUTH:
    case MATRIX_RETRY:
    case MATRIX_UNSURE:
        failed(fetch);
        return;
    }
}

static void ask(void *arg)
{
    MatrixFetch *fetch = arg;
    g_autofree char *path = matrix_walk_path(fetch->walk);
    const MatrixAsk page = {
        .method = "GET",
        .path = path,
        .line = MATRIX_SOON,
        .deadline_ms = ASK_MS,
    };

    fetch->pause = NULL;
    fetch->call = matrix_api_call(fetch->api, &page, on_page, fetch);
}

MatrixFetch *matrix_fetch_new(Loop *loop, MatrixApi *api, MatrixWalk *walk,
                              void (*done)(void *arg, const char *error), void *arg)
{
    MatrixFetch *fetch = g_new(MatrixFetch, 1);

    *fetch = (MatrixFetch){.loop = loop, .api = api, .walk = walk, .done = done, .arg = arg};
    ask(fetch);
    return fetch;
}

void matrix_fetch_free(MatrixFetch *fetch)
{
    if (fetch == NULL) {
        return;
    }
    if (fetch->call != NULL) {
        matrix_api_cancel(fetch->call);
    }
    loop_stop(&fetch->pause);
    loop_retire(fetch->loop, fetch, g_free);
}

#pragma once

/* Matrix's client-server API for one account (specification v1.19): one client that paces what the
 * homeserver counts, honours its waits, repeats what may be repeated, and says what an error means.
 *
 * Every request but media uploads and createRoom may be repeated: sends carry a transaction id, all
 * else sets or reads. What the homeserver refuses with M_LIMIT_EXCEEDED was not done, and waits.
 *
 * Thread: the loop's. */

#include "bot/json.h"
#include "bot/net/http.h"

typedef struct MatrixApi MatrixApi;
typedef struct MatrixCall MatrixCall;

typedef enum MatrixClass {
    MATRIX_OK,        /* done, or as good as done (M_DUPLICATE_ANNOTATION) */
    MATRIX_AUTH,      /* the token is not good (any more): `soft_logout` tells which way. What is
                         in order (MATRIX_SEND, MATRIX_LATER) waits for the next token first, and
                         ends so at its deadline */
    MATRIX_FORBIDDEN, /* 403: not in this room, or without the right; for good until that changes */
    MATRIX_GONE,      /* 404: there is no such thing (any more) */
    MATRIX_TOO_LARGE, /* 413 */
    MATRIX_REQUEST,   /* our own mistake, or an error we do not know: never repeated; logged */
    MATRIX_RETRY,     /* the deadline came first; certainly not done, or only read */
    MATRIX_UNSURE,    /* the deadline came first; may have been done */
} MatrixClass;

typedef struct MatrixAnswer {
    MatrixClass class;
    int status;
    const char *error;  /* "M_FORBIDDEN", "http_502" without one, "" when MATRIX_OK; "unreachable",
                           "no_answer", "answer_too_long", "bad_answer" are our own */
    bool soft_logout;   /* MATRIX_AUTH: expired; the device is kept */
    const Json *json;   /* the whole answer, an object; NULL when there was none */
    int64_t wait_ms;    /* M_LIMIT_EXCEEDED: asked to wait so long; 0 */
    const char *moved;  /* where a redirect leads: none is followed; NULL */
    const char *people; /* what to tell people of it; "" when MATRIX_OK */
} MatrixAnswer;

typedef void (*MatrixDone)(void *arg, const MatrixAnswer *answer); /* borrowed for the call */

/* `homeserver` is a base URL without a path and without "/" at its end; NULL: set later. `ca_file`
 * as in HttpRequest. */
MatrixApi *matrix_api_new(Loop *loop, Http *http, const char *workspace, const char *homeserver,
                          const char *ca_file);
void matrix_api_free(MatrixApi *api); /* calls under way end untold */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixApi, matrix_api_free)
/* Why the last call got no answer, in the transport's own words; "" when it got one. */
const char *matrix_api_lost(const MatrixApi *api);
void matrix_api_set_homeserver(MatrixApi *api, const char *homeserver);
const char *matrix_api_homeserver(const MatrixApi *api);
/* Kept and never printed. NULL: none; calls that need one wait, or end at their deadline. */
void matrix_api_set_token(MatrixApi *api, const char *token);
/* Told once for each token that a call found refused (setting it again counts as a new one);
 * nothing may be called from inside but loop_after. */
void matrix_api_on_refused(MatrixApi *api,
                           void (*refused)(void *arg, const char *error, bool soft_logout),
                           void *arg);

typedef enum MatrixLine {
    MATRIX_SOON,  /* small reads and what somebody waits for: not paced, a few at once */
    MATRIX_SEND,  /* events into rooms: in order per room, one at a time there, the account paced as
                     its homeserver counts (ten at once, then as its 429s teach) */
    MATRIX_LATER, /* as MATRIX_SEND, behind all of them: reactions of our own, pins */
    MATRIX_OPEN,  /* before there is a token: versions, login, discovery. Never waits for one, and
                     is never repeated by itself: who asks has a pace of their own */
    MATRIX_POLL,  /* the long poll: alone, never repeated by itself, stands in nobody's way; the
                     next one keeps the wait that the last one was told */
} MatrixLine;

typedef struct MatrixAsk {
    const char *method; /* "GET", "POST", "PUT" */
    const char *path;   /* "/_matrix/client/v3/…" with its query, its parts encoded (below) */
    Json *take_body;    /* an object; NULL on POST and PUT: {} */
    GBytes *bytes;      /* instead of it, borrowed: media; with `content_type` */
    const char *content_type;
    MatrixLine line;
    const char *room;    /* MATRIX_SEND, MATRIX_LATER: the order's room; NULL: none */
    int64_t deadline_ms; /* from now; 0: ten minutes. An attempt has at most 30 seconds in a room's
                            order, 60 elsewhere, 2 minutes with `bytes`; MATRIX_POLL all there is */
    int64_t quiet_ms;    /* MATRIX_POLL: given up when nothing came for so long; 0: 60 seconds */
    bool once;           /* not to be repeated when it may have been done */
    bool bare;           /* without the token */
} MatrixAsk;

/* `done` is called exactly once, never from inside, unless the call is cancelled. */
MatrixCall *matrix_api_call(MatrixApi *api, const MatrixAsk *ask, MatrixDone done, void *arg);
void matrix_api_cancel(MatrixCall *call);
/* What waits of that room ends as MATRIX_FORBIDDEN: we are not there any more. */
void matrix_api_drop_room(MatrixApi *api, const char *room);
size_t matrix_api_depth(const MatrixApi *api); /* calls that wait or are under way, for metrics */
/* The homeserver asked to wait until then (loop_now_ms), 0: it does not. For /readyz. */
int64_t matrix_api_held_until(const MatrixApi *api);

/* "/_matrix/client/v3/rooms/%s/send/%s/%s": each %s is percent-encoded as one part. Caller frees.
 */
char *matrix_path(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The tables behind it, also for tests and `anchord doctor`. `people` may be NULL. */
MatrixClass matrix_error_class(int status, const char *errcode, const char **people);
const char *matrix_class_people(MatrixClass class); /* what can be said of it without an error */

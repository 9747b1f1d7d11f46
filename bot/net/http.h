#pragma once

/* Outgoing HTTP over libcurl multi, in the loop: HTTP/2 where the other side speaks it, kept-alive
 * connections, TLS verified, proxies from the environment. It never retries: what may be repeated
 * is its caller's to know, and so it says what became of a request.
 *
 * Thread: the loop's. Redirects are not followed: a token would go with them. */

#include "bot/loop.h"

typedef struct Http Http;
typedef struct HttpCall HttpCall;

typedef enum HttpOutcome {
    HTTP_ANSWERED, /* a whole answer, of whatever status */
    HTTP_UNSENT,   /* certainly not done: no connection, no TLS, no name */
    HTTP_UNKNOWN,  /* it may have been done: cut or timed out after it was sent, or cancelled */
} HttpOutcome;

typedef struct HttpReply {
    HttpOutcome outcome;
    int status;       /* 0 unless answered */
    const char *body; /* ended by a NUL; "" */
    size_t body_len;
    int64_t retry_after_ms; /* of the header Retry-After in seconds or as a date; -1: absent */
    const char *scopes;     /* of the header x-oauth-scopes; NULL */
    const char *moved;      /* where a redirect leads, as a whole URL; NULL: it is none */
    bool too_long;          /* HTTP_UNKNOWN: an answer came, and was longer than answer_max */
    const char *why;        /* what went wrong, for the log: no URL, no token; "" */
} HttpReply;

typedef void (*HttpDone)(void *arg, const HttpReply *reply); /* reply borrowed for the call */

typedef struct HttpRequest {
    const char *method; /* "GET", "POST", "PUT" */
    const char *url;
    const char *const *headers; /* "Name: value", ends with NULL; NULL: none */
    const void *body;           /* copied; NULL: none */
    size_t body_len;
    int64_t timeout_ms;  /* whole request; connecting has at most half of it */
    int64_t quiet_ms;    /* given up when nothing came for so long, in whole seconds; 0: not so */
    size_t answer_max;   /* bytes; a longer answer is HTTP_UNKNOWN. 0: 4 MiB */
    const char *ca_file; /* trusted beside the system's authorities, for this one; NULL: none */
} HttpRequest;

Http *http_new(Loop *loop, GError **error) __attribute__((warn_unused_result));
void http_free(Http *http); /* calls under way end without being told */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Http, http_free)

/* `done` is called exactly once, never from inside http_send, unless the call is cancelled first.
 */
HttpCall *http_send(Http *http, const HttpRequest *request, HttpDone done, void *arg);
void http_cancel(HttpCall *call); /* `done` is not called any more */

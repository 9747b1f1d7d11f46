#pragma once

/* The head of an HTTP/1 request, bytes in, values out. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define REQUEST_MAX 8192

typedef enum RequestFound {
    REQUEST_FINE,
    REQUEST_MORE,      /* not all of it is here */
    REQUEST_BAD,       /* no HTTP/1, or one that could be read in two ways */
    REQUEST_TOO_LARGE, /* REQUEST_MAX bytes, and no end of the headers among them */
} RequestFound;

/* Headers are NULL where they are missing. */
typedef struct Request {
    char *method; /* "GET" */
    char *path;   /* what was asked for, without "?" and what is behind it */
    bool query;   /* there was a "?" */
    char *authorization, *content_type, *transfer_encoding, *expect, *idempotency_key;
    int64_t length; /* of the body, as it was told; -1: it was not */
    size_t head;    /* bytes up to the body */
} Request;

void request_clear(Request *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

/* REQUEST_FINE: `*request`, which was clear, is filled. A header that is used here and comes twice,
 * and a length beside another way to tell the body's end, are REQUEST_BAD: who stands in between
 * might read the other of the two. */
RequestFound request_parse(const char *bytes, size_t len, Request *request)
    __attribute__((warn_unused_result));

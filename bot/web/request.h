#pragma once

/* The beginning of an HTTP/1 request, bytes in, path out. */

#include <stddef.h>

#define REQUEST_MAX 8192

typedef enum RequestFound {
    REQUEST_FINE,
    REQUEST_MORE,      /* not all of it is here */
    REQUEST_BAD,       /* no HTTP/1 */
    REQUEST_NOT_GET,   /* another method */
    REQUEST_TOO_LARGE, /* REQUEST_MAX bytes, and no end of the headers among them */
} RequestFound;

/* REQUEST_FINE: `*path` is what was asked for, without "?" and what is behind it (caller frees). */
RequestFound request_parse(const char *bytes, size_t len, char **path)
    __attribute__((warn_unused_result));

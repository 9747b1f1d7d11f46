#pragma once

/* What an HTTP request is answered with, and its bytes. */

#include <stdbool.h>

#include <glib.h>

typedef struct Response {
    int status;
    char *text;        /* the body; owned */
    bool json;         /* else plain text */
    int retry_s;       /* when to try again; 0: not said */
    const char *allow; /* 405: the method that is answered; static */
} Response;

Response response_text(int status, const char *text);
/* {"error": "…"}; marks (core/words.h) are left out. */
Response response_error(int status, char *take_why);
/* The whole of it, with its headers, as it goes out. */
GString *response_bytes(Response take_response);

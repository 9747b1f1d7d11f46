#pragma once

/* Where a websocket's URL leads, and through which proxy.
 * Thread: any; reads the environment. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef struct Place {
    bool tls;
    char *host;
    uint16_t port;
    char *header; /* of the header Host: the port only where it is not the scheme's own */
    char *path;   /* with the query: it may hold a ticket */
    char *proxy;  /* its host; NULL: straight */
    uint16_t proxy_port;
    char *proxy_login; /* "user:password@", or ""; NULL without a proxy */
} Place;

/* The error never holds the URL. */
bool place_init(Place *place, const char *url, GError **error) __attribute__((warn_unused_result));
void place_clear(Place *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

#pragma once

/* Which proxy a connection takes, as the environment says and as curl understands it: https_proxy
 * or HTTPS_PROXY for TLS, http_proxy (in lower case alone: a web server would set the other from a
 * request) for the rest, then all_proxy or ALL_PROXY; no_proxy or NO_PROXY lists hosts that take
 * none. Loopback never takes one. Thread: any; reads the environment. */

#include <stdbool.h>
#include <stddef.h>

/* Borrowed from the environment until that changes; NULL: straight. It may hold a password. */
const char *proxy_for(bool tls, const char *host);

/* Whether a host is named by such a list: "*", names and the domains below them (".example.org" or
 * "example.org"), addresses. */
bool proxy_is_excepted(const char *list, const char *host);
bool proxy_is_loopback(const char *host);

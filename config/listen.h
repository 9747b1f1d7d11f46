#pragma once

/* Where something listens, as an administrator writes it. */

#include <stdbool.h>

#include <sys/socket.h>

/* "127.0.0.1:8089", "[::1]:8089", "localhost:8089" (127.0.0.1): an address of this machine as
 * digits, and a port; port 0 lets the system choose. False when it is none of those. */
bool listen_parse(const char *text, struct sockaddr_storage *out, socklen_t *len)
    __attribute__((warn_unused_result));
/* A host as it stands in a URL, without brackets: this machine itself. */
bool host_is_loopback(const char *host);

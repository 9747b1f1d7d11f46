#include "config/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include <glib.h>

static bool parse_port(const char *text, in_port_t *port)
{
    guint64 number = 0;

    if (!g_ascii_isdigit(*text) || !g_ascii_string_to_unsigned(text, 10, 0, 65535, &number, NULL)) {
        return false;
    }
    *port = htons((uint16_t)number);
    return true;
}

/* The host without the brackets that IPv6 needs in front of a port. */
static char *bare_host(const char *text, size_t len, bool *v6)
{
    *v6 = len >= 2 && text[0] == '[' && text[len - 1] == ']';
    return *v6 ? g_strndup(text + 1, len - 2) : g_strndup(text, len);
}

static bool address_v6(const char *host, in_port_t port, struct sockaddr_storage *out,
                       socklen_t *len)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = port};

    if (inet_pton(AF_INET6, host, &address.sin6_addr) != 1) {
        return false;
    }
    *out = (struct sockaddr_storage){0};
    memcpy(out, &address, sizeof(address));
    *len = sizeof(address);
    return true;
}

static bool address_v4(const char *host, in_port_t port, struct sockaddr_storage *out,
                       socklen_t *len)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = port};
    const char *digits = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;

    if (inet_pton(AF_INET, digits, &address.sin_addr) != 1) {
        return false;
    }
    *out = (struct sockaddr_storage){0};
    memcpy(out, &address, sizeof(address));
    *len = sizeof(address);
    return true;
}

bool listen_parse(const char *text, struct sockaddr_storage *out, socklen_t *len)
{
    const char *colon = strrchr(text, ':');
    in_port_t port = 0;
    bool v6 = false;

    if (colon == NULL || !parse_port(colon + 1, &port)) {
        return false;
    }
    g_autofree char *host = bare_host(text, (size_t)(colon - text), &v6);

    return v6 ? address_v6(host, port, out, len) : address_v4(host, port, out, len);
}

bool host_is_loopback(const char *host)
{
    struct in_addr v4 = {0};
    struct in6_addr v6 = {0};

    if (g_ascii_strcasecmp(host, "localhost") == 0) {
        return true;
    }
    if (inet_pton(AF_INET, host, &v4) == 1) {
        return (ntohl(v4.s_addr) >> 24) == 127;
    }
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

#include "bot/net/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <glib.h>

static const char *first_of(const char *const *names)
{
    for (; *names != NULL; names++) {
        const char *value = getenv(*names);

        if (value != NULL && *value != '\0') {
            return value;
        }
    }
    return NULL;
}

bool proxy_is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;

    if (strcasecmp(host, "localhost") == 0) {
        return true;
    }
    if (inet_pton(AF_INET, host, &four) == 1) {
        return ntohl(four.s_addr) >> 24 == 127;
    }
    return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

/* `name` is the host itself or a domain that it is in. */
static bool covers(const char *name, size_t len, const char *host)
{
    size_t host_len = strlen(host);

    if (len > 0 && name[0] == '.') {
        name++;
        len--;
    }
    if (len == 0 || len > host_len || strncasecmp(host + host_len - len, name, len) != 0) {
        return false;
    }
    return len == host_len || host[host_len - len - 1] == '.';
}

bool proxy_is_excepted(const char *list, const char *host)
{
    while (*list != '\0') {
        list += strspn(list, ", \t");
        size_t len = strcspn(list, ", \t");

        if ((len == 1 && *list == '*') || covers(list, len, host)) {
            return true;
        }
        list += len;
    }
    return false;
}

const char *proxy_for(bool tls, const char *host)
{
    static const char *const for_tls[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                          NULL};
    static const char *const for_plain[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const for_none[] = {"no_proxy", "NO_PROXY", NULL};
    const char *excepted = first_of(for_none);

    if (proxy_is_loopback(host) || (excepted != NULL && proxy_is_excepted(excepted, host))) {
        return NULL;
    }
    return first_of(tls ? for_tls : for_plain);
}

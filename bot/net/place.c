#include "bot/net/place.h"

#include <string.h>

#include "bot/net/proxy.h"

#define HOST_MAX              126
#define HOST_BEHIND_PROXY_MAX 90 /* libwebsockets writes it twice into 256 bytes of CONNECT */
#define PATH_MAX_BYTES        2048
#define PROXY_PORT_USUAL      1080 /* curl's */

static bool refuse(GError **error, const char *why)
{
    g_set_error_literal(error, G_URI_ERROR, G_URI_ERROR_FAILED, why);
    return false;
}

/* A space or a line break would end the request line and begin another. */
static bool is_plain(const char *url)
{
    for (; *url != '\0'; url++) {
        if (*url <= ' ' || *url >= 0x7f) {
            return false;
        }
    }
    return true;
}

static char *header_of(const Place *place)
{
    bool six = strchr(place->host, ':') != NULL;
    g_autofree char *host = six ? g_strdup_printf("[%s]", place->host) : g_strdup(place->host);

    if (place->port == (place->tls ? 443 : 80)) {
        return g_steal_pointer(&host);
    }
    return g_strdup_printf("%s:%u", host, place->port);
}

static char *path_of(const char *path, const char *query)
{
    const char *from = path != NULL && *path != '\0' ? path : "/";

    return query != NULL ? g_strconcat(from, "?", query, NULL) : g_strdup(from);
}

static bool read_target(Place *place, const char *url, GError **error)
{
    g_autofree char *scheme = NULL;
    g_autofree char *user = NULL;
    g_autofree char *path = NULL;
    g_autofree char *query = NULL;
    int port = -1;

    if (!is_plain(url) || !g_uri_split(url, G_URI_FLAGS_ENCODED, &scheme, &user, &place->host,
                                       &port, &path, &query, NULL, NULL)) {
        return refuse(error, "this is no URL");
    }
    if (scheme == NULL || (strcmp(scheme, "ws") != 0 && strcmp(scheme, "wss") != 0)) {
        return refuse(error, "the URL does not begin with ws:// or wss://");
    }
    if (place->host == NULL || *place->host == '\0' || strlen(place->host) > HOST_MAX) {
        return refuse(error, "the URL's host is missing or too long");
    }
    if (user != NULL || port == 0 || port > UINT16_MAX) {
        return refuse(error, "the URL's host is not understood");
    }
    place->tls = strcmp(scheme, "wss") == 0;
    place->port = (uint16_t)(port > 0 ? port : place->tls ? 443 : 80);
    place->header = header_of(place);
    place->path = path_of(path, query);
    return strlen(place->path) <= PATH_MAX_BYTES || refuse(error, "the URL is too long");
}

static bool read_proxy(Place *place, const char *proxy, GError **error)
{
    g_autofree char *url =
        strstr(proxy, "://") != NULL ? g_strdup(proxy) : g_strconcat("http://", proxy, NULL);
    g_autofree char *scheme = NULL;
    g_autofree char *login = NULL;
    int port = -1;

    if (!g_uri_split(url, G_URI_FLAGS_NONE, &scheme, &login, &place->proxy, &port, NULL, NULL, NULL,
                     NULL) ||
        place->proxy == NULL || *place->proxy == '\0' || port == 0 || port > UINT16_MAX) {
        return refuse(error, "the proxy of the environment is not understood");
    }
    if (strcmp(scheme, "http") != 0) {
        return refuse(error, "websockets go through http:// proxies only");
    }
    if (strlen(place->host) > HOST_BEHIND_PROXY_MAX) {
        return refuse(error, "the URL's host is too long for a proxy");
    }
    place->proxy_port = (uint16_t)(port > 0 ? port : PROXY_PORT_USUAL);
    place->proxy_login = login != NULL ? g_strconcat(login, "@", NULL) : g_strdup("");
    return true;
}

bool place_init(Place *place, const char *url, GError **error)
{
    g_auto(Place) read = {0};

    if (!read_target(&read, url, error)) {
        return false;
    }
    const char *proxy = proxy_for(read.tls, read.host);

    if (proxy != NULL && !read_proxy(&read, proxy, error)) {
        return false;
    }
    *place = read;
    read = (Place){0};
    return true;
}

void place_clear(Place *place)
{
    g_free(place->host);
    g_free(place->header);
    g_free(place->path);
    g_free(place->proxy);
    g_free(place->proxy_login);
    *place = (Place){0};
}

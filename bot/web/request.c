/* RFC 9112, as much as a few pages need: strict about what is there. */

#include "bot/web/request.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

/* A line without its end; `at` moves behind it. False where no line ends. */
static bool next_line(const char *bytes, size_t len, size_t *at, const char **line,
                      size_t *line_len)
{
    const char *end = memchr(bytes + *at, '\n', len - *at);

    if (end == NULL) {
        return false;
    }
    *line = bytes + *at;
    *line_len = (size_t)(end - *line);
    *at += *line_len + 1;
    if (*line_len > 0 && (*line)[*line_len - 1] == '\r') {
        --*line_len;
    }
    return true;
}

static bool is_name_byte(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static size_t name_len(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && is_name_byte(text[n])) {
        n++;
    }
    return n;
}

static bool is_version(const char *text, size_t len)
{
    return len == strlen("HTTP/1.1") && memcmp(text, "HTTP/1.", 7) == 0 && g_ascii_isdigit(text[7]);
}

/* A target of our own: "/path", visible ASCII. Its length; 0: it is none. */
static size_t target_len(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && g_ascii_isgraph(text[n])) {
        n++;
    }
    return n > 0 && text[0] == '/' ? n : 0;
}

/* "GET /path?query HTTP/1.1" */
static bool parse_first(const char *line, size_t len, Request *request)
{
    size_t method = name_len(line, len);
    const char *target = line + method + 1;
    size_t rest = len > method ? len - method - 1 : 0;
    size_t n = rest > 0 && line[method] == ' ' ? target_len(target, rest) : 0;

    if (method == 0 || n == 0 || n >= rest || target[n] != ' ' ||
        !is_version(target + n + 1, rest - n - 1)) {
        return false;
    }
    const char *query = memchr(target, '?', n);

    request->method = g_strndup(line, method);
    request->path = g_strndup(target, query != NULL ? (size_t)(query - target) : n);
    request->query = query != NULL;
    return true;
}

/* Keeps a header that is used here; false when it was there before. */
static bool keep_header(Request *request, char **length, const char *name, size_t name_len,
                        const char *value, size_t value_len)
{
    const struct {
        const char *name;
        char **kept;
    } used[] = {
        {"Authorization", &request->authorization},
        {"Content-Type", &request->content_type},
        {"Content-Length", length},
        {"Transfer-Encoding", &request->transfer_encoding},
        {"Expect", &request->expect},
        {"Idempotency-Key", &request->idempotency_key},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(used); i++) {
        if (strlen(used[i].name) != name_len ||
            g_ascii_strncasecmp(used[i].name, name, name_len) != 0) {
            continue;
        }
        if (*used[i].kept != NULL) {
            return false;
        }
        *used[i].kept = g_strstrip(g_strndup(value, value_len));
    }
    return true;
}

/* "Name: value", without controls; a line that goes on from the one before is refused. */
static bool parse_header(const char *line, size_t len, Request *request, char **length)
{
    size_t name = name_len(line, len);

    if (name == 0 || name >= len || line[name] != ':') {
        return false;
    }
    for (size_t i = name + 1; i < len; i++) {
        if (g_ascii_iscntrl(line[i]) && line[i] != '\t') {
            return false;
        }
    }
    return keep_header(request, length, line, name, line + name + 1, len - name - 1);
}

/* Digits alone; more of them than any body has bytes are as good as the most. */
static bool read_length(const char *text, int64_t *length)
{
    if (*text == '\0' || text[strspn(text, "0123456789")] != '\0') {
        return false;
    }
    *length = strlen(text) > 18 ? INT64_MAX : g_ascii_strtoll(text, NULL, 10);
    return true;
}

/* The lines behind the first, up to the empty one. */
static RequestFound parse_headers(const char *bytes, size_t len, size_t at, Request *request)
{
    g_autofree char *length = NULL;
    const char *line = NULL;
    size_t line_len = 0;

    while (next_line(bytes, len, &at, &line, &line_len)) {
        if (line_len == 0) {
            bool clear = length == NULL || (request->transfer_encoding == NULL &&
                                            read_length(length, &request->length));

            request->head = at;
            return clear ? REQUEST_FINE : REQUEST_BAD;
        }
        if (!parse_header(line, line_len, request, &length)) {
            return REQUEST_BAD;
        }
    }
    return len >= REQUEST_MAX ? REQUEST_TOO_LARGE : REQUEST_MORE;
}

RequestFound request_parse(const char *bytes, size_t len, Request *request)
{
    g_auto(Request) parsed = {.length = -1};
    const char *line = NULL;
    size_t at = 0, line_len = 0, size = MIN(len, REQUEST_MAX);

    if (size == 0 || !next_line(bytes, size, &at, &line, &line_len)) {
        return size >= REQUEST_MAX ? REQUEST_TOO_LARGE : REQUEST_MORE;
    }
    RequestFound found = parse_first(line, line_len, &parsed)
                             ? parse_headers(bytes, size, at, &parsed)
                             : REQUEST_BAD;

    if (found == REQUEST_FINE) {
        *request = parsed;
        parsed = (Request){0};
    }
    return found;
}

void request_clear(Request *request)
{
    g_free(request->method);
    g_free(request->path);
    g_free(request->authorization);
    g_free(request->content_type);
    g_free(request->transfer_encoding);
    g_free(request->expect);
    g_free(request->idempotency_key);
    *request = (Request){0};
}

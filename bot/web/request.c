/* RFC 9112, as much as three pages need: strict about what is there, and nothing is used but method
 * and path. */

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
static RequestFound parse_first(const char *line, size_t len, char **path)
{
    size_t method = name_len(line, len);
    const char *target = line + method + 1;
    size_t rest = len > method ? len - method - 1 : 0;
    size_t n = rest > 0 && line[method] == ' ' ? target_len(target, rest) : 0;

    if (method == 0 || n == 0 || n >= rest || target[n] != ' ' ||
        !is_version(target + n + 1, rest - n - 1)) {
        return REQUEST_BAD;
    }
    if (method != 3 || memcmp(line, "GET", 3) != 0) {
        return REQUEST_NOT_GET;
    }
    const char *query = memchr(target, '?', n);

    *path = g_strndup(target, query != NULL ? (size_t)(query - target) : n);
    return REQUEST_FINE;
}

/* "Name: value", without controls; a line that goes on from the one before is refused. */
static bool is_header(const char *line, size_t len)
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
    return true;
}

/* The lines behind the first, up to the empty one. */
static RequestFound parse_headers(const char *bytes, size_t len, size_t at)
{
    const char *line = NULL;
    size_t line_len = 0;

    while (next_line(bytes, len, &at, &line, &line_len)) {
        if (line_len == 0) {
            return REQUEST_FINE;
        }
        if (!is_header(line, line_len)) {
            return REQUEST_BAD;
        }
    }
    return len >= REQUEST_MAX ? REQUEST_TOO_LARGE : REQUEST_MORE;
}

RequestFound request_parse(const char *bytes, size_t len, char **path)
{
    g_autofree char *asked = NULL;
    const char *line = NULL;
    size_t at = 0, line_len = 0, size = MIN(len, REQUEST_MAX);

    if (size == 0 || !next_line(bytes, size, &at, &line, &line_len)) {
        return size >= REQUEST_MAX ? REQUEST_TOO_LARGE : REQUEST_MORE;
    }
    RequestFound first = parse_first(line, line_len, &asked);
    RequestFound rest = first != REQUEST_BAD ? parse_headers(bytes, size, at) : REQUEST_BAD;

    if (rest != REQUEST_FINE || first != REQUEST_FINE) {
        return rest != REQUEST_FINE ? rest : first;
    }
    *path = g_steal_pointer(&asked);
    return REQUEST_FINE;
}

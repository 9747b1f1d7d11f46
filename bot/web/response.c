#include "bot/web/response.h"

#include <string.h>

#include "bot/json_writer.h"
#include "core/card.h"

static const struct {
    int status;
    const char *phrase;
} phrases[] = {
    {200, "OK"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {503, "Service Unavailable"},
};

static const char *phrase_of(int status)
{
    for (size_t i = 0; i < G_N_ELEMENTS(phrases); i++) {
        if (phrases[i].status == status) {
            return phrases[i].phrase;
        }
    }
    return "Internal Server Error";
}

Response response_text(int status, const char *text)
{
    return (Response){.status = status, .text = g_strdup(text)};
}

Response response_error(int status, char *take_why)
{
    g_autofree char *why = take_why, *plain = marks_strip(why);
    GString *out = g_string_new(NULL);

    json_write_open(out, '{');
    json_write_member(out, "error", plain);
    json_write_close(out, '}');
    g_string_append_c(out, '\n');
    return (Response){.status = status, .text = g_string_free(out, FALSE), .json = true};
}

/* The version belongs to Prometheus' text format; elsewhere it does no harm. */
static const char *type_of(const Response *response)
{
    return response->json ? "application/json" : "text/plain; version=0.0.4; charset=utf-8";
}

GString *response_bytes(Response take_response)
{
    const Response *response = &take_response;
    g_autofree char *text = take_response.text;
    GString *out = g_string_new(NULL);

    g_string_append_printf(out,
                           "HTTP/1.1 %d %s\r\n"
                           "Content-Type: %s\r\n"
                           "Content-Length: %zu\r\n"
                           "Cache-Control: no-store\r\n"
                           "X-Content-Type-Options: nosniff\r\n",
                           response->status, phrase_of(response->status), type_of(response),
                           strlen(text));
    if (response->status == 401) {
        g_string_append(out, "WWW-Authenticate: Bearer\r\n");
    }
    if (response->allow != NULL) {
        g_string_append_printf(out, "Allow: %s\r\n", response->allow);
    }
    if (response->retry_s > 0) {
        g_string_append_printf(out, "Retry-After: %d\r\n", response->retry_s);
    }
    g_string_append(out, "Connection: close\r\n\r\n");
    return g_string_append(out, text);
}

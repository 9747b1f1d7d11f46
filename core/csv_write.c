#include "core/csv_write.h"

#include <stdbool.h>
#include <string.h>

/* A spreadsheet takes what begins so for a formula. */
static bool runs(char c)
{
    return c != '\0' && strchr("=+-@\t\r\n", c) != NULL;
}

size_t csv_write_guards(const char *text)
{
    size_t n = strspn(text, "'");

    return runs(text[n]) ? n : 0;
}

/* "-5" and "+0.25" are harmless, and a figure behind an apostrophe could not be added up. */
static bool is_number(const char *text)
{
    size_t sign = *text == '+' || *text == '-' ? 1 : 0, whole = strspn(text + sign, "0123456789");
    const char *rest = text + sign + whole;

    if (*rest == '.') {
        size_t places = strspn(++rest, "0123456789");

        rest += places;
        whole = places > 0 ? whole : 0;
    }
    return whole > 0 && *rest == '\0';
}

static void write_cell(GString *out, const char *text)
{
    bool guarded = runs(text[strspn(text, "'")]) && !is_number(text);
    bool quoted = text[strcspn(text, "\",;\t\r\n")] != '\0' || *text == ' ' ||
                  (*text != '\0' && text[strlen(text) - 1] == ' ');

    g_string_append(out, quoted ? "\"" : "");
    g_string_append(out, guarded ? "'" : "");
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"') {
            g_string_append_c(out, '"');
        }
        g_string_append_c(out, *p);
    }
    g_string_append(out, quoted ? "\"" : "");
}

void csv_write_row(GString *out, const char *const *cells, size_t count)
{
    size_t start = out->len;

    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            g_string_append_c(out, ',');
        }
        write_cell(out, cells[i] != NULL ? cells[i] : "");
    }
    if (out->len == start) {
        g_string_append(out, "\"\""); /* a blank line would be no row */
    }
    g_string_append(out, "\r\n");
}

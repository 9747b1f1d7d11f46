#include "bot/csv.h"

#include <stdbool.h>
#include <string.h>

/* A leading byte of `set`; the NUL that ends a text is none. */
static bool is_of(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* What stands most often outside quotes in the first row divides it. */
static char separator_of(const char *at, const char *end)
{
    static const char separators[] = ",;\t";
    size_t counts[sizeof separators - 1] = {0}, best = 0;
    bool quoted = false;

    for (; at < end && (quoted || !is_of("\r\n", *at)); at++) {
        const char *found = is_of(separators, *at) ? strchr(separators, *at) : NULL;

        quoted = quoted != (*at == '"');
        if (found != NULL && !quoted) {
            counts[found - separators]++;
        }
    }
    for (size_t i = 1; i < G_N_ELEMENTS(counts); i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    return separators[best];
}

void csv_init(Csv *csv, const char *text, size_t len)
{
    *csv = (Csv){.at = text, .end = text + len, .line = 1};
    csv->separator = separator_of(csv->at, csv->end);
}

static bool at_line_end(const Csv *csv)
{
    return csv->at == csv->end || *csv->at == '\r' || *csv->at == '\n';
}

/* CR LF, LF or CR. */
static void skip_line_end(Csv *csv)
{
    if (csv->at == csv->end) {
        return;
    }
    bool both = *csv->at == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n';

    csv->at += both ? 2 : 1;
    csv->line++;
}

static void skip_line(Csv *csv)
{
    while (!at_line_end(csv)) {
        csv->at++;
    }
    skip_line_end(csv);
}

static void read_bare(Csv *csv, GString *cell)
{
    const char *start = csv->at;

    while (!at_line_end(csv) && *csv->at != csv->separator) {
        csv->at++;
    }
    g_string_append_len(cell, start, csv->at - start);
}

/* Up to the quote that closes the cell; false where none does. */
static bool read_quoted(Csv *csv, GString *cell)
{
    for (csv->at++; csv->at < csv->end;) {
        const char *start = csv->at;

        while (csv->at < csv->end && *csv->at != '"') {
            bool lone_cr = *csv->at == '\r' && (csv->at + 1 == csv->end || csv->at[1] != '\n');

            csv->line += *csv->at == '\n' || lone_cr;
            csv->at++;
        }
        g_string_append_len(cell, start, csv->at - start);
        if (csv->at == csv->end) {
            return false;
        }
        csv->at++;
        if (csv->at == csv->end || *csv->at != '"') {
            return true;
        }
        g_string_append_c(cell, '"'); /* a doubled one stands for itself */
        csv->at++;
    }
    return false;
}

static void take_cell(GPtrArray *cells, const GString *cell)
{
    size_t guard = csv_write_guards(cell->str) > 0 ? 1 : 0;

    g_ptr_array_add(cells, g_strndup(cell->str + guard, cell->len - guard));
}

static CsvResult read_row(Csv *csv, GPtrArray *cells)
{
    g_autoptr(GString) cell = g_string_new(NULL);

    for (;; csv->at++) { /* past the separator */
        g_string_truncate(cell, 0);
        if (csv->at == csv->end || *csv->at != '"') {
            read_bare(csv, cell);
        } else if (!read_quoted(csv, cell)) {
            return CSV_QUOTE_OPEN;
        }
        take_cell(cells, cell);
        if (at_line_end(csv)) {
            skip_line_end(csv);
            return CSV_ROW;
        }
        if (*csv->at != csv->separator) {
            skip_line(csv);
            return CSV_QUOTE_STRAY;
        }
    }
}

CsvResult csv_next(Csv *csv, GPtrArray *cells, size_t *line)
{
    g_ptr_array_set_size(cells, 0);
    while (csv->at < csv->end && at_line_end(csv)) {
        skip_line_end(csv);
    }
    *line = csv->line;
    return csv->at == csv->end ? CSV_END : read_row(csv, cells);
}

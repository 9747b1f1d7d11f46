#include "bot/transfer/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/csv.h"
#include "bot/json_writer.h"
#include "core/words.h"

/* A file that is written beside its final place. */
typedef struct Part {
    char *path, *final; /* NULL: it has no name, and goes away with its descriptor */
    FILE *file;
    guint rows;
} Part;

/* A part for each table, then the page. */
enum { PART_PAGE = TABLE_COUNT, PART_COUNT };

struct Sink {
    bool json;
    char *out; /* JSON: the document; NULL: standard output */
    Part parts[PART_COUNT];
    GString *line;
};

void sink_row_clear(SinkRow *row)
{
    for (size_t i = 0; i < COL_COUNT; i++) {
        g_clear_pointer(&row->cells[i], g_free);
    }
}

/* Parts --------------------------------------------------------------------------------------- */

static bool fail(const char *path, int errsv, GError **error)
{
    g_autofree char *text =
        say(W_EXPORT_CANNOT_WRITE, S("path", path), S("reason", g_strerror(errsv)));

    g_set_error_literal(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errsv), text);
    return false;
}

static FILE *create(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

    if (fd >= 0 && file == NULL) {
        close(fd);
    }
    return file;
}

static bool part_open(Part *part, char *take_final, GError **error)
{
    part->final = take_final;
    part->path = g_strconcat(take_final, ".part", NULL);
    part->file = create(part->path);
    return part->file != NULL || fail(part->path, errno, error);
}

/* All that was written is on the disk, or false. */
static bool part_close(Part *part, GError **error)
{
    FILE *file = g_steal_pointer(&part->file);
    bool written = fflush(file) == 0 && ferror(file) == 0 && fsync(fileno(file)) == 0;
    int errsv = errno;

    return (fclose(file) == 0 && written) || fail(part->path, errsv, error);
}

static bool part_name(Part *part, GError **error)
{
    if (rename(part->path, part->final) != 0) {
        return fail(part->final, errno, error);
    }
    g_clear_pointer(&part->path, g_free);
    return true;
}

static void part_clear(Part *part)
{
    if (part->file != NULL) {
        (void)fclose(part->file);
    }
    if (part->path != NULL) {
        (void)unlink(part->path);
    }
    g_free(part->path);
    g_free(part->final);
}

/* Rows ---------------------------------------------------------------------------------------- */

static void write_line(Sink *sink, TableId table)
{
    (void)fwrite(sink->line->str, 1, sink->line->len, sink->parts[table].file);
    g_string_truncate(sink->line, 0);
}

static void put_csv(Sink *sink, const Table *table, const SinkRow *row)
{
    const char *cells[COL_COUNT];

    for (size_t i = 0; i < table->count; i++) {
        cells[i] = row->cells[table->columns[i]];
    }
    csv_write_row(sink->line, cells, table->count);
}

static void put_json(Sink *sink, const Table *table, const SinkRow *row)
{
    json_write_open(sink->line, '{');
    for (size_t i = 0; i < table->count; i++) {
        const char *cell = row->cells[table->columns[i]];

        if (cell != NULL && *cell != '\0') {
            json_write_member(sink->line, column_name(table->columns[i]), cell);
        }
    }
    json_write_close(sink->line, '}');
}

void sink_put(Sink *sink, TableId table, const SinkRow *row)
{
    bool first = sink->parts[table].rows++ == 0;

    if (sink->json) {
        (void)fputs(first ? "\n" : ",\n", sink->parts[table].file);
        put_json(sink, &tables[table], row);
    } else {
        put_csv(sink, &tables[table], row);
    }
    write_line(sink, table);
}

void sink_page(Sink *sink, const char *text)
{
    Part *page = &sink->parts[PART_PAGE];

    if (page->file != NULL) {
        (void)fprintf(page->file, "%s%s", page->rows++ > 0 ? "\n" : "", text);
    }
}

guint sink_rows(const Sink *sink, TableId table)
{
    return sink->parts[table].rows;
}

/* Life ---------------------------------------------------------------------------------------- */

static Sink *sink_new(bool json)
{
    Sink *sink = g_new0(Sink, 1);

    sink->json = json;
    sink->line = g_string_new(NULL);
    return sink;
}

static void put_header(Sink *sink, TableId id)
{
    const Table *table = &tables[id];
    const char *names[COL_COUNT];

    for (size_t i = 0; i < table->count; i++) {
        names[i] = column_name(table->columns[i]);
    }
    csv_write_row(sink->line, names, table->count);
    write_line(sink, id);
}

Sink *sink_csv(const char *folder, GError **error)
{
    g_autoptr(Sink) sink = sink_new(false);

    if (g_mkdir_with_parents(folder, 0700) != 0) {
        fail(folder, errno, error);
        return NULL;
    }
    for (TableId id = 0; id < TABLE_COUNT; id++) {
        g_autofree char *name = g_strconcat(tables[id].name, ".csv", NULL);

        if (!part_open(&sink->parts[id], g_build_filename(folder, name, NULL), error)) {
            return NULL;
        }
        put_header(sink, id);
    }
    return part_open(&sink->parts[PART_PAGE], g_build_filename(folder, SINK_PAGE, NULL), error)
               ? g_steal_pointer(&sink)
               : NULL;
}

/* Each table waits in a file without a name, since the store is read once for all of them. */
Sink *sink_json(const char *path, GError **error)
{
    g_autoptr(Sink) sink = sink_new(true);

    sink->out = g_strdup(path);
    for (TableId id = 0; id < TABLE_COUNT; id++) {
        sink->parts[id].file = tmpfile();
        if (sink->parts[id].file == NULL) {
            fail(g_get_tmp_dir(), errno, error);
            return NULL;
        }
    }
    return g_steal_pointer(&sink);
}

static bool copy(FILE *from, FILE *to)
{
    char block[65536];
    size_t got;

    if (fflush(from) != 0 || fseek(from, 0, SEEK_SET) != 0) {
        return false;
    }
    while ((got = fread(block, 1, sizeof block, from)) > 0) {
        if (fwrite(block, 1, got, to) != got) {
            return false;
        }
    }
    return ferror(from) == 0;
}

static bool write_document(Sink *sink, FILE *out)
{
    bool written = fputs("{\"anchord_export\": 1", out) >= 0;

    for (TableId id = 0; id < TABLE_COUNT && written; id++) {
        FILE *part = sink->parts[id].file;

        written = fprintf(out, ",\n\"%s\": [", tables[id].name) > 0 && ferror(part) == 0 &&
                  copy(part, out) && fputs("]", out) >= 0;
    }
    return written && fputs("}\n", out) >= 0;
}

static bool finish_stdout(Sink *sink, GError **error)
{
    bool written = write_document(sink, stdout) && fflush(stdout) == 0;

    return written || fail("standard output", errno, error);
}

static bool finish_json(Sink *sink, GError **error)
{
    Part document = {0};

    if (sink->out == NULL) {
        return finish_stdout(sink, error);
    }
    bool finished = part_open(&document, g_strdup(sink->out), error) &&
                    (write_document(sink, document.file) || fail(document.path, errno, error)) &&
                    part_close(&document, error) && part_name(&document, error);

    part_clear(&document);
    return finished;
}

static bool finish_csv(Sink *sink, GError **error)
{
    for (int part = 0; part < PART_COUNT; part++) {
        if (!part_close(&sink->parts[part], error)) {
            return false;
        }
    }
    for (int part = 0; part < PART_COUNT; part++) {
        if (!part_name(&sink->parts[part], error)) {
            return false;
        }
    }
    return true;
}

bool sink_finish(Sink *sink, GError **error)
{
    return sink->json ? finish_json(sink, error) : finish_csv(sink, error);
}

void sink_free(Sink *sink)
{
    if (sink == NULL) {
        return;
    }
    for (int part = 0; part < PART_COUNT; part++) {
        part_clear(&sink->parts[part]);
    }
    g_string_free(sink->line, TRUE);
    g_free(sink->out);
    g_free(sink);
}

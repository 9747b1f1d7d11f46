#include "bot/transfer/records.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bot/csv.h"
#include "bot/json.h"
#include "core/text.h"
#include "core/words.h"

/* Records ------------------------------------------------------------------------------------- */

static void free_sheet(gpointer data)
{
    Sheet *sheet = data;

    g_free(sheet->name);
    g_free(sheet);
}

static void clear_record(gpointer data)
{
    Record *record = data;

    for (guint i = 0; i < record->sheet->width; i++) {
        g_free(record->cells[i]);
    }
    g_free(record->cells);
}

void records_init(Records *records)
{
    *records = (Records){
        .sheets = g_ptr_array_new_with_free_func(free_sheet),
        .rows = g_array_new(FALSE, FALSE, sizeof(Record)),
        .notes = g_string_new(NULL),
    };
    g_array_set_clear_func(records->rows, clear_record);
    faults_init(&records->faults);
}

void records_clear(Records *records)
{
    g_clear_pointer(&records->rows, g_array_unref); /* first: rows look at their sheets */
    g_clear_pointer(&records->sheets, g_ptr_array_unref);
    g_string_free(g_steal_pointer(&records->notes), TRUE);
    faults_clear(&records->faults);
}

const char *record_get(const Record *record, Column column)
{
    int at = record->sheet->columns[column];

    return at >= 0 ? record->cells[at] : NULL;
}

void records_fault(Records *records, Record *record, char *take_text)
{
    if (record->wrong) {
        g_free(take_text);
        return;
    }
    record->wrong = true;
    faults_add(&records->faults, record->sheet->file, record->sheet->name, record->line, take_text);
}

static Sheet *sheet_add(Records *records, const char *name, guint width)
{
    Sheet *sheet = g_new0(Sheet, 1);

    sheet->file = records->files - 1;
    sheet->name = g_strdup(name);
    sheet->width = width;
    for (int column = 0; column < COL_COUNT; column++) {
        sheet->columns[column] = -1;
    }
    g_ptr_array_add(records->sheets, sheet);
    return sheet;
}

static Record *record_add(Records *records, const Sheet *sheet, size_t line)
{
    Record record = {.sheet = sheet, .line = line, .cells = g_new0(char *, sheet->width + 1)};

    g_array_append_val(records->rows, record);
    return &g_array_index(records->rows, Record, records->rows->len - 1);
}

/* Takes a cell as people's texts are taken in chat: clean, and on one line but for a reason, which
 * may be all that a sprint learned. */
static void record_put(Records *records, Record *record, guint at, Column column, const char *bytes,
                       size_t len)
{
    g_autofree char *clean = NULL;
    size_t where = 0;
    TextFault fault = len > 0 ? text_clean(bytes, len, TEXT_MESSAGE_MAX, &clean, &where) : TEXT_OK;

    if (fault != TEXT_OK) {
        g_autofree char *why = text_fault_say(fault, where, TEXT_MESSAGE_MAX);

        const char *name = column < COL_COUNT ? column_name(column) : "?";

        records_fault(records, record, say(W_IMPORT_CELL, S("column", name), S("why", why)));
        return;
    }
    g_autofree char *line = clean != NULL ? text_squeeze(clean) : NULL;
    bool keeps_lines = column == COL_WHY;

    if (line != NULL && *line != '\0') {
        record->cells[at] = keeps_lines ? g_steal_pointer(&clean) : g_steal_pointer(&line);
    }
}

static void file_fault(Records *records, const char *name, size_t line, char *take_text)
{
    faults_add(&records->faults, records->files - 1, name, line, take_text);
}

/* CSV ----------------------------------------------------------------------------------------- */

/* What somebody else chose to call something; a terminal must not obey it. */
static char *name_shown(const char *name)
{
    g_autofree char *cut = text_cut(name, 60);
    char *clean = NULL;
    size_t at = 0;

    return text_clean(cut, strlen(cut), TEXT_MESSAGE_MAX, &clean, &at) == TEXT_OK ? clean
                                                                                  : g_strdup("");
}

static char *unknown_column(const char *name)
{
    g_autofree char *quoted = name_shown(name);
    const char *near = column_near(name);

    return near != NULL ? say(W_IMPORT_UNKNOWN_COLUMN_NEAR, S("name", quoted), S("near", near))
                        : say(W_IMPORT_UNKNOWN_COLUMN, S("name", quoted));
}

/* A column without a name and without cells is a trailing separator. */
static bool read_header(Records *records, Sheet *sheet, const GPtrArray *names, size_t line)
{
    guint faults = faults_count(&records->faults);
    bool any = false;

    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        Column column = column_named(name);

        if (column < COL_COUNT && sheet->columns[column] >= 0) {
            file_fault(records, sheet->name, line,
                       say(W_IMPORT_COLUMN_TWICE, S("name", column_name(column))));
        } else if (column < COL_COUNT) {
            sheet->columns[column] = (int)i;
            any = true;
        } else if (*name != '\0') {
            file_fault(records, sheet->name, line, unknown_column(name));
        }
    }
    if (!any && faults == faults_count(&records->faults)) {
        file_fault(records, sheet->name, line, say(W_IMPORT_NO_COLUMN));
    }
    return faults == faults_count(&records->faults);
}

/* One of our own tables that only goes out. */
static bool passes_over(Records *records, const char *name, const GPtrArray *header)
{
    for (TableId id = 0; id < TABLE_COUNT; id++) {
        if (!tables[id].comes_in && table_has_header(&tables[id], header)) {
            say_on(records->notes, W_IMPORT_PASSED_OVER, S("file", name),
                   S("table", tables[id].name));
            g_string_append_c(records->notes, '\n');
            return true;
        }
    }
    return false;
}

/* Which column stands there; COL_COUNT behind the last named one. */
static Column column_at(const Sheet *sheet, guint at)
{
    Column column = 0;

    while (column < COL_COUNT && sheet->columns[column] != (int)at) {
        column++;
    }
    return column;
}

/* Cells missing at the end are empty; more of them than columns are not. */
static void read_cells(Records *records, const Sheet *sheet, const GPtrArray *cells, size_t line)
{
    Record *record = record_add(records, sheet, line);

    for (guint i = 0; i < cells->len; i++) {
        const char *cell = g_ptr_array_index(cells, i);

        if (i < sheet->width) {
            record_put(records, record, i, column_at(sheet, i), cell, strlen(cell));
        } else if (*cell != '\0') {
            records_fault(records, record,
                          say(W_IMPORT_CELLS, N("n", cells->len), N("columns", sheet->width)));
        }
    }
}

static void read_rows(Records *records, const Sheet *sheet, Csv *csv, GPtrArray *cells)
{
    size_t line = 0;

    for (;;) {
        switch (csv_next(csv, cells, &line)) {
        case CSV_ROW:
            read_cells(records, sheet, cells, line);
            break;
        case CSV_QUOTE_OPEN:
            file_fault(records, sheet->name, line, say(W_IMPORT_QUOTE_OPEN));
            break;
        case CSV_QUOTE_STRAY:
            file_fault(records, sheet->name, line, say(W_IMPORT_QUOTE_STRAY));
            break;
        case CSV_END:
            return;
        }
    }
}

static void read_csv(Records *records, const char *name, const char *text, size_t len)
{
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    Csv csv;
    size_t line = 0;

    csv_init(&csv, text, len);
    switch (csv_next(&csv, cells, &line)) {
    case CSV_ROW:
        break;
    case CSV_END:
        file_fault(records, name, 0, say(W_IMPORT_EMPTY));
        return;
    case CSV_QUOTE_OPEN:
    case CSV_QUOTE_STRAY:
        file_fault(records, name, line, say(W_IMPORT_QUOTE_STRAY));
        return;
    }
    if (passes_over(records, name, cells)) {
        return;
    }
    Sheet *sheet = sheet_add(records, name, cells->len);

    if (read_header(records, sheet, cells, line)) {
        read_rows(records, sheet, &csv, cells);
    }
}

/* JSON ---------------------------------------------------------------------------------------- */

/* The line that each object at this depth begins on, in order, since the parser tells none. */
typedef struct Lines {
    const char *at, *end;
    size_t line;
    int depth;
} Lines;

static void skip_string(Lines *lines)
{
    for (lines->at++; lines->at < lines->end && *lines->at != '"'; lines->at++) {
        lines->at += *lines->at == '\\';
    }
}

static size_t next_object(Lines *lines, int depth)
{
    for (; lines->at < lines->end; lines->at++) {
        switch (*lines->at) {
        case '\n':
            lines->line++;
            break;
        case '"':
            skip_string(lines);
            break;
        case '{':
        case '[':
            if (lines->depth++ == depth && *lines->at == '{') {
                lines->at++;
                return lines->line;
            }
            break;
        case '}':
        case ']':
            lines->depth--;
            break;
        }
    }
    return lines->line;
}

/* A member as a cell; NULL for what is none. A number keeps its digits. */
static char *json_cell(const Json *value)
{
    if (cJSON_IsString(value)) {
        return g_strdup(json_string(value));
    }
    if (cJSON_IsBool(value)) {
        return g_strdup(cJSON_IsTrue(value) ? "yes" : "no");
    }
    return cJSON_IsNumber(value) ? json_print(value, NULL)
           : cJSON_IsNull(value) ? g_strdup("")
                                 : NULL;
}

static void read_member(Records *records, Record *record, const Json *member)
{
    Column column = column_named(member->string);
    g_autofree char *cell = json_cell(member);

    if (column == COL_COUNT) {
        records_fault(records, record, unknown_column(member->string));
    } else if (cell == NULL) {
        records_fault(records, record, say(W_IMPORT_JSON_VALUE, S("column", column_name(column))));
    } else if (record->cells[column] != NULL) {
        records_fault(records, record, say(W_IMPORT_COLUMN_TWICE, S("name", column_name(column))));
    } else {
        record_put(records, record, (guint)column, column, cell, strlen(cell));
    }
}

static void read_objects(Records *records, const Sheet *sheet, const Json *array, Lines *lines,
                         int depth)
{
    JSON_EACH (item, array) {
        if (!cJSON_IsObject(item)) {
            file_fault(records, sheet->name, lines->line, say(W_IMPORT_JSON_ROW));
            continue;
        }
        Record *record = record_add(records, sheet, next_object(lines, depth));

        JSON_EACH (member, item) {
            read_member(records, record, member);
        }
    }
}

static const Table *table_named(const char *name)
{
    for (TableId id = 0; id < TABLE_COUNT; id++) {
        if (strcmp(tables[id].name, name) == 0) {
            return &tables[id];
        }
    }
    return NULL;
}

/* Objects of a table that is passed over count among the lines, too. */
static void skip_objects(const Json *array, Lines *lines, int depth)
{
    JSON_EACH (item, array) {
        if (cJSON_IsObject(item)) {
            (void)next_object(lines, depth);
        }
    }
}

static void read_tables(Records *records, const Sheet *sheet, const Json *document, Lines *lines)
{
    JSON_EACH (member, document) {
        const Table *table = table_named(member->string);

        if (table != NULL && table->comes_in && cJSON_IsArray(member)) {
            read_objects(records, sheet, member, lines, 2);
        } else if (table != NULL && cJSON_IsArray(member)) {
            skip_objects(member, lines, 2);
        } else if (strcmp(member->string, "anchord_export") != 0) {
            g_autofree char *quoted = name_shown(member->string);

            file_fault(records, sheet->name, 0, say(W_IMPORT_JSON_SHAPE, S("name", quoted)));
        }
    }
}

static void read_json(Records *records, const char *name, const char *text, size_t len)
{
    g_autoptr(Json) document = json_read(text, len);
    Lines lines = {.at = text, .end = text + len, .line = 1};

    if (!cJSON_IsObject(document) && !cJSON_IsArray(document)) {
        file_fault(records, name, 0, say(W_IMPORT_NOT_JSON));
        return;
    }
    Sheet *sheet = sheet_add(records, name, COL_COUNT);

    for (int column = 0; column < COL_COUNT; column++) {
        sheet->columns[column] = column;
    }
    if (cJSON_IsArray(document)) {
        read_objects(records, sheet, document, &lines, 1);
    } else {
        read_tables(records, sheet, document, &lines);
    }
}

/* Files --------------------------------------------------------------------------------------- */

static size_t line_of(const char *text, const char *at)
{
    size_t line = 1;

    for (; text < at; text++) {
        line += *text == '\n';
    }
    return line;
}

/* A text of ASCII in UTF-16 has a NUL in every pair. */
static bool is_utf16(const char *bytes, size_t len)
{
    size_t nuls = 0, looked = MIN(len, 256);

    if (len >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0)) {
        return true;
    }
    for (size_t i = 0; i < looked; i++) {
        nuls += bytes[i] == '\0';
    }
    return nuls > 0 && nuls >= looked / 3;
}

/* UTF-8 without a NUL, or a fault. */
static bool check_encoding(Records *records, const char *name, const char *bytes, size_t len)
{
    const char *end = NULL;

    if (is_utf16(bytes, len)) {
        file_fault(records, name, 0, say(W_IMPORT_UTF16));
        return false;
    }
    if (g_utf8_validate_len(bytes, len, &end)) {
        return true;
    }
    file_fault(records, name, line_of(bytes, end),
               say(*end == '\0' ? W_IMPORT_NUL : W_IMPORT_NOT_UTF8));
    return false;
}

void records_take(Records *records, const char *name, const char *bytes, size_t len)
{
    static const char bom[] = "\xef\xbb\xbf";
    size_t blanks = 0;

    records->files++;
    if (!check_encoding(records, name, bytes, len)) {
        return;
    }
    if (len >= strlen(bom) && memcmp(bytes, bom, strlen(bom)) == 0) {
        bytes += strlen(bom);
        len -= strlen(bom);
    }
    while (blanks < len && g_ascii_isspace(bytes[blanks])) {
        blanks++;
    }
    if (blanks < len && (bytes[blanks] == '{' || bytes[blanks] == '[')) {
        read_json(records, name, bytes, len);
    } else {
        read_csv(records, name, bytes, len);
    }
}

static void cannot_read(Records *records, const char *path, const char *reason)
{
    records->files++;
    file_fault(records, path, 0, say(W_IMPORT_CANNOT_READ, S("reason", reason)));
}

static void read_file(Records *records, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = NULL;
    gsize len = 0;
    struct stat info;

    if (stat(path, &info) != 0) {
        cannot_read(records, path, g_strerror(errno));
    } else if (info.st_size > RECORDS_FILE_MAX) {
        records->files++;
        file_fault(records, path, 0,
                   say(W_IMPORT_TOO_BIG, N("size", info.st_size), N("max", RECORDS_FILE_MAX)));
    } else if (!g_file_get_contents(path, &bytes, &len, &error)) {
        cannot_read(records, path, error->message);
    } else {
        records_take(records, path, bytes, len);
    }
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void read_folder(Records *records, const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        if (g_str_has_suffix(name, ".csv")) {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *file = g_build_filename(path, g_ptr_array_index(names, i), NULL);

        read_file(records, file);
    }
    if (names->len == 0) {
        cannot_read(records, path, g_strerror(ENOENT));
    }
}

void records_read(Records *records, const char *path)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        read_folder(records, path);
    } else {
        read_file(records, path);
    }
}

#include "bot/transfer/faults.h"

#include <string.h>

#include "core/words.h"

typedef struct Fault {
    guint file, order;
    size_t line;
    char *text; /* the whole line */
} Fault;

static void clear_fault(gpointer fault)
{
    g_free(((Fault *)fault)->text);
}

void faults_init(Faults *faults)
{
    faults->list = g_array_new(FALSE, FALSE, sizeof(Fault));
    g_array_set_clear_func(faults->list, clear_fault);
}

void faults_clear(Faults *faults)
{
    g_clear_pointer(&faults->list, g_array_unref);
}

/* What the chat would have shown as code or bold stands in quotes here, or as it is. */
static void add_unmarked(GString *out, const char *text)
{
    bool code = false;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == *MARK_CODE || (*p == *MARK_END && code)) {
            g_string_append_c(out, '"');
            code = !code;
        } else if (*p != *MARK_BOLD && *p != *MARK_END && *p != *MARK_MEMBER) {
            g_string_append_c(out, *p == '\n' ? ' ' : *p);
        }
    }
}

void faults_add(Faults *faults, guint file, const char *name, size_t line, char *take_text)
{
    g_autofree char *text = take_text;
    GString *out = g_string_new(name);
    Fault fault = {.file = file, .order = faults->list->len, .line = line};

    if (line > 0) {
        g_string_append_printf(out, ":%zu", line);
    }
    g_string_append(out, ": ");
    add_unmarked(out, text);
    fault.text = g_string_free(out, FALSE);
    g_array_append_val(faults->list, fault);
}

bool faults_any(const Faults *faults)
{
    return faults->list->len > 0;
}

guint faults_count(const Faults *faults)
{
    return faults->list->len;
}

static int by_place(gconstpointer pa, gconstpointer pb)
{
    const Fault *a = pa, *b = pb;

    if (a->file != b->file) {
        return a->file < b->file ? -1 : 1;
    }
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return a->order < b->order ? -1 : a->order > b->order;
}

char *faults_text(Faults *faults)
{
    GString *out = g_string_new(NULL);
    guint told = MIN(faults->list->len, FAULTS_TOLD_MAX);

    g_array_sort(faults->list, by_place);
    for (guint i = 0; i < told; i++) {
        g_string_append_printf(out, "%s\n", g_array_index(faults->list, Fault, i).text);
    }
    if (told < faults->list->len) {
        say_on(out, W_IMPORT_MORE, N("n", faults->list->len - told));
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

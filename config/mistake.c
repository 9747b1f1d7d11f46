#include "config/mistake.h"

#include <stdarg.h>
#include <string.h>

#include "core/text.h"

/* Nobody reads more at once, and a file of rubbish shall not fill a disk with complaints. */
#define MISTAKES_MAX 100
#define QUOTE_MAX    40

static void mistake_clear(gpointer data)
{
    Mistake *m = data;

    g_free(m->text);
}

void mistakes_init(Mistakes *m)
{
    *m = (Mistakes){.list = g_array_new(FALSE, TRUE, sizeof(Mistake))};
    g_array_set_clear_func(m->list, mistake_clear);
}

void mistakes_clear(Mistakes *m)
{
    g_clear_pointer(&m->list, g_array_unref);
    m->dropped = 0;
}

void mistake(Mistakes *m, Place at, const char *format, ...)
{
    va_list args;

    if (m->list->len >= MISTAKES_MAX) {
        m->dropped++;
        return;
    }
    va_start(args, format);
    Mistake found = {.at = at, .text = g_strdup_vprintf(format, args)};
    va_end(args);
    g_array_append_val(m->list, found);
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    Place x = ((const Mistake *)a)->at, y = ((const Mistake *)b)->at;

    return x.line != y.line ? (x.line < y.line ? -1 : 1)
                            : (x.column > y.column) - (x.column < y.column);
}

void mistakes_tell(Mistakes *m, const char *file, GPtrArray *lines)
{
    g_array_sort(m->list, by_place); /* stable: of one place, in the order of finding */
    for (guint i = 0; i < m->list->len; i++) {
        const Mistake *found = &g_array_index(m->list, Mistake, i);

        g_ptr_array_add(lines, g_strdup_printf("%s:%d:%d: %s", file, found->at.line,
                                               found->at.column, found->text));
    }
    if (m->dropped > 0) {
        g_ptr_array_add(lines, g_strdup_printf("%s:1:1: and %u mistakes more", file, m->dropped));
    }
}

static bool is_like_token(const char *text)
{
    static const char *const begins[] = {"xox", "xapp-", "syt_", "syl_"};

    for (size_t i = 0; i < G_N_ELEMENTS(begins); i++) {
        if (strcasestr(text, begins[i]) != NULL) {
            return true;
        }
    }
    return false;
}

char *mistake_quote(const char *text)
{
    g_autofree char *clean = NULL;
    size_t at = 0;

    if (is_like_token(text)) {
        return g_strdup("[a token]");
    }
    if (text_clean(text, strlen(text), TEXT_MESSAGE_MAX, &clean, &at) != TEXT_OK) {
        return g_strdup("[a long text]");
    }
    g_autofree char *line = text_squeeze(clean);

    return text_cut(line, QUOTE_MAX);
}

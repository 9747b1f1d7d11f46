/* A paragraph is an array of cells, one a character, so that wrapping can look at columns and ink
 * alone. */

#include "bot/console/flow.h"

#include <string.h>

#include "core/words.h"

#define MARKS_DEEP 8 /* marks inside marks; deeper ones change nothing */
#define ROOM_MIN   8 /* columns that are left for text, whatever stands before it */
#define REPLACED   0xFFFD

typedef struct Cell {
    gunichar c;
    uint8_t ink;
    uint8_t columns;
} Cell;

struct Flow {
    GArray *cells;
};

/* Set by SGR sequences (ECMA-48, 8.3.117). */
static const char *const sgr[INK_COUNT] = {
    [INK_PLAIN] = "0",   [INK_BOLD] = "0;1",   [INK_DIM] = "0;2",
    [INK_CODE] = "0;36", [INK_GREEN] = "0;32", [INK_YELLOW] = "0;33",
    [INK_RED] = "0;31",  [INK_BLUE] = "0;34",  [INK_PURPLE] = "0;35",
};

Flow *flow_new(void)
{
    Flow *flow = g_new0(Flow, 1);

    flow->cells = g_array_new(FALSE, FALSE, sizeof(Cell));
    return flow;
}

void flow_free(Flow *flow)
{
    if (flow != NULL) {
        g_array_unref(flow->cells);
        g_free(flow);
    }
}

static uint8_t columns_of(gunichar c)
{
    if (g_unichar_iszerowidth(c)) {
        return 0;
    }
    return g_unichar_iswide(c) ? 2 : 1;
}

/* Overrides of the writing direction could show a line as another than it is. */
static bool turns_the_line(gunichar c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* What may be shown in place of `c`. */
static gunichar harmless(gunichar c)
{
    if (c == '\n') {
        return c;
    }
    if (c == '\t' || c == 0x2028 || c == 0x2029) {
        return ' ';
    }
    return g_unichar_iscntrl(c) || turns_the_line(c) ? REPLACED : c;
}

/* The next character, and where it ends; U+FFFD for a byte that is none. */
static gunichar next_char(const char **p)
{
    gunichar c = g_utf8_get_char_validated(*p, -1);

    if (c == (gunichar)-1 || c == (gunichar)-2) {
        *p += 1;
        return REPLACED;
    }
    *p = g_utf8_next_char(*p);
    return c;
}

static void add_cell(Flow *flow, gunichar c, Ink ink)
{
    Cell cell = {c, (uint8_t)ink, columns_of(c)};

    g_array_append_val(flow->cells, cell);
}

/* The ink that a mark begins. */
static bool mark_ink(char c, Ink *ink)
{
    if (c == MARK_BOLD[0] || c == MARK_MEMBER[0]) {
        *ink = INK_BOLD;
    } else if (c == MARK_CODE[0]) {
        *ink = INK_CODE;
    } else {
        return false;
    }
    return true;
}

void flow_add(Flow *flow, const char *text, Ink ink)
{
    Ink stack[MARKS_DEEP + 1] = {ink};
    size_t depth = 0; /* may be beyond the stack: what is too deep keeps the ink of its place */
    Ink mark;

    for (const char *p = text; *p != '\0';) {
        if (mark_ink(*p, &mark)) {
            if (*p == MARK_MEMBER[0]) {
                add_cell(flow, '@', mark);
            }
            depth++;
            if (depth <= MARKS_DEEP) {
                stack[depth] = mark;
            }
            p++;
        } else if (*p == MARK_END[0] && depth > 0) {
            depth--;
            p++;
        } else {
            gunichar c = harmless(next_char(&p));
            add_cell(flow, c, stack[MIN(depth, MARKS_DEEP)]);
        }
    }
}

static const Cell *cell_at(const Flow *flow, guint i)
{
    return &g_array_index(flow->cells, Cell, i);
}

int32_t flow_columns(const Flow *flow)
{
    int64_t columns = 0;

    for (guint i = 0; i < flow->cells->len; i++) {
        columns += cell_at(flow, i)->columns;
    }
    return (int32_t)MIN(columns, INT32_MAX);
}

int32_t text_columns(const char *text)
{
    g_autoptr(Flow) flow = flow_new();

    flow_add(flow, text, INK_PLAIN);
    return flow_columns(flow);
}

static guint skip_blanks(const Flow *flow, guint i)
{
    while (i < flow->cells->len && cell_at(flow, i)->c == ' ') {
        i++;
    }
    return i;
}

/* Where the line that starts at `from` ends; `*next` is where the one after it starts. */
static guint line_end(const Flow *flow, guint from, int32_t room, guint *next)
{
    guint blank = 0; /* the last one that the line can be broken at */
    int32_t columns = 0;

    for (guint i = from; i < flow->cells->len; i++) {
        const Cell *cell = cell_at(flow, i);

        if (cell->c == '\n') {
            *next = i + 1;
            return i;
        }
        if (cell->c == ' ' && columns > 0) {
            blank = i;
        }
        columns += cell->columns;
        if (columns > room && blank > from) {
            *next = skip_blanks(flow, blank);
            return blank;
        }
        if (columns > room) {
            *next = i;
            return i;
        }
    }
    *next = flow->cells->len;
    return *next;
}

static void put_ink(GString *out, Ink *now, Ink ink, bool colour)
{
    if (colour && *now != ink) {
        g_string_append_printf(out, "\x1b[%sm", sgr[ink]);
    }
    *now = ink;
}

static void put_line(const Flow *flow, guint from, guint to, const char *before, const Shape *shape,
                     GString *out)
{
    Ink now = INK_PLAIN;

    if (*before != '\0') {
        put_ink(out, &now, shape->rule, shape->colour);
        g_string_append(out, before);
    }
    for (guint i = from; i < to; i++) {
        const Cell *cell = cell_at(flow, i);

        put_ink(out, &now, cell->ink, shape->colour);
        g_string_append_unichar(out, cell->c);
    }
    put_ink(out, &now, INK_PLAIN, shape->colour);
    while (out->len > 0 && out->str[out->len - 1] == ' ') {
        g_string_truncate(out, out->len - 1);
    }
    g_string_append_c(out, '\n');
}

static void fold_lines(Flow *flow)
{
    for (guint i = 0; i < flow->cells->len; i++) {
        Cell *cell = &g_array_index(flow->cells, Cell, i);

        if (cell->c == '\n') {
            *cell = (Cell){' ', cell->ink, 1};
        }
    }
}

void flow_write(Flow *flow, const Shape *shape, GString *out)
{
    int32_t indent = text_columns(shape->first);
    int32_t room = shape->width == 0 ? INT32_MAX : MAX(shape->width - indent, ROOM_MIN);
    g_autofree char *blanks = g_strnfill((gsize)indent, ' ');
    const char *rest = shape->rest != NULL ? shape->rest : blanks;
    guint from = 0;

    if (shape->one_line) {
        fold_lines(flow);
    }
    do {
        guint next;
        guint end = line_end(flow, from, room, &next);
        bool ends_in_break = next > end && cell_at(flow, end)->c == '\n';

        put_line(flow, from, end, from == 0 ? shape->first : rest, shape, out);
        from = next;
        if (ends_in_break && from == flow->cells->len) {
            break; /* a final line break opens no further line */
        }
    } while (from < flow->cells->len);
    g_array_set_size(flow->cells, 0);
}

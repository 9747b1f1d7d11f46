#include "bot/console/help.h"

#include "bot/console/flow.h"
#include "bot/console/steer.h"
#include "core/words.h"

#define TERM_COLUMNS 26 /* where what a line says begins */

typedef struct Talk {
    WordId what, help;
} Talk;

static const Talk talk[] = {
    {W_CONSOLE_HELP_TALK_COMMAND, W_CONSOLE_HELP_COMMAND},
    {W_CONSOLE_HELP_TALK_TEXT, W_CONSOLE_HELP_TEXT},
    {W_CONSOLE_HELP_TALK_GO_ON, W_CONSOLE_HELP_GO_ON},
    {W_CONSOLE_HELP_TALK_COMMENT, W_CONSOLE_HELP_COMMENT},
};

static void put(GString *out, const char *text, Ink ink, const char *before,
                const RenderStyle *style)
{
    g_autoptr(Flow) flow = flow_new();
    Shape shape = {
        .first = before,
        .rule = INK_CODE,
        .width = style->terminal ? style->width : 0,
        .colour = style->colour,
    };

    flow_add(flow, text, ink);
    flow_write(flow, &shape, out);
}

static void put_title(GString *out, WordId title, const RenderStyle *style)
{
    if (out->len > 0) {
        g_string_append_c(out, '\n');
    }
    put(out, words_template(title), INK_BOLD, "", style);
}

/* "  :as NAME        speak as another member" */
static void put_line(GString *out, const char *what, WordId help, const RenderStyle *style)
{
    g_autofree char *gap = g_strnfill((gsize)MAX(TERM_COLUMNS - text_columns(what), 1), ' ');
    g_autofree char *before = g_strconcat("  ", what, gap, NULL);

    put(out, words_template(help), INK_PLAIN, before, style);
}

static void put_example(GString *out, const RenderStyle *style)
{
    Shape shape = {.first = "  ", .colour = style->colour};
    g_autoptr(Flow) flow = flow_new();

    flow_add(flow, words_template(W_CONSOLE_EXAMPLE), INK_CODE);
    if (style->terminal) {
        shape.first = ""; /* to be copied as it stands */
    }
    flow_write(flow, &shape, out);
}

char *help_text(const RenderStyle *style)
{
    g_autoptr(GString) out = g_string_new(NULL);

    put_title(out, W_CONSOLE_HELP_TALK, style);
    for (size_t i = 0; i < G_N_ELEMENTS(talk); i++) {
        put_line(out, words_template(talk[i].what), talk[i].help, style);
    }
    put_title(out, W_CONSOLE_HELP_STEER, style);
    for (const Steer *row = steers; row->name != NULL; row++) {
        g_autofree char *what =
            g_strconcat(":", row->name, row->usage != NULL ? " " : "", row->usage, NULL);
        put_line(out, what, row->help, style);
    }
    put_title(out, W_CONSOLE_HELP_EXAMPLE, style);
    put_example(out, style);
    g_string_append_c(out, '\n');
    return g_string_free(g_steal_pointer(&out), FALSE);
}

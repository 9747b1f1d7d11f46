#include "bot/console/bar.h"

#include <glib.h>

#define WHOLE      1000
#define EIGHTHS    8 /* a cell can be filled by eighths, from the left */
#define CELL_WIDTH (WHOLE / BAR_CELLS)

static const char *const eighths[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

static void add_many(GString *out, const char *cell, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        g_string_append(out, cell);
    }
}

/* What is below 0: whole cells, since they grow to the left. */
static void add_below(GString *out, int32_t progress)
{
    int32_t cells = -(progress / CELL_WIDTH) + (progress % CELL_WIDTH != 0 ? 1 : 0);

    if (cells > BAR_OUTSIDE) {
        g_string_append(out, "◀");
        cells = BAR_OUTSIDE - 1;
    }
    add_many(out, "█", cells);
}

static void add_inside(GString *out, int32_t progress)
{
    int32_t filled = CLAMP(progress, 0, WHOLE) * BAR_CELLS * EIGHTHS / WHOLE;
    int32_t whole = filled / EIGHTHS;
    int32_t part = filled % EIGHTHS;

    add_many(out, "█", whole);
    g_string_append(out, eighths[part]);
    add_many(out, " ", BAR_CELLS - whole - (part > 0 ? 1 : 0));
}

static void add_beyond(GString *out, int32_t progress)
{
    int32_t cells = (progress - WHOLE) / CELL_WIDTH;

    add_many(out, "█", MIN(cells, BAR_OUTSIDE - 1));
    if (cells >= BAR_OUTSIDE) {
        g_string_append(out, "▶");
    } else if ((progress - WHOLE) % CELL_WIDTH != 0) {
        g_string_append(out, eighths[(progress - WHOLE) % CELL_WIDTH * EIGHTHS / CELL_WIDTH]);
    }
}

char *bar_text(int32_t progress)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (progress < 0) {
        add_below(out, progress);
    }
    g_string_append(out, "├");
    add_inside(out, progress);
    g_string_append(out, "┤");
    if (progress > WHOLE) {
        add_beyond(out, progress);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

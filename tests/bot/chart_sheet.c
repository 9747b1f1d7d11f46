#include "chart_sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cairo/cairo.h>
#include <cmocka.h>

#include "bot/chart/png.h"

Chart *chart_blank(void)
{
    Chart *chart = chart_new();

    chart->title = g_strdup("Sprint 1");
    chart->first_text = g_strdup("Mon 14 July");
    chart->last_text = g_strdup("Fri 25 July");
    chart->today_text = g_strdup("today");
    chart->span = 10000;
    chart->today = 4000;
    return chart;
}

ChartPanel *chart_add(Chart *chart, const char *metric)
{
    ChartPanel *panel = chart_panel(chart);

    panel->label = g_strdup("KR1");
    panel->metric = g_strdup(metric);
    panel->now = g_strdup("40");
    panel->base_text = g_strdup("0");
    panel->target_text = g_strdup("100");
    panel->pace = g_strdup("pace 1, on track");
    panel->heading = g_strdup("");
    panel->status = PACE_ON_TRACK;
    panel->target = panel->target_high = panel->line_last = DECIMAL(100);
    return panel;
}

void chart_read(ChartPanel *panel, int day, int64_t value)
{
    ChartPoint point = {.at = (int64_t)day * 1000, .value = DECIMAL(value)};

    g_array_append_val(panel->readings, point);
}

void chart_forecast(ChartPanel *panel, int64_t low, int64_t high, const char *heading)
{
    panel->forecast = true;
    panel->low = DECIMAL(low);
    panel->high = DECIMAL(high);
    g_free(panel->heading);
    panel->heading = g_strdup(heading);
}

GBytes *chart_drawn(const Chart *chart)
{
    g_autoptr(GError) error = NULL;
    GBytes *png = chart_png(chart, &CHART_LOOK_PLAIN, &error);

    if (png == NULL) {
        fail_msg("a chart was not drawn: %s", error->message);
    }
    return png;
}

Sheet chart_sheet(const Chart *chart)
{
    g_auto(Type) type = {0};

    type_init(&type);
    return sheet_of(chart, &type);
}

/* Fontconfig keeps its patterns for the process, by offsets, where LeakSanitizer cannot follow; the
 * name is the sanitizer's. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* --- opened again --- */

typedef struct Source {
    const unsigned char *at;
    size_t left;
} Source;

static cairo_status_t take(void *closure, unsigned char *data, unsigned int length)
{
    Source *source = closure;

    if (length > source->left) {
        return CAIRO_STATUS_READ_ERROR;
    }
    memcpy(data, source->at, length);
    source->at += length;
    source->left -= length;
    return CAIRO_STATUS_SUCCESS;
}

static void copy_pixels(Seen *seen, cairo_surface_t *surface)
{
    const unsigned char *data = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    size_t row = (size_t)seen->width * sizeof *seen->pixels;

    seen->pixels = g_malloc(row * (size_t)seen->height);
    for (int y = 0; y < seen->height; y++) {
        memcpy(seen->pixels + (size_t)y * (size_t)seen->width, data + (size_t)y * stride, row);
    }
}

Seen seen_of(GBytes *png)
{
    Source source = {.at = g_bytes_get_data(png, NULL), .left = g_bytes_get_size(png)};
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(take, &source);

    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        fail_msg("this is no picture: %s", cairo_status_to_string(cairo_surface_status(surface)));
    }
    Seen seen = {.width = cairo_image_surface_get_width(surface),
                 .height = cairo_image_surface_get_height(surface),
                 .opaque = cairo_image_surface_get_format(surface) == CAIRO_FORMAT_RGB24};

    assert_int_equal(source.left, 0);
    copy_pixels(&seen, surface);
    cairo_surface_destroy(surface);
    return seen;
}

void seen_clear(Seen *seen)
{
    g_clear_pointer(&seen->pixels, g_free);
}

uint32_t seen_at(const Seen *seen, double x, double y)
{
    int column = CLAMP((int)x, 0, seen->width - 1);
    int row = CLAMP((int)y, 0, seen->height - 1);

    return seen->pixels[(size_t)row * (size_t)seen->width + (size_t)column] & 0xffffff;
}

static bool is_one_of(uint32_t pixel, const uint32_t *colours)
{
    for (; *colours != 0; colours++) {
        if (pixel == *colours) {
            return true;
        }
    }
    return false;
}

int seen_count(const Seen *seen, Frame box, const uint32_t *colours)
{
    int count = 0;

    for (int y = (int)box.top; y < (int)box.bottom; y++) {
        for (int x = (int)box.left; x < (int)box.right; x++) {
            count += is_one_of(seen_at(seen, x, y), colours);
        }
    }
    return count;
}

bool seen_same_in(const Seen *a, const Seen *b, Frame box)
{
    for (int y = (int)box.top; y < (int)box.bottom; y++) {
        for (int x = (int)box.left; x < (int)box.right; x++) {
            if (seen_at(a, x, y) != seen_at(b, x, y)) {
                return false;
            }
        }
    }
    return true;
}
